"""Two texts compared word by word, the way a lawyer would mark the change by hand.

Words that stand once in both texts and in the same order are anchors (patience diff); between them the longest
common subsequence is taken (rapidfuzz's Indel). Then lone stop words between two changes join them, and a change
that could stand in several places is moved to where a sentence or phrase begins. No change cuts a word; a number
written twice, “thirty (30)”, is one word, as are amounts and figures.

A text may hold characters of the private planes 15 and 16, which stand for things that are no text (a tab, a field,
a picture): each is a word of its own. :data:`PARAGRAPH` ends a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Sequence
from enum import StrEnum
from functools import cache
from itertools import pairwise

from generator.frozen import dataclass

__all__ = [
    "PARAGRAPH",
    "Edit",
    "Hunk",
    "Kind",
    "anchored",
    "common_subsequence",
    "compare_words",
    "edits",
    "words",
]

PARAGRAPH = "\U000f0000"

_NUMBER_WORD = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion"
)
_STOP = frozenset(
    """a an and any are as at be been but by can each for from had has have if in into is it its may must no nor not of
    on or other shall so such than that the their them then there these they this those to under until upon was were
    which who will with within without would""".split()
)
_ENDS = frozenset(".;:!?") | {PARAGRAPH}


# Pairs of words that are still weighed between two anchors: a bit of memory for each. Beyond that, without one word
# that stands once in both, nothing is said to be the same.
_MOST = 100_000_000


@cache
def _token() -> re.Pattern[str]:
    """Return the pattern of one word. Making it takes as long as loading ten modules; only comparing needs it."""
    return re.compile(
        rf"(?P<space>\s+)"
        # Letters of either case here alone: else each of the signs below would be looked up in both.
        rf"|\b(?i:(?:{_NUMBER_WORD})(?:[ -](?:and )?(?:{_NUMBER_WORD})){{0,8}}(?: percent| dollars)?)"
        r" \(\$?\d[\d,.]*%?\)"
        r"|[$€£]?\d+(?:[.,:/\-]\d+)*%?(?![^\W_])"
        r"|[぀-ヿ㐀-鿿豈-﫿]"
        r"|[^\W぀-ヿ㐀-鿿豈-﫿]+(?:['’.\-‑][^\W぀-ヿ㐀-鿿豈-﫿]+)*"
        r"|_+|.",
        re.DOTALL,
    )


class Kind(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of both texts by character offsets: SAME has both sides, DELETED and INSERTED one empty one."""

    kind: Kind
    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of text and what became of it."""

    kind: Kind
    text: str


def compare_words(old: str, new: str) -> tuple[Hunk, ...]:
    """Return both texts as one: what is the same, what was deleted, what was inserted, in reading order.

    The SAME and DELETED hunks make up ``old``, the SAME and INSERTED ones ``new``, each to the letter.
    """
    return tuple(
        Hunk(e.kind, new[e.new_start : e.new_end] if e.kind is Kind.INSERTED else old[e.old_start : e.old_end])
        for e in edits(old, new)
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, blanks left out, and where each stands."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def words(text: str) -> list[str]:
    """Return the words of ``text`` as they are compared, blanks left out."""
    return _split(text).words


def _split(text: str) -> _Words:
    found: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _token().finditer(text):
        if match.lastgroup != "space":
            found.append(match.group())
            starts.append(match.start())
            ends.append(match.end())
    return _Words(found, starts, ends)


def edits(old: str, new: str) -> tuple[Edit, ...]:
    """Return the edits that turn ``old`` into ``new``; where both change, the deletion comes first."""
    if old == new:
        return (Edit(Kind.SAME, 0, len(old), 0, len(new)),) if old else ()
    a, b = _split(old), _split(new)
    pairs = _slid(a.words, b.words, common_subsequence(a.words, b.words))
    same = _joined(_stretches(old, new, a, b, pairs))
    out: list[Edit] = []
    at_old = at_new = 0
    for i1, i2, j1, j2 in (*_without_islands(old, new, same), (len(old), len(old), len(new), len(new))):
        if at_old < i1:
            out.append(Edit(Kind.DELETED, at_old, i1, at_new, at_new))
        if at_new < j1:
            out.append(Edit(Kind.INSERTED, i1, i1, at_new, j1))
        if i1 < i2:
            out.append(Edit(Kind.SAME, i1, i2, j1, j2))
        at_old, at_new = i2, j2
    return tuple(out)


# ---------------------------------------------------------------- which words correspond


def common_subsequence(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of indices of equal words, rising in both: by anchors first, then the longest between them."""
    numbers: dict[str, int] = {}
    x = [numbers.setdefault(word, len(numbers)) for word in a]
    y = [numbers.setdefault(word, len(numbers)) for word in b]
    return anchored(x, y, lambda i1, i2, j1, j2: _longest(x[i1:i2], y[j1:j2], i1, j1))


def anchored(
    a: Sequence[Hashable], b: Sequence[Hashable], between: Callable[[int, int, int, int], Iterable[tuple[int, int]]]
) -> list[tuple[int, int]]:
    """Return pairs of indices of things that belong together, rising in both.

    Equal things at both ends are pairs, and those that stand exactly once in both sides; so it goes on between them.
    Where a gap has neither, ``between(i1, i2, j1, j2)`` gives the pairs in ``a[i1:i2]`` and ``b[j1:j2]``.
    """
    pairs: list[tuple[int, int]] = []
    waiting = [(0, len(a), 0, len(b))]
    while waiting:
        i1, i2, j1, j2 = waiting.pop()
        while i1 < i2 and j1 < j2 and a[i1] == b[j1]:
            pairs.append((i1, j1))
            i1, j1 = i1 + 1, j1 + 1
        while i1 < i2 and j1 < j2 and a[i2 - 1] == b[j2 - 1]:
            i2, j2 = i2 - 1, j2 - 1
            pairs.append((i2, j2))
        if i1 == i2 or j1 == j2:
            continue
        anchors = [(i1 + i, j1 + j) for i, j in _unique_anchors(a[i1:i2], b[j1:j2])]
        if not anchors:
            pairs += between(i1, i2, j1, j2)
            continue
        pairs += anchors
        edges = [(i1 - 1, j1 - 1), *anchors, (i2, j2)]
        waiting += [(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(edges)]
    return sorted(pairs)


def _unique_anchors(x: Sequence[object], y: Sequence[object]) -> list[tuple[int, int]]:
    """Return the longest rising chain of pairs of things that stand exactly once in both."""
    once_x, once_y = _once(x), _once(y)
    pairs = [(i, once_y[thing]) for thing, i in once_x.items() if thing in once_y]
    # Longest rising subsequence by patience sorting.
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(pairs):
        at = bisect_left(tops, j)
        before.append(last[at - 1] if at else -1)
        if at == len(tops):
            tops.append(j)
            last.append(n)
        else:
            tops[at], last[at] = j, n
    chain: list[tuple[int, int]] = []
    n = last[-1] if last else -1
    while n >= 0:
        chain.append(pairs[n])
        n = before[n]
    return chain[::-1]


def _once(things: Sequence[object]) -> dict[object, int]:
    first: dict[object, int] = {}
    again: set[object] = set()
    for n, thing in enumerate(things):
        if thing in first:
            again.add(thing)
        first.setdefault(thing, n)
    return {thing: n for thing, n in first.items() if thing not in again}


def _longest(x: Sequence[int], y: Sequence[int], i: int, j: int) -> list[tuple[int, int]]:
    from rapidfuzz.distance import Indel

    if len(x) * len(y) > _MOST:
        return []
    return [
        (i + op.src_start + n, j + op.dest_start + n)
        for op in Indel.opcodes(x, y)
        if op.tag == "equal"
        for n in range(op.src_end - op.src_start)
    ]


# ---------------------------------------------------------------- readable


def _slid(a: Sequence[str], b: Sequence[str], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Move each pure insertion or deletion to where it begins or ends a sentence, if it can be moved."""
    pairs = list(pairs)
    for n in range(len(pairs)):
        i, j = pairs[n]
        i2, j2 = pairs[n + 1] if n + 1 < len(pairs) else (len(a), len(b))
        if i2 == i + 1 and j2 > j + 1:
            _slide(b, pairs, n, j + 1, j2, 1)
        elif j2 == j + 1 and i2 > i + 1:
            _slide(a, pairs, n, i + 1, i2, 0)
    return pairs


def _slide(text: Sequence[str], pairs: list[tuple[int, int]], n: int, start: int, end: int, side: int) -> None:
    def score(start: int, end: int) -> int:
        before = text[start - 1] if start else PARAGRAPH
        return 2 * (before in _ENDS) + (before == ",") + (text[end - 1] in _ENDS) + (text[end - 1] == PARAGRAPH)

    best, steps, moved = score(start, end), 0, 0
    while moved <= n and text[start - 1] == text[end - 1] and pairs[n - moved][side] == start - 1:
        start, end, moved = start - 1, end - 1, moved + 1
        if score(start, end) > best:
            best, steps = score(start, end), moved
        if moved <= n and pairs[n - moved][1 - side] != pairs[n - moved + 1][1 - side] - 1:
            break
    width = end - start
    for step in range(steps):
        i, j = pairs[n - step]
        pairs[n - step] = (i, j + width) if side else (i + width, j)


_Stretch = tuple[int, int, int, int]


def _stretches(old: str, new: str, a: _Words, b: _Words, pairs: list[tuple[int, int]]) -> list[_Stretch]:
    """Return the stretches that are the same, blanks included where they are the same on both sides."""
    out: list[_Stretch] = []
    at_old = at_new = 0
    for i, j in (*pairs, (len(a.words), len(b.words))):
        end_old = a.starts[i] if i < len(a.starts) else len(old)
        end_new = b.starts[j] if j < len(b.starts) else len(new)
        x, y = old[at_old:end_old], new[at_new:end_new]
        if x == y and (not x or x.isspace()):
            if x:
                out.append((at_old, end_old, at_new, end_new))
        else:
            lead = _blank(x) if _blank(x) == _blank(y) else 0
            if lead and x[:lead] == y[:lead]:
                out.append((at_old, at_old + lead, at_new, at_new + lead))
                x, y = x[lead:], y[lead:]
            trail = _blank(x[::-1])
            if trail and trail == _blank(y[::-1]) and x[-trail:] == y[-trail:]:
                out.append((end_old - trail, end_old, end_new - trail, end_new))
        if i < len(a.starts):
            out.append((a.starts[i], a.ends[i], b.starts[j], b.ends[j]))
            at_old, at_new = a.ends[i], b.ends[j]
    return out


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip())


def _joined(stretches: list[_Stretch]) -> list[_Stretch]:
    out: list[_Stretch] = []
    for i1, i2, j1, j2 in stretches:
        if out and out[-1][1] == i1 and out[-1][3] == j1:
            out[-1] = (out[-1][0], i2, out[-1][2], j2)
        else:
            out.append((i1, i2, j1, j2))
    return out


def _without_islands(old: str, new: str, same: list[_Stretch]) -> list[_Stretch]:
    """Leave out what is the same only by chance: blanks and a few stop words between two changes."""
    out: list[_Stretch] = []
    for n, (i1, i2, j1, j2) in enumerate(same):
        before_old, before_new = (out[-1][1], out[-1][3]) if out else (0, 0)
        after_old, after_new = (same[n + 1][0], same[n + 1][2]) if n + 1 < len(same) else (len(old), len(new))
        if n + 1 == len(same) and (i2, j2) == (len(old), len(new)):
            out.append((i1, i2, j1, j2))
            continue
        if i1 == 0 and j1 == 0:
            out.append((i1, i2, j1, j2))
            continue
        island = words(old[i1:i2])
        gone = words(old[before_old:i1]) + words(old[i2:after_old])
        come = words(new[before_new:j1]) + words(new[j2:after_new])
        changed = len(gone) + len(come)
        chance = all(w.lower() in _STOP or (len(w) == 1 and not w.isalnum() and ord(w) < 0xF0000) for w in island)
        if gone and come and chance and len(island) <= 3 and 2 * len(island) < changed:
            continue
        out.append((i1, i2, j1, j2))
    return out
