"""Rosters: one row a member, in a workbook, a text with commas or a folder of profiles.

:func:`read_roster` gives the members, each with its profile; :func:`preflight` says everything that is wrong with
them before anything is made.
"""

from __future__ import annotations

from generator.roster.members import Contact, Roster, Row
from generator.roster.reading import read_roster
from generator.roster.rules import RULES

__all__ = ["RULES", "Contact", "Roster", "Row", "read_roster"]
