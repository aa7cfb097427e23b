"""The same input gives the same bytes, whatever the clock, the time zone, the locale, the hash seed or the folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def made_in(folder: Path, **environment: str) -> dict[str, bytes]:
    """Make the sample set from a copy of the profile in ``folder``; return every file by its name."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "profiles/sample.yaml", folder / "sample.yaml")
    code = "import sys; from generator.cli import main; main()"
    command = [
        sys.executable,
        "-c",
        code,
        "make",
        "sample.yaml",
        "--formats",
        "docx,pdf,html,txt",
        "--draft",
        "--quiet",
    ]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **environment}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {p.name: p.read_bytes() for p in (folder / "output").rglob("*") if p.is_file()}


@pytest.mark.slow
def test_two_runs_elsewhere_give_identical_files(tmp_path: Path) -> None:
    here = made_in(tmp_path / "a", TZ="America/Louisville", LANG="C", PYTHONHASHSEED="1")
    there = made_in(tmp_path / "some" / "other place", TZ="Asia/Tokyo", LANG="de_DE.UTF-8", PYTHONHASHSEED="2")
    assert len(here) == 21
    assert sorted(here) == sorted(there)
    assert [name for name in here if here[name] != there[name]] == []
