"""A web page: one file that stands alone, works without scripts and prints well.

The words are those of the model and nothing else: labels are text, never counted by the browser; the
DRAFT mark, the running head and page numbers come from the style sheet (``html.css``). Everything a
person typed is escaped and set apart from the direction of the text around it (``bdi``).

Accessibility follows WCAG 2.2: one ``h1``, headings without gaps (1.3.1), table headers with
``scope`` (H63), the language of the page (3.1.1), link text that stands alone (2.4.4).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import assert_never

from generator.model import (
    CLOSE_QUOTE,
    CONTENTS,
    OPEN_QUOTE,
    Agreement,
    Align,
    Blank,
    Block,
    Column,
    Cover,
    Definition,
    Emphasis,
    Filled,
    Inline,
    Items,
    LineBreak,
    Paragraph,
    Reference,
    Scheme,
    Section,
    SignatureBlock,
    SignatureLine,
    Status,
    Table,
    Text,
    Use,
    contents_entries,
    inlines_text,
)
from generator.writers.look import HOUSE, Look

__all__ = ["write_html"]


@cache
def _style_sheet() -> str:
    sheet = Path(__file__).with_name("html.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|\n\s*(?=\n)", "", sheet, flags=re.DOTALL).strip()


def write_html(agreement: Agreement, look: Look = HOUSE) -> bytes:
    """Return the agreement as one UTF-8 web page. Same agreement, same bytes."""
    return ("\n".join(_Page(agreement, look).lines()) + "\n").encode("utf-8")


class _Page:
    """One page being written: which anchors it has, so that no link leads nowhere."""

    def __init__(self, agreement: Agreement, look: Look) -> None:
        self.agreement, self.look = agreement, look
        self.anchors = frozenset(_anchors(agreement)) - {""}
        self.questions = {item.number: item.question for item in agreement.open_items}

    def lines(self) -> Iterator[str]:
        a = self.agreement
        draft = a.status is Status.DRAFT
        yield "<!doctype html>"
        yield f'<html lang="{escape(a.language)}">'
        yield '<head>\n<meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # nothing is loaded and nothing runs, whatever a name or an address may hold
        yield (
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'; "
            f"{'img-src data:; ' if self.look.logo else ''}base-uri 'none'; form-action 'none'\">"
        )
        named = " · ".join(part for part in (a.header or a.title, a.name) if part)
        yield f"<title>{escape(named)}{' (draft)' if draft else ''}</title>"
        yield f"<style>\n{_style_sheet()}\n{self.brand_rules()}{self.page_rules()}</style>\n</head>"
        kinds = " ".join(["draft"] * draft + ["landscape"] * a.landscape)
        yield f'<body class="{kinds}">' if kinds else "<body>"
        yield "<main>"
        yield from self.letterhead()
        yield from self.cover(a.cover)
        if a.contents:
            yield from self.contents()
        yield from self.blocks((*a.opening, *a.sections), 2)
        yield from self.blocks(a.closing, 2)
        yield from self.signatures(a.signatures)
        for schedule in a.schedules:
            yield f'<section class="schedule"{_id(schedule.anchor)}>\n<h2>{escape(schedule.text)}</h2>'
            yield from self.blocks(schedule.blocks, 3)
            yield "</section>"
        if a.open_page is not None:
            yield from self.section(a.open_page, 2, "open")
        yield "</main>\n</body>\n</html>"

    def letterhead(self) -> Iterator[str]:
        look = self.look
        if not look.has_letterhead:
            return
        yield '<header class="letterhead">'
        if look.logo is not None:
            data = b64encode(look.logo.data).decode("ascii")
            size = f'width="{round(look.logo.width / 0.75)}" height="{round(look.logo.height / 0.75)}"'
            # With the name beside it the picture says nothing more to those who listen.
            alt = "" if look.sender else "Logo"
            yield f'<img src="data:image/{look.logo.kind};base64,{data}" alt="{alt}" {size}>'
        if look.sender:
            yield f"<span>{escape(look.sender)}</span>"
        yield "</header>"

    def brand_rules(self) -> str:
        """Return the rules that lay the look over the style sheet; none for the house look."""
        look, rules = self.look, []
        if look.accent != HOUSE.accent:
            rules.append(f":root {{ --accent: #{look.accent}; }}\n")
        if look.text_font != HOUSE.text_font:
            rules.append(f"body {{ font-family: {_css_text(look.text_font)}, Georgia, serif; }}\n")
        if look.heading_font != HOUSE.heading_font:
            rules.append(
                "h1, h2, h3, h4, h5, h6, .label, th, nav, .signature .name, .party, .subtitle, .letterhead "
                f"{{ font-family: {_css_text(look.heading_font)}, system-ui, sans-serif; }}\n"
            )
        return "".join(rules)

    def page_rules(self) -> str:
        rules = []
        if self.agreement.landscape:
            rules.append("@page { size: letter landscape; margin: .75in; }\n")
        if self.agreement.header:
            head = _css_text(self.agreement.header)
            rules.append(f"@page {{ @top-right {{ content: {head}; font: 9pt system-ui, sans-serif; }} }}\n")
            rules.append('@page :first { @top-right { content: ""; } }\n')
        return "".join(rules)

    # -- parts

    def cover(self, cover: Cover) -> Iterator[str]:
        yield '<header class="cover">'
        yield f"<h1>{escape(cover.title)}</h1>"
        if cover.subtitle:
            yield f'<p class="subtitle">{self.inlines(cover.subtitle)}</p>'
        for party in cover.parties:
            yield f'<p class="party">{self.inlines(party)}</p>'
        if cover.key_terms is not None:
            yield from self.table(cover.key_terms)
        yield from self.blocks(cover.notes, 2)
        yield "</header>"

    def contents(self) -> Iterator[str]:
        yield f'<nav aria-labelledby="contents-heading">\n<h2 id="contents-heading">{CONTENTS}</h2>\n<ol role="list">'
        for line, anchor in contents_entries(self.agreement):
            yield f"<li>{self.link(anchor, escape(line))}</li>"
        yield "</ol>\n</nav>"

    def signatures(self, blocks: Sequence[SignatureBlock]) -> Iterator[str]:
        if not blocks:
            return
        yield '<div class="signatures">'
        for number, block in enumerate(blocks, 1):
            yield from self.signature(block, f"signature-{number}")
        yield "</div>"

    def signature(self, block: SignatureBlock, anchor: str) -> Iterator[str]:
        yield f'<div class="signature" role="group" aria-labelledby="{anchor}">'
        yield f'<p class="name" id="{anchor}">{self.inlines(block.name)}</p>'
        for line in block.lines:
            yield self.signature_line(line)
        yield "</div>"

    def signature_line(self, line: SignatureLine) -> str:
        label = f'<span class="label">{escape(line.label)}</span>'
        if line.inlines:
            return f'<p class="line">{label} <span>{self.inlines(line.inlines)}</span></p>'
        return f'<p class="line">{label} <span class="rule"></span></p>'

    # -- blocks

    def blocks(self, blocks: Sequence[Block], rank: int) -> Iterator[str]:
        """Yield ``blocks``; a section among them gets a heading of ``rank``."""
        for block in blocks:
            match block:
                case Paragraph():
                    yield self.paragraph(block)
                case Items():
                    yield from self.items(block, rank)
                case Table():
                    yield from self.table(block)
                case SignatureBlock():
                    yield from self.signatures((block,))
                case Section():
                    yield from self.section(block, rank)
                case _:
                    assert_never(block)

    def paragraph(self, paragraph: Paragraph) -> str:
        kind = ' class="note"' if paragraph.note else ""
        return f"<p{kind}>{self.inlines(paragraph.inlines)}</p>"

    def section(self, section: Section, rank: int, kind: str = "") -> Iterator[str]:
        tag = f"h{min(rank, 6)}"
        label = f'<span class="label">{escape(section.label)}</span> ' if section.label else ""
        named = f' class="{kind}"' if kind else ""
        yield f"<section{named}{_id(section.anchor)}>"
        yield f"<{tag}>{label}{escape(section.heading)}</{tag}>"
        yield from self.blocks(section.blocks, rank + 1)
        yield "</section>"

    def items(self, items: Items, rank: int) -> Iterator[str]:
        bullet = items.scheme is Scheme.BULLET
        tag = "ul" if bullet else "ol"
        # role="list": without its own markers a list is no list to VoiceOver
        yield f'<{tag} role="list" class="items{" bullet" if bullet else ""}">'
        for item in items.items:
            yield f'<li{_id(item.anchor)}><span class="label">{escape(item.label)}</span> <div>'
            yield from self.blocks(item.blocks, rank)
            yield "</div></li>"
        yield f"</{tag}>"

    def table(self, table: Table) -> Iterator[str]:
        plain = " plain" if table.plain else ""
        yield f'<div class="table{plain}">\n<table aria-label="{escape(table.description)}">'
        yield "<colgroup>" + "".join(f'<col style="width:{c.share:.2%}">' for c in table.columns) + "</colgroup>"
        if any(column.heading for column in table.columns):
            yield "<thead><tr>"
            for column in table.columns:
                yield f'<th scope="col"{_align(column)}>{self.inlines(column.heading)}</th>'
            yield "</tr></thead>"
        yield "<tbody>"
        for row in table.rows:
            yield "<tr>"
            for n, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                head = table.row_headers and n == 0
                start, end = ('<th scope="row"', "</th>") if head else ("<td", "</td>")
                match cell:
                    case (Paragraph(note=False, inlines=inlines),):
                        inner = self.inlines(inlines)
                    case _:
                        inner = "\n".join(self.blocks(cell, 6))
                short = head and column.align is Align.LEFT and len(_plain(cell)) <= _SHORT
                look = ' class="short"' if short else _align(column)
                yield f"{start}{look}>{inner}{end}"
            yield "</tr>"
        yield "</tbody>\n</table>\n</div>"

    # -- inlines

    def inlines(self, inlines: Sequence[Inline]) -> str:
        return "".join(self.inline(i) for i in inlines)

    def inline(self, inline: Inline) -> str:
        match inline:
            case Text(text=text):
                return _lines(text)
            case Filled(text=text):
                return f"<bdi>{_lines(text)}</bdi>"
            case Blank(item=item):
                question = self.questions.get(item, "")
                hint = f' title="{escape(question)}"' if question else ""
                return f"<mark{hint}>{_lines(inline.text)}</mark>"
            case Emphasis(children=children, strong=strong):
                tag = "strong" if strong else "em"
                return f"<{tag}>{self.inlines(children)}</{tag}>"
            case Definition(children=children, anchor=anchor):
                return f"<dfn{_id(anchor)}>{OPEN_QUOTE}<strong>{self.inlines(children)}</strong>{CLOSE_QUOTE}</dfn>"
            case Use(text=text, target=target):
                return self.link(target, _lines(text), "use")
            case Reference(target=target):
                return self.link(target, escape(inline.text), "reference")
            case LineBreak():
                return "<br>"
            case _:
                assert_never(inline)

    def link(self, target: str, inner: str, kind: str = "") -> str:
        if target not in self.anchors:
            return inner
        named = f' class="{kind}"' if kind else ""
        return f'<a{named} href="#{escape(target)}">{inner}</a>'


_SHORT = 12  # letters of a row's name that stay on one line, such as "BAA-01"


def _plain(cell: Sequence[Block]) -> str:
    return "".join(inlines_text(block.inlines) if isinstance(block, Paragraph) else " " * _SHORT for block in cell)


def _id(anchor: str) -> str:
    return f' id="{escape(anchor)}"' if anchor else ""


def _align(column: Column) -> str:
    return "" if column.align is Align.LEFT else f' class="{column.align.value}"'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _css_text(text: str) -> str:
    """Return ``text`` as a CSS string; all but letters, digits and spaces as numbers (CSS Syntax 4.3.7)."""
    return '"' + "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in text) + '"'


def _anchors(agreement: Agreement) -> Iterator[str]:
    """Yield every place a link can lead to."""
    for block in (*agreement.opening, *agreement.sections, *agreement.closing):
        yield from _block_anchors(block)
    for schedule in agreement.schedules:
        yield schedule.anchor
        for block in schedule.blocks:
            yield from _block_anchors(block)
    if agreement.open_page is not None:
        yield from _block_anchors(agreement.open_page)


def _block_anchors(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(inlines=inlines):
            yield from _inline_anchors(inlines)
        case Items(items=items):
            for item in items:
                yield item.anchor
                for inner in item.blocks:
                    yield from _block_anchors(inner)
        case Table(columns=columns, rows=rows):
            for column in columns:
                yield from _inline_anchors(column.heading)
            for row in rows:
                for cell in row:
                    for inner in cell:
                        yield from _block_anchors(inner)
        case SignatureBlock():
            pass
        case Section(anchor=anchor, blocks=blocks):
            yield anchor
            for inner in blocks:
                yield from _block_anchors(inner)
        case _:
            assert_never(block)


def _inline_anchors(inlines: Sequence[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Definition(anchor=anchor, children=children):
                yield anchor
                yield from _inline_anchors(children)
            case Emphasis(children=children):
                yield from _inline_anchors(children)
            case _:
                pass
