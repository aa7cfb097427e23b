"""Fill: one clause's text over the facts, as blocks of the model.

Values enter here, as text nodes, after all parsing: they meet no template, no Markdown, no XML. Most enter last, when
all is numbered and linked. Until then references and uses are names; :mod:`generator.assembly.resolving` gives them
their targets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field as attribute
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias, assert_never

from generator.assembly.facts import Facts, Found
from generator.assembly.groundwork import Groundwork
from generator.assembly.resolving import inlines_in, with_blocks, with_items
from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.fields import restyled
from generator.figures import figure_of
from generator.frozen import dataclass
from generator.model import (
    Align,
    Blank,
    Block,
    ClauseRef,
    Column,
    Definition,
    Emphasis,
    Filled,
    Inline,
    Item,
    Items,
    LineBreak,
    Paragraph,
    Reference,
    Scheme,
    Section,
    Table,
    Text,
)
from generator.numbering import Formats
from generator.reading.clause_tree import Expanded, FilterUse
from generator.reading.grammar import ClauseTemplate, Open, Output, expand
from generator.reading.markdown import (
    MdBlock,
    MdBreak,
    MdDefinition,
    MdEmphasis,
    MdHeading,
    MdInline,
    MdItems,
    MdLink,
    MdParagraph,
    MdPlaceholder,
    MdStrong,
    MdTable,
    MdText,
)
from generator.reuse import Itself, Keeps, is_shared, kept, kept_for_all, reused

__all__ = ["RULES", "WHICH_WORDS", "Filler", "Passage", "Question", "Questions", "headed", "plain_blank"]

PARTY_NOT_HERE = Rule(
    "party-not-here",
    Severity.WARNING,
    "An answer gives a part to an organization that is no party of the document.",
    """A duty binds only those who sign. Where an agreement between a hub and its member says that the health plan
pays for something, the plan has promised nothing. Name a party of the document, or keep the answer if the text only
tells what the other organization does elsewhere.

**Wrong** in an agreement between `hub` and `cbo`: `data.security.review_payer: hco`

**Right:** `data.security.review_payer: hub`""",
)
RULES = (PARTY_NOT_HERE,)


@dataclass(slots=True)
class Question:
    """Something open: where it is needed, as (clause id or part of the document, what for)."""

    field: str
    needed: dict[tuple[str, str], None] = attribute(default_factory=dict)


@dataclass(slots=True)
class Questions:
    """Everything open in one document, in the order met."""

    by_field: dict[str, Question] = attribute(default_factory=dict)

    def ask(self, path: str, where: str, what: str = "") -> None:
        """Note that ``path`` is open and that the part ``where`` (a clause id) needs it for ``what``."""
        question = self.by_field.setdefault(path, Question(path))
        question.needed[(where, what)] = None


def plain_blank(path: str, label: str) -> Blank:
    """Return a blank; its number among the open items is given at the end."""
    return Blank(path, label, 0)


WHICH_WORDS = "which words stand here"  # what a condition inside a text decides
_TABLE_LINE = 104  # characters
_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")


_Printed: TypeAlias = "tuple[bool, tuple[Inline, ...], tuple[Span | None, ...]]"
_Key: TypeAlias = "tuple[str, tuple[FilterUse, ...]]"  # a field as one place prints it


@dataclass(frozen=True, slots=True)
class Later(Filled):
    """The place of a value that is put in last (:meth:`Filler.put_in`): until then it may be anybody's.

    ``text`` ends as the value does, with a full stop or without: on nothing else of it do the words around it hang.
    """

    key: _Key = ("", ())


class _Value:
    """A value as it is printed, with its place. The same value in the same place is one object (:func:`_value`), so
    that telling one from another takes no time. ``own`` says that no other member has it."""

    __slots__ = ("filled", "own")

    def __init__(self, filled: Filled, own: bool) -> None:
        self.filled = filled
        self.own = own


@lru_cache(maxsize=4096)
def _value(filled: Filled, _: Span | None, own: bool) -> _Value:
    """Return ``filled`` as a value; its place is handed over too, for comparing looks away from it."""
    return _Value(filled, own)


@dataclass(frozen=True, slots=True)
class Passage(Keeps):
    """The blocks of a clause body; values that go in last are :class:`Later`."""

    blocks: tuple[Block, ...]

    def within(self) -> tuple[Block, ...]:
        """Return its blocks."""
        return self.blocks


@dataclass(slots=True)
class Filler:
    """Turns templates into blocks. ``where`` names the part being filled, for the questions.

    ``markdown`` reads expanded text: :func:`generator.reading.markdown.parse_markdown`, or what remembers its results.
    What answers decide and print is found here, each time anew; the blocks are made of it by the plain functions
    below, which know nothing else, and are those of an earlier agreement where nothing differs (:mod:`.reuse`).
    Most values change nothing in the words around them. They are put in last, when all is numbered and linked: up to
    there the clauses of two members differ only where answers decide.
    """

    facts: Facts
    formats: Formats
    questions: Questions
    markdown: Callable[[str, str, tuple[int, ...]], Checked[tuple[MdBlock, ...]]]
    problems: list[Diagnostic] = attribute(default_factory=list)
    links: list[tuple[str, Span]] = attribute(default_factory=list)
    groundwork: Groundwork | None = None
    _values: dict[_Key, tuple[str | None, _Printed]] = attribute(default_factory=dict)
    _later: dict[_Key, _Value] = attribute(default_factory=dict)

    # -- entry points

    def clause(self, template: ClauseTemplate, where: str, *, recitals: bool = False, level: int = 2) -> Passage:
        """Return a clause body. ``level`` is that of the section around it."""
        asked = None
        if self.groundwork is not None:
            asked = self.groundwork.of(Itself(template), lambda facts: self._asked(template, facts))
        expanded, nodes, asks, problems = asked or self._asked(template, self.facts)
        self.problems.extend(problems)
        self.links.extend(asks.links)
        said = tuple([self._said(expanded.outputs[n], where, may_wait) for n, may_wait in asks.holes])
        return kept_for_all(expanded, _passage, nodes, said, recitals, level, self.formats)

    def _asked(self, template: ClauseTemplate, facts: Facts) -> tuple[Expanded, Itself, _Asks, tuple[Diagnostic, ...]]:
        """Return ``template`` as its conditions leave it, read, and what its words ask for."""
        expanded = reused(template, expand, facts)
        parsed = self.markdown(expanded.markdown, template.file, expanded.line_map)
        nodes = Itself(parsed.value or ())
        return expanded, nodes, kept(expanded, _asks, nodes), (*expanded.diagnostics, *parsed.diagnostics)

    def line(self, template: ClauseTemplate, where: str) -> tuple[Inline, ...]:
        """Return a one-paragraph text (a key term, a subtitle) as inlines; paragraphs are joined by line breaks."""
        out: list[Inline] = []
        for block in map(self.put_in, self.clause(template, where).blocks):
            if isinstance(block, Paragraph):
                if out:
                    out.append(LineBreak())
                out.extend(block.inlines)
        return tuple(out)

    def put_in(self, block: Block) -> Block:
        """Return ``block`` with the values that were to come later."""
        return _put_in(block, self._later)

    def _said(self, output: Output, where: str, may_wait: bool) -> str | _Printed:
        """Return what stands at a placeholder, as what makes blocks is given it: whether it is the question of a
        condition, the inlines, and the places of their values, in which the same words of two members differ; of a
        value that is put in later, only how its text ends."""
        known = self._values.get((output.path, output.filters))
        end, printed = known if known is not None else self._printed(output, where)
        return printed if end is None or not may_wait else end

    def _printed(self, output: Output, where: str) -> tuple[str | None, _Printed]:
        key, problems = (output.path, output.filters), len(self.problems)
        shared = None
        if self.groundwork is not None and output.condition is None and not output.open_by:
            shared = self.groundwork.of(key, lambda facts: self._alone(facts)._without_questions(output))
        end, printed, value = shared or self._worded(output, where, own=self.groundwork is not None)
        if value is not None:
            if end is not None:
                self._later[key] = value
            if len(self.problems) == problems:  # else it is one at each place
                self._values[key] = (end, printed)
        return end, printed

    def _worded(self, output: Output, where: str, *, own: bool) -> tuple[str | None, _Printed, _Value | None]:
        """Return how the text of a value ends (None if it cannot be put in last), what is printed, and the value."""
        inlines = self.value(output, where)
        printed = (output.condition is not None, inlines, tuple([i.span for i in inlines if isinstance(i, Filled)]))
        if len(inlines) != 1 or type(inlines[0]) is not Filled:
            return None, printed, None
        value = inlines[0]
        end = None if _PARAGRAPHS.search(value.text) else "." if value.text.endswith(".") else ""
        return end, printed, _value(value, value.span, own)

    def _alone(self, facts: Facts) -> Filler:
        """Return what fills in the same way by other facts."""
        return Filler(facts, self.formats, Questions(), self.markdown)

    def _without_questions(self, output: Output) -> tuple[str | None, _Printed, _Value | None] | None:
        """Return what is printed, None if there is more to say of it."""
        made = self._worded(output, "", own=False)
        return None if self.problems or self.questions.by_field else made

    # -- values

    def value(self, output: Output, where: str) -> tuple[Inline, ...]:
        """Return what stands at a placeholder: the value, or a blank for what is open."""
        if output.condition is not None:
            return self.blanks(output.condition.fields, where, WHICH_WORDS)
        if not output.path:  # loop.index
            return ()
        if output.open_by:
            for path in output.open_by:
                self.questions.ask(path, where)
            return (plain_blank(output.open_by[0], self.facts.label(output.field or output.path)),)
        found = self.facts.find(output.path)
        if isinstance(found, Open):
            if len(found.fields) == 1 and self.facts.resolve(output.path) == found:
                # The role is open: the blank says what would stand here ("legal name of the covered entity").
                self.questions.ask(found.fields[0], where)
                return (plain_blank(found.fields[0], self.facts.label(output.path)),)
            return self.blanks(found.fields, where)
        return self.filled(found, output, where)

    def filled(self, found: Found, output: Output, where: str) -> tuple[Inline, ...]:
        """Return ``found`` as printed, through the filters of the clause."""
        style, args = (output.filters[0][0], output.filters[0][1]) if output.filters else ("", ())
        text = self.facts.printed(found, style, args)
        if isinstance(text, Open):
            return self.blanks(text.fields, where)
        for name, _ in output.filters[1:]:
            text = restyled(text, name)
        if found.field.kind == "party_choice":
            self._no_party(found)
        real = self.facts.resolve(output.path)
        name = real if isinstance(real, str) else output.path
        return (Filled(name, text, found.span, derived=figure_of(name) is not None),)

    def _no_party(self, found: Found) -> None:
        """Say so when the organization that is named is no party of this document."""
        here = {self.facts.party_key(role) for role in self.facts.roles}
        if None in here:
            return
        values = found.value if isinstance(found.value, tuple) else (found.value,)
        for key in (v for v in values if v in self.facts.dictionary.parties() and v not in here):
            self.problems.append(
                PARTY_NOT_HERE.at(
                    found.span,
                    f"{found.field.label[:1].upper()}{found.field.label[1:]} is “{key}”, which is no party of the "
                    f"document “{self.facts.document}”: the document gives it a part that it does not sign.",
                    fix=f"Name one of its parties: {', '.join(sorted(k for k in here if k))}.",
                    field=found.field.path,
                )
            )

    def blanks(self, fields: Sequence[str], where: str, what: str = "") -> tuple[Inline, ...]:
        """Return a blank for each open field, and note the questions."""
        out: list[Inline] = []
        for path in fields:
            self.questions.ask(path, where, what)
            if out:
                out.append(Text(" "))
            out.append(plain_blank(path, self.facts.label(path)))
        return tuple(out)


# ---------------------------------------------------------------- blocks of nodes and what is printed in them

# Plain functions: what they give hangs on the node and on what is handed over, and on nothing else.


def _nodes_within(node: MdBlock) -> Iterator[MdInline]:
    """Yield the inlines of ``node`` in the order in which they are printed."""
    match node:
        case MdParagraph(inlines=inlines):
            yield from inlines
        case MdItems(items=items):
            for item in items:
                for block in item.blocks:
                    yield from _nodes_within(block)
        case MdTable(header=header, rows=rows):
            for row in (header, *rows):
                for cell in row:
                    yield from cell
        case MdHeading():
            return
        case _:
            assert_never(node)


def _all_of(nodes: Iterable[MdInline]) -> Iterator[MdInline]:
    for node in nodes:
        yield node
        if isinstance(node, MdEmphasis | MdStrong | MdDefinition | MdLink):
            yield from _all_of(node.children)


def _holes(node: MdBlock) -> tuple[int, ...]:
    """Return the numbers of the placeholders within ``node``."""
    return tuple(n.n for n in _all_of(_nodes_within(node)) if isinstance(n, MdPlaceholder))


@dataclass(frozen=True, slots=True)
class _Asks:
    """What the words of a clause ask for: its placeholders, each with whether its value may wait, and its links."""

    holes: tuple[tuple[int, bool], ...]
    links: tuple[tuple[str, Span], ...]


def _asks(_: Expanded, nodes: Itself) -> _Asks:
    """Return what ``nodes`` ask for. A value does not wait where its words count before they are printed: in a
    definition, whose term they are, in a link, in the head of a table, which tells what the table is, and in a table
    with links, whose columns are as wide as its words before the links have their numbers."""
    holes: list[tuple[int, bool]] = []
    links: list[tuple[str, Span]] = []
    for node in nodes.thing:
        every = tuple(_all_of(_nodes_within(node)))
        linked = [n for n in every if isinstance(n, MdLink)]
        here = [child for n in every if isinstance(n, MdDefinition | MdLink) for child in n.children]
        if isinstance(node, MdTable):
            here += every if linked else [n for cell in node.header for n in cell]
        at_once = {n.n for n in _all_of(here) if isinstance(n, MdPlaceholder)}
        holes += [(n.n, n.n not in at_once) for n in every if isinstance(n, MdPlaceholder)]
        links += [(n.target, n.span) for n in linked]
    return _Asks(tuple(holes), tuple(links))


def _passage(
    expanded: Expanded, nodes: Itself, said: tuple[str | _Printed, ...], recitals: bool, level: int, formats: Formats
) -> Passage:
    """Return the clause that reads ``nodes``, with what is said at each placeholder."""
    found: dict[int, _Printed] = {}
    for (n, _), one in zip(kept(expanded, _asks, nodes).holes, said, strict=True):
        if isinstance(one, str):
            output = expanded.outputs[n]
            found[n] = False, (Later(output.path, one, key=(output.path, output.filters)),), ()
        else:
            found[n] = one
    out: list[Block] = []
    heading: MdHeading | None = None
    below: list[Block] = []
    count = 0  # of items; they count on through a section

    def close() -> None:
        if heading is not None:
            title = "".join(n.text for n in heading.inlines if isinstance(n, MdText))
            out.append(Section(title, tuple(below), level + 1))

    for node in nodes.thing:
        if isinstance(node, MdHeading):
            close()
            heading, below, count = node, [], 0
            continue
        blocks, count = _made(node, found, 0, recitals, formats, count)
        (out if heading is None else below).extend(blocks)
    close()
    return Passage(tuple(out))


def headed(passage: Passage, heading: str, level: int, anchor: str, source: ClauseRef | None) -> Section:
    """Return ``passage`` under its heading."""
    return Section(heading, passage.blocks, level, anchor=anchor, source=source)


def _waiting(block: Block) -> tuple[_Key, ...]:
    """Return which values are still to be put into ``block``."""
    return tuple(dict.fromkeys(i.key for i in inlines_in(block) if isinstance(i, Later)))


def _put_in(block: Block, values: Mapping[_Key, _Value]) -> Block:
    """Return ``block`` with its values; what is made of it is given those that it prints, and no more."""
    if isinstance(block, Section) and not is_shared(block):
        return with_blocks(block, tuple([_put_in(b, values) for b in block.blocks]))
    keys = kept(block, _waiting)
    if not keys:
        return block
    given = tuple([values[key] for key in keys])
    for value in given:
        if value.own:  # nobody will ask for it again
            return _holding(block, values)
    return kept(block, _with_values, given)


def _with_values(block: Block, given: tuple[_Value, ...]) -> Block:
    return _holding(block, dict(zip(kept(block, _waiting), given, strict=True)))


def _waiting_at(block: Paragraph | Section) -> tuple[int, ...]:
    """Return where in ``block`` stands what has values still to be put into it."""
    parts = block.blocks if isinstance(block, Section) else [Paragraph((inline,)) for inline in block.inlines]
    return tuple([n for n, part in enumerate(parts) if kept(part, _waiting)])


def _holding(block: Block, values: Mapping[_Key, _Value]) -> Block:
    match block:
        case Section():
            blocks = list(block.blocks)
            for n in kept(block, _waiting_at):
                blocks[n] = _put_in(blocks[n], values)
            return with_blocks(block, tuple(blocks))
        case Items():
            return with_items(block, [tuple([_put_in(b, values) for b in i.blocks]) for i in block.items])
        case Table():
            rows = tuple([tuple([tuple([_put_in(b, values) for b in cell]) for cell in row]) for row in block.rows])
            columns = _columns([c.heading for c in block.columns], rows, [c.align for c in block.columns])
            return replace(block, columns=columns, rows=rows)
        case Paragraph():
            inlines = list(block.inlines)
            for n in kept(block, _waiting_at):
                inlines[n] = _with_value(inlines[n], values)
            return Paragraph(tuple(inlines), block.note)
        case _:
            return block


def _with_value(inline: Inline, values: Mapping[_Key, _Value]) -> Inline:
    if isinstance(inline, Later):
        return values[inline.key].filled
    if isinstance(inline, Emphasis):
        return Emphasis(tuple([_with_value(i, values) for i in inline.children]), inline.strong)
    return inline


def _made(
    node: MdBlock, found: Mapping[int, _Printed], depth: int, recitals: bool, formats: Formats, count: int
) -> tuple[tuple[Block, ...], int]:
    """Return the blocks of ``node`` with what is printed in it, and how many items there are now."""
    given = tuple([found[n] for n in kept(node, _holes)])
    match node:
        case MdParagraph():
            return kept(node, _paragraphs, given), count
        case MdItems():
            items, count = kept(node, _items, given, depth, recitals, formats, count)
            return (items,), count
        case MdTable():
            return (kept(node, _table, given),), count
        case MdHeading():
            return (), count
        case _:
            assert_never(node)


def _paragraphs(node: MdParagraph, given: tuple[_Printed, ...]) -> tuple[Paragraph, ...]:
    return _split(_inlines(node.inlines, dict(zip(kept(node, _holes), given, strict=True))))


def _split(inlines: tuple[Inline, ...]) -> tuple[Paragraph, ...]:
    """Return ``inlines`` as a paragraph; a value that stands alone may be several."""
    if len(inlines) == 1 and isinstance(inlines[0], Filled):
        value = inlines[0]
        return tuple(Paragraph((replace(value, text=part),)) for part in _PARAGRAPHS.split(value.text))
    return (Paragraph(inlines),) if inlines else ()


def _items(
    node: MdItems, given: tuple[_Printed, ...], depth: int, recitals: bool, formats: Formats, count: int
) -> tuple[Items, int]:
    found = dict(zip(kept(node, _holes), given, strict=True))
    scheme = Scheme.BULLET if not node.ordered else Scheme.RECITAL if recitals and not depth else Scheme.CLAUSE
    items = []
    inner = 0
    for entry in node.items:
        match scheme:
            case Scheme.BULLET:
                label = "•"
            case Scheme.RECITAL:
                count += 1
                label = formats.recital_label(count)
            case Scheme.CLAUSE if depth == 0:
                count += 1
                label = formats.item_label(0, count)
            case Scheme.CLAUSE:
                inner += 1
                label = formats.item_label(min(depth, 2), inner)
            case _:
                assert_never(scheme)
        blocks: list[Block] = []
        for child in entry.blocks:
            made, count = _made(child, found, depth + 1, recitals, formats, count)
            blocks += made
        items.append(Item(label, tuple(blocks), depth))
    return Items(tuple(items), scheme), count


def _table(node: MdTable, given: tuple[_Printed, ...]) -> Table:
    found = dict(zip(kept(node, _holes), given, strict=True))
    header = tuple(_inlines(cell, found) for cell in node.header)
    rows = tuple(
        tuple([kept(cell, _paragraphs, tuple([found[n] for n in kept(cell, _holes)])) or _EMPTY for cell in row])
        for row in kept(node, _cells)
    )
    return Table(
        _columns(header, rows, [Align(a.value) if a.value else Align.LEFT for a in node.aligns]),
        rows,
        "Table with the columns " + ", ".join(_words(h) for h in header) if any(header) else "Table without headings",
        row_headers=True,
    )


_EMPTY = (Paragraph(()),)


def _cells(node: MdTable) -> tuple[tuple[MdParagraph, ...], ...]:
    """Return the cells of each row as paragraphs, so that each keeps what it came to."""
    return tuple(tuple(MdParagraph(cell, node.span) for cell in row) for row in node.rows)


_ONE_STOP = re.compile(r"\.(?!\.)")


def _inlines(nodes: Sequence[MdInline], found: Mapping[int, _Printed]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for node in nodes:
        made = _inline(node, found)
        if isinstance(node, MdPlaceholder) and found[node.n][0]:
            made = _not_yet_blank(made, out)
        last = out[-1] if out else None
        if last is not None and isinstance(node, MdText) and _ends_sentence(last) and _ONE_STOP.match(node.text):
            # "Riverbend, Inc." at the end of a sentence takes no second full stop.
            made = (Text(node.text[1:]),) if node.text[1:] else ()
        if made and isinstance(last, Text) and last.text.endswith(" ") and isinstance(made[0], Text):
            # Nothing was printed between the two, so that their spaces have met.
            made = (Text(made[0].text.lstrip(" ")), *made[1:])
        out.extend(made)
    return tuple(out)


def _inline(node: MdInline, found: Mapping[int, _Printed]) -> tuple[Inline, ...]:
    match node:
        case MdText(text=text):
            return (Text(text),) if text else ()
        case MdPlaceholder(n=n):
            return found[n][1]
        case MdEmphasis(children=children):
            return (Emphasis(_inlines(children, found)),)
        case MdStrong(children=children):
            return (Emphasis(_inlines(children, found), strong=True),)
        case MdDefinition(children=children):
            inner = _inlines(children, found)
            return (Definition(_words(inner), inner),)
        case MdLink(target=target, children=children):
            return (Reference(target, "", "", _words(_inlines(children, found))),)
        case MdBreak():
            return (LineBreak(),)
        case _:
            assert_never(node)


def _not_yet_blank(found: Sequence[Inline], before: Sequence[Inline]) -> tuple[Inline, ...]:
    """Return the blanks of an undecided condition without those whose question stands before them in the paragraph."""
    asked = {blank.field for blank in _blanks(before)}
    out: list[Inline] = []
    for blank in found:
        if isinstance(blank, Blank) and blank.field not in asked:
            out += [Text(" "), blank] if out or (before and isinstance(before[-1], Blank)) else [blank]
    return tuple(out)


def _blanks(inlines: Sequence[Inline]) -> Iterable[Blank]:
    for inline in inlines:
        if isinstance(inline, Blank):
            yield inline
        elif isinstance(inline, Emphasis | Definition):
            yield from _blanks(inline.children)


def _ends_sentence(inline: Inline) -> bool:
    return isinstance(inline, Filled) and inline.text.endswith(".")


def _words(inlines: Sequence[Inline]) -> str:
    from generator.model import inlines_text

    return inlines_text(tuple(inlines))


def _size(cell: Paragraph) -> tuple[int, int]:
    """Return the length of the longest word of ``cell`` and that of its longest line."""
    text = _words(cell.inlines)
    return _longest(text.split()), _longest(text.split("\n"))


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def _columns(
    header: Sequence[tuple[Inline, ...]], rows: tuple[tuple[tuple[Block, ...], ...], ...], aligns: Sequence[Align]
) -> tuple[Column, ...]:
    """Share the width as web browsers do: each column its longest word, the rest by how much more it has to say.

    CSS 2.1, 17.5.2.2 (automatic table layout), in characters of a table line about 104 wide.
    """
    least, most = [], []
    for position, heading in enumerate(header):
        cells = [b for row in rows if position < len(row) for b in row[position] if isinstance(b, Paragraph)]
        title = _words(heading)
        sizes = [(_longest(title.split()), len(title)), *(kept(cell, _size) for cell in cells)]
        edges = 3 if position else 5  # the first column names its row, in bold
        least.append((max(word for word, _ in sizes) or 1) + edges)
        most.append(max(line for _, line in sizes) + edges)
    most = [max(a, min(b, _TABLE_LINE * 3)) for a, b in zip(least, most, strict=True)]
    spare, wish = _TABLE_LINE - sum(least), sum(most) - sum(least)
    if spare > 0 and wish > 0:
        weights = [a + min(1.0, spare / wish) * (b - a) for a, b in zip(least, most, strict=True)]
    else:
        weights = [float(a) for a in least]
    total = sum(weights)
    shares = [round(w / total, 4) for w in weights]
    shares[-1] = round(1 - sum(shares[:-1]), 4)
    return tuple([Column(h, s, a) for h, s, a in zip(header, shares, aligns, strict=True)])
