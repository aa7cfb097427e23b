"""Clause text as a tree of blocks: what it holds, what is refused, what comes through untouched."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, errors_in
from generator.reading.grammar import placeholder
from generator.reading.markdown import (
    MAX_DEPTH,
    MAX_PARAGRAPH,
    RULES,
    MdAlign,
    MdBlock,
    MdBreak,
    MdDefinition,
    MdEmphasis,
    MdHeading,
    MdInline,
    MdItem,
    MdItems,
    MdLink,
    MdParagraph,
    MdPlaceholder,
    MdStrong,
    MdTable,
    MdText,
    parse_markdown,
)

ONE, TWO, THREE = placeholder(0), placeholder(1), placeholder(2)


def blocks(text: str) -> tuple[MdBlock, ...]:
    checked = parse_markdown(text, "c.md")
    assert [d.message for d in checked.diagnostics] == []
    assert checked.value is not None
    return checked.value


def inlines(text: str) -> tuple[MdInline, ...]:
    (block,) = blocks(text)
    assert isinstance(block, MdParagraph)
    return block.inlines


def words(text: str) -> str:
    return "".join(i.text for i in inlines(text) if isinstance(i, MdText))


def problems(text: str, line_map: Sequence[int] = ()) -> tuple[Diagnostic, ...]:
    return parse_markdown(text, "c.md", line_map).diagnostics


def in_all(tree: Sequence[MdBlock]) -> Iterator[MdInline]:
    """Every inline of a tree, parents before children."""
    for block in tree:
        match block:
            case MdParagraph(inlines=found) | MdHeading(inlines=found):
                yield from within(found)
            case MdItems(items=items):
                for item in items:
                    yield from in_all(item.blocks)
            case MdTable(header=header, rows=rows):
                for row in (header, *rows):
                    for cell in row:
                        yield from within(cell)


def within(found: Sequence[MdInline]) -> Iterator[MdInline]:
    for inline in found:
        yield inline
        if isinstance(inline, MdEmphasis | MdStrong | MdDefinition | MdLink):
            yield from within(inline.children)


# ---------------------------------------------------------------- what there is


def test_a_paragraph_is_its_words() -> None:
    assert blocks("One line\nand the next.\n\nAnother.\n") == (
        MdParagraph((MdText("One line and the next."),)),
        MdParagraph((MdText("Another."),)),
    )


def test_emphasis_links_breaks_and_placeholders() -> None:
    assert inlines(f"a *b* **c {ONE}** [d](#hipaa.safeguards)\\\n{TWO}") == (
        MdText("a "),
        MdEmphasis((MdText("b"),)),
        MdText(" "),
        MdStrong((MdText("c "), MdPlaceholder(0))),
        MdText(" "),
        MdLink("hipaa.safeguards", (MdText("d"),)),
        MdBreak(),
        MdPlaceholder(1),
    )


def test_lists_nest_and_hold_paragraphs() -> None:
    assert blocks("1. a\n2. b\n\n   more\n   - c\n") == (
        MdItems(
            (
                MdItem((MdParagraph((MdText("a"),)),)),
                MdItem(
                    (
                        MdParagraph((MdText("b"),)),
                        MdParagraph((MdText("more"),)),
                        MdItems((MdItem((MdParagraph((MdText("c"),)),)),), ordered=False),
                    )
                ),
            ),
            ordered=True,
        ),
    )


def test_a_table_has_a_header_and_aligned_columns() -> None:
    text = f"| A | B | C | D |\n| --- | :-- | --: | :-: |\n| *x* | {ONE} | a \\| b |\n"
    assert blocks(text) == (
        MdTable(
            ((MdText("A"),), (MdText("B"),), (MdText("C"),), (MdText("D"),)),
            (MdAlign.NONE, MdAlign.LEFT, MdAlign.RIGHT, MdAlign.CENTER),
            (((MdEmphasis((MdText("x"),)),), (MdPlaceholder(0),), (MdText("a | b"),), ()),),
        ),
    )


def test_a_placeholder_alone_between_rows_is_a_row() -> None:
    (table,) = blocks(f"| A | B |\n| --- | --- |\n{ONE}\n| x | y |\n")
    assert isinstance(table, MdTable)
    assert table.rows == (((MdPlaceholder(0),), ()), ((MdText("x"),), (MdText("y"),)))


def test_headings_stand_beside_what_follows_them() -> None:
    assert blocks("### Scope\n\nWords.\n") == (
        MdHeading(3, (MdText("Scope"),)),
        MdParagraph((MdText("Words."),)),
    )


@pytest.mark.parametrize(
    "text",
    ['"**Breach**" means', "“**Breach**” means", '"**Breach**", means', '("**Breach**") means', '"**Breach**"'],
)
def test_a_bold_term_between_quotation_marks_is_a_definition(text: str) -> None:
    assert MdDefinition((MdText("Breach"),)) in inlines(text)
    assert not set('“”"') & set(words(text))


def test_a_term_that_a_field_gives_can_be_defined() -> None:
    assert inlines(f'{ONE} ("**{TWO}**") and "**The {THREE}**"') == (
        MdPlaceholder(0),
        MdText(" ("),
        MdDefinition((MdPlaceholder(1),)),
        MdText(") and "),
        MdDefinition((MdText("The "), MdPlaceholder(2))),
    )


@pytest.mark.parametrize("text", ['**"Breach"**', '" **Breach** "', '"the **Breach**"', "'**Breach**'", "**Breach**"])
def test_other_bold_words_are_not_definitions(text: str) -> None:
    checked = parse_markdown(text, "c.md")
    assert checked.value is not None
    assert not any(isinstance(i, MdDefinition) for i in in_all(checked.value))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('the "best" way', "the “best” way"),
        ("the Parties' duties don't end", "the Parties’ duties don’t end"),
        ("it's 'so' said", "it’s ‘so’ said"),
        ("\"a 'b' c\"", "“a ‘b’ c”"),
        ('8.5\\" paper', '8.5" paper'),
        ("\\*not bold\\* and a\\_b", "*not bold* and a_b"),
        ("x (c) (r) (tm) +- ... -- --- ??", "x (c) (r) (tm) +- ... -- --- ??"),
        ("AT&amp;T &sect; 5 &#9744;", "AT&T § 5 ☐"),
        ("two  blanks   here", "two blanks here"),
        ("a < b > c & d", "a < b > c & d"),
        ("[Name]: not a link [x]", "[Name]: not a link [x]"),
        ("http://a.example www.b.example c@d.example", "http://a.example www.b.example c@d.example"),
        ("45 CFR 164.502(e) and § 1.1", "45 CFR 164.502(e) and § 1.1"),
        ("\\(a) of that section", "(a) of that section"),
        ("1986\\. A year", "1986. A year"),
        ("2.5 hours a week", "2.5 hours a week"),
        ("~~no~~ ==no== ^no^", "~~no~~ ==no== ^no^"),
    ],
)
def test_words_print_as_they_are_meant(typed: str, printed: str) -> None:
    assert words(typed) == printed


def test_an_apostrophe_after_a_field_is_curly() -> None:
    assert inlines(f'{ONE}\'s "{TWO}" staff') == (
        MdPlaceholder(0),
        MdText("’s “"),
        MdPlaceholder(1),
        MdText("” staff"),
    )


# ---------------------------------------------------------------- places


def test_blocks_know_the_line_of_the_clause_file() -> None:
    checked = parse_markdown("a\n\n- b\n- c\n\n| A |\n| - |\n", "c.md", [11, 12, 20, 20, 21, 30, 31, 32])
    assert checked.value is not None
    paragraph, items, table = checked.value
    assert isinstance(items, MdItems)
    assert [b.span.line for b in (paragraph, items, *items.items, table)] == [11, 20, 20, 20, 30]
    assert paragraph.span.file == "c.md"


def test_links_and_definitions_know_their_place() -> None:
    found = inlines('one\n"**Two**" and [three](#a.b)')
    spans = [str(i.span) for i in found if isinstance(i, MdDefinition | MdLink)]
    assert spans == ["c.md:2:2", "c.md:2:21"]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("text", "rule", "place", "say"),
    [
        ("a <b>x", "clause-layout", (1, 3), "raw HTML: <b>"),
        ("a <!-- x -->", "clause-layout", (1, 3), "raw HTML"),
        ("a\n\n<div>\nx\n</div>", "clause-layout", (3, 1), "raw HTML"),
        ("a ![b](c.png)", "clause-layout", (1, 3), "pictures"),
        ("a `b`", "clause-layout", (1, 3), "program code"),
        ("a\n\n    b", "clause-layout", (3, 5), "four or more spaces"),
        ("```\na\n```", "clause-layout", (1, 1), "program code"),
        ("~~~\na\n~~~", "clause-layout", (1, 1), "program code"),
        ("a\n\n> b", "clause-layout", (3, 1), "Block quotes"),
        ("a\n\n---\n\nb", "clause-layout", (3, 1), "line across the page"),
        ("***", "clause-layout", (1, 1), "line across the page"),
        ("a\n---", "clause-layout", (2, 1), "makes a heading"),
        ("a\n===", "clause-layout", (2, 1), "makes a heading"),
        ("[a](https://b.example)", "clause-link", (1, 3), "another clause"),
        ("[a](javascript:b)", "clause-link", (1, 3), "another clause"),
        ("[a](hipaa.b)", "clause-link", (1, 3), "# before"),
        ("[a](#Hipaa!b)", "clause-link", (1, 3), "not a clause id"),
        ('[a](#b.c "d")', "clause-link", (1, 3), "no title"),
        (f"[a](#{ONE})", "clause-link", (1, 3), "cannot come from a field"),
        ("a <https://b.example>", "clause-link", (1, 3), "another clause"),
        ("a <b@c.example>", "clause-link", (1, 1), "another clause"),
        ("1.1 Scope", "clause-typed-number", (1, 1), "“1.1”"),
        ("1.1.2. Scope", "clause-typed-number", (1, 1), "“1.1.2.”"),
        ("(a) keep", "clause-typed-number", (1, 1), "“(a)”"),
        ("(iv) keep", "clause-typed-number", (1, 1), "“(iv)”"),
        ("- (2) keep", "clause-typed-number", (1, 3), "“(2)”"),
        ("b) keep", "clause-typed-number", (1, 1), "“b)”"),
        ("A. Background", "clause-typed-number", (1, 1), "“A.”"),
        ("IV. Background", "clause-typed-number", (1, 1), "“IV.”"),
        ("## 7.2 Scope", "clause-typed-number", (1, 4), "“7.2”"),
        ("## Section 7. Scope", "clause-typed-number", (1, 4), "“Section 7.”"),
        ("| A | B |\n|---|---|\n| 1 | 2 | 3 |", "clause-table", (3, 1), "3 cells; the header of its table has 2"),
        ('a "b c', "clause-quotation-mark", (1, 3), "no partner"),
        ("a " * 10_001, "clause-paragraph", (1, 1), "longer than"),
        ("- - - - - a", "clause-paragraph", (1, 1), "deep"),
        ("*a **b *c **d *e* f** g* h** i*", "clause-paragraph", (1, 1), "deep"),
        ("a &#xE000; b", "clause-entity", (1, 3), "U+E000"),
        ("a &#x202E; b", "clause-entity", (1, 3), "U+202E"),
    ],
)
def test_what_a_contract_does_not_hold_is_refused_at_its_place(
    text: str, rule: str, place: tuple[int, int], say: str
) -> None:
    (problem,) = problems(text)
    assert problem.rule == rule
    assert say in problem.message
    assert problem.fix
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == place


def test_a_backslash_says_that_a_sign_is_meant() -> None:
    assert words("\\<b> \\`c\\` \\![d] \\> 1\\.1 Scope") == "<b> `c` ![d] > 1.1 Scope"
    for text in ("1.1 Scope", "(a) keep", "b) keep", "A. Background"):
        (problem,) = problems(text)
        meant = problem.fix.rpartition(": ")[2]
        assert words(meant + text.removeprefix(text.split(" ")[0])) == text


def test_the_place_of_a_problem_is_that_in_the_clause_file() -> None:
    (problem,) = problems(f"x\n{ONE} `y`", [7, 9])
    assert str(problem.span) == "c.md:9:1"


def test_what_is_refused_does_not_hide_the_rest() -> None:
    checked = parse_markdown("> quote\n\nWords `code` here.\n", "c.md")
    assert len(checked.diagnostics) == 2
    assert checked.value == (MdParagraph((MdText("Words here."),)),)


def test_each_rule_has_a_page() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert "Wrong:" in rule.explanation
        assert "Right:" in rule.explanation or "This prints" in rule.explanation


# ---------------------------------------------------------------- any text at all

PIECES = st.sampled_from(
    ["*", "**", "_", "`", "```\n", "[", "](", ")", "#a.b", "!", "<", ">", "<b>", "&amp;", "&#xe000;", "\\", '"', "'",
     "- ", "1. ", "  ", "    ", "\n", "\n\n", "| a | b |\n", "|---|---|\n", "|", "# ", "---", "===", "a", "b c", "(a) ",
     "1.1 ", "http://x", "\t", "\u00a0", "“", "”", "é"]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_text_raises_and_every_problem_has_a_place(text: str) -> None:
    checked = parse_markdown(text, "c.md")
    assert checked.value is not None
    count = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for problem in checked.diagnostics:
        assert problem.span is not None
        assert 1 <= problem.span.line <= count
    for inline in in_all(checked.value):
        assert not isinstance(inline, MdText) or inline.text
    assert parse_markdown(text, "c.md") == checked


@given(st.lists(st.one_of(PIECES, st.integers(0, 3).map(lambda _: None)), max_size=30))
@settings(max_examples=300, deadline=None)
def test_every_placeholder_comes_back_exactly_once(pieces: list[str | None]) -> None:
    text, count = "", 0
    for piece in pieces:
        text += piece if piece is not None else placeholder(count)
        count += piece is None
    checked = parse_markdown(text, "c.md")
    assert checked.value is not None
    found = [i.n for i in in_all(checked.value) if isinstance(i, MdPlaceholder)]
    assert len(found) == len(set(found))
    if not errors_in(checked.diagnostics):
        assert found == list(range(count))


SHAPES = [
    "{}", "*{}*", "**{}**", '"**{}**"', "***{}***", "_{}_", "[{}](#a.b)", "a{}b", "{}'s", '"{}"', "({})", "**{}**.",
    "a\\\n{}", "{}, {}", "{}{}", "*a {}*{}", "- {}", "1. {}\n2. *{}*", "## {}",
    "| {} | **{}** |\n|---|---|\n| {} | x |",
    "- a\n\n  {}", "{}\n{}", "\\{}", "&{};", "<{}>", "{}.", "#{}", "{} {}",
]  # fmt: skip


@given(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=8))
@settings(deadline=None)
def test_placeholders_survive_wherever_a_field_can_stand(shapes: list[str]) -> None:
    count = 0
    parts = []
    for shape in shapes:
        holes = shape.count("{}")
        parts.append(shape.format(*(placeholder(n) for n in range(count, count + holes))))
        count += holes
    checked = parse_markdown("\n\n".join(parts), "c.md")
    assert not errors_in(checked.diagnostics)
    assert checked.value is not None
    assert [i.n for i in in_all(checked.value) if isinstance(i, MdPlaceholder)] == list(range(count))


@given(st.text(alphabet="abc ABC,;é中’", min_size=1).map(str.strip).filter(bool))
@settings(deadline=None)
def test_plain_words_come_through_unchanged(text: str) -> None:
    assert words(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        '"' * MAX_PARAGRAPH,
        '"a ' * (MAX_PARAGRAPH // 3),
        "[" * MAX_PARAGRAPH,
        "![" * (MAX_PARAGRAPH // 2),
        "[a](" * (MAX_PARAGRAPH // 4),
        "*a " * 3000 + "b* " * 3000,
        "`" * MAX_PARAGRAPH,
        "`a" * (MAX_PARAGRAPH // 2),
        "<a " * (MAX_PARAGRAPH // 3),
        "&a" * (MAX_PARAGRAPH // 2),
        "a" * 200_000,
        "*" * 200_000,
        "> " * 100_000,
        "- " * 100_000,
        "|" * 10_000 + "\n" + "|-" * 10_000 + "|\n" + "|\n" * 2_000,
        "\n".join(" " * n + "- a" for n in range(600)),
        "<b>\n\n" * 20_000,
        "# a\n" * 20_000,
    ],
    ids=lambda text: text[:8].strip(),
)
def test_hostile_text_is_read_quickly(text: str) -> None:
    started = time.process_time()
    assert len(problems(text)) <= 100
    assert time.process_time() - started < 3


def test_lists_may_be_as_deep_as_they_are_numbered() -> None:
    assert problems("- " * MAX_DEPTH + "a") == ()
