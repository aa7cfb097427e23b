"""Fields: strict reading by kind with messages that show how to write it, and the words of contracts."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Severity, Span, errors_in
from generator.fields import (
    KINDS,
    STATES,
    UNITS,
    UNKNOWN,
    Dictionary,
    Duration,
    Field,
    Given,
    Option,
    Percent,
    Record,
    Value,
    listed,
    money_in_words,
    number_from_words,
    number_in_words,
    phrase,
    read_dictionary,
    read_value,
    restyled,
)
from generator.fields.reading import quoted
from generator.reading.yaml_text import ListNode, MapNode, TextNode, parse_yaml, read_yaml

DICTIONARY = Path(__file__).parent.parent / "clauses" / "_fields.yaml"
HERE = Span("p.yaml", 3, 7)
OPTIONS = (Option("informal", "No formal structure", "informal cooperation"), Option("lead", "A lead", "a lead body"))


def field(kind: str, **more: object) -> Field:
    options = OPTIONS if kind in ("choice", "several", "party_choice") else ()
    return Field("a.f", kind, example="EXAMPLE", **{"options": options, **more})  # type: ignore[arg-type]


def read(kind: str, text: str, **more: object) -> Value | None:
    checked = read_value(field(kind, **more), TextNode(text, HERE))
    assert not checked.diagnostics, checked.diagnostics
    return checked.value


def refused(kind: str, text: str, **more: object) -> str:
    """Return the message and fix with which ``text`` is refused; it must be exactly one, and placed."""
    checked = read_value(field(kind, **more), TextNode(text, HERE))
    assert checked.value is None
    (problem,) = checked.diagnostics
    assert problem.span == HERE
    assert problem.field == "a.f"
    return f"{problem.message} {problem.fix}".strip()


# ---------------------------------------------------------------- every kind


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_is_an_answer_everywhere(kind: str) -> None:
    for text in ("unknown", "Unknown", " UNKNOWN "):
        assert read(kind, text) is UNKNOWN


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_no_answer_and_no_problem(kind: str) -> None:
    checked = read_value(field(kind), TextNode("", HERE))
    assert checked.value is None
    assert not checked.diagnostics


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("list", "several", "record")])
def test_one_answer_is_not_a_list_or_a_group(kind: str) -> None:
    for node in (ListNode((TextNode("x", HERE),), HERE), MapNode((("x", HERE, TextNode("y", HERE)),), HERE)):
        (problem,) = read_value(field(kind), node).diagnostics
        assert problem.rule == "field-kind"
        assert "EXAMPLE" in problem.fix


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("list", "record", "text", "paragraphs")])
def test_what_is_not_of_the_kind_is_refused_with_a_way_to_write_it(kind: str) -> None:
    for text in ("@@@", "nonsense words", "{{ x }}", "<w:p>", "-1", "0x10", "١٢"):
        message = refused(kind, text)
        assert any(word in message for word in ("Write", "Units", "61-1234567")), message
        assert "invalid" not in message.lower()


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("list", "record")])
def test_a_social_security_number_is_refused_and_never_repeated(kind: str) -> None:
    for text in ("123-45-6789", "his number is 123 45 6789."):
        message = refused(kind, text)
        assert "Social Security" in message
        assert "6789" not in message


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("list", "record", "text", "paragraphs")])
def test_a_sensitive_value_is_never_repeated(kind: str) -> None:
    for text in ("7391x", "73,91", "12-7391", "7391 days or so", "7391"):
        checked = read_value(field(kind, sensitive=True), TextNode(text, HERE))
        for problem in checked.diagnostics:
            assert "7391" not in problem.message + problem.fix
            assert "73,91" not in problem.message + problem.fix


def test_control_and_direction_characters_are_named_with_their_place() -> None:
    assert "U+202E RIGHT-TO-LEFT OVERRIDE stands in this value (character 5)" in refused("text", "abcd\u202ee")
    assert "U+0000 NULL stands in this value (line 2, character 2)" in refused("paragraphs", "a\nb\0")


# ---------------------------------------------------------------- texts


def test_odd_but_honest_names_stay_as_typed() -> None:
    for name in ("AT&T", "O’Neil & Sons <Aid>", "{Re}Build", "Nguyễn", "**bold** # 1. x", "{{ x }} {% y %}", "شركة"):
        assert read("text", name) == name
        assert phrase(field("text"), name) == name


def test_line_breaks_inside_a_text_are_kept() -> None:
    assert read("paragraphs", "one\n\n  two\n") == "one\n\n  two"


def test_long_texts_are_refused_with_their_length() -> None:
    assert "4,001 characters; at most 4,000" in refused("text", "x" * 4001)
    assert "2,000,000 characters; at most 20,000" in refused("paragraphs", "x" * 2_000_000)
    assert "at most 40" in refused("text", "x" * 41, most="40")
    assert "at least 3" in refused("text", "ab", least="3")


def test_a_code_has_its_shape() -> None:
    assert read("text", "93.043", shapes=("99.999",)) == "93.043"
    assert read("text", "G0019", shapes=("A9999", "99999")) == "G0019"
    assert "form of this code" in refused("text", "93-043", shapes=("99.999",))


# ---------------------------------------------------------------- dates and durations


def test_dates_are_real_days_written_year_month_day() -> None:
    assert read("date", "2028-02-29") == dt.date(2028, 2, 29)
    assert refused("date", "2026-02-30") == (
        "“2026-02-30” is not a real date: February 2026 has 28 days. Write year-month-day, like 2026-02-28."
    )
    assert "there are twelve months" in refused("date", "2026-13-01")
    assert "year of our time" in refused("date", "0026-01-01")


@pytest.mark.parametrize(
    ("typed", "fix"),
    [
        ("03/04/2026", "Write 2026-03-04 or 2026-04-03."),
        ("13/04/2026", "Write: f: 2026-04-13"),
        ("4/4/2026", "Write: f: 2026-04-04"),
        ("2026/3/4", "Write: f: 2026-03-04"),
        ("2026-3-4", "Write: f: 2026-03-04"),
        ("2026-03-04T10:00", "Write: f: 2026-03-04"),
        ("March 4, 2026", "Write: f: 2026-03-04"),
        ("Sept. 4th 2026", "Write: f: 2026-09-04"),
        ("3/4/26", "Write, for example: f: EXAMPLE"),
        ("soon", "Write, for example: f: EXAMPLE"),
    ],
)
def test_other_ways_to_write_a_date_are_shown_the_right_one(typed: str, fix: str) -> None:
    assert refused("date", typed).endswith(fix)


def test_a_duration_has_a_unit() -> None:
    assert read("duration", "5 business days") == Duration(5, "business days")
    assert read("duration", "1 Month") == Duration(1, "months")
    assert read("duration", "10 calendar days") == Duration(10, "days")
    assert read("duration", "0 days") == Duration(0, "days")
    assert "days and business days are not the same" in refused("duration", "5")
    assert "Write: f: 5 business days" in refused("duration", "5 working days")
    assert "Write: f: 3 weeks" in refused("duration", "3 wks")
    assert "Write: f: 2 years" in refused("duration", "2yrs")
    refused("duration", "five days")
    refused("duration", "-5 days")
    refused("duration", "1.5 years")


def test_a_duration_keeps_its_limit_also_in_another_unit() -> None:
    assert read("duration", "42 business days", most="60 days") == Duration(42, "business days")
    assert "longer than 60 days" in refused("duration", "43 business days", most="60 days")
    assert "longer than 60 days" in refused("duration", "3 months", most="60 days")
    assert read("duration", "72 hours", most="3 days") == Duration(72, "hours")
    assert "shorter than 5 days" in refused("duration", "4 days", least="5 days")


# ---------------------------------------------------------------- money, percent, numbers


@pytest.mark.parametrize("typed", ["12500", "12500.00", "12,500", "$12,500.00", "$ 12500"])
def test_amounts_in_dollars(typed: str) -> None:
    assert read("money", typed) == Decimal("12500.00")


@pytest.mark.parametrize(
    "typed",
    ["12.5.0", "1,25", "-5", "($5)", "12.345", "1.250,00", "12.5", "1,2345", "12 500", "12k", "€5", "0012", "1e3", "٥"],
)
def test_amounts_that_can_be_read_in_several_ways_are_refused(typed: str) -> None:
    refused("money", typed)


def test_amounts_are_shown_the_right_way() -> None:
    assert "Write: f: 12500" in refused("money", "12500 USD")
    assert "Write: f: 12.50" in refused("money", "12.5")
    assert "less than $10.00" in refused("money", "9.99", least="10")
    assert "more than any agreement" in refused("money", "9" * 13)


def test_percentages() -> None:
    for typed in ("5", "5%", "5 %", "5.00", "5.0%"):
        assert read("percent", typed) == Percent(Decimal(5))
    assert read("percent", "12.25%") == Percent(Decimal("12.25"))
    assert "more than 100" in refused("percent", "101")
    assert "two digits" in refused("percent", "5.125")
    assert "Write: f: 5%" in refused("percent", "5 percent")
    assert "more than 25 percent" in refused("percent", "30%", most="25")


def test_whole_numbers() -> None:
    assert read("integer", "1,250") == 1250
    assert read("integer", "0") == 0
    assert "not a whole number" in refused("integer", "1.5")
    assert "less than nothing" in refused("integer", "-3")
    assert "Write: f: 50" in refused("integer", "50 people")
    assert "more than 5" in refused("integer", "6", most="5")
    assert "less than 2" in refused("integer", "1", least="2")
    refused("integer", "007")
    refused("integer", "9" * 5000)


# ---------------------------------------------------------------- choices


def test_yes_and_no_are_the_only_words_for_yes_and_no() -> None:
    assert read("yes_no", "yes") is True
    assert read("yes_no", "No") is False
    assert refused("yes_no", "true") == "“true” is not yes, no or unknown. Write: f: yes"
    assert "Write: f: no" in refused("yes_no", "0")
    assert "yes, no or unknown" in refused("yes_no", "maybe")


def test_a_choice_is_found_by_its_key_and_suggested_by_its_label() -> None:
    assert read("choice", "informal") == "informal"
    assert "Write: f: informal" in refused("choice", "Informal")
    assert "Write: f: informal" in refused("choice", "no formal structure")
    assert "Write: f: lead" in refused("choice", "laed")
    assert "Write one of: informal or lead. Or: unknown." in refused("choice", "something else")


def test_several_choices_stand_in_a_list_or_alone() -> None:
    several = field("several")
    assert read_value(several, parse_yaml("[informal, lead]", "p").value or MapNode((), HERE)).value == (
        "informal",
        "lead",
    )
    assert read("several", "lead") == ("lead",)
    assert "listed twice" in messages(several, "[lead, lead]")
    assert "Write: f: [informal, lead]" in messages(several, "informal, lead")
    assert "unknown alone" in messages(several, "[lead, unknown]")
    assert "no entry; it needs at least 1" in messages(several, "[]")
    with_none = field("several", options=(*OPTIONS, Option("none", "None", "none")))
    assert "“none” stands beside" in messages(with_none, "[none, lead]")


def messages(asked: Field, yaml: str) -> str:
    node = parse_yaml(yaml, "p.yaml").value
    assert node is not None
    checked = read_value(asked, node)
    return "\n".join(f"{d.span} {d.field}: {d.message} {d.fix}" for d in checked.diagnostics)


# ---------------------------------------------------------------- codes and addresses


def test_a_zip_code_keeps_its_zero() -> None:
    assert read("zip", "02134") == "02134"
    assert read("zip", "02134-1234") == "02134-1234"
    assert refused("zip", "2134") == (
        '“2134” has 4 digits; a spreadsheet may have dropped the first zero. Write: f: "02134"'
    )
    assert 'Write: f: "00501"' in refused("zip", "501")
    assert 'Write: f: "02134-1234"' in refused("zip", "021341234")


def test_a_state_is_two_letters() -> None:
    assert len(STATES) == 56
    for code in ("DC", "PR", "GU", "VI", "AS", "MP", "KY"):
        assert read("state", code) == code
    for typed in ("Kentucky", "ky", "Kentuky", "State of Kentucky"):
        assert "Write: f: KY" in refused("state", typed)
    assert "Write: f: DC" in refused("state", "District of Columbia")
    assert "Write, for example" in refused("state", "Ontario")


def test_an_ein_is_never_repeated() -> None:
    assert read("ein", "61-1234567") == "61-1234567"
    for typed in ("611234567", "61-123456", "6112-34567", "61-12345678"):
        message = refused("ein", typed)
        assert "1234" not in message.replace("61-1234567", "")
    (warning,) = read_value(field("ein"), TextNode("00-7654321", HERE)).diagnostics
    assert warning.severity is Severity.WARNING
    assert "7654321" not in warning.message


def test_the_last_digit_of_an_npi_fits_the_others() -> None:
    assert read("npi", "1234567893") == "1234567893"
    for last in "012456789":
        assert "does not fit" in refused("npi", f"123456789{last}")
    assert "ten digits" in refused("npi", "123456789")
    assert "begins with 1 or 2" in refused("npi", "3234567893")


def test_ueis() -> None:
    assert read("uei", "ABC123DEF456") == "ABC123DEF456"
    assert "Write: f: ABC123DEF456" in refused("uei", "abc123def456")
    assert "I and O" in refused("uei", "ABC123DEFO56")
    refused("uei", "0BC123DEF456")
    refused("uei", "ABC123DEF45")


@pytest.mark.parametrize("typed", ["(502) 555-0100", "502-555-0100", "502.555.0100", "+1 502 555 0100", "5025550100",
                                   "502-555-0100 ext. 12", "502-555-0100 x5", "+49 30 901820"])  # fmt: skip
def test_phone_numbers_stay_as_typed(typed: str) -> None:
    assert read("phone", typed) == typed


@pytest.mark.parametrize("typed", ["555-0100", "502-555-01000", "call me", "+1", "(502 555-0100", "122-555-0100"])
def test_other_phone_numbers_are_refused(typed: str) -> None:
    refused("phone", typed)


def test_e_mail_addresses() -> None:
    for typed in ("jane.roe@riverbend.example", "o'neil+x@a-b.org", "ánh@việt.example"):
        assert read("email", typed) == typed
    assert "Write: f: jane@x.org" in refused("email", "Jane Roe <jane@x.org>")
    for typed in (
        "jane",
        "jane@",
        "@x.org",
        "jane@x",
        "a b@x.org",
        "a@x..org",
        "a@x.org,b@x.org",
        ".a@x.org",
        "a@-x.org",
    ):
        refused("email", typed)


def test_web_addresses_begin_with_http() -> None:
    for typed in ("https://riverbend.example", "http://x.org/a?b=c#d", "https://x.org:8443/"):
        assert read("url", typed) == typed
    assert "Write: f: https://riverbend.example" in refused("url", "riverbend.example")
    for typed in ("javascript:alert(1)", "ftp://x.org", "file:///etc/passwd", "https://", "https://a b.org",
                  "https://user:pw@x.org", "https://localhost"):  # fmt: skip
        refused("url", typed)


# ---------------------------------------------------------------- lists and records

ROWS = Field(
    "service.elements",
    "list",
    fields=(
        Field("service.elements.name", "text", example="home visit"),
        Field("service.elements.rate", "money", sensitive=True),
        Field("service.elements.checks", "list", each=Field("service.elements.checks", "text")),
    ),
    example="- name: home visit\n  rate: 85.00",
)


def test_a_list_gives_records_whose_values_know_their_place() -> None:
    node = parse_yaml("- name: visit\n  rate: 85\n- name: unknown\n  checks: [a, b]\n", "p.yaml").value
    assert node is not None
    rows = read_value(ROWS, node).value
    assert isinstance(rows, tuple)
    first, second = rows
    assert isinstance(second, Record)
    assert isinstance(first, Record)
    assert first["rate"].value == Decimal("85.00")
    assert str(first["rate"].span) == "p.yaml:2:9"
    assert second["name"].value is UNKNOWN
    assert second["checks"].value == ("a", "b")
    assert list(second) == ["name", "checks"]
    assert "rate" not in second


def test_all_problems_of_a_list_are_found_at_once() -> None:
    node = parse_yaml("- nam: visit\n  rate: 1.2.3\n- just words\n-\n- unknown\n", "p.yaml").value
    assert node is not None
    found = read_value(ROWS, node).diagnostics
    assert [d.span.line for d in found if d.span] == [1, 2, 3, 4, 5]
    assert found[0].fix == "Did you mean name?"
    assert "1.2.3" not in found[1].message
    assert "Each entry begins with a dash" in messages(ROWS, "name: visit\n")
    assert "- name: home visit" in messages(ROWS, "home visit")


def test_a_single_answer_may_stand_for_a_list_of_plain_values() -> None:
    assert read("list", "in person", each=Field("a.f", "text")) == ("in person",)


def test_a_list_has_limits() -> None:
    states = field("list", each=Field("a.f", "state"))
    assert "no entry; it needs at least 1" in messages(states, "[]")
    assert messages(field("list", each=Field("a.f", "state"), optional=True), "[]") == ""
    assert "at most 200" in messages(states, "[" + "KY," * 201 + "]")
    assert "at least 2" in messages(field("list", each=Field("a.f", "state"), least="2"), "[KY]")


# ---------------------------------------------------------------- phrases


def test_contracts_phrase_values_like_this() -> None:
    assert phrase(field("date"), dt.date(2027, 1, 1)) == "January 1, 2027"
    assert phrase(field("duration"), Duration(30, "days")) == "thirty (30) days"
    assert phrase(field("duration"), Duration(5, "business days")) == "five (5) business days"
    assert phrase(field("duration"), Duration(1, "months")) == "one (1) month"
    assert phrase(field("duration"), Duration(24, "hours")) == "twenty-four (24) hours"
    assert phrase(field("money"), Decimal("12500.00")) == "$12,500.00"
    assert phrase(field("percent"), Percent(Decimal("5.00"))) == "five percent (5%)"
    assert phrase(field("percent"), Percent(Decimal(100))) == "one hundred percent (100%)"
    assert phrase(field("percent"), Percent(Decimal("2.50"))) == "two point five percent (2.5%)"
    assert phrase(field("integer"), 1250) == "1,250"
    assert phrase(field("yes_no"), True) == "yes"
    assert phrase(field("choice"), "lead") == "a lead body"
    assert phrase(field("state"), "KY") == "Kentucky"
    assert phrase(field("several"), ("lead", "informal")) == "a lead body and informal cooperation"
    assert phrase(field("zip"), "02134") == "02134"


def test_styles_are_those_of_the_clause_filters() -> None:
    assert phrase(field("money"), Decimal("1250.00"), "words") == "one thousand two hundred fifty dollars"
    assert phrase(field("money"), Decimal("1250.00"), "short") == "$1,250"
    assert phrase(field("money"), Decimal("1250.50"), "short") == "$1,250.50"
    assert phrase(field("money"), Decimal("1250.00"), "digits") == "$1,250.00"
    assert phrase(field("duration"), Duration(1, "years"), "words") == "one year"
    assert phrase(field("duration"), Duration(30, "days"), "digits") == "30 days"
    assert phrase(field("percent"), Percent(Decimal(5)), "digits") == "5%"
    assert phrase(field("percent"), Percent(Decimal(5)), "words") == "five percent"
    assert phrase(field("integer"), 12, "words") == "twelve"
    assert phrase(field("date"), dt.date(2027, 1, 1), "short") == "Jan. 1, 2027"
    assert phrase(field("date"), dt.date(2027, 1, 1), "digits") == "2027-01-01"
    assert phrase(field("state"), "KY", "short") == "KY"
    assert phrase(field("choice"), "lead", "short") == "lead body"
    assert phrase(field("several"), ("lead", "informal"), "list_or") == "a lead body or informal cooperation"
    assert phrase(field("text"), "home visit", "sentence") == "Home visit"
    assert phrase(field("text"), "Home visit", "lower_first") == "home visit"
    assert phrase(field("text"), "Riverbend", "possessive") == "Riverbend’s"
    assert phrase(field("text"), "Community Services", "possessive") == "Community Services’"
    assert phrase(field("integer"), 1, "plural", "person", "persons") == "person"
    assert phrase(field("integer"), 0, "plural", "person", "persons") == "persons"
    assert phrase(field("several"), ("a", "b"), "plural", "is", "are") == "are"
    with pytest.raises(ValueError, match="no such style"):
        phrase(field("text"), "x", "shout")


def test_lists_have_a_serial_comma() -> None:
    assert [listed(words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == ["", "a", "a and b", "a, b, and c"]
    assert listed(("a", "b", "c"), "or") == "a, b, or c"


def test_an_address_prints_on_lines_or_on_one() -> None:
    dictionary = starter()
    address = dictionary.find("cbo.address")
    assert address is not None
    record = Record(
        tuple(
            (name, Given(value, HERE))
            for name, value in {"street": "123 Main St", "city": "Louisville", "state": "KY", "zip": "40202"}.items()
        )
    )
    assert phrase(address, record) == "123 Main St\nLouisville, KY 40202"
    assert phrase(address, record, "one_line") == "123 Main St, Louisville, KY 40202"
    assert restyled("123 Main St\n  Suite 4\n", "one_line") == "123 Main St, Suite 4"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "zero dollars"),
        ("0.01", "zero and 01/100 dollars"),
        ("1", "one dollar"),
        ("1.50", "one and 50/100 dollars"),
        ("2", "two dollars"),
        ("21", "twenty-one dollars"),
        ("100", "one hundred dollars"),
        ("115.99", "one hundred fifteen and 99/100 dollars"),
        ("1000", "one thousand dollars"),
        ("1250", "one thousand two hundred fifty dollars"),
        ("12500.00", "twelve thousand five hundred dollars"),
        ("100001", "one hundred thousand one dollars"),
        ("1000000", "one million dollars"),
        ("90000000017.10", "ninety billion seventeen and 10/100 dollars"),
        (
            "999999999999",
            " ".join(f"nine hundred ninety-nine {s}" for s in ("billion", "million", "thousand", "dollars")),
        ),
    ],
)
def test_money_in_words(amount: str, words: str) -> None:
    assert money_in_words(Decimal(amount)) == words


@given(st.integers(0, 10**12 - 1))
def test_numbers_in_words_agree_with_another_program(n: int) -> None:
    from num2words import num2words

    assert number_in_words(n) == num2words(n).replace(",", "").replace(" and ", " ")
    assert number_from_words(number_in_words(n).capitalize()) == (n if n < 1000 else None)


# ---------------------------------------------------------------- properties

_KIND = st.sampled_from([k for k in KINDS if k not in ("list", "record")])


@given(_KIND, st.text(max_size=60))
def test_no_text_raises_and_every_refusal_is_placed(kind: str, text: str) -> None:
    checked = read_value(field(kind), TextNode(text, HERE))
    for problem in checked.diagnostics:
        assert problem.span == HERE
        assert problem.message
    if checked.value is not None and checked.value is not UNKNOWN:
        assert phrase(field(kind), checked.value) is not None


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_a_date_is_read_as_written(day: dt.date) -> None:
    assert read("date", day.isoformat()) == day
    assert read("date", phrase(field("date"), day, "digits")) == day


@given(st.integers(0, 9999), st.sampled_from(UNITS))
def test_a_duration_is_read_as_printed(n: int, unit: str) -> None:
    value = Duration(n, unit)
    assert read("duration", phrase(field("duration"), value, "digits").replace(",", "")) == value


@given(st.decimals(0, 10**12 - 1, places=2))
def test_an_amount_is_read_as_printed(amount: Decimal) -> None:
    assert read("money", phrase(field("money"), amount)) == amount
    assert read("money", f"{amount:.2f}") == amount


@given(st.decimals(0, 100, places=2))
def test_a_percentage_is_read_as_printed(amount: Decimal) -> None:
    assert read("percent", phrase(field("percent"), Percent(amount), "digits")) == Percent(amount)


@given(st.integers(0, 999_999_999))
def test_a_whole_number_is_read_as_printed(n: int) -> None:
    assert read("integer", phrase(field("integer"), n)) == n


@given(
    st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=40)
)
def test_quoted_text_is_read_back_from_a_profile(text: str) -> None:
    checked = read_yaml(f"a: {quoted(text)}\n".encode(), "p.yaml")
    if not checked.diagnostics:  # direction overrides and the like are refused
        assert isinstance(checked.value, MapNode)
        node = checked.value.get("a")
        assert isinstance(node, TextNode)
        assert node.text == text


# ---------------------------------------------------------------- the dictionary


def starter() -> Dictionary:
    node = read_yaml(DICTIONARY.read_bytes(), "_fields.yaml")
    assert not node.diagnostics
    assert node.value is not None
    checked = read_dictionary(node.value, "_fields.yaml")
    assert not checked.diagnostics, checked.diagnostics
    assert checked.value is not None
    return checked.value


def test_every_example_of_the_starter_dictionary_is_read_by_its_own_kind() -> None:
    dictionary = starter()
    for path in dictionary.paths():
        found = dictionary.find(path)
        assert found is not None
        assert found.example, path
        node = parse_yaml(found.example, path)
        assert node.value is not None, path
        checked = read_value(found, node.value)
        assert not errors_in((*node.diagnostics, *checked.diagnostics)), (path, node.diagnostics, checked.diagnostics)
        assert checked.value is not None, path


def test_every_field_of_the_starter_dictionary_is_explained() -> None:
    dictionary = starter()
    for path in dictionary.paths():
        found = dictionary.find(path)
        assert found is not None
        for what in ("label", "question", "why", "who", "when"):
            assert getattr(found, what), (path, what)
        assert found.question.count("?") or found.question.endswith("."), path
        assert not found.label.endswith("."), path
        assert "{" not in found.label + found.question + found.why + "".join(found.who), path
        if found.kind == "percent":
            assert found.of, path
        for option in found.options:
            assert option.label, path
            assert option.phrase, path


def test_labels_are_different_so_that_a_blank_says_what_it_wants() -> None:
    dictionary = starter()
    labels: dict[str, str] = {}
    for path in dictionary.paths():
        label = dictionary.label(path)
        assert labels.setdefault(label, path) == path, (label, path, labels[label])


def test_names_are_found_with_and_without_list_positions() -> None:
    dictionary = starter()
    for path in ("cbo.legal_name", "hub.contacts.privacy.email", "provider.short_name", "parties.2.short_name",
                 "service.elements.3.unit", "service.elements.unit", "staff.roles.1.checks",
                 "hub.functions"):  # fmt: skip
        assert dictionary.find(path) is not None, path
    for path in ("cbo.nothing", "agreement", "cbo.contacts", "cbo.legal_name.x", "service.elements.3.nothing", "", "."):
        assert dictionary.find(path) is None, path
    one = dictionary.find("agreement.states.2")
    assert one is not None
    assert one.kind == "state"
    entry = dictionary.find("service.elements.2")
    assert entry is not None
    assert entry.kind == "record"
    assert dictionary.is_group("agreement")
    assert dictionary.is_group("cbo.contacts")
    assert not dictionary.is_group("cbo")
    assert not dictionary.is_group("nothing")


def test_labels_name_the_party_and_the_entry() -> None:
    dictionary = starter()
    assert dictionary.label("cbo.legal_name") == "legal name of the CBO"
    assert dictionary.label("ce.contacts.privacy.email") == "e-mail of the privacy contact of the covered entity"
    assert dictionary.label("service.elements.2.unit") == "services, entry 2: unit"


def test_a_party_choice_lists_the_parties() -> None:
    dictionary = starter()
    assert dictionary.parties() == ("cbo", "hco", "hub")
    chosen = dictionary.find("agreement.provider")
    assert chosen is not None
    assert [o.key for o in chosen.options] == ["cbo", "hco", "hub"]


def test_names_close_to_a_field_are_suggested() -> None:
    dictionary = starter()
    assert dictionary.suggest("cbo.legal_nam") == "cbo.legal_name"
    assert dictionary.suggest("cbo.adress.city") == "cbo.address.city"
    assert dictionary.suggest("term.enddate") == "term.end_date"
    assert dictionary.suggest("service.element") == "service.elements"
    assert dictionary.suggest("qqqqq") is None


def test_the_dictionary_survives_json() -> None:
    dictionary = starter()
    again = Dictionary.from_data(json.loads(json.dumps(dictionary.to_data())))
    assert again is not None
    assert again.digest == dictionary.digest
    assert [again.find(p) for p in again.paths()] == [dictionary.find(p) for p in dictionary.paths()]
    assert again.find("cbo.ein").span == dictionary.find("cbo.ein").span  # type: ignore[union-attr]
    assert Dictionary.from_data({"format": 0}) is None


def test_a_dictionary_of_ready_fields_answers_the_same_way() -> None:
    dictionary = Dictionary((ROWS, Field("a.b", "date", label="day")))
    name = dictionary.find("service.elements.1.name")
    assert name is not None
    assert (name.path, name.kind, name.example) == ("service.elements.name", "text", "home visit")
    assert dictionary.paths() == ("service.elements", "a.b")
    assert [f.path for f in dictionary] == ["service.elements", "a.b"]
    assert not Dictionary(()).paths()


T = "kind: text, label: x, question: y"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fields: {a: {kind: currency, label: x, question: y}}", "not a kind"),
        ("fields: {a: {kind: text, label: x, question: y, helps: z}}", "nothing a field can say"),
        ("fields: {a: {kind: choice, label: x, question: y}}", "no options"),
        ("fields: {a: {kind: list, label: x, question: y}}", "what an entry holds"),
        ("fields: {a: {kind: percent, label: x, question: y}}", "of what"),
        ("fields: {a: {kind: record, record: nobody, label: x, question: y}}", "no record"),
        ("fields: {a: {kind: text, question: y}}", "has no label"),
        ("fields: {A: {kind: text, label: x, question: y}}", "cannot be the name"),
        ("fields: {extends: {kind: text, label: x, question: y}}", "cannot be the name"),
        (f"fields: {{a: {{{T}}}, a.b: {{{T}}}}}", "cannot stand below"),
        ("fields: {a: {kind: text, label: x, question: y, who: [neighbor]}}", "nobody we can ask"),
        ("fields: {a: {kind: date, label: x, question: y, max: 3}}", "mean nothing"),
        ("fields: {a: {kind: choice, label: x, question: y, options: {unknown: U}}}", "an answer everywhere"),
        ("fields: {a: {kind: choice, label: x, question: y, options: nowhere}}", "not a set of options"),
        (f"fields: {{a: {{{T}, same_as: b}}}}", "chooses a party"),
        ("records: {r: {fields: {a: {kind: record, record: r, label: x, question: y}}}}", "holds itself"),
        ("field: {}", "does not belong here"),
        ("just words", "group of fields"),
    ],
)  # fmt: skip
def test_entries_that_cannot_be_used_are_named(text: str, problem: str) -> None:
    node = parse_yaml(text, "_fields.yaml").value
    assert node is not None
    found = read_dictionary(node, "_fields.yaml").diagnostics
    assert any(problem in d.message for d in found), found
    assert all(d.span is not None for d in found)


# ---------------------------------------------------------------- the vocabulary of the guides

MATRIX = {
    "how services connect": {"service_model": "several", "primary_service_model": "choice", "info_direction": "choice"},
    "how the work is funded": {
        "financial_relationship": "several", "independent_mode": "choice", "contract_funding": "several",
        "results_basis": "several", "results_vehicle": "choice", "results_extent": "choice", "fund_mix": "choice",
    },
    "how data are shared": {
        "data_relationship": "choice", "data.report_to": "choice", "program_data_review": "choice",
        "separate_systems": "yes_no", "joint_system": "yes_no", "realtime_view": "yes_no", "input_rights": "yes_no",
        "data.tiers": "list",
    },
    "what the partnership changes": {
        "partnership_effects": "several", "capacity_areas": "several", "capacity_existing": "several",
    },
    "who leads": {
        "governance": "choice", "lead_party": "party_choice", "shared_accountability_kinds": "several",
        "joint_board.seats": "list", "backbone_entity": "party_choice",
    },
    "how it grows": {"evolution": "list", "phase": "choice", "pilot.planned": "yes_no"},
}  # fmt: skip


def test_each_dimension_of_the_matrix_has_all_its_parts() -> None:
    dictionary = starter()
    for parts in MATRIX.values():
        kinds = {path: found.kind for path in parts if (found := dictionary.find(path)) is not None}
        assert kinds == parts
