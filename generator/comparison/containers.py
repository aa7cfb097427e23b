"""Two containers (body, cell, note, text box, header) compared: the new one is marked, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.comparison.changes import ChangeKind, plain_of
from generator.comparison.marking import moved_range
from generator.comparison.paragraphs import blocks_of
from generator.comparison.passages import compare_passage
from generator.comparison.steps import Steps
from generator.comparison.tables import compare_tables
from generator.comparison.word_package import W
from generator.comparison.work import Story, Work

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["compare_containers"]


def compare_containers(work: Work, old: _Element, new: _Element, story: Story) -> None:
    """Compare two containers (body, cell, note, text box, header) and mark the new one."""
    olds, news = list(blocks_of(old)), list(blocks_of(new))
    pairing = Steps(work, olds, news, story)
    steps = pairing.steps()
    moved = pairing.moves(steps)
    last: _Element | None = None

    def put(element: _Element) -> None:
        if last is not None:
            last.addnext(element)
        elif news:
            top = news[0]
            while (parent := top.getparent()) is not None and parent is not new:
                top = parent
            top.addprevious(element)
        else:
            new.append(element)

    for n, step in enumerate(steps):
        match step.kind:
            case "same" | "cluster":
                compare_passage(work, step, [olds[i] for i in step.old], [news[j] for j in step.new], story)
                last = news[step.new[-1]]
            case "table":
                compare_tables(work, olds[step.old[0]], news[step.new[0]], story)
                last = news[step.new[0]]
            case "ins":
                last = _came(work, news[step.new[0]], story, moved.get(n))
            case _:
                lent = work.lender.copied(olds[step.old[0]], story.old_part, story.new_part)
                put(lent)
                last = _went(work, lent, olds[step.old[0]], story, moved.get(n))


def _came(work: Work, block: _Element, story: Story, move: str | None) -> _Element:
    if block.tag == W + "tbl":
        work.told.change(ChangeKind.INSERTED, story.name, "", plain_of(block))
        work.marker.table(block, "ins", note=work.notes.marking("ins"))
        return block
    text = work.text(block, story.new_formats)
    work.heading(text, story)
    name = "moveTo" if move else "ins"
    if not move:
        work.told.change(ChangeKind.INSERTED, story.name, "", text.text)
    work.marker.paragraph(block, name, mark=True, note=work.notes.marking(name))
    if move:
        moved_range(work.marker, block, name, move)
        following = block.getnext()
        return block if following is None else following
    return block


def _went(work: Work, lent: _Element, old: _Element, story: Story, move: str | None) -> _Element:
    if lent.tag == W + "tbl":
        work.told.change(ChangeKind.DELETED, story.name, plain_of(old), "")
        work.marker.table(lent, "del", note=work.notes.marking("del"))
        return lent
    text = work.text(old, story.old_formats)
    name = "moveFrom" if move else "del"
    work.told.change(ChangeKind.MOVED if move else ChangeKind.DELETED, story.name, text.text, "")
    work.marker.paragraph(lent, name, mark=True, note=work.notes.marking(name))
    if move:
        moved_range(work.marker, lent, name, move)
        following = lent.getnext()
        return lent if following is None else following
    return lent
