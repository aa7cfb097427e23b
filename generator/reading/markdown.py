"""Clause text after expansion, as a tree of blocks: CommonMark and tables, nothing else.

A library parses (markdown-it-py, CommonMark with its table rule); this module turns its tokens into a
small frozen tree, makes quotation marks and apostrophes curly, and refuses with place what a contract
here does not hold: raw HTML, pictures, code, block quotes, outside links, typed numbers, rules.

Placeholders (:func:`generator.reading.clause_tree.placeholder`) pass through untouched and come back as
:class:`MdPlaceholder`, each exactly once. Values of a profile are not here yet, so nothing below can
change them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import TypeAlias

from generator.diagnostics import Checked, Span

__all__ = [
    "MdAlign",
    "MdBlock",
    "MdBreak",
    "MdDefinition",
    "MdEmphasis",
    "MdHeading",
    "MdInline",
    "MdItem",
    "MdItems",
    "MdLink",
    "MdParagraph",
    "MdPlaceholder",
    "MdStrong",
    "MdTable",
    "MdText",
    "parse_markdown",
]

# ---------------------------------------------------------------- inside a paragraph


@dataclass(frozen=True, slots=True)
class MdText:
    """Words, quotation marks already curly. Two of them never stand side by side."""

    text: str


@dataclass(frozen=True, slots=True)
class MdEmphasis:
    children: tuple[MdInline, ...]


@dataclass(frozen=True, slots=True)
class MdStrong:
    children: tuple[MdInline, ...]


@dataclass(frozen=True, slots=True)
class MdDefinition:
    """``"**Term**"``: bold words right between quotation marks, which are not part of ``children``."""

    children: tuple[MdInline, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdLink:
    """``[words](#hipaa.safeguards)``; ``target`` is "hipaa.safeguards"."""

    target: str
    children: tuple[MdInline, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdPlaceholder:
    """The place of output number ``n`` of the expansion."""

    n: int


@dataclass(frozen=True, slots=True)
class MdBreak:
    """A line break asked for by a backslash at the end of a line."""


MdInline: TypeAlias = MdText | MdEmphasis | MdStrong | MdDefinition | MdLink | MdPlaceholder | MdBreak

# ---------------------------------------------------------------- blocks


class MdAlign(StrEnum):
    """How a column aligns; ``NONE`` where the text does not say."""

    NONE = ""
    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class MdParagraph:
    inlines: tuple[MdInline, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdHeading:
    """``### Words``. What follows belongs to it until the next heading; nesting is the caller's."""

    level: int
    inlines: tuple[MdInline, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdItem:
    """One entry of a list."""

    blocks: tuple[MdBlock, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdItems:
    """A list. ``ordered`` says that it was typed with numbers; the numbers themselves are dropped."""

    items: tuple[MdItem, ...]
    ordered: bool
    span: Span = attribute(default=Span(""), compare=False)


MdCell: TypeAlias = tuple[MdInline, ...]


@dataclass(frozen=True, slots=True)
class MdTable:
    """A table with one header row; every row has as many cells as the header."""

    header: tuple[MdCell, ...]
    aligns: tuple[MdAlign, ...]
    rows: tuple[tuple[MdCell, ...], ...]
    span: Span = attribute(default=Span(""), compare=False)


MdBlock: TypeAlias = MdParagraph | MdHeading | MdItems | MdTable


def parse_markdown(text: str, file: str, line_map: Sequence[int] = ()) -> Checked[tuple[MdBlock, ...]]:
    """Return the blocks of ``text``.

    ``line_map[i]`` is the line of ``file`` from which line i (from 0) of ``text`` comes; without it,
    line i is line i + 1. Blocks come back also where something was refused, without what was refused.
    """
    raise NotImplementedError
