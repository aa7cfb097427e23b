"""Change a few keys in the head of a clause file and leave every other byte as it is.

The head is not read and printed again: its own lines are cut and put. What comes out is read once more and
compared with what went in, so that an edit that would touch anything else is refused instead of made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.reading.front_matter import split_front_matter
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode

__all__ = ["RULES", "edit_head", "quoted"]

HEAD_EDIT = Rule(
    "head-edit",
    Severity.ERROR,
    "The head of the clause file is written in a way that a command cannot change safely.",
    """Commands that release, approve or adopt a clause change single lines of its head and leave the rest of the file
as it is, byte for byte. That needs one key on each line:

**Wrong:** `{id: exit.cause, version: 1.0.0}` between the two `---` lines

**Right:**

```
id: exit.cause
version: 1.0.0
```

Nothing was changed. Write the head with one key on each line, or make the change by hand.""",
)
RULES = (HEAD_EDIT,)

_BOM = b"\xef\xbb\xbf"
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .@_/’()-]*[A-Za-z0-9.)])?\Z")


def quoted(text: str) -> str:
    """Return ``text`` as one YAML scalar on one line, quoted only where it must be."""
    return text if _PLAIN.match(text) else json.dumps(text, ensure_ascii=False)


def edit_head(
    data: bytes, file: str, put: Mapping[str, str], *, drop: Sequence[str] = (), after: str = "status"
) -> Checked[bytes]:
    """Return ``data``, a clause file, with the keys of ``put`` given new values and those of ``drop`` left out.

    A value is ready YAML on one line (:func:`quoted`). A key may be ``outer.inner`` where both are there
    already; a new key gets a line of its own below ``after``, in the order of ``put``. The text below the head,
    line ends, comments and all other keys stay byte for byte.
    """
    bom = _BOM if data.startswith(_BOM) else b""
    try:
        text = data[len(bom) :].decode("utf-8")
    except UnicodeDecodeError:
        return Checked(None, (HEAD_EDIT.at(Span(file), "The file is not written in UTF-8."),))
    split = split_front_matter(text, file)
    if split.value is None:
        return Checked(None, split.diagnostics)
    head = split.value[0]
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    if not isinstance(head, MapNode) or not head.entries or any(s.column != 1 for _, s, _ in head.entries):
        return Checked(None, (HEAD_EDIT.at(Span(file, 2), "The head of the clause has no line for each key."),))
    close = split.value[2] - 1  # the line of the closing ---, counted from 1
    problems: list[Diagnostic] = []
    # From the bottom up, so that the places above stay true.
    changes: list[tuple[int, int, list[str]]] = []
    ending = "\r\n" if lines[0].endswith("\r\n") else "\r" if lines[0].endswith("\r") else "\n"
    new: list[str] = []
    for key, value in put.items():
        outer, _, inner = key.partition(".")
        place = _extent(head, outer, close, lines)
        if place is None:
            if inner:
                problems.append(HEAD_EDIT.at(Span(file, 2), f"The head has no {outer}."))
            else:
                new.append(f"{key}: {value}".rstrip() + ending)
            continue
        begin, end = place
        node = head.get(outer)
        if inner:
            node = node.get(inner) if isinstance(node, MapNode) else None
        if isinstance(node, TextNode) and (where := _scalar(node, lines)) is not None:
            at, first, last = where
            lead = lines[at][:first] if value else lines[at][:first].rstrip(" ")
            changes.append((at, at + 1, [lead + value + lines[at][last:]]))
        elif inner:
            problems.append(HEAD_EDIT.at(Span(file, begin + 1), f"{key} cannot be changed here."))
        else:
            changes.append((begin, end, [f"{key}: {value}".rstrip() + ending]))
    for key in drop:
        place = _extent(head, key, close, lines)
        if place is not None:
            changes.append((*place, []))
    if new:
        below = _extent(head, after, close, lines) or (close - 1, close - 1)
        changes.append((below[1], below[1], new))
    if problems:
        return Checked(None, tuple(problems))
    for begin, end, instead in sorted(changes, reverse=True):
        lines[begin:end] = instead
    made = bom + "".join(lines).encode("utf-8")
    if not _only_these(data, made, file, set(put) | set(drop)):
        return Checked(None, (HEAD_EDIT.at(Span(file, 2), "The head of the clause cannot be changed line by line."),))
    return Checked(made)


def _extent(head: MapNode, key: str, close: int, lines: Sequence[str]) -> tuple[int, int] | None:
    """Return the lines (from 0, end excluded) that ``key`` and its value take, without comments that follow."""
    starts = [s.line for _, s, _ in head.entries]
    for (name, span, _), following in zip(head.entries, [*starts[1:], close], strict=True):
        if name == key:
            begin, end = span.line - 1, following - 1
            while end > begin + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
                end -= 1
            return begin, end
    return None


def _scalar(node: TextNode, lines: Sequence[str]) -> tuple[int, int, int] | None:
    """Return the line and the columns (from 0, end excluded) of a scalar that stands on one line."""
    at, first = node.span.line - 1, node.span.column - 1
    line = lines[at].rstrip("\r\n")
    rest = line[first:]
    if not node.text and (not rest or rest.startswith("#")):
        return None  # “key:” with nothing after it: the whole line is written anew
    if node.plain and rest.startswith(node.text):
        return at, first, first + len(node.text)
    if rest[:1] in "\"'" and rest:
        pattern = r'"(?:[^"\\]|\\.)*"' if rest[0] == '"' else r"'(?:[^']|'')*'"
        found = re.match(pattern, rest)
        if found is not None:
            return at, first, first + found.end()
    return None


def _only_these(before: bytes, after: bytes, file: str, touched: set[str]) -> bool:
    """Whether ``after`` says the same as ``before`` but for the keys ``touched``."""
    pair = []
    for data in (before, after):
        split = split_front_matter(data.decode("utf-8"), file)
        if split.value is None or split.diagnostics:
            return False
        head, _, _ = split.value
        pair.append((_plain(head, "", touched), _body(data)))
    return pair[0] == pair[1]


def _body(data: bytes) -> bytes:
    """Return the bytes below the line that closes the head."""
    found = re.match(
        rb"(?:\xef\xbb\xbf)?---[ \t]*(?:\r\n|\r|\n).*?(?:\r\n|\r|\n)---[ \t]*(?:\r\n|\r|\n|\Z)", data, re.DOTALL
    )
    return data[found.end() :] if found else data


def _plain(node: Node, path: str, touched: set[str]) -> object:
    if path in touched:
        return None
    match node:
        case TextNode(text=text):
            return text
        case ListNode(items=items):
            return [_plain(i, f"{path}[]", touched) for i in items]
        case MapNode(entries=entries):
            inner = [(k, f"{path}.{k}" if path else k, v) for k, _, v in entries]
            return [(k, _plain(v, name, touched)) for k, name, v in inner if name not in touched]
