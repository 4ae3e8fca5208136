"""Groups in an order: "rank the optimizers by mean val_acc", "sort the datasets by median runtime".

What stands right behind the verb is what there is a row of; what it is sorted by stands behind "by".
"""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import NUMERIC, main_metric
from nlq.lattice import Mention
from nlq.pieces import Aggregate, Group, Show, Sort, Super, Word
from nlq.resolve.draft import Draft, Refusal, numeric
from nlq.resolve.ranking import with_column
from store.catalog import Column

__all__ = ["rank_groups"]

_VERBS = frozenset(("rank", "sort", "order"))
_BY = frozenset(("by", "on", "of", "in"))


def rank_groups(draft: Draft) -> None:
    """Read the column behind the verb as what is grouped by, and what stands behind "by" as the order."""
    for sort in draft.of(Sort):
        column = sort.mention.columns[0] if sort.mention is not None else None
        if sort.function and column is not None and draft.runs:
            _compute_the_order(sort, column, draft)
            continue
        said = [token.norm for token in draft.tokens[sort.start : sort.end]]
        if not draft.runs or column is None or said[0] not in _VERBS or _BY & set(said):
            continue
        if column.kind not in ("param", "attribute"):
            continue
        if column.type in NUMERIC and not _is_many(said, column):
            continue
        assert sort.mention is not None
        metric = _computed(sort, said[0], draft)
        if metric == "":
            continue
        draft.use(sort)
        draft.add(
            Group(sort.start, sort.end, (sort.mention,)),
            replace(sort, mention=None, descending=_high_first(metric, said[0], sort)),
        )


def _compute_the_order(sort: Sort, column: Column, draft: Draft) -> None:
    """ "Optimizers sorted by mean val_acc": what they are sorted by is told of each, the better end first.

    Raises:
        Refusal: where nothing is grouped.
    """
    if not draft.holds(Group, Show, Aggregate):
        raise Refusal(f"the {sort.function} {column.name} of what", (f"{sort.function} {column.name}",))
    if not draft.holds(Aggregate) and not draft.has("COUNT"):
        assert sort.mention is not None
        draft.add(Aggregate(sort.start, sort.end, (sort.function,), (sort.mention,)))
    if sort.descending is None and column.direction == "higher" and not _directed(sort, draft):
        draft.use(sort)
        draft.add(replace(sort, descending=True))


def _directed(sort: Sort, draft: Draft) -> bool:
    """Whether a direction follows: "… ascending"."""
    return any(other.descending is not None for other in draft.of(Sort) if other is not sort)


def _is_many(said: list[str], column: Column) -> bool:
    """ "Rank the depths": a column of numbers in the plural is its values."""
    return said[-1].endswith("s") and not column.name.lower().endswith(said[-1])


def _computed(sort: Sort, verb: str, draft: Draft) -> Column | str | None:
    """The metric that groups are ranked by, None where they are counted; "" where no order is told."""
    for aggregate in draft.of(Aggregate):
        mention = next(iter(aggregate.mentions), None)
        return numeric(mention) if mention is not None else None
    for told in draft.of(Super):
        sup = with_column(told, draft)
        column = numeric(sup.mention) if sup.mention is not None else None
        if sup.mention is not None and column is not None and sup.count is None:
            draft.use(told)
            draft.cost -= 0.2  # no run is asked for, and the verb is no idle word
            better = "best" if column.direction == "higher" else "worst"
            high = sup.which in ("max", better)
            draft.add(Aggregate(sup.start, sup.end, ("max" if high else "min",), (sup.mention,)))
        return column or ""
    if draft.has("COUNT"):
        return None
    for group in draft.of(Group):
        column = numeric(group.mentions[0]) if len(group.mentions) == 1 and not group.each else None
        if column is not None and column.kind == "metric":
            draft.use(group)
            _take_the_mean(group.start, group.end, column, draft)
            return column
    main = main_metric(draft.catalog)
    if verb != "rank" or main is None or (draft.after(sort) is not None and not _ends(sort, draft)):
        return ""
    _take_the_mean(sort.start, sort.end, main, draft)
    return main


def _ends(sort: Sort, draft: Draft) -> bool:
    return all(isinstance(piece, Word) for piece in draft.following(sort))


def _take_the_mean(start: int, end: int, column: Column, draft: Draft) -> None:
    draft.assume(f"by the mean {column.name} of each", cost=0.02)
    draft.add(Aggregate(start, end, ("mean",), (Mention((column,), (), column.name),)))


def _high_first(metric: Column | str | None, verb: str, sort: Sort) -> bool:
    """The better end first, of what has none the largest where it is ranked or counted."""
    if sort.descending is not None:
        return sort.descending
    if isinstance(metric, Column) and metric.direction:
        return metric.direction == "higher"
    return metric is None or verb == "rank"
