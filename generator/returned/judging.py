"""How a changed clause stands to our own positions: on a rung we allow, near one, where we never go, or unknown.

A rung is a set of values, another clause, or words for a person to read. A changed value is held against the values of
each rung; a changed text against the text that each rung would print. What no rung answers is left to a person, with
the whole ladder beside it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from generator.comparison.words import Hunk, Kind, compare_words
from generator.fields import Duration, Percent, Value, number_from_words, shortened
from generator.frozen import dataclass
from generator.library import Clause, Position
from generator.model import Block, Items, Paragraph, Section, Table, inlines_text
from generator.positions import NEVER, STANDARD, rung_name
from generator.returned.findings import ClauseFinding, How, State
from generator.returned.matching import normal

__all__ = ["OWN", "Candidate", "Judgement", "Verdict", "binds_one", "judge", "section_lines"]

OWN = "our own text"
_NEAR = 0.85  # share of letters from which a text is near another
_WORDS = 40  # letters that come or go and are still a small difference
_QUOTED = re.compile(r"“([^”]{4,80})”")


class Verdict(StrEnum):
    """Where a change stands on the clause's ladder."""

    RUNG = "equals"
    NEAR = "near"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that we would print: of a rung, of another version of the clause, or of another clause."""

    name: str  # "fallback 1", "version 1.0.0 of this clause"
    lines: tuple[str, ...]
    approve: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one part. ``name`` is the rung or text it was held against, ``approve`` who may agree to it.

    ``difference`` is how the returned text differs from that text; ``reasons`` say why it is never, or unknown;
    ``ladder`` are the rungs that only a person can judge: (name, note, who may approve).
    """

    verdict: Verdict
    name: str = ""
    approve: str = ""
    note: str = ""
    difference: tuple[Hunk, ...] = ()
    reasons: tuple[str, ...] = ()
    ladder: tuple[tuple[str, str, str], ...] = ()
    gone: bool = False  # the whole clause


def section_lines(section: Section) -> tuple[str, ...]:
    """Return what a section prints, a line for each paragraph, its heading first: as it is read back from Word."""
    return tuple(line for line in (section.heading, *_lines(section.blocks)) if line.strip())


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines):
                yield inlines_text(inlines)
            case Items(items=items):
                for item in items:
                    yield from _lines(item.blocks)
            case Table(columns=columns, rows=rows):
                yield from (inlines_text(c.heading) for c in columns)
                for row in rows:
                    for cell in row:
                        yield from _lines(cell)
            case Section():
                yield from section_lines(block)


def judge(
    finding: ClauseFinding,
    clause: Clause,
    candidates: Sequence[Candidate],
    rungs: Mapping[str, Mapping[str, Value]],
    now: Mapping[str, Value],
    current: Mapping[str, Value],
    never: Sequence[str],
    parties: Sequence[str] = (),
) -> Judgement:
    """Hold one changed clause against its positions.

    ``candidates`` are texts that we would print, the standing one first; ``rungs`` the values of each rung; ``now`` the
    values that came back, ``current`` those of the profile; ``never`` what our rules say against the returned text.
    """
    ladder = tuple((rung_name(p.rung), p.note, p.approve) for p in clause.positions)
    if finding.state is State.REMOVED:
        return Judgement(Verdict.UNKNOWN, reasons=("The whole clause was taken out.", *never), ladder=ladder, gone=True)
    values_only = finding.state is State.FIELDS
    by_values = _by_values(clause, rungs, now, current) if values_only else None
    by_text = None if values_only else _by_text(finding, candidates)
    for found in (by_values, by_text):
        if found is not None and found.verdict is Verdict.RUNG:
            if never:
                return Judgement(Verdict.NEVER, found.name, found.approve, found.note, (), tuple(never), ladder)
            return Judgement(found.verdict, found.name, found.approve, found.note, (), (), ladder)
    one = binds_one(finding.old_body, finding.new_body, parties)
    rules_out = [p for p in clause.positions if p.rung == NEVER and _ONE_WAY.search(p.note)]
    one_sided = (f"Our text binds each party; the returned text binds {one} alone.",) if one else ()
    named = (*_quoted_never(finding, clause), *_beyond_never(clause, rungs, now, current))
    reasons = (*never, *named, *(one_sided if rules_out else ()))
    if reasons:
        note = next((p.note for p in clause.positions if p.rung == NEVER), "")
        difference = by_text.difference if by_text is not None else ()
        return Judgement(Verdict.NEVER, "never", "", note, difference, reasons, ladder)
    found = by_values if by_values is not None else by_text
    # To our own text the changes are the difference, without the numbers that follow what was moved.
    turned = _turned(by_text.difference if by_text is not None and by_text.name != OWN else (), finding)
    if turned and by_text is not None and by_text.name == OWN:
        return Judgement(Verdict.UNKNOWN, reasons=(turned,), ladder=ladder)
    if turned and by_text is not None and found is by_text:
        found = replace(by_text, reasons=(*by_text.reasons, turned))
    if one_sided:
        return Judgement(Verdict.UNKNOWN, reasons=one_sided, ladder=ladder)
    if found is not None:
        return Judgement(found.verdict, found.name, found.approve, found.note, found.difference, found.reasons, ladder)
    why = "No rung of ours names these values." if values_only else "No position of ours says this."
    beyond = None if values_only else _by_values(clause, rungs, now, current)
    more = beyond.reasons if beyond is not None else ()  # of what else was changed beside the words
    return Judgement(Verdict.UNKNOWN, reasons=(why, *more), ladder=ladder)


def _by_text(finding: ClauseFinding, candidates: Sequence[Candidate]) -> Judgement | None:
    from rapidfuzz import fuzz

    text = "\n".join(normal(line) for line in finding.new_lines)
    best: tuple[float, Candidate] | None = None
    for candidate in candidates:
        theirs = "\n".join(normal(line) for line in candidate.lines)
        if text == theirs or _flat(_body(text)) == _flat(_body(theirs)):
            return Judgement(Verdict.RUNG, candidate.name, candidate.approve, candidate.note)
        alike = fuzz.ratio(text, theirs) / 100
        if candidate.name == OWN and any(c.how in (How.INSERTED, How.DELETED)
                                         and len(c.old + c.new) > _WORDS for c in finding.changes):  # fmt: skip
            continue  # a sentence that came or went is no small difference
        if alike >= _NEAR and (best is None or alike > best[0]):
            best = (alike, candidate)
    if best is None:
        return None
    found = best[1]
    difference = compare_words("\n".join(found.lines), "\n".join(finding.new_lines))
    return Judgement(Verdict.NEAR, found.name, found.approve, found.note, difference)


def _body(text: str) -> str:
    """The text without its heading, which says nothing of the terms."""
    return text.partition("\n")[2] or text


def _flat(text: str) -> str:
    """The text without the ends of its paragraphs: where one was divided or joined, it says the same."""
    return " ".join(text.split())


def _by_values(
    clause: Clause,
    rungs: Mapping[str, Mapping[str, Value]],
    now: Mapping[str, Value],
    current: Mapping[str, Value],
) -> Judgement | None:
    if not now:
        return None
    measured = [(p, rungs[p.rung]) for p in clause.positions if p.rung != NEVER and rungs.get(p.rung)]
    for position, values in measured:
        if set(now) <= set(values) and all(now.get(f, current.get(f)) == v for f, v in values.items()):
            return Judgement(Verdict.RUNG, rung_name(position.rung), position.approve, position.note)
    if len(now) != 1:
        return None
    ((path, value),) = now.items()
    steps = [(_measure(v[path]), p) for p, v in measured if path in v]
    here = _measure(value)
    known = [(m, p) for m, p in steps if m is not None]
    if here is None or not known:
        return None
    nearest = min(known, key=lambda step: abs(step[0] - here))
    low, high = min(m for m, _ in known), max(m for m, _ in known)
    said = f"{_text_of(nearest[1], path)} would be {rung_name(nearest[1].rung)}"
    if low <= here <= high and low < high:
        return Judgement(Verdict.NEAR, rung_name(nearest[1].rung), nearest[1].approve, nearest[1].note,
                         reasons=(f"It lies between our rungs; {said}.",))  # fmt: skip
    if nearest[1].rung == STANDARD and low == high:
        return Judgement(Verdict.UNKNOWN, reasons=(f"Our one measure is the standard: {said}.",))
    return Judgement(Verdict.UNKNOWN, reasons=(f"It goes beyond our rungs; {said}.",))


def _text_of(position: Position, path: str) -> str:
    return next((text for name, text in position.values if name == path), "")


_DAYS = {"hours": 1 / 24, "days": 1.0, "business days": 1.4, "weeks": 7.0, "months": 30.4, "years": 365.0}


def _measure(value: Value) -> float | None:
    """Return a value as a number that can be laid between two others, None if it cannot."""
    match value:
        case bool():
            return None
        case int() | Decimal():
            return float(value)
        case Duration(n=n, unit=unit):
            return n * _DAYS[unit]
        case Percent(amount=amount):
            return float(amount)
        case dt.date():
            return float(value.toordinal())
        case _:
            return None


_ONE_WAY = re.compile(r"\bone[- ](?:way|sided?)\b|\bonly (?:one|the other) (?:party|side)\b", re.IGNORECASE)
_EACH = re.compile(r"\b(?:each|either|neither|no|both|every) (?:party|parties)\b|\bthe parties\b", re.IGNORECASE)


_DUTY = r"\b[^.;]{0,80}?\b(?:shall|must|will|agrees to|is liable)\b"


def binds_one(old: Sequence[str], new: Sequence[str], parties: Sequence[str]) -> str:
    """Return the one party that the words ``new`` put duties on, where ``old`` spoke of both; "" otherwise."""
    before, after = " ".join(old), " ".join(new)
    if not re.search(f"(?:{_EACH.pattern}){_DUTY}", before, re.IGNORECASE) or _EACH.search(after):
        return ""
    bound = [p for p in parties if re.search(rf"\b{re.escape(p)}{_DUTY}", after)]
    return bound[0] if len(bound) == 1 else ""


_HEAVY = re.compile(
    r"\b(?:not|no|never|none|nothing|shall|must|may|will|only|unless|except|if|all|any|every|each|both|either|neither|or"
    r"|and|sole|solely|exclusive|exclusively|irrevocable|perpetual|unlimited)\b|\d",
    re.IGNORECASE,
)


def _turned(difference: Sequence[Hunk], finding: ClauseFinding) -> str:
    """Return how few words may have turned the meaning of a clause, "" if none of weight was touched.

    ``difference`` is to the text it was held against: a value that this text says too has turned nothing.
    """
    pairs: list[tuple[str, str]] = []
    for n, hunk in enumerate(difference):
        if hunk.kind is Kind.DELETED:
            after = difference[n + 1] if n + 1 < len(difference) else hunk
            pairs.append((hunk.text, after.text if after.kind is Kind.INSERTED else ""))
        elif hunk.kind is Kind.INSERTED and (n == 0 or difference[n - 1].kind is not Kind.DELETED):
            pairs.append(("", hunk.text))
    if not difference:
        pairs = [(c.old, c.new) for c in finding.changes if c.how in (How.REPLACED, How.INSERTED, How.DELETED)]
    for old, new in pairs:
        before, after_ = (sorted(w.lower() for w in _HEAVY.findall(text)) for text in (old, new))
        if before != after_:
            was, now = (shortened(text, 80) for text in (old, new))
            what = f"“{was}” became “{now}”" if was and now else f"“{now}” came in" if now else f"“{was}” went"
            return f"Few words can turn a meaning: {what}."
    return ""


def _quoted_never(finding: ClauseFinding, clause: Clause) -> Iterator[str]:
    """Yield what the ladder's last rung quotes and the returned text says, where ours did not."""
    old, new = (" ".join(map(normal, lines)).lower() for lines in (finding.old, finding.new))
    for position in clause.positions:
        if position.rung == NEVER:
            for words in _QUOTED.findall(position.note):
                sign = normal(words).lower().strip(" .,;")
                if sign in new and sign not in old:
                    yield f"It says “{words.strip(' .,;')}”, which our positions rule out."


_LIMIT = re.compile(
    r"\b(?P<side>more than|over|longer than|less than|fewer than|shorter than) (?P<count>\d+|[a-z]+(?:-[a-z]+)?) "
    r"(?P<unit>hours|calendar days|business days|days|weeks|months|years)\b",
    re.IGNORECASE,
)


def _beyond_never(
    clause: Clause,
    rungs: Mapping[str, Mapping[str, Value]],
    now: Mapping[str, Value],
    current: Mapping[str, Value],
) -> Iterator[str]:
    """Yield which changed length of time lies beyond one that the ladder's last rung names, where ours did not."""
    named = {path for values in rungs.values() for path in values}
    for position in clause.positions:
        if position.rung != NEVER:
            continue
        for found in _LIMIT.finditer(position.note):
            count = found["count"]
            n = int(count) if count.isdecimal() else number_from_words(count) or 0
            limit = n * _DAYS[found["unit"].lower().removeprefix("calendar ")]
            above = found["side"].lower() in ("more than", "over", "longer than")
            for path in sorted(named & set(now)):
                here, before = now[path], current.get(path)
                if not isinstance(here, Duration) or not n:
                    continue
                size, was = _measure(here) or 0, (_measure(before) if before is not None else None)
                if (size > limit if above else size < limit) and not (
                    was is not None and (was > limit if above else was < limit)
                ):
                    yield f"{here.n} {here.unit} is {found[0]}, which our positions rule out."
