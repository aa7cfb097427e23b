"""The agreement as a PDF: the same words, tags one can hear, the same bytes each time."""

from __future__ import annotations

import datetime as dt
import random
import re
import sys
import threading
import unicodedata
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.diagnostics import Severity, Span
from generator.model import (
    Agreement,
    Column,
    Cover,
    Definition,
    Emphasis,
    Filled,
    Item,
    Items,
    Paragraph,
    Reference,
    Scheme,
    Section,
    SignatureBlock,
    SignatureLine,
    Status,
    Table,
    Text,
)
from generator.writers import pdf
from generator.writers.pdf import RULES, check_glyphs, write_pdf
from generator.writers.text import printed_lines
from tests.specimen import specimen

sys.path.insert(0, str(pdf._FOLDER))
import build_fonts

BOTH = pytest.mark.parametrize("draft", [False, True])


def one_page(*blocks) -> Agreement:
    """Return the shortest agreement that prints ``blocks``."""
    return replace(
        specimen(),
        cover=Cover("Title", (), (), None),
        opening=(),
        sections=(Section("Heading", blocks, anchor="only"),),
        closing=(),
        signatures=(),
        schedules=(),
        contents=False,
        header="",
    )


def pages_of(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def lines_of(page: str) -> list[str]:
    return page.strip().split("\n")


def words_of(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()


def printed(value: str) -> str:
    """Return what a page shows of a value that stands alone between brackets."""
    page = pages_of(write_pdf(one_page(Paragraph((Text("<<<"), Filled("x", value), Text(">>>"))))))[-1]
    return page[page.index("<<<") + 3 : page.rindex(">>>")]


class Tags:
    """The structure tree: (type, text it names, attributes, kids)."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(data))
        self.elements = list(self.walk(self.pdf.Root.StructTreeRoot.K[0]))

    def walk(self, element):
        yield element
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from self.walk(kid)

    def of(self, *types: str):
        return [e for e in self.elements if str(e.S)[1:] in types]

    @staticmethod
    def attribute(element, name: str):
        return next((a[name] for a in element.get("/A", []) if name in a), None)


# ---------------------------------------------------------------- words


@BOTH
def test_the_pages_hold_the_words_of_the_agreement_in_order(draft):
    agreement = specimen(draft)
    pages = pages_of(write_pdf(agreement))
    found: list[str] = []
    for n, page in enumerate(pages, 1):
        lines = lines_of(page)
        if draft:
            assert lines.pop(0) == "DRAFT"
        if n > 1:
            assert lines.pop(0) == agreement.header
        assert lines.pop() == f"{agreement.number} Page {n} of {len(pages)}"
        if n == 2:  # the contents: a page number, and before it dots that are drawn
            lines = [re.sub(r" \d+$", "", line) for line in lines]
        words = words_of("\n".join(lines))
        found += words
    assert found == words_of("\n".join(printed_lines(agreement)))


ODD = [
    "AT&T",
    "{Re}Build",
    "#set text(size: 1pt)",
    "#panic()",
    "$x^2$",
    "@ref <label>",
    "<w:p>",
    "a\\nb",
    "\\u{41}",
    "Nguyễn Thị Hồng Đào",
    "`code`",
    "```",
    "*bold* _italic_ ~",
    "\"straight\" 'quotes'",
    "“curly” ‘quotes’",
    "-- --- ...",
    "// not a comment /* nor this */",
    "https://example.org/a?b=c",
    "= no heading",
    "- no list",
    "+ no list",
    "/ term: no",
    "[x](y)",
    "{{ x }} {% if %}",
    "office affluent fire flow Thirty",
    "Ελληνικά Кириллица",
    "☐ ☑ ✓ → ≤ § ½ № €",
    "Łukasz Ørsted-Çelik",
    unicodedata.normalize("NFD", "Nguyễn é Å"),
]


@pytest.mark.parametrize("value", ODD)
def test_a_value_prints_exactly_as_it_is(value):
    assert unicodedata.normalize("NFC", printed(value)) == unicodedata.normalize("NFC", value)


@pytest.mark.parametrize(
    "place", ["title", "heading", "header", "label", "cell of the cover", "definition", "item", "name"]
)
@pytest.mark.parametrize("value", ["#panic() $x$ @y *z*", '<a> & `b` -- "c"'])
def test_words_are_shown_as_they_are_wherever_they_stand(place, value):
    page = one_page(Paragraph((Text("words"),)))
    match place:
        case "title":
            page = replace(page, title=value, cover=replace(page.cover, title=value))
        case "heading":
            page = replace(page, sections=(Section(value, (), 1, "1", "1.", "x"),), contents=True)
        case "header":
            page = replace(page, header=value, number=value)
        case "label":
            page = one_page(Items((Item(value, (Paragraph((Text("words"),)),)),)))
        case "cell of the cover":
            page = replace(
                page, cover=Cover("T", (Text(value),), ((Text(value),),), None, (Paragraph((Text(value),)),))
            )
        case "definition":
            page = one_page(Paragraph((Definition("t", (Text(value),)), Emphasis((Text(value),)))))
        case "item":
            page = one_page(Items((Item("•", (Paragraph((Text(value),)),)),), Scheme.BULLET))
        case "name":
            page = replace(page, signatures=(SignatureBlock("x", (Text(value),), (SignatureLine(value),)),))
    assert " ".join(value.split()) in " ".join("\n".join(pages_of(write_pdf(page))).split())


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from("ab #$@<>`*_-~\\/=+\"'{}[]()|&%^!?.:;é“”§—\n"), max_size=40))
def test_any_text_prints_exactly(value):
    shown = printed(value)
    # Spaces at the end of a line, and several together, are white space like any other to who reads it out.
    assert shown.replace("\x02", "-").split() == value.split()


def test_a_line_break_of_a_value_breaks_the_line():
    assert printed("one\ntwo\r\nthree") == "one\ntwo\nthree"


def test_without_contents_the_text_begins_below_the_title():
    (page,) = pages_of(write_pdf(one_page(Paragraph((Text("Words."),)))))
    assert page.index("Title") < page.index("Words.")
    first, second, third, *_ = pages_of(write_pdf(replace(one_page(Paragraph((Text("Words."),))), contents=True)))
    assert ("Title" in first, "Contents" in second, "Words." in third) == (True, True, True)


def test_two_spaces_stay_two():
    def width(value: str) -> float:
        page = pypdfium2.PdfDocument(write_pdf(one_page(Paragraph((Text(value),)))))[0].get_textpage()
        return max(page.get_charbox(n)[2] for n in range(page.count_chars()) if page.get_text_range(n, 1) == "b")

    assert width("a  b") > width("a b") + 2


def test_nothing_is_hyphenated_and_no_letters_melt_together():
    words = "office fluffy responsibility authorization notwithstanding " * 30
    assert "".join(pages_of(write_pdf(one_page(Paragraph((Text(words),)))))[0:]).count("office") == 30


# ---------------------------------------------------------------- bytes


@BOTH
def test_the_same_agreement_gives_the_same_bytes(draft):
    first = write_pdf(specimen(draft))
    write_pdf(one_page())
    assert write_pdf(specimen(draft)) == first


def test_threads_have_compilers_of_their_own_and_give_the_same_bytes():
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(write_pdf(specimen()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [write_pdf(specimen())] * 3


def test_the_only_date_is_the_agreements():
    with pikepdf.open(BytesIO(write_pdf(replace(specimen(), date=dt.date(2031, 2, 3))))) as made:
        assert {str(made.docinfo[k])[:16] for k in made.docinfo if "Date" in k} == {"D:20310203000000"}
        assert "/Author" not in made.docinfo
        with made.open_metadata() as meta:
            assert {v[:19] for k, v in meta.items() if "Date" in k} == {"2031-02-03T00:00:00"}


# ---------------------------------------------------------------- structure


def test_title_and_language_are_the_agreements():
    tags = Tags(write_pdf(replace(specimen(), language="es-US")))
    assert str(tags.pdf.docinfo.Title) == "Services Agreement"
    assert str(tags.pdf.Root.Lang) == "es-US"
    assert bool(tags.pdf.Root.ViewerPreferences.DisplayDocTitle)


@BOTH
def test_headings_go_down_one_level_at_a_time(draft):
    tags = Tags(write_pdf(specimen(draft)))
    levels = [int(str(e.S)[2:]) for e in tags.of("H1", "H2", "H3", "H4", "H5", "H6")]
    assert levels[0] == 1
    assert set(levels) == {1, 2, 3}
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_bookmarks_are_the_headings():
    with pikepdf.open(BytesIO(write_pdf(specimen()))) as made, made.open_outline() as outline:
        assert [item.title for item in outline.root] == [
            "Contents", "Parties", "Background", "1. Definitions and Reading", "2. Services and Referrals",
            "3. Payment", "4. Confidentiality", "5. Privacy and Security", "6. Term and Termination", "7. General",
            "Schedule A — Rates", "Schedule B — Statement of Work",
        ]  # fmt: skip
        assert [item.title for item in outline.root[4].children] == ["2.1 Scope", "2.2 Referrals"]


def test_the_contents_give_the_page_a_heading_stands_on():
    data = write_pdf(specimen())
    pages = pages_of(data)
    _, title, *lines, _ = lines_of(pages[1])  # below the running head, above the foot
    assert title == "Contents"
    assert len(lines) == 9
    for line in lines:
        heading, _, number = line.rpartition(" ")
        name = heading.split(" ", 1)[-1]
        assert name.split("—")[-1].strip() in pages[int(number) - 1], line


def test_the_second_line_of_a_long_heading_stands_below_the_words_of_the_first():
    whole = specimen()
    long = replace(whole.sections[0], heading="Wide " * 30, blocks=())
    document = pypdfium2.PdfDocument(write_pdf(replace(whole, sections=(long,), opening=(), schedules=())))
    for page in (document[1].get_textpage(), document[2].get_textpage()):  # in the contents, and in the text
        places = [page.get_charbox(n)[:2] for n, c in enumerate(page.get_text_range()) if c == "W"]
        assert len(places) == 30
        assert len({round(y) for _, y in places}) > 1
        assert 107 < min(x for x, _ in places) < 110  # an inch and a half


def test_every_reference_is_a_link_to_the_heading_it_names():
    with pikepdf.open(BytesIO(write_pdf(specimen()))) as made, made.open_outline() as outline:
        titles = {t.title for item in outline.root for s in (item, *item.children) for t in (s, *s.children)}
        places = dict(pikepdf.NameTree(made.Root.Names.Dests).items())
        links = [a for page in made.pages for a in page.obj.get("/Annots", [])]
        assert len(links) > 20
        for link in links:
            assert (str(link.Subtype), "/A" in link) == ("/Link", False)
            assert str(link.Contents) in titles
            assert str(link.Dest) in places


def test_a_reference_to_nothing_is_plain_words():
    made = write_pdf(one_page(Paragraph((Reference("gone", "Section", "9", "Gone"),))))
    assert "Section 9 (Gone)" in pages_of(made)[-1]
    assert b"/Subtype/Link" not in made


def test_an_anchor_given_twice_is_no_link():
    sections = (
        Section("One", (Paragraph((Reference("x", "Section", "1", "One"),)),), anchor="x"),
        Section("Two", (), anchor="x"),
    )
    assert "Section 1 (One)" in pages_of(write_pdf(replace(one_page(), sections=sections)))[-1]


def test_tables_say_which_cells_name_columns_and_rows():
    tags = Tags(write_pdf(specimen()))
    key_terms, rates, stages = tags.of("Table")

    def scopes(table):
        return [
            "".join(str(tags.attribute(c, "/Scope") or "-")[1:2] or "." for c in row.K)
            for row in tags.walk(table)
            if str(row.S) == "/TR"
        ]

    assert scopes(key_terms) == ["CC", *["R."] * 4]
    assert scopes(rates) == ["CCC", *["R.."] * 3]
    assert scopes(stages) == ["CCCCCCC", *["......."] * 6]
    assert str(tags.attribute(stages, "/Summary")) == "Stages of the work, who does them, by when and at what price"
    # Headers would hide the scopes; where there are no row headers typst's own Headers stay.
    assert [
        len([c for c in tags.walk(t) if tags.attribute(c, "/Headers") and str(c.S) == "/TD"]) for t in tags.of("Table")
    ] == [0, 0, 42]


def test_a_table_over_two_pages_is_described_and_names_its_rows_as_well():
    row = ((Paragraph((Text("Name"),)),), (Paragraph((Text("Words"),)),))
    columns = (Column((Text("A"),), 0.5), Column((Text("B"),), 0.5))
    tables = [Table(columns, (row,) * rows, f"{rows} rows", row_headers=True) for rows in (2, 60)]
    tags = Tags(write_pdf(one_page(*tables)))
    assert [str(tags.attribute(t, "/Summary")) for t in tags.of("Table")] == ["2 rows", "60 rows"]
    assert len([c for c in tags.of("TH") if str(tags.attribute(c, "/Scope")) == "/Row"]) == 62


def test_items_are_lists_with_their_own_labels():
    tags = Tags(write_pdf(specimen()))
    assert len(tags.of("L")) > 10
    for item in tags.of("LI"):
        assert [str(kid.S) for kid in item.K] == ["/Lbl", "/LBody"]


def test_header_footer_and_watermark_are_artifacts():
    tags = Tags(write_pdf(specimen(draft=True)))
    for page in tags.pdf.pages:
        kinds = [
            str(i.operands[1].get("/Subtype", ""))
            for i in pikepdf.parse_content_stream(page)
            if str(i.operator) == "BDC"
            and str(i.operands[0]) == "/Artifact"
            and isinstance(i.operands[1], pikepdf.Dictionary)
        ]
        assert "/Footer" in kinds
    assert all("DRAFT" in page for page in pages_of(write_pdf(specimen(draft=True))))
    assert not any("DRAFT" in page for page in pages_of(write_pdf(specimen())))


def test_the_signature_blocks_stay_on_one_page_with_the_words_before_them():
    blocks = tuple(
        SignatureBlock(name, (Text(f"NAME OF {name}"),), tuple(SignatureLine(f"{name}{n}:") for n in range(4)))
        for name in ("US", "THEM")
    )
    for lines in range(14, 30):
        filler = tuple(Paragraph((Text(f"line {n}"),)) for n in range(lines))
        pages = pages_of(
            write_pdf(replace(one_page(*filler), closing=(Paragraph((Text("In witness"),)),), signatures=blocks))
        )
        (page,) = [p for p in pages if "NAME OF US" in p]
        assert all(f"{name}{n}:" in page for name in ("US", "THEM") for n in range(4))
        assert "In witness" in page


def test_no_heading_is_left_at_the_foot_of_a_page():
    for lines in range(20, 32):
        filler = tuple(Paragraph((Text(f"line {n}"),)) for n in range(lines))
        sections = (
            Section("One", filler),
            Section("HEADING", (Section("SUB", (Paragraph((Text("text below"),)),), 2),)),
        )
        (page,) = [p for p in pages_of(write_pdf(replace(one_page(), sections=sections))) if "HEADING" in p]
        assert "SUB" in page
        assert "text below" in page


def test_a_table_repeats_its_header_on_every_page():
    agreement = specimen()
    table = agreement.schedules[0].blocks[1].blocks[0]
    pages = pages_of(write_pdf(one_page(replace(table, rows=table.rows * 5))))
    assert all("Responsible" in page for page in pages[1:])
    assert len(pages) > 3


def test_a_row_longer_than_a_page_loses_nothing():
    table = specimen().schedules[0].blocks[1].blocks[0]
    long = tuple(Paragraph((Text(f"paragraph {n}"),)) for n in range(80))
    text = "".join(pages_of(write_pdf(one_page(replace(table, rows=((*table.rows[0][:-1], long),))))))
    assert all(f"paragraph\n{n}" in text.replace("paragraph ", "paragraph\n") for n in range(80))


def test_landscape_is_letter_turned():
    pages = pypdfium2.PdfDocument(write_pdf(replace(specimen(), landscape=True)))
    assert {page.get_size() for page in pages} == {(792.0, 612.0)}


def test_schedules_and_open_items_start_pages():
    pages = pages_of(write_pdf(specimen(draft=True)))
    first = [lines_of(page)[2] for page in pages]
    assert first.count("Schedule A — Rates") == 1
    assert first.count("Schedule B — Statement of Work") == 1
    assert first[-1] == "Open Items"


def test_an_agreement_of_almost_nothing_can_be_written():
    nothing = replace(one_page(), sections=(), status=Status.DRAFT, number="")
    assert pages_of(write_pdf(nothing))


# ---------------------------------------------------------------- characters without a glyph


def test_characters_without_a_glyph_are_named_with_their_field_and_place():
    span = Span("harbor.yaml", 7, 9)
    page = one_page(Paragraph((Filled("cbo.legal_name", "海 Harbor مر", span), Text(" and ש"))))
    field, clause = check_glyphs(page)
    assert field.rule == clause.rule == RULES[0].name
    assert field.severity is Severity.ERROR
    assert (field.field, field.span) == ("cbo.legal_name", span)
    assert "U+6D77 CJK UNIFIED IDEOGRAPH-6D77" in field.message
    assert "U+0645 ARABIC LETTER MEEM" in field.message
    assert "U+05E9 HEBREW LETTER SHIN" in clause.message
    assert "“Heading”" in clause.message
    with pytest.raises(RuntimeError):
        write_pdf(page)


@BOTH
def test_the_specimen_lacks_no_glyph(draft):
    assert check_glyphs(specimen(draft)) == ()


@pytest.mark.parametrize("value", [v for v in ODD if v != "```"])
def test_what_prints_is_not_complained_of(value):
    assert check_glyphs(one_page(Paragraph((Text(value),)))) == ()


@pytest.mark.parametrize(
    "value", ["\u200b", "a\u00adb", "\ufeff", "a\u00a0b", "a\u2011b", "a\u2009b", "a\tb", "☑\ufe0f"]
)
def test_what_one_does_not_see_is_no_missing_glyph(value):
    page = one_page(Paragraph((Text(value),)))
    assert check_glyphs(page) == ()
    assert write_pdf(page)


@pytest.mark.parametrize("value", ["\x07", "\x00", "\x08", "\x7f", "क", "😀", "\u202e", "\ue000", "\U000e0041"])
def test_what_cannot_be_printed_is_told(value):
    assert len(check_glyphs(one_page(Paragraph((Text(value),))))) == 1


def test_every_character_we_call_printable_is_printed():
    ranges = [
        r.split("-") for line in (pdf._FOLDER / "characters.txt").read_text().splitlines() for r in line.split()[1:]
    ]
    characters = sorted(
        {c for first, *last in ranges for c in range(int(first, 16), int((last or [first])[0], 16) + 1)}
    )
    assert len(characters) > 1500
    # Each by itself, so that none is an accent on its neighbour.
    page = one_page(Paragraph((Text(" ".join(map(chr, characters))),)), Paragraph((Emphasis((Text("ễ ☑ Ω"),), True),)))
    assert check_glyphs(page) == ()
    assert write_pdf(page)


def test_characters_we_call_missing_are_missing():
    pick = random.Random(7)
    missing = [chr(c) for c in range(0x20, 0x3000) if pdf._missing_in(chr(c)) and unicodedata.category(chr(c)) != "Cn"]
    for character in pick.sample([c for c in missing if unicodedata.category(c)[0] in "LNPS"], 25):
        with pytest.raises(RuntimeError, match="could not be displayed"):
            write_pdf(one_page(Paragraph((Text(character),))))


def test_the_list_of_characters_is_that_of_the_fonts():
    assert build_fonts.CHARACTERS.read_text(encoding="ascii") == build_fonts.as_text()


def test_every_font_has_its_licence_beside_it():
    names = {p.name for p in build_fonts.FONTS.iterdir()}
    assert {"OFL-Caladea.txt", "OFL-NotoSerif.txt", "LICENSE-DejaVu.txt", "README.md"} <= names
    assert {p.split("-")[0].split(".")[0] for p in names if p.endswith(".ttf")} == {
        "Caladea",
        "AgreementSerif",
        "AgreementSymbols",
    }


# ---------------------------------------------------------------- archival, accessible


@pytest.mark.slow
@BOTH
@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_it_is_what_it_says_it_is(draft, profile, tmp_path):
    import page as validation

    file = tmp_path / "made.pdf"
    file.write_bytes(write_pdf(specimen(draft)))
    failures = validation.validate_pdf(str(file), profile=profile).failures
    # Compressed data may end in a carriage return, which that checker takes for the line end after it.
    assert [f for f in failures if not f.rule_id.endswith("STREAM-LENGTH-001")] == []


@BOTH
def test_it_declares_both_standards(draft):
    with pikepdf.open(BytesIO(write_pdf(specimen(draft)))) as made, made.open_metadata() as meta:
        assert (meta["pdfuaid:part"], meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("1", "2", "A")
        assert made.check_pdf_syntax() == []
