"""How problems, open items, tables and progress are laid out: as text for people, as JSON for programs.

Nothing here decides anything or reads the world, but for :class:`Progress`, which writes to the stream
it is given. Text that came out of a file is made safe first: a control character in a name must not
reach a terminal as a command.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from types import TracebackType
from typing import IO, Any, Self

from generator.diagnostics import Diagnostic, Rule, Severity, in_order
from generator.fields import capitalized
from generator.frozen import dataclass
from generator.model import OpenItem, who_knows

__all__ = [
    "COMMAND",
    "COMPUTER",
    "FILE_EXISTS",
    "OUR_BUG",
    "RULES",
    "STOPPED",
    "Progress",
    "Style",
    "as_json",
    "count",
    "did_you_mean",
    "folded",
    "open_item_json",
    "open_item_lines",
    "problem_json",
    "problem_lines",
    "redline_lines",
    "safe",
    "table_lines",
]


# ---------------------------------------------------------------- rules

COMMAND = Rule(
    "command",
    Severity.ERROR,
    "The command was typed in a way that says nothing to this program.",
    """A command, an option or one of its values is not known, or something that must be there is missing. Nothing
was read or written.

**Wrong:** `agreements make --format docx sample.yaml`

**Right:** `agreements make --formats docx sample.yaml`

`agreements --help` lists the commands; `agreements make --help` lists what `make` takes.""",
)
FILE_EXISTS = Rule(
    "file-exists",
    Severity.ERROR,
    "A file of that name is there already, with other content.",
    """Nothing is overwritten by itself: the file may hold somebody's changes, or be signed. Either write into another
folder or say that the old file may go.

**To keep it:** `agreements make harbor.yaml --output second-try`

**To overwrite it:** `agreements make harbor.yaml --replace`

A file that would come out the same, byte for byte, is left as it is and is no problem.""",
)
COMPUTER = Rule(
    "this-computer",
    Severity.ERROR,
    "This computer would not read or write a file, or lacks a program.",
    """The disk is full, a folder may not be written to, a network drive is gone, or LibreOffice was asked for and is
not installed. What you wrote is not at fault, and no half-written document is left behind.

`agreements doctor` looks at this computer and says what to mend.""",
)
STOPPED = Rule(
    "stopped",
    Severity.ERROR,
    "The command was stopped before it was done.",
    """Somebody pressed Ctrl-C, or the computer asked the program to end. A file under its final name is always
complete: run the same command again.""",
)
OUR_BUG = Rule(
    "our-bug",
    Severity.ERROR,
    "This program made a mistake of its own.",
    """What happened should never happen, whatever is in your files. Please report it with the command you typed and
what `--traceback` shows; leave out names and other things that are nobody's business.""",
)
RULES = (COMMAND, FILE_EXISTS, COMPUTER, STOPPED, OUR_BUG)

# ---------------------------------------------------------------- words


def count(n: int, one: str, many: str = "") -> str:
    """Return ``1 problem``, ``3 problems``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the known name nearest to ``name``, or "" if none is near."""
    import difflib

    by_key = {k.lower(): k for k in known}
    near = difflib.get_close_matches(name.lower(), by_key, 1, 0.6)
    return by_key[near[0]] if near else ""


# bidi controls (Unicode Standard Annex 9) reorder what stands after them
_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """Return ``text`` with control and bidi characters written as ``\\x1b``, so that a terminal shows them."""
    return _UNSAFE.sub(lambda m: ascii(m.group())[1:-1], text)


@dataclass(frozen=True, slots=True)
class Style:
    """How wide the screen is, and whether colors may be used."""

    width: int = 100
    color: bool = False

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.color and text.strip() else text

    def red(self, text: str) -> str:
        return f"\x1b[1;31m{text}\x1b[0m" if self.color and text.strip() else text

    def yellow(self, text: str) -> str:
        return f"\x1b[33m{text}\x1b[0m" if self.color and text.strip() else text

    def green(self, text: str) -> str:
        return f"\x1b[32m{text}\x1b[0m" if self.color and text.strip() else text

    def deleted(self, text: str) -> str:
        """Struck out in red, or in the brackets ``[-…-]``."""
        return f"\x1b[31;9m{text}\x1b[0m" if self.color else f"[-{text}-]"

    def inserted(self, text: str) -> str:
        """Underlined in green, or in the brackets ``{+…+}``."""
        return f"\x1b[32;4m{text}\x1b[0m" if self.color else f"{{+{text}+}}"

    def dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self.color and text.strip() else text


def _wide(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _fold(text: str, width: int) -> list[str]:
    """Break ``text`` at spaces into lines of at most ``width``; its own line ends and indents stay."""
    out: list[str] = []
    for given in safe(text).split("\n"):
        indent = given[: len(given) - len(given.lstrip(" "))]
        line = indent
        for word in given.split():
            if line.strip() and _wide(line) + 1 + _wide(word) > width:
                out.append(line)
                line = indent
            line = f"{line} {word}" if line.strip() else line + word
        out.append(line)
    return out


def _padded(text: str, width: int) -> str:
    return text + " " * max(width - _wide(text), 0)


# ---------------------------------------------------------------- problems


def problem_lines(diagnostics: Sequence[Diagnostic], *, style: Style, outcome: str = "") -> Iterator[str]:
    """Yield a report: errors first, then what is still open, what is worth a look, and notes.

    ``outcome`` follows the count of errors ("No document was made."). Nothing is yielded for no diagnostics.
    """
    ordered = in_order(diagnostics)
    errors = [d for d in ordered if d.severity is Severity.ERROR]
    if len(errors) == 1 and errors[0].span is None and not errors[0].field:
        yield from _said(errors[0], style.width)
        if outcome:
            yield outcome
    elif errors:
        yield style.red(f"{_files(errors)} {count(len(errors), 'problem')}.") + (f" {outcome}" if outcome else "")
        yield ""
        yield from _rows(errors, style)
        yield ""
        these = "this" if len(errors) == 1 else "these"
        yield from _fold(f"Mend {these} and run the same command again. More: {_more(errors)}", style.width)
    groups = (
        (Severity.OPEN, "answer is still open; a draft can be made without it", "answers are still open"),
        (Severity.WARNING, "thing is worth a look; it stops nothing", "things are worth a look; they stop nothing"),
        (Severity.NOTE, "note", "notes"),
    )
    begun = bool(errors)
    for severity, one, many in groups:
        found = [d for d in ordered if d.severity is severity]
        if not found:
            continue
        if begun:
            yield ""
        begun = True
        yield style.yellow(count(len(found), one, many) + ":")
        yield ""
        yield from _rows(found, style)


def _files(diagnostics: Sequence[Diagnostic]) -> str:
    names = list(dict.fromkeys(d.span.file for d in diagnostics if d.span))
    match names:
        case []:
            return "There is" if len(diagnostics) == 1 else "There are"
        case [name]:
            sheet = re.fullmatch(r"(.+?\.xls[xm]) (.+)!", name, re.IGNORECASE)
            return f"{safe(f'{sheet[1]}, sheet {sheet[2]},' if sheet else name.removesuffix('!'))} has"
        case _:
            return f"{len(names)} files have"


def _more(diagnostics: Sequence[Diagnostic]) -> str:
    rules = list(dict.fromkeys(d.rule for d in diagnostics))
    first = f"agreements explain {rules[0]}"
    rest = rules[1:4]
    return first + (f" (also: {', '.join(rest)})" if rest else "")


def _rows(diagnostics: Sequence[Diagnostic], style: Style) -> Iterator[str]:
    places = [_place(d) for d in diagnostics]
    fields = [safe(d.field) for d in diagnostics]
    place_wide, field_wide = max(map(_wide, places)), max(map(_wide, fields))
    start = 2 + (place_wide + 2 if place_wide else 0) + (field_wide + 2 if field_wide else 0)
    beside = style.width - start >= 52
    if not beside:
        start = 6
    for d, place, name in zip(diagnostics, places, fields, strict=True):
        words = _said(d, style.width - start)
        for other in d.others:
            words += _fold(f"{other.message} ({other.span})" if other.message else str(other.span), style.width - start)
        if beside:
            head = "  "
            if place_wide:
                head += style.bold(place) + " " * (place_wide - _wide(place) + 2)
            if field_wide:
                head += _padded(name, field_wide + 2)
            yield (head + words[0]).rstrip()
        else:
            yield f"  {style.bold(place)}  {name}".rstrip() if place or name else ""
            yield " " * start + words[0]
        yield from ((" " * start + line).rstrip() for line in words[1:])


def _place(d: Diagnostic) -> str:
    if d.span is None:
        return ""
    # line 0: the file as a whole
    return safe(str(d.span) if d.span.line else d.span.file)


def _said(d: Diagnostic, width: int) -> list[str]:
    """Return message and fix: on one line if they fit, else the fix begins a line of its own."""
    together = f"{d.message} {d.fix}".strip()
    if "\n" not in together and _wide(together) <= width and (not d.fix or d.message.endswith((".", "?", "!"))):
        return _fold(together, width)
    return _fold(d.message, width) + (_fold(d.fix, width) if d.fix else [])


def problem_json(d: Diagnostic) -> dict[str, Any]:
    """Return a problem as the JSON of ``--json`` gives it; file "" and line 0 say that it has no place."""
    found: dict[str, Any] = {
        "rule": d.rule,
        "severity": d.severity.value,
        "file": d.span.file if d.span else "",
        "line": d.span.line if d.span else 0,
        "column": d.span.column if d.span else 0,
        "field": d.field,
        "message": d.message,
        "fix": d.fix,
    }
    if d.others:
        found["others"] = [
            {"file": o.span.file, "line": o.span.line, "column": o.span.column, "message": o.message} for o in d.others
        ]
    return found


# ---------------------------------------------------------------- open items

_PLACES_SHOWN = 4


def open_item_lines(items: Sequence[OpenItem], *, style: Style) -> Iterator[str]:
    """Yield every open item, under a heading for those who usually know the answer."""
    groups: dict[str, list[OpenItem]] = {}
    for item in items:
        groups.setdefault(who_knows(item.who), []).append(item)
    width = style.width - 6
    for who, found in groups.items():
        yield style.bold(safe(f"Who usually knows: {who}" if who else "Anybody may know"))
        yield ""
        for item in found:
            head = style.bold(safe(capitalized(item.label)))
            yield f"  {style.yellow(f'{item.number:>2}.')} {head}   {style.dim(safe(item.field))}"
            yield from (" " * 6 + line for line in _fold(item.question, width))
            if item.why:
                yield from _led("Why:", item.why, width)
            if item.needed_by:
                yield from _led("Needed by:", _first(item.needed_by, "; "), width)
            if item.clauses:
                yield from _led("Clauses:", _first(item.clauses, ", "), width)
            place = f"{item.span.file}:{item.span.line}" if item.span else "your profile"
            parents, line = answer_line(item)
            under = f", under {' > '.join(parents)}" if parents else ""
            yield from _led("Write it in:", f"{place}{under}, for example:", width)
            yield from (" " * 10 + safe(part) for part in line.split("\n"))
            yield ""


def _first(names: Sequence[str], between: str) -> str:
    shown, rest = names[:_PLACES_SHOWN], len(names) - _PLACES_SHOWN
    return between.join(shown) + (f"{between}and {rest} more" if rest > 0 else "")


def folded(lead: str, text: str, style: Style) -> Iterator[str]:
    """Yield ``text`` after ``lead``, broken at spaces, its later lines below its first word."""
    first, *rest = _fold(" ".join(text.split()), max(style.width - _wide(lead), 30))
    yield lead + first
    yield from (" " * _wide(lead) + line for line in rest)


_CONTEXT = 10  # words that are shown before and after a change


def redline_lines(lead: str, hunks: Sequence[tuple[str, str]], style: Style) -> Iterator[str]:
    """Yield a paragraph with its changes marked, broken at spaces; ``hunks`` are (same, deleted or inserted; words).

    Of long stretches that are the same, only the words beside a change are shown.
    """
    width = max(style.width - _wide(lead), 30)
    rows: list[list[tuple[str, str, bool]]] = [[]]
    used = 0
    for kind, word, space in _spaced(hunks):
        marks = 0 if style.color or kind == "same" or (rows[-1] and rows[-1][-1][0] == kind) else 4
        if rows[-1] and space and used + 1 + _wide(word) + marks > width:
            rows.append([])
            used = 0
        used += _wide(word) + marks + (1 if rows[-1] and space else 0)
        rows[-1].append((kind, word, space))
    paint = {"deleted": style.deleted, "inserted": style.inserted}
    for n, row in enumerate(rows):
        line = ""
        for kind, group in itertools.groupby(row, key=lambda piece: piece[0]):
            pieces = list(group)
            text = "".join((" " if space and m else "") + word for m, (_, word, space) in enumerate(pieces))
            line += (" " if line and pieces[0][2] else "") + (paint[kind](text) if kind in paint else text)
        yield (lead if n == 0 else " " * _wide(lead)) + line


# A field, a condition or a reference of a clause file is never broken over two lines.
_UNBROKEN = re.compile(r"(?:\{\{.*?\}\}|\{%.*?%\}|\[[^\]\[]*\]\(#[^)\s]*\)|\S)+")


def _spaced(hunks: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, bool]]:
    """Yield (kind, word, whether a blank stands before it); long stretches that are the same are cut."""
    open_end = False  # whether the words before end in a blank
    before = ""
    for n, (kind, given) in enumerate(hunks):
        text = safe(given)
        found = _UNBROKEN.findall(text)
        if kind == "same" and len(found) > 2 * _CONTEXT + 4:
            first = found[:_CONTEXT] if n else []
            last = found[-_CONTEXT:] if n + 1 < len(hunks) else []
            found = [*first, "…", *last]
        for m, word in enumerate(found):
            beside = {before, kind} == {"deleted", "inserted"} and m == 0
            yield kind, word, m > 0 or open_end or text[:1].isspace() or beside
        if found or text:
            open_end = text[-1:].isspace()
            before = kind


def _led(label: str, text: str, width: int) -> Iterator[str]:
    first, *rest = _fold(text, width - len(label) - 1)
    yield f"      {label} {first}"
    yield from (" " * (7 + len(label)) + line for line in rest)


def answer_line(item: OpenItem) -> tuple[tuple[str, ...], str]:
    """Return the groups a field stands under, and an example line that answers it.

    ``service.elements.2.unit`` stands under service, elements, entry 2. The example is YAML already; one
    of several lines is set below the field's name.
    """
    *parents, last = item.field.split(".")
    shown = tuple(f"entry {p}" if p.isdecimal() else p for p in parents)
    example = item.example.removeprefix(f"{item.field}:").strip()
    if "\n" in example:
        return shown, "\n  ".join([f"{last}:", *example.split("\n")])
    return shown, f"{last}: {example or '…'}"


def open_item_json(item: OpenItem) -> dict[str, Any]:
    """Return an open item as the JSON of ``--json`` gives it."""
    _, line = answer_line(item)
    return {
        "number": item.number,
        "field": item.field,
        "label": item.label,
        "question": item.question,
        "why": item.why,
        "who": item.who,
        "example": item.example,
        "write": line,
        "needed_by": list(item.needed_by),
        "clauses": list(item.clauses),
        "file": item.span.file if item.span else "",
        "line": item.span.line if item.span else 0,
        "column": item.span.column if item.span else 0,
    }


# ---------------------------------------------------------------- tables, JSON


def table_lines(header: Sequence[str], rows: Sequence[Sequence[str]], *, style: Style) -> Iterator[str]:
    """Yield ``rows`` in straight columns under ``header``; the last column is never cut."""
    shown = [[safe(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(map(_wide, column)) for column in zip(header, *shown, strict=True)]
    yield style.bold("  ".join(_padded(h, w) for h, w in zip(header, widths, strict=True)).rstrip())
    for row in shown:
        yield "  ".join(_padded(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip()


def as_json(found: dict[str, Any], *, unicode: bool = True) -> str:
    """Return one JSON object; ``unicode`` false writes it in ASCII, for a stream that can do no more."""

    def plain(value: object) -> str:
        if isinstance(value, PurePath):
            return value.as_posix()
        raise TypeError(type(value).__name__)

    text = json.dumps(found, ensure_ascii=not unicode, indent=2, default=plain)
    # a lone surrogate (a file name that is no UTF-8) cannot be written otherwise
    return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text) if unicode else text


# ---------------------------------------------------------------- progress


class Progress:
    """A line on a terminal that says what is being done, shown only after a second and wiped at the end.

    ``stream`` None shows nothing. Use as a context; :meth:`now` says what is done now.
    """

    def __init__(self, stream: IO[str] | None, after: float = 1.0) -> None:
        self._stream = stream
        self._after = after
        self._text = ""
        self._shown = False
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        if self._stream is not None:
            self._timer = threading.Timer(self._after, self._begin)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            stream, self._stream = self._stream, None
            if stream is not None and self._shown:
                stream.write("\r\x1b[K")
                stream.flush()

    def now(self, text: str) -> None:
        """Say what is being done; shown at once if a second has passed."""
        with self._lock:
            self._text = safe(text)
            if self._shown:
                self._write()

    def _begin(self) -> None:
        with self._lock:
            self._shown = self._stream is not None
            self._write()

    def _write(self) -> None:
        if self._stream is not None:
            self._stream.write(f"\r\x1b[K{self._text} …")
            self._stream.flush()
