"""The workbook to fill in, and the same as a text with commas.

``Members`` has one row a member; a list whose entries have parts of their own has a further sheet. Three rows stand
above: what a column is called, its name for the program, and an example that is never read. ``Read me`` says how to
fill it in, ``Columns`` what every column asks, ``Answers`` feeds the lists of the cells. The same columns give the same
bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final

from generator.fields import Field, capitalized, listed, restyled
from generator.frozen import dataclass
from generator.roster.columns import ANY, Column, When
from generator.roster.formulas import moved
from generator.roster.tables import ANSWERS_SHEET, CHECK, COLUMNS_SHEET, ID, MEMBER, OWN_SHEETS, README_SHEET
from generator.roster.workbook import Cell, column_letters

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook as Writer
    from xlsxwriter.worksheet import Worksheet

__all__ = ["Kept", "Made", "csv_roster", "entries_in_cell", "workbook_roster"]

_MEMBERS: Final = "Members"
_HEAD: Final = 3  # rows above the first member
_PREPARED: Final = 10_000
_SHOWN: Final = 10  # rows whose open cells are coloured before anything is typed
_MADE_ON: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook knows no time zone; the same day, the same bytes
_EXAMPLE: Final = "EXAMPLE"
_ENTRIES: Final = 3  # of a list in a text with commas

_GREEN, _SAND, _GREY = "#1F4E5F", "#8A6A1F", "#6B6B6B"


@dataclass(frozen=True, slots=True)
class Made:
    """What a roster is made for: titles and ids of documents, the hub's profile, the state of the library."""

    documents: tuple[str, ...]
    profile: str
    library: str
    ids: tuple[str, ...] = ()
    party: str = ""

    def stamps(self) -> tuple[tuple[str, str, str], ...]:
        """Return (name, what it is, value) of what a later run must know of this one."""
        return (
            ("roster.profile", "Profile of the hub", self.profile),
            ("roster.documents", "Documents", ",".join(self.ids)),
            ("roster.party", "Member", self.party),
            ("roster.library", "Library", self.library),
        )


@dataclass(slots=True)
class Kept:
    """What was typed into an older workbook: rows of cells by name, columns of one's own with their label, entries of
    lists.

    ``numbers`` says in which row there which member stood, ``columns`` the names of its columns, ``look`` how a cell
    looked, ``number_format`` how its number did. ``lost`` gathers the cells of which only the value could be kept,
    ``sheets`` sheets that were no part of it. ``notes`` are (who, words) by the cell of the sheet of members, whose
    head ended with the row ``below``; ``notes_lost`` gathers the cells of those that have no place any more.
    """

    rows: list[dict[str, Cell]] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    entries: dict[str, list[dict[str, Cell]]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    columns: dict[int, str] = field(default_factory=dict)
    look: Callable[[int], dict[str, Any]] | None = None
    number_format: Callable[[int], str] = lambda _: "General"
    lost: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    notes: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    below: int = 0
    notes_lost: list[str] = field(default_factory=list)

    def own_column(self, column: int, label: str) -> str:
        """Note that a column is one's own, and return the name by which its cells are kept."""
        name = f"own {column}"
        self.own[name] = label
        return name

    def place(self, row: int, column: int, at: Mapping[str, int]) -> tuple[int, int] | None:
        """Return where the cell of an older workbook stands now, both counted from 1."""
        name = self.columns.get(column, "")
        if name in at and name in self.own and row <= self.below:
            return 1, at[name] + 1  # what is said of a column of one's own
        if name not in at or row not in self.numbers:
            return None
        return self.numbers[row] + _HEAD + 1, at[name] + 1


def entries_in_cell(field: Field) -> bool:
    """Whether the entries of a list stand in one cell, a line each."""
    return field.kind == "list" and not field.fields


# ---------------------------------------------------------------- the workbook


def workbook_roster(columns: Sequence[Column], made: Made, kept: Kept | None = None) -> bytes:
    """Return a workbook with ``columns``, holding what is ``kept`` of an older one."""
    import xlsxwriter

    data = BytesIO()
    book = xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {"title": "Members", "created": _MADE_ON, "comments": f"Columns for {', '.join(made.documents)}"}
    )
    _Making(book, columns, made, kept or Kept()).write()
    book.close()
    return data.getvalue()


class _Making:
    def __init__(self, book: Writer, columns: Sequence[Column], made: Made, kept: Kept) -> None:
        self.book, self.made, self.kept = book, made, kept
        self.columns = tuple(columns)
        self.plain = tuple(c for c in columns if not c.is_sheet)
        self.lists = tuple(c for c in columns if c.is_sheet)
        self.at: dict[str, int] = {}  # number of each column on the sheet of members, from 0
        self.answers: dict[tuple[str, ...], str] = {}
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.sheet_names = _sheet_names(self.lists)

    def format(self, **said: Any) -> Format:
        key = tuple(sorted(said.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": "Calibri", "font_size": 11, "valign": "top", **said})
        return self.formats[key]

    def write(self) -> None:
        readme = self.book.add_worksheet(README_SHEET)
        members = self.book.add_worksheet(_MEMBERS)
        sheets = [(c, self.book.add_worksheet(self.sheet_names[c.path])) for c in self.lists]
        about = self.book.add_worksheet(COLUMNS_SHEET)
        answers = self.book.add_worksheet(ANSWERS_SHEET)
        self.members(members)
        for column, sheet in sheets:
            self.entries(column, sheet)
        self.readme(readme)
        self.about(about)
        self.answers_sheet(answers)
        (members if self.kept.rows else readme).activate()

    # -- members

    def members(self, sheet: Worksheet) -> None:
        first = self.plain[0]
        heads: list[tuple[str, str, Column | None]] = [
            ("Member no.", ID, None), (f"{first.label} *", first.path, first), ("Check", CHECK, None),
        ]  # fmt: skip
        heads += [(c.label + (" *" if c.needed == "always" else ""), c.path, c) for c in self.plain[1:]]
        self.at = {path: n for n, (_, path, _) in enumerate(heads)}
        for n, (label, path, column) in enumerate(heads):
            self.head(sheet, n, label, path, column.needed if column else "own")
            if column is None:
                sheet.set_column(n, n, 11 if path == ID else 36, self.format(num_format="@"))
                said = _ID_NOTE if path == ID else _CHECK_NOTE
                sheet.write_comment(0, n, said, {"x_scale": 2, "y_scale": 1.2, "author": ""})
                sheet.write_string(2, n, _EXAMPLE if path == ID else "", self.example())
                continue
            self.column(sheet, n, column.field, _note(column))
            self.colours(sheet, n, column)
        for n, (name, label) in enumerate(self.kept.own.items(), len(heads)):
            sheet.write(0, n, label or None, self.format(bold=True, text_wrap=True, bottom=1))
            sheet.write_blank(2, n, None, self.example())
            sheet.set_column(n, n, 18)
            self.at[name] = n
        sheet.set_row(0, 48)
        sheet.set_row(1, 13)
        sheet.freeze_panes(_HEAD, 2)
        for row, cells in enumerate(self.kept.rows, _HEAD):
            self.typed(sheet, row, cells, self.at, {c.path: c.field for c in self.plain})
        for (row, n), (author, words) in sorted(self.kept.notes.items()):
            place = self.kept.place(row, n, self.at)
            if place is not None:
                sheet.write_comment(place[0] - 1, place[1] - 1, words, {"author": author, "y_scale": _height(words)})
            elif row > self.kept.below:
                self.kept.notes_lost.append(f"{column_letters(n)}{row}")
        self.printing(sheet)

    def head(self, sheet: Worksheet, n: int, label: str, path: str, needed: str) -> None:
        colour = {"always": _GREEN, "when": _SAND, "never": _GREY}.get(needed, "#3A3A3A")
        sheet.write_string(0, n, label, self.format(
            bold=True, font_color="#FFFFFF", bg_color=colour, text_wrap=True, border=1, border_color="#FFFFFF",
        ))  # fmt: skip
        sheet.write_string(1, n, path, self.format(font_size=7, font_color="#767676", bg_color="#F2F2F2"))

    def example(self, **more: Any) -> Format:
        return self.format(italic=True, font_color="#5A5A5A", bg_color="#E7E7E7", bottom=2, **more)

    def column(self, sheet: Worksheet, n: int, field: Field, note: str) -> None:
        """Set how the cells of a column look, what they offer, and what they say."""
        wraps = field.kind in ("paragraphs", "list", "several")
        shown = _NUMBER_FORMATS.get(field.kind, "@")
        cell = self.format(num_format=shown, text_wrap=True) if wraps else self.format(num_format=shown)
        sheet.set_column(n, n, _width(field), cell)
        sheet.write_comment(0, n, note, {"x_scale": 2.6, "y_scale": _height(note), "author": ""})
        self.example_cell(sheet, n, field)
        title = capitalized(field.label)
        says = {"input_title": _cut(title, 32), "input_message": _cut(_says(field), 255), "ignore_blank": True}
        if field.options and field.kind != "several":
            source = self.source_of(_offered(field))
            sheet.data_validation(_HEAD, n, _HEAD + _PREPARED, n, {
                "validate": "list", "source": source, **says, "error_title": "Not one of the answers",
                "error_message": "Choose an answer from the list of the cell. Not known yet: unknown",
            })  # fmt: skip
        else:
            sheet.data_validation(_HEAD, n, _HEAD + _PREPARED, n, {"validate": "any", **says})

    def example_cell(self, sheet: Worksheet, n: int, field: Field) -> None:
        text = example_text(field)
        number = _NUMBER_FORMATS.get(field.kind)
        if field.kind == "date" and text:
            day = dt.datetime.fromisoformat(text)
            sheet.write_datetime(2, n, day, self.example(num_format="yyyy-mm-dd", align="left"))
        elif field.kind in ("money", "integer") and text and number:
            sheet.write_number(2, n, float(text.replace(",", "").lstrip("$")), self.example(num_format=number))
        else:
            sheet.write_string(2, n, text, self.example(num_format="@", text_wrap="\n" in text))

    def colours(self, sheet: Worksheet, n: int, column: Column) -> None:
        """Colour what must be filled in, and grey what the other answers make needless."""
        here = f"{column_letters(n + 1)}{_HEAD + 1}"
        area = (_HEAD, n, _HEAD + _PREPARED, n)
        begun = f'OR($B{_HEAD + 1}<>"",ROW()<={_HEAD + _SHOWN})'
        empty = f"LEN(TRIM({here}))=0"
        if column.needed == "always":
            self.colour(sheet, area, f"AND({empty},{begun})", self.needed())
            return
        if not column.whens:
            return
        possible = [f for w in column.whens if (f := self.holds(w, open_counts=True))]
        certain = [f for w in column.whens if (f := self.holds(w, open_counts=False))]
        if len(possible) == len(column.whens):
            self.colour(sheet, area, f"NOT(OR({','.join(possible)}))", self.needless())
            self.colour(sheet, area, f'AND({empty},$B{_HEAD + 1}<>"",OR({",".join(certain)}))', self.needed())

    def colour(self, sheet: Worksheet, area: tuple[int, int, int, int], formula: str, format: Format) -> None:  # noqa: A002
        if len(formula) < 8000:
            sheet.conditional_format(*area, {"type": "formula", "criteria": f"={formula}", "format": format})

    def needed(self) -> Format:
        return self.book.add_format({"bg_color": "#FFF2CC"})

    def needless(self) -> Format:
        return self.book.add_format({"bg_color": "#D9D9D9", "font_color": "#7F7F7F", "pattern": 1})

    def holds(self, when: When, *, open_counts: bool) -> str:
        """Return the formula for: these answers were given, or, where ``open_counts``, may still be given."""
        parts = []
        fields = {c.path: c.field for c in self.plain}
        for path, keys in when:
            if path not in self.at or path not in fields:
                return ""
            cell = f"${column_letters(self.at[path] + 1)}{_HEAD + 1}"
            labels = _labels(fields[path])
            tests = [f'{cell}=""', f'{cell}="unknown"'] if open_counts else []
            for key in keys:
                words = labels.get(key, key).replace('"', '""')
                if key == ANY:
                    tests.append(f"LEN({cell})>0")
                elif fields[path].kind == "several":
                    tests.append(f'ISNUMBER(SEARCH("{words}",{cell}))')
                else:
                    tests.append(f'{cell}="{words}"')
            parts.append(f"OR({','.join(tests)})" if len(tests) > 1 else tests[0])
        return f"AND({','.join(parts)})" if len(parts) > 1 else parts[0]

    def typed(
        self, sheet: Worksheet, row: int, cells: Mapping[str, Cell], at: Mapping[str, int], fields: Mapping[str, Field]
    ) -> None:
        """Write what somebody typed into an older workbook."""
        for name, cell in cells.items():
            n = at.get(name)
            if n is None:
                continue
            field = fields.get(name)
            number = _NUMBER_FORMATS.get(field.kind) if field else None
            look = self.kept.look(cell.style) if self.kept.look is not None else {}
            if cell.formula and self.formula(sheet, row, n, cell, at, look, number):
                continue
            if field is None and cell.kind == "number":  # in a column of one's own, which is nobody's to judge
                shown = self.kept.number_format(cell.style)
                sheet.write_number(row, n, float(cell.text), self.format(num_format=shown, **look))
            elif cell.kind == "number" and number:
                sheet.write_number(row, n, float(cell.text), self.format(num_format=number, **look))
            elif field and field.kind == "date" and cell.kind == "day":
                day = dt.datetime.fromisoformat(cell.text)
                sheet.write_datetime(row, n, day, self.format(num_format="yyyy-mm-dd", **look))
            else:
                text = self.format(num_format="@", text_wrap="\n" in cell.text, **look)
                sheet.write_string(row, n, cell.text, text)

    def formula(
        self, sheet: Worksheet, row: int, n: int, cell: Cell, at: Mapping[str, int], look: Mapping[str, Any],
        number: str | None,
    ) -> bool:  # fmt: skip
        """Write a formula of the user's with its value; False where it cannot stand here."""
        said = moved(cell.said, lambda r, c: self.kept.place(r, c, at)) if cell.said else ""
        if not said:
            self.kept.lost.append(f"{column_letters(n + 1)}{row + 1}")
            return False
        value: str | float = float(cell.text) if cell.kind == "number" else cell.text
        number = number or self.kept.number_format(cell.style)
        shown = {"num_format": number} if number != "@" else {}  # as text, a program would show the formula itself
        sheet.write_formula(row, n, f"={said}", self.format(**shown, **look), value)
        return True

    # -- lists

    def entries(self, column: Column, sheet: Worksheet) -> None:
        label = restyled(column.label, "lower_first")
        self.head(sheet, 0, "Member *", MEMBER, "always")
        sheet.set_column(0, 0, 28, self.format(num_format="@"))
        sheet.write_string(2, 0, _EXAMPLE, self.example())
        note = (
            f"Whose entry this is: the {self.plain[0].label.lower()} or number on the sheet Members. all: of everybody."
        )
        sheet.write_comment(0, 0, note, {"x_scale": 2, "y_scale": 1, "author": ""})
        sheet.data_validation(_HEAD, 0, _HEAD + _PREPARED, 0, {
            "validate": "list", "source": f"={_MEMBERS}!$B${_HEAD + 1}:$B${_HEAD + _PREPARED}", "show_error": False,
            "input_title": "Member", "input_message": _cut(note, 255),
        })  # fmt: skip
        at = {MEMBER: 0}
        for n, member in enumerate(column.field.fields, 1):
            at[member.path] = n
            words = capitalized(member.label)
            self.head(sheet, n, words + ("" if member.optional else " *"), member.path,
                      "never" if member.optional else "always")  # fmt: skip
            self.column(sheet, n, member, _note_of(member, column.who))
            if not member.optional:
                area = (_HEAD, n, _HEAD + _PREPARED, n)
                here = f"{column_letters(n + 1)}{_HEAD + 1}"
                self.colour(sheet, area, f'AND(LEN(TRIM({here}))=0,$A{_HEAD + 1}<>"")', self.needed())
        sheet.set_row(0, 48)
        sheet.set_row(1, 13)
        sheet.freeze_panes(_HEAD, 1)
        for row, cells in enumerate(self.kept.entries.get(column.path, ()), _HEAD):
            self.typed(sheet, row, cells, at, {m.path: m for m in column.field.fields})
        self.printing(sheet)
        sheet.set_header(f"&L{label.replace('&', '&&')}")

    def printing(self, sheet: Worksheet) -> None:
        sheet.set_landscape()
        sheet.repeat_rows(0, 1)
        sheet.repeat_columns(0, 1)
        sheet.set_footer("&L&F&RPage &P of &N")
        sheet.set_comments_author("")

    # -- the other sheets

    def source_of(self, labels: tuple[str, ...]) -> str:
        """Return where the answers stand that a cell offers."""
        if labels not in self.answers:
            letters = column_letters(len(self.answers) + 1)
            self.answers[labels] = f"=Answers!${letters}$2:${letters}${len(labels) + 1}"
        return self.answers[labels]

    def answers_sheet(self, sheet: Worksheet) -> None:
        for n, labels in enumerate(self.answers):
            sheet.write_string(0, n, f"List {n + 1}", self.format(bold=True))
            for row, label in enumerate(labels, 1):
                sheet.write_string(row, n, label, self.format())
            sheet.set_column(n, n, min(60, max(map(len, labels)) + 2))
        said = "These feed the lists of the cells. Nothing is read from here."
        sheet.write_string(0, len(self.answers) + 1, said, self.format(italic=True))
        sheet.freeze_panes(1, 0)

    def readme(self, sheet: Worksheet) -> None:
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 4)
        sheet.set_column(1, 1, 100)
        title, text, bold = self.format(bold=True, font_size=16), self.format(text_wrap=True), self.format(bold=True)
        sheet.write_string(0, 1, "One row for each member organization", title)
        steps = [_STEP_ROWS, _STEP_CELLS]
        if self.lists:
            steps.append(_STEP_LISTS.format(sheets=", ".join(self.sheet_names.values())))
        if any(entries_in_cell(c.field) or c.field.kind == "several" for c in self.plain):
            steps.append(_STEP_SEVERAL)
        steps.append(_STEP_CHECK)
        about = _ABOUT.format(documents=listed(self.made.documents), profile=self.made.profile)
        rows = [("", about), *((str(n), words) for n, words in enumerate(steps, 1)), ("", "")]
        for row, (number, words) in enumerate(rows, 2):
            sheet.write_string(row, 0, number, bold)
            sheet.write_string(row, 1, words, text)
            sheet.set_row(row, 15 * (1 + len(words) // 105) + 3)
        row = 2 + len(rows)
        for colour, words in (
            (_GREEN, "Head with a star: every member is asked."),
            (_SAND, "Asked of some members only; the note says of which. Grey cells need no answer."),
            (_GREY, "May be left out."),
            ("#FFF2CC", "Cell still to be filled in."),
            ("#D9D9D9", "Cell that other answers of the row make needless."),
        ):
            sheet.write_blank(row, 0, None, self.format(bg_color=colour, border=1, border_color="#BFBFBF"))
            sheet.write_string(row, 1, words, text)
            row += 1
        row += 1
        for words in (_OWN_COLUMNS, _FOLDERS, _NEVER, f"State of the library: {self.made.library}."):
            sheet.write_string(row, 1, words, text)
            sheet.set_row(row, 15 * (1 + len(words) // 105) + 3)
            row += 1
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def about(self, sheet: Worksheet) -> None:
        heads = (
            "Sheet",
            "Column",
            "Question",
            "Needed",
            "Why",
            "Who usually knows",
            "Example",
            "Answers",
            "Name",
            "State",
        )
        bold, text = self.format(bold=True, bottom=1, bg_color="#F2F2F2"), self.format(text_wrap=True)
        for n, (head, width) in enumerate(zip(heads, (12, 26, 48, 30, 40, 20, 26, 44, 30, 14), strict=True)):
            sheet.write_string(0, n, head, bold)
            sheet.set_column(n, n, width, text)
        row = 1
        for column in self.columns:
            where = self.sheet_names.get(column.path, _MEMBERS)
            parts: list[tuple[Field, str]] = [(column.field, column.label)]
            if column.is_sheet:
                parts += [(m, capitalized(m.label)) for m in column.field.fields]
            for n, (asked, label) in enumerate(parts):
                needed = (
                    self.needed_words(column) if n == 0 else ("May be left out" if asked.optional else "Every entry")
                )
                who = column.who if n == 0 else ""
                answers = "; ".join(_offered(asked)[:-1]) if asked.options else ""
                shown = (
                    where, label, asked.question, needed, asked.why, who, example_text(asked), answers, asked.path,
                    column.digest if n == 0 else "",
                )  # fmt: skip
                for c, words in enumerate(shown):
                    sheet.write_string(row, c, words, text)
                row += 1
        for name, said, state in self.made.stamps():
            for c, words in ((0, "This workbook"), (1, said), (8, name), (9, state)):
                sheet.write_string(row, c, words, text)
            row += 1
        sheet.freeze_panes(1, 2)

    def needed_words(self, column: Column) -> str:
        return needed_words(column, {c.path: c for c in self.columns})


def needed_words(column: Column, columns: Mapping[str, Column]) -> str:
    """Return of whom a column is asked, in words."""
    if column.needed == "always":
        return "Every member"
    if not column.whens:
        return "May be left out"
    ways = []
    for when in column.whens[:3]:
        said = []
        for path, keys in when:
            other = columns.get(path)
            labels = _labels(other.field) if other else {}
            shown = [labels.get(k, k) for k in keys]
            more = f" or {len(shown) - 5} others" if len(shown) > 5 else ""
            name = other.label if other else path
            said.append(f"“{name}” is {' or '.join(shown[:5])}{more}")
        ways.append(" and ".join(said))
    return "If " + "; or if ".join(ways) + ("; and in other cases" if len(column.whens) > 3 else "")


_ABOUT: Final = (
    "This workbook asks what the {documents} need to know of each member. What all members share stands in {profile} "
    "and is not asked."
)
_STEP_ROWS: Final = (
    "On the sheet Members, fill in one row for each member, from row 4 down. Row 3 is an example; no agreement is made "
    "of it."
)
_STEP_CELLS: Final = (
    "Rest the pointer on the head of a column to read the question. Click a cell to see what fits there; some offer a "
    "list of answers. Not known yet? Write unknown."
)
_STEP_LISTS: Final = (
    "Lists stand on sheets of their own ({sheets}), one line for each entry: choose the member in the first column, or "
    "write all if it holds for every member."
)
_STEP_SEVERAL: Final = (
    "Several answers in one cell: each on a line of its own (Alt+Enter; in LibreOffice Ctrl+Enter), or, where the cell "
    "offers answers, with a semicolon between them."
)
_STEP_CHECK: Final = (
    "Save it and check it: agreements roster members.xlsx (the name you gave it). Every mistake is named by sheet, row "
    "and column; add --annotate checked.xlsx to have them marked in a copy. Then: agreements batch members.xlsx."
)
_OWN_COLUMNS: Final = (
    "Columns of your own are welcome to the right; they are not read and never lost. Rows may be moved, sorted and "
    "coloured. Row 2 tells the program which column is which: please leave it."
)
_FOLDERS: Final = (
    "A member keeps its folder by its number in the first column, or else by its name. Give a number where two members "
    "have the same name, or where a name may change."
)
_NEVER: Final = "Health information about single people does not belong here, nor do Social Security numbers."
_ID_NOTE: Final = (
    "Your own number or short name for the member, if you have one. Its folder is called so, also when the member's "
    "name changes. Without it the folder is called after the member."
)
_CHECK_NOTE: Final = "Filled in by: agreements roster members.xlsx --annotate checked.xlsx. Nothing is read from it."
_NUMBER_FORMATS: Final = {"date": "yyyy-mm-dd", "money": "#,##0.00", "integer": "0"}


def _labels(field: Field) -> dict[str, str]:
    """Return what a cell shows for each answer: its words, or its key where two answers have the same words."""
    words = [capitalized(o.label) for o in field.options]
    return {
        o.key: w if sum(1 for other in words if other.casefold() == w.casefold()) == 1 else o.key
        for o, w in zip(field.options, words, strict=True)
    }


def _offered(field: Field) -> tuple[str, ...]:
    return (*_labels(field).values(), "unknown")


def example_text(field: Field) -> str:
    """Return an example as one types it into a cell."""
    text = field.example.strip()
    if field.kind in ("several", "list"):
        if field.fields:
            return ""
        text = text.removeprefix("[").removesuffix("]")
        lines = [t.strip().removeprefix("- ").strip("\"'") for t in text.split("\n" if "\n" in text else ", ")]
        labels = _labels(field)
        return "\n".join(labels.get(t, t) for t in lines if t)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return _labels(field).get(text, text)


def _says(field: Field) -> str:
    """Return what a cell says when it is chosen."""
    words = field.question
    if field.kind == "several":
        return f"{words} Several answers: a semicolon between them. {'; '.join(_labels(field).values())}"
    if entries_in_cell(field):
        return f"{words} One entry a line (Alt+Enter)."
    if field.kind == "date":
        return f"{words} Year-month-day, like 2027-01-31."
    if field.kind == "duration":
        return f"{words} A number and its unit, like 30 days or 5 business days."
    example = example_text(field)
    return f"{words} For example: {example}" if example and not field.options and len(example) < 120 else words


def _note(column: Column) -> str:
    note = _note_of(column.field, column.who)
    return note if column.needed == "always" else f"{note}\nMay be left out." if not column.whens else (
        f"{note}\nAsked of some members only; see the sheet Columns."
    )  # fmt: skip


def _note_of(field: Field, who: str) -> str:
    lines = [field.question]
    if field.why:
        lines.append(field.why)
    if who:
        lines.append(f"Who usually knows: {who}")
    if field.usual:
        lines.append(f"Usual: {field.usual}")
    example = example_text(field)
    if example:
        lines.append("For example: " + example.replace("\n", "; "))
    return "\n".join(lines)


def _height(note: str) -> float:
    lines = sum(1 + len(line) // 55 for line in note.split("\n"))
    return max(1.0, lines * 0.22)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _width(field: Field) -> float:
    match field.kind:
        case "date" | "zip" | "state" | "integer" | "yes_no" | "percent":
            return 13
        case "ein" | "npi" | "uei" | "money" | "duration" | "phone":
            return 17
        case "paragraphs" | "list" | "several":
            return 38
        case "choice" | "party_choice":
            return 24
        case _:
            return 26


def _sheet_names(lists: Sequence[Column]) -> dict[str, str]:
    """Return a name for the sheet of each list: at most 31 letters, none that a spreadsheet refuses, all different."""
    found: dict[str, str] = {}
    for column in lists:
        plain = "".join(" " if c in "[]:*?/\\'" else c for c in column.label)
        plain = " ".join(plain.split())
        base = plain if len(plain) <= 28 else plain[:29].rpartition(" ")[0] or plain[:28]
        name = base = base or "List"
        n = 2
        while name.casefold() in {t.casefold() for t in (*found.values(), _MEMBERS, *OWN_SHEETS)}:
            name, n = f"{base} {n}", n + 1
        found[column.path] = name
    return found


# ---------------------------------------------------------------- a text with commas


def csv_roster(columns: Sequence[Column], kept: Kept | None = None) -> bytes:
    """Return the same columns as CSV (UTF-8 with its mark, as spreadsheet programs like it), entries of lists beside.

    The first row holds the labels, the second the names, the third the example.
    """
    heads: list[tuple[str, str, str]] = [("Member no.", ID, _EXAMPLE)]
    for column in columns:
        if not column.is_sheet:
            star = " *" if column.needed == "always" else ""
            heads.append((column.label + star, column.path, example_text(column.field)))
            continue
        for entry in range(1, _ENTRIES + 1):
            for member in column.field.fields:
                name = member.path.removeprefix(f"{column.path}.")
                shown = example_text(member) if entry == 1 else ""
                heads.append((f"{column.label} {entry}: {member.label}", f"{column.path}.{entry}.{name}", shown))
    kept = kept or Kept()
    names = [path for _, path, _ in heads] + list(kept.own)
    heads += [(label, "", "") for label in kept.own.values()]
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(zip(*heads, strict=True))
    for row in kept.rows:
        writer.writerow([row[name].text if name in row else "" for name in names])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
