"""The computed parts of a checklist: the record of a decision, and each requirement with where it is met."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from generator.assembly.faults import REQUIREMENT_MISSING
from generator.diagnostics import Diagnostic, Severity
from generator.library import DocumentType, Include, Requirement, requirement_table_of
from generator.model import Agreement, Column, Paragraph, Table, Text

__all__ = ["answer_of", "missing_requirements", "requirement_rows"]


def requirement_rows(include: Include, requirements: tuple[Requirement, ...], other: Agreement | None) -> Table:
    """Return the table of the requirements that ``include`` names, each with where ``other`` meets it."""
    rows = []
    for requirement in requirement_table_of(requirements, include.family):
        where, result, note = answer_of(requirement, other)
        authority = "For counsel to confirm" if requirement.unchecked else requirement.citation
        rows.append(
            tuple(
                (Paragraph((Text(text),) if text else ()),)
                for text in (requirement.code, requirement.question, authority, where, result, note, "")
            )
        )
    headings = (
        ("Item", 0.08), ("Question", 0.23), ("Authority", 0.15), ("Where in the agreement", 0.15),
        ("Result", 0.08), ("Note", 0.2), ("Reviewer and date", 0.11),
    )  # fmt: skip
    columns = tuple(Column((Text(h),), s) for h, s in headings)
    return Table(columns, tuple(rows), "Each item and where the agreement meets it", row_headers=True)


def missing_requirements(
    document: DocumentType, requirements: tuple[Requirement, ...], satisfied: AbstractSet[str]
) -> Iterator[Diagnostic]:
    """Yield what a document of type ``document`` must hold, and no clause of it meets.

    ``satisfied`` are the requirements that its clauses meet. One whose authority nobody has opened at its source
    is a warning, for nobody can say yet that the law demands it.
    """
    for family in document.requires:
        for requirement in requirement_table_of(requirements, family):
            if requirement.level != "required" or requirement.id in satisfied:
                continue
            found = REQUIREMENT_MISSING.at(
                document.span,
                f"{requirement.code} ({'for counsel' if requirement.unchecked else requirement.citation}) is not met: "
                f"{requirement.test}",
                fix=f"Include a clause that satisfies {requirement.id}.",
            )
            yield replace(found, severity=Severity.WARNING) if requirement.unchecked else found


def answer_of(requirement: Requirement, agreement: Agreement | None) -> tuple[str, str, str]:
    """Return where ``agreement`` meets ``requirement``, the result, and a note."""
    if agreement is None:
        return "", "not checked", "There is no agreement of this kind in the set."
    sources = [s for s in agreement.sources if s.included and requirement.id in s.satisfies]
    if not sources:
        if requirement.level == "required":
            return "", "missing", requirement.note
        return "", "not included", requirement.note
    where = "; ".join(s.number for s in sources)
    ids = {s.id for s in sources}
    open_labels = [i.label for i in agreement.open_items if ids & set(i.clauses)]
    if open_labels:
        return where, "partly", "Still open: " + ", ".join(open_labels) + "."
    return where, "met", requirement.note
