"""What the last query spoke of: its columns, the nearest to the tongue first; its rows as a selection."""

from __future__ import annotations

from nlq.keys import keys_in
from nlq.query import (
    About,
    Agg,
    Card,
    Col,
    Compare,
    Condition,
    In,
    Item,
    Moves,
    Or,
    Query,
    Select,
    Share,
    Steps,
    Streak,
    Test,
    Tried,
    Values,
    Whether,
    both,
)

__all__ = ["frame", "item_keys", "said_keys"]


def item_keys(items: tuple[Item, ...]) -> list[str]:
    """The columns of items."""
    return [item.key for item in items if item.key]


def said_keys(query: Query) -> list[str]:
    """The columns of a query: of its conditions, the last first, then its order, then what it shows."""
    keys: list[str] = []
    if isinstance(query, (Share, Streak)):
        keys += keys_in(query.part)[::-1]
    if isinstance(query, Compare):
        keys += [key for side in query.sides for key in keys_in(side.where)][::-1]
    keys += keys_in(query.where)[::-1]
    if isinstance(query, (Select, Card)):
        keys += [one.by.key for one in query.order if one.by.key]
    if isinstance(query, Select):
        keys += item_keys(query.show)
        keys += query.group
    if isinstance(query, Moves):
        keys.append(query.key)
    if isinstance(query, (Values, Compare, Steps)):
        keys += query.keys
    return list(dict.fromkeys(keys))


def frame(query: Query) -> Select | None:
    """The rows that a query is about, as a selection; None for a question about the history itself."""
    if isinstance(query, Select):
        return query
    if isinstance(query, About):
        return None
    if isinstance(query, Card):
        return Select(where=query.where, order=query.order, limit=query.limit)
    if isinstance(query, Compare):
        sides = [side.where for side in query.sides if side.where is not None]
        if len(sides) < len(query.sides):
            return None
        return Select(tuple(Col(key) for key in query.keys), both(_any(sides), query.where))
    if isinstance(query, Share):
        return Select((Agg("count"),), both(query.part, query.where))
    if isinstance(query, (Values, Steps)):
        return Select(tuple(Col(key) for key in query.keys), query.where)
    if isinstance(query, Whether):
        return Select(where=query.where, order=query.order, limit=query.limit)
    assert isinstance(query, (Tried, Moves, Streak))
    return Select(where=query.where)


def _any(sides: list[Condition]) -> Condition:
    keys = {side.key for side in sides if isinstance(side, Test) and side.op == "="}
    if len(keys) == 1 and all(isinstance(side, Test) and side.op == "=" for side in sides):
        values = [side.value for side in sides if isinstance(side, Test)]
        return In(keys.pop(), tuple(values))  # type: ignore[arg-type]
    return Or(tuple(sides))
