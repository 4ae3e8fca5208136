"""Questions about values by step: at one, the best and when, when one was reached, a span, the course."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from nlq.columns import is_resource, main_metric, which_end
from nlq.lattice import Mention
from nlq.pieces import Aggregate, Filter, Group, Have, Interval, Piece, RunPiece, Show, Stepped, Super
from nlq.query import Function, Operator, Query, Steps, Test
from nlq.resolve.draft import Draft, Refusal, mentions_of
from nlq.resolve.epochs import STEPS, axis_of, doubt_epochs, words_of
from nlq.resolve.where import conditions_of
from nlq.tokens import name_key
from store.catalog import Catalog, Column

__all__ = ["steps"]

_ENDS = ("best", "worst", "max", "min")
_OF_A_SPAN = ("mean", "median", "min", "max", "std")
_ALSO = 3
"""Other metrics that are named beside the one that was taken."""

MOST = 4
"""Metrics in which a divergence is looked for, where none is named."""


def steps(draft: Draft) -> Query | None:
    """The query of a question about values by step; None for any other question.

    Raises:
        Refusal: where the metric that it speaks of has no values by step.
    """
    if not any(column.series for column in draft.catalog.columns):
        return None
    _doubt_partly_named(draft)
    doubt_epochs(draft, _main_of(draft.catalog).name)
    said = {piece.what: piece for piece in draft.of(Stepped)}
    if sum(piece.what in ("at", "end", "reach") for piece in draft.of(Stepped)) > 1:
        raise Refusal("two steps, or two values to be reached, are asked of in two questions", flat=True)
    where_it_is = "step" in said or draft.has("WHEN")
    untold = not draft.catalog.states.get("diverged")  # then only the values can say which did
    if (where_it_is or (untold and not draft.holds(Super, Group, Show))) and (states := _diverging(draft)):
        return _diverged(states, draft)
    if "reach" in said:
        return _reached(said["reach"], draft)
    if "improving" in said:
        metrics = _metrics(draft)
        keys = tuple(column.key for column in metrics)
        return _made("improving", draft, keys, descending=_higher(keys, draft))
    if "at" in said and (bound := _bound_there(draft)) is not None:
        if words_of(said["at"], draft) & _UNTIL:
            return _reached(bound, draft, high=said["at"].count)
        return _at(said["at"], draft, bound)
    if "at" in said or "end" in said:
        return _at(said.get("at"), draft)
    if where_it_is and (bound := _bound(draft, by_itself="step" in said)) is not None:
        return _reached(bound, draft)
    if where_it_is and _names_an_end(draft, by_itself="step" in said):
        _refuse_another_at_its_end(draft)
        return _best(draft)
    if "step" in said and {"how", "many"} <= words_of(said["step"], draft):
        return _at(None, draft)  # "how many steps did each run take"
    if "every" in said or ("course" in said and _says_whose(draft)):
        keys = tuple(column.key for column in _metrics(draft))
        return _made("course", draft, keys, descending=_higher(keys, draft))
    if "last" in said or "span" in said:
        return _span(draft)
    return None


def _says_whose(draft: Draft) -> bool:
    """Whether a metric or runs are named: "history" alone is that of all runs."""
    return draft.holds(Show, RunPiece) or any(piece.columns for piece in draft.of(Filter))


def _made(what: str, draft: Draft, keys: tuple[str, ...], **more: object) -> Steps:
    """The query, with all that the other pieces say of it; each of them is then used."""
    found: dict[str, object] = {}
    for piece in draft.of(Stepped):
        if piece.what == "span":
            found |= {name: at for name, at in (("low", piece.low), ("high", piece.high)) if at is not None}
        elif piece.what in ("last", "every"):
            found[piece.what] = piece.count
        draft.use(piece)
    draft.use(*(group for group in draft.of(Group) if group.rows))
    draft.use_words("WHEN", "COMPARE", "VS", "COUNT", "TRIED", "TRIED_Q", "EVERY")
    where = conditions_of(draft)
    return Steps(what, keys, where, axis=axis_of(draft), **(found | more))  # type: ignore[arg-type]


# -- which metric


def _metrics(draft: Draft) -> list[Column]:
    """The metrics named, of those that have values by step; else the main one."""
    found: dict[str, Column] = {}
    for piece in draft.pieces:
        for mention in _mentions(piece) if draft.unused(piece) else ():
            if mention.columns[0].kind == "run" and isinstance(piece, (Show, Group)):
                draft.use(piece)  # "the 3 runs with …", "… per run"
                continue
            column = _by_step(mention, draft)
            found.setdefault(column.key, column)
            if isinstance(piece, (Show, Group)):
                draft.use(piece)
    return list(found.values()) or [_main(draft)]


def _mentions(piece: Piece) -> tuple[Mention, ...]:
    if isinstance(piece, Stepped):
        return (piece.mention,) if piece.mention is not None else ()
    return mentions_of(piece)


def _by_step(mention: Mention, draft: Draft) -> Column:
    """The column that is meant, of those that words name equally well.

    Raises:
        Refusal: where none of them has values by step.
    """
    told = [column for column in mention.columns if column.series]
    if not told and (also := [column for column in mention.also if column.series]):
        draft.assume(f'"{mention.text}" read as {also[0].name}, which is told by step', cost=0.1)
        return also[0]
    if not told:
        names = [column.name for column in draft.catalog.columns if column.series]
        reason = f"{mention.columns[0].name} has no values by step; told by step are {', '.join(names[:6])}"
        raise Refusal(reason)
    if len(told) > 1:
        others = ", ".join(column.name for column in told[1 : _ALSO + 1])
        override = draft.reworded(mention.text, *(column.name for column in told))
        draft.assume(f'"{mention.text}" read as {told[0].name}; also {others}', override, 0.05)
    return told[0]


def _main(draft: Draft) -> Column:
    main = _main_of(draft.catalog)
    better = f" ({which_end(main)})" if main.direction else ""
    draft.assume(f"of {main.name}{better}", cost=0.05)
    return main


def _main_of(catalog: Catalog) -> Column:
    """The main metric where it is told by step, else the first that is, of quality if there is one."""
    main = main_metric(catalog)
    told = [column for column in catalog.columns if column.series]
    quality = [column for column in told if column.direction and not is_resource(column)]
    return main if main is not None and main.series else (quality or told)[0]


# -- what is asked


_UNTIL = frozenset(("by", "within"))


def _bound_there(draft: Draft) -> Stepped | None:
    """ "Val loss below 2.6 at step 3000": a bound of what is told by step is one of its value there.

    Raises:
        Refusal: where the runs are ranked besides.
    """
    shown = {column.key for piece in draft.of(Show) for m in _mentions(piece) for column in m.columns[:1]}
    bounds = [piece for piece in draft.of(Filter) if (_test(piece) or piece).op[:1] in ("<", ">")]
    if len(bounds) != 1 or any(column.series and column.key in shown for column in draft.catalog.columns):
        return None
    bound = _bound(draft, by_itself=True)
    if bound is not None and draft.holds(Super, Aggregate):
        raise Refusal("a bound at a step and the best of the values there are two questions", flat=True)
    return bound


def _at(piece: Stepped | None, draft: Draft, bound: Stepped | None = None) -> Steps:
    """ "At step 5000", with a superlative the first runs by their values there."""
    if bound is not None and piece is not None:
        column = _by_step(bound.mention, draft) if bound.mention is not None else _metrics(draft)[0]
        op = cast(Operator, bound.op)
        return _made("at", draft, (column.key,), at=piece.count, op=op, value=bound.value)
    at = piece.count if piece is not None else None
    aggregates = draft.of(Aggregate)
    if any(not set(one.functions) <= {"min", "max"} for one in aggregates):
        raise Refusal("a mean over the runs at one step is not worked out; their values there are told")
    ends = [sup for sup in draft.of(Super) if sup.which in _ENDS and not sup.hint]
    metrics = _metrics(draft)
    if not ends and not aggregates:
        return _made("at", draft, tuple(column.key for column in metrics), at=at)
    which = ends[0].which if ends else aggregates[0].functions[0]
    exactly = [
        have for have in draft.of(Have) if have.op == "=" and have.number > 0
    ]  # "3 runs with the lowest"
    limit = (ends[0].count if ends else None) or (exactly[0].number if exactly else 1)
    draft.use(*ends, *aggregates, *exactly[:1])
    down = _descending(which, metrics[0])
    return _made("at", draft, (metrics[0].key,), at=at, descending=down, limit=limit)


def _names_an_end(draft: Draft, *, by_itself: bool) -> bool:
    """Whether "lowest val loss" stands beside "when": of a metric that is told by step, not of a run.

    Args:
        draft: the reading. by_itself: a step is asked for, so that no metric need be named.
    """
    if draft.has("NOUN") and not by_itself:
        return False
    ends: list[Piece] = [sup for sup in draft.of(Super) if sup.which in _ENDS and not sup.hint]
    ends += [one for one in draft.of(Aggregate) if one.functions in (("min",), ("max",))]
    named = [m for piece in (*ends, *draft.of(Show)) for m in _mentions(piece)]
    if not ends and any(piece.best for piece in draft.of(Stepped)):
        return True
    return bool(ends) and (by_itself or any(column.series for m in named for column in m.columns))


def _doubt_partly_named(draft: Draft) -> None:
    """ "Which step" of a history by step asks for no `eval_steps`."""
    for show in draft.of(Show):
        name = name_key(show.mention.columns[0].name)
        if show.mention.text.lower() in STEPS and len(name) > 1:
            draft.cost += 0.5


def _bound(draft: Draft, *, by_itself: bool) -> Stepped | None:
    """What "was above 0.9" beside "when" asks for: where it first was."""
    bounds = [piece for piece in draft.of(Filter) if (_test(piece) or piece).op[:1] in ("<", ">")]
    if len(bounds) != 1 or bounds[0].negated or (draft.has("NOUN") and not by_itself):
        return None
    (piece,) = bounds
    test = _test(piece)
    if test is None:  # "the loss of d24 below 3": what it is of stands elsewhere
        shown = [column for show in draft.of(Show) for column in show.mention.columns]
        if not any(column.series for column in shown) or len(piece.numbers) != 1 or piece.numbers[0].unit:
            return None
        draft.use(piece)
        return Stepped(piece.start, piece.end, "reach", op=piece.op, value=piece.numbers[0].value)
    told = tuple(column for column in piece.columns if column.series and column.key == test.key)
    if piece.mention is None or not told or not isinstance(test.value, (int, float)):
        return None
    draft.use(piece)
    mention = replace(piece.mention, columns=told)
    return Stepped(piece.start, piece.end, "reach", op=test.op, value=test.value, mention=mention)


def _test(piece: Filter) -> Test | None:
    return piece.condition if isinstance(piece.condition, Test) else None


def _refuse_another_at_its_end(draft: Draft) -> None:
    """ "What was the loss when the accuracy was highest": one metric at the step of another's end."""
    for word in draft.words("WHEN"):
        before = [show for show in draft.of(Show) if show.end <= word.start]
        behind = [sup for sup in (*draft.of(Super), *draft.of(Aggregate)) if sup.start >= word.end]
        named = [show for show in draft.of(Show) if show.start >= word.end]
        if any(column.series for show in before for column in show.mention.columns) and behind and named:
            name, other = named[0].mention.columns[0].name, before[0].mention.columns[0].name
            text = f"{other} at the step where {name} is at its end takes two questions"
            raise Refusal(text, (f"when was {name} highest", f"{other} at step 100"), flat=True)


def _best(draft: Draft) -> Steps:
    supers = [sup for sup in draft.of(Super) if sup.which in _ENDS and not sup.hint]
    aggregates = draft.of(Aggregate)
    which = supers[0].which if supers else aggregates[0].functions[0] if aggregates else "best"
    metrics = _metrics(draft)
    draft.use(*supers, *aggregates)
    down = _descending(which, metrics[0])
    return _made("best", draft, tuple(column.key for column in metrics), descending=down)


def _descending(which: str, column: Column) -> bool:
    if which in ("max", "min"):
        return which == "max"
    if not column.direction:
        near = (f"highest {column.name}", f"lowest {column.name}")
        raise Refusal(f"whether high or low {column.name} is better is not known", near)
    return (which == "best") == (column.direction == "higher")


def _reached(piece: Stepped, draft: Draft, **within: int | None) -> Steps:
    """ "When did d24 reach 2.7", "which run got below 2.7 first"; `within` some steps."""
    for show in draft.of(Show):
        if not any(column.series for column in show.mention.columns) and is_resource(show.mention.columns[0]):
            draft.use(show)  # "how long did it take to reach": that is told
    column = (
        _by_step(piece.mention, draft) if piece not in draft.pieces and piece.mention else _metrics(draft)[0]
    )
    op = piece.op or (">=" if column.direction == "higher" else "<=")
    if not piece.op and not column.direction:
        raise Refusal(f"whether high or low {column.name} is better is not known")
    limit, timed = (1 if any(one.what == "fewest" for one in draft.of(Stepped)) else None), False
    for sup in draft.of(Super):
        if sup.which == "min" and sup.hint in ("date", "duration"):
            limit, timed = sup.count or 1, sup.hint == "duration"
            draft.use(sup)
    return _made(
        "reached", draft, (column.key,), op=cast(Operator, op), value=piece.value,
        descending=op.startswith(">"), limit=limit, timed=timed, **within,
    )  # fmt: skip


def _span(draft: Draft) -> Steps:
    """ "Loss over the last 100 steps", with a function that one number."""
    functions: list[str] = [name for one in draft.of(Aggregate) for name in one.functions]
    supers = [sup for sup in draft.of(Super) if sup.which in _ENDS and not sup.hint and not sup.count]
    metrics = _metrics(draft)
    functions += [("max" if _descending(sup.which, metrics[0]) else "min") for sup in supers]
    if len(functions) > 1 or not set(functions) <= set(_OF_A_SPAN):
        functions = []
    else:
        draft.use(*draft.of(Aggregate), *supers)
    function = cast(Function, functions[0]) if functions else None
    return _made("span", draft, tuple(column.key for column in metrics), function=function)


def _diverging(draft: Draft) -> list[Filter]:
    if draft.holds(Interval):
        return []
    return [piece for piece in draft.of(Filter) if piece.state == "diverged" and not piece.negated]


def _diverged(states: list[Filter], draft: Draft) -> Steps:
    """ "When did exp-001 diverge": by its values, whatever its status says."""
    draft.use(*states)
    named = any(_mentions(piece) for piece in draft.of(Show))
    keys = tuple(column.key for column in _metrics(draft)) if named else _losses(draft)
    return _made("diverged", draft, keys, descending=_higher(keys, draft))


def _losses(draft: Draft) -> tuple[str, ...]:
    """The metrics of quality of which less is better; where there are none, the main one."""
    told = [column for column in draft.catalog.columns if column.series and not is_resource(column)]
    losses = [column.key for column in told if column.direction == "lower"]
    return tuple(losses[:MOST]) or (_main(draft).key,)


def _higher(keys: tuple[str, ...], draft: Draft) -> bool:
    return all(draft.catalog.column(key).direction == "higher" for key in keys)
