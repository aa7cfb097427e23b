"""Two versions of a clause side by side, as one page of HTML that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from generator.comparison.clauses import ClauseComparison, Line, State
from generator.comparison.consequences import Consequence, Weight
from generator.comparison.words import Hunk, Kind
from generator.library import Clause

__all__ = ["clause_page"]

_STYLE = """
:root{color-scheme:light;font:1rem/1.5 Georgia,"Times New Roman",serif;color:#1a1a1a;background:#fff}
body{max-width:78rem;margin:2rem auto;padding:0 1.25rem}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:1.75rem 0 .5rem}
.about,.place,figcaption,th{font-family:system-ui,sans-serif;font-size:.85rem;color:#444}
ul{margin:.25rem 0;padding-left:1.25rem}li{margin:.2rem 0}
li.breaks::marker{content:"✗ ";color:#a30000}li.breaks{color:#7d0000;font-weight:bold}
li.look::marker{content:"! ";color:#7a4b00}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;border-top:1px solid #d5d5d5;overflow-wrap:anywhere}
th.row{width:7.5rem;font-weight:normal}
tr.same td{color:#555}
del{background:#fde3e1;color:#7d0000;text-decoration:line-through}
ins{background:#e0f3e2;color:#0b4d16;text-decoration:underline}
code{font:.82rem/1.3 ui-monospace,Consolas,monospace;background:#eef1f6;padding:0 .2rem;border-radius:.2rem}
.d1{padding-left:1.75rem}.d2{padding-left:3rem}.d3{padding-left:4.25rem}
.note{font-family:system-ui,sans-serif;font-size:.8rem;color:#7a4b00;display:block}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
@media (max-width:40rem){th.row{width:4.5rem}}
"""
_PART = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\[[^\]\[]*\]\(#[^)\s]*\))")
_LINK = re.compile(r"\[([^\]\[]*)\]\(#([^)\s]*)\)")


def clause_page(
    old: Clause, new: Clause, comparison: ClauseComparison, found: Sequence[Consequence], names: tuple[str, str]
) -> bytes:
    """Return the page; ``names`` are how the two texts are called (``exit.cause@1.0.0``)."""
    title = f"{names[0]} and {names[1]}"
    stats = comparison.statistics
    counts = (
        f"{stats.inserted} words put in, {stats.deleted} taken out; {stats.paragraphs} paragraphs changed"
        + (f", {stats.moved} of them moved" if stats.moved else "")
        + (f"; {stats.layout} differ only in layout or emphasis" if stats.layout else "")
        + "."
    )
    if comparison.same:
        counts = "Not a word differs." + (f" {stats.layout} paragraphs have another layout." if stats.layout else "")
    head = [
        "<!DOCTYPE html>",
        '<html lang="en-US"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(new.title)}</h1>",
        f'<p class="about">{_about(old, names[0])}<br>{_about(new, names[1])}</p>',
    ]
    if found:
        head.append("<h2>What follows from the change</h2><ul>")
        for c in found:
            label = {Weight.BREAKS: "breaks", Weight.LOOK: "look", Weight.KNOW: "know"}[c.weight]
            head.append(f'<li class="{label}">{escape(c.says)}</li>')
        head.append("</ul>")
    if comparison.figures:
        head.append("<h2>Figures and answers that changed</h2><ul>")
        for place, before, after in comparison.figures:
            was = f"<del>{_words(before)}</del>" if before else "nothing"
            now = f"<ins>{_words(after)}</ins>" if after else "nothing"
            head.append(f"<li>{escape(place)}: {was} → {now}</li>")
        head.append("</ul>")
    head.append(f"<h2>The two texts</h2><p>{escape(counts)}</p>")
    columns = (
        "<table><thead><tr>"
        f'<th class="row" scope="col">Place</th><th scope="col">{escape(names[0])}</th>'
        f'<th scope="col">{escape(names[1])}</th></tr></thead><tbody>'
    )
    partners = {line.partner: line for line in comparison.lines if line.state is State.MOVED_TO}
    origins = {line.partner: line for line in comparison.lines if line.state is State.MOVED_FROM}
    rows = [columns, *(_row(line, partners, origins) for line in comparison.lines)]
    rows.append("</tbody></table></body></html>")
    return ("\n".join([*head, *rows]) + "\n").encode()


def _about(clause: Clause, name: str) -> str:
    approval = clause.approval
    parts = [
        f"layer {clause.layer}",
        clause.status,
        f"of {clause.released_on}" if clause.released_on else "",
        f"approved by {approval.by} on {approval.on}" if approval is not None and approval.holds else "not approved",
        clause.why_changed,
    ]
    return f"<b>{escape(name)}</b>: {escape('; '.join(p for p in parts if p))}"


def _row(line: Line, partners: dict[int, Line], origins: dict[int, Line]) -> str:
    left = right = note = ""
    before = tuple(h for h in line.hunks if h.kind is not Kind.INSERTED)
    after = tuple(h for h in line.hunks if h.kind is not Kind.DELETED)
    match line.state:
        case State.SAME | State.CHANGED:
            left, right = _marked(before), _marked(after)
        case State.LAYOUT:
            left, right = _marked(before), _marked(after)
            note = "only layout or emphasis differs"
        case State.INSERTED:
            right = _marked(after)
        case State.DELETED:
            left = _marked(before)
        case State.MOVED_FROM:
            left = _marked(before)
            note = f"moved to {partners[line.partner].paragraph.place}"
        case State.MOVED_TO:
            right = _marked(after)
            note = f"moved from {_place(origins[line.partner])}"
    depth = min(line.paragraph.depth, 3)
    cell = f' class="d{depth}"' if depth else ""
    remark = f'<span class="note">{escape(note)}</span>' if note else ""
    return (
        f'<tr class="{line.state.value.replace(" ", "-")}"><th class="row" scope="row">{escape(line.paragraph.place)}'
        f"{remark}</th><td{cell}>{left}</td><td{cell}>{right}</td></tr>"
    )


def _place(line: Line) -> str:
    return line.old.place if line.old is not None else ""


def _marked(hunks: Sequence[Hunk]) -> str:
    out: list[str] = []
    for hunk in hunks:
        text = _words(hunk.text)
        match hunk.kind:
            case Kind.SAME:
                out.append(text)
            case Kind.DELETED:
                out.append(f'<del><span class="hidden">[taken out: </span>{text}<span class="hidden">]</span></del>')
            case Kind.INSERTED:
                out.append(f'<ins><span class="hidden">[put in: </span>{text}<span class="hidden">]</span></ins>')
    return "".join(out)


def _words(text: str) -> str:
    """Return the words as HTML; fields, conditions and references are set apart."""
    out: list[str] = []
    for part in _PART.split(text):
        link = _LINK.fullmatch(part)
        if link:
            out.append(f"{escape(link[1])} <code>{escape(link[2])}</code>")
        elif part.startswith(("{{", "{%")):
            out.append(f"<code>{escape(part[2:-2].strip('-+ '))}</code>")
        else:
            out.append(escape(part))
    return "".join(out)
