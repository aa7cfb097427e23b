"""A paragraph of a Word file as text that can be compared, and its runs as pieces that can be cut and marked.

Everything that is no letter (a tab, a picture, a formula, a whole field, a note's number) is one character of a
private plane, the same for the same thing: so paragraphs are compared as texts, and places in them are numbers.

A field is one piece from its ``begin`` to its ``end`` (ECMA-376 Part 1, 17.16.18)::

    <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF _Ref1 </w:instrText></w:r>
    <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>7.2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>

unless it spans paragraphs, as a table of contents does; then only its text counts. ``w:fldSimple`` is rewritten so.
"""

from __future__ import annotations

import copy
import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING

from generator.comparison.word_package import MC, SPACE, R, W, WordPackage, asks_nothing, attributes
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "BOX", "Formats", "Keys", "Leaf", "Look", "Piece", "Text", "blocks_of", "boxes_in", "canonical", "cut",
    "end_with_paragraph", "has_box", "leaves_of", "make_plain", "pieces_of", "read_paragraph", "set_text", "wrapper_of",
]  # fmt: skip

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
BOX = W + "txbxContent"
_PRIVATE = re.compile("[\U000f0000-\U0010ffff]")
_WRAPPERS = {W + t for t in ("sdt", "sdtContent", "hyperlink", "smartTag", "customXml", "dir", "bdo", "ins", "moveTo")}
_SILENT = {W + t for t in ("rPr", "lastRenderedPageBreak", "commentReference", "annotationRef", "footnoteRef",
                           "endnoteRef", "separator", "continuationSeparator")}  # fmt: skip
_MATH = {M + "oMath", M + "oMathPara"}
_NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}
_VOLATILE = re.compile(r"(rsid\w*|paraId|textId|anchorId|editId|spid|gfxdata)$")
_NAMED = re.compile(r"\}(docPr|cNvPr)$")


class Keys:
    """One character for each thing that is no letter."""

    def __init__(self) -> None:
        self._signs: dict[Hashable, str] = {}

    def sign(self, key: Hashable) -> str:
        """Return the character for ``key``."""
        if key not in self._signs:
            code = 0xF0001 + len(self._signs)
            if code >= 0xFFFF0:
                code += 0x10
            if code > 0x10FFF0:
                raise OverflowError("too many different things")
            self._signs[key] = chr(code)
        return self._signs[key]


@dataclass(slots=True)
class Leaf:
    """One text, one thing or one silent element of a run. ``elements`` are the runs (or formula) it stands in."""

    elements: list[_Element]
    node: _Element
    length: int = 0
    text: str = ""
    whole: bool = False  # a field or a formula: never cut


@dataclass(slots=True)
class Piece:
    """Neighbouring runs that are marked together; ``start`` and ``end`` are places in the paragraph's text."""

    start: int
    end: int
    elements: list[_Element]


@dataclass(slots=True)
class Look:
    """A stretch of a paragraph's text that looks alike: ``said`` says how, ``properties`` is its ``w:rPr``."""

    start: int
    end: int
    said: str
    properties: _Element | None


@dataclass(slots=True)
class Text:
    """A paragraph read: its text, its leaves, its looks (stretches of equal run properties), its own properties."""

    element: _Element
    text: str
    leaves: list[Leaf]
    looks: list[Look]
    shape: str
    section: bool
    deep: list[tuple[int, Leaf]]  # text boxes and notes, by their place
    words: list[str] = field(default_factory=list)


# ---------------------------------------------------------------- walking


def blocks_of(container: _Element) -> Iterator[_Element]:
    """Yield the paragraphs and tables of a container, out of content controls, in order."""
    for child in container:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml"):
            yield from blocks_of(child)


def wrapper_of(element: _Element, tag: str) -> _Element | None:
    """Return the nearest ancestor named ``tag`` inside the same paragraph."""
    parent = element.getparent()
    while parent is not None and parent.tag != W + "p":
        if parent.tag == tag:
            return parent
        parent = parent.getparent()
    return None


def _inline(parent: _Element) -> Iterator[_Element]:
    for child in parent:
        if child.tag == W + "r" or child.tag in _MATH:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inline(child)


def make_plain(root: _Element) -> None:
    """Rewrite what can be written in several ways: simple fields as complex ones, one sign of a field to a run."""
    for simple in list(root.iter(W + "fldSimple")):
        parent = simple.getparent()
        if parent is None:
            continue
        runs = [
            _field_sign(simple, "begin"),
            _code(simple.get(W + "instr", "")),
            _field_sign(simple, "separate"),
            *[child for child in simple if child.tag != W + "fldData"],
            _field_sign(simple, "end"),
        ]
        at = parent.index(simple)
        parent[at : at + 1] = runs
    for sign in list(root.iter(W + "fldChar", W + "instrText")):
        run = sign.getparent()
        if run is None or run.tag != W + "r":
            continue
        content = [child for child in run if child.tag != W + "rPr"]
        parent = run.getparent()
        if len(content) < 2 or parent is None:
            continue
        runs = [_shell(run) for _ in content]
        for shell, child in zip(runs, content, strict=True):
            shell.append(child)
        at = parent.index(run)
        parent[at : at + 1] = runs
    _without_questions(root)


def _without_questions(root: _Element) -> None:
    """Leave of each field that asks nothing its words alone: LibreOffice makes such fields of content controls."""
    for code in list(root.iter(W + "instrText")):
        run = code.getparent()
        if run is None or not asks_nothing(code.text or ""):
            continue
        before, after = run.getprevious(), [*run.itersiblings()]
        signs = [(r, s.get(W + "fldCharType")) for r in after if (s := r.find(W + "fldChar")) is not None]
        first = None if before is None else before.find(W + "fldChar")
        opened = first is not None and first.get(W + "fldCharType") == "begin"
        if before is not None and opened and [kind for _, kind in signs[:2]] == ["separate", "end"]:
            for each in (before, run, *(r for r, _ in signs[:2])):
                if (parent := each.getparent()) is not None:
                    parent.remove(each)


def end_with_paragraph(body: _Element) -> None:
    """Put an empty paragraph after a table that stands last in a text, as Word does when it opens the file."""
    last = next((block for block in reversed(list(blocks_of(body)))), None)
    if last is not None and last.tag == W + "tbl":
        paragraph = body.makeelement(W + "p")
        section = body.find(W + "sectPr")
        if section is None:
            body.append(paragraph)
        else:
            section.addprevious(paragraph)


def _field_sign(like: _Element, kind: str) -> _Element:
    run = like.makeelement(W + "r")
    run.append(run.makeelement(W + "fldChar", {W + "fldCharType": kind}))
    return run


def _code(text: str) -> _Element:
    from lxml import etree

    run = etree.Element(W + "r")
    set_text(etree.SubElement(run, W + "instrText"), text)
    return run


def set_text(element: _Element, text: str) -> None:
    """Set the text of ``w:t`` and its kin, blanks at its ends kept."""
    element.text = text
    if text != text.strip() or "  " in text:
        element.set(SPACE, "preserve")


def _shell(run: _Element) -> _Element:
    shell = run.makeelement(W + "r", attributes(run))
    properties = run.find(W + "rPr")
    if properties is not None:
        shell.append(copy.deepcopy(properties))
    return shell


def leaves_of(paragraph: _Element) -> list[Leaf]:
    """Return everything that stands in a paragraph, in order."""
    runs = list(_inline(paragraph))
    closed = _closed_fields(runs)
    out: list[Leaf] = []
    depth = 0
    whole: Leaf | None = None
    for run in runs:
        if whole is not None:
            whole.elements.append(run)
            sign = run.find(W + "fldChar")
            if sign is not None and sign in closed:
                depth += {"begin": 1, "end": -1}.get(sign.get(W + "fldCharType", ""), 0)
                if not depth:
                    whole = None
            continue
        if run.tag != W + "r":
            out.append(Leaf([run], run, 1, whole=True))
            continue
        for child in run:
            if child.tag == W + "t":
                text = child.text or ""
                out.append(Leaf([run], child, len(text), text))
            elif child.tag == W + "fldChar" and child in closed:
                whole, depth = Leaf([run], child, 1, whole=True), 1
                out.append(whole)
            elif child.tag in _SILENT or child.tag in (W + "fldChar", W + "instrText"):
                if child.tag != W + "rPr":
                    out.append(Leaf([run], child))
            else:
                out.append(Leaf([run], child, 1))
    return out


def _closed_fields(runs: list[_Element]) -> set[_Element]:
    closed: set[_Element] = set()
    waiting: list[list[_Element]] = []
    for run in runs:
        sign = run.find(W + "fldChar") if run.tag == W + "r" else None
        if sign is None:
            continue
        kind = sign.get(W + "fldCharType")
        if kind == "begin":
            waiting.append([sign])
        elif waiting:
            waiting[-1].append(sign)
            if kind == "end":
                closed.update(waiting.pop())
    return closed


def has_box(node: _Element) -> bool:
    """Return whether a picture holds a text box."""
    return next(node.iter(BOX), None) is not None


def boxes_in(node: _Element) -> list[_Element]:
    """Return the text boxes of a picture that stand in no other text box."""
    out: list[_Element] = []
    for child in node:
        out += [child] if child.tag == BOX else boxes_in(child)
    return out


# ---------------------------------------------------------------- reading


@dataclass(slots=True)
class Formats:
    """How names that each file gives anew are made comparable: styles, lists, notes."""

    package: WordPackage
    part: str
    style: Callable[[str], str]
    number: Callable[[str], str]
    note: Callable[[str, str], Hashable]


def canonical(element: _Element | None, formats: Formats, leave: frozenset[str] = frozenset()) -> str:
    """Return properties as one text: the same for the same looks, whatever the file calls its styles and lists."""
    if element is None:
        return ""
    out: list[str] = []
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name in leave or name.endswith("Change"):
            continue
        given_here: list[str] = []
        for key, given in attributes(child).items():
            short = key.rpartition("}")[2]
            if short.startswith("rsid") or short == "hint":
                continue
            if short == "val":
                if name in ("pStyle", "rStyle", "tblStyle"):
                    given = formats.style(given)
                elif name == "numId":
                    given = formats.number(given)
            given_here.append(f"{short}={given}")
        inner = canonical(child, formats, leave) if len(child) else ""
        out.append(f"{name}[{','.join(sorted(given_here))}]{{{inner}}}")
    return ";".join(sorted(out))


_NO_LOOKS = frozenset(("lang", "noProof", "proofErr"))
_NO_SHAPE = frozenset(("rPr", "sectPr", "pPrChange"))


def read_paragraph(paragraph: _Element, formats: Formats, keys: Keys) -> Text:
    """Read a paragraph (whose fields :func:`make_plain` has rewritten)."""
    leaves = leaves_of(paragraph)
    out: list[str] = []
    looks: list[Look] = []
    deep: list[tuple[int, Leaf]] = []
    at = 0
    last: tuple[_Element, str] | None = None
    for leaf in leaves:
        if not leaf.length:
            continue
        run = leaf.elements[0]
        if last is None or last[0] is not run:
            last = (run, canonical(run.find(W + "rPr"), formats, _NO_LOOKS))
        if leaf.text:
            text = leaf.text
            if _PRIVATE.search(text):
                text = _PRIVATE.sub(lambda m: keys.sign(("letter", m.group())), text)
            out.append(text)
        else:
            out.append(keys.sign(_key(leaf, formats)))
            if leaf.node.tag in _NOTES or (not leaf.whole and has_box(leaf.node)):
                deep.append((at, leaf))
        end = at + leaf.length
        if looks and looks[-1].said == last[1]:
            looks[-1].end = end
        else:
            looks.append(Look(at, end, last[1], run.find(W + "rPr")))
        at = end
    properties = paragraph.find(W + "pPr")
    return Text(
        paragraph,
        "".join(out),
        leaves,
        looks,
        canonical(properties, formats, _NO_SHAPE),
        properties is not None and properties.find(W + "sectPr") is not None,
        deep,
    )


def _key(leaf: Leaf, formats: Formats) -> Hashable:
    node = leaf.node
    if node.tag == W + "fldChar":
        return ("field", *_field_said(leaf, formats))
    if node.tag in _NOTES:
        return formats.note(_NOTES[node.tag], node.get(W + "id", ""))
    if has_box(node):
        return ("box", len(boxes_in(node)))
    if node.tag == W + "cr":
        return ("br",)
    return (node.tag.rpartition("}")[2], *_digest(node, formats))


def _field_said(leaf: Leaf, formats: Formats) -> Iterator[str]:
    code = ""
    for run in leaf.elements:
        for child in run if run.tag == W + "r" else [run]:
            if child.tag == W + "instrText":
                code += child.text or ""
            elif child.tag == W + "t":
                code += f"\0{child.text or ''}"
            elif child.tag == W + "fldChar":
                code = " ".join(code.split(" ")) + f"\0{child.get(W + 'fldCharType')}"
            elif child.tag not in _SILENT:
                code += "\0" + "".join(_digest(child, formats))
    yield re.sub(r" +", " ", code).replace(" \0", "\0")


def _digest(node: _Element, formats: Formats) -> Iterator[str]:
    if node.tag == MC + "Fallback" or node.tag.endswith("}extLst"):
        return
    yield node.tag.rpartition("}")[2]
    named = _NAMED.search(node.tag)
    for key, given in sorted(attributes(node).items()):
        if _VOLATILE.search(key) or (named and key in ("id", "name")) or (key == "id" and "vml" in node.tag):
            continue
        if key == R + "dm":
            # A diagram is its words; Word counts the ids of their boxes anew each time.
            drawn = formats.package.relation(formats.part, given)
            if drawn is not None and drawn.target in formats.package:
                given = " ".join(t.text or "" for t in formats.package.tree(drawn.target).iter(_A + "t"))
        elif key.startswith(R) and "/diagram}" in node.tag:
            continue
        elif key.startswith(R):
            given = _target(formats.package, formats.part, given)
        yield f"{key}={given}"
    if node.text and node.text.strip():
        yield node.text
    for child in node:
        yield from _digest(child, formats)
    yield "/"


def _target(package: WordPackage, part: str, id: str) -> str:
    """Return the digest of what a relation names, and of what that names in turn."""
    relation = package.relation(part, id)
    if relation is None or relation.outside:
        return relation.target if relation else ""
    name = relation.target
    if name not in package:
        return ""
    if name not in package.digests:
        package.digests[name] = ""  # parts may name each other
        below = [_target(package, name, r.id) for r in package.relations(name)]
        package.digests[name] = hashlib.sha256(package.read(name) + "".join(below).encode()).hexdigest()
    return package.digests[name]


# ---------------------------------------------------------------- cutting


def cut(paragraph: _Element, places: set[int]) -> None:
    """Part the runs of ``paragraph`` so that none reaches over a place in ``places``."""
    at = 0
    spans: list[tuple[_Element, int, list[Leaf]]] = []
    ordered = sorted(places)
    for leaf in leaves_of(paragraph):
        if not leaf.whole:
            if spans and spans[-1][0] is leaf.elements[0]:
                spans[-1][2].append(leaf)
            else:
                spans.append((leaf.elements[0], at, [leaf]))
        at += leaf.length
    for run, start, leaves in spans:
        end = start + sum(leaf.length for leaf in leaves)
        inside = ordered[bisect_right(ordered, start) : bisect_left(ordered, end)]
        if inside:
            _part(run, start, leaves, inside)


def _part(run: _Element, start: int, leaves: list[Leaf], places: list[int]) -> None:
    parent = run.getparent()
    if parent is None:
        return
    after = parent.index(run)
    at, here = start, run
    waiting = list(places)

    def next_run() -> None:
        nonlocal here, after
        here = _shell(run)
        after += 1
        parent.insert(after, here)

    for leaf in leaves:
        if waiting and at == waiting[0] and leaf.length:
            waiting.pop(0)
            next_run()
        if here is not run:
            here.append(leaf.node)
        text, node = leaf.text, leaf.node
        while leaf.text and waiting and at < waiting[0] < at + len(text):
            keep = waiting.pop(0) - at
            set_text(node, text[:keep])
            at, text = at + keep, text[keep:]
            next_run()
            node = here.makeelement(W + "t")
            here.append(node)
            set_text(node, text)
        at += len(text) if leaf.text else leaf.length


def pieces_of(paragraph: _Element) -> list[Piece]:
    """Return the runs of a paragraph that hold something, with their places; a field is one piece."""
    out: list[Piece] = []
    at = 0
    for leaf in leaves_of(paragraph):
        if leaf.length:
            if out and not leaf.whole and out[-1].elements[-1] is leaf.elements[0]:
                out[-1].end += leaf.length
            else:
                out.append(Piece(at, at + leaf.length, list(leaf.elements)))
        at += leaf.length
    return out
