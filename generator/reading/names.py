"""Every name in a clause against the data dictionary, in branches not taken too.

The dictionary itself lives above this package: the caller hands in ``lookup`` (dictionary name ->
:class:`~generator.reading.clause_tree.FieldInfo`, or None) and, for *did you mean*, ``suggest``. Names
that no dictionary holds, because they come of the document itself, are known here: ``document``,
``documents``, ``clauses`` and ``parties`` (each a full party, as ``cbo`` is).

Checked are: that the field exists; that a constant is one of its choices, or a number, date or duration
where it is one; that it is used as its kind allows (no list is printed, no text looped over, a bare
condition is a yes-or-no field); that a filter fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeAlias, assert_never

from generator.diagnostics import Diagnostic, Rule, Severity, Span
from generator.frozen import dataclass
from generator.reading.clause_tree import (
    FILTERS,
    And,
    ClauseTemplate,
    Compare,
    Condition,
    Const,
    Expression,
    FieldInfo,
    FilterUse,
    For,
    Given,
    If,
    LoopValue,
    Name,
    Not,
    OneOf,
    Operand,
    OptionInfo,
    Or,
    Part,
    Print,
    PrintIndex,
    Words,
)
from generator.reading.expansion import read_measure

__all__ = ["DERIVED", "RULES", "Lookup", "Suggest", "check_condition", "check_names"]

Lookup: TypeAlias = Callable[[str], FieldInfo | None]
Suggest: TypeAlias = Callable[[str], str | None]

CLAUSE_FIELD = Rule(
    "clause-unknown-field",
    Severity.ERROR,
    "A clause names a field that does not exist.",
    """\
Everything a clause prints or asks is a field of the data dictionary (`clauses/_fields.yaml`), where its question,
its kind and an example stand. A name that is not there could never be answered, and the contract would have a hole.
This is checked for every branch of every condition, not only for the words that one profile happens to print.

Wrong: `{{ baa.breach_notce }}`

Right: `{{ baa.breach_notice }}`; for something new, first add the field to the dictionary.
""",
)
CLAUSE_CHOICE = Rule(
    "clause-unknown-choice",
    Severity.ERROR,
    "A clause compares a field with a choice that the field does not have.",
    """\
A choice field has a fixed list of answers. A condition that asks for another one is never true, so the words
under it would silently never be printed.

Wrong: `{% if pay.model == "withold" %}`

Right: `{% if pay.model == "withhold" %}`. The choices: `agreements explain pay.model`.
""",
)
CLAUSE_USE = Rule(
    "clause-wrong-use",
    Severity.ERROR,
    "A clause uses a field in a way that its kind does not allow.",
    """\
What can be done with a field follows from its kind:

- a *yes-or-no* field is asked by its name alone: `{% if baa.deid %}`, `{% if not baa.deid %}`;
- a *choice* is compared: `{% if pay.model == "ffs" %}`, or `in ["ffs", "case"]`;
- *several choices* contain: `{% if "referral" in service_model %}`;
- numbers, money, percent, dates and durations are compared with `<`, `<=`, `>`, `>=`, `==`: money and percent with a
  number (`10000`), a date with `"2027-01-01"`, a duration with one of the same unit (`"30 days"`);
- a *list* is gone through: `{% for e in service.elements %} {{ e.name }} {% endfor %}`;
- of a *record* (a party, a person) one part is printed: `{{ cbo.short_name }}`;
- any field may be asked: `{% if cbo.dba is given %}`.

Wrong: `{{ service.elements }}`

Right: `{% for e in service.elements %}{{ e.name }}{% endfor %}`
""",
)

RULES = (CLAUSE_FIELD, CLAUSE_CHOICE, CLAUSE_USE)


@dataclass(frozen=True, slots=True)
class _Derived:
    """A name that comes of the document itself."""

    kind: str
    options: tuple[OptionInfo, ...] = ()


_ENTRY = _Derived("text")  # one entry of a list of which nothing more is known
DERIVED: Mapping[str, FieldInfo] = {
    "document": _Derived("choice"),
    "documents": _Derived("several"),
    "clauses": _Derived("several"),
    "parties": _Derived("list"),
}
_A_PARTY = "cbo"

_MEASURED = frozenset({"integer", "money", "percent"})
_ORDERED = _MEASURED | {"date", "duration"}
_CHOSEN = frozenset({"choice", "party_choice"})
_RECORDS = frozenset({"record", "party", "person", "contact"})
_SAID = {
    "text": "a text",
    "paragraphs": "a text",
    "date": "a date",
    "duration": "a duration",
    "money": "an amount of money",
    "percent": "a percentage",
    "integer": "a number",
    "yes_no": "a yes-or-no field",
    "choice": "a choice",
    "party_choice": "a choice of a party",
    "several": "a field of several choices",
    "list": "a list",
    "state": "a state",
    "address": "an address",
    "record": "a group of fields",
    "party": "a party",
    "person": "a person",
    "contact": "a contact",
}


def check_names(
    template: ClauseTemplate | Condition, lookup: Lookup, suggest: Suggest | None = None
) -> tuple[Diagnostic, ...]:
    """Return every wrong name, choice and use of a field in ``template``, in the order of the text.

    ``lookup`` is asked for dictionary names ("service.elements.name" for a member of a list).
    """
    checker = _Checker(lookup, suggest or (lambda _: None))
    if isinstance(template, Condition):
        checker.condition(template.expression)
    else:
        checker.parts(template.parts)
    return tuple(checker.problems)


def check_condition(condition: Condition, lookup: Lookup, suggest: Suggest | None = None) -> tuple[Diagnostic, ...]:
    """Return what :func:`check_names` finds in a condition that stands alone."""
    return check_names(condition, lookup, suggest)


class _Checker:
    def __init__(self, lookup: Lookup, suggest: Suggest) -> None:
        self._lookup, self._suggest = lookup, suggest
        self._loops: list[tuple[str, str, bool]] = []  # variable, list, whether the list is one
        self.problems: list[Diagnostic] = []

    # ------------------------------------------------ names

    def info(self, path: str) -> FieldInfo | None:
        found = self._lookup(path) or DERIVED.get(path)
        if found is None and path.startswith("parties."):
            return self._lookup(_A_PARTY + path.removeprefix("parties").removeprefix(".1"))
        return found

    def entry(self, path: str) -> FieldInfo | None:
        """Return what is known of one entry of the list ``path``; None if the dictionary does not say."""
        return self.info(f"{path}.1")

    def known(self, name: Name) -> FieldInfo | None:
        """Return what is known of ``name``; None, with the problem noted, if it does not exist."""
        if name.loop >= 0 and not self._loops[name.loop][2]:
            return None  # the list itself is wrong, and reported
        if name.loop >= 0 and not name.rest:
            return self.entry(name.field) or _ENTRY
        info = self.info(name.field)
        if info is None:
            near = self.near(name)
            self.problems.append(
                CLAUSE_FIELD.at(
                    name.span,
                    f"“{name.text}” is not a field." + (f" Did you mean {near}?" if near else ""),
                    fix=f"Write {near}." if near else "Use a field of clauses/_fields.yaml, or add it there first.",
                    field=name.field,
                )
            )
        return info

    def near(self, name: Name) -> str:
        near = self._suggest(name.field) or ""
        if near and self.info(near) is None:  # the beginning of names, not one itself
            return ""
        if name.loop < 0 or not near:
            return near if near != name.field else ""
        variable, base, _ = self._loops[name.loop]
        return f"{variable}{near.removeprefix(base)}" if near.startswith(base + ".") else ""

    def wrong(self, span: Span, says: str, fix: str, field: str = "") -> None:
        self.problems.append(CLAUSE_USE.at(span, says, fix=fix, field=field))

    # ------------------------------------------------ parts

    def parts(self, parts: Sequence[Part]) -> None:
        for part in parts:
            match part:
                case Words() | PrintIndex():
                    pass
                case Print(name=name, filters=filters):
                    info = self.known(name)
                    if info is not None:
                        self.printed(name, info, filters)
                case If(branches=branches, otherwise=otherwise):
                    for test, body in branches:
                        self.condition(test)
                        self.parts(body)
                    self.parts(otherwise)
                case For():
                    self.loop(part)
                case _:
                    assert_never(part)

    def loop(self, part: For) -> None:
        name = part.over
        info = self.known(name)
        is_list = info is not None and info.kind == "list"
        if info is not None and info.kind == "several" and name.field in DERIVED:
            is_list = True
        elif info is not None and not is_list:
            self.wrong(
                name.span,
                f"“{name.text}” is {_said(info)}, not a list.",
                f"Print it: {{{{ {name.text} | list }}}}." if info.kind == "several" else "Name a list.",
                name.field,
            )
        if self._lookup(part.variable) is not None:
            self.wrong(
                part.span,
                f"“{part.variable}” is the name of a field, so it cannot also be the entry of a loop.",
                "Give the entry another name, such as item.",
            )
        self._loops.append((part.variable, name.field, is_list))
        self.parts(part.body)
        self._loops.pop()

    def printed(self, name: Name, info: FieldInfo, filters: Sequence[FilterUse]) -> None:
        kind = info.kind
        if kind == "list":
            entry = self.entry(name.field)
            if name.field == "parties" or (entry is not None and entry.kind in _RECORDS):
                self.wrong(
                    name.span,
                    f"“{name.text}” is a list of entries; it cannot be printed as a whole.",
                    f"Go through it: {{% for item in {name.text} %}} … {{% endfor %}}.",
                    name.field,
                )
                return
        if kind in _RECORDS and _record(info) != "address":
            self.wrong(
                name.span,
                f"“{name.text}” is {_said(info)}; only one of its parts can be printed.",
                f"Name the part, such as {name.text}.{self.first_part(name.field)}.",
                name.field,
            )
            return
        for position, (filter_name, _) in enumerate(filters):
            kinds = FILTERS[filter_name].kinds
            if not kinds:
                continue
            if position:
                if "text" not in kinds:
                    self.wrong(
                        name.span,
                        f"The filter {filter_name} stands behind another one and can no longer see the value.",
                        f"Write {filter_name} first: | {filter_name} | {filters[0][0]}.",
                        name.field,
                    )
            elif kind not in kinds and _record(info) not in kinds and info is not _ENTRY:
                fits = ", ".join(n for n, f in FILTERS.items() if not f.kinds or kind in f.kinds)
                self.wrong(
                    name.span,
                    f"“{name.text}” is {_said(info)}; the filter {filter_name} does not fit it.",
                    f"Leave it out, or use one of: {fits}.",
                    name.field,
                )

    def first_part(self, path: str) -> str:
        return next((part for part in ("short_name", "name") if self.info(f"{path}.{part}")), "name")

    # ------------------------------------------------ conditions

    def condition(self, expression: Expression) -> None:
        match expression:
            case Name():
                self.bare(expression)
            case LoopValue():
                pass
            case Given(name=name):
                self.known(name)
            case Not(item=item):
                self.condition(item)
            case And(items=items) | Or(items=items):
                for item in items:
                    self.condition(item)
            case Compare():
                self.compared(expression)
            case _:
                assert_never(expression)

    def bare(self, name: Name) -> None:
        info = self.known(name)
        if info is None or info.kind == "yes_no":
            return
        if info.options:
            fix = f'Compare it: {name.text} == "{info.options[0].key}".'
            if info.kind == "several":
                fix = f'Ask: "{info.options[0].key}" in {name.text}.'
        else:
            fix = f"Write: {name.text} is given."
        self.wrong(name.span, f"“{name.text}” is {_said(info)}; its name alone asks nothing.", fix, name.field)

    def compared(self, node: Compare) -> None:
        left, right = self.side(node.left), self.side(node.right)
        if (left is None and isinstance(node.left, Name)) or (right is None and isinstance(node.right, Name)):
            return  # a name that does not exist
        if node.operator in {"in", "not in"}:
            self.contained(node, left, right)
            return
        ordering = node.operator not in {"==", "!="}
        for name, info, other, other_info in (
            (node.left, left, node.right, right),
            (node.right, right, node.left, left),
        ):
            if not isinstance(name, Name) or info is None:
                continue
            if not self.comparable(name, info, node.operator, ordering=ordering):
                return
            if isinstance(other, Const):
                self.constant(name, info, other)
            elif isinstance(other, LoopValue):
                if info.kind != "integer":
                    self.wrong(name.span, "loop.index is a number.", f"“{name.text}” must be one, too.", name.field)
            elif isinstance(other, Name) and other_info is not None:
                if _family(info.kind) != _family(other_info.kind):
                    self.wrong(
                        name.span,
                        f"“{name.text}” is {_said(info)} and “{other.text}” is {_said(other_info)}.",
                        "Compare fields of the same kind.",
                        name.field,
                    )
                return
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, LoopValue) and isinstance(other, Const) and isinstance(other.value, str):
                self.wrong(other.span, "loop.index is a number.", "Compare it with a number: loop.index == 1.")

    def side(self, operand: Operand) -> FieldInfo | None:
        """Return what is known of a name, None for a constant or a name that does not exist."""
        return self.known(operand) if isinstance(operand, Name) else None

    def comparable(self, name: Name, info: FieldInfo, operator: str, *, ordering: bool) -> bool:
        match info.kind:
            case "yes_no":
                says, fix = "is asked by its name alone", f"Write {name.text}, or: not {name.text}."
            case "several":
                key = info.options[0].key if info.options else "…"
                says, fix = "contains choices rather than being one", f'Write: "{key}" in {name.text}.'
            case "list" | "address":
                says, fix = "cannot be compared", f"Ask whether it is there: {name.text} is given."
            case kind if kind in _RECORDS:
                says, fix = "cannot be compared", f"Name one of its parts, such as {name.text}.name."
            case kind if ordering and kind not in _ORDERED:
                says, fix = f"has no {operator}", "Use == or !=."
            case _:
                return True
        self.wrong(name.span, f"“{name.text}” is {_said(info)}: it {says}.", fix, name.field)
        return False

    def contained(self, node: Compare, left: FieldInfo | None, right: FieldInfo | None) -> None:
        if isinstance(node.right, OneOf):
            if isinstance(node.left, Name) and left is not None:
                if left.kind == "several":
                    first = node.right.items[0].value
                    self.wrong(
                        node.left.span,
                        f"“{node.left.text}” is a field of several choices, not one choice.",
                        f'Ask for each: "{first}" in {node.left.text} or …',
                        node.left.field,
                    )
                elif self.comparable(node.left, left, "in", ordering=False):
                    for item in node.right.items:
                        self.constant(node.left, left, item)
            return
        if not isinstance(node.right, Name) or right is None:
            return
        entry = self.entry(node.right.field) if right.kind == "list" else None
        holds_texts = right.kind == "list" and (entry is None or entry.kind not in _RECORDS)
        if right.kind != "several" and not holds_texts:
            self.wrong(
                node.right.span,
                f"“{node.right.text}” is {_said(right)}; nothing can be in it.",
                f"Write: {node.right.text} == …" if right.kind in _CHOSEN else "Name a field of several choices.",
                node.right.field,
            )
        elif isinstance(node.left, Const):
            if isinstance(node.left.value, str):
                self.option(node.right, right, node.left.value, node.left.span)
            else:
                self.wrong(node.left.span, "Choices are words.", "Put it in quotation marks.", node.right.field)

    def constant(self, name: Name, info: FieldInfo, constant: Const) -> None:
        """Check that ``constant`` could be a value of the field."""
        value = constant.value
        if info.kind in _MEASURED:
            if isinstance(value, str):
                number = value if value.replace(".", "", 1).isdigit() else "10"
                says = f"“{name.text}” is {_said(info)} and is compared with a number."
                self.wrong(constant.span, says, f"Write the number without quotation marks: {number}.", name.field)
            return
        if not isinstance(value, str):
            like = {"date": '"2027-01-01"', "duration": f'"{value} days"'}.get(info.kind, f'"{value}"')
            says = f"“{name.text}” is {_said(info)}, not a number."
            self.wrong(constant.span, says, f"Write: {like}.", name.field)
            return
        match info.kind:
            case "date":
                if read_measure(value, "date") is None:
                    says = f"“{name.text}” is a date and is compared with one."
                    self.wrong(constant.span, says, 'Write year-month-day: "2027-01-01".', name.field)
            case "duration":
                if read_measure(value, "duration") is None:
                    says = f"“{name.text}” is a duration and is compared with one."
                    self.wrong(constant.span, says, 'Write number and unit: "30 days".', name.field)
            case "state":
                if not (len(value) == 2 and value.isupper()):
                    says = "A state is written as two capital letters."
                    self.wrong(constant.span, says, 'Write it like this: "KY".', name.field)
            case _:
                self.option(name, info, value, constant.span)

    def option(self, name: Name, info: FieldInfo, value: str, span: Span) -> None:
        keys = [option.key for option in info.options]
        if not keys or value in keys:
            return
        near = next(iter(get_close_matches(value, keys, 1)), "")
        shown = ", ".join(keys[:12]) + (" …" if len(keys) > 12 else "")
        self.problems.append(
            CLAUSE_CHOICE.at(
                span,
                f"“{value}” is not a choice of {name.text}." + (f" Did you mean {near}?" if near else ""),
                fix=f'Write "{near}".' if near else f"Write one of: {shown}.",
                field=name.field,
            )
        )


def _said(info: FieldInfo) -> str:
    return _SAID.get(_record(info) or info.kind, "a text")


def _record(info: FieldInfo) -> str:
    """Return which record a field is ("address", "party"), or ""."""
    if info.kind == "record":
        return str(getattr(info, "record", "") or "")
    return info.kind if info.kind in {"address", *_RECORDS} else ""


def _family(kind: str) -> str:
    return kind if kind in _ORDERED or kind == "yes_no" else "text"
