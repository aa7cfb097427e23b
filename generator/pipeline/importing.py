"""A Word contract of somebody else's, taken into one's own layer as draft clauses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Span, errors_in
from generator.pipeline.parts import NO_SUCH_FILE, UNKNOWN_NAME, read_parts
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.intake import Intake

__all__ = ["import_contract"]


def import_contract(
    workspace: Workspace, file: str, *, family: str = "", put: Mapping[str, str] | None = None
) -> Checked[Intake]:
    """Break the Word contract ``file`` into draft clauses; nothing is written.

    ``family`` names them (otherwise the file does); ``put`` is words -> field, such as a party's name -> its field.
    The file is hostile until proven: what guards comparisons guards this (exit code 5).
    """
    from generator.comparison.word_reading import read_word
    from generator.intake import drafts_of, read_contract

    data = workspace.read(file)
    if data is None:
        return Checked(None, (NO_SUCH_FILE.at(Span(file), f"“{file}” is not there.", fix="Name a Word file (.docx)."),))
    word = read_word(data, file)
    if word.value is None or errors_in(word.diagnostics):
        return Checked(None, word.diagnostics)
    parts = read_parts(workspace)
    wrong = tuple(
        UNKNOWN_NAME.at(
            None, f"“{path}” is not a field.", fix=f"Did you mean {near}?" if (near := parts.dictionary.suggest(path))
            else "agreements schema lists the fields.",
        )
        for path in (put or {}).values()
        if parts.dictionary.find(path) is None
    )  # fmt: skip
    if wrong:
        return Checked(None, wrong)
    library = []
    for id in parts.library.ids():
        clause = parts.library.find(id).value
        if clause is not None:
            library.append((clause.id, str(clause.version), clause.body))
    name = re.sub(r"[^a-z0-9]+", "_", (family or PurePath(file).stem).lower()).strip("_")[:24] or "imported"
    name = name if name[0].isalpha() else f"c_{name}"
    made = drafts_of(read_contract(word.value), name, library=library, put=put, source=PurePath(file).name)
    return Checked(made, word.diagnostics)
