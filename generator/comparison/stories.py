"""What a Word file says, story by story: the measure that a redline is held against.

A story is the text of the body or of a header or footer; notes and text boxes are read where they stand. The result
is made of plain values, so that two files say the same exactly if their stories are equal. Paragraphs, tables, rows
and cells count; looks do not. This shares nothing with the code that writes redlines.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from generator.comparison.word_package import MC, NOTES, R, W, WordPackage, asks_nothing, cells_of, rows_of
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Block", "Stories", "first_difference", "plain_text", "read_stories"]

# A paragraph is its text; a table a tuple of rows, each a tuple of cells, each a tuple of blocks.
Block: TypeAlias = "str | tuple[tuple[tuple[Block, ...], ...], ...]"

Stories: TypeAlias = "dict[str, tuple[Block, ...]]"

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BEGIN, _SEPARATE, _END, _CODE, _CODE_END = "\ue000", "\ue001", "\ue002", "\ue006", "\ue007"
_TRANSPARENT = {W + t for t in ("sdtContent", "sdt", "customXml", "smartTag", "hyperlink", "ins", "del", "moveTo",
                                "moveFrom", "dir", "bdo", "r")}  # fmt: skip
_DEEPEST = 20  # fields in fields
_SIGNS = {W + "tab": "\t", W + "cr": "\n", W + "noBreakHyphen": "\u2011", W + "softHyphen": "\u00ad", W + "ptab": "\t"}
_FIELD = re.compile(f"{_BEGIN}([^{_BEGIN}{_SEPARATE}{_END}]*)(?:{_SEPARATE}([^{_BEGIN}{_END}]*))?{_END}")


@dataclass(frozen=True, slots=True)
class _Reader:
    package: WordPackage
    part: str
    notes: dict[str, dict[str, str]]

    def blocks(self, container: _Element) -> Iterator[Block]:
        for child in container:
            if child.tag == W + "p":
                yield self.paragraph(child)
            elif child.tag == W + "tbl":
                rows = tuple(tuple(self.cells(row)) for row in rows_of(child))
                if rows:
                    yield rows
            elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml"):
                yield from self.blocks(child)

    def cells(self, row: _Element) -> Iterator[tuple[Block, ...]]:
        for cell in cells_of(row):
            yield tuple(self.blocks(cell))

    def paragraph(self, paragraph: _Element) -> str:
        text = "".join(self.inline(paragraph))
        # A field that ends where it begins counts with its code. A table of contents spans paragraphs: its codes are
        # no text of any of them.
        before = ""
        for _ in range(_DEEPEST):
            if before == text:
                break
            before, text = text, _FIELD.sub(_field, text)
        text = re.sub(f"{_CODE}[^{_CODE_END}]*{_CODE_END}", "", text)
        return re.sub(f"[{_BEGIN}{_SEPARATE}{_END}]", "", text)

    def inline(self, parent: _Element) -> Iterator[str]:
        for child in parent:
            tag = child.tag
            if tag in (W + "t", _M + "t"):
                yield child.text or ""
            elif tag == W + "instrText":
                yield f"{_CODE}{child.text or ''}{_CODE_END}"
            elif tag in _TRANSPARENT or tag.startswith(_M):
                yield from self.inline(child)
            elif tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag == W + "br":
                yield {"page": "\f", "column": "\v"}.get(child.get(W + "type", ""), "\n")
            elif tag == W + "sym":
                yield f"⟦{child.get(W + 'font')} {child.get(W + 'char')}⟧"
            elif tag == W + "fldChar":
                yield {"begin": _BEGIN, "separate": _SEPARATE}.get(child.get(W + "fldCharType", ""), _END)
            elif tag == W + "fldSimple":
                yield f"{_BEGIN}{_CODE}{child.get(W + 'instr', '')}{_CODE_END}{_SEPARATE}"
                yield from self.inline(child)
                yield _END
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                kind = "footnotes" if tag == W + "footnoteReference" else "endnotes"
                yield f"⟦note {self.notes.get(kind, {}).get(child.get(W + 'id', ''), '')}⟧"
            elif tag in (W + "drawing", W + "pict", W + "object", MC + "AlternateContent"):
                yield self.picture(child)
            elif tag == W + "ruby":
                yield "".join(t.text or "" for t in child.iter(W + "t"))

    def picture(self, element: _Element) -> str:
        choice = element.find(MC + "Choice") if element.tag == MC + "AlternateContent" else element
        boxes = [] if choice is None else list(_outermost(choice, W + "txbxContent"))
        if boxes:
            said = _digest(tuple(tuple(self.blocks(box)) for box in boxes))
            other = element.find(MC + "Fallback") if element.tag == MC + "AlternateContent" else None
            if other is not None and (again := list(_outermost(other, W + "txbxContent"))):
                said += _digest(tuple(tuple(self.blocks(box)) for box in again))
            return f"⟦box {said}⟧"
        return f"⟦picture {' '.join(self.digests(element))}⟧"

    def digests(self, element: _Element) -> Iterator[str]:
        """Yield what a picture shows: the digest of every part it names, in order."""
        for inner in element.iter():
            drawn = self.package.relation(self.part, inner.get(R + "dm", ""))
            if drawn is not None and drawn.target in self.package:
                # A diagram is its words; Word counts the ids of their boxes anew each time.
                yield " ".join(t.text or "" for t in self.package.tree(drawn.target).iter(_A + "t"))
            for name in (R + "embed", R + "id", R + "link", R + "pict"):
                relation = self.package.relation(self.part, inner.get(name, ""))
                if relation is not None and not relation.outside and relation.target in self.package:
                    content = self.package.read(relation.target)
                    yield hashlib.sha256(content).hexdigest()[:16]


def _digest(said: object) -> str:
    """Return a short name of what a note or box says; it may be referred to, or nested, a thousand times."""
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _field(match: re.Match[str]) -> str:
    code = " ".join(re.sub(f"[{_CODE}{_CODE_END}]", "", match.group(1)).split())
    if asks_nothing(code):
        return match.group(2) or ""
    return f"\ue003{code}\ue004{match.group(2) or ''}\ue005"


def _outermost(element: _Element, tag: str) -> Iterator[_Element]:
    for child in element:
        if child.tag == tag:
            yield child
        else:
            yield from _outermost(child, tag)


def read_stories(package: WordPackage) -> Stories:
    """Return what ``package`` says: ``body`` and each header and footer by section; empty ones are left out."""
    notes: dict[str, dict[str, str]] = {}
    for kind in NOTES:
        part = package.related(package.main, kind)
        if part is None:
            continue
        reader = _Reader(package, part, {})
        notes[kind] = {
            note.get(W + "id", ""): _digest(tuple(reader.blocks(note)) or ("",))
            for note in package.tree(part)
            if note.get(W + "type") not in ("separator", "continuationSeparator", "continuationNotice")
        }
    body = tuple(_Reader(package, package.main, notes).blocks(package.body))
    # Word ends a text with a paragraph: after a table that stands last it puts an empty one.
    stories: Stories = {"body": (*body, "") if body and not isinstance(body[-1], str) else body}
    in_force: dict[tuple[str, str], str] = {}
    for n, section in enumerate(package.body.iter(W + "sectPr"), 1):
        if (parent := section.getparent()) is not None and parent.tag == W + "sectPrChange":
            continue
        for reference in section:
            side = {W + "headerReference": "header", W + "footerReference": "footer"}.get(reference.tag)
            relation = package.relation(package.main, reference.get(R + "id", "")) if side else None
            if side and relation is not None and relation.target in package:
                in_force[side, reference.get(W + "type", "default")] = relation.target
        for (side, which), part in sorted(in_force.items()):
            said = tuple(_Reader(package, part, notes).blocks(package.tree(part)))
            if any(block != "" for block in said):
                stories[f"{which} {side} of section {n}"] = said
    return stories


def first_difference(one: Stories, other: Stories) -> str:
    """Return the name of the first story that differs ("" if none does), with the number of the block in it."""
    for story in dict.fromkeys((*one, *other)):
        a, b = one.get(story, ()), other.get(story, ())
        if a != b:
            n = next((n for n, (x, y) in enumerate(zip(a, b, strict=False), 1) if x != y), min(len(a), len(b)) + 1)
            return f"{story}, block {n}"
    return ""


def plain_text(block: Block) -> str:
    """Return a block as text; cells are parted by tabs."""
    if isinstance(block, str):
        return block
    return "\n".join("\t".join("\n".join(map(plain_text, cell)) for cell in row) for row in block)
