"""Tables, rows, cells, page setup and styles that look otherwise are tracked, and go back when they are rejected."""

from __future__ import annotations

import json
import subprocess

import pytest

from generator.comparison.redline import ChangeKind, compare_docx
from generator.comparison.revisions import accept_all, has_revisions, reject_all
from generator.comparison.word_package import WordPackage
from generator.comparison.word_reading import read_word
from tests.programs import program
from tests.test_comparison_redline import NOON, breaches, compared, marks, said
from tests.word_file import W
from tests.word_pair import document, paragraph, table

STYLE = (
    '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="Body"/>'
    '<w:pPr><w:spacing w:after="{after}"/></w:pPr><w:rPr><w:sz w:val="{size}"/></w:rPr></w:style>'
)


def made(*, borders="single", height="", shade="", page="11906", after="120", size="22", grid="", based="") -> bytes:
    row_looks = f'<w:trPr><w:trHeight w:val="{height}"/></w:trPr>' if height else ""
    cell_looks = f'<w:shd w:val="clear" w:fill="{shade}"/>' if shade else ""
    held = (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders><w:top w:val="{borders}" w:sz="4"/>'
        '</w:tblBorders></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid>'
        f'<w:tr>{row_looks}<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{grid}{cell_looks}</w:tcPr>'
        f"{paragraph('Visits are paid by the hour.')}</w:tc></w:tr></w:tbl>"
    )
    section = f'<w:sectPr><w:pgSz w:w="{page}" w:h="16838"/></w:sectPr>'
    style = STYLE.format(after=after, size=size).replace("<w:pPr>", f"{based}<w:pPr>", 1)
    text = paragraph("One.", '<w:pStyle w:val="B"/>')
    return document(text + held + text + section, stories={"styles": f"<w:styles NAMESPACES>{style}</w:styles>"})


def looks(data: bytes, resolve=None) -> dict[str, list[str]]:
    """The properties of the first table, row, cell, section and style, attribute by attribute."""
    package = WordPackage(read_word(data, "x.docx").value)
    if resolve is not None:
        resolve(package)
        assert not has_revisions(package)
    roots = [package.body, package.tree("word/styles.xml")]
    out = {}
    for name in ("tblPr", "trPr", "tcPr", "sectPr", "style"):
        found = next((e for root in roots for e in root.iter(W + name)), None)
        out[name] = (
            [] if found is None else [f"{e.tag[-12:]} {sorted(e.attrib.items())}" for e in found.iterdescendants()]
        )
    return out


OTHERWISE = {
    "table": ({"borders": "double"}, "tblPrChange", "a table"),
    "row": ({"height": "900"}, "trPrChange", "a table"),
    "cell": ({"shade": "FFEE00"}, "tcPrChange", "a table"),
    "page": ({"page": "12240"}, "sectPrChange", "page setup of part 1: paper"),
    "style's paragraphs": ({"after": "240"}, "pPrChange", "styles look like: Body"),
    "style's letters": ({"size": "24"}, "rPrChange", "styles look like: Body"),
}


@pytest.mark.parametrize(("other", "mark", "word"), OTHERWISE.values(), ids=OTHERWISE)
@pytest.mark.parametrize("back", [False, True])
def test_looks_are_tracked_and_go_back(other, mark, word, back):
    old, new = (made(**other), made()) if back else (made(), made(**other))
    redline = compared(old, new)
    assert marks(redline.data) == {mark: 1}
    assert [c.kind for c in redline.changes] == [ChangeKind.FORMATTED]
    assert word in redline.changes[0].new
    assert looks(redline.data, accept_all) == looks(new)
    assert looks(redline.data, reject_all) == looks(old)
    assert said(redline.data, reject_all) == said(old)
    assert breaches(redline.data) == []


def test_a_table_is_told_once_however_much_of_it_looks_otherwise():
    redline = compared(made(), made(borders="none", height="700", shade="EEEEEE"))
    assert set(marks(redline.data)) == {"tblPrChange", "trPrChange", "tcPrChange"}
    assert len(redline.changes) == 1


def test_joined_cells_and_what_a_style_is_based_on_are_named_and_stay():
    joined = made(grid='<w:gridSpan w:val="2"/>')
    found = compare_docx(made(shade="EEEEEE"), joined, author="A", date=NOON)
    assert ["cells of tables" in d.message for d in found.diagnostics] == [True]
    assert "gridSpan" in str(looks(found.value.data, reject_all)["tcPr"])
    found = compare_docx(made(), made(based='<w:basedOn w:val="B2"/>'), author="A", date=NOON)
    assert ["based on" in d.message for d in found.diagnostics] == [True]


def test_a_table_whose_rows_cannot_be_paired_is_still_exact():
    one, two = table("<w:tr><w:tc><w:p/></w:tc></w:tr>"), made(borders="none")
    old, new = document(one + paragraph("End")), two
    redline = compared(old, new)
    assert said(redline.data, reject_all) == said(old)


@pytest.mark.slow
@pytest.mark.parametrize("other", [o for o, _, _ in OTHERWISE.values()], ids=OTHERWISE)
def test_the_open_xml_sdk_finds_nothing_in_them(other, tmp_path):
    file = tmp_path / "redline.docx"
    file.write_bytes(compared(made(), made(**other)).data)
    command = [program("ooxml-validator", "OOXML_VALIDATOR"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["errors"] == []
