"""What a return is held against: our own document as it was sent, found again or made again.

What was sent is found in this order: a file that is named; our own file beside the record, if its digest is the one in
the record; what the profile of the record makes, if that has this digest; then our file though it is another one, or
what the profile makes now. Each of the last two is told, because a finding is only as good as what it is held against.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Diagnostic, Severity, Span
from generator.digests import digest_of
from generator.fields import Given, Record, Value
from generator.frozen import dataclass
from generator.model import Agreement, Status
from generator.pipeline.looks import load_given_frame
from generator.pipeline.parts import NO_SUCH_FILE, Parts
from generator.pipeline.sent_record import Answers
from generator.pipeline.sets import Assembled, assemble_set
from generator.profile import Profile
from generator.records import RECORD_NAME, Recorded, RecordedDocument
from generator.returned.reading import Returned, read_returned
from generator.returned.refusals import CONTRADICTS, NO_RECORD
from generator.workspace import Workspace
from generator.writers import writer

if TYPE_CHECKING:
    from generator.numbering import Formats
    from generator.writers.frame import Frame

__all__ = ["Making", "Sent", "what_was_sent"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a return is held against: the document read, and in words (``against``) which one it is.

    ``sure`` is false where that may not be what was sent.
    """

    read: Returned
    against: str
    sure: bool


class Making:
    """Makes the document anew from the profile, as the record has it or with other values."""

    def __init__(
        self,
        workspace: Workspace,
        parts: Parts,
        answers: Answers,
        recorded: Recorded | None,
        document: RecordedDocument | None,
        returned: Returned,
    ) -> None:
        self.workspace, self.parts, self.recorded, self.document = workspace, parts, recorded, document
        self.type = document.type if document is not None else returned.identity.type if returned.identity else ""
        self.date = recorded.made_on if recorded is not None and recorded.made_on is not None else workspace.today
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
        if self.pinned is None or not self.type or self.type not in self.parts.library.document_ids():
            return None
        key = (*sorted((values or {}).items(), key=lambda v: v[0]), *sorted((pins or {}).items()))
        if key not in self._made:
            profile = self.with_values(values or {})
            here = Span(profile.file)
            profile = replace(profile, pins={**profile.pins, **{id: (v, here) for id, v in (pins or {}).items()}})
            made = assemble_set(self.parts, profile, (self.type,), Status.FINAL, self.date, self.formats())
            self._made[key] = made if made.agreements else None
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
        return load_given_frame(self.workspace, None).value

    def formats(self) -> Formats | None:
        """Return how that frame prints numbers."""
        return self.frame.formats if self.frame is not None else None

    def agreement(self, assembled: Assembled | None) -> Agreement | None:
        """Return the agreement of this document's type."""
        if assembled is None:
            return None
        return next((a for a in assembled.agreements if a.document_type == self.type), None)

    def word(self, *, clean: bool = False) -> bytes | None:
        """Return the Word file that the profile makes now, None if it makes none; ``clean`` is one without marks."""
        agreement = self.agreement(self.made())
        if agreement is None or self.frame is None:
            return None
        if self.recorded is not None and self.recorded.state == Status.DRAFT.value:
            agreement = replace(agreement, status=Status.DRAFT)
        made: bytes = writer("docx")(agreement, self.frame, clean=clean)
        return made

    def marked(self, wanted: str) -> Returned | None:
        """Return our document with its marks, if it is the one that was written without them under this digest."""
        clean = self.word(clean=True)
        if clean is None or digest_of(clean) != wanted:
            return None
        return read_returned(self.word() or b"", self.profile.file if self.profile is not None else "").value


def _put(values: dict[str, Given], path: str, value: Value, span: Span) -> None:
    """Set ``path`` in ``values``, also inside a list."""
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


def what_was_sent(making: Making, returned: Returned, original: str, ours_alone: str) -> Checked[Sent]:
    """Return what ``returned`` is held against, and what is to be told of it; no value if nothing of it is there.

    ``original`` is the file that was named as the one that was sent, ``ours_alone`` the one below the output that says
    it is the same document though no record of it can be read; each may be "".
    """
    workspace, recorded, document = making.workspace, making.recorded, making.document
    if original:
        data = workspace.read(original)
        if data is None:
            return Checked(None, (NO_SUCH_FILE.at(Span(original, 0, 0), "There is no such file."),))
        read = read_returned(data, original)
        if read.value is None:
            return Checked(None, read.diagnostics)
        return Checked(Sent(read.value, f"{original}, which you named", True), read.diagnostics)
    if ours_alone:
        own = workspace.read(ours_alone) or b""
        read = read_returned(own, ours_alone)
        if read.value is not None and _is_paper(workspace, ours_alone, digest_of(own)):
            return Checked(Sent(read.value, f"{ours_alone}, as the record has it", True))
        if read.value is not None:
            message = "No record of it can be read. It says that it is the document that came back, so the return is"
            fix = "If this is not what was sent, name that: --original FILE. Its profile is not known: --profile FILE."
            problem = CONTRADICTS.at(Span(ours_alone, 0, 0), f"{message} held against it.", fix=fix)
            return Checked(Sent(read.value, f"{ours_alone}, of which no record can be read", False), (problem,))
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
                    return Checked(Sent(marked, f"{place}, as the record has it", True), ())
    made = making.word()
    if made is not None and wanted and (digest_of(made) == wanted or making.marked(wanted) is not None):
        read = read_returned(made, making.profile.file if making.profile else "")
        if read.value is not None:
            if beside is not None:
                message = "It is not the document that the record describes: it was changed or made again later."
                fix = "The return is held against what the profile makes, which is the document of the record."
                problems.append(CONTRADICTS.at(Span(beside[0], 0, 0), message, fix=fix))
            against = f"the document of the record, made again from {_source(making)}"
            return Checked(Sent(read.value, against, True), tuple(problems))
    if beside is not None:
        read = read_returned(beside[1], beside[0])
        if read.value is not None:
            message = "It is not the document that the record describes: it was changed or made again later."
            fix = "If you have what was sent, name it: --original FILE. Otherwise read each finding with care."
            problems.append(CONTRADICTS.at(Span(beside[0], 0, 0), message, fix=fix))
            return Checked(Sent(read.value, f"{beside[0]}, which is not what the record describes", False),
                           tuple(problems))  # fmt: skip
    if made is not None:
        read = read_returned(made, making.profile.file if making.profile else "")
        if read.value is not None:
            profile = making.profile.file if making.profile else ""
            message = "Our own document is not there. The return is held against what these answers make today."
            fix = "If you have what was sent, name it: --original FILE."
            problems.append(CONTRADICTS.at(Span(profile, 0, 0), message, fix=fix))
            return Checked(Sent(read.value, f"what {_source(making)} make today", False), tuple(problems))
    message = "What was sent is not there: neither our document nor the profile it was made of."
    fix = "Name the file that was sent (--original FILE), or the profile (--profile FILE)."
    stop = replace(NO_RECORD.at(Span(returned.file, 0, 0), message, fix=fix), severity=Severity.ERROR)
    return Checked(None, (*problems, stop))


def _is_paper(workspace: Workspace, file: str, digest: str) -> bool:
    """Whether the record beside a file has it as a paper that changes an agreement, with this digest."""
    try:
        found = json.loads(workspace.read(str(PurePath(file).parent / RECORD_NAME)) or b"")
    except (ValueError, RecursionError):
        return False
    papers = found.get("papers") if isinstance(found, dict) else None
    return isinstance(papers, list) and any(isinstance(p, dict) and p.get("digest") == digest for p in papers)


def _source(making: Making) -> str:
    profile = making.profile
    if profile is None:
        return ""
    return f"the answers in {profile.file}"
