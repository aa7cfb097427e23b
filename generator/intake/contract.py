"""A contract as numbered parts with paragraphs: what its headings, lists and typed numbers say it is made of.

First every paragraph is told apart (heading with or without a number, item, plain words, a line to sign on), then
the whole is looked at: a number that goes on with the count is a section, a list that begins anew is a list; where
none of the sections below a heading has a title of its own, they are items of it. Nothing is thrown away: what is no
clause (lines to sign on, a typed table of contents) is kept by name, for the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from typing import Literal, TypeAlias

from generator.comparison.revisions import accept_all, has_revisions
from generator.comparison.word_package import W, WordPackage
from generator.comparison.word_reading import WordFile
from generator.fields import capitalized
from generator.frozen import dataclass
from generator.intake.paragraphs import Cells, Flow, Met, Stretches, Words, flow_of, header_words

__all__ = ["Contract", "Line", "Part", "Printed", "Role", "Rows", "read_contract"]

# What a paragraph was taken for; "signing" is a line to sign on, "empty" a paragraph without a word.
Role: TypeAlias = Literal["text", "title", "heading", "cell", "signing", "empty"]

_TITLE_WORDS = 12  # a title has at most so many
_RUN_IN_WORDS = 4  # a first sentence of more words is a heading only where it is bold, underlined or italic
_NUMBER = re.compile(
    r"(?P<word>(?:section|article|clause)\s+)?(?P<number>(?:\d{1,3}(?:\.\d{1,3}){0,4})|[IVX]{1,5})"
    r"(?P<end>[.):]|\.?\)|(?=[\s–—-]))\s*[–—-]?\s*(?=\S)",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?P<label>\((?:[a-z]{1,2}|[ivx]{1,6}|\d{1,2}|[A-Z])\)|(?:[a-z]|[ivx]{1,6}|\d{1,2})\)|[a-z]\.)\s+(?=\S)"
)
_ATTACHED = re.compile(
    r"(?P<word>schedule|exhibit|attachment|appendix|annex|addendum)\s+(?P<number>[A-Z]|\d{1,2}|[IVX]{1,4})\b"
    r"\s*(?:[.:–—-]\s*)*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SIGN_BEGINS = re.compile(
    r"(in witness whereof|executed (as of|on|by)|signature page|signatures?\s*:?\s*$|signed (by|for|on)|"
    r"(by|signature|signed)\s*:|authori[sz]ed signatur|_{5,}|\[?signature (blocks?|pages?))",
    re.IGNORECASE,
)
_SIGN_LABEL = re.compile(
    r"(by|signature|signed|(print(ed)?\s+)?name( and title)?|title|date( signed)?|its|e-?mail( address)?|address|"
    r"phone|notice address|for and on behalf of|witness|company|fax|attest)\b\s*:?",
    re.IGNORECASE,
)
_LONG = 240  # letters: no heading is as long
_FEW_WORDS = 18  # of a line on a signature page
_TITLES = re.compile(
    r"agreement|contract|memorandum|understanding|addendum|amendment|letter of|lease|notice|consent|\bsafe\b",
    re.IGNORECASE,
)
_OTHER_TITLES = re.compile(r"terms|letter|order|statement|policy|conduct|plan|list", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: its text without the number before it, and how deep an item it is (0: none).

    ``strong`` and ``slanted`` are the stretches of the text that are bold and italic. ``number`` is what stood before
    it, typed or counted; ``bullet`` a sign instead. ``heading`` makes it a heading below that of its section. ``at``
    is its place in ``Contract.printed``.
    """

    text: str
    depth: int = 0
    number: str = ""
    strong: Stretches = ()
    slanted: Stretches = ()
    bullet: bool = False
    heading: bool = False
    at: int = -1


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: rows of cells, each cell the paragraphs in it."""

    rows: tuple[tuple[tuple[Line, ...], ...], ...]
    merged: bool = False
    at: int = -1


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its number as printed, its level (1 or 2), its heading, and what stands below it before the next.

    ``made_up`` says that the heading is not in the contract; ``attached`` that it is a schedule, exhibit or the like.
    """

    number: str
    level: int
    title: str
    lines: tuple[Line | Rows, ...]
    made_up: bool = False
    attached: bool = False
    at: int = -1


@dataclass(frozen=True, slots=True)
class Printed:
    """A paragraph as the contract prints it: number, words, and what it was taken for.

    ``where`` says its place in words, ``at`` its number among the paragraphs of the file; ``spaced`` that tabs or
    blanks in a row stood in it; ``typed`` that somebody typed the number.
    """

    at: int
    number: str
    text: str
    role: Role
    where: str
    spaced: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """What a contract holds. ``signing`` are the lines of its signature page, which are no clause.

    ``titled`` says that the title stands in it; ``tracked`` that it held tracked changes, which count as accepted.
    """

    title: str
    titled: bool
    preamble: tuple[Line | Rows, ...]
    parts: tuple[Part, ...]
    signing: tuple[str, ...]
    printed: tuple[Printed, ...]
    met: Met
    headers: tuple[tuple[str, str], ...] = ()
    tracked: bool = False
    comments: int = 0


def read_contract(word: WordFile, name: str = "Imported Agreement") -> Contract:
    """Return the contract in ``word``, a file that was found harmless; ``name`` serves where no title stands in it."""
    package = WordPackage(word)
    tracked = has_revisions(package)
    if tracked:
        accept_all(package)
    comments = len({e.get(W + "id") for e in package.body.iter(W + "commentReference")})
    flow, met = flow_of(package)
    found = _Reader(flow).read(name)
    return replace(found, met=met, headers=header_words(package), tracked=tracked, comments=comments)


# ---------------------------------------------------------------- one paragraph


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one paragraph may be: its number and title if it could be a section, its label if it could be an item."""

    words: Words
    number: str = ""  # of a section: “2.1”, “IV”, “Exhibit A”
    title: str = ""
    rest: Line | None = None
    line: Line = Line("")  # the whole without the number
    item: str = ""  # the label of an item
    shown: str = ""  # the number as it is printed
    marked: bool = False  # bold, underlined, in capitals, or in a heading style
    attached: bool = False

    @property
    def level(self) -> int:
        return self.number.count(".") + 1 if re.fullmatch(r"(?:[\dIVX]+|[A-Z])(?:\.\d+)*", self.number) else 1


_Node: TypeAlias = "_Seen | Rows"


def _seen(words: Words) -> _Seen:
    text = words.text
    label = words.label.strip()
    marked = bool(words.rank) or (
        len(text) < _LONG and (_all_of(text, words.strong) or _all_of(text, words.lined) or _capitals(text))
    )
    attached = _ATTACHED.match(f"{label} {text}" if label else text)
    if attached and len(text.split()) <= _TITLE_WORDS + 4 and (marked or words.heading or words.centred):
        number = f"{attached['word']} {attached['number']}"
        return _Seen(words, number, attached["rest"].strip().rstrip("."), None, _line(words, 0, number), "", number,
                     True, True)  # fmt: skip
    start, number, item = 0, "", ""
    if label:
        if found := re.fullmatch(
            r"(?:(?:section|article)\s+)?((?:\d{1,3}|[A-Z](?=\.\d))(?:\.\d{1,3})*|[IVX]+)\.?\)?", label, re.IGNORECASE
        ):
            number = re.sub(r"(\.0)+$", "", found[1])
        else:
            item = label
    elif found := _ITEM.match(text):
        item, start = found["label"], found.end()
    elif found := _NUMBER.match(text):
        dotted = "." in found["number"]
        sure = found["word"] or (found["end"] and (found["number"][0].isdigit() or found["number"].isupper()))
        if dotted or sure or (marked and found["number"][0].isdigit()):
            number, start = re.sub(r"(\.0)+$", "", found["number"]), found.end()
    shown = label or text[:start].strip()
    line = _line(words, start, shown)
    title, rest = _title(line, words, marked, bool(number)) if not item or words.rank else ("", None)
    if item and not (title and re.fullmatch(r"[A-Z]\.?", item)):
        title, rest = "", None
    elif item:
        number, item = item.rstrip("."), ""
    return _Seen(words, number, title, rest, line, item, shown, marked)


def _line(words: Words, start: int, shown: str, depth: int = 0) -> Line:
    kept = words.text[start:]
    size = len(kept)
    return Line(
        kept, depth, shown, _from(words.strong, start, size), _from(words.slanted, start, size), words.bullet, False,
        words.at,
    )  # fmt: skip


def _from(stretches: Stretches, start: int, length: int) -> Stretches:
    """Return ``stretches`` as they stand in the text from ``start`` on."""
    moved = ((max(a - start, 0), min(b - start, length)) for a, b in stretches)
    return tuple(s for s in moved if s[0] < s[1])


def _all_of(text: str, stretches: Stretches) -> bool:
    """Whether every letter stands in one of the stretches; a number before them may be plain."""
    covered = [any(a <= n < b for a, b in stretches) for n, sign in enumerate(text) if sign.isalpha()]
    return bool(covered) and all(covered)


def _capitals(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return len(letters) > 3 and all(not sign.islower() for sign in letters)


def _title(line: Line, words: Words, marked: bool, numbered: bool) -> tuple[str, Line | None]:
    """Return the title of a section, and the text that goes on after it in the same paragraph."""
    text = line.text
    if not text or text[0] in "“\"‘'([{_•" or not any(s.isalpha() for s in text):
        return "", None  # a definition or a blank, not a title
    first = re.match(r"[^\n]*?[^\W\d_)\]”\"’'][)\]”\"]?(?P<end>[.:;])(?=\s|$)", text)
    whole = len(text.split()) <= _TITLE_WORDS and "\n" not in text
    if whole and words.rank and not re.search(r"[.:](?:\s|$)", text):
        return text.strip(" –—-"), None
    if whole and (first is None or first.end() == len(text)):
        ended = first is not None
        if not ended and (marked or words.heading or _few_and_large(text, 9)):
            return text.strip(" –—-"), None
        if ended and text[-1] != ";" and (marked or len(text.split()) <= _RUN_IN_WORDS):
            return text[:-1].strip(" –—-"), None
        if ended or not numbered:
            return "", None
        return (text, None) if len(text.split()) <= 9 else ("", None)
    if first is None or first["end"] == ";":
        return "", None
    name = text[: first.start("end")]
    few = len(name.split())
    if not name[:1].isupper() or few > _TITLE_WORDS:
        return "", None
    looks = any(
        _covers(name, s)
        for s in (line.strong, line.slanted, _from(words.lined, len(words.text) - len(text), len(text)))
    )
    if not looks and not (numbered and (few <= 2 or (few <= _RUN_IN_WORDS + 2 and _few_and_large(name, 6)))):
        return "", None
    begin = first.end() + len(text[first.end() :]) - len(text[first.end() :].lstrip())
    if begin >= len(text):
        return name.strip(" –—-"), None
    size = len(text) - begin
    rest = Line(text[begin:], 0, "", _from(line.strong, begin, size), _from(line.slanted, begin, size), at=line.at)
    return name.strip(" –—-"), rest


def _covers(name: str, stretches: Stretches) -> bool:
    """Whether the beginning is bold as far as the name goes, and not much further."""
    return any(a <= 1 and len(name) - 1 <= b <= len(name) + 3 for a, b in stretches)


def _few_and_large(text: str, most: int) -> bool:
    """Whether a few words all begin with a capital, but for small ones such as “of”."""
    words = re.findall(r"[^\W\d_][\w’'-]*", text)
    return 0 < len(words) <= most and all(w[0].isupper() or len(w) <= 3 or w in ("with", "from", "upon") for w in words)


# ---------------------------------------------------------------- the whole


@dataclass(slots=True)
class _Open:
    number: str
    level: int
    title: str
    lines: list[_Node] = field(default_factory=list)
    made_up: bool = False
    attached: bool = False
    at: int = -1


class _Reader:
    """Reads the flow of one file."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._roles: dict[int, Role] = {}
        self._places: dict[int, _Seen] = {}
        self._levels: dict[int, int] = {}  # how deep an item a section without a title became

    def read(self, name: str) -> Contract:
        nodes = list(self._nodes())
        self._numbered = self._counting(nodes)
        title, titled, nodes = self._titled(nodes, name)
        parts = self._parts(nodes)
        head, parts = parts[0], parts[1:]
        signing: list[str] = []
        for part in (head, *parts):
            self._sign(part, signing)
        parts = [p for p in parts if p.lines or p.number or not self._is(p.at, "signing")]
        self._generate(parts)
        done = tuple(self._done(p) for p in parts)
        preamble = self._lines(head.lines)
        return Contract(title, titled, preamble, done, tuple(signing), tuple(self._printed(head, parts)), Met())

    def _nodes(self) -> Iterator[_Node]:
        for block in self._flow:
            if isinstance(block, Words):
                if block.text.strip() or (block.label and block.heading):
                    self._places[block.at] = _seen(block)
                    yield self._places[block.at]
                continue
            rows: list[tuple[tuple[Words, ...], ...]] = []
            alone = len(block.whole) == len(block.rows)
            for n, row in enumerate((*block.rows, ())):
                # A row of one cell over the whole width holds paragraphs, not values.
                whole = n in block.whole and (not alone or _prose(row))
                if (whole or n == len(block.rows)) and rows:
                    yield _rows(Cells(tuple(rows), merged=block.merged))
                    rows = []
                if whole:
                    for words in row[0]:
                        yield _Seen(words, line=_line(words, 0, ""))
                elif row:
                    rows.append(row)

    def _is(self, at: int, role: Role) -> bool:
        return self._roles.get(at) == role

    # -------- which numbers count sections

    def _counting(self, nodes: Sequence[_Node]) -> frozenset[int]:
        """Return the places of the paragraphs whose number is that of a section.

        A bare number (“3.”) is one where it goes on with the count of sections and has a title; one with a dot where
        its beginning is the section it stands in, or it has a title.
        """
        out: set[int] = set()
        last, within = 0, ""
        bare = [n for n in nodes if isinstance(n, _Seen) and n.number.isdigit() and n.title]
        for node in nodes:
            if isinstance(node, _Seen) and node.attached:
                last, within = 0, node.number.split()[-1]
                continue
            if not isinstance(node, _Seen) or not node.number:
                continue
            number = node.number
            if number.isdigit() and (node.title or not node.line.text):
                begins = int(number) == 1 and (last == 0 or node.words.rank == 1)
                goes_on = int(number) == last + 1
                styled = node.words.rank == 1 or (node.marked and not node.words.level)
                if begins or goes_on or (styled and bare and int(number) > last):
                    last, within = int(number), number
                    out.add(node.words.at)
            elif "." in number:
                parent = number.rpartition(".")[0]
                if (
                    parent == within
                    or within.startswith(f"{parent}.")
                    or parent.startswith(f"{within}.")
                    or (node.title and node.marked)
                    or (not within and number.endswith(".1"))
                ):
                    out.add(node.words.at)
                    head = number.split(".")[0]
                    last, within = (int(head) if head.isdigit() else last), head
            elif re.fullmatch(r"[IVX]+|[A-Z]", number, re.IGNORECASE) and node.title and node.marked:
                out.add(node.words.at)
                within = number
        return frozenset(out)

    # -------- the title

    def _titled(self, nodes: list[_Node], name: str) -> tuple[str, bool, list[_Node]]:
        first: list[int] = []
        for n, node in enumerate(nodes[:8]):
            if isinstance(node, Rows) or node.words.at in self._numbered or node.item:
                break
            if len(node.words.text.split()) >= 15:
                if first:
                    break
                continue
            if node.words.text.rstrip()[-1:] in ".,;" or node.words.text[0] in "[_{<":
                continue
            first.append(n)
        lead = [n for n in first if _TITLES.search(self._text(nodes[n]))]
        lead = lead or [n for n in first if _OTHER_TITLES.search(self._text(nodes[n]))]
        pick = next(iter(lead or [n for n in first[:1] if self._looks_titled(nodes[n])]), None)
        if pick is None:
            return name, False, nodes
        node = nodes[pick]
        assert isinstance(node, _Seen)  # noqa: S101 - rows end the search
        self._roles[node.words.at] = "title"
        return " ".join(node.words.text.split()), True, [*nodes[:pick], *nodes[pick + 1 :]]

    @staticmethod
    def _text(node: _Node) -> str:
        return node.words.text if isinstance(node, _Seen) else ""

    @staticmethod
    def _looks_titled(node: _Node) -> bool:
        return isinstance(node, _Seen) and (node.marked or node.words.centred or node.words.heading)

    # -------- parts

    def _parts(self, nodes: Sequence[_Node]) -> list[_Open]:
        """Return what stands before the first section, then the sections with what stands in each."""
        seen = [n for n in nodes if isinstance(n, _Seen)]
        numbered = sum(n.words.at in self._numbered and bool(n.title) and n.level == 1 for n in seen)
        free = [n for n in seen if not n.item and not n.number and n.title and n.rest is None]
        # Where most paragraphs have the style of a heading, it says nothing.
        trusted = sum(n.words.heading for n in seen) * 2 <= len(seen)
        styled = [n for n in free if n.words.heading and (trusted or _all_of(n.words.text, n.words.strong))]
        bare = [n for n in free if n.marked]
        heads = {n.words.at for n in (styled or (bare if not numbered else []))}
        parts = [_Open("", 0, "")]
        begun = False  # whether numbered sections have begun
        inside = False  # whether they are those of an attachment
        main = last = 0  # the last number of a section, of the text and of this attachment
        for n, node in enumerate(nodes):
            here = parts[-1]
            if isinstance(node, Rows):
                here.lines.append(node)
                continue
            at = node.words.at
            if node.attached:
                parts.append(_Open(node.number, 1, node.title, attached=True, at=at))
                self._roles[at] = "heading"
                begun, inside, last = False, True, 0
            elif at in self._numbered and (node.title or node.level > 1 or not node.line.text):
                begun = True
                if node.number.isdigit():
                    # The count of the text goes on after an attachment in its midst.
                    inside = inside and not (int(node.number) == main + 1 != last + 1 and main > 0)
                    main, last = (main, int(node.number)) if inside else (int(node.number), last)
                deeper = inside and not node.number[:1].isalpha()
                part = _Open(node.number, node.level + deeper, node.title, at=at)
                part.lines += [] if node.title and node.rest is None else [node]
                parts.append(part)
                self._roles[at] = "heading" if node.title or not node.line.text else "text"
            elif at in heads and not begun and not here.attached and self._goes_on(nodes[n + 1 :], heads):
                parts.append(_Open("", 1, node.title, at=at))
                self._roles[at] = "heading"
            elif here.attached and not here.title and not here.lines and self._names(node):
                here.title = node.words.text.rstrip(".")
                self._roles[at] = "heading"
            else:
                here.lines.append(node)
        return parts

    def _goes_on(self, following: Sequence[_Node], heads: set[int]) -> bool:
        """Whether words stand below a heading without a number: else it is a line of the part above it."""
        node = following[0] if following else None
        if node is None or isinstance(node, Rows):
            return node is not None
        return node.words.at not in self._numbered and node.words.at not in heads and not node.attached

    @staticmethod
    def _names(node: _Seen) -> bool:
        short = len(node.words.text.split()) <= _TITLE_WORDS and not node.item and not node.number
        return short and (node.marked or node.words.centred or node.words.heading)

    def _generate(self, parts: list[_Open]) -> None:
        """Settle the sections without a title: all of a section's are items of it; one among others gets a title."""
        out: list[_Open] = []
        below: dict[int, list[_Open]] = {}
        top = -1
        for part in parts:
            if part.level == 1 or top < 0:
                top = len(out) if part.level == 1 else top
                out.append(part)
                if part.level != 1:
                    part.level = 1 if top < 0 else 2
                continue
            below.setdefault(top, []).append(part)
            out.append(part)
        drop: set[int] = set()
        for n, members in below.items():
            second = [p for p in members if p.level == 2]
            holder: _Open = out[n]
            titled = _titles_hold(second)
            deeper_titled = True
            for p in members:
                if p.level == 2 and titled:
                    if not p.title:
                        self._name(p)
                    holder = p
                    mine = members[members.index(p) + 1 :]
                    run = mine[: next((i for i, m in enumerate(mine) if m.level == 2), len(mine))]
                    deeper_titled = all(m.title for m in run if m.level == 3)
                    continue
                drop.add(id(p))
                self._into(holder, p, p.level - (2 if titled else 1), titled and deeper_titled and p.level == 3)
        for part in out:
            if not part.title:
                self._name(part)
        parts[:] = [p for p in out if id(p) not in drop]

    def _into(self, holder: _Open, part: _Open, depth: int, heading: bool) -> None:
        """Put a section into the lines of another: as a heading below its own, or as an item."""
        node = self._node(part.at)
        part.lines = [p for p in part.lines if not (isinstance(p, _Seen) and p.words.at == part.at)]
        if heading and part.title and (part.lines or node.rest is not None):
            holder.lines.append(replace(node, item="#"))
            self._roles[part.at] = "heading"
        else:
            holder.lines.append(replace(node, item=node.shown or node.item, rest=None, title=""))
            self._levels[part.at] = max(depth, 1)
            self._roles[part.at] = "text"
        holder.lines += part.lines

    def _name(self, part: _Open) -> None:
        """Give a section without a title one of its own first words."""
        node = next((p for p in part.lines if isinstance(p, _Seen)), None)
        words = node.line.text.split() if node is not None else []
        said = " ".join(words[:5]).strip(' .,:;(“"')
        part.title = (capitalized(said) + (" …" if len(words) > 5 else "")) or (
            part.number if part.attached else "Reserved"
        )
        part.made_up = True

    def _node(self, at: int) -> _Seen:
        return self._places[at]

    # -------- the signature page

    def _sign(self, part: _Open, signing: list[str]) -> None:
        """Take the lines to sign on off the end of a part; they are no clause."""
        tables = [n for n in part.lines if isinstance(n, Rows) and _to_sign(n)]
        for table in tables:
            part.lines.remove(table)
            self._signed(table, signing)
        start = len(part.lines)
        for n in range(len(part.lines) - 1, -1, -1):
            node = part.lines[n]
            if isinstance(node, Rows) or node.words.at == part.at:
                break
            text = node.words.text
            begins, label = _SIGN_BEGINS.match(text), _SIGN_LABEL.match(text)
            if begins and len(text.split()) < 80:
                start = n
            elif not label and (len(text.split()) > _FEW_WORDS or node.item or node.words.bullet):
                break
        if start < len(part.lines):
            # A name, or “CLIENT:”, right above the first line to sign on belongs to it.
            while start and isinstance(above := part.lines[start - 1], _Seen) and above.words.at != part.at:
                if not _is_name(above):
                    break
                start -= 1
            for node in part.lines[start:]:
                self._signed(node, signing)
            del part.lines[start:]
        if (tables or start < len(part.lines) or signing) and not part.lines and _SIGN_BEGINS.match(part.title):
            self._roles[part.at] = "signing"
            signing.insert(0, part.title)

    def _signed(self, node: _Node, signing: list[str]) -> None:
        lines = [node.words] if isinstance(node, _Seen) else [line for r in node.rows for c in r for line in c]
        for line in lines:
            self._roles[line.at] = "signing"
            signing.append(" ".join(line.text.split()))

    # -------- lines

    def _done(self, part: _Open) -> Part:
        level = min(part.level, 2)
        return Part(
            part.number, level, part.title, self._lines(part.lines, part.at), part.made_up, part.attached, part.at
        )

    def _lines(self, nodes: Sequence[_Node], own: int = -2) -> tuple[Line | Rows, ...]:
        out: list[Line | Rows] = []
        stack: list[str] = []  # the kinds of labels of the items that are open
        for node in nodes:
            if isinstance(node, Rows):
                out.append(node)
                continue
            at, words = node.words.at, node.words
            if node.item == "#":
                stack = []
                out.append(Line(node.title, 0, node.shown, heading=True, at=at))
                if node.rest is not None:
                    out.append(node.rest)
            elif at == own:
                # What goes on after the title of the section, or all of it where the title was made up.
                out.append(node.rest if node.rest is not None else replace(node.line, number=node.shown, depth=0))
            elif at in self._levels:
                depth = self._levels[at]
                stack = [*stack[: depth - 1], *["#"] * (depth - 1 - len(stack[: depth - 1])), "#"]
                out.append(replace(node.line, depth=depth))
            elif words.bullet:
                depth = min(_depth(f"•{words.level}", stack), 4)
                out.append(replace(node.line, depth=depth))
            elif label := node.item or (words.label.strip() and node.shown) or self._listed(node):
                depth = min(_depth(_kind(label, out), stack), 4)
                out.append(replace(node.line, depth=depth))
            else:
                line = replace(node.line, text=words.text, strong=words.strong, slanted=words.slanted, number="")
                out.append(line)
        return tuple(out)

    def _listed(self, node: _Seen) -> str:
        """Return the number of an item that somebody typed as “1.”: one that is no section."""
        return node.shown if node.number and re.match(r"\d{1,2}[.)]\s", node.words.text) else ""

    # -------- as it was printed

    def _printed(self, head: _Open, parts: Sequence[_Open]) -> list[Printed]:
        by_place: dict[int, Words] = {}
        cells: set[int] = set()
        for block in self._flow:
            if isinstance(block, Words):
                by_place[block.at] = block
                continue
            for row in block.rows:
                for cell in row:
                    for words in cell:
                        by_place[words.at] = words
                        cells.add(words.at)
        starts = {p.at: (f"Section {p.number}" if p.number and not p.attached else p.number or p.title) for p in parts}
        numbers = {
            line.at: line.number
            for p in (head, *parts)
            for line in self._lines(p.lines, p.at)
            if isinstance(line, Line)
        }
        numbers |= {p.at: p.number if p.attached else self._node(p.at).shown for p in parts if p.at >= 0}
        where, out = "the beginning", []
        for at, said in by_place.items():
            where = starts.get(at, where)
            if not (said.text.strip() or said.label):
                out.append(Printed(at, "", "", "empty", where))
                continue
            role: Role = self._roles.get(at, "cell" if at in cells else "text")
            number = numbers.get(at, "")
            text = said.text
            if number and not said.label and text.startswith(number):
                text = text[len(number) :].lstrip(" .:–—-)") if role == "heading" else text[len(number) :].lstrip()
            elif not said.label:
                number = ""
            out.append(
                Printed(at, said.label or number, text, role, where, said.spaced, bool(number) and not said.label)
            )
        return out


def _prose(row: tuple[tuple[Words, ...], ...]) -> bool:
    """Whether the one cell of a table holds sentences."""
    return any(len(words.text.split()) > _TITLE_WORDS for words in row[0])


def _titles_hold(parts: Sequence[_Open]) -> bool:
    """Whether sections side by side have titles: not where most have none, and the others only run-in ones."""
    titled = [p for p in parts if p.title]
    return len(titled) * 2 >= len(parts) or any(not p.lines or p.level == 1 for p in titled)


def _rows(table: Cells) -> Rows:
    first = next((w.at for row in table.rows for cell in row for w in cell), -1)
    rows = tuple(
        tuple(
            tuple(replace(_line(w, 0, ""), text=f"{w.label} {w.text}" if w.label else w.text) for w in cell)
            for cell in row
        )
        for row in table.rows
    )
    return Rows(rows, table.merged, first)


def _to_sign(table: Rows) -> bool:
    """Whether a table is there to be signed in."""
    cells = [" ".join(line.text for line in cell).strip(" :_") for row in table.rows for cell in row]
    if sum(len(c.split()) for c in cells) > 120:
        return False
    labels = {m[0].strip(" :").lower() for c in cells if (m := _SIGN_LABEL.match(c)) and len(c.split()) < 12}
    return bool(labels & {"by", "signature", "signed"}) and len(labels) >= 2


def _is_name(node: _Seen) -> bool:
    text = node.words.text
    few = len(text.split()) <= 8 and not node.item and not node.number and not node.words.bullet
    return few and (text.rstrip().endswith(":") or _capitals(text) or _all_of(text, node.words.strong))


def _kind(label: str, before: Sequence[Line | Rows]) -> str:
    """Return the kind of an item's label: letters or small Roman numbers, and what stands around them."""
    core = label.strip("().")
    around = ("(" if label.startswith("(") else "") + (")" if label.rstrip(".").endswith(")") else ".")
    if re.fullmatch(r"\d+(\.\d+)*", core):
        return f"1{core.count('.')}{around}"
    if re.fullmatch(r"[ivx]+", core) and not _follows(core, before):
        return f"i{around}"
    return ("A" if core.isupper() else "a") + around


def _follows(core: str, before: Sequence[Line | Rows]) -> bool:
    """Whether a letter that could be a Roman number goes on with letters: (h), then (i)."""
    letters = [line.number.strip("().") for line in before if isinstance(line, Line) and line.depth and line.number]
    last = next((c for c in reversed(letters) if re.fullmatch(r"[a-z]", c) or c in ("ii", "iv")), "")
    return (
        len(core) == 1 and len(last) == 1 and ord(core) == ord(last) + 1 and not (core == "v" and "iv" in letters[-1:])
    )


def _depth(kind: str, stack: list[str]) -> int:
    """Return how deep an item of this kind stands, and leave the kinds that are open in ``stack``."""
    if kind in stack:
        del stack[stack.index(kind) + 1 :]
    else:
        stack.append(kind)
    return len(stack)
