"""Reading a Word file back, for the tests of what writes one. It shares nothing with the writer.

Numbers are counted here as Word counts them (ECMA-376 Part 1, 17.9), from the styles and lists of the file alone.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NS = {"w": W[1:-1]}
SILENT = {W + tag for tag in ("instrText", "pPr", "rPr", "sdtPr", "pict", "annotationRef")}


def parts(data: bytes) -> dict[str, bytes]:
    """Every part of the package by name."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def edited(data: bytes, name: str, change, *, drop: tuple[str, ...] = ()) -> bytes:
    """The package (a workbook is one too) with the text of the part ``name`` changed."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in parts(data).items():
            if part == name:
                new = change(content.decode())
                assert new != content.decode(), f"nothing changed in {name}"
                content = new.encode()
            if part not in drop:
                package.writestr(part, content)
    return out.getvalue()


def root(data: bytes, name: str = "word/document.xml"):
    return etree.fromstring(parts(data)[name])


def pretty(element) -> str:
    """One element as indented text without namespaces, for goldens."""
    text = etree.tostring(element, encoding="unicode", pretty_print=False)
    copy = etree.fromstring(re.sub(r' xmlns:\w+="[^"]*"', lambda m: m.group(0), text))
    etree.indent(copy, " ")
    return re.sub(r' xmlns:\w+="[^"]*"', "", etree.tostring(copy, encoding="unicode")) + "\n"


def words(element) -> str:
    """What an element prints; a line break is a newline, a tab a tab."""
    out = []
    for child in element:
        if child.tag in SILENT:
            continue
        if child.tag == W + "t":
            out.append(child.text or "")
        elif child.tag == W + "tab":
            out.append("\t")
        elif child.tag == W + "br":
            out.append("" if child.get(W + "type") else "\n")
        elif isinstance(child.tag, str):
            out.append(words(child))
    return "".join(out)


def _attribute(element, path: str) -> str | None:
    found = None if element is None else element.find(path, NS)
    return None if found is None else found.get(W + "val")


def _as_letters(n: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[(n - 1) % 26] * (1 + (n - 1) // 26)


def _as_roman(n: int) -> str:
    table = zip((100, 90, 50, 40, 10, 9, 5, 4, 1), ("c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"), strict=True)
    out = ""
    for value, sign in table:
        out += sign * (n // value)
        n %= value
    return out


COUNT = {
    "decimal": str,
    "lowerLetter": _as_letters,
    "upperLetter": lambda n: _as_letters(n).upper(),
    "lowerRoman": _as_roman,
    "upperRoman": lambda n: _as_roman(n).upper(),
    "bullet": lambda n: "",
    "none": lambda n: "",
}


class Numbers:
    """The labels Word shows: a level counts up, and those below it start again."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.styles = {s.get(W + "styleId"): s for s in etree.fromstring(files["word/styles.xml"]).iter(W + "style")}
        numbering = etree.fromstring(files["word/numbering.xml"])
        self.levels = {
            a.get(W + "abstractNumId"): {int(level.get(W + "ilvl")): level for level in a.iter(W + "lvl")}
            for a in numbering.iter(W + "abstractNum")
        }
        self.lists = {n.get(W + "numId"): _attribute(n, "w:abstractNumId") for n in numbering.iter(W + "num")}
        self.counts: dict[str, dict[int, int]] = {}

    def label(self, paragraph) -> str:
        """The label of the next paragraph; paragraphs are asked in the order of the file."""
        number = _attribute(paragraph, "w:pPr/w:numPr/w:numId")
        level = int(_attribute(paragraph, "w:pPr/w:numPr/w:ilvl") or 0)
        if number is None:
            style = _attribute(paragraph, "w:pPr/w:pStyle")
            number = _attribute(self.styles.get(style), "w:pPr/w:numPr/w:numId")
            if number is None:
                return ""
            linked = [n for n, lvl in self.levels[self.lists[number]].items() if _attribute(lvl, "w:pStyle") == style]
            assert len(linked) == 1, f"{style} is linked to {len(linked)} levels"
            level = linked[0]
        levels = self.levels[self.lists[number]]
        counts = self.counts.setdefault(self.lists[number], {})
        start = int(_attribute(levels[level], "w:start") or 1)
        counts[level] = counts[level] + 1 if level in counts else start
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]

        def shown(match: re.Match[str]) -> str:
            n = int(match.group(1)) - 1
            return COUNT[_attribute(levels[n], "w:numFmt")](counts.get(n, 1))

        return re.sub(r"%(\d)", shown, _attribute(levels[level], "w:lvlText"))


def labelled(data: bytes) -> Iterator[tuple[str, object]]:
    """Every paragraph of the text with the label its list gives it, in order."""
    files = parts(data)
    numbers = Numbers(files)
    for paragraph in etree.fromstring(files["word/document.xml"]).iter(W + "p"):
        yield numbers.label(paragraph), paragraph


def lines(data: bytes) -> list[str]:
    """What the file prints, paragraph by paragraph, with the numbers its lists give; empty ones are left out."""
    out = [f"{label} {words(paragraph)}".strip() for label, paragraph in labelled(data)]
    return [line for line in out if line]


def fields(data: bytes) -> Iterator[tuple[str, str]]:
    """Each field's instruction and what it shows, innermost only."""
    instruction, shown, inside = "", "", 0
    for element in root(data).iter(W + "fldChar", W + "instrText", W + "t"):
        if element.tag == W + "fldChar":
            kind = element.get(W + "fldCharType")
            if kind == "begin":
                instruction, shown, inside = "", "", 1
            elif kind == "separate":
                inside = 2
            elif inside:
                yield instruction.strip(), shown
                inside = 0
        elif element.tag == W + "instrText":
            instruction += element.text
        elif inside == 2:
            shown += element.text
