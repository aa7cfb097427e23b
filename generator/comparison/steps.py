"""Which block of one container becomes which of the other: the steps in which the new one is marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from generator.comparison import alignment
from generator.comparison.paragraphs import Text
from generator.comparison.word_package import W
from generator.comparison.words import PARAGRAPH, Edit, Kind, edits, words
from generator.comparison.work import Story, Work

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Move", "Step", "Steps"]

_MOVABLE = {W + name for name in ("fldChar", "tab", "br", "cr", "noBreakHyphen", "softHyphen", "sym")}
_NUMBER = re.compile(r"\d[\d.]*|[a-z]|[ivx]+|[A-Z]")
_ALIKE = 0.75  # share of words that a paragraph which moved and was changed has in common with what it was
_LONG = 8  # and the fewest words it has
_MOST_PAIRS = 20_000  # pairs that are still weighed
_MOST_WORDS = 2_000_000_000  # and pairs of words in them


class Step(NamedTuple):
    """One step of a container: ``same`` (looks may differ), ``cluster``, ``table``, ``del`` or ``ins``."""

    kind: str
    old: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    edits: tuple[Edit, ...] | None = None


class Move(NamedTuple):
    """A paragraph that stands elsewhere now; ``begins`` and ``ends`` tell where the range of its name does."""

    name: str
    old: _Element
    new: _Element
    begins: bool
    ends: bool


class Steps:
    """Pairs the blocks of two containers, ``olds`` and ``news``; :meth:`steps` and :meth:`moves` are the result."""

    def __init__(self, work: Work, olds: list[_Element], news: list[_Element], story: Story) -> None:
        self.work, self.olds, self.news, self.story = work, olds, news, story

    def steps(self) -> list[Step]:
        """Return what happens to each block, in the order of the redline."""
        return self._settled(self._steps())

    # -------- what each block says

    def _old_words(self, i: int) -> list[str]:
        return self.work.words_of(self.olds[i], self.story.old_formats)

    def _new_words(self, j: int) -> list[str]:
        return self.work.words_of(self.news[j], self.story.new_formats)

    def _old_text(self, i: int) -> Text:
        return self.work.text(self.olds[i], self.story.old_formats)

    def _new_text(self, j: int) -> Text:
        return self.work.text(self.news[j], self.story.new_formats)

    # -------- pairing

    def _steps(self) -> list[Step]:
        olds, news = self.olds, self.news
        a = [self.work.key(block, self.story.old_formats) for block in olds]
        b = [self.work.key(block, self.story.new_formats) for block in news]

        def alike(i: int, j: int) -> float:
            if olds[i].tag != news[j].tag:
                return 0.0
            if a[i] == b[j]:
                return 1.0 if a[i] else 0.5
            x, y = _unnumbered(self._old_words(i)), _unnumbered(self._new_words(j))
            if not x or not y:
                return 0.0
            least = 0.2 if olds[i].tag == W + "tbl" else 0.5 if min(len(x), len(y)) <= 3 else alignment.LEAST
            if 2 * min(len(x), len(y)) < least * (len(x) + len(y)):
                return 0.0
            return alignment.likeness(x, y, least=least)

        def size(i: int, j: int) -> int:
            return 1 + len(self._old_words(i)) + len(self._new_words(j))

        def lone(i: int, j: int) -> bool:
            if olds[i].tag != news[j].tag:
                return False
            x, y = self._old_words(i), self._new_words(j)
            if olds[i].tag == W + "tbl":
                return alignment.likeness(x, y) >= 0.1
            return max(len(x), len(y)) <= 12 or alignment.likeness(x, y) >= 0.25

        pairs = alignment.align(a, b, alike, size, lone=lone)
        for i, j in pairs:
            if olds[i].tag == W + "p":
                self.work.lender.vote(olds[i], news[j])
        return self._in_order(pairs, a, b)

    def _in_order(self, pairs: list[tuple[int, int]], a: list[str], b: list[str]) -> list[Step]:
        """Turn pairs into steps; a pair takes in neighbours that it was split into or joined from."""
        free_old = set(range(len(self.olds))) - {i for i, _ in pairs}
        free_new = set(range(len(self.news))) - {j for _, j in pairs}
        clusters: dict[int, Step] = {}
        for i, j in pairs:
            if self.olds[i].tag == W + "tbl":
                clusters[j] = Step("table", (i,), (j,))
            elif a[i] == b[j]:
                clusters[j] = Step("same", (i,), (j,))
            else:
                clusters[j] = self._grown(i, j, free_old, free_new)
        steps: list[Step] = []
        at_old = at_new = 0
        for step in [*clusters.values(), Step("end", (len(self.olds),), (len(self.news),))]:
            steps += [Step("del", (i,)) for i in range(at_old, step.old[0])]
            steps += [Step("ins", (), (j,)) for j in range(at_new, step.new[0])]
            if step.kind != "end":
                steps.append(step)
            at_old, at_new = step.old[-1] + 1, step.new[-1] + 1
        return steps

    def _grown(self, i: int, j: int, free_old: set[int], free_new: set[int]) -> Step:
        x, y = self._old_words, self._new_words
        old, new = [i], [j]
        for mine, free, blocks, own, other in (
            (new, free_new, self.news, y, (x, old)),
            (old, free_old, self.olds, x, (y, new)),
        ):
            if len(other[1]) > 1:
                break
            whole = other[0](other[1][0])
            have = list(own(mine[0]))
            common = alignment.shared(whole, have)
            for step in (1, -1):
                while True:
                    n = mine[-1] + 1 if step == 1 else mine[0] - 1
                    if n not in free or blocks[n].tag != W + "p" or not own(n):
                        break
                    more = [*have, *own(n)] if step == 1 else [*own(n), *have]
                    gain = alignment.shared(whole, more) - common
                    if gain < max(2, len(own(n)) / 2):
                        break
                    have, common = more, common + gain
                    mine.insert(len(mine) if step == 1 else 0, n)
                    free.discard(n)
        return Step("cluster", tuple(old), tuple(new))

    # -------- ends of containers

    def _settled(self, steps: list[Step]) -> list[Step]:
        """See that the last paragraph before a table that stays, and of the container, keeps its mark."""
        out: list[Step] = []
        for step in [*steps, Step("end")]:
            if step.kind in ("table", "end"):
                out = self._tail(out, end=step.kind == "end")
            if step.kind != "end":
                out.append(step)
        return out

    def _tail(self, steps: list[Step], *, end: bool) -> list[Step]:
        at = len(steps)
        while at and steps[at - 1].kind in ("del", "ins"):
            at -= 1
        region = steps[at:]
        if not region:
            return steps
        gone = [n for n in region if n.kind == "del"]
        came = [n for n in region if n.kind == "ins"]
        plain = all(self.olds[n.old[0]].tag == W + "p" for n in gone) and all(
            self.news[n.new[0]].tag == W + "p" for n in came
        )
        if not end and not plain:
            return steps
        if gone and came:
            i, j = gone[-1].old[0], came[-1].new[0]
            if self.olds[i].tag != W + "p" or self.news[j].tag != W + "p":
                return steps
            x, y = self._old_text(i).text, self._new_text(j).text
            forced = (Edit(Kind.DELETED, 0, len(x), 0, 0), Edit(Kind.INSERTED, len(x), len(x), 0, len(y)))
            pair = Step(
                "cluster", (i,), (j,), tuple(e for e in forced if e.old_end > e.old_start or e.new_end > e.new_start)
            )
            return [*steps[:at], *gone[:-1], *came[:-1], pair]
        if not plain or not at or steps[at - 1].kind not in ("same", "cluster"):
            return steps
        before = steps[at - 1]
        x, y = self._joined(before.old, self._old_text), self._joined(before.new, self._new_text)
        own = before.edits if before.edits is not None else edits(x, y)
        rest_old = "".join(PARAGRAPH + self._old_text(n.old[0]).text for n in gone)
        rest_new = "".join(PARAGRAPH + self._new_text(n.new[0]).text for n in came)
        kind = Kind.DELETED if gone else Kind.INSERTED
        tail = Edit(kind, len(x), len(x) + len(rest_old), len(y), len(y) + len(rest_new))
        old = before.old + tuple(n.old[0] for n in gone)
        new = before.new + tuple(n.new[0] for n in came)
        return [*steps[: at - 1], Step("cluster", old, new, (*own, tail))]

    @staticmethod
    def _joined(which: Sequence[int], text: Callable[[int], Text]) -> str:
        return PARAGRAPH.join(text(n).text for n in which)

    # -------- moves

    def moves(self, steps: list[Step]) -> dict[int, Move]:
        """Return the move for each step that takes part in one, by its place among ``steps``.

        Whole sentences move, with their words as they were or lightly changed; a heading or short item moves with
        what it stands beside. Neighbours that move together are one move.
        """
        gone = {n: self._old_text(s.old[0]) for n, s in enumerate(steps) if self._is(s, "del", W + "p")}
        came = {n: self._new_text(s.new[0]) for n, s in enumerate(steps) if self._is(s, "ins", W + "p")}
        gone = {n: text for n, text in gone.items() if _may_move(text)}
        came = {n: text for n, text in came.items() if _may_move(text)}
        pairs = self._same_words(gone, came)
        self._with_neighbours(pairs, gone, came)
        self._nearly_same_words(pairs, gone, came)
        self._with_neighbours(pairs, gone, came)
        return self._named(pairs, steps)

    def _is(self, step: Step, kind: str, tag: str) -> bool:
        return (
            step.kind == kind and (self.olds[step.old[0]].tag if kind == "del" else self.news[step.new[0]].tag) == tag
        )

    @staticmethod
    def _same_words(gone: dict[int, Text], came: dict[int, Text]) -> dict[int, int]:
        places: dict[str, list[int]] = {}
        for m, text in came.items():
            if _is_sentence(text):
                places.setdefault(text.text, []).append(m)
        return {n: places[text.text].pop(0) for n, text in gone.items() if places.get(text.text)}

    def _nearly_same_words(self, pairs: dict[int, int], gone: dict[int, Text], came: dict[int, Text]) -> None:
        taken = set(pairs.values())
        free_old = [(n, words(t.text)) for n, t in gone.items() if n not in pairs and _is_sentence(t)]
        free_new = [(m, words(t.text)) for m, t in came.items() if m not in taken and _is_sentence(t)]
        if len(free_old) * len(free_new) > _MOST_PAIRS:
            return
        found: list[tuple[float, int, int]] = []
        effort = 0
        for n, x in free_old:
            for m, y in free_new:
                effort += len(x) * len(y)
                if effort > _MOST_WORDS:
                    break
                if len(x) >= _LONG and len(y) >= _LONG and 2 * min(len(x), len(y)) >= _ALIKE * (len(x) + len(y)):
                    like = alignment.likeness(x, y, least=_ALIKE)
                    if like:
                        found.append((-like, n, m))
        for _, n, m in sorted(found):
            if n not in pairs and m not in taken:
                pairs[n] = m
                taken.add(m)

    @staticmethod
    def _with_neighbours(pairs: dict[int, int], gone: dict[int, Text], came: dict[int, Text]) -> None:
        taken = set(pairs.values())
        for n, m in list(pairs.items()):
            for step in (1, -1):
                i, j = n + step, m + step
                while (
                    i in gone and j in came and i not in pairs and j not in taken
                    and gone[i].text and gone[i].text == came[j].text
                ):  # fmt: skip
                    pairs[i] = j
                    taken.add(j)
                    i, j = i + step, j + step

    def _named(self, pairs: dict[int, int], steps: list[Step]) -> dict[int, Move]:
        moved: dict[int, Move] = {}
        for n, m in sorted(pairs.items()):
            before = n - 1 in pairs and pairs[n - 1] == m - 1 and self._together(steps, n - 1, m - 1)
            if not before:
                self.work.moves += 1
            after = n + 1 in pairs and pairs[n + 1] == m + 1 and self._together(steps, n, m)
            name = f"move{self.work.moves}"
            old, new = self.olds[steps[n].old[0]], self.news[steps[m].new[0]]
            moved[n] = moved[m] = Move(name, old, new, not before, not after)
        return moved

    def _together(self, steps: list[Step], n: int, m: int) -> bool:
        """Whether the new paragraphs of two steps stand side by side, so that one range can hold both."""
        first, second = self.news[steps[m].new[0]], self.news[steps[m + 1].new[0]]
        return first.getnext() is second


def _unnumbered(said: list[str]) -> list[str]:
    """Return words without the number before them: “2. Law” and “3. Law” are alike, “2. Law” and “2. Term” are not."""
    at = 0
    while at < min(len(said) - 1, 4) and (said[at] in "().:" or _NUMBER.fullmatch(said[at])):
        at += 1
    return said[at:] if at and any(word[:1].isalpha() for word in said[at:]) else said


def _is_sentence(text: Text) -> bool:
    return len(text.text) >= 25 and len(words(text.text)) >= 4


def _may_move(text: Text) -> bool:
    """Pictures, notes and text boxes are struck out and written anew; words and fields may move."""
    return not text.section and all(leaf.text or not leaf.length or leaf.node.tag in _MOVABLE for leaf in text.leaves)
