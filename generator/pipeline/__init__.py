"""The public functions: what the command line, the local page and a batch call alike.

Each takes a :class:`~generator.workspace.Workspace` and returns plain values; none prints, and none
writes to the disk.
"""

from __future__ import annotations

from generator.pipeline.amending import Amended, amend
from generator.pipeline.asking import interview, profile_schema, starter_profile
from generator.pipeline.checking import Report, check
from generator.pipeline.clauses import ClauseLine, clause_redline, list_clauses, show_clause
from generator.pipeline.comparing import Compared, compare
from generator.pipeline.explaining import every_rule, explain
from generator.pipeline.importing import Imported, import_contract
from generator.pipeline.making import FORMATS, Made, make
from generator.pipeline.parts import RULES, document_ids
from generator.pipeline.registering import Register, file_signed, register
from generator.pipeline.reviewing import apply_review, review, review_copy
from generator.pipeline.sets import decide

__all__ = [
    "FORMATS",
    "Amended",
    "RULES",
    "ClauseLine",
    "Compared",
    "Made",
    "Register",
    "Report",
    "amend",
    "check",
    "apply_review",
    "clause_redline",
    "compare",
    "decide",
    "document_ids",
    "every_rule",
    "explain",
    "file_signed",
    "Imported",
    "import_contract",
    "interview",
    "list_clauses",
    "make",
    "profile_schema",
    "review",
    "review_copy",
    "register",
    "show_clause",
    "starter_profile",
]
