"""The answers as one pair of parties sees them, with what follows from several answers together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field

from generator.decisions.activities import SHARED, Activity, Pair, member, named, shared_path
from generator.decisions.tree import Decision
from generator.diagnostics import Span
from generator.fields import UNKNOWN
from generator.frozen import dataclass
from generator.reading.grammar import Answer, Answers, Known, Open

__all__ = ["PairFacts"]

_ROLES = {"giver": "baa.covered_entity", "recipient": "baa.business_associate"}


_SPAN = re.compile(r"N(\d{1,2})(?:\s*(?:to|through|–|-)\s*N?(\d{1,2}))?", re.IGNORECASE)


@dataclass(slots=True)
class PairFacts:
    """``answers`` under the names that trees use.

    ``giver.`` and ``recipient.`` are the two parties' own fields; ``purchaser.`` and ``provider.`` are
    roles as in clauses; ``decided.TREE`` is whether an earlier decision says yes;
    ``derived.federal_grant`` is whether any funder's money is federal. ``phi`` and what belongs to it are
    the answers of one activity; with ``whole`` those of all together.
    """

    answers: Answers
    activity: Activity
    where: Callable[[str], Span | None] | None = None
    decided: dict[str, Decision] = field(default_factory=dict)
    whole: bool = False
    _people: dict[str, str] | None = None

    @property
    def pair(self) -> Pair:
        """The two parties."""
        return self.activity.pair

    def value(self, path: str, /) -> Answer:
        """Return the answer under ``path``; never raises."""
        head, dot, rest = path.partition(".")
        if dot and head in _ROLES:
            key = self._party(head)
            return self.answers.value(f"{key}.{rest}") if key else Open((self._asks_who(head),), absent=True)
        if head == "decided":
            return self._decided(rest)
        if path == "derived.federal_grant":
            return self._federal_grant()
        if self.whole and path in SHARED:
            return shared_path(path, self.answers.value, self.answers)
        return self.answers.value(self.activity.path(path))

    def _party(self, role: str) -> str:
        return self.pair.giver if role == "giver" else self.pair.recipient

    def _asks_who(self, role: str) -> str:
        """Return the answer that names the party in ``role``; where it is given, the one that the pair still lacks."""
        other = {"giver": "recipient", "recipient": "giver"}[role]
        names = [f"{self.activity.at}.{r}" if self.activity.at else _ROLES[r] for r in (role, other)]
        return next((name for name in names if isinstance(self.answers.value(name), Open)), names[0])

    def real(self, path: str, /) -> str:
        """Return the profile's own name for ``path``."""
        head, dot, rest = path.partition(".")
        if dot and head in _ROLES:
            key = self._party(head)
            return f"{key}.{rest}" if key else self._asks_who(head)
        if path == "derived.federal_grant":
            return "grant.sources"
        if dot and head in ("purchaser", "provider"):
            party = named(self.answers.value(f"agreement.{head}"))
            return f"{party}.{rest}" if party else f"agreement.{head}"
        return path if self.whole else self.activity.path(path)

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
        flags = [member(entry, "federal") for entry in sources.value] if isinstance(sources.value, tuple) else []
        if any(f is True for f in flags):
            return Known(True)
        if flags and all(f is False for f in flags):
            return Known(False)
        return Open(("grant.sources",), absent=not flags)

    # -- who answered

    def by(self, node: str, /) -> str:
        """Return the person named in ``phi.sources`` for the question ``node``, with organization and day."""
        if self.activity.at:
            said = self.answers.value(f"{self.activity.at}.answered_by")
            return said.value if isinstance(said, Known) and isinstance(said.value, str) else ""
        if self._people is None:
            self._people = dict(self._sources())
        return self._people.get(node, "")

    def _sources(self) -> Iterator[tuple[str, str]]:
        said = self.answers.value("phi.sources")
        people: dict[str, list[str]] = {}
        entries = said.value if isinstance(said, Known) and isinstance(said.value, tuple) else ()
        for entry in entries:
            questions = member(entry, "questions")
            if not isinstance(questions, str):
                continue
            words = [str(w) for key in ("person", "organization", "date") if _told(w := member(entry, key))]
            for found in _SPAN.finditer(questions):
                first = int(found.group(1))
                for n in range(first, min(int(found.group(2) or first), 99) + 1):
                    people.setdefault(f"N{n}", []).append(", ".join(words))
        for node, who in people.items():
            yield node, "; ".join(dict.fromkeys(w for w in who if w))

    def place(self, path: str, /) -> Span | None:
        """Return where the answer to ``path`` stands."""
        return self.where(path) if self.where is not None else None


def _told(value: object) -> bool:
    return value is not None and value is not UNKNOWN and value != ""
