"""Agreement -> PDF, through typst and one fixed template.

The agreement travels as JSON data; no word of it is ever evaluated. What the template
(``typst/agreement.typ``) is given:

* inlines: a string, or a list of strings and ``["br"]``, ``["b", inlines]`` (bold), ``["i", inlines]``
  (italic), ``["ref", label, words]``, ``["open", words]`` (a blank), ``["face", words]`` (letters that the body
  font lacks);
* blocks: ``["p", inlines]``, ``["lead", inlines]`` (stays with what follows), ``["note", inlines]``,
  ``["h", level, look, number, words, label, listed]``, ``["edge", blocks]`` (at the left edge),
  ``["items", labels, width in points, bodies]``, ``["bullets", label, bodies]``, ``["signatures", [[name, lines]]]``,
  ``["table", plain, row headers, shares, aligns, headings, cells in reading order, rows may break]``.

Every file declares, and is tested for, PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2): tagged,
archival, all fonts inside.

For those who call this from many workers: threads are fine (typst lets go of the interpreter), a process forked after
the first document is not; start workers by ``spawn``.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring as _string
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, assert_never

from generator.diagnostics import Diagnostic, Rule, Severity, Span
from generator.model import (
    CLOSE_QUOTE,
    CONTENTS,
    OPEN_QUOTE,
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
    Schedule,
    Scheme,
    Section,
    SignatureBlock,
    Status,
    Table,
    Text,
    Use,
    walk_sections,
)
from generator.reuse import is_shared, kept
from generator.writers.look import HOUSE, Look
from generator.writers.targets import targets

if TYPE_CHECKING:
    import typst

__all__ = ["RULES", "STANDARDS", "check_glyphs", "content", "missing_characters", "prepare_pdf", "sources", "write_pdf"]

_FOLDER: Final = Path(__file__).parent / "typst"
STANDARDS: Final = ("ua-1", "a-2a")

Json: TypeAlias = Any

MISSING_CHARACTER: Final = Rule(
    "missing-character",
    Severity.ERROR,
    "A value or a clause holds a character that our PDF fonts cannot print.",
    """A PDF carries its own fonts, so that it looks the same on every computer and still can be read in
twenty years. The fonts we ship hold the Latin letters of all European languages and of Vietnamese, Greek,
Cyrillic, the usual signs (§ ¶ € № ½ ™ →) and boxes to tick (☐ ☑ ☒ ✓). They hold no Arabic, Hebrew,
Chinese, Japanese or Korean, no emoji, and not every rare sign.

**Why it matters.** Where a font lacks a character, other programs print an empty box, or nothing. In a
contract that would change a name without anybody noticing, so no PDF is written.

**Wrong**

    legal_name: 海港 Harbor Services

**Right**

    legal_name: Haigang Harbor Services

Write the name as it is registered in Latin letters. Where only the original will do, make the Word file:
Word borrows the character from a font of the computer it is opened on.
""",
)

RULES: Final = (MISSING_CHARACTER,)


_LINE: Final = re.compile("\r\n|[\n\r\u2028\u2029]")


class _Content:
    """Turns one agreement into the lists the template reads, as JSON text.

    Of sections, lists, tables and paragraphs that are those of the agreement before, what they come to is kept with
    them (:mod:`generator.reuse`); that is most of an agreement.
    """

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        labels: dict[str, str] = {}  # anchor -> label, for what is printed exactly once
        for anchor in _anchors(agreement):
            labels[anchor] = "" if anchor in labels else f"a{len(labels)}"
        self.blocks = _Blocks(labels)

    @property
    def tables(self) -> Sequence[Table]:
        """The tables, in printed order."""
        return self.blocks.tables

    @property
    def headings(self) -> Mapping[str, str]:
        """What a link to a label is called by those who listen."""
        return self.blocks.headings

    def whole(self) -> str:
        a, of = self.agreement, self.blocks
        language, _, region = a.language.partition("-")
        cover = {
            "title": of.text(a.cover.title),
            "subtitle": of.inlines(a.cover.subtitle),
            "parties": _listed([of.inlines(party) for party in a.cover.parties]),
            "terms": _listed([] if a.cover.key_terms is None else [of.table(a.cover.key_terms)]),
            "notes": _listed([of.words(note) for note in a.cover.notes]),
        }
        return _object(
            {
                "title": of.text(a.title),
                "header": of.text(a.header),
                "initials": of.text(a.initials),
                "number": of.text(a.number),
                "lang": _string(language),
                "region": _string(region),
                "landscape": _yes(a.landscape),
                "draft": _yes(a.status is Status.DRAFT),
                "cover": _object(cover),
                "contents": _string(CONTENTS) if a.contents else "null",
                "body": _listed(of.blocks((*a.opening, *a.sections))),
                "closing": _listed(of.blocks(a.closing)),
                "signatures": _listed([of.signature(block) for block in a.signatures]),
                "schedules": _listed([self.schedule(schedule) for schedule in a.schedules]),
                "open": _listed([] if a.open_page is None else of.blocks((a.open_page,))),
            }
        )

    def schedule(self, schedule: Schedule) -> str:
        of = self.blocks
        name = of.labels.get(schedule.anchor, "")
        of.headings[name] = schedule.text
        heading = f'["h",1,"schedule","",{of.text(schedule.text)},{_string(name)},true]'
        return _listed([heading, *_at_edge(of.blocks(schedule.blocks, 2))])


class _Blocks:
    """Turns blocks into JSON texts, and notes what else is to be known of them."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels
        self.headings: dict[str, str] = {}  # label -> what a link to it is called by those who listen
        self.tables: list[Table] = []  # in printed order
        self.unseen: list[str] = []  # JSON whose letters were not looked at yet, but for plain ASCII
        self.others_sure = True  # whether our fonts have every letter of the rest

    def blocks(self, blocks: tuple[Block, ...] | tuple[Section, ...], level: int = 1) -> list[str]:
        out: list[str] = []
        last = len(blocks)
        for at, block in enumerate(blocks, 1):
            if isinstance(block, Paragraph):
                out.append(_paragraph(block, self.words(block), blocks[at] if at < last else None))
            elif isinstance(block, SignatureBlock):
                out.append(f'["signatures",[{self.signature(block)}]]')
            elif is_shared(block):
                out.append(self.part(block, level))
            else:
                out.append(self.own(block, level))
        return out

    def own(self, block: Items | Table | Section, level: int) -> str:
        """Return what ``block`` comes to, made now."""
        match block:
            case Items():
                return self.items(block, level)
            case Table():
                return self.table(block)
            case Section():
                return self.section(block, level)
            case _:
                assert_never(block)

    def part(self, block: Items | Table | Section, level: int) -> str:
        """Return what is kept of ``block``."""
        labels = tuple([(t, self.labels.get(t, "")) for t in kept(block, targets)])
        part = kept(block, _part_of, level, labels)
        self.tables += part.tables
        self.headings.update(part.headings)
        self.others_sure = self.others_sure and part.sure
        return part.json

    def section(self, section: Section, level: int) -> str:
        """Return a heading and what stands below it."""
        name = self.labels.get(section.anchor, "")
        self.headings[name] = f"{section.label} {section.heading}".strip()
        listed = _yes(level == 1 and bool(section.number))
        number, heading = self.text(section.label), self.text(section.heading)
        inside = self.blocks(section.blocks, level + 1)
        inside = inside if section.label else _at_edge(inside)
        return ",".join((f'["h",{level},"{min(level, 3)}",{number},{heading},{_string(name)},{listed}]', *inside))

    def items(self, items: Items, level: int) -> str:
        bodies = _listed([_listed(self.blocks(item.blocks, level)) for item in items.items])
        if items.scheme is Scheme.BULLET:
            return f'["bullets",{self.text(items.items[0].label if items.items else "")},{bodies}]'
        least = 36.0 if items.scheme is Scheme.RECITAL else 28.8
        width = max([least, *[5.5 * len(item.label) for item in items.items]])
        return f'["items",{_listed([self.text(item.label) for item in items.items])},{width},{bodies}]'

    def table(self, table: Table) -> str:
        self.tables.append(table)
        self.text(table.description)  # is read aloud
        rows = [[self.cell(cell) for cell in row] for row in table.rows]
        # A row stays whole on a page unless it is long; an unbreakable row longer than a page would be cut off.
        long = [
            any(lines > 20 * column.share for (_, lines), column in zip(row, table.columns, strict=True))
            for row in rows
        ]
        return _listed(
            [
                '"table"',
                _yes(table.plain),
                _yes(table.row_headers),
                _listed([str(column.share) for column in table.columns]),
                _listed([_string(column.align.value) for column in table.columns]),
                _listed([self.inlines(column.heading) for column in table.columns]),
                _listed([json for row in rows for json, _ in row]),
                _listed(map(_yes, long)),
            ]
        )

    def cell(self, cell: tuple[Block, ...]) -> tuple[str, float]:
        """Return a cell, and about how many lines of a whole page's width it takes."""
        out: list[str] = []
        lines = 0.2
        for at, block in enumerate(cell, 1):
            if isinstance(block, Paragraph):
                words, long = self.measured(block)
                out.append(_paragraph(block, words, cell[at] if at < len(cell) else None))
                lines += long
            else:
                out += self.blocks((block,))
                lines += 0.2 + len(out[-1]) / 90
        return _listed(out), lines

    def signature(self, block: SignatureBlock) -> str:
        lines = _listed([f"[{self.text(line.label)},{self.inlines(line.inlines)}]" for line in block.lines])
        return f"[{self.inlines(block.name)},{lines}]"

    def text(self, text: str) -> str:
        """Return words that stand outside paragraphs."""
        return self._looked_at_later(_string(text))

    def inlines(self, inlines: tuple[Inline, ...]) -> str:
        return self._looked_at_later(_json(_inlines(inlines, self.labels)))

    def words(self, paragraph: Paragraph) -> str:
        """Return the words of ``paragraph`` as the template takes them."""
        return self._kept(paragraph).json if is_shared(paragraph) else self.inlines(paragraph.inlines)

    def measured(self, paragraph: Paragraph) -> tuple[str, float]:
        """Return the same, and about how many lines they take in a cell."""
        if is_shared(paragraph):
            kept_words = self._kept(paragraph)
            return kept_words.json, kept_words.lines
        made = _inlines(paragraph.inlines, self.labels)
        return self._looked_at_later(_json(made)), _lines_of(made)

    def _kept(self, paragraph: Paragraph) -> _Words:
        found = kept(paragraph, _words_alone)
        if found is None:
            labels = tuple([(t, self.labels.get(t, "")) for t in kept(paragraph, targets)])
            found = kept(paragraph, _words_of, labels)
        self.others_sure = self.others_sure and found.sure
        return found

    def _looked_at_later(self, json: str) -> str:
        # Of ASCII all that cannot be seen is escaped in JSON, but the last.
        if not json.isascii() or "\\" in json or "\x7f" in json:
            self.unseen.append(json)
        return json

    def sure(self) -> bool:
        """Whether our fonts have every letter for sure; else each word has to be looked at by itself."""
        return self.others_sure and _printable("".join(self.unseen))


class _Words(NamedTuple):
    """What is kept of a paragraph: as JSON, about how many lines it takes in a cell, and whether our fonts have all
    its letters for sure."""

    json: str
    lines: float
    sure: bool


class _Part(NamedTuple):
    """What is kept of a section, a list or a table."""

    json: str
    tables: tuple[Table, ...]
    headings: Mapping[str, str]
    sure: bool


def _part_of(block: Items | Table | Section, level: int, labels: tuple[tuple[str, str], ...]) -> _Part:
    """Return what ``block`` comes to; ``labels`` are those of its targets, "" for what is nowhere."""
    of = _Blocks(dict(labels))
    made = of.own(block, level)
    return _Part(made, tuple(of.tables), of.headings, of.sure())


def _words_alone(paragraph: Paragraph) -> _Words | None:
    """Return the words of ``paragraph``, or None if they hang on what it refers to."""
    return None if kept(paragraph, targets) else _words_of(paragraph, ())


def _words_of(paragraph: Paragraph, labels: tuple[tuple[str, str], ...]) -> _Words:
    made = _inlines(paragraph.inlines, dict(labels))
    json = _json(made)
    return _Words(json, _lines_of(made), _printable(json))


def _paragraph(paragraph: Paragraph, words: str, follows: Block | None) -> str:
    # What introduces a list or table stays with it.
    leads = isinstance(follows, _LED)
    return f'["{"note" if paragraph.note else "lead" if leads else "p"}",{words}]'


def _json(made: Json) -> str:
    return _string(made) if isinstance(made, str) else f"[{','.join([_json(part) for part in made])}]"


_WORDS: Final = (Text, Use, Filled)
_LED: Final = (Items, Table)


def _inlines(inlines: tuple[Inline, ...], labels: Mapping[str, str]) -> Json:
    """Return a string where that is enough, which it mostly is; neighbours of one look are joined."""
    out: list[Json] = []
    words = ""
    for inline in inlines:
        if isinstance(inline, _WORDS):
            text = inline.text
            if text.isprintable() and _of_the_body_font(text):
                words += text
                continue
            for n, line in enumerate(_LINE.split(text.replace("\t", " "))):
                if n:
                    out += [words, ["br"]] if words else [["br"]]
                    words = ""
                for piece, faced in _faces(line, whole=isinstance(inline, Filled) and len(line) < 60):
                    if faced:
                        out += [words, ["face", piece]] if words else [["face", piece]]
                        words = ""
                    else:
                        words += piece
            continue
        match inline:
            case Definition(children=children):
                out.append(words + OPEN_QUOTE)
                out.append(["b", _inlines(children, labels)])
                words = CLOSE_QUOTE
                continue
            case Reference(target=target):
                label = labels.get(target, "")
                if not label:
                    words += inline.text
                    continue
                part: Json = ["ref", label, inline.text]
            case Blank():
                part = ["open", inline.text]
            case Emphasis(children=children, strong=strong):
                part = ["b" if strong else "i", _inlines(children, labels)]
            case LineBreak():
                part = ["br"]
            case _:
                assert_never(inline)
        if words:
            out.append(words)
            words = ""
        out.append(part)
    if not out:
        return words
    if words:
        out.append(words)
    return out


def _listed(parts: Iterable[str]) -> str:
    return f"[{','.join(parts)}]"


def _object(parts: Mapping[str, str]) -> str:
    return f"{{{','.join([f'{_string(name)}:{text}' for name, text in parts.items()])}}}"


def _yes(said: bool) -> str:
    return "true" if said else "false"


def _lines_of(words: Json) -> float:
    """Return about how many lines a paragraph takes in a cell."""
    return sum((1 / 90, _lines(words)), 0.2)


def _lines(blocks: Json) -> float:
    """Return about how many lines of a whole page's width ``blocks`` take."""
    if isinstance(blocks, str):
        return len(blocks) / 90
    return sum(map(_lines, blocks), 0.2) if isinstance(blocks, list) else 0


def _at_edge(blocks: list[str]) -> list[str]:
    """Put what stands before the first heading at the left edge; below a numbered heading text is indented."""
    first = next((n for n, block in enumerate(blocks) if block.startswith('["h",')), len(blocks))
    return [f'["edge",{_listed(blocks[:first])}]', *blocks[first:]] if first else blocks


def _anchors(agreement: Agreement) -> list[str]:
    out = [section.anchor for section in walk_sections((*agreement.opening, *agreement.sections))]
    for schedule in agreement.schedules:
        out += [schedule.anchor, *(section.anchor for section in walk_sections(schedule.blocks))]
    return [anchor for anchor in out if anchor]


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FOLDER / "fonts")])


_LOCAL = threading.local()


_MAIN: Final = b'#import "agreement.typ": agreement, given\n#agreement(given("agreement"))'


def sources(data: str, look: Look = HOUSE) -> Any:
    """Return what typst compiles: a line that calls the template, and the files in memory that it and this read.

    The template itself lies in the compiler's folder, and so is parsed once. As an input of the whole program
    (``sys.inputs``) the data would make typst forget, with each new agreement, what it has laid out before: two
    thirds of its time in a batch. Named files of one compiler are no new files to it, however many documents it makes.
    """
    files = {"main": _MAIN, "agreement": _unread(data.encode()), "look": _unread(_look(look))}
    # Files of typst's are text: the logo is a list of its bytes, apart from the rest so that it is read but once.
    return files if look.logo is None else {**files, "logo": _unread(_numbers(look.logo.data))}


def _unread(data: bytes) -> bytes:
    """Return JSON as the template takes it: a comment to typst, which reads each file as one of its own programs."""
    return b"//" + data


@lru_cache(maxsize=2)
def _numbers(data: bytes) -> bytes:
    return json.dumps(list(data), separators=(",", ":")).encode()


def _compiler(look: Look) -> typst.Compiler:
    """Return this thread's compiler for the fonts of ``look``: kept for every later document, shared with nobody."""
    kept: tuple[object, typst.Compiler] | None = getattr(_LOCAL, "compiler", None)
    if kept is None or kept[0] != look.font_files:
        import typst

        fonts = _own_fonts(look) if look.font_files else _fonts()
        made = typst.Compiler(sources("{}"), root=str(_FOLDER), font_paths=fonts, ignore_system_fonts=True)
        _LOCAL.compiler = kept = (look.font_files, made)
    return kept[1]


def _own_fonts(look: Look) -> typst.Fonts:
    """Return our fonts and those of ``look``; typst reads them from a folder, and only now."""
    import tempfile

    import typst

    # The folder lives as long as this thread: typst opens a font when the first word needs it.
    _LOCAL.folder = tempfile.TemporaryDirectory(prefix="agreements-")
    for n, (_, data) in enumerate(look.font_files):
        (Path(_LOCAL.folder.name) / f"{n}.ttf").write_bytes(data)
    paths = [str(_FOLDER / "fonts"), _LOCAL.folder.name]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


def content(agreement: Agreement) -> str:
    """Return what the template is given: JSON text."""
    return _prepared(agreement)[1]


_PREPARED: deque[tuple[Agreement, _Content, str]] = deque(maxlen=6)


def _prepared(agreement: Agreement) -> tuple[_Content, str]:
    """Return what :class:`_Content` makes of ``agreement``, and as JSON; that of the last few is kept.

    First its letters are looked at and then it is written, both from this.
    """
    for known, prepared, words in tuple(_PREPARED):
        if known is agreement:
            return prepared, words
    prepared = _Content(agreement)
    words = prepared.whole()
    _PREPARED.append((agreement, prepared, words))
    return prepared, words


@lru_cache(maxsize=2)
def _look(look: Look) -> bytes:
    """Return the look as the template takes it. Cambria is Caladea here: the same widths, free to ship."""
    families = {family for family, _ in look.font_files}
    faces = [f for f in dict.fromkeys((look.text_font,)) if f in families]
    heading = [f for f in dict.fromkeys((look.heading_font,)) if f in families]
    logo = look.logo
    out = {
        "accent": f"#{look.accent}",
        "quiet": f"#{look.quiet}",
        "rule": f"#{look.rule}",
        "tint": f"#{look.tint}",
        "faces": faces,
        "heading": heading or faces,
        "title": [look.title_size, "bold" if look.title_bold else "regular"],
        "sender": look.sender,
        "logo": [] if logo is None else [logo.kind.replace("jpeg", "jpg"), logo.width, logo.height],
    }
    return json.dumps(out, ensure_ascii=False, separators=(",", ":")).encode()


def write_pdf(agreement: Agreement, look: Look = HOUSE) -> bytes:
    """Return the agreement as a PDF (US Letter, PDF/UA-1 and PDF/A-2a), the same bytes for the same agreement.

    Its one date is midnight UTC of the agreement's own. Raises RuntimeError where typst refuses or warns:
    ask :func:`check_glyphs` first, which finds what a reader's words can do wrong here.
    """
    return prepare_pdf(agreement, look)()


def prepare_pdf(agreement: Agreement, look: Look = HOUSE) -> Callable[[], bytes]:
    """Do now what :func:`write_pdf` has to do in Python, and return the rest: nearly all of it leaves Python free."""
    prepared, data = _prepared(agreement)
    midnight = dt.datetime(agreement.date.year, agreement.date.month, agreement.date.day, tzinfo=dt.UTC)

    def compile_it() -> bytes:
        made, warnings = _compiler(look).compile_with_warnings(
            sources(data, look),
            format="pdf",
            pdf_standards=list(STANDARDS),
            timestamp=midnight,
        )
        if warnings or not isinstance(made, bytes):
            raise RuntimeError("; ".join(str(warning) for warning in warnings))
        return _finished(made, prepared.tables, prepared.headings)

    return compile_it


# ---------------------------------------------------------------- links, and tables for those who listen

# The template writes a link within the document as one to the address “#label”: looking up where the label is would
# make typst lay out the pages once more, and call the link “page 8”. Here it becomes a link to the destination of that
# name, which typst writes for every heading with a label, and is called as the heading is.
_LINK_BEGINS: Final = b"obj\n<</Type/Annot/Subtype/Link"
_LINK = re.compile(
    rb"(?:(/Rect\[[^]]*\]/Border\[[^]]*\](?:/QuadPoints\[[^]]*\])?)"
    rb"/A<</Type/Action/S/URI/URI\(#(a\d+)\)>>(/F \d+/StructParent \d+)/Contents\(#\2\)|/[^\n]*/URI\(#)"
)

# typst writes a data cell as <</Type/StructElem/S/TD/P 5 0 R/A[<</O/Table/Headers[(U2x0y0)]>>]/K[…]: table 2,
# column 0; and a table as <</Type/StructElem/S/Table/P 9 0 R/A[…], without /A where it goes on to another page. It can
# neither say that a first column names its rows nor take a table's description, so both are added to the finished
# file: row headers become TH with Scope Row, and the cells of such a table lose Headers, which would hide the scopes
# (ISO 32000-1, 14.8.5.7 and table 349).
_CELL_OR_TABLE = re.compile(
    rb"/S/T(?:D(/P \d+ 0 R)/A\[<</O/Table/Headers\[\(U(\d+)x(\d+)y0\)\]>>(\]?)|able/P \d+ 0 R(/A\[)?)"
)

# The cross-reference table (ISO 32000-1, 7.5.4): its first row is of no object, and each other one has as many letters
# and ends in _IN_USE.
_XREF = re.compile(rb"xref\n0 (\d+)\n\d{10} 65535 f\r\n")
_IN_USE = b" 00000 n\r\n"
_ROW = 20
_TRAILER = re.compile(rb"(trailer\n.*startxref\n)\d+(\n%%EOF\s*)\Z", re.DOTALL)

_Edit: TypeAlias = tuple[int, int, bytes]  # from byte, to byte, what stands there instead


def _finished(pdf: bytes, tables: Sequence[Table], headings: Mapping[str, str]) -> bytes:
    """Return ``pdf`` with its links led to headings, and with row headers and descriptions of tables."""
    at = pdf.rfind(b"\nxref\n") + 1
    return _edited(pdf, sorted([*_linked(pdf, headings, at), *_described(pdf, tables, at)]), at)


def _linked(pdf: bytes, headings: Mapping[str, str], at: int) -> Iterator[_Edit]:
    """Yield the edits that lead links to headings."""
    end = 0
    while (found := pdf.find(_LINK_BEGINS, end, at)) >= 0:
        end = found + len(_LINK_BEGINS)
        m = _LINK.match(pdf, end, at)
        if m is None:
            continue
        where, label, what = m.groups()
        if label is None:
            raise RuntimeError("typst wrote a link in another way than we know.")
        called = _text_string(headings[label.decode()])
        yield m.start(1), m.end(), where + b"/Dest(" + label + b")" + what + b"/Contents" + called


def _described(pdf: bytes, tables: Sequence[Table], at: int) -> list[_Edit]:
    """Return the edits that describe tables; none where they are not written as we know it."""
    edits: list[_Edit] = []
    found = 0
    for m in _CELL_OR_TABLE.finditer(pdf, 0, at):
        parent, table, column, closed, open_list = m.groups()
        if parent is None:
            found += 1
            if found <= len(tables) and tables[found - 1].description:
                summary = b"<</O/Table/Summary" + _text_string(tables[found - 1].description) + b">>"
                edits.append((m.end(), m.end(), summary if open_list else b"/A[" + summary + b"]"))
            continue
        number = int(table) - 1
        if number >= len(tables) or not tables[number].row_headers:
            continue
        first = column == b"0"
        scope = b"<</O/Table/Scope/Row>>" if first else b""
        attributes = b"" if closed and not first else b"/A[" + scope + closed
        edits.append((m.start(), m.end(), (b"/S/TH" if first else b"/S/TD") + parent + attributes))
    return edits if found == len(tables) else []


def _edited(pdf: bytes, edits: Sequence[_Edit], at: int) -> bytes:
    """Return ``pdf`` with ``edits`` made and its cross-reference table (at byte ``at``) moved along."""
    xref = _XREF.match(pdf, at)
    begin = xref.end() if xref else at
    end = begin + _ROW * (int(xref[1]) - 1) if xref else at
    trailer = _TRAILER.match(pdf, end)
    if xref is None or trailer is None:
        raise RuntimeError("typst wrote a PDF that ends in another way than we know.")
    offsets = [*map(int, pdf[begin:end].split(_IN_USE)[:-1])]
    if len(offsets) + 1 != int(xref[1]) or offsets != sorted(offsets):
        raise RuntimeError("typst wrote the objects of a PDF in another order than we know.")
    whole = memoryview(pdf)  # a part of it is no copy
    out: list[bytes | memoryview] = []
    moved: list[int] = []
    copied = shift = 0
    for start, stop, text in edits:
        # What begins before this edit has moved by what the edits before it are longer than what stood there.
        up_to = bisect_right(offsets, start, len(moved))
        if up_to > len(moved):
            moved += [offset + shift for offset in offsets[len(moved) : up_to]]
        out += (whole[copied:start], text)
        copied = stop
        shift += len(text) - (stop - start)
    moved += [offset + shift for offset in offsets[len(moved) :]]
    out += (whole[copied:begin], (b"%010d" + _IN_USE) * len(moved) % tuple(moved))
    out += (trailer[1], b"%d" % (at + shift), trailer[2])
    return b"".join(out)


@lru_cache(maxsize=1024)
def _text_string(text: str) -> bytes:
    """Return ``text`` as a PDF text string (ISO 32000-1, 7.9.2.2)."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


# ---------------------------------------------------------------- characters without a glyph

# These need no glyph: spaces and joiners that one does not see, and line breaks.
_UNSEEN = "\n\r\t\u00a0\u00ad\u034f\u200b-\u200f\u2028\u2029\u2060\ufe00-\ufe0f\ufeff"


@lru_cache(maxsize=1)
def _characters() -> dict[str, str]:
    """Return what each packaged family can print, as a class of a regular expression (``typst/characters.txt``)."""
    out = {}
    for line in (_FOLDER / "characters.txt").read_text(encoding="ascii").splitlines():
        name, *ranges = line.split()
        out[name] = "".join(
            f"\\U{first:0>8}-\\U{last:0>8}"
            for first, last in ((r.partition("-")[0], r.rpartition("-")[2]) for r in ranges)
        )
    return out


@lru_cache(maxsize=1)
def _unprintable() -> re.Pattern[str]:
    return re.compile(f"[^{_UNSEEN}{''.join(_characters().values())}]")


@lru_cache(maxsize=1)
def _not_of_the_body_font() -> re.Pattern[str]:
    """Match a letter that Caladea lacks and Agreement Serif has."""
    return re.compile(f"[{_characters()['borrowed']}]")


def _of_the_body_font(text: str) -> bool:
    return text.isascii() or _body_font_has(text)


@lru_cache(maxsize=4096)  # most are words of clauses, which all agreements have in common
def _body_font_has(text: str) -> bool:
    return not _not_of_the_body_font().search(unicodedata.normalize("NFC", text))


def _faces(line: str, *, whole: bool) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of ``line``, and for each whether the body font lacks a letter of it.

    A short value is one piece, so that a name does not change its face midway; elsewhere a piece is a word.
    """
    if _of_the_body_font(line):
        yield line, False
    elif whole:
        yield line, True
    else:
        for piece in re.split(r"(\S+)", line):
            yield piece, not _of_the_body_font(piece)


def _printable(json: str) -> bool:
    """Return whether our fonts have every letter of ``json`` for sure; a control character is escaped there."""
    if "\\u" in json or "\\b" in json or "\\f" in json:
        return False
    return not _unprintable().search(unicodedata.normalize("NFC", json))


def _missing_in(text: str) -> list[str]:
    """Return the characters of ``text`` that cannot be printed, each once, in order."""
    if text.isascii() and text.isprintable():
        return []
    pattern = _unprintable()
    # A letter and its accents are one glyph where the font has it, and several where it has these.
    return [
        c
        for c in dict.fromkeys(pattern.findall(unicodedata.normalize("NFC", text)))
        if (parts := unicodedata.normalize("NFD", c)) == c or pattern.search(parts)
    ]


def missing_characters(text: str) -> str:
    """Return which characters of ``text`` no packaged font can print, in words; "" if there are none."""
    missing = _missing_in(text)
    told = ", ".join(f"{_shown(c)} (U+{ord(c):04X} {unicodedata.name(c, 'unnamed')})" for c in missing[:4])
    return f"{told} and {len(missing) - 4} more" if len(missing) > 4 else told


def check_glyphs(agreement: Agreement) -> tuple[Diagnostic, ...]:
    """Return one problem for each place whose words hold characters that no packaged font can print."""
    if _prepared(agreement)[0].blocks.sure():
        return ()
    out: list[Diagnostic] = []
    for text, field, span, where in _words(agreement):
        missing = missing_characters(text)
        if missing:
            holder = field or where
            out.append(
                MISSING_CHARACTER.at(
                    span,
                    f"{holder} holds what our PDF fonts cannot print: {missing}.",
                    fix="Write it in Latin, Greek or Cyrillic letters, or make the Word file alone.",
                    field=field,
                )
            )
    return tuple(dict.fromkeys(out))


def _shown(character: str) -> str:
    if unicodedata.category(character)[0] == "C":
        return "a character one cannot see"
    return f"“{'◌' if unicodedata.combining(character) else ''}{character}”"


_Said: TypeAlias = tuple[str, str, Span | None, str]


def _words(agreement: Agreement) -> Iterator[_Said]:
    """Yield (text, field, place, where it is printed) of everything printed, headings and labels included."""
    a = agreement
    cover = a.cover
    for text in (cover.title, a.title, a.header, a.number):
        yield text, "", None, "The cover"
    for inlines in (cover.subtitle, *cover.parties):
        yield from _inline_words(inlines, "The cover")
    yield from _block_words((*(() if cover.key_terms is None else (cover.key_terms,)), *cover.notes), "The cover")
    yield from _block_words((*a.opening, *a.sections), "")
    yield from _block_words(a.closing, "The text above the signatures")
    yield from _block_words(a.signatures, "")
    for schedule in a.schedules:
        yield schedule.text, "", None, schedule.text
        yield from _block_words(schedule.blocks, schedule.text)
    if a.open_page is not None:
        yield from _block_words((a.open_page,), "")


def _block_words(blocks: tuple[Block, ...] | tuple[SignatureBlock, ...], where: str) -> Iterator[_Said]:
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines):
                yield from _inline_words(inlines, where)
            case Section(heading=heading, number=number):
                here = f"Section {number} ({heading})" if number else f"“{heading}”"
                yield block.label + heading, "", None, here
                yield from _block_words(block.blocks, here)
            case Items(items=items):
                for item in items:
                    yield item.label, "", None, where
                    yield from _block_words(item.blocks, where)
            case Table(columns=columns, rows=rows):
                yield block.description, "", None, where
                for column in columns:
                    yield from _inline_words(column.heading, where)
                for row in rows:
                    for cell in row:
                        yield from _block_words(cell, where)
            case SignatureBlock(name=name, lines=lines):
                here = "A signature block"
                yield from _inline_words(name, here)
                for line in lines:
                    yield line.label, "", None, here
                    yield from _inline_words(line.inlines, here)
            case _:
                assert_never(block)


def _inline_words(inlines: tuple[Inline, ...], where: str) -> Iterator[_Said]:
    for inline in inlines:
        match inline:
            case Filled(field=field, text=text, span=span):
                yield text, field, span, where
            case Text(text=text) | Use(text=text):
                yield text, "", None, where
            case Reference() | Blank():
                yield inline.text, "", None, where
            case Emphasis(children=children) | Definition(children=children):
                yield from _inline_words(children, where)
            case LineBreak():
                pass
            case _:
                assert_never(inline)
