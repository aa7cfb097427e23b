"""How the parties decide, who does what, and whether both are held to the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.index import Index, Lint, Spoken, longer, note
from generator.model import Agreement, Filled, Text

__all__ = ["LINTS"]

BOARD_WITHOUT_MANDATE = Rule(
    "board-without-mandate",
    Severity.ERROR,
    "The governance is informal, and there is a board with seats.",
    """A board that decides by vote is not informal. Which of the two is meant changes who may bind whom.

Wrong: `governance: informal` with `joint_board.seats`

Right: `governance: shared_accountability`, or no board.

Source: GOV-01, drafting practice.""",
)
QUORUM_TOO_HIGH = Rule(
    "quorum-too-high",
    Severity.ERROR,
    "The board needs more members to decide than it has.",
    """Such a board can never decide.

Wrong: six seats and a quorum of seven.

Right: a quorum of at most the number of seats, mostly a few more than half.

Source: GOV-01 and the limits of the joint board, drafting practice.""",
)
PARTY_WITHOUT_SEAT = Rule(
    "party-without-seat",
    Severity.ERROR,
    "A party has no seat on the joint board.",
    """Shared accountability without a seat is accountability without a voice.

Wrong: `joint_board.seats: [{party: hco, seats: 3}]`

Right: seats for each party.

Source: GOV-01, drafting practice.""",
)
MONEY_WITH_INFORMAL_GOVERNANCE = Rule(
    "money-with-informal-governance",
    Severity.WARNING,
    "The parties share a grant or the risk of results, and have no form of governance.",
    """Where money is shared, somebody will have to say no to somebody.

Wrong: `governance: informal` with `financial_relationship: [risk_or_outcomes]`

Right: `governance: negotiated_agreements` with a lead, or shared accountability with a board.

Source: GOV-02, drafting practice.""",
)
VOTE_WITHOUT_RULE = Rule(
    "vote-without-rule",
    Severity.WARNING,
    "Decisions are made by vote, and nothing says how many votes are needed or what a tie means.",
    """With two parties each vote is a tie, unless somebody said what happens then.

Wrong: `decision.method: vote` alone

Right: `decision.method: consensus`; or `vote`, with `joint_board.threshold` and `joint_board.deadlock`

Source: GOV-03, drafting practice.""",
)
CONTACT_WITHOUT_BACKUP = Rule(
    "contact-without-backup",
    Severity.WARNING,
    "Nobody stands in for a party's first contact.",
    """Turnover is where partnerships lose track of each other.

Wrong: `contacts.program` with a name and no `backup`

Right: `backup: Alex Kim, Program Supervisor`, or a role.

Source: GOV-04, drafting practice.""",
)
FEW_ESCALATION_STEPS = Rule(
    "few-escalation-steps",
    Severity.WARNING,
    "A problem has only one place to go, or less time at a higher level than at a lower one.",
    """If the one person is the problem, or away, it stays where it is. People higher up need more time, not less.

Wrong: one level.

Right: program contacts, then directors, then chief executives, each with more time.

Source: GOV-04 and the limits of escalation.levels, drafting practice.""",
)
COMMITTEE_MAY_AMEND = Rule(
    "committee-may-amend",
    Severity.ERROR,
    "A committee may change the contract or its prices.",
    """Those who sit on an operating committee mostly cannot sign for their organizations. What they change may bind
nobody, or bind everybody unread.

Wrong: “The committee may amend the measures and the rates.”

Right: “The committee may propose an amendment.”

Source: GOV-06, drafting practice.""",
)
STAGE_WITHOUT_ANYONE = Rule(
    "stage-without-anyone",
    Severity.ERROR,
    "A stage of the work has nobody who does it, or two who answer for it.",
    """The five stages are identification, engagement, enrollment, service and completion. In a stage that nobody has,
people wait; in one that both have, each waits for the other.

Wrong: no row for `enrollment`; or `accountable: both`

Right: at least one row for each stage, and one party that answers for each row.

Source: SOW-07, drafting practice.""",
)
STATEMENT_OF_WORK_GAP = Rule(
    "statement-of-work-gap",
    Severity.ERROR,
    "A statement of work lacks one of its parts.",
    """It states the goals, what is handed over, by when, who runs it, and what its words mean. What is left out is
argued about later.

Wrong: a statement of work without a timeline.

Right: clauses that satisfy `sow.performance_goals`, `sow.deliverables`, `sow.timeline`, `sow.administration`, and
definitions or a glossary.

Source: SOW-01 to SOW-05, drafting practice.""",
)
DELIVERABLE_WITHOUT_DAY = Rule(
    "deliverable-without-day",
    Severity.ERROR,
    "Something is to be handed over, and nothing says when.",
    """“As needed” is never, or always.

Wrong: `due: as needed`

Right: `due: by the 15th day of the next month`

Source: SOW-08, drafting practice.""",
)
MILESTONE_NOT_ACHIEVABLE = Rule(
    "milestone-not-achievable",
    Severity.WARNING,
    "A milestone is marked as one that cannot be reached.",
    """Whoever promises it now explains it later.

Wrong: `achievable: no`

Right: a later date, or what it would take, agreed now.

Source: SOW-06, drafting practice.""",
)
OTHER_DUTIES = Rule(
    "other-duties",
    Severity.WARNING,
    "A party promises whatever else it is asked to do.",
    """“Other duties as assigned” has no price and no end.

Wrong: “and other services as requested”

Right: a list; more of it by amendment.

Source: SOW-09, drafting practice.""",
)
SOFT_FOR_ONE_SIDE = Rule(
    "soft-for-one-side",
    Severity.WARNING,
    "The purchaser will try; the provider shall.",
    """“Shall endeavor” is a duty to have tried. Where one side shall and the other endeavors, the contract has one
party.

Wrong: “{purchaser} shall endeavor to pay within 30 days”

Right: “{purchaser} shall pay within 30 days”

Source: FAIR-02, drafting practice.""",
)
DUTIES_UNEVEN = Rule(
    "duties-uneven",
    Severity.NOTE,
    "One party of a contract has more than twice as many duties as the other.",
    """A count of the sentences in which a party “shall”. It is no fault by itself: who gives services has more to do.
It is a number to have in mind when the next duty is asked for.

Wrong: 40 duties of the provider, 9 of the purchaser, and a request for one more.

Right: the same count, looked at by both.

Source: FAIR-01, drafting practice.""",
)
NO_RHYTHM = Rule(
    "no-rhythm",
    Severity.WARNING,
    "A payer buys services, and the contract has no regular meeting about them.",
    """Denied claims, late data and wrong addresses show first in conversations between the people who do the work. A
contract without any meeting hears of them when it is renewed, or not.

Wrong: a contract with a health plan without `gov.joc` and without `gov.case_conference`

Right: one of them, with how often it meets.

Source: GOV-05, drafting practice.""",
)

STAGES = {
    "identification": "identification",
    "engagement": "engagement",
    "enrollment": "enrollment",
    "service_provision": "service provision",
    "service_completion": "service completion",
}


def board_without_mandate(index: Index) -> Iterator[Diagnostic]:
    if index.word("governance") == "informal" and index.entries("joint_board.seats"):
        yield index.at(
            BOARD_WITHOUT_MANDATE, "governance", "The governance is informal, and there is a board with seats.",
            "Write shared_accountability, or take the board out.", ["joint_board.seats"],
        )  # fmt: skip


def quorum_too_high(index: Index) -> Iterator[Diagnostic]:
    seats = [n for e in index.entries("joint_board.seats") if (n := e.number("seats")) is not None]
    quorum = index.number("joint_board.quorum")
    if seats and quorum is not None and quorum > sum(seats):
        yield index.at(
            QUORUM_TOO_HIGH, "joint_board.quorum", f"The board has {sum(seats)} seats and could never meet.",
            f"Write {sum(seats)} or less.", ["joint_board.seats"],
        )  # fmt: skip


def party_without_seat(index: Index) -> Iterator[Diagnostic]:
    seated = {e.word("party") for e in index.entries("joint_board.seats")}
    if not seated or index.word("governance") != "shared_accountability":
        return
    for key in index.party_keys:
        if key not in seated:
            yield index.at(
                PARTY_WITHOUT_SEAT, "joint_board.seats",
                f"{index.name(key)} has no seat on the joint board.",
                "Give each party a seat.",
            )  # fmt: skip


def money_with_informal_governance(index: Index) -> Iterator[Diagnostic]:
    shared = "risk_or_outcomes" in index.words("financial_relationship") or (
        index.word("independent_mode") == "shared_grant"
    )
    if shared and index.word("governance") == "informal":
        yield index.at(
            MONEY_WITH_INFORMAL_GOVERNANCE, "governance", "Money or risk is shared, and nobody leads.",
            "Choose a form of governance.", ["financial_relationship"],
        )  # fmt: skip


def vote_without_rule(index: Index) -> Iterator[Diagnostic]:
    if index.word("decision.method") == "vote" and index.left_out("joint_board.threshold"):
        yield index.at(
            VOTE_WITHOUT_RULE, "decision.method", "Nothing says how many votes are needed, or what a tie means.",
            "Write consensus, or give joint_board.threshold and joint_board.deadlock.",
        )  # fmt: skip


def contact_without_backup(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        if index.word(f"{key}.contacts.program.name") and index.left_out(f"{key}.contacts.program.backup"):
            yield index.at(
                CONTACT_WITHOUT_BACKUP, f"{key}.contacts.program.backup",
                f"Nobody stands in for the program contact of {index.name(key)}.",
                f"Write: {key}.contacts.program.backup: a name or a role",
            )  # fmt: skip


def few_escalation_steps(index: Index) -> Iterator[Diagnostic]:
    levels = index.entries("escalation.levels")
    if len(levels) == 1:
        yield index.at(
            FEW_ESCALATION_STEPS, "escalation.levels", "A problem has only one place to go.", "Add a second level."
        )
    for before, entry in pairwise(levels):
        one, two = before.duration("within"), entry.duration("within")
        if one is not None and two is not None and longer(one, two):
            yield entry.at(
                FEW_ESCALATION_STEPS,
                "within",
                "This level has less time than the one below it.",
                "Give people higher up more time.",
            )


_AMENDS = re.compile(
    r"\b(?:committee|board|contacts?|team)\b[^.;]{0,80}?\bmay (?:also )?"
    r"(?:amend|(?:change|adjust|set|revise) (?:a |the |any )?"
    r"(?:prices?|rates?|payments?|fees?|terms of this|agreement))",
    re.IGNORECASE,
)


@note("committee", "board", "contact", "team", any_case=True)
def _committee_amends(spoken: Spoken) -> str | None:
    found = _AMENDS.search(spoken.plain) if " may " in spoken.plain else None
    return found.group() if found is not None else None


def committee_may_amend(index: Index) -> Iterator[Diagnostic]:
    for passage, found in index.noted(_committee_amends):
        yield index.in_text(
            COMMITTEE_MAY_AMEND,
            passage,
            found[-10:],
            f"“{found}” lets a committee change the contract.",
            "Let it propose an amendment.",
        )


def stage_without_anyone(index: Index) -> Iterator[Diagnostic]:
    rows = index.entries("role_matrix")
    if not rows:
        return
    there = {e.word("stage") for e in rows}
    missing = [label for key, label in STAGES.items() if key not in there]
    if missing and "" not in there:
        yield index.at(
            STAGE_WITHOUT_ANYONE, "role_matrix", f"No row says who does this: {', '.join(missing)}.",
            "Add a row for each stage.",
        )  # fmt: skip
    for entry in rows:
        if entry.word("accountable") == "both":
            yield entry.at(
                STAGE_WITHOUT_ANYONE,
                "accountable",
                f"Two parties answer for “{entry.word('activity')}”, so neither does.",
                "Name one.",
            )


def statement_of_work_gap(index: Index) -> Iterator[Diagnostic]:
    sow = index.made("sow")
    if sow is None or sow.open_items:
        return
    has = index.satisfied(sow)
    parts = (
        ("goals", {"sow.performance_goals", "sow.goals", "sow.problem"}),
        ("deliverables", {"sow.deliverables"}),
        ("a timeline", {"sow.timeline"}),
        ("administration", {"sow.administration"}),
    )
    missing = [what for what, ids in parts if not ids & has]
    if "sow.glossary" not in has and not index.definitions(sow):
        missing.append("the meaning of its words")
    if missing:
        yield STATEMENT_OF_WORK_GAP.at(
            None, f"{sow.title}: it lacks {', '.join(missing)}.", fix="Put clauses for these into the document type."
        )


_WHEN = re.compile(
    r"\d|\b(?:dai|week|month|quarter|year|annual|day|each|every|before|after|within|launch|start|end|sign|meeting)\w*",
    re.IGNORECASE,
)


def deliverable_without_day(index: Index) -> Iterator[Diagnostic]:
    for entry in index.entries("deliverables"):
        due = entry.word("due")
        if due and not _WHEN.search(due):
            yield entry.at(
                DELIVERABLE_WITHOUT_DAY,
                "due",
                f"“{entry.word('item')}” is to be handed over, and this names no time.",
                "Write, for example: by the 15th day of the next month",
            )


def milestone_not_achievable(index: Index) -> Iterator[Diagnostic]:
    for entry in index.entries("milestones"):
        if entry.no("achievable"):
            yield entry.at(
                MILESTONE_NOT_ACHIEVABLE,
                "achievable",
                f"“{entry.word('name')}” is promised and said to be out of reach.",
                "Move the date, or agree now on what it takes.",
            )


_OTHER_WORK = ("duties", "tasks", "services", "work", "activities", "responsibilities")
_OTHER = re.compile(
    rf"\bother (?:{'|'.join(_OTHER_WORK)})(?: that are)? (?:as|when) "
    r"(?:assigned|requested|directed|needed|required)\b"
)


@note(*(f"other {what}" for what in _OTHER_WORK))
def _other_duties(spoken: Spoken) -> str | None:
    found = _OTHER.search(spoken.plain)
    return found.group() if found is not None else None


def other_duties(index: Index) -> Iterator[Diagnostic]:
    for passage, found in index.noted(_other_duties):
        yield OTHER_DUTIES.at(
            index.line_of(passage.clause, found) or next(
                (i.span for i in passage.spoken.every if isinstance(i, Filled) and i.span is not None), None
            ),
            f"{passage.agreement.title}, {passage.section}: “{found}” has no price and no end.",
            fix="List what is meant.",
        )  # fmt: skip


_PROMISES = ("shall ", "will ", "agree")


@note(*_PROMISES)
def _promises(spoken: Spoken) -> tuple[tuple[Filled, str], ...]:
    """Return the names of parties that promise something, each with the words after it."""
    return tuple([
        (one, two.text)
        for one, two in pairwise(spoken.every)
        if isinstance(one, Filled) and isinstance(two, Text) and one.field.endswith(".short_name")
        and two.text.lstrip().startswith(_PROMISES)
    ])  # fmt: skip


_SOFT = re.compile(
    r"(?:shall|will|agrees? to) "
    r"(?:endeavou?r|try|attempt|use (?:its )?(?:reasonable|best|good faith) efforts) to\b"
)


def soft_for_one_side(index: Index) -> Iterator[Diagnostic]:
    buyer, provider = index.party("purchaser"), index.party("provider")
    if not buyer or buyer == provider:
        return
    for passage, promises in index.noted(_promises):
        for one, words in promises:
            found = _SOFT.match(words.lstrip()) if one.field == f"{buyer}.short_name" else None
            if found is not None:
                yield index.in_text(
                    SOFT_FOR_ONE_SIDE,
                    passage,
                    found.group(),
                    f"{one.text} “{found.group()}” do what is its part.",
                    "Write shall, or make both sides try.",
                )


def duties_uneven(index: Index) -> Iterator[Diagnostic]:
    for agreement in index.contracts:
        if agreement.document_type in ("baa", "sba"):
            continue  # what the law asks of a business associate is not for counting
        counts = _duties(index, agreement)
        if len(counts) != 2:
            continue
        (less_key, less), (more_key, more) = sorted(counts.items(), key=lambda pair: (pair[1], pair[0]))
        if more >= 10 and more > 2 * less:
            names = {p.key: p.short_name for p in agreement.parties}
            yield DUTIES_UNEVEN.at(
                None,
                f"{agreement.title}: {names[more_key]} “shall” in {more} sentences, {names[less_key]} in {less}.",
                fix="Nothing to mend; a number for the negotiation.",
            )


def _duties(index: Index, agreement: Agreement) -> dict[str, int]:
    counts = {p.key: 0 for p in agreement.parties if p.short_name}
    fields = {f"{key}.short_name": key for key in counts}
    for _, promises in index.noted(_promises, agreement):
        for one, words in promises:
            key = fields.get(one.field)
            if key is not None and words.startswith(" shall ") and not words.startswith(" shall not "):
                counts[key] += 1
    return counts


def no_rhythm(index: Index) -> Iterator[Diagnostic]:
    payers = [line for line in index.words("payer_lines") if line not in ("none", "uninsured")]
    papers = [a for a in index.contracts if a.document_type not in ("baa", "sba", "dua")]
    if not payers or index.finished is None or "joc" in index.documents:
        return
    if not any({"gov.joc", "gov.case_conference", "joc.meetings"} & index.clause_ids(a) for a in papers):
        yield index.at(
            NO_RHYTHM, "payer_lines", f"The {index.finished.title} has no regular meeting about the work.",
            "Put the clause gov.joc or gov.case_conference into the document type.",
        )  # fmt: skip


LINTS = (
    Lint(BOARD_WITHOUT_MANDATE, board_without_mandate),
    Lint(QUORUM_TOO_HIGH, quorum_too_high),
    Lint(PARTY_WITHOUT_SEAT, party_without_seat),
    Lint(MONEY_WITH_INFORMAL_GOVERNANCE, money_with_informal_governance),
    Lint(VOTE_WITHOUT_RULE, vote_without_rule),
    Lint(CONTACT_WITHOUT_BACKUP, contact_without_backup),
    Lint(FEW_ESCALATION_STEPS, few_escalation_steps),
    Lint(COMMITTEE_MAY_AMEND, committee_may_amend),
    Lint(STAGE_WITHOUT_ANYONE, stage_without_anyone),
    Lint(STATEMENT_OF_WORK_GAP, statement_of_work_gap, ("sow",)),
    Lint(DELIVERABLE_WITHOUT_DAY, deliverable_without_day),
    Lint(MILESTONE_NOT_ACHIEVABLE, milestone_not_achievable),
    Lint(OTHER_DUTIES, other_duties),
    Lint(SOFT_FOR_ONE_SIDE, soft_for_one_side),
    Lint(DUTIES_UNEVEN, duties_uneven),
    Lint(NO_RHYTHM, no_rhythm, ("svc", "hub")),
)
