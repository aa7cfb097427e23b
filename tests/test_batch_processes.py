"""Sharing members out among processes: all are made, whatever happens to a worker, and new workers take over."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from members import roster

from generator.batch import processes
from generator.batch.rows import Job, Setup
from generator.batch.run import setup_for
from generator.pipeline.parts import read_parts
from generator.roster.reading import read_members
from generator.workspace import open_workspace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Setup, list[Job]]:
    folder = tmp_path_factory.mktemp("processes")
    roster(folder, 3)
    workspace = open_workspace(folder, today=dt.date(2026, 11, 23))
    parts = read_parts(workspace)
    found = read_members(parts, workspace, "members.csv", profile="network.yaml", documents=("sba",)).value
    assert found is not None
    setup = setup_for(workspace, parts, found, str(folder / "out"), documents=("sba",), formats=("docx",))
    return setup, [Job(n, dataclasses.replace(r, base=None), f"m{n}") for n, r in enumerate(found.rows)]  # type: ignore[arg-type]


def test_a_worker_that_has_made_enough_gives_its_place_to_another(given, monkeypatch: pytest.MonkeyPatch):
    setup, jobs = given
    monkeypatch.setattr(processes, "RENEWED", 1)
    made = list(processes.in_processes(setup, jobs, workers=2))
    assert sorted(o.index for o in made if o.state == "made") == [0, 1, 2]


def test_what_takes_too_long_is_given_up_and_the_others_are_made(given):
    setup, jobs = given
    (late, *rest) = jobs
    out = processes.in_processes(setup, [late], workers=1, longest=0.0)
    assert [(o.state, o.problems[0].rule) for o in out] == [("failed", "row-too-long")]
    assert {o.state for o in processes.in_processes(setup, rest, workers=1)} == {"made"}


def test_a_worker_that_cannot_begin_is_a_mistake_of_ours_and_ends(given, tmp_path: Path):
    setup, jobs = given
    broken = dataclasses.replace(setup, place=str(tmp_path), formats=("docx",), frame=("x.docx", None))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="no worker can be started"):
        list(processes.in_processes(broken, jobs, workers=1))
