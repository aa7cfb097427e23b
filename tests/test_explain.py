"""``agreements explain``: a page about a field, a clause or a requirement is one that a director can use."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest

from generator.fields import KINDS
from generator.fields.kinds import RECORD_KINDS
from generator.pipeline import explain
from generator.pipeline.explaining import _KINDS
from generator.workspace import Workspace
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent


@cache
def here() -> Workspace:
    return warm_workspace(ROOT, today=dt.date(2026, 11, 23))


@cache
def page(name: str) -> str:
    found = explain(here(), name)
    assert found.value is not None, found.diagnostics
    return found.value


def test_every_kind_of_answer_is_said_in_words() -> None:
    assert set(_KINDS) == set(KINDS) | RECORD_KINDS
    assert "a length of time" in page("baa.breach_notice")


def test_the_parts_of_a_list_are_told_by_their_questions_with_what_can_be_answered() -> None:
    text = page("role_matrix")
    assert "- `stage`: At which stage? One of `identification`, " in text
    assert "- `timeframe`: Within what time? May be left out. For example: within 2 business days of discharge" in text
    assert "`activity`: activity" not in text


def test_a_clause_names_every_answer_that_it_prints_lists_too_and_nothing_that_is_worked_out() -> None:
    assert "- security controls (`data.security.controls`)" in page("hipaa.safeguards")
    assert page("data.full_access").count("`data.tiers`") == 1
    assert "(`documents`)" not in page("risk.liability_cap")
    assert "- **Step back 1**: `liability.cap_multiple: two`. Twice a year" in page("risk.liability_cap")


@pytest.mark.parametrize("name", ["BAA-09", "hipaa.baa.report_incident", "baa-09"])
def test_a_requirement_is_found_by_its_code_and_by_its_name(name: str) -> None:
    text = page(name)
    assert text.startswith("# BAA-09: Must it report security incidents, as well as breaches?")
    assert "45 CFR 164.314(a)(2)(i)(C)" in text
    assert "- Reports, Incidents, and Breaches (`hipaa.reporting_breach`)" in text


def test_what_nobody_has_opened_at_its_source_is_not_shown_as_authority() -> None:
    text = page("MCD-05")
    assert "not opened at its source yet" in text
    assert "438.230" not in text.partition("Clauses that are written")[0]


@pytest.mark.parametrize(
    ("line", "rule"), [("BAA-L19", "breach-clocks-differ"), ("sow-03", ""), ("DOC-08", "limits-disagree")]
)
def test_a_line_of_the_catalogue_names_the_rules_that_look_for_it(line: str, rule: str) -> None:
    text = page(line)
    assert text.startswith(f"# {line.upper()}")
    assert f"- `{rule}` (" in text or not rule  # SOW-03 is a requirement, and that page comes first
