"""Decisions against a set of documents: a paper that is missing or one too many, questions, overrides, the record."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from generator.decisions import TREES, Judged, judge
from generator.diagnostics import Diagnostic, Severity, Span
from generator.pipeline import check, decide, make
from generator.workspace import Workspace
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
DAY = dt.date(2027, 1, 1)
DECIDED = ("baa-missing", "baa-not-needed", "no-lawful-ground", "answers-disagree")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    return warm_workspace(tmp_path, today=DAY)


def changed(workspace: Workspace, *changes: tuple[str, str]) -> str:
    """The sample with some lines changed; each must be there once."""
    text = (workspace.folder / "profiles/sample.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (workspace.folder / "profiles/changed.yaml").write_text(text, encoding="utf-8")
    return "profiles/changed.yaml"


def found(workspace: Workspace, file: str) -> dict[str, Diagnostic]:
    return {d.rule: d for d in check(workspace, [file]).diagnostics}


ALL_FIVE = "documents: [mou, svc, sow, baa, bac]"
OWN_CLIENT = ("  n4: for_them\n", "  n4: for_own_client\n")
SIGNED = ("  n9: no\n", "  n9: yes\n")


def test_the_sample_needs_its_agreement_and_has_it(workspace: Workspace) -> None:
    report = check(workspace, ["profiles/sample.yaml"])
    assert [d for d in report.diagnostics if d.rule in DECIDED] == []
    assert report.ok
    checked = decide(workspace, "profiles/sample.yaml")
    assert checked.value is not None
    baa = checked.value[0]
    assert (baa.tree, baa.needed, baa.giver, baa.recipient) == ("baa", True, "hco", "cbo")
    assert [s.node for s in baa.path][:3] == ["N0", "N1", "N2"]
    assert "Joan Ortiz, Privacy Officer" in baa.path[0].by
    assert str(baa.path[0].places[0]).startswith("profiles/sample.yaml:")


def test_a_set_without_the_agreement_that_is_required_is_told_why(workspace: Workspace) -> None:
    file = changed(workspace, (ALL_FIVE, "documents: [mou, svc, sow]"))
    problem = found(workspace, file)["baa-missing"]
    assert problem.severity is Severity.ERROR
    assert "because Riverbend does work for Lakeshore" in problem.message
    assert problem.field == "agreement.documents"


def test_too_much_paper_is_told_with_the_reason(workspace: Workspace) -> None:
    file = changed(workspace, OWN_CLIENT, SIGNED)
    problem = found(workspace, file)["baa-not-needed"]
    assert problem.severity is Severity.ERROR
    assert "each person signs an authorization (N9)" in problem.message


@pytest.mark.slow
def test_such_an_error_refuses_a_final_and_never_a_draft(workspace: Workspace) -> None:
    file = changed(workspace, OWN_CLIENT, SIGNED)
    final = make(workspace, file, formats=("txt",))
    assert not final.ok
    draft = make(workspace, file, formats=("txt",), draft=True)
    assert draft.ok
    assert "baa-not-needed" in [d.rule for d in draft.diagnostics]


def test_a_finding_is_overruled_by_name_and_reason_and_the_record_says_so(workspace: Workspace) -> None:
    file = changed(workspace, (ALL_FIVE, "documents: [mou, svc, sow]"))
    path = workspace.folder / file
    path.write_text(
        path.read_text(encoding="utf-8")
        + "\noverrides:\n  baa-missing: The agreement of March 3 covers it (Joan Ortiz).\n",
        encoding="utf-8",
    )
    made = make(workspace, file, formats=("txt",))
    assert made.ok, [d.message for d in made.diagnostics]
    record = json.loads(dict(made.files)["record.json"])
    (override,) = record["overrides"]
    assert override["rule"] == "baa-missing"
    assert override["reason"] == "The agreement of March 3 covers it (Joan Ortiz)."
    assert override["findings"]


def test_an_override_that_nothing_needs_is_a_note(workspace: Workspace) -> None:
    path = workspace.folder / "profiles/sample.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\noverrides:\n  baa-missing: no longer\n", encoding="utf-8")
    note = found(workspace, "profiles/sample.yaml")["baa-missing"]
    assert note.severity is Severity.NOTE
    assert "finds nothing here any more" in note.message


def test_an_open_answer_is_a_question_and_stops_a_final(workspace: Workspace) -> None:
    file = changed(workspace, (ALL_FIVE, "documents: [mou, svc, sow]"), ("  n5: no\n", "  n5: unknown\n"))
    report = check(workspace, [file])
    (item,) = [i for i in report.open_items if i.field == "phi.n5"]
    assert item.needed_by == ("Decision: whether a business associate agreement is needed",)
    assert not [d for d in report.diagnostics if d.rule in DECIDED]
    assert not make(workspace, file, formats=("txt",)).ok


def test_answers_that_disagree_are_told_and_neither_is_taken(workspace: Workspace) -> None:
    file = changed(workspace, ("  n1: yes\n", "  n1: no\n"))
    problem = found(workspace, file)["answers-disagree"]
    assert problem.field == "phi.n1"
    assert "The HIPAA status given for Lakeshore makes it a covered entity" in problem.message
    assert "hco.hipaa_status" in problem.fix


@pytest.mark.slow
def test_no_ground_at_all_is_told(workspace: Workspace) -> None:
    problem = found(workspace, changed(workspace, OWN_CLIENT))["no-lawful-ground"]
    assert problem.message.startswith("Stop. No lawful ground")


@pytest.mark.slow
def test_a_main_document_that_the_facts_call_for_is_missed(workspace: Workspace) -> None:
    file = changed(workspace, (ALL_FIVE, "documents: [mou, baa, bac]"))
    problem = found(workspace, file)["paper-missing"]
    assert problem.severity is Severity.WARNING
    assert "money is paid for services" in problem.message


@pytest.mark.slow
@pytest.mark.slow
def test_a_statement_of_work_that_stands_alone_carries_the_terms_of_the_addendum(workspace: Workspace) -> None:
    file = changed(workspace, (ALL_FIVE, "documents: [sow, baa]"))
    asked = [d.message for d in check(workspace, [file]).diagnostics if d.rule == "paper-missing"]
    assert asked  # the services agreement, for one
    assert not [m for m in asked if "“reg”" in m]


def test_a_paper_that_the_library_lacks_is_named(workspace: Workspace) -> None:
    decisions = decide(workspace, changed(workspace, OWN_CLIENT, SIGNED, ("  n13: no\n", "  n13: yes\n"))).value
    assert decisions is not None
    names = {"giver": "Lakeshore", "recipient": "Riverbend"}
    bare = Judged(
        ("mou", "svc", "sow"), ("mou", "svc", "sow"), lambda id: False, lambda path: Span("p"), lambda d: names
    )
    said = [d.message for d in judge(decisions, {t.id: t for t in TREES}, bare) if d.rule == "paper-elsewhere"]
    assert any("a HIPAA authorization form" in m for m in said)
    assert any("SNAP" in m for m in said)
    full = Judged(
        ("mou", "svc", "sow", "ath"), ("ath", "mou"), lambda id: True, lambda path: Span("p"), lambda d: names
    )
    kept = [d.message for d in judge(decisions, {t.id: t for t in TREES}, full) if d.rule == "paper-elsewhere"]
    assert not any("authorization form" in m or "SNAP" in m for m in kept)


@pytest.mark.slow
def test_a_fact_that_speaks_against_an_answer_is_a_reason_to_look_again(workspace: Workspace) -> None:
    file = changed(workspace, ("states: [KY]", "states: [KY, WA]"))
    assert "Washington" in found(workspace, file)["look-again"].message
    assert "look-again" not in found(workspace, "profiles/sample.yaml")


@pytest.mark.slow
def test_the_record_holds_every_decision_with_its_path(workspace: Workspace) -> None:
    made = make(workspace, "profiles/sample.yaml", formats=("txt",))
    record = json.loads(dict(made.files)["record.json"])
    decisions = {d["decision"]: d for d in record["decisions"]}
    assert len(decisions) == len(TREES) == 19
    baa = decisions["baa"]
    assert baa["result"] == "yes_baa"
    assert baa["path"][0]["question"].startswith("Will Riverbend create")
    assert baa["path"][0]["authority"] == "45 CFR 160.103, “protected health information”"
    assert all(s["authority"] or s["for_counsel"] or s["why"] for s in baa["path"])
    assert "240000" not in json.dumps(decisions["books"])  # an amount is nobody's business


# ---------------------------------------------------------------- the four partnerships


FIRST_QUESTION = {
    "ruth-ellis": "phi.n0",
    "hunger-free-colorado": "activities.1.n0",
    "eastern-virginia": "activities.1.n0",
    "san-diego-cie": "activities.1.n1",  # that client information is seen, the guide says
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FIRST_QUESTION)
def test_a_partnership_of_which_little_is_stated_asks_and_decides_nothing_by_itself(
    workspace: Workspace, name: str
) -> None:
    file = f"profiles/{name}.yaml"
    report = check(workspace, [file])
    assert FIRST_QUESTION[name] in [i.field for i in report.open_items]
    assert not [d for d in report.diagnostics if d.rule in DECIDED]
    checked = decide(workspace, file)
    assert checked.value is not None
    agreements = [d for d in checked.value if d.tree == "baa"]
    assert all(d.outcome is None and d.needed is None for d in agreements)
    draft = make(workspace, file, formats=("txt",), draft=True)
    assert draft.ok, [d.message for d in draft.diagnostics if d.severity is Severity.ERROR]


@pytest.mark.slow
def test_what_is_open_beside_is_told_in_one_note_with_the_first_question(workspace: Workspace) -> None:
    note = found(workspace, "profiles/ruth-ellis.yaml")["decisions-open"]
    assert note.severity is Severity.NOTE
    assert "First to be asked: Will the organization that receives it create, receive, keep" in note.message


@pytest.mark.slow
def test_what_the_stated_facts_allow_is_decided(workspace: Workspace) -> None:
    def of(name: str) -> dict[str, tuple[str, ...]]:
        checked = decide(workspace, f"profiles/{name}.yaml")
        assert checked.value is not None
        return {d.tree: d.possible for d in reversed(checked.value)} | {
            f"{d.tree} {d.at.rpartition('.')[2]}": d.possible for d in checked.value if d.at
        }

    # All look into one system, and client information is seen there: it needs rules of access, whoever runs it.
    assert of("san-diego-cie")["data_sharing"] == ("network",)
    san_diego = of("san-diego-cie")
    assert {san_diego[f"data_sharing {n}"] for n in "123"} == {("network",)}
    assert not {"no_identifiable"} & {*san_diego["baa 1"], *san_diego["baa 2"], *san_diego["baa 3"]}
    # One participant is a health plan: HIPAA reaches it, and treatment is no ground for it. Of the others it is asked.
    assert not {"no_hipaa", "no_treatment"} & set(san_diego["baa 2"])
    assert {"no_hipaa", "no_treatment"} <= set(san_diego["baa 1"]) & set(san_diego["baa 3"])
    # Health plans pay for services: a services agreement at every end, a memorandum alone at none.
    assert set(of("eastern-virginia")["set"]) <= {"services_set", "hub", "hub_member"}
    # They are no hospital, and whether an agency on aging contracts is the question that the trade name leaves.
    assert of("eastern-virginia")["books"] == ("no_provider",)
    assert of("eastern-virginia")["aging"] == ("no_agency", "yes")
    # A joint site and a joint board: never a mere informal memorandum.
    assert "informal_set" not in of("ruth-ellis")["set"]
    # Grants, no services paid, no joint site stated: no hub and no services agreement.
    assert not {"services_set", "hub", "hub_member"} & set(of("hunger-free-colorado")["set"])


# ---------------------------------------------------------------- the checklist


def checklist(workspace: Workspace, profile: str, *, draft: bool = False) -> str:
    made = make(workspace, profile, documents=("bac",), formats=("txt",), draft=draft)
    assert made.ok, [d.message for d in made.diagnostics]
    (text,) = [data.decode() for name, data in made.files if name.endswith(".txt")]
    return " ".join(text.split())


@pytest.mark.slow
def test_the_checklist_prints_the_path_the_result_and_what_counsel_confirms(workspace: Workspace) -> None:
    text = checklist(workspace, "profiles/sample.yaml")
    assert "Will Riverbend create, receive," in text
    for step in ("N0", "N1", "N2", "N3", "N4", "N5", "N6", "N10", "N11", "N12", "N13", "N14"):
        assert f" {step} " in text
    assert " N7 " not in text  # not on the path
    assert "Result. A business associate agreement is required, because Riverbend does work for Lakeshore" in text
    assert "holds only while they are true. It is a draft for legal review and certifies nothing." in text
    assert "For counsel. What makes a person part of a covered entity’s workforce" in text


@pytest.mark.slow
def test_the_checklist_follows_the_path_that_was_taken(workspace: Workspace) -> None:
    text = checklist(workspace, changed(workspace, OWN_CLIENT, SIGNED), draft=True)
    assert "Result. No business associate agreement is needed, because each person signs an authorization (N9)." in text
    assert " N5 " not in text.partition("Result.")[0]


@pytest.mark.slow
def test_the_checklist_of_an_undecided_partnership_says_so_and_leaves_a_blank(workspace: Workspace) -> None:
    text = checklist(workspace, "profiles/san-diego-cie.yaml", draft=True)
    assert "Result. Not decided. An answer is missing, and more questions may follow from it." in text
    made = make(workspace, "profiles/san-diego-cie.yaml", documents=("bac",), formats=("txt",), draft=True)
    (item,) = [i for i in made.agreements[0].open_items if i.field == "activities.1.n1"]
    assert item.label == "Client information from hospitals: whether the giver is covered by HIPAA"
