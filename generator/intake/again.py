"""A contract held against what is made from its draft clauses: every difference in words, numbers and paragraphs.

Both are read as one row of words with the ends of paragraphs between them; quotation marks count as equal, straight
or curly, and so do blanks of any width. What differs is told by its cause where that is known from what the word is
(the title that a reference prints, a heading that was made up, a field) and as *other* where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from generator.frozen import dataclass
from generator.intake.contract import Contract
from generator.model import (
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
    Section,
    SignatureBlock,
    Table,
    Text,
    Use,
    inlines_text,
)

__all__ = ["Cause", "Difference", "differences"]

# Why something differs; "made_up" are headings that are not in the contract, "other" has no cause that is known.
Cause: TypeAlias = Literal["references", "numbers", "headings", "made_up", "paragraphs", "fields", "other"]

_END = "¶"
_WHOLE = "\0"
_CALLS = {"Section", "Schedule", "Exhibit", "Attachment", "Appendix", "Annex", "Addendum"}
_TOKEN = re.compile(r"\d+(?:\.\d+)+|\w+|[^\w\s]")  # “2.1” is one: the full stop behind it is another's
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "\u2011": "-"})
_FAINT = {_END, ".", ":", "-", "–", "—"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its cause, where it stands in the contract, what stood there and what stands there now.

    ``was`` and ``now`` are words as a reader writes them; the end of a paragraph is ¶, and "" is nothing.
    """

    kind: Cause
    where: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class _Spoken:
    """One paragraph of either side: its number, its words, what each of them is, and where it stands."""

    number: str
    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    apart: tuple[bool, ...]  # whether a blank stands before the word
    where: str = ""


def differences(
    contract: Contract, agreement: Agreement, made_up: frozenset[str], bare: frozenset[str] = frozenset()
) -> tuple[Difference, ...]:
    """Return what differs between ``contract`` and ``agreement``, in the order of the contract.

    Left out on both sides is what the document type prints of its own (cover, contents, signatures, open items) and,
    in the contract, its title and the lines to sign on. ``made_up`` are headings that are not in the contract,
    ``bare`` the terms that it defines without quotation marks.
    """
    new = list(_new(agreement, made_up, bare))
    printed = {t for p in new for t, tag in zip(p.tokens, p.tags, strict=True) if tag == "r"}
    references = [(t, _key(*_TOKEN.findall(t.removeprefix(_WHOLE)))) for t in sorted(printed)]
    old = [_with_references(p, references) for p in _old(contract)]
    out: list[Difference] = []
    pairs: dict[int, int] = {}
    for a1, a2, b1, b2, same in _blocks([_key(*p.tokens) for p in old], [_key(*p.tokens) for p in new]):
        if same:
            pairs.update(zip(range(b1, b2), range(a1, a2), strict=True))
        else:
            out += _in_gap(old, new, range(a1, a2), range(b1, b2), pairs)
    return (*out, *_numbers(old, new, pairs))


def _numbers(old: Sequence[_Spoken], new: Sequence[_Spoken], pairs: dict[int, int]) -> Iterator[Difference]:
    """Yield where another number stands before the same words."""
    for b, a in sorted(pairs.items(), key=lambda p: p[1]):
        was, now = old[a].number, new[b].number
        above = new[b - 1] if b and new[b - 1].tags[0] == "m" else None
        if above is not None and _core(above.number) == _core(was):
            continue  # the heading that was made up carries it
        if above is not None and new[b].tags[0] == "m":
            now = above.number  # an attachment, whose heading stands over its first section once more
        if _core(was) != _core(now):
            words = _read(_words(old, range(a, a + 1))[:8]).strip(f" {_END}")
            yield Difference("numbers", old[a].where, f"{was} {words}".strip(), f"{now} {words}".strip())


def _core(number: str) -> str:
    """Return what of a number tells sections apart: “2.1.” and “2.1” are the same, “ARTICLE 2” and “2” are not."""
    return number.strip().rstrip(".:").removesuffix(".0")


class _Line:
    """A paragraph that is being read, piece by piece."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.tags: list[str] = []
        self.apart: list[bool] = []
        self._blank = False

    def add(self, text: str, tag: str) -> None:
        at = 0
        if tag in ("r", "f"):
            # A reference or field is one word, so that it is told whole; it is never the same as words that are typed.
            self.tokens.append(_WHOLE + text)
            self.tags.append(tag)
            self.apart.append(self._blank)
            self._blank = False
            return
        for found in _TOKEN.finditer(text.translate(_QUOTES)):
            word = text[found.start() : found.end()]
            if not found.start() and not self._blank and self._goes_on(word):
                self.tokens[-1] += word  # a word of which a part is bold
                at = found.end()
                continue
            self.tokens.append(word)
            self.tags.append(tag)
            self.apart.append(found.start() > at or (not at and self._blank))
            at, self._blank = found.end(), False
        self._blank = self._blank or len(text) > at

    def _goes_on(self, word: str) -> bool:
        last = self.tokens[-1][-1:] if self.tokens and not self.tokens[-1].startswith(_WHOLE) else ""
        return bool(re.match(r"\w", last)) and bool(re.match(r"\w", word))

    def done(self, number: str, where: str = "") -> _Spoken:
        last = self.tags[-1] if self.tags else "t"
        return _Spoken(number, (*self.tokens, _END), (*self.tags, last), (*self.apart, True), where)


def _old(contract: Contract) -> Iterator[_Spoken]:
    for printed in contract.printed:
        if printed.role in ("title", "signing", "empty"):
            continue
        tag = "h" if printed.role == "heading" else "t"
        number = printed.number
        for text in printed.text.split("\n"):
            line = _Line()
            line.add(text, tag)
            if line.tokens:
                yield line.done(number, printed.where)
                number = ""


def _with_references(said: _Spoken, references: Sequence[tuple[str, tuple[str, ...]]]) -> _Spoken:
    """Return a paragraph of the contract in which a reference typed as it is printed is one word, like the printed.

    ``references`` are such words with those they are typed as.
    """
    if _CALLS.isdisjoint(said.tokens):
        return said
    line = f" {' '.join(_key(*said.tokens))} "
    for reference, words in references:
        if f" {' '.join(words)} " not in line:
            continue
        keys = _key(*said.tokens)
        for at in range(len(keys) - len(words), -1, -1):
            if keys[at : at + len(words)] == words:
                end = at + len(words)
                said = _Spoken(
                    said.number,
                    (*said.tokens[:at], reference, *said.tokens[end:]),
                    (*said.tags[:at], "r", *said.tags[end:]),
                    (*said.apart[: at + 1], *said.apart[end:]),
                    said.where,
                )
    return said


def _new(agreement: Agreement, made_up: frozenset[str], bare: frozenset[str]) -> Iterator[_Spoken]:
    for section in (*agreement.opening, *agreement.sections):
        yield from _block(section, "", made_up, bare)
    for block in agreement.closing:
        yield from _block(block, "", made_up, bare)
    for schedule in agreement.schedules:
        # The heading of an attachment stands over its first section once more.
        first = schedule.blocks[0] if schedule.blocks else None
        again = isinstance(first, Section) and first.heading == schedule.heading
        known = made_up | {schedule.heading} if again else made_up
        yield _headed(schedule.heading, f"{schedule.label} {schedule.number}", schedule.heading in known)
        for inner in schedule.blocks:
            yield from _block(inner, "", known, bare)


def _headed(heading: str, number: str, made_up: bool) -> _Spoken:
    line = _Line()
    line.add(heading, "m" if made_up else "h")
    return line.done(number)


def _block(block: Block, label: str, made_up: frozenset[str], bare: frozenset[str]) -> Iterator[_Spoken]:
    match block:
        case Paragraph(inlines=inlines):
            yield from _spoken(inlines, label, bare)
        case Items(items=items):
            for item in items:
                mark = "" if item.label == "•" else item.label
                for inner in item.blocks:
                    yield from _block(inner, mark, made_up, bare)
                    mark = ""
        case Table(columns=columns, rows=rows):
            for column in columns:
                yield from _spoken(column.heading, "", bare)
            for row in rows:
                for cell in row:
                    for inner in cell:
                        yield from _block(inner, "", made_up, bare)
        case Section():
            yield _headed(block.heading, block.label, block.heading in made_up)
            for inner in block.blocks:
                yield from _block(inner, "", made_up, bare)
        case SignatureBlock():
            return


def _spoken(inlines: Sequence[Inline], number: str, bare: frozenset[str]) -> Iterator[_Spoken]:
    line = _Line()
    for text, tag in (*_pieces(inlines, "t", bare), ("", _END)):
        if tag != _END:
            line.add(text, tag)
        elif line.tokens:
            yield line.done(number)
            line, number = _Line(), ""


def _pieces(inlines: Sequence[Inline], tag: str, bare: frozenset[str]) -> Iterator[tuple[str, str]]:
    for inline in inlines:
        match inline:
            case Text(text=text) | Use(text=text):
                yield text, tag
            case Filled(text=text):
                yield text, "f"
            case Blank():
                yield inline.text, "f"
            case Reference():
                yield f"{inline.label} {inline.number} ({inline.title})", "r"
            case Emphasis(children=children):
                yield from _pieces(children, tag, bare)
            case Definition(children=children):
                mark = "" if inlines_text(children) in bare else '"'
                yield mark, tag
                yield from _pieces(children, tag, bare)
                yield mark, tag
            case LineBreak():
                yield "", _END


# ---------------------------------------------------------------- what differs


def _blocks(a: Sequence[tuple[str, ...]], b: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int, int, int, bool]]:
    """Yield stretches of ``a`` and ``b`` in order, equal and unequal in turn."""
    from rapidfuzz.distance import Indel

    seen: dict[tuple[str, ...], int] = {}
    keys = [[seen.setdefault(x, len(seen)) for x in side] for side in (a, b)]
    gap = (0, 0)
    for op in Indel.opcodes(keys[0], keys[1]):
        if op.tag == "equal":
            if gap != (op.src_start, op.dest_start):
                yield gap[0], op.src_start, gap[1], op.dest_start, False
            yield op.src_start, op.src_end, op.dest_start, op.dest_end, True
            gap = (op.src_end, op.dest_end)
    if gap != (len(a), len(b)):
        yield gap[0], len(a), gap[1], len(b), False


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a gap, with the paragraph it stands in and its place there."""

    text: str
    tag: str
    apart: bool
    paragraph: int
    place: int


def _words(paragraphs: Sequence[_Spoken], numbers: range) -> list[_Word]:
    return [
        _Word(text, tag, apart, n, i)
        for n in numbers
        for p in (paragraphs[n],)
        for i, (text, tag, apart) in enumerate(zip(p.tokens, p.tags, p.apart, strict=True))
    ]


def _in_gap(
    old: Sequence[_Spoken], new: Sequence[_Spoken], olds: range, news: range, pairs: dict[int, int]
) -> Iterator[Difference]:
    """Yield what differs between paragraphs that are not the same, word by word."""
    a, b = _words(old, olds), _words(new, news)
    for a1, a2, b1, b2, same in _blocks([_key(x.text) for x in a], [_key(x.text) for x in b]):
        if same:
            for x, y in zip(a[a1:a2], b[b1:b2], strict=True):
                # A number is paired where the words begin on both sides.
                if not x.place and not y.place:
                    pairs.setdefault(y.paragraph, x.paragraph)
            continue
        at = a[min(a1, len(a) - 1)].paragraph if a else max(min(olds.start, len(old) - 1), 0)
        if a1 == a2 and a1 and a[a1 - 1].text != _END:
            at = a[a1 - 1].paragraph
        where = old[at].where if old else "the beginning"
        cause = _cause(
            a[a1:a2], b[b1:b2], [*a[max(a1 - 1, 0) : a2 + 1], *b[max(b1 - 1, 0) : b2 + 1]], b[max(b1 - 4, 0) : b1]
        )
        if cause in ("references", "fields") and _read(a[a1:a2]) == _read(b[b1:b2]):
            continue
        if cause in ("headings", "paragraphs"):
            begin = a1
            while begin and a[begin - 1].text != _END and a1 - begin < 12:
                begin -= 1
            yield Difference(cause, where, _read(a[begin:a2]).strip(f" {_END}"), "")
            continue
        if a1 < a2 and b1 == b2 and len({x.text for x in a[a1:a2]} - _FAINT) < 2:
            a1 = max(a1 - 4, 0)
            yield Difference(cause, where, _read(a[a1:a2]), _read(a[a1 : max(a2 - 1, a1)]) and "…")
            continue
        now = _read(b[b1:b2])
        yield Difference(cause, where, _read(a[a1:a2]), now.strip(f" {_END}") if cause == "made_up" else now)


def _cause(was: Sequence[_Word], now: Sequence[_Word], near: Sequence[_Word], before: Sequence[_Word]) -> Cause:
    """Return why ``was`` became ``now``: told from what the words are, those ``near`` on both sides, and ``before``."""
    words = [x for x in now if x.text != _END]
    faint_old = all(x.text in _FAINT for x in was)
    if faint_old and all(x.text in _FAINT for x in now):
        return "headings" if any(x.tag in "hm" for x in near) else "paragraphs"
    if words and faint_old and all(x.tag == "m" for x in words):
        return "made_up"
    # A reference, or the item of a section that stands behind one: “(b)”.
    beside = any(x.tag == "r" for x in (*words, *near, *before))
    if words and beside and all(x.tag == "r" or x.text in "()" or len(x.text) == 1 for x in words):
        return "references"
    if words and all(x.tag == "f" for x in words):
        return "fields"
    return "other"


def _read(words: Sequence[_Word]) -> str:
    """Return words as a reader writes them; ends of paragraphs are ¶."""
    texts = (w.text.removeprefix(_WHOLE) for w in words)
    return "".join(f" {text}" if w.apart else text for w, text in zip(words, texts, strict=True)).strip()


def _key(*tokens: str) -> tuple[str, ...]:
    return tuple(token.translate(_QUOTES) for token in tokens)
