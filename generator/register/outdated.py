"""Which agreements hold a text that was superseded since, and how grave that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from generator.frozen import dataclass
from generator.library import Library, Requirement, Version
from generator.register.entries import Entry
from generator.versions import Change, class_of, history

__all__ = ["Grave", "Outdated", "outdated_of"]


class Grave(StrEnum):
    """How grave it is that a text is out of date, gravest first."""

    REQUIREMENT = "requirement"  # the newer text answers to a rule of law or practice that the old one does not
    LAW = "law"  # the text was changed because the law was
    WITHDRAWN = "withdrawn"  # the library no longer has the text, or warns of it
    EDITION = "edition"
    UPDATE = "update"
    EDITED = "edited"  # the same version reads otherwise in the library now
    CORRECTION = "correction"


_ORDER = {grave: n for n, grave in enumerate(Grave)}


@dataclass(frozen=True, slots=True)
class Outdated:
    """A clause of an agreement whose text was superseded. ``lost`` are the requirements that only the newer text meets.

    ``law`` are the changes of law for which versions since were made, and ``why`` says why each version since was
    made, the newest first.
    """

    document: str
    clause: str
    title: str
    where: str
    held: str
    now: str
    grave: Grave
    why: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    law: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, str, str]:
        """Sorts the gravest first."""
        return (_ORDER[self.grave], self.document, self.where)


@dataclass(frozen=True, slots=True)
class _Verdict:
    title: str
    now: str
    grave: Grave
    why: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    law: tuple[str, ...] = ()


def outdated_of(
    entries: Iterable[Entry], library: Library, requirements: Iterable[Requirement]
) -> Iterator[tuple[Entry, tuple[Outdated, ...]]]:
    """Yield each agreement that holds a superseded text, with what it holds, the gravest first."""
    known = {r.id: r for r in requirements}
    verdicts: dict[tuple[tuple[str, ...], str, str, str], _Verdict | None] = {}
    asked: dict[str, tuple[str, ...]] = {}  # what must be in a document of a type
    # Many agreements hold the very same texts: what is outdated in them is looked up once.
    same: dict[int, tuple[object, tuple[Outdated, ...]]] = {}

    def outdated(held: Iterable[tuple[str, str, str, str, str]]) -> Iterator[Outdated]:
        for document, id, version, digest, where in held:
            if document not in asked:
                asked[document] = tuple(_families(library, document))
            key = (asked[document], id, version, digest)
            if key not in verdicts:
                verdicts[key] = _judge(library, known, *key)
            found = verdicts[key]
            if found is not None:
                yield Outdated(
                    document, id, found.title, where, version, found.now, found.grave, found.why, found.lost, found.law
                )

    for entry in entries:
        if id(entry.held) not in same:
            same[id(entry.held)] = (entry.held, tuple(sorted(outdated(entry.held), key=lambda o: o.order)))
        if found := same[id(entry.held)][1]:
            yield entry, found


def _families(library: Library, document: str) -> Iterator[str]:
    """Yield what a document of this type must hold, its schedules with it."""
    type_ = library.document_type(document).value
    if type_ is not None:
        yield from type_.requires
        for schedule in type_.schedules:
            inner = library.document_type(schedule.document).value if schedule.document else None
            yield from inner.requires if inner is not None else ()


def _judge(
    library: Library, known: Mapping[str, Requirement], asked: Sequence[str], id: str, version: str, digest: str
) -> _Verdict | None:
    held = Version.read(version)
    now = library.find(id).value
    if held is None or not id:
        return None
    if now is None:
        return _Verdict("", "", Grave.WITHDRAWN, ("The library has no released text of this name any more.",))
    if now.version.order < held.order:
        return None
    if now.version == held:
        return None if now.digest == digest else _Verdict(now.title, version, Grave.EDITED)
    past = [p for p in history(library, id).value or () if held.order < p.clause.version.order <= now.version.order]
    why = tuple(p.clause.why_changed for p in past if p.clause.why_changed)
    law = tuple(p.clause.law_changed for p in past if p.clause.law_changed)
    old = library.find(id, None, version).value
    lost = tuple(
        r for r in now.satisfies
        if old is not None and r not in old.satisfies and any(r.startswith(f"{family}.") for family in asked)
    )  # fmt: skip
    if lost:
        codes = tuple(known[r].code if r in known else r for r in lost)
        return _Verdict(now.title, str(now.version), Grave.REQUIREMENT, why, codes, law)
    if law:
        return _Verdict(now.title, str(now.version), Grave.LAW, why, law=law)
    if old is not None and old.status == "withdrawn":
        return _Verdict(now.title, str(now.version), Grave.WITHDRAWN, why)
    change = max((class_of(held, p.clause.version) for p in past), key=_weight, default=class_of(held, now.version))
    return _Verdict(now.title, str(now.version), _GRAVES.get(change, Grave.UPDATE), why)


_GRAVES = {Change.EDITION: Grave.EDITION, Change.UPDATE: Grave.UPDATE, Change.CORRECTION: Grave.CORRECTION}


def _weight(change: Change) -> int:
    return (Change.CORRECTION, Change.UPDATE, Change.EDITION).index(change) if change in _GRAVES else -1
