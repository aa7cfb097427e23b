"""The tables of a roster, whatever file they stand in: which column is which field, and the lines below."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from io import StringIO
from typing import Final

from generator.diagnostics import Checked, Diagnostic, Span
from generator.fields import Dictionary, Field, capitalized, first_few, listed
from generator.frozen import dataclass
from generator.roster.rules import ROSTER_COLUMNS, ROSTER_FILE, ROSTER_OWN
from generator.roster.workbook import Cell, Sheet, column_letters

__all__ = [
    "ANSWERS_SHEET", "CHECK", "COLUMNS_SHEET", "EXAMPLE", "ID", "MEMBER", "OWN_SHEETS", "README_SHEET", "Labels",
    "Line", "Source", "Table", "head_of", "lines_of_text", "sheet_place", "stamps_of",
]  # fmt: skip

ID: Final = "roster.id"  # the member's own number or short name
CHECK: Final = "roster.check"  # what was found in the row, written by a check
MEMBER: Final = "roster.member"  # on a further sheet: whose entry it is
_OWN: Final = (ID, CHECK, MEMBER)
EXAMPLE: Final = "example"
README_SHEET, COLUMNS_SHEET, ANSWERS_SHEET = "Read me", "Columns", "Answers"
OWN_SHEETS: Final = (README_SHEET, COLUMNS_SHEET, ANSWERS_SHEET)  # of a workbook that we made; they hold no members
_HEAD: Final = 15  # rows in which the names of the columns may stand
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")

Line = tuple[int, dict[int, Cell]]


@dataclass(frozen=True, slots=True)
class Source:
    """One sheet, or a text with commas: its name and its rows. ``file`` begins the place of each of its cells."""

    name: str
    file: str
    lines: Callable[[], Iterator[Line]] = field(repr=False, compare=False)
    sheet: Sheet | None = None


def sheet_place(file: str, sheet: str = "") -> str:
    """Return how the place of a cell begins: ``members.xlsx Members!`` (a text has no sheets: ``members.csv!``)."""
    return f"{file} {sheet}!" if sheet else f"{file}!"


class Labels:
    """What each column is called in a roster of members that profiles describe as ``party``."""

    def __init__(self, dictionary: Dictionary, party: str) -> None:
        self.dictionary = dictionary
        legal = dictionary.outline(f"{party}.legal_name")
        words = legal.label.partition(" of ")[2] if legal is not None else ""
        self._words = words
        self.party = party
        self._by_label: dict[str, str] | None = None

    def of(self, path: str) -> str:
        """Return the label of the column ``path``; what all columns are about is not said in each."""
        match path:
            case "roster.id":
                return "Member no."
            case "roster.check":
                return "Check"
            case "roster.member":
                return "Member"
        label = self.dictionary.label(path)
        if path.startswith(f"{self.party}."):
            for ending in (f" of {self._words}", f" to {self._words}", f" for {self._words}"):
                label = label.replace(ending, "") if self._words else label
            label = label.replace(self._words, "the member") if self._words else label
        return capitalized(label)

    def path(self, label: str) -> str | None:
        """Return the field that a column called ``label`` is, if only one is called so."""
        if self._by_label is None:
            found: dict[str, str] = {}
            for path in (*_OWN, *self.dictionary.paths()):
                for name in {self.of(path).casefold(), self.dictionary.label(path).casefold()}:
                    found[name] = "" if found.get(name, path) != path else path
            self._by_label = found
        return self._by_label.get(_plain(label).casefold()) or None

    def near(self, name: str) -> str:
        """Return what was most likely meant by the name of a column, or ""."""
        if _NAME.fullmatch(name):
            return self.dictionary.suggest(name) or ""
        if self._by_label is None:
            self.path(name)
        close = difflib.get_close_matches(_plain(name).casefold(), list(self._by_label or ()), 1, 0.8)
        return self.of((self._by_label or {})[close[0]]) if close and (self._by_label or {})[close[0]] else ""


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip("*: ")


@dataclass(slots=True)
class Table:
    """What the head of a sheet says: ``names`` are its columns by number, ``below`` the last row of the head."""

    source: Source
    names: dict[int, str]
    labels: dict[int, str]
    below: int
    unread: dict[int, str] = field(default_factory=dict)
    of: str = ""  # the list whose entries stand here; "" for the sheet of members

    def place(self, row: int, column: int) -> Span:
        """Return the place of a cell, both counted from 1."""
        return Span(self.source.file, row, column)

    def column(self, name: str) -> int | None:
        """Return the column of the field ``name``, counted from 1; None if it has none."""
        return next((column for column, known in self.names.items() if known == name), None)


def is_overtyped(table: Table, labels: Labels, cells: Mapping[int, Cell]) -> bool:
    """Whether a row that is marked as the example says something else: it was typed over, or its mark was copied.

    Of members the name tells; of entries any cell that is as it was.
    """
    asked = [n for n in table.names.values() if n not in _OWN] if table.of else [f"{labels.party}.legal_name"]
    pairs = [(labels.dictionary.find(n), cells[c]) for c, n in table.names.items() if n in asked and c in cells]
    return bool(pairs) and not any(field is not None and is_example(field, cell.text) for field, cell in pairs)


def is_example(field: Field, text: str) -> bool:
    """Whether ``text`` is the example of ``field``, as the example row has it."""
    option = field.option(field.example)
    return text.strip() in (field.example.strip().strip("\"'"), option.label if option is not None else "")


def _is_known(dictionary: Dictionary, name: str, leaves: Mapping[str, None]) -> bool:
    if name in _OWN or name in leaves:
        return True
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        above = ".".join(parts[:end])
        if above in leaves:
            found = dictionary.find(name)
            return found is not None and found.kind != "record" and not found.fields
    return False


def head_of(source: Source, labels: Labels, problems: list[Diagnostic]) -> Table | None:
    """Find the head of a sheet: the row of names, else the row of labels. None if the sheet has neither."""
    dictionary = labels.dictionary
    leaves = dict.fromkeys(dictionary.paths())
    first: list[Line] = []
    for line in source.lines():
        if line[0] > _HEAD or len(first) == _HEAD:
            break
        first.append(line)
    best: tuple[int, int, int] | None = None  # how many are known, by name or label, which line
    for n, (_, cells) in enumerate(first):
        texts = [_plain(c.text) for c in cells.values() if c.kind == "text"]
        known = sum(1 for t in texts if _is_known(dictionary, t, leaves))
        if known and any("." in t for t in texts) and (best is None or known > best[0] or best[1] == 0):
            best = (known, 1, n)
    for n, (_, cells) in enumerate(first):
        texts = [_plain(c.text) for c in cells.values() if c.kind == "text"]
        known = sum(1 for t in texts if labels.path(t) is not None)
        if known > 1 and (best is None or (best[1] == 0 and known > best[0])):
            best = (known, 0, n)
    if best is None:
        return None
    _, by_name, n = best
    row, cells = first[n]
    above = first[n - 1][1] if by_name and n and first[n - 1][0] == row - 1 else {}
    table = Table(source, {}, {}, row)
    for column, cell in cells.items():
        text = _plain(cell.text)
        shown = _plain(above[column].text) if column in above else ""
        if by_name and (_is_known(dictionary, text, leaves)):
            name: str | None = text
        elif by_name and not _NAME.fullmatch(text):
            name = None
        else:
            name = labels.path(text)
        if name is None:
            _not_known(table, labels, row, column, text, bool(by_name), problems)
            continue
        twice = table.column(name)
        if twice is not None:
            message = f"The column “{labels.of(name)}” stands twice, in {column_letters(twice)} and here."
            problems.append(ROSTER_COLUMNS.at(table.place(row, column), message, fix="Delete one.", field=name))
            continue
        table.names[column] = name
        table.labels[column] = labels.of(name)
        if shown and name not in _OWN and not by_name:
            table.labels[column] = shown
    for column, cell in above.items():
        if column not in cells and cell.text.strip():
            table.unread[column] = _plain(cell.text)
    _belonging(table, dictionary, leaves, row, problems)
    return table


def _not_known(
    table: Table, labels: Labels, row: int, column: int, text: str, by_name: bool, problems: list[Diagnostic]
) -> None:
    near = labels.near(text)
    if by_name and _NAME.fullmatch(text):
        fix = f"Did you mean {near}?" if near else "Take it out of the row of names to keep the column as your own."
        problems.append(ROSTER_COLUMNS.at(table.place(row, column), f"“{text[:80]}” is not a field.", fix=fix))
    elif near:
        message = f"“{text[:80]}” is not a field."
        problems.append(ROSTER_COLUMNS.at(table.place(row, column), message, fix=f"Did you mean “{near}”?"))
    else:
        table.unread[column] = text


def _belonging(
    table: Table, dictionary: Dictionary, leaves: Mapping[str, None], row: int, problems: list[Diagnostic]
) -> None:
    """Find whose entries a further sheet holds."""
    if MEMBER not in table.names.values():
        return
    lists = {}
    for column, name in table.names.items():
        whole = name if name in leaves else name.rpartition(".")[0]
        found = dictionary.outline(whole) if name not in _OWN else None
        if found is not None and found.kind == "list":
            lists[whole] = column
        elif name not in _OWN:
            message = f"“{table.labels[column]}” is not part of a list, so it cannot stand on a sheet of entries."
            problems.append(ROSTER_COLUMNS.at(table.place(row, column), message, fix="Put it on the sheet of members."))
    if len(lists) > 1:
        names = [dictionary.label(n) for n in lists]
        message = f"Entries of several lists stand on one sheet: {listed(names)}."
        problems.append(ROSTER_COLUMNS.at(table.place(row, 1), message, fix="Give each list a sheet of its own."))
    table.of = next(iter(lists), "")


def unread_notes(table: Table) -> Iterator[Diagnostic]:
    """Say once which columns of a sheet are nobody's field."""
    if table.unread:
        shown = [f"“{text[:40]}” ({column_letters(c)})" for c, text in sorted(table.unread.items())]
        what = "column" if len(shown) == 1 else "columns"
        message = f"Your own {what} {first_few(shown, 5)}: not read."
        yield ROSTER_OWN.at(table.place(table.below, min(table.unread)), message)


# ---------------------------------------------------------------- texts with commas


def stamps_of(lines: Iterable[Line]) -> dict[str, tuple[str, str]]:
    """Return what the sheet of columns of a workbook says: name -> (label, state)."""
    found: dict[str, tuple[str, str]] = {}
    at: dict[str, int] = {}
    for _, cells in lines:
        if not at:
            at = {c.text.strip(): n for n, c in cells.items()}
            if not {"Column", "Name", "State"} <= at.keys():
                return {}
            continue
        name, label, state = (cells.get(at[w], Cell("text", "")).text.strip() for w in ("Name", "Column", "State"))
        if name and state:
            found[name] = (label, state)
    return found


def lines_of_text(data: bytes, file: str, is_known: Callable[[str], bool]) -> Checked[tuple[Line, ...]]:
    """Return the rows of a text with commas (or semicolons, or tabs: the names of its first rows say which).

    UTF-8, or UTF-16 where its mark stands at the beginning; nothing else is tried. ``is_known`` tells the name of a
    column. Rows are numbered as a spreadsheet program numbers them.
    """
    decoded = _decoded(data, file)
    if decoded.value is None:
        return Checked(None, decoded.diagnostics)
    text = decoded.value
    said = re.match(r"sep=([,;\t|])\r?\n", text)
    start = 0
    if said:
        separator, text, start = said[1], text[said.end() :], 1
    else:
        separator = max(",;\t", key=lambda s: sum(is_known(_plain(n)) for n in _first_names(text, s)))
    lines: list[Line] = []
    number = start
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, row in enumerate(reader, start + 1):
            cells = {n: Cell("text", t) for n, t in enumerate(row, 1) if t and not t.isspace()}
            if cells:
                lines.append((number, cells))
    except csv.Error:
        message = f"After row {number}, quotation marks or line ends cannot be told apart (line {reader.line_num})."
        fix = 'A value with a comma, a line end or a " stands in quotation marks, and a " in it is written twice: "".'
        return Checked(None, (ROSTER_FILE.at(Span(sheet_place(file), number + 1, 1), message, fix=fix),))
    return Checked(tuple(lines))


def _first_names(text: str, separator: str) -> Iterator[str]:
    for line in text[:200_000].splitlines()[:_HEAD]:
        yield from (name.strip().strip('"') for name in line.split(separator))


def _decoded(data: bytes, file: str) -> Checked[str]:
    def refused(message: str, fix: str) -> Checked[str]:
        return Checked(None, (ROSTER_FILE.at(Span(file, 0, 0), message, fix=fix),))

    save = "In Excel: File > Save As > CSV UTF-8. In LibreOffice: Save as Text CSV, character set Unicode (UTF-8)."
    if len(data) > 32 * 1024 * 1024:
        return refused("The file has more than 32 MB.", "Divide it, or use a workbook (.xlsx).")
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return refused("This file is saved as UTF-32.", save)
    encoding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return refused("This is a workbook, not a text.", "Give it the ending .xlsx.")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            return refused("This file begins like UTF-16 and is not.", save)
        line = data.count(b"\n", 0, error.start) + 1
        return refused(f"This file is not saved as UTF-8: the byte {data[error.start]:02X} in line {line}.", save)
    if encoding == "utf-8-sig" and "\x00" in text[:2000]:
        return refused("This file is saved as UTF-16 without its mark, so it cannot be told what it says.", save)
    return Checked(text)
