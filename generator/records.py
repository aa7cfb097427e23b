"""The record beside a set of documents: what it was made of, so that it can be made, checked and amended again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import Any

from generator import __version__
from generator.deadlines import Deadline
from generator.decisions import Decision, worded
from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.digests import digest_of
from generator.frozen import dataclass
from generator.model import Agreement, Locked, Source
from generator.positions import Deviation

__all__ = [
    "FORMAT",
    "RECORD_NAME",
    "RULES",
    "Recorded",
    "RecordedClause",
    "RecordedDocument",
    "SIGNED_FOLDER",
    "laid_out",
    "make_record",
    "read_record",
]

FORMAT = 1
_STEP = 2  # spaces, for each level of the JSON
RECORD_NAME = "record.json"
SIGNED_FOLDER = "signed"  # beside the record: copies as they were signed
_LARGEST = 16 * 1024 * 1024  # bytes; a record of a large set has a tenth of a megabyte

RECORD_BROKEN = Rule(
    "record-broken",
    Severity.WARNING,
    "A record cannot be read as one of ours.",
    """The record is a JSON file that `agreements make` writes beside the documents. It was edited by hand so that it is
none any more, cut off, or it is another file of that name. What cannot be read of it is not used, and what depends on
it is said to be unknown.

Wrong: a record opened in an editor and saved with a missing bracket.

Right: take the record from a backup, or make the documents again into another folder and compare.
""",
)
RECORD_NEWER = Rule(
    "record-newer",
    Severity.WARNING,
    "The record was written by a newer version of this program.",
    """Its documents, clauses and digests are read as far as this version knows them; anything new in it is passed over.
Update this program before you rely on what is said about that agreement.
""",
)
RULES = (RECORD_BROKEN, RECORD_NEWER)


def make_record(
    agreements: Sequence[Agreement],
    files: Iterable[tuple[str, str, bytes]],
    *,
    inputs: Mapping[str, str],
    dates: Mapping[str, str],
    answers: Mapping[str, str],
    warnings: Iterable[Diagnostic] = (),
    overruled: Iterable[tuple[str, str, Span, Sequence[str]]] = (),
    deadlines: Iterable[Deadline] = (),
    deviations: Mapping[str, Sequence[Deviation]] | None = None,
    given: Mapping[str, Any] | None = None,
    decisions: Iterable[tuple[Decision, Mapping[str, str]]] = (),
) -> bytes:
    """Return the record as JSON (UTF-8, sorted nowhere, stable everywhere).

    ``files`` are (document type, file name, content); ``inputs`` maps what was read to its digest;
    ``dates`` are the dates that matter (ISO 8601); ``answers`` are the answers behind the decision
    whether a business associate agreement is needed; ``overruled`` are (rule, reason, place, findings) of
    what the profile overrules; ``decisions`` are which papers the answers call for, each with what the two
    parties are called in it.
    """
    first = agreements[0]
    written: dict[str, list[dict[str, str]]] = {}
    for document, name, data in files:
        written.setdefault(document, []).append({"name": name, "digest": digest_of(data)})
    record: dict[str, Any] = {
        "format": FORMAT,
        "made_with": f"agreement-generator {__version__}",
        "agreement": {"name": first.name, "number": first.number},
        "state": first.status.value,
        "made_on": first.date.isoformat(),
        "parties": [
            {"key": p.key, "legal_name": p.legal_name, "short_name": p.short_name} for p in _parties(agreements)
        ],
        "inputs": dict(inputs),
        "documents": [
            _document(a, written.get(a.document_type, []), (deviations or {}).get(a.document_type, ()))
            for a in agreements
        ],
        **_explained(agreements, written),
        "dates": dict(dates),
        "deadlines": [{"date": d.date.isoformat(), "what": d.what, "fields": list(d.fields)} for d in deadlines],
        "profile": dict(given or {}),
        "answers": dict(answers),
        "notices": [
            {"rule": d.rule, "message": d.message, "place": str(d.span or "")}
            for d in warnings
            if d.severity is not Severity.OPEN
        ],
        "overrides": [
            {"rule": rule, "reason": reason, "place": str(span), "findings": list(findings)}
            for rule, reason, span, findings in overruled
        ],
        "decisions": [_decision(d, names) for d, names in decisions],
    }
    return (laid_out(record, _STEP) + "\n").encode()


class _LaidOut(str):
    """Text that is laid out for its place already."""

    __slots__ = ()


def laid_out(value: Any, step: int, before: str = "\n") -> str:
    """Return what ``json.dumps(value, ensure_ascii=False, indent=step)`` does, in a third of its time."""
    if isinstance(value, _LaidOut):
        return value
    within = before + " " * step
    # Nearly all there is is text; it is taken at once, wherever it stands.
    if isinstance(value, dict) and value:
        parts = [
            f"{_quoted(name)}: {_quoted(one) if type(one) is str else laid_out(one, step, within)}"
            for name, one in value.items()
        ]
        return f"{{{within}{(',' + within).join(parts)}{before}}}"
    if isinstance(value, list | tuple) and value:
        parts = [_quoted(one) if type(one) is str else laid_out(one, step, within) for one in value]
        return f"[{within}{(',' + within).join(parts)}{before}]"
    return json.dumps(value, ensure_ascii=False)


def _parties(agreements: Sequence[Agreement]) -> list[Any]:
    return list({p.key: p for a in agreements for p in a.parties}.values())


def _document(agreement: Agreement, files: list[dict[str, str]], deviations: Sequence[Deviation]) -> dict[str, Any]:
    return {
        "type": agreement.document_type,
        "title": agreement.title,
        "to_sign": bool(agreement.signatures),
        "files": files,
        "clauses": [_clause(s) for s in agreement.sources if s.included],
        "deviations": [
            {"clause": d.clause, "where": d.where, "rung": d.rung or None, "values": dict(d.values)} for d in deviations
        ],
        "left_out": [{"id": s.id, "why": s.why} for s in agreement.sources if not s.included],
        "open_items": [
            {"field": i.field, "label": i.label, "needed_by": list(i.needed_by)} for i in agreement.open_items
        ],
        **({"prescribed": [_prescribed(one) for one in agreement.locked]} if agreement.locked else {}),
    }


def _prescribed(text: Locked) -> dict[str, str]:
    return {
        "file": text.file,
        "digest": text.digest,
        "title": text.title,
        "issued_by": text.source,
        "required_by": text.citation,
        "text_of": text.as_of,
        "where": text.number,
    }


def _explained(agreements: Sequence[Agreement], written: Mapping[str, list[dict[str, str]]]) -> dict[str, Any]:
    """Return the files that explain a document; they are no agreement, so they stand by themselves."""
    types = [a.document_type for a in agreements]
    found = [{"explains": t, "files": files} for t in types if (files := written.get(f"{t}-companion"))]
    return {"companions": found} if found else {}


def _decision(decision: Decision, names: Mapping[str, str]) -> dict[str, Any]:
    outcome = decision.outcome
    return {
        "decision": decision.tree,
        "title": decision.title,
        "activity": decision.activity,
        "giver": decision.giver,
        "recipient": decision.recipient,
        "needed": decision.needed,
        "result": outcome.id if outcome else None,
        "says": worded(outcome.text, names) if outcome else "Not decided yet.",
        "authority": outcome.citation if outcome else "",
        "for_counsel": outcome.confirm if outcome else "",
        "path": [
            {
                "node": s.node,
                "question": worded(s.question, names),
                "answer": worded(s.answer, names) if "{" in s.answer else s.answer,
                "answered_by": s.by,
                "fields": list(s.fields),
                "places": [str(p) for p in s.places],
                "why": worded(s.why, names),
                "authority": s.citation,
                "for_counsel": s.confirm,
            }
            for s in decision.path
        ],
        "questions": [
            {
                "field": q.field,
                "node": q.node,
                "question": worded(q.text, names),
                "next": q.now,
                "contradicted": q.conflict,
            }
            for q in decision.questions
        ],
        "notes": [worded(n.text, names) for n in decision.notes],
    }


@lru_cache(maxsize=4096)
def _clause(source: Source) -> _LaidOut:
    """Return the entry of a clause, laid out: those of many agreements are the same."""
    entry = {
        "id": source.id,
        "version": source.version,
        "digest": source.digest,
        "layer": source.layer,
        "approved": source.approved or None,
        "where": source.number,
        "why": source.why,
        "satisfies": list(source.satisfies),
    }
    return _LaidOut(laid_out(entry, _STEP, "\n" + " " * _STEP * 4))  # record, documents, document, clauses


# ---------------------------------------------------------------- reading one back


@dataclass(frozen=True, slots=True)
class RecordedClause:
    """A clause that a document holds: its text by version and digest, where it is printed, what it satisfies."""

    id: str
    version: str
    digest: str
    where: str
    satisfies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordedDocument:
    """One document of a set; ``files`` are (name, digest)."""

    type: str
    title: str
    files: tuple[tuple[str, str], ...]
    clauses: tuple[RecordedClause, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record as it was read. ``parties`` are (key, legal name, short name)."""

    file: str
    format: int
    name: str
    number: str
    state: str
    made_on: dt.date | None  # None where it says no day, which is told
    parties: tuple[tuple[str, str, str], ...]
    inputs: Mapping[str, str]
    documents: tuple[RecordedDocument, ...]
    dates: Mapping[str, str]
    answers: Mapping[str, Any]  # the profile, as somebody would type it


def read_record(data: bytes, file: str) -> Checked[Recorded]:
    """Read a record that may have been edited, cut off or written by a newer version. Never raises.

    Without a value it is no record at all; a part of it that has another shape than ours is left out and told.
    """
    at = Span(file, 0, 0)
    fix = "Take the record from a backup, or make the documents again into another folder."
    found: Any = None
    if len(data) <= _LARGEST:
        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            found = None
    if not isinstance(found, dict) or not isinstance(found.get("documents"), list):
        return Checked(None, (RECORD_BROKEN.at(at, "This is not a record that can be read.", fix=fix),))
    read = _RecordReader()
    documents = tuple(read.document(d) for d in read.maps(found, "documents"))
    parties = tuple(
        (read.text(p, "key"), read.text(p, "legal_name"), read.text(p, "short_name"))
        for p in read.maps(found, "parties")
    )
    named = found.get("agreement")
    agreement: dict[str, Any] = named if isinstance(named, dict) else {}
    given = found.get("format")
    number = given if isinstance(given, int) else 0
    recorded = Recorded(
        file, number, read.text(agreement, "name"), read.text(agreement, "number"), read.text(found, "state"),
        read.day(found, "made_on"), parties, read.texts(found, "inputs"), documents, read.texts(found, "dates"),
        found["profile"] if isinstance(found.get("profile"), dict) else {},
    )  # fmt: skip
    problems = []
    if number > FORMAT:
        problems.append(RECORD_NEWER.at(at, "It was written by a newer version of this program.", fix="Update it."))
    if read.wrong:
        names = ", ".join(dict.fromkeys(read.wrong))
        problems.append(RECORD_BROKEN.at(at, f"Parts of the record are not as we write them: {names}.", fix=fix))
    return Checked(recorded, tuple(problems))


class _RecordReader:
    def __init__(self) -> None:
        self.wrong: list[str] = []

    def text(self, node: Mapping[str, Any], key: str) -> str:
        value = node.get(key, "")
        if isinstance(value, str):
            return value
        self.wrong.append(key)
        return ""

    def day(self, node: Mapping[str, Any], key: str) -> dt.date | None:
        try:
            return dt.date.fromisoformat(node[key])
        except (KeyError, TypeError, ValueError):
            self.wrong.append(key)
            return None

    def texts(self, node: Mapping[str, Any], key: str) -> dict[str, str]:
        value = node.get(key, {})
        if not isinstance(value, dict):
            self.wrong.append(key)
            return {}
        return {k: v for k, v in value.items() if isinstance(v, str)}

    def maps(self, node: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        value = node.get(key, [])
        kept = [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
        if not isinstance(value, list) or len(kept) < len(value):
            self.wrong.append(key)
        return kept

    def document(self, node: dict[str, Any]) -> RecordedDocument:
        clauses = []
        for clause in self.maps(node, "clauses"):
            said = clause.get("satisfies", [])
            satisfies = tuple(s for s in said if isinstance(s, str)) if isinstance(said, list) else ()
            id, version, digest, where = (self.text(clause, key) for key in ("id", "version", "digest", "where"))
            clauses.append(RecordedClause(id, version, digest, where, satisfies))
        files = tuple((self.text(f, "name"), self.text(f, "digest")) for f in self.maps(node, "files"))
        return RecordedDocument(self.text(node, "type"), self.text(node, "title"), files, tuple(clauses))
