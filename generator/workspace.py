"""The one door to this computer: folders read from, files written to, and today's date.

Everything above asks a :class:`Workspace`; nothing else opens a file or reads the clock. A file under
its final name is complete: it is written beside it under a temporary name, flushed to the disk, and
moved into place. An ``OSError`` here means this computer (disk full, no permission) and is caught at
the edge.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath

from generator.cache import Cache, open_cache
from generator.frozen import dataclass

__all__ = ["Exists", "Layer", "Workspace", "open_workspace", "read_file", "starter_folder"]

_HEAD = 96 * 1024  # bytes; what a list needs of a record lies in these nearly always
LARGEST_FILE = 32 * 1024 * 1024  # bytes; a frame with a large logo stays far below
_TEMPORARY = ".agreements-"


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of the library: ``starter`` (shipped), ``mine`` (the workspace's own), or an added folder."""

    name: str
    folder: Path
    shown: str  # how its files are named to the reader, with a closing slash


class Exists(Exception):
    """Files that would have been overwritten; ``files`` names them."""

    def __init__(self, files: tuple[Path, ...]) -> None:
        super().__init__(", ".join(map(str, files)))
        self.files = files


def starter_folder(name: str = "clauses") -> Path:
    """Return the shipped ``clauses`` (or ``profiles``) folder: of the checkout, or of the installed wheel."""
    package = Path(__file__).resolve().parent
    shipped = package / "_starter" / name
    return shipped if shipped.is_dir() else package.parent / name


def read_file(path: Path | str) -> bytes:
    """Return the bytes of the file ``path``, at most :data:`LARGEST_FILE` + 1 of them. Raises OSError."""
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - a Path only costs time here
        data = stream.read(65536)  # nearly always all; asking for more would reserve as much memory each time
        while len(data) <= LARGEST_FILE and (more := stream.read(min(1 << 20, LARGEST_FILE + 1 - len(data)))):
            data += more
    return data


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where this run reads and writes, and what day it is. ``layers`` go from lowest to highest.

    ``cache`` remembers what was read of the library in earlier runs; without one, everything is read anew.
    """

    folder: Path
    layers: tuple[Layer, ...]
    output: Path
    today: dt.date
    cache: Cache | None = None

    def read(self, file: str) -> bytes | None:
        """Return the bytes of ``file`` (relative to the workspace), or None if there is no such file.

        At most :data:`LARGEST_FILE` + 1 bytes are returned, so that a reader can refuse a larger one.
        """
        try:
            return read_file(self.folder / file)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def is_folder(self, file: str) -> bool:
        """Whether ``file`` names a folder."""
        return (self.folder / file).is_dir()

    def exists(self, file: str) -> bool:
        """Whether ``file`` names anything."""
        return (self.folder / file).exists()

    def files_below(self, folder: str) -> Iterator[str]:
        """Yield the files below ``folder`` in a stable order, named relative to the workspace."""
        top = self.folder / folder
        for here, folders, files in os.walk(top):
            folders.sort()
            for name in sorted(files):
                yield str(PurePath(folder) / Path(here).relative_to(top) / name)

    def records_below(
        self, folder: str, *, until: bytes = b""
    ) -> Iterator[tuple[str, bytes, tuple[tuple[str, bytes], ...]]]:
        """Yield (folder, record, notes on signed copies) of every agreement below ``folder``, in a stable order.

        A record is read as far as the mark ``until`` at least, if it has one, and whole otherwise. A folder that
        cannot be entered, or a record that cannot be opened, is passed over as empty.
        """
        top = str(self.folder / folder)
        near = 0  # where the mark was in the record before
        for here, folders, files in os.walk(top):
            signed = "signed" in folders
            folders[:] = sorted(f for f in folders if f != "signed" and not f.startswith("."))
            if "record.json" not in files:
                continue
            try:
                if until:
                    data, near = _read_until(f"{here}/record.json", until, near)
                else:
                    data = read_file(f"{here}/record.json")
            except OSError:
                data = b""
            notes = tuple(_notes(Path(here) / "signed")) if signed else ()
            yield (str(PurePath(folder, here[len(top) :].lstrip(os.sep))), data, notes)

    def file_away(self, folder: str, files: Sequence[tuple[str, bytes]]) -> tuple[Path, ...]:
        """Write ``files`` into ``folder`` of the workspace for good: read-only, and never over another file.

        Each appears complete or not at all, whoever else files at the same time. Raises :class:`Exists` where a name
        is taken, whatever it holds; files before it stay.
        """
        target = self.folder / folder
        target.mkdir(parents=True, exist_ok=True)
        for name, data in files:
            temporary = _write_beside(target / name, data)
            try:
                temporary.chmod(0o444)
                os.link(temporary, target / name)  # unlike a renaming, it fails where the name is taken
            except FileExistsError:
                raise Exists((target / name,)) from None
            finally:
                temporary.unlink(missing_ok=True)
        return tuple(target / name for name, _ in files)

    @property
    def own(self) -> Layer:
        """The layer that may be written to: ``clauses/`` of this folder, whether or not it is there yet."""
        mine = self.folder / "clauses"
        there = (layer for layer in self.layers if layer.folder == mine or layer.folder.resolve() == mine.resolve())
        return next(there, Layer("mine", mine, "clauses/"))

    def keep(self, files: Sequence[tuple[str, bytes]], *, over: Sequence[str] = ()) -> tuple[Path, ...]:
        """Write ``files`` (name, content) into this folder: all of them or none; see :meth:`deliver`.

        Those named in ``over`` may replace what is there. A name that leads out of the folder raises ``ValueError``.
        """
        for name, _ in files:
            if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
                raise ValueError(name)
        for name, _ in files:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        return _put(self.folder, files, frozenset(over))

    @contextmanager
    def on_trial(self, files: Sequence[tuple[str, bytes]]) -> Iterator[Workspace]:
        """Give a workspace like this one in which ``files`` (name, content) are there too, and nothing is kept.

        Clauses among them lie in the layer that may be written to, over what it holds. Raises ``OSError``.
        """
        with tempfile.TemporaryDirectory(prefix=_TEMPORARY) as name:
            folder = Path(name)
            there = Workspace(folder, (), folder / "output", self.today)
            there.keep(files)
            own = self.own
            layers = [*self.layers, Layer(own.name, folder / "clauses", own.shown)]
            yield Workspace(folder, tuple(layers), folder / "output", self.today, self.cache)

    def deliver(self, folder: str, files: Sequence[tuple[str, bytes]], *, replace: bool = False) -> tuple[Path, ...]:
        """Write ``files`` (name, content) into ``output/folder``: all of them or none.

        Returns the paths. Raises :class:`Exists` before anything is written if a file with other content
        is there and ``replace`` is false (a file with the same bytes is left as it is), and ``OSError``
        if this computer will not have it; then nothing under a final name has changed.
        """
        target = self.output / folder
        return _put(target, files, frozenset(name for name, _ in files) if replace else frozenset())


def _read_until(path: str, mark: bytes, near: int) -> tuple[bytes, int]:
    """Return the file as far as ``mark`` at least, and about where that is; ``near`` is where to look first."""
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - a Path only costs time here
        data = stream.read(_HEAD)
        at = data.find(mark, near)
        if at < 0:
            at = data.find(mark)
        while at < 0 and len(data) <= LARGEST_FILE and (more := stream.read(1 << 20)):
            data += more
            at = data.find(mark)
    return data, max(0, at - 4096)


def _notes(folder: Path) -> Iterator[tuple[str, bytes]]:
    try:
        for name in sorted(os.listdir(folder)):
            if name.endswith(".json"):
                yield name, read_file(folder / name)
    except OSError:
        return


def _put(target: Path, files: Sequence[tuple[str, bytes]], over: frozenset[str]) -> tuple[Path, ...]:
    """Write ``files`` below ``target``, all or none; only those named in ``over`` may replace others."""
    paths = tuple(target / name for name, _ in files)
    wanted = [(p, name, data) for p, (name, data) in zip(paths, files, strict=True) if not _holds(p, data)]
    there = tuple(p for p, name, _ in wanted if p.exists() and name not in over)
    if there:
        raise Exists(there)
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob(_TEMPORARY + "*"):
        old.unlink(missing_ok=True)
    ready: list[tuple[Path, Path]] = []
    try:
        for path, _, data in wanted:
            ready.append((_write_beside(path, data), path))
    except BaseException:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)
        raise
    for temporary, path in ready:
        os.replace(temporary, path)
    return paths


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _write_beside(path: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def open_workspace(
    folder: Path,
    *,
    libraries: Sequence[Path] = (),
    output: Path | None = None,
    today: dt.date,
    cache: Path | None = None,
) -> Workspace:
    """Return the workspace at ``folder``: the starter layer, its own ``clauses/`` if there is one, then ``libraries``.

    A ``libraries`` entry that is not a folder raises ``NotADirectoryError``. ``cache`` is a folder of this user
    alone, made when there is something to keep; call ``cache.save()`` of the workspace at the end of a run.
    """
    starter = starter_folder()
    layers = [Layer("starter", starter, "starter/")]
    mine = folder / "clauses"
    if mine.is_dir() and mine.resolve() != starter.resolve():
        layers.append(Layer("mine", mine, "clauses/"))
    elif mine.is_dir():
        layers[0] = Layer("starter", starter, "clauses/")
    for library in libraries:
        if not library.is_dir():
            raise NotADirectoryError(str(library))
        layers.append(Layer(library.name or "library", library, f"{library}/"))
    kept = open_cache(cache, [layer.folder for layer in layers]) if cache is not None else None
    return Workspace(folder, tuple(layers), output if output is not None else folder / "output", today, kept)
