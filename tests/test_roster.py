"""A roster is read as it was typed, or the cell is named: whatever spreadsheet programs do to it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator.fields import UNKNOWN
from generator.pipeline.parts import read_parts
from generator.profile import read_profile
from generator.roster import read_roster
from generator.roster.workbook import Refused, column_letters, column_number, open_workbook
from tests.small_hub import ROW, Hub, book, cells, told
from tests.word_file import edited

# What the row of the example says of the member.
EXAMPLE = {"cbo.legal_name": "Aid Inc.", "cbo.short_name": "Aid"}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path)


def as_csv(lines: list[list[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["" if c is None else c for c in line] for line in lines])
    return out.getvalue().encode()


# ---------------------------------------------------------------- rows


def test_a_sound_row_stops_nothing_and_lays_over_the_hub(hub: Hub):
    report = hub.checked(book(cells(ROW)))
    assert told(report) == []
    (row,) = report.roster.rows
    assert (row.key, row.number, row.name) == ("hope-house-inc", 2, "Hope House, Inc.")
    profile = row.profile
    assert profile.given("cbo.zip").value == "02134"
    assert profile.given("hco.short_name").value == "Lake"
    assert profile.given("start").value == dt.date(2027, 1, 15)
    assert profile.given("topics").value == ("food", "rent")
    assert str(profile.given("cbo.zip").span) == "members.xlsx Members!D2"


def test_csv_says_the_same_as_a_workbook(hub: Hub):
    one, two = hub.checked(book(cells(ROW))), hub.checked(as_csv(cells(ROW)), "members.csv")
    assert told(two) == []
    a, b = one.roster.rows[0], two.roster.rows[0]
    assert {p: g.value for p, g in a.own.items()} == {p: g.value for p, g in b.own.items()}
    assert a.digest == b.digest


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_by_its_mark_and_nothing_is_guessed(hub: Hub, encoding: str):
    data = as_csv(cells({**ROW, "cbo.legal_name": "Nguyễn Peña 希望, Inc."})).decode().encode(encoding)
    assert hub.roster(data, "members.csv").rows[0].name == "Nguyễn Peña 希望, Inc."


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-32"])
def test_other_encodings_are_refused(hub: Hub, encoding: str):
    data = as_csv(cells({**ROW, "cbo.legal_name": "Peña, Inc."})).decode().encode(encoding)
    assert hub.refused(data, "members.csv") == ["roster-file"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_names_of_the_columns_say_what_divides_them(hub: Hub, separator: str):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(cells({**ROW, "cbo.legal_name": "A; B, C\tD"}))
    assert hub.roster(out.getvalue().encode(), "members.csv").rows[0].profile.given("cbo.short_name").value == "Hope"


def test_a_folder_of_profiles_is_a_roster(hub: Hub):
    folder = hub.folder / "members"
    folder.mkdir()
    text = "cbo: {legal_name: Hope House, short_name: Hope, entity_type: corp, zip: '02134', signer: {name: Jo}}\n"
    (folder / "hope.yaml").write_text(
        f"{text}start: 2027-01-15\nfee: 5\nshare: 5%\ntopics: [a]\nservices: [{{name: x, unit: y}}]\n"
    )
    (folder / "_draft.yaml").write_text("nonsense")
    read = read_roster(hub.workspace, "members", profile="hub.yaml", documents=("doc",)).value
    assert [(r.key, r.name) for r in read.rows] == [("hope", "Hope House")]
    assert read.rows[0].profile.given("hco.short_name").value == "Lake"
    assert read.rows[0].profile.given("fee").span.file == "members/hope.yaml"


def test_a_profile_of_a_folder_answers_what_it_answers_by_itself(hub: Hub):
    folder = hub.folder / "members"
    folder.mkdir()
    (folder / "hope.yaml").write_text("extends: ../hub.yaml\ncbo: {legal_name: Hope House}\nhco: unknown\n")
    (row,) = read_roster(hub.workspace, "members", profile="hub.yaml", documents=("doc",)).value.rows
    alone = read_profile(hub.workspace.read, "members/hope.yaml", read_parts(hub.workspace).dictionary).value
    for path in ("hco.short_name", "hco.signer.name", "notice"):
        assert row.profile.given(path) == alone.given(path)


def test_labels_do_where_the_row_of_names_is_missing(hub: Hub):
    labels = {"cbo.legal_name": "Legal name *", "cbo.short_name": "short name", "cbo.zip": "ZIP code"}
    roster = hub.roster(book(cells({labels[n]: ROW[n] for n in labels})))
    assert set(roster.rows[0].own) == set(labels)


def test_rows_that_are_empty_or_an_example_are_no_members(hub: Hub):
    lines = cells({"roster.id": "EXAMPLE", **ROW, **EXAMPLE}, {"roster.id": " "}, ROW, {}, {})
    assert [r.number for r in hub.roster(book(lines)).rows] == [4]


def test_nobody_is_lost_in_the_row_of_the_example_and_the_example_is_nobody(hub: Hub):
    """The first member was typed over the example, the mark was copied down, or the column with the mark deleted."""
    two = {**ROW, "cbo.legal_name": "Two", "cbo.short_name": "Two"}
    lines = cells({"roster.id": "EXAMPLE", **ROW}, {"roster.id": "7", **two}, {**ROW, **EXAMPLE})
    members = [f"members.xlsx Members!{place} roster-member" for place in ("A2", "B4")]
    report = hub.checked(book(lines))
    assert [t for t in told(report) if "roster-member" in t] == members
    typed_over = hub.roster(with_services(("EXAMPLE", "rides", "trip")))
    assert [d.rule for d in typed_over.diagnostics] == ["roster-entry"]


def test_unknown_and_empty_are_open_and_the_cell_is_named(hub: Hub):
    report = hub.checked(book(cells(ROW, {**ROW, "cbo.legal_name": "Two", "fee": "Unknown", "share": None})))
    assert told(report) == ["members.xlsx Members!I3 open-item", "members.xlsx Members!J3 open-item"]
    assert report.roster.rows[1].own["fee"].value is UNKNOWN


def test_a_formula_that_came_to_no_letters_leaves_its_cell_empty(hub: Hub):
    """As programs save ``=IF(A2="","",A2)``; one that was never worked out has no kind."""
    data = edited(book(cells({**ROW, "share": '=""'})), SHEET, lambda x: x.replace("><f>", ' t="str"><f>'))
    assert told(hub.checked(data)) == ["members.xlsx Members!J2 open-item"]


def test_what_only_some_are_asked_is_asked_of_those(hub: Hub):
    county = {**ROW, "cbo.legal_name": "Lake County", "cbo.entity_type": "County, city or town", "cbo.limits": None}
    report = hub.checked(book(cells({**ROW, "cbo.limits": None}, county)))
    assert told(report) == ["members.xlsx Members!N3 open-item"]


@pytest.mark.parametrize(
    ("typed", "fix"),
    [
        ("Nonprofit corp.", "Write: Nonprofit corporation"),
        ("Charity", "Write one of: Nonprofit corporation; County, city or town."),
    ],
)
def test_an_answer_is_offered_where_it_is_likely_what_was_meant(hub: Hub, typed: str, fix: str):
    (row,) = hub.checked(book(cells({**ROW, "cbo.entity_type": typed}))).rows
    assert [d.fix for d in row.problems if d.rule == "field-choice"] == [fix]


# ---------------------------------------------------------------- columns


def test_a_name_that_is_no_field_is_told_with_the_right_one(hub: Hub):
    roster = hub.roster(book(cells({**ROW, "cbo.legal_nam": "x"})))
    assert [(d.rule, d.fix) for d in roster.diagnostics] == [("roster-columns", "Did you mean cbo.legal_name?")]


def test_a_column_of_ones_own_is_left_alone_and_told(hub: Hub):
    roster = hub.roster(book(cells({**ROW, "My notes": "call Tuesday"})))
    assert [(d.rule, d.severity) for d in roster.diagnostics] == [("roster-own", "note")]
    assert "call Tuesday" not in roster.diagnostics[0].message


def test_a_column_that_stands_twice_is_an_error(hub: Hub):
    lines = cells(ROW)
    lines[0].append("fee")
    assert [d.rule for d in hub.roster(book(lines)).diagnostics] == ["roster-columns"]


def test_a_hub_that_leaves_nobody_open_has_no_roster(tmp_path: Path):
    hub = Hub(tmp_path, "agreement.provider: hco\nhco.legal_name: Lake\n")
    assert hub.refused(book(cells(ROW))) == ["roster-profile"]


def test_a_profile_that_describes_nobody_has_no_roster_yet(tmp_path: Path):
    hub = Hub(tmp_path, "agreement: {name: Safe Homes, provider: cbo}\n")
    assert hub.refused(book(cells(ROW))) == ["roster-profile"]


# ---------------------------------------------------------------- what programs do to cells


@pytest.mark.parametrize(
    ("name", "value", "shown", "rule"),
    [
        ("cbo.zip", 2134, "General", "field-code"),  # the zero is lost
        ("cbo.zip", "=1+1", "General", "roster-cell"),  # a formula nobody worked out
        ("cbo.short_name", True, "General", "roster-cell"),
        ("cbo.short_name", dt.date(2027, 1, 2), "yyyy-mm-dd", "roster-cell"),  # “1-2” became a day
        ("cbo.short_name", 1.5, "General", "roster-cell"),
        ("cbo.short_name", 1234567890123456789, "0", "roster-cell"),
        ("start", 46402, "General", "roster-cell"),  # a number that may be a day
        ("start", 46402.5, "yyyy-mm-dd", "roster-cell"),  # a time of day
        ("start", "01/02/2027", "@", "field-date"),
        ("share", 0.05, "General", "roster-cell"),  # 5% or 0.05%?
        ("fee", "1,25", "@", "field-money"),
        ("cbo.ein", 611234567, "General", "field-code"),
        ("cbo.signer.title", "N/A", "@", "roster-filler"),  # it would be printed
        ("topics", "same as above", "@", "roster-filler"),
        ("cbo.legal_name", ' " ', "@", "roster-filler"),
    ],
)
def test_a_changed_cell_is_named_and_not_read(hub: Hub, name: str, value: object, shown: str, rule: str):
    def change(made):
        cell = made.active.cell(2, cells(ROW | {name: value})[0].index(name) + 1)
        cell.value, cell.number_format = value, shown

    report = hub.checked(book(cells(ROW | {name: None}), change))
    (problem,) = [d for r in report.rows for d in r.problems if d.severity == "error"]
    assert problem.rule == rule
    assert problem.field == name
    assert str(problem.span).startswith("members.xlsx Members!")


@pytest.mark.parametrize(
    ("name", "value", "shown", "read"),
    [
        ("cbo.zip", 2134, "00000", "02134"),  # shown as 02134
        ("cbo.ein", 611234567, "00-0000000", "61-1234567"),
        ("cbo.zip", 40202, "General", "40202"),
        ("cbo.short_name", 211, "General", "211"),
        ("cbo.short_name", 3175550102, "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", "(317) 555-0102"),
        ("start", dt.date(2027, 1, 15), "yyyy-mm-dd", dt.date(2027, 1, 15)),
        ("start", 46402, "d/m/yy", dt.date(2027, 1, 15)),
        ("fee", 12.1, "0.00", "12.10"),
        ("share", 0.05, "0%", "5"),
    ],
)
def test_a_number_is_read_as_it_is_shown(hub: Hub, name: str, value: object, shown: str, read: object):
    def change(made):
        cell = made.active.cell(2, cells(ROW | {name: value})[0].index(name) + 1)
        cell.value, cell.number_format = value, shown

    found = hub.roster(book(cells(ROW | {name: None}), change)).rows[0].own[name].value
    assert str(getattr(found, "amount", found)) == str(read)


def test_errors_are_named(hub: Hub):
    def change(made):
        made.active["B2"].value, made.active["B2"].data_type = "#REF!", "e"

    report = hub.checked(book(cells(ROW), change))
    assert told(report)[0] == "members.xlsx Members!B2 roster-cell"
    assert "#REF!" in report.rows[0].problems[0].message


def test_merged_cells_are_an_error_and_hidden_ones_are_told(hub: Hub):
    def change(made):
        sheet = made.active
        sheet.merge_cells("D2:D3")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    roster = hub.roster(book(cells(ROW, {**ROW, "cbo.legal_name": "Two"}), change))
    assert sorted(d.rule for d in roster.diagnostics) == ["roster-hidden", "roster-hidden", "roster-merged"]
    assert len(roster.rows) == 2


def test_a_filter_hides_nobody(hub: Hub):
    def change(made):
        made.active.auto_filter.ref = "A1:K3"
        made.active.auto_filter.add_filter_column(0, ["Two"])
        made.active.row_dimensions[2].hidden = True

    roster = hub.roster(book(cells(ROW, {**ROW, "cbo.legal_name": "Two"}), change))
    assert [d.message for d in roster.diagnostics] == ["A filter hides row 2. It is read like all others."]


@pytest.mark.slow
def test_a_million_stray_cells_are_no_members(hub: Hub):
    blank = "".join(f'<c r="{column_letters(c)}{{n}}" s="0"/>' for c in range(100, 200))
    stray = "".join(f'<row r="{n}">{blank.replace("{n}", str(n))}</row>' for n in range(3, 10_003))
    data = book(cells(ROW))
    roster = hub.roster(edited(data, SHEET, lambda x: x.replace("</sheetData>", f"{stray}</sheetData>")))
    assert len(roster.rows) == 1


# ---------------------------------------------------------------- members told apart


def test_doubled_members_are_told_in_both_places(hub: Hub):
    report = hub.checked(book(cells(ROW, {**ROW, "cbo.legal_name": "HOPE  House, Inc."})))
    (problem,) = report.rows[1].problems
    assert (problem.rule, str(problem.others[0].span)) == ("roster-member", "members.xlsx Members!A2")
    (mirrored,) = report.rows[0].problems  # which of the two is right nobody can know
    assert (mirrored.rule, str(mirrored.others[0].span)) == ("roster-member", "members.xlsx Members!A3")


def test_names_that_would_share_a_folder_are_told(hub: Hub):
    report = hub.checked(book(cells(ROW, {**ROW, "cbo.legal_name": "Hope-House, Inc"})))
    assert "hope-house-inc" in report.rows[1].problems[0].message


def test_a_number_tells_two_members_of_one_name_apart(hub: Hub):
    report = hub.checked(book(cells({"roster.id": "North", **ROW}, {"roster.id": "South", **ROW})))
    assert told(report) == []
    assert [r.key for r in report.roster.rows] == ["north", "south"]


def test_one_ein_for_two_members_is_told_and_not_repeated(hub: Hub):
    two = {**ROW, "cbo.legal_name": "Other"}
    report = hub.checked(book(cells(*({**r, "cbo.ein": "61-1234567"} for r in (ROW, two)))))
    (problem,) = report.rows[1].problems
    assert problem.rule == "roster-member"
    assert "1234567" not in f"{problem.message}{problem.fix}"


def test_one_ein_for_two_numbered_members_is_worth_a_look(hub: Hub):
    ein = {"cbo.ein": "61-1234567"}
    two = {**ROW, "roster.id": "8", "cbo.legal_name": "Other", "cbo.short_name": "Other"}
    report = hub.checked(book(cells({"roster.id": "7", **ROW, **ein}, {**two, **ein})))
    assert told(report) == []
    assert [(d.rule, d.field) for d in report.diagnostics] == [("roster-alike", "cbo.ein")]
    assert not any(d.field == "cbo.ein" for r in report.rows for d in r.problems), "a record would name another member"


# ---------------------------------------------------------------- lists on further sheets


def with_services(*entries: tuple[object, ...]) -> bytes:
    def change(made):
        sheet = made.create_sheet("Services")
        sheet.append(["roster.member", "services.name", "services.unit"])
        for entry in entries:
            sheet.append(list(entry))

    rows = [
        {n: v for n, v in r.items() if not n.startswith("services")} for r in (ROW, {**ROW, "cbo.legal_name": "Two"})
    ]
    return book(cells(*rows), change)


def test_entries_on_a_further_sheet_go_to_their_member(hub: Hub):
    report = hub.checked(with_services(("Two", "rides", "trip"), ("all", "meals", "meal"), ("EXAMPLE", "meals", "y")))
    assert told(report) == []
    names = [[e["name"].value for e in r.own["services"].value] for r in report.roster.rows]
    assert names == [["meals"], ["rides", "meals"]]


def test_an_entry_of_nobody_is_told(hub: Hub):
    roster = hub.roster(with_services(("Hope Huose, Inc.", "rides", "trip"), (None, "meals", "meal")))
    assert [d.rule for d in roster.diagnostics] == ["roster-entry", "roster-entry"]
    assert roster.diagnostics[0].fix == "Did you mean “Hope House, Inc.”?"


def test_an_incomplete_entry_is_told_at_its_member(hub: Hub):
    report = hub.checked(with_services(("all", None, "trip"), ("Two", "=1+1", "trip")))
    empty, never = "members.xlsx Services!B2 open-item", "members.xlsx Services!B3 roster-cell"
    assert told(report) == [empty, never, empty], "a cell that cannot be read is not told to be empty"


# ---------------------------------------------------------------- nothing about people


def test_what_stands_in_a_cell_about_a_person_is_not_repeated(hub: Hub):
    wrong = {**ROW, "cbo.signer.email": "Jane “J” Secret”jane", "cbo.ein": "secret"}
    report = hub.checked(book(cells(wrong)))
    said = " ".join(f"{d.message} {d.fix}" for d in report.all_problems()).lower()
    assert len(told(report)) == 2
    assert "secret" not in said
    assert "jane" not in said


# ---------------------------------------------------------------- hostile files


SHEET = "xl/worksheets/sheet1.xml"
DECLARED = "<!DOCTYPE a [<!ENTITY e 'x'>]>"


@pytest.mark.parametrize(
    ("data", "rules"),
    [
        (b"", ["roster-file"]),
        (b"PK\x03\x04 and no more", ["roster-file"]),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, ["roster-file"]),  # .xls
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), ["roster-file"]),  # with a password
        (edited(book(cells(ROW)), SHEET, lambda x: x[: len(x) // 2]), ["roster-file"]),
        (edited(book(cells(ROW)), SHEET, lambda x: DECLARED + x[x.index("<worksheet") :]), ["roster-unsafe"]),
        (edited(book(cells(ROW)), SHEET, lambda x: x.replace('r="A1"', 'r="A99999999999"')), None),
    ],
    ids=["empty", "torn", "xls", "password", "half", "declarations", "far"],
)  # fmt: skip
def test_files_that_are_no_workbook_are_refused(hub: Hub, data: bytes, rules: list[str] | None):
    if rules is None:
        (hub.folder / "members.xlsx").write_bytes(data)
        read_roster(hub.workspace, "members.xlsx", profile="hub.yaml", documents=("doc",))  # whatever it says
    else:
        assert hub.refused(data) == rules


@pytest.mark.parametrize(("typed", "read"), [("_xD83D__xDE00_", "\U0001f600"), ("_xD800_", "\ufffd")])
def test_signs_that_xml_cannot_hold_are_read_whole_or_not_at_all(hub: Hub, typed: str, read: str):
    data = edited(book(cells(ROW)), SHEET, lambda x: x.replace(">Hope<", f">{typed}<"))
    assert hub.roster(data).rows[0].own["cbo.short_name"].value == read


def test_a_password_is_told_from_an_old_workbook():
    said = [
        open_workbook(b"\xd0\xcf\x11\xe0" + more, "x.xlsx").diagnostics[0].message
        for more in ("EncryptedPackage".encode("utf-16-le"), b"\0" * 600)
    ]
    assert "password" in said[0]
    assert ".xls" in said[1]


@pytest.mark.slow
def test_a_zip_bomb_is_refused_before_it_is_unpacked(hub: Hub):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("xl/workbook.xml", "w") as part:
        for _ in range(401):
            part.write(b" " * 1048576)
    assert hub.refused(out.getvalue()) == ["roster-unsafe"]


def test_a_workbook_with_macros_is_read_and_the_macros_are_not(hub: Hub):
    out = io.BytesIO(book(cells(ROW)))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\0" * 100)
    roster = hub.roster(out.getvalue(), "members.xlsm")
    assert [d.message.partition(".")[0] for d in roster.diagnostics] == ["The workbook holds macros"]
    assert roster.rows[0].name == "Hope House, Inc."


# ---------------------------------------------------------------- whatever is typed

TYPED = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=40)


def typed_book(lines: list[list[object]]) -> bytes:
    """Return a workbook into which ``lines`` were typed as texts, whatever characters they hold."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Members")
        for n, line in enumerate(lines):
            for m, value in enumerate(line):
                sheet.write_string(n, m, str(value))
    return out.getvalue()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TYPED, min_size=1, max_size=4), st.booleans())
@example(["_x0041_", " =1+1", "a\tb\nc", "5/6"], True)
@example(['say "so"', "a;b,c", "x\r\ny"], False)
def test_any_text_comes_out_as_it_was_typed_or_is_a_problem_at_its_cell(hub: Hub, texts: list[str], workbook: bool):
    rows = [{**ROW, "cbo.legal_name": f"Member {n}", "cbo.short_name": t} for n, t in enumerate(texts)]
    lines = cells(*rows)
    roster = hub.roster(typed_book(lines)) if workbook else hub.roster(as_csv(lines), "members.csv")
    assert len(roster.rows) == len(texts)
    for row, text in zip(roster.rows, texts, strict=True):
        value = row.own.get("cbo.short_name")
        if value is None:
            told = [d for d in row.problems if d.field == "cbo.short_name"]
            assert not text.strip() or told
            assert all(d.span.line == row.number and d.span.column == 2 for d in told)
        elif value.value is UNKNOWN:
            assert text.strip().lower() == "unknown"
        else:
            assert value.value == text.strip().replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_reading_a_workbook_fail(data: bytes):
    for head in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        open_workbook(head + data, "x.xlsx")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=6))
def test_no_damage_to_a_workbook_makes_reading_it_fail(at: int, bytes_: bytes):
    data = bytearray(WHOLE)
    at = at * len(data) // 2000
    data[at : at + len(bytes_)] = bytes_
    opened = open_workbook(bytes(data), "x.xlsx").value
    if opened is not None:
        try:
            for sheet in opened.sheets:
                list(opened.rows(sheet))
        except Refused:
            pass


WHOLE = book(cells(ROW))


@given(st.integers(1, 16384))
def test_columns_have_the_letters_of_spreadsheet_programs(number: int):
    assert column_number(column_letters(number)) == number


def test_the_first_and_last_columns_are_called_a_and_xfd():
    assert [column_letters(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
