"""Requirements: each has its authority and its question, clauses name those there are, a gap is an error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from generator.assembly.checklists import answer_of
from generator.library import Clause, Library, Requirement
from generator.pipeline import Made, explain
from generator.workspace import Layer, open_workspace
from tests.small_library import small

ROOT = Path(__file__).parent.parent
LIBRARY = Library((Layer("starter", ROOT / "clauses", "clauses/"),))


@cache
def registry() -> tuple[Requirement, ...]:
    checked = LIBRARY.requirements()
    assert checked.diagnostics == ()
    assert checked.value is not None
    return checked.value


@cache
def clauses() -> tuple[Clause, ...]:
    found = [LIBRARY.find(id).value for id in LIBRARY.ids()]
    return tuple(c for c in found if c is not None)


def test_no_two_requirements_share_a_name_or_a_code() -> None:
    assert len({r.id for r in registry()}) == len(registry())
    assert len({r.code for r in registry()}) == len(registry())
    assert len(registry()) > 150


@pytest.mark.parametrize("requirement", registry(), ids=lambda r: r.code)
def test_a_requirement_asks_a_plain_question_and_says_how_one_checks_it(requirement: Requirement) -> None:
    assert requirement.question.endswith("?")
    assert requirement.test.endswith(".")
    # What nobody has opened at its source is marked, and names no paragraph as authority.
    assert requirement.citation or requirement.unchecked
    assert not (requirement.unchecked and "(" in requirement.citation)


# What the library has no clause for yet; a clause that comes takes its line away here.
NO_CLAUSE_YET: set[str] = set()
# Names that clauses of other documents use before those have a table of their own.
NO_TABLE_YET = ("dsa.",)


def test_every_requirement_has_a_clause_and_every_clause_names_requirements_there_are(
    record_property: Callable[[str, object], None],
) -> None:
    named = {s for c in clauses() for s in c.satisfies}
    known = {r.id for r in registry()}
    missing = sorted(known - named)
    record_property(
        "coverage",
        f"requirements: {len(known) - len(missing)} of {len(known)} have a clause; without: {', '.join(missing)}",
    )
    assert set(missing) <= NO_CLAUSE_YET
    assert sorted(n for n in named - known if not n.startswith(NO_TABLE_YET)) == []


@pytest.mark.parametrize("document", ["mou", "svc", "sow", "hub", "baa", "sba"])
def test_a_document_type_is_held_to_its_requirements(document: str) -> None:
    found = LIBRARY.document_type(document).value
    assert found is not None
    assert found.requires
    for family in found.requires:
        assert any(r.id.startswith(f"{family}.") and r.level == "required" for r in registry())


def test_a_gap_is_an_error_that_says_what_is_missing(tmp_path: Path) -> None:
    table = "- {id: doc.a, code: DOC-01, level: required, citation: Law 1, question: Is A there?, test: A is there.}\n"
    document = "id: doc\ntitle: Agreement\nparties: [hco, provider]\nsignatures: [hco, provider]\nrequires: [doc]\n"
    for name, head, rules in (("gap", "", ["requirement-missing"]), ("met", "satisfies: [doc.a]\n", [])):
        folder = tmp_path / name
        (folder / "lib" / "_requirements").mkdir(parents=True)
        (folder / "lib" / "_requirements" / "doc.yaml").write_text(table)
        made = small(folder, {"a.b": "A."}, "  - a.b\n", document=document, heads={"a.b": head})
        assert made.rules == rules


@pytest.mark.parametrize("name", ["BAA-08", "baa-08", "hipaa.baa.report_breach"])
def test_a_requirement_is_explained_by_its_code_and_by_its_name(name: str) -> None:
    page = explain(open_workspace(ROOT, today=dt.date(2027, 1, 1)), name).value
    assert page is not None
    assert page.startswith("# BAA-08: Must it report breaches in time")
    assert "45 CFR 164.504(e)(2)(ii)(C); 164.410" in page
    assert "`hipaa.reporting_breach`" in page
    assert "Business Associate Agreement (`baa`)" in page


def test_what_is_unchecked_is_not_explained_as_authority() -> None:
    page = explain(open_workspace(ROOT, today=dt.date(2027, 1, 1)), "MCD-05").value
    assert page is not None
    assert "counsel confirms it" in page
    assert "42 CFR" not in page


@pytest.mark.parametrize("document", ["mou", "svc", "sow", "baa"])
def test_each_required_item_is_met_in_the_sample_and_missed_without_its_clause(document: str, sample_set: Made) -> None:
    found = LIBRARY.document_type(document).value
    assert found is not None
    (agreement,) = [a for a in sample_set.agreements if a.document_type == document]
    wanted = [r for r in registry() if r.level == "required" and any(r.id.startswith(f"{f}.") for f in found.requires)]
    assert len(wanted) > 10
    for requirement in wanted:
        where, result, _ = answer_of(requirement, agreement)
        assert (bool(where), result) == (True, "met"), requirement.code
        without = replace(agreement, sources=tuple(s for s in agreement.sources if requirement.id not in s.satisfies))
        assert answer_of(requirement, without)[1] == "missing", requirement.code
