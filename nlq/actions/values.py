"""`values.lark`: cells of the history, alone or with the column that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlq.actions.registry import Built, action, span
from nlq.conditions import equal_to
from nlq.lattice import Edge, Mention
from nlq.pieces import Filter
from nlq.value_index import ValueHit
from store.catalog import Column
from store.slotted import slotted


@slotted
class Listed:
    """One cell or several ("muon or adamw") with their place; `joined` is the word that joins them."""

    start: int
    end: int
    edges: tuple[Edge, ...]
    joined: str = ""


@action("value_one")
def value_one(parts: Sequence[Any]) -> Built:
    """One cell."""
    return Listed(parts[0].start, parts[0].end, (parts[0],)), 0.0


@action("value_more")
def value_more(parts: Sequence[Any]) -> Built:
    """A list of cells and one more."""
    first: Listed = parts[0]
    return Listed(first.start, parts[2].end, (*first.edges, parts[2]), str(parts[1].payload)), 0.0


@action("value_alone")
def value_alone(parts: Sequence[Any]) -> Built:
    """A value without its column: the more columns hold it, the less it says."""
    listed: Listed = parts[0]
    first = listed.edges[0]
    others = len(_holding(listed.edges, None)) - 1
    short = 0.05 if first.end == first.start + 1 else 0.0
    return _filter(listed, "=", None, (), short + 0.03 * min(others, 3))


@action("value_with_column")
def value_with_column(parts: Sequence[Any]) -> Built:
    """ "muon optimizer"."""
    return _filter(parts[0], "=", parts[1].payload, parts[1:], 0.0)


@action("equals_value")
def equals_value(parts: Sequence[Any]) -> Built:
    """ "optimizer muon"."""
    return _filter(parts[1], "=", parts[0].payload, parts[:1], 0.0)


@action("compare_value")
def compare_value(parts: Sequence[Any]) -> Built:
    """ "optimizer is not muon"."""
    return _filter(parts[2], str(parts[1].payload), parts[0].payload, parts[:2], 0.0)


def _hits(edge: Edge) -> dict[str, ValueHit]:
    hits = edge.payload
    assert isinstance(hits, tuple)
    return {hit.column.key: hit for hit in hits}


def _holding(edges: Sequence[Edge], mention: Mention | None) -> list[tuple[Column, list[Any]]]:
    """The columns that hold every one of the values, those of the mention first and only."""
    first, *others = [_hits(edge) for edge in edges]
    found = [
        (hit.column, [hit.value, *(other[key].value for other in others)])
        for key, hit in first.items()
        if all(key in other for other in others)
    ]
    if mention is None:
        return found
    wanted = [column.key for column in (*mention.columns, *mention.also)]
    fitting = [pair for pair in found if pair[0].key in wanted]
    return sorted(fitting, key=lambda pair: wanted.index(pair[0].key))


def _filter(listed: Listed, op: str, mention: Mention | None, beside: Sequence[Edge], cost: float) -> Built:
    holding = _holding(listed.edges, mention)
    if not holding:
        return None
    column, found = holding[0]
    values = [one for value in found for one in (value if isinstance(value, tuple) else (value,))]
    if mention is not None and column not in mention.columns:
        cost += 0.15
    start, end = span((listed, *beside))
    made = Filter(
        start, end, equal_to(column.key, values), op="=", mention=mention, columns=(column,),
        bare=mention is None, negated=op == "!=", listed=listed.joined,
    )  # fmt: skip
    return made, cost
