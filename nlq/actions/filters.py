"""`filters.lark`: states, texts, missing values, comparisons with a run or the average; NOT and OR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nlq.actions.numbers import against
from nlq.actions.registry import Built, action, orders, span
from nlq.columns import NUMERIC, is_set, is_switch, none_of, some_of
from nlq.conditions import any_of, condition_of, merged
from nlq.pieces import Filter
from nlq.query import Has, Missing, Not, Of, Scalar, Test, both
from store.catalog import MINUS, Column


@action("filter")
def filter_(parts: Sequence[Any]) -> Built:
    """A condition is a piece of the question."""
    return parts[0], 0.0


@action("negated")
def negated(parts: Sequence[Any]) -> Built:
    """ "not muon"."""
    inner: Filter = parts[1]
    return replace(inner.opposite(), start=parts[0].start), 0.0


@action("either")
def either(parts: Sequence[Any]) -> Built:
    """ "crashed or diverged"."""
    left, right = parts[0], _same_column(parts[0], parts[2])
    one, other = condition_of(left), condition_of(right)
    if one is None or other is None:
        return None
    cost = 0.0 if left.columns[:1] == right.columns[:1] else 0.1
    return Filter(*span((left, right)), merged(one, other), columns=left.columns), cost


def _same_column(left: Filter, right: Filter) -> Filter:
    """ "capacity above 300 or below 100": the second comparison speaks of the first one's column."""
    if right.condition is not None or not right.numbers or left.mention is None:
        return right
    made = against(left.mention, right.op, right.numbers)
    return right if made is None else replace(right, condition=made[0], columns=made[2])


# -- a run or the average


@action("ref_run")
def ref_run(parts: Sequence[Any]) -> Built:
    """ "(better than) exp-001"."""
    return (parts[0].start, parts[0].end, str(parts[0].payload[0].value)), 0.0


@action("ref_mentioned")
def ref_mentioned(parts: Sequence[Any]) -> Built:
    """ "(better than) the GPT-2 checkpoint", which the notes of one run tell of."""
    return (parts[0].start, parts[0].end, Of(str(parts[0].payload), "", mentioned=True)), 0.0


@action("ref_average")
def ref_average(parts: Sequence[Any]) -> Built:
    """ "(above) average"."""
    return (parts[0].start, parts[0].end, ""), 0.0


@action("beats", "beats_by", "compare_reference", "beats_operator")
def beats(parts: Sequence[Any]) -> Built:
    """ "better than exp-001", "loss below average"."""
    start, end, run = parts[-1]
    op = parts[-2]
    if not run and op.payload in ("=", ">=", "<=", "reached"):
        return None  # "on average" is not equal to the average
    mention = parts[0].payload if len(parts) == 3 else None
    if mention is not None and not orders(mention):
        return None
    made = Filter(
        min(start, parts[0].start), end, op=str(op.payload), reference=run, mention=mention,
        columns=mention.columns[:1] if mention else (),
    )  # fmt: skip
    return made, 0.05


@action("beats_measured")
def beats_measured(parts: Sequence[Any]) -> Built:
    """ "heavier than average": the adjective says of what."""
    start, end, run = parts[1]
    op, _, hint = str(parts[0].payload).partition(":")
    return Filter(min(start, parts[0].start), end, op=op, reference=run, hint=hint), 0.25


@action("compare_reference_split")
def beats_split(parts: Sequence[Any]) -> Built:
    """ "more votes than average"."""
    return beats([parts[1], parts[0], parts[3]])


# -- states, texts, missing values


@action("in_state")
def in_state(parts: Sequence[Any]) -> Built:
    """ "crashed"."""
    return Filter(parts[0].start, parts[0].end, state=str(parts[0].payload)), 0.06


@action("mentions", "column_mentions")
def mentions(parts: Sequence[Any]) -> Built:
    """ "mention warmup", "notes contain warmup"."""
    like, text = str(parts[-2].payload), str(parts[-1].payload)
    mention = parts[0].payload if len(parts) == 3 else None
    columns = tuple(c for c in mention.columns if c.type == "text") if mention else ()
    if mention and not columns:
        return None
    first, *others = text.split("|")
    told = [(first, like), *((other, _as_word(other)) for other in others)]
    keys = [column.key for column in columns] or [""]
    condition = any_of([Has(key, one, at) for one, at in told for key in keys])  # type: ignore[arg-type]
    cost = 0.3 if columns and columns[0].kind == "run" else 0.0  # "runs that mention …" speaks of their texts
    return Filter(*span(parts), condition, mention=mention, columns=columns), cost


_SHORT = 3
"""Letters of a word that may be a part of another: "lr" of "already"."""


def _as_word(text: str) -> str:
    return "word" if len(text) <= _SHORT else ""


@action("mentions_either", "column_mentions_either")
def mentions_either(parts: Sequence[Any]) -> Built:
    """ "notes contain warmup or decay"."""
    first, other = mentions(parts[:-2]), mentions([*parts[:-3], parts[-1]])
    if first is None or other is None or parts[-2].payload == "vs":
        return None
    one, two = first[0].condition, other[0].condition
    both_ = parts[-2].payload == "and"
    condition = both(one, two) if both_ else merged(one, two)
    return replace(first[0], end=parts[-1].end, condition=condition), first[1]


@action("column_mentions_not")
def column_mentions_not(parts: Sequence[Any]) -> Built:
    """ "notes do not mention noise"."""
    built = mentions([parts[0], *parts[2:]])
    return built and (built[0].opposite(), built[1])


@action("text_in_column")
def text_in_column(parts: Sequence[Any]) -> Built:
    """ "(have) 'TN' in their address"."""
    column = parts[2].payload.columns[0]
    if column.type != "text":
        return None
    return Filter(*span(parts), Has(column.key, str(parts[0].payload)), columns=(column,)), 0.05


@action("mentions_implicitly")
def mentions_implicitly(parts: Sequence[Any]) -> Built:
    """A word that some long text holds."""
    text, *others = str(parts[0].payload).split("|")
    condition = any_of([Has("", one) for one in (text, *others)])
    return Filter(*span(parts), condition, implicit=text), 0.0


@action("missing")
def missing(parts: Sequence[Any]) -> Built:
    """ "without a learning rate"; a flag that is absent is off, but not one that is not recorded."""
    column = _column(parts)
    if MINUS in column.key:
        return None  # "no overfitting" is no value that was not told
    unknown = any(part.payload == "unknown" for part in parts)
    switch = is_switch(column)
    off = none_of(column) if switch or parts[0].terminal == "MISSING" else None
    if off is not None and not unknown:
        return Filter(*span(parts), off, columns=(column,)), 0.0 if switch else 0.05
    return Filter(*span(parts), Missing(column.key), columns=(column,)), 0.1


@action("no_number")
def no_number(parts: Sequence[Any]) -> Built:
    """ "val_loss is nan", "NaN loss", "went nan"; which column, where none is named, is found later."""
    named = [part for part in parts if part.terminal.startswith("COL")]
    if not named:
        return Filter(*span(parts), unmeasured=True), 0.2
    mention = named[0].payload
    columns = [column for column in mention.columns if column.type in NUMERIC and column.kind == "metric"]
    if not columns:
        return None
    condition = any_of([Missing(column.key, nan=True) for column in columns])
    return Filter(*span(parts), condition, mention=mention, columns=tuple(columns)), 0.0


@action("near_best")
def near_best(parts: Sequence[Any]) -> Built:
    """ "Within 1% of the best", "val_loss within 0.01 of the best", "close to the best"."""
    mention = next((part.payload for part in parts if getattr(part, "terminal", "").startswith("COL")), None)
    numbers = next((part.numbers for part in parts if hasattr(part, "numbers")), ())
    if len(numbers) > 1:
        return None
    cost = 0.1 if mention is None else 0.0  # the metric beside it is its own
    return Filter(*span(parts), op="near", numbers=numbers, mention=mention), cost


@action("present")
def present(parts: Sequence[Any]) -> Built:
    """ "with a learning rate", "has notes"; what was changed is told where it was changed only."""
    column = _column(parts)
    if parts[0].payload == "changed":
        told = column.role == "change"
        return (Filter(*span(parts), Not(Missing(column.key)), columns=(column,)), 0.0) if told else None
    some, switch = some_of(column), is_switch(column)
    cost = 0.05 if column.kind in ("attribute", "param") else 0.35
    if some is not None and (switch or parts[-1].terminal != "SET_AFTER"):
        return Filter(*span(parts), some, columns=(column,)), 0.0 if switch else cost
    if parts[-1].terminal == "SET_AFTER":
        cost = 0.02
    return Filter(*span(parts), Not(Missing(column.key)), columns=(column,)), cost


@action("flag")
def flag(parts: Sequence[Any]) -> Built:
    """ "fp8" by itself."""
    column = _column(parts)
    return Filter(*span(parts), Test(column.key, "=", _yes(column)), columns=(column,)), 0.0


def _yes(column: Column) -> Scalar:
    said = is_set(column)
    return True if said is None else said


def _column(parts: Sequence[Any]) -> Column:
    """The column of a part that names one."""
    named = next(part for part in parts if part.terminal.startswith("COL") or part.terminal == "BARE_FLAG")
    column: Column = named.payload.columns[0]
    return column
