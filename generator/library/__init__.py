"""The library: which text a clause name means.

Layers are looked at from the highest down. A clause name in a higher layer hides the whole name below,
versions included; only a pin may reach down. Nothing is read before it is asked for: one clause costs
one folder listing and one file, however large the library is.

Each kind of file has its module: :mod:`.clauses`, :mod:`.document_types`, :mod:`.requirements`, :mod:`.dictionaries`.
What they share in reading keys is in :mod:`.heads`; which file counts is settled in :mod:`.layers`.
"""

from __future__ import annotations

from generator.library.clauses import (
    APPROVAL_VOID,
    APPROVALS_FILE,
    CLAUSE_PATH,
    RELEASED_TEXT_CHANGED,
    Approval,
    Clause,
    GivenApproval,
    Position,
    Version,
    read_approvals,
    read_clause,
    text_digest,
)
from generator.library.document_types import (
    Choice,
    DocumentType,
    Group,
    Include,
    KeyTermText,
    Opening,
    ScheduleText,
    Slot,
    read_document_type,
)
from generator.library.heads import LIBRARY_FILE
from generator.library.layers import NO_SUCH_CLAUSE, NO_SUCH_DOCUMENT, NO_SUCH_VERSION, NOT_RELEASED, Found, Library
from generator.library.requirements import Requirement, read_requirements, requirement_table_of

__all__ = [
    "APPROVALS_FILE",
    "RULES",
    "Approval",
    "Choice",
    "Clause",
    "DocumentType",
    "Found",
    "GivenApproval",
    "Group",
    "Include",
    "KeyTermText",
    "Library",
    "Opening",
    "Position",
    "Requirement",
    "ScheduleText",
    "Slot",
    "Version",
    "read_approvals",
    "read_clause",
    "read_document_type",
    "read_requirements",
    "requirement_table_of",
    "text_digest",
]

RULES = (
    NO_SUCH_CLAUSE, NO_SUCH_VERSION, NOT_RELEASED, CLAUSE_PATH, RELEASED_TEXT_CHANGED, APPROVAL_VOID, LIBRARY_FILE,
    NO_SUCH_DOCUMENT,
)  # fmt: skip
