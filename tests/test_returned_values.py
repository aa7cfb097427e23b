"""A printed value is read back as the profile would write it, or it is told why not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.fields import UNITS, Duration, phrase
from generator.returned.values import read_back
from tests.warm_library import shipped_dictionary


@cache
def dictionary():
    return shipped_dictionary()


@pytest.mark.parametrize(
    ("path", "old", "new", "written"),
    [
        ("baa.breach_notice", "five (5) business days", "ten (10) business days", "10 business days"),
        ("baa.breach_notice", "five (5) business days", "10 business days", "10 business days"),
        ("baa.breach_notice", "five (5) business days", "seventy-two (72) hours", "72 hours"),
        ("terminate.convenience", "ninety (90) days’", "thirty (30) days'", "30 days"),
        ("pay.total_cap", "$540,000.00", "$1,250.50", "1250.50"),
        ("pay.ffs.1.rate", "$95.00", "$85", "85"),
        ("term.effective_date", "January 1, 2027", "February 28, 2027", "2027-02-28"),
        ("pay.invoice.interest_pct", "one percent (1%)", "two percent (2%)", "2%"),
        ("capacity.cap", "45", "1,200", "1200"),
        ("data.system.name", "CareLink", "CareBridge", "CareBridge"),
        ("cbo.state_formed", "Kentucky", "Ohio", "OH"),
    ],
)
def test_a_value_comes_back_as_it_is_written(path, old, new, written):
    back = read_back(dictionary(), path, old, new)
    assert (back.written, back.why) == (written, "")
    assert back.value is not None


@pytest.mark.parametrize(
    ("path", "new", "why"),
    [
        ("baa.breach_notice", "thirty (45) days", "The words say “thirty” and the figure says 45."),
        ("baa.breach_notice", "a reasonable time", "not a number of hours"),
        ("baa.breach_notice", "", "taken out"),
        ("pay.total_cap", "$1.200,50", "not an amount"),
        ("pay.total_cap", "twice the fees", "not an amount"),
        ("term.effective_date", "February 30, 2027", "not a day of the calendar"),
        ("term.effective_date", "the first Monday", "not a date"),
        ("pay.invoice.interest_pct", "five percent (6%)", "The words say “five” and the figure says 6."),
        ("pay.invoice.interest_pct", f"five percent ({'9' * 5000}%)", "not a number a contract holds"),
        ("baa.breach_notice", f"{'9' * 5000} days", "not a number a contract holds"),
        ("no.such_field", "x", "no such field"),
    ],
)
def test_what_cannot_be_read_is_told_and_not_written(path, new, why):
    back = read_back(dictionary(), path, "before", new)
    assert back.value is None
    assert back.written == ""
    assert why in back.why


def test_calendar_days_are_days():
    """A period in days counts every calendar day: the words differ from what we print, the value does not."""
    old, new = "five (5) business days", "sixty (60) calendar days"
    back = read_back(dictionary(), "baa.breach_notice", old, new, Duration(5, "business days"))
    assert (back.value, back.written, back.why) == (Duration(60, "days"), "60 days", "")


def test_a_value_that_would_print_otherwise_is_not_proposed():
    was = dt.date(2027, 1, 1)
    assert read_back(dictionary(), "term.effective_date", "January 1, 2027", "2027-03-01", was).value is None
    assert read_back(dictionary(), "term.effective_date", "January 1, 2027", "March 1, 2027", was).value == dt.date(
        2027, 3, 1
    )
    assert read_back(dictionary(), "pay.total_cap", "$9.00", "$1,000.00", Decimal("9.00")).value == Decimal("1000.00")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 400), st.sampled_from(UNITS))
def test_every_duration_that_is_printed_is_read_back(n, unit):
    field = dictionary().find("baa.return_days")
    value = Duration(n, unit)
    back = read_back(dictionary(), "baa.return_days", "", phrase(field, value))
    assert back.value in (value, None)  # None where the field does not allow so long a time
    assert back.value == value or back.why


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_words_make_it_fail(text):
    for path in (
        "baa.breach_notice",
        "pay.total_cap",
        "term.effective_date",
        "pay.invoice.interest_pct",
        "capacity.cap",
    ):
        read_back(dictionary(), path, "old", text)
