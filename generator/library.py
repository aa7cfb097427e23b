"""The library: which text a clause name means.

Layers are looked at from the highest down. A clause name in a higher layer hides the whole name below,
versions included; only a pin may reach down. Nothing is read before it is asked for: one clause costs
one folder listing and one file, however large the library is.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import functools
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any, TypeVar

from generator.cache import Cache
from generator.diagnostics import Checked, Diagnostic, Related, Rule, Severity, Span, errors_in
from generator.fields import Dictionary, read_dictionary
from generator.frozen import dataclass
from generator.reading import clause_tree, markdown
from generator.reading.front_matter import split_front_matter
from generator.reading.grammar import ClauseTemplate, Condition, check_names, parse_clause, parse_condition
from generator.reading.markdown import MdBlock, parse_markdown
from generator.reading.packed import Packer
from generator.reading.source_text import read_text
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode, read_yaml
from generator.workspace import Layer, read_file

__all__ = [
    "APPROVALS_FILE",
    "RULES",
    "Approval",
    "Choice",
    "Clause",
    "DocumentType",
    "Found",
    "GivenApproval",
    "Group",
    "Include",
    "KeyTermText",
    "Library",
    "Opening",
    "Position",
    "Requirement",
    "ScheduleText",
    "Slot",
    "Version",
    "requirement_table_of",
    "text_digest",
]

# ---------------------------------------------------------------- rules

NO_SUCH_CLAUSE = Rule(
    "no-such-clause",
    Severity.ERROR,
    "A name that should be a clause is not in the library.",
    """A document type, a pin, a reference or a command names a clause, and no layer of the library has it.
A clause `family.name` lives in `clauses/family/name/1.0.0.md`.

**Wrong:** `{clause: term.inital}`

**Right:** `{clause: term.initial}`

`agreements clauses list` shows every name.""",
)
NO_SUCH_VERSION = Rule(
    "no-such-version",
    Severity.ERROR,
    "The clause is there, but not this version of it.",
    """A pin chooses one exact version of a clause. It may reach into a lower layer, but the version must exist
somewhere. `agreements clauses list --all-versions` shows what there is.""",
)
NOT_RELEASED = Rule(
    "not-released",
    Severity.ERROR,
    "The clause has no released version, so no document can use it.",
    """Only released text goes into documents. A draft version (`2.2.0-1`, or `status: draft`) is used only if a
profile pins it; a withdrawn one is never chosen by itself. A name in your own layer hides the same name of the
starter layer with all its versions, so a draft of yours also hides the released starter text: release yours, or
pin the starter version.""",
)
CLAUSE_PATH = Rule(
    "clause-path",
    Severity.ERROR,
    "A clause file's place and its `id` and `version` disagree.",
    """The clause `hipaa.safeguards`, version 1.0.0, is the file `clauses/hipaa/safeguards/1.0.0.md`, and its first
lines say the same id and version. Two files can then never claim to be one text.""",
)
TWO_LAYERS_FILE = Rule(
    "clause-twice",
    Severity.ERROR,
    "The same version of a clause is there twice in one layer.",
    """Two files of one layer give the same id and version, so nobody can say which text a contract holds.
Delete one, or give it a version of its own.""",
)
RELEASED_TEXT_CHANGED = Rule(
    "released-text-changed",
    Severity.ERROR,
    "Released text no longer matches its digest.",
    """Released text never changes: contracts name it by version and digest. Put the change into a new version
(copy the file to the next version number) and restore this one. In your own layer this is a warning.""",
)
APPROVAL_VOID = Rule(
    "approval-void",
    Severity.WARNING,
    "The approval names a text that is no longer this text.",
    """An approval names the digest of the text that was read. One changed word voids it: the clause counts as not
approved until it is approved again.""",
)
LIBRARY_FILE = Rule(
    "library-file",
    Severity.ERROR,
    "A library file lacks something it must have, or has something unknown.",
    """Clause files, document types and requirement files have a fixed set of keys; `clauses/README.md` shows each.
A misspelled key would otherwise be ignored in silence.""",
)
NO_SUCH_DOCUMENT = Rule(
    "no-such-document",
    Severity.ERROR,
    "A document type that is asked for does not exist.",
    """Document types are the files in `clauses/_documents/`, such as mou (memorandum), svc (services agreement), baa.
`agreement.documents` in a profile and `--documents` use these short names. `agreements explain documents` lists all of
them and says when one needs each.""",
)
RULES = (
    NO_SUCH_CLAUSE,
    NO_SUCH_VERSION,
    NOT_RELEASED,
    CLAUSE_PATH,
    TWO_LAYERS_FILE,
    RELEASED_TEXT_CHANGED,
    APPROVAL_VOID,
    LIBRARY_FILE,
    NO_SUCH_DOCUMENT,
)

# ---------------------------------------------------------------- clauses


_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(?:-([1-9]\d{0,5}))?\Z", re.ASCII)
_DEEPEST = 8  # folders within folders; a link to a folder above would never end
_CLAUSE_ID = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Version:
    """edition.update.correction of legal versioning; ``draft`` is the working copy number of ``2.2.0-1``, else 0."""

    edition: int
    update: int
    correction: int
    draft: int = 0

    @staticmethod
    @functools.lru_cache(maxsize=1024)
    def read(text: str) -> Version | None:
        """Return the version that ``text`` writes, or None if it writes none."""
        found = _VERSION.match(text)
        return Version(*(int(n or 0) for n in found.groups())) if found else None

    def __str__(self) -> str:
        text = f"{self.edition}.{self.update}.{self.correction}"
        return f"{text}-{self.draft}" if self.draft else text

    @property
    def order(self) -> tuple[int, int, int, int, int]:
        """Sorts drafts of a version before the version itself."""
        return (self.edition, self.update, self.correction, 0 if self.draft else 1, self.draft)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved which text, and when. ``holds`` is false when the text has changed since."""

    by: str
    on: str
    digest: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Position:
    """One rung of a clause's negotiation ladder: field values that make it, and a note for the negotiator."""

    rung: str
    note: str
    approve: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One version of one clause. ``digest`` is that of title and body; ``body_line`` is the body's first line."""

    id: str
    version: Version
    title: str
    body: str
    status: str
    digest: str
    layer: str
    span: Span
    body_line: int
    approval: Approval | None = None
    satisfies: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    positions: tuple[Position, ...] = ()
    plain_language: str = ""
    plain_language_fresh: bool = False
    why_changed: str = ""
    glossary: bool = False
    released_on: str = ""  # year-month-day
    based_on: str = ""  # "id@version sha256:…" of the text it was adopted from
    fixed_digest: str = ""  # the digest that its head states
    explained_digest: str = ""  # the digest of the text that plain_language explains, as its head states it

    def approved_by(self, by: str, on: str, digest: str = "") -> Approval:
        """Return the approval of the text ``digest`` (otherwise of this one), and whether this is that text."""
        return Approval(by, on, digest or self.digest, (digest or self.digest) == self.digest)


def text_digest(title: str, body: str) -> str:
    """Return ``sha256:…`` of a clause's words: title and body without trailing blanks and doubled empty lines."""
    lines = [line.rstrip() for line in body.replace("\r\n", "\n").split("\n")]
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    text = title.strip() + "\n\n" + "\n".join(kept).strip() + "\n"
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


APPROVALS_FILE = "_approvals.yaml"
_CLAUSE_KEYS = (
    "id version title status approved digest satisfies conflicts plain_language why_changed positions glossary "
    "source_note based_on released_on"
).split()
_STATUS = ("draft", "released", "withdrawn")


class _Reader:
    """Reads the keys of a map, collecting what is missing, unknown or of the wrong shape."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Diagnostic] = []

    def complain(self, span: Span, message: str, fix: str = "") -> None:
        self.problems.append(LIBRARY_FILE.at(span, message, fix=fix))

    def keys(self, node: MapNode, known: list[str] | tuple[str, ...], what: str) -> None:
        for key, span, _ in node.entries:
            if key not in known:
                close = difflib.get_close_matches(key, known, 1)
                self.complain(
                    span,
                    f"“{key}” is not a key of {what}.",
                    f"Did you mean {close[0]}?" if close else f"Keys are: {', '.join(known)}.",
                )

    def map(self, node: Node | None, what: str, span: Span) -> MapNode:
        if isinstance(node, MapNode):
            return node
        self.complain(node.span if node else span, f"{what} must be a list of “key: value” lines.")
        return MapNode((), node.span if node else span)

    def text(self, node: MapNode, key: str, what: str = "", *, required: bool = False) -> str:
        found = node.get(key)
        if isinstance(found, TextNode):
            if found.text or not required:
                return found.text
        elif found is not None:
            self.complain(found.span, f"{key} must be one text.")
            return ""
        if required:
            self.complain(found.span if found else node.span, f"{key} is missing{' in ' + what if what else ''}.")
        return ""

    def texts(self, node: MapNode, key: str) -> tuple[TextNode, ...]:
        found = node.get(key)
        if found is None or (isinstance(found, TextNode) and not found.text):
            return ()
        if isinstance(found, TextNode):
            return (found,)
        if isinstance(found, ListNode):
            out = tuple(n for n in found.items if isinstance(n, TextNode))
            if len(out) == len(found.items):
                return out
        self.complain(found.span, f"{key} must be a list of texts.")
        return ()

    def items(self, node: MapNode, key: str) -> tuple[Node, ...]:
        found = node.get(key)
        if isinstance(found, ListNode):
            return found.items
        if found is not None and not (isinstance(found, TextNode) and not found.text):
            self.complain(found.span, f"{key} must be a list (lines that begin with “- ”).")
        return ()

    def condition(self, node: MapNode, key: str = "when") -> tuple[Condition | None, str]:
        found = node.get(key)
        if found is None:
            return None, ""
        if not isinstance(found, TextNode):
            self.complain(found.span, f"{key} must be one text, such as \"pilot == 'yes'\".")
            return None, ""
        checked = parse_condition(found.text, found.span)
        self.problems.extend(checked.diagnostics)
        return checked.value, found.text

    def template(self, node: TextNode) -> ClauseTemplate | None:
        checked = parse_clause(node.text, node.span.file, node.span.line)
        self.problems.extend(checked.diagnostics)
        return checked.value


def read_clause(data: bytes, file: str, layer: str, id: str, version: Version) -> Checked[Clause]:
    """Read one clause file that stands where ``id`` at ``version`` belongs."""
    text = read_text(data, file)
    if text.value is None:
        return Checked(None, text.diagnostics)
    split = split_front_matter(text.value, file)
    problems = [*text.diagnostics, *split.diagnostics]
    if split.value is None:
        return Checked(None, tuple(problems))
    head, body, body_line = split.value
    read = _Reader(file)
    top = Span(file, 1, 1)
    node = read.map(head, "The lines between the two --- lines", top)
    read.keys(node, _CLAUSE_KEYS, "a clause")
    title = read.text(node, "title", "the clause", required=True)
    status = read.text(node, "status", "the clause", required=True)
    said_id, said_version = read.text(node, "id", required=True), read.text(node, "version", required=True)
    if status and status not in _STATUS:
        read.complain(node.span, f"status is “{status}”.", "Write draft, released or withdrawn.")
    if said_id and said_version and (said_id, said_version) != (id, str(version)):
        read.problems.append(
            CLAUSE_PATH.at(
                top,
                f"The file stands for {id}@{version}, but says it is {said_id}@{said_version}.",
                fix=f"Write id: {id} and version: {version}, or move the file.",
            )
        )
    digest = text_digest(title, body)
    own = layer != "starter"
    fixed = read.text(node, "digest")
    if fixed and fixed != digest and status == "released":
        read.problems.append(
            Diagnostic(
                RELEASED_TEXT_CHANGED.name,
                Severity.WARNING if own else Severity.ERROR,
                f"{id}@{version} is released, and its text is no longer the released text.",
                node.key_span("digest") or top,
                "Undo the change here and put it into a new version of the clause.",
            )
        )
    plain = node.get("plain_language")
    plain_text, plain_digest = "", ""
    if isinstance(plain, MapNode):
        read.keys(plain, ("text", "digest"), "plain_language")
        plain_text, plain_digest = read.text(plain, "text"), read.text(plain, "digest")
    elif isinstance(plain, TextNode):
        plain_text = plain.text
    approval = _read_approval(read, node, digest, id, version)
    positions = []
    for entry in read.items(node, "positions"):
        rung = read.map(entry, "A position", node.span)
        read.keys(rung, ("rung", "note", "approve", "set"), "a position")
        values = rung.get("set")
        positions.append(
            Position(
                read.text(rung, "rung", "a position", required=True),
                read.text(rung, "note"),
                read.text(rung, "approve"),
                tuple((k, v.text) for k, _, v in values.entries if isinstance(v, TextNode))
                if isinstance(values, MapNode)
                else (),
            )
        )
    released_on = read.text(node, "released_on")
    if released_on and not _is_day(released_on):
        read.complain(
            node.key_span("released_on") or top, f"released_on is “{released_on}”.", "Write year-month-day: 2027-01-31."
        )
    clause = Clause(
        id=id,
        version=version,
        title=title,
        body=body,
        status=status,
        digest=digest,
        layer=layer,
        span=top,
        body_line=body_line,
        approval=approval,
        satisfies=tuple(n.text for n in read.texts(node, "satisfies")),
        conflicts=tuple(n.text for n in read.texts(node, "conflicts")),
        positions=tuple(positions),
        plain_language=plain_text,
        plain_language_fresh=bool(plain_text) and plain_digest == digest,
        why_changed=read.text(node, "why_changed"),
        glossary=read.text(node, "glossary") in ("true", "yes"),
        released_on=released_on,
        based_on=read.text(node, "based_on"),
        fixed_digest=fixed,
        explained_digest=plain_digest,
    )
    problems += read.problems
    return Checked(None if errors_in(problems) and not title else clause, tuple(problems))


def _read_approval(read: _Reader, node: MapNode, digest: str, id: str, version: Version) -> Approval | None:
    found = node.get("approved")
    if found is None or (isinstance(found, TextNode) and not found.text):
        return None
    given = read.map(found, "approved", node.span)
    read.keys(given, ("by", "on", "digest"), "approved")
    approval = Approval(
        read.text(given, "by", "approved", required=True),
        read.text(given, "on", "approved", required=True),
        named := read.text(given, "digest", "approved", required=True),
        named == digest,
    )
    if named and named != digest:
        read.problems.append(
            APPROVAL_VOID.at(
                found.span,
                f"{approval.by} approved another text of {id}@{version} than this one.",
                fix="Have this text approved, or restore the approved text.",
            )
        )
    return approval


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class GivenApproval:
    """An approval of a text that stands in another layer: one entry of ``_approvals.yaml``."""

    id: str
    version: str
    by: str
    on: str
    digest: str
    span: Span


def read_approvals(data: bytes, file: str) -> Checked[tuple[GivenApproval, ...]]:
    """Read ``clauses/_approvals.yaml``: a list of ``{id, version, by, on, digest}``."""
    checked = read_yaml(data, file)
    read = _Reader(file)
    out = []
    match checked.value:
        case ListNode(items=items):
            nodes = items
        case None | TextNode(text=""):
            nodes = ()
        case other:
            nodes = ()
            read.complain(other.span, "The approvals must be a list (lines that begin with “- ”).")
    keys = ("id", "version", "by", "on", "digest")
    for node in nodes:
        entry = read.map(node, "An approval", Span(file))
        read.keys(entry, keys, "an approval")
        id, version, by, on, digest = (read.text(entry, key, "an approval", required=True) for key in keys)
        out.append(GivenApproval(id, version, by, on, digest, node.span))
    return Checked(tuple(out), (*checked.diagnostics, *read.problems))


# ---------------------------------------------------------------- document types


@dataclass(frozen=True, slots=True)
class Choice:
    """A clause that may stand in a slot, and the condition under which it does."""

    clause: str
    when: Condition | None
    when_text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one clause: the first whose condition holds. ``required`` slots must not stay empty."""

    name: str
    choices: tuple[Choice, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Include:
    """A computed part: the checklist of the requirement family ``family`` over the document ``of``, or the path
    and the result of the decision ``decision``."""

    family: str
    of: str
    intro: ClauseTemplate | None
    span: Span
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A numbered article with its own heading around slots."""

    heading: str
    entries: tuple[Slot | Include, ...]
    when: Condition | None
    when_text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Opening:
    """An unnumbered headed part before the numbered ones (Parties, Background)."""

    heading: str
    slot: Slot
    recitals: bool


@dataclass(frozen=True, slots=True)
class KeyTermText:
    """One line of the cover's key terms."""

    label: str
    text: ClauseTemplate
    when: Condition | None
    when_text: str


@dataclass(frozen=True, slots=True)
class ScheduleText:
    """An attachment: clauses of its own, the outline of another document type, or prescribed words.

    ``locked`` is the field that lists the files of the prescribed words.
    """

    id: str
    title: str
    label: str
    outline: tuple[Group | Slot, ...]
    document: str
    when: Condition | None
    when_text: str
    span: Span
    locked: str = ""


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A kind of agreement as data: its outline of clause slots, cover, schedules and signatures.

    ``more_parties`` says that organizations beside ``parties`` may sign it.
    """

    id: str
    title: str
    slug: str
    when: str
    parties: tuple[str, ...]
    checklist: bool
    subtitle: ClauseTemplate | None
    key_terms: tuple[KeyTermText, ...]
    notes: tuple[ClauseTemplate, ...]
    opening: tuple[Opening, ...]
    outline: tuple[Group | Slot, ...]
    closing: ClauseTemplate | None
    schedules: tuple[ScheduleText, ...]
    signatures: tuple[str, ...]
    requires: tuple[str, ...]
    span: Span
    digest: str = ""
    more_parties: bool = False


_DOCUMENT_KEYS = (
    "id title slug when parties more_parties layout cover opening outline closing schedules signatures requires"
).split()


def read_document_type(data: bytes, file: str, id: str) -> Checked[DocumentType]:
    """Read one file of ``clauses/_documents/``."""
    checked = read_yaml(data, file)
    read = _Reader(file)
    top = Span(file, 1, 1)
    if checked.value is None:
        return Checked(None, checked.diagnostics)
    node = read.map(checked.value, "A document type", top)
    read.keys(node, _DOCUMENT_KEYS, "a document type")
    said = read.text(node, "id", "the document type", required=True)
    if said and said != id:
        read.problems.append(CLAUSE_PATH.at(top, f"The file is {id}.yaml, but says id: {said}.", fix=f"Write id: {id}"))
    layout = read.text(node, "layout") or "contract"
    if layout not in ("contract", "checklist"):
        read.complain(node.key_span("layout") or top, f"layout is “{layout}”.", "Write contract or checklist.")
    cover = node.get("cover")
    cover_map = read.map(cover, "cover", top) if cover is not None else MapNode((), top)
    read.keys(cover_map, ("subtitle", "key_terms", "notes"), "a cover")
    subtitle, closing = cover_map.get("subtitle"), node.get("closing")
    title = read.text(node, "title", "the document type", required=True)
    value = DocumentType(
        id=id,
        title=title,
        slug=read.text(node, "slug") or id,
        when=read.text(node, "when"),
        parties=tuple(n.text for n in read.texts(node, "parties")),
        checklist=layout == "checklist",
        subtitle=read.template(subtitle) if isinstance(subtitle, TextNode) else None,
        key_terms=tuple(_key_terms(read, cover_map)),
        notes=tuple(t for n in read.texts(cover_map, "notes") if (t := read.template(n)) is not None),
        opening=tuple(_openings(read, node)),
        outline=_outline(read, read.items(node, "outline")),
        closing=read.template(closing) if isinstance(closing, TextNode) else None,
        schedules=tuple(_schedules(read, node)),
        signatures=tuple(n.text for n in read.texts(node, "signatures") if n.text != "none"),
        requires=tuple(n.text for n in read.texts(node, "requires")),
        span=top,
        digest="sha256:" + hashlib.sha256(data).hexdigest(),
        more_parties=read.text(node, "more_parties") in ("true", "yes"),
    )
    problems = (*checked.diagnostics, *read.problems)
    return Checked(value, problems)


def _key_terms(read: _Reader, cover: MapNode) -> Iterator[KeyTermText]:
    for entry in read.items(cover, "key_terms"):
        term = read.map(entry, "A key term", cover.span)
        read.keys(term, ("label", "text", "when"), "a key term")
        label, text = read.text(term, "label", "a key term", required=True), term.get("text")
        when, when_text = read.condition(term)
        template = read.template(text) if isinstance(text, TextNode) else None
        if template is None:
            read.complain(term.span, "text is missing in a key term.")
        else:
            yield KeyTermText(label, template, when, when_text)


def _openings(read: _Reader, node: MapNode) -> Iterator[Opening]:
    for entry in read.items(node, "opening"):
        part = read.map(entry, "An opening part", node.span)
        read.keys(part, ("heading", "clause", "when", "recitals", "slot", "one_of"), "an opening part")
        heading = read.text(part, "heading", "an opening part", required=True)
        slot = _slot(read, part, ("heading", "recitals"))
        if slot is not None:
            yield Opening(heading, slot, read.text(part, "recitals") in ("true", "yes"))


def _slot(read: _Reader, node: Node, also: tuple[str, ...] = ()) -> Slot | None:
    if isinstance(node, TextNode):
        return Slot(node.text, (Choice(node.text, None, "", node.span),))
    entry = read.map(node, "A place for a clause", Span(read.file))
    read.keys(entry, ("clause", "when", "slot", "one_of", "otherwise", *also), "a place for a clause")
    if entry.get("one_of") is None:
        clause = read.text(entry, "clause", "a place for a clause", required=True)
        when, when_text = read.condition(entry)
        if not clause:
            return None
        return Slot(clause, (Choice(clause, when, when_text, entry.span),))
    choices = []
    for option in read.items(entry, "one_of"):
        if isinstance(option, TextNode):
            choices.append(Choice(option.text, None, "", option.span))
            continue
        one = read.map(option, "An alternative", entry.span)
        read.keys(one, ("clause", "when"), "an alternative")
        clause = read.text(one, "clause", "an alternative", required=True)
        when, when_text = read.condition(one)
        choices.append(Choice(clause, when, when_text, one.span))
    otherwise = read.text(entry, "otherwise") or "none"
    if otherwise not in ("none", "error"):
        read.complain(entry.span, f"otherwise is “{otherwise}”.", "Write none or error.")
    return Slot(read.text(entry, "slot", "a slot", required=True), tuple(choices), otherwise == "error")


def _outline(read: _Reader, nodes: tuple[Node, ...]) -> tuple[Group | Slot, ...]:
    out: list[Group | Slot] = []
    for node in nodes:
        if isinstance(node, MapNode) and node.get("heading") is not None:
            read.keys(
                node, ("heading", "clauses", "when", "checklist", "decision", "of", "intro"), "a group of clauses"
            )
            when, when_text = read.condition(node)
            entries: list[Slot | Include] = [
                slot for n in read.items(node, "clauses") if (slot := _slot(read, n)) is not None
            ]
            family, decision = read.text(node, "checklist"), read.text(node, "decision")
            intro = node.get("intro")
            template = read.template(intro) if isinstance(intro, TextNode) and (family or decision) else None
            if decision:
                entries.insert(0, Include("", "", template, node.span, decision))
            elif family:
                of = read.text(node, "of", "a checklist", required=True)
                entries.append(Include(family, of, template, node.span))
            out.append(Group(read.text(node, "heading", required=True), tuple(entries), when, when_text, node.span))
        else:
            slot = _slot(read, node)
            if slot is not None:
                out.append(slot)
    return tuple(out)


def _schedules(read: _Reader, node: MapNode) -> Iterator[ScheduleText]:
    for entry in read.items(node, "schedules"):
        part = read.map(entry, "A schedule", node.span)
        read.keys(part, ("id", "title", "label", "when", "clauses", "outline", "document", "locked"), "a schedule")
        when, when_text = read.condition(part)
        nodes = read.items(part, "clauses") + read.items(part, "outline")
        yield ScheduleText(
            read.text(part, "id", "a schedule", required=True),
            read.text(part, "title", "a schedule", required=True),
            read.text(part, "label") or "Schedule",
            _outline(read, nodes),
            read.text(part, "document"),
            when,
            when_text,
            part.span,
            read.text(part, "locked"),
        )


# ---------------------------------------------------------------- requirements


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a document must, may or should hold, and under which law."""

    id: str
    code: str
    level: str  # required | if_applicable | optional
    citation: str
    question: str
    test: str
    note: str = ""
    unchecked: bool = False


def read_requirements(data: bytes, file: str) -> Checked[tuple[Requirement, ...]]:
    """Read one file of ``clauses/_requirements/``."""
    checked = read_yaml(data, file)
    read = _Reader(file)
    out = []
    nodes: tuple[Node, ...] = ()
    match checked.value:
        case ListNode(items=items):
            nodes = items
        case MapNode() as top:
            nodes = read.items(top, "requirements")
        case _:
            pass
    keys = ("id", "code", "level", "citation", "question", "test", "note", "unchecked", "last_checked", "title")
    for node in nodes:
        entry = read.map(node, "A requirement", Span(file))
        read.keys(entry, keys, "a requirement")
        level = read.text(entry, "level", "a requirement", required=True)
        if level and level not in ("required", "if_applicable", "optional"):
            read.complain(entry.span, f"level is “{level}”.", "Write required, if_applicable or optional.")
        out.append(
            Requirement(
                read.text(entry, "id", "a requirement", required=True),
                read.text(entry, "code", "a requirement", required=True),
                level,
                read.text(entry, "citation"),
                read.text(entry, "question", "a requirement", required=True),
                read.text(entry, "test"),
                read.text(entry, "note"),
                read.text(entry, "unchecked") in ("true", "yes"),
            )
        )
    return Checked(tuple(out), (*checked.diagnostics, *read.problems))


# ---------------------------------------------------------------- the library

_T = TypeVar("_T")


@functools.lru_cache(maxsize=1)
def _packer() -> Packer:
    """Return what packs everything that is read from the library, for the cache."""
    tree, md = clause_tree, markdown
    return Packer((
        Span, Checked, Diagnostic, Severity, Related,
        tree.Name, tree.NameUse, tree.Words, tree.Print, tree.PrintIndex, tree.If, tree.For, tree.LoopValue,
        tree.Const, tree.OneOf, tree.Compare, tree.Given, tree.And, tree.Or, tree.Not, ClauseTemplate, Condition,
        md.MdText, md.MdEmphasis, md.MdStrong, md.MdDefinition, md.MdLink, md.MdPlaceholder, md.MdBreak, md.MdAlign,
        md.MdParagraph, md.MdHeading, md.MdItem, md.MdItems, md.MdTable,
        Version, Approval, Position, Clause,
        Choice, Slot, Include, Group, Opening, KeyTermText, ScheduleText, DocumentType, Requirement,
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The file of one version of a clause. ``shown`` is how it is named to the reader."""

    version: Version
    layer: Layer
    shown: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.layer.folder / self.shown[len(self.layer.shown) :]


@dataclass(slots=True)
class Library:
    """All layers as one. ``layers`` go from lowest to highest; the highest that has a name decides.

    With a ``cache``, what was read in an earlier run from the same bytes is not read again.
    ``book`` is the part of the cache for it. ``require_approval`` says that finals are made only of clauses
    that counsel has approved.
    """

    layers: tuple[Layer, ...]
    cache: Cache | None = None
    require_approval: bool = False
    book: str = "texts"
    _scanned: tuple[dict[str, list[str]], ...] | None = None
    _versions: dict[str, tuple[tuple[Layer, tuple[Found, ...]], ...]] = field(default_factory=dict)
    _clauses: dict[tuple[str, str], Checked[Clause]] = field(default_factory=dict)
    _documents: dict[str, Checked[DocumentType]] = field(default_factory=dict)
    _approvals: Checked[tuple[GivenApproval, ...]] | None = None
    _by_text: dict[tuple[str, str], list[GivenApproval]] | None = None
    _templates: dict[tuple[str, str, int], Checked[ClauseTemplate]] = field(default_factory=dict)
    _markdown: dict[tuple[str, str, tuple[int, ...]], Checked[tuple[MdBlock, ...]]] = field(default_factory=dict)
    _names: dict[int, tuple[ClauseTemplate, Dictionary, tuple[Diagnostic, ...]]] = field(default_factory=dict)

    # -- clauses

    def versions(self, id: str) -> tuple[tuple[Layer, tuple[Found, ...]], ...]:
        """Return, from the highest layer down, each layer that has ``id`` with its versions, newest first."""
        if id not in self._versions:
            self._versions[id] = tuple(self._look(id)) if _CLAUSE_ID.match(id) else ()
        return self._versions[id]

    def _look(self, id: str) -> Iterator[tuple[Layer, tuple[Found, ...]]]:
        inner = id.replace(".", "/")
        for n, layer in reversed([*enumerate(self.layers)]):
            if self._scanned is not None:
                names = self._scanned[n].get(id, [])
            else:
                names = _listed(f"{layer.folder}/{inner}")
            found = [
                Found(version, layer, f"{layer.shown}{inner}/{name}")
                for name in names
                if name.endswith(".md") and (version := Version.read(name[:-3])) is not None
            ]
            if found:
                yield layer, tuple(sorted(found, key=lambda f: f.version.order, reverse=True))

    def only(self, name: str) -> Library | None:
        """Return the library of the one layer ``name``, with the approvals of all, or None if there is none."""
        layers = tuple(layer for layer in self.layers if layer.name == name)
        return Library(layers, self.cache, book=self.book, _approvals=self.approvals()) if layers else None

    def approvals(self) -> Checked[tuple[GivenApproval, ...]]:
        """Return the approvals that stand beside the texts, the latest first; the starter layer gives none."""
        if self._approvals is None:
            given: list[GivenApproval] = []
            problems: list[Diagnostic] = []
            for layer in reversed(self.layers):
                path = layer.folder / APPROVALS_FILE
                if layer.name != "starter" and path.is_file():
                    checked = read_approvals(path.read_bytes(), layer.shown + APPROVALS_FILE)
                    given += reversed(checked.value or ())
                    problems += checked.diagnostics
            self._approvals = Checked(tuple(given), tuple(problems))
        return self._approvals

    def _given_to(self, id: str, version: str) -> list[GivenApproval]:
        if self._by_text is None:
            self._by_text = {}
            for approval in self.approvals().value or ():
                self._by_text.setdefault((approval.id, approval.version), []).append(approval)
        return self._by_text.get((id, version), [])

    def read(self, found: Found, id: str) -> Checked[Clause]:
        """Return the text of ``found``, one of :meth:`versions` of ``id``, with the approval given to it."""
        checked = self._read(found, id)
        clause = checked.value
        if clause is None or (clause.approval is not None and clause.approval.holds):
            return checked
        given = self._given_to(id, str(clause.version))
        if not given:
            return checked
        mine = next((a for a in given if a.digest == clause.digest), None)
        if mine is not None:
            kept = tuple(d for d in checked.diagnostics if d.rule != APPROVAL_VOID.name)
            return Checked(replace(clause, approval=clause.approved_by(mine.by, mine.on)), kept)
        void = APPROVAL_VOID.at(
            given[0].span,
            f"{given[0].by} approved another text of {id}@{clause.version} than the one that is there now.",
            fix=f"Read it and approve it again: agreements clauses approve {id}@{clause.version} --by NAME",
            others=(Related(clause.span, "the text"),),
        )
        approval = clause.approved_by(given[0].by, given[0].on, given[0].digest)
        return Checked(replace(clause, approval=approval), (*checked.diagnostics, void))

    def _read(self, found: Found, id: str) -> Checked[Clause]:
        key = (id, found.shown)
        if key not in self._clauses:
            data = read_file(f"{found.layer.folder}/{found.shown[len(found.layer.shown) :]}")
            about = (found.shown, found.layer.name, id, str(found.version))
            self._clauses[key] = self._kept(
                "clause", about, data, lambda: read_clause(data, found.shown, found.layer.name, id, found.version)
            )
        return self._clauses[key]

    def _kept(self, what: str, about: tuple[str, ...], data: bytes, read: Callable[[], Checked[_T]]) -> Checked[_T]:
        """Return what ``read`` gives, a function of ``about`` and ``data`` alone, or gave in an earlier run."""
        cache = self.cache
        if cache is None:
            return read()
        key = hashlib.sha256("\0".join((what, *about, "")).encode("utf-8", "surrogatepass") + data).hexdigest()
        kept = cache.find(self.book, key)
        if kept is not None:
            with contextlib.suppress(Exception):  # never so far as is known: the cache gives back what it was given
                found: Checked[_T] = _packer().unpack(kept)
                return found
        made = read()
        cache.add(self.book, key, _packer().pack(made))
        return made

    def find(self, id: str, span: Span | None = None, pin: str = "") -> Checked[Clause]:
        """Return the clause that ``id`` means: the newest released version in the highest layer that has the
        name, or exactly version ``pin``, looked for in every layer from the highest down.

        ``span`` is the place that asks, for the diagnostic when there is no such clause or version.
        """
        layers = self.versions(id)
        if not layers:
            close = difflib.get_close_matches(id, list(self.ids()), 1)
            fix = f"Did you mean {close[0]}?" if close else "agreements clauses list shows every clause."
            return Checked(None, (NO_SUCH_CLAUSE.at(span, f"There is no clause “{id}” in the library.", fix=fix),))
        if pin:
            for _, versions in layers:
                for found in versions:
                    if str(found.version) == pin:
                        return self.read(found, id)
            have = ", ".join(str(f.version) for _, versions in layers for f in versions)
            return Checked(
                None, (NO_SUCH_VERSION.at(span, f"{id} has no version {pin}.", fix=f"Versions there are: {have}."),)
            )
        layer, versions = layers[0]
        problems: tuple[Diagnostic, ...] = ()
        for found in versions:
            if found.version.draft:
                continue
            checked = self.read(found, id)
            if checked.value is None:
                problems += checked.diagnostics
                continue
            if checked.value.status == "released":
                return checked
        if problems:
            return Checked(None, problems)
        return Checked(
            None,
            (
                NOT_RELEASED.at(
                    span or Span(versions[0].shown),
                    f"{id} has no released version in the layer “{layer.name}”.",
                    fix="Release a version, or pin the version to use.",
                    others=(Related(Span(versions[0].shown), "the newest version there"),),
                ),
            ),
        )

    def template(self, clause: Clause) -> Checked[ClauseTemplate]:
        """Return the parsed body of ``clause``."""
        body, file, line = clause.body, clause.span.file, clause.body_line
        key = (body, file, line)
        if key not in self._templates:
            self._templates[key] = self._kept(
                "template", (file, str(line)), body.encode(), lambda: parse_clause(body, file, line)
            )
        return self._templates[key]

    def names_checked(self, template: ClauseTemplate, dictionary: Dictionary) -> tuple[Diagnostic, ...]:
        """Return what is wrong with the names in ``template``: the same for every agreement of a batch."""
        kept = self._names.get(id(template))
        if kept is None or kept[0] is not template or kept[1] is not dictionary:
            found = tuple(check_names(template, dictionary.info, dictionary.suggest))
            kept = self._names[id(template)] = (template, dictionary, found)
        return kept[2]

    def conditions(self, texts: tuple[str, ...], file: str) -> dict[str, Condition]:
        """Return ``texts``, conditions that stand in the program itself, by their text; those that read well."""

        def read() -> Checked[tuple[Condition | None, ...]]:
            return Checked(tuple(parse_condition(text, Span(file)).value for text in texts))

        found = self._kept("conditions", (file,), "\0".join(texts).encode(), read).value or ()
        return {text: one for text, one in zip(texts, found, strict=True) if one is not None}

    def markdown(self, text: str, file: str, line_map: tuple[int, ...]) -> Checked[tuple[MdBlock, ...]]:
        """Return the blocks of ``text``, a clause of ``file`` after expansion: :func:`.markdown.parse_markdown`."""
        key = (text, file, line_map)
        if key not in self._markdown:
            lines = ",".join(map(str, line_map))
            self._markdown[key] = self._kept(
                "markdown", (file, lines), text.encode("utf-8", "surrogatepass"),
                lambda: parse_markdown(text, file, line_map),
            )  # fmt: skip
        return self._markdown[key]

    def ids(self) -> Iterator[str]:
        """Yield every clause id of every layer, in order of name."""
        if self._scanned is None:
            self._scanned = tuple(dict(_clauses_in(layer.folder)) for layer in self.layers)
        yield from sorted(set().union(*self._scanned))

    # -- document types, requirements, the data dictionary

    def document_ids(self) -> tuple[str, ...]:
        """Return the ids of all document types."""
        found = {
            name[:-5]
            for layer in self.layers
            for name in _listed(layer.folder / "_documents")
            if name.endswith(".yaml") and not name.startswith((".", "_"))
        }
        return tuple(sorted(found))

    def document_type(self, id: str, span: Span | None = None) -> Checked[DocumentType]:
        """Return the document type ``id`` of the highest layer that has it.

        One whose name begins with ``_`` is made by a command of its own, and no list names it.
        """
        if id in self._documents:
            return self._documents[id]
        name = f"_documents/{id}.yaml"
        for layer in reversed(self.layers):
            path = layer.folder / name
            if re.fullmatch(r"_?[a-z][a-z0-9_]*", id) and path.is_file():
                data, file = path.read_bytes(), layer.shown + name
                read = functools.partial(read_document_type, data, file, id)
                checked = self._kept("document", (file, id), data, read)
                self._documents[id] = checked
                return checked
        have = self.document_ids()
        close = difflib.get_close_matches(id, have, 1)
        fix = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(have)}."
        return Checked(None, (NO_SUCH_DOCUMENT.at(span, f"There is no document type “{id}”.", fix=fix),))

    def requirements(self) -> Checked[tuple[Requirement, ...]]:
        """Return the requirements of all layers; a later file of the same name replaces the earlier one."""
        files: dict[str, tuple[Layer, Path]] = {}
        for layer in self.layers:
            for name in _listed(layer.folder / "_requirements"):
                if name.endswith(".yaml"):
                    files[name] = (layer, layer.folder / "_requirements" / name)
        out: list[Requirement] = []
        problems: list[Diagnostic] = []
        for name, (layer, path) in sorted(files.items()):
            data, file = path.read_bytes(), f"{layer.shown}_requirements/{name}"
            checked = self._kept("requirements", (file,), data, functools.partial(read_requirements, data, file))
            out += checked.value or ()
            problems += checked.diagnostics
        return Checked(tuple(out), tuple(problems))

    def dictionary(self) -> Checked[Dictionary]:
        """Return the data dictionary: the starter's fields, with those of higher layers added or replacing."""
        files = [
            (path.read_bytes(), layer.shown + "_fields.yaml")
            for layer in self.layers
            if (path := layer.folder / "_fields.yaml").is_file()
        ]
        if not files:
            return Checked(None)
        ids = self.document_ids()
        about = (",".join(ids), *(f"{file}:{len(data)}" for data, file in files))
        data = b"".join(data for data, _ in files)
        plain = self._kept("dictionary", about, data, lambda: _read_dictionaries(files, ids))
        return Checked(None if plain.value is None else Dictionary.from_data(plain.value), plain.diagnostics)


def _read_dictionaries(files: Sequence[tuple[bytes, str]], ids: tuple[str, ...]) -> Checked[dict[str, Any]]:
    nodes: list[MapNode] = []
    problems: list[Diagnostic] = []
    for data, file in files:
        checked = read_yaml(data, file)
        problems += checked.diagnostics
        if isinstance(checked.value, MapNode):
            nodes.append(checked.value)
    if not nodes:
        return Checked(None, tuple(problems))
    found = read_dictionary(_with_document_types(_merged(nodes), ids), files[-1][1])
    plain = {**found.value.to_data(), "digest": found.value.digest} if found.value is not None else None
    return Checked(plain, (*problems, *found.diagnostics))


def _with_document_types(node: MapNode, ids: tuple[str, ...]) -> MapNode:
    """Let every document type of the library be an answer wherever the dictionary says ``options: document_type``."""
    options = node.get("options")
    known = options.get("document_type") if isinstance(options, MapNode) else None
    if not isinstance(options, MapNode) or not isinstance(known, MapNode):
        return node
    new = tuple((id, known.span, TextNode(id, known.span)) for id in ids if known.get(id) is None)
    more = MapNode((*known.entries, *new), known.span)
    inner = tuple((k, s, more if k == "document_type" else v) for k, s, v in options.entries)
    return MapNode(
        tuple((k, s, MapNode(inner, options.span) if k == "options" else v) for k, s, v in node.entries), node.span
    )


def _merged(nodes: list[MapNode]) -> MapNode:
    if len(nodes) == 1:
        return nodes[0]
    out: dict[str, tuple[Span, Node]] = {}
    for node in nodes:
        for key, span, value in node.entries:
            before = out.get(key)
            if before is not None and isinstance(before[1], MapNode) and isinstance(value, MapNode):
                entries = {k: (k, s, v) for k, s, v in before[1].entries}
                entries.update({k: (k, s, v) for k, s, v in value.entries})
                value = MapNode(tuple(entries.values()), before[1].span)
            out[key] = (span, value)
    return MapNode(tuple((k, s, v) for k, (s, v) in out.items()), nodes[0].span)


def _listed(folder: Path | str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _clauses_in(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the ids below ``folder``, each with its files: a folder that holds a version, named by its path."""
    stack = [(str(folder), "")]
    while stack:
        here, prefix = stack.pop()
        files: list[str] = []
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    name = entry.name
                    if name.startswith((".", "_")):
                        continue
                    if name.endswith(".md"):
                        files.append(name)
                    elif "." not in name and prefix.count(".") < _DEEPEST and entry.is_dir():
                        stack.append((entry.path, f"{prefix}.{name}" if prefix else name))
        except (FileNotFoundError, NotADirectoryError):
            continue
        if prefix and any(Version.read(name[:-3]) is not None for name in files):
            yield prefix, files


def requirement_table_of(requirements: tuple[Requirement, ...], family: str) -> tuple[Requirement, ...]:
    """Return the requirements whose id begins with ``family`` ("hipaa.baa"), in file order."""
    return tuple(r for r in requirements if r.id.startswith(family + "."))
