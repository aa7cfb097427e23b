"""A hand-made agreement that holds every node of the model several times.

The writers are tested on it: what they print must be these words, in this order, with these numbers.
Nothing here comes from the library or from assembly, so a fault of theirs cannot hide one of a writer.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from generator.diagnostics import Span
from generator.model import (
    Agreement,
    Align,
    Blank,
    Block,
    ClauseRef,
    Column,
    Cover,
    Definition,
    Emphasis,
    Filled,
    Inline,
    Item,
    Items,
    LineBreak,
    OpenItem,
    Paragraph,
    Party,
    Reference,
    Schedule,
    Scheme,
    Section,
    SignatureBlock,
    SignatureLine,
    Source,
    Status,
    Table,
    Text,
    Use,
)

__all__ = ["specimen"]

PROVIDER = "O’Neil & Sons <Aid>"
PURCHASER = "AT&T Health Partners"
SIGNER = "Nguyễn Thị Hồng Đào"


def _t(text: str) -> Text:
    return Text(text)


def _f(field: str, text: str, line: int = 1) -> Filled:
    return Filled(field, text, Span("specimen.yaml", line, 3))


def _p(*inlines: Inline | str, note: bool = False) -> Paragraph:
    return Paragraph(tuple(Text(i) if isinstance(i, str) else i for i in inlines), note)


def _d(term: str) -> Definition:
    return Definition(term, (Text(term),), "term-" + term.lower().replace(" ", "-"))


def _u(term: str, text: str = "") -> Use:
    return Use(term, text or term, "term-" + term.lower().replace(" ", "-"))


def _ref(target: str, number: str, title: str, label: str = "Section") -> Reference:
    return Reference(target, label, number, title)


def _i(label: str, *blocks: Block | str, depth: int = 0, anchor: str = "") -> Item:
    return Item(label, tuple(_p(b) if isinstance(b, str) else b for b in blocks), depth, anchor)


def _source(name: str, version: str = "1.0.0") -> ClauseRef:
    return ClauseRef(name, version, "sha256:" + f"{sum(name.encode()):04x}" * 16)


def _cell(*inlines: Inline | str) -> tuple[Block, ...]:
    return (_p(*inlines),)


def _columns(*columns: tuple[str, float, Align]) -> tuple[Column, ...]:
    return tuple(Column((Text(heading),), share, align) for heading, share, align in columns)


class _Given:
    """Filled when the specimen is final; a Blank in its place for the fields a draft leaves open."""

    OPEN: ClassVar = {
        "baa.breach_notice": (1, "Breach notice"),
        "pay.invoice.pay_days": (2, "Payment period"),
        "hco.signer.name": (3, "Signer of the health care organization"),
    }

    def __init__(self, draft: bool) -> None:
        self.draft = draft

    def __call__(self, field: str, text: str, line: int = 1) -> Inline:
        if self.draft and field in self.OPEN:
            item, label = self.OPEN[field]
            return Blank(field, label, item)
        return _f(field, text, line)


def specimen(draft: bool = False) -> Agreement:
    """Return the agreement; as a draft it has four open items, the fourth without a Blank of its own."""
    g = _Given(draft)
    provider, purchaser = _f("cbo.short_name", PROVIDER, 4), _f("hco.short_name", PURCHASER, 5)

    opening = (
        Section(
            "Parties",
            (
                _p(
                    "This Services Agreement is made between ",
                    _f("cbo.legal_name", "O’Neil & Sons <Aid>, Inc.", 2),
                    ", a Maryland nonprofit corporation (",
                    _d("Provider"),
                    "), and ",
                    _f("hco.legal_name", "AT&T Health Partners, LLC", 3),
                    " (",
                    _d("Purchaser"),
                    ").",
                ),
            ),
            anchor="front.parties",
            source=_source("front.parties"),
        ),
        Section(
            "Background",
            (
                Items(
                    (
                        _i(
                            "(A)",
                            _p(provider, " brings meals, rides and a friendly voice to people who leave hospital."),
                        ),
                        _i(
                            "(B)",
                            _p(
                                purchaser,
                                " wants fewer of its members to come back within ",
                                _f("goal.days", "thirty (30) days"),
                                ".",
                            ),
                            "The parties have worked together without a contract since 2021.",
                        ),
                        _i(
                            "(C)",
                            _p(
                                "They now put their work, called ",
                                _f("agreement.name", "{Re}Build & {{ x }} ** Pilot"),
                                ", in writing.",
                            ),
                        ),
                    ),
                    Scheme.RECITAL,
                ),
            ),
            anchor="front.recitals",
            source=_source("front.recitals"),
        ),
    )

    sections = (
        Section(
            "Definitions and Reading",
            (
                Section(
                    "Defined Terms",
                    (
                        _p("In this agreement:"),
                        _p(_d("Breach"), " has the meaning given in 45 CFR 164.402."),
                        _p(_d("Business Day"), " means a day other than a Saturday, a Sunday or a federal holiday."),
                        _p(
                            _d("Participant"),
                            " means a person whom ",
                            _u("Purchaser"),
                            " refers under ",
                            _ref("referral.make", "2.2", "Referrals"),
                            ".",
                        ),
                        _p(
                            _d("Services"),
                            " means what ",
                            _ref("schedule.sow", "B", "Statement of Work", "Schedule"),
                            " describes.",
                        ),
                    ),
                    2,
                    "1.1",
                    "1.1",
                    "gen.definitions",
                    _source("gen.definitions"),
                ),
                Section(
                    "Interpretation",
                    (
                        _p(
                            "Headings are for convenience. If this agreement and a schedule differ, this agreement "
                            "governs, ",
                            Emphasis((Text("except"),)),
                            " that ",
                            _ref("schedule.rates", "A", "Rates", "Schedule"),
                            " governs prices.",
                        ),
                    ),
                    2,
                    "1.2",
                    "1.2",
                    "gen.interpretation",
                    _source("gen.interpretation"),
                ),
            ),
            1,
            "1",
            "1.",
            "section.definitions",
        ),
        Section(
            "Services and Referrals",
            (
                Section(
                    "Scope",
                    (
                        _p(_u("Provider"), " shall give the ", _u("Services"), " to each ", _u("Participant"), ":"),
                        Items(
                            (
                                _i("(a)", "within the times that the statement of work sets;"),
                                _i(
                                    "(b)",
                                    "by people who:",
                                    Items(
                                        (
                                            _i("(i)", "are at least 18 years old;", depth=1),
                                            _i(
                                                "(ii)",
                                                "have passed:",
                                                Items(
                                                    (
                                                        _i("(A)", "a criminal background check; and", depth=2),
                                                        _i("(B)", "an exclusion screening each month; and", depth=2),
                                                    )
                                                ),
                                                depth=1,
                                            ),
                                            _i("(iii)", "speak the language of the person they visit; and", depth=1),
                                        )
                                    ),
                                    anchor="services.people",
                                ),
                                _i(
                                    "(c)",
                                    "in a way that keeps each person’s dignity.",
                                    "This second paragraph belongs to the item above it and is indented below it.",
                                ),
                            )
                        ),
                        _p("The list goes on after a paragraph of plain words:"),
                        Items(
                            (
                                _i("(d)", "at no charge to the person; and"),
                                _i("(e)", "with records that both parties may read; and"),
                                _i(
                                    "(f)",
                                    "without regard to:",
                                    Items(
                                        (
                                            _i("(i)", "race, color or national origin; or", depth=1),
                                            _i("(ii)", "age, disability or sex.", depth=1),
                                        )
                                    ),
                                ),
                            )
                        ),
                    ),
                    2,
                    "2.1",
                    "2.1",
                    "services.scope",
                    _source("services.scope", "2.1.0"),
                ),
                Section(
                    "Referrals",
                    (
                        _p(
                            _u("Purchaser"),
                            " shall refer by the closed loop of ",
                            _f("referral.system", "Unite “Us” <v2>"),
                            ". ",
                            _u("Provider"),
                            " shall answer within ",
                            _f("referral.accept_within", "two (2) business days"),
                            " as ",
                            _ref("services.scope", "2.1", "Scope"),
                            " and ",
                            _ref("hipaa.breach_notice", "5.2", "Notice of Breach"),
                            " require.",
                        ),
                        Section(
                            "Refusal",
                            (
                                _p("A referral may be refused when:"),
                                Items(
                                    (
                                        _i("(a)", "capacity is used up; or"),
                                        _i("(b)", "the person lives outside the service area."),
                                    )
                                ),
                            ),
                            3,
                            "2.2.1",
                            "2.2.1",
                            "referral.refuse",
                            _source("referral.refuse"),
                        ),
                        Section(
                            "Waiting List",
                            (_p("Refused persons are listed in the order of their referral."),),
                            3,
                            "2.2.2",
                            "2.2.2",
                            "referral.waiting",
                            _source("referral.waiting"),
                        ),
                    ),
                    2,
                    "2.2",
                    "2.2",
                    "referral.make",
                    _source("referral.make"),
                ),
            ),
            1,
            "2",
            "2.",
            "section.services",
        ),
        Section(
            "Payment",
            (
                _p(
                    _u("Purchaser"),
                    " shall pay the rates below within ",
                    g("pay.invoice.pay_days", "thirty (30) days"),
                    " after a correct invoice.",
                ),
                Table(
                    _columns(("Service", 0.5, Align.LEFT), ("Unit", 0.25, Align.CENTER), ("Rate", 0.25, Align.RIGHT)),
                    (
                        (_cell("Home-delivered meal"), _cell("meal"), _cell(_f("pay.ffs.1.rate", "$12.50"))),
                        (_cell("Ride to a clinic"), _cell("one way"), _cell(_f("pay.ffs.2.rate", "$28.00"))),
                        (
                            _cell("Home visit & safety check <first>"),
                            _cell("visit"),
                            _cell(_f("pay.ffs.3.rate", "$1,112.00")),
                        ),
                    ),
                    "Rates per unit of service",
                    row_headers=True,
                ),
                _p("Rates include taxes, travel and supplies.", note=True),
                Items(
                    (
                        _i("(a)", "Invoices are monthly."),
                        _i(
                            "(b)",
                            _p(
                                "Late payments bear interest of ", _f("pay.interest", "one percent (1%)"), " per month."
                            ),
                        ),
                    )
                ),
            ),
            1,
            "3",
            "3.",
            "pay.fee_for_service",
            _source("pay.fee_for_service"),
        ),
        Section(
            "Confidentiality",
            (
                _p(
                    "Each party shall keep the other’s information ",
                    Emphasis((Text("strictly"), Text(" confidential")), strong=True),
                    ".",
                ),
                Section(
                    "What Is Not Confidential",
                    (
                        _p("The duty does not cover information that:"),
                        Items(
                            (
                                _i("•", "is public without a breach;"),
                                _i(
                                    "•",
                                    "was known before, as written records show; or",
                                    Items((_i("•", "a bullet within a bullet;", depth=1),), Scheme.BULLET),
                                ),
                                _i("•", "must be disclosed by law."),
                            ),
                            Scheme.BULLET,
                        ),
                    ),
                    2,
                    "4.1",
                    "4.1",
                    "confidentiality.exceptions",
                    _source("confidentiality.exceptions"),
                ),
                Section(
                    "Term of the Duty",
                    (
                        _p(
                            "The duty lasts ",
                            _f("confidentiality.years", "three (3) years"),
                            " after this agreement ends.",
                        ),
                    ),
                    2,
                    "4.2",
                    "4.2",
                    "confidentiality.term",
                    _source("confidentiality.term"),
                ),
            ),
            1,
            "4",
            "4.",
            "confidentiality.mutual",
            _source("confidentiality.mutual", "2.0.0"),
        ),
        Section(
            "Privacy and Security",
            (
                Section(
                    "Safeguards",
                    (_p("The parties shall use the safeguards of 45 CFR Part 164, Subpart C."),),
                    2,
                    "5.1",
                    "5.1",
                    "hipaa.safeguards",
                    _source("hipaa.safeguards"),
                ),
                Section(
                    "Notice of Breach",
                    (
                        _p(
                            _u("Provider"),
                            " shall tell ",
                            _u("Purchaser"),
                            " of a ",
                            _u("Breach"),
                            " within ",
                            g("baa.breach_notice", "five (5) business days", 41),
                            " after discovery; two ",
                            _u("Breach", "Breaches"),
                            " in a year are a cause under ",
                            _ref("term.cause", "6.2", "Termination for Cause"),
                            ". The period of ",
                            g("baa.breach_notice", "five (5) business days", 41),
                            " counts ",
                            _u("Business Day", "Business Days"),
                            ".",
                        ),
                    ),
                    2,
                    "5.2",
                    "5.2",
                    "hipaa.breach_notice",
                    _source("hipaa.breach_notice", "2.1.0"),
                ),
            ),
            1,
            "5",
            "5.",
            "section.privacy",
        ),
        Section(
            "Term and Termination",
            (
                Section(
                    "Term",
                    (
                        _p(
                            "This agreement starts on ",
                            _f("term.effective_date", "January 1, 2027"),
                            " and ends on ",
                            _f("term.end_date", "December 31, 2028"),
                            ".",
                        ),
                    ),
                    2,
                    "6.1",
                    "6.1",
                    "term.initial",
                    _source("term.initial"),
                ),
                Section(
                    "Termination for Cause",
                    (
                        _p("Either party may end this agreement if the other:"),
                        Items(
                            (
                                _i("(a)", "breaks it and does not mend the breach within thirty (30) days; or"),
                                _i("(b)", "is excluded from a federal health care program."),
                            )
                        ),
                    ),
                    2,
                    "6.2",
                    "6.2",
                    "term.cause",
                    _source("term.cause"),
                ),
            ),
            1,
            "6",
            "6.",
            "section.term",
        ),
        Section(
            "General",
            (
                Section(
                    "Notices",
                    (
                        _p("Notices go to:"),
                        _p(
                            _f(
                                "cbo.address",
                                "O’Neil & Sons <Aid>, Inc.\n12 Harbor Street, 2nd Floor\nBaltimore, MD 02134",
                                18,
                            )
                        ),
                        _p(
                            "and to ",
                            _f("hco.address", "AT&T Health Partners, LLC\n1 Plaza Way\nAnnapolis, MD 21401", 24),
                            LineBreak(),
                            "with a copy to counsel.",
                        ),
                    ),
                    2,
                    "7.1",
                    "7.1",
                    "gen.notices",
                    _source("gen.notices"),
                ),
                Section(
                    "Whole Agreement",
                    (
                        _p(
                            "This agreement, with ",
                            _ref("schedule.rates", "A", "Rates", "Schedule"),
                            ", is the whole agreement of the parties and may be changed only in writing; see also ",
                            _ref("section.privacy", "5", "Privacy and Security"),
                            " and ",
                            _ref("referral.refuse", "2.2.1", "Refusal"),
                            ".",
                        ),
                    ),
                    2,
                    "7.2",
                    "7.2",
                    "gen.entire",
                    _source("gen.entire"),
                ),
            ),
            1,
            "7",
            "7.",
            "section.general",
        ),
    )

    schedules = (
        Schedule(
            "Schedule",
            "A",
            "Rates",
            (
                _p("This schedule belongs to ", _ref("pay.fee_for_service", "3", "Payment"), "."),
                Section(
                    "Rate Table",
                    (
                        Table(
                            _columns(
                                ("Stage", 0.12, Align.LEFT),
                                ("Activity", 0.2, Align.LEFT),
                                ("Responsible", 0.14, Align.LEFT),
                                ("Accountable", 0.14, Align.LEFT),
                                ("Consulted", 0.13, Align.LEFT),
                                ("Within", 0.13, Align.CENTER),
                                ("Price", 0.14, Align.RIGHT),
                            ),
                            tuple(
                                (
                                    _cell(f"Stage {n}"),
                                    (
                                        _p(f"Activity {n}, with steps:"),
                                        Items(
                                            (_i("•", "call the person;"), _i("•", "visit within a week.")),
                                            Scheme.BULLET,
                                        ),
                                    ),
                                    _cell(provider),
                                    _cell(purchaser),
                                    _cell("both"),
                                    _cell(f"{n} days"),
                                    _cell(f"${n * 1250:,}.00"),
                                )
                                for n in range(1, 7)
                            ),
                            "Stages of the work, who does them, by when and at what price",
                        ),
                        _p("Prices are fixed for the first year.", note=True),
                    ),
                    1,
                    "A.1",
                    "A.1",
                    "rates.table",
                    _source("rates.table"),
                ),
                Section(
                    "Adjustment",
                    (
                        _p("Rates change each year by the lesser of:"),
                        Items((_i("(a)", "the change of the index; and"), _i("(b)", "three percent (3%)."))),
                        Section(
                            "Notice",
                            (_p("The change is told sixty (60) days ahead."),),
                            2,
                            "A.2.1",
                            "A.2.1",
                            "rates.adjust_notice",
                        ),
                    ),
                    1,
                    "A.2",
                    "A.2",
                    "rates.adjust",
                    _source("rates.adjust"),
                ),
            ),
            "schedule.rates",
        ),
        Schedule(
            "Schedule",
            "B",
            "Statement of Work",
            (
                Section(
                    "Services",
                    (
                        _p(
                            "The ",
                            _u("Services"),
                            " are, under ",
                            _ref("services.scope", "2.1", "Scope"),
                            " and ",
                            _ref("rates.adjust", "A.2", "Adjustment"),
                            ":",
                        ),
                        Items(
                            (
                                _i(
                                    "(a)",
                                    "meals;",
                                    Items((_i("(i)", "hot; or", depth=1), _i("(ii)", "frozen; and", depth=1))),
                                ),
                                _i("(b)", "rides."),
                            )
                        ),
                    ),
                    1,
                    "B.1",
                    "B.1",
                    "sow.services",
                    _source("sow.services"),
                ),
                Section(
                    "Reports",
                    (_p("Reports are due as ", _ref("sow.services", "B.1", "Services"), " says."),),
                    1,
                    "B.2",
                    "B.2",
                    "sow.reports",
                    _source("sow.reports"),
                ),
            ),
            "schedule.sow",
        ),
    )

    def signature(key: str, name: Inline, signer: Inline, title: str) -> SignatureBlock:
        return SignatureBlock(
            key,
            (name,),
            (
                SignatureLine("By:"),
                SignatureLine("Name:", (signer,)),
                SignatureLine("Title:", (_f(f"{key}.signer.title", title),)),
                SignatureLine("Date:"),
            ),
        )

    return Agreement(
        document_type="svc",
        title="Services Agreement",
        name="{Re}Build & {{ x }} ** Pilot",
        number="2027-014",
        status=Status.DRAFT if draft else Status.FINAL,
        date=dt.date(2026, 11, 15),
        cover=Cover(
            "Services Agreement",
            (_f("agreement.name", "{Re}Build & {{ x }} ** Pilot"),),
            (
                (_f("cbo.legal_name", "O’Neil & Sons <Aid>, Inc.", 2),),
                (_f("hco.legal_name", "AT&T Health Partners, LLC", 3), _t(" (Purchaser)")),
            ),
            Table(
                _columns(("Key term", 0.35, Align.LEFT), ("In this agreement", 0.65, Align.LEFT)),
                (
                    (_cell("Starts"), _cell(_f("term.effective_date", "January 1, 2027"))),
                    (_cell("Ends"), _cell(_f("term.end_date", "December 31, 2028"))),
                    (_cell("Payment within"), _cell(g("pay.invoice.pay_days", "thirty (30) days"))),
                    (_cell("Governing law"), _cell("State of ", _f("law.state", "Maryland"))),
                ),
                "Key terms of this agreement",
                row_headers=True,
                plain=True,
            ),
            (
                _p(
                    "The key terms are a summary. Where they differ from the sections below, the sections govern.",
                    note=True,
                ),
            ),
        ),
        parties=(
            Party("cbo", "O’Neil & Sons <Aid>, Inc.", PROVIDER, "Provider"),
            Party("hco", "AT&T Health Partners, LLC", PURCHASER, "Purchaser"),
        ),
        opening=opening,
        sections=sections,
        closing=(_p("The parties have signed this agreement by people with authority to bind them."),),
        signatures=(
            signature(
                "cbo",
                _f("cbo.legal_name", "O’Neil & Sons <Aid>, Inc.", 2),
                _f("cbo.signer.name", SIGNER),
                "Executive Director",
            ),
            signature(
                "hco",
                _f("hco.legal_name", "AT&T Health Partners, LLC", 3),
                g("hco.signer.name", "Łukasz Ørsted-Çelik", 30),
                "Vice President",
            ),
        ),
        schedules=schedules,
        open_page=_open_page() if draft else None,
        open_items=_open_items() if draft else (),
        sources=(
            *(
                Source(name, "1.0.0", _source(name).digest, "starter", "released", "", True, "always", number)
                for name, number in (
                    ("gen.definitions", "Section 1.1"),
                    ("services.scope", "Section 2.1"),
                    ("term.cause", "Section 6.2"),
                )
            ),
            Source(
                "hipaa.part2",
                "1.0.0",
                _source("hipaa.part2").digest,
                "starter",
                "released",
                "",
                False,
                "cbo.is_part2_program is no",
            ),
        ),
        header="Services Agreement · 2027-014",
    )


def _open_items() -> tuple[OpenItem, ...]:
    return (
        OpenItem(
            1, "baa.breach_notice", "Breach notice", "Within how many business days must a breach be reported?",
            "The law allows 60 days; contracts usually say less.", "privacy officer", "5 business days",
            ("Section 5.2 (Notice of Breach)",), ("hipaa.breach_notice",), Span("specimen.yaml", 41, 3),
        ),
        OpenItem(
            2, "pay.invoice.pay_days", "Payment period", "How many days after an invoice is payment due?",
            "Cash flow of the provider depends on it.", "finance lead", "30 days",
            ("Section 3 (Payment)", "the key terms"), ("pay.fee_for_service",), Span("specimen.yaml", 50, 3),
        ),
        OpenItem(
            3, "hco.signer.name", "Signer of the health care organization", "Who signs for AT&T <Health> & Partners?",
            "", "contracts office", "María Núñez", ("where the partner signs",), (), Span("specimen.yaml", 30, 5),
        ),
        OpenItem(
            4, "cbo.is_part2_program", "Substance use program", "Is this organization a 42 CFR Part 2 program?",
            "Part 2 records need their own clauses.", "compliance officer", "no",
            ("whether Substance Use Records is part of this agreement",), ("hipaa.part2",), None,
        ),
    )  # fmt: skip


def _open_page() -> Section:
    items = _open_items()
    return Section(
        "Open Items",
        (
            _p("This draft cannot be signed before these questions are answered."),
            Table(
                _columns(
                    ("No.", 0.08, Align.RIGHT),
                    ("Question", 0.42, Align.LEFT),
                    ("Needed by", 0.3, Align.LEFT),
                    ("Write it in", 0.2, Align.LEFT),
                ),
                tuple(
                    (
                        _cell(str(o.number)),
                        _cell(o.question),
                        _cell("; ".join(o.needed_by)),
                        _cell(str(o.span) if o.span else o.field),
                    )
                    for o in items
                ),
                "Open items of this draft",
            ),
        ),
        anchor="open-items",
    )
