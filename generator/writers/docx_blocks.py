"""Blocks of an agreement as the XML of a Word file, with places for what hangs on the rest of the document.

A block is written by the styles of a frame alone. What else it comes to (the next number of a control, how a list
counts on) is left open as a place of :mod:`docx_places`. So what a paragraph, a list, a table or a whole section comes
to is kept with it (:mod:`generator.reuse`) for the next agreement that has it. Below stands each feature as Word itself
writes it, with its place in ECMA-376 Part 1 (5th edition).

Numbered headings and items (17.3.1.19, 17.9) carry a style and no typed number; see :mod:`docx_lists`::

    <w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Notice of Breach</w:t></w:r></w:p>

A reference is a REF field (17.16.5.51) to a hidden bookmark around the heading, with the number it shows kept
between ``separate`` and ``end`` (17.16.18); ``\\n`` gives the paragraph's number without its closing full stop,
``\\h`` makes it a link. Bookmark names have 40 characters at most, one that starts with ``_`` is hidden (17.13.6.2)::

    <w:r><w:fldChar w:fldCharType="begin"/></w:r>
    <w:r><w:instrText xml:space="preserve"> REF _Ref200000001 \\n \\h </w:instrText></w:r>
    <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>7.2</w:t></w:r>
    <w:r><w:fldChar w:fldCharType="end"/></w:r>

A schedule's heading is numbered "Schedule A" by its list and reads on "— Rates", so that a reference to it shows
"Schedule A" and the contents show the whole line.

A clause stands in a block content control (17.5.2.29) whose tag names it, and in a hidden bookmark, because LibreOffice
drops the tag and keeps the bookmark. Children of ``w:sdtPr`` come in the schema's order: rPr, alias, tag, id, …,
showingPlcHdr, …, and the kind last; Word 2013's ``w15:appearance`` goes before the kind ([MS-DOCX] 2.5.4.1)::

    <w:sdt><w:sdtPr><w:alias w:val="Notice of Breach"/><w:tag w:val="clause:hipaa.breach_notice@2.1.0#0123456789ab"/>
      <w:id w:val="21"/><w15:appearance w15:val="hidden"/></w:sdtPr><w:sdtContent> … </w:sdtContent></w:sdt>

A value stands in an inline control (17.5.2.31), a blank in one that shows its placeholder (17.5.2.39): one click
selects it whole, typing replaces it, and the highlight goes with it::

    <w:sdt><w:sdtPr><w:tag w:val="field:baa.breach_notice"/><w:id w:val="22"/><w:showingPlcHdr/></w:sdtPr>
      <w:sdtContent><w:r><w:rPr><w:rStyle w:val="PlaceholderText"/><w:highlight w:val="yellow"/></w:rPr>
      <w:t>[Breach notice]</w:t></w:r></w:sdtContent></w:sdt>

Both are controls for rich text, without ``w:text`` (17.5.2.44): LibreOffice drops the looks of a control for plain
text, the highlight with them, and moves its line breaks before the words.

Tables (17.4) have a header row that is repeated (``w:tblHeader``, 17.4.78), rows that do not split
(``w:cantSplit``, 17.4.6), a title and a description (17.4.58, 17.4.46: the last two in ``w:tblPr``), and widths in
twentieths of a point that add up. A cell ends in a paragraph (17.4.65).

Signature blocks are paragraphs, kept with the next one up to the last (``w:keepNext``, 17.3.1.15) and on one page, up
to three blocks together; a line to sign on is a tab stop with an underscore leader (17.3.1.37), which the frame's
style brings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias, assert_never

from generator.digests import short_digest
from generator.model import (
    CLOSE_QUOTE,
    OPEN_QUOTE,
    Align,
    Blank,
    Block,
    ClauseRef,
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
    SignatureBlock,
    Table,
    Text,
    Use,
    inlines_text,
)
from generator.reuse import is_shared, kept
from generator.writers.docx_places import (
    CLAUSE_END,
    ENTRY_END,
    ENTRY_START,
    ID,
    ROW_END,
    Piece,
    Place,
    anchor,
    bookmark,
    clause_start,
    number,
    open_place,
    row_start,
)
from generator.writers.docx_text import attribute, short_tag, words
from generator.writers.docx_widths import column_widths
from generator.writers.targets import references

__all__ = ["BEGIN", "END", "PLAIN", "SCHEDULE_TOP", "SEPARATE", "Blocks", "ends_in_table", "has_sections", "manner_of"]

BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_HIDDEN = '<w15:appearance w15:val="hidden"/>'
_JC = {Align.LEFT: "", Align.RIGHT: '<w:jc w:val="right"/>', Align.CENTER: '<w:jc w:val="center"/>'}
# Room above words that follow a table, which has no space of its own (twentieths of a point).
_AFTER_TABLE = '<w:spacing w:before="160"/>'
# So many letters of a signature line's label fit before the first tab stop of the house frame.
_LABEL_FITS = 15
# A table of few columns stands below its clause's text; one of many takes the whole width.
_FEW_COLUMNS = 4
_WORDS = (Text, Use)
_CONTROL_END = "</w:sdtContent></w:sdt>"


class Zone:
    """Where a block stands: which list counts there, and which styles its words have."""

    __slots__ = ("heading", "indent", "item", "list", "text")

    def __init__(self, name: str, heading: str, item: str, text: str, *, indent: int = 0) -> None:
        self.list = name  # the list headings and items count in
        self.heading = heading  # style key of numbered headings, without their level
        self.item = item  # style key of items, without their depth
        self.text = text  # style key of plain paragraphs
        self.indent = indent  # where plain paragraphs begin


PLAIN = Zone("clause", "heading", "item", "body")
_CLAUSE = Zone("clause", "heading", "item", "clause", indent=720)
SCHEDULE_TOP = Zone("schedule", "schedule", "schedule_item", "body")
_SCHEDULE = Zone("schedule", "schedule", "schedule_item", "clause", indent=720)
_CELL = Zone("table_item", "", "table_item", "table_text")


class Manner:
    """What the words of a document look like: the styles of its frame, how wide it is, whether it is a clean one.

    There is one object for one manner (:func:`manner_of`): to compare two is to ask whether they are the same.
    """

    __slots__ = ("clean", "start", "styles", "width")

    def __init__(self, styles: Mapping[str, str], width: int, clean: bool) -> None:
        self.styles = styles
        self.start = {key: f'<w:p><w:pPr><w:pStyle w:val="{name}"/>' for key, name in styles.items()}
        self.width = width  # of the text, in twentieths of a point
        self.clean = clean


@lru_cache(maxsize=8)
def manner_of(styles: tuple[tuple[str, str], ...], width: int, clean: bool) -> Manner:
    """Return the manner of a frame with ``styles``."""
    return Manner(dict(styles), width, clean)


class Blocks:
    """Writes blocks, in printed order, as pieces. ``shown`` is what a field shows for each anchor.

    ``after_table`` always says whether what is written stands right below a table.
    """

    def __init__(self, manner: Manner, shown: Mapping[str, str | None]) -> None:
        self.manner = manner
        self.shown = shown
        self.start = manner.start
        self.out: list[Piece] = []

    def blocks(
        self,
        blocks: tuple[Block, ...],
        zone: Zone,
        *,
        by_style: bool = False,
        depth: int = 1,
        text: str = "",
        jc: str = "",
        after_table: bool = False,
        open_page: bool = False,
    ) -> None:
        """Write ``blocks``; ``text`` is the style of plain paragraphs where it is not the zone's."""
        last = len(blocks)
        for n, block in enumerate(blocks, 1):
            if isinstance(block, Paragraph):
                style = text or zone.text
                if block.note and zone is not _CELL:
                    style = "clause_note" if zone.indent else "note"
                # Words that announce a table or a list stay with it.
                keep = n < last and not block.note and _announced(blocks[n], zone)
                self.paragraph(style, block, "<w:keepNext/>" if keep else jc, after_table=after_table)
                after_table = False
                continue
            if isinstance(block, Items):
                self.items(block, zone, by_style, after_table)
            elif isinstance(block, Table):
                self.table(block, zone, after_table=after_table, open_page=open_page)
            elif isinstance(block, Section):
                self.section(block, depth, zone)
            elif isinstance(block, SignatureBlock):
                self.signature(block)
            else:
                assert_never(block)
            after_table = ends_in_table(block)

    # ------------------------------------------------------------ headed parts

    def section(self, section: Section, depth: int, zone: Zone) -> None:
        """Write a headed part; ``depth`` counts numbered headings from 1 (in a schedule, from 1 below its own)."""
        if is_shared(section):
            self.out += kept(section, _section_of, depth, zone, self.manner, self._shown(section))
        else:
            self.headed(section, depth, zone)

    def headed(self, section: Section, depth: int, zone: Zone) -> None:
        clause = None if self.manner.clean else section.source
        if clause is not None:
            self.out.append(_clause_control(clause, section.heading))
        if section.number or section.label:
            schedule = zone.list == "schedule"
            level = min(depth + (1 if schedule else 0), 3)
            listed = depth == 1 and not schedule
            counted = number(zone.list, level - 1, section.label, True)
            self.out += (self.start[f"{zone.heading}{level}"], counted, "</w:pPr>")
            inner, by_style, depth = (_SCHEDULE if schedule else _CLAUSE), not has_sections(section.blocks), depth + 1
        else:
            listed = False
            self.out.append(f"{self.start['unnumbered' if depth == 1 else 'unnumbered2']}</w:pPr>")
            # An item here must not count on in the list of the last numbered heading.
            inner, by_style = zone, False
        if clause is not None:
            self.out.append(clause_start(clause.id))
        self.heading(section.anchor, section.heading, listed=listed)
        self.blocks(section.blocks, inner, by_style=by_style, depth=depth)
        if clause is not None:
            self.out += (CLAUSE_END, _CONTROL_END)

    def heading(self, name: str, heading: str, *, listed: bool) -> None:
        """Write the words of a heading and end it, with its bookmark for the contents and room for one for
        references."""
        run = f"<w:r>{words(heading)}</w:r>"
        pieces: tuple[Piece, ...] = (anchor(name), run, anchor(name)) if name else (run,)
        self.out += (ENTRY_START, *pieces, ENTRY_END) if listed else pieces
        self.out.append("</w:p>")

    # ------------------------------------------------------------ paragraphs and lists

    def paragraph(
        self, style: str, paragraph: Paragraph, direct: str = "", counted: Place | None = None, *,
        after_table: bool = False,
    ) -> None:  # fmt: skip
        """Write a paragraph; ``direct`` is what its style does not say, in the schema's order (17.3.1.26)."""
        if counted is not None:
            self.out += (self.start[style] + direct, counted)
            opening = f"{_AFTER_TABLE}</w:pPr>" if after_table else "</w:pPr>"
        elif after_table:
            # w:spacing comes before w:jc and after everything else used here.
            direct = _AFTER_TABLE + direct if direct.startswith("<w:jc") else direct + _AFTER_TABLE
            opening = f"{self.start[style]}{direct}</w:pPr>"
        else:
            opening = f"{self.start[style]}{direct}</w:pPr>"
        if not is_shared(paragraph):
            self.words(opening, paragraph.inlines)
            return
        found = kept(paragraph, _paragraph_alone, opening, self.manner)
        self.out += found or kept(paragraph, _paragraph_of, opening, self.manner, self._shown(paragraph))

    def words(self, opening: str, inlines: tuple[Inline, ...]) -> None:
        """Write a paragraph that begins with ``opening``."""
        pieces: list[Piece] = [opening]
        _runs(inlines, self.shown, self.manner, pieces)
        pieces.append("</w:p>")
        try:
            self.out.append("".join(pieces))  # type: ignore[arg-type]
        except TypeError:  # there is a place among them
            self.out += pieces

    def _shown(self, block: Paragraph | Items | Table | Section) -> _Shown:
        """Return what fields show for all that ``block`` refers to."""
        return tuple([(target, self.shown.get(target)) for target in kept(block, references)])

    def items(self, items: Items, zone: Zone, by_style: bool, after_table: bool) -> None:
        if is_shared(items):
            self.out += kept(items, _items_of, zone, by_style, after_table, self.manner, self._shown(items))
        else:
            self.each(items, zone, by_style, after_table)

    def each(self, items: Items, zone: Zone, by_style: bool, after_table: bool) -> None:
        for item in items.items:
            depth = min(item.depth, 2)
            name, level, style, inner, use_style = _counting(items.scheme, depth, zone, by_style)
            counted = number(name, level, item.label, use_style)
            self._item(item, style, inner, counted, zone, by_style, after_table)
            after_table = bool(item.blocks) and ends_in_table(item.blocks[-1])

    def _item(
        self, item: Item, style: str, inner: str, counted: Place, zone: Zone, by_style: bool, after_table: bool
    ) -> None:
        blocks = item.blocks
        if blocks and isinstance(blocks[0], Paragraph):
            keep = "<w:keepNext/>" if len(blocks) > 1 and _announced(blocks[1], zone) else ""
            self.paragraph(style, blocks[0], keep, counted, after_table=after_table)
            blocks = blocks[1:]
        else:
            self.paragraph(style, _EMPTY, "", counted, after_table=after_table)
        if blocks:
            self.blocks(blocks, zone, by_style=by_style, text=inner)

    # ------------------------------------------------------------ tables

    def table(self, table: Table, zone: Zone, *, after_table: bool = False, open_page: bool = False) -> None:
        nested = zone is _CELL
        if after_table and not nested:
            # Word joins tables that touch.
            self.out.append(f'{self.start["note"]}<w:spacing w:before="0" w:after="0"/></w:pPr></w:p>')
        indent = zone.indent if len(table.columns) <= _FEW_COLUMNS and not table.plain else 0
        width = (self.manner.width - indent) // (2 if nested else 1)
        if is_shared(table) and not open_page:
            self.out += kept(table, _table_of, indent, width, self.manner, self._shown(table))
        else:
            self.rows(table, indent, width, open_page=open_page)

    def rows(self, table: Table, indent: int, width: int, *, open_page: bool = False) -> None:
        out = self.out
        widths = column_widths(table, width)
        style = self.manner.styles["key_terms" if table.plain else "table"]
        look = f'<w:tblLook w:val="{"06A0" if table.row_headers else "0620"}" w:firstRow="1" w:lastRow="0" '
        look += f'w:firstColumn="{int(table.row_headers)}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        description = attribute(table.description)
        out.append(
            "<w:tbl><w:tblPr>"
            + (f'<w:tblStyle w:val="{style}"/>' if style else "")
            + f'<w:tblW w:w="{width}" w:type="dxa"/>'
            + (f'<w:tblInd w:w="{indent}" w:type="dxa"/>' if indent else "")
            + f'<w:tblLayout w:type="fixed"/>{look}<w:tblCaption w:val="{description}"/>'
            f'<w:tblDescription w:val="{description}"/></w:tblPr><w:tblGrid>'
            + "".join([f'<w:gridCol w:w="{w}"/>' for w in widths])
            + "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        )
        cells = [f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr>' for w in widths]
        alignments = [_JC[column.align] for column in table.columns]
        for cell, jc, column in zip(cells, alignments, table.columns, strict=True):
            self.words(f"{cell}{self.start['table_heading']}{jc}</w:pPr>", column.heading)
            out.append("</w:tc>")
        out.append("</w:tr>")
        for n, row in enumerate(table.rows, 1):
            comment = row_start(_item_of(row, n)) if open_page else None
            out.append("<w:tr><w:trPr><w:cantSplit/></w:trPr>")
            for cell, jc, blocks in zip(cells, alignments, row, strict=True):
                out.append(cell)
                first = blocks[0] if blocks else None
                if comment and isinstance(first, Paragraph):
                    keep = len(blocks) > 1 and not first.note and _announced(blocks[1], _CELL)
                    direct = "<w:keepNext/>" if keep else jc
                    out += (f"{self.start['table_text']}{direct}</w:pPr>", comment)
                    _runs(first.inlines, self.shown, self.manner, out)
                    out += (ROW_END, "</w:p>")
                    comment = None
                    self.blocks(blocks[1:], _CELL, jc=jc)
                else:
                    self.blocks(blocks, _CELL, jc=jc)
                if not blocks or not isinstance(blocks[-1], Paragraph | Items):
                    after_table = bool(blocks) and ends_in_table(blocks[-1])
                    self.paragraph("table_text", _EMPTY, after_table=after_table)
                out.append("</w:tc>")
            out.append("</w:tr>")
        out.append("</w:tbl>")

    # ------------------------------------------------------------ signatures

    def signature(self, block: SignatureBlock, *, with_next: bool = False) -> None:
        # After a table no room is needed: the style brings its own.
        out = self.out
        self.words(f"{self.start['signature']}<w:keepNext/><w:keepLines/></w:pPr>", block.name)
        for n, line in enumerate(block.lines, 1):
            keep = "<w:keepNext/><w:keepLines/>" if with_next or n < len(block.lines) else "<w:keepLines/>"
            style = "signature_line" if line.inlines else "signature_rule"
            opening = f"{self.start[style]}{keep}</w:pPr>"
            # A label that reaches over the style's first tab stop does without it.
            fits = len(line.label) <= _LABEL_FITS
            if line.inlines:
                label = f"{words(line.label)}<w:tab/>" if fits else words(f"{line.label} ")
                self.words(f"{opening}<w:r>{label}</w:r>", line.inlines)
            else:
                # The last tab draws the line: the style's second tab stop has an underscore leader.
                tabs = "<w:tab/><w:tab/>" if fits else "<w:tab/>"
                out.append(f"{opening}<w:r>{words(line.label)}{tabs}</w:r></w:p>")


_EMPTY = Paragraph(())


def _announced(block: Block, zone: Zone) -> bool:
    """Return whether the paragraph before ``block`` introduces it: a table, or a list outside of a table's cell."""
    return isinstance(block, Table) or (isinstance(block, Items) and zone is not _CELL)


def ends_in_table(block: Block) -> bool:
    """Return whether the last thing printed of ``block`` is a table."""
    if isinstance(block, Items):
        last = block.items[-1].blocks if block.items else ()
    elif isinstance(block, Section):
        last = block.blocks
    else:
        return isinstance(block, Table)
    return bool(last) and ends_in_table(last[-1])


def has_sections(blocks: tuple[Block, ...]) -> bool:
    """Whether a numbered heading follows among ``blocks``: items above it must not count in its list."""
    return any(isinstance(block, Section) and bool(block.number or block.label) for block in blocks)


def _item_of(row: tuple[tuple[Block, ...], ...], number: int) -> int:
    """Return the open item that the ``number``-th row of the open page is about."""
    first = row[0][0] if row and row[0] else None
    said = inlines_text(first.inlines).strip(" .") if isinstance(first, Paragraph) else ""
    return int(said) if said.isdecimal() and said.isascii() else number


@lru_cache(maxsize=256)
def _counting(scheme: Scheme, depth: int, zone: Zone, by_style: bool) -> tuple[str, int, str, str, bool]:
    """Return in which list an item counts and at which level, the style of its words and of those below them, and
    whether its style may number it."""
    cell = zone is _CELL
    match scheme:
        case Scheme.CLAUSE:
            # In the clause and schedule lists, three levels of headings stand above the items.
            name, level, use_style = zone.list, depth if cell else depth + 3, by_style or cell
            style, inner = f"{zone.item}{depth + 1}", f"item_text{depth + 1}"
        case Scheme.RECITAL if depth == 0:
            name, level, style, inner, use_style = "recital", 0, "recital1", "recital_text", True
        case Scheme.RECITAL:
            name, level, style, inner, use_style = "clause", depth + 2, f"item{depth}", f"item_text{depth}", False
        case Scheme.BULLET:
            name, level = ("table_bullet", min(depth, 1)) if cell else ("bullet", depth)
            style, inner, use_style = f"{name}{level + 1}", f"bullet_text{level + 1}", True
        case _:
            assert_never(scheme)
    return name, level, style, "table_text" if cell else inner, use_style


# ---------------------------------------------------------------- what is kept

_Shown: TypeAlias = "tuple[tuple[str, str | None], ...]"


def _paragraph_alone(paragraph: Paragraph, opening: str, manner: Manner) -> tuple[Piece, ...] | None:
    """Return ``paragraph``, or None if it hangs on what it refers to."""
    return None if kept(paragraph, references) else _paragraph_of(paragraph, opening, manner, ())


def _paragraph_of(paragraph: Paragraph, opening: str, manner: Manner, shown: _Shown) -> tuple[Piece, ...]:
    written = Blocks(manner, dict(shown))
    written.words(opening, paragraph.inlines)
    return _joined(written.out)


def _items_of(
    items: Items, zone: Zone, by_style: bool, after_table: bool, manner: Manner, shown: _Shown
) -> tuple[Piece, ...]:
    written = Blocks(manner, dict(shown))
    written.each(items, zone, by_style, after_table)
    return _joined(written.out)


def _table_of(table: Table, indent: int, width: int, manner: Manner, shown: _Shown) -> tuple[Piece, ...]:
    written = Blocks(manner, dict(shown))
    written.rows(table, indent, width)
    return _joined(written.out)


def _section_of(section: Section, depth: int, zone: Zone, manner: Manner, shown: _Shown) -> tuple[Piece, ...]:
    written = Blocks(manner, dict(shown))
    written.headed(section, depth, zone)
    return _joined(written.out)


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return ``pieces`` with neighbouring strings as one."""
    made: list[Piece] = []
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        if texts:
            made.append("".join(texts))
            texts = []
        made.append(piece)
    return (*made, "".join(texts)) if texts else tuple(made)


# ---------------------------------------------------------------- inside a paragraph


def _runs(
    inlines: tuple[Inline, ...], shown: Mapping[str, str | None], manner: Manner, out: list[Piece], look: str = ""
) -> None:
    """Write runs; ``look`` is the inside of their ``w:rPr``. Plain words that meet become one run."""
    run = f"<w:r><w:rPr>{look}</w:rPr>" if look else "<w:r>"
    plain = ""
    for inline in inlines:
        if isinstance(inline, _WORDS):
            plain += inline.text
            continue
        if isinstance(inline, Filled):
            if plain:
                out.append(f"{run}{words(plain)}</w:r>")
                plain = ""
            if inline.text:
                control, end = ("", "") if manner.clean else (_control(inline.field, inline.derived), _CONTROL_END)
                out.append(f"{control}{run}{words(inline.text)}</w:r>{end}")
            continue
        if isinstance(inline, Definition):
            plain += OPEN_QUOTE
        elif isinstance(inline, Reference):
            number = shown.get(inline.target)
            if number == inline.number:
                plain += f"{inline.label} "
            elif number != f"{inline.label} {inline.number}":
                plain += inline.text  # nothing with this number to point to
                continue
        if plain:
            out.append(f"{run}{words(plain)}</w:r>")
            plain = ""
        if isinstance(inline, Definition):
            bold = manner.styles["defined"]
            inner = f'<w:rStyle w:val="{bold}"/>{look}' if bold else _with_bold(look)
            _runs(inline.children, shown, manner, out, inner)
            plain = CLOSE_QUOTE
        elif isinstance(inline, Reference):
            out += (
                f'{BEGIN}<w:r><w:instrText xml:space="preserve"> REF ', bookmark(inline.target),
                f' \\n \\h </w:instrText></w:r>{SEPARATE}{run}{words(shown[inline.target] or "")}</w:r>{END}',
            )  # fmt: skip
            plain = f" ({inline.title})"
        elif isinstance(inline, Emphasis):
            inner = _with_bold(look) if inline.strong else _with_italic(look)
            _runs(inline.children, shown, manner, out, inner)
        elif isinstance(inline, Blank):
            out.append(open_place(inline, look))
        elif isinstance(inline, LineBreak):
            out.append("<w:r><w:br/></w:r>")
        else:
            assert_never(inline)
    if plain:
        out.append(f"{run}{words(plain)}</w:r>")


@lru_cache(maxsize=1024)
def _clause_control(clause: ClauseRef, heading: str) -> str:
    """Return the beginning of the control around a clause."""
    digest = short_digest(clause.digest)
    tag = attribute(short_tag(f"clause:{clause.id}@{clause.version}#{digest}"))
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{attribute(short_tag(heading))}"/><w:tag w:val="{tag}"/><w:id w:val="{ID}"/>'
        f"{_HIDDEN}</w:sdtPr><w:sdtContent>"
    )


@lru_cache(maxsize=1024)
def _control(field: str, derived: bool) -> str:
    """Return the beginning of the control around a value of ``field``."""
    tag = attribute(short_tag(f"{'worked' if derived else 'field'}:{field}"))
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/><w:id w:val="{ID}"/>{_HIDDEN}</w:sdtPr><w:sdtContent>'


def _with_bold(look: str) -> str:
    """Run properties stand in the schema's order: w:rStyle, w:b, w:i (17.3.2.28)."""
    if "<w:b/>" in look:
        return look
    return look.replace("<w:i/>", "<w:b/><w:i/>") if "<w:i/>" in look else f"{look}<w:b/>"


def _with_italic(look: str) -> str:
    return look if "<w:i/>" in look else f"{look}<w:i/>"
