"""What is to be marked in each new paragraph: the edits of joined paragraphs, broken down."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from generator.comparison.paragraphs import Text
from generator.comparison.words import PARAGRAPH, Edit, Kind
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Gone", "Plan", "other_looks", "plans_of"]


class Gone(NamedTuple):
    """What was deleted at a place of a new paragraph: a stretch of an old one, or (``start`` < 0) its mark."""

    at: int
    old: int
    start: int = -1
    end: int = -1


@dataclass(slots=True)
class Plan:
    """What is to be marked in one new paragraph."""

    came: list[tuple[int, int]]
    gone: list[Gone]
    same: list[tuple[int, int, int, int]]  # old paragraph, place there, place here, length
    mark: int = -1  # the old paragraph whose mark this is; -1: the mark came in


def plans_of(found: Sequence[Edit], olds: list[Text], news: list[Text], x: str, y: str) -> list[Plan]:
    """Break edits of joined paragraphs down to what is to be done in each new paragraph."""
    plans = [Plan([], [], []) for _ in news]
    k = c = base_old = base_new = 0
    for e in found:
        at_old, at_new = e.old_start, e.new_start
        text = y[e.new_start : e.new_end] if e.kind is Kind.INSERTED else x[e.old_start : e.old_end]
        for n, part in enumerate(text.split(PARAGRAPH)):
            if n and e.kind is Kind.DELETED:
                plans[c].gone.append(Gone(at_new - base_new, k))
                k, at_old = k + 1, at_old + 1
                base_old = at_old
            elif n:
                if e.kind is Kind.SAME:
                    plans[c].mark = k
                    k, at_old = k + 1, at_old + 1
                    base_old = at_old
                c, at_new = c + 1, at_new + 1
                base_new = at_new
            if not part:
                continue
            size = len(part)
            if e.kind is Kind.DELETED:
                plans[c].gone.append(Gone(at_new - base_new, k, at_old - base_old, at_old - base_old + size))
                at_old += size
            elif e.kind is Kind.INSERTED:
                plans[c].came.append((at_new - base_new, at_new - base_new + size))
                at_new += size
            else:
                plans[c].same.append((k, at_old - base_old, at_new - base_new, size))
                at_old, at_new = at_old + size, at_new + size
    plans[-1].mark = len(olds) - 1
    return plans


def other_looks(
    old: Text, new: Text, at_old: int, at_new: int, length: int
) -> Iterator[tuple[int, int, _Element | None]]:
    """Yield the stretches of the new paragraph that looked otherwise in the old one, with their old properties."""
    shift = at_new - at_old
    i = bisect_right(old.looks, at_old, key=lambda look: look.end)
    j = bisect_right(new.looks, at_new, key=lambda look: look.end)
    while i < len(old.looks) and j < len(new.looks):
        before, look = old.looks[i], new.looks[j]
        start = max(look.start, before.start + shift, at_new)
        end = min(look.end, before.end + shift, at_new + length)
        if start < end and look.said != before.said:
            yield start, end, before.properties
        if end >= at_new + length:
            break
        if before.end + shift <= look.end:
            i += 1
        else:
            j += 1
