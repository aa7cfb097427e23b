"""What was changed, clause by clause: silently or tracked, and by whom.

Three texts are held against each other. What we sent against the return with every tracked change rejected: that is
what was changed *without* tracking. What we sent against the return with every change accepted: that is how each clause
would stand. The tracked changes between the two are read from the file, with the names that stand on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from generator.comparison import alignment
from generator.comparison.words import Kind, edits, words
from generator.fields import shortened
from generator.frozen import dataclass
from generator.returned.matching import AnyStep, Matched, Step, matched, normal, pairs_of, without_numbers
from generator.returned.paragraphs import (
    Block,
    Hand,
    Para,
    Piece,
    RawBlock,
    RawPara,
    RawRow,
    RawTable,
    Table,
    flat,
    raw_paras,
)
from generator.returned.reading import Returned

__all__ = ["Change", "ClauseFinding", "FieldChange", "Findings", "Foreign", "How", "Stretch", "Part", "State",
           "find_changes", "stretches_of", "parts_of", "tracked_in", "without_pages"]  # fmt: skip

_PIECES = 30
_BESIDE = 4  # paragraphs beside another that may be one with it
_AS_ONE = 0.9  # share of words in common from which they are
_CONTEXT = 60  # letters beside a change that are shown with it
_LEVEL = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " ", "‑": "-",
                        "‐": "-"})  # fmt: skip
_PAGES = re.compile(r"\bPage \d+ of \d+")


class State(StrEnum):
    """What became of a clause, were every tracked change accepted."""

    VERBATIM = "verbatim"
    FIELDS = "only values changed"
    CHANGED = "text changed"
    REMOVED = "removed"


class How(StrEnum):
    """What a single change did."""

    REPLACED = "replaced"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED = "moved"
    DIVIDED = "divided"  # a paragraph became two
    JOINED = "joined"  # two paragraphs became one


_PARAGRAPHS = (How.DIVIDED, How.JOINED)  # no word is another


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``silent`` was made without tracking; otherwise ``hand`` is who tracked it.

    ``before`` and ``after`` are words beside it; ``field`` is the field of the profile whose value it touches. A row
    of a table is one change, a bar between its cells.
    """

    how: How
    old: str
    new: str
    silent: bool
    hand: Hand | None = None
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A printed value that reads differently: ``old`` and ``new`` as printed, and the part it stands in."""

    field: str
    old: str
    new: str
    silent: bool
    hand: Hand | None
    part: str  # key of the part


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of what we sent: a clause, or what stands between clauses (the cover, a heading, the signatures).

    ``key`` names it once in the document; ``where`` is "Section 7.2" or "" and ``title`` its heading.
    """

    key: str
    id: str  # of the clause; "" for other parts
    version: str
    digest: str
    where: str
    title: str
    paras: tuple[Para, ...]

    @property
    def name(self) -> str:
        """What a reader calls it."""
        if self.where and self.title:
            return f"{self.where} ({self.title})"
        return self.where or self.title


@dataclass(frozen=True, slots=True)
class ClauseFinding:
    """What became of one part. ``old`` and ``new`` hold a line for each paragraph."""

    part: Part
    state: State
    moved: str  # "" or after what it stands now
    moved_silently: bool
    changes: tuple[Change, ...]
    fields: tuple[FieldChange, ...]
    old: tuple[str, ...]
    new: tuple[str, ...]
    renumbered: bool = False  # numbers of references in it follow what was moved or removed
    pages: tuple[Para, ...] = ()  # its paragraphs in the accepted view
    found_by: str = ""
    renamed: tuple[tuple[str, str], ...] = ()  # names (ours, theirs) that are told apart and count as ours here

    def in_our_names(self, text: str) -> str:
        """Return words that came back with the names we gave."""
        for ours, theirs in self.renamed:
            text = re.sub(rf"(?<!\w){re.escape(theirs)}(?!\w)", ours.replace("\\", r"\\"), text)
        return text

    @property
    def old_body(self) -> tuple[str, ...]:
        """The words that were sent, without the heading."""
        return self.old[1:] if self.part.id else self.old

    @property
    def new_body(self) -> tuple[str, ...]:
        """The words that came back, without the heading."""
        headed = bool(self.pages) and (bool(self.pages[0].level) or self.new[0] == self.part.title)
        return self.new[1:] if self.part.id and headed else self.new

    @property
    def new_lines(self) -> tuple[str, ...]:
        """The words that came back, without numbers that somebody typed."""
        if len(self.pages) != len(self.new):
            return self.new
        typed = (without_numbers(p.text) if p.key and p.key != normal(p.text) else 0 for p in self.pages)
        return tuple(self.in_our_names(p.text[n:].strip()) for p, n in zip(self.pages, typed, strict=True))

    @property
    def headless(self) -> bool:
        """Whether its heading went and nothing else did: its words stand below the heading before it."""
        first = self.part.paras[0] if self.part.id and self.part.paras else None
        if first is None or not first.level:
            return False
        return [(c.how, c.old) for c in self.changes] == [(How.DELETED, first.text.strip())]

    @property
    def silent(self) -> bool:
        """Whether any of it was done without tracking."""
        return self.moved_silently or any(c.silent for c in self.changes)

    @property
    def touched(self) -> bool:
        """Whether anything happened to it."""
        return self.state is not State.VERBATIM or bool(self.moved) or bool(self.changes)

    @property
    def hands(self) -> tuple[Hand, ...]:
        """Who tracked changes in it, each name and day once."""
        return tuple(dict.fromkeys(Hand(c.hand.author, c.hand.date[:10]) for c in self.changes if c.hand is not None))


@dataclass(frozen=True, slots=True)
class Foreign:
    """Text that belongs to no part of what we sent; ``after`` is the name of the part it stands behind."""

    title: str
    lines: tuple[str, ...]
    after: str
    silent: bool
    hand: Hand | None
    paras: tuple[Para, ...]
    clause: str = ""  # the mark of a clause of ours that was not in this document


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found. ``parts`` are in the order of what we sent."""

    parts: tuple[ClauseFinding, ...]
    foreign: tuple[Foreign, ...]
    margins: tuple[tuple[str, Change], ...]  # "header" or "footer", and what was changed in it
    hidden: tuple[tuple[str, str], ...]  # part, words that a reader would not see
    silent: Matched
    final: Matched

    @property
    def touched(self) -> tuple[ClauseFinding, ...]:
        """The parts to which anything happened, silent changes first."""
        return tuple(sorted((p for p in self.parts if p.touched), key=lambda p: not p.silent))


# ---------------------------------------------------------------- what we sent, in parts


def parts_of(sent: Returned, where: Sequence[tuple[str, str, str, str]] = ()) -> tuple[Part, ...]:
    """Divide what we sent into its parts.

    ``where`` are (clause id, version, digest, "Section 7.2 (Safeguards)") as the record has them; without marks in the
    file (``--clean``), clauses are found by their headings in that order.
    """
    table = [(m.id, m.version, m.digest, m.where) for m in sent.marks]
    named: dict[str, list[tuple[str, str, str, str]]] = {}
    for row in where or table:
        named.setdefault(row[0], []).append(row)
    paras = [p for p in sent.paragraphs(accepted=True) if not p.contents]
    marked = [sent.clause_of(p)[0] for p in paras]
    if not any(marked):
        marked = _by_headings(paras, where)
    groups: list[tuple[str, list[Para]]] = []
    for para, id in zip(paras, marked, strict=True):
        heading = not id and bool(para.level)
        if not groups or groups[-1][0] != id or heading:
            groups.append((id, []))
        groups[-1][1].append(para)
    out: list[Part] = []
    seen: dict[str, int] = {}
    for id, own in groups:
        if id:
            seen[id] = nth = seen.get(id, 0) + 1
            rows = named.get(id, [])
            row = rows[min(nth, len(rows)) - 1] if rows else (id, "", "", "")
            place = re.sub(r" \(.*", "", row[3])
            if place and place[:1].isdecimal():
                place = f"Section {place}"
            title = own[0].text.strip()
            if place == title:
                place = ""
            out.append(Part(f"{id}#{nth}" if nth > 1 else id, id, row[1], row[2], place, title, tuple(own)))
            continue
        title = _title(own, first=not any(p.id for p in out))
        seen[title] = nth = seen.get(title, 0) + 1
        out.append(Part(f"{title}#{nth}" if nth > 1 else title, "", "", "", "", title, tuple(own)))
    return tuple(out)


def _by_headings(paras: Sequence[Para], where: Sequence[tuple[str, str, str, str]]) -> list[str]:
    """Return the clause of each paragraph by the headings of the record's clauses, in their order."""
    out = [""] * len(paras)
    titles = [(row[0], _title_in(row[3])) for row in where]
    at = 0
    current = ""
    for n, para in enumerate(paras):
        key = normal(para.text)
        ahead = [k for k in range(at, min(at + 4, len(titles))) if normal(titles[k][1]) == key]
        if ahead:
            at = ahead[0] + 1
            current = titles[ahead[0]][0]
        elif para.level == 1 or key.startswith("— ") or key == "By:":
            current = ""
        out[n] = current
    return out


def _title_in(where: str) -> str:
    found = re.search(r"\((.*)\)\Z", where)
    return found[1] if found else where


def _title(own: Sequence[Para], *, first: bool) -> str:
    if first and not own[0].level:
        return "Cover"
    if any(re.match(r"By:?\s*$|By:\t", p.text) for p in own):
        return "Signatures"
    text = " ".join(own[0].text.split()).removeprefix("— ")
    return f"“{shortened(text, 50)}”"


# ---------------------------------------------------------------- finding


class Stretch(NamedTuple):
    """A stretch in which two paragraphs differ: from and to in ours, from and to in theirs, in characters."""

    a0: int
    a1: int
    b0: int
    b1: int


def stretches_of(old: Para, new: Para) -> tuple[list[Stretch], bool]:
    """Return what differs in two paragraphs that belong together, and whether a reference in them was renumbered."""
    x, y = old.text.translate(_LEVEL), new.text.translate(_LEVEL)
    if x == y:
        return [], False
    typed = 0
    if old.key != normal(y) and new.key != normal(y):
        typed = without_numbers(y)
        y = y[typed:]
    out: list[Stretch] = []
    for e in edits(x, y):
        if e.kind is Kind.SAME:
            continue
        here = Stretch(e.old_start, e.old_end, e.new_start + typed, e.new_end + typed)
        if out and out[-1].a1 == here.a0 and out[-1].b1 == here.b0:
            here = Stretch(out[-1].a0, here.a1, out[-1].b0, here.b1)
            out.pop()
        out.append(here)
    refs_old, refs_new = _refs(old), _refs(new)
    kept = []
    renumbered = False
    for h in out:
        if normal(old.text[h.a0 : h.a1]) == normal(new.text[h.b0 : h.b1]):
            continue
        if _counted(old.text, h.a0, h.a1) and _counted(new.text, h.b0, h.b1):
            continue
        if _within(h.a0, h.a1, refs_old) and _within(h.a0, h.a1, refs_old) == _within(h.b0, h.b1, refs_new):
            renumbered = True
            continue
        kept.append(h)
    return kept, renumbered


def without_pages(text: str) -> str:
    """Return ``text`` as it is compared where it counts pages, which no one writes."""
    return normal(_PAGES.sub("Page", text))


def _counted(text: str, start: int, end: int) -> bool:
    """Whether a stretch lies in the count of pages that a program writes."""
    return text[start:end].isdecimal() and any(m.start() <= start and end <= m.end() for m in _PAGES.finditer(text))


def _refs(para: Para) -> list[tuple[int, int, str]]:
    return [(a, b, piece.ref) for a, b, piece in para.spans() if piece.ref]


def _within(start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> str:
    return next((name for a, b, name in spans if a <= start and end <= b), "")


def fields_in(para: Para) -> list[tuple[int, int, str]]:
    """Return where values of the profile stand in a paragraph: start, end, path."""
    out: list[tuple[int, int, str]] = []
    for a, b, piece in para.spans():
        if piece.field and out and out[-1][2] == piece.field and out[-1][1] == a:
            out[-1] = (out[-1][0], b, piece.field)
        elif piece.field:
            out.append((a, b, piece.field))
    return out


def _touches(h: Stretch, start: int, end: int) -> bool:
    """Whether a difference lies inside a value."""
    if h.a0 == h.a1:
        return start < h.a0 < end
    return start <= h.a0 and h.a1 <= end


def _valued(old: Para, new: Para, stretches: Sequence[Stretch]) -> Iterator[tuple[str, str, str, frozenset[Stretch]]]:
    """Yield (field, old words, new words, the differences in it) for each value that reads differently."""
    for start, end, path in fields_in(old):
        inside = frozenset(h for h in stretches if _touches(h, start, end))
        if not inside:
            continue
        shift = sum((h.b1 - h.b0) - (h.a1 - h.a0) for h in stretches if h.a1 <= start and h not in inside)
        begin = start + shift + _lead(new, stretches)
        grown = sum((h.b1 - h.b0) - (h.a1 - h.a0) for h in inside)
        yield path, old.text[start:end], new.text[begin : begin + end - start + grown], inside


def _lead(new: Para, stretches: Sequence[Stretch]) -> int:
    """How many letters of a typed number stand before the text that is compared."""
    first = stretches[0]
    return first.b0 - first.a0 if new.key != normal(new.text) and first.b0 > first.a0 else 0


def find_changes(sent: Returned, returned: Returned, parts: Sequence[Part]) -> Findings:
    """Find what was changed between what we sent and what came back."""
    old = sent.blocks(accepted=True)
    silent = matched(old, returned.blocks(accepted=False))
    has_tracks = any(_is_tracked(raw) for raw in raw_paras(returned.raw)) or _tracked_rows(returned.raw)
    final = matched(old, returned.blocks(accepted=True)) if has_tracks else silent
    if not has_tracks:
        returned.share_views()
    for match in {id(m): m for m in (silent, final)}.values():
        for step in pairs_of(match.steps):
            if step.old is not None and step.new is not None and step.old.contents:
                for raw in step.new.raws:
                    raw.contents = True  # whatever its style is called now
    part_of = {id(p): part for part in parts for p in part.paras}
    rows = dict(_row_names(old))
    before = _Side(returned, silent, part_of, rows, accepted=False)
    after = _Side(returned, final, part_of, rows, accepted=True)
    tracked = _tracked(returned, before, after) if has_tracks else {}
    order_before, order_after = _order(parts, before), _order(parts, after)
    found = [_finding(p, before, after, tracked.get(p.key, []), order_before, order_after) for p in parts]
    foreign = list(_foreign(after, returned))
    hidden = []
    shown = {p.text for raw in raw_paras(sent.raw) for p in raw.pieces if p.hidden}
    for raw in raw_paras(returned.raw):
        words = "".join(p.text for p in raw.pieces if p.hidden and p.text not in shown).strip()
        if words:
            where = before.of_raw.get(id(raw)) or after.of_raw.get(id(raw))
            hidden.append((where.name if where is not None else "", words))
    return Findings(tuple(found), tuple(foreign), tuple(_margins(sent, returned)), tuple(hidden), silent, final)


def _is_tracked(raw: RawPara) -> bool:
    return raw.came is not None or raw.went is not None or any(p.came or p.went for p in raw.pieces)


def _tracked_rows(blocks: Sequence[RawBlock]) -> bool:
    return any(
        row.came is not None or row.went is not None or any(_tracked_rows(cell) for cell in row.cells)
        for block in blocks
        if isinstance(block, RawTable)
        for row in block.rows
    )


class _Side:
    """One view of the return, each paragraph with the part of ours it belongs to."""

    def __init__(
        self, returned: Returned, match: Matched, part_of: dict[int, Part], rows: dict[int, str], *, accepted: bool
    ) -> None:
        self.match = match
        self.rows = rows  # our paragraphs in tables, with the first words of their row
        self.partner: dict[int, Para] = {}  # new paragraph -> ours
        self.came: dict[int, Para] = {}
        self.gone: dict[int, Para] = {}
        self.moved: set[int] = set()
        self.row_of = {id(p): row for row in _rows_apart(match.steps) for p in row}
        steps = list(pairs_of(match.steps))
        for step in steps:
            if step.old is not None and step.new is not None:
                self.partner[id(step.new)] = step.old
            elif step.new is not None:
                self.came[id(step.new)] = step.new
            elif step.old is not None:
                self.gone[id(step.old)] = step.old
        for old, new in match.moves:
            self.partner[id(new)] = old
            self.came.pop(id(new), None)
            self.gone.pop(id(old), None)
            self.moved.add(id(new))
        self.stayed = {id(old): None for old in self.partner.values()}
        self.new_of = {
            id(self.partner[id(s.new)]): s.new for s in steps if s.new is not None and id(s.new) in self.partner
        }
        self.paras = list(returned.paragraphs(accepted=accepted))
        self.part: dict[int, Part | None] = {}
        self.by: dict[str, str] = {}
        self._assign(returned, part_of, steps)
        self.runs = self._runs()
        self.strays = self._strays()
        self.of_raw: dict[int, Part | None] = {}
        for para in self.paras:
            for raw in para.raws:
                self.of_raw[id(raw)] = self.part[id(para)]

    def _assign(self, returned: Returned, part_of: dict[int, Part], steps: Sequence[object]) -> None:
        """Say of each paragraph which part it belongs to: by its words, its marks, or what stands around it."""
        by_id: dict[str, Part] = {}
        for ours in part_of.values():
            if ours.id:
                by_id.setdefault(ours.id, ours)
        lost = {part_of[i].key for i in self.gone if i in part_of}
        marked = any(returned.clause_of(p)[0] for p in self.paras)
        count = len(self.paras)
        known: list[Part | None] = []
        for para in self.paras:
            partner = self.partner.get(id(para))
            known.append(part_of.get(id(partner)) if partner is not None else None)
        following: list[Part | None] = [None] * count
        nearest: Part | None = None
        for n in range(count - 1, -1, -1):
            following[n] = nearest
            nearest = known[n] or nearest
        last: Part | None = None
        foreign = False
        for n, para in enumerate(self.paras):
            part = known[n]
            id_, by = returned.clause_of(para)
            if part is not None:
                foreign = False
                if part.id:
                    self.by[part.key] = by if id_ == part.id else self.by.get(part.key, "text")
            elif id(para) in self.came and not para.contents:
                here = by_id.get(id_)
                ahead = following[n]
                # Inside one part: the same stands before and behind it.
                within = last is not None and ahead is not None and ahead.key == last.key
                if para.level and not (here is not None and within and last is not None and here is last):
                    # A new heading begins text of its own, unless it took the place of one that went.
                    replaces = here is not None and here.key in lost and n > 0 and known[n - 1] is None
                    part = here if replaces else None
                    foreign = part is None
                elif not foreign:
                    part = self._home(here, last, lost, within=within, marked=marked and bool(id_))
            if part is not None:
                last = part
            self.part[id(para)] = part

    def _runs(self) -> list[tuple[Part, list[Para]]]:
        """Return the stretches of paragraphs of one part, in order; what was only put in counts for none."""
        runs: list[tuple[Part, list[Para]]] = []
        for para in self.paras:
            part = self.part[id(para)]
            if part is None or id(para) not in self.partner:
                continue
            if not runs or runs[-1][0] is not part:
                runs.append((part, []))
            runs[-1][1].append(para)
        return runs

    def _strays(self) -> set[int]:
        """Return the paragraphs that stand apart from their part, most of which is elsewhere."""
        main: dict[str, int] = {}
        size = [sum(len(p.text) for p in paras) for _, paras in self.runs]
        for n, (part, _) in enumerate(self.runs):
            if part.key not in main or size[n] > size[main[part.key]]:
                main[part.key] = n
        self.main = set(main.values())
        return {
            id(p) for n, (_, paras) in enumerate(self.runs) if n not in self.main for p in paras if id(p) in self.moved
        }

    def _home(self, here: Part | None, last: Part | None, lost: set[str], *, within: bool, marked: bool) -> Part | None:
        """Return the part of a new paragraph: the one its marks name, or the one before it, if that lost text."""
        if here is not None and (last is None or here.key == last.key or here.key in lost):
            return here
        if last is None:
            return None
        if within or (last.key in lost and not (marked and here is not last)):
            return last
        return None


def _order(parts: Sequence[Part], side: _Side) -> dict[str, str]:
    """Return the parts that were moved in this view, each with the name of the part it stands behind now."""
    rank = {part.key: n for n, part in enumerate(parts)}
    weight = {part.key: sum(len(p.text) for p in part.paras) for part in parts}
    here = [part for n, (part, _) in enumerate(side.runs) if n in side.main]
    # The heaviest rising chain stays; what is not in it was moved.
    stays = _rising([rank[part.key] for part in here], [weight[part.key] + 1 for part in here])
    return {part.key: here[n - 1].name if n else "the beginning" for n, part in enumerate(here) if n not in stays}


def _rising(ranks: Sequence[int], weights: Sequence[int]) -> set[int]:
    """Return the places of the heaviest chain in which the ranks rise."""
    best: list[tuple[int, int]] = []
    for n, rank in enumerate(ranks):
        top, back = 0, -1
        for m in range(n):
            if ranks[m] < rank and best[m][0] > top:
                top, back = best[m][0], m
        best.append((top + weights[n], back))
    stays: set[int] = set()
    n = max(range(len(best)), key=lambda k: best[k][0]) if best else -1
    while n >= 0:
        stays.add(n)
        n = best[n][1]
    return stays


def _finding(
    part: Part, before: _Side, after: _Side, tracked: list[Change], moved_before: dict[str, str],
    moved_after: dict[str, str],
) -> ClauseFinding:  # fmt: skip
    now = [p for p in after.paras if (q := after.part[id(p)]) is not None and q.key == part.key]
    changes, _, _ = _differences(part, before, silent=True)
    rest, fields, renumbered = _differences(part, after, silent=False)
    quiet = {(f.field, f.new) for f in _differences(part, before, silent=True)[1]}
    fields = [
        FieldChange(f.field, f.old, f.new, (f.field, f.new) in quiet, _hand_for(tracked, f), f.part) for f in fields
    ]
    quietly = {(c.how, c.new) for c in changes}
    for change in rest:  # a mark that was tracked in or out holds no words of its own
        if change.how in _PARAGRAPHS and (change.how, change.new) not in quietly:
            hand = next((h for p in now for raw in p.raws if (h := raw.came or raw.went) is not None), None)
            tracked = [*tracked, Change(change.how, "", change.new, False, hand)]
    kept = [p for p in now if id(p) in after.partner]
    if not kept:
        state = State.REMOVED
        if now and part.id and any(not p.level for p in now):
            state = State.CHANGED
    elif all(c.how in _PARAGRAPHS for c in rest):
        state = State.VERBATIM
    elif all(c.field or c.how in _PARAGRAPHS for c in rest):
        state = State.FIELDS
    else:
        state = State.CHANGED
    moved = moved_after.get(part.key, "")
    return ClauseFinding(
        part, state, moved, bool(moved) and part.key in moved_before, (*changes, *tracked), tuple(fields),
        tuple(p.text.strip() for p in part.paras), tuple(p.text.strip() for p in now), renumbered, tuple(now),
        after.by.get(part.key, ""),
    )  # fmt: skip


def _hand_for(tracked: Sequence[Change], change: FieldChange) -> Hand | None:
    new = normal(change.new)
    for t in tracked:
        if (t.new and normal(t.new) in new) or (t.old and normal(t.old) in normal(change.old)):
            return t.hand
    return None


def _differences(part: Part, side: _Side, *, silent: bool) -> tuple[list[Change], list[FieldChange], bool]:
    """Return how a part differs in one view: its changes, its values that read differently, references renumbered."""
    fields: list[FieldChange] = []
    renumbered = False
    order: list[tuple[int, Change]] = []
    place = {id(p): n for n, p in enumerate(part.paras)}
    own = [p for p in side.paras if (here := side.part[id(p)]) is not None and here.key == part.key]
    out_of_order = _out_of_order(own, side, place)
    joined: dict[int, tuple[Para, list[Para]]] = {}  # with paragraphs of ours that are one with its partner now
    divided: dict[int, tuple[Para, list[Para]]] = {}  # with paragraphs of theirs that were one with it
    for n, para in enumerate(own):
        old = side.partner.get(id(para))
        if old is None or id(old) not in place:
            continue
        joined[id(para)] = ours, more = _as_one(old, part.paras, place[id(old)], side.gone, side.row_of, para)
        if not more:
            divided[id(para)] = _as_one(para, own, n, side.came, side.row_of, ours)
    told = {id(p) for found in (joined, divided) for _, those in found.values() for p in those}
    last = -1
    for para in own:
        if id(para) in told:
            continue
        old = side.partner.get(id(para))
        if old is None:
            if said := _said(para, side.row_of, side.came):
                order.append((last, Change(How.INSERTED, "", said, silent)))
            continue
        at = place.get(id(old), last)
        if id(para) in side.strays or id(para) in out_of_order:
            order.append((at, Change(How.MOVED, old.text.strip(), para.text.strip(), silent)))
        if id(para) not in side.strays:
            last = max(last, at)
        ours, more = joined.get(id(para), (old, []))
        theirs, others = divided.get(id(para), (para, []))
        for how, those in ((How.JOINED, more), (How.DIVIDED, others)):
            order += [(at, Change(how, "", p.text.strip(), silent)) for p in those]
        stretches, again = stretches_of(ours, theirs)
        renumbered = renumbered or again
        if more or others:  # where two became one, a blank between them may be missing
            stretches = [h for h in stretches if _bare(ours.text[h.a0 : h.a1]) != _bare(theirs.text[h.b0 : h.b1])]
        if not stretches:
            continue
        inside: dict[Stretch, str] = {}
        for path, was, new, its in _valued(ours, theirs, stretches):
            fields.append(FieldChange(path, was, new, silent, None, part.key))
            inside |= dict.fromkeys(its, path)
        row = side.rows.get(id(old), "")
        order += [(at, _change(ours, theirs, h, silent, inside.get(h, ""), row)) for h in stretches]
    for n, para in enumerate(part.paras):
        if id(para) in side.gone and id(para) not in told and (said := _said(para, side.row_of, side.gone)):
            order.append((n, Change(How.DELETED, said, "", silent)))
    return [c for _, c in sorted(order, key=lambda pair: pair[0])], fields, renumbered


def _as_one(
    para: Para, around: Sequence[Para], at: int, alone: dict[int, Para], row_of: dict[int, list[Para]], other: Para
) -> tuple[Para, list[Para]]:
    """Return a paragraph with those beside it that make it what ``other`` is, and which those are; itself if none do.

    ``around`` are the paragraphs it stands in, at the place ``at``; ``alone`` those of them without a partner.
    """
    best, found, like = para, list[Para](), 0.0
    whole = words(other.key) if any(0 <= n < len(around) and id(around[n]) in alone for n in (at - 1, at + 1)) else []
    if whole:
        like = alignment.likeness(words(para.key), whole)
    for step in (1, -1) if whole else ():
        beside: list[Para] = []
        n = at + step
        while 0 <= n < len(around) and id(around[n]) in alone and id(around[n]) not in row_of and len(beside) < _BESIDE:
            beside.insert(len(beside) if step > 0 else 0, around[n])
            n += step
            one = _one([para, *beside] if step > 0 else [*beside, para])
            now = alignment.likeness(words(one.key), whole)
            if now > like and now >= _AS_ONE:
                best, found, like = one, list(beside), now
    return best, found


def _bare(text: str) -> str:
    return "".join(normal(text).split())


def _one(paras: Sequence[Para]) -> Para:
    """Return paragraphs as one, a blank between two."""
    pieces: list[Piece] = []
    for para in paras:
        if pieces:
            pieces.append(pieces[-1]._replace(text=" ", field="", ref=""))
        pieces += para.pieces
    text = " ".join(p.text for p in paras)
    return Para(text, pieces, [raw for p in paras for raw in p.raws], normal(text))


def _out_of_order(own: Sequence[Para], side: _Side, place: dict[int, int]) -> set[int]:
    """Return the paragraphs of a part that were moved within it: those that others do not stand around as they did."""
    here = [p for p in own if id(side.partner.get(id(p))) in place and id(p) not in side.strays]
    # What was not found to be moved stays, however little it says.
    weights = [1 + len(p.text) + (0 if id(p) in side.moved else 1_000_000) for p in here]
    stays = _rising([place[id(side.partner[id(p)])] for p in here], weights)
    return {id(p) for n, p in enumerate(here) if n not in stays and id(p) in side.moved}


def _said(para: Para, row_of: dict[int, list[Para]], alone: dict[int, Para]) -> str:
    """Return what a paragraph says that has no partner; a row of a table that has none is said at its first words."""
    row = [p for p in row_of.get(id(para), ()) if id(p) in alone and p.text.strip()]
    if not row:
        return para.text.strip()
    return " | ".join(" ".join(p.text.split()) for p in row) if row[0] is para else ""


def _rows_apart(steps: Sequence[AnyStep]) -> Iterator[list[Para]]:
    """Yield the paragraphs of each row that only one side has."""
    for step in steps:
        if isinstance(step, Step):
            continue
        apart = [t for t in (step.old, step.new) if t is not None] if step.old is None or step.new is None else []
        rows = [row for table in apart for row in table.rows]
        rows += [
            r for pair in step.rows for r in (pair.old, pair.new) if r is not None and None in (pair.old, pair.new)
        ]
        yield from ([p for cell in row.cells for p in flat(cell)] for row in rows)
        for pair in step.rows:
            for cell in pair.cells:
                yield from _rows_apart(cell)


def _change(old: Para, new: Para, h: Stretch, silent: bool, path: str, row: str) -> Change:
    was, now = old.text[h.a0 : h.a1], new.text[h.b0 : h.b1]
    how = How.REPLACED if was.strip() and now.strip() else How.INSERTED if now.strip() else How.DELETED
    blank = now if now.strip() else was
    before, after = _beside(
        old.text[: h.a0] + blank[: len(blank) - len(blank.lstrip())],
        blank[len(blank.rstrip()) :] + old.text[h.a1 :],
    )
    if row and not h.a0:
        before = f"{row}: "
    return Change(how, was.strip(), now.strip(), silent, None, path, before, after)


def _row_names(blocks: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """Yield each paragraph in a table, but for those in the first column, with what its row begins with."""
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                first = next((" ".join(p.text.split()) for p in flat(row.cells[0])), "") if row.cells else ""
                for cell in row.cells[1:]:
                    yield from ((id(p), first[:40]) for p in flat(cell))


def _beside(before: str, after: str) -> tuple[str, str]:
    """Return whole words beside a change, as many as are shown with it."""
    if len(before) > _CONTEXT:
        before = "… " + before[-_CONTEXT:].partition(" ")[2]
    if len(after) > _CONTEXT:
        after = after[:_CONTEXT].rpartition(" ")[0] + " …"
    return before, after


# ---------------------------------------------------------------- what was tracked


def _tracked(returned: Returned, before: _Side, after: _Side) -> dict[str, list[Change]]:
    """Return the tracked changes by the key of the part they were made in."""
    out: dict[str, list[Change]] = {}
    moved: dict[str, list[tuple[list[Change], int]]] = {}
    rows = {id(p): row for row in _rows_tracked(returned.raw) for cell in row.cells for p in raw_paras(cell)}
    told: set[int] = set()
    for raw in raw_paras(returned.raw):
        if raw.contents:
            continue
        came = bool(raw.pieces) and all(p.came for p in raw.pieces)
        # A paragraph that came in whole is one with the next where changes are rejected: it says nothing of that one.
        part = after.of_raw.get(id(raw)) if came else before.of_raw.get(id(raw)) or after.of_raw.get(id(raw))
        if part is None:
            continue
        held = out.setdefault(part.key, [])
        row = rows.get(id(raw))
        if row is not None:  # it came or went as one
            held += _row_change(row) if id(row) not in told else ()
            told.add(id(row))
            continue
        for change in _in_paragraph(raw):
            held.append(change)
            if change.hand is not None and change.hand.moved:
                moved.setdefault(normal(change.old or change.new), []).append((held, len(held) - 1))
    for places in moved.values():
        # A move has two ends; it is told once, where the text stood.
        for held, n in places:
            change = held[n]
            held[n] = Change(How.MOVED, change.old, change.new, False, change.hand)
    return {
        key: [c for c in held if not (c.how is How.MOVED and not c.old and len(moved[normal(c.new)]) > 1)]
        for key, held in out.items()
    }


def _rows_tracked(blocks: Sequence[RawBlock]) -> Iterator[RawRow]:
    for block in blocks:
        for row in block.rows if isinstance(block, RawTable) else ():
            if (row.came is None) != (row.went is None):
                yield row
            else:
                for cell in row.cells:
                    yield from _rows_tracked(cell)


def _row_change(row: RawRow) -> Iterator[Change]:
    texts = ("".join(p.text for p in raw.pieces).strip() for cell in row.cells for raw in raw_paras(cell))
    said = " | ".join(" ".join(text.split()) for text in texts if text)
    if row.came is not None:
        yield Change(How.INSERTED, "", said, False, row.came)
    else:
        yield Change(How.DELETED, said, "", False, row.went)


def tracked_in(returned: Returned, after: dict[int, str], before: dict[int, str]) -> dict[str, list[Change]]:
    """Return the tracked changes by clause; ``after`` and ``before`` say whose the paragraphs of a view are."""
    of_raw: dict[int, str] = {}
    for accepted, names in ((True, after), (False, before)):
        for para in returned.paragraphs(accepted=accepted):
            for raw in para.raws:
                if not accepted and raw.came is not None and of_raw.get(id(raw)):
                    continue  # it is one with the next paragraph where it is rejected, and says nothing of that one
                of_raw[id(raw)] = names.get(id(para), "") or of_raw.get(id(raw), "")
    out: dict[str, list[Change]] = {}
    for raw in raw_paras(returned.raw):
        for change in _in_paragraph(raw):
            out.setdefault(of_raw.get(id(raw), ""), []).append(change)
    return out


def _in_paragraph(raw: RawPara) -> Iterator[Change]:
    text: list[tuple[str, Hand | None, Hand | None]] = [(p.text, p.came, p.went) for p in raw.pieces]
    n = 0
    while n < len(text):
        _, came, went = text[n]
        hand = came if came is not None else went
        if hand is None or (came is not None and went is not None):
            n += 1
            continue
        start = n
        old = new = ""
        while n < len(text):
            said, came, went = text[n]
            other = came if came is not None else went
            if other is None or (came is not None and went is not None) or other.author != hand.author:
                break
            if other.moved != hand.moved:
                break
            if came is not None:
                new += said
            else:
                old += said
            n += 1
        if not (old + new).strip():
            continue
        # Only so many pieces beside a change are looked at: a paragraph may hold a hundred thousand.
        left, right = text[max(0, start - _PIECES) : start], text[n : n + _PIECES]
        before, after = _beside(*("".join(t for t, c, _ in some if c is None) for some in (left, right)))
        how = How.REPLACED if old.strip() and new.strip() else How.INSERTED if new.strip() else How.DELETED
        path = next((p.field for p in raw.pieces[start:n] if p.field), "")
        yield Change(how, old.strip(), new.strip(), False, hand, path, before, after)


# ---------------------------------------------------------------- foreign text, margins


def _foreign(side: _Side, returned: Returned) -> Iterator[Foreign]:
    waiting: list[Para] = []
    last = ""

    def close() -> Iterator[Foreign]:
        if not waiting:
            return
        first = waiting[0]
        heading = first.text.strip() if first.level or len(first.text) < 60 else ""
        hand = next((p.came for para in waiting for p in para.pieces if p.came is not None), None)
        silent = any(p.came is None and p.text.strip() for para in waiting for p in para.pieces)
        title = heading or " ".join(first.text.split()[:8]) + " …"
        mark = next((id for para in waiting if (id := returned.clause_of(para)[0])), "")
        yield Foreign(
            title, tuple(p.text.strip() for p in waiting), last or "the beginning", silent,
            None if silent else hand, tuple(waiting), mark,
        )  # fmt: skip
        waiting.clear()

    for para in side.paras:
        if para.contents:
            continue
        part = side.part[id(para)]
        if part is None:
            if waiting and para.level and not all(p.level for p in waiting):
                yield from close()
            waiting.append(para)
            continue
        yield from close()
        last = part.name
    yield from close()


def _margins(sent: Returned, returned: Returned) -> Iterator[tuple[str, Change]]:
    said = without_pages
    for kind in ("header", "footer"):
        ours = [text for k, _, text in sent.others if k == kind]
        known = {said(text) for text in ours}
        theirs = [(a, b) for k, a, b in returned.others if k == kind]
        lost = [t for t in ours if said(t) not in {said(b) for _, b in theirs}]
        for was, now in theirs:
            if said(now) in known:
                continue
            old = lost.pop(0) if lost else next(iter(ours), "")
            silent = said(was) not in known
            yield from ((kind, c) for c in _in_margin(old.strip(), now.strip(), silent))
        for old in lost if theirs or ours else ():
            if said(old):
                yield kind, Change(How.DELETED, old.strip(), "", True)


def _in_margin(old: str, new: str, silent: bool) -> Iterator[Change]:
    """Yield what differs in a header or footer, word by word."""
    x, y = Para(old, [], []), Para(new, [], [])
    x.key, y.key = normal(old), normal(new)
    stretches, _ = stretches_of(x, y)
    if not stretches or not old:
        yield Change(How.REPLACED if old else How.INSERTED, old, new, silent)
    yield from (_change(x, y, h, silent, "", "") for h in stretches if old)
