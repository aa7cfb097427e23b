"""Two versions of a clause, compared as a lawyer reads them: paragraph by paragraph, then word by word.

The comparison is of the clause's own text, with its fields, conditions and references as they stand in the file,
because that is what is drafted, reviewed and approved. A field, a condition and a reference are one word each.
Paragraphs and list items are matched first: those that are the same, then those most alike in order. One that
stands elsewhere is a move. Where only layout, emphasis or quotation marks differ, that is said and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from generator.comparison.words import Hunk, Kind, common_subsequence, compare_words, words
from generator.frozen import dataclass

__all__ = ["ClauseComparison", "Line", "Paragraph", "State", "Statistics", "compare_texts", "paragraphs"]


class State(StrEnum):
    """What became of a paragraph."""

    SAME = "same"
    CHANGED = "changed"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED_FROM = "moved from"
    MOVED_TO = "moved to"
    LAYOUT = "layout"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, list item, table row, condition or heading of a clause file.

    ``text`` is its words with emphasis and straight quotation marks put aside, ``raw`` the text as it stands;
    ``place`` says how a reader finds it ("item 2", "item 2 (3)", "paragraph 1"); ``depth`` counts from 0.
    """

    kind: str  # paragraph | item | row | condition | heading | title
    text: str
    raw: str
    depth: int
    place: str


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the comparison. ``hunks`` are its words in reading order; ``partner`` numbers a move from 1.

    A move has a line where the paragraph stood (``MOVED_FROM``) and one where it stands (``MOVED_TO``); the
    second holds the words that changed on the way.
    """

    state: State
    old: Paragraph | None
    new: Paragraph | None
    hunks: tuple[Hunk, ...]
    partner: int = 0

    @property
    def paragraph(self) -> Paragraph:
        """The paragraph as it is now, or as it was."""
        found = self.new if self.new is not None else self.old
        if found is None:
            raise ValueError("a line has a paragraph")
        return found


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much changed: words put in and taken out, paragraphs that moved, paragraphs with another layout."""

    inserted: int
    deleted: int
    moved: int
    layout: int
    paragraphs: int


@dataclass(frozen=True, slots=True)
class ClauseComparison:
    """The lines in reading order, and the changes that touch a number, an amount, a date or a field."""

    lines: tuple[Line, ...]
    figures: tuple[tuple[str, str, str], ...]  # place, words before, words after
    statistics: Statistics

    @property
    def same(self) -> bool:
        """Whether not a single word differs."""
        return all(line.state in (State.SAME, State.LAYOUT) for line in self.lines)


# ---------------------------------------------------------------- paragraphs

_MARKER = re.compile(r"(\s*)(\d{1,9}[.)]|[-+*])(\s+)(?=\S)")
_ALONE = re.compile(r"\s*\{%.*%\}\s*\Z")
_EMPHASIS = re.compile(r"\*+|(?<![^\W_])_+|_+(?![^\W_])")
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_ATOM = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\[[^\]\[]*\]\(#[^)\s]*\)")


def paragraphs(title: str, body: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a clause, its title first. Lines of one paragraph are joined by a space."""
    out = [Paragraph("title", title, title, 0, "the title")]
    waiting: list[str] = []
    begun: tuple[str, int, str] = ("paragraph", 0, "")
    counts: list[int] = []
    indents: list[int] = []
    plain = 0

    def close() -> None:
        nonlocal waiting, plain
        if waiting:
            kind, depth, place = begun
            raw = " ".join(line.strip() for line in waiting)
            if kind == "paragraph" and not place:
                plain += 1
                place = f"paragraph {plain}"
            out.append(Paragraph(kind, _words_of(raw), raw, depth, place))
            waiting = []

    for line in body.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            close()
            begun = ("paragraph", 0, "")
            continue
        marker = _MARKER.match(line)
        if _ALONE.match(line):
            close()
            begun, waiting = ("condition", len(indents) and len(indents) - 1, "a condition"), [line]
            close()
            begun = ("paragraph", 0, "")
        elif line.lstrip().startswith("|"):
            close()
            if not re.fullmatch(r"[\s|:\-]+", line):
                begun, waiting = ("row", 0, "a row of the table"), [line]
                close()
            begun = ("paragraph", 0, "")
        elif line.startswith("#"):
            close()
            begun, waiting = ("heading", 0, "a heading"), [line.lstrip("#")]
            close()
            begun = ("paragraph", 0, "")
        elif marker:
            close()
            indent = len(marker[1].expandtabs(4))
            while indents and indents[-1] > indent:
                indents.pop()
                counts.pop()
            if not indents or indents[-1] < indent:
                indents.append(indent)
                counts.append(0)
            counts[-1] += 1
            place = f"item {counts[0]}" + "".join(f" ({n})" for n in counts[1:])
            begun, waiting = ("item", len(indents) - 1, place), [line[marker.end() :]]
        elif waiting:
            waiting.append(line)
        else:
            if not line[0].isspace():
                indents, counts = [], []
                begun = ("paragraph", 0, "")
            else:
                begun = ("paragraph", max(len(indents) - 1, 0), "")
            waiting = [line]
    close()
    return tuple(out)


def _words_of(raw: str) -> str:
    """Return the words of a paragraph: without emphasis, with straight quotation marks and single blanks."""
    parts: list[str] = []
    at = 0
    for atom in _ATOM.finditer(raw):
        parts += (_EMPHASIS.sub("", raw[at : atom.start()]), atom.group())
        at = atom.end()
    parts.append(_EMPHASIS.sub("", raw[at:]))
    return " ".join("".join(parts).translate(_STRAIGHT).split())


# ---------------------------------------------------------------- comparing


def compare_texts(old_title: str, old_body: str, new_title: str, new_body: str) -> ClauseComparison:
    """Compare two texts of a clause."""
    old, new = paragraphs(old_title, old_body), paragraphs(new_title, new_body)
    pairs = _matched(old, new)
    partner_of = dict(pairs)
    taken = set(partner_of.values())
    gone = [i for i in range(len(old)) if i not in partner_of]
    come = [j for j in range(len(new)) if j not in taken]
    moves = _moves(old, new, gone, come)
    number_from = {i: n for n, (i, _) in enumerate(moves, 1)}
    number_to = {j: (n, i) for n, (i, j) in enumerate(moves, 1)}
    lines: list[Line] = []
    i = j = 0
    for pair in (*pairs, (len(old), len(new))):
        for k in range(i, pair[0]):
            n = number_from.get(k, 0)
            state = State.MOVED_FROM if n else State.DELETED
            lines.append(Line(state, old[k], None, (Hunk(Kind.DELETED, old[k].text),), n))
        for k in range(j, pair[1]):
            n, origin = number_to.get(k, (0, -1))
            if n:
                lines.append(Line(State.MOVED_TO, old[origin], new[k], _hunks(old[origin].text, new[k].text), n))
            else:
                lines.append(Line(State.INSERTED, None, new[k], (Hunk(Kind.INSERTED, new[k].text),)))
        i, j = pair
        if i < len(old) and j < len(new):
            lines.append(_line(old[i], new[j]))
        i, j = i + 1, j + 1
    return ClauseComparison(tuple(lines), tuple(_figures(lines)), _statistics(lines))


def _line(old: Paragraph, new: Paragraph) -> Line:
    hunks = _hunks(old.text, new.text)
    if old.text != new.text:
        return Line(State.CHANGED, old, new, hunks)
    same = (old.kind, old.depth, " ".join(old.raw.split())) == (new.kind, new.depth, " ".join(new.raw.split()))
    return Line(State.SAME if same else State.LAYOUT, old, new, hunks)


def _hunks(old: str, new: str) -> tuple[Hunk, ...]:
    """Return the words of both; a field, a condition and a reference count as one word each."""
    if old != new and len(old) + len(new) > _LONGEST:
        return (Hunk(Kind.DELETED, old), Hunk(Kind.INSERTED, new))
    atoms: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        return atoms.setdefault(match.group(), chr(0x100000 + len(atoms)))

    found = compare_words(_ATOM.sub(put, old), _ATOM.sub(put, new))
    back = {mark: atom for atom, mark in atoms.items()}
    return tuple(Hunk(h.kind, "".join(back.get(c, c) for c in h.text)) for h in found)


_LONGEST = 80_000  # characters of two paragraphs; twice what a clause may hold, and beyond it nobody reads word by word
_ALIKE = 0.5  # share of common words from which two paragraphs are one that changed
_MOVED = 0.75  # and from which one that stands elsewhere was moved
_LONG_ENOUGH = 4  # words of a paragraph that can be a move
_MOST_PAIRS = 40_000  # pairs of paragraphs that are weighed; a clause has far fewer, a file that is none may have more


def _matched(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """Return the pairs of paragraphs that are one and the same, rising in both."""
    exact = common_subsequence([f"{p.kind}\0{p.text}" for p in old], [f"{p.kind}\0{p.text}" for p in new])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    for m, n in (*exact, (len(old), len(new))):
        pairs += _most_alike(old, new, (i, m), (j, n))
        if m < len(old):
            pairs.append((m, n))
        i, j = m + 1, n + 1
    return pairs


def _most_alike(
    old: Sequence[Paragraph], new: Sequence[Paragraph], a: tuple[int, int], b: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield the rising pairs between two stretches with the greatest likeness in all."""
    rows, columns = range(*a), range(*b)
    if not rows or not columns or len(rows) * len(columns) > _MOST_PAIRS:
        return
    like = [[_alike(old[i], new[j]) for j in columns] for i in rows]
    best = [[0.0] * (len(columns) + 1) for _ in range(len(rows) + 1)]
    for r in reversed(range(len(rows))):
        for c in reversed(range(len(columns))):
            here = like[r][c] + best[r + 1][c + 1] if like[r][c] >= _ALIKE else 0.0
            best[r][c] = max(here, best[r + 1][c], best[r][c + 1])
    r = c = 0
    while r < len(rows) and c < len(columns):
        if like[r][c] >= _ALIKE and best[r][c] == like[r][c] + best[r + 1][c + 1]:
            yield rows[r], columns[c]
            r, c = r + 1, c + 1
        elif best[r][c] == best[r + 1][c]:
            r += 1
        else:
            c += 1


def _alike(old: Paragraph, new: Paragraph) -> float:
    """Return how much of two paragraphs is common, from 0 to 1; paragraphs of other kinds have nothing in common."""
    if old.kind != new.kind:
        return 0.0
    if old.kind == "title":
        return 1.0
    a, b = _tokens(old.text), _tokens(new.text)
    if not a and not b:
        return 1.0
    # No more can be common in order than is common at all, which is far quicker to know.
    least = _ALIKE * (len(a) + len(b)) / 2
    if min(len(a), len(b)) < least or (Counter(a) & Counter(b)).total() < least:
        return 0.0
    if len(a) + len(b) > _LONGEST // 4:
        return 2 * (Counter(a) & Counter(b)).total() / (len(a) + len(b))
    return 2 * len(common_subsequence(a, b)) / (len(a) + len(b))


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    marks: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        mark = chr(0x100000 + len(marks))
        marks[mark] = match.group()
        return mark

    return tuple(marks.get(w, w.lower()) for w in words(_ATOM.sub(put, text)))


def _moves(
    old: Sequence[Paragraph], new: Sequence[Paragraph], gone: Sequence[int], come: Sequence[int]
) -> list[tuple[int, int]]:
    """Return the pairs of a paragraph that went and one that came, if they are one that was moved."""
    found: list[tuple[float, int, int]] = []
    if len(gone) * len(come) > _MOST_PAIRS:
        return []
    for i in gone:
        if old[i].kind == "condition" or len(words(old[i].text)) < _LONG_ENOUGH:
            continue
        for j in come:
            alike = _alike(old[i], new[j])
            if alike >= _MOVED:
                found.append((-alike, i, j))
    out: list[tuple[int, int]] = []
    for _, i, j in sorted(found):
        if all(i != x and j != y for x, y in out):
            out.append((i, j))
    return sorted(out, key=lambda pair: pair[1])


_FIGURE = re.compile(
    r"\d|\{\{(?![^}]*(?:short|legal)_name)|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)\b",
    re.IGNORECASE,
)


def _figures(lines: Sequence[Line]) -> Iterator[tuple[str, str, str]]:
    """Yield the changes inside a paragraph that touch a figure or a field: what stood there, and what stands there."""
    for line in lines:
        if line.state not in (State.CHANGED, State.MOVED_TO):
            continue
        place = line.paragraph.place
        hunks = line.hunks
        n = 0
        while n < len(hunks):
            if hunks[n].kind is Kind.SAME:
                n += 1
                continue
            before = after = ""
            while n < len(hunks) and hunks[n].kind is not Kind.SAME:
                if hunks[n].kind is Kind.DELETED:
                    before += hunks[n].text
                else:
                    after += hunks[n].text
                n += 1
            figures = _FIGURE.search(before) or _FIGURE.search(after)
            if figures and len(words(before)) + len(words(after)) <= 40:
                yield place, before.strip(), after.strip()


def _statistics(lines: Sequence[Line]) -> Statistics:
    counts = dict.fromkeys(Kind, 0)
    for line in lines:
        if line.state in (State.SAME, State.LAYOUT, State.MOVED_FROM):
            continue
        for hunk in line.hunks:
            counts[hunk.kind] += len(_tokens(hunk.text))
    return Statistics(
        counts[Kind.INSERTED],
        counts[Kind.DELETED],
        sum(line.state is State.MOVED_TO for line in lines),
        sum(line.state is State.LAYOUT for line in lines),
        sum(line.state not in (State.SAME, State.LAYOUT, State.MOVED_FROM) for line in lines),
    )
