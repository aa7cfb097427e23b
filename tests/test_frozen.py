"""Classes made by ``generator.frozen`` are dataclasses in every way that the program or its callers can see."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar, Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import generator
from generator import frozen

T = TypeVar("T")


def both(**options: bool) -> Callable[[Callable[[Any], type]], list[type]]:
    """Return the class that a function makes with the decorator of each library: [theirs, ours]."""
    return lambda make: [make(dataclasses.dataclass(**options)), make(frozen.dataclass(**options))]


@both(frozen=True, slots=True)
def points(decorator: Any) -> type:
    @decorator
    class Point(Generic[T]):
        """A point."""

        x: T
        y: tuple[int, ...] = ()
        note: str = dataclasses.field(default="n", compare=False)
        hidden: str = dataclasses.field(default="", repr=False)
        made: list[int] = dataclasses.field(default_factory=list, compare=False)

        @property
        def twice(self) -> tuple[T, T]:
            return (self.x, self.x)

    return Point


@both(frozen=True, slots=True, order=True)
def ordered(decorator: Any) -> type:
    @decorator
    class Ordered:
        file: str
        line: int = 1

    return Ordered


@both(frozen=True, slots=True)
def empty(decorator: Any) -> type:
    @decorator
    class Empty:
        pass

    return Empty


@both(slots=True)
def changing(decorator: Any) -> type:
    @decorator
    class Changing:
        count: int = 0

    return Changing


@both(frozen=True, slots=True)
def own_methods(decorator: Any) -> type:
    @decorator
    class Own:
        x: int

        def __repr__(self) -> str:
            return "mine"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    return Own


values = st.integers() | st.text(max_size=3) | st.tuples(st.integers())


@given(a=values, b=values, c=st.tuples(st.integers(0, 1)), d=st.text(max_size=2))
def test_they_compare_hash_and_print_alike(a: object, b: object, c: tuple[int, ...], d: str) -> None:
    seen = []
    for cls in points:
        one, other = cls(a, c, d), cls(b, c, note="other")
        text = repr(one).replace(cls.__qualname__, "Point")
        seen.append((one == other, one != other, one == cls(a, c, "?"), text, one.twice, len({one, cls(a, c)})))
    assert seen[0] == seen[1]
    assert seen[1][2] is True
    assert hash(points[1](a, c, d)) == hash(points[1](a, c, "?"))


@given(a=st.tuples(st.text(max_size=2), st.integers(0, 3)), b=st.tuples(st.text(max_size=2), st.integers(0, 3)))
def test_they_sort_alike(a: tuple[str, int], b: tuple[str, int]) -> None:
    theirs, ours = ((cls(*a) < cls(*b), cls(*a) <= cls(*b), cls(*a) > cls(*b), cls(*a) >= cls(*b)) for cls in ordered)
    assert theirs == ours


@pytest.mark.parametrize("classes", [points, ordered, empty, changing, own_methods])
def test_they_look_alike_from_outside(classes: list[type]) -> None:
    theirs, ours = classes
    assert ours.__doc__ == theirs.__doc__ or ours is not points[1]
    assert ours.__slots__ == theirs.__slots__  # type: ignore[attr-defined]
    assert ours.__match_args__ == theirs.__match_args__  # type: ignore[attr-defined]
    assert repr(ours.__dataclass_params__) == repr(theirs.__dataclass_params__)  # type: ignore[attr-defined]
    assert (ours.__hash__ is None) == (theirs.__hash__ is None)
    names = [[f.name for f in dataclasses.fields(c)] for c in classes]
    assert names[0] == names[1]
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)


def test_a_frozen_value_does_not_change() -> None:
    for cls in points:
        value = cls(1)
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.x = 2
        with pytest.raises(dataclasses.FrozenInstanceError):
            del value.x
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
            value.z = 2
        assert value.x == 1


def test_a_changing_value_changes() -> None:
    for cls in changing:
        value = cls()
        value.count += 1
        assert value == cls(1)
        with pytest.raises(TypeError):
            hash(value)


def test_replace_asdict_match_and_copies_work() -> None:
    for cls in points:
        value = cls("a", (1,), made=[1])
        assert dataclasses.replace(value, x="b") == cls("b", (1,))
        assert dataclasses.asdict(value) == {"x": "a", "y": (1,), "note": "n", "hidden": "", "made": [1]}
        assert copy.copy(value) == value
        assert copy.deepcopy(value).made == [1]
        match value:
            case cls(x, (y,)):
                assert (x, y) == ("a", 1)
            case _:
                pytest.fail("does not match")


def test_defaults_are_made_anew_for_each() -> None:
    one, other = points[1](1), points[1](1)
    one.made.append(1)
    assert other.made == []


def test_wrong_arguments_are_refused() -> None:
    for cls in points:
        with pytest.raises(TypeError):
            cls()
        with pytest.raises(TypeError):
            cls(1, z=2)


def test_methods_of_its_own_are_kept() -> None:
    for cls in own_methods:
        assert (repr(cls(1)), cls(1) == cls(2), hash(cls(1))) == ("mine", True, 7)


def test_a_comparison_of_its_own_does_not_take_the_hash_away() -> None:
    def make(decorator: Any) -> type:
        @decorator(frozen=True, slots=True)
        class Own:
            x: int

            def __eq__(self, other: object) -> bool:
                return True

        made: type = Own
        return made

    assert {hash(make(d)(1)) is not None for d in (dataclasses.dataclass, frozen.dataclass)} == {True}


def test_values_of_the_package_can_be_pickled() -> None:
    from generator.diagnostics import Checked, Span

    value = Checked((Span("a", 1, 2), Span("b")))
    assert pickle.loads(pickle.dumps(value)) == value


def test_what_is_unusual_is_left_to_the_standard_library() -> None:
    @frozen.dataclass(frozen=True, slots=True)
    class After:
        x: int
        y: int = dataclasses.field(init=False, default=3)

    @frozen.dataclass(frozen=True, slots=True)
    class Checks:
        x: int

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError("below")

    @frozen.dataclass
    class Plain:
        x: int

    @frozen.dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        x: int

    @frozen.dataclass(frozen=True, slots=True)
    class Shared:
        count: ClassVar[int] = 7
        x: int = 1

    assert (Shared.count, Shared().x, [f.name for f in dataclasses.fields(Shared)]) == (7, 1, ["x"])
    assert After(1).y == 3
    with pytest.raises(ValueError, match="below"):
        Checks(-1)
    assert Plain(1).__dict__ == {"x": 1}
    with pytest.raises(TypeError):
        Named(1)  # type: ignore[misc]


def test_every_module_of_the_package_uses_it() -> None:
    """A class made the slow way costs half a millisecond at every start."""
    slow = []
    for found in pkgutil.walk_packages(generator.__path__, "generator."):
        if found.name.endswith("__main__"):
            continue
        module = import_module(found.name)
        imported = getattr(module, "dataclass", frozen.dataclass)
        if imported is not frozen.dataclass:
            slow.append(found.name)
    assert slow == [], "Write there: from generator.frozen import dataclass"
