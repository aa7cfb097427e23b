"""Choose: which clauses stand in this document, and why.

A slot takes the first of its clauses whose condition holds. Where a condition is open, nothing is
chosen: the slot stays *undecided* and the question stands in its place. A clause is printed once; a
later slot for one that is already in is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from generator.assembly.facts import Facts
from generator.assembly.groundwork import Groundwork
from generator.diagnostics import Diagnostic, Rule, Severity, Span
from generator.frozen import dataclass
from generator.library import Clause, DocumentType, Group, Include, Library, Slot
from generator.reading.grammar import Condition, decide
from generator.reuse import Itself

__all__ = ["RULES", "Chosen", "ChosenGroup", "ChosenInclude", "ChosenSchedule", "Chooser", "Considered", "Undecided"]

EMPTY_SLOT = Rule(
    "empty-slot",
    Severity.ERROR,
    "None of the alternatives for a necessary part of the document applies.",
    """A document type offers several clauses for one place and says that the place must not stay empty. The
answers in the profile fit none of them. The message names the alternatives and when each applies; change the
answer that is wrong, or ask the owner of the library for another alternative.""",
)
RULES = (EMPTY_SLOT,)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A clause that is in, with the reason; ``because`` names the answers that decided."""

    clause: Clause
    why: str
    slot: str
    alternatives: tuple[str, ...]
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """A slot that waits for answers: ``fields`` are open, ``titles`` are the clauses at stake."""

    fields: tuple[str, ...]
    titles: tuple[str, ...]
    clauses: tuple[str, ...]
    slot: str


@dataclass(frozen=True, slots=True)
class ChosenInclude:
    """A computed part that is in."""

    include: Include


Entry = Chosen | Undecided | ChosenInclude


@dataclass(frozen=True, slots=True)
class ChosenGroup:
    """An article with what stands in it; the first ``lead`` entries stand below its heading without their own."""

    heading: str
    entries: tuple[Entry, ...]
    lead: int = 0


@dataclass(frozen=True, slots=True)
class ChosenSchedule:
    """An attachment with what stands in it."""

    id: str
    title: str
    label: str
    outline: tuple[ChosenGroup | Entry, ...]
    locked: str = ""


@dataclass(frozen=True, slots=True)
class Considered:
    """A clause that is out, with the reason."""

    clause: str
    why: str


@dataclass(slots=True)
class Chooser:
    """Walks one document type's outline over the facts; collects what was left out and every problem."""

    library: Library
    facts: Facts
    pins: dict[str, tuple[str, Span]]
    groundwork: Groundwork | None = None
    out: list[Considered] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    _seen: dict[str, Clause] = field(default_factory=dict)

    @property
    def clauses(self) -> tuple[str, ...]:
        """The ids chosen so far, in printed order."""
        return tuple(self._seen)

    def slot(self, slot: Slot) -> Iterator[Entry]:
        """Yield what stands in ``slot``: nothing, one clause, or the question that decides."""
        alternatives = tuple(c.clause for c in slot.choices)
        against: dict[str, None] = {}
        for position, choice in enumerate(slot.choices):
            truth, because, described = self._holds(choice.when)
            if truth is None:
                rest = tuple(c.clause for c in slot.choices[position:])
                titles = tuple(t for id in rest if (t := self._title(id, choice.span)))
                for id in rest:
                    self.out.append(Considered(id, f"undecided: {described}"))
                yield Undecided(because, titles, rest, slot.name)
                return
            if not truth:
                self.out.append(Considered(choice.clause, f"left out: {_reason(choice.when_text, described)}"))
                against.update(dict.fromkeys(because))
                continue
            for other in slot.choices[position + 1 :]:
                self.out.append(Considered(other.clause, f"left out: {choice.clause} takes this place"))
            if choice.clause in self._seen:
                return
            clause = self._find(choice.clause, choice.span)
            if clause is not None:
                self._seen[clause.id] = clause
                reason = _reason(choice.when_text, described)
                why = f"included because {reason}" if choice.when else "always included"
                yield Chosen(clause, why, slot.name, alternatives, because)
            return
        if slot.required:
            wanted = "; ".join(f"{c.clause} when {c.when_text or 'always'}" for c in slot.choices)
            answered = [p for p in against if self.facts.profile.given(p) is not None]
            first = answered[0] if answered else ""
            self.problems.append(
                EMPTY_SLOT.at(
                    self.facts.profile.place_for(first) if first else slot.choices[0].span if slot.choices else None,
                    f"No clause of the library fits the place “{slot.name}”: {self.facts.describe(tuple(against))}.",
                    fix=f"These fit: {wanted}.",
                    field=first,
                )
            )

    def outline(self, outline: tuple[Group | Slot, ...]) -> Iterator[ChosenGroup | Entry]:
        """Yield what stands in ``outline``; groups in which nothing stands are left out."""
        for part in outline:
            if isinstance(part, Slot):
                yield from self.slot(part)
                continue
            truth, because, described = self._holds(part.when)
            if truth is None:
                ids = tuple(c.clause for e in part.entries if isinstance(e, Slot) for c in e.choices)
                for id in ids:
                    self.out.append(Considered(id, f"undecided: {described}"))
                yield ChosenGroup(part.heading, (Undecided(because, (part.heading,), ids, ""),))
                continue
            if not truth:
                for entry in part.entries:
                    for choice in entry.choices if isinstance(entry, Slot) else ():
                        reason = _reason(part.when_text, described)
                        self.out.append(Considered(choice.clause, f"left out: {reason}"))
                continue
            entries: list[Entry] = []
            lead = 0
            for n, entry in enumerate(part.entries):
                if isinstance(entry, Include):
                    entries.append(ChosenInclude(entry))
                else:
                    entries.extend(self.slot(entry))
                if part.lead and not n:
                    lead = len(entries)
            if entries:
                yield ChosenGroup(part.heading, tuple(entries), lead)

    def schedules(self, document: DocumentType) -> Iterator[ChosenSchedule | Undecided]:
        """Yield the attachments of ``document`` that are in."""
        for schedule in document.schedules:
            truth, because, _ = self._holds(schedule.when)
            if truth is None:
                yield Undecided(because, (f"{schedule.label} “{schedule.title}”",), (), f"schedule.{schedule.id}")
                continue
            if not truth:
                continue
            outline = schedule.outline
            if schedule.document:
                inner = self.library.document_type(schedule.document, schedule.span)
                self.problems.extend(inner.diagnostics)
                if inner.value is not None:
                    outline = inner.value.outline + outline
            chosen = tuple(self.outline(outline))
            if chosen or schedule.locked:
                yield ChosenSchedule(schedule.id, schedule.title, schedule.label, chosen, schedule.locked)

    def _holds(self, when: Condition | None) -> tuple[bool | None, tuple[str, ...], str]:
        """Return whether ``when`` holds, the answers because of which, and these in words."""
        if when is None:
            return True, (), ""
        if self.groundwork is not None:
            found = self.groundwork.of(Itself(when), lambda facts: _decided(when, facts))
            if found is not None:
                return found
        return _decided(when, self.facts)

    def _find(self, id: str, span: Span) -> Clause | None:
        pin, pin_span = self.pins.get(id, ("", span))
        checked = self.library.find(id, pin_span if pin else span, pin)
        self.problems.extend(checked.diagnostics)
        return checked.value

    def _title(self, id: str, span: Span) -> str:
        clause = self._find(id, span)
        return f"“{clause.title}”" if clause is not None else ""


def _decided(when: Condition, facts: Facts) -> tuple[bool | None, tuple[str, ...], str]:
    decision = decide(when, facts)
    return decision.truth, decision.because, facts.describe(decision.because)


def _reason(text: str, described: str) -> str:
    return f"{text} ({described})" if described else text
