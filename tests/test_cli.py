"""The command line as a person or a program meets it: real files, real folders, exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.cli import main
from generator.diagnostics import Diagnostic, Related, Severity, Span
from generator.model import OpenItem
from generator.terminal import Progress, Style, answer_line, did_you_mean, open_item_lines, problem_lines, safe

ROOT = Path(__file__).parent.parent


class Ran:
    """What a command printed, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def agreements(capsys, monkeypatch, tmp_path):
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)

    def run(*args: str) -> Ran:
        capsys.readouterr()
        code = main(args)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


def problem(file: str, line: int, column: int, field: str, message: str, fix: str = "", **more) -> Diagnostic:
    return Diagnostic("field-kind", Severity.ERROR, message, Span(file, line, column), fix, field, **more)


# ---------------------------------------------------------------- how problems are laid out

HARBOR = (
    problem("harbor.yaml", 7, 8, "cbo.zip", '"2134" has 4 digits; a spreadsheet may have dropped the first zero.',
            'Write: zip: "02134"'),
    problem("harbor.yaml", 3, 3, "cbo.legal_nam", "is not a field.", "Did you mean legal_name?"),
    problem("harbor.yaml", 12, 10, "agreement.start", "2026-02-30 is not a real date.",
            "Write year-month-day, like 2026-03-01."),
)  # fmt: skip


def test_problems_stand_in_columns_by_line_with_message_and_fix():
    assert list(problem_lines(HARBOR, style=Style(108), outcome="No document was made.")) == [
        "harbor.yaml has 3 problems. No document was made.",
        "",
        "  harbor.yaml:3:3    cbo.legal_nam    is not a field. Did you mean legal_name?",
        '  harbor.yaml:7:8    cbo.zip          "2134" has 4 digits; a spreadsheet may have dropped the first zero.',
        '                                      Write: zip: "02134"',
        "  harbor.yaml:12:10  agreement.start  2026-02-30 is not a real date. Write year-month-day, like 2026-03-01.",
        "",
        "Mend these and run the same command again. More: agreements explain field-kind",
    ]


def test_a_narrow_screen_gets_the_message_below_its_place():
    assert list(problem_lines(HARBOR[1:2], style=Style(60)))[2:4] == [
        "  harbor.yaml:3:3  cbo.legal_nam",
        "      is not a field. Did you mean legal_name?",
    ]


def test_no_line_is_wider_than_the_screen():
    for width in (44, 60, 80, 100):
        assert all(len(line) <= width for line in list(problem_lines(HARBOR, style=Style(width)))[:-2])


def test_a_problem_shows_the_other_place_too():
    twice = problem(
        "a.yaml", 9, 1, "cbo", "is given twice.", others=(Related(Span("a.yaml", 2, 1), "First given here"),)
    )
    assert "First given here (a.yaml:2:1)" in "\n".join(problem_lines([twice], style=Style()))


def test_warnings_come_after_errors_and_stop_nothing():
    warning = Diagnostic("old", Severity.WARNING, "This text is old.", Span("a.md", 1, 1))
    lines = list(problem_lines([warning, HARBOR[0]], style=Style()))
    assert lines[0] == "harbor.yaml has 1 problem."
    assert "1 thing is worth a look; it stops nothing:" in lines


def test_what_a_file_holds_cannot_command_the_terminal():
    assert safe("a\x1b[31mb\u202ec\x07") == "a\\x1b[31mb\\u202ec\\x07"
    evil = problem("a.yaml", 1, 1, "x", "\x1b]0;owned\x07 is not a day.")
    assert not set("\n".join(problem_lines([evil], style=Style()))) & {"\x1b", "\x07"}


def test_names_are_suggested_only_when_near():
    assert did_you_mean("chek", ["check", "make"]) == "check"
    assert did_you_mean("zzzz", ["check", "make"]) == ""


# ---------------------------------------------------------------- open items


def item(number: int, field: str, who: str = "the organization", example: str = "", line: int = 5) -> OpenItem:
    return OpenItem(
        number, field, f"Label {number}", f"Question {number}?", "Because.", who, example,
        ("Section 7.2 (Breach Notice)",), ("hipaa.breach",), Span("harbor.yaml", line, 3),
    )  # fmt: skip


def test_an_open_item_says_what_why_who_where_and_how():
    lines = "\n".join(open_item_lines([item(1, "cbo.address.zip", example='"02134"')], style=Style()))
    for words in (
        "Who usually knows: the organization",
        "1. Label 1   cbo.address.zip",
        "Question 1?",
        "Why: Because.",
        "Needed by: Section 7.2 (Breach Notice)",
        "Clauses: hipaa.breach",
        "Write it in: harbor.yaml:5, under cbo > address",
        'zip: "02134"',
    ):
        assert words in lines


def test_open_items_are_grouped_by_who_usually_knows():
    items = [item(1, "a.b", "counsel"), item(2, "c.d", "hco, cbo"), item(3, "e.f", "counsel")]
    heads = [line for line in open_item_lines(items, style=Style()) if line.startswith("Who")]
    assert heads == [
        "Who usually knows: a lawyer",
        "Who usually knows: the health care organization or the community-based organization",
    ]


@pytest.mark.parametrize(
    ("field", "example", "written"),
    [
        ("baa.breach_notice", "5 business days", ((("baa",)), "breach_notice: 5 business days")),
        ("term.start", "2027-01-01", (("term",), "start: 2027-01-01")),
        ("cbo.zip", 'cbo.zip: "02134"', (("cbo",), 'zip: "02134"')),
        ("inkind", "- item: van\n  fmv: 400.00", ((), "inkind:\n  - item: van\n    fmv: 400.00")),
        ("service.elements.2.unit", "meal", (("service", "elements", "entry 2"), "unit: meal")),
        ("pay.total", "$12,500.00", (("pay",), "total: $12,500.00")),
        ("cbo.ein", "", (("cbo",), "ein: …")),
    ],
)
def test_an_example_is_written_so_that_it_can_be_pasted(field, example, written):
    assert answer_line(item(1, field, example=example)) == written


# ---------------------------------------------------------------- usage


def test_help_lists_every_command_with_examples(agreements):
    ran = agreements("-h")
    assert ran.code == 0
    for name in ("init", "check", "make", "explain", "clauses", "schema", "doctor", "completion", "Examples:"):
        assert name in ran.out
    assert agreements().out == ran.out


@pytest.mark.parametrize(
    "command", ["init", "check", "make", "explain", "clauses list", "clauses show", "schema", "doctor"]
)
def test_every_command_has_help_and_takes_the_shared_options(agreements, command):
    ran = agreements(*command.split(), "-h")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: agreements {command}")
    for option in ("--json", "--quiet", "--no-color"):
        assert option in ran.out


def test_version(agreements):
    import generator

    assert agreements("--version").out == f"agreements {generator.__version__}\n"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["chek", "a.yaml"], "“chek” is not a command. Did you mean check?"),
        (["clauses", "lst"], "“lst” is not a command. Did you mean list?"),
        (["xyzzy"], "“xyzzy” is not a command. There are: init, check, make"),
        (["make"], "PROFILE is missing."),
        (["explain"], "NAME is missing."),
        (["make", "a.yaml", "--fromats", "pdf"], "--fromats is not an option here. Did you mean --formats?"),
        (["make", "a.yaml", "-f", "docs"], "--formats: “docs” is not a format. Did you mean docx?"),
        (["make", "a.yaml", "-d", "mouu"], "--documents: “mouu” is not a document type. Did you mean mou?"),
        (["make", "a.yaml", "--date", "2027-2-1"], "like 2027-01-31."),
        (["make", "a.yaml", "--date", "2027-02-30"], "“2027-02-30” is not a day"),
        (["make", "a.yaml", "--frame", "none.docx"], "--frame:"),
        (["make", "a.yaml", "--library", "none"], "--library:"),
        (["make", "a.yaml", "--pdf-engine", "word"], "--pdf-engine:"),
        (["completion", "tcsh"], "tcsh"),
    ],
)
def test_a_wrong_command_says_what_was_meant(agreements, typed, said):
    ran = agreements(*typed)
    assert ran.code == 2
    assert said in ran.err
    assert "--help" in ran.err
    assert ran.out == ""
    assert "nvalid" not in ran.err


@pytest.mark.parametrize("typed", [["--json", "chek"], ["make", "--json"], ["make", "a.yaml", "-f", "docs", "--json"]])
def test_json_is_one_object_even_when_the_command_is_wrong(agreements, typed):
    ran = agreements(*typed)
    assert ran.code == 2
    assert ran.err == ""
    assert set(ran.json) == {"ok", "problems", "open_items", "files"}
    assert ran.json["ok"] is False
    assert ran.json["problems"][0]["rule"] == "command"
    assert set(ran.json["problems"][0]) == {"rule", "severity", "file", "line", "column", "field", "message", "fix"}


def test_a_wrong_epoch_is_said_plainly(agreements, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    ran = agreements("make", "a.yaml")
    assert ran.code == 2
    assert "SOURCE_DATE_EPOCH must be a whole number" in ran.err


def test_completion_says_the_line_to_add(agreements):
    assert "_AGREEMENTS_COMPLETE=bash_source" in agreements("completion", "bash").out
    assert agreements("completion", "--json").json["completion"].keys() == {"bash", "zsh", "fish"}


# ---------------------------------------------------------------- as a process


def process(*args: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-m", "generator.cli", *args], cwd=cwd, env=env, capture_output=True, text=True, timeout=60
    )


def test_the_tab_key_completes_commands_formats_and_documents(tmp_path):
    def tab(words: str, at: int) -> list[str]:
        ran = process(cwd=tmp_path, _AGREEMENTS_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(at))
        return [line.split(",", 1)[1] for line in ran.stdout.splitlines()]

    assert tab("agreements ch", 1) == ["check"]
    assert tab("agreements make --formats docx,p", 3) == ["docx,pdf"]
    assert {"mou", "svc", "sow", "baa", "bac"} <= set(tab("agreements make -d ", 3))
    assert "hipaa.safeguards" in tab("agreements clauses show hipaa.s", 3)


@pytest.mark.parametrize("typed", ["--help", "clauses list", "schema", "doctor --json"])
def test_a_reader_that_stops_reading_is_no_problem(tmp_path, typed):
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [sys.executable, "-m", "generator.cli", *typed.split()], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, check=False,
    )  # fmt: skip
    os.close(writing)
    assert ran.returncode == 0
    assert ran.stderr == b""


def test_help_needs_none_of_the_large_libraries():
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "generator.cli", "--help"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "click" in loaded
    assert not loaded & {
        "jinja2",
        "yaml",
        "docx",
        "docxtpl",
        "lxml",
        "typst",
        "markdown_it",
        "num2words",
        "generator.pipeline",
    }


# ---------------------------------------------------------------- progress


def test_progress_shows_only_after_a_while_and_wipes_itself():
    quick, slow = io.StringIO(), io.StringIO()
    with Progress(quick, after=30) as progress:
        progress.now("Making a.yaml")
    assert quick.getvalue() == ""
    with Progress(slow, after=0.01) as progress:
        progress.now("Making a.yaml")
        deadline = time.monotonic() + 5
        while not slow.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
        progress.now("Making b.yaml")
    assert "Making a.yaml …" in slow.getvalue()
    assert "Making b.yaml …" in slow.getvalue()
    assert slow.getvalue().endswith("\r\x1b[K")
