"""A workbook (.xlsx) read as it lies: cells with their kind, what is merged or hidden, and nothing worked out.

Spreadsheet libraries hide what matters here: whether a formula has a value, which rows a filter hides, how a cell
is formatted, what is merged. So the parts are read themselves (ECMA-376 Part 1, chapter 18), row by row, whatever
the size; a roster of ten thousand members needs no more memory than one of ten.

What spreadsheet programs write::

    <row r="5" hidden="1"><c r="B5" s="3" t="s"><v>17</v></c>     a shared text, format 3
    <c r="C5" t="str"><f>A5&amp;"x"</f><v>ax</v></c>              a formula with its value
    <c r="D5"><f>NOW()</f></c>                                    a formula that nobody worked out
    <c r="E5" t="inlineStr"><is><t>text</t></is></c>   <c r="F5"><v>2134</v></c>   <c r="G5" t="e"><v>#REF!</v></c>
"""

from __future__ import annotations

import colorsys
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import field
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, cast

from generator.diagnostics import Checked, Diagnostic, Rule, Span
from generator.frozen import dataclass
from generator.roster.rules import ROSTER_FILE, ROSTER_UNSAFE

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Cell", "Refused", "Sheet", "Workbook", "column_letters", "column_number", "open_workbook"]

LARGEST_FILE: Final = 32 * 1024 * 1024
LARGEST_PART: Final = 400 * 1024 * 1024  # a sheet of 10,000 rows and 100 columns has some 60 MB
LARGEST_WHOLE: Final = 800 * 1024 * 1024
MOST_PARTS: Final = 4000
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384


class Cell(NamedTuple):
    """What one cell holds. ``kind``: text, number, logical, error, day, or nothing (a formula without a value).

    ``said`` is the formula as it stands; of one that several cells share only the first says it, and ``shared`` is its
    number in all.
    """

    kind: str
    text: str
    style: int = 0
    formula: bool = False
    said: str = ""
    shared: str = ""


class Refused(Exception):
    """A part that cannot be read: the rule it breaks, why, and what to do (:func:`problem_of`)."""

    def __init__(self, rule: Rule, message: str, fix: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.fix = rule, message, fix


@dataclass(slots=True)
class Sheet:
    """One sheet. What follows ``hidden_rows`` is known once :meth:`Workbook.rows` was gone through."""

    name: str
    part: str
    hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    filter: str = ""


def column_letters(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


_REFERENCE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
# What reading a damaged package ends in.
_UNSOUND: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, NotImplementedError, OSError, RuntimeError,
    ValueError,
)  # fmt: skip
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_KINDS: Final = {"b": "logical", "e": "error", "d": "day", "str": "text", "n": "number"}


def _tinted(colour: str, tint: str) -> str:
    """Return a colour of a theme made lighter or darker (18.8.19)."""
    try:
        share = max(-1.0, min(1.0, float(tint or 0)))
    except ValueError:
        share = 0.0
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4))
    hue, light, depth = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    return "#" + "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, depth))


def cell_place(reference: str) -> tuple[int, int] | None:
    """Return (row, column) of a reference such as B5, or None."""
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]), column_number(found[1])) if found else None


def number_in(text: str | None) -> int:
    """Return a number from 0 as a workbook writes it in an attribute, -1 for anything else."""
    return int(text) if text is not None and len(text) < 11 and text.isdecimal() else -1


def area(reference: str) -> tuple[int, int, int, int] | None:
    """Return (top, left, bottom, right) of a reference such as B5:C9, or None."""
    first, _, last = reference.partition(":")
    one, two = cell_place(first), cell_place(last or first)
    return (*one, *two) if one and two else None


class Workbook:
    """An open workbook. Reading its parts raises :class:`Refused` where one is unsound."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.names = {name.lower(): name for name in package.namelist()}
        self.macros = any(name.endswith("vbaproject.bin") for name in self.names)
        self.main = self._main_part()
        self._texts: list[str] | None = None
        self._looks: tuple[dict[str, Any], ...] | None = None
        self.starts_1904 = False
        self.formats: tuple[str, ...] = ()
        self.sheets: tuple[Sheet, ...] = ()
        self._read_main()

    # -- parts

    def stream(self, part: str) -> IO[bytes]:
        """Return a part for reading."""
        try:
            return self.package.open(self.names[part.lower()])
        except _UNSOUND as error:
            raise _unsound() from error

    def tree(self, part: str) -> _Element:
        """Return the root of a small part."""
        root: _Element | None = None
        for element in self._events(part):
            root = element
        if root is None:
            raise _unsound()
        return root

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the relations of ``part``: id -> (kind, name of the other part)."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels".lstrip("/")
        if rels.lower() not in self.names:
            return {}
        found = {}
        for element in self.tree(rels):
            kind = element.get("Type", "").rsplit("/", 1)[-1]
            if element.get("TargetMode") != "External":
                target = element.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[element.get("Id", "")] = (kind, posixpath.normpath(whole))
        return found

    def _events(self, part: str, *tags: str) -> Iterator[_Element]:
        """Yield the elements called so (in any namespace) as they end, without ``tags`` the root at the end."""
        from lxml import etree

        with self.stream(part) as stream:
            events: Any = etree.iterparse(
                cast("IO[bytes]", _Counted(stream)), events=("end",), tag=[f"{{*}}{tag}" for tag in tags] or None,
                resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
                remove_pis=True,
            )  # fmt: skip
            try:
                for _, element in events:
                    if tags:
                        yield element
                root = events.root
            except (etree.XMLSyntaxError, *_UNSOUND) as error:
                raise _unsound() from error
            if root is None:
                raise _unsound()
            if root.getroottree().docinfo.doctype:
                raise _declared()
            if not tags:
                yield root

    # -- the workbook

    def _main_part(self) -> str:
        for kind, target in self.related("").values():
            if kind == "officeDocument" and target.lower() in self.names:
                return target
        raise _unsound()

    def _read_main(self) -> None:
        root = self.tree(self.main)
        relations = self.related(self.main)
        found = []
        for element in root.iter("{*}workbookPr", "{*}sheet"):
            if element.tag.endswith("}workbookPr"):
                self.starts_1904 = element.get("date1904") in ("1", "true")
                continue
            id = next((str(v) for k, v in element.attrib.items() if str(k).endswith("}id")), "")
            kind, part = relations.get(id, ("", ""))
            if kind == "worksheet" and part.lower() in self.names:
                hidden = element.get("state", "visible") != "visible"
                found.append(Sheet(element.get("name", ""), part, hidden))
        self.sheets = tuple(found)
        self._styles = styles = next((part for kind, part in relations.values() if kind == "styles"), "")
        self._theme = next((part for kind, part in relations.values() if kind == "theme"), "")
        self.formats = self._formats(styles) if styles.lower() in self.names else ()
        self._texts_part = next((part for kind, part in relations.values() if kind == "sharedStrings"), "")

    def _formats(self, part: str) -> tuple[str, ...]:
        """Return the number format of every cell format."""
        root = self.tree(part)
        own = {e.get("numFmtId", ""): e.get("formatCode", "") for e in root.iter("{*}numFmt")}
        cells = next(root.iter("{*}cellXfs"), None)
        ids = [e.get("numFmtId", "0") for e in cells] if cells is not None else []
        return tuple(own.get(id) or _BUILT_IN.get(id, "General") for id in ids)

    def format(self, style: int) -> str:
        """Return the number format of a cell."""
        return self.formats[style] if 0 <= style < len(self.formats) else "General"

    def look(self, style: int) -> dict[str, Any]:
        """Return what somebody did to the look of a cell, in the words of the library that writes workbooks: bold,
        italic, struck through, and plain colours."""
        if self._looks is None:
            self._looks = self._read_looks() if self._styles.lower() in self.names else ()
        return self._looks[style] if 0 <= style < len(self._looks) else {}

    def _read_looks(self) -> tuple[dict[str, Any], ...]:
        root = self.tree(self._styles)

        def listed(name: str) -> list[_Element]:
            found = next(root.iter(f"{{*}}{name}"), None)
            return list(found) if found is not None else []

        theme = self._theme_colours()

        def colour(element: _Element | None) -> str:
            if element is None:
                return ""
            said, number = element.get("rgb", ""), number_in(element.get("theme"))
            if re.fullmatch("[0-9A-Fa-f]{8}", said):
                return f"#{said[-6:]}"
            of_theme = theme[number] if 0 <= number < len(theme) else ""
            return _tinted(of_theme, element.get("tint", "")) if of_theme else ""

        fonts, fills = [], []
        for font in listed("fonts"):
            look: dict[str, Any] = {}
            for tag, word in (("b", "bold"), ("i", "italic"), ("strike", "font_strikeout")):
                found = font.find(f"{{*}}{tag}")
                if found is not None and found.get("val", "1") not in ("0", "false"):
                    look[word] = True
            said = font.find("{*}color")
            if (ink := colour(said)) and not (said is not None and said.get("theme") == "1"):  # what text has anyway
                look["font_color"] = ink
            fonts.append(look)
        for fill in listed("fills"):
            pattern = fill.find("{*}patternFill")
            solid = pattern is not None and pattern.get("patternType") == "solid"
            paper = colour(pattern.find("{*}fgColor")) if pattern is not None and solid else ""
            fills.append({"bg_color": paper} if paper else {})

        def one(of: list[dict[str, Any]], at: int) -> dict[str, Any]:
            return of[at] if 0 <= at < len(of) else {}

        cells = listed("cellXfs")
        return tuple(one(fonts, number_in(x.get("fontId"))) | one(fills, number_in(x.get("fillId"))) for x in cells)

    def _theme_colours(self) -> list[str]:
        """Return the colours of the theme by their numbers (20.1.6.2; the first four stand in pairs, the other way)."""
        if self._theme.lower() not in self.names:
            return []
        scheme = next(self.tree(self._theme).iter("{*}clrScheme"), None)
        found = []
        for one in scheme if scheme is not None else ():
            said = next((c.get("lastClr") or c.get("val") or "" for c in one), "")
            found.append(said if re.fullmatch("[0-9A-Fa-f]{6}", said) else "")
        return [found[n] for n in (1, 0, 3, 2)] + found[4:] if len(found) >= 4 else []

    def notes(self, sheet: Sheet) -> dict[tuple[int, int], tuple[str, str]]:
        """Return the notes of a sheet: (row, column) -> (who wrote it, what it says)."""
        part = next((p for kind, p in self.related(sheet.part).values() if kind == "comments"), "")
        if part.lower() not in self.names:
            return {}
        root = self.tree(part)
        authors = [a.text or "" for a in root.iter("{*}author")]
        found = {}
        for comment in root.iter("{*}comment"):
            place, by = cell_place(comment.get("ref", "")), number_in(comment.get("authorId"))
            words = "".join(t.text or "" for t in comment.iter("{*}t"))
            if place is not None and words:
                found[place] = (authors[by] if 0 <= by < len(authors) else "", words)
        return found

    @property
    def texts(self) -> list[str]:
        """The shared texts."""
        if self._texts is None:
            found: list[str] = []
            if self._texts_part and self._texts_part.lower() in self.names:
                for element in self._events(self._texts_part, "si"):
                    found.append(_words(element))
                    _forget(element)
            self._texts = found
        return self._texts

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Yield (number, cells by column) of every row in which a cell holds something, from the top.

        White space alone counts as nothing. What ``sheet`` tells of hidden rows and merged cells is known at the end.
        """
        texts = self.texts
        n = 0
        sheet.hidden_rows.clear()
        sheet.hidden_columns.clear()
        sheet.merged.clear()
        for element in self._events(sheet.part, "row", "col", "mergeCell", "autoFilter"):
            tag = str(element.tag).rpartition("}")[2]
            if tag == "row":
                given = element.get("r") or ""
                try:
                    n = int(given) if given.isdecimal() else n + 1
                    cells = _cells(element, texts) if len(element) else {}
                except ValueError as error:
                    raise _unsound() from error
                if n > LAST_ROW:
                    raise _unsound()
                if cells:
                    if element.get("hidden") in ("1", "true"):
                        sheet.hidden_rows.append(n)
                    yield n, cells
                _forget(element)
            elif tag == "col" and element.get("hidden") in ("1", "true"):
                first, last = number_in(element.get("min")), number_in(element.get("max"))
                sheet.hidden_columns += range(max(first, 1), min(last, first + 500) + 1)
            elif tag == "mergeCell":
                found = area(element.get("ref", ""))
                if found:
                    sheet.merged.append(found)
            elif tag == "autoFilter":
                is_set = element.find("{*}filterColumn") is not None
                sheet.filter = element.get("ref", "") if is_set else ""


class _Counted:
    """A stream that ends in a refusal where a part is larger than any roster."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.left = stream, LARGEST_PART

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size if size >= 0 else 1 << 16)
        self.left -= len(data)
        if self.left < 0:
            raise _too_large()
        return data


def _forget(element: _Element) -> None:
    """Give the memory of an element back that was read."""
    element.clear()
    before = element.getprevious()
    parent = element.getparent()
    while before is not None and parent is not None:
        del parent[0]
        before = element.getprevious()


def _cells(row: _Element, texts: list[str]) -> dict[int, Cell]:
    cells: dict[int, Cell] = {}
    column = 0
    for c in row:
        get = c.get
        reference = get("r")
        if reference is not None:
            column = 0
            for letter in reference:
                code = ord(letter)
                if 64 < code < 91:
                    column = column * 26 + code - 64
                elif code != 36:
                    break
        else:
            column += 1
        if not len(c) or column > LAST_COLUMN:
            continue
        kind, text, formula = get("t", "n"), None, False
        said = shared = ""
        for child in c:
            match child.tag[-2:]:
                case "}v":
                    text = child.text
                case "}f":
                    formula = True
                    said, shared = _formula(child)
                case "is":
                    kind, text = "str", _words(child)
        style = int(get("s", "0") or 0)
        if kind == "s":
            if not text:
                continue
            position = int(text)
            if not 0 <= position < len(texts):
                raise _unsound()
            text = texts[position]
            kind = "str"
        elif kind == "str" and text and "_x" in text:
            text = _unescaped(text)
        if text is None:
            if formula and kind != "str":  # a text of no letters was worked out: the cell looks empty, and is
                cells[column] = Cell("nothing", "", style, True, said, shared)
            continue
        if kind == "str":
            if not text.strip():
                continue
            cells[column] = Cell("text", text, style, formula, said, shared)
        else:
            cells[column] = Cell(_KINDS.get(kind, "number"), text.strip(), style, formula, said, shared)
    return cells


def _formula(element: _Element) -> tuple[str, str]:
    """Return what a formula says, and the number under which other cells share it (18.3.1.40, f)."""
    if element.get("t", "normal") not in ("normal", "shared"):
        return "", ""  # of a table, or of many cells at once
    return element.text or "", element.get("si", "") if element.get("t") == "shared" else ""


def _words(element: _Element) -> str:
    """Return the text of a shared or inline text: its runs, without what only says how to pronounce them."""
    parts = []
    for child in element:
        tag = str(child.tag)
        if tag.endswith("}t"):
            parts.append(child.text or "")
        elif tag.endswith("}r"):
            parts += [t.text or "" for t in child if str(t.tag).endswith("}t")]
    text = "".join(parts)
    return _unescaped(text) if "_x" in text else text


def _unescaped(text: str) -> str:
    """Return ``text`` with what XML cannot hold put back (ECMA-376 Part 1, 22.9.2.19, ST_Xstring)."""
    whole = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    # A sign beyond U+FFFF is two of these; a half of one alone is no sign, and no text can hold it.
    return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


# ECMA-376 Part 1, 18.8.30: the formats that every workbook knows by number.
_BUILT_IN: Final = {
    "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "11": "0.00E+00", "12": "# ?/?",
    "13": "# ??/??", "14": "mm-dd-yy", "15": "d-mmm-yy", "16": "d-mmm", "17": "mmm-yy", "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM", "20": "h:mm", "21": "h:mm:ss", "22": "m/d/yy h:mm", "37": "#,##0 ;(#,##0)",
    "38": "#,##0 ;[Red](#,##0)", "39": "#,##0.00;(#,##0.00)", "40": "#,##0.00;[Red](#,##0.00)", "45": "mm:ss",
    "46": "[h]:mm:ss", "47": "mmss.0", "48": "##0.0E+0", "49": "@",
    **{str(n): "yyyy-mm-dd" for n in (*range(27, 37), *range(50, 59))},
}  # fmt: skip

# ---------------------------------------------------------------- opening

_COPY: Final = "Copy the cells into the workbook that agreements roster makes."
_SAVE_AS: Final = "Open it in the spreadsheet program and save it as Excel Workbook (.xlsx)."


def _unsound() -> Refused:
    return Refused(ROSTER_FILE, "The workbook is damaged, or is not a workbook.", _SAVE_AS)


def _declared() -> Refused:
    return Refused(ROSTER_UNSAFE, "The workbook holds declarations that no spreadsheet program writes.", _COPY)


def _too_large() -> Refused:
    return Refused(ROSTER_UNSAFE, "The workbook unpacks to far more than any roster holds.", _COPY)


def open_workbook(data: bytes, file: str) -> Checked[Workbook]:
    """Open the workbook in ``data``; ``file`` is its name as shown. Never raises."""
    try:
        return Checked(_opened(data))
    except Refused as refused:
        return Checked(None, (problem_of(refused, file),))


def problem_of(refused: Refused, file: str) -> Diagnostic:
    """Return a refusal as a problem of ``file``."""
    return refused.rule.at(Span(file, 0, 0), refused.message, fix=refused.fix)


def _opened(data: bytes) -> Workbook:
    if len(data) > LARGEST_FILE:
        raise Refused(ROSTER_UNSAFE, f"The workbook has more than {LARGEST_FILE // 1048576} MB.", _COPY)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            fix = "Take the password off: File > Info > Protect Workbook > Encrypt with Password, and empty the box."
            raise Refused(ROSTER_FILE, "The workbook has a password, so it cannot be read.", fix)
        raise Refused(ROSTER_FILE, "This is a workbook in the old format (.xls).", _SAVE_AS)
    if not data.startswith(b"PK"):
        raise Refused(ROSTER_FILE, "This is not a workbook, whatever its name says.", _SAVE_AS)
    try:
        package = zipfile.ZipFile(BytesIO(data))
        infos = package.infolist()
    except _UNSOUND as error:
        raise _unsound() from error
    names = {i.filename for i in infos}
    if "mimetype" in names and "content.xml" in names:
        raise Refused(ROSTER_FILE, "This is a workbook in the OpenDocument format (.ods).", _SAVE_AS)
    if any(n.endswith(".iwa") for n in names):
        raise Refused(ROSTER_FILE, "This is a Numbers workbook.", "In Numbers: File > Export To > Excel.")
    if any(n.lower().endswith("workbook.bin") for n in names):
        raise Refused(ROSTER_FILE, "This is a binary workbook (.xlsb).", _SAVE_AS)
    if len(infos) > MOST_PARTS or len({n.lower() for n in names}) < len(infos):
        raise _unsound()
    if any(i.file_size > LARGEST_PART for i in infos) or sum(i.file_size for i in infos) > LARGEST_WHOLE:
        raise _too_large()
    return Workbook(package)
