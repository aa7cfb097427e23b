"""What differs between two agreements that were assembled from clauses: terms, texts, sections that came and went.

Two sections print the same clause if they name it. They are compared by what a clause says: its words, its values, and
what its references point at. The number of a section, and a reference that only follows a new number, are no change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from generator.frozen import dataclass
from generator.model import (
    Agreement,
    Blank,
    Block,
    Definition,
    Emphasis,
    Filled,
    Inline,
    Items,
    LineBreak,
    Paragraph,
    Reference,
    Section,
    SignatureBlock,
    Table,
    Text,
    Use,
    walk_sections,
)

__all__ = ["Added", "Differences", "Moved", "Place", "Removed", "Replaced", "TermChange", "differences_of", "places_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """A section that prints a clause: how it is called in its agreement, and the section itself."""

    clause: str
    called: str  # "Section 7.2 (Breach Notice)", "Part A.1 of Schedule A (Rates)", "the part headed “Background”"
    number: str  # "7.2", "A.1", ""
    section: Section


@dataclass(frozen=True, slots=True)
class TermChange:
    """A value that changes while the words around it stay. ``places`` are where the agreement prints it."""

    field: str
    old: str
    new: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replaced:
    """A section whose words change; ``new`` is its text from now on."""

    old: Place
    new: Place


@dataclass(frozen=True, slots=True)
class Added:
    """A section that comes in, after ``after`` (None: at the beginning)."""

    new: Place
    after: Place | None


@dataclass(frozen=True, slots=True)
class Removed:
    """A section that goes."""

    old: Place


@dataclass(frozen=True, slots=True)
class Moved:
    """A section whose number changes because of what came or went before it."""

    old: Place
    new: Place


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs; what is not named is the same in both."""

    terms: tuple[TermChange, ...]
    replaced: tuple[Replaced, ...]
    added: tuple[Added, ...]
    removed: tuple[Removed, ...]
    moved: tuple[Moved, ...]

    @property
    def any(self) -> bool:
        """Whether anything has to be agreed; a new number alone has not."""
        return bool(self.terms or self.replaced or self.added or self.removed)


def differences_of(old: Agreement, new: Agreement) -> Differences:
    """Return what differs between ``old`` and ``new``, two agreements of one document type, in the order of ``new``."""
    before, after = places_of(old), places_of(new)
    were = {p.clause: p for p in before}
    are = {p.clause: p for p in after}
    # Two clauses that are alternatives of one slot have different names: one goes, the other comes in its place.
    replaced: list[Replaced] = []
    moved: list[Moved] = []
    values: dict[tuple[str, str, str], list[str]] = {}
    for place in after:
        was = were.get(place.clause)
        if was is None:
            continue
        one, other = _said(was.section.blocks), _said(place.section.blocks)
        if _words(one) != _words(other) or was.section.heading != place.section.heading:
            replaced.append(Replaced(was, place))
            continue
        changes = _changed(one, other)
        if changes is None:
            replaced.append(Replaced(was, place))
        else:
            for field, a, b in changes:
                values.setdefault((field, _bare(a), _bare(b)), []).append(was.called)
            if was.number != place.number:
                moved.append(Moved(was, place))
    added = []
    last: Place | None = None
    for place in after:
        if place.clause not in were:
            added.append(Added(place, last))
        last = place
    removed = tuple(Removed(p) for p in before if p.clause not in are)
    terms = tuple(TermChange(f, a, b, tuple(dict.fromkeys(places))) for (f, a, b), places in values.items())
    return Differences(terms, tuple(replaced), tuple(added), removed, tuple(moved))


def places_of(agreement: Agreement) -> tuple[Place, ...]:
    """Return every section of ``agreement`` that prints a clause, in printed order; each clause once."""
    found: dict[str, Place] = {}
    for section in agreement.opening:
        if section.source is not None:
            called = f"the part headed “{section.heading}”"
            found.setdefault(section.source.id, Place(section.source.id, called, "", section))
    for section in walk_sections(agreement.sections):
        if section.source is not None:
            called = f"Section {section.number} ({section.heading})"
            found.setdefault(section.source.id, Place(section.source.id, called, section.number, section))
    for schedule in agreement.schedules:
        for section in walk_sections(schedule.blocks):
            if section.source is not None:
                name = f"{schedule.label} {schedule.number} ({schedule.heading})"
                own = f"Section {section.number} ({section.heading}) of {name}" if section.number else name
                found.setdefault(section.source.id, Place(section.source.id, own, section.number, section))
    return tuple(found.values())


_POSSESSIVE = re.compile(r"\b((?:hour|day|week|month|year)s?)’s?\Z")


def _bare(text: str) -> str:
    """Return a length of time without the ending that its sentence gave it: “sixty (60) days’ notice”."""
    return _POSSESSIVE.sub(r"\1", text)


# ---------------------------------------------------------------- what a section says

# ("text", words), ("value", field, printed), ("to", target), ("mark", what): in reading order.
_Piece: TypeAlias = "tuple[str, ...]"


def _said(blocks: Sequence[Block]) -> tuple[_Piece, ...]:
    """Return what ``blocks`` say, with neighbouring words joined; sections inside speak for themselves."""
    out: list[_Piece] = []
    for piece in _pieces(blocks):
        if piece[0] == "text" and out and out[-1][0] == "text":
            out[-1] = ("text", out[-1][1] + piece[1])
        else:
            out.append(piece)
    return tuple(p for p in out if p != ("text", ""))


def _pieces(blocks: Sequence[Block]) -> Iterator[_Piece]:
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines):
                yield ("mark", "paragraph")
                yield from _inline_pieces(inlines)
            case Items(items=items, scheme=scheme):
                for item in items:
                    yield ("mark", f"{scheme} {item.depth}")
                    yield from _pieces(item.blocks)
            case Table(columns=columns, rows=rows):
                yield ("mark", f"table {len(columns)}")
                for column in columns:
                    yield from _inline_pieces(column.heading)
                for row in rows:
                    yield ("mark", "row")
                    for cell in row:
                        yield ("mark", "cell")
                        yield from _pieces(cell)
            case Section() | SignatureBlock():
                pass


def _inline_pieces(inlines: Sequence[Inline]) -> Iterator[_Piece]:
    for inline in inlines:
        match inline:
            case Text(text=text) | Use(text=text):
                yield ("text", text)
            case Filled(field=field, text=text):
                yield ("value", field, text)
            case Blank(field=field):
                yield ("value", field, inline.text)
            case Reference(target=target):
                yield ("to", target)
            case Emphasis(children=children) | Definition(children=children):
                yield from _inline_pieces(children)
            case LineBreak():
                yield ("mark", "line")


def _words(pieces: Sequence[_Piece]) -> tuple[_Piece, ...]:
    """Return ``pieces`` without what their values say."""
    return tuple(p[:2] if p[0] == "value" else p for p in pieces)


def _changed(one: Sequence[_Piece], other: Sequence[_Piece]) -> list[tuple[str, str, str]] | None:
    """Return (field, old, new) of each value that differs; None where a table of terms could not say it.

    A value in an entry of a list is a cell of a table or one of several: it means nothing without its neighbours, and
    neither does one that changes twice to different words.
    """
    out: dict[tuple[str, str], str] = {}
    for a, b in zip(one, other, strict=True):
        if a[0] != "value" or a[2] == b[2]:
            continue
        if any(part.isdigit() for part in a[1].split(".")) or out.setdefault((a[1], a[2]), b[2]) != b[2]:
            return None
    return [(field, old, new) for (field, old), new in out.items()]
