"""What was worked out once of a piece of text, kept with that piece: the agreements of a batch are mostly the same.

Of the paragraphs of two members of a hub, seven in ten are alike to the letter. Making them anew for each member is
most of what a batch would do. Two mechanisms spare it, and between them no value of one member can reach another:

* :func:`kept` gives the result of a *plain function* of a piece and of what is handed to it, and remembers it with the
  piece, by everything that was handed over. Such a function has no door to a profile: it is no method and closes over
  nothing (that is checked), so what it gives hangs on its arguments alone. The values of a member are handed over as
  they are printed, with their places. Whoever has other values so gets another result.
* :class:`Consulted` stands between answers and what asks for them. It writes down each question with its answer. What
  came of it may be used again where the same questions, asked again, have :func:`the very same <same>` answers: then
  what asks would have gone the same way. Nobody declares by hand what is consulted.

A third stands above them: :mod:`generator.assembly.groundwork` asks first whether a member answers otherwise at all.

Pieces are clause templates, what they come to with one set of answers, the blocks read of their Markdown, and the
blocks of an agreement up to a whole section: where nothing in a section differs, none of its paragraphs is looked at.
Assembling puts values in last (:meth:`generator.assembly.filling.Filler.put_in`), so that nearly all sections are
filled, numbered and linked once for everybody. With what the library reads, and with what comes of it before any value
is put in (:func:`kept_for_all`), results are kept at once; with all else not before it is handed out a second time
(:func:`share`), for most of what holds a member's own values is seen once. What is kept lives as long as its piece, a
dozen results and no more, so that memory does not grow however long a batch takes; what nobody asked for again goes
first. Nothing of it is written to disk, compared or copied.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import FunctionType
from typing import Any, Protocol, TypeVar

__all__ = ["Consulted", "Itself", "Keeps", "is_shared", "kept", "kept_for_all", "reused", "same", "share"]

_MOST = 12  # results for one piece

R = TypeVar("R")
A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class Keeps:
    """The base of pieces: room for what was worked out of one. ``within`` are the pieces it is made of."""

    __slots__ = ("_kept",)
    _kept: dict[Any, Any]

    def within(self) -> tuple[object, ...]:
        """Return what is shared with this piece when it is."""
        return ()


class Itself:
    """Something handed over to :func:`kept` that is the same only if it is the very same object: quickly told."""

    __slots__ = ("thing",)

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return type(other) is Itself and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)


class _Once:
    """A result that nobody has asked for a second time."""

    __slots__ = ("result",)

    def __init__(self, result: object) -> None:
        self.result = result


_NONE: Any = object()


def kept(piece: Keeps, work: Callable[..., R], *given: Any) -> R:
    """Return ``work(piece, *given)``, made now or before.

    ``work`` is a function of a module, without a closure, whose result depends on its arguments alone and is never
    changed. ``given`` must be equal only where it is alike in all that ``work`` looks at.
    """
    known = getattr(piece, "_kept", None)
    if known is None:
        return work(piece, *given)
    key = (work, given)
    found = known.get(key, _NONE)
    if found is _NONE:
        _check(work)
        made = work(piece, *given)
        if len(known) >= _MOST:
            known.pop(_oldest(known), None)
        known[key] = _Once(made)
        return made
    if type(found) is _Once:
        found = known[key] = found.result
        share(found)
    return found  # type: ignore[no-any-return]


def kept_for_all(piece: Keeps, work: Callable[..., R], *given: Any) -> R:
    """Return what :func:`kept` does, as a piece that the next agreement will ask for: it is shared at once."""
    made = kept(piece, work, *given)
    if is_shared(piece):
        share(made)
    return made


def _oldest(known: dict[Any, Any]) -> object:
    """Return the key of what goes first: what nobody has asked for a second time, for it is mostly a member's own."""
    return next((key for key, found in known.items() if type(found) is _Once), next(iter(known)))


def is_shared(piece: Keeps) -> bool:
    """Whether results are kept with ``piece``; where they are not, what they hang on need not be gathered."""
    return hasattr(piece, "_kept")


def share(thing: object) -> None:
    """Say that ``thing`` (a piece, or a tuple of such) is handed out again: what is worked out of it is kept from now
    on."""
    if isinstance(thing, tuple):
        for one in thing:
            share(one)
    elif isinstance(thing, Keeps) and not hasattr(thing, "_kept"):
        object.__setattr__(thing, "_kept", {})  # pieces are frozen, and this is no part of them
        share(thing.within())


def _check(work: Callable[..., Any]) -> None:
    """Raise TypeError if ``work`` might know more than it is given."""
    if not isinstance(work, FunctionType) or work.__closure__ is not None or "<locals>" in work.__qualname__:
        raise TypeError(f"{work!r} is no plain function of a module")


# ---------------------------------------------------------------- what hangs on answers


class Answering(Protocol[A_co]):
    """What gives an answer for a name."""

    def value(self, path: str, /) -> A_co: ...


class Consulted(Answering[A]):
    """Answers that write down what they are asked."""

    __slots__ = ("answers", "asked")

    def __init__(self, answers: Answering[A]) -> None:
        self.answers = answers
        self.asked: dict[str, A] = {}

    def value(self, path: str, /) -> A:
        """Return what the answers say of ``path``, and note it."""
        try:
            return self.asked[path]
        except KeyError:
            found = self.asked[path] = self.answers.value(path)
            return found

    def again(self, answers: Answering[A]) -> bool:
        """Whether ``answers`` would have said the very same to all that was asked."""
        return all(same(said, answers.value(path)) for path, said in self.asked.items())


def reused(piece: Keeps, work: Callable[[Any, Answering[A]], R], answers: Answering[A]) -> R:
    """Return ``work(piece, answers)``, made now or before with answers that were the same in all it asked.

    ``work`` is a function as for :func:`kept`, and finds out by ``answers.value`` alone what it has to know.
    """
    if not hasattr(piece, "_kept"):
        return work(piece, answers)
    _check(work)
    before: dict[Consulted[A], R] = piece._kept.setdefault(work, {})
    for consulted, made in before.items():
        if consulted.again(answers):
            return made
    consulted = Consulted(answers)
    result = work(piece, consulted)
    consulted.answers = _NONE
    if len(before) >= _MOST:
        before.pop(next(iter(before)), None)
    before[consulted] = result
    share(result)
    return result


def same(one: object, other: object) -> bool:
    """Whether two values are alike in everything, also where ``==`` looks away: 1 and True, 1.0 and 1.00, places."""
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one.as_tuple() == other.as_tuple()
    fields = getattr(kind, "__dataclass_fields__", None)
    if fields is None:
        return one == other
    return all(same(getattr(one, name), getattr(other, name)) for name in fields)
