"""Whatever is answered, a document hangs together: references, terms, headings, conflicts, and what HIPAA requires."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from generator.assembly import STOPS_A_FINAL
from generator.assembly.facts import outside
from generator.library import requirement_table_of
from generator.lint import Index, definitions
from generator.model import Agreement, Section, Status, walk_sections
from generator.pipeline.parts import Parts, date_of, read_parts
from generator.pipeline.sets import Assembled, assemble_set
from generator.profile import Profile, read_profile
from tests.any_answers import any_answers, rich, with_answers
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
WORKSPACE = warm_workspace(ROOT, today=dt.date(2027, 1, 1))
# A profile, and documents that are made from it together.
SETS = {
    "contract": ("profiles/sample.yaml", ("mou", "svc", "sow", "baa")),
    "memorandum": ("profiles/hospital-joint-site.yaml", ("mou",)),
    "member": ("profiles/hub-member.yaml", ("hub", "sow", "sba")),
    "hub and plan": ("profiles/hub-plan.yaml", ("svc", "sow", "baa")),
    "work alone": ("profiles/sample.yaml", ("sow",)),
    "sharing": ("profiles/data-sharing.yaml", ("dsa",)),
    "papers beside": ("profiles/hub-member.yaml", ("joc", "prelaunch")),
    "limited data set": ("profiles/limited-data-set.yaml", ("dua",)),
    "service organization": ("profiles/service-organization.yaml", ("qso",)),
    "addendum": ("profiles/addendum.yaml", ("reg",)),
    "subaward": ("profiles/subaward.yaml", ("sub",)),
    "renewal": ("profiles/renewal.yaml", ("ren",)),
    "ending": ("profiles/ending.yaml", ("trm",)),
}
# Answers that fail are few and speak for themselves; to make them fewer would take minutes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
RULES = ("term-not-defined", "term-not-used", "term-defined-differently", "leftover-placeholder")


@cache
def parts() -> Parts:
    return read_parts(WORKSPACE)


@cache
def base(name: str) -> Profile:
    """Return the profile of a set with every answer given, and the set as its papers."""
    file, documents = SETS[name]
    read = read_profile(WORKSPACE.read, file, parts().dictionary)
    assert read.value is not None
    full = rich(parts(), read.value)
    return with_answers(full, {"agreement.documents": documents})


def assembled(profile: Profile, documents: tuple[str, ...]) -> Assembled:
    return assemble_set(parts(), profile, documents, Status.DRAFT, date_of(profile, WORKSPACE))


def faults(profile: Profile, documents: tuple[str, ...]) -> list[str]:
    """Return everything that is wrong with the documents whatever was answered."""
    made = assembled(profile, documents)
    out = [f"{d.rule}: {d.message}" for d in made.problems if d.rule in STOPS_A_FINAL]
    index = Index(made.agreements, outside(profile, parts().dictionary, documents))
    for line in definitions.LINTS:
        if line.rule.name in RULES:
            out += [f"{d.rule}: {d.message}" for d in line.check(index)]
    for agreement in made.agreements:
        out += [f"{agreement.document_type}: nothing below “{heading}”" for heading in empty_headings(agreement)]
        out += [f"{agreement.document_type}: {fault}" for fault in required_items(agreement)]
    return out


def empty_headings(agreement: Agreement) -> list[str]:
    sections = [*agreement.opening, *agreement.sections, *(b for s in agreement.schedules for b in s.blocks)]
    empty = [s.heading for s in walk_sections(tuple(sections)) if isinstance(s, Section) and not s.blocks]
    return empty + [s.title for s in agreement.schedules if not s.blocks]


def required_items(agreement: Agreement) -> list[str]:
    """Return the items that a business associate agreement must hold and that do not stand in it exactly once."""
    document = parts().library.document_type(agreement.document_type).value
    assert document is not None
    families = [family for family in document.requires if family in ("hipaa.baa", "hipaa.sba")]
    held = Counter(item for s in agreement.sources if s.included for item in s.satisfies)
    needed = [
        r.id for family in families for r in requirement_table_of(parts().requirements, family) if r.level == "required"
    ]
    assert len(needed) > 8 or not families
    return [f"{id} stands in it {held[id]} times" for id in needed if held[id] != 1]


def changed(name: str) -> st.SearchStrategy[Any]:
    return any_answers(parts(), base(name), SETS[name][1])


def pays_a_member_nothing(name: str, answers: Any) -> bool:
    """A hub's agreement with a member is about passing on what payers pay; without pay it is refused."""
    return name == "member" and answers.get("pay.models") == ("none",)


@pytest.mark.slow
def test_a_hub_that_pays_its_member_nothing_is_told_which_answer_is_wrong():
    wrong = faults(with_answers(base("member"), {"pay.models": ("none",)}), SETS["member"][1])
    assert all(fault.startswith("clause-conflict: ") for fault in wrong)
    assert any("“No Payment Between the Parties”" in fault for fault in wrong)


@given(st.data())
@settings(max_examples=4, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
def test_a_statement_of_work_hangs_together_whatever_is_answered(data):
    answers = data.draw(changed("work alone"))
    assert faults(with_answers(base("work alone"), answers), SETS["work alone"][1]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_every_set_hangs_together_whatever_is_answered(name):
    @given(changed(name))
    @settings(max_examples=25, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    def holds(answers):
        assume(not pays_a_member_nothing(name, answers))
        assert faults(with_answers(base(name), answers), SETS[name][1]) == []

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_the_profile_in_which_everything_is_answered_leaves_nothing_open(name):
    made = assembled(base(name), SETS[name][1])
    assert [i.field for i in made.open_items] == []
