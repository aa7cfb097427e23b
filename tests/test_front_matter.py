"""The head of a clause file and its body are told apart, each with its lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.reading.front_matter import split_front_matter
from generator.reading.yaml_text import MapNode, TextNode


def test_head_and_body_know_their_lines() -> None:
    checked = split_front_matter("---\nid: a.b\nversion: 1.10.0\n---\nFirst line.\nSecond.\n", "c.md")
    assert checked.ok
    assert checked.value is not None
    head, body, line = checked.value
    assert isinstance(head, MapNode)
    version = head.get("version")
    assert isinstance(version, TextNode)
    assert (version.text, version.span.line, version.span.column) == ("1.10.0", 3, 10)
    assert body == "First line.\nSecond.\n"
    assert line == 5


def test_a_rule_of_hyphens_in_the_body_stays_in_the_body() -> None:
    checked = split_front_matter("---\nid: a\n---\nOne.\n\n---\n", "c.md")
    assert checked.value is not None
    assert checked.value[1] == "One.\n\n---\n"


def test_line_ends_of_windows_and_a_byte_order_mark_do_no_harm() -> None:
    checked = split_front_matter("\ufeff---\r\nid: a\r\n---\r\nOne.\r\nTwo.", "c.md")
    assert checked.value is not None
    assert checked.value[1:] == ("One.\nTwo.", 4)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("\n\n", 1, "empty"),
        ("Each Party shall …\n", 1, "does not begin with its head"),
        ("\n---\nid: a\n---\nx", 2, "after empty lines"),
        ("—\nid: a\n", 1, "does not begin"),
        ("--\nid: a\n--\n", 1, "not as three hyphens"),
        ("---\nid: a\n\nEach Party shall …\n", 1, "never closed"),
        ("---\nid: a\n–––\nEach Party shall …\n", 3, "not three hyphens"),
        ("---\n- a\n- b\n---\nx", 2, "name: value"),
    ],
)
def test_a_head_that_cannot_be_found_is_named_with_its_line(text: str, line: int, words: str) -> None:
    checked = split_front_matter(text, "c.md")
    assert checked.value is None
    (problem,) = checked.diagnostics
    assert problem.span is not None
    assert problem.span.line == line
    assert words in problem.message
    assert problem.fix


def test_problems_of_the_head_carry_the_line_of_the_file() -> None:
    checked = split_front_matter("---\nid: a\nid: b\n---\nx", "c.md")
    assert [d.span.line for d in checked.diagnostics if d.span] == [3]


@given(st.text())
@settings(deadline=None)
def test_no_text_raises(text: str) -> None:
    split_front_matter(text, "c.md")
    split_front_matter("---\n" + text + "\n---\n" + text, "c.md")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
@settings(deadline=None)
def test_the_body_is_what_follows_the_head(body: str) -> None:
    checked = split_front_matter("---\nid: a\n---\n" + body, "c.md")
    assert checked.value is not None
    assert checked.value[1] == body
