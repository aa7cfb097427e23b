"""Two containers (body, cell, note, text box, header) compared: the new one is marked, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.comparison.changes import ChangeKind, plain_of
from generator.comparison.paragraphs import blocks_of
from generator.comparison.passages import compare_passage, mark_moved
from generator.comparison.steps import Move, Step, Steps
from generator.comparison.tables import compare_tables, moved_wholes, tell_inside
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
    tables = _moved_tables(work, steps, olds, news, story)
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
                last = _came(work, news[step.new[0]], story, moved.get(n), tables.get(n))
            case _:
                lent = work.lender.copied(olds[step.old[0]], story.old_part, story.new_part)
                put(lent)
                last = _went(work, lent, olds[step.old[0]], story, moved.get(n), n in tables)


def _moved_tables(
    work: Work, steps: list[Step], olds: list[_Element], news: list[_Element], story: Story
) -> dict[int, _Element | None]:
    """Return the steps of tables that stand elsewhere now; those that came with the table they were."""
    gone = [n for n, s in enumerate(steps) if s.kind == "del" and olds[s.old[0]].tag == W + "tbl"]
    came = [n for n, s in enumerate(steps) if s.kind == "ins" and news[s.new[0]].tag == W + "tbl"]
    if not gone or not came:
        return {}
    said_old = [work.key(olds[steps[n].old[0]], story.old_formats) for n in gone]
    said_new = [work.key(news[steps[n].new[0]], story.new_formats) for n in came]
    moved: dict[int, _Element | None] = {}
    for i, j in moved_wholes(said_old, said_new, {}).items():
        moved[gone[i]], moved[came[j]] = None, olds[steps[gone[i]].old[0]]
    return moved


def _came(work: Work, block: _Element, story: Story, move: Move | None, was: _Element | None) -> _Element:
    work.here(block, story)
    if block.tag == W + "tbl":
        if was is None:
            work.told.change(ChangeKind.INSERTED, story.name, "", plain_of(block))
        else:
            tell_inside(work, was, block, story)
        work.marker.table(block, "ins", note=work.notes.marking("ins"))
        return block
    text = work.text(block, story.new_formats)
    if move is None:
        work.told.change(ChangeKind.INSERTED, story.name, "", text.text)
        work.marker.paragraph(block, "ins", mark=True, note=work.notes.marking("ins"))
        return block
    work.told.arrived(move.name)
    mark_moved(work, move, block, story, gone=False)
    return _in_range(work, block, "moveTo", move)


def _went(work: Work, lent: _Element, old: _Element, story: Story, move: Move | None, elsewhere: bool) -> _Element:
    work.there(old, story)
    if lent.tag == W + "tbl":
        work.told.change(ChangeKind.MOVED if elsewhere else ChangeKind.DELETED, story.name, plain_of(old), "")
        work.marker.table(lent, "del", note=work.notes.marking("del"))
        return lent
    text = work.text(old, story.old_formats)
    if move is None:
        work.told.change(ChangeKind.DELETED, story.name, text.text, "")
        work.marker.paragraph(lent, "del", mark=True, note=work.notes.marking("del"))
        return lent
    work.told.moved(move.name, story.name, text.text)
    mark_moved(work, move, lent, story, gone=True)
    return _in_range(work, lent, "moveFrom", move)


def _in_range(work: Work, paragraph: _Element, name: str, move: Move) -> _Element:
    """Begin and end the range of a move around a paragraph; return the last element that belongs to it."""
    if move.begins:
        work.marker.range_start(paragraph, name, move.name)
    return work.marker.range_end(paragraph, name, move.name) if move.ends else paragraph
