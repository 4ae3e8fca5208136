"""The best few values of a parameter: "top 3 optimizers" are three optimizers, each by its best run."""

from __future__ import annotations

from nlq.columns import is_set
from nlq.pieces import Aggregate, Group, Have, Show, Sort, Super
from nlq.query import Agg, Col, Missing, Not, Order, Query, Select, both
from nlq.resolve.draft import Draft
from nlq.resolve.ranking import with_column
from nlq.resolve.superlatives import end_of
from nlq.resolve.where import conditions_of
from store.catalog import Column

__all__ = ["best_values"]


def best_values(draft: Draft) -> Query | None:
    """The query of "top 3 optimizers by val_acc"; None for any other question."""
    supers = draft.of(Super)
    if not draft.runs or len(supers) != 1 or draft.holds(Aggregate, Have, Sort) or draft.has("COUNT", "NOUN"):
        return None
    (sup,) = supers
    show = draft.after(sup)
    if (sup.count or 1) < 2 or sup.common or sup.rows or sup.offset or not isinstance(show, Show):
        return None
    column = show.mention.columns[0]
    if show.start != sup.end or not _is_a_setting(column) or sup.mention is not None:
        return None
    if len(draft.of(Show)) > 1 or any(group.each for group in draft.of(Group)):
        return None
    if sup.which == "worst":
        return None  # by its worst run, or the one whose best is worst
    draft.use(show)
    end = end_of(with_column(sup, draft), draft)
    if not isinstance(end.by, Col) or draft.catalog.column(end.by.key).kind != "metric":
        return None
    metric = draft.catalog.column(end.by.key)
    if metric.series or end.descending != (metric.direction == "higher"):
        return None  # of a history the best of a run is no last value, of which groups are made
    draft.use(sup)
    best = Agg("max" if end.descending else "min", end.by.key)
    draft.assume(f"each {column.name} by its best run")
    told = () if column.count == draft.catalog.rows else (Not(Missing(column.key)),)
    order = (Order(best, end.descending),)
    return Select((best,), both(conditions_of(draft), *told), (column.key,), (), order, sup.count)


def _is_a_setting(column: Column) -> bool:
    """Whether several runs have one value of it."""
    return column.kind == "param" and not is_set(column) and 1 < column.distinct < column.count
