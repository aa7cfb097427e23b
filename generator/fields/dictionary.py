"""The data dictionary: what may be asked, in which words, and of which kind.

``clauses/_fields.yaml`` is read once into plain data (:meth:`Dictionary.to_data`, ready for JSON, for a
cache), and a :class:`Field` is made from it when it is asked for. A party has some fifty fields, and the
same record stands for each party: the texts of a record hold words in braces, ``{party}``, which the
field that uses the record fills in.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field as attribute
from typing import Any, Final

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.digests import digest_of
from generator.fields.kinds import KINDS, RECORD_KINDS
from generator.frozen import dataclass
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode

__all__ = ["RESERVED", "RULES", "Dictionary", "Field", "Option", "read_dictionary"]

RESERVED: Final = frozenset({"extends", "pins", "overrides", "loop"})  # names a profile or a clause needs itself
_FORMAT = 1  # of to_data

DICTIONARY_ENTRY = Rule(
    "dictionary-entry",
    Severity.ERROR,
    "An entry of the data dictionary cannot be used.",
    """\
Every field of `_fields.yaml` needs a `kind`, a `label` (a few words, printed in blanks) and a `question` in plain
words. The head of the file lists the kinds and what else an entry may say. A choice needs `options`, a list needs
`fields` or `each`, a percent needs `of`, and a record must be one of those under `records`.

Wrong:

    pay.rate:
      kind: currency

Right:

    pay.rate:
      kind: money
      label: rate
      question: What is paid for one unit?
""",
)
DICTIONARY_NAME = Rule(
    "dictionary-name",
    Severity.ERROR,
    "The name of a field in the data dictionary cannot be used.",
    """\
Names are small letters, digits and underscores, divided by dots: `pay.invoice.due_days`. One name cannot be a field
and a group of fields at once, because a profile could then not be written. `extends`, `pins`, `overrides` and
`loop` mean something else.

Wrong: a field `pilot` beside a field `pilot.length`.

Right: `pilot.planned` beside `pilot.length`.
""",
)
RULES = (DICTIONARY_ENTRY, DICTIONARY_NAME)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice: what a profile writes, what a reader sees, what a contract prints."""

    key: str
    label: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``path`` is its full name without list positions ("service.elements.unit").

    ``fields`` are the members of a record or of a list's entries, ``each`` the field of a list's single
    values. ``least`` and ``most`` are limits as typed in the dictionary: a number, an amount, a
    duration, a count of entries or of characters, by kind. ``same_as`` names the ``party_choice`` that
    says which party this one is; ``derived`` fields are worked out and never given.
    """

    path: str
    kind: str = "text"
    label: str = ""
    question: str = ""
    why: str = ""
    who: tuple[str, ...] = ()
    example: str = ""
    when: str = ""
    usual: str = ""
    sensitive: bool = False
    optional: bool = False
    derived: bool = False
    of: str = ""
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    each: Field | None = None
    record: str = ""
    same_as: str = ""
    least: str = ""
    most: str = ""
    shapes: tuple[str, ...] = ()
    span: Span | None = attribute(default=None, compare=False)

    @property
    def name(self) -> str:
        """The last part of the path; for members of a record, the name within it."""
        return self.path.rsplit(".", 1)[-1]

    def option(self, key: str) -> Option | None:
        """Return the option ``key``, or None."""
        return next((option for option in self.options if option.key == key), None)

    def member(self, name: str) -> Field | None:
        """Return the member ``name`` of this record or of this list's entries, or None."""
        return next((f for f in self.fields if f.path == f"{self.path}.{name}"), None)


YES_NO: Final = (Option("yes", "Yes", "yes"), Option("no", "No", "no"))

_Data = dict[str, Any]


class Dictionary:
    """All fields. Names are found with or without list positions ("service.elements.2.unit").

    ``fields`` are ready fields, for tests; :func:`read_dictionary` and :meth:`from_data` make the rest.
    """

    def __init__(self, fields: Iterable[Field] = ()) -> None:
        self._top: dict[str, _Data] = {}
        self._records: dict[str, dict[str, _Data]] = {}
        self._cache: dict[str, Field | None] = {}
        self._outlines: dict[str, Field | None] = {}
        self._groups: frozenset[str] | None = None
        self._paths: tuple[str, ...] | None = None
        self._parties: tuple[str, ...] | None = None
        self._digest = ""
        self._further: tuple[tuple[str, str], ...] = ()
        self._with: dict[tuple[tuple[str, str], ...], Dictionary] = {}
        self.base = self  # without the further parties of one profile
        for field in fields:
            self._top[field.path] = _data_of(field)
            self._cache[field.path] = field

    # -- plain data

    def to_data(self) -> dict[str, Any]:
        """Return everything as plain dicts, lists, texts and numbers: what JSON can hold."""
        return {"format": _FORMAT, "fields": self._top, "records": self._records}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Dictionary | None:
        """Return the dictionary that :meth:`to_data` gave, or None for data of another format.

        The data may hold its ``digest`` too, which takes longer to find than all else here.
        """
        if data.get("format") != _FORMAT:
            return None
        self = cls()
        self._top = data["fields"]
        self._records = data["records"]
        self._digest = data.get("digest", "")
        return self

    @property
    def digest(self) -> str:
        """``sha256:…`` of what the dictionary says; places do not count."""
        if not self._digest:
            plain = json.dumps(_without_places(self.to_data()), ensure_ascii=False, separators=(",", ":"))
            self._digest = digest_of(plain.encode())
        return self._digest

    def with_parties(self, parties: tuple[tuple[str, str], ...]) -> Dictionary:
        """Return this dictionary with further parties, each (its name in a profile, what it is called).

        Such a party is described like any other, under its own name, and every choice of a party offers it.
        """
        if self.base is not self:
            return self.base.with_parties(parties)
        if not parties:
            return self
        if parties not in self._with:
            wider = Dictionary()
            record = self._records.get("party", {})
            signs = {"signs": {**record["signs"], "optional": False}} if "signs" in record else {}
            wider._top = dict(self._top)
            for name, called in parties:
                wider._top[name] = {
                    "kind": "record", "record": "party", "fields": {**record, **signs}, "label": called,
                    "question": f"Who is the {called}?", "words": {"party": f"the {called}", "who": "jointly"},
                }  # fmt: skip
            wider._records, wider._further, wider.base = self._records, parties, self
            self._with[parties] = wider
        return self._with[parties]

    # -- looking up

    def __iter__(self) -> Iterator[Field]:
        for name in self._top:
            field = self.find(name)
            if field is not None:
                yield field

    def __len__(self) -> int:
        return len(self._top)

    def find(self, path: str) -> Field | None:
        """Return the field ``path`` means, or None. A list position gives the field of one entry."""
        if path not in self._cache:
            self._cache[path] = self._find(path)
        return self._cache[path]

    def outline(self, path: str) -> Field | None:
        """Return what :meth:`find` does, with the members of a record or a list left out: a party has seventy."""
        if path in self._cache:
            return self._cache[path]
        if path not in self._outlines:
            found = self._find(path, whole=False)
            self._outlines[path] = found
            if found is None or found.kind not in ("record", "list"):
                self._cache[path] = found  # the same, whole or not
        return self._outlines[path]

    def info(self, path: str) -> Field | None:
        """Return what checking a clause needs to know of a field: :meth:`outline`."""
        return self.outline(path)

    def is_group(self, path: str) -> bool:
        """Whether ``path`` is only the first part of names ("agreement", "cbo.contacts")."""
        if self._groups is None:
            names = self.paths()
            self._groups = frozenset(name[:i] for name in names for i, c in enumerate(name) if c == ".")
        return path in self._groups and self.find(path) is None

    def paths(self) -> tuple[str, ...]:
        """Return every name that a profile can answer, in file order: records by their members, lists whole."""
        if self._paths is None:
            self._paths = tuple(self._leaves())
        return self._paths

    def parties(self) -> tuple[str, ...]:
        """Return the names of the parties a profile can describe, in file order: cbo, hco, hub."""
        if self._parties is None:
            self._parties = tuple(name for name, data in self._top.items() if _is_party(data))
        return self._parties

    def label(self, path: str) -> str:
        """Return what a person calls the field, with its list and entry: "services, entry 2: unit"."""
        parts = path.split(".")
        words: list[str] = []
        for end, part in enumerate(parts, 1):
            if part.isdecimal():
                of = self.find(".".join(parts[: end - 1]))
                words.append(f"{of.label if of is not None else ''}, entry {part}".lstrip(", "))
        field = self.find(path)
        if field is None:
            return path
        if not parts[-1].isdecimal():
            words.append(field.label or path)
        return ": ".join(words)

    def suggest(self, path: str) -> str | None:
        """Return the name most likely meant by ``path``, or None."""
        parts = path.split(".")
        for end in range(len(parts) - 1, -1, -1):
            above = ".".join(parts[:end])
            near = self._below(above)
            close = difflib.get_close_matches(".".join(parts[end:]), near, 1, 0.6)
            if close:
                return f"{above}.{close[0]}" if above else close[0]
            if near and end:  # the beginning is right: do not look elsewhere for a better one yet
                break
        last = [p for p in self.paths() if p.rsplit(".", 1)[-1] == parts[-1]]
        if len(last) == 1:
            return last[0]
        close = difflib.get_close_matches(path, self.paths(), 1, 0.75)
        return close[0] if close else None

    # -- within

    def _below(self, above: str) -> list[str]:
        """Return the names that can follow ``above``."""
        if not above:
            return list(dict.fromkeys([n for name in self._top for n in (name, name.split(".", 1)[0])]))
        field = self.find(above)
        prefix = f"{above}."
        rest = [n.removeprefix(prefix) for n in self.paths() if n.startswith(prefix)]
        if field is not None:
            rest += [f.path.removeprefix(f"{field.path}.") for f in field.fields]
        return list(dict.fromkeys([n for name in rest for n in (name, name.split(".", 1)[0])]))

    def _find(self, path: str, *, whole: bool = True) -> Field | None:
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            head = ".".join(parts[:end])
            data = self._top.get(head)
            if data is not None:
                found = self._descend(data, {}, head, parts[end:], whole)
                if found is not None:
                    return found
        return None

    def _descend(self, data: _Data, words: Mapping[str, str], path: str, rest: list[str], whole: bool) -> Field | None:
        words = {**words, **data.get("words", {})}
        if rest and rest[0].isdecimal() and data["kind"] == "list":
            rest = rest[1:]
            if not rest:
                return self._entry(data, words, path, whole)
        if not rest:
            return self._made(data, words, path, whole)
        members = self._members(data)
        for end in range(len(rest), 0, -1):
            name = ".".join(rest[:end])
            if name in members:
                return self._descend(members[name], words, f"{path}.{name}", rest[end:], whole)
        return None

    def _members(self, data: _Data) -> Mapping[str, _Data]:
        found: Mapping[str, _Data] = data.get("fields") or self._records.get(data.get("record", ""), {})
        return found

    def _entry(self, data: _Data, words: Mapping[str, str], path: str, whole: bool) -> Field:
        if data.get("each"):
            return self._made({**data["each"], "label": data["label"], "question": data["question"]}, words, path)
        entry = {k: v for k, v in data.items() if k not in ("min", "max", "example", "words")}
        return self._made({**entry, "kind": "record"}, words, path, whole)

    def _made(self, data: _Data, words: Mapping[str, str], path: str, whole: bool = True) -> Field:
        get = data.get
        texts: list[str] = [get(key, "") for key in _SPOKEN]
        who = get("who", ())
        if words:
            texts = [_said(text, words) if "{" in text else text for text in texts]
            who = [words.get(w[1:-1], w) if w.startswith("{") else w for w in who]
        label, question, why, example, when, usual = texts
        kind, each, place = data["kind"], get("each"), get("span")
        options = YES_NO if kind == "yes_no" else tuple([Option(*o) for o in get("options", ())])
        if kind == "party_choice" and self._further:
            options += tuple([Option(name, called, f"the {called}") for name, called in self._further])
        members = self._members(data) if whole and kind in ("record", "list") else {}
        return Field(
            path=path,
            kind=kind,
            label=label,
            question=question,
            why=why,
            who=tuple(who),
            example=example or self._example(data, words, path),
            when=when,
            usual=usual,
            sensitive=get("sensitive", False),
            optional=get("optional", False),
            derived=get("derived", False),
            of=get("of", ""),
            options=options,
            fields=tuple(
                [
                    self._made(member, {**words, **member["words"]} if "words" in member else words, f"{path}.{name}")
                    for name, member in members.items()
                ]
            ),
            each=self._made({**each, "label": data["label"], "question": data["question"]}, words, path)
            if each
            else None,
            record=get("record", ""),
            same_as=get("same_as", ""),
            least=get("min", ""),
            most=get("max", ""),
            shapes=tuple(get("shapes", ())),
            span=Span(*place) if place else None,
        )

    def _example(self, data: _Data, words: Mapping[str, str], path: str) -> str:
        """Compose the example of a list from those of its members."""
        if data["kind"] != "list" or data.get("derived"):
            return ""
        lines = [
            f"{name}: {member['example']}"
            for name, member in self._members(data).items()
            if member.get("example") and not member.get("optional")
        ]
        return "\n".join(("- " if i == 0 else "  ") + line for i, line in enumerate(lines))

    def _leaves(self) -> Iterator[str]:
        def walk(data: _Data, path: str) -> Iterator[str]:
            if data.get("derived") or data.get("same_as"):
                return
            if data["kind"] != "record":
                yield path
                return
            for name, member in self._members(data).items():
                yield from walk(member, f"{path}.{name}")

        for name, data in self._top.items():
            yield from walk(data, name)


_SPOKEN: Final = ("label", "question", "why", "example", "when", "usual")  # may hold words in braces


def _said(text: str, words: Mapping[str, str]) -> str:
    for word, meaning in words.items():
        text = text.replace(f"{{{word}}}", meaning)
    return text


def _is_party(data: _Data) -> bool:
    return (
        data["kind"] == "record"
        and data.get("record") == "party"
        and not data.get("same_as")
        and not data.get("derived", False)
    )


def _data_of(field: Field) -> _Data:
    """Return a ready field as plain data."""
    data: _Data = {"kind": field.kind}
    for key in ("label", "question", "why", "example", "when", "usual", "of", "record", "same_as"):
        if getattr(field, key):
            data[key] = getattr(field, key)
    for key in ("sensitive", "optional", "derived"):
        if getattr(field, key):
            data[key] = True
    for key, limit in (("min", field.least), ("max", field.most)):
        if limit:
            data[key] = limit
    data.setdefault("label", field.name.replace("_", " "))
    data.setdefault("question", "")
    if field.who:
        data["who"] = list(field.who)
    if field.options and field.kind != "yes_no":
        data["options"] = [[o.key, o.label, o.phrase] for o in field.options]
    if field.shapes:
        data["shapes"] = list(field.shapes)
    if field.fields:
        data["fields"] = {f.path.removeprefix(f"{field.path}."): _data_of(f) for f in field.fields}
    if field.each:
        data["each"] = _data_of(field.each)
    if field.span:
        data["span"] = [field.span.file, field.span.line, field.span.column]
    return data


def _without_places(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_places(value) for key, value in data.items() if key != "span"}
    if isinstance(data, list):
        return [_without_places(value) for value in data]
    return data


# ---------------------------------------------------------------- reading _fields.yaml

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_TEXTS: Final = frozenset({"label", "question", "why", "example", "when", "usual", "of", "same_as", "min", "max"})
_FLAGS: Final = frozenset({"sensitive", "optional", "derived"})
_ATTRIBUTES: Final = _TEXTS | _FLAGS | {"kind", "who", "options", "fields", "each", "record", "words", "shape"}
_WHO: Final = ("cbo", "hub", "hco", "jointly", "counsel")
_LIMITED: Final = frozenset({"text", "paragraphs", "integer", "money", "percent", "duration", "list", "several"})


def read_dictionary(node: Node, file: str) -> Checked[Dictionary]:
    """Return the data dictionary that ``node``, the content of ``_fields.yaml``, describes.

    ``file`` is its name as shown. Entries that cannot be used are left out and named in a diagnostic.
    """
    reader = _Reader(file)
    dictionary = reader.read(node)
    return Checked(dictionary, tuple(reader.problems))


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Diagnostic] = []
        self.option_sets: dict[str, list[list[str]]] = {}
        self.parties: list[list[str]] = []

    def note(self, span: Span, message: str, fix: str = "", name: str = "", rule: Rule = DICTIONARY_ENTRY) -> None:
        self.problems.append(rule.at(span, message, fix=fix, field=name))

    def read(self, node: Node) -> Dictionary:
        dictionary = Dictionary()
        if not isinstance(node, MapNode):
            self.note(node.span, "The data dictionary is a group of fields.", "Begin with fields:.")
            return dictionary
        for key, span, _ in node.entries:
            if key not in ("options", "records", "fields"):
                self.note(span, f"“{key}” does not belong here.", "The parts are options, records and fields.")
        for name, _, value in _entries(node.get("options")):
            self.option_sets[name] = self.options(value, name)
        fields = _entries(node.get("fields"))
        for name, _, value in fields:  # parties first: party_choice fields list them
            if isinstance(value, MapNode) and _is_plain_party(value):
                self.parties.append([name, _plain_text(value.get("label")), _party_words(value, name)])
        for name, span, value in _entries(node.get("records")):
            members = self.members(value.get("fields") if isinstance(value, MapNode) else None, span, name)
            if members:
                dictionary._records[name] = members
        for name, span, value in fields:
            data = self.field(name, span, value)
            if data is not None:
                dictionary._top[name] = data
        self.check(dictionary)
        return dictionary

    def members(self, node: Node | None, span: Span, name: str) -> dict[str, _Data]:
        if not isinstance(node, MapNode) or not node.entries:
            self.note(span, f"“{name}” has no fields.", "List them under fields:.", name)
            return {}
        found = ((key, self.field(key, at, value)) for key, at, value in node.entries)
        return {key: data for key, data in found if data is not None}

    def field(self, name: str, span: Span, node: Node) -> _Data | None:
        if not _NAME.fullmatch(name) or any(part.isdecimal() for part in name.split(".")) or name in RESERVED:
            fix = "Use small letters, digits and underscores, divided by dots."
            self.note(span, f"“{name}” cannot be the name of a field.", fix, name, DICTIONARY_NAME)
            return None
        if not isinstance(node, MapNode):
            self.note(span, f"“{name}” says nothing about its field.", "Give it a kind, a label and a question.", name)
            return None
        data: _Data = {"span": [span.file, span.line, span.column]}
        for key, at, value in node.entries:
            if key not in _ATTRIBUTES:
                close = difflib.get_close_matches(key, sorted(_ATTRIBUTES), 1)
                fix = f"Did you mean {close[0]}?" if close else "The head of the file lists what an entry may say."
                self.note(at, f"“{key}” is nothing a field can say.", fix, name)
            elif key in _TEXTS:
                if isinstance(value, TextNode):
                    data[key] = value.text.strip()
                else:
                    self.note(at, f"{key} is a text.", "Put it in quotation marks.", name)
            elif key in _FLAGS:
                self.flag(data, key, value, name)
        if not self.kind(data, node, span, name):
            return None
        for key in ("label", "question"):
            if not data.get(key):
                self.note(span, f"“{name}” has no {key}.", f"Add {key}: and a few plain words.", name)
                data[key] = name.replace("_", " ").replace(".", " ") if key == "label" else ""
        self.who(data, node.get("who"), name)
        self.words(data, node.get("words"), name)
        self.detail(data, node, span, name)
        return data

    def flag(self, data: _Data, key: str, value: Node, name: str) -> None:
        text = value.text if isinstance(value, TextNode) else ""
        if text not in ("yes", "no"):
            self.note(value.span, f"{key} is yes or no.", f"Write: {key}: yes", name)
        elif text == "yes":
            data[key] = True

    def kind(self, data: _Data, node: MapNode, span: Span, name: str) -> bool:
        value = node.get("kind")
        kind = value.text if isinstance(value, TextNode) else ""
        record = _plain_text(node.get("record"))
        if kind in RECORD_KINDS:
            kind, record = "record", kind
        if kind not in KINDS:
            close = difflib.get_close_matches(kind, KINDS, 1)
            fix = f"Did you mean {close[0]}?" if close else f"The kinds are {', '.join(KINDS)}."
            at = value.span if value is not None else span
            self.note(at, f"“{kind}” is not a kind of field." if kind else f"“{name}” has no kind.", fix, name)
            return False
        data["kind"] = kind
        if record:
            data["record"] = record
        return True

    def who(self, data: _Data, node: Node | None, name: str) -> None:
        if node is None:
            return
        found = []
        for item in node.items if isinstance(node, ListNode) else (node,):
            text = item.text if isinstance(item, TextNode) else ""
            if text in _WHO or re.fullmatch(r"\{[a-z]+\}", text):
                found.append(text)
            else:
                self.note(item.span, f"“{text}” is nobody we can ask.", f"Choose among {', '.join(_WHO)}.", name)
        data["who"] = found

    def words(self, data: _Data, node: Node | None, name: str) -> None:
        if node is None:
            return
        words = {key: value.text for key, _, value in _entries(node) if isinstance(value, TextNode)}
        if not isinstance(node, MapNode) or len(words) != len(node.entries):
            self.note(node.span, "words gives a text for each word.", "Write: words: {party: the CBO}", name)
        data["words"] = words

    def detail(self, data: _Data, node: MapNode, span: Span, name: str) -> None:
        """Read what depends on the kind."""
        kind = data["kind"]
        options = node.get("options")
        if options is not None:
            data["options"] = self.options(options, name)
        if kind == "party_choice":
            data["options"] = [*self.parties, *data.get("options", ())]
        if kind in ("choice", "several") and not data.get("options"):
            self.note(span, f"“{name}” offers no options.", "List them under options:.", name)
        shape = node.get("shape")
        if shape is not None:
            items = shape.items if isinstance(shape, ListNode) else (shape,)
            data["shapes"] = [item.text for item in items if isinstance(item, TextNode)]
        each = node.get("each")
        if each is not None:
            inner: _Data = {}
            if not isinstance(each, MapNode):
                self.note(each.span, "each says of which kind one entry is.", "Write: each: {kind: text}", name)
            elif self.kind(inner, each, span, name):
                self.detail(inner, each, span, name)
                inner["sensitive"] = data.get("sensitive", False)
                data["each"] = inner
        members = node.get("fields")
        if members is not None:
            data["fields"] = self.members(members, span, name)
        if kind == "list" and not (data.get("fields") or data.get("each") or data.get("record")):
            self.note(span, f"“{name}” does not say what an entry holds.", "Add fields:, or each: {kind: text}.", name)
        if kind == "record" and not (data.get("record") or data.get("fields")):
            self.note(span, f"“{name}” does not say which record it is.", "Add record: address.", name)
        if kind == "percent" and not data.get("of"):
            self.note(span, f"“{name}” does not say of what it is a percentage.", "Add of:.", name)
        if ("min" in data or "max" in data) and kind not in _LIMITED:
            self.note(span, f"min and max mean nothing for a field of kind {kind}.", "Leave them out.", name)

    def options(self, node: Node, name: str) -> list[list[str]]:
        if isinstance(node, TextNode):
            if node.text in self.option_sets:
                return self.option_sets[node.text]
            self.note(
                node.span, f"“{node.text}” is not a set of options.", "Sets stand under options: at the top.", name
            )
            return []
        out: list[list[str]] = []
        for key, span, value in _entries(node):
            match value:
                case TextNode(text=label):
                    out.append([key, label, label])
                case MapNode():
                    label = _plain_text(value.get("label"))
                    out.append([key, label, _plain_text(value.get("phrase")) or label])
                case _:
                    self.note(span, f"The option “{key}” has no label.", "Write: key: Label", name)
            if key == "unknown":
                self.note(span, "“unknown” is an answer everywhere and needs no option.", "Delete it.", name)
        return out

    def check(self, dictionary: Dictionary) -> None:
        """Check what needs all fields: records, roles, and names that are field and group at once."""
        top = dictionary._top
        for name, data in top.items():
            span = Span(*data["span"])
            record = data.get("record", "")
            if record and record not in dictionary._records:
                self.note(span, f"There is no record “{record}”.", "Records stand under records:.", name)
            role = data.get("same_as", "")
            if role and (role not in top or top[role]["kind"] != "party_choice"):
                self.note(span, f"“{role}” is not a field that chooses a party.", "Name a party_choice field.", name)
            for above in (name[:i] for i, c in enumerate(name) if c == "."):
                if above in top and top[above]["kind"] != "record":
                    message = f"“{above}” is a field already, so “{name}” cannot stand below it."
                    self.note(span, message, "Rename one of the two.", name, DICTIONARY_NAME)
        for record in dictionary._records:
            if self.circular(dictionary, record, ()):
                span = Span(*next(iter(dictionary._records[record].values()))["span"])
                self.note(span, f"The record “{record}” holds itself.", "Take it out.", record)
                dictionary._records[record] = {}

    def circular(self, dictionary: Dictionary, record: str, above: tuple[str, ...]) -> bool:
        if record in above:
            return True
        inner = (m.get("record", "") for m in dictionary._records.get(record, {}).values())
        return any(self.circular(dictionary, name, (*above, record)) for name in inner if name)


def _entries(node: Node | None) -> tuple[tuple[str, Span, Node], ...]:
    return node.entries if isinstance(node, MapNode) else ()


def _plain_text(node: Node | None) -> str:
    return node.text.strip() if isinstance(node, TextNode) else ""


def _is_plain_party(node: MapNode) -> bool:
    kind, record = _plain_text(node.get("kind")), _plain_text(node.get("record"))
    is_party = kind == "party" or (kind == "record" and record == "party")
    return is_party and node.get("same_as") is None and node.get("derived") is None


def _party_words(node: MapNode, name: str) -> str:
    words = node.get("words")
    return (_plain_text(words.get("party")) if isinstance(words, MapNode) else "") or name
