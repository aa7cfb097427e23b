"""A Word file from outside is refused by name before anything of it is used, or read whole."""

from __future__ import annotations

import time
import zipfile
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.comparison.word_reading import LIMITS, Damaged, Limits, read_word
from tests.word_pair import document, packed

REFERENCE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def rules(data: bytes, **limits: int) -> list[str]:
    found = read_word(data, "theirs.docx", Limits(**limits) if limits else LIMITS)
    assert (found.value is None) == any(d.severity == "error" for d in found.diagnostics)
    assert all(d.span is not None and d.span.file == "theirs.docx" for d in found.diagnostics)
    return [d.rule for d in found.diagnostics]


def said(data: bytes) -> str:
    return " ".join(d.message for d in read_word(data, "theirs.docx").diagnostics)


def test_an_ordinary_document_is_read():
    found = read_word(document("<w:p/>"), "theirs.docx")
    assert found.ok
    assert found.value.main == "word/document.xml"
    assert b"<w:body>" in found.value.read("word/document.xml")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word document"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"{\\rtf1 Hello}", "Rich Text"),
        (b"<html>", "not a Word document"),
        (b"Section 1. Parties", "plain text"),
        (b"BMI Agreement", "plain text"),
        (b"\x01\x02\x03", "not a Word document"),
        (b"PK\x03\x04" + bytes(50), "damaged"),
    ],
)
def test_what_only_carries_the_name_is_said_to_be_what_it_is(data, word):
    assert rules(data) == ["compare-not-word"]
    assert word in said(data)


def test_a_spreadsheet_or_another_zip_is_no_word_document():
    assert rules(packed({"a.txt": "hello"})) == ["compare-not-word"]
    other = document("<w:p/>", main_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml")
    assert rules(other) == ["compare-not-word"]


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(300 * 1024 * 1024))
    begun = time.process_time()
    assert rules(bomb.getvalue()) == ["compare-too-big"]
    assert time.process_time() - begun < 1


def test_two_million_paragraphs_are_refused_before_a_tree_is_built():
    many = document("<w:p/>" * 2_500_000)
    assert len(many) < 300_000
    begun = time.process_time()
    assert rules(many) == ["compare-too-big"]
    assert time.process_time() - begun < 1


def test_a_directory_that_lies_about_sizes_is_found():
    data = bytearray(document("<w:p/>"))
    at = data.index(b"PK\x01\x02")
    size = int.from_bytes(data[at + 24 : at + 28], "little")
    data[at + 24 : at + 28] = (size - 5).to_bytes(4, "little")
    assert rules(bytes(data)) == ["compare-not-word"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_encoding(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    assert rules(document("<w:p/>", more={"word/evil.xml": text.encode(encoding)})) == ["compare-unsafe"]


def test_the_same_part_twice_is_refused():
    out = BytesIO(document("<w:p/>"))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/Document.xml", "<x/>")
    assert rules(out.getvalue()) == ["compare-unsafe"]


@pytest.mark.parametrize(
    ("kind", "outside", "word"),
    [
        ("image", True, "fetched from elsewhere"),
        ("oleObject", True, "fetched from elsewhere"),
        ("vbaProject", False, "macros"),
        ("oleObject", False, "embedded object"),
        ("package", False, "embedded file"),
        ("control", False, "ActiveX"),
        ("aFChunk", False, "altChunk"),
        ("subDocument", False, "sub-document"),
    ],
)
def test_what_acts_on_its_own_is_refused_by_name(kind, outside, word):
    target = "https://example.org/x" if outside else "x.bin"
    mode = ' TargetMode="External"' if outside else ""
    relation = f'<Relationship Id="rId9" Type="{REFERENCE}{kind}" Target="{target}"{mode}/>'
    data = document("<w:p/>", relations=relation, more={"word/x.bin": b"x"})
    assert rules(data) == ["compare-unsafe"]
    assert word in said(data)


def test_links_are_harmless_and_the_address_of_a_template_is_left_out():
    def relation(kind: str) -> str:
        return f'<Relationship Id="r{kind}" Type="{REFERENCE}{kind}" Target="file:///x" TargetMode="External"/>'

    assert rules(document("<w:p/>", relations=relation("hyperlink"))) == []
    assert rules(document("<w:p/>", relations=relation("attachedTemplate"))) == ["compare-left-out"]


def test_a_document_with_macros_is_refused_whatever_its_name():
    macros = "application/vnd.ms-word.document.macroEnabled.main+xml"
    assert rules(document("<w:p/>", main_type=macros)) == ["compare-unsafe"]


@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_it_fail(data):
    assert rules(data)
    assert rules(b"PK\x03\x04" + data)


@given(st.integers(0, 3000), st.integers(0, 255))
def test_one_changed_byte_never_makes_it_fail(at, byte):
    data = bytearray(document("<w:p><w:r><w:t>Hello</w:t></w:r></w:p>"))
    data[at % len(data)] = byte
    read_word(bytes(data), "theirs.docx")


def test_no_part_is_unpacked_further_than_the_directory_promises():
    packed_whole = document("<w:p/>", more={"word/a.bin": bytes(50_000)})
    promised = (50_000).to_bytes(4, "little")
    assert packed_whole.count(promised) == 2  # before the part, and in the directory
    word = read_word(packed_whole.replace(promised, (5).to_bytes(4, "little")), "theirs.docx").value
    with pytest.raises(Damaged):
        word.read("word/a.bin")


def test_a_mistake_of_our_own_is_never_told_as_a_damaged_file(monkeypatch):
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("generator.comparison.word_reading._main_part", broken)
    with pytest.raises(KeyError):
        read_word(document("<w:p/>"), "theirs.docx")


def test_packing_is_what_zlib_says():
    assert zlib.crc32(b"") == 0  # entries without content are sound
    assert read_word(document("<w:p/>", more={"word/empty.bin": b""}), "x").ok
