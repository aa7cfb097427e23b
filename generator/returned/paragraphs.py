"""The paragraphs of a returned file, once as they stand and in two views: every tracked change accepted, or rejected.

Nothing is resolved in the file itself. Each stretch of text knows its run, who brought it in and who took it out
(ECMA-376 Part 1, 17.13.5), so that a view is a choice of stretches, and a place in a view's text is a place in the
file. A paragraph whose mark came in (went out) is one with the next in the view where the mark is not there.

What belongs to which clause is told by three things, of which any may be gone: the tag of a content control
(``clause:ID@VERSION#DIGEST``), the hidden bookmark ``_clause_…``, and, for values, the tag ``field:PATH``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from generator.comparison.word_package import MC, W, WordPackage, cells_of, is_on, rows_of, value, whole_number
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Block", "Hand", "Para", "Piece", "RawBlock", "RawPara", "RawRow", "RawTable", "Row", "Styles", "Table",
           "flat", "raw_blocks", "raw_paras", "view"]  # fmt: skip

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_CAME = {W + "ins", W + "moveTo"}
_WENT = {W + "del", W + "moveFrom"}
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-",
          W + "softHyphen": ""}  # fmt: skip
_LOOSE = {W + t for t in ("sdtContent", "hyperlink", "smartTag", "customXml", "dir", "bdo", "fldSimple")}
_REF = re.compile(r"\s*REF\s+(\S+)")
_TOC = re.compile(r"\s*TOC\b")


class Hand(NamedTuple):
    """Who tracked a change, and when, as the file says it."""

    author: str
    date: str
    moved: bool = False


class Piece(NamedTuple):
    """A stretch of text in one run: ``came`` and ``went`` are who tracked it in and out."""

    text: str
    node: _Element
    run: _Element
    came: Hand | None
    went: Hand | None
    field: str  # the path of the profile that a content control names
    ref: str  # the bookmark that a REF field points to
    hidden: bool


@dataclass(slots=True)
class RawPara:
    """A paragraph as it stands in the file."""

    element: _Element
    pieces: list[Piece] = field(default_factory=list)
    came: Hand | None = None  # its mark was tracked in, or out
    went: Hand | None = None
    tag: str = ""  # of the clause's content control
    bookmark: str = ""  # of the clause
    style: str = ""
    level: int = 0  # of a heading, counted from 1; 0 for text
    contents: bool = False  # part of the table of contents
    comments: list[str] = field(default_factory=list)
    format_only: list[Hand] = field(default_factory=list)


@dataclass(slots=True)
class RawRow:
    """A row as it stands in the file; ``came`` and ``went`` are who tracked it in, or out."""

    element: _Element
    cells: list[list[RawBlock]]
    came: Hand | None = None
    went: Hand | None = None


@dataclass(slots=True)
class RawTable:
    """A table as it stands in the file."""

    element: _Element
    rows: list[RawRow]


RawBlock: TypeAlias = "RawPara | RawTable"


@dataclass(slots=True, eq=False)
class Para:
    """A paragraph of a view: its text, and the stretches it is made of. ``raws`` are the paragraphs of the file."""

    text: str
    pieces: list[Piece]
    raws: list[RawPara]
    key: str = ""

    @property
    def last(self) -> RawPara:
        """The paragraph of the file whose mark ends this one."""
        return self.raws[-1]

    @property
    def level(self) -> int:
        """The level of a heading, 0 for text: where paragraphs became one, the last one's properties stand."""
        return self.raws[-1].level

    @property
    def contents(self) -> bool:
        """Whether it is part of the table of contents."""
        return self.raws[-1].contents

    def spans(self) -> Iterator[tuple[int, int, Piece]]:
        """Yield where each stretch stands in the text."""
        at = 0
        for piece in self.pieces:
            yield at, at + len(piece.text), piece
            at += len(piece.text)


@dataclass(slots=True, eq=False)
class Row:
    """A row of a view."""

    raw: RawRow
    cells: list[list[Block]]


@dataclass(slots=True, eq=False)
class Table:
    """A table of a view, in which rows that are not there in it are left out."""

    raw: RawTable
    rows: list[Row]


Block: TypeAlias = "Para | Table"


# ---------------------------------------------------------------- styles


class Styles:
    """The names of styles (their ids are rewritten by every program), and which are headings."""

    def __init__(self, package: WordPackage) -> None:
        self._names: dict[str, str] = {}
        self._levels: dict[str, int] = {}
        self.ids: dict[str, str] = {}
        part = package.related(package.main, "styles")
        if part is None:
            return
        based: dict[str, str] = {}
        for style in package.tree(part).iter(W + "style"):
            id = style.get(W + "styleId", "")
            self._names[id] = (value(style, "name") or "").lower()
            self.ids.setdefault(self._names[id], id)
            based[id] = value(style, "basedOn") or ""
            level = whole_number(value(style, "pPr/outlineLvl"))
            if level is not None:
                self._levels[id] = level + 1
        for id in self._names:
            here, seen = id, set()
            while here and here not in seen and here not in self._levels:
                seen.add(here)
                here = based.get(here, "")
            if here in self._levels and self._levels[here] <= 9:
                self._levels[id] = self._levels[here]

    def name(self, id: str) -> str:
        """Return the name of a style in small letters, its id where it has none."""
        return self._names.get(id, id.lower())

    def level(self, id: str) -> int:
        """Return the level of a heading's style, 0 for text."""
        name = self.name(id)
        match = re.search(r"\bheading ?(\d)?$", name)
        if match and not name.startswith(("table", "toc", "contents")):
            return int(match[1] or self._levels.get(id, 1))
        return self._levels.get(id, 0)


# ---------------------------------------------------------------- reading


def raw_blocks(package: WordPackage, part: str, root: _Element, styles: Styles) -> list[RawBlock]:
    """Return what a container (body, header, footer) holds, in order."""
    return _Reader(package, part, styles).blocks(root, "", contents=False)


@dataclass(slots=True)
class _Field:
    code: str = ""
    result: bool = False


@dataclass(slots=True)
class _Reader:
    package: WordPackage
    part: str
    styles: Styles
    fields: list[_Field] = field(default_factory=list)
    bookmarks: dict[str, str] = field(default_factory=dict)  # id -> name, those that are open
    notes: dict[str, dict[str, str]] = field(default_factory=dict)

    def blocks(self, container: _Element, tag: str, *, contents: bool) -> list[RawBlock]:
        out: list[RawBlock] = []
        for child in container:
            name = child.tag
            if name == W + "p":
                out.append(self.paragraph(child, tag, contents))
            elif name == W + "tbl":
                out.append(self.table(child, tag, contents))
            elif name == W + "sdt":
                own, toc = _control(child)
                content = child.find(W + "sdtContent")
                if content is not None:
                    out += self.blocks(content, own if own.startswith("clause:") else tag, contents=contents or toc)
            elif name in (W + "customXml", W + "ins", W + "del", W + "moveTo", W + "moveFrom"):
                out += self.blocks(child, tag, contents=contents)
            else:
                self.bookmark(child)
        return out

    def table(self, table: _Element, tag: str, contents: bool) -> RawTable:
        rows = []
        for row in rows_of(table):
            marks = row.find(W + "trPr")
            cells = [self.blocks(cell, tag, contents=contents) for cell in cells_of(row)]
            rows.append(RawRow(row, cells, _hand_in(marks, _CAME), _hand_in(marks, _WENT)))
        return RawTable(table, rows)

    def bookmark(self, element: _Element) -> None:
        if element.tag == W + "bookmarkStart":
            name = element.get(W + "name", "")
            if name.startswith("_clause_"):
                # LibreOffice may open one twice, under two ids, and close the second alone.
                for id in [i for i, n in self.bookmarks.items() if n == name]:
                    del self.bookmarks[id]
                self.bookmarks[element.get(W + "id", "")] = name
        elif element.tag == W + "bookmarkEnd":
            self.bookmarks.pop(element.get(W + "id", ""), None)

    def paragraph(self, element: _Element, tag: str, contents: bool) -> RawPara:
        para = RawPara(element, tag=tag)
        properties = element.find(W + "pPr")
        if properties is not None:
            para.style = value(properties, "pStyle") or ""
            para.level = self.styles.level(para.style)
            level = whole_number(value(properties, "outlineLvl"))
            if level is not None and level < 9:
                para.level = level + 1
            mark = properties.find(W + "rPr")
            para.came, para.went = _hand_in(mark, _CAME), _hand_in(mark, _WENT)
            change = properties.find(W + "pPrChange")
            if change is not None:
                para.format_only.append(_hand(change))
        name = self.styles.name(para.style)
        before = any(_TOC.match(f.code) for f in self.fields)
        self.inline(element, para, None, None, "")
        toc = before or any(_TOC.match(f.code) for f in self.fields)
        para.contents = contents or toc or bool(re.match(r"toc ?(\d|heading)", name)) or name == "contents heading"
        return para

    def inline(self, parent: _Element, para: RawPara, came: Hand | None, went: Hand | None, path: str) -> None:
        for child in parent:
            tag = child.tag
            if tag == W + "r":
                self.run(child, para, came, went, path)
            elif tag in _CAME:
                self.inline(child, para, came or _hand(child), went, path)
            elif tag in _WENT:
                self.inline(child, para, came, went or _hand(child), path)
            elif tag == W + "sdt":
                own, _ = _control(child)
                content = child.find(W + "sdtContent")
                if content is not None:
                    self.inline(content, para, came, went, own[6:] if own.startswith("field:") else path)
            elif tag == W + "fldSimple":
                self.fields.append(_Field(child.get(W + "instr", ""), result=True))
                self.inline(child, para, came, went, path)
                self.fields.pop()
            elif tag in _LOOSE:
                self.inline(child, para, came, went, path)
            elif tag == W + "commentRangeStart":
                para.comments.append(child.get(W + "id", ""))
            elif tag.startswith("{http://schemas.openxmlformats.org/officeDocument/2006/math}"):
                said = "".join(t.text or "" for t in child.iter() if t.tag.endswith("}t"))
                if said:
                    para.pieces.append(Piece(said, child, child, came, went, path, "", False))
            else:
                self.bookmark(child)

    def run(self, run: _Element, para: RawPara, came: Hand | None, went: Hand | None, path: str) -> None:
        look = run.find(W + "rPr")
        hidden = look is not None and _is_hidden(look)
        if look is not None and (change := look.find(W + "rPrChange")) is not None:
            para.format_only.append(_hand(change))
        for child in run:
            tag = child.tag
            if tag in (W + "t", W + "delText"):
                said = child.text or ""
            elif tag in _SIGNS:
                said = _SIGNS[tag]
            elif tag == W + "sym":
                said = "•"
            elif tag == W + "fldChar":
                kind = child.get(W + "fldCharType")
                if kind == "begin":
                    self.fields.append(_Field())
                elif kind == "separate" and self.fields:
                    self.fields[-1].result = True
                elif kind == "end" and self.fields:
                    self.fields.pop()
                continue
            elif tag in (W + "instrText", W + "delInstrText"):
                if self.fields:
                    self.fields[-1].code += child.text or ""
                continue
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                said = self.note(child)
            elif tag == W + "commentReference":
                if child.get(W + "id", "") not in para.comments:
                    para.comments.append(child.get(W + "id", ""))
                continue
            elif tag in (W + "drawing", W + "pict", W + "object", MC + "AlternateContent"):
                said = _boxed(child)
            else:
                continue
            if not said or any(not f.result for f in self.fields):
                continue
            ref = next((m[1] for f in reversed(self.fields) if (m := _REF.match(f.code))), "")
            if not para.bookmark and self.bookmarks and said.strip():
                para.bookmark = next(reversed(self.bookmarks.values()))
            para.pieces.append(Piece(said, child, run, came, went, path, ref, hidden))

    def note(self, reference: _Element) -> str:
        kind = "footnotes" if reference.tag == W + "footnoteReference" else "endnotes"
        if kind not in self.notes:
            part = self.package.related(self.package.main, kind)
            self.notes[kind] = {}
            if part is not None:
                for note in self.package.tree(part):
                    said = " ".join("".join(t.text or "" for t in note.iter(W + "t")).split())
                    self.notes[kind][note.get(W + "id", "")] = said
        said = self.notes[kind].get(reference.get(W + "id", ""), "")
        return f" [{kind[:-1]}: {said}]" if said else ""


def _control(control: _Element) -> tuple[str, bool]:
    """Return the tag of a content control, and whether it holds the table of contents."""
    properties = control.find(W + "sdtPr")
    if properties is None:
        return "", False
    return value(properties, "tag") or "", value(properties, "docPartObj/docPartGallery") == "Table of Contents"


def _hand(element: _Element) -> Hand:
    moved = element.tag in (W + "moveFrom", W + "moveTo")
    return Hand(element.get(W + "author", ""), element.get(W + "date", ""), moved)


def _hand_in(properties: _Element | None, tags: set[str]) -> Hand | None:
    if properties is None:
        return None
    return next((_hand(child) for child in properties if child.tag in tags), None)


def _is_hidden(look: _Element) -> bool:
    """Whether a reader would not see the words, or take them for deleted: hidden, white, tiny, struck out by hand."""
    if any(is_on(look, name) for name in ("vanish", "specVanish", "strike", "dstrike")):
        return True
    color = look.find(W + "color")
    shade = look.find(W + "shd")
    if color is not None and color.get(W + "val", "").upper() == "FFFFFF" and shade is None:
        cell = next(look.iterancestors(W + "tc"), None)
        return cell is None or cell.find(f"{W}tcPr/{W}shd") is None  # white on a dark cell is a heading
    size = whole_number(value(look, "sz"))
    return size is not None and size < 6


def _boxed(element: _Element) -> str:
    """Return the words of a text box, so that nothing that is said in one goes by unseen."""
    choice = element.find(MC + "Choice") if element.tag == MC + "AlternateContent" else element
    boxes = [] if choice is None else list(choice.iter(W + "txbxContent"))
    said = " ".join("".join(t.text or "" for p in box.iter(W + "p") for t in p.iter(W + "t")) for box in boxes)
    said = " ".join(said.split())
    return f" [box: {said}]" if said else ""


def raw_paras(blocks: Sequence[RawBlock]) -> Iterator[RawPara]:
    """Yield the paragraphs of a file, those in tables too."""
    for block in blocks:
        if isinstance(block, RawTable):
            for row in block.rows:
                for cell in row.cells:
                    yield from raw_paras(cell)
        else:
            yield block


# ---------------------------------------------------------------- views


def view(blocks: list[RawBlock], *, accepted: bool, ours: str | None = None, ours_accepted: bool = True) -> list[Block]:
    """Return paragraphs and tables as they read with every change accepted, or rejected. Empty ones are left out.

    With ``ours``, the name on changes of our own, those are accepted or rejected apart from the others.
    """

    def takes(hand: Hand) -> bool:
        return ours_accepted if ours is not None and hand.author == ours else accepted

    def is_out(came: Hand | None, went: Hand | None) -> bool:
        return (came is not None and not takes(came)) or (went is not None and takes(went))

    return _view(blocks, is_out)


def _view(blocks: list[RawBlock], is_out: Callable[[Hand | None, Hand | None], bool]) -> list[Block]:
    out: list[Block] = []
    waiting: list[RawPara] = []

    def close() -> None:
        if waiting:
            pieces = [p for raw in waiting for p in raw.pieces if not is_out(p.came, p.went)]
            text = "".join(p.text for p in pieces)
            if text.strip():
                out.append(Para(text, pieces, list(waiting)))
            waiting.clear()

    for block in blocks:
        if isinstance(block, RawTable):
            close()
            rows = [
                Row(row, [_view(cell, is_out) for cell in row.cells])
                for row in block.rows
                if not is_out(row.came, row.went)
            ]
            if rows:
                out.append(Table(block, rows))
            continue
        waiting.append(block)
        if not is_out(block.came, block.went):
            close()
    close()
    return out


def flat(blocks: list[Block]) -> Iterator[Para]:
    """Yield every paragraph, those in tables too."""
    for block in blocks:
        if isinstance(block, Para):
            yield block
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from flat(cell)
