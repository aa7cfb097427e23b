"""Worked figures: what the answers on payment come to, in exact decimals.

A clause calculates nothing, so what a table of examples prints is worked out here, from the profile's answers
alone, and printed under names of its own: ``{{ pay.worked.pmpm_part }}``, ``{% for e in pay.worked.pmpm %}``. The
names stand in the data dictionary as derived fields; nobody answers them.

Rounding, everywhere: to the cent, half a cent up, once, at the end of a calculation. Where a whole is divided into
shares, the last share takes what rounding leaves, so that the shares add up to the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import pairwise
from typing import Final, TypeAlias

from generator.diagnostics import Span
from generator.fields.values import UNKNOWN, Given, Percent, Record, Value
from generator.frozen import dataclass

__all__ = ["FIGURES", "Answers", "Lacking", "cents", "comes_from", "figure_of", "inputs_of", "shares_of", "work_out"]

_CENT: Final = Decimal("0.01")
_HUNDRED: Final = Decimal(100)
_ZERO: Final = Decimal("0.00")
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)

UNITS_WITHOUT_LIMIT: Final = 10  # of a service that has no limit, in an example
EXAMPLE_PAYMENT: Final = Decimal("10000.00")
EXAMPLE_INVOICE: Final = Decimal("1000.00")
DAYS_ON_ROSTER, DAYS_OF_MONTH = 10, 30  # of a part month, in an example


class Lacking(Exception):
    """Answers that are not given yet, by the names under which a profile gives them."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(", ".join(paths))
        self.paths = tuple(paths)


Lookup: TypeAlias = Callable[[str], "Value | None"]
"""From a field's name to its value; None for an optional one that is left out. Raises :class:`Lacking` if open."""


@dataclass(slots=True)
class Answers:
    """The answers that a figure is worked out from."""

    look: Lookup
    span: Span = field(default_factory=lambda: Span(""))

    def money(self, path: str) -> Decimal:
        """Return an amount in dollars. Raises :class:`Lacking` if it is not given."""
        value = self.maybe_money(path)
        if value is None:
            raise Lacking([path])
        return value

    def maybe_money(self, path: str) -> Decimal | None:
        """Return an amount in dollars, None where an optional one is left out."""
        value = self.look(path)
        return value if isinstance(value, Decimal) else None

    def percent(self, path: str) -> Decimal:
        """Return a share in percent: 5 for 5%. Raises :class:`Lacking` if it is not given."""
        value = self.look(path)
        if not isinstance(value, Percent):
            raise Lacking([path])
        return value.amount

    def number(self, path: str) -> int:
        """Return a whole number. Raises :class:`Lacking` if it is not given."""
        value = self.look(path)
        if not isinstance(value, int):
            raise Lacking([path])
        return value

    def word(self, path: str) -> str:
        """Return a text or the key of a choice, "" where an optional one is left out."""
        value = self.look(path)
        return value if isinstance(value, str) else ""

    def rows(self, path: str, needed: Iterable[str]) -> tuple[Mapping[str, Value], ...]:
        """Return the entries of a list, each with its ``needed`` answers and those others that are known."""
        value = self.look(path)
        out: list[Mapping[str, Value]] = []
        for number, entry in enumerate(value if isinstance(value, tuple) else (), 1):
            known = (
                {n: g.value for n, g in entry.items() if g.value is not UNKNOWN} if isinstance(entry, Record) else {}
            )
            lacking = [f"{path}.{number}.{name}" for name in needed if name not in known]
            if lacking:
                raise Lacking(lacking)
            out.append(known)
        return tuple(out)

    def entry(self, **values: Value) -> Record:
        """Return an entry of a worked list."""
        return Record(tuple((name, Given(value, self.span)) for name, value in values.items()))


# ---------------------------------------------------------------- arithmetic


def cents(amount: Decimal) -> Decimal:
    """Return ``amount`` rounded to the cent, half a cent up."""
    return amount.quantize(_CENT, context=_EXACT)


def _times(one: Decimal, two: Decimal | int) -> Decimal:
    return _EXACT.multiply(one, Decimal(two))


def _share(whole: Decimal, percent: Decimal) -> Decimal:
    """Return ``percent`` of ``whole``, exactly."""
    return _EXACT.divide(_times(whole, percent), _HUNDRED)


def shares_of(whole: Decimal, percents: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Divide ``whole`` by ``percents``. If they add to 100, the last share is what the others leave."""
    parts = [cents(_share(whole, p)) for p in percents]
    if parts and sum(percents) == _HUNDRED:
        parts[-1] = whole - sum(parts[:-1], _ZERO)
    return tuple(parts)


def _money(value: Value | None) -> Decimal:
    return value if isinstance(value, Decimal) else _ZERO


def _percent(value: Value | None) -> Decimal:
    return value.amount if isinstance(value, Percent) else Decimal(0)


# ---------------------------------------------------------------- one way of paying after the other


def _ffs(a: Answers) -> Value | None:
    """What one person's services come to: the most units of each, or ten where there is no limit."""
    out = []
    for row in a.rows("pay.ffs", ("service", "rate")):
        limit = row.get("max_units")
        units = limit if isinstance(limit, int) else UNITS_WITHOUT_LIMIT
        out.append(a.entry(service=row["service"], units=units, amount=_times(_money(row["rate"]), units)))
    return tuple(out)


def _ffs_total(a: Answers) -> Value | None:
    rows = _ffs(a)
    return _sum(r["amount"].value for r in rows if isinstance(r, Record)) if isinstance(rows, tuple) else None


def _sum(amounts: Iterable[Value]) -> Decimal:
    return sum((_money(x) for x in amounts), _ZERO)


def _month(a: Answers, members: int) -> Decimal:
    full = _times(a.money("pay.pmpm.rate"), members)
    floor = a.maybe_money("pay.pmpm.floor")
    return full if floor is None else max(full, floor)


def _pmpm(a: Answers) -> Value | None:
    """A month's pay at half the expected number of members, at that number, and at a quarter more."""
    expected = a.number("pay.pmpm.members")
    counts = sorted({max(1, expected // 2), expected, expected + expected // 4})
    return tuple(a.entry(members=n, amount=_month(a, n)) for n in counts)


def _pmpm_part(a: Answers) -> Value | None:
    """What a member counts for who is on the list for ten of a month's thirty days."""
    return cents(_EXACT.divide(_times(a.money("pay.pmpm.rate"), DAYS_ON_ROSTER), Decimal(DAYS_OF_MONTH)))


def _case_parts(a: Answers) -> Value | None:
    rows = a.rows("pay.case.parts", ("event", "share_pct"))
    amounts = shares_of(a.money("pay.case.rate"), [_percent(r["share_pct"]) for r in rows])
    return tuple(a.entry(event=r["event"], amount=x) for r, x in zip(rows, amounts, strict=True)) or None


def _case_early(a: Answers) -> Value | None:
    return cents(_share(a.money("pay.case.rate"), a.percent("pay.case.early_exit_pct")))


def _case_ten(a: Answers) -> Value | None:
    return _times(a.money("pay.case.rate"), 10)


def _case_mixed(a: Answers) -> Value | None:
    """Ten cases of which two ended early."""
    early = cents(_share(a.money("pay.case.rate"), a.percent("pay.case.early_exit_pct")))
    return _times(a.money("pay.case.rate"), 8) + _times(early, 2)


def _bundle_parts(a: Answers) -> Value | None:
    rows = a.rows("pay.bundle.participants", ("name", "share_pct"))
    amounts = shares_of(a.money("pay.bundle.price"), [_percent(r["share_pct"]) for r in rows])
    return tuple(a.entry(name=r["name"], amount=x) for r, x in zip(rows, amounts, strict=True))


def _bundle_early(a: Answers) -> Value | None:
    return cents(_share(a.money("pay.bundle.price"), a.percent("pay.bundle.early_exit_pct")))


def _bundle_gate(a: Answers) -> Value | None:
    return cents(_share(a.money("pay.bundle.price"), a.percent("pay.bundle.gate_pct")))


def _bundle_at_once(a: Answers) -> Value | None:
    return a.money("pay.bundle.price") - _money(_bundle_gate(a))


def _running(a: Answers, path: str, event: str) -> Value | None:
    """The payments of a list, each with what has been paid by then."""
    out, total = [], _ZERO
    for row in a.rows(path, ("amount", event)):
        total += _money(row["amount"])
        out.append(a.entry(event=row[event], amount=row["amount"], total=total))
    return tuple(out) or None


def _offset(a: Answers) -> Value | None:
    return cents(_share(EXAMPLE_INVOICE, a.percent("pay.capacity.offset_pct")))


def _cost_direct(a: Answers) -> Value | None:
    return _sum(r["amount"] for r in a.rows("pay.cost.lines", ("amount",)))


def _cost_indirect(a: Answers) -> Value | None:
    return cents(_share(a.money("pay.cost.base_amount"), a.percent("pay.cost.indirect_rate")))


def _cost_total(a: Answers) -> Value | None:
    return _money(_cost_direct(a)) + _money(_cost_indirect(a))


def _bonus(a: Answers) -> Value | None:
    """The bonus at the starting point, midway between two levels, and at the highest."""
    start, target = a.percent("pay.p4p.baseline"), a.percent("pay.p4p.target")
    rows = a.rows("pay.p4p.tiers", ("at_least", "amount"))
    levels = [(_percent(r["at_least"]), _money(r["amount"])) for r in rows] or [(target, a.money("pay.p4p.max"))]
    steps = [level for level, _ in levels] if rows else [start, target]
    between = [_EXACT.divide(x + y, Decimal(2)) for x, y in pairwise(steps)]
    points = sorted({start, *between, steps[-1]})
    return tuple(a.entry(result=Percent(p), amount=_bonus_at(levels, p)) for p in points)


def _bonus_at(levels: Sequence[tuple[Decimal, Decimal]], result: Decimal) -> Decimal:
    reached = [amount for level, amount in levels if result >= level]
    return reached[-1] if reached else _ZERO


def _withhold_base(a: Answers) -> Value | None:
    """A month at the expected number of members, if the withhold is taken from that; else ten thousand dollars."""
    if a.word("pay.withhold.model") == "pmpm":
        return _month(a, a.number("pay.pmpm.members"))
    return EXAMPLE_PAYMENT


def _withhold_held(a: Answers) -> Value | None:
    return cents(_share(_money(_withhold_base(a)), a.percent("pay.withhold.pct")))


def _withhold_paid(a: Answers) -> Value | None:
    return _money(_withhold_base(a)) - _money(_withhold_held(a))


def _withhold(a: Answers) -> Value | None:
    """What is released of that, by how many of the measures are met in full; each counts equally."""
    metrics = a.look("pay.withhold.metrics")
    count = len(metrics) if isinstance(metrics, tuple) else 0
    held = _money(_withhold_held(a))
    parts = [cents(_EXACT.divide(_times(held, n), Decimal(count))) for n in range(count + 1)] if count else []
    return tuple(a.entry(met=n, amount=amount) for n, amount in enumerate(parts)) or None


def _outcomes(a: Answers) -> Value | None:
    base = a.percent("pay.base_pct")
    out = []
    for row in a.rows("pay.outcomes", ("name", "value")):
        whole = _money(row["value"])
        first = cents(_share(whole, base))
        out.append(a.entry(name=row["name"], first=first, rest=whole - first, value=whole))
    return tuple(out)


def _savings_least(a: Answers) -> Value | None:
    return cents(_share(a.money("pay.savings.benchmark_amount"), a.percent("pay.savings.msr")))


def _savings(a: Answers) -> Value | None:
    """Savings below the least rate, at it, and at twice it: what the care cost, what counts, what the share is."""
    whole, least = a.money("pay.savings.benchmark_amount"), a.percent("pay.savings.msr")
    share = a.percent("pay.savings.share_pct")
    cost = a.money("pay.savings.program_cost") if a.word("pay.savings.gross_net") == "net" else _ZERO
    rates = [_EXACT.divide(least, Decimal(2)), least, least * 2] if least else [Decimal(0), Decimal(1), Decimal(2)]
    out = []
    for rate in rates:
        counted = cents(_share(whole, rate))
        earned = cents(_share(counted, share)) if rate >= least else _ZERO
        out.append(a.entry(spent=max(whole - counted - cost, _ZERO), counted=counted, share=earned))
    return tuple(out)


def _corridor(a: Answers) -> Value | None:
    """What the provider receives or pays at the edge of each band, the largest loss applied."""
    rows = a.rows("pay.corridor.bands", ("lower_pct", "upper_pct", "cbo_share"))
    bands = [(_percent(r["lower_pct"]), _percent(r["upper_pct"]), _percent(r["cbo_share"])) for r in rows]
    target, most = a.money("pay.corridor.target"), a.money("pay.corridor.max_loss")
    points = sorted({edge for low, high, _ in bands for edge in (low, high)})
    out = []
    for point in points:
        low, high = min(point, _HUNDRED), max(point, _HUNDRED)
        # What the provider bears of the difference between the cost and the target, in hundredths of a percent.
        parts = (_times(max(min(high, t) - max(low, f), Decimal(0)), s) for f, t, s in bands)
        amount = cents(_EXACT.divide(_times(target, sum(parts, Decimal(0))), Decimal(10000)))
        over = point > _HUNDRED
        out.append(
            a.entry(
                result=Percent(point),
                cost=cents(_share(target, point)),
                receives=_ZERO if over else amount,
                pays=min(amount, most) if over else _ZERO,
            )
        )
    return tuple(out) or None


def _inkind(a: Answers) -> Value | None:
    rows = a.rows("inkind", ("item", "fmv", "share_pct"))
    return tuple(
        a.entry(item=r["item"], fmv=r["fmv"], pays=cents(_share(_money(r["fmv"]), _percent(r["share_pct"]))))
        for r in rows
    )


def _vouchers(a: Answers) -> Value | None:
    each, whole = a.money("vouchers.cap_person"), a.money("vouchers.cap_total")
    return int(whole // each) if each else None


Figure: TypeAlias = Callable[[Answers], "Value | None"]

_MONTH: Final = ("pay.pmpm.rate", "pay.pmpm.members", "pay.pmpm.floor")
_WITHHELD: Final = ("pay.withhold.pct", "pay.withhold.model", *_MONTH)

FIGURES: Final[Mapping[str, tuple[tuple[str, ...], Figure]]] = {
    # name: (the answers that it comes from, how it is worked out); it is shown at the place of the first answer
    "pay.worked.ffs": (("pay.ffs",), _ffs),
    "pay.worked.ffs_total": (("pay.ffs",), _ffs_total),
    "pay.worked.pmpm": (_MONTH, _pmpm),
    "pay.worked.pmpm_part": (("pay.pmpm.rate",), _pmpm_part),
    "pay.worked.case_parts": (("pay.case.rate", "pay.case.parts"), _case_parts),
    "pay.worked.case_early": (("pay.case.rate", "pay.case.early_exit_pct"), _case_early),
    "pay.worked.case_ten": (("pay.case.rate",), _case_ten),
    "pay.worked.case_mixed": (("pay.case.rate", "pay.case.early_exit_pct"), _case_mixed),
    "pay.worked.bundle_parts": (("pay.bundle.price", "pay.bundle.participants"), _bundle_parts),
    "pay.worked.bundle_early": (("pay.bundle.price", "pay.bundle.early_exit_pct"), _bundle_early),
    "pay.worked.bundle_gate": (("pay.bundle.price", "pay.bundle.gate_pct"), _bundle_gate),
    "pay.worked.bundle_at_once": (("pay.bundle.price", "pay.bundle.gate_pct"), _bundle_at_once),
    "pay.worked.capacity": (("pay.capacity.tranches",), lambda a: _running(a, "pay.capacity.tranches", "milestone")),
    "pay.worked.offset": (("pay.capacity.offset_pct",), _offset),
    "pay.worked.cost_direct": (("pay.cost.lines",), _cost_direct),
    "pay.worked.cost_indirect": (("pay.cost.indirect_rate", "pay.cost.base_amount"), _cost_indirect),
    "pay.worked.cost_total": (("pay.cost.lines", "pay.cost.indirect_rate", "pay.cost.base_amount"), _cost_total),
    "pay.worked.bonus": (("pay.p4p.max", "pay.p4p.baseline", "pay.p4p.target", "pay.p4p.tiers"), _bonus),
    "pay.worked.withhold_base": (("pay.withhold.model", *_MONTH), _withhold_base),
    "pay.worked.withhold_held": (_WITHHELD, _withhold_held),
    "pay.worked.withhold_paid": (_WITHHELD, _withhold_paid),
    "pay.worked.withhold": ((*_WITHHELD, "pay.withhold.metrics"), _withhold),
    "pay.worked.outcomes": (("pay.outcomes", "pay.base_pct"), _outcomes),
    "pay.worked.savings_least": (("pay.savings.msr", "pay.savings.benchmark_amount"), _savings_least),
    "pay.worked.savings": (
        (
            "pay.savings.share_pct",
            "pay.savings.benchmark_amount",
            "pay.savings.msr",
            "pay.savings.gross_net",
            "pay.savings.program_cost",
        ),
        _savings,
    ),
    "pay.worked.corridor": (("pay.corridor.bands", "pay.corridor.target", "pay.corridor.max_loss"), _corridor),
    "pay.worked.grant": (("grant.award.payments",), lambda a: _running(a, "grant.award.payments", "event")),
    "pay.worked.inkind": (("inkind",), _inkind),
    "pay.worked.vouchers_people": (("vouchers.cap_total", "vouchers.cap_person"), _vouchers),
}


def figure_of(path: str) -> str | None:
    """Return the figure that ``path`` is, or is a part of ("pay.worked.pmpm.2.amount"), or None."""
    if not path.startswith("pay.worked."):
        return None
    name = ".".join(path.split(".")[:3])
    return name if name in FIGURES else None


def comes_from(name: str) -> str:
    """Return the answer at whose place the figure ``name`` is shown."""
    return FIGURES[name][0][0]


def inputs_of(name: str) -> tuple[str, ...]:
    """Return the answers that the figure ``name`` comes from."""
    return FIGURES[name][0]


def work_out(name: str, look: Lookup, span: Span) -> Value | None:
    """Return the figure ``name``, or None if there is nothing to work out.

    ``look`` gives the answers; ``span`` is the place of the parts of the result. Raises :class:`Lacking` with the
    answers that are not given yet.
    """
    return FIGURES[name][1](Answers(look, span))
