"""From the parts of a contract to draft clauses: ids, plain Markdown, definitions, references, proposed fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from generator.frozen import dataclass
from generator.intake.contract import Contract, Line, Part, Rows

__all__ = ["Draft", "Intake", "Near", "Proposal", "drafts_of"]


@dataclass(frozen=True, slots=True)
class Near:
    """A clause of the library that reads much the same: its name and version, and how much in percent."""

    clause: str
    percent: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that look like a value: where they stand, what they are, and the field that might hold them."""

    text: str
    kind: str  # party, money, date, duration, percent
    field: str
    where: str


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
    """What an import makes: drafts in order, the files beside them, what changed on the way, what is uncertain."""

    title: str
    family: str
    drafts: tuple[Draft, ...]
    files: tuple[tuple[str, bytes], ...]
    proposals: tuple[Proposal, ...]
    notes: tuple[str, ...]


_REFERENCE = re.compile(
    r"\b(Sections?|Articles?|Paragraphs?|Clauses?)\s+((?:\d{1,3}|[IVX]{1,5})(?:\.\d{1,3})*)(?![\d.]*\d)"
)
_DEFINED = re.compile(r"(?P<open>[“\"])(?P<term>[^”\"“]{2,60}?)[,.]?(?P<close>[”\"])")
_VERB = re.compile(r"\)|\s+(?:means?|shall mean|has the meaning|have the meaning|refers? to|is defined)\b")
_MONEY = re.compile(r"(?:US)?\$\s?\d[\d,]*(?:\.\d\d)?")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b(?:{_MONTHS})\s+\d{{1,2}},\s+\d{{4}}\b|\b\d{{1,2}}/\d{{1,2}}/\d{{4}}\b")
_DURATION = re.compile(
    r"\b(?:[a-z]+(?:-[a-z]+)?\s+\(\d{1,4}\)|\d{1,4})\s+(?:(?:calendar|business|working)\s+)?"
    r"(?:hours?|days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\b\d{1,3}(?:\.\d+)?\s?%|\b[a-z]+ percent \(\d{1,3}%\)", re.IGNORECASE)
_SHORT_NAME = re.compile(r"\([^()“”\"]{0,60}[“\"]([^”\"“]{2,40})[”\"][^()]{0,80}\)")
_BEFORE = re.compile(r"^(?:and|between|by|among|the|of|this agreement is|is made)\b[\s,:]*", re.IGNORECASE)
_AFTER = re.compile(
    r",?\s+(?:an?|with|located|having|organized|whose|on behalf|doing business|d/b/a)\b|,\s*$|\s*$", re.IGNORECASE
)
# A word near a value that says what it is, and the field it might be.
_NEARBY = {
    "date": (("effect", "term.effective_date"), ("commenc", "term.effective_date"), ("expir", "term.end_date"),
             ("terminat", "term.end_date"), ("until", "term.end_date")),
    "duration": (("cure", "terminate.cure_days"), ("breach", "baa.breach_notice"), ("invoice", "pay.invoice.pay_days"),
                 ("pay", "pay.invoice.pay_days"), ("without cause", "terminate.convenience"),
                 ("terminat", "terminate.convenience"), ("confidential", "confidentiality.years"),
                 ("record", "audit.record_years"), ("renew", "renewal.notice")),
    "money": (("exceed", "pay.total_cap"), ("maximum", "pay.total_cap"), ("liabil", "liability.cap_amount")),
    "percent": (("interest", "pay.invoice.interest_pct"), ("late", "pay.invoice.interest_pct")),
}  # fmt: skip
_TOO_SHORT = 6  # words: shorter texts are like many others by chance


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
    named: dict[str, None] = {}
    ids: list[str] = []
    flat = [p for _, members in groups for p in members]
    for part in flat:
        name = _slug(part.title)
        while name in named:
            found = re.search(r"_(\d+)$", name)
            name = f"{name[: found.start()]}_{int(found[1]) + 1}" if found else f"{name}_2"
        named[name] = None
        ids.append(f"{family}.{name}")
    by_number = {p.number: (id, p.title) for p, id in zip(flat, ids, strict=True) if p.number}
    for heading, members in groups:
        if heading is not None and heading.number and members:
            by_number.setdefault(heading.number, by_number.get(members[0].number, ("", "")))
    texts = [(id, version, _plain(body)) for id, version, body in library]
    defined: dict[str, None] = {}
    drafts = []
    proposals = list(_parties(contract))
    for part, id in zip(flat, ids, strict=True):
        doubts: list[str] = []
        body = _body(part.lines, by_number, id, defined, put or {}, doubts)
        proposals += _proposals(part)
        near = _near(_plain(body), texts)
        name = f"{family}/{id.partition('.')[2]}/1.0.0-1.md"
        head = _head(id, part, source, doubts)
        drafts.append(Draft(id, part.title, part.number, name, f"{head}{body}\n", near, tuple(doubts)))
    preamble_doubts: list[str] = []
    opening = _body(contract.preamble, by_number, "", defined, put or {}, preamble_doubts)
    files = [(f"clauses/{d.name}", d.text.encode()) for d in drafts]
    if opening.strip():
        id = f"{family}.preamble"
        part = Part("", 1, "Parties and Background", contract.preamble)
        text = f"{_head(id, part, source, preamble_doubts)}{opening}\n"
        drafts.insert(0, Draft(id, part.title, "", f"{family}/preamble/1.0.0-1.md", text, None, tuple(preamble_doubts)))
        files.insert(0, (f"clauses/{family}/preamble/1.0.0-1.md", text.encode()))
    kind = _document(contract, family, groups, dict(zip(flat, ids, strict=True)), bool(opening.strip()))
    files.append((f"clauses/_documents/{family}.yaml", kind))
    files.append((f"{family}.yaml", _profile(contract, family, [d.id for d in drafts])))
    return Intake(
        contract.title, family, tuple(drafts), tuple(files), tuple(proposals), tuple(_notes(contract, drafts))
    )


def _groups(parts: Sequence[Part]) -> list[tuple[Part | None, list[Part]]]:
    """Return headings with the sections below them; a section without any below stands for itself.

    Sections of the third level and below stay in the text of the second.
    """
    out: list[tuple[Part | None, list[Part]]] = []
    for n, part in enumerate(parts):
        below = n + 1 < len(parts) and parts[n + 1].level > part.level
        if part.level == 1:
            out.append((part, []) if below else (None, [part]))
            if below and part.lines:
                out[-1][1].append(part)
        elif part.level == 2 or not out:
            if not out or out[-1][0] is None:
                out.append((None, [part]))
            else:
                out[-1][1].append(part)
        else:
            heading, members = out[-1]
            line = Line(f"{part.title}.", 1, part.number)
            if members:
                members[-1] = Part(
                    members[-1].number, members[-1].level, members[-1].title, (*members[-1].lines, line, *part.lines)
                )
            else:
                members.append(part)
            del heading
    return [(h, m) for h, m in out if m]


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.lower())
    name = "_".join(words[:6])[:48].strip("_") or "section"
    return name if name[0].isalpha() else f"s_{name}"


def _head(id: str, part: Part, source: str, doubts: Sequence[str]) -> str:
    where = f"Section {part.number} of {source}" if part.number else source
    note = f"Imported from {where}." + "".join(f" Look at: {d}" for d in doubts)
    return (
        f"---\nid: {id}\nversion: 1.0.0-1\ntitle: {json.dumps(part.title, ensure_ascii=False)}\nstatus: draft\n"
        f"satisfies: []\nconflicts: []\nplain_language:\n  text: Not explained yet.\n  digest: pending\n"
        f"why_changed: Imported.\nsource_note: {json.dumps(note, ensure_ascii=False)}\n---\n"
    )


# ---------------------------------------------------------------- text

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


# A number that would begin a list, or that the clause grammar refuses: the sign that makes it one.
_TYPED = re.compile(r"(?:(\()\w{1,5}\)|\d{1,4}(\.)\d|(?:\d{1,4}|[A-Za-z]|[ivxIVX]{1,5})([.)]))(?:[\d.)]*)\s")


def _body(
    lines: Sequence[Line | Rows],
    by_number: Mapping[str, tuple[str, str]],
    own: str,
    defined: dict[str, None],
    put: Mapping[str, str],
    doubts: list[str],
) -> str:
    out: list[str] = []
    for line in lines:
        if isinstance(line, Rows):
            out += ["", *_table(line, doubts), ""]
            continue
        text = _words(line, by_number, own, defined, put, doubts)
        if line.depth:
            indent = "   " * (min(line.depth, 3) - 1)
            if out and out[-1] and not out[-1].lstrip().startswith("1. "):
                out.append("")
            out.append(f"{indent}1. {text}")
        else:
            if number := _TYPED.match(text):
                doubts.append(f"a number that stands at the beginning of “{text[:40]}”.")
                at = next(number.start(n) for n in (1, 2, 3) if number[n])
                text = f"{text[:at]}\\{text[at:]}"
            out += ["", text] if out else [text]
    return "\n".join(out).strip()


def _words(
    line: Line,
    by_number: Mapping[str, tuple[str, str]],
    own: str,
    defined: dict[str, None],
    put: Mapping[str, str],
    doubts: list[str],
) -> str:
    """Return the text of a paragraph as Markdown: everything literal but terms, references and fields."""
    marks: list[tuple[int, int, str]] = []
    text = " ".join(line.text.split()) if "  " in line.text or "\t" in line.text else line.text.strip()
    same = text == line.text  # the stretches stand where they stood
    for found in _DEFINED.finditer(text):
        term = found["term"]
        bold = same and any(a <= found.start("term") and found.end("term") <= b for a, b in line.strong)
        if term not in defined and (bold or _VERB.match(text, found.end())):
            defined[term] = None
            marks.append((found.start(), found.end(), f'"**{_SPECIAL.sub(_literal, term)}**"'))
    for found in _REFERENCE.finditer(text):
        number = found[2]
        target = by_number.get(number)
        if target is None or not target[0]:
            doubts.append(f"“{found[0]}”, which points at nothing that was found here.")
        elif found[1].endswith("s"):
            doubts.append(f"“{found[0]} …”, which points at several sections.")
        elif target[0] == own:
            doubts.append(f"“{found[0]}”, which points at its own section.")
        else:
            # Where its title stands behind it already, both are the reference.
            named = f" ({target[1]})"
            end = found.end() + (len(named) if text.startswith(named, found.end()) else 0)
            marks.append((found.start(), end, f"[{_SPECIAL.sub(_literal, target[1])}](#{target[0]})"))
    for words, path in put.items():
        pattern = rf"(?<!\w){re.escape(words)}(?!\w)"
        marks += [(m.start(), m.end(), f"{{{{ {path} }}}}") for m in re.finditer(pattern, text)]
    for a, b in line.slanted if same else ():
        words = text[a:b]
        lead, tail = len(words) - len(words.lstrip()), len(words) - len(words.rstrip())
        inside = any(start < b and a < end for start, end, _ in marks)
        if words.strip() and not inside:
            marks.append((a + lead, b - tail, f"*{_SPECIAL.sub(_literal, words.strip())}*"))
    out, at = [], 0
    for start, end, mark in sorted(marks):
        if start < at:
            continue
        out += [_SPECIAL.sub(_literal, text[at:start]), mark]
        at = end
    out.append(_SPECIAL.sub(_literal, text[at:]))
    return "".join(out)


def _literal(found: re.Match[str]) -> str:
    return f"\\{found[1]}"


def _table(table: Rows, doubts: list[str]) -> list[str]:
    wide = max((len(r) for r in table.rows), default=0)
    if not wide:
        return []
    doubts.append("a table: its widths and merged cells are not taken over.")
    rows = [[_SPECIAL.sub(_literal, c) or " " for c in (*r, *[""] * (wide - len(r)))] for r in table.rows]
    lines = [f"| {' | '.join(r)} |" for r in rows]
    return [lines[0], f"|{' --- |' * wide}", *lines[1:]]


def _plain(body: str) -> str:
    """Return the words of a clause without marks, fields and conditions, to compare it with others."""
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", body, flags=re.DOTALL)
    text = re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", text)
    return " ".join(re.findall(r"\w+", text.lower()))


def _near(text: str, library: Sequence[tuple[str, str, str]]) -> Near | None:
    """Return the clause of the library that reads most like ``text``, from sixty percent on."""
    from rapidfuzz import fuzz, process

    if len(text.split()) < _TOO_SHORT or not library:
        return None
    found = process.extractOne(text, [body for _, _, body in library], scorer=fuzz.ratio, score_cutoff=60)
    if found is None:
        return None
    id, version, _ = library[found[2]]
    return Near(f"{id}@{version}", int(found[1]))


# ---------------------------------------------------------------- what might be a field


def _parties(contract: Contract) -> list[Proposal]:
    """Return the names of the first two parties: what stands before their short names in the preamble."""
    text = " ".join(x.text for x in contract.preamble if isinstance(x, Line))
    out: list[Proposal] = []
    start = 0
    for found in _SHORT_NAME.finditer(text):
        before = re.split(r"\b(?:between|among|by and)\b", text[start : found.start()])[-1].strip(" ,:;")
        start = found.end()
        while (less := _BEFORE.sub("", before).strip(" ,:;")) != before:
            before = less
        end = _AFTER.search(before)
        name = before[: end.start()] if end is not None else before
        if not (3 < len(name) < 120) or not name[:1].isupper() or found[1].lower() in ("agreement", "effective date"):
            continue
        role = ("hco", "cbo")[len(out) // 2]
        out += [
            Proposal(name, "party", f"{role}.legal_name", "the preamble"),
            Proposal(found[1].strip(" ,"), "party", f"{role}.short_name", "the preamble"),
        ]
        if len(out) == 4:
            break
    return out


def _proposals(part: Part) -> list[Proposal]:
    where = f"Section {part.number}" if part.number else part.title
    out: dict[tuple[str, str], Proposal] = {}
    for line in part.lines:
        texts = [line.text] if isinstance(line, Line) else [c for r in line.rows for c in r]
        for text in texts:
            for kind, pattern in (("money", _MONEY), ("date", _DATE), ("duration", _DURATION), ("percent", _PERCENT)):
                for found in pattern.finditer(text):
                    near = f"{part.title} {text[max(0, found.start() - 90) : found.end() + 60]}".lower()
                    field = next((f for word, f in _NEARBY[kind] if word in near), "")
                    out.setdefault((kind, found[0]), Proposal(found[0], kind, field, where))
    return list(out.values())


# ---------------------------------------------------------------- the files beside


def _document(
    contract: Contract,
    family: str,
    groups: Sequence[tuple[Part | None, Sequence[Part]]],
    ids: Mapping[Part, str],
    opening: bool,
) -> bytes:
    lines = [
        f"id: {family}", f"title: {_quoted(contract.title)}", f"slug: {family.replace('_', '-')}",
        "when: You want the contract that was imported, with its own words.", "parties: [hco, cbo]", "layout: contract",
    ]  # fmt: skip
    first = next((n for n, (h, m) in enumerate(groups) if (h or m[0]).number), 0)
    heads = [(f"{family}.preamble", "Parties and Background")] * opening
    heads += [(ids[m], m.title) for _, members in groups[:first] for m in members]
    if heads:
        lines.append("opening:")
        lines += [f"  - {{heading: {_quoted(title)}, clause: {id}}}" for id, title in heads]
    text = [g for g in groups[first:] if not (g[0] or g[1][0]).attached]
    attached = [g for g in groups[first:] if (g[0] or g[1][0]).attached]
    lines.append("outline:" if text else "outline: []")
    for heading, members in text:
        if heading is None:
            lines += [f"  - {{clause: {ids[m]}}}" for m in members]
            continue
        lines += [f"  - heading: {_quoted(heading.title)}", "    clauses:"]
        lines += [f"      - {ids[m]}" for m in members]
    if attached:
        lines.append("schedules:")
        for n, (heading, members) in enumerate(attached, 1):
            title = (heading or members[0]).title
            listed = ", ".join(ids[m] for m in members)
            lines.append(f"  - {{id: attached_{n}, title: {_quoted(title)}, clauses: [{listed}]}}")
    lines += ["signatures: [hco, cbo]", ""]
    return "\n".join(lines).encode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _profile(contract: Contract, family: str, ids: Sequence[str]) -> bytes:
    names = {p.field: p.text for p in _parties(contract)}
    lines = [
        "# Made by `agreements clauses import`. Draft clauses are used only where they are pinned.",
        f"agreement.name: {json.dumps(contract.title, ensure_ascii=False)}",
        f"agreement.documents: [{family}]",
    ]
    for role in ("hco", "cbo"):
        for member in ("legal_name", "short_name"):
            given = names.get(f"{role}.{member}")
            lines.append(f"{role}.{member}: {json.dumps(given, ensure_ascii=False) if given else 'unknown'}")
    lines += ["pins:", *(f"  {id}: 1.0.0-1" for id in ids), ""]
    return "\n".join(lines).encode()


def _notes(contract: Contract, drafts: Sequence[Draft]) -> list[str]:
    notes = list(contract.notes)
    if contract.signing:
        notes.append("The lines of the signature page are left out; the document type prints its own.")
    notes.append("A reference prints the title of its section too: “Section 7.2 (Confidentiality)”.")
    notes.append("Quotation marks print curly, and blanks in a row as one; bold and underlined words print plain.")
    notes.append("Headings, items and tables take the looks of the frame; headers and footers are its own.")
    if any("table" in d for draft in drafts for d in draft.doubts):
        notes.append("Tables come over as text in cells; their widths and merged cells do not.")
    return notes
