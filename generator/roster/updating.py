"""A roster of an older library: what changed in what is asked, and everything that was typed, for a new workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from generator.diagnostics import Diagnostic, Span
from generator.fields import Dictionary, Field, first_few
from generator.frozen import dataclass
from generator.roster.cells import Mistaken, typed_text
from generator.roster.columns import Column, digest_of_field
from generator.roster.formulas import spread
from generator.roster.making import Kept
from generator.roster.notes import own_words
from generator.roster.rules import ROSTER_CELL, ROSTER_OLDER
from generator.roster.tables import (
    CHECK,
    COLUMNS_SHEET,
    EXAMPLE,
    ID,
    MEMBER,
    OWN_SHEETS,
    Labels,
    Source,
    Table,
    head_of,
    is_overtyped,
    stamps_of,
)
from generator.roster.workbook import Cell, Workbook, column_letters

__all__ = ["Changes", "changed_since", "kept_of", "older_notes"]

_OWN = ("roster.profile", "roster.documents", "roster.party", "roster.library")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new roster asks otherwise than an older one: labels of columns."""

    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


def stamps_in(sources: Sequence[Source]) -> dict[str, tuple[str, str]]:
    """Return what a workbook says of its own columns: name -> (label, state); empty for one that we did not make."""
    for source in sources:
        if source.name == COLUMNS_SHEET:
            return stamps_of(source.lines())
    return {}


def older_notes(sources: Sequence[Source], file: str, dictionary: Dictionary) -> Iterator[Diagnostic]:
    """Say which columns of a workbook are asked otherwise by the library in use."""
    changed, gone = [], []
    for name, (label, state) in stamps_in(sources).items():
        if name in _OWN:
            continue
        field = dictionary.find(name)
        if field is None:
            gone.append(label)
        elif digest_of_field(field) != state:
            changed.append(label)
    fix = f"A new workbook with all that was typed: agreements roster --update {file}"
    for labels, what in ((changed, "asks otherwise now"), (gone, "no longer asks")):
        if labels:
            message = f"The library {what} for: {first_few(labels, 8)}."
            yield ROSTER_OLDER.at(Span(file, 0, 0), message, fix=fix)


def changed_since(sources: Sequence[Source], kept: Kept, columns: Sequence[Column]) -> Changes:
    """Return what ``columns`` ask otherwise than the roster of ``sources`` did.

    One that we did not make says by the names of its columns alone what it asked.
    """
    before = {n: said for n, said in stamps_in(sources).items() if n not in _OWN}
    if not before:
        there = (*kept.columns.values(), *kept.entries)
        return Changes(tuple(c.label for c in columns if not any(f"{n}.".startswith(f"{c.path}.") for n in there)))
    now = {c.path: c for c in columns}
    return Changes(
        tuple(c.label for c in columns if c.path not in before),
        tuple(label for name, (label, _) in before.items() if name not in now),
        tuple(now[n].label for n, (_, state) in before.items() if n in now and now[n].digest != state),
    )


def kept_of(
    workbook: Workbook | None, sources: Sequence[Source], labels: Labels, problems: list[Diagnostic]
) -> tuple[Kept, tuple[str, ...]]:
    """Return everything that was typed into a workbook, and the fields under which something stands."""
    kept = Kept() if workbook is None else Kept(look=workbook.look, number_format=workbook.format)
    answered: dict[str, None] = {}
    passing: list[Diagnostic] = []
    reader = _Cells(workbook, labels.dictionary, problems)
    for source in sources:
        if source.name in OWN_SHEETS:
            continue
        table = head_of(source, labels, passing)
        if table is None:
            if next(source.lines(), None) is not None:
                kept.sheets.append(source.name)
            continue
        if table.of:
            rows = kept.entries.setdefault(table.of, [])
            for number, cells in _lines(table, labels, table.column(MEMBER)):
                row = reader.row(table, number, cells, table.names)
                if row.keys() - {MEMBER}:
                    rows.append(row)
                    answered[table.of] = None
            notes = _notes(workbook, source)
            kept.notes_lost += [f"{source.name}!{column_letters(c)}{r}" for r, c in sorted(notes) if r > table.below]
            continue
        known = {c: n for c, n in table.names.items() if n != CHECK}
        own = {c: kept.own_column(c, label) for c, label in sorted(table.unread.items()) if label}
        columns = {**known, **own}
        kept.columns, kept.below, kept.notes = columns, table.below, _notes(workbook, source)
        for number, cells in _lines(table, labels, table.column(ID)):
            if known.keys() & cells.keys():  # or it is something that stands below or beside the table
                for c in sorted(cells.keys() - columns.keys() - table.names.keys()):  # without a head, and typed
                    columns[c] = kept.own_column(c, "")
            row = reader.row(table, number, cells, columns, own=kept.own, formulas=True)
            if row:
                kept.numbers[number] = len(kept.rows)
                kept.rows.append(row)
                answered |= dict.fromkeys(n for n in row if n in table.names.values() and n != ID)
    return kept, tuple(answered)


def _notes(workbook: Workbook | None, source: Source) -> dict[tuple[int, int], tuple[str, str]]:
    """Return what somebody wrote at cells of a sheet, without what a check did."""
    if workbook is None or source.sheet is None:
        return {}
    found = {place: (by, own_words(by, words)) for place, (by, words) in workbook.notes(source.sheet).items()}
    return {place: note for place, note in found.items() if note[1]}


def _lines(table: Table, labels: Labels, marked: int | None) -> Iterator[tuple[int, dict[int, Cell]]]:
    for number, cells in table.source.lines():
        if number <= table.below:
            continue
        mark = cells.get(marked) if marked is not None else next(iter(cells.values()), None)
        if mark is None or mark.text.strip().casefold() != EXAMPLE or is_overtyped(table, labels, cells):
            yield number, cells  # an example that was typed over is kept


class _Cells:
    def __init__(self, workbook: Workbook | None, dictionary: Dictionary, problems: list[Diagnostic]) -> None:
        self.workbook, self.dictionary, self.problems = workbook, dictionary, problems
        self.shared: dict[str, tuple[int, int, str]] = {}  # formulas that several cells share: where they stand first

    def row(
        self,
        table: Table,
        number: int,
        cells: Mapping[int, Cell],
        columns: Mapping[int, str],
        *,
        own: Collection[str] = (),
        formulas: bool = False,
    ) -> dict[str, Cell]:
        found = {}
        for column, name in columns.items():
            cell = cells.get(column)
            if cell is None:
                continue
            said = self.formula(cell, number, column) if formulas else ""
            if name in own:
                found[name] = cell._replace(said=said)
                continue
            field = self.dictionary.find(name)
            try:
                found[name] = self.cell(cell, field)._replace(style=cell.style, formula=cell.formula, said=said)
            except Mistaken as wrong:
                self.problems.append(ROSTER_CELL.at(table.place(number, column), wrong.message, fix=wrong.fix))
                found[name] = Cell("text", cell.text) if cell.text else cell
        return {name: cell for name, cell in found.items() if cell.text or cell.said}

    def formula(self, cell: Cell, number: int, column: int) -> str:
        """Return the formula of a cell, also where an earlier one says it for several."""
        if cell.shared and cell.said:
            self.shared[cell.shared] = number, column, cell.said
        elif cell.shared in self.shared:
            row, first, said = self.shared[cell.shared]
            return spread(said, number - row, column - first)
        return cell.said

    def cell(self, cell: Cell, field: Field | None) -> Cell:
        if cell.kind == "text":
            return cell
        book = self.workbook
        format = book.format(cell.style) if book else "General"  # noqa: A001
        kind = field.kind if field is not None else "text"
        if cell.kind == "number" and kind in ("money", "integer") and "%" not in format:
            return cell
        text = typed_text(cell, format, field, book.starts_1904 if book else False)
        return Cell("day" if kind == "date" else "text", text)
