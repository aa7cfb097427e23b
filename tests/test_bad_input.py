"""Bad input, end to end through the command: a located problem, the right exit code, nothing half written.

A traceback, exit code 70 or a changed value would be a fault of ours, whatever is in the files.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import word_file
from tests.command import Ran, run_here
from tests.pdf_file import heard
from tests.tiny_document import tiny_clause, write_tiny

ROOT = Path(__file__).parent.parent
SAMPLE = (ROOT / "profiles" / "sample.yaml").read_text(encoding="utf-8")
HOUSE = ROOT / "clauses" / "_frames" / "house.docx"


@pytest.fixture
def run(capsys, monkeypatch, tmp_path) -> Callable[..., Ran]:
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)

    def run(*args: str) -> Ran:
        found = run_here(capsys, *args)
        assert "Traceback" not in found.out + found.err
        assert found.code in (0, 1, 2, 4, 5), found.out + found.err
        return found

    return run


def nothing_was_written() -> bool:
    return not Path("output").exists() and not [p for p in Path().rglob("*") if p.name.startswith(".agreements")]


# ---------------------------------------------------------------- the director breaks ten things

# what stands in the sample, what somebody makes of it, the rule, and which word of the line the problem points to
TEN = (
    ("  legal_name: Riverbend Community Services, Inc.", "  legal_nam: Riverbend Community Services, Inc.",
     "unknown-field", "legal_nam"),
    ('    zip: "40202"', "    zip: 4020", "field-code", "4020"),
    ("  ein: 61-1234567", "  ein: 61-12345", "field-code", "61-12345"),
    ('  npi: "1234567893"', '  npi: "1234567839"', "field-code", '"1234567839"'),
    ("  excluded_screen_date: 2026-12-10", "  excluded_screen_date: 2026-02-30", "field-date", "2026-02-30"),
    ("  placement: separate", "  placement: seperate", "field-choice", "seperate"),
    ("  total_cap: 540000.00", "  total_cap: 540.000,00", "field-money", "540.000,00"),
    ("  breach_notice: 5 business days", "  breach_notice: five days", "field-duration", "five"),
    ("  covered_entity: hco", "  covered_entity: *hco", "yaml-shorthand", "*hco"),
    ("  end_date: 2028-12-31", "  end_date: 2028-12-31\n  end_date: 2029-12-31", "yaml-doubled-name", "end_date"),
)  # fmt: skip


def broken() -> tuple[str, list[tuple[str, int, int]]]:
    """Return the sample with ten things broken, and (rule, line, column) of each in the order of the file."""
    text = SAMPLE
    for old, new, _, _ in TEN:
        assert f"\n{old}\n" in text, old
        text = text.replace(f"\n{old}\n", f"\n{new}\n", 1)
    lines = text.split("\n")
    places = []
    for _, new, rule, word in TEN:
        last = new.split("\n")[-1]
        line = lines.index(last)
        places.append((rule, line + 1, last.index(word) + 1))
    return text, sorted(places, key=lambda place: place[1:])


def test_ten_broken_things_are_shown_at_once_with_their_places(run):
    text, places = broken()
    Path("sample.yaml").write_text(text, encoding="utf-8")
    ran = run("check", "sample.yaml", "--json")
    assert ran.code == 1
    assert [(p["rule"], p["line"], p["column"]) for p in ran.errors] == places
    assert {p["file"] for p in ran.errors} == {"sample.yaml"}
    assert all(p["message"] and p["fix"] for p in ran.errors)

    shown = run("check", "sample.yaml")
    assert shown.code == 1
    assert "sample.yaml has 10 problems." in shown.out
    for _, line, column in places:
        assert f"  sample.yaml:{line}:{column}  " in shown.out
    assert "Did you mean legal_name?" in shown.out
    assert "separate" in shown.out

    made = run("make", "sample.yaml")
    assert made.code == 1
    assert "sample.yaml has 10 problems." in made.err
    assert nothing_was_written()
    assert run("make", "sample.yaml", "--draft").code == 1
    assert nothing_was_written()


def test_once_they_are_mended_it_is_made(run):
    Path("sample.yaml").write_text(SAMPLE, encoding="utf-8")
    assert run("check", "sample.yaml").code == 0
    ran = run("make", "sample.yaml", "-f", "txt", "--json")
    assert ran.code == 0
    assert len(json.loads(ran.out)["files"]) == 6


# ---------------------------------------------------------------- a small library, so that much can be tried

WORDS = "Between {{ cbo.legal_name }} and {{ hco.short_name }}, from {{ term.effective_date }}."
CLAUSE = tiny_clause(WORDS)
PROFILE = {
    "agreement.name": "Small Work",
    "cbo.legal_name": "Aid Inc.",
    "cbo.short_name": "Aid",
    "hco.legal_name": "Lake Hospital",
    "hco.short_name": "Lake",
    "term.effective_date": "2027-01-01",
}
ALL = ("-f", "docx,pdf,html,txt")


def write_profile(**changes: str) -> None:
    """Write ``tiny.yaml``; values are quoted as JSON, which is YAML too."""
    answers = PROFILE | {name.replace("__", "."): value for name, value in changes.items()}
    text = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in answers.items())
    Path("tiny.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def tiny(run, tmp_path) -> Callable[..., Ran]:
    """Run commands where the workspace has a document type of its own, and a profile for it."""
    write_tiny(tmp_path, WORDS)
    write_profile()
    return run


def make(*more: str) -> tuple[str, ...]:
    return ("make", "tiny.yaml", "-d", "tiny", *more)


def test_the_small_profile_is_sound(tiny):
    assert tiny(*make(*ALL)).code == 0


# ---------------------------------------------------------------- YAML

GOOD = "agreement.name: Small Work\ncbo:\n  legal_name: Aid Inc.\n  short_name: Aid\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "rule", "line", "says"),
    [
        (GOOD.replace("short_name", "legal_name"), "yaml-doubled-name", 4, "legal_name"),
        ("a: &x 1\ncbo: *x\n", "yaml-shorthand", 1, ""),
        ("cbo.legal_name: *Star* Services\n", "yaml-shorthand", 1, "quotation marks"),
        ("cbo.legal_name: !!python/object/apply:os.system [echo]\n", "yaml-shorthand", 1, ""),
        ("<<: {a: 1}\n", "yaml-shorthand", 1, ""),
        ("cbo:\n\tlegal_name: Aid\n", "yaml-tab", 2, "tab"),
        ("cbo:\n  legal_name: Aid Inc.\n short_name: Aid\n", "yaml-indentation", 3, "indented"),
        ("cbo.legal_name: [Aid\n", "yaml-syntax", 1, ""),
        ("cbo.legal_name: {Re}Build\n", "yaml-syntax", 1, ""),
        ("cbo.address.street: 12 Main St #4\n", "yaml-number-sign", 1, "quotation marks"),
        ("agreement.name: One\n---\nagreement.name: Two\n", "yaml-several-documents", 2, ""),
        ("[cbo, hco]: x\n", "yaml-name", 1, ""),
        ("x: " + "[" * 60 + "]" * 60 + "\n", "yaml-too-big", 1, ""),
        ("x: [" + "1, " * 60_000 + "1]\n", "yaml-too-big", 1, ""),
        (GOOD.encode("utf-16"), "text-encoding", 1, "UTF-8"),
        ("cbo.legal_name: Café\n".encode("latin-1"), "text-encoding", 1, "UTF-8"),
        (b"PK\x03\x04 a Word file", "text-encoding", 1, "Word"),
        (GOOD + "hco.legal_name: a\x07b\n", "text-character", 5, "U+0007"),
        (GOOD + "hco.legal_name: a\u202eb\n", "text-character", 5, "U+202E"),
        (GOOD + "hco.legal_name: a\u2066b\n", "text-character", 5, "U+2066"),
        (GOOD + "hco.legal_name: a\x00b\n", "text-character", 5, "U+0000"),
        ("x: 1\n" * 600_000, "text-too-large", 1, "2 MB"),
        ("just words\n", "profile-shape", 1, ""),
        ("- a\n- b\n", "profile-shape", 1, ""),
        ("cbo: Riverbend\n", "profile-shape", 1, "group"),
        ("provider:\n  legal_name: Aid\n", "not-answered-itself", 1, "agreement.provider"),
        ("cbo.legal_name: A B\ncbo:\n  legal_name: C D\n", "answered-twice", 3, "line 1"),
        ("extends: nowhere.yaml\n", "extends", 1, "nowhere.yaml"),
        ("extends: ../../etc/passwd\n", "extends", 1, ""),
        ("extends: broken.yaml\n", "extends", 1, ""),
        ("pins: {tiny.words: latest}\n", "pin", 1, ""),
        ("hubb.legal_name: X\n", "unknown-field", 1, "hub"),
    ],
)
def test_a_file_that_is_not_a_profile_is_told_where_and_how(tiny, data, rule, line, says):
    Path("broken.yaml").write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    for command in (("check", "broken.yaml"), ("make", "broken.yaml"), ("make", "broken.yaml", "--draft")):
        ran = tiny(*command, "-d", "tiny", "--json")
        assert ran.code == 1
        found = [p for p in ran.errors if p["rule"] == rule]
        assert found, [(p["rule"], p["line"], p["message"]) for p in ran.errors]
        assert found[0]["file"] == "broken.yaml"
        assert found[0]["line"] == line
        assert says.lower() in f"{found[0]['message']} {found[0]['fix']}".lower()
        assert len(ran.out) < 100_000
    assert nothing_was_written()


def test_a_byte_order_mark_changes_nothing(tiny):
    plain = Path("tiny.yaml").read_bytes()
    assert tiny(*make("-f", "txt")).code == 0
    before = Path("output/small-work/tiny.txt").read_bytes()
    Path("tiny.yaml").write_bytes(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"))
    assert tiny(*make("-f", "txt", "-o", "other")).code == 0
    assert Path("other/small-work/tiny.txt").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("term.effective_date", "2027-02-29", "not a"),
        ("term.effective_date", "2027-13-01", ""),
        ("term.effective_date", "01/02/2027", "2027-01-02"),
        ("term.effective_date", "2027-1-1", "2027-01-01"),
        ("term.effective_date", "soon", "2027-01-01"),
        ("cbo.address.zip", "2134", "zero"),
        ("cbo.address.zip", "021345", "digits"),
        ("cbo.address.state", "Kentuky", "KY"),
        ("cbo.npi", "1234567890", "digit"),
        ("cbo.signer.email", "denise", "@"),
        ("cbo.ein", "123", "digits"),
        ("pay.total_cap", "1,2", "120000.00"),
        ("pay.total_cap", "12.5.0", ""),
        ("capacity.cap", "-3", ""),
        ("capacity.cap", "1e9", ""),
        ("baa.breach_notice", "5", "days"),
        ("baa.breach_notice", "5 fortnights", ""),
        ("agreement.provider", "cbx", "cbo"),
        ("cbo.entity_type", "nonprofit", "nonprofit_corp"),
    ],
)
def test_a_value_of_the_wrong_kind_says_how_to_write_it(tiny, name, value, says):
    for text in (f"{name}: {value}\n", f'{name}: "{value}"\n'):
        Path("broken.yaml").write_text(text, encoding="utf-8")
        (problem,) = tiny("check", "broken.yaml", "-d", "tiny", "--json").errors
        assert (problem["field"], problem["line"], problem["column"]) == (name, 1, len(name) + 3)
        assert says in f"{problem['message']} {problem['fix']}"
        assert "nvalid" not in problem["message"]


@pytest.mark.parametrize("name", ["cbo.ein", "pay.cbo_cost_per_unit"])
def test_what_is_wrong_with_a_confidential_answer_is_said_without_repeating_it(tiny, name):
    Path("broken.yaml").write_text(f"{name}: 98x76secret\n", encoding="utf-8")
    for more in ((), ("--json",)):
        ran = tiny("check", "broken.yaml", "-d", "tiny", *more)
        assert ran.code == 1
        assert name in ran.out
        assert "secret" not in ran.out + ran.err


# ---------------------------------------------------------------- values print as typed

ODD = [
    "{{ cbo.ein }} Aid",
    "{% for x in y %} Aid",
    "{# Aid #}",
    "{Re}Build",
    "AT&T",
    "&amp; &lt; Aid",
    "<w:p><w:r/></w:p> Aid",
    "]]> <!-- Aid -->",
    "**Aid** _House_ `x`",
    "# Aid",
    "1. Aid",
    "- Aid",
    "(a) Aid",
    "[Aid](#tiny.words)",
    "#panic() $x^2$ @ref",
    "\\u{41} C:\\new",
    "O’Neil & Sons <Aid>",
    "'Aid' \"House\"",
    "Nguyễn Thị Hồng Đào",
    "Łukasz Ørsted-Çelik",
    "a  b",
    "${PATH} %(x)s {0}",
    "=1+1",
]


def read_back(folder: Path) -> dict[str, str]:
    """Return the words of the one document in each format."""
    html = io.StringIO()

    class Body(HTMLParser):
        def handle_data(self, data: str) -> None:
            html.write(data)

    Body().feed((folder / "tiny.html").read_text(encoding="utf-8"))
    return {
        "txt": (folder / "tiny.txt").read_text(encoding="utf-8"),
        "html": html.getvalue(),
        "docx": "\n".join(word_file.lines((folder / "tiny.docx").read_bytes())),
        "pdf": "".join(text for _, text in heard((folder / "tiny.pdf").read_bytes())),
    }


@pytest.mark.parametrize("value", [pytest.param(v, marks=[pytest.mark.slow] * bool(n % 3)) for n, v in enumerate(ODD)])
def test_an_odd_name_prints_exactly_as_typed_in_every_format(tiny, value):
    write_profile(cbo__legal_name=value, hco__short_name="Plan " + value[:20].strip())
    ran = tiny(*make(*ALL))
    assert ran.code == 0, ran.err
    for kind, text in read_back(Path("output/small-work")).items():
        squeezed = re.sub(r"\s+", " ", text) if kind in ("pdf", "txt") else text
        wanted = re.sub(r"\s+", " ", value) if kind in ("pdf", "txt") else value
        assert f"Between {wanted} and " in squeezed, kind


def test_a_name_of_two_lines_prints_as_two_lines_in_every_format(tiny):
    write_profile(cbo__legal_name="Aid\nHouse")
    ran = tiny(*make(*ALL))
    assert ran.code == 0, ran.err
    found = read_back(Path("output/small-work"))
    assert "Between Aid\nHouse and" in found["docx"]
    assert "Between Aid\nHouse and" in found["txt"]
    assert re.search(r"Between Aid\s*House and", found["pdf"])
    assert "Aid<br>House" in Path("output/small-work/tiny.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("value", "character"),
    [("مركز الأمل", "ARABIC LETTER MEEM"), ("平安社區", "CJK UNIFIED IDEOGRAPH-5E73"), ("Aid 😀", "GRINNING FACE")],
)
def test_a_character_that_the_fonts_lack_is_named_with_its_field_and_never_a_box(tiny, value, character):
    write_profile(cbo__legal_name=value)
    ran = tiny(*make("-f", "docx,pdf", "--json"))
    assert ran.code == 1
    (problem,) = ran.errors
    assert (problem["field"], problem["file"], problem["line"]) == ("cbo.legal_name", "tiny.yaml", 2)
    assert character in problem["message"]
    assert nothing_was_written()
    # Word and a browser bring fonts of their own.
    assert tiny(*make("-f", "docx,html,txt")).code == 0
    assert value in Path("output/small-work/tiny.txt").read_text(encoding="utf-8")


def test_a_value_of_two_megabytes_is_told_in_few_words(tiny):
    for size, rule in ((1_900_000, "field-"), (2_100_000, "text-too-large")):
        write_profile(cbo__legal_name="x" * size)
        ran = tiny(*make("--json"))
        assert ran.code == 1
        assert [p["rule"] for p in ran.errors if p["rule"].startswith(rule)]
        assert len(ran.out) < 20_000
    assert nothing_was_written()


# ---------------------------------------------------------------- clause files

LOOPS = [
    "{% for i in range(1000000000) %}x{% endfor %}",
    "{% for a in cbo.legal_name %}{% for b in cbo.legal_name %}x{% endfor %}{% endfor %}",
    "{{ cbo.__class__.__mro__ }}",
    "{{ ''.__class__ }}",
    "{{ cycler('a') }}",
    "{{ lipsum(10000) }}",
    "{{ 'a' * 999999999 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ cbo['legal_name'] }}",
    "{{ cbo.legal_name | safe }}",
    "{{ cbo.legal_name | center(100000000) }}",
    "{% set x = 1 %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'tiny/words/1.0.0.md' %}",
    "{% import 'x' as x %}",
    "{% extends 'x' %}",
    "{% raw %}{{ x }}{% endraw %}",
    "{% if cbo.legal_name %}no end",
    "{{ cbo.legal_name",
    "{% endfor %}",
    "{{ cbo.legal_nam }}",
    "{{ nothing }}",
    "<script>alert(1)</script>",
    "![x](http://example.org/x.png)",
    "1.1 Typed number",
]


@pytest.mark.parametrize("body", [pytest.param(b, marks=[pytest.mark.slow] * bool(n % 4)) for n, b in enumerate(LOOPS)])
def test_a_clause_that_loops_calls_or_reaches_out_is_refused_where_it_does(tiny, body):
    file = Path("clauses/tiny/words/1.0.0.md")
    file.write_text(CLAUSE.replace("Between {{ cbo.legal_name }}", f"Between\n\n{body}\n\n"), encoding="utf-8")
    checked = tiny("check", str(file), "--json")
    made = tiny(*make("-f", "txt", "--json"))
    for ran in (checked, made):
        assert ran.code == 1
        first = ran.errors[0]
        assert first["file"] == str(file)
        assert first["line"] >= 8
        assert first["message"]
    assert nothing_was_written()


def test_a_fault_of_the_text_stops_a_final_and_is_shown_by_a_draft(run):
    Path("sample.yaml").write_text(SAMPLE, encoding="utf-8")
    own = Path("clauses/hipaa/safeguards/1.0.0.md")
    own.parent.mkdir(parents=True)
    own.write_text(
        "---\nid: hipaa.safeguards\nversion: 1.0.0\ntitle: Safeguards\nstatus: released\n---\n"
        "{{ ba.short_name }} shall be careful, as [another section](#a.gone) says.\n"
    )
    final = run("--json", "make", "sample.yaml", "-d", "baa", "-f", "txt")
    assert final.code == 1
    assert {"broken-reference", "requirement-missing"} <= {p["rule"] for p in final.errors}
    assert nothing_was_written()
    draft = run("--json", "make", "sample.yaml", "-d", "baa", "-f", "txt", "--draft")
    assert draft.code == 0
    assert {p["rule"] for p in draft.errors} == {p["rule"] for p in final.errors}
    assert list(Path("output").rglob("*-draft.txt"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["", "no head at all", "---\nid: tiny.words\n", CLAUSE.replace("id: tiny.words", "id: other.words"),
     CLAUSE.replace("version: 1.0.0", "version: 1.0"), CLAUSE.replace("status: released", "status: final"),
     CLAUSE.replace("title: Words", "title: *x"), CLAUSE.replace("title: Words", "titel: Words")],
)  # fmt: skip
def test_a_clause_file_with_a_wrong_head_is_told(tiny, text):
    Path("clauses/tiny/words/1.0.0.md").write_text(text, encoding="utf-8")
    assert tiny("check", "clauses/tiny/words/1.0.0.md").code == 1
    assert tiny(*make("-f", "txt")).code == 1
    assert nothing_was_written()


# ---------------------------------------------------------------- frames, folders, disks


def test_a_frame_that_is_no_word_file_is_told(tiny):
    for n, data in enumerate((b"", b"words", b"PK\x03\x04 cut off", b"%PDF-1.7\n", HOUSE.read_bytes()[:5000])):
        frame = Path(f"frame{n}.docx")
        frame.write_bytes(data)
        for command in (("check", str(frame)), make("--frame", str(frame))):
            ran = tiny(*command, "--json")
            assert ran.code == 1
            assert ran.errors[0]["file"] == str(frame)
        assert nothing_was_written()


def test_a_zip_that_is_no_word_file_is_told(tiny):
    with zipfile.ZipFile("frame.docx", "w") as package:
        package.writestr("hello.txt", "hello")
    assert tiny(*make("--frame", "frame.docx")).code == 1
    assert nothing_was_written()


def test_a_frame_with_macros_is_refused_as_unsafe(tiny):
    Path("frame.docx").write_bytes(HOUSE.read_bytes())
    with zipfile.ZipFile("frame.docx", "a") as package:
        package.writestr("word/vbaProject.bin", b"x")
    ran = tiny(*make("--frame", "frame.docx", "--json"))
    assert ran.code == 5
    assert ran.errors[0]["file"] == "frame.docx"
    assert nothing_was_written()


def test_a_frame_that_unpacks_to_gigabytes_is_refused(tiny):
    with zipfile.ZipFile("frame.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 200_000_000)
    assert tiny("check", "frame.docx").code in (1, 5)
    assert tiny(*make("--frame", "frame.docx")).code in (1, 5)
    assert nothing_was_written()


def test_an_output_folder_that_is_a_file_is_this_computers_problem_or_the_commands(tiny):
    Path("taken").write_text("mine")
    assert tiny(*make("-o", "taken")).code in (2, 4)
    assert tiny(*make("-o", "taken/inside")).code == 4
    assert Path("taken").read_text() == "mine"
    Path("output").write_text("mine")
    assert tiny(*make()).code in (2, 4)
    assert Path("output").read_text() == "mine"


def test_a_document_that_is_there_and_was_changed_is_not_overwritten(tiny):
    assert tiny(*make("-f", "txt,docx")).code == 0
    signed = Path("output/small-work/tiny.docx")
    signed.write_bytes(b"signed")
    before = {p.name: p.read_bytes() for p in signed.parent.iterdir()}
    ran = tiny(*make("-f", "txt,docx"))
    assert ran.code == 1
    assert "tiny.docx" in ran.err
    assert {p.name: p.read_bytes() for p in signed.parent.iterdir()} == before
    assert tiny(*make("-f", "txt,docx", "--replace")).code == 0
    assert signed.read_bytes() != b"signed"


def process(*args: str, folder: Path, **more) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "generator.cli", *args]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False, **more)


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on files is set another way there")
def test_a_disk_that_fills_up_leaves_nothing_half_written(tiny, tmp_path):
    """No file may grow beyond 4 kB, as on a disk with little room; a Word file needs more."""
    room = 4096

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    ran = process(*make("-f", "txt,docx"), folder=tmp_path, preexec_fn=little_room)
    assert ran.returncode == 4
    assert "Traceback" not in ran.stdout + ran.stderr
    assert [p for p in (tmp_path / "output").rglob("*") if p.is_file()] == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody may write to, not even root")
def test_a_folder_that_may_not_be_written_to_is_this_computers_problem(tiny):
    ran = tiny(*make("-f", "txt", "-o", "/proc/output"))
    assert ran.code == 4
    assert "/proc/output" in ran.err


# ---------------------------------------------------------------- whatever it is


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.tuples(st.integers(0, 20_000), st.sampled_from(list("\t:#&*!{}[]'\"|>-\n\x00é"))).map(
            lambda at: (SAMPLE[: at[0]] + at[1] + SAMPLE[at[0] :]).encode()
        ),
    )
)
def test_no_file_whatever_makes_it_fail(tiny, data):
    Path("any.yaml").write_bytes(data)
    assert tiny("check", "any.yaml", "-d", "tiny").code in (0, 1)
