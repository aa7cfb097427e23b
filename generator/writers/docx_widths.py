"""How wide the columns of a table are: their shares, but no word broken in two.

A program that lays out a fixed table breaks a word that is wider than its cell anywhere. Widths of letters are
estimated, on the side of too wide: the fonts are the frame's and are not known here.
"""

from __future__ import annotations

import itertools
import re

from generator.model import Block, Items, Paragraph, Table, inlines_text
from generator.reuse import is_shared, kept

__all__ = ["column_widths"]

# Twentieths of a point. Table text has ten points; a cell has margins on both sides.
_EM = 200
_MARGINS = 180
_NARROW = frozenset("iljtfrI.,;:'’‘|!()[]/ -")
_WIDE = frozenset("mwMW@%—&")
_BOLD = 1.07  # how much wider bold letters are
_WIDEST = _EM * _BOLD  # no letter is wider
# No column is widened over this part of the table for the sake of one long word (a dotted name, a web address).
_MOST = 4
# Columns as wide as this hold any word of a contract.
_ROOMY = 2600
# Where a line may break inside what has no space: after a hyphen or a slash.
_WORD = re.compile(r"[^\s\-/—]+[\-/—]?")


def column_widths(table: Table, width: int) -> list[int]:
    """Return the widths of the columns, adding up to ``width`` (both in twentieths of a point)."""
    edges = [0]
    share = 0.0
    for column in table.columns:
        share += column.share
        edges.append(min(round(width * share), width))
    edges[-1] = width
    widths = [max(b - a, 1) for a, b in itertools.pairwise(edges)]
    if min(widths) >= _ROOMY:
        return widths
    columns = [_Column(table, n) for n in range(len(widths))]
    room = [have - _MARGINS for have in widths]
    if all(column.widest_word(has) <= has for column, has in zip(columns, room, strict=True)):
        return widths
    needed = [min(column.widest_word() + _MARGINS, width // _MOST) for column in columns]
    missing = [max(need - have, 0) for need, have in zip(needed, widths, strict=True)]
    spare = [max(have - need, 0) for need, have in zip(needed, widths, strict=True)]
    short, free = sum(missing), sum(spare)
    if not short or free < short:
        return widths
    out = [have + more - less * short // free for have, more, less in zip(widths, missing, spare, strict=True)]
    out[spare.index(max(spare))] += width - sum(out)
    return out


class _Column:
    """The words of one column: how wide those are that other agreements have too, and the text of all others."""

    __slots__ = ("bold", "heading", "others", "shared")

    def __init__(self, table: Table, n: int) -> None:
        self.bold = table.row_headers and n == 0
        self.heading = inlines_text(table.columns[n].heading)
        self.shared = 0
        self.others: list[str] = []
        for row in table.rows:
            if n < len(row):
                self._look_at(row[n])

    def _look_at(self, blocks: tuple[Block, ...]) -> None:
        for block in blocks:
            if isinstance(block, Paragraph):
                if is_shared(block):
                    self.shared = max(self.shared, kept(block, _width_of, self.bold))
                else:
                    self.others.append(inlines_text(block.inlines))
            elif isinstance(block, Items):
                for item in block.items:
                    self._look_at(item.blocks)

    def widest_word(self, known: int = 0) -> int:
        """Return the width of the widest word; words surely no wider than ``known`` are not measured."""
        widest = max(known, self.shared)
        widest = max(widest, _word_width(self.heading, widest, bold=True))
        for text in self.others:
            widest = max(widest, _word_width(text, widest, bold=self.bold))
        return widest


def _width_of(paragraph: Paragraph, bold: bool) -> int:
    return _word_width(inlines_text(paragraph.inlines), 0, bold=bold)


def _word_width(text: str, known: int, *, bold: bool) -> int:
    """Return how wide the widest word of ``text`` is; 0 if that is surely no more than ``known``."""
    if len(text) * _WIDEST <= known:
        return 0
    # The longest word is the widest, near enough.
    word = max(_WORD.findall(text), key=len, default="")
    if len(word) * _WIDEST <= known:
        return 0
    ems = 0.0
    for letter in word:
        if letter in _NARROW:
            ems += 0.34
        elif letter in _WIDE or letter.isupper():
            ems += 0.72 if letter not in _WIDE else 0.9
        else:
            ems += 0.55 if letter < "\u2000" else 1.0
    return round(ems * _EM * (_BOLD if bold else 1.0))
