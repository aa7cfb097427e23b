"""The marks of tracked changes, put where Word wants them (ECMA-376 Part 1, 17.13.5).

Specimens, as Word writes them::

    <w:p><w:pPr><w:rPr><w:del w:id="3" w:author="A" w:date="…"/><w:b/></w:rPr></w:pPr>
      <w:del w:id="4" …><w:r><w:delText xml:space="preserve">gone </w:delText></w:r></w:del></w:p>
    <w:p><w:pPr><w:rPr><w:moveFrom w:id="5" …/></w:rPr></w:pPr>
      <w:moveFromRangeStart w:id="6" … w:name="move1"/>
      <w:moveFrom w:id="7" …><w:r><w:t>moved</w:t></w:r></w:moveFrom>
    </w:p><w:moveFromRangeEnd w:id="6"/>
    <w:tr><w:trPr><w:ins w:id="8" …/></w:trPr>…</w:tr>
    <w:tc><w:tcPr><w:tcW …/><w:cellDel w:id="9" …/></w:tcPr>…</w:tc>

In the ``w:rPr`` of a paragraph mark the mark's own change comes first; that ``w:rPr`` stands before ``w:sectPr`` and
``w:pPrChange``, which is last. ``w:del`` holds ``w:delText``; ``w:moveFrom`` keeps ``w:t``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from generator.comparison.paragraphs import blocks_of, boxes_in, has_box, pieces_of
from generator.comparison.word_package import W, cells_of, rows_of, whole_number

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Marker", "deleted_text", "finish", "highest_id", "settle_controls", "settle_open_fields"]

_ANNOTATIONS = (W + "bookmarkStart", W + "bookmarkEnd", W + "commentRangeStart", W + "permStart", W + "comment")
_MARKS = {W + name for name in ("ins", "del", "cellIns", "cellDel", "cellMerge")}
_MARKED = (W + "ins", W + "del", W + "moveFrom", W + "moveTo")
_AFTER_MARK = (W + "sectPr", W + "pPrChange")


def _properties(element: _Element, name: str) -> _Element:
    """Return the properties (``pPr``, ``rPr``, ``tcPr``) of a paragraph, run or cell, made where it has none."""
    found = element.find(W + name)
    if found is None:
        found = element.makeelement(W + name)
        element.insert(0, found)
    return found


class Marker:
    """Marks changes as those of one author at one time; ids rise and are never given twice."""

    def __init__(self, author: str, date: dt.datetime, first: int) -> None:
        self._author = author
        self._date = date.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._next = first
        self.count = 0
        self._ranges: dict[tuple[str, str], str] = {}

    def id(self) -> str:
        """Return the next id."""
        self._next += 1
        return str(self._next - 1)

    def mark(self, like: _Element, tag: str, **more: str) -> _Element:
        """Return a new mark; ``like`` is any element of the same part."""
        self.count += 1
        mark = like.makeelement(W + tag, {W + "id": self.id(), W + "author": self._author, W + "date": self._date})
        for key, given in more.items():
            mark.set(W + key, given)
        return mark

    # -------- paragraph marks and properties

    def paragraph_mark(self, paragraph: _Element, name: str) -> None:
        """Mark the end of a paragraph as ``ins``, ``del``, ``moveFrom`` or ``moveTo``."""
        properties = _properties(paragraph, "pPr")
        of_mark = properties.find(W + "rPr")
        if of_mark is None:
            of_mark = properties.makeelement(W + "rPr")
            after = [n for n, child in enumerate(properties) if child.tag in _AFTER_MARK]
            properties.insert(after[0] if after else len(properties), of_mark)
        of_mark.insert(0, self.mark(paragraph, name))

    def paragraph_change(self, paragraph: _Element, old: _Element | None) -> None:
        """Note the old properties of a paragraph; ``old`` is a ``w:pPr`` of its own or None."""
        self._was(paragraph, "pPr", old, (W + "rPr", W + "sectPr", W + "pPrChange"))

    def run_change(self, run: _Element, old: _Element | None) -> None:
        """Note the old properties of a run; ``old`` is a ``w:rPr`` of its own or None."""
        self._was(run, "rPr", old, (W + "rPrChange",))

    def _was(self, element: _Element, name: str, old: _Element | None, without: Collection[str]) -> None:
        """Note what the properties ``name`` of ``element`` were, ``without`` those that such a note cannot hold."""
        properties = _properties(element, name)
        change = self.mark(element, f"{name}Change")
        before = element.makeelement(W + name)
        if old is not None:
            before.extend([c for c in old if c.tag not in without])
        change.append(before)
        properties.append(change)

    def properties_change(self, element: _Element, name: str, old: _Element | None) -> None:
        """Note the old properties (``tblPr``, ``trPr``, ``tcPr``) of a table, row or cell; None if it had none."""
        properties = element.find(W + name)
        if properties is None:
            properties = element.makeelement(W + name)
            first = element.find(W + "tblPrEx")
            element.insert(0 if first is None else element.index(first) + 1, properties)
        self.settings_change(properties, element.makeelement(W + name) if old is None else old)

    def settings_change(self, properties: _Element, old: _Element | None) -> None:
        """Note what properties (``sectPr``, ``tblPr`` …) were; ``old`` is such an element of its own."""
        name = properties.tag.rpartition("}")[2]
        change = self.mark(properties, f"{name}Change")
        before = properties.makeelement(properties.tag) if old is None else old
        for child in [c for c in before if c.tag in _MARKS]:
            before.remove(child)
        change.append(before)
        properties.append(change)

    # -------- moves

    def range_start(self, paragraph: _Element, name: str, move: str) -> None:
        """Begin the range of a move in a paragraph; ``name`` is ``moveFrom`` or ``moveTo``."""
        start = self.mark(paragraph, f"{name}RangeStart", name=move)
        at = 1 if len(paragraph) and paragraph[0].tag == W + "pPr" else 0
        paragraph.insert(at, start)
        self._ranges[name, move] = start.get(W + "id", "")

    def range_end(self, paragraph: _Element, name: str, move: str) -> _Element:
        """End the range of a move after a paragraph and return its end."""
        end = paragraph.makeelement(W + f"{name}RangeEnd", {W + "id": self._ranges[name, move]})
        paragraph.addnext(end)
        return end

    # -------- runs

    def wrap(self, element: _Element, name: str) -> None:
        """Put ``w:ins`` (``del`` …) around a run; neighbours of the same kind share one."""
        parent = element.getparent()
        if parent is None:
            return
        if name == "del":
            deleted_text(element)
        before = element.getprevious()
        if before is not None and before.tag == W + name and before.get("joins") == name:
            before.append(element)
            return
        mark = self.mark(element, name)
        mark.set("joins", name)
        element.addprevious(mark)
        mark.append(element)

    # -------- wholes

    def paragraph(self, paragraph: _Element, name: str, *, mark: bool, note: Callable[[_Element], None]) -> None:
        """Mark all of a paragraph, and its end if ``mark``; ``note`` is told each reference to a note in it."""
        for piece in pieces_of(paragraph):
            for element in piece.elements:
                self.inside(element, name, note)
                self.wrap(element, name)
        if mark:
            self.paragraph_mark(paragraph, name)

    def inside(self, run: _Element, name: str, note: Callable[[_Element], None]) -> None:
        """Mark what stands in a run's text boxes, and the notes it refers to."""
        inner = {"moveFrom": "del", "moveTo": "ins"}.get(name, name)
        for child in run:
            if child.tag in (W + "footnoteReference", W + "endnoteReference"):
                note(child)
            elif has_box(child):
                for box in boxes_in(child):
                    self.container(box, inner, note=note)

    def container(
        self, container: _Element, name: str, *, note: Callable[[_Element], None], every: bool = False
    ) -> None:
        """Mark all that a cell, note, text box or header holds; its last paragraph mark only if ``every``."""
        blocks = list(blocks_of(container))
        for n, block in enumerate(blocks):
            if block.tag == W + "tbl":
                self.table(block, name, note=note)
            else:
                self.paragraph(block, name, mark=every or n + 1 < len(blocks), note=note)

    def table(self, table: _Element, name: str, *, note: Callable[[_Element], None]) -> None:
        """Mark every row of a table."""
        for row in rows_of(table):
            self.row(row, name, note=note)

    def row(self, row: _Element, name: str, *, note: Callable[[_Element], None]) -> None:
        """Mark a row, and every run and paragraph mark in it."""
        properties = row.find(W + "trPr")
        if properties is None:
            properties = row.makeelement(W + "trPr")
            first = row.find(W + "tblPrEx")
            row.insert(0 if first is None else row.index(first) + 1, properties)
        properties.append(self.mark(row, name))
        for cell in cells_of(row):
            self.container(cell, name, note=note, every=True)

    def cell(self, cell: _Element, name: str, *, note: Callable[[_Element], None]) -> None:
        """Mark a cell (``ins`` or ``del``) and all it holds."""
        _properties(cell, "tcPr").append(self.mark(cell, "cellIns" if name == "ins" else "cellDel"))
        self.container(cell, name, note=note)


def deleted_text(element: _Element) -> None:
    """Turn the text of a deleted run into ``w:delText``; text boxes in it hold runs of their own."""
    for child in element:
        if child.tag == W + "t":
            child.tag = W + "delText"
        elif child.tag == W + "instrText":
            child.tag = W + "delInstrText"


def finish(root: _Element) -> None:
    """Take off what only marking needed."""
    for mark in root.iter(*_MARKED):
        mark.attrib.pop("joins", "")


def settle_open_fields(root: _Element, marker: Marker) -> None:
    """Mark the signs of fields that span paragraphs (a table of contents) where the first of them came in.

    Such a field is no piece of any paragraph; its signs would stay behind when its paragraphs are rejected.
    """
    waiting: list[list[_Element]] = []
    for run in root.iter(W + "r"):
        sign = run.find(W + "fldChar")
        kind = None if sign is None else sign.get(W + "fldCharType")
        if kind == "begin":
            waiting.append([run])
        elif waiting and (sign is not None or run.find(W + "instrText") is not None):
            waiting[-1].append(run)
        if kind == "end" and waiting:
            signs = waiting.pop()
            first, last = (next(s.iterancestors(W + "p"), None) for s in (signs[0], signs[-1]))
            if first is not last and first is not None and first.find(f"{W}pPr/{W}rPr/{W}ins") is not None:
                for bare in [s for s in signs if next(s.iterancestors(*_MARKED), None) is None]:
                    marker.wrap(bare, "ins")


def settle_controls(root: _Element) -> None:
    """See to content controls that hold changes.

    One whose whole content came in is taken off its content: rejecting would leave it empty, and Word prints
    “Click or tap here to enter text” there. One that is filled from data elsewhere in the file is cut off from them:
    Word would fill it again when it opens the file, and the changes would be gone (17.5.2.6, ``w:dataBinding``).
    """
    for control in list(root.iter(W + "sdt")):
        content = control.find(W + "sdtContent")
        parent = control.getparent()
        if content is None or parent is None:
            continue
        came = any(a.tag in (W + "ins", W + "moveTo") for a in control.iterancestors())
        if not came and next(content.iter(*_MARKED), None) is None:
            continue
        properties = control.find(W + "sdtPr")
        for binding in [] if properties is None else [c for c in properties if c.tag.endswith("}dataBinding")]:
            binding.getparent().remove(binding)  # type: ignore[union-attr]
        if _all_came(content):
            at = parent.index(control)
            parent[at : at + 1] = list(content)


def _all_came(content: _Element) -> bool:
    """Return whether nothing of a control's content would be left if every change were rejected."""
    came = (W + "ins", W + "moveTo")
    for paragraph in content.iter(W + "p"):
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is None or all(mark.find(tag) is None for tag in came):
            return False
    if next(content.iter(W + "del", W + "moveFrom"), None) is not None:
        return False
    runs = list(content.iter(W + "r"))
    return all(next(run.iterancestors(*came), None) is not None for run in runs)


def highest_id(root: _Element) -> int:
    """Return the highest id of bookmarks, comments and the like, with which those of changes share their space."""
    ids = (whole_number(e.get(W + "id")) for e in root.iter(*_ANNOTATIONS))
    return max((i for i in ids if i is not None and i < 0x3FFFFFFF), default=0)
