"""One answer is written into a profile, and every other line of the file stays as somebody wrote it."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from generator.diagnostics import Span
from generator.profile_edit import with_answer
from generator.reading.source_text import refused_characters
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode, read_yaml


def text(words: str) -> TextNode:
    return TextNode(words, Span("typed"))


def edited(before: str, path: str, answer: Node | None, **more) -> str:
    made = with_answer(before.encode(), "p.yaml", path, answer, **more)
    assert made.value is not None, made.diagnostics
    return made.value.decode()


def plain(node: Node):
    match node:
        case TextNode(text=words):
            return words
        case ListNode(items=items):
            return [plain(item) for item in items]
        case MapNode(entries=entries):
            return {key: plain(value) for key, _, value in entries}


def read(file: str):
    checked = read_yaml(file.encode(), "p.yaml")
    assert checked.value is not None
    assert not checked.diagnostics, checked.diagnostics
    return plain(checked.value)


BY_HAND = """\
# Our partnership. Ask Maria before you change the rates!
agreement:
    name: Safe at Home     # the board chose this
    number: "007"   # keep the zeros

cbo: {legal_name: 'Aid, Inc.', short_name: Aid}   # from the IRS letter
problem: |
  First line.
  # this is text, not a remark

  Last line.
services:
  # the two that are paid
  - {name: meals, unit: meal}
  - name: rides   # to the doctor
    unit: trip

# end of file
"""
LONG_TEXTS = """\
story: |  # as the board told it
  one
  # this is text
services:
  - name: "meals
      # this is text"   # both paid
    unit: |-
      a
      # this is text, b
# end
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("agreement.name", '    name: "Home: safe"  # the board chose this'),
        ("agreement.number", '    number: "Home: safe"  # keep the zeros'),
    ],
)
def test_an_answer_is_replaced_where_it_stands_and_its_remark_stays(path, line):
    before = BY_HAND.splitlines()
    after = edited(BY_HAND, path, text("Home: safe")).splitlines()
    assert [a for a, b in zip(after, before, strict=True) if a != b] == [line]


def test_within_braces_the_whole_group_is_written_anew_with_its_remark_above_it():
    after = edited(BY_HAND, "cbo.short_name", text("AID"))
    assert '# from the IRS letter\ncbo:\n  legal_name: "Aid, Inc."\n  short_name: AID\nproblem:' in after
    assert (
        after.replace(
            '# from the IRS letter\ncbo:\n  legal_name: "Aid, Inc."\n  short_name: AID\n',
            "cbo: {legal_name: 'Aid, Inc.', short_name: Aid}   # from the IRS letter\n",
        )
        == BY_HAND
    )


def test_a_text_of_several_lines_is_replaced_to_its_end():
    after = edited(BY_HAND, "problem", text("One.\n\nTwo: # three"))
    assert read(after)["problem"] == "One.\n\nTwo: # three"
    assert "this is text" not in after
    assert "  Two: # three\nservices:\n" in after


def test_a_line_of_a_text_that_begins_like_a_remark_is_text_and_what_stands_behind_the_text_is_a_remark():
    file = LONG_TEXTS
    after = edited(edited(file, "other", text("x")), "services.1.unit", text("trip"))
    assert read(after) == {
        "story": "one\n# this is text\n",
        "services": [{"name": "meals # this is text", "unit": "trip"}],
        "other": "x",
    }
    assert "# both paid\nservices:\n" in after
    assert "b\n" not in after
    assert after.endswith("# end\n")
    assert edited(file, "story", text("two")).startswith("# as the board told it\nstory: two\nservices:")


def test_blank_lines_that_a_text_keeps_stay_with_it():
    after = edited("story: |+\n  one\n\n\nb: 1\n", "c", text("2"), rank={"story": (0, 0), "c": (0, 1)}.get)
    assert read(after) == {"story": "one\n\n\n", "c": "2", "b": "1"}


def test_an_entry_of_a_list_is_changed_and_the_remarks_in_it_stay():
    after = edited(BY_HAND, "services.2.unit", text("ride"))
    assert read(after)["services"] == [{"name": "meals", "unit": "meal"}, {"name": "rides", "unit": "ride"}]
    assert "# the two that are paid" in after
    assert "# to the doctor" in after
    assert after.endswith("\n\n# end of file\n")


def test_a_position_past_the_end_adds_an_entry_and_one_further_is_refused():
    after = edited(BY_HAND, "services.3.name", text("calls"))
    assert read(after)["services"][2] == {"name": "calls"}
    assert with_answer(BY_HAND.encode(), "p.yaml", "services.4.name", text("x")).value is None


def test_a_single_value_without_a_dash_becomes_the_first_entry():
    assert read(edited("states: KY\n", "states.2", text("IN"))) == {"states": ["KY", "IN"]}


def test_a_list_of_another_file_is_taken_over_whole():
    inherited = ListNode((text("KY"), text("IN")), Span("hub.yaml"))
    assert read(edited("a: b\n", "states.2", text("OH"), inherited=inherited)) == {"a": "b", "states": ["KY", "OH"]}


def test_without_an_answer_the_name_stays_with_nothing_behind_it():
    assert "    name:  # the board chose this\n" in edited(BY_HAND, "agreement.name", None)


def order(name: str) -> tuple[int, ...] | None:
    places = {"one.a": (0, 0), "one.b": (0, 1), "two.a": (1, 0)}
    return places.get(name)


def test_new_answers_stand_in_order_each_below_its_question_and_each_part_below_its_heading():
    file = "# head\n"
    for path, heading in (("two.a", "Second"), ("one.b", "First"), ("one.a", "First")):
        file = edited(file, path, text("x"), comment=(f"{path}?", "  for example: y"), heading=heading, rank=order)
    assert [line for line in file.splitlines() if line and line[0] != "#"] == ["one.a: x", "one.b: x", "two.a: x"]
    assert "# one.a?\n#   for example: y\none.a: x\n" in file
    assert file.count("# First\n") == file.count("# Second\n") == 1
    assert file.index("# First\n") < file.index("one.a: x") < file.index("# Second\n") < file.index("two.a: x")


def test_line_ends_and_the_byte_order_mark_of_windows_stay():
    made = with_answer(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "p.yaml", "c", text("3"), comment=("Why?",))
    assert made.value == b"\xef\xbb\xbfa: 1\r\nb: 2\r\n\r\n# Why?\r\nc: 3\r\n"


def test_so_do_those_of_an_old_macintosh():
    assert with_answer(b"a: 1\rb: 2\r", "p.yaml", "b", text("3")).value == b"a: 1\rb: 3\r"


@pytest.mark.parametrize("file", ["{a: 1, b: 2}\n", "- a\n- b\n", "only words\n"])
def test_a_file_that_is_not_laid_out_in_lines_is_refused_with_what_to_do(file):
    made = with_answer(file.encode(), "p.yaml", "c", text("3"))
    assert made.value is None
    assert [d.rule for d in made.diagnostics] == ["profile-layout"]
    assert "text editor" in made.diagnostics[0].fix


def test_a_file_that_cannot_be_read_is_left_alone():
    made = with_answer(b"a: 1\n b: [\n", "p.yaml", "c", text("3"))
    assert made.value is None
    assert made.diagnostics[0].rule.startswith("yaml-")


NAMES = (
    "name",
    "story",
    "agreement.number",
    "cbo.address.city",
    "services.1.name",
    "services.1.unit",
    "services.2.name",
)
WORDS = st.text(max_size=60) | st.sampled_from(
    ["", " ", "#", "a # b", "a: b", "{{ x }}", "- x", "'", '"', "a'b \"c\"", "yes", "NO", "~", "null", "007", "1_000",
     "2027-01-31", "a\n\nb", "|", ">", "&a", "*a", "!x", "%", "@", "`", "\\n", "a\\", "é ü 漢字", "🙂", "a\tb", "[a]",
     "{a: b}", "? a", "a\n# b", "  indented\nmore", "---", "...", "1: 2", "x:", ":x", "a ", "\u00a0a", "=", "<<"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        ["", "# nothing yet\n", LONG_TEXTS, BY_HAND.replace("agreement:\n", "other:\n").replace("cbo:", "them:")]
    ),
    st.lists(st.tuples(st.sampled_from(NAMES), WORDS), min_size=1, max_size=6),
)
@example("", [("services.1.name", "0\n#"), ("name", "")])
def test_whatever_is_answered_reads_back_and_nothing_else_changes(file, answers):
    assume(not any(refused_characters(words) for _, words in answers))
    remarks = {line.strip() for line in file.splitlines() if line.strip()[:1] == "#" and "this is text" not in line}
    for path, words in answers:
        made = with_answer(file.encode(), "p.yaml", path, text(words), comment=("Why?",))
        if made.value is None:  # only an entry that would leave a gap
            assert path.startswith("services.2")
            continue
        was, file = read(file) if file.strip() else {}, made.value.decode()
        now = read(file)
        base, *positions = path.split(".") if path.startswith("services") else (path,)
        assert {k: v for k, v in now.items() if k != base} == {k: v for k, v in was.items() if k != base}
        found = now[base]
        for part in positions:
            found = found[int(part) - 1] if part.isdecimal() else found[part]
        assert found == words
    assert remarks <= {line.strip() for line in file.splitlines()}
