"""What a record and the signed copies beside it say of one agreement, read fast and trusted little."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from generator.deadlines import RENEWS
from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.frozen import dataclass
from generator.records import FORMAT, RECORD_BROKEN, RECORD_NEWER, SIGNED_FOLDER

__all__ = ["REST", "RULES", "Entry", "Found", "Signed", "State", "read_entries"]


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
    lists = _Lists()
    for one in found:
        entry = _entry(one, today, problems, lists, clauses=clauses)
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
_LONG = re.compile(rb'\n      "(?:clauses|left_out|deviations)": (?=\[\n)')
_END = b"\n      ]"
_SAME = 16  # lists that begin alike and are kept
_MOST = 500  # lists kept in all


class _Lists:
    """The long lists of records, each kept once: among the members of a hub most are alike, byte for byte."""

    def __init__(self) -> None:
        self._known: dict[bytes, deque[bytes]] = {}
        self._made: dict[tuple[bytes, str], tuple[Any, ...]] = {}
        self._joined: dict[tuple[int, ...], tuple[tuple[tuple[Any, ...], ...], tuple[Any, ...]]] = {}

    def at(self, data: bytes, start: int) -> bytes:
        """Return the list that begins at ``start``; b"" if it does not end as we write it."""
        if len(self._known) > _MOST:
            self._known.clear()
        alike = self._known.setdefault(data[start : start + 200], deque(maxlen=_SAME))
        for one in alike:
            if data.startswith(one, start):  # ends where this one ends, or it would not hold the end
                return one
        end = data.find(_END, start)
        if end < 0:
            return b""
        alike.append(data[start : end + len(_END)])
        return alike[-1]

    def made(self, text: bytes, key: str, make: Callable[[list[Any]], Iterable[Any]]) -> tuple[Any, ...]:
        """Return what ``make`` makes of the list ``text``; of the same list under the same ``key`` the same."""
        found = self._made.get((text, key))
        if found is None:
            if len(self._made) > _MOST:
                self._made.clear()
            found = self._made[text, key] = tuple(make(_loads(text)))
        return found

    def joined(self, parts: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
        """Return ``parts`` as one; of the very same parts the very same."""
        key = tuple(map(id, parts))
        if key not in self._joined:
            if len(self._joined) > _MOST:
                self._joined.clear()
            self._joined[key] = (parts, tuple(x for part in parts for x in part))
        return self._joined[key][1]


def _loads(data: bytes) -> Any:
    import orjson  # four times as fast as json, and a hub has thousands of records

    return orjson.loads(data)


def _head(data: bytes, lists: _Lists) -> tuple[Any, list[bytes]]:
    """Return the first part of a record as we write it, or all of one that somebody has written otherwise.

    The long lists of its documents come apart; in their place stands which one it is. Raises ValueError where it is
    no JSON.
    """
    parts: list[bytes] = []
    apart: list[bytes] = []
    at = 0
    while (found := _LONG.search(data, at)) is not None:
        one = lists.at(data, found.end())
        if not one:
            break
        parts += (data[at : found.end()], b"%d" % len(apart))
        apart.append(one)
        at = found.end() + len(one)
    for mark in REST:
        end = data.find(mark, at)
        if end > 0:
            try:
                return _loads(b"".join((*parts, data[at:end].rstrip().removesuffix(b","), b"}"))), apart
            except ValueError:
                break
    return _loads(data), []


def _entry(found: Found, today: dt.date, problems: list[Diagnostic], lists: _Lists, *, clauses: bool) -> Entry | None:
    file = f"{found.folder}/record.json"
    documents: list[dict[str, Any]] = []
    deviations: tuple[Any, ...] = ()
    held: tuple[Any, ...] = ()
    try:
        raw, apart = _head(found.record, lists)
        documents = _maps(raw, "documents") if isinstance(raw, dict) else []
        deviations = tuple(x for d in documents for x in _listed(d, "deviations", apart, lists))
        held = lists.joined(tuple(_listed(d, "clauses", apart, lists) for d in documents)) if clauses else ()
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
        deviations=deviations,
        signed=signed,
        supersedes=_text(raw.get("supersedes"), "folder"),
        held=held,
    )
    return replace(entry, state=_state(entry, raw.get("state") == "final", documents, today))


_KEYS = {"clauses": ("id", "version", "digest", "where"), "deviations": ("clause", "rung")}


def _listed(document: dict[str, Any], name: str, apart: list[bytes], lists: _Lists) -> tuple[Any, ...]:
    """Return what the list ``name`` of ``document`` says, each time with the document's type before it."""
    kind = _text(document, "type")

    def made(rows: list[Any]) -> Iterator[tuple[str, ...]]:
        for row in rows:
            if isinstance(row, dict):
                yield (kind, *(_text(row, key) for key in _KEYS[name]))

    value = document.get(name)
    if isinstance(value, int) and 0 <= value < len(apart):
        return lists.made(apart[value], f"{name} {kind}", made)
    return tuple(made(value)) if isinstance(value, list) else ()


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


_DAY = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
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
    """Whether a text is a day as records have it, year-month-day, of a year that a field can hold."""
    try:
        return _DAY.fullmatch(text) is not None and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False
