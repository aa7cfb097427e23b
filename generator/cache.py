"""What was read once, kept on this computer for the next run, by the digest of all that it was read from.

A cache saves time and can do nothing else. An entry is found only by the digest of everything its value
depends on (the bytes of the file, its name, its layer), and a whole file of entries counts only if it was
written by exactly this program and is whole: so nothing is ever stale. Whatever is wrong with it (missing,
cut short, changed, of another version, in a folder others may write to, on a full disk) means reading
again, never a message and never another result.

Its folder belongs to one user alone. What entries hold comes from the clause library, but for the digest by which
a batch names this program; no value of a profile is ever written here.

The file of one *book* of entries::

    agreements-cache 1 <digest of this program>
    <sha256 of all that follows>
    <length of the index>
    {"<key>": [start, end], …}<the entries, one after another>
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from generator.frozen import dataclass

__all__ = ["OWN_FILES", "Cache", "open_cache", "program_digest"]

_HEAD: Final = b"agreements-cache 1 "
_MOST: Final = 48 * 1024 * 1024  # bytes of one book; above it, only what this run used is kept
_UNUSED: Final = 60 * 24 * 3600  # seconds after which a file that nobody wrote again is cleared away
_LEFT_BEHIND: Final = 3600  # seconds after which an unfinished file is nobody's
_ENDING, _UNFINISHED = ".cache", ".unfinished"
# What reads clauses and writes documents besides this package: other versions of these may do so otherwise.
_OTHERS: Final = ("jinja2", "lxml", "markdown_it", "typst", "yaml")
OWN_FILES: Final = (".py", ".typ", ".css", ".ttf", ".txt")  # the endings of files that this program consists of


@dataclass(slots=True)
class _Book:
    """The entries of one kind: those of the file, and those of this run."""

    index: dict[str, list[int]] = field(default_factory=dict)
    entries: memoryview = field(default_factory=lambda: memoryview(b""))
    used: set[str] = field(default_factory=set)
    new: dict[str, bytes] = field(default_factory=dict)

    def find(self, key: str) -> bytes | None:
        place = self.index.get(key)
        if place is None:
            return self.new.get(key)
        self.used.add(key)
        return bytes(self.entries[place[0] : place[1]])


@dataclass(slots=True)
class Cache:
    """The books in ``folder`` whose names begin with ``name``. Read when first asked, written by :meth:`save`."""

    folder: Path
    name: str
    _books: dict[str, _Book] = field(default_factory=dict)

    def find(self, book: str, key: str) -> bytes | None:
        """Return the entry ``key`` of ``book``, or None. Never raises."""
        return self._book(book).find(key)

    def add(self, book: str, key: str, entry: bytes) -> None:
        """Keep ``entry`` for the next run."""
        self._book(book).new[key] = entry

    def save(self) -> None:
        """Write every book that has new entries. Never raises: a cache that cannot be written is no loss."""
        for name, book in self._books.items():
            if book.new:
                try:
                    _write(self._file(name), book)
                except (OSError, ValueError):
                    return

    def _file(self, book: str) -> Path:
        return self.folder / f"{self.name}-{book}{_ENDING}"

    def _book(self, name: str) -> _Book:
        book = self._books.get(name)
        if book is None:
            try:
                book = _read(self._file(name))
            except (OSError, ValueError):
                book = _Book()
            self._books[name] = book
        return book


def open_cache(folder: Path, about: Sequence[Path]) -> Cache:
    """Return the cache in ``folder`` for the library folders ``about``. Nothing is read or made yet."""
    names = "\0".join(str(path) for path in about)
    return Cache(folder, hashlib.sha256(os.fsencode(names)).hexdigest()[:16])


def _read(file: Path) -> _Book:
    """Return the book in ``file``. Raises OSError or ValueError if there is none that counts."""
    with file.open("rb") as stream:
        if not _is_private(file.parent):
            raise OSError
        data = stream.read(_MOST + 1)
    head, whole, length, rest = data.split(b"\n", 3)
    if head != _HEAD + program_digest() or len(data) > _MOST:
        raise ValueError
    said = memoryview(data)[len(head) + len(whole) + 2 :]
    if whole != hashlib.sha256(said).hexdigest().encode():
        raise ValueError
    end = int(length)
    index: Any = json.loads(rest[:end])
    return _Book(index, memoryview(rest)[end:])


def _write(file: Path, book: _Book) -> None:
    import tempfile

    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _is_private(file.parent):
        return
    old = {k: bytes(book.entries[a:b]) for k, (a, b) in book.index.items()}
    kept = {**old, **book.new}
    if sum(map(len, kept.values())) > _MOST // 2:
        kept = {k: e for k, e in kept.items() if k in book.used or k in book.new}
    index: dict[str, tuple[int, int]] = {}
    at = 0
    for key, entry in kept.items():
        index[key] = (at, at + len(entry))
        at += len(entry)
    listed = json.dumps(index, separators=(",", ":")).encode()
    said = b"\n".join((str(len(listed)).encode(), listed + b"".join(kept.values())))
    if len(said) > _MOST - 1000:
        return
    data = b"\n".join((_HEAD + program_digest(), hashlib.sha256(said).hexdigest().encode(), said))
    handle, name = tempfile.mkstemp(_UNFINISHED, file.stem, file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        now = Path(name).stat().st_mtime
        os.replace(name, file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _clear_away(file.parent, now)


def _clear_away(folder: Path, now: float) -> None:
    """Remove what nobody has written for long. ``now`` is the disk's own time."""
    for entry in os.scandir(folder):
        limit = {_ENDING: _UNUSED, _UNFINISHED: _LEFT_BEHIND}.get(Path(entry.name).suffix)
        if limit is not None and entry.stat(follow_symlinks=False).st_mtime < now - limit:
            Path(entry.path).unlink(missing_ok=True)


def _is_private(folder: Path) -> bool:
    """Whether only this user may write in ``folder``; where files have no owner, its place must do."""
    if sys.platform == "win32":
        return True
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


@lru_cache(maxsize=1)
def program_digest() -> bytes:
    """Return a digest that changes whenever this program, Python or a library that reads or writes for it does.

    Files count by their name, size and time, as for Python's own compiled files; a program whose files
    cannot be seen (ValueError) keeps nothing.
    """
    from importlib.util import find_spec

    said = [sys.version, sys.platform]
    said += _files(Path(__file__).parent)
    for name in _OTHERS:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise ValueError
        found = Path(spec.origin).stat()
        said.append(f"{name} {spec.origin} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogateescape")).hexdigest().encode()


def _files(folder: Path) -> list[str]:
    found, stack = [], [str(folder)]
    while stack:
        here = stack.pop()
        for entry in os.scandir(here):
            if entry.name.endswith(OWN_FILES):
                state = entry.stat()
                found.append(f"{entry.path} {state.st_size} {state.st_mtime_ns}")
            elif "." not in entry.name and not entry.name.startswith("_") and entry.is_dir():
                stack.append(entry.path)
    if not found:
        raise ValueError
    return sorted(found)
