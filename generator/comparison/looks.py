"""Looks that changed where no word did: tables, rows, cells, page setup, styles, as Word tracks them.

Each holds its properties as they were in a ``…PrChange`` at its end (ECMA-376 Part 1, 17.13.5.33–37), as Word writes::

    <w:tblPr>…<w:tblPrChange w:id="1" w:author="A" w:date="…"><w:tblPr>…</w:tblPr></w:tblPrChange></w:tblPr>
    <w:sectPr>…<w:sectPrChange w:id="2" …><w:sectPr>…</w:sectPr></w:sectPrChange></w:sectPr>
    <w:style …>…<w:pPr>…<w:pPrChange w:id="3" …><w:pPr>…</w:pPr></w:pPrChange></w:pPr></w:style>

Which cells are joined is no look: it is told, and stays as in the new file. So is what Word tracks nowhere.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from generator.comparison.changes import ChangeKind, plain_of
from generator.comparison.paragraphs import canonical
from generator.comparison.word_package import W, attributes, value
from generator.comparison.work import Story, Work
from generator.fields import first_few

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["cell_looks", "row_looks", "section_looks", "style_looks", "table_looks"]

_TABLE = frozenset(("tblCaption", "tblDescription", "tblLook"))
_ROW = frozenset(("cnfStyle", "ins", "del"))
_CELL = frozenset(("cnfStyle", "cellIns", "cellDel", "cellMerge"))
_MERGED = frozenset(("gridSpan", "vMerge", "hMerge"))
_REFERENCES = frozenset(("headerReference", "footerReference"))
_STYLE = frozenset(("rsid", "uiPriority", "qFormat", "unhideWhenUsed", "semiHidden", "lang", "link", "next", "name"))
_BEFORE_LOOKS = {
    W + name
    for name in (
        "name", "aliases", "basedOn", "next", "link", "autoRedefine", "hidden", "uiPriority", "semiHidden",
        "unhideWhenUsed", "qFormat", "locked", "personal", "personalCompose", "personalReply", "rsid",
    )
}  # fmt: skip
_PAGE = {
    "pgSz": "paper",
    "pgMar": "margins",
    "cols": "columns",
    "pgNumType": "page numbers",
    "titlePg": "first page",
    "type": "where it begins",
    "pgBorders": "borders",
    "lnNumType": "line numbers",
}
_MOST = 5


def table_looks(work: Work, old: _Element, new: _Element, story: Story) -> None:
    """Mark a table whose borders, widths or shading changed."""
    before, after = old.find(W + "tblPr"), new.find(W + "tblPr")
    if canonical(before, story.old_formats, _TABLE) != canonical(after, story.new_formats, _TABLE):
        work.marker.properties_change(new, "tblPr", work.lender.properties(before, story.old_part, story.new_part))
        tell_table(work, new, story)


def tell_table(work: Work, table: _Element, story: Story) -> None:
    """Tell once that the looks of a table changed."""
    if table not in work.other_looks:
        work.other_looks.add(table)
        words = " ".join(plain_of(table).split()[:8])
        work.told.change(ChangeKind.FORMATTED, story.name, "", f"a table, its borders, widths or shading: {words} …")


def row_looks(work: Work, old: _Element, new: _Element, story: Story) -> None:
    """Mark a row whose height, header or place on the page changed."""
    before, after = old.find(W + "trPr"), new.find(W + "trPr")
    if canonical(before, story.old_formats, _ROW) != canonical(after, story.new_formats, _ROW):
        work.marker.properties_change(new, "trPr", work.lender.properties(before, story.old_part, story.new_part))
        _tell_of(work, new, story)


def cell_looks(work: Work, old: _Element, new: _Element, story: Story) -> None:
    """Mark a cell whose width, shading or borders changed; name it where cells were joined or parted."""
    before, after = old.find(W + "tcPr"), new.find(W + "tcPr")
    if canonical(before, story.old_formats, _CELL) == canonical(after, story.new_formats, _CELL):
        return
    lent = work.lender.properties(before, story.old_part, story.new_part)
    if _only(before, _MERGED, story) != _only(after, _MERGED, story):
        work.merged_cells += 1
        if lent is not None:
            _keep_merging(lent, after)
    if canonical(lent, story.new_formats, _CELL) != canonical(after, story.new_formats, _CELL):
        work.marker.properties_change(new, "tcPr", lent)
        _tell_of(work, new, story)


def _tell_of(work: Work, inside: _Element, story: Story) -> None:
    table = next((a for a in inside.iterancestors(W + "tbl")), None)
    if table is not None:
        tell_table(work, table, story)


def _only(properties: _Element | None, names: frozenset[str], story: Story) -> str:
    if properties is None:
        return ""
    others = frozenset(child.tag.rpartition("}")[2] for child in properties) - names
    return canonical(properties, story.new_formats, others)


def _keep_merging(lent: _Element, after: _Element | None) -> None:
    """Give the old properties the joins of the new ones, each in its place (CT_TcPrBase)."""
    for child in [c for c in lent if c.tag.rpartition("}")[2] in _MERGED]:
        lent.remove(child)
    at = len([c for c in lent if c.tag in (W + "cnfStyle", W + "tcW")])
    for name in ("gridSpan", "hMerge", "vMerge"):
        there = None if after is None else after.find(W + name)
        if there is not None:
            lent.insert(at, copy.deepcopy(there))
            at += 1


def section_looks(work: Work, story: Story) -> None:
    """Mark the sections whose page setup changed."""
    for n, (old, new) in enumerate(work.sections, 1):
        if old is None:
            continue
        before = {c.tag.rpartition("}")[2] for c in old} | {c.tag.rpartition("}")[2] for c in new}
        other = [
            name
            for name in sorted(before - _REFERENCES)
            if _only(old, frozenset((name,)), story) != _only(new, frozenset((name,)), story)
        ]
        if other:
            lent = work.lender.properties(old, story.old_part, story.new_part)
            if lent is not None:
                for reference in [c for c in lent if c.tag.rpartition("}")[2] in _REFERENCES]:
                    lent.remove(reference)
                for key in attributes(lent):
                    del lent.attrib[key]
            work.marker.settings_change(new, lent)
            what = ", ".join(dict.fromkeys(_PAGE.get(name, "layout") for name in other))
            work.told.at("", "", "")
            work.told.change(ChangeKind.FORMATTED, "page setup", "", f"the page setup of part {n}: {what}")


def style_looks(work: Work, story: Story) -> None:
    """Mark the paragraph and character styles that both files have and define otherwise; name what cannot be."""
    tracked: list[str] = []
    others: list[str] = []
    for old, new in work.lender.same_styles():
        name = value(old, "name") or ""
        rest = _STYLE | {"pPr", "rPr"}
        if canonical(old, story.old_formats, rest) != canonical(new, story.new_formats, rest):
            others.append(name)
        for tag in ("pPr", "rPr"):
            before, after = old.find(W + tag), new.find(W + tag)
            leave = frozenset(("lang",))
            if canonical(before, story.old_formats, leave) == canonical(after, story.new_formats, leave):
                continue
            if new.get(W + "type") not in ("paragraph", "character"):
                others.append(name)
                continue
            if after is None:
                at = len([c for c in new if c.tag in _BEFORE_LOOKS or (tag == "rPr" and c.tag == W + "pPr")])
                new.insert(at, new.makeelement(W + tag))
            lent = work.lender.properties(before, story.old_part, story.new_part)
            (work.marker.paragraph_change if tag == "pPr" else work.marker.run_change)(new, lent)
            tracked.append(name)
    part = work.new.related(work.new.main, "styles")
    if tracked and part is not None:
        work.new.touch(part)
        work.told.at("", "", "")
        work.told.change(ChangeKind.FORMATTED, "styles", "", f"what these styles look like: {_first(tracked)}")
    if others:
        work.told.untracked.append(f"These styles are based on others, or are table styles with other looks: "
                                   f"{_first(others)}.")  # fmt: skip


def _first(names: list[str]) -> str:
    return first_few(list(dict.fromkeys(names)), _MOST)
