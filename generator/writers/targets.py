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

__all__ = ["targets"]


def targets(block: Paragraph | Items | Table) -> tuple[str, ...]:
    """Return the anchors that ``block`` refers to, and those within it; each once."""
    return tuple(dict.fromkeys(_targets_in(block)))


def _targets_in(block: Block | Inline) -> Iterator[str]:
    match block:
        case Reference(target=target):
            yield target
        case Paragraph(inlines=inside) | Emphasis(children=inside) | Definition(children=inside):
            for inline in inside:
                yield from _targets_in(inline)
        case Items(items=items):
            for item in items:
                for part in item.blocks:
                    yield from _targets_in(part)
        case Table(columns=columns, rows=rows):
            for column in columns:
                for inline in column.heading:
                    yield from _targets_in(inline)
            for row in rows:
                for cell in row:
                    for part in cell:
                        yield from _targets_in(part)
        case SignatureBlock(name=name, lines=lines):
            for inline in (*name, *(inline for line in lines for inline in line.inlines)):
                yield from _targets_in(inline)
        case Section(anchor=anchor, blocks=blocks):
            yield anchor
            for part in blocks:
                yield from _targets_in(part)
