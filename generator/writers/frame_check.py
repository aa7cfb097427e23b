"""Reading a frame, and telling its editor what is wrong with it.

Comes in: the bytes of a .docx. Goes out: a :class:`~generator.writers.frame.Frame`, or what to change in Word.
A frame is somebody's file, perhaps a stranger's: it is measured before it is unpacked, its XML is read without
entities and without the network, and what could act on its own (macros, embedded objects, links that are
fetched) is refused.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from io import BytesIO
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Checked, Diagnostic, Rule, Span
from generator.digests import digest_of
from generator.fields import capitalized
from generator.writers.frame import (
    BULLETS,
    COUNTED,
    FLAGS,
    LISTS,
    SLOTS,
    STYLES,
    WORDS,
    Choose,
    Condition,
    Frame,
    Print,
    Template,
    as_json,
    assembled,
    filled,
)
from generator.writers.frame_rules import (
    LIST_BROKEN,
    MACROS,
    MARKED_UP,
    NOT_WORD,
    OLD,
    PAGE,
    SLOT,
    STYLE_MISSING,
    TAG,
    TOO_BIG,
)

if TYPE_CHECKING:
    from jinja2 import nodes
    from lxml.etree import _Element

__all__ = ["check_frame"]

MAX_FILE = 16 * 2**20
MAX_UNPACKED = 64 * 2**20
MAX_PARTS = 1000

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
MAIN, NUMBERING, STYLE_PART, SETTINGS = (
    "word/document.xml",
    "word/numbering.xml",
    "word/styles.xml",
    "word/settings.xml",
)
WML = "application/vnd.openxmlformats-officedocument.wordprocessingml."

SAVE_AGAIN = "Open it in Word, choose File > Save As > Word Document (.docx), and use that file."

# ---------------------------------------------------------------- the file


def check_frame(data: bytes, file: str) -> Checked[Frame]:
    """Read a frame and say everything that is wrong with it; ``file`` is its name for the reader.

    Nothing is written while there is an error. The rules are those of :mod:`~generator.writers.frame_rules`.
    """
    place = Span(file)
    problems: list[Diagnostic] = []
    parts = _parts(data, place, problems)
    if parts is None:
        return Checked(None, tuple(problems))
    xml = _parsed(parts, place, problems)
    if xml is None:
        return Checked(None, tuple(problems))
    found = _Reading(xml, parts, place, problems).read(data)
    if problems or found is None:
        return Checked(None, tuple(problems))
    return Checked(assembled(found, data))


def _parts(data: bytes, place: Span, problems: list[Diagnostic]) -> dict[str, bytes] | None:
    """Unpack within limits, or say why not."""
    if len(data) > MAX_FILE:
        size = f"{len(data) / 2**20:.0f} MB"
        problems.append(
            TOO_BIG.at(place, f"This file has {size}; a frame may have 16 MB.", fix="Compress its pictures.")
        )
        return None
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        problems.append(NOT_WORD.at(place, "This is an old Word file (.doc) or has a password.", fix=SAVE_AGAIN))
        return None
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            infos = [info for info in package.infolist() if not info.is_dir()]
            if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
                problems.append(TOO_BIG.at(place, "This file is small but unpacks to more than a frame may hold."))
                return None
            for info in infos:
                name = info.filename
                if info.flag_bits & 1 or info.compress_type not in (0, 8):
                    raise zipfile.BadZipFile("encrypted or packed in a way Word does not write")
                if name in parts or name.startswith("/") or ".." in name.split("/") or not name.isascii():
                    raise zipfile.BadZipFile("names")
                # Reading checks the size and the checksum that the file states.
                parts[name] = package.read(info)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, RuntimeError):
        problems.append(NOT_WORD.at(place, "This file is not a Word document, or it is damaged.", fix=SAVE_AGAIN))
        return None
    except Exception as error:  # zlib.error has no better base
        if type(error).__module__ != "zlib":
            raise
        problems.append(NOT_WORD.at(place, "This file is damaged.", fix=SAVE_AGAIN))
        return None
    if "[Content_Types].xml" not in parts or not any(name.startswith("word/") for name in parts):
        problems.append(NOT_WORD.at(place, "This is a zip file, but not a Word document.", fix=SAVE_AGAIN))
        return None
    return parts


def _parsed(parts: Mapping[str, bytes], place: Span, problems: list[Diagnostic]) -> dict[str, _Element] | None:
    """Parse every XML part without entities and network."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    out: dict[str, _Element] = {}
    for name, content in parts.items():
        if not name.endswith((".xml", ".rels")):
            continue
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError:
            problems.append(NOT_WORD.at(place, f"Its part {name} is damaged.", fix=SAVE_AGAIN))
            return None
        if content.lstrip()[:4096].find(b"<!DOCTYPE") >= 0 or root.getroottree().docinfo.internalDTD is not None:
            problems.append(NOT_WORD.at(place, f"Its part {name} holds what no Word file holds.", fix=SAVE_AGAIN))
            return None
        out[name] = root
    needed = (MAIN, STYLE_PART, "word/_rels/document.xml.rels", "_rels/.rels")
    main = out.get(MAIN)
    types = {e.get("PartName"): e.get("ContentType") or "" for e in out["[Content_Types].xml"]}
    if any(".template." in kind for kind in types.values()):
        problems.append(NOT_WORD.at(place, "This is a Word template (.dotx), not a document.", fix=SAVE_AGAIN))
        return None
    if any("macroEnabled" in kind for kind in types.values()):
        fix = "Save it as Word Document (.docx), which has no macros."
        problems.append(MACROS.at(place, "This file is meant to hold macros (.docm).", fix=fix))
        return None
    if main is None or any(name not in out for name in needed) or main.tag != W + "document":
        problems.append(NOT_WORD.at(place, "This is not a Word document in the usual form.", fix=SAVE_AGAIN))
        return None
    if W[1:-1] != main.nsmap.get("w"):
        problems.append(NOT_WORD.at(place, "This file was not saved by Word or LibreOffice.", fix=SAVE_AGAIN))
        return None
    return out


def _val(element: _Element | None, child: str = "", attribute: str = "val") -> str | None:
    if element is not None and child:
        element = element.find(W + child)
    return None if element is None else element.get(W + attribute)


def _text(element: _Element) -> str:
    """The words of a paragraph as they stand, tags included."""
    return "".join(e.text or "" for e in element.iter(W + "t"))


def _paragraphs(root: _Element) -> Iterator[_Element]:
    return root.iter(W + "p")


class _Reading:
    """One frame being read; every check adds to ``problems``."""

    def __init__(
        self, xml: dict[str, _Element], parts: Mapping[str, bytes], place: Span, problems: list[Diagnostic]
    ) -> None:
        self.xml, self.parts, self.place, self.problems = xml, parts, place, problems
        self.changed: set[str] = set()

    def say(self, rule: Rule, message: str, fix: str = "") -> None:
        self.problems.append(rule.at(self.place, message, fix=fix))

    def read(self, data: bytes) -> dict[str, Any] | None:
        """Return the plan of the frame, or None where there is nothing to make one of."""
        self.unsafe()
        self.review()
        self.compatibility()
        styles = self.styles()
        lists = self.lists(styles) if styles else None
        page = self.page()
        templates = self.templates()
        if self.problems or styles is None or lists is None or page is None:
            return None
        return {
            "frame": digest_of(data),
            "styles": styles,
            "lists": lists,
            "page": page,
            "templates": [(name, as_json(template)) for name, template in templates],
            **self.package({name for name, _ in templates}),
        }

    # ------------------------------------------------------------ safety

    def unsafe(self) -> None:
        for name in self.parts:
            low = name.lower()
            if "vbaproject" in low or "vbadata" in low:
                self.say(MACROS, "This file holds macros.", "Save it as Word Document (.docx), which has no macros.")
                break
        for name in self.parts:
            if name.startswith(("word/embeddings/", "word/activeX/")) or "/afchunk" in name.lower():
                self.say(
                    MACROS, "This file holds an embedded object or control.", "Delete it, or paste it as a picture."
                )
                break
        for name, root in self.xml.items():
            if not name.endswith(".rels"):
                continue
            for relation in root:
                kind = (relation.get("Type") or "").rsplit("/", 1)[-1]
                if relation.get("TargetMode") == "External" and kind != "hyperlink":
                    what = {"image": "a picture", "attachedTemplate": "a template"}.get(kind, "something")
                    self.say(
                        MACROS,
                        f"This file fetches {what} from another place when it is opened.",
                        "Detach the template (Developer > Document Template)."
                        if kind == "attachedTemplate"
                        else "Insert it into the file instead of linking to it.",
                    )

    def review(self) -> None:
        tracked = ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange")
        for name, root in self.xml.items():
            if not name.startswith("word/") or name.endswith(".rels"):
                continue
            if any(next(root.iter(W + tag), None) is not None for tag in tracked):
                self.say(MARKED_UP, f"{_called(name)} holds tracked changes.", "Accept or reject them, and save.")
            if next(root.iter(W + "commentReference"), None) is not None:
                self.say(MARKED_UP, f"{_called(name)} holds comments.", "Delete them, and save.")

    def compatibility(self) -> None:
        settings = self.xml.get(SETTINGS)
        mode = 0
        if settings is not None:
            for setting in settings.iter(W + "compatSetting"):
                if _val(setting, attribute="name") == "compatibilityMode":
                    mode = _number(_val(setting)) or 0
            for unwanted in ("updateFields", "attachedTemplate", "mailMerge", "documentProtection"):
                # updateFields makes Word ask the reader a question on opening.
                for element in settings.findall(W + unwanted):
                    settings.remove(element)
                    self.changed.add(SETTINGS)
        if mode < 15:
            said = f"mode {mode}" if mode else "none is given"
            self.say(
                OLD, f"This file opens in compatibility mode ({said}; 15 is needed).", "File > Info > Convert in Word."
            )

    # ------------------------------------------------------------ styles and lists

    def styles(self) -> dict[str, str] | None:
        known: dict[tuple[str, str], str] = {}
        for style in self.xml[STYLE_PART].iter(W + "style"):
            name, kind, key = _val(style, "name"), style.get(W + "type") or "paragraph", style.get(W + "styleId")
            if name and key:
                # LibreOffice may write an alias list behind a comma, as Word does for renamed built-in styles.
                known.setdefault((kind, name.split(",")[0].strip().lower()), key)
        out: dict[str, str] = {}
        missing: list[str] = []
        for key, (name, kind, instead) in STYLES.items():
            found = known.get((kind, name.lower()))
            if found is None and not instead:
                missing.append(name)
            out[key] = found or ""
        if missing:
            names = ", ".join(f"“{name}”" for name in missing)
            what = "the styles" if len(missing) > 1 else "the style"
            fix = "Start from a copy of house.docx, or copy a paragraph in that style from it."
            self.say(STYLE_MISSING, f"This frame has not {what} {names}.", fix)
            return None
        for key, (_, _, instead) in STYLES.items():
            while not out[key] and instead not in ("", "-"):
                out[key], instead = out[instead], STYLES[instead][2]
        return out

    def lists(self, styles: Mapping[str, str]) -> dict[str, Any] | None:
        part = self.xml.get(NUMBERING)
        if part is None:
            self.say(LIST_BROKEN, "This frame has no lists: headings would have no numbers.", "Start from house.docx.")
            return None
        by_id = {s.get(W + "styleId"): s for s in self.xml[STYLE_PART].iter(W + "style")}
        abstract = {a.get(W + "abstractNumId"): a for a in part.findall(W + "abstractNum")}
        numbers = {n.get(W + "numId"): n for n in part.findall(W + "num")}
        out: dict[str, Any] = {}
        for name, keys in LISTS.items():
            levels = []
            number: str | None = None
            for position, key in enumerate(keys):
                shown = _shown(STYLES[key][0])
                at = _numbering_of(by_id, styles[key])
                if at is None or at[0] not in numbers:
                    self.say(
                        LIST_BROKEN,
                        f"The style “{shown}” is not linked to a list.",
                        f"Link level {position + 1} of its multilevel list to it.",
                    )
                    continue
                number = number or at[0]
                if at[0] != number and _val(numbers[at[0]], "abstractNumId") != _val(numbers[number], "abstractNumId"):
                    first = _shown(STYLES[keys[0]][0])
                    self.say(LIST_BROKEN, f"The styles “{first}” and “{shown}” belong to different lists.")
                    continue
                levels.append(self.level(name, key, position, styles[key], at[1], numbers[at[0]], abstract))
            if number is not None and None not in levels and len(levels) == len(keys):
                out[name] = {"number": int(number), "levels": levels}
        return out if len(out) == len(LISTS) else None

    def level(
        self,
        name: str,
        key: str,
        position: int,
        style_id: str,
        style_level: int,
        number: _Element,
        abstract: Mapping[str | None, _Element],
    ) -> list[str] | None:
        """Return one level as [kind, text, XML]; restore its link to the style where that is lost."""
        from lxml import etree

        shown = _shown(STYLES[key][0])
        holder = abstract.get(_val(number, "abstractNumId"))
        linked = _val(holder, "numStyleLink")
        if (
            linked is not None
        ):  # a list style: its levels stand where w:styleLink names the same style (17.9.21, 17.9.27)
            holder = next((a for a in abstract.values() if _val(a, "styleLink") == linked), None)
        levels = {} if holder is None else {_number(e.get(W + "ilvl")): e for e in holder.findall(W + "lvl")}
        here = levels.get(position)
        link = None if here is None else _val(here, "pStyle")
        if here is None or (link is None and style_level != position) or link not in (None, style_id):
            self.say(
                LIST_BROKEN,
                f"Level {position + 1} of its list is not linked to the style “{shown}”.",
                f"In Define New Multilevel List choose level {position + 1} and link it to “{shown}”.",
            )
            return None
        if link is None:
            # LibreOffice drops w:pStyle. It stands after start, numFmt and lvlRestart (17.9.6).
            before = [e for e in here if e.tag in (W + "start", W + "numFmt", W + "lvlRestart")]
            element = etree.Element(W + "pStyle")
            element.set(W + "val", style_id)
            here.insert(here.index(before[-1]) + 1 if before else 0, element)
            self.changed.add(NUMBERING)
        kind, text = _val(here, "numFmt") or "decimal", _val(here, "lvlText") or ""
        wrong = ""
        if name in BULLETS:
            wrong = "" if kind == "bullet" and text else "has no bullet"
        elif kind not in COUNTED:
            wrong = "counts in a way agreements cannot follow (use 1, a, A, i or I)"
        elif f"%{position + 1}" not in text:
            wrong = "does not show its own number"
        elif position > 2 and re.search(r"%[1-9]", text.replace(f"%{position + 1}", "")):
            wrong = "repeats the numbers above it"
        elif here.find(W + "isLgl") is not None:
            wrong = "has legal style numbering switched on"
        elif here.find(W + "lvlRestart") is not None:
            wrong = "does not start again after the level above"
        elif (_val(here, "start") or "1") != "1":
            wrong = "does not start at 1"
        if any((_number(o.get(W + "ilvl")) or 0) <= position for o in number.findall(W + "lvlOverride")):
            wrong = wrong or "is changed in one place of the list only"
        if wrong:
            self.say(LIST_BROKEN, f"Level {position + 1} of the list of “{shown}” {wrong}.")
            return None
        copy = etree.fromstring(etree.tostring(here))
        for element in copy.findall(W + "pStyle"):
            copy.remove(element)
        etree.cleanup_namespaces(copy, keep_ns_prefixes=["w"])
        xml = etree.tostring(copy, encoding="unicode")
        return [kind, text, re.sub(r' xmlns:\w+="[^"]*"', "", xml)]

    # ------------------------------------------------------------ page and tags

    def page(self) -> list[int] | None:
        sections = list(self.xml[MAIN].iter(W + "sectPr"))
        size = sections[-1].find(W + "pgSz") if sections else None
        margins = sections[-1].find(W + "pgMar") if sections else None
        if size is None or margins is None:
            self.say(PAGE, "This frame has no page size or margins.", "Set them under Layout, and save.")
            return None
        numbers = [_number(size.get(W + a)) or 0 for a in ("w", "h")]
        numbers += [_number(margins.get(W + a)) or 0 for a in ("left", "right")]
        if min(numbers[:2]) - numbers[2] - numbers[3] < 3 * 1440:
            self.say(PAGE, "Less than three inches of width remain between the margins.", "Layout > Margins > Normal.")
        return numbers

    def templates(self) -> list[tuple[str, Template]]:
        printed = [MAIN, *self.stories()]
        for name, root in self.xml.items():
            if name in printed or not name.startswith("word/") or name.endswith(".rels"):
                continue
            if any(_TAGGED.search(_text(p)) for p in _paragraphs(root)):
                self.say(TAG, f"{_called(name)} holds a tag, which would be printed as it stands.", "Take it out.")
        self.slots()
        out: list[tuple[str, Template]] = []
        for name in printed:
            root = self.xml[name]
            if name != MAIN and not any(_TAGGED.search(_text(p)) for p in _paragraphs(root)):
                continue
            self.alone(name, root)
            template = self.template(name, root)
            if template is not None:
                out.append((name, template))
                self.whole(name, template)
        return out

    def stories(self) -> list[str]:
        """The headers and footers the text uses."""
        used = {
            reference.get(R + "id")
            for tag in ("headerReference", "footerReference")
            for reference in self.xml[MAIN].iter(W + tag)
        }
        names = []
        for relation in self.xml["word/_rels/document.xml.rels"]:
            name = _target(relation.get("Target") or "")
            if relation.get("Id") in used and name in self.xml:
                names.append(name)
        return sorted(set(names))

    def slots(self) -> None:
        seen: list[str] = []
        body = self.xml[MAIN].find(W + "body")
        for name, root in self.xml.items():
            if not name.startswith("word/") or name.endswith(".rels"):
                continue
            for paragraph in _paragraphs(root):
                for slot in _SLOT.findall(_text(paragraph)):
                    if slot not in SLOTS:
                        continue
                    if name != MAIN or paragraph.getparent() is not body:
                        fix = "Put it in a paragraph of the text itself."
                        self.say(
                            SLOT, f"{{{{p {slot} }}}} stands in a table, text box, control, header or footer.", fix
                        )
                    seen.append(slot)
        for slot in SLOTS:
            if seen.count(slot) != 1:
                how = "is missing" if slot not in seen else f"stands there {seen.count(slot)} times"
                self.say(SLOT, f"{{{{p {slot} }}}} {how}.", f"Put {{{{p {slot} }}}} once, alone in a paragraph.")
        order = [slot for slot in seen if slot in SLOTS]
        if len(set(seen)) == len(seen) == len(SLOTS) and order != list(SLOTS):
            self.say(SLOT, "The slots stand in another order than the agreement.", f"The order is: {', '.join(SLOTS)}.")

    def alone(self, name: str, root: _Element) -> None:
        """A paragraph tag takes its whole paragraph with it: nothing else may stand there."""
        for paragraph in _paragraphs(root):
            text = _text(paragraph).strip()
            tags = _PARAGRAPH_TAG.findall(text)
            if not tags:
                continue
            beside = len(tags) > 1 or text != tags[0]
            picture = any(
                next(paragraph.iter(W + tag), None) is not None for tag in ("drawing", "pict", "object", "sectPr")
            )
            if beside or picture:
                slot = any(s in SLOTS for s in _SLOT.findall(text))
                what = "a picture or section break" if picture and not beside else f"“{text[:60]}”"
                self.say(
                    SLOT if slot else TAG,
                    f"{_called(name)}: {what} shares a paragraph with {tags[0]} and would vanish.",
                    "Put the tag in a paragraph of its own.",
                )

    def template(self, name: str, root: _Element) -> Template | None:
        """Clean the part as docxtpl does, and read its tags."""
        from docxtpl import DocxTemplate
        from jinja2 import Environment, TemplateSyntaxError
        from lxml import etree

        source: str = DocxTemplate(BytesIO()).patch_xml(etree.tostring(root, encoding="unicode"))
        if name == MAIN:
            source = _PAGE_SIZE.sub(_turned, source)
        source = _with_word_2013(source)
        try:
            tree = Environment(keep_trailing_newline=True, autoescape=True).parse(source)
            return (_DECLARATION, *self.converted(name, tree.body))
        except TemplateSyntaxError as error:
            self.say(TAG, f"{_called(name)}: a tag is not closed or not understood ({error.message}).", _TAG_FIX)
        except _UnknownTag as unknown:
            self.say(TAG, f"{_called(name)}: {unknown}", _TAG_FIX)
        return None

    def converted(self, name: str, body: list[nodes.Node]) -> Template:
        """Turn jinja2's tree into ours, within the few tags a frame may hold."""
        from jinja2 import nodes as j

        out: list[str | Print | Choose] = []
        for node in body:
            if isinstance(node, j.Output):
                for piece in node.nodes:
                    if isinstance(piece, j.TemplateData):
                        out.append(piece.data)
                    elif isinstance(piece, j.Name):
                        out.append(Print(self.word(name, piece.name)))
                    else:
                        raise _UnknownTag("a tag does more than print one of the words a frame may print.")
            elif isinstance(node, j.If):
                branches = [(self.condition(node.test), self.converted(name, node.body))]
                branches += [(self.condition(e.test), self.converted(name, e.body)) for e in node.elif_]
                out.append(Choose(tuple(branches), self.converted(name, node.else_)))
            else:
                raise _UnknownTag("only {% if %}, {% elif %}, {% else %} and {% endif %} are known here.")
        return tuple(out)

    def word(self, part: str, name: str) -> str:
        if name in WORDS or (name in SLOTS and part == MAIN):
            return name
        raise _unknown(name, (*WORDS, *SLOTS), "{{ " + name + " }}")

    def condition(self, test: nodes.Node) -> Condition:
        from jinja2 import nodes as j

        match test:
            case j.Name(name=name):
                if name not in (*FLAGS, *WORDS):
                    raise _unknown(name, (*FLAGS, *WORDS), name)
                return str(name)
            case j.Not(node=inner):
                return ("not", self.condition(inner))
            case j.And(left=left, right=right):
                return ("and", self.condition(left), self.condition(right))
            case j.Or(left=left, right=right):
                return ("or", self.condition(left), self.condition(right))
            case j.Compare(
                expr=j.Name(name=name), ops=[j.Operand(op="eq" | "ne" as op, expr=j.Const(value=str(text)))]
            ):
                if name not in WORDS:
                    raise _unknown(name, WORDS, name)
                return ("==" if op == "eq" else "!=", name, text)
        raise _UnknownTag("a condition is more than names, and, or, not, == and !=.")

    def whole(self, name: str, template: Template) -> None:
        """Whatever the flags are, the part must come out as sound XML."""
        from lxml import etree

        words = dict.fromkeys(WORDS, "x")
        empty = ["<w:p/>"]
        for values in itertools.product((True, False), repeat=len(FLAGS)):
            flags = dict(zip(FLAGS, values, strict=True))
            try:
                etree.fromstring("".join(filled(template, words, flags, dict.fromkeys(SLOTS, empty))).encode())
            except etree.XMLSyntaxError:
                self.say(
                    TAG,
                    f"{_called(name)}: an {{% if %}} begins in one place and ends in quite another.",
                    "Keep both in one paragraph, or use {%p if … %} and {%p endif %}, each alone in a paragraph.",
                )
                return

    # ------------------------------------------------------------ package

    def package(self, tagged: set[str]) -> dict[str, Any]:
        """The package's lists without what each document writes anew, and the parts that are copied."""
        from lxml import etree

        ours = {"docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "docProps/thumbnail.jpeg"}
        ours |= {n for n in self.parts if n.startswith(("docProps/thumbnail", "word/comments", "word/people"))}
        lists = ["[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"]
        types, package, relations = (self.xml[name] for name in lists)
        for entry in list(types):
            if (entry.get("PartName") or "")[1:] in ours:
                types.remove(entry)
        for root, base in ((package, ""), (relations, "word/")):
            for entry in list(root):
                target = _target(entry.get("Target") or "", base)
                if entry.get("TargetMode") != "External" and target in ours:
                    root.remove(entry)
        texts = {}
        for name, root in zip(lists, (types, package, relations), strict=True):
            text = etree.tostring(root, encoding="unicode")
            end = text.rindex("</") if "</" in text else len(text)
            texts[name] = _DECLARATION + (text[:end] if "</" in text else text.replace("/>", ">"))
        changed = {
            name: _DECLARATION + etree.tostring(self.xml[name], encoding="unicode") for name in sorted(self.changed)
        }
        left_out = {*ours, *lists, *tagged, NUMBERING}
        return {
            "changed": changed,
            "copied": sorted(name for name in self.parts if name not in left_out),
            "types": texts["[Content_Types].xml"],
            "package_relations": texts["_rels/.rels"],
            "relations": texts["word/_rels/document.xml.rels"],
            "properties": self.properties(),
            "first_id": self.highest() + 1,
        }

    def properties(self) -> str:
        """The frame's own custom properties as XML; the document's own come after them, in the same part."""
        from lxml import etree

        root = self.xml.get("docProps/custom.xml")
        if root is None:
            return ""
        out = []
        for number, entry in enumerate((e for e in root if not (e.get("name") or "").startswith("Agreement")), 2):
            entry.set("pid", str(number))
            entry.tail = None
            out.append(etree.tostring(entry, encoding="unicode"))
        return "".join(out)

    def highest(self) -> int:
        """The highest number the frame uses where numbers must not meet."""
        found = [0]
        for name, root in self.xml.items():
            if name.endswith("document.xml.rels"):
                for entry in root:
                    found += [int(d) for d in re.findall(r"^rId(\d{1,7})$", entry.get("Id") or "")]
            if not name.startswith("word/") or name.endswith(".rels"):
                continue
            for tag, attribute in (("bookmarkStart", "id"), ("num", "numId"), ("abstractNum", "abstractNumId")):
                found += [_number(e.get(W + attribute)) or 0 for e in root.iter(W + tag)]
            found += [abs(_number(_val(e, "id")) or 0) for e in root.iter(W + "sdtPr")]
        return max(n for n in found if n < 10**6)


# ---------------------------------------------------------------- small things

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TAGGED = re.compile(r"\{[{%#]|[}%#]\}")
_SLOT = re.compile(r"\{\{p?\s+(\w+)\s*\}\}")
_PARAGRAPH_TAG = re.compile(r"\{\{p [^}]*\}\}|\{%p [^%]*%\}")
_PAGE_SIZE = re.compile(r"<w:pgSz\b[^>]*/>")
_TAG_FIX = "Known: " + ", ".join("{{ " + word + " }}" for word in WORDS) + " and {% if " + " / ".join(FLAGS) + " %}."


class _UnknownTag(Exception):
    """A tag outside the few a frame may hold."""


def _unknown(name: str, known: tuple[str, ...], shown: str) -> _UnknownTag:
    near = get_close_matches(name, known, 1)
    return _UnknownTag(f"{shown} is not known." + (f" Did you mean {near[0]}?" if near else ""))


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def _target(target: str, base: str = "word/") -> str:
    """The name of the part a relationship points to."""
    return target[1:] if target.startswith("/") else base + target


def _called(part: str) -> str:
    """What a reader calls a part of the file."""
    stem = part.rsplit("/", 1)[-1]
    for start, name in (
        ("header", "A header"), ("footer", "A footer"), ("footnotes", "A footnote"), ("endnotes", "An endnote"),
        ("comments", "A comment"), ("document", "The text"), ("styles", "A style"), ("numbering", "A list"),
    ):  # fmt: skip
        if stem.startswith(start):
            return name
    return f"The part {part}"


def _shown(style: str) -> str:
    """Word shows built-in names with a capital: the file says "heading 1"."""
    return capitalized(style)


def _numbering_of(styles: Mapping[str | None, _Element], style_id: str) -> tuple[str, int] | None:
    """The list and level a style names, itself or through the style it is based on."""
    seen: set[str | None] = set()
    number: str | None = None
    level: int | None = None
    current: str | None = style_id
    while current in styles and current not in seen:
        seen.add(current)
        found = styles[current].find(f"{W}pPr/{W}numPr")
        number = number or _val(found, "numId")
        level = level if level is not None else _number(_val(found, "ilvl"))
        current = _val(styles[current], "basedOn")
    return None if number in (None, "0") else (str(number), level or 0)


def _turned(size: re.Match[str]) -> str:
    """A page size as it is for upright documents, and turned for wide ones."""
    as_it_is = size.group(0)
    width, height = (re.search(rf' w:{a}="(\d+)"', as_it_is) for a in "wh")
    if not width or not height or int(width.group(1)) >= int(height.group(1)):
        return as_it_is
    turned = f'<w:pgSz w:w="{height.group(1)}" w:h="{width.group(1)}" w:orient="landscape"/>'
    return f"{{% if landscape %}}{turned}{{% else %}}{as_it_is}{{% endif %}}"


def _with_word_2013(source: str) -> str:
    """See that the part may hold what Word 2013 added to content controls (w15, [MS-DOCX] 2.5.4)."""
    end = source.index(">")
    root, rest = source[:end], source[end:]
    names = (
        ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
        ("w15", "http://schemas.microsoft.com/office/word/2012/wordml"),
    )
    for prefix, uri in names:
        if f"xmlns:{prefix}=" not in root:
            root += f' xmlns:{prefix}="{uri}"'
    ignorable = re.search(r'mc:Ignorable="([^"]*)"', root)
    if ignorable is None:
        root += ' mc:Ignorable="w15"'
    elif "w15" not in ignorable.group(1).split():
        root = root.replace(ignorable.group(0), f'mc:Ignorable="{ignorable.group(1)} w15"')
    return root + rest
