"""An answer as it is written in a profile: the way back from a value to what somebody would type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from generator.fields.values import UNKNOWN, Duration, Given, Percent, Record, Value

__all__ = ["Answer", "answer_of", "answers_of", "text_of"]

Answer: TypeAlias = "str | list[Answer] | dict[str, Answer]"


def answer_of(value: Value) -> Answer:
    """Return ``value`` as a profile says it; reading that again gives the same value."""
    match value:
        case str():  # most of them
            return value
        case tuple():
            return [answer_of(v) for v in value]
        case Record():
            return {name: answer_of(given.value) for name, given in value.entries}
        case _:
            return text_of(value)


def text_of(value: Value) -> str:
    """Return a single ``value``, no list and no record, as somebody types it."""
    if value is UNKNOWN:
        return "unknown"
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:.2f}"
        case Duration(n=n, unit=unit):
            return f"{n} {unit.removesuffix('s') if n == 1 else unit}"
        case Percent(amount=amount):
            return f"{amount}%"
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


def answers_of(values: Mapping[str, Given]) -> dict[str, Answer]:
    """Return every answer by its full name, in alphabetical order."""
    return {path: answer_of(given.value) for path, given in sorted(values.items())}
