"""Putting things at places of a paragraph, and parting it: links and content controls stay sound."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from generator.comparison.paragraphs import Piece, Text, wrapper_of
from generator.comparison.word_package import W, attributes

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["in_control", "insert_at", "pieces_within", "taken_before", "unnest"]


def pieces_within(pieces: Sequence[Piece], start: int, end: int) -> Sequence[Piece]:
    """Return the pieces that begin between two places."""
    return pieces[
        bisect_left(pieces, start, key=lambda piece: piece.start) : bisect_left(
            pieces, end, key=lambda piece: piece.start
        )
    ]


def in_control(text: Text, at: int) -> bool:
    """Return whether what stands at a place of a paragraph stands in a content control."""
    here = 0
    for leaf in text.leaves:
        if here <= at < here + leaf.length:
            return wrapper_of(leaf.elements[0], W + "sdt") is not None
        here += leaf.length
    return False


def insert_at(element: _Element, at: int, pieces: Sequence[Piece], paragraph: _Element, *, held: bool) -> None:
    """Put an element at a place of a paragraph: after what ends there, outside of links and controls if it can be.

    What stood in a control (``held``) is put into the one that begins there: so the control is never left empty,
    where Word would print “Click or tap here to enter text”.
    """
    ended = bisect_right(pieces, at, key=lambda piece: piece.end)
    begun = bisect_left(pieces, at, key=lambda piece: piece.start)
    before = pieces[ended - 1].elements[-1] if ended else None
    following = pieces[begun].elements[0] if begun < len(pieces) else None
    control = wrapper_of(following, W + "sdt") if held and following is not None else None
    if control is not None and following is not None and (before is None or control not in before.iterancestors()):
        _top(following).addprevious(element)
    elif before is not None:
        node = _top(before)
        while (parent := node.getparent()) is not None and parent is not paragraph:
            if following is not None and parent in following.iterancestors():
                break
            node = parent
        node.addnext(element)
    elif following is not None:
        node = _top(following)
        while (parent := node.getparent()) is not None and parent is not paragraph:
            node = parent
        node.addprevious(element)
    else:
        paragraph.append(element)


def _top(element: _Element) -> _Element:
    parent = element.getparent()
    return parent if parent is not None and parent.tag in (W + "ins", W + "moveTo") else element


def unnest(element: _Element) -> None:
    """A link cannot stand in a link: if it does now, its marks stand there instead."""
    if element.tag != W + "hyperlink" or wrapper_of(element, W + "hyperlink") is None:
        return
    for mark in list(element):
        element.addprevious(mark)


def taken_before(paragraph: _Element, split: _Element) -> list[_Element]:
    """Take out of ``paragraph`` all that stands before ``split``; links and controls are parted."""
    carried: list[_Element] = []
    here = split
    while here is not paragraph:
        parent = here.getparent()
        if parent is None:
            break
        level = [c for c in here.itersiblings(preceding=True) if c.tag != W + "pPr"][::-1]
        if parent is paragraph:
            return [*level, *carried]
        level = [c for c in level if c.tag not in (W + "sdtPr", W + "sdtEndPr")]
        if parent.tag == W + "sdtContent":
            # The part before stands without the control: a control with the same name twice would mislead.
            carried = [*level, *carried]
        elif parent.tag == W + "sdt":
            pass
        elif level or carried:
            shell = parent.makeelement(parent.tag, attributes(parent))
            shell.extend([*level, *carried])
            carried = [shell]
        here = parent
    return carried
