"""Counts, aggregates and groups."""

from __future__ import annotations

from nlq.keys import bucket_key
from nlq.link import Mention
from nlq.pieces import Aggregate, Filter, Group, Have, Piece, RunPiece, Show, Sort, Super, Word
from nlq.query import Agg, Col, Having, In, Item, Order, Query, Select, Share, Test
from nlq.resolve.draft import NUMERIC, Draft, Refusal, counts_things, is_id, numeric, tells_runs
from nlq.resolve.metrics import main_metric
from nlq.resolve.where import conditions_of, piece_condition
from store.catalog import Column
from store.units import measure

__all__ = ["aggregates", "group_column", "grouped", "is_grouped", "share", "time_key"]


def is_grouped(draft: Draft) -> bool:
    """Whether the reading counts, aggregates or groups."""
    if draft.has("COUNT") and _counts_of_run(draft):
        return False
    if draft.has("COUNT") or draft.of(Aggregate) or draft.has("CORR"):
        return True
    if any(piece.rows or piece.common for piece in draft.of(Super)) or any(
        piece.count for piece in draft.of(Sort)
    ):
        return True
    return any(have.certain for have in draft.of(Have))


def _counts_of_run(draft: Draft) -> bool:
    """ "How many steps did d24 train": a number that is recorded of a run, not a count of runs."""
    words = draft.words("COUNT")
    piece = draft.next_to(words[0])
    if len(draft.of(RunPiece)) != 1 or not isinstance(piece, Show) or numeric(piece.mention) is None:
        return False
    draft.use(words[0])
    return True


def grouped(draft: Draft) -> Query:
    """The query of a reading that counts, aggregates or groups."""
    items = _items(draft)
    group = _group(draft, items) or _by_values(draft)
    _only_an_end(items, group, draft)
    order, limit = _order(draft, items, group)
    having = _having(draft, items, group)
    if not group and any(isinstance(one.by, Agg) and one.by.key == "" for one in order):
        raise Refusal("the most common what")
    where = conditions_of(draft)
    if not items and not having and not order:
        items = [Agg("count")]
    show = tuple(dict.fromkeys(items))
    return Select(show, where, group, having, order, limit)


def _only_an_end(items: list[Item], group: tuple[str, ...], draft: Draft) -> None:
    """ "lowest loss" of runs asks for the run as well: the reading as a superlative is the better one."""
    ends = [item for item in items if isinstance(item, Agg) and item.function in ("min", "max")]
    if len(items) == 1 and ends and (not group or tells_runs(draft.catalog)):
        draft.cost += 0.1 if tells_runs(draft.catalog) else 0.05


def _by_values(draft: Draft) -> tuple[str, ...]:
    """ "how many were kept, discarded and crashed", "average age of male and female students": by that column."""
    status = draft.catalog.role("status")
    ends: dict[str, list[Filter]] = {}
    for piece in draft.of(Filter):
        if not piece.negated and piece.state and status is not None:
            ends.setdefault(status.key, []).append(piece)
        elif piece.listed == "and" and isinstance(piece.condition, In) and not piece.negated:
            draft.assume(f"by {piece.columns[0].name}")
            return (piece.columns[0].key,)
        elif (
            not piece.negated and len(piece.columns) == 1 and piece.bare and isinstance(piece.condition, Test)
        ):
            ends.setdefault(piece.columns[0].key, []).append(piece)
    for key, pieces in ends.items():
        if len(pieces) > 1:
            for piece in pieces:
                draft.use(piece)
            if status is None or key != status.key:
                values = tuple(piece.condition.value for piece in pieces if isinstance(piece.condition, Test))
                kept = Filter(pieces[0].start, pieces[-1].end, In(key, values), columns=pieces[0].columns)  # type: ignore[arg-type]
                draft.pieces = (*draft.pieces, kept)
            draft.assume(f"by {draft.catalog.column(key).name}")
            return (key,)
    return ()


# -- what is computed


def _items(draft: Draft) -> list[Item]:
    """The aggregates, in the order of the question."""
    if draft.has("CORR"):
        return [_correlation(draft)]
    items: list[Item] = []
    for piece in draft.pieces:
        if id(piece) in draft.used:
            continue
        if isinstance(piece, Aggregate):
            items.extend(_aggregate(piece, draft))
            draft.use(piece)
        elif isinstance(piece, Word) and piece.terminal == "COUNT":
            items.append(_count(piece, draft))
            draft.use(piece)
            items.extend(_listed_counts(piece, draft))
    return items


def _correlation(draft: Draft) -> Agg:
    for word in draft.words("CORR"):
        draft.use(word)
    columns: list[Column] = []
    for piece in draft.pieces:
        mentions = (
            (piece.mention,)
            if isinstance(piece, Show)
            else piece.mentions
            if isinstance(piece, Group)
            else ()
        )
        for mention in mentions:
            column = numeric(mention)
            if column is not None and len(columns) < 2:
                columns.append(column)
                draft.use(piece)
    if len(columns) < 2:
        raise Refusal("a correlation needs two columns of numbers")
    return Agg("corr", columns[0].key, other=columns[1].key)


def _aggregate(piece: Aggregate, draft: Draft) -> list[Item]:
    if piece.functions == ("sum:cost",):
        column = next((c for c in draft.catalog.columns if measure(c.unit) == "money"), None)
        if column is None:
            raise Refusal("this history tells no cost")
        return [Agg("sum", column.key)]
    mentions = piece.mentions or _argument(piece, draft)
    if not mentions:
        if piece.functions == ("sum",):
            return [Agg("count")]
        main = main_metric(draft.catalog) if tells_runs(draft.catalog) else None
        if main is None:
            raise Refusal(f"{piece.functions[0]} of what")
        draft.assume(f"of {main.name}", cost=0.2)
        return [Agg(function, main.key) for function in piece.functions]  # type: ignore[arg-type]
    items: list[Item] = []
    for mention in mentions:
        for function in piece.functions:
            ends = (
                (("min", "max") if "max" not in piece.functions else ("range",))
                if function == "range"
                else (function,)
            )
            items += [_call(one, mention, draft, piece.distinct) for one in ends]
    return items


def _call(function: str, mention: Mention, draft: Draft, distinct: bool) -> Agg:
    if function == "count":
        return Agg("count", mention.columns[0].key, distinct=True)
    column = numeric(mention)
    if column is None:
        column = mention.columns[0]
        if function not in ("min", "max"):
            raise Refusal(f"{column.name} holds no numbers")
    if len([c for c in mention.columns if c.type in NUMERIC]) > 1:
        others = [c.name for c in mention.columns if c.key != column.key and c.type in NUMERIC]
        override = draft.reworded(mention.text, others[0]) if others else ""
        draft.assume(f'"{mention.text}" read as {column.name}; also {", ".join(others[:3])}', override, 0.05)
    return Agg(function, column.key, distinct)  # type: ignore[arg-type]


def _argument(piece: Aggregate, draft: Draft) -> tuple[Mention, ...]:
    """The column beside an aggregate that names none: after it ("mean ogbg mAP"), else before ("lr: min max")."""
    at = draft.pieces.index(piece)
    after = [p for p in draft.pieces[at + 1 :] if isinstance(p, Show) and id(p) not in draft.used]
    before = [p for p in reversed(draft.pieces[:at]) if isinstance(p, Show) and id(p) not in draft.used]
    for show in (*after, *before):
        if numeric(show.mention) is not None or piece.functions == ("count",):
            draft.use(show)
            draft.cost += 0.05
            return (show.mention,)
    for sup in draft.of(Super):
        if sup.mention is not None and numeric(sup.mention) is not None:
            return (sup.mention,)
    for have in draft.of(Group):
        if not have.each and have.mentions and numeric(have.mentions[0]) and len(draft.of(Group)) > 1:
            draft.use(have)
            return have.mentions
    return ()


def _count(word: Word, draft: Draft) -> Agg:
    """Rows, or the different values of a column: "how many runs", "how many optimizers"."""
    piece = draft.next_to(word)
    while isinstance(piece, Word) and piece.terminal == "COUNT":  # "count the number of"
        draft.use(piece)
        piece = draft.next_to(piece)
    distinct = isinstance(piece, Word) and piece.terminal == "DISTINCT"
    if distinct and piece is not None:
        draft.use(piece)
        piece = draft.next_to(piece)
    if isinstance(piece, Show) and id(piece) not in draft.used:
        return _count_column(piece, distinct, draft)
    if distinct:
        for other in draft.pieces:
            if isinstance(other, Show):
                return Agg("count", other.mention.columns[0].key, distinct=True)
            if isinstance(other, Aggregate) and other.mentions:
                return Agg("count", other.mentions[0].columns[0].key, distinct=True)
    return Agg("count")


def _listed_counts(word: Word, draft: Draft) -> list[Item]:
    """ "how many trials, submissions, workloads": the columns listed right after the noun are counted too."""
    counts: list[Item] = []
    at = draft.pieces.index(word) + 1
    end = None
    for piece in draft.pieces[at:]:
        if isinstance(piece, Word) and piece.terminal == "NOUN" and end is None:
            end = piece.end
        elif isinstance(piece, Show) and end == piece.start and tells_runs(draft.catalog):
            draft.use(piece)
            counts.append(Agg("count", piece.mention.columns[0].key, distinct=True))
            end = piece.end
        else:
            break
    return counts


def _count_column(piece: Show, distinct: bool, draft: Draft) -> Agg:
    column = piece.mention.columns[0]
    if column.kind == "run" and not distinct:
        draft.use(piece)
        return Agg("count")
    if distinct or column.type == "text" or tells_runs(draft.catalog):
        draft.use(piece)
        return Agg("count", column.key, distinct=True)
    if column.type in NUMERIC and not is_id(column) and counts_things(column):
        draft.use(piece)
        draft.assume(f"{column.name} summed", f"count of different {column.name}", 0.1)
        return Agg("sum", column.key)
    draft.use(piece)
    return Agg("count", column.key, distinct=True)


# -- what it is computed by


def _group(draft: Draft, items: list[Item]) -> tuple[str, ...]:
    keys: list[str] = []
    taken = {item.key for item in items if isinstance(item, Agg)}
    for piece in draft.of(Group):
        for mention in piece.mentions:
            keys.append(group_column(mention).key)
        if piece.unit:
            keys.append(time_key(piece.unit, draft))
        draft.use(piece)
    for sup in draft.of(Super):
        if sup.common and sup.mention is not None:
            keys.append(sup.mention.columns[0].key)
    for show in draft.of(Show):
        column = (
            group_column(show.mention)
            if show.mention.columns[0].role == "change" and not taken & {show.mention.columns[0].key}
            else show.mention.columns[0]
        )
        draft.use(show)
        if column.key in taken and column.type in NUMERIC:
            continue
        if column.kind == "run" and tells_runs(draft.catalog) and not keys:
            draft.cost += 0.1
        if column.key not in keys:
            unique = column.distinct >= column.count > 8 and bool(keys)
            draft.cost += 0.6 if unique else 0.2
            keys.append(column.key)
    return tuple(dict.fromkeys(keys))


def time_key(unit: str, draft: Draft) -> str:
    """The group "per week" of the history's date.

    Raises:
        Refusal: where it has none.
    """
    column = draft.catalog.role("date")
    if column is None or column.type not in ("date", "datetime"):
        raise Refusal("this history has no date of its runs")
    return bucket_key(column.key, unit)


def group_column(mention: Mention) -> Column:
    """Of equally named columns the one with the fewest values."""
    column = mention.columns[0]
    if column.role == "change":
        raise Refusal(
            f"{column.name} is only told where it was changed", (f"{column.name} values tried",), flat=True
        )
    return column


def _order(draft: Draft, items: list[Item], group: tuple[str, ...]) -> tuple[tuple[Order, ...], int | None]:
    """By the count or the aggregate for "most", "best", "sorted by number"; how many of the groups."""
    order: tuple[Order, ...] = ()
    limit: int | None = None
    for sup in draft.of(Super):
        draft.use(sup)
        limit = sup.count or (limit or 1)
        if not group:
            draft.cost += 0.5  # an order of one row says nothing
        if sup.rows or sup.common:
            order = (Order(Agg("count"), sup.which != "min"),)
            continue
        if sup.mention is None and sup.which in ("max", "min") and not sup.hint:
            draft.cost += 0.4
        item = next(
            (i for i in items if isinstance(i, Agg) and (sup.mention is None or _names(sup.mention, i.key))),
            None,
        )
        if item is None and sup.mention is not None and (column := numeric(sup.mention)):
            item = Agg("max" if sup.which in ("max", "best") else "min", column.key)
        if item is None:
            item = items[0] if items and isinstance(items[0], Agg) else Agg("count")
        order = (Order(item, _wants_high(sup, item, draft)),)
    for sort in draft.of(Sort):
        draft.use(sort)
        item = _sort_item(sort, items, group)
        descending = sort.descending if sort.descending is not None else bool(order and order[0].descending)
        order = (Order(item, bool(descending)),)
    return order, (limit if group else None)


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
    if sort.mention is not None:
        for item in items:
            if isinstance(item, Agg) and item.key and _names(sort.mention, item.key):
                return item
        column = sort.mention.columns[0]
        if column.key in group:
            return Col(column.key)
        if column.type in NUMERIC:
            return Agg("mean", column.key)
        return Col(column.key)
    if items:
        return items[0]
    return Col(group[0]) if group else Agg("count")


def _having(draft: Draft, items: list[Item], group: tuple[str, ...]) -> tuple[Having, ...]:
    found: list[Having] = []
    for have in draft.of(Have):
        if not group:
            raise Refusal("a count of rows needs something to group by")
        draft.use(have)
        found.append(Having(Agg("count"), have.op, have.number))  # type: ignore[arg-type]
    for piece in draft.of(Filter):
        before = draft.before(piece)
        if (
            piece.condition is None
            and piece.numbers
            and not piece.numbers[0].unit
            and group
            and _follows(before)
        ):
            item = next((i for i in items if isinstance(i, Agg)), None)
            if item is not None and piece.op != "between":
                draft.use(piece)
                draft.cost -= 0.3  # it has its column after all
                value = piece.numbers[0].value * piece.numbers[0].factor
                found.append(Having(item, piece.op, value))  # type: ignore[arg-type]
    return tuple(found)


def _follows(piece: Piece | None) -> bool:
    return isinstance(piece, Aggregate) or (isinstance(piece, Word) and piece.terminal in ("COUNT", "NOUN"))


# -- shares


def share(draft: Draft) -> Query:
    """ "what share of the runs crashed": the first condition is the part, the rest the whole."""
    for word in draft.words("SHARE"):
        draft.use(word)
    part = next((piece for piece in draft.of(Filter)), None)
    if part is None:
        groups = _group(draft, [])
        if not groups:
            raise Refusal("a share of what", ("share of runs that crashed",))
        return Select((Agg("count"),), conditions_of(draft), groups)
    draft.use(part)
    condition = piece_condition(part, draft)
    for show in draft.of(Show):
        if show.mention.columns[0].kind == "run":
            draft.use(show)
    return Share(condition, conditions_of(draft))


def aggregates(query: Select) -> bool:
    """Whether the rows of a query are aggregates."""
    return bool(query.group) or any(isinstance(item, Agg) for item in query.show)
