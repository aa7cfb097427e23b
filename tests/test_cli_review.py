"""``agreements review`` on the command line: what is said first, what is written, and what is refused."""

from __future__ import annotations

import json

import pytest

from generator.cli import main
from tests.command import run_here
from tests.contract_edits import gone
from tests.counterparty import AUTHOR, Counterparty
from tests.returned_set import BAA, Desk
from tests.word_file import edited, parts


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return Desk(tmp_path, "baa")


@pytest.fixture
def agreements(desk, capsys):
    def run(*args: str):
        return run_here(capsys, "review", *args, "--date", "2027-01-05")

    return run


@pytest.fixture
def back(desk):
    c = Counterparty(desk.file(BAA))
    c.tracked("five (5) business days", "ten (10) business days", inside="hipaa.reporting_breach")
    c.silently("thirty (30) days", "twenty (20) days", inside="hipaa.return_destroy")
    gone(c.clause("hipaa.subcontractors"))
    return desk.back(c.save())


def test_silent_changes_come_first_then_the_law_then_what_was_tracked(agreements, back):
    code, out, err = agreements(back)
    assert (code, err) == (0, "")
    order = [
        "2 places were changed without tracking, 1 with it.",
        "CHANGED WITHOUT TRACKING: 2 places",
        "[-thirty (30)-]{+twenty (20)+} days",
        "WHAT THE DOCUMENT MUST HOLD",
        "BAA-10  missing, without tracking",
        "TRACKED: 1 place",
        AUTHOR,
        "FOR THE PROFILE",
        "Next: agreements review",
    ]
    assert [out.index(words) for words in order] == sorted(out.index(words) for words in order)
    assert "Acceptable: it is fallback 1; nobody needs to approve it." in out
    assert "profiles/sample.yaml:" in out


@pytest.mark.slow
def test_quiet_says_only_what_was_silent_and_what_is_in_doubt(agreements, back, capsys):
    capsys.readouterr()
    assert main(["--quiet", "review", back]) == 0
    out = capsys.readouterr().out
    assert "CHANGED WITHOUT TRACKING: 2 places" in out
    assert "BAA-10  missing" in out
    assert "TRACKED" not in out


@pytest.mark.slow
def test_json_is_one_object_with_everything(agreements, back, capsys):
    capsys.readouterr()
    assert main(["--json", "review", back, "--date", "2027-01-05"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["review"]["silent_changes"] == 2
    assert [p["write"] for p in found["review"]["profile_patch"]] == ["20 days", "10 business days"]
    assert [c["code"] for c in found["review"]["checklist"] if c["standing"] == "missing"] == ["BAA-10"]


def test_it_writes_a_page_data_and_a_word_copy_and_never_over_the_return(agreements, back, desk):
    code, out, _ = agreements(back, "-o", "r.html", "-o", "r.json", "-o", "r.docx", "--author", "R. Lee")
    assert code == 0
    assert "their changes as they are" in out
    assert "Its remarks name your positions." in out
    page = (desk.folder / "r.html").read_text(encoding="utf-8")
    assert page.index("Changed without tracking") < page.index("Tracked changes")
    assert "src=" not in page
    assert "href=" not in page
    assert json.loads((desk.folder / "r.json").read_bytes())["silent_changes"] == 2
    assert b'w:author="R. Lee"' in parts((desk.folder / "r.docx").read_bytes())["word/document.xml"]
    code, _, err = agreements(back, "-o", back)
    assert code == 2
    assert "name another" in err
    (desk.folder / "r.html").write_text("mine", encoding="utf-8")
    assert agreements(back, "-o", "r.html")[0] == 1
    assert (desk.folder / "r.html").read_text(encoding="utf-8") == "mine"


def test_apply_asks_a_person_and_writes_what_was_agreed(agreements, back, desk):
    profile = desk.folder / "profiles/sample.yaml"
    before = profile.read_text(encoding="utf-8")
    code, _, err = agreements(back, "--apply")
    assert code == 2
    assert "--yes" in err
    assert profile.read_text(encoding="utf-8") == before
    code, out, _ = agreements(back, "--apply", "--yes")
    assert code == 0
    assert "2 answers written into profiles/sample.yaml" in out
    wanted = before.replace("breach_notice: 5 business days", "breach_notice: 10 business days", 1)
    assert profile.read_text(encoding="utf-8") == wanted.replace("return_days: 30 days", "return_days: 20 days", 1)


@pytest.mark.slow
def test_consent_is_asked_for_each_value(agreements, back, desk, monkeypatch):
    import sys

    answers = iter([True, False])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    asked = []
    monkeypatch.setattr("click.confirm", lambda question, **_: asked.append(question) or next(answers))
    code, _, _ = agreements(back, "--apply")
    assert code == 0
    assert "30 days" not in asked[0] or "20 days" in asked[0]
    assert "changed without tracking" in asked[0]
    text = (desk.folder / "profiles/sample.yaml").read_text(encoding="utf-8")
    assert "return_days: 20 days" in text
    assert "breach_notice: 5 business days" in text


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"%PDF-1.7 printed", 1, "printed and sent back"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 1, "old Word document"),
        (None, 1, "no such file"),
    ],
)
def test_what_is_no_word_file_is_refused_by_name(agreements, desk, data, code, says):
    name = desk.back(data) if data is not None else "nothing.docx"
    found, out, err = agreements(name)
    assert (found, out) == (code, "")
    assert says in err
    assert "Nothing was reviewed." in err or data is None


@pytest.mark.parametrize("option", ["--record", "--original", "--profile"])
def test_what_is_named_and_not_there_stops_the_review(agreements, back, option):
    code, out, err = agreements(back, option, "nowhere")
    assert (code, out) == (1, "")
    assert "nowhere" in err
    assert "1 problem. Nothing was reviewed." in err


def test_macros_are_refused_as_unsafe(agreements, desk):
    def add(text: str) -> str:
        kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
        return text.replace(
            "</Relationships>", f'<Relationship Id="rIdX" Type="{kind}" Target="x.bin"/></Relationships>'
        )

    name = desk.back(edited(desk.file(BAA), "word/_rels/document.xml.rels", add))
    code, _, err = agreements(name)
    assert code == 5
    assert "macros" in err


def test_help_shows_examples(agreements, capsys):
    code = main(["review", "--help"])
    out = capsys.readouterr().out
    assert code == 0
    assert "agreements review back.docx --apply" in out
