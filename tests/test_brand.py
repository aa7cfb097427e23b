"""The letterhead, colours and fonts of a workspace, and the second frame, alike in Word, PDF and web page."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.pipeline import Made, make
from generator.pipeline.looks import frame_names
from generator.settings import read_settings
from generator.writers.frame_loading import load_frame
from generator.writers.look import HOUSE, PLAIN, Look, contrast, dressed, tinted
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
FRAMES = ROOT / "clauses" / "_frames"
FONTS = ROOT / "generator" / "writers" / "typst" / "fonts"
BRAND = """
[brand]
name = "River & Bend <Connect> {{ body }}"
logo = "logo.png"
color = "#7A1F3D"
"""


def png(width: int = 30, height: int = 10) -> bytes:
    """Return a red picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xc8\x28\x28" * width for _ in range(height))
    head = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def made_in(folder: Path, settings: str, *formats: str, frame: str | None = None) -> Made:
    (folder / "agreements.toml").write_text(settings, encoding="utf-8")
    (folder / "logo.png").write_bytes(png())
    (folder / "sample.yaml").write_bytes((ROOT / "profiles" / "sample.yaml").read_bytes())
    workspace = warm_workspace(folder, today=dt.date(2027, 1, 1))
    return make(workspace, "sample.yaml", documents=("baa",), formats=formats, frame=frame)


def file_of(made: Made, ending: str) -> bytes:
    assert made.ok, [d.message for d in made.diagnostics]
    return next(data for name, data in made.files if name.endswith(ending))


def part(docx: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return package.read(name).decode()


def test_the_letterhead_stands_at_the_head_of_the_first_page_in_word_as_it_was_typed(tmp_path):
    docx = file_of(made_in(tmp_path, BRAND, "docx"), ".docx")
    header = part(docx, "word/header3.xml")
    assert "River &amp; Bend &lt;Connect&gt; {{ body }}" in header
    assert 'descr="River &amp; Bend' in header
    assert "River" not in part(docx, "word/header2.xml")
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert package.read("word/media/letterhead.png") == png()
    assert 'Target="media/letterhead.png"' in part(docx, "word/_rels/header3.xml.rels")


def test_the_colour_takes_the_place_of_the_house_colour_everywhere_in_word(tmp_path):
    docx = file_of(made_in(tmp_path, BRAND, "docx"), ".docx")
    styles = part(docx, "word/styles.xml")
    assert 'w:val="7A1F3D"' in styles
    assert HOUSE.accent not in styles
    assert HOUSE.tint not in styles


def test_the_web_page_carries_the_letterhead_inside_and_lets_nothing_else_in(tmp_path):
    page = file_of(made_in(tmp_path, BRAND, "html"), ".html").decode()
    assert '<img src="data:image/png;base64,' in page
    assert "River &amp; Bend &lt;Connect&gt; {{ body }}" in page
    assert "--accent: #7A1F3D" in page
    assert "default-src 'none'" in page
    assert "img-src data:" in page


@pytest.mark.slow
def test_the_pdf_carries_the_letterhead_on_its_first_page_alone(tmp_path):
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(file_of(made_in(tmp_path, BRAND, "pdf"), ".pdf")))
    texts = [page.extract_text() for page in reader.pages]
    assert "River & Bend <Connect> {{ body }}" in texts[0]
    assert not any("River & Bend <Connect>" in text for text in texts[1:])


def test_the_words_of_the_agreement_stay_the_same(tmp_path):
    branded = made_in(tmp_path, BRAND, "txt")
    plain = make(
        warm_workspace(ROOT, today=dt.date(2027, 1, 1)), "profiles/sample.yaml", documents=("baa",), formats=("txt",)
    )
    assert file_of(branded, ".txt") == file_of(plain, ".txt")


def test_the_same_brand_gives_the_same_bytes(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (made_in(tmp_path / n, BRAND, "docx", "pdf", "html") for n in ("one", "two"))
    assert [data for name, data in one.files if name != "record.json"] == [
        data for name, data in two.files if name != "record.json"
    ]


@pytest.mark.slow
def test_a_font_whose_file_is_there_is_embedded_in_the_pdf(tmp_path):
    (tmp_path / "fonts").mkdir()
    # A family of ours under its own name stands for one that somebody bought.
    (tmp_path / "fonts" / "bold.ttf").write_bytes((FONTS / "AgreementSerif-Bold.ttf").read_bytes())
    settings = '[brand]\nheading_font = "Agreement Serif"\nfonts = "fonts"\n'
    made = made_in(tmp_path, settings, "pdf", "docx")
    assert not [d for d in made.diagnostics if d.rule == "brand-font"]
    pdf = file_of(made, ".pdf")
    assert b"AgreementSerif" in pdf
    title = re.search(r'<w:style [^>]*w:styleId="Title".*?</w:style>', part(file_of(made, ".docx"), "word/styles.xml"))
    assert title is not None
    assert 'w:ascii="Agreement Serif"' in title[0]


def test_a_font_without_a_file_is_said_and_the_pdf_keeps_the_house_font(tmp_path):
    made = made_in(tmp_path, '[brand]\ntext_font = "Georgia"\n', "docx", "pdf")
    assert made.ok
    assert "brand-font" in [d.rule for d in made.diagnostics]
    assert 'w:ascii="Georgia"' in part(file_of(made, ".docx"), "word/styles.xml")


@pytest.mark.parametrize(
    ("settings", "rule", "words"),
    [
        ('[brand]\nlogo = "gone.png"', "brand-file", "is not there"),
        ('[brand]\nlogo = "sample.yaml"', "brand-file", "no PNG or JPEG"),
        ('[brand]\nfonts = "gone"', "brand-file", "no folder"),
        ('[brand]\ncolor = "dark blue"', "setting", "not a colour"),
        ('[brand]\ncolour = "#112233"', "setting", "colour"),
        ('[brand]\nname = "two\\nlines"', "setting", "on one line"),
        ("[brand]\nname = 7", "setting", "between quotation marks"),
        ('brand = "Harbor"', "setting", "settings of its own"),
    ],
)
def test_what_is_wrong_with_a_brand_is_told_with_its_line(tmp_path, settings, rule, words):
    made = made_in(tmp_path, settings, "docx")
    found = [d for d in made.diagnostics if d.rule == rule]
    assert not made.ok
    assert [words in d.message for d in found] == [True]
    assert found[0].span is not None
    assert found[0].span.file == "agreements.toml"
    assert found[0].span.line
    assert found[0].fix


def test_a_colour_too_pale_to_read_is_a_warning(tmp_path):
    made = made_in(tmp_path, '[brand]\ncolor = "#9FD3F2"', "docx")
    assert made.ok
    assert "pale-color" in [d.rule for d in made.diagnostics]


def test_a_slip_in_the_brand_does_not_switch_on_the_demand_for_approval():
    read = read_settings(b'[brand]\ncolor = "blue"\n')
    assert read.value is not None
    assert not read.value.require_approval


def test_both_frames_of_the_library_are_sound_and_their_plans_belong_to_them():
    for name in ("house", "plain"):
        data = (FRAMES / f"{name}.docx").read_bytes()
        checked = load_frame(data, name)
        assert checked.diagnostics == ()
        assert checked.value is not None
        assert (FRAMES / f"{name}.plan.json").read_text(encoding="utf-8") == checked.value.to_plan()


def test_the_plain_frame_is_the_house_frame_without_its_colours():
    assert (FRAMES / "plain.docx").read_bytes() == dressed((FRAMES / "house.docx").read_bytes(), PLAIN)
    assert HOUSE.accent not in part((FRAMES / "plain.docx").read_bytes(), "word/styles.xml")


@pytest.mark.slow
def test_a_frame_is_chosen_by_its_name_and_its_pdf_follows(tmp_path):
    made = made_in(tmp_path, "", "docx", "pdf", frame="plain")
    assert HOUSE.accent not in part(file_of(made, ".docx"), "word/styles.xml")
    assert file_of(made, ".pdf") != file_of(made_in(tmp_path, "", "pdf"), ".pdf")
    assert frame_names(warm_workspace(tmp_path, today=dt.date(2027, 1, 1))) == ("house", "plain")


def test_a_frame_that_is_not_there_is_told_with_those_that_are(tmp_path):
    made = made_in(tmp_path, "", "docx", frame="plane")
    assert [d.rule for d in made.diagnostics if "plane" in d.message] == ["no-such-file"]
    assert "house, plain" in next(d.fix for d in made.diagnostics if "plane" in d.message)


def test_contrast_is_that_of_the_guidelines():
    assert contrast("000000") == pytest.approx(21)
    assert contrast("FFFFFF") == pytest.approx(1)
    assert contrast("767676") == pytest.approx(4.54, abs=0.01)  # the lightest grey that the guidelines allow


@settings(max_examples=25)
@given(st.from_regex(r"[0-9A-F]{6}", fullmatch=True), st.from_regex(r"[0-9A-F]{6}", fullmatch=True))
def test_a_new_colour_is_never_taken_for_an_old_one(accent, quiet):
    look = Look(accent=accent, quiet=quiet, rule=HOUSE.accent, tint=HOUSE.quiet)
    styles = part(dressed((FRAMES / "house.docx").read_bytes(), look), "word/styles.xml")
    before = part((FRAMES / "house.docx").read_bytes(), "word/styles.xml")
    for old, new in ((HOUSE.accent, accent), (HOUSE.quiet, quiet), (HOUSE.rule, HOUSE.accent)):
        for found in re.finditer(f'"{old}"', before):
            assert styles[found.start() + 1 : found.end() - 1] == new


def test_a_tint_lies_between_paper_and_colour():
    assert tinted("000000", 0) == "FFFFFF"
    assert tinted("123456", 1) == "123456"
    assert tinted("000000", 0.5) == "808080"


@pytest.mark.slow
def test_initials_stand_at_the_foot_of_every_page_where_the_parties_want_them(tmp_path):
    from pypdf import PdfReader

    profile = (ROOT / "profiles" / "sample.yaml").read_text(encoding="utf-8")
    (tmp_path / "initials.yaml").write_text(profile + "agreement.initials: yes\n", encoding="utf-8")
    workspace = warm_workspace(tmp_path, today=dt.date(2027, 1, 1))
    made = make(workspace, "initials.yaml", documents=("baa", "bac"), formats=("docx", "pdf"))
    files = dict(made.files)
    line = "Initials:  Lakeshore ________    Riverbend ________"
    assert line in part(files["business-associate-agreement.docx"], "word/footer2.xml")
    pages = PdfReader(io.BytesIO(files["business-associate-agreement.pdf"])).pages
    assert all("Initials: Lakeshore" in " ".join(page.extract_text().split()) for page in pages)
    # Nobody signs a checklist, and without the wish there is no line.
    assert "Initials" not in part(files["baa-checklist.docx"], "word/footer2.xml")
    plain = make(workspace, "initials.yaml", documents=("bac",), formats=("docx",))
    assert "Initials" not in part(file_of(plain, ".docx"), "word/footer2.xml")
