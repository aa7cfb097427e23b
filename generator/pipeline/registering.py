"""The register of agreements, over a folder of the workspace; and filing what was signed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Checked, Diagnostic, Span, in_order
from generator.digests import digest_of, short_digest
from generator.frozen import dataclass
from generator.pipeline.parts import NO_SUCH_FILE, read_parts
from generator.register.entries import NOT_A_SIGNED_FILE, REST
from generator.workspace import Exists, Workspace

if TYPE_CHECKING:
    from generator.register import Entry, Outdated, Weaker

__all__ = ["Register", "file_signed", "register"]


@dataclass(frozen=True, slots=True)
class Register:
    """The agreements below one folder. ``outdated`` and ``weaker`` go by the folder of an agreement."""

    folder: str
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...]
    outdated: Mapping[str, tuple[Outdated, ...]]
    weaker: Mapping[str, tuple[Weaker, ...]]


def register(
    workspace: Workspace, folder: str, *, outdated: bool = False, head: str = "", clauses: bool = False,
    check_signed: bool = True,
) -> Checked[Register]:  # fmt: skip
    """Read every agreement below ``folder`` (a folder of the workspace).

    ``clauses`` says that what each holds is wanted; ``outdated`` looks up which texts were superseded; ``head`` is the
    folder of the agreement above, with which the answers of all others are compared; ``check_signed`` reads every
    signed copy and compares its digest.
    """
    from generator.records import SIGNED_FOLDER
    from generator.register import outdated_of, read_entries, weaker_than
    from generator.register.entries import Found

    if not workspace.is_folder(folder):
        problem = NO_SUCH_FILE.at(Span(folder), f"There is no folder “{folder}”.", fix="Name the folder of agreements.")
        return Checked(None, (problem,))
    records: dict[str, Mapping[str, Any]] = {}

    def found() -> Iterator[Found]:
        for name, data, notes in workspace.records_below(folder, until=b"" if head else REST[0]):
            digests = None
            if notes and check_signed:
                digests = {
                    PurePath(f).name: digest_of(content)
                    for f in workspace.files_below(f"{name}/{SIGNED_FOLDER}")
                    if not f.endswith(".json") and (content := workspace.read(f)) is not None
                }
            if head and (answers := _answers(data)) is not None:
                records[name] = answers
            yield Found(name, data, notes, digests)

    entries = read_entries(found(), workspace.today, clauses=clauses or outdated)
    held = entries.value or ()
    problems = list(entries.diagnostics)
    late: dict[str, tuple[Outdated, ...]] = {}
    weak: dict[str, tuple[Weaker, ...]] = {}
    if outdated or head:
        parts = read_parts(workspace)
        problems += parts.problems
        if outdated:
            live = [e for e in held if e.state not in ("superseded", "ended")]
            late = {e.folder: out for e, out in outdated_of(live, parts.library, parts.requirements)}
        if head:
            above = records.get(head) or _answers(workspace.read(f"{head}/record.json") or b"")
            if above is None:
                message = f"“{head}” holds no record whose answers can be read."
                problems.append(NO_SUCH_FILE.at(Span(head), message, fix="Name the folder of the agreement above."))
            for name, own in records.items() if above is not None else ():
                found_weak = tuple(weaker_than(above, own, parts.dictionary)) if above and name != head else ()
                if found_weak:
                    weak[name] = found_weak
    return Checked(Register(folder, held, in_order(problems), late, weak), in_order(problems))


def _answers(record: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(record)
    except (ValueError, RecursionError):
        return None
    answers = found.get("profile") if isinstance(found, dict) else None
    return answers if isinstance(answers, dict) else None


# ---------------------------------------------------------------- what was signed


_KINDS = {
    b"%PDF-": (".pdf",), b"PK\x03\x04": (".docx",), b"\xff\xd8\xff": (".jpg", ".jpeg"),
    b"\x89PNG": (".png",), b"II*\x00": (".tif", ".tiff"), b"MM\x00*": (".tif", ".tiff"),
}  # fmt: skip


def file_signed(
    workspace: Workspace, folder: str, file: str, *, document: str = "", by: str = ""
) -> Checked[tuple[str, bool]]:
    """File ``file`` as the signed copy of ``document`` of the agreement in ``folder``; return its name there.

    The second value is false where exactly this copy was filed before: nothing is written then. Without
    ``document`` it is the one document whose file has this name, or the only one that is signed.
    """
    from generator.records import RECORD_NAME, SIGNED_FOLDER, read_record

    fix = "Name a PDF, a picture or a Word file."
    data = workspace.read(file)
    if data is None:
        return Checked(None, (NO_SUCH_FILE.at(Span(file), f"“{file}” is not there.", fix=fix),))
    suffix = PurePath(file).suffix.lower()
    kind = next((k for start, k in _KINDS.items() if data.startswith(start)), ())
    if suffix not in kind:
        message = f"“{file}” is not what its name says, or of a kind that is not filed."
        return Checked(None, (NOT_A_SIGNED_FILE.at(Span(file), message, fix=fix),))
    record = workspace.read(f"{folder}/{RECORD_NAME}")
    read = read_record(record, f"{folder}/{RECORD_NAME}") if record is not None else None
    if read is None or read.value is None:
        message = f"“{folder}” holds no record of an agreement."
        fix = "Name the folder that `agreements make` wrote; `agreements status` lists them."
        return Checked(None, (NO_SUCH_FILE.at(Span(folder), message, fix=fix),))
    documents = read.value.documents
    known = {d.type: d.title for d in documents}
    if not document:
        stem = PurePath(file).stem.lower()
        named = [d.type for d in documents if any(PurePath(n).stem.lower() in stem for n, _ in d.files)]
        document = max(named, key=lambda t: len(t)) if len(named) == 1 else next(iter(known)) if len(known) == 1 else ""
    if document not in known:
        listed = ", ".join(f"{t} ({title})" for t, title in known.items())
        message = "It has to be said which document this is." if not document else f"“{document}” is not in this set."
        return Checked(None, (NOT_A_SIGNED_FILE.at(Span(file), message, fix=f"Add --document with one of: {listed}."),))
    digest = digest_of(data)
    place = f"{folder}/{SIGNED_FOLDER}"
    for name in workspace.files_below(place):
        # One scan may hold several signed documents: it is filed once for each of them. What is being written by
        # somebody else at this moment has another name.
        own = PurePath(name).name.startswith(f"{document}-signed-") and not name.endswith(".json")
        if own and workspace.read(name) == data:
            return Checked((name, False), read.diagnostics)
    stem = f"{document}-signed-{workspace.today.isoformat()}-{short_digest(digest)[:8]}"
    note = {
        "document": document,
        "file": stem + suffix,
        "digest": digest,
        "size": len(data),
        "on": workspace.today.isoformat(),
        "by": by,
        "came_as": PurePath(file).name,
        "record": digest_of(record or b""),
    }
    text = (json.dumps(note, ensure_ascii=False, indent=2) + "\n").encode()
    try:
        workspace.file_away(place, [(stem + suffix, data), (stem + ".json", text)])
    except Exists:
        # Its name holds its digest: somebody else files the very same copy at this moment.
        return Checked((f"{place}/{stem}{suffix}", False), read.diagnostics)
    return Checked((f"{place}/{stem}{suffix}", True), read.diagnostics)
