"""Preflight says of every row what making it would say, without making it, and nothing of another row."""

from __future__ import annotations

import datetime as dt
import io
import random
import time
from pathlib import Path

import pytest

from generator.diagnostics import Diagnostic, Severity
from generator.pipeline.making import make_set
from generator.pipeline.parts import date_of, read_given_profile, read_parts
from generator.pipeline.sets import Assembled
from generator.roster import read_roster
from generator.roster.preflight import check_rows, index_of, preflight
from generator.workspace import Workspace, open_workspace
from tests.members import COLUMNS, member, network, table
from tests.small_hub import ROW, Hub, book, cells, told
from tests.warm_library import ROOT, warm_workspace

DOCUMENTS = ("hub", "sow", "sba")


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path)


def test_rows_of_one_kind_are_assembled_once(hub: Hub):
    rows = [{**ROW, "cbo.legal_name": f"Member {n}", "fee": str(n), "start": f"2027-01-{n:02}"} for n in range(1, 29)]
    rows[3]["cbo.entity_type"] = "County, city or town"
    rows[9]["share"] = "7%"
    report = hub.checked(book(cells(*rows)))
    assert report.kinds == 3
    assert {r.row.number for r in report.bad} == {5}


def test_what_was_found_in_the_first_row_of_a_kind_is_told_at_the_cells_of_the_others(hub: Hub):
    rows = [{**ROW, "cbo.legal_name": f"Member {n}", "share": None} for n in range(4)]
    assert told(hub.checked(book(cells(*rows)))) == [f"members.xlsx Members!J{n} open-item" for n in (2, 3, 4, 5)]


def test_what_hangs_on_the_words_of_a_row_is_asked_of_each(hub: Hub):
    names = ["A", "Lake", "TBD", "希望"]
    rows = [{**ROW, "cbo.legal_name": f"Member {n}", "cbo.short_name": name} for n, name in enumerate(names)]
    report = hub.checked(book(cells(*rows)))
    rules = [sorted(d.rule for d in r.problems if d.severity is Severity.ERROR) for r in report.rows]
    assert rules == [[], ["name-shared"], ["leftover-placeholder"], ["missing-character"]]


def test_what_two_rules_look_up_is_asked_of_each_row_by_both(hub: Hub):
    rows = [{**ROW, "cbo.legal_name": f"Member {n}", "cbo.signer.name": who} for n, who in enumerate(("Jo", "Al Roe"))]
    report = hub.checked(book(cells(*rows)))
    assert report.kinds == 1
    assert ["one-signer" in {d.rule for d in r.problems} for r in report.rows] == [False, True]


def test_what_to_write_is_said_for_a_cell_and_not_for_a_profile(hub: Hub):
    """A rule speaks of a profile: “Write: cbo.signer.authority: …” leads nowhere in a workbook."""
    row = {**ROW, "cbo.signer.authority": None}
    (found,) = [d for r in hub.checked(book(cells(row))).rows for d in r.problems if d.rule == "authority-missing"]
    assert found.fix == "Write: board_resolution"
    del row["cbo.signer.authority"]
    (found,) = [d for r in hub.checked(book(cells(row))).rows for d in r.problems if d.rule == "authority-missing"]
    assert "Write “cbo.signer.authority: board_resolution” into hub.yaml" in found.fix
    assert "agreements roster --update members.xlsx --column cbo.signer.authority" in found.fix


def test_no_row_is_told_of_another(hub: Hub):
    """What is found once for many rows must not carry the first one's name to the others."""
    marks = [f"Mark{n}x" for n in range(8)]
    rows = [
        {**ROW, "cbo.legal_name": f"{m}, Inc.", "cbo.short_name": m, "cbo.signer.name": "Al Roe",
         "cbo.signer.authority": None, "topics": f"{m} TBD"}
        for m in marks
    ]  # fmt: skip
    report = hub.checked(book(cells(*rows)))
    for row, own in zip(report.rows, marks, strict=True):
        assert row.problems
        said = " ".join(f"{d.message} {d.fix} {d.span} {d.others}" for d in row.problems)
        assert not [m for m in marks if m != own and m in said]
        assert all(d.span.line == row.row.number for d in row.problems if d.span.file.endswith("!"))


def test_what_the_words_of_the_first_row_make_of_a_clause_is_told_of_no_other(hub: Hub):
    """Of what rules find in the text of a document no field tells whose words it hangs on."""
    rows = [{**ROW, "cbo.legal_name": f"Member {n}", "services.1.name": f"meals {n}"} for n in range(3)]
    rows[0]["cbo.legal_name"], rows[0]["services.1.name"] = "The board may amend fees, Inc.", "other duties as assigned"
    report = hub.checked(book(cells(*rows)))
    assert report.kinds == 2
    found = [sorted({d.rule for d in r.problems if not d.field}) for r in report.rows]
    assert found == [["committee-may-amend", "other-duties"], [], []]


def test_what_clauses_say_themselves_is_found_once_for_all_rows(hub: Hub):
    file = hub.folder / "lib/a/all/1.0.0.md"
    file.write_text(f"{file.read_text()}\nThe board may amend any fee.\n")
    rows = [{**ROW, "cbo.legal_name": f"Member {n}"} for n in range(3)]
    report = hub.checked(book(cells(*rows)))
    assert report.kinds == 1
    assert ["committee-may-amend" in {d.rule for d in r.problems} for r in report.rows] == [True] * 3


def test_a_file_that_one_row_names_and_that_is_not_there_is_told_of_no_other(hub: Hub):
    with (hub.folder / "lib/_fields.yaml").open("a") as file:
        file.write(
            "  state_text.files:\n    kind: list\n    label: x\n    question: x\n    who: [cbo]\n    example: x\n"
        )
        file.write("    fields:\n")
        for name in ("file", "title", "source", "citation"):
            file.write(f"      {name}: {{kind: text, label: {name}, question: Which?, example: x}}\n")
        file.write("      as_of: {kind: date, label: day, question: Which?, example: 2026-10-01}\n")
    with (hub.folder / "lib/_documents/doc.yaml").open("a") as file:
        file.write("schedules:\n  - {id: state, title: State, locked: state_text.files}\n")
    said = {"title": "State", "source": "State", "citation": "Appendix", "as_of": "2026-10-01"}
    rows = [
        {**ROW, "cbo.legal_name": f"Member {n}", **{f"state_text.files.1.{k}": v for k, v in said.items()}}
        for n in range(4)
    ]
    for row, name in zip(rows, ("gone.txt", "state.txt", "other.txt", "../out.txt"), strict=True):
        row["state_text.files.1.file"] = name
        (hub.folder / name).write_text("As issued.") if name[0] in "so" else None
    report = hub.checked(book(cells(*rows)))
    missing = [[d.message for d in r.problems if d.rule == "state-text-missing"] for r in report.rows]
    assert [len(m) for m in missing] == [1, 0, 0, 1]
    assert ["gone.txt" in str(m) for m in missing] == [True, False, False, False]


def test_a_row_that_was_left_to_be_filled_in_is_told_alone(hub: Hub):
    """What stands in the first row of a kind is printed in the agreement that all of the kind are judged by."""
    rows = [{**ROW, "cbo.legal_name": f"Member {n}", "cbo.short_name": f"Name {n}"} for n in range(4)]
    rows[0]["cbo.legal_name"] = "TBD"
    report = hub.checked(book(cells(*rows)))
    assert report.kinds == 1
    assert told(report) == ["members.xlsx Members!A2 leftover-placeholder"]


# ---------------------------------------------------------------- the library as it stands


def test_rules_know_a_party_that_a_profile_adds_itself():
    workspace = warm_workspace(ROOT, today=dt.date(2027, 1, 5))
    parts = read_parts(workspace)
    profile = read_given_profile(workspace, "profiles/sharing-network.yaml", parts.dictionary).value
    index = index_of(parts, Assembled((), (), (), ()), profile)
    assert index.word("county.short_name") == profile.given("county.short_name").value


@pytest.fixture
def real(tmp_path: Path) -> Workspace:
    network(tmp_path)
    return open_workspace(tmp_path, today=dt.date(2026, 12, 1))


def odd(n: int) -> dict[str, str]:
    """Return a row with a few answers missing, wrong or unusual."""
    chance, row = random.Random(n), member(n)
    row["cbo.entity_type"] = ("nonprofit_corp", "county", "coalition_no_entity")[n % 3]
    row["capacity.cap"] = str(5 + n)  # some less than what is expected
    row["cbo.address.street"] = chance.choice([row["cbo.address.street"], "P.O. Box 7", "TBD"])
    row["cbo.short_name"] = chance.choice([row["cbo.short_name"], "White River", "Crossroads"])
    row["cbo.signer.name"] = chance.choice([row["cbo.signer.name"], "Grace Okafor"])
    row["cbo.legal_name"] = chance.choice([row["cbo.legal_name"], f"{row['cbo.legal_name']} d/b/a More"])
    if n % 4 == 0:
        row["cbo.ein"], row["cbo.signer.title"] = "", "unknown"
    return row


def place(d: Diagnostic) -> tuple[str, str]:
    """Return what a problem is about; an address is printed as a whole and typed in parts."""
    return d.rule, "address" if "address" in d.field else d.field


@pytest.mark.slow
def test_preflight_says_what_making_says(real: Workspace):
    (real.folder / "members.csv").write_bytes(table([odd(n) for n in range(24)]))
    parts = read_parts(real)
    roster = read_roster(real, "members.csv", profile="network.yaml", documents=DOCUMENTS).value
    report = check_rows(parts, real, roster, DOCUMENTS)
    stops = (Severity.ERROR, Severity.OPEN)
    differing = set()
    for one in report.rows:
        profile = one.row.profile
        made = make_set(
            parts, profile, date=date_of(profile, real), documents=DOCUMENTS, formats=(), found=one.row.problems
        )
        expected = {place(d) for d in made.diagnostics if d.severity in stops}
        found = {place(d) for d in one.problems if d.severity in stops}
        differing.add(frozenset(expected))
        assert found >= expected, one.row.number
        # A cell with “TBD” is told of even where this set happens not to print it.
        assert {rule for rule, _ in found - expected} <= {"leftover-placeholder"}
    assert len(differing) > 8
    assert report.kinds < len(report.rows)


@pytest.mark.slow
def test_ten_thousand_rows_take_less_than_twenty_seconds(real: Workspace):
    import xlsxwriter

    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = workbook.add_worksheet("Members")
    sheet.write_row(0, 0, COLUMNS)
    for n in range(1, 10_001):
        row = member(n)
        sheet.write_row(n, 0, [row[c] for c in COLUMNS])
    workbook.close()
    (real.folder / "members.xlsx").write_bytes(out.getvalue())
    began = time.process_time()
    roster = read_roster(real, "members.xlsx", profile="network.yaml", documents=DOCUMENTS).value
    report = preflight(real, roster, DOCUMENTS)
    took = time.process_time() - began
    assert len(report.rows) == 10_000
    assert report.kinds < 20
    assert took < 20, f"{took:.1f} s"
