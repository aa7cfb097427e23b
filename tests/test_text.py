"""The plain text of an agreement: every word, in order, laid out to be read."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model import (
    Agreement,
    Align,
    Column,
    Cover,
    Filled,
    Item,
    Items,
    Paragraph,
    Section,
    Status,
    Table,
    Text,
)
from generator.writers.text import WIDTH, columns_of, printed_lines, write_text
from tests.specimen import specimen


def agreement_of(*blocks: Paragraph | Items | Table) -> Agreement:
    """Return a small agreement that prints ``blocks`` under one heading."""
    section = Section("Heading", blocks, 1, "1", "1.")
    return Agreement(
        document_type="mou", title="Title", name="Name", number="", status=Status.FINAL, date=dt.date(2027, 1, 1),
        cover=Cover("Title", (), (), None), parties=(), opening=(), sections=(section,), closing=(), signatures=(),
        schedules=(), open_page=None, open_items=(), sources=(), contents=False,
    )  # fmt: skip


def body(*blocks: Paragraph | Items | Table) -> list[str]:
    """Return the lines that ``blocks`` print as, below the one heading."""
    _, _, below = write_text(agreement_of(*blocks)).decode().partition("1. Heading\n----------\n\n")
    return below.splitlines()


@pytest.mark.parametrize("draft", [False, True])
def test_the_specimen_reads_as_its_golden(draft, golden):
    golden("specimen-draft" if draft else "specimen", write_text(specimen(draft)).decode())


@pytest.mark.parametrize("draft", [False, True])
def test_every_printed_word_is_there_as_often_as_the_agreement_says(draft):
    text = write_text(specimen(draft)).decode()
    kept = sorted(w for line in text.splitlines() for w in line.split() if not re.fullmatch(r"[-=_]+", w))
    assert kept == sorted(" ".join(printed_lines(specimen(draft))).split())


def test_the_same_agreement_gives_the_same_bytes():
    assert write_text(specimen(True)) == write_text(specimen(True))


def test_no_line_is_longer_than_88_columns_unless_a_word_is():
    for line in write_text(specimen(True)).decode().splitlines():
        assert len(line) <= WIDTH


def test_a_value_prints_exactly_as_typed():
    typed = "O’Neil & Sons <Aid>  {{ x }} ** # “Nguyễn”"
    assert body(Paragraph((Filled("cbo.legal_name", typed),))) == [typed]


def test_the_lines_of_an_address_stay_lines():
    assert body(Paragraph((Filled("cbo.address", "1 Main St\nSalem, MA 02134"),))) == ["1 Main St", "Salem, MA 02134"]


def test_a_word_longer_than_the_line_stays_whole():
    url = "https://example.org/" + "a" * 120
    assert url in body(Paragraph((Text("See " + url + " for more."),)))


def test_an_item_hangs_under_its_label():
    items = Items((Item("(a)", (Paragraph((Text("word " * 30),)),)), Item("(xviii)", (Paragraph((Text("end"),)),))))
    lines = body(items)
    assert lines[0].startswith("(a)     word")
    assert lines[1].startswith("        word")
    assert lines[-1] == "(xviii) end"


def test_columns_of_numbers_are_set_to_the_right():
    table = Table(
        (Column((Text("Item"),), 0.5), Column((Text("Rate"),), 0.5, Align.RIGHT)),
        (((Paragraph((Text("Meal"),)),), (Paragraph((Text("$1,200.00"),)),)),),
        "Rates",
    )
    assert body(table) == [
        "Item       Rate",
        "----  ---------",
        "Meal  $1,200.00",
    ]


def test_wide_letters_keep_the_columns_straight():
    table = Table(
        (Column((Text("Name"),), 0.5), Column((Text("Role"),), 0.5)),
        (
            ((Paragraph((Text("平安社區"),)),), (Paragraph((Text("provider"),)),)),
            ((Paragraph((Text("Plan"),)),), (Paragraph((Text("payer"),)),)),
        ),
        "Parties",
    )
    assert body(table)[-2:] == ["平安社區  provider", "Plan      payer"]


words = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="-=_"), min_size=1, max_size=30)
sentences = st.lists(words, min_size=1, max_size=25).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(sentences, min_size=2, max_size=8))
def test_a_table_read_back_column_by_column_gives_its_cells(cells):
    columns = tuple(Column((Text(f"H{i}"),), 1 / len(cells)) for i in range(len(cells)))
    table = Table(columns, (tuple((Paragraph((Text(cell),)),) for cell in cells),), "A table")
    lines = body(table)
    widths = [len(part) for part in lines[1].split("  ")]
    rows = [columns_of(line, widths) for line in lines[2:]]
    assert [" ".join(" ".join(row[i] for row in rows).split()) for i in range(len(cells))] == cells


@settings(max_examples=60, deadline=None)
@given(st.lists(sentences, min_size=1, max_size=6))
def test_wrapping_never_drops_or_breaks_a_word(paragraphs):
    lines = body(*(Paragraph((Text(p),)) for p in paragraphs))
    assert " ".join(lines).split() == " ".join(paragraphs).split()
