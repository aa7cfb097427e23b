"""What blocks refer to: where they are written once for many agreements, that is what their words hang on."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import (
    Block,
    Definition,
    Emphasis,
    Inline,
    Items,
    Paragraph,
    Reference,
    Section,
    SignatureBlock,
    Table,
)

__all__ = ["references", "targets"]


def targets(block: Paragraph | Items | Table | Section) -> tuple[str, ...]:
    """Return the anchors that ``block`` refers to, and those within it; each once."""
    return tuple(dict.fromkeys(_targets_in(block, anchors=True)))


def references(block: Paragraph | Items | Table | Section) -> tuple[str, ...]:
    """Return the anchors that ``block`` refers to; each once."""
    return tuple(dict.fromkeys(_targets_in(block, anchors=False)))


def _targets_in(block: Block | Inline, *, anchors: bool) -> Iterator[str]:
    match block:
        case Reference(target=target):
            yield target
        case Paragraph(inlines=inside) | Emphasis(children=inside) | Definition(children=inside):
            for inline in inside:
                yield from _targets_in(inline, anchors=anchors)
        case Items(items=items):
            for item in items:
                for part in item.blocks:
                    yield from _targets_in(part, anchors=anchors)
        case Table(columns=columns, rows=rows):
            for column in columns:
                for inline in column.heading:
                    yield from _targets_in(inline, anchors=anchors)
            for row in rows:
                for cell in row:
                    for part in cell:
                        yield from _targets_in(part, anchors=anchors)
        case SignatureBlock(name=name, lines=lines):
            for inline in (*name, *(inline for line in lines for inline in line.inlines)):
                yield from _targets_in(inline, anchors=anchors)
        case Section(anchor=anchor, blocks=blocks):
            if anchors:
                yield anchor
            for part in blocks:
                yield from _targets_in(part, anchors=anchors)
