"""The members of a batch shared out among processes of this computer.

Each process is started afresh (*spawn*: a process forked after the first PDF would hang), gets the setup once and then
one member at a time. A process that ends, or takes too long, costs that member one more try in a new process, and
nobody else anything. Starting one takes as long as half a member: it may begin while the rows are still being checked.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING, Any, NoReturn

from generator.batch.rules import ROW_TOO_LONG, WORKER_LOST

if TYPE_CHECKING:
    from generator.batch.rows import Job, Outcome, Setup

__all__ = ["LONGEST", "Process", "beginning", "in_processes", "processors", "roomy", "worth_starting"]

LONGEST = 600.0  # seconds for one member
_TRIES = 2
_EACH = 3  # members for which a worker is worth its start, which costs as much as one and a half, and its memory
_TUNABLES = "GLIBC_TUNABLES"
# How a worker's C library deals with memory. Each document takes some ten MB and gives them back; by itself the library
# returns them to the system each time and asks for them again, page by page.
_ROOM = {
    "glibc.malloc.trim_threshold": 256 << 20,  # what is given back at the end of the heap stays
    "glibc.malloc.mmap_threshold": 32 << 20,  # and so do large pieces
    "glibc.malloc.top_pad": 16 << 20,  # a heap that grows does so in steps
    "glibc.malloc.hugetlb": 1,  # of large pages where the system has them
}
_LOOKED_OVER = 100  # members: then a worker looks for memory that nobody holds any more
RENEWED = 1000  # members: then a worker gives its place to a new one, so that none grows however long a batch takes


def processors() -> int:
    """Return how many processors this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def worth_starting(members: int) -> int:
    """Return how many workers to start for so many members where nobody says it."""
    return min(processors(), -(-members // _EACH))


def work(wire: Any) -> NoReturn:
    """Be a worker: take the setup and then members from ``wire``, send back what became of them, until it is closed."""
    import gc

    # Ctrl-C goes to all processes of a terminal; the one that shares out says when it is enough.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is loaded and read now stays, and making a member leaves nothing behind that goes round in circles: looking
    # for it each time cost a twentieth of the time. What is there after a look is not looked at again.
    gc.disable()
    from generator.batch.rows import Worker

    os.environ.setdefault("RAYON_NUM_THREADS", "1")  # typst: as many workers as processors are busy already
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        worker = Worker(wire.recv())
        try:
            wire.send(None)
            gc.freeze()
            for made in count(1):
                wire.send(worker.make(wire.recv()))
                if made % _LOOKED_OVER == 0:
                    gc.collect()
                    gc.freeze()
        finally:
            worker.close()
    # All that was kept is not given back piece by piece: that would take half as long as a member.
    atexit._run_exitfuncs()
    os._exit(0)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that is started in here never hear Ctrl-C, not even before it has begun; here it comes later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # begun in here, it would open our ears again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def roomy() -> Iterator[None]:
    """Let a process that is started in here keep the memory it has used; what the user has settled so stays."""
    if not _is_glibc():
        yield
        return
    before = os.environ.get(_TUNABLES)
    theirs = before.split(":") if before else []
    named = {one.partition("=")[0] for one in theirs}
    os.environ[_TUNABLES] = ":".join([*theirs, *(f"{name}={n}" for name, n in _ROOM.items() if name not in named)])
    try:
        yield
    finally:
        if before is None:
            del os.environ[_TUNABLES]
        else:
            os.environ[_TUNABLES] = before


def _is_glibc() -> bool:
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, ValueError, OSError):  # not on Windows; another C library does not know the question
        return False


class Process:
    """One worker as seen from here."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.wire, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs,), daemon=True)
        with _deaf(), roomy():
            self._process.start()
        theirs.close()
        self.job: Job | None = None
        self.since = 0.0
        self.knows = False  # the setup
        self.ready = False
        self.made = 0

    def give(self, setup: Setup, job: Job) -> None:
        self.job, self.since = job, time.monotonic()
        if not self.knows:
            self.knows = True
            self.wire.send(setup)
        self.wire.send(job)

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def end(self, *, now: bool = False) -> None:
        """Let it end after what it is doing, or at once."""
        if now:
            self._process.kill()
        self.wire.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


@contextlib.contextmanager
def beginning(workers: int) -> Iterator[list[Process]]:
    """Start so many workers before it is known what to do; :func:`in_processes` takes them, the others are ended."""
    processes: list[Process] = []
    try:
        processes += (Process() for _ in range(workers))
        yield processes
    finally:
        for process in processes:
            process.end(now=True)


def in_processes(
    setup: Setup,
    jobs: Iterable[Job],
    *,
    workers: int,
    begun: list[Process] | None = None,
    stopped: Callable[[], bool] = lambda: False,
    longest: float = LONGEST,
) -> Iterator[Outcome]:
    """Make ``jobs`` in ``workers`` processes; yield what became of each as soon as it is known, in no order.

    When ``stopped`` says so no further member is begun; those begun are finished. Leaving the iterator ends every
    process, also those that were ``begun`` before.
    """
    waiting = deque(jobs)
    tries: dict[int, int] = {}
    busy: list[Process] = []
    idle = begun if begun is not None else []
    not_begun = 0
    calm = False
    try:
        while True:
            while waiting and not stopped() and len(busy) < workers:
                process = idle.pop() if idle else Process()
                busy.append(process)
                with contextlib.suppress(OSError):  # it ended before it began; what it was given is found below
                    process.give(setup, waiting.popleft())
            if not busy:
                break
            ready = connection.wait([p.wire for p in busy], timeout=0.2)
            for process in [p for p in busy if p.wire in ready]:
                busy.remove(process)
                alive, outcome = _received(process)
                if alive and outcome is None:
                    process.ready, process.since = True, time.monotonic()
                    busy.append(process)
                    continue
                if outcome is not None:
                    process.made += 1
                    if process.made < RENEWED:
                        idle.append(process)
                    else:
                        process.end()
                    yield outcome
                    continue
                if not process.ready:
                    not_begun += 1
                    if not_begun > workers:
                        raise RuntimeError("no worker can be started")
                process.end(now=True)
                yield from _once_more(process.job, waiting, tries, lost=True)
            for process in [p for p in busy if time.monotonic() - p.since > longest]:
                busy.remove(process)
                process.end(now=True)
                yield from _once_more(process.job, waiting, tries, lost=False)
        calm = True
    finally:
        for process in busy:
            process.end(now=not calm)
        while idle:
            idle.pop().end(now=not calm)


def _received(process: Process) -> tuple[bool, Outcome | None]:
    """Return whether it lives, and what it made; of one that has just begun there is nothing yet."""
    try:
        outcome: Outcome | None = process.wire.recv()
    except (EOFError, OSError):
        return False, None
    return True, outcome


def _once_more(job: Job | None, waiting: deque[Job], tries: dict[int, int], *, lost: bool) -> Iterator[Outcome]:
    """Put ``job`` back, or give it up after its last try: what takes too long has only one."""
    if job is None:
        return
    tries[job.index] = tries.get(job.index, 0) + 1
    if lost and tries[job.index] < _TRIES:
        waiting.append(job)
        return
    from generator.batch.rows import Outcome, place_of

    name = job.row.name
    if lost:
        message = f"{name}: the program that was making its documents was ended from outside, twice."
        fix = "Close other programs, or use --workers 1, and run the same command again."
        problem = WORKER_LOST.at(place_of(job.row), message, fix=fix)
    else:
        message = f"{name}: its documents were not ready after {LONGEST / 60:.0f} minutes and were given up."
        problem = ROW_TOO_LONG.at(place_of(job.row), message, fix="Look for very long lists in its answers.")
    yield Outcome(job.index, "failed", (problem,))
