"""Reading text and YAML: everything is text with a place, and no bytes make it raise."""

from __future__ import annotations

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from generator.reading.source_text import MAX_BYTES, character_name, read_text
from generator.reading.yaml_text import MAX_DEPTH, MAX_NODES, ListNode, MapNode, Node, TextNode, read_yaml


def read(text: str) -> tuple[object, list[str]]:
    checked = read_yaml(text.encode(), "p.yaml")
    return plain(checked.value), [f"{d.span.line}:{d.span.column} {d.rule}" for d in checked.diagnostics if d.span]


def messages(text: str) -> str:
    return "\n".join(f"{d.message} {d.fix}" for d in read_yaml(text.encode(), "p.yaml").diagnostics)


def plain(node: Node | None) -> object:
    match node:
        case MapNode(entries=entries):
            return {name: plain(value) for name, _, value in entries}
        case ListNode(items=items):
            return [plain(item) for item in items]
        case TextNode(text=text):
            return text
        case None:
            return None


# ---------------------------------------------------------------- what YAML would convert stays as typed


def test_values_stay_text() -> None:
    text = "version: 1.10\nstate: NO\nsplit: 50:50\nzip: 02134\nday: 2027-01-01\nnull: ~\nempty:\nyes: true\n"
    assert read(text) == (
        {
            "version": "1.10", "state": "NO", "split": "50:50", "zip": "02134", "day": "2027-01-01", "null": "~",
            "empty": "", "yes": "true",
        },
        [],
    )  # fmt: skip


def test_every_node_knows_its_place_and_whether_it_was_quoted() -> None:
    node = read_yaml(b'a:\n  - x\n  - "y"\nb: {c: d}\n', "p.yaml", first_line=5).value
    assert isinstance(node, MapNode)
    items = node.get("a")
    assert isinstance(items, ListNode)
    assert [str(i.span) for i in items.items] == ["p.yaml:6:5", "p.yaml:7:5"]
    assert [i.plain for i in items.items if isinstance(i, TextNode)] == [True, False]
    assert str(node.key_span("b")) == "p.yaml:8:1"
    inner = node.get("b")
    assert isinstance(inner, MapNode)
    assert str(inner.key_span("c")) == "p.yaml:8:5"
    assert node.get("nothing") is None


def test_columns_count_characters_not_bytes() -> None:
    node = read_yaml("naïve Nguyễn 名: value\n".encode(), "p.yaml").value
    assert isinstance(node, MapNode)
    value = node.get("naïve Nguyễn 名")
    assert value is not None
    assert value.span.column == 17


def test_an_empty_file_is_an_empty_group() -> None:
    for text in ("", "\n", "# only a remark\n", "---\n", "\ufeff"):
        assert read(text) == ({}, []), text


def test_line_breaks_in_blocks_are_kept() -> None:
    assert read("a: |\n  one\n\n  two\nb: >\n  three\n  four\n")[0] == {"a": "one\n\ntwo\n", "b": "three four\n"}


def test_windows_line_ends_and_byte_order_mark_are_accepted() -> None:
    checked = read_yaml(b"\xef\xbb\xbfa: b\r\nc: |\r\n  d\r\n  e\r\n", "p.yaml")
    assert checked.ok
    assert plain(checked.value) == {"a": "b", "c": "d\ne\n"}


# ---------------------------------------------------------------- what is refused, with its place


def test_tricks_are_refused_where_they_stand() -> None:
    assert read("a: &x b\nc: *x\n")[1] == ["1:4 yaml-shorthand", "2:4 yaml-shorthand"]
    assert read("a: !!python/object:os.system x\n")[1] == ["1:4 yaml-shorthand"]
    assert read("a:\n  <<: b\n")[1] == ["2:3 yaml-shorthand"]
    assert read("a: 1\nb: 2\na: 3\n") == ({"a": "1", "b": "2"}, ["3:1 yaml-doubled-name"])
    assert read("a: 1\n---\nb: 2\n") == ({"a": "1"}, ["2:1 yaml-several-documents"])
    assert read("[a, b]: c\n")[1] == ["1:1 yaml-name"]
    assert read(": c\n")[1] == ["1:1 yaml-name"]


def test_a_doubled_name_shows_both_places() -> None:
    (problem,) = read_yaml(b"a: 1\nb: 2\na: 3\n", "p.yaml").diagnostics
    assert [str(o.span) for o in problem.others] == ["p.yaml:1:1"]


def test_the_laughing_bomb_never_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    checked = read_yaml("\n".join(lines).encode(), "p.yaml")
    assert not checked.ok


def test_lines_that_cannot_be_read_say_why() -> None:
    assert "tab" in messages("a:\n\tb: c\n")
    assert "quotation mark" in messages('a: "b\nc: d\n')
    assert "second colon" in messages("a: b: c\n")
    assert "no colon" in messages("a: b\njust words\nc: d\n")
    assert "space is missing after the colon" in messages("a:b\nc: d\n")
    assert "indented" in messages("a:\n  b: c\n d: e\n")
    assert "backslash" in messages('a: "c:\\dir"\n')
    assert "begin with @" in messages("a: @home\n")
    assert "[ opens a list" in messages("a: [b, c\nd: e\n")
    assert "after the end of the value" in messages("a: {Re}Build\n")
    assert "* is shorthand" in messages("a: **bold**\n")
    assert "& is shorthand" in messages("a: & more\n")


def test_no_message_speaks_of_the_library() -> None:
    for text in ("a: b: c\n", "a: {% x %}\n", "a: @x\n", "\tx", "a: 'b", "? [a]\n: b\n", "%x\n", "a: >x\n"):
        words = messages(text).lower()
        assert words
        for forbidden in ("yaml", "token", "scalar", "mapping", "parser", "invalid", "expected"):
            assert forbidden not in words, (text, words)


def test_one_broken_line_hides_nothing_else() -> None:
    text = """\
cbo:
  legal_name: {Re}Build
  dba: "open
  short_name: Riverbend
\tein: x
hco:
  dba: *star
  legal_name: one: two
  short_name: ok
"""
    value, problems = read(text)
    assert value == {"cbo": {"short_name": "Riverbend"}, "hco": {"dba": "", "short_name": "ok"}}
    assert problems == ["2:19 yaml-syntax", "3:8 yaml-syntax", "5:1 yaml-tab", "8:18 yaml-syntax", "7:8 yaml-shorthand"]


def test_a_number_sign_that_would_cut_a_value_is_refused() -> None:
    assert read("street: 12 Main St #4\n")[1] == ["1:20 yaml-number-sign"]
    assert read("street: 12 Main St # moved in May\n") == ({"street": "12 Main St"}, [])
    assert read('street: "12 Main St #4"\n') == ({"street": "12 Main St #4"}, [])
    assert read("street: 12 Main St#4\n") == ({"street": "12 Main St#4"}, [])


def test_other_encodings_are_named() -> None:
    def message(data: bytes) -> str:
        (problem,) = read_text(data, "p.yaml").diagnostics
        return f"{problem.span}: {problem.message}"

    assert "UTF-16" in message("a: b".encode("utf-16"))
    assert "UTF-32" in message("a: b".encode("utf-32"))
    assert message("a: b\nc: Café".encode("latin-1")).startswith("p.yaml:2:7: ")
    assert "Word" in message(b"PK\x03\x04....")
    assert "2.0 MB" in message(b"a" * (MAX_BYTES + 1))


def test_control_and_direction_characters_are_named_with_their_place() -> None:
    (problem,) = read_yaml("a: b\nc: d\u202ee\n".encode(), "p.yaml").diagnostics
    assert str(problem.span) == "p.yaml:2:5"
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in problem.message
    assert "U+0000 NULL" in messages("a: b\0\n")
    assert "U+0007 BELL" in messages('a: "b\\ac"\n')  # brought in by an escape
    assert "U+2028 LINE SEPARATOR" in messages('a: "b\\Lc"\n')
    assert character_name("\u0081") == "U+0081 a control character"


def test_names_of_all_scripts_pass() -> None:
    for name in ("Nguyễn Văn Ánh", "شركة النور", "陈小明", "O’Neil & Sons", "ক্ষ", "مى\u200cشود", "👩\u200d⚕️"):
        assert read(f'a: "{name}"\n') == ({"a": name}, [])


def test_size_and_depth_have_limits() -> None:
    assert read("[" * 100_000)[1][0].endswith("yaml-too-big")
    assert read("- x\n" * (MAX_NODES + 1))[1] == [f"{MAX_NODES}:3 yaml-too-big"]
    deep = "".join("  " * i + "a:\n" for i in range(MAX_DEPTH)) + "  " * MAX_DEPTH + "b: c\n"
    assert read(deep)[1] == [f"{MAX_DEPTH + 1}:{2 * MAX_DEPTH + 1} yaml-too-big"]
    assert read("".join("  " * i + "a:\n" for i in range(MAX_DEPTH - 1)) + "  " * (MAX_DEPTH - 1) + "b: c\n")[1] == []


# ---------------------------------------------------------------- properties


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"a: \xf0\x9f")
def test_no_bytes_raise(data: bytes) -> None:
    checked = read_yaml(data, "p.yaml")
    assert checked.value is not None or checked.diagnostics


_YAMLISH = st.lists(
    st.sampled_from(
        [*list("ab:-[]{},&*!|>'\"%@`#?<\\ \t\n~"), ": ", "- ", "  ", "\n", "a: ", "---\n", "<<: ", "\u202e"]
    ),
    max_size=60,
).map("".join)


@given(_YAMLISH)
def test_nothing_that_looks_like_yaml_raises_or_passes_unplaced(text: str) -> None:
    checked = read_yaml(text.encode(), "p.yaml")
    assert checked.value is not None or checked.diagnostics
    lines = text.count("\n") + 2
    for problem in checked.diagnostics:
        assert problem.span is not None
        assert 1 <= problem.span.line <= lines
        assert problem.span.column >= 1


_TREES = st.recursive(
    st.text(
        alphabet=st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"), exclude_characters="\u2028\u2029\ufeff"),
        max_size=30,
    ),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef_", min_size=1, max_size=6), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(_TREES)
def test_what_is_written_is_read(tree: object) -> None:
    written = yaml.safe_dump({"top": tree}, allow_unicode=True, default_style='"')
    checked = read_yaml(written.encode(), "p.yaml")
    found = plain(checked.value)
    assert isinstance(found, dict)
    problems = {d.rule for d in checked.diagnostics}
    assert found["top"] == tree or problems == {"text-character"}


@given(_YAMLISH)
@example("a: >#b\n")
def test_both_parsers_read_the_same_or_the_text_is_refused(text: str) -> None:
    """The parser in C reads a tab between a name and its value; apart from that they agree."""
    if "\t" in text:
        return

    def events(loader: type) -> object:
        try:
            return [(type(e).__name__, getattr(e, "value", None)) for e in yaml.parse(text, Loader=loader)]
        except yaml.YAMLError:
            return "refused"

    assert events(yaml.CBaseLoader) == events(yaml.BaseLoader) or read_yaml(text.encode(), "p.yaml").diagnostics
