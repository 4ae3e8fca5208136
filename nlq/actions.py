"""The grammar's actions: what each rule of `grammar/*.lark` builds from its children.

An action is pure: the beam runs it in every hypothesis. It gives the value and its cost, or None where
the parts do not fit together (a value that its column does not hold, a time compared with a size),
which ends the hypothesis. So type evidence acts inside the beam, before a good reading is pruned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from nlq.lexicon import ValueHit
from nlq.link import Edge, Mention, Month, Quantity
from nlq.pieces import (
    Aggregate,
    Excluded,
    Filter,
    Group,
    Have,
    Interval,
    Moment,
    Number,
    RunPiece,
    Show,
    Sort,
    Super,
    Word,
)  # fmt: skip
from nlq.query import And, Between, Condition, Has, In, Missing, Not, Or, Test
from store.catalog import Column
from store.units import convert, measure

__all__ = ["ACTIONS", "Action", "fit"]

Built = tuple[Any, float] | None
Action = Callable[[Sequence[Any]], Built]
ACTIONS: dict[str, Action] = {}


def action(*names: str) -> Callable[[Action], Action]:
    """Register an action under the names the grammar gives to rules."""

    def register(function: Action) -> Action:
        for name in names:
            ACTIONS[name] = function
        return function

    return register


def _span(parts: Sequence[Any]) -> tuple[int, int]:
    flat = [part for part in parts if hasattr(part, "start")]
    return min(part.start for part in flat), max(part.end for part in flat)


NUMERIC = ("integer", "number")


# -- words and columns


@action("word")
def _word(parts: Sequence[Any]) -> Built:
    edge: Edge = parts[0]
    return Word(edge.start, edge.end, edge.terminal, str(edge.payload)), 0.0


@action("show")
def _show(parts: Sequence[Any]) -> Built:
    return Show(parts[0].start, parts[0].end, parts[0].payload), 0.0


@action("excluded")
def _excluded(parts: Sequence[Any]) -> Built:
    return Excluded(parts[0].start, parts[1].end, parts[1].payload), 0.25


@action("run")
def _run(parts: Sequence[Any]) -> Built:
    hit: ValueHit = parts[0].payload[0]
    return RunPiece(parts[0].start, parts[0].end, hit.column, hit.value), 0.0


@action("one")
def _one(parts: Sequence[Any]) -> Built:
    return (parts[0],), 0.0


@action("more")
def _more(parts: Sequence[Any]) -> Built:
    return (*parts[0], parts[1]), 0.0


# -- numbers


class Operand:
    """Numbers with their place in the question."""

    __slots__ = ("end", "joined", "numbers", "start")

    def __init__(self, start: int, end: int, numbers: tuple[Number, ...], joined: str = "") -> None:
        self.start, self.end, self.numbers, self.joined = start, end, numbers, joined


def _as_number(edge: Edge, unit: Edge | None = None) -> Number:
    value = edge.payload
    assert isinstance(value, (int, float))
    quantity = unit.payload if unit is not None and isinstance(unit.payload, Quantity) else Quantity("")
    return Number(value, quantity.unit, quantity.factor)


@action("number", "quantity")
def _number(parts: Sequence[Any]) -> Built:
    return Operand(*_span(parts), (_as_number(parts[0], parts[1] if len(parts) > 1 else None),)), 0.0


@action("number_listed", "quantity_listed")
def _number_listed(parts: Sequence[Any]) -> Built:
    first: Operand = parts[0]
    number = _as_number(parts[1], parts[2] if len(parts) > 2 else None)
    return Operand(*_span(parts), (*first.numbers, number), first.joined), 0.0


@action("number_more", "quantity_more")
def _number_more(parts: Sequence[Any]) -> Built:
    first: Operand = parts[0]
    number = _as_number(parts[2], parts[3] if len(parts) > 3 else None)
    return Operand(*_span(parts), (*first.numbers, number), str(parts[1].payload)), 0.0


def fit(number: Number, column: Column) -> float | int | None:
    """The number in the column's unit, or None where the two do not measure the same.

    "90 %" is 0.9 in a column of shares that never exceeds 1; a unit said of a column without one is taken as it is.
    """
    value = number.value * number.factor
    if not number.unit or number.unit == column.unit:
        return value
    if number.unit == "%":
        small = isinstance(column.high, (int, float)) and column.high <= 1 and value > 1
        return value / 100 if small else value
    if not column.unit:
        words = column.name.lower()
        return (
            value
            if measure(number.unit) in ("steps", "epochs", "tokens", "parameters", "")
            or number.unit.lower() in words
            else None
        )
    return convert(value, number.unit, column.unit)


def _numeric(mention: Mention, numbers: Sequence[Number]) -> list[tuple[Column, list[float | int]]]:
    """The columns of a mention that can hold the numbers, with the numbers in their units."""
    fitting = []
    for column in mention.columns:
        values = [fit(number, column) for number in numbers]
        if column.type in NUMERIC and all(value is not None for value in values):
            fitting.append((column, [value for value in values if value is not None]))
    return fitting


def _either(conditions: list[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else Or(tuple(conditions))


def _compare(
    mention: Mention, op: str, operand: Operand
) -> tuple[Condition, float, tuple[Column, ...]] | None:
    fitting = _numeric(mention, operand.numbers)
    if not fitting:
        return _compare_text(mention, op, operand)
    conditions: list[Condition] = []
    for column, values in fitting:
        if len(values) > 1:
            if op not in ("=", "!="):
                return None
            inside: Condition = In(column.key, tuple(values))
            conditions.append(Not(inside) if op == "!=" else inside)
        elif op == "!=":
            conditions.append(Not(Test(column.key, "=", values[0])))
        else:
            conditions.append(Test(column.key, op, values[0]))  # type: ignore[arg-type]
    cost = 0.0
    if op == "=" and mention.columns[0].type == "number" and not mention.columns[0].distinct:
        cost = 0.2
    return _either(conditions), cost, tuple(column for column, _ in fitting)


def _compare_text(
    mention: Mention, op: str, operand: Operand
) -> tuple[Condition, float, tuple[Column, ...]] | None:
    """A text column that holds the number as text ("room 268"), or a date column against a year."""
    column = mention.columns[0]
    number = operand.numbers[0]
    if column.type in ("date", "datetime") and isinstance(number.value, int) and 1900 < number.value < 2100:
        return _year(column, op, number.value)
    if column.type != "text" or op not in ("=", "!=") or len(operand.numbers) > 1:
        return None
    text = str(number.value)
    held = [value for value in column.values if str(value).strip() == text or str(value).lstrip("0") == text]
    if not held:
        return None
    return Test(column.key, op, str(held[0])), 0.05, (column,)  # type: ignore[arg-type]


def _year(column: Column, op: str, year: int) -> tuple[Condition, float, tuple[Column, ...]]:
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    whole = And((Test(column.key, ">=", first), Test(column.key, "<", after)))
    made: dict[str, Condition] = {
        "=": whole, "!=": Not(whole), "<": Test(column.key, "<", first), "<=": Test(column.key, "<", after),
        ">": Test(column.key, ">=", after), ">=": Test(column.key, ">=", first),
    }  # fmt: skip
    return made[op], 0.05, (column,)


@action("compare_number", "equals_number")
def _compare_number(parts: Sequence[Any]) -> Built:
    column, operand = parts[0], parts[-1]
    op = str(parts[1].payload) if len(parts) == 3 else "="
    return _comparison(parts, column.payload, op, operand, 0.0 if len(parts) == 3 else 0.08)


@action("compare_number_after", "equals_number_after")
def _compare_after(parts: Sequence[Any]) -> Built:
    op = str(parts[0].payload) if len(parts) == 3 else "="
    return _comparison(parts, parts[-1].payload, op, parts[-2], 0.05 if len(parts) == 3 else 0.15)


def _comparison(parts: Sequence[Any], mention: Mention, op: str, operand: Operand, cost: float) -> Built:
    made = _compare(mention, op, operand)
    if made is None:
        return None
    condition, extra, columns = made
    return Filter(
        *_span(parts), condition, op=op, mention=mention, columns=columns, listed=operand.joined
    ), cost + extra


@action("compare_number_post")
def _compare_post(parts: Sequence[Any]) -> Built:
    return _comparison(parts, parts[0].payload, str(parts[2].payload), parts[1], 0.0)


@action("compare_number_post_after")
def _compare_post_after(parts: Sequence[Any]) -> Built:
    return _comparison(parts, parts[2].payload, str(parts[1].payload), parts[0], 0.05)


@action("on_day")
def _on_day(parts: Sequence[Any]) -> Built:
    """A date column against a day that is spelled out: "date is 30 December 2005"."""
    start, end, moment = parts[-1]
    column = next((c for c in parts[0].payload.columns if c.type in ("date", "datetime")), None)
    op = str(parts[1].payload) if len(parts) == 3 else "="
    day = day_of(moment)
    if column is None or day is None or op == "!=":
        return None
    if column.type == "date":
        condition: Condition = Test(column.key, op, day)  # type: ignore[arg-type]
    elif op == "=":
        condition = And((Test(column.key, ">=", day), Test(column.key, "<", day + timedelta(days=1))))
    else:
        condition = Test(column.key, op, day)  # type: ignore[arg-type]
    return Filter(
        min(parts[0].start, start), end, condition, mention=parts[0].payload, columns=(column,)
    ), 0.0


def day_of(moment: Moment) -> date | None:
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


@action("compare_bare")
def _compare_bare(parts: Sequence[Any]) -> Built:
    operand: Operand = parts[1]
    if len(operand.numbers) > 1 or parts[0].payload in ("!=", "="):
        return None
    cost = 0.1 if operand.numbers[0].unit else 0.3
    return Filter(*_span(parts), op=str(parts[0].payload), numbers=operand.numbers), cost


@action("between")
def _between(parts: Sequence[Any]) -> Built:
    edges = [part for part in parts if part.terminal in ("NUM", "UNIT")]
    numbers: list[Number] = []
    for at, edge in enumerate(edges):
        if edge.terminal == "NUM":
            unit = edges[at + 1] if at + 1 < len(edges) and edges[at + 1].terminal == "UNIT" else None
            numbers.append(_as_number(edge, unit))
    low, high = numbers
    if high.unit and not low.unit:
        low = Number(low.value, high.unit, low.factor)
    return Operand(*_span(parts), (low, high)), 0.0


@action("between_column", "between_column_after")
def _between_column(parts: Sequence[Any]) -> Built:
    mention, operand = (
        (parts[0].payload, parts[1]) if isinstance(parts[1], Operand) else (parts[1].payload, parts[0])
    )
    fitting = _numeric(mention, operand.numbers)
    if not fitting:
        return _between_years(parts, mention, operand)
    conditions: list[Condition] = [Between(c.key, min(values), max(values)) for c, values in fitting]
    return Filter(
        *_span(parts), _either(conditions), mention=mention, columns=tuple(c for c, _ in fitting)
    ), 0.0


def _between_years(parts: Sequence[Any], mention: Mention, operand: Operand) -> Built:
    column = mention.columns[0]
    years = [number.value for number in operand.numbers]
    if column.type not in ("date", "datetime") or not all(
        isinstance(y, int) and 1900 < y < 2100 for y in years
    ):
        return None
    first, after = date(int(min(years)), 1, 1), date(int(max(years)) + 1, 1, 1)
    condition = And((Test(column.key, ">=", first), Test(column.key, "<", after)))
    return Filter(*_span(parts), condition, mention=mention, columns=(column,)), 0.05


@action("between_bare")
def _between_bare(parts: Sequence[Any]) -> Built:
    operand: Operand = parts[0]
    return Filter(*_span(parts), op="between", numbers=operand.numbers), 0.4


# -- values


@action("value_one")
def _value_one(parts: Sequence[Any]) -> Built:
    return ([parts[0]], parts[0].start, parts[0].end, ""), 0.0


@action("value_more")
def _value_more(parts: Sequence[Any]) -> Built:
    edges, start, _, _ = parts[0]
    return ([*edges, parts[2]], start, parts[2].end, str(parts[1].payload)), 0.0


def _held(edges: list[Edge], mention: Mention | None) -> list[tuple[Column, list[Any]]]:
    """The columns that hold every one of the values, those of the mention first and only."""
    found: list[tuple[Column, list[Any]]] = []
    hits = [{hit.column.key: hit for hit in edge.payload} for edge in edges]  # type: ignore[union-attr]
    for key, hit in hits[0].items():
        if all(key in others for others in hits[1:]):
            found.append((hit.column, [others[key].value for others in hits]))
    if mention is None:
        return found
    wanted = [column.key for column in (*mention.columns, *mention.also)]
    fitting = [pair for pair in found if pair[0].key in wanted]
    return sorted(fitting, key=lambda pair: wanted.index(pair[0].key))


def _value_filter(value: Any, op: str, mention: Mention | None, extra: Sequence[Any], cost: float) -> Built:
    edges, start, end, joined = value
    held = _held(edges, mention)
    if not held:
        return None
    column, found = held[0]
    values = [one for value in found for one in (value if isinstance(value, tuple) else (value,))]
    condition: Condition = (
        Test(column.key, "=", values[0]) if len(values) == 1 else In(column.key, tuple(values))
    )
    if mention is not None and column not in mention.columns:
        cost += 0.15
    spans = [(start, end), *((part.start, part.end) for part in extra)]
    made = Filter(
        min(s for s, _ in spans), max(e for _, e in spans), condition, op="=", mention=mention, columns=(column,),
        bare=mention is None, negated=op == "!=", listed=joined,
    )  # fmt: skip
    return made, cost


@action("value_alone")
def _value_alone(parts: Sequence[Any]) -> Built:
    edges = parts[0][0]
    others = len(_held(edges, None)) - 1
    short = 0.05 if edges[0].end == edges[0].start + 1 else 0.0
    return _value_filter(parts[0], "=", None, (), short + 0.03 * min(others, 3))


@action("value_with_column")
def _value_with_column(parts: Sequence[Any]) -> Built:
    return _value_filter(parts[0], "=", parts[1].payload, parts[1:], 0.0)


@action("equals_value")
def _equals_value(parts: Sequence[Any]) -> Built:
    return _value_filter(parts[1], "=", parts[0].payload, parts[:1], 0.0)


@action("compare_value")
def _compare_value(parts: Sequence[Any]) -> Built:
    return _value_filter(parts[2], str(parts[1].payload), parts[0].payload, parts[:2], 0.0)


# -- references to a run or to the average


@action("ref_run")
def _ref_run(parts: Sequence[Any]) -> Built:
    return (parts[0].start, parts[0].end, str(parts[0].payload[0].value)), 0.0


@action("ref_average")
def _ref_average(parts: Sequence[Any]) -> Built:
    return (parts[0].start, parts[0].end, ""), 0.0


@action("beats", "beats_by", "compare_reference", "beats_operator")
def _beats(parts: Sequence[Any]) -> Built:
    start, end, run = parts[-1]
    op = parts[-2]
    if not run and op.payload in ("=", ">=", "<="):
        return None  # "on average" is not equal to the average
    mention = parts[0].payload if len(parts) == 3 else None
    if mention is not None and not _orderable(mention):
        return None
    made = Filter(
        min(start, parts[0].start), end, op=str(op.payload), reference=run, mention=mention,
        columns=mention.columns[:1] if mention else (),
    )  # fmt: skip
    return made, 0.05


# -- states, texts, missing values


@action("in_state")
def _in_state(parts: Sequence[Any]) -> Built:
    edge: Edge = parts[0]
    return Filter(edge.start, edge.end, state=str(edge.payload)), 0.06


@action("mentions", "column_mentions")
def _mentions(parts: Sequence[Any]) -> Built:
    like, text = parts[-2], parts[-1]
    mention = parts[0].payload if len(parts) == 3 else None
    columns = [c for c in mention.columns if c.type == "text"] if mention else []
    if mention and not columns:
        return None
    conditions: list[Condition] = [Has(c.key, str(text.payload), like.payload) for c in columns]
    condition = _either(conditions) if conditions else Has("", str(text.payload), like.payload)
    return Filter(*_span(parts), condition, mention=mention, columns=tuple(columns)), 0.0


@action("mentions_implicitly")
def _mentions_implicitly(parts: Sequence[Any]) -> Built:
    text = str(parts[0].payload)
    return Filter(parts[0].start, parts[0].end, Has("", text), implicit=text), 0.0


@action("missing")
def _missing(parts: Sequence[Any]) -> Built:
    column = next(part for part in parts if part.terminal.startswith("COL")).payload.columns[0]
    if column.type == "bool":
        return Filter(*_span(parts), Not(Test(column.key, "=", True)), columns=(column,)), 0.0
    return Filter(*_span(parts), Missing(column.key), columns=(column,)), 0.1


@action("present")
def _present(parts: Sequence[Any]) -> Built:
    column = next(part for part in parts if part.terminal.startswith("COL")).payload.columns[0]
    if column.type == "bool":
        return Filter(*_span(parts), Test(column.key, "=", True), columns=(column,)), 0.0
    cost = (
        0.02 if parts[-1].terminal == "SET_AFTER" else 0.1 if column.kind in ("attribute", "param") else 0.35
    )
    return Filter(*_span(parts), Not(Missing(column.key)), columns=(column,)), cost


@action("flag")
def _flag(parts: Sequence[Any]) -> Built:
    column = parts[0].payload.columns[0]
    return Filter(*_span(parts), Test(column.key, "=", True), columns=(column,)), 0.0


@action("negated")
def _negated(parts: Sequence[Any]) -> Built:
    inner: Filter = parts[1]
    return replace(inner.opposite(), start=parts[0].start), 0.0


@action("either")
def _either_of(parts: Sequence[Any]) -> Built:
    left, right = parts[0], parts[2]
    right = _same_column(left, right)
    a, b = condition_of(left), condition_of(right)
    if a is None or b is None:
        return None
    cost = 0.0 if left.columns[:1] == right.columns[:1] else 0.1
    return Filter(*_span((left, right)), merged(a, b), columns=left.columns, state=""), cost


def _same_column(left: Filter, right: Filter) -> Filter:
    """ "capacity above 300 or below 100": the second comparison speaks of the first one's column."""
    if right.condition is not None or not right.numbers or left.mention is None:
        return right
    made = _compare(left.mention, right.op, Operand(right.start, right.end, right.numbers))
    return right if made is None else replace(right, condition=made[0], columns=made[2])


def condition_of(piece: Filter) -> Condition | None:
    """The condition of a piece that needs nothing more to be known."""
    if piece.state:
        from nlq.states import state_condition

        inner: Condition | None = state_condition(piece.state)
    else:
        inner = piece.condition
    if inner is None or not piece.negated:
        return inner
    return inner.of if isinstance(inner, Not) else Not(inner)


def merged(a: Condition, b: Condition) -> Condition:
    """One or the other; values of one column become one list."""
    values: list[Any] = []
    keys: set[str] = set()
    for part in (a, b):
        if isinstance(part, Test) and part.op == "=":
            keys.add(part.key)
            values.append(part.value)
        elif isinstance(part, In):
            keys.add(part.key)
            values.extend(part.values)
        else:
            return Or((*(a.of if isinstance(a, Or) else (a,)), *(b.of if isinstance(b, Or) else (b,))))
    if len(keys) == 1:
        return In(keys.pop(), tuple(dict.fromkeys(values)))
    return Or((*(a.of if isinstance(a, Or) else (a,)), *(b.of if isinstance(b, Or) else (b,))))


@action("filter")
def _filter(parts: Sequence[Any]) -> Built:
    return parts[0], 0.0


@action("having_op")
def _having_op(parts: Sequence[Any]) -> Built:
    return Have(*_span(parts), str(parts[0].payload), int(parts[1].payload)), 0.0


@action("having_post")
def _having_post(parts: Sequence[Any]) -> Built:
    return Have(*_span(parts), str(parts[1].payload), int(parts[0].payload)), 0.0


@action("having_exactly")
def _having_exactly(parts: Sequence[Any]) -> Built:
    return Have(*_span(parts), "=", int(parts[0].payload), certain=False), 0.25


@action("having_count")
def _having_count(parts: Sequence[Any]) -> Built:
    return Have(*_span(parts), str(parts[0].payload), int(parts[1].payload), certain=False), 0.6


# -- superlatives


def _super(parts: Sequence[Any], **extra: Any) -> Built:
    edge = next(part for part in parts if part.terminal in ("SUP", "SUP_C", "MOST", "COMMON"))
    which, _, hint = str(edge.payload).partition(":")
    count = next((int(part.payload) for part in parts if part.terminal in ("N_LIM", "N_SUP")), None)
    order = next((int(part.payload) for part in parts if part.terminal == "ORD"), 0)
    mention = next((part.payload for part in parts if part.terminal in ("COL_A", "COL_G")), None)
    if (
        mention is not None
        and edge.terminal in ("SUP", "SUP_C")
        and which in ("max", "min")
        and not _orderable(mention)
    ):
        return None
    if count is not None and not 0 < count <= 100_000:
        return None
    made = Super(*_span(parts), which, hint, count, max(order - 1, 0), mention, **extra)
    return made, 0.0 if mention is None or _orderable(mention) else 0.3


def _orderable(mention: Mention) -> bool:
    return any(column.type in (*NUMERIC, "date", "datetime") for column in mention.columns)


@action("sup", "sup_n", "n_sup", "ord_sup", "sup_col", "sup_n_col", "n_sup_col", "ord_sup_col")
def _sup(parts: Sequence[Any]) -> Built:
    return _super(parts)


@action("sup_bare")
def _sup_bare(parts: Sequence[Any]) -> Built:
    made = _super(parts)
    return made if made is None else (made[0], made[1] + 0.15)


@action("most_rows", "n_most_rows")
def _most_rows(parts: Sequence[Any]) -> Built:
    return _super(parts, rows=True)


@action("most_common", "n_most_common", "commonness")
def _most_common(parts: Sequence[Any]) -> Built:
    return _super(parts, common=True)


# -- aggregates, groups, order


@action("aggregate", "aggregate_of", "aggregate_distinct")
def _aggregate(parts: Sequence[Any]) -> Built:
    functions = tuple(str(edge.payload) for edge in parts[0])
    mentions = tuple(edge.payload for edge in parts[-1]) if len(parts) > 1 else ()
    edges = [*parts[0], *(parts[-1] if len(parts) > 1 else ())]
    cost = 0.0 if mentions else 0.2
    for mention in mentions:
        if not any(column.type in NUMERIC for column in mention.columns):
            if any(function in ("mean", "median", "std", "sum") for function in functions):
                return None
            cost += 0.0 if functions == ("count",) else 0.3
    return Aggregate(*_span(edges), functions, mentions, len(parts) == 3), cost


@action("by", "each")
def _group(parts: Sequence[Any]) -> Built:
    edges = parts[1]
    each = parts[0].terminal == "EACH"
    return Group(*_span([parts[0], *edges]), tuple(edge.payload for edge in edges), each), 0.0


@action("by_unit")
def _by_unit(parts: Sequence[Any]) -> Built:
    return Group(*_span(parts), (), False, unit=str(parts[1].payload)), 0.0


@action("each_row")
def _each_row(parts: Sequence[Any]) -> Built:
    return Group(*_span(parts), (), True, rows=True), 0.0


@action("sort", "sort_dir", "dir_col", "sort_count", "sort_dir_count", "dir_count", "direction")
def _sort(parts: Sequence[Any]) -> Built:
    direction = next((part.payload for part in parts if part.terminal in ("DIR", "DIR_S")), None)
    mention = next((part.payload for part in parts if part.terminal == "COL_S"), None)
    count = any(part.terminal == "COUNT_S" for part in parts)
    descending = None if direction is None else str(direction).endswith("desc")
    return Sort(*_span(parts), mention, descending, count, str(direction).startswith("date")), 0.0


# -- time


def _moment(kind: str) -> Action:
    def build(parts: Sequence[Any]) -> Built:
        return (parts[0].start, parts[-1].end, Moment(kind, parts[0].payload)), 0.0

    return build


for _kind, _names in {
    "month": ("month",), "month_day": ("month_day",), "year": ("year",), "date": ("date",),
    "day": ("named_day",), "run": ("run_day",),
}.items():  # fmt: skip
    for _name in _names:
        ACTIONS[_name] = _moment(_kind)


@action("month_year")
def _month_year(parts: Sequence[Any]) -> Built:
    return (parts[0].start, parts[-1].end, Moment("month", f"{parts[0].payload} {parts[1].payload}")), 0.0


@action("moment_last")
def _moment_last(parts: Sequence[Any]) -> Built:
    return (parts[0].start, parts[-1].end, Moment("last", str(parts[1].payload))), 0.0


@action("day")
def _day(parts: Sequence[Any]) -> Built:
    return Interval(*_span(parts), "within", Moment("day", parts[0].payload)), 0.0


@action("bare_day")
def _bare_day(parts: Sequence[Any]) -> Built:
    return Interval(*_span(parts), "within", Moment("month_day", parts[0].payload)), 0.25


@action("bare_month")
def _bare_month(parts: Sequence[Any]) -> Built:
    text = " ".join(str(part.payload) for part in parts)
    return Interval(*_span(parts), "within", Moment("month", text)), 0.1


@action("last_unit", "this_unit")
def _unit(parts: Sequence[Any]) -> Built:
    relation = "last" if parts[0].terminal == "LAST_T" else "this"
    return Interval(*_span(parts), relation, Moment("unit", parts[1].payload)), 0.0


@action("last_units")
def _last_units(parts: Sequence[Any]) -> Built:
    return Interval(*_span(parts), "past", Moment("unit", parts[2].payload), count=int(parts[1].payload)), 0.0


@action("ago")
def _ago(parts: Sequence[Any]) -> Built:
    return Interval(*_span(parts), "ago", Moment("unit", parts[1].payload), count=int(parts[0].payload)), 0.0


@action("in_quarter")
def _in_quarter(parts: Sequence[Any]) -> Built:
    return Interval(*_span(parts), "within", Moment("quarter", parts[1].payload)), 0.0


def _relation(relation: str, cost: float = 0.0) -> Action:
    def build(parts: Sequence[Any]) -> Built:
        start, end, moment = parts[1]
        extra = 0.3 if moment.kind == "year" and relation != "within" else 0.0
        return Interval(min(parts[0].start, start), end, relation, moment), cost + extra

    return build


ACTIONS["within"] = _relation("within")
ACTIONS["since"] = _relation("since", 0.02)
ACTIONS["after"] = _relation("after")
ACTIONS["before"] = _relation("before")


@action("between_moments")
def _between_moments(parts: Sequence[Any]) -> Built:
    start, _, first = parts[1]
    _, end, second = parts[3]
    return Interval(min(parts[0].start, start), end, "between", first, second), 0.0
