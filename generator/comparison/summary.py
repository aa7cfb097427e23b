"""The page that goes with a redline: what changed, counted, with figures and dates first.

A changed number is what hurts, so it is never one line among many.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from html import escape

from generator.comparison.outline import CONTENTS
from generator.comparison.redline import Change, ChangeKind
from generator.fields import capitalized, shortened
from generator.frozen import dataclass

__all__ = ["Summary", "summary_of", "summary_page"]

_FIGURE = re.compile(
    r"\d|\b(?-i:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred|thousand|million)\b",
    re.IGNORECASE,
)
# A number that somebody typed before a heading or an item.
_NUMBERED = re.compile(r"\s*(?:\d+(?:\.\d+)+\.?|\d+\.|\(\d+\))(?=\s*(?-i:[A-Z]))")
_TURNS = re.compile(
    r"\b(?:not|no|never|none|nothing|shall|must|may|will|should|only|unless|except|all|any|every|each|either|neither|both"
    r"|or|and|sole|solely|exclusive|exclusively|irrevocable|perpetual|unlimited)\b",
    re.IGNORECASE,
)
_SHORT = 6  # words of what came or went and is a figure rather than a text with one
_FEW = 8  # words that are read over
_WORD = re.compile(r"\w[\w'’.,-]*")
_TITLES = {
    ChangeKind.INSERTED: "inserted",
    ChangeKind.DELETED: "deleted",
    ChangeKind.REPLACED: "replaced",
    ChangeKind.MOVED: "moved",
    ChangeKind.FORMATTED: "formatting only",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """Changes counted: by kind, by place (heading, header, footnote …) in the order of the text; ``figures`` are those
    in which a number or a date is another than before, ``turns`` others of few words that can turn a meaning."""

    kinds: tuple[tuple[ChangeKind, int], ...]
    places: tuple[tuple[str, int], ...]
    figures: tuple[Change, ...]
    changes: tuple[Change, ...]
    turns: tuple[Change, ...] = ()

    @property
    def total(self) -> int:
        """How many changes there are."""
        return len(self.changes)


def place_of(change: Change) -> str:
    """Return where a change stands, in words: the heading above it, or the kind of text."""
    return dataclasses.replace(change, item="").where


def summary_of(changes: Sequence[Change]) -> Summary:
    """Count ``changes``."""
    kinds = {kind: sum(c.kind is kind for c in changes) for kind in ChangeKind}
    places: dict[str, int] = {}
    for change in changes:
        places[place_of(change)] = places.get(place_of(change), 0) + 1
    return Summary(
        tuple((kind, n) for kind, n in kinds.items() if n),
        tuple(places.items()),
        tuple(c for c in changes if c.place != CONTENTS and _is_figure(c)),
        tuple(changes),
        tuple(c for c in changes if c.place != CONTENTS and not _is_figure(c) and _turns(c)),
    )


def _turns(change: Change) -> bool:
    """Whether few words came, went or became others, and one of weight is among them: “may” for “shall”, “not”."""
    if change.kind not in (ChangeKind.INSERTED, ChangeKind.DELETED, ChangeKind.REPLACED) or change.story != "text":
        return False
    was, now = (sorted(w.lower() for w in _TURNS.findall(text)) for text in (change.old, change.new))
    return was != now and max(len(change.old.split()), len(change.new.split())) <= _FEW


def _is_figure(change: Change) -> bool:
    """Whether a number or date became another one; text that came or went as a whole is listed where it stands."""
    if change.kind is ChangeKind.REPLACED:
        return bool(_FIGURE.search(change.old) or _FIGURE.search(change.new))
    text = _NUMBERED.sub("", change.old or change.new, count=1)
    whole = change.kind in (ChangeKind.INSERTED, ChangeKind.DELETED)
    return whole and len(text.split()) <= _SHORT and bool(re.search(r"\d", text))


def by_place(summary: Summary) -> list[tuple[str, dict[ChangeKind, int]]]:
    """Return how many changes of each kind each part holds, in the order of the text."""
    counts: dict[str, dict[ChangeKind, int]] = {place: {} for place, _ in summary.places}
    for change in summary.changes:
        own = counts[place_of(change)]
        own[change.kind] = own.get(change.kind, 0) + 1
    return list(counts.items())


def words_said(summary: Summary) -> str:
    """Return how many words came and went: “96 words put in, 40 taken out”."""
    told = [c for c in summary.changes if c.kind in (ChangeKind.INSERTED, ChangeKind.DELETED, ChangeKind.REPLACED)]
    came, went = (
        sum(len(_WORD.findall(text)) for text in side) for side in ([c.new for c in told], [c.old for c in told])
    )
    return f"{came} {'word' if came == 1 else 'words'} put in, {went} taken out"


def kinds_said(summary: Summary) -> str:
    """Return the counts as a phrase: “3 replaced, 1 moved”."""
    return ", ".join(f"{n} {_TITLES[kind]}" for kind, n in summary.kinds)


_STYLE = """
body{font:16px/1.5 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid #ccc}
td.n,th.n{text-align:right}ins{color:#0b5394;text-decoration:underline}del{color:#990000}
li{margin:.3rem 0}.quiet{color:#555}tbody th{font-weight:normal}
@media print{body{margin:0;font-size:11pt}h2.every{break-before:page}tr,li{break-inside:avoid}}
"""


def summary_page(summary: Summary, old: str, new: str, notes: Sequence[str] = ()) -> bytes:
    """Return the summary as one HTML page for the reader; ``old`` and ``new`` name the documents."""
    return "".join(_page(summary, old, new, notes)).encode()


def _page(summary: Summary, old: str, new: str, notes: Sequence[str]) -> Iterator[str]:
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Summary of changes</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>\n'
        f"<h1>Summary of changes</h1>\n<p>{escape(new)}, compared with {escape(old)}.</p>\n"
    )
    if not summary.total:
        yield "<p>Not a word differs.</p>\n"
    else:
        many = "1 change" if summary.total == 1 else f"{summary.total} changes"
        yield f"<p>{many}: {escape(kinds_said(summary))}. {words_said(summary)}.</p>\n"
    if summary.figures:
        yield (
            "<h2>Figures and dates that changed</h2>\n<table><thead><tr><th scope='col'>Where</th>"
            "<th scope='col'>Before</th><th scope='col'>Now</th></tr></thead><tbody>\n"
        )
        for change in summary.figures:
            was, now = (escape(shortened(text, 160)) for text in (change.old, change.new))
            yield (
                f"<tr><th scope='row'>{escape(capitalized(change.where))}</th>"
                f"<td><del>{was}</del></td><td><ins>{now}</ins></td></tr>\n"
            )
        yield "</tbody></table>\n"
    if summary.turns:
        yield "<h2>Few words that can turn a meaning</h2>\n<ul>\n"
        for change in summary.turns:
            yield f"<li><span class='quiet'>{escape(capitalized(change.where))}:</span> {_said(change)}</li>\n"
        yield "</ul>\n"
    if summary.places:
        yield (
            "<h2>Where</h2>\n<table><thead><tr><th scope='col'>Part</th>"
            + "".join(
                f"<th scope='col' class='n'>{escape(_TITLES[kind].capitalize())}</th>" for kind, _ in summary.kinds
            )
            + "<th scope='col' class='n'>All</th></tr></thead><tbody>\n"
        )
        for place, counts in by_place(summary):
            cells = "".join(f"<td class='n'>{counts.get(kind, '')}</td>" for kind, _ in summary.kinds)
            total = sum(counts.values())
            yield f"<tr><th scope='row'>{escape(capitalized(place))}</th>{cells}<td class='n'>{total}</td></tr>\n"
        yield "</tbody></table>\n<h2 class='every'>Every change</h2>\n<ol>\n"
        for change in summary.changes:
            yield f"<li><span class='quiet'>{escape(capitalized(change.where))}:</span> {_said(change)}</li>\n"
        yield "</ol>\n"
    if notes:
        yield "<h2>To know</h2>\n<ul>\n"
        for note in notes:
            yield f"<li>{escape(note)}</li>\n"
        yield "</ul>\n"
    yield "</main></body></html>\n"


def _said(change: Change) -> str:
    if (change.old, change.new) in (("", "¶"), ("¶", "")):
        return "a paragraph was parted in two" if change.new else "two paragraphs were joined"
    old, new = escape(shortened(change.old, 300)), escape(shortened(change.new, 300))
    match change.kind:
        case ChangeKind.FORMATTED:
            return f"formatting only: {new}"
        case ChangeKind.MOVED:
            to = f" to {escape(change.to)}" if change.to and change.to != change.place else ""
            return f"moved{to}: {old}"
        case _:
            gone, came = f"<del>{old}</del>" if old else "", f"<ins>{new}</ins>" if new else ""
            return f"{gone} {came}".strip() or "an empty paragraph, a field or a picture"
