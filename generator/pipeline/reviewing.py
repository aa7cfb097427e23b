"""A document that came back: held against what was sent, our positions and the law.

What was sent is found in this order: a file that is named; our own file beside the record, if its digest is the one in
the record; what the profile of the record makes, if that has this digest; then our file though it is another one, or
what the profile makes now. Each of the last two is told, because a finding is only as good as what it is held against.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Diagnostic, Severity, Span, errors_in, in_order
from generator.fields import UNKNOWN, Given, Value, phrase
from generator.frozen import dataclass
from generator.model import Agreement, Block, Filled, Inline, Paragraph, Section, Status, Text, walk_sections
from generator.pipeline.parts import (
    NO_SUCH_FILE,
    WRONG_FILE,
    Parts,
    facts_of,
    read_given_profile,
    read_parts,
)
from generator.returned.reviewed import Reviewed
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.library import Clause
    from generator.numbering import Formats
    from generator.pipeline.sets import Assembled
    from generator.profile import Profile
    from generator.records import Recorded, RecordedDocument
    from generator.returned.checklist import ChecklistItem
    from generator.returned.copying import Copy
    from generator.returned.findings import ClauseFinding, FieldChange, Findings, Foreign, Part
    from generator.returned.judging import Candidate, Judgement
    from generator.returned.reading import Comment, Returned
    from generator.returned.values import Proposal
    from generator.writers.frame import Frame

__all__ = ["Reviewed", "apply_review", "review", "review_copy"]

_MOST_RECORDS = 400  # records below a folder that are opened to find the one that belongs to a file


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a return is held against."""

    read: Returned
    against: str
    sure: bool


def review(workspace: Workspace, file: str, *, record: str = "", original: str = "", profile: str = "") -> Reviewed:
    """Review the Word file ``file`` that came back.

    ``record`` is a record or a folder with one; without it, one that belongs to the file is looked for beside it and
    below the workspace's output. ``original`` is the file that was sent, where it is not beside the record; ``profile``
    the answers it was made of, where they are not where they were. Nothing is written.
    """
    from generator.returned.findings import find_changes, parts_of
    from generator.returned.reading import read_returned
    from generator.returned.refusals import NO_RECORD, NOT_OURS

    data = workspace.read(file)
    if data is None:
        folder = workspace.is_folder(file)
        rule, message = (WRONG_FILE, "This is a folder.") if folder else (NO_SUCH_FILE, "There is no such file.")
        return Reviewed(False, (rule.at(Span(file, 0, 0), message, fix="Name the Word file that came back."),), file)
    read = read_returned(data, file)
    problems = list(read.diagnostics)
    if read.value is None:
        return Reviewed(False, in_order(problems), file)
    returned = read.value
    parts = read_parts(workspace)
    problems += parts.problems
    recorded, found = _record_of(workspace, returned, file, record)
    problems += found
    document = _document_in(recorded, returned)
    answers = _answers(workspace, parts, recorded, profile)
    problems += answers.diagnostics
    if errors_in(found) or (profile and (answers.value is None or answers.value.now is None)):
        return Reviewed(False, in_order(problems), file, data=data, returned=returned)  # what was named is not there
    held = answers.value or _Answers()
    making = _Making(workspace, parts, held, recorded, document, returned)
    if recorded is not None and document is None:
        message = "Nothing in it is of a document in that record."
        fix = "Check that it is the file you mean, or name what was sent: --original FILE."
        if not original:
            problems.append(NOT_OURS.at(Span(file), message, fix=fix))
            return Reviewed(False, in_order(problems), file, data=data, returned=returned)
    ours_alone = _our_file(workspace, returned, data) if recorded is None and not (original or record) else ""
    sent = _what_was_sent(workspace, making, recorded, document, original, returned, ours_alone)
    if sent.value is not None and ours_alone:
        problems = [d for d in problems if d.rule != NO_RECORD.name]  # what is told of that file says it
    problems += sent.diagnostics
    if sent.value is None:
        by_library = _by_library(parts, returned, file, data, problems) if not (original or record) else None
        return by_library or Reviewed(False, in_order(problems), file, data=data, returned=returned)
    ours = sent.value.read
    rows = [(c.id, c.version, c.digest, c.where) for c in document.clauses] if document is not None else []
    pieces = parts_of(ours, rows)
    findings = find_changes(ours, returned, pieces)
    kept = [f for f in findings.parts if f.pages]
    if not kept or sum(len(f.part.paras) for f in kept) < 3:
        message = "Hardly a paragraph of it is one of the document that it was held against."
        fix = "Check that it is the file you mean, or name what was sent: --original FILE."
        problems.append(NOT_OURS.at(Span(file), message, fix=fix))
        return Reviewed(False, in_order(problems), file, data=data, returned=returned)
    problems += _contradictions(document, ours, parts, recorded)
    judged = _Judging(parts, making, findings, pieces)
    proposals, told = judged.proposals()
    problems += told
    type_ = parts.library.document_type(making.type).value if making.type else None
    title = document.title if document is not None else making.title or (type_.title if type_ is not None else "")
    return Reviewed(
        True,
        in_order(problems),
        file,
        title or ours.styles.name("") or PurePath(file).stem,
        recorded.name if recorded else making.name,
        recorded.number if recorded else (returned.identity.number if returned.identity else ""),
        tuple(p[1] for p in recorded.parties) if recorded else (),
        tuple(p[2] for p in recorded.parties if p[2]) if recorded else (),
        sent.value.against,
        sent.value.sure,
        returned.memory,
        findings,
        judged.judgements(),
        tuple(judged.near(f) for f in findings.foreign),
        judged.checklist(document),
        proposals,
        judged.new_rules,
        _their_remarks(ours, returned),
        held.now.file if held.now is not None else "",
        ours,
        returned,
        data,
    )


# ---------------------------------------------------------------- the record


def _record_of(
    workspace: Workspace, returned: Returned, file: str, named: str
) -> tuple[Recorded | None, list[Diagnostic]]:
    """Return the record that belongs to a returned file: the one named, one beside it, or one below the output."""
    from generator.records import RECORD_NAME, read_record
    from generator.returned.refusals import CONTRADICTS, NO_RECORD

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
    best: tuple[int, str, Recorded] | None = None
    for place in dict.fromkeys(places):
        data = workspace.read(place)
        if data is None or not _may_belong(data, returned):
            continue
        read = read_record(data, place)
        if read.value is None:
            problems += read.diagnostics
            continue
        fits = _fit(read.value, returned)
        if fits and (best is None or (fits, read.value.made_on) > (best[0], best[2].made_on)):
            best = (fits, place, read.value)
            if place == beside and fits >= 3:
                break
    if best is not None:
        again = read_record(workspace.read(best[1]) or b"", best[1])
        told = [d for d in again.diagnostics if d not in problems]
        if best[0] == 2 and returned.identity is not None:
            message = "It has the number and the clauses of this file, but other parties or another name."
            fix = "It was edited after it was made. Check who the parties are; or name the record: --record FOLDER."
            told.append(CONTRADICTS.at(Span(best[1], 0, 0), message, fix=fix))
        return again.value, told + problems
    message = "No record belongs to this file: none lies beside it, and none in the output folder fits it."
    fix = "Name the folder that the documents were made in: --record FOLDER."
    return None, [*problems, NO_RECORD.at(Span(file, 0, 0), message, fix=fix)]


def _records_below(workspace: Workspace) -> Iterator[str]:
    from generator.records import RECORD_NAME

    names = (f for f in _files_made(workspace) if PurePath(f).name == RECORD_NAME)
    yield from itertools.islice(names, _MOST_RECORDS * 50)


def _files_made(workspace: Workspace) -> tuple[str, ...]:
    folder = workspace.output
    output = str(folder.relative_to(workspace.folder) if folder.is_relative_to(workspace.folder) else folder)
    return tuple(workspace.files_below(output)) if workspace.is_folder(output) else ()


def _our_file(workspace: Workspace, returned: Returned, data: bytes) -> str:
    """Return the one file below the output that says it is the same document, where no record says so; "" if none.

    Files beside a record, though it cannot be read, come before others; of several nobody can say which was sent.
    """
    from generator.records import RECORD_NAME
    from generator.returned.reading import says_it_is

    if returned.identity is None:
        return ""
    names = _files_made(workspace)
    recorded = {str(PurePath(f).parent) for f in names if PurePath(f).name == RECORD_NAME}
    found: list[str] = []
    for name in itertools.islice((f for f in names if f.lower().endswith(".docx")), _MOST_RECORDS):
        other = workspace.read(name) if name != returned.file else None
        if other is not None and other != data and says_it_is(other, returned.identity.id):
            found.append(name)
    best = [f for f in found if str(PurePath(f).parent) in recorded] or found
    return best[0] if len(best) == 1 else ""


def _may_belong(data: bytes, returned: Returned) -> bool:
    """Whether a record can be the one, without reading it: it holds the number of the agreement."""
    number = returned.identity.number if returned.identity else ""
    return not number or number.encode() in data or not number.isascii()


def _fit(recorded: Recorded, returned: Returned) -> int:
    """Return how well a record fits a file: 4 same document and clauses, 3 same document, 2 its clauses, 1 its text.

    0 is not at all. A record with the right number and clauses that speaks of others was edited, and still fits.
    """
    from generator.writers.docx_properties import document_id_of

    identity = returned.identity
    document = _document_in(recorded, returned)
    if document is None:
        return 0
    if identity is not None:
        names = [legal for _, legal, _ in recorded.parties]
        orders = (o for n in range(len(names), 0, -1) for o in itertools.permutations(names, n))
        for order in itertools.islice(orders, 500):
            if document_id_of(document.type, recorded.number, recorded.name, order) == identity.id:
                marks = [(m.id, m.version, m.digest) for m in returned.marks]
                return 3 + (marks == [(c.id, c.version, c.digest[7:19]) for c in document.clauses])
        if not recorded.number or recorded.number != identity.number:
            return 0
    if returned.marks:
        known = {(c.id, c.digest[7:19]) for c in document.clauses}
        return 2 if sum((m.id, m.digest) in known for m in returned.marks) * 2 > len(returned.marks) else 0
    if identity is not None:
        return 0
    said = {" ".join(p.text.split()) for p in returned.paragraphs(accepted=False)}
    names = [n for _, legal, short in recorded.parties for n in (legal, short) if n]
    text = "\n".join(said)
    return 1 if names and all(n in text for n in names) and (not recorded.name or recorded.name in text) else 0


def _document_in(recorded: Recorded | None, returned: Returned) -> RecordedDocument | None:
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
class _Answers:
    """The answers a document was made of: ``sent`` as they were, ``now`` as the profile has them today."""

    sent: Profile | None = None
    now: Profile | None = None


def _answers(workspace: Workspace, parts: Parts, recorded: Recorded | None, named: str) -> Checked[_Answers]:
    """Return the answers that the record was made of: in the profile, if it is the same file, or in the record."""
    from generator.profile import read_profile
    from generator.records import digest_of

    if named:
        read = read_given_profile(workspace, named, parts.dictionary)
        return Checked(_Answers(read.value, read.value), read.diagnostics)
    if recorded is None:
        return Checked(_Answers())
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
            return Checked(_Answers(now, now))
    if recorded.answers:
        text = json.dumps(recorded.answers, ensure_ascii=False).encode("utf-8", "replace")
        kept = read_profile({recorded.file: text}.get, recorded.file, parts.dictionary)
        if kept.value is not None and kept.value.values:
            return Checked(_Answers(kept.value, now))
    return Checked(_Answers(now, now))


# ---------------------------------------------------------------- what was sent


class _Making:
    """Makes the document anew from the profile, as the record has it or with other values."""

    def __init__(
        self,
        workspace: Workspace,
        parts: Parts,
        answers: _Answers,
        recorded: Recorded | None,
        document: RecordedDocument | None,
        returned: Returned,
    ) -> None:
        self.workspace, self.parts, self.recorded, self.document = workspace, parts, recorded, document
        self.type = document.type if document is not None else returned.identity.type if returned.identity else ""
        self.title = self.name = ""
        self.date = workspace.today
        if recorded is not None:
            with contextlib.suppress(ValueError):
                self.date = dt.date.fromisoformat(recorded.made_on)
        self.profile, self.now = answers.sent, answers.now
        self.pinned = self._pinned(returned)
        self._made: dict[tuple[tuple[str, object], ...], Assembled | None] = {}

    def _pinned(self, returned: Returned) -> Profile | None:
        """Return the profile with every clause at the version that was sent."""
        if self.profile is None:
            return None
        rows: Sequence[tuple[str, str]] = ()
        if self.document is not None:
            rows = [(c.id, c.version) for c in self.document.clauses]
        elif returned.marks:
            rows = [(m.id, m.version) for m in returned.marks]
        here = Span(self.profile.file)
        known = {
            id: (version, here)
            for id, version in rows
            if version and (c := self.parts.library.find(id, None, version).value) is not None and c.id == id
        }
        return replace(self.profile, pins={**self.profile.pins, **known})

    def made(
        self, values: Mapping[str, Value] | None = None, pins: Mapping[str, str] | None = None
    ) -> Assembled | None:
        """Return the document with other ``values`` in the profile, or clauses at other versions; None if it cannot."""
        from generator.pipeline.sets import assemble_set

        if self.pinned is None or not self.type or self.type not in self.parts.library.document_ids():
            return None
        key = (*sorted((values or {}).items(), key=lambda v: v[0]), *sorted((pins or {}).items()))
        if key not in self._made:
            profile = self.with_values(values or {})
            here = Span(profile.file)
            profile = replace(profile, pins={**profile.pins, **{id: (v, here) for id, v in (pins or {}).items()}})
            try:
                made: Assembled | None = assemble_set(self.parts, profile, (self.type,), Status.FINAL, self.date,
                                                      self.formats())  # fmt: skip
            except (KeyError, ValueError):
                made = None
            self._made[key] = made if made is not None and made.agreements else None
            agreement = self.agreement(self._made[key])
            if agreement is not None and not key:
                self.title, self.name = agreement.title, agreement.name
        return self._made[key]

    def with_values(self, values: Mapping[str, Value]) -> Profile:
        """Return the profile with some values replaced, those in lists too."""
        if self.pinned is None:
            raise ValueError("no profile")
        changed = dict(self.pinned.values)
        for path, value in values.items():
            _put(changed, path, value, Span(self.pinned.file))
        return replace(self.pinned, values=changed)

    @cached_property
    def frame(self) -> Frame | None:
        """The frame that documents are printed in."""
        from generator.pipeline.looks import load_given_frame

        return load_given_frame(self.workspace, None).value

    def formats(self) -> Formats | None:
        return self.frame.formats if self.frame is not None else None

    def agreement(self, assembled: Assembled | None) -> Agreement | None:
        """Return the agreement of this document's type."""
        if assembled is None:
            return None
        return next((a for a in assembled.agreements if a.document_type == self.type), None)

    def word(self, *, clean: bool = False) -> bytes | None:
        """Return the Word file that the profile makes now, None if it makes none; ``clean`` is one without marks."""
        from generator.writers import writer

        agreement = self.agreement(self.made())
        if agreement is None or self.frame is None:
            return None
        if self.recorded is not None and self.recorded.state == Status.DRAFT.value:
            agreement = replace(agreement, status=Status.DRAFT)
        made: bytes = writer("docx")(agreement, self.frame, clean=clean)
        return made

    def marked(self, wanted: str) -> Returned | None:
        """Return our document with its marks, if it is the one that was written without them under this digest."""
        from generator.records import digest_of
        from generator.returned.reading import read_returned

        clean = self.word(clean=True)
        if clean is None or digest_of(clean) != wanted:
            return None
        return read_returned(self.word() or b"", self.profile.file if self.profile is not None else "").value


def _put(values: dict[str, Given], path: str, value: Value, span: Span) -> None:
    """Set ``path`` in ``values``, also inside a list."""
    from generator.fields import Record

    if path in values or not any(p.isdecimal() for p in path.split(".")):
        values[path] = Given(value, span)
        return
    steps = path.split(".")
    at = next(n for n, p in enumerate(steps) if p.isdecimal())
    base = ".".join(steps[:at])
    given = values.get(base)
    if given is None or not isinstance(given.value, tuple):
        return
    n, rest = int(steps[at]) - 1, ".".join(steps[at + 1 :])
    if not 0 <= n < len(given.value):
        return
    entry: object = given.value[n]
    inner = entry.value if isinstance(entry, Given) else entry
    if rest and isinstance(inner, Record):
        put: Value = Record(tuple((k, Given(value, g.span) if k == rest else g) for k, g in inner.entries))
    else:
        put = value
    values[base] = Given((*given.value[:n], put, *given.value[n + 1 :]), given.span)


def _what_was_sent(
    workspace: Workspace,
    making: _Making,
    recorded: Recorded | None,
    document: RecordedDocument | None,
    original: str,
    returned: Returned,
    ours_alone: str = "",
) -> Checked[_Sent]:
    from generator.records import digest_of
    from generator.returned.reading import read_returned
    from generator.returned.refusals import CONTRADICTS, NO_RECORD

    if original:
        data = workspace.read(original)
        if data is None:
            return Checked(None, (NO_SUCH_FILE.at(Span(original, 0, 0), "There is no such file."),))
        read = read_returned(data, original)
        if read.value is None:
            return Checked(None, read.diagnostics)
        return Checked(_Sent(read.value, f"{original}, which you named", True), read.diagnostics)
    if ours_alone:
        own = workspace.read(ours_alone) or b""
        read = read_returned(own, ours_alone)
        if read.value is not None and _is_paper(workspace, ours_alone, digest_of(own)):
            return Checked(_Sent(read.value, f"{ours_alone}, as the record has it", True))
        if read.value is not None:
            message = "No record of it can be read. It says that it is the document that came back, so the return is"
            fix = "If this is not what was sent, name that: --original FILE. Its profile is not known: --profile FILE."
            problem = CONTRADICTS.at(Span(ours_alone, 0, 0), f"{message} held against it.", fix=fix)
            return Checked(_Sent(read.value, f"{ours_alone}, of which no record can be read", False), (problem,))
    problems: list[Diagnostic] = []
    beside: tuple[str, bytes] | None = None
    wanted = ""
    if recorded is not None and document is not None:
        name, wanted = next(((n, d) for n, d in document.files if n.lower().endswith(".docx")), ("", ""))
        place = str(PurePath(recorded.file).parent / PurePath(name).name) if name else ""
        data = workspace.read(place) if place and place != returned.file else None
        if data is not None:
            beside = (place, data)
            if digest_of(data) == wanted:
                read = read_returned(data, place)
                if read.value is not None:
                    marked = read.value if read.value.memory else making.marked(wanted) or read.value
                    return Checked(_Sent(marked, f"{place}, as the record has it", True), ())
    made = making.word()
    if made is not None and wanted and (digest_of(made) == wanted or making.marked(wanted) is not None):
        read = read_returned(made, making.profile.file if making.profile else "")
        if read.value is not None:
            if beside is not None:
                message = "It is not the document that the record describes: it was changed or made again later."
                fix = "The return is held against what the profile makes, which is the document of the record."
                problems.append(CONTRADICTS.at(Span(beside[0], 0, 0), message, fix=fix))
            against = f"the document of the record, made again from {_source(making)}"
            return Checked(_Sent(read.value, against, True), tuple(problems))
    if beside is not None:
        read = read_returned(beside[1], beside[0])
        if read.value is not None:
            message = "It is not the document that the record describes: it was changed or made again later."
            fix = "If you have what was sent, name it: --original FILE. Otherwise read each finding with care."
            problems.append(CONTRADICTS.at(Span(beside[0], 0, 0), message, fix=fix))
            return Checked(_Sent(read.value, f"{beside[0]}, which is not what the record describes", False),
                           tuple(problems))  # fmt: skip
    if made is not None:
        read = read_returned(made, making.profile.file if making.profile else "")
        if read.value is not None:
            profile = making.profile.file if making.profile else ""
            message = "Our own document is not there. The return is held against what these answers make today."
            fix = "If you have what was sent, name it: --original FILE."
            problems.append(CONTRADICTS.at(Span(profile, 0, 0), message, fix=fix))
            return Checked(_Sent(read.value, f"what {_source(making)} make today", False), tuple(problems))
    message = "What was sent is not there: neither our document nor the profile it was made of."
    fix = "Name the file that was sent (--original FILE), or the profile (--profile FILE)."
    stop = replace(NO_RECORD.at(Span(returned.file, 0, 0), message, fix=fix), severity=Severity.ERROR)
    return Checked(None, (*problems, stop))


def _is_paper(workspace: Workspace, file: str, digest: str) -> bool:
    """Whether the record beside a file has it as a paper that changes an agreement, with this digest."""
    from generator.records import RECORD_NAME

    try:
        found = json.loads(workspace.read(str(PurePath(file).parent / RECORD_NAME)) or b"")
    except (ValueError, RecursionError):
        return False
    papers = found.get("papers") if isinstance(found, dict) else None
    return isinstance(papers, list) and any(isinstance(p, dict) and p.get("digest") == digest for p in papers)


def _source(making: _Making) -> str:
    profile = making.profile
    if profile is None:
        return ""
    return f"the answers in {profile.file}"


def _contradictions(
    document: RecordedDocument | None, ours: Returned, parts: Parts, recorded: Recorded | None
) -> Iterator[Diagnostic]:
    """Yield where the record, our document and the library do not agree."""
    from generator.returned.refusals import CLAUSE_EDITED

    if document is None or recorded is None:
        return
    at = Span(recorded.file, 0, 0)
    there = {(m.id, m.version, m.digest) for m in ours.marks}
    for clause in document.clauses:
        if ours.marks and (clause.id, clause.version, clause.digest[7:19]) not in there:
            message = f"The record lists {clause.id}@{clause.version}; our document says that it holds another text."
            yield CLAUSE_EDITED.at(at, message, fix="The document counts: it is what the other side got.")
            continue
        found = parts.library.find(clause.id, None, clause.version).value
        if found is None or str(found.version) != clause.version:
            message = f"The library has no {clause.id}@{clause.version} any more; its positions are unknown."
            yield CLAUSE_EDITED.at(at, message)
        elif clause.digest and found.digest != clause.digest:
            message = f"The text of {clause.id}@{clause.version} in the library is another one than was sent."
            yield CLAUSE_EDITED.at(at, message)


def _their_remarks(ours: Returned, returned: Returned) -> tuple[Comment, ...]:
    """Return the remarks that are not ours: a draft of ours has some of its own, and so has a copy of a review."""
    known = {(c.author, c.text) for c in ours.comments}
    return tuple(c for c in returned.comments if (c.author, c.text) not in known and not c.ours)


def _by_library(
    parts: Parts, returned: Returned, file: str, data: bytes, problems: Sequence[Diagnostic]
) -> Reviewed | None:
    """Return what the clause library alone can say of a file, None if it knows none of its clauses."""
    from generator.returned.checklist import checklist_of
    from generator.returned.findings import State
    from generator.returned.from_library import find_against_library, known_clauses
    from generator.returned.judging import judge
    from generator.returned.refusals import NO_RECORD

    versions = {m.id: m.version for m in returned.marks}
    library = [
        c
        for id in parts.library.ids()
        if (c := parts.library.find(id, None, versions.get(id, "")).value or parts.library.find(id).value)
    ]
    clauses = known_clauses(returned, library)
    if len(clauses) < 3:
        return None
    others: dict[str, list[Clause]] = {}
    if not versions:  # nothing in the file says which version of a clause it holds
        for id, clause in clauses.items():
            named = {str(f.version) for _, some in parts.library.versions(id) for f in some} - {str(clause.version)}
            found = (parts.library.find(id, None, v).value for v in sorted(named) if "-" not in v)
            others[id] = [c for c in found if c is not None]
    findings = find_against_library(returned, clauses, others, _headings(parts))
    kind = returned.identity.type if returned.identity else ""
    type_ = parts.library.document_type(kind).value if kind else None
    families = type_.requires if type_ is not None else ()
    wanted = [r for r in parts.requirements if any(r.id.startswith(f"{f}.") for f in families)]
    satisfies = {id: c.satisfies for id, c in clauses.items()}
    changed = [f for f in findings.parts if f.state is not State.VERBATIM]
    # Without values nothing can be held against a rung; what we never accept, and the ladder, can be told.
    judgements = {f.part.key: judge(f, clauses[f.part.id], (), {}, {}, {}, ()) for f in changed}
    message = "Neither the record nor what was sent is there. The words are held against the clause library alone."
    fix = "Whether a value was changed cannot be known this way: name what was sent (--original) or its record."
    kept = [d for d in problems if d.rule != NO_RECORD.name]
    title = type_.title if type_ is not None else PurePath(file).stem
    return Reviewed(
        True, in_order([*kept, NO_RECORD.at(Span(file, 0, 0), message, fix=fix)]), file, title, "",
        returned.identity.number if returned.identity else "", against="the clause library, values unknown",
        memory=returned.memory, findings=findings, judgements=judgements,
        near=tuple(("", 0.0) for _ in findings.foreign),
        checklist=checklist_of(wanted, findings.parts, satisfies, {}, values_judged=False),
        comments=tuple(c for c in returned.comments if not c.ours), returned=returned, data=data,
    )  # fmt: skip


def _headings(parts: Parts) -> set[str]:
    """Return the headings that documents of ours print between clauses."""
    from generator.library import Group

    out: set[str] = set()
    for id in parts.library.document_ids():
        type_ = parts.library.document_type(id).value
        if type_ is not None:
            outlines = [type_.outline, *(s.outline for s in type_.schedules)]
            out |= {part.heading for outline in outlines for part in outline if isinstance(part, Group)}
            out |= {part.heading for part in type_.opening} | {s.title for s in type_.schedules}
    return out


# ---------------------------------------------------------------- judging


class _Judging:
    """Holds what was found against the positions, the rules and the requirements."""

    def __init__(self, parts: Parts, making: _Making, findings: Findings, pieces: Sequence[Part]) -> None:
        self.parts, self.making, self.findings = parts, making, findings
        self.pieces = {p.key: p for p in pieces}
        profile = making.profile
        named = facts_of(parts, profile, ()).dictionary if profile is not None else parts.dictionary
        self.dictionary = named
        recorded = making.recorded
        self.names = tuple(short for _, _, short in recorded.parties if short) if recorded is not None else ()
        self.clauses: dict[str, Clause] = {}
        for piece in pieces:
            if piece.id:
                found = parts.library.find(piece.id, None, piece.version).value or parts.library.find(piece.id).value
                if found is not None:
                    self.clauses[piece.id] = found
        self.outside: dict[str, list[str]] = {}  # values that their fields do not allow, by part
        self.unread: dict[str, list[str]] = {}  # values that cannot be read
        self.values = self._values()
        self.new_rules, self.by_part = self._rules()

    # -- values

    def _current(self, path: str) -> tuple[Value | None, Span | None]:
        """Return the value of ``path`` in the profile and where it stands."""
        if self.making.profile is None:
            return None, None
        from generator.assembly.facts import Found

        found = facts_of(self.parts, self.making.profile, ()).lookup(path)
        if not isinstance(found, Found) or found.value is UNKNOWN:
            return None, None
        today = found
        if self.making.now is not None and self.making.now is not self.making.profile:
            again = facts_of(self.parts, self.making.now, ()).lookup(path)
            today = again if isinstance(again, Found) else found
        return found.value, today.span if self.making.now is not None else None

    def _values(self) -> dict[str, Value]:
        """Return the values that came back and can be read, by field."""
        from generator.returned.values import read_back

        out: dict[str, Value] = {}
        for change in self._field_changes():
            was, _ = self._current(change.field)
            back = read_back(self.dictionary, change.field, change.old, change.new, was)
            if back.value is not None:
                out[change.field] = back.value
            elif back.outside:
                self.outside.setdefault(change.part, []).append(back.fault)
            else:
                self.unread.setdefault(change.part, []).append(back.fault)
        return out

    def _field_changes(self) -> Iterator[FieldChange]:
        for finding in self.findings.parts:
            yield from finding.fields

    def proposals(self) -> tuple[tuple[Proposal, ...], list[Diagnostic]]:
        """Return what the return proposes for the profile, each field once, and what cannot be proposed."""
        from generator.returned.matching import normal
        from generator.returned.refusals import NOT_PARSED
        from generator.returned.values import Proposal, read_back

        told: list[Diagnostic] = []
        by_field: dict[str, list[FieldChange]] = {}
        for change in self._field_changes():
            by_field.setdefault(change.field, []).append(change)
        out = []
        for path, changes in by_field.items():
            first = changes[0]
            was, span = self._current(path)
            field = self.dictionary.find(path)
            back = read_back(self.dictionary, path, first.old, first.new, was)
            written, why = back.written, back.why
            differ = [c for c in changes if normal(c.new) != normal(first.new)]
            if differ and read_back(self.dictionary, path, differ[0].old, differ[0].new, was).value != back.value:
                written, why = "", f"It reads “{first.new}” in one place and “{differ[0].new}” in another."
            blank = first.old.strip().startswith("[") and first.old.strip().endswith("]")  # the other side filled it in
            if was is None and not blank and self.making.profile is not None and not why:
                written, why = "", "The profile does not give this value; it was put together from others."
            sensitive = field is not None and field.sensitive
            where = tuple(dict.fromkeys(self.pieces[c.part].name for c in changes))
            hands = [c.hand for c in changes if c.hand is not None]
            out.append(
                Proposal(
                    path,
                    self.dictionary.label(path),
                    first.old,
                    first.new,
                    written,
                    span if span is not None else self._place(path),
                    any(c.silent for c in changes),
                    hands[0].author if hands else "",
                    where,
                    tuple(self._elsewhere(path, changes)),
                    why,
                )
            )
            if why:
                said = "The value that came back cannot be written into the profile." if sensitive else why
                told.append(NOT_PARSED.at(out[-1].span, f"{self.dictionary.label(path)}: {said}", field=path))
        return tuple(sorted(out, key=lambda p: not p.silent)), told

    def _place(self, path: str) -> Span | None:
        return self.making.now.place_for(path) if self.making.now is not None else None

    def _elsewhere(self, path: str, changes: Sequence[FieldChange]) -> Iterator[str]:
        """Yield the other parts that print the field and still say what we wrote."""
        from generator.returned.findings import fields_in

        changed = {c.part for c in changes}
        for finding in self.findings.parts:
            if finding.part.key in changed or not finding.pages:
                continue
            if any(name == path for para in finding.part.paras for _, _, name in fields_in(para)):
                yield finding.part.name

    # -- rules

    def _rules(self) -> tuple[tuple[Diagnostic, ...], dict[str, list[Diagnostic]]]:
        """Return what our rules find in the returned text and did not find in ours, by part too."""
        from generator.pipeline.sets import lint_set

        ours = self.making.made()
        agreement = self.making.agreement(ours)
        if ours is None or agreement is None or self.making.pinned is None:
            return (), {}
        try:
            before = {(d.rule, d.message, d.field) for d in lint_set(self.parts, self.making.pinned, ours).diagnostics}
            valued = self.making.made(self.values) or ours
            base = self.making.agreement(valued) or agreement
            profile = self.making.with_values(self.values)
            theirs = replace(valued, agreements=tuple(
                self._returned_text(a) if a is base else a for a in valued.agreements))  # fmt: skip
            found = lint_set(self.parts, profile, theirs).diagnostics
        except (KeyError, ValueError, IndexError):
            return (), {}
        told = _told_rules()
        new = [d for d in found if (d.rule, d.message, d.field) not in before and d.rule in told]
        files = {c.span.file: id for id, c in self.clauses.items()}
        by_part: dict[str, list[Diagnostic]] = {}
        for d in new:
            keys = [f.part.key for f in self.findings.parts if any(c.field == d.field for c in f.fields) and d.field]
            if not keys and d.span is not None and d.span.file in files:
                keys = [f.part.key for f in self.findings.parts if f.part.id == files[d.span.file] and f.touched]
            for key in keys:
                by_part.setdefault(key, []).append(d)
        return in_order(new), by_part

    def _returned_text(self, agreement: Agreement) -> Agreement:
        """Return the agreement with the words that came back in place of ours, for the rules to read."""
        from generator.returned.findings import State

        texts = {f.part.id: f for f in self.findings.parts if f.part.id and f.touched}
        gone = {id for id, f in texts.items() if not f.pages}
        names = [(n, f"{p.key}.short_name") for p in agreement.parties for n in (p.legal_name, p.short_name) if n]

        def section(s: Section) -> Section | None:
            finding = texts.get(s.source.id) if s.source is not None else None
            if finding is not None and not finding.pages:
                return None
            if finding is not None and finding.state is State.CHANGED:
                return replace(s, blocks=tuple(Paragraph(_worded(line, names)) for line in finding.new_body))
            return replace(s, blocks=inside(s.blocks))

        def inside(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
            kept = (section(b) if isinstance(b, Section) else b for b in blocks)
            return tuple(b for b in kept if b is not None)

        sections = [t for s in agreement.sections if (t := section(s)) is not None]
        for foreign in self.findings.foreign:
            lines = foreign.lines[1:] or foreign.lines
            sections.append(Section(foreign.title, tuple(Paragraph(_worded(line, names)) for line in lines)))
        schedules = tuple(replace(s, blocks=inside(s.blocks)) for s in agreement.schedules)
        sources = tuple(replace(s, included=False) if s.id in gone else s for s in agreement.sources)
        return replace(agreement, sections=tuple(sections), schedules=schedules, sources=sources)

    # -- positions

    def judgements(self) -> dict[str, Judgement]:
        """Return the verdict on every clause whose words were changed, by the key of its part."""
        from generator.positions import rung_values
        from generator.returned.findings import State
        from generator.returned.judging import judge

        out: dict[str, Judgement] = {}
        for finding in self.findings.parts:
            clause = self.clauses.get(finding.part.id)
            if clause is None or finding.state is State.VERBATIM:
                continue
            rungs = {p.rung: rung_values(p, self.dictionary) for p in clause.positions if p.values}
            now = {f.field: v for f in finding.fields if (v := self.values.get(f.field)) is not None}
            paths = {path for values in rungs.values() for path in values}
            current = {path: v for path in paths if (v := self._current(path)[0]) is not None}
            unread = any(f.field not in now for f in finding.fields)
            never = [*self.outside.get(finding.part.key, ())]
            never += [f"{d.message} (rule {d.rule})" for d in self.by_part.get(finding.part.key, ())]
            candidates = self._candidates(finding, clause, rungs)
            values = {} if unread else now
            out[finding.part.key] = judge(finding, clause, candidates, rungs, values, current, never, self.names)
        return out

    def _candidates(
        self, finding: ClauseFinding, clause: Clause, rungs: Mapping[str, Mapping[str, Value]]
    ) -> list[Candidate]:
        """Return the texts that we would print in this place: each rung, each version, what stands instead."""
        from generator.positions import rung_name
        from generator.returned.findings import State
        from generator.returned.judging import OWN, Candidate, section_lines

        out = [Candidate(OWN, tuple(finding.old))]
        if finding.state is not State.CHANGED:
            return out
        base = self._sections(self.making.made())
        came = _came(finding)
        if clause.id not in base or not _same(section_lines(base[clause.id]), finding.old):
            return out  # the profile does not make what was sent: what it would make instead proves nothing
        for position in clause.positions:
            values = rungs.get(position.rung)
            if not values or all(self._current(p)[0] == v for p, v in values.items()):
                continue
            said = " ".join(phrase(f, v) for p, v in values.items() if (f := self.dictionary.find(p)) is not None)
            others = (self.parts.library.find(id).value for id in clause.conflicts)
            if not _may_say(came, [clause.body, said, *(c.body for c in others if c is not None)]):
                continue
            sections = self._sections(self.making.made(values))
            named = [sections[clause.id]] if clause.id in sections else [
                s for id, s in sections.items() if id not in base]  # fmt: skip
            out += [
                Candidate(rung_name(position.rung), section_lines(s), position.approve, position.note) for s in named
            ]
        for version in self._versions(clause):
            other = self.parts.library.find(clause.id, None, version).value
            if other is None or not _may_say(came, [other.body]):
                continue
            sections = self._sections(self.making.made(None, {clause.id: version}))
            if clause.id in sections:
                note = "It is a text of our own library, of another version."
                out.append(Candidate(f"version {version} of this clause", section_lines(sections[clause.id]), "", note))
        return out

    def _versions(self, clause: Clause) -> list[str]:
        found = [str(f.version) for _, versions in self.parts.library.versions(clause.id) for f in versions]
        return [v for v in dict.fromkeys(found) if v != str(clause.version) and "-" not in v][-4:]

    def _sections(self, assembled: Assembled | None) -> dict[str, Section]:
        agreement = self.making.agreement(assembled)
        if agreement is None:
            return {}
        blocks = [*agreement.opening, *agreement.sections]
        found = [*walk_sections(tuple(blocks)), *(s for d in agreement.schedules for s in walk_sections(d.blocks))]
        return {s.source.id: s for s in found if s.source is not None}

    # -- the rest

    def near(self, foreign: Foreign) -> tuple[str, float]:
        """Return the clause of the library that foreign text is nearest to, and how near (0 to 1)."""
        from rapidfuzz import fuzz, process

        text = "\n".join(foreign.lines)
        if foreign.clause and self.parts.library.find(foreign.clause).value is not None:
            return foreign.clause, 1.0
        bodies = {
            id: f"{c.title}\n{c.body}" for id in self.parts.library.ids() if (c := self.parts.library.find(id).value)
        }
        found = process.extractOne(text, bodies, scorer=fuzz.ratio, score_cutoff=55)
        return (found[2], found[1] / 100) if found else ("", 0.0)

    def checklist(self, document: RecordedDocument | None) -> tuple[ChecklistItem, ...]:
        """Return the requirements that what we sent satisfied, and whether the return does."""
        from generator.returned.checklist import checklist_of

        satisfies: dict[str, Sequence[str]] = {id: c.satisfies for id, c in self.clauses.items()}
        if document is not None:
            satisfies |= {c.id: c.satisfies for c in document.clauses if c.satisfies}
        type_ = self.parts.library.document_type(self.making.type).value if self.making.type else None
        families = type_.requires if type_ is not None else ()
        wanted = [r for r in self.parts.requirements if any(r.id.startswith(f"{f}.") for f in families)]
        outside = {
            key: [d.message for d in by_rule if d.severity is Severity.ERROR] for key, by_rule in self.by_part.items()
        }
        for found in (self.outside, self.unread):
            for key, messages in found.items():
                outside[key] = [*outside.get(key, ()), *messages]
        outside = {key: messages for key, messages in outside.items() if messages}
        judged = self.making.made() is not None
        return checklist_of(wanted, self.findings.parts, satisfies, outside, values_judged=judged)


def _told_rules() -> frozenset[str]:
    """Return the rules that judge what a text says; those about its form cannot read words that lost their marks."""
    from generator.lint import (
        dates,
        ending,
        flow_downs,
        fraud,
        hipaa,
        payment,
        payment_models,
        privacy,
        risk,
        working_together,
    )

    families = (dates, ending, flow_downs, fraud, hipaa, payment, payment_models, privacy, risk, working_together)
    return frozenset(lint.rule.name for family in families for lint in family.LINTS)


def _came(finding: ClauseFinding) -> set[str]:
    """Return the words that a clause holds now and did not before."""
    from generator.comparison.words import words

    old, new = (set(words(" ".join(lines).lower())) for lines in (finding.old, finding.new_lines))
    return {w for w in new - old if w[:1].isalnum()}


def _may_say(came: set[str], texts: Sequence[str]) -> bool:
    """Whether a clause text can be where new words are from; making it to see costs a whole assembly."""
    from generator.comparison.words import words

    known = {w for text in texts for w in words(text.lower())}
    return sum(w in known for w in came) * 2 >= len(came)


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    from generator.returned.matching import normal

    return [normal(x) for x in one if x.strip()] == [normal(x) for x in other if x.strip()]


def _worded(line: str, names: Sequence[tuple[str, str]]) -> tuple[Inline, ...]:
    """Return a line as inlines in which the names of the parties are values, as the rules expect them."""
    out: list[Inline] = [Text(line)]
    for name, path in names:
        split: list[Inline] = []
        for inline in out:
            if not isinstance(inline, Text) or name not in inline.text:
                split.append(inline)
                continue
            pieces = inline.text.split(name)
            for n, piece in enumerate(pieces):
                if n:
                    split.append(Filled(path, name))
                if piece:
                    split.append(Text(piece))
        out = split
    return tuple(out)


# ---------------------------------------------------------------- what a review leads to


def apply_review(workspace: Workspace, reviewed: Reviewed, fields: Sequence[str]) -> Checked[bytes]:
    """Return the profile of a review with the proposals for ``fields`` written into it; nothing is stored.

    Every other line stays as it is (:mod:`generator.profile_edit`). A proposal that cannot be written stops all.
    """
    from generator.profile_edit import with_answer
    from generator.reading.yaml_text import TextNode

    data = workspace.read(reviewed.profile) if reviewed.profile else None
    if data is None:
        message = "The profile that the document was made of was not found, so nothing can be written into it."
        return Checked(None, (NO_SUCH_FILE.at(None, message, fix="Name it: --profile FILE."),))
    for proposal in reviewed.proposals:
        if proposal.field not in fields or not proposal.written:
            continue
        if (
            proposal.span is not None
            and proposal.span.file != reviewed.profile
            and any(p.isdecimal() for p in proposal.field.split("."))
        ):
            message = f"“{proposal.field}” is part of a list that stands in {proposal.span}."
            fix = "Change it there: other agreements may be made from that file."
            return Checked(None, (WRONG_FILE.at(proposal.span, message, fix=fix, field=proposal.field),))
        answer = TextNode(proposal.written, Span(""), True)
        comment = (f"{proposal.label}, as it came back in {PurePath(reviewed.file).name}",)
        edited = with_answer(data, reviewed.profile, proposal.field, answer, comment=comment)
        if edited.value is None:
            return Checked(None, edited.diagnostics)
        data = edited.value
    return Checked(data)


def review_copy(
    reviewed: Reviewed, *, author: str, date: dt.datetime, restore: bool = False, share: bool = False
) -> Checked[Copy]:
    """Return a copy of the returned file with our remarks, and with its untracked changes tracked as ours.

    With ``restore``, our tracked changes put back what we sent wherever it was changed without tracking. With
    ``share``, the remarks hold nothing that the other side shall not read.
    """
    from generator.returned.copying import commented_copy
    from generator.returned.refusals import TRACKING_OUTSIDE
    from generator.returned.telling import remarks_of

    if reviewed.findings is None:
        return Checked(None, reviewed.diagnostics)
    if reviewed.sent is None:
        message = "Without what was sent there is nothing to mark in a Word copy. It was not written."
        problem = TRACKING_OUTSIDE.at(Span(reviewed.file, 0, 0), message, fix="Name what was sent: --original FILE.")
        return Checked(None, (problem,))
    parts = [f.part for f in reviewed.findings.parts]
    made = commented_copy(
        reviewed.sent,
        reviewed.data,
        reviewed.file,
        parts,
        remarks_of(reviewed, share=share),
        author=author,
        date=date,
        restore=restore,
    )
    if made.why:
        message = f"The Word copy holds our remarks alone: {made.why}."
        fix = "Every difference is in the report; or compare the two files: agreements compare SENT RETURNED."
        return Checked(made, (TRACKING_OUTSIDE.at(Span(reviewed.file, 0, 0), message, fix=fix),))
    return Checked(made)
