"""A clause body after reading: words, printed fields, conditions and loops, each with its place.

:mod:`generator.reading.grammar` makes these trees and is where the rest of the program imports them
from. A tree holds nothing of the template library that read it; it is frozen, compares by what it says
(places left out) and can be pickled, so it may be kept by the digest of its text.

Field names in a tree are *dictionary names*: what a loop variable stands for is resolved while reading,
so that ``e.name`` inside ``{% for e in service.elements %}`` is known as ``service.elements.name``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field as attribute
from decimal import Decimal
from typing import Literal, Protocol, TypeAlias

from generator.diagnostics import Diagnostic, Span
from generator.frozen import dataclass
from generator.reuse import Keeps

__all__ = [
    "And",
    "Answer",
    "Answers",
    "ClauseTemplate",
    "Compare",
    "Condition",
    "Const",
    "Decision",
    "Expanded",
    "Expression",
    "FILTERS",
    "FieldInfo",
    "FilterInfo",
    "FilterUse",
    "For",
    "Given",
    "If",
    "Known",
    "LoopValue",
    "Name",
    "NameUse",
    "Not",
    "OneOf",
    "Open",
    "OpenCondition",
    "Operand",
    "Operator",
    "OptionInfo",
    "Or",
    "Output",
    "PLACEHOLDER",
    "PRIVATE_CHARACTER",
    "Part",
    "Print",
    "PrintIndex",
    "UseKind",
    "Words",
    "placeholder",
    "shown",
]

# ---------------------------------------------------------------- placeholders and filters

# Characters of the private use area stand around the number of an output in expanded text. Clause text
# may hold none of them, so a placeholder can only come from expansion. To Markdown they are letters.
PRIVATE_CHARACTER = re.compile("[\ue000-\uf8ff]")
PLACEHOLDER = re.compile("\ue000([0-9]{1,9})\ue001")


def placeholder(n: int) -> str:
    """Return the characters that stand for output number ``n`` in expanded text."""
    return f"\ue000{n}\ue001"


@dataclass(frozen=True, slots=True)
class FilterInfo:
    """A filter: what it does, the kinds of field it fits (none named: any that can be printed), and how
    many constant arguments follow it."""

    says: str
    kinds: frozenset[str] = frozenset()
    arguments: int = 0


FILTERS: Mapping[str, FilterInfo] = {
    "words": FilterInfo("in words", frozenset({"money", "integer", "percent", "duration"})),
    "digits": FilterInfo("in figures only", frozenset({"money", "integer", "percent", "duration", "date"})),
    "short": FilterInfo(
        "in its short form",
        frozenset({"money", "date", "duration", "percent", "state", "choice", "party_choice", "several", "list"}),
    ),
    "list": FilterInfo("as “a, b, and c”", frozenset({"several", "list"})),
    "list_or": FilterInfo("as “a, b, or c”", frozenset({"several", "list"})),
    "sentence": FilterInfo("with a capital first letter"),
    "lower_first": FilterInfo("with a small first letter"),
    "possessive": FilterInfo("with ’s"),
    "one_line": FilterInfo("on one line", frozenset({"address", "paragraphs", "text"})),
    "plural": FilterInfo(
        "as the first word for one, the second for more", frozenset({"integer", "duration", "several", "list"}), 2
    ),
}

# ---------------------------------------------------------------- expressions

Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
UseKind: TypeAlias = Literal["print", "condition", "loop"]


@dataclass(frozen=True, slots=True)
class Name:
    """A field. ``field`` is its dictionary name; ``text`` what is typed ("e.name").

    ``loop`` is the number of the enclosing loop (outermost 0) whose variable the name begins with, or
    -1; ``rest`` is what follows the variable, or the whole name where there is none.
    """

    field: str
    text: str
    rest: str
    loop: int = -1
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class LoopValue:
    """``loop.first``, ``loop.last`` or ``loop.index`` (from 1) of the enclosing loop number ``loop``."""

    what: Literal["first", "last", "index"]
    loop: int
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class Const:
    """A constant in quotation marks, or a number."""

    value: str | int | Decimal
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A list of constants on the right of ``in``: ``field in ["a", "b"]``."""

    items: tuple[Const, ...]
    span: Span = attribute(default=Span(""), compare=False)


Operand: TypeAlias = Name | LoopValue | Const | OneOf


@dataclass(frozen=True, slots=True)
class Compare:
    """Two operands compared."""

    left: Operand
    operator: Operator
    right: Operand
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class Given:
    """``field is given``."""

    name: Name


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    item: Expression


Expression: TypeAlias = Name | LoopValue | Compare | Given | And | Or | Not


def shown(expression: Expression | Operand) -> str:
    """Return ``expression`` as it would be typed in a clause."""
    match expression:
        case Name(text=text):
            return text
        case LoopValue(what=what):
            return f"loop.{what}"
        case Const(value=str(value)):
            return f'"{value}"'
        case Const(value=value):
            return str(value)
        case OneOf(items=items):
            return "[" + ", ".join(shown(item) for item in items) + "]"
        case Compare(left=left, operator=operator, right=right):
            return f"{shown(left)} {operator} {shown(right)}"
        case Given(name=name):
            return f"{name.text} is given"
        case And(items=items):
            return " and ".join(f"({shown(i)})" if isinstance(i, Or) else shown(i) for i in items)
        case Or(items=items):
            return " or ".join(shown(item) for item in items)
        case Not(item=Given(name=name)):
            return f"{name.text} is not given"
        case Not(item=item):
            return f"not ({shown(item)})" if isinstance(item, And | Or | Compare) else f"not {shown(item)}"


# ---------------------------------------------------------------- parts of a body

FilterUse: TypeAlias = tuple[str, tuple[str | int | Decimal, ...]]  # name, constant arguments


@dataclass(frozen=True, slots=True)
class Words:
    """Text as typed. ``line`` is its first line in the file; ``newlines`` how many it holds;
    ``begins_line`` whether it stands at the very start of its line."""

    text: str
    line: int = attribute(default=1, compare=False)
    newlines: int = 0
    begins_line: bool = False


@dataclass(frozen=True, slots=True)
class Print:
    """``{{ field | filter }}``."""

    name: Name
    filters: tuple[FilterUse, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintIndex:
    """``{{ loop.index }}``."""

    value: LoopValue


@dataclass(frozen=True, slots=True)
class If:
    """``{% if %}`` with its ``elif`` branches in order; ``otherwise`` is the ``else`` branch.

    ``before`` and ``after`` surround the blank that stands for the whole where a condition is open
    (a list marker, line ends), so that the blank sits where the first branch would.
    """

    branches: tuple[tuple[Expression, tuple[Part, ...]], ...]
    otherwise: tuple[Part, ...] = ()
    before: str = ""
    after: str = ""
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class For:
    """``{% for variable in over %}``; ``loop`` is this loop's number (outermost 0)."""

    variable: str
    over: Name
    body: tuple[Part, ...]
    loop: int
    span: Span = attribute(default=Span(""), compare=False)


Part: TypeAlias = Words | Print | PrintIndex | If | For


@dataclass(frozen=True, slots=True)
class NameUse:
    """One use of a field in a clause, in whatever branch it stands.

    ``path`` is the dictionary name. ``loop_base`` is the list through whose loop variable the name is
    reached ("service.elements"), else "". ``constants`` are the texts it is compared with, which lets
    the caller check names this grammar knows nothing of (clause ids in ``"…" in clauses``).
    """

    path: str
    span: Span = attribute(compare=False)
    kind_of_use: UseKind
    loop_base: str = ""
    constants: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseTemplate(Keeps):
    """A clause body that may be expanded. ``uses`` lists every field in every branch, in order."""

    parts: tuple[Part, ...]
    uses: tuple[NameUse, ...] = ()
    file: str = attribute(default="", compare=False)
    first_line: int = attribute(default=1, compare=False)

    def names(self) -> tuple[NameUse, ...]:
        """Return every use of a field, also in branches not taken, in the order of the text."""
        return self.uses


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that stands alone (``when:`` of a document type). ``text`` is what is typed."""

    expression: Expression
    text: str
    uses: tuple[NameUse, ...] = ()
    span: Span = attribute(default=Span(""), compare=False)

    def names(self) -> tuple[NameUse, ...]:
        """Return every use of a field, in order."""
        return self.uses


# ---------------------------------------------------------------- answers


@dataclass(frozen=True, slots=True)
class Known:
    """A field's value. None is an optional field that was left out; a list is a tuple."""

    value: object


@dataclass(frozen=True, slots=True)
class Open:
    """No value yet: ``fields`` are the names to ask for.

    ``absent`` says that nobody answered at all, as against the answer ``unknown``: ``field is given``
    is then false rather than open.
    """

    fields: tuple[str, ...]
    absent: bool = False


Answer: TypeAlias = Known | Open


class Answers(Protocol):
    """What a profile answers. Paths are concrete: "service.elements.2.name", "parties.1.legal_name"
    (members of lists count from 1)."""

    def value(self, path: str, /) -> Answer:
        """Return the answer for one field. Never raises for a name that ``names.check_names`` let pass."""
        ...


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a condition holds; None is open. ``because`` names the fields that decided or are open."""

    truth: bool | None
    because: tuple[str, ...] = ()


# ---------------------------------------------------------------- what expansion gives


@dataclass(frozen=True, slots=True)
class OpenCondition:
    """A condition that cannot be decided yet: ``fields`` are the (concrete) names it waits for."""

    fields: tuple[str, ...]
    text: str
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class Output:
    """What stands at one placeholder.

    ``path`` is the concrete field ("service.elements.2.name"), ``field`` its dictionary name.
    ``open_by`` names the list that is itself open where the field is a member of it: then there is no
    value to look up. With ``condition``, the placeholder stands for that undecided question and
    ``path`` is "".
    """

    path: str
    filters: tuple[FilterUse, ...] = ()
    span: Span = attribute(default=Span(""), compare=False)
    field: str = ""
    open_by: tuple[str, ...] = ()
    condition: OpenCondition | None = None


@dataclass(frozen=True, slots=True)
class Expanded(Keeps):
    """A clause as Markdown in which placeholder number n stands for ``outputs[n]``.

    ``line_map[i]`` is the line of the clause file from which line i (from 0) of ``markdown`` comes.
    ``diagnostics`` is empty unless the text grew past all bounds; then ``markdown`` is "".
    """

    markdown: str
    outputs: tuple[Output, ...] = ()
    open_conditions: tuple[OpenCondition, ...] = ()
    line_map: tuple[int, ...] = attribute(default=(), compare=False)
    diagnostics: tuple[Diagnostic, ...] = ()


# ---------------------------------------------------------------- what checking needs to know of a field


class OptionInfo(Protocol):
    """One choice of a field."""

    @property
    def key(self) -> str: ...


class FieldInfo(Protocol):
    """What the data dictionary says of a field, as far as clauses are concerned."""

    @property
    def kind(self) -> str: ...

    @property
    def options(self) -> tuple[OptionInfo, ...]: ...
