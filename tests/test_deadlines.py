"""The dates that matter after signing, counted by the calendar, and answers as somebody would type them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.deadlines import deadlines_of, earlier, later
from generator.fields import Duration
from generator.fields.answers import answers_of
from generator.profile import Profile, read_profile
from tests.warm_library import shipped_dictionary, warm_workspace

ROOT = Path(__file__).parent.parent
WORKSPACE = warm_workspace(ROOT, today=dt.date(2027, 1, 1))
DICTIONARY = shipped_dictionary()
PROFILES = sorted(p.name for p in (ROOT / "profiles").glob("*.yaml"))
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2200, 1, 1))


def profile_of(data: bytes, file: str = "one.yaml") -> Profile:
    assert DICTIONARY is not None
    read = read_profile({file: data}.get, file, DICTIONARY)
    assert read.value is not None, read.diagnostics
    return read.value


def told(text: str, since: dt.date = dt.date(2027, 1, 1)) -> list[tuple[str, str]]:
    assert DICTIONARY is not None
    return [(d.date.isoformat(), d.what) for d in deadlines_of(profile_of(text.encode()), DICTIONARY, since)]


@pytest.mark.parametrize(
    ("day", "length", "before"),
    [
        ("2028-12-31", Duration(90, "days"), "2028-10-02"),
        ("2028-03-31", Duration(1, "months"), "2028-02-29"),
        ("2027-03-31", Duration(1, "months"), "2027-02-28"),
        ("2027-01-15", Duration(2, "months"), "2026-11-15"),
        ("2028-02-29", Duration(1, "years"), "2027-02-28"),
        ("2027-02-01", Duration(5, "business days"), "2027-01-25"),
        ("2027-01-31", Duration(1, "business days"), "2027-01-29"),
        ("2027-01-15", Duration(2, "weeks"), "2027-01-01"),
        ("2027-01-15", Duration(72, "hours"), "2027-01-12"),
        ("2027-01-15", Duration(1, "hours"), "2027-01-14"),
    ],
)
def test_a_day_is_counted_back_as_a_calendar_counts(day, length, before):
    assert earlier(dt.date.fromisoformat(day), length).isoformat() == before


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2200, 1, 1)), st.integers(0, 400), st.sampled_from(["days", "weeks", "hours"])
)
def test_forward_and_back_by_fixed_lengths_is_the_same_day(day, n, unit):
    assert earlier(later(day, Duration(n, unit)), Duration(n, unit)) == day


@given(DAYS, st.integers(1, 400), st.sampled_from(["months", "years"]))
def test_a_month_never_ends_in_the_next(day, n, unit):
    back = earlier(day, Duration(n, unit))
    months = n * (12 if unit == "years" else 1)
    assert (day.year * 12 + day.month) - (back.year * 12 + back.month) == months
    assert back.day <= day.day


def test_the_last_day_for_a_notice_is_counted_back_from_the_end():
    text = "term: {end_date: 2028-12-31}\nrenewal: {type: auto, notice: 90 days, talks_start: 6 months}\n"
    assert told(text) == [
        ("2028-06-30", "Talks about renewal start"),
        ("2028-10-02", "Last day to give notice about renewal"),
        ("2028-12-31", "End date"),
        ("2028-12-31", "Renews by itself unless somebody gave notice"),
    ]


def test_what_does_not_renew_has_no_day_for_notice():
    assert told("term: {end_date: 2028-12-31}\nrenewal: {type: none, notice: 90 days}\n") == [
        ("2028-12-31", "End date")
    ]


def test_a_length_gives_the_last_day():
    assert ("2027-12-31", "The term ends") in told("term: {effective_date: 2027-01-01, length: 1 year}\n")


def test_certificates_are_told_with_whose_and_which_they_are():
    text = "cbo: {short_name: Harbor}\ninsurance:\n  - {party: cbo, line: auto, each: 1000000.00, expiry: 2027-06-30}\n"
    assert told(text) == [("2027-06-30", "Insurance, Harbor, Automobile: expiry")]


def test_what_is_past_or_unknown_is_not_told():
    assert told("term: {effective_date: 2020-01-01, end_date: unknown}\n") == []


@pytest.mark.parametrize("name", PROFILES)
def test_answers_written_down_and_read_again_are_the_same(name):
    assert DICTIONARY is not None
    read = read_profile(WORKSPACE.read, f"profiles/{name}", DICTIONARY).value
    assert read is not None
    written = json.dumps(answers_of(read.values)).encode()
    again = read_profile({"again.yaml": written}.get, "again.yaml", DICTIONARY)
    assert again.diagnostics == ()
    assert again.value is not None
    assert again.value.values == read.values
