"""What moved is shown as moved, with what changed on the way; accepting and rejecting stay exact."""

from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.comparison.redline import ChangeKind
from generator.comparison.revisions import accept_all, reject_all
from tests.programs import program
from tests.test_comparison_redline import breaches, compared, marks, said
from tests.word_file import parts
from tests.word_pair import document, paragraph, row, run, table

SENTENCES = [
    f"The {who} shall {what} within thirty (30) days after the {when} of this Agreement, in writing."
    for who, what, when in (
        ("provider", "return every key and badge it was given", "end"),
        ("plan", "pay each clean invoice without any deduction", "beginning"),
        ("purchaser", "name one person who answers its questions", "signing"),
        ("auditor", "see the books, the payroll and the minutes", "first year"),
        ("landlord", "heat the rooms and keep the stairs in good order", "renewal"),
    )
]
A, B, C, D, E = map(paragraph, SENTENCES)


def two(old: str, new: str):
    redline = compared(document(old), document(new))
    assert said(redline.data, accept_all) == said(document(new))
    assert said(redline.data, reject_all) == said(document(old))
    assert breaches(redline.data) == []
    return redline


def test_a_paragraph_that_moved_and_was_lightly_changed_is_a_move_with_its_changes():
    redline = two(A + B + C + D, B + C + paragraph(SENTENCES[0].replace("thirty (30)", "ten (10)")) + D)
    assert [(c.kind, c.old, c.new) for c in redline.changes] == [
        (ChangeKind.MOVED, SENTENCES[0], ""),
        (ChangeKind.REPLACED, "thirty (30)", "ten (10)"),
    ]
    text = parts(redline.data)["word/document.xml"].decode()
    at_first, at_last = text.split("moveToRangeStart")
    assert re.search(r"</w:moveFrom><w:del [^>]*>.*?thirty \(30\)</w:delText></w:r></w:del><w:moveFrom ", at_first)
    assert re.search(r"</w:moveTo><w:ins [^>]*>.*?ten \(10\)</w:t></w:r></w:ins><w:moveTo ", at_last)
    assert not re.search(r"<w:(moveFrom|moveTo|ins|del) [^>]*><w:(moveFrom|moveTo|ins|del) ", text)


def test_what_shares_too_little_with_what_went_is_no_move():
    redline = two(A + B + C, B + C + paragraph("Nobody shall smoke in any room, hall or car of the other party, ever."))
    assert ChangeKind.MOVED not in {c.kind for c in redline.changes}


def test_a_heading_moves_with_its_section_as_one_move():
    heading = paragraph("Keys", '<w:pStyle w:val="Heading1"/>')
    redline = two(heading + A + B + C + D + E, C + D + heading + A + B + E)
    found = [c for c in redline.changes if c.kind is ChangeKind.MOVED]
    assert len(redline.changes) == len(found) == 1
    counted = marks(redline.data)
    assert (counted["moveFromRangeStart"], counted["moveToRangeStart"]) == (1, 1)


def test_fields_move_with_their_paragraph():
    code = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    field = (
        code.format("begin") + "<w:r><w:instrText> REF _Ref1 </w:instrText></w:r>" + code.format("separate")
        + run("7.2") + code.format("end")
    )  # fmt: skip
    held = paragraph(run(SENTENCES[0] + " See Section ") + field + run("."))
    redline = two(held + B + C + D, B + C + held + D)
    assert [c.kind for c in redline.changes] == [ChangeKind.MOVED]
    assert b"delInstrText" not in parts(redline.data)["word/document.xml"]


def test_a_link_moves_with_its_paragraph_and_a_note_does_not():
    note = paragraph(run(SENTENCES[0]) + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    notes = f'<w:footnotes NAMESPACES><w:footnote w:id="2">{paragraph("A note.")}</w:footnote></w:footnotes>'
    old, new = (document(body, stories={"footnotes": notes}) for body in (note + B + C, B + C + note))
    redline = compared(old, new)
    assert said(redline.data, accept_all) == said(new)
    assert said(redline.data, reject_all) == said(old)
    assert "moveTo" not in marks(redline.data)


def test_a_row_that_moved_is_told_as_moved_and_marked_as_word_can():
    rows = [row(f"Visit of kind {n}", f"{n}0 dollars an hour", "paid by the month") for n in "123456"]
    redline = two(table(*rows) + paragraph("End"), table(*rows[1:5], rows[0], rows[5]) + paragraph("End"))
    assert [c.kind for c in redline.changes] == [ChangeKind.MOVED]
    assert not {"moveTo", "moveFrom"} & set(marks(redline.data))
    changed = row("Visit of kind 1", "15 dollars an hour", "paid by the month")
    redline = two(table(*rows) + paragraph("End"), table(*rows[1:5], changed, rows[5]) + paragraph("End"))
    assert [(c.kind, c.new) for c in redline.changes] == [(ChangeKind.MOVED, ""), (ChangeKind.REPLACED, "15")]


def test_a_table_that_moved_is_told_as_moved():
    held = table(row("Visits", "ten dollars", "by the month"), row("Calls", "five dollars", "by the month"))
    redline = two(held + A + B + C + D, A + B + C + held + D)
    assert [c.kind for c in redline.changes] in ([ChangeKind.MOVED], [ChangeKind.MOVED] * 3)


def test_a_move_tells_where_to():
    def heading(text: str) -> str:
        return paragraph(text, '<w:pStyle w:val="Heading1"/>')

    style = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    styles = {"styles": f"<w:styles NAMESPACES>{style}</w:styles>"}
    old = heading("Keys") + A + B + heading("Rooms") + C + D
    new = heading("Keys") + B + heading("Rooms") + C + A + D
    change = compared(document(old, stories=styles), document(new, stories=styles)).changes[0]
    assert (change.kind, change.place, change.to) == (ChangeKind.MOVED, "Keys", "Rooms")


@pytest.mark.slow
def test_libreoffice_counts_the_changes_that_were_made(tmp_path):
    """Two words replaced, a paragraph that came, one that went, one that moved, a word made bold."""
    last = paragraph(run("Signed by ") + run("both") + run(" parties."))
    gone = paragraph("Nobody smokes here.")
    old = paragraph("Pay ten dollars in May.") + A + B + gone + C + D + E + last
    new = (
        paragraph("Pay six dollars in June.") + B + C + paragraph("A paragraph that nobody had written before.") + D
        + A + E + last
    )  # fmt: skip
    file = tmp_path / "redline.docx"
    file.write_bytes(two(old, new.replace(run("both"), run("both", "<w:b/>"))).data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program("soffice"), profile, "--headless", "--convert-to", "fodt", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    text = (tmp_path / "redline.fodt").read_text(encoding="utf-8")
    counted = {kind: text.count(f"<text:{kind}>") for kind in ("deletion", "insertion", "format-change")}
    # Two words, a paragraph and the moved one on each side.
    assert counted == {"deletion": 4, "insertion": 4, "format-change": 1}


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_order_with_any_light_change_stays_exact(data):
    blocks = [*SENTENCES, "Keys", "", "Rooms and stairs"]
    old = data.draw(st.permutations(blocks))
    new = data.draw(st.lists(st.sampled_from(blocks), max_size=9))
    cuts = data.draw(st.lists(st.integers(0, 12), min_size=len(new), max_size=len(new)))
    new = [" ".join(w for n, w in enumerate(s.split()) if n != cut) for s, cut in zip(new, cuts, strict=True)]
    two("".join(map(paragraph, old)) + paragraph("End"), "".join(map(paragraph, new)) + paragraph("End"))
