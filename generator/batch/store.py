"""Where a batch writes: a folder of this computer or a shared one, or anything that fsspec reaches.

A name has a whole file behind it or none: a folder gets a temporary file that is flushed and moved into place, a
storage service its own way of putting an object. Names use slashes; ``OSError`` means that the place will not have it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any, ClassVar, Protocol, TypeVar

from generator.batch.rules import BATCH_PLACE
from generator.diagnostics import Diagnostic

__all__ = ["FolderStore", "RemoteStore", "Store", "Unfit", "is_address", "store_at"]

_UNFINISHED = ".agreements-part-"
_WAITS = (0.5, 2.0)  # seconds until a storage service is asked again
_T = TypeVar("_T")
# Services that know no folders: what one would make in their place is a bucket, and nobody asked for a new one.
_BUCKETS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl"})


class Unfit(Exception):
    """A place or a cluster that no batch can use; ``problem`` says why."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Store(Protocol):
    """A place with files in folders. ``place`` is how the reader named it."""

    place: str

    def read(self, name: str) -> bytes | None:
        """Return the bytes of ``name``, or None if there is no such file."""

    def write(self, name: str, data: bytes, *, flush: bool = True) -> None:
        """Put ``data`` under ``name``, whole or not at all; without ``flush`` a loss of power may still undo it."""

    def settle(self) -> None:
        """Let everything that was written outlast a loss of power."""

    def write_from(self, name: str, stream: IO[bytes]) -> None:
        """Put all of ``stream`` under ``name``, whole or not at all, however large it is."""

    def move(self, old: str, new: str) -> None:
        """Give the file ``old`` the name ``new``, in the place of what may be there."""

    def remove(self, name: str) -> None:
        """Remove the file or folder ``name``, with all that is in it; it need not be there."""

    def folders(self, name: str = "") -> tuple[str, ...]:
        """Return the names of the folders in ``name``, in order."""

    def files(self, name: str) -> tuple[str, ...]:
        """Return the names of the files in the folder ``name``, in order, without what was left unfinished."""


def is_address(place: str) -> bool:
    """Whether ``place`` is an address of fsspec (``s3://…``) and not a folder."""
    return "://" in place


def store_at(place: str) -> Store:
    """Return the store at ``place``, a folder or an address."""
    return RemoteStore(place) if is_address(place) else FolderStore(place)


class FolderStore:
    """A folder; made when there is something to write.

    A file that another program holds open cannot be had under Windows, which calls it forbidden. One that looks for
    viruses or copies to the cloud soon lets go of it, so it is asked for again after each of ``waits``, in seconds.
    """

    waits: ClassVar[Sequence[float]] = (0.05, 0.2, 0.5, 1.0)

    def __init__(self, place: str) -> None:
        self.place = place
        self._top = place.rstrip("/\\") or place
        self._made: set[str] = set()

    def _path(self, name: str) -> str:
        return f"{self._top}/{name}" if name else self._top

    def _asked(self, ask: Callable[[], _T]) -> _T:
        """Return what ``ask`` gives; it must do no harm to ask twice."""
        for wait in self.waits:
            try:
                return ask()
            except PermissionError:
                time.sleep(wait)
        return ask()

    def read(self, name: str) -> bytes | None:
        try:
            return self._asked(lambda: _read(self._path(name)))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def write(self, name: str, data: bytes, *, flush: bool = True) -> None:
        self.write_from(name, BytesIO(data), flush=flush)

    def settle(self) -> None:
        if hasattr(os, "sync"):
            os.sync()  # all at once: asking for each file would take longer than making it

    def write_from(self, name: str, stream: IO[bytes], *, flush: bool = True) -> None:
        path = self._path(name)
        folder = os.path.dirname(path)  # noqa: PTH120
        if folder not in self._made:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        try:
            handle, temporary = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)
        except FileNotFoundError:  # somebody removed the folder since
            Path(folder).mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                stream.seek(0)
                shutil.copyfileobj(stream, file, 1 << 20)
                if flush or not hasattr(os, "sync"):
                    file.flush()
                    os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            self._asked(lambda: os.replace(temporary, path))
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
            raise

    def move(self, old: str, new: str) -> None:
        path = Path(self._path(new))
        path.parent.mkdir(parents=True, exist_ok=True)
        self._asked(lambda: os.replace(self._path(old), path))

    def remove(self, name: str) -> None:
        self._asked(lambda: _remove(Path(self._path(name))))

    def folders(self, name: str = "") -> tuple[str, ...]:
        try:
            return tuple(sorted(e.name for e in os.scandir(self._path(name)) if e.is_dir()))
        except (FileNotFoundError, NotADirectoryError):
            return ()

    def files(self, name: str) -> tuple[str, ...]:
        try:
            entries = [e.name for e in os.scandir(self._path(name)) if e.is_file()]
        except (FileNotFoundError, NotADirectoryError):
            return ()
        return tuple(sorted(e for e in entries if not e.startswith(_UNFINISHED)))


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - a Path only costs time here
        return stream.readall()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


class RemoteStore:
    """An address of fsspec, such as ``s3://bucket/folder`` or ``sftp://host/folder``.

    A connection that fails for a moment is tried again; what fails for good is an ``OSError``, whatever the service
    raises.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        try:
            import fsspec

            found: tuple[Any, str] = fsspec.core.url_to_fs(place, use_listings_cache=False)
        except ImportError as error:
            kind = place.partition("://")[0]
            more = {"s3": " s3fs", "s3a": " s3fs", "gs": " gcsfs", "gcs": " gcsfs", "abfs": " adlfs", "az": " adlfs"}
            message = f"A library is missing that writes to {kind}:// addresses ({error})."
            fix = f"Install it: python -m pip install fsspec{more.get(kind, '')}"
            raise Unfit(BATCH_PLACE.at(None, message, fix=fix)) from error
        except ValueError as error:
            fix = "Name a folder, or an address such as s3://bucket/folder."
            raise Unfit(BATCH_PLACE.at(None, f"Nothing is known of such an address: {place}.", fix=fix)) from error
        self._system, self._top = found[0], found[1].rstrip("/")
        names = self._system.protocol
        self._is_bucket = not _BUCKETS.isdisjoint((names,) if isinstance(names, str) else names)

    def _path(self, name: str) -> str:
        return f"{self._top}/{name}" if name else self._top

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """Return what ``ask`` gives; it must do no harm to ask twice."""
        for wait in (*_WAITS, None):
            try:
                return ask()
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError):
                raise
            except Exception as error:  # each service has errors of its own
                if wait is None:
                    said = type(error).__name__
                    raise OSError(errno.EIO, f"The storage service does not answer ({said})", self.place) from error
                time.sleep(wait)
        raise AssertionError

    def read(self, name: str) -> bytes | None:
        try:
            data: bytes = self._asked(lambda: self._system.cat_file(self._path(name)))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        return data

    def write(self, name: str, data: bytes, *, flush: bool = True) -> None:
        self.write_from(name, BytesIO(data))

    def settle(self) -> None:
        """Nothing to do: what such a place has taken, it keeps."""

    def write_from(self, name: str, stream: IO[bytes]) -> None:
        path = self._path(name)
        parent = path.rpartition("/")[0]
        # Where a file grows while it is written (a disk, sftp), it does so under another name.
        temporary = f"{parent}/{_UNFINISHED}{os.urandom(6).hex()}"

        def put() -> None:
            self._make_folder(parent)
            stream.seek(0)
            with self._system.open(temporary, "wb") as file:
                shutil.copyfileobj(stream, file, 1 << 20)

        try:
            self._asked(put)
        except FileNotFoundError as error:
            said = "There is no such bucket, or it may not be seen with these keys" if self._is_bucket else "It is gone"
            raise OSError(errno.ENODEV, said, self.place) from error
        self._moved(temporary, path)

    def _make_folder(self, path: str) -> None:
        if not self._is_bucket:
            self._system.makedirs(path, exist_ok=True)

    def move(self, old: str, new: str) -> None:
        path = self._path(new)
        self._asked(lambda: self._make_folder(path.rpartition("/")[0]))
        self._moved(self._path(old), path)

    def _moved(self, old: str, new: str) -> None:
        """Move a file; a service copies it and takes the first one away, and may fail in between."""
        tried = False

        def mv() -> None:
            nonlocal tried
            again, tried = tried, True
            if again and not self._system.exists(old) and self._system.exists(new):
                return
            self._system.mv(old, new)

        self._asked(mv)

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._asked(lambda: self._system.rm(self._path(name), recursive=True))

    def folders(self, name: str = "") -> tuple[str, ...]:
        return self._listed(name, "directory")

    def files(self, name: str) -> tuple[str, ...]:
        return tuple(f for f in self._listed(name, "file") if not f.startswith(_UNFINISHED))

    def _listed(self, name: str, kind: str) -> tuple[str, ...]:
        try:
            entries: list[dict[str, Any]] = self._asked(lambda: self._system.ls(self._path(name), detail=True))
        except (FileNotFoundError, NotADirectoryError):
            return ()
        return tuple(sorted(e["name"].rstrip("/").rpartition("/")[2] for e in entries if e["type"] == kind))
