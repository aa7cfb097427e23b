"""Rosters: one row a member, in a workbook, a text with commas or a folder of profiles.

:func:`read_roster` gives the members, each with its profile; :func:`.preflight.preflight` says everything that is
wrong with them before anything is made. Each is loaded when it is first asked for: a worker of a batch needs a row and
no more.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.diagnostics import Rule
    from generator.roster.asking import NewRoster, Stamps, make_roster, read_stamps
    from generator.roster.members import Contact, Roster, Row
    from generator.roster.preflight import Preflight, RowReport
    from generator.roster.reading import read_roster

    RULES: tuple[Rule, ...]

__all__ = [
    "RULES", "Contact", "NewRoster", "Preflight", "Roster", "Row", "RowReport", "Stamps", "make_roster",
    "read_roster", "read_stamps",
]  # fmt: skip

_WHERE = {
    "asking": ("NewRoster", "Stamps", "make_roster", "read_stamps"),
    "members": ("Contact", "Roster", "Row"),
    "preflight": ("Preflight", "RowReport"),
    "reading": ("read_roster",),
}
_MODULES = {name: module for module, names in _WHERE.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "RULES":
        found: Any = tuple(r for m in ("rules", "asking", "annotating") for r in import_module(f"{__name__}.{m}").RULES)
    elif name in _MODULES:
        found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found
