"""The Word writer: an Agreement into the slots of a frame.

The body is written as escaped strings, in one pass over the Agreement, by the frame's styles; no XML tree is
built. Below stands each feature as Word itself writes it, with its place in ECMA-376 Part 1 (5th edition).

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

Contents are a TOC field (17.16.5.68) whose entries are kept: ``\\o "1-1"`` takes level-1 headings, ``\\u`` paragraphs
with an outline level (the schedules), ``\\n`` leaves page numbers out, ``\\h`` links, ``\\z`` hides tabs on the web. It
stands in a block content control of the gallery "Table of Contents" (17.5.2.12), as Word inserts it::

    <w:sdt><w:sdtPr><w:id w:val="…"/><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>
      </w:docPartObj></w:sdtPr><w:sdtContent>
      <w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr> begin, instruction, separate
        <w:hyperlink w:anchor="_Toc100000001" w:history="1"><w:r><w:t>1.</w:t></w:r><w:r><w:tab/></w:r> …
        </w:hyperlink></w:p>
      <w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:sdtContent></w:sdt>

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

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, assert_never

from generator.model import (
    CLOSE_QUOTE,
    CONTENTS,
    OPEN_QUOTE,
    Agreement,
    Align,
    Blank,
    Block,
    Definition,
    Emphasis,
    Filled,
    Inline,
    Item,
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
    inlines_text,
    walk_sections,
)
from generator.reuse import is_shared, kept
from generator.writers.docx_comments import anchored, comments_part
from generator.writers.docx_lists import Lists
from generator.writers.docx_properties import clause_bookmark, properties
from generator.writers.docx_text import attribute, escaped, short_tag, words
from generator.writers.docx_widths import column_widths
from generator.writers.frame import Frame, filled
from generator.writers.package import deflated, zip_package

__all__ = ["write_docx"]

_TYPE = "application/vnd.openxmlformats-officedocument."
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CORE_REL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
_SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_HIDDEN = '<w15:appearance w15:val="hidden"/>'
_JC = {Align.LEFT: "", Align.RIGHT: '<w:jc w:val="right"/>', Align.CENTER: '<w:jc w:val="center"/>'}
# Room above words that follow a table, which has no space of its own (twentieths of a point).
_AFTER_TABLE = '<w:spacing w:before="160"/>'
_BEFORE_KEY_TERMS = '<w:spacing w:after="480"/>'
# So many letters of a signature line's label fit before the first tab stop of the house frame.
_LABEL_FITS = 15
# So few signature blocks fit on one page and stay together: nobody signs on a sheet that shows only one party.
_SIGN_TOGETHER = 3
# A table of few columns stands below its clause's text; one of many takes the whole width.
_FEW_COLUMNS = 4


def _announces(after: tuple[Block, ...], zone: _Zone) -> bool:
    """Return whether a paragraph with ``after`` behind it introduces a table, or a list outside of a table's cell."""
    return bool(after) and (isinstance(after[0], Table) or (isinstance(after[0], Items) and zone is not _CELL))


def write_docx(agreement: Agreement, frame: Frame, *, clean: bool = False) -> bytes:
    """Return the agreement as a .docx in the looks of ``frame``.

    ``clean`` leaves out what the file remembers of itself: content controls, clause bookmarks, custom properties.
    A draft has its blanks highlighted, a comment for each open item and the frame's watermark; a final has none.
    The same agreement and frame give the same bytes. The agreement is printed as it stands: whether it may be
    printed (nothing open in a final) was decided before.
    """
    draft = agreement.status is Status.DRAFT
    page_words = {
        "title": agreement.title,
        "name": agreement.name,
        "number": agreement.number,
        "header": agreement.header,
        "initials": agreement.initials,
        "date": f"{agreement.date:%B} {agreement.date.day}, {agreement.date.year}",
        "status": agreement.status.value,
        "document_type": agreement.document_type,
    }
    page_words = {name: escaped(text) for name, text in page_words.items()}
    flags = {"draft": draft, "landscape": agreement.landscape, "contents": agreement.contents}
    body = _Body(agreement, frame, clean)
    slots = body.slots()

    parts = [deflated(name, filled(template, page_words, flags, slots).encode()) for name, template in frame.templates]
    parts += [*frame.copied, body.lists.part()]
    parts += properties(agreement, frame.properties, clean=clean)
    types, relations, package = [frame.types], [frame.relations], [frame.package_relations]
    next_id = body.lists.next_id
    if draft and agreement.open_items:
        parts.append(comments_part(agreement, frame))
        types.append(_override("word/comments.xml", f"{_TYPE}wordprocessingml.comments+xml"))
        relations.append(f'<Relationship Id="rId{next_id}" Type="{_REL}comments" Target="comments.xml"/>')
    for number, (name, kind, relation) in enumerate(
        (
            ("docProps/core.xml", _CORE_TYPE, _CORE_REL),
            ("docProps/app.xml", f"{_TYPE}extended-properties+xml", f"{_REL}extended-properties"),
            ("docProps/custom.xml", f"{_TYPE}custom-properties+xml", f"{_REL}custom-properties"),
        ),
        next_id + 1,
    ):
        if any(part.name == name for part in parts):
            types.append(_override(name, kind))
            package.append(f'<Relationship Id="rId{number}" Type="{relation}" Target="{name}"/>')
    lists = (
        deflated("[Content_Types].xml", ("".join(types) + "</Types>").encode()),
        deflated("_rels/.rels", ("".join(package) + "</Relationships>").encode()),
        deflated("word/_rels/document.xml.rels", ("".join(relations) + "</Relationships>").encode()),
    )
    return zip_package((*lists, *sorted(parts, key=lambda part: part.name)))


def _override(name: str, kind: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{kind}"/>'


class _Zone:
    """Where a block stands: which list counts there, and which styles its words have."""

    __slots__ = ("heading", "indent", "item", "list", "text")

    def __init__(self, name: str, heading: str, item: str, text: str, *, indent: int = 0) -> None:
        self.list = name  # the list headings and items count in
        self.heading = heading  # style key of numbered headings, without their level
        self.item = item  # style key of items, without their depth
        self.text = text  # style key of plain paragraphs
        self.indent = indent  # where plain paragraphs begin


_PLAIN = _Zone("clause", "heading", "item", "body")
_CLAUSE = _Zone("clause", "heading", "item", "clause", indent=720)
_SCHEDULE_TOP = _Zone("schedule", "schedule", "schedule_item", "body")
_SCHEDULE = _Zone("schedule", "schedule", "schedule_item", "clause", indent=720)
_CELL = _Zone("table_item", "", "table_item", "table_text")


class _Body:
    """One document being written: pieces of XML in printed order, and the numbers given out so far."""

    def __init__(self, agreement: Agreement, frame: Frame, clean: bool) -> None:
        self.agreement = agreement
        self.frame = frame
        self.clean = clean
        self.draft = agreement.status is Status.DRAFT
        self.width = frame.page.text_width(agreement.landscape)
        self.lists = Lists(frame, frame.first_id)
        self.out: list[str] = []
        self.start = {key: f'<w:p><w:pPr><w:pStyle w:val="{name}"/>' for key, name in frame.styles.items()}
        self.last_id = frame.first_id  # of controls
        self.last_bookmark = frame.first_id
        self.entries = 0  # headings so far that the contents list
        self.after_table = False
        self.commented: set[int] = set()
        self.clause_names: dict[str, int] = {}
        self.title_end = 0
        # A heading's bookmark is written only when something refers to it, which may come later: each heading
        # leaves two places in ``out``, before and after its words.
        self.places: dict[str, tuple[int, int]] = {}
        self.referred: dict[str, str] = {}
        self.shown = self._numbers()

    # ------------------------------------------------------------ the whole

    def slots(self) -> dict[str, str]:
        """Return the XML of each of the frame's slots."""
        marks = [0]
        for write in (self.cover, self.contents, self.body, self.signatures, self.schedules):
            write()
            marks.append(len(self.out))
        self._late_comments()
        self._bookmark_targets()
        pieces = ["".join(self.out[a:b]) for a, b in itertools.pairwise(marks)]
        return dict(zip(("cover", "toc", "body", "signatures", "schedules"), pieces, strict=True))

    def cover(self) -> None:
        cover = self.agreement.cover
        self._paragraph("title", (Text(cover.title),))
        self.out.insert(-1, "")  # room for comments that belong nowhere else
        self.title_end = len(self.out) - 2
        if cover.subtitle:
            self._paragraph("subtitle", cover.subtitle)
        for n, party in enumerate(cover.parties, 1):
            last = n == len(cover.parties) and cover.key_terms is not None
            self._paragraph("cover_party", party, _BEFORE_KEY_TERMS if last else "")
        if cover.key_terms is not None:
            self._table(cover.key_terms, _PLAIN)
        self._blocks(cover.notes, _PLAIN)

    def contents(self) -> None:
        agreement = self.agreement
        if not agreement.contents:
            return
        self.after_table = False
        entries = [
            (section.label, "<w:r><w:tab/></w:r>", section.heading)
            for section in (*agreement.opening, *agreement.sections)
            if section.number
        ]
        entries += [("", "", schedule.text) for schedule in agreement.schedules]
        out = self.out
        if not self.clean:
            gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'
            out.append(f'<w:sdt><w:sdtPr><w:id w:val="{self._id()}"/>{gallery}</w:sdtPr><w:sdtContent>')
        self._paragraph("contents_heading", (Text(CONTENTS),))
        if entries:
            field = ' TOC \\o "1-1" \\n \\h \\z \\u '
            opening = f'{_BEGIN}<w:r><w:instrText xml:space="preserve">{field}</w:instrText></w:r>{_SEPARATE}'
            for n, (label, gap, heading) in enumerate(entries, 1):
                number = f"<w:r>{words(label)}</w:r>{gap}" if label else ""
                out.append(
                    f'{self.start["toc"]}</w:pPr>{opening}<w:hyperlink w:anchor="{_toc_name(n)}" w:history="1">'
                    f"{number}<w:r>{words(heading)}</w:r></w:hyperlink></w:p>"
                )
                opening = ""
            out.append(f"{self.start['body']}</w:pPr>{_END}</w:p>")
        if not self.clean:
            out.append("</w:sdtContent></w:sdt>")

    def body(self) -> None:
        self.after_table = False
        for section in self.agreement.opening:
            self._section(section, 1, _PLAIN)
        for section in self.agreement.sections:
            self._section(section, 1, _PLAIN)

    def signatures(self) -> None:
        closing = self.agreement.closing
        together = bool(self.agreement.signatures)
        for n, block in enumerate(closing):
            # The last words before the signatures go with them to their page.
            last = together and n == len(closing) - 1
            if last and isinstance(block, Paragraph):
                self._paragraph("closing", block.inlines, "<w:keepNext/>")
            else:
                self._blocks((block,), _PLAIN, text="closing")
        few = len(self.agreement.signatures) <= _SIGN_TOGETHER
        for n, signature in enumerate(self.agreement.signatures, 1):
            self._signature(signature, with_next=few and n < len(self.agreement.signatures))

    def schedules(self) -> None:
        if self.agreement.schedules:
            self.lists.follow("schedule", f"{self.agreement.schedules[0].label} %1")
        for schedule in self.agreement.schedules:
            self._schedule(schedule)
        page = self.agreement.open_page
        if page is not None:
            self.after_table = False
            self._heading("open_heading", page, "")
            self._blocks(page.blocks, _PLAIN, open_page=True)

    # ------------------------------------------------------------ headed parts

    def _schedule(self, schedule: Schedule) -> None:
        self.after_table = False
        self.entries += 1
        direct = self.lists.number("schedule", 0, f"{schedule.label} {schedule.number}")
        # The list prints "Schedule A" and a space; the words go on from there.
        self.out += (self.start["schedule1"], direct, "</w:pPr>")
        self._anchored(schedule.anchor, f"— {schedule.heading}", _toc_name(self.entries))
        self.out.append("</w:p>")
        self._blocks(schedule.blocks, _SCHEDULE_TOP, by_style=not _has_sections(schedule.blocks), depth=1)

    def _section(self, section: Section, depth: int, zone: _Zone) -> None:
        """Write a headed part; ``depth`` counts numbered headings from 1 (in a schedule, from 1 below its own)."""
        controlled = section.source is not None and not self.clean
        bookmark = 0
        if controlled:
            bookmark = self._open_clause(section)
        if section.number or section.label:
            schedule = zone.list == "schedule"
            level = min(depth + (1 if schedule else 0), 3)
            direct = self.lists.number(zone.list, level - 1, section.label)
            listed = ""
            if depth == 1 and not schedule:
                self.entries += 1
                listed = _toc_name(self.entries)
            self._heading(f"{zone.heading}{level}", section, direct, listed, bookmark)
            inner, by_style, depth = (_SCHEDULE if schedule else _CLAUSE), not _has_sections(section.blocks), depth + 1
        else:
            self._heading("unnumbered" if depth == 1 else "unnumbered2", section, "", "", bookmark)
            # An item here must not count on in the list of the last numbered heading.
            inner, by_style = zone, False
        self.after_table = False
        self._blocks(section.blocks, inner, by_style=by_style, depth=depth)
        if controlled:
            self.out.append(f'<w:bookmarkEnd w:id="{bookmark}"/></w:sdtContent></w:sdt>')

    def _open_clause(self, section: Section) -> int:
        source = section.source
        if source is None:
            raise ValueError("a section without a clause")
        digest = source.digest.removeprefix("sha256:")[:12]
        tag = attribute(short_tag(f"clause:{source.id}@{source.version}#{digest}"))
        title = attribute(short_tag(section.heading))
        self.out.append(
            f'<w:sdt><w:sdtPr><w:alias w:val="{title}"/><w:tag w:val="{tag}"/><w:id w:val="{self._id()}"/>{_HIDDEN}'
            "</w:sdtPr><w:sdtContent>"
        )
        self.last_bookmark += 1
        return self.last_bookmark

    def _heading(self, style: str, section: Section, direct: str, listed: str = "", clause: int = 0) -> None:
        self.out += (self.start[style], direct, "</w:pPr>")
        if clause and section.source is not None:
            self.out.append(f'<w:bookmarkStart w:id="{clause}" w:name="{self._clause_name(section.source.id)}"/>')
        self._anchored(section.anchor, section.heading, listed)
        self.out.append("</w:p>")

    def _anchored(self, anchor: str, heading: str, listed: str) -> None:
        """Write the words of a heading, with its bookmark for the contents and room for one for references."""
        out = self.out
        if listed:
            self.last_bookmark += 1
            out.append(f'<w:bookmarkStart w:id="{self.last_bookmark}" w:name="{listed}"/>')
        before = len(out)
        out += ("", f"<w:r>{words(heading)}</w:r>", "")
        if listed:
            out.append(f'<w:bookmarkEnd w:id="{self.last_bookmark}"/>')
        if anchor:
            self.places.setdefault(anchor, (before, before + 2))

    def _bookmark_targets(self) -> None:
        for anchor, name in self.referred.items():
            before, after = self.places[anchor]
            self.last_bookmark += 1
            self.out[before] = f'<w:bookmarkStart w:id="{self.last_bookmark}" w:name="{name}"/>'
            self.out[after] = f'<w:bookmarkEnd w:id="{self.last_bookmark}"/>'

    def _clause_name(self, clause: str) -> str:
        """The hidden bookmark of a clause: "_clause_hipaa__breach_notice"."""
        name = clause_bookmark(clause, 1)
        count = self.clause_names[name] = self.clause_names.get(name, 0) + 1
        return clause_bookmark(clause, count)

    # ------------------------------------------------------------ blocks

    def _blocks(
        self,
        blocks: tuple[Block, ...],
        zone: _Zone,
        *,
        by_style: bool = False,
        depth: int = 1,
        text: str = "",
        jc: str = "",
        open_page: bool = False,
    ) -> None:
        """Write ``blocks``; ``text`` is the style of plain paragraphs where it is not the zone's."""
        for n, block in enumerate(blocks, 1):
            if isinstance(block, Paragraph):
                style = text or zone.text
                if block.note and zone is not _CELL:
                    style = "clause_note" if zone.indent else "note"
                # Words that announce a table or a list stay with it.
                keep = not block.note and _announces(blocks[n:], zone)
                self._paragraph(style, block, "<w:keepNext/>" if keep else jc)
            elif isinstance(block, Items):
                self._items(block, zone, by_style)
            elif isinstance(block, Table):
                self._table(block, zone, open_page=open_page)
            elif isinstance(block, Section):
                self._section(block, depth, zone)
            elif isinstance(block, SignatureBlock):
                self._signature(block)
            else:
                assert_never(block)

    def _paragraph(self, style: str, words: Paragraph | tuple[Inline, ...], direct: str = "") -> None:
        """Write a paragraph; ``direct`` is what its style does not say, in the schema's order (17.3.1.26)."""
        if self.after_table:
            self.after_table = False
            # w:spacing comes before w:jc and after everything else used here.
            direct = _AFTER_TABLE + direct if direct.startswith("<w:jc") else direct + _AFTER_TABLE
        out = self.out
        out += (self.start[style], direct, "</w:pPr>")
        self._words(words if isinstance(words, Paragraph) else Paragraph(words))
        out.append("</w:p>")

    def _items(self, items: Items, zone: _Zone, by_style: bool) -> None:
        for item in items.items:
            depth = min(item.depth, 2)
            match items.scheme:
                case Scheme.CLAUSE:
                    # In the clause and schedule lists, three levels of headings stand above the items.
                    level = depth if zone is _CELL else depth + 3
                    name, style, inner = zone.list, f"{zone.item}{depth + 1}", f"item_text{depth + 1}"
                    use_style = by_style or zone is _CELL
                case Scheme.RECITAL if depth == 0:
                    name, level, style, inner, use_style = "recital", 0, "recital1", "recital_text", True
                case Scheme.RECITAL:
                    name, level, use_style = "clause", depth + 2, False
                    style, inner = f"item{depth}", f"item_text{depth}"
                case Scheme.BULLET:
                    deepest = 1 if zone is _CELL else 2
                    level = min(depth, deepest)
                    name = "table_bullet" if zone is _CELL else "bullet"
                    style, inner, use_style = f"{name}{level + 1}", f"bullet_text{level + 1}", True
                case _:
                    assert_never(items.scheme)
            if zone is _CELL:
                inner = "table_text"
            direct = self.lists.number(name, level, item.label, by_style=use_style)
            self._item(item, style, inner, direct, zone, by_style)

    def _item(self, item: Item, style: str, inner: str, direct: str, zone: _Zone, by_style: bool) -> None:
        first, rest = item.blocks[:1], item.blocks[1:]
        if first and isinstance(first[0], Paragraph):
            keep = "<w:keepNext/>" if _announces(rest, zone) else ""
            self._paragraph(style, first[0], keep + direct)
        else:
            self._paragraph(style, (), direct)
            rest = item.blocks
        self._blocks(rest, zone, by_style=by_style, text=inner)

    def _table(self, table: Table, zone: _Zone, *, open_page: bool = False) -> None:
        out = self.out
        nested = zone is _CELL
        if self.after_table and not nested:
            # Word joins tables that touch.
            self.after_table = False
            out.append(f'{self.start["note"]}<w:spacing w:before="0" w:after="0"/></w:pPr></w:p>')
        indent = zone.indent if len(table.columns) <= _FEW_COLUMNS and not table.plain else 0
        width = (self.width - indent) // (2 if nested else 1)
        widths = column_widths(table, width)
        style = self.frame.styles["key_terms" if table.plain else "table"]
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
            + "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
            + "</w:tblGrid>"
        )
        cells = [f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr>' for w in widths]
        alignments = [_JC[column.align] for column in table.columns]
        self.after_table = False
        out.append("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
        for cell, jc, column in zip(cells, alignments, table.columns, strict=True):
            out.append(cell)
            self._paragraph("table_heading", column.heading, jc)
            out.append("</w:tc>")
        out.append("</w:tr>")
        for number, row in enumerate(table.rows, 1):
            waiting = self._row_item(row, number) if open_page else 0
            out.append("<w:tr><w:trPr><w:cantSplit/></w:trPr>")
            for cell, jc, blocks in zip(cells, alignments, row, strict=True):
                out.append(cell)
                self.after_table = False
                rest = blocks
                if waiting and rest and isinstance(rest[0], Paragraph):
                    self._commented_paragraph(rest[0], waiting, jc)
                    rest, waiting = rest[1:], 0
                self._blocks(rest, _CELL, jc=jc)
                if not blocks or not isinstance(blocks[-1], Paragraph | Items):
                    self._paragraph("table_text", ())
                out.append("</w:tc>")
            out.append("</w:tr>")
        out.append("</w:tbl>")
        self.after_table = True

    def _signature(self, block: SignatureBlock, *, with_next: bool = False) -> None:
        self.after_table = False  # the style brings room of its own
        self._paragraph("signature", block.name, "<w:keepNext/><w:keepLines/>")
        for n, line in enumerate(block.lines, 1):
            keep = "<w:keepNext/><w:keepLines/>" if with_next or n < len(block.lines) else "<w:keepLines/>"
            style = "signature_line" if line.inlines else "signature_rule"
            self.out += (self.start[style], keep, "</w:pPr>")
            # A label that reaches over the style's first tab stop does without it.
            fits = len(line.label) <= _LABEL_FITS
            if line.inlines:
                label = f"{words(line.label)}<w:tab/>" if fits else words(f"{line.label} ")
                self.out.append(f"<w:r>{label}</w:r>")
                self._inlines(line.inlines)
            else:
                # The last tab draws the line: the style's second tab stop has an underscore leader.
                self.out.append(f"<w:r>{words(line.label)}{'<w:tab/>' if fits else ''}<w:tab/></w:r>")
            self.out.append("</w:p>")

    # ------------------------------------------------------------ inside a paragraph

    def _words(self, paragraph: Paragraph) -> None:
        """Write the runs of ``paragraph``."""
        defined = self.frame.styles["defined"]
        pieces: Sequence[_Piece] | None
        if is_shared(paragraph):
            pieces = kept(paragraph, _runs_alone, defined, self.clean)
            if pieces is None:
                shown = tuple([(target, self.shown.get(target)) for target in kept(paragraph, _targets)])
                pieces = kept(paragraph, _runs_of, shown, defined, self.clean)
        else:
            runs = _Runs(self.shown, defined, self.clean)
            runs.write(paragraph.inlines)
            pieces = runs.out
        out = self.out
        for piece in pieces:
            if type(piece) is str:
                out.append(piece)
            elif piece is None:
                self.last_id += 1
                out.append(str(self.last_id))
            elif isinstance(piece, Reference):
                out.append(self._bookmark_of(piece.target))
            else:
                self._blank(*piece)

    def _inlines(self, inlines: tuple[Inline, ...]) -> None:
        self._words(Paragraph(inlines))

    def _blank(self, blank: Blank, look: str) -> None:
        style = self.frame.styles["placeholder"]
        named = f'<w:rStyle w:val="{style}"/>' if style and "<w:rStyle" not in look else ""
        xml = f'<w:r><w:rPr>{named}{look}<w:highlight w:val="yellow"/></w:rPr>{words(blank.text)}</w:r>'
        if not self.clean:
            tag = attribute(short_tag(f"field:{blank.field}"))
            title = attribute(short_tag(blank.label))
            xml = (
                f'<w:sdt><w:sdtPr><w:alias w:val="{title}"/><w:tag w:val="{tag}"/><w:id w:val="{self._id()}"/>'
                f"<w:showingPlcHdr/></w:sdtPr><w:sdtContent>{xml}</w:sdtContent></w:sdt>"
            )
        if self.draft and blank.item not in self.commented and 0 < blank.item <= len(self.agreement.open_items):
            self.commented.add(blank.item)
            xml = anchored(blank.item, xml, self.frame)
        self.out.append(xml)

    def _bookmark_of(self, target: str) -> str:
        """Return the bookmark that references to ``target`` name."""
        name = self.referred.get(target)
        if name is None:
            name = self.referred[target] = f"_Ref{200000001 + len(self.referred)}"
        return name

    # ------------------------------------------------------------ comments without a blank

    def _row_item(self, row: tuple[tuple[Block, ...], ...], number: int) -> int:
        """The open item a row of the open page is about, if it waits for its comment; 0 if none."""
        first = row[0][0] if row and row[0] else None
        said = inlines_text(first.inlines).strip(" .") if isinstance(first, Paragraph) else ""
        item = int(said) if said.isdecimal() and said.isascii() else number
        if item in self.commented or not 0 < item <= len(self.agreement.open_items):
            return 0
        self.commented.add(item)
        return item

    def _commented_paragraph(self, paragraph: Paragraph, item: int, direct: str) -> None:
        """Write a paragraph all of which the comment of ``item`` is about."""
        self.after_table = False
        outer, self.out = self.out, []
        self._words(paragraph)
        xml = "".join(self.out)
        self.out = outer
        self.out += (self.start["table_text"], direct, "</w:pPr>", anchored(item, xml, self.frame), "</w:p>")

    def _late_comments(self) -> None:
        """Items that neither a blank nor a row of the open page shows keep their comment: at the title."""
        if self.draft:
            left = [n for n in range(1, len(self.agreement.open_items) + 1) if n not in self.commented]
            self.out[self.title_end] = "".join(anchored(item, "", self.frame) for item in left)

    # ------------------------------------------------------------ numbers

    def _id(self) -> int:
        self.last_id += 1
        return self.last_id

    def _numbers(self) -> dict[str, str]:
        """What a REF field to each anchor shows: the printed label without its closing full stop."""
        shown: dict[str, str] = {}
        agreement = self.agreement
        for section in walk_sections((*agreement.opening, *agreement.sections)):
            if section.anchor and section.label:
                shown.setdefault(section.anchor, section.label.rstrip("."))
        for schedule in agreement.schedules:
            if schedule.anchor:
                shown.setdefault(schedule.anchor, f"{schedule.label} {schedule.number}")
            for section in walk_sections(schedule.blocks):
                if section.anchor and section.label:
                    shown.setdefault(section.anchor, section.label.rstrip("."))
        return shown


# A piece of a paragraph: XML, or the place of what hangs on the document: the next number of a control (None), the
# bookmark a reference points to, a blank with the look of the words around it.
_Piece: TypeAlias = "str | Reference | tuple[Blank, str] | None"


def _targets(paragraph: Paragraph) -> tuple[str, ...]:
    """Return what ``paragraph`` refers to."""
    return tuple(dict.fromkeys(_targets_in(paragraph.inlines)))


def _targets_in(inlines: tuple[Inline, ...]) -> Iterator[str]:
    for inline in inlines:
        if isinstance(inline, Reference):
            yield inline.target
        elif isinstance(inline, Emphasis | Definition):
            yield from _targets_in(inline.children)


def _runs_alone(paragraph: Paragraph, defined: str, clean: bool) -> tuple[_Piece, ...] | None:
    """Return the runs of ``paragraph``, or None if they hang on what it refers to."""
    return None if kept(paragraph, _targets) else _runs_of(paragraph, (), defined, clean)


def _runs_of(
    paragraph: Paragraph, shown: tuple[tuple[str, str | None], ...], defined: str, clean: bool
) -> tuple[_Piece, ...]:
    """Return the runs of ``paragraph``. ``shown`` is what a field shows for each of its targets, ``defined`` the style
    of a term that is defined."""
    pieces = _Runs(dict(shown), defined, clean)
    pieces.write(paragraph.inlines)
    return pieces.joined()


class _Runs:
    """The runs of one paragraph being written."""

    def __init__(self, shown: Mapping[str, str | None], defined: str, clean: bool) -> None:
        self.shown, self.defined, self.clean = shown, defined, clean
        self.out: list[_Piece] = []

    def joined(self) -> tuple[_Piece, ...]:
        """Return what was written, neighbouring strings as one."""
        made: list[_Piece] = []
        texts: list[str] = []
        for piece in (*self.out, ""):
            if isinstance(piece, str) and piece:
                texts.append(piece)
                continue
            if texts:
                made.append("".join(texts))
                texts = []
            if piece != "":
                made.append(piece)
        return tuple(made)

    def write(self, inlines: tuple[Inline, ...], look: str = "") -> None:
        """Write runs; ``look`` is the inside of their ``w:rPr``. Plain words that meet become one run."""
        out = self.out
        run = f"<w:r><w:rPr>{look}</w:rPr>" if look else "<w:r>"
        plain = ""
        for inline in inlines:
            if isinstance(inline, Text | Use):
                plain += inline.text
                continue
            if isinstance(inline, Definition):
                plain += OPEN_QUOTE
            elif isinstance(inline, Reference):
                shown = self.shown.get(inline.target)
                if shown == inline.number:
                    plain += f"{inline.label} "
                elif shown != f"{inline.label} {inline.number}":
                    plain += inline.text  # nothing with this number to point to
                    continue
            if plain:
                out.append(f"{run}{words(plain)}</w:r>")
                plain = ""
            if isinstance(inline, Filled):
                self.filled(inline, run)
            elif isinstance(inline, Definition):
                bold = self.defined
                self.write(inline.children, f'<w:rStyle w:val="{bold}"/>{look}' if bold else _with_bold(look))
                plain = CLOSE_QUOTE
            elif isinstance(inline, Reference):
                self.reference(inline, run)
                plain = f" ({inline.title})"
            elif isinstance(inline, Emphasis):
                self.write(inline.children, _with_bold(look) if inline.strong else _with_italic(look))
            elif isinstance(inline, Blank):
                out.append((inline, look))
            elif isinstance(inline, LineBreak):
                out.append("<w:r><w:br/></w:r>")
            else:
                assert_never(inline)
        if plain:
            out.append(f"{run}{words(plain)}</w:r>")

    def filled(self, value: Filled, run: str) -> None:
        if not value.text:
            return
        words_run = f"{run}{words(value.text)}</w:r>"
        if self.clean:
            self.out.append(words_run)
            return
        tag = attribute(short_tag(f"{'worked' if value.derived else 'field'}:{value.field}"))
        self.out += (
            f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/><w:id w:val="', None,
            f'"/>{_HIDDEN}</w:sdtPr><w:sdtContent>{words_run}</w:sdtContent></w:sdt>',
        )  # fmt: skip

    def reference(self, reference: Reference, run: str) -> None:
        self.out += (
            f'{_BEGIN}<w:r><w:instrText xml:space="preserve"> REF ', reference,
            f' \\n \\h </w:instrText></w:r>{_SEPARATE}{run}{words(self.shown[reference.target] or "")}</w:r>{_END}',
        )  # fmt: skip


def _toc_name(n: int) -> str:
    """The bookmark of the n-th entry of the contents, named as Word names its own."""
    return f"_Toc{100000000 + n}"


def _has_sections(blocks: tuple[Block, ...]) -> bool:
    """Whether a numbered heading follows among ``blocks``: items above it must not count in its list."""
    return any(isinstance(block, Section) and bool(block.number or block.label) for block in blocks)


def _with_bold(look: str) -> str:
    """Run properties stand in the schema's order: w:rStyle, w:b, w:i (17.3.2.28)."""
    if "<w:b/>" in look:
        return look
    return look.replace("<w:i/>", "<w:b/><w:i/>") if "<w:i/>" in look else f"{look}<w:b/>"


def _with_italic(look: str) -> str:
    return look if "<w:i/>" in look else f"{look}<w:i/>"
