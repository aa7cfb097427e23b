"""The copy for Word: our remarks, their untracked changes tracked as ours, and everything of theirs as it was."""

from __future__ import annotations

import datetime as dt
import json
import subprocess

import pytest

from generator.comparison.revisions import accept_all, reject_all, resolve
from generator.comparison.stories import read_stories
from generator.comparison.word_package import W, WordPackage
from generator.comparison.word_reading import read_word
from generator.pipeline import review, review_copy
from generator.returned.copying import Remark, commented_copy
from generator.returned.findings import parts_of
from generator.returned.matching import normal
from generator.returned.reading import read_returned
from generator.returned.telling import entries_of
from tests.contract_edits import EDITS, Contract, gone, grid
from tests.counterparty import AUTHOR, Counterparty, through_python_docx, without_marks
from tests.programs import program
from tests.returned_set import BAA, SVC, Desk, as_sent, sent

MARKS = {W + t for t in ("ins", "del", "moveFrom", "moveTo")}
DATE = dt.datetime(2027, 1, 5, tzinfo=dt.UTC)


WAYS = [
    pytest.param(lambda d: d, id="as it was"),
    pytest.param(through_python_docx, id="python-docx", marks=pytest.mark.slow),
    pytest.param(without_marks, id="bare", marks=pytest.mark.slow),
]


def ours() -> bytes:
    return dict(sent("baa").files)[BAA]


def copied(data: bytes, *remarks: Remark, author: str = "Agreements", restore: bool = False):
    mine = as_sent(BAA, "baa")
    parts = parts_of(mine)
    return commented_copy(mine, data, "back.docx", parts, remarks, author=author, date=DATE, restore=restore)


def with_comments(data: bytes, old: str, new: str) -> bytes:
    """The file with ``old`` read as ``new`` in its comments."""
    package = WordPackage(read_word(data, "x").value)
    part = package.related(package.main, "comments")
    for element in package.tree(part).iter():
        if element.text:
            element.text = element.text.replace(old, new)
        for name, value in element.attrib.items():
            element.set(name, value.replace(old, new))
    package.touch(part)
    return package.to_bytes()


def without_ours(data: bytes, *, accept: bool) -> bytes:
    """The file with our changes settled and theirs left, by other code than that which made the copy."""
    package = WordPackage(read_word(data, "x").value)
    root = package.tree(package.main)
    theirs = [e for e in root.iter() if e.tag in MARKS and e.get(W + "author") != "Agreements"]
    for mark in theirs:
        mark.tag = mark.tag + "Theirs"
    resolve(root, accept=accept)
    for mark in theirs:
        mark.tag = mark.tag.removesuffix("Theirs")
    package.touch(package.main)
    return package.to_bytes()


def lines(data: bytes, resolve) -> list[str]:
    """The paragraphs of a file once every change in it is settled by other code than that which made the copy."""
    package = WordPackage(read_word(data, "x").value)
    resolve(package)
    return [normal(p.text) for p in read_returned(package.to_bytes(), "x").value.paragraphs(accepted=True)]


def revisions(data: bytes, *, but: str = "") -> list[tuple[str, str, str]]:
    root = read_returned(data, "x").value.package.body
    marks = root.iter(W + "ins", W + "del", W + "moveFrom", W + "moveTo")
    return [(m.tag, m.get(W + "author"), m.get(W + "date")) for m in marks if m.get(W + "author") != but]


def busy() -> Counterparty:
    """A business associate agreement in which the other side did a bit of everything."""
    c = Counterparty(ours())
    c.tracked("five (5) business days", "ten (10) business days", inside="hipaa.reporting_breach")
    c.silently("without unreasonable delay", "in time", inside="hipaa.reporting_breach")
    c.silently("thirty (30) days", "ninety (90) days", inside="hipaa.return_destroy")
    c.insert(c.paragraph("Minimum necessary."), "Riverbend may sell PHI that it no longer needs.")
    c.insert(c.paragraph("No sale."), "Tracked and new.", author=AUTHOR)
    c.delete_tracked(c.paragraph("No sale."))
    gone(c.clause("hipaa.subcontractors"))
    c.clause("hipaa.hhs_access").addnext(c.clause("hipaa.delegated"))
    c.comment("Please explain.", "Minimum necessary.")
    return c


@pytest.mark.parametrize("way", WAYS)
def test_accepting_gives_what_came_back_and_rejecting_what_was_sent(way):
    theirs = way(busy().save())
    made = copied(theirs)
    assert made.why == ""
    assert made.marked > 5
    accepted = [WordPackage(read_word(d, "x").value) for d in (made.data, theirs)]
    for package in accepted:
        accept_all(package)
    assert read_stories(accepted[0]) == read_stories(accepted[1])
    assert lines(made.data, reject_all) == lines(ours(), reject_all)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_our_words_can_be_put_back_and_rejecting_that_gives_what_came_back(way):
    theirs = way(busy().save())
    made = copied(theirs, restore=True)
    assert made.why == ""
    settled = without_ours(made.data, accept=False)
    for view in (accept_all, reject_all):
        assert lines(settled, view) == lines(theirs, view)
    assert revisions(settled) == revisions(theirs)
    assert lines(without_ours(made.data, accept=True), reject_all) == lines(ours(), reject_all)


def test_their_changes_names_days_and_remarks_stay_and_ours_have_our_name():
    theirs = busy().save()
    made = copied(theirs, Remark(("A remark.", "Its second line."), "hipaa.return_destroy"))
    assert revisions(made.data, but="Agreements") == revisions(theirs)
    own = [r for r in revisions(made.data) if r[1] == "Agreements"]
    assert {date for _, _, date in own} == {"2027-01-05T00:00:00Z"}
    comments = [(c.author, c.text) for c in read_returned(made.data, "x").value.comments]
    assert comments == [(AUTHOR, "Please explain."), ("Agreements", "A remark.\nIts second line.")]


def test_a_clause_that_stands_elsewhere_is_a_move_of_ours_and_a_word_changed_in_it_is_told_apart():
    c = Counterparty(ours())
    c.clause("hipaa.hhs_access").addnext(c.clause("hipaa.delegated"))
    c.silently("the requirements", "some requirements", inside="hipaa.delegated")
    made = copied(c.save())
    assert made.why == ""
    body = read_returned(made.data, "x").value.package.body
    text = {kind: ["".join(m.itertext()) for m in body.iter(W + kind)] for kind in ("moveFrom", "moveTo", "ins", "del")}
    assert "Delegated Obligations" in text["moveFrom"]
    assert "Delegated Obligations" in text["moveTo"]
    assert (text["del"], text["ins"]) == (["the"], ["some"])
    names = [m.get(W + "name") for m in body.iter(W + "moveFromRangeStart", W + "moveToRangeStart")]
    assert names == ["review1", "review1"]
    assert lines(made.data, reject_all) == lines(ours(), reject_all)
    assert lines(made.data, accept_all) == lines(c.save(), accept_all)


@pytest.mark.slow
def test_nothing_of_a_reference_stays_behind_where_the_move_of_its_paragraph_is_undone():
    c = Counterparty(dict(sent("svc", "baa").files)[SVC])
    c.clause("comp.aks").addnext(c.clause("gov.escalation"))
    mine = as_sent(SVC, "svc", "baa")
    made = commented_copy(mine, c.save(), "back.docx", parts_of(mine), (), author="Agreements", date=DATE)
    assert made.why == ""
    fields = [W + "fldChar", W + "instrText"]
    counts = []
    for data in (made.data, c.save()):
        package = WordPackage(read_word(data, "x").value)
        reject_all(package)
        counts.append(len(list(package.body.iter(*fields))))
    moved = len(list(c.clause("gov.escalation").iter(*fields)))
    assert moved > 0
    assert counts[0] == counts[1] - moved


@pytest.mark.slow
def test_a_header_that_was_changed_silently_is_tracked_in_the_copy_too():
    c = Counterparty(ours())
    name = next(n for n in c.files if n.startswith("word/header") and b"Business Associate" in c.files[n])
    text = next(t for t in c.tree(name).iter(W + "t") if "Business Associate" in (t.text or ""))
    text.text = text.text.replace("Business Associate", "Business Partner")
    made = copied(c.save())
    assert made.why == ""
    package = read_returned(made.data, "x").value.package
    marks = [(m.tag, m.get(W + "author"), "".join(m.itertext())) for m in package.tree(name).iter(*MARKS)]
    assert marks == [(W + "del", "Agreements", "Associate"), (W + "ins", "Agreements", "Partner")]


@pytest.mark.slow
def test_a_name_that_is_in_the_file_already_is_told_apart():
    c = busy()
    c.tracked("ten (10) business days", "nine (9) business days", author="Agreements")
    made = copied(c.save())
    assert made.author == "Agreements (review)"
    assert made.why == ""


@pytest.mark.slow
def test_a_figure_in_a_table_a_row_that_came_and_a_row_that_went():
    c = Counterparty(ours())
    table = grid(c)
    rows = table.findall(W + "tr")
    gone(rows[-1])
    texts = [t for t in rows[1].iter(W + "t") if t.text]
    texts[-1].text = "Something else"
    made = copied(c.save())
    assert made.why == ""
    assert lines(made.data, reject_all) == lines(ours(), reject_all)
    assert lines(made.data, accept_all) == lines(c.save(), accept_all)


@pytest.mark.slow
def test_words_brought_in_silently_and_deleted_with_tracking():
    c = Counterparty(ours())
    c.silently("without unreasonable delay", "in due time", inside="hipaa.reporting_breach")
    c.tracked("in due time", "soon", inside="hipaa.reporting_breach")
    theirs = c.save()
    made = copied(theirs)
    assert made.why == ""
    assert lines(made.data, reject_all) == lines(ours(), reject_all)
    assert lines(made.data, accept_all) == lines(theirs, accept_all)


@pytest.mark.slow
def test_what_cannot_be_marked_leaves_the_remarks_alone_and_says_why():
    c = Counterparty(ours())
    rows = grid(c).findall(W + "tr")
    for row in rows:
        gone(row.findall(W + "tc")[-1])
    made = copied(c.save(), Remark(("A remark.",), "hipaa.term"))
    assert made.marked == 0
    assert made.why
    assert [c.text for c in read_returned(made.data, "x").value.comments] == ["A remark."]
    assert revisions(made.data) == []


@pytest.mark.slow
def test_an_untouched_return_gets_no_mark():
    made = copied(ours())
    assert (made.marked, made.why) == (0, "")
    assert revisions(made.data) == []


@pytest.mark.slow
def test_the_same_review_gives_the_same_bytes(tmp_path):
    desk = Desk(tmp_path, "baa")
    name = desk.back(busy().save())
    files = {review_copy(review(desk.workspace, name), author="R. Lee", date=DATE).value.data for _ in range(2)}
    assert len(files) == 1


@pytest.mark.slow
def test_remarks_name_what_was_silent_and_what_the_law_asks(tmp_path):
    desk = Desk(tmp_path, "baa")
    reviewed = review(desk.workspace, desk.back(busy().save()))
    made = review_copy(reviewed, author="R. Lee", date=DATE).value
    said = [c.text for c in read_returned(made.data, "x").value.comments if c.author == "R. Lee"]
    assert said[0].startswith("Review: ")
    assert "BAA-10 missing" in said[0]
    lost = "Section 3.2 (Subcontractors). CHANGED WITHOUT TRACKING. The whole text was taken out."
    assert any(text.startswith(lost) for text in said)
    assert any("“thirty (30)” became “ninety (90)”." in text for text in said)


@pytest.mark.slow
def test_a_copy_to_share_says_what_was_silent_and_nothing_of_our_positions(tmp_path):
    desk = Desk(tmp_path, "baa")
    reviewed = review(desk.workspace, desk.back(busy().save()))
    said = {}
    for share in (False, True):
        made = review_copy(reviewed, author="R. Lee", date=DATE, share=share).value
        comments = read_returned(made.data, "x").value.comments
        said[share] = "\n".join(c.text for c in comments if c.author == "R. Lee")
        assert revisions(made.data, but="R. Lee") == revisions(busy().save())
    assert "For our side alone" in said[False]
    for ours_alone in ("For our side alone", "Our standard", "never", "fallback", "BAA-10", "Our rules", "approve"):
        assert ours_alone not in said[True]
    assert "“thirty (30)” became “ninety (90)”." in said[True]


@pytest.mark.slow
def test_in_the_second_round_only_what_is_new_is_silent_and_our_own_remarks_are_not_theirs(tmp_path):
    desk = Desk(tmp_path, "baa")
    first = review_copy(review(desk.workspace, desk.back(busy().save())), author="Agreements", date=DATE).value
    c = Counterparty(first.data)
    c.silently("of which it becomes aware", "which it sees", inside="hipaa.reporting_breach")
    reviewed = review(desk.workspace, desk.back(c.save()))
    assert [(e.clause, [x.new for x in e.changes if x.silent]) for e in entries_of(reviewed) if e.silent] == [
        ("hipaa.reporting_breach", ["", "sees"])]  # fmt: skip
    assert [r.author for r in reviewed.comments] == [AUTHOR]
    moved = next(e for e in entries_of(reviewed) if e.clause == "hipaa.delegated")
    assert (moved.silent, moved.changes) == (False, ())
    second = review_copy(reviewed, author="Agreements", date=DATE).value
    assert (second.author, second.why) == ("Agreements (review)", "")
    assert lines(second.data, reject_all) == lines(ours(), reject_all)


def test_our_remarks_are_known_by_what_they_say_and_not_by_a_name_that_anybody_may_bear(tmp_path):
    desk = Desk(tmp_path, "baa")
    first = review_copy(review(desk.workspace, desk.back(busy().save())), author="R. Lee", date=DATE).value
    back = Counterparty(first.data).save()
    assert [r.author for r in review(desk.workspace, desk.back(back)).comments] == [AUTHOR]
    theirs = with_comments(first.data, AUTHOR, "Agreements")
    assert [r.author for r in review(desk.workspace, desk.back(theirs)).comments] == ["Agreements"]
    edited = with_comments(first.data, "“ninety (90)”", "“ninety-one (91)”")
    assert sorted({r.author for r in review(desk.workspace, desk.back(edited)).comments}) == ["R. Lee", AUTHOR]


@pytest.mark.slow
@pytest.mark.parametrize("restore", [False, True])
def test_every_edit_of_a_contract_made_silently_can_be_marked(restore):
    base, mine = ours(), as_sent(BAA, "baa")
    refused = {}
    tried = 0
    for name, edit in EDITS.items():
        c = Contract(base)
        try:
            edit(c)
        except (KeyError, StopIteration, IndexError, AssertionError):
            continue  # what it changes is not in this contract
        tried += 1
        made = commented_copy(mine, c.save(), "back.docx", parts_of(mine), (), author="A", date=DATE, restore=restore)
        if made.why:
            refused[name] = made.why
    assert tried > 45
    assert refused == {"column went": "a table lost a column"}


@pytest.mark.slow
@pytest.mark.parametrize("restore", [False, True])
def test_the_copy_is_as_sound_as_the_file_that_came_back(tmp_path, restore):
    file = tmp_path / "copy.docx"
    file.write_bytes(copied(busy().save(), Remark(("A remark.",), "hipaa.term"), restore=restore).data)
    command = [program("ooxml-validator", "OOXML_VALIDATOR"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["errors"] == []
