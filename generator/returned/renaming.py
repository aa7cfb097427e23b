"""A name that reads otherwise throughout: a party, or a defined term, that the other side calls something else.

Sixty places that say “Contractor” for “Riverbend” are one change, and would hide the others; so they are told once,
and every clause is judged as if it still used the name we gave. Where the old name still stands, that is told with it.
A name counts only if both documents explain theirs, in quotation marks, and ours does not explain the new one: one
party put in the place of another, or of both, is no other name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from generator.frozen import dataclass
from generator.returned.findings import Change, ClauseFinding, FieldChange, Findings, How, State
from generator.returned.matching import normal

__all__ = ["Renamed", "with_names_told_once"]

_MOST_WORDS = 5  # of a name
_PLACES, _PARTS = 5, 3  # from so many on it is the name that changed
_NAME = re.compile(r"[“\"]?(?P<name>[A-Z][^\d“”\"]*?)(?:[’']s|[’'])?[”\"]?")


@dataclass(frozen=True, slots=True)
class Renamed:
    """A name that is another throughout: how often, in which parts, and where the old one still stands."""

    old: str
    new: str
    changes: tuple[Change, ...]
    parts: tuple[str, ...]
    fields: tuple[FieldChange, ...]  # of the profile, which hold it
    left: tuple[str, ...]  # the parts that still say the old name

    @property
    def silent(self) -> bool:
        """Whether any of it was done without tracking."""
        return any(c.silent for c in self.changes)


def with_names_told_once(findings: Findings) -> tuple[Findings, tuple[Renamed, ...]]:
    """Return the findings without the places where a name reads otherwise throughout, and these names."""
    places: dict[tuple[str, str], list[tuple[ClauseFinding, Change]]] = {}
    for finding in findings.parts:
        for change in finding.changes:
            if pair := _names(change.old, change.new) if change.how is How.REPLACED else None:
                places.setdefault(pair, []).append((finding, change))
    often = [
        pair for pair, found in places.items()
        if len(found) >= _PLACES and len({f.part.key for f, _ in found}) >= _PARTS
    ]  # fmt: skip
    ours = "\n".join(p.text for f in findings.parts for p in f.part.paras) if often else ""
    theirs = "\n".join(p.text for f in findings.parts for p in f.pages) if often else ""
    names = {
        (old, new) for old, new in often
        if _explains(ours, old) and _explains(theirs, new) and not _explains(ours, new)
    }  # fmt: skip
    if not names:
        return findings, ()
    parts = tuple(_without(f, names) for f in findings.parts)
    told = tuple(_renamed(old, new, places[old, new], findings.parts) for old, new in places if (old, new) in names)
    return replace(findings, parts=parts), told


def _names(old: str, new: str) -> tuple[str, str] | None:
    """Return the two names, if a change is one name for another; what is in small letters is none."""
    was, now = _NAME.fullmatch(old.strip()), _NAME.fullmatch(new.strip())
    if was is None or now is None or max(len(old.split()), len(new.split())) > _MOST_WORDS:
        return None
    return was["name"], now["name"]


def _explains(text: str, name: str) -> bool:
    """Whether a name, or a longer one that it is part of, stands in quotation marks."""
    return bool(re.search(rf"[“\"](?:[^“”\"\n]* )?{re.escape(name)}(?: [^“”\"\n]*)?[”\"]", text))


def _without(finding: ClauseFinding, names: set[tuple[str, str]]) -> ClauseFinding:
    told_apart = replace(finding, renamed=tuple(sorted(names)))

    def only_names(old: str, new: str) -> bool:
        return normal(told_apart.in_our_names(new)) == normal(old)

    changes = tuple(c for c in finding.changes if not only_names(c.old, c.new))
    fields = tuple(f for f in finding.fields if not only_names(f.old, f.new))
    if len(changes) == len(finding.changes) and len(fields) == len(finding.fields):
        return finding
    state = finding.state
    if state in (State.CHANGED, State.FIELDS):
        told = [c for c in changes if c.how not in (How.DIVIDED, How.JOINED)]
        state = State.VERBATIM if not told else State.FIELDS if all(c.field for c in told) else State.CHANGED
    new = tuple(map(told_apart.in_our_names, finding.new))
    return replace(told_apart, state=state, changes=changes, fields=fields, new=new)


def _renamed(
    old: str, new: str, found: Sequence[tuple[ClauseFinding, Change]], parts: Sequence[ClauseFinding]
) -> Renamed:
    # In a longer name (“Riverbend Community Services, Inc.”) it is another one.
    stands = re.compile(rf"(?<![\w“\"]){re.escape(old)}(?![\w-])(?! [A-Z])")
    left = tuple(f.part.name for f in parts if any(stands.search(p.text) for p in f.pages))
    fields = (f for finding in parts for f in finding.fields if _names(f.old, f.new) == (old, new))
    return Renamed(
        old, new, tuple(c for _, c in found), tuple(dict.fromkeys(f.part.name for f, _ in found)),
        tuple(fields), left,
    )  # fmt: skip
