"""The printed parts of a document while it is being assembled: nothing in them has a number or a target yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from generator.assembly.choosing import Chosen
from generator.assembly.resolving import InlineMap, blanks_in, map_block, map_inlines
from generator.frozen import dataclass
from generator.model import Blank, Block, Cover, Paragraph, Schedule, Section, SignatureBlock, Table, walk_sections

__all__ = ["Body", "Placed", "anchor_of", "only_section", "part_name", "sections_of"]


@dataclass(slots=True)
class Placed:
    """A section that prints a clause, while it has no number yet."""

    chosen: Chosen
    anchor: str


@dataclass(frozen=True, slots=True)
class Body:
    """The printed parts while they are being resolved, in printed order."""

    cover: Cover
    opening: tuple[Section, ...]
    sections: tuple[Section, ...]
    closing: tuple[Block, ...]
    signatures: tuple[SignatureBlock, ...]
    schedules: tuple[Schedule, ...]

    def all_sections(self) -> tuple[Block, ...]:
        return (*self.opening, *self.sections, *(b for s in self.schedules for b in s.blocks))

    def blanks(self) -> Iterator[Blank]:
        """Yield every blank, in printed order."""
        for line in (self.cover.subtitle, *self.cover.parties):
            yield from (i for i in line if isinstance(i, Blank))
        blocks: list[Block] = [self.cover.key_terms] if self.cover.key_terms is not None else []
        blocks += [*self.cover.notes, *self.opening, *self.sections, *self.closing, *self.signatures]
        blocks += [b for s in self.schedules for b in s.blocks]
        for block in blocks:
            yield from blanks_in(block)

    def with_each(self, of: Callable[[Block], Block]) -> Body:
        """Return the body with ``of`` each block below the cover and above the signatures."""
        return Body(
            self.cover,
            tuple([only_section(of(s)) for s in self.opening]),
            tuple([only_section(of(s)) for s in self.sections]),
            tuple([of(b) for b in self.closing]),
            self.signatures,
            tuple([replace(s, blocks=tuple([of(b) for b in s.blocks])) for s in self.schedules]),
        )

    def mapped(self, f: InlineMap) -> Body:
        key_terms = self.cover.key_terms
        mapped_terms = map_block(key_terms, f) if key_terms is not None else None
        return Body(
            replace(
                self.cover,
                subtitle=map_inlines(self.cover.subtitle, f),
                parties=tuple(map_inlines(line, f) for line in self.cover.parties),
                key_terms=mapped_terms if isinstance(mapped_terms, Table) else None,
                notes=tuple(p for n in self.cover.notes if isinstance(p := map_block(n, f), Paragraph)),
            ),
            tuple(only_section(map_block(s, f)) for s in self.opening),
            tuple(only_section(map_block(s, f)) for s in self.sections),
            tuple(map_block(b, f) for b in self.closing),
            tuple(b for s in self.signatures if isinstance(b := map_block(s, f), SignatureBlock)),
            tuple(replace(s, blocks=tuple(map_block(b, f) for b in s.blocks)) for s in self.schedules),
        )

    def sections_by_clause(self) -> dict[str, str]:
        """Return where each clause is printed, in words: "Section 4.1 (Safeguards)"."""
        where = {"cover": "Cover", "signatures": "Signatures", "closing": "Signatures", "checklist": "Checklist"}
        for section in walk_sections(self.all_sections()):
            if section.source is not None:
                number = f"Section {section.number} " if section.number else ""
                where[section.source.id] = f"{number}({section.heading})" if number else section.heading
        return where


def only_section(block: Block) -> Section:
    if not isinstance(block, Section):
        raise TypeError(block)
    return block


def sections_of(blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    return tuple(b for b in blocks if isinstance(b, Section))


@lru_cache(maxsize=4096)
def anchor_of(kind: str, name: str) -> str:
    """Return a name that may stand in an address and as a bookmark."""
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in name.lower())
    return f"{kind}_{plain.strip('_')}"


def part_name(heading: str) -> str:
    """Return how a text refers to an article that only gathers clauses: “part.term_and_ending”."""
    return anchor_of("part", heading).replace("_", ".", 1)
