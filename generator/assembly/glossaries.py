"""Glossaries: of the terms a library can define, a document prints those it uses."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from generator.assembly.body import sections_of
from generator.assembly.resolving import Terms, definitions_in, own_blocks, terms_of, texts_in, with_blocks
from generator.model import Block, Definition, Paragraph, Schedule, Section, walk_sections
from generator.reuse import kept, kept_for_all

__all__ = ["prune_glossaries"]


def prune_glossaries(
    opening: tuple[Section, ...],
    sections: tuple[Section, ...],
    attached: list[Schedule],
    closing: tuple[Block, ...],
    glossary: AbstractSet[str],
) -> tuple[tuple[Section, ...], tuple[Section, ...], list[Schedule]]:
    """Leave in glossary clauses (the ids ``glossary``) the terms this document uses, in alphabetical order.

    A term that another clause defines in place is left to that clause.
    """
    everything: tuple[Block, ...] = (*opening, *sections, *(b for s in attached for b in s.blocks), *closing)
    entries: dict[str, Paragraph] = {}
    used: set[str] = set()
    in_place: set[str] = set()
    printed: list[Block] = []
    for section in walk_sections(everything):
        own = own_blocks(section)
        if section.source is not None and section.source.id in glossary:
            for block in section.blocks:
                term = _entry_term(block)
                if term is None:
                    printed.append(block)
                elif isinstance(block, Paragraph):
                    entries[term] = block
        else:
            in_place.update([d.term for d in definitions_in(own)])
            printed.extend(own)
    printed.extend(closing)
    terms = terms_of(tuple((term, "") for term in entries))
    todo = [term for block in printed for term in _uses(block, terms)]
    while todo:
        term = todo.pop()
        if term not in used:
            used.add(term)
            todo.extend(_uses(entries[term], terms))
    printable = tuple(sorted(used - in_place))

    def pruned(many: tuple[Section, ...]) -> tuple[Section, ...]:
        return tuple(p for s in many if (p := _pruned(s, glossary, printable)) is not None)

    return (
        pruned(opening),
        pruned(sections),
        [replace(s, blocks=pruned(sections_of(s.blocks))) for s in attached],
    )


def _pruned(section: Section, glossary: AbstractSet[str], printable: tuple[str, ...]) -> Section | None:
    """Return ``section`` without the entries that are not ``printable``, or None if nothing of it is left."""
    if section.source is not None and section.source.id in glossary:
        return kept_for_all(section, _entries, printable)
    blocks: list[Block] = []
    for block in section.blocks:
        left = _pruned(block, glossary, printable) if isinstance(block, Section) else block
        if left is not None:
            blocks.append(left)
    if section.source is None and not blocks:
        return None
    return with_blocks(section, tuple(blocks))


def _entries(section: Section, printable: tuple[str, ...]) -> Section | None:
    """Return a glossary with those of its entries whose terms are ``printable``; None if there are none."""
    intro = [b for b in section.blocks if _entry_term(b) is None]
    mine = [(t, b) for b in section.blocks if (t := _entry_term(b)) is not None and t in printable]
    mine.sort(key=lambda pair: (pair[0].casefold(), pair[0]))
    return replace(section, blocks=(*intro, *(b for _, b in mine))) if mine else None


def _entry_term(block: Block) -> str | None:
    """Return the term that a glossary paragraph defines, or None if it defines none."""
    if isinstance(block, Paragraph):
        for inline in block.inlines:
            if isinstance(inline, Definition):
                return inline.term
    return None


def _uses(block: Block, terms: Terms) -> tuple[str, ...]:
    """Return the terms used in ``block``."""
    return kept(block, _used, terms)


def _used(block: Block, terms: Terms) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for text in texts_in(block) for term in terms.uses(text)))
