"""What all tests share: goldens in plain text, accepted with ``pytest --accept``."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="Write what the goldens should say now; read the diff.")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a check that ``text`` is what ``tests/goldens/NAME.txt`` says; ``--accept`` rewrites the file."""

    def check(name: str, text: str) -> None:
        file = GOLDENS / f"{name}.txt"
        if request.config.getoption("--accept"):
            GOLDENS.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            return
        if not file.exists():
            pytest.fail(f"There is no {file.name} yet. Read the text, then: pytest --accept")
        expected = file.read_text(encoding="utf-8")
        if text != expected:
            lines = difflib.unified_diff(
                expected.splitlines(), text.splitlines(), f"goldens/{file.name}", "now", lineterm=""
            )
            pytest.fail("\n".join(lines) + "\nIf this is what it should say: pytest --accept", pytrace=False)

    return check
