"""The whole batch: what is there, what has to be made, making it, putting it into place, saying what became of it.

Members are made out of sight first (:mod:`.rows`) and put into place in the end, all of them, so that nothing is
written while a row is bad. Who says ``only_good`` gets each as soon as it is ready. A run that was ended in whatever
way is gone on with: what waits out of sight and would come out the same is not made again, and a member that was being
put into place is finished first.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from generator.batch.bundle import write_zip, zip_bytes
from generator.batch.lock import HIDDEN, Lock, gone
from generator.batch.needs import Needs, ground_of
from generator.batch.packet import PACKET_NAME
from generator.batch.rows import STAGED, Job, Outcome, Setup, answers_of, record_in, staged
from generator.batch.rules import BATCH_EDITED, BATCH_FOREIGN, BATCH_REMOVED, BATCH_SIGNED
from generator.batch.store import Store, store_at
from generator.diagnostics import Diagnostic, Severity, Span
from generator.digests import digest_of
from generator.frozen import dataclass
from generator.model import OpenItem
from generator.pipeline.making import LAID_OUT, load_given_frame, slug
from generator.pipeline.parts import Parts
from generator.records import RECORD_NAME, SIGNED_FOLDER
from generator.roster.members import Roster, Row
from generator.settings import SETTINGS_FILE
from generator.workspace import Workspace

__all__ = ["MANIFEST", "ZIP_NAME", "Batch", "Member", "Plan", "Progress", "folders_of", "run", "setup_for"]

MANIFEST = "batch.json"
ZIP_NAME = "agreements.zip"
FORMAT = 1
_COMMITTING = "committing.json"  # the record of a member whose files are being moved into place


@dataclass(frozen=True, slots=True)
class Member:
    """What became of one member.

    ``state``: *done*, *signed* (a signed copy is filed, so it stays as it is though something else than its answers has
    changed), *edited* (a document was changed by somebody; nothing was touched), *held* (a foreign file is in
    the way), *refused* (its answers do not allow it), *failed* (our fault), *computer*, or *waiting* (ready, but not in
    place; or not begun). ``wrote`` and ``kept`` name files of this run; ``why`` says why they had to be made.
    """

    row: Row
    folder: str
    state: str
    why: str = ""
    problems: tuple[Diagnostic, ...] = ()
    open_items: tuple[OpenItem, ...] = ()
    wrote: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    record: Mapping[str, Any] | None = field(default=None, repr=False)
    earlier: bool = False  # its folder holds what a batch made before
    left: tuple[str, ...] = ()  # files there that a batch made before and that belong to its papers no longer


@dataclass(frozen=True, slots=True)
class Batch:
    """The end of a run: every member, folders of members that have left, and how it ended.

    ``in_place`` says whether what was made is under its final name; ``ready`` of those that are not are made and wait.
    ``stopped`` is "" or why the run ended early.
    """

    members: tuple[Member, ...]
    removed: tuple[Diagnostic, ...] = ()
    in_place: bool = True
    stopped: str = ""
    went_on: bool = False
    problems: tuple[Diagnostic, ...] = ()
    manifest: bytes = field(default=b"", repr=False)
    ready: int = 0

    def counted(self, *states: str) -> int:
        """Return how many members are in one of ``states``."""
        return sum(m.state in states for m in self.members)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: of ``total`` members to be made, ``done`` are, ``failed`` among them."""

    done: int
    failed: int
    total: int
    kept: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be made and what stays as it is."""

    jobs: tuple[Job, ...]
    settled: Mapping[int, Member]
    why: Mapping[int, str]
    ready: tuple[int, ...]  # made in a run before and only to be put into place


Engine = Callable[[Sequence[Job]], Iterator[Outcome]]


def folders_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the name of each row's folder: its name and number, readable and safe everywhere; no two are alike."""
    first = []
    for row in rows:
        name, key = slug(row.name), slug(row.key) or "member"
        given = row.own.get("agreement.number")
        number = slug(given.value) if given is not None and isinstance(given.value, str) else ""
        parts = dict.fromkeys(p for p in (name, key if key != name else "", number) if p)
        words: list[str] = []
        for part in parts:
            if not any(part in word for word in words):
                words.append(part)
        first.append("-".join(words))
    # Of doubled members none is made; the folder stays theirs.
    keys: dict[str, set[str]] = {}
    for row, name in zip(rows, first, strict=True):
        keys.setdefault(name, set()).add(row.key)
    used: set[str] = set()
    out = []
    for row, name in zip(rows, first, strict=True):
        wanted = name if len(keys[name]) == 1 else f"{name}-{slug(row.key)}"
        n = 1
        while wanted in used:
            n += 1
            wanted = f"{name}-{n}"
        used.add(wanted)
        out.append(wanted)
    return tuple(out)


def kept_folders(store: Store, rows: Sequence[Row], folders: Sequence[str]) -> tuple[str, ...]:
    """Return ``folders``, but for a member that has one here under another name that one: its name, or the number of
    its agreement, was changed since. Its record says whose it is."""
    there = frozenset(store.folders())
    without = {row.key: n for n, (row, folder) in enumerate(zip(rows, folders, strict=True)) if folder not in there}
    found = list(folders)
    for name in sorted(there.difference(folders, (HIDDEN,))) if without else ():
        record = record_in(store, name)
        batch = record.get("batch") if record is not None else None
        index = without.pop(str(batch.get("member", "")), None) if isinstance(batch, dict) else None
        if index is not None:
            found[index] = name
    return tuple(found)


def plan(store: Store, setup: Setup, needs: Needs, roster: Roster, folders: Sequence[str], skip: Iterable[int]) -> Plan:
    """Look at what there is and decide what has to be made; rows in ``skip`` are left as they were made last."""
    jobs: list[Job] = []
    settled: dict[int, Member] = {}
    why: dict[int, str] = {}
    ready: list[int] = []
    left = frozenset(skip)
    waiting = frozenset(store.folders(STAGED))
    for index, (row, folder) in enumerate(zip(roster.rows, folders, strict=True)):
        if row.key in waiting and _is_half_put(store, row.key):
            _put(store, row.key, folder, replace_foreign=True)
        if index in left:
            continue
        record = record_in(store, folder)
        edited, missing = _looked_at(store, folder, record)
        reason = _reason(setup, needs, row, record) if record is not None else "new"
        if record is not None and edited:
            changed = "" if reason == "" else f" Meanwhile {reason}."
            settled[index] = _edited(row, folder, edited, changed, record)
            continue
        if record is not None and not reason and not missing:
            settled[index] = Member(row, folder, "done", kept=tuple(_digests(record)), record=_brief(record))
            continue
        if reason and store.files(f"{folder}/{SIGNED_FOLDER}"):
            settled[index] = _signed(setup, row, folder, reason, missing, record)
            continue
        why[index] = reason or f"{missing[0]} is missing"
        if row.key in waiting:
            made = record_in(store, staged(row.key))
            if (
                made is not None
                and not missing
                and not _reason(setup, needs, row, made)
                and _whole(store, row.key, folder, made)
            ):
                ready.append(index)
                continue
        own = row.base is not setup.base
        sent = row if own else replace(row, base=_NOTHING)
        jobs.append(Job(index, sent, folder, own, record is not None, marked=True))
    return Plan(tuple(jobs), settled, why, tuple(ready))


_NOTHING: Any = None


def _is_half_put(store: Store, key: str) -> bool:
    """Whether a run was ended while it put the member ``key`` into place."""
    return store.read(f"{staged(key)}/{_COMMITTING}") is not None


def _looked_at(store: Store, folder: str, record: Mapping[str, Any] | None) -> tuple[list[str], list[str]]:
    """Return the files of ``record`` that were changed since, and those that are gone."""
    edited, missing = [], []
    for name, said in _digests(record or {}).items():
        data = store.read(f"{folder}/{name}")
        if data is None:
            missing.append(name)
        elif digest_of(data) != said:
            edited.append(name)
    return edited, missing


def _whole(store: Store, key: str, folder: str, record: Mapping[str, Any]) -> bool:
    """Whether every file of ``record`` waits, or is in place, as it was written: a loss of power may undo some."""
    waiting = frozenset(store.files(staged(key)))
    return all(
        digest_of(store.read(f"{staged(key) if name in waiting else folder}/{name}") or b"") == said
        for name, said in _digests(record).items()
    )


def _brief(record: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return of a record what the list of all members and the summary say: held of every member until the end, the
    whole would take fifty times as much memory."""
    if record is None:
        return None
    batch = record.get("batch")
    told = ("type", "title", "files", "open_items")
    return {
        "documents": [{name: d[name] for name in told if name in d} for d in record.get("documents", ())],
        "notices": record.get("notices", ()),
        "batch": {"files": batch.get("files", ())} if isinstance(batch, dict) else None,
    }


def _digests(record: Mapping[str, Any]) -> dict[str, str]:
    batch = record.get("batch")
    more = batch.get("files", ()) if isinstance(batch, dict) else ()
    return {f["name"]: f["digest"] for f in (*(f for d in record.get("documents", ()) for f in d["files"]), *more)}


def _reason(setup: Setup, needs: Needs, row: Row, record: Mapping[str, Any]) -> str:
    """Return what has changed since ``record``, in the reader's words, or "" if all would come out the same."""
    batch = record.get("batch")
    if not isinstance(batch, dict):
        return "it was not made by a batch"
    if batch.get("ground") != setup.ground:
        return "the program, the dictionary or an option has changed"
    if batch.get("answers") != answers_of(setup, row.profile):
        return _answered(row, record)
    said = batch.get("needs")
    changed = needs.changed(said) if isinstance(said, dict) else ("the library",)
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        return f"{changed[0]}{more} changed"
    if setup.packet != (PACKET_NAME in _digests(record)):
        return "the packet is new" if setup.packet else "no packet is asked for"
    return ""


def _answered(row: Row, record: Mapping[str, Any]) -> str:
    """Return which answers are others than those of ``record``: the row's, those all share, the words of a file that
    they name, or only what they are called."""
    inputs = record.get("inputs")
    before = frozenset(map(str, inputs.values())) if isinstance(inputs, dict) else frozenset()
    if row.digest not in before:
        return "answers in the row have changed"
    others = [name for name, said in row.base.digests if said not in before]
    texts = (text for document in record["documents"] for text in document.get("prescribed", ()))
    printed = {text.get("file"): text.get("digest") for text in texts if isinstance(text, dict)}
    others += [n for n, data in row.profile.attached.items() if n in printed and printed[n] != digest_of(data or b"")]
    if others:
        return f"{others[0]} has changed"
    if isinstance(inputs, dict) and all(name in inputs for name, _ in row.profile.digests):
        return _ANOTHER_DAY
    return _RENAMED


_ANOTHER_DAY = "the day that documents are dated by has changed"
_RENAMED = "the roster or a profile has another name"


def _edited(row: Row, folder: str, files: Sequence[str], changed: str, record: Mapping[str, Any] | None) -> Member:
    which = files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
    problem = BATCH_EDITED.at(
        Span(f"{folder}/{files[0]}", 0, 0),
        f"{row.name}: {which} was edited or signed after it was made. Nothing of this member was touched.{changed}",
        fix="To have it made again, move or rename that file, then run the same command.",
    )
    return Member(row, folder, "edited", problems=(problem,), record=_brief(record))


def _signed(
    setup: Setup, row: Row, folder: str, reason: str, missing: Sequence[str], record: Mapping[str, Any] | None
) -> Member:
    """Return a member of whom a signed copy is filed: it stays as it is.

    Answers that no longer fit to what was signed wait for somebody; a program or clauses that are newer concern all
    who have signed, and ask nothing of anybody. ``why`` says which it was, so that it can be told of all at once.
    """
    typed = ""
    if record is not None and not missing and isinstance(record.get("batch"), dict):
        same = record["batch"].get("answers") == answers_of(setup, row.profile)
        typed = "" if same else _answered(row, record)
        if typed in ("", _ANOTHER_DAY, _RENAMED):
            state, why = ("done", "") if reason in (_ANOTHER_DAY, _RENAMED) else ("signed", reason)
            return Member(row, folder, state, why, kept=tuple(_digests(record)), record=_brief(record))
        reason = typed
    meanwhile = f"Meanwhile {reason}." if record is not None else "No record of it is there."
    problem = BATCH_SIGNED.at(
        Span(f"{folder}/{SIGNED_FOLDER}", 0, 0),
        f"{row.name}: a signed copy is filed. Nothing of this member was touched. {meanwhile}",
        fix="Change what was signed by an amendment, or move the folder away for a new agreement.",
    )
    return Member(row, folder, "edited", typed, (problem,), record=_brief(record))


# ---------------------------------------------------------------- into place


@dataclass(frozen=True, slots=True)
class _Put:
    """What was moved into place: names of files, the record; and of an earlier run, names of files that this one does
    not make. Or the problem that stood in the way."""

    wrote: tuple[str, ...] = ()
    record: Mapping[str, Any] | None = None
    left: tuple[str, ...] = ()
    problem: Diagnostic | None = None


def _put(store: Store, key: str, folder: str, *, replace_foreign: bool) -> _Put:
    """Move what waits for the member ``key`` into ``folder``, the record last.

    Once begun it can be gone on with: the record waits under another name until all else is in place. A file in the
    way that is not ours stops it before it begins.
    """
    waiting = staged(key)
    begun = record_in(store, waiting, _COMMITTING)
    made = begun if begun is not None else record_in(store, waiting)
    if made is None:
        return _Put()
    new, before = _digests(made), _digests(record_in(store, folder) or {})
    if begun is None:
        for name, said in new.items():
            data = store.read(f"{folder}/{name}")
            if data is None or digest_of(data) == said:
                continue
            if name in before and before[name] != digest_of(data):
                return _Put(problem=_edited_now(folder, name))
            if name not in before and not replace_foreign:
                foreign = BATCH_FOREIGN.at(
                    Span(f"{folder}/{name}", 0, 0),
                    "is there already, and no record says that it was made here.",
                    fix="Move it, or add --replace.",
                )
                return _Put(problem=foreign)
        store.move(f"{waiting}/{RECORD_NAME}", f"{waiting}/{_COMMITTING}")
    names = [n for n in store.files(waiting) if n != _COMMITTING]
    for name in names:
        store.move(f"{waiting}/{name}", f"{folder}/{name}")
    if PACKET_NAME in before and PACKET_NAME not in new:
        _drop_packet(store, folder, before[PACKET_NAME])
    store.move(f"{waiting}/{_COMMITTING}", f"{folder}/{RECORD_NAME}")
    store.remove(waiting)
    dropped = before.keys() - new.keys()
    there = frozenset(store.files(folder)) if dropped else frozenset()
    return _Put((*names, RECORD_NAME), made, tuple(n for n in before if n in dropped and n in there))


def _drop_packet(store: Store, folder: str, said: str) -> None:
    """Take away the packet of an earlier run where none was made now: it joins what is not there any more. One that
    somebody changed, so that its digest is not ``said``, stays."""
    data = store.read(f"{folder}/{PACKET_NAME}")
    if data is not None and digest_of(data) == said:
        store.remove(f"{folder}/{PACKET_NAME}")


def _edited_now(folder: str, name: str) -> Diagnostic:
    return BATCH_EDITED.at(
        Span(f"{folder}/{name}", 0, 0), "was edited or signed after it was made; nothing of this member was touched."
    )


# ---------------------------------------------------------------- the whole


def run(
    setup: Setup,
    parts: Parts,
    roster: Roster,
    engine: Engine,
    *,
    bad: Mapping[int, tuple[Diagnostic, ...]],
    only_good: bool = False,
    replace_foreign: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    tell: Callable[[Progress], None] = lambda _: None,
    finish: Callable[[Sequence[Member], Sequence[str]], Iterable[tuple[str, bytes]]] = lambda *_: (),
    zips: str = "",
) -> Batch:
    """Make and write the agreements of ``roster``; raises :class:`~generator.batch.lock.Taken` and ``OSError``.

    ``bad`` are the rows that preflight refuses, with what is wrong; without ``only_good`` the caller must have ended
    before. ``engine`` makes jobs. ``finish`` gives further files for the top of the folder (a summary, a list), told
    the members and the folders of those who left; they are written before ``batch.json``, which comes last. ``zips``
    is "whole" for one zip file, "member" for one each.
    """
    store = store_at(setup.place)
    with Lock(store) as lock:
        folders = kept_folders(store, roster.rows, folders_of(roster.rows))
        needs = Needs(parts.library)
        plan_ = plan(store, setup, needs, roster, folders, bad)
        members: dict[int, Member] = dict(plan_.settled)
        for index, problems in bad.items():
            earlier = record_in(store, folders[index]) is not None
            members[index] = Member(roster.rows[index], folders[index], "refused", problems=problems, earlier=earlier)
        made: dict[int, Outcome] = {index: Outcome(index, "made") for index in plan_.ready}

        def place(index: int) -> None:
            members[index] = _placed(
                store, roster.rows[index], folders[index], made[index], plan_.why[index], replace_foreign
            )

        total = len(plan_.jobs)
        failed = 0
        ended = ""
        tell(Progress(0, 0, total, len(plan_.settled)))
        for done, outcome in enumerate(engine(plan_.jobs) if plan_.jobs else (), 1):
            index = outcome.index
            if outcome.state == "made":
                made[index] = outcome
                if only_good:
                    place(index)
            else:
                failed += 1
                members[index] = Member(
                    roster.rows[index], folders[index], outcome.state, plan_.why[index], outcome.problems,
                    outcome.open_items,
                )  # fmt: skip
                if outcome.fatal:
                    ended = "computer"
                    break
            tell(Progress(done, failed, total, len(plan_.settled)))
        if not ended and stopped():
            ended = "stopped"
        late = any(m.state == "refused" for i, m in members.items() if i not in bad)
        in_place = only_good or not (ended or late)
        if in_place:
            lock.check()
            if not setup.flush:
                store.settle()
            for index in sorted(i for i in made if i not in members):
                place(index)
        for index, row in enumerate(roster.rows):
            if index not in members:
                members[index] = Member(row, folders[index], "waiting", plan_.why.get(index, ""))
        found = tuple(members[i] for i in range(len(roster.rows)))
        removed = _removed(store, roster, folders)
        ready = sum(members[i].state == "waiting" for i in made)
        batch = Batch(found, removed, in_place, ended, lock.stale, ready=ready)
        if ended or not in_place:
            return batch
        lock.check()
        data = manifest(setup, roster, found, removed)
        for name, more in finish(found, _folders(removed)):
            _write_if_new(store, name, more)
        if zips:
            _zip(store, found, zips)
        _write_if_new(store, MANIFEST, data)
        _clear(store)
    return replace(batch, manifest=data)


def _placed(store: Store, row: Row, folder: str, outcome: Outcome, why: str, replace_foreign: bool) -> Member:
    put = _put(store, row.key, folder, replace_foreign=replace_foreign)
    if put.problem is not None:
        state = "edited" if put.problem.rule == BATCH_EDITED.name else "held"
        return Member(row, folder, state, why, (*outcome.problems, put.problem), outcome.open_items)
    if put.record is None:
        raise gone(store.place)  # what was made is not there any more
    return Member(
        row, folder, "done", why, outcome.problems, outcome.open_items, put.wrote, outcome.kept, _brief(put.record),
        left=put.left,
    )  # fmt: skip


def _clear(store: Store) -> None:
    """Take away what waited, but for members who left while they were put into place: should they come back, that is
    gone on with."""
    waiting = store.folders(STAGED)
    half_put = [key for key in waiting if _is_half_put(store, key)]
    for folder in [staged(key) for key in waiting if key not in half_put] if half_put else [STAGED]:
        store.remove(folder)


def _zip(store: Store, members: Sequence[Member], zips: str) -> None:
    """Write the documents of all members that are in place as one zip file, or as one for each.

    The one of a member is sent to it, so its record stays here: that holds what the hub answered for itself.
    """
    done = [m for m in members if m.state in ("done", "signed", "edited")]

    def files_of(member: Member) -> Iterator[tuple[str, bytes]]:
        """Yield what is there: beside an edited document another may have been taken away."""
        for name in (*_digests(member.record or {}), *((RECORD_NAME,) if zips == "whole" else ())):
            data = store.read(f"{member.folder}/{name}")
            if data is not None:
                yield f"{member.folder}/{name}", data

    if zips == "member":
        for member in done:
            _write_if_new(store, f"{member.folder}.zip", zip_bytes(files_of(member)))
        return
    with tempfile.TemporaryFile() as stream:
        write_zip(stream, (file for member in done for file in files_of(member)))
        store.write_from(ZIP_NAME, stream)


def _write_if_new(store: Store, name: str, data: bytes) -> None:
    if store.read(name) != data:
        store.write(name, data)


def _removed(store: Store, roster: Roster, folders: Sequence[str]) -> tuple[Diagnostic, ...]:
    """Return the folders here that were made by a batch for somebody who is not in the roster."""
    known = frozenset(folders)
    out = []
    for folder in store.folders():
        if folder in known or folder == HIDDEN:
            continue
        record = record_in(store, folder)
        if record is not None and isinstance(record.get("batch"), dict):
            out.append(
                BATCH_REMOVED.at(
                    Span(f"{folder}/{RECORD_NAME}", 0, 0),
                    f"The folder {folder} belongs to no member of {roster.file} any more. It was left as it is.",
                    fix="Move it away by hand if it is no longer wanted here.",
                )
            )
    return tuple(out)


def _folders(removed: Sequence[Diagnostic]) -> tuple[str, ...]:
    return tuple(str(d.span.file).partition("/")[0] for d in removed if d.span is not None)


# ---------------------------------------------------------------- batch.json


def manifest(setup: Setup, roster: Roster, members: Sequence[Member], removed: Sequence[Diagnostic]) -> bytes:
    """Return ``batch.json``: every row with its state, files, digests and problems; the same however it came about."""
    from generator import __version__

    states: dict[str, int] = {}
    for member in members:
        states[member.state] = states.get(member.state, 0) + 1
    whole = {
        "format": FORMAT,
        "made_with": f"agreement-generator {__version__}",
        "roster": {"file": roster.file, "digest": roster.digest},
        "documents": list(setup.documents),
        "formats": list(setup.formats),
        "state": "draft" if setup.draft else "final",
        "totals": {"members": len(members), **dict(sorted(states.items()))},
        "members": [_entry(m) for m in members],
        "removed": list(_folders(removed)),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _entry(member: Member) -> dict[str, Any]:
    row, record = member.row, member.record
    given = row.own.get("agreement.number")
    documents = []
    if record is not None:
        documents = [
            {"type": d["type"], "title": d["title"], "files": [dict(f) for f in d["files"]]}
            for d in record["documents"]
        ]
    entry: dict[str, Any] = {
        "key": row.key,
        "name": row.name,
        "number": str(given.value) if given is not None and isinstance(given.value, str) else "",
        "place": {"file": row.file or row.base.file, "row": row.number},
        "folder": member.folder,
        "state": member.state,
        "documents": documents,
        "waits_for": _waits_for(member),
        "problems": _problems(member),
    }
    return entry


def _waits_for(member: Member) -> list[dict[str, str]]:
    """Return the answers still missing: of a draft that was written, its record tells them."""
    if member.record is None:
        return [{"field": i.field, "label": i.label, "who": i.who} for i in member.open_items]
    items = {i["field"]: i for d in member.record["documents"] for i in d.get("open_items", ())}
    return [{"field": i["field"], "label": i["label"], "who": ""} for i in items.values()]


def _problems(member: Member) -> list[dict[str, str]]:
    """Return rule, place and field of each problem; of a written set, those its record tells. No words that may repeat
    an answer."""
    if member.record is not None:
        notices = member.record.get("notices", ())
        found = [{"rule": n["rule"], "place": n["place"], "field": ""} for n in notices]
    else:
        kept = [d for d in member.problems if d.severity is not Severity.OPEN]
        found = [{"rule": d.rule, "place": str(d.span or ""), "field": d.field} for d in kept]
    if member.state in ("edited", "held"):
        found += [{"rule": d.rule, "place": str(d.span or ""), "field": ""} for d in member.problems[-1:]]
    return found


# ---------------------------------------------------------------- what all members share


def setup_for(
    workspace: Workspace,
    parts: Parts,
    roster: Roster,
    place: str,
    *,
    documents: Sequence[str],
    formats: Sequence[str] = ("docx", "pdf"),
    draft: bool = False,
    clean: bool = False,
    pdf_engine: str = "typst",
    packet: bool = False,
    frame: str | None = None,
    ship: bool = False,
    flush: bool = False,
) -> Setup:
    """Return what the workers of a batch are given. ``place`` is a folder or an address; ``ship`` puts the library in,
    for workers on other computers."""
    house = load_given_frame(workspace, frame) if LAID_OUT.intersection(formats) else None
    look = (house.value.digest, repr(house.value.look)) if house is not None and house.value is not None else ()
    # Word first: whether it comes out as it is already tells whether the other formats do.
    ordered = tuple(sorted(formats, key=lambda f: f != "docx"))
    cache = workspace.cache
    ground = ground_of(
        parts.library, *look, *documents, "formats", *ordered,
        f"{draft} {clean} {pdf_engine}",
    )  # fmt: skip
    return Setup(
        place, ground, workspace.today, str(workspace.folder), workspace.layers,
        roster.rows[0].base if roster.rows else None, tuple(documents), ordered, draft, clean, pdf_engine, packet,
        house,
        workspace.read(SETTINGS_FILE), tuple(_files_of(layer.folder) for layer in workspace.layers) if ship else None,
        (str(cache.folder), cache.name) if cache is not None and not ship else None, 0 if ship else os.getpid(), flush,
    )  # fmt: skip


def _files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
