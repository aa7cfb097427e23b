"""Groundwork: what comes of the answers that all members of a hub share, worked out once for all of them.

A member's profile is laid over the one that all share (:class:`generator.profile.Laid`), and answers little of it
otherwise. What is worked out from the shared profile alone, with a note of every name that was looked up on the way,
is so for a member too if it answers none of these names itself: it would have found the very same at each step. If it
answers only one of them otherwise, it works everything out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar

from generator.assembly.facts import Facts
from generator.fields import Dictionary
from generator.frozen import dataclass
from generator.profile import ANYTHING, Laid, Profile, Watched
from generator.reading.grammar import Answer
from generator.reuse import Itself

__all__ = ["Groundwork", "groundwork_of"]

_CLAUSES = "clauses"  # what a text asks for that hangs on the clauses beside it
_MOST = 12

R = TypeVar("R")
_Made = tuple[frozenset[str], Any]  # what was looked up, and what came of it


class _Noted(Watched):
    """What all share. A place in it is nobody else's: who asks for one hangs on everything."""

    __slots__ = ()

    def place_for(self, path: str) -> Any:
        self.seen[ANYTHING] = None
        return Profile.place_for(self, path)


class _Alone(Facts):
    """The facts of what all share, in a document that has these parties and clauses."""

    __slots__ = ()

    def value(self, path: str) -> Answer:
        if path == _CLAUSES:
            self.profile.given(_CLAUSES)  # which is no answer of a profile, and so is noted
        return super().value(path)


class _Ground:
    """What was worked out from ``base``, for one type of document and its parties."""

    def __init__(
        self, base: Profile, dictionary: Dictionary, document: str, roles: tuple[str, ...], documents: tuple[str, ...]
    ) -> None:
        self.base, self.dictionary = base, dictionary
        self.document, self.roles, self.documents = document, roles, documents
        self._known: dict[Hashable, _Made] = {}
        self._with: dict[tuple[str, ...], dict[Hashable, _Made]] = {}

    def with_clauses(self, clauses: tuple[str, ...]) -> dict[Hashable, _Made]:
        """Return what hangs on there being just these ``clauses``; of the last few such documents."""
        if clauses not in self._with:
            if len(self._with) >= _MOST:
                del self._with[next(iter(self._with))]
            self._with[clauses] = {}
        return self._with[clauses]

    def of(self, key: Hashable, clauses: tuple[str, ...], work: Callable[[Facts], Any]) -> _Made:
        """Return what is looked up for ``key``, and what comes of it."""
        found = self._known.get(key) or self.with_clauses(clauses).get(key)
        if found is None:
            noted = _Noted.of(self.base)
            made = work(_Alone(noted, self.dictionary, self.document, self.roles, self.documents, clauses))
            found = noted.looked_at(), made
            (self.with_clauses(clauses) if _CLAUSES in noted.seen else self._known)[key] = found
        return found


@dataclass(frozen=True, slots=True)
class Groundwork:
    """What a member has in common with all others in one document that has these ``clauses``."""

    ground: _Ground
    differs: frozenset[str]
    clauses: tuple[str, ...]

    def of(self, key: Hashable, work: Callable[[Facts], R | None]) -> R | None:
        """Return ``work`` of the facts that all share, made now or before; None if the member's own may be others.

        ``key`` must tell all that ``work`` goes by beside those facts; what it gives is never changed.
        """
        looked_at, made = self.ground.of(key, self.clauses, work)
        return made if made is not None and looked_at.isdisjoint(self.differs) else None


@lru_cache(maxsize=64)
def _ground(
    base: Itself, dictionary: Itself, document: str, roles: tuple[str, ...], documents: tuple[str, ...]
) -> _Ground:
    return _Ground(base.thing, dictionary.thing, document, roles, documents)


def groundwork_of(facts: Facts) -> Groundwork | None:
    """Return the groundwork of a document; None where its profile is laid over no other, or its parties are open."""
    profile = facts.profile
    if not isinstance(profile, Laid) or facts.waits is not None:
        return None
    base, dictionary = Itself(profile.base), Itself(facts.dictionary.base)
    ground = _ground(base, dictionary, facts.document, facts.roles, facts.documents)
    return Groundwork(ground, profile.differs, facts.clauses)
