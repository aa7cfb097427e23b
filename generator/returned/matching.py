"""Which paragraph of what we sent is which of what came back.

Paragraphs, tables, rows and cells are paired in order by :mod:`generator.comparison.alignment`; what is left over on
both sides and says the same was moved. Quotation marks, hyphens, blanks and numbers that a program typed into the text
are no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from generator.comparison import alignment
from generator.comparison.words import words
from generator.returned.paragraphs import Block, Para, Row, Table, flat

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["AnyStep", "Matched", "RowStep", "Step", "TableStep", "matched", "normal", "pairs_of", "without_numbers"]

_SAME = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "‑": "-",
     "‐": "-", "\u00ad": None, "\u200b": None, "\ufeff": None, "\t": " "}
)  # fmt: skip
_TYPED = re.compile(
    r"\s*(?:(?:Schedule|Exhibit|Attachment|Appendix|Annex) [A-Z0-9]{1,2}\.?(?=\s+[—–-])"
    r"|(?:Section|Article) \d{1,2}(?:\.\d{1,2})*\.?"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}[.)]?|[A-Z]\.\d{1,2}(?:\.\d{1,2})?\.?|\((?:[a-zA-Z]|[ivx]{1,5}|\d{1,2})\)|[•·▪‣-])"
    r"(?:\s+|(?=[—–]))"
)
_MOVED = 0.8  # share of words from which a paragraph that stands elsewhere was moved
_LONG_ENOUGH = 5  # words of a paragraph that can be a move by itself


@lru_cache(maxsize=16384)
def normal(text: str) -> str:
    """Return ``text`` as it is compared: single blanks, straight quotation marks, plain hyphens."""
    return " ".join(text.translate(_SAME).split())


def without_numbers(text: str) -> int:
    """Return how many letters at the start of a paragraph are a number that somebody typed."""
    found = _TYPED.match(text)
    return found.end() if found and found.end() < len(text) else 0


class Step(NamedTuple):
    """A paragraph that stayed (both), went (``new`` is None) or came (``old`` is None)."""

    old: Para | None
    new: Para | None


class RowStep(NamedTuple):
    """A row of a table; ``cells`` are the steps of each cell where both are there."""

    old: Row | None
    new: Row | None
    cells: tuple[tuple[AnyStep, ...], ...] = ()


class TableStep(NamedTuple):
    """A table that stayed, went or came; ``rows`` where both are there."""

    old: Table | None
    new: Table | None
    rows: tuple[RowStep, ...] = ()


AnyStep: TypeAlias = "Step | TableStep"


class Matched(NamedTuple):
    """Two documents matched: the steps in order, and the paragraphs that were moved (old, new)."""

    steps: tuple[AnyStep, ...]
    moves: tuple[tuple[Para, Para], ...]


def matched(old: Sequence[Block], new: Sequence[Block]) -> Matched:
    """Match what we sent with what came back."""
    _take_typed_numbers(old, new)
    steps = tuple(_blocks(old, new))
    return Matched(steps, tuple(_moves(steps)))


def _take_typed_numbers(old: Sequence[Block], new: Sequence[Block]) -> None:
    """Set the keys of all paragraphs; numbers typed into a text that has ours as lists do not count."""
    known = set()
    for para in _paras(old):
        para.key = normal(para.text)
        if not para.contents:  # whose entries begin with numbers of their own
            known.add(para.key)
    loose: list[Para] = []
    typed = 0
    for para in _paras(new):
        para.key = normal(para.text)
        if para.contents or para.key in known or not _TYPED.match(para.text):
            continue
        bare = normal(para.text[without_numbers(para.text) :])
        if bare in known:
            para.key, typed = bare, typed + 1
        else:
            loose.append(para)
    if typed >= 3:
        for para in loose:
            para.key = normal(para.text[without_numbers(para.text) :])


def _paras(blocks: Sequence[Block]) -> Iterator[Para]:
    return flat(list(blocks))


def _key(block: Block) -> str:
    if isinstance(block, Para):
        return block.key
    return "\x1d" + "\x1e".join(_row_key(row) for row in block.rows)


def _row_key(row: Row) -> str:
    return "\x1f".join("\n".join(_key(b) for b in cell) for cell in row.cells)


def _head(row: Row) -> str:
    return "\n".join(_key(b) for b in row.cells[0]) if row.cells else ""


def _words(key: str) -> list[str]:
    return words(re.sub("[\x1d-\x1f\n]", " ", key))


def _aligned(
    a: list[str],
    b: list[str],
    kinds: tuple[list[type], list[type]],
    least: float,
    heads: tuple[list[str], list[str]] | None = None,
) -> list[tuple[int, int]]:
    """Return which keys belong together; rows that begin with the same words do (``heads``)."""
    split: dict[str, list[str]] = {}

    def of(key: str) -> list[str]:
        if key not in split:
            split[key] = _words(key)
        return split[key]

    def alike(i: int, j: int) -> float:
        if kinds[0][i] is not kinds[1][j]:
            return 0.0
        x, y = of(a[i]), of(b[j])
        if not x or not y:
            return 0.0
        if heads is not None and heads[0][i] and heads[0][i] == heads[1][j]:
            return max(0.6, alignment.likeness(x, y))
        floor = least if kinds[0][i] is Para else 0.2
        if min(len(x), len(y)) <= 3:
            floor = max(floor, 0.5)
        if 2 * min(len(x), len(y)) < floor * (len(x) + len(y)):
            return 0.0
        return alignment.likeness(x, y, least=floor)

    def size(i: int, j: int) -> int:
        return 1 + len(of(a[i])) + len(of(b[j]))

    def lone(i: int, j: int) -> bool:
        return kinds[0][i] is kinds[1][j] and (
            kinds[0][i] is not Para or alignment.likeness(of(a[i]), of(b[j])) >= 0.25
        )

    return alignment.align(a, b, alike, size, lone=lone)


def _blocks(old: Sequence[Block], new: Sequence[Block]) -> Iterator[AnyStep]:
    if len(old) == len(new) == 1 and isinstance(old[0], Para) and isinstance(new[0], Para):
        yield Step(old[0], new[0])  # a cell that holds one thing holds another now
        return
    pairs = _aligned(
        [_key(x) for x in old],
        [_key(x) for x in new],
        ([type(x) for x in old], [type(x) for x in new]),
        alignment.LEAST,
    )
    i = j = 0
    for m, n in (*pairs, (len(old), len(new))):
        yield from (_gone(x) for x in old[i:m])
        yield from (_came(x) for x in new[j:n])
        if m < len(old) and n < len(new):
            x, y = old[m], new[n]
            if isinstance(x, Para) and isinstance(y, Para):
                yield Step(x, y)
            elif isinstance(x, Table) and isinstance(y, Table):
                yield TableStep(x, y, tuple(_rows(x, y)))
        i, j = m + 1, n + 1


def _gone(block: Block) -> AnyStep:
    return Step(block, None) if isinstance(block, Para) else TableStep(block, None)


def _came(block: Block) -> AnyStep:
    return Step(None, block) if isinstance(block, Para) else TableStep(None, block)


def _rows(old: Table, new: Table) -> Iterator[RowStep]:
    pairs = _aligned(
        [_row_key(r) for r in old.rows],
        [_row_key(r) for r in new.rows],
        ([Para] * len(old.rows), [Para] * len(new.rows)),
        0.3,
        ([_head(r) for r in old.rows], [_head(r) for r in new.rows]),
    )
    i = j = 0
    for m, n in (*pairs, (len(old.rows), len(new.rows))):
        yield from (RowStep(r, None) for r in old.rows[i:m])
        yield from (RowStep(None, r) for r in new.rows[j:n])
        if m < len(old.rows) and n < len(new.rows):
            x, y = old.rows[m], new.rows[n]
            wide = max(len(x.cells), len(y.cells))
            yield RowStep(
                x, y,
                tuple(
                    tuple(_blocks(x.cells[c] if c < len(x.cells) else [], y.cells[c] if c < len(y.cells) else []))
                    for c in range(wide)
                ),
            )  # fmt: skip
        i, j = m + 1, n + 1


def pairs_of(steps: Sequence[AnyStep]) -> Iterator[Step]:
    """Yield the steps of every paragraph in order, those in tables too."""
    for step in steps:
        if isinstance(step, Step):
            yield step
            continue
        if step.old is not None and step.new is None:
            yield from (Step(p, None) for p in flat([step.old]))
        elif step.new is not None and step.old is None:
            yield from (Step(None, p) for p in flat([step.new]))
        for row in step.rows:
            if row.new is None and row.old is not None:
                yield from (Step(p, None) for cell in row.old.cells for p in flat(cell))
            elif row.old is None and row.new is not None:
                yield from (Step(None, p) for cell in row.new.cells for p in flat(cell))
            for cell in row.cells:
                yield from pairs_of(cell)


def _moves(steps: Sequence[AnyStep]) -> Iterator[tuple[Para, Para]]:
    """Yield what went in one place and came in another: the same words, or nearly."""
    all_steps = list(pairs_of(steps))
    gone = [s.old for s in all_steps if s.old is not None and s.new is None]
    came = [s.new for s in all_steps if s.new is not None and s.old is None]
    if not gone or not came:
        return
    partner: dict[int, int] = {}
    taken: set[int] = set()

    def take(i: int, j: int) -> None:
        partner[i] = j
        taken.add(j)

    by_key: dict[str, list[int]] = {}
    for j, para in enumerate(came):
        by_key.setdefault(para.key, []).append(j)
    split_gone = [_words(p.key) for p in gone]
    split_came = [_words(p.key) for p in came]
    for i, para in enumerate(gone):
        if len(split_gone[i]) >= _LONG_ENOUGH and len(by_key.get(para.key, ())) == 1:
            take(i, by_key.pop(para.key)[0])
    if len(gone) * len(came) <= 40_000:
        likely = sorted(
            (
                (-like, i, j)
                for i in range(len(gone))
                if i not in partner and len(split_gone[i]) >= 2 * _LONG_ENOUGH
                for j in range(len(came))
                if j not in taken and (like := alignment.likeness(split_gone[i], split_came[j], least=_MOVED)) >= _MOVED
            ),
        )
        for _, i, j in likely:
            if i not in partner and j not in taken:
                take(i, j)
    # A short heading goes with the text it stands beside.
    grew = True
    while grew:
        grew = False
        for i, j in list(partner.items()):
            for step in (-1, 1):
                m, n = i + step, j + step
                if (
                    0 <= m < len(gone) and 0 <= n < len(came) and m not in partner and n not in taken
                    and gone[m].key == came[n].key
                ):  # fmt: skip
                    take(m, n)
                    grew = True
    for i in sorted(partner):
        yield gone[i], came[partner[i]]
