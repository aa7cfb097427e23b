"""Rosters: one row a member, in a workbook, a text with commas or a folder of profiles.

:func:`read_roster` gives the members, each with its profile; :func:`preflight` says everything that is wrong with
them before anything is made.
"""

from __future__ import annotations

from generator.roster import annotating, asking, rules
from generator.roster.asking import NewRoster, Stamps, make_roster, read_stamps
from generator.roster.members import Contact, Roster, Row
from generator.roster.preflight import Preflight, RowReport, preflight
from generator.roster.reading import read_roster

__all__ = [
    "RULES", "Contact", "NewRoster", "Preflight", "Roster", "Row", "RowReport", "Stamps", "make_roster", "preflight",
    "read_roster", "read_stamps",
]  # fmt: skip

RULES = (*rules.RULES, *asking.RULES, *annotating.RULES)
