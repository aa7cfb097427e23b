"""The frame: what people may change in Word, and what they are told when they changed too much."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from docxtpl import DocxTemplate
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined
from lxml import etree
from markupsafe import Markup

from generator.diagnostics import errors_in
from generator.model import Status
from generator.writers.docx import write_docx
from generator.writers.frame import SLOTS, STYLES, WORDS, Frame, filled
from generator.writers.frame_check import check_frame
from generator.writers.frame_loading import load_frame
from generator.writers.frame_rules import RULES
from generator.writers.text import printed_lines
from tests.specimen import specimen
from tests.word_file import edited, lines, parts

FRAMES = Path(__file__).parents[1] / "clauses" / "_frames"
HOUSE = (FRAMES / "house.docx").read_bytes()
PLAN = (FRAMES / "house.plan.json").read_bytes()


def rules_of(data: bytes) -> list[str]:
    return [problem.rule for problem in check_frame(data, "mine.docx").diagnostics]


def house() -> Frame:
    frame = check_frame(HOUSE, "house.docx").value
    assert frame is not None
    return frame


# ---------------------------------------------------------------- the house frame


def test_the_house_frame_is_sound():
    checked = check_frame(HOUSE, "house.docx")
    assert checked.ok
    assert checked.diagnostics == ()
    assert all(checked.value.styles[key] for key in STYLES)


def test_the_house_frame_is_what_its_script_makes():
    sys.path.insert(0, str(FRAMES))
    try:
        import build_house
    finally:
        sys.path.remove(str(FRAMES))
    # Parts, not bytes: another zlib may pack the same text otherwise.
    assert parts(build_house.build()) == parts(HOUSE)


def test_the_plan_of_the_house_frame_is_fresh():
    assert house().to_plan() == PLAN.decode(), "run python clauses/_frames/build_house.py --plan"
    assert Frame.from_plan(PLAN, HOUSE) == house()


def test_a_plan_serves_without_docxtpl_and_gives_the_same_file(tmp_path):
    code = (
        "import sys; from pathlib import Path; from generator.writers.frame_loading import load_frame\n"
        "from generator.writers.docx import write_docx; from tests.specimen import specimen\n"
        f"folder = Path({str(FRAMES)!r})\n"
        "plan = (folder / 'house.plan.json').read_bytes()\n"
        "frame = load_frame((folder / 'house.docx').read_bytes(), 'house.docx', plan).value\n"
        "Path(sys.argv[1]).write_bytes(write_docx(specimen(), frame))\n"
        "print([m for m in ('docxtpl', 'docx', 'lxml', 'jinja2') if m in sys.modules])"
    )
    root = Path(__file__).parents[1]
    made = tmp_path / "made.docx"
    run = subprocess.run([sys.executable, "-c", code, str(made)], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    assert made.read_bytes() == write_docx(specimen(), house())


def test_a_plan_of_another_file_or_another_form_is_not_used():
    other = edited(HOUSE, "word/styles.xml", lambda s: s.replace("1F2A44", "000000"))
    assert Frame.from_plan(PLAN, other) is None
    assert load_frame(other, "mine.docx", PLAN).value == check_frame(other, "mine.docx").value
    for broken in (b"", b"{", b"[]", b"{}", json.dumps({**json.loads(PLAN), "plan": 0}).encode()):
        assert Frame.from_plan(broken, HOUSE) is None


@pytest.mark.parametrize(("draft", "landscape"), list(product((True, False), repeat=2)))
def test_docxtpl_makes_the_same_parts_of_the_frame(draft, landscape):
    """The frame is a docxtpl template: docxtpl itself, with the same words, comes to the same XML."""
    words = {name: f"{name} & <{name}>" for name in WORDS}
    slots = {slot: f"<w:p><w:r><w:t>{slot}</w:t></w:r></w:p>" for slot in SLOTS}
    flags = {"draft": draft, "landscape": landscape, "contents": True}
    template = DocxTemplate(io.BytesIO(HOUSE))
    context = {**words, **flags, **{slot: Markup(xml) for slot, xml in slots.items()}}
    template.render(context, Environment(undefined=StrictUndefined, autoescape=True))
    out = io.BytesIO()
    template.save(out)
    theirs = parts(out.getvalue())
    escaped = {
        name: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for name, text in words.items()
    }

    def canonical(xml: bytes) -> bytes:
        xml = re.sub(rb"<w:pgSz[^>]*/>", b"", xml)  # turning the page is ours, not docxtpl's
        # docxtpl leaves a word's run without xml:space, renumbers drawings, and keeps the namespaces of the frame.
        return etree.tostring(etree.fromstring(xml), method="c14n2")

    pieces = {slot: [xml] for slot, xml in slots.items()}
    for name, mine in house().templates:
        assert canonical("".join(filled(mine, escaped, flags, pieces)).encode()) == canonical(theirs[name]), name


def test_number_formats_are_read_from_the_frame():
    frame = house()
    assert frame.formats.heading_label((7, 2)) == "7.2"
    assert frame.formats.item_label(1, 4) == "(iv)"
    other = edited(
        HOUSE, "word/numbering.xml",
        lambda s: s.replace('w:val="%1."', 'w:val="Article %1"', 1).replace('w:val="(%4)"', 'w:val="%4)"', 1),
    )  # fmt: skip
    formats = check_frame(other, "mine.docx").value.formats
    assert formats.heading_label((3,)) == "Article 3"
    assert formats.item_label(0, 2) == "b)"


# ---------------------------------------------------------------- what an editor may do


def replaced(old: str, new: str, name: str = "word/document.xml", count: int = 1) -> bytes:
    return edited(HOUSE, name, lambda s: s.replace(old, new, count))


def inserted(xml: str) -> bytes:
    """The house frame with ``xml`` as the first thing in its text."""
    return replaced("<w:body>", f"<w:body>{xml}")


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_letterhead_and_conditions_are_printed():
    text = paragraph("Our Firm") + paragraph(
        "{% if draft and not landscape %}For talks{% else %}Agreed{% endif %} {{ date }}"
    )
    text += (
        paragraph("{%p if document_type == 'svc' or number != 'x' %}")
        + paragraph("{{ title }}")
        + paragraph("{%p endif %}")
    )
    frame = check_frame(inserted(text), "mine.docx").value
    assert lines(write_docx(specimen(draft=True), frame))[:3] == [
        "Our Firm",
        "For talks November 15, 2026",
        "Services Agreement",
    ]
    assert lines(write_docx(specimen(), frame))[1] == "Agreed November 15, 2026"


def test_a_tag_that_word_split_into_runs_is_one_tag():
    split = "<w:r><w:t>{{</w:t></w:r><w:proofErr w:type='spellStart'/><w:r><w:rPr><w:b/></w:rPr><w:t> he</w:t></w:r>"
    split += "<w:r><w:t>ader }}</w:t></w:r>"
    data = edited(
        HOUSE, "word/header2.xml", lambda s: re.sub(r"<w:r><w:t [^>]*>\{\{ header \}\}</w:t></w:r>", split, s)
    )
    frame = check_frame(data, "mine.docx").value
    assert "Services Agreement · 2027-014" in parts(write_docx(specimen(), frame))["word/header2.xml"].decode()


def test_styles_are_found_by_name_whatever_their_ids_are():
    files = {n: c.decode() for n, c in parts(HOUSE).items() if n.endswith(".xml")}
    data = HOUSE
    for name in files:
        if "Heading1" in files[name] and name.startswith("word/"):
            data = edited(data, name, lambda s: s.replace('"Heading1"', '"berschrift1"'))
    frame = check_frame(data, "mine.docx").value
    assert frame.styles["heading1"] == "berschrift1"
    assert "".join(lines(write_docx(specimen(), frame))) == "".join(lines(write_docx(specimen(), house())))


def test_a_style_that_is_not_needed_may_be_deleted():
    data = edited(HOUSE, "word/styles.xml", lambda s: re.sub(r'<w:style [^>]*w:styleId="Subtitle".*?</w:style>', "", s))
    assert check_frame(data, "mine.docx").value.styles["subtitle"] == "BodyText"


def test_values_in_headers_are_escaped_and_never_read_as_tags():
    agreement = replace(specimen(), header="{{ title }} & <b>", status=Status.DRAFT, open_items=())
    header = etree.fromstring(parts(write_docx(agreement, house()))["word/header2.xml"])
    assert "".join(header.itertext()) == "{{ title }} & <b>"


def test_properties_of_the_frame_are_kept_and_not_doubled():
    custom = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="7" name="Firm"><vt:lpwstr>A &amp; B</vt:lpwstr>'
        '</property><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="8" name="Agreement"><vt:lpwstr>old'
        "</vt:lpwstr></property></Properties>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts(HOUSE).items():
            package.writestr(name, content)
        package.writestr("docProps/custom.xml", custom)
    made = parts(write_docx(specimen(), check_frame(out.getvalue(), "mine.docx").value))
    root = etree.fromstring(made["docProps/custom.xml"])
    names = [e.get("name") for e in root]
    assert names[:2] == ["Firm", "Agreement"]
    assert len(names) == len(set(names))
    assert [e.get("pid") for e in root] == [str(n) for n in range(2, 2 + len(names))]
    assert made["[Content_Types].xml"].count(b"docProps/custom.xml") == 1


# ---------------------------------------------------------------- what is told


def repacked(change) -> bytes:
    files = parts(HOUSE)
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    return repacked(lambda files: files.update({name: content}))


DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATIONS, LISTS, TYPES = "word/_rels/document.xml.rels", "word/numbering.xml", "[Content_Types].xml"
RELATION = (
    '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    'Target="https://example.org/x" TargetMode="External"/></Relationships>'
)
SLOT = "{{p body }}"

FAULTS = {
    "a PDF": (b"%PDF-1.7 not at all", "frame-not-word"),
    "an empty file": (b"", "frame-not-word"),
    "an old .doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "frame-not-word"),
    "half a file": (HOUSE[: len(HOUSE) // 2], "frame-not-word"),
    "a zip of something else": (
        repacked(lambda files: [files.pop(n) for n in list(files) if n != "docProps/app.xml"]), "frame-not-word",
    ),
    "a part with entities": (
        replaced('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
                 '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "b">]>'), "frame-not-word",
    ),
    "a template file": (replaced("document.main+xml", "template.main+xml", "[Content_Types].xml"), "frame-not-word"),
    "a macro file": (
        replaced("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                 "application/vnd.ms-word.document.macroEnabled.main+xml", "[Content_Types].xml"), "frame-macros",
    ),
    "macros left inside": (with_part("word/vbaProject.bin", b"x"), "frame-macros"),
    "an embedded object": (with_part("word/embeddings/oleObject1.bin", b"x"), "frame-macros"),
    "a linked picture": (replaced("</Relationships>", RELATION.format("image"), RELATIONS), "frame-macros"),
    "a template fetched on opening": (
        replaced("</Relationships>", RELATION.format("attachedTemplate"), RELATIONS), "frame-macros",
    ),
    "a file that unpacks to too much": (lambda: with_part("word/media/image1.bmp", bytes(65 * 2**20)), "frame-too-big"),
    "a missing style": (replaced('w:val="Clause Item 2"', 'w:val="My level"', "word/styles.xml"), "frame-style"),
    "a style without its list": (
        replaced('<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>', "", "word/styles.xml"), "frame-list",
    ),
    "a level linked to another style": (
        replaced('<w:pStyle w:val="ClauseItem1"/>', '<w:pStyle w:val="Subtitle"/>', LISTS), "frame-list",
    ),
    "a level that counts in words": (replaced('w:val="decimal"', 'w:val="cardinalText"', LISTS), "frame-list"),
    "a list that starts at five": (replaced('<w:start w:val="1"/>', '<w:start w:val="5"/>', LISTS), "frame-list"),
    "a level that never starts again": (
        replaced('<w:pStyle w:val="Heading2"/>', '<w:lvlRestart w:val="0"/><w:pStyle w:val="Heading2"/>', LISTS),
        "frame-list",
    ),
    "a missing slot": (replaced(SLOT, "Body"), "frame-slot"),
    "a slot twice": (inserted(paragraph("{{p toc }}")), "frame-slot"),
    "text beside a slot": (replaced(SLOT, f"Dated {SLOT}"), "frame-slot"),
    "two slots in one paragraph": (
        edited(HOUSE, "word/document.xml", lambda s: s.replace("{{p toc }}", "").replace(SLOT, "{{p toc }}" + SLOT)),
        "frame-slot",
    ),
    "slots out of order": (
        edited(HOUSE, "word/document.xml",
               lambda s: s.replace("p toc", "p #").replace("p body", "p toc").replace("p #", "p body")),
        "frame-slot",
    ),
    "a slot in a table": (
        edited(HOUSE, "word/document.xml",
               lambda s: re.sub(r"<w:p>(?:(?!</w:p>).)*\{\{p body \}\}.*?</w:p>",
                                r"<w:tbl><w:tr><w:tc>\g<0></w:tc></w:tr></w:tbl>", s)), "frame-slot",
    ),
    "an unknown word": (inserted(paragraph("{{ titel }}")), "frame-tag"),
    "a filter": (inserted(paragraph("{{ title|upper }}")), "frame-tag"),
    "a loop": (inserted(paragraph("{% for p in title %}x{% endfor %}")), "frame-tag"),
    "a call": (inserted(paragraph("{{ title.__class__() }}")), "frame-tag"),
    "a tag that is not closed": (inserted(paragraph("{% if draft %}x")), "frame-tag"),
    "an if that begins in a paragraph and ends in a cell": (
        inserted(
            paragraph("{% if draft %}x") + "<w:tbl><w:tr><w:tc>" + paragraph("{% endif %}") + "</w:tc></w:tr></w:tbl>"
        ),
        "frame-tag",
    ),
    "a tag in a part that is not printed": (
        with_part("word/footnotes.xml", b'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                  b"<w:footnote><w:p><w:r><w:t>{{ title }}</w:t></w:r></w:p></w:footnote></w:footnotes>"), "frame-tag",
    ),
    "a picture beside a paragraph tag": (
        edited(HOUSE, "word/header2.xml",
               lambda s: s.replace("{%p if draft %}</w:t>", "{%p if draft %}</w:t><w:pict/>", 1)),
        "frame-tag",
    ),
    "compatibility mode": (replaced('w:val="15"', 'w:val="14"', "word/settings.xml"), "frame-compatibility"),
    "tracked changes": (
        inserted('<w:p><w:ins w:id="900" w:author="A"><w:r><w:t>x</w:t></w:r></w:ins></w:p>'), "frame-review",
    ),
    "margins that leave no room": (replaced('w:right="1440"', 'w:right="8000"'), "frame-page"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_frame_with_a_fault_is_refused_and_the_fault_is_named(fault):
    data, rule = FAULTS[fault]
    data = data() if callable(data) else data
    checked = check_frame(data, "mine.docx")
    assert checked.value is None
    assert {problem.rule for problem in errors_in(checked.diagnostics)} == {rule}
    assert all(problem.span.file == "mine.docx" for problem in checked.diagnostics)


def test_every_rule_has_a_frame_that_breaks_it_and_a_page():
    assert {rule.name for rule in RULES} == {rule for _, rule in FAULTS.values()}
    assert all("Right:" in rule.explanation for rule in RULES)


def test_all_faults_are_told_at_once():
    data = edited(FAULTS["compatibility mode"][0], "word/document.xml", lambda s: s.replace(SLOT, "Body"))
    data = edited(data, "word/header1.xml", lambda s: s.replace("{{ header }}", "{{ headr }}"))
    assert sorted(rules_of(data)) == ["frame-compatibility", "frame-slot", "frame-tag"]
    said = " ".join(problem.message for problem in check_frame(data, "mine.docx").diagnostics)
    assert "Did you mean header?" in said


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_no_bytes_make_the_check_fail(data):
    for tried in (data, b"PK\x03\x04" + data, HOUSE[:300] + data + HOUSE[300:]):
        checked = check_frame(tried, "any.docx")
        assert checked.value is None or (tried == HOUSE and checked.ok)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_damaged_byte_makes_the_check_fail(data):
    at = data.draw(st.integers(0, len(HOUSE) - 1))
    broken = HOUSE[:at] + bytes([HOUSE[at] ^ data.draw(st.integers(1, 255))]) + HOUSE[at + 1 :]
    checked = check_frame(broken, "any.docx")
    if checked.value is not None:
        write_docx(specimen(), checked.value)


# ---------------------------------------------------------------- LibreOffice


def test_links_that_libreoffice_drops_are_restored():
    dropped = edited(HOUSE, "word/numbering.xml", lambda s: re.sub(r"<w:pStyle [^>]*/>", "", s))
    frame = check_frame(dropped, "mine.docx").value
    assert parts(write_docx(specimen(), frame))["word/numbering.xml"].count(b"<w:pStyle ") == 21
    agreement = specimen()
    assert " ".join(lines(write_docx(agreement, frame))).split() == " ".join(printed_lines(agreement)).split()


@pytest.mark.slow
def test_a_frame_saved_by_libreoffice_works(tmp_path):
    (tmp_path / "mine.docx").write_bytes(HOUSE)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(tmp_path / "saved"),
    ]
    subprocess.run([*command, str(tmp_path / "mine.docx")], check=True, capture_output=True, timeout=120)
    frame = check_frame((tmp_path / "saved" / "mine.docx").read_bytes(), "mine.docx").value
    assert frame is not None
    agreement = specimen(draft=True)
    assert " ".join(lines(write_docx(agreement, frame))).split() == " ".join(printed_lines(agreement)).split()
