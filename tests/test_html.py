"""The agreement as a web page: the same words, sound structure, links that lead somewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from generator.model import Filled, Paragraph, Section
from generator.writers.html import write_html
from generator.writers.text import printed_lines
from tests.specimen import specimen

BOTH = pytest.mark.parametrize("draft", [False, True])


def page(draft: bool = False):
    return html.document_fromstring(write_html(specimen(draft)))


def words_of(body) -> list[str]:
    """Return the words a reader sees, in order; blocks and line breaks part words, spans and links do not."""
    parts: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        inside = element.tag in ("a", "bdi", "dfn", "em", "mark", "span", "strong")
        if event == "start":
            parts += [] if inside else [" "]
            parts += [element.text or ""]
        else:
            parts += [] if inside else [" "]
            parts += [element.tail or ""]
    return "".join(parts).split()


@BOTH
def test_the_page_holds_the_words_of_the_agreement_in_order(draft):
    assert words_of(page(draft).find("body")) == " ".join(printed_lines(specimen(draft))).split()


@BOTH
def test_every_link_leads_to_one_place_of_the_page(draft):
    root = page(draft)
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = [href.removeprefix("#") for href in root.xpath("//a/@href")]
    assert targets
    assert set(targets) <= set(ids)


def test_a_use_leads_to_its_definition_and_a_reference_to_its_section():
    root = page()
    use = root.xpath("//a[@class='use'][text()='Breaches']")[0]
    assert root.get_element_by_id(use.get("href")[1:]).text_content() == "“Breach”"
    reference = root.xpath("//a[text()='Section 5.2 (Notice of Breach)']")[0]
    assert root.get_element_by_id(reference.get("href")[1:])[0].text_content() == "5.2 Notice of Breach"


def test_a_use_whose_definition_is_not_in_this_agreement_is_plain_words():
    agreement = specimen()
    assert b"term-breach" in write_html(agreement)
    without = replace(agreement, sections=agreement.sections[1:])
    assert b"term-breach" not in write_html(without)


@BOTH
def test_headings_begin_with_one_h1_and_leave_no_rank_out(draft):
    ranks = [int(h.tag[1]) for h in page(draft).xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert ranks[0] == 1
    assert ranks.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(ranks))


@BOTH
def test_every_table_has_headers_with_scope_and_a_name(draft):
    for table in page(draft).xpath("//table"):
        assert table.get("aria-label")
        assert {th.get("scope") for th in table.xpath("./thead//th")} == {"col"}
        assert all(th.get("scope") == "row" for th in table.xpath("./tbody//th"))


def test_lists_are_lists_and_print_the_labels_of_the_agreement():
    labels = page().xpath("//ol[contains(@class,'items')]/li/span[@class='label']/text()")
    assert labels[:3] == ["(A)", "(B)", "(C)"]
    assert all(li.getparent().get("role") == "list" for li in page().xpath("//li"))


def test_a_draft_marks_its_blanks_and_a_final_has_none():
    assert [m.text for m in page(True).xpath("//mark")][:2] == ["[Payment period]", "[Payment period]"]
    assert page(True).xpath("//mark/@title")[0] == "How many days after an invoice is payment due?"
    assert page(True).find("body").get("class") == "draft"
    assert page(False).xpath("//mark") == []
    assert page(False).find("body").get("class") is None


def test_the_page_stands_alone_and_runs_nothing():
    data = write_html(specimen(True)).decode()
    assert "<script" not in data
    assert "default-src 'none'" in data
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|@import", data)


def test_the_page_says_its_language_and_its_title():
    root = page(True)
    assert root.get("lang") == "en-US"
    assert root.findtext(".//title") == "Services Agreement · 2027-014 · {Re}Build & {{ x }} ** Pilot (draft)"


def test_a_running_head_cannot_leave_its_style_rule():
    agreement = replace(specimen(), header='x"; } </style><script>')
    style = html.document_fromstring(write_html(agreement)).xpath("//style")
    assert len(style) == 1
    assert 'content: "x\\22 \\3b  \\7d  \\3c \\2f style\\3e \\3c script\\3e "' in style[0].text


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_whatever_was_typed_is_read_back_as_typed(typed):
    section = Section("Heading", (Paragraph((Filled("cbo.legal_name", typed),)),), anchor="here")
    root = html.document_fromstring(write_html(replace(specimen(), opening=(section,))).decode())
    assert root.xpath("//section[@id='here']/p/bdi")[0].text == typed


def test_the_same_agreement_gives_the_same_bytes():
    assert write_html(specimen(True)) == write_html(specimen(True))
