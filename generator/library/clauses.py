"""One version of a clause as its file gives it, and the approvals of texts."""

from __future__ import annotations

import datetime as dt
import functools
import re

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span, errors_in
from generator.digests import digest_of
from generator.frozen import dataclass
from generator.library.heads import Reader
from generator.reading.front_matter import split_front_matter
from generator.reading.source_text import read_text
from generator.reading.yaml_text import ListNode, MapNode, TextNode, read_yaml

__all__ = [
    "APPROVAL_VOID",
    "APPROVALS_FILE",
    "CLAUSE_PATH",
    "RELEASED_TEXT_CHANGED",
    "Approval",
    "Clause",
    "GivenApproval",
    "Position",
    "Version",
    "read_approvals",
    "read_clause",
    "text_digest",
]

CLAUSE_PATH = Rule(
    "clause-path",
    Severity.ERROR,
    "A clause file's place and its `id` and `version` disagree.",
    """The clause `hipaa.safeguards`, version 1.0.0, is the file `clauses/hipaa/safeguards/1.0.0.md`, and its first
lines say the same id and version. Two files can then never claim to be one text.""",
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

_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(?:-([1-9]\d{0,5}))?\Z", re.ASCII)


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
    law_changed: str = ""  # the law that made this version necessary, with the day from which it holds
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
    return digest_of(text.encode())


APPROVALS_FILE = "_approvals.yaml"
_CLAUSE_KEYS = (
    "id version title status approved digest satisfies conflicts plain_language why_changed law_changed positions "
    "glossary source_note based_on released_on"
).split()
_STATUS = ("draft", "released", "withdrawn")


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
    read = Reader(file)
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
        law_changed=read.text(node, "law_changed"),
        glossary=read.text(node, "glossary") in ("true", "yes"),
        released_on=released_on,
        based_on=read.text(node, "based_on"),
        fixed_digest=fixed,
        explained_digest=plain_digest,
    )
    problems += read.problems
    return Checked(None if errors_in(problems) and not title else clause, tuple(problems))


def _read_approval(read: Reader, node: MapNode, digest: str, id: str, version: Version) -> Approval | None:
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
    read = Reader(file)
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
