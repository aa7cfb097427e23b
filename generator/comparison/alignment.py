"""Which paragraph, row or note of one document is which of the other.

Things that are equal and stand once on both sides are anchors; what lies between two anchors is paired by likeness,
in order, so that the most words stay unmarked. Nothing is paired that shares too little: a paragraph that was
replaced reads better struck out and written anew than as a salad of both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from rapidfuzz.distance import Indel, LCSseq

from generator.comparison.words import anchored

__all__ = ["LEAST", "align", "likeness", "shared"]

LEAST = 0.4  # share of words two paragraphs must have in common
_WORDS = 400_000_000  # pairs of words that are still weighed in order
_THINGS = 3_000  # things in one gap that are still paired
_CELLS = 40_000  # pairs whose likeness is still weighed in one gap

_Range = tuple[int, int, int, int]


def likeness(a: Sequence[str], b: Sequence[str], *, least: float = 0.0) -> float:
    """Return the share of words that two sequences have in common, in order: 0 to 1; 0 if below ``least``."""
    if not a or not b:
        return float(not a and not b)
    if len(a) * len(b) > _WORDS:
        like = 2 * (Counter(a) & Counter(b)).total() / (len(a) + len(b))
        return like if like >= least else 0.0
    return Indel.normalized_similarity(a, b, score_cutoff=least)


def shared(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many words two sequences have in common, in the same order."""
    if len(a) * len(b) > _WORDS:
        return (Counter(a) & Counter(b)).total()
    return LCSseq.similarity(a, b) if a and b else 0


def align(
    a: Sequence[Hashable],
    b: Sequence[Hashable],
    alike: Callable[[int, int], float],
    size: Callable[[int, int], int],
    *,
    lone: Callable[[int, int], bool] = lambda *_: False,
) -> list[tuple[int, int]]:
    """Return pairs of indices that belong together, rising in both.

    Equal keys are the same thing; ``alike(i, j)`` is 0 where two things cannot be paired, ``size(i, j)`` how much
    such a pair weighs. A thing left over alone on both sides of the same gap is paired if ``lone(i, j)``.
    """
    return anchored(a, b, lambda *gap: _by_likeness(gap, alike, size, lone))


def _by_likeness(
    gap: _Range,
    alike: Callable[[int, int], float],
    size: Callable[[int, int], int],
    lone: Callable[[int, int], bool],
) -> list[tuple[int, int]]:
    i1, i2, j1, j2 = gap
    n, m = i2 - i1, j2 - j1
    if n + m > _THINGS:
        return []
    if n * m > _CELLS:
        # Too many to weigh: halves against halves.
        i, j = i1 + n // 2, j1 + m // 2
        return [
            *_by_likeness((i1, i, j1, j), alike, size, lambda *_: False),
            *_by_likeness((i, i2, j, j2), alike, size, lambda *_: False),
        ]
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    gain: dict[tuple[int, int], float] = {}
    for i in range(n - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(m - 1, -1, -1):
            take = 0.0
            like = alike(i1 + i, j1 + j)
            if like:
                gain[i, j] = like * size(i1 + i, j1 + j)
                take = gain[i, j] + below[j + 1]
            row[j] = max(take, below[j], row[j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    from_i = from_j = 0

    def left_over(to_i: int, to_j: int) -> None:
        if to_i - from_i == 1 and to_j - from_j == 1 and lone(i1 + from_i, j1 + from_j):
            pairs.append((i1 + from_i, j1 + from_j))

    while i < n and j < m:
        if (i, j) in gain and best[i][j] == gain[i, j] + best[i + 1][j + 1]:
            left_over(i, j)
            pairs.append((i1 + i, j1 + j))
            i, j = i + 1, j + 1
            from_i, from_j = i, j
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    left_over(n, m)
    return pairs
