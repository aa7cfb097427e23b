"""The director's companion: plain words for every section, with this document's numbers and figures."""

from __future__ import annotations

import datetime as dt
import json
import re
from functools import cache
from pathlib import Path

from generator.diagnostics import errors_in
from generator.pipeline import Made, make
from generator.pipeline.parts import read_given_profile, read_parts
from generator.positions import answer_text, standing_of
from generator.writers.text import printed_lines
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
WORKSPACE = warm_workspace(ROOT, today=dt.date(2027, 1, 1))
SAMPLE = (ROOT / "profiles" / "sample.yaml").read_text(encoding="utf-8")


@cache
def companions(documents: str = "mou,svc,sow,baa,bac") -> Made:
    made = make(WORKSPACE, "profiles/sample.yaml", documents=documents.split(","), formats=("txt",), companion=True)
    assert made.ok, [d.message for d in made.diagnostics]
    return made


def text_of(name: str, made: Made) -> str:
    return dict(made.files)[name].decode()


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Made:
    """Make the companion of the business associate agreement of the sample with ``changes`` in its profile."""
    text = SAMPLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "changed.yaml").write_text(text, encoding="utf-8")
    workspace = warm_workspace(tmp_path, today=dt.date(2027, 1, 1))
    return make(workspace, "changed.yaml", documents=("baa",), formats=("txt",), draft=True, companion=True)


def test_every_document_that_is_signed_has_a_companion_and_a_checklist_has_none():
    names = {name for name, _ in companions().files if name.endswith("in-plain-words.txt")}
    assert names == {
        "memorandum-of-understanding-in-plain-words.txt",
        "services-agreement-in-plain-words.txt",
        "statement-of-work-in-plain-words.txt",
        "business-associate-agreement-in-plain-words.txt",
    }


def test_it_says_what_it_said(golden):
    golden("companion-baa", text_of("business-associate-agreement-in-plain-words.txt", companions("baa")))


def test_every_section_that_prints_a_clause_is_explained_under_its_own_number():
    agreement = next(a for a in companions().agreements if a.document_type == "svc")
    told = text_of("services-agreement-in-plain-words.txt", companions()).split("Section by section")[1]
    numbers = set(re.findall(r"^(\d+\.\d+) ", told.split("The limits")[0], flags=re.MULTILINE))
    printed = {re.match(r"Section ([\d.]+)", s.number) for s in agreement.sources if s.included}
    assert len(numbers) > 40
    assert numbers == {found[1] for found in printed if found}


def test_key_terms_stand_on_top_as_in_the_document():
    made = companions("svc")
    original = list(printed_lines(made.agreements[0]))
    told = text_of("services-agreement-in-plain-words.txt", made)
    assert "$540,000.00" in told.split("Section by section")[0]
    assert any("$540,000.00" in line for line in original)


def test_a_value_below_the_usual_one_is_the_first_thing_told(tmp_path):
    made = changed(tmp_path, ("breach_notice: 5 business days", "breach_notice: 10 business days"))
    told = _only_companion(made)
    first = told.split("What to raise first")[1].split("Section by section")[0]
    assert "This is fallback 1." in first
    assert "ten (10) business days" in " ".join(first.split())


def test_a_value_that_is_on_no_rung_comes_before_every_fallback(tmp_path):
    made = changed(tmp_path, ("breach_notice: 5 business days", "breach_notice: 9 business days"))
    first = _only_companion(made).split("What to raise first")[1].split("Section by section")[0]
    assert first.index("Not among the usual texts.") < first.index("This is fallback 1.")


def test_a_hub_that_buys_stands_on_a_ladder_where_a_health_organization_would(tmp_path):
    parts = read_parts(WORKSPACE)
    staff = parts.library.find("services.personnel", None, "1.0.0").value
    for payer, depth in (("hub", 0), ("hco", 0), ("both", 1), ("cbo", 2)):
        (tmp_path / "p.yaml").write_text(f"agreement: {{purchaser: hub}}\ntraining: {{payer: {payer}}}\n")
        workspace = warm_workspace(tmp_path, today=dt.date(2027, 1, 1))
        profile = read_given_profile(workspace, "p.yaml", parts.dictionary).value
        assert standing_of(staff, profile, parts.dictionary).depth == depth


def test_an_answer_that_names_a_party_is_told_by_its_name(tmp_path):
    parts = read_parts(WORKSPACE)
    (tmp_path / "p.yaml").write_text("hub: {short_name: White River}\ntraining: {payer: hub}\n")
    workspace = warm_workspace(tmp_path, today=dt.date(2027, 1, 1))
    profile = read_given_profile(workspace, "p.yaml", parts.dictionary).value
    assert answer_text("training.payer", profile, parts.dictionary) == "White River"


def test_what_is_open_is_listed_with_who_knows_it(tmp_path):
    made = changed(tmp_path, ("breach_notice: 5 business days", "breach_notice: unknown"))
    told = _only_companion(made)
    still = told.split("What is still open")[1]
    assert "Who usually knows" in still
    assert "Not answered yet, so it cannot be said where you stand: 4.1" in " ".join(told.split())


def _only_companion(made: Made) -> str:
    assert made.ok, [d.message for d in made.diagnostics]
    return next(data.decode() for name, data in made.files if "in-plain-words" in name)


def own_clause(tmp_path: Path, *, stale: bool, explained: bool = True) -> Made:
    """Make the companion where one clause stands in the workspace's own layer."""
    name = Path("clauses/hipaa/safeguards/1.0.0.md")
    head, body = (ROOT / name).read_text(encoding="utf-8").split("\n---\n", 1)
    if stale:
        body += "\nOne more sentence stands here.\n"
    if not explained:
        start = head.index("plain_language:")
        head = head[:start] + head[head.index("why_changed:") :]
    head = "\n".join(line for line in head.splitlines() if not line.startswith("digest:"))
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(f"{head}\n---\n{body}", encoding="utf-8")
    (tmp_path / "sample.yaml").write_text(SAMPLE, encoding="utf-8")
    workspace = warm_workspace(tmp_path, today=dt.date(2027, 1, 1))
    return make(workspace, "sample.yaml", documents=("baa",), formats=("txt",), companion=True)


def test_a_stale_explanation_is_refused_by_name_and_nothing_is_made(tmp_path):
    made = own_clause(tmp_path, stale=True)
    assert not made.ok
    assert made.files == ()
    assert [d.rule for d in errors_in(made.diagnostics)] == ["stale-explanation"]
    assert "hipaa.safeguards@1.0.0" in errors_in(made.diagnostics)[0].message


def test_a_clause_that_nobody_explained_is_said_and_the_rest_is_told(tmp_path):
    made = own_clause(tmp_path, stale=False, explained=False)
    assert made.ok
    assert "no-explanation" in [d.rule for d in made.diagnostics]
    assert "Nobody has explained this section yet" in " ".join(_only_companion(made).split())


def test_without_the_wish_for_one_there_is_none():
    made = make(WORKSPACE, "profiles/sample.yaml", documents=("baa",), formats=("txt",))
    assert not any("in-plain-words" in name for name, _ in made.files)


def test_the_record_names_the_companion_beside_the_documents_and_not_among_them():
    record = json.loads(dict(companions().files)["record.json"])
    assert {d["type"] for d in record["documents"]} == {"mou", "svc", "sow", "baa", "bac"}
    files = [f["name"] for c in record["companions"] for f in c["files"]]
    assert "services-agreement-in-plain-words.txt" in files
    assert {c["explains"] for c in record["companions"]} == {"mou", "svc", "sow", "baa"}
