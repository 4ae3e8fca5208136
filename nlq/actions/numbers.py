"""`numbers.lark`: a column against numbers or a day, with the column told or left to be found.

A number is fitted to the unit of its column right here: "under 3 hours" ends every reading whose column does
not measure time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from nlq.actions.other_columns import Compared, against_other, between_years, within
from nlq.actions.registry import Built, action, span
from nlq.columns import DATES, NUMBERING, NUMERIC, is_id, is_year
from nlq.conditions import any_of, better_end, compared, fit, holds_always
from nlq.lattice import Edge, Mention, Month, Quantity
from nlq.pieces import Filter, Moment, Number
from nlq.query import Between, Condition, In, Not, Test
from nlq.tokens import name_key
from store.catalog import Column
from store.slotted import slotted

__all__ = ["Operand", "against"]


@slotted
class Operand:
    """Numbers with their place in the question; `joined` is the word that joins them."""

    start: int
    end: int
    numbers: tuple[Number, ...]
    joined: str = ""


# -- operands


@action("number", "quantity")
def number(parts: Sequence[Any]) -> Built:
    """ "3", "3 hours"."""
    return Operand(*span(parts), (_number(*parts),)), 0.0


@action("number_listed", "quantity_listed")
def number_listed(parts: Sequence[Any]) -> Built:
    """ "1, 2" """
    first: Operand = parts[0]
    return Operand(*span(parts), (*first.numbers, _number(*parts[1:])), first.joined), 0.0


@action("number_more", "quantity_more")
def number_more(parts: Sequence[Any]) -> Built:
    """ "1 or 2" """
    first: Operand = parts[0]
    return Operand(*span(parts), (*first.numbers, _number(*parts[2:])), str(parts[1].payload)), 0.0


@action("between")
def between(parts: Sequence[Any]) -> Built:
    """ "between 1 and 3 hours": the unit of the second is that of the first."""
    edges = [part for part in parts if part.terminal in ("NUM", "NUM_T", "UNIT")]
    units = [after if after.terminal == "UNIT" else None for after in (*edges[1:], edges[0])]
    low, high = (
        _number(edge, unit) for edge, unit in zip(edges, units, strict=True) if edge.terminal != "UNIT"
    )
    if high.unit and not low.unit:
        low = Number(low.value, high.unit, low.factor)
    if high.factor > 1 == low.factor and low.value < high.value:
        low = Number(low.value, low.unit, high.factor)  # "between 20 and 30 million"
    return Operand(*span(parts), (low, high)), 0.0


def _number(edge: Edge, unit: Edge | None = None) -> Number:
    value = edge.payload
    assert isinstance(value, (int, float))
    quantity = unit.payload if unit is not None and isinstance(unit.payload, Quantity) else Quantity("")
    return Number(value, quantity.unit, quantity.factor)


# -- comparisons


@action("compare_number", "equals_number")
def compare_number(parts: Sequence[Any]) -> Built:
    """ "loss below 3", "depth 12"."""
    told = len(parts) == 3
    if told and parts[1].payload not in ("=", "!=") and is_id(parts[0].payload.columns[0]):
        if parts[1].start > parts[0].end + 1:
            return None  # "the ids of the players under 30"
    if not told and _names_no_number(parts[0].payload) and parts[-1].start > parts[0].end:
        return None  # "the films of 2010" are not those with that id
    return _comparison(
        parts, parts[0], str(parts[1].payload) if told else "=", parts[-1], 0.0 if told else 0.08
    )


@action("compare_number_after", "equals_number_after")
def compare_after(parts: Sequence[Any]) -> Built:
    """ "more than 12 layers", "12 layers"."""
    told = len(parts) == 3
    return _comparison(
        parts, parts[-1], str(parts[0].payload) if told else "=", parts[-2], 0.05 if told else 0.15
    )


@action("compare_number_within")
def compare_within(parts: Sequence[Any]) -> Built:
    """ "before round 5"."""
    return _comparison(parts, parts[1], str(parts[0].payload), parts[2], 0.0)


@action("compare_number_split")
def compare_split(parts: Sequence[Any]) -> Built:
    """ "more votes than 1000"."""
    return _comparison(parts, parts[1], str(parts[0].payload), parts[3], 0.0)


@action("compare_number_post")
def compare_post(parts: Sequence[Any]) -> Built:
    """ "loss 3 or less"."""
    return _comparison(parts, parts[0], str(parts[2].payload), parts[1], 0.0)


@action("compare_number_post_after")
def compare_post_after(parts: Sequence[Any]) -> Built:
    """ "12 or more layers"."""
    return _comparison(parts, parts[2], str(parts[1].payload), parts[0], 0.05)


@action("compare_bare")
def compare_bare(parts: Sequence[Any]) -> Built:
    """ "under 3 hours": the column is found later."""
    operand: Operand = parts[1]
    if len(operand.numbers) > 1 or parts[0].payload in ("!=", "="):
        return None
    cost = 0.1 if operand.numbers[0].unit else 0.3
    return Filter(*span(parts), op=str(parts[0].payload), numbers=operand.numbers), cost


@action("compare_measured")
def compare_measured(parts: Sequence[Any]) -> Built:
    """ "older than 20": the adjective says of what."""
    operand: Operand = parts[1]
    op, _, hint = str(parts[0].payload).partition(":")
    if len(operand.numbers) > 1:
        return None
    return Filter(*span(parts), op=op, numbers=operand.numbers, hint=hint), 0.0


@action("compare_measured_ref")
def compare_measured_ref(parts: Sequence[Any]) -> Built:
    """ "Longer than average", "cheaper than baseline": the adjective says of what."""
    start, end, run = parts[1]
    op, _, hint = str(parts[0].payload).partition(":")
    return Filter(
        min(start, parts[0].start), end, op=op, reference=run, hint=hint
    ), 0.3  # "is A cheaper than B" compares the two


@action("beats_number")
def beats_number(parts: Sequence[Any]) -> Built:
    """ "loss better than 2.5", "beat a loss of 2.5"."""
    named = next(part for part in parts if isinstance(part, Edge) and part.terminal.startswith("COL"))
    word = next(part for part in parts if isinstance(part, Edge) and part.terminal == "BETTER")
    operand = next(part for part in parts if isinstance(part, Operand))
    assert isinstance(named.payload, Mention)
    end = better_end(str(word.payload), named.payload.columns[0])
    return _comparison(parts, named, end, operand, 0.02) if end else None


@action("beats_number_bare")
def beats_number_bare(parts: Sequence[Any]) -> Built:
    """ "beat 0.31", "beat the 0.31 baseline": the column is found later, and with it the better end."""
    operand: Operand = parts[1]
    if len(operand.numbers) > 1:
        return None
    return Filter(*span(parts), op=str(parts[0].payload), numbers=operand.numbers), 0.1


@action("between_bare")
def between_bare(parts: Sequence[Any]) -> Built:
    """ "between 1 and 3 hours": the column is found later."""
    return Filter(*span(parts), op="between", numbers=parts[0].numbers), 0.4


@action("between_column", "between_column_after")
def between_column(parts: Sequence[Any]) -> Built:
    """ "loss between 2 and 3", "between 6 and 12 layers"."""
    after = isinstance(parts[0], Operand)
    mention, operand = (parts[1].payload, parts[0]) if after else (parts[0].payload, parts[1])
    if is_id(mention.columns[0]) and not _ends_in_number(mention):
        return None  # "the ids of products between 600 and 700" are not those ids
    fitting = _fitting(mention, operand.numbers)
    if not fitting:
        years = between_years(mention.columns[0], [number.value for number in operand.numbers])
        if years is None:
            return None
        return Filter(*span(parts), years, mention=mention, columns=mention.columns[:1]), 0.05
    condition = any_of([Between(column.key, min(values), max(values)) for column, values in fitting])
    return Filter(*span(parts), condition, mention=mention, columns=tuple(c for c, _ in fitting)), 0.0


def _comparison(parts: Sequence[Any], column: Edge, op: str, operand: Operand, cost: float) -> Built:
    mention = column.payload
    assert isinstance(mention, Mention)
    made = against(mention, op, operand.numbers)
    if made is None:
        return None
    condition, extra, columns = made
    listed = operand.joined
    return Filter(
        *span(parts), condition, op=op, mention=mention, columns=columns, listed=listed
    ), cost + extra


def against(mention: Mention, op: str, numbers: Sequence[Number]) -> Compared | None:
    """The condition that compares the columns of a mention with numbers, or None where they can't be."""
    fitting = _fitting(mention, numbers)
    if op not in ("=", "!="):
        fitting = [
            (column, values) for column, values in fitting if not _bounds_nothing(column, mention, values)
        ]
    if not fitting:
        return against_other(mention.columns[0], op, numbers)
    fitting = [
        (c, values) for c, values in fitting if len(values) > 1 or not holds_always(c, op, values[0])
    ] or fitting
    if op not in ("=", "!=") and is_id(mention.columns[0]) and not _ends_in_number(mention):
        return None  # "more than two orders" compares no numbers of orders
    if len(numbers) > 1 and op not in ("=", "!="):
        return None
    first = mention.columns[0]
    cost = 0.2 if op == "=" and first.type == "number" and not first.distinct else 0.0
    conditions = [_test(column, op, values) for column, values in fitting]
    return any_of(conditions), cost, tuple(column for column, _ in fitting)


def _bounds_nothing(column: Column, mention: Mention, values: Sequence[float | int]) -> bool:
    """ "3 or more start stations" bounds no id of one, "more than one election" no year of one."""
    if column is not mention.columns[0] and is_id(column) and not _ends_in_number(mention):
        return True
    return is_year(column) and not mention.whole and all(value < 100 for value in values)


def _names_no_number(mention: Mention) -> bool:
    """Whether a column of ids is called by the things alone."""
    return is_id(mention.columns[0]) and not NUMBERING & set(name_key(mention.text))


def _ends_in_number(mention: Mention) -> bool:
    """Whether the last word says that it is the number that is compared: not "ids of students over 20"."""
    return bool(NUMBERING & set(name_key(mention.text)[-1:]))


def _test(column: Column, op: str, values: Sequence[float | int]) -> Condition:
    if len(values) > 1:
        inside = In(column.key, tuple(values))
        return Not(inside) if op == "!=" else inside
    return Not(Test(column.key, "=", values[0])) if op == "!=" else compared(column.key, op, values[0])


def _fitting(mention: Mention, numbers: Sequence[Number]) -> list[tuple[Column, list[float | int]]]:
    """The columns of a mention that can hold the numbers, with the numbers in their units."""
    found = []
    for column in mention.columns:
        values = [fit(number, column) for number in numbers]
        fitted = [value for value in values if value is not None]
        if column.type in NUMERIC and len(fitted) == len(values):
            found.append((column, fitted))
    return found


@action("on_day")
def on_day(parts: Sequence[Any]) -> Built:
    """A date column against a day that is spelled out: "date is 30 December 2005"."""
    start, end, moment = parts[-1]
    mention = parts[0].payload
    column = next((c for c in mention.columns if c.type in DATES), None)
    op = str(parts[1].payload) if len(parts) == 3 else "="
    day = _day_of(moment)
    if column is None or day is None or op == "!=":
        return None
    condition: Condition = compared(column.key, op, day)
    if column.type == "datetime" and op == "=":
        condition = within(column, day, day + timedelta(days=1))
    return Filter(min(parts[0].start, start), end, condition, mention=mention, columns=(column,)), 0.0


def _day_of(moment: Moment) -> date | None:
    """The day of a moment that tells its year."""
    value = moment.value
    if isinstance(value, Month) and value.year and value.day:
        try:
            return date(value.year, value.month, value.day)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
