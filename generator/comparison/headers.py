"""Headers and footers: those of sections that belong together are compared; each section names all of its own."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from generator.comparison.changes import ChangeKind, plain_of
from generator.comparison.paragraphs import pieces_of
from generator.comparison.word_package import R, W, WordPackage
from generator.comparison.work import Work

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Headers"]


class Headers:
    """Compares the headers and footers of all sections that belong together."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._pristine: dict[str, _Element] = {}

    def run(self) -> None:
        """Compare the headers and footers of sections that belong together; each section names all of its own."""
        in_force_old = _in_force(self.work.old)
        in_force_new = _in_force(self.work.new)
        every = len(in_force_old) == len(in_force_new) == len(self.work.sections)
        taken: dict[str, str] = {}
        copies: dict[tuple[str, str], str] = {}
        for section_old, section_new in self.work.sections:
            before = in_force_old.get(section_old, {}) if section_old is not None else {}
            after = in_force_new.get(section_new, {})
            for kind in dict.fromkeys((*before, *after)):
                part_old, part_new = before.get(kind), after.get(kind)
                if part_new is None and part_old is not None:
                    part_new = self._gone_header(kind, part_old)
                    if part_new:
                        self._refer(section_new, kind, part_new)
                    continue
                if part_new is None:
                    continue
                source = part_old or ""
                if (part_new, source) in copies:
                    part_new = copies[part_new, source]
                elif taken.get(part_new, source) != source:
                    fresh = self._copy_of(part_new)
                    copies[part_new, source] = fresh
                    self._compare_header(kind, source, fresh)
                    part_new = fresh
                else:
                    known = part_new in taken
                    taken[part_new] = source
                    copies[part_new, source] = part_new
                    if not known:
                        self._pristine[part_new] = copy.deepcopy(self.work.new.tree(part_new))
                        self._compare_header(kind, source, part_new)
                if not every or after.get(kind) != part_new:
                    self._refer(section_new, kind, part_new)

    def _copy_of(self, part: str) -> str:
        from lxml import etree

        content = etree.tostring(self._pristine[part], xml_declaration=True, encoding="UTF-8", standalone=True)
        fresh = self.work.new.add_part(part, content, self.work.new.content_type(part))
        for relation in self.work.new.relations(part):
            self.work.new.keep_relation(fresh, relation.id, relation.type, relation.target, outside=relation.outside)
        return fresh

    def _compare_header(self, kind: tuple[str, str], part_old: str, part_new: str) -> None:
        root = self.work.new.tree(part_new)
        self.work.told.at("", "", "")
        if part_old:
            self.work.container(self.work.old.tree(part_old), root, self.work.story(kind[0], part_old, part_new))
        elif _holds_something(root):
            self.work.told.untracked.append(
                f"A {kind[0]} came in: its text is marked as inserted; the {kind[0]} itself stays."
            )
            self.work.told.change(ChangeKind.INSERTED, kind[0], "", plain_of(root))
            self.work.marker.container(root, "ins", note=self.work.notes.marking("ins"))

    def _gone_header(self, kind: tuple[str, str], part_old: str) -> str:
        if not _holds_something(self.work.old.tree(part_old)):
            return ""
        self.work.told.untracked.append(
            f"A {kind[0]} went: its text is marked as deleted; an empty {kind[0]} stays in its place."
        )
        part_new = self.work.lender.part(part_old)
        if part_new in self.work.new.word:
            part_new = self.work.new.add_part(
                part_old, self.work.old.read(part_old), self.work.old.content_type(part_old)
            )
            for r in self.work.old.relations(part_old):
                target = r.target if r.outside else self.work.lender.part(r.target)
                self.work.new.keep_relation(part_new, r.id, r.type, target, outside=r.outside)
        root = self.work.new.tree(part_new)
        blocks = [self.work.lender.copied(b, part_old, part_new) for b in self.work.old.tree(part_old)]
        for child in list(root):
            root.remove(child)
        root.extend(blocks)
        self.work.told.change(ChangeKind.DELETED, kind[0], plain_of(root), "")
        self.work.marker.container(root, "del", note=self.work.notes.marking("del"))
        return part_new

    def _refer(self, section: _Element, kind: tuple[str, str], part: str) -> None:
        name, which = kind
        id = self.work.new.add_relation(self.work.new.main, f"{R[1:-1]}/{name}", part)
        for reference in section.findall(f"{W}{name}Reference"):
            if reference.get(W + "type", "default") == which:
                reference.set(R + "id", id)
                return
        reference = section.makeelement(f"{W}{name}Reference", {W + "type": which, R + "id": id})
        section.insert(0, reference)


def _holds_something(root: _Element) -> bool:
    """Whether a header holds words, a picture or anything else that is printed."""
    return any(pieces_of(paragraph) for paragraph in root.iter(W + "p"))


def _in_force(package: WordPackage) -> dict[_Element, dict[tuple[str, str], str]]:
    """Return, for each section, the parts of its headers and footers, those taken over from before included."""
    out: dict[_Element, dict[tuple[str, str], str]] = {}
    now: dict[tuple[str, str], str] = {}
    for section in package.body.iter(W + "sectPr"):
        now = dict(now)
        for reference in section:
            kind = {W + "headerReference": "header", W + "footerReference": "footer"}.get(reference.tag)
            relation = package.relation(package.main, reference.get(R + "id", "")) if kind else None
            if kind and relation is not None and relation.target in package:
                now[kind, reference.get(W + "type", "default")] = relation.target
        out[section] = now
    return out
