"""From jinja2's syntax tree to the tree of a clause: the allowlist.

Tokens are jinja2's, but each carries its offset in the text where jinja2 keeps the line number. Every
node of its syntax tree thereby knows its exact place, and so does every syntax error. The walk
(:class:`TreeReader`) names each kind of node that may stand in a clause; whatever it does not name is
refused. Limits are kept before a recursive parser meets the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from generator.diagnostics import Diagnostic, Rule, Severity, Span
from generator.reading.clause_tree import (
    FILTERS,
    PRIVATE_CHARACTER,
    And,
    Compare,
    Const,
    Expression,
    FilterUse,
    For,
    Given,
    If,
    LoopValue,
    Name,
    NameUse,
    Not,
    OneOf,
    Operand,
    Operator,
    Or,
    Part,
    Print,
    PrintIndex,
    UseKind,
    Words,
)

if TYPE_CHECKING:
    from jinja2 import Environment, nodes
    from jinja2.parser import Parser

T = TypeVar("T")

MAX_BYTES = 200_000
MAX_DEPTH = 20
MAX_NODES = 2_000
MAX_TOKENS = 30_000
MAX_NUMBER = 10**15
_MAX_DIGITS = 40

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


class Place:
    """Turns an offset in a text into line and column of its file."""

    def __init__(self, source: str, file: str, line: int, column: int = 1) -> None:
        self.source, self.file, self._line, self._column = source, file, line, column
        self._starts: list[int] | None = None

    def span(self, offset: int) -> Span:
        """Return the place of a character of the source, counted from 0, in the file."""
        if self._starts is None:
            self._starts = [0, *(m.end() for m in re.finditer("\n", self.source))]
        row = bisect_right(self._starts, max(offset, 0)) - 1
        column = offset - self._starts[row] + 1
        return Span(self.file, self._line + row, column + self._column - 1 if row == 0 else column)


def words_at(text: str, offset: int, place: Place) -> Words:
    span = place.span(offset)
    return Words(text, span.line, text.count("\n"), span.column == 1)


# ---------------------------------------------------------------- jinja2's lexer and parser


class Unreadable(Exception):
    """The template library cannot read the text at ``offset``."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset, self.message = offset, message


class TooLarge(Exception):
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


def lex(source: str, state: str | None = None, base: int = 0) -> list[_Token]:
    """Return jinja2's tokens of ``source`` with their offsets (counted from ``base``)."""
    from jinja2 import TemplateSyntaxError

    tokens: list[_Token] = []
    at = 0
    try:
        for _, kind, text in _environment().lexer.tokeniter(source, None, None, state):
            if not source.startswith(text, at):  # blanks taken away by {%- lie between
                at = max(at, source.find(text, at))
            if kind != "whitespace":
                tokens.append(_Token(base + at, kind, text))
            at += len(text)
            if len(tokens) > MAX_TOKENS:
                raise TooLarge(base + at)
    except TemplateSyntaxError as error:
        raise Unreadable(base + at, error.message or "") from None
    return tokens


def parse_body(tokens: Iterable[_Token]) -> list[nodes.Node]:
    """Return the syntax tree of a clause body."""
    return _parsed(tokens, lambda parser: parser.subparse())


def _parsed(tokens: Iterable[_Token], read: Callable[[Parser], T]) -> T:
    from jinja2 import TemplateSyntaxError
    from jinja2.lexer import TokenStream
    from jinja2.parser import Parser

    environment = _environment()
    parser = Parser(environment, "")
    try:
        parser.stream = TokenStream(environment.lexer.wrap(iter(tokens)), None, None)
        return read(parser)
    except TemplateSyntaxError as error:
        raise Unreadable(error.lineno, error.message or "") from None
    except RecursionError:
        raise TooLarge(parser.stream.current.lineno) from None
    except (ValueError, OverflowError, SyntaxError):  # a number that Python cannot read
        raise Unreadable(parser.stream.current.lineno, "number") from None


def parse_expression(source: str, base: int) -> nodes.Expr:
    """Return the syntax tree of one expression whose first character has the offset ``base``."""
    tokens = lex(source, "variable", base)
    _bounded(tokens)
    if not tokens:
        raise Unreadable(base, "nothing")

    def whole(parser: Parser) -> nodes.Expr:
        expression = parser.parse_expression()
        if parser.stream.current.type != "variable_end" or parser.stream.look().type != "eof":
            raise Unreadable(parser.stream.current.lineno, "more")
        return expression

    return _parsed([*tokens, _Token(base + len(source), "variable_end", "}}")], whole)


def _bounded(tokens: Iterable[_Token]) -> None:
    """Refuse brackets nested too deep, and numbers too long, before a parser meets them."""
    depth = 0
    for token in tokens:
        if token.kind == "operator":
            if token.text in _OPENS:
                depth += 1
                if depth > MAX_DEPTH:
                    raise TooLarge(token.offset)
            elif token.text in _CLOSES:
                depth -= 1
        elif token.kind in {"integer", "float"} and len(token.text) > _MAX_DIGITS:
            raise Unreadable(token.offset, "number")


_OPENS, _CLOSES = frozenset("([{"), frozenset(")]}")


TAGS = frozenset({"if", "elif", "else", "endif", "for", "endfor"})
ENDS = {"endif": "if", "endfor": "for"}
OPENING = re.compile(r"\{\{|\{%|\{#")
CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}


def is_well_formed(tokens: Sequence[_Token]) -> bool:
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
            case "data":
                pass
            case _ if begun:
                begun = False
                if text not in TAGS:
                    return False
                if text in ENDS:
                    if not stack or stack.pop() != ENDS[text]:
                        return False
                elif text in {"if", "for"}:
                    stack.append(text)
                    if len(stack) > MAX_DEPTH:
                        raise TooLarge(offset)
                elif not stack or stack[-1] != "if":
                    return False
    return not stack


def without_tag_lines(tokens: Sequence[_Token]) -> list[_Token]:
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


class TreeReader:
    """Turns jinja2's syntax tree into ours, node by node, and refuses whatever is not listed here."""

    def __init__(self, place: Place, problems: list[Diagnostic]) -> None:
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
                            parts.append(words_at(child.data, child.lineno, self.place))
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
        if isinstance(value, float) and abs(value) < MAX_NUMBER:
            value = Decimal(repr(value))
        elif isinstance(value, str) and value.isprintable() and not PRIVATE_CHARACTER.search(value):
            pass
        elif not isinstance(value, int) or value >= MAX_NUMBER:
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
            self.refuse(node.lineno, "This number is too large.", f"Numbers stay below {MAX_NUMBER:,}.")

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
            raise TooLarge(inner.lineno)
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
            raise TooLarge(node.lineno)

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
