"""Worked figures: every amount of an example agrees, to the cent, with a calculation of its own in fractions."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.assembly.facts import Facts
from generator.diagnostics import Span
from generator.fields import Dictionary
from generator.fields.values import Percent, Record
from generator.figures import FIGURES, Lacking, figure_of, inputs_of, work_out
from generator.model import Filled
from generator.profile import Profile, read_profile
from generator.reading.grammar import Known, Open
from tests.warm_library import shipped_dictionary, warm_workspace

ROOT = Path(__file__).parent.parent
WORKSPACE = warm_workspace(ROOT, today=dt.date(2027, 1, 1))


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    found = shipped_dictionary()
    assert found is not None
    return found


def profile(text: str, dictionary: Dictionary) -> Profile:
    read = read_profile({"p.yaml": text.encode()}.get, "p.yaml", dictionary)
    assert read.diagnostics == ()
    assert read.value is not None
    return read.value


def worked(text: str, name: str, dictionary: Dictionary) -> Any:
    """Return the figure ``name`` for the answers in ``text``: amounts as fractions, entries as dicts."""
    answer = Facts(profile(text, dictionary), dictionary, "svc", (), ()).value(f"pay.worked.{name}")
    assert isinstance(answer, Known), answer
    return plain(answer.value)


def plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    if isinstance(value, Record):
        return {name: plain(entry.value) for name, entry in value.items()}
    if isinstance(value, Percent):
        return Fraction(value.amount)
    return value if isinstance(value, int | str) or value is None else Fraction(value)


def to_cents(amount: Fraction) -> Fraction:
    """Round half a cent up, in whole numbers."""
    numerator, denominator = (amount * 100).as_integer_ratio()
    return Fraction((2 * numerator + denominator) // (2 * denominator), 100)


def usd(amount: Fraction | int) -> str:
    """Write an amount as a profile does."""
    whole, cents = divmod(int(Fraction(amount) * 100), 100)
    return f"{whole}.{cents:02}"


MONEY = st.integers(1, 10**9).map(lambda n: Fraction(n, 100))
PERCENT = st.integers(0, 10000).map(lambda n: Fraction(n, 100))
SOME_PERCENT = st.integers(1, 9999).map(lambda n: Fraction(n, 100))


def pct(share: Fraction) -> str:
    return f"{usd(share)}%"


# ---------------------------------------------------------------- by hand


def test_at_120_members_35_dollars_pay_4200_a_month(dictionary):
    text = "pay: {pmpm: {rate: 35.00, members: 120}}"
    assert worked(text, "pmpm", dictionary) == [
        {"members": 60, "amount": 2100},
        {"members": 120, "amount": 4200},
        {"members": 150, "amount": 5250},
    ]


@pytest.mark.parametrize(("members", "amount"), [(100, 3500), (99, 3500), (101, 3535)])
def test_the_monthly_minimum_holds_below_it_and_not_above(members, amount, dictionary):
    text = f"pay: {{pmpm: {{rate: 35.00, members: {members}, floor: 3500.00}}}}"
    assert worked(text, "pmpm", dictionary)[1]["amount"] == amount


@pytest.mark.parametrize(
    ("whole", "share", "first", "rest"),
    [
        ("0.05", "50%", "0.03", "0.02"),  # two and a half cents are three
        ("0.01", "50%", "0.01", "0.00"),
        ("100.00", "33.33%", "33.33", "66.67"),
        ("0.29", "50%", "0.15", "0.14"),
        ("10.05", "10%", "1.01", "9.04"),  # a hundred and a half cents
        ("10.04", "10%", "1.00", "9.04"),
    ],
)
def test_half_a_cent_is_rounded_up_and_the_parts_are_the_whole(whole, share, first, rest, dictionary):
    text = f"pay: {{base_pct: {share}, outcomes: [{{name: a, definition: b, evidence: c, value: {whole}}}]}}"
    (entry,) = worked(text, "outcomes", dictionary)
    assert (entry["first"], entry["rest"]) == (Fraction(first), Fraction(rest))
    assert entry["first"] + entry["rest"] == entry["value"]


BANDS = """
pay:
  corridor:
    target: 400000.00
    max_loss: 3000.00
    bands:
      - {lower_pct: 90%, upper_pct: 95%, cbo_share: 20%, payer_share: 80%}
      - {lower_pct: 95%, upper_pct: 105%, cbo_share: 0%, payer_share: 100%}
      - {lower_pct: 105%, upper_pct: 110%, cbo_share: 20%, payer_share: 80%}
"""


def test_a_risk_corridor_at_the_edge_of_each_band_and_the_largest_loss(dictionary):
    """Five percent of 400,000 are 20,000, of which the provider bears a fifth: 4,000, of which it pays 3,000."""
    rows = worked(BANDS, "corridor", dictionary)
    assert [(r["result"], r["cost"], r["receives"], r["pays"]) for r in rows] == [
        (90, 360000, 4000, 0),
        (95, 380000, 0, 0),
        (105, 420000, 0, 0),
        (110, 440000, 0, 3000),
    ]


@pytest.mark.parametrize(("kind", "spent"), [("gross", [990000, 980000, 960000]), ("net", [930000, 920000, 900000])])
def test_savings_below_the_least_rate_pay_nothing_and_at_it_all(kind, spent, dictionary):
    text = f"""
pay:
  savings: {{benchmark_amount: 1000000.00, msr: 2%, share_pct: 40%, gross_net: {kind}, program_cost: 60000.00}}
"""
    rows = worked(text, "savings", dictionary)
    assert [r["spent"] for r in rows] == spent
    assert [r["counted"] for r in rows] == [10000, 20000, 40000]
    assert [r["share"] for r in rows] == [0, 8000, 16000]
    assert worked(text, "savings_least", dictionary) == 20000


def test_a_bonus_between_two_levels_pays_the_lower(dictionary):
    text = """
pay:
  p4p:
    baseline: 55%
    target: 75%
    max: 10000.00
    tiers: [{at_least: 65%, amount: 4000.00}, {at_least: 75%, amount: 10000.00}]
"""
    rows = [(r["result"], r["amount"]) for r in worked(text, "bonus", dictionary)]
    assert rows == [(55, 0), (70, 4000), (75, 10000)]
    without = "pay: {p4p: {baseline: 55%, target: 75%, max: 10000.00}}"
    assert [(r["result"], r["amount"]) for r in worked(without, "bonus", dictionary)] == [(55, 0), (65, 0), (75, 10000)]


def test_vouchers_reach_whole_people(dictionary):
    assert worked("vouchers: {cap_person: 60.00, cap_total: 199.99}", "vouchers_people", dictionary) == 3
    assert worked("vouchers: {cap_person: 60.00, cap_total: 180.00}", "vouchers_people", dictionary) == 3


# ---------------------------------------------------------------- whatever the amounts


@settings(max_examples=30)
@given(rate=MONEY, members=st.integers(1, 100000), floor=st.none() | MONEY)
def test_monthly_payments(rate, members, floor, dictionary):
    least = f", floor: {usd(floor)}" if floor is not None else ""
    text = f"pay: {{pmpm: {{rate: {usd(rate)}, members: {members}{least}}}}}"
    for row in worked(text, "pmpm", dictionary):
        assert row["amount"] == max(rate * row["members"], floor or 0)
    assert worked(text, "pmpm_part", dictionary) == to_cents(rate * 10 / 30)


@settings(max_examples=30)
@given(rate=MONEY, early=PERCENT, first=SOME_PERCENT)
def test_cases(rate, early, first, dictionary):
    text = f"""
pay:
  case:
    rate: {usd(rate)}
    early_exit_pct: {pct(early)}
    parts: [{{event: start, share_pct: {pct(first)}}}, {{event: end, share_pct: {pct(100 - first)}}}]
"""
    ends_early = to_cents(rate * early / 100)
    assert worked(text, "case_early", dictionary) == ends_early
    assert worked(text, "case_ten", dictionary) == 10 * rate
    assert worked(text, "case_mixed", dictionary) == 8 * rate + 2 * ends_early
    one, two = (r["amount"] for r in worked(text, "case_parts", dictionary))
    assert one == to_cents(rate * first / 100)
    assert one + two == rate


@settings(max_examples=30)
@given(price=MONEY, gate=SOME_PERCENT, early=PERCENT, one=st.integers(1, 9000), two=st.integers(1, 900))
def test_bundles(price, gate, early, one, two, dictionary):
    shares = [Fraction(one, 100), Fraction(two, 100), 100 - Fraction(one + two, 100)]
    rows = ", ".join(f"{{name: n, work: w, share_pct: {pct(s)}}}" for s in shares)
    text = f"""
pay:
  bundle: {{price: {usd(price)}, gate_pct: {pct(gate)}, early_exit_pct: {pct(early)}, participants: [{rows}]}}
"""
    amounts = [r["amount"] for r in worked(text, "bundle_parts", dictionary)]
    assert sum(amounts) == price
    assert amounts[:2] == [to_cents(price * s / 100) for s in shares[:2]]
    held = worked(text, "bundle_gate", dictionary)
    assert held == to_cents(price * gate / 100)
    assert worked(text, "bundle_at_once", dictionary) == price - held
    assert worked(text, "bundle_early", dictionary) == to_cents(price * early / 100)


@settings(max_examples=30)
@given(share=SOME_PERCENT, rate=MONEY, members=st.integers(1, 10000), measures=st.integers(1, 7), monthly=st.booleans())
def test_withholds(share, rate, members, measures, monthly, dictionary):
    text = f"""
pay:
  pmpm: {{rate: {usd(rate)}, members: {members}}}
  withhold:
    model: {"pmpm" if monthly else "fee_for_service"}
    pct: {pct(share)}
    metrics: [{", ".join(f"m{n}" for n in range(measures))}]
"""
    base = rate * members if monthly else Fraction(10000)
    held = to_cents(base * share / 100)
    assert worked(text, "withhold_base", dictionary) == base
    assert worked(text, "withhold_held", dictionary) == held
    assert worked(text, "withhold_paid", dictionary) == base - held
    rows = worked(text, "withhold", dictionary)
    assert [r["met"] for r in rows] == list(range(measures + 1))
    assert [r["amount"] for r in rows] == [to_cents(held * n / measures) for n in range(measures + 1)]
    assert rows[-1]["amount"] == held


@settings(max_examples=30)
@given(amounts=st.lists(MONEY, min_size=1, max_size=5), base=MONEY, rate=PERCENT)
def test_budgets_and_payments_in_parts(amounts, base, rate, dictionary):
    lines = ", ".join(f"{{item: i, amount: {usd(a)}}}" for a in amounts)
    parts = ", ".join(f"{{milestone: m, due: 2027-01-15, amount: {usd(a)}}}" for a in amounts)
    text = f"""
pay:
  cost: {{lines: [{lines}], base_amount: {usd(base)}, indirect_rate: {pct(rate)}}}
  capacity: {{tranches: [{parts}], offset_pct: 12.35%}}
grant: {{award: {{payments: [{parts.replace("milestone", "event")}]}}}}
"""
    indirect = to_cents(base * rate / 100)
    assert worked(text, "cost_direct", dictionary) == sum(amounts)
    assert worked(text, "cost_indirect", dictionary) == indirect
    assert worked(text, "cost_total", dictionary) == sum(amounts) + indirect
    for name in ("capacity", "grant"):
        assert [r["total"] for r in worked(text, name, dictionary)] == [
            sum(amounts[: n + 1]) for n in range(len(amounts))
        ]
    assert worked(text, "offset", dictionary) == Fraction("123.50")


@settings(max_examples=30)
@given(rates=st.lists(st.tuples(MONEY, st.none() | st.integers(1, 500)), min_size=1, max_size=4))
def test_fees_for_one_person(rates, dictionary):
    rows = ", ".join(
        f"{{service: s, unit: u, rate: {usd(r)}{f', max_units: {n}' if n is not None else ''}}}" for r, n in rates
    )
    text = f"pay: {{ffs: [{rows}]}}"
    assert [r["amount"] for r in worked(text, "ffs", dictionary)] == [r * (n or 10) for r, n in rates]
    assert worked(text, "ffs_total", dictionary) == sum(r * (n or 10) for r, n in rates)


@settings(max_examples=30)
@given(value=MONEY, share=PERCENT)
def test_contributions_in_kind(value, share, dictionary):
    text = f"inkind: [{{item: software, giver: hco, receiver: cbo, fmv: {usd(value)}, share_pct: {pct(share)}}}]"
    (row,) = worked(text, "inkind", dictionary)
    assert (row["fmv"], row["pays"]) == (value, to_cents(value * share / 100))


EDGES = st.lists(st.integers(5000, 15000), min_size=2, max_size=5, unique=True).map(sorted)


@settings(max_examples=30)
@given(edges=EDGES, shares=st.lists(PERCENT, min_size=4, max_size=4), target=MONEY, most=MONEY)
def test_gains_and_losses(edges, shares, target, most, dictionary):
    """The difference is cut into hundredths of a percent of the target, and each is shared by its own band."""
    steps = [Fraction(e, 100) for e in edges]
    bands = [(low, high, shares[n]) for n, (low, high) in enumerate(pairwise(steps))]
    rows = "".join(
        f"\n      - {{lower_pct: {pct(a)}, upper_pct: {pct(b)}, cbo_share: {pct(s)}, payer_share: {pct(100 - s)}}}"
        for a, b, s in bands
    )
    text = f"pay:\n  corridor:\n    target: {usd(target)}\n    max_loss: {usd(most)}\n    bands:{rows}\n"
    for row in worked(text, "corridor", dictionary):
        result = row["result"]
        borne = Fraction(0)
        for low, high, share in bands:
            inside = min(high, max(result, Fraction(100))) - max(low, min(result, Fraction(100)))
            borne += max(inside, Fraction(0)) / 100 * target * share / 100
        assert row["cost"] == to_cents(target * result / 100)
        if result > 100:
            assert (row["receives"], row["pays"]) == (0, min(to_cents(borne), most))
        else:
            assert (row["receives"], row["pays"]) == (to_cents(borne), 0)


# ---------------------------------------------------------------- in the text


def test_a_figure_that_lacks_an_answer_asks_for_the_answer(dictionary):
    facts = Facts(profile("pay: {pmpm: {rate: 35.00}}", dictionary), dictionary, "svc", (), ())
    assert facts.value("pay.worked.pmpm") == Open(("pay.pmpm.members",))
    unknown = Facts(profile("pay: {pmpm: {rate: unknown, members: 4}}", dictionary), dictionary, "svc", (), ())
    assert unknown.find("pay.worked.pmpm_part") == Open(("pay.pmpm.rate",))
    entry = "pay: {ffs: [{service: a, unit: b, rate: unknown}]}"
    within = Facts(profile(entry, dictionary), dictionary, "svc", (), ())
    assert within.value("pay.worked.ffs") == Open(("pay.ffs.1.rate",))


def test_every_figure_is_a_field_that_nobody_answers_and_the_reverse(dictionary):
    named = {f.path: f for f in dictionary if f.path.startswith("pay.worked.")}
    assert set(named) == set(FIGURES)
    for path, field in named.items():
        assert field.derived
        assert figure_of(path) == path
        assert figure_of(f"{path}.1.amount") == path
        assert all(dictionary.find(name) is not None for name in inputs_of(path))
    read = read_profile({"p.yaml": b"pay.worked.offset: 5.00"}.get, "p.yaml", dictionary)
    assert [d.rule for d in read.diagnostics] == ["not-answered-itself"]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_comes_from_the_answers_that_it_names_and_from_no_others(name, dictionary):
    text = (ROOT / "tests/variants/ways-of-paying.yaml").read_bytes()
    more = b"\npay.pmpm: {rate: 35.00, members: 120}\npay.case: {rate: 900.00, early_exit_pct: 50%, parts: ["
    more += b"{event: a, share_pct: 100%}]}\npay.withhold: {model: pmpm, pct: 5%, metrics: [a]}\n"
    more += b"pay.cost: {lines: [{item: a, amount: 1.00}], base_amount: 1.00, indirect_rate: 15%}\n"
    more += b"pay.capacity.offset_pct: 10%\n"
    files = {
        "p.yaml": b"extends: tests/variants/ways-of-paying.yaml\n" + more,
        "tests/variants/ways-of-paying.yaml": text,
    }
    read = read_profile(lambda file: files.get(file) or WORKSPACE.read(file), "p.yaml", dictionary)
    assert read.value is not None
    facts = Facts(read.value, dictionary, "svc", (), ())
    asked = set()

    def look(path):
        asked.add(path)
        answer = facts.value(path)
        assert isinstance(answer, Known), path
        return answer.value

    assert work_out(name, look, Span("")) is not None
    # The largest bonus is asked for only where there are no levels.
    assert asked | ({"pay.p4p.max"} & set(inputs_of(name))) == set(inputs_of(name))


def test_nothing_is_worked_out_of_nothing():
    def nothing(path: str) -> None:
        raise Lacking([path])

    for name in FIGURES:
        with pytest.raises(Lacking):
            work_out(name, nothing, Span(""))


def test_figures_print_as_values_that_nobody_typed(sample_set):
    (agreement,) = [a for a in sample_set.agreements if a.document_type == "svc"]
    figures = [i for i in agreement_inlines(agreement) if isinstance(i, Filled) and i.derived]
    assert {i.field.split(".")[2] for i in figures} == {"ffs", "ffs_total", "capacity", "bonus"}
    assert "$996.00" in [i.text for i in figures]
    assert all(i.span is not None and i.span.file == "profiles/sample.yaml" for i in figures)
    assert not any(i.derived for i in agreement_inlines(agreement) if isinstance(i, Filled) and i not in figures)


def agreement_inlines(part: Any) -> list[Any]:
    """Return every value that is printed, wherever it stands."""
    if isinstance(part, Filled):
        return [part]
    if isinstance(part, tuple):
        return [i for inner in part for i in agreement_inlines(inner)]
    if is_dataclass(part):
        return [i for f in fields(part) for i in agreement_inlines(getattr(part, f.name))]
    return []
