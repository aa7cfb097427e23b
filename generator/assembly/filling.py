"""Fill: one clause's text over the facts, as blocks of the model.

Values enter here, as text nodes, after all parsing: they meet no template, no Markdown, no XML.
References and uses are still names; :mod:`generator.assembly.resolving` gives them their targets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field as attribute
from dataclasses import replace
from typing import assert_never

from generator.assembly.facts import Facts, Found
from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.fields import restyled
from generator.figures import figure_of
from generator.frozen import dataclass
from generator.model import (
    Align,
    Blank,
    Block,
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
from generator.reading.grammar import ClauseTemplate, Expanded, Open, Output, expand
from generator.reading.markdown import (
    MdAlign,
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

__all__ = ["RULES", "WHICH_WORDS", "Filler", "Question", "Questions", "plain_blank"]

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


@dataclass(slots=True)
class Filler:
    """Turns templates into blocks. ``where`` names the part being filled, for the questions.

    ``markdown`` reads expanded text: :func:`generator.reading.markdown.parse_markdown`, or what remembers its results.
    """

    facts: Facts
    formats: Formats
    questions: Questions
    markdown: Callable[[str, str, tuple[int, ...]], Checked[tuple[MdBlock, ...]]]
    problems: list[Diagnostic] = attribute(default_factory=list)
    links: list[tuple[str, Span]] = attribute(default_factory=list)

    # -- entry points

    def clause(
        self, template: ClauseTemplate, where: str, *, recitals: bool = False, level: int = 2
    ) -> tuple[Block, ...]:
        """Return the blocks of a clause body. ``level`` is that of the section around it."""
        expanded = expand(template, self.facts)
        self.problems.extend(expanded.diagnostics)
        parsed = self.markdown(expanded.markdown, template.file, expanded.line_map)
        self.problems.extend(parsed.diagnostics)
        return _Body(self, expanded, where, recitals).blocks(parsed.value or (), level)

    def line(self, template: ClauseTemplate, where: str) -> tuple[Inline, ...]:
        """Return a one-paragraph text (a key term, a subtitle) as inlines; paragraphs are joined by line breaks."""
        out: list[Inline] = []
        for block in self.clause(template, where):
            if isinstance(block, Paragraph):
                if out:
                    out.append(LineBreak())
                out.extend(block.inlines)
        return tuple(out)

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


@dataclass(slots=True)
class _Body:
    """One clause body being turned into blocks; items count on through it."""

    filler: Filler
    expanded: Expanded
    where: str
    recitals: bool
    count: int = 0

    def blocks(self, nodes: Sequence[MdBlock], level: int) -> tuple[Block, ...]:
        out: list[Block] = []
        heading: MdHeading | None = None
        below: list[MdBlock] = []
        for node in nodes:
            if isinstance(node, MdHeading):
                self._close(out, heading, below, level)
                heading, below = node, []
            elif heading is not None:
                below.append(node)
            else:
                out.extend(self._block(node, 0))
        self._close(out, heading, below, level)
        return tuple(out)

    def _close(self, out: list[Block], heading: MdHeading | None, below: list[MdBlock], level: int) -> None:
        if heading is None:
            return
        self.count = 0
        inner = [b for node in below for b in self._block(node, 0)]
        title = "".join(n.text for n in heading.inlines if isinstance(n, MdText))
        out.append(Section(title, tuple(inner), level + 1))

    def _block(self, node: MdBlock, depth: int) -> Iterable[Block]:
        match node:
            case MdParagraph(inlines=inlines):
                yield from self._paragraphs(inlines)
            case MdItems():
                yield self._items(node, depth)
            case MdTable():
                yield self._table(node)
            case MdHeading():
                return
            case _:
                assert_never(node)

    def _paragraphs(self, nodes: Sequence[MdInline]) -> Iterable[Paragraph]:
        inlines = self._inlines(nodes)
        if len(inlines) == 1 and isinstance(inlines[0], Filled):
            value = inlines[0]
            for part in _PARAGRAPHS.split(value.text):
                yield Paragraph((replace(value, text=part),))
        elif inlines:
            yield Paragraph(inlines)

    def _items(self, node: MdItems, depth: int) -> Items:
        formats = self.filler.formats
        scheme = Scheme.BULLET if not node.ordered else Scheme.RECITAL if self.recitals and not depth else Scheme.CLAUSE
        items = []
        inner = 0
        for entry in node.items:
            match scheme:
                case Scheme.BULLET:
                    label = "•"
                case Scheme.RECITAL:
                    self.count += 1
                    label = formats.recital_label(self.count)
                case Scheme.CLAUSE if depth == 0:
                    self.count += 1
                    label = formats.item_label(0, self.count)
                case Scheme.CLAUSE:
                    inner += 1
                    label = formats.item_label(min(depth, 2), inner)
                case _:
                    assert_never(scheme)
            blocks = tuple(b for child in entry.blocks for b in self._block(child, depth + 1))
            items.append(Item(label, blocks, depth))
        return Items(tuple(items), scheme)

    def _table(self, node: MdTable) -> Table:
        header = tuple(self._inlines(cell) for cell in node.header)
        rows = tuple(tuple(self._cell(cell) for cell in row) for row in node.rows)
        return Table(
            _columns(header, rows, node.aligns),
            rows,
            "Table with the columns " + ", ".join(_words(h) for h in header),
            row_headers=True,
        )

    def _cell(self, nodes: Sequence[MdInline]) -> tuple[Block, ...]:
        return tuple(self._paragraphs(nodes)) or (Paragraph(()),)

    def _inlines(self, nodes: Sequence[MdInline]) -> tuple[Inline, ...]:
        out: list[Inline] = []
        for node in nodes:
            found = self._inline(node)
            if isinstance(node, MdPlaceholder) and self.expanded.outputs[node.n].condition is not None:
                found = _not_yet_blank(found, out)
            if out and isinstance(node, MdText) and _ends_sentence(out[-1]) and re.match(r"\.(?!\.)", node.text):
                # "Riverbend, Inc." at the end of a sentence takes no second full stop.
                found = (Text(node.text[1:]),) if node.text[1:] else ()
            last = out[-1] if out else None
            if found and isinstance(last, Text) and last.text.endswith(" ") and isinstance(found[0], Text):
                # Nothing was printed between the two, so that their spaces have met.
                found = (Text(found[0].text.lstrip(" ")), *found[1:])
            out.extend(found)
        return tuple(out)

    def _inline(self, node: MdInline) -> tuple[Inline, ...]:
        match node:
            case MdText(text=text):
                return (Text(text),) if text else ()
            case MdEmphasis(children=children):
                return (Emphasis(self._inlines(children)),)
            case MdStrong(children=children):
                return (Emphasis(self._inlines(children), strong=True),)
            case MdDefinition(children=children):
                inner = self._inlines(children)
                return (Definition(_words(inner), inner),)
            case MdLink(target=target, children=children, span=span):
                self.filler.links.append((target, span))
                return (Reference(target, "", "", _words(self._inlines(children))),)
            case MdPlaceholder(n=n):
                return self.filler.value(self.expanded.outputs[n], self.where)
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


def _columns(
    header: tuple[tuple[Inline, ...], ...],
    rows: tuple[tuple[tuple[Block, ...], ...], ...],
    aligns: tuple[MdAlign, ...],
) -> tuple[Column, ...]:
    """Share the width as web browsers do: each column its longest word, the rest by how much more it has to say.

    CSS 2.1, 17.5.2.2 (automatic table layout), in characters of a table line about 104 wide.
    """
    least, most = [], []
    for position, heading in enumerate(header):
        texts = [_words(heading)]
        texts += [
            line
            for row in rows
            if position < len(row)
            for block in row[position]
            if isinstance(block, Paragraph)
            for line in _words(block.inlines).split("\n")
        ]
        edges = 3 if position else 5  # the first column names its row, in bold
        least.append(max((len(w) for t in texts for w in t.split()), default=1) + edges)
        most.append(max((len(t) for t in texts), default=1) + edges)
    most = [max(a, min(b, _TABLE_LINE * 3)) for a, b in zip(least, most, strict=True)]
    spare, wish = _TABLE_LINE - sum(least), sum(most) - sum(least)
    if spare > 0 and wish > 0:
        weights = [a + min(1.0, spare / wish) * (b - a) for a, b in zip(least, most, strict=True)]
    else:
        weights = [float(a) for a in least]
    total = sum(weights)
    shares = [round(w / total, 4) for w in weights]
    shares[-1] = round(1 - sum(shares[:-1]), 4)
    return tuple(
        Column(h, s, Align(a.value) if a.value else Align.LEFT) for h, s, a in zip(header, shares, aligns, strict=True)
    )
