"""Kickbacks, exclusion and free things: what federal health programs forbid between those who refer to each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.dates import FEDERAL_LINES, money_moves
from generator.lint.index import Index, Lint, Spoken, note

__all__ = ["LINTS"]

PAYMENT_FOR_REFERRALS = Rule(
    "payment-for-referrals",
    Severity.ERROR,
    "Somebody is paid for each referral or each person enrolled.",
    """Paying for a referral of people whose care a federal health program pays for is a crime on both sides, whatever
it is called. A finder's fee for each new member is the plainest case.

Wrong: a service with the unit “one referral made” and a price for it

Right: pay for work done for a person (a visit, a completed assessment), at fair value set in advance.

Source: FRAUD-01; 42 U.S.C. 1320a-7b(b).""",
)
PERCENTAGE_OF_MEDICAID = Rule(
    "percentage-of-medicaid",
    Severity.ERROR,
    "A hub that bills Medicaid keeps a percentage of what is collected.",
    """Medicaid pays a billing agent only if its pay is tied to the cost of the work and not to the amount billed or
collected.

Wrong: `pay.hub_fee.type: percent` for a hub whose functions include billing, with Medicaid

Right: `pay.hub_fee.type: flat`

Source: FRAUD-01; 42 CFR 447.10(f).""",
)
PRICE_SET_AFTER_START = Rule(
    "price-set-after-start",
    Severity.ERROR,
    "The method for the price was fixed after the agreement starts.",
    """A price has to be set in advance, at fair value, and not by what was referred meanwhile.

Wrong: `pay.methodology_date: 2027-03-01` with `term.effective_date: 2027-01-01`

Right: a date on or before the start.

Source: FRAUD-02; 42 CFR 1001.952(d).""",
)
FAIR_VALUE_TERMS_MISSING = Rule(
    "fair-value-terms-missing",
    Severity.ERROR,
    "Money moves, and the contract has no terms on fair value and referrals.",
    """Between parties that can refer to each other, the contract itself should say that prices are fair value, set in
advance, and do not depend on referrals.

Wrong: a services agreement without `comp.aks`

Right: put the clause into the document type.

Source: FRAUD-02; 42 CFR 1001.952(d).""",
)
SCREENING_TERMS_MISSING = Rule(
    "screening-terms-missing",
    Severity.ERROR,
    "A federal health program pays, and the contract has no terms on excluded persons.",
    """Nothing is paid for the work of an excluded person, and who uses one pays penalties.

Wrong: a services agreement for Medicaid members without `comp.laws_exclusion`

Right: put the clause into the document type.

Source: FRAUD-03; 42 CFR 1001.1901.""",
)
SCREENING_NOT_RECORDED = Rule(
    "screening-not-recorded",
    Severity.ERROR,
    "A federal health program pays, and nobody has noted when the provider was checked against the exclusion lists.",
    """The contract will state that no excluded person works on it. Somebody must have looked.

Wrong: `payer_lines: [medicaid_mco]` and no `excluded_screen_date` for the provider

Right: `excluded_screen_date: 2026-12-10`

Source: FRAUD-03; 42 CFR 1001.1901.""",
)
FREE_THING_WITHOUT_SAFE_HARBOR = Rule(
    "free-thing-without-safe-harbor",
    Severity.ERROR,
    "Something is given free or below its value between parties that can refer to each other, and nobody has named a "
    "safe harbor.",
    """A free electronic record, free space or lent staff are things of value. For some of them federal rules have a
safe harbor, each with conditions; counsel picks it.

Wrong: `inkind: [{item: record system licenses, …}]` without `safe_harbor`, or `site.space_terms: free`

Right: `safe_harbor: electronic health records, 42 CFR 1001.952(y)`, as counsel says; or rent at fair value.

Source: FRAUD-04; 42 CFR 1001.952(y), (w) and (b).""",
)
VOUCHER_LIKE_CASH = Rule(
    "voucher-like-cash",
    Severity.WARNING,
    "Clients get something that is as good as cash.",
    """Things of value to beneficiaries of federal programs are allowed within limits; cash and what spends like it is
the first thing an inspector looks for.

Wrong: `vouchers.types: [prepaid debit card]`

Right: rides, food boxes or store vouchers for named goods, with a cap and the basis.

Source: FRAUD-05; 42 U.S.C. 1320a-7a(a)(5).""",
)
MONTHLY_SCREENING_CALLED_LAW = Rule(
    "monthly-screening-called-law",
    Severity.NOTE,
    "The text says that federal law requires exclusion checks every month.",
    """It does not; the Inspector General advises it. States may require it. As a promise between the parties it is
fine.

Wrong: “shall screen monthly, as federal law requires”

Right: “shall screen every month”

Source: FRAUD-06; guidance of the Office of Inspector General of 2013.""",
)

_REFERRAL = re.compile(
    r"\b(?:referrals?|enroll?(?:ee|ees|ment|ments|ed)|sign-?ups?|new members?|leads?)\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(?:visit|assessment|intake|hour|screening|appointment|follow|completed|session|call)",
    re.IGNORECASE,
)


def payment_for_referrals(index: Index) -> Iterator[Diagnostic]:
    federal = any(line in index.words("payer_lines") for line in FEDERAL_LINES)
    for entry in index.entries("pay.ffs"):
        unit = entry.word("unit")
        if federal and _REFERRAL.search(unit) and not _WORK.search(unit):
            yield entry.at(
                PAYMENT_FOR_REFERRALS,
                "unit",
                "A price stands on a referral or an enrollment itself, not on work for the person.",
                "Let the unit be work that is done for a person.",
            )


def percentage_of_medicaid(index: Index) -> Iterator[Diagnostic]:
    lines = index.words("payer_lines")
    medicaid = any(line in lines for line in ("medicaid_mco", "medicaid_ffs"))
    bills = "billing" in index.words("hub.functions") or index.word("billing.biller") == "hub"
    if medicaid and bills and index.word("pay.hub_fee.type") == "percent":
        yield index.at(
            PERCENTAGE_OF_MEDICAID, "pay.hub_fee.type",
            "The hub bills Medicaid and keeps a percentage of what is collected.", "Write: pay.hub_fee.type: flat",
            ["payer_lines", "hub.functions"],
        )  # fmt: skip


def price_set_after_start(index: Index) -> Iterator[Diagnostic]:
    fixed, start = index.date("pay.methodology_date"), index.date("term.effective_date")
    if fixed is not None and start is not None and fixed > start and money_moves(index):
        yield index.at(
            PRICE_SET_AFTER_START, "pay.methodology_date", "The method for the price is later than the start.",
            "Write the day on which it was fixed, which must be before the start.", ["term.effective_date"],
        )  # fmt: skip


def fair_value_terms_missing(index: Index) -> Iterator[Diagnostic]:
    if money_moves(index):
        says = "has no terms on fair value and referrals"
        yield from index.unless_printed("comp.aks", FAIR_VALUE_TERMS_MISSING, "pay.models", says)


def screening_terms_missing(index: Index) -> Iterator[Diagnostic]:
    if any(line in index.words("payer_lines") for line in FEDERAL_LINES):
        says = "has no terms on excluded persons"
        yield from index.unless_printed("comp.laws_exclusion", SCREENING_TERMS_MISSING, "payer_lines", says)


def screening_not_recorded(index: Index) -> Iterator[Diagnostic]:
    key = index.party("provider")
    federal = any(line in index.words("payer_lines") for line in FEDERAL_LINES)
    if key and federal and money_moves(index) and index.left_out(f"{key}.excluded_screen_date"):
        yield index.at(
            SCREENING_NOT_RECORDED, f"{key}.excluded_screen_date",
            "Nobody has noted when the provider and its staff were checked against the exclusion lists.",
            f"Check, and write: {key}.excluded_screen_date: 2026-12-10", ["payer_lines"],
        )  # fmt: skip


def free_thing_without_safe_harbor(index: Index) -> Iterator[Diagnostic]:
    for entry in index.entries("inkind"):
        given = entry.record.get("safe_harbor")
        if given is None and (entry.percent("share_pct") or 0) < 100:
            yield entry.at(
                FREE_THING_WITHOUT_SAFE_HARBOR,
                "item",
                f"“{entry.word('item')}” is given below its value, and no safe harbor is named.",
                "Ask counsel which safe harbor fits, and write it under safe_harbor.",
            )
    if index.word("site.space_terms") == "free" and "joint" in index.words("service_model"):
        yield index.at(
            FREE_THING_WITHOUT_SAFE_HARBOR, "site.space_terms", "Space is given free between parties that can refer.",
            "Rent it at fair value, or let counsel name the safe harbor and overrule this with it.",
        )  # fmt: skip


_CASH = re.compile(
    r"\b(?:cash|debit card|prepaid card|visa|mastercard|check|money order|venmo|paypal)\b", re.IGNORECASE
)


def voucher_like_cash(index: Index) -> Iterator[Diagnostic]:
    for kind in index.words("vouchers.types"):
        if _CASH.search(kind):
            yield index.at(
                VOUCHER_LIKE_CASH,
                "vouchers.types",
                f"“{kind}” spends like cash.",
                "Give things, rides or store vouchers.",
            )


_CALLED_LAW = re.compile(r"\b(?:as |that )?(?:federal )?law requires\b|\brequired by (?:federal )?law\b", re.IGNORECASE)


@note("exclu")
def _monthly_by_law(spoken: Spoken) -> bool:
    return "month" in spoken.plain and _CALLED_LAW.search(spoken.plain) is not None


def monthly_screening_called_law(index: Index) -> Iterator[Diagnostic]:
    for passage, _ in index.noted(_monthly_by_law):
        yield index.in_text(
            MONTHLY_SCREENING_CALLED_LAW,
            passage,
            "month",
            "no federal law says how often to check.",
            "Promise it without calling it law, or name the state rule.",
        )


LINTS = (
    Lint(PAYMENT_FOR_REFERRALS, payment_for_referrals, blocker=True),
    Lint(PERCENTAGE_OF_MEDICAID, percentage_of_medicaid),
    Lint(PRICE_SET_AFTER_START, price_set_after_start),
    Lint(FAIR_VALUE_TERMS_MISSING, fair_value_terms_missing, ("svc", "hub")),
    Lint(SCREENING_TERMS_MISSING, screening_terms_missing, ("svc", "hub")),
    Lint(SCREENING_NOT_RECORDED, screening_not_recorded, ("svc", "sow", "hub")),
    Lint(FREE_THING_WITHOUT_SAFE_HARBOR, free_thing_without_safe_harbor),
    Lint(VOUCHER_LIKE_CASH, voucher_like_cash),
    Lint(MONTHLY_SCREENING_CALLED_LAW, monthly_screening_called_law),
)
