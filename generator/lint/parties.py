"""Who signs: names that bind, addresses that receive, people who may sign."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Related, Rule, Severity
from generator.lint.dates import money_moves
from generator.lint.index import Index, Lint

__all__ = ["LINTS", "PUBLIC_BODIES", "is_health_center", "is_public"]

PUBLIC_BODIES = (
    "county", "city", "state_agency", "special_district", "tribe", "school_district", "hospital_district",
)  # fmt: skip

TRADE_NAME_AS_LEGAL_NAME = Rule(
    "trade-name-as-legal-name",
    Severity.ERROR,
    "The legal name of a party holds a trade name, or is one.",
    """A contract binds the organization whose registered name it carries. A program, a brand or “doing business as” is
not an organization.

Wrong: `legal_name: Riverbend Community Services, Inc. d/b/a Riverbend Connect`

Right: `legal_name: Riverbend Community Services, Inc.` with `dba: Riverbend Connect`; the trade name is printed behind
it.

Source: PTY-01, drafting practice.""",
)
NAME_SHARED = Rule(
    "name-shared",
    Severity.ERROR,
    "Two parties have the same legal name or the same short name.",
    """Where one name stands for two parties, nobody can tell who owes what.

Wrong: both parties with `short_name: Lakeshore`

Right: `short_name: Lakeshore` and `short_name: Riverbend`

Source: PTY-01 and the rules for short names, drafting practice.""",
)
NAME_BEGINS_SMALL = Rule(
    "name-begins-small",
    Severity.WARNING,
    "A short name begins with a small letter, and sentences begin with it.",
    """Many sentences of an agreement begin with the short name of a party. With “the County” they would begin small.

Wrong: `short_name: the County`

Right: `short_name: Glacial Lakes`, or `short_name: County`

Source: PTY-01 and the rules for short names, drafting practice.""",
)
CANNOT_SIGN = Rule(
    "cannot-sign",
    Severity.ERROR,
    "A party has no legal existence of its own, or works under a sponsor that is not the one named as party.",
    """A coalition without a legal form, and a project of a fiscal sponsor, own nothing and can promise nothing. The
organization behind them signs.

Wrong: `entity_type: coalition_no_entity`

Wrong: `tax_status: fiscal_sponsored` with the name of the project as `legal_name`

Right: the legal name and form of the sponsor or the lead organization as the party, and the name of the coalition or
the project as `dba`.

Source: PTY-01 and SCOPE-01, drafting practice.""",
)
POST_OFFICE_BOX = Rule(
    "post-office-box",
    Severity.ERROR,
    "The address for notices is a post office box.",
    """A courier cannot deliver to a box, and a notice that nobody could deliver may count as never given.

Wrong: `street: P.O. Box 112`

Right: `street: 412 Ferry Landing Road`

Source: PTY-02, drafting practice.""",
)
APPROVAL_MISSING = Rule(
    "approval-missing",
    Severity.ERROR,
    "A public body or health center signs, and nobody is named that approves.",
    """What a county, a city, a school district, a hospital district or a federally funded health center signs often
binds only once its board or council has approved. The signature page then shows that approval.

Wrong: `entity_type: county` without `approval`

Right: `approval: {body: Fiscal Court of Jefferson County, date: 2026-12-08}`

Source: PTY-03, drafting practice.""",
)
AUTHORITY_MISSING = Rule(
    "authority-missing",
    Severity.WARNING,
    "The profile does not say where the signer's authority comes from.",
    """A signature without authority may bind nobody. The answer is not printed; it makes somebody look.

Wrong: a signer with name and title only.

Right: `authority: board_resolution`, and a copy of the resolution in the file.

Source: PTY-03, drafting practice; a warning, because the agreement is complete without it.""",
)
ONE_SIGNER = Rule(
    "one-signer",
    Severity.WARNING,
    "The same person signs for two parties.",
    """Whoever signs for both sides negotiates with themselves. That can be lawful, and it is a conflict of interest
that both boards should know of.

Wrong: `signer.name: Denise Carter` for both parties.

Right: another officer signs for one of them, or both boards approve and the profile overrules this with that reason.

Source: PTY-05, drafting practice.""",
)
THREE_STATES = Rule(
    "three-states",
    Severity.WARNING,
    "The governing law is that of a state where no party is and no service is given.",
    """A law that is nobody's home surprises both sides, and a court may refuse it.

Wrong: parties of Kentucky and Indiana, services in Kentucky, `governing_state: TX`

Right: the law of the state where the services are given.

Source: PTY-06, drafting practice.""",
)
SCREENING_OLD = Rule(
    "screening-old",
    Severity.WARNING,
    "The exclusion lists were checked more than 30 days before the papers are made.",
    """Federal health programs pay nothing for the work of an excluded person, whenever the exclusion began. The lists
change every month.

Wrong: papers of December 15, 2026, with `excluded_screen_date: 2026-09-01`

Right: check again and write the new date.

Source: the rules for the exclusion check; drafting practice. No federal rule sets how often.""",
)
PUBLIC_LIMITS_MISSING = Rule(
    "public-limits-missing",
    Severity.WARNING,
    "A party is a public body, and nobody has said which laws limit its promises.",
    """Many states forbid public bodies to indemnify, to waive immunity or to promise money of later years. A promise
against that is void and may take others with it.

Wrong: `entity_type: county` without `public_entity_limits`

Right: what counsel of the public body says, with the place in the law.

Source: REG-10 and the rules for public bodies; state law differs.""",
)


def is_public(index: Index, key: str) -> bool:
    """Whether the party ``key`` is a body of government."""
    return index.word(f"{key}.entity_type") in PUBLIC_BODIES or index.word(f"{key}.tax_status") == "government"


def is_health_center(index: Index, key: str) -> bool:
    """Whether the party ``key`` is a health center or a look-alike."""
    return index.word(f"{key}.fqhc_status") in ("section330", "lookalike")


_DBA = re.compile(r"\b(?:d\W?b\W?a|doing business as|a\W?k\W?a|trading as)\b", re.IGNORECASE)
_BOX = re.compile(r"\bP(?:ost|\.)? ?O(?:ffice|\.)? ?Box\b", re.IGNORECASE)


def trade_name_as_legal_name(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        legal, dba = index.word(f"{key}.legal_name"), index.word(f"{key}.dba")
        if _DBA.search(legal):
            message = "The legal name holds a trade name."
        elif legal and dba and legal.casefold() == dba.casefold():
            message = "The legal name and the trade name are the same."
        else:
            continue
        yield index.at(
            TRADE_NAME_AS_LEGAL_NAME, f"{key}.legal_name", message,
            "Write the name as registered with the state; the trade name goes under dba.", [f"{key}.dba"],
        )  # fmt: skip


def name_shared(index: Index) -> Iterator[Diagnostic]:
    for what in ("legal_name", "short_name"):
        seen: dict[str, str] = {}
        for key in index.party_keys:
            name = index.word(f"{key}.{what}").casefold()
            if name and name in seen:
                yield index.at(
                    NAME_SHARED, f"{key}.{what}",
                    f"{index.label(f'{key}.{what}').capitalize()} is also that of the other party.",
                    "Give each party a name of its own.", [f"{seen[name]}.{what}"],
                )  # fmt: skip
            seen[name] = key


def name_begins_small(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        if index.word(f"{key}.short_name")[:1].islower():
            yield index.at(
                NAME_BEGINS_SMALL, f"{key}.short_name", "Sentences begin with this name, and it begins small.",
                "Write a name that can begin a sentence.",
            )  # fmt: skip


def cannot_sign(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        if index.word(f"{key}.entity_type") == "coalition_no_entity":
            yield index.at(
                CANNOT_SIGN, f"{key}.entity_type", f"{index.name(key)} has no legal existence and cannot be a party.",
                "Name the organization that signs for it, and this name as dba.",
            )  # fmt: skip
        elif index.word(f"{key}.tax_status") == "fiscal_sponsored" and index.left_out(f"{key}.fiscal_sponsor"):
            yield index.at(
                CANNOT_SIGN, f"{key}.tax_status",
                f"{index.name(key)} works under a fiscal sponsor, and the sponsor is not named.",
                f"Write: {key}.fiscal_sponsor: the sponsor's legal name",
            )  # fmt: skip
        elif (
            index.word(f"{key}.tax_status") == "fiscal_sponsored"
            and (sponsor := index.word(f"{key}.fiscal_sponsor"))
            and sponsor != index.word(f"{key}.legal_name")
        ):
            yield index.at(
                CANNOT_SIGN, f"{key}.legal_name",
                f"{index.name(key)} works under a fiscal sponsor, and the project is named as party.",
                f"Write the project as {key}.dba, and the sponsor with its form and address as {key}.legal_name: "
                f"{sponsor}",
                [f"{key}.fiscal_sponsor"],
            )  # fmt: skip


def post_office_box(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        street = f"{key}.address.street"
        if _BOX.search(index.word(street)) and not re.search(r"\d+ \w+ (?!Box)\w+", _BOX.split(index.word(street))[0]):
            yield index.at(
                POST_OFFICE_BOX, street, f"Notices to {index.name(key)} would go to a post office box.",
                "Write a street address.",
            )  # fmt: skip


def approval_missing(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        public = is_public(index, key)
        if (public or is_health_center(index, key)) and index.left_out(f"{key}.approval.body"):
            what = "a public body" if public else "a health center"
            yield index.at(
                APPROVAL_MISSING, f"{key}.approval.body",
                f"{index.name(key)} is {what}, and the profile names nobody that approves the agreement.",
                f"Write: {key}.approval.body: Board of Directors",
            )  # fmt: skip


def authority_missing(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        alone = index.word(f"{key}.entity_type") == "sole_proprietor"  # signs for nobody else
        if not alone and index.word(f"{key}.signer.name") and index.left_out(f"{key}.signer.authority"):
            yield index.at(
                AUTHORITY_MISSING, f"{key}.signer.authority",
                f"Nothing says where the authority of the signer of {index.name(key)} comes from.",
                f"Write: {key}.signer.authority: board_resolution",
            )  # fmt: skip


def one_signer(index: Index) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for key in index.party_keys:
        name = index.word(f"{key}.signer.name").casefold()
        if name and name in seen:
            yield index.at(
                ONE_SIGNER, f"{key}.signer.name",
                f"The same person signs for {index.name(seen[name])} and for {index.name(key)}.",
                "Let another officer sign for one of them.", [f"{seen[name]}.signer.name"],
            )  # fmt: skip
        seen[name] = key


def three_states(index: Index) -> Iterator[Diagnostic]:
    law = index.word("law.governing_state")
    formed = [index.word(f"{key}.state_formed") for key in index.party_keys]
    homes = [index.word(f"{key}.address.state") for key in index.party_keys]
    work = index.words("agreement.states")
    if law and work and all(formed) and law not in (*formed, *homes, *work):
        yield index.at(
            THREE_STATES, "law.governing_state", "No party is of this state, and no service is given there.",
            "Choose the state where the services are given.", ["agreement.states"],
        )  # fmt: skip


def screening_old(index: Index) -> Iterator[Diagnostic]:
    made = index.agreements[0].date if index.agreements else index.date("agreement.prepared_on")
    for key in index.party_keys:
        checked = index.date(f"{key}.excluded_screen_date")
        if made is not None and checked is not None and money_moves(index) and checked < made - dt.timedelta(days=30):
            yield index.at(
                SCREENING_OLD, f"{key}.excluded_screen_date",
                f"The exclusion lists were checked for {index.name(key)} more than 30 days before these papers.",
                "Check again and write the new date.", ["agreement.prepared_on"],
            )  # fmt: skip


def public_limits_missing(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        if is_public(index, key) and index.left_out(f"{key}.public_entity_limits"):
            yield PUBLIC_LIMITS_MISSING.at(
                index.place(f"{key}.public_entity_limits"),
                f"{index.name(key)} is a public body, and nobody has said which laws limit what it may promise.",
                fix=f"Write under {key}.public_entity_limits what its counsel says.",
                field=f"{key}.public_entity_limits",
                others=[Related(index.place(f"{key}.entity_type"), "its legal form")],
            )


LINTS = (
    Lint(TRADE_NAME_AS_LEGAL_NAME, trade_name_as_legal_name),
    Lint(NAME_SHARED, name_shared),
    Lint(NAME_BEGINS_SMALL, name_begins_small),
    Lint(CANNOT_SIGN, cannot_sign, blocker=True),
    Lint(POST_OFFICE_BOX, post_office_box),
    Lint(APPROVAL_MISSING, approval_missing),
    Lint(AUTHORITY_MISSING, authority_missing),
    Lint(ONE_SIGNER, one_signer),
    Lint(THREE_STATES, three_states),
    Lint(SCREENING_OLD, screening_old),
    Lint(PUBLIC_LIMITS_MISSING, public_limits_missing),
)
