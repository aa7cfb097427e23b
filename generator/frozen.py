"""``@dataclass(frozen=True, slots=True)``, made in a tenth of the time.

This package has well over a hundred such classes, and the standard library writes and compiles five
functions for each whenever a program starts: a seventh of the time that one contract takes. Here only
``__init__`` is compiled, once for all classes of as many fields; comparing, hashing and printing are shared
functions over the same fields. Everything else (``fields``, ``replace``, ``asdict``, ``match``) is the
standard library's own.

Import ``dataclass`` from here instead of from :mod:`dataclasses`; type checkers see that one. Anything but a
slotted class with ordinary fields is handed over to it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, Field, FrozenInstanceError
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, **options: Any) -> Any:
        """Return ``cls`` as :func:`dataclasses.dataclass` would: with the same options, the same class to its users."""
        ordinary = options.get("slots") is True and set(options) <= {"slots", "frozen", "order"}

        def made(cls: type) -> type:
            quick = _made(cls, options.get("frozen", False), options.get("order", False)) if ordinary else None
            return dataclasses.dataclass(**options)(cls) if quick is None else quick

        return made if cls is None else made(cls)


_bare = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)


def _made(cls: type, frozen: bool, order: bool) -> type | None:
    """Return ``cls`` as a slotted dataclass, or None if it has anything unusual."""
    if any(hasattr(base, "__dataclass_fields__") for base in cls.__bases__) or hasattr(cls, "__post_init__"):
        return None
    # The standard library would work one out from the signature, which takes as long as making fifty classes.
    cls.__doc__ = cls.__doc__ or cls.__name__
    made: Any = _bare(cls)
    fields: dict[str, Field[Any]] = made.__dataclass_fields__
    if not all(_is_ordinary(f) for f in fields.values()):
        return None
    key = _key([f.name for f in fields.values() if f.compare])
    names = tuple(f.name for f in fields.values() if f.repr)

    def eq(self: Any, other: Any) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def show(self: Any) -> str:
        return f"{made.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def number(self: Any) -> int:
        return hash(key(self))

    def less(self: Any, other: Any) -> Any:
        return key(self) < key(other) if other.__class__ is self.__class__ else NotImplemented

    def less_or_equal(self: Any, other: Any) -> Any:
        return key(self) <= key(other) if other.__class__ is self.__class__ else NotImplemented

    def more(self: Any, other: Any) -> Any:
        return key(self) > key(other) if other.__class__ is self.__class__ else NotImplemented

    def more_or_equal(self: Any, other: Any) -> Any:
        return key(self) >= key(other) if other.__class__ is self.__class__ else NotImplemented

    methods: dict[str, Any] = {"__init__": _init(made, fields), "__eq__": eq, "__repr__": show, "__hash__": None}
    if frozen:
        methods |= {"__hash__": number, "__setattr__": _refuse_set, "__delattr__": _refuse_delete}
        methods |= {"__getstate__": _state, "__setstate__": _set_state}
    if order:
        methods |= {"__lt__": less, "__le__": less_or_equal, "__gt__": more, "__ge__": more_or_equal}
    own = set(cls.__dict__)
    if "__eq__" in own and cls.__dict__.get("__hash__") is None:
        own.discard("__hash__")  # Python itself put it there
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    said = made.__dataclass_params__
    said.init = said.repr = said.eq = True
    said.frozen, said.order = frozen, order
    return made  # type: ignore[no-any-return]


def _is_ordinary(field: Field[Any]) -> bool:
    return field.init and not field.kw_only and field.hash is None and field._field_type is dataclasses._FIELD  # type: ignore[attr-defined]


def _key(names: list[str]) -> Any:
    """Return the function that gives what an instance is compared by."""
    return attrgetter(*names) if names else lambda _: ()


def _init(cls: type, fields: dict[str, Field[Any]]) -> Any:
    """Return ``__init__``: the one function that is written for each class, for it must be as quick as can be."""
    space: dict[str, Any] = {"MISSING": MISSING}
    defaults: list[Any] = []
    factories = []
    for n, (name, field) in enumerate(fields.items()):
        space[f"set{n}"] = getattr(cls, name).__set__  # of the slot itself: __setattr__ refuses
        if field.default_factory is not MISSING:
            space[f"default{n}"] = field.default_factory
            defaults.append(MISSING)
            factories.append(n)
        elif field.default is not MISSING:
            defaults.append(field.default)
    code = _init_code(len(fields), tuple(factories))
    code = code.replace(co_varnames=("self", *fields), co_qualname=f"{cls.__qualname__}.__init__")
    return FunctionType(code, space, "__init__", tuple(defaults))


@cache
def _init_code(count: int, factories: tuple[int, ...]) -> CodeType:
    """Return the code of an ``__init__`` of ``count`` fields, of which ``factories`` make their defaults anew.

    Compiling takes most of the time, and classes of as many fields share it: only the names differ.
    """
    arguments = ", ".join(["self", *(f"a{n}" for n in range(count))])
    lines = [f" if a{n} is MISSING: a{n} = default{n}()" for n in factories]
    lines += [f" set{n}(self, a{n})" for n in range(count)]
    space: dict[str, Any] = {}
    exec(f"def __init__({arguments}):\n" + "\n".join(lines or [" pass"]), space)  # noqa: S102 - of numbers alone
    code: CodeType = space["__init__"].__code__
    return code


def _refuse_set(_: Any, name: str, __: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_: Any, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__dataclass_fields__]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__dataclass_fields__, state, strict=True):
        object.__setattr__(self, name, value)
