"""Notices and subawards: days that follow one another, notice that is long enough, sums and periods that fit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.index import Index, Lint, after

__all__ = ["LINTS"]

NOTICE_SHORT = Rule(
    "notice-short",
    Severity.WARNING,
    "The notice leaves less time than the agreement asks for.",
    """A notice that comes too late does not end the agreement on the day it names. The time runs from the day on which
the notice arrives, so a few days more than the period are wise.

Wrong: `notice.date: 2027-09-01` and `notice.ends_on: 2027-11-15`, with `notice.period: 90 days`

Right: `notice.ends_on: 2027-12-15`

Source: drafting practice.""",
)
NOTICE_DAYS = Rule(
    "notice-days",
    Severity.ERROR,
    "The days in the notice do not follow one another.",
    """An answer is asked for after the notice is given; people are told and referrals stop before the agreement ends; a
renewed term ends after the current one.

Wrong: `transition.last_referral: 2028-01-10`, with `notice.ends_on: 2027-12-15`

Right: `transition.last_referral: 2027-10-15`

Source: drafting practice.""",
)
SUBAWARD_BUDGET = Rule(
    "subaward-budget",
    Severity.ERROR,
    "The budget of the subaward, or one of its amounts, does not fit the others.",
    """The lines of the budget add up to the amount of the subaward. What is obligated in total is no less than this
action, and what is committed is no less than what is obligated.

Wrong: `fed_award.amount: 38500.00`, with lines of 24,000.00 and 12,000.00

Right: lines that add up to 38,500.00

Source: 2 CFR 200.332(b), which asks for each amount.""",
)
SUBAWARD_PERIOD = Rule(
    "subaward-period",
    Severity.ERROR,
    "A period of the subaward lies outside the award or runs backwards.",
    """Costs outside the period of the federal award are not paid, whatever the subaward says. The budget period lies
within the period of performance of the subaward.

Wrong: `fed_award.sub_end: 2030-01-31`, with `fed_award.period_end: 2029-08-31`

Right: `fed_award.sub_end: 2029-08-31`

Source: 2 CFR 200.332(b), which asks for each period.""",
)


def notice_short(index: Index) -> Iterator[Diagnostic]:
    given, ends, period = index.date("notice.date"), index.date("notice.ends_on"), index.duration("notice.period")
    if index.word("notice.end_kind") not in ("convenience", "nonrenewal", "funding"):
        return
    if given is not None and ends is not None and period is not None and after(given, period) > ends:
        yield index.at(
            NOTICE_SHORT, "notice.ends_on", f"Counted from the date of the notice, the time runs until "
            f"{after(given, period)}.",
            "Name a later day, and count from the day on which the notice will arrive.",
            ["notice.date", "notice.period"],
        )  # fmt: skip


_ORDER = (
    ("notice.date", "notice.answer_by"),
    ("notice.date", "notice.ends_on"),
    ("notice.date", "transition.told_from"),
    ("notice.date", "notice.current_end"),
    ("notice.first_notice", "notice.date"),
    ("transition.told_from", "notice.ends_on"),
    ("transition.last_referral", "notice.ends_on"),
    ("notice.current_end", "notice.new_end"),
    ("notice.nonrenewal_day", "notice.current_end"),
)


def notice_days(index: Index) -> Iterator[Diagnostic]:
    for first, then in _ORDER:
        one, two = index.date(first), index.date(then)
        if one is not None and two is not None and one > two:
            yield index.at(
                NOTICE_DAYS, then, f"This day is before “{index.label(first)}”, {one}.", "Change one of the two.",
                [first],
            )  # fmt: skip


def subaward_budget(index: Index) -> Iterator[Diagnostic]:
    amount = index.money("fed_award.amount")
    lines = [e.money("amount") for e in index.entries("fed_award.budget")]
    if amount is not None and lines and all(line is not None for line in lines):
        total = sum((line for line in lines if line is not None), Decimal(0))
        if total != amount:
            by, how = abs(total - amount), "more" if total > amount else "less"
            yield index.at(
                SUBAWARD_BUDGET,
                "fed_award.budget",
                f"The lines add up to ${by:,.2f} {how} than the amount of the subaward.",
                "Change a line or the amount.",
                ["fed_award.amount"],
            )
    for less, more in (("fed_award.amount", "fed_award.amount_total"), ("fed_award.amount_total",
                                                                      "fed_award.amount_committed")):  # fmt: skip
        one, two = index.money(less), index.money(more)
        if one is not None and two is not None and one > two:
            yield index.at(
                SUBAWARD_BUDGET, more, f"This is less than “{index.label(less)}”.", "Take both from the award papers.",
                [less],
            )  # fmt: skip


def subaward_period(index: Index) -> Iterator[Diagnostic]:
    for first, then in (
        ("fed_award.period_start", "fed_award.sub_start"),
        ("fed_award.sub_start", "fed_award.budget_start"),
        ("fed_award.budget_start", "fed_award.budget_end"),
        ("fed_award.budget_end", "fed_award.sub_end"),
        ("fed_award.sub_end", "fed_award.period_end"),
    ):
        one, two = index.date(first), index.date(then)
        if one is not None and two is not None and one > two:
            yield index.at(
                SUBAWARD_PERIOD, then, f"This day is before “{index.label(first)}”, {one}.",
                "Take both from the award notice.", [first],
            )  # fmt: skip


LINTS = (
    Lint(NOTICE_SHORT, notice_short, ("trm",)),
    Lint(NOTICE_DAYS, notice_days, ("trm", "ren")),
    Lint(SUBAWARD_BUDGET, subaward_budget, ("sub",)),
    Lint(SUBAWARD_PERIOD, subaward_period, ("sub",)),
)
