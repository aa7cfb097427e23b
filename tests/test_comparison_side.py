"""Both documents beside each other: each side says what its document says, and rows belong together."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.comparison.side_by_side import side_page
from tests.test_comparison_moves import SENTENCES, A, B, C, D
from tests.test_comparison_outline import listed, numbering
from tests.test_comparison_redline import compared
from tests.word_pair import cell, document, paragraph, row, run, table


class Page(HTMLParser):
    """The rows of a page: what happened, and the words on both sides, each a list of paragraphs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[list[str]]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.hidden = 0
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        if tag in ("meta", "input", "br"):
            return
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append([])
        elif tag == "p" and "td" in self.open:
            self.rows[-1][-1].append("")
        elif tag == "span" and given.get("class") in ("hidden", "number", "note"):
            self.hidden = len(self.open)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if len(self.open) < self.hidden:
            self.hidden = 0

    def handle_data(self, data):
        if "p" in self.open and "td" in self.open and not self.hidden:
            self.rows[-1][-1][-1] += data
        elif "th" in self.open and "tbody" in self.open:
            self.rows[-1][-1].append(data)

    def side(self, n: int) -> list[str]:
        return [text for r in self.rows if len(r) == 3 for text in r[n] if text.strip()]


def beside(old: str, new: str, **more) -> tuple[Page, str]:
    redline = compared(document(old, **more), document(new, **more))
    text = side_page(redline, "old.docx", "new.docx").decode()
    page = Page(text)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)
    return page, text


def test_changed_words_are_marked_without_need_of_colour():
    page, text = beside(paragraph("Pay ten (10) dollars.") + A, paragraph("Pay six (6) dollars.") + A)
    assert '<del><span class="hidden">[taken out: </span>ten (10)<span class="hidden">]</span></del>' in text
    assert '<ins><span class="hidden">[put in: </span>six (6)<span class="hidden">]</span></ins>' in text
    assert "1. ± changed" in text
    assert (page.side(1), page.side(2)) == (
        ["Pay ten (10) dollars.", SENTENCES[0]],
        ["Pay six (6) dollars.", SENTENCES[0]],
    )


def test_a_split_paragraph_stays_beside_what_it_was():
    page, _ = beside(paragraph("One two. Three four.") + A, paragraph("One two.") + paragraph(" Three four.") + A)
    assert page.rows[1][1:] == [["One two. Three four."], ["One two.", " Three four."]]


def test_moves_are_linked_both_ways():
    page, text = beside(A + B + C + D, B + C + A + D)
    assert {"#move1-to", "#move1-from"} <= set(page.links)
    assert text.index("moved away") < text.index("moved here")


def test_rows_and_columns_of_tables_stand_side_by_side():
    def grid(*cells: str) -> str:
        return table(row("Service", "Rate"), row(*cells)) + paragraph("End")

    page, _ = beside(grid("Visit", "$10"), grid("Visit", "$12"))
    assert page.rows[2][1:] == [["Visit", "$10"], ["Visit", "$12"]]
    page, _ = beside(table(row("Visit")) + A, table(row("Visit", cell("$12"))) + A)
    assert page.rows[1][1:] == [["Visit"], ["Visit", "$12"]]


def test_numbers_that_word_counts_are_printed_on_each_side():
    levels = numbering(("decimal", "%1."))
    old = listed("Term", 0) + listed("Records", 0) + listed("Law", 0) + paragraph("End")
    _, text = beside(old, listed("Term", 0) + listed("Law", 0) + paragraph("End"), stories=levels)
    law = next(r for r in text.split("<tr ") if "Law" in r)
    assert re.findall(r'class="number">([^<]*)', law) == ["3.", "2."]


def test_headers_that_changed_are_shown_too_and_texts_that_did_not_are_not():
    def made(text: str) -> bytes:
        header = f"<w:hdr NAMESPACES>{paragraph(text)}</w:hdr>"
        reference = '<w:sectPr><w:headerReference w:type="default" r:id="rId-header1"/></w:sectPr>'
        return document(paragraph("One.") + reference, stories={"header1": header})

    changed = side_page(compared(made("Draft 1"), made("Draft 2")), "a", "b").decode()
    assert "<caption>A header</caption>" in changed
    same = side_page(compared(made("Draft 1"), made("Draft 1")), "a", "b").decode()
    assert "A header" not in same
    assert "Not a word differs." in same


def test_text_of_a_stranger_is_never_markup_and_nothing_is_fetched():
    evil = "<script>alert(1)</script> & <img src=x>"
    page, text = beside(paragraph(run(evil)) + A, paragraph(run(evil + "!")) + A)
    assert "<script>" not in text
    assert "<img" not in text
    assert "http" not in text
    assert page.side(1)[0] == evil
    assert "<b>" not in side_page(compared(document(A), document(B)), "<b>old", "n").decode()


@pytest.mark.slow
@settings(deadline=None, max_examples=80)
@given(st.data())
def test_each_side_says_what_its_document_says(data):
    blocks = [*SENTENCES, "Keys", "Rooms and stairs", "Pay ten (10) dollars."]
    old, new = (data.draw(st.lists(st.sampled_from(blocks), min_size=1, max_size=8)) for _ in range(2))
    page, _ = beside("".join(map(paragraph, old)), "".join(map(paragraph, new)))
    assert "\n".join(page.side(1)) == "\n".join(old)
    assert "\n".join(page.side(2)) == "\n".join(new)
