"""Files under their final name are complete, and nothing is overwritten unasked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from generator.workspace import Exists, Workspace, open_workspace

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path, today=TODAY)


def test_all_files_of_a_set_arrive(workspace: Workspace) -> None:
    paths = workspace.deliver("set", [("a.txt", b"A"), ("b.txt", b"B")])
    assert [p.read_bytes() for p in paths] == [b"A", b"B"]
    assert sorted(p.name for p in paths[0].parent.iterdir()) == ["a.txt", "b.txt"]


def test_nothing_is_overwritten_and_nothing_half_written_unless_asked(workspace: Workspace) -> None:
    workspace.deliver("set", [("b.txt", b"signed")])
    with pytest.raises(Exists) as refused:
        workspace.deliver("set", [("a.txt", b"A"), ("b.txt", b"new")])
    assert [p.name for p in refused.value.files] == ["b.txt"]
    assert not (workspace.output / "set/a.txt").exists()
    assert (workspace.output / "set/b.txt").read_bytes() == b"signed"
    workspace.deliver("set", [("b.txt", b"new")], replace=True)
    assert (workspace.output / "set/b.txt").read_bytes() == b"new"


def test_the_same_bytes_again_are_no_overwriting(workspace: Workspace) -> None:
    (path,) = workspace.deliver("set", [("a.txt", b"A")])
    before = path.stat().st_mtime_ns
    workspace.deliver("set", [("a.txt", b"A")])
    assert path.stat().st_mtime_ns == before


def test_a_failure_midway_leaves_nothing_behind(workspace: Workspace) -> None:
    too_long = "x" * 300 + ".txt"
    with pytest.raises(OSError):  # noqa: PT011  the operating system's own
        workspace.deliver("set", [("a.txt", b"A"), (f"no/such/folder/{too_long}", b"B")])
    assert list((workspace.output / "set").iterdir()) == []


def test_leftovers_of_an_earlier_crash_are_swept(workspace: Workspace) -> None:
    folder = workspace.output / "set"
    folder.mkdir(parents=True)
    (folder / ".agreements-old").write_bytes(b"half")
    workspace.deliver("set", [("a.txt", b"A")])
    assert [p.name for p in folder.iterdir()] == ["a.txt"]


def test_an_output_folder_that_cannot_be_made_is_this_computers_problem(workspace: Workspace) -> None:
    workspace.output.write_text("a file stands where the folder should be")
    with pytest.raises(OSError):  # noqa: PT011  the operating system's own
        workspace.deliver("set", [("a.txt", b"A")])
    assert workspace.output.read_text() == "a file stands where the folder should be"


def test_the_starter_layer_comes_first_and_mine_hides_it(tmp_path: Path) -> None:
    (tmp_path / "clauses").mkdir()
    (tmp_path / "extra").mkdir()
    names = [layer.name for layer in open_workspace(tmp_path, libraries=[tmp_path / "extra"], today=TODAY).layers]
    assert names == ["starter", "mine", "extra"]


def test_a_library_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        open_workspace(tmp_path, libraries=[tmp_path / "nowhere"], today=TODAY)
