"""A return held against the clause library alone, where neither record nor document of ours is left.

A clause file prints differently for every partnership: values stand where it names fields, and conditions leave words
out. So a paragraph is as in the library if it reads like one of the ways the clause can print, with anything at all in
the place of a value. Whether a value is the one that was agreed cannot be known this way, and the review says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from generator.comparison import alignment
from generator.comparison.clauses import paragraphs
from generator.comparison.words import words
from generator.frozen import dataclass
from generator.library import Clause
from generator.returned.findings import Change, ClauseFinding, Findings, Foreign, How, Part, State, tracked_in
from generator.returned.matching import Matched, normal, without_numbers
from generator.returned.paragraphs import Hand, Para
from generator.returned.reading import Returned

__all__ = ["find_against_library", "known_clauses"]

_ATOM = re.compile(r"\{\{.*?\}\}|\[[^\]\[]*\]\(#[^)\s]*\)|\{%.*?%\}")
_PARTS = re.compile(r"\s*(?:\d+[.)]|[-*+]|#+|\|)\s?")
_VALUE = "\ue000"
_MOST = 200  # ways in which one paragraph may print that are tried
_ALIKE = 0.55


@dataclass(frozen=True, slots=True)
class _Printed:
    """One paragraph of a clause file: the ways it may print, values as :data:`_VALUE`; ``may_lack`` if conditional."""

    ways: tuple[str, ...]
    may_lack: bool


def _ways(text: str) -> tuple[str, ...]:
    """Return the ways a paragraph may print: one branch of each condition, or none."""
    pieces: list[str] = []
    at = 0
    for atom in _ATOM.finditer(text):
        pieces += (text[at : atom.start()], atom.group())
        at = atom.end()
    found, _ = _read([*pieces, text[at:]], 0)
    return tuple(dict.fromkeys(" ".join(way.split()) for way in found))


def _read(pieces: Sequence[str], at: int) -> tuple[list[str], int]:
    """Return the ways the pieces from ``at`` may print, up to the end of the condition they stand in."""
    ways = [""]
    while at < len(pieces):
        piece = pieces[at]
        word = _word(piece)
        if word in ("elif", "else", "endif", "endfor"):
            break
        if word in ("if", "for"):
            branches: list[str] = []
            last = word
            while at < len(pieces) and _word(pieces[at]) not in ("endif", "endfor"):
                last = _word(pieces[at])
                inside, at = _read(pieces, at + 1)
                branches += inside
            if last != "else" or at >= len(pieces):
                branches.insert(0, "")  # none of them may hold
            ways = [a + b for a, b in product(ways, dict.fromkeys(branches))][:_MOST]
        elif word or piece.startswith("{{") or (piece.startswith("[") and "](#" in piece):
            ways = [way + _VALUE for way in ways]
        else:
            ways = [way + piece for way in ways]
        at += 1
    return ways, at


def _word(piece: str) -> str:
    return piece[2:-2].strip("-+ ").split(" ")[0] if piece.startswith("{%") else ""


def _printed(clause: Clause) -> list[_Printed]:
    out: list[_Printed] = []
    depth = 0
    for paragraph in paragraphs(clause.title, _joined(clause.body)):
        if paragraph.kind == "condition" and not re.sub(r"\{%.*?%\}", "", paragraph.raw).strip():
            depth += {"if": 1, "for": 1, "endif": -1, "endfor": -1}.get(_word(paragraph.raw.strip()), 0)
        elif paragraph.kind == "row":
            out += [_Printed(_ways(normal(cell)), True) for cell in _cells(paragraph.text)]
        else:
            out.append(_Printed(_ways(normal(paragraph.text)), depth > 0 or clause.glossary))
    return out


def _joined(body: str) -> str:
    """Return a clause's text with each paragraph that conditions divide on one line, as it is printed.

    A condition on a line of its own parts nothing unless an empty line stands beside it.
    """
    blocks = re.split(r"\n[ \t]*\n", body.replace("\r\n", "\n"))
    for n, block in enumerate(blocks):
        lines = block.split("\n")
        words_ = [_word(line.strip()) for line in lines]
        if not _whole(words_):
            continue
        if any(_PARTS.match(line) for line, word in zip(lines, words_, strict=True) if not word):
            continue  # a list or table: each line is one of its own
        blocks[n] = " ".join(line.strip() for line in lines)
    return "\n\n".join(blocks)


def _whole(tags: Sequence[str]) -> bool:
    """Whether there are conditions among ``tags`` and each begins and ends here."""
    depth = 0
    for tag in tags:
        depth += {"if": 1, "for": 1, "endif": -1, "endfor": -1}.get(tag, 0)
        if depth < 0 or (not depth and tag in ("elif", "else")):
            return False
    return any(tags) and not depth


def _cells(row: str) -> list[str]:
    """Return the cells of a table row; a filter of a value has the sign that parts cells."""
    masked = _ATOM.sub(lambda m: m.group().replace("|", "\ue001"), row)
    return [c.replace("\ue001", "|").strip() for c in masked.strip().strip("|").split("|") if c.strip()]


def _is(way: str, text: str) -> bool:
    """Whether ``text`` is ``way`` with anything in the place of values. Linear in the text, whatever stands in it."""
    literals = way.split(_VALUE)
    if len(literals) == 1:
        return text == way
    if not text.startswith(literals[0]) or not text.endswith(literals[-1]):
        return False
    at, end = len(literals[0]), len(text) - len(literals[-1])
    for literal in literals[1:-1]:
        found = text.find(literal, at, end)
        if found < 0:
            return False
        at = found + len(literal)
    return at <= end


def known_clauses(returned: Returned, library: Sequence[Clause]) -> dict[str, Clause]:
    """Return the clauses that a file holds, by their marks, else by their headings; in the order of the file."""
    by_id = {c.id: c for c in library}
    found = {m.id: by_id[m.id] for m in returned.marks if m.id in by_id}
    for clause in returned.clauses():
        if clause.id in by_id:
            found.setdefault(clause.id, by_id[clause.id])
    if not found:
        by_title: dict[str, list[Clause]] = {}
        for ours in library:
            by_title.setdefault(normal(ours.title).lower(), []).append(ours)
        paras = list(returned.paragraphs(accepted=False))
        styled = any(p.level for p in paras)
        for n, para in enumerate(paras):
            same = by_title.get(normal(para.text[without_numbers(para.text) :]).lower(), [])
            below = [normal(p.text) for p in paras[n + 1 : n + 9]]
            if same and (para.level or not styled):
                best = max(same, key=lambda c: _fitting(c, below))
                found.setdefault(best.id, best)
    return found


def _fitting(clause: Clause, lines: Sequence[str]) -> int:
    """Return how many letters of ``lines`` the clause prints itself, values left out."""
    ways = sorted({way for p in _printed(clause) for way in p.ways}, key=len, reverse=True)
    first = (next((way for way in ways if _is(way, line)), "") for line in lines)
    return sum(len(way.replace(_VALUE, "")) for way in first)


def find_against_library(
    returned: Returned, clauses: Mapping[str, Clause], versions: Mapping[str, Sequence[Clause]] | None = None,
    headings: Collection[str] = (),
) -> Findings:  # fmt: skip
    """Return what can be said of a file without knowing what was sent.

    ``versions`` are other versions of the clauses; each is held against the one that it reads most like. ``headings``
    are those that documents of ours print between clauses.
    """
    sides = [_divided(returned, clauses, accepted=accepted) for accepted in (False, True)]
    nearest: dict[str, Clause] = {}
    for id_, clause in clauses.items():
        paras = sides[0].get(id_, [])
        every = (clause, *((versions or {}).get(id_, ()) if paras else ()))
        nearest[id_] = min(every, key=lambda c: len(list(_differences(c, paras))) if len(every) > 1 else 0)
    clauses = nearest
    tracked = tracked_in(returned, {id(p): id_ for id_, paras in sides[1].items() for p in paras},
                         {id(p): id_ for id_, paras in sides[0].items() for p in paras})  # fmt: skip
    where = {m.id: m.where for m in returned.marks}
    places = [_order_of(returned, clauses, accepted=accepted) for accepted in (False, True)]
    findings = []
    for id_, clause in clauses.items():
        before, after = sides[0].get(id_, []), sides[1].get(id_, [])
        silent = list(_differences(clause, before))
        rest = list(_differences(clause, after))
        place = f"Section {where[id_]}" if where.get(id_) else ""
        part = Part(id_, id_, str(clause.version), clause.digest, place, clause.title, ())
        state = State.REMOVED if not after else State.CHANGED if rest else State.VERBATIM
        changes = (*silent, *tracked.get(id_, ())) if before or after else (
            Change(How.DELETED, clause.title, "", True),)  # fmt: skip
        new = tuple(p.text.strip() for p in after)
        findings.append(
            ClauseFinding(
                part, state, places[1].get(id_, ""), id_ in places[0], changes, (), (clause.title,), new, False,
                tuple(after), "library",
            )
        )  # fmt: skip
    foreign: list[list[Para]] = []
    for para in sides[1].get("", []):
        if foreign and not para.level:
            foreign[-1].append(para)
        else:
            foreign.append([para])
    ours = {normal(h).lower() for h in headings}
    behind = _behind(returned, clauses, sides[1])
    kept = [
        Foreign(g[0].text.strip()[:60], tuple(p.text.strip() for p in g), behind.get(id(g[0]), "the beginning"),
                _quietly(g), None if _quietly(g) else _hand_of(g), tuple(g))
        for g in foreign
        if g[0].level == 2 and (len(g) > 1 or _bare(g[0]) not in ours)
    ]  # fmt: skip
    nothing = Matched((), ())
    return Findings(tuple(findings), tuple(kept), (), (), nothing, nothing)


def _bare(para: Para) -> str:
    return normal(para.text[without_numbers(para.text) :]).lower()


def _hand_of(paras: Sequence[Para]) -> Hand | None:
    return next((p.came for para in paras for p in para.pieces if p.came is not None), None)


def _quietly(paras: Sequence[Para]) -> bool:
    return any(p.came is None and p.text.strip() for para in paras for p in para.pieces)


def _behind(returned: Returned, clauses: Mapping[str, Clause], side: Mapping[str, Sequence[Para]]) -> Mapping[int, str]:
    """Return the title of the clause that each paragraph of no clause stands behind."""
    of = {id(p): id_ for id_, paras in side.items() for p in paras}
    where = {m.id: m.where for m in returned.marks}
    out: dict[int, str] = {}
    last = ""
    for para in returned.paragraphs(accepted=True):
        id_ = of.get(id(para), "")
        if id_:
            title = clauses[id_].title
            last = f"Section {where[id_]} ({title})" if where.get(id_, "")[:1].isdecimal() else title
        elif last:
            out[id(para)] = last
    return out


def _order_of(returned: Returned, clauses: Mapping[str, Clause], *, accepted: bool) -> dict[str, str]:
    """Return the clauses that stand elsewhere than the file's own list of them says, with what they stand behind."""
    rank = {m.id: n for n, m in enumerate(returned.marks)}
    if len(rank) < len(returned.marks):
        return {}  # a clause that is printed twice has no one place
    here: list[str] = []
    for para in returned.paragraphs(accepted=accepted):
        id_ = returned.clause_of(para)[0]
        if id_ in rank and id_ in clauses and id_ not in here:
            here.append(id_)
    chains: list[list[str]] = []  # the longest one that ends at each clause
    for n, id_ in enumerate(here):
        before: list[str] = []
        for m in range(n):
            if rank[here[m]] < rank[id_] and len(chains[m]) > len(before):
                before = chains[m]
        chains.append([*before, id_])
    stays = {id_ for chain in sorted(chains, key=lambda c: -len(c))[:1] for id_ in chain}
    return {id_: clauses[here[n - 1]].title if n else "the beginning" for n, id_ in enumerate(here) if id_ not in stays}


def _divided(returned: Returned, clauses: Mapping[str, Clause], *, accepted: bool) -> dict[str, list[Para]]:
    """Return the paragraphs of each clause; those of none stand under ""."""
    out: dict[str, list[Para]] = {}
    titles = {normal(c.title).lower(): id_ for id_, c in clauses.items()}
    marked = any(returned.clause_of(p)[0] for p in returned.paragraphs(accepted=accepted))
    styled = any(p.level for p in returned.paragraphs(accepted=accepted))
    current = ""
    for para in returned.paragraphs(accepted=accepted):
        if para.contents:
            continue
        if marked:
            id_ = returned.clause_of(para)[0]
            current = id_ if id_ in clauses else ""
        else:
            key = normal(para.text[without_numbers(para.text) :]).lower()
            style = returned.styles.name(para.last.style)
            if key in titles and (para.level or not styled):
                current = titles[key]
            elif para.level or "signature" in style or "closing" in style:
                current = ""
        out.setdefault(current, []).append(para)
    return out


def _differences(clause: Clause, paras: Sequence[Para]) -> Iterator[Change]:
    """Yield the paragraphs that do not print from the clause, and those of the clause that are missing."""
    printed = _printed(clause)
    used: set[int] = set()
    loose: list[str] = []
    for para in paras:
        texts = {normal(para.text), normal(para.text[without_numbers(para.text) :])}
        fit = [
            (len(way), n not in used, n)
            for n, p in enumerate(printed)
            for way in p.ways
            if any(_is(way, t) for t in texts)
        ]
        if fit:
            used.add(max(fit)[2])  # the way that leaves least to values
        else:
            loose.append(para.text.strip())
    left = [p for n, p in enumerate(printed) if n not in used]
    for text in loose:
        mine = words(normal(text))
        best = max(left, key=lambda p: alignment.likeness(words(p.ways[0]), mine), default=None)
        if best is not None and alignment.likeness(words(best.ways[0]), mine) >= _ALIKE:
            left.remove(best)
            yield Change(How.REPLACED, best.ways[0].replace(_VALUE, "[…]"), text, True)
        else:
            yield Change(How.INSERTED, "", text, True)
    for p in left:
        if not p.may_lack and paras and len(p.ways) == 1 and p.ways[0].strip(_VALUE + " ."):
            yield Change(How.DELETED, p.ways[0].replace(_VALUE, "[…]"), "", True)
