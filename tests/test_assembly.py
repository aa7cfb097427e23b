"""From clauses and answers to an agreement: choose, fill, number, resolve."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.assembly.resolving import inlines_in, plural
from generator.model import Blank, Definition, Filled, Reference, Use, inlines_text
from tests.small_library import DOCUMENT, PROFILE, small


def all_inlines(made: object) -> list[object]:
    return [i for s in made.agreement.sections for i in inlines_in(s)]  # type: ignore[attr-defined]


def headings(made: object) -> list[str]:
    out = []
    for section in made.agreement.sections:  # type: ignore[attr-defined]
        out.append(f"{section.label} {section.heading}")
        out += [f"{b.label} {b.heading}" for b in section.blocks if hasattr(b, "heading")]
    return out


# ---------------------------------------------------------------- choosing


def test_a_clause_whose_condition_fails_is_out_numbers_close_up_and_the_record_says_why(tmp_path: Path) -> None:
    made = small(
        tmp_path,
        {"a.first": "One.", "a.second": "Two.", "a.third": "Three."},
        "  - a.first\n  - {clause: a.second, when: not pilot}\n  - a.third\n",
    )
    assert headings(made) == ["1. First", "2. Third"]
    why = {s.id: s.why for s in made.agreement.sources}
    assert why["a.second"] == "left out: not pilot (pilot phase: yes)"
    assert why["a.first"] == "always included"


def test_alternatives_share_one_place_and_references_hit_whichever_was_chosen(tmp_path: Path) -> None:
    clauses = {"pay.fee": "A fee.", "pay.none": "Nothing.", "a.b": "See [Pay](#pay.none) and [Pay](#slot.pay)."}
    outline = (
        "  - slot: pay\n    one_of:\n      - {clause: pay.none, when: model == 'none'}\n"
        "      - {clause: pay.fee, when: model == 'fee'}\n"
        "  - a.b\n"
    )
    made = small(tmp_path, clauses, outline)
    assert headings(made) == ["1. Fee", "2. B"]
    assert "See Section 1 (Fee) and Section 1 (Fee)." in made.text
    assert made.rules == []


def test_a_necessary_place_that_nothing_fits_is_an_error(tmp_path: Path) -> None:
    outline = "  - {slot: pay, otherwise: error, one_of: [{clause: pay.none, when: model == 'none'}]}\n"
    assert small(tmp_path, {"pay.none": "Nothing."}, outline).rules == ["empty-slot"]


def test_an_undecided_clause_is_neither_in_nor_out_but_a_question_in_its_place(tmp_path: Path) -> None:
    made = small(
        tmp_path,
        {"a.b": "Always.", "a.trial": "Trial."},
        "  - heading: Start\n    clauses: [a.b, {clause: a.trial, when: pilot}]\n",
        profile=PROFILE.replace("pilot: yes", "pilot: unknown"),
    )
    assert made.open == ["pilot"]
    assert "[pilot phase] decides whether “Trial” is part of this document." in made.text
    assert "Trial." not in made.text
    assert made.agreement.open_items[0].needed_by == ("whether “Trial” is part of this document",)


def test_several_answers_that_decide_together_are_told_as_a_sentence(tmp_path: Path) -> None:
    made = small(
        tmp_path,
        {"a.b": "Always.", "a.trial": "Trial."},
        "  - heading: Start\n    clauses: [a.b, {clause: a.trial, when: pilot and model == 'fee'}]\n",
        profile=PROFILE.replace("pilot: yes", "pilot: unknown").replace("model: fee", "model: unknown"),
    )
    assert made.open == ["pilot", "model"]
    text = " ".join(made.text.split())
    assert "[pilot phase] and [" in text
    assert "] together decide whether “Trial” is part of this document." in text


def test_a_clause_stands_in_a_document_once(tmp_path: Path) -> None:
    made = small(tmp_path, {"a.b": "Once."}, "  - a.b\n  - heading: Again\n    clauses: [a.b]\n")
    assert headings(made) == ["1. B"]


def test_clauses_that_conflict_stop_the_document(tmp_path: Path) -> None:
    made = small(tmp_path, {"a.b": "One.", "a.c": "Two."}, "  - a.b\n  - a.c\n", heads={"a.b": "conflicts: [a.c]\n"})
    assert made.rules == ["clause-conflict"]


def test_a_conflict_is_said_once_at_the_answer_that_brought_it_in(tmp_path: Path) -> None:
    made = small(
        tmp_path,
        {"a.b": "One.", "a.c": "Two."},
        "  - a.b\n  - {clause: a.c, when: model == 'fee'}\n",
        heads={"a.b": "conflicts: [a.c]\n", "a.c": "conflicts: [a.b]\n"},
    )
    assert made.rules == ["clause-conflict"]
    problem = next(d for d in made.problems if d.rule == "clause-conflict")
    assert (str(problem.span), problem.field) == ("p.yaml:7:1", "model")


def test_one_organization_cannot_be_both_sides(tmp_path: Path) -> None:
    made = small(tmp_path, {"a.b": "x"}, "  - a.b\n", profile=PROFILE.replace("provider: cbo", "provider: hco"))
    assert made.rules == ["same-party"]


# ---------------------------------------------------------------- filling


@pytest.mark.parametrize(
    "name",
    [
        "AT&T",
        "O’Neil & Sons <Aid>",
        "{Re}Build",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "**Bold** Aid",
        "Nguyễn",
        "# Aid",
        "[x](#a.b)",
        "_a_ `b`",
        "\\*",
    ],
)
def test_a_name_prints_exactly_as_typed(tmp_path: Path, name: str) -> None:
    typed = PROFILE.replace('"Aid, Inc."', "'" + name + "'")
    made = small(tmp_path, {"a.b": "Made by {{ provider.legal_name }}."}, "  - a.b\n", profile=typed)
    assert f"Made by {name}." in made.text
    assert made.rules == []


def test_a_line_break_in_a_value_stays(tmp_path: Path) -> None:
    typed = PROFILE.replace('"Aid, Inc."', '"Aid,\\nInc."')
    made = small(tmp_path, {"a.b": "By {{ provider.legal_name }}."}, "  - a.b\n", profile=typed)
    assert Filled("cbo.legal_name", "Aid,\nInc.") in all_inlines(made)


def test_a_role_prints_the_party_that_plays_it(tmp_path: Path) -> None:
    made = small(tmp_path, {"a.b": "{{ provider.short_name }} serves."}, "  - a.b\n")
    assert Filled("cbo.short_name", "Aid") in all_inlines(made)


def test_a_detail_nobody_gave_is_not_given_and_one_answered_unknown_is_a_question(tmp_path: Path) -> None:
    body = "Painted{% if colour is given %} {{ colour }}{% endif %}."
    assert small(tmp_path / "1", {"a.b": body}, "  - a.b\n").open == []
    asked = small(tmp_path / "2", {"a.b": body}, "  - a.b\n", profile=PROFILE + "colour: unknown\n")
    assert asked.open == ["colour"]


def test_an_open_role_asks_who_plays_it(tmp_path: Path) -> None:
    made = small(
        tmp_path,
        {"a.b": "{{ provider.short_name }} serves."},
        "  - a.b\n",
        profile=PROFILE.replace("provider: cbo", ""),
    )
    assert "agreement.provider" in made.open


def test_what_is_printed_is_needed_even_if_it_could_be_left_out(tmp_path: Path) -> None:
    made = small(tmp_path, {"a.b": "Painted {{ colour }}."}, "  - a.b\n")
    assert made.open == ["colour"]
    guarded = small(
        tmp_path / "2", {"a.b": "{% if colour is given %}Painted {{ colour }}.{% endif %} Fine."}, "  - a.b\n"
    )
    assert guarded.open == []


def test_an_open_value_is_asked_once_however_often_it_is_printed(tmp_path: Path) -> None:
    made = small(
        tmp_path,
        {"a.b": "Within {{ notice }}.", "a.c": "After {{ notice }}."},
        "  - a.b\n  - a.c\n",
        profile=PROFILE.replace("notice: 30 days", "notice: unknown"),
    )
    (item,) = made.agreement.open_items
    assert item.field == "notice"
    assert item.needed_by == ("Section 1 (B)", "Section 2 (C)")
    assert item.span is not None
    assert (item.span.file, item.span.line) == ("p.yaml", 5)
    blanks = [i for i in all_inlines(made) if isinstance(i, Blank)]
    assert [b.item for b in blanks] == [1, 1]


def test_a_loop_makes_one_table_row_per_entry(tmp_path: Path) -> None:
    body = "| Service | Unit |\n| --- | --- |\n{% for s in services %}\n| {{ s.name }} | {{ s.unit }} |\n{% endfor %}"
    made = small(tmp_path, {"a.b": body}, "  - a.b\n")
    (table,) = made.agreement.sections[0].blocks
    cells = [[inlines_text(cell[0].inlines) for cell in row] for row in table.rows]  # type: ignore[union-attr]
    assert cells == [["meals", "meal"], ["rides", "trip"]]


def test_an_open_list_gives_one_row_of_blanks_and_one_question(tmp_path: Path) -> None:
    body = "| Service | Unit |\n| --- | --- |\n{% for s in services %}\n| {{ s.name }} | {{ s.unit }} |\n{% endfor %}"
    made = small(tmp_path, {"a.b": body}, "  - a.b\n", profile=PROFILE[: PROFILE.index("services:")])
    assert made.open == ["services"]
    assert "[service" in made.text


def test_a_name_that_ends_in_a_full_stop_takes_no_second_one(tmp_path: Path) -> None:
    body = "By {{ hco.legal_name }}. Then {{ provider.short_name }}... and **{{ hco.legal_name }}**."
    typed = PROFILE.replace("Lake Hospital", "'Lake, Inc.'")
    made = small(tmp_path, {"a.b": body}, "  - a.b\n", profile=typed)
    assert "By Lake, Inc. Then Aid... and Lake, Inc.." in made.text


def test_a_glossary_entry_that_is_left_out_asks_nothing(tmp_path: Path) -> None:
    made = small(
        tmp_path,
        {"a.words": '"**Zebra**" means {{ colour }}.\n\n"**Day**" means {{ notice }}.', "a.b": "One Day."},
        "  - a.words\n  - a.b\n",
        heads={"a.words": "glossary: true\n"},
        profile=PROFILE.replace("notice: 30 days", "notice: unknown"),
    )
    assert made.open == ["notice"]
    assert made.agreement.open_items[0].needed_by == ("Section 1 (Words)",)


# ---------------------------------------------------------------- numbering and references


def test_items_count_on_through_their_section_and_inner_ones_start_again(tmp_path: Path) -> None:
    body = "1. one\n   1. inner\n   1. inner\n1. two\n   1. inner\n\nBetween.\n\n1. three"
    made = small(tmp_path, {"a.b": body}, "  - a.b\n")
    words = made.text.split()
    assert [w for w in words if w.startswith("(")] == ["(a)", "(i)", "(ii)", "(b)", "(i)", "(c)"]


def test_articles_and_schedules_have_their_own_numbers(tmp_path: Path) -> None:
    document = DOCUMENT + "schedules:\n  - {id: rates, title: Rates, clauses: [a.c]}\n"
    made = small(
        tmp_path,
        {"a.b": "See [Rates](#schedule.rates) and [C](#a.c).", "a.c": "Back to [B](#a.b)."},
        "  - heading: Start\n    clauses: [a.b]\n",
        document=document,
    )
    assert "See Schedule A (Rates) and Section A.1 (C)." in made.text
    assert "Back to Section 1.1 (B)." in made.text
    assert "Schedule A — Rates" in made.text


def test_a_reference_to_a_clause_that_is_not_there_is_an_error_with_its_place(tmp_path: Path) -> None:
    made = small(tmp_path, {"a.b": "Fine.\n\nSee [Gone](#a.gone)."}, "  - a.b\n")
    assert made.rules == ["broken-reference"]
    problem = next(d for d in made.problems if d.rule == "broken-reference")
    assert problem.span is not None
    assert (problem.span.file, problem.span.line) == ("lib/a/b/1.0.0.md", 9)


def test_a_guarded_reference_to_an_absent_clause_is_fine(tmp_path: Path) -> None:
    body = 'Fine{% if "a.gone" in clauses %}, as [Gone](#a.gone){% endif %}.'
    made = small(tmp_path, {"a.b": body}, "  - a.b\n")
    assert made.rules == []
    assert "Fine." in made.text


# ---------------------------------------------------------------- definitions


def test_uses_of_a_term_are_found_in_singular_and_plural_and_longest_first(tmp_path: Path) -> None:
    body = 'A "**Business Day**" is a day, and a "**Day**" too. Two Business Days; a Day’s work; Daybreak; day.'
    made = small(tmp_path, {"a.b": body}, "  - a.b\n")
    uses = [(i.term, i.text) for i in all_inlines(made) if isinstance(i, Use)]
    assert uses == [("Business Day", "Business Days"), ("Day", "Day")]
    assert all(i.anchor for i in all_inlines(made) if isinstance(i, Definition))


def test_a_value_is_never_searched_for_terms(tmp_path: Path) -> None:
    made = small(tmp_path, {"a.b": '"**Aid**" means help. {{ provider.short_name }}.'}, "  - a.b\n")
    assert [i for i in all_inlines(made) if isinstance(i, Use)] == []


def test_two_definitions_of_one_term_are_an_error(tmp_path: Path) -> None:
    made = small(tmp_path, {"a.b": '"**Day**" means x.', "a.c": '"**Day**" means y.'}, "  - a.b\n  - a.c\n")
    assert made.rules == ["defined-twice"]


def test_a_glossary_holds_the_terms_used_in_order_and_gives_way_to_one_defined_in_place(
    tmp_path: Path,
) -> None:
    glossary = (
        '"**Zebra**" means a horse.\n\n"**Client**" means a person, seen by a Worker.\n\n'
        '"**Worker**" means one who works.\n\n"**Unused**" means nothing.\n\n"**Plan**" means a payer.'
    )
    body = 'Clients ride Zebras. A "**Plan**" is what a Plan is.'
    made = small(
        tmp_path, {"a.words": glossary, "a.b": body}, "  - a.words\n  - a.b\n", heads={"a.words": "glossary: true\n"}
    )
    assert made.rules == []
    first = made.agreement.sections[0]
    terms = [i.term for b in first.blocks for i in inlines_in(b) if isinstance(i, Definition)]
    assert terms == ["Client", "Worker", "Zebra"]


def test_references_carry_their_target(tmp_path: Path) -> None:
    made = small(tmp_path, {"a.b": "See [C](#a.c).", "a.c": "x"}, "  - a.b\n  - a.c\n")
    (reference,) = [i for i in all_inlines(made) if isinstance(i, Reference)]
    assert (reference.number, reference.title) == ("2", "C")
    assert reference.target == made.agreement.sections[1].anchor


@pytest.mark.parametrize(
    ("term", "many"),
    [("Day", "Days"), ("Party", "Parties"), ("Business", "Businesses"), ("Match", "Matches"), ("Box", "Boxes")],
)
def test_plurals(term: str, many: str) -> None:
    assert plural(term) == many
