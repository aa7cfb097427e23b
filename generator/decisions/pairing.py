"""The answers as one pair of parties sees them, with what follows from several answers together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field

from generator.decisions.tree import Decision
from generator.diagnostics import Span
from generator.fields import UNKNOWN, Given, Record
from generator.frozen import dataclass
from generator.reading.grammar import Answer, Answers, Known, Open

__all__ = ["Pair", "PairFacts", "pair_of"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Who gives the information (or asks for the work) and who receives it; "" while that is not known."""

    giver: str
    recipient: str


def pair_of(answers: Answers) -> Pair:
    """Return the pair that the answers name: the one lowest in the chain of agreements, else purchaser and provider."""
    for giver, recipient in (
        ("baa.business_associate", "sba.subcontractor"),
        ("baa.covered_entity", "baa.business_associate"),
        ("agreement.purchaser", "agreement.provider"),
    ):
        keys = tuple(_key(answers.value(path)) for path in (giver, recipient))
        if all(keys):
            return Pair(*keys)
    return Pair("", "")


def _key(answer: Answer) -> str:
    return answer.value if isinstance(answer, Known) and isinstance(answer.value, str) else ""


_SPAN = re.compile(r"N(\d{1,2})(?:\s*(?:to|through|–|-)\s*N?(\d{1,2}))?", re.IGNORECASE)


@dataclass(slots=True)
class PairFacts:
    """``answers`` under the names that trees use.

    ``giver.`` and ``recipient.`` are the two parties' own fields; ``purchaser.`` and ``provider.`` are
    roles as in clauses; ``decided.TREE`` is whether an earlier decision says yes;
    ``derived.federal_grant`` is whether any funder's money is federal.
    """

    answers: Answers
    pair: Pair
    where: Callable[[str], Span | None] | None = None
    decided: dict[str, Decision] = field(default_factory=dict)
    _people: dict[str, str] | None = None

    def value(self, path: str, /) -> Answer:
        """Return the answer under ``path``; never raises."""
        head, dot, rest = path.partition(".")
        if dot and head in ("giver", "recipient"):
            key = self.pair.giver if head == "giver" else self.pair.recipient
            if not key:
                return Open(("baa.covered_entity" if head == "giver" else "baa.business_associate",), absent=True)
            return self.answers.value(f"{key}.{rest}")
        if head == "decided":
            return self._decided(rest)
        if path == "derived.federal_grant":
            return self._federal_grant()
        return self.answers.value(path)

    def real(self, path: str, /) -> str:
        """Return the profile's own name for ``path``."""
        head, dot, rest = path.partition(".")
        if dot and head in ("giver", "recipient"):
            key = self.pair.giver if head == "giver" else self.pair.recipient
            return f"{key}.{rest}" if key else f"baa.{'covered_entity' if head == 'giver' else 'business_associate'}"
        if path == "derived.federal_grant":
            return "grant.sources"
        if dot and head in ("purchaser", "provider"):
            named = _key(self.answers.value(f"agreement.{head}"))
            return f"{named}.{rest}" if named else f"agreement.{head}"
        return path

    def _decided(self, tree: str) -> Answer:
        decision = self.decided[tree]
        if decision.stopped:
            return Known(False)
        if decision.needed is None:
            return Open(tuple(dict.fromkeys(q.field for q in decision.questions)))
        return Known(decision.needed)

    def _federal_grant(self) -> Answer:
        sources = self.answers.value("grant.sources")
        if isinstance(sources, Open):
            return sources
        flags = [_member(entry, "federal") for entry in sources.value] if isinstance(sources.value, tuple) else []
        if any(f is True for f in flags):
            return Known(True)
        if flags and all(f is False for f in flags):
            return Known(False)
        return Open(("grant.sources",), absent=not flags)

    # -- who answered

    def by(self, node: str, /) -> str:
        """Return the person named in ``phi.sources`` for the question ``node``, with organization and day."""
        if self._people is None:
            self._people = dict(self._sources())
        return self._people.get(node, "")

    def _sources(self) -> Iterator[tuple[str, str]]:
        said = self.answers.value("phi.sources")
        people: dict[str, list[str]] = {}
        entries = said.value if isinstance(said, Known) and isinstance(said.value, tuple) else ()
        for entry in entries:
            questions = _member(entry, "questions")
            if not isinstance(questions, str):
                continue
            words = [str(w) for key in ("person", "organization", "date") if _told(w := _member(entry, key))]
            for found in _SPAN.finditer(questions):
                first = int(found.group(1))
                for n in range(first, min(int(found.group(2) or first), 99) + 1):
                    people.setdefault(f"N{n}", []).append(", ".join(words))
        for node, who in people.items():
            yield node, "; ".join(dict.fromkeys(w for w in who if w))

    def place(self, path: str, /) -> Span | None:
        """Return where the answer to ``path`` stands."""
        return self.where(path) if self.where is not None else None


def _member(entry: object, name: str) -> object:
    """Return a member of a list's entry, however deep the place is wrapped around it; None if it is not there."""
    if isinstance(entry, Given):
        entry = entry.value
    if isinstance(entry, (Record, Mapping)):
        found = entry.get(name)
        return found.value if isinstance(found, Given) else found
    return None


def _told(value: object) -> bool:
    return value is not None and value is not UNKNOWN and value != ""
