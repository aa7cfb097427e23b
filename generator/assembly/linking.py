"""Link: definitions get their place, uses their definition, references the number of what they refer to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from generator.assembly.body import Body, Placed, anchor_of
from generator.assembly.faults import BROKEN_REFERENCE, DEFINED_TWICE
from generator.assembly.filling import Filler
from generator.assembly.resolving import (
    NamedTerms,
    Target,
    Terms,
    definitions_in,
    inlines_in,
    map_block,
    own_blocks,
    terms_of,
    unchanged,
    with_blocks,
    with_items,
)
from generator.diagnostics import Diagnostic, Related, Span
from generator.frozen import dataclass
from generator.model import (
    Block,
    Definition,
    Emphasis,
    Inline,
    Items,
    Paragraph,
    Reference,
    Section,
    Text,
    walk_sections,
)
from generator.reuse import is_shared, kept, kept_for_all

__all__ = ["Linker"]


@dataclass(slots=True)
class Linker:
    """Links one document. ``placed`` are the clauses in it, ``undecided`` those that wait for answers."""

    document: str
    placed: Mapping[str, Placed]
    undecided: Mapping[str, tuple[str, ...]]
    filler: Filler
    problems: list[Diagnostic]

    def link(self, body: Body) -> Body:
        """Return ``body`` with its definitions, their uses and its references."""
        targets = self._targets(body)
        anchors: dict[str, str] = {}
        first: dict[str, str] = {}
        named: set[str] = set()  # terms that are an answer: the short name of a party
        for section in walk_sections(body.all_sections()):
            for definition in definitions_in(own_blocks(section)):
                id = section.source.id if section.source is not None else section.heading
                if definition.term in first:
                    self._twice(definition, first[definition.term], id)
                    continue
                first[definition.term] = id
                anchors[definition.term] = anchor_of("term", definition.term)
                if not all(isinstance(c, Text) for c in definition.children):
                    named.add(definition.term)
        upper = {t: a for t, a in anchors.items() if t[:1].isupper()}
        common = terms_of(tuple((t, a) for t, a in upper.items() if t not in named))
        terms = common if named.isdisjoint(upper) else NamedTerms(common, upper, named)
        spans = dict(reversed(self.filler.links))

        def change(inline: Inline) -> tuple[Inline, ...]:
            match inline:
                case Text():
                    return terms.split(inline)
                case Reference(target=name):
                    target = targets.get(name)
                    if target is not None:
                        return (_to(target),)
                    if name in self.undecided:
                        return self.filler.blanks(self.undecided[name], "", "which section is referred to")
                    self._broken(name, spans.get(name))
                    return (Text(inline.title),)
                case _:
                    return (inline,)

        forms = terms.forms if isinstance(terms, NamedTerms) else ()

        def as_asked(block: Block) -> Block | None:
            if isinstance(block, Section) and not is_shared(block):
                return None
            asks = kept(block, _asks)
            if not all(name in targets for name in asks.references) or any(form in asks.text for form in forms):
                return None
            return _linked_as_asked(block, common, targets, anchors)

        def specially(block: Block) -> Block:
            return _with_anchors(map_block(block, change), anchors)

        return body.with_each(lambda block: _linked_piecewise(block, as_asked, specially))

    def _targets(self, body: Body) -> dict[str, Target]:
        targets: dict[str, Target] = {}
        for section in walk_sections(body.all_sections()):
            if section.source is None:
                # An article that only gathers clauses is named by its heading: “part.term_and_ending”.
                if section.number and section.anchor.startswith("part_"):
                    name = "part." + section.anchor.removeprefix("part_")
                    targets.setdefault(name, Target(section.anchor, "Section", section.number, section.heading))
                continue
            label = "Section" if section.number else "the part"
            target = Target(section.anchor, label, section.number, section.heading)
            targets[section.source.id] = target
            chosen = self.placed[section.source.id].chosen
            for name in (*chosen.alternatives, f"slot.{chosen.slot}"):
                targets.setdefault(name, target)
        for schedule in body.schedules:
            id = schedule.anchor.removeprefix("schedule_")
            target = Target(schedule.anchor, schedule.label, schedule.number, schedule.heading)
            targets[f"schedule.{id}"] = target
        return targets

    def _broken(self, name: str, span: Span | None) -> None:
        what = "schedule" if name.startswith("schedule.") else "article" if name.startswith("part.") else "clause"
        self.problems.append(
            BROKEN_REFERENCE.at(
                span,
                f"This refers to the {what} “{name}”, which is not in the document “{self.document}”.",
                fix=f'Guard it with {{% if "{name}" in clauses %}}, or put the {what} into the document type.',
            )
        )

    def _twice(self, definition: Definition, first: str, second: str) -> None:
        if first == second:
            where = f"twice in {first}"
        else:
            where = f"in {first} and again in {second}"
        one, two = (self.placed[i].chosen.clause.span if i in self.placed else None for i in (first, second))
        self.problems.append(
            DEFINED_TWICE.at(
                two,
                f"“{definition.term}” is defined {where}.",
                fix="Keep one definition.",
                others=(Related(one, "the other definition"),) if one is not None else (),
            )
        )


@dataclass(frozen=True, slots=True)
class _Asks:
    """What linking has to know for one block: the words in which terms may stand, what is referred to and defined."""

    text: str
    references: tuple[str, ...]
    terms: tuple[str, ...]


def _asks(block: Block) -> _Asks:
    if isinstance(block, Items | Section):
        within = [kept(b, _asks) for b in block.within()]
        return _Asks(
            "\n".join([a.text for a in within]),
            tuple(dict.fromkeys(name for a in within for name in a.references)),
            tuple(dict.fromkeys(term for a in within for term in a.terms)),
        )
    every = inlines_in(block)
    return _Asks(
        "\n".join([i.text for i in every if isinstance(i, Text)]),
        tuple(dict.fromkeys(i.target for i in every if isinstance(i, Reference))),
        tuple(dict.fromkeys(i.term for i in every if isinstance(i, Definition))),
    )


def _linked_as_asked(block: Block, terms: Terms, targets: Mapping[str, Target], anchors: Mapping[str, str]) -> Block:
    """Return ``block`` linked; it is given of ``targets`` and ``anchors`` what it asks for, and no more."""
    asks = kept(block, _asks)
    return kept_for_all(
        block, _linked, terms, tuple([(name, targets[name]) for name in asks.references]),
        tuple([(term, anchors.get(term, "")) for term in asks.terms]),
    )  # fmt: skip


def _linked_piecewise(
    block: Block, as_asked: Callable[[Block], Block | None], specially: Callable[[Block], Block]
) -> Block:
    """Return ``block`` linked as many are, or ``specially`` in that part of it where this cannot be: what is special
    mostly stands in one block of a section, in one item of a list."""
    made = as_asked(block)
    if made is not None:
        return made
    if isinstance(block, Section):
        return with_blocks(block, tuple([_linked_piecewise(b, as_asked, specially) for b in block.blocks]))
    if isinstance(block, Items):
        inner = [tuple([_linked_piecewise(b, as_asked, specially) for b in i.blocks]) for i in block.items]
        return with_items(block, inner)
    return specially(block)


def _linked(
    block: Block, terms: Terms, targets: tuple[tuple[str, Target], ...], anchors: tuple[tuple[str, str], ...]
) -> Block:
    """Return ``block`` with the uses of ``terms``, all its references, and the anchors of what it defines."""
    known, places = dict(targets), dict(anchors)
    if isinstance(block, Section):
        return with_blocks(block, tuple([_linked_as_asked(b, terms, known, places) for b in block.blocks]))
    if isinstance(block, Items):
        inner = [tuple([_linked_as_asked(b, terms, known, places) for b in i.blocks]) for i in block.items]
        return with_items(block, inner)

    def change(inline: Inline) -> tuple[Inline, ...]:
        match inline:
            case Text():
                return terms.split(inline)
            case Reference(target=name):
                return (_to(known[name]),)
            case _:
                return (inline,)

    return _with_anchors(map_block(block, change), places)


def _to(target: Target) -> Reference:
    return Reference(target.anchor, target.label, target.number, target.title)


def _with_anchors(block: Block, anchors: Mapping[str, str]) -> Block:
    """Give each definition in ``block`` its anchor."""
    match block:
        case Paragraph():
            if not any(isinstance(i, Definition | Emphasis) for i in block.inlines):
                return block
            made = _anchored(block.inlines, anchors)
            return block if made is block.inlines else replace(block, inlines=made)
        case Items():
            items = tuple(
                i if unchanged(inner, i.blocks) else replace(i, blocks=inner)
                for i in block.items
                for inner in (tuple(_with_anchors(b, anchors) for b in i.blocks),)
            )
            return block if unchanged(items, block.items) else replace(block, items=items)
        case Section():
            blocks = tuple(_with_anchors(b, anchors) for b in block.blocks)
            return block if unchanged(blocks, block.blocks) else replace(block, blocks=blocks)
        case _:
            return block


def _anchored(inlines: tuple[Inline, ...], anchors: Mapping[str, str]) -> tuple[Inline, ...]:
    made = tuple(
        replace(i, anchor=anchors.get(i.term, ""))
        if isinstance(i, Definition)
        else i
        if not isinstance(i, Emphasis) or (children := _anchored(i.children, anchors)) is i.children
        else replace(i, children=children)
        for i in inlines
    )
    return inlines if unchanged(made, inlines) else made
