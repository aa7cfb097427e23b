"""Ways of paying: tiers, shares, bands and installments that have to fit together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.index import Index, Lint

__all__ = ["LINTS"]

TIERS_OUT_OF_ORDER = Rule(
    "tiers-out-of-order",
    Severity.ERROR,
    "The levels of a bonus do not rise, or a higher level pays less.",
    """A bonus is paid for the highest level reached. If two levels are equal, or a better result pays less, nobody can
say what is owed.

Wrong: 65%, 75%, 70%

Right: 65%, 70%, 75%, each with a larger amount.

Source: PAY-02 and the rules for bonuses.""",
)
TIER_OVER_MAXIMUM = Rule(
    "tier-over-maximum",
    Severity.ERROR,
    "A level of a bonus pays more than the largest bonus.",
    """The table promises what the sentence below it takes away.

Wrong: a level that pays more than `pay.p4p.max`

Right: the largest bonus is that of the highest level.

Source: PAY-02 and the rules for bonuses.""",
)
TARGET_NOT_ABOVE_BASELINE = Rule(
    "target-not-above-baseline",
    Severity.WARNING,
    "The target of a bonus is where things stand already, or below.",
    """A bonus for nothing looks like another payment; a measure for which less is better should be turned around
(“people who did not return to the hospital”).

Wrong: `baseline: 75%`, `target: 55%`

Right: `baseline: 55%`, `target: 75%`

Source: PAY-07, drafting practice.""",
)
FEW_PEOPLE_MEASURED = Rule(
    "few-people-measured",
    Severity.WARNING,
    "A bonus may turn on fewer than 20 people.",
    """With ten people, one of them moves the result by ten percent. That is luck, not work.

Wrong: `pay.p4p.min_n: 5`

Right: `pay.p4p.min_n: 30`

Source: PAY-07, drafting practice.""",
)
BONUS_MEASURE_UNKNOWN = Rule(
    "bonus-measure-unknown",
    Severity.ERROR,
    "Money depends on a measure that is not defined.",
    """A measure used for payment needs what is counted, among whom, from which data, and who keeps it. The list of
measures holds that; the bonus or the withhold names one of them.

Wrong: `pay.p4p.metric: happiness` while `metrics` has no such measure

Right: the name of a measure in `metrics`, with `used_for_payment: yes`

Source: PAY-07, drafting practice.""",
)
PAID_BEFORE_COUNTED = Rule(
    "paid-before-counted",
    Severity.ERROR,
    "Results are to be paid before the services whose results they are have begun.",
    """A payout, a release or a settlement on or before the launch date can only be a mistyped year.

Wrong: `term.launch_date: 2027-02-01`, `pay.p4p.payout_date: 2027-01-31`

Right: a day after the period that is measured, with time to count.

Source: PAY-02 and the rules for bonuses, withholds and savings.""",
)
WITHHOLD_OVER_TENTH = Rule(
    "withhold-over-tenth",
    Severity.WARNING,
    "More than a tenth of the pay is held back.",
    """What is held back was earned. A small organization bridges it from reserves it may not have.

Wrong: `pay.withhold.pct: 15%`

Right: `pay.withhold.pct: 5%`

Source: PAY-06, drafting practice.""",
)
WITHHOLD_OVER_FIFTH = Rule(
    "withhold-over-fifth",
    Severity.ERROR,
    "More than a fifth of the pay is held back.",
    """That is more than most community organizations can carry for a year. Where its board has decided to, the profile
overrules this with the decision.

Wrong: `pay.withhold.pct: 25%`

Right: `pay.withhold.pct: 10%`

Source: PAY-06, drafting practice.""",
)
SHARES_NOT_100 = Rule(
    "shares-not-100",
    Severity.ERROR,
    "Shares that make up a whole do not add to 100 percent.",
    """The fixed and the contingent part of outcome pay are the whole of it. So are the shares of the two parties in a
risk band.

Wrong: `base_pct: 70%`, `contingent_pct: 40%`

Right: `base_pct: 70%`, `contingent_pct: 30%`

Source: PAY-03 and the rules for outcome pay and risk bands.""",
)
BANDS_WITH_GAPS = Rule(
    "bands-with-gaps",
    Severity.ERROR,
    "Risk bands overlap, leave a gap, or do not rise.",
    """A result that falls into two bands, or into none, is a dispute.

Wrong: 90% to 95%, then 96% to 100%

Right: 90% to 95%, 95% to 105%, 105% to 110%

Source: PAY-03 and the rules for risk bands.""",
)
TRANCHES_DO_NOT_ADD_UP = Rule(
    "tranches-do-not-add-up",
    Severity.ERROR,
    "The payments of start-up funds do not add up to their amount.",
    """One sentence promises a sum, and the table below it another.

Wrong: an amount of 48,000 with payments of 30,000 and 15,000

Right: payments of 30,000 and 18,000

Source: PAY-02 and the rules for start-up funds.""",
)
START_UP_FUNDS_LATE = Rule(
    "start-up-funds-late",
    Severity.ERROR,
    "The first payment of start-up funds comes after the launch.",
    """Start-up funds pay for what has to be ready on the day of the launch.

Wrong: a launch on February 1 and the first payment on March 1

Right: the first payment on signature.

Source: PAY-02 and the rules for start-up funds.""",
)
SAVINGS_SHARE_EMPTY = Rule(
    "savings-share-empty",
    Severity.ERROR,
    "A share of savings, or the least savings rate, cannot be right.",
    """A share of nothing, a share over 100 percent, or a threshold of 100 percent can never be paid.

Wrong: `pay.savings.share_pct: 0%`

Right: `pay.savings.share_pct: 40%`, `pay.savings.msr: 2%`

Source: PAY-03 and the rules for shared savings.""",
)
LOSSES_WITHOUT_BOARD = Rule(
    "losses-without-board",
    Severity.ERROR,
    "The provider may have to pay losses, and its board has not approved.",
    """Sharing losses can end a community organization. Nobody should sign that without a board that has understood it,
and without a largest loss in dollars.

Wrong: `pay.models: [risk_corridor]` with a share of the provider, and no `approval`

Right: `approval: {body: Board of Directors, date: 2026-12-08}` and `pay.corridor.max_loss`

Source: PAY-09, drafting practice; the guides advise community organizations against it.""",
)
VERIFIER_IS_PAYER = Rule(
    "verifier-is-payer",
    Severity.WARNING,
    "The one who pays decides alone whether an outcome was reached.",
    """Whoever saves by saying no should not be the only judge.

Wrong: `pay.verifier: Lakeshore Health Plan, Inc.`

Right: a data source both can see, or a third party, with a time to contest.

Source: the rules for outcome pay, drafting practice.""",
)
VOLUME_OUT_OF_ORDER = Rule(
    "volume-out-of-order",
    Severity.ERROR,
    "The low, the high and the greatest volume are not in order.",
    """The plan is a range, and the cap lies on or above it.

Wrong: `expected_min: 40`, `expected_max: 25`

Right: `expected_min: 25`, `expected_max: 40`, `cap: 45`

Source: the limits of capacity, drafting practice.""",
)


def _pays(index: Index, model: str) -> bool:
    return model in index.words("pay.models")


def tiers_out_of_order(index: Index) -> Iterator[Diagnostic]:
    before: tuple[Decimal, Decimal] | None = None
    for entry in index.entries("pay.p4p.tiers"):
        level, amount = entry.percent("at_least"), entry.money("amount")
        if level is None or amount is None:
            return
        if before is not None and (level <= before[0] or amount <= before[1]):
            yield entry.at(
                TIERS_OUT_OF_ORDER,
                "at_least",
                "This level is not above the one before it."
                if level <= before[0]
                else "This level is higher and does not pay more.",
                "List the levels from low to high, each paying more.",
            )
        before = (level, amount)


def tier_over_maximum(index: Index) -> Iterator[Diagnostic]:
    most = index.money("pay.p4p.max")
    for entry in index.entries("pay.p4p.tiers"):
        amount = entry.money("amount")
        if most is not None and amount is not None and amount > most:
            yield entry.at(
                TIER_OVER_MAXIMUM,
                "amount",
                "This level pays more than the largest bonus.",
                "Raise pay.p4p.max, or lower the level.",
            )


def target_not_above_baseline(index: Index) -> Iterator[Diagnostic]:
    start, target = index.percent("pay.p4p.baseline"), index.percent("pay.p4p.target")
    if _pays(index, "p4p_bonus") and start is not None and target is not None and target <= start:
        yield index.at(
            TARGET_NOT_ABOVE_BASELINE, "pay.p4p.target", "The target is not above where things stand already.",
            "Raise the target, or turn the measure around.", ["pay.p4p.baseline"],
        )  # fmt: skip


def few_people_measured(index: Index) -> Iterator[Diagnostic]:
    least = index.number("pay.p4p.min_n")
    if _pays(index, "p4p_bonus") and least is not None and least < 20:
        yield index.at(FEW_PEOPLE_MEASURED, "pay.p4p.min_n", "So few people make the result luck.", "Write 20 or more.")


def bonus_measure_unknown(index: Index) -> Iterator[Diagnostic]:
    measures = {e.word("name").casefold(): e for e in index.entries("metrics")}
    named: list[tuple[str, str]] = []
    if _pays(index, "p4p_bonus"):
        named.append(("pay.p4p.metric", index.word("pay.p4p.metric")))
    if _pays(index, "withhold"):
        named += [("pay.withhold.metrics", m) for m in index.words("pay.withhold.metrics")]
    for field, name in named:
        if not measures or not name:
            continue
        entry = measures.get(name.casefold())
        if entry is None:
            message, fix = "The list of measures has none of this name.", "Use the name of a measure in metrics."
        elif entry.no("used_for_payment"):
            message = "The list of measures says that this one is not used for payment."
            fix = "Write used_for_payment: yes there."
        else:
            continue
        yield index.at(BONUS_MEASURE_UNKNOWN, field, message, fix, ["metrics"])


def paid_before_counted(index: Index) -> Iterator[Diagnostic]:
    launch = index.date("term.launch_date")
    dates = (
        ("p4p_bonus", "pay.p4p.payout_date"),
        ("withhold", "pay.withhold.release_date"),
        ("shared_savings", "pay.savings.settle_date"),
    )
    for model, name in dates:
        day: dt.date | None = index.date(name)
        if launch is not None and day is not None and _pays(index, model) and day <= launch:
            yield index.at(
                PAID_BEFORE_COUNTED, name, "This day is not after the launch, so there is nothing to count.",
                "Write a day after the period that is measured.", ["term.launch_date"],
            )  # fmt: skip


def withhold_over_tenth(index: Index) -> Iterator[Diagnostic]:
    share = index.percent("pay.withhold.pct")
    if _pays(index, "withhold") and share is not None and 10 < share <= 20:
        yield index.at(
            WITHHOLD_OVER_TENTH,
            "pay.withhold.pct",
            "More than a tenth of the pay is held back.",
            "Write a tenth or less.",
        )


def withhold_over_fifth(index: Index) -> Iterator[Diagnostic]:
    share = index.percent("pay.withhold.pct")
    if _pays(index, "withhold") and share is not None and share > 20:
        yield index.at(
            WITHHOLD_OVER_FIFTH,
            "pay.withhold.pct",
            "More than a fifth of the pay is held back.",
            "Write a tenth or less.",
        )


def shares_not_100(index: Index) -> Iterator[Diagnostic]:
    base, rest = index.percent("pay.base_pct"), index.percent("pay.contingent_pct")
    if base is not None and rest is not None and base + rest != 100:
        yield index.at(
            SHARES_NOT_100, "pay.contingent_pct", "The fixed and the contingent share do not add to 100 percent.",
            "Change one of them.", ["pay.base_pct"],
        )  # fmt: skip
    for entry in index.entries("pay.corridor.bands"):
        one, two = entry.percent("cbo_share"), entry.percent("payer_share")
        if one is not None and two is not None and one + two != 100:
            yield entry.at(
                SHARES_NOT_100,
                "payer_share",
                "The shares in this band do not add to 100 percent.",
                "Change one of them.",
            )


def bands_with_gaps(index: Index) -> Iterator[Diagnostic]:
    end: Decimal | None = None
    for entry in index.entries("pay.corridor.bands"):
        low, high = entry.percent("lower_pct"), entry.percent("upper_pct")
        if low is None or high is None:
            return
        if high <= low:
            message = "This band ends where it begins, or below."
        elif end is not None and low < end:
            message = "This band overlaps the one before it."
        elif end is not None and low > end:
            message = "Between this band and the one before it is a gap."
        else:
            end = high
            continue
        end = high
        yield entry.at(
            BANDS_WITH_GAPS,
            "lower_pct",
            message,
            "Let each band begin where the last ends.",
        )


def tranches_do_not_add_up(index: Index) -> Iterator[Diagnostic]:
    whole = index.money("pay.capacity.amount")
    parts = [e.money("amount") for e in index.entries("pay.capacity.tranches")]
    amounts = [p for p in parts if p is not None]
    if not _pays(index, "capacity_upfront") or whole is None or not amounts or len(amounts) < len(parts):
        return
    total = sum(amounts, Decimal(0))
    if total != whole:
        side = "more" if total > whole else "less"
        yield index.at(
            TRANCHES_DO_NOT_ADD_UP, "pay.capacity.amount", f"The payments together are {side} than this amount.",
            "Change the amount or a payment.", ["pay.capacity.tranches"],
        )  # fmt: skip


def start_up_funds_late(index: Index) -> Iterator[Diagnostic]:
    launch = index.date("term.launch_date")
    entries = [(d, e) for e in index.entries("pay.capacity.tranches") if (d := e.date("due")) is not None]
    if not _pays(index, "capacity_upfront") or launch is None or not entries:
        return
    first, entry = min(entries, key=lambda pair: pair[0])
    if first > launch:
        yield entry.at(
            START_UP_FUNDS_LATE,
            "due",
            "The first payment comes after the launch that it is meant to prepare.",
            "Let the first payment be due on signature.",
        )


def savings_share_empty(index: Index) -> Iterator[Diagnostic]:
    if not _pays(index, "shared_savings"):
        return
    share, least = index.percent("pay.savings.share_pct"), index.percent("pay.savings.msr")
    if share is not None and not 0 < share <= 100:
        yield index.at(
            SAVINGS_SHARE_EMPTY, "pay.savings.share_pct", "Such a share can never be paid.", "Write, for example: 40%"
        )
    if least is not None and not 0 <= least < 100:
        yield index.at(
            SAVINGS_SHARE_EMPTY, "pay.savings.msr", "Savings can never reach this rate.", "Write, for example: 2%"
        )


def losses_without_board(index: Index) -> Iterator[Diagnostic]:
    provider = index.party("provider")
    if not _pays(index, "risk_corridor") or not provider:
        return
    shares = [s for e in index.entries("pay.corridor.bands") if (s := e.percent("cbo_share")) is not None]
    approved = not index.left_out(f"{provider}.approval.date") and not index.left_out(f"{provider}.approval.body")
    if any(s > 0 for s in shares) and not approved:
        yield index.at(
            LOSSES_WITHOUT_BOARD, f"{provider}.approval.body",
            "The provider takes a share of losses, and no approval of its board is named.",
            f"Write {provider}.approval with body and date, once the board has decided.", ["pay.corridor.bands"],
        )  # fmt: skip


def verifier_is_payer(index: Index) -> Iterator[Diagnostic]:
    verifier, payer = index.word("pay.verifier").casefold(), index.party("purchaser")
    if not _pays(index, "outcome_unit") or not verifier or not payer:
        return
    names = (index.word(f"{payer}.legal_name").casefold(), index.word(f"{payer}.short_name").casefold(), payer)
    if verifier in names:
        yield index.at(
            VERIFIER_IS_PAYER, "pay.verifier", "The one who pays decides alone whether an outcome was reached.",
            "Name a source both can see, or a third party.",
        )  # fmt: skip


def volume_out_of_order(index: Index) -> Iterator[Diagnostic]:
    low, high, cap = (index.number(f"capacity.{n}") for n in ("expected_min", "expected_max", "cap"))
    if low is not None and high is not None and low > high:
        yield index.at(
            VOLUME_OUT_OF_ORDER, "capacity.expected_max", "The high end is below the low end.",
            "Exchange them, or correct one.", ["capacity.expected_min"],
        )  # fmt: skip
    if high is not None and cap is not None and high > cap:
        yield index.at(
            VOLUME_OUT_OF_ORDER, "capacity.cap", "The greatest number is below what is expected.",
            "Raise it, or lower what is expected.", ["capacity.expected_max"],
        )  # fmt: skip


_MONEY = ("svc", "sow", "hub")
LINTS = (
    Lint(TIERS_OUT_OF_ORDER, tiers_out_of_order, _MONEY, blocker=True),
    Lint(TIER_OVER_MAXIMUM, tier_over_maximum, _MONEY, blocker=True),
    Lint(TARGET_NOT_ABOVE_BASELINE, target_not_above_baseline, _MONEY),
    Lint(FEW_PEOPLE_MEASURED, few_people_measured, _MONEY),
    Lint(BONUS_MEASURE_UNKNOWN, bonus_measure_unknown, _MONEY),
    Lint(PAID_BEFORE_COUNTED, paid_before_counted, _MONEY, blocker=True),
    Lint(WITHHOLD_OVER_TENTH, withhold_over_tenth, _MONEY),
    Lint(WITHHOLD_OVER_FIFTH, withhold_over_fifth, _MONEY),
    Lint(SHARES_NOT_100, shares_not_100, _MONEY, blocker=True),
    Lint(BANDS_WITH_GAPS, bands_with_gaps, _MONEY, blocker=True),
    Lint(TRANCHES_DO_NOT_ADD_UP, tranches_do_not_add_up, _MONEY, blocker=True),
    Lint(START_UP_FUNDS_LATE, start_up_funds_late, _MONEY),
    Lint(SAVINGS_SHARE_EMPTY, savings_share_empty, _MONEY, blocker=True),
    Lint(LOSSES_WITHOUT_BOARD, losses_without_board, _MONEY),
    Lint(VERIFIER_IS_PAYER, verifier_is_payer, _MONEY),
    Lint(VOLUME_OUT_OF_ORDER, volume_out_of_order, _MONEY),
)
