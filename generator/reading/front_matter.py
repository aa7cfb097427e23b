"""The head of a clause file: YAML between two lines of three hyphens, then the text of the clause.

    ---
    id: hipaa.breach_notice
    version: 1.0.0
    ---
    {{ ba.short_name }} shall notify …

The two parts are only told apart here. The head is read by :mod:`generator.reading.yaml_text`, the
body by :mod:`generator.reading.grammar`; both get their line numbers in the file.
"""

from __future__ import annotations

import re

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.reading.yaml_text import MapNode, Node, read_yaml

__all__ = ["RULES", "split_front_matter"]

FRONT_MATTER = Rule(
    "front-matter",
    Severity.ERROR,
    "A clause file does not begin with its head.",
    """\
A clause file has two parts: the head, which says what the clause is called, its version and its status, and
the text of the clause. A line of three hyphens stands before the head and another one after it. Without both
lines nobody can tell the head from words that a contract would print.

Wrong:

    id: conf.mutual
    version: 1.0.0

    Each Party shall keep …

Right:

    ---
    id: conf.mutual
    version: 1.0.0
    ---
    Each Party shall keep …
""",
)

RULES = (FRONT_MATTER,)

_EXAMPLE = "Write --- on the first line, then id:, version:, title: and status:, then --- and the text of the clause."
_MARK = re.compile(r"-{3}[ \t]*")
_ALMOST = re.compile(r"[ \t]*[-–—‐]{2,}[ \t]*")


def split_front_matter(text: str, file: str) -> Checked[tuple[Node, str, int]]:
    """Return (head, body, line of the file on which the body begins).

    The head is a :class:`MapNode` with its places in ``file``. The body is everything after the line
    that closes the head, unchanged but for line ends (``\\n``).
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not _MARK.fullmatch(lines[0]):
        return Checked(None, (_no_start(lines, file),))
    close = next((n for n, line in enumerate(lines[1:], 1) if _MARK.fullmatch(line)), None)
    if close is None:
        return Checked(None, (_no_end(lines, file),))
    head = read_yaml("\n".join([*lines[1:close], ""]).encode("utf-8", "surrogatepass"), file, first_line=2)
    body = "\n".join(lines[close + 1 :])
    if head.value is None:
        return Checked(None, head.diagnostics)
    if not isinstance(head.value, MapNode):
        return Checked(
            None,
            (
                *head.diagnostics,
                FRONT_MATTER.at(
                    Span(file, 2), "The head of this clause is not a list of lines “name: value”.", fix=_EXAMPLE
                ),
            ),
        )
    return Checked((head.value, body, close + 2), head.diagnostics)


def _no_start(lines: list[str], file: str) -> Diagnostic:
    filled = next((n for n, line in enumerate(lines) if line.strip()), None)
    if filled is None:
        return FRONT_MATTER.at(Span(file), "This clause file is empty.", fix=_EXAMPLE)
    if _ALMOST.fullmatch(lines[filled]):
        what = "after empty lines" if _MARK.fullmatch(lines[filled]) else "but not as three hyphens (---)"
        return FRONT_MATTER.at(
            Span(file, filled + 1),
            f"The head begins {what}.",
            fix="Write --- alone on the very first line.",
        )
    return FRONT_MATTER.at(Span(file), "This clause file does not begin with its head.", fix=_EXAMPLE)


def _no_end(lines: list[str], file: str) -> Diagnostic:
    almost = next((n for n, line in enumerate(lines[1:], 1) if _ALMOST.fullmatch(line)), None)
    if almost is not None:
        return FRONT_MATTER.at(
            Span(file, almost + 1),
            "This line looks like the end of the head but is not three hyphens.",
            fix="Write --- alone on this line.",
        )
    return FRONT_MATTER.at(
        Span(file),
        "The head of this clause is never closed.",
        fix="Write --- alone on a line between the head and the text of the clause.",
    )
