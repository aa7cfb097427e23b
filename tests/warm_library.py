"""A workspace that has read the library before, for tests that are not about reading it."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
import tempfile
from functools import cache
from pathlib import Path

from generator.pipeline import check
from generator.workspace import Workspace, open_workspace

ROOT = Path(__file__).parent.parent


@cache
def _kept() -> Path:
    """Return a folder that holds what was read of the shipped library, as a second run on a computer finds it."""
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    atexit.register(shutil.rmtree, folder, True)
    workspace = open_workspace(ROOT, today=dt.date(2027, 1, 1), cache=folder)
    check(workspace, ["profiles/sample.yaml"])
    assert workspace.cache is not None
    workspace.cache.save()
    return folder


def warm_workspace(folder: Path, *, today: dt.date) -> Workspace:
    """Return the workspace at ``folder``; that the cache changes nothing but the time is what test_cache proves."""
    return open_workspace(folder, today=today, cache=_kept())
