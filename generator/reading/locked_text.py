"""Words that somebody else prescribes, from the file that the user supplies: printed letter for letter.

A state may publish clauses that a contract must hold exactly as they stand. Such a text is never a
template and never Markdown of ours: braces, stars and angle brackets in it are signs like any others.
What is understood is only how it is laid out:

- an empty line ends a paragraph, and the lines of a paragraph flow together;
- a line that begins with a label (“(a)”, “1.”, “A.”, “•”) begins a paragraph of its own;
- in a file whose name ends in ``.md``, a line that begins with ``#`` (up to three) is a heading.

The digest is that of the file's bytes, so that anyone can tell whether a printed text is the issued one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.digests import digest_of
from generator.frozen import dataclass
from generator.reading.source_text import read_text

__all__ = [
    "RULES",
    "STATE_TEXT_FORM",
    "STATE_TEXT_MISSING",
    "LockedParagraph",
    "LockedText",
    "file_beside",
    "read_locked",
]

STATE_TEXT_MISSING = Rule(
    "state-text-missing",
    Severity.ERROR,
    "The prescribed words are needed, and their file is not there.",
    """Some states publish words that a contract must hold exactly as they stand. They are never rewritten and never
guessed: they come from a text file that you put beside the profile, and print letter for letter. Without the file no
final is made; a draft shows the place.

Copy the words from the state's own publication into a text file and name it in the profile:

```yaml
state_text:
  required: yes
  files:
    - file: state/standard-clauses.txt
      title: Standard Clauses for Managed Care Contracts
      source: State Department of Health
      citation: Model contract, appendix A
      as_of: 2026-10-01
```

The name is that of a file in the profile's folder or below it.
""",
)
STATE_TEXT_FORM = Rule(
    "state-text-form",
    Severity.ERROR,
    "The file with the prescribed words is no plain text.",
    """The file is printed letter for letter, so it must hold the words and nothing else: plain text in UTF-8, with an
empty line between paragraphs. A web page, a Word file or a PDF file would print its codes. Characters that cannot be
seen but change how text reads are refused as everywhere.

Wrong: `standard-clauses.txt` saved from a browser as a web page.

Right: open the publication, copy its words into a text editor, and save as UTF-8 text. Compare it with the
publication, word by word: nobody else does.
""",
)
RULES = (STATE_TEXT_MISSING, STATE_TEXT_FORM)

# Tags of web pages; “<name of the plan>” in a model contract is none.
_TAG = re.compile(
    r"<(?:!doctype|/?(?:html|head|body|meta|link|script|style|title|div|span|p|br|hr|table|tbody|tr|td|th|ul|ol|li|a|"
    r"img|font|strong|em|b|i|u|h[1-6]))(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_HEADING = re.compile(r"#{1,3}[ \t]+(?=\S)")
_LABEL = re.compile(
    r"[ \t]*(?:[-*•–][ \t]|§|\([A-Za-z0-9]{1,5}\)|(?:[A-Z]|[0-9]{1,3}|[ivxlc]{1,5}|[IVXLC]{1,5})[.)][ \t]|"
    r"[0-9]{1,3}(?:\.[0-9]{1,3})+[.)]?[ \t])"
)


@dataclass(frozen=True, slots=True)
class LockedParagraph:
    """One paragraph as it prints; ``line`` is where it begins in the file."""

    text: str
    heading: bool
    line: int


@dataclass(frozen=True, slots=True)
class LockedText:
    """A prescribed text: its paragraphs, and the digest (``sha256:…``) of the file's bytes."""

    file: str
    digest: str
    paragraphs: tuple[LockedParagraph, ...]


def file_beside(profile: str, name: str) -> str | None:
    """Return the file ``name`` in the folder of ``profile``, or None if the name leads out of that folder."""
    path = PurePosixPath(name)
    if not name.strip() or "\\" in name or "\0" in name or path.is_absolute() or ".." in path.parts or ":" in name:
        return None
    return str(PurePosixPath(profile).parent / path)


def read_locked(data: bytes, file: str) -> Checked[LockedText]:
    """Return the prescribed text in ``data``; with any problem there is no text. Never raises."""
    checked = read_text(data, file)
    if checked.value is None or checked.diagnostics:
        return Checked(None, tuple(_no_plain_text(d) for d in checked.diagnostics))
    tag = _TAG.search(checked.value)
    if tag is not None:
        before = checked.value[: tag.start()]
        place = Span(file, before.count("\n") + 1, tag.start() - (before.rfind("\n") + 1) + 1)
        message = f"“{tag.group()[:40]}” is a code of a web page and would be printed."
        return Checked(None, (STATE_TEXT_FORM.at(place, message, fix="Copy the words alone into a text file."),))
    paragraphs = tuple(_paragraphs(checked.value, PurePosixPath(file).suffix.lower() == ".md"))
    if not paragraphs:
        return Checked(None, (STATE_TEXT_FORM.at(Span(file), "The file is empty.", fix="Put the words into it."),))
    return Checked(LockedText(file, digest_of(data), paragraphs))


def _no_plain_text(found: Diagnostic) -> Diagnostic:
    return STATE_TEXT_FORM.at(found.span, found.message, fix=found.fix)


def _paragraphs(text: str, headings: bool) -> Iterator[LockedParagraph]:
    lines: list[str] = []
    start = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        heading = _HEADING.match(line) if headings else None
        if lines and (not line.strip() or heading or _LABEL.match(line)):
            yield LockedParagraph(" ".join(lines), False, start)
            lines = []
        if heading:
            yield LockedParagraph(line[heading.end() :].strip(), True, number)
        elif line.strip():
            start = start if lines else number
            lines.append(" ".join(line.split("\t")).strip(" "))
