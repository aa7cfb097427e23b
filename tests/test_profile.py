"""Profiles: every answer with its place, one file building on another, all problems at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Checked
from generator.fields import UNKNOWN, Record
from generator.profile import Profile, read_profile
from tests.warm_library import shipped_dictionary

ROOT = Path(__file__).parent.parent


DICTIONARY = shipped_dictionary()


def check(files: dict[str, str] | str, name: str = "p.yaml") -> Checked[Profile]:
    texts = {name: files} if isinstance(files, str) else files
    data = {file: text.encode() for file, text in texts.items()}
    return read_profile(data.get, name, DICTIONARY)


def profile(files: dict[str, str] | str, name: str = "p.yaml") -> Profile:
    checked = check(files, name)
    assert not checked.diagnostics, checked.diagnostics
    assert checked.value is not None
    return checked.value


def problems(files: dict[str, str] | str, name: str = "p.yaml") -> list[str]:
    return [f"{d.span} {d.field} {d.message} {d.fix}" for d in check(files, name).diagnostics]


def value(found: Profile, path: str) -> object:
    given = found.given(path)
    return None if given is None else given.value


# ---------------------------------------------------------------- one file


def test_answers_stand_nested_or_dotted_and_know_their_place() -> None:
    found = profile("term:\n  effective_date: 2027-01-01\nterm.end_date: 2027-12-31\ncbo.address: {city: Louisville}\n")
    assert value(found, "term.effective_date") == dt.date(2027, 1, 1)
    assert value(found, "term.end_date") == dt.date(2027, 12, 31)
    assert value(found, "cbo.address.city") == "Louisville"
    start = found.given("term.effective_date")
    assert start is not None
    assert str(start.span) == "p.yaml:2:19"


def test_empty_answers_are_no_answers() -> None:
    found = profile('cbo:\n  legal_name:\n  dba: ""\nhub:\npins:\noverrides:\nextends:\n')
    assert not found.values
    assert not found.has_any("cbo")


def test_an_empty_file_is_a_profile_without_answers() -> None:
    for text in ("", "# nothing yet\n"):
        assert not profile(text).values


def test_unknown_for_a_whole_party_holds_for_all_of_it() -> None:
    found = profile("hub: unknown\nagreement: unknown\npay.ffs: unknown\n")
    assert value(found, "hub.legal_name") is UNKNOWN
    assert value(found, "hub.contacts.privacy.email") is UNKNOWN
    assert value(found, "agreement.name") is UNKNOWN
    assert value(found, "pay.ffs") is UNKNOWN
    assert value(found, "cbo.legal_name") is None


def test_a_list_is_a_tuple_of_records() -> None:
    found = profile("pay.ffs:\n  - {service: visit, unit: visit, rate: 85}\n")
    rows = value(found, "pay.ffs")
    assert isinstance(rows, tuple)
    assert isinstance(rows[0], Record)
    assert str(rows[0]["service"].span) == "p.yaml:2:15"


def test_names_that_are_no_field_are_errors_with_a_suggestion() -> None:
    assert problems("cbo:\n  legal_nam: x\n") == [
        "p.yaml:2:3 cbo.legal_nam “legal_nam” is not a field. Did you mean legal_name?"
    ]
    assert problems("trem.end_date: 2027-01-01\n")[0].endswith("Did you mean term.end_date?")
    assert "Take it out" in problems("qqqqq: 1\n")[0]
    assert problems("service.elements.1.name: x\n")[0].startswith("p.yaml:1:1 service.elements.1.name")


def test_a_group_is_not_one_answer() -> None:
    assert "is a group of fields" in problems("cbo: Riverbend\n")[0]
    assert "is a group of fields" in problems("agreement: [a]\n")[0]


def test_a_field_is_answered_once() -> None:
    (problem,) = check("term.end_date: 2027-12-31\nterm:\n  end_date: 2027-12-30\n").diagnostics
    assert problem.rule == "answered-twice"
    assert str(problem.span) == "p.yaml:3:3"
    assert [str(o.span) for o in problem.others] == ["p.yaml:1:1"]


def test_roles_and_worked_out_names_are_not_answered() -> None:
    assert "Answer agreement.provider" in problems("provider:\n  legal_name: x\n")[0]
    assert "worked out" in problems("documents: [mou]\n")[0]


def test_pins_and_overrides_are_kept_with_their_place() -> None:
    found = profile("pins:\n  confidentiality.mutual: 2.0.0\noverrides:\n  pay-09: The board agreed on May 2.\n")
    version, place = found.pins["confidentiality.mutual"]
    assert (version, str(place)) == ("2.0.0", "p.yaml:2:27")
    assert found.overrides["pay-09"][0] == "The board agreed on May 2."


def test_a_pin_names_one_version() -> None:
    assert "three numbers" in problems("pins: {confidentiality.mutual: latest}\n")[0]
    assert "not the name of a clause" in problems("pins: {Confidentiality: 1.0.0}\n")[0]
    assert "group of clauses" in problems("pins: x\n")[0]
    assert "no reason" in problems("overrides: {pay-09: }\n")[0]


def test_ten_things_broken_are_all_found_at_once_each_with_its_place() -> None:
    text = """\
cbo:
  legal_nam: Riverbend
  dba: {Re}Build
  address: {state: Kentucky, zip: 2134}
  npi: 1234567890
term:
  effective_date: 2026-02-30
  end_date: 03/04/2026
pay.total_cap: 1,25
governance: shared leadership
baa.breach_notice: 5
agreement.name: "a\u202eb"
"""
    found = [d.span for d in check(text).diagnostics]
    assert sorted((s.line, s.column) for s in found if s) == [
        (2, 3), (3, 12), (4, 20), (4, 35), (5, 8), (7, 19), (8, 13), (9, 16), (10, 13), (11, 20), (12, 19),
    ]  # fmt: skip
    fixes = " ".join(d.fix for d in check(text).diagnostics)
    assert "Write: governance: shared_accountability" in fixes


def test_a_file_that_is_no_profile_says_so() -> None:
    assert "is a list" in problems("- a\n- b\n")[0]
    assert "is one text" in problems("just words\n")[0]
    checked = read_profile({"p.yaml": b"\xff\xfe\0\0"}.get, "p.yaml", DICTIONARY)
    assert checked.value is None
    assert checked.diagnostics


# ---------------------------------------------------------------- building on another file

HUB = "hub:\n  legal_name: Hub, Inc.\n  short_name: Hub\npayer_lines: [medicaid_mco, chip]\nterm.end_date: 2027-12-31\n"


def test_the_nearer_answer_wins_field_by_field_and_keeps_its_place() -> None:
    files = {"p/member.yaml": "extends: ../hub.yaml\nhub.short_name: H\npayer_lines: [commercial]\n", "hub.yaml": HUB}
    found = profile(files, "p/member.yaml")
    name, short = found.given("hub.legal_name"), found.given("hub.short_name")
    assert name is not None
    assert short is not None
    assert (name.value, str(name.span)) == ("Hub, Inc.", "hub.yaml:2:15")
    assert (short.value, str(short.span)) == ("H", "p/member.yaml:2:17")
    assert value(found, "payer_lines") == ("commercial",)
    assert [file for file, _ in found.digests] == ["p/member.yaml", "hub.yaml"]
    assert all(digest.startswith("sha256:") for _, digest in found.digests)


def test_an_empty_answer_leaves_the_farther_one_and_unknown_replaces_it() -> None:
    files = {"p.yaml": "extends: hub.yaml\nhub:\n  legal_name:\n  short_name: unknown\n", "hub.yaml": HUB}
    found = profile(files)
    assert value(found, "hub.legal_name") == "Hub, Inc."
    assert value(found, "hub.short_name") is UNKNOWN
    whole = profile({"p.yaml": "extends: hub.yaml\nhub: unknown\n", "hub.yaml": HUB})
    assert value(whole, "hub.legal_name") is UNKNOWN
    below = profile({"p.yaml": "extends: hub.yaml\nhub.legal_name: Mine\n", "hub.yaml": "hub: unknown\n"})
    assert value(below, "hub.legal_name") == "Mine"
    assert value(below, "hub.short_name") is UNKNOWN


def test_a_chain_of_three_and_pins_from_all() -> None:
    files = {
        "p.yaml": "extends: b.yaml\npins: {a.b: 1.0.0}\n",
        "b.yaml": "extends: c.yaml\npins: {a.b: 2.0.0, c.d: 2.0.0}\n",
        "c.yaml": "agreement.name: Far Away\n",
    }
    found = profile(files)
    assert value(found, "agreement.name") == "Far Away"
    assert {id: version for id, (version, _) in found.pins.items()} == {"a.b": "1.0.0", "c.d": "2.0.0"}


def test_circles_and_missing_files_are_located() -> None:
    assert problems({"p.yaml": "extends: p.yaml\n"})[0].startswith("p.yaml:1:10 ")
    circle = problems({"p.yaml": "extends: b.yaml\n", "b.yaml": "a: 1\nextends: p.yaml\n"})
    assert any(p.startswith("b.yaml:2:10 ") and "no beginning" in p for p in circle)
    assert problems({"p.yaml": "x:\nextends: hub\n"})[-1].startswith("p.yaml:2:10  “hub” is not there.")
    for name in ("/etc/passwd", "C:\\x.yaml", "https://x.org/hub.yaml", "[a]"):
        assert problems({"p.yaml": f"extends: {name}\n"}), name
    deep = {f"p{i}.yaml": f"extends: p{i + 1}.yaml\n" for i in range(20)}
    assert "build on one another" in problems(deep, "p0.yaml")[0]


def test_problems_of_all_files_come_at_once() -> None:
    files = {"p.yaml": "extends: hub.yaml\nterm.end_date: soon\n", "hub.yaml": "hub:\n  legal_nam: x\n"}
    assert [p.split(" ")[0] for p in problems(files)] == ["p.yaml:2:16", "hub.yaml:2:3"]


# ---------------------------------------------------------------- where to write what is missing


def test_the_place_for_an_answer_is_its_own_line_else_beside_its_neighbors() -> None:
    files = {
        "p.yaml": "extends: hub.yaml\ncbo:\n  legal_name:\n  short_name: X\nterm.effective_date: 2027-01-01\n",
        "hub.yaml": "hub:\n  short_name: unknown\n",
    }
    found = profile(files)
    assert str(found.place_for("cbo.legal_name")) == "p.yaml:3:3"
    assert str(found.place_for("cbo.address.city")) == "p.yaml:2:1"
    assert str(found.place_for("term.end_date")) == "p.yaml:5:1"
    assert str(found.place_for("hub.short_name")) == "hub.yaml:2:3"
    assert str(found.place_for("law.venue")) == "p.yaml:6:1"
    assert str(found.place_for("service.elements.2.unit")) == "p.yaml:6:1"


# ---------------------------------------------------------------- the worked profiles and hostile ones


def test_the_worked_profiles_are_read_without_a_problem() -> None:
    files = sorted((ROOT / "profiles").glob("*.yaml"))
    for file in files:
        name = file.relative_to(ROOT).as_posix()
        checked = read_profile(lambda n: (ROOT / n).read_bytes() if (ROOT / n).is_file() else None, name, DICTIONARY)
        assert not checked.diagnostics, (name, checked.diagnostics)


_NAMES = st.sampled_from(
    ["cbo", "cbo.legal_name", "legal_name", "agreement", "name", "pay.ffs", "rate", "extends", "pins", "provider", "x",
     "hub", "term.end_date", "service_model", "unknown", "", "a.b.", ".", "1", "contacts", "program"]
)  # fmt: skip
_VALUES = st.recursive(
    st.sampled_from(["", "unknown", "x", "p.yaml", "2027-01-01", "yes", "[", "12,500", "referral"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=10,
)


def _flow(tree: object) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f'"{k}": {_flow(v)}' for k, v in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(_flow(v) for v in tree) + "]"
    return f'"{tree}"'


@given(st.dictionaries(_NAMES, _VALUES, max_size=5))
def test_no_shape_of_profile_raises(tree: dict[str, object]) -> None:
    checked = check(_flow(tree))
    for problem in checked.diagnostics:
        assert problem.span is not None
    if checked.value is not None:
        for path in checked.value.values:
            assert checked.value.given(path) is not None
            assert checked.value.place_for(path).file == "p.yaml"


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    read_profile({"p.yaml": data}.get, "p.yaml", DICTIONARY)
