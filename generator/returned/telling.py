"""A review in words: the same entries for the terminal, the page, JSON and the margin of the Word copy.

What was changed without tracking comes first and is named so in every form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from generator.comparison.words import Hunk, Kind
from generator.fields import capitalized, listed, shortened
from generator.frozen import dataclass
from generator.positions import NEVER
from generator.returned.checklist import ChecklistItem, Standing
from generator.returned.copying import Remark
from generator.returned.findings import Change, ClauseFinding, Findings, Foreign, How, State
from generator.returned.judging import OWN, Judgement, Verdict, binds_one
from generator.returned.renaming import Renamed
from generator.returned.reviewed import Reviewed

__all__ = [
    "SILENT",
    "Entry",
    "entries_of",
    "headline",
    "item_line",
    "led_in",
    "narrowed",
    "review_data",
    "remark_lines",
    "remarks_of",
    "shown",
    "verdict_lines",
]

_NAMED_PARTS = 3  # of those in which a name is another
SILENT = "changed without tracking"
_APPROVES = {
    "none": "nobody needs to approve it",
    "director": "your director may approve it",
    "board": "your board may approve it",
    "counsel": "your lawyer may approve it",
    "finance": "whoever answers for your finances may approve it",
    "program": "whoever runs your program may approve it",
    "compliance": "whoever answers for compliance may approve it",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a reviewer has to look at. ``what`` is one sentence; ``by`` who tracked it, "" if nobody did."""

    name: str
    clause: str
    silent: bool
    what: str
    by: str
    changes: tuple[Change, ...]
    lines: tuple[str, ...]
    verdict: Judgement | None
    items: tuple[ChecklistItem, ...]
    remarks: tuple[str, ...]
    key: str = ""


def entries_of(reviewed: Reviewed) -> tuple[Entry, ...]:
    """Return everything that was found, what was changed without tracking first, each in the order of the document."""
    findings = reviewed.findings
    if findings is None:
        return ()
    out = [_entry(reviewed, f) for f in findings.parts if f.touched]
    out += [_foreign(reviewed, f, near) for f, near in zip(findings.foreign, reviewed.near, strict=True)]
    out += [_renamed(name) for name in reviewed.renamed]
    for (kind, silent), changes in _by_margin(findings).items():
        what = f"The {kind} of the pages was changed."
        out.append(Entry(f"The {kind}", "", silent, what, "", changes, (), None, (), ()))
    for where, words in findings.hidden:
        what = (
            "A reader does not see these words, or takes them for deleted: hidden, white, tiny, or struck out by hand."
        )
        out.append(Entry(where or "Hidden words", "", True, what, "", (), (words,), None, (), ()))
    return tuple(sorted(out, key=_gravity))


def _renamed(name: Renamed) -> Entry:
    count = len(name.changes)
    by = "; ".join(dict.fromkeys(c.hand.author for c in name.changes if c.hand is not None and c.hand.author))
    what = f"It is called “{name.new}” now, in {count} places: {_some(name.parts)}."
    remarks = ["Told here once; every clause is held against our text as if it still said our name."]
    if name.left:
        remarks.append(f"“{name.old}” still stands in {_some(name.left)}.")
    change = Change(How.REPLACED, name.old, name.new, name.silent, next((c.hand for c in name.changes if c.hand), None))
    return Entry(f"“{name.old}”", "", name.silent, what, by, (change,), (), None, (), tuple(remarks))


def _some(names: Sequence[str]) -> str:
    """Return a few names, and how many more there are."""
    more = len(names) - _NAMED_PARTS
    return listed([*names[:_NAMED_PARTS], f"{more} more"] if more > 1 else list(names))


def _by_margin(findings: Findings) -> dict[tuple[str, bool], tuple[Change, ...]]:
    """Return what was changed in headers and in footers, silently and tracked apart, each thing once."""
    out: dict[tuple[str, bool], dict[Change, None]] = {}
    for kind, change in findings.margins:
        out.setdefault((kind, change.silent), {})[change] = None
    return {key: tuple(changes) for key, changes in out.items()}


def _gravity(entry: Entry) -> tuple[bool, int]:
    """Silent changes first; among equals what leaves the document without something it must hold, then what our
    positions rule out, what none of them knows, what one of them allows; what was only moved last."""
    verdict = entry.verdict.verdict if entry.verdict is not None else None
    if any(i.standing is Standing.MISSING for i in entry.items):
        return not entry.silent, 0
    if not (entry.changes or entry.lines):
        return not entry.silent, 5
    if verdict is None:
        return not entry.silent, 2 if entry.lines else 4  # words that are not ours; else a header, a cover
    return not entry.silent, {Verdict.NEVER: 1, Verdict.UNKNOWN: 2, Verdict.NEAR: 3, Verdict.RUNG: 4}[verdict]


def _entry(reviewed: Reviewed, finding: ClauseFinding) -> Entry:
    what = _what(finding)
    by = "; ".join(f"{h.author or 'somebody without a name'}{f', {h.date}' if h.date else ''}" for h in finding.hands)
    judgement = (reviewed.judgements or {}).get(finding.part.key)
    items = tuple(i for i in reviewed.checklist if i.standing is not Standing.MET and finding.part.name in i.clauses)
    remarks = []
    if finding.renumbered:
        remarks.append("Numbers of sections in it follow what was moved or removed.")
    for proposal in reviewed.proposals:
        blank = proposal.old.startswith("[")  # which they filled in, in one of the places where it stands
        if finding.part.name in proposal.where and proposal.elsewhere and not blank:
            places = listed(proposal.elsewhere)
            still = "say" if len(proposal.elsewhere) > 1 else "says"
            remarks.append(f"The document contradicts itself: {places} still {still} “{proposal.old.rstrip('’')}”.")
    changes = finding.changes
    if finding.moved and finding.state is State.VERBATIM:  # a tracked move is one change, not one for each paragraph
        changes = tuple(c for c in changes if c.silent)
    return Entry(
        finding.part.name, finding.part.id, finding.silent, what, by, changes, (), judgement, items,
        tuple(remarks), finding.part.key,
    )  # fmt: skip


def _what(finding: ClauseFinding) -> str:
    moved = ""
    if finding.moved:
        moved = f"moved behind {finding.moved}" if finding.moved != "the beginning" else "moved to the beginning"
    tracked = any(not c.silent for c in finding.changes)
    partly = "Partly without tracking: " if tracked and finding.silent else ""
    match finding.state:
        case State.REMOVED:
            said = "the whole text was taken out" if finding.part.id else "taken out"
        case State.CHANGED if finding.headless:
            said = "its heading was taken out: its words stand below the heading before it now"
        case State.CHANGED if all(c.how is How.MOVED for c in finding.changes) and finding.changes:
            said = "the order was changed, and no word"
        case State.CHANGED:
            said = "the text was changed"
        case State.FIELDS:
            count = len(finding.fields)
            if finding.fields and all(f.old.startswith("[") and f.old.endswith("]") for f in finding.fields):
                said = f"{'a blank was' if count == 1 else f'{count} blanks were'} filled in, and nothing else"
                return capitalized(partly + said) + "."
            said = (
                "a value was changed, and nothing else"
                if count == 1
                else f"{count} values were changed, and nothing else"
            )
        case _ if finding.found_by == "library" and finding.changes:
            said = "changed, and still one of the ways our text can read: what was changed may be a value"
        case _ if _only_paragraphs(finding.changes):
            said = "paragraphs were divided or joined, and no word was changed"
        case _:
            said = "" if finding.moved else "changed, and changed back"
    if moved:
        said = f"{said}, and it was {moved}" if said else f"{moved}, word for word"
    said = partly + said
    return capitalized(said) + "."


def _only_paragraphs(changes: Sequence[Change]) -> bool:
    return bool(changes) and all(c.how in (How.DIVIDED, How.JOINED) for c in changes)


def _foreign(reviewed: Reviewed, foreign: Foreign, near: tuple[str, float]) -> Entry:
    remarks = []
    if near[0] and near[1] >= 0.995:
        remarks.append(f"It is the clause {near[0]} of our library, which was not in this document.")
    elif near[0]:
        remarks.append(f"It reads {near[1]:.0%} like {near[0]} of our library.")
    else:
        remarks.append("No clause of our library is near it: no position of ours covers it.")
    names = tuple(n for n in (reviewed.short_names or ()))
    one = binds_one(("Each party shall",), foreign.lines, names)
    if one:
        remarks.append(f"It puts duties on {one} alone.")
    strange = [f"“{name}”" for name in _strange(reviewed, foreign)]
    if strange:
        remarks.append(f"This document does not say what {listed(strange)} {'is' if len(strange) == 1 else 'are'}.")
    by = f"{foreign.hand.author}, {foreign.hand.date[:10]}" if foreign.hand is not None else ""
    what = f"Text that is not ours was put in behind {foreign.after}."
    name = f"“{foreign.title.strip('“”')}”"
    return Entry(name, foreign.clause, foreign.silent, what, by, (), foreign.lines, None, (), tuple(remarks))


_NAMED = re.compile(r"(?<=[a-z,;’] )[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)*")
_DEFINED = re.compile(r"“([^”]{2,60})”")


def _strange(reviewed: Reviewed, foreign: Foreign) -> Iterator[str]:
    """Yield terms of foreign text, with a capital inside a sentence, that our document neither defines nor uses so."""
    if reviewed.sent is None:
        return
    said = [p.text for p in reviewed.sent.paragraphs(accepted=True)]
    known = {term.strip(" .,;") for text in said for term in _DEFINED.findall(text)}
    known |= {name for text in said for name in _NAMED.findall(text)}
    parties = " ".join((*reviewed.parties, *reviewed.short_names))
    seen = dict.fromkeys(name for line in foreign.lines for name in _NAMED.findall(line))
    yield from [n for n in seen if n not in known and n not in parties][:5]


def led_in(change: Change) -> str:
    """Return the words before a change whose own words do not say what was done, "" for others."""
    said = {
        How.MOVED: "Moved: ",
        How.DIVIDED: "A paragraph of its own now: ",
        How.JOINED: "No paragraph of its own any more: ",
    }
    return said.get(change.how, "")


def shown(change: Change) -> tuple[Hunk, ...]:
    """Return a change with the words beside it."""
    if led_in(change):
        return (Hunk(Kind.SAME, change.new or change.old),)
    out = [Hunk(Kind.SAME, change.before)] if change.before else []
    if change.old:
        out.append(Hunk(Kind.DELETED, change.old))
    if change.new:
        out.append(Hunk(Kind.INSERTED, change.new))
    if change.after:
        out.append(Hunk(Kind.SAME, change.after))
    return tuple(out)


def verdict_lines(judgement: Judgement | None) -> Iterator[str]:
    """Yield what our positions say, the verdict first."""
    if judgement is None:
        return
    reasons = " ".join(judgement.reasons)
    approve = _APPROVES.get(judgement.approve, f"{judgement.approve} may approve it" if judgement.approve else "")
    note = f" {judgement.note}" if judgement.note else ""
    match judgement.verdict:
        case Verdict.RUNG if judgement.name == OWN:
            yield "As it stands it is our own text."
        case Verdict.RUNG if judgement.name == "standard":
            yield f"Acceptable: it is our standard position.{note}"
        case Verdict.RUNG:
            yield f"Acceptable: it is {judgement.name}{f'; {approve}' if approve else ''}.{note}"
        case Verdict.NEAR:
            own = f" (For {judgement.name} itself: {approve}.)" if approve and judgement.name != OWN else ""
            yield f"Near {judgement.name}: the difference is yours to judge.{own} {reasons}".strip()
        case Verdict.NEVER:
            yield f"Never: {reasons}"
            if judgement.note:
                yield f"Our “never” for this clause:{note}"
        case Verdict.UNKNOWN:
            yield f"Unknown: {reasons}"
    if judgement.verdict in (Verdict.NEAR, Verdict.UNKNOWN) and not judgement.gone:
        for name, said, who in judgement.ladder:
            if said:
                approves = f" ({_APPROVES.get(who, who)})" if who else ""
                yield f"Our {'“never”' if name == NEVER else name}: {said}{approves}"
    if judgement.gone:
        yield "None of our positions leaves the clause out."


def remark_lines(reviewed: Reviewed) -> Iterator[str]:
    """Yield the remarks of the other side: who, when, where, and what."""
    places = _remarked(reviewed.findings)
    for c in reviewed.comments:
        at = f", at {places[c.id]}" if places.get(c.id) else ""
        yield f"{c.author}, {c.date[:10]}{at}: {shortened(c.text, 300)}"


def _remarked(findings: Findings | None) -> dict[str, str]:
    """Return the names of the parts in which remarks begin, by the ids of these."""
    if findings is None:
        return {}
    raws = ((raw, f.part.name) for f in findings.parts for p in f.pages for raw in p.raws)
    return {id: name for raw, name in raws for id in raw.comments}


def item_line(item: ChecklistItem) -> str:
    """Return one item of the checklist that is in doubt."""
    return f"{item.code} ({item.standing.value}) {item.question}"


def narrowed(hunks: Sequence[Hunk]) -> tuple[Hunk, ...]:
    """Leave out long stretches that are the same."""
    out = []
    for hunk in hunks:
        text = " ".join(hunk.text.split(" "))
        if hunk.kind is Kind.SAME and len(text) > 90:
            text = f"{text[:40].rpartition(' ')[0]} … {text[-40:].partition(' ')[2]}"
        out.append(Hunk(hunk.kind, text))
    return tuple(out)


def headline(reviewed: Reviewed) -> str:
    """Return the one sentence a reviewer reads first."""
    entries = entries_of(reviewed)
    flipped = [i for i in reviewed.checklist if i.standing is not Standing.MET]
    if not entries and reviewed.sent is None:
        return "Every clause in it reads as in our library, whatever its values are."
    if not entries:
        return "It came back word for word as it was sent."
    said = [_count_line(reviewed)]
    if flipped:
        missing = sum(i.standing is Standing.MISSING for i in flipped)
        said.append(
            f"{len(flipped)} of {len(reviewed.checklist)} items that the document must hold "
            f"{'is' if len(flipped) == 1 else 'are'} in doubt" + (f", {missing} missing." if missing else ".")
        )
    return " ".join(said)


def _count_line(reviewed: Reviewed) -> str:
    entries = entries_of(reviewed)
    silent = sum(e.silent for e in entries)
    tracked = len(entries) - silent
    if not silent:
        return f"{_places(tracked)} {'was' if tracked == 1 else 'were'} changed, and every change is tracked."
    more = f", {tracked} with it" if tracked else ""
    return f"{_places(silent)} {'was' if silent == 1 else 'were'} {SILENT}{more}."


def _places(n: int) -> str:
    return "One place" if n == 1 else f"{n} places"


# ---------------------------------------------------------------- the margin


_OURS_ONLY = "For our side alone: these remarks name our positions. Take them out before this file goes to others."


def remarks_of(reviewed: Reviewed, *, share: bool = False) -> tuple[Remark, ...]:
    """Return our remarks for the margin of the Word copy; the first one is about the whole.

    With ``share`` they say what was changed, and nothing of our positions, rules or checklist: the other side may read
    them.
    """
    findings = reviewed.findings
    if findings is None:
        return ()
    flipped = [i for i in reviewed.checklist if i.standing is not Standing.MET]
    if share:
        first = [_count_line(reviewed)]
    else:
        first = [f"Review: {headline(reviewed)}", f"Held against {reviewed.against}.", _OURS_ONLY]
        first += [f"{i.code} {i.standing.value}: {i.question} {i.why}" for i in flipped]
        first += [f"Our rules: {d.message}" for d in reviewed.rules]
    out: list[Remark] = []
    gone = {f.part.key for f in findings.parts if not f.pages}
    foreign = {f"“{f.title.strip('“”')}”": f for f in findings.foreign}
    for entry in entries_of(reviewed):
        loud = f"{SILENT.upper()}. {entry.what}" if entry.silent else entry.what
        if share and not entry.silent:
            continue  # they know what they tracked
        # What is gone is told of at the part before it, by name.
        lines = [f"{entry.name}. {loud}" if entry.key in gone else loud, *_quiet_changes(entry)]
        if not share:
            lines += [*verdict_lines(entry.verdict), *entry.remarks, *(item_line(i) for i in entry.items)]
        if entry.key:
            out.append(Remark(tuple(lines), entry.key))
        elif entry.name in foreign:
            out.append(Remark(tuple(lines), "", foreign[entry.name].paras[0].text.strip()))
        else:
            first.append(f"{entry.name}: {' '.join(lines)}")
    top = findings.parts[0].part.key if findings.parts else ""
    return (Remark(tuple(first), top), *out)


def _quiet_changes(entry: Entry) -> Iterator[str]:
    for change in entry.changes:
        if change.silent:
            yield _plain(change)


def _plain(change: Change) -> str:
    match change.how:
        case How.REPLACED:
            return f"“{shortened(change.old, 240)}” became “{shortened(change.new, 240)}”."
        case How.INSERTED:
            return f"Put in: “{shortened(change.new, 240)}”."
        case How.DELETED:
            return f"Taken out: “{shortened(change.old, 240)}”."
        case _:
            return f"{led_in(change)}“{shortened(change.new or change.old, 240)}”."


# ---------------------------------------------------------------- for programs


def review_data(reviewed: Reviewed) -> dict[str, Any]:
    """Return the review as JSON can hold it."""
    findings = reviewed.findings
    if findings is None:
        return {}
    entries = entries_of(reviewed)
    places = _remarked(findings)
    return {
        "document": {
            "title": reviewed.title,
            "name": reviewed.name,
            "number": reviewed.number,
            "parties": list(reviewed.parties),
        },
        "held_against": {"what": reviewed.against, "sure": reviewed.sure},
        "marks_left": list(reviewed.memory),
        "headline": headline(reviewed),
        "silent_changes": sum(e.silent for e in entries),
        "findings": [_entry_data(e) for e in entries],
        "clauses": [
            {
                "clause": f.part.id,
                "version": f.part.version,
                "where": f.part.where,
                "title": f.part.title,
                "state": f.state.value,
                "moved": f.moved,
                "silent": f.silent,
                "found_by": f.found_by,
            }
            for f in findings.parts
            if f.part.id
        ],
        "checklist": [
            {
                "id": i.id,
                "code": i.code,
                "level": i.level,
                "question": i.question,
                "citation": i.citation,
                "standing": i.standing.value,
                "why": i.why,
                "silent": i.silent,
            }
            for i in reviewed.checklist
        ],
        "profile_patch": [
            {
                "field": p.field,
                "label": p.label,
                "old": p.old,
                "new": p.new,
                "write": p.written,
                "place": str(p.span or ""),
                "silent": p.silent,
                "by": p.by,
                "where": list(p.where),
                "unchanged_in": list(p.elsewhere),
                "why_not": p.why,
            }
            for p in reviewed.proposals
        ],
        "rules": [{"rule": d.rule, "severity": d.severity.value, "message": d.message} for d in reviewed.rules],
        "comments": [
            {"author": c.author, "date": c.date, "where": places.get(c.id, ""), "text": c.text}
            for c in reviewed.comments
        ],
    }


def _entry_data(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {
        "part": entry.name,
        "clause": entry.clause,
        "silent": entry.silent,
        "what": entry.what,
        "by": entry.by,
        "changes": [
            {
                "how": c.how.value,
                "old": c.old,
                "new": c.new,
                "silent": c.silent,
                "author": c.hand.author if c.hand is not None else "",
                "date": c.hand.date if c.hand is not None else "",
                "field": c.field,
            }
            for c in entry.changes
        ],
        "text": list(entry.lines),
        "checklist": [i.code for i in entry.items],
        "remarks": list(entry.remarks),
    }
    judgement = entry.verdict
    if judgement is not None:
        found["position"] = {
            "verdict": judgement.verdict.value,
            "name": judgement.name,
            "approve": judgement.approve,
            "note": judgement.note,
            "reasons": list(judgement.reasons),
            "difference": [{"kind": h.kind.value, "text": h.text} for h in judgement.difference],
        }
    return found


def state_counts(findings: Findings) -> dict[str, int]:
    """Return how many clauses are verbatim, changed and so on, and how many texts were put in."""
    clauses = [f for f in findings.parts if f.part.id]
    counts = {s.value: sum(f.state is s and not (s is State.VERBATIM and f.moved) for f in clauses) for s in State}
    moved = sum(f.state is State.VERBATIM and bool(f.moved) for f in clauses)
    return {**counts, "only moved": moved, "put in that is not ours": len(findings.foreign)}
