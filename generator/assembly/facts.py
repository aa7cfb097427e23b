"""What is known in one document: the profile's values under the names that clauses use.

A name is resolved in three steps: the parties of this document (``parties.1``), the roles
(``provider`` is whichever party ``agreement.provider`` names), then the profile. What is missing or
answered *unknown* is open, and an open name says which field a person has to answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from generator.decisions import GOVERNMENT_BODIES
from generator.decisions.activities import LIST, SHARED, any_of, shared_path
from generator.diagnostics import Span
from generator.fields import UNKNOWN, Dictionary, Field, Given, Record, Value, listed, phrase, restyled
from generator.figures import Lacking, comes_from, figure_of, work_out
from generator.frozen import dataclass
from generator.profile import Profile, own_dictionary
from generator.reading.grammar import Answer, Known, Open

__all__ = ["Facts", "Found", "Own", "outside"]

# What is asked of all parties of a document together: the field, and the answers that count.
_ANY_PARTY = {
    "public_party": ("entity_type", GOVERNMENT_BODIES),
    "health_center_party": ("fqhc_status", ("section330", "lookalike")),
}
_OF_THE_DOCUMENT = frozenset(
    {"document", "documents", "clauses", "parties", "several_parties", *_ANY_PARTY}
)  # never answered
_ENTRY = re.compile(r"\.[0-9]+\.")


@dataclass(frozen=True, slots=True)
class Found:
    """A value with its field and place."""

    field: Field
    value: Value
    span: Span


@dataclass(slots=True)
class Facts:
    """The names of one document. ``clauses`` is filled in once the clauses are chosen.

    ``roles`` are its parties, by role or by their own name; ``waits`` is what has to be answered before it is known
    who else is one.
    """

    profile: Profile
    dictionary: Dictionary
    document: str
    roles: tuple[str, ...]
    documents: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    waits: Open | None = None
    _resolved: dict[str, str | Open] = field(default_factory=dict)
    _worked: dict[str, Value | Open | None] = field(default_factory=dict)
    _own: dict[str, Answer] = field(default_factory=dict)  # conditions ask the same again and again
    _shared: dict[str, Answer] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dictionary = own_dictionary(self.dictionary, self.profile)

    # -- names

    def resolve(self, path: str) -> str | Open:
        """Return the profile's own path for ``path`` ("ba.short_name" → "cbo.short_name"), or what is open."""
        if path not in self._resolved:
            self._resolved[path] = self._resolve(path)
        return self._resolved[path]

    def _resolve(self, path: str) -> str | Open:
        head, dot, rest = path.partition(".")
        if head == "parties" and dot:
            index, dot, rest = rest.partition(".")
            head = self.roles[int(index) - 1]
        field = self.dictionary.outline(head)
        if field is not None and field.same_as:
            given = self.profile.given(field.same_as)
            if given is None or given.value is UNKNOWN or not isinstance(given.value, str):
                return Open((field.same_as,), absent=given is None)
            head = given.value
        return head + dot + rest

    def party_key(self, role: str) -> str | None:
        """Return the profile's name of the party in ``role`` ("provider" → "cbo"), or None while that is open."""
        key = self.resolve(role)
        return key if isinstance(key, str) else None

    def is_further(self, key: str) -> bool:
        """Whether ``key`` is a party that this profile itself adds."""
        return key not in self.dictionary.base.parties()

    # -- values

    def value(self, path: str) -> Answer:
        """Return what is known under ``path``; this is how conditions and loops see the profile."""
        if path in _OF_THE_DOCUMENT:
            return self._of_the_document(path)
        if path in SHARED:
            if path not in self._shared:
                self._shared[path] = shared_path(path, self.own, Own(self))
            return self._shared[path]
        return self.own(path)

    def _of_the_document(self, path: str) -> Answer:
        match path:
            case "document":
                return Known(self.document)
            case "documents":
                return Known(self.documents)
            case "clauses":
                return Known(self.clauses)
            case "parties":
                return Known(self.roles)
            case "several_parties":
                return (None if len(self.roles) > 2 else self.waits) or Known(len(self.roles) > 2)
            case _:
                return self._any_party(*_ANY_PARTY[path])

    def _any_party(self, field: str, values: tuple[str, ...]) -> Answer:
        """Return whether ``field`` of any party of this document is one of ``values``."""
        found = [self.value(f"{role}.{field}") for role in self.roles]
        every: list[Answer] = [a if isinstance(a, Open) else Known(a.value in values) for a in found]
        return any_of([*every, self.waits] if self.waits is not None else every)

    def own(self, path: str) -> Answer:
        """Return what is known under ``path`` itself, whatever is said of other activities."""
        known = self._own.get(path)
        if known is None:
            known = self._own[path] = self._looked_up(path)
        return known

    def _looked_up(self, path: str) -> Answer:
        real = self.resolve(path)
        if isinstance(real, Open):
            return real
        found = self.lookup(real)
        if isinstance(found, Found):
            if found.value is UNKNOWN or self._unknown_within(found):
                return Open((real,))
            return Known(found.value)
        return found

    def find(self, path: str) -> Found | Open:
        """Return the value to print under ``path``. A value that is printed is needed, even an optional one."""
        real = self.resolve(path)
        if isinstance(real, Open):
            return real
        found = self.lookup(real)
        if not isinstance(found, Found) or found.value is UNKNOWN or found.value in ("", ()):
            return found if isinstance(found, Open) else Open((real,))
        return Open((real,)) if self._unknown_within(found) else found

    @staticmethod
    def _unknown_within(found: Found) -> bool:
        return isinstance(found.value, tuple) and any(v is UNKNOWN for v in found.value)

    def lookup(self, path: str) -> Found | Known | Open:
        """Return the value given under the profile's own ``path``; ``Known(None)`` if it may be left out."""
        figure = figure_of(path)
        if figure is not None:
            return self._figure(figure, path)
        given = self.profile.given(path)
        defined = self.dictionary.find(path)
        if given is not None and defined is not None:
            return Found(defined, given.value, given.span)
        entry = self._in_list(path)
        if entry is not None:
            return entry
        if defined is not None and defined.kind == "record":
            return self._record(path, defined)
        if defined is not None and self._may_be_left_out(path, defined):
            return Known(None)
        return Open((path,), absent=True)

    def _figure(self, name: str, path: str) -> Found | Known | Open:
        """Return what :mod:`generator.figures` works out under ``name``, or the part of it that ``path`` is."""
        place = self.profile.place_for(comes_from(name))
        if name not in self._worked:
            try:
                self._worked[name] = work_out(name, self._known, place)
            except Lacking as lacking:
                self._worked[name] = Open(lacking.paths)
        value = self._worked[name]
        if isinstance(value, Open):
            return value
        if value is None:
            return Known(None)
        parts = path.split(".")
        return self._descend(Given(value, place), parts, len(name.split(".")))

    def _known(self, path: str) -> Value | None:
        found = self.lookup(path)
        if isinstance(found, Open):
            raise Lacking(found.fields)
        if isinstance(found, Found) and (found.value is UNKNOWN or self._unknown_within(found)):
            raise Lacking([path])
        return found.value if isinstance(found, Found) else None

    def _record(self, path: str, defined: Field) -> Found | Known | Open:
        """Gather a record from its members; it is open while a member that is needed is."""
        if defined.optional and not self.profile.has_any(path):
            return Known(None)
        entries: list[tuple[str, Given]] = []
        missing: list[str] = []
        for member in defined.fields:
            found = self.lookup(f"{path}.{member.name}")
            if isinstance(found, Found) and found.value is not UNKNOWN:
                entries.append((member.name, Given(found.value, found.span)))
            elif not isinstance(found, Known):
                missing.append(f"{path}.{member.name}")
        if missing:
            return Open(tuple(missing), absent=not self.profile.has_any(path))
        return Found(defined, Record(tuple(entries)), entries[0][1].span)

    def _may_be_left_out(self, path: str, defined: Field) -> bool:
        if defined.optional:
            return True
        parts = path.split(".")
        for end in range(len(parts) - 1, 0, -1):
            parent = ".".join(parts[:end])
            above = self.dictionary.outline(parent)
            if above is not None and above.optional and not self.profile.has_any(parent):
                return True
        return False

    def _in_list(self, path: str) -> Found | Known | Open | None:
        """Resolve a path through list entries: "service.elements.2.name"."""
        parts = path.split(".")
        for start in range(1, len(parts)):
            if not parts[start].isdecimal():
                continue
            given = self.profile.given(".".join(parts[:start]))
            if given is None or not isinstance(given.value, tuple):
                return Open((".".join(parts[:start]),), absent=given is None)
            return self._descend(given, parts, start)
        return None

    def _descend(self, given: Given, parts: list[str], start: int) -> Found | Known | Open:
        here: Given = given
        for position in range(start, len(parts)):
            value, part = here.value, parts[position]
            if isinstance(value, tuple) and part.isdecimal() and 0 < int(part) <= len(value):
                entry = value[int(part) - 1]
                here = entry if isinstance(entry, Given) else Given(entry, here.span)
            elif isinstance(value, Record):
                inner = value.get(part)
                if inner is None:
                    path = ".".join(parts[: position + 1])
                    defined = self.dictionary.find(path)
                    return Known(None) if defined is not None and defined.optional else Open((path,), absent=True)
                here = inner
            else:
                return Open((".".join(parts[: position + 1]),))
        defined = self.dictionary.find(".".join(parts))
        if defined is None:
            return Open((".".join(parts),))
        return Found(defined, here.value, here.span)

    # -- words

    def printed(self, found: Found, style: str = "", args: Sequence[object] = ()) -> str | Open:
        """Return ``found`` as a contract prints it. A party prints as its short name."""
        if found.field.kind == "party_choice":
            values = found.value if isinstance(found.value, tuple) else (found.value,)
            names = []
            for key in values:
                name = self.party_name(str(key), found.field)
                if isinstance(name, Open):
                    return name
                names.append(name)
            return restyled(listed(names, "or" if style == "list_or" else "and"), style)
        return phrase(found.field, found.value, style, *args)

    def party_name(self, key: str, choice: Field) -> str | Open:
        """Return the short name of the party ``key``, or the words of a choice that is no party ("each party")."""
        record = self.dictionary.outline(key)
        if record is None or record.kind != "record":
            option = choice.option(key)
            return option.phrase if option is not None else key
        found = self.find(f"{key}.short_name")
        return phrase(found.field, found.value) if isinstance(found, Found) else found

    def label(self, path: str) -> str:
        """Return what a person calls the field: "services, entry 2: unit", "Meals: for whom the recipient works"."""
        head, _, rest = path.partition(".")
        if head == "parties" and rest:
            index, _, rest = rest.partition(".")
            path = f"{self.roles[int(index) - 1]}.{rest}"
        activity, field = self._activity(path), self.dictionary.find(path)
        if activity and field is not None:
            return f"{activity}: {field.label}"
        return self.dictionary.label(path)

    def question(self, path: str) -> str:
        """Return the question that asks for ``path``; for one activity of several it begins with its name."""
        defined = self.dictionary.find(path)
        asked = defined.question if defined is not None else ""
        activity = self._activity(path)
        return f"{activity}: {asked}" if activity and asked else asked

    def _activity(self, path: str) -> str:
        """Return what the activity is called whose answer stands at ``path``, "" for any other path."""
        if not path.startswith(f"{LIST}.") or path.count(".") < 2:
            return ""
        name = self.own(f"{LIST}.{path.split('.')[1]}.name")
        return name.value if isinstance(name, Known) and isinstance(name.value, str) else ""

    def known_about(self, path: str) -> tuple[str, tuple[str, ...]]:
        """Return why ``path`` is asked and who usually knows it; for an entry, else what its list says."""
        found = _ENTRY.search(path)
        both = [self.dictionary.find(p) for p in ((path, path[: found.start()]) if found else (path,))]
        why = next((f.why for f in both if f is not None and f.why), "")
        return why, next((f.who for f in both if f is not None and f.who), ())

    def describe(self, paths: Sequence[str]) -> str:
        """Return the answers that decided, for the record: "pilot phase: no"."""
        return "; ".join([self._described(path) for path in dict.fromkeys(paths) if path not in _OF_THE_DOCUMENT])

    def _described(self, path: str) -> str:
        if path not in self._words:
            found = self.find(path)
            printed = self.printed(found) if isinstance(found, Found) else None
            self._words[path] = f"{self.label(path)}: {printed if isinstance(printed, str) else 'not answered'}"
        return self._words[path]


@dataclass(frozen=True, slots=True)
class Own:
    """The answers of a document as they stand, none of them taken together with those of other activities."""

    facts: Facts

    def value(self, path: str, /) -> Answer:
        """Return what is known under ``path`` itself."""
        return self.facts.own(path)


def outside(profile: Profile, dictionary: Dictionary, documents: tuple[str, ...] = ()) -> Facts:
    """Return the facts of ``profile`` outside any document of the set of ``documents``."""
    return Facts(profile, dictionary, "", (), documents)
