"""``agreements compare`` on the command line: what is written, what is said, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.comparison.redline import Change, ChangeKind
from generator.comparison.summary import summary_of, summary_page
from tests.command import run_here
from tests.conftest import ROOT
from tests.word_file import parts
from tests.word_pair import document, paragraph

HEADING = '<w:pStyle w:val="Heading1"/>'
STYLE = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
STYLES = {"styles": f"<w:styles NAMESPACES>{STYLE}</w:styles>"}
OLD = document(
    paragraph("Payment", HEADING) + paragraph("Plan pays within thirty (30) days.") + paragraph("Closing words."),
    stories=STYLES,
)
NEW = document(
    paragraph("Payment", HEADING) + paragraph("Plan pays within forty-five (45) days.") + paragraph("Closing remarks."),
    stories=STYLES,
)


@pytest.fixture
def agreements(capsys, monkeypatch, tmp_path):
    """Run the command line in a folder with two documents."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    Path("old.docx").write_bytes(OLD)
    Path("new.docx").write_bytes(NEW)

    def run(*args: str):
        return run_here(capsys, "compare", *args)

    return run


def test_it_writes_a_redline_and_says_changed_figures_first(agreements):
    code, out, err = agreements(
        "old.docx", "new.docx", "-o", "redline.docx", "--author", "R. Lee", "--date", "2027-03-01"
    )
    assert (code, err) == (0, "")
    assert out.index("thirty (30)") < out.index("CHANGES")
    assert "2 changes: 2 replaced." in out
    assert "redline.docx" in out
    text = parts(Path("redline.docx").read_bytes())["word/document.xml"].decode()
    assert 'w:author="R. Lee" w:date="2027-03-01T00:00:00Z"' in text
    assert (Path("old.docx").read_bytes(), Path("new.docx").read_bytes()) == (OLD, NEW)


@pytest.mark.parametrize(("given", "stands"), [([], "Agreements"), (["--author", " "], "Agreements"), (
    ["--author", " R.  Lee "], "R. Lee")])  # fmt: skip
def test_blanks_alone_are_no_author(agreements, given, stands):
    assert agreements("old.docx", "new.docx", "-o", "redline.docx", *given)[0] == 0
    assert f'w:author="{stands}"' in parts(Path("redline.docx").read_bytes())["word/document.xml"].decode()


def test_the_summary_is_one_page_without_anything_fetched(agreements):
    code, _, _ = agreements("old.docx", "new.docx", "-o", "redline.docx", "-o", "summary.html")
    page = Path("summary.html").read_text(encoding="utf-8")
    assert code == 0
    assert page.index("Figures and dates that changed") < page.index("Every change")
    assert "<del>thirty (30)</del>" in page
    assert "2 changes: 2 replaced. 3 words put in, 3 taken out." in page
    assert "<th scope='row'>Payment</th><td class='n'>2</td><td class='n'>2</td>" in page
    assert "http" not in page


def test_both_texts_beside_each_other(agreements):
    code, out, _ = agreements("old.docx", "new.docx", "--side-by-side", "both.html")
    assert code == 0
    assert "Beside each other: both.html" in out
    assert "thirty (30)" in Path("both.html").read_text(encoding="utf-8")
    assert agreements("old.docx", "new.docx", "--side-by-side", "both.docx")[0] == 2


@pytest.fixture
def profiles(agreements):
    """Two profiles that differ in one number, and one of a draft."""
    sample = (ROOT / "profiles" / "sample.yaml").read_text(encoding="utf-8")
    assert "cure_days: 30 days" in sample
    Path("last.yaml").write_text(sample, encoding="utf-8")
    Path("this.yaml").write_text(sample.replace("cure_days: 30 days", "cure_days: 45 days"), encoding="utf-8")
    Path("open.yaml").write_text(sample.replace("cure_days: 30 days", "cure_days: unknown"), encoding="utf-8")
    return agreements


def test_two_profiles_are_compared_by_what_they_make(profiles):
    code, out, err = profiles("last.yaml", "this.yaml", "-d", "svc", "-o", "redline.docx", "--json")
    found = json.loads(out)
    assert (code, err, found["problems"]) == (0, "", [])
    assert {(f["old"], f["new"]) for f in found["figures"]} >= {("thirty (30)", "forty-five (45)")}
    assert any(f["place"].startswith("Section ") for f in found["figures"])
    assert [c["clause"] for c in found["changes"] if c["clause"]]
    assert Path("redline.docx").stat().st_size > 10_000


@pytest.mark.slow
def test_profiles_that_make_only_drafts_are_compared_as_drafts(profiles):
    code, out, _ = profiles("last.yaml", "open.yaml", "-d", "svc", "--json")
    found = json.loads(out)
    assert code == 0
    assert [p["rule"] for p in found["problems"]] == ["compare-drafts"]
    assert not any("DRAFT" in c["new"] for c in found["changes"])


@pytest.mark.slow
def test_the_same_profile_twice_has_no_change(profiles):
    code, out, _ = profiles("last.yaml", "last.yaml", "-d", "baa", "-o", "same.docx")
    assert code == 0
    assert "Not a word differs." in out
    assert "The same document: same.docx" in out


@pytest.mark.slow
def test_a_profile_that_makes_several_documents_asks_which(profiles):
    code, _, err = profiles("last.yaml", "this.yaml")
    assert code == 1
    assert "for example: -d svc" in err


def test_programs_get_one_object(agreements):
    code, out, _ = agreements("old.docx", "new.docx", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["statistics"] == {"replaced": 2}
    assert found["figures"] == [{"place": "Payment", "old": "thirty (30)", "new": "forty-five (45)"}]
    assert [c["new"] for c in found["changes"]] == ["forty-five (45)", "remarks"]


def test_the_same_document_twice(agreements):
    code, out, _ = agreements("old.docx", "old.docx", "-o", "redline.docx")
    assert code == 0
    assert "Not a word differs." in out
    assert Path("redline.docx").read_bytes() == OLD


def test_a_file_that_is_there_is_not_overwritten(agreements):
    Path("redline.docx").write_bytes(b"signed")
    code, out, _ = agreements("old.docx", "new.docx", "-o", "redline.docx", "--json")
    assert code == 1
    assert [p["rule"] for p in json.loads(out)["problems"]] == ["file-exists"]
    assert Path("redline.docx").read_bytes() == b"signed"
    assert agreements("old.docx", "new.docx", "-o", "redline.docx", "--replace")[0] == 0


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (None, 1, "no such file"),
        (b"%PDF-1.7", 1, "PDF"),
        (document("<w:p/>", more={"x.xml": "<!DOCTYPE x><x/>"}), 5, "document type"),
    ],
)
def test_what_cannot_be_compared_is_said_and_nothing_is_written(agreements, data, code, word):
    if data is not None:
        Path("theirs.docx").write_bytes(data)
    got, out, err = agreements("old.docx", "theirs.docx", "-o", "redline.docx")
    assert got == code
    assert word in err
    assert "theirs.docx" in err
    assert out == ""
    assert not Path("redline.docx").exists()


@pytest.mark.parametrize("output", ["redline.pdf", "old.docx"])
def test_a_wrong_output_is_wrong_usage(agreements, output):
    assert agreements("old.docx", "new.docx", "-o", output)[0] == 2
    assert Path("old.docx").read_bytes() == OLD


def test_text_of_a_stranger_is_never_markup():
    change = Change(ChangeKind.REPLACED, "text", "<b>Fees</b>", "1 <script>", "2 & 3")
    page = summary_page(summary_of([change]), "a<b.docx", "c.docx", ["<i>"]).decode()
    assert "<script>" not in page
    assert "<b>Fees" not in page
    assert "a&lt;b.docx" in page
    assert "2 &amp; 3" in page


def test_a_parted_paragraph_and_a_note_are_told_in_words():
    changes = [
        Change(ChangeKind.INSERTED, "text", "Term", "", "¶"),
        Change(ChangeKind.DELETED, "text", "Term", "¶", ""),
        Change(ChangeKind.REPLACED, "footnote", "Section 4 (Term)", "a", "b"),
        Change(ChangeKind.MOVED, "text", "Term", "Words that moved.", "", to="Section 9 (Notices)"),
    ]
    page = summary_page(summary_of(changes), "old.docx", "new.docx").decode()
    assert "a paragraph was parted in two" in page
    assert "two paragraphs were joined" in page
    assert "The footnote in Section 4 (Term)" in page
    assert "moved to Section 9 (Notices): Words that moved." in page


def test_counts_are_by_kind_and_by_place():
    changes = [
        Change(ChangeKind.REPLACED, "text", "Term", "2027", "2028"),
        Change(ChangeKind.INSERTED, "text", "Term", "", "A whole sentence with the number 5 that came in as it is."),
        Change(ChangeKind.MOVED, "footnote", "", "Words that moved."),
    ]
    found = summary_of(changes)
    assert found.kinds == ((ChangeKind.INSERTED, 1), (ChangeKind.REPLACED, 1), (ChangeKind.MOVED, 1))
    assert found.places == (("Term", 2), ("the footnote", 1))
    assert found.figures == (changes[0],)


def test_few_words_that_can_turn_a_meaning_are_told_apart_from_figures():
    """The verb “may” is no month, and the number that somebody typed before a heading no figure."""
    turns = [
        Change(ChangeKind.REPLACED, "text", "Term", "shall", "may"),
        Change(ChangeKind.INSERTED, "text", "Term", "", "not "),
        Change(ChangeKind.DELETED, "text", "Term", "and payable", ""),
    ]
    figures = [
        Change(ChangeKind.REPLACED, "text", "Term", "May", "June"),
        Change(ChangeKind.INSERTED, "text", "Term", "", "30 days"),
    ]
    quiet = [
        Change(ChangeKind.INSERTED, "text", "Term", "", "12.9 Non-Solicitation."),
        Change(ChangeKind.REPLACED, "text", "Term", "prompt", "timely"),
        Change(ChangeKind.DELETED, "text", "the table of contents", "4.People and Safety 12", ""),
        Change(
            ChangeKind.INSERTED,
            "text",
            "Term",
            "",
            "A sentence of many words that came in as a whole and is not short.",
        ),
    ]
    found = summary_of([*turns, *figures, *quiet])
    assert (found.turns, found.figures) == (tuple(turns), tuple(figures))
    assert "Few words that can turn a meaning" in summary_page(found, "a.docx", "b.docx").decode()
