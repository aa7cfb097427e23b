"""From a profile to the finished files of a set, as bytes."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.companion import SUFFIX
from generator.diagnostics import Checked, Diagnostic, Severity, errors_in, in_order
from generator.fields import UNKNOWN, phrase
from generator.frozen import dataclass
from generator.model import Agreement, OpenItem, Status
from generator.pipeline.looks import load_given_frame
from generator.pipeline.parts import (
    Parts,
    date_of,
    facts_of,
    named_documents,
    read_given_profile,
    read_parts,
    wanted_documents,
)
from generator.pipeline.sets import Assembled, all_problems, assemble_set, companions_of, lint_set, still_open
from generator.workspace import Workspace
from generator.writers.look import HOUSE

if TYPE_CHECKING:
    from generator.lint import Overruled
    from generator.profile import Profile
    from generator.writers.frame import Frame

__all__ = [
    "DEFAULT_FORMATS",
    "FORMATS",
    "LAID_OUT",
    "Made",
    "Writing",
    "folder_name",
    "load_given_frame",
    "make",
    "make_set",
    "slug",
]

FORMATS = ("docx", "pdf", "html", "txt")
LAID_OUT = frozenset({"docx", "pdf", "html"})  # those that follow a frame and its look


DEFAULT_FORMATS = ("docx", "pdf")


@dataclass(frozen=True, slots=True)
class Made:
    """A set of documents, ready to be written under ``folder``; without ``ok`` there are no files."""

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    folder: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    agreements: tuple[Agreement, ...] = ()
    open_items: tuple[OpenItem, ...] = ()


def make(
    workspace: Workspace,
    profile: str,
    *,
    documents: Sequence[str] = (),
    formats: Sequence[str] = DEFAULT_FORMATS,
    draft: bool = False,
    clean: bool = False,
    pdf_engine: str = "typst",
    frame: str | None = None,
    companion: bool = False,
) -> Made:
    """Make the set of documents that ``profile`` (a file of the workspace) asks for.

    ``documents`` overrides the profile's own list; ``formats`` are names of :data:`FORMATS`; ``clean``
    leaves content controls and hidden marks out of Word files; ``pdf_engine`` is ``typst`` or
    ``libreoffice``; ``frame`` is a Word frame other than the house frame; ``companion`` adds to each document that is
    signed its explanation in plain words. A final is refused while
    anything is open, or the text is at fault; a draft shows both. Nothing is written to disk: the files
    come back as bytes.
    """
    parts = read_parts(workspace)
    read = read_given_profile(workspace, profile, parts.dictionary)
    if read.value is None:
        return Made(False, in_order((*parts.problems, *read.diagnostics)))
    house = load_given_frame(workspace, frame) if LAID_OUT.intersection(formats) else None
    return make_set(
        parts, read.value, date=date_of(read.value, workspace), documents=documents, formats=formats, draft=draft,
        clean=clean, pdf_engine=pdf_engine, house=house, found=(*parts.problems, *read.diagnostics),
        companion=companion,
    )  # fmt: skip


def make_set(
    parts: Parts,
    profile: Profile,
    *,
    date: dt.date,
    documents: Sequence[str] = (),
    formats: Sequence[str] = DEFAULT_FORMATS,
    draft: bool = False,
    clean: bool = False,
    pdf_engine: str = "typst",
    house: Checked[Frame] | None = None,
    found: Sequence[Diagnostic] = (),
    companion: bool = False,
    using: Callable[[Assembled, Sequence[Agreement], Sequence[str], Frame | None, bool, str], Writing] | None = None,
) -> Made:
    """Make the set of documents of one profile that was read already: what :func:`make` does once all is loaded.

    ``parts`` and ``house`` (the Word frame, needed for Word files) serve any number of profiles; ``found`` are the
    problems known before, of which an error stops everything. ``using`` takes the place of what writes the documents,
    for those who write many sets (it is given the set, its companions, formats, frame, ``clean`` and ``pdf_engine``).
    """
    from generator.assembly import STOPS_A_FINAL

    early = tuple(found)
    wanted, missing = wanted_documents(profile, parts.dictionary, documents)
    number_formats = None
    if house is not None:
        early = (*early, *house.diagnostics)
        if house.value is not None:
            number_formats = house.value.formats
    status = Status.DRAFT if draft else Status.FINAL
    assembled = assemble_set(parts, profile, wanted, status, date, number_formats)
    problems = all_problems((*early, *missing, *assembled.problems), assembled.open_items)
    open_items = still_open(assembled.open_items, problems)
    stopping = [d for d in errors_in(problems) if not (draft and d.rule in STOPS_A_FINAL)]
    stopped = bool(stopping) or not assembled.agreements
    if not draft:
        stopped = stopped or any(d.severity is Severity.OPEN for d in problems)
    companions: tuple[Agreement, ...] = ()
    if companion and assembled.agreements:
        companions, unexplained = companions_of(parts, profile, assembled)
        problems = in_order((*problems, *unexplained))
        stopped = stopped or bool(errors_in(unexplained))
    writing = None
    glyphs: tuple[Diagnostic, ...] = ()
    if not stopped:
        # PDFs take longest. They are begun before letters and rules are looked at, and dropped if these stop a final.
        begin = using or Writing
        writing = begin(assembled, companions, formats, house.value if house else None, clean, pdf_engine)
        if "pdf" in formats and pdf_engine == "typst":
            from generator.writers.pdf import check_glyphs

            glyphs = in_order(d for a in (*assembled.agreements, *companions) for d in check_glyphs(a))
    # What the rules find stops a final; a draft shows it.
    linted = lint_set(parts, profile, assembled, problems)
    problems = in_order((*problems, *linted.diagnostics))
    if not stopped and not draft:
        stopped = any(d.severity in (Severity.ERROR, Severity.OPEN) for d in problems)
    if stopped:
        return Made(False, problems, agreements=assembled.agreements, open_items=open_items)
    if writing is None or glyphs:
        return Made(False, in_order((*problems, *glyphs)), open_items=open_items)
    record = _record(parts, profile, assembled, house.value if house else None, linted.overruled)
    written = writing.finished()
    problems = in_order((*problems, *written.diagnostics))
    if written.value is None:
        return Made(False, problems, open_items=open_items)
    files = (*((name, data) for _, name, data in written.value), record(written.value, problems))
    return Made(
        True, problems, folder_name(assembled.agreements[0], profile.file), files, assembled.agreements, open_items
    )


class Writing:
    """Writes every document in every format; PDFs beside everything else, in a thread of their own.

    It is begun before letters and rules are looked at, and dropped if these stop a final. Where many sets are made,
    in a process for each processor, a kind of it without ``beside`` writes one thing after the other.
    """

    beside = True

    def __init__(
        self,
        assembled: Assembled,
        companions: Sequence[Agreement],
        formats: Sequence[str],
        frame: Frame | None,
        clean: bool,
        pdf_engine: str,
    ) -> None:
        self._assembled, self._frame, self._clean, self._engine = assembled, frame, clean, pdf_engine
        self._look = HOUSE if frame is None else frame.look
        self._jobs = [(a, f) for a in (*assembled.agreements, *companions) for f in formats]
        self._results: dict[int, bytes | tuple[Diagnostic, ...]] = {}
        slow = [n for n, (_, f) in enumerate(self._jobs) if f == "pdf"]
        self._ready: dict[int, Callable[[], bytes]] = {}
        if slow and self.beside and pdf_engine == "typst":
            from generator.writers.pdf import prepare_pdf

            # The first one, so that it need not share Python with what is done beside it.
            self._ready[slow[0]] = prepare_pdf(self._jobs[slow[0]][0], self._look)
        self._slow = iter(slow)
        self._slow_ones = _beside(self._write_slow) if slow and self.beside else None

    def finished(self) -> Checked[tuple[tuple[str, str, bytes], ...]]:
        """Return (document type, file name, bytes) of every document in every format."""
        for n, (_, format_) in enumerate(self._jobs):
            if format_ != "pdf" or not self.beside:
                self._results[n] = self.one(n)
        if self._slow_ones is not None:
            self._write_slow()
            self._slow_ones()
        problems: list[Diagnostic] = []
        names = {t.id: t.slug for t in self._assembled.types}
        names |= {f"{t.id}-companion": f"{t.slug}-{SUFFIX}" for t in self._assembled.types}
        suffix = "-draft" if self._assembled.agreements[0].status is Status.DRAFT else ""
        files = []
        for n, (agreement, format_) in enumerate(self._jobs):
            result = self._results[n]
            if isinstance(result, bytes):
                files.append((agreement.document_type, f"{names[agreement.document_type]}{suffix}.{format_}", result))
            else:
                problems += result
        return Checked(None if errors_in(problems) else tuple(files), tuple(problems))

    def _write_slow(self) -> None:
        for n in self._slow:  # shared by two threads; each takes the next that nobody has
            self._results[n] = self.one(n)

    def one(self, n: int) -> bytes | tuple[Diagnostic, ...]:
        """Return the bytes of job ``n``, or why there are none."""
        if n in self._ready:
            return self._ready[n]()
        return self.write(*self._jobs[n])

    def write(self, agreement: Agreement, format_: str) -> bytes | tuple[Diagnostic, ...]:
        """Return ``agreement`` in one format."""
        from generator.writers import written

        if format_ == "pdf" and self._engine == "libreoffice":
            from generator.writers.libreoffice import convert_docx

            made = convert_docx(written(agreement, "docx", self._frame, clean=self._clean), agreement)
            return made.value if made.value is not None else made.diagnostics
        return written(agreement, format_, self._frame, clean=self._clean)


def _beside(work: Callable[[], None]) -> Callable[[], None]:
    """Begin ``work`` in a thread of its own; return what waits for its end and raises what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def wait() -> None:
        thread.join()
        if raised:
            raise raised[0]

    return wait


def _record(
    parts: Parts,
    profile: Profile,
    assembled: Assembled,
    frame: Frame | None,
    overruled: Sequence[Overruled],
) -> Callable[[Sequence[tuple[str, str, bytes]], Sequence[Diagnostic]], tuple[str, bytes]]:
    """Return what makes the record of the finished files and problems; all that needs neither is done now."""
    from generator.deadlines import deadlines_of
    from generator.fields.answers import answers_of
    from generator.positions import deviations_of
    from generator.records import RECORD_NAME, make_record

    inputs = {PurePath(name).name: digest for name, digest in profile.digests}
    inputs |= {f"_documents/{t.id}.yaml": t.digest for t in assembled.types}
    inputs |= {text.file: text.digest for a in assembled.agreements for text in a.locked}
    inputs["_fields.yaml"] = parts.dictionary.digest
    if frame is not None:
        inputs["frame"] = frame.digest
    facts = facts_of(parts, profile, named_documents(profile))
    dates: dict[str, str] = {}
    answers: dict[str, str] = {}
    for path, given in sorted(profile.values.items()):
        is_date, is_phi = isinstance(given.value, dt.date), path.startswith("phi.")
        field = facts.dictionary.find(path) if is_date or is_phi else None
        if field is None:
            continue
        if field.kind == "date" and isinstance(given.value, dt.date):
            dates[path] = given.value.isoformat()
        if is_phi:
            answers[path] = phrase(field, given.value) if given.value is not UNKNOWN else "unknown"
    from generator.assembly.deciding import decide_facts, decision_names

    decisions = decide_facts(facts)
    deadlines = deadlines_of(profile, facts.dictionary, assembled.agreements[0].date)
    printed = {(s.id, s.version) for a in assembled.agreements for s in a.sources if s.included}
    clauses = {key: c for key in sorted(printed) if (c := parts.library.find(key[0], None, key[1]).value)}
    deviations = {
        a.document_type: deviations_of(a.sources, clauses, profile, facts.dictionary) for a in assembled.agreements
    }
    given_text = answers_of(profile.values)

    def finished(files: Sequence[tuple[str, str, bytes]], problems: Sequence[Diagnostic]) -> tuple[str, bytes]:
        record = make_record(
            assembled.agreements, files, inputs=inputs, dates=dates, answers=answers, warnings=problems,
            overruled=[(o.rule, o.reason, o.span, [d.message for d in o.findings]) for o in overruled],
            decisions=[(d, decision_names(facts, d)) for d in decisions],
            deadlines=deadlines, deviations=deviations, given=given_text,
        )  # fmt: skip
        return RECORD_NAME, record

    return finished


def folder_name(agreement: Agreement, profile: str) -> str:
    """Return the folder's name: readable, plain ASCII, safe on every system."""
    name = slug(agreement.name) or slug(PurePath(profile).stem) or "agreement"
    number = slug(agreement.number)
    return f"{name}-{number}" if number and not name.endswith(number) else name


_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


def slug(text: str) -> str:
    """Return ``text`` as lower-case ASCII words joined by hyphens, at most 60 characters, never a reserved name."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain.replace("'", "")).split()
    out = "-".join(words)[:60].strip("-")
    return f"{out}-agreement" if out in _RESERVED else out
