"""What the operator opens after a batch tells who waits for what, runs nothing, and says nothing that a cell holds."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from html.parser import HTMLParser

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.batch.bundle import write_zip, zip_bytes
from generator.batch.run import Member
from generator.batch.summary import formula_safe, lines_of, mail_list, summary_files, summary_page
from generator.diagnostics import Span
from generator.fields import Given
from generator.profile import EXTENDS, Profile
from generator.roster import Row

SPAN = Span("members.xlsx Members!", 5, 3)


def row(name: str, number: int = 4, **own: str) -> Row:
    values = {f"cbo.{k.replace('__', '.')}": Given(v, SPAN) for k, v in own.items()}
    return Row(name.lower(), number, name, Profile({}, "hub.yaml"), values, {}, "", (), "members.xlsx", "cbo")


RECORD = {
    "documents": [
        {"title": "Hub Member Agreement", "files": [{"name": "hub.docx"}, {"name": "hub.pdf"}],
         "open_items": [{"field": "fee", "label": "the fee"}]},
        {"title": "Statement of Work", "files": [{"name": "sow.pdf"}]},
    ]
}  # fmt: skip
DONE = Member(
    row("Hope & <Sons>", signer__name="Jo Ray", signer__email="jo@hope.example", contacts__billing__email="b@x.org"),
    "hope", "done", record=RECORD,
)  # fmt: skip
REFUSED = Member(
    row("Lake", 5), "lake", "refused",
    problems=(EXTENDS.at(SPAN, "“Secret Person” is not there.", fix="Write: Secret", field="cbo.zip"),),
)  # fmt: skip


class Links(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hrefs += [v or "" for k, v in attrs if k == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_links_every_document_and_tells_who_waits():
    called = {"cbo.zip": "ZIP code"}
    lines = lines_of([DONE, REFUSED], called=lambda path: called[path])
    page = Links(summary_page(lines, title="Members", roster="members.xlsx"))
    assert page.hrefs == ["hope/hub.docx", "hope/hub.pdf", "hope/sow.pdf"]
    assert "Hope & <Sons>" in page.words
    assert "Waiting for somebody (1)" in page.words
    assert "Cell C5, ZIP code: " in page.words
    assert "cbo.zip" not in page.words
    assert "script" not in page.tags


def test_a_number_that_all_agreements_have_is_said_once():
    shared = [dataclasses.replace(line, number="WR-1") for line in lines_of([DONE, REFUSED], called=str)]
    assert summary_page(shared, title="Members", roster="m.csv").decode().count("WR-1") == 1
    shared[1] = dataclasses.replace(shared[1], number="WR-2")
    assert "Agreement WR-2 · row 5" in summary_page(shared, title="Members", roster="m.csv").decode()


def test_what_an_earlier_batch_made_of_a_member_and_whose_member_left_is_told():
    lines = lines_of([dataclasses.replace(REFUSED, earlier=True)])
    page = Links(summary_page(lines, title="Members", roster="members.xlsx", left=("gone & away",)))
    assert page.hrefs == ["lake/", "gone%20%26%20away/"]
    assert "made before are in its folder" in page.words
    assert "No longer in the roster (1)" in page.words


def test_a_zip_of_each_member_is_named_where_it_is_looked_for():
    lines = lines_of([DONE, REFUSED], zipped=True)
    assert "hope.zip" in Links(summary_page(lines, title="Members", roster="m.csv")).hrefs
    rows = csv.DictReader(io.StringIO(mail_list(lines).decode("utf-8-sig")))
    assert [r["Zip file"] for r in rows] == ["hope.zip", ""]


def test_a_draft_waits_for_its_open_answers():
    (line,) = lines_of([DONE], draft=True)
    assert (line.state, line.waits) == ("draft", ("The fee",))
    assert "The fee" in summary_page([line], title="Members", roster="m.csv").decode()


def test_nothing_says_what_stands_in_a_cell():
    for name, data in summary_files(lines_of([DONE, REFUSED]), title="Members", roster="members.xlsx"):
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                data = b"".join(package.read(n) for n in package.namelist())
        assert b"Secret" not in data


def test_the_same_members_give_the_same_files_in_whatever_run_they_were_made():
    again = Member(DONE.row, "hope", "done", "new", (EXTENDS.at(None, "noticed"),), (), ("hub.pdf",), record=RECORD)
    one = dict(summary_files(lines_of([DONE]), title="Members", roster="m"))
    assert dict(summary_files(lines_of([again]), title="Members", roster="m")) == one


def test_the_workbook_holds_a_row_a_member_with_links_and_totals():
    files = dict(summary_files(lines_of([DONE, REFUSED]), title="Members", roster="members.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(files["summary.xlsx"]))
    rows = [[c.value for c in r] for r in book["Members"].iter_rows()]
    assert rows[1][1:8] == [None, "Hope & <Sons>", None, "Done", "The fee", "Jo Ray", "jo@hope.example"]
    assert book["Members"]["J2"].hyperlink.target == "hope/hub.pdf"
    assert "Packet" not in rows[0]
    own = dataclasses.replace(DONE, row=dataclasses.replace(DONE.row, id="M-7"))
    ((name, data), *_) = summary_files(lines_of([own]), title="Members", roster="members.xlsx")
    assert "No. M-7 · row 4" in Links(data).words, name
    (line,) = csv.DictReader(io.StringIO(mail_list(lines_of([own])).decode("utf-8-sig")))
    assert line["Member no."] == "M-7"
    packed = dataclasses.replace(DONE, record={**RECORD, "batch": {"files": [{"name": "packet.pdf"}]}})
    files = dict(summary_files(lines_of([packed, REFUSED], zipped=True), title="Members", roster="members.xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(files["summary.xlsx"]))["Members"]
    assert [c.value for c in sheet[1]][-2:] == ["Packet", "Zip file"]
    assert [sheet[c].hyperlink.target for c in ("L2", "M2")] == ["hope/packet.pdf", "hope.zip"]
    assert (sheet["L3"].value, sheet["M3"].value) == (None, None)
    totals = [[c.value for c in r][:2] for r in book["Totals"].iter_rows(min_row=2)]
    assert totals == [["Done", 1], ["Refused", 1], ["All", 2]]


def test_the_mail_list_has_contacts_and_files():
    (line, *_) = csv.DictReader(io.StringIO(mail_list(lines_of([DONE])).decode("utf-8-sig")))
    assert line["E-mail"] == "jo@hope.example"
    assert line["Other contacts"] == "b@x.org"
    assert line["Files"] == "hope/hub.docx; hope/hub.pdf; hope/sow.pdf"


@given(st.text(max_size=30))
def test_no_cell_of_the_mail_list_is_a_formula(name: str):
    assert not formula_safe(name).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert formula_safe(name).removeprefix("'") == name.removeprefix("'")


def test_no_member_at_all_is_said():
    assert "No member" in summary_page((), title="Members", roster="m.csv").decode()


# ---------------------------------------------------------------- zips

FILES = [("hope/hub.pdf", b"%PDF"), ("hope/record.json", b"{}" * 500)]


def test_a_zip_is_the_same_each_time_and_says_nothing_of_the_computer():
    data = zip_bytes(FILES)
    assert data == zip_bytes(FILES)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert [(i.filename, package.read(i)) for i in package.infolist()] == FILES
        assert {i.date_time for i in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", ["../up", "/top", "a/../../b", "hope/HUB.pdf", "a\\b"])
def test_a_zip_holds_no_name_that_leads_elsewhere(name: str):
    with pytest.raises(ValueError, match=r".+"):
        write_zip(io.BytesIO(), [(n, b"") for n in (*dict(FILES), name)])
