"""Any two documents with all that Word files hold: accepting gives the new text, rejecting the old, all sound."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.comparison.revisions import accept_all, reject_all
from generator.comparison.side_by_side import side_page
from tests.test_comparison_redline import breaches, compared, said
from tests.word_pair import cell, document, paragraph, row, run

SIGN = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
TEXTS = [
    "The provider shall pay ten (10) dollars.", "within thirty (30) days", "Plan", "of the Plan, in writing.",
    "Notices go to both.", "Each party keeps the records of its own staff for six (6) years.", "and", "7.2 Fees",
]  # fmt: skip


def field(code: str, printed: str) -> str:
    begin = SIGN.format("begin") + f"<w:r><w:instrText> {code} </w:instrText></w:r>" + SIGN.format("separate")
    return begin + run(printed) + SIGN.format("end")


def held(content: str) -> str:
    return f'<w:sdt><w:sdtPr><w:tag w:val="field:x"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def box(text: str) -> str:
    return (
        '<w:r><w:pict><v:shape style="width:9pt"><v:textbox><w:txbxContent>'
        f"{paragraph(text)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


text = st.sampled_from(TEXTS)
looks = st.sampled_from(["", "", "<w:b/>", "<w:i/>", '<w:color w:val="FF0000"/>'])
plain_runs = st.tuples(text, looks).map(lambda p: run(p[0] + " ", p[1]))
things = st.one_of(
    plain_runs,
    plain_runs,
    plain_runs,
    st.builds(field, st.sampled_from(["REF a \\h", "REF b \\h", "PAGE"]), st.sampled_from(["7.2", "8"])),
    plain_runs.map(held),
    plain_runs.map(lambda r: f'<w:hyperlink r:id="rId7">{r}</w:hyperlink>'),
    st.sampled_from(["<w:r><w:tab/></w:r>", "<w:r><w:br/></w:r>", "<w:r><w:noBreakHyphen/></w:r>"]),
    st.sampled_from(['<w:r><w:footnoteReference w:id="2"/></w:r>', '<w:r><w:footnoteReference w:id="3"/></w:r>']),
    text.map(box),
    st.just('<w:proofErr w:type="spellStart"/>'),
)
shapes = st.sampled_from(
    ["", "", '<w:jc w:val="center"/>', '<w:pStyle w:val="Heading1"/>', '<w:numPr><w:numId w:val="1"/></w:numPr>']
)
paragraphs = st.tuples(st.lists(things, max_size=4).map("".join), shapes).map(lambda p: paragraph(*p))
sections = st.sampled_from(["11906", "12240"]).map(
    lambda width: f'<w:p><w:pPr><w:sectPr><w:pgSz w:w="{width}"/></w:sectPr></w:pPr></w:p>'
)
cells = st.lists(paragraphs, min_size=1, max_size=2).map("".join)


def tables(inner):
    def made(rows: list[list[str]]) -> str:
        width = max(len(r) for r in rows)
        grid = '<w:gridCol w:w="2000"/>' * width
        look = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{''.join(row(*map(cell, r)) for r in rows)}</w:tbl>"

    return st.lists(st.lists(inner, min_size=1, max_size=3), min_size=1, max_size=3).map(made)


nested = tables(cells).map(lambda t: t + paragraph("After."))
blocks = st.one_of(paragraphs, paragraphs, paragraphs, tables(cells), tables(st.one_of(cells, nested)), sections)
controls = st.lists(blocks, min_size=1, max_size=3).map("".join).map(held)
NOTES = (
    '<w:footnotes NAMESPACES><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
    '<w:footnote w:id="2">{}</w:footnote><w:footnote w:id="3">{}</w:footnote></w:footnotes>'
)
RELATION = (
    '<Relationship Id="rId7" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"'
    ' Target="https://example.org/" TargetMode="External"/>'
)


def once_each(body: str) -> str:
    """A note is referred to once, as in every file that Word wrote."""
    for n in "23":
        first, *more = body.split(f'<w:r><w:footnoteReference w:id="{n}"/></w:r>')
        body = first + (f'<w:r><w:footnoteReference w:id="{n}"/></w:r>' + "".join(more) if more else "")
    return body


@st.composite
def documents(draw) -> bytes:
    body = once_each("".join(draw(st.lists(st.one_of(blocks, blocks, controls), max_size=5))))
    notes = NOTES.format(draw(paragraphs.filter(lambda p: "footnoteRef" not in p)), paragraph(draw(text)))
    header = (
        f"<w:hdr NAMESPACES>{draw(paragraphs.filter(lambda p: 'rId7' not in p and 'footnoteRef' not in p))}</w:hdr>"
    )
    notes = notes if "rId7" not in notes else NOTES.format(paragraph("A note."), paragraph("Another."))
    end = '<w:sectPr><w:headerReference w:type="default" r:id="rId-header1"/><w:pgSz w:w="11906"/></w:sectPr>'
    return document(
        body + paragraph("End") + (end if draw(st.booleans()) else "<w:sectPr/>"),
        relations=RELATION,
        stories={"footnotes": notes, "header1": header},
    )


@pytest.mark.slow
@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(documents(), documents())
def test_any_two_documents(old, new):
    redline = compared(old, new)
    assert said(redline.data, accept_all) == said(new)
    assert said(redline.data, reject_all) == said(old)
    assert breaches(redline.data) == []
    assert side_page(redline, "old", "new")


@pytest.mark.slow
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(documents())
def test_any_document_twice_is_that_document(data):
    redline = compared(data, data)
    assert redline.same
    assert redline.data == data
