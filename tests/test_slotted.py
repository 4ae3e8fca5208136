"""Value classes: what the language and the libraries around it expect of a dataclass."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict, fields, is_dataclass, replace
from typing import Any

import pytest

from store.slotted import fresh, slotted


@slotted
class Base:
    """A base."""

    start: int
    end: int = 0


@slotted
class Derived(Base):
    name: str = "x"
    of: tuple[Base | Derived, ...] = ()

    def later(self) -> Derived:
        return replace(self, start=self.start + 1)


@slotted(frozen=False)
class Bag:
    items: list[int] = fresh(default_factory=list)


def test_fields_and_defaults_are_inherited() -> None:
    assert repr(Derived(1)) == "Derived(start=1, end=0, name='x', of=())"
    assert Derived(1, 2, "n").later() == Derived(2, 2, "n")
    assert Base.__doc__ == "A base."
    wrong: Any = Base
    with pytest.raises(TypeError, match=r"Base.__init__\(\) missing 1 required positional argument: 'start'"):
        wrong()
    with pytest.raises(TypeError, match="unexpected keyword argument 'begin'"):
        wrong(begin=1)
    with pytest.raises(AttributeError):
        wrong(1).begin = 2


def test_equal_are_values_of_one_class() -> None:
    assert Base(1) == Base(1, 0) != Base(2)
    assert Base(1) != Derived(1)
    assert len({Base(1), Base(1, 0), Derived(1)}) == 2


def test_one_that_is_filled_in_has_no_hash() -> None:
    bag = Bag()
    bag.items.append(1)
    assert Bag().items == []
    with pytest.raises(TypeError, match="unhashable"):
        hash(bag)


def test_it_is_a_dataclass_to_whoever_asks() -> None:
    value = Derived(1, of=(Base(2),))
    match value:
        case Derived(start, _, name):
            assert (start, name) == (1, "x")
    assert is_dataclass(Derived) and is_dataclass(value)
    assert [field.name for field in fields(Derived)] == ["start", "end", "name", "of"]
    assert asdict(value) == {"start": 1, "end": 0, "name": "x", "of": ({"start": 2, "end": 0},)}
    assert copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value


def test_pydantic_takes_it_for_one() -> None:
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Derived] = TypeAdapter(Derived)
    value = Derived(1, of=(Derived(2, name="m"),))
    assert adapter.validate_json(adapter.dump_json(value)) == value
    assert adapter.validate_python({"start": "1", "name": "n"}) == Derived(1, name="n")
