"""The wheel, installed by itself, works from any folder: the library and the profiles travel inside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Return the wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = folder.glob("*.whl")
    return made


def shipped(folder: str) -> set[str]:
    """Return the files of ``folder``, without what tools leave behind."""
    files = [p.relative_to(ROOT) for p in (ROOT / folder).rglob("*") if p.is_file()]
    kept = [p for p in files if p.suffix != ".pyc" and not any(part.startswith((".", "__")) for part in p.parent.parts)]
    assert kept
    return {p.as_posix() for p in kept}


def test_the_package_with_its_fonts_and_the_library_and_profiles_travel_inside(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert shipped("generator") - names == set()
    assert {f"generator/_starter/{n}" for n in shipped("clauses") | shipped("profiles")} - names == set()
    assert not [n for n in names if n.startswith("tests/") or n.endswith(".pyc")]


def test_installed_alone_it_makes_the_sample_set_from_another_folder(wheel, tmp_path):
    home = tmp_path / "env"
    venv.create(home, with_pip=True)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    done = subprocess.run(
        [str(programs / "python"), "-m", "pip", "install", "-q", str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    here = tmp_path / "elsewhere"
    here.mkdir()
    shutil.copy(ROOT / "profiles" / "sample.yaml", here)
    env = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        [str(programs / "agreements"), "make", "sample.yaml", "--json"],
        cwd=here, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    files = json.loads(done.stdout)["files"]
    assert sum(f.endswith(".docx") for f in files) == sum(f.endswith(".pdf") for f in files) == 5
    assert all((here / f).stat().st_size > 1000 for f in files)
    # The texts are those in the wheel, not those of this checkout.
    listed = subprocess.run(
        [str(programs / "agreements"), "clauses", "list", "--json"],
        cwd=here, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "starter" in listed.stdout
    assert str(ROOT) not in listed.stdout
