"""Which block of one container becomes which of the other: the steps in which the new one is marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from generator.comparison import alignment
from generator.comparison.paragraphs import Text
from generator.comparison.word_package import W
from generator.comparison.words import PARAGRAPH, Edit, Kind, edits, words
from generator.comparison.work import Story, Work

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Step", "Steps"]


class Step(NamedTuple):
    """One step of a container: ``same`` (looks may differ), ``cluster``, ``table``, ``del`` or ``ins``."""

    kind: str
    old: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    edits: tuple[Edit, ...] | None = None


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
            x, y = self._old_words(i), self._new_words(j)
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

    def moves(self, steps: list[Step]) -> dict[int, str]:
        """Return the name of the move for each step that takes part in one: whole paragraphs, their words unchanged."""
        came: dict[str, list[int]] = {}
        for n, step in enumerate(steps):
            if step.kind == "ins" and self.news[step.new[0]].tag == W + "p":
                text = self._new_text(step.new[0])
                if _may_move(text):
                    came.setdefault(text.text, []).append(n)
        moved: dict[int, str] = {}
        for n, step in enumerate(steps):
            if step.kind == "del" and self.olds[step.old[0]].tag == W + "p":
                text = self._old_text(step.old[0])
                if _may_move(text) and came.get(text.text):
                    self.work.moves += 1
                    moved[n] = moved[came[text.text].pop(0)] = f"move{self.work.moves}"
        return moved


def _may_move(text: Text) -> bool:
    """A move is told of whole sentences; fields and pictures are struck out and written anew."""
    return (
        len(text.text) >= 25
        and len(words(text.text)) >= 4
        and not text.section
        and all(c < PARAGRAPH for c in text.text)
    )
