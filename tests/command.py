"""The command line run in a folder, with all that it said."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from generator.cli import main


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def problems(self) -> list[dict[str, Any]]:
        return list(self.json["problems"])

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [p for p in self.problems if p["severity"] == "error"]


def run_here(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ran:
    """Run ``agreements`` with ``arguments`` in the current folder."""
    capsys.readouterr()
    code = main(arguments)
    printed = capsys.readouterr()
    return Ran(code, printed.out, printed.err)


def run(folder: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Return the exit code of ``agreements`` with ``arguments`` in ``folder``, and what it printed."""
    monkeypatch.chdir(folder)
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        code = main(list(arguments))
    return code, out.getvalue()
