"""The finished agreement in memory: what assembly makes, lint reads and every writer prints.

Everything here is frozen. An :class:`Agreement` holds every printed word in order, so that Word,
PDF, HTML and plain text cannot disagree: a writer adds layout and never a word of its own, except
the page number line of its footer and the word ``CONTENTS`` over its table of contents.

The order in which every writer prints is: cover (title, parties, key terms, notes), contents,
``opening``, ``sections``, ``closing``, ``signatures``, ``schedules``, ``open_page``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import TypeAlias

from generator.diagnostics import Span
from generator.frozen import dataclass
from generator.reuse import Keeps, kept

CONTENTS = "Contents"
AUTHOR = "Agreements"  # of files, of comments and, where nobody is named, of tracked changes
OPEN_QUOTE, CLOSE_QUOTE = "“", "”"


class Status(StrEnum):
    """A draft may hold blanks; a final holds none."""

    DRAFT = "draft"
    FINAL = "final"


# ---------------------------------------------------------------- inside a paragraph


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a clause. Never a value of the profile."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Bold (``strong``) or italic words."""

    children: tuple[Inline, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """The place where a term gets its meaning. Prints in curly quotation marks, bold: “**Breach**”."""

    term: str
    children: tuple[Inline, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """A later use of a defined term, as it stands in the text; ``target`` is the definition's anchor."""

    term: str
    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer to a section or schedule: “Section 7.2 (Safeguards)”, “Schedule A (Rates)”.

    ``target`` is the anchor of that :class:`Section` or :class:`Schedule`. ``number`` is bare
    ("7.2", "A"), as the target's own ``number``.
    """

    target: str
    label: str
    number: str
    title: str

    @property
    def text(self) -> str:
        """The printed words."""
        return f"{self.label} {self.number} ({self.title})"


@dataclass(frozen=True, slots=True)
class Filled:
    """A value of the profile as printed. ``text`` is literal and may hold line breaks (``\\n``).

    ``derived`` marks what was worked out from answers (:mod:`generator.figures`): nobody typed it, and a changed
    one is no answer.
    """

    field: str
    text: str
    span: Span | None = dataclass_field(default=None, compare=False)
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A place whose value is still open. Prints as ``[label]``, highlighted; ``item`` counts from 1
    in ``Agreement.open_items``."""

    field: str
    label: str
    item: int

    @property
    def text(self) -> str:
        """The printed words."""
        return f"[{self.label}]"


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A new line inside a paragraph."""


Inline: TypeAlias = Text | Emphasis | Definition | Use | Reference | Filled | Blank | LineBreak


# ---------------------------------------------------------------- blocks


class Scheme(StrEnum):
    """Which numbers items carry."""

    CLAUSE = "clause"  # (a), (i), (A): continued through a section
    RECITAL = "recital"  # (A), (B)
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Paragraph(Keeps):
    """One paragraph. ``note`` marks small print that explains (cover notes, table notes)."""

    inlines: tuple[Inline, ...]
    note: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list. ``label`` is printed as it stands ("(a)", "•"). ``depth`` counts from 0."""

    label: str
    blocks: tuple[Block, ...]
    depth: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Items(Keeps):
    """A list; the first block of an item is a Paragraph, later ones are indented below it."""

    items: tuple[Item, ...]
    scheme: Scheme = Scheme.CLAUSE

    def within(self) -> tuple[Block, ...]:
        """Return the blocks of its items."""
        return tuple(block for item in self.items for block in item.blocks)


class Align(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its share of the table's width (shares add to 1), how cells align."""

    heading: tuple[Inline, ...]
    share: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table(Keeps):
    """A table with one header row. Each cell is a tuple of paragraphs and lists.

    ``description`` is the alternative text; ``row_headers`` says that the first column names its row.
    ``plain`` asks for a quiet look without grid (key terms).
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[Block, ...], ...], ...]
    description: str
    row_headers: bool = False
    plain: bool = False

    def within(self) -> tuple[Block, ...]:
        """Return the blocks of its cells."""
        return tuple(block for row in self.rows for cell in row for block in cell)


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A labelled line to sign or fill in: “By:”, “Name:”, “Title:”, “Date:”. Empty ``inlines`` is a rule."""

    label: str
    inlines: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureBlock(Keeps):
    """Where one party signs. Never splits over pages."""

    party: str
    name: tuple[Inline, ...]
    lines: tuple[SignatureLine, ...]


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """Which text a section prints. ``digest`` is ``sha256:…`` of the normalized clause text."""

    id: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Section(Keeps):
    """A headed part. ``number`` is bare ("7", "7.2", "A.3", or "" if unnumbered), ``label`` is what is
    printed before the heading ("7.", "7.2", ""). ``level`` counts from 1. Sections nest in ``blocks``."""

    heading: str
    blocks: tuple[Block, ...]
    level: int = 1
    number: str = ""
    label: str = ""
    anchor: str = ""
    source: ClauseRef | None = None
    locked: bool = False  # words that somebody else prescribes: nothing in them is ours to judge

    def within(self) -> tuple[Block, ...]:
        """Return its blocks."""
        return self.blocks


Block: TypeAlias = Paragraph | Items | Table | SignatureBlock | Section


# ---------------------------------------------------------------- the whole


@dataclass(frozen=True, slots=True)
class Schedule:
    """An attachment. ``label`` is data ("Schedule", "Exhibit"); prints “Schedule A — Rates” as one
    heading line: ``Schedule.text``."""

    label: str
    number: str
    heading: str
    blocks: tuple[Block, ...]
    anchor: str = ""

    @property
    def text(self) -> str:
        """The printed heading line."""
        return f"{self.label} {self.number} — {self.heading}"


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover page: title, one line per party, the table of key terms, notes (small print)."""

    title: str
    subtitle: tuple[Inline, ...]
    parties: tuple[tuple[Inline, ...], ...]
    key_terms: Table | None
    notes: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """A party of this agreement: its name in the profile ("cbo"), its printed names."""

    key: str
    legal_name: str
    short_name: str
    role: str


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something a person still has to answer. One per field, however often it is printed."""

    number: int
    field: str
    label: str
    question: str
    why: str
    who: str
    example: str
    needed_by: tuple[str, ...]  # "Section 7.2 (Breach Notice)", "whether … is part of this agreement"
    clauses: tuple[str, ...]
    span: Span | None = dataclass_field(default=None, compare=False)  # where to write the answer
    decides: bool = dataclass_field(default=False, compare=False)  # whether clauses or words hang on it


_PEOPLE = {
    "cbo": "the community-based organization",
    "hco": "the health care organization",
    "hub": "the community care hub",
    "jointly": "the parties together",
    "counsel": "a lawyer",
}


def who_knows(who: str) -> str:
    """Return in words who usually knows an answer; the data dictionary says it in short names ("cbo, counsel").

    The same people in another order are the same words, so that one heading gathers what to ask them.
    """
    names = {part.strip() for part in who.split(",")} - {""}
    known = [words for name, words in _PEOPLE.items() if name in names]
    return " or ".join([*known, *sorted(names - _PEOPLE.keys())])


@dataclass(frozen=True, slots=True)
class Source:
    """One clause considered: in or out, and why."""

    id: str
    version: str
    digest: str
    layer: str
    status: str
    approved: str  # "" or "NAME on DATE"
    included: bool
    why: str
    number: str = ""  # "Section 7.2" where it is printed
    satisfies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Locked:
    """Words that somebody else prescribes, printed letter for letter: which file, whose words, and where.

    ``digest`` is that of the file; ``as_of`` is the date of the text (ISO 8601).
    """

    file: str
    digest: str
    title: str
    source: str
    citation: str
    as_of: str
    number: str  # "Section C.1"


@dataclass(frozen=True, slots=True)
class Agreement:
    """A finished agreement."""

    document_type: str
    title: str
    name: str
    number: str
    status: Status
    date: dt.date
    cover: Cover
    parties: tuple[Party, ...]
    opening: tuple[Section, ...]
    sections: tuple[Section, ...]
    closing: tuple[Block, ...]
    signatures: tuple[SignatureBlock, ...]
    schedules: tuple[Schedule, ...]
    open_page: Section | None
    open_items: tuple[OpenItem, ...]
    sources: tuple[Source, ...]
    language: str = "en-US"
    landscape: bool = False
    contents: bool = True
    header: str = ""  # running head, e.g. "Services Agreement · 2027-014"
    initials: str = ""  # a line at the foot of each page where the parties put their initials; "" for none
    locked: tuple[Locked, ...] = ()


# ---------------------------------------------------------------- walking


def inlines_text(inlines: tuple[Inline, ...]) -> str:
    """Return the printed words of ``inlines``; a line break is a newline."""
    return "".join(_inline_text(i) for i in inlines)


def _inline_text(inline: Inline) -> str:
    match inline:
        case Text(text=text) | Filled(text=text) | Use(text=text):
            return text
        case Reference() | Blank():
            return inline.text
        case Emphasis(children=children):
            return inlines_text(children)
        case Definition(children=children):
            return OPEN_QUOTE + inlines_text(children) + CLOSE_QUOTE
        case LineBreak():
            return "\n"


def contents_entries(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Yield (printed line, anchor) of the table of contents: level-1 sections, then schedules."""
    for section in (*agreement.opening, *agreement.sections):
        if section.number:
            yield f"{section.label} {section.heading}", section.anchor
    for schedule in agreement.schedules:
        yield schedule.text, schedule.anchor


def walk_sections(blocks: tuple[Block, ...] | tuple[Section, ...]) -> Iterator[Section]:
    """Yield every section in ``blocks``, parents before children, in printed order."""
    for block in blocks:
        if isinstance(block, Section):
            yield block
            yield from kept(block, _sections_within)


def _sections_within(section: Section) -> tuple[Section, ...]:
    return tuple(walk_sections(section.blocks))
