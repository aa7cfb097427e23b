"""Where each paragraph of a Word file stands: under which numbered heading, as which item, in which clause of ours.

Word counts automatic numbers itself and writes none of them into the file; they are counted here as Word does
(ECMA-376 Part 1, 17.9): a level begins anew after each number of a level above it, lists of one form count together,
``w:startOverride`` begins anew once. A style may carry the number (17.3.1.19, 17.7.2). Numbers that somebody typed are
read from the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from generator.comparison.word_package import W, WordPackage, value, whole_number
from generator.fields import shortened
from generator.frozen import dataclass
from generator.numbering import letter, roman

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["CONTENTS", "Spot", "outline_of"]

CONTENTS = "the table of contents"

_LEVELS = 9
_TITLE_WORDS = 9  # a line or first sentence of more words is no heading
_LONGEST = 90
_MOST = 5_000  # beyond, letters would be pages long
_TYPED = re.compile(
    r"\s*(?P<number>(?:section|article|schedule|exhibit|attachment|appendix)\s+[A-Z\d][\w.]*|\d{1,3}(?:\.\d{1,3}){0,4}\.?)"
    r"[\s.:–—-]+(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_TYPED_ITEM = re.compile(r"\s*(\((?:[a-z]{1,2}|[ivx]{1,5}|\d{1,2}|[A-Z])\))\s+\S")
_PARTED = re.compile(r"(?:[A-Z]|\d+)(?:\.\d+)+\.?$")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a paragraph stands: ``place`` is the heading above it (“Section 7.2 (Breach notice)”), ``item`` the item
    it is or ends in (“(b)(i)”), ``clause`` the clause of ours that holds it, ``label`` the number Word prints here.
    ``level`` is its level in a list, ``bullet`` says that the list has signs instead of numbers; ``rank`` is the
    outline level from 1 that its style gives it (0: none).
    """

    place: str = ""
    item: str = ""
    clause: str = ""
    label: str = ""
    heading: bool = False
    level: int = 0
    bullet: bool = False
    rank: int = 0


def outline_of(package: WordPackage) -> dict[_Element, Spot]:
    """Return where each paragraph of the text stands, those in text boxes left out."""
    counter = _Counter(package)
    styles = _Styles(package)
    spots: dict[_Element, Spot] = {}
    place = ""
    items: list[tuple[int, str]] = []
    for paragraph, clause in _paragraphs(package.body, ""):
        own = _own_of(paragraph, styles.default)
        text = _text(paragraph)
        # Word prints and counts no number for an empty paragraph that ends a section of the page layout.
        ends = not text and paragraph.find(f"{W}pPr/{W}sectPr") is not None
        label, level = ("", 0) if ends else counter.label(own, styles)
        if styles.in_contents(own.style):  # what stands there names headings and is none
            spots[paragraph] = Spot(CONTENTS, clause=clause, label=label, rank=styles.rank(own))
            continue
        named = _heading(text, label, styles.is_heading(own), level)
        if named:
            place, items = named, []
        elif label:
            items = [i for i in items if i[0] < level]
            items.append((level, label.rstrip(".") if not label.startswith("(") else label))
        elif typed := _TYPED_ITEM.match(text):
            items = [(0, typed.group(1))]
        elif items and not styles.goes_on(own.style):
            items = []
        item = "".join(one for _, one in items if re.search(r"\w", one))
        bullet = not label and counter.is_bullet(own, styles)
        spots[paragraph] = Spot(place, item, clause, label, bool(named), level, bullet, styles.rank(own))
    return spots


class _Own(NamedTuple):
    """What a paragraph's own properties say: its style, list, level in it, and outline level."""

    style: str
    number: str | None = None
    level: int | None = None
    outline: str | None = None


def _own_of(paragraph: _Element, default: str) -> _Own:
    own = _Own(default)
    properties = paragraph.find(W + "pPr")
    for child in () if properties is None else properties:
        if child.tag == W + "pStyle":
            own = own._replace(style=child.get(W + "val") or default)
        elif child.tag == W + "outlineLvl":
            own = own._replace(outline=child.get(W + "val"))
        elif child.tag == W + "numPr":
            own = own._replace(number=value(child, "numId"), level=whole_number(value(child, "ilvl")))
    return own


def _paragraphs(container: _Element, clause: str) -> list[tuple[_Element, str]]:
    out: list[tuple[_Element, str]] = []
    for child in container:
        if child.tag == W + "p":
            out.append((child, clause))
        elif child.tag == W + "sdt":
            tag = value(child.find(W + "sdtPr"), "tag") or ""
            inner = tag[len("clause:") :].partition("@")[0] if tag.startswith("clause:") else clause
            content = child.find(W + "sdtContent")
            out += [] if content is None else _paragraphs(content, inner)
        elif child.tag in (W + "tbl", W + "tr", W + "tc", W + "customXml"):
            out += _paragraphs(child, clause)
    return out


def _text(paragraph: _Element) -> str:
    return "".join(t.text or "" for t in paragraph.iter(W + "t"))


def _heading(text: str, label: str, styled: bool, level: int) -> str:
    """Return what a heading is called (“Section 7.2 (Breach notice)”), or "" for what is no heading."""
    title = " ".join(text.split())
    if not title and not label:
        return ""
    if styled:
        typed = _TYPED.match(title) if not label else None
        if typed:
            label, title = typed.group("number"), typed.group("rest")
        return _called(label, title)
    if label:
        return _called(label, _run_in(title)) if _PARTED.fullmatch(label) and level <= 2 else ""
    typed = _TYPED.match(title)
    if typed is None:
        return ""
    number, rest = typed.group("number"), typed.group("rest")
    name = _run_in(rest)
    if _PARTED.fullmatch(number) or not number[0].isdigit() or (name and rest.rstrip(".") == name):
        return _called(number, name)
    return ""


def _run_in(text: str) -> str:
    """Return the title with which a paragraph begins (“Breach Notice. Provider shall …”), or ""."""
    first = re.split(r"(?<=[^\W\d_])[.:](?:\s|$)", text, maxsplit=1)[0]
    return first.rstrip(".") if first and len(first.split()) <= _TITLE_WORDS and first[:1].isupper() else ""


def _called(label: str, title: str) -> str:
    title = shortened(title, _LONGEST)
    label = label.strip().rstrip(".:)")
    if not label or not re.search(r"\w", label):
        return title
    name = label if re.match(r"[^\W\d_]{3}", label) else f"Section {label.lstrip('(')}"
    return f"{name} ({title})" if title else name


class _Styles:
    """The paragraph styles of a file: what each inherits."""

    def __init__(self, package: WordPackage) -> None:
        part = package.related(package.main, "styles")
        styles = [] if part is None else list(package.tree(part).iter(W + "style"))
        self._by_id = {s.get(W + "styleId", ""): s for s in styles}
        self.default = next(
            (s.get(W + "styleId", "") for s in styles if s.get(W + "type") == "paragraph" and s.get(W + "default")), ""
        )
        self._headings: dict[str, bool] = {}
        self._ranks: dict[str, int] = {}
        self._numbers: dict[str, tuple[str, int | None, str]] = {}

    def chain(self, id: str) -> list[_Element]:
        """Return a style and those it is based on."""
        out: list[_Element] = []
        style = self._by_id.get(id)
        while style is not None and style not in out:
            out.append(style)
            style = self._by_id.get(value(style, "basedOn") or "")
        return out

    def name(self, id: str) -> str:
        """Return what a style is called to the reader."""
        return (value(self._by_id.get(id), "name") or id).lower()

    def in_contents(self, id: str) -> bool:
        """Whether a style is one of the entries of a table of contents."""
        return bool(re.match(r"(?:toc|contents) ?\d", self.name(id)))

    def is_heading(self, own: _Own) -> bool:
        """Whether a paragraph is a heading by its style, or by an outline level of its own."""
        if own.outline is not None:
            return _rank(own.outline) > 0
        if own.style not in self._headings:
            name = self.name(own.style)
            levels = [value(s, "pPr/outlineLvl") for s in self.chain(own.style)]
            level = next((lvl for lvl in levels if lvl is not None), "9")
            known = name.startswith(("heading", "title")) or (
                name.endswith("heading") and not name.startswith(("table", "toc", "contents"))
            )
            self._headings[own.style] = known or _rank(level) > 0
        return self._headings[own.style]

    def rank(self, own: _Own) -> int:
        """Return the outline level from 1 of a paragraph, 0 for none."""
        if own.outline is not None:
            return _rank(own.outline)
        if own.style not in self._ranks:
            levels = [value(s, "pPr/outlineLvl") for s in self.chain(own.style)]
            level = next((lvl for lvl in levels if lvl is not None), "9")
            self._ranks[own.style] = _rank(level)
        return self._ranks[own.style]

    def goes_on(self, id: str) -> bool:
        """Whether a paragraph of this style goes on with the item above it."""
        name = self.name(id)
        return "item text" in name or name.startswith(("list continue", "itemtext"))

    def number(self, id: str) -> tuple[str, int | None, str]:
        """Return the list of a style, its level (None: the level that names the style), and the style that says so."""
        if id not in self._numbers:
            found: tuple[str, int | None, str] = ("", None, "")
            for style in self.chain(id):
                number = value(style, "pPr/numPr/numId")
                if number is not None:
                    found = (number, whole_number(value(style, "pPr/numPr/ilvl")), style.get(W + "styleId", ""))
                    break
            self._numbers[id] = found
        return self._numbers[id]


def _rank(outline: str) -> int:
    """Return an outline level from 1, 0 for none."""
    level = whole_number(outline)
    return level + 1 if level is not None and level < _LEVELS else 0


class _Level(NamedTuple):
    """One level of a list."""

    start: int
    kind: str
    text: str
    style: str
    restarts: bool
    legal: bool


class _Counter:
    """Counts the automatic numbers of a file, paragraph by paragraph."""

    def __init__(self, package: WordPackage) -> None:
        part = package.related(package.main, "numbering")
        root = None if part is None else package.tree(part)
        self._lists = {} if root is None else {n.get(W + "numId", ""): n for n in root.iter(W + "num")}
        self._forms = {} if root is None else {a.get(W + "abstractNumId", ""): a for a in root.iter(W + "abstractNum")}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def _list_of(self, own: _Own, styles: _Styles) -> tuple[str, int]:
        number, level = own.number, own.level
        if number is None:
            number, of_style, named = styles.number(own.style)
            if level is None:
                level = of_style if of_style is not None else self._linked(number, named)
        return number, min(level or 0, _LEVELS - 1)

    def is_bullet(self, own: _Own, styles: _Styles) -> bool:
        """Whether Word prints a sign and no number before a paragraph."""
        number, level = self._list_of(own, styles)
        shape = self._levels_of(number).get(level) if number in self._lists and number != "0" else None
        return shape is not None and shape.kind == "bullet"

    def label(self, own: _Own, styles: _Styles) -> tuple[str, int]:
        """Return the number that Word prints before a paragraph ("" if none, or a bullet) and its level."""
        number, level = self._list_of(own, styles)
        entry = self._lists.get(number)
        if entry is None or number == "0":
            return "", 0
        levels = self._levels_of(number)
        counts = self._counts.setdefault(value(entry, "abstractNumId") or "", {})
        if (number, level) not in self._begun:
            self._begun.add((number, level))
            override = whole_number(value(self._override(entry, level), "startOverride"))
            if override is not None:
                counts[level] = override - 1
        counts[level] = counts.get(level, self._start(levels, level) - 1) + 1
        for deeper in [n for n in counts if n > level]:
            if deeper not in levels or levels[deeper].restarts:
                del counts[deeper]
        return self._printed(levels, counts, level), level

    def _linked(self, number: str, style: str) -> int:
        return next((n for n, lvl in self._levels_of(number).items() if lvl.style == style), 0)

    @staticmethod
    def _override(entry: _Element, level: int) -> _Element | None:
        return next((o for o in entry.findall(W + "lvlOverride") if o.get(W + "ilvl") == str(level)), None)

    def _levels_of(self, number: str) -> dict[int, _Level]:
        if number not in self._levels:
            entry = self._lists.get(number)
            form = self._forms.get(value(entry, "abstractNumId") or "")
            found: dict[int, _Level] = {}
            for holder in (form, *([] if entry is None else entry.findall(W + "lvlOverride"))):
                for lvl in [] if holder is None else holder.findall(W + "lvl"):
                    start = whole_number(value(lvl, "start"))
                    found[whole_number(lvl.get(W + "ilvl")) or 0] = _Level(
                        1 if start is None else start,
                        value(lvl, "numFmt") or "decimal",
                        value(lvl, "lvlText") or "",
                        value(lvl, "pStyle") or "",
                        whole_number(value(lvl, "lvlRestart")) != 0,
                        lvl.find(W + "isLgl") is not None,
                    )
            self._levels[number] = found
        return self._levels[number]

    @staticmethod
    def _start(levels: dict[int, _Level], level: int) -> int:
        return levels[level].start if level in levels else 1

    def _printed(self, levels: dict[int, _Level], counts: dict[int, int], level: int) -> str:
        shape = levels.get(level)
        if shape is None or shape.kind in ("bullet", "none") or not shape.text:
            return ""

        def one(match: re.Match[str]) -> str:
            n = int(match.group(1)) - 1
            kind = "decimal" if shape.legal or n not in levels else levels[n].kind
            return _written(counts.get(n, self._start(levels, n)), kind)

        return re.sub(r"%([1-9])", one, shape.text).strip()


def _written(n: int, kind: str) -> str:
    if n > _MOST:
        return str(n)
    match kind:
        case "lowerLetter" | "upperLetter":
            said = letter(n) if n > 0 else ""
        case "lowerRoman" | "upperRoman":
            said = roman(n) if 0 < n < 4000 else str(n)
        case "decimalZero":
            return f"{n:02d}"
        case "none" | "bullet":
            return ""
        case _:
            return str(n)
    return said.upper() if kind.startswith("upper") else said.lower()
