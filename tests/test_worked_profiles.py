"""The worked profiles: the sample is complete, the retold partnerships hold what was stated, hub and member fit."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import pytest

from generator.diagnostics import errors_in
from generator.fields import UNKNOWN
from generator.model import Status
from generator.pipeline import Made
from generator.pipeline.making import make_set
from generator.pipeline.parts import Parts, date_of, read_parts
from generator.profile import Profile, read_profile
from generator.writers.text import printed_lines
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
WORKSPACE = warm_workspace(ROOT, today=dt.date(2027, 1, 1))
PROFILES = sorted(p.stem for p in (ROOT / "profiles").glob("*.yaml"))
RETOLD = ("ruth-ellis", "hunger-free-colorado", "eastern-virginia", "san-diego-cie")


@cache
def library_parts() -> Parts:
    """Return the library, read once for all profiles."""
    return read_parts(WORKSPACE)


@cache
def profile(name: str) -> Profile:
    read = read_profile(WORKSPACE.read, f"profiles/{name}.yaml", library_parts().dictionary)
    assert read.diagnostics == ()
    assert read.value is not None
    return read.value


@cache
def draft(name: str) -> Made:
    """Return the set of one profile, made once: finals where it is complete."""
    read, parts = profile(name), library_parts()
    day = date_of(read, WORKSPACE)
    return make_set(parts, read, date=day, formats=("txt",), draft=name not in COMPLETE, found=parts.problems)


def test_the_readme_lists_every_profile_and_no_other():
    text = (ROOT / "profiles" / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([a-z-]+)\.yaml` \|", text, flags=re.MULTILINE)) == PROFILES


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_is_made_without_an_error(name):
    made = draft(name)
    assert made.ok
    assert errors_in(made.diagnostics) == ()
    assert [a.document_type for a in made.agreements]


def test_the_sample_is_complete(sample_set):
    assert sample_set.open_items == ()
    assert {a.document_type for a in sample_set.agreements} == {"mou", "svc", "sow", "baa", "bac"}
    assert not any(given.value is UNKNOWN for given in profile("sample").values.values())


# Made as finals: every answer is there.
COMPLETE = {
    "sample", "hub-member", "hub-member-rides", "hub-member-homes", "hub-plan", "plan-pmpm", "hospital-joint-site",
    "grant-referral", "data-sharing", "sharing-network", "limited-data-set", "service-organization", "subaward",
    "addendum", "amendment", "renewal", "ending",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_a_complete_profile_makes_finals(name):
    made = draft(name)
    assert made.ok
    assert made.open_items == ()
    assert {a.status for a in made.agreements} == {Status.FINAL}


@pytest.mark.parametrize("name", [p for p in PROFILES if p not in COMPLETE])
def test_every_other_profile_leaves_questions_and_a_draft_lists_them(name):
    made = draft(name)
    assert made.open_items
    for item in made.open_items:
        assert item.question.endswith("?") or "." in item.question
        assert item.why
        assert item.span is not None
        assert item.span.file.startswith("profiles/")
    read = profile(name)
    final = make_set(library_parts(), read, date=date_of(read, WORKSPACE), formats=("txt",))
    assert not final.ok
    assert final.files == ()


# What the guide states of each partnership, in the words of the profile. The papers to draft and, where a side is
# plain, who serves whom are what an example has to choose. All else is unknown or not there.
CHOSEN = {"agreement.name", "agreement.documents", "agreement.states"}
STATED = {
    "ruth-ellis": {
        "cbo.role": "cbo", "cbo.short_name": "Ruth Ellis Center", "hco.role": "health_system",
        "hco.short_name": "Henry Ford", "service_model": ("joint",), "governance": "shared_accountability",
        "fund_mix": "braided", "inkind": 1,
        "population.description": "lesbian, gay, bisexual, transgender, and questioning youth",
    },
    "hunger-free-colorado": {
        "agreement.provider": "cbo", "agreement.purchaser": "hco", "cbo.role": "cbo",
        "cbo.short_name": "Hunger Free Colorado", "financial_relationship": ("independent_or_grants",),
        "governance": "informal", "social_need_domains": ("food",), "grant.sources": 2,
        "more_parties": 2, "county.entity_type": "county", "activities": 3,
    },
    "eastern-virginia": {
        "agreement.provider": "cbo", "agreement.purchaser": "hco",
        "cbo.dba": "Eastern Virginia Care Transitions Partnership", "cbo.short_name": "EVCTP",
        "hco.role": "health_plan", "financial_relationship": ("service_contract",),
        "partnership_effects": ("policy_systems_level",), "service.elements": 3,
        "data.system.name": "shared inpatient tracking system", "pay.models": ("fee_for_service",), "pay.ffs": 3,
        "more_parties": 1, "health_system.role": "health_system", "activities": 1,
    },
    "san-diego-cie": {
        "cbo.short_name": "2-1-1 San Diego", "data_relationship": "full_access",
        "governance": "negotiated_agreements", "lead_party": "cbo", "partnership_effects": ("community_level",),
        "data.system.name": "Community Information Exchange", "data.tiers": 3,
        "more_parties": 3, "hospital.role": "hospital", "plan.role": "health_plan", "service_provider.role": "cbo",
        "activities": 3,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", RETOLD)
def test_a_retold_partnership_holds_what_was_stated_and_nothing_else(name):
    known = {path: given.value for path, given in profile(name).values.items() if given.value is not UNKNOWN}
    assert set(known) - CHOSEN == set(STATED[name])
    for path, stated in STATED[name].items():
        assert (len(known[path]) if isinstance(stated, int) and stated is not True else known[path]) == stated, path


# Of each entry of a list: which of its answers are known.
ENTRIES = {
    ("ruth-ellis", "inkind"): [{"item", "giver", "receiver"}],
    ("hunger-free-colorado", "grant.sources"): [{"funder"}] * 2,
    ("eastern-virginia", "service.elements"): [{"name"}] * 3,
    ("eastern-virginia", "pay.ffs"): [{"service"}] * 3,
    ("hunger-free-colorado", "activities"): [
        {"name", "giver", "recipient", "function"},
        *[{"name", "giver", "recipient", "data"}] * 2,
    ],
    ("eastern-virginia", "activities"): [{"name", "recipient"}],
    ("san-diego-cie", "activities"): [{"name", "giver", "recipient", "data", "n0"}] * 3,
    ("san-diego-cie", "data.tiers"): [{"name"}, {"name"}, {"name", "view", "input", "refer", "tools"}],
}


@pytest.mark.parametrize(("name", "path"), ENTRIES)
def test_nor_does_an_entry_of_a_list_hold_more_than_was_stated(name, path):
    given = profile(name).given(path)
    assert given is not None
    known = [{k for k, answer in entry.items() if answer.value is not UNKNOWN} for entry in given.value]
    assert known == ENTRIES[name, path]


def test_the_name_of_a_network_is_no_legal_name():
    """The contracting entity must be asked: a trade name cannot sign."""
    asked = {item.field for item in draft("eastern-virginia").open_items}
    assert {"cbo.legal_name", "cbo.entity_type", "cbo.signer.name"} <= asked


# ---------------------------------------------------------------- hub and member


def test_the_member_has_what_the_hub_says_unless_it_says_otherwise():
    member = profile("hub-member")
    for path, file in (
        ("hub.legal_name", "hub.yaml"),
        ("pay.invoice.frequency", "hub.yaml"),
        ("pay.invoice.pay_days", "hub-member.yaml"),
        ("agreement.states", "hub.yaml"),
        ("agreement.number", "hub-member.yaml"),
        ("agreement.purchaser", "hub-member.yaml"),
        ("data.security.level", "hub-member.yaml"),
        ("data.security.review_leadtime", "hub.yaml"),
        ("cbo.legal_name", "hub-member.yaml"),
    ):
        given = member.given(path)
        assert given is not None
        assert given.span.file == f"profiles/{file}", path
    assert [digest[0] for digest in member.digests] == ["profiles/hub-member.yaml", "profiles/hub.yaml"]


def test_the_member_signs_with_the_hub_and_the_work_is_a_schedule():
    agreements = {a.document_type: a for a in draft("hub-member").agreements}
    assert set(agreements) == {"hub", "sba", "sbc", "joc", "prelaunch"}
    assert [p.key for p in agreements["hub"].parties] == ["hub", "cbo"]
    assert [p.key for p in agreements["sba"].parties] == ["hub", "cbo"]
    assert agreements["hub"].schedules[0].text == "Schedule A — Statement of Work"


def test_the_member_reports_sooner_than_the_hub_must_and_both_times_are_printed():
    lines = " ".join(printed_lines(next(a for a in draft("hub-member").agreements if a.document_type == "sba")))
    assert "within two (2) business days after discovery" in lines
    assert "requires White River to report to the Covered Entity within five (5) business days" in lines


def test_the_hub_is_paid_or_not_and_the_member_is_paid_by_a_last_day():
    lines = " ".join(printed_lines(next(a for a in draft("hub-member").agreements if a.document_type == "hub")))
    assert "whether or not the Payer has paid" in lines
    assert "within forty-five (45) days after receiving a complete invoice" in lines


def test_the_hub_signs_with_the_plan():
    agreements = {a.document_type: a for a in draft("hub").agreements}
    assert set(agreements) == {"svc", "baa"}
    assert {tuple(p.key for p in a.parties) for a in agreements.values()} == {("hco", "hub")}


# ---------------------------------------------------------------- reads as text

BLANK = r"\[[^\]]+\]"
UGLY = {
    "two full stops": r"[^.]\.\.(?!\.)",
    "space before a sign": r"\w [,.;:)](?: |$)",
    "a comma too many": r",,|\(,|, \.",
    "an empty pair": r"\(\s*\)|“”",
    "two spaces": r"\S  \S",
    "an article before a reference": r"\b[Tt]he (?:Section|Schedule) [0-9A-Z]",
    "the same word twice": r"\b(the|a|of|to|and|or|in|for|is|by|with) \1\b",
    "the same blank twice": rf"({BLANK}) ?\1",
    "blanks that touch": r"\]\[",
    "a name of a field": r"\b(?:cbo|hco|pay|baa|svc)\.[a-z_]+\b(?!:)",
}


@cache
def printed(name: str) -> tuple[tuple[str, str], ...]:
    """Return every line that is printed, with its document; the page of open items shows how an answer is typed."""
    out = []
    for agreement in draft(name).agreements:
        lines = list(printed_lines(agreement))
        if agreement.open_page is not None:
            lines = lines[: lines.index("Open Items")]
        out += [(agreement.document_type, line) for line in lines]
    return tuple(out)


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("what", UGLY)
def test_what_is_printed_reads_as_text(name, what):
    ugly = re.compile(UGLY[what])
    assert [f"{document}: {line[:160]}" for document, line in printed(name) if ugly.search(line)] == []
