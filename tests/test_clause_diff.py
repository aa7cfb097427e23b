"""Two texts of a clause: what changed, word by word and paragraph by paragraph, and what follows from it."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.cli import main
from generator.comparison.clause_document import clause_agreement
from generator.comparison.clause_page import clause_page
from generator.comparison.clauses import ClauseComparison, State, compare_texts, paragraphs
from generator.comparison.consequences import Consequence, Weight, consequences
from generator.comparison.words import Kind
from generator.fields import Dictionary
from generator.library import Clause, Version, read_clause
from generator.pipeline import clause_redline
from generator.terminal import Style, redline_lines
from generator.writers.text import write_text
from tests.warm_library import warm_library, warm_workspace

ROOT = Path(__file__).parent.parent
LIBRARY = warm_library()
BREACH = "hipaa.reporting_breach"


def breach() -> tuple[str, bytes]:
    """The file of the clause on breaches as it is used now: its version, and its bytes."""
    found = LIBRARY.find(BREACH).value
    assert found is not None
    return str(found.version), (ROOT / found.span.file).read_bytes()


def clause(data: bytes, version: str) -> Clause:
    parsed = Version.read(version)
    assert parsed is not None
    found = read_clause(data, "f.md", "starter", BREACH, parsed).value
    assert found is not None
    return found


def changed(*pairs: tuple[str, str]) -> tuple[ClauseComparison, tuple[Consequence, ...]]:
    """Change words of the clause on breaches, and return what came of it."""
    version, data = breach()
    text = data.decode()
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after, 1)
    old, new = clause(data, version), clause(text.encode(), version)
    compared = compare_texts(old.title, old.body, new.title, new.body)
    dictionary = LIBRARY.dictionary().value or Dictionary(())
    return compared, consequences(old, new, compared, LIBRARY, dictionary, LIBRARY.requirements().value or ())


def diff(old: str, new: str) -> ClauseComparison:
    return compare_texts("T", old, "T", new)


def states(compared: ClauseComparison) -> list[str]:
    return [line.state.value for line in compared.lines[1:]]


def marked(compared: ClauseComparison) -> str:
    """The changed words, in marks."""
    paint = {Kind.SAME: "{}", Kind.DELETED: "[-{}-]", Kind.INSERTED: "[+{}+]"}
    shown = (line for line in compared.lines if line.state is not State.SAME)
    return "\n".join("".join(paint[h.kind].format(h.text) for h in line.hunks) for line in shown)


# ---------------------------------------------------------------- words and paragraphs


def test_an_edit_of_one_word_marks_one_word() -> None:
    compared = diff("The party shall pay within ten days.\n", "The party may pay within ten days.\n")
    assert marked(compared) == "The party [-shall-][+may+] pay within ten days."
    assert (compared.statistics.deleted, compared.statistics.inserted) == (1, 1)


def test_a_number_written_twice_is_one_word_and_is_listed_first() -> None:
    compared = diff("Pay within thirty (30) days.\n", "Pay within forty-five (45) days.\n")
    assert marked(compared) == "Pay within [-thirty (30)-][+forty-five (45)+] days."
    assert compared.figures == (("paragraph 1", "thirty (30)", "forty-five (45)"),)


def test_a_field_is_one_word() -> None:
    compared = diff("Notice within {{ baa.breach_notice }}.\n", "Notice within {{ incident.report_hours }}.\n")
    assert marked(compared) == "Notice within [-{{ baa.breach_notice }}-][+{{ incident.report_hours }}+]."
    assert compared.figures == (("paragraph 1", "{{ baa.breach_notice }}", "{{ incident.report_hours }}"),)


def test_an_item_that_moved_is_a_move_with_the_words_that_changed_on_the_way() -> None:
    items = [
        f"1. The party shall keep the {what} records of the work for years.\n" for what in ("first", "other", "third")
    ]
    moved = items[0].replace("records", "files")
    compared = diff("".join(items), "".join([items[1], items[2], moved]))
    assert states(compared) == ["moved from", "same", "same", "moved to"]
    (to,) = [line for line in compared.lines if line.state is State.MOVED_TO]
    assert (to.old.place, to.new.place) == ("item 1", "item 3")  # type: ignore[union-attr]
    assert [(h.kind.value, h.text) for h in to.hunks if h.kind is not Kind.SAME] == [
        ("deleted", "records"),
        ("inserted", "files"),
    ]


def test_an_item_put_in_before_others_leaves_them_as_they_are() -> None:
    old = "1. Keep every record.\n1. Answer every question.\n"
    compared = diff(old, "1. Something entirely new stands here.\n" + old)
    assert states(compared) == ["inserted", "same", "same"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A *very* good word.\n", "A very good word.\n"),
        ("One line\nof two.\n", "One line of two.\n"),
        ('The "**Term**" stands.\n', "The “**Term**” stands.\n"),
        ("1. An item.\n", "- An item.\n"),
        ("1. One.\n   1. Two words.\n", "1. One.\n1. Two words.\n"),
    ],
)
def test_where_only_layout_differs_no_word_is_marked(old: str, new: str) -> None:
    compared = diff(old, new)
    assert compared.same
    assert not compared.statistics.inserted
    assert not compared.statistics.deleted


def test_the_same_text_is_the_same() -> None:
    _, data = breach()
    body = clause(data, "1.0.0").body
    assert set(states(diff(body, body))) == {"same"}


def test_places_are_told_as_a_reader_counts() -> None:
    body = "Intro.\n\n1. One.\n   1. Deep.\n   2. Deeper.\n2. Two.\n{% if x %}\n3. Three.\n{% endif %}\n\nEnd.\n"
    assert [p.place for p in paragraphs("T", body)] == [
        "the title", "paragraph 1", "item 1", "item 1 (1)", "item 1 (2)", "item 2", "a condition", "item 3",
        "a condition", "paragraph 2",
    ]  # fmt: skip


_LINES = st.lists(
    st.sampled_from(
        ["The party shall pay.", "1. Keep the records of it.", "1. Pay {{ a.b }} in thirty (30) days.", "",
         "{% if a.b %}", "{% endif %}", "| a | b |", "   1. See [X](#c.d), *soon*.", 'A "**Term**" is defined.']
    ),
    max_size=9,
)  # fmt: skip


@given(_LINES, _LINES)
def test_no_word_is_lost_or_made_up(old: list[str], new: list[str]) -> None:
    """What is the same and taken out makes up the old text; what is the same and put in, the new one."""
    before, after = "\n".join(old), "\n".join(new)
    compared = diff(before, after)
    olds = [p.text for p in paragraphs("T", before)]
    news = [p.text for p in paragraphs("T", after)]
    told_old = [line.old.text for line in compared.lines if line.old is not None and line.state is not State.MOVED_TO]
    told_new = [line.new.text for line in compared.lines if line.new is not None]
    assert (told_old, told_new) == (olds, news)
    for line in compared.lines:
        if line.old is not None:
            assert "".join(h.text for h in line.hunks if h.kind is not Kind.INSERTED) == line.old.text
        if line.new is not None:
            assert "".join(h.text for h in line.hunks if h.kind is not Kind.DELETED) == line.new.text


# ---------------------------------------------------------------- what follows


def kinds(found: tuple[Consequence, ...]) -> list[str]:
    return [c.kind for c in found]


def test_a_lost_item_of_the_business_associate_agreement_is_said_first() -> None:
    _, found = changed((", hipaa.baa.report_breach", ""), ("{{ baa.breach_notice }}", "{{ incident.report_hours }}"))
    assert found[0].kind == "requirement-lost"
    assert found[0].weight is Weight.BREAKS
    assert found[0].says.startswith("BAA-08 is no longer satisfied: ")
    assert "No other clause does it, so no final Business Associate Agreement can be made." in found[0].says


def test_an_item_that_is_still_claimed_without_its_words_is_doubted() -> None:
    _, data = breach()
    line = next(row for row in data.decode().split("\n") if "as 45 CFR 164.410 requires" in row)
    found = changed((line + "\n", ""))[1]
    assert found[0].kind == "requirement-doubtful"
    assert found[0].says.startswith("BAA-08 is still claimed, but “164.410” no longer stands in the text.")


def test_whatever_is_struck_is_to_be_read_against_what_the_clause_claims() -> None:
    _, data = breach()
    line = next(row for row in data.decode().split("\n") if "any Security Incident of which it becomes aware" in row)
    found = changed((line + "\n", ""))[1]
    assert found[0].kind == "requirement-unread"
    assert found[0].says == (
        "Whole paragraphs were taken out. Read what is left against BAA-07, BAA-08, and BAA-09, which it still claims."
    )


def test_a_new_field_asks_a_new_question_and_an_old_one_is_asked_no_more() -> None:
    _, found = changed(("{{ ce.contacts.privacy.phone }}", "{{ ce.contacts.security.phone }}"))
    told = {c.kind: c for c in found}
    assert told["field-added"].names == ("ce.contacts.security.phone",)
    assert told["field-removed"].names == ("ce.contacts.privacy.phone",)


def test_a_term_that_loses_its_definition_is_broken_where_it_is_used() -> None:
    _, found = changed(('An "**Unsuccessful Attempt**" is', "That is"))
    broken = next(c for c in found if c.kind == "term-broken")
    assert broken.weight is Weight.BREAKS
    assert "“Unsuccessful Attempt”" in broken.says
    assert "this clause itself" in broken.says


def test_a_reference_out_of_the_document_is_broken_unless_it_is_guarded() -> None:
    end = "shall keep the records that show what happened."
    loose = changed((end, f"{end} See [Transition](#exit.transition)."))[1]
    assert [c.weight for c in loose if c.kind == "reference-broken"] == [Weight.BREAKS]
    guarded = f'{end}{{% if "exit.transition" in clauses %}} See [Transition](#exit.transition).{{% endif %}}'
    assert "reference-broken" not in kinds(changed((end, guarded))[1])


def test_the_explanation_of_the_old_text_is_told_as_such() -> None:
    _, found = changed(("without unreasonable delay", "at once"))
    assert "explanation" in kinds(found)


def test_agreements_that_were_made_with_the_old_text_are_named() -> None:
    version, data = breach()
    old = clause(data, version)
    record = {"documents": [{"clauses": [{"id": BREACH, "digest": old.digest}]}]}
    other = {"documents": [{"clauses": [{"id": BREACH, "digest": "sha256:0"}]}]}
    records = [
        ("harbor", json.dumps(record).encode()),
        ("lake", json.dumps(other).encode()),
        ("odd", b"{" + old.digest.encode()),
    ]
    compared = compare_texts(old.title, old.body, old.title, old.body)
    found = consequences(old, old, compared, LIBRARY, Dictionary(()), (), records)
    assert [c.names for c in found if c.kind == "agreements"] == [("harbor",)]


def test_the_same_text_has_no_consequence_that_breaks_anything() -> None:
    assert {c.weight for c in changed()[1]} == {Weight.KNOW}


# ---------------------------------------------------------------- how it is shown


def test_the_page_stands_alone_and_holds_both_texts_and_no_markup_of_theirs() -> None:
    version, data = breach()
    old = clause(data, version)
    new = clause(data.replace(b"without unreasonable delay", b"<script>alert(1)</script> & at once"), version)
    page = clause_page(old, new, compare_texts(old.title, old.body, new.title, new.body), (), ("a@1", "a@2")).decode()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; at once" in page
    assert not re.search(r"(?:src|href)=|@import|url\(", page)
    assert page.count("<tr") == page.count("</tr>")


def test_without_color_changes_stand_in_marks_and_fields_are_not_broken() -> None:
    hunks = [("same", "Pay "), ("deleted", "{{ a.b }}"), ("inserted", "{{ c.d | words }}"), ("same", ".")]
    assert list(redline_lines("  ", hunks, Style(30))) == ["  Pay [-{{ a.b }}-]", "  {+{{ c.d | words }}+}."]


def test_long_stretches_that_are_the_same_are_cut_on_the_screen() -> None:
    words = " ".join(f"w{n}" for n in range(100))
    (line,) = redline_lines("", [("same", words + " "), ("inserted", "new")], Style(500))
    assert line == "… " + " ".join(f"w{n}" for n in range(90, 100)) + " {+new+}"


def test_for_word_the_changes_are_tracked_and_the_numbers_are_those_of_a_contract(folder: Path) -> None:
    workspace = warm_workspace(folder, today=dt.date(2027, 1, 1))
    version, data = breach()
    old, new = clause(data, version), clause(data.replace(b"without unreasonable delay", b"at once"), version)
    redline = clause_redline(workspace, old, new, "R. Lee").value
    assert redline is not None
    assert [(c.old, c.new) for c in redline.changes] == [("without unreasonable delay", "at once")]
    with zipfile.ZipFile(io.BytesIO(redline.data)) as file:
        body = file.read("word/document.xml").decode()
    assert body.count("<w:ins ") == body.count("<w:del ") == body.count('w:author="R. Lee"') / 2 == 1
    assert clause_redline(workspace, old, new, "R. Lee").value == redline


def test_the_words_for_word_are_those_of_the_clause() -> None:
    items = "1. One.\n   1. Deep.\n   {% if a.b %}\n   2. Deeper {{ c.d }}.\n   {% endif %}\n2. [Two](#x.y).\n"
    body = f'Intro "here".\n\n{items}\nEnd.\n'
    head = "---\nid: hipaa.reporting_breach\nversion: 1.0.0\ntitle: T\nstatus: released\n---\n"
    printed = write_text(clause_agreement(clause((head + body).encode(), "1.0.0"), dt.date(2027, 1, 1))).decode()
    words = " ".join(printed.split())
    assert "Intro “here”. (a) One. (i) Deep. [if a.b] (ii) Deeper [c.d]. [endif] (b) Two [x.y]. End." in words


# ---------------------------------------------------------------- the command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    return tmp_path


def test_a_clause_goes_through_its_life_on_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*args: str) -> str:
        assert main(["clauses", *args]) == 0, capsys.readouterr()
        return capsys.readouterr().out

    version, _ = breach()
    run("new-version", BREACH, "--edition")
    draft = next(folder.glob("clauses/hipaa/reporting_breach/*-1.md"))
    text = draft.read_text()
    text = text.replace("without unreasonable delay", "at once").replace("why_changed:", "why_changed: Sooner.")
    draft.write_text(text.replace(", hipaa.baa.report_breach", ""))
    out = run("diff", f"starter:{BREACH}", f"{BREACH}@{draft.stem}", "-o", "page.html")
    assert out.index("BAA-08 is no longer satisfied") < out.index("Side by side: page.html")
    assert (folder / "page.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert main(["clauses", "diff", f"starter:{BREACH}", f"{BREACH}@{draft.stem}", "-o", "page.html"]) == 0
    draft.write_text(draft.read_text().replace("at once", "forthwith"))
    capsys.readouterr()
    assert main(["clauses", "diff", f"starter:{BREACH}", f"{BREACH}@{draft.stem}", "-o", "page.html", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][-1]["rule"] == "file-exists"
    run("release", f"{BREACH}@{draft.stem}", "--explanation-holds")
    run("approve", BREACH, "--by", "R. Lee", "--on", "2027-01-10")
    shown = run("history", BREACH)
    assert "Approved: R. Lee on 2027-01-10" in shown
    assert "edition: read it all again" in shown
    told = json.loads(run("diff", f"mine:{BREACH}@{version}", f"mine:{BREACH}", "--json"))
    assert told["consequences"][0]["kind"] == "requirement-lost"
    assert told["statistics"]["moved"] == 0
    assert run("outdated").strip() == "Your own clauses hide nothing newer."


def test_what_is_no_text_of_a_clause_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clauses", "diff", "exit.cause@1.0.0", "exit.cause@9.9.9"]) == 1
    assert "exit.cause has no version 9.9.9." in capsys.readouterr().err
    assert main(["clauses", "diff", "exit.cause", "-o", "page.pdf"]) == 2
    assert main(["clauses", "approve", "exit.cause", "--by", " "]) == 2


def test_a_slip_in_the_command_is_told_without_technical_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["clauses", "approve", "exit.cause", "--by", "R. Lee", "--on", "2099-01-01"]) == 2
    assert capsys.readouterr().err.startswith("--on: 2099-01-01 is still to come.\n")
    assert main(["clauses", "diff", "mine:exit.cause", "starter:exit.cause"]) == 1
    assert "There is no layer “mine”. Layers are: starter." in capsys.readouterr().err


def test_what_an_upgrade_brings_is_told_with_its_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clauses", "adopt", "comp.records_audit@1.0.0"]) == 0
    capsys.readouterr()
    assert main(["clauses", "outdated"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    newest = max(p.stem for p in (ROOT / "clauses/comp/records_audit").glob("*.md"))
    assert f"comes from starter 1.0.0; there is {newest} now" in told
    assert "edition: Who bears the cost of an audit is another" in told
    assert f"agreements clauses diff starter:comp.records_audit@1.0.0 starter:comp.records_audit@{newest}" in told
