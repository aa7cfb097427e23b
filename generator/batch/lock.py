"""One batch at a time in one folder.

The file ``.agreements-batch/running.json`` says who is writing. On one computer the operating system holds a lock on
it and lets go of it whatever happens to the program, so that nothing is left behind by a batch that was killed. A
folder shared by several computers, or a storage service, has the file alone: there the other's host is named.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import os
import socket
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from generator.batch.rules import BATCH_RUNNING
from generator.batch.store import FolderStore, Store
from generator.diagnostics import Diagnostic, Span

__all__ = ["HIDDEN", "Lock", "Taken", "gone", "mark_in"]

HIDDEN = ".agreements-batch"
_NAME = f"{HIDDEN}/running.json"


def mark_in(store: Store) -> bytes:
    """Return what says in ``store`` that a batch is at work, or nothing."""
    return store.read(_NAME) or b""


def gone(place: str) -> OSError:
    """Return the error for a folder in which the mark of the batch stands no longer: a network folder that was lost
    may leave an empty one behind, and nothing must be written there."""
    return OSError(errno.ESTALE, "The folder is gone, or another one stands in its place", place)


class Taken(Exception):
    """Another batch is at work; ``problem`` says which."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Lock:
    """Holds the folder of a batch while it is entered. Raises :class:`Taken`, or ``OSError`` if it cannot be written.

    ``stale`` says whether a batch before this one was ended by force.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file: Any = None
        self._said = b""
        self.stale = False

    def check(self) -> None:
        """Raise ``OSError`` where the place is not the one that was locked."""
        if self._file is not None:
            if not _is_at(self._file, Path(self._store.place) / _NAME):
                raise gone(self._store.place)
        elif mark_in(self._store) != self._said:
            raise gone(self._store.place)

    def __enter__(self) -> Self:
        said = {"pid": os.getpid(), "host": socket.gethostname()}
        self._said = data = json.dumps(said).encode()
        if not isinstance(self._store, FolderStore):
            self._refuse_if(self._store.read(_NAME), said["host"], held=False)
            self._store.write(_NAME, data)
            return self
        path = Path(self._store.place) / _NAME
        while True:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                file = path.open("a+b")
            except FileNotFoundError:  # removed by a batch that ended just now
                continue
            if not _held(file):
                file.seek(0)
                found = file.read()
                file.close()
                self._refuse_if(found or b"{}", said["host"], held=True)
            if _is_at(file, path):
                break
            file.close()  # removed by a batch that ended just now
        try:
            file.seek(0)
            before = file.read()
            self._refuse_if(before, said["host"], held=False)
        except Taken:
            file.close()
            raise
        self.stale = bool(before)
        file.seek(0)
        file.truncate()
        file.write(data)
        file.flush()
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None:
            self._store.remove(_NAME)
            return
        if os.name == "nt":  # an open file cannot be removed there
            self._file.close()
        path = Path(self._store.place) / _NAME
        with contextlib.suppress(OSError):  # what waits in the folder keeps it
            path.unlink(missing_ok=True)
            path.parent.rmdir()
        self._file.close()

    def _refuse_if(self, found: bytes | None, here: object, *, held: bool) -> None:
        """Raise :class:`Taken` where ``found``, what the file says, is a batch at work: ``held`` by the system, or of
        another computer, of which nothing can be known here."""
        if found is None or (not held and not found):
            return
        try:
            said = json.loads(found)
            host, pid = str(said.get("host", "")), said.get("pid")
        except (ValueError, AttributeError, RecursionError):
            host, pid = "", None
        own_file = isinstance(self._store, FolderStore)  # which the system would not let us have while it is at work
        if not held and host in ("", here) and (own_file or not _runs(pid)):
            return
        who = f"process {pid}" if host in ("", here) else f"process {pid} on the computer “{host}”"
        place = f"{self._store.place.rstrip('/')}/{_NAME}"
        fix = "Wait until it has ended, or give this batch a folder of its own with --output."
        if not held:
            fix += f" If that {'batch' if host == here else 'computer'} is known to have stopped, delete {place}."
        message = f"Another batch is writing into {self._store.place}: {who}."
        raise Taken(BATCH_RUNNING.at(Span(place, 0, 0), message, fix=fix))


def _runs(pid: object) -> bool:
    """Whether another process of this computer has this number. Windows is not asked: there the question ends it."""
    if os.name == "nt" or not isinstance(pid, int) or pid <= 0 or pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # somebody else's
    except (OSError, OverflowError):
        return False
    return True


def _held(file: Any) -> bool:
    """Lock ``file`` for this process if nobody has; return whether it is ours now."""
    try:
        if os.name == "nt":
            msvcrt: Any = importlib.import_module("msvcrt")
            file.seek(0x7FFFFFF0)  # far behind what is written, so that others can read it
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl: Any = importlib.import_module("fcntl")
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # this file system knows no locks; what the file says must do
    return True


def _is_at(file: Any, path: Path) -> bool:
    try:
        there, ours = path.stat(), os.fstat(file.fileno())
    except (FileNotFoundError, NotADirectoryError):
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
