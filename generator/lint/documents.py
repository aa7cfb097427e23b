"""The papers of a set: what kind of promise they are, what hangs together, what points nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.index import Index, Lint, Spoken, note
from generator.model import Reference, walk_sections

__all__ = ["LINTS"]

NONBINDING_WITH_DUTY_TO_PAY = Rule(
    "nonbinding-with-duty-to-pay",
    Severity.ERROR,
    "A memorandum that is said not to bind holds a duty to pay, an indemnity or exclusivity.",
    """A paper that says “not binding” on page one and “shall pay” on page three is a lawsuit about which page counts.

Wrong: `binding_mode: nonbinding` with “{purchaser} shall pay {provider} 85 dollars for each visit”

Right: move the payment into a services agreement, or say that the memorandum binds. A sentence that denies a duty
(“Neither party indemnifies the other”) is none, and neither is the condition of a later contract (“If one of them
will pay another, they shall first sign”).

Source: DOC-03, contract law.""",
)
LEGAL_FORCE_MISSING = Rule(
    "legal-force-missing",
    Severity.ERROR,
    "A memorandum does not say whether it creates legal duties.",
    """If it is silent, a court decides from its words and from what the parties did. Both sides then find out late.

Wrong: a memorandum without a section on its effect.

Right: put `front.binding_effect` (or a clause that satisfies `mou.binding_effect`) into the document type.

Source: DOC-04, drafting practice.""",
)
WORK_WITHOUT_CONTRACT = Rule(
    "work-without-contract",
    Severity.ERROR,
    "A statement of work has no contract over it and no terms of its own.",
    """A statement of work says what is done, not who answers for harm, how one leaves, or what law governs. It
belongs to a services agreement, or must carry such terms itself.

Wrong: a document type of one's own called `sow` with deliverables alone

Right: `agreement.documents: [svc, sow]`, or a statement of work with general terms and law.

Source: DOC-06, drafting practice.""",
)
SCHEDULE_NOT_MENTIONED = Rule(
    "schedule-not-mentioned",
    Severity.ERROR,
    "A schedule is attached, and no section of the agreement mentions it.",
    """What is attached and never mentioned may not be part of the agreement at all.

Wrong: a schedule “Rates” while the payment section only says “at the agreed rates”.

Right: “at the rates in [Rates](#schedule.rates)”, or a sentence that makes all schedules part of the agreement.

Source: DOC-07, drafting practice. A reference to a schedule that is not there is found while a document is made.""",
)
OUTSIDE_THE_LIBRARY = Rule(
    "outside-the-library",
    Severity.ERROR,
    "The answers ask for something that these clauses do not cover.",
    """Full capitation makes the provider bear insurance risk; states license that. A loan, a lease, a new
organization or a research protocol are contracts of their own. Counsel drafts them; clauses made for services would
give a false sense of safety.

Wrong: `pay.models: [full_capitation]`; or `inkind: [{item: bridge loan of 50,000 dollars, …}]`

Right: ask counsel first; put what counsel writes into a library of your own.

Source: SCOPE-01 and SCOPE-03; state insurance law.""",
)
GRANT_WITH_PRICES = Rule(
    "grant-with-prices",
    Severity.WARNING,
    "A grant stands beside a price for units.",
    """A subaward carries out a program and is accounted for by cost; a contract buys units at a price. Which one it is
decides about audits, profit and federal rules, whatever the paper is called.

Wrong: `pay.models: [grant, fee_for_service]` for the same services

Right: one of them; or two agreements, each with its own services.

Source: DOC-09; 2 CFR 200.331.""",
)
PARTIES_DIFFER = Rule(
    "parties-differ",
    Severity.ERROR,
    "The documents of one set have different parties.",
    """Documents that refer to each other as “between the parties” must mean the same parties. A plan that is a party of
the business associate agreement and not of the contract cannot enforce the one through the other.

Wrong: `agreement.purchaser: hub`, `baa.covered_entity: hco`

Right: the same two parties in all, and another set for the next pair.

Source: DOC-10; 45 CFR 164.504(e)(5).""",
)
OUTDATED_AUTHORITY = Rule(
    "outdated-authority",
    Severity.WARNING,
    "The text leans on guidance that was withdrawn.",
    """The federal guidance on health-related social needs of 2023 and 2024 was rescinded in March 2025; playbooks and
calls to action were never law. A contract that cites them as authority is out of date on the day it is signed.

Wrong: “as the CMS guidance on health-related social needs requires”

Right: cite the contract with the state, or the regulation.

Source: REG-11.""",
)
CLAUSE_CONTRADICTS_ANSWER = Rule(
    "clause-contradicts-answer",
    Severity.WARNING,
    "A document holds a clause for another way of working than the one that was answered.",
    """How the parties share information, and how they decide, is answered once. A clause written for another answer
tells readers the opposite of what was agreed.

Wrong: `data_relationship: full_access` with the clause `data.reporting_only`

Right: the clause that goes with the answer, or the other answer.

Source: DOC-12, drafting practice.""",
)

_DUTY_TO_PAY = re.compile(
    r"\b(?:shall|must|will|agrees? to) (?:pay|reimburse|indemnify)\b|\bindemnif(?:y|ies)\b"
    r"|\b(?:exclusive(?:ly)? (?:right|partner|provider)|shall not (?:contract|work) with (?:any )?other)\b"
)


_DENIED = re.compile(r"\b(?:neither|no) (?:party|one)\b|\bnothing in\b|^if\b[^,]*$", re.IGNORECASE)  # before the words
_CONDITION = re.compile(r"^if\b[^,]*,", re.IGNORECASE)  # what it denies, the sentence behind it does not


def _duty_to_pay(text: str) -> re.Match[str] | None:
    """Return the first words of ``text`` that promise it; a sentence that denies a duty or supposes one does not."""
    for found in _DUTY_TO_PAY.finditer(text):
        before = re.split(r"[.;:]\s", text[: found.start()])[-1].lstrip()
        if not _DENIED.search(_CONDITION.sub("", before)):
            return found
    return None


def nonbinding_with_duty_to_pay(index: Index) -> Iterator[Diagnostic]:
    if index.word("binding_mode") != "nonbinding":
        return
    for passage in index.passages:
        found = _duty_to_pay(passage.plain) if passage.agreement.document_type == "mou" else None
        if found is not None:
            yield index.in_text(
                NONBINDING_WITH_DUTY_TO_PAY,
                passage,
                found.group(),
                f"“{found.group()}” stands in a memorandum that is said not to bind.",
                "Move it into a services agreement, or let the memorandum bind.",
                or_at=index.place("binding_mode"),
            )


def legal_force_missing(index: Index) -> Iterator[Diagnostic]:
    mou = index.made("mou")
    if mou is not None and not mou.open_items and "mou.binding_effect" not in index.satisfied(mou):
        yield index.at(
            LEGAL_FORCE_MISSING, "binding_mode", f"The {mou.title} does not say whether it binds.",
            "Put the clause front.binding_effect into it.",
        )  # fmt: skip


def work_without_contract(index: Index) -> Iterator[Diagnostic]:
    sow = index.made("sow")
    if sow is None or {"svc", "hub"} & set(index.documents) or sow.open_items:
        return
    if not {"gen.dispute_law", "gen.boilerplate"} & index.clause_ids(sow):
        yield index.at(
            WORK_WITHOUT_CONTRACT, "agreement.documents",
            f"The {sow.title} stands alone and has no general terms.",
            "Add svc to the documents, or general terms to the statement of work.",
        )  # fmt: skip


_ALL_SCHEDULES = re.compile(r"\b(?:with|and|including) (?:its|all|every|each|the) (?:\w+ )?schedules?\b|\bschedules\b")


@note("schedule")
def _all_schedules(spoken: Spoken) -> bool:
    return _ALL_SCHEDULES.search(spoken.plain) is not None


@note()
def _targets(spoken: Spoken) -> tuple[str, ...]:
    return tuple([i.target for i in spoken.every if isinstance(i, Reference)])


def schedule_not_mentioned(index: Index) -> Iterator[Diagnostic]:
    for agreement in index.contracts:
        if not agreement.schedules or agreement.open_items:
            continue
        targets = {target for _, found in index.noted(_targets, agreement) for target in found}
        everywhere = any(index.noted(_all_schedules, agreement))
        for schedule in agreement.schedules:
            inner = {s.anchor for s in walk_sections(schedule.blocks)}
            if schedule.anchor not in targets and not inner & targets and not everywhere:
                yield SCHEDULE_NOT_MENTIONED.at(
                    None,
                    f"{agreement.title}: {schedule.text} is attached, and no section mentions it.",
                    fix=f"Refer to it where it matters: [{schedule.heading}](#schedule."
                    f"{schedule.anchor.removeprefix('schedule_')})",
                )


def outside_the_library(index: Index) -> Iterator[Diagnostic]:
    if "full_capitation" in index.words("pay.models"):
        yield index.at(
            OUTSIDE_THE_LIBRARY, "pay.models",
            "Full capitation makes the provider bear insurance risk, which states license; these clauses do not cover "
            "it.",
            "Ask counsel before anything is drafted, and take it out here.",
        )  # fmt: skip
    for entry in index.entries("inkind"):
        if _OTHER_CONTRACT.search(entry.word("item")):
            yield entry.at(
                OUTSIDE_THE_LIBRARY,
                "item",
                "A loan, a guarantee or a lease is a contract of its own; these clauses do not cover it.",
                "Ask counsel for that contract, and take it out here.",
            )
    if _OTHER_CONTRACT.search(index.word("pay.special_terms")):
        yield index.at(
            OUTSIDE_THE_LIBRARY, "pay.special_terms",
            "These terms speak of a loan, a guarantee or a lease, which is a contract of its own.",
            "Ask counsel for that contract, and take it out here.",
        )  # fmt: skip


_OTHER_CONTRACT = re.compile(
    r"\b(?:(?:bridge|interest-free|no-interest|forgivable|below-market|short-term|working-capital) loans?"
    r"|loans? of (?:money|\$|[\d,.]+ dollars)|loan guarantee|guarantee of (?:a|the) (?:loan|debt|line)|promissory note"
    r"|line of credit|real estate lease|lease of (?:a|the) building)\b",
    re.IGNORECASE,
)


def grant_with_prices(index: Index) -> Iterator[Diagnostic]:
    models = index.words("pay.models")
    priced = [m for m in models if m in ("fee_for_service", "pmpm", "case_rate", "outcome_unit")]
    if "grant" in models and priced:
        yield index.at(
            GRANT_WITH_PRICES, "pay.models", "A grant and a price for units stand side by side.",
            "Decide which it is, or make two agreements.",
        )  # fmt: skip


def parties_differ(index: Index) -> Iterator[Diagnostic]:
    if "baa" not in index.documents or not any(d in index.documents for d in ("svc", "mou", "sow", "hub")):
        return
    main = {index.party("provider"), index.party("purchaser")}
    other = {index.party("ce"), index.party("ba")}
    if "" in main or "" in other or main == other:
        return
    yield index.at(
        PARTIES_DIFFER, "baa.covered_entity",
        "The business associate agreement is between other parties than the agreement it goes with.",
        "Name the same two parties, or make a set of its own for each pair.",
        ["baa.business_associate", "agreement.provider", "agreement.purchaser"],
    )  # fmt: skip


_WITHDRAWN = re.compile(
    r"\b(?:SDOH Playbook|Call to Action (?:to Address|on) Health|HRSN (?:framework|guidance|bulletin)|CMS guidance on "
    r"health-related social needs|health-related social needs (?:framework|guidance|bulletin))",
    re.IGNORECASE,
)


@note("Playbook", "Call to", "HRSN", "social needs")
def _withdrawn(spoken: Spoken) -> str | None:
    found = _WITHDRAWN.search(spoken.plain)
    return found.group() if found is not None else None


def outdated_authority(index: Index) -> Iterator[Diagnostic]:
    for passage, found in index.noted(_withdrawn):
        yield index.in_text(
            OUTDATED_AUTHORITY,
            passage,
            found,
            f"“{found}” was withdrawn, or never was law.",
            "Cite the contract with the state or the regulation instead, or leave it out.",
        )


_GOES_WITH = {
    "data_relationship": {
        "reporting_only": "data.reporting_only", "partial_access": "data.partial_access",
        "full_access": "data.full_access",
    },
    "governance": {
        "informal": "gov.informal", "negotiated_agreements": "gov.lead_agency",
        "shared_accountability": "gov.joint_board",
    },
}  # fmt: skip


def clause_contradicts_answer(index: Index) -> Iterator[Diagnostic]:
    for name, clauses in _GOES_WITH.items():
        answer = index.word(name)
        for agreement in index.contracts if answer in clauses else ():
            there = index.clause_ids(agreement)
            for other, clause in clauses.items():
                if clause in there and other != answer and clauses[answer] not in there:
                    yield index.at(
                        CLAUSE_CONTRADICTS_ANSWER, name,
                        f"The {agreement.title} holds the clause {clause}, which is written for another answer "
                        f"({other}).",
                        f"Put {clauses[answer]} in its place, or correct the answer.",
                    )  # fmt: skip


LINTS = (
    Lint(NONBINDING_WITH_DUTY_TO_PAY, nonbinding_with_duty_to_pay, ("mou",)),
    Lint(LEGAL_FORCE_MISSING, legal_force_missing, ("mou",)),
    Lint(WORK_WITHOUT_CONTRACT, work_without_contract, ("sow",)),
    Lint(SCHEDULE_NOT_MENTIONED, schedule_not_mentioned),
    Lint(OUTSIDE_THE_LIBRARY, outside_the_library, blocker=True),
    Lint(GRANT_WITH_PRICES, grant_with_prices),
    Lint(PARTIES_DIFFER, parties_differ),
    Lint(OUTDATED_AUTHORITY, outdated_authority),
    Lint(CLAUSE_CONTRADICTS_ANSWER, clause_contradicts_answer),
)
