"""Whether what a member promised the hub is enough for what the hub promised above: the flow-down, over two records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.diagnostics import Span
from generator.fields import Dictionary, Duration, phrase, read_value
from generator.fields.values import Value
from generator.frozen import dataclass
from generator.reading.yaml_text import TextNode

__all__ = ["Weaker", "weaker_than"]


@dataclass(frozen=True, slots=True)
class Weaker:
    """A term of the member's agreement that is not enough. ``above`` and ``own`` are as a contract prints them."""

    what: str
    above_field: str
    above: str
    own_field: str
    own: str


# What the member owes the hub, against what the hub owes above: "shorter" must be shorter beyond doubt, "least" must
# not be less, "most" must not be more. A member that adopts the hub's own field is compared with the field itself.
_PAIRS = (
    ("shorter", "baa.breach_notice", "sba.breach_notice", "time to report a breach"),
    ("shorter", "baa.access_days", "sba.access_days", "time to help with access requests"),
    ("shorter", "baa.amend_days", "sba.amend_days", "time to help with corrections"),
    ("shorter", "baa.accounting_days", "sba.accounting_days", "time to list disclosures"),
    ("not longer", "baa.return_days", "sba.return_days", "time to return or destroy information"),
    ("not longer", "data.incident_hours", "data.incident_hours", "time to report a data incident"),
    ("not longer", "incident.report_hours", "incident.report_hours", "time to report an incident"),
    ("not longer", "terminate.cure_days", "hub.cure_days", "time to mend a breach"),
    ("least", "audit.record_years", "audit.record_years", "time to keep records"),
    ("least", "data.retention_years", "data.retention_years", "time to keep information"),
    ("most", "baa.cost_cap", "sba.cost_cap", "limit of the cost of a breach"),
    ("not wider", "baa.deid", "sba.deid", "permission to de-identify"),
)


def weaker_than(head: Mapping[str, Any], own: Mapping[str, Any], dictionary: Dictionary) -> Iterator[Weaker]:
    """Yield the terms of ``own`` that are weaker than ``head`` promises; both are the answers of a record."""
    for how, above, below, what in _PAIRS:
        one, other = _value(head, above, dictionary), _value(own, below, dictionary)
        upper, lower = dictionary.find(above), dictionary.find(below)
        if one is None or other is None or upper is None or lower is None:
            continue
        if not _enough(how, one, other):
            yield Weaker(what, above, phrase(upper, one), below, phrase(lower, other))


def _value(answers: Mapping[str, Any], path: str, dictionary: Dictionary) -> Value | None:
    field, text = dictionary.find(path), answers.get(path)
    if field is None or not isinstance(text, str) or text == "unknown":
        return None
    return read_value(field, TextNode(text, Span(""), True)).value


def _enough(how: str, above: Value, own: Value) -> bool:
    if isinstance(above, Duration) and isinstance(own, Duration):
        if above.unit == own.unit:  # nothing is in doubt between five and three business days
            return {"shorter": own.n < above.n or own.n == above.n == 0, "not longer": own.n <= above.n}.get(
                how, own.n >= above.n
            )
        # Days at least and at most that a length may take, so that a doubt counts against it.
        if how == "shorter":
            return own == above if above.n == 0 else _most(own) < _least(above)
        if how == "not longer":
            return own == above or _most(own) <= _least(above)
        return own == above or _least(own) >= _most(above)
    if isinstance(above, bool) and isinstance(own, bool):
        return above or not own
    try:
        return bool(own <= above) if how == "most" else bool(own >= above)  # type: ignore[operator]
    except TypeError:
        return True


def _least(length: Duration) -> float:
    days = {"hours": 1 / 24, "days": 1, "business days": 1, "weeks": 7, "months": 28, "years": 365}
    return length.n * days[length.unit]


def _most(length: Duration) -> float:
    if length.unit == "business days":
        # Every weekend that may fall among them.
        return length.n + 2 * -(-length.n // 5)
    days = {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 31, "years": 366}
    return length.n * days[length.unit]
