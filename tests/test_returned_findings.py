"""What was changed, clause by clause: silently or tracked, and how it stands to our positions and the law."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from generator.comparison.word_package import W
from generator.pipeline import amend, apply_review, make, review
from generator.returned.findings import How, State, find_changes, parts_of
from generator.returned.judging import binds_one
from generator.returned.reading import read_returned
from generator.returned.renaming import with_names_told_once
from generator.returned.telling import entries_of, headline, review_data
from tests.contract_edits import gone
from tests.counterparty import AUTHOR, Counterparty, through_python_docx, without_marks
from tests.returned_set import BAA, ROOT, SVC, TODAY, Desk, as_sent, sent
from tests.warm_library import warm_workspace

WAYS = [
    pytest.param(lambda d: d, id="as it was"),
    pytest.param(through_python_docx, id="python-docx", marks=pytest.mark.slow),
    pytest.param(without_marks, id="bare"),
]


def ours() -> bytes:
    return dict(sent("baa").files)[BAA]


def found(data: bytes):
    mine, theirs = as_sent(BAA, "baa"), read_returned(data, "back.docx").value
    return find_changes(mine, theirs, parts_of(mine))


def touched(data: bytes) -> dict:
    return {f.part.key: f for f in found(data).touched}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path, "baa")


# ---------------------------------------------------------------- findings


@pytest.mark.parametrize("way", WAYS)
def test_what_came_back_as_it_was_sent_has_no_finding(way):
    findings = found(way(ours()))
    assert (findings.touched, findings.foreign, findings.margins, findings.hidden) == ((), (), (), ())
    assert {f.state for f in findings.parts} == {State.VERBATIM}


@pytest.mark.parametrize("way", WAYS)
def test_silent_and_tracked_changes_are_told_apart(way):
    c = Counterparty(ours())
    c.tracked("five (5) business days", "ten (10) business days", inside="hipaa.reporting_breach")
    c.silently("thirty (30) days", "ninety (90) days", inside="hipaa.return_destroy")
    c.silently("shall not", "may", inside="hipaa.min_necessary")
    findings = found(way(c.save()))
    assert [f.part.id for f in findings.touched] == [
        "hipaa.min_necessary", "hipaa.return_destroy", "hipaa.reporting_breach"]  # fmt: skip
    text, silent, tracked = findings.touched
    assert (text.state, text.silent, text.hands) == (State.CHANGED, True, ())
    assert (silent.state, silent.silent, tracked.silent) == (State.FIELDS, True, False)
    assert [(f.field, f.old, f.new) for f in silent.fields] == [
        ("baa.return_days", "thirty (30) days", "ninety (90) days")]  # fmt: skip
    assert [h.author for h in tracked.hands] == [AUTHOR]
    assert [(c.how, c.old, c.new, c.silent) for c in tracked.changes] == [
        (How.REPLACED, "five (5) business days", "ten (10) business days", False)]  # fmt: skip


def test_a_clause_may_be_changed_both_ways_and_says_so():
    c = Counterparty(ours())
    c.tracked("five (5) business days", "ten (10) business days", inside="hipaa.reporting_breach")
    c.silently("without unreasonable delay", "in time", inside="hipaa.reporting_breach")
    finding = touched(c.save())["hipaa.reporting_breach"]
    assert finding.silent
    assert finding.hands
    assert {c.silent for c in finding.changes} == {True, False}


def test_typed_numbers_quotation_marks_and_spaces_are_no_change():
    c = Counterparty(without_marks(ours()))
    numbers = {"Heading1": "1. ", "Heading2": "1.1 ", "ClauseItem1": "(a) "}
    for style, typed in numbers.items():
        for p in c.paragraphs(style):
            t = next(t for t in p.iter(W + "t"))
            t.text = typed + t.text.replace("“", '"').replace("”", '"').replace("’", "'").replace(" ", "\u00a0", 1)
    findings = found(c.save())
    assert findings.touched == ()
    assert findings.foreign == ()


@pytest.mark.slow
def test_a_change_beside_typed_numbers_is_found_alone():
    c = Counterparty(without_marks(ours()))
    for p in c.paragraphs("ClauseItem1"):
        t = next(t for t in p.iter(W + "t"))
        t.text = "(a) " + t.text
    c.silently("thirty (30) days", "ninety (90) days")
    values = [(f.field, f.new) for p in found(c.save()).parts for f in p.fields]
    assert values == [("baa.return_days", "ninety (90) days")]


def test_a_moved_clause_is_moved_and_not_changed():
    c = Counterparty(ours())
    c.clause("hipaa.hhs_access").addnext(c.clause("hipaa.safeguards"))
    (finding,) = found(c.save()).touched
    assert (finding.part.id, finding.state, finding.moved_silently) == ("hipaa.safeguards", State.VERBATIM, True)
    assert finding.moved == "Section 5.3 (Federal Access to Records)"


def test_an_item_that_was_moved_within_its_clause_is_told_up_or_down():
    for up in (True, False):
        c = Counterparty(ours())
        items = list(c.clause("hipaa.min_necessary").iter(W + "p"))[1:]
        one, other = items[-1 if up else 0], items[0 if up else -1]
        (other.addprevious if up else other.addnext)(one)
        findings = found(c.save())
        (finding,) = findings.touched
        assert [(x.how, x.silent) for x in finding.changes] == [(How.MOVED, True)]
        assert finding.changes[0].new == "".join(t.text or "" for t in one.iter(W + "t"))


def test_a_paragraph_divided_or_joined_is_told_and_no_word_of_it_is_changed():
    c = Counterparty(ours())
    first, second = list(c.clause("hipaa.min_necessary").iter(W + "p"))[1:3]
    for run in list(second.iter(W + "r")):
        first.append(run)
    second.getparent().remove(second)
    divided = list(c.clause("hipaa.safeguards").iter(W + "p"))[-1]
    rest = copy.deepcopy(divided)
    said = "".join(t.text or "" for t in divided.iter(W + "t"))
    at = said.index(". ") + 1
    for p, words in ((divided, said[:at]), (rest, said[at:].strip())):
        texts = list(p.iter(W + "t"))
        for n, t in enumerate(texts):
            t.text = "" if n else words
    divided.addnext(rest)
    findings = found(c.save())
    told = {f.part.id: [x.how for x in f.changes] for f in findings.touched}
    assert told == {"hipaa.min_necessary": [How.JOINED], "hipaa.safeguards": [How.DIVIDED]}
    assert {f.state for f in findings.parts} == {State.VERBATIM}


@pytest.mark.parametrize(
    ("old", "new", "one"),
    [
        ("Each party shall indemnify the other.", "Riverbend shall indemnify Lakeshore.", "Riverbend"),
        ("Riverbend shall open its books. No right of either party ends.", "Riverbend shall open its books.", ""),
        ("Each party shall pay.", "Each party shall pay. Riverbend shall report.", ""),
    ],
)
def test_duties_bind_one_only_where_they_bound_both(old, new, one):
    assert binds_one((old,), (new,), ("Lakeshore", "Riverbend")) == one


def test_a_row_that_was_tracked_in_or_out_is_one_change():
    c = Counterparty(ours())
    row = c.paragraph("Sending invoices with")
    while row.tag != W + "tr":
        row = row.getparent()
    properties = row.find(W + "trPr")
    if properties is None:
        row.insert(0, properties := row.makeelement(W + "trPr"))
    came = copy.deepcopy(row)
    for each, kind in ((row, "del"), (came, "ins")):
        each.find(W + "trPr").append(c._mark(kind, AUTHOR))
        for run in list(each.iter(W + "r")):
            mark = c._mark(kind, AUTHOR)
            run.addprevious(mark)
            mark.append(run)
            for t in list(run.iter(W + "t")):
                t.text = t.text if kind == "del" else "All PHI"
                t.tag = W + ("delText" if kind == "del" else "t")
    row.addnext(came)
    (finding,) = found(c.save()).touched
    units = "the units of service"
    assert [(x.how, x.old, x.new, x.hand.author) for x in finding.changes] == [
        (How.DELETED, f"Sending invoices with {units} | Member number, dates, and units of service", "", AUTHOR),
        (How.INSERTED, "", "All PHI | All PHI", AUTHOR),
    ]  # fmt: skip


def test_a_name_that_is_another_throughout_is_told_once_and_hides_nothing():
    c = Counterparty(ours())
    for t in c.body.iter(W + "t"):
        if "Community Services" not in (t.text or ""):
            t.text = (t.text or "").replace("Riverbend", "Contractor")
    c.silently("shall not", "may", inside="hipaa.min_necessary")
    c.silently("Contractor", "Riverbend", inside="hipaa.safeguards")
    findings, (name,) = with_names_told_once(found(c.save()))
    assert (name.old, name.new, name.silent) == ("Riverbend", "Contractor", True)
    assert name.left == ("Section 3.1 (Safeguards)",)
    assert {f.field for f in name.fields} == {"cbo.short_name"}
    (other,) = findings.touched
    assert (other.part.id, [(x.old, x.new) for x in other.changes]) == (
        "hipaa.min_necessary",
        [("Riverbend shall not", "Contractor may")],
    )
    assert "Contractor" not in " ".join(other.new)


@pytest.mark.parametrize("case", ["few places", "the other party", "a name that nothing explains"])
def test_what_is_no_other_name_stands_where_it_does(case):
    c = Counterparty(ours())
    if case == "few places":
        c.silently("Riverbend", "Contractor", inside="hipaa.safeguards")
    else:
        new = "Lakeshore" if case == "the other party" else "Contractor"
        for t in c.body.iter(W + "t"):
            t.text = new if t.text == "Riverbend" else t.text
        c.silently(new, "Riverbend", inside="front.parties")
    before = found(c.save())
    assert (len(before.touched) > 10) == (case != "few places")
    assert with_names_told_once(before) == (before, ())


def test_a_heading_that_went_is_told_as_one():
    c = Counterparty(ours())
    heading = next(c.clause("hipaa.safeguards").iter(W + "p"))
    heading.getparent().remove(heading)
    (finding,) = found(c.save()).touched
    assert finding.headless
    assert [x.how for x in finding.changes] == [How.DELETED]
    # Held against the library alone, a part has no paragraphs of ours.
    assert not replace(finding, part=replace(finding.part, paras=())).headless


def test_a_paragraph_that_was_moved_into_another_clause_is_a_change_of_its_own():
    c = Counterparty(ours())
    c.clause("hipaa.hhs_access").findall(f".//{W}p")[-1].addnext(c.paragraph("Minimum necessary."))
    (finding,) = found(c.save()).touched
    assert (finding.part.id, finding.state, finding.moved) == ("hipaa.min_necessary", State.CHANGED, "")
    assert [(c.how, c.new[:18]) for c in finding.changes] == [(How.MOVED, "Minimum necessary.")]


@pytest.mark.parametrize("way", WAYS)
def test_a_removed_clause_and_a_removed_paragraph(way):
    c = Counterparty(ours())
    gone(c.clause("hipaa.subcontractors"))
    gone(c.paragraph("No sale."))
    found_here = touched(way(c.save()))
    assert found_here["hipaa.subcontractors"].state is State.REMOVED
    assert found_here["hipaa.min_necessary"].state is State.CHANGED
    assert [c.how for c in found_here["hipaa.min_necessary"].changes] == [How.DELETED]


@pytest.mark.parametrize("way", WAYS)
def test_a_pasted_clause_is_foreign_and_stands_behind_a_clause(way):
    c = Counterparty(ours())
    after = c.clause("hipaa.safeguards")
    heading = c.heading(after, "Audit")
    c.insert(heading, "Lakeshore may inspect every record of Riverbend at any time.", like=c.paragraphs()[0])
    findings = found(way(c.save()))
    assert [(f.title, f.after, f.silent) for f in findings.foreign] == [("Audit", "Section 3.1 (Safeguards)", True)]
    assert findings.foreign[0].lines[1].startswith("Lakeshore may inspect")
    assert findings.touched == ()


@pytest.mark.slow
def test_a_paragraph_put_into_a_clause_belongs_to_it():
    c = Counterparty(ours())
    c.insert(c.paragraph("Minimum necessary."), "Riverbend may sell PHI that it no longer needs.")
    finding = touched(c.save())["hipaa.min_necessary"]
    assert [(c.how, c.new) for c in finding.changes] == [
        (How.INSERTED, "Riverbend may sell PHI that it no longer needs.")
    ]
    assert found(c.save()).foreign == ()


def test_a_clause_of_ours_pasted_from_another_document_is_named():
    c = Counterparty(ours())
    pasted = copy.deepcopy(c.clause("hipaa.deid"))
    tag = pasted.find(f"{W}sdtPr/{W}tag")
    tag.set(W + "val", "clause:risk.indemnity@1.1.0#ceac8dc2c906")
    for n, t in enumerate(pasted.iter(W + "t")):
        t.text = f"Other words {n}, which stand nowhere else in this agreement of ours."
    c.clause("hipaa.safeguards").addnext(pasted)
    assert [f.clause for f in found(c.save()).foreign] == ["risk.indemnity"]


@pytest.mark.slow
def test_the_cover_and_the_signatures_are_looked_at_too():
    c = Counterparty(ours())
    c.silently("Lakeshore Health Plan, Inc.", "Lakeshore Holdings, LLC")
    c.silently("Executive Director", "Assistant")
    parts = [f.part.key for f in found(c.save()).touched]
    assert parts[0] == "Cover"
    assert len(parts) == 2


def test_a_footer_and_words_nobody_sees_are_told():
    c = Counterparty(ours())
    name = next(n for n in c.files if n.startswith("word/footer") and b"2027-014" in c.files[n])
    c.files[name] = c.files[name].replace(b"2027-014", b"2027-999")
    run = c.having("Required by Law").getparent()
    hidden = copy.deepcopy(run)
    for t in hidden.iter(W + "t"):
        t.text = "Void after one year."
    look = hidden.find(W + "rPr")
    look = hidden.makeelement(W + "rPr") if look is None else look
    look.append(hidden.makeelement(W + "vanish"))
    hidden.insert(0, look)
    run.addnext(hidden)
    findings = found(c.save())
    assert [(kind, m.how, m.old, m.new, m.silent) for kind, m in findings.margins] == [
        ("footer", How.REPLACED, "2027-014", "2027-999", True)
    ]
    assert [words for _, words in findings.hidden] == ["Void after one year."]


# ---------------------------------------------------------------- held against positions and the law


def test_values_are_held_against_the_ladder_and_proposed_for_the_profile(desk):
    c = Counterparty(desk.file(BAA))
    c.tracked("five (5) business days", "ten (10) business days", inside="hipaa.reporting_breach")
    c.silently("thirty (30) days", "twenty (20) days", inside="hipaa.return_destroy")
    reviewed = review(desk.workspace, desk.back(c.save()))
    assert reviewed.ok
    assert reviewed.sure
    verdict = reviewed.judgements["hipaa.reporting_breach"]
    assert (verdict.verdict, verdict.name, verdict.approve) == ("equals", "fallback 1", "none")
    silent, tracked = reviewed.proposals
    assert (silent.field, silent.written, silent.silent) == ("baa.return_days", "20 days", True)
    assert (tracked.field, tracked.written, tracked.by) == ("baa.breach_notice", "10 business days", AUTHOR)
    assert tracked.elsewhere == ("Cover",)
    assert "contradicts itself" in " ".join(r for e in entries_of(reviewed) for r in e.remarks)
    assert str(tracked.span).startswith("profiles/sample.yaml:")
    made = apply_review(desk.workspace, reviewed, ["baa.breach_notice"])
    before = (desk.folder / "profiles/sample.yaml").read_text(encoding="utf-8")
    assert made.value.decode() == before.replace("breach_notice: 5 business days", "breach_notice: 10 business days", 1)


@pytest.mark.slow
def test_blanks_of_a_draft_that_the_other_side_filled_in_come_into_the_profile(desk):
    profile = desk.folder / "profiles/sample.yaml"
    text = profile.read_text(encoding="utf-8").replace("  return_days: 30 days\n", "")
    profile.write_text(text, encoding="utf-8")
    made = make(desk.workspace, "profiles/sample.yaml", documents=("baa",), formats=("docx",), draft=True)
    for name, data in made.files:
        (desk.output / name).write_bytes(data)
    draft = next(data for name, data in made.files if name.endswith(".docx"))
    c = Counterparty(draft)
    for t in [t for t in c.body.iter(W + "t") if t.text == "[time to return or destroy information]"]:
        t.text = "forty-five (45) days"
    reviewed = review(desk.workspace, desk.back(c.save()))
    (proposal,) = reviewed.proposals
    assert (proposal.field, proposal.written) == ("baa.return_days", "45 days")
    assert any("blank was filled in" in e.what for e in entries_of(reviewed))
    assert reviewed.comments == ()  # those in it are ours
    assert b"return_days: 45 days" in apply_review(desk.workspace, reviewed, ["baa.return_days"]).value


def test_a_value_outside_the_law_flips_the_item_it_belongs_to(desk):
    c = Counterparty(desk.file(BAA))
    c.silently("five (5) business days", "ninety (90) days", inside="hipaa.reporting_breach")
    reviewed = review(desk.workspace, desk.back(c.save()))
    verdict = reviewed.judgements["hipaa.reporting_breach"]
    assert verdict.verdict == "never"
    assert "longer than 60 days" in verdict.reasons[0]
    flipped = {i.code: (i.standing, i.silent) for i in reviewed.checklist if i.standing != "met"}
    assert flipped["BAA-08"] == ("changed: check", True)
    assert reviewed.proposals[0].written == ""


def test_deleted_and_weakened_items_flip_by_name(desk):
    c = Counterparty(desk.file(BAA))
    gone(c.clause("hipaa.subcontractors"))
    c.silently("shall make its internal practices", "may make its internal practices", inside="hipaa.hhs_access")
    reviewed = review(desk.workspace, desk.back(through_python_docx(c.save())))
    flipped = {i.code: i for i in reviewed.checklist if i.standing != "met"}
    assert flipped["BAA-10"].standing == "missing"
    assert flipped["BAA-10"].why == "Section 3.2 (Subcontractors) was taken out."
    assert [c for c, i in flipped.items() if i.standing == "changed: check"] == ["BAA-15"]
    assert len(reviewed.checklist) - len(flipped) == 25
    assert headline(reviewed).startswith("2 places were changed without tracking. 2 of 27 items")


def test_few_words_that_turn_the_meaning_are_not_called_near(desk):
    c = Counterparty(desk.file(BAA))
    c.silently("shall not", "may", inside="hipaa.min_necessary")
    c.silently("in writing", "in clear writing", inside="hipaa.subcontractors")
    judged = review(desk.workspace, desk.back(c.save())).judgements
    assert judged["hipaa.min_necessary"].verdict == "unknown"
    assert judged["hipaa.min_necessary"].reasons == ("Few words can turn a meaning: “shall not” became “may”.",)
    assert judged["hipaa.subcontractors"].verdict == "near"


@pytest.mark.slow
def test_another_rung_in_words_is_recognized_and_one_near_it_shows_the_difference(desk):
    from dataclasses import replace

    from generator.diagnostics import Span
    from generator.fields import Given
    from generator.model import Status, walk_sections
    from generator.pipeline.parts import read_given_profile, read_parts
    from generator.pipeline.sets import assemble_set
    from generator.returned.judging import section_lines

    parts = read_parts(desk.workspace)
    profile = read_given_profile(desk.workspace, "profiles/sample.yaml", parts.dictionary).value
    values = {**profile.values, "baa.subcontractor_mode": Given("consent", Span("x"))}
    agreement = assemble_set(
        parts, replace(profile, values=values), ("baa",), Status.FINAL, desk.workspace.today
    ).agreements[0]
    section = next(s for s in walk_sections(agreement.sections) if s.source and s.source.id == "hipaa.subcontractors")
    consent = next(line for line in section_lines(section) if "agreed to that Subcontractor" in line)
    for words, verdict in ((consent, "equals"), (consent.replace("unreasonably ", ""), "near")):
        c = Counterparty(desk.file(BAA))
        c.insert(c.paragraph("That written agreement shall require"), words)
        reviewed = review(desk.workspace, desk.back(c.save()))
        judged = reviewed.judgements["hipaa.subcontractors"]
        assert (judged.verdict, judged.name, judged.approve) == (verdict, "fallback 2", "director")
    assert "unreasonably" in "".join(h.text for h in judged.difference if h.kind == "deleted")


# ---------------------------------------------------------------- what is left of the record


@pytest.mark.slow
def test_without_our_document_the_record_makes_it_again(desk):
    (desk.output / BAA).unlink()
    (desk.folder / "profiles/sample.yaml").unlink()
    reviewed = review(desk.workspace, desk.back(desk.file(BAA)))
    assert reviewed.ok
    assert reviewed.sure
    assert "record.json" in reviewed.against
    assert headline(reviewed) == "It came back word for word as it was sent."


@pytest.mark.slow
def test_our_document_was_edited_after_the_record(desk):
    c = Counterparty(desk.file(BAA))
    c.silently("five (5) business days", "six (6) business days", inside="hipaa.reporting_breach")
    (desk.output / BAA).write_bytes(c.save())
    reviewed = review(desk.workspace, desk.back(desk.file(BAA)))
    assert reviewed.sure  # the profile still makes what the record describes
    assert [d.rule for d in reviewed.diagnostics] == ["review-original-changed"]
    assert entries_of(reviewed) == ()
    (desk.folder / "profiles/sample.yaml").unlink()
    record = json.loads((desk.output / "record.json").read_bytes())
    del record["profile"]
    (desk.output / "record.json").write_text(json.dumps(record), encoding="utf-8")
    again = review(desk.workspace, "back.docx")
    assert not again.sure
    assert "not what the record describes" in again.against
    assert [e.clause for e in entries_of(again)] == ["hipaa.reporting_breach"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda r: r.update(format=99), "record-newer"),
        (lambda r: r.update(parties="nobody", made_on="2027-02-30"), "record-broken"),
        (lambda r: r["documents"][0]["clauses"][5].update(version="7.0.0"), "review-record-clause"),
    ],
)
def test_a_record_that_is_not_as_we_write_it_is_told(desk, change, rule):
    record = json.loads((desk.output / "record.json").read_bytes())
    change(record)
    (desk.output / "record.json").write_text(json.dumps(record), encoding="utf-8")
    reviewed = review(desk.workspace, desk.back(desk.file(BAA)), record=f"output/{desk.made.folder}")
    assert reviewed.ok
    assert rule in [d.rule for d in reviewed.diagnostics]


@pytest.mark.slow
def test_with_nothing_of_ours_left_the_library_says_what_it_can(desk, tmp_path):
    for name in ("record.json", BAA):
        (desk.output / name).unlink()
    (desk.folder / "profiles/sample.yaml").unlink()
    clean = review(desk.workspace, desk.back(desk.file(BAA)))
    assert clean.ok
    assert not clean.sure
    assert headline(clean) == "Every clause in it reads as in our library, whatever its values are."
    assert "review-no-record" in [d.rule for d in clean.diagnostics]
    c = Counterparty(desk.file(BAA))
    gone(c.clause("hipaa.subcontractors"))
    c.silently("shall not", "may", inside="hipaa.min_necessary")
    for way in (lambda d: d, lambda d: without_marks(d, properties=False)):
        changed = review(desk.workspace, desk.back(way(c.save())))
        assert sorted(e.clause for e in entries_of(changed)) == ["hipaa.min_necessary", "hipaa.subcontractors"]
        assert [i.code for i in changed.checklist if i.standing == "missing"] == ["BAA-10"]
        assert ("never", "Any right to sell PHI, or to use it for advertising or to train a model.", "") in (
            changed.judgements["hipaa.min_necessary"].ladder)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["hub-plan"])
def test_held_against_the_library_alone_no_paper_as_made_reads_otherwise(tmp_path, profile):
    ours_ = make(warm_workspace(ROOT, today=TODAY), f"profiles/{profile}.yaml", formats=("docx",))
    found = {}
    for name, data in ours_.files:
        if name.endswith(".docx"):
            for way in (lambda d: d, without_marks):
                (tmp_path / name).write_bytes(way(data))
                reviewed = review(warm_workspace(tmp_path, today=TODAY), name)
                assert reviewed.ok
                assert reviewed.sent is None
                found[name] = [e.name for e in entries_of(reviewed)]
    assert len(found) >= 2
    assert set(map(tuple, found.values())) == {()}


@pytest.mark.slow
def test_against_the_library_alone_what_was_moved_and_what_is_foreign_has_its_place(tmp_path):
    c = Counterparty(dict(sent("svc", "baa").files)[BAA])
    c.insert(c.heading(c.clause("hipaa.safeguards"), "Fees"), "Riverbend pays a fee.", like=c.paragraph("Safeguards"))
    c.clause("hipaa.hhs_access").addnext(c.clause("hipaa.delegated"))
    c.tracked("five (5) business days", "ten (10) business days", inside="hipaa.reporting_breach")
    (tmp_path / "back.docx").write_bytes(c.save())
    fees, moved, tracked = entries_of(review(warm_workspace(tmp_path, today=TODAY), "back.docx"))
    assert fees.what == "Text that is not ours was put in behind Section 3.1 (Safeguards)."
    assert (moved.clause, moved.what) == ("hipaa.delegated", "Moved behind Federal Access to Records, word for word.")
    assert "may be a value" in tracked.what


@pytest.mark.parametrize("broken", [True, False])
def test_without_a_record_our_own_file_is_found_by_what_it_says_it_is(desk, broken):
    record = desk.output / "record.json"
    if broken:
        record.write_bytes(record.read_bytes()[:3000])
    else:
        record.unlink()
    c = Counterparty(desk.file(BAA))
    c.silently("thirty (30) days", "twenty (20) days", inside="hipaa.return_destroy")
    reviewed = review(desk.workspace, desk.back(c.save()))
    assert (reviewed.ok, reviewed.sure) == (True, False)
    assert reviewed.title == "Business Associate Agreement"
    assert [(e.clause, e.silent) for e in entries_of(reviewed)] == [("hipaa.return_destroy", True)]
    rules = [d.rule for d in reviewed.diagnostics]
    assert rules.count("review-original-changed") == 1
    assert ("record-broken" in rules) is broken
    assert "review-no-record" not in rules


@pytest.mark.slow
def test_an_amendment_that_comes_back_is_held_against_the_paper_of_its_record(desk):
    text = (desk.folder / "profiles/sample.yaml").read_text(encoding="utf-8")
    later = text.replace("access_days: 5 business days", "access_days: 4 business days")
    (desk.folder / "profiles/later.yaml").write_text(later, encoding="utf-8")
    made = amend(desk.workspace, f"output/{desk.made.folder}", to="profiles/later.yaml", formats=("docx",))
    desk.workspace.deliver(made.folder, made.files)
    (name,) = (n for n, _ in made.files if n.startswith("amendment-1"))
    c = Counterparty(dict(made.files)[name])
    c.silently("four (4) business days", "nine (9) business days")
    reviewed = review(desk.workspace, desk.back(c.save()))
    assert (reviewed.ok, reviewed.sure, reviewed.diagnostics) == (True, True, ())
    (entry,) = entries_of(reviewed)
    assert (entry.silent, [c.new for c in entry.changes]) == (True, ["nine (9)"])


@pytest.mark.slow
def test_a_record_whose_parties_were_edited_is_still_the_one_and_that_is_told(desk):
    record = json.loads((desk.output / "record.json").read_bytes())
    record["parties"][0]["legal_name"] = "Somebody Else, Inc."
    (desk.output / "record.json").write_text(json.dumps(record), encoding="utf-8")
    reviewed = review(desk.workspace, desk.back(desk.file(BAA)))
    assert (reviewed.ok, reviewed.sure) == (True, True)
    assert [d.message for d in reviewed.diagnostics if d.rule == "review-original-changed"] == [
        "It has the number and the clauses of this file, but other parties or another name."]  # fmt: skip


@pytest.mark.slow
def test_what_leaves_the_law_unmet_stands_before_what_our_positions_rule_out(desk):
    c = Counterparty(desk.file(BAA))
    c.silently("thirty (30) days", "ninety (90) days", inside="hipaa.return_destroy")
    c.silently("five (5) business days", "ten (10) business days", inside="hipaa.reporting_breach")
    gone(c.clause("hipaa.subcontractors"))
    reviewed = review(desk.workspace, desk.back(c.save()))
    assert [e.clause for e in entries_of(reviewed)] == [
        "hipaa.subcontractors", "hipaa.return_destroy", "hipaa.reporting_breach"]  # fmt: skip
    (why,) = (p.why for p in reviewed.proposals if p.field == "baa.return_days")
    assert why == "“90 days” is longer than 60 days, the most there can be here. No agreement is made with this value."


@pytest.mark.slow
def test_numbers_typed_into_a_text_do_not_keep_it_from_a_rung(desk):
    c = Counterparty(without_marks(desk.file(BAA)))
    for p in c.paragraphs("ClauseItem1"):
        t = next(t for t in p.iter(W + "t"))
        t.text = "(a) " + t.text
    when = c.paragraph("When. ")
    for old, new in (("five (5)", "ten (10)"), ("without unreasonable delay", "promptly")):
        t = c.found(old, when)
        t.text = t.text.replace(old, new)
    judged = review(desk.workspace, desk.back(c.save())).judgements["hipaa.reporting_breach"]
    assert (judged.verdict, judged.name) == ("near", "fallback 1")
    assert not any(h.text.startswith("(a)") for h in judged.difference)


@pytest.mark.slow
def test_a_time_beyond_what_our_last_rung_names_is_never(desk):
    c = Counterparty(desk.file(BAA))
    c.silently("five (5) business days", "twelve (12) hours", inside="hipaa.reporting_breach")
    judged = review(desk.workspace, desk.back(c.save())).judgements["hipaa.reporting_breach"]
    assert judged.verdict == "never"
    assert judged.reasons == ("12 hours is less than 24 hours, which our positions rule out.",)


@pytest.mark.slow
def test_a_term_in_foreign_text_that_the_document_does_not_explain_is_told(desk):
    c = Counterparty(desk.file(BAA))
    new = c.heading(c.clause("hipaa.safeguards"), "Audit")
    c.insert(new, "At any time the Auditing Body may look at PHI that Riverbend holds.", like=c.paragraphs()[0])
    (entry,) = entries_of(review(desk.workspace, desk.back(c.save())))
    assert "This document does not say what “Auditing Body” is." in entry.remarks


def test_a_file_that_is_no_return_of_ours_is_refused(desk):
    other = Counterparty(without_marks(desk.file(BAA)))
    for t in other.body.iter(W + "t"):
        t.text = "Quite another text."
    reviewed = review(desk.workspace, desk.back(other.save()), record=f"output/{desk.made.folder}")
    assert not reviewed.ok
    assert reviewed.diagnostics[-1].rule == "review-not-ours"


def test_the_data_of_a_review_is_plain_json(desk):
    c = Counterparty(desk.file(BAA))
    c.comment("Please explain.", "Minimum necessary.")
    c.silently("five (5) business days", "nine (9) business days", inside="hipaa.reporting_breach")
    data = review_data(review(desk.workspace, desk.back(c.save())))
    again = json.loads(json.dumps(data))
    assert again["silent_changes"] == 1
    assert again["findings"][0]["changes"][0]["new"] == "nine (9)"
    assert again["findings"][0]["position"]["verdict"] == "near"
    assert again["comments"] == [
        {
            "author": AUTHOR, "date": "2026-12-20T09:30:00Z", "text": "Please explain.",
            "where": "Section 2.4 (Minimum Necessary; No Sale or Marketing)",
        }
    ]  # fmt: skip
    assert len(again["clauses"]) == 26


@pytest.mark.slow
def test_a_list_of_sections_that_lost_one_is_said_to_lack_that_one(tmp_path):
    desk = Desk(tmp_path, "svc")
    c = Counterparty(desk.file(SVC))
    item = c.paragraph("Section 10.4 (Limit of Liability);")
    item.getparent().remove(item)
    reviewed = review(desk.workspace, desk.back(c.save()), record=str(desk.output))
    (rule,) = [d.message for d in reviewed.rules if d.rule == "survival-gap"]
    assert rule.endswith("continue after the end: the limit of liability.")


@pytest.mark.slow
def test_a_value_that_only_the_cover_says_is_not_written_into_the_profile(desk):
    c = Counterparty(desk.file(BAA))
    c.silently("five (5) business days", "ten (10) business days")  # the first of them stands on the cover
    (proposal,) = review(desk.workspace, desk.back(c.save())).proposals
    assert (proposal.where, proposal.new, proposal.written) == (("Cover",), "ten (10) business days", "")
    assert "Only the summary says so; Section 4.1" in proposal.why
