"""Amendments: what really differs is what the paper says, and the copy with the changes equals a fresh agreement."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from generator.amendment import differences_of
from generator.comparison.word_package import W, WordPackage
from generator.comparison.word_reading import read_word
from generator.diagnostics import errors_in
from generator.digests import digest_of
from generator.model import Agreement
from generator.pipeline import Amended, Made, amend, make
from generator.workspace import Workspace
from generator.writers.text import write_text
from tests.command import run
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
SAMPLE = (ROOT / "profiles" / "sample.yaml").read_text(encoding="utf-8")
JUNE = dt.date(2027, 6, 1)


def workspace(folder: Path, today: dt.date = dt.date(2027, 1, 1)) -> Workspace:
    return warm_workspace(folder, today=today)


@cache
def _made(pins: str, documents: tuple[str, ...], draft: bool) -> Made:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sample.yaml").write_text(SAMPLE + (f"pins:\n  {pins}\n" if pins else ""), encoding="utf-8")
        result = make(workspace(folder), "sample.yaml", documents=documents, formats=("txt",), draft=draft)
    assert result.ok, [d.message for d in errors_in(result.diagnostics)]
    return result


def made(folder: Path, *, pins: str = "", documents: tuple[str, ...] = ("baa",), draft: bool = False) -> str:
    """Make the sample in ``folder``; return where its record lies."""
    (folder / "sample.yaml").write_text(SAMPLE + (f"pins:\n  {pins}\n" if pins else ""), encoding="utf-8")
    result = _made(pins, documents, draft)
    workspace(folder).deliver(result.folder, result.files)
    return f"output/{result.folder}"


def changed(folder: Path, *changes: tuple[str, str]) -> str:
    text = SAMPLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "changed.yaml").write_text(text, encoding="utf-8")
    return "changed.yaml"


def amended(folder: Path, place: str, **wishes: object) -> Amended:
    return amend(workspace(folder, JUNE), place, formats=("txt",), effective=dt.date(2027, 7, 1), **wishes)  # type: ignore[arg-type]


def only(result: Amended) -> str:
    """Return the words of the one paper."""
    assert result.ok, [d.message for d in errors_in(result.diagnostics)]
    (paper,) = result.papers
    return " ".join(write_text(paper).decode().split())


def test_a_newer_clause_replaces_the_section_that_holds_the_old_one(tmp_path, golden):
    result = amended(tmp_path, made(tmp_path, pins="pay.invoice_timing: 1.0.0", documents=("svc",)), newest=True)
    assert result.ok
    golden("amendment-clause", write_text(result.papers[0]).decode())
    assert result.folder == "safe-at-home-2027-014-amendment-1"


def test_a_value_is_changed_as_a_term_with_every_place_that_prints_it(tmp_path, golden):
    place = made(tmp_path)
    to = changed(tmp_path, ("access_days: 5 business days", "access_days: 4 business days"))
    result = amended(tmp_path, place, to=to)
    golden("amendment-term", write_text(result.papers[0]).decode())
    (differences,) = (result.differences or {}).values()
    (term,) = differences.terms
    assert (term.field, term.old, term.new) == (
        "baa.access_days",
        "five (5) business days",
        "four (4) business days",
    )
    assert not differences.replaced


def test_the_copy_with_the_changes_is_byte_for_byte_a_fresh_agreement(tmp_path):
    place = made(tmp_path)
    to = changed(tmp_path, ("access_days: 5 business days", "access_days: 4 business days"))
    result = amended(tmp_path, place, to=to)
    fresh = make(workspace(tmp_path, JUNE), to, documents=("baa",), formats=("txt",))
    copies = {n: d for n, d in result.files if n.endswith("-conformed.txt")}
    assert copies == {n.replace(".txt", "-conformed.txt"): d for n, d in fresh.files if n.endswith(".txt")}


def test_an_exhibit_that_shows_every_change_in_its_place_is_named_in_the_paper_and_says_whose_it_is(tmp_path):
    place = made(tmp_path)
    changes = changed(tmp_path, ("access_days: 5 business days", "access_days: 4 business days"))
    plain = amended(tmp_path, place, to=changes)
    assert "Exhibit" not in dict(plain.files)["amendment-1-business-associate-agreement.txt"].decode()
    result = amended(tmp_path, place, to=changes, redline=True)
    files = dict(result.files)
    assert set(files) - set(dict(plain.files)) == {"amendment-1-business-associate-agreement-exhibit-a-redline.docx"}
    words = " ".join(files["amendment-1-business-associate-agreement.txt"].decode().split())
    assert "Exhibit A shows the whole Agreement with each change of this amendment marked in its place." in words
    package = WordPackage(
        read_word(files["amendment-1-business-associate-agreement-exhibit-a-redline.docx"], "x").value
    )
    heads = ["".join(package.tree(r.target).itertext()) for r in package.relations(package.main) if r.kind == "header"]
    assert any(h.startswith("Exhibit A to Amendment No. 1 to the Business Associate Agreement") for h in heads)
    root = package.tree(package.main)
    came, went = ({"".join(e.itertext()) for e in root.iter(W + mark)} for mark in ("ins", "del"))
    assert (came, went) == ({"four (4)"}, {"five (5)"})


@pytest.mark.slow
def test_a_section_that_comes_in_and_one_that_goes_are_said_with_their_place(tmp_path):
    place = made(tmp_path, documents=("svc",))
    to = changed(tmp_path, ("type: negotiated", "type: none"))
    result = amended(tmp_path, place, to=to)
    (differences,) = (result.differences or {}).values()
    assert differences.removed or differences.replaced
    text = only(result)
    for removed in differences.removed:
        assert f"{removed.old.called} is deleted." in text
    for added in differences.added:
        assert f"A new {added.new.called} is added after" in text


@pytest.mark.slow
def test_a_new_number_alone_is_no_change_but_is_told(tmp_path):
    """Sections behind one that goes move up; their words are the same, and so are references that follow."""
    place = made(tmp_path, documents=("svc",))
    one, other = agreements(tmp_path, changed(tmp_path, ("type: negotiated", "type: none")))
    differences = differences_of(one, other)
    assert {m.old.clause for m in differences.moved}.isdisjoint(r.old.clause for r in differences.replaced)
    assert differences_of(one, one).any is False
    assert place


def agreements(folder: Path, to: str) -> tuple[Agreement, Agreement]:
    space = workspace(folder)
    results = [make(space, p, documents=("svc",), formats=("txt",)) for p in ("sample.yaml", to)]
    for result in results:
        assert result.ok, [d.message for d in errors_in(result.diagnostics)]
    return results[0].agreements[0], results[1].agreements[0]


def test_an_amended_agreement_is_amended_again_and_the_first_amendment_is_named(tmp_path):
    place = made(tmp_path)
    first = amended(
        tmp_path, place, to=changed(tmp_path, ("access_days: 5 business days", "access_days: 4 business days"))
    )
    space = workspace(tmp_path, JUNE)
    space.deliver(first.folder, first.files)
    again = changed(
        tmp_path,
        ("access_days: 5 business days", "access_days: 4 business days"),
        ("amend_days: 10 business days", "amend_days: 9 business days"),
    )
    second = amended(tmp_path, f"output/{first.folder}", to=again)
    text = only(second)
    assert second.folder == "safe-at-home-2027-014-amendment-2"
    assert "Amendment No. 2 to the Business Associate Agreement" in text
    assert "as changed by Amendment No. 1 of July 1, 2027" in text
    (differences,) = (second.differences or {}).values()
    assert [(t.field, t.new) for t in differences.terms] == [("baa.amend_days", "nine (9) business days")]


def test_the_one_that_was_amended_is_not_amended_again(tmp_path):
    place = made(tmp_path)
    to = changed(tmp_path, ("access_days: 5 business days", "access_days: 4 business days"))
    first = amended(tmp_path, place, to=to)
    workspace(tmp_path, JUNE).deliver(first.folder, first.files)
    again = amended(tmp_path, place, to=to)
    assert [d.rule for d in errors_in(again.diagnostics)] == ["amended-already"]
    assert first.folder in errors_in(again.diagnostics)[0].fix


def test_the_record_says_what_it_takes_the_place_of(tmp_path):
    place = made(tmp_path)
    to = changed(tmp_path, ("access_days: 5 business days", "access_days: 4 business days"))
    result = amended(tmp_path, place, to=to)
    record = json.loads(dict(result.files)["record.json"])
    before = (tmp_path / place / "record.json").read_bytes()
    assert record["supersedes"] == {
        "folder": "safe-at-home-2027-014", "record": digest_of(before), "made_on": "2026-12-11",
    }  # fmt: skip
    assert [a["number"] for a in record["amendments"]] == [1]
    files = dict(result.files)
    for document in record["documents"]:
        for file in document["files"]:
            assert digest_of(files[file["name"]]) == file["digest"]


@pytest.mark.parametrize(
    ("spoil", "rule", "words"),
    [
        (lambda r: r.pop("profile"), "amendment-base", "keeps no answers"),
        (lambda r: r.update(state="draft"), "amendment-base", "a draft"),
        (
            lambda r: r["documents"][0]["clauses"][3].update(digest="sha256:0"),
            "amendment-base",
            "does not hold the texts",
        ),
        (
            lambda r: r["documents"][0]["clauses"][3].update(version="9.9.9"),
            "amendment-base",
            "does not hold the texts",
        ),
        (lambda r: r.update(made_on="yesterday"), "amendment-base", "day on which it was made"),
        (lambda r: r.pop("made_on"), "amendment-base", "day on which it was made"),
        (lambda r: r.update(amendments=[{"number": 1}]), "amendment-base", "earlier amendments"),
        (
            lambda r: r.update(amendments=[{"number": 1, "effective": "2027-01-01", "documents": 5}]),
            "amendment-base",
            "earlier amendments",
        ),
        (lambda r: None, "nothing-to-amend", "Nothing differs"),
    ],
)
def test_what_cannot_be_amended_is_told_and_nothing_is_made(tmp_path, spoil, rule, words):
    place = made(tmp_path)
    file = tmp_path / place / "record.json"
    record = json.loads(file.read_bytes())
    spoil(record)
    file.write_text(json.dumps(record, indent=2), encoding="utf-8")
    result = amended(tmp_path, place, newest=True)
    assert not result.ok
    assert result.files == ()
    found = errors_in(result.diagnostics)
    assert rule in [d.rule for d in found]
    assert any(words in d.message for d in found)
    assert all(d.fix for d in found)


def test_a_folder_without_a_record_is_told(tmp_path):
    result = amended(tmp_path, "output/gone", newest=True)
    assert [d.rule for d in result.diagnostics] == ["amendment-base"]


def test_what_stops_a_final_stops_the_amendment(tmp_path):
    place = made(tmp_path)
    to = changed(tmp_path, ("breach_notice: 5 business days", "breach_notice: unknown"))
    result = amended(tmp_path, place, to=to)
    assert not result.ok
    assert "baa.breach_notice" in {d.field for d in result.diagnostics}


@pytest.mark.slow
def test_of_a_set_only_what_is_amended_is_signed_again_and_each_document_counts_its_own_amendments(
    tmp_path, monkeypatch
):
    place = made(tmp_path, documents=("svc", "baa"))
    space = workspace(tmp_path, JUNE)
    first = amended(tmp_path, place, to=changed(tmp_path, ("convenience: 90 days", "convenience: 60 days")))
    assert list(first.differences or ()) == ["svc"]
    space.deliver(first.folder, first.files)
    record = json.loads(dict(first.files)["record.json"])
    assert {d["type"]: d["to_sign"] for d in record["documents"]} == {"svc": True, "baa": False}
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 signed")
    run(tmp_path, "record", "--signed", "scan.pdf", "-d", "svc", f"output/{first.folder}", monkeypatch=monkeypatch)
    _, out = run(tmp_path, "status", "--date", "2027-06-02", monkeypatch=monkeypatch)
    assert "1 signed, 1 superseded" in out
    both = (("convenience: 90 days", "convenience: 60 days"), ("access_days: 5 business", "access_days: 4 business"))
    second = amended(tmp_path, f"output/{first.folder}", to=changed(tmp_path, *both))
    assert second.folder.endswith("-amendment-2")
    assert any(n.startswith("amendment-1-business-associate") for n, _ in second.files)
    text = only(second)
    assert text.startswith("Amendment No. 1 to the Business Associate Agreement")
    assert "as changed by" not in text
    space.deliver(second.folder, second.files)
    more = (both[0], ("access_days: 5 business", "access_days: 3 business"))
    third = only(amended(tmp_path, f"output/{second.folder}", to=changed(tmp_path, *more)))
    assert third.startswith("Amendment No. 2 to the Business Associate Agreement")
    assert "as changed by Amendment No. 1 of July 1, 2027" in third


@pytest.mark.slow
def test_who_approved_the_agreement_has_not_approved_the_change(tmp_path):
    place = made(tmp_path, documents=("svc",), pins="pay.invoice_timing: 1.0.0")
    text = only(amended(tmp_path, place, newest=True))
    assert "Approved by: ____" in text
    assert "Board of Directors on" not in text


@pytest.mark.slow
def test_text_of_a_party_is_never_code_in_an_amendment(tmp_path):
    place = made(tmp_path, documents=("svc",))
    result = amended(tmp_path, place, reason="{{ cbo.ein }} & **more** <people>", to=changed(
        tmp_path, ("convenience: 90 days", "convenience: 60 days")))  # fmt: skip
    assert "{{ cbo.ein }} & **more** <people>" in only(result)


def test_a_reason_that_a_pdf_cannot_print_is_told_and_nothing_is_made(tmp_path):
    place = made(tmp_path)
    to = changed(tmp_path, ("access_days: 5 business days", "access_days: 4 business days"))
    result = amend(workspace(tmp_path, JUNE), place, to=to, reason="海港", formats=("pdf",))
    assert not result.ok
    assert result.files == ()
    assert [d.rule for d in errors_in(result.diagnostics)] == ["missing-character"]


@pytest.mark.slow
def test_several_are_amended_at_once_and_those_without_a_difference_are_passed_over(tmp_path, monkeypatch):
    one = made(tmp_path, pins="pay.invoice_timing: 1.0.0", documents=("svc",))
    (tmp_path / one).rename(tmp_path / "output" / "old")
    two = made(tmp_path, documents=("svc",))
    code, out = run(
        tmp_path, "amend", "output/old", two, "--newest", "-f", "txt", "--date", "2027-06-01", monkeypatch=monkeypatch
    )
    assert code == 0
    assert "Section 6.1 (Invoices and Payment): new text" in out
    assert f"Nothing differs in {two}" in out
    assert (tmp_path / "output" / "old-amendment-1" / "amendment-1-services-agreement.txt").is_file()
    code, out = run(
        tmp_path, "amend", "output/old", two, "--newest", "-f", "txt", "--date", "2027-06-01", monkeypatch=monkeypatch
    )
    assert code == 0
    assert "Amended before, and passed over: output/old" in out


def test_once_it_is_signed_the_original_is_superseded(tmp_path, monkeypatch):
    made(tmp_path, pins="pay.invoice_timing: 1.0.0", documents=("svc",))
    run(tmp_path, "amend", "output/safe-at-home-2027-014", "-f", "txt", "--date", "2027-06-01", monkeypatch=monkeypatch)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")
    folder = "output/safe-at-home-2027-014-amendment-1"
    code, out = run(tmp_path, "record", "--signed", "scan.pdf", folder, monkeypatch=monkeypatch)
    assert code == 0, out
    code, out = run(tmp_path, "status", "--date", "2027-06-02", monkeypatch=monkeypatch)
    assert "1 signed, 1 superseded" in out


@pytest.mark.slow
def test_of_forty_agreements_nine_are_outdated_and_nine_amendments_bring_them_up_to_date(tmp_path):
    """The hub's afternoon: find them, amend them all, and the copies read as if they were made today."""
    from generator.pipeline import register

    space = workspace(tmp_path)
    late = {1, 4, 5, 13, 22, 23, 31, 36, 39}
    for n in range(40):
        text = SAMPLE.replace("Safe at Home", f"Safe at Home {n:02d}")
        pins = "pins:\n  pay.invoice_timing: 1.0.0\n" if n in late else ""
        (tmp_path / f"p{n:02d}.yaml").write_text(text + pins, encoding="utf-8")
        result = make(space, f"p{n:02d}.yaml", documents=("svc",), formats=("txt",))
        assert result.ok
        space.deliver(result.folder, result.files)
    found = register(space, "output", outdated=True).value
    assert found is not None
    assert sorted(int(f.rpartition("/")[2].split("-")[3]) for f in found.outdated) == sorted(late)
    for folder in found.outdated:
        amendment = amended(tmp_path, folder, newest=True)
        assert amendment.ok, [d.message for d in errors_in(amendment.diagnostics)]
        assert "Section 6.1 (Invoices and Payment) is deleted and replaced" in only(amendment)
        number = int(folder.rpartition("/")[2].split("-")[3])
        fresh = SAMPLE.replace("Safe at Home", f"Safe at Home {number:02d}")
        (tmp_path / "fresh.yaml").write_text(fresh, encoding="utf-8")
        again = make(workspace(tmp_path, JUNE), "fresh.yaml", documents=("svc",), formats=("txt",))
        copies = {n: d for n, d in amendment.files if n.endswith("-conformed.txt")}
        assert copies == {n.replace(".txt", "-conformed.txt"): d for n, d in again.files if n.endswith(".txt")}
