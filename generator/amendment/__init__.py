"""Amendments: what differs between an agreement as it was made and as it shall read, as a paper to sign."""

from __future__ import annotations

from generator.amendment.differences import Added, Differences, Moved, Removed, Replaced, TermChange, differences_of
from generator.amendment.paper import amendment_of
from generator.amendment.rules import RULES

__all__ = [
    "RULES",
    "Added",
    "Differences",
    "Moved",
    "Removed",
    "Replaced",
    "TermChange",
    "amendment_of",
    "differences_of",
]
