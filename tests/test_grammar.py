"""The clause grammar: what it reads, what it refuses and where, how it decides, what it prints."""

from __future__ import annotations

import datetime as dt
import pickle
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, Span
from generator.reading.grammar import (
    FILTERS,
    MAX_BYTES,
    MAX_DEPTH,
    PLACEHOLDER,
    RULES,
    Answer,
    ClauseTemplate,
    Condition,
    Expanded,
    Known,
    Open,
    check_condition,
    check_names,
    decide,
    expand,
    expand_every_branch,
    parse_clause,
    parse_condition,
    placeholder,
)

HERE = Span("doc.yaml", 3, 11)


@dataclass
class Profile:
    """Answers by concrete name; a list is a tuple and its members are looked up by number.

    What is missing is absent and required, unless it is named in ``optional``.
    """

    values: Mapping[str, object]
    unknown: Sequence[str] = ()
    optional: Sequence[str] = ()

    def value(self, path: str) -> Answer:
        if path in self.unknown:
            return Open((path,))
        if path in self.values:
            return Known(self.values[path])
        return Known(None) if path in self.optional else Open((path,), absent=True)


@dataclass(frozen=True)
class Duration:
    n: int
    unit: str


@dataclass(frozen=True)
class Percent:
    amount: Decimal


def clause(body: str, first_line: int = 1) -> ClauseTemplate:
    checked = parse_clause(body, "c.md", first_line)
    assert checked.value is not None, [(d.message, str(d.span)) for d in checked.diagnostics]
    assert not checked.diagnostics
    return checked.value


def condition(text: str) -> Condition:
    checked = parse_condition(text, HERE)
    assert checked.value is not None, [d.message for d in checked.diagnostics]
    return checked.value


def refused(body: str, first_line: int = 1) -> tuple[Diagnostic, ...]:
    checked = parse_clause(body, "c.md", first_line)
    assert checked.value is None
    assert checked.diagnostics
    assert all(d.span is not None and d.message and d.fix for d in checked.diagnostics)
    return checked.diagnostics


def places(problems: Sequence[Diagnostic]) -> list[tuple[int, int]]:
    return [(d.span.line, d.span.column) for d in problems if d.span is not None]


def filled(body: str, values: Mapping[str, object], **more: Sequence[str]) -> str:
    """Return the expanded text with {concrete name} where a value will stand, {?fields} for a question."""
    return shown(expand(clause(body), Profile(values, **more)))


def shown(expanded: Expanded) -> str:
    def one(n: int) -> str:
        output = expanded.outputs[n]
        if output.condition is not None:
            return "{?" + " ".join(output.condition.fields) + "}"
        return "{" + "|".join((output.path, *(name for name, _ in output.filters))) + "}"

    return PLACEHOLDER.sub(lambda m: one(int(m[1])), expanded.markdown)


# ---------------------------------------------------------------- reading and printing


def test_fields_are_printed_as_placeholders_that_know_their_place() -> None:
    expanded = expand(clause("{{ ba.name }} tells\n{{ ce.name | sentence | possessive }} staff.", 7), Profile({}))
    assert expanded.markdown == f"{placeholder(0)} tells\n{placeholder(1)} staff."
    first, second = expanded.outputs
    assert (first.path, first.field, first.filters) == ("ba.name", "ba.name", ())
    assert (second.path, second.filters) == ("ce.name", (("sentence", ()), ("possessive", ())))
    assert [str(o.span) for o in expanded.outputs] == ["c.md:7:4", "c.md:8:4"]


def test_a_line_that_holds_only_tags_vanishes() -> None:
    body = "One.\n\n  {% if a %}  {% if b %}\n- x\n  {% endif %}\t\n{% endif %}\nTwo.\n"
    assert filled(body, {"a": True, "b": True}) == "One.\n\n- x\nTwo.\n"


def test_a_tag_at_the_end_of_a_paragraph_does_not_join_it_with_the_next() -> None:
    body = "We pay{% if a %} at once{% endif %}\n\nYou work{% if not a %} late{% endif %}\nfor us.\n"
    assert filled(body, {"a": True}) == "We pay at once\n\nYou work\nfor us.\n"


def test_a_tag_that_begins_a_line_of_words_takes_nothing_with_it() -> None:
    assert filled("A\n  {% if a %}b{% endif %} c\n", {"a": True}) == "A\n  b c\n"
    assert filled("{% if a %}\nb{% endif %}", {"a": True}) == "b"
    assert filled("{{ x }}{% if a %}\nb{% endif %}", {"a": True}) == "{x}\nb"
    assert filled("{% if a %} {{ x }}\n{% endif %}\nz", {"a": True}) == " {x}\nz"


def test_a_loop_writes_rows_of_a_table() -> None:
    body = "| A | B |\n| --- | --- |\n{% for e in service.elements %}\n| {{ e.name }} | {{ e.unit }} |\n{% endfor %}\n"
    assert filled(body, {"service.elements": ("x", "y")}) == (
        "| A | B |\n| --- | --- |\n"
        "| {service.elements.1.name} | {service.elements.1.unit} |\n"
        "| {service.elements.2.name} | {service.elements.2.unit} |\n"
    )


def test_loops_inside_loops_name_each_entry() -> None:
    inner = "{% for r in s.rooms %}{{ loop.index }}{{ r }}{{ s.name }}{% endfor %}"
    body = "{% for s in sites %}{{ loop.index }}" + inner + "{% endfor %}"
    profile = Profile({"sites": ("a", "b"), "sites.1.rooms": ("x",), "sites.2.rooms": ("y", "z")})
    expanded = expand(clause(body), profile)
    assert shown(expanded) == (
        "11{sites.1.rooms.1}{sites.1.name}21{sites.2.rooms.1}{sites.2.name}2{sites.2.rooms.2}{sites.2.name}"
    )
    assert {o.field for o in expanded.outputs} == {"sites.rooms", "sites.name"}


def test_the_parties_are_a_list() -> None:
    body = "{% for p in parties %}{{ p.legal_name }}{% if not loop.last %}, {% endif %}{% endfor %}"
    assert filled(body, {"parties": ("hco", "cbo")}) == "{parties.1.legal_name}, {parties.2.legal_name}"


def test_first_last_and_index_of_a_loop_can_be_asked() -> None:
    inner = "{% if loop.first %}[{% elif loop.index == 2 %}2{% endif %}{% if loop.last %}]{% endif %}"
    body = "{% for x in l %}" + inner + "{% endfor %}"
    assert filled(body, {"l": (1, 2, 3)}) == "[2]"
    assert filled(body, {"l": (1,)}) == "[]"
    assert filled(body, {"l": ()}) == ""


def test_a_list_that_was_left_out_prints_nothing() -> None:
    assert filled("a{% for x in l %}{{ x }}{% endfor %}b", {}, optional=["l"]) == "ab"


def test_an_open_list_is_gone_through_once_with_every_member_open() -> None:
    body = "{% for x in l %}{{ x.a }}{% if x.b == 1 %}b{% endif %}{% for y in x.c %}{{ y.d }}{% endfor %}{% endfor %}"
    expanded = expand(clause(body), Profile({}, unknown=["l"]))
    assert shown(expanded) == "{l.1.a}{?l}{l.1.c.1.d}"
    assert [o.open_by for o in expanded.outputs] == [("l",), (), ("l",)]


def test_an_open_condition_takes_no_branch_and_leaves_one_blank() -> None:
    body = "A.\n\n{% if pay.model == 'ffs' %}\n- per unit\n{% else %}\n- lump sum\n{% endif %}\n- last\n"
    expanded = expand(clause(body, 10), Profile({}, unknown=["pay.model"]))
    assert shown(expanded) == "A.\n\n- {?pay.model}\n- last\n"
    (question,) = expanded.open_conditions
    assert question.text == 'pay.model == "ffs"'
    assert str(question.span) == "c.md:12:1"
    assert expanded.outputs[0].condition == question


def test_an_open_elif_is_reached_only_when_what_stands_before_it_is_false() -> None:
    body = "{% if a %}1{% elif b %}2{% else %}3{% endif %}"
    assert filled(body, {"a": True}, unknown=["b"]) == "1"
    assert filled(body, {"a": False}, unknown=["b"]) == "{?b}"
    assert filled(body, {"a": False, "b": False}) == "3"


def test_all_branches_can_be_seen_at_once() -> None:
    body = "{% if a %}1{% elif b %}2{% else %}3{% endif %}{% for x in l %}{{ x }}{% endfor %}"
    assert shown(expand_every_branch(clause(body))) == "123{l.1}"


def test_each_line_of_the_expanded_text_knows_the_line_it_comes_from() -> None:
    body = "one\n{% if a %}\nthree {{ x }}\n{% endif %}\n{% for e in l %}\nsix\nseven{% endfor %}\n\nend"
    expanded = expand(clause(body, 11), Profile({"a": True, "l": (1, 2)}))
    assert expanded.markdown.split("\n") == [
        "one", f"three {placeholder(0)}", "six", "sevensix", "seven", "", "end",
    ]  # fmt: skip
    assert expanded.line_map == (11, 13, 16, 17, 17, 18, 19)


def test_every_name_is_listed_with_its_use_also_in_branches_not_taken() -> None:
    loop = '{% for e in f %}{{ e.g }}{% if "k" in e.h %}{% endif %}{% endfor %}'
    body = '{{ a.b }}{% if c.d in ["x", "y"] %}' + loop + "{% elif i is given %}{% endif %}"
    names = clause(body).names()
    assert [(n.path, n.kind_of_use, n.loop_base) for n in names] == [
        ("a.b", "print", ""),
        ("c.d", "condition", ""),
        ("f", "loop", ""),
        ("f.g", "print", "f"),
        ("f.h", "condition", "f"),
        ("i", "condition", ""),
    ]
    assert [tuple(text for text, _ in n.constants) for n in names if n.constants] == [("x", "y"), ("k",)]
    assert [n.span.column for n in names[:2]] == [4, 16]


def test_a_template_can_be_kept_and_compared() -> None:
    body = "{% for e in l %}{% if e.a < 3 and not (e.b or e.c is given) %}{{ e.d | words }}{% endif %}{% endfor %}"
    template = clause(body)
    assert pickle.loads(pickle.dumps(template)) == template
    assert template == clause("".join(["", body]), 40)
    assert hash(template) == hash(clause(body))


# ---------------------------------------------------------------- deciding


VALUES = Profile(
    {
        "yes": True,
        "no": False,
        "model": "ffs",
        "areas": ("staff", "money"),
        "empty": (),
        "n": 12,
        "money": Decimal("12500.50"),
        "fee": Percent(Decimal("7.5")),
        "day": dt.date(2027, 1, 1),
        "pay": Duration(30, "days"),
        "notice": Duration(5, "business days"),
        "one": Duration(1, "month"),
        "name": "Harbor",
    },
    unknown=["u"],
    optional=["left_out"],
)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("yes", True),
        ("no", False),
        ("not no", True),
        ("left_out", False),
        ('model == "ffs"', True),
        ("'ffs' == model", True),
        ('model != "ffs"', False),
        ('model == "FFS"', False),
        ('model in ["case", "ffs"]', True),
        ('model not in ("case", "pmpm")', True),
        ('"staff" in areas', True),
        ('"staff" not in areas', False),
        ('"service" in areas', False),
        ('"service" in empty', False),
        ('"x" in left_out', False),
        ('"x" not in left_out', True),
        ('left_out == "x"', False),
        ('left_out != "x"', True),
        ("left_out < 3", False),
        ("n == 12", True),
        ("n == 12.0", True),
        ("n < 12", False),
        ("n <= 12", True),
        ("10 < n", True),
        ("10 < n < 12", False),
        ("10 < n <= 12", True),
        ("money > 12500", True),
        ("money >= 12500.51", False),
        ("fee > 7.4", True),
        ("fee == 7.5", True),
        ('day < "2027-01-02"', True),
        ('day == "2027-01-01"', True),
        ('pay <= "30 days"', True),
        ('pay > "1 day"', True),
        ('notice == "5 business days"', True),
        ('one == "1 month"', True),
        ("money > n", True),
        ("pay == pay", True),
        ("model is given", True),
        ("empty is given", False),
        ("empty is not given", True),
        ("left_out is given", False),
        ("missing is given", False),
        ("no is given", True),
        # open
        ("u", None),
        ("not u", None),
        ("u is given", None),
        ("missing", None),
        ('missing == "x"', None),
        ("u == u", None),
        ('"x" in u', None),
        # Kleene
        ("no and u", False),
        ("u and no", False),
        ("yes or u", True),
        ("u or yes", True),
        ("yes and u", None),
        ("u or no", None),
        ("not (u and no)", True),
        # cannot be compared: open, never wrong, never an exception
        ('pay < "1 month"', None),
        ('pay == "30 business days"', None),
        ("pay < 3", None),
        ('money > "much"', None),
        ('day < "2027-02-30"', None),
        ("name < n", None),
        ('name > "A"', None),
        ("yes < no", None),
        ('"ar" in name', None),
        ("areas == model", None),
        ("n", None),
        ("name", None),
    ],
)
def test_conditions_decide(text: str, truth: bool | None) -> None:
    assert decide(condition(text), VALUES).truth is truth


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ('model == "ffs"', ("model",)),
        ("yes and no", ("no",)),
        ("yes and u and missing", ("u", "missing")),
        ("yes and n == 12", ("yes", "n")),
        ("no or yes or u", ("yes",)),
        ("no or left_out", ("no", "left_out")),
        ("u and no", ("no",)),
        ("u or not missing", ("u", "missing")),
        ("money > n", ("money", "n")),
    ],
)
def test_a_decision_names_the_fields_that_made_it(text: str, because: tuple[str, ...]) -> None:
    assert decide(condition(text), VALUES).because == because


def test_an_alias_that_is_open_names_what_has_to_be_answered() -> None:
    class Alias:
        def value(self, path: str) -> Answer:
            return Open(("baa.business_associate",))

    assert decide(condition("ba.hipaa_status == 'hybrid'"), Alias()).because == ("baa.business_associate",)


# a condition with its meaning for a two-valued reader, written out separately


def conditions() -> st.SearchStrategy[tuple[str, object]]:
    """Pairs of (text, tree), where a tree is a letter or (operation, trees …)."""
    leaf = st.sampled_from([("p", "p"), ("q", "q"), ("r", "r"), ('s == "a"', "s")])

    def more(inner: st.SearchStrategy[tuple[str, object]]) -> st.SearchStrategy[tuple[str, object]]:
        return st.one_of(
            st.tuples(inner, inner).map(lambda t: (f"({t[0][0]}) and ({t[1][0]})", ("and", t[0][1], t[1][1]))),
            st.tuples(inner, inner).map(lambda t: (f"({t[0][0]}) or ({t[1][0]})", ("or", t[0][1], t[1][1]))),
            inner.map(lambda t: (f"not ({t[0]})", ("not", t[1]))),
        )

    return st.recursive(leaf, more, max_leaves=8)


def two_valued(tree: object, values: Mapping[str, bool]) -> bool:
    if isinstance(tree, str):
        return values[tree]
    assert isinstance(tree, tuple)
    parts = [two_valued(part, values) for part in tree[1:]]
    return {"and": all, "or": any, "not": lambda p: not p[0]}[tree[0]](parts)


BOOLS = st.fixed_dictionaries(dict.fromkeys("pqrs", st.booleans()))


@given(conditions(), BOOLS)
@settings(deadline=None)
def test_where_everything_is_known_three_values_are_two(pair: tuple[str, object], values: dict[str, bool]) -> None:
    text, tree = pair
    profile = Profile({**{k: values[k] for k in "pqr"}, "s": "a" if values["s"] else "b"})
    assert decide(condition(text), profile).truth is two_valued(tree, values)


@given(conditions(), BOOLS, st.sets(st.sampled_from("pqrs")))
@settings(deadline=None)
def test_a_decision_made_with_open_fields_holds_however_they_are_answered(
    pair: tuple[str, object], values: dict[str, bool], unknown: set[str]
) -> None:
    text, tree = pair
    profile = Profile({**{k: values[k] for k in "pqr"}, "s": "a" if values["s"] else "b"}, unknown=tuple(unknown))
    decision = decide(condition(text), profile)
    if decision.truth is None:
        assert set(decision.because) <= unknown
        assert decision.because
    else:
        assert decision.truth is two_valued(tree, values)
        assert not set(decision.because) & unknown


# ---------------------------------------------------------------- refusing


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("{{ a() }}", (1, 5), "call"),
        ("{{ a.upper() }}", (1, 11), "call"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", (1, 51), "call"),
        ("{{ a.__class__ }}", (1, 4), "not the name of a field"),
        ("{{ a.__class__.__mro__ }}", (1, 4), "not the name of a field"),
        ("{{ _a }}", (1, 4), "not the name of a field"),
        ("{{ A.b }}", (1, 4), "not the name of a field"),
        ("{{ a['__class__'] }}", (1, 5), "brackets"),
        ("{{ a[0] }}", (1, 5), "brackets"),
        ("{{ a.0 }}", (1, 5), "brackets"),
        ("{{ a | attr('__class__') }}", (1, 8), "not a filter"),
        ("{{ a | map(attribute='x') }}", (1, 8), "not a filter"),
        ("{{ a | words(3) }}", (1, 8), "nothing in parentheses"),
        ("{{ a | plural('one') }}", (1, 8), "2 constant words"),
        ("{{ a | plural('one', b) }}", (1, 8), "2 constant words"),
        ("{{ a | plural('one', many='x') }}", (1, 8), "2 constant words"),
        ("{{ a | plural(*b) }}", (1, 8), "2 constant words"),
        ("{{ a + 1 }}", (1, 4), "calculate"),
        ("{{ 9**9**9 }}", (1, 4), "calculate"),
        ("{{ 'a' * 999999999 }}", (1, 4), "calculate"),
        ("{{ -a }}", (1, 4), "calculate"),
        ("{{ a ~ b }}", (1, 4), "join"),
        ("{{ a if b else c }}", (1, 4), "condition"),
        ("{{ a == b }}", (1, 4), "condition cannot be printed"),
        ("{{ not a }}", (1, 4), "condition cannot be printed"),
        ("{{ 'words' }}", (1, 4), "Only fields"),
        ("{{ [1, 2] }}", (1, 4), "list of constants"),
        ("{{ {'a': 1} }}", (1, 4), "table of values"),
        ("{{ loop.index }}", (1, 4), "only inside a loop"),
        ("{{ self.x() }}", (1, 10), "call"),
        ("{% if a | length > 3 %}{% endif %}", (1, 11), "filter"),
        ("{% if a is defined %}{% endif %}", (1, 9), "whether it is given"),
        ("{% if a is none %}{% endif %}", (1, 9), "whether it is given"),
        ("{% if a == none %}{% endif %}", (1, 12), "none"),
        ("{% if a == true %}{% endif %}", (1, 12), "not compared"),
        ("{% if 'x' %}{% endif %}", (1, 7), "asks nothing"),
        ("{% if 1 == 1 %}{% endif %}", (1, 7), "Two constants"),
        ("{% if a in [b] %}{% endif %}", (1, 12), "constants only"),
        ("{% if [1] in a %}{% endif %}", (1, 7), "list of constants"),
        ("{% if (a == b) == c %}{% endif %}", (1, 8), "cannot be compared"),
        ('{% if a == "\\x00" %}{% endif %}', (1, 12), "not printed"),
        ('{% if a == "\\ue000" %}{% endif %}', (1, 12), "not printed"),
        ("{% if a == 9999999999999999 %}{% endif %}", (1, 12), "too large"),
        ("{% if a == 1e999 %}{% endif %}", (1, 12), "too large"),
        ("{% for x in a() %}{% endfor %}", (1, 13), "goes through a list"),
        ("{% for x in [1, 2] %}{% endfor %}", (1, 13), "goes through a list"),
        ("{% for x in range %}{{ loop.cycle }}{% endfor %}", (1, 24), "does not exist"),
        ("{% for x in a %}{{ loop }}{% endfor %}", (1, 20), "does not exist"),
        ("{% for x, y in a %}{% endfor %}", (1, 9), "one name"),
        ("{% for x in a if x.b %}{% endfor %}", (1, 19), "whole list"),
        ("{% for x in a recursive %}{% endfor %}", (1, 4), "recursive"),
        ("{% for x in a %}{% else %}{% endfor %}", (1, 17), "no {% else %}"),
        ("{% for x in a %}b{% else %}c{% endfor %}", (1, 18), "no {% else %}"),
        ("{% for x in a %}{% for x in b %}{% endfor %}{% endfor %}", (1, 24), "already the entry"),
        ("{% for loop in a %}{% endfor %}", (1, 8), "already means"),
        ("{% for parties in a %}{% endfor %}", (1, 8), "already means"),
        ("{% include 'x.md' %}", (1, 1), "stands by itself"),
        ("{% import 'x' as y %}", (1, 1), "stands by itself"),
        ("{% from 'x' import y %}", (1, 1), "stands by itself"),
        ("{% extends 'x' %}", (1, 1), "stands by itself"),
        ("{% block a %}{% endblock %}", (1, 1), "stands by itself"),
        ("{% set a = 1 %}", (1, 1), "store"),
        ("{% set a %}x{% endset %}", (1, 1), "store"),
        ("{% with a = 1 %}{% endwith %}", (1, 1), "store"),
        ("{% macro a() %}{% endmacro %}", (1, 1), "define or call"),
        ("{% call a() %}{% endcall %}", (1, 1), "define or call"),
        ("{% filter words %}{% endfilter %}", (1, 1), "behind one field"),
        ("{% raw %}{{ a }}{% endraw %}", (1, 1), "switch its tags off"),
        ("{% autoescape false %}{% endautoescape %}", (1, 1), "does not exist"),
        ("{% print a %}", (1, 1), "double braces"),
        ("{% do a %}", (1, 1), "store"),
        ("{# note #}", (1, 1), "hidden notes"),
        ("{%- if a %}{% endif %}", (1, 1), "Signs for blanks"),
        ("{{ a -}} b", (1, 1), "Signs for blanks"),
        ("x\n\ny {{ a +1 }}", (3, 6), "calculate"),
        ("\ue000", (1, 1), "U+E000"),
        ("a\n b\uf8ff{{ c }}", (2, 3), "U+F8FF"),
    ],
)
def test_what_a_clause_does_not_do_is_refused_at_its_place(body: str, place: tuple[int, int], words: str) -> None:
    problems = refused(body)
    assert words in problems[0].message
    assert places(problems)[0] == place
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("a {% if b %} c", (1, 3), "This {% if %} is never closed."),
        ("{% for x in a %}", (1, 1), "This {% for %} is never closed."),
        ("{% if a %}{% for x in b %}{% endif %}", (1, 11), "This {% for %} is never closed."),
        ("{% if a %}b{% endif %}{% endif %}", (1, 23), "closes nothing"),
        ("{% endfor %}", (1, 1), "closes nothing"),
        ("{% else %}", (1, 1), "belongs to no"),
        ("{% if a %}{% else %}{% else %}{% endif %}", (1, 21), "after {% else %}"),
        ("{% if a %}{% else if b %}{% endif %}", (1, 18), "Nothing stands after else"),
        ("{% elseif a %}", (1, 1), "Did you mean elif?"),
        ("{% foreach a in b %}", (1, 1), "Did you mean for?"),
        ("{% if a %}{% end if %}", (1, 11), "ends with endif"),
        ("{% if a %}{% endif a %}", (1, 19), "Nothing stands after endif"),
        ("{{ a", (1, 1), "This {{ is never closed."),
        ("{{ a } b", (1, 1), "This {{ is never closed."),
        ("{{ a\nb {{ c }}", (1, 1), "This {{ is never closed."),
        ("{% if a }x{% endif %}", (1, 1), "This {% is never closed."),
        ("{{{ a }}}", (1, 1), "two by two"),
        ("{{ }}", (1, 3), "missing"),
        ("{% if %}{% endif %}", (1, 6), "missing"),
        ("{% %}", (1, 1), "says nothing"),
        ("{{ a b }}", (1, 6), "“b” is not expected"),
        ("{{ a. }}", (1, 7), "missing"),
        ("{% if a = 'b' %}{% endif %}", (1, 9), "One ="),
        ("{% if a => 1 %}{% endif %}", (1, 9), "other way round"),
        ("{% if a <> 1 %}{% endif %}", (1, 10), "cannot be read"),
        ("{% if a && b %}{% endif %}", (1, 9), "joined by words"),
        ("{% if a || b %}{% endif %}", (1, 10), "joined by words"),
        ("{% if !a %}{% endif %}", (1, 7), "by a word"),
        ("{% if a AND b %}{% endif %}", (1, 9), "“AND” cannot be read"),
        ("{% if a == “b” %}{% endif %}", (1, 12), "straight"),
        ("{% if a == 'b %}{% endif %}", (1, 12), "never closed"),
        ("{% if a ≥ 3 %}{% endif %}", (1, 9), "cannot be read"),
        ("{% if a > $300 %}{% endif %}", (1, 11), "currency"),
        ("{% if (a == 'b' %}{% endif %}", (1, 17), "missing"),
        ("{% if a == " + "9" * 5000 + " %}{% endif %}", (1, 12), "too long"),
        ("{% for a of b %}{% endfor %}", (1, 7), "loop cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_in_plain_words(body: str, place: tuple[int, int], words: str) -> None:
    problems = refused(body)
    assert words in problems[0].message
    assert places(problems)[0] == place
    for problem in problems:
        for jargon in ("token", "syntax", "expected '", "print statement", "jinja", "statement block"):
            assert jargon not in problem.message


def test_all_faults_of_a_clause_are_named_at_once_with_their_lines() -> None:
    body = "{{ a() }}\n{% if b = 1 %}\n{{ c | upper }}\n{% include 'x' %}\n{% for d in e %}\n{{ f[0] }}"
    problems = refused(body, 20)
    assert sorted(places(problems)) == [(20, 5), (21, 1), (21, 9), (22, 8), (23, 1), (24, 1), (25, 5)]


def test_a_name_with_a_hyphen_is_told_how_it_is_written() -> None:
    (problem,) = refused("{{ pay-model }}")
    assert "pay_model" in problem.fix


@pytest.mark.parametrize(
    "body",
    [
        "x" * (MAX_BYTES + 1),
        "é" * (MAX_BYTES // 2 + 1),
        "{% if a %}" * (MAX_DEPTH + 1) + "{% endif %}" * (MAX_DEPTH + 1),
        "{{ a }}" * 2001,
        "{{ " + "(" * 1000 + "a" + ")" * 1000 + " }}",
        "{{ " + "(" * 60_000 + "}}",
        "{{ a" + ".a" * 3000 + " }}",
        "{% if " + "not " * 50_000 + "a %}{% endif %}",
        "{{ " + "-" * 100_000 + "a }}",
        "{% if " + "a or " * 3000 + "a %}{% endif %}",
        "{{ a" + " | words" * 3000 + " }}",
        "{{ a" + " + a" * 30_000 + " }}",
        "{{ a" + "[0]" * 30_000 + " }}",
        "{% for a in " + "b." * 30_000 + "b %}{% endfor %}",
        "{% if a %}" * 10_000,
        "{{" * 99_000,
        "{%" * 99_000,
        "{#" * 99_000,
        "{{ a " * 39_000,
        "{{ '" * 39_000,
        "{% if x %}{% endfor %}" * 9_000,
        "{% raw %}" * 22_000,
        "{{ " + "1_1" * 60_000 + " }}",
        "{{ " + "\\" * 100_000 + " }}",
        "{% if a == " + "'x' " * 40_000 + "%}",
        "{% " + "a" * 100_000 + " %}",
        "\n" * 100_000 + "{{ a",
        "{% else %}" * 19_000,
    ],
    ids=lambda body: body[:12].strip() or "lines",
)
def test_hostile_bodies_are_refused_quickly(body: str) -> None:
    started = time.process_time()
    refused(body)
    assert time.process_time() - started < 2


def test_loops_over_long_lists_are_stopped() -> None:
    names = ["a", "b", "c", "d", "e"]
    body = "".join(f"{{% for {n} in l %}}" for n in names) + "words" + "{% endfor %}" * len(names)
    started = time.process_time()
    expanded = expand(clause(body), Profile({"l": (None,) * 500}))
    assert time.process_time() - started < 2
    assert expanded.markdown == ""
    assert [d.rule for d in expanded.diagnostics] == ["clause-grows"]


def test_long_words_in_a_loop_are_stopped() -> None:
    body = "{% for x in l %}" + "word " * 30_000 + "{% endfor %}"
    expanded = expand(clause(body), Profile({"l": (None,) * 500}))
    assert [d.rule for d in expanded.diagnostics] == ["clause-grows"]


# ---------------------------------------------------------------- conditions that stand alone


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 11, "missing"),
        ("  ", 11, "missing"),
        ("a = 'x'", 13, "One ="),
        ("{{ a }}", 11, "without {{"),
        ("{% if a %}", 11, "without {%"),
        ("a }}", 13, "without }}"),
        ("a or", 15, "missing"),
        ("a b", 13, "not expected"),
        ("f(a)", 12, "call"),
        ("loop.first", 11, "only inside a loop"),
        ("a.__class__", 11, "not the name"),
        ("a or " * 600, 11, "longer than"),
        ("not " * 450 + "a", 11, "beyond"),
        ("\ue000", 11, "U+E000"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused_at_its_place(text: str, column: int, words: str) -> None:
    checked = parse_condition(text, HERE)
    assert checked.value is None
    assert words in checked.diagnostics[0].message
    span = checked.diagnostics[0].span
    assert span is not None
    assert (span.line, span.column) >= (3, column)
    if column > 11 or words == "missing":
        assert (span.line, span.column) == (3, column)


def test_a_condition_keeps_its_words_and_names() -> None:
    found = condition(" pay.model == 'ffs' and\n  \"baa\" in documents ")
    assert found.text == "pay.model == 'ffs' and\n  \"baa\" in documents"
    assert [n.path for n in found.names()] == ["pay.model", "documents"]
    assert found.names()[1].constants[0][0] == "baa"
    assert str(found.names()[1].span) == "doc.yaml:4:12"


# ---------------------------------------------------------------- names against the dictionary


@dataclass(frozen=True)
class Option:
    key: str


@dataclass(frozen=True)
class Info:
    kind: str
    options: tuple[Option, ...] = ()
    record: str = ""


def choice(*keys: str, kind: str = "choice") -> Info:
    return Info(kind, tuple(Option(k) for k in keys))


DICTIONARY: dict[str, Info] = {
    "pay.model": choice("ffs", "withhold", "case"),
    "pay.rate": Info("money"),
    "pay.fee": Info("percent"),
    "pay.count": Info("integer"),
    "pay.days": Info("duration"),
    "term.start": Info("date"),
    "term.end": Info("date"),
    "baa.deid": Info("yes_no"),
    "areas": choice("staff", "service", kind="several"),
    "states": Info("list"),
    "states.1": Info("state"),
    "law.state": Info("state"),
    "service.elements": Info("list"),
    "service.elements.1": Info("record"),
    "service.elements.name": Info("text"),
    "service.elements.rate": Info("money"),
    "service.elements.tags": choice("x", "y", kind="several"),
    "cbo": Info("record", record="party"),
    "cbo.short_name": Info("text"),
    "cbo.address": Info("record", record="address"),
    "notes": Info("paragraphs"),
}


def suggest(path: str) -> str | None:
    import difflib

    return next(iter(difflib.get_close_matches(path, DICTIONARY, 1)), None)


def problems_of(body: str) -> tuple[Diagnostic, ...]:
    return check_names(clause(body), DICTIONARY.get, suggest)


@pytest.mark.parametrize(
    "body",
    [
        "{{ cbo.short_name | possessive }} {{ pay.rate | words | sentence }} {{ areas | list_or }} {{ states | list }}",
        "{{ cbo.address | one_line }} {{ cbo.address }} {{ notes }} {{ pay.count | plural('site', 'sites') }}",
        "{% for e in service.elements %}{{ e.name | sentence }}{{ e.rate | words }}{% endfor %}",
        "{% for e in service.elements %}{% if 'x' in e.tags %}{% endif %}{% endfor %}",
        "{% for s in states %}{{ s | short }}{% if s == 'KY' %}{% endif %}{% endfor %}",
        "{% for p in parties %}{{ p.short_name }}{{ p.address | one_line }}{% endfor %}",
        "{% if pay.model in ['ffs', 'case'] or pay.model != 'withhold' %}{% endif %}",
        "{% if baa.deid and not baa.deid %}{% endif %}{% if cbo is given and states is given %}{% endif %}",
        "{% if pay.rate > 10000.50 and pay.fee <= 10 and pay.count == 1 %}{% endif %}",
        "{% if pay.days < '30 days' and term.start < term.end and term.end == '2027-01-01' %}{% endif %}",
        "{% if document == 'mou' and 'svc' in documents and 'hipaa.mgmt_admin' in clauses %}{% endif %}",
        "{% if 'KY' in states and law.state == 'KY' or 1 == pay.count %}{% endif %}",
        "{% if 'staff' in areas and 'service' not in areas %}{% endif %}",
        "{% for e in service.elements %}{% if loop.index < pay.count and loop.index == 2 %}{% endif %}{% endfor %}",
    ],
)
def test_fields_used_as_their_kind_allows_pass(body: str) -> None:
    assert [d.message for d in problems_of(body)] == []


@pytest.mark.parametrize(
    ("body", "rule", "column", "words"),
    [
        ("{{ pay.modle }}", "clause-unknown-field", 4, "Did you mean pay.model?"),
        ("{{ zzz }}", "clause-unknown-field", 4, "“zzz” is not a field."),
        ("{% if baa.deid %}{% else %}{{ pay.ratte }}{% endif %}", "clause-unknown-field", 31, "pay.rate"),
        ("{% for e in service.elements %}{{ e.nam }}{% endfor %}", "clause-unknown-field", 35, "Did you mean e.name?"),
        ("{% for e in services %}{{ e.name }}{% endfor %}", "clause-unknown-field", 13, "“services”"),
        ("{% for p in parties %}{{ p.shrt_name }}{% endfor %}", "clause-unknown-field", 26, "“p.shrt_name”"),
        ("{% if pay.model == 'withold' %}{% endif %}", "clause-unknown-choice", 20, "Did you mean withhold?"),
        ("{% if 'withold' == pay.model %}{% endif %}", "clause-unknown-choice", 7, "Did you mean withhold?"),
        ("{% if pay.model in ['ffs', 'cas'] %}{% endif %}", "clause-unknown-choice", 28, "Did you mean case?"),
        ("{% if 'staf' in areas %}{% endif %}", "clause-unknown-choice", 7, "Did you mean staff?"),
        ("{{ service.elements }}", "clause-wrong-use", 4, "list of entries"),
        ("{{ service.elements | list }}", "clause-wrong-use", 4, "list of entries"),
        ("{% for e in service.elements %}{{ e }}{% endfor %}", "clause-wrong-use", 35, "only one of its parts"),
        ("{% for p in parties %}{{ p }}{% endfor %}", "clause-wrong-use", 26, "only one of its parts"),
        ("{{ parties }}", "clause-wrong-use", 4, "list of entries"),
        ("{{ cbo }}", "clause-wrong-use", 4, "only one of its parts"),
        ("{% for x in notes %}{{ x }}{% endfor %}", "clause-wrong-use", 13, "not a list"),
        ("{% for x in areas %}{{ x }}{% endfor %}", "clause-wrong-use", 13, "not a list"),
        ("{% for cbo in service.elements %}{% endfor %}", "clause-wrong-use", 1, "name of a field"),
        ("{{ notes | words }}", "clause-wrong-use", 4, "does not fit"),
        ("{{ pay.rate | list }}", "clause-wrong-use", 4, "does not fit"),
        ("{{ pay.rate | sentence | words }}", "clause-wrong-use", 4, "no longer see"),
        ("{% if pay.model %}{% endif %}", "clause-wrong-use", 7, "asks nothing"),
        ("{% if notes %}{% endif %}", "clause-wrong-use", 7, "asks nothing"),
        ("{% if not areas %}{% endif %}", "clause-wrong-use", 11, "asks nothing"),
        ("{% if baa.deid == 'yes' %}{% endif %}", "clause-wrong-use", 7, "by its name alone"),
        ("{% if areas == 'staff' %}{% endif %}", "clause-wrong-use", 7, "contains choices"),
        ("{% if areas in ['staff'] %}{% endif %}", "clause-wrong-use", 7, "several choices"),
        ("{% if 'ffs' in pay.model %}{% endif %}", "clause-wrong-use", 16, "nothing can be in it"),
        ("{% if 'x' in service.elements %}{% endif %}", "clause-wrong-use", 14, "nothing can be in it"),
        ("{% if 3 in areas %}{% endif %}", "clause-wrong-use", 7, "words"),
        ("{% if pay.model < 'x' %}{% endif %}", "clause-wrong-use", 7, "has no <"),
        ("{% if pay.rate > '10' %}{% endif %}", "clause-wrong-use", 18, "compared with a number"),
        ("{% if pay.model == 3 %}{% endif %}", "clause-wrong-use", 20, "not a number"),
        ("{% if pay.days > 30 %}{% endif %}", "clause-wrong-use", 18, "not a number"),
        ("{% if pay.days > '30' %}{% endif %}", "clause-wrong-use", 18, "duration"),
        ("{% if term.start > 'May 1' %}{% endif %}", "clause-wrong-use", 20, "date"),
        ("{% if term.start > '2027-02-30' %}{% endif %}", "clause-wrong-use", 20, "date"),
        ("{% if term.start > pay.days %}{% endif %}", "clause-wrong-use", 7, "is a date and"),
        ("{% if law.state == 'Kentucky' %}{% endif %}", "clause-wrong-use", 20, "two capital letters"),
        ("{% if cbo == 'x' %}{% endif %}", "clause-wrong-use", 7, "cannot be compared"),
        ("{% if states == 'KY' %}{% endif %}", "clause-wrong-use", 7, "cannot be compared"),
        ("{% for e in states %}{% if loop.index == 'a' %}{% endif %}{% endfor %}", "clause-wrong-use", 42, "a number"),
    ],
)
def test_wrong_names_choices_and_uses_are_found_at_their_place(body: str, rule: str, column: int, words: str) -> None:
    (problem,) = problems_of(body)
    assert (problem.rule, words in problem.message, problem.fix != "") == (rule, True, True), problem
    assert problem.span is not None
    assert problem.span.column == column


def test_a_condition_that_stands_alone_is_checked_too() -> None:
    (problem,) = check_condition(condition("pay.model == 'fss'"), DICTIONARY.get)
    assert problem.rule == "clause-unknown-choice"
    assert str(problem.span) == "doc.yaml:3:24"


def test_each_rule_has_a_page_and_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert "Wrong:" in rule.explanation
        assert "Right" in rule.explanation or "What there is" in rule.explanation


# ---------------------------------------------------------------- any text at all

PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", "{% if a %}", "{% endif %}", "{% for x in l %}", "{% endfor %}", "{% else %}",
     "{% elif b %}", "{{ a.b }}", "{{ x.c | list }}", "raw", "endraw", "set", "if", "for", "in", "is given", "not",
     "==", "(", ")", "[", "]", "'", '"', "\\", ".", "|", "-", " ", "\n", "\r\n", "- ", "a", "é", "\ue000", "1", "{"]
)  # fmt: skip
BODIES = st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join))


@given(BODIES)
@settings(max_examples=400, deadline=None)
@example("{% for x in a %}{% else %}")
@example("{{ ''.__class__ }}")
def test_no_text_raises_and_what_is_refused_has_a_place(body: str) -> None:
    checked = parse_clause(body, "c.md", 5)
    assert (checked.value is None) == bool(checked.diagnostics)
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in checked.diagnostics:
        assert problem.span is not None
        assert problem.fix
        assert 5 <= problem.span.line < 5 + len(lines)
        assert 1 <= problem.span.column <= len(lines[problem.span.line - 5]) + 1
    if checked.value is not None:
        for profile in (Profile({}), Profile({"a": True, "b": False, "l": (1, 2)}, unknown=["a.b"])):
            expanded = expand(checked.value, profile)
            assert [int(n) for n in PLACEHOLDER.findall(expanded.markdown)] == list(range(len(expanded.outputs)))
            assert len(expanded.line_map) == expanded.markdown.count("\n") + 1
            assert all(5 <= line <= 5 + len(lines) for line in expanded.line_map)
        expand_every_branch(checked.value)
        check_names(checked.value, DICTIONARY.get, suggest)
        assert parse_clause(body, "c.md", 5) == checked


@given(st.one_of(st.text(), st.lists(PIECES, max_size=15).map("".join)))
@settings(max_examples=300, deadline=None)
def test_no_condition_raises(text: str) -> None:
    checked = parse_condition(text, HERE)
    assert (checked.value is None) == bool(checked.diagnostics)
    if checked.value is not None:
        decide(checked.value, VALUES)


@given(st.text(alphabet=st.characters(exclude_categories=["Co", "Cs"])))
@settings(deadline=None)
def test_text_without_tags_expands_to_itself(text: str) -> None:
    text = text.replace("{", "(").replace("\r", "\n")
    assert expand(clause(text), Profile({})).markdown == text
    assert expand(clause(text + "{{ a }}"), Profile({})).markdown == text + placeholder(0)


def test_filters_are_those_that_the_agreement_on_names_lists() -> None:
    assert set(FILTERS) == {
        "words", "digits", "short", "list", "list_or", "sentence", "lower_first", "possessive", "one_line", "plural",
    }  # fmt: skip
