"""`aggregate.lark`: functions over columns, groups, conditions on groups, and the order of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nlq.actions.registry import Built, action, orders, span, such
from nlq.columns import NUMERIC, is_called_by_its_thing, is_id, is_named_outright
from nlq.pieces import Aggregate, Group, Have, Sort

_OVER_NUMBERS = frozenset(("mean", "median", "std", "sum"))


@action("aggregate", "aggregate_of", "aggregate_distinct")
def aggregate(parts: Sequence[Any]) -> Built:
    """ "mean and median loss", "how many different optimizers"."""
    functions = tuple(one for edge in parts[0] for one in str(edge.payload).split())
    columns = parts[-1] if len(parts) > 1 else ()
    mentions = tuple(edge.payload for edge in columns)
    cost = 0.0 if mentions or ":" in functions[0] else 0.2
    for mention in mentions:
        named = is_named_outright(mention.columns[0], mention.text)
        if _OVER_NUMBERS.intersection(functions) and is_id(mention.columns[0]) and not named:
            return None  # "the total number of customers" counts them, and nothing is their mean
        thing = is_called_by_its_thing(mention.columns[0], mention.text)
        if thing and {"min", "max"}.intersection(functions):
            return None  # "the largest claim" has not the highest claim id
        if not any(column.type in NUMERIC for column in mention.columns):
            if _OVER_NUMBERS.intersection(functions):
                return None
            if functions != ("count",) and not orders(mention) and mention.columns[0].kind != "run":
                return None  # "the maximum wind" is no direction of it
            cost += 0.0 if functions == ("count",) else 0.3
    return Aggregate(*span([*parts[0], *columns]), functions, mentions, len(parts) == 3), cost


@action("by", "each")
def by(parts: Sequence[Any]) -> Built:
    """ "by depth", "for each optimizer"."""
    edges = parts[1]
    each = parts[0].terminal == "EACH"
    return Group(*span([parts[0], *edges]), tuple(edge.payload for edge in edges), each), 0.0


@action("by_unit")
def by_unit(parts: Sequence[Any]) -> Built:
    """ "per week"."""
    return Group(*span(parts), (), False, unit=str(parts[1].payload)), 0.0


@action("each_row")
def each_row(parts: Sequence[Any]) -> Built:
    """ "for each run" """
    return Group(*span(parts), (), True, rows=True), 0.0


@action("sort", "sort_dir", "dir_col", "sort_count", "sort_dir_count", "dir_count", "direction")
def sort(parts: Sequence[Any]) -> Built:
    """ "sorted by loss", "in descending order", "oldest first"."""
    direction = next((part.payload for part in parts if part.terminal in ("DIR", "DIR_S")), None)
    mention = next((part.payload for part in parts if part.terminal == "COL_S"), None)
    count = any(part.terminal == "COUNT_S" for part in parts)
    descending = None if direction is None else str(direction).endswith("desc")
    hint = str(direction).rpartition(" ")[0] if direction is not None else ""
    return Sort(*span(parts), mention, descending, count, hint), 0.0


@action("sort_computed")
def sort_computed(parts: Sequence[Any]) -> Built:
    """ "sorted by mean loss"."""
    functions = str(parts[1].payload).split()
    if len(functions) > 1 or not orders(parts[2].payload):
        return None
    return Sort(*span(parts), parts[2].payload, function=functions[0]), 0.0


@action("sort_then")
def sort_then(parts: Sequence[Any]) -> Built:
    """ "Sorted by country and then by height"."""
    return Sort(*span(parts), parts[1].payload, second=parts[3].payload), 0.0


@action("end_first")
def end_first(parts: Sequence[Any]) -> Built:
    """ "lowest cost first": an order, and no superlative."""
    which, _, hint = str(parts[0].payload).partition(":")
    mention = parts[1].payload
    if hint or not orders(mention):
        return None
    high = which == "max"
    if which in ("best", "worst"):
        if not mention.columns[0].direction:
            return None  # "best paid first" of what nobody says is better high or low
        high = (which == "best") == (mention.columns[0].direction == "higher")
    return Sort(*span(parts), mention, high), 0.0


@action("having_op")
def having_op(parts: Sequence[Any]) -> Built:
    """ "at least two runs"."""
    return Have(*span(parts), str(parts[0].payload), int(parts[1].payload)), 0.0


@action("having_post")
def having_post(parts: Sequence[Any]) -> Built:
    """ "two or more runs"."""
    return Have(*span(parts), str(parts[1].payload), int(parts[0].payload)), 0.0


@action("having_exactly")
def having_exactly(parts: Sequence[Any]) -> Built:
    """ "two runs": as often as not it is how many rows to show."""
    if parts[1].start > parts[0].end + 1:
        return None  # "more than 2 people. Report room names"
    return Have(*span(parts), "=", int(parts[0].payload), certain=False), 0.25


@action("having_times")
def having_times(parts: Sequence[Any]) -> Built:
    """ "(appear) three times", "twice"."""
    return Have(*span(parts), "=", int(parts[0].payload)), 0.05


@action("having_many")
def having_many(parts: Sequence[Any]) -> Built:
    """ "Authors with multiple submissions": more than one."""
    if parts[1].start > parts[0].end:
        return None
    if parts[1].terminal == "NOUN_H":
        return Have(*span(parts), ">", 1), 0.05
    mention = parts[1].payload
    return None if orders(mention) else (Have(*span(parts), ">", 1, of=mention), 0.1)


@action("having_value")
def having_value(parts: Sequence[Any]) -> Built:
    """ "at least 10 professors": of the rows that are such."""
    where = such(parts[2].payload[0])
    if where is None:
        return None
    return Have(*span(parts), str(parts[0].payload), int(parts[1].payload), where=where), 0.1 + parts[2].cost


@action("having_things")
def having_things(parts: Sequence[Any]) -> Built:
    """ "more than one genre", "at least 3 pets": the different values of a column that names things."""
    mention = parts[-1].payload
    if orders(mention) and not is_id(mention.columns[0]):
        return None  # "more than 3 beds" is a comparison
    if parts[-1].start > parts[-2].end:
        return None
    return Have(*span(parts), str(parts[0].payload), int(parts[1].payload), of=mention), 0.1


@action("having_things_post")
def having_things_post(parts: Sequence[Any]) -> Built:
    """ "two or more clubs"."""
    return having_things([parts[1], parts[0], replace(parts[2], start=parts[0].end)])


@action("having_count")
def having_count(parts: Sequence[Any]) -> Built:
    """ "more than once"."""
    return Have(*span(parts), str(parts[0].payload), int(parts[1].payload), certain=False), 0.6
