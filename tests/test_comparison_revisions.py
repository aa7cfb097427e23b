"""Accepting and rejecting tracked changes gives what Word gives, on cases written by hand and on files made by Word.

The files made by Word are the test files of Open-Xml-PowerTools: REDLINE_PAIRS names their folder ``TestFiles``; where
it is not set, those tests are not there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.comparison.redline import compare_docx
from generator.comparison.revisions import accept_all, has_revisions, reject_all
from generator.comparison.stories import first_difference, read_stories
from generator.comparison.word_package import WordPackage
from generator.comparison.word_reading import read_word
from tests.benchmarks.redlines import real_pairs
from tests.test_comparison_redline import NOON
from tests.word_file import W
from tests.word_pair import cell, document, paragraph, row, run, table

BY = 'w:id="1" w:author="A" w:date="2027-01-01T00:00:00Z"'
INS, DEL = f"<w:rPr><w:ins {BY}/></w:rPr>", f"<w:rPr><w:del {BY}/></w:rPr>"
GONE = f'<w:del {BY}><w:r><w:delText xml:space="preserve">gone </w:delText></w:r></w:del>'
CAME = f"<w:ins {BY}>{run('came ')}</w:ins>"


def package(data: bytes) -> WordPackage:
    return WordPackage(read_word(data, "x.docx").value)


def both(body: str, **more) -> tuple[list, list]:
    """What the body says when all is accepted, and when all is rejected."""
    out = []
    for resolve in (accept_all, reject_all):
        word = package(document(body, **more))
        assert has_revisions(word)
        resolve(word)
        assert not has_revisions(word)
        out.append(list(read_stories(word)["body"]))
    return out[0], out[1]


def test_runs():
    assert both(paragraph(run("One ") + GONE + CAME + run("two"))) == (["One came two"], ["One gone two"])


def test_a_mark_that_came_parts_and_one_that_went_joins():
    body = paragraph("One ", INS) + paragraph("two")
    assert both(body) == (["One ", "two"], ["One two"])
    assert both(body.replace("w:ins", "w:del")) == (["One two"], ["One ", "two"])


def test_the_joined_paragraph_has_the_looks_of_the_later_mark():
    word = package(
        document(paragraph("One ", f'<w:jc w:val="left"/>{DEL}') + paragraph("two", '<w:jc w:val="right"/>'))
    )
    accept_all(word)
    assert [jc.get(W + "val") for jc in word.body.iter(W + "jc")] == ["right"]


def test_whole_paragraphs_in_a_row():
    body = paragraph(GONE, DEL) + paragraph(GONE, DEL) + paragraph("Stays.")
    assert both(body) == (["Stays."], ["gone ", "gone ", "Stays."])


def test_a_paragraph_before_a_table_goes_whole():
    assert both(paragraph(GONE, DEL) + table(row("a")) + paragraph("End")) == (
        [((("a",),),), "End"],
        ["gone ", ((("a",),),), "End"],
    )


def test_a_cell_keeps_a_paragraph():
    accepted, _ = both(table(row(cell(paragraph(GONE, DEL)))) + paragraph("End"))
    assert accepted == [((("",),),), "End"]


def test_rows_and_tables():
    gone = row(paragraph(GONE, DEL)).replace("<w:tr>", f"<w:tr><w:trPr><w:del {BY}/></w:trPr>")
    assert both(table(row("a"), gone) + paragraph("End")) == (
        [((("a",),),), "End"],
        [((("a",),), (("gone ",),)), "End"],
    )
    assert both(table(gone) + paragraph("End"))[0] == ["End"]


def test_cells():
    came = cell("new", f"<w:cellIns {BY}/>")
    assert both(table(row("a", came)) + paragraph("End")) == ([((("a",), ("new",)),), "End"], [((("a",),),), "End"])


def test_moves():
    body = (
        f'<w:p><w:pPr><w:rPr><w:moveFrom {BY}/></w:rPr></w:pPr><w:moveFromRangeStart w:id="7" w:name="m"/>'
        f'<w:moveFrom {BY}>{run("Moved.")}</w:moveFrom></w:p><w:moveFromRangeEnd w:id="7"/>{paragraph("Stays.")}'
        f"<w:p><w:pPr><w:rPr><w:moveTo {BY}/></w:rPr></w:pPr><w:moveTo {BY}>{run('Moved.')}</w:moveTo></w:p>"
        + paragraph("End")
    )
    assert both(body) == (["Stays.", "Moved.", "End"], ["Moved.", "Stays.", "End"])


def test_properties_go_back_to_what_they_were():
    changed = (
        f"<w:p><w:pPr><w:jc w:val='right'/><w:rPr><w:b/></w:rPr><w:pPrChange {BY}><w:pPr><w:jc w:val='left'/></w:pPr>"
        f"</w:pPrChange></w:pPr><w:r><w:rPr><w:i/><w:rPrChange {BY}><w:rPr><w:u w:val='single'/></w:rPr></w:rPrChange>"
        "</w:rPr><w:t>x</w:t></w:r></w:p>"
    )
    for resolve, looks in ((accept_all, ["jc", "right", "b", "i"]), (reject_all, ["jc", "left", "b", "u", "single"])):
        word = package(document(changed))
        resolve(word)
        assert not has_revisions(word)
        found = [
            x for e in word.body.iter() if e.tag.rpartition("}")[2] in ("jc", "b", "i", "u")
            for x in (e.tag.rpartition("}")[2], e.get(W + "val")) if x
        ]  # fmt: skip
        assert found == looks


def test_the_last_paragraph_goes_after_a_control_too():
    """A draft whose page of open items came in ends with a table, after the control of its last clause."""
    held = f"<w:sdt><w:sdtContent>{paragraph('One.')}</w:sdtContent></w:sdt>"
    came = row(paragraph(CAME, INS)).replace("<w:tr>", f"<w:tr><w:trPr><w:ins {BY}/></w:trPr>")
    assert both(held + paragraph(CAME, INS) + table(came) + "<w:sectPr/>")[1] == ["One."]
    last = f"<w:sdt><w:sdtContent>{paragraph(CAME, INS)}</w:sdtContent></w:sdt>"
    assert both(held + last + "<w:sectPr/>")[1] == ["One."]


def test_a_control_that_loses_all_it_holds_goes():
    held = f"<w:sdt><w:sdtContent>{paragraph(GONE, DEL)}</w:sdtContent></w:sdt>"
    assert both(held + paragraph("End")) == (["End"], ["gone ", "End"])


if os.environ.get("REDLINE_PAIRS"):
    FOLDER = Path(os.environ["REDLINE_PAIRS"])
    # In these two, Open-Xml-PowerTools leaves paragraphs that Word takes away; in the last a table.
    OTHERWISE = ("RP015-", "RP038-", "RP051-")
    TRACKED = [f for f in sorted((FOLDER / "RP").glob("*.docx")) if not f.stem.endswith(("-Accepted", "-Rejected"))]

    @pytest.mark.parametrize("file", TRACKED, ids=lambda f: f.stem)
    @pytest.mark.parametrize(("resolve", "ending"), [(accept_all, "Accepted"), (reject_all, "Rejected")])
    def test_a_file_that_word_tracked_gives_what_is_known_for_it(file, resolve, ending):
        known = file.with_name(f"{file.stem}-{ending}.docx")
        if known.exists() and not file.name.startswith(OTHERWISE):
            word = package(file.read_bytes())
            resolve(word)
            assert first_difference(read_stories(word), read_stories(package(known.read_bytes()))) == ""

    @pytest.mark.slow
    @pytest.mark.parametrize(("old", "new"), [pytest.param(a, b, id=n) for n, a, b in real_pairs(FOLDER)])
    def test_every_real_pair_has_an_exact_redline(old, new):
        assert compare_docx(old, new, author="A", date=NOON).value is not None
