"""The shipped library, read once for all tests of a run that are not about reading it."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from generator.cache import Cache
from generator.fields import Dictionary
from generator.library import Library
from generator.workspace import Layer, Workspace, open_workspace

ROOT = Path(__file__).parent.parent


class _OfThisRun(Cache):
    """Remembers until the tests end, and writes nothing."""

    __slots__ = ()

    def save(self) -> None:
        pass


@cache
def remembered() -> Cache:
    """What this run has read of any library. That it changes nothing but the time is what test_cache proves."""
    return _OfThisRun(Path(tempfile.gettempdir()) / "no such folder", "tests")


def warm_workspace(folder: Path, *, today: dt.date, output: Path | None = None) -> Workspace:
    """Return the workspace at ``folder``."""
    return replace(open_workspace(folder, today=today, output=output), cache=remembered())


def warm_library() -> Library:
    """Return the shipped library."""
    return Library((Layer("starter", ROOT / "clauses", "clauses/"),), remembered())


@cache
def shipped_dictionary() -> Dictionary:
    """Return the shipped data dictionary; the same one for all."""
    found = warm_library().dictionary().value
    assert found is not None
    return found
