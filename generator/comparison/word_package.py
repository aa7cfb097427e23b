"""A Word file taken apart, changed and put together again. Parts that nobody changed are copied as they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.comparison.word_reading import (
    LEFT_OUT,
    W_NS,
    Damaged,
    Relation,
    WordFile,
    parsed,
    relations_of,
    rels_name,
)
from generator.writers.package import deflated, zip_package

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "MC", "NOTES", "R", "SPACE", "W", "WordPackage", "asks_nothing", "attributes", "cells_of", "is_on", "rows_of",
    "value", "whole_number",
]  # fmt: skip

W = f"{{{W_NS}}}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"  # "preserve": blanks at the ends are words too
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
NOTES = ("footnotes", "endnotes")


def asks_nothing(code: str) -> bool:
    """Whether a field is a question without words (ECMA-376 Part 1, 17.16.5.21): what it shows is plain text."""
    return re.fullmatch(r"\s*FILLIN(?:\s+\"\s*\")?\s*", code) is not None


def value(element: _Element | None, path: str = "") -> str | None:
    """Return ``w:val`` of ``element`` or of its child named ``path`` (``pStyle``, ``numPr/numId``)."""
    if element is not None and path:
        element = element.find(_steps(path))
    return None if element is None else element.get(W + "val")


def is_on(properties: _Element | None, name: str, *, otherwise: bool = False) -> bool:
    """Whether the look ``name`` (``vanish``, ``b``, ``u``) is on; ``otherwise`` where the properties do not say.

    ST_OnOff of ECMA-376 Part 1, 17.17.4 and 22.9.2.7; and "none" for what has kinds, as underlines do (17.18.99).
    """
    mark = None if properties is None else properties.find(W + name)
    return otherwise if mark is None else mark.get(W + "val", "1") not in ("0", "false", "off", "none")


def rows_of(table: _Element) -> list[_Element]:
    """Return the rows of a table, those in content controls too, and none of a table inside."""
    return list(_through(table, W + "tr"))


def cells_of(row: _Element) -> list[_Element]:
    """Return the cells of a row, those in content controls too."""
    return list(_through(row, W + "tc"))


def _through(parent: _Element, tag: str) -> Iterator[_Element]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml"):
            yield from _through(child, tag)


def whole_number(text: str | None) -> int | None:
    """Return a number as Word writes it in an attribute, None for anything else, such as “²” or thousands of digits."""
    return int(text) if text is not None and len(text) < 11 and text.isdecimal() else None


@lru_cache(maxsize=256)
def _steps(path: str) -> str:
    return "/".join(W + step for step in path.split("/"))


def attributes(element: _Element) -> dict[str, str]:
    """Return the attributes of an element as texts, in the order of the file."""
    return {str(key): str(given) for key, given in element.attrib.items()}


class WordPackage:
    """The parts of a Word file by name, as bytes and as trees. Changing a tree changes what :meth:`to_bytes` writes."""

    def __init__(self, word: WordFile) -> None:
        self.word = word
        self.main = word.main
        self.added: dict[str, bytes] = {}
        self._trees: dict[str, _Element] = {}
        self._touched: set[str] = set()
        self._relations: dict[str, list[Relation]] = {}
        self._by_id: dict[str, dict[str, Relation]] = {}
        self._same: dict[str, dict[tuple[str, str, bool], str]] = {}
        self.digests: dict[str, str] = {}
        self._new_types: dict[str, str] = {}
        self._new_relations: dict[str, list[Relation]] = {}

    # -------- reading

    def __contains__(self, name: str) -> bool:
        return name in self.added or name in self.word

    def names(self) -> Iterator[str]:
        """Yield the names of all parts."""
        yield from self.word.entries
        yield from self.added

    def read(self, name: str) -> bytes:
        """Return a part as it was before anything was changed in its tree."""
        return self.added[name] if name in self.added else self.word.read(name)

    def tree(self, name: str) -> _Element:
        """Return the root of a part; what is changed in it is written."""
        if name not in self._trees:
            self._trees[name] = parsed(self.read(name))
        return self._trees[name]

    def touch(self, name: str) -> None:
        """Say that the tree of ``name`` was changed and is to be written."""
        self._touched.add(name)

    @property
    def body(self) -> _Element:
        """The body of the text."""
        body = self.tree(self.main).find(W + "body")
        if body is None:
            raise Damaged("no body")
        return body

    def relations(self, part: str) -> list[Relation]:
        """Return the relationships of ``part``, those added included."""
        if part not in self._relations:
            name = rels_name(part)
            found = list(relations_of(self.read(name), part)) if name in self else []
            self._relations[part] = found
        return self._relations[part]

    def relation(self, part: str, id: str) -> Relation | None:
        """Return the relationship ``id`` of ``part``."""
        if part not in self._by_id:
            self._by_id[part] = {r.id: r for r in reversed(self.relations(part))}
        return self._by_id[part].get(id)

    def related(self, part: str, kind: str) -> str | None:
        """Return the part that ``part`` names as its ``kind`` (``footnotes``, ``styles`` …), if it is there."""
        return next((r.target for r in self.relations(part) if r.kind == kind and r.target in self), None)

    def story_parts(self) -> Iterator[str]:
        """Yield the parts that hold text: the main one, headers, footers, notes; comments are no part of the text."""
        yield self.main
        seen = {self.main}
        for relation in self.relations(self.main):
            if (
                relation.kind in ("header", "footer", *NOTES)
                and relation.target in self
                and relation.target not in seen
            ):
                seen.add(relation.target)
                yield relation.target

    def content_type(self, part: str) -> str:
        """Return the content type of a part ("" if none is given)."""
        if part in self._new_types:
            return self._new_types[part]
        types = self.tree("[Content_Types].xml")
        default = ""
        for element in types:
            if element.tag == _TYPES + "Override" and element.get("PartName", "").lower() == "/" + part.lower():
                return element.get("ContentType", "")
            if element.tag == _TYPES + "Default" and part.lower().endswith("." + element.get("Extension", "").lower()):
                default = element.get("ContentType", "")
        return default

    # -------- adding

    def free_name(self, wanted: str) -> str:
        """Return ``wanted``, or that name with a number no part has yet."""
        taken = {n.lower() for n in self.names()}
        if wanted.lower() not in taken:
            return wanted
        stem, dot, ending = wanted.rpartition(".")
        stem = re.sub(r"\d+$", "", stem)
        n = 1
        while f"{stem}{n}{dot}{ending}".lower() in taken:
            n += 1
        return f"{stem}{n}{dot}{ending}"

    def add_part(self, name: str, content: bytes, content_type: str) -> str:
        """Add a part under a free name like ``name`` and return its name."""
        name = self.free_name(name)
        self.added[name] = content
        self._new_types[name] = content_type
        return name

    def add_relation(self, part: str, kind: str, target: str, *, outside: bool = False) -> str:
        """Relate ``part`` to ``target`` (a name in the package, or an address) and return the id of the relation."""
        there = self.relations(part)
        if part not in self._same:
            self._same[part] = {(r.type, r.target, r.outside): r.id for r in reversed(there)}
        known = self._same[part].get((kind, target, outside))
        if known is not None:
            return known
        n = len(there) + 1
        while self.relation(part, f"rId{n}") is not None:
            n += 1
        self.keep_relation(part, f"rId{n}", kind, target, outside=outside)
        return f"rId{n}"

    def keep_relation(self, part: str, id: str, kind: str, target: str, *, outside: bool = False) -> None:
        """Relate ``part`` (one that was added) to ``target`` under the id that its text already names."""
        relation = Relation(id, kind, target, outside)
        self.relation(part, id)
        self.relations(part).append(relation)
        self._by_id[part][id] = relation
        if part in self._same:
            self._same[part][kind, target, outside] = id
        self._new_relations.setdefault(part, []).append(relation)

    # -------- writing

    def to_bytes(self) -> bytes:
        """Return the file: parts in their old order, then those added."""
        from lxml import etree

        changed = {name: _written(self._trees[name]) for name in self._touched}
        changed.update((name, content) for name, content in self.added.items() if name not in changed)
        self._leave_out_addresses(changed)
        for part, new in self._new_relations.items():
            root = self._relations_root(part)
            for relation in new:
                element = etree.SubElement(root, _RELS + "Relationship")
                element.set("Id", relation.id)
                element.set("Type", relation.type)
                if relation.outside:
                    element.set("Target", relation.target)
                    element.set("TargetMode", "External")
                else:
                    element.set("Target", "/" + relation.target)
            changed[rels_name(part)] = _written(root)
        if self._new_types:
            types = parsed(self.read("[Content_Types].xml"))
            for name, content_type in self._new_types.items():
                etree.SubElement(types, _TYPES + "Override", PartName="/" + name, ContentType=content_type)
            changed["[Content_Types].xml"] = _written(types)
        entries = [
            deflated(name, changed.pop(name)) if name in changed else entry for name, entry in self.word.entries.items()
        ]
        entries += [deflated(name, content) for name, content in changed.items()]
        return zip_package(entries)

    def _relations_root(self, part: str) -> _Element:
        name = rels_name(part)
        empty = f'<Relationships xmlns="{_RELS[1:-1]}"/>'.encode()
        root = parsed(self.read(name) if name in self else empty)
        for element in [e for e in root if e.get("Type", "").rsplit("/", 1)[-1] in LEFT_OUT]:
            root.remove(element)
        return root

    def _leave_out_addresses(self, changed: dict[str, bytes]) -> None:
        """Leave out the addresses of templates and settings on their author's computer, and what names them."""
        for part in [*self.word.entries]:
            if rels_name(part) not in self.word or not any(r.kind in LEFT_OUT for r in self.relations(part)):
                continue
            changed[rels_name(part)] = _written(self._relations_root(part))
            if part.endswith(".xml") and part not in self._touched:
                settings = parsed(self.read(part))
                for element in list(settings.iter(W + "attachedTemplate", W + "mailMerge")):
                    parent = element.getparent()
                    if parent is not None:
                        parent.remove(element)
                changed[part] = _written(settings)


def _written(root: _Element) -> bytes:
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
