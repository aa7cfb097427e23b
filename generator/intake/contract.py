"""A contract as numbered parts with paragraphs: what its headings, lists and typed numbers say it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from generator.comparison.outline import Spot, outline_of
from generator.comparison.revisions import accept_all, has_revisions
from generator.comparison.word_package import W, WordPackage, value
from generator.comparison.word_reading import WordFile
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

Stretches: TypeAlias = "tuple[tuple[int, int], ...]"

__all__ = ["Contract", "Line", "Part", "Rows", "read_contract"]

# A number that somebody typed: of a section, or of an item.
_NUMBER = re.compile(
    r"\s*(?:(?:section|article)\s+)?((?:[IVX]{1,5}|\d{1,3})(?:\.\d{1,3}){0,4})[.):]?[\s–—-]+(?=\S)", re.IGNORECASE
)
_ITEM = re.compile(r"\s*\(?([a-z]{1,2}|[ivx]{1,6}|\d{1,2}|[A-Z])\)\s+(?=\S)")
_SIGNING = re.compile(
    r"^\s*(in witness whereof|signature page|(by|name|print name|title|date|signed|its)\s*:\s*_*|_{5,})", re.IGNORECASE
)
_OFF = ("0", "false", "off")
_TITLE_WORDS = 9
_ATTACHED = re.compile(r"(schedule|exhibit|attachment|appendix|annex)\b\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: its text without the number before it, and how deep an item it is (0: none).

    ``strong`` and ``slanted`` are the stretches of the text that are bold and italic. ``number`` is what stood before
    it, typed or counted.
    """

    text: str
    depth: int = 0
    number: str = ""
    strong: Stretches = ()
    slanted: Stretches = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: its cells as text."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its number as printed, its level from 1, its heading, and what stands below it before the next."""

    number: str
    level: int
    title: str
    lines: tuple[Line | Rows, ...]

    @property
    def attached(self) -> bool:
        """Whether it is a schedule, exhibit or the like."""
        return bool(_ATTACHED.match(self.number))


@dataclass(frozen=True, slots=True)
class Contract:
    """What a contract holds. ``signing`` are the lines of its signature page, which are no clause."""

    title: str
    preamble: tuple[Line | Rows, ...]
    parts: tuple[Part, ...]
    signing: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Open:
    number: str
    level: int
    title: str
    lines: list[Line | Rows] = field(default_factory=list)


def read_contract(word: WordFile) -> Contract:
    """Return the contract in ``word``, a file that was found harmless; tracked changes count as accepted."""
    package = WordPackage(word)
    notes: list[str] = []
    if has_revisions(package):
        accept_all(package)
        notes.append("It holds tracked changes. They are read as accepted.")
    if next(package.body.iter(W + "footnoteReference", W + "endnoteReference"), None) is not None:
        notes.append("It has footnotes or endnotes. Their text is left out; look whether it says something.")
    if next(package.body.iter(W + "drawing", W + "pict"), None) is not None:
        notes.append("It holds pictures or text boxes. They are left out; look whether they say something.")
    spots = outline_of(package)
    bold = frozenset(_bold_styles(package))
    preamble: list[Line | Rows] = []
    parts: list[_Open] = []
    signing: list[str] = []
    title = ""
    for block in _blocks(package.body):
        here = parts[-1].lines if parts else preamble
        if block.tag == W + "tbl":
            here.append(_rows(block))
            continue
        spot = spots.get(block, Spot())
        text, strong, slanted = _text(block, bold)
        if not text.strip():
            continue
        if _SIGNING.match(text) and not spot.heading:
            signing.append(text.strip())
            continue
        if signing and not spot.heading and len(text.split()) < 12:
            signing.append(text.strip())
            continue
        line = _line(text, strong, slanted, spot)
        if not title and not parts and not preamble and not line.number and len(text.split()) < 15:
            title = text.strip()
            continue
        if spot.heading and (line.number or len(text.split()) <= _TITLE_WORDS + 3):
            name, rest = _named(line)
            if name:
                level = line.number.rstrip(".").count(".") + 1 if line.number else 1
                if _ATTACHED.match(line.number):
                    level = 1
                parts.append(_Open(line.number.rstrip("."), level, name))
                if rest is not None:
                    parts[-1].lines.append(rest)
                continue
        here.append(line)
    return Contract(
        title or "Imported Agreement",
        tuple(preamble),
        tuple(Part(p.number, p.level, p.title, tuple(p.lines)) for p in parts),
        tuple(signing),
        tuple(notes),
    )


def _blocks(container: _Element) -> Iterator[_Element]:
    for child in container:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag == W + "sdt":
            # A table of contents is made anew.
            if value(child.find(W + "sdtPr/" + W + "docPartObj"), "docPartGallery") == "Table of Contents":
                continue
            content = child.find(W + "sdtContent")
            if content is not None:
                yield from _blocks(content)
        elif child.tag == W + "customXml":
            yield from _blocks(child)


def _bold_styles(package: WordPackage) -> Iterator[str]:
    """Yield the ids of the character styles that are bold: a defined term may be marked by its style alone."""
    name = package.related(package.main, "styles")
    for style in package.tree(name).iter(W + "style") if name is not None else ():
        mark = style.find(f"{W}rPr/{W}b")
        if style.get(W + "type") == "character" and mark is not None and mark.get(W + "val") not in _OFF:
            yield style.get(W + "styleId") or ""


def _text(paragraph: _Element, bold: frozenset[str] = frozenset()) -> tuple[str, Stretches, Stretches]:
    """Return the words of a paragraph and where they are bold and italic; a break or tab is a blank."""
    style = value(paragraph.find(W + "pPr"), "pStyle") or ""
    if style.lower().startswith("toc"):
        return "", (), ()
    out: list[str] = []
    strong: list[tuple[int, int]] = []
    slanted: list[tuple[int, int]] = []
    at = 0
    for run in paragraph.iter(W + "r"):
        words = "".join(
            (node.text or "") if node.tag == W + "t" else " " if node.tag in (W + "tab", W + "br", W + "cr") else "-"
            for node in run.iter(W + "t", W + "tab", W + "br", W + "cr", W + "noBreakHyphen")
        )
        for tag, stretches in (("b", strong), ("i", slanted)):
            mark = run.find(f"{W}rPr/{W}{tag}")
            styled = tag == "b" and value(run.find(W + "rPr"), "rStyle") in bold
            on = styled if mark is None else mark.get(W + "val") not in _OFF
            if on and words.strip():
                if stretches and stretches[-1][1] == at:
                    stretches[-1] = (stretches[-1][0], at + len(words))
                else:
                    stretches.append((at, at + len(words)))
        out.append(words)
        at += len(words)
    return "".join(out), tuple(strong), tuple(slanted)


def _line(text: str, strong: Stretches, slanted: Stretches, spot: Spot) -> Line:
    """Return the paragraph without its number: one that Word counts, or one that somebody typed."""
    label = spot.label.strip()
    depth = spot.item.count("(")
    start = len(text) - len(text.lstrip())
    typed = False
    number = label
    if not label:
        found = _NUMBER.match(text) or _ITEM.match(text)
        if found is not None:
            number, start, typed = found[1], found.end(), True
            if found.re is _ITEM:
                depth = max(depth, 1)
    kept = text[start:].rstrip()
    is_item = bool(number) and (number.startswith("(") or not re.fullmatch(r"[\dIVX]+(\.\d+)*\.?", number))
    if label and is_item and not depth:
        depth = 1
    deep = depth if is_item or (typed and depth) else 0
    return Line(kept, deep, number, _from(strong, start, len(kept)), _from(slanted, start, len(kept)))


def _from(stretches: Stretches, start: int, length: int) -> Stretches:
    """Return ``stretches`` as they stand in the text from ``start`` on."""
    moved = ((max(a - start, 0), min(b - start, length)) for a, b in stretches)
    return tuple(s for s in moved if s[0] < s[1])


def _named(line: Line) -> tuple[str, Line | None]:
    """Return the title of a section, and the text that goes on after it in the same paragraph."""
    words = line.text.split()
    if line.text[:1] in "“\"‘'([":
        return "", None  # a definition, not a title
    if len(words) <= _TITLE_WORDS and not re.search(r"[.;:]\s", line.text):
        return line.text.strip().strip("–—-").strip().rstrip(".:"), None
    first = re.split(r"(?<=[^\W\d_])[.:](?:\s+|$)", line.text, maxsplit=1)
    if len(first) == 2 and len(first[0].split()) <= _TITLE_WORDS and first[0][:1].isupper():
        start = len(line.text) - len(first[1])
        rest = Line(
            first[1], 0, "", _from(line.strong, start, len(first[1])), _from(line.slanted, start, len(first[1]))
        )
        return first[0].strip(), rest if first[1].strip() else None
    return "", None


def _rows(table: _Element) -> Rows:
    rows = []
    for row in table.iter(W + "tr"):
        cells = [" ".join(_text(p)[0].strip() for p in cell.iter(W + "p")).strip() for cell in row.iter(W + "tc")]
        if cells:
            rows.append(tuple(cells))
    return Rows(tuple(rows))
