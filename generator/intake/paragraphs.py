"""The paragraphs of a Word contract as Word prints them: words, bold and italic stretches, number, and place.

A paragraph gives up what is in it and not on the page in the flow of the text: hidden words, footnotes, the words of
text boxes (which stand before or after it, once, though Word stores them twice). What was met on the way and is not
taken over is noted with its words, so that a report can say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from generator.comparison.outline import Spot, outline_of
from generator.comparison.word_package import MC, W, WordPackage, cells_of, is_on, rows_of, value, whole_number
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

Stretches: TypeAlias = "tuple[tuple[int, int], ...]"

__all__ = ["Cells", "Flow", "Met", "Words", "flow_of", "header_words"]

_FEW_WORDS = 12
_SKIPPED = {W + "pPr", W + "del", W + "moveFrom", W + "rPr", W + "sdtPr", W + "sdtEndPr", MC + "Fallback"}
# Signs of the symbol fonts of Word that stand in contracts (Private Use code points, or the byte in the font).
_SIGNS = {
    0xA8: "☐", 0x6F: "☐", 0x71: "☐", 0x72: "☐", 0xFE: "☑", 0xFD: "☒", 0xFB: "☒", 0x78: "☒", 0x52: "☑",
    0xFC: "✓", 0xB7: "•", 0xA7: "▪", 0xD8: "➢", 0xE0: "→", 0xA3: "☐", 0x53: "☒", 0x9F: "•",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph: its words (a line break is ``\\n``, tabs and blanks in a row are one blank) and how they look.

    ``label`` is the number that Word counts, ``bullet`` a sign instead; ``rank`` the outline level of its style;
    ``heading`` whether the outline takes it for a heading; ``centred`` how it is set; ``spaced`` that it held tabs or
    blanks in a row; ``at`` its place among the paragraphs of the file.
    """

    text: str
    at: int
    label: str = ""
    bullet: bool = False
    level: int = 0
    rank: int = 0
    heading: bool = False
    centred: bool = False
    spaced: bool = False
    strong: Stretches = ()
    slanted: Stretches = ()
    lined: Stretches = ()


@dataclass(frozen=True, slots=True)
class Cells:
    """A table: rows of cells, each cell the paragraphs in it. A cell over several columns is followed by empty ones.

    ``whole`` are the rows that are one cell over the whole width; ``merged`` says that other cells are merged.
    """

    rows: tuple[tuple[tuple[Words, ...], ...], ...]
    whole: frozenset[int] = frozenset()
    merged: bool = False


@dataclass(slots=True)
class Met:
    """What was met that is not taken over as it stands: the words of each, with the paragraph it stands in."""

    footnotes: list[tuple[int, str]] = field(default_factory=list)
    hidden: list[tuple[int, str]] = field(default_factory=list)
    struck: list[tuple[int, str]] = field(default_factory=list)
    boxes: list[tuple[int, str]] = field(default_factory=list)
    pictures: list[tuple[int, str]] = field(default_factory=list)
    signs: list[tuple[int, str]] = field(default_factory=list)
    contents: list[tuple[int, str]] = field(default_factory=list)
    underlined: list[tuple[int, str]] = field(default_factory=list)
    capitals: list[tuple[int, str]] = field(default_factory=list)


Flow: TypeAlias = "list[Words | Cells]"


def flow_of(package: WordPackage) -> tuple[Flow, Met]:
    """Return the paragraphs and tables of the text in order, and what was met; tracked changes are settled before."""
    reader = _Reader(package)
    return list(reader.blocks(package.body)), reader.met


def header_words(package: WordPackage) -> tuple[tuple[str, str], ...]:
    """Return (header or footer, its words), each once, in the order of the names of the parts."""
    out: dict[tuple[str, str], None] = {}
    for name in sorted(package.names()):
        found = re.fullmatch(r"word/(header|footer)\d*\.xml", name)
        if found is None:
            continue
        words = " ".join(" ".join(t.text or "" for t in p.iter(W + "t")) for p in package.tree(name).iter(W + "p"))
        words = " ".join(words.split())
        if words:
            out[found[1], words] = None
    return tuple(out)


class _Reader:
    def __init__(self, package: WordPackage) -> None:
        self.met = Met()
        self._spots = outline_of(package)
        self._bold, self._slanted = _styles(package, "b"), _styles(package, "i")
        self._notes = dict(_notes(package))
        self._count = 0
        self._boxes: list[_Element] = []

    def blocks(self, container: _Element) -> Iterator[Words | Cells]:
        for child in container:
            if child.tag == W + "p":
                anchor = self._paragraph(child)
                inside = [w for box in self._taken_boxes() for w in self._box(box)]
                # A few words in a box are a heading over what stands beside it.
                few = sum(len(x.text.split()) for w in inside for x in _flat(w)) <= _FEW_WORDS
                yield from (*inside, anchor) if few else (anchor, *inside)
            elif child.tag == W + "tbl":
                yield self._table(child)
            elif child.tag == W + "sdt":
                content = child.find(W + "sdtContent")
                if content is None:
                    continue
                if value(child.find(W + "sdtPr/" + W + "docPartObj"), "docPartGallery") == "Table of Contents":
                    for paragraph in content.iter(W + "p"):
                        words = "".join(t.text or "" for t in paragraph.iter(W + "t")).strip()
                        if words:
                            self.met.contents.append((self._count, words))
                    continue
                yield from self.blocks(content)
            elif child.tag in (W + "customXml", W + "ins", W + "moveTo"):
                yield from self.blocks(child)

    def _taken_boxes(self) -> list[_Element]:
        boxes, self._boxes = self._boxes, []
        return boxes

    def _box(self, box: _Element) -> Iterator[Words | Cells]:
        before = self._count
        inside = list(self.blocks(box))
        said = " ".join(w.text for w in inside if isinstance(w, Words)).strip()
        if said:
            self.met.boxes.append((before, said))
        yield from inside

    def _table(self, table: _Element) -> Cells:
        rows: list[tuple[tuple[Words, ...], ...]] = []
        whole: set[int] = set()
        merged = False
        for row in rows_of(table):
            cells: list[tuple[Words, ...]] = []
            elements = cells_of(row)
            for cell in elements:
                properties = cell.find(W + "tcPr")
                inside = list(self.blocks(cell))
                flat = [w for block in inside for w in _flat(block)]
                cells.append(tuple(w for w in flat if w.text.strip()))
                wide = whole_number(value(properties, "gridSpan")) or 1
                merged = merged or (wide > 1 and len(elements) > 1) or value(properties, "vMerge") is not None
                cells += [()] * (min(wide, 63) - 1)
            if len(elements) == 1:
                whole.add(len(rows))
            if cells:
                rows.append(tuple(cells))
        return Cells(tuple(rows), frozenset(whole), merged)

    def _paragraph(self, paragraph: _Element) -> Words:
        at = self._count
        self._count += 1
        spot = self._spots.get(paragraph, Spot())
        properties = paragraph.find(W + "pPr")
        style = (value(properties, "pStyle") or "").lower()
        pieces: list[tuple[str, bool, bool, bool]] = []
        for run in self._runs(paragraph):
            self._run(run, at, pieces)
        text, flags, spaced = _tidied(pieces)
        if re.fullmatch(r"toc\s?\d?(heading)?", style) and text.strip():
            self.met.contents.append((at, text.strip()))
            text, flags = "", []
        strong, slanted, lined = (_stretches(text, flags, n) for n in range(3))
        for a, b in lined:
            self.met.underlined.append((at, text[a:b]))
        return Words(
            text, at, spot.label, spot.bullet, spot.level, spot.rank, spot.heading,
            value(properties, "jc") == "center", spaced, strong, slanted, lined,
        )  # fmt: skip

    def _runs(self, element: _Element) -> Iterator[_Element]:
        for child in element:
            if child.tag == W + "r":
                yield child
            elif child.tag not in _SKIPPED and isinstance(child.tag, str):
                yield from self._runs(child)

    def _run(self, run: _Element, at: int, pieces: list[tuple[str, bool, bool, bool]]) -> None:
        properties = run.find(W + "rPr")
        words = "".join(self._words(run, at))
        if not words:
            return
        if is_on(properties, "vanish"):
            self.met.hidden.append((at, words))
            return
        if is_on(properties, "strike") or is_on(properties, "dstrike"):
            self.met.struck.append((at, words))
        if is_on(properties, "caps") and words.upper() != words:
            self.met.capitals.append((at, words))
        style = value(properties, "rStyle")
        bold = is_on(properties, "b", otherwise=style in self._bold)
        slanted = is_on(properties, "i", otherwise=style in self._slanted)
        pieces.append((words, bold, slanted, is_on(properties, "u")))

    def _words(self, element: _Element, at: int) -> Iterator[str]:
        for node in element:
            tag = node.tag
            if tag == W + "t":
                yield (node.text or "").replace("\n", " ").replace("\t", " ")
            elif tag == W + "tab":
                yield "\t"
            elif tag == W + "br":
                yield "\n" if node.get(W + "type") in (None, "textWrapping") else " "
            elif tag == W + "cr":
                yield "\n"
            elif tag == W + "noBreakHyphen":
                self.met.signs.append((at, "a hyphen that does not break"))
                yield "-"
            elif tag == W + "sym":
                yield self._sign(node, at)
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                kind = "footnotes" if tag == W + "footnoteReference" else "endnotes"
                self.met.footnotes.append((at, self._notes.get((kind, node.get(W + "id") or ""), "")))
            elif tag in (W + "drawing", W + "pict", W + "object", MC + "AlternateContent", MC + "Choice"):
                self._drawn(node, at)

    def _drawn(self, element: _Element, at: int) -> None:
        boxes = [b for b in element.iter(W + "txbxContent") if not _within(b, element, MC + "Fallback")]
        outer = [b for b in boxes if not _within(b.getparent(), element, W + "txbxContent")]
        self._boxes += outer
        if not boxes:
            names = [e.get("descr") or e.get("name") or "" for e in element.iter() if str(e.tag).endswith("}docPr")]
            self.met.pictures.append((at, next((n for n in names if n), "a picture")))

    def _sign(self, node: _Element, at: int) -> str:
        code = node.get(W + "char") or ""
        number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) else 0
        sign = _SIGNS.get(number & 0xFF if number >= 0xF000 else number, "")
        if not sign and 0x20 <= number < 0xD800:
            sign = chr(number)
        self.met.signs.append((at, f"a sign of the font {node.get(W + 'font')}, taken as {sign or '□'}"))
        return sign or "□"


def _flat(block: Words | Cells) -> Iterator[Words]:
    if isinstance(block, Words):
        yield block
    else:
        for row in block.rows:
            for cell in row:
                yield from cell


def _within(element: _Element | None, top: _Element, tag: str) -> bool:
    while element is not None and element is not top:
        if element.tag == tag:
            return True
        element = element.getparent()
    return False


def _styles(package: WordPackage, mark: str) -> frozenset[str]:
    """Return the ids of the character styles that are bold, or italic: a term may be marked by its style alone."""
    name = package.related(package.main, "styles")
    return frozenset(
        style.get(W + "styleId") or ""
        for style in (package.tree(name).iter(W + "style") if name is not None else ())
        if style.get(W + "type") == "character" and is_on(style.find(W + "rPr"), mark)
    )


def _notes(package: WordPackage) -> Iterator[tuple[tuple[str, str], str]]:
    for kind in ("footnotes", "endnotes"):
        name = package.related(package.main, kind)
        for note in package.tree(name) if name is not None else ():
            words = " ".join("".join(t.text or "" for t in p.iter(W + "t")) for p in note.iter(W + "p"))
            yield (kind, note.get(W + "id") or ""), " ".join(words.split())


def _tidied(pieces: list[tuple[str, bool, bool, bool]]) -> tuple[str, list[tuple[bool, bool, bool]], bool]:
    """Return the words with one blank where there were several, how each letter looks, and whether that changed it."""
    text: list[str] = []
    flags: list[tuple[bool, bool, bool]] = []
    spaced = False
    for words, *look in pieces:
        for sign in words:
            if sign in " \t":
                spaced = spaced or sign == "\t" or bool(text and text[-1] == " ")
                if not text or text[-1] in " \n":
                    continue
                sign = " "
            elif sign == "\n" and text and text[-1] == " ":
                text.pop()
                flags.pop()
            text.append(sign)
            flags.append((look[0], look[1], look[2]))
    while text and text[-1] in " \n\u00a0":
        text.pop()
        flags.pop()
    start = next((n for n, sign in enumerate(text) if sign != "\n"), len(text))
    return "".join(text[start:]), flags[start:], spaced


def _stretches(text: str, flags: list[tuple[bool, bool, bool]], which: int) -> Stretches:
    """Return where letters look so; blanks between two such words belong to them."""
    out: list[tuple[int, int]] = []
    for n, (sign, look) in enumerate(zip(text, flags, strict=True)):
        if not look[which] or sign.isspace():
            continue
        if out and not text[out[-1][1] : n].strip():
            out[-1] = (out[-1][0], n + 1)
        else:
            out.append((n, n + 1))
    return tuple(out)
