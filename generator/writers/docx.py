"""The Word writer: an Agreement into the slots of a frame.

The body is written as escaped strings, in one pass over the Agreement, by the frame's styles; no XML tree is built.
:mod:`docx_blocks` writes the blocks of it, and tells each feature as Word itself writes it; :mod:`docx_places` counts.

Contents are a TOC field (17.16.5.68) whose entries are kept: ``\\o "1-1"`` takes level-1 headings, ``\\u`` paragraphs
with an outline level (the schedules), ``\\n`` leaves page numbers out, ``\\h`` links, ``\\z`` hides tabs on the web. It
stands in a block content control of the gallery "Table of Contents" (17.5.2.12), as Word inserts it::

    <w:sdt><w:sdtPr><w:id w:val="…"/><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>
      </w:docPartObj></w:sdtPr><w:sdtContent>
      <w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr> begin, instruction, separate
        <w:hyperlink w:anchor="_Toc100000001" w:history="1"><w:r><w:t>1.</w:t></w:r><w:r><w:tab/></w:r> …
        </w:hyperlink></w:p>
      <w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:sdtContent></w:sdt>
"""

from __future__ import annotations

import itertools
from typing import Any

from generator.model import (
    CONTENTS,
    Agreement,
    Paragraph,
    Schedule,
    Status,
    walk_sections,
)
from generator.reuse import Itself
from generator.writers.docx_blocks import (
    BEGIN,
    END,
    PLAIN,
    SCHEDULE_TOP,
    SEPARATE,
    Blocks,
    ends_in_table,
    has_sections,
    manner_of,
)
from generator.writers.docx_comments import comments_part
from generator.writers.docx_places import (
    ID,
    LATE_COMMENTS,
    Settled,
    follow,
    number,
    settled,
    toc_name,
    with_ids,
)
from generator.writers.docx_properties import properties
from generator.writers.docx_text import escaped, words
from generator.writers.frame import Frame, filled
from generator.writers.package import deflated, deflated_once, zip_package

__all__ = ["write_docx"]

_TEXT = "word/document.xml"
_TYPE = "application/vnd.openxmlformats-officedocument."
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CORE_REL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_BEFORE_KEY_TERMS = '<w:spacing w:after="480"/>'
# So few signature blocks fit on one page and stay together: nobody signs on a sheet that shows only one party.
_SIGN_TOGETHER = 3


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
    slots, counted = _Document(agreement, frame, clean).slots(frame)

    parts = []
    for name, template in frame.templates:
        printed = with_ids(filled(template, page_words, flags, slots), frame.first_id)
        # Headers and footers say the same as each other, and often as those of the last document.
        parts.append((deflated if name == _TEXT else deflated_once)(name, printed))
    parts += [*frame.copied, counted.lists]
    parts += properties(agreement, frame.properties, clean=clean)
    types, relations, package = [frame.types], [frame.relations], [frame.package_relations]
    next_id = counted.next_id
    if draft and agreement.open_items:
        parts.append(comments_part(agreement, frame))
        types.append(_override("word/comments.xml", f"{_TYPE}wordprocessingml.comments+xml"))
        relations.append(f'<Relationship Id="rId{next_id}" Type="{_REL}comments" Target="comments.xml"/>')
    for n, (name, kind, relation) in enumerate(
        (
            ("docProps/core.xml", _CORE_TYPE, _CORE_REL),
            ("docProps/app.xml", f"{_TYPE}extended-properties+xml", f"{_REL}extended-properties"),
            ("docProps/custom.xml", f"{_TYPE}custom-properties+xml", f"{_REL}custom-properties"),
        ),
        next_id + 1,
    ):
        if any(part.name == name for part in parts):
            types.append(_override(name, kind))
            package.append(f'<Relationship Id="rId{n}" Type="{relation}" Target="{name}"/>')
    lists = (
        deflated_once("[Content_Types].xml", ("".join(types) + "</Types>").encode()),
        deflated_once("_rels/.rels", ("".join(package) + "</Relationships>").encode()),
        deflated_once("word/_rels/document.xml.rels", ("".join(relations) + "</Relationships>").encode()),
    )
    return zip_package((*lists, *sorted(parts, key=lambda part: part.name)))


def _override(name: str, kind: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{kind}"/>'


class _Document(Blocks):
    """Writes one agreement, slot by slot."""

    def __init__(self, agreement: Agreement, frame: Frame, clean: bool) -> None:
        width = frame.page.text_width(agreement.landscape)
        super().__init__(manner_of(tuple(frame.styles.items()), width, clean), _numbers(agreement))
        self.agreement = agreement

    def slots(self, frame: Frame) -> tuple[dict[str, list[str]], Settled]:
        """Return the XML of each of the frame's slots, in pieces, and what its places came to."""
        marks = [0]
        for write in (self.cover, self.contents, self.body, self.signatures, self.schedules):
            write()
            marks.append(len(self.out))
        at = [n for n, kind in enumerate(map(type, self.out)) if kind is not str]
        draft = self.agreement.status is Status.DRAFT
        places: Any = tuple([self.out[n] for n in at])
        counted = settled(places, Itself(frame), self.manner.clean, draft, len(self.agreement.open_items))
        out: list[Any] = self.out
        for n, xml in zip(at, counted.xml, strict=True):
            out[n] = xml
        pieces = [out[a:b] for a, b in itertools.pairwise(marks)]
        return dict(zip(("cover", "toc", "body", "signatures", "schedules"), pieces, strict=True)), counted

    def cover(self) -> None:
        cover, start = self.agreement.cover, self.start
        title = f"<w:r>{words(cover.title)}</w:r>" if cover.title else ""
        self.out += (f"{start['title']}</w:pPr>{title}", LATE_COMMENTS, "</w:p>")
        if cover.subtitle:
            self.words(f"{start['subtitle']}</w:pPr>", cover.subtitle)
        for n, party in enumerate(cover.parties, 1):
            last = n == len(cover.parties) and cover.key_terms is not None
            self.words(f"{start['cover_party']}{_BEFORE_KEY_TERMS if last else ''}</w:pPr>", party)
        if cover.key_terms is not None:
            self.table(cover.key_terms, PLAIN)
        self.blocks(cover.notes, PLAIN, after_table=cover.key_terms is not None)

    def contents(self) -> None:
        agreement = self.agreement
        if not agreement.contents:
            return
        entries = [
            (section.label, "<w:r><w:tab/></w:r>", section.heading)
            for section in (*agreement.opening, *agreement.sections)
            if section.number
        ]
        entries += [("", "", schedule.text) for schedule in agreement.schedules]
        out = self.out
        if not self.manner.clean:
            gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'
            out.append(f'<w:sdt><w:sdtPr><w:id w:val="{ID}"/>{gallery}</w:sdtPr><w:sdtContent>')
        out.append(f"{self.start['contents_heading']}</w:pPr><w:r>{words(CONTENTS)}</w:r></w:p>")
        if entries:
            field = ' TOC \\o "1-1" \\n \\h \\z \\u '
            opening = f'{BEGIN}<w:r><w:instrText xml:space="preserve">{field}</w:instrText></w:r>{SEPARATE}'
            for n, (label, gap, heading) in enumerate(entries, 1):
                number = f"<w:r>{words(label)}</w:r>{gap}" if label else ""
                out.append(
                    f'{self.start["toc"]}</w:pPr>{opening}<w:hyperlink w:anchor="{toc_name(n)}" w:history="1">'
                    f"{number}<w:r>{words(heading)}</w:r></w:hyperlink></w:p>"
                )
                opening = ""
            out.append(f"{self.start['body']}</w:pPr>{END}</w:p>")
        if not self.manner.clean:
            out.append("</w:sdtContent></w:sdt>")

    def body(self) -> None:
        for section in (*self.agreement.opening, *self.agreement.sections):
            self.section(section, 1, PLAIN)

    def signatures(self) -> None:
        agreement = self.agreement
        closing = agreement.closing
        above = (*agreement.opening, *agreement.sections)[-1:]
        after_table = bool(above) and ends_in_table(above[0])
        for n, block in enumerate(closing, 1):
            # The last words before the signatures go with them to their page.
            if n == len(closing) and agreement.signatures and isinstance(block, Paragraph):
                self.paragraph("closing", block, "<w:keepNext/>", after_table=after_table)
            else:
                self.blocks((block,), PLAIN, text="closing", after_table=after_table)
            after_table = ends_in_table(block)
        few = len(agreement.signatures) <= _SIGN_TOGETHER
        for n, signature in enumerate(agreement.signatures, 1):
            self.signature(signature, with_next=few and n < len(agreement.signatures))

    def schedules(self) -> None:
        if self.agreement.schedules:
            self.out.append(follow("schedule", f"{self.agreement.schedules[0].label} %1"))
        for schedule in self.agreement.schedules:
            self.schedule(schedule)
        page = self.agreement.open_page
        if page is not None:
            self.out.append(f"{self.start['open_heading']}</w:pPr>")
            self.heading(page.anchor, page.heading, listed=False)
            self.blocks(page.blocks, PLAIN, open_page=True)

    def schedule(self, schedule: Schedule) -> None:
        # The list prints "Schedule A" and a space; the words go on from there.
        counted = number("schedule", 0, f"{schedule.label} {schedule.number}", True)
        self.out += (self.start["schedule1"], counted, "</w:pPr>")
        self.heading(schedule.anchor, f"— {schedule.heading}", listed=True)
        self.blocks(schedule.blocks, SCHEDULE_TOP, by_style=not has_sections(schedule.blocks), depth=1)


def _numbers(agreement: Agreement) -> dict[str, str]:
    """What a REF field to each anchor shows: the printed label without its closing full stop."""
    shown: dict[str, str] = {}
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
