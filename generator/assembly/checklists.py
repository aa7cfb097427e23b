"""The computed parts of a checklist: the record of a decision, and each requirement with where it is met."""

from __future__ import annotations

from generator.library import Include, Requirement, requirement_table_of
from generator.model import Agreement, Column, Paragraph, Table, Text

__all__ = ["answer_of", "requirement_rows"]


def requirement_rows(include: Include, requirements: tuple[Requirement, ...], other: Agreement | None) -> Table:
    """Return the table of the requirements that ``include`` names, each with where ``other`` meets it."""
    rows = []
    for requirement in requirement_table_of(requirements, include.family):
        where, result, note = answer_of(requirement, other)
        rows.append(
            tuple(
                (Paragraph((Text(text),) if text else ()),)
                for text in (requirement.code, requirement.question, requirement.citation, where, result, note, "")
            )
        )
    headings = (
        ("Item", 0.08), ("Question", 0.23), ("Authority", 0.15), ("Where in the agreement", 0.15),
        ("Result", 0.08), ("Note", 0.2), ("Reviewer and date", 0.11),
    )  # fmt: skip
    columns = tuple(Column((Text(h),), s) for h, s in headings)
    return Table(columns, tuple(rows), "Each item and where the agreement meets it", row_headers=True)


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
