"""One Word comment for each open item of a draft.

As Word writes it (ECMA-376 Part 1, 17.13.4): the range in the text, and the comment in a part of its own::

    <w:commentRangeStart w:id="0"/> … <w:commentRangeEnd w:id="0"/>
    <w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="0"/></w:r>

    <w:comment w:id="0" w:author="Agreements" w:date="2026-11-15T00:00:00Z" w:initials="A">
      <w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr>
        <w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:annotationRef/></w:r>
        <w:r><w:t>…</w:t></w:r></w:p></w:comment>

Range start, range end and reference carry the same id, unique in the document (17.13.4.2–17.13.4.5).
"""

from __future__ import annotations

from generator.model import AUTHOR, Agreement, OpenItem
from generator.writers.docx_text import words
from generator.writers.frame import Frame
from generator.writers.package import Entry, deflated

__all__ = ["anchored", "comment_end", "comment_start", "comments_part"]

INITIALS = "A"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _style(name: str) -> str:
    return f'<w:rPr><w:rStyle w:val="{name}"/></w:rPr>' if name else ""


def anchored(item: int, xml: str, frame: Frame) -> str:
    """Return the runs ``xml`` with the comment of the open item number ``item`` around them."""
    return f"{comment_start(item)}{xml}{comment_end(item, frame)}"


def comment_start(item: int) -> str:
    """Return what stands before the runs that the comment of ``item`` is about."""
    return f'<w:commentRangeStart w:id="{item - 1}"/>'


def comment_end(item: int, frame: Frame) -> str:
    """Return what stands behind them."""
    return (
        f'<w:commentRangeEnd w:id="{item - 1}"/>'
        f'<w:r>{_style(frame.styles["comment_mark"])}<w:commentReference w:id="{item - 1}"/></w:r>'
    )


def _lines(item: OpenItem) -> list[str]:
    """The comment, line by line: what is asked, why, of whom, and where to write the answer."""
    lines = [item.label, item.question]
    if item.why:
        lines.append(f"Why: {item.why}")
    if item.who:
        lines.append(f"Who usually knows: {item.who}")
    if item.example:
        lines.append(f"Example: {item.example}")
    where = f"{item.field} ({item.span})" if item.span else item.field
    lines.append(f"Write it in your profile: {where}")
    return [line for line in lines if line]


def comments_part(agreement: Agreement, frame: Frame) -> Entry:
    """Return word/comments.xml: one comment for each open item."""
    date = f"{agreement.date.isoformat()}T00:00:00Z"
    opening = f'<w:p><w:pPr><w:pStyle w:val="{frame.styles["comment"]}"/></w:pPr>'
    mark = f"<w:r>{_style(frame.styles['comment_mark'])}<w:annotationRef/></w:r>"
    out = [f"{_XML}<w:comments {_NS}>"]
    for item in agreement.open_items:
        out.append(f'<w:comment w:id="{item.number - 1}" w:author="{AUTHOR}" w:date="{date}" w:initials="{INITIALS}">')
        for n, line in enumerate(_lines(item)):
            bold = "<w:rPr><w:b/></w:rPr>" if n == 0 else ""
            out.append(f"{opening}{mark if n == 0 else ''}<w:r>{bold}{words(line)}</w:r></w:p>")
        out.append("</w:comment>")
    out.append("</w:comments>")
    return deflated("word/comments.xml", "".join(out).encode())
