"""Two texts compared word by word: nothing is lost, no word is cut, and it reads as marked by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.comparison.words import Kind, compare_words, edits, words

SIGNS = {Kind.SAME: "", Kind.DELETED: "-", Kind.INSERTED: "+"}
few_words = st.lists(
    st.sampled_from("the provider shall pay notify within thirty (30) ten (10) days , . of Plan and 45 CFR".split()),
    max_size=25,
).map(" ".join)


def marked(old: str, new: str) -> str:
    return "".join(h.text if h.kind is Kind.SAME else f"[{SIGNS[h.kind]}{h.text}]" for h in compare_words(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("", "", ""),
        ("", "Hello.", "[+Hello.]"),
        ("The same text.", "The same text.", "The same text."),
        ("Provider shall notify Plan.", "Provider must notify Plan.", "Provider [-shall][+must] notify Plan."),
        ("within thirty (30) days", "within forty-five (45) days", "within [-thirty (30)][+forty-five (45)] days"),
        ("pay $12,500.00 a month", "pay $12,600.00 a month", "pay [-$12,500.00][+$12,600.00] a month"),
        ("the car", "the red car", "the [+red ]car"),
        ("the red car", "the car", "the [-red ]car"),
        ("the car.", "the car today.", "the car[+ today]."),
        # a lone stop word between two changes joins them
        (
            "breach of the security rules",
            "loss of every privacy promise",
            "[-breach of the security rules][+loss of every privacy promise]",
        ),
        # a whole sentence that came in is marked from its beginning to its end
        (
            "A shall pay. C shall pay.",
            "A shall pay. B shall pay. C shall pay.",
            "A shall pay. [+B shall pay. ]C shall pay.",
        ),
        ("Title", "TITLE", "[-Title][+TITLE]"),
        ("a  b", "a b", "a[-  ][+ ]b"),
    ],
)
def test_it_reads_as_marked_by_hand(old, new, shown):
    assert marked(old, new) == shown


def test_a_number_written_twice_is_one_word():
    assert words("thirty (30) days, one hundred and twenty (120) hours, five percent (5%)") == [
        "thirty (30)", "days", ",", "one hundred and twenty (120)", "hours", ",", "five percent (5%)",
    ]  # fmt: skip


def test_hyphens_apostrophes_and_figures_do_not_cut_a_word():
    assert words("co-operate Plan's §164.402(a)(1) 2027-014 3.5%") == [
        "co-operate", "Plan's", "§", "164.402", "(", "a", ")", "(", "1", ")", "2027-014", "3.5%",
    ]  # fmt: skip
    assert words("Aɡnes THIRTY (30)") == ["Aɡnes", "THIRTY (30)"]  # a letter whose capital is a rare one


@given(few_words | st.text(max_size=60), few_words | st.text(max_size=60))
def test_both_texts_are_there_to_the_letter(old, new):
    found = compare_words(old, new)
    assert "".join(h.text for h in found if h.kind is not Kind.INSERTED) == old
    assert "".join(h.text for h in found if h.kind is not Kind.DELETED) == new
    assert all(h.text for h in found)
    for first, second in pairwise(found):
        assert first.kind is not second.kind
        assert (first.kind, second.kind) != (Kind.INSERTED, Kind.DELETED)


@given(few_words, few_words)
def test_what_is_the_same_is_equal_on_both_sides(old, new):
    at_old = at_new = 0
    for e in edits(old, new):
        assert (e.old_start, e.new_start) == (at_old, at_new)
        at_old, at_new = e.old_end, e.new_end
        if e.kind is Kind.SAME:
            assert old[e.old_start : e.old_end] == new[e.new_start : e.new_end]
    assert (at_old, at_new) == (len(old), len(new))


@given(few_words)
def test_the_same_text_twice_has_no_change(text):
    assert all(h.kind is Kind.SAME for h in compare_words(text, text))
