"""Agreement -> PDF, through typst and one fixed template.

The agreement travels as JSON data; no word of it is ever evaluated. What the template
(``typst/agreement.typ``) is given:

* inlines: a string, or a list of strings and ``["br"]``, ``["b", inlines]`` (bold), ``["i", inlines]``
  (italic), ``["ref", label, words]``, ``["open", words]`` (a blank);
* blocks: ``["p", inlines]``, ``["note", inlines]``, ``["h", level, number, words, label, listed]``,
  ``["items", labels, width in points, bodies]``, ``["bullets", label, bodies]``,
  ``["table", plain, shares, aligns, headings, cells in reading order, rows may break]``.

Every file declares, and is tested for, PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2): tagged,
archival, all fonts inside.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, assert_never

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
    Scheme,
    Section,
    SignatureBlock,
    Status,
    Table,
    Text,
    Use,
    contents_entries,
)

if TYPE_CHECKING:
    import typst

__all__ = ["write_pdf"]

_FOLDER: Final = Path(__file__).parent / "typst"
STANDARDS: Final = ("ua-1", "a-2a")

Json: TypeAlias = Any


class _Content:
    """Turns one agreement into the lists the template reads."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.labels: dict[str, str] = {}  # anchor -> label, for what is printed exactly once
        self.listed = {anchor for _, anchor in contents_entries(agreement)} if agreement.contents else set()
        for anchor in _anchors(agreement):
            self.labels[anchor] = "" if anchor in self.labels else f"a{len(self.labels)}"

    def whole(self) -> dict[str, Json]:
        a = self.agreement
        language, _, region = a.language.partition("-")
        return {
            "title": a.title,
            "header": a.header,
            "number": a.number,
            "lang": language,
            "region": region,
            "landscape": a.landscape,
            "draft": a.status is Status.DRAFT,
            "cover": {
                "title": a.cover.title,
                "subtitle": self.inlines(a.cover.subtitle),
                "parties": [self.inlines(party) for party in a.cover.parties],
                "terms": [] if a.cover.key_terms is None else [self.table(a.cover.key_terms)],
                "notes": [self.inlines(note.inlines) for note in a.cover.notes],
            },
            "contents": CONTENTS if a.contents else None,
            "body": self.blocks((*a.opening, *a.sections)),
            "closing": self.blocks(a.closing),
            "signatures": [self.signature(block) for block in a.signatures],
            "schedules": [
                [
                    ["h", 1, "", schedule.text, self.labels.get(schedule.anchor, ""), True],
                    *self.blocks(schedule.blocks, 2),
                ]
                for schedule in a.schedules
            ],
            "open": [] if a.open_page is None else self.blocks((a.open_page,)),
        }

    def blocks(self, blocks: tuple[Block, ...] | tuple[Section, ...], level: int = 1) -> list[Json]:
        out: list[Json] = []
        for block in blocks:
            match block:
                case Paragraph():
                    out.append(["note" if block.note else "p", self.inlines(block.inlines)])
                case Section():
                    label = self.labels.get(block.anchor, "")
                    out.append(["h", level, block.label, block.heading, label, block.anchor in self.listed])
                    out += self.blocks(block.blocks, level + 1)
                case Items():
                    out.append(self.items(block, level))
                case Table():
                    out.append(self.table(block))
                case SignatureBlock():
                    out.append(["sign", [self.signature(block)]])
                case _:
                    assert_never(block)
        return out

    def items(self, items: Items, level: int) -> Json:
        bodies = [self.blocks(item.blocks, level) for item in items.items]
        if items.scheme is Scheme.BULLET:
            return ["bullets", items.items[0].label if items.items else "", bodies]
        labels = [item.label for item in items.items]
        return ["items", labels, max([26.0, *(5.5 * len(label) + 7 for label in labels)]), bodies]

    def table(self, table: Table) -> Json:
        cells = [self.blocks(cell) for row in table.rows for cell in row]
        return [
            "table",
            table.plain,
            [column.share for column in table.columns],
            [column.align.value[0] for column in table.columns],
            [self.inlines(column.heading) for column in table.columns],
            cells,
            True,
        ]

    def signature(self, block: SignatureBlock) -> Json:
        return [self.inlines(block.name), [[line.label, self.inlines(line.inlines)] for line in block.lines]]

    def inlines(self, inlines: tuple[Inline, ...]) -> Json:
        """Return a string where that is enough, which it mostly is; neighbours of one look are joined."""
        out: list[Json] = []
        words = ""
        for inline in inlines:
            match inline:
                case Text(text=text) | Filled(text=text) | Use(text=text):
                    if "\n" not in text:
                        words += text
                        continue
                    first, *rest = text.split("\n")
                    words += first
                    for line in rest:
                        out += [words, ["br"]] if words else [["br"]]
                        words = line
                    continue
                case Definition(children=children):
                    out.append(words + OPEN_QUOTE)
                    out.append(["b", self.inlines(children)])
                    words = CLOSE_QUOTE
                    continue
                case Reference(target=target):
                    label = self.labels.get(target, "")
                    if not label:
                        words += inline.text
                        continue
                    part: Json = ["ref", label, inline.text]
                case Blank():
                    part = ["open", inline.text]
                case Emphasis(children=children, strong=strong):
                    part = ["b" if strong else "i", self.inlines(children)]
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


def _anchors(agreement: Agreement) -> list[str]:
    out: list[str] = []

    def walk(blocks: tuple[Block, ...] | tuple[Section, ...]) -> None:
        for block in blocks:
            if isinstance(block, Section):
                if block.anchor:
                    out.append(block.anchor)
                walk(block.blocks)

    walk(agreement.opening)
    walk(agreement.sections)
    for schedule in agreement.schedules:
        if schedule.anchor:
            out.append(schedule.anchor)
        walk(schedule.blocks)
    return out


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FOLDER / "fonts")])


_LOCAL = threading.local()


def _compiler() -> typst.Compiler:
    """Return this thread's compiler: one is kept for every later document, none is shared."""
    found: typst.Compiler | None = getattr(_LOCAL, "compiler", None)
    if found is None:
        import typst

        found = typst.Compiler(
            str(_FOLDER / "agreement.typ"), root=str(_FOLDER), font_paths=_fonts(), ignore_system_fonts=True
        )
        _LOCAL.compiler = found
    return found


def content(agreement: Agreement) -> str:
    """Return what the template is given: JSON text."""
    return json.dumps(_Content(agreement).whole(), ensure_ascii=False, separators=(",", ":"))


def write_pdf(agreement: Agreement) -> bytes:
    """Return the agreement as a PDF (US Letter, PDF/UA-1 and PDF/A-2a), the same bytes for the same agreement.

    Its one date is the agreement's own. Raises RuntimeError where typst refuses or warns; a character
    without a glyph is found before that by :func:`check_glyphs`.
    """
    midnight = dt.datetime(agreement.date.year, agreement.date.month, agreement.date.day, tzinfo=dt.UTC)
    made, warnings = _compiler().compile_with_warnings(
        format="pdf",
        sys_inputs={"agreement": content(agreement)},
        pdf_standards=list(STANDARDS),
        timestamp=midnight,
    )
    if warnings:
        raise RuntimeError("; ".join(str(w) for w in warnings))
    assert isinstance(made, bytes)
    return made
