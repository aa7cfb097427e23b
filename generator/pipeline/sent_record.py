"""Which record a file that came back belongs to, which of its documents it is, and the answers it was made of."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from pathlib import PurePath

from generator.diagnostics import Checked, Diagnostic, Span
from generator.digests import digest_of, short_digest
from generator.frozen import dataclass
from generator.pipeline.parts import NO_SUCH_FILE, Parts, read_given_profile
from generator.profile import Profile, read_profile
from generator.records import RECORD_NAME, Recorded, RecordedDocument, read_record
from generator.returned.reading import Returned, says_it_is
from generator.returned.refusals import CONTRADICTS, NO_RECORD
from generator.workspace import Workspace
from generator.writers.docx_properties import document_id_of

__all__ = ["Answers", "answers_of", "document_in", "our_file", "record_of"]

# How many files below the output are looked into, to find the one that belongs to a return.
_MOST_RECORDS = 20_000
_MOST_DOCUMENTS = 400


def record_of(
    workspace: Workspace, returned: Returned, file: str, named: str
) -> tuple[Recorded | None, list[Diagnostic]]:
    """Return the record that belongs to a returned file: the one named, one beside it, or one below the output."""
    problems: list[Diagnostic] = []
    if named:
        place = f"{named}/{RECORD_NAME}" if workspace.is_folder(named) else named
        data = workspace.read(place)
        if data is None:
            fix = "Name the folder that the documents were made in."
            return None, [NO_SUCH_FILE.at(Span(place, 0, 0), "There is no record of that name.", fix=fix)]
        read = read_record(data, place)
        return read.value, list(read.diagnostics)
    beside = str(PurePath(file).parent / RECORD_NAME)
    places = [beside, *_records_below(workspace)]
    best: tuple[int, Recorded, tuple[Diagnostic, ...]] | None = None
    for place in dict.fromkeys(places):
        data = workspace.read(place)
        if data is None or not _may_belong(data, returned):
            continue
        read = read_record(data, place)
        if read.value is None:
            problems += read.diagnostics
            continue
        fits = _fit(read.value, returned)
        if fits and (best is None or (fits, _made_on(read.value)) > (best[0], _made_on(best[1]))):
            best = (fits, read.value, read.diagnostics)
            if place == beside and fits >= 3:
                break
    if best is not None:
        fits, recorded, told_of_it = best
        told = [d for d in told_of_it if d not in problems]
        if fits == 2 and returned.identity is not None:
            message = "It has the number and the clauses of this file, but other parties or another name."
            fix = "It was edited after it was made. Check who the parties are; or name the record: --record FOLDER."
            told.append(CONTRADICTS.at(Span(recorded.file, 0, 0), message, fix=fix))
        return recorded, told + problems
    message = "No record belongs to this file: none lies beside it, and none in the output folder fits it."
    fix = "Name the folder that the documents were made in: --record FOLDER."
    return None, [*problems, NO_RECORD.at(Span(file, 0, 0), message, fix=fix)]


def _records_below(workspace: Workspace) -> Iterator[str]:
    names = (f for f in _files_made(workspace) if PurePath(f).name == RECORD_NAME)
    yield from itertools.islice(names, _MOST_RECORDS)


def _files_made(workspace: Workspace) -> tuple[str, ...]:
    """Return the names of all files below the output folder."""
    folder = workspace.output
    output = str(folder.relative_to(workspace.folder) if folder.is_relative_to(workspace.folder) else folder)
    return tuple(workspace.files_below(output)) if workspace.is_folder(output) else ()


def our_file(workspace: Workspace, returned: Returned, data: bytes) -> str:
    """Return the one file below the output that says it is the same document, where no record says so; "" if none.

    Files beside a record, though it cannot be read, come before others; of several nobody can say which was sent.
    """
    if returned.identity is None:
        return ""
    names = _files_made(workspace)
    recorded = {str(PurePath(f).parent) for f in names if PurePath(f).name == RECORD_NAME}
    found: list[str] = []
    for name in itertools.islice((f for f in names if f.lower().endswith(".docx")), _MOST_DOCUMENTS):
        other = workspace.read(name) if name != returned.file else None
        if other is not None and other != data and says_it_is(other, returned.identity.id):
            found.append(name)
    best = [f for f in found if str(PurePath(f).parent) in recorded] or found
    return best[0] if len(best) == 1 else ""


def _may_belong(data: bytes, returned: Returned) -> bool:
    """Whether a record can be the one, without reading it: it holds the number of the agreement."""
    number = returned.identity.number if returned.identity else ""
    return not number or number.encode() in data or not number.isascii()


def _made_on(recorded: Recorded) -> dt.date:
    """Return the day on which it was made; where that cannot be read, any other record is newer."""
    return recorded.made_on or dt.date.min


def _fit(recorded: Recorded, returned: Returned) -> int:
    """Return how well a record fits a file: 4 same document and clauses, 3 same document, 2 its clauses, 1 its text.

    0 is not at all. A record with the right number and clauses that speaks of others was edited, and still fits.
    """
    identity = returned.identity
    document = document_in(recorded, returned)
    if document is None:
        return 0
    if identity is not None:
        names = [legal for _, legal, _ in recorded.parties]
        orders = (o for n in range(len(names), 0, -1) for o in itertools.permutations(names, n))
        for order in itertools.islice(orders, 500):
            if document_id_of(document.type, recorded.number, recorded.name, order) == identity.id:
                marks = [(m.id, m.version, m.digest) for m in returned.marks]
                return 3 + (marks == [(c.id, c.version, short_digest(c.digest)) for c in document.clauses])
        if not recorded.number or recorded.number != identity.number:
            return 0
    if returned.marks:
        known = {(c.id, short_digest(c.digest)) for c in document.clauses}
        return 2 if sum((m.id, m.digest) in known for m in returned.marks) * 2 > len(returned.marks) else 0
    if identity is not None:
        return 0
    said = {" ".join(p.text.split()) for p in returned.paragraphs(accepted=False)}
    names = [n for _, legal, short in recorded.parties for n in (legal, short) if n]
    text = "\n".join(said)
    return 1 if names and all(n in text for n in names) and (not recorded.name or recorded.name in text) else 0


def document_in(recorded: Recorded | None, returned: Returned) -> RecordedDocument | None:
    """Return the document of a record that a file is: by what it says it is, by its title, or by its clauses."""
    if recorded is None:
        return None
    if returned.identity is not None:
        return next((d for d in recorded.documents if d.type == returned.identity.type), None)
    ids = {m.id for m in returned.marks} | {c.id for c in returned.clauses()}
    lines = [" ".join(p.text.split()) for p in returned.paragraphs(accepted=False)]
    said = set(lines)

    def likeness(document: RecordedDocument) -> int:
        titles = [c.where.partition("(")[2].rstrip(")") or c.where for c in document.clauses]
        own = 1000 if document.title in lines[:3] else 0
        return own + sum(t in said for t in titles) + sum(c.id in ids for c in document.clauses)

    best = max(recorded.documents, key=likeness, default=None)
    return best if best is not None and likeness(best) else None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers a document was made of: ``sent`` as they were, ``now`` as the profile has them today."""

    sent: Profile | None = None
    now: Profile | None = None


def answers_of(workspace: Workspace, parts: Parts, recorded: Recorded | None, named: str) -> Checked[Answers]:
    """Return the answers that the record was made of: in the profile, if it is the same file, or in the record."""
    if named:
        read = read_given_profile(workspace, named, parts.dictionary)
        return Checked(Answers(read.value, read.value), read.diagnostics)
    if recorded is None:
        return Checked(Answers())
    name = next((n for n in recorded.inputs if n.endswith((".yaml", ".yml")) and not n.startswith("_")), "")
    now: Profile | None = None
    if name and "/" not in name and "\\" not in name:
        folder = PurePath(recorded.file).parent
        places = [name, f"profiles/{name}", *(str(f / name) for f in (folder, *list(folder.parents)[:3]))]
        there = [p for p in dict.fromkeys(places) if workspace.read(p) is not None]
        same = [p for p in there if digest_of(workspace.read(p) or b"") == recorded.inputs[name]]
        for place in (*same, *there):
            read = read_given_profile(workspace, place, parts.dictionary)
            if read.value is not None:
                now = read.value
                break
        if same and now is not None:
            return Checked(Answers(now, now))
    if recorded.answers:
        text = json.dumps(recorded.answers, ensure_ascii=False).encode("utf-8", "replace")
        kept = read_profile({recorded.file: text}.get, recorded.file, parts.dictionary)
        if kept.value is not None and kept.value.values:
            return Checked(Answers(kept.value, now))
    return Checked(Answers(now, now))
