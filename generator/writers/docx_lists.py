"""Live numbers: which list and level a paragraph of the Word file counts in.

Numbers in a Word file are not typed. A paragraph gets its number from the list its style is linked to, as Word
writes it (ECMA-376 Part 1, 17.9)::

    <w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr> … </w:p>                     number from the style
    <w:p><w:pPr><w:pStyle w:val="ClauseItem1"/>
      <w:numPr><w:ilvl w:val="3"/><w:numId w:val="17"/></w:numPr></w:pPr> … </w:p>   number from a list of its own

The model says which number is printed. :class:`Lists` counts along as Word does (a level counts up, and every
level below it starts again: 17.9.10) and lets the style number the paragraph when that gives exactly the
model's number. Where it would not (a second list of recitals, items in a table cell, items before the first
numbered heading), the paragraph gets a private list: a copy of the frame's levels that starts where it has to. So
the number is always live and always right.

A private list is a ``w:abstractNum`` of its own, not a ``w:num`` with ``w:startOverride`` (17.9.27): the
lists that share an abstract definition share its counters, and programs differ in when an override starts again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from generator.numbering import SIGNS
from generator.writers.docx_text import attribute
from generator.writers.frame import BULLETS, Frame, Level
from generator.writers.package import Entry, deflated_once, inflated

__all__ = ["Lists"]

_OWN_START = re.compile(r'<w:start w:val="\d+"/>')
_TEXT = re.compile(r'<w:lvlText w:val="[^"]*"/>')
# How far a private list is tried to be continued from 1; a list that starts later prints its first label literally.
_FURTHEST = 400
# Levels 0 to 2 of the clause and schedule lists are headings, 3 to 5 items.
_FIRST_ITEM = 3


@cache
def _count(kind: str, n: int) -> str:
    return SIGNS[kind](n) if kind in SIGNS else ""  # a bullet: its text holds no %1


@lru_cache(maxsize=256)
def _signs(text: str, level: int) -> tuple[tuple[int, str], ...]:
    """Return which levels down to ``level`` a label ``text`` shows, each with its sign: "%1.%2" shows both."""
    return tuple((i, f"%{i + 1}") for i in range(level + 1) if f"%{i + 1}" in text)


class _Counter:
    """The state of one list: how far each level has counted."""

    __slots__ = ("counts", "first", "levels", "number")

    def __init__(self, number: int, levels: Sequence[tuple[str, str]], first: dict[int, int] | None = None) -> None:
        self.number = number
        self.levels = levels
        self.first = first or {}
        self.counts: list[int] = []

    def following(self, level: int) -> tuple[str, list[int]]:
        """Return the label the next paragraph at ``level`` gets, and the state after it."""
        counts = self.counts[: level + 1]
        if len(counts) > level:
            counts[level] += 1
        else:
            # Levels that were skipped show their start (17.9.25).
            counts += [self.first.get(i, 1) for i in range(len(counts), level + 1)]
        text = self.levels[level][1]
        for i, sign in _signs(text, level):
            text = text.replace(sign, _count(self.levels[i][0], counts[i]))
        return text, counts


def _with_text(level: str, text: str) -> str:
    """Return a level's XML with another ``w:lvlText``."""
    return _TEXT.sub(lambda _: f'<w:lvlText w:val="{attribute(text)}"/>', level, count=1)


@lru_cache(maxsize=4)
def _text(part: Entry) -> str:
    return inflated(part).decode()


class Lists:
    """The lists of one document."""

    def __init__(self, frame: Frame, first_id: int) -> None:
        self._frame = frame
        self._styled = {
            name: _Counter(found.number, [(level.kind, level.text) for level in found.levels])
            for name, found in frame.lists.items()
        }
        self._private: dict[str, _Counter] = {}
        self._last: dict[str, _Counter] = {}  # which list counted the outermost level last
        self._next_id = first_id
        self._abstract: list[str] = []
        self._nums: list[str] = []

    def number(self, name: str, level: int, label: str, *, by_style: bool = True) -> str:
        """Count one paragraph, printed with ``label``, in the list ``name``.

        Returns the ``w:numPr`` the paragraph needs; "" when its style numbers it. ``by_style`` is False where
        counting in the style's list would disturb what follows there.
        """
        styled = self._styled[name]
        if by_style and self._may_continue(name, level, styled):
            text, counts = styled.following(level)
            if text == label:
                styled.counts = counts
                if level == 0:
                    self._last[name] = styled
                return ""
        private = self._private.get(name)
        text, counts = ("", []) if private is None else private.following(level)
        if private is None or text != label:
            private = self._open(name, level, label)
        else:
            private.counts = counts
        if level == 0:
            self._last[name] = private
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{private.number}"/></w:numPr>'

    def _may_continue(self, name: str, level: int, styled: _Counter) -> bool:
        """Whether the levels above are there and count in the style's list.

        Programs differ in what a skipped level does to its next number; only items may stand right below the
        outermost heading, where the levels skipped start again at the next heading anyway.
        """
        if level == 0 or name in BULLETS:
            return True
        above = 1 if level == _FIRST_ITEM else level
        return len(styled.counts) >= above and self._last.get(name, styled) is styled

    def follow(self, name: str, text: str) -> None:
        """Let the list ``name`` print its outermost level as ``text`` ("Exhibit %1") from here on."""
        styled = self._styled[name]
        if styled.levels[0][1] != text:
            levels = self._frame.lists[name].levels
            outermost = Level(levels[0].kind, text, _with_text(levels[0].xml, text))
            self._private[name] = self._add((outermost, *levels[1:]))

    def _open(self, name: str, level: int, label: str) -> _Counter:
        """Begin a private list whose first number at ``level`` is ``label``."""
        levels = self._frame.lists[name].levels
        first = {}
        for n in range(1, _FURTHEST):
            trial = _Counter(0, [(one.kind, one.text) for one in levels], {level: n})
            text = trial.following(level)[0]
            if text == label:
                first = {level: n} if n > 1 else {}
                break
            if "%" not in levels[level].text:
                break
        else:
            text = ""
        if text != label:
            # Nothing this list can count to: print the label itself (a level may hold no number: 17.9.11).
            literal = Level(levels[level].kind, label, _with_text(levels[level].xml, label))
            levels = (*levels[:level], literal, *levels[level + 1 :])
        counter = self._add(levels, first)
        counter.counts = counter.following(level)[1]
        self._private[name] = counter
        return counter

    def _add(self, levels: Sequence[Level], first: dict[int, int] | None = None) -> _Counter:
        number = self._next_id
        self._next_id += 1
        xml = "".join(
            _OWN_START.sub(f'<w:start w:val="{first[i]}"/>', level.xml, count=1) if first and i in first else level.xml
            for i, level in enumerate(levels)
        )
        # w:nsid and w:tmpl keep Word from joining lists that look alike (17.9.15, 17.9.30).
        self._abstract.append(
            f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{0x5A000000 + number:08X}"/>'
            f'<w:multiLevelType w:val="multilevel"/><w:tmpl w:val="{0x5B000000 + number:08X}"/>{xml}</w:abstractNum>'
        )
        self._nums.append(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
        return _Counter(number, [(level.kind, level.text) for level in levels], first)

    @property
    def next_id(self) -> int:
        """The first number no list uses."""
        return self._next_id

    def part(self) -> Entry:
        """Return word/numbering.xml: the frame's own, or with the private lists in it.

        The schema wants all ``w:abstractNum`` before all ``w:num`` (17.9.16).
        """
        if not self._abstract:
            return self._frame.numbering
        text = _text(self._frame.numbering)
        nums = text.index("<w:num ")
        end = text.rindex("</w:num>") + len("</w:num>")
        new = (text[:nums], *self._abstract, text[nums:end], *self._nums, text[end:])
        return deflated_once("word/numbering.xml", "".join(new).encode())
