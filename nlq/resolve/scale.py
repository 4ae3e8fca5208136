"""Columns that count in thousands or millions: "under 10M params" of 12.5, 305.1 …, "params (M)" or not."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import NUMERIC
from nlq.conditions import any_of, holds_always
from nlq.literals import suffix_of
from nlq.pieces import Filter, Show
from nlq.query import Between, Condition, Not, Or, Test
from nlq.resolve.draft import Draft
from nlq.tokens import name_key
from store.catalog import Column
from store.units import unit_of

__all__ = ["doubt_units", "in_scale", "in_speed"]

_FAST, _SLOW = frozenset(("faster", "quicker")), frozenset(("slower",))


def in_speed(condition: Condition, piece: Filter, draft: Draft) -> Condition:
    """ "Faster than 1000 samples/s": less of a time, but more of a rate, of which more is better."""
    said = {token.norm for token in draft.tokens[piece.start : piece.end]}
    if not draft.runs or not said & (_FAST | _SLOW):
        return condition
    if isinstance(condition, Or):
        parts = [in_speed(part, piece, draft) for part in condition.of]
        return any_of([part for part in parts if not _says_nothing(part, draft)] or parts)
    if not isinstance(condition, Test) or condition.op not in ("<", ">"):
        return condition
    column = next((one for one in draft.catalog.columns if one.key == condition.key), None)
    if column is None or column.direction != "higher":
        return condition
    return replace(condition, op=">" if said & _FAST else "<")


_FAR = 10
"""How many times a column's largest value a number is, at least, that is not meant as it stands."""

_COUNTED = frozenset(
    "param params parameter parameters million millions billion billions thousand thousands".split()
)
"""Words of columns whose whole numbers may be thousands or millions as well."""


def _says_nothing(part: Condition, draft: Draft) -> bool:
    if not isinstance(part, Test) or not isinstance(part.value, (int, float)):
        return False
    column = next((one for one in draft.catalog.columns if one.key == part.key), None)
    return column is not None and holds_always(column, part.op, part.value)


def in_scale(condition: Condition, piece: Filter, draft: Draft) -> Condition:
    """The condition with its numbers as the column has them, where they are all beyond it as they stand.

    A comparison with ten million says nothing of a column that goes to 305.1: none of its rows is as many,
    and all are fewer. It counts in millions, then, and that is said.
    """
    if isinstance(condition, Not):
        return Not(in_scale(condition.of, piece, draft))
    factor = max((suffix_of(token) or 1 for token in draft.tokens[piece.start : piece.end]), default=1)
    if factor < 1000 or not isinstance(condition, (Test, Between)):
        return condition
    column = next((one for one in draft.catalog.columns if one.key == condition.key), None)
    ends = (condition.value,) if isinstance(condition, Test) else (condition.low, condition.high)
    numbers = [end for end in ends if isinstance(end, (int, float)) and not isinstance(end, bool)]
    scale = _scale(factor, numbers, column) if column and len(numbers) == len(ends) else None
    if column is None or scale is None:
        return condition
    draft.assume(f"{column.name} counts in {_WORDS[scale]}: it goes from {column.low:g} to {column.high:g}")
    scaled = [number / scale for number in numbers]
    if isinstance(condition, Test):
        return replace(condition, value=scaled[0])
    return replace(condition, low=scaled[0], high=scaled[1])


def doubt_units(draft: Draft) -> None:
    """ "The best mAP under 10 ms inference": what stands behind a number is its unit, not a column's name."""
    for show in draft.of(Show):
        before = draft.tokens[show.start - 1] if show.start else None
        if before is not None and before.kind == "number" and unit_of(draft.tokens[show.start].norm):
            draft.cost += 0.3


_MAGNITUDES = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_WORDS = {10**3: "thousands", 10**6: "millions", 10**9: "billions", 10**12: "trillions"}


def _scale(factor: int, numbers: list[float | int], column: Column) -> int | None:
    """What a column counts in, where numbers are far beyond it as they stand and amid its values so.

    What the question counts in comes first.
    """
    low, high = column.low, column.high
    if column.type not in NUMERIC or not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return None
    if column.unit in _MAGNITUDES and column.name.lower().startswith(("param", "flop", "mac")):
        return _MAGNITUDES[column.unit]  # "params (M)" says so
    if column.unit:
        return None
    if column.type == "integer" and not _COUNTED & set(name_key(column.name)):
        return None  # a batch of 512 is none of thousands
    if high <= 0 or min(numbers) <= _FAR * high:
        return None
    scales = [scale for scale in _WORDS if any(low <= number / scale <= high for number in numbers)]
    return factor if factor in scales else scales[0] if len(scales) == 1 else None
