"""The agreement as a Word file: the same words, numbers that live, the same bytes each time."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from generator.model import (
    Blank,
    ClauseRef,
    Column,
    Cover,
    Emphasis,
    Filled,
    Item,
    Items,
    Paragraph,
    Reference,
    Schedule,
    Scheme,
    Section,
    SignatureBlock,
    SignatureLine,
    Table,
    Text,
    contents_entries,
)
from generator.numbering import letter
from generator.reuse import share
from generator.writers.docx import write_docx
from generator.writers.docx_properties import clause_table, document_id
from generator.writers.frame_check import check_frame
from generator.writers.text import printed_lines
from tests.specimen import PROVIDER, SIGNER, specimen
from tests.word_file import NS, W, edited, fields, labelled, lines, parts, pretty, root, words

HOUSE = (Path(__file__).parents[1] / "clauses" / "_frames" / "house.docx").read_bytes()
FRAME = check_frame(HOUSE, "house.docx").value
BOTH = pytest.mark.parametrize("draft", [False, True])


def word(agreement, **options) -> bytes:
    return write_docx(agreement, FRAME, **options)


def one_section(*blocks, **changes):
    """The shortest agreement that prints ``blocks`` in a numbered section."""
    section = Section("Heading", blocks, 1, "1", "1.", "here")
    return replace(
        specimen(), cover=Cover("Title", (), (), None), opening=(), sections=(section,), closing=(), signatures=(),
        schedules=(), contents=False, **changes,
    )  # fmt: skip


def same_words(found: list[str], expected) -> bool:
    def flat(texts):
        return " ".join(texts).split()

    assert flat(found) == flat(expected)
    return True


def paragraphs(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph((Text(text),)) for text in texts)


def items(*labels: str, depth: int = 0, scheme: Scheme = Scheme.CLAUSE) -> Items:
    return Items(tuple(Item(label, paragraphs("words"), depth) for label in labels), scheme)


# ---------------------------------------------------------------- words and numbers


def test_what_is_kept_of_a_block_is_counted_where_it_stands():
    """Two agreements share their lists, tables and paragraphs; numbers, bookmarks, styles and values are their own."""

    def again():
        words = Paragraph((Filled("cbo.name", "Fern"), Reference("here", "Section", "1", "Heading")))
        cell = Table((Column((Text("A"),), 1.0),), (((items("(a)", "(b)"),),), ((words,),)), "Table")
        return (items("(c)", "(d)"), words, Items((Item("(e)", (words, cell)), Item("(f)", (cell,)))), cell, words)

    def both(blocks):
        first = one_section(items("(a)", "(b)"), *blocks)
        here = Section("Other", blocks, 1, "1", "1.", "here")
        other = replace(first, sections=(replace(first.sections[0], label="3.", number="3", anchor=""), here))
        third = replace(other, schedules=(Schedule("Exhibit", "A", "Rates", blocks, "x"),))
        return [word(agreement, clean=clean) for agreement in (first, other, third) for clean in (False, True)]

    alone, shared = both(again()), again()
    share(shared)
    assert both(shared) == alone
    assert both(shared) == alone


@BOTH
@pytest.mark.parametrize("clean", [False, True])
def test_the_file_prints_the_words_of_the_agreement_in_order_with_their_numbers(draft, clean):
    agreement = specimen(draft)
    assert same_words(lines(word(agreement, clean=clean)), printed_lines(agreement))


@BOTH
def test_every_heading_and_item_is_numbered_by_word_and_none_is_typed(draft):
    for label, paragraph in labelled(word(specimen(draft))):
        text = words(paragraph)
        style = paragraph.find("w:pPr/w:pStyle", NS).get(W + "val")
        if style != "TOC1":
            assert not re.match(r"\s*(\d+\.(\d+\.?)*|\([a-zA-Z]+\)|•)\s", text), text
        assert bool(label) == style.startswith(
            (
                "Heading",
                "ClauseItem",
                "ScheduleHeading",
                "ScheduleItem",
                "Recital",
                "Bullet",
                "TableBullet",
                "TableItem",
            )
        ) or style in ("RecitalText", "BulletText1"), (label, style)


def test_items_go_on_counting_through_their_section_and_start_again_after_a_heading():
    inner = Section("Inner", (items("(a)", "(b)"), *paragraphs("between"), items("(c)")), 2, "1.1", "1.1")
    other = Section(
        "Other", (items("(a)"), items("(i)", "(ii)", depth=1), items("(b)"), items("(i)", depth=1)), 2, "1.2", "1.2"
    )
    assert same_words(lines(word(one_section(inner, other))), printed_lines(one_section(inner, other)))


def test_items_before_the_first_subsection_do_not_shift_its_number():
    # What a skipped level does to the next number differs between programs, so the items have a list of their own.
    agreement = one_section(
        items("(a)", "(b)"), *paragraphs("between"), items("(c)"),
        Section("First", paragraphs("x"), 2, "1.1", "1.1"), Section("Second", paragraphs("x"), 2, "1.2", "1.2"),
    )  # fmt: skip
    data = word(agreement)
    assert same_words(lines(data), printed_lines(agreement))
    for label, paragraph in labelled(data):
        direct = paragraph.find("w:pPr/w:numPr", NS) is not None
        assert direct == label.startswith("(")


def test_each_list_of_recitals_and_each_cell_starts_again():
    cells = (items("(a)", "(b)"),), (items("(a)"), items("(i)", depth=1), items("(b)"))
    table = Table((Column((Text("One"),), 0.5), Column((Text("Two"),), 0.5)), (cells, cells), "Cells")
    recitals = items("(A)", "(B)", scheme=Scheme.RECITAL)
    agreement = one_section(recitals, table, recitals)
    assert same_words(lines(word(agreement)), printed_lines(agreement))


def test_items_under_unnumbered_headings_count_by_themselves():
    part = Section("Parties", (items("(a)", "(b)"),))
    agreement = replace(one_section(items("(a)", "(b)")), opening=(part, part), closing=(items("(a)"),))
    assert same_words(lines(word(agreement)), printed_lines(agreement))


def test_a_label_no_list_counts_to_is_printed_all_the_same():
    agreement = one_section(items("(a)", "(c)", "(d)", "[§ 7]", "*"), items("–", scheme=Scheme.BULLET))
    assert same_words(lines(word(agreement)), printed_lines(agreement))


def test_schedules_may_be_called_exhibits():
    inner = Section("Part", (items("(a)"),), 1, "A.1", "A.1", "part")
    exhibits = (
        Schedule(
            "Exhibit", "A", "Rates & More", (inner, Paragraph((Reference("part", "Section", "A.1", "Part"),))), "x"
        ),
        Schedule("Exhibit", "B", "Work", (Paragraph((Reference("x", "Exhibit", "A", "Rates & More"),)),), "y"),
    )
    agreement = replace(one_section(*paragraphs("x")), schedules=exhibits, contents=True)
    data = word(agreement)
    assert same_words(lines(data), printed_lines(agreement))
    assert ("REF _Ref200000002 \\n \\h", "Exhibit A") in list(fields(data))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4), st.booleans()), min_size=1, max_size=12))
def test_any_outline_keeps_its_numbers(outline):
    """Sections at random levels, with items before and after: labels as the model counts them."""
    counts: list[int] = []
    tree: list[tuple[tuple[int, ...], list]] = []
    for level, count, bullets in outline:
        level = min(level, len(counts) + 1)
        counts = [*counts[:level], 0][:level]
        counts[level - 1] += 1
        blocks = [items(*(f"({letter(n)})" for n in range(1, count + 1)))] if count else []
        if bullets:
            blocks.append(items("•", "•", scheme=Scheme.BULLET))
        tree.append((tuple(counts), blocks))

    def build(prefix: tuple[int, ...]) -> tuple[Section, ...]:
        out = []
        for path, blocks in tree:
            if path[:-1] == prefix:
                label = ".".join(map(str, path))
                label = f"{label}." if len(path) == 1 else label
                inner = (*blocks, *build(path))
                out.append(Section("Heading", inner, len(path), label.rstrip("."), label, f"s{label}"))
        return tuple(out)

    agreement = replace(one_section(), sections=build(()))
    assert same_words(lines(word(agreement)), printed_lines(agreement))


# ---------------------------------------------------------------- references and contents


@BOTH
def test_every_reference_points_to_a_bookmark_whose_number_it_shows(draft):
    data = word(specimen(draft))
    found = {}
    for label, paragraph in labelled(data):
        for start in paragraph.iter(W + "bookmarkStart"):
            found[start.get(W + "name")] = label.rstrip(".")
    references = [(i.split()[1], shown) for i, shown in fields(data) if i.startswith("REF ")]
    assert len(references) >= 10
    assert all(found[name] == shown for name, shown in references)
    assert {"2.1", "Schedule A", "A.2", "5"} <= {shown for _, shown in references}


def test_a_reference_to_nothing_prints_its_words_and_no_field():
    agreement = one_section(Paragraph((Reference("nowhere", "Section", "9", "Gone"),)))
    data = word(agreement)
    assert "Section 9 (Gone)" in lines(data)
    assert not [i for i, _ in fields(data) if i.startswith("REF")]


@BOTH
def test_the_contents_are_a_field_that_holds_the_headings(draft):
    agreement = specimen(draft)
    data = word(agreement)
    entries = [p for _, p in labelled(data) if p.find("w:pPr/w:pStyle", NS).get(W + "val") == "TOC1"]
    assert [" ".join(words(p).split()) for p in entries] == [text for text, _ in contents_entries(agreement)]
    names = {b.get(W + "name") for b in root(data).iter(W + "bookmarkStart")}
    anchors = [h.get(W + "anchor") for h in root(data).iter(W + "hyperlink")]
    assert len(anchors) == len(entries)
    assert set(anchors) <= names
    assert 'TOC \\o "1-1" \\n \\h \\z \\u' in parts(data)["word/document.xml"].decode()


@BOTH
def test_ids_and_bookmark_names_are_used_once(draft):
    tree = root(word(specimen(draft)))
    for values in (
        [e.get(W + "id") for e in tree.iter(W + "bookmarkStart")],
        [e.get(W + "name") for e in tree.iter(W + "bookmarkStart")],
        [e.get(W + "val") for e in tree.iterfind(".//w:sdtPr/w:id", NS)],
    ):
        assert len(values) == len(set(values)) > 0
    starts = sorted(e.get(W + "id") for e in tree.iter(W + "bookmarkStart"))
    assert starts == sorted(e.get(W + "id") for e in tree.iter(W + "bookmarkEnd"))


# ---------------------------------------------------------------- what the file remembers


def test_every_clause_stands_in_a_control_and_a_hidden_bookmark():
    agreement = specimen()
    tree = root(word(agreement))
    tags = [e.get(W + "val") for e in tree.iterfind(".//w:sdtPr/w:tag", NS)]
    clauses = [t for t in tags if t.startswith("clause:")]
    table = list(clause_table(agreement))
    assert clauses == [f"clause:{name}@{version}#{digest}" for name, version, digest, _ in table]
    assert "clause:hipaa.breach_notice@2.1.0#" in "".join(clauses)
    names = {e.get(W + "name") for e in tree.iter(W + "bookmarkStart")}
    assert {f"_clause_{name.replace('.', '__')}" for name, *_ in table} <= names


def test_the_custom_properties_tell_the_document_and_its_clauses_in_pieces_word_keeps():
    agreement = specimen()
    custom = root(word(agreement), "docProps/custom.xml")
    found = {e.get("name"): "".join(e.itertext()) for e in custom}
    assert json.loads(found.pop("Agreement"))["id"] == document_id(agreement)
    assert list(found) == [f"Agreement clauses {n}" for n in range(1, len(found) + 1)]
    assert all(len(text.encode("utf-16-le")) // 2 <= 255 for text in found.values())
    rows = [tuple(row) for text in found.values() for row in json.loads(text)]
    assert rows == list(clause_table(agreement))


def test_a_clean_file_remembers_nothing():
    files = parts(word(specimen(), clean=True))
    text = files["word/document.xml"].decode()
    assert "w:sdt" not in text
    assert "_clause_" not in text
    assert "docProps/custom.xml" not in files
    assert not any("custom" in files[name].decode() for name in ("[Content_Types].xml", "_rels/.rels"))


def test_tags_and_bookmarks_keep_within_the_limits_of_word():
    name = "family." + "very_long_name_" * 6
    twin = replace(specimen().sections[0].blocks[0], source=ClauseRef(name, "10.20.30", "sha256:" + "ab" * 32))
    value = Paragraph((Filled("record.1." + "long_" * 20 + "field", "x"),))
    tree = root(word(one_section(twin, replace(twin, anchor="twin"), value)))
    tags = [e.get(W + "val") for e in tree.iterfind(".//w:sdtPr/w:tag", NS)]
    names = [e.get(W + "name") for e in tree.iter(W + "bookmarkStart")]
    assert tags
    assert max(map(len, tags)) <= 64
    assert max(map(len, names)) <= 40
    assert len(set(names)) == len(names)


# ---------------------------------------------------------------- drafts and finals


def test_a_draft_has_one_comment_for_each_open_item_at_its_first_blank():
    agreement = specimen(draft=True)
    data = word(agreement)
    tree = root(data)
    starts = [e.get(W + "id") for e in tree.iter(W + "commentRangeStart")]
    assert sorted(starts) == sorted(e.get(W + "id") for e in tree.iter(W + "commentRangeEnd")) == ["0", "1", "2", "3"]
    comments = {c.get(W + "id"): words(c) for c in root(data, "word/comments.xml")}
    for item in agreement.open_items:
        said = comments[str(item.number - 1)]
        assert said.startswith(item.label)
        assert item.question in said
        assert item.why in said
        assert item.field in said
    # Item 2 is printed first on the cover, item 1 in section 5.2, item 4 has no blank and stands in its row.
    assert starts == ["1", "0", "2", "3"]
    row = next(e for e in tree.iter(W + "commentRangeStart") if e.get(W + "id") == "3").getparent()
    assert words(row).strip() == "4"


def test_open_items_without_blank_and_without_open_page_keep_their_comment():
    data = word(replace(specimen(draft=True), open_page=None))
    found = {e.get(W + "id") for e in root(data).iter(W + "commentReference")}
    assert found == {"0", "1", "2", "3"}


def test_blanks_of_a_draft_are_highlighted_and_can_be_typed_over():
    tree = root(word(specimen(draft=True)))
    blanks = [s for s in tree.iter(W + "sdt") if s.find("w:sdtPr/w:showingPlcHdr", NS) is not None]
    assert [words(b.find("w:sdtContent", NS)) for b in blanks].count("[Breach notice]") == 2
    for blank in blanks:
        assert blank.find(".//w:highlight", NS).get(W + "val") == "yellow"
        assert blank.find("w:sdtPr/w:tag", NS).get(W + "val").startswith("field:")


def test_a_draft_bears_the_watermark_in_every_header_and_a_final_nowhere():
    for draft in (True, False):
        headers = {n: c for n, c in parts(word(specimen(draft))).items() if n.startswith("word/header")}
        assert len(headers) == 3
        assert [b'string="DRAFT"' in content for content in headers.values()] == [draft] * 3


def test_a_final_holds_no_comment_no_blank_and_no_highlight():
    files = parts(word(specimen()))
    text = files["word/document.xml"].decode()
    assert "word/comments.xml" not in files
    assert "comments" not in files["[Content_Types].xml"].decode()
    assert not re.search("comment|showingPlcHdr|highlight", text)


# ---------------------------------------------------------------- values


def test_odd_names_print_exactly_as_typed():
    text = "\n".join(lines(word(specimen())))
    for name in (PROVIDER, SIGNER, "AT&T Health Partners, LLC", "{Re}Build & {{ x }} ** Pilot", "Unite “Us” <v2>"):
        assert name in text
    core = root(word(specimen()), "docProps/core.xml")
    assert "{Re}Build & {{ x }} ** Pilot" in "".join(core.itertext())


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="￾￿")))
@settings(max_examples=150, deadline=None)
def test_whatever_was_typed_is_read_back_as_typed(typed):
    data = word(one_section(Paragraph((Text("<"), Filled("some.field", typed), Text(">")))))
    assert words(root(data)).endswith(f"<{typed}>")


def test_line_breaks_of_a_value_are_line_breaks_in_word():
    agreement = one_section(Paragraph((Filled("cbo.address", "One\nTwo\r\nThree\tFour"),)))
    assert words(list(root(word(agreement)).iter(W + "p"))[-1]) == "One\nTwo\nThree\tFour"


def test_what_xml_cannot_hold_never_breaks_the_file():
    bad = "a\x00b\x1fc\ud800d\ufffee"
    agreement = one_section(
        Paragraph((Text(bad), Filled(bad, bad), Blank(bad, bad, 1))), title=bad, name=bad, header=bad
    )
    data = word(agreement)
    for name, content in parts(data).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
    assert "abcde" in words(root(data))


# ---------------------------------------------------------------- looks


def test_tables_have_repeated_headers_a_description_and_widths_that_add_up():
    for table in root(word(specimen(draft=True))).iter(W + "tbl"):
        first, *rest = table.findall("w:tr", NS)
        assert first.find("w:trPr/w:tblHeader", NS) is not None
        assert all(row.find("w:trPr/w:cantSplit", NS) is not None for row in (first, *rest))
        assert table.find("w:tblPr/w:tblDescription", NS).get(W + "val")
        grid = [int(e.get(W + "w")) for e in table.iterfind("w:tblGrid/w:gridCol", NS)]
        assert sum(grid) == int(table.find("w:tblPr/w:tblW", NS).get(W + "w"))
        for row in (first, *rest):
            assert [int(e.get(W + "w")) for e in row.iterfind("w:tc/w:tcPr/w:tcW", NS)] == grid
            assert all(cell[-1].tag == W + "p" for cell in row.iterfind("w:tc", NS))


def test_words_that_announce_a_table_stay_with_it():
    data = word(one_section(*paragraphs("one", "two"), specimen().cover.key_terms))
    kept = {words(p): p.find("w:pPr/w:keepNext", NS) is not None for _, p in labelled(data)}
    assert (kept["one"], kept["two"]) == (False, True)


def test_words_that_announce_a_list_stay_with_it():
    inner = Items((Item("(i)", paragraphs("four"), 1),), Scheme.CLAUSE)
    outer = Items((Item("(a)", (*paragraphs("three"), inner)), Item("(b)", paragraphs("five"))), Scheme.CLAUSE)
    data = word(one_section(*paragraphs("one", "two"), outer))
    kept = {words(p): p.find("w:pPr/w:keepNext", NS) is not None for _, p in labelled(data)}
    assert [kept[w] for w in ("one", "two", "three", "four", "five")] == [False, True, True, False, False]


def test_tables_never_touch():
    table = specimen().cover.key_terms
    body = root(word(one_section(table, table, table)))
    assert not any(t.getnext() is not None and t.getnext().tag == W + "tbl" for t in body.iter(W + "tbl"))


def test_no_column_is_narrower_than_its_longest_word():
    def columns(*headings):
        return tuple(Column((Text(h),), 1 / len(headings)) for h in headings)

    table = Table(columns("A", "B", "Responsibilities", "D", "E", "F", "G", "H", "I"), (), "Wide")
    grid = [int(e.get(W + "w")) for e in root(word(one_section(table))).iter(W + "gridCol")]
    assert sum(grid) == 9360
    assert grid[2] > 1700
    assert min(grid) > 800


def test_signature_blocks_are_kept_on_one_page_with_the_words_before_them():
    data = word(specimen())
    kept = {}
    for _, paragraph in labelled(data):
        style = paragraph.find("w:pPr/w:pStyle", NS).get(W + "val")
        if style.startswith("Signature") or style == "ClosingText":
            kept.setdefault(style, []).append(paragraph.find("w:pPr/w:keepNext", NS) is not None)
    assert kept == {
        "ClosingText": [True],
        "Signature": [True, True],
        "SignatureRule": [True, True, True, False],
        "SignatureLine": [True] * 4,
    }


def test_a_long_signature_label_stands_beside_its_value():
    block = SignatureBlock(
        "cbo", (Text("Us"),), (SignatureLine("Approved by its board of directors:", (Text("May 1"),)),)
    )
    agreement = replace(one_section(), signatures=(block,))
    assert "Approved by its board of directors: May 1" in lines(word(agreement))


def test_a_landscape_agreement_turns_the_page():
    size = root(word(replace(specimen(), landscape=True))).find(".//w:pgSz", NS)
    assert [size.get(W + a) for a in ("w", "h", "orient")] == ["15840", "12240", "landscape"]
    assert root(word(specimen())).find(".//w:pgSz", NS).get(W + "orient") is None


def test_the_footer_counts_pages_and_the_header_names_the_agreement():
    files = parts(word(specimen()))
    footer = etree.fromstring(files["word/footer2.xml"])
    assert words(footer) == "2027-014\tPage 1 of 1"
    assert [e.text.strip() for e in footer.iter(W + "instrText")] == ["PAGE", "NUMPAGES"]
    assert words(etree.fromstring(files["word/header2.xml"])) == "Services Agreement · 2027-014"


def test_the_properties_say_title_language_and_fixed_dates():
    core = {etree.QName(e).localname: e.text for e in root(word(specimen()), "docProps/core.xml")}
    assert core["title"] == "Services Agreement"
    assert core["language"] == "en-US"
    assert core["created"] == core["modified"] == "2026-11-15T00:00:00Z"


# ---------------------------------------------------------------- bytes


@BOTH
def test_the_same_agreement_gives_the_same_bytes(draft):
    again = check_frame(HOUSE, "house.docx").value
    assert word(specimen(draft)) == write_docx(specimen(draft), again)


def test_every_part_is_listed_and_every_relationship_leads_somewhere():
    files = parts(word(specimen(draft=True)))
    types = etree.fromstring(files["[Content_Types].xml"])
    listed = [e.get("PartName")[1:] for e in types if e.get("PartName")]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(files)
    for name, base in (("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word/")):
        relations = etree.fromstring(files[name])
        assert len({e.get("Id") for e in relations}) == len(relations)
        assert {base + e.get("Target") for e in relations} <= set(files)


# ---------------------------------------------------------------- as Word writes it


def _first(data: bytes, path: str):
    return root(data).find(f".//{path}", NS)


def test_golden_of_the_small_features(golden):
    """One feature each, as indented XML: read a change of these against the docstring of the writer."""
    section = Section(
        "Notice & Breach",
        (
            Paragraph((Text("See "), Reference("here", "Section", "1", "Heading"), Text("."))),
            Items((Item("(a)", paragraphs("one", "more")),)),
            Paragraph((Emphasis((Text("must"),), strong=True), Text(" by "), Filled("baa.days", "five\ndays"))),
            Paragraph((Blank("baa.who", "Who", 1),)),
        ),
        2, "1.1", "1.1", "notice", ClauseRef("hipaa.notice", "2.1.0", "sha256:" + "ab" * 32),
    )  # fmt: skip
    columns = (Column((Text("Service"),), 0.6), Column((Text("Rate"),), 0.4))
    table = Table(columns, ((paragraphs("meal"), paragraphs("$1")),), "Rates")
    signature = SignatureBlock("cbo", (Text("Us"),), (SignatureLine("By:"), SignatureLine("Name:", (Text("A"),))))
    agreement = replace(
        one_section(section, table),
        contents=True,
        schedules=(Schedule("Schedule", "A", "Rates", paragraphs("x"), "r"),),
        status=specimen(draft=True).status,
        open_items=specimen(draft=True).open_items[:1],
        signatures=(signature,),
    )
    golden("docx-features", pretty(_first(word(agreement), "w:body")))


@pytest.mark.slow
@pytest.mark.parametrize("draft", [False, True])
def test_libreoffice_recomputes_the_same_words_and_numbers(draft, tmp_path):
    """LibreOffice counts lists and references anew when it loads, so what it shows proves them."""
    agreement = specimen(draft)
    (tmp_path / "agreement.docx").write_bytes(word(agreement))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "agreement.docx")], check=True, capture_output=True, timeout=120)
    shown = (tmp_path / "agreement.txt").read_text(encoding="utf-8-sig")
    # Its text export writes its own sign for a bullet of the second level.
    assert same_words([shown.replace("◦", "•")], printed_lines(agreement))


def test_a_frame_with_other_numbers_still_prints_the_agreements_own():
    other = edited(HOUSE, "word/numbering.xml", lambda s: s.replace('w:val="%1."', 'w:val="Article %1"', 1))
    frame = check_frame(other, "mine.docx").value
    assert frame.formats.heading_label((3,)) == "Article 3"
    agreement = specimen()
    assert same_words(lines(write_docx(agreement, frame)), printed_lines(agreement))
