"""The clause grammar: what may stand between ``{{ }}`` and ``{% %}`` in a clause, and nothing more.

A clause is text with printed fields, conditions and loops::

    {{ ba.short_name }} shall notify {{ ce.short_name }} within {{ baa.breach_notice }}.
    {% if pay.model == "withhold" and pay.floor is given %} … {% elif … %} … {% else %} … {% endif %}
    {% for e in service.elements %}
    | {{ e.name }} | {{ e.unit | lower_first }} |
    {% endfor %}

Reading (here). jinja2's own parser makes its syntax tree, and a walk over that tree lets pass a short
list of nodes: names with dots, constants, comparisons, ``and or not in``, ``is given``, our filters.
Everything else (calls, arithmetic, indexing, include, import, set, macro, raw …) is refused with its
line and column and with what to write instead. Nothing is ever compiled, rendered or evaluated by the
template library, so a clause can neither run code nor use up memory or time.

A line that holds only ``{% … %}`` tags vanishes with its line end; on other lines nothing is trimmed.

Checking names against the data dictionary: :mod:`generator.reading.names`. Deciding and expanding with
the answers of a profile: :mod:`generator.reading.expansion`. Both are importable from here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.reading.clause_tree import (
    FILTERS,
    PLACEHOLDER,
    PRIVATE_CHARACTER,
    And,
    Answer,
    Answers,
    ClauseTemplate,
    Compare,
    Condition,
    Const,
    Decision,
    Expanded,
    Expression,
    FieldInfo,
    FilterInfo,
    FilterUse,
    For,
    Given,
    If,
    Known,
    LoopValue,
    Name,
    NameUse,
    Not,
    OneOf,
    Open,
    OpenCondition,
    Operand,
    Operator,
    OptionInfo,
    Or,
    Output,
    Part,
    Print,
    PrintIndex,
    UseKind,
    Words,
    placeholder,
    shown,
)
from generator.reading.expansion import RULES as EXPANSION_RULES
from generator.reading.expansion import decide, expand, expand_every_branch
from generator.reading.names import RULES as NAME_RULES
from generator.reading.names import check_condition, check_names

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

__all__ = [
    "FILTERS",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "PLACEHOLDER",
    "PRIVATE_CHARACTER",
    "RULES",
    "Answer",
    "Answers",
    "ClauseTemplate",
    "Condition",
    "Decision",
    "Expanded",
    "Expression",
    "FieldInfo",
    "FilterInfo",
    "FilterUse",
    "Known",
    "NameUse",
    "Open",
    "OpenCondition",
    "OptionInfo",
    "Output",
    "Part",
    "UseKind",
    "check_condition",
    "check_names",
    "decide",
    "expand",
    "expand_every_branch",
    "parse_clause",
    "parse_condition",
    "placeholder",
    "shown",
]

MAX_BYTES = 200_000
MAX_DEPTH = 20
MAX_NODES = 2_000
_MAX_TOKENS = 30_000
_MAX_CONDITION = 2_000
_MAX_NUMBER = 10**15

CLAUSE_SYNTAX = Rule(
    "clause-syntax",
    Severity.ERROR,
    "A tag in a clause cannot be read.",
    """\
Between `{{` and `}}` stands the name of a field that is printed there. Between `{%` and `%}` stands a condition or
a loop, and each of them is closed again. A tag that cannot be read would leave it open what the contract says.

Wrong:

    {% if pay.model = "ffs" %} …

Right:

    {% if pay.model == "ffs" %} … {% endif %}

Quotation marks inside tags are straight ones ("), also where the text around them has curly ones.
""",
)
CLAUSE_NOT_ALLOWED = Rule(
    "clause-not-allowed",
    Severity.ERROR,
    "A clause does something that clauses do not do.",
    """\
A clause prints fields, asks conditions and goes through lists. It does not calculate, call, include or store
anything: a reviewer must be able to read it as text and know every contract that can come of it.

What there is:

    {{ field }}   {{ field | filter }}
    {% if field %}   {% if field == "choice" %}   {% if field is given %}   {% if "choice" in field %}
    {% elif … %}   {% else %}   {% endif %}   and   or   not   in   ==   !=   <   <=   >   >=
    {% for item in list.field %}   {{ item.name }}   {% endfor %}   loop.first   loop.last   loop.index

Wrong: `{{ pay.rate * 1.05 }}`

Right: give the profile a field for the result, such as `{{ pay.rate_after_increase }}`.
""",
)
CLAUSE_FILTER = Rule(
    "clause-filter",
    Severity.ERROR,
    "A filter is not one of ours, or is used in another way than it works.",
    """\
A filter stands after `|` and says how a value is printed. It changes the look, never the value. These exist:

"""
    + "".join(f"    {name:<12}{info.says}\n" for name, info in FILTERS.items())
    + """
Wrong: `{{ pay.rate | upper }}`

Right: `{{ pay.rate | words }}`; with two constant words, `{{ pilot.sites | plural("site", "sites") }}`.
""",
)
CLAUSE_TOO_LARGE = Rule(
    "clause-too-large",
    Severity.ERROR,
    "A clause is longer or more deeply nested than a clause can be.",
    f"""\
A clause is at most {MAX_BYTES // 1000} KB of text with {MAX_NODES} tags and names, and conditions and loops stand
inside one another at most {MAX_DEPTH} deep. Nobody can review more than that, and the limits keep one wrong file
from stopping everything else.

Wrong: a whole contract in one clause file.

Right: one provision for each clause file; the document type puts them in order.
""",
)
CLAUSE_CHARACTER = Rule(
    "clause-private-character",
    Severity.ERROR,
    "A clause holds a character that no reader's font has.",
    """\
The characters U+E000 to U+F8FF have no meaning of their own: each font shows something else, mostly an empty box.
They come in by copying from symbol fonts (bullets, check boxes). This program uses them as marks inside text.

Wrong: a bullet copied out of an old Word file.

Right: `- ` at the start of the line for a bullet; ☐ (U+2610) for an empty check box.
""",
)

RULES = (
    CLAUSE_SYNTAX,
    CLAUSE_NOT_ALLOWED,
    CLAUSE_FILTER,
    CLAUSE_TOO_LARGE,
    CLAUSE_CHARACTER,
    *EXPANSION_RULES,
    *NAME_RULES,
)

# ---------------------------------------------------------------- reading a clause


def parse_clause(body: str, file: str, first_line: int = 1) -> Checked[ClauseTemplate]:
    """Return the clause ``body`` as a tree that can be expanded. Never raises, on any text.

    ``first_line`` is the number of the body's first line in ``file``. The value is None if anything
    was refused; every refusal is listed, with line and column. A pure function of its arguments.
    """
    source = _lines_ended(body)
    place = _Place(source, file, first_line)
    if len(source) > MAX_BYTES or len(source.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        says = f"This clause is {len(source) // 1000:,} KB long; {MAX_BYTES // 1000} KB is the most."
        return Checked(None, (CLAUSE_TOO_LARGE.at(place.span(0), says, fix="Divide it into several clauses."),))
    problems = _private_characters(source, place)
    if "{" not in source or not _OPENING.search(source):
        plain = (_words(source, 0, place),) if source else ()
        return Checked(None if problems else ClauseTemplate(plain, (), file, first_line), tuple(problems))

    reader = _Reader(place, problems)
    parts: tuple[Part, ...] = ()
    try:
        tokens = _lex(source)
        if len(tokens) > _MAX_TOKENS:
            raise _TooLarge(0)
        if not _is_well_formed(tokens):
            raise _Unreadable(0, "")
        tree = _parse(_without_tag_lines(tokens), alone=False)
        parts = reader.body(cast("nodes.Template", tree).body, 0)
    except _TooLarge as limit:
        reader.too_large(limit.offset)
    except _Unreadable as fault:
        _Examination(source, reader).run(fault)
    if reader.problems:
        return Checked(None, tuple(reader.problems))
    return Checked(ClauseTemplate(parts, tuple(reader.uses), file, first_line))


def parse_condition(text: str, span: Span) -> Checked[Condition]:
    """Return a condition that stands alone, in the same grammar. Never raises, on any text.

    ``span`` is where ``text`` begins, for places in problems.
    """
    source = _lines_ended(text)
    place = _Place(source, span.file, span.line, span.column)
    problems = _private_characters(source, place)
    reader = _Reader(place, problems)
    expression: Expression | None = None
    if not source.strip():
        problems.append(CLAUSE_SYNTAX.at(span, "A condition is missing.", fix='Write one, such as: pay.model == "ffs"'))
    elif len(source) > _MAX_CONDITION:
        problems.append(
            CLAUSE_TOO_LARGE.at(
                span, f"This condition is longer than {_MAX_CONDITION:,} characters.", fix="Shorten it."
            )
        )
    elif opening := _OPENING.search(source):
        problems.append(
            CLAUSE_SYNTAX.at(
                place.span(opening.start()),
                f"A condition stands here without {opening.group()}.",
                fix='Write only what is asked, such as: pay.model == "ffs"',
            )
        )
    else:
        try:
            expression = reader.condition(_expression(source, 0), 0)
        except _TooLarge as limit:
            reader.too_large(limit.offset)
        except _Unreadable as fault:
            reader.unreadable(fault)
    if expression is None or problems:
        return Checked(None, tuple(problems))
    return Checked(Condition(expression, source.strip(), tuple(reader.uses), span))


def _lines_ended(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _private_characters(source: str, place: _Place) -> list[Diagnostic]:
    found = PRIVATE_CHARACTER.search(source)
    if not found:
        return []
    code = f"U+{ord(found.group()):04X}"
    return [
        CLAUSE_CHARACTER.at(
            place.span(found.start()),
            f"The character {code} here has no meaning of its own; most fonts show a box.",
            fix="Delete it, or write the sign that is meant, such as - for a bullet.",
        )
    ]


def _words(text: str, offset: int, place: _Place) -> Words:
    span = place.span(offset)
    return Words(text, span.line, text.count("\n"), span.column == 1)


class _Place:
    """Turns an offset in a text into line and column of its file."""

    def __init__(self, source: str, file: str, line: int, column: int = 1) -> None:
        self.source, self.file, self._line, self._column = source, file, line, column
        self._starts: list[int] | None = None

    def span(self, offset: int) -> Span:
        if self._starts is None:
            self._starts = [0, *(m.end() for m in re.finditer("\n", self.source))]
        row = bisect_right(self._starts, max(offset, 0)) - 1
        column = offset - self._starts[row] + 1
        return Span(self.file, self._line + row, column + self._column - 1 if row == 0 else column)


# ---------------------------------------------------------------- jinja2's lexer and parser


class _Unreadable(Exception):
    """The template library cannot read the text at ``offset``."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset, self.message = offset, message


class _TooLarge(Exception):
    """A limit of size or depth is passed at ``offset``."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class _Token(NamedTuple):
    # The first entry is called "lineno" by jinja2; here it is the offset in the source, which thereby
    # becomes the place of every node of the syntax tree and of every syntax error.
    offset: int
    kind: str
    text: str


@cache
def _environment() -> Environment:
    from jinja2 import Environment

    return Environment(keep_trailing_newline=True, autoescape=True)


def _lex(source: str, state: str | None = None, base: int = 0) -> list[_Token]:
    """Return jinja2's tokens of ``source`` with their offsets (counted from ``base``)."""
    from jinja2 import TemplateSyntaxError

    tokens: list[_Token] = []
    at = 0
    try:
        for _, kind, text in _environment().lexer.tokeniter(source, None, None, state):
            if not source.startswith(text, at):  # blanks taken away by {%- lie between
                at = max(at, source.find(text, at))
            tokens.append(_Token(base + at, kind, text))
            at += len(text)
            if len(tokens) > _MAX_TOKENS:
                raise _TooLarge(base + at)
    except TemplateSyntaxError as error:
        raise _Unreadable(base + at, error.message or "") from None
    return tokens


def _parse(tokens: Iterable[_Token], *, alone: bool) -> nodes.Template | nodes.Expr:
    """Return the syntax tree of a body, or, ``alone``, that of one expression."""
    from jinja2 import TemplateSyntaxError
    from jinja2.lexer import TokenStream
    from jinja2.parser import Parser

    environment = _environment()
    parser = Parser(environment, "")
    try:
        parser.stream = TokenStream(environment.lexer.wrap(iter(tokens)), None, None)
        if not alone:
            return parser.parse()
        expression = parser.parse_expression()
        if parser.stream.current.type != "variable_end" or parser.stream.look().type != "eof":
            raise _Unreadable(parser.stream.current.lineno, "more")
    except TemplateSyntaxError as error:
        raise _Unreadable(error.lineno, error.message or "") from None
    except RecursionError:
        raise _TooLarge(parser.stream.current.lineno) from None
    except (ValueError, OverflowError, SyntaxError):  # a number of thousands of digits
        raise _Unreadable(parser.stream.current.lineno, "number") from None
    return expression


def _expression(source: str, base: int) -> nodes.Expr:
    """Return the syntax tree of one expression whose first character has the offset ``base``."""
    tokens = [token for token in _lex(source, "variable", base) if token.kind != "whitespace"]
    _bounded(tokens)
    if not tokens:
        raise _Unreadable(base, "nothing")
    end = base + len(source)
    return cast("nodes.Expr", _parse([*tokens, _Token(end, "variable_end", "}}")], alone=True))


def _bounded(tokens: Iterable[_Token]) -> None:
    """Refuse brackets nested too deep before a recursive parser meets them."""
    depth = 0
    for token in tokens:
        if token.kind == "operator":
            if token.text in _OPENS:
                depth += 1
                if depth > MAX_DEPTH:
                    raise _TooLarge(token.offset)
            elif token.text in _CLOSES:
                depth -= 1


_OPENS, _CLOSES = frozenset("([{"), frozenset(")]}")


_TAGS = frozenset({"if", "elif", "else", "endif", "for", "endfor"})
_ENDS = {"endif": "if", "endfor": "for"}
_OPENING = re.compile(r"\{\{|\{%|\{#")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}


def _is_well_formed(tokens: Sequence[_Token]) -> bool:
    """Whether there are only our tags, and conditions and loops nest and close as they should."""
    _bounded(tokens)
    stack: list[str] = []
    begun = False  # a block tag whose first word is still to come
    for offset, kind, text in tokens:
        match kind:
            case "block_begin" | "variable_begin" | "block_end" | "variable_end":
                if len(text) != 2:  # {%- and the like
                    return False
                begun = kind == "block_begin"
            case "comment_begin" | "raw_begin":
                return False
            case "whitespace" | "data":
                pass
            case _ if begun:
                begun = False
                if text not in _TAGS:
                    return False
                if text in _ENDS:
                    if not stack or stack.pop() != _ENDS[text]:
                        return False
                elif text in {"if", "for"}:
                    stack.append(text)
                    if len(stack) > MAX_DEPTH:
                        raise _TooLarge(offset)
                elif not stack or stack[-1] != "if":
                    return False
    return not stack


def _without_tag_lines(tokens: Sequence[_Token]) -> list[_Token]:
    """Take away what surrounds tags that stand alone on their line: blanks before, line end after.

    jinja2's own ``trim_blocks`` would take the line end after every tag, which joins a paragraph that
    ends in ``{% endif %}`` with the next one.
    """
    pieces: list[tuple[str, int, int]] = []  # kind, first and last token
    first = 0
    for at, token in enumerate(tokens):
        if token.kind == "data":
            pieces.append(("data", at, at))
        elif token.kind.endswith("_begin"):
            first = at
        elif token.kind.endswith("_end"):
            pieces.append((token.kind[:-4], first, at))

    def blank(n: int) -> bool:
        return not tokens[pieces[n][1]].text.strip(" \t")

    cut: dict[int, tuple[int, int]] = {}  # token -> how much to cut at its start and end
    n, last = 0, len(pieces) - 1
    while n <= last:
        if pieces[n][0] != "block":
            n += 1
            continue
        start = end = n  # the tags of this run, with only blanks between them
        while end < last:
            if pieces[end + 1][0] == "block":
                end += 1
            elif end + 1 < last and pieces[end + 1][0] == "data" and blank(end + 1) and pieces[end + 2][0] == "block":
                end += 2
            else:
                break
        n = end + 1
        tail = head = 0
        if start > 0:
            if pieces[start - 1][0] != "data":
                continue
            text = tokens[pieces[start - 1][1]].text
            tail = len(text) - text.rfind("\n") - 1
            if text[len(text) - tail :].strip(" \t") or (tail == len(text) and start > 1):
                continue
        if end < last:
            if pieces[end + 1][0] != "data":
                continue
            text = tokens[pieces[end + 1][1]].text
            head = text.find("\n") + 1 or len(text)
            if text[:head].strip(" \t\n") or ("\n" not in text and end + 1 < last):
                continue
        for k in range(start + 1, end):
            if pieces[k][0] == "data":
                cut[pieces[k][1]] = (len(tokens[pieces[k][1]].text), 0)
        if tail:
            at = pieces[start - 1][1]
            cut[at] = (cut.get(at, (0, 0))[0], tail)
        if head:
            cut[pieces[end + 1][1]] = (head, 0)
    if not cut:
        return list(tokens)
    out: list[_Token] = []
    for at, token in enumerate(tokens):
        if at not in cut:
            out.append(token)
            continue
        left, right = cut[at]
        if text := token.text[left : len(token.text) - right]:
            out.append(_Token(token.offset + left, "data", text))
    return out


# ---------------------------------------------------------------- the walk over the syntax tree

_NAME = re.compile(r"[a-z](?:[a-z0-9]|_(?=[a-z0-9]))*")
_LOOP_VALUES: tuple[Literal["first", "last", "index"], ...] = ("first", "last", "index")

_CALCULATION = ("A clause cannot calculate.", "Give the profile a field for the result and print that.")
_NOT_HERE = {
    "Call": ("A clause cannot call anything.", "Write the field's name without parentheses."),
    "Getitem": (
        "A clause cannot pick one entry by number or by brackets.",
        "Go through the list with {% for item in list.field %}, or name the field with dots.",
    ),
    "Slice": ("A clause cannot cut out part of a value.", "Give the profile a field for that part."),
    "Concat": ("A clause cannot join values with ~.", "Write the fields one after the other."),
    "CondExpr": ("A condition cannot stand inside a value.", "Write {% if … %} … {% else %} … {% endif %}."),
    "Dict": ("A clause cannot hold a table of values.", "Give the profile a field."),
    "NSRef": ("A clause cannot store values.", "Give the profile a field."),
    "Filter": (
        "A filter says how a value is printed; a condition cannot use one.",
        "Compare the field itself, or print it with {{ field | filter }}.",
    ),
    "List": (
        "A list of constants stands only to the right of in.",
        'Write it like this: {% if field in ["one", "other"] %}.',
    ),
    "Test": (
        "Of a field you can ask only whether it is given.",
        "Write: field is given, or: field is not given.",
    ),
    "Keyword": ("A filter takes no named settings.", "Write only the filter's name."),
    **dict.fromkeys(["Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg", "Pos"], _CALCULATION),
}
_NOT_HERE["Tuple"] = _NOT_HERE["List"]
_COMPARISONS: dict[str, Operator] = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "lteq": "<=",
    "gt": ">",
    "gteq": ">=",
    "in": "in",
    "notin": "not in",
}


class _Reader:
    """Turns jinja2's syntax tree into ours, node by node, and refuses whatever is not listed here."""

    def __init__(self, place: _Place, problems: list[Diagnostic]) -> None:
        self.place, self.problems = place, problems
        self.uses: list[NameUse] = []
        self.loops: list[tuple[str, str]] = []  # variable, dictionary name of the list it goes through
        self._count = 0

    # ------------------------------------------------ parts of a body

    def body(self, tree: Iterable[nodes.Node], depth: int) -> tuple[Part, ...]:
        from jinja2 import nodes

        parts: list[Part | None] = []
        for node in tree:
            if isinstance(node, nodes.Output):
                for child in node.nodes:
                    if isinstance(child, nodes.TemplateData):
                        self.counted(child, depth)
                        if child.data:
                            parts.append(_words(child.data, child.lineno, self.place))
                    else:
                        parts.append(self.printed(child, depth + 1))
            elif isinstance(node, nodes.If):
                parts.append(self.choice(node, depth + 1))
            elif isinstance(node, nodes.For):
                parts.append(self.loop(node, depth + 1))
            else:
                self.refuse(node.lineno, "This kind of tag does not exist in clauses.", "Write the text out.")
        return tuple(part for part in parts if part is not None)

    def choice(self, node: nodes.If, depth: int) -> If:
        branches: list[tuple[Expression, tuple[Part, ...]]] = []
        for branch in (node, *node.elif_):
            test = self.condition(branch.test, depth)
            body = self.body(branch.body, depth)
            if test is not None:
                branches.append((test, body))
        otherwise = self.body(node.else_, depth)
        bodies = [*(body for _, body in branches), otherwise]
        around = next((body for body in bodies if body), ())
        return If(tuple(branches), otherwise, _before(around), _after(around), self.tag_span(node.lineno))

    def loop(self, node: nodes.For, depth: int) -> For | None:
        from jinja2 import nodes

        if node.test is not None:
            self.refuse(node.test.lineno, "A loop goes through the whole list.", "Put an {% if … %} inside the loop.")
        if node.recursive:
            self.refuse(node.lineno, "A loop cannot be recursive.", "Put a second loop inside it.")
        if node.else_:
            self.no_else(node.else_[0].lineno)
        variable = node.target.name if isinstance(node.target, nodes.Name) else None
        if variable is None:
            self.refuse(
                node.target.lineno, "A loop has one name for its entry.", "Write: {% for item in list.field %}."
            )
        over = self.looped(node.iter, depth)
        if variable is None or over is None or not self.enter(variable, over, node.target.lineno):
            return None
        body = self.body(node.body, depth)
        self.loops.pop()
        return For(variable, over, body, len(self.loops), self.tag_span(node.lineno))

    def no_else(self, offset: int) -> None:
        self.refuse(
            offset,
            "A loop has no {% else %}.",
            "Put {% if list.field is given %} … {% else %} … {% endif %} around the loop.",
        )

    def looped(self, node: nodes.Node, depth: int) -> Name | None:
        """Return the list that a loop goes through."""
        if type(node).__name__ not in {"Name", "Getattr"}:
            says, fix = "A loop goes through a list of the profile.", "Write: {% for item in list.field %}."
            self.refuse(self.start(node), says, fix)
            return None
        name = self.name(node, depth)
        if isinstance(name, LoopValue):
            self.refuse(self.start(node), "loop is not a list.", "Write: {% for item in list.field %}.")
            return None
        if name is not None:
            self.use(name, "loop")
        return name

    def enter(self, variable: str, over: Name, offset: int) -> bool:
        """Begin the loop; False if its variable cannot be used."""
        if variable in {"loop", "parties", "documents", "clauses", "document"}:
            self.refuse(offset, f"“{variable}” already means something in clauses.", "Give the entry another name.")
            return False
        if any(variable == taken for taken, _ in self.loops):
            self.refuse(
                offset,
                f"“{variable}” is already the entry of the loop around this one.",
                "Give this entry another name.",
            )
            return False
        if not _NAME.fullmatch(variable):
            self.refuse(offset, f"“{variable}” cannot name the entry of a loop.", "Use small letters, such as item.")
            return False
        self.loops.append((variable, over.field))
        return True

    def printed(self, node: nodes.Expr, depth: int) -> Part | None:
        """Return what ``{{ }}`` prints."""
        from jinja2 import nodes

        chain: list[nodes.Filter] = []
        inner: nodes.Expr | None = node
        while isinstance(inner, nodes.Filter):
            self.counted(inner, depth)
            chain.append(inner)
            inner = inner.node
        if isinstance(inner, nodes.Const):
            self.refuse(inner.lineno, "Only fields are printed by {{ }}.", "Write the words as text of the clause.")
            return None
        if isinstance(inner, nodes.Compare | nodes.And | nodes.Or | nodes.Not | nodes.Test):
            self.refuse(self.start(inner), "A condition cannot be printed.", "Write: {% if … %} words {% endif %}.")
            return None
        if not isinstance(inner, nodes.Name | nodes.Getattr):
            self.not_here(inner if inner is not None else node)
            return None
        name = self.name(inner, depth)
        filters = [self.filter(f) for f in reversed(chain)]
        if isinstance(name, LoopValue):
            if name.what != "index" or filters:
                self.refuse(
                    self.start(inner),
                    "Of a loop, only its number can be printed, as it is.",
                    "Write {{ loop.index }}, or ask with {% if loop.first %} or {% if loop.last %}.",
                )
                return None
            return PrintIndex(name)
        if name is None or None in filters:
            return None
        self.use(name, "print")
        return Print(name, tuple(f for f in filters if f is not None))

    def filter(self, node: nodes.Filter) -> FilterUse | None:
        info = FILTERS.get(node.name)
        if info is None:
            near = get_close_matches(node.name, FILTERS, 1)
            self.problems.append(
                CLAUSE_FILTER.at(
                    self.place.span(node.lineno),
                    f"“{node.name}” is not a filter." + (f" Did you mean {near[0]}?" if near else ""),
                    fix="Filters are: " + ", ".join(FILTERS) + ".",
                )
            )
            return None
        constants = [self.const(a) for a in node.args]
        named = node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None
        if named or None in constants or len(constants) != info.arguments:
            words = ", ".join(['"one"', '"many"'][: info.arguments])
            self.problems.append(
                CLAUSE_FILTER.at(
                    self.place.span(node.lineno),
                    f"The filter {node.name} "
                    + (
                        f"takes {info.arguments} constant words." if info.arguments else "takes nothing in parentheses."
                    ),
                    fix=f"Write: | {node.name}" + (f"({words})" if words else ""),
                )
            )
            return None
        return node.name, tuple(c.value for c in constants if c is not None)

    # ------------------------------------------------ conditions

    def condition(self, node: nodes.Node, depth: int) -> Expression | None:
        """Return a condition; None, with the problem noted, if anything in it is not allowed."""
        from jinja2 import nodes

        self.counted(node, depth)
        match node:
            case nodes.Name() | nodes.Getattr():
                name = self.name(node, depth)
                if isinstance(name, LoopValue) and name.what == "index":
                    self.refuse(self.start(node), "loop.index is a number.", "Compare it: loop.index == 1.")
                    return None
                if isinstance(name, Name):
                    self.use(name, "condition")
                return name
            case nodes.And() | nodes.Or():
                # a and b and c arrives as ((a and b) and c): one node of ours
                kind = type(node)
                terms: list[nodes.Expr] = []
                left: nodes.Expr = node
                while isinstance(left, kind):
                    terms.append(left.right)
                    left = left.left
                terms.append(left)
                items = [self.condition(term, depth + 1) for term in reversed(terms)]
                known = tuple(item for item in items if item is not None)
                if len(known) < len(items):
                    return None
                return And(known) if kind is nodes.And else Or(known)
            case nodes.Not():
                item = self.condition(node.node, depth + 1)
                return None if item is None else Not(item)
            case nodes.Compare():
                return self.comparison(node, depth)
            case nodes.Test() if node.name == "given" and not node.args and not node.kwargs:
                if isinstance(node.node, nodes.Name | nodes.Getattr):
                    asked = self.name(node.node, depth)
                    if isinstance(asked, Name):
                        self.use(asked, "condition")
                        return Given(asked)
                    if asked is None:
                        return None
                self.refuse(self.start(node.node), "Only a field can be given.", "Write: field is given.")
                return None
            case nodes.Const():
                if isinstance(node.value, str):
                    self.refuse(
                        node.lineno,
                        "A constant alone asks nothing.",
                        f'Write what it is compared with, such as: field == "{node.value[:20]}".',
                    )
                else:
                    self.refuse(node.lineno, "A constant alone asks nothing.", "Name the field that is asked.")
                return None
            case _:
                self.not_here(node)
                return None

    def comparison(self, node: nodes.Compare, depth: int) -> Expression | None:
        pairs: list[Expression] = []
        refused = False
        operands = [(node.expr, False), *((o.expr, o.op in {"in", "notin"}) for o in node.ops)]
        read = [self.operand(expr, depth + 1, after_in=after_in) for expr, after_in in operands]
        for (left, right), operation in zip(pairwise(read), node.ops, strict=True):
            if left is None or right is None:
                refused = True
                continue
            operator = _COMPARISONS[operation.op]
            span = self.place.span(self.start(node))
            if not isinstance(left, Name | LoopValue) and not isinstance(right, Name | LoopValue):
                self.refuse(self.start(node), "Two constants are compared.", "Name the field that is asked.")
                refused = True
                continue
            for one, other in ((left, right), (right, left)):
                if isinstance(one, Name):
                    self.use(one, "condition", other)
            pairs.append(Compare(left, operator, right, span))
        if refused:
            return None
        return pairs[0] if len(pairs) == 1 else And(tuple(pairs))

    def operand(self, node: nodes.Expr, depth: int, *, after_in: bool) -> Operand | None:
        from jinja2 import nodes

        self.counted(node, depth)
        match node:
            case nodes.Name() | nodes.Getattr():
                return self.name(node, depth)
            case nodes.Const():
                constant = self.const(node)
                if constant is None:
                    self.not_a_constant(node)
                return constant
            case nodes.List() | nodes.Tuple() if after_in:
                items = [self.operand(item, depth + 1, after_in=False) for item in node.items]
                constants = tuple(item for item in items if isinstance(item, Const))
                if len(constants) == len(items) > 0:
                    return OneOf(constants, self.place.span(node.lineno))
                if None not in items:
                    self.refuse(
                        node.lineno, "A list here holds constants only.", 'Write it like this: ["one", "other"].'
                    )
                return None
            case nodes.Compare() | nodes.And() | nodes.Or() | nodes.Not() | nodes.Test():
                self.refuse(
                    self.start(node), "A condition cannot be compared.", "Join conditions with and, or, not instead."
                )
                return None
            case _:
                self.not_here(node)
                return None

    def const(self, node: nodes.Expr) -> Const | None:
        """Return a constant; None if ``node`` is something else."""
        from jinja2 import nodes

        if not isinstance(node, nodes.Const) or isinstance(node.value, bool):
            return None
        value = node.value
        if isinstance(value, float) and abs(value) < _MAX_NUMBER:
            value = Decimal(repr(value))
        elif isinstance(value, str) and value.isprintable() and not PRIVATE_CHARACTER.search(value):
            pass
        elif not isinstance(value, int) or value >= _MAX_NUMBER:
            return None
        return Const(value, self.place.span(node.lineno))

    def not_a_constant(self, node: nodes.Const) -> None:
        if node.value is None:
            fix = "Write: field is given, or: field is not given."
            self.refuse(node.lineno, "Nothing can be compared with none.", fix)
        elif isinstance(node.value, bool):
            self.refuse(node.lineno, "A yes-or-no field is not compared.", "Write only its name, or not and its name.")
        elif isinstance(node.value, str):
            self.refuse(node.lineno, "These words hold a character that is not printed.", "Write plain words.")
        else:
            self.refuse(node.lineno, "This number is too large.", f"Numbers stay below {_MAX_NUMBER:,}.")

    # ------------------------------------------------ names

    def name(self, node: nodes.Node, depth: int) -> Name | LoopValue | None:
        """Return the field that a name with dots stands for."""
        from jinja2 import nodes

        steps: list[nodes.Getattr] = []
        inner: nodes.Node = node
        while isinstance(inner, nodes.Getattr):
            steps.append(inner)
            inner = inner.node
        if not isinstance(inner, nodes.Name):
            self.not_here(inner)
            return None
        steps.reverse()
        self.counted(inner, depth)
        for step in steps:
            self.counted(step, depth)
        if len(steps) > MAX_DEPTH:
            raise _TooLarge(inner.lineno)
        first, names = inner.name, [step.attr for step in steps]
        text = ".".join((first, *names))
        strange = next((n for n in (first, *names) if not _NAME.fullmatch(n)), None)
        if strange is not None:
            small = strange.lower()
            self.refuse(
                inner.lineno,
                f"“{text}” is not the name of a field.",
                f"Field names have small letters: {text.lower()}."
                if _NAME.fullmatch(small) and small != strange
                else "Field names have small letters, figures and single underscores.",
            )
            return None
        span = self.place.span(inner.lineno)
        if first == "loop":
            return self.loop_value(names, inner.lineno)
        for number, (variable, over) in reversed(list(enumerate(self.loops))):
            if variable == first:
                rest = ".".join(names)
                return Name(f"{over}.{rest}" if rest else over, text, rest, number, span)
        return Name(text, text, text, -1, span)

    def loop_value(self, names: Sequence[str], offset: int) -> LoopValue | None:
        if not self.loops:
            self.refuse(
                offset, "loop means something only inside a loop.", "Use it between {% for %} and {% endfor %}."
            )
            return None
        if len(names) != 1 or names[0] not in _LOOP_VALUES:
            self.refuse(
                offset,
                f"“{'.'.join(('loop', *names))}” does not exist.",
                "There are loop.first, loop.last and loop.index.",
            )
            return None
        what = next(w for w in _LOOP_VALUES if w == names[0])
        return LoopValue(what, len(self.loops) - 1, self.place.span(offset))

    def use(self, name: Name, kind: UseKind, other: Operand | None = None) -> None:
        constants = other.items if isinstance(other, OneOf) else (other,) if isinstance(other, Const) else ()
        texts = tuple((c.value, c.span) for c in constants if isinstance(c.value, str))
        base = self.loops[name.loop][1] if name.loop >= 0 else ""
        self.uses.append(NameUse(name.field, name.span, kind, base, texts))

    # ------------------------------------------------ refusing

    def counted(self, node: nodes.Node, depth: int) -> None:
        self._count += 1
        if self._count > MAX_NODES or depth > MAX_DEPTH:
            raise _TooLarge(node.lineno)

    def refuse(self, offset: int, says: str, fix: str) -> None:
        self.problems.append(CLAUSE_NOT_ALLOWED.at(self.place.span(offset), says, fix=fix))

    def not_here(self, node: nodes.Node) -> None:
        kind = type(node).__name__
        says, fix = _NOT_HERE.get(kind, ("This cannot stand here.", "Name a field of the profile."))
        offset = self.start(node) if kind not in {"Call", "Getitem", "Test", "Filter"} else node.lineno
        if kind == "Sub" and (dashed := _DASHED.match(self.place.source, self.start(node))):
            fix = f"If one field is meant, write {dashed.group().replace('-', '_')}. " + fix
        self.refuse(offset, says, fix)

    def start(self, node: nodes.Node) -> int:
        """Return where an expression begins: its own place may be that of a dot or an operator."""
        from jinja2 import nodes

        at = node.lineno
        while True:
            match node:
                case nodes.Getattr() | nodes.Getitem() | nodes.Call() | nodes.Test() | nodes.Filter():
                    if node.node is None:
                        return at
                    node = node.node
                case nodes.BinExpr():
                    node = node.left
                case nodes.Compare():
                    node = node.expr
                case _:
                    return min(at, node.lineno)
            at = min(at, node.lineno)

    def tag_span(self, offset: int) -> Span:
        return self.place.span(max(self.place.source.rfind("{%", 0, offset), 0))

    def too_large(self, offset: int) -> None:
        self.problems.append(
            CLAUSE_TOO_LARGE.at(
                self.place.span(offset),
                f"From here on this goes beyond {MAX_DEPTH} levels or {MAX_NODES:,} tags and names.",
                fix="Divide the clause, or write the text out more plainly.",
            )
        )

    def unreadable(self, fault: _Unreadable) -> None:
        """Say in plain words why an expression cannot be read."""
        says, fix = _why_unreadable(self.place.source, fault)
        self.problems.append(CLAUSE_SYNTAX.at(self.place.span(fault.offset), says, fix=fix))


_DASHED = re.compile(r"[a-z][\w.]*(?:-[a-z][\w.]*)+")
_MARK = re.compile(r"(?:[ \t\n]*\n)?[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")


def _before(parts: tuple[Part, ...]) -> str:
    """Return line ends, indentation and list markers with which ``parts`` begin."""
    match parts[:1]:
        case (Words(text=text, begins_line=begins_line),):
            found = _MARK.match(text) if begins_line or text.lstrip(" \t").startswith("\n") else None
            return found.group() if found else text[: len(text) - len(text.lstrip(" \t"))]
        case (If(before=before),):
            return before
        case (For(body=body),):
            return _before(body)
        case _:
            return ""


def _after(parts: tuple[Part, ...]) -> str:
    """Return the blanks and line ends with which ``parts`` end."""
    match parts[-1:]:
        case (Words(text=text),):
            return text[len(text.rstrip()) :] if text.strip() or len(parts) > 1 else ""
        case (If(after=after),):
            return after
        case (For(body=body),):
            return _after(body)
        case _:
            return ""


# ---------------------------------------------------------------- what is wrong with a clause that cannot be read

_NO_INCLUDE = ("A clause stands by itself.", "List the clauses one after the other in the document type.")
_NO_MACRO = ("A clause cannot define or call pieces of text.", "Write the words out where they are printed.")
_NO_STORE = ("A clause cannot store values.", "Give the profile a field, and name it where it is printed.")
_REFUSED_TAGS = {
    **dict.fromkeys(["include", "import", "from", "extends", "block"], _NO_INCLUDE),
    **dict.fromkeys(["macro", "call"], _NO_MACRO),
    **dict.fromkeys(["set", "with", "do"], _NO_STORE),
    "raw": ("A clause cannot switch its tags off.", "Leave the braces out of the text."),
    "filter": ("A filter stands behind one field.", "Write {{ field | filter }}."),
    "print": ("A field is printed by double braces.", "Write {{ field }}."),
    **dict.fromkeys(
        ["autoescape", "trans", "pluralize", "debug"], ("This kind of tag does not exist in clauses.", "Leave it out.")
    ),
    **dict.fromkeys(
        ["break", "continue"], ("A loop goes through the whole list.", "Put an {% if … %} inside the loop.")
    ),
}
_MEANT = {
    **dict.fromkeys(["elseif", "elsif", "elsei", "elif"], "elif"),
    **dict.fromkeys(["unless", "when", "case", "switch", "ifnot"], "if"),
    **dict.fromkeys(["foreach", "loop", "each", "while"], "for"),
}
_WORD = re.compile(r"\s*([A-Za-z_]\w*)?")
_FOR = re.compile(r"\s*(?P<variable>\S+?)\s+in\s+(?P<over>.*)", re.DOTALL)
_MANY = 50  # after so many problems the rest is left for the next check


class _Examination:
    """Goes through the tags of a clause that cannot be read, to name every fault at its place."""

    def __init__(self, source: str, reader: _Reader) -> None:
        self.source, self.reader, self.place = source, reader, reader.place
        self.stack: list[tuple[str, int, str]] = []  # if, for or else; offset; variable of the loop

    def run(self, fault: _Unreadable) -> None:
        before = len(self.reader.problems)
        at = 0
        try:
            while opening := _OPENING.search(self.source, at):
                at = self.tag(opening.start(), opening.group())
                if len(self.reader.problems) > _MANY:
                    return
        except _TooLarge as limit:
            self.reader.too_large(limit.offset)
            return
        for word, offset, _ in self.stack:
            self.never_closed("for" if word == "for" else "if", offset)
        if len(self.reader.problems) == before:
            self.reader.unreadable(fault)

    def tag(self, start: int, opening: str) -> int:
        """Read the tag at ``start``; return where to go on."""
        closing = _CLOSING[opening]
        inside = start + 2
        end = self.source.find(closing, inside)
        another = _OPENING.search(self.source, inside)
        if opening == "{#":
            says, fix = "A clause holds no hidden notes.", "Move the note to source_note: in the head of the clause."
            self.reader.refuse(start, says, fix)
            return len(self.source) if end < 0 else end + 2
        if end < 0 or (another and another.start() < end):
            if self.source.startswith("{{{", start):
                self.syntax(start, "Braces stand two by two.", "Write {{ field }}.")
                return len(self.source) if end < 0 else end + 2
            self.syntax(start, f"This {opening} is never closed.", f"Write {closing} after what stands inside.")
            return inside
        if self.source.startswith("{{{", start):
            self.syntax(start, "Braces stand two by two.", "Write {{ field }}.")
            return end + 2
        content = self.source[inside:end]
        if content[:1] in ("-", "+") or content[-1:] in ("-", "+"):
            self.reader.refuse(
                start,
                f"Signs for blanks ({opening}-, -{closing}) are not used here.",
                f"Write {opening} … {closing}. A line that holds only such tags vanishes by itself.",
            )
            if content[:1] in ("-", "+"):
                content, inside = content[1:], inside + 1
            content = content[:-1] if content[-1:] in ("-", "+") else content
        if opening == "{{":
            self.expression(content, inside, self.reader.printed)
            return end + 2
        word = _WORD.match(content)
        name = (word and word.group(1)) or ""
        rest = content[word.end() if word else 0 :]
        if name == "raw":
            self.reader.refuse(start, *_REFUSED_TAGS["raw"])
            stop = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}").search(self.source, end)
            return stop.end() if stop else end + 2
        self.block(name, rest, start, end - len(rest))
        return end + 2

    def block(self, name: str, rest: str, start: int, offset: int) -> None:
        match name:
            case "if":
                self.push("if", start)
                self.expression(rest, offset, self.reader.condition)
            case "elif":
                self.branch(name, start)
                self.expression(rest, offset, self.reader.condition)
            case "else" if rest.strip():
                asks = rest.strip().removeprefix("if").strip()
                self.syntax(offset, "Nothing stands after else.", f"Write {{% elif {asks} %}} or {{% else %}}.")
            case "else":
                self.branch(name, start)
            case "for":
                self.loop(rest, start, offset)
            case "endif" | "endfor":
                if rest.strip():
                    self.syntax(offset, f"Nothing stands after {name}.", f"Write {{% {name} %}}.")
                self.close(_ENDS[name], start)
            case "":
                self.syntax(start, "This tag says nothing.", "Begin it with if, elif, else, endif, for or endfor.")
            case _ if name in _REFUSED_TAGS:
                self.reader.refuse(start, *_REFUSED_TAGS[name])
            case _ if name.removeprefix("end") in _REFUSED_TAGS:
                pass  # its beginning is refused already
            case "end":
                meant = rest.strip().split(" ")[0]
                whole = f"end{meant}" if meant in {"if", "for"} else "endif %} or {% endfor"
                self.syntax(start, "A condition ends with endif, a loop with endfor.", f"Write {{% {whole} %}}.")
                if meant in {"if", "for"}:
                    self.close(meant, start)
            case _:
                near = _MEANT.get(name.lower()) or next(iter(get_close_matches(name.lower(), _TAGS, 1)), "")
                self.syntax(
                    start,
                    f"“{name}” does not exist here." + (f" Did you mean {near}?" if near else ""),
                    "Tags begin with if, elif, else, endif, for or endfor.",
                )
                if near in {"if", "for"}:
                    self.push(near, start)
                elif near in _ENDS:
                    self.close(_ENDS[near], start)

    def loop(self, rest: str, start: int, offset: int) -> None:
        found = _FOR.fullmatch(rest)
        variable = ""
        if not found:
            self.syntax(offset, "This loop cannot be read.", "Write: {% for item in list.field %}.")
        else:
            over_at = offset + found.start("over")
            over: list[Name] = []

            def looped(node: nodes.Expr, depth: int) -> None:
                name = self.reader.looped(node, depth)
                if name is not None:
                    over.append(name)

            self.expression(found["over"], over_at, looped)
            at = offset + found.start("variable")
            if over and self.reader.enter(found["variable"], over[0], at):
                variable = found["variable"]
        self.push("for", start, variable)

    def push(self, word: str, start: int, variable: str = "") -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _TooLarge(start)
        self.stack.append((word, start, variable))

    def branch(self, name: str, start: int) -> None:
        if not self.stack:
            self.syntax(start, f"This {{% {name} %}} belongs to no {{% if %}}.", "Begin with {% if … %}.")
            return
        word, opened, variable = self.stack[-1]
        if word == "for":
            if any(w == "if" for w, _, _ in self.stack):
                line = self.place.span(opened).line
                self.syntax(
                    start,
                    f"Before this {{% {name} %}}, the loop of line {line} is still open.",
                    "Write {% endfor %} first.",
                )
            else:
                self.reader.no_else(start)
        elif word == "else":
            self.syntax(start, f"This {{% {name} %}} comes after {{% else %}}.", "Put {% else %} last.")
        elif name == "else":
            self.stack[-1] = ("else", opened, variable)

    def close(self, word: str, start: int) -> None:
        kinds = {"if", "else"} if word == "if" else {"for"}
        if not any(w in kinds for w, _, _ in self.stack):
            self.syntax(
                start, f"This {{% end{word} %}} closes nothing.", f"Delete it, or write {{% {word} … %}} before it."
            )
            return
        while self.stack:
            opened, offset, variable = self.stack.pop()
            if variable and self.reader.loops:
                self.reader.loops.pop()
            if opened in kinds:
                return
            self.never_closed("for" if opened == "for" else "if", offset)

    def never_closed(self, word: str, offset: int) -> None:
        says = f"This {{% {word} %}} is never closed."
        self.syntax(offset, says, f"Write {{% end{word} %}} where it ends.")

    def expression(self, text: str, offset: int, read: Callable[[nodes.Expr, int], object]) -> None:
        try:
            read(_expression(text, offset), 1)
        except _Unreadable as fault:
            self.reader.unreadable(fault)

    def syntax(self, offset: int, says: str, fix: str) -> None:
        self.reader.problems.append(CLAUSE_SYNTAX.at(self.place.span(offset), says, fix=fix))


_SIGNS = {
    "&": ("Conditions are joined by words.", "Write: and"),
    "|": ("Conditions are joined by words.", "Write: or"),
    "!": ("A condition is turned round by a word.", "Write: not"),
    "≠": ("This sign cannot be read here.", "Write: !="),
    "≤": ("This sign cannot be read here.", "Write: <="),
    "≥": ("This sign cannot be read here.", "Write: >="),
    "$": ("Amounts stand here without a currency sign.", "Write only the number, such as 10000."),
    "'": ("This quotation mark is never closed.", "Put one at the end of the words, too."),
    '"': ("This quotation mark is never closed.", "Put one at the end of the words, too."),
    ".": ("A dot stands between two names.", "Write: group.field"),
    **dict.fromkeys(
        "“”‘’„‟«»",
        (
            "Inside a tag, quotation marks are straight ones.",
            'Write: "',
        ),
    ),
}


def _why_unreadable(source: str, fault: _Unreadable) -> tuple[str, str]:
    """Return what is wrong at the place of ``fault``, and how to mend it."""
    at = fault.offset
    here = source[at : at + 1]
    if fault.message == "number":
        return "This number is too long.", f"Numbers stay below {_MAX_NUMBER:,}."
    if fault.message == "nothing" or not here or source.startswith(("}}", "%}"), at):
        if fault.message == "nothing":
            return (
                "The name of a field is missing.",
                'Write it, such as {{ agreement.name }} or {% if pay.model == "ffs" %}.',
            )
        return "Something is missing here.", 'Write the whole of it, such as: pay.model == "ffs"'
    if here == "=":
        if source[at + 1 : at + 2] in {"<", ">"}:
            return "This comparison is written the other way round.", f"Write: {source[at + 1]}="
        return "One = alone does not compare.", "Write: =="
    if here == ">" and source[at - 1 : at] == "<":
        return "This comparison cannot be read.", "Write: !="
    if here in _SIGNS:
        return _SIGNS[here]
    word = re.compile(r"\w+|\S").match(source, at)
    what = word.group()[:40] if word else here
    if what.lower() in {"and", "or", "not", "in", "is"} and what != what.lower():
        return f"“{what}” cannot be read here.", f"Write it in small letters: {what.lower()}"
    if what.isidentifier():
        return (
            f"“{what}” is not expected here.",
            "Names of fields have no spaces; words that a field is compared with stand in straight quotation marks.",
        )
    return f"“{what}” cannot be read here.", 'Write a condition such as: pay.model == "ffs"'
