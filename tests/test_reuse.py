"""What is kept of one agreement for the next is kept by all it hangs on: warm or cold, every byte is the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator.diagnostics import Span
from generator.fields import Given, Record
from generator.frozen import dataclass
from generator.model import Agreement, Filled, Paragraph, Text
from generator.pipeline.making import load_given_frame, make_set
from generator.pipeline.parts import Parts, date_of, read_given_profile, read_parts
from generator.profile import Profile
from generator.reuse import Itself, Keeps, is_shared, kept, kept_for_all, reused, same, share
from generator.writers import docx
from generator.writers.docx import write_docx
from generator.writers.pdf import content
from tests.any_answers import LEFT_OUT, any_answers, rich, with_answers
from tests.specimen import specimen
from tests.warm_library import ROOT, warm_workspace


@dataclass(frozen=True, slots=True)
class Piece(Keeps):
    text: str


CALLS: list[object] = []


def joined(piece: Piece, *more: object) -> str:
    CALLS.append(more)
    return " ".join((piece.text, *map(str, more)))


def greeting(piece: Piece, answers) -> str:
    name = answers.value("name")
    return f"{piece.text} {name}" + (f", {answers.value('title')}" if name == "Ann" else "")


def shared(text: str) -> Piece:
    """Return a piece that is handed out a second time."""
    piece = Piece(text)
    share(piece)
    return piece


class Answers(dict[str, object]):
    def value(self, path: str) -> object:
        return self[path]


@pytest.fixture(autouse=True)
def no_calls() -> None:
    CALLS.clear()


def test_a_result_is_made_once_for_the_same_and_again_for_another():
    piece = shared("a")
    assert [kept(piece, joined, 1), kept(piece, joined, 1), kept(piece, joined, 2)] == ["a 1", "a 1", "a 2"]
    assert CALLS == [(1,), (2,)]
    assert kept(shared("a"), joined, 1) == "a 1"
    assert len(CALLS) == 3, "an equal piece is another piece"


def test_nothing_is_kept_of_what_is_seen_once():
    piece = Piece("a")
    assert kept(piece, joined, 1) == kept(piece, joined, 1) == "a 1"
    assert CALLS == [(1,), (1,)]
    assert not hasattr(piece, "_kept")


def named(piece: Piece) -> Piece:
    return Piece(f"of {piece.text}")


def test_a_result_that_is_used_again_keeps_what_is_worked_out_of_it():
    piece = shared("a")
    assert not hasattr(kept(piece, named), "_kept")
    assert kept(kept(piece, named), joined, 1) == "of a 1"
    assert kept(kept(piece, named), joined, 1) == "of a 1"
    assert CALLS == [(1,)]


def test_only_a_few_results_are_kept():
    piece = shared("a")
    for n in range(1000):
        assert kept(piece, joined, n) == f"a {n}"
    assert len(piece._kept) <= 12


def test_what_was_asked_for_again_stays_longest():
    piece = shared("a")
    for _ in range(2):
        kept(piece, joined, "shared")
    CALLS.clear()
    for n in range(1000):
        kept(piece, joined, n)
        kept(piece, joined, "shared")
    assert len(CALLS) == 1000


def test_what_the_next_will_ask_for_is_kept_from_the_first_time():
    assert kept(kept_for_all(shared("a"), named), joined, 1) == "of a 1"
    assert is_shared(kept_for_all(shared("a"), named))
    assert not is_shared(kept_for_all(Piece("a"), named)), "it goes with its piece"


def test_a_thing_itself_is_no_other_that_equals_it():
    one, other = Piece("a"), Piece("a")
    assert Itself(one) == Itself(one)
    assert Itself(one) != Itself(other)
    assert len({Itself(one), Itself(one), Itself(other)}) == 2


def test_what_may_know_more_than_it_is_given_is_refused():
    secret = "of member 7"
    for work in (lambda piece: secret, "x".join, Answers().value):
        with pytest.raises(TypeError):
            kept(shared("a"), work)


def test_what_is_kept_is_no_part_of_its_piece():
    import copy
    import pickle

    piece, other = Paragraph((Text("a"),)), Paragraph((Text("a"),))
    share(piece)
    kept(piece, joined_text)
    assert piece == other
    assert hash(piece) == hash(other)
    assert repr(piece) == repr(other)
    for twin in (copy.copy(piece), pickle.loads(pickle.dumps(piece)), dataclasses.replace(piece)):
        assert twin == piece
        assert not hasattr(twin, "_kept")


def joined_text(paragraph: Paragraph) -> str:
    return "".join(i.text for i in paragraph.inlines if isinstance(i, Text))


def test_what_hangs_on_answers_is_used_again_where_all_that_was_asked_is_answered_the_same():
    piece = shared("Dear")
    assert reused(piece, greeting, Answers(name="Bo", title="Dr.")) == "Dear Bo"
    assert reused(piece, greeting, Answers(name="Bo", title="Ms.")) is reused(piece, greeting, Answers(name="Bo"))
    assert reused(piece, greeting, Answers(name="Ann", title="Dr.")) == "Dear Ann, Dr."
    assert reused(piece, greeting, Answers(name="Ann", title="Ms.")) == "Dear Ann, Ms."
    assert reused(piece, greeting, Answers(name="Ann", title="Dr.")) == "Dear Ann, Dr."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True), (0, False), (1, Decimal(1)), (Decimal("1.0"), Decimal("1.00")), ("1", 1), ((1,), (True,)),
        ((1, 2), (1, 2, 3)), (Filled("a", "b", Span("x", 1)), Filled("a", "b", Span("x", 2))),
        (Given(1, Span("x", 1)), Given(True, Span("x", 1))), (None, ()),
    ],
)  # fmt: skip
def test_what_equals_and_is_not_the_same(one: object, other: object):
    assert not same(one, other)
    assert same(one, one)
    assert same(dataclasses.replace(one) if dataclasses.is_dataclass(one) else one, one)  # type: ignore[type-var]


# ---------------------------------------------------------------- what writers keep


def all_shared(agreement: Agreement) -> Agreement:
    """Return ``agreement`` as if every section of it were handed out to others too."""
    share((*agreement.opening, *agreement.sections))
    for schedule in agreement.schedules:
        share(schedule.blocks)
    return agreement


@pytest.mark.parametrize("clean", [False, True])
@pytest.mark.parametrize("draft", [False, True])
def test_a_shared_section_is_written_as_any_other_whatever_stands_around_it(
    draft: bool, clean: bool, monkeypatch: pytest.MonkeyPatch
):
    def variants(agreement: Agreement) -> list[Agreement]:
        # Sections that nothing refers to any more, references that lead nowhere, other numbers in front.
        return [
            dataclasses.replace(agreement, schedules=()),
            dataclasses.replace(agreement, opening=(), sections=agreement.sections[1:]),
            dataclasses.replace(agreement, schedules=agreement.schedules[::-1]),
            dataclasses.replace(agreement, sections=agreement.sections * 2),
            agreement,
        ]

    def all_written(agreement: Agreement) -> list[object]:
        return [
            (write_docx(a, frame, clean=clean), content(dataclasses.replace(a)))
            for a in variants(agreement)
            for frame in frames()
        ]

    with monkeypatch.context() as patched:
        patched.setattr(docx, "settled", docx.settled.__wrapped__)
        alone = all_written(specimen(draft))
    shared_ = all_shared(specimen(draft))
    assert [all_written(shared_) for _ in range(3)] == [alone] * 3


# ---------------------------------------------------------------- warm and cold

TODAY = dt.date(2026, 11, 23)
SETS = {
    "profiles/hub-member.yaml": ("hub", "sow", "sba"),
    "profiles/hub-plan.yaml": ("svc", "sow", "baa"),
    "profiles/hospital-joint-site.yaml": ("mou", "dsa", "joc"),
}
NAMES = ("Fern", "Fern House", "Services Records", "Party", "“Q” & <b>", "Fern, Inc.", "Straße {x}\nÅ")


def fresh() -> Parts:
    return read_parts(warm_workspace(ROOT, today=TODAY))


@cache
def warm() -> Parts:
    return fresh()


@cache
def house():
    return load_given_frame(warm_workspace(ROOT, today=TODAY), None)


@cache
def frames():
    workspace = warm_workspace(ROOT, today=TODAY)
    return [load_given_frame(workspace, name).value for name in ("house", "plain")]


@cache
def base(name: str) -> Profile:
    read = read_given_profile(warm_workspace(ROOT, today=TODAY), name, warm().dictionary)
    assert read.value is not None
    return with_answers(rich(warm(), read.value), {"agreement.documents": SETS[name]})


def texts(value: object, word: str) -> object:
    """Return ``value`` with ``word`` in each of its texts, and lists as long as the word has letters before a blank."""
    if isinstance(value, Record):
        return Record(
            tuple(
                (n, Given(texts(g.value, word) if n in ("name", "task") else g.value, g.span)) for n, g in value.items()
            )
        )
    if isinstance(value, tuple) and value and all(isinstance(v, Record) for v in value):
        return tuple(texts(v, word) for v in (value * 4)[: len(word.split()[0])])
    return word if isinstance(value, str) else value


def elsewhere(profile: Profile, line: int) -> Profile:
    """Return ``profile`` as if each answer stood in another place: what is told of it must name that one."""
    values = {k: Given(g.value, Span("members.csv", line, n + 1)) for n, (k, g) in enumerate(profile.values.items())}
    return dataclasses.replace(profile, values=values)


def all_of(parts: Parts, profile: Profile, documents: tuple[str, ...], draft: bool) -> list[object]:
    """Return everything that comes of ``profile``, with the places that comparing looks away from."""
    made = make_set(
        parts, profile, date=date_of(profile, warm_workspace(ROOT, today=TODAY)), documents=documents,
        formats=("docx", "html", "txt"), draft=draft, house=house(), companion=True,
    )  # fmt: skip
    assert "Later(" not in repr(made.agreements), "a value was not put in"
    return [
        made.files, repr(made.agreements), repr(made.diagnostics),
        repr([(i, i.span, i.decides) for i in made.open_items]), [content(a) for a in made.agreements],
    ]  # fmt: skip


@st.composite
def changes(draw: st.DrawFn, name: str) -> dict[str, object]:
    """Draw how a member of the set ``name`` differs from the shared answers: a name, lists of other lengths, more."""
    profile = base(name)
    changed = dict(draw(any_answers(warm(), profile, SETS[name])))
    word = draw(st.sampled_from(NAMES))
    for path in draw(st.lists(st.sampled_from(sorted(profile.values)), max_size=6, unique=True)):
        given_, field = profile.values[path], warm().dictionary.find(path)
        if field is not None and field.kind in ("text", "list", "record"):
            changed[path] = texts(given_.value, word)
        elif draw(st.booleans()) and not path.startswith("agreement."):
            changed[path] = LEFT_OUT
    return {**changed, "cbo.short_name": word, "cbo.legal_name": f"{word}, Inc."}


@st.composite
def members(draw: st.DrawFn) -> tuple[str, Profile, bool]:
    """Draw a member: which set, what differs from the shared answers, where its answers stand, draft or final."""
    name = draw(st.sampled_from(sorted(SETS)))
    changed = draw(changes(name))
    return name, elsewhere(with_answers(base(name), changed), draw(st.integers(2, 4))), draw(st.booleans())


@pytest.mark.slow
@settings(
    max_examples=4, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(drawn=st.lists(members(), min_size=2, max_size=3))
def test_what_was_made_before_changes_no_byte_of_what_is_made_after(drawn: list[tuple[str, Profile, bool]]):
    first = [all_of(warm(), profile, SETS[name], draft) for name, profile, draft in drawn]
    cold = [all_of(fresh(), profile, SETS[name], draft) for name, profile, draft in drawn]
    again = [all_of(warm(), profile, SETS[name], draft) for name, profile, draft in reversed(drawn)]
    assert first == cold
    assert again[::-1] == cold
