"""The batch beyond one computer: a cluster of two workers, one of them killed, gives the same bytes."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from made_words import word_words
from members import roster
from test_batch import AGREEMENTS, Desk, batch, files_in

from generator.batch import cluster as on_a_worker
from generator.batch.rows import Job, Outcome, Worker

# Looked for and not imported: this file is read before every run, and its tests are slow ones.
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not find_spec("distributed"), reason="distributed is not installed")]

COUNT = 6


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Run a scheduler and two workers of this computer; give the address, and the workers' processes."""
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("local_cluster.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        said = json.loads(process.stdout.readline())
        try:
            yield said["address"], said["workers"]
        finally:
            process.stdin.close()
            process.wait(30)


def test_a_worker_killed_in_the_middle_costs_only_time(tmp_path: Path) -> None:
    file = roster(tmp_path, COUNT)
    assert batch(file, "-o", "here").returncode == 0
    there = tmp_path / "there"

    with cluster(tmp_path) as (address, workers):

        def kill_one() -> None:
            rows = there / ".agreements-batch/rows"
            while not rows.is_dir() or len(list(rows.iterdir())) < 2:
                time.sleep(0.02)
            os.kill(workers[0], signal.SIGKILL)

        killer = threading.Thread(target=kill_one, daemon=True)
        killer.start()
        done = batch(file, "-o", there.as_uri(), "--engine", "dask", "--scheduler", address)
        assert not killer.is_alive()
    assert done.returncode == 0, done.stderr
    assert files_in(there) == files_in(tmp_path / "here")


def test_no_cluster_at_the_address_is_said(tmp_path: Path) -> None:
    file = roster(tmp_path, 1)
    done = batch(file, "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1")
    assert done.returncode == 4
    assert "No cluster answers at tcp://127.0.0.1:1." in done.stderr
    assert AGREEMENTS


def test_a_worker_makes_the_next_batch_from_what_that_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_a_worker, "_WORKING", [])
    desk = Desk(tmp_path)
    readings: list[Worker] = []

    def there(worker: Worker, jobs: Sequence[Job]) -> Iterator[Outcome]:
        for job in jobs:
            yield on_a_worker.make(pickle.loads(pickle.dumps(worker.setup)), job)
            readings.append(on_a_worker._WORKING[0])

    assert desk.run(engine=there).counted("done") == 3
    assert len(set(map(id, readings))) == 1, "what was read for one member is kept for the next"
    hub = tmp_path / "hub.yaml"
    hub.write_text(
        hub.read_text(encoding="utf-8").replace("White River Community Care Hub, Inc.", "Another Network"),
        encoding="utf-8",
    )
    assert desk.run(engine=there).counted("done") == 3
    assert len(set(map(id, readings))) == 2
    assert "Another Network" in word_words(desk.word(1).read_bytes())
