"""Frozen values as bytes, and back, for the cache.

The form is Python's own pickle, because reading it is five times quicker than reading JSON and making the
values from that. A pickle can name any function of any module to be called, so here only the classes of a
fixed table are ever found: bytes that name anything else are refused, and nothing of them is called. (The
standard library's manual calls this "restricting globals".)
"""

from __future__ import annotations

import dataclasses
import io
import pickle
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

__all__ = ["Packer"]


class Packer:
    """Packs and unpacks values of ``classes`` (frozen dataclasses and enums) and of what they commonly hold."""

    def __init__(self, classes: Sequence[type]) -> None:
        fields = {c: tuple(f.name for f in dataclasses.fields(c)) for c in classes if dataclasses.is_dataclass(c)}
        known = {(c.__module__, c.__qualname__): c for c in (*classes, Decimal)}

        class Writer(pickle.Pickler):
            def reducer_override(self, value: Any) -> Any:
                cls = type(value)
                if cls in fields:
                    return cls, tuple(getattr(value, name) for name in fields[cls])
                if cls is Decimal:
                    return cls, (str(value),)
                if isinstance(value, Enum) and cls in classes:
                    return cls, (value.value,)
                if isinstance(value, type) and value in known.values():
                    return NotImplemented
                raise TypeError(f"{cls} is not among the classes that are kept")

        class Reader(pickle.Unpickler):
            def find_class(self, module: str, name: str) -> Any:
                found = known.get((module, name))
                if found is None:
                    raise pickle.UnpicklingError(f"{module}.{name} is not among the classes that are kept")
                return found

        self._writer, self._reader = Writer, Reader

    def pack(self, value: object) -> bytes:
        """Return ``value`` as bytes. Raises TypeError for a class that is not in the table."""
        stream = io.BytesIO()
        self._writer(stream, protocol=5).dump(value)
        return stream.getvalue()

    def unpack(self, data: bytes) -> Any:
        """Return the value that :meth:`pack` gave. For other bytes it raises some exception, and calls nothing."""
        return self._reader(io.BytesIO(data)).load()
