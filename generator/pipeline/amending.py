"""An agreement that was made, changed by a paper to sign: what differs, the amendment, the copy with the changes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from generator.amendment.rules import AMENDED_ALREADY, AMENDMENT_BASE, NOTHING_TO_AMEND
from generator.diagnostics import Checked, Diagnostic, Severity, Span, errors_in, in_order
from generator.digests import digest_of
from generator.fields import Dictionary, phrase
from generator.fields.values import Given
from generator.frozen import dataclass
from generator.model import AUTHOR, Agreement, Status
from generator.pipeline.looks import load_given_frame
from generator.pipeline.making import DEFAULT_FORMATS, Made, make_set, slug
from generator.pipeline.parts import Parts, date_of, read_given_profile, read_parts
from generator.pipeline.sets import Assembled, assemble_set
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.amendment import Differences
    from generator.library import DocumentType
    from generator.profile import Profile
    from generator.records import Recorded
    from generator.writers.frame import Frame

__all__ = ["Amended", "amend"]

CONFORMED = "conformed"
_EXHIBIT = "Exhibit A"  # the whole document with its changes marked, where it is asked for


@dataclass(frozen=True, slots=True)
class Amended:
    """An amendment, ready to be written under ``folder``; without ``ok`` there are no files.

    ``differences`` are by document type, those documents alone that change.
    """

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    folder: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    papers: tuple[Agreement, ...] = ()
    differences: Mapping[str, Differences] | None = None


def amend(
    workspace: Workspace,
    folder: str,
    *,
    to: str = "",
    clauses: Sequence[str] = (),
    newest: bool = False,
    effective: dt.date | None = None,
    reason: str = "",
    formats: Sequence[str] = DEFAULT_FORMATS,
    redline: bool = False,
    author: str = AUTHOR,
) -> Amended:
    """Work out the amendment of the agreement whose record lies in ``folder`` (a folder of the workspace).

    What shall change is ``to``, a profile with the new answers; ``clauses``, texts to take (``id@version``);
    ``newest``, the newest released text of every clause that was superseded. Everything else stays as recorded.
    ``effective`` is the day from which the changes count, otherwise today. ``redline`` adds each changed document
    with its changes tracked. The changed set is decided and checked as a new one would be: what stops a final stops
    the amendment. Nothing is written to disk.
    """
    from generator.records import RECORD_NAME, read_record

    file = f"{folder}/{RECORD_NAME}"
    data = workspace.read(file)
    read = read_record(data, file) if data is not None else None
    if data is None or read is None or read.value is None:
        fix = "Name the folder that `agreements make` wrote; `agreements status` lists them."
        problem = AMENDMENT_BASE.at(Span(file), f"“{folder}” holds no record that can be amended.", fix=fix)
        return Amended(False, (*(read.diagnostics if read else ()), problem))
    recorded = read.value
    if recorded.state != "final":
        message = "This is a draft: nobody has agreed to it yet."
        fix = "Change the profile and make it again; only what was made as a final is amended."
        return Amended(False, (*read.diagnostics, AMENDMENT_BASE.at(Span(file), message, fix=fix)))
    made_on = recorded.made_on
    if made_on is None:
        message = "The day on which it was made was edited in this record or taken out, and cannot be read."
        fix = "Bring back the record as it was written; the amendment has to name the agreement by its day."
        return Amended(False, (*read.diagnostics, AMENDMENT_BASE.at(Span(file), message, fix=fix)))
    if not all(map(_is_amendment, _chain(data))):
        message = "What this record says of earlier amendments was edited, and cannot be read."
        fix = "Bring back the record as it was written; the next amendment has to name those before it."
        return Amended(False, (*read.diagnostics, AMENDMENT_BASE.at(Span(file), message, fix=fix)))
    later = _later(workspace, folder, data)
    if later:
        message = f"It was amended before, in “{later}”."
        problem = AMENDED_ALREADY.at(Span(file), message, fix=f"agreements amend {later}")
        return Amended(False, (*read.diagnostics, problem))
    parts = read_parts(workspace)
    early: list[Diagnostic] = [*parts.problems, *read.diagnostics]
    before = _profile_of(workspace, parts, data, file)
    early += before.diagnostics
    if before.value is None:
        return Amended(False, in_order(early))
    pins = {c.id: c.version for d in recorded.documents for c in d.clauses}
    types = tuple(d.type for d in recorded.documents)
    house = load_given_frame(workspace, None)
    early += house.diagnostics
    number_formats = house.value.formats if house.value is not None else None
    old_profile = _pinned(before.value, pins, Span(file))
    old = assemble_set(parts, old_profile, types, Status.FINAL, made_on, number_formats)
    early += _other_texts(recorded, old, file)
    wanted = _wanted(workspace, parts, before.value, pins, to, clauses, newest, Span(file))
    early += wanted.diagnostics
    if wanted.value is None or errors_in(early) or house.value is None:
        return Amended(False, in_order(early))
    new_profile = wanted.value
    made = make_set(
        parts, new_profile, date=date_of(new_profile, workspace), documents=types, formats=formats, house=house,
        found=early,
    )  # fmt: skip
    if not made.ok:
        return Amended(False, made.diagnostics)
    base = _Base(workspace, parts, folder, data, recorded, made_on, house.value)
    wish = _Wish(effective or workspace.today, reason, tuple(formats), author if redline else "")
    return _papers(base, wish, old, made, new_profile)


@dataclass(frozen=True, slots=True)
class _Base:
    """The agreement that is amended: its folder, its record as bytes and as read, and the day on which it was made.

    ``house`` is the frame that everything is printed in.
    """

    workspace: Workspace
    parts: Parts
    folder: str
    record: bytes
    recorded: Recorded
    made_on: dt.date
    house: Frame


@dataclass(frozen=True, slots=True)
class _Wish:
    """How the papers shall be: from which day they count, why, in which formats.

    ``redline`` is who stands beside the changes marked in a copy of each document, "" if there shall be none.
    """

    effective: dt.date
    reason: str
    formats: tuple[str, ...]
    redline: str


def _place(folder: str, number: int) -> str:
    """Return the name of the folder of amendment ``number`` of the agreement in ``folder``."""
    first = PurePath(folder).name.rsplit("-amendment-", 1)[0]
    return f"{slug(first) or 'agreement'}-amendment-{number}"


def _later(workspace: Workspace, folder: str, record: bytes) -> str:
    """Return the folder of the amendment that takes the place of this agreement; "" if there is none."""
    from generator.records import RECORD_NAME

    place = str(PurePath(folder).parent / _place(folder, len(_chain(record)) + 1))
    data = workspace.read(f"{place}/{RECORD_NAME}")
    try:
        found = json.loads(data) if data is not None else None
    except (ValueError, RecursionError):
        return ""
    supersedes = found.get("supersedes") if isinstance(found, dict) else None
    same = isinstance(supersedes, dict) and supersedes.get("record") == digest_of(record)
    return place if same else ""


# ---------------------------------------------------------------- the agreement as it was made


def _profile_of(workspace: Workspace, parts: Parts, data: bytes, file: str) -> Checked[Profile]:
    """Return the answers that the record keeps, each with the record as its place."""
    from generator.profile import read_profile

    answers = json.loads(data).get("profile")
    if not isinstance(answers, dict) or not answers:
        message = "This record keeps no answers: it was made by an older version, or they were taken out."
        fix = "Make the documents again from their profile into another folder, and amend that."
        return Checked(None, (AMENDMENT_BASE.at(Span(file), message, fix=fix),))
    text = json.dumps(answers, ensure_ascii=False).encode()

    def look(name: str) -> bytes | None:
        return text if name == file else workspace.read(name)

    return read_profile(look, file, parts.dictionary)


def _pinned(profile: Profile, pins: Mapping[str, str], place: Span) -> Profile:
    return replace(profile, pins={**{id: (version, place) for id, version in pins.items()}, **profile.pins})


def _other_texts(recorded: Recorded, old: Assembled, file: str) -> tuple[Diagnostic, ...]:
    """Tell where the texts of the record are not those of the library now: an amendment would change other words."""
    made = {a.document_type: {s.id: s.digest for s in a.sources if s.included} for a in old.agreements}
    wrong = []
    for document in recorded.documents:
        here = made.get(document.type)
        if here is None:
            wrong.append(f"{document.title} cannot be assembled as it was")
            continue
        wrong += [f"{c.id}@{c.version}" for c in document.clauses if here.get(c.id) != c.digest]
    if not wrong:
        return ()
    message = f"The library does not hold the texts that were agreed: {', '.join(dict.fromkeys(wrong))}."
    fix = "Bring back that version of each clause; an amendment has to start from the words that were signed."
    return (AMENDMENT_BASE.at(Span(file), message, fix=fix),)


# ---------------------------------------------------------------- the agreement as it shall read


def _wanted(
    workspace: Workspace,
    parts: Parts,
    before: Profile,
    pins: Mapping[str, str],
    to: str,
    clauses: Sequence[str],
    newest: bool,
    place: Span,
) -> Checked[Profile]:
    """Return the answers and pins of the agreement as it shall read."""
    problems: list[Diagnostic] = []
    profile = before
    if to:
        read = read_given_profile(workspace, to, parts.dictionary)
        problems += read.diagnostics
        if read.value is None:
            return Checked(None, tuple(problems))
        profile = read.value
    held = {} if newest else dict(pins)
    for name in clauses:
        id, _, version = name.partition("@")
        found = parts.library.find(id, None, version)
        if found.value is None:
            problems += found.diagnostics
            continue
        if id not in pins:
            message = f"{id} is not in this agreement."
            problems.append(AMENDMENT_BASE.at(place, message, fix=f"Clauses in it: {', '.join(sorted(pins)[:6])} …"))
        held[id] = str(found.value.version)
    if not to and not clauses:
        held = {}  # whatever was superseded is what shall change
    if any(d.severity is Severity.ERROR for d in problems):
        return Checked(None, tuple(problems))
    return Checked(_pinned(profile, held, place), tuple(problems))


# ---------------------------------------------------------------- the papers


def _papers(base: _Base, wish: _Wish, old: Assembled, made: Made, profile: Profile) -> Amended:
    """Return the papers that make of ``old`` what was ``made`` anew of ``profile``, and the copies as amended."""
    from generator.amendment import differences_of
    from generator.records import RECORD_NAME
    from generator.writers import written

    were = {a.document_type: a for a in old.agreements}
    found: dict[str, Differences] = {}
    for agreement in made.agreements:
        before = were.get(agreement.document_type)
        if before is not None and agreement.signatures:
            differences = differences_of(before, agreement)
            if differences.any:
                found[agreement.document_type] = differences
    if not found:
        fix = "Name what shall change: --to PROFILE, --clauses ID@VERSION or --newest."
        place = Span(f"{base.folder}/{RECORD_NAME}")
        nothing = NOTHING_TO_AMEND.at(place, "Nothing differs from what was made.", fix=fix)
        return Amended(False, in_order((*made.diagnostics, nothing)))
    chain = _chain(base.record)
    number = len(chain) + 1
    out: list[tuple[str, bytes]] = []
    papers: list[Agreement] = []
    wrong: list[Diagnostic] = []
    for type_, differences in found.items():
        kind = base.parts.library.document_type(type_).value
        if kind is None:
            continue
        # Of a set, one amendment may change one document and the next another: each counts its own.
        earlier = [c for c in chain if type_ in (c.get("documents") or [type_])]
        own = len(earlier) + 1
        paper = _paper(base, wish, kind, were[type_], differences, profile, earlier)
        wrong += paper.diagnostics
        if paper.value is None:
            continue
        if "pdf" in wish.formats:
            from generator.writers.pdf import check_glyphs

            missing = check_glyphs(paper.value)
            wrong += missing
            if missing:
                continue
        papers.append(paper.value)
        stem = f"amendment-{own}-{kind.slug}"
        out += [(f"{stem}.{f}", written(paper.value, f, base.house)) for f in wish.formats]
        if wish.redline:
            headed = f"{_EXHIBIT} to {paper.value.title}"
            now = next(a for a in made.agreements if a.document_type == type_)
            marked = _redline(were[type_], now, base.house, wish.redline, base.workspace.today, headed)
            wrong += [d for d in marked.diagnostics if d.severity is Severity.ERROR]
            if marked.value is not None:
                out.append((f"{stem}-exhibit-a-redline.docx", marked.value))
    if errors_in(wrong) or not papers:
        return Amended(False, in_order((*made.diagnostics, *wrong)))
    renamed: dict[str, str] = {}
    for name, data in made.files:
        if name == RECORD_NAME:
            continue
        path = PurePath(name)
        renamed[name] = f"{path.stem}-{CONFORMED}{path.suffix}"
        out.append((renamed[name], data))
    entry = {
        "number": number, "effective": wish.effective.isoformat(), "made_on": base.workspace.today.isoformat(),
        "documents": list(found),
    }  # fmt: skip
    record = json.loads(dict(made.files)[RECORD_NAME])
    out.append((RECORD_NAME, _record(base, record, [*chain, entry], renamed, out)))
    told = in_order((*made.diagnostics, *wrong))
    return Amended(True, told, _place(base.folder, number), tuple(out), tuple(papers), found)


def _chain(record: bytes) -> list[dict[str, Any]]:
    """Return the amendments that came before, the first one first."""
    chain = json.loads(record).get("amendments")
    return chain if isinstance(chain, list) else []


def _is_amendment(entry: object) -> bool:
    """Whether an entry of the chain says when it takes effect, and names the documents it changes if it names any."""
    if not isinstance(entry, dict) or not isinstance(entry.get("documents", []), list):
        return False
    return _day_of(str(entry.get("effective"))) is not None


def _day_of(text: str) -> dt.date | None:
    """Return the day that a record names, year-month-day; None where somebody has written something else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _paper(
    base: _Base,
    wish: _Wish,
    kind: DocumentType,
    old: Agreement,
    differences: Differences,
    profile: Profile,
    chain: Sequence[Mapping[str, Any]],
) -> Checked[Agreement]:
    """Return the paper that changes ``old``, a document of the type ``kind``; ``chain`` are those before it."""
    from generator.amendment import amendment_of
    from generator.amendment.paper import TERMS, TEXT
    from generator.assembly import assemble
    from generator.library import Slot

    frame = base.parts.library.document_type("_amendment")
    if frame.value is None:
        return Checked(None, frame.diagnostics)
    texts = bool(differences.replaced or differences.added or differences.removed)
    leave = {t for t, there in ((TERMS, bool(differences.terms)), (TEXT, texts)) if not there}
    outline = tuple(
        p for p in frame.value.outline if not (isinstance(p, Slot) and any(c.clause in leave for c in p.choices))
    )
    document = replace(frame.value, outline=outline, parties=kind.parties, signatures=kind.signatures)
    dictionary = base.parts.dictionary
    number = len(chain) + 1
    answers: dict[str, Any] = {
        "amend.number": number,
        "amend.effective_on": wish.effective,
        "amend.base_ref": _called(old, profile, base.made_on, dictionary),
    }
    if chain:
        answers["amend.prior"] = _earlier(chain, dictionary)
    if wish.reason:
        answers["amend.because"] = wish.reason.rstrip(". ")
    if wish.redline:
        answers["amend.exhibit"] = _EXHIBIT
    place = Span(profile.file)
    told = replace(profile, values={**profile.values, **{k: Given(v, place) for k, v in answers.items()}})
    made = assemble(
        document, base.parts.library, dictionary, told, documents=(old.document_type,), status=Status.FINAL,
        date=base.workspace.today, formats=base.house.formats,
    )  # fmt: skip
    if made.value is None:
        return made
    title = f"Amendment No. {number} to the {old.title}"
    return Checked(amendment_of(made.value, differences, dictionary, title), made.diagnostics)


def _called(old: Agreement, profile: Profile, made_on: dt.date, dictionary: Dictionary) -> str:
    """Return how the original is called: its title, its number, and the day it took effect or was made."""
    given = profile.given("term.effective_date")
    number = f" no. {old.number}" if old.number else ""
    if given is not None and isinstance(given.value, dt.date):
        return f"{old.title}{number}, which took effect on {_day(dictionary, given.value)}"
    return f"{old.title}{number}, made on {_day(dictionary, made_on)}"


def _day(dictionary: Dictionary, day: dt.date) -> str:
    field = dictionary.find("amend.effective_on")
    return phrase(field, day) if field is not None else day.isoformat()


def _earlier(chain: Sequence[Mapping[str, Any]], dictionary: Dictionary) -> tuple[str, ...]:
    """Return how the papers before this one are called, which the document counts as its own."""
    return tuple(
        f"Amendment No. {n} of {_day(dictionary, dt.date.fromisoformat(str(entry['effective'])))}"
        for n, entry in enumerate(chain, 1)
    )


def _redline(was: Agreement, now: Agreement, house: Frame, author: str, day: dt.date, headed: str) -> Checked[bytes]:
    """Return ``now`` with its changes from ``was`` tracked; ``headed`` stands at the head of its pages."""
    from generator.comparison.redline import compare_docx
    from generator.writers import written

    one, other = (written(replace(a, header=f"{headed} · {a.header}"), "docx", house) for a in (was, now))
    made = compare_docx(
        one, other, author=author, date=dt.datetime.combine(day, dt.time(), dt.UTC),
        old_name="as made", new_name="as amended",
    )  # fmt: skip
    return Checked(made.value.data if made.value is not None else None, made.diagnostics)


def _record(
    base: _Base,
    made: dict[str, Any],
    chain: Sequence[Mapping[str, Any]],
    renamed: Mapping[str, str],
    files: Sequence[tuple[str, bytes]],
) -> bytes:
    """Return the record of the changed agreement: what it holds now, and which agreement it takes the place of.

    ``made`` is the record of what was made anew, ``renamed`` how its files are called here, ``files`` are all files.
    """
    for document in made["documents"]:
        # What it leaves as it was is not signed again.
        document["to_sign"] = bool(document.get("to_sign")) and document["type"] in chain[-1]["documents"]
        for file in document["files"]:
            file["name"] = renamed.get(file["name"], file["name"])
    papers = [{"name": name, "digest": digest_of(data)} for name, data in files if name not in renamed.values()]
    head = {
        "supersedes": {
            "folder": PurePath(base.folder).name,
            "record": digest_of(base.record),
            "made_on": base.made_on.isoformat(),
        },
        "amendments": list(chain),
        "papers": papers,
    }
    out: dict[str, Any] = {}
    for key, value in made.items():
        if key == "documents":
            out |= head
        out[key] = value
    return (json.dumps(out, ensure_ascii=False, indent=2) + "\n").encode()
