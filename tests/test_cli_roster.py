"""``agreements roster`` on the command line: from a profile to a checked workbook, by what the screen says alone."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.command import run_here
from tests.members import member, network, roster


@pytest.fixture
def agreements(capsys, monkeypatch, tmp_path):
    """Run the command line in a folder with the profiles of a hub."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    network(tmp_path)

    def run(*args: str):
        return run_here(capsys, "roster", *args)

    return run


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Name the profile of the hub"),
        (("-p", "network.yaml", "-o", "members.pdf"), "written as .xlsx or .csv"),
        (("--annotate", "x.xlsx"), "--annotate needs the roster"),
        (("members.csv", "-o", "x.xlsx"), "--output is for making a roster"),
        (("members.csv", "--annotate", "members.csv"), "name another file"),
        (("network.yaml",), "does not say which profile"),
    ],
)
def test_what_does_not_go_together_is_said(agreements, args, said):
    code, _, err = agreements(*args)
    assert code == 2
    assert said in err


def test_a_file_that_is_not_there_is_said(agreements):
    code, _, err = agreements("members.xlsx")
    assert (code, "no such file" in err) == (1, True)


def fill(count: int) -> None:
    """Type members into the workbook as a person would."""
    book = openpyxl.load_workbook("members.xlsx")
    sheet = book["Members"]
    at = {c.value: c.column for c in sheet[2]}
    for n in range(1, count + 1):
        row = member(n) | {"phi.eligibility_agency": "No"}
        for name, value in row.items():
            if name in at:
                sheet.cell(3 + n, at[name]).value = value
    book.save("members.xlsx")


@pytest.mark.slow
def test_from_an_empty_workbook_to_one_that_is_ready(agreements):
    code, out, err = agreements("-p", "network.yaml", "-d", "hub,sow,sba")
    assert (code, err) == (0, "")
    assert "Written: members.xlsx" in out
    assert "agreements roster members.xlsx" in out
    code, out, err = agreements("members.xlsx")
    assert code == 1
    assert "Fill in row 4" in err
    fill(3)
    code, out, err = agreements("members.xlsx")
    assert code == 0, err
    assert "All 3 members are ready." in out
    assert "agreements batch members.xlsx" in out
    before = Path("members.xlsx").read_bytes()
    book = openpyxl.load_workbook("members.xlsx")
    sheet = book["Members"]
    at = {c.value: c.column for c in sheet[2]}
    sheet.cell(5, at["cbo.address.zip"]).value = 1002
    book.save("members.xlsx")
    code, out, err = agreements("members.xlsx", "--annotate", "checked.xlsx")
    assert code == 1
    assert f"Row 5  {member(2)['cbo.legal_name']}" in err
    assert "ZIP code: “1002” has 4 digits" in err
    assert "Written: checked.xlsx" in out
    checked = openpyxl.load_workbook("checked.xlsx")["Members"]
    assert [checked.cell(r, at["roster.check"]).value for r in (4, 5, 6)] == ["Ready", "1 to mend: ZIP code", "Ready"]
    code, out, err = agreements("members.xlsx", "--annotate", "checked.xlsx")
    assert "Written" not in out or code == 1
    Path("members.xlsx").write_bytes(before)
    code, out, _ = agreements("members.xlsx", "--json")
    told = json.loads(out)
    assert (code, told["ok"], len(told["rows"])) == (0, True, 3)
    code, out, err = agreements("--update", "members.xlsx", "-o", "new.xlsx")
    assert code == 0, err
    assert "Kept from members.xlsx: 3 rows." in out
    assert "Widths, filters and colouring rules of your own are not in the new workbook" in " ".join(out.split())
    assert "The same is asked as before." in out
    assert agreements("new.xlsx")[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["members.csv", "members.txt"])
def test_a_table_without_looks_of_its_own_is_begun_with_as_what_it_is(agreements, tmp_path, name):
    roster(tmp_path, 2)
    (tmp_path / "members.csv").rename(tmp_path / name)
    _, out, err = agreements("-p", "network.yaml", "-d", "sba", "--update", name, "-o", "new.xlsx")
    assert f"Kept from {name}: 2 rows." in out, err
    assert "Widths" not in out
    new = out.partition("New: ")[2].partition(".")[0]
    assert "Trade name" in new
    assert "Legal name" not in new


def test_a_column_that_is_empty_everywhere_is_said_once(agreements):
    roster(Path.cwd(), 9)
    lines = Path("members.csv").read_text().splitlines()
    place = lines[0].split(",").index("capacity.cap")
    assert place > 0
    Path("members.csv").write_text("\n".join(_without(line, lines[0]) for line in lines) + "\n")
    code, _, err = agreements("members.csv", "-p", "network.yaml", "-d", "hub,sow,sba")
    assert code == 1
    assert err.count("The roster has no column for what is asked here: capacity limit") == 1


def _without(line: str, head: str) -> str:
    import csv
    import io

    (row,), (names,) = csv.reader([line]), csv.reader([head])
    del row[names.index("capacity.cap")]
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    return out.getvalue()


@pytest.mark.slow
def test_each_profile_of_a_folder_is_told_its_own_lines(agreements, tmp_path):
    (tmp_path / "small").mkdir()
    for name, above in (("ash", "# a note above\n"), ("birch", "")):
        text = f"{above}cbo:\n  legal_name: {name.title()} House\n  entity_type: charity\n"
        (tmp_path / f"small/{name}.yaml").write_text(text)
    code, out, err = agreements("small", "-p", "network.yaml")
    assert code == 1
    assert "Every member" not in err
    for name, line in (("ash", 4), ("birch", 3)):
        said = err.partition(f"  {name}.yaml  {name.title()} House\n")[2].partition("\n\n")[0]
        assert f"line {line}   “charity” is not one of the answers" in said
        assert "(cbo.signer.name)" in said
        assert "column" not in said
    assert "Mend the lines named above" in out
    code, _, err = agreements("small", "-p", "network.yaml", "--annotate", "x.xlsx")
    assert "a folder of profiles has no cells" in err


def test_a_problem_of_a_sheet_names_the_workbook_and_the_sheet(agreements):
    assert agreements("-p", "network.yaml")[0] == 0
    _, _, err = agreements("members.xlsx")
    assert err.startswith("members.xlsx, sheet Members, has 1 problem.")


@pytest.mark.slow
def test_a_roster_that_is_there_is_not_lost_by_good_advice(agreements):
    assert agreements("-p", "network.yaml")[0] == 0
    Path("network.yaml").write_text(Path("network.yaml").read_text().replace("cap: 20", "cap: unknown"))
    _, _, err = agreements("-p", "network.yaml", "--column", "pay.total_cap", "--column", "sow.problem")
    assert "agreements roster --update members.xlsx -o new.xlsx" in err


def test_a_workbook_whose_profile_is_elsewhere_says_so(agreements, monkeypatch):
    assert agreements("-p", "network.yaml")[0] == 0
    Path("else").mkdir()
    Path("members.xlsx").rename("else/members.xlsx")
    monkeypatch.chdir("else")
    code, _, err = agreements("members.xlsx")
    assert code == 2
    assert "was made for the profile network.yaml" in err


@pytest.mark.slow
def test_a_checked_copy_that_is_there_is_told_without_the_report_again(agreements):
    assert agreements("-p", "network.yaml")[0] == 0
    fill(3)
    book = openpyxl.load_workbook("members.xlsx")
    book["Members"]["B5"].value = None
    book.save("members.xlsx")
    Path("checked.xlsx").write_bytes(b"mended")
    _, _, err = agreements("members.xlsx", "--annotate", "checked.xlsx")
    assert "If you went on in it, check that one: agreements roster checked.xlsx" in err
    assert err.count("Nothing stands here") == 1
    assert Path("checked.xlsx").read_bytes() == b"mended"
