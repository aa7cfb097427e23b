"""The command line as a person or a program meets it: real files, real folders, exit codes."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from generator.diagnostics import Diagnostic, Related, Severity, Span
from generator.model import OpenItem
from generator.terminal import Progress, Style, answer_line, did_you_mean, open_item_lines, problem_lines, safe
from generator.writers import pdf
from tests.command import Ran, run_here
from tests.tiny_document import tiny_clause, write_tiny

ROOT = Path(__file__).parent.parent


@pytest.fixture
def agreements(capsys, monkeypatch, tmp_path):
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)

    def run(*args: str) -> Ran:
        return run_here(capsys, *args)

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
        "Write it in: harbor.yaml:5, under cbo > address, for example:",
        'zip: "02134"',
    ):
        assert words in lines


def test_open_items_are_grouped_by_who_usually_knows():
    people = ("counsel", "hco, cbo", "counsel", "cbo, hco")
    items = [item(n, f"a.b{n}", who) for n, who in enumerate(people, 1)]
    heads = [line for line in open_item_lines(items, style=Style()) if line.startswith("Who")]
    assert heads == [
        "Who usually knows: a lawyer",
        "Who usually knows: the community-based organization or the health care organization",
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
        (["xyzzy"], "“xyzzy” is not a command. There are: init, new, check, make"),
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


# ---------------------------------------------------------------- working on real files

PROFILE = """agreement: {name: "{Re}Build & AT&T <Aid>", number: 2027-014}
cbo: {legal_name: Aid Inc., short_name: Aid}
hco: {legal_name: Lake Hospital, short_name: Lake}
term:
  effective_date: 2027-01-01
"""


@pytest.fixture
def tiny(agreements, tmp_path):
    """Run commands where the workspace has a document type of its own, and a profile for it."""
    write_tiny(
        tmp_path, "The work called {{ agreement.name }} starts on {{ term.effective_date }}.", slug="tiny-agreement"
    )
    (tmp_path / "tiny.yaml").write_text(PROFILE)
    return agreements


FINAL = Path("output/re-build-at-t-aid-2027-014/tiny-agreement.txt")
MAKE = ("make", "tiny.yaml", "-d", "tiny", "-f", "txt")


def test_a_complete_profile_is_made_and_the_files_are_named(tiny):
    ran = tiny(*MAKE)
    assert ran.code == 0
    assert f"  {FINAL}\n" in ran.out
    assert "1 clause in it: not approved by a lawyer of yours yet." in ran.out
    assert "Made for legal review. It certifies nothing and is not legal advice." in ran.out
    assert "Next: read it with your lawyer. About a clause: agreements clauses show tiny.words" in ran.out
    assert "The work called {Re}Build & AT&T <Aid> starts on January 1, 2027.\n" in FINAL.read_text()


def test_made_in_all_formats_by_default_word_and_pdf(tiny):
    assert {Path(f).suffix for f in tiny("make", "tiny.yaml", "-d", "tiny", "--json").json["files"]} == {
        ".docx", ".pdf", ".json",
    }  # fmt: skip
    files = tiny("make", "tiny.yaml", "-d", "tiny", "-f", "html,txt,pdf,docx", "-o", "other", "--json").json["files"]
    assert [Path(f).suffix for f in files] == [".html", ".txt", ".pdf", ".docx", ".json"]
    assert all(f.startswith("other/") and Path(f).stat().st_size for f in files)


def test_json_names_what_was_made(tiny):
    ran = tiny(*MAKE, "--json")
    assert ran.code == 0
    assert ran.json["ok"] is True
    assert ran.json["files"][0] == str(FINAL)
    assert ran.err == ""


def test_quiet_says_nothing_when_all_is_well(tiny):
    ran = tiny(*MAKE, "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_an_open_answer_refuses_the_final_and_says_where_to_write_it(tiny):
    Path("tiny.yaml").write_text(PROFILE.replace("2027-01-01", "unknown"))
    ran = tiny(*MAKE)
    assert ran.code == 1
    assert "tiny.yaml: 1 answer is missing for a final. No document was made." in ran.err
    assert "Write it in: tiny.yaml:5, under term" in ran.err
    assert "Clauses: tiny.words" in ran.err
    assert "Needed by: Section 1.1 (Words)" in ran.err
    assert "agreements make --draft tiny.yaml" in ran.err
    assert not Path("output").exists()
    (found,) = tiny(*MAKE, "--json").json["open_items"]
    assert (found["field"], found["file"], found["line"]) == ("term.effective_date", "tiny.yaml", 5)


def test_a_draft_is_made_all_the_same(tiny):
    Path("tiny.yaml").write_text(PROFILE.replace("2027-01-01", "unknown"))
    ran = tiny(*MAKE, "--draft")
    assert ran.code == 0
    assert "1 answer is still open" in ran.out
    assert "starts on [" in FINAL.with_stem("tiny-agreement-draft").read_text()


def test_a_draft_says_what_its_problem_stops(agreements, tmp_path):
    for name in ("sample.yaml", "amendment.yaml"):
        (tmp_path / name).write_bytes((ROOT / "profiles" / name).read_bytes())
    Path("early.yaml").write_text("extends: amendment.yaml\namend:\n  effective_on: 2026-10-01\n")
    ran = agreements("make", "early.yaml", "--draft", "-f", "txt")
    assert ran.code == 0
    assert "early.yaml has 1 problem. It stops a final, not this draft." in ran.err


def test_all_problems_are_shown_at_once_and_nothing_is_written(tiny):
    Path("tiny.yaml").write_text(
        PROFILE.replace("legal_name: Aid", "legal_nam: Aid").replace("2027-01-01", "2026-02-30") + "x: 1\n"
    )
    for command in (("check", "tiny.yaml", "-d", "tiny"), MAKE):
        ran = tiny(*command)
        assert ran.code == 1
        text = ran.out + ran.err
        assert "tiny.yaml has 3 problems." in text
        assert "cbo.legal_nam" in text
        assert "Did you mean legal_name?" in text
        assert "tiny.yaml:5:19" in text
        assert "agreements explain " in text
    assert not Path("output").exists()
    found = tiny("check", "tiny.yaml", "-d", "tiny", "--json").json
    assert [(p["line"], p["severity"]) for p in found["problems"] if p["severity"] == "error"] == [
        (2, "error"), (5, "error"), (6, "error"),
    ]  # fmt: skip


def test_check_says_that_all_is_well_and_what_comes_next(tiny):
    ran = tiny("check", "tiny.yaml", "clauses", "-d", "tiny")
    assert ran.code == 0
    assert ran.out.startswith("No problems in 3 files.")
    assert "What is made from it is for legal review. This check certifies nothing." in ran.out
    assert "Next: agreements make -d tiny tiny.yaml" in ran.out


def test_check_gives_examples_as_examples_and_says_where_the_reasons_stand(tiny):
    Path("tiny.yaml").write_text(PROFILE.replace("2027-01-01", "unknown"))
    ran = tiny("check", "tiny.yaml", "-d", "tiny")
    assert ran.code == 1
    assert "For example: effective_date: 2027-01-01" in ran.out + ran.err
    assert "An example shows how an answer is written; it is no advice." in ran.out
    assert "Why a question is asked: agreements explain term.effective_date" in ran.out


def test_check_does_not_propose_to_make_a_file_of_the_library(tiny):
    ran = tiny("check", "clauses/_documents/tiny.yaml")
    assert ran.code == 0
    assert "Next:" not in ran.out


def test_what_is_there_is_not_overwritten_unless_asked(tiny):
    tiny(*MAKE)
    assert tiny(*MAKE).code == 0  # the same bytes again
    FINAL.write_text("signed")
    ran = tiny(*MAKE)
    assert ran.code == 1
    assert f"{FINAL}" in ran.err
    assert "Add --replace to overwrite it" in ran.err
    assert FINAL.read_text() == "signed"
    assert tiny(*MAKE, "--replace").code == 0
    assert FINAL.read_text() != "signed"


def test_several_profiles_are_made_each_for_itself(tiny):
    Path("second.yaml").write_text(PROFILE.replace("2027-014", "2027-015"))
    Path("third.yaml").write_text("x: 1\n")
    ran = tiny("make", "tiny.yaml", "third.yaml", "second.yaml", "-d", "tiny", "-f", "txt")
    assert ran.code == 1
    assert "Made 2 documents in 4 files:" in ran.out
    assert "third.yaml has 1 problem. No document was made." in ran.err
    assert len(list(Path("output").iterdir())) == 2


def test_the_day_comes_from_the_option_or_from_the_epoch(tiny, monkeypatch):
    def made_on() -> str:
        return json.loads(FINAL.with_name("record.json").read_text())["made_on"]

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798761600")
    tiny(*MAKE)
    assert made_on() == "2027-01-01"
    tiny(*MAKE, "--date", "2027-03-05", "--replace")
    assert made_on() == "2027-03-05"


def test_a_folder_that_cannot_be_written_is_this_computers_matter(tiny):
    ran = tiny(*MAKE, "-o", "tiny.yaml/inside")
    assert ran.code == 4
    assert "This computer would not do it." in ran.err
    assert "agreements doctor" in ran.err
    assert tiny(*MAKE, "-o", "tiny.yaml/inside", "--json").json["problems"][0]["rule"] == "this-computer"


def test_a_file_that_is_not_there_is_said_plainly(agreements):
    for command in ("check", "make"):
        ran = agreements(command, "none.yaml")
        assert ran.code == 1
        assert "“none.yaml” is not there." in ran.out + ran.err


def test_a_folder_with_nothing_to_check_is_not_called_sound(agreements):
    Path("empty").mkdir()
    ran = agreements("check", "empty")
    assert ran.code == 1
    assert "Nothing there can be checked." in ran.err


def test_an_added_library_lies_over_the_shipped_one(agreements, tmp_path):
    there = tmp_path / "more/tiny/words"
    there.mkdir(parents=True)
    (there / "1.0.0.md").write_text(tiny_clause("Some words."))
    lines = agreements("clauses", "list", "--family", "tiny", "--library", "more", "--json").json["clauses"]
    assert [(line["id"], line["version"], line["layer"]) for line in lines] == [("tiny.words", "1.0.0", "more")]


def test_the_shipped_library_is_listed_and_shown(agreements):
    ran = agreements("clauses", "list", "--family", "hipaa")
    assert ran.code == 0
    assert ran.out.startswith("CLAUSE")
    assert "hipaa.safeguards" in ran.out
    shown = agreements("clauses", "show", "hipaa.safeguards")
    assert shown.code == 0
    assert "Satisfies: hipaa.baa.safeguards" in shown.out
    assert agreements("clauses", "show", "hipaa.safeguards@1.0.0", "--json").json["clause"]["version"] == "1.0.0"


def test_a_clause_that_is_not_there_brings_the_nearest_name(agreements):
    ran = agreements("clauses", "show", "hipaa.safegards")
    assert ran.code == 1
    assert "hipaa.safeguards" in ran.err


@pytest.mark.parametrize("name", ["cbo.npi", "hipaa.safeguards", "yaml-tab", "file-exists", "baa"])
def test_fields_clauses_rules_and_document_types_are_explained(agreements, name):
    ran = agreements("explain", name)
    assert ran.code == 0
    assert ran.out.startswith("# ")
    assert agreements("explain", name, "--json").json["page"] == ran.out


def test_a_name_nobody_knows_brings_the_nearest_ones(agreements):
    ran = agreements("explain", "hipaa.safegard")
    assert ran.code == 1
    assert ran.out == ""
    assert "Did you mean hipaa.safeguards" in ran.err


@pytest.mark.slow
def test_the_schema_is_a_json_schema(agreements):
    import jsonschema

    found = json.loads(agreements("schema").out)
    jsonschema.Draft202012Validator.check_schema(found)
    assert agreements("schema", "--json").json["schema"] == found


@pytest.mark.slow
def test_init_writes_a_profile_that_can_be_drafted_at_once(agreements):
    ran = agreements("init", "harbor")
    assert ran.code == 0
    assert "cd harbor" in ran.out
    names = {p.relative_to("harbor").as_posix() for p in Path("harbor").rglob("*") if p.is_file()}
    assert names == {"agreement.yaml", "agreement.schema.json", "clauses/README.md"}
    profile = Path("harbor/agreement.yaml").read_text(encoding="utf-8")
    assert profile.startswith("# yaml-language-server: $schema=agreement.schema.json\n")
    assert "\n  documents: [mou, svc, sow, baa, bac]\n" in profile
    assert "agreements new asks about the work and finds out." in ran.out
    made = agreements("make", "--draft", "-f", "txt", "harbor/agreement.yaml")
    assert made.code == 0, made.err
    assert "Made 5 drafts" in made.out


@pytest.mark.slow
def test_a_hub_begins_with_the_hub_as_a_party_and_is_led_to_the_roster(agreements):
    ran = agreements("init", "-d", "hub")
    assert "a row for each: agreements roster --profile agreement.yaml" in ran.out
    text = Path("agreement.yaml").read_text(encoding="utf-8")
    assert "\n  purchaser: hub\n" in text
    assert "agreements roster --profile agreement.yaml" in text


@pytest.mark.slow
def test_init_asks_for_other_papers_if_they_are_named(agreements):
    ran = agreements("init", "-d", "dua")
    assert ran.code == 0
    assert "\n  documents: [dua]\n" in Path("agreement.yaml").read_text(encoding="utf-8")
    assert "finds out" not in ran.out


@pytest.mark.slow
def test_init_overwrites_nothing(agreements):
    Path("agreement.yaml").write_text("mine")
    ran = agreements("init")
    assert ran.code == 1
    assert "agreement.yaml" in ran.err
    assert Path("agreement.yaml").read_text() == "mine"
    assert not Path("agreement.schema.json").exists()


def test_doctor_finds_this_computer_fit(agreements):
    ran = agreements("doctor", "--json")
    found = {f["about"]: f["state"] for f in ran.json["findings"]}
    assert ran.code == 0
    assert found["PDF"] == found["PDF fonts"] == found["Library"] == found["Packages"] == "ok"


def test_doctor_notices_a_pdf_maker_that_writes_links_in_another_way(agreements, monkeypatch):
    monkeypatch.setattr(pdf, "_LINK", re.compile(pdf._LINK.pattern.replace(b"/Border", b"/BS")))
    ran = agreements("doctor", "--json")
    (told,) = (f for f in ran.json["findings"] if f["about"] == "PDF")
    assert (ran.code, told["state"]) == (4, "problem")
    assert "--force-reinstall agreement-generator" in told["mend"]


def test_doctor_says_how_to_mend_an_output_folder_that_is_none(agreements):
    Path("file").write_text("")
    ran = agreements("doctor", "--output", "file/inside")
    assert ran.code == 4
    assert "cannot be written to" in ran.out
    assert "agreements make --output DIR PROFILE" in ran.out
    assert agreements("doctor", "--output", "file/inside", "--quiet").out.count("\n") == 2


def test_a_frame_with_macros_is_refused_as_unsafe(agreements):
    shutil.copy(ROOT / "clauses/_frames/house.docx", "letter.docx")
    assert agreements("check", "letter.docx").code == 0
    with zipfile.ZipFile("letter.docx", "a") as word:
        word.writestr("word/vbaProject.bin", b"x")
    ran = agreements("check", "letter.docx")
    assert ran.code == 5
    assert "letter.docx" in ran.out


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


def shim(folder: Path, body: str) -> dict[str, str]:
    """Return an environment in which the YAML library is a file that does ``body`` when it is loaded."""
    (folder / "shim").mkdir()
    (folder / "shim/yaml.py").write_text(body)
    return {"PYTHONPATH": f"{folder / 'shim'}{os.pathsep}{ROOT}"}


def test_a_fault_of_ours_is_an_apology_and_never_a_traceback(tmp_path):
    broken = shim(tmp_path, "raise RuntimeError('boom')")
    ran = process("check", "a.yaml", cwd=tmp_path, **broken)
    assert ran.returncode == 70
    assert "Sorry: this program made a mistake of its own." in ran.stderr
    assert "agreements --traceback check a.yaml" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "boom" not in ran.stderr
    assert "RuntimeError: boom" in process("--traceback", "check", "a.yaml", cwd=tmp_path, **broken).stderr
    told = process("check", "a.yaml", "--json", cwd=tmp_path, **broken)
    assert json.loads(told.stdout)["problems"][0]["rule"] == "our-bug"


def test_stopping_is_quiet_and_has_its_own_code(tmp_path):
    stopped = shim(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGINT)")
    ran = process("check", "a.yaml", cwd=tmp_path, **stopped)
    assert ran.returncode == 130
    assert "Traceback" not in ran.stderr
    assert "Stopped before it was done." in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_terminal_that_knows_few_letters_ends_nothing(tmp_path, encoding):
    (tmp_path / "a.yaml").write_text('cbo: {legal_nam: "Nguyễn"}\n', encoding="utf-8")
    for more in ((), ("--json",)):
        ran = subprocess.run(
            [sys.executable, "-m", "generator.cli", "check", "a.yaml", *more], cwd=tmp_path, capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}, timeout=60, check=False,
        )  # fmt: skip
        assert ran.returncode == 1
        assert b"Traceback" not in ran.stderr
        assert b"legal_name" in ran.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("typed", ["--help", "clauses list", "schema --json"])
def test_a_full_disk_is_said_plainly(tmp_path, typed):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "generator.cli", *typed.split()], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, check=False,
        )  # fmt: skip
    assert ran.returncode == 4
    assert b"could not be written" in ran.stderr or b"would not do it" in ran.stderr
    assert b"Traceback" not in ran.stderr
    assert b"Exception" not in ran.stderr


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
