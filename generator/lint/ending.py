"""How it ends: notice, the people in the middle of it, the last payment, and what goes on."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.dates import money_moves
from generator.lint.index import Index, Lint
from generator.model import Reference

__all__ = ["LINTS"]

NO_TRANSITION = Rule(
    "no-transition",
    Severity.ERROR,
    "The contract can be ended, and nothing is said about the people who are being served.",
    """On the last day somebody still waits for a meal.

Wrong: a services agreement with termination and without `exit.transition`

Right: put the clause in, with a time and a rule on pay.

Source: EXIT-01, drafting practice.""",
)
TRANSITION_SHORT = Rule(
    "transition-short",
    Severity.WARNING,
    "There are fewer than 30 days to hand people over.",
    """Finding another service for each person, with their permission, takes weeks.

Wrong: `transition.plan_days: 10 days`

Right: `transition.plan_days: 60 days`

Source: EXIT-01 and the limits of transition.plan_days, drafting practice.""",
)
TRANSITION_UNPAID = Rule(
    "transition-unpaid",
    Severity.WARNING,
    "The provider hands people over without pay.",
    """The services that keep people safe during the handover cost what they cost before.

Wrong: `transition.paid: no`

Right: `transition.paid: yes`

Source: EXIT-03, drafting practice.""",
)
LEAVING_NOTICE_SHORT = Rule(
    "leaving-notice-short",
    Severity.WARNING,
    "A party may leave without a reason on less than 30 days' notice.",
    """Staff have notice periods, people have plans of care.

Wrong: `terminate.convenience: 14 days`

Right: `terminate.convenience: 90 days`

Source: EXIT-02, drafting practice. The notice is the same for both sides; the profile gives one.""",
)
NO_PAY_TO_THE_END = Rule(
    "no-pay-to-the-end",
    Severity.ERROR,
    "The contract can be ended, and nothing says that work done until then is paid.",
    """“Final payment” is where earned money is lost.

Wrong: a services agreement with termination and without `exit.final_payment`

Right: put the clause in.

Source: EXIT-03, drafting practice.""",
)
SURVIVAL_GAP = Rule(
    "survival-gap",
    Severity.ERROR,
    "The list of what continues after the end leaves out a section that must.",
    """Confidentiality, client information, records, the promise not to charge clients, earned pay, indemnity and the
limit of liability matter most when the agreement is over.

Wrong: a survival section that names confidentiality alone, in an agreement with an indemnity

Right: a link to each of these sections that the agreement has.

Source: EXIT-04, drafting practice.""",
)
FUNDING_END_MISSING = Rule(
    "funding-end-missing",
    Severity.WARNING,
    "A grant or a Medicaid waiver pays, and nothing says what happens when it stops.",
    """Grants are cut and waivers are rescinded in the middle of a year. Without a rule the provider goes on unpaid, or
stops in breach.

Wrong: `medicaid_authority: ["1115"]` and no `exit.funding_out`

Right: put the clause in, with a notice.

Source: EXIT-05 and REG-09, drafting practice.""",
)
TALKS_LATE = Rule(
    "talks-late",
    Severity.WARNING,
    "Talks on renewal start less than 90 days before the end.",
    """Budgets, rates and boards need a quarter of a year. What starts later ends in a gap.

Wrong: `renewal.talks_start: 30 days`

Right: `renewal.talks_start: 6 months`

Source: EXIT-06, drafting practice.""",
)

_MUST_SURVIVE = {
    "confidentiality.mutual": "confidentiality",
    "data.retention_return": "client information",
    "comp.records_audit": "records and audit",
    "pay.hold_harmless": "the promise not to charge clients",
    "exit.final_payment": "payment of what was earned",
    "risk.indemnity": "the indemnity",
    "risk.own_responsibility": "responsibility for claims",
    "risk.liability_cap": "the limit of liability",
}


def _can_end(index: Index) -> bool:
    svc = index.finished
    return svc is not None and bool({"exit.convenience", "exit.cause"} & index.clause_ids(svc))


def no_transition(index: Index) -> Iterator[Diagnostic]:
    if _can_end(index):
        says = "says how it ends, and not what becomes of the people"
        yield from index.unless_printed("exit.transition", NO_TRANSITION, "transition.plan_days", says)


def transition_short(index: Index) -> Iterator[Diagnostic]:
    if index.under("transition.plan_days", 30):
        yield index.at(
            TRANSITION_SHORT,
            "transition.plan_days",
            "That is little time to hand people over.",
            "Write 30 days or more.",
        )


def transition_unpaid(index: Index) -> Iterator[Diagnostic]:
    if index.no("transition.paid") and money_moves(index):
        yield index.at(
            TRANSITION_UNPAID, "transition.paid", "The provider hands people over without pay.",
            "Write: transition.paid: yes",
        )  # fmt: skip


def leaving_notice_short(index: Index) -> Iterator[Diagnostic]:
    if index.under("terminate.convenience", 30):
        yield index.at(
            LEAVING_NOTICE_SHORT, "terminate.convenience", "A party may leave without a reason in less than 30 days.",
            "Write 30 days or more.",
        )  # fmt: skip


def no_pay_to_the_end(index: Index) -> Iterator[Diagnostic]:
    if _can_end(index) and money_moves(index):
        says = "says how it ends, and not that work until then is paid"
        yield from index.unless_printed("exit.final_payment", NO_PAY_TO_THE_END, "pay.models", says)


def survival_gap(index: Index) -> Iterator[Diagnostic]:
    svc = index.finished
    if svc is None:
        return
    there = index.clause_ids(svc)
    needed = {c: what for c, what in _MUST_SURVIVE.items() if c in there}
    listed: set[str] = set()
    if "gen.survival" in there:
        for passage in index.of_clause("gen.survival", svc):
            listed |= {i.target for i in passage.spoken.every if isinstance(i, Reference)}
    missing = [what for c, what in needed.items() if f"clause_{c.replace('.', '_')}" not in listed]
    if missing:
        yield SURVIVAL_GAP.at(
            index.line_of("gen.survival", "") or index.place("agreement.documents"),
            f"{svc.title}: nothing says that these continue after the end: {', '.join(missing)}.",
            fix="Name each of these sections in the clause gen.survival.",
        )


def funding_end_missing(index: Index) -> Iterator[Diagnostic]:
    waiver = [a for a in index.words("medicaid_authority") if a in ("ilos", "1115")]
    if "grant" in index.words("pay.models") or waiver:
        name = "medicaid_authority" if waiver else "pay.models"
        says = "does not say what happens when this money stops"
        yield from index.unless_printed("exit.funding_out", FUNDING_END_MISSING, name, says)


def talks_late(index: Index) -> Iterator[Diagnostic]:
    if index.word("renewal.type") == "negotiated" and index.under("renewal.talks_start", 90):
        yield index.at(
            TALKS_LATE, "renewal.talks_start", "Talks start less than 90 days before the end.", "Write, say, 6 months."
        )


LINTS = (
    Lint(NO_TRANSITION, no_transition, ("svc", "hub")),
    Lint(TRANSITION_SHORT, transition_short, ("svc", "sow", "hub")),
    Lint(TRANSITION_UNPAID, transition_unpaid, ("svc", "sow", "hub")),
    Lint(LEAVING_NOTICE_SHORT, leaving_notice_short, ("svc", "sow", "mou", "hub")),
    Lint(NO_PAY_TO_THE_END, no_pay_to_the_end, ("svc", "hub")),
    Lint(SURVIVAL_GAP, survival_gap, ("svc", "hub")),
    Lint(FUNDING_END_MISSING, funding_end_missing, ("svc", "hub")),
    Lint(TALKS_LATE, talks_late),
)
