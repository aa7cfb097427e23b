"""Both documents beside each other, as one page of HTML that needs nothing else: what changed is marked and counted.

It is made from the redline alone: what rejecting leaves stands on the left, what accepting leaves on the right, and
both break into rows where a paragraph ends on both sides. Nothing rests on colour: words taken out are struck through,
words put in underlined, each row says in words what happened to it, and a program that reads aloud says so too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from html import escape
from typing import TYPE_CHECKING

from generator.comparison.changes import Redline
from generator.comparison.paragraphs import BOX
from generator.comparison.word_package import MC, W, WordPackage, cells_of, rows_of, value
from generator.comparison.word_reading import read_word
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["side_page"]

_STYLE = """
:root{color-scheme:light;font:1rem/1.5 Georgia,"Times New Roman",serif;color:#1a1a1a;background:#fff}
body{max-width:88rem;margin:2rem auto;padding:0 1.25rem}h1{font-size:1.5rem;margin:0 0 .25rem}
.about,caption,th,.only,.note,nav{font-family:system-ui,sans-serif;font-size:.85rem;color:#444}
caption{text-align:left;padding:.75rem 0 .25rem;font-weight:bold}
table{border-collapse:collapse;width:100%;table-layout:fixed}
thead th{position:sticky;top:0;background:#fff;border-bottom:2px solid #555}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-top:1px solid #e2e2e2;overflow-wrap:anywhere}
th.row{width:8.5rem;font-weight:normal}tr.on>th{border-left:.3rem solid #444;color:#111}
td p{margin:0 0 .35rem}td p.h{font-weight:bold}tr.same td{color:#444}
.cells{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(0,1fr);border:1px solid #bbb}
.cells>div{padding:.15rem .4rem;border-left:1px solid #bbb}.cells>div:first-child{border-left:0}
del{background:#fde3e1;color:#7d0000;text-decoration:line-through}
ins{background:#e0f3e2;color:#0b4d16;text-decoration:underline}
del.move{border-bottom:3px double #7d0000}ins.move{border-bottom:3px double #0b4d16}
.look{border-bottom:2px dotted #7a4b00}.number{color:#555;margin-right:.4em}.note{display:block;color:#5b3a00}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
a{color:#0b4a8f}#only:checked~table tr.same{display:none}tr:target>*{background:#fff8d6}
@media print{@page{size:landscape;margin:1.4cm}body{margin:0;max-width:none;font-size:9.5pt}
tr{break-inside:avoid}.only,nav,a.next{display:none}thead th{position:static}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (max-width:45rem){th.row{width:5rem}}
"""
_STATES = {W + "ins": "ins", W + "del": "del", W + "moveFrom": "from", W + "moveTo": "to"}
_SAID = {
    "ins": "+ put in",
    "del": "− taken out",
    "changed": "± changed",
    "from": "↕ moved away",
    "to": "↕ moved here",
    "look": "~ looks only",
}
_STORIES = {"header": "A header", "footer": "A footer", "footnotes": "Footnotes", "endnotes": "Endnotes"}
_LEFT, _RIGHT = ("same", "del", "from"), ("same", "ins", "to")


@dataclass(slots=True)
class _Side:
    """What one side of a row holds: finished paragraphs, and the one that goes on."""

    done: list[str] = field(default_factory=list)
    going: list[str] = field(default_factory=list)
    count: int = 0


@dataclass(slots=True)
class _Row:
    state: str
    left: str
    right: str
    move: str = ""


class _Page:
    """Turns the texts of a redline into rows."""

    def __init__(self, package: WordPackage, labels: tuple[Sequence[str], Sequence[str]]) -> None:
        self.package, self.labels = package, labels
        self.at = [0, 0]
        part = package.related(package.main, "styles")
        styles = [] if part is None else list(package.tree(part).iter(W + "style"))
        self._headings = {
            s.get(W + "styleId", "")
            for s in styles
            if (value(s, "name") or "").lower().startswith(("heading", "title"))
            or (value(s, "name") or "").lower().endswith("heading")
        }

    def rows(self, container: _Element) -> Iterator[_Row]:
        """Yield the rows of a text: a paragraph that ends on both sides, or a row of a table."""
        sides = _Side(), _Side()
        seen: set[str] = set()
        move = ""
        for block in _blocks(container):
            if block.tag == W + "tbl":
                yield from self._flushed(sides, seen, move)
                seen, move = set(), ""
                yield from self._table(block)
                continue
            mark = _mark_of(block)
            move = move or _move_of(block)
            seen |= self._paragraph(block, sides)
            if mark != "same":
                seen.add(mark)
            for n, view in enumerate((_LEFT, _RIGHT)):
                if mark in view:
                    self._close(sides[n], n, block)
            if mark == "same" or not (sides[0].going or sides[1].going):
                yield from self._flushed(sides, seen, move)
                seen, move = set(), ""
        yield from self._flushed(sides, seen, move)

    def _close(self, side: _Side, n: int, block: _Element) -> None:
        number = self.labels[n][self.at[n]] if self.at[n] < len(self.labels[n]) else ""
        self.at[n] += 1
        label = f'<span class="number">{escape(number)}</span>' if number else ""
        heading = ' class="h"' if (value(block, "pPr/pStyle") or "") in self._headings else ""
        text = "".join(side.going)
        if text or label:
            side.done.append(f"<p{heading}>{label}{text}</p>")
        side.going.clear()

    @staticmethod
    def _flushed(sides: tuple[_Side, _Side], seen: set[str], move: str) -> Iterator[_Row]:
        left, right = ("".join([*s.done, *([f"<p>{''.join(s.going)}</p>"] if s.going else [])]) for s in sides)
        for side in sides:
            side.done.clear()
            side.going.clear()
        if left or right or seen - {"same"}:
            yield _Row(_state_of(seen, left, right), left, right, move)

    def _paragraph(self, paragraph: _Element, sides: tuple[_Side, _Side]) -> set[str]:
        """Add what a paragraph says to both sides and return what happened in it."""
        seen: set[str] = set()
        properties = paragraph.find(W + "pPr")
        if properties is not None and properties.find(W + "pPrChange") is not None:
            seen.add("look")
        run: list[tuple[str, bool, str]] = []
        for state, look, text in _segments(paragraph, "same", look=False):
            if run and run[-1][:2] == (state, look):
                run[-1] = (state, look, run[-1][2] + text)
            elif text:
                run.append((state, look, text))
        for state, look, text in run:
            seen |= {state} | ({"look"} if look else set())
            shown = escape(text).replace("\n", "<br>")
            for side, view in zip(sides, (_LEFT, _RIGHT), strict=True):
                if state in view:
                    side.going.append(_marked(state, f'<span class="look">{shown}</span>' if look else shown))
        return seen

    def _table(self, table: _Element) -> Iterator[_Row]:
        looks = next(table.iter(W + "tblPrChange", W + "trPrChange", W + "tcPrChange"), None) is not None
        for row in rows_of(table):
            mark = next((s for t, s in _STATES.items() if row.find(f"{W}trPr/{t}") is not None), "same")
            sides: tuple[list[str], list[str]] = ([], [])
            seen = {mark} | ({"look"} if looks else set())
            for cell in cells_of(row):
                own = mark
                if cell.find(f"{W}tcPr/{W}cellIns") is not None:
                    own = "ins"
                elif cell.find(f"{W}tcPr/{W}cellDel") is not None:
                    own = "del"
                seen.add(own)
                before = list(self.at)
                inner = list(self.rows(cell))
                for n, view in enumerate((_LEFT, _RIGHT)):
                    if own in view:
                        sides[n].append("<div>" + "".join((r.left, r.right)[n] for r in inner) + "</div>")
                    else:
                        self.at[n] = before[n]
                seen |= {r.state for r in inner}
            left, right = (f'<div class="cells">{"".join(side)}</div>' if side else "" for side in sides)
            looks = False
            yield _Row(_state_of(seen, left, right), left, right)


def _blocks(container: _Element) -> Iterator[_Element]:
    for child in container:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml", W + "footnote", W + "endnote"):
            yield from _blocks(child)


def _mark_of(paragraph: _Element) -> str:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return next((s for t, s in _STATES.items() if mark is not None and mark.find(t) is not None), "same")


def _move_of(paragraph: _Element) -> str:
    start = next(paragraph.iter(W + "moveFromRangeStart", W + "moveToRangeStart"), None)
    return "" if start is None else start.get(W + "name", "")


def _state_of(seen: set[str], left: str, right: str) -> str:
    for state in ("from", "to"):
        if state in seen and not {"from", "to"} <= seen:
            return state
    if "changed" in seen or {"ins", "del"} <= seen or ({"ins", "del"} & seen and left and right):
        return "changed"
    return next((s for s in ("ins", "del", "look") if s in seen), "same")


def _segments(element: _Element, state: str, *, look: bool) -> Iterator[tuple[str, bool, str]]:
    for child in element:
        tag = child.tag
        if tag in (W + "pPr", W + "rPr", W + "instrText", W + "delInstrText", W + "sdtPr", MC + "Fallback"):
            continue
        if tag in (W + "t", W + "delText"):
            yield state, look, child.text or ""
        elif tag in (W + "tab", W + "ptab"):
            yield state, look, " "
        elif tag in (W + "br", W + "cr"):
            yield state, look, "\n"
        elif tag in (W + "noBreakHyphen", W + "softHyphen"):
            yield state, look, "-"
        elif tag in (W + "footnoteReference", W + "endnoteReference"):
            yield state, look, "[note]"
        elif tag == W + "r":
            changed = child.find(f"{W}rPr/{W}rPrChange") is not None
            yield from _segments(child, state, look=changed)
        elif tag in (W + "drawing", W + "pict", W + "object"):
            boxes = [box for box in child.iter(BOX) if not any(a.tag == MC + "Fallback" for a in box.iterancestors())]
            yield state, look, "" if boxes else "[picture]"
            for box in boxes:
                yield state, look, "[text box: "
                yield from _segments(box, state, look=look)
                yield state, look, "]"
        else:
            yield from _segments(child, _STATES.get(str(tag), state), look=look)


def _marked(state: str, shown: str) -> str:
    if state == "same":
        return shown
    tag = "del" if state in _LEFT else "ins"
    what = {"ins": "put in", "del": "taken out", "from": "moved away", "to": "moved here"}[state]
    kind = ' class="move"' if state in ("from", "to") else ""
    return f'<{tag}{kind}><span class="hidden">[{what}: </span>{shown}<span class="hidden">]</span></{tag}>'


# ---------------------------------------------------------------- the page


def side_page(redline: Redline, old: str, new: str, notes: Sequence[str] = ()) -> bytes:
    """Return both documents as one page; ``old`` and ``new`` are their names, ``notes`` what the reader should know."""
    word = read_word(redline.data, "redline.docx").value
    if word is None:
        raise ValueError("a redline of ours that cannot be read back")
    package = WordPackage(word)
    page = _Page(package, redline.labels)
    body = list(page.rows(package.body))
    if page.at != [len(side) for side in redline.labels]:
        body = list(_Page(package, ((), ())).rows(package.body))
    texts = [("The text", body)]
    for relation in package.relations(package.main):
        if relation.kind in _STORIES and relation.target in package:
            rows = list(_Page(package, ((), ())).rows(package.tree(relation.target)))
            if any(row.state != "same" for row in rows):
                texts.append((_STORIES[relation.kind], rows))
    return "".join(_written(texts, redline, old, new, notes)).encode()


def _written(
    texts: list[tuple[str, list[_Row]]], redline: Redline, old: str, new: str, notes: Sequence[str]
) -> Iterator[str]:
    changed = sum(row.state != "same" for _, rows in texts for row in rows)
    yield (
        '<!DOCTYPE html>\n<html lang="en-US"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(new)} beside {escape(old)}</title><style>{_STYLE}</style></head><body><main>\n"
        f"<h1>{escape(new)} beside {escape(old)}</h1>\n"
    )
    if changed:
        yield (
            f'<p class="about">{len(redline.changes)} changes in {changed} places. <del>Struck through</del>: taken '
            "out. <ins>Underlined</ins>: put in. Double line: moved. Dotted line: only looks differ.</p>\n"
            '<nav><a href="#c1">Go to the first change</a></nav>\n'
            '<input type="checkbox" id="only" class="only"> <label for="only" class="only">Only what changed</label>\n'
        )
    else:
        yield '<p class="about">Not a word differs.</p>\n'
    if notes:
        yield '<ul class="about">' + "".join(f"<li>{escape(note)}</li>" for note in notes) + "</ul>\n"
    number = 0
    for title, rows in texts:
        yield (
            f"<table><caption>{escape(title)}</caption><thead><tr>"
            '<th class="row" scope="col">What happened</th>'
            f'<th scope="col">Before: {escape(old)}</th><th scope="col">Now: {escape(new)}</th></tr></thead><tbody>\n'
        )
        for row in rows:
            number += row.state != "same"
            yield _row(row, number, changed)
        yield "</tbody></table>\n"
    yield "</main></body></html>\n"


def _row(row: _Row, number: int, changed: int) -> str:
    if row.state == "same":
        return f'<tr class="same"><th class="row" scope="row"></th><td>{row.left}</td><td>{row.right}</td></tr>\n'
    following = f' <a class="next" href="#c{number + 1}" title="the next change">next ↓</a>' if number < changed else ""
    left, right = row.left, row.right
    anchor = ""
    if row.move and row.state in ("from", "to"):
        away = row.state == "from"
        anchor = f'<span id="{escape(row.move)}-{row.state}"></span>'
        there, said = ("to", "see it there") if away else ("from", "see it before")
        link = f'<a href="#{escape(row.move)}-{there}">{said}</a>'
        note = f'<span class="note">{"Moved" if away else "Moved from elsewhere"}: {link}</span>'
        left, right = (left, note + right) if away else (note + left, right)
    head = f"{anchor}{number}. {_SAID[row.state]}{following}"
    return (
        f'<tr class="on" id="c{number}"><th class="row" scope="row">{head}</th><td>{left}</td><td>{right}</td></tr>\n'
    )
