"""What else "best" may mean: the best on the mean, by another metric, beyond the average."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlq.columns import is_resource, metrics
from nlq.pieces import Show
from nlq.query import (
    Agg,
    Card,
    Col,
    Missing,
    Not,
    Order,
    Query,
    Select,
    Test,
    both,
    conditions,
)
from nlq.rivals.models import Asked, Rival

__all__ = ["above_average", "best_value", "by_another_metric"]


def best_value(asked: Asked) -> Iterator[Rival]:
    """ "Which depth is best": the depth of the best run, or the depth whose runs are best on the mean."""
    query = asked.query
    if not isinstance(query, Select) or query.aggregates or query.per or query.limit != 1 or query.offset:
        return
    if len(query.order) != 1 or not query.order[0].best or asked.says("NOUN"):
        return
    if any(token.norm == "and" for token in asked.tokens):
        return  # "which one was best, and what depth did it use"
    ranked = asked.catalog.column(query.order[0].by.key)
    shown = [asked.catalog.column(item.key) for item in query.show]
    params = [column for column in shown if column.kind == "param"]
    if len(params) != 1 or params[0].role == "change":
        return
    mean = Agg("mean", ranked.key)
    recorded = Not(Missing(params[0].key))
    where = both(*(part for part in conditions(query.where) if part != recorded))
    order = Order(mean, query.order[0].descending)
    end = "highest" if order.descending else "lowest"
    text = f"the {params[0].name} with the {end} mean {ranked.name}, not that of a single run"
    yield Rival(text, Select((mean,), where, (params[0].key,), order=(order,), limit=1))


def above_average(asked: Asked) -> Iterator[Rival]:
    """ "Expensive runs": all of them in that order, or those beyond the average."""
    query = asked.query
    if not isinstance(query, Select) or not asked.says("GRADE") or len(query.order) != 1:
        return
    end = query.order[0]
    beyond = Test(end.by.key, ">" if end.descending else "<", Agg("mean", end.by.key))
    name = asked.catalog.column(end.by.key).name
    yield Rival(
        f"those with a {name} {'above' if end.descending else 'below'} the average",
        Select(query.show, both(query.where, beyond)),
    )


def _another_metric(asked: Asked) -> Iterator[Rival]:
    """ "Best" by the main metric: by the next measure of quality, with all else as it was."""
    query = asked.query
    if not isinstance(query, (Select, Card)) or len(query.order) != 1 or not query.order[0].best:
        return
    if any(isinstance(piece, Show) and piece.mention.columns[0].kind == "metric" for piece in asked.pieces):
        return
    own = query.order[0]
    quality = [c for c in metrics(asked.catalog) if c.direction and not is_resource(c)]
    column = asked.catalog.column(own.by.key)
    if column not in quality:
        return
    wants_better = own.descending == (column.direction == "higher")
    for other in [c for c in quality if c != column][:1]:
        end = Order(Col(other.key), (other.direction == "higher") == wants_better, best=True)
        yield Rival(f"by {other.name}", _reordered(query, own.by, end))


def _reordered(query: Select | Card, old: Col | Agg, end: Order) -> Select | Card:
    if isinstance(query, Card):
        return replace(query, order=(end,))
    show = tuple(end.by if item == old else item for item in query.show)
    return replace(query, order=(end,), show=show)


def by_another_metric(asked: Asked) -> Query | None:
    """The same question by the next measure of quality, for the override of an assumed metric."""
    found = next(_another_metric(asked), None)
    return found.query if found else None
