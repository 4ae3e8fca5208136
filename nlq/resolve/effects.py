"""Whether a change helped, and how one thing affects another: the groups that it makes, beside each other.

Nothing more can be said of it: which of the things that differ between them is the cause, no log tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlq.columns import NUMERIC, main_metric, none_of, some_of
from nlq.conditions import condition_of, negated
from nlq.lattice import Mention
from nlq.literals import number_of
from nlq.pieces import Aggregate, Filter, Group, Show
from nlq.query import (
    Agg,
    Between,
    Compare,
    Condition,
    In,
    Missing,
    Not,
    Query,
    Select,
    Side,
    Test,
    conditions,
)
from nlq.resolve.draft import Draft, Polar, Refusal, mentions_of, numeric
from nlq.resolve.where import conditions_of
from store.catalog import Column

__all__ = ["effect"]

_SAID = ("HELP", "CHANGING", "TRIED", "TRIED_Q", "NOT", "VS")
"""Words that such a question is made of."""

MOST = 6
"""Values of a parameter that are told beside each other."""


def effect(draft: Draft) -> Query:
    """The comparison that "did changing depth help", "does fp8 help" or "did warmup matter" comes to.

    Raises:
        Refusal: where no parameter, value or text is named.
    """
    hurt = any(draft.tokens[word.start].norm.startswith("hurt") for word in draft.words("HELP"))
    how = any(word.meaning == "how" for word in draft.words("HELP"))
    _take_the_column(draft)
    if (found := _of_many_values(draft) or (_of_metrics(draft) if how else None)) is not None:
        draft.use_words(*_SAID)
        return found
    draft.polar = Polar(worse=hurt, effect=True, which=how and not draft.asks_whether)
    sides = next(filter(None, _by_what(draft, how)), None)
    draft.use_words(*_SAID)
    if sides is None:
        raise Refusal(
            "whether something helped is told by comparing, and nothing that was changed is named",
            ("which parameters vary",), vague=True,
        )  # fmt: skip
    keys = tuple(_metrics(draft))
    return Compare(sides, conditions_of(draft), keys)


def _take_the_column(draft: Draft) -> None:
    """ "Did changing max_depth help": no maximum is computed, it is how the parameter is called elsewhere."""
    for piece in draft.of(Aggregate):
        if len(piece.mentions) == 1 and piece.mentions[0].columns[0].kind == "param":
            said = " ".join(token.text for token in draft.tokens[piece.start : piece.end])
            draft.use(piece)
            draft.add(Show(piece.start, piece.end, piece.mentions[0]))
            draft.assume(f'"{said}" read as {piece.mentions[0].columns[0].name}', cost=0.1)


def _of_many_values(draft: Draft) -> Query | None:
    """A parameter with more values than stand beside each other: the mean of the metric at each."""
    column = next(_parameters(draft), None)
    if column is None or not _is_wide(column) or column.count < draft.catalog.rows:
        return None
    draft.use(*(show for show in draft.of(Show) if column in show.mention.columns))
    draft.use(*(group for group in draft.of(Group) if column in group.mentions[0].columns))
    keys = list(_metrics(draft))
    main = main_metric(draft.catalog)
    if not keys and main is not None:
        draft.assume(f"of {main.name}")
        keys = [main.key]
    draft.assume("such groups of runs differ in other things as well, so this alone need not be the cause")
    means = (Agg("mean", key) for key in dict.fromkeys(keys))
    return Select((Agg("count"), *means), conditions_of(draft), (column.key,))


def _of_metrics(draft: Draft) -> Query | None:
    """ "Relationship between train loss and val loss": how they move together, over the runs."""
    named = [column for mention in _mentions(draft) if (column := numeric(mention)) is not None]
    metrics = list(dict.fromkeys(column.key for column in named if column.kind == "metric"))
    if len(metrics) != 2 or draft.holds(Filter):
        return None
    draft.use(*draft.of(Show), *draft.of(Group))
    return Select((Agg("corr", metrics[0], other=metrics[1]),))


def _mentions(draft: Draft) -> list[Mention]:
    return [mention for piece in (*draft.of(Show), *draft.of(Group)) for mention in mentions_of(piece)]


def _parameters(draft: Draft) -> Iterator[Column]:
    return (m.columns[0] for m in _mentions(draft) if m.columns[0].kind == "param")


def _is_wide(column: Column) -> bool:
    """Whether a column has too many values to set beside each other."""
    return column.type != "bool" and (column.distinct > MOST or len(column.values) < column.distinct)


def _by_what(draft: Draft, how: bool) -> Iterator[tuple[Side, ...] | None]:
    """The sides: the values of a column that is named, else the runs with a condition and those without."""
    help_at = len(draft.tokens) if how else max((word.start for word in draft.words("HELP")), default=0)
    for show in draft.of(Show):
        if show.start < help_at and show.mention.columns[0].kind == "param":
            _refuse_more_of_words(show, draft)
            draft.use(show)
            said = [token.norm for token in draft.tokens[: show.start] if token.norm not in ("a", "the")]
            yield _of_column(show.mention.columns[0], draft, said[-1] if said else "")
    for piece in draft.of(Filter):
        condition = condition_of(piece)
        if condition is not None and not piece.state:
            draft.use(piece)
            yield _changed_from(condition, draft) or _of_condition(condition)
    for named in (*draft.of(Show), *draft.of(Group)):
        for mention in mentions_of(named):
            column = mention.columns[0]
            if column.kind == "param":
                draft.use(named)
                yield _of_column(column, draft)


_LESS = frozenset("less fewer lower smaller shorter lowering decreasing reducing halving".split())
_MORE = _LESS | frozenset("more higher larger bigger longer greater raising increasing doubling".split())


def _refuse_more_of_words(show: Show, draft: Draft) -> None:
    """ "Does more data help" of a column that names the datasets."""
    column, before = show.mention.columns[0], draft.tokens[max(show.start - 1, 0)].norm
    if before in _MORE and column.type not in NUMERIC:
        main = main_metric(draft.catalog)
        near = (f"mean {main.name} by {column.name}",) if main is not None else ()
        raise Refusal(f"{column.name} holds no numbers, so there is no {before} of it", near, flat=True)


def _changed_from(condition: Condition, draft: Draft) -> tuple[Side, ...]:
    """ "From 0.02 to 0.03": what it was changed to, and what from."""
    if not isinstance(condition, Between):
        return ()
    numbers = [number_of(token) for token in draft.tokens]
    first = next((number for number in numbers if number in (condition.low, condition.high)), None)
    ends = (condition.high, condition.low) if first == condition.low else (condition.low, condition.high)
    return tuple(Side(Test(condition.key, "=", end)) for end in ends)


def _of_condition(condition: Condition) -> tuple[Side, ...]:
    part = conditions(condition)[0]
    if isinstance(part, In):
        return tuple(Side(Test(part.key, "=", value)) for value in part.values)
    return Side(condition), Side(negated(condition))


def _of_column(column: Column, draft: Draft, before: str = "") -> tuple[Side, ...]:
    """Each value of a column; of one that most runs leave unsaid, the runs that set it and the others.

    First is what is asked about: the runs that have it, or, by the word before it, more or less of it. Where
    no side is, there is no yes and no.
    """
    whether = draft.polar is not None and not draft.polar.which and before not in _MORE
    some, none = some_of(column), none_of(column)
    if some is not None and none is not None and (whether or column.type == "bool"):
        return Side(some), Side(none)
    if column.distinct < 2 and column.count == draft.catalog.rows:
        raise Refusal(f"{column.name} was never changed", ("which parameters vary",))
    if column.distinct < 2 or _is_wide(column):
        return Side(Not(Missing(column.key))), Side(Missing(column.key))
    values = sorted((value for value in column.values if value is not None), key=_in_order)
    if before in _MORE - _LESS:
        values.reverse()
    if draft.polar is not None and (before not in _MORE or len(values) > 2):
        draft.polar = replace(draft.polar, which=True)
    return tuple(Side(Test(column.key, "=", value)) for value in values)


def _in_order(value: object) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, (int, float)) else (0.0, str(value))


def _metrics(draft: Draft) -> Iterator[str]:
    """Metrics named beside it: "did fp8 help the loss"."""
    for piece in (*draft.of(Show), *draft.of(Group)):
        for mention in mentions_of(piece):
            if mention.columns[0].kind == "metric":
                draft.use(piece)
                yield mention.columns[0].key
