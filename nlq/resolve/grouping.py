"""Groups: what is computed for each of them, which are kept, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.columns import NUMERIC
from nlq.conditions import BETTER, equal_to, fit
from nlq.keys import STATE
from nlq.lattice import FULL_NAME, Mention
from nlq.pieces import Aggregate, Filter, Group, Have, Piece, RunPiece, Show, Sort, Super, Word
from nlq.query import Agg, Col, Condition, Having, In, Item, Order, Query, Select, Test, both
from nlq.resolve.aggregates import call, computed
from nlq.resolve.draft import Draft, Refusal, mentions_of, numeric
from nlq.resolve.times import bucket
from nlq.resolve.where import conditions_of
from nlq.vocabulary import singular
from store.catalog import Column

__all__ = ["doubt_an_end", "group_column", "group_key", "group_keys", "grouped", "is_grouped"]


def is_grouped(draft: Draft) -> bool:
    """Whether the reading counts, aggregates or groups."""
    _name_what_is_compared(draft)
    if draft.has("COUNT") and _counts_of_run(draft):
        return False
    _show_what_a_run_cost(draft)
    if draft.has("COUNT", "CORR") or draft.holds(Aggregate):
        return True
    return (
        any(piece.rows or piece.common for piece in draft.of(Super))
        or any(piece.count or piece.function for piece in draft.of(Sort))
        or any(have.certain for have in draft.of(Have))
    )


def _name_what_is_compared(draft: Draft) -> None:
    """ "The nation, when the number of golds is less than 16": the words name a column, and count nothing."""
    for word in draft.words("COUNT") if not draft.runs else ():
        after = draft.after(word)
        asked = any(isinstance(p, (Show, Super, Aggregate)) and p.end <= word.start for p in draft.pieces)
        if asked and isinstance(after, Filter) and after.mention is not None and after.start == word.end:
            if draft.tokens[word.end - 1].norm == "of" and not after.bare:
                draft.use(word)


def _counts_of_run(draft: Draft) -> bool:
    """ "How many steps did d24 train": a number that is recorded of a run, not a count of runs."""
    word = draft.words("COUNT")[0]
    piece = draft.after(word)
    if len(draft.of(RunPiece)) != 1 or not isinstance(piece, Show) or numeric(piece.mention) is None:
        return False
    draft.use(word)
    return True


def _show_what_a_run_cost(draft: Draft) -> None:
    """ "How much did d24 cost": what is recorded of one run is no sum."""
    for piece in draft.of(Aggregate) if len(draft.of(RunPiece)) == 1 else ():
        if piece.functions == ("sum",) and draft.tokens[piece.start].norm == "how":
            mentions = piece.mentions or mentions_of(next(iter(draft.of(Show)), None))
            draft.use(piece)
            draft.add(*(Show(piece.start, piece.end, m) for m in piece.mentions))
            draft.cost += 0.0 if mentions else 0.5


def grouped(draft: Draft, shares: Sequence[Agg] = ()) -> Query:
    """The query of a reading that counts, aggregates or groups.

    Args:
        shares: what is computed besides, found already.

    Raises:
        Refusal: where something that it needs is told by nothing.
    """
    each = _within_each(draft)
    whole = _compared_as_a_whole(draft) if not draft.runs else ()
    _rank_the_computed(draft)
    _group_by_the_best(draft)
    items = [*shares, *computed(draft)]
    summed = bool(items) and all(isinstance(item, Agg) and item.function == "sum" for item in items)
    group = group_keys(draft, items)
    if not group or not draft.runs:
        group = tuple(dict.fromkeys((*group, *(() if summed else _by_values(draft)))))
    doubt_an_end(items, group, draft)
    if group and not draft.runs:
        draft.use_words("DISTINCT")  # "the different builders and the number of …": groups differ
    ends = draft.of(Super)
    order, limit = _order(draft, items, group)
    offset = max((end.offset for end in ends), default=0) if limit is not None else 0
    per = each[0] if limit is not None and each and len(group) > len({*each}) else ""
    if per and (len({*each}) > 1 or not order):
        raise Refusal("the best within each of several columns together can't be asked", flat=True)
    having = (*whole, *_having(draft, items, group))
    if whole and not group:
        raise Refusal("a sum or a mean needs something to group by")
    counted = [one.by for one in order if isinstance(one.by, Agg)]
    if not group and (Agg("count") in counted or (counted and not items)):
        raise Refusal("the most common what")
    where = both(*_such(draft), conditions_of(draft))
    if not items and not having and all(one.by == Agg("count") for one in order):
        items = [Agg("count")]
    if per:
        group = (per, *(key for key in group if key != per))
    return Select(tuple(dict.fromkeys(items)), where, group, having, order, limit, offset, per)


def _within_each(draft: Draft) -> list[str]:
    """The columns within whose values a rank is asked for: "for each optimizer", "best lr per optimizer"."""
    told = [piece for piece in draft.of(Group) if piece.each or draft.tokens[piece.start].norm == "per"]
    return [group_key(mention, draft) for piece in told for mention in piece.mentions]


def _compared_as_a_whole(draft: Draft) -> tuple[Having, ...]:
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
            if test.negated or not isinstance(condition, Test) or condition.op in ("=", "!="):
                continue
            if test.start < shows[0].end or not isinstance(condition.value, (int, float)):
                continue
            draft.use(piece, test)
            function = call(piece.functions[0], condition.key)
            return (Having(function, condition.op, condition.value),)
    return ()


def _such(draft: Draft) -> list[Condition | None]:
    """Which rows are counted where their number decides: "at least two professors", "the most clerks"."""
    counted = [have.where for have in draft.of_any(Have)]
    return [*counted, *(sup.where for sup in draft.of_any(Super))]


_ENDS = ("lowest", "highest", "smallest", "largest")


def _rank_the_computed(draft: Draft) -> None:
    """ "the depth with the lowest mean loss": an end of what is computed ranks the groups by it."""
    for piece in draft.of(Aggregate):
        ends = ("min", "max")
        ranked = len(piece.functions) == 2 and piece.functions[0] in ends and piece.functions[1] not in ends
        if ranked and piece.mentions and draft.tokens[piece.start].norm in _ENDS:
            draft.use(piece)
            computed_ = replace(piece, start=piece.start + 1, functions=piece.functions[1:])
            draft.add(computed_, Super(piece.start, piece.end, piece.functions[0], mention=piece.mentions[0]))


def _group_by_the_best(draft: Draft) -> None:
    """ "The best lr by mean loss": the parameter groups, what is computed of each ranks."""
    for sup in draft.of(Super) if draft.holds(Aggregate) else ():
        column = numeric(sup.mention) if sup.mention is not None else None
        if column is not None and column.kind == "param" and sup.which in ("best", "worst"):
            assert sup.mention is not None
            draft.use(sup)
            draft.add(Show(sup.start, sup.end, sup.mention), replace(sup, mention=None))


def doubt_an_end(items: list[Item], group: tuple[str, ...], draft: Draft) -> None:
    """ "lowest loss" of runs asks for the run as well: the reading as a superlative is the better one.

    "Min of loss" asks for the number.
    """
    for piece in draft.of_any(Aggregate):
        after = [token.norm for token in draft.tokens[piece.start + 1 : piece.start + 2]]
        if piece.functions[0] in ("min", "max") and after == ["of"]:
            draft.cost -= 0.05
            return
    ends = [item for item in items if isinstance(item, Agg) and item.function in ("min", "max")]
    if len(items) == 1 and ends and group and not draft.runs and _asks_which(draft):
        draft.cost += 0.3  # "which festival has the highest price in each country" asks for the festival
    if len(items) == 1 and ends and (not group or draft.runs):
        draft.cost += 0.1 if draft.runs else 0.05


# -- what it is grouped by


def group_keys(draft: Draft, items: list[Item]) -> tuple[str, ...]:
    """The columns to group by: told, that of "most common", and those that are named and not computed."""
    keys: list[str] = []
    for piece in draft.of(Group):
        keys += [key for mention in piece.mentions for key in _keys_to_group(mention, draft)]
        if piece.unit:
            keys.append(bucket(piece.unit, draft))
        draft.use(piece)
    common = [sup.mention for sup in draft.of(Super) if sup.common and sup.mention is not None]
    keys += [key for mention in common for key in _keys_to_group(mention, draft)]
    computed_of = {item.key for item in items if isinstance(item, Agg)}
    first = min((piece.start for piece in draft.of_any(Aggregate)), default=None)
    heads = None if draft.runs or items or not draft.of_any(Have) else _heads(draft)
    for show in draft.of(Show):
        draft.use(show)
        if heads is not None and show not in heads:
            draft.cost += 0.1  # "the pets that saw the vet more than once" are the groups
            continue
        if first is not None and first < show.start and _tells_rows(show.mention.columns[0], draft):
            draft.cost += 0.1  # "the minimum enrollment of all schools": one row a school
            continue
        if not draft.runs and (_tells_of_counted(show, draft) or _says_what_was_done(show, draft)):
            draft.cost += 0.1
            continue
        before = draft.tokens[show.start - 1].norm if show.start else ""
        if not draft.runs and (before in ("a", "an") or _singled_out(show, before, draft)):
            draft.cost += 0.1  # "how many times was a room reserved": any room
            continue
        _group_by_shown(show.mention, keys, computed_of, draft)
    return tuple(dict.fromkeys(keys))


def _keys_to_group(mention: Mention, draft: Draft) -> list[str]:
    """The key of a mention, or those of a name that two columns make together."""
    if mention.text == FULL_NAME:
        return [column.key for column in mention.columns]
    return [group_key(mention, draft)]


def _singled_out(show: Show, before: str, draft: Draft) -> bool:
    """ "How many arrivals in the country that has rank 5": the one that meets the condition, and no group."""
    text = draft.tokens[show.end - 1].norm
    after = draft.after(show)
    counted = isinstance(after, Word) and after.terminal == "COUNT"  # "the catalog number of the album"
    bound = not counted and any(isinstance(piece, Filter) for piece in draft.following(show))
    return before in ("the", "this", "that") and singular(text) == text and bound


def _says_what_was_done(show: Show, draft: Draft) -> bool:
    """ "Books that were loaned more than twice": a participle is no column to group by."""
    text = draft.tokens[show.end - 1].norm
    return text.endswith("ed") and not show.mention.whole and show.start > 0


def _heads(draft: Draft) -> list[Show]:
    """The first column named and those that are listed with it."""
    found: list[Show] = []
    for show in draft.of(Show):
        between = draft.tokens[found[-1].end : show.start + 1] if found else ()
        if found and not any(token.comma or token.norm == "and" for token in between):
            break
        found.append(show)
    return found


def _asks_which(draft: Draft) -> bool:
    """Whether the first words ask for a row by its noun: "which festival"."""
    said = [singular(token.norm) for token in draft.tokens[:2]]
    return said[:1] in (["which"], ["what"]) and tuple(said[1:]) in draft.nouns


_AS_GROUPS = frozenset("and different distinct various & plus vs versus every".split())
"""Words by which a column behind what is counted still says what it is counted by."""


def _tells_of_counted(show: Show, draft: Draft) -> bool:
    """ "How many students are enrolled in courses": a column behind a count only tells of what is counted.

    It groups where a word says so ("in different courses"), where it is listed, and where it stands first
    ("the courses and their number of students").
    """
    counted = [
        p for p in draft.pieces if isinstance(p, Aggregate) or (isinstance(p, Word) and p.terminal == "COUNT")
    ]
    behind = [p for p in counted if p.end <= show.start]
    if not behind or len(behind) < len(counted):
        return False
    between = draft.tokens[max(p.end for p in behind) : show.start]
    listed = any(token.comma for token in draft.tokens[behind[-1].end : show.start + 1])
    return not listed and not _AS_GROUPS.intersection(token.norm for token in between)


def _tells_rows(column: Column, draft: Draft) -> bool:
    """Whether a column is another name for the rows, where these are no runs."""
    return not draft.runs and column.distinct >= 0.95 * column.count


def _group_by_shown(mention: Mention, keys: list[str], computed_of: set[str], draft: Draft) -> None:
    """ "how many runs, optimizer": a column by itself groups, at a cost."""
    column = mention.columns[0]
    if column.key not in computed_of:
        column = group_column(mention)
    elif column.type in NUMERIC:
        return
    if column.kind == "run" and draft.runs and not keys:
        draft.cost += 0.1
    if column.key not in keys:
        unique = column.distinct >= column.count > 8 and bool(keys)
        draft.cost += 0.6 if unique else 0.2
        keys.append(group_key(mention, draft))


def group_key(mention: Mention, draft: Draft) -> str:
    """The key to group by: where the status column is silent of most runs, how they ended all the same.

    Raises:
        Refusal: as `group_column`.
    """
    column = group_column(mention)
    silent = draft.catalog.rows - column.count
    if column.role == "change":
        told = f"{column.count} of {draft.catalog.rows} {draft.catalog.nouns[0]}s"
        draft.assume(f"{column.name} is only told where it was changed: of {told}")
    if column.role != "status" or not silent or not draft.catalog.tells_state:
        return column.key
    draft.assume(f"by how the runs ended: {column.name} is not written for {silent} of them")
    return STATE


def group_column(mention: Mention) -> Column:
    """The column of a mention to group by.

    Raises:
        Refusal: where it is told in prose only of the runs that changed it, and not asked for in quotes.
    """
    column = mention.columns[0]
    if column.role == "change" and not mention.exact:
        raise Refusal(
            f"{column.name} is only told where it was changed", (f"{column.name} values tried",), flat=True
        )
    return column


def _by_values(draft: Draft) -> tuple[str, ...]:
    """ "how many were kept, discarded and crashed", "mean age of male and female students": by that."""
    status = draft.catalog.role("status")
    ends: dict[str, list[Filter]] = {}
    for piece in draft.of(Filter):
        if _lists_values(piece):
            draft.assume(f"by {piece.columns[0].name}")
            return (piece.columns[0].key,)
        if piece.negated:
            continue
        if piece.state and status is not None:
            ends.setdefault(status.key, []).append(piece)
        elif len(piece.columns) == 1 and piece.bare and isinstance(piece.condition, Test):
            ends.setdefault(piece.columns[0].key, []).append(piece)
    key = next((key for key, pieces in ends.items() if len(pieces) > 1), "")
    if not key:
        return ()
    draft.use(*ends[key])
    if status is None or key != status.key:
        draft.add(_one_list(key, ends[key]))
    draft.assume(f"by {draft.catalog.column(key).name}")
    return (key,)


def _lists_values(piece: Filter) -> bool:
    return not piece.state and piece.listed == "and" and isinstance(piece.condition, In) and not piece.negated


def _one_list(key: str, pieces: list[Filter]) -> Filter:
    """The values of several pieces as the condition on their one column."""
    values = [piece.condition.value for piece in pieces if isinstance(piece.condition, Test)]
    condition = equal_to(key, values)  # type: ignore[arg-type]
    return Filter(pieces[0].start, pieces[-1].end, condition, columns=pieces[0].columns)


# -- the order of groups


def _order(draft: Draft, items: list[Item], group: tuple[str, ...]) -> tuple[tuple[Order, ...], int | None]:
    """By the count or the aggregate for "most", "best", "sorted by number"; how many of the groups."""
    order: tuple[Order, ...] = ()
    limit: int | None = None
    for sup in draft.of(Super):
        draft.use(sup)
        limit = sup.count or limit or 1
        if not group:
            draft.cost += 0.5  # an order of one row says nothing
        order = (_end(sup, items, draft),)
    for sort in draft.of(Sort):
        draft.use(sort)
        if order and sort.mention is None and not sort.count and not sort.hint:
            order = (*order[:-1], replace(order[-1], descending=bool(sort.descending)))
            continue
        down = sort.descending if sort.descending is not None else bool(order) and order[0].descending
        order = (Order(_sort_item(sort, items, group), down),)
    return order, (limit if group else None)


def _end(sup: Super, items: list[Item], draft: Draft) -> Order:
    if sup.rows and sup.mention is not None:
        return Order(Agg("count", sup.mention.columns[0].key, distinct=True), sup.which != "min")
    if sup.rows or sup.common:
        return Order(Agg("count"), sup.which != "min")
    after = draft.after(sup)
    said = [token.norm for token in draft.tokens[sup.end : after.start]] if after is not None else []
    computed_of = isinstance(after, Aggregate) and "and" not in said  # "the second lowest mean loss"
    if sup.mention is None and sup.which in ("max", "min") and not sup.hint and not computed_of:
        draft.cost += 0.4
    ranked = [i for i in items if isinstance(i, Agg) and (sup.mention is None or _names(sup.mention, i.key))]
    column = numeric(sup.mention) if sup.mention is not None else None
    first = items[0] if items and isinstance(items[0], Agg) else Agg("count")
    item = next(iter(ranked), None)
    if item is None and column is not None:
        item = call("max" if sup.which in ("max", "best") else "min", column.key)
    item = item or first
    return Order(item, _wants_high(sup, item, draft))


def _names(mention: Mention, key: str) -> bool:
    return any(column.key == key for column in mention.columns)


def _wants_high(sup: Super, item: Agg, draft: Draft) -> bool:
    if sup.which in ("max", "min"):
        return sup.which == "max"
    if item.function == "count" or not item.key:
        return sup.which == "best"
    lower = draft.catalog.column(item.key).direction == "lower"
    return lower if sup.which == "worst" else not lower


def _sort_item(sort: Sort, items: list[Item], group: tuple[str, ...]) -> Item:
    if sort.count:
        return Agg("count")
    if sort.mention is None:
        return items[0] if items else Col(group[0]) if group else Agg("count")
    for item in items:
        alike = isinstance(item, Agg) and sort.function in ("", item.function)
        if alike and isinstance(item, Agg) and item.key and _names(sort.mention, item.key):
            return item
    column = sort.mention.columns[0]
    if column.key not in group and column.type in NUMERIC:
        return call(sort.function or "mean", column.key)
    return Col(column.key)


# -- which groups are kept


def _having(draft: Draft, items: list[Item], group: tuple[str, ...]) -> tuple[Having, ...]:
    found: list[Having] = []
    for have in draft.of(Have):
        if not group:
            raise Refusal("a count of rows needs something to group by")
        draft.use(have)
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
            found.append(Having(item, piece.op, value))  # type: ignore[arg-type]
    return tuple(found)


def _things(column: Column, group: tuple[str, ...], draft: Draft) -> Agg:
    """What is counted of the things that a column names: the rows, where each of them has another.

    Raises:
        Refusal: where the groups are those things.
    """
    if column.key in group:
        raise Refusal(f"{column.name} can't be counted of each {column.name}")
    return Agg("count") if _tells_rows(column, draft) else Agg("count", column.key, distinct=True)


def _follows_aggregate(piece: Filter, draft: Draft) -> bool:
    """ "mean loss above 3": a bare number right behind what is computed."""
    if piece.condition is not None or not piece.numbers:
        return False
    before: Piece | None = draft.before(piece)
    counted = isinstance(before, Word) and before.terminal in ("COUNT", "NOUN")
    return counted or isinstance(before, Aggregate)
