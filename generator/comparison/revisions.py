"""Accepting and rejecting every tracked change of a Word file, as Word's “Accept All” and “Reject All” do.

What the marks mean (ECMA-376 Part 1, 17.13.5): ``w:ins`` and ``w:moveTo`` around runs came in, ``w:del`` and
``w:moveFrom`` went; the same names in the ``w:rPr`` of a paragraph mark mean that the *mark* came or went, so that
rejecting or accepting joins the paragraph to the next one, whose properties stand; in ``w:trPr`` they mean the row,
``w:cellIns`` and ``w:cellDel`` the cell; each ``…PrChange`` holds the properties as they were.

Rows and cells are settled first, then runs, then paragraph marks: a paragraph then meets the neighbour it will have.
This shares nothing with the code that writes redlines, which is checked against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.comparison.word_package import W, WordPackage, attributes

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["accept_all", "has_revisions", "reject_all", "resolve"]

_CAME = (W + "ins", W + "moveTo")
_WENT = (W + "del", W + "moveFrom")
_CHANGES = {
    W + name
    for name in (
        "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tcPrChange", "trPrChange",
        "tblGridChange", "numberingChange",
    )
}  # fmt: skip
_RANGES = {
    W + kind + end
    for kind in ("moveFromRange", "moveToRange", "customXmlInsRange", "customXmlDelRange", "customXmlMoveFromRange",
                 "customXmlMoveToRange")
    for end in ("Start", "End")
}  # fmt: skip
_CELLS = {W + "cellIns", W + "cellDel", W + "cellMerge"}
_PROPERTIES = {W + "rPr", W + "trPr", W + "numPr", "{http://schemas.openxmlformats.org/officeDocument/2006/math}ctrlPr"}
_ANY = (*_CAME, *_WENT, *_CHANGES, *_RANGES, *_CELLS)
_CONTENT = {W + "t", W + "tab", W + "br", W + "cr", W + "drawing", W + "pict", W + "object", W + "sym",
            W + "noBreakHyphen", W + "footnoteReference", W + "endnoteReference", W + "ptab", W + "softHyphen",
            W + "fldChar", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}  # fmt: skip
_BLOCKS = {W + "p", W + "tbl", W + "sdt", W + "customXml", W + "sectPr"}


def has_revisions(package: WordPackage) -> bool:
    """Return whether any text of the file holds a tracked change."""
    return any(next(package.tree(part).iter(*_ANY), None) is not None for part in _parts(package))


def _parts(package: WordPackage) -> Iterator[str]:
    """Yield the parts that may hold tracked changes: all texts, and the styles (17.13.5.29)."""
    yield from package.story_parts()
    styles = package.related(package.main, "styles")
    if styles is not None:
        yield styles


def accept_all(package: WordPackage) -> None:
    """Accept every tracked change in every text of ``package``."""
    for part in _parts(package):
        resolve(package.tree(part), accept=True)
        package.touch(part)


def reject_all(package: WordPackage) -> None:
    """Reject every tracked change in every text of ``package``."""
    for part in _parts(package):
        resolve(package.tree(part), accept=False)
        package.touch(part)


def resolve(root: _Element, *, accept: bool) -> None:
    """Settle every tracked change below ``root``."""
    stays, goes = (_CAME, _WENT) if accept else (_WENT, _CAME)
    if next(root.iter(*_ANY), None) is None:
        return
    _settle_rows(root, goes, W + ("cellDel" if accept else "cellIns"))
    joined = _settle_runs(root, stays, goes)
    for element in list(root.iter(*_CHANGES)):
        _settle_properties(element, accept=accept)
    for element in list(root.iter(*_RANGES, *_CELLS)):
        _remove(element)
    for text in list(root.iter(W + "delText", W + "delInstrText")):
        text.tag = W + ("t" if text.tag == W + "delText" else "instrText")
    for paragraph in joined:
        _join(paragraph)


def _remove(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: _Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    for child in list(element):
        element.addprevious(child)
    parent.remove(element)


def _settle_rows(root: _Element, goes: tuple[str, str], cell_goes: str) -> None:
    for mark in list(root.iter(cell_goes)):
        cell = mark.getparent()
        cell = None if cell is None else cell.getparent()
        if cell is not None:
            row = cell.getparent()
            _remove(cell)
            if row is not None and row.tag == W + "tr" and row.find(W + "tc") is None and row.find(W + "sdt") is None:
                _remove(row)
    for properties in list(root.iter(W + "trPr")):
        row = properties.getparent()
        if row is not None and any(properties.find(tag) is not None for tag in goes):
            _remove(row)
    for table in list(root.iter(W + "tbl")):
        if next(table.iter(W + "tr"), None) is None:
            _remove(table)


def _settle_runs(root: _Element, stays: tuple[str, str], goes: tuple[str, str]) -> list[_Element]:
    """Settle runs and take off the marks; return the paragraphs whose mark goes, in order."""
    joined: list[_Element] = []
    for element in list(root.iter(*stays, *goes)):
        parent = element.getparent()
        if parent is None:
            continue
        if parent.tag not in _PROPERTIES:
            if element.tag in goes:
                parent.remove(element)
            else:
                _unwrap(element)
            continue
        parent.remove(element)
        if element.tag not in goes:
            continue
        holder = parent.getparent()
        if parent.tag == W + "numPr":
            if holder is not None:
                holder.remove(parent)
        elif parent.tag == W + "rPr" and holder is not None and holder.tag == W + "pPr":
            paragraph = holder.getparent()
            if paragraph is not None and paragraph not in joined[-1:]:
                joined.append(paragraph)
        elif parent.tag not in (W + "rPr", W + "trPr"):
            # A fraction or root whose sign goes: what stands in it stays.
            _loosen(parent)
    return joined


def _loosen(control: _Element) -> None:
    math = control.getparent()
    math = None if math is None else math.getparent()
    if math is None or math.getparent() is None:
        return
    kept = [
        inner for part in math for inner in part if inner.tag.endswith(("}r", "}f", "}rad", "}sSup", "}sSub", "}d"))
    ]
    parent = math.getparent()
    assert parent is not None  # noqa: S101
    at = parent.index(math)
    parent[at : at + 1] = kept


def _settle_properties(change: _Element, *, accept: bool) -> None:
    now = change.getparent()
    if now is None:
        return
    if accept or change.tag in (W + "numberingChange", W + "tblGridChange"):
        now.remove(change)
        return
    before = change[0] if len(change) else None
    # What the change does not speak of stays: the properties of the mark, sections, headers and footers.
    own = {W + "pPr": (W + "rPr", W + "sectPr"), W + "sectPr": (W + "headerReference", W + "footerReference"),
           W + "trPr": (), W + "tcPr": ()}.get(now.tag, ())  # fmt: skip
    kept = [child for child in now if child.tag in own]
    old = [] if before is None else list(before)
    given = {} if before is None else attributes(before)
    for child in list(now):
        now.remove(child)
    if now.tag == W + "sectPr":
        for name in list(now.attrib):
            del now.attrib[name]
        for name, was in given.items():
            now.set(name, was)
        now.extend([*kept, *old])
    else:
        now.extend([*old, *kept])


def _next_block(element: _Element) -> _Element | None:
    """Return the block after ``element``, out of and into content controls, in the same cell, note or body."""
    here: _Element | None = element
    while here is not None:
        following = here.getnext()
        while following is not None and following.tag not in _BLOCKS:
            following = following.getnext()
        if following is not None:
            while following.tag in (W + "sdt", W + "customXml"):
                inside = following.find(W + "sdtContent") if following.tag == W + "sdt" else following
                blocks = [] if inside is None else [b for b in inside if b.tag in _BLOCKS]
                if not blocks:
                    return _next_block(following)
                following = blocks[0]
            return None if following.tag == W + "sectPr" else following
        here = here.getparent()
        if here is None or here.tag not in (W + "sdtContent", W + "sdt", W + "customXml"):
            return None
    return None


def _join(paragraph: _Element) -> None:
    """Join a paragraph whose mark is gone to the next one."""
    following = _next_block(paragraph)
    content = [child for child in paragraph if child.tag != W + "pPr"]
    if following is not None and following.tag == W + "p":
        at = 1 if len(following) and following[0].tag == W + "pPr" else 0
        following[at:at] = content
        _drop(paragraph)
    elif next(paragraph.iter(*_CONTENT), None) is None and _can_go(paragraph, following):
        _drop(paragraph)


def _can_go(paragraph: _Element, following: _Element | None) -> bool:
    """Return whether a container may lose this empty paragraph: a table stands after it, or a paragraph before it."""
    if following is not None:
        return True
    here: _Element | None = paragraph
    while here is not None:
        before = _last_of(here.getprevious())
        if before is not None:
            return before.tag == W + "p"
        here = here.getparent()
        if here is None or here.tag not in (W + "sdtContent", W + "sdt", W + "customXml"):
            return False
    return False


def _last_of(block: _Element | None) -> _Element | None:
    """Return a block, or the last one that a content control holds; what is no block is passed over."""
    while block is not None and block.tag not in _BLOCKS:
        block = block.getprevious()
    if block is None or block.tag not in (W + "sdt", W + "customXml"):
        return block
    inside = block.find(W + "sdtContent") if block.tag == W + "sdt" else block
    found = _last_of(inside[-1]) if inside is not None and len(inside) else None
    return found if found is not None else _last_of(block.getprevious())


def _drop(paragraph: _Element) -> None:
    parent = paragraph.getparent()
    if parent is None:
        return
    parent.remove(paragraph)
    # A content control of blocks that holds nothing more goes with its last paragraph.
    if parent.tag == W + "sdtContent" and not len(parent):
        holder = parent.getparent()
        if holder is not None:
            _remove(holder)
