"""What a record and the signed copies beside it say of one agreement, read fast and trusted little."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from generator.deadlines import RENEWS
from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.frozen import dataclass
from generator.records import FORMAT, RECORD_BROKEN, RECORD_NEWER

__all__ = ["REST", "RULES", "SIGNED_FOLDER", "Entry", "Found", "Signed", "State", "read_entries"]

SIGNED_FOLDER = "signed"

SIGNED_CHANGED = Rule(
    "signed-changed",
    Severity.ERROR,
    "A signed copy is not the file that was filed.",
    """When a signed copy is filed, its digest is written beside it. The file there now has another one: somebody opened
and saved it, or it was exchanged, or the disk is failing. What it says can no longer be relied on as what was signed.

Wrong: opening the signed PDF and saving it, with a note added.

Right: copy it elsewhere and write on the copy. Get the signed copy again from the other side, and file that.""",
)
SIGNED_MISSING = Rule(
    "signed-missing",
    Severity.WARNING,
    "A signed copy that was filed is not there any more.",
    """The note about it stands in the folder `signed`, the file does not. Put it back from a backup, or file the copy
of the other side: `agreements record --signed FILE FOLDER`.""",
)
NOT_A_SIGNED_FILE = Rule(
    "not-a-signed-file",
    Severity.ERROR,
    "The file is not one that can be filed as a signed copy.",
    """A signed copy is a PDF, a picture of the signed pages (JPEG, PNG, TIFF) or a Word file, as it came back. It is
filed for one document of one agreement: its record lies in the folder that is named.

Wrong: `agreements record --signed scan.zip output/safe-at-home`

Right: `agreements record --signed scan.pdf -d svc output/safe-at-home`""",
)
RULES = (SIGNED_CHANGED, SIGNED_MISSING, NOT_A_SIGNED_FILE)


class State(StrEnum):
    """How far an agreement has come; the later word wins."""

    DRAFT = "draft"
    FINAL = "final"
    PARTLY = "partly signed"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed copy that was filed: of which document, the file, its digest, when, and who filed it."""

    document: str
    file: str
    digest: str
    on: str
    by: str


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in one folder: its shown name, the bytes of its record, and the notes on signed copies."""

    folder: str
    record: bytes
    signed: tuple[tuple[str, bytes], ...] = ()
    files: Mapping[str, str] | None = None  # digests of the files in ``signed``, where they were looked at


@dataclass(frozen=True, slots=True)
class Entry:
    """One agreement, by its record.

    ``deviations`` are (document type, clause, rung); ``held`` is (document type, clause, version, digest, where) of
    every clause it holds, where that was asked for; ``supersedes`` is the folder of the agreement whose place it takes.
    """

    folder: str
    name: str
    number: str
    state: State
    made_on: str
    parties: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]  # type, title
    deadlines: tuple[tuple[str, str], ...]  # ISO date, what
    deviations: tuple[tuple[str, str, str], ...]
    signed: tuple[Signed, ...]
    supersedes: str = ""
    held: tuple[tuple[str, str, str, str, str], ...] = ()

    @property
    def shown(self) -> str:
        """What people call it: its name and number."""
        return f"{self.name} ({self.number})" if self.number else self.name or self.folder

    def after(self, day: dt.date) -> tuple[tuple[str, str], ...]:
        """Return its dates from ``day`` on, soonest first."""
        since = day.isoformat()
        return tuple(d for d in self.deadlines if d[0] >= since)


def read_entries(found: Iterable[Found], today: dt.date, *, clauses: bool = True) -> Checked[tuple[Entry, ...]]:
    """Return every agreement of ``found``; soonest date first, those without one last.

    Without ``clauses`` what each holds is left out, which a list of thousands has no need of.

    A record that cannot be read, is newer than this program or contradicts itself is told and passed over, or taken as
    far as it goes. An agreement is superseded where another, signed one names it.
    """
    entries: list[Entry] = []
    problems: list[Diagnostic] = []
    seen: dict[object, Any] = {}  # what many records say alike is kept once
    for one in found:
        entry = _entry(one, today, problems, seen if clauses else None)
        if entry is not None:
            entries.append(entry)
    replaced = {e.supersedes for e in entries if e.state in (State.SIGNED, State.ENDED)} - {""}
    if replaced:
        entries = [
            replace(e, state=State.SUPERSEDED) if e.folder.rpartition("/")[2] in replaced else e for e in entries
        ]
    since = today.isoformat()

    def soonest(entry: Entry) -> tuple[bool, str, str, str]:
        first = next((d for d, _ in entry.deadlines if d >= since), "")
        done = entry.state in (State.SUPERSEDED, State.ENDED)
        return (done or not first, first, entry.shown, entry.folder)

    return Checked(tuple(sorted(entries, key=soonest)), tuple(problems))


# What comes after the lists and dates in a record is long, and no list needs it.
REST = (b'\n  "profile":', b'\n  "answers":')


# Lists in a document that take most of a record; as we write it, each begins and ends on a line of its own.
_LONG = (b'\n      "clauses": [\n', b'\n      "left_out": [\n')
_END = b"\n      ]"


def _head(data: bytes, *, clauses: bool = True) -> Any:
    """Return the first part of a record as we write it, or all of one that somebody has written otherwise.

    Without ``clauses`` the long lists of its documents are passed over. Raises ValueError where it is no JSON.
    """
    import orjson  # four times as fast as json, and a hub has thousands of records

    for mark in REST:
        at = data.find(mark)
        if at > 0:
            head = data[:at].rstrip().removesuffix(b",") + b"}"
            try:
                return orjson.loads(head if clauses else _shortened(head))
            except ValueError:
                break
    return orjson.loads(data)


def _shortened(head: bytes) -> bytes:
    """Return ``head`` with its long lists empty, where they stand as we write them."""
    for begin in _LONG:
        parts, at = [], 0
        while (start := head.find(begin, at)) >= 0 and (end := head.find(_END, start)) >= 0:
            parts.append(head[at : start + len(begin)])
            at = end
        head = b"".join((*parts, head[at:]))
    return head


def _entry(found: Found, today: dt.date, problems: list[Diagnostic], seen: dict[object, Any] | None) -> Entry | None:
    file = f"{found.folder}/record.json"
    try:
        raw = _head(found.record, clauses=seen is not None)
    except ValueError:
        raw = None
    if not isinstance(raw, dict) or not isinstance(raw.get("documents"), list):
        fix = "Take the record from a backup, or make the documents again into another folder."
        problems.append(RECORD_BROKEN.at(Span(file), "This is not a record that can be read.", fix=fix))
        return None
    given = raw.get("format")
    if isinstance(given, int) and given > FORMAT:
        problems.append(
            RECORD_NEWER.at(Span(file), "It was written by a newer version of this program.", fix="Update.")
        )
    agreement = raw.get("agreement") if isinstance(raw.get("agreement"), dict) else {}
    documents = _maps(raw, "documents")
    signed = tuple(_signed(found, problems))
    deadlines = tuple(
        sorted((day, _text(d, "what")) for d in _maps(raw, "deadlines") if _is_day(day := _text(d, "date")))
    )
    entry = Entry(
        folder=found.folder,
        name=_text(agreement, "name"),
        number=_text(agreement, "number"),
        state=State.DRAFT,
        made_on=_text(raw, "made_on"),
        parties=tuple(_text(p, "short_name") or _text(p, "legal_name") for p in _maps(raw, "parties")),
        documents=tuple((_text(d, "type"), _text(d, "title")) for d in documents),
        deadlines=deadlines,
        deviations=tuple(
            (_text(d, "type"), _text(x, "clause"), _text(x, "rung")) for d in documents for x in _maps(d, "deviations")
        ),
        signed=signed,
        supersedes=_text(raw.get("supersedes"), "folder"),
        held=() if seen is None else tuple(_held(documents, seen)),
    )
    return replace(entry, state=_state(entry, raw.get("state") == "final", documents, today))


def _held(documents: list[dict[str, Any]], seen: dict[object, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    for document in documents:
        kind = _text(document, "type")
        for clause in _maps(document, "clauses"):
            id, version, digest, where = (_text(clause, key) for key in ("id", "version", "digest", "where"))
            one = (kind, id, version, digest, where)
            yield seen.setdefault(one, one)


def _state(entry: Entry, final: bool, documents: list[dict[str, Any]], today: dt.date) -> State:
    state = State.FINAL if final else State.DRAFT
    to_sign = {_text(d, "type") for d in documents if d.get("to_sign", True) is True}
    done = {s.document for s in entry.signed}
    if done:
        state = State.SIGNED if to_sign <= done else State.PARTLY
    ends = [d for d, what in entry.deadlines if what in _ENDS]
    renews = any(what == RENEWS for _, what in entry.deadlines)
    if ends and max(ends) < today.isoformat() and not renews:
        return State.ENDED
    return state


_ENDS = ("End date", "The term ends")


def _signed(found: Found, problems: list[Diagnostic]) -> Iterator[Signed]:
    for name, data in found.signed:
        try:
            note = json.loads(data)
        except (ValueError, RecursionError):
            note = None
        if not isinstance(note, dict) or not _text(note, "file"):
            file = f"{found.folder}/{SIGNED_FOLDER}/{name}"
            problems.append(RECORD_BROKEN.at(Span(file), "This note on a signed copy cannot be read."))
            continue
        signed = Signed(
            _text(note, "document"), _text(note, "file"), _text(note, "digest"), _text(note, "on"), _text(note, "by")
        )
        place = Span(f"{found.folder}/{SIGNED_FOLDER}/{signed.file}")
        if found.files is not None:
            there = found.files.get(signed.file)
            if there is None:
                problems.append(SIGNED_MISSING.at(place, "This signed copy was filed and is not there any more."))
            elif there != signed.digest:
                problems.append(SIGNED_CHANGED.at(place, "This file is not the one that was filed as signed."))
        yield signed


def _text(node: Any, key: str) -> str:
    value = node.get(key, "") if isinstance(node, dict) else ""
    return value if isinstance(value, str) else ""


def _maps(node: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = node.get(key)
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


@lru_cache(maxsize=4096)
def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
