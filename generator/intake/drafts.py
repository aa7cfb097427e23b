"""From the parts of a contract to draft clauses: ids, plain Markdown, definitions, references, proposed fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from generator.assembly.body import part_name
from generator.fields import shortened
from generator.frozen import dataclass
from generator.intake.contract import Contract, Line, Part, Rows
from generator.intake.references import Target, literally, references_in
from generator.intake.values import Proposal, parties_of, values_of
from generator.numbering import letter

__all__ = ["PREAMBLE", "Draft", "Intake", "Near", "drafts_of"]

PREAMBLE = "Parties and Background"  # the heading over what stands before the first section


@dataclass(frozen=True, slots=True)
class Near:
    """A clause of the library that reads much the same: its name and version, and how much in percent."""

    clause: str
    percent: int


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft clause: its file below ``clauses/``, its text, what a person has to look at."""

    id: str
    title: str
    number: str
    name: str
    text: str
    near: Near | None
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """What an import makes: drafts in order, the files beside them, what may be values.

    ``bare`` are the terms that the contract defines without quotation marks, each with the place of its paragraph.
    """

    title: str
    family: str
    drafts: tuple[Draft, ...]
    files: tuple[tuple[str, bytes], ...]
    proposals: tuple[Proposal, ...]
    contract: Contract
    bare: tuple[tuple[int, str], ...] = ()

    @property
    def profile(self) -> str:
        """The profile that makes the contract again."""
        return f"{self.family}.yaml"


_DEFINED = re.compile(r"(?P<open>[“\"])(?P<term>[^”\"“\n]{2,60}?)(?P<close>[”\"])")
_MIXED = re.compile(r"(?:\"(?=[^\"“”\n]{1,80}”)|“(?=[^\"“”\n]{1,80}\"))([^\"“”\n]{1,80})[”\"]")
_VERB = re.compile(
    r"\s+(?:means?|shall mean|has the meaning|have the meaning|refers? to|is defined|shall have the meaning)\b"
)
# What stands behind a term with a capital letter that is defined in passing: (the “Term”), (“Term” or “Other”).
_PASSING = re.compile(r"\)|,?\s+(?:or|and)\s+(?:the\s+)?[“\"][A-Z]")
# A term in bold letters, and what stands before one in brackets: (the **Fee**), (each a **Party**).
_TERM = re.compile(r"(?!(?:The|This|Each|Any|No)\s)[A-Z0-9][\w’'&/ -]{0,58}\w")
_TERM_WORDS = 8
_OPENS = re.compile(r"\((?:[^()]*,\s+)?(?:(?:each|collectively|together|jointly),?\s+)?(?:(?:the|an?)\s+)?$")
_CLOSES = re.compile(r"\)|,?\s+(?:and\s+|or\s+)?(?:each|collectively|together|jointly)\b[^()]*\)")
_VERSION = "1.0.0-1"  # of every draft: the first of what may become 1.0.0
_HEADER_WORDS = 6  # of a cell that may head its column
_TOO_SHORT = 12  # words: shorter texts are like many others by chance
_ALIKE = 0.55  # share of words in common, in order, from which a clause is told as near


def drafts_of(
    contract: Contract,
    family: str,
    *,
    library: Iterable[tuple[str, str, str]] = (),
    put: Mapping[str, str] | None = None,
    source: str = "",
) -> Intake:
    """Return the draft clauses of ``contract`` in ``family`` (small letters and digits).

    ``library`` is (id, version, body) of the clauses to compare with; ``put`` is words -> field: these words become
    the field everywhere; ``source`` is the name of the file. The same contract gives the same drafts.
    """
    groups = _groups(contract.parts)
    flat = [p for group in groups for p in group.members()]
    ids = {id(p): name for p, name in zip(flat, _names(flat, family, bool(contract.preamble)), strict=True)}
    writer = _Writer(_targets(groups, ids), put or {})
    texts = [(name, version, _plain(body).split()) for name, version, body in library]
    drafts = []
    parties = parties_of(contract)
    proposals = [*parties]
    if contract.preamble:
        opening = Part("", 1, PREAMBLE, contract.preamble, made_up=True)
        drafts.append(_draft(opening, f"{family}.preamble", writer, texts, source))
        proposals += values_of(opening, "the preamble")
    for part in flat:
        drafts.append(_draft(part, ids[id(part)], writer, texts, source))
        proposals += values_of(part, f"Section {part.number}" if part.number and not part.attached else part.title)
    files = [(f"clauses/{d.name}", d.text.encode()) for d in drafts]
    files.append((f"clauses/_documents/{family}.yaml", _document(contract, family, groups, ids)))
    files.append((f"{family}.yaml", _profile(contract, family, drafts, parties, put or {}, source)))
    bare = tuple(writer.bare)
    return Intake(contract.title, family, tuple(drafts), tuple(files), tuple(_once(proposals)), contract, bare)


def _once(proposals: Iterable[Proposal]) -> Iterable[Proposal]:
    """Return the same words once, with every place."""
    found: dict[tuple[str, str], Proposal] = {}
    for one in proposals:
        before = found.get((one.kind, one.text))
        if before is None:
            found[one.kind, one.text] = one
            continue
        # The same words with two meanings are no field: --set would put it in everywhere.
        field_ = before.field if one.field == before.field else ""
        where = before.where if one.where in before.where.split(", ") else f"{before.where}, {one.where}"
        found[one.kind, one.text] = replace(before, where=where, field=field_)
    return found.values()


# ---------------------------------------------------------------- the order of the whole


@dataclass(slots=True)
class _Group:
    """A section with those below it. ``lead`` says its own words before the first of them."""

    head: Part
    lead: Part | None
    below: list[Part] = field(default_factory=list)

    def members(self) -> list[Part]:
        """Return the parts that become clauses."""
        return [*([self.lead] if self.lead is not None else []), *self.below]


def _groups(parts: Sequence[Part]) -> list[_Group]:
    """Return sections of the first level with those below them; one without any below is its own lead."""
    out: list[_Group] = []
    for n, part in enumerate(parts):
        if part.level == 1 or not out:
            alone = n + 1 == len(parts) or parts[n + 1].level == 1
            out.append(_Group(part, part if alone or part.lines else None))
        else:
            out[-1].below.append(part)
    return out


def _names(parts: Sequence[Part], family: str, preamble: bool) -> list[str]:
    taken = {"preamble"} if preamble else set()
    out = []
    for part in parts:
        name = stem = _slug(part.title)
        count = 1
        while name in taken:
            count += 1
            name = f"{stem}_{count}"
        taken.add(name)
        out.append(f"{family}.{name}")
    return out


_SMALL = {"a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}


def _slug(title: str) -> str:
    """Return a name for an id: the first words of the title that say something."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"[’']s?\b", "", title.lower()))
    large = [w for w in words if w not in _SMALL] or words
    kept = words if len(words) <= 4 else large[:5]
    while len("_".join(kept)) > 40 and len(kept) > 1:
        kept = kept[:-1]
    while len(kept) > 1 and kept[-1] in _SMALL:
        kept = kept[:-1]
    name = "_".join(kept)[:40].strip("_") or "section"
    return name if name[0].isalpha() else f"s_{name}"


def _targets(groups: Sequence[_Group], ids: Mapping[int, str]) -> dict[str, Target]:
    out: dict[str, Target] = {}
    attached = 0
    headings = [g.head.title for g in groups if g.lead is None]
    for group in groups:
        if group.head.attached:
            attached += 1
            out.setdefault(group.head.number.title(), Target(f"schedule.attached_{attached}", group.head.title))
            for part in group.below:
                out.setdefault(part.number, Target(ids[id(part)], part.title))
            continue
        if group.lead is None and group.head.number and headings.count(group.head.title) == 1:
            out.setdefault(group.head.number, Target(part_name(group.head.title), group.head.title))
        for part in group.members():
            target = Target(ids[id(part)], part.title)
            if part.number:
                out.setdefault(part.number, target)
            count = 0
            for line in part.lines:
                if isinstance(line, Line) and line.heading:
                    count = 0
                elif isinstance(line, Line) and line.depth == 1 and not line.bullet:
                    count += 1
                    number = line.number.strip(" .")
                    if re.fullmatch(r"\d+(\.\d+)+", number):
                        out.setdefault(number, replace(target, item=f"({letter(count)})"))
    return out


def _draft(part: Part, name: str, writer: _Writer, library: Sequence[tuple[str, str, list[str]]], source: str) -> Draft:
    doubts: list[str] = []
    if part.made_up and part.number:
        doubts.append("its title, which was made of its first words.")
    body = writer.body(part.lines, doubts)
    doubts = list(dict.fromkeys(doubts))
    near = _near(_plain(body).split(), library)
    where = f"Section {part.number} of {source}" if part.number and not part.attached else source
    note = f"Imported from {where}." + "".join(f" Look at: {d}" for d in doubts)
    head = (
        f"---\nid: {name}\nversion: {_VERSION}\ntitle: {json.dumps(part.title, ensure_ascii=False)}\nstatus: draft\n"
        f"satisfies: []\nconflicts: []\nplain_language:\n  text: Not explained yet.\n  digest: pending\n"
        f"why_changed: Imported.\nsource_note: {json.dumps(note, ensure_ascii=False)}\n---\n"
    )
    file = f"{name.replace('.', '/', 1)}/{_VERSION}.md"
    return Draft(name, part.title, part.number, file, f"{head}{body}\n", near, tuple(doubts))


# ---------------------------------------------------------------- text

# What would begin a list, a rule or an underlined heading at the start of a line.
_LINE_SIGN = re.compile(r"([-+=])(?=[\s=-]|$)")
# A number that would begin a list, or that the clause grammar refuses: the sign that makes it one.
_TYPED = re.compile(r"(?:(\()\w{1,5}\)|\d{1,4}(\.)\d|(?:\d{1,9}|[A-Za-z]|[ivxIVX]{1,5})([.)]))(?:[\d.)]*)(?:\s|$)")


class _Writer:
    """Writes paragraphs as clause text; a term is marked where it is defined first in the whole contract."""

    def __init__(self, targets: Mapping[str, Target], put: Mapping[str, str]) -> None:
        self._targets, self._put = targets, put
        self._defined: set[str] = set()
        self.bare: list[tuple[int, str]] = []

    def body(self, lines: Sequence[Line | Rows], doubts: list[str]) -> str:
        out: list[str] = []
        indents: list[str] = []  # where the words of the open items begin
        listed = False  # whether the line before is an item
        for n, line in enumerate(lines):
            before_it, listed = listed, isinstance(line, Line) and bool(line.depth)
            if isinstance(line, Rows):
                indents = []
                out += ["", *self._table(line, doubts), ""]
            elif line.heading:
                indents = []
                out += ["", f"### {self._words(line, doubts)}", ""]
            elif line.depth:
                depth = min(line.depth, len(indents) + 1)
                indents = indents[: depth - 1]
                before = indents[-1] if indents else ""
                sign = "- " if line.bullet else "1. "
                if not before_it and out and out[-1]:
                    out.append("")
                indents = [*indents, before + " " * len(sign)]
                out.append(before + sign + self._lines(line, doubts, indents[-1]))
            else:
                # Words between two inner items belong to the item above them; else the inner count would begin anew.
                following = next((x for x in lines[n + 1 :] if isinstance(x, Rows) or x.depth or x.heading), None)
                inside = indents and isinstance(following, Line) and following.depth > 1
                indents = indents[: following.depth - 1] if inside and isinstance(following, Line) else []
                before = indents[-1] if indents else ""
                out += [""] if out and out[-1] else []
                out += [before + self._lines(line, doubts, before), *([""] if inside else [])]
        return "\n".join(_spaced(out)).strip()

    def _lines(self, line: Line, doubts: list[str], indent: str) -> str:
        """Return the text of a paragraph, each line of it so that its beginning is not taken for a sign of Markdown."""
        parts = self._words(line, doubts).split("\n")
        if _TYPED.match(parts[0]):
            doubts.append(f"a number that stands at the beginning of “{shortened(line.text, 40)}”.")
        return f"\\\n{indent}".join(map(_escaped_beginning, parts))

    def _words(self, line: Line, doubts: list[str], *, cell: bool = False) -> str:
        """Return the text of a paragraph as Markdown: everything literal but terms, references, fields and looks."""
        # “Term" and "Term” are pairs, whatever their signs.
        text = _MIXED.sub(r"“\1”", line.text)
        marks: list[tuple[int, int, str]] = []
        odd = text.count('"') % 2 == 1
        if odd:
            doubts.append(f"a quotation mark without a partner in “{shortened(text, 40)}”.")
        straight = '"' in text
        for words, path in self._put.items():
            pattern = rf"(?<!\w){re.escape(words)}(?!\w)"
            marks += [(m.start(), m.end(), f"{{{{ {path} }}}}") for m in re.finditer(pattern, text)]
        taken = [(a, b) for a, b, _ in marks]
        for found in _DEFINED.finditer(text):
            term = found["term"]
            bold = any(a <= found.start("term") and found.end("term") <= b for a, b in line.strong)
            whole = any(a <= 1 and len(text) - 2 <= b for a, b in line.strong)  # a bold paragraph marks no term
            large = term[:1].isupper() or term[:1].isdigit()
            passing = large and ((bold and not whole) or _PASSING.match(text, found.end()))
            meant = passing or _VERB.match(text, found.end())
            if not meant or term in self._defined or _inside(found.span(), taken):
                continue
            if odd and '"' in found[0]:
                continue
            if term[-1] in ",." or term != term.strip():
                doubts.append(
                    f"“{term}”, which reads like a defined term, with a comma or blank in the quotation marks."
                )
                continue
            self._defined.add(term)
            signs = ("“", "”") if straight and '"' not in found[0] else ('"', '"')
            marks.append((found.start(), found.end(), f"{signs[0]}**{literally(term)}**{signs[1]}"))
        for start, end in _unquoted(text, line):
            if text[start:end] in self._defined or _inside((start, end), [(a, b) for a, b, _ in marks]):
                continue
            self._defined.add(text[start:end])
            self.bare.append((line.at, text[start:end]))
            marks.append((start, end, f'"**{literally(text[start:end])}**"'))
        marks += references_in(text, self._targets, doubts)
        for stretches, sign in ((line.strong, "**"), (line.slanted, "*")):
            marks += _emphasis(text, stretches, sign, [(a, b) for a, b, _ in marks])
        out, at = [], 0
        for start, end, mark in sorted(marks):
            if start < at:
                continue
            out += [_literally(text[at:start], odd), mark]
            at = end
        out.append(_literally(text[at:], odd))
        done = "".join(out)
        return done.replace("\n", "<br>") if cell else done

    def _table(self, table: Rows, doubts: list[str]) -> list[str]:
        wide = max((len(r) for r in table.rows), default=0)
        # A column without a word in it comes from merged cells.
        columns = [n for n in range(wide) if any(n < len(row) and row[n] for row in table.rows)]
        if not columns:
            return []
        rows = []
        for row in table.rows:
            cells = [row[n] if n < len(row) else () for n in columns]
            texts = ["<br>".join(self._words(line, doubts, cell=True) for line in cell) for cell in cells]
            rows.append([text or " " for text in texts])
        if not _heads(table.rows[0]):
            rows.insert(0, [" "] * len(columns))
        lines = [f"| {' | '.join(r)} |" for r in rows]
        return [lines[0], f"|{' --- |' * len(columns)}", *lines[1:]]


def _heads(row: tuple[tuple[Line, ...], ...]) -> bool:
    """Whether a row may head its table: a few words in each cell. A header is repeated on every page."""
    return all(len(cell) < 2 and sum(len(line.text.split()) for line in cell) <= _HEADER_WORDS for cell in row)


def _spaced(lines: Sequence[str]) -> Iterable[str]:
    """Yield the lines with no more than one empty line between two."""
    empty = True
    for line in lines:
        if line or not empty:
            yield line
        empty = not line


def _escaped_beginning(text: str) -> str:
    """Return a line with a backslash before the sign that would make of its beginning a list, a rule or a number."""
    if number := _TYPED.match(text):
        at = next(number.start(n) for n in (1, 2, 3) if number[n])
        text = f"{text[:at]}\\{text[at:]}"
    return f"\\{text}" if _LINE_SIGN.match(text) else text


def _literally(text: str, odd: bool) -> str:
    text = literally(text)
    return text.replace('"', '\\"') if odd else text


def _inside(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in taken)


def _unquoted(text: str, line: Line) -> Iterable[tuple[int, int]]:
    """Yield where a term is defined in bold or italic letters, without quotation marks.

    “**Fee** means …” and “(the **Fee**)”; a paragraph that is bold as a whole marks no term.
    """
    for stretches, bold in ((line.strong, True), (line.slanted, False)):
        for start, end in stretches:
            term = text[start:end]
            if not _TERM.fullmatch(term) or len(term.split()) > _TERM_WORDS or text[start - 1 : start] in ("“", '"'):
                continue
            bracketed = bold and _OPENS.search(text[:start]) and _CLOSES.match(text, end)
            if _VERB.match(text, end) or bracketed:
                yield start, end


def _emphasis(
    text: str, stretches: Sequence[tuple[int, int]], sign: str, taken: Sequence[tuple[int, int]]
) -> list[tuple[int, int, str]]:
    """Return the marks of bold or italic words: from the first letter to the last, so that the signs are signs.

    What holds a field, a reference or other emphasis stays without; in quotation marks bold would define a term.
    """
    out: list[tuple[int, int, str]] = []
    for a, b in stretches:
        letters = [n for n in range(a, b) if text[n].isalnum()]
        if not letters:
            continue
        start, end = letters[0], letters[-1] + 1
        quoted = text[start - 1 : start] in '“"' and text[end : end + 1] in '”"'
        touching = any(start <= y and x <= end for x, y in (*taken, *((s, e) for s, e, _ in out)))
        if "\n" in text[start:end] or (quoted and sign == "**" and start) or touching:
            continue
        words = literally(text[start:end])
        if text[start:end].count('"') % 2 == 0:
            out.append((start, end, f"{sign}{words}{sign}"))
    return out


def _plain(body: str) -> str:
    """Return the words of a clause without marks, fields and conditions, to compare it with others."""
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", body, flags=re.DOTALL)
    text = re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", text)
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _near(words: list[str], library: Sequence[tuple[str, str, list[str]]]) -> Near | None:
    """Return the clause of the library whose words are most like these, in order."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    if len(words) < _TOO_SHORT or not library:
        return None
    bodies = [body for _, _, body in library]
    found = process.extractOne(words, bodies, scorer=Indel.normalized_similarity, score_cutoff=_ALIKE)
    if found is None:
        return None
    name, version, _ = library[found[2]]
    return Near(f"{name}@{version}", int(100 * found[1]))


# ---------------------------------------------------------------- the files beside


def _document(contract: Contract, family: str, groups: Sequence[_Group], ids: Mapping[int, str]) -> bytes:
    lines = [
        f"id: {family}", f"title: {_quoted(contract.title)}", f"slug: {family.replace('_', '-')}",
        "when: You want the contract that was imported, with its own words.", "parties: [hco, cbo]", "layout: contract",
    ]  # fmt: skip
    free = [g for g in groups if not g.head.attached]
    # Headings without numbers stay without them.
    first = next((n for n, g in enumerate(free) if g.head.number), len(free))
    heads = [(f"{family}.preamble", PREAMBLE)] * bool(contract.preamble)
    heads += [(ids[id(m)], m.title) for g in free[:first] for m in g.members()]
    if heads:
        lines.append("opening:")
        lines += [f"  - {{heading: {_quoted(title)}, clause: {name}}}" for name, title in heads]
    text = free[first:]
    lines.append("outline:" if text else "outline: []")
    for group in text:
        lines += _outlined(group, ids, "  ")
    attached = [g for g in groups if g.head.attached]
    if attached:
        lines.append("schedules:")
        for n, group in enumerate(attached, 1):
            label = group.head.number.split()[0].title()
            lines.append(f"  - id: attached_{n}\n    title: {_quoted(group.head.title)}\n    label: {label}")
            listed = ", ".join(ids[id(m)] for m in group.members())
            lines.append(f"    clauses: [{listed}]")
    lines += ["signatures: [hco, cbo]", ""]
    return "\n".join(lines).encode()


def _outlined(group: _Group, ids: Mapping[int, str], indent: str) -> list[str]:
    if not group.below and group.lead is not None:
        return [f"{indent}- {{clause: {ids[id(group.lead)]}}}"]
    lines = [f"{indent}- heading: {_quoted(group.head.title)}"]
    if group.lead is not None:
        lines.append(f"{indent}  lead: {ids[id(group.lead)]}")
    lines.append(f"{indent}  clauses:")
    return lines + [f"{indent}    - {ids[id(m)]}" for m in group.below]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _profile(
    contract: Contract, family: str, drafts: Sequence[Draft], parties: Sequence[Proposal], put: Mapping[str, str],
    source: str,
) -> bytes:  # fmt: skip
    names = {p.field: p.text for p in parties}
    values = {path: words for words, path in put.items()}
    lines = [
        "# Made by `agreements clauses import`. Draft clauses are used only where they are pinned.",
        f"agreement.name: {_quoted(f'Imported from {source}' if source else contract.title)}",
        f"agreement.documents: [{family}]",
    ]
    for role in ("hco", "cbo"):
        for member in ("legal_name", "short_name"):
            path = f"{role}.{member}"
            given = values.pop(path, "") or names.get(path)
            lines.append(f"{path}: {_quoted(given) if given else 'unknown'}")
    lines += [f"{path}: {_quoted(words)}" for path, words in values.items()]
    lines += ["pins:", *(f"  {d.id}: {_VERSION}" for d in drafts), ""]
    return "\n".join(lines).encode()
