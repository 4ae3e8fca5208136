"""Value classes that cost next to nothing to define: the shapes that are handed from stage to stage.

`@dataclass(frozen=True, slots=True)` writes six methods as source and compiles them, at every start and for
every class, used or not: 0.45 ms each, 39 ms for the 86 classes of a cold answer (measured; the bare import
of Python takes 10). `@slotted` gives a class the same slots, equality, hash and representation by functions
that all classes share (0.02 ms each), and compiles an `__init__` when the first instance is made.

To everyone else such a class is a dataclass: type checkers know it by `dataclass_transform`, and
`dataclasses.replace`, `fields`, `asdict` and pydantic by its `__dataclass_fields__`, made when asked for. Two
differences: that nobody assigns to a frozen one is for the type checker to see, and there is no
`__post_init__`.

Example:
    >>> @slotted
    ... class Span:
    ...     start: int
    ...     end: int = 0
    >>> Span(1), Span(1) == Span(1, 0), hash(Span(1)) == hash(Span(1, 0))
    (Span(start=1, end=0), True, True)
    >>> from dataclasses import replace
    >>> replace(Span(1), end=2)
    Span(start=1, end=2)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

__all__ = ["fresh", "slotted"]

T = TypeVar("T")


class _Fresh:
    """A default that is made anew for every instance."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def fresh(*, default_factory: Callable[[], T]) -> T:
    """A default that every instance gets its own of, as `dataclasses.field(default_factory=…)`.

    Example:
        >>> @slotted(frozen=False)
        ... class Bag:
        ...     items: list[int] = fresh(default_factory=list)
        >>> Bag().items is Bag().items
        False
    """
    made: Any = _Fresh(default_factory)
    return made  # type: ignore[no-any-return]


@overload
def slotted(cls: type[T], /) -> type[T]: ...
@overload
def slotted(*, frozen: bool = True) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(fresh,))
def slotted(cls: type[Any] | None = None, /, *, frozen: bool = True) -> Any:
    """Make a class of annotated fields a value class with slots; `frozen=False` for one that is filled in."""
    return partial(_made, frozen=frozen) if cls is None else _made(cls, frozen=frozen)


def _made(cls: type[Any], *, frozen: bool) -> type[Any]:
    own = tuple(cls.__annotations__)
    inherited = tuple(name for name in getattr(cls, "__match_args__", ()) if name not in own)
    names = (*inherited, *own)
    given = {name: cls.__dict__[name] for name in own if name in cls.__dict__}
    left = {*own, "__dict__", "__weakref__"}
    body = {name: value for name, value in cls.__dict__.items() if name not in left}
    body["__qualname__"] = cls.__qualname__
    body["__slots__"] = own
    body["__match_args__"] = names
    body["__dataclass_fields__"] = _FIELDS
    body["_defaults_"] = getattr(cls, "_defaults_", {}) | given
    body["_values_"] = attrgetter(*names)
    body.setdefault("__init__", _first_init)
    body.setdefault("__repr__", _repr)
    body.setdefault("__eq__", _eq)
    body["__hash__"] = _hash if frozen else None
    made: type[Any] = type(cls.__name__, cls.__bases__, body)
    return made


def _first_init(self: Any, *given: Any, **named: Any) -> None:
    """The `__init__` of a class of which there is no instance yet: compiles the real one and calls it."""
    kind = type(self)
    kind.__init__ = _init(kind)
    kind.__init__(self, *given, **named)


def _init(kind: type[Any]) -> Any:
    names: tuple[str, ...] = kind.__match_args__
    defaults: dict[str, Any] = kind._defaults_
    known: dict[str, Any] = {"_NEW": _NEW, "__name__": kind.__module__}
    arguments, lines = ["self"], []
    for name in names:
        value = defaults.get(name, _NEW)
        if isinstance(value, _Fresh):
            known[f"_make_{name}"], value = value.make, _NEW
            lines.append(f" self.{name} = _make_{name}() if {name} is _NEW else {name}")
        else:
            lines.append(f" self.{name} = {name}")
        known[f"_default_{name}"] = value
        arguments.append(f"{name}=_default_{name}" if name in defaults else name)
    exec(f"def __init__({', '.join(arguments)}):\n" + "\n".join(lines), known)
    known["__init__"].__qualname__ = f"{kind.__qualname__}.__init__"  # what a wrong call is told
    return known["__init__"]


_NEW: Any = object()  # no default, or one to be made


def _repr(self: Any) -> str:
    told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({told})"


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self._values_(self) == self._values_(other)


def _hash(self: Any) -> int:
    return hash(self._values_(self))


class _Fields:
    """`__dataclass_fields__`, of a class or an instance."""

    def __get__(self, value: object, kind: type[Any]) -> dict[str, Any]:
        return _fields(kind)  # type: ignore[arg-type]  # a class is hashable


_FIELDS = _Fields()


@cache
def _fields(kind: type[Any]) -> dict[str, Any]:
    """The fields as a real dataclass of the same shape has them."""
    from dataclasses import field, make_dataclass
    from inspect import get_annotations

    told: list[tuple[str, Any, Any]] = []
    types: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        types |= get_annotations(base)
    for name in kind.__match_args__:
        given = kind._defaults_.get(name, _NEW)
        if isinstance(given, _Fresh):
            told.append((name, types[name], field(default_factory=given.make)))
        else:
            told.append((name, types[name], field() if given is _NEW else field(default=given)))
    # A docstring of its own, or `dataclass` makes one from the signature: 3 ms.
    body = {"__doc__": kind.__doc__ or kind.__name__}
    made: Any = make_dataclass(kind.__name__, told, namespace=body, init=False, eq=False, repr=False)
    return dict(made.__dataclass_fields__)
