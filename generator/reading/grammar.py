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

from generator.diagnostics import Checked, Diagnostic, Span
from generator.reading.clause_faults import Examination, report_unreadable
from generator.reading.clause_syntax import (
    CLAUSE_CHARACTER,
    CLAUSE_FILTER,
    CLAUSE_NOT_ALLOWED,
    CLAUSE_SYNTAX,
    CLAUSE_TOO_LARGE,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    MAX_TOKENS,
    OPENING,
    Place,
    TooLarge,
    TreeReader,
    Unreadable,
    is_well_formed,
    lex,
    parse_body,
    parse_expression,
    without_tag_lines,
    words_at,
)
from generator.reading.clause_tree import (
    FILTERS,
    PLACEHOLDER,
    PRIVATE_CHARACTER,
    Answer,
    Answers,
    ClauseTemplate,
    Condition,
    Decision,
    Expanded,
    Expression,
    FieldInfo,
    FilterInfo,
    FilterUse,
    Known,
    NameUse,
    Open,
    OpenCondition,
    OptionInfo,
    Output,
    Part,
    UseKind,
    placeholder,
    shown,
)
from generator.reading.expansion import RULES as EXPANSION_RULES
from generator.reading.expansion import decide, expand, expand_every_branch
from generator.reading.names import RULES as NAME_RULES
from generator.reading.names import check_condition, check_names

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

_MAX_CONDITION = 2_000
_SIGNS = re.compile(r"\{\{|\{%|\{#|\}\}|%\}")

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
    place = Place(source, file, first_line)
    if len(source) > MAX_BYTES or len(source.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        says = f"This clause is {len(source) // 1000:,} KB long; {MAX_BYTES // 1000} KB is the most."
        return Checked(None, (CLAUSE_TOO_LARGE.at(place.span(0), says, fix="Divide it into several clauses."),))
    problems = _private_characters(source, place)
    if "{" not in source or not OPENING.search(source):
        plain = (words_at(source, 0, place),) if source else ()
        return Checked(None if problems else ClauseTemplate(plain, (), file, first_line), tuple(problems))

    reader = TreeReader(place, problems)
    parts: tuple[Part, ...] = ()
    try:
        tokens = lex(source)
        if len(tokens) > MAX_TOKENS:
            raise TooLarge(0)
        if not is_well_formed(tokens):
            raise Unreadable(0, "")
        parts = reader.body(parse_body(without_tag_lines(tokens)), 0)
    except TooLarge as limit:
        reader.too_large(limit.offset)
    except Unreadable as fault:
        Examination(source, reader).run(fault)
    if reader.problems:
        return Checked(None, tuple(reader.problems))
    return Checked(ClauseTemplate(parts, tuple(reader.uses), file, first_line))


def parse_condition(text: str, span: Span) -> Checked[Condition]:
    """Return a condition that stands alone, in the same grammar. Never raises, on any text.

    ``span`` is where ``text`` begins, for places in problems.
    """
    source = _lines_ended(text)
    place = Place(source, span.file, span.line, span.column)
    problems = _private_characters(source, place)
    reader = TreeReader(place, problems)
    expression: Expression | None = None
    if not source.strip():
        problems.append(CLAUSE_SYNTAX.at(span, "A condition is missing.", fix='Write one, such as: pay.model == "ffs"'))
    elif len(source) > _MAX_CONDITION:
        problems.append(
            CLAUSE_TOO_LARGE.at(
                span, f"This condition is longer than {_MAX_CONDITION:,} characters.", fix="Shorten it."
            )
        )
    elif sign := _SIGNS.search(source):
        problems.append(
            CLAUSE_SYNTAX.at(
                place.span(sign.start()),
                f"A condition stands here without {sign.group()}.",
                fix='Write only what is asked, such as: pay.model == "ffs"',
            )
        )
    else:
        try:
            expression = reader.condition(parse_expression(source, 0), 0)
        except TooLarge as limit:
            reader.too_large(limit.offset)
        except Unreadable as fault:
            report_unreadable(reader, fault)
    if expression is None or problems:
        return Checked(None, tuple(problems))
    return Checked(Condition(expression, source.strip(), tuple(reader.uses), span))


def _lines_ended(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _private_characters(source: str, place: Place) -> list[Diagnostic]:
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
