"""Ways of paying: sums, periods and limits that have to agree with one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.figures import cents
from generator.lint.index import Index, Lint, after

__all__ = ["LINTS"]

PERIOD_REVERSED = Rule(
    "period-reversed",
    Severity.ERROR,
    "A measuring period ends before it begins, or on the same day.",
    """Nothing can be counted in it, so nothing can be earned.

Wrong: `period_start: 2027-12-31`, `period_end: 2027-02-01`

Right: `period_start: 2027-02-01`, `period_end: 2027-12-31`

Source: PAY-02 and the rules for bonuses, withholds, savings, risk bands and grants.""",
)
PAID_BEFORE_DATA = Rule(
    "paid-before-data",
    Severity.ERROR,
    "Results are to be paid before the data behind them are in.",
    """A bonus is paid after the measuring period and the time for late data; savings and losses are settled after the
claims have run out; a withhold is released after its period. Earlier, the number does not exist yet.

Wrong: a period that ends on December 31, 60 days for late data, and a payout on March 1 of the next year.

Right: a payout on March 2 or later.

Source: PAY-02 and the rules for bonuses, withholds, savings and risk bands.""",
)
RELEASE_LATE = Rule(
    "release-late",
    Severity.ERROR,
    "Withheld pay is released more than 120 days after its period.",
    """It was earned by work already done. Four months are enough to count.

Wrong: a period that ends on December 31, 2027 and `release_date: 2028-06-30`

Right: `release_date: 2028-03-31`

Source: PAY-02 and the rules for withholds, drafting practice.""",
)
WITHHOLD_WITHOUT_BASE = Rule(
    "withhold-without-base",
    Severity.ERROR,
    "Pay is held back from a way of paying that was not chosen.",
    """A withhold is a part of something. If the payment it is taken from does not exist, nobody knows what is held
back.

Wrong: `pay.models: [fee_for_service, withhold]`, `pay.withhold.model: pmpm`

Right: `pay.withhold.model: fee_for_service`

Source: PAY-05 and the rules for withholds.""",
)
SHARED_OUT_NOT_100 = Rule(
    "shared-out-not-100",
    Severity.ERROR,
    "A price is divided into shares that do not add to 100 percent.",
    """The participants of a bundle share its whole price, and the parts of a case rate are the whole rate. What is left
over belongs to nobody; what is too much is owed by nobody.

Wrong: shares of 60% and 30%

Right: shares of 60% and 40%

Source: PAY-03 and the rules for case rates and bundles.""",
)
SAVINGS_OVER_WHOLE = Rule(
    "savings-over-whole",
    Severity.ERROR,
    "More than the whole of the savings is promised.",
    """The shares of all who share the same savings come out of one sum.

Wrong: 60 percent for the provider and 50 percent for another

Right: 60 percent and 40 percent, or less

Source: PAY-03 and the rules for shared savings.""",
)
MIDDLE_BAND_SHARED = Rule(
    "middle-band-shared",
    Severity.WARNING,
    "The provider shares gains and losses right around the target.",
    """Costs move up and down by chance. A middle band without sharing keeps chance from moving money.

Wrong: a band from 98% to 102% in which the provider bears 50%

Right: a band from 95% to 105% in which the provider bears 0%

Source: the rules for risk bands, drafting practice.""",
)
RESERVE_BELOW_LOSS = Rule(
    "reserve-below-loss",
    Severity.WARNING,
    "The reserve does not cover the largest loss.",
    """What the reserve does not cover is paid from payroll.

Wrong: `reserve: 2000.00`, `max_loss: 5000.00`

Right: `reserve: 5000.00`, or a smaller largest loss

Source: the rules for risk bands, drafting practice.""",
)
BUDGET_OVER_LIMIT = Rule(
    "budget-over-limit",
    Severity.ERROR,
    "The budget of costs is larger than what is repaid at most.",
    """Direct and indirect costs together must fit under the limit, or the provider spends money that nobody repays.

Wrong: budget lines of 90,000 with indirect costs of 13,500, and a limit of 100,000

Right: a limit of 103,500 or more

Source: PAY-02 and the rules for cost reimbursement.""",
)
INDIRECT_BASE_TOO_LARGE = Rule(
    "indirect-base-too-large",
    Severity.ERROR,
    "The base of the indirect rate is larger than the direct costs.",
    """The base is the part of the direct costs that counts for the rate. It cannot be more than all of them.

Wrong: budget lines of 80,000 and a base of 90,000

Right: a base of 80,000 or less

Source: PAY-02 and the rules for cost reimbursement.""",
)
FLAT_INDIRECT_RATE_HIGH = Rule(
    "flat-indirect-rate-high",
    Severity.WARNING,
    "The flat federal rate for indirect costs is taken to be more than 15 percent.",
    """The rate that federal rules allow without proof is said to be at most 15 percent. A higher rate needs an
agreement with a federal agency.

Wrong: `rate_source: de_minimis`, `indirect_rate: 18%`

Right: `indirect_rate: 15%`, or `rate_source: negotiated`

Source: the rules for cost reimbursement. The federal rule behind it should be confirmed by counsel.""",
)
GRANT_DOES_NOT_ADD_UP = Rule(
    "grant-does-not-add-up",
    Severity.ERROR,
    "The payments of a grant do not add up to its amount.",
    """One sentence grants a sum, and the table below it another.

Wrong: a grant of 60,000 with payments of 30,000 and 20,000

Right: payments of 30,000 and 30,000

Source: PAY-02 and the rules for grants.""",
)
AT_RISK_OVER_LIMIT = Rule(
    "at-risk-over-limit",
    Severity.ERROR,
    "More of the pay depends on results than the agreement allows.",
    """Each results clause may look small. Together they decide how much of the year can fail to come. A withhold, the
contingent part of outcome pay and the part of a bundle that depends on quality are counted; a bonus is not.

Wrong: `max_at_risk_pct: 10%` with a withhold of 8% and a quality share of 5%

Right: a limit of 13% or more, or smaller shares

Source: the rules across ways of paying, drafting practice.""",
)
CONTINGENT_OVER_HALF = Rule(
    "contingent-over-half",
    Severity.WARNING,
    "More than half of outcome pay waits for the outcome.",
    """The work is paid for every week, and the outcome shows months later. A small organization cannot wait for most of
its pay.

Wrong: `base_pct: 40%`, `contingent_pct: 60%`

Right: `base_pct: 70%`, `contingent_pct: 30%`

Source: the rules for outcome pay, drafting practice.""",
)
APPROVAL_WITHOUT_TIME = Rule(
    "approval-without-time",
    Severity.WARNING,
    "A service needs approval, and nothing says how soon it is answered.",
    """A person in need waits for the answer, and the service is not paid without it.

Wrong: `approval: yes` at a service, without `pay.approval_within`

Right: `pay.approval_within: 2 business days`

Source: the rules for fees, drafting practice.""",
)
UNIT_LIMITS_DISAGREE = Rule(
    "unit-limits-disagree",
    Severity.ERROR,
    "One person may receive more units than there are altogether.",
    """The two limits were probably exchanged.

Wrong: `max_units: 40`, `max_total: 12`

Right: `max_units: 4`, `max_total: 120`

Source: PAY-02 and the rules for fees.""",
)
SERVICE_PRICED_TWICE = Rule(
    "service-priced-twice",
    Severity.ERROR,
    "A service has a price of its own and is part of a case or a bundle.",
    """It would be paid twice, or each side reads the price it prefers.

Wrong: “home visit” in `pay.ffs` and in `pay.case.services`

Right: in one of the two.

Source: the catalogue of clauses on case rates.""",
)
COVERED_SERVICE_UNKNOWN = Rule(
    "covered-service-unknown",
    Severity.WARNING,
    "A case or a bundle covers something that is not in the list of services.",
    """What the price covers is decided by comparing two lists. A service with two names is covered by neither.

Wrong: “home call” in `pay.case.services` and “home visit” in the list of services

Right: the same name in both.

Source: PAY-02 and the rules for case rates and bundles, drafting practice.""",
)
VOUCHER_LIMITS_DISAGREE = Rule(
    "voucher-limits-disagree",
    Severity.ERROR,
    "The limit of vouchers for one person is higher than the limit for all.",
    """The two limits were probably exchanged.

Wrong: `cap_person: 600.00`, `cap_total: 60.00`

Right: `cap_person: 60.00`, `cap_total: 600.00`

Source: the rules for vouchers.""",
)
FULL_RISK = Rule(
    "full-risk",
    Severity.ERROR,
    "The provider would carry the whole cost of care.",
    """Whoever carries that risk may need a license as an insurer or a risk-bearing organization, which each state rules
for itself. The library has no text for it. If counsel has confirmed that no license is needed, or that there is one,
the profile overrules this with the reason.

Wrong: `pay.models: [full_capitation]` on an ordinary contract

Right: a payment per member per month, or counsel's word on the license in `overrides`.

Source: the rules for full capitation. State law decides.""",
)

_PERIODS = (
    # way of paying, where its period stands, what is paid afterwards, after which time, that day itself excluded
    ("p4p_bonus", "pay.p4p.period", "pay.p4p.payout_date", "pay.p4p.runout", True),
    ("withhold", "pay.withhold.period", "pay.withhold.release_date", "", True),
    ("shared_savings", "pay.savings.period", "pay.savings.settle_date", "pay.savings.runout_months", False),
    ("risk_corridor", "pay.corridor.period", "pay.corridor.settle_date", "pay.corridor.runout", False),
)


def _pays(index: Index, model: str) -> bool:
    return model in index.words("pay.models")


def _sum(index: Index, name: str, member: str) -> Decimal | None:
    """Return the sum of a list's amounts, or None if it has none or one is open."""
    amounts = [e.money(member) for e in index.entries(name)]
    known = [x for x in amounts if x is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None


def period_reversed(index: Index) -> Iterator[Diagnostic]:
    pairs = [(model, f"{p}_start", f"{p}_end") for model, p, *_ in _PERIODS]
    for model, first, last in (*pairs, ("grant", "grant.award.start", "grant.award.end")):
        start, end = index.date(first), index.date(last)
        if _pays(index, model) and start is not None and end is not None and end <= start:
            yield index.at(PERIOD_REVERSED, last, "The period ends before it begins.", "Exchange the days.", [first])


def paid_before_data(index: Index) -> Iterator[Diagnostic]:
    for model, period, name, runout, strictly in _PERIODS:
        end, day = index.date(f"{period}_end"), index.date(name)
        late = index.duration(runout) if runout else None
        if not _pays(index, model) or end is None or day is None or (runout and late is None):
            continue
        ready: dt.date = after(end, late) if late is not None else end
        if day < ready or (strictly and day == ready):
            related = [f"{period}_end", runout] if runout else [f"{period}_end"]
            yield index.at(
                PAID_BEFORE_DATA, name, "On this day the data behind the result are not in yet.",
                f"Write a day {'after' if strictly else 'on or after'} {ready.isoformat()}.", related,
            )  # fmt: skip


def release_late(index: Index) -> Iterator[Diagnostic]:
    end, day = index.date("pay.withhold.period_end"), index.date("pay.withhold.release_date")
    if _pays(index, "withhold") and end is not None and day is not None and (day - end).days > 120:
        yield index.at(
            RELEASE_LATE, "pay.withhold.release_date", "This day is more than 120 days after the period.",
            f"Write a day up to {(end + dt.timedelta(days=120)).isoformat()}.", ["pay.withhold.period_end"],
        )  # fmt: skip


def withhold_without_base(index: Index) -> Iterator[Diagnostic]:
    model = index.word("pay.withhold.model")
    if _pays(index, "withhold") and model and not _pays(index, model):
        yield index.at(
            WITHHOLD_WITHOUT_BASE, "pay.withhold.model", "This way of paying is not among those chosen.",
            "Name one that is, or add it to pay.models.", ["pay.models"],
        )  # fmt: skip


def shared_out_not_100(index: Index) -> Iterator[Diagnostic]:
    for model, name in (("bundled", "pay.bundle.participants"), ("case_rate", "pay.case.parts")):
        shares = [e.percent("share_pct") for e in index.entries(name)]
        known = [s for s in shares if s is not None]
        if _pays(index, model) and known and len(known) == len(shares) and sum(known) != 100:
            side = "more" if sum(known) > 100 else "less"
            yield index.at(
                SHARED_OUT_NOT_100, name, f"The shares add to {side} than 100 percent.", "Change one of them."
            )


def savings_over_whole(index: Index) -> Iterator[Diagnostic]:
    own = index.percent("pay.savings.share_pct")
    others = [s for e in index.entries("pay.savings.others") if (s := e.percent("share_pct")) is not None]
    if _pays(index, "shared_savings") and own is not None and others and own + sum(others) > 100:
        yield index.at(
            SAVINGS_OVER_WHOLE, "pay.savings.others", "All shares together are more than the whole.",
            "Lower one of them.", ["pay.savings.share_pct"],
        )  # fmt: skip


def middle_band_shared(index: Index) -> Iterator[Diagnostic]:
    for entry in index.entries("pay.corridor.bands"):
        low, high, share = entry.percent("lower_pct"), entry.percent("upper_pct"), entry.percent("cbo_share")
        if not _pays(index, "risk_corridor") or low is None or high is None or share is None:
            continue
        if low < 100 < high and share > 0:
            yield entry.at(
                MIDDLE_BAND_SHARED, "cbo_share", "This band lies around the target, and the provider bears a share.",
                "Let the provider bear 0% there.",
            )  # fmt: skip


def reserve_below_loss(index: Index) -> Iterator[Diagnostic]:
    reserve, most = index.money("pay.corridor.reserve"), index.money("pay.corridor.max_loss")
    if _pays(index, "risk_corridor") and reserve is not None and most is not None and reserve < most:
        yield index.at(
            RESERVE_BELOW_LOSS, "pay.corridor.reserve", "The reserve is smaller than the largest loss.",
            "Raise it, or lower the largest loss.", ["pay.corridor.max_loss"],
        )  # fmt: skip


def budget_over_limit(index: Index) -> Iterator[Diagnostic]:
    direct, limit = _sum(index, "pay.cost.lines", "amount"), index.money("pay.cost.cap")
    base, rate = index.money("pay.cost.base_amount"), index.percent("pay.cost.indirect_rate")
    if not _pays(index, "cost_reimbursement") or direct is None or limit is None:
        return
    indirect = cents(base * rate / 100) if base is not None and rate is not None else Decimal(0)
    if direct + indirect > limit:
        yield index.at(
            BUDGET_OVER_LIMIT, "pay.cost.cap", "The budget with its indirect costs is larger than this limit.",
            "Raise the limit, or shorten the budget.", ["pay.cost.lines"],
        )  # fmt: skip


def indirect_base_too_large(index: Index) -> Iterator[Diagnostic]:
    direct, base = _sum(index, "pay.cost.lines", "amount"), index.money("pay.cost.base_amount")
    if _pays(index, "cost_reimbursement") and direct is not None and base is not None and base > direct:
        yield index.at(
            INDIRECT_BASE_TOO_LARGE, "pay.cost.base_amount", "The base is larger than the direct costs together.",
            "Lower it.", ["pay.cost.lines"],
        )  # fmt: skip


def flat_indirect_rate_high(index: Index) -> Iterator[Diagnostic]:
    rate = index.percent("pay.cost.indirect_rate")
    flat = index.word("pay.cost.rate_source") == "de_minimis"
    if _pays(index, "cost_reimbursement") and flat and rate is not None and rate > 15:
        yield index.at(
            FLAT_INDIRECT_RATE_HIGH, "pay.cost.indirect_rate", "A rate without proof is said to be at most 15 percent.",
            "Write 15% or less, or name the agreement that allows more.", ["pay.cost.rate_source"],
        )  # fmt: skip


def grant_does_not_add_up(index: Index) -> Iterator[Diagnostic]:
    whole, total = index.money("grant.award.amount"), _sum(index, "grant.award.payments", "amount")
    if _pays(index, "grant") and whole is not None and total is not None and total != whole:
        side = "more" if total > whole else "less"
        yield index.at(
            GRANT_DOES_NOT_ADD_UP, "grant.award.amount", f"The payments together are {side} than this amount.",
            "Change the amount or a payment.", ["grant.award.payments"],
        )  # fmt: skip


def at_risk_over_limit(index: Index) -> Iterator[Diagnostic]:
    limit = index.percent("pay.max_at_risk_pct")
    shares = (
        ("withhold", "pay.withhold.pct"),
        ("outcome_unit", "pay.contingent_pct"),
        ("bundled", "pay.bundle.gate_pct"),
    )
    counted = [(n, s) for model, n in shares if _pays(index, model) and (s := index.percent(n)) is not None]
    if limit is not None and sum(s for _, s in counted) > limit:
        yield index.at(
            AT_RISK_OVER_LIMIT, "pay.max_at_risk_pct", "The shares that depend on results together are more than this.",
            "Raise the limit, or lower a share.", [n for n, _ in counted],
        )  # fmt: skip


def contingent_over_half(index: Index) -> Iterator[Diagnostic]:
    share = index.percent("pay.contingent_pct")
    if _pays(index, "outcome_unit") and share is not None and share > 50:
        yield index.at(
            CONTINGENT_OVER_HALF, "pay.contingent_pct", "More than half of this pay waits for the outcome.",
            "Write half or less.",
        )  # fmt: skip


def approval_without_time(index: Index) -> Iterator[Diagnostic]:
    if not _pays(index, "fee_for_service") or not index.left_out("pay.approval_within"):
        return
    for entry in index.entries("pay.ffs"):
        if entry.yes("approval"):
            yield entry.at(
                APPROVAL_WITHOUT_TIME, "approval", "Nothing says how soon the payer answers.",
                "Write pay.approval_within: 2 business days.",
            )  # fmt: skip


def unit_limits_disagree(index: Index) -> Iterator[Diagnostic]:
    for entry in index.entries("pay.ffs"):
        each, total = entry.number("max_units"), entry.number("max_total")
        if _pays(index, "fee_for_service") and each is not None and total is not None and each > total:
            yield entry.at(
                UNIT_LIMITS_DISAGREE, "max_total", "One person may receive more units than this.",
                "Exchange the two limits, or correct one.",
            )  # fmt: skip


def _covered(index: Index) -> Iterator[tuple[str, str]]:
    for model, name in (("case_rate", "pay.case.services"), ("bundled", "pay.bundle.services")):
        if _pays(index, model):
            yield from ((name, service) for service in index.words(name))


def service_priced_twice(index: Index) -> Iterator[Diagnostic]:
    priced = {e.word("service").casefold() for e in index.entries("pay.ffs")}
    for name, service in _covered(index):
        if _pays(index, "fee_for_service") and service.casefold() in priced:
            yield index.at(
                SERVICE_PRICED_TWICE, name, f"“{service}” has a price of its own too.",
                "Take it out of one of the two.", ["pay.ffs"],
            )  # fmt: skip


def covered_service_unknown(index: Index) -> Iterator[Diagnostic]:
    names = {e.word("name").casefold() for e in index.entries("service.elements")}
    for name, service in _covered(index):
        if names and "" not in names and service.casefold() not in names:
            yield index.at(
                COVERED_SERVICE_UNKNOWN, name, f"“{service}” is not in the list of services.",
                "Use the name that stands in service.elements.", ["service.elements"],
            )  # fmt: skip


def voucher_limits_disagree(index: Index) -> Iterator[Diagnostic]:
    each, total = index.money("vouchers.cap_person"), index.money("vouchers.cap_total")
    if each is not None and total is not None and each > total:
        yield index.at(
            VOUCHER_LIMITS_DISAGREE, "vouchers.cap_total", "The limit for all is below that for one person.",
            "Exchange the two limits, or correct one.", ["vouchers.cap_person"],
        )  # fmt: skip


def full_risk(index: Index) -> Iterator[Diagnostic]:
    if _pays(index, "full_capitation"):
        yield index.at(
            FULL_RISK, "pay.models", "The provider would carry the whole cost of care, which may need a license.",
            "Choose another way of paying, or have counsel confirm it.",
        )  # fmt: skip


_MONEY = ("svc", "sow", "hub")
LINTS = (
    Lint(PERIOD_REVERSED, period_reversed, _MONEY, blocker=True),
    Lint(PAID_BEFORE_DATA, paid_before_data, _MONEY, blocker=True),
    Lint(RELEASE_LATE, release_late, _MONEY),
    Lint(WITHHOLD_WITHOUT_BASE, withhold_without_base, _MONEY, blocker=True),
    Lint(SHARED_OUT_NOT_100, shared_out_not_100, _MONEY, blocker=True),
    Lint(SAVINGS_OVER_WHOLE, savings_over_whole, _MONEY, blocker=True),
    Lint(MIDDLE_BAND_SHARED, middle_band_shared, _MONEY),
    Lint(RESERVE_BELOW_LOSS, reserve_below_loss, _MONEY),
    Lint(BUDGET_OVER_LIMIT, budget_over_limit, _MONEY, blocker=True),
    Lint(INDIRECT_BASE_TOO_LARGE, indirect_base_too_large, _MONEY, blocker=True),
    Lint(FLAT_INDIRECT_RATE_HIGH, flat_indirect_rate_high, _MONEY),
    Lint(GRANT_DOES_NOT_ADD_UP, grant_does_not_add_up, _MONEY, blocker=True),
    Lint(AT_RISK_OVER_LIMIT, at_risk_over_limit, _MONEY, blocker=True),
    Lint(CONTINGENT_OVER_HALF, contingent_over_half, _MONEY),
    Lint(APPROVAL_WITHOUT_TIME, approval_without_time, _MONEY),
    Lint(UNIT_LIMITS_DISAGREE, unit_limits_disagree, _MONEY, blocker=True),
    Lint(SERVICE_PRICED_TWICE, service_priced_twice, _MONEY, blocker=True),
    Lint(COVERED_SERVICE_UNKNOWN, covered_service_unknown, _MONEY),
    Lint(VOUCHER_LIMITS_DISAGREE, voucher_limits_disagree),
    Lint(FULL_RISK, full_risk, _MONEY),
)
