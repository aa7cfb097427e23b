"""Profiles: the answers of one partnership, each with its file and line.

A profile may build on another (``extends: hub.yaml``), which may build on a third. The nearer answer
wins, field by field; a list is one answer and is replaced whole. All files are read and all their
problems are reported at once.

Names may be written nested or dotted, and mixed: ``pay.total_cap: 12500`` says the same as ``pay:``
with ``total_cap: 12500`` below it.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field as attribute
from dataclasses import fields
from typing import Any

from generator.diagnostics import Checked, Diagnostic, Related, Rule, Severity, Span
from generator.digests import digest_of
from generator.fields import UNKNOWN, Dictionary, Field, Given, Record, read_value
from generator.fields.dictionary import RESERVED
from generator.fields.reading import is_empty, is_unknown
from generator.frozen import dataclass
from generator.reading.locked_text import file_beside
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode, read_yaml

__all__ = [
    "ANYTHING",
    "ATTACHED",
    "MAX_PARENTS",
    "RULES",
    "Given",
    "Laid",
    "Profile",
    "Watched",
    "laid_over",
    "named_files",
    "own_dictionary",
    "read_nodes",
    "read_profile",
]

MAX_PARENTS = 10
MORE_PARTIES = "more_parties"
ATTACHED = ("state_text.files", "state_text.privacy_files")  # each entry names a file beside the profile

UNKNOWN_FIELD = Rule(
    "unknown-field",
    Severity.ERROR,
    "A profile answers something that is not a field.",
    """\
Every name in a profile is a field of the data dictionary. A name that is not would be ignored, and its answer would
be missing from the contract without anybody noticing. `agreements explain NAME` shows a field, and
`agreements schema` lets an editor complete names while you type.

Wrong: `cbo.legal_nam: Riverbend Community Services, Inc.`

Right: `cbo.legal_name: Riverbend Community Services, Inc.`
""",
)
PROFILE_SHAPE = Rule(
    "profile-shape",
    Severity.ERROR,
    "A profile, or a part of it, is not a group of names and answers.",
    """\
A profile is a text of lines `name: answer`. Names that begin alike can stand below one another, indented.

Wrong: `cbo: Riverbend`, because `cbo` is a party with many fields.

Right:

    cbo:
      legal_name: Riverbend Community Services, Inc.
      short_name: Riverbend
""",
)
ANSWERED_TWICE = Rule(
    "answered-twice",
    Severity.ERROR,
    "A field is answered twice in one profile.",
    """\
A field can be written nested or with dots, but only once. Two answers would leave it to chance which one a contract
prints.

Wrong:

    pay.total_cap: 12000
    pay:
      total_cap: 120000

Right: one of the two.
""",
)
NOT_ANSWERED_ITSELF = Rule(
    "not-answered-itself",
    Severity.ERROR,
    "A name stands for another field and is not answered itself.",
    """\
`provider`, `purchaser`, `ce` and `ba` are roles. A profile describes each party once, under `cbo`, `hco` or `hub`, and
says which party plays a role. `parties`, `documents`, `document` and `clauses` are worked out.

Wrong:

    provider:
      legal_name: Riverbend Community Services, Inc.

Right:

    agreement.provider: cbo
    cbo:
      legal_name: Riverbend Community Services, Inc.
""",
)
EXTENDS = Rule(
    "extends",
    Severity.ERROR,
    "A profile builds on a file that cannot be used.",
    """\
`extends:` names one other profile, seen from the folder of the profile that names it. The file must exist, and no
profile may build on itself, directly or through others. The answers of the nearer file win.

Wrong: `extends: hub` for a file that is called hub.yaml.

Right: `extends: hub.yaml`
""",
)
PIN = Rule(
    "pin",
    Severity.ERROR,
    "A pin does not name one version of a clause.",
    """\
A pin keeps a clause at one version: below `pins:` stands the name of the clause and its version, which has three
numbers. Without a pin the newest released version is used.

Wrong: `confidentiality.mutual: latest`

Right:

    pins:
      confidentiality.mutual: 2.0.0
""",
)
PARTY_KEY = Rule(
    "party-key",
    Severity.ERROR,
    "A further party has a name that cannot be used.",
    """\
Each entry of `more_parties` gives a party a name of its own (`key`), under which the profile then describes it and by
which other answers choose it. The name is made of small letters, digits and underscores, begins with a letter, and
is not the name of a field or of another party.

Wrong: `- {key: County Health, called: county health department}`

Right:

    more_parties:
      - {key: county, called: county health department}
    county:
      legal_name: County of Jefferson
      signs: [mou]
""",
)
RULES = (UNKNOWN_FIELD, PROFILE_SHAPE, ANSWERED_TWICE, NOT_ANSWERED_ITSELF, EXTENDS, PIN, PARTY_KEY)

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(-[0-9]+)?")
_CLAUSE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


@dataclass(frozen=True, slots=True)
class Profile:
    """The answers of one partnership.

    ``values`` holds each answer under its full name, records by their members, a list as a tuple.
    ``pins`` is clause id -> (version, place); ``overrides`` name -> (reason, place), for checks that a
    person has decided to overrule. ``digests`` is (file, ``sha256:…``) of every file read, the nearest
    first. ``places`` says where each name stands, answered or not; ``lines`` is the length of the file.
    ``attached`` holds the files that answers name, such as words that a state prescribes: their bytes, or
    None for a file that is not there.
    """

    values: Mapping[str, Given]
    file: str
    digests: tuple[tuple[str, str], ...] = ()
    pins: Mapping[str, tuple[str, Span]] = attribute(default_factory=dict)
    overrides: Mapping[str, tuple[str, Span]] = attribute(default_factory=dict)
    places: Mapping[str, Span] = attribute(default_factory=dict, compare=False)
    lines: int = attribute(default=1, compare=False)
    attached: Mapping[str, bytes | None] = attribute(default_factory=dict, compare=False)

    def given(self, path: str) -> Given | None:
        """Return the answer to ``path``, or None. ``unknown`` for a whole party or group holds for all in it."""
        found = self.values.get(path)
        while found is None and "." in path:
            path = path.rpartition(".")[0]
            above = self.values.get(path)
            if above is not None:
                return above if above.value is UNKNOWN else None
        return found

    def has_any(self, path: str) -> bool:
        """Whether ``path`` or anything below it is answered."""
        return path in self.values or any(name.startswith(f"{path}.") for name in self.values)

    def place_for(self, path: str) -> Span:
        """Return where the reader should write ``path``: its own line, else beside the nearest name in the file."""
        path = ".".join(part for part in path.split(".") if not part.isdecimal())
        if path in self.places:
            return self.places[path]
        while "." in path:
            path = path.rpartition(".")[0]
            own = self.places.get(path)
            if own is not None and own.file == self.file:
                return own
            beside = [p for name, p in self.places.items() if name.startswith(f"{path}.") and p.file == self.file]
            if beside:
                return max(beside)
        return Span(self.file, self.lines)


class Watched(Profile):
    """A profile that remembers what was looked up in it, in order.

    ``seen`` holds each path, and ``path.*`` where it was asked whether anything stands at or below ``path``.
    """

    __slots__ = ("seen",)
    seen: dict[str, None]

    @classmethod
    def of(cls, profile: Profile) -> Watched:
        """Return ``profile`` as one that nothing was looked up in yet."""
        watched = cls(*(getattr(profile, f.name) for f in fields(Profile)))
        object.__setattr__(watched, "seen", {})
        return watched

    def given(self, path: str) -> Given | None:
        self.seen[path] = None
        return Profile.given(self, path)

    def has_any(self, path: str) -> bool:
        self.seen[f"{path}.*"] = None
        return Profile.has_any(self, path)

    def looked_at(self) -> frozenset[str]:
        """Return ``seen`` with every group that an answer might have been given for as a whole."""
        return frozenset((*self.seen, *(g for name in self.seen if not name.endswith(".*") for g in _groups(name))))


ANYTHING = "*"  # a name that every laid profile answers otherwise


class Laid(Profile):
    """A profile whose own answers are laid over ``base``, which others share.

    ``differs`` holds the names under which it may answer otherwise than ``base``, and :data:`ANYTHING`, written as
    :class:`Watched` notes them: what looks up none of these in ``base`` would find here the very same.
    """

    __slots__ = ("base", "differs")
    base: Profile
    differs: frozenset[str]


def laid_over(base: Profile, own: Mapping[str, Given], **more: Any) -> Laid:
    """Return the profile that answers ``own``, and all else as ``base`` does; ``more`` are its other attributes.

    Where ``base`` answers a whole group with *unknown*, that no longer holds if ``own`` answers within it; and none of
    its answers within a group holds that ``own`` says is unknown.
    """
    values = dict(base.values)
    names = [ANYTHING]
    for path, given in own.items():
        names += (path, f"{path}.*")
        if given.value is UNKNOWN:
            for name in [name for name in values if name.startswith(f"{path}.")]:
                del values[name]
                names += (name, f"{name}.*", *(f"{group}.*" for group in _groups(name)))
        for group in _groups(path):
            names.append(f"{group}.*")
            if values.pop(group, None) is not None:
                names.append(group)
    values.update(own)
    made = Laid(values, **more)
    object.__setattr__(made, "base", base)
    object.__setattr__(made, "differs", frozenset(names))
    return made


def _groups(path: str) -> Iterator[str]:
    """Yield every group that ``path`` is in, the nearest first."""
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


@functools.lru_cache(maxsize=8)
def read_nodes(data: bytes, file: str) -> Checked[Node]:
    """Return what :func:`read_yaml` gives; an interview reads its file again and again, before and after an answer."""
    return read_yaml(data, file)


def read_profile(read: Callable[[str], bytes | None], file: str, dictionary: Dictionary) -> Checked[Profile]:
    """Return the profile in ``file`` with everything it builds on.

    ``read`` gives the bytes of a file by its name, or None; ``file`` is also how messages name it. The
    value is there even with errors, holding what could be read; it is None if ``file`` itself could not.
    """
    problems: list[Diagnostic] = []
    broken: list[Diagnostic] = []
    chain = _chain(read, file, broken)
    dictionary = dictionary.base
    dictionary = dictionary.with_parties(_named_parties([node for _, node in chain], dictionary, problems))
    for part, node in chain:
        if node is not None:
            _Reading(part, dictionary, problems).read(node)
    problems += broken
    if not chain:
        return Checked(None, tuple(problems))
    values: dict[str, Given] = {}
    pins: dict[str, tuple[str, Span]] = {}
    overrides: dict[str, tuple[str, Span]] = {}
    places: dict[str, Span] = {}
    for part, _ in reversed(chain):  # the farthest first, so that nearer answers replace
        for path, given in part.values.items():
            if given.value is UNKNOWN:  # for a group: the answers below it no longer hold
                for name in [n for n in values if n.startswith(f"{path}.")]:
                    del values[name]
            values[path] = given
        pins |= part.pins
        overrides |= part.overrides
        places |= part.places
    nearest = chain[0][0]
    digests = tuple((part.file, part.digest) for part, _ in chain)
    attached = {name: read(name) for name in named_files(values)}
    profile = Profile(values, file, digests, pins, overrides, places, nearest.lines, attached)
    return Checked(profile, tuple(problems))


def named_files(values: Mapping[str, Given]) -> Iterator[str]:
    """Yield the files that answers name, each beside the profile in which it is named."""
    lists = [given.value for path in ATTACHED if (given := values.get(path)) is not None]
    for entry in (entry for listed in lists if isinstance(listed, tuple) for entry in listed):
        record = entry.value if isinstance(entry, Given) else entry
        named = record.get("file") if isinstance(record, Record) else None
        if named is not None and isinstance(named.value, str):
            name = file_beside(named.span.file, named.value)
            if name is not None:
                yield name


# ---------------------------------------------------------------- further parties


def own_dictionary(dictionary: Dictionary, profile: Profile) -> Dictionary:
    """Return ``dictionary`` with the further parties that ``profile`` names."""
    dictionary = dictionary.base
    given = profile.given(MORE_PARTIES)
    if given is None or not isinstance(given.value, tuple):
        return dictionary
    named: dict[str, str] = {}
    for entry in given.value:
        record = entry.value if isinstance(entry, Given) else entry
        key, called = (
            (found.value if (found := record.get(name)) is not None else None) if isinstance(record, Record) else None
            for name in ("key", "called")
        )
        if isinstance(key, str) and _can_be_key(key, dictionary):
            named.setdefault(key, called if isinstance(called, str) and called else key.replace("_", " "))
    return dictionary.with_parties(tuple(named.items()))


def _can_be_key(key: str, dictionary: Dictionary) -> bool:
    taken = key in RESERVED or dictionary.outline(key) is not None or dictionary.is_group(key)
    return bool(_KEY.fullmatch(key)) and not taken


def _named_parties(
    nodes: list[Node | None], dictionary: Dictionary, problems: list[Diagnostic]
) -> tuple[tuple[str, str], ...]:
    """Return the further parties that any of the files names: all of them may be described in any file."""
    if dictionary.outline(MORE_PARTIES) is None:
        return ()
    named: dict[str, str] = {}
    for node in nodes:
        listed = node.get(MORE_PARTIES) if isinstance(node, MapNode) else None
        here: dict[str, Span] = {}
        for entry in listed.items if isinstance(listed, ListNode) else ():
            key, called = (entry.get(name) if isinstance(entry, MapNode) else None for name in ("key", "called"))
            if not isinstance(key, TextNode) or is_empty(key) or is_unknown(key):
                continue
            name = key.text.strip()
            if not _can_be_key(name, dictionary):
                fix = "Write a word of small letters, such as: key: county"
                problems.append(PARTY_KEY.at(key.span, f"“{_short(name)}” cannot be the name of a party.", fix=fix))
                continue
            if name in here:
                message = f"Two further parties are called “{name}”."
                problems.append(PARTY_KEY.at(key.span, message, fix="Give one of them another key."))
            here[name] = key.span
            words = called.text.strip() if isinstance(called, TextNode) and not is_unknown(called) else ""
            named.setdefault(name, words or name.replace("_", " "))
    return tuple(named.items())


# ---------------------------------------------------------------- one file


@dataclass(slots=True)
class _Part:
    """What one file of the chain says."""

    file: str
    digest: str
    lines: int
    values: dict[str, Given] = attribute(default_factory=dict)
    pins: dict[str, tuple[str, Span]] = attribute(default_factory=dict)
    overrides: dict[str, tuple[str, Span]] = attribute(default_factory=dict)
    places: dict[str, Span] = attribute(default_factory=dict)


def _chain(
    read: Callable[[str], bytes | None], file: str, problems: list[Diagnostic]
) -> list[tuple[_Part, Node | None]]:
    """Read ``file`` and what it builds on, the nearest first."""
    chain: list[tuple[_Part, Node | None]] = []
    named: dict[str, Span] = {}
    here, asked = file, Span(file)
    while True:
        data = read(here)
        if data is None:
            wanted = here if chain else file
            message = f"“{wanted}” is not there."
            problems.append(EXTENDS.at(asked, message, fix="Name a file beside this one, such as: extends: hub.yaml"))
            break
        named[posixpath.normpath(here)] = asked
        part = _Part(here, digest_of(data), data.count(b"\n") + 1)
        checked = read_nodes(data, here)
        problems += checked.diagnostics
        if checked.value is None:
            if not chain:
                return []
            chain.append((part, None))
            break
        chain.append((part, checked.value))
        parent = _parent(checked.value, problems)
        if parent is None:
            break
        asked = parent.span
        above = _beside(here, parent.text)
        if not above:
            message = "extends names one file, seen from the folder of this one."
            problems.append(EXTENDS.at(asked, message, fix="Write: extends: hub.yaml"))
            break
        if posixpath.normpath(above) in named:
            others = (Related(s, "on the way here") for s in named.values() if s.file != here)
            message = f"“{parent.text}” builds on this file itself, so there is no beginning."
            problems.append(EXTENDS.at(asked, message, fix="Take out one of the extends lines.", others=others))
            break
        if len(chain) > MAX_PARENTS:
            message = f"More than {MAX_PARENTS} files build on one another here."
            problems.append(EXTENDS.at(asked, message, fix="Put what they share into fewer files."))
            break
        here = above
    return chain


def _beside(file: str, name: str) -> str:
    """Return the name of a parent seen from the folder of ``file``, or "" where it cannot be one."""
    name = name.strip()
    if not name or name.startswith(("/", "\\", "~")) or ":" in name or "\n" in name:
        return ""
    folder = posixpath.dirname(file.replace("\\", "/"))
    return posixpath.normpath(posixpath.join(folder, name.replace("\\", "/")))


def _parent(node: Node, problems: list[Diagnostic]) -> TextNode | None:
    """Return what the file ``node`` builds on, if anything."""
    value = node.get("extends") if isinstance(node, MapNode) else None
    if isinstance(value, TextNode):
        return None if is_empty(value) else value
    if value is not None:
        message = "extends names one file, seen from the folder of this one."
        problems.append(EXTENDS.at(value.span, message, fix="Write: extends: hub.yaml"))
    return None


class _Reading:
    """Takes one file apart into answers under full names."""

    def __init__(self, part: _Part, dictionary: Dictionary, problems: list[Diagnostic]) -> None:
        self.part = part
        self.dictionary = dictionary
        self.problems = problems

    def read(self, node: Node) -> None:
        """Read the whole file."""
        if not isinstance(node, MapNode):
            what = "is one text" if isinstance(node, TextNode) else "is a list"
            message = f"This file {what}; a profile is made of lines with a name and an answer."
            self.problems.append(
                PROFILE_SHAPE.at(node.span, message, fix="Write, for example: agreement.name: Safe Home")
            )
            return
        for name, span, value in node.entries:
            match name:
                case "extends":
                    pass  # followed already
                case "pins":
                    self.pins(value)
                case "overrides":
                    self.overrides(value)
                case _:
                    self.entry(name, span, value)

    def entry(self, path: str, span: Span, node: Node) -> None:
        """Read what stands under the full name ``path``."""
        field = self.dictionary.outline(path)
        if field is not None and self._positioned(path):
            field = None
        if field is not None and (field.same_as or field.derived):
            fix = (
                f"Answer {field.same_as}, and describe that party under its own name."
                if field.same_as
                else "Delete it."
            )
            message = f"“{path}” is {'a role' if field.same_as else 'worked out'} and is not answered itself."
            self.problems.append(NOT_ANSWERED_ITSELF.at(span, message, fix=fix, field=path))
            return
        if field is None and not self.dictionary.is_group(path):
            self.unknown(path, span)
            return
        first = self.part.places.setdefault(path, span)
        if first is not span and (not isinstance(node, MapNode) or path in self.part.values):
            self.twice(path, span, first)
            return
        if field is not None and field.kind != "record":
            self.answer(self.dictionary.find(path) or field, path, node)
        elif is_unknown(node):
            self.part.values[path] = Given(UNKNOWN, node.span)
        elif isinstance(node, MapNode):
            for name, at, value in node.entries:
                self.entry(f"{path}.{name}", at, value)
        elif not is_empty(node):
            inside = [p.removeprefix(f"{path}.") for p in self.dictionary.paths() if p.startswith(f"{path}.")][:3]
            message = f"“{path}” is a group of fields ({', '.join(inside)} …), not one answer."
            self.problems.append(
                PROFILE_SHAPE.at(
                    node.span, message, fix=f"Write each on its own line below {path}:, indented.", field=path
                )
            )

    def answer(self, field: Field, path: str, node: Node) -> None:
        checked = read_value(field, node)
        self.problems += checked.diagnostics
        if checked.value is not None:
            self.part.values[path] = Given(checked.value, node.span)

    def unknown(self, path: str, span: Span) -> None:
        meant = self.dictionary.suggest(path)
        name = path.rpartition(".")[2]
        above = path.rpartition(".")[0]
        if meant is None:
            fix = "Take it out, or see the names that agreements schema lists."
        elif meant.startswith(f"{above}.") and above and "." not in meant.removeprefix(f"{above}."):
            fix = f"Did you mean {meant.rpartition('.')[2]}?"
        else:
            fix = f"Did you mean {meant}?"
        self.problems.append(UNKNOWN_FIELD.at(span, f"“{_short(name)}” is not a field.", fix=fix, field=_short(path)))

    def twice(self, path: str, span: Span, first: Span) -> None:
        message = f"“{path}” is answered twice; the first time in line {first.line}."
        others = (Related(first, "first answered here"),)
        self.problems.append(ANSWERED_TWICE.at(span, message, fix="Keep one of the two.", field=path, others=others))

    @staticmethod
    def _positioned(path: str) -> bool:
        """Whether ``path`` reaches into a list, which only clauses may do."""
        return any(part.isdecimal() for part in path.split("."))

    def pins(self, node: Node) -> None:
        if not isinstance(node, MapNode):
            if not is_empty(node):
                fix = "Write below pins: a clause and its version, such as: confidentiality.mutual: 2.0.0"
                self.problems.append(PIN.at(node.span, "pins is a group of clauses with their versions.", fix=fix))
            return
        for id, span, value in node.entries:
            if not _CLAUSE.fullmatch(id):
                fix = "Write, for example: confidentiality.mutual: 2.0.0"
                self.problems.append(PIN.at(span, f"“{_short(id)}” is not the name of a clause.", fix=fix))
            elif not isinstance(value, TextNode) or not _VERSION.fullmatch(value.text.strip()):
                fix = f"Write, for example: {id}: 2.0.0"
                self.problems.append(PIN.at(value.span, "A version has three numbers, divided by points.", fix=fix))
            else:
                self.part.pins[id] = (value.text.strip(), value.span)

    def overrides(self, node: Node) -> None:
        if isinstance(node, MapNode):
            for name, span, value in node.entries:
                if isinstance(value, TextNode) and not is_empty(value):
                    self.part.overrides[name] = (value.text.strip(), value.span)
                else:
                    message = f"The override of “{_short(name)}” gives no reason."
                    self.problems.append(PROFILE_SHAPE.at(span, message, fix=f"Write: {_short(name)}: the reason"))
        elif not is_empty(node):
            message = "overrides is a group of rules, each with the reason."
            self.problems.append(PROFILE_SHAPE.at(node.span, message))


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 80 else shown[:79] + "…"
