"""Tables that belong together, compared row by row and cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.comparison import alignment
from generator.comparison.changes import ChangeKind, plain_of
from generator.comparison.looks import cell_looks, row_looks, table_looks
from generator.comparison.word_package import W, cells_of, rows_of
from generator.comparison.words import edits, words
from generator.comparison.work import Story, Work

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["compare_tables", "moved_wholes", "tell_inside"]

_ALIKE = 0.75  # share of words that a row has in common with what it was
_LONG = 4  # and the words it has more than: separators count
_MOST_PAIRS = 10_000
_MOST_WORDS = 2_000_000_000


def compare_tables(work: Work, old: _Element, new: _Element, story: Story) -> None:
    """Compare two tables that belong together row by row and cell by cell, and mark in ``new`` what differs."""
    work.here(new, story)
    rows_old, rows_new = rows_of(old), rows_of(new)
    table_looks(work, old, new, story)
    a = [work.key(row, story.old_formats) for row in rows_old]
    b = [work.key(row, story.new_formats) for row in rows_new]
    columns = _columns(work, rows_old, rows_new, story)

    def alike(i: int, j: int) -> float:
        x, y = work.words_of(rows_old[i], story.old_formats), work.words_of(rows_new[j], story.new_formats)
        if not x or not y:
            return 0.2 if not x and not y else 0.0
        return alignment.likeness(x, y, least=0.34)

    def size(i: int, j: int) -> int:
        x, y = work.words_of(rows_old[i], story.old_formats), work.words_of(rows_new[j], story.new_formats)
        return 1 + len(x) + len(y)

    pairs = dict(alignment.align(a, b, alike, size, lone=lambda *_: True))
    moved = moved_wholes(a, b, pairs)
    arrived = {j: i for i, j in moved.items()}
    last: _Element | None = None

    def put(row: _Element) -> None:
        if last is not None:
            last.addnext(row)
        else:
            top = rows_new[0]
            while (parent := top.getparent()) is not None and parent is not new:
                top = parent
            top.addprevious(row)

    def went(i: int) -> _Element:
        row = rows_old[i]
        lent = work.lender.copied(row, story.old_part, story.new_part)
        work.there(row, story)
        kind = ChangeKind.MOVED if i in moved else ChangeKind.DELETED
        work.told.change(kind, story.name, plain_of(row), "")
        put(lent)
        work.marker.row(lent, "del", note=work.notes.marking("del"))
        return lent

    def came(j: int) -> _Element:
        row = rows_new[j]
        work.here(row, story)
        if j in arrived:
            tell_inside(work, rows_old[arrived[j]], row, story)
        else:
            work.told.change(ChangeKind.INSERTED, story.name, "", plain_of(row))
        work.marker.row(row, "ins", note=work.notes.marking("ins"))
        return row

    at_new = 0
    for i, row_old in enumerate(rows_old):
        if i not in pairs:
            last = went(i)
            continue
        for j in range(at_new, pairs[i]):
            last = came(j)
        at_new = pairs[i] + 1
        row_new = rows_new[pairs[i]]
        if _row(work, row_old, row_new, columns, story):
            last = row_new
        else:
            last = went(i)
            last = came(pairs[i])
    for j in range(at_new, len(rows_new)):
        last = came(j)


def moved_wholes(a: list[str], b: list[str], pairs: dict[int, int]) -> dict[int, int]:
    """Return which row (or table) that went from its place stands elsewhere, as it was or lightly changed.

    Word cannot track a row or table as moved: it is struck out and written anew, and told of as moved.
    """
    free_old = [i for i in range(len(a)) if i not in pairs]
    taken = set(pairs.values())
    free_new = [j for j in range(len(b)) if j not in taken]
    found: list[tuple[float, int, int]] = []
    if len(free_old) * len(free_new) <= _MOST_PAIRS:
        split = {j: words(b[j]) for j in free_new}
        effort = 0
        for i in free_old:
            own = words(a[i])
            effort += len(own) * sum(map(len, split.values()))
            if effort > _MOST_WORDS:
                break
            found += [
                (-like, i, j)
                for j in free_new
                if len(own) > _LONG and (like := alignment.likeness(own, split[j], least=_ALIKE))
            ]
    moved: dict[int, int] = {}
    for _, i, j in sorted(found):
        if i not in moved and j not in moved.values():
            moved[i] = j
    return moved


def tell_inside(work: Work, old: _Element, new: _Element, story: Story) -> None:
    """Tell what changed in a row or table that moved; its marks say that all of it went and came."""
    x, y = plain_of(old), plain_of(new)
    if x != y:
        work.told.edits(edits(x, y), x, y, story.name)


def _columns(work: Work, olds: list[_Element], news: list[_Element], story: Story) -> list[tuple[int, int]] | None:
    """Return which column is which where both tables are plain grids of different width; else None."""
    grids = []
    for rows, formats in ((olds, story.old_formats), (news, story.new_formats)):
        cells = [cells_of(row) for row in rows]
        if len({len(row) for row in cells}) != 1 or any(_merged(cell) for row in cells for cell in row):
            return None
        grids.append([
            "\x1f".join(work.key(row[n], formats) for row in cells) for n in range(len(cells[0]))
        ])  # fmt: skip
    if len(grids[0]) == len(grids[1]):
        return None
    split = [[words(column) for column in grid] for grid in grids]
    return alignment.align(
        grids[0],
        grids[1],
        lambda i, j: alignment.likeness(split[0][i], split[1][j], least=0.3),
        lambda i, j: 1 + len(split[0][i]) + len(split[1][j]),
    )


def _row(work: Work, old: _Element, new: _Element, columns: list[tuple[int, int]] | None, story: Story) -> bool:
    """Compare two rows cell by cell; False if they cannot be (nothing is marked then)."""
    work.here(new, story)
    olds, news = cells_of(old), cells_of(new)
    if columns is None and len(olds) != len(news):
        if any(_merged(cell) for cell in (*olds, *news)):
            return False
        a = [work.key(cell, story.old_formats) for cell in olds]
        b = [work.key(cell, story.new_formats) for cell in news]
        columns = alignment.align(
            a,
            b,
            lambda i, j: alignment.likeness(words(a[i]), words(b[j]), least=0.4),
            lambda i, j: 1 + len(a[i]) + len(b[j]),
        )
    elif columns is None:
        columns = [(n, n) for n in range(len(olds))]
    if not columns:
        return False
    row_looks(work, old, new, story)
    last: _Element | None = None
    at_new = 0
    pairs = dict(columns)
    for i, cell_old in enumerate(olds):
        if i not in pairs:
            lent = work.lender.copied(cell_old, story.old_part, story.new_part)
            if last is not None:
                last.addnext(lent)
            else:
                news[0].addprevious(lent)
            work.told.change(ChangeKind.DELETED, story.name, plain_of(cell_old), "")
            work.marker.cell(lent, "del", note=work.notes.marking("del"))
            last = lent
            continue
        for j in range(at_new, pairs[i]):
            last = _cell_came(work, news[j], story)
        at_new = pairs[i] + 1
        last = news[pairs[i]]
        cell_looks(work, cell_old, last, story)
        work.container(cell_old, last, story)
    for j in range(at_new, len(news)):
        last = _cell_came(work, news[j], story)
    return True


def _cell_came(work: Work, cell: _Element, story: Story) -> _Element:
    work.told.change(ChangeKind.INSERTED, story.name, "", plain_of(cell))
    work.marker.cell(cell, "ins", note=work.notes.marking("ins"))
    return cell


def _merged(cell: _Element) -> bool:
    properties = cell.find(W + "tcPr")
    return properties is not None and any(
        properties.find(W + name) is not None for name in ("vMerge", "hMerge", "gridSpan")
    )
