"""The frame: the Word file an agreement is printed into, as people edit it in Word.

A frame holds the page, letterhead, header, footer, watermark, named styles and the lists they are linked
to; looks live there and never in Python. It is an ordinary .docx and a valid docxtpl template whose tags are
these and no others:

===========================================  =====================================================
tag                                          what stands there
===========================================  =====================================================
``{{p cover }}`` ``{{p toc }}``              slots, in this order, each once and alone in a
``{{p body }}`` ``{{p signatures }}``        paragraph of the text itself
``{{p schedules }}``
``{{ title }}`` ``{{ name }}``               :data:`WORDS`: words of the agreement; also ``number``,
``{{ header }}`` …                           ``date``, ``status``, ``document_type``
``{% if draft %}`` … ``{% else %}`` …        :data:`FLAGS`: ``draft``, ``landscape``, ``contents``, with
``{% endif %}``, also ``{%p`` and ``{%tr``   and, or, not, ==, !=
===========================================  =====================================================

Loading is done once: docxtpl cleans the runs that Word splits a tag into (its ``patch_xml``), jinja2's own
parser reads the tags, and what it found is kept as a :class:`Frame` of plain texts and branches. Neither
library is asked again for a document, and :meth:`Frame.to_plan` writes what was found as JSON, named after
the digest of the .docx, so that a later run need not even import them (0.2 s of CPU).

Facts of the format this rests on (ECMA-376 Part 1):

- Styles are found by ``w:name`` (17.7.4.9): ids are localized by Word and rewritten by other programs. Names of
  built-in styles are English in the file whatever Word shows, in any case ("heading 1").
- A paragraph is numbered because its style names a list (``w:numPr``, 17.3.1.19) **and** the list's level
  names the style back (``w:pStyle``, 17.9.23)::

    <w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/>
      <w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading2"/>
      <w:lvlText w:val="%1.%2"/><w:lvlJc w:val="left"/></w:lvl>

  LibreOffice drops ``w:pStyle`` when it saves; it is put back from the style's own ``w:numPr``.
- ``compatibilityMode`` 15 in ``w:compat`` ([MS-DOCX] 2.4.7) is Word 2013 and later; without it Word opens
  the agreement in compatibility mode.
- A page is turned by exchanging ``w:w`` and ``w:h`` of ``w:pgSz`` and ``w:orient`` (17.6.13).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from generator.digests import digest_of
from generator.frozen import dataclass
from generator.numbering import Formats
from generator.writers.look import HOUSE, SENDER, Look, sender_xml
from generator.writers.package import Entry, copied_entries, deflated, inflated

__all__ = [
    "BULLETS",
    "COUNTED",
    "FLAGS",
    "LISTS",
    "SLOTS",
    "STYLES",
    "WORDS",
    "Choose",
    "Frame",
    "FrameList",
    "Level",
    "Page",
    "Print",
    "Template",
    "as_json",
    "assembled",
    "filled",
    "in_look",
]

SLOTS = ("cover", "toc", "body", "signatures", "schedules")
WORDS = ("title", "name", "number", "header", "date", "status", "document_type", "initials")
FLAGS = ("draft", "landscape", "contents")

# key in the program -> (name in Word, kind, key of the style that stands in where a frame has none; "" = needed)
STYLES: dict[str, tuple[str, str, str]] = {
    "title": ("Title", "paragraph", ""),
    "subtitle": ("Subtitle", "paragraph", "body"),
    "cover_party": ("Cover party", "paragraph", "body"),
    "note": ("Note", "paragraph", "body"),
    "clause_note": ("Clause Note", "paragraph", "note"),
    "contents_heading": ("Contents heading", "paragraph", "unnumbered"),
    "toc": ("toc 1", "paragraph", ""),
    "body": ("Body Text", "paragraph", ""),
    "clause": ("Clause Text", "paragraph", "body"),
    "closing": ("Closing Text", "paragraph", "body"),
    "unnumbered": ("Unnumbered heading", "paragraph", ""),
    "unnumbered2": ("Unnumbered heading 2", "paragraph", "unnumbered"),
    "open_heading": ("Open items heading", "paragraph", "unnumbered"),
    "heading1": ("heading 1", "paragraph", ""),
    "heading2": ("heading 2", "paragraph", ""),
    "heading3": ("heading 3", "paragraph", ""),
    "item1": ("Clause Item 1", "paragraph", ""),
    "item2": ("Clause Item 2", "paragraph", ""),
    "item3": ("Clause Item 3", "paragraph", ""),
    "item_text1": ("Item Text 1", "paragraph", "clause"),
    "item_text2": ("Item Text 2", "paragraph", "item_text1"),
    "item_text3": ("Item Text 3", "paragraph", "item_text2"),
    "recital1": ("Recital", "paragraph", ""),
    "recital_text": ("Recital Text", "paragraph", "clause"),
    "bullet1": ("Bullet", "paragraph", ""),
    "bullet2": ("Bullet 2", "paragraph", ""),
    "bullet3": ("Bullet 3", "paragraph", ""),
    "bullet_text1": ("Bullet Text 1", "paragraph", "item_text1"),
    "bullet_text2": ("Bullet Text 2", "paragraph", "item_text2"),
    "bullet_text3": ("Bullet Text 3", "paragraph", "item_text3"),
    "schedule1": ("Schedule heading", "paragraph", ""),
    "schedule2": ("Schedule heading 2", "paragraph", ""),
    "schedule3": ("Schedule heading 3", "paragraph", ""),
    "schedule_item1": ("Schedule Item 1", "paragraph", ""),
    "schedule_item2": ("Schedule Item 2", "paragraph", ""),
    "schedule_item3": ("Schedule Item 3", "paragraph", ""),
    "table_text": ("Table text", "paragraph", "body"),
    "table_heading": ("Table heading", "paragraph", "table_text"),
    "table_item1": ("Table item", "paragraph", ""),
    "table_item2": ("Table item 2", "paragraph", ""),
    "table_item3": ("Table item 3", "paragraph", ""),
    "table_bullet1": ("Table bullet", "paragraph", ""),
    "table_bullet2": ("Table bullet 2", "paragraph", ""),
    "signature": ("Signature", "paragraph", "body"),
    "signature_line": ("Signature line", "paragraph", "body"),
    "signature_rule": ("Signature rule", "paragraph", "signature_line"),
    "comment": ("annotation text", "paragraph", "body"),
    "comment_mark": ("annotation reference", "character", "-"),
    "placeholder": ("Placeholder Text", "character", "-"),
    "defined": ("Defined term", "character", "-"),
    "table": ("Agreement table", "table", "-"),
    "key_terms": ("Key terms", "table", "table"),
}

# A list, and the style of each of its levels from the outermost.
LISTS: dict[str, tuple[str, ...]] = {
    "clause": ("heading1", "heading2", "heading3", "item1", "item2", "item3"),
    "schedule": ("schedule1", "schedule2", "schedule3", "schedule_item1", "schedule_item2", "schedule_item3"),
    "recital": ("recital1",),
    "bullet": ("bullet1", "bullet2", "bullet3"),
    "table_item": ("table_item1", "table_item2", "table_item3"),
    "table_bullet": ("table_bullet1", "table_bullet2"),
}
BULLETS = ("bullet", "table_bullet")
COUNTED = ("decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman")

_PLAN = 1

# ---------------------------------------------------------------- what a part with tags becomes


@dataclass(frozen=True, slots=True)
class Print:
    """A name to print: one of :data:`WORDS` or :data:`SLOTS`."""

    name: str


@dataclass(frozen=True, slots=True)
class Choose:
    """``{% if %}``: the first branch whose condition holds. A condition is a name (a text) or a
    tuple: ("not", c), ("and", c, d), ("or", c, d), ("==", name, text), ("!=", name, text)."""

    branches: tuple[tuple[Condition, Template], ...]
    otherwise: Template


Condition: TypeAlias = "str | tuple[Any, ...]"
Template: TypeAlias = "tuple[str | Print | Choose, ...]"


def holds(condition: Condition, words: Mapping[str, str], flags: Mapping[str, bool]) -> bool:
    """Return whether ``condition`` holds; a word holds when it is not empty."""
    if isinstance(condition, str):
        return flags[condition] if condition in flags else bool(words[condition])
    match condition:
        case ("not", inner):
            return not holds(inner, words, flags)
        case ("and", left, right):
            return holds(left, words, flags) and holds(right, words, flags)
        case ("or", left, right):
            return holds(left, words, flags) or holds(right, words, flags)
        case ("==", name, text):
            return bool(words[name] == text)
        case ("!=", name, text):
            return bool(words[name] != text)
        case _:
            raise ValueError(condition)


def filled(
    template: Template, words: Mapping[str, str], flags: Mapping[str, bool], slots: Mapping[str, list[str]]
) -> list[str]:
    """Return the XML of a part, in pieces. ``words`` and ``slots`` are ready XML: the caller has escaped them."""
    out: list[str] = []
    _fill(template, words, flags, slots, out)
    return out


def _fill(
    template: Template,
    words: Mapping[str, str],
    flags: Mapping[str, bool],
    slots: Mapping[str, list[str]],
    out: list[str],
) -> None:
    for node in template:
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, Print):
            out += slots[node.name] if node.name in slots else (words[node.name],)
        else:
            for condition, branch in node.branches:
                if holds(condition, words, flags):
                    _fill(branch, words, flags, slots, out)
                    break
            else:
                _fill(node.otherwise, words, flags, slots, out)


def as_json(template: Template) -> list[Any]:
    """Return ``template`` as a plan keeps it."""
    out: list[Any] = []
    for node in template:
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, Print):
            out.append({"print": node.name})
        else:
            branches = [[condition, as_json(branch)] for condition, branch in node.branches]
            out.append({"if": branches, "else": as_json(node.otherwise)})
    return out


def _from_json(value: list[Any]) -> Template:
    out: list[str | Print | Choose] = []
    for node in value:
        if isinstance(node, str):
            out.append(node)
        elif "print" in node:
            out.append(Print(node["print"]))
        else:
            branches = tuple((_condition_from_json(c), _from_json(b)) for c, b in node["if"])
            out.append(Choose(branches, _from_json(node["else"])))
    return tuple(out)


def _condition_from_json(value: Any) -> Condition:
    return value if isinstance(value, str) else tuple(map(_condition_from_json, value))


# ---------------------------------------------------------------- the frame


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: Word's ``numFmt`` and ``lvlText``, and its XML without the style it is linked to."""

    kind: str
    text: str
    xml: str


@dataclass(frozen=True, slots=True)
class FrameList:
    """A multilevel list of the frame: the ``numId`` its styles name, and its levels."""

    number: int
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page of the text, in twentieths of a point, as it stands upright."""

    width: int
    height: int
    left: int
    right: int

    def text_width(self, landscape: bool) -> int:
        """Return the width of the text between the margins."""
        return (max if landscape else min)(self.width, self.height) - self.left - self.right


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, checked and ready: everything of it that does not depend on the agreement is done.

    ``styles`` gives the style id for each key of :data:`STYLES` ("" where the frame has none and needs none);
    ``templates`` the parts with tags; ``copied`` the finished entries of all other parts; ``types``,
    ``relations`` and ``package_relations`` the package's lists, left open at their end for the parts
    a document adds; ``properties`` the frame's own custom properties; ``first_id`` is above every number
    the frame itself uses for bookmarks, controls, lists and relationships; ``look`` is what its PDF follows.
    """

    digest: str
    styles: Mapping[str, str]
    lists: Mapping[str, FrameList]
    page: Page
    templates: tuple[tuple[str, Template], ...]
    changed: tuple[tuple[str, str], ...]
    copied: tuple[Entry, ...]
    numbering: Entry
    types: str
    relations: str
    package_relations: str
    properties: str
    first_id: int
    look: Look = HOUSE

    @property
    def formats(self) -> Formats:
        """How this frame's headings, items, recitals and schedules are numbered."""
        levels = self.lists["clause"].levels
        recital, schedule = self.lists["recital"].levels[0], self.lists["schedule"].levels[0]
        return Formats(
            heading=tuple((level.kind, level.text) for level in levels[:3]),
            item=tuple((level.kind, level.text.replace(f"%{n}", "%")) for n, level in enumerate(levels[3:6], 4)),
            recital=(recital.kind, recital.text.replace("%1", "%")),
            schedule=schedule.kind,
        )

    def to_plan(self) -> str:
        """Return what loading found out, as JSON; :meth:`from_plan` reads it back beside the same .docx."""
        plan = {
            "plan": _PLAN,
            "frame": self.digest,
            "styles": dict(self.styles),
            "lists": {
                name: {"number": lst.number, "levels": [[level.kind, level.text, level.xml] for level in lst.levels]}
                for name, lst in self.lists.items()
            },
            "page": [self.page.width, self.page.height, self.page.left, self.page.right],
            "templates": [[name, as_json(template)] for name, template in self.templates],
            "changed": dict(self.changed),
            "copied": [entry.name for entry in self.copied],
            "types": self.types,
            "relations": self.relations,
            "package_relations": self.package_relations,
            "properties": self.properties,
            "first_id": self.first_id,
        }
        return json.dumps(plan, ensure_ascii=False, indent=1) + "\n"

    @staticmethod
    def from_plan(plan: str | bytes, data: bytes) -> Frame | None:
        """Return the frame ``data`` as ``plan`` remembers it; None if the plan is of another file or form."""
        try:
            found = json.loads(plan)
            if found["plan"] != _PLAN or found["frame"] != digest_of(data):
                return None
            return assembled(found, data)
        except (ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile):
            return None


def in_look(frame: Frame, look: Look) -> Frame:
    """Return ``frame``, read from a file dressed in ``look``, with the sender in its place."""
    if not look.sender:
        return replace(frame, look=look)
    name = sender_xml(look)

    def put_in(template: Template) -> Template:
        return tuple(
            node.replace(SENDER, name)
            if isinstance(node, str)
            else node
            if isinstance(node, Print)
            else Choose(tuple((c, put_in(b)) for c, b in node.branches), put_in(node.otherwise))
            for node in template
        )

    def again(entry: Entry) -> Entry:
        if not entry.name.startswith("word/header"):
            return entry
        return deflated(entry.name, inflated(entry).replace(SENDER.encode(), name.encode()))

    return replace(
        frame,
        look=look,
        templates=tuple((part, put_in(template)) for part, template in frame.templates),
        changed=tuple((part, text.replace(SENDER, name)) for part, text in frame.changed),
        copied=tuple(map(again, frame.copied)),
    )


def assembled(found: Mapping[str, Any], data: bytes) -> Frame:
    """Return the frame ``data`` of which ``found`` (a plan, as :meth:`Frame.to_plan` writes it) is known."""
    entries = copied_entries(data)
    changed = tuple(found["changed"].items())
    new = {name: deflated(name, text.encode()) for name, text in changed}
    return Frame(
        digest=found["frame"],
        styles=found["styles"],
        lists={
            name: FrameList(lst["number"], tuple(Level(*level) for level in lst["levels"]))
            for name, lst in found["lists"].items()
        },
        page=Page(*found["page"]),
        templates=tuple((name, _from_json(template)) for name, template in found["templates"]),
        changed=changed,
        copied=tuple(new.get(name) or entries[name] for name in found["copied"]),
        numbering=new.get("word/numbering.xml") or entries["word/numbering.xml"],
        types=found["types"],
        relations=found["relations"],
        package_relations=found["package_relations"],
        properties=found["properties"],
        first_id=found["first_id"],
    )
