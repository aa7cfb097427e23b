"""Every command that README shows is run, in order, in a fresh copy of what the repository holds."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.programs import program

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
SET_UP, TEST = (block.strip() for block in BLOCKS[:2])
OTHERS = [line for block in BLOCKS[2:] for line in block.strip().splitlines()]

# A profile that was only just begun has open answers, and `check` says so: exit code 1.
OPEN_ANSWERS = ("check my-partnership/agreement.yaml",)


def test_there_are_two_commands_to_set_up_and_others_for_each_reader():
    assert len(BLOCKS) == 5
    assert SET_UP.endswith("agreements make profiles/sample.yaml")
    assert TEST.endswith("pytest")
    assert len(OTHERS) >= 8
    assert all(line.startswith(".venv/bin/agreements ") for line in OTHERS)


def test_the_gate_runs_the_very_command_that_readme_gives_for_the_tests():
    assert TEST in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_it_fits_on_one_screen():
    assert len(README.splitlines()) <= 80


def test_every_file_it_points_to_is_there():
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in t]
    assert "docs/sample-page.png" in targets
    assert [t for t in targets if not (ROOT / t).is_file()] == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """Return a folder that holds what a fresh clone of this checkout would hold."""
    git = [program("git"), "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z", "--cached"]
    listed = subprocess.run(git, capture_output=True, text=True, check=True).stdout
    folder = tmp_path_factory.mktemp("clone")
    for name in filter(None, listed.split("\0")):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of README as somebody types it, in ``folder``."""
    env = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "NO_COLOR")}
    return subprocess.run(["bash", "-c", command], cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_every_command_does_what_readme_says(copy):
    done = run(SET_UP, copy)
    assert done.returncode == 0, done.stdout + done.stderr
    made = sorted(p.name for p in (copy / "output").glob("*/*"))
    assert sum(n.endswith(".docx") for n in made) == sum(n.endswith(".pdf") for n in made) == 5
    assert "record.json" in made
    for command in OTHERS:
        done = run(command, copy)
        expected = 1 if command.endswith(OPEN_ANSWERS) else 0
        assert done.returncode == expected, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        if expected:
            assert "answers are still open" in done.stdout

    # The second command runs these very tests: here, only that it installs and that pytest finds them all.
    done = run(f"{TEST} --collect-only -q", copy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_readme.py" in done.stdout
    done = run(".venv/bin/pytest -q tests/test_text.py tests/test_workspace.py", copy)
    assert done.returncode == 0, done.stdout + done.stderr
