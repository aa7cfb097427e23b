"""Several activities and several parties: each activity is decided by itself, each party stands where parties do."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from generator.assembly.deciding import decide_facts
from generator.decisions import TREES, Decision
from generator.diagnostics import Diagnostic, Severity
from generator.fields import Dictionary
from generator.model import OpenItem, Status
from generator.pipeline import Made, make
from generator.pipeline.parts import Parts, facts_of, named_documents, read_parts
from generator.pipeline.sets import assemble_set, lint_set
from generator.profile import Profile, read_profile
from generator.workspace import Workspace
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent

LISTS = """\
  - name: Lists of newborn children
    giver: hco
    recipient: county
    data: names and dates of birth
    function: sends a nurse to each family
    n0: yes
    n1: yes
    n2: no
    n3: no
    n4: for_them
    n5: no
    n6: no
    n10: no
    n11: no
    n12: no
    n13: no
    n14: no
    answered_by: Joan Ortiz, Privacy Officer, Lakeshore; 2026-12-04
"""
MEALS = """\
  - name: Meals
    giver: hco
    recipient: cbo
    data: names, addresses, and diets
    function: brings meals to its own clients
    n0: yes
    n1: yes
    n2: no
    n3: no
    n4: for_own_client
    n7: no
    n8: yes
    n9: yes
    n10: yes
    part2_path: consent
    n11: no
    n12: no
    n13: no
    n14: no
"""
COUNTY = """\
more_parties:
  - {key: county, called: county health department}
county:
  role: public_health_dept
  legal_name: County of Jefferson
  short_name: Jefferson County
  entity_type: county
  hipaa_status: not_covered
  signs: [mou]
"""


@cache
def parts() -> Parts:
    """The library, read once."""
    return read_parts(warm_workspace(ROOT, today=dt.date(2027, 1, 1)))


def dictionary() -> Dictionary:
    return parts().dictionary


@cache
def workspace() -> Workspace:
    import tempfile

    folder = Path(tempfile.mkdtemp())
    shutil.copytree(ROOT / "profiles", folder / "profiles")
    return warm_workspace(folder, today=dt.date(2027, 1, 1))


def profile(text: str, base: str = "sample.yaml") -> str:
    file = workspace().folder / "profiles" / "it.yaml"
    file.write_text(f"extends: {base}\n{text}" if base else text, encoding="utf-8")
    return "profiles/it.yaml"


def answers(file: str) -> Profile:
    found = read_profile(workspace().read, file, dictionary()).value
    assert found is not None
    return found


def decided(text: str, base: str = "sample.yaml") -> dict[tuple[str, str], Decision]:
    its = answers(profile(text, base))
    return {(d.tree, d.activity): d for d in decide_facts(facts_of(parts(), its, named_documents(its)))}


@dataclass(frozen=True)
class Checked:
    """What is found of one document of a set, and what is open in it."""

    diagnostics: tuple[Diagnostic, ...]
    open_items: tuple[OpenItem, ...]


def checked(text: str, document: str = "baa", base: str = "sample.yaml") -> Checked:
    return checked_file(profile(text, base), document)


def checked_file(file: str, document: str = "baa") -> Checked:
    its = answers(file)
    made = assemble_set(parts(), its, (document,), Status.DRAFT, dt.date(2027, 1, 1))
    found = lint_set(parts(), its, made, made.problems)
    return Checked((*made.problems, *found.diagnostics), made.open_items)


def problems(text: str, base: str = "sample.yaml") -> tuple[Diagnostic, ...]:
    """What reading the profile finds."""
    return read_profile(workspace().read, profile(text, base), dictionary()).diagnostics


def messages(report: Checked, rule: str) -> list[str]:
    return [d.message for d in report.diagnostics if d.rule == rule]


# ---------------------------------------------------------------- activities


def test_a_profile_without_a_list_has_one_activity() -> None:
    found = decided("")
    assert len(found) == len(TREES)
    assert {d.at for d in found.values()} == {""}


def test_each_activity_is_decided_for_its_own_pair_by_its_own_answers() -> None:
    found = decided(f"activities:\n{LISTS}{MEALS}{COUNTY}")
    first, lists, meals = (found["baa", name] for name in ("", "Lists of newborn children", "Meals"))
    assert [(d.giver, d.recipient) for d in (first, lists, meals)] == [
        ("hco", "cbo"),
        ("hco", "county"),
        ("hco", "cbo"),
    ]
    assert [d.outcome and d.outcome.id for d in (first, meals)] == ["yes_baa", "no_authorization"]
    # Whether a county decides on eligibility for a public plan only it can say: nobody is taken at the first's word.
    assert [q.field for q in lists.questions if q.now] == ["activities.1.eligibility_agency"]
    assert [s.fields for s in lists.path][:2] == [("activities.1.n0",), ("activities.1.n1",)]
    assert str(lists.path[0].places[0]) == "profiles/it.yaml:8:9"
    assert lists.path[0].by.startswith("Joan Ortiz")
    assert found["part2", "Meals"].outcome is not None
    assert found["part2", "Meals"].outcome.id == "consent"
    # What concerns the whole set is decided once.
    assert [name for tree, name in found if tree == "set"] == [""]
    assert len(found) == len(TREES) + 2 * sum(not t.whole for t in TREES)


def test_no_answer_is_taken_over_from_another_activity() -> None:
    entry = "activities:\n  - {name: Rides, giver: hco, recipient: cbo}\n"
    found = decided(entry)
    assert found["baa", ""].outcome is not None
    assert [q.field for q in found["baa", "Rides"].questions if q.now] == ["activities.1.n0"]
    asked = {i.field: i.question for i in checked(entry).open_items}
    assert asked["activities.1.n0"] == "Rides: Can the information identify a person?"


def test_of_an_activity_whose_parties_nobody_named_it_is_asked_who_they_are() -> None:
    found = decided("activities:\n  - {name: Rides, n0: yes, n1: yes, n2: no, n3: no}\n")
    assert [q.field for q in found["baa", "Rides"].questions if q.now][:1] == ["activities.1.recipient"]


def test_where_only_the_list_answers_it_holds_all_activities() -> None:
    found = decided(f"activities:\n{MEALS}", base="")
    assert [name for tree, name in found if tree == "baa"] == ["Meals"]


def test_an_agreement_for_another_pair_is_missed_until_one_says_where_it_stands() -> None:
    lists = LISTS + "    eligibility_agency: no\n"
    (message,) = messages(checked(f"activities:\n{lists}{COUNTY}"), "baa-missing")
    assert message.startswith("Lists of newborn children: A business associate agreement is required, because Jeff")
    assert message.endswith("The set holds none between Lakeshore and Jefferson County.")
    covered = lists + "    covered_by: Business associate agreement of March 3, 2026\n"
    assert messages(checked(f"activities:\n{covered}{COUNTY}"), "baa-missing") == []


def test_a_second_agreement_comes_from_a_profile_that_builds_on_the_first() -> None:
    """As the message about the missing agreement says; each of the two sets then has its own, and no more."""
    lists = LISTS + "    eligibility_agency: no\n    covered_by: second.yaml\n"
    pair = "phi.giver: hco\nphi.recipient: cbo\n"
    text = f"activities:\n{lists}{COUNTY}{pair}"
    assert messages(checked(text), "baa-missing") == []
    (workspace().folder / "profiles/first.yaml").write_text(f"extends: sample.yaml\n{text}", encoding="utf-8")
    second = "agreement.documents: [baa, bac]\nbaa.covered_entity: hco\nbaa.business_associate: county\n"
    found = decided(second, "first.yaml")
    # The first activity keeps its pair, though the agreement at hand is one with the county.
    assert (found["baa", ""].giver, found["baa", ""].recipient) == ("hco", "cbo")
    report = checked(second, base="first.yaml")
    (message,) = messages(report, "baa-missing")
    assert message.endswith("The set holds none between Lakeshore and Riverbend.")
    covered = second + "phi.covered_by: first.yaml\n"
    report = checked(covered, base="first.yaml")
    assert messages(report, "baa-missing") == messages(report, "baa-not-needed") == []


def test_an_agreement_is_too_much_only_if_no_activity_between_its_parties_calls_for_it() -> None:
    not_first = "phi.n4: for_own_client\nphi.n9: yes\n"
    assert len(messages(checked(not_first), "baa-not-needed")) == 1
    work = LISTS.replace("recipient: county", "recipient: cbo")
    assert messages(checked(f"{not_first}activities:\n{work}"), "baa-not-needed") == []
    two = messages(checked(f"{not_first}activities:\n{MEALS}"), "baa-not-needed")
    assert "Meals: No business associate agreement is needed" in two[0]


def test_an_agreement_between_parties_that_share_nothing_is_a_reason_to_look_again() -> None:
    text = (workspace().folder / "profiles/sample.yaml").read_text(encoding="utf-8")
    start, end = text.index("\nphi:\n"), text.index("\nphi:\n") + 5
    while text[end:].startswith((" ", "\n", "#")):
        end = text.index("\n", end) + 1 if text[end] != "\n" else end + 1
    lists = LISTS + "    eligibility_agency: no\n    covered_by: another paper\n"
    file = workspace().folder / "profiles/only.yaml"
    file.write_text(text[:start] + "\n" + text[end:] + f"\nactivities:\n{lists}{COUNTY}", encoding="utf-8")
    report = checked_file("profiles/only.yaml")
    assert any("no activity between its two parties is listed" in m for m in messages(report, "look-again"))


def test_what_any_activity_brings_stands_in_the_papers() -> None:
    def clauses(text: str) -> set[str]:
        made = assemble_set(parts(), answers(profile(text)), ("dsa",), Status.DRAFT, dt.date(2027, 1, 1))
        return {s.id for s in made.agreements[0].sources if s.included}

    assert "data.part2" not in clauses("")
    assert "data.part2" in clauses(f"activities:\n{MEALS}")


@pytest.fixture(scope="module")
def checklist() -> tuple[str, dict[str, object]]:
    file = profile(f"activities:\n{LISTS}{MEALS}{COUNTY}")
    made = make(workspace(), file, documents=("bac",), formats=("txt",), draft=True)
    files = dict(made.files)
    (text,) = [data.decode() for name, data in files.items() if name.endswith(".txt")]
    return " ".join(text.split()), json.loads(files["record.json"])


def test_the_checklist_prints_the_path_of_each_activity_between_its_two_parties(checklist) -> None:
    text, _ = checklist
    assert "Activity: the first activity described. From Lakeshore to Riverbend." in text
    assert "Activity: Meals. From Lakeshore to Riverbend." in text
    assert "Information: names, addresses, and diets. The recipient’s job: brings meals to its own clients." in text
    assert "Answered by: [Meals: who answered]." in text  # a person must stand behind it
    assert "Result. A business associate agreement is required, because Riverbend does work" in text
    assert "Result. No business associate agreement is needed, because each person signs an authorization" in text
    assert "Lists of newborn children" not in text.partition("Items of the Agreement")[0].partition("Decision")[2]


def test_the_record_holds_the_path_of_every_activity(checklist) -> None:
    _, record = checklist
    decisions = {(d["decision"], d["activity"]): d for d in record["decisions"]}
    lists = decisions["baa", "Lists of newborn children"]
    assert (lists["giver"], lists["recipient"]) == ("hco", "county")
    assert lists["path"][0]["question"].startswith("Will Jefferson County create")
    assert decisions["baa", ""]["path"][0]["question"].startswith("Will Riverbend create")


# ---------------------------------------------------------------- parties

HUB = "hub:\n  legal_name: Ohio Valley Care Hub, Inc.\n  short_name: Valley Hub\n  signs: [mou]\n"


@pytest.fixture(scope="module")
def memorandum() -> Made:
    file = profile(f"{COUNTY}{HUB}lead_party: county\n")
    return make(workspace(), file, documents=("mou",), formats=("txt",), draft=True)


def test_every_party_stands_on_the_cover_among_the_parties_in_notices_and_signs(memorandum: Made) -> None:
    (agreement,) = memorandum.agreements
    assert [p.key for p in agreement.parties] == ["hco", "cbo", "hub", "county"]
    assert [b.party for b in agreement.signatures] == ["hco", "cbo", "hub", "county"]
    assert len(agreement.cover.parties) == 4
    (text,) = [data.decode() for name, data in memorandum.files if name.endswith(".txt")]
    parties = text[text.index("It is between:") : text.index("Background")]
    notices = text[text.index("Attention") :]
    for name in ("Lakeshore Health Plan", "Riverbend Community", "Ohio Valley Care Hub", "County of Jefferson"):
        assert name in text[: text.index("Key term")]
        assert name in parties
        assert name.split()[0] in notices
    assert "More Than Two Parties" in text
    assert "Jefferson County leads" in text  # a further party is chosen like any other


def test_a_document_between_two_parties_says_nothing_of_more(sample_set: Made) -> None:
    for agreement in sample_set.agreements:
        assert len(agreement.parties) == 2
        assert "front.several_parties" not in {s.id for s in agreement.sources if s.included}


def test_what_a_further_party_signs_is_asked_and_never_assumed() -> None:
    report = checked(COUNTY.replace("  signs: [mou]\n", ""), "mou")
    asked = {i.field: i for i in report.open_items}
    assert "county health department sign" in asked["county.signs"].question
    assert "county.legal_name" not in asked


def test_a_third_party_cannot_sign_a_paper_that_is_between_two() -> None:
    report = checked(COUNTY.replace("[mou]", "[mou, svc]"), "svc")
    (message,) = messages(report, "party-cannot-sign")
    assert message == "Jefferson County is to sign the Services Agreement, which is between two parties."


@pytest.mark.parametrize("key", ["hco", "County", "pay", "extends", "provider", "agreement", "2nd"])
def test_a_further_party_needs_a_name_of_its_own(key: str) -> None:
    (problem,) = problems(f'more_parties:\n  - {{key: "{key}", called: county}}\n')
    assert problem.rule == "party-key"
    assert problem.severity is Severity.ERROR
    assert str(problem.span) == "profiles/it.yaml:3:11"


def test_two_further_parties_have_two_names_and_a_misspelled_party_is_no_field() -> None:
    twice = "more_parties:\n  - {key: a1, called: county}\n  - {key: a1, called: city}\n"
    assert [d.rule for d in problems(twice)] == ["party-key"]
    assert [d.rule for d in problems(COUNTY.replace("\ncounty:", "\ncounti:"))] == ["unknown-field"]


def test_a_further_party_may_be_named_in_one_file_and_described_in_another() -> None:
    (workspace().folder / "profiles/above.yaml").write_text(f"extends: sample.yaml\n{COUNTY}", encoding="utf-8")
    assert problems("county.short_name: the County\nlead_party: county\n", "above.yaml") == ()
