"""Who bears which loss: indemnity, limits, insurance, freedom to work, and what belongs to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.index import Entry, Index, Lint, Spoken, note

__all__ = ["LINTS"]

ONE_WAY_INDEMNITY = Rule(
    "one-way-indemnity",
    Severity.WARNING,
    "Only the community organization covers the other party against claims.",
    """Each side can cause harm. A cover that runs one way makes the smaller side insure the larger.

Wrong: `indemnity.mode: one_way_c_to_h`

Right: `indemnity.mode: mutual`, or `each_responsible`

Source: RISK-01, drafting practice.""",
)
COVERS_OTHERS_FAULT = Rule(
    "covers-others-fault",
    Severity.ERROR,
    "A party would cover claims that the other party's own negligence caused.",
    """Many states do not enforce such a promise, and insurers often exclude it.

Wrong: “shall indemnify … regardless of the negligence of {party}”

Right: “to the extent caused by the negligence of the party that indemnifies”

Source: RISK-02; state laws against such indemnities.""",
)
NO_LIMIT_OF_LIABILITY = Rule(
    "no-limit-of-liability",
    Severity.ERROR,
    "The contract sets no limit to what the parties may owe each other.",
    """Without one, a single mistake can cost a community organization all it owns, over a contract worth a part of its
budget.

Wrong: a services agreement without `risk.liability_cap`

Right: put the clause in, with `liability.cap_multiple: one`

Source: RISK-03, drafting practice.""",
)
TWO_LIMITS = Rule(
    "two-limits",
    Severity.ERROR,
    "The limit of liability is given as an amount and as a multiple of the fees.",
    """The contract prints one of them. Whoever remembers the other will argue for it.

Wrong: `liability: {cap_amount: 500000.00, cap_multiple: one}`

Right: exactly one of the two.

Source: the limits of liability, drafting practice.""",
)
LIMIT_ABOVE_INSURANCE = Rule(
    "limit-above-insurance",
    Severity.ERROR,
    "The limit of liability is higher than the provider's liability insurance.",
    """What the policy does not pay comes out of programs.

Wrong: a limit of five million dollars over a policy of one million.

Right: a limit up to what the policy pays for each event.

Source: RISK-03, drafting practice.""",
)
AGGREGATE_BELOW_EACH = Rule(
    "aggregate-below-each",
    Severity.ERROR,
    "A policy is to pay less in a whole year than for one event.",
    """The two numbers were exchanged.

Wrong: two million for each event and one million in total.

Right: one million for each event and two million in total.

Source: RISK-04 and the limits of insurance, drafting practice.""",
)
INSURANCE_EXPIRED = Rule(
    "insurance-expired",
    Severity.ERROR,
    "A policy has ended before the agreement starts.",
    """The contract says that the party keeps this insurance; on its first day it does not.

Wrong: `expiry: 2026-06-30` for an agreement from January 1, 2027

Right: the date on the renewed certificate.

Source: RISK-04 and the limits of insurance, drafting practice.""",
)
CLAIMS_MADE_WITHOUT_TAIL = Rule(
    "claims-made-without-tail",
    Severity.WARNING,
    "A policy pays only for claims made while it is in force, and nothing is said of the time after.",
    """Claims about care come years later. Without reporting time after the end, the policy of today pays for none of
them.

Wrong: `claims_made: yes` without `tail`

Right: `claims_made: yes`, `tail: 2 years`

Source: RISK-04, drafting practice.""",
)
INSURANCE_LINE_MISSING = Rule(
    "insurance-line-missing",
    Severity.WARNING,
    "The work has a risk that no listed policy of the provider covers.",
    """Driving needs automobile cover, people's information in computers needs cyber cover, visits in homes need cover
for abuse claims, and vouchers need crime cover. The general policy excludes them.

Wrong: meals delivered to homes, and no `auto` line for the provider

Right: the line in the list; or the other party's policy or a pool, with that reason in an override.

Source: RISK-04, drafting practice.""",
)
EXCLUSIVE = Rule(
    "exclusive",
    Severity.WARNING,
    "A party may not work with others.",
    """A community organization serves people of many plans. Exclusivity closes its door to the rest and makes it
depend on one payer.

Wrong: `nonexclusive: no`

Right: `nonexclusive: yes`

Source: RISK-05, drafting practice.""",
)
WORK_HANDED_OVER = Rule(
    "work-handed-over",
    Severity.WARNING,
    "The health-care organization would own what the community organization creates.",
    """Curricula, scripts and workflows are what the organization lives on, with this partner and with the next.

Wrong: `ip.owner: hco`

Right: `ip.owner: each_own`, with a license to use it in the work

Source: RISK-07, drafting practice.""",
)
CONFIDENTIALITY_ONE_SIDED = Rule(
    "confidentiality-one-sided",
    Severity.WARNING,
    "The duty of confidentiality binds one side only, or has no exceptions.",
    """A promise of silence needs four things: it binds both; it leaves out what is public anyway; it yields to a court;
and it stops nobody from reporting a wrong to an authority. Without the last it may not bind at all, and it frightens
the people who should speak.

Wrong: “{provider} shall keep all information of {purchaser} confidential.”

Right: the shipped clause `confidentiality.mutual`.

Source: RISK-06, drafting practice. Counsel should confirm what federal law on trade secrets asks for.""",
)


def one_way_indemnity(index: Index) -> Iterator[Diagnostic]:
    if index.word("indemnity.mode") == "one_way_c_to_h":
        yield index.at(
            ONE_WAY_INDEMNITY, "indemnity.mode", "Only the community organization covers the other party.",
            "Write mutual or each_responsible.",
        )  # fmt: skip


_OWN_FAULT = re.compile(
    r"\b(?:regardless of|even if|whether or not|including)\b[^.;]{0,60}\b(?:negligence|fault|caused)\b", re.IGNORECASE
)


@note("indemnif", "hold harmless")
def _covers_fault(spoken: Spoken) -> str | None:
    found = _OWN_FAULT.search(spoken.plain)
    return found.group() if found is not None else None


def covers_others_fault(index: Index) -> Iterator[Diagnostic]:
    for passage, found in index.noted(_covers_fault):
        yield index.in_text(
            COVERS_OTHERS_FAULT,
            passage,
            found[:12],
            f"the cover reaches the other party's own fault: “{found}”.",
            "Cover only what the covering party itself causes.",
        )


_LIMITED = re.compile(r"\bliab(?:ility|le)\b[^.]{0,160}\b(?:limited|limit|not exceed|cap)\b", re.IGNORECASE)


@note("liab")
def _is_limited(spoken: Spoken) -> bool:
    return _LIMITED.search(spoken.plain) is not None


def no_limit_of_liability(index: Index) -> Iterator[Diagnostic]:
    svc = index.finished
    if svc is None or "risk.liability_cap" in index.clause_ids(svc):
        return
    if not any(index.noted(_is_limited, svc)):
        yield index.at(
            NO_LIMIT_OF_LIABILITY, "liability.cap_multiple", f"The {svc.title} sets no limit to what a party may owe.",
            "Put the clause risk.liability_cap into the document type.",
        )  # fmt: skip


def two_limits(index: Index) -> Iterator[Diagnostic]:
    if index.money("liability.cap_amount") is not None and index.word("liability.cap_multiple"):
        yield index.at(
            TWO_LIMITS, "liability.cap_amount", "The limit is given here as an amount, and also as a multiple.",
            "Take one of them out.", ["liability.cap_multiple"],
        )  # fmt: skip


def _policies(index: Index, party: str, *lines: str) -> tuple[Entry, ...]:
    return tuple(e for e in index.entries("insurance") if e.word("party") == party and e.word("line") in lines)


def limit_above_insurance(index: Index) -> Iterator[Diagnostic]:
    cap, provider = index.money("liability.cap_amount"), index.party("provider")
    if cap is None or not provider:
        return
    policies = _policies(index, provider, "general_liability", "professional", "umbrella")
    each = [m for e in policies if (m := e.money("each")) is not None]
    if each and cap > max(each):
        yield index.at(
            LIMIT_ABOVE_INSURANCE, "liability.cap_amount", "The limit is higher than what the provider's policy pays.",
            "Lower the limit, or raise the insurance.", ["insurance"],
        )  # fmt: skip


def aggregate_below_each(index: Index) -> Iterator[Diagnostic]:
    for entry in index.entries("insurance"):
        each, whole = entry.money("each"), entry.money("aggregate")
        if each is not None and whole is not None and whole < each:
            yield entry.at(
                AGGREGATE_BELOW_EACH,
                "aggregate",
                "This policy would pay less in a whole year than for one event.",
                "Exchange the two, or correct one.",
            )


def insurance_expired(index: Index) -> Iterator[Diagnostic]:
    start = index.date("term.effective_date")
    for entry in index.entries("insurance"):
        expiry = entry.date("expiry")
        if start is not None and expiry is not None and expiry < start:
            yield entry.at(
                INSURANCE_EXPIRED,
                "expiry",
                "This policy has ended before the agreement starts.",
                "Write the date on the renewed certificate.",
            )


def claims_made_without_tail(index: Index) -> Iterator[Diagnostic]:
    for entry in index.entries("insurance"):
        if entry.yes("claims_made") and entry.record.get("tail") is None:
            yield entry.at(
                CLAIMS_MADE_WITHOUT_TAIL,
                "claims_made",
                "This policy pays only for claims made while it is in force, and no time after it is agreed.",
                "Write, for example: tail: 2 years",
            )


_DRIVES = re.compile(r"\b(?:driver|drives|driving|transport(?:ation|er)?|rides?)\b", re.IGNORECASE)
_HOME = re.compile(r"\bhomes?\b", re.IGNORECASE)


def insurance_line_missing(index: Index) -> Iterator[Diagnostic]:
    provider = index.party("provider")
    if not provider or not any(e.word("party") == provider for e in index.entries("insurance")):
        return
    services = index.entries("service.elements")
    risks = (
        (
            "auto",
            any(e.word("mode") == "delivery" or _DRIVES.search(e.word("staff")) for e in services),
            "People or goods are driven",
        ),
        (
            "cyber",
            index.yes("phi.n0") and index.word("data.system.type") not in ("", "paper"),
            "Information about people is kept in computers",
        ),
        (
            "abuse_molestation",
            any(e.word("mode") in ("in_person", "mixed") and _HOME.search(e.word("location")) for e in services),
            "Staff visit people at home",
        ),
        ("crime", bool(index.words("vouchers.types")), "Vouchers pass through the provider's hands"),
    )
    for line, there, what in risks:
        if there and not _policies(index, provider, line):
            name = {"auto": "automobile", "abuse_molestation": "abuse and molestation"}.get(line, line)
            yield index.at(
                INSURANCE_LINE_MISSING, "insurance", f"{what}, and the provider has no {name} cover in the list.",
                f"Add a line: {line}, or overrule this with the reason.",
            )  # fmt: skip


def exclusive(index: Index) -> Iterator[Diagnostic]:
    if index.no("nonexclusive"):
        yield index.at(EXCLUSIVE, "nonexclusive", "The parties may not work with others.", "Write: nonexclusive: yes")


def work_handed_over(index: Index) -> Iterator[Diagnostic]:
    if index.word("ip.owner") == "hco":
        yield index.at(
            WORK_HANDED_OVER, "ip.owner",
            "The health-care organization would own what the community organization makes.",
            "Write each_own.",
        )  # fmt: skip


_KEEPS = re.compile(r"\b(?:keep|hold|maintain|treat|protect)\b[^.;]{0,80}\bconfidential", re.IGNORECASE)
_CONFIDENTIALITY = (
    ("binds one side only", re.compile(r"\b(?:each|either|neither|both|a|the|other) part(?:y|ies)\b", re.IGNORECASE)),
    ("leaves nothing out that is public already", re.compile(r"\bpublic", re.IGNORECASE)),
    ("does not yield to a law or a court", re.compile(r"\b(?:court|subpoena|law|legal process)\b", re.IGNORECASE)),
    ("does not let people report a wrong", re.compile(r"\breport\w*\b|\bwhistle|\bwrongdoing\b", re.IGNORECASE)),
)  # fmt: skip


@note("onfidential")
def _keeps_confidential(spoken: Spoken) -> bool:
    return "PHI" not in spoken.plain and _KEEPS.search(spoken.plain) is not None


def confidentiality_one_sided(index: Index) -> Iterator[Diagnostic]:
    seen: set[tuple[str, str]] = set()
    for passage, _ in index.noted(_keeps_confidential):
        where = (passage.agreement.document_type, passage.clause)
        if passage.agreement.document_type in ("baa", "sba", "dua") or where in seen:
            continue  # health information is confidential by other rules
        seen.add(where)
        mine = index.beside(passage)
        if not any(_BUSINESS.search(p.plain) for p in mine if "information" in p.spoken.small):
            continue
        whole = " ".join(p.plain for p in mine)
        missing = [what for what, mark in _CONFIDENTIALITY if not mark.search(whole)]
        if missing:
            yield index.in_text(
                CONFIDENTIALITY_ONE_SIDED,
                passage,
                "confidential",
                f"the duty of confidentiality {', '.join(missing)}.",
                "Use the clause confidentiality.mutual, or add what is missing.",
            )


_BUSINESS = re.compile(r"\b(?:all|any|other'?s?|its|business|proprietary|Confidential) information\b", re.IGNORECASE)


_RISK = ("svc", "sow", "mou", "hub")
LINTS = (
    Lint(ONE_WAY_INDEMNITY, one_way_indemnity, _RISK),
    Lint(COVERS_OTHERS_FAULT, covers_others_fault),
    Lint(NO_LIMIT_OF_LIABILITY, no_limit_of_liability, ("svc", "hub")),
    Lint(TWO_LIMITS, two_limits, ("svc", "sow", "hub")),
    Lint(LIMIT_ABOVE_INSURANCE, limit_above_insurance, ("svc", "sow", "hub")),
    Lint(AGGREGATE_BELOW_EACH, aggregate_below_each, ("svc", "sow", "hub")),
    Lint(INSURANCE_EXPIRED, insurance_expired, ("svc", "sow", "hub")),
    Lint(CLAIMS_MADE_WITHOUT_TAIL, claims_made_without_tail, ("svc", "sow", "hub")),
    Lint(INSURANCE_LINE_MISSING, insurance_line_missing, ("svc", "sow", "hub")),
    Lint(EXCLUSIVE, exclusive, _RISK),
    Lint(WORK_HANDED_OVER, work_handed_over, _RISK),
    Lint(CONFIDENTIALITY_ONE_SIDED, confidentiality_one_sided),
)
