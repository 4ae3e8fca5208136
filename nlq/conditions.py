"""Conditions made and joined: what the grammar's actions and `nlq.resolve` both need to say one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from nlq.pieces import Filter, Number
from nlq.query import Agg, Condition, In, Not, Of, Operator, Or, Scalar, Test
from nlq.states import state_condition
from nlq.tokens import name_key
from store.catalog import Column
from store.units import convert, measure

__all__ = [
    "BETTER",
    "any_of",
    "better_end",
    "compared",
    "condition_of",
    "equal_to",
    "fit",
    "holds_always",
    "merged",
    "negated",
    "negated_where",
    "values_of",
]

BETTER = frozenset(("better", "worse", "reached"))
"""Comparisons with the better end of a column, whichever that is."""

_PRICED = frozenset(
    "price cost fee amount salary budget balance payment money revenue charge".split()
    + "winnings earnings purse prize".split()
)
"""Words of columns that are sums of money, where no unit is written."""

_COUNTED = ("steps", "epochs", "tokens", "parameters", "")
"""What may be said of a column without a unit, since such columns seldom tell theirs."""


def fit(number: Number, column: Column) -> float | int | None:
    """The number in the column's unit, or None where the two do not measure the same.

    "90 %" is 0.9 in a column of shares that never exceeds 1; a unit said of a column without one is taken
    as it is.
    """
    value = number.value * number.factor
    if not number.unit or number.unit == column.unit:
        return value
    if number.unit == "%":
        small = isinstance(column.high, (int, float)) and column.high <= 1 and value > 1
        return value / 100 if small else value
    if column.unit:
        return convert(value, number.unit, column.unit)
    priced = measure(number.unit) == "money" and bool(_PRICED & set(name_key(column.name)))
    said = priced or measure(number.unit) in _COUNTED or number.unit.lower() in column.name.lower()
    return value if said else None


def compared(key: str, op: str, value: Scalar | Agg | Of) -> Test:
    """A column against a value; the operator is one that the vocabulary gives to OP."""
    return Test(key, cast(Operator, op), value)


def better_end(word: str, column: Column) -> str:
    """The operator of "better", "worse" or "reached" against a value; "" where no end of it is better.

    Example:
        >>> loss = Column("loss", "loss", "metric", "number", direction="lower")
        >>> better_end("better", loss), better_end("worse", loss), better_end("reached", loss)
        ('<', '>', '<=')
    """
    if not column.direction:
        return ""
    end = "<" if (word != "worse") == (column.direction == "lower") else ">"
    return f"{end}=" if word == "reached" else end


def holds_always(column: Column, op: str, value: float | int) -> bool:
    """Whether every run that tells a column meets a comparison: of several columns another is meant.

    "Batch size under 32768" says nothing of a device batch size that goes to 8.
    """
    low, high = column.low, column.high
    if column.kind not in ("metric", "param") or op[:1] not in ("<", ">"):
        return False
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return False
    return value > high if op[0] == "<" else value < low


def equal_to(key: str, values: Sequence[Scalar]) -> Condition:
    """A column equal to a value, or to one of several."""
    return Test(key, "=", values[0]) if len(values) == 1 else In(key, tuple(values))


def any_of(parts: Sequence[Condition]) -> Condition:
    """Any of the conditions; there is at least one."""
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def negated(condition: Condition) -> Condition:
    """The opposite, without a double negation."""
    return condition.of if isinstance(condition, Not) else Not(condition)


def negated_where(piece: Filter, condition: Condition) -> Condition:
    """The condition of a piece, or its opposite where the piece is negated."""
    return negated(condition) if piece.negated else condition


def condition_of(piece: Filter) -> Condition | None:
    """The condition of a piece that needs nothing more to be known; None for one that does."""
    inner = state_condition(piece.state) if piece.state else piece.condition
    return None if inner is None else negated_where(piece, inner)


def merged(one: Condition, other: Condition) -> Condition:
    """One or the other; values of one column become one list.

    Example:
        >>> merged(Test("depth", "=", 12), Test("depth", "=", 24))
        In(key='depth', values=(12, 24))
    """
    values = (*values_of(one), *values_of(other))
    keys = {part.key for part in (one, other) if isinstance(part, (Test, In)) and values_of(part)}
    if values_of(one) and values_of(other) and len(keys) == 1:
        return In(keys.pop(), tuple(dict.fromkeys(values)))
    return Or((*_alternatives(one), *_alternatives(other)))


def values_of(part: Condition) -> tuple[Scalar, ...]:
    """The values a condition admits of its column, () where it is no list of values."""
    if isinstance(part, In):
        return part.values
    if isinstance(part, Test) and part.op == "=" and not isinstance(part.value, (Agg, Of)):
        return (part.value,)
    return ()


def _alternatives(part: Condition) -> tuple[Condition, ...]:
    return part.of if isinstance(part, Or) else (part,)
