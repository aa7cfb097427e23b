"""What all tests share: goldens accepted with ``pytest --accept``, the sample set, and no silent skips."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from generator.cache import open_cache
from generator.pipeline import FORMATS, Made, make
from tests.warm_library import remembered, warm_workspace

GOLDENS = Path(__file__).parent / "goldens"
ROOT = Path(__file__).parent.parent
# Where changes are let in, every program that a test needs is installed: a skipped test there is a failed one.
NOTHING_IS_SKIPPED = os.environ.get("CI") == "true"
# There the examples of property tests are the same each time, so that a change is judged by what it changed; on
# everybody's own computer they are drawn anew, and go on finding things. How long one takes says how busy that is.
settings.register_profile("let in", derandomize=True, deadline=None, database=None)
settings.register_profile("at home", deadline=None)
settings.load_profile("let in" if NOTHING_IS_SKIPPED else "at home")
# What a shell starts in the background is deaf to Control-C, and so would be every command that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if NOTHING_IS_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, but nothing is skipped where CI=true: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as their coverage: of decisions, of requirements."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == "coverage" and report.when == "call":
                terminalreporter.write_line(str(text))


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


@pytest.fixture(scope="session", autouse=True)
def _no_cache_but_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what commands remember away from what the user's own remember; all that run in here remember together."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.workspace.open_cache", lambda *_: remembered())
        yield


@pytest.fixture(scope="module")
def cache_on_disk() -> Iterator[None]:
    """Let commands keep what they read in files, as they do for a user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.workspace.open_cache", open_cache)
        yield


def _set(profile: str, *, draft: bool) -> Made:
    workspace = warm_workspace(ROOT, today=dt.date(2027, 1, 1))
    made = make(workspace, f"profiles/{profile}.yaml", formats=FORMATS, draft=draft)
    assert made.ok, "\n".join(f"{d.span}: {d.message}" for d in made.diagnostics)
    return made


@pytest.fixture(scope="session")
def sample_set() -> Made:
    """Return the finals of all five document types of the sample, in every format."""
    return _set("sample", draft=False)


@pytest.fixture(scope="session")
def draft_set() -> Made:
    """Return the drafts of a partnership of which little is known, in every format."""
    return _set("san-diego-cie", draft=True)


@pytest.fixture(scope="session")
def hub_set() -> Made:
    """Return the drafts of a hub and a health plan, with the statement of work as a schedule, in every format."""
    return _set("hub", draft=True)
