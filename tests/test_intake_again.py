"""Drafts of an import, made into a document again: the report names every difference, and nothing else differs."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import docx
import pytest

from generator.comparison.word_reading import read_word
from generator.intake import differences, drafts_of, read_contract
from generator.pipeline import Imported, import_contract, make
from generator.workspace import Workspace
from tests.foreign_contract import foreign_contract
from tests.warm_library import warm_workspace
from tests.word_file import edited

ROOT = Path(__file__).parent.parent
GOLDENS = Path(__file__).parent / "goldens"
TODAY = dt.date(2027, 1, 1)


def imported(space: Workspace, name: str, data: bytes, **more: str) -> Imported:
    (space.folder / name).write_bytes(data)
    found = import_contract(space, name, **more)  # type: ignore[arg-type]
    assert found.value is not None, [d.message for d in found.diagnostics]
    return found.value


@pytest.fixture(scope="module")
def rides(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    space = warm_workspace(tmp_path_factory.mktemp("rides"), today=TODAY)
    return imported(space, "rides.docx", foreign_contract())


def body(found: Imported, name: str) -> str:
    return next(d.text for d in found.intake.drafts if d.id == f"rides.{name}").split("\n---\n", 1)[1].strip()


def test_the_report_on_a_foreign_contract_is_the_one_that_was_read(rides):
    """Every kind of difference that one contract can hold, each with its place."""
    page = dict(rides.files)["rides-import.md"].decode()
    assert page == (GOLDENS / "import-report.md").read_text(encoding="utf-8")
    assert rides.report.made
    assert not rides.report.unexplained


def test_sections_without_titles_are_items_of_the_section_they_stand_in(rides):
    assert body(rides, "definitions").startswith('1. "**Ride**" means one trip')


def test_a_reference_to_such_a_section_follows_it(rides):
    text = body(rides, "booking_and_pickup")
    assert "See [Definitions](#rides.definitions)(b) and [Price](#rides.price)(a)." in text


def test_a_reference_to_a_schedule_is_one(rides):
    assert "in [RATES](#schedule.attached_1)." in body(rides, "definitions")


def test_words_between_a_heading_and_its_first_section_stay_there(rides):
    document = dict(rides.files)["clauses/_documents/rides.yaml"].decode()
    assert '- heading: "Rides"\n    lead: rides.rides\n    clauses:\n      - rides.booking_and_pickup\n' in document


def test_items_in_items_line_breaks_and_bullets_come_over(rides):
    assert "1. By phone:\n   1. on weekdays, and\n   1. on Saturdays;\n1. by e-mail." in body(
        rides, "booking_and_pickup"
    )
    delays = body(rides, "delays")
    assert "riders of delays\\\nand the Hospital too." in delays
    assert "- clean vans,\n- working belts." in delays
    assert "\\- no ride is dropped" in delays, "a dash that somebody typed is no list"


def test_a_row_over_the_whole_width_is_a_paragraph_and_paragraphs_in_a_cell_are_lines(rides):
    preamble = body(rides, "preamble")
    assert "The key terms of this Agreement are these.\n\n| Starts | March 1, 2027 |" in preamble
    assert "| Riders | \\[ x \\] dialysis patients<br>\\[ \\] \\_" in preamble


def test_words_of_a_text_box_come_once(rides):
    assert sum(d.text.count("See the poster on safety.") for d in rides.intake.drafts) == 1


def test_a_difference_that_nobody_announced_is_listed_under_other():
    """The check can fail: a draft in which a word was changed does not say the same."""
    read = read_word(foreign_contract(), "rides.docx").value
    assert read is not None
    contract = read_contract(read)
    with warm_workspace(ROOT, today=TODAY).on_trial(_spoilt(drafts_of(contract, "rides").files)) as trial:
        made = make(trial, "rides.yaml", formats=(), draft=True)
    found = differences(contract, made.agreements[0], frozenset({"Parties and Background"}))
    assert [(d.where, d.was, d.now) for d in found if d.kind == "other" and "vans" in d.was] == [
        ("Section 2.2", "clean vans,", "dirty")
    ]


def _spoilt(files: tuple[tuple[str, bytes], ...]) -> list[tuple[str, bytes]]:
    return [(name, data.replace(b"- clean vans,", b"- dirty")) for name, data in files]


def test_a_field_that_was_put_in_prints_its_answer_and_is_announced(tmp_path):
    space = warm_workspace(tmp_path, today=TODAY)
    found = imported(space, "rides.docx", foreign_contract(), put={"30 days": "pay.invoice.pay_days"})
    told = {a.kind: a.places for a in found.report.announced}
    assert [(p.where, p.was, p.now) for p in told["fields"]] == [("Section 3.1", "30 days", "thirty (30) days")]
    assert b'pay.invoice.pay_days: "30 days"' in dict(found.files)["rides.yaml"]


def test_a_family_that_the_library_has_is_never_taken(tmp_path):
    """A contract in baa.docx must not take the place of the library's business associate agreement."""
    space = warm_workspace(tmp_path, today=TODAY)
    assert imported(space, "baa.docx", foreign_contract()).intake.family == "their_baa"
    found = import_contract(space, "baa.docx", family="baa")
    assert [d.rule for d in found.diagnostics] == ["import-name-taken"]


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def _empty() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word document (.doc) or one with a password"),
        (b"%PDF-1.7\n", "This is a PDF"),
        (_zip(mimetype=b"application/vnd.oasis.opendocument.text", content_dot_xml=b"<x/>"), "OpenDocument"),
        (b"{\\rtf1 hello}", "Rich Text"),
        (b"", "empty"),
        (foreign_contract()[:5000], "damaged"),
        (b"Dear all, attached is the contract.", "not a Word document"),
        (_empty(), "holds no text"),
    ],
    ids=["doc", "pdf", "odt", "rtf", "empty", "cut", "text", "no words"],
)
def test_what_cannot_be_imported_is_refused_by_name_with_what_to_do(tmp_path, data, says):
    (tmp_path / "x.docx").write_bytes(data)
    found = import_contract(warm_workspace(tmp_path, today=TODAY), "x.docx")
    assert found.value is None
    assert says in found.diagnostics[-1].message
    assert found.diagnostics[-1].fix
    assert "ompare" not in found.diagnostics[-1].fix, "nobody compares anything here"


def test_a_part_that_cannot_be_read_is_told_as_a_damaged_file(tmp_path):
    (tmp_path / "x.docx").write_bytes(edited(foreign_contract(), "word/styles.xml", lambda _: "<w:styles"))
    found = import_contract(warm_workspace(tmp_path, today=TODAY), "x.docx")
    assert found.value is None
    assert found.diagnostics[-1].message == "The file is damaged: a part of it cannot be read."


@pytest.mark.parametrize("mistake", [ValueError("x"), KeyError("x")])
def test_a_mistake_of_our_own_is_never_told_as_a_damaged_file(tmp_path, monkeypatch, mistake):
    def broken(*_: object) -> None:
        raise mistake

    monkeypatch.setattr("generator.intake.read_contract", broken)
    (tmp_path / "x.docx").write_bytes(foreign_contract())
    with pytest.raises(type(mistake)):
        import_contract(warm_workspace(tmp_path, today=TODAY), "x.docx")


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["sample", "data-sharing", "hub-member"])
def test_our_own_documents_imported_and_made_again_say_the_same_words(tmp_path, profile):
    """Every document that a worked profile makes, without our marks in it, taken in as a stranger's."""
    ours = warm_workspace(ROOT, today=TODAY)
    made = make(ours, f"profiles/{profile}.yaml", formats=("docx",), clean=True, draft=True)
    files = [(name, data) for name, data in made.files if name.endswith(".docx")]
    assert files, [d.message for d in made.diagnostics]
    space = warm_workspace(tmp_path, today=TODAY)
    for n, (name, data) in enumerate(files):
        found = imported(space, f"theirs {n}.docx", data)
        assert found.report.made, (name, found.report.problem)
        other = [p for a in found.report.announced if a.kind == "other" for p in a.places]
        assert not other, (name, other[:5])
        # What is numbered within an attachment (“Section C.1”) is referred to like any other section.
        assert not re.search(r"Section [A-Z]\.\d+ \(", "".join(d.text for d in found.intake.drafts)), name
