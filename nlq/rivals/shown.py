"""Which of the runs a question may mean, and whether each of them or all together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from nlq.columns import DATES, NUMERIC, is_resource
from nlq.pieces import Filter, Word
from nlq.query import (
    Agg,
    And,
    Card,
    Col,
    Select,
    Test,
    both,
    conditions,
)
from nlq.rivals.models import Asked, Rival
from nlq.states import FINISHED, names_state, state_condition
from nlq.vocabulary import singular

__all__ = ["latest_finished", "namesake", "one_of_them", "total"]


FEW = 4
"""Rows of a list that "the … run" may have meant one of."""


def total(asked: Asked) -> Iterator[Rival]:
    """ "Cost of d24": of each of its runs, of all of them, or on the mean."""
    query = asked.query
    if not isinstance(query, Select) or query.aggregates or query.order or query.where is None:
        return
    if len(query.show) != 1 or len(asked.rows.rows) < 2 or asked.says("NOUN", "TRIED_Q"):
        return
    column = asked.catalog.column(query.show[0].key)
    if column.type in NUMERIC and is_resource(column):
        yield Rival(f"the {column.name} of all together", Select((Agg("sum", column.key),), query.where))
        yield Rival(f"the mean {column.name}", Select((Agg("mean", column.key),), query.where))


def one_of_them(asked: Asked) -> Iterator[Rival]:
    """ "The adamw run", "seed 2": of several runs that fit, one may have been meant."""
    query, run = asked.query, asked.catalog.role("run")
    if not isinstance(query, Select) or query.aggregates or query.order or run is None:
        return
    names = [str(name) for name in asked.cells(run.key)]
    if not 2 <= len(set(names)) <= FEW or not (_singular(asked) or _bare(asked)):
        return
    for name in dict.fromkeys(names):
        where = Test(run.key, "=", name)
        yield Rival(f"only {name}", Select(query.show, where) if query.show else Card("details", where))


def _singular(asked: Asked) -> bool:
    """ "The … run", of which there is one."""
    nouns = [piece for piece in asked.pieces if isinstance(piece, Word) and piece.terminal == "NOUN"]
    words = [token.norm for token in asked.tokens]
    return any(
        "the" in words[max(0, noun.start - 4) : noun.start]
        and singular(words[noun.start]) == words[noun.start]
        for noun in nouns
    )


def _bare(asked: Asked) -> bool:
    """A parameter with its value and nothing else."""
    only = asked.pieces[0]
    return len(asked.pieces) == 1 and isinstance(only, Filter) and only.mention is not None and only.op == "="


def namesake(asked: Asked) -> Iterator[Rival]:
    """A name that several runs bear: each of them by its day."""
    query, run, day = asked.query, asked.catalog.role("run"), asked.catalog.role("date")
    if not isinstance(query, (Select, Card)) or run is None or day is None or day.type not in DATES:
        return
    own = next((p for p in conditions(query.where) if isinstance(p, Test) and p.key == run.key), None)
    if own is None or own.op != "=" or len(asked.rows.rows) < 2:
        return
    shown = (Col(day.key),)
    days = {cell for *_, cell in asked.ask(Select(shown, query.where)).rows if isinstance(cell, date)}
    for first in sorted(days) if len(days) > 1 and day.type == "date" else ():
        after = first + timedelta(days=1)
        on = And((Test(day.key, ">=", first), Test(day.key, "<", after)))
        yield Rival(f"only the one of {first:%Y-%m-%d}", replace(query, where=both(query.where, on)))


def latest_finished(asked: Asked) -> Iterator[Rival]:
    """ "The last run": the latest of all, or the latest that ended."""
    query = asked.query
    if not isinstance(query, (Select, Card)) or query.limit != 1 or len(query.order) != 1:
        return
    one, catalog = query.order[0], asked.catalog
    latest = one.descending and isinstance(one.by, Col) and one.by.key in [
        c.key for c in catalog.columns if c.type in DATES
    ]  # fmt: skip
    if not latest or not catalog.tells_state or names_state(query.where, catalog):
        return
    if all(state in FINISHED for state in catalog.states):
        return
    where = both(query.where, state_condition("completed"))
    yield Rival("the latest that completed", replace(query, where=where))
