"""The paper itself: an assembled amendment, with the changes worked out put under its headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator.amendment.differences import Added, Differences, Place
from generator.assembly.front_page import APPROVED_BY
from generator.fields import Dictionary, capitalized
from generator.model import (
    CLOSE_QUOTE,
    OPEN_QUOTE,
    Agreement,
    Block,
    Column,
    Definition,
    Emphasis,
    Filled,
    Inline,
    Item,
    Items,
    Paragraph,
    Reference,
    Section,
    Table,
    Text,
    Use,
)

__all__ = ["TERMS", "TEXT", "amendment_of"]

TERMS, TEXT = "amend.terms", "amend.text"


def amendment_of(frame: Agreement, differences: Differences, dictionary: Dictionary, title: str) -> Agreement:
    """Return the amendment ``frame`` (of the document type ``_amendment``) called ``title``, with its changes put in.

    ``frame`` holds the clause :data:`TERMS` if there are terms to change, and :data:`TEXT` if there is text.
    """
    blocks = {TERMS: tuple(_terms(differences, dictionary)), TEXT: tuple(_texts(differences))}
    sections = tuple(
        replace(s, blocks=(*s.blocks, *blocks.get(s.source.id, ()))) if s.source is not None else s
        for s in frame.sections
    )
    cover = replace(frame.cover, title=title)
    header = " · ".join(t for t in (title, frame.number or frame.name) if t)
    # Whoever had to approve the agreement approves the change too, and has not yet.
    signatures = tuple(
        replace(b, lines=tuple(replace(x, inlines=()) if x.label == APPROVED_BY else x for x in b.lines))
        for b in frame.signatures
    )
    return replace(
        frame, title=title, sections=sections, cover=cover, signatures=signatures, header=header, contents=False
    )


def _terms(differences: Differences, dictionary: Dictionary) -> Iterator[Block]:
    if not differences.terms:
        return
    rows = []
    for change in differences.terms:
        label = dictionary.label(change.field)
        cells: tuple[tuple[Inline, ...], ...] = (
            (Text(capitalized(label)),),
            (Text("; ".join(change.places)),),
            (Text(change.old),),
            (Filled(change.field, change.new),),
        )
        rows.append(tuple((Paragraph(c),) for c in cells))
    shares = (("Term", 0.22), ("Where it stands", 0.3), ("Until now", 0.24), ("From now on", 0.24))
    columns = tuple(Column((Text(h),), share) for h, share in shares)
    yield Table(columns, tuple(rows), "Changed terms", row_headers=True)


def _texts(differences: Differences) -> Iterator[Block]:
    gone = {r.old.clause: r.old for r in differences.removed}
    for change in differences.replaced:
        yield _says(f"{capitalized(change.old.called)} is deleted and replaced with this text:")
        yield from _new_text(change.new)
    for added in differences.added:
        yield _says(_comes_in(added))
        yield from _new_text(added.new)
    for place in gone.values():
        yield _says(f"{capitalized(place.called)} is deleted.")
    if differences.moved:
        moves = ", ".join(f"{m.old.number or '–'} becomes {m.new.number or '–'}" for m in differences.moved)
        yield _says(
            "Sections whose place changes because of this carry new numbers, and references to them follow: "
            f"Section {moves}."
        )


def _comes_in(added: Added) -> str:
    """Say where a new section goes. Its neighbour is called as the changed agreement calls it."""
    what = added.new.called if added.new.number else f"{added.new.section.heading}"
    if added.after is None:
        return f"A new {what} is added at the beginning:"
    return f"A new {what} is added after {added.after.called}:"


def _new_text(place: Place) -> Iterator[Block]:
    """Yield the text of ``place`` set apart in a frame of its own; a table cannot stand in one and follows."""
    heading = f"{place.section.label} {place.section.heading}".strip()
    held: list[Block] = []
    first = True
    for block in place.section.blocks:
        if isinstance(block, Section):
            continue
        if isinstance(block, Table):
            if held:
                yield _framed(heading if first else f"{heading}, continued", held)
                held, first = [], False
            yield _quoted(block)
        else:
            held.append(_quoted(block))
    if held or first:
        yield _framed(heading if first else f"{heading}, continued", held)


def _framed(head: str, blocks: Sequence[Block]) -> Table:
    return Table((Column((Text(head),), 1.0),), ((tuple(blocks) or (Paragraph((Text("—"),)),),),), f"New text: {head}")


def _quoted(block: Block) -> Block:
    """Return ``block`` with words only: definitions and references belong to the changed agreement, not to this."""
    match block:
        case Paragraph(inlines=inlines):
            return replace(block, inlines=_plain(inlines))
        case Items(items=items):
            return replace(block, items=tuple(_item(i) for i in items))
        case Table(columns=columns, rows=rows):
            return replace(
                block,
                columns=tuple(replace(c, heading=_plain(c.heading)) for c in columns),
                rows=tuple(tuple(tuple(_quoted(b) for b in cell) for cell in row) for row in rows),
            )
        case _:
            return block


def _item(item: Item) -> Item:
    return replace(item, blocks=tuple(_quoted(b) for b in item.blocks), anchor="")


def _plain(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for inline in inlines:
        match inline:
            case Reference():
                out.append(Text(inline.text))
            case Use(text=text):
                out.append(Text(text))
            case Definition(children=children):
                out += [Text(OPEN_QUOTE), Emphasis(_plain(children), strong=True), Text(CLOSE_QUOTE)]
            case Emphasis(children=children, strong=strong):
                out.append(Emphasis(_plain(children), strong))
            case _:
                out.append(inline)
    return tuple(out)


def _says(text: str) -> Paragraph:
    return Paragraph((Text(text),))
