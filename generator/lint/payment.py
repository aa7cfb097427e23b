"""Money between the parties: contract or none, when it is paid, what it covers, how far back it can be asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.fields.values import Duration
from generator.lint.dates import money_moves
from generator.lint.index import Index, Lint, Spoken, after, longer, note
from generator.lint.privacy import RESULT_MODELS

__all__ = ["LINTS"]

MONEY_WITHOUT_CONTRACT = Rule(
    "money-without-contract",
    Severity.ERROR,
    "Money moves, and the set has no contract that says for what.",
    """Who pays whom, for what and when belongs into a services agreement, or a statement of work that carries its own
terms. A memorandum of understanding is not made to hold it.

Wrong: `agreement.documents: [mou]` with `pay.models: [fee_for_service]`

Right: `agreement.documents: [mou, svc, sow]`

Source: PAY-01, drafting practice.""",
)
NO_PAYMENT_WITH_PRICES = Rule(
    "no-payment-with-prices",
    Severity.ERROR,
    "The answers say that no money moves, and also how much.",
    """“No payment” next to a price, a bonus or start-up funds is a contradiction that the payer will resolve for
itself.

Wrong: `pay.models: [none]` with `pay.ffs` filled in, or with `vouchers.cost: repaid`

Right: one or the other.

Source: PAY-17, drafting practice.""",
)
PAYMENT_LABEL_CONTRADICTS = Rule(
    "payment-label-contradicts",
    Severity.WARNING,
    "The way the work is said to be funded and the payment models do not agree.",
    """“Independent or grants” tells the board that no contract money is at stake; “payment tied to results” tells it
that some is at risk. The payment models should say the same.

Wrong: `financial_relationship: [service_contract]` with `pay.models: [withhold]`

Right: `financial_relationship: [service_contract, risk_or_outcomes]`

Source: DOC-12 and the rules for payment models, drafting practice.""",
)
PAYMENT_SLOW = Rule(
    "payment-slow",
    Severity.WARNING,
    "Invoices are paid only after more than 45 days.",
    """A community organization pays its staff every two weeks. Waiting seven weeks for the payer is a loan to it.

Wrong: `pay.invoice.pay_days: 60 days`

Right: `pay.invoice.pay_days: 30 days`

Source: PAY-04, drafting practice; state prompt-payment laws may set less. More than 60 days cannot be entered.""",
)
PAYMENT_WAITS_FOR_APPROVAL = Rule(
    "payment-waits-for-approval",
    Severity.WARNING,
    "The time to pay begins only when the payer approves the invoice.",
    """Then the time for approving comes on top of the time for paying, and the payer alone decides how much of it
it uses.

Wrong: `pay.invoice.clock_start: approval`

Right: `pay.invoice.clock_start: complete_invoice`, with a time to say what is missing.

Source: PAY-04, drafting practice.""",
)
FILING_TIME_SHORT = Rule(
    "filing-time-short",
    Severity.WARNING,
    "There are fewer than 90 days to submit a unit of service.",
    """Eligibility is corrected, portals fail, people are on leave. Work that is submitted late is work for nothing.

Wrong: `pay.filing_days: 30 days`

Right: `pay.filing_days: 120 days`

Source: PAY-02 and the rules for fees, drafting practice.""",
)
LOOK_BACK_LONG = Rule(
    "look-back-long",
    Severity.WARNING,
    "Payments may be asked back for more than 24 months.",
    """Money that was spent on staff two years ago is gone.

Wrong: `pay.lookback_months: 36 months`

Right: `pay.lookback_months: 12 months`; fraud, and what a law or program requires, are not limited by it.

Source: PAY-10, drafting practice.""",
)
DISPUTE_TIME_SHORT = Rule(
    "dispute-time-short",
    Severity.WARNING,
    "There are fewer than 30 days to dispute a payment.",
    """A denial is often understood only when the next payment is missing too.

Wrong: `pay.dispute_days: 10 days`

Right: `pay.dispute_days: 60 days`

Source: the limits of pay.dispute_days, drafting practice.""",
)
PRICE_BELOW_COST = Rule(
    "price-below-cost",
    Severity.WARNING,
    "No price reaches what a unit costs the provider.",
    """Each unit then loses money, and more of them lose more.

Wrong: a price below `pay.cbo_cost_per_unit` for every service.

Right: a price that covers the cost, or another source named for the rest.

Source: PAY-08, drafting practice. The cost is never printed.""",
)
VOLUME_BELOW_BREAK_EVEN = Rule(
    "volume-below-break-even",
    Severity.WARNING,
    "The expected volume may stay below what the provider needs to break even, and nothing is guaranteed.",
    """Staff are hired for the forecast. If fewer people come, their wages are owed all the same.

Wrong: `capacity.expected_min: 10`, `pay.breakeven_volume: 30`, and no minimum payment

Right: a minimum payment (`capacity.min_payment`), start-up funds, or a price set for the low end.

Source: PAY-08, drafting practice.""",
)
START_UP_UNFUNDED = Rule(
    "start-up-unfunded",
    Severity.WARNING,
    "The provider has to get ready before the launch, and nothing is paid before services begin.",
    """Hiring, training, accounts and security reviews cost money months before the first invoice is paid.

Wrong: tasks before launch for the provider, and a fee for service alone.

Right: `pay.models: [fee_for_service, capacity_upfront]`, or tasks that cost nothing, with that reason in an override.

Source: PAY-11, drafting practice.""",
)
SCHEDULED_OVER_MAXIMUM = Rule(
    "scheduled-over-maximum",
    Severity.ERROR,
    "What is promised in fixed amounts is more than the most that may be paid.",
    """Start-up funds and the largest bonus are fixed. If they alone exceed the maximum, the contract promises what it
forbids.

Wrong: a maximum below start-up funds and bonus together.

Right: a maximum that holds them and the expected services.

Source: PAY-02 and the limits of pay.total_cap, drafting practice.""",
)
RATE_FIXED_LONG = Rule(
    "rate-fixed-long",
    Severity.WARNING,
    "Prices stay the same for more than two years and are never reviewed.",
    """Wages and food do not.

Wrong: a term of three years without `pay.rate_review` and without `pay.cpi`

Right: `pay.rate_review: annually`

Source: PAY-16, drafting practice.""",
)
BLENDED_FEDERAL_MONEY = Rule(
    "blended-federal-money",
    Severity.WARNING,
    "Federal grant money is merged with other money without tracking.",
    """Federal money must be accounted for by award. Merged into one pot it cannot be, unless an authority allows it.

Wrong: `fund_mix: blended` with a federal funder

Right: `fund_mix: braided`: one program, each stream tracked.

Source: PAY-12. The federal rule behind it should be confirmed by counsel.""",
)
HUB_FEE_HIGH = Rule(
    "hub-fee-high",
    Severity.WARNING,
    "The hub keeps more than a fifth.",
    """What the hub keeps is not there for visits and meals. More than a fifth deserves an explanation that members
accept.

Wrong: `pay.hub_fee: {type: percent, pct: 25%}`

Right: a flat fee for what the hub does, or a share up to 20 percent.

Source: the limits of pay.hub_fee, drafting practice.""",
)
PRICE_FOR_UNKNOWN_SERVICE = Rule(
    "price-for-unknown-service",
    Severity.WARNING,
    "A price is given for something that is not in the list of services.",
    """Whether a unit is payable is decided by comparing two lists. A service with two names is paid under neither.

Wrong: a service “home visit” and a price for “home call”.

Right: the same name in both lists.

Source: DOC-08 and PAY-02, drafting practice.""",
)
CODE_WITHOUT_PROVIDER_NUMBER = Rule(
    "code-without-provider-number",
    Severity.ERROR,
    "Procedure codes are used, and the biller has no National Provider Identifier.",
    """A claim with a procedure code is refused without the number of the one who bills it. Many community organizations
have none; then somebody else bills, or invoices carry no codes.

Wrong: `pay.ffs: [{service: home visit, code: G0019, …}]` without `npi`

Right: the provider's `npi`, or another `billing.biller`

Source: PAY-02 and the rules for codes.""",
)
PAID_ONLY_IF_PAID = Rule(
    "paid-only-if-paid",
    Severity.ERROR,
    "The provider is paid only if and when somebody else has paid, and no last day is named.",
    """The member has done the work and paid its staff. If the plan is late, or denies, or fails, the member has lent
its wages without a date.

Wrong: “{hub} shall pay {member} only after it has received payment from the payer”

Right: the same, with “and in every case within 45 days after the invoice, whether or not the payer has paid”.

Source: PAY-13, drafting practice.""",
)
SAVINGS_LOST_AT_THE_END = Rule(
    "savings-lost-at-the-end",
    Severity.ERROR,
    "Shared savings that were earned are lost when the agreement ends.",
    """Savings are counted a year after the work. Who can end the agreement without cause in the meantime can keep what
the other has earned.

Wrong: “If this agreement ends for any reason, no shared savings are paid.”

Right: a share for the part of the year that was worked; nothing only where the provider's own breach ended it.

Source: PAY-14, drafting practice.""",
)
CLIENTS_MAY_BE_CHARGED = Rule(
    "clients-may-be-charged",
    Severity.ERROR,
    "Members of a Medicare Advantage plan are served, and the contract does not protect them from being charged.",
    """A Medicare Advantage plan must see to it that nobody charges its members for what the plan owes, even if the plan
fails. It passes that on to everyone who serves them.

Wrong: `payer_lines: [medicare_advantage]` and a contract without `pay.hold_harmless`

Right: put the clause into the document type.

Source: PAY-15; 42 CFR 422.504(g).""",
)
MEDICAID_CLIENTS_MAY_BE_CHARGED = Rule(
    "medicaid-clients-may-be-charged",
    Severity.WARNING,
    "Members of a Medicaid plan are served, and the contract does not protect them from being charged.",
    """Medicaid managed care has the same protection for enrollees as Medicare Advantage. People who need food cannot
pay what a plan owes.

Wrong: `payer_lines: [medicaid_mco]` and a contract without `pay.hold_harmless`

Right: put the clause into the document type.

Source: PAY-15. Counsel should compare the terms with the regulation and the state's contract.""",
)
SET_OFF_WITHOUT_NOTICE = Rule(
    "set-off-without-notice",
    Severity.WARNING,
    "The payer may deduct what it believes it is owed, without telling anyone before.",
    """The provider learns from its bank that payroll is not covered.

Wrong: “{purchaser} may set off any amount owed to it against any payment.”

Right: a notice with the reason, time to answer, and no deduction while it is disputed: the shipped clause
`pay.recoup_dispute`.

Source: PAY-10, drafting practice.""",
)


def money_without_contract(index: Index) -> Iterator[Diagnostic]:
    paid = [m for m in index.words("pay.models") if m not in ("none", "grant")]
    if paid and index.documents and not any(d in index.documents for d in ("svc", "sow", "hub")):
        if set(index.documents) <= {"mou", "baa", "bac"} and "mou" in index.documents:
            yield index.at(
                MONEY_WITHOUT_CONTRACT, "pay.models",
                "Money moves, and the set has no services agreement that says for what.",
                "Add svc, or svc and sow, to agreement.documents.", ["agreement.documents"],
            )  # fmt: skip


# What only a way of paying has: the price, the largest amount or the share of each.
_PRICES = (
    "pay.ffs", "pay.pmpm.rate", "pay.case.rate", "pay.bundle.price", "pay.capacity.amount", "pay.cost.cap",
    "pay.p4p.max", "pay.withhold.pct", "pay.outcomes", "pay.savings.share_pct", "pay.corridor.bands",
    "grant.award.amount", "pay.total_cap",
)  # fmt: skip


def no_payment_with_prices(index: Index) -> Iterator[Diagnostic]:
    if "none" not in index.words("pay.models"):
        return
    for name in _PRICES:
        if index.value(name) not in (None, ()):
            yield index.at(
                NO_PAYMENT_WITH_PRICES, name,
                f"No money moves, by another answer, and here stands the {index.label(name)}.",
                "Take it out, or name the way of paying in pay.models.", ["pay.models"],
            )  # fmt: skip
    cost = {"repaid": "repaid", "rates": "covered by rates"}.get(index.word("vouchers.cost"))
    if cost and index.value("vouchers.types") not in (None, ()):
        yield index.at(
            NO_PAYMENT_WITH_PRICES, "vouchers.cost",
            f"No money moves, by another answer, and by this one the cost of vouchers is {cost}.",
            "Write issuer, or name the way of paying in pay.models.", ["pay.models"],
        )  # fmt: skip


def payment_label_contradicts(index: Index) -> Iterator[Diagnostic]:
    label, models = index.words("financial_relationship"), index.words("pay.models")
    if not label or not models:
        return
    if any(m in RESULT_MODELS for m in models) and "risk_or_outcomes" not in label:
        message = "Some of the pay depends on results, and this answer does not say so."
        fix = "Add risk_or_outcomes."
    elif label == ("independent_or_grants",) and any(m not in ("none", "grant", "capacity_upfront") for m in models):
        message = "This answer speaks of own money and grants, and services are paid for."
        fix = "Add service_contract."
    else:
        return
    yield index.at(PAYMENT_LABEL_CONTRADICTS, "financial_relationship", message, fix, ["pay.models"])


def payment_slow(index: Index) -> Iterator[Diagnostic]:
    if money_moves(index) and index.over("pay.invoice.pay_days", 45):
        yield index.at(
            PAYMENT_SLOW,
            "pay.invoice.pay_days",
            "Invoices are paid only after more than 45 days.",
            "Write, say, 30 days.",
        )


def payment_waits_for_approval(index: Index) -> Iterator[Diagnostic]:
    if money_moves(index) and index.word("pay.invoice.clock_start") == "approval":
        yield index.at(
            PAYMENT_WAITS_FOR_APPROVAL, "pay.invoice.clock_start",
            "The time to pay begins when the payer approves; the time for approving comes on top of it.",
            "Write complete_invoice or receipt.",
        )  # fmt: skip


def filing_time_short(index: Index) -> Iterator[Diagnostic]:
    if "fee_for_service" in index.words("pay.models") and index.under("pay.filing_days", 90):
        yield index.at(
            FILING_TIME_SHORT, "pay.filing_days", "There are fewer than 90 days to submit a unit of service.",
            "Write 90 days or more.",
        )  # fmt: skip


def look_back_long(index: Index) -> Iterator[Diagnostic]:
    back = index.duration("pay.lookback_months")
    if back is not None and money_moves(index) and longer(back, Duration(24, "months")):
        yield index.at(
            LOOK_BACK_LONG, "pay.lookback_months", "Payments may be asked back for more than 24 months.",
            "Write 24 months or less.",
        )  # fmt: skip


def dispute_time_short(index: Index) -> Iterator[Diagnostic]:
    if money_moves(index) and index.under("pay.dispute_days", 30):
        yield index.at(
            DISPUTE_TIME_SHORT, "pay.dispute_days", "There are fewer than 30 days to dispute a payment.",
            "Write 30 days or more.",
        )  # fmt: skip


def price_below_cost(index: Index) -> Iterator[Diagnostic]:
    cost = index.money("pay.cbo_cost_per_unit")
    prices = [p for e in index.entries("pay.ffs") if (p := e.money("rate")) is not None]
    if cost is not None and prices and "fee_for_service" in index.words("pay.models") and max(prices) < cost:
        yield index.at(
            PRICE_BELOW_COST, "pay.ffs", "No price reaches what a unit costs the provider.",
            "Raise the price, or name what pays for the rest.", ["pay.cbo_cost_per_unit"],
        )  # fmt: skip


def volume_below_break_even(index: Index) -> Iterator[Diagnostic]:
    low, needed = index.number("capacity.expected_min"), index.number("pay.breakeven_volume")
    if low is None or needed is None or low >= needed or index.money("capacity.min_payment") is not None:
        return
    yield index.at(
        VOLUME_BELOW_BREAK_EVEN, "capacity.expected_min",
        "At the low end of what is expected, the provider does not break even, and no minimum is paid.",
        "Agree on a minimum payment, or price for the low end.", ["pay.breakeven_volume"],
    )  # fmt: skip


def start_up_unfunded(index: Index) -> Iterator[Diagnostic]:
    models, provider = index.words("pay.models"), index.party("provider")
    early = any(m in ("capacity_upfront", "grant", "cost_reimbursement") for m in models)
    if not provider or not money_moves(index) or early:
        return
    own = [e for e in index.entries("prelaunch.tasks") if e.word("owner") == provider]
    if own:
        yield index.at(
            START_UP_UNFUNDED, "pay.models",
            f"The provider has to do {len(own)} tasks before the launch, and nothing is paid until services begin."
            if len(own) > 1
            else "The provider has a task to do before the launch, and nothing is paid until services begin.",
            "Add capacity_upfront, or say in an override why the tasks cost nothing.", ["prelaunch.tasks"],
        )  # fmt: skip


def scheduled_over_maximum(index: Index) -> Iterator[Diagnostic]:
    cap, models = index.money("pay.total_cap"), index.words("pay.models")
    if cap is None:
        return
    fixed = Decimal(0)
    if "capacity_upfront" in models:
        fixed += index.money("pay.capacity.amount") or 0
    if "p4p_bonus" in models:
        fixed += index.money("pay.p4p.max") or 0
    if "grant" in models:
        fixed += index.money("grant.award.amount") or 0
    if fixed > cap:
        yield index.at(
            SCHEDULED_OVER_MAXIMUM, "pay.total_cap",
            "Start-up funds, the largest bonus and the grant alone are more than this.",
            "Raise the maximum, or lower what is fixed.",
            ["pay.capacity.amount", "pay.p4p.max", "grant.award.amount"],
        )  # fmt: skip


def rate_fixed_long(index: Index) -> Iterator[Diagnostic]:
    start, end = index.date("term.effective_date"), index.date("term.end_date")
    priced = any(m in index.words("pay.models") for m in ("fee_for_service", "pmpm", "case_rate"))
    if start is None or end is None or not priced:
        return
    reviewed = not index.left_out("pay.rate_review") or index.yes("pay.cpi")
    if end > after(start, Duration(24, "months")) + dt.timedelta(days=1) and not reviewed:
        yield index.at(
            RATE_FIXED_LONG, "pay.rate_review", "Prices stay the same for more than two years.",
            "Write: pay.rate_review: annually", ["term.end_date"],
        )  # fmt: skip


def blended_federal_money(index: Index) -> Iterator[Diagnostic]:
    federal = [e for e in index.entries("grant.sources") if e.yes("federal") or e.word("type") == "federal"]
    if federal and index.word("fund_mix") == "blended":
        yield index.at(
            BLENDED_FEDERAL_MONEY, "fund_mix", "Federal money is among the sources, and nothing is tracked by source.",
            "Write braided, and track each source.", ["grant.sources"],
        )  # fmt: skip


def hub_fee_high(index: Index) -> Iterator[Diagnostic]:
    share = index.percent("pay.hub_fee.pct")
    if index.word("pay.hub_fee.type") == "percent" and share is not None and share > 20:
        yield index.at(HUB_FEE_HIGH, "pay.hub_fee.pct", "The hub keeps more than a fifth.", "Write 20% or less.")


def price_for_unknown_service(index: Index) -> Iterator[Diagnostic]:
    names = {e.word("name").casefold() for e in index.entries("service.elements")}
    if not names or "" in names:
        return
    for entry in index.entries("pay.ffs"):
        service = entry.word("service")
        if service and service.casefold() not in names:
            yield entry.at(
                PRICE_FOR_UNKNOWN_SERVICE,
                "service",
                f"“{service}” has a price and is not in the list of services.",
                "Use the name that stands in service.elements.",
            )


def code_without_provider_number(index: Index) -> Iterator[Diagnostic]:
    codes = [e for e in index.entries("pay.ffs") if e.word("code")]
    biller = index.word("billing.biller") or index.party("provider")
    if codes and biller and index.left_out(f"{biller}.npi"):
        yield CODE_WITHOUT_PROVIDER_NUMBER.at(
            codes[0].place("code"),
            "A claim with this code needs the biller's National Provider Identifier, and it is not given.",
            fix=f"Write: {biller}.npi: its number, or take the codes out.",
            field="pay.ffs",
        )


_IF_PAID = re.compile(
    r"\bonly (?:if|when|after|once|to the extent)\b[^.;]{0,80}\b(?:has (?:been )?paid|pays|payment (?:from|by)"
    r"|receives? payment|received (?:payment|funds|the money))"
    r"|\b(?:contingent|conditioned|conditional) (?:up)?on\b[^.;]{0,60}\b(?:receipt of|payment (?:from|by))",
    re.IGNORECASE,
)
_LAST_DAY = re.compile(
    r"\bwhether or not\b|\b(?:in every case|in any event|at the latest|no later than)\b", re.IGNORECASE
)


@note("pay", any_case=True)
def _if_paid(spoken: Spoken) -> str | None:
    return _waits_for_payment(spoken.words)


@lru_cache(maxsize=8192)
def _waits_for_payment(words: str) -> str | None:
    """Return what in ``words``, text of a clause without its values, makes payment wait for another's."""
    found = _IF_PAID.search(words)
    return found.group() if found is not None else None


def paid_only_if_paid(index: Index) -> Iterator[Diagnostic]:
    for passage, found in index.noted(_if_paid):
        if not any(_LAST_DAY.search(p.plain) for p in index.beside(passage)):
            yield index.in_text(
                PAID_ONLY_IF_PAID,
                passage,
                found.split()[0],
                "payment waits for somebody else's payment, and no last day is named.",
                "Name a last day, whether or not the other has paid.",
            )


_SAVINGS_LOST = re.compile(
    r"\b(?:forfeit\w*|los(?:e|es|t)|waive[sd]?|no (?:shared )?savings|not (?:be )?(?:paid|owed|eligible|entitled))\b"
    r"[^.;]{0,140}\b(?:terminat\w+|ends?|ended|expir\w+)\b"
    r"|\b(?:terminat\w+|ends?|ended|expir\w+)\b[^.;]{0,140}"
    r"\b(?:forfeit\w*|los(?:e|es|t)|waive[sd]?|no (?:shared )?savings|not (?:be )?(?:paid|owed|eligible|entitled))\b",
    re.IGNORECASE,
)
_BY_ITS_FAULT = re.compile(r"\b(?:for cause|breach|fraud|excluded)\b", re.IGNORECASE)


@note("saving", any_case=True)
def _loses_savings(spoken: Spoken) -> bool:
    return _SAVINGS_LOST.search(spoken.plain) is not None and _BY_ITS_FAULT.search(spoken.plain) is None


def savings_lost_at_the_end(index: Index) -> Iterator[Diagnostic]:
    if "shared_savings" not in index.words("pay.models"):
        return
    for text in re.split(r"(?<=[.;])\s", index.word("pay.special_terms")):
        if "saving" in text.lower() and _SAVINGS_LOST.search(text) and not _BY_ITS_FAULT.search(text):
            yield index.at(
                SAVINGS_LOST_AT_THE_END, "pay.special_terms",
                "Savings that were earned are lost when the agreement ends.",
                "Let the part of the year that was worked be counted and paid.", ["pay.models"],
            )  # fmt: skip
            return
    for passage, _ in index.noted(_loses_savings):
        if passage.clause != "pay.special":
            yield index.in_text(
                SAVINGS_LOST_AT_THE_END,
                passage,
                "saving",
                "savings that were earned are lost when the agreement ends.",
                "Let the part of the year that was worked be counted and paid.",
            )


_NOT_PROTECTED = "does not say that clients are never charged for what a plan owes"


def clients_may_be_charged(index: Index) -> Iterator[Diagnostic]:
    if "medicare_advantage" in index.words("payer_lines"):
        yield from index.unless_printed("pay.hold_harmless", CLIENTS_MAY_BE_CHARGED, "payer_lines", _NOT_PROTECTED)


def medicaid_clients_may_be_charged(index: Index) -> Iterator[Diagnostic]:
    if "medicaid_mco" in index.words("payer_lines"):
        rule = MEDICAID_CLIENTS_MAY_BE_CHARGED
        yield from index.unless_printed("pay.hold_harmless", rule, "payer_lines", _NOT_PROTECTED)


_SETS_OFF = re.compile(r"\bmay (?:at any time )?(?:set off|set-off|offset|deduct|recoup|withhold)\b", re.IGNORECASE)
_TOLD = re.compile(r"\b(?:notice|notif\w+|agree[sd]?|tell|told|dispute[sd]?|finding|after)\b", re.IGNORECASE)


@note("set off", "set-off", "offset", "deduct", "recoup", "withhold", any_case=True)
def _sets_off(spoken: Spoken) -> str | None:
    found = _SETS_OFF.search(spoken.plain) if " may " in spoken.plain else None
    return found.group() if found is not None else None


def set_off_without_notice(index: Index) -> Iterator[Diagnostic]:
    for passage, found in index.noted(_sets_off):
        if not any(_TOLD.search(p.plain) for p in index.beside(passage)):
            yield index.in_text(
                SET_OFF_WITHOUT_NOTICE,
                passage,
                found,
                f"“{found}” without a word before.",
                "Ask for a notice with the reason, and for time to answer.",
            )


LINTS = (
    Lint(MONEY_WITHOUT_CONTRACT, money_without_contract),
    Lint(NO_PAYMENT_WITH_PRICES, no_payment_with_prices),
    Lint(PAYMENT_LABEL_CONTRADICTS, payment_label_contradicts),
    Lint(PAYMENT_SLOW, payment_slow, ("svc", "sow", "hub")),
    Lint(PAYMENT_WAITS_FOR_APPROVAL, payment_waits_for_approval, ("svc", "sow", "hub")),
    Lint(FILING_TIME_SHORT, filing_time_short, ("svc", "sow", "hub")),
    Lint(LOOK_BACK_LONG, look_back_long, ("svc", "sow", "hub")),
    Lint(DISPUTE_TIME_SHORT, dispute_time_short, ("svc", "sow", "hub")),
    Lint(PRICE_BELOW_COST, price_below_cost, ("svc", "sow", "hub")),
    Lint(VOLUME_BELOW_BREAK_EVEN, volume_below_break_even, ("svc", "sow", "hub")),
    Lint(START_UP_UNFUNDED, start_up_unfunded, ("svc", "sow", "hub")),
    Lint(SCHEDULED_OVER_MAXIMUM, scheduled_over_maximum, ("svc", "sow", "hub")),
    Lint(RATE_FIXED_LONG, rate_fixed_long, ("svc", "sow", "hub")),
    Lint(BLENDED_FEDERAL_MONEY, blended_federal_money),
    Lint(HUB_FEE_HIGH, hub_fee_high),
    Lint(PRICE_FOR_UNKNOWN_SERVICE, price_for_unknown_service, ("svc", "sow", "hub")),
    Lint(CODE_WITHOUT_PROVIDER_NUMBER, code_without_provider_number, ("svc", "sow", "hub")),
    Lint(PAID_ONLY_IF_PAID, paid_only_if_paid),
    Lint(SAVINGS_LOST_AT_THE_END, savings_lost_at_the_end),
    Lint(CLIENTS_MAY_BE_CHARGED, clients_may_be_charged, ("svc", "hub")),
    Lint(MEDICAID_CLIENTS_MAY_BE_CHARGED, medicaid_clients_may_be_charged, ("svc", "hub")),
    Lint(SET_OFF_WITHOUT_NOTICE, set_off_without_notice),
)
