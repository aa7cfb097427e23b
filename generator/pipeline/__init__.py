"""The public functions: what the command line and a batch call alike.

Each takes a :class:`~generator.workspace.Workspace` and returns plain values; none prints, and none
writes to the disk. Each is loaded when it is first asked for: a worker of a batch needs but one of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_WHERE = {
    "amending": ("Amended", "amend"),
    "asking": ("interview", "profile_schema", "starter_profile"),
    "checking": ("Report", "check"),
    "clauses": ("ClauseLine", "clause_redline", "list_clauses", "show_clause"),
    "comparing": ("Compared", "compare"),
    "explaining": ("every_rule", "explain"),
    "importing": ("Imported", "import_contract"),
    "making": ("FORMATS", "Made", "make"),
    "parts": ("RULES", "document_ids"),
    "registering": ("Register", "file_signed", "register"),
    "reviewing": ("apply_review", "review", "review_copy"),
    "sets": ("decide",),
}
_MODULES = {name: module for module, names in _WHERE.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return found
