"""What a reader of a document does not see is named with its place: hidden text, and fields out of date."""

from __future__ import annotations

import pytest

from generator.comparison.redline import compare_docx
from tests.test_comparison_outline import listed, numbering
from tests.test_comparison_redline import NOON, compared, shown
from tests.word_pair import document, paragraph, run


def messages(body: str, **more) -> list[tuple[str, str]]:
    data = document(body + paragraph("End"), **more)
    found = compare_docx(data, data, author="A", date=NOON)
    assert found.value is not None
    return list(dict.fromkeys((d.rule, d.message) for d in found.diagnostics))


def field(code: str, printed: str) -> str:
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return (
        sign.format("begin") + f"<w:r><w:instrText> {code} </w:instrText></w:r>" + sign.format("separate")
        + run(printed) + sign.format("end")
    )  # fmt: skip


@pytest.mark.parametrize("looks", ["<w:vanish/>", '<w:sz w:val="2"/>'])
def test_text_that_is_not_shown_is_compared_and_named(looks):
    body = paragraph("7.2 Fees") + paragraph(run("Ten dollars.") + run(" Plus a fee of nine dollars.", looks))
    assert messages(body) == [
        ("compare-hidden-text", "Text that is not shown stands in Section 7.2 (Fees): “Plus a fee of nine dollars.”")
    ]
    data = compared(document(body), document(body.replace("nine", "two"))).data
    assert "[-nine][+two]" in shown(data)


def test_text_that_is_shown_is_not_named():
    assert messages(paragraph(run("Ten.", '<w:vanish w:val="0"/><w:sz w:val="22"/>'))) == []


HEADINGS = (
    listed("Term", 0) + '<w:bookmarkStart w:id="1" w:name="_Ref1"/>' + listed("Law", 0) + '<w:bookmarkEnd w:id="1"/>'
)


@pytest.mark.parametrize(
    ("code", "printed", "word"),
    [
        ("REF _Ref1 \\r \\h", "2", None),
        ("REF _Ref1 \\r \\h", "Section 2.", None),
        ("REF _Ref1 \\r \\h", "3", "Word will print the number “2.”"),
        ("REF _Ref9 \\r \\h", "3", "the place it refers to is not in the document"),
        ("DATE \\@ yyyy", "2026", "the date or time at which it is opened"),
        ("PAGE", "9", None),
    ],
)
def test_a_field_that_is_out_of_date_is_named(code, printed, word):
    found = messages(HEADINGS + paragraph(run("See ") + field(code, printed)), stories=numbering(("decimal", "%1.")))
    assert [rule for rule, _ in found] == ([] if word is None else ["compare-stale-field"])
    assert word is None or word in found[0][1]


def test_a_reference_to_words_is_held_against_those_words():
    marked = paragraph('<w:bookmarkStart w:id="1" w:name="Fee"/>' + run("ten dollars") + '<w:bookmarkEnd w:id="1"/>')
    assert messages(marked + paragraph(field("REF Fee \\h", "ten dollars"))) == []
    assert "Word will print “ten dollars”" in messages(marked + paragraph(field("REF Fee \\h", "nine dollars")))[0][1]


def test_many_places_are_counted():
    assert messages("".join(paragraph(run(f"Hidden {n}", "<w:vanish/>")) for n in range(9)))[-1] == (
        "compare-hidden-text", "And 4 more places like these.",
    )  # fmt: skip


def test_our_own_contracts_hide_nothing_and_print_what_word_prints(sample_set):
    data = dict(sample_set.files)["services-agreement.docx"]
    assert compare_docx(data, data, author="A", date=NOON).diagnostics == ()
