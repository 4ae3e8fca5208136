"""Which groups are kept: by the number of their rows, or by what is computed of each."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import names_rows
from nlq.conditions import BETTER, fit
from nlq.pieces import Aggregate, Filter, Have, Piece, Show, Super, Word
from nlq.query import Agg, Condition, Having, Item, Test
from nlq.resolve.aggregates import call
from nlq.resolve.draft import Draft, Refusal
from nlq.resolve.implied import find_column
from nlq.resolve.scale import in_scale
from store.catalog import Column

__all__ = ["compared_as_a_whole", "counts_of_each", "kept_groups", "rows_counted"]


def compared_as_a_whole(draft: Draft) -> tuple[Having, ...]:
    """ "Hosts that recorded more than 200 episodes in total": the groups' sums or means are compared."""
    shows = draft.of(Show)
    for piece in draft.of(Aggregate):
        if piece.mentions or piece.functions not in (("sum",), ("mean",)) or not shows:
            continue
        said = [token.norm for token in draft.tokens[piece.start : piece.end]]
        if said[-1] not in ("total", "altogether", "average", "overall") or shows[0].start > piece.start:
            continue
        for test in draft.of(Filter):
            condition = test.condition
            if condition is None and test.hint and test.numbers and not draft.runs:
                condition = find_column(test, draft)  # "cost more than 45 on average"
            if test.negated or not isinstance(condition, Test) or condition.op in ("=", "!="):
                continue
            if test.start < shows[0].end or not isinstance(condition.value, (int, float)):
                continue
            draft.use(piece, test)
            function = call(piece.functions[0], condition.key)
            return (Having(function, condition.op, condition.value),)
    return ()


def rows_counted(draft: Draft) -> list[Condition | None]:
    """Which rows are counted where their number decides: "at least two professors", "the most clerks"."""
    counted = [have.where for have in draft.of_any(Have)]
    return [*counted, *(sup.where for sup in draft.of_any(Super))]


def kept_groups(draft: Draft, items: list[Item], group: tuple[str, ...]) -> tuple[Having, ...]:
    """The conditions on the groups: how many rows they have, and what is computed of them.

    Raises:
        Refusal: where rows are counted and nothing is grouped.
    """
    found: list[Having] = []
    for have in draft.of(Have):
        if not group:
            raise Refusal("a count of rows needs something to group by")
        draft.use(have)
        if not draft.runs and have.number > draft.catalog.rows and have.op in (">", ">=", "="):
            rows = f"{draft.catalog.rows} {draft.catalog.nouns[0]}s"
            raise Refusal(f"there are {rows}, so no group holds {have.number} of them")
        counted = Agg("count") if have.of is None else _things(have.of.columns[0], group, draft)
        found.append(Having(counted, have.op, have.number))  # type: ignore[arg-type]
    item = next((item for item in items if isinstance(item, Agg)), None)
    for piece in draft.of(Filter) if group and item is not None else ():
        if _follows_aggregate(piece, draft) and piece.op not in ("between", *BETTER):
            assert item is not None
            value = piece.numbers[0].value * piece.numbers[0].factor
            if piece.numbers[0].unit:
                fitted = fit(piece.numbers[0], draft.catalog.column(item.key)) if item.key else None
                if draft.runs or fitted is None:
                    continue
                value = fitted
            draft.use(piece)
            draft.cost -= 0.3  # it has its column after all
            found.append(_in_scale(Having(item, piece.op, value), piece, draft))  # type: ignore[arg-type]
        elif (told := _of_the_computed(piece, item, draft)) is not None:
            draft.use(piece)
            found.append(told)
    return tuple(found)


def _in_scale(having: Having, piece: Filter, draft: Draft) -> Having:
    """The same with the number as the column counts: "1000 billion" of one that tells billions."""
    assert isinstance(having.item, Agg)
    if not having.item.key:
        return having
    scaled = in_scale(Test(having.item.key, having.op, having.value), piece, draft)
    return replace(having, value=scaled.value) if isinstance(scaled, Test) else having  # type: ignore[arg-type]


def _of_the_computed(piece: Filter, item: Item | None, draft: Draft) -> Having | None:
    """ "An average length of more than 1.2 miles": what names the unit names the column once more."""
    condition, before = piece.condition, draft.before(piece)
    if draft.runs or piece.negated or not isinstance(condition, Test) or not isinstance(item, Agg):
        return None
    if not isinstance(before, Aggregate) or condition.key != item.key or condition.op in ("=", "!="):
        return None
    if draft.tokens[before.end - 1 : piece.start] and piece.start - before.end > 1:
        return None
    if not isinstance(condition.value, (int, float)):
        return None
    return Having(item, condition.op, condition.value)


_OWNING = frozenset(
    "with have has had having in by contain contains containing include includes own owns".split()
)


def counts_of_each(have: Have, draft: Draft) -> bool:
    """ "The codes that have three settlements": how many rows each of them has, and not how many to show."""
    if draft.runs or have.op != "=" or not have.start or draft.holds(Super):
        return False
    shows = [show for show in draft.of(Show) if show.end <= have.start]
    if not shows or draft.tokens[have.start - 1].norm not in _OWNING:
        return False
    return not names_rows(shows[0].mention.columns[0])


def _things(column: Column, group: tuple[str, ...], draft: Draft) -> Agg:
    """What is counted of the things that a column names: the rows, where each of them has another.

    Raises:
        Refusal: where the groups are those things.
    """
    if column.key in group:
        raise Refusal(f"{column.name} can't be counted of each {column.name}")
    return Agg("count") if not draft.runs and names_rows(column) else Agg("count", column.key, distinct=True)


def _follows_aggregate(piece: Filter, draft: Draft) -> bool:
    """ "mean loss above 3": a bare number right behind what is computed."""
    if piece.condition is not None or not piece.numbers or (piece.hint and not draft.runs):
        return False  # "the rooms that cost more than 120" are no more than that many
    before: Piece | None = draft.before(piece)
    counted = isinstance(before, Word) and before.terminal in ("COUNT", "NOUN")
    return counted or isinstance(before, Aggregate)
