"""The workbook to fill in asks what members differ in, and comes back checked with nothing of the user's lost."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Color, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from generator.roster import make_roster, read_roster, read_stamps
from generator.roster.annotating import annotate_roster
from generator.roster.formulas import moved, spread
from generator.roster.preflight import preflight
from generator.roster.workbook import column_letters
from tests.programs import program
from tests.small_hub import HUB, ROW, Hub, book, cells, told
from tests.word_file import edited


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path)


def made(hub: Hub, **more: object):
    """Return what making a roster gives; fail where it gives none."""
    found = make_roster(hub.workspace, profile="hub.yaml", documents=("doc",), **more)
    assert found.value is not None, [d.message for d in found.diagnostics]
    return found.value


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def names_in(sheet) -> dict[str, int]:
    return {c.value: c.column for c in sheet[2]}


def filled(data: bytes, *rows: dict[str, object], services: tuple[tuple[str, str, str], ...] = ()) -> bytes:
    """Type ``rows`` into a workbook from row 4 down, as a person would."""
    workbook = opened(data)
    sheet = workbook["Members"]
    at = names_in(sheet)
    for number, row in enumerate(rows, 4):
        for name, value in row.items():
            if name in at:
                sheet.cell(number, at[name]).value = value
    for number, entry in enumerate(services, 4):
        for column, value in enumerate(entry, 1):
            workbook["Services"].cell(number, column).value = value
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


SERVICES = (("Hope House, Inc.", "meals", "meal"),)

# ---------------------------------------------------------------- what is asked


def test_only_what_varies_is_asked_in_order_and_with_its_reason(hub: Hub):
    columns = {c.path: c for c in made(hub).columns}
    assert next(iter(columns)) == "cbo.legal_name"
    assert not [p for p in columns if p.startswith("hco.") or p in ("notice", "agreement.provider")]
    assert columns["cbo.limits"].needed == "when"
    assert columns["cbo.limits"].whens == ((("cbo.entity_type", ("town",)),),)
    assert columns["services"].is_sheet
    assert columns["start"].needed == "always"


def test_what_the_hub_answers_is_asked_again_where_one_says_so(hub: Hub):
    assert "notice" in {c.path for c in made(hub, more=("notice",)).columns}


def test_the_same_questions_give_the_same_bytes(hub: Hub):
    assert made(hub).data == made(hub).data


def test_the_workbook_offers_answers_and_keeps_zeros(hub: Hub):
    workbook = opened(made(hub).data)
    assert workbook.sheetnames == ["Read me", "Members", "Services", "Columns", "Answers"]
    sheet = workbook["Members"]
    at = names_in(sheet)
    letters = {n: openpyxl.utils.get_column_letter(c) for n, c in at.items()}
    assert sheet.column_dimensions[letters["cbo.zip"]].width > 5
    assert sheet.cell(3, at["roster.id"]).value == "EXAMPLE"
    assert sheet.cell(3, at["cbo.zip"]).value == "02134"
    assert "Which ZIP code?" in sheet.cell(1, at["cbo.zip"]).comment.text
    lists = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert [str(v.sqref).split(":")[0] for v in lists] == [f"{letters['cbo.entity_type']}4"]
    offered = [c.value for c in workbook["Answers"]["A"]]
    assert offered[1:] == ["Nonprofit corporation", "County, city or town", "unknown"]
    assert opened_format(made(hub).data, letters["cbo.zip"]) == "@"


def opened_format(data: bytes, column: str) -> str:
    """Return the number format of a whole column, read from the parts themselves."""
    workbook = opened(data)
    number = openpyxl.utils.column_index_from_string(column)
    for dimension in workbook["Members"].column_dimensions.values():
        if dimension.min <= number <= dimension.max:
            return dimension.number_format
    return ""


def test_a_fresh_workbook_lists_nobody(hub: Hub):
    roster = hub.roster(made(hub).data)
    assert roster.rows == ()
    assert [str(d.span) for d in roster.diagnostics] == ["members.xlsx Members!A4"]


def test_a_filled_workbook_is_sound_and_knows_its_profile(hub: Hub):
    data = filled(made(hub).data, ROW, services=SERVICES)
    assert told(hub.checked(data)) == []
    stamps = read_stamps(hub.workspace, "members.xlsx")
    assert (stamps.profile, stamps.documents) == ("hub.yaml", ("doc",))


def test_csv_asks_the_same(hub: Hub):
    data = made(hub, form="csv").data
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    assert "services.1.name" in lines[1]
    assert hub.roster(data, "members.csv").rows == ()


# ---------------------------------------------------------------- an older one


def test_what_was_typed_is_kept_and_what_changed_is_told(hub: Hub):
    old = filled(made(hub).data, {**ROW, "roster.id": "7"}, services=SERVICES)
    workbook = opened(old)
    sheet = workbook["Members"]
    last = max(names_in(sheet).values()) + 1
    sheet.cell(1, last).value, sheet.cell(4, last).value = "My notes", "call Tuesday"
    out = io.BytesIO()
    workbook.save(out)
    (hub.folder / "old.xlsx").write_bytes(out.getvalue())
    fields = hub.folder / "lib/_fields.yaml"
    text = fields.read_text()
    text = text.replace("question: What is paid?", "question: What is paid a month?")
    text = text.replace("  share: {", "  extra: {kind: text, label: extra, question: And?, example: x}\n  share: {")
    fields.write_text(text)
    clause = hub.folder / "lib/a/all/1.0.0.md"
    clause.write_text(clause.read_text().replace("{{ share }}", "{{ extra }}"))
    again = Hub(hub.folder)
    (hub.folder / "members.xlsx").write_bytes(out.getvalue())
    older = read_roster(again.workspace, "members.xlsx", profile="hub.yaml", documents=("doc",)).value
    assert [d.rule for d in older.diagnostics] == ["roster-own", "roster-older"]
    new = made(again, update="old.xlsx")
    assert (new.changes.added, new.changes.changed) == (("Extra",), ("Fee",))
    assert new.rows == 1
    sheet = opened(new.data)["Members"]
    at = names_in(sheet)
    assert sheet.cell(4, at["cbo.zip"]).value == "02134"
    assert sheet.cell(4, at["share"]).value == "5%"  # no longer asked, and not lost
    assert [c.value for c in sheet[4]][-1] == "call Tuesday"
    assert opened(new.data)["Services"]["B4"].value == "meals"


def test_formulas_and_colours_of_ones_own_go_along_to_where_their_cells_stand_now(hub: Hub):
    rows = [{**ROW, "cbo.legal_name": name} for name in ("One, Inc.", "Two, Inc.")]
    workbook = opened(filled(made(hub).data, *rows))
    sheet = workbook["Members"]
    at, green = names_in(sheet), PatternFill("solid", fgColor="FF00FF00")
    fee, last = at["fee"], max(at.values()) + 1
    sheet.insert_cols(1)  # a column of one's own before all others: every cell stands one further to the left now
    fee, last = fee + 1, last + 1
    letters = column_letters(fee)
    sheet.cell(1, last).value, sheet.cell(1, last + 1).value = "A year", "Elsewhere"
    sheet.cell(1, 1).value, sheet.cell(4, 1).value = "Colour", "first"
    for row in (4, 5):
        sheet.cell(row, last).value = f'=IF({letters}{row}="","A1",12*{letters}${row})'
        sheet.cell(row, last + 1).value = f"=Answers!A{row}"
    part = sheet.cell(4, at["share"] + 1)
    part.value, part.number_format = "=1", "0%"
    sheet.cell(5, fee).fill, sheet.cell(5, fee).value = green, 1500
    workbook.create_sheet("Calls")["A1"] = "call One"
    out = io.BytesIO()
    workbook.save(out)
    (hub.folder / "old.xlsx").write_bytes(out.getvalue())
    given = make_roster(hub.workspace, profile="hub.yaml", documents=("doc",), update="old.xlsx")
    assert given.value is not None
    sheet = opened(given.value.data)["Members"]
    heads = {c.value: c.column for c in sheet[1]}
    new = column_letters(names_in(sheet)["fee"])
    assert new != letters
    shown = [sheet.cell(r, heads["A year"]).value for r in (4, 5)]
    assert shown == [f'=IF({new}{r}="","A1",12*{new}${r})' for r in (4, 5)]
    assert sheet.cell(5, names_in(sheet)["fee"]).fill.fgColor.rgb == "FF00FF00"
    assert sheet.cell(4, names_in(sheet)["fee"]).fill.patternType is None
    assert sheet.cell(4, heads["Colour"]).value == "first"
    part = sheet.cell(4, names_in(sheet)["share"])
    assert (part.value, part.number_format) == ("=1", "0%"), "worked out again it is 1, and read as 100%"
    sheets, told = (d.message for d in given.diagnostics if d.rule == "roster-unread")
    assert "Calls" in sheets
    assert f"{column_letters(heads['Elsewhere'])}4" in told


def test_notes_theme_colours_and_numbers_of_ones_own_go_along(hub: Hub):
    workbook = opened(filled(made(hub).data, ROW))
    sheet = workbook["Members"]
    at = names_in(sheet)
    last = max(at.values()) + 1
    for n, (label, value) in enumerate((("Visits", 12.5), ("Visits", 3), (None, "no head"))):
        sheet.cell(1, last + n).value, sheet.cell(4, last + n).value = label, value
    sheet.cell(4, last).number_format = "0.0"
    sheet.cell(4, last).fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.5))
    sheet.cell(1, last).comment = Comment("since May", "Ann")
    sheet.cell(4, at["cbo.zip"]).comment = Comment("ask\n— agreements check: wrong", "Ann")
    sheet.cell(4, at["fee"]).comment = Comment("agreements check: wrong", "")
    out = io.BytesIO()
    workbook.save(out)
    (hub.folder / "old.xlsx").write_bytes(out.getvalue())
    sheet = opened(made(hub, update="old.xlsx").data)["Members"]
    own = [sheet.cell(4, last + n) for n in range(3)]
    assert [sheet.cell(1, last + n).value for n in range(3)] == ["Visits", "Visits", None]
    assert [cell.value for cell in own] == [12.5, 3, "no head"]
    assert (own[0].number_format, own[0].fill.fgColor.rgb) == ("0.0", "FFA7C0DE")
    assert sheet.cell(1, last).comment.text == "since May"
    assert sheet.cell(4, at["cbo.zip"]).comment.text == "ask"
    assert sheet.cell(4, at["fee"]).comment is None


def test_columns_of_ones_own_stay_in_a_csv_too(hub: Hub):
    names = list(ROW)
    row = ",".join('"' + str(ROW[n]) + '"' for n in names)
    (hub.folder / "old.csv").write_text(f"{','.join(names)},My notes,\n{row},call Tuesday,and more\n")
    given = made(hub, form="csv", update="old.csv").data.decode("utf-8-sig").splitlines()
    assert given[0].endswith(",My notes,")
    assert given[-1].endswith(",call Tuesday,and more")


@pytest.mark.parametrize(
    ("formula", "now"),
    [
        ("A4+$B$4", "C10+$D$10"), ('IF(A4="A4",LEN(B4),TRUE)', 'IF(C10="A4",LEN(D10),TRUE)'),
        ("SUM(A4:B5)", "SUM(C10:D11)"), ("LOG10(A4)", "LOG10(C10)"), ("Answers!A4", ""),
        ("'My sheet'!A4", ""), ("rate*A4", ""), ("SUM(A:A)", ""),
        ("A9", ""), ("Table1[fee]", ""), ("SUM(4:5)", ""), ('"rate"&A4', '"rate"&C10'),
    ],
)  # fmt: skip
def test_a_formula_is_carried_over_whole_or_not_at_all(formula: str, now: str):
    assert moved(formula, lambda row, column: (row + 6, column + 2) if row < 9 else None) == now


def test_a_formula_that_cells_share_moves_along_but_for_what_is_held():
    assert spread('A4+$A4+A$4&"A4"', 2, 1) == 'B6+$A6+B$4&"A4"'


def test_a_member_typed_over_the_example_is_kept(hub: Hub):
    (hub.folder / "old.xlsx").write_bytes(book(cells({"roster.id": "EXAMPLE", **ROW})))
    assert made(hub, update="old.xlsx").rows == 1


def test_a_number_that_all_members_would_share_is_told(tmp_path: Path):
    shared = Hub(tmp_path, HUB.replace("provider: cbo}", "provider: cbo, number: H-1}"))
    assert made(shared).number == "H-1"
    assert made(shared, more=("agreement.number",)).number == ""


# ---------------------------------------------------------------- checked and given back

WRONG = {**ROW, "cbo.legal_name": "Two, Inc.", "cbo.zip": 2134, "fee": None}


def annotated(hub: Hub, data: bytes, name: str = "members.xlsx") -> bytes:
    report = hub.checked(data, name)
    given = annotate_roster(hub.workspace, name, report)
    assert given.value is not None, [d.message for d in given.diagnostics]
    return given.value


def test_what_no_cell_can_mend_and_what_is_ones_own_is_not_coloured(hub: Hub):
    row = {n: v for n, v in ROW.items() if n != "cbo.signer.authority"}
    sheet = opened(annotated(hub, book(cells({**row, "My notes": "call Tuesday"}))))["Members"]
    assert [c.coordinate for r in sheet.iter_rows() for c in r if c.comment] == []
    assert sheet.cell(2, sheet.max_column).value == "Ready"


def rich(lines: list[list[object]]) -> bytes:
    """Return a workbook that holds what spreadsheet libraries lose."""

    def change(workbook):
        sheet = workbook.active
        green = PatternFill("solid", fgColor="FF00FF00")
        sheet["A3"].fill = green
        sheet["A2"].comment = Comment("mine", "Me")
        sheet["Z2"] = "=LEN(A2)"
        sheet.conditional_formatting.add("B2:B9", CellIsRule(operator="equal", formula=["1"], fill=green))
        sheet.add_data_validation(DataValidation(type="list", formula1='"a,b"', sqref="C2:C9"))
        sheet.auto_filter.ref = "A1:K3"
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=3))
        sheet.add_chart(chart, "AA5")

    return book(lines, change)


SHEET = "xl/worksheets/sheet1.xml"


def test_a_sheet_that_is_cut_off_cannot_be_brought_along(hub: Hub):
    whole = filled(made(hub).data, ROW, services=SERVICES)
    members = "xl/worksheets/sheet2.xml"  # behind the sheet that says how to fill it in
    (hub.folder / "old.xlsx").write_bytes(edited(whole, members, lambda x: x[: len(x) // 2]))
    given = make_roster(hub.workspace, profile="hub.yaml", documents=("doc",), update="old.xlsx")
    assert given.value is None
    assert [d.rule for d in given.diagnostics] == ["roster-file"]


@pytest.mark.parametrize("number", ["", "x", "1.5", "²", "9" * 5000])
def test_numbers_that_are_none_do_not_stop_a_check(hub: Hub, number: str):
    def spoilt(content: str) -> str:
        hidden = re.sub("<col [^>]*>", f'<col hidden="1" min="{number}" max="9"/>', content, count=1)
        return re.sub(r'priority="\d+"', f'priority="{number}"', hidden)

    once = annotated(hub, rich(cells(ROW, WRONG)))
    assert b"<col " in zipfile.ZipFile(io.BytesIO(once)).read(SHEET)
    with zipfile.ZipFile(io.BytesIO(once)) as package:
        shapes = next(n for n in package.namelist() if n.endswith(".vml"))
    data = edited(edited(once, SHEET, spoilt), shapes, lambda x: re.sub(r"Row>\d+<", f"Row>{number}<", x))
    assert hub.checked(data).rows
    assert annotate_roster(hub.workspace, "members.xlsx", hub.checked(data)).value is not None


def test_bad_cells_are_coloured_and_explained_and_rows_told(hub: Hub):
    data = annotated(hub, book(cells(ROW, WRONG)))
    sheet = opened(data)["Members"]
    assert [c.value for c in sheet[1]][-1] == "roster.check"
    assert [row[-1].value for row in sheet.iter_rows(min_row=2, max_row=3)] == ["Ready", "2 to mend: ZIP code; Fee"]
    zip_column = cells(ROW)[0].index("cbo.zip") + 1
    note = sheet.cell(3, zip_column).comment
    assert "a spreadsheet may have dropped the first zero" in note.text
    coloured = " ".join(str(r.sqref) for r in sheet.conditional_formatting)
    assert sheet.cell(3, zip_column).coordinate in coloured


def test_nothing_of_the_users_is_lost(hub: Hub):
    before = rich(cells(ROW, WRONG))
    after = annotated(hub, before)
    one, two = opened(before)["Members"], opened(after)["Members"]
    for row in one.iter_rows():
        for cell in row:
            other = two[cell.coordinate]
            assert (other.value, other.number_format, other.fill.fgColor.rgb) == (
                cell.value, cell.number_format, cell.fill.fgColor.rgb,
            )  # fmt: skip
    assert two["A2"].comment.text == "mine"
    assert two["Z2"].value == "=LEN(A2)"
    assert "B2:B9" in [str(r.sqref) for r in two.conditional_formatting]
    assert [str(v.sqref) for v in two.data_validations.dataValidation] == ["C2:C9"]
    with zipfile.ZipFile(io.BytesIO(before)) as a, zipfile.ZipFile(io.BytesIO(after)) as b:
        assert set(a.namelist()) <= set(b.namelist())
        kept = [n for n in a.namelist() if "chart" in n or ("drawing" in n.lower() and n.endswith(".xml"))]
        assert kept
        assert all(a.read(n) == b.read(n) for n in kept)


def test_a_second_check_takes_the_marks_of_the_first_away(hub: Hub):
    once = annotated(hub, rich(cells(ROW, WRONG)))
    assert annotated(hub, once) == once
    workbook = opened(annotated(hub, once))
    sheet = workbook["Members"]
    assert sum(c.value == "roster.check" for c in sheet[1]) == 1
    notes = [c.comment.text for row in sheet.iter_rows() for c in row if c.comment]
    assert len(notes) == len(set(notes)) == 3
    mended = opened(once)
    sheet = mended["Members"]
    at = {c.value: c.column for c in sheet[1]}
    sheet.cell(3, at["cbo.zip"]).value, sheet.cell(3, at["fee"]).value = "02134", 7
    sheet.cell(3, at["cbo.legal_name"]).value = "Two"
    out = io.BytesIO()
    mended.save(out)
    sheet = opened(annotated(hub, out.getvalue()))["Members"]
    assert [c.comment.text for row in sheet.iter_rows() for c in row if c.comment] == ["mine"]
    assert sheet.cell(3, at["roster.check"]).value == "Ready"
    assert "agreements check" not in str([r.rules for r in sheet.conditional_formatting])


def test_the_marks_of_a_check_are_known_again_after_a_program_that_forgets_who_wrote_notes(hub: Hub):
    """As LibreOffice does; it also makes one text of somebody's words and ours below them."""

    def forget(data: bytes, **typed: object) -> bytes:
        workbook = opened(data)
        sheet = workbook["Members"]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment:
                    cell.comment = Comment(cell.comment.text, "")
        at = {c.value: c.column for c in sheet[1]}
        for name, value in typed.items():
            sheet.cell(3, at[name.replace("__", ".")]).value = value
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()

    def notes(data: bytes) -> list[str]:
        return [c.comment.text for row in opened(data)["Members"].iter_rows() for c in row if c.comment]

    zip_code = opened(book(cells(ROW, WRONG)))["Members"].cell(3, cells(ROW)[0].index("cbo.zip") + 1).coordinate
    first = book(cells(ROW, WRONG), lambda b: setattr(b.active[zip_code], "comment", Comment("ask Ann", "Me")))
    once = annotated(hub, first)
    assert len(notes(once)) == 2
    assert sum(note.startswith("ask Ann\n— agreements check: ") for note in notes(once)) == 1
    assert notes(annotated(hub, forget(once))) == notes(once)
    mended = annotated(hub, forget(once, cbo__zip="02134", fee=7, cbo__short_name="Two"))
    assert notes(mended) == ["ask Ann"]


def test_csv_comes_back_with_one_more_column(hub: Hub):
    data = b"cbo.legal_name,cbo.zip,note\r\nHope,2134,=1+1\r\n"
    after = annotated(hub, data, "members.csv").decode("utf-8-sig").splitlines()
    assert after[0] == "cbo.legal_name,cbo.zip,note,roster.check"
    assert after[1].startswith("Hope,2134,=1+1,")
    assert "ZIP code" in after[1]


def test_a_folder_has_no_cells_to_mark(hub: Hub):
    report = hub.checked(book(cells(ROW)))
    (hub.folder / "folder").mkdir()
    assert [d.rule for d in annotate_roster(hub.workspace, "folder", report).diagnostics] == ["roster-annotate"]


# ---------------------------------------------------------------- through another program


@pytest.mark.slow
def test_libreoffice_opens_saves_and_shows_what_we_make(hub: Hub, tmp_path: Path):
    soffice = program("localc")
    data = filled(made(hub).data, ROW, {**ROW, "cbo.legal_name": "Two, Inc.", "cbo.zip": 2134}, services=(
        *SERVICES, ("Two, Inc.", "rides", "trip"),
    ))  # fmt: skip
    (tmp_path / "in").mkdir()
    (tmp_path / "in/members.xlsx").write_bytes(data)

    def convert(file: Path, to: str) -> bytes:
        home = f"-env:UserInstallation=file://{tmp_path}/lo"
        subprocess.run(
            [soffice, "--headless", home, "--convert-to", to, "--outdir", str(tmp_path / "out2"), str(file)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return (tmp_path / "out2" / f"{file.stem}.{to.partition(':')[0]}").read_bytes()

    saved = convert(tmp_path / "in/members.xlsx", "xlsx:Calc MS Excel 2007 XML")
    report = hub.checked(saved)
    assert [t.partition("!")[2] for t in told(report)] == [
        f"{openpyxl.utils.get_column_letter(names_in(opened(data)['Members'])['cbo.zip'])}5 field-code"
    ]
    assert read_stamps(hub.workspace, "members.xlsx").profile == "hub.yaml"
    (tmp_path / "in/checked.xlsx").write_bytes(annotated(hub, saved))
    pages = convert(tmp_path / "in/checked.xlsx", "pdf")
    assert pages.startswith(b"%PDF")
    again = convert(tmp_path / "in/checked.xlsx", "xlsx:Calc MS Excel 2007 XML")
    notes = [c.comment.text for row in opened(again)["Members"].iter_rows(min_row=4) for c in row if c.comment]
    assert any("dropped the first zero" in n for n in notes)
    assert told(preflight(hub.workspace, hub.roster(again), ("doc",))) == told(report)


@pytest.mark.slow
def test_what_we_write_is_valid_by_the_word_of_another_program(hub: Hub, tmp_path: Path):
    validator = program("ooxml-validator", "OOXML_VALIDATOR")
    (hub.folder / "old.xlsx").write_bytes(filled(made(hub).data, ROW, WRONG, services=SERVICES))
    ours = made(hub, update="old.xlsx").data  # nothing of the library that filled it in is left
    for name, data in (("made", ours), ("annotated", annotated(hub, ours))):
        file = tmp_path / f"{name}.xlsx"
        file.write_bytes(data)
        said = subprocess.run([validator, str(file)], capture_output=True, timeout=120)
        assert said.returncode == 0, f"{name}: {said.stdout.decode()[:2000]}"
