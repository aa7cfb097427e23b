"""Answers that no document of the set has a use for: named once, with the documents that would use them."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest

from generator.diagnostics import Diagnostic, Severity
from generator.model import Status
from generator.pipeline import check
from generator.pipeline.parts import Parts, named_documents, read_parts
from generator.pipeline.sets import assemble_set
from generator.pipeline.uses import documents_using, idle_answers
from generator.profile import read_profile
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
SAMPLE = (ROOT / "profiles/sample.yaml").read_bytes()
TODAY = dt.date(2026, 12, 15)


@cache
def parts() -> Parts:
    return read_parts(warm_workspace(ROOT, today=TODAY))


def notes(text: str, made: tuple[str, ...] = ()) -> tuple[Diagnostic, ...]:
    """Return what is found for the sample profile with ``text``, if only the documents ``made`` are made."""
    files = {"case.yaml": f"extends: sample.yaml\n{text}".encode(), "sample.yaml": SAMPLE}
    profile = read_profile(files.get, "case.yaml", parts().dictionary)
    assert profile.value is not None
    assert profile.diagnostics == ()
    documents = made or named_documents(profile.value)
    return idle_answers(parts(), profile.value, assemble_set(parts(), profile.value, documents, Status.FINAL, TODAY))


def test_a_rate_for_a_way_of_paying_that_is_not_chosen_is_named_with_the_document_that_would_use_it() -> None:
    (note,) = notes("pay:\n  models: [fee_for_service]\n  pmpm:\n    rate: 35.00\n")
    assert note.severity is Severity.NOTE
    assert note.field == "pay.pmpm.rate"
    assert str(note.span) == "case.yaml:5:11"
    assert "the Services Agreement uses it only with other answers" in note.message
    assert "35" not in note.message


def test_an_answer_for_a_document_that_is_not_in_the_set_names_that_document() -> None:
    (note,) = notes("joc:\n  charter_review: annually\n")
    assert note.message.startswith("This answer is used by none of these documents: joc.charter_review")
    assert "a Joint Operating Committee Charter uses it" in note.message


@pytest.mark.parametrize(
    "text",
    [
        "pay.rate_review: annually\n",  # it is printed
        "hco.uei: ABCDEF123456\n",  # about an organization
        "pay.breakeven_volume: 30\n",  # for planning
        "pay.pmpm.rate: unknown\n",  # not answered
        "terminate.convenience: 120 days\n",
    ],
)
def test_an_answer_that_is_used_or_serves_other_papers_is_not_named(text: str) -> None:
    assert notes(text) == ()


def test_answers_of_a_file_below_and_parts_of_a_set_are_left_alone() -> None:
    assert notes("agreement.documents: [baa]\n") == ()
    assert notes("pay.pmpm.rate: 35.00\n", ("mou",)) == ()


def test_nothing_is_said_while_an_answer_is_open_that_decides_what_the_documents_hold() -> None:
    assert notes("pay.models: unknown\npay.pmpm.rate: 35.00\n") == ()


def test_the_command_shows_the_note(tmp_path: Path) -> None:
    (tmp_path / "sample.yaml").write_bytes(SAMPLE)
    (tmp_path / "case.yaml").write_text(
        "extends: sample.yaml\nagreement.documents: [baa]\njoc.charter_review: annually\n"
    )
    report = check(warm_workspace(tmp_path, today=TODAY), ["case.yaml"])
    assert [d.field for d in report.diagnostics if d.rule == "answer-not-used"] == ["joc.charter_review"]


def test_the_documents_that_use_a_field_are_found_in_their_clauses_and_conditions() -> None:
    assert "Services Agreement" in documents_using(parts(), "pay.pmpm.rate")
    assert "Business Associate Agreement" not in documents_using(parts(), "pay.pmpm.rate")
    assert documents_using(parts(), "no.such.field") == ()
