"""A review as one page of HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from generator.comparison.words import Hunk, Kind
from generator.fields import listed
from generator.returned.checklist import Standing
from generator.returned.judging import OWN, Verdict
from generator.returned.reviewed import Reviewed
from generator.returned.telling import (
    SILENT,
    Entry,
    entries_of,
    headline,
    item_line,
    led_in,
    narrowed,
    remark_lines,
    shown,
    state_counts,
    verdict_lines,
)

__all__ = ["review_page"]

_STYLE = """
:root{color-scheme:light;font:1rem/1.5 Georgia,"Times New Roman",serif;color:#1a1a1a;background:#fff}
body{max-width:54rem;margin:2rem auto;padding:0 1.25rem}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid #bbb}
h3{font-size:1rem;margin:1.25rem 0 .15rem}
.about,.by,th{font-family:system-ui,sans-serif;font-size:.85rem;color:#444}
.first{font-size:1.1rem;font-weight:bold}
.silent{border-left:.35rem solid #a30000;padding-left:.8rem}
.loud{color:#a30000;font-family:system-ui,sans-serif;font-size:.8rem;font-weight:bold;text-transform:uppercase}
.tracked,.foreign{border-left:.35rem solid #bbb;padding-left:.8rem}
.verdict{font-family:system-ui,sans-serif;font-size:.9rem;margin:.25rem 0}
.equals{color:#0b4d16}.never{color:#7d0000;font-weight:bold}.near{color:#5c3a00}.unknown{color:#444}
p,ul{margin:.25rem 0}ul{padding-left:1.25rem}
del{background:#fde3e1;color:#7d0000;text-decoration:line-through}
ins{background:#e0f3e2;color:#0b4d16;text-decoration:underline}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-top:1px solid #d5d5d5;overflow-wrap:anywhere}
td:first-child,th:first-child{white-space:nowrap}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media print{body{margin:0;max-width:none}h3,tr{break-inside:avoid}}
"""


def review_page(reviewed: Reviewed, notes: Sequence[str] = ()) -> bytes:
    """Return the page; ``notes`` are what else was noticed."""
    return ("\n".join(_page(reviewed, notes)) + "\n").encode()


def _page(reviewed: Reviewed, notes: Sequence[str]) -> Iterator[str]:
    title = f"Review of {reviewed.title}"
    yield (
        '<!DOCTYPE html>\n<html lang="en-US"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
    )
    yield f"<h1>{escape(title)}</h1>"
    about = [reviewed.name, reviewed.number, listed(reviewed.parties)]
    yield f'<p class="about">{escape(" · ".join(a for a in about if a))}</p>'
    sure = "" if reviewed.sure else " <strong>That may not be what was sent.</strong>"
    yield f'<p class="about">{escape(reviewed.file)}, held against {escape(reviewed.against)}.{sure}</p>'
    yield f'<p class="first">{escape(headline(reviewed))}</p>'
    entries = entries_of(reviewed)
    silent = [e for e in entries if e.silent]
    tracked = [e for e in entries if not e.silent]
    if silent:
        yield f"<h2>{SILENT.capitalize()}</h2>"
        for entry in silent:
            yield from _entry(entry)
    flipped = [i for i in reviewed.checklist if i.standing is not Standing.MET]
    if reviewed.checklist:
        yield "<h2>What the document must hold</h2>"
        met = len(reviewed.checklist) - len(flipped)
        yield f"<p>{met} of {len(reviewed.checklist)} items stand as they were sent.</p>"
    if flipped:
        yield (
            '<table><thead><tr><th scope="col">Item</th><th scope="col">Now</th><th scope="col">What is asked</th>'
            '<th scope="col">Why</th></tr></thead><tbody>'
        )
        for item in flipped:
            loud = ' <span class="loud">without tracking</span>' if item.silent else ""
            yield (
                f"<tr><td>{escape(item.code)}</td><td><strong>{escape(item.standing.value)}</strong>{loud}</td>"
                f"<td>{escape(item.question)} <span class='by'>{escape(item.citation)}</span></td>"
                f"<td>{escape(item.why)}</td></tr>"
            )
        yield "</tbody></table>"
    if tracked:
        yield "<h2>Tracked changes</h2>"
        for entry in tracked:
            yield from _entry(entry)
    if reviewed.proposals:
        yield from _patch(reviewed)
    if reviewed.rules:
        yield "<h2>What our rules say to the returned text</h2><ul>"
        yield from (f"<li>{escape(d.message)} <span class='by'>{escape(d.rule)}</span></li>" for d in reviewed.rules)
        yield "</ul>"
    if reviewed.comments:
        yield "<h2>Their remarks</h2><ul>"
        yield from (f"<li>{escape(line)}</li>" for line in remark_lines(reviewed))
        yield "</ul>"
    if reviewed.findings is not None:
        counts = state_counts(reviewed.findings)
        said = ", ".join(f"{n} {state}" for state, n in counts.items() if n)
        yield f"<h2>All clauses</h2><p>{escape(said)}.</p>"
    if notes:
        yield "<h2>To know</h2><ul>"
        yield from (f"<li>{escape(note)}</li>" for note in notes)
        yield "</ul>"
    yield '<p class="about">A review by rules and by comparison. It is no legal advice; a person decides.</p>'
    yield "</main></body></html>"


def _entry(entry: Entry) -> Iterator[str]:
    kind = "silent" if entry.silent else "tracked"
    yield f'<section class="{kind}"><h3>{escape(entry.name)}</h3>'
    loud = f'<span class="loud">{SILENT}</span> ' if entry.silent else ""
    by = f' <span class="by">{escape(entry.by)}</span>' if entry.by else ""
    yield f"<p>{loud}{escape(entry.what)}{by}</p>"
    if entry.changes:
        yield "<ul>"
        for change in entry.changes:
            who = "without tracking" if change.silent else change.hand.author if change.hand is not None else ""
            mixed = entry.silent and any(not c.silent for c in entry.changes)
            said = f' <span class="by">{escape(who)}</span>' if mixed else ""
            yield f"<li>{led_in(change)}{_hunks(shown(change))}{said}</li>"
        yield "</ul>"
    yield from (f"<p><ins>{escape(line)}</ins></p>" for line in entry.lines)
    if entry.verdict is not None:
        for n, line in enumerate(verdict_lines(entry.verdict)):
            style = f"verdict {entry.verdict.verdict.value}" if n == 0 else "verdict"
            yield f'<p class="{style}">{escape(line)}</p>'
        if entry.verdict.verdict is Verdict.NEAR and entry.verdict.name != OWN and entry.verdict.difference:
            yield f'<p class="verdict">The difference: {_hunks(narrowed(entry.verdict.difference))}</p>'
    yield from (f'<p class="verdict">{escape(line)}</p>' for line in entry.remarks)
    for item in entry.items:
        yield f'<p class="verdict never">{escape(item_line(item))}</p>'
    yield "</section>"


def _patch(reviewed: Reviewed) -> Iterator[str]:
    yield "<h2>For the profile</h2>"
    yield "<p>If you agree to them, these values belong into the profile.</p>"
    yield (
        '<table><thead><tr><th scope="col">Answer</th><th scope="col">As sent</th><th scope="col">As it came back</th>'
        '<th scope="col">Place</th></tr></thead><tbody>'
    )
    for p in reviewed.proposals:
        loud = ' <span class="loud">without tracking</span>' if p.silent else ""
        why = f'<br><span class="by">{escape(p.why)}</span>' if p.why else ""
        yield (
            f"<tr><td>{escape(p.label)}<br><span class='by'>{escape(p.field)}</span></td>"
            f"<td><del>{escape(p.old)}</del></td><td><ins>{escape(p.new)}</ins>{loud}{why}</td>"
            f"<td>{escape(str(p.span or ''))}</td></tr>"
        )
    yield "</tbody></table>"


def _hunks(hunks: Sequence[Hunk]) -> str:
    out = []
    for hunk in hunks:
        text = escape(hunk.text)
        match hunk.kind:
            case Kind.SAME:
                out.append(text)
            case Kind.DELETED:
                out.append(f'<del><span class="hidden">[taken out: </span>{text}<span class="hidden">]</span></del> ')
            case Kind.INSERTED:
                out.append(f'<ins><span class="hidden">[put in: </span>{text}<span class="hidden">]</span></ins>')
    return "".join(out)
