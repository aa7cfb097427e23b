"""Where a change stands is said as in the contract: the numbers that Word counts, items, clauses, typed numbers."""

from __future__ import annotations

import pytest

from generator.comparison.outline import outline_of
from generator.comparison.redline import compare_docx
from generator.comparison.summary import summary_of
from generator.comparison.word_package import WordPackage
from generator.comparison.word_reading import read_word
from tests.test_comparison_redline import NOON
from tests.word_pair import document, paragraph


def spots(data: bytes):
    return list(outline_of(WordPackage(read_word(data, "x.docx").value)).values())


def places(*said: str, **more) -> list[str]:
    return [spot.place for spot in spots(document("".join(map(paragraph, said)), **more))]


def test_the_numbers_of_our_own_contracts_are_those_that_we_counted(sample_set):
    """Each section and clause of the Agreement is found under the number it was given."""
    agreement = next(a for a in sample_set.agreements if a.document_type == "svc")
    found = spots(dict(sample_set.files)["services-agreement.docx"])
    here = {spot.place for spot in found if spot.heading}
    wanted = {f"Section {s.number} ({s.heading})" for s in agreement.sections if s.number}
    assert len(wanted) > 5
    assert wanted <= here
    assert "front.parties" in {spot.clause for spot in found}
    assert any(spot.item == "(a)(i)" for spot in found)


LIST = """<w:numbering NAMESPACES><w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride>
</w:num></w:numbering>"""


def numbering(*levels: tuple[str, str]) -> dict[str, str]:
    return {
        "numbering": LIST.format(
            levels="".join(
                f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
                for n, (kind, text) in enumerate(levels)
            )
        )
    }


def listed(text: str, level: int, number: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_levels_begin_anew_and_an_override_begins_a_list_again():
    levels = numbering(("upperRoman", "Article %1"), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"))
    body = "".join(
        listed("x", level, number)
        for level, number in ((0, 1), (1, 1), (2, 1), (2, 1), (1, 1), (2, 1), (0, 2), (1, 2), (0, 2))
    )
    assert [spot.label for spot in spots(document(body, stories=levels))] == [
        "Article I", "I.1", "(a)", "(b)", "I.2", "(a)", "Article IV", "IV.1", "Article V",
    ]  # fmt: skip


def test_a_number_that_would_be_pages_long_is_written_in_figures():
    levels = numbering(("lowerLetter", "%1"))
    levels["numbering"] = levels["numbering"].replace('w:start w:val="1"', 'w:start w:val="2000000000"')
    assert spots(document(listed("x", 0), stories=levels))[0].label == "2000000000"


@pytest.mark.parametrize("said", ["²", "9" * 5000, "-1", "one", ""])
def test_what_is_no_number_in_a_place_for_one_counts_as_none(said):
    levels = numbering(("decimal", "%1."))
    levels["numbering"] = levels["numbering"].replace('w:start w:val="1"', f'w:start w:val="{said}"')
    looks = f'<w:outlineLvl w:val="{said}"/><w:rPr><w:sz w:val="{said}"/></w:rPr>'
    mark = f'<w:p><w:bookmarkStart w:id="{said}" w:name="b"/><w:r><w:t>y</w:t></w:r></w:p>'
    data = document(listed("x", 0) + paragraph("odd", looks) + mark, stories=levels)
    assert [(s.label, s.rank) for s in spots(data)] == [("1.", 0), ("", 0), ("", 0)]
    longer = document(listed("x", 0) + paragraph("odd", looks) + mark + paragraph("z"), stories=levels)
    assert len(compare_docx(data, longer, author="A", date=NOON).value.changes) == 1


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("7.2 Breach Notice. Provider shall notify Plan without delay.", "Section 7.2 (Breach Notice)"),
        ("7.2  Provider shall notify Plan of each and every breach without unreasonable delay.", "Section 7.2"),
        ("ARTICLE IV - CONFIDENTIALITY", "ARTICLE IV (CONFIDENTIALITY)"),
        ("Section 12. Notices", "Section 12 (Notices)"),
        ("3. Term", "Section 3 (Term)"),
        ("3. Provider shall send a report to Plan at the end of each and every month of the year.", ""),
        ("2027 was a good year for everybody who took part in the work of the network.", ""),
        ("Plan shall pay.", ""),
    ],
)
def test_numbers_that_somebody_typed_are_read(said, place):
    assert places(said) == [place]


def test_items_are_named_after_their_section():
    body = ["7.2 Breach Notice", "Provider shall:", "(a) notify Plan;", "(b) mend it.", "Plan may ask."]
    assert [(s.place, s.item) for s in spots(document("".join(map(paragraph, body))))] == [
        ("Section 7.2 (Breach Notice)", item) for item in ("", "", "(a)", "(b)", "")
    ]


def compared(old: list[str], new: list[str]):
    pair = [document("".join(map(paragraph, side))) for side in (old, new)]
    return compare_docx(*pair, author="A", date=NOON).value.changes


def test_changes_say_section_and_item_and_are_counted_by_section():
    old = ["1. Term", "One year.", "7.2 Breach Notice", "(a) notify within ten (10) days;", "(b) mend the harm."]
    new = ["1. Term", "Two years.", "7.2 Breach Notice", "(a) notify within five (5) days;", "(b) mend all harm."]
    found = compared(old, new)
    assert [c.where for c in found] == [
        "Section 1 (Term)", "Section 7.2(a) (Breach Notice)", "Section 7.2(b) (Breach Notice)",
    ]  # fmt: skip
    assert summary_of(found).places == (("Section 1 (Term)", 1), ("Section 7.2 (Breach Notice)", 2))


def test_what_went_with_its_heading_is_told_under_the_old_heading():
    old = ["1. Term", "One year.", "2. Records", "Keep each record for six (6) years.", "3. Law", "That of the State."]
    new = ["1. Term", "One year.", "2. Law", "That of the State."]
    assert [c.where for c in compared(old, new)] == [*["the old Section 2 (Records)"] * 2, "Section 2 (Law)"]


def test_what_a_table_of_contents_lists_is_no_heading():
    body = paragraph("1. Term", '<w:pStyle w:val="Contents1"/>') + paragraph("1. Term") + paragraph("It ends in May.")
    styles = (
        '<w:styles NAMESPACES><w:style w:type="paragraph" w:styleId="Contents1"><w:name w:val="Contents 1"/></w:style>'
        "</w:styles>"
    )
    found = spots(document(body, stories={"styles": styles}))
    assert [(s.place, s.heading) for s in found] == [
        ("the table of contents", False), ("Section 1 (Term)", True), ("Section 1 (Term)", False),
    ]  # fmt: skip
