"""Which clauses counsel has approved: said on the cover and in the record, or demanded by the workspace."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from generator.diagnostics import Severity
from generator.library import Library
from generator.pipeline import Made, check, make
from generator.settings import Settings, read_settings
from generator.versions import approve
from generator.workspace import Workspace
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2027, 1, 1)
STAMP = "No counsel has approved the text of this clause."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "profiles/sample.yaml", tmp_path)
    return tmp_path


def here(folder: Path) -> Workspace:
    return warm_workspace(folder, today=TODAY)


def made(folder: Path, *, draft: bool = False) -> Made:
    return make(here(folder), "sample.yaml", documents=("baa",), formats=("txt",), draft=draft)


def text(set_: Made) -> str:
    assert set_.ok, [d.message for d in set_.diagnostics]
    return next(data.decode() for name, data in set_.files if name.endswith(".txt"))


def sentence(set_: Made) -> str:
    """The cover's sentence about approval."""
    words = " ".join(text(set_).split())
    begin = words.index("No counsel has approved")
    return words[begin : words.index("in this document", begin) + 16]


def approve_all(folder: Path, but: int = 0) -> list[str]:
    """Approve every clause of the set but the last few; return the ids that still wait."""
    workspace = here(folder)
    (agreement,) = made(folder, draft=True).agreements
    names = [f"{s.id}@{s.version}" for s in agreement.sources if s.included]
    for name in names[: len(names) - but]:
        edit = approve(workspace, Library(workspace.layers, workspace.cache), name, by="R. Lee", on=TODAY).value
        assert edit is not None
        workspace.keep(edit.files, over=edit.over)
        workspace = here(folder)
    return [n.split("@")[0] for n in names[len(names) - but :]]


def test_the_cover_counts_the_texts_that_no_counsel_has_approved(folder: Path) -> None:
    set_ = made(folder)
    n = sum(s.included for s in set_.agreements[0].sources)
    assert sentence(set_) == f"No counsel has approved any of the {n} clause texts in this document"


def test_a_few_that_wait_are_named_and_the_record_names_them_all(folder: Path) -> None:
    waiting = approve_all(folder, but=2)
    set_ = made(folder)
    titles = [s.number for s in set_.agreements[0].sources if s.id in waiting and s.included]
    assert f"clause texts in this document: {'; '.join(titles)}." in " ".join(text(set_).split())
    record = json.loads(dict(set_.files)["record.json"])
    unapproved = [c["id"] for d in record["documents"] for c in d["clauses"] if not c["approved"]]
    assert unapproved == waiting


def test_when_all_are_approved_nothing_is_said(folder: Path) -> None:
    approve_all(folder)
    assert "No counsel" not in text(made(folder))


def test_a_workspace_that_demands_approval_refuses_a_final_clause_by_clause(folder: Path) -> None:
    waiting = approve_all(folder, but=2)
    (folder / "agreements.toml").write_text("require_approval = true\n")
    set_ = made(folder)
    assert not set_.ok
    assert set_.files == ()
    assert [d.rule for d in set_.diagnostics if d.severity is Severity.ERROR] == ["clause-not-approved"] * 2
    assert all(any(id in d.message for d in set_.diagnostics) for id in waiting)
    assert not check(here(folder), ["sample.yaml"], documents=("baa",)).ok


def test_its_drafts_are_made_and_stamp_each_clause_that_waits(folder: Path) -> None:
    approve_all(folder, but=2)
    (folder / "agreements.toml").write_text("require_approval = true\n")
    assert text(made(folder, draft=True)).count(STAMP) == 2
    (folder / "agreements.toml").unlink()
    assert STAMP not in text(made(folder, draft=True))


def test_approved_throughout_it_makes_the_final(folder: Path) -> None:
    approve_all(folder)
    (folder / "agreements.toml").write_text("require_approval = true\n")
    assert made(folder).ok


# ---------------------------------------------------------------- the file of settings


def test_without_a_file_nothing_is_demanded() -> None:
    assert read_settings(None).value == Settings(False)
    assert read_settings(b"# nothing yet\n").value == Settings(False)
    assert read_settings(b"require_approval = false\n").value == Settings(False)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"require_approval: yes\n", "agreements.toml:1:17"),
        (b"\nrequire_aproval = true\n", "agreements.toml:2:1"),
        (b'require_approval = "no"\n', "agreements.toml:1:1"),
        (b"\xff\xfe", "agreements.toml:1:1"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_its_place_and_switches_nothing_off(data: bytes, place: str) -> None:
    checked = read_settings(data)
    assert checked.value == Settings(True)
    assert str(checked.diagnostics[0].span) == place
    assert checked.diagnostics[0].severity is Severity.ERROR


def test_checking_the_approvals_finds_those_that_name_no_text_or_another_one(folder: Path) -> None:
    workspace = here(folder)
    edit = approve(workspace, Library(workspace.layers, workspace.cache), "exit.cause", by="R. Lee", on=TODAY).value
    assert edit is not None
    workspace.keep(edit.files)
    file = folder / "clauses/_approvals.yaml"
    assert check(here(folder), ["clauses/_approvals.yaml"]).diagnostics == ()
    file.write_text(file.read_text().replace("sha256:", "sha256:0") + "- {id: exit.caus, version: 1.0.0}\n")
    found = check(here(folder), ["clauses/_approvals.yaml"]).diagnostics
    assert {d.rule for d in found} == {"approval-void", "no-such-clause", "library-file"}
