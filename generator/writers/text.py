"""Plain text: the agreement as one reads it aloud, for reading, for comparing, and for goldens.

:func:`printed_lines` is the measure for every writer: each printed paragraph, heading and cell as one
string, in the order of the model. :func:`write_text` lays the same words out on lines of 88 columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import assert_never

from generator.model import (
    CONTENTS,
    Agreement,
    Align,
    Block,
    Column,
    Items,
    Paragraph,
    Schedule,
    Section,
    SignatureBlock,
    SignatureLine,
    Table,
    contents_entries,
    inlines_text,
)

__all__ = ["WIDTH", "columns_of", "printed_lines", "write_text"]

WIDTH = 88
_GAP = "  "  # between the columns of a table
_LINE_TO_SIGN = "_" * 40
_SPACES = re.compile(r"( +)")


# ---------------------------------------------------------------- the words alone


def printed_lines(agreement: Agreement) -> Iterator[str]:
    """Yield what is printed, in order: one string for each paragraph, heading, label with its item, and cell.

    A paragraph with line breaks holds ``\\n``. Lines to sign on yield their label alone. Running head,
    page numbers and watermark are layout and are not here.
    """
    cover = agreement.cover
    yield cover.title
    if cover.subtitle:
        yield inlines_text(cover.subtitle)
    for party in cover.parties:
        yield inlines_text(party)
    if cover.key_terms is not None:
        yield from _block_lines(cover.key_terms)
    for note in cover.notes:
        yield from _block_lines(note)
    if agreement.contents:
        yield CONTENTS
        for entry, _ in contents_entries(agreement):
            yield entry
    for block in (*agreement.opening, *agreement.sections, *agreement.closing, *agreement.signatures):
        yield from _block_lines(block)
    for schedule in agreement.schedules:
        yield schedule.text
        for block in schedule.blocks:
            yield from _block_lines(block)
    if agreement.open_page is not None:
        yield from _block_lines(agreement.open_page)


def _block_lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(inlines=inlines):
            yield inlines_text(inlines)
        case Items(items=items):
            for item in items:
                label = item.label
                for inner in item.blocks:
                    for line in _block_lines(inner):
                        yield f"{label} {line}" if label else line
                        label = ""
                if label:
                    yield label
        case Table(columns=columns, rows=rows):
            for column in columns:
                if column.heading:
                    yield inlines_text(column.heading)
            for row in rows:
                for cell in row:
                    for inner in cell:
                        yield from _block_lines(inner)
        case SignatureBlock(name=name, lines=lines):
            yield inlines_text(name)
            for signature_line in lines:
                yield f"{signature_line.label} {inlines_text(signature_line.inlines)}".rstrip()
        case Section():
            yield _heading(block)
            for inner in block.blocks:
                yield from _block_lines(inner)
        case _:
            assert_never(block)


def _heading(section: Section) -> str:
    return f"{section.label} {section.heading}".strip()


# ---------------------------------------------------------------- layout


def write_text(agreement: Agreement) -> bytes:
    """Return the agreement as UTF-8 text with line ends ``\\n``, wrapped at 88 columns.

    No word is broken or left out: a word, or a table whose longest words need more, may stand out
    over the edge. Same agreement, same bytes.
    """
    lines = [line.rstrip() for line in _agreement(agreement)]
    return ("\n".join(lines).strip("\n") + "\n").encode("utf-8")


def _agreement(agreement: Agreement) -> Iterator[str]:
    cover = agreement.cover
    yield from _underlined(cover.title, "=")
    if cover.subtitle:
        yield ""
        yield from _wrap(inlines_text(cover.subtitle), WIDTH)
    for party in cover.parties:
        yield ""
        yield from _wrap(inlines_text(party), WIDTH)
    terms = () if cover.key_terms is None else (cover.key_terms,)
    yield from _blocks((*terms, *cover.notes))
    if agreement.contents:
        yield from ("", "")
        yield from _underlined(CONTENTS, "-")
        yield ""
        for entry, _ in contents_entries(agreement):
            yield from _wrap(entry, WIDTH)
    yield from _blocks((*agreement.opening, *agreement.sections, *agreement.closing, *agreement.signatures))
    for schedule in agreement.schedules:
        yield from _schedule(schedule)
    if agreement.open_page is not None:
        yield from _blocks((agreement.open_page,))


def _schedule(schedule: Schedule) -> Iterator[str]:
    yield from ("", "")
    yield from _underlined(schedule.text, "=")
    yield from _blocks(schedule.blocks)


def _blocks(blocks: Sequence[Block], width: int = WIDTH, depth: int = 1) -> Iterator[str]:
    for block in blocks:
        yield ""
        yield from _block(block, width, depth)


def _block(block: Block, width: int, depth: int) -> Iterator[str]:
    match block:
        case Paragraph(inlines=inlines):
            yield from _wrap(inlines_text(inlines), width)
        case Items():
            yield from _items(block, width, depth)
        case Table():
            yield from _table(block, width)
        case SignatureBlock():
            yield from _signature(block, width)
        case Section():
            if depth == 1:
                yield ""
                yield from _underlined(_heading(block), "-")
            else:
                yield from _wrap(_heading(block), width)
                if block.blocks and not isinstance(block.blocks[0], Section):
                    # the text of a numbered part stands right below its heading
                    yield from _block(block.blocks[0], width, depth + 1)
                    yield from _blocks(block.blocks[1:], width, depth + 1)
                    return
            yield from _blocks(block.blocks, width, depth + 1)
        case _:
            assert_never(block)


def _items(items: Items, width: int, depth: int) -> Iterator[str]:
    hang = max((_columns_wide(item.label) for item in items.items), default=0) + 1
    for item in items.items:
        lines: list[str] = []
        for block in item.blocks:
            if lines and not isinstance(block, Items):
                lines.append("")
            lines.extend(_block(block, max(width - hang, 20), depth + 1))
        first, *rest = lines or [""]
        yield _pad(item.label, hang) + first
        yield from (" " * hang + line for line in rest)


def _signature(block: SignatureBlock, width: int) -> Iterator[str]:
    yield from _wrap(inlines_text(block.name), width)
    hang = max((_columns_wide(line.label) for line in block.lines), default=0) + 1
    for line in block.lines:
        yield from _signature_line(line, hang, width)


def _signature_line(line: SignatureLine, hang: int, width: int) -> Iterator[str]:
    first, *rest = _wrap(inlines_text(line.inlines), max(width - hang, 20)) if line.inlines else [_LINE_TO_SIGN]
    yield _pad(line.label, hang) + first
    yield from (" " * hang + more for more in rest)


def _table(table: Table, width: int) -> Iterator[str]:
    head = tuple(inlines_text(column.heading) for column in table.columns)
    cells = [tuple(list(_cell_lines(cell)) for cell in row) for row in table.rows]
    widths = _widths(table.columns, [tuple([h] for h in head), *cells], width)

    def laid(row: Sequence[list[str]]) -> Iterator[str]:
        wrapped = [
            [part for line in lines for part in _wrap(line, w, _hang(line))]
            for lines, w in zip(row, widths, strict=True)
        ]
        for parts in zip_longest(*wrapped, fillvalue=""):
            padded = (_pad(p, w, c.align) for p, w, c in zip(parts, widths, table.columns, strict=True))
            yield _GAP.join(padded).rstrip()

    if any(head):
        yield from laid([[h] for h in head])
        yield _GAP.join("-" * w for w in widths)
    rows = [list(laid(row)) for row in cells]
    loose = any(len(row) > 1 for row in rows)
    for n, row in enumerate(rows):
        if n and loose:
            yield ""
        yield from row


_ITEM_LABEL = re.compile(r" *(?:•|\([A-Za-z]+\)) ")


def _hang(line: str) -> int:
    label = _ITEM_LABEL.match(line)
    return label.end() if label else 0


def _cell_lines(cell: Sequence[Block], indent: str = "") -> Iterator[str]:
    """Yield the unwrapped lines of a cell; an item's label stands before its first line."""
    for block in cell:
        match block:
            case Items(items=items):
                for item in items:
                    lines = _cell_lines(item.blocks, indent + " " * (len(item.label) + 1))
                    yield f"{indent}{item.label} {next(lines, '').lstrip(' ')}"
                    yield from lines
            case _:
                for line in _block_lines(block):
                    yield from (indent + part for part in line.split("\n"))


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[list[str]]], width: int) -> list[int]:
    """Share ``width`` among the columns: never less than a column's longest word, never more than it can use."""
    room = width - len(_GAP) * (len(columns) - 1)
    least, most = [1] * len(columns), [1] * len(columns)
    for row in rows:
        for i, lines in enumerate(row):
            for line in lines:
                most[i] = max(most[i], _columns_wide(line))
                hang = _hang(line)
                least[i] = max(least[i], *(hang + _columns_wide(word) for word in (line[hang:].split(" ") or [""])))
    if sum(most) <= room:
        return most
    widths = list(least)
    for _ in range(room - sum(widths)):
        open_columns = [i for i in range(len(columns)) if widths[i] < most[i]]
        if not open_columns:
            break
        widest_need = max(open_columns, key=lambda i: (columns[i].share * room - widths[i], -i))
        widths[widest_need] += 1
    return widths


# ---------------------------------------------------------------- lines


def _underlined(text: str, sign: str) -> Iterator[str]:
    lines = _wrap(text, WIDTH)
    yield from lines
    yield sign * min(WIDTH, max(_columns_wide(line) for line in lines))


def _wrap(text: str, width: int, hang: int = 0) -> list[str]:
    """Break ``text`` at spaces into lines of at most ``width`` columns; a longer word stands alone, whole.

    Spaces inside a line stay as typed. Lines after the first of each given line are indented by ``hang``.
    """
    lines: list[str] = []
    for given in text.split("\n"):
        line, used, pending = "", 0, ""
        for piece in _SPACES.split(given):
            if not piece:
                continue
            if piece[0] == " ":
                pending = piece
                continue
            wide = _columns_wide(piece)
            if used > hang and used + len(pending) + wide > width and line.strip():
                lines.append(line)
                line, used, pending = " " * hang, hang, ""
            line, used, pending = line + pending + piece, used + len(pending) + wide, ""
        lines.append(line)
    return lines


def _pad(text: str, width: int, align: Align = Align.LEFT) -> str:
    room = max(width - _columns_wide(text), 0)
    match align:
        case Align.LEFT:
            return text + " " * room
        case Align.RIGHT:
            return " " * room + text
        case Align.CENTER:
            return " " * (room // 2) + text + " " * (room - room // 2)
        case _:
            assert_never(align)


def _columns_wide(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes (Unicode Standard Annex 11; marks take none)."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def columns_of(line: str, widths: Sequence[int]) -> list[str]:
    """Cut a line of a table where its columns begin; ``widths`` are those of the rule below the header.

    The other direction of the table layout, so that tests can read a table back.
    """
    cells, column, edges = [""] * len(widths), 0, []
    for w in widths:
        edges.append(column)
        column += w + len(_GAP)
    edges.append(column)
    at = 0
    for char in line:
        index = next((i for i in range(len(widths)) if edges[i] <= at < edges[i + 1]), len(widths) - 1)
        cells[index] += char
        at += _columns_wide(char)
    return [cell.strip() for cell in cells]
