"""Paragraphs that belong together, compared word by word and marked in the new one's own runs."""

from __future__ import annotations

import copy
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.comparison.changes import ChangeKind
from generator.comparison.marking import deleted_text
from generator.comparison.paragraphs import Leaf, Text, boxes_in, cut, pieces_of, wrapper_of
from generator.comparison.placing import in_control, insert_at, pieces_within, taken_before, unnest
from generator.comparison.plans import Gone, Plan, other_looks, plans_of
from generator.comparison.steps import Move, Step
from generator.comparison.word_package import R, W, attributes
from generator.comparison.words import PARAGRAPH, Kind, edits
from generator.comparison.work import Story, Work

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["compare_passage", "mark_moved"]


def compare_passage(work: Work, step: Step, olds: list[_Element], news: list[_Element], story: Story) -> None:
    """Compare old paragraphs with what became of them, and mark that."""
    a = [work.text(p, story.old_formats) for p in olds]
    b = [work.text(p, story.new_formats) for p in news]
    work.here(news[0], story)
    if len(a) == len(b) == 1 and a[0].text == b[0].text and step.edits is None:
        same_looks = [(x.start, x.end, x.said) for x in a[0].looks] == [(x.start, x.end, x.said) for x in b[0].looks]
        if same_looks and a[0].shape == b[0].shape and not a[0].deep and a[0].section == b[0].section:
            if a[0].section:
                work.pair_sections(a[0].element, b[0].element)
            _links(work, a[0], b[0])
            return
    x, y = PARAGRAPH.join(t.text for t in a), PARAGRAPH.join(t.text for t in b)
    found = step.edits if step.edits is not None else edits(x, y)
    work.told.edits(found, x, y, story.name)
    plans = plans_of(found, a, b, x, y)
    for text, plan in zip(b, plans, strict=True):
        if plan.mark >= 0 and a[plan.mark].section != text.section:
            plan.gone.append(Gone(len(text.text), plan.mark))
            plan.mark = -1
        _carry_out(work, plan, a, text, story)
    if len(a) == len(b) == 1:
        _links(work, a[0], b[0])


def mark_moved(work: Work, move: Move, paragraph: _Element, story: Story, *, gone: bool) -> None:
    """Mark a paragraph that moved: the copy that went (``gone``), or the one that came.

    Words that are the same stand in ``w:moveFrom`` and ``w:moveTo``; those that went on the way in ``w:del`` beside
    the first, those that came in ``w:ins`` beside the second. Neither stands in the other: Word would manage, other
    programs lose the text.
    """
    old, new = work.text(move.old, story.old_formats).text, work.text(move.new, story.new_formats).text
    changed: list[tuple[int, int]] = []
    if old != new:
        found = edits(old, new)
        if gone:
            changed = [(e.old_start, e.old_end) for e in found if e.kind is Kind.DELETED]
        else:
            changed = [(e.new_start, e.new_end) for e in found if e.kind is Kind.INSERTED]
            work.told.edits(found, old, new, story.name)
        cut(paragraph, {place for stretch in changed for place in stretch})
    name, inner = ("moveFrom", "del") if gone else ("moveTo", "ins")
    for piece in pieces_of(paragraph):
        own = inner if any(start <= piece.start < end for start, end in changed) else name
        for element in piece.elements:
            work.marker.wrap(element, own)
    work.marker.paragraph_mark(paragraph, name)


def _carry_out(work: Work, plan: Plan, olds: list[Text], new: Text, story: Story) -> None:
    paragraph = new.element
    looks = [
        (start, end, look_old)
        for k, o, n, length in plan.same
        for start, end, look_old in other_looks(olds[k], new, o, n, length)
    ]
    inner = dict(new.deep)
    deep = [
        (leaf_old, inner[at - o + n])
        for k, o, n, length in (plan.same if inner else ())
        for at, leaf_old in olds[k].deep[
            bisect_left(olds[k].deep, o, key=lambda d: d[0]) : bisect_left(olds[k].deep, o + length, key=lambda d: d[0])
        ]
        if at - o + n in inner
    ]
    places = {p for s, e in plan.came for p in (s, e)} | {g.at for g in plan.gone}
    places |= {p for s, e, _ in looks for p in (s, e)}
    if places:
        cut(paragraph, places)
    pieces = pieces_of(paragraph)
    for start, end in plan.came:
        for piece in pieces_within(pieces, start, end):
            for element in piece.elements:
                work.marker.inside(element, "ins", work.notes.marking("ins"))
                work.marker.wrap(element, "ins")
    for start, end, properties in looks:
        for piece in pieces_within(pieces, start, end):
            for run in piece.elements:
                if run.tag == W + "r":
                    lent = work.lender.properties(properties, story.old_part, story.new_part)
                    work.marker.run_change(run, lent)
    if looks:
        said = new.text[looks[0][0] : looks[-1][1]]
        work.told.change(ChangeKind.FORMATTED, story.name, said, said)
    _put_in(work, plan, olds, paragraph, story)
    if plan.mark < 0:
        work.marker.paragraph_mark(paragraph, "ins")
    else:
        old = olds[plan.mark]
        if old.section and new.section:
            work.pair_sections(old.element, paragraph)
        if old.shape != new.shape:
            properties = old.element.find(W + "pPr")
            lent = None
            if properties is not None:
                bare = copy.deepcopy(properties)
                for child in [c for c in bare if c.tag in (W + "sectPr", W + "rPr")]:
                    bare.remove(child)
                lent = work.lender.properties(bare, story.old_part, story.new_part)
            work.marker.paragraph_change(paragraph, lent)
            if len(olds) == 1 and not looks:
                work.told.change(ChangeKind.FORMATTED, story.name, old.text, new.text)
    for leaf_old, leaf_new in deep:
        _deep(work, leaf_old, leaf_new, story)


def _put_in(work: Work, plan: Plan, olds: list[Text], paragraph: _Element, story: Story) -> None:
    """Put what was deleted into a new paragraph, which is parted where a mark was deleted."""
    if not plan.gone:
        return
    lent = _lent(work, plan, olds, story)
    pieces = pieces_of(paragraph)
    last: dict[int, _Element] = {}
    splits: list[tuple[_Element, int]] = []
    for gone in plan.gone:
        if gone.start < 0:
            split = paragraph.makeelement(W + "parted")
            elements = [split]
            splits.append((split, gone.old))
        else:
            elements = lent[gone]
        held = gone.start >= 0 and in_control(olds[gone.old], gone.start)
        for element in elements:
            if gone.at in last:
                last[gone.at].addnext(element)
            else:
                insert_at(element, gone.at, pieces, paragraph, held=held)
            last[gone.at] = element
            unnest(element)
    for split, k in splits:
        _part(work, paragraph, split, olds[k], story)


def _lent(work: Work, plan: Plan, olds: list[Text], story: Story) -> dict[Gone, list[_Element]]:
    """Return, for each deleted stretch, the marked elements to put in."""
    out: dict[Gone, list[_Element]] = {}
    for k in dict.fromkeys(g.old for g in plan.gone if g.start >= 0):
        wanted = [g for g in plan.gone if g.old == k and g.start >= 0]
        lent = copy.deepcopy(olds[k].element)
        cut(lent, {p for g in wanted for p in (g.start, g.end)})
        taken: list[tuple[Gone, list[_Element]]] = []
        kept: set[_Element] = set()
        pieces = pieces_of(lent)
        for g in wanted:
            elements = [e for p in pieces_within(pieces, g.start, g.end) for e in p.elements]
            taken.append((g, elements))
            kept.update(elements)
        for piece in pieces:
            for element in piece.elements:
                if element not in kept and (parent := element.getparent()) is not None:
                    parent.remove(element)
        work.lender.clean(lent, story.old_part, story.new_part)
        for g, elements in taken:
            out[g] = list(_deleted(work, elements))
    return out


def _deleted(work: Work, elements: list[_Element]) -> Iterator[_Element]:
    """Yield runs marked as deleted, those of a link in a link of their own."""
    holder: _Element | None = None
    link: _Element | None = None
    for element in elements:
        of = wrapper_of(element, W + "hyperlink")
        if holder is not None and of is link:
            holder_del = holder[-1] if holder.tag == W + "hyperlink" else holder
            holder_del.append(element)
        else:
            if holder is not None:
                yield _closed(work, holder)
            mark = work.marker.mark(element, "del")
            link, holder = of, mark
            if of is not None:
                holder = element.makeelement(W + "hyperlink", attributes(of))
                holder.append(mark)
            mark.append(element)
    if holder is not None:
        yield _closed(work, holder)


def _closed(work: Work, holder: _Element) -> _Element:
    mark = holder[-1] if holder.tag == W + "hyperlink" else holder
    for run in mark:
        work.marker.inside(run, "del", work.notes.marking("del"))
        deleted_text(run)
    return holder


def _part(work: Work, paragraph: _Element, split: _Element, old: Text, story: Story) -> None:
    """Part ``paragraph`` at ``split``: what stands before it becomes a paragraph whose mark was deleted."""
    before = taken_before(paragraph, split)
    parent = split.getparent()
    if parent is not None:
        parent.remove(split)
    first = paragraph.makeelement(W + "p")
    properties = work.lender.properties(old.element.find(W + "pPr"), story.old_part, story.new_part)
    if properties is not None:
        first.append(properties)
    first.extend(before)
    paragraph.addprevious(first)
    work.marker.paragraph_mark(first, "del")


def _links(work: Work, old: Text, new: Text) -> None:
    """Say so where a link goes elsewhere, which cannot be tracked."""
    targets: list[list[str]] = []
    for text, package in ((old, work.old), (new, work.new)):
        relations = [package.relation(package.main, e.get(R + "id", "")) for e in text.element.iter(W + "hyperlink")]
        targets.append([r.target for r in relations if r is not None and r.outside])
    if targets[0] != targets[1] and len(targets[0]) == len(targets[1]):
        work.told.untracked.append(f"A link goes elsewhere than before: {targets[1][0]}")


def _deep(work: Work, old: Leaf, new: Leaf, story: Story) -> None:
    """Compare what stands inside two things that belong together: notes, or text boxes."""
    if old.node.tag in (W + "footnoteReference", W + "endnoteReference"):
        a, b = work.notes.body(work.old, old.node), work.notes.body(work.new, new.node)
        if a and b and (b[1], new.node.get(W + "id", "")) not in work.notes.done:
            work.notes.done.add((b[1], new.node.get(W + "id", "")))
            work.container(a[2], b[2], work.story(b[1].removesuffix("s"), a[0], b[0]))
        return
    for box_old, box_new in zip(boxes_in(old.node), boxes_in(new.node), strict=True):
        work.container(box_old, box_new, story)
