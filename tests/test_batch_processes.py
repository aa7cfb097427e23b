"""Sharing members out among processes: all are made, whatever happens to a worker, and new workers take over."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from pathlib import Path

import pytest
from members import roster

from generator.batch import processes
from generator.batch.rows import Job, Setup
from generator.batch.run import setup_for
from generator.pipeline.parts import read_parts
from generator.roster.reading import read_members
from generator.workspace import open_workspace

slow = pytest.mark.slow


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


@slow
def test_a_worker_that_has_made_enough_gives_its_place_to_another(given, monkeypatch: pytest.MonkeyPatch):
    setup, jobs = given
    monkeypatch.setattr(processes, "RENEWED", 1)
    made = list(processes.in_processes(setup, jobs, workers=2))
    assert sorted(o.index for o in made if o.state == "made") == [0, 1, 2]


@slow
def test_what_takes_too_long_is_given_up_and_the_others_are_made(given):
    setup, jobs = given
    (late, *rest) = jobs
    out = processes.in_processes(setup, [late], workers=1, longest=0.0)
    assert [(o.state, o.problems[0].rule) for o in out] == [("failed", "row-too-long")]
    assert {o.state for o in processes.in_processes(setup, rest, workers=1)} == {"made"}


@slow
def test_workers_may_begin_before_it_is_known_what_to_do(given):
    setup, jobs = given
    with processes.beginning(2) as begun:
        made = list(processes.in_processes(setup, jobs[:1], workers=1, begun=begun))
        assert [o.state for o in made] == ["made"]
        assert begun == []  # the other has ended as well
    with processes.beginning(1) as begun:
        (idle,) = begun
    assert not idle.is_alive()


@slow
def test_a_worker_that_cannot_begin_is_a_mistake_of_ours_and_ends(given, tmp_path: Path):
    setup, jobs = given
    broken = dataclasses.replace(setup, place=str(tmp_path), formats=("docx",), layers=None)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="no worker can be started"):
        list(processes.in_processes(broken, jobs, workers=1))


def test_workers_are_started_for_members_that_are_worth_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(processes, "processors", lambda: 4)
    assert [processes.worth_starting(n) for n in (0, 1, 3, 4, 10, 12, 1000)] == [0, 1, 1, 2, 4, 4, 4]


def test_a_worker_keeps_memory_as_we_say_unless_the_user_says_otherwise(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(processes, "_is_glibc", lambda: True)
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    with processes.roomy():
        assert "glibc.malloc.top_pad=16777216" in os.environ["GLIBC_TUNABLES"].split(":")
    assert "GLIBC_TUNABLES" not in os.environ
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.top_pad=1:glibc.malloc.check=1")
    with processes.roomy():
        said = os.environ["GLIBC_TUNABLES"].split(":")
        assert said[:2] == ["glibc.malloc.top_pad=1", "glibc.malloc.check=1"]
        assert [one for one in said[2:] if "top_pad" in one] == []
        assert len(said) == 5
    assert os.environ["GLIBC_TUNABLES"] == "glibc.malloc.top_pad=1:glibc.malloc.check=1"


def test_elsewhere_than_with_glibc_nothing_is_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(processes, "_is_glibc", lambda: False)
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    with processes.roomy():
        assert "GLIBC_TUNABLES" not in os.environ
