"""YAML as text with places: every value stays as typed until its field's kind decides.

The library's own conversions are not used. They read ``version: 1.10`` as 1.1, ``NO`` as false,
``50:50`` as 3050 and ``02134`` as 1116, and drop a doubled name in silence. Shorthand that makes one
place in the file mean another (anchors, aliases, tags, merge keys) is refused.

Where the file cannot be read at some line, that line and those that belong to it are left out (after
some tries the whole top-level entry) and the rest is read all the same, so that one check shows the
other problems too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeAlias

from generator.diagnostics import Checked, Diagnostic, Related, Rule, Severity, Span
from generator.frozen import dataclass
from generator.reading.source_text import TEXT_CHARACTER, character_name, read_text, refused_characters

if TYPE_CHECKING:
    import yaml

__all__ = [
    "MAX_DEPTH", "MAX_NODES", "RULES", "ListNode", "MapNode", "Node", "TextNode", "ends_of_long_texts", "parse_yaml",
    "read_yaml",
]  # fmt: skip

MAX_DEPTH = 40
MAX_NODES = 50_000
_MAX_RECOVERIES = 10
_RECOVER_BELOW = 200_000  # characters; larger files stop at the first line that cannot be read


@dataclass(frozen=True, slots=True)
class TextNode:
    """One value as typed. ``plain`` says that it stood without quotation marks; "" is *not answered*."""

    text: str
    span: Span = field(compare=False)
    plain: bool = True


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list, in order."""

    items: tuple[Node, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class MapNode:
    """Names with values, in order: (name, place of the name, value). No name comes twice."""

    entries: tuple[tuple[str, Span, Node], ...]
    span: Span = field(compare=False)

    def get(self, key: str) -> Node | None:
        """Return the value of ``key``, or None."""
        return next((node for name, _, node in self.entries if name == key), None)

    def key_span(self, key: str) -> Span | None:
        """Return the place of the name ``key``, or None."""
        return next((span for name, span, _ in self.entries if name == key), None)


Node: TypeAlias = TextNode | ListNode | MapNode


YAML_SYNTAX = Rule(
    "yaml-syntax",
    Severity.ERROR,
    "A line cannot be read as a name and its value.",
    """\
A profile is a list of lines `name: value`. Some characters mean something when a value begins with them
(`{ [ & * ! | > % @ \\` " ' #`) or when a colon and a space stand inside it. Such a value goes in quotation
marks. Inside double quotation marks a backslash is written twice; inside single ones an apostrophe.

The entry that cannot be read is left out of this check; the rest of the file is checked all the same.

Wrong:

    short_name: {Re}Build
    question: Note: ask first

Right:

    short_name: "{Re}Build"
    question: "Note: ask first"
""",
)
YAML_TAB = Rule(
    "yaml-tab",
    Severity.ERROR,
    "A line is indented with a tab.",
    """\
Lines that belong to an entry are indented below it with spaces. A tab looks like spaces, but every program
gives it another width, so nobody can tell which entry the line belongs to.

Wrong: a tab before `legal_name`.

Right: two spaces:

    cbo:
      legal_name: Riverbend Community Services, Inc.
""",
)
YAML_INDENT = Rule(
    "yaml-indentation",
    Severity.ERROR,
    "A line is indented unlike the lines it belongs with.",
    """\
Indentation says what belongs together. All entries of one group begin in the same column.

Wrong:

    cbo:
      legal_name: Riverbend Community Services, Inc.
     short_name: Riverbend

Right:

    cbo:
      legal_name: Riverbend Community Services, Inc.
      short_name: Riverbend
""",
)
YAML_DOUBLED = Rule(
    "yaml-doubled-name",
    Severity.ERROR,
    "A name is given twice in the same group.",
    """\
Two values for one name would leave it to chance which of them a contract prints. Many programs keep the last
one without a word. Keep the right one and delete the other.

Wrong:

    pay:
      total_cap: 120000
      total_cap: 12000

Right:

    pay:
      total_cap: 120000
""",
)
YAML_SHORTHAND = Rule(
    "yaml-shorthand",
    Severity.ERROR,
    "A value uses YAML shorthand (&, *, !, <<) that is not read here.",
    """\
YAML can name a value (`&here`), repeat it (`*here`), convert it (`!tag`) and merge groups (`<<`). With these, a
line no longer shows what a contract prints, and a small file can stand for a huge one. A profile says
everything where it is used. What several profiles share goes into one file that they name with `extends:`.

A value that only begins with one of these characters goes in quotation marks.

Wrong: `dba: *Star* Services`

Right: `dba: "*Star* Services"`
""",
)
YAML_TOO_BIG = Rule(
    "yaml-too-big",
    Severity.ERROR,
    "A file holds more entries, or deeper ones, than any agreement needs.",
    """\
At most 50,000 entries and 40 levels are read. A complete profile has a few hundred entries and four levels.
A file beyond that was made by mistake or to stop this program, and is not read.

Wrong: thousands of brackets in a row.

Right: one entry per answer, as `agreements init` writes them.
""",
)
YAML_DOCUMENTS = Rule(
    "yaml-several-documents",
    Severity.ERROR,
    "A file holds several documents, divided by a line of three dashes.",
    """\
One file holds one profile. A second part after `---` would be silently left out.

Wrong: the answers of two partnerships in one file, with `---` between them.

Right: one file for each partnership; put what they share into a third and name it with `extends:`.
""",
)
YAML_NAME = Rule(
    "yaml-name",
    Severity.ERROR,
    "A value stands without a name, or its name is not a word.",
    """\
Left of the colon stands the name of a field. A list, a group or nothing cannot be a name.

Wrong: `[KY, IN]: states`

Right: `agreement.states: [KY, IN]`
""",
)
YAML_COMMENT = Rule(
    "yaml-number-sign",
    Severity.ERROR,
    "A # after a space would cut off the rest of the value.",
    """\
In this kind of file, a space and `#` begin a remark, and everything after it is dropped. In an address or a name
that would lose words without notice: `12 Main St #4` would become "12 Main St".

A value with `#` goes in quotation marks. A remark has a space after its `#`.

Wrong: `street: 12 Main St #4`

Right: `street: "12 Main St #4"`, or, for a remark, `street: 12 Main St  # moved in May`
""",
)
RULES = (
    YAML_SYNTAX, YAML_TAB, YAML_INDENT, YAML_DOUBLED, YAML_SHORTHAND, YAML_TOO_BIG, YAML_DOCUMENTS, YAML_NAME,
    YAML_COMMENT,
)  # fmt: skip

_QUOTE_IT = "Put the value in quotation marks."
_UNLIKE = "This line is indented unlike the lines above it."
_INDENT_FIX = "Begin lines that belong together in the same column, with spaces."
_REMARK = re.compile(r"[ \t]+#[^\s#]")
_BLOCK_REMARK = re.compile(r"[|>][0-9+-]*#")
_KEEPS_BLANKS = re.compile(r"[|>][0-9]*\+")
_ENTRY = re.compile(r"^\s*(?:- +)*(?P<key>[^\s:#\"'\[{][^:#]*|\"[^\"]*\"|'[^']*')\s*:(?:\s|$)")


def read_yaml(data: bytes, file: str, *, first_line: int = 1) -> Checked[Node]:
    """Return the content of a YAML file. Never raises, on any bytes.

    ``file`` is its name as shown to the reader; ``first_line`` the number of its first line. An empty
    file is an empty map. With errors the value may be partial (see the module) or None.
    """
    text = read_text(data, file)
    moved = tuple(_moved(d, first_line - 1) for d in text.diagnostics)
    if text.value is None:
        return Checked(None, moved)
    node = parse_yaml(text.value, file, first_line=first_line)
    return Checked(node.value, moved + node.diagnostics)


def parse_yaml(text: str, file: str, *, first_line: int = 1) -> Checked[Node]:
    """Return the content of ``text``, which :func:`read_text` gave; otherwise as :func:`read_yaml`."""
    import yaml

    problems: list[Diagnostic] = []
    lines: list[str] | None = None
    tries: dict[int, int] = {}
    for _ in range(_MAX_RECOVERIES):
        builder = _Builder(file, first_line, text)
        try:
            builder.read(_events(text))
        except yaml.MarkedYAMLError as error:
            lines = text.split("\n") if lines is None else lines
            place = _Fault.of(error, lines)
            problems.append(
                place.rule.at(_span(file, first_line, place.line, place.column), place.message, fix=place.fix)
            )
            if len(text) > _RECOVER_BELOW or not _leave_out(lines, place.line, tries):
                return Checked(None, tuple(problems))
            text = "\n".join(lines)
        except yaml.YAMLError:  # a character that the reader refuses and ours let through
            problems.append(YAML_SYNTAX.at(Span(file, first_line), "This file cannot be read as YAML."))
            return Checked(None, tuple(problems))
        else:
            return Checked(builder.root, (*problems, *builder.problems))
    return Checked(None, tuple(problems))


def ends_of_long_texts(text: str) -> dict[int, int]:
    """Return, for every line that goes on with a value begun above it, the column where that value ends.

    ``text`` is what :func:`read_text` gave and :func:`parse_yaml` could read; lines and columns count from 1.
    Such a line may begin with ``#`` and is no remark. Blank lines below a value are not of it, unless it keeps them.
    """
    import yaml

    lines = text.split("\n")
    ends: dict[int, int] = {}
    for event in _events(text):
        begin, end = event.start_mark, event.end_mark
        if begin.line == end.line or not isinstance(event, yaml.ScalarEvent):
            continue
        whole = [n for n in range(begin.line + 1, end.line) if n < len(lines)]
        if event.style in ("|", ">") and not _KEEPS_BLANKS.match(lines[begin.line], begin.column):
            while whole and not lines[whole[-1]].strip():
                whole.pop()
        ends |= {n + 1: len(lines[n]) + 1 for n in whole}
        if end.column:
            ends[end.line + 1] = end.column + 1
    return ends


def _events(text: str) -> Iterator[Any]:
    import yaml

    # The C parser when PyYAML was built with it; both give the same events.
    return yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def _span(file: str, first_line: int, line: int, column: int) -> Span:
    return Span(file, line + first_line, column + 1)


def _moved(problem: Diagnostic, by: int) -> Diagnostic:
    if not by or problem.span is None:
        return problem
    span = Span(problem.span.file, problem.span.line + by, problem.span.column)
    return Diagnostic(problem.rule, problem.severity, problem.message, span, problem.fix, problem.field, problem.others)


class _TooBig(Exception):
    """Stops reading; the diagnostic is already noted."""


@dataclass(slots=True)
class _Open:
    """A list or map that is still being read. ``name`` is the name whose value comes next."""

    is_map: bool
    span: Span
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[str, Span, Node]] = field(default_factory=list)
    seen: dict[str, Span] = field(default_factory=dict)
    name: tuple[str, Span] | None = None
    kept: bool = True  # whether the value that comes next is kept


class _Builder:
    """Makes nodes from parser events, noting what is refused. Not recursive: depth is data here."""

    def __init__(self, file: str, first_line: int, text: str) -> None:
        self.file = file
        self.first_line = first_line
        self.text = text
        self.lines: list[str] | None = None
        self.stack: list[_Open] = []
        self.result: Node | None = None
        self.problems: list[Diagnostic] = []
        self.count = 0
        self.has_remarks = _REMARK.search(text) is not None

    @property
    def root(self) -> Node | None:
        if any(p.rule == YAML_TOO_BIG.name for p in self.problems):
            return None
        if self.result is None or self.result == TextNode("", self.result.span):
            return MapNode((), Span(self.file, self.first_line))
        return self.result

    def read(self, events: Iterator[Any]) -> None:
        import yaml

        # Most of the time of reading a dictionary passes here: types are compared, not matched.
        scalar, begin_map, begin_list = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
        end_map, end_list = yaml.MappingEndEvent, yaml.SequenceEndEvent
        documents = 0
        try:
            for event in events:
                kind = type(event)
                if kind is scalar:
                    if event.anchor is not None or event.tag is not None or self.count >= MAX_NODES:
                        self.node(event)
                    else:
                        self.count += 1
                    node = self.scalar(event)
                    top = self.stack[-1] if self.stack else None
                    if top is None or not top.is_map:
                        self.add(node)
                    elif top.name is None:
                        self.name(top, node)
                    else:
                        if top.kept:
                            top.entries.append((*top.name, node))
                        top.name = None
                elif kind is begin_map or kind is begin_list:
                    self.node(event)
                    self.open(event, is_map=kind is begin_map)
                elif kind is end_map or kind is end_list:
                    self.close()
                elif kind is yaml.AliasEvent:
                    message = f"*{event.anchor} would repeat another value; that is not read here."
                    self.note(YAML_SHORTHAND, event, message)
                    self.add(TextNode("", self.at(event)))
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        message = "A second document begins here."
                        self.note(YAML_DOCUMENTS, event, message, "Keep one profile in one file.")
                        return
        except _TooBig:
            return

    def at(self, event: Any) -> Span:
        mark = event.start_mark
        return Span(self.file, mark.line + self.first_line, mark.column + 1)

    def note(self, rule: Rule, event: Any, message: str, fix: str = _QUOTE_IT) -> None:
        self.problems.append(rule.at(self.at(event), message, fix=fix))

    def node(self, event: Any) -> None:
        """Count a node and refuse its anchor and tag."""
        self.count += 1
        if self.count <= MAX_NODES and event.anchor is None and event.tag is None:
            return
        if self.count > MAX_NODES:
            self.note(YAML_TOO_BIG, event, f"This file has more than {MAX_NODES:,} entries.", "Divide it.")
            raise _TooBig
        if event.anchor is not None:
            self.note(YAML_SHORTHAND, event, f"&{event.anchor} names a value for repeating; that is not read here.")
        if event.tag is not None:
            self.note(YAML_SHORTHAND, event, "! before a value would convert it; that is not done here.")

    def scalar(self, event: Any) -> TextNode:
        text: str = event.value
        mark = event.start_mark
        span = Span(self.file, mark.line + self.first_line, mark.column + 1)
        if not event.style:
            if self.has_remarks:
                self.remark(event)
            return TextNode(text, span)
        if event.style in "|>":
            self.block_remark(event)
        # An escape in double quotation marks can bring in what the text itself did not hold.
        if event.style == '"' and (refused := refused_characters(text)):
            for _, character in refused[:3]:
                message = f"{character_name(character)} is written here with a backslash. It cannot be printed."
                self.problems.append(TEXT_CHARACTER.at(span, message, fix="Delete it."))
            text = "".join("\ufffd" if refused_characters(c) else c for c in text)
        return TextNode(text, span, plain=False)

    def remark(self, event: Any) -> None:
        """Refuse a remark right behind a value that may have been meant as part of it."""
        end = event.end_mark
        if remark := _REMARK.match(self.line(end.line), end.column):
            self.dropped(end.line, remark.end() - 2)

    def block_remark(self, event: Any) -> None:
        """Refuse ``|#`` and ``>#``: the parser in C drops the rest of the line, the other one refuses it."""
        mark = event.start_mark
        if remark := _BLOCK_REMARK.match(self.line(mark.line), mark.column):
            self.dropped(mark.line, remark.end() - 1)

    def line(self, row: int) -> str:
        if self.lines is None:
            self.lines = self.text.split("\n")
        return self.lines[row] if row < len(self.lines) else ""

    def dropped(self, row: int, column: int) -> None:
        message = "Everything from this # on would be dropped as a remark."
        fix = "Put the value in quotation marks, or write a space after # if it is a remark."
        place = _span(self.file, self.first_line, row, column)
        self.problems.append(YAML_COMMENT.at(place, message, fix=fix))

    def open(self, event: Any, *, is_map: bool) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self.note(YAML_TOO_BIG, event, f"Entries stand more than {MAX_DEPTH} levels deep here.", _INDENT_FIX)
            raise _TooBig
        self.stack.append(_Open(is_map, self.at(event)))

    def close(self) -> None:
        done = self.stack.pop()
        self.add(MapNode(tuple(done.entries), done.span) if done.is_map else ListNode(tuple(done.items), done.span))

    def add(self, node: Node) -> None:
        if not self.stack:
            self.result = node
            return
        top = self.stack[-1]
        if not top.is_map:
            top.items.append(node)
        elif top.name is None:
            self.name(top, node)
        else:
            if top.kept:
                top.entries.append((*top.name, node))
            top.name = None

    def name(self, top: _Open, node: Node) -> None:
        """Take ``node`` as the name of the next value."""
        span = node.span
        text = node.text if isinstance(node, TextNode) else ""
        first = top.seen.setdefault(text, span)
        top.name, top.kept = (text, span), True
        if first is span and text and text != "<<":
            return
        top.kept = False
        if not isinstance(node, TextNode):
            message = "A list or group stands where a name should be."
            self.problems.append(YAML_NAME.at(span, message, fix=_QUOTE_IT))
        elif not text:
            self.problems.append(YAML_NAME.at(span, "A name is missing before the colon."))
        elif text == "<<" and node.plain:
            message = "<< would merge another group into this one."
            self.problems.append(YAML_SHORTHAND.at(span, message, fix="Use extends: for shared answers."))
        elif first is span:
            top.kept = True
        else:
            message = f'"{_short(text)}" is given twice; the first time in line {first.line}.'
            others = (Related(first, "first given here"),)
            self.problems.append(YAML_DOUBLED.at(span, message, fix="Keep one of the two.", others=others))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


# ---------------------------------------------------------------- lines that cannot be read


@dataclass(frozen=True, slots=True)
class _Fault:
    """What to tell about a line that the parser refused. ``line`` and ``column`` count from 0."""

    rule: Rule
    line: int
    column: int
    message: str
    fix: str

    @staticmethod
    def of(error: yaml.MarkedYAMLError, lines: list[str]) -> _Fault:
        """Say in the reader's words what the parser met.

        The two parsers word the same fault differently, so the words looked for are those they share,
        and the text at the place decides the rest.
        """
        mark = error.problem_mark or error.context_mark
        row = min(mark.line if mark else 0, len(lines) - 1)
        column = mark.column if mark else 0
        line = lines[row]
        problem, context = error.problem or "", error.context or ""
        start = error.context_mark
        indent = line[: _indent(line)]
        if "\t" in indent:
            return _Fault(YAML_TAB, row, indent.index("\t"), "A tab stands at the start of this line.", "Use spaces.")
        if "end of stream" in problem and "quoted" in context and start is not None:
            message = "A quotation mark that opens here is never closed."
            return _Fault(YAML_SYNTAX, start.line, start.column, message, "Close it at the end of the value.")
        if "escape" in problem or "hexadecimal" in problem or ("quoted" in context and "character" in problem):
            message = "A backslash in double quotation marks begins a special character."
            at = line.rfind("\\", 0, column + 2)
            return _Fault(
                YAML_SYNTAX, row, max(at, 0), message, "Write it twice (\\\\), or use single quotation marks."
            )
        if "mapping values" in problem:
            return _colon(lines, row, column)
        if "expected ':'" in problem and start is not None:
            return _no_colon(lines, start.line)
        if "sequence entries" in problem:
            message = "A list begins on the same line as its name."
            return _Fault(
                YAML_SYNTAX, row, column, message, "Begin it on the next line, or use quotation marks for a text."
            )
        if "alias" in context or "anchor" in context or "tag" in context or "tag" in problem:
            at = start.column if start is not None else column
            here = lines[start.line][at : at + 1] if start is not None and start.line < len(lines) else ""
            sign = here or "this character"
            return _Fault(
                YAML_SHORTHAND, start.line if start else row, at, f"A value that begins with {sign} is shorthand here.",
                _QUOTE_IT,
            )  # fmt: skip
        if "flow" in context and start is not None and start.line < len(lines):
            sign = lines[start.line][start.column : start.column + 1]
            message = f"{sign or 'A bracket'} opens a list or group here that does not end as one."
            fix = "For a text, put the whole value in quotation marks; for a list, write [one, two]."
            if row != start.line:
                fix += f" What does not fit stands in line {row + 1}."
            return _Fault(YAML_SYNTAX, start.line, start.column, message, fix)
        if (
            line.strip()
            and column > len(indent)
            and _ENTRY.match(line)
            and line[:column].rstrip().endswith(("'", '"', "}", "]"))
        ):
            message = "Text stands after the end of the value."
            fix = "Put the whole value in double quotation marks; an apostrophe inside is then no problem."
            return _Fault(YAML_SYNTAX, row, column, message, fix)
        if "expected key" in problem or "block end" in problem or "'-' indicator" in problem:
            if line[column : column + 1] == ":":
                return _Fault(YAML_NAME, row, column, "A name is missing before the colon.", "Write name: value.")
            return _Fault(YAML_INDENT, row, column, _UNLIKE, _INDENT_FIX)
        if "document start" in problem and row and not line[:1].strip():
            return _Fault(YAML_INDENT, row, column, _UNLIKE, _INDENT_FIX)
        sign = line[column : column + 1]
        shown = f"A value cannot begin with {sign} here." if sign.strip() else "This line cannot be read."
        return _Fault(YAML_SYNTAX, row, column, shown, _QUOTE_IT if sign.strip() else "Write name: value.")


def _colon(lines: list[str], row: int, column: int) -> _Fault:
    """A colon where none may stand: a second one in the line, or a line that hangs in the air."""
    line = lines[row]
    if re.search(r":\s", line[:column]):
        message = "A second colon followed by a space stands in this line."
        return _Fault(YAML_SYNTAX, row, column, message, _QUOTE_IT)
    above = next(
        (n for n in range(row - 1, -1, -1) if lines[n].strip() and not lines[n].lstrip().startswith("#")), None
    )
    if above is not None and not _ENTRY.match(lines[above]):
        return _no_colon(lines, above)
    return _Fault(
        YAML_INDENT,
        row,
        _indent(line),
        _UNLIKE,
        _INDENT_FIX,
    )


def _no_colon(lines: list[str], row: int) -> _Fault:
    line = lines[min(row, len(lines) - 1)]
    column = _indent(line)
    if ":" in line:
        return _Fault(YAML_SYNTAX, row, line.index(":"), "A space is missing after the colon.", "Write name: value.")
    return _Fault(YAML_SYNTAX, row, column, "This line has no colon.", "Write name: value.")


def _leave_out(lines: list[str], row: int, tries: dict[int, int]) -> bool:
    """Blank line ``row`` with the deeper lines below it; False if nothing was left to blank.

    Where that did not help (``tries`` counts by entry), blank the whole top-level entry around it.
    """
    row = min(row, len(lines) - 1)
    first = row
    while first > 0 and not _begins_entry(lines[first]):
        first -= 1
    tries[first] = tries.get(first, 0) + 1
    after = row + 1
    if tries[first] <= 3 and lines[row].strip():
        first = row
        indent = _indent(lines[row])
        while after < len(lines) and lines[after].strip() and _indent(lines[after]) > indent:
            after += 1
    else:
        is_item = lines[first].startswith("-")
        while after < len(lines) and not (
            _begins_entry(lines[after]) and (is_item or not lines[after].startswith("-"))
        ):
            after += 1
    had_text = any(line.strip() for line in lines[first:after])
    lines[first:after] = [""] * (after - first)
    return had_text


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _begins_entry(line: str) -> bool:
    return bool(line) and line[0] not in " \t#}])"
