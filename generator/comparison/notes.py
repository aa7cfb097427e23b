"""Footnotes and endnotes: which one is which, and their marks when the reference to them comes or goes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from generator.comparison import alignment
from generator.comparison.changes import plain_of
from generator.comparison.word_package import NOTES, W, WordPackage
from generator.comparison.words import words

if TYPE_CHECKING:
    from lxml.etree import _Element

    from generator.comparison.borrowed import Lender
    from generator.comparison.marking import Marker

__all__ = ["Notes"]


class Notes:
    """The notes of both files. ``done`` holds those of the new file that are marked, by kind and id."""

    def __init__(self, old: WordPackage, new: WordPackage, lender: Lender, marker: Marker) -> None:
        self.old, self.new, self.lender, self.marker = old, new, lender, marker
        self.done: set[tuple[str, str]] = set()
        self._keys: dict[tuple[bool, str, str], Hashable] = {}
        self._bodies: dict[tuple[bool, str], dict[str, _Element]] = {}

    def key(self, old: bool, kind: str, id: str) -> Hashable:
        """Return what stands for a note of the old or the new file: the same for notes that are one another."""
        return self._keys.get((old, kind, id), ("note", old, kind, id))

    def pair(self) -> None:
        """Find which note of one file is which of the other, by their words, in the order they are referred to."""
        for kind, tag in zip(NOTES, ("footnoteReference", "endnoteReference"), strict=True):
            lists: list[list[tuple[str, str]]] = []
            for package in (self.old, self.new):
                part = package.related(package.main, kind)
                bodies = {} if part is None else {n.get(W + "id", ""): n for n in package.tree(part)}
                refs = [r.get(W + "id", "") for r in package.body.iter(W + tag)]
                lists.append([(i, plain_of(bodies[i])) for i in dict.fromkeys(refs) if i in bodies])
            a, b = lists
            split = [[words(text) for _, text in side] for side in lists]
            pairs = alignment.align(
                [text for _, text in a],
                [text for _, text in b],
                lambda i, j, s=split: alignment.likeness(s[0][i], s[1][j], least=0.3),  # type: ignore[misc]
                lambda i, j, s=split: 1 + len(s[0][i]) + len(s[1][j]),  # type: ignore[misc]
                lone=lambda *_: True,
            )
            for i, j in pairs:
                key = ("notes", kind, a[i][0], b[j][0])
                self._keys[True, kind, a[i][0]] = self._keys[False, kind, b[j][0]] = key

    def body(self, package: WordPackage, reference: _Element) -> tuple[str, str, _Element] | None:
        """Return the part, the kind and the body of the note that ``reference`` names."""
        kind = NOTES[reference.tag == W + "endnoteReference"]
        part = package.related(package.main, kind)
        if part is None:
            return None
        id = reference.get(W + "id", "")
        if package is self.new and (kind, id) in self.lender.lent:
            return part, kind, self.lender.lent[kind, id]
        known = self._bodies.setdefault((package is self.old, kind), {})
        if not known:
            known.update((n.get(W + "id", ""), n) for n in package.tree(part))
        return (part, kind, known[id]) if id in known else None

    def marking(self, name: str) -> Callable[[_Element], None]:
        """Return what marks the note of a reference that came or went; each note is marked once."""

        def mark(reference: _Element) -> None:
            found = self.body(self.new, reference)
            if found is None or (found[1], reference.get(W + "id", "")) in self.done:
                return
            self.done.add((found[1], reference.get(W + "id", "")))
            inner = {"moveFrom": "del", "moveTo": "ins"}.get(name, name)
            self.marker.container(found[2], inner, note=lambda _: None)

        return mark
