"""Number and resolve: sections get their numbers, references and uses of terms their targets.

A defined term is recognized by itself, its plural and its possessive, wherever it stands in clause
text after all clauses are in; values of the profile are never searched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias, assert_never

from generator.frozen import dataclass
from generator.model import (
    Blank,
    Block,
    Column,
    Definition,
    Emphasis,
    Inline,
    Item,
    Items,
    Paragraph,
    Section,
    SignatureBlock,
    Table,
    Text,
    Use,
)
from generator.numbering import Formats
from generator.reuse import is_shared, kept, kept_for_all

__all__ = [
    "NamedTerms",
    "Target",
    "Terms",
    "blanks_in",
    "definitions_in",
    "inlines_in",
    "map_block",
    "map_inlines",
    "number_sections",
    "own_blocks",
    "plural",
    "terms_of",
    "texts_in",
    "with_blocks",
    "with_items",
]

InlineMap: TypeAlias = Callable[[Inline], tuple[Inline, ...]]


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference prints: its label ("Section", "Schedule"), bare number, heading, and anchor."""

    anchor: str
    label: str
    number: str
    title: str


# ---------------------------------------------------------------- walking and mapping


def map_inlines(inlines: tuple[Inline, ...], change: InlineMap) -> tuple[Inline, ...]:
    """Return ``inlines`` with ``change`` applied to every leaf, inside emphasis and definitions too.

    Here and below, what nothing changes in is returned as it is, and not made anew.
    """
    out: list[Inline] = []
    same = True
    for inline in inlines:
        match inline:
            case Emphasis():
                children = map_inlines(inline.children, change)
                made: tuple[Inline, ...] = (
                    (inline,) if children is inline.children else (replace(inline, children=children),)
                )
            case Definition():
                # A term is not a use of itself: its own words stay as they are.
                kept = tuple(c for i in inline.children for c in ((i,) if isinstance(i, Text) else change(i)))
                made = (inline,) if unchanged(kept, inline.children) else (replace(inline, children=kept),)
            case _:
                made = change(inline)
        same = same and len(made) == 1 and made[0] is inline
        out.extend(made)
    return inlines if same else tuple(out)


def unchanged(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether both hold the very same things."""
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


def map_block(block: Block, change: InlineMap) -> Block:
    """Return ``block`` with ``change`` applied to every inline in it."""
    match block:
        case Paragraph():
            inlines = map_inlines(block.inlines, change)
            return block if inlines is block.inlines else replace(block, inlines=inlines)
        case Items():
            items = tuple(_map_item(i, change) for i in block.items)
            return block if unchanged(items, block.items) else replace(block, items=items)
        case Table():
            return replace(
                block,
                columns=tuple(_map_column(c, change) for c in block.columns),
                rows=tuple(tuple(map_blocks(cell, change) for cell in row) for row in block.rows),
            )
        case SignatureBlock():
            return replace(
                block,
                name=map_inlines(block.name, change),
                lines=tuple(replace(line, inlines=map_inlines(line.inlines, change)) for line in block.lines),
            )
        case Section():
            return with_blocks(block, map_blocks(block.blocks, change))
        case _:
            assert_never(block)


def with_blocks(section: Section, blocks: tuple[Block, ...]) -> Section:
    """Return ``section`` with ``blocks`` in it."""
    if unchanged(blocks, section.blocks):
        return section
    s = section  # written out: as often as this is called, ``replace`` takes its time
    return Section(s.heading, blocks, s.level, s.number, s.label, s.anchor, s.source, s.locked)


def with_items(items: Items, blocks: Sequence[tuple[Block, ...]]) -> Items:
    """Return ``items`` with ``blocks`` in them, of each item its own."""
    made = tuple(
        [
            i if unchanged(b, i.blocks) else Item(i.label, b, i.depth, i.anchor)  # written out, as a section is
            for i, b in zip(items.items, blocks, strict=True)
        ]
    )
    return items if unchanged(made, items.items) else Items(made, items.scheme)


def map_blocks(blocks: tuple[Block, ...], change: InlineMap) -> tuple[Block, ...]:
    """Return ``blocks`` with ``change`` applied to every inline in them."""
    made = tuple(map_block(b, change) for b in blocks)
    return blocks if unchanged(made, blocks) else made


def _map_item(item: Item, change: InlineMap) -> Item:
    blocks = map_blocks(item.blocks, change)
    return item if blocks is item.blocks else replace(item, blocks=blocks)


def _map_column(column: Column, change: InlineMap) -> Column:
    heading = map_inlines(column.heading, change)
    return column if heading is column.heading else replace(column, heading=heading)


def inlines_in(block: Block) -> tuple[Inline, ...]:
    """Return every inline of ``block`` in printed order; emphasis and definitions before their children."""
    if isinstance(block, Section):
        return tuple([inline for inner in block.blocks for inline in inlines_in(inner)])
    return kept(block, _every)


def _every(block: Block) -> tuple[Inline, ...]:
    out: list[Inline] = []
    match block:
        case Paragraph():
            _flat(block.inlines, out)
        case Items():
            for item in block.items:
                for inner in item.blocks:
                    out += inlines_in(inner)
        case Table():
            for column in block.columns:
                _flat(column.heading, out)
            for row in block.rows:
                for cell in row:
                    for inner in cell:
                        out += inlines_in(inner)
        case SignatureBlock():
            _flat(block.name, out)
            for line in block.lines:
                _flat(line.inlines, out)
        case Section():
            out += inlines_in(block)
        case _:
            assert_never(block)
    return tuple(out)


_NESTING = (Emphasis, Definition)


def _flat(inlines: tuple[Inline, ...], out: list[Inline]) -> None:
    for inline in inlines:
        out.append(inline)
        if isinstance(inline, _NESTING):
            _flat(inline.children, out)


def definitions_in(blocks: tuple[Block, ...]) -> Iterator[Definition]:
    """Yield every definition in ``blocks``."""
    for block in blocks:
        if isinstance(block, Section) and not is_shared(block):
            yield from definitions_in(block.blocks)
        else:
            yield from kept(block, _definitions)


def own_blocks(section: Section) -> tuple[Block, ...]:
    """Return what stands in ``section`` and in none within it; as one piece where there is none and it is shared."""
    if is_shared(section) and not any(isinstance(b, Section) for b in section.blocks):
        return (section,)
    return tuple([b for b in section.blocks if not isinstance(b, Section)])


def texts_in(block: Block) -> tuple[str, ...]:
    """Return every text of clauses in ``block``."""
    return kept(block, _texts)


def blanks_in(block: Block) -> tuple[Blank, ...]:
    """Return every blank in ``block``."""
    if isinstance(block, Section) and not is_shared(block):
        return tuple([blank for inner in block.blocks for blank in blanks_in(inner)])
    return kept(block, _blanks)


def _definitions(block: Block) -> tuple[Definition, ...]:
    return tuple(i for i in inlines_in(block) if isinstance(i, Definition))


def _texts(block: Block) -> tuple[str, ...]:
    return tuple(i.text for i in inlines_in(block) if isinstance(i, Text))


def _blanks(block: Block) -> tuple[Blank, ...]:
    return tuple(i for i in inlines_in(block) if isinstance(i, Blank))


# ---------------------------------------------------------------- terms


def plural(term: str) -> str:
    """Return the regular English plural of ``term``'s last word."""
    if re.search(r"[^aeiou]y\Z", term):
        return term[:-1] + "ies"
    return term + ("es" if re.search(r"(s|x|z|ch|sh)\Z", term) else "s")


# Offices whose names hold words that contracts define: “Services” in them is no use of the term.
OFFICES = (
    "Centers for Medicare & Medicaid Services",
    "Centers for Medicare and Medicaid Services",
    "Health and Human Services",
)


_MOST_KEPT = 20_000  # texts


class Terms:
    """The defined terms of one document, and how to find their uses."""

    def __init__(self, anchors: Mapping[str, str]) -> None:
        forms: dict[str, str] = {}
        for term in anchors:
            forms.setdefault(plural(term), term)
        forms.update({term: term for term in anchors})
        self._forms = forms
        self._anchors = anchors
        words = sorted((*forms, *(o for o in OFFICES if o not in forms)), key=lambda t: (-len(t), t)) if forms else []
        self._pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b") if words else None
        # Texts of clauses, which are the same in all agreements of a batch; never values of a profile.
        self._split: dict[str, tuple[Inline, ...] | None] = {}
        self._uses: dict[str, tuple[str, ...]] = {}

    def uses(self, text: str) -> tuple[str, ...]:
        """Return the term of every use in ``text``."""
        found = self._uses.get(text)
        if found is None:
            forms = self._pattern.findall(text) if self._pattern is not None else ()
            found = tuple(self._forms[form] for form in forms if form in self._forms)
            if len(self._uses) > _MOST_KEPT:
                self._uses.clear()
            self._uses[text] = found
        return found

    def split(self, text: Text) -> tuple[Inline, ...]:
        """Return ``text`` with its uses marked."""
        try:
            made = self._split[text.text]
        except KeyError:
            made = self._made(text)
            if len(self._split) > _MOST_KEPT:
                self._split.clear()
            self._split[text.text] = made
        return (text,) if made is None else made

    def _made(self, text: Text) -> tuple[Inline, ...] | None:
        """Return ``text`` with its uses marked, or None if it has none."""
        if self._pattern is None:
            return None
        out: list[Inline] = []
        end = 0
        for found in self._pattern.finditer(text.text):
            if found.group() not in self._forms:
                continue
            term = self._forms[found.group()]
            if found.start() > end:
                out.append(Text(text.text[end : found.start()]))
            out.append(Use(term, found.group(), self._anchors[term]))
            end = found.end()
        if not out:
            return None
        if end < len(text.text):
            out.append(Text(text.text[end:]))
        return tuple(out)


class NamedTerms:
    """Terms of which some are names that one agreement alone has; what all others have too is asked of ``common``."""

    def __init__(self, common: Terms, anchors: Mapping[str, str], named: Iterable[str]) -> None:
        self._common, self._anchors = common, anchors
        self.forms = tuple(form for term in named for form in (term, plural(term)))
        self._whole: Terms | None = None

    def split(self, text: Text) -> tuple[Inline, ...]:
        """Return ``text`` with its uses marked."""
        if not any(form in text.text for form in self.forms):
            return self._common.split(text)
        if self._whole is None:
            self._whole = Terms(self._anchors)
        return self._whole.split(text)


@lru_cache(maxsize=64)
def terms_of(anchors: tuple[tuple[str, str], ...]) -> Terms:
    """Return the terms with these anchors; the agreements of a batch have the same."""
    return Terms(dict(anchors))


# ---------------------------------------------------------------- numbers


def number_sections(sections: tuple[Section, ...], formats: Formats, prefix: str = "") -> tuple[Section, ...]:
    """Return ``sections`` and those within them numbered by their place; ``prefix`` is a schedule's letter."""
    return tuple([kept_for_all(s, _numbered, (n,), formats, prefix) for n, s in enumerate(sections, 1)])


def _numbered(section: Section, counts: tuple[int, ...], formats: Formats, prefix: str) -> Section:
    inner = 0
    blocks: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Section):
            inner += 1
            block = kept_for_all(block, _numbered, (*counts, inner), formats, prefix)
        blocks.append(block)
    label = formats.heading_label(counts, prefix)
    return Section(
        section.heading, tuple(blocks), len(counts), label.rstrip("."), label, section.anchor, section.source,
        section.locked,
    )  # fmt: skip
