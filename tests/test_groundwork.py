"""What hangs on shared answers alone is worked out once; a member that answers any of it itself gets its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator.assembly.facts import Facts
from generator.assembly.groundwork import Groundwork, groundwork_of
from generator.diagnostics import Span
from generator.fields import UNKNOWN, Given
from generator.profile import Laid, Profile, Watched, laid_over
from generator.reading.grammar import Known, Open
from generator.reuse import Itself
from tests.any_answers import LEFT_OUT
from tests.test_reuse import SETS, all_of, base, changes, fresh, warm

DICTIONARY = warm().dictionary
HUB = Span("hub.yaml", 1)
SHARED = Profile(
    {
        path: Given(value, HUB)
        for path, value in {
            "agreement.provider": "cbo",
            "agreement.purchaser": "hub",
            "hub.legal_name": "North Hub, Inc.",
            "hub.short_name": "North Hub",
            "cbo.contacts": UNKNOWN,
        }.items()
    },
    "hub.yaml",
)
KEY = Itself("a question")


def member(own: Mapping[str, Any], shared: Profile = SHARED) -> Laid:
    """Return the profile of a member that answers ``own``."""
    given_ = {path: Given(value, Span("members.csv", 2, n)) for n, (path, value) in enumerate(own.items(), 1)}
    places = {path: one.span for path, one in given_.items()}
    return laid_over(shared, given_, file="members.csv", places=places, attached=shared.attached)


def ground(own: Mapping[str, Any], shared: Profile = SHARED, clauses: tuple[str, ...] = ()) -> Groundwork:
    """Return the groundwork of a member's services agreement."""
    facts = Facts(member(own, shared), DICTIONARY, "svc", ("provider", "purchaser"), ("svc",), clauses)
    found = groundwork_of(facts)
    assert found is not None
    return found


@pytest.fixture
def shared() -> Profile:
    """What all share, of which nothing was worked out yet."""
    return replace(SHARED)


def names(profile: Profile) -> dict[str, object]:
    return {path: given_.value for path, given_ in profile.values.items()}


def test_own_answers_lie_over_the_shared_ones_and_end_an_unknown_group():
    made = member({"cbo.contacts.program.name": "Ada", "hub.short_name": "Hub"})
    assert names(made) == {
        "agreement.provider": "cbo", "agreement.purchaser": "hub", "hub.legal_name": "North Hub, Inc.",
        "hub.short_name": "Hub", "cbo.contacts.program.name": "Ada",
    }  # fmt: skip
    assert names(member({}))["cbo.contacts"] is UNKNOWN
    assert made.given("cbo.contacts.program.email") is None
    assert SHARED.given("cbo.contacts.program.email").value is UNKNOWN


def test_a_group_that_a_member_does_not_know_has_no_shared_answers():
    made = member({"hub": UNKNOWN, "cbo.contacts.program.name": "Ada"})
    assert "hub.legal_name" not in names(made)
    assert made.given("hub.legal_name").value is UNKNOWN
    assert member({"hub": UNKNOWN, "hub.short_name": "Hub"}).given("hub.short_name").value == "Hub"


def test_what_is_worked_out_is_worked_out_once_for_all(shared: Profile):
    calls: list[str] = []

    def work(facts: Facts) -> object:
        calls.append("once")
        return facts.value("purchaser.short_name")

    found = [ground({"cbo.short_name": name}, shared).of(KEY, work) for name in ("Fern", "Oak", "Elm")]
    assert found == [Known("North Hub")] * 3
    assert calls == ["once"]


@pytest.mark.parametrize(
    ("own", "path"),
    [
        ({"hub.short_name": "Another"}, "purchaser.short_name"),
        ({"agreement.purchaser": "hco"}, "purchaser.short_name"),
        ({"cbo.contacts.program.name": "Ada"}, "cbo.contacts.program.email"),
        ({"cbo.contacts.program.name": "Ada"}, "cbo.contacts.program"),
        ({"hub": UNKNOWN}, "hub.short_name"),
        ({"more_parties": ()}, "hub.short_name"),
    ],
    ids=str,
)
def test_a_member_that_may_answer_otherwise_gets_nothing_of_it(own: dict[str, Any], path: str, shared: Profile):
    assert ground({}, shared).of(KEY, lambda facts: facts.value(path)) is not None
    assert ground(own, shared).of(KEY, lambda facts: facts.value(path)) is None


def test_a_member_that_does_not_know_a_group_gets_nothing_that_hangs_on_what_is_in_it(shared: Profile):
    deep = replace(shared, values={**shared.values, "cbo.contacts.program.name": Given("Ada", HUB)})
    for path in ("cbo.contacts.program.name", "cbo.contacts.program"):
        assert ground({}, deep).of(KEY, lambda facts, path=path: facts.profile.has_any(path)) is True
        found = ground({"cbo.contacts": UNKNOWN}, deep).of(KEY, lambda facts, path=path: facts.profile.has_any(path))
        assert found is None


def test_what_asks_for_a_place_is_everybodys_own(shared: Profile):
    found = ground({}, shared).of(KEY, lambda facts: facts.profile.place_for("hub.short_name"))
    assert found is None


def test_what_asks_for_the_clauses_holds_where_they_are_the_same(shared: Profile):
    def work(facts: Facts) -> object:
        return facts.value("clauses")

    for clauses in (("a.b",), ("c.d",), ("a.b",)):
        assert ground({}, shared, clauses).of(KEY, work) == Known(clauses)


def test_there_is_no_groundwork_where_nothing_is_shared_or_the_parties_are_open():
    facts = Facts(SHARED, DICTIONARY, "svc", ("provider", "purchaser"), ("svc",))
    assert groundwork_of(facts) is None
    facts = Facts(member({}), DICTIONARY, "svc", ("provider", "purchaser"), ("svc",), waits=Open(("county.signs",)))
    assert groundwork_of(facts) is None
    assert groundwork_of(Facts(Watched.of(member({})), DICTIONARY, "svc", ("provider",), ("svc",))) is None


@st.composite
def hubs(draw: st.DrawFn) -> tuple[str, list[dict[str, object]], bool]:
    """Draw a set, how some members of a hub differ in it, and whether drafts are made."""
    name = draw(st.sampled_from(sorted(SETS)))
    return name, draw(st.lists(changes(name), min_size=3, max_size=4)), draw(st.booleans())


@pytest.mark.slow
@settings(
    max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(drawn=hubs())
def test_members_of_one_hub_get_what_each_would_get_alone(drawn: tuple[str, list[dict[str, object]], bool]):
    name, members, draft = drawn
    whole = base(name)
    own = {path: whole.values[path].value for one in members for path in one if path in whole.values}
    shared = replace(whole, values={k: v for k, v in whole.values.items() if k not in own})
    for one in members:
        laid = member({path: v for path, v in {**own, **one}.items() if v != LEFT_OUT}, shared)
        alone = Profile(laid.values, laid.file, places=laid.places, attached=laid.attached)
        assert all_of(warm(), laid, SETS[name], draft) == all_of(fresh(), alone, SETS[name], draft)
