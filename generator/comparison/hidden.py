"""What a reader of a Word file does not see as it is: hidden text, and fields whose printed result is out of date.

Both are compared as they stand in the file. They are named, with the section they stand in, because Word prints
another text once it updates its fields, and because hidden text is signed like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from generator.comparison.outline import Spot
from generator.comparison.paragraphs import leaves_of
from generator.comparison.word_package import W, WordPackage, is_on, value, whole_number
from generator.fields import shortened

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["hidden_texts", "stale_fields"]

_MOST = 5
_TINY = 4  # half points
_NUMBERED = re.compile(r"\\[rnw](?:\s|$)")
_LIVE = {"DATE", "TIME", "PRINTDATE", "SAVEDATE"}


def hidden_texts(spots: dict[_Element, Spot]) -> list[str]:
    """Return a message for each place that holds text which Word does not show, or not so that it can be read."""
    found: list[str] = []
    for paragraph, spot in spots.items():
        said = "".join(
            t.text or ""
            for run in paragraph.iter(W + "r")
            if _unseen(run.find(W + "rPr"))
            for t in run.findall(W + "t")
        ).strip()
        if said:
            found.append(f"Text that is not shown stands in {spot.place or 'the beginning'}: {_quoted(said)}")
    return _few(found)


def _unseen(properties: _Element | None) -> bool:
    if properties is None:
        return False
    if is_on(properties, "vanish"):
        return True
    size = whole_number(value(properties, "sz"))
    return size is not None and size <= _TINY


def stale_fields(package: WordPackage, spots: dict[_Element, Spot]) -> list[str]:
    """Return a message for each field that prints another text than Word would print now."""
    marks = _bookmarks(package.body)
    found: list[str] = []
    for paragraph, spot in spots.items():
        for code, printed in _fields(paragraph):
            now = _now(code, printed, marks, spots)
            if now is not None:
                where = spot.place or "the beginning"
                found.append(f"In {where} a field prints {_quoted(printed) or 'nothing'}; {now}.")
    return _few(found)


def _few(found: list[str]) -> list[str]:
    return found if len(found) <= _MOST else [*found[:_MOST], f"And {len(found) - _MOST} more places like these."]


def _quoted(text: str) -> str:
    text = shortened(text, 60)
    return f"“{text}”" if text else ""


def _fields(paragraph: _Element) -> Iterator[tuple[str, str]]:
    """Yield the code and the printed result of each field that ends where it begins."""
    for leaf in leaves_of(paragraph):
        if leaf.node.tag != W + "fldChar" or not leaf.whole:
            continue
        depth, code, printed, after = 0, "", "", False
        for run in leaf.elements:
            for child in run:
                kind = child.get(W + "fldCharType", "") if child.tag == W + "fldChar" else ""
                depth += {"begin": 1, "end": -1}.get(kind, 0)
                after = after or (kind == "separate" and depth == 1)
                if child.tag == W + "instrText" and depth == 1 and not after:
                    code += child.text or ""
                elif child.tag == W + "t" and after:
                    printed += child.text or ""
        if after:
            yield " ".join(code.split()), printed


class _Mark(NamedTuple):
    """A bookmark: the paragraph it begins in, that paragraph's words, and where in them it begins and ends."""

    paragraph: _Element
    words: list[str]
    start: int
    ends: dict[str, int]
    id: str

    @property
    def said(self) -> str | None:
        """The words in it; None where it ends in another paragraph."""
        end = self.ends.get(self.id)
        return None if end is None else "".join(self.words[self.start : end])


def _bookmarks(body: _Element) -> dict[str, _Mark]:
    """Return the bookmarks of a text by name, found in one walk."""
    marks: dict[str, _Mark] = {}
    waiting: list[tuple[str, str]] = []  # begun between paragraphs
    paragraph: _Element | None = None
    words: list[str] = []
    ends: dict[str, int] = {}
    for element in body.iter(W + "p", W + "t", W + "bookmarkStart", W + "bookmarkEnd"):
        if element.tag == W + "p":
            paragraph, words, ends = element, [], {}
            for name, id in waiting:
                marks.setdefault(name, _Mark(element, words, 0, {}, id))
            waiting.clear()
        elif element.tag == W + "t":
            words.append(element.text or "")
        elif element.tag == W + "bookmarkEnd":
            ends.setdefault(element.get(W + "id", ""), len(words))
        elif next(element.iterancestors(W + "p"), None) is paragraph and paragraph is not None:
            name, id = element.get(W + "name", ""), element.get(W + "id", "")
            marks.setdefault(name, _Mark(paragraph, words, len(words), ends, id))
        else:
            waiting.append((element.get(W + "name", ""), element.get(W + "id", "")))
    return marks


def _now(code: str, printed: str, marks: dict[str, _Mark], spots: dict[_Element, Spot]) -> str | None:
    """Return what Word would print now, in words; None if that is what is printed, or cannot be told."""
    kind, _, rest = code.partition(" ")
    if kind.upper() in _LIVE:
        return "Word prints the date or time at which it is opened"
    if kind.upper() != "REF":
        return None
    name = rest.split()[0].strip('"') if rest.split() else ""
    if name not in marks:
        return "the place it refers to is not in the document"
    mark = marks[name]
    if _NUMBERED.search(rest):
        label = spots[mark.paragraph].label if mark.paragraph in spots else ""
        if not label or _bare(printed).endswith(_bare(label)):
            return None
        return f"Word will print the number “{label}”"
    said = mark.said
    if said is None or "\\p" in rest or "\\t" in rest or " ".join(said.split()) == " ".join(printed.split()):
        return None
    return f"Word will print {_quoted(said) or 'nothing'}"


def _bare(text: str) -> str:
    return re.sub(r"[\s.]+$", "", text.strip())
