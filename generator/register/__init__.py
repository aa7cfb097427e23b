"""The register: every agreement that was made, by its record; what state it is in, and what of it is out of date.

Nothing is kept besides the records: the register is read anew from the folders each time.
"""

from __future__ import annotations

from generator.register.calendar import calendar_of
from generator.register.entries import RULES, Entry, Signed, State, read_entries
from generator.register.outdated import Grave, Outdated, outdated_of
from generator.register.weaker import Weaker, weaker_than

__all__ = [
    "RULES",
    "Entry",
    "Grave",
    "Outdated",
    "Signed",
    "State",
    "Weaker",
    "calendar_of",
    "outdated_of",
    "read_entries",
    "weaker_than",
]
