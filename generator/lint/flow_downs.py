"""What a payer's own contracts and programs pass down: Medicaid, Medicare, aging funds, federal awards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.fields.values import Duration
from generator.lint.index import Index, Lint, Spoken, longer, note
from generator.lint.parties import is_health_center, is_public

__all__ = ["LINTS"]

MEDICAID_TERMS_MISSING = Rule(
    "medicaid-terms-missing",
    Severity.WARNING,
    "Members of a Medicaid plan are served, and the contract has no Medicaid terms.",
    """A Medicaid plan may delegate work only under a written contract with certain terms: reports, revocation, audit by
the state and by federal agencies for ten years.

Wrong: `payer_lines: [medicaid_mco]` and a services agreement without `comp.medicaid_flowdown`

Right: put the clause into the document type, with whatever words the state prescribes.

Source: REG-01. Counsel should compare the terms with the regulation and the state's contract.""",
)
RECORDS_KEPT_UNDER_TEN_YEARS = Rule(
    "records-kept-under-ten-years",
    Severity.WARNING,
    "Records are kept for less than ten years, and members of Medicaid plans or Medicare Advantage are served.",
    """Plans of these programs must be able to show records for ten years, and pass that on.

Wrong: `payer_lines: [medicaid_mco]` with `audit.record_years: 6 years`

Right: `audit.record_years: 10 years`

Source: REG-02. Counsel should confirm the period in the plan's contract.""",
)
RECORDS_KEPT_UNDER_FOUR_YEARS = Rule(
    "records-kept-under-four-years",
    Severity.ERROR,
    "Records are kept for less than the four years for which federal auditors may ask for the books.",
    """A subcontractor of a Medicare hospital, nursing facility, home health agency or hospice whose services are worth
$10,000 or more in twelve months must open its books until four years after the services.

Wrong: `audit.record_years: 3 years` with such a hospital

Right: `audit.record_years: 4 years` or more

Source: REG-02; 42 CFR 420.302.""",
)
BOOKS_TERMS_MISSING = Rule(
    "books-terms-missing",
    Severity.ERROR,
    "A Medicare provider buys services of $10,000 or more in a year, and the contract does not open the books.",
    """Without the clause the hospital may not count the cost toward Medicare.

Wrong: `hco.medicare_part_a_provider: yes`, `pay.value_12mo: 90000.00`, and no `comp.books_10k`

Right: put the clause into the document type.

Source: REG-04; 42 U.S.C. 1395x(v)(1)(I).""",
)
BOOKS_TERMS_IDLE = Rule(
    "books-terms-idle",
    Severity.WARNING,
    "The contract opens the books to federal auditors although no party is a Medicare provider of that kind.",
    """The clause costs nothing in law and much in worry. It belongs to contracts with hospitals, nursing facilities,
home health agencies and hospices.

Wrong: `comp.books_10k` in a contract with a health plan

Right: leave it out.

Source: REG-05, drafting practice.""",
)
MEDICARE_ADVANTAGE_TERMS_MISSING = Rule(
    "medicare-advantage-terms-missing",
    Severity.WARNING,
    "The plan treats the provider as a first-tier or downstream entity, and the contract has no Medicare Advantage "
    "terms.",
    """Such an entity takes on training, audit and hold-harmless duties that the plan must pass down in writing.

Wrong: `fdr_status: fdr` and no `comp.ma_fdr`

Right: put the addendum into the document type.

Source: REG-06. Counsel should compare the terms with the regulation.""",
)
AGING_APPROVAL_DENIED = Rule(
    "aging-approval-denied",
    Severity.WARNING,
    "An Area Agency on Aging contracts with a health payer, and State approval is said not to be needed.",
    """Contracts of these agencies with health payers come under the State unit on aging: approved beforehand, by
type, or shown to be outside the rule.

Wrong: `is_aaa: yes`, a payer, and `aaa.approval_status: not_required`

Right: `preapproved`, `pending` or `approved`; or an override that names who at the State said so.

Source: REG-07; 45 CFR 1321.9(c)(2)(xiv).""",
)
SUBAWARD_DATA_MISSING = Rule(
    "subaward-data-missing",
    Severity.ERROR,
    "Federal grant money is passed on, and the data of the award are not there.",
    """A subaward must name the federal award: its number, its listing, its date, its amount, and the recipient's UEI.

Wrong: `pay.models: [grant]` with a federal funder, and no `fed_award`

Right: `fed_award` as the award notice says, and `uei` of the recipient

Source: REG-08; 2 CFR 200.332(b).""",
)
PUBLIC_BODY_INDEMNIFIES = Rule(
    "public-body-indemnifies",
    Severity.WARNING,
    "A public body is a party, and the answer asks for an indemnity.",
    """Most public bodies cannot lawfully promise to indemnify. The shipped contract prints “each party is responsible
for itself” instead; the answer should say so, lest a later hand take it at its word.

Wrong: `entity_type: county` with `indemnity.mode: mutual`

Right: `indemnity.mode: each_responsible`

Source: REG-10; state law differs.""",
)
PLACED_ABOVE_PROGRAM = Rule(
    "placed-above-program",
    Severity.ERROR,
    "The text puts the agreement above words that a state or a government program prescribes.",
    """States prescribe words for contracts of Medicaid plans, and say that these words prevail. An order of precedence
that says otherwise is void there, and may cost the plan its approval of the contract.

Wrong: “This agreement prevails over any term that the State requires.”

Right: the shipped clause `front.precedence`, in which the law and what a program prescribes stand first.

Source: REG-03; standard clauses of the states, for example those of New York for managed care contracts.""",
)
HEALTH_CENTER_LIMITED = Rule(
    "health-center-limited",
    Severity.ERROR,
    "A federally funded health center gives up decisions or choices that must stay with its board and its staff.",
    """The agency that funds health centers looks at every agreement with others: the center's own board keeps authority
over its services, and its people refer where the patient is served best. Exclusivity, or a joint board whose chair
decides over a tie, takes that away.

Wrong: a health center as a party with `nonexclusive: no`, or a contract without `gov.health_center`

Right: `nonexclusive: yes`, the clause, and a tie that goes to both chief executives.

Source: REG-13; the health center program's conditions for affiliations (Form 8).""",
)


def medicaid_terms_missing(index: Index) -> Iterator[Diagnostic]:
    svc = index.finished
    if svc is None or "medicaid_mco" not in index.words("payer_lines") or "reg" in index.documents:
        return  # an addendum of the set has them
    if not any(r.startswith("medicaid.") for r in index.satisfied(svc)):
        yield index.at(
            MEDICAID_TERMS_MISSING, "payer_lines", f"The {svc.title} has no Medicaid terms.",
            "Put the clause comp.medicaid_flowdown into the document type.",
        )  # fmt: skip


def records_kept_under_ten_years(index: Index) -> Iterator[Diagnostic]:
    lines = index.words("payer_lines")
    if not any(line in lines for line in ("medicaid_mco", "medicare_advantage")):
        return
    for name in ("audit.record_years", "data.retention_years"):
        kept = index.duration(name)
        if kept is not None and longer(Duration(10, "years"), kept):
            yield index.at(
                RECORDS_KEPT_UNDER_TEN_YEARS, name,
                "Plans of these programs must be able to show records for ten years.", "Write: 10 years",
                ["payer_lines"],
            )  # fmt: skip


def _opens_books(index: Index) -> bool:
    buyer = index.party("purchaser")
    value = index.money("pay.value_12mo")
    return bool(buyer) and index.yes(f"{buyer}.medicare_part_a_provider") and (value or Decimal(0)) >= 10000


def records_kept_under_four_years(index: Index) -> Iterator[Diagnostic]:
    kept = index.duration("audit.record_years")
    if kept is not None and _opens_books(index) and longer(Duration(4, "years"), kept):
        yield index.at(
            RECORDS_KEPT_UNDER_FOUR_YEARS, "audit.record_years",
            "Federal auditors may ask for the books until four years after the services.", "Write 4 years or more.",
        )  # fmt: skip


def books_terms_missing(index: Index) -> Iterator[Diagnostic]:
    if _opens_books(index):
        name = f"{index.party('purchaser')}.medicare_part_a_provider"
        says = "does not open the books, although the purchaser is a Medicare provider"
        yield from index.unless_printed("comp.books_10k", BOOKS_TERMS_MISSING, name, says)


def books_terms_idle(index: Index) -> Iterator[Diagnostic]:
    if not index.prints("comp.books_10k"):
        return
    if index.party_keys and all(index.no(f"{key}.medicare_part_a_provider") for key in index.party_keys):
        yield BOOKS_TERMS_IDLE.at(
            index.line_of("comp.books_10k", ""),
            "No party is a Medicare hospital, nursing facility, home health agency or hospice, and this clause is for "
            "them.",
            fix="Leave the clause comp.books_10k out of the document type.",
        )


def medicare_advantage_terms_missing(index: Index) -> Iterator[Diagnostic]:
    if (
        "medicare_advantage" in index.words("payer_lines")
        and index.word("fdr_status") == "fdr"
        and "reg" not in index.documents
    ):
        says = "has no Medicare Advantage terms"
        yield from index.unless_printed("comp.ma_fdr", MEDICARE_ADVANTAGE_TERMS_MISSING, "fdr_status", says)


def aging_approval_denied(index: Index) -> Iterator[Diagnostic]:
    lines = [line for line in index.words("payer_lines") if line not in ("none", "uninsured")]
    agency = any(index.yes(f"{key}.is_aaa") for key in index.party_keys)
    if agency and lines and index.word("aaa.approval_status") == "not_required":
        yield index.at(
            AGING_APPROVAL_DENIED, "aaa.approval_status",
            "An Area Agency on Aging contracts with a health payer; such contracts come under the State unit on aging.",
            "Ask the State unit, and write preapproved, pending or approved.", ["payer_lines"],
        )  # fmt: skip


def subaward_data_missing(index: Index) -> Iterator[Diagnostic]:
    federal = [e for e in index.entries("grant.sources") if e.yes("federal") or e.word("type") == "federal"]
    provider = index.party("provider")
    if "grant" not in index.words("pay.models") or not federal or not provider:
        return
    missing = [n for n in ("fed_award.fain", "fed_award.aln", "fed_award.award_date") if index.left_out(n)]
    if index.left_out(f"{provider}.uei"):
        missing.append(f"{provider}.uei")
    if missing:
        named = ", ".join(index.label(n) for n in missing)
        yield index.at(
            SUBAWARD_DATA_MISSING, missing[0], f"Federal grant money is passed on, and these are missing: {named}.",
            "Take them from the award notice and SAM.gov.", ["grant.sources"],
        )  # fmt: skip


def public_body_indemnifies(index: Index) -> Iterator[Diagnostic]:
    mode = index.word("indemnity.mode")
    if mode not in ("mutual", "one_way_c_to_h", "one_way_h_to_c"):
        return
    # A public body that signs a memorandum alone promises no indemnity: only these papers can hold one.
    bound = {p.key for a in index.agreements if a.document_type in ("svc", "sow", "hub") for p in a.parties}
    for key in index.party_keys:
        if is_public(index, key) and (key in bound or not index.agreements):
            yield index.at(
                PUBLIC_BODY_INDEMNIFIES, "indemnity.mode",
                f"{index.name(key)} is a public body, and most of them may not indemnify.",
                "Write: indemnity.mode: each_responsible", [f"{key}.entity_type"],
            )  # fmt: skip
            return


_ABOVE = re.compile(
    r"\bprevails?\b[^.;]{0,30}\bover\b[^.;]{0,60}\b(?:state|government|program|medicaid|medicare|law)\b"
    r"[^.;]{0,20}\b(?:requires?|prescribes?|mandated?|required|terms?|clauses?)\b",
    re.IGNORECASE,
)


@note("prevail")
def _placed_above(spoken: Spoken) -> str | None:
    text = spoken.plain
    found = _ABOVE.search(text)
    return found.group() if found is not None and " not " not in f" {text[: found.start()][-40:]} " else None


def placed_above_program(index: Index) -> Iterator[Diagnostic]:
    for passage, found in index.noted(_placed_above):
        yield index.in_text(
            PLACED_ABOVE_PROGRAM,
            passage,
            "prevail",
            f"“{found}” puts these papers above what a program prescribes.",
            "Put the law and prescribed terms first, as front.precedence does.",
        )


def health_center_limited(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        if not is_health_center(index, key):
            continue
        limits = (
            ("nonexclusive", index.no("nonexclusive"), "could not work with or refer to others", "Write yes."),
            ("joint_board.deadlock", index.word("joint_board.deadlock") == "chair_casts",
             "could be bound by the chair's vote on a joint board", "Write escalate_ceos, mediate or status_quo."),
        )  # fmt: skip
        for name, limited, what, fix in limits:
            if limited:
                message = f"{index.name(key)} is a health center and {what}."
                yield index.at(HEALTH_CENTER_LIMITED, name, message, fix, [f"{key}.fqhc_status"])
        says = f"does not keep the authority of the board of {index.name(key)}, a health center"
        yield from index.unless_printed("gov.health_center", HEALTH_CENTER_LIMITED, f"{key}.fqhc_status", says)


LINTS = (
    Lint(MEDICAID_TERMS_MISSING, medicaid_terms_missing, ("svc", "hub")),
    Lint(RECORDS_KEPT_UNDER_TEN_YEARS, records_kept_under_ten_years),
    Lint(RECORDS_KEPT_UNDER_FOUR_YEARS, records_kept_under_four_years, ("svc", "sow", "hub")),
    Lint(BOOKS_TERMS_MISSING, books_terms_missing, ("svc", "hub")),
    Lint(BOOKS_TERMS_IDLE, books_terms_idle),
    Lint(MEDICARE_ADVANTAGE_TERMS_MISSING, medicare_advantage_terms_missing, ("svc", "hub")),
    Lint(AGING_APPROVAL_DENIED, aging_approval_denied),
    Lint(SUBAWARD_DATA_MISSING, subaward_data_missing),
    Lint(PUBLIC_BODY_INDEMNIFIES, public_body_indemnifies, ("svc", "sow", "hub")),
    Lint(PLACED_ABOVE_PROGRAM, placed_above_program),
    Lint(HEALTH_CENTER_LIMITED, health_center_limited),
)
