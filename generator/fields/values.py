"""What an answer can be once it is read: plain values that know nothing of how they were typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field as attribute
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

from generator.diagnostics import Span
from generator.frozen import dataclass

__all__ = ["UNITS", "UNKNOWN", "Duration", "Given", "Percent", "Record", "Unknown", "Value", "texts_of"]

UNITS: Final = ("hours", "days", "business days", "weeks", "months", "years")


class Unknown(Enum):
    """The type of :data:`UNKNOWN`: a person answered, and the answer is that it is not known yet."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: ``n`` of ``unit``, one of :data:`UNITS`. "30 days" and "1 month" are not equal."""

    n: int
    unit: str


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage: ``amount`` 5 is five percent. Of what, the field says."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Given:
    """A value and the place where it was given."""

    value: Value
    span: Span = attribute(compare=False)


@dataclass(frozen=True, slots=True)
class Record(Mapping[str, Given]):
    """The answers of one entry of a list, by the names of its fields, in the order given."""

    entries: tuple[tuple[str, Given], ...] = ()

    def __getitem__(self, name: str) -> Given:
        for key, given in self.entries:
            if key == name:
                return given
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self.entries)

    def __len__(self) -> int:
        return len(self.entries)


# Text, e-mail, codes and the key of a choice are str; money is Decimal with two places.
Value: TypeAlias = "str | bool | int | Decimal | dt.date | Duration | Percent | Record | Unknown | tuple[Value, ...]"


def texts_of(values: Iterable[Value]) -> Iterator[str]:
    """Yield every text in ``values``, those of lists and entries among them."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Record):
            yield from texts_of(given.value for _, given in value.entries)
        elif isinstance(value, tuple):
            yield from texts_of(value)
