"""Two documents or profiles compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Diagnostic, Span, in_order
from generator.frozen import dataclass
from generator.pipeline.making import make
from generator.pipeline.parts import NO_SUCH_FILE, WRONG_FILE
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.comparison.redline import Redline
    from generator.comparison.summary import Summary

__all__ = ["Compared", "compare"]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two documents compared; without ``ok`` there is no redline."""

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    redline: Redline | None = None
    summary: Summary | None = None


def compare(
    workspace: Workspace,
    old: str,
    new: str,
    *,
    author: str,
    original: bool = False,
    documents: Sequence[str] = (),
) -> Compared:
    """Compare two Word files, or the Word documents that two profiles make.

    ``old`` and ``new`` are files of the workspace, ``.docx`` or profiles; ``author`` and the workspace's day stand on
    each change; ``original`` takes tracked changes in the files as rejected instead of accepted; ``documents`` names
    the one document type to compare where a profile makes several. Nothing is written to disk.
    """
    from generator.comparison.redline import compare_docx
    from generator.comparison.summary import summary_of

    read = _read(workspace, (old, new), documents, draft=False)
    if not read.ok and not {NO_SUCH_FILE.name, WRONG_FILE.name} & {d.rule for d in read.diagnostics}:
        drafts = _read(workspace, (old, new), documents, draft=True)
        read = drafts if drafts.ok else read
    found = list(read.diagnostics)
    files = read.value
    if files is None:
        return Compared(False, in_order(found))
    date = dt.datetime.combine(workspace.today, dt.time(), dt.UTC)
    redline = compare_docx(*files, author=author, date=date, original=original, old_name=old, new_name=new)
    problems = in_order((*found, *redline.diagnostics))
    if redline.value is None:
        return Compared(False, problems)
    return Compared(True, problems, redline.value, summary_of(redline.value.changes))


def _read(
    workspace: Workspace, names: tuple[str, str], documents: Sequence[str], *, draft: bool
) -> Checked[tuple[bytes, bytes]]:
    """Return both Word files; two profiles make both a final, or both a draft."""
    from generator.comparison.refusals import DRAFTS

    found: list[Diagnostic] = []
    files: list[bytes] = []
    profiles = [name for name in names if PurePath(name).suffix.lower() in (".yaml", ".yml")]
    for name in names:
        data = workspace.read(name)
        if data is None:
            fix = "Check its name and its folder."
            found.append(NO_SUCH_FILE.at(Span(name, 0, 0), "There is no such file.", fix=fix))
        elif name in profiles:
            word = _word_file(workspace, name, documents, draft=draft)
            found += word.diagnostics
            files += [] if word.value is None else [word.value]
        else:
            files.append(data)
    if len(files) < 2:
        return Checked(None, tuple(found))
    if draft:
        what = "Both are compared as drafts" if len(profiles) == 2 else "It is compared as a draft"
        message = f"{what}: a final cannot be made yet. Run agreements check to see why."
        found.append(DRAFTS.at(Span(profiles[0], 0, 0), message))
    return Checked((files[0], files[1]), tuple(found))


def _word_file(workspace: Workspace, profile: str, documents: Sequence[str], *, draft: bool) -> Checked[bytes]:
    """Return the one Word document that a profile makes."""
    made = make(workspace, profile, documents=documents, formats=("docx",), draft=draft)
    if not made.ok:
        return Checked(None, made.diagnostics)
    files = [data for name, data in made.files if name.endswith(".docx")]
    if len(files) != 1:
        types = ", ".join(a.document_type for a in made.agreements)
        message = f"It makes several documents: {types}. Two documents can be compared."
        fix = "Name one of them, for example: -d svc"
        return Checked(None, (WRONG_FILE.at(Span(profile, 0, 0), message, fix=fix),))
    return Checked(files[0])
