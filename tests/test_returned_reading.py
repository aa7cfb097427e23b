"""A file that came back: refused by name, or read with what it remembers of its clauses, in two views."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest

from generator.comparison.word_package import W
from generator.returned.reading import read_returned
from generator.writers.docx_properties import clause_bookmark
from tests.contract_edits import element
from tests.counterparty import Counterparty, through_python_docx, without_marks
from tests.returned_set import BAA, sent
from tests.word_file import edited


def ours() -> bytes:
    return dict(sent("baa").files)[BAA]


def packed(**parts: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return out.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "rule", "says"),
    [
        (b"%PDF-1.7\n...", "review-printed", "PDF"),
        (b"\xff\xd8\xff\xe0JFIF", "review-printed", "picture"),
        (b"\x89PNG\r\n\x1a\n", "review-printed", "picture"),
        (OLD + bytes(600), "review-old-word", "old Word document"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "review-old-word", "password"),
        (OLD + bytes(100_000) + "EncryptedPackage".encode("utf-16-le"), "review-old-word", "password"),
        (b"{\\rtf1 Agreement}", "review-other-format", "Rich Text"),
        (b"<!DOCTYPE html><html>", "review-other-format", "web page"),
        (b"Section 1. Parties", "review-other-format", "plain text"),
        (packed(mimetype="application/vnd.oasis.opendocument.text"), "review-other-format", "OpenDocument"),
        (packed(**{"Index__Document.iwa": ""}), "review-other-format", "Pages"),
        (b"BMI Agreement", "review-other-format", "plain text"),
        (b"BM" + bytes(100), "review-printed", "picture"),
        (b"\x01\x02\x03", "compare-not-word", "not a Word document"),
        (b"", "compare-not-word", "empty"),
        (b"PK\x03\x04 cut off", "compare-not-word", ""),
        (packed(readme="no Word file"), "compare-not-word", ""),
    ],
)
def test_what_is_no_word_file_is_told_apart_by_its_content(data, rule, says):
    read = read_returned(data, "back.docx")
    assert read.value is None
    assert [d.rule for d in read.diagnostics] == [rule]
    assert says in read.diagnostics[0].message
    assert read.diagnostics[0].span.file == "back.docx"


def test_a_part_that_cannot_be_read_is_told_as_a_damaged_file():
    read = read_returned(edited(ours(), "word/styles.xml", lambda _: "<w:styles"), "back.docx")
    assert read.value is None
    assert [d.message for d in read.diagnostics] == ["The file is damaged: a part of it cannot be read."]


def test_a_mistake_of_our_own_is_never_told_as_a_damaged_file(monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("x")

    monkeypatch.setattr("generator.returned.reading.raw_blocks", broken)
    with pytest.raises(ValueError, match="x"):
        read_returned(ours(), "back.docx")


def test_a_number_of_thousands_of_digits_is_no_level_of_a_heading():
    c = Counterparty(ours())
    level = element(f'<w:outlineLvl w:val="{"9" * 5000}"/>')
    c.paragraph("Minimum necessary.").find(W + "pPr").append(level)
    assert [p.level for p in read_returned(c.save(), "b").value.paragraphs(accepted=True)] == [
        p.level for p in read_returned(ours(), "b").value.paragraphs(accepted=True)
    ]


def test_what_a_file_says_it_is_in_a_thousand_brackets_is_not_believed():
    def deep(part: str) -> str:
        return re.sub(r"(?<=<vt:lpwstr>).*?(?=</vt:lpwstr>)", "[" * 100_000, part)

    read = read_returned(edited(ours(), "docProps/custom.xml", deep), "back.docx")
    assert read.value.identity is None


def test_a_clean_return_knows_its_clauses_versions_and_places():
    read = read_returned(ours(), "back.docx")
    assert read.diagnostics == ()
    returned = read.value
    assert returned.identity.type == "baa"
    assert returned.memory == ("properties", "tags", "bookmarks")
    clauses = {c.id: c for c in returned.clauses()}
    found = clauses["hipaa.subcontractors"]
    assert (found.version, found.where, found.found_by) == ("1.0.0", "3.2", "tag")
    assert found.text.startswith("Subcontractors\nAs 45 CFR 164.502(e)(1)(ii)")
    assert [c.id for c in returned.clauses()] == [m.id for m in returned.marks]


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        ({"tags": True, "bookmarks": False, "properties": False}, ("properties", "bookmarks")),
        ({"tags": True, "bookmarks": False, "properties": True}, ("bookmarks",)),
        ({"tags": False, "bookmarks": True, "properties": True}, ("tags",)),
        ({"tags": True, "bookmarks": True, "properties": True}, ()),
    ],
)
def test_any_of_the_marks_may_be_gone(gone, left):
    whole = read_returned(ours(), "back.docx").value
    returned = read_returned(without_marks(ours(), **gone), "back.docx").value
    assert returned.memory == left
    wanted = [(c.id, c.text) for c in whole.clauses()] if left else []
    assert [(c.id, c.text) for c in returned.clauses()] == wanted


def test_the_clauses_survive_python_docx():
    returned = read_returned(through_python_docx(ours()), "back.docx").value
    assert returned.memory == ("properties", "tags", "bookmarks")


def test_both_views_of_tracked_changes_are_read():
    c = Counterparty(ours())
    c.tracked("five (5) business days", "ten (10) business days", inside="hipaa.reporting_breach")
    c.insert(c.paragraph("Minimum necessary."), "A new promise.", author="T. Grant")
    c.delete_tracked(c.paragraph("No sale."))
    returned = read_returned(c.save(), "back.docx").value
    before, after = ([p.text for p in returned.paragraphs(accepted=a)] for a in (False, True))
    plain = [p.text for p in read_returned(ours(), "x").value.paragraphs(accepted=True)]
    assert before == plain
    assert "A new promise." in after
    assert not any(line.startswith("No sale.") for line in after)
    assert any("ten (10) business days after discovery" in line for line in after)


@pytest.mark.parametrize("look", ["<w:strike/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>'])
def test_words_struck_out_by_hand_white_or_tiny_are_told(look):
    c = Counterparty(ours())
    run = c.having("Required by Law").getparent()
    run.addnext(element(f"<w:r><w:rPr>{look}</w:rPr><w:t>Void.</w:t></w:r>"))
    run.addnext(element('<w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>Plain.</w:t></w:r>'))
    pieces = [p for para in read_returned(c.save(), "b").value.paragraphs(accepted=True) for p in para.pieces]
    assert [p.text for p in pieces if p.hidden] == ["Void."]


def test_words_that_nobody_sees_and_words_in_boxes_and_notes_are_read():
    c = Counterparty(ours())
    run = c.having("Required by Law").getparent()
    hidden = element("<w:r><w:rPr><w:vanish/></w:rPr><w:t>This clause does not apply.</w:t></w:r>")
    run.addnext(hidden)
    box = element("<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Net 90.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>")
    hidden.addnext(box)
    returned = read_returned(c.save(), "back.docx").value
    pieces = [p for para in returned.paragraphs(accepted=True) for p in para.pieces]
    assert [p.text for p in pieces if p.hidden] == ["This clause does not apply."]
    assert any("[box: Net 90.]" in p.text for p in pieces)


def test_a_bookmark_that_libreoffice_opens_twice_ends_where_it_was_closed():
    c = Counterparty(without_marks(ours(), bookmarks=False, properties=False))
    start = next(b for b in c.body.iter(W + "bookmarkStart") if b.get(W + "name") == "_clause_hipaa__deid")
    again = element(f'<w:bookmarkStart w:id="7777" w:name="{start.get(W + "name")}"/>')
    end = next(b for b in c.body.iter(W + "bookmarkEnd") if b.get(W + "id") == start.get(W + "id"))
    start.getparent().getnext().insert(1, again)
    end.set(W + "id", "7777")
    returned = read_returned(c.save(), "back.docx").value
    whole = {x.id: x.text for x in read_returned(ours(), "x").value.clauses()}
    assert {x.id: x.text for x in returned.clauses()} == whole


def test_a_long_clause_name_is_found_by_its_bookmark_too():
    name = "family.a_clause_with_a_name_that_is_longer_than_word_allows"
    assert len(clause_bookmark(name, 1)) == 40
    assert clause_bookmark(name, 1) != clause_bookmark(name, 2)
    assert clause_bookmark("hipaa.deid", 1) == "_clause_hipaa__deid"
    assert clause_bookmark("hipaa.deid", 2) == "_clause_hipaa__deid_2"


@pytest.mark.slow
def test_a_paragraph_of_ten_thousand_tracked_pieces_is_read_in_good_time():
    import time

    from generator.returned.findings import find_changes, parts_of
    from tests.returned_set import as_sent

    c = Counterparty(ours())
    paragraph = c.paragraph("Minimum necessary.")
    for n in range(10_000):
        kind, tag = ("ins", "t") if n % 2 else ("del", "delText")
        mark = c._mark(kind, "X")
        mark.append(element(f"<w:r><w:{tag}>w{n} </w:{tag}></w:r>"))
        paragraph.append(mark)
    begun = time.process_time()
    mine = as_sent(BAA, "baa")
    findings = find_changes(mine, read_returned(c.save(), "back.docx").value, parts_of(mine))
    assert [f.part.id for f in findings.touched] == ["hipaa.min_necessary"]
    assert time.process_time() - begun < 10
