"""What a deleted passage brings along from the old file: pictures, links, styles, lists and notes.

The redline is the new file with passages of the old one put in. Such a passage names things of its own file; each is
found in the new file if the same thing is there, and copied into it if not. Bookmarks, anchors of comments and ids
that must be unique are taken off (ECMA-376 Part 1, 17.13 and 17.16; [MS-DOCX] 2.2.4 for ``w14:paraId``).
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from typing import TYPE_CHECKING

from generator.comparison.paragraphs import Formats, canonical, leaves_of
from generator.comparison.word_package import NOTES, R, W, WordPackage, attributes, value, whole_number

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Lender"]

_STRIPPED = {
    W + name
    for name in (
        "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef",
        "proofErr", "permStart", "permEnd", "lastRenderedPageBreak",
    )
}  # fmt: skip
_UNWRAPPED = (W + "sdt", W + "smartTag", W + "customXml")
_VOLATILE = re.compile(r"\}(rsid\w*|paraId|textId|anchorId|editId)$")
# Attributes of other programs, which only the old file says may be passed over (mc:Ignorable).
_FOREIGN = re.compile(r"\{(?!http://schemas\.(?:openxmlformats|microsoft)|urn:schemas-microsoft|http://www\.w3\.org/)")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


class Lender:
    """Copies out of the old file what the new one shall hold."""

    def __init__(self, old: WordPackage, new: WordPackage) -> None:
        self.old, self.new = old, new
        self._styles_old, self._styles_new = _styles(old), _styles(new)
        self._by_name = {(_kind(s), _name(s)): id for id, s in reversed(self._styles_new.items())}
        self._style_ids: dict[str, str] = {}
        self._lists_old, self._lists_new = _Lists(old, self.style_name_old), _Lists(new, self.style_name_new)
        self.votes: dict[str, Counter[str]] = {}
        self._numbers: dict[str, str] = {}
        self._parts: dict[tuple[str, bool], str] = {}
        self._notes: dict[tuple[str, str], str] = {}
        self._bodies: dict[str, dict[str, _Element]] = {}
        self.lent: dict[tuple[str, str], _Element] = {}
        self._last_note: dict[str, int] = {}
        self._drawings = 0

    # -------- the same thing, whatever each file calls it

    def style_name_old(self, id: str) -> str:
        """Return what the old file calls a style to the reader, so that ids do not matter."""
        return _name(self._styles_old[id]) if id in self._styles_old else id

    def style_name_new(self, id: str) -> str:
        """Return what the new file calls a style to the reader."""
        return _name(self._styles_new[id]) if id in self._styles_new else id

    def list_old(self, number: str) -> str:
        """Return the looks of a list of the old file, so that its number does not matter."""
        return self._lists_old.looks(number)

    def list_new(self, number: str) -> str:
        """Return the looks of a list of the new file."""
        return self._lists_new.looks(number)

    def same_styles(self) -> list[tuple[_Element, _Element]]:
        """Return the styles that both files have, found by their names: as in the old file, as in the new."""
        pairs = ((style, self._by_name.get((_kind(style), _name(style)), "")) for style in self._styles_old.values())
        return [(old, self._styles_new[id]) for old, id in pairs if id in self._styles_new]

    def vote(self, old: _Element, new: _Element) -> None:
        """Remember that two paragraphs that belong together are in these lists."""
        a, b = value(old, "pPr/numPr/numId"), value(new, "pPr/numPr/numId")
        if a and b:
            self.votes.setdefault(a, Counter())[b] += 1

    # -------- copying

    def style(self, id: str) -> str:
        """Return the id in the new file of a style of the old one; bring the style if it is not there."""
        if id in self._style_ids:
            return self._style_ids[id]
        style = self._styles_old.get(id)
        if style is None:
            return id
        known = self._by_name.get((_kind(style), _name(style)))
        if known is not None or self.new.related(self.new.main, "styles") is None:
            self._style_ids[id] = known or id
            return known or id
        fresh, n = id, 1
        while fresh in self._styles_new:
            fresh, n = f"{id}{n}", n + 1
        self._style_ids[id] = fresh
        lent = copy.deepcopy(style)
        lent.set(W + "styleId", fresh)
        lent.attrib.pop(W + "default", "")
        for name in ("basedOn", "next", "link"):
            for other in lent.findall(W + name):
                if name == "basedOn":
                    other.set(W + "val", self.style(other.get(W + "val", "")))
                else:
                    lent.remove(other)
        for number in lent.iter(W + "numId"):
            number.set(W + "val", self.number(number.get(W + "val", "")))
        part = self.new.related(self.new.main, "styles")
        if part is not None:
            self.new.tree(part).append(lent)
            self.new.touch(part)
            self._styles_new[fresh] = lent
            self._by_name[_kind(lent), _name(lent)] = fresh
        return fresh

    def number(self, number: str) -> str:
        """Return the number in the new file of a list of the old one; bring the list if it is not there."""
        if number in self._numbers or number == "0":
            return self._numbers.get(number, "0")
        looks = self.list_old(number)
        found = ""
        for voted, _ in self.votes.get(number, Counter()).most_common():
            if self.list_new(voted) == looks:
                found = voted
                break
        if not found and self.list_new(number) == looks:
            found = number
        if not found:
            same = [n for n in self._lists_new.numbers if self.list_new(n) == looks]
            found = same[0] if same else ""
        self._numbers[number] = found or self._lists_new.take(self._lists_old, number, self)
        return self._numbers[number]

    def relation(self, part_old: str, id: str, part_new: str) -> str:
        """Return the id, among the relations of ``part_new``, of what ``id`` names among those of ``part_old``."""
        relation = self.old.relation(part_old, id)
        if relation is None:
            return id
        if relation.outside:
            return self.new.add_relation(part_new, relation.type, relation.target, outside=True)
        return self.new.add_relation(part_new, relation.type, self.part(relation.target))

    def part(self, name: str) -> str:
        """Bring a part with all it names, unless the new file has the very same; return its name there."""
        if (name, True) in self._parts:
            return self._parts[name, True]
        if name not in self.old:
            return name
        content, below = self.old.read(name), self.old.relations(name)
        if name in self.new and not below and self.new.read(name) == content:
            self._parts[name, True] = name
            return name
        fresh = self.new.add_part(name, content, self.old.content_type(name))
        self._parts[name, True] = fresh
        for relation in below:
            target = relation.target if relation.outside else self.part(relation.target)
            # Its own text names the relation by its id, which therefore stays.
            self.new.keep_relation(fresh, relation.id, relation.type, target, outside=relation.outside)
        return fresh

    def note(self, kind: str, id: str) -> str:
        """Bring a note of the old file and return its id in the new one."""
        if (kind, id) in self._notes:
            return self._notes[kind, id]
        part_old = self.old.related(self.old.main, kind)
        if part_old is not None and kind not in self._bodies:
            self._bodies[kind] = {n.get(W + "id", ""): n for n in self.old.tree(part_old)}
        body = self._bodies.get(kind, {}).get(id)
        if part_old is None or body is None:
            return id
        part_new = self.new.related(self.new.main, kind) or self._notes_part(kind, part_old)
        root = self.new.tree(part_new)
        if kind not in self._last_note:
            self._last_note[kind] = max([0, *(_int(note.get(W + "id", "0")) for note in root)])
        self._last_note[kind] += 1
        fresh = str(self._last_note[kind])
        self._notes[kind, id] = fresh
        lent = copy.deepcopy(body)
        lent.set(W + "id", fresh)
        self.clean(lent, part_old, part_new)
        root.append(lent)
        self.lent[kind, fresh] = lent
        self.new.touch(part_new)
        return fresh

    def _notes_part(self, kind: str, part_old: str) -> str:
        from lxml import etree

        root = copy.deepcopy(self.old.tree(part_old))
        for note in list(root):
            if note.get(W + "type") not in ("separator", "continuationSeparator"):
                root.remove(note)
        content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        part = self.new.add_part(f"word/{kind}.xml", content, f"{_WORD}{kind}+xml")
        self.new.add_relation(self.new.main, _RELATION + kind, part)
        return part

    def copied(self, element: _Element, part_old: str, part_new: str) -> _Element:
        """Return a copy of a paragraph or table of the old file that can stand in the new one."""
        lent = copy.deepcopy(element)
        self.clean(lent, part_old, part_new)
        return lent

    def clean(self, root: _Element, part_old: str, part_new: str) -> None:
        """Make what stands below ``root`` (of the old file) fit to stand in the new one."""
        for paragraph in root.iter(W + "p"):
            _drop_open_fields(paragraph)
        for element in list(root.iter(*_STRIPPED)):
            _remove(element)
        for element in list(root.iter(*_UNWRAPPED)):
            inner = element.find(W + "sdtContent") if element.tag == W + "sdt" else element
            parent = element.getparent()
            if parent is None:
                continue
            kept = [
                c for c in (inner if inner is not None else []) if c.tag not in (W + "smartTagPr", W + "customXmlPr")
            ]
            at = parent.index(element)
            parent[at : at + 1] = kept
        for element in root.iter():
            for key, given in attributes(element).items():
                if _VOLATILE.search(key) or _FOREIGN.match(key):
                    del element.attrib[key]
                elif key.startswith(R):
                    element.set(key, self.relation(part_old, given, part_new))
            if element.tag in (W + "pStyle", W + "rStyle", W + "tblStyle"):
                element.set(W + "val", self.style(element.get(W + "val", "")))
            elif element.tag == W + "numId":
                element.set(W + "val", self.number(element.get(W + "val", "0")))
            elif element.tag in (W + "footnoteReference", W + "endnoteReference"):
                kind = NOTES[element.tag == W + "endnoteReference"]
                element.set(W + "id", self.note(kind, element.get(W + "id", "")))
            elif element.tag.endswith("}docPr"):
                self._drawings += 1
                element.set("id", str(0x40000000 + self._drawings))
            elif element.tag.startswith("{urn:schemas-microsoft-com:vml}") and "id" in element.attrib:
                self._drawings += 1
                element.set("id", f"_old{self._drawings}")
                for key in [k for k in attributes(element) if k.endswith("}spid")]:
                    del element.attrib[key]

    def properties(self, old: _Element | None, part_old: str, part_new: str) -> _Element | None:
        """Return a copy of properties (``w:rPr``, ``w:pPr``) of the old file that can stand in the new one."""
        if old is None:
            return None
        return self.copied(old, part_old, part_new)


def _remove(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _drop_open_fields(paragraph: _Element) -> None:
    """Take off the signs of fields that do not end where they begin."""
    for leaf in leaves_of(paragraph):
        if not leaf.length and leaf.node.tag in (W + "fldChar", W + "instrText"):
            _remove(leaf.node)


def _styles(package: WordPackage) -> dict[str, _Element]:
    part = package.related(package.main, "styles")
    if part is None:
        return {}
    return {s.get(W + "styleId", ""): s for s in package.tree(part).iter(W + "style")}


def _name(style: _Element) -> str:
    return (value(style, "name") or style.get(W + "styleId") or "").lower()


def _kind(style: _Element) -> str:
    return style.get(W + "type", "paragraph")


class _Lists:
    """The lists of a file: what each number looks like (ECMA-376 Part 1, 17.9)."""

    def __init__(self, package: WordPackage, style: object) -> None:
        self.package = package
        self.part = package.related(package.main, "numbering")
        self.numbers: dict[str, _Element] = {}
        self.forms: dict[str, _Element] = {}
        self._looks: dict[str, str] = {}
        assert callable(style)  # noqa: S101
        self._formats = Formats(package, self.part or "", style, str, lambda _, id: id)
        if self.part is not None:
            root = package.tree(self.part)
            self.numbers = {n.get(W + "numId", ""): n for n in root.iter(W + "num")}
            self.forms = {a.get(W + "abstractNumId", ""): a for a in root.iter(W + "abstractNum")}

    def looks(self, number: str) -> str:
        """Return the levels of a list as one text; its number if there is no such list."""
        if number not in self._looks:
            entry = self.numbers.get(number)
            if entry is None:
                return number
            form = self.forms.get(value(entry, "abstractNumId") or "")
            leave = frozenset(("nsid", "tmpl", "abstractNumId", "numStyleLink", "styleLink", "startOverride"))
            self._looks[number] = canonical(form, self._formats, leave) + "|" + canonical(entry, self._formats, leave)
        return self._looks[number]

    def take(self, other: _Lists, number: str, lender: Lender) -> str:
        """Take a list over from another file and return its number here."""
        entry = other.numbers.get(number)
        if entry is None:
            return number
        form = other.forms.get(value(entry, "abstractNumId") or "")
        if self.part is None:
            self._begin()
        if self.part is None or form is None:
            return number
        root = self.package.tree(self.part)
        form, entry = copy.deepcopy(form), copy.deepcopy(entry)
        for element in [e for e in form if e.tag in (W + "nsid", W + "tmpl", W + "numStyleLink", W + "styleLink")]:
            form.remove(element)
        for level in form.iter(W + "lvl"):
            for link in level.findall(W + "pStyle") + level.findall(W + "lvlPicBulletId"):
                level.remove(link)
        form_id = str(max([0, *map(_int, self.forms)]) + 1)
        fresh = str(max([0, *map(_int, self.numbers)]) + 1)
        form.set(W + "abstractNumId", form_id)
        entry.set(W + "numId", fresh)
        of = entry.find(W + "abstractNumId")
        if of is not None:
            of.set(W + "val", form_id)
        # All forms stand before all numbers (CT_Numbering).
        forms = root.findall(W + "abstractNum")
        root.insert(root.index(forms[-1]) + 1 if forms else 0, form)
        numbers = root.findall(W + "num")
        root.insert(root.index(numbers[-1]) + 1 if numbers else len(root), entry)
        self.forms[form_id], self.numbers[fresh] = form, entry
        self.package.touch(self.part)
        return fresh

    def _begin(self) -> None:
        content = f'<w:numbering xmlns:w="{W[1:-1]}"/>'.encode()
        self.part = self.package.add_part("word/numbering.xml", content, f"{_WORD}numbering+xml")
        self.package.add_relation(self.package.main, _RELATION + "numbering", self.part)


def _int(text: str) -> int:
    return (whole_number(text.removeprefix("-")) or 0) * (-1 if text.startswith("-") else 1)
