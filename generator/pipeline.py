"""The public functions: what the command line, the local page and a batch call alike.

Each takes a :class:`~generator.workspace.Workspace` and returns plain values; none prints, and none
writes to the disk.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span, errors_in, in_order
from generator.fields import UNKNOWN, Dictionary, phrase
from generator.frozen import dataclass
from generator.model import Agreement, OpenItem, Status, who_knows
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.assembly.facts import Facts
    from generator.comparison.redline import Redline
    from generator.comparison.summary import Summary
    from generator.decisions import Decision
    from generator.interview import Interview
    from generator.library import Clause, DocumentType, Library, Requirement
    from generator.lint import Linted, Overruled
    from generator.numbering import Formats
    from generator.profile import Profile
    from generator.reading.grammar import ClauseTemplate, NameUse
    from generator.writers.frame import Frame

__all__ = [
    "FORMATS",
    "RULES",
    "ClauseLine",
    "Compared",
    "Made",
    "Report",
    "check",
    "clause_redline",
    "compare",
    "decide",
    "document_ids",
    "every_rule",
    "explain",
    "interview",
    "list_clauses",
    "make",
    "profile_schema",
    "show_clause",
    "starter_profile",
]

FORMATS = ("docx", "pdf", "html", "txt")
DEFAULT_FORMATS = ("docx", "pdf")

NO_SUCH_FILE = Rule(
    "no-such-file",
    Severity.ERROR,
    "A file that is named is not there.",
    """The name is taken from the folder you are in. Check its spelling and its ending (`.yaml`), or give the whole
path.""",
)
WRONG_FILE = Rule(
    "wrong-file",
    Severity.ERROR,
    "The file is of a kind that this command does not take.",
    """`agreements make` takes profiles (`.yaml`). `agreements check` takes profiles, clause files (`.md`), document
types, requirement files and the data dictionary (`.yaml` in a library), Word frames (`.docx`), and folders of
these.""",
)
UNKNOWN_NAME = Rule(
    "unknown-name",
    Severity.ERROR,
    "The name is not a rule, a field or a clause.",
    """`agreements explain` takes the name of a rule (as printed with a problem), of a field (`baa.breach_notice`), of
a clause (`hipaa.safeguards`) or of a document type (`baa`).""",
)
RULES = (NO_SUCH_FILE, WRONG_FILE, UNKNOWN_NAME)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. ``ok`` is false when anything would stop a final document."""

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    open_items: tuple[OpenItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A set of documents, ready to be written under ``folder``; without ``ok`` there are no files."""

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    folder: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    agreements: tuple[Agreement, ...] = ()
    open_items: tuple[OpenItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One line of ``clauses list``."""

    id: str
    version: str
    title: str
    status: str
    layer: str
    approved: str


# ---------------------------------------------------------------- the parts every function needs


@dataclass(frozen=True, slots=True)
class _Parts:
    library: Library
    dictionary: Dictionary
    requirements: tuple[Requirement, ...]
    problems: tuple[Diagnostic, ...]


def _parts(workspace: Workspace) -> _Parts:
    from generator.library import Library
    from generator.settings import SETTINGS_FILE, read_settings

    settings = read_settings(workspace.read(SETTINGS_FILE))
    demanded = settings.value is not None and settings.value.require_approval
    library = Library(workspace.layers, workspace.cache, demanded)
    dictionary = library.dictionary()
    requirements = library.requirements()
    approvals = library.approvals()
    problems = (
        *settings.diagnostics, *dictionary.diagnostics, *requirements.diagnostics, *approvals.diagnostics,
    )  # fmt: skip
    return _Parts(library, dictionary.value or Dictionary(()), requirements.value or (), problems)


def document_ids(workspace: Workspace) -> tuple[tuple[str, str, str], ...]:
    """Return (id, title, when it is needed) of every document type."""
    from generator.library import Library

    library = Library(workspace.layers, workspace.cache)
    out = []
    for id in library.document_ids():
        document = library.document_type(id).value
        if document is not None:
            out.append((id, document.title, document.when))
    return tuple(out)


# ---------------------------------------------------------------- assembling a set


@dataclass(frozen=True, slots=True)
class _Assembled:
    agreements: tuple[Agreement, ...]
    problems: tuple[Diagnostic, ...]
    open_items: tuple[OpenItem, ...]
    types: tuple[DocumentType, ...]


def _assemble(
    parts: _Parts,
    profile: Profile,
    documents: Sequence[str],
    status: Status,
    date: dt.date,
    formats: Formats | None = None,
    using: Callable[..., Checked[Agreement]] | None = None,
) -> _Assembled:
    """Assemble ``documents``. They belong to the set that the profile names, also when only some are asked for.

    ``using`` takes the place of :func:`generator.assembly.assemble`: one that remembers what it made.
    """
    from generator.assembly import assemble as afresh

    _learn_conditions(parts)
    assemble = using or afresh
    problems: list[Diagnostic] = []
    types: list[DocumentType] = []
    for id in documents:
        found = parts.library.document_type(id)
        problems += found.diagnostics
        if found.value is not None:
            types.append(found.value)
    made: dict[str, Agreement] = {}
    asked = tuple(dict.fromkeys((*(t.id for t in types), *_named(profile))))
    # First those that may take another document in as a schedule, last those that look into another.
    needed = sorted(types, key=lambda t: (bool(_reads(t)), not any(s.document for s in t.schedules)))
    attached: set[str] = set()
    for document in needed:
        if document.id in attached:
            continue
        for other in _reads(document):
            if other in asked and other not in made:
                companion = parts.library.document_type(other)
                problems += companion.diagnostics
                if companion.value is not None:
                    checked = assemble(
                        companion.value, parts.library, parts.dictionary, profile,
                        documents=asked, status=status, date=date, formats=formats,
                        requirements=parts.requirements,
                    )  # fmt: skip
                    problems += checked.diagnostics
                    if checked.value is not None:
                        made[other] = checked.value
        if document.id in made:
            continue
        checked = assemble(
            document, parts.library, parts.dictionary, profile,
            documents=asked, status=status, date=date, formats=formats,
            companions=made, requirements=parts.requirements,
        )  # fmt: skip
        problems += checked.diagnostics
        if checked.value is not None:
            made[document.id] = checked.value
            attached |= {s.document for s in document.schedules if s.document and _has(checked.value, s.id)}
    types = [t for t in types if t.id not in attached]
    agreements = tuple(made[t.id] for t in types if t.id in made)
    items = _merged_items(agreements)
    if any(_about_people(t) for t in types):
        items = _with_questions(items, parts, profile, asked)
    return _Assembled(agreements, tuple(problems), items, tuple(types))


def _about_people(document: DocumentType) -> bool:
    """Whether what ``document`` holds hangs on what is known of information about people."""
    from generator.library import Group, Include, Slot

    return any(
        "phi." in part.when_text
        or any("phi." in c.when_text for e in part.entries if isinstance(e, Slot) for c in e.choices)
        or any(isinstance(e, Include) for e in part.entries)
        if isinstance(part, Group)
        else any("phi." in c.when_text for c in part.choices)
        for part in document.outline
    )


def _learn_conditions(parts: _Parts) -> None:
    """Let the decisions have their conditions from the cache, where there is one; once is enough."""
    from generator.decisions import CONDITIONS_FILE, conditions, is_learned, learn

    texts = conditions()
    if not is_learned(texts):
        learn(parts.library.conditions(texts, CONDITIONS_FILE))


def _facts(parts: _Parts, profile: Profile, documents: tuple[str, ...]) -> Facts:
    from generator.assembly.facts import Facts

    return Facts(profile, parts.dictionary, "", (), documents)


_BAA_QUESTION = "Decision: whether a business associate agreement is needed"


def _with_questions(
    items: tuple[OpenItem, ...], parts: _Parts, profile: Profile, documents: tuple[str, ...]
) -> tuple[OpenItem, ...]:
    """Add what the decision on a business associate agreement asks next: it stops a final like any open answer."""
    from generator.assembly.deciding import decide_facts

    facts = _facts(parts, profile, documents)
    out = {i.field: i for i in items}
    for decision in decide_facts(facts):
        for question in decision.questions if decision.tree == "baa" else ():
            field = parts.dictionary.find(question.field)
            if not question.now or question.conflict or field is None:
                continue
            before = out.get(question.field)
            if before is not None:
                out[question.field] = replace(before, needed_by=(*before.needed_by, _BAA_QUESTION), decides=True)
                continue
            out[question.field] = OpenItem(
                number=len(out) + 1,
                field=question.field,
                label=facts.label(question.field),
                question=field.question,
                why=field.why,
                who=", ".join(field.who),
                example=f"{question.field}: {field.example}" if field.example else "",
                needed_by=(_BAA_QUESTION,),
                clauses=(),
                span=profile.place_for(question.field),
                decides=True,
            )
    return tuple(out.values())


def _named(profile: Profile) -> tuple[str, ...]:
    """Return the documents that the profile itself names."""
    given = profile.given("agreement.documents")
    if given is None or not isinstance(given.value, tuple) or UNKNOWN in given.value:
        return ()
    return tuple(str(v) for v in given.value)


def _has(agreement: Agreement, schedule: str) -> bool:
    return any(s.anchor == f"schedule_{schedule}" for s in agreement.schedules)


def _reads(document: DocumentType) -> tuple[str, ...]:
    """Return the documents that the computed parts of ``document`` look into."""
    from generator.library import Group, Include

    return tuple(
        e.of
        for part in document.outline
        if isinstance(part, Group)
        for e in part.entries
        if isinstance(e, Include) and e.of
    )


def _lint(parts: _Parts, profile: Profile, assembled: _Assembled, problems: Sequence[Diagnostic] = ()) -> Linted:
    """Return what the rules find in a set, except about answers that are themselves one of ``problems``."""
    from generator.decisions import stops
    from generator.lint import Index, Linted, lint

    if not assembled.agreements:
        return Linted((), ())
    printed = {(s.id, s.version) for a in assembled.agreements for s in a.sources if s.included}
    clauses = {id: c for id, version in sorted(printed) if (c := parts.library.find(id, None, version).value)}
    documents = tuple(dict.fromkeys((*(a.document_type for a in assembled.agreements), *_named(profile))))
    concerned = any(_about_people(t) for t in assembled.types)
    judged, overruled = _judged(parts, profile, documents) if concerned else ((), ())
    others = {name: reason for name, reason in profile.overrides.items() if not stops(name)}
    linted = lint(Index(assembled.agreements, replace(profile, overrides=others), parts.dictionary, documents, clauses))
    wrong = {d.field for d in errors_in(problems) if d.field}
    found = tuple(d for d in linted.diagnostics if d.field not in wrong)
    return Linted((*judged, *found), (*overruled, *linted.overruled))


def _judged(
    parts: _Parts, profile: Profile, documents: tuple[str, ...]
) -> tuple[tuple[Diagnostic, ...], tuple[Overruled, ...]]:
    """Return what the decisions say about the set of ``documents``, and which of it the profile overrules."""
    from generator.assembly.deciding import decide_facts, decision_names
    from generator.decisions import TREES, Judged, judge, overrule
    from generator.lint import Overruled

    facts = _facts(parts, profile, documents)
    decisions = decide_facts(facts)
    judged = Judged(
        documents,
        parts.library.document_ids(),
        lambda id: bool(parts.library.versions(id)),
        profile.place_for,
        decision_names(facts, decisions[0]),
    )
    found = list(dict.fromkeys(judge(decisions, {t.id: t for t in TREES}, judged)))
    kept, overruled = overrule(found, profile.overrides)
    return kept, tuple(Overruled(o.rule, o.reason, o.span, o.findings) for o in overruled)


def decide(workspace: Workspace, profile: str) -> Checked[tuple[Decision, ...]]:
    """Decide which papers the answers of ``profile`` (a file of the workspace) call for, each with its path."""
    from generator.assembly.deciding import decide_facts

    parts = _parts(workspace)
    read = _read_profile(workspace, profile, parts.dictionary)
    problems = (*parts.problems, *read.diagnostics)
    if read.value is None:
        return Checked(None, problems)
    return Checked(decide_facts(_facts(parts, read.value, _named(read.value))), problems)


def _merged_items(agreements: Sequence[Agreement]) -> tuple[OpenItem, ...]:
    """One item per field over the whole set, each place named with its document."""
    merged: dict[str, OpenItem] = {}
    several = len(agreements) > 1
    for agreement in agreements:
        for item in agreement.open_items:
            places = tuple(f"{agreement.title}: {n}" if several else n for n in item.needed_by)
            before = merged.get(item.field)
            if before is None:
                merged[item.field] = replace(item, number=len(merged) + 1, needed_by=places)
            else:
                merged[item.field] = replace(
                    before,
                    needed_by=tuple(dict.fromkeys((*before.needed_by, *places))),
                    clauses=tuple(dict.fromkeys((*before.clauses, *item.clauses))),
                    decides=before.decides or item.decides,
                )
    return tuple(merged.values())


def _problems(diagnostics: Sequence[Diagnostic], open_items: Sequence[OpenItem]) -> tuple[Diagnostic, ...]:
    """All problems once: an open item per field, and none for a field whose value is itself a problem."""
    from generator.assembly import open_diagnostic

    kept = [d for d in diagnostics if d.severity is not Severity.OPEN]
    return in_order((*kept, *(open_diagnostic(i) for i in _still_open(open_items, kept))))


def _still_open(items: Sequence[OpenItem], problems: Sequence[Diagnostic]) -> tuple[OpenItem, ...]:
    """Leave out the items whose given value is itself a problem: mending that answers them."""
    wrong = tuple({d.field for d in problems if d.severity is Severity.ERROR and d.field})

    def touched(name: str) -> bool:
        return any(name == w or name.startswith(w + ".") or w.startswith(name + ".") for w in wrong)

    return tuple(i for i in items if not touched(i.field))


def _wanted(
    profile: Profile, dictionary: Dictionary, documents: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Return the documents to make: those asked for, else those the profile names."""
    if documents:
        return tuple(dict.fromkeys(documents)), ()
    named = _named(profile)
    if named:
        return named, ()
    field = dictionary.find("agreement.documents")
    from generator.assembly import OPEN_ITEM

    problem = OPEN_ITEM.at(
        profile.place_for("agreement.documents"),
        "The profile does not say which documents to make. " + (field.question if field else ""),
        fix="Write: agreement.documents: [mou, svc, sow, baa, bac] (those you need), or use --documents.",
        field="agreement.documents",
    )
    return (), (problem,)


def _read_profile(workspace: Workspace, file: str, dictionary: Dictionary) -> Checked[Profile]:
    from generator.profile import read_profile

    if workspace.read(file) is None:
        what = "is a folder" if workspace.is_folder(file) else "is not there"
        problem = NO_SUCH_FILE.at(Span(file), f"“{file}” {what}.", fix="Name a profile, such as profiles/sample.yaml.")
        return Checked(None, (problem,))
    return read_profile(workspace.read, file, dictionary)


def _date(profile: Profile, workspace: Workspace) -> dt.date:
    """The day a document is made: the profile's own, else the workspace's today."""
    given = profile.given("agreement.prepared_on")
    return given.value if given is not None and isinstance(given.value, dt.date) else workspace.today


# ---------------------------------------------------------------- make


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
) -> Made:
    """Make the set of documents that ``profile`` (a file of the workspace) asks for.

    ``documents`` overrides the profile's own list; ``formats`` are names of :data:`FORMATS`; ``clean``
    leaves content controls and hidden marks out of Word files; ``pdf_engine`` is ``typst`` or
    ``libreoffice``; ``frame`` is a Word frame other than the house frame. A final is refused while
    anything is open, or the text is at fault; a draft shows both. Nothing is written to disk: the files
    come back as bytes.
    """
    from generator.assembly import STOPS_A_FINAL

    parts = _parts(workspace)
    read = _read_profile(workspace, profile, parts.dictionary)
    early = (*parts.problems, *read.diagnostics)
    if read.value is None:
        return Made(False, in_order(early))
    wanted, missing = _wanted(read.value, parts.dictionary, documents)
    house = _frame(workspace, frame) if "docx" in formats or pdf_engine == "libreoffice" else None
    number_formats = None
    if house is not None:
        early = (*early, *house.diagnostics)
        if house.value is not None:
            number_formats = house.value.formats
    status = Status.DRAFT if draft else Status.FINAL
    date = _date(read.value, workspace)
    assembled = _assemble(parts, read.value, wanted, status, date, number_formats)
    problems = _problems((*early, *missing, *assembled.problems), assembled.open_items)
    open_items = _still_open(assembled.open_items, problems)
    stopping = [d for d in errors_in(problems) if not (draft and d.rule in STOPS_A_FINAL)]
    stopped = bool(stopping) or not assembled.agreements
    if not draft:
        stopped = stopped or any(d.severity is Severity.OPEN for d in problems)
    writing = None
    glyphs: tuple[Diagnostic, ...] = ()
    if not stopped:
        # PDFs take longest. They are begun before letters and rules are looked at, and dropped if these stop a final.
        writing = _Writing(assembled, formats, house.value if house else None, clean, pdf_engine)
        if "pdf" in formats and pdf_engine == "typst":
            from generator.writers.pdf import check_glyphs

            glyphs = in_order(d for a in assembled.agreements for d in check_glyphs(a))
    # What the rules find stops a final; a draft shows it.
    linted = _lint(parts, read.value, assembled, problems)
    problems = in_order((*problems, *linted.diagnostics))
    if not stopped and not draft:
        stopped = any(d.severity in (Severity.ERROR, Severity.OPEN) for d in problems)
    if stopped:
        return Made(False, problems, agreements=assembled.agreements, open_items=open_items)
    if writing is None or glyphs:
        return Made(False, in_order((*problems, *glyphs)), open_items=open_items)
    record = _record(parts, read.value, assembled, house.value if house else None, linted.overruled)
    written = writing.finished()
    problems = in_order((*problems, *written.diagnostics))
    if written.value is None:
        return Made(False, problems, open_items=open_items)
    files = (*((name, data) for _, name, data in written.value), record(written.value, problems))
    return Made(True, problems, _folder(assembled.agreements[0], profile), files, assembled.agreements, open_items)


def _frame(workspace: Workspace, frame: str | None) -> Checked[Frame]:
    """Return the frame ``frame``, or the house frame of the highest layer that has one, with its ready plan."""
    from generator.writers.frame import load_frame

    if frame is None:
        for layer in reversed(workspace.layers):
            house = layer.folder / "_frames" / "house.docx"
            if house.is_file():
                plan = house.with_suffix(".plan.json")
                ready = plan.read_bytes() if plan.is_file() else None
                return load_frame(house.read_bytes(), f"{layer.shown}_frames/house.docx", ready)
        frame = "clauses/_frames/house.docx"
    data = workspace.read(frame)
    if data is None:
        return Checked(None, (NO_SUCH_FILE.at(Span(frame), f"The frame “{frame}” is not there."),))
    return load_frame(data, frame)


class _Writing:
    """Writes every document in every format; PDFs beside everything else, in a thread of their own."""

    def __init__(
        self, assembled: _Assembled, formats: Sequence[str], frame: Frame | None, clean: bool, pdf_engine: str
    ) -> None:
        self._assembled, self._frame, self._clean, self._engine = assembled, frame, clean, pdf_engine
        self._jobs = [(a, f) for a in assembled.agreements for f in formats]
        self._results: dict[int, bytes | tuple[Diagnostic, ...]] = {}
        slow = [n for n, (_, f) in enumerate(self._jobs) if f == "pdf"]
        self._ready: dict[int, Callable[[], bytes]] = {}
        if slow and pdf_engine == "typst":
            from generator.writers.pdf import prepare_pdf

            # The first one, so that it need not share Python with what is done beside it.
            self._ready[slow[0]] = prepare_pdf(self._jobs[slow[0]][0])
        self._slow = iter(slow)
        self._slow_ones = _beside(self._write_slow) if slow else None

    def finished(self) -> Checked[tuple[tuple[str, str, bytes], ...]]:
        """Return (document type, file name, bytes) of every document in every format."""
        for n, (_, format_) in enumerate(self._jobs):
            if format_ != "pdf":
                self._results[n] = self._one(n)
        if self._slow_ones is not None:
            self._write_slow()
            self._slow_ones()
        problems: list[Diagnostic] = []
        names = {t.id: t.slug for t in self._assembled.types}
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
            self._results[n] = self._one(n)

    def _one(self, n: int) -> bytes | tuple[Diagnostic, ...]:
        from generator.writers import writer

        if n in self._ready:
            return self._ready[n]()
        agreement, format_ = self._jobs[n]
        if format_ == "docx":
            return writer("docx")(agreement, self._frame, clean=self._clean)
        if format_ == "pdf" and self._engine == "libreoffice":
            from generator.writers.libreoffice import convert_docx

            made = convert_docx(writer("docx")(agreement, self._frame, clean=self._clean), agreement)
            return made.value if made.value is not None else made.diagnostics
        return writer(format_)(agreement)


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
    parts: _Parts,
    profile: Profile,
    assembled: _Assembled,
    frame: Frame | None,
    overruled: Sequence[Overruled],
) -> Callable[[Sequence[tuple[str, str, bytes]], Sequence[Diagnostic]], tuple[str, bytes]]:
    """Return what makes the record of the finished files and problems; all that needs neither is done now."""
    from generator.records import RECORD_NAME, make_record

    inputs = {PurePath(name).name: digest for name, digest in profile.digests}
    inputs |= {f"_documents/{t.id}.yaml": t.digest for t in assembled.types}
    inputs["_fields.yaml"] = parts.dictionary.digest
    if frame is not None:
        inputs["frame"] = frame.digest
    dates: dict[str, str] = {}
    answers: dict[str, str] = {}
    for path, given in sorted(profile.values.items()):
        field = parts.dictionary.find(path)
        if field is None:
            continue
        if field.kind == "date" and isinstance(given.value, dt.date):
            dates[path] = given.value.isoformat()
        if path.startswith("phi."):
            answers[path] = phrase(field, given.value) if given.value is not UNKNOWN else "unknown"
    from generator.assembly.deciding import decide_facts, decision_names

    facts = _facts(parts, profile, _named(profile))
    decisions = decide_facts(facts)
    names = decision_names(facts, decisions[0])

    def finished(files: Sequence[tuple[str, str, bytes]], problems: Sequence[Diagnostic]) -> tuple[str, bytes]:
        record = make_record(
            assembled.agreements, files, inputs=inputs, dates=dates, answers=answers, warnings=problems,
            overruled=[(o.rule, o.reason, o.span, [d.message for d in o.findings]) for o in overruled],
            decisions=decisions, names=names,
        )  # fmt: skip
        return RECORD_NAME, record

    return finished


def _folder(agreement: Agreement, profile: str) -> str:
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


# ---------------------------------------------------------------- check


def check(workspace: Workspace, files: Sequence[str], *, documents: Sequence[str] = ()) -> Report:
    """Check profiles, clause files, document types, requirement files, dictionaries and frames; folders too."""
    parts = _parts(workspace)
    problems: list[Diagnostic] = []
    items: list[OpenItem] = []
    looked: list[str] = []
    for file in _each(workspace, files):
        looked.append(file)
        data = workspace.read(file)
        if data is None:
            problems.append(NO_SUCH_FILE.at(Span(file), f"“{file}” is not there."))
            continue
        found, open_items = _check_one(workspace, parts, file, data, documents)
        problems += found
        items += open_items
    problems += parts.problems
    ordered = in_order(problems)
    ok = not any(d.severity in (Severity.ERROR, Severity.OPEN) for d in ordered)
    return Report(ok, ordered, tuple(looked), tuple(items))


def _each(workspace: Workspace, files: Sequence[str]) -> Iterator[str]:
    for file in files:
        if workspace.is_folder(file):
            for found in workspace.files_below(file):
                name = PurePath(found).name
                if PurePath(found).suffix in (".yaml", ".yml", ".md", ".docx") and name != "README.md":
                    yield found
        else:
            yield file


def _check_one(
    workspace: Workspace, parts: _Parts, file: str, data: bytes, documents: Sequence[str]
) -> tuple[tuple[Diagnostic, ...], tuple[OpenItem, ...]]:
    from generator.library import APPROVALS_FILE
    from generator.settings import SETTINGS_FILE, read_settings

    path = PurePath(file)
    folder = path.parent.name
    match path.suffix.lower():
        case ".md":
            return _check_clause(parts, file, data), ()
        case ".docx" | ".docm" | ".dotx":
            from generator.writers.frame import check_frame

            return check_frame(data, file).diagnostics, ()
        case ".yaml" | ".yml" if folder == "_documents":
            return _check_document_type(parts, file, data), ()
        case ".yaml" | ".yml" if folder == "_requirements":
            from generator.library import read_requirements

            return read_requirements(data, file).diagnostics, ()
        case ".yaml" | ".yml" if path.name == APPROVALS_FILE:
            return _check_approvals(parts, data, file), ()
        case ".toml" if path.name == SETTINGS_FILE:
            return read_settings(data, file).diagnostics, ()
        case ".yaml" | ".yml" if path.name == "_fields.yaml":
            from generator.fields import read_dictionary
            from generator.reading.yaml_text import read_yaml

            node = read_yaml(data, file)
            found = read_dictionary(node.value, file).diagnostics if node.value is not None else ()
            return (*node.diagnostics, *found), ()
        case ".yaml" | ".yml":
            return _check_profile(workspace, parts, file, documents)
        case _:
            return (WRONG_FILE.at(Span(file), f"“{file}” is not a kind of file that can be checked."),), ()


def _check_profile(
    workspace: Workspace, parts: _Parts, file: str, documents: Sequence[str]
) -> tuple[tuple[Diagnostic, ...], tuple[OpenItem, ...]]:
    read = _read_profile(workspace, file, parts.dictionary)
    if read.value is None:
        return read.diagnostics, ()
    wanted, missing = _wanted(read.value, parts.dictionary, documents)
    assembled = _assemble(parts, read.value, wanted, Status.FINAL, _date(read.value, workspace))
    problems = _problems((*read.diagnostics, *missing, *assembled.problems), assembled.open_items)
    linted = _lint(parts, read.value, assembled, problems)
    return in_order((*problems, *linted.diagnostics)), _still_open(assembled.open_items, problems)


def _check_approvals(parts: _Parts, data: bytes, file: str) -> tuple[Diagnostic, ...]:
    """Check the approvals that stand beside the texts: each names a text that is there, and as it is there."""
    from generator.library import read_approvals

    checked = read_approvals(data, file)
    problems = list(checked.diagnostics)
    for given in checked.value or ():
        found = parts.library.find(given.id, given.span, given.version)
        problems += [d for d in found.diagnostics if d.severity is Severity.ERROR or d.rule == "approval-void"]
    return tuple(problems)


def _check_clause(parts: _Parts, file: str, data: bytes) -> tuple[Diagnostic, ...]:
    from generator.library import Version, read_clause
    from generator.reading.grammar import check_names

    path = PurePath(file)
    version = Version.read(path.stem)
    if version is None or len(path.parts) < 3:
        return (
            WRONG_FILE.at(
                Span(file),
                f"“{file}” is not where a clause file stands.",
                fix="A clause file is clauses/<family>/<name>/<version>.md.",
            ),
        )
    id = ".".join(path.parts[-3:-1])
    clause = read_clause(data, file, _layer_of(parts, file), id, version)
    if clause.value is None:
        return clause.diagnostics
    template = parts.library.template(clause.value)
    problems = [*clause.diagnostics, *template.diagnostics]
    if template.value is not None:
        problems += check_names(template.value, parts.dictionary.info, parts.dictionary.suggest)
        problems += _check_markdown(template.value)
    return tuple(problems)


def _check_markdown(template: ClauseTemplate) -> Iterator[Diagnostic]:
    from generator.reading.grammar import expand_every_branch
    from generator.reading.markdown import parse_markdown

    expanded = expand_every_branch(template)
    yield from expanded.diagnostics
    yield from parse_markdown(expanded.markdown, template.file, expanded.line_map).diagnostics


def _layer_of(parts: _Parts, file: str) -> str:
    for layer in reversed(parts.library.layers):
        if file.startswith(layer.shown):
            return layer.name
    return "mine"


def _check_document_type(parts: _Parts, file: str, data: bytes) -> tuple[Diagnostic, ...]:
    from generator.library import Group, Slot, read_document_type
    from generator.reading.grammar import check_condition, check_names

    checked = read_document_type(data, file, PurePath(file).stem)
    problems = list(checked.diagnostics)
    document = checked.value
    if document is None:
        return tuple(problems)
    info, suggest = parts.dictionary.info, parts.dictionary.suggest
    conditions: list[Any] = [t.when for t in document.key_terms] + [s.when for s in document.schedules]
    slots: list[Slot] = [o.slot for o in document.opening]
    for part in (*document.outline, *(p for s in document.schedules for p in s.outline)):
        if isinstance(part, Group):
            conditions.append(part.when)
            slots += [e for e in part.entries if isinstance(e, Slot)]
        else:
            slots.append(part)
    for slot in slots:
        for choice in slot.choices:
            conditions.append(choice.when)
            problems += parts.library.find(choice.clause, choice.span).diagnostics
    for schedule in document.schedules:
        if schedule.document:
            problems += parts.library.document_type(schedule.document, schedule.span).diagnostics
    templates = [document.subtitle, document.closing, *document.notes, *(t.text for t in document.key_terms)]
    for template in templates:
        if template is not None:
            problems += check_names(template, info, suggest)
    for condition in conditions:
        if condition is not None:
            problems += check_condition(condition, info, suggest)
    return tuple(problems)


# ---------------------------------------------------------------- looking things up


def list_clauses(
    workspace: Workspace, *, all_versions: bool = False, family: str | None = None
) -> Checked[tuple[ClauseLine, ...]]:
    """Return one line per clause: the version that documents use now, or every version."""
    from generator.library import Library

    library = Library(workspace.layers, workspace.cache, book="list")
    lines: list[ClauseLine] = []
    problems: list[Diagnostic] = []
    for id in library.ids():
        if family is not None and id != family and not id.startswith(family + "."):
            continue
        if all_versions:
            pins = [str(f.version) for _, versions in library.versions(id) for f in versions]
        else:
            pins = [""]
        for pin in dict.fromkeys(pins):
            found = library.find(id, None, pin)
            clause = found.value
            if clause is None:
                layers = library.versions(id)
                if not pin and layers:
                    found = library.find(id, None, str(layers[0][1][0].version))
                    clause = found.value
            problems += found.diagnostics
            if clause is not None:
                lines.append(_line(clause))
    return Checked(tuple(lines), tuple(problems))


def _line(clause: Clause) -> ClauseLine:
    approval = clause.approval
    approved = f"{approval.by} on {approval.on}" if approval is not None and approval.holds else ""
    return ClauseLine(clause.id, str(clause.version), clause.title, clause.status, clause.layer, approved)


def show_clause(workspace: Workspace, name: str) -> Checked[Clause]:
    """Return the clause ``id``, ``id@version`` or ``layer:id@version``."""
    from generator.library import Library
    from generator.versions import locate

    return locate(Library(workspace.layers, workspace.cache), name)


def clause_redline(workspace: Workspace, old: Clause, new: Clause, author: str) -> Checked[Redline]:
    """Return two texts of a clause as one Word file over the house frame: ``new``, with its changes tracked."""
    from generator.comparison.clause_document import clause_agreement
    from generator.comparison.redline import compare_docx
    from generator.writers import writer

    house = _frame(workspace, None)
    if house.value is None:
        return Checked(None, house.diagnostics)
    day = workspace.today
    files = [writer("docx")(clause_agreement(c, day, house.value.formats), house.value, clean=True) for c in (old, new)]
    return compare_docx(
        files[0], files[1], author=author, date=dt.datetime.combine(day, dt.time(), dt.UTC),
        old_name=f"{old.id}@{old.version}", new_name=f"{new.id}@{new.version}",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """Two documents compared; without ``ok`` there is no redline."""

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    redline: Redline | None = None
    summary: Summary | None = None


def compare(
    workspace: Workspace,
    old: str,
    new: str,
    *,
    author: str,
    original: bool = False,
    documents: Sequence[str] = (),
) -> Compared:
    """Compare two Word files, or the Word documents that two profiles make.

    ``old`` and ``new`` are files of the workspace, ``.docx`` or profiles; ``author`` and the workspace's day stand on
    each change; ``original`` takes tracked changes in the files as rejected instead of accepted; ``documents`` names
    the one document type to compare where a profile makes several. Nothing is written to disk.
    """
    from generator.comparison.redline import compare_docx
    from generator.comparison.summary import summary_of

    found: list[Diagnostic] = []
    files: list[bytes] = []
    for name in (old, new):
        data = workspace.read(name)
        if data is None:
            fix = "Check its name and its folder."
            found.append(NO_SUCH_FILE.at(Span(name, 0, 0), "There is no such file.", fix=fix))
        elif PurePath(name).suffix.lower() in (".yaml", ".yml"):
            word = _word_file(workspace, name, documents)
            found += word.diagnostics
            files += [] if word.value is None else [word.value]
        else:
            files.append(data)
    if len(files) < 2:
        return Compared(False, in_order(found))
    date = dt.datetime.combine(workspace.today, dt.time(), dt.UTC)
    redline = compare_docx(*files, author=author, date=date, original=original, old_name=old, new_name=new)
    problems = in_order((*found, *redline.diagnostics))
    if redline.value is None:
        return Compared(False, problems)
    return Compared(True, problems, redline.value, summary_of(redline.value.changes))


def _word_file(workspace: Workspace, profile: str, documents: Sequence[str]) -> Checked[bytes]:
    """Return the one Word document that a profile makes: its final, or its draft while answers are open."""
    made = make(workspace, profile, documents=documents, formats=("docx",))
    if not made.ok and not errors_in(made.diagnostics):
        made = make(workspace, profile, documents=documents, formats=("docx",), draft=True)
    if not made.ok:
        return Checked(None, made.diagnostics)
    files = [data for name, data in made.files if name.endswith(".docx")]
    if len(files) != 1:
        types = ", ".join(a.document_type for a in made.agreements)
        message = f"It makes several documents: {types}. Two documents can be compared."
        fix = "Name one of them, for example: -d svc"
        return Checked(None, (WRONG_FILE.at(Span(profile, 0, 0), message, fix=fix),))
    return Checked(files[0])


def every_rule() -> dict[str, Rule]:
    """Return every rule by its name."""
    from generator.rules import ALL_RULES

    return dict(sorted({**ALL_RULES, **{r.name: r for r in RULES}}.items()))


def explain(workspace: Workspace, name: str) -> Checked[str]:
    """Return the page for a rule, a field, a clause, a document type or a requirement, as Markdown."""
    import difflib

    rules = every_rule()
    rule = rules.get(name)
    if rule is not None:
        return Checked(f"# {rule.name} ({rule.severity.value})\n\n{rule.says}\n\n{rule.explanation.strip()}\n")
    parts = _parts(workspace)
    field = parts.dictionary.find(name)
    if field is not None:
        return Checked(_field_page(parts.dictionary, name))
    id, _, pin = name.partition("@")
    if parts.library.versions(id):
        clause = parts.library.find(id, None, pin)
        return Checked(_clause_page(parts, clause.value) if clause.value else None, clause.diagnostics)
    if name in parts.library.document_ids():
        document = parts.library.document_type(name)
        page = f"# {document.value.title}\n\n{document.value.when}\n" if document.value else None
        return Checked(page, document.diagnostics)
    wanted = [r for r in parts.requirements if name in (r.id, r.code) or name.upper() == r.code]
    if wanted:
        return Checked(_requirement_page(parts, wanted[0]))
    codes = [n for r in parts.requirements for n in (r.id, r.code)]
    known = [*rules, *parts.dictionary.paths(), *parts.library.ids(), *parts.library.document_ids(), *codes]
    close = difflib.get_close_matches(name, known, 3, 0.5)
    fix = f"Did you mean {' or '.join(close)}?" if close else "Name a rule, a field (baa.breach_notice) or a clause."
    return Checked(None, (UNKNOWN_NAME.at(None, f"“{name}” is not a rule, a field or a clause.", fix=fix),))


_LEVELS = {
    "required": "It must be there.",
    "if_applicable": "It must be there where it applies.",
    "optional": "It is a matter of choice.",
}


def _requirement_page(parts: _Parts, requirement: Requirement) -> str:
    """Return what a requirement asks, under which authority, and which clauses of the library meet it."""
    lines = [f"# {requirement.code}: {requirement.question}", "", _LEVELS[requirement.level], ""]
    lines += [f"- **How one checks it:** {requirement.test}"]
    if requirement.citation and not requirement.unchecked:
        lines.append(f"- **Authority:** {requirement.citation}")
    if requirement.unchecked:
        lines.append("- **Authority:** not opened at its source yet; counsel confirms it before it decides anything")
    if requirement.note:
        lines.append(f"- **Note:** {requirement.note}")
    lines.append(f"- **Name in clause files:** `{requirement.id}`")
    clauses = []
    for id in parts.library.ids():
        clause = parts.library.find(id).value
        if clause is not None and requirement.id in clause.satisfies:
            clauses.append(f"- {clause.title} (`{clause.id}`)")
    needed = [
        f"- {document.title} (`{id}`)"
        for id in parts.library.document_ids()
        if (document := parts.library.document_type(id).value) is not None
        and any(requirement.id.startswith(f"{family}.") for family in document.requires)
    ]
    if needed:
        lines += ["", "Asked of:", "", *needed]
    lines += ["", "Clauses that are written to meet it:", "", *(clauses or ["- none in this library"])]
    return "\n".join(lines) + "\n"


def _field_page(dictionary: Dictionary, path: str) -> str:
    field = dictionary.find(path)
    if field is None:
        raise KeyError(path)
    lines = [f"# {path} — {field.label}", "", field.question, ""]
    facts: Mapping[str, str] = {
        "Kind": field.kind.replace("_", " "),
        "Why it is asked": field.why,
        "Who usually knows": who_knows(", ".join(field.who)),
        "When it matters": field.when,
        "What is usual": field.usual,
        "Percent of": field.of,
        "Sensitive": "yes: its value is never shown in a message" if field.sensitive else "",
        "May be left out": "yes" if field.optional else "",
        "Write it like this": f"`{path}: {field.example}`" if field.example else "",
    }
    lines += [f"- **{name}:** {text}" for name, text in facts.items() if text]
    if field.options:
        lines += ["", "Answers:", ""]
        lines += [f"- `{o.key}`: {o.label}" for o in field.options]
        lines.append("- `unknown`: not known yet; it will be asked again")
    if field.fields:
        lines += ["", "Parts:", ""]
        lines += [f"- `{f.path.rsplit('.', 1)[-1]}`: {f.label}" for f in field.fields]
    return "\n".join(lines) + "\n"


def _clause_page(parts: _Parts, clause: Clause) -> str:
    approval = clause.approval
    lines = [f"# {clause.title}", "", f"`{clause.id}@{clause.version}`, {clause.status}, layer {clause.layer}", ""]
    if clause.plain_language:
        lines += [clause.plain_language, ""]
    lines.append(
        f"Approved by {approval.by} on {approval.on}."
        if approval is not None and approval.holds
        else "Approved by nobody’s counsel yet."
    )
    if clause.satisfies:
        known = {r.id: r for r in parts.requirements}
        lines += ["", "Satisfies:", ""]
        for id in clause.satisfies:
            requirement = known.get(id)
            lines.append(
                f"- {requirement.code}: {requirement.test} ({requirement.citation})" if requirement else f"- {id}"
            )
    template = parts.library.template(clause).value
    if template is not None:
        paths = dict.fromkeys(u.path for u in template.names())
        asked = [p for p in paths if (f := parts.dictionary.find(p)) is not None and f.kind not in ("record", "list")]
        if asked:
            lines += ["", "Prints or decides by:", ""]
            lines += [f"- `{p}`" for p in asked]
    if clause.positions:
        lines += ["", "Positions:", ""]
        for position in clause.positions:
            values = ", ".join(f"{k}: {v}" for k, v in position.values)
            text = "; ".join(t for t in (values, position.note) if t)
            lines.append(f"- **{position.rung}**{': ' + text if text else ''}")
    lines += ["", "## Text", "", clause.body.strip()]
    return "\n".join(lines) + "\n"


def interview(workspace: Workspace, file: str) -> Checked[Interview]:
    """Begin the interview for the profile ``file``, or go on with it where it is there.

    The interview writes nothing: it holds the text of the profile, which the caller stores.
    """
    from generator.assembly.deciding import decide_facts, decision_names
    from generator.decisions import tree, worded
    from generator.interview import Advice, Found, Memory, begin

    parts = _parts(workspace)
    known = parts.library.document_ids()
    memory = Memory()

    def look(profile: Profile, wanted: Sequence[str]) -> Found:
        made = _assemble(parts, profile, wanted, Status.DRAFT, _date(profile, workspace), using=memory.assemble)
        facts = _facts(parts, profile, tuple(wanted))
        undecided: list[tuple[str, str]] = []
        advice: list[Advice] = []
        possible: dict[str, tuple[str, ...]] = {}
        for d in decide_facts(facts):
            if d.outcome is None:
                undecided += [(d.tree, q.field) for q in d.questions if q.now][:1]
                its = tree(d.tree)
                outcomes = [its.outcome(id) for id in d.possible] if its is not None else []
                possible[d.tree] = tuple(id for o in outcomes for id in o.documents if id in known)
            elif d.needed:
                why = worded(d.outcome.text, decision_names(facts, d))
                advice += [Advice(id, why) for id in d.outcome.documents if id in known]
        looked_at = frozenset(memory.looked_at(made.agreements))
        return Found(made.open_items, made.problems, looked_at, tuple(undecided), tuple(advice), possible)

    begun = begin(parts.dictionary, document_ids(workspace), look, workspace.read, file)
    return Checked(begun.value, (*parts.problems, *begun.diagnostics))


def profile_schema(workspace: Workspace) -> dict[str, Any]:
    """Return the JSON Schema of profiles (draft 2020-12), so that editors complete and mark them."""
    from generator.schema import make_schema

    return make_schema(_parts(workspace).dictionary)


def starter_profile(workspace: Workspace, documents: Sequence[str] = ()) -> Checked[str]:
    """Return a commented profile for ``documents`` (all, if none are named): every field they ask for, unanswered.

    The fields are found by assembling the documents over an empty profile, so nothing is listed by hand.
    """
    from generator.profile import read_profile
    from generator.starter import SUGGESTED, profile_text

    parts = _parts(workspace)
    wanted = tuple(documents) or parts.library.document_ids()
    answers = "".join(f"{path}: {value}\n" for path, value in SUGGESTED).encode()
    profile = read_profile({"agreement.yaml": answers}.get, "agreement.yaml", parts.dictionary)
    if profile.value is None:
        return Checked(None, profile.diagnostics)
    assembled = _assemble(parts, profile.value, wanted, Status.DRAFT, workspace.today)
    used = [u.path for id in _clauses_of(assembled.types) for u in _names_of(parts, id)]
    if any(_about_people(t) for t in assembled.types):
        from generator.decisions import asked_by

        used += asked_by("baa", "part2", "ferpa", "victim_services", "public_benefits", "state_privacy")
    asked = tuple(i.field for i in assembled.open_items)
    return Checked(profile_text(parts.dictionary, wanted, asked, tuple(dict.fromkeys(used))), assembled.problems)


def _clauses_of(types: Sequence[DocumentType]) -> Iterator[str]:
    from generator.library import Group, Slot

    for document in types:
        parts = (*document.outline, *(p for s in document.schedules for p in s.outline))
        slots = [o.slot for o in document.opening]
        slots += [e for p in parts for e in (p.entries if isinstance(p, Group) else (p,)) if isinstance(e, Slot)]
        yield from dict.fromkeys(c.clause for slot in slots for c in slot.choices)


def _names_of(parts: _Parts, id: str) -> tuple[NameUse, ...]:
    clause = parts.library.find(id).value
    template = parts.library.template(clause).value if clause is not None else None
    return template.names() if template is not None else ()
