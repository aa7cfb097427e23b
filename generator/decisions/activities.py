"""Activities: one job that one organization does with information from another. Each is decided by itself.

The answers under ``phi`` describe the first activity, of the pair that the agreement names. A profile may
list further ones under ``activities``, each with its own pair and its own answers; none takes an answer over
from another. Where nothing is answered under ``phi``, the list holds all there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from generator.fields import Given, Record
from generator.frozen import dataclass
from generator.reading.grammar import Answer, Answers, Known, Open

__all__ = [
    "DESCRIBED_BY",
    "FIRST",
    "LIST",
    "SHARED",
    "Activity",
    "Pair",
    "activities_of",
    "any_of",
    "member",
    "named",
    "pair_of",
    "shared_path",
]

LIST = "activities"
DESCRIBED_BY = ("name", "giver", "recipient", "data", "function")  # the rest is asked as far as a decision needs it
# What the papers ask of all activities together: whether information of this kind moves in any of them.
SHARED = frozenset({"phi.n0", "phi.n10", "phi.n11", "phi.n12", "phi.n13", "phi.n14"})
FIRST = tuple(f"phi.n{n}" for n in range(15))
_MEMBERS = {"part2.path": "part2_path", "ferpa.basis": "ferpa_basis"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Who gives the information (or asks for the work) and who receives it; "" while that is not known."""

    giver: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity: what it is called, its pair, and where its answers stand ("activities.2", "" for ``phi``)."""

    name: str
    pair: Pair
    at: str = ""

    def path(self, path: str) -> str:
        """Return where this activity answers what the first one answers under ``path``."""
        if not self.at:
            return path
        if path.startswith("phi."):
            return f"{self.at}.{path.removeprefix('phi.')}"
        return f"{self.at}.{_MEMBERS[path]}" if path in _MEMBERS else path


def activities_of(answers: Answers) -> tuple[Activity, ...]:
    """Return the activities that the answers describe, the first one first; there is always one."""
    listed = answers.value(LIST)
    entries = listed.value if isinstance(listed, Known) and isinstance(listed.value, tuple) else ()
    further = tuple(
        Activity(
            _text(member(entry, "name")) or f"activity {n}",
            Pair(_text(member(entry, "giver")), _text(member(entry, "recipient"))),
            f"{LIST}.{n}",
        )
        for n, entry in enumerate(entries, 1)
    )
    if further and all(_is_absent(answers.value(path)) for path in FIRST):
        return further
    pair = _first_pair(answers) if further else pair_of(answers)
    return (Activity("", pair), *further)


def shared_path(path: str, value: Callable[[str], Answer], answers: Answers) -> Answer:
    """Return whether what ``path`` (one of :data:`SHARED`) asks is so in any activity; ``value`` gives one answer."""
    listed = answers.value(LIST)
    if isinstance(listed, Known) and not listed.value:
        return value(path)
    found = [value(a.path(path)) for a in activities_of(answers)]
    if isinstance(listed, Open) and not listed.absent:
        found.append(listed)  # there may be others, and nobody knows
    return any_of(found)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Return yes if one answer is yes, no if all are no, else what is open."""
    every = tuple(answers)
    if len(every) == 1:
        return every[0]
    if any(isinstance(a, Known) and a.value is True for a in every):
        return Known(True)
    waits = [a for a in every if isinstance(a, Open)]
    if waits:
        return Open(tuple(dict.fromkeys(f for a in waits for f in a.fields)), absent=all(a.absent for a in waits))
    return Known(False)


def pair_of(answers: Answers) -> Pair:
    """Return the pair that the answers name: the one lowest in the chain of agreements, else purchaser and provider."""
    for giver, recipient in (
        ("baa.business_associate", "sba.subcontractor"),
        ("baa.covered_entity", "baa.business_associate"),
        ("agreement.purchaser", "agreement.provider"),
    ):
        keys = tuple(named(answers.value(path)) for path in (giver, recipient))
        if all(keys):
            return Pair(*keys)
    return Pair("", "")


def _first_pair(answers: Answers) -> Pair:
    """Return the pair of the first of several activities: the one named for it, else that of the agreement."""
    given = Pair(named(answers.value("phi.giver")), named(answers.value("phi.recipient")))
    return given if given.giver and given.recipient else pair_of(answers)


def named(answer: Answer) -> str:
    """Return the party that ``answer`` names, "" while that is not known."""
    return answer.value if isinstance(answer, Known) and isinstance(answer.value, str) else ""


def member(entry: object, name: str) -> object:
    """Return a member of a list's entry, however deep the place is wrapped around it; None if it is not there."""
    if isinstance(entry, Given):
        entry = entry.value
    if isinstance(entry, (Record, Mapping)):
        found = entry.get(name)
        return found.value if isinstance(found, Given) else found
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_absent(answer: Answer) -> bool:
    return isinstance(answer, Open) and answer.absent
