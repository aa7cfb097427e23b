"""Deciding conditions and expanding clauses with the answers of one partnership.

A small interpreter over the tree of :mod:`generator.reading.clause_tree`. It decides in three values
(Kleene's strong logic): true, false and open, because a field that nobody answered yet, or that was
answered ``unknown``, is neither. ``false and open`` is false, ``true or open`` is true, everything else
with an open part is open, and the fields it waits for are named.

Expansion makes Markdown in which every printed field is a placeholder (private-use characters around a
number). The value itself is put in later, as a text node, so that no character of it can be read as
Markdown.

How values compare: choices and texts by their letters; numbers, money and percent by size; dates by
day; durations only with the same unit ("30 days" and "1 month" are open to each other). A field that
was left out compares equal to nothing: ``!=`` and ``not in`` hold, all else does not. Values that cannot
be compared leave the condition open, never wrong; :mod:`generator.reading.names` reports such a clause.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import assert_never

from generator.diagnostics import Rule, Severity, Span
from generator.reading.clause_tree import (
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
    For,
    Given,
    If,
    Known,
    LoopValue,
    Name,
    Not,
    OneOf,
    Open,
    OpenCondition,
    Operand,
    Operator,
    Or,
    Output,
    Part,
    Print,
    PrintIndex,
    Words,
    placeholder,
    shown,
)

__all__ = ["MAX_OUTPUT", "RULES", "decide", "expand", "expand_every_branch", "read_measure"]

MAX_OUTPUT = 2_000_000  # characters of one expanded clause
_MAX_STEPS = 200_000  # parts gone through for one clause, printed or not

CLAUSE_GROWS = Rule(
    "clause-grows",
    Severity.ERROR,
    "A clause with the lists of this profile becomes longer than any contract.",
    """\
A loop prints its text once for each entry of a list; a loop inside a loop, once for each pair. With long lists
that grows beyond all bounds. At most 2 MB of text come of one clause; it then stops instead of filling the
computer's memory.

Wrong: three loops inside one another over the same list of 500 services.

Right: one loop over the services; what belongs to a service stands in fields of its entry.
""",
)

RULES = (CLAUSE_GROWS,)


# ---------------------------------------------------------------- public


def decide(condition: Condition, answers: Answers) -> Decision:
    """Return whether ``condition`` holds, and the fields because of which (all concrete names).

    Of ``a and b``, where ``b`` alone is false, only ``b`` decided; where it is open, the fields it waits
    for are named and no others.
    """
    return _Interpreter(answers, Span("")).truth(condition.expression)


def expand(template: ClauseTemplate, answers: Answers) -> Expanded:
    """Return the clause as Markdown with placeholders. A pure function; never raises.

    Where a condition is open, no branch is taken and one placeholder stands for the question. A loop
    over an open list goes through its body once, with every member open.
    """
    interpreter = _Interpreter(answers, Span(template.file, template.first_line))
    try:
        interpreter.parts(template.parts)
    except _Grows as grows:
        problem = CLAUSE_GROWS.at(
            grows.span,
            "With the lists of this profile, this loop makes the clause longer than 2 MB.",
            fix="Shorten the lists, or divide the clause.",
        )
        return Expanded("", diagnostics=(problem,))
    return interpreter.expanded()


def expand_every_branch(template: ClauseTemplate) -> Expanded:
    """Return the clause with all branches of all conditions one after the other, each loop gone through
    once: for checks of the text itself, such as that no table is broken."""
    interpreter = _Interpreter(_NoAnswers(), Span(template.file, template.first_line), every_branch=True)
    interpreter.parts(template.parts)
    return interpreter.expanded()


class _NoAnswers:
    def value(self, path: str) -> Answer:
        return Open((path,), absent=True)


# ---------------------------------------------------------------- interpreter


class _Grows(Exception):
    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span


class _Round:
    """Where a loop stands: the concrete entry, its number, whether it is the last; ``open_by`` names the
    list where that is open."""

    __slots__ = ("index", "last", "open_by", "path")

    def __init__(self, path: str, index: int, last: bool, open_by: tuple[str, ...]) -> None:
        self.path, self.index, self.last, self.open_by = path, index, last, open_by


class _Interpreter:
    def __init__(self, answers: Answers, start: Span, *, every_branch: bool = False) -> None:
        self._answers = answers
        self._every_branch = every_branch
        self._rounds: list[_Round] = []
        self._start = self._loop_span = start
        self._steps = self._size = 0
        self._out: list[str] = []
        self._outputs: list[Output] = []
        self._conditions: list[OpenCondition] = []
        self._lines: list[int] = []
        self._fresh = True  # whether the next character begins a line

    def expanded(self) -> Expanded:
        if self._fresh:
            self._lines.append(self._lines[-1] + 1 if self._lines else self._start.line)
        return Expanded("".join(self._out), tuple(self._outputs), tuple(self._conditions), tuple(self._lines))

    # ------------------------------------------------ printing

    def parts(self, parts: Sequence[Part]) -> None:
        for part in parts:
            self._steps += 1
            if self._steps > _MAX_STEPS or self._size > MAX_OUTPUT:
                raise _Grows(self._loop_span)
            match part:
                case Words(text=text, line=line):
                    self.write(text, line, part.newlines)
                case Print(name=name):
                    self.place(
                        Output(self.concrete(name), part.filters, name.span, name.field, self.open_by(name)),
                        name.span.line,
                    )
                case PrintIndex(value=value):
                    self.write(str(self._rounds[value.loop].index), value.span.line)
                case If():
                    self.choose(part)
                case For():
                    self.loop(part)
                case _:
                    assert_never(part)

    def write(self, text: str, line: int, newlines: int = 0) -> None:
        if not text:
            return
        if self._fresh:
            self._lines.append(line)
        if newlines:
            self._fresh = text[-1] == "\n"
            # where the text ends a line, what comes next says which line it begins
            self._lines.extend(range(line + 1, line + newlines + (not self._fresh)))
        else:
            self._fresh = False
        self._out.append(text)
        self._size += len(text)

    def place(self, output: Output, line: int) -> None:
        self.write(placeholder(len(self._outputs)), line)
        self._outputs.append(output)

    def choose(self, part: If) -> None:
        if self._every_branch:
            for _, body in part.branches:
                self.parts(body)
            self.parts(part.otherwise)
            return
        for test, body in part.branches:
            decision = self.truth(test)
            if decision.truth is None:
                question = OpenCondition(decision.because, shown(test), part.span)
                self._conditions.append(question)
                self.write(part.before, part.span.line, part.before.count("\n"))
                self.place(Output("", (), part.span, condition=question), part.span.line)
                self.write(part.after, part.span.line, part.after.count("\n"))
                return
            if decision.truth:
                self.parts(body)
                return
        self.parts(part.otherwise)

    def loop(self, part: For) -> None:
        base = self.concrete(part.over)
        answer = self.answer(part.over)
        outer, self._loop_span = self._loop_span, part.span
        match answer:
            case Open(fields=fields):
                self.round(part, _Round(f"{base}.1", 1, True, fields))
            case Known(value=value):
                count = len(value) if isinstance(value, Sequence) and not isinstance(value, str) else 0
                for n in range(1, count + 1):
                    self.round(part, _Round(f"{base}.{n}", n, n == count, ()))
        self._loop_span = outer

    def round(self, part: For, entry: _Round) -> None:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise _Grows(part.span)
        self._rounds.append(entry)
        self.parts(part.body)
        self._rounds.pop()

    # ------------------------------------------------ names

    def concrete(self, name: Name) -> str:
        if name.loop < 0:
            return name.rest
        entry = self._rounds[name.loop].path
        return f"{entry}.{name.rest}" if name.rest else entry

    def open_by(self, name: Name) -> tuple[str, ...]:
        return self._rounds[name.loop].open_by if name.loop >= 0 else ()

    def answer(self, name: Name) -> Answer:
        waiting = self.open_by(name)
        return Open(waiting) if waiting else self._answers.value(self.concrete(name))

    # ------------------------------------------------ three values

    def truth(self, expression: Expression) -> Decision:
        match expression:
            case Name():
                return self.holds(expression)
            case LoopValue(what=what, loop=loop):
                entry = self._rounds[loop]
                return Decision(entry.index == 1 if what == "first" else entry.last)
            case Given(name=name):
                return self.given(name)
            case Not(item=item):
                decision = self.truth(item)
                return Decision(None if decision.truth is None else not decision.truth, decision.because)
            case And(items=items):
                return self.joined(items, False)
            case Or(items=items):
                return self.joined(items, True)
            case Compare():
                return self.compared(expression)
            case _:
                assert_never(expression)

    def joined(self, items: Sequence[Expression], settles: bool) -> Decision:
        """Return ``and`` (settled by the first false part) or ``or`` (by the first true one)."""
        decisions: list[Decision] = []
        for item in items:
            decision = self.truth(item)
            if decision.truth is settles:
                return decision
            decisions.append(decision)
        waiting = [d for d in decisions if d.truth is None]
        return Decision(None if waiting else not settles, _fields(waiting or decisions))

    def holds(self, name: Name) -> Decision:
        path = self.concrete(name)
        match self.answer(name):
            case Open(fields=fields):
                return Decision(None, fields)
            case Known(value=bool(value)):
                return Decision(value, (path,))
            case Known(value=None):
                return Decision(False, (path,))
            case _:  # not a yes-or-no field
                return Decision(None, (path,))

    def given(self, name: Name) -> Decision:
        path = self.concrete(name)
        match self.answer(name):
            case Open(absent=True):
                return Decision(False, (path,))
            case Open(fields=fields):
                return Decision(None, fields)
            case Known(value=value):
                return Decision(not _is_empty(value), (path,))

    def compared(self, node: Compare) -> Decision:
        left, left_path = self.operand(node.left)
        right, right_path = self.operand(node.right)
        waiting = [*(left.fields if isinstance(left, Open) else ()), *(right.fields if isinstance(right, Open) else ())]
        if waiting:
            return Decision(None, tuple(dict.fromkeys(waiting)))
        assert isinstance(left, Known) and isinstance(right, Known)  # noqa: PT018, S101
        because = tuple(dict.fromkeys(p for p in (left_path, right_path) if p))
        return Decision(_compare(left.value, node.operator, right.value), because)

    def operand(self, operand: Operand) -> tuple[Answer, str]:
        match operand:
            case Name():
                return self.answer(operand), self.concrete(operand)
            case LoopValue(what=what, loop=loop):
                entry = self._rounds[loop]
                values = {"first": entry.index == 1, "last": entry.last, "index": entry.index}
                return Known(values[what]), ""
            case Const():
                return Known(operand), ""
            case OneOf(items=items):
                return Known(items), ""
            case _:
                assert_never(operand)


def _fields(decisions: Iterable[Decision]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for decision in decisions for name in decision.because))


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | Sequence | Mapping) and len(value) == 0)


# ---------------------------------------------------------------- comparing values

# What a value is compared as: a word for what it measures, and the measure. Kinds of field live above
# this package, so a duration is known by its ``n`` and ``unit``, a percentage by its ``amount``.
Measure = tuple[str, object]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION = re.compile(r"([0-9]{1,9}) (business days?|hours?|days?|weeks?|months?|years?)")


def read_measure(text: str, like: str) -> Measure | None:
    """Return the constant ``text`` as a measure of the kind ``like``, or None if it cannot be one.

    ``like`` is "date" ("2027-01-01"), "duration" ("30 days"), "yes_no" ("yes") or "text".
    """
    match like:
        case "text":
            return "text", text
        case "yes_no":
            return ("yes_no", text == "yes") if text in {"yes", "no"} else None
        case "date":
            if not _DATE.fullmatch(text):
                return None
            try:
                return "date", dt.date.fromisoformat(text)
            except ValueError:
                return None
        case _ if like.startswith("duration"):
            found = _DURATION.fullmatch(text)
            return (f"duration in {found[2].rstrip('s')}s", int(found[1])) if found else None
        case _:
            return None


def _measure(value: object) -> Measure | None:
    match value:
        case bool():
            return "yes_no", value
        case int() | Decimal():
            return "number", value
        case str():
            return "text", value
        case dt.date():
            return "date", value
    amount, n, unit = (getattr(value, name, None) for name in ("amount", "n", "unit"))
    if isinstance(amount, Decimal):
        return "percent", amount
    if isinstance(n, int) and isinstance(unit, str):
        return f"duration in {unit.rstrip('s')}s", n
    return None


def _measures(left: object, right: object) -> tuple[Measure | None, Measure | None]:
    """Return both sides as measures; a constant is read as what stands on the other side."""
    if isinstance(left, Const):
        one, other = _measures(right, left)
        return other, one
    measure = _measure(left)
    if not isinstance(right, Const):
        return measure, _measure(right)
    if measure is None:
        return None, None
    match right.value:
        case str(text):
            return measure, read_measure(text, measure[0])
        case number:
            return measure, (measure[0] if measure[0] == "percent" else "number", number)


def _equal(left: object, right: object) -> bool | None:
    """Return whether two values are the same; None if they cannot be compared."""
    if left is None or right is None:
        return left is None and right is None
    one, other = _measures(left, right)
    if one is None or other is None or one[0] != other[0]:
        return None
    return one[1] == other[1]


_ORDER: Mapping[str, Callable[[object, object], bool]] = {
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
}


def _compare(left: object, operator: Operator, right: object) -> bool | None:
    match operator:
        case "==":
            return _equal(left, right)
        case "!=":
            equal = _equal(left, right)
            return None if equal is None else not equal
        case "in":
            return _contains(right, left)
        case "not in":
            contains = _contains(right, left)
            return None if contains is None else not contains
        case "<" | "<=" | ">" | ">=":
            if left is None or right is None:
                return False
            one, other = _measures(left, right)
            if one is None or other is None or one[0] != other[0] or one[0] in {"text", "yes_no"}:
                return None
            return _ORDER[operator](one[1], other[1])
        case _:
            assert_never(operator)


def _contains(collection: object, member: object) -> bool | None:
    if collection is None or member is None:
        return False
    if isinstance(collection, str) or not isinstance(collection, Sequence):
        return None
    if isinstance(member, Const) and type(member.value) is str and all(type(entry) is str for entry in collection):
        return member.value in collection  # "family.name" in clauses: a long list, asked often
    found = [_equal(entry, member) for entry in collection]
    if True in found:
        return True
    return None if None in found else False
