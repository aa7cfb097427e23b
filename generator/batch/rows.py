"""One member after the other, in one process: from a row to finished files that wait to be put into place.

A worker is given a :class:`Setup` once and then one :class:`Job` after the other; both are plain data and may come
from another computer. What it has read of the library, the frame and the fonts serves all its members. The files of a
member go into ``.agreements-batch/rows/<key>/``, the record last: a folder with a record is complete.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from pathlib import Path
from typing import Any

from generator.batch.lock import HIDDEN, gone, mark_in
from generator.batch.needs import Needs, Watched, digest
from generator.batch.packet import PACKET_NAME, join_pdfs
from generator.batch.rules import ROW_FAILED
from generator.batch.store import Store, store_at
from generator.cache import Cache
from generator.diagnostics import Checked, Diagnostic, Span, errors_in
from generator.digests import digest_of
from generator.frozen import dataclass
from generator.model import Agreement, OpenItem
from generator.pipeline.making import Writing, make_set
from generator.pipeline.parts import Parts, date_of, read_parts
from generator.profile import Profile
from generator.records import RECORD_NAME, laid_out
from generator.roster.members import Row
from generator.settings import SETTINGS_FILE
from generator.terminal import COMPUTER
from generator.workspace import Layer, Workspace
from generator.writers.frame import Frame

__all__ = ["STAGED", "Job", "Outcome", "Setup", "Worker", "answers_of", "place_of", "record_in", "staged"]

STAGED = f"{HIDDEN}/rows"


@dataclass(frozen=True, slots=True)
class Setup:
    """What all members of a batch share. It holds no open file and nothing of this computer but names of folders.

    ``library`` are the files of each layer (name -> bytes) for workers that do not see these folders; without it they
    are read where ``layers`` says. ``frame`` is the Word frame in the look of the workspace, with what there is to say
    of it; None where no format has one. ``packet`` joins the PDFs of a member. ``flush`` makes each file outlast a loss
    of power; without it whoever puts them into place sees to that, for all at once.
    """

    place: str
    ground: str
    today: dt.date
    folder: str
    layers: tuple[Layer, ...]
    base: Profile | None = field(repr=False)
    documents: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("docx", "pdf")
    draft: bool = False
    clean: bool = False
    pdf_engine: str = "typst"
    packet: bool = False
    frame: Checked[Frame] | None = field(default=None, repr=False)
    settings: bytes | None = field(default=None, repr=False)
    library: tuple[Mapping[str, bytes], ...] | None = field(default=None, repr=False)
    cache: tuple[str, str] | None = None
    parent: int = 0
    flush: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One member to be made. ``row`` comes without its base where that is the one of the setup; ``folder`` is the name
    of its final folder, which holds a record of ours already if ``again``. ``marked`` says that the mark of a batch
    stands where its files are written."""

    index: int
    row: Row = field(repr=False)
    folder: str
    own_base: bool = False
    again: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one member. ``state`` is *made*, *refused* (its answers do not allow it), *failed* (our fault), or
    *computer* (this computer would not do it)."""

    index: int
    state: str
    problems: tuple[Diagnostic, ...] = ()
    open_items: tuple[OpenItem, ...] = ()
    kept: tuple[str, ...] = ()
    seconds: float = 0.0
    fatal: bool = False


def staged(key: str) -> str:
    """Return the folder where the files of the member ``key`` wait."""
    return f"{STAGED}/{key}"


def answers_of(setup: Setup, profile: Profile) -> str:
    """Return the digest of the answers of one member, of the files they name, and of today where its documents are
    dated by it."""
    day = "" if profile.given("agreement.prepared_on") else setup.today.isoformat()
    named = (f"{name}\0{digest_of(data or b'')}" for name, data in profile.attached.items())
    return digest(day, *(f"{name}\0{said}" for name, said in profile.digests), *named)


class _InTurn(Writing):
    """Writes one document after the other, and none anew whose Word file comes out as it is already.

    A Word file holds every word, number, clause and field of its agreement; where that has not changed, and the ground
    has not, neither has any other format.
    """

    beside = False

    def __init__(self, there: Mapping[tuple[str, str], bytes], *given: Any) -> None:
        """``there`` are the files there are, by document type and format; ``given`` is what every writing is given."""
        super().__init__(*given)
        self._there = there
        self._same: set[str] = set()  # documents whose Word file comes out as it is

    def write(self, agreement: Agreement, format_: str) -> bytes | tuple[Diagnostic, ...]:
        name = agreement.document_type
        before = self._there.get((name, format_))
        if before is not None and name in self._same:
            return before
        written = super().write(agreement, format_)
        if format_ == "docx" and written == before:
            self._same.add(name)
        return written


class Worker:
    """Makes one member after the other from one reading of the library."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.store: Store = store_at(setup.place)
        self._unpacked: tempfile.TemporaryDirectory[str] | None = None
        self._workspace = self._open()
        parts = read_parts(self._workspace)
        self._library = Watched.over(parts.library)
        self._parts = Parts(self._library, parts.dictionary, parts.requirements, parts.problems)
        self._needs = Needs(parts.library)

    def _open(self) -> Workspace:
        setup = self.setup
        layers, folder = setup.layers, Path(setup.folder)
        if setup.library is not None:
            self._unpacked = tempfile.TemporaryDirectory(prefix="agreements-")
            folder = Path(self._unpacked.name)
            layers = tuple(
                Layer(layer.name, _unpacked(folder / f"layer{n}", files), layer.shown)
                for n, (layer, files) in enumerate(zip(setup.layers, setup.library, strict=True))
            )
            if setup.settings is not None:
                (folder / SETTINGS_FILE).write_bytes(setup.settings)
        cache = Cache(Path(setup.cache[0]), setup.cache[1]) if setup.cache is not None else None
        return Workspace(folder, layers, folder, setup.today, cache)

    def make(self, job: Job) -> Outcome:
        """Make the documents of one member and let them wait. Never raises but for what ends a process."""
        began = time.perf_counter()
        row = job.row if job.own_base or self.setup.base is None else replace(job.row, base=self.setup.base)
        try:
            made = self._make(job, row)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            # No place: nothing is wrong with the roster.
            problem = COMPUTER.at(None, f"{row.name}: {reason}.", fix="agreements doctor looks at this computer.")
            made = Outcome(job.index, "computer", (problem,), fatal=error.errno in _FATAL)
        except Exception as error:  # one member must not stop the others
            made = Outcome(job.index, "failed", (_fault(row, error),))
        return replace(made, seconds=time.perf_counter() - began)

    def _make(self, job: Job, row: Row) -> Outcome:
        setup, profile = self.setup, row.profile
        before = tuple(self._made_before(job.folder)) if job.again else ()
        there = {(document, name.rpartition(".")[2]): data for document, name, data in before}
        self._library.asked.clear()
        found = (*self._parts.problems, *row.problems)
        made = make_set(
            self._parts, profile, date=date_of(profile, self._workspace), documents=setup.documents,
            formats=setup.formats, draft=setup.draft, clean=setup.clean, pdf_engine=setup.pdf_engine, house=setup.frame,
            found=found, using=partial(_InTurn, there),
        )  # fmt: skip
        if not made.ok:
            wrong = {d.field for d in errors_in(made.diagnostics)}
            items = tuple(i for i in made.open_items if i.field not in wrong)
            return Outcome(job.index, "refused", made.diagnostics, items)
        files = [(name, data) for name, data in made.files if name != RECORD_NAME]
        record = next(data for name, data in made.files if name == RECORD_NAME)
        more: list[dict[str, str]] = []
        if setup.packet:
            # One PDF a document, in their order.
            pdfs = [data for name, data in files if name.endswith(".pdf")]
            titles = [a.title for a in made.agreements]
            joined = join_pdfs(list(zip(titles, pdfs, strict=True)), title=row.name)
            if joined.value is None:
                return Outcome(job.index, "refused", (*made.diagnostics, *joined.diagnostics))
            files.append((PACKET_NAME, joined.value))
            more.append({"name": PACKET_NAME, "digest": digest_of(joined.value)})
        batch = {
            "member": row.key,
            "ground": setup.ground,
            "answers": answers_of(setup, profile),
            "files": more,
            "needs": self._needs.of(self._library.asked),
        }
        stay = {name: data for _, name, data in before}
        kept = {name for name, data in files if stay.get(name) == data}
        if job.marked and not mark_in(self.store):
            raise gone(setup.place)
        self._stage(row.key, [f for f in files if f[0] not in kept], _with(record, batch))
        return Outcome(job.index, "made", made.diagnostics, made.open_items, tuple(sorted(kept)))

    def _made_before(self, folder: str) -> Iterator[tuple[str, str, bytes]]:
        """Yield what a batch on the same ground left in ``folder`` and nobody changed: document type, name, bytes."""
        record = record_in(self.store, folder)
        if record is None or record.get("batch", {}).get("ground") != self.setup.ground:
            return
        for document in record["documents"]:
            for file in document["files"]:
                data = self.store.read(f"{folder}/{file['name']}")
                if data is not None and digest_of(data) == file["digest"]:
                    yield document["type"], file["name"], data

    def _stage(self, key: str, files: Sequence[tuple[str, bytes]], record: bytes) -> None:
        if self.setup.parent and os.getppid() != self.setup.parent:
            raise SystemExit  # the batch has ended, and another may be writing here
        folder = staged(key)
        self.store.remove(folder)
        for name, data in files:
            self.store.write(f"{folder}/{name}", data, flush=self.setup.flush)
        self.store.write(f"{folder}/{RECORD_NAME}", record, flush=self.setup.flush)

    def close(self) -> None:
        """Let go of what was unpacked for this worker."""
        if self._unpacked is not None:
            self._unpacked.cleanup()


_ENDS_ALL = """
    ENOSPC EDQUOT EROFS ENODEV ESTALE EIO ENOTCONN ENXIO EHOSTDOWN EACCES EPERM ENOTDIR
""".split()
_FATAL = frozenset(getattr(errno, name) for name in _ENDS_ALL if hasattr(errno, name))


def _unpacked(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _with(record: bytes, batch: Mapping[str, Any]) -> bytes:
    """Return ``record`` with what the batch has to know of it. It is laid out already, which takes its time."""
    said = laid_out({"batch": batch}, 1).encode()
    return record.rstrip().removesuffix(b"}").rstrip() + b"," + said[1:] + b"\n"


def place_of(row: Row) -> Span:
    """Return where a member stands: its file and row."""
    return Span(row.file, max(1, row.number)) if row.file else Span(row.key, 0, 0)


def _fault(row: Row, error: BaseException) -> Diagnostic:
    """Say where the program failed, and nothing of what was typed: a message of Python's may repeat it."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "generator" in Path(f.filename).parts]
    where = ""
    if frames:
        path = Path(frames[-1].filename).parts
        where = f" in {'/'.join(path[len(path) - path[::-1].index('generator') - 1 :])}, line {frames[-1].lineno}"
    message = f"{row.name}: this program made a mistake of its own ({type(error).__name__}{where})."
    return ROW_FAILED.at(place_of(row), message, fix="Please report it. All other members are done.")


def record_in(store: Store, folder: str, name: str = RECORD_NAME) -> dict[str, Any] | None:
    """Return the record in ``folder``, or None if there is none that can be understood."""
    data = store.read(f"{folder}/{name}")
    if data is None:
        return None
    try:
        found = json.loads(data)
        for document in found["documents"]:
            for file in document["files"]:
                _ = (file["name"] + file["digest"] + document["type"]).upper()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
