"""How wide the columns of a table are: their shares, but no word broken in two.

A program that lays out a fixed table breaks a word that is wider than its cell anywhere. Widths of letters are
estimated, on the side of too wide: the fonts are the frame's and are not known here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

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
    room = [have - _MARGINS for have in widths]
    if all(_widest_word(table, n, has) <= has for n, has in enumerate(room)):
        return widths
    needed = [min(_widest_word(table, n) + _MARGINS, width // _MOST) for n in range(len(widths))]
    missing = [max(need - have, 0) for need, have in zip(needed, widths, strict=True)]
    spare = [max(have - need, 0) for need, have in zip(needed, widths, strict=True)]
    short, free = sum(missing), sum(spare)
    if not short or free < short:
        return widths
    out = [have + more - less * short // free for have, more, less in zip(widths, missing, spare, strict=True)]
    out[spare.index(max(spare))] += width - sum(out)
    return out


def _widest_word(table: Table, column: int, known: int = 0) -> int:
    """Return the width of the widest word in a column; words surely no wider than ``known`` are not measured."""
    widest = max(known, _word_width(inlines_text(table.columns[column].heading), known, bold=True))
    for row in table.rows:
        if column < len(row):
            for text in _texts(row[column]):
                if len(text) * _WIDEST > widest:
                    widest = max(widest, _word_width(text, widest, bold=table.row_headers and column == 0))
    return widest


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Yield the words of each paragraph; of one that is there in other agreements, only the longest."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield kept(block, _longest_word) if is_shared(block) else inlines_text(block.inlines)
        elif isinstance(block, Items):
            for item in block.items:
                yield from _texts(item.blocks)


def _longest_word(paragraph: Paragraph) -> str:
    return _longest(inlines_text(paragraph.inlines))


def _longest(text: str) -> str:
    return max(_WORD.findall(text), key=len, default="")


def _word_width(text: str, known: int, *, bold: bool) -> int:
    """Return how wide the widest word of ``text`` is; 0 if that is surely no more than ``known``."""
    # The longest word is the widest, near enough.
    word = _longest(text)
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
