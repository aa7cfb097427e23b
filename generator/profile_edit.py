"""Write one answer into the text of a profile and leave every other line as it is.

People edit their profile by hand, so the file belongs to them: their order, their comments and their way of
nesting stay. An answer that stands in the file already is replaced where it stands. A new one is written as
one dotted name, with its question above it as a comment, after the answers that belong before it::

    # How much notice to end the agreement without a reason?
    #   for example: 60 days
    terminate.convenience: 90 days

Each edit is read back before it is handed out. Should it have changed any other answer, it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Final, TypeAlias

from generator.diagnostics import Checked, Rule, Severity, Span, errors_in
from generator.frozen import dataclass
from generator.profile import read_nodes
from generator.reading.source_text import read_text
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode, ends_of_long_texts

__all__ = ["RULES", "Rank", "divided", "with_answer"]

PROFILE_LAYOUT = Rule(
    "profile-layout",
    Severity.ERROR,
    "An answer cannot be written into the profile without touching other lines.",
    """\
The interview writes each answer into the profile and leaves all other lines alone. Where the file is laid out in an
unusual way (the whole profile in braces, for example), it does not guess: the file stays as it is, and you write the
answer yourself.

Wrong: `{agreement.name: Safe Home, agreement.number: 7}` as the whole file.

Right:

    agreement.name: Safe Home
    agreement.number: 7
""",
)
RULES = (PROFILE_LAYOUT,)

Rank: TypeAlias = tuple[int, ...]
_HERE = Span("")
_RULER: Final = "# " + "-" * 64
_SHORT_LIST = 88  # characters


def divided(path: str) -> tuple[str, ...]:
    """Return the name up to a list, then each part within it: "service.elements", "2", "unit"."""
    parts = path.split(".")
    for n, part in enumerate(parts):
        if part.isdecimal():
            return (".".join(parts[:n]), *parts[n:])
    return (path,)


def with_answer(
    data: bytes,
    file: str,
    path: str,
    answer: Node | None,
    *,
    comment: Sequence[str] = (),
    heading: str = "",
    rank: Callable[[str], Rank | None] = lambda _: None,
    inherited: Node | None = None,
) -> Checked[bytes]:
    """Return ``data``, the bytes of the profile ``file``, with ``answer`` standing under ``path``.

    ``path`` is a full name; with a list position ("service.elements.2.unit") that part of the list is
    written, and a position one past the end adds an entry. None leaves the name without an answer.
    ``comment`` goes above a new name, ``heading`` above the first name of its part of the file. ``rank``
    puts names in order; its first number is the part. ``inherited`` is the list as another file gives it.

    No value comes back, and the reason, where the file cannot be read or no such edit is possible.
    """
    read = read_nodes(data, file)
    if errors_in(read.diagnostics):
        return Checked(None, read.diagnostics)
    top = read.value if isinstance(read.value, MapNode) else MapNode((), Span(file))
    if read.value is not None and not isinstance(read.value, MapNode) and _texts(read.value) != {"": ""}:
        return _refused(file, path)
    base, *positions = divided(path)
    found = _find(top, base)
    there = found[-1].node if found else inherited
    node = _placed(there, positions, answer) if positions else answer or TextNode("", _HERE)
    if node is None:
        return _refused(file, path)
    page = _Page(data)
    block = [n for n, hop in enumerate(found) if page.begins_line(hop.span)]
    if block:
        hop, whole = found[block[-1]], node
        for inner in reversed(found[block[-1] + 1 :]):
            whole = _replaced(inner.parent, inner.key, whole)
        page.replace(hop, whole, page.end_of(top, hop))
    elif found or any(not page.begins_line(span) for _, span, _ in top.entries):
        return _refused(file, path)
    else:
        page.insert(top, base, node, comment, heading, rank)
    made = page.data()
    return Checked(made) if _is_sound(top, made, file, base, node) else _refused(file, path)


def _refused(file: str, path: str) -> Checked[bytes]:
    message = f"“{path}” cannot be written here without changing other lines. The file was left as it is."
    fix = "Write it with a text editor, each name on a line of its own, and run the same command again."
    return Checked(None, (PROFILE_LAYOUT.at(Span(file), message, fix=fix, field=path),))


def _is_sound(before: MapNode, made: bytes, file: str, base: str, node: Node) -> bool:
    """Whether ``made`` says what ``before`` said, and ``node`` under the name ``base``."""
    after = read_nodes(made, file)
    if errors_in(after.diagnostics) or not isinstance(after.value, MapNode):
        return False
    wanted = {name: text for name, text in _texts(before).items() if not _within(name, base)}
    wanted |= {f"{base}{name}": text for name, text in _texts(node).items()}
    return _texts(after.value) == wanted


def _within(name: str, base: str) -> bool:
    return name == base or name.startswith(f"{base}.")


def _texts(node: Node, name: str = "") -> dict[str, str]:
    """Return every text below ``node`` by its full name: how two files are compared."""
    match node:
        case TextNode(text=text):
            return {name: text}
        case ListNode(items=items):
            found = {f"{name}.[]": str(len(items))}
            for n, item in enumerate(items, 1):
                found |= _texts(item, f"{name}.{n}")
            return found
        case MapNode(entries=entries):
            inner: dict[str, str] = {} if entries or not name else {f"{name}.{{}}": ""}
            for key, _, value in entries:
                inner |= _texts(value, f"{name}.{key}" if name else key)
            return inner


# ---------------------------------------------------------------- where a name stands


@dataclass(frozen=True, slots=True)
class _Hop:
    """One name on the way to an answer: ``agreement``, then ``name`` in it."""

    parent: MapNode
    key: str
    span: Span
    node: Node


def _find(node: MapNode, path: str) -> tuple[_Hop, ...]:
    for key, span, value in node.entries:
        hop = _Hop(node, key, span, value)
        if key == path:
            return (hop,)
        if path.startswith(f"{key}.") and isinstance(value, MapNode):
            below = _find(value, path[len(key) + 1 :])
            if below:
                return (hop, *below)
    return ()


def _replaced(node: MapNode, key: str, value: Node) -> MapNode:
    return MapNode(tuple((k, s, value if k == key else v) for k, s, v in node.entries), node.span)


def _placed(node: Node | None, positions: Sequence[str], answer: Node | None) -> Node | None:
    """Return ``node`` with ``answer`` at ``positions``; None where there is no such place.

    Without an answer what stands there is taken out.
    """
    if not positions:
        return answer
    first, rest = positions[0], positions[1:]
    if first.isdecimal():
        items = node.items if isinstance(node, ListNode) else ()
        if isinstance(node, TextNode) and node.text.strip().lower() not in ("", "unknown"):
            items = (node,)  # a list of one value may be written without its dash
        n = int(first)
        if not 1 <= n <= len(items) + 1:
            return None
        inner = _placed(items[n - 1] if n <= len(items) else None, rest, answer)
        if inner is None and rest:
            return None
        return ListNode((*items[: n - 1], *(() if inner is None else (inner,)), *items[n:]), _HERE)
    entries = node.entries if isinstance(node, MapNode) else ()
    inner = _placed(next((v for k, _, v in entries if k == first), None), rest, answer)
    if inner is None:
        return MapNode(tuple(e for e in entries if e[0] != first), _HERE)
    if any(k == first for k, _, _ in entries):
        return _replaced(MapNode(entries, _HERE), first, inner)
    return MapNode((*entries, (first, _HERE, inner)), _HERE)


# ---------------------------------------------------------------- the lines of the file


@dataclass(slots=True)
class _Page:
    """The lines of the file, counted from 1, each with its own line end."""

    raw: bytes
    lines: list[str] = field(init=False)
    end: str = field(init=False)
    text_ends: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        text = self.raw.decode("utf-8-sig")
        self.lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
        self.end = next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")
        self.text_ends = ends_of_long_texts(read_text(self.raw, "").value or "")

    def data(self) -> bytes:
        mark = b"\xef\xbb\xbf" if self.raw.startswith(b"\xef\xbb\xbf") else b""
        return mark + "".join(self.lines).encode()

    def text(self, line: int) -> str:
        return self.lines[line - 1].rstrip("\r\n")

    def begins_line(self, span: Span) -> bool:
        """Whether only spaces stand before ``span``: a name within braces, or after a dash, does not."""
        return not self.text(span.line)[: span.column - 1].strip()

    def end_of(self, top: MapNode, hop: _Hop) -> int:
        """Return the last line of the entry that begins at ``hop``."""
        after = [s.line for s in _spans(top) if s.line > hop.span.line and s.column <= hop.span.column]
        last = min(after, default=len(self.lines) + 1) - 1
        while last > hop.span.line and not self._is_of_an_entry(last):
            last -= 1
        return last

    def _is_of_an_entry(self, line: int) -> bool:
        return line in self.text_ends or (bool(self.text(line).strip()) and not self._is_remark(line))

    def _above(self, line: int, *, over_heading: bool) -> int:
        """Return the line after which to write, so that the remarks above ``line`` stay with it."""
        at = line - 1
        while at and self._is_remark(at):
            at -= 1
        heading = at
        while over_heading and heading and not self.text(heading).strip():
            heading -= 1
        if over_heading and heading and self.text(heading).strip() == _RULER:
            while heading and self._is_remark(heading):
                heading -= 1
            return heading
        return at

    def _is_remark(self, line: int) -> bool:
        return line not in self.text_ends and self.text(line).lstrip().startswith("#")

    def _remark_of(self, line: int) -> str:
        """Return the remark on ``line``, alone or behind a value, "" if there is none."""
        if line in self.text_ends:
            return _remark(self.text(line)[self.text_ends[line] - 1 :])
        return self.text(line).lstrip() if self._is_remark(line) else _remark(_value(self.text(line)))

    def replace(self, hop: _Hop, node: Node, last: int) -> None:
        """Put ``node`` where the entry ``hop`` stands, up to line ``last``; remarks within it stay."""
        first = hop.span.line
        indent = " " * (hop.span.column - 1)
        new = list(_entry(hop.key, node, len(indent)))
        above: list[str] = []
        if first == last:
            remark = _remark(self.text(first)[hop.node.span.column - 1 :] if hop.node.span.line == first else "")
            if remark and len(new) == 1:
                new[0] += f"  {remark}"
            elif remark:
                above.append(indent + remark)
        else:
            above = [indent + remark for n in range(first, last + 1) if (remark := self._remark_of(n))]
        self.lines[first - 1 : last] = [line + self.end for line in (*above, *new)]

    def insert(
        self, top: MapNode, base: str, node: Node, comment: Sequence[str], heading: str,
        rank: Callable[[str], Rank | None],
    ) -> None:  # fmt: skip
        """Write a new entry after those that belong before it."""
        own = rank(base)
        hops = [_Hop(top, key, span, value) for key, span, value in top.entries]
        ranked = [(hop, r) for hop in hops if (r := rank(hop.key)) is not None]
        indent = " " * (hops[0].span.column - 1) if hops else ""
        new = [f"{indent}# {line}".rstrip() for line in comment]
        new += _entry(base, node, len(indent))
        if heading and own is not None and not any(r[0] == own[0] for _, r in ranked):
            new = [indent + _RULER, f"{indent}# {heading}", indent + _RULER, "", *new]
        before = [hop for hop, r in ranked if own is not None and r <= own]
        later = [(hop.span.line, r) for hop, r in ranked if own is not None and r > own]
        if before:
            at = max(self.end_of(top, hop) for hop in before)
        elif later:
            line, first = min(later)
            at = self._above(line, over_heading=own is not None and first[0] != own[0])
            new = [*new, ""]
        else:
            at = max((self.end_of(top, hop) for hop in hops), default=len(self.lines))
        if self.lines and not self.lines[-1].endswith(("\r", "\n")):
            self.lines[-1] += self.end
        if at and self.text(at).strip():
            new = ["", *new]
        self.lines[at:at] = [line + self.end for line in new]


def _spans(node: Node) -> Iterator[Span]:
    match node:
        case MapNode(entries=entries):
            for _, span, value in entries:
                yield span
                yield from _spans(value)
        case ListNode(items=items):
            for item in items:
                yield from _spans(item)
        case TextNode():
            return


_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'')


def _value(line: str) -> str:
    """Return what stands after the dash and the name on ``line``."""
    return re.sub(r"^\s*(?:- +)*(?:[\w.]+:(?: +|$))?", "", line)


def _remark(text: str) -> str:
    """Return the remark after the value that ``text`` begins with, "" if there is none."""
    if text[:1] in ('"', "'"):
        quoted = _QUOTED.match(text)
        text = text[quoted.end() :] if quoted else ""
    elif text[:1] in ("[", "{"):
        text = _QUOTED.sub(lambda m: "_" * len(m.group()), text)
    found = re.search(r"(?:^|\s)(#.*)$", text)
    return found[1].rstrip() if found else ""


# ---------------------------------------------------------------- from a node to lines

_MEANS_MORE: Final = r"\x00-\x1f\x7f-\xa0:#{}\[\],&*!|>'\"%@`\\"  # within a value without quotation marks
_PLAIN: Final = re.compile(rf"[A-Za-z0-9$(+/](?:[^{_MEANS_MORE}]*[^ {_MEANS_MORE}])?")
_WORD: Final = re.compile(r"[A-Za-z0-9_]+")


def _scalar(text: str) -> str:
    """Return ``text`` as YAML reads it back, in quotation marks where it could mean something else."""
    if _PLAIN.fullmatch(text) and text == text.strip() and not re.fullmatch("0[0-9]+", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _is_page(text: str) -> bool:
    """Whether ``text`` reads well as lines of its own, indented below its name."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and bool(lines[0].strip())
        and bool(lines[-1].strip())
        and not lines[0].startswith(" ")
        and all(line == line.rstrip() and "\t" not in line for line in lines)
    )


def _entry(key: str, node: Node, indent: int) -> Iterator[str]:
    """Yield the lines of one name and its answer."""
    pad = " " * indent
    match node:
        case TextNode(text=""):
            yield f"{pad}{_scalar(key)}:"
        case TextNode(text=text) if _is_page(text):
            yield f"{pad}{_scalar(key)}: |-"
            for line in text.split("\n"):
                yield f"{pad}  {line}".rstrip()
        case TextNode(text=text):
            yield f"{pad}{_scalar(key)}: {_scalar(text)}"
        case ListNode(items=items) if _fits(items):
            yield f"{pad}{_scalar(key)}: [{', '.join(i.text for i in items if isinstance(i, TextNode))}]"
        case ListNode(items=items):
            yield f"{pad}{_scalar(key)}:"
            for item in items:
                yield from _item(item, indent + 2)
        case MapNode(entries=()):
            yield f"{pad}{_scalar(key)}: {{}}"
        case MapNode(entries=entries):
            yield f"{pad}{_scalar(key)}:"
            for name, _, value in entries:
                yield from _entry(name, value, indent + 2)


def _fits(items: tuple[Node, ...]) -> bool:
    words = [i.text for i in items if isinstance(i, TextNode) and _WORD.fullmatch(i.text)]
    return len(words) == len(items) and sum(len(w) + 2 for w in words) <= _SHORT_LIST


def _item(node: Node, indent: int) -> Iterator[str]:
    """Yield the lines of one entry of a list."""
    pad = " " * indent
    match node:
        case TextNode(text=text):
            yield f"{pad}- {_scalar(text)}"
        case ListNode(items=()):
            yield f"{pad}- []"
        case ListNode(items=items):
            yield f"{pad}-"
            for item in items:
                yield from _item(item, indent + 2)
        case MapNode(entries=()):
            yield f"{pad}- {{}}"
        case MapNode(entries=entries):
            lines = [line for name, _, value in entries for line in _entry(name, value, indent + 2)]
            yield f"{pad}- {lines[0].lstrip()}"
            yield from lines[1:]
