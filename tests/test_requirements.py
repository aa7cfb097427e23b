"""Requirements: each has its authority and its question, clauses name those there are, a gap is an error."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from generator.assembly.checklists import answer_of, missing_requirements
from generator.diagnostics import Severity
from generator.library import Clause, DocumentType, Group, Requirement, Slot
from generator.model import Agreement
from generator.pipeline import explain, make
from tests.small_library import small
from tests.warm_library import warm_library, warm_workspace

ROOT = Path(__file__).parent.parent
LIBRARY = warm_library()


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
        f"requirements: {len(known) - len(missing)} of {len(known)} have a clause; "
        f"without: {', '.join(missing) or 'none'}",
    )
    assert set(missing) <= NO_CLAUSE_YET
    assert sorted(named - known) == []


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
    page = explain(warm_workspace(ROOT, today=dt.date(2027, 1, 1)), name).value
    assert page is not None
    assert page.startswith("# BAA-08: Must it report breaches in time")
    assert "45 CFR 164.504(e)(2)(ii)(C); 164.410" in page
    assert "`hipaa.reporting_breach`" in page
    assert "Business Associate Agreement (`baa`)" in page


def test_what_is_unchecked_is_not_explained_as_authority() -> None:
    page = explain(warm_workspace(ROOT, today=dt.date(2027, 1, 1)), "MCD-05").value
    assert page is not None
    assert "counsel confirms it" in page
    assert "42 CFR" not in page


# ---------------------------------------------------------------- every table against the documents that must meet it


@cache
def types() -> dict[str, DocumentType]:
    found = {id: LIBRARY.document_type(id).value for id in LIBRARY.document_ids()}
    return {id: t for id, t in found.items() if t is not None and t.requires}


def held_to(document: DocumentType) -> list[Requirement]:
    return [r for f in document.requires for r in registry() if r.id.startswith(f"{f}.")]


def offered(document: DocumentType) -> set[str]:
    """The requirements that some clause of the document type's outline meets."""

    def clauses_in(outline: tuple[Group | Slot, ...]) -> Iterator[str]:
        for part in outline:
            for entry in part.entries if isinstance(part, Group) else (part,):
                if isinstance(entry, Slot):
                    yield from (c.clause for c in entry.choices)

    attached = [types()[s.document].outline for s in document.schedules if s.document in types()]
    outlines = [document.outline, *(s.outline for s in document.schedules), *attached]
    opening = [c.clause for o in document.opening for c in o.slot.choices]
    ids = {*opening, *(id for outline in outlines for id in clauses_in(outline))}
    return {s for c in clauses() if c.id in ids for s in c.satisfies}


@cache
def worked() -> dict[str, str]:
    """Return for each document type a worked profile that makes it, and may be signed."""
    drafts = {"ruth-ellis.yaml", "hunger-free-colorado.yaml", "eastern-virginia.yaml", "san-diego-cie.yaml"}
    found: dict[str, str] = {}
    for path in sorted((ROOT / "profiles").glob("*.yaml"), key=lambda p: (p.name != "sample.yaml", p.name)):
        named = re.search(r"^ +documents: \[(.*)\]$", path.read_text(encoding="utf-8"), re.MULTILINE)
        if path.name in drafts or named is None:
            continue
        for id in named.group(1).split(", "):
            found.setdefault(id, f"profiles/{path.name}")
    return found


@cache
def agreement_of(document: str) -> Agreement:
    made = make(warm_workspace(ROOT, today=dt.date(2027, 1, 1)), worked()[document], documents=(document,), formats=())
    assert made.agreements, [d.message for d in made.diagnostics]
    return next(a for a in made.agreements if a.document_type == document)


def all_held() -> Iterator[tuple[str, Requirement]]:
    for id, document in types().items():
        yield from ((id, r) for r in held_to(document))


# What a document type cannot meet by a clause of its own; each with the reason.
MET_ELSEWHERE = {
    ("sba", "hipaa.baa.aggregation"): "a subcontractor serves one business associate, and has nothing to combine",
}


@pytest.mark.parametrize(
    ("document", "requirement"), list(all_held()), ids=lambda x: x if isinstance(x, str) else x.code
)
def test_a_document_type_has_a_clause_for_each_requirement_it_is_held_to(
    document: str, requirement: Requirement
) -> None:
    assert requirement.id in offered(types()[document]) or (document, requirement.id) in MET_ELSEWHERE


def fires(document: str, requirement: Requirement, satisfied: set[str]) -> bool:
    found = missing_requirements(types()[document], registry(), satisfied)
    return any(d.message.startswith(f"{requirement.code} (") for d in found)


REQUIRED = [(id, r) for id, r in all_held() if r.level == "required"]


@pytest.mark.parametrize(("document", "requirement"), REQUIRED, ids=lambda x: x if isinstance(x, str) else x.code)
def test_a_requirement_fires_when_its_clause_is_taken_away_and_is_silent_when_it_is_there(
    document: str, requirement: Requirement
) -> None:
    agreement = agreement_of(document)
    there = {s for source in agreement.sources if source.included for s in source.satisfies}
    assert not fires(document, requirement, there)
    assert answer_of(requirement, agreement)[1] == "met"
    without = replace(agreement, sources=tuple(s for s in agreement.sources if requirement.id not in s.satisfies))
    left = {s for source in without.sources if source.included for s in source.satisfies}
    assert fires(document, requirement, left)
    assert answer_of(requirement, without)[1] == "missing"


def test_it_is_known_which_requirements_are_met_and_missed_in_a_worked_document(
    record_property: Callable[[str, object], None],
) -> None:
    met = {(id, r.id) for id, r in all_held() if answer_of(r, agreement_of(id))[1] == "met"}
    every = list(all_held())
    silent = sorted({r.code for id, r in every if (id, r.id) not in met})
    record_property(
        "coverage",
        f"requirement tables: {len({f for t in types().values() for f in t.requires})} tables of {len(types())} "
        f"document types; {len(met)} of {len(every)} items met and missed in a worked document; only if they "
        f"apply, and no worked document holds them: {', '.join(silent)}",
    )
    assert [(id, r.id) for id, r in every if r.level == "required" and (id, r.id) not in met] == []
    # A document type that the law or practice gives contents has a table.
    assert {"mou", "svc", "sow", "hub", "baa", "sba", "dsa", "dua", "qso", "sub", "amd", "ren", "trm", "reg"} <= set(
        types()
    )


def test_what_nobody_has_opened_at_its_source_is_a_warning_and_no_error() -> None:
    found = list(missing_requirements(types()["qso"], registry(), set()))
    by_code = {d.message.partition(" ")[0]: d for d in found}
    assert by_code["QSO-01"].severity is Severity.WARNING
    assert by_code["QSO-01"].message.startswith("QSO-01 (for counsel) is not met:")
    assert by_code["QSO-05"].severity is Severity.ERROR
