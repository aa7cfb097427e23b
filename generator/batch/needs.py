"""What the documents of one member are made of, by digest: whether they would come out the same now.

Three things decide it. The *ground* is what all members share and what no clause tells: the program, the dictionary,
the requirements, the frame, the options. The *answers* are those of the member and of the profiles below, with the
files that they name and the day. The *needs* are the texts that assembling really looked up: each clause and document
type by name, with the digest of what the name meant. A new version of a clause so concerns the members whose documents
hold it, and no others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import generator
from generator.cache import OWN_FILES, Cache
from generator.diagnostics import Checked, Span
from generator.library import Clause, DocumentType, Library

__all__ = ["Needs", "Watched", "digest", "ground_of", "program"]

_DIGITS = 20  # of a digest in hexadecimal; they tell what changed and guard nothing
_MAKERS = ("jinja2", "lxml", "markdown-it-py", "typst")


def digest(*parts: bytes | str) -> str:
    """Return a short digest of ``parts`` in their order."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(b"%d:" % len(data))
        found.update(data)
    return found.hexdigest()[:_DIGITS]


@lru_cache(maxsize=1)
def program() -> str:
    """Return a digest of this program and of the libraries that have a hand in what it writes; the same everywhere."""
    from importlib import metadata  # workers never ask

    top = Path(generator.__file__).parent
    files = [p for p in sorted(top.rglob("*")) if p.suffix in OWN_FILES and "_starter" not in p.parts]
    parts: list[bytes | str] = [f"{name} {metadata.version(name)}" for name in _MAKERS]
    for path in files:
        parts += (path.relative_to(top).as_posix(), path.read_bytes())
    return digest(*parts)


def _program(cache: Cache | None) -> str:
    """Return what :func:`program` does, from ``cache`` where there is one: that holds only what this very program has
    kept, and knows it by the times of its files, without reading them."""
    known = cache.find("program", "digest") if cache is not None else None
    if known is not None:
        return known.decode()
    if cache is not None:
        cache.add("program", "digest", program().encode())
    return program()


def ground_of(library: Library, *more: str) -> str:
    """Return the digest of what all members share: the program, what ``library`` is, and ``more``."""
    known = library.dictionary().value
    requirements = [
        (layer.folder / "_requirements" / name).read_bytes()
        for layer in library.layers
        for name in sorted(p.name for p in (layer.folder / "_requirements").glob("*.yaml"))
    ]
    return digest(
        _program(library.cache),
        known.digest if known is not None else "",
        digest(*requirements),
        # a name that is new may be what a decision asks for; texts are looked at one by one
        *(f"clause {id}" for id in sorted(library.ids())),
        *library.document_ids(),
        f"{library.require_approval}",
        *more,
    )


class Watched(Library):
    """A library that remembers what it is asked for, and what a name means: the next member asks for the same."""

    __slots__ = ("_meant", "asked")
    asked: set[str]
    _meant: dict[tuple[str, str], Checked[Clause]]

    @classmethod
    def over(cls, library: Library) -> Watched:
        """Return a watched library that has read what ``library`` has, and shares with it what either reads."""
        made = cls(*(getattr(library, one.name) for one in fields(library)))
        made.asked = set()
        made._meant = {}
        return made

    def find(self, id: str, span: Span | None = None, pin: str = "") -> Checked[Clause]:
        self.asked.add(f"{id}@{pin}" if pin else id)
        found = self._meant.get((id, pin))
        if found is None:
            found = super().find(id, span, pin)
            if found.value is not None:  # where there is none, that is told at the place that asks
                self._meant[id, pin] = found
        return found

    def document_type(self, id: str, span: Span | None = None) -> Checked[DocumentType]:
        self.asked.add(f"document {id}")
        return super().document_type(id, span)


class Needs:
    """What names of a library mean now, each looked up once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[str, str] = {}

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """Return each of ``names`` with the digest of what it means; a version that the bare name means is left out."""
        found = {name: self.one(name) for name in sorted(names)}
        return {
            name: said for name, said in found.items() if found.get(name.partition("@")[0]) != said or "@" not in name
        }

    def one(self, name: str) -> str:
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._look(name)
        return found

    def changed(self, needs: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of ``needs`` that mean something else now."""
        return tuple(name for name, said in needs.items() if self.one(name) != said)

    def _look(self, name: str) -> str:
        kind, _, id = name.rpartition(" ")
        if kind == "document":
            document = self._library.document_type(id).value
            return document.digest[-_DIGITS:] if document is not None else "missing"
        id, _, pin = id.partition("@")
        clause = self._library.find(id, None, pin).value
        if clause is None:
            return "missing"
        for layer in self._library.layers:
            if clause.span.file.startswith(layer.shown) and clause.layer == layer.name:
                data = (layer.folder / clause.span.file[len(layer.shown) :]).read_bytes()
                return f"{clause.version} {digest(layer.name, data, _approval(clause))}"
        raise LookupError(clause.span.file)


def _approval(clause: Clause) -> str:
    approval = clause.approval
    return json.dumps([approval.by, str(approval.on), approval.holds]) if approval is not None else ""
