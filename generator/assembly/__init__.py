"""Assemble: a document type, the library and a profile's answers become one Agreement.

The stages, in order: *choose* the clauses (:mod:`.choosing`), *fill* them (:mod:`.filling`), *number*
them (:mod:`.resolving`) and *link* definitions, uses and references (:mod:`.linking`);
:mod:`.assembling` goes through them. What is open stays in the Agreement as blanks and open items;
whether that may be written is the caller's question.
"""

from __future__ import annotations

from generator.assembly.assembling import assemble
from generator.assembly.faults import OPEN_ITEM, RULES, STOPS_A_FINAL
from generator.assembly.open_items import open_diagnostic

__all__ = ["OPEN_ITEM", "RULES", "STOPS_A_FINAL", "assemble", "open_diagnostic"]
