"""A run's place among the others: "top 10 %", "within 1 % of the best", "pareto front", "duplicates".

Each is a condition like any other, so that it can be counted, grouped and shown by.
"""

from __future__ import annotations

from nlq.columns import duration, main_metric, spending, which_end
from nlq.conditions import fit
from nlq.pieces import Filter, Group, Show, Super, Word
from nlq.query import Among, Condition
from nlq.resolve.draft import Draft, Refusal, mentions_of, numeric
from nlq.resolve.ranking import with_column
from nlq.resolve.superlatives import end_of
from nlq.vocabulary import singular
from store.catalog import Column
from store.vocabulary import words

__all__ = ["near", "take_places"]

CLOSE = 1
"""Percent of the best value that "close to the best" is taken for."""


def take_places(draft: Draft) -> None:
    """Take the words that speak of places for the conditions that they are.

    Raises:
        Refusal: where the history does not tell what they need.
    """
    if not draft.runs and any(sup.percent for sup in draft.of(Super)):
        raise Refusal("a share of the rows can't be asked for", flat=True)
    if not draft.runs:
        return
    for sup in draft.of(Super):
        if sup.percent:
            _take_share(sup, draft)
    for word in draft.words("FRONT"):
        _take_front(word, draft)
    for word in draft.words("ALIKE"):
        _take_alike(word, draft)


def _take_share(sup: Super, draft: Draft) -> None:
    named = with_column(sup, draft)
    for group in draft.of(Group) if named.mention is None and not named.hint else ():
        if len(group.mentions) == 1 and (column := numeric(group.mentions[0])) and column.kind == "metric":
            named = Super(sup.start, sup.end, sup.which, mention=group.mentions[0])
            draft.use(group)
    order = end_of(named, draft)
    column = draft.catalog.column(order.by.key)
    if column.kind != "metric" or not column.direction:
        raise Refusal(f"whether high or low {column.name} is better is not known", flat=True)
    worst = order.descending != (column.direction == "higher")
    place = Among("share", (column.key,), sup.percent, worst=worst, of_all=_is_asked_of(sup, draft))
    draft.use(sup)
    draft.add(Filter(sup.start, sup.end, place, columns=(column,)))
    draft.assume(f"of the runs that finished with a {column.name}, rounded up")


_VERBS = frozenset("use uses used are is were was have has had ran run set sets mention mentions".split())


def _is_asked_of(sup: Super, draft: Draft) -> bool:
    """ "How many of the top 10 % use muon": what is asked of them does not say of which they are the top."""
    behind = [token.norm for token in draft.tokens[sup.end : sup.end + 3]]
    if behind[:2] == ["of", "all"]:
        return behind[2:] == ["by"] or not behind[2:] or (singular(behind[2]),) in draft.nouns
    filters = [piece.start for piece in draft.of(Filter)]
    return any(
        token.norm in _VERBS and any(sup.end <= at < start for start in filters)
        for at, token in enumerate(draft.tokens)
    )


def near(piece: Filter, draft: Draft) -> Condition:
    """The condition of "within 1 % of the best".

    Raises:
        Refusal: where the metric is not known, or which end of it is better.
    """
    column = numeric(piece.mention) if piece.mention is not None else None
    if piece.mention is not None and column is None:
        raise Refusal(f"{piece.mention.text} holds no numbers")
    column = column or _metric_beside(draft)
    if column is None or column.kind != "metric" or not column.direction:
        raise Refusal("which end is the best is not known", ("which metrics",))
    best = f"of the best {column.name} of the runs that finished"
    if not piece.numbers:
        other = f"{draft.catalog.nouns[0]}s within {2 * CLOSE}% of the best {column.name}"
        draft.assume(f"close: within {CLOSE} % {best}", other, 0.05)
        return Among("near", (column.key,), CLOSE, percent=True)
    (number,) = piece.numbers
    if number.unit == "%":
        draft.assume(f"{number.value:g} % {best}")
        return Among("near", (column.key,), number.value, percent=True)
    amount = fit(number, column)
    if amount is None:
        raise Refusal(f"{column.name} is not measured in {number.unit}")
    return Among("near", (column.key,), amount)


def _metric_beside(draft: Draft) -> Column | None:
    """The metric that is named beside it, which then is no more than that; else the main one."""
    for piece in (*draft.of(Show), *draft.of(Group)):
        for mention in mentions_of(piece):
            column = numeric(mention)
            if column is not None and column.kind == "metric":
                if isinstance(piece, Group):
                    draft.use(piece)
                return column
    return main_metric(draft.catalog)


def _take_front(word: Word, draft: Draft) -> None:
    draft.use(word)
    named: list[Column] = []
    for piece in (*draft.of(Show), *draft.of(Group), *draft.of(Super)):
        for mention in mentions_of(piece):
            column = numeric(mention)
            if column is not None and column.kind in ("metric", "attribute") and column not in named:
                named.append(column)
                draft.use(piece)
    draft.use_words("VS", "COMPARE")
    spent = duration(draft.catalog) or spending(draft.catalog)
    for other in (main_metric(draft.catalog), spent):
        if len(named) < 2 and other is not None and other not in named:
            draft.assume(f"{other.name} as one of the two")
            named.append(other)
    if len(named) != 2:
        raise Refusal("a front is of two metrics", flat=True)
    for column in named:
        if not column.direction:
            raise Refusal(f"whether high or low {column.name} is better is not known", flat=True)
        draft.assume(f"{column.name}: {which_end(column)}")
    draft.assume("on the front: no run that finished is as good in both and better in one")
    place = Among("front", tuple(column.key for column in named))
    draft.add(Filter(word.start, word.end, place, columns=tuple(named)))


def _take_alike(word: Word, draft: Draft) -> None:
    plumbing = words("columns")["plumbing"]
    told = [
        column
        for column in draft.catalog.columns
        if column.kind == "param" and column.name.replace("-", "_") not in plumbing
    ]
    if not told or any(column.role == "change" for column in told):
        raise Refusal("what was set is told in words only, so no runs can be told to be alike", flat=True)
    seeds = [column for column in told if column.name.lower() in ("seed", "random_seed", "rng_seed")]
    draft.use(word)
    keys = tuple(c.key for c in told if word.meaning != "seed" or c not in seeds)
    if not keys:
        raise Refusal("nothing but the seed is recorded", flat=True)
    but = " but the seed" if word.meaning == "seed" else ""
    noun = draft.catalog.nouns[0]
    other = f"{noun}s that differ only in the seed" if seeds and not but else ""
    told_of = f"alike in all {len(keys)} parameters that are recorded{but}"
    draft.assume(f"{told_of}; one that is not told is like another that is not", other)
    draft.add(Filter(word.start, word.end, Among("alike", keys)))
