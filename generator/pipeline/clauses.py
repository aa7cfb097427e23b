"""The clauses of the library, listed, shown and redlined."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Diagnostic
from generator.frozen import dataclass
from generator.pipeline.looks import load_given_frame
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.comparison.redline import Redline
    from generator.library import Clause

__all__ = ["ClauseLine", "clause_redline", "list_clauses", "show_clause"]


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One line of ``clauses list``."""

    id: str
    version: str
    title: str
    status: str
    layer: str
    approved: str


def list_clauses(
    workspace: Workspace, *, all_versions: bool = False, family: str | None = None
) -> Checked[tuple[ClauseLine, ...]]:
    """Return one line per clause: the version that documents use now, or every version."""
    from generator.library import Library

    library = Library(workspace.layers, workspace.cache, book="list")
    lines: list[ClauseLine] = []
    problems: list[Diagnostic] = []
    for id in library.ids():
        if family is not None and id != family and not id.startswith(family + "."):
            continue
        if all_versions:
            pins = [str(f.version) for _, versions in library.versions(id) for f in versions]
        else:
            pins = [""]
        for pin in dict.fromkeys(pins):
            found = library.find(id, None, pin)
            clause = found.value
            if clause is None:
                layers = library.versions(id)
                if not pin and layers:
                    found = library.find(id, None, str(layers[0][1][0].version))
                    clause = found.value
            problems += found.diagnostics
            if clause is not None:
                lines.append(_line(clause))
    return Checked(tuple(lines), tuple(problems))


def _line(clause: Clause) -> ClauseLine:
    approval = clause.approval
    approved = f"{approval.by} on {approval.on}" if approval is not None and approval.holds else ""
    return ClauseLine(clause.id, str(clause.version), clause.title, clause.status, clause.layer, approved)


def show_clause(workspace: Workspace, name: str) -> Checked[Clause]:
    """Return the clause ``id``, ``id@version`` or ``layer:id@version``."""
    from generator.library import Library
    from generator.versions import locate

    return locate(Library(workspace.layers, workspace.cache), name)


def clause_redline(workspace: Workspace, old: Clause, new: Clause, author: str) -> Checked[Redline]:
    """Return two texts of a clause as one Word file over the house frame: ``new``, with its changes tracked."""
    from generator.comparison.clause_document import clause_agreement
    from generator.comparison.redline import compare_docx
    from generator.writers import writer

    house = load_given_frame(workspace, None)
    if house.value is None:
        return Checked(None, house.diagnostics)
    day = workspace.today
    files = [writer("docx")(clause_agreement(c, day, house.value.formats), house.value, clean=True) for c in (old, new)]
    return compare_docx(
        files[0], files[1], author=author, date=dt.datetime.combine(day, dt.time(), dt.UTC),
        old_name=f"{old.id}@{old.version}", new_name=f"{new.id}@{new.version}",
    )  # fmt: skip
