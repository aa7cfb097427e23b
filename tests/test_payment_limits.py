"""Limits of the payment fields themselves, each with the last answer that is read and the first that is refused."""

from __future__ import annotations

import pytest

from generator.fields import Dictionary
from generator.profile import read_profile
from tests.warm_library import shipped_dictionary

LIMITS = [
    # field, an answer that is read, the next one, which is not
    ("pay.pmpm.rate", "0.01", "0.00"),
    ("pay.pmpm.members", "1", "0"),
    ("pay.pmpm.retro_days", "180 days", "181 days"),
    ("pay.pmpm.roster_within", "31 days", "32 days"),
    ("pay.pmpm.partial_rule", "day15", "day16"),
    ("pay.case.rate", "0.01", "0.00"),
    ("pay.case.max_cases", "1", "0"),
    ("pay.case.early_exit_pct", "100%", "100.01%"),
    ("pay.bundle.price", "0.01", "0.00"),
    ("pay.bundle.gate_pct", "0.01%", "0%"),
    ("pay.bundle.gate_pct", "99.99%", "100%"),
    ("pay.capacity.amount", "0.01", "0.00"),
    ("pay.capacity.offset_pct", "25%", "25.01%"),
    ("pay.cost.cap", "0.01", "0.00"),
    ("pay.cost.indirect_rate", "0%", "-0.01%"),
    ("pay.cost.indirect_rate", "100%", "100.01%"),
    ("pay.withhold.pct", "0.01%", "0%"),
    ("pay.withhold.pct", "99.99%", "100%"),
    ("pay.withhold.model", "pmpm", "grant"),
    ("pay.p4p.min_n", "1", "0"),
    ("pay.base_pct", "100%", "100.01%"),
    ("pay.contingent_pct", "0%", "-1%"),
    ("pay.savings.msr", "0%", "-0.01%"),
    ("pay.savings.share_pct", "100%", "100.01%"),
    ("pay.savings.benchmark_amount", "0.01", "0.00"),
    ("pay.corridor.target", "0.01", "0.00"),
    ("pay.corridor.stop_loss", "0.01", "0.00"),
    ("pay.invoice.pay_days", "60 days", "61 days"),
    ("pay.approval_within", "14 days", "15 days"),
    ("pay.hub_fee.pct", "30%", "30.01%"),
    ("grant.award.amount", "0.01", "0.00"),
    ("pay.total_cap", "0.00", "-0.01"),
    ("pay.models", "[none]", "[none, pmpm]"),
]
IN_LISTS = [
    ("pay.ffs", "{service: a, unit: b, rate: %s}", "0.01", "0.00"),
    ("pay.ffs", "{service: a, unit: b, rate: 1.00, max_units: %s}", "1", "0"),
    ("pay.ffs", "{service: a, unit: b, rate: 1.00, max_total: %s}", "1", "0"),
    ("pay.capacity.tranches", "{amount: %s, due: 2027-01-15, milestone: a}", "0.01", "0.00"),
    ("pay.outcomes", "{name: a, definition: b, evidence: c, value: %s}", "0.01", "0.00"),
    ("pay.corridor.bands", "{lower_pct: 90%%, upper_pct: %s, cbo_share: 0%%, payer_share: 100%%}", "300%", "300.01%"),
    ("pay.corridor.bands", "{lower_pct: 90%%, upper_pct: 95%%, cbo_share: %s, payer_share: 0%%}", "100%", "100.01%"),
    ("grant.award.payments", "{amount: %s, due: 2027-01-15, event: a}", "0.01", "0.00"),
    ("pay.cost.lines", "{item: a, amount: %s}", "0.01", "0.00"),
]


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return shipped_dictionary()


def refused(text: str, dictionary: Dictionary) -> bool:
    read = read_profile({"p.yaml": text.encode()}.get, "p.yaml", dictionary)
    return any(d.field for d in read.diagnostics)


@pytest.mark.parametrize(("field", "last", "first"), LIMITS)
def test_a_limit_lies_between_two_answers(field, last, first, dictionary):
    assert not refused(f"{field}: {last}\n", dictionary)
    assert refused(f"{field}: {first}\n", dictionary)


@pytest.mark.parametrize(("field", "entry", "last", "first"), IN_LISTS)
def test_so_does_a_limit_within_a_list(field, entry, last, first, dictionary):
    assert not refused(f"{field}:\n  - {entry % last}\n", dictionary)
    assert refused(f"{field}:\n  - {entry % first}\n", dictionary)


def test_every_percentage_says_of_what(dictionary):
    found = [f for f in dictionary if f.path.startswith(("pay.", "grant.", "inkind"))]
    percents = [f for top in found for f in (top, *top.fields) if f.kind == "percent"]
    assert len(percents) > 20
    assert [f.path for f in percents if not f.of] == []
