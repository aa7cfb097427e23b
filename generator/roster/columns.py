"""Which columns a roster needs: what assembling leaves open over the hub's profile, and what answers bring up.

Nothing is listed by hand. The documents are assembled over what all members share; what is open then is asked of each.
An open choice is tried with each of its answers, so that what only some members are asked is known together with the
answers it hangs on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from generator.fields import UNKNOWN, Dictionary, Field, Given, Value
from generator.frozen import dataclass
from generator.model import Status, who_knows
from generator.pipeline.parts import Parts, date_of
from generator.pipeline.sets import Assembled, assemble_set
from generator.profile import Profile
from generator.roster.tables import Labels

if TYPE_CHECKING:
    from generator.interview import Topic
    from generator.workspace import Workspace

__all__ = ["ANY", "Column", "When", "columns_of", "digest_of_field"]

ANY: Final = "*"  # any answer at all
_DEPTH: Final = 3
_MOST_TRIED: Final = 400

# Each is a way to be asked: all of its (field, answers) hold.
When = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or, for a list, one further sheet.

    ``needed``: always, when (``whens`` says by which answers), or never: it may be left out. ``digest`` changes with
    what is asked.
    """

    path: str
    field: Field
    label: str
    topic: Topic
    needed: str
    whens: tuple[When, ...] = ()
    who: str = ""
    digest: str = ""

    @property
    def is_sheet(self) -> bool:
        """Whether its entries stand on a sheet of their own."""
        return self.field.kind == "list" and bool(self.field.fields)


@dataclass(slots=True)
class _Asked:
    decides: bool
    whens: dict[When, None] = field(default_factory=dict)
    always: bool = False


def columns_of(
    parts: Parts, workspace: Workspace, base: Profile, documents: Sequence[str], party: str,
    more: Sequence[str] = (),
) -> tuple[Column, ...]:  # fmt: skip
    """Return the columns for members that profiles describe as ``party``, in asking order, the name first.

    ``base`` is what all share; ``more`` are fields to ask of each although ``base`` answers them.
    """
    from generator.interview import Memory, asking_order  # whoever only reads a roster does without

    base = _without(base, more)
    date = date_of(base, workspace)
    memory = Memory()

    def look(profile: Profile) -> Assembled:
        return assemble_set(parts, profile, documents, Status.DRAFT, date, using=memory.assemble)

    first = look(base)
    looked_at = set(memory.looked_at(first.agreements))
    asked = _Search(parts.dictionary, look).found(base, first)
    optional, needed_too = _may_be_given(parts, base, first, party, looked_at | set(more))
    for name in optional:
        asked.setdefault(name, _Asked(False))
    for name in needed_too:
        asked.setdefault(name, _Asked(False)).always = True
    for name in more:
        asked.setdefault(name, _Asked(False)).always = True
    labels = Labels(parts.dictionary, party)
    names = f"{party}.legal_name"
    asked.setdefault(names, _Asked(False)).always = True
    order = asking_order(parts.dictionary, {name: one.decides for name, one in asked.items()})
    found = []
    for name in (names, *(n for n in order if n != names)):
        defined = parts.dictionary.find(name)
        if defined is None or defined.derived or defined.kind == "record":
            continue
        one = asked[name]
        needed = "always" if one.always else "when" if one.whens else "never"
        found.append(Column(
            name, defined, labels.of(name), order[name], needed, () if one.always else _merged(one.whens),
            who_knows(", ".join(defined.who)), digest_of_field(defined),
        ))  # fmt: skip
    return tuple(found)


def digest_of_field(field: Field) -> str:
    """Return twelve letters that change with what a column asks."""
    asked = [field.kind, field.label, field.question, field.optional, field.least, field.most]
    asked += [[o.key, o.label] for o in field.options]
    asked += [[f.path, digest_of_field(f)] for f in field.fields]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:12]


def _without(base: Profile, names: Sequence[str]) -> Profile:
    if not names:
        return base
    values = {p: g for p, g in base.values.items() if not any(p == n or p.startswith(f"{n}.") for n in names)}
    return replace(base, values=values)


def _is_left_open(base: Profile, path: str) -> bool:
    given = base.given(path)
    return given is None or given.value is UNKNOWN


class _Search:
    """Tries the answers of open choices, one at a time and below one another."""

    def __init__(self, dictionary: Dictionary, look: Callable[[Profile], Assembled]) -> None:
        self.dictionary, self.look = dictionary, look
        self.asked: dict[str, _Asked] = {}
        self.tried = 0

    def found(self, base: Profile, first: Assembled) -> dict[str, _Asked]:
        for item in first.open_items:
            self.asked[item.field] = _Asked(item.decides, always=True)
        self.below(base, (), frozenset(self.asked), tuple(i.field for i in first.open_items if i.decides))
        return self.asked

    def below(self, profile: Profile, when: When, known: frozenset[str], deciding: Sequence[str]) -> None:
        """Try every answer of ``deciding``, which are open in ``profile``; ``known`` are already asked there."""
        for name in deciding:
            for key, value in self.answers(name):
                self.tried += 1
                if self.tried > _MOST_TRIED:
                    return
                answered = replace(profile, values={**profile.values, name: Given(value, profile.place_for(name))})
                made = self.look(answered)
                new = [i for i in made.open_items if i.field not in known and i.field != name]
                here: When = (*when, (name, (key,)))
                for item in new:
                    one = self.asked.setdefault(item.field, _Asked(item.decides))
                    one.decides = one.decides or item.decides
                    if not one.always:
                        one.whens[here] = None
                further = [i.field for i in new if i.decides]
                if further and len(here) < _DEPTH:
                    self.below(answered, here, known | {i.field for i in made.open_items} | {name}, further)

    def answers(self, name: str) -> Iterator[tuple[str, Value]]:
        defined = self.dictionary.find(name)
        if defined is None:
            return
        match defined.kind:
            case "yes_no":
                yield from (("yes", True), ("no", False))
            case "choice" | "party_choice":
                yield from ((o.key, o.key) for o in defined.options)
            case "several":
                yield from ((o.key, (o.key,)) for o in defined.options)


def _merged(whens: Mapping[When, None]) -> tuple[When, ...]:
    """Put ways together that differ only in the last answer: role is a, or b."""
    grouped: dict[tuple[When, str], dict[str, None]] = {}
    for when in whens:
        *before, (name, keys) = when
        grouped.setdefault((tuple(before), name), {}).update(dict.fromkeys(keys))
    merged = [(*before, (name, tuple(keys))) for (before, name), keys in grouped.items()]
    shorter = [w for w in merged if not any(o != w and set(o) <= set(w) for o in merged)]
    return tuple(shorter)


def _may_be_given(
    parts: Parts, base: Profile, first: Assembled, party: str, looked_at: set[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what documents would print and rules would read of a member if it were there, and what rules demand."""
    from generator.roster.preflight import looked_up

    read, demanded = looked_up(parts, base, first)
    seen = {*looked_at, *read, f"{party}.signer.email"}
    leaves = [p for p in parts.dictionary.paths() if p.startswith(f"{party}.") and _is_left_open(base, p)]
    return tuple(p for p in leaves if p in seen), tuple(p for p in leaves if p in demanded)
