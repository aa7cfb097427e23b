"""Frozen values as plain lists that JSON can hold, and back.

A value is written as ``[n, field, field, …]``, where n is the place of its class in a table of classes;
a tuple as ``[-1, item, …]``; a Decimal as ``[-2, "1.50"]``; texts, numbers, true, false and null stand for
themselves. Only the classes of the table are ever made.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

__all__ = ["PlainData"]

_TUPLE, _DECIMAL = -1, -2


class PlainData:
    """Writes and reads values of ``classes``: frozen dataclasses whose fields are all given in order, and enums."""

    def __init__(self, classes: Sequence[type]) -> None:
        self._classes = tuple(classes)
        self._number = {cls: n for n, cls in enumerate(self._classes)}
        self._names = {
            cls: tuple(f.name for f in dataclasses.fields(cls)) if dataclasses.is_dataclass(cls) else ()
            for cls in self._classes
        }

    def write(self, value: object) -> bytes:
        """Return ``value`` as JSON. Raises TypeError for a value of any other class."""
        return json.dumps(self.plain(value), ensure_ascii=False, separators=(",", ":")).encode()

    def read(self, data: bytes) -> Any:
        """Return the value that :meth:`write` gave. Raises ValueError, TypeError, IndexError or KeyError for others."""
        return self.made(json.loads(data))

    def plain(self, value: Any) -> Any:
        """Return ``value`` as lists, texts, numbers, true, false and null."""
        cls = type(value)
        if cls is str or cls is int or cls is bool or value is None:
            return value
        if cls is tuple:
            return [_TUPLE, *map(self.plain, value)]
        number = self._number.get(cls)
        if number is not None:
            if isinstance(value, Enum):
                return [number, value.value]
            return [number, *(self.plain(getattr(value, name)) for name in self._names[cls])]
        if cls is Decimal:
            return [_DECIMAL, str(value)]
        raise TypeError(cls)

    def made(self, data: Any) -> Any:
        """Return the value that :meth:`plain` gave."""
        if type(data) is not list:
            return data
        made = self.made
        values = [made(item) if type(item) is list else item for item in data[1:]]
        number = data[0]
        if number >= 0:
            return self._classes[number](*values)
        return tuple(values) if number == _TUPLE else Decimal(values[0])
