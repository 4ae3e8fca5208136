"""What is counted or computed: "how many runs", "mean loss", "how many different optimizers"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from nlq.columns import DATES, NUMERIC, counts_things, duration, is_id, is_set, is_year, main_metric, spending
from nlq.lattice import Mention
from nlq.pieces import Aggregate, Filter, Group, Interval, Piece, Show, Super, Word
from nlq.query import Agg, Function, Item, Test
from nlq.resolve.adjectives import measuring
from nlq.resolve.draft import Draft, Refusal, mentions_of, numeric
from nlq.tokens import name_key
from nlq.vocabulary import is_participle, singular
from store.catalog import Column

__all__ = ["call", "computed"]


def call(function: str, key: str, distinct: bool = False) -> Agg:
    """A function of the vocabulary over a column."""
    return Agg(cast(Function, function), key, distinct)


def computed(draft: Draft) -> list[Item]:
    """The aggregates, in the order of the question.

    Raises:
        Refusal: where one has no column that it could be of.
    """
    if draft.has("CORR"):
        return [_correlation(draft)]
    items: list[Item] = []
    for piece in draft.pieces:
        if not draft.unused(piece):
            continue
        if isinstance(piece, Aggregate):
            found = _aggregate(piece, draft)
            items += [*found, *_counted_beside(piece, found, draft)]
            draft.use(piece)
        elif isinstance(piece, Word) and piece.terminal == "COUNT":
            counted = _count(piece, draft)
            items += [counted, *_counted_beside(piece, [counted], draft)]
            draft.use(piece)
            items += _listed_counts(piece, draft)
    return items


def _correlation(draft: Draft) -> Agg:
    draft.use_words("CORR")
    columns: list[Column] = []
    for piece in draft.pieces:
        for mention in mentions_of(piece) if isinstance(piece, (Show, Group)) else ():
            column = numeric(mention)
            if column is not None and len(columns) < 2:
                columns.append(column)
                draft.use(piece)
    if len(columns) < 2:
        raise Refusal("a correlation needs two columns of numbers")
    return Agg("corr", columns[0].key, other=columns[1].key)


def _counted_beside(piece: Piece, found: Sequence[Item], draft: Draft) -> list[Item]:
    """ "The total number of laps" of some rows: their sum, and how many rows, which it may mean too."""
    if draft.runs or len(found) != 1 or draft.holds(Group) or not draft.holds(Filter, Interval):
        return []
    (item,) = found
    if not isinstance(item, Agg) or not _says_how_many(piece, draft):
        return []
    if item.function == "count" and item.distinct:
        said = {token.norm for token in draft.tokens}
        column = draft.catalog.column(item.key)
        return [] if said & _DIFFERENT or column.distinct == column.count else [Agg("count")]
    return [Agg("count")] if item.function == "sum" else []


_DIFFERENT = frozenset(("different", "distinct", "unique", "various"))


def _says_how_many(piece: Piece, draft: Draft) -> bool:
    """ "The total number of", "how many"."""
    return any(t.norm in ("number", "many", "amount") for t in draft.tokens[piece.start : piece.end])


# -- functions


def _aggregate(piece: Aggregate, draft: Draft) -> list[Agg]:
    if any(":" in function for function in piece.functions):
        return _spent(piece, draft)
    mentions = piece.mentions or _argument(piece, draft)
    if not mentions:
        return _of_nothing(piece, draft)
    if piece.functions == ("sum",) and not draft.runs and _says_how_many(piece, draft):
        if (column := numeric(mentions[0])) is not None and is_year(column):
            return [Agg("count", column.key)]  # "the total number of years" is no sum of them
    return [
        _over(one, mention, draft, piece.distinct)
        for mention in mentions
        for function in piece.functions
        for one in _ends(function, piece.functions)
    ]


def _spent(piece: Aggregate, draft: Draft) -> list[Agg]:
    """ "How many hours", "how much did … cost", of which "in total" says no more."""
    what = {function.partition(":")[2] for function in piece.functions} - {""}
    if len(what) > 1 or {function.partition(":")[0] for function in piece.functions} != {"sum"}:
        raise Refusal("of what is spent only the sum is told")
    column = duration(draft.catalog) if what == {"duration"} else spending(draft.catalog)
    if column is None and what == {"duration"}:
        raise Refusal("nothing in this history tells how long a run took")
    if column is None:
        raise Refusal("this history tells no cost", flat=True)
    return [Agg("sum", column.key)]


def _ends(function: str, functions: tuple[str, ...]) -> tuple[str, ...]:
    """A range is told by its ends, unless one of them is asked for besides."""
    if function != "range":
        return (function,)
    return ("range",) if "max" in functions else ("min", "max")


def _of_nothing(piece: Aggregate, draft: Draft) -> list[Agg]:
    """A function without a column: a total counts, all else is of the main metric."""
    if (
        piece.functions == ("sum",)
        and not draft.runs
        and "much" in [token.norm for token in draft.tokens[:3]]
    ):
        if (spent := measuring("cost", draft.catalog)) is not None and spent.type in NUMERIC:
            draft.assume(f"of {spent.name}", cost=0.1)
            return [Agg("sum", spent.key)]
        raise Refusal("how much of what")
    if piece.functions == ("sum",) and not _says_amount(piece, draft):
        others = [one for one in draft.pieces if isinstance(one, Aggregate) and one is not piece]
        return [] if others else [Agg("count")]  # "how much did … cost in total"
    main = main_metric(draft.catalog) if draft.runs else None
    if main is None:
        raise Refusal(f"{piece.functions[0]} of what")
    draft.assume(f"of {main.name}", cost=0.2)
    return [call(function, main.key) for function in piece.functions]


def _says_amount(piece: Aggregate, draft: Draft) -> bool:
    """ "The total amount of": a sum of something, never a count."""
    return any(token.norm == "amount" for token in draft.tokens[piece.start : piece.end])


def _over(function: str, mention: Mention, draft: Draft, distinct: bool) -> Agg:
    if function == "count":
        return Agg("count", mention.columns[0].key, distinct=True)
    column = numeric(mention)
    if column is None:
        column = mention.columns[0]
        if function not in ("min", "max"):
            raise Refusal(f"{column.name} holds no numbers")
    others = [c.name for c in mention.columns if c.key != column.key and c.type in NUMERIC]
    if others and column.type in NUMERIC:
        override = draft.reworded(mention.text, others[0])
        draft.assume(f'"{mention.text}" read as {column.name}; also {", ".join(others[:3])}', override, 0.05)
    return call(function, column.key, distinct)


def _argument(piece: Aggregate, draft: Draft) -> tuple[Mention, ...]:
    """The column beside a function without one: after it ("mean ogbg mAP"), else before ("lr: min max")."""
    for show in (*draft.following(piece), *draft.preceding(piece)):
        if not isinstance(show, Show) or not draft.unused(show):
            continue
        if not draft.runs and is_id(show.mention.columns[0]) and piece.functions != ("count",):
            continue  # "the id of the largest claim"
        dated = show.mention.columns[0].type in DATES and piece.functions in (("range",), ("min",), ("max",))
        if dated or numeric(show.mention) is not None or piece.functions == ("count",):
            draft.use(show)
            draft.cost += 0.05
            return (show.mention,)
    for sup in draft.of(Super):
        if sup.mention is not None and numeric(sup.mention) is not None:
            return (sup.mention,)
    groups = draft.of(Group)
    for group in groups if len(groups) > 1 else ():
        if not group.each and group.mentions and numeric(group.mentions[0]):
            draft.use(group)
            return group.mentions
    return ()


# -- counts


def _count(word: Word, draft: Draft) -> Agg:
    """Rows, or the different values of a column: "how many runs", "how many optimizers"."""
    piece = draft.after(word)
    while isinstance(piece, Word) and piece.terminal == "COUNT":  # "count the number of"
        draft.use(piece)
        piece = draft.after(piece)
    distinct = isinstance(piece, Word) and piece.terminal == "DISTINCT"
    if piece is not None and distinct:
        draft.use(piece)
        piece = draft.after(piece)
    if isinstance(piece, Show) and (done := _done(piece, draft)) is not None:
        column = done.mention.columns[0]
        draft.use(piece, done)
        draft.assume(f"{column.name} summed", f"count of different {column.name}", 0.1)
        return Agg("sum", column.key)
    if isinstance(piece, Show) and draft.unused(piece) and not _counts_rows(word, piece, draft):
        return _count_column(piece, distinct, draft)
    return (_of_any_column(draft.pieces) if distinct else None) or Agg("count")


def _done(show: Show, draft: Draft) -> Show | None:
    """ "How many games were won", where a column tells those that were won."""
    other = draft.after(show)
    if draft.runs or not isinstance(other, Show) or not other.mention.whole:
        return None
    between = [token.norm for token in draft.tokens[show.end : other.start]]
    counts = numeric(other.mention) is not None and between in (["were"], ["was"], ["are"])
    return other if counts and numeric(show.mention) is not None else None


def _counts_rows(word: Word, show: Show, draft: Draft) -> bool:
    """ "Number of companies in that industry": the noun is counted, not the column behind it.

    "How many company names" speaks of the column: no word stands between.
    """
    between = [token.norm for token in draft.tokens[word.end : show.start]]
    behind = [at for at, told in enumerate(between) if (singular(told),) in draft.nouns]
    return bool(behind) and not draft.runs and len(between) > behind[-1] + 1


def _of_any_column(pieces: tuple[Piece, ...]) -> Agg | None:
    """ "how many different" with its column further on."""
    for piece in pieces:
        mentions = mentions_of(piece) if isinstance(piece, (Show, Aggregate)) else ()
        if mentions:
            return Agg("count", mentions[0].columns[0].key, distinct=True)
    return None


_RUNS = frozenset("run runs experiment trial attempt name id config commit tag".split())
"""What names of runs are called; "how many models", where several runs have one, is of something else."""


def _count_column(piece: Show, distinct: bool, draft: Draft) -> Agg:
    column = piece.mention.columns[0]
    draft.use(piece)
    if column.kind == "run" and not distinct:
        repeated = column.distinct < column.count and not set(name_key(column.name)) & _RUNS
        return Agg("count", column.key, distinct=True) if repeated else Agg("count")
    if column.type == "bool" and draft.runs and not distinct:
        draft.add(Filter(piece.start, piece.end, Test(column.key, "=", True), columns=(column,)))
        return Agg("count")  # "how many of them use fp8"
    if not (distinct or draft.runs) and is_set(column) is not None:
        draft.cost += 0.4  # "count the convicted perpetrators" counts those that are
    if not (distinct or draft.runs) and (counts_things(column) or _tells_doing(piece, column)):
        draft.assume(f"{column.name} summed", f"count of different {column.name}", 0.1)
        return Agg("sum", column.key)
    return Agg("count", column.key, distinct=True)


def _tells_doing(show: Show, column: Column) -> bool:
    """ "How many people attended": a verb beside a column of numbers asks for what it holds."""
    verb = is_participle(show.mention.text.lower().split()[-1])
    return verb and column.type in NUMERIC and not is_id(column) and not is_year(column)


def _listed_counts(word: Word, draft: Draft) -> list[Item]:
    """ "how many trials, submissions, workloads": the columns listed right after the noun are counted too."""
    counts: list[Item] = []
    end = None
    for piece in draft.following(word):
        if isinstance(piece, Word) and piece.terminal == "NOUN" and end is None:
            end = piece.end
        elif isinstance(piece, Show) and end == piece.start and draft.runs:
            draft.use(piece)
            counts.append(Agg("count", piece.mention.columns[0].key, distinct=True))
            end = piece.end
        else:
            break
    return counts
