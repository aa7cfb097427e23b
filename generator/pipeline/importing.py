"""A Word contract of somebody else's, taken into one's own layer as draft clauses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Rule, Severity, Span, errors_in
from generator.frozen import dataclass
from generator.pipeline.making import make
from generator.pipeline.parts import NO_SUCH_FILE, UNKNOWN_NAME, read_parts
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.intake import Intake, Report

__all__ = ["Imported", "RULES", "import_contract"]

NAME_TAKEN = Rule(
    "import-name-taken",
    Severity.ERROR,
    "The family that an import would make is one of the library’s own.",
    """`agreements clauses import` makes a family of clauses and a document type of one name. Were there such a family
or document type in the library already, the contract would be made instead of it, in every profile of this folder.

Wrong: `agreements clauses import contract.docx --family baa`

Right: `agreements clauses import contract.docx --family lakeside_baa`
""",
)
NOTHING_IN_IT = Rule(
    "import-nothing",
    Severity.ERROR,
    "There are no words in the file that could become clauses.",
    """The file opens, and holds no text: it is empty, or its pages are pictures (a scan). A scan has to be turned into
text first: Word can do so when it opens the PDF of the scan (File > Open), and so can a program for reading scans.
""",
)
RULES = (NAME_TAKEN, NOTHING_IN_IT)


@dataclass(frozen=True, slots=True)
class Imported:
    """An import: the drafts, and what is told of them. ``files`` are those to write, the report among them."""

    intake: Intake
    report: Report
    files: tuple[tuple[str, bytes], ...]


def import_contract(
    workspace: Workspace, file: str, *, family: str = "", put: Mapping[str, str] | None = None
) -> Checked[Imported]:
    """Break the Word contract ``file`` into draft clauses and make them into a document again; nothing is written.

    ``family`` names them (otherwise the file does); ``put`` is words -> field, such as a party's name -> its field.
    The file is hostile until proven: what guards comparisons guards this (exit code 5).
    """
    from generator.comparison.refusals import NOT_WORD
    from generator.comparison.word_reading import Damaged, read_word
    from generator.intake import drafts_of, read_contract, report_page

    data = workspace.read(file)
    if data is None:
        what = "is a folder" if workspace.is_folder(file) else "is not there"
        fix = "Name a Word file (.docx)."
        return Checked(None, (NO_SUCH_FILE.at(Span(file), f"“{file}” {what}.", fix=fix),))
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
    name = _family(family or PurePath(file).stem)
    taken = _taken(workspace)
    if name in taken and family:
        fix = f"Name another, such as --family their_{name}."
        return Checked(None, (NAME_TAKEN.at(Span(file), f"The library has a “{name}” of its own.", fix=fix),))
    if name in taken:
        name = f"their_{name}"[:24]
    title = re.sub(r"[\s_]+", " ", PurePath(file).stem).strip()
    title = title if len(re.findall(r"\w", title)) > 2 else "Imported Agreement"
    try:
        contract = read_contract(word.value, title)
    except (Damaged, RecursionError):  # anything else is a mistake of ours, and is told as one
        message = "The file is damaged: a part of it cannot be read."
        fix = "Open it in Word, save it as Word Document (.docx), and import that file."
        return Checked(None, (*word.diagnostics, NOT_WORD.at(Span(file), message, fix=fix)))
    if not any(re.search(r"\w", p.text) for p in contract.printed):
        fix = "If its pages are pictures, turn them into text first."
        return Checked(None, (*word.diagnostics, NOTHING_IN_IT.at(Span(file), "It holds no text.", fix=fix)))
    source = PurePath(file).name
    intake = drafts_of(contract, name, library=library, put=put, source=source)
    report = _made_again(workspace, intake)
    page = (f"{name}-import.md", report_page(intake, report, source))
    return Checked(Imported(intake, report, (*intake.files, page)), word.diagnostics)


def _family(words: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:24].strip("_") or "imported"
    return name if name[0].isalpha() else f"c_{name}"[:24]


def _taken(workspace: Workspace) -> frozenset[str]:
    """Return the names of families and document types that are not this folder's own."""
    from generator.library import Library

    mine = workspace.own.folder
    others = Library(tuple(layer for layer in workspace.layers if layer.folder != mine), workspace.cache)
    return frozenset((*others.document_ids(), *(id.partition(".")[0] for id in others.ids())))


def _made_again(workspace: Workspace, intake: Intake) -> Report:
    """Make the drafts into a document, hold it against the contract, and report."""
    from generator.intake import PREAMBLE, differences, report_of

    with workspace.on_trial(intake.files) as trial:
        made = make(trial, intake.profile, formats=(), draft=True)
    if not made.agreements or not made.ok:
        stopping = list(errors_in(made.diagnostics))
        says = stopping[0].message if stopping else "the drafts give no document."
        where = f" ({stopping[0].span.file}:{stopping[0].span.line})" if stopping and stopping[0].span else ""
        return report_of(intake, None, f"{says}{where}")
    made_up = frozenset(p.title for p in intake.contract.parts if p.made_up) | {PREAMBLE}
    agreement = made.agreements[0]
    found = differences(intake.contract, agreement, made_up, frozenset(term for _, term in intake.bare))
    return report_of(intake, found, contents=agreement.contents)
