"""Readings → the last query, edited: each reading as an edit of it, the cheapest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from nlq.answer import Assumption
from nlq.columns import NUMERIC
from nlq.conditions import equal_to
from nlq.follow.context import in_context
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit, read_edit
from nlq.follow.fewer import with_fewer
from nlq.follow.merge import merge
from nlq.follow.neighbour import beside_number
from nlq.follow.relative import SIGNS, step_of, turned_bound
from nlq.follow.said import said_keys
from nlq.follow.sound import is_sound, says_all
from nlq.keys import keys_in
from nlq.literals import number_of
from nlq.paraphrase import paraphrase
from nlq.parse import Reading
from nlq.query import Agg, Among, Between, Compare, Condition, Not, Or, Query, Select, Test, both, conditions
from nlq.resolve.draft import Refusal, Resolved
from nlq.tokens import name_key
from nlq.vocabulary import function_words
from store.catalog import Catalog
from store.vocabulary import words

__all__ = ["Followed", "follow"]

Followed = Resolved
"""A follow-up is a reading as any other: the query it makes, its cost and what was assumed."""

UNUSED = 0.5
"""What each word costs that no part of the query was made of."""

FEWER = 0.15
"""What it costs to take a condition of the last question away that the new words do not speak of."""

BY_NAME = 0.01
"""What it costs to speak of the last answer's runs by name, where their condition would do."""

_SAY_ENOUGH = frozenset(("all", "other", "one", "it", "that", "wide", "lift", "count"))
"""Cues that ask for something by themselves."""

_IN_VAIN = frozenset("who whose where when why how happened happen else share percentage".split())

MOST = 1000
"""A number by itself that is larger than this is no count of rows."""


def follow(
    last: Query,
    cues: Cues,
    readings: Sequence[Reading],
    catalog: Catalog,
    now: datetime,
    runs: Sequence[str] = (),
) -> list[Resolved]:
    """The last query as every reading edits it, the cheapest first; [] where none goes with it.

    Args:
        last: what was asked before. cues: what ties the new words to it, and the tokens that are left.
        readings: of those tokens. runs: those of the last answer, by name.
    """
    said = Assumption(f"read as a follow-up of: {paraphrase(last, catalog)}")
    if not cues.kinds.isdisjoint(("next", "previous")):
        if (beside := beside_number(last, cues, catalog)) is not None:
            made = _beside(*beside, cues, readings, catalog, now)
            return [replace(one, assumptions=(said, *one.assumptions)) for one in made]
        if not cues.place:
            return []  # of what it is the next is not known
    made = list(_readings(last, cues, readings, catalog, now))
    if all(one.positions for one in made):
        made += _by_number(last, cues, catalog)
    if (named := _of_runs(last, runs, catalog)) is not None:
        of_runs = Assumption(f"of the runs of the last answer: {', '.join(runs)}")
        several = isinstance(last, Select) and len(runs) > 1
        cost = -BY_NAME if several and cues.kinds & {"of", "one"} else BY_NAME
        if "count" in cues.kinds and not cues.rest:  # "how many is that" of the few that were told
            made.append(Resolved(Select((Agg("count"),), named.where), 0.0))
        for one in _readings(named, cues, readings, catalog, now):
            made.append(replace(one, cost=one.cost + cost, assumptions=(of_runs, *one.assumptions)))
    made = [replace(one, assumptions=(said, *one.assumptions)) for one in made if one.query is not None]
    return sorted(made, key=lambda one: one.cost)


def _beside(
    moved: Query, key: str, cues: Cues, readings: Sequence[Reading], catalog: Catalog, now: datetime
) -> list[Resolved]:
    """What is asked of the next row, or the same as of the last one, where nothing else is said."""
    cues = replace(cues, place=0, kinds=cues.kinds - {"place"})
    free = function_words() | _SAYING | set(name_key(catalog.column(key).name))
    if {token.norm for token in cues.rest} <= free:
        return [Resolved(moved, 0.0)]
    made = _readings(moved, cues, readings, catalog, now)
    return sorted((replace(one, query=_without(one.query, key)) for one in made), key=lambda one: one.cost)


def _without(query: Query | None, key: str) -> Query | None:
    """ "Which player was picked next" asks for the player alone."""
    if not isinstance(query, Select) or len(query.show) < 2:
        return query
    return replace(query, show=tuple(item for item in query.show if item.key != key))


_SAYING = frozenset(("one", "person", "time", "show", "list", "give"))


def _readings(
    last: Query, asked: Cues, readings: Sequence[Reading], catalog: Catalog, now: datetime
) -> Iterator[Resolved]:
    for reading in readings:
        try:
            read = read_edit(reading, last, asked, catalog, now, asked.rest)
            if read is None:
                continue
            edit, cues = in_context(last, read[0], asked, catalog)
            read = (edit, read[1])
            query = merge(last, edit, cues, catalog)
        except Refusal:
            continue
        if query is None or not is_sound(query, catalog):
            continue
        if query == last and read[0].empty:
            continue
        if not cues.kinds & {"drop", "other"} and not says_all(query, read[0]):
            continue
        if (read[0].empty and _asks_in_vain(cues)) or _compares_in_vain(cues, read[0]):
            continue
        draft = read[1]
        unused = [at for piece in draft.rest() for at in range(piece.start, piece.end)]
        made = Resolved(
            query,
            reading.cost + draft.cost + UNUSED * len(unused),
            tuple(draft.assumptions),
            tuple(draft.notes),
            tuple(sorted({*reading.skipped, *unused} - _steps_of(cues))),
            edges=reading.edges,
        )
        yield made
        for fewer in with_fewer(last, read[0], cues, catalog):
            other = merge(fewer, read[0], cues, catalog)
            if other is not None and is_sound(other, catalog):
                yield replace(made, query=other, cost=made.cost + FEWER)


def _steps_of(cues: Cues) -> set[int]:
    """Where "fewer" of "2 fewer wins" stands: it has said which way the last question's number goes."""
    return {at for at, token in enumerate(cues.rest) if token.norm in SIGNS} if step_of(cues.rest) else set()


def _asks_in_vain(cues: Cues) -> bool:
    """Whether a word asks for what no part of a query was made of: "who ran it", "where is it"."""
    return bool(_IN_VAIN & {token.norm for token in cues.rest}) and not cues.place


def _compares_in_vain(cues: Cues, edit: Edit) -> bool:
    """Whether "more silver than Sakura" was read without the comparison, as of Sakura."""
    said = [token.norm for token in cues.rest]
    compared = any(word.endswith("er") and word not in _NO_COMPARATIVE for word in said) or {
        "more",
        "less",
    } & set(said)
    if "than" not in said[1:] or not compared or edit.having or edit.compare:
        return False
    bounds = (one.op for one in edit.where if isinstance(one, Test))
    return not any(op not in ("=", "!=") for op in bounds) and not any(
        isinstance(one, (Between, Among, Or, Not)) for one in edit.where
    )


_NO_COMPARATIVE = frozenset(("other", "rather", "number", "order", "player", "under", "over", "after"))


def _of_runs(last: Query, runs: Sequence[str], catalog: Catalog) -> Query | None:
    """The runs of the last answer by their names, where no condition says which were told: "top 3"."""
    run = catalog.role("run")
    if not isinstance(last, Select) or last.limit is None or last.aggregates or not runs or run is None:
        return None
    if run.distinct < run.count or not set(runs) <= set(map(str, run.values)):
        return None
    return Select(last.show, equal_to(run.key, tuple(runs)), order=last.order)


def _by_number(last: Query, cues: Cues, catalog: Catalog) -> Iterator[Resolved]:
    """ "5", "what about 0.02", "the second one", "all columns": no words that could be parsed."""
    left = [token for token in cues.rest if token.norm not in function_words()]
    left = [token for token in left if token.norm not in words("follow")["ask"]["words"]]
    if not left and not _asks_in_vain(cues) and (cues.place or cues.kinds & _SAY_ENOUGH):
        query = merge(last, Edit(), cues, catalog)
        if query is not None and is_sound(query, catalog):
            yield Resolved(query, 0.0)
    if (turned := turned_bound(last, cues.rest)) is not None:
        yield Resolved(turned, 0.1)
    value = number_of(left[0]) if len(left) == 1 else None
    if value is None:
        return
    if (more := step_of(cues.rest)) is not None:
        if isinstance(last, Select) and last.limit is not None and not last.offset and isinstance(more, int):
            yield from [Resolved(replace(last, limit=last.limit + more), 0.1)] if more > 0 else []
        return  # "5 more" of the rows that were told
    ranked = (
        isinstance(last, Select) and last.limit is not None and isinstance(value, int) and 0 < value <= MOST
    )
    if isinstance(last, Select) and _counts_rows(last, value, cues, catalog):
        yield Resolved(replace(last, limit=int(value)), 0.0)
        return
    several = ranked and isinstance(last, Select) and (last.limit or 1) > 1
    for key in said_keys(last) if not several else ():
        column = next((c for c in catalog.columns if c.key == key), None)
        told = any(key in keys_in(part) for part in _parts(last))
        if column is None or column.type not in NUMERIC or not told:
            continue
        query = _with_value(last, key, value) or merge(
            last, Edit(where=(Test(key, "=", value),)), cues, catalog
        )
        if query is not None:
            yield Resolved(query, 0.1)
        return
    if ranked and isinstance(last, Select):
        yield Resolved(replace(last, limit=int(value)), 0.1)


def _counts_rows(last: Select, value: int | float, cues: Cues, catalog: Catalog) -> bool:
    """ "Only 5", "show 3" of a list: so many rows, unless a column of the last question has such a value."""
    shows = {"narrow", "of"} & cues.kinds or {"show", "list", "give"} & {token.norm for token in cues.rest}
    if not shows or last.aggregates or not isinstance(value, int) or not 0 < value <= MOST:
        return False
    asked = {key for part in _parts(last) for key in keys_in(part)}
    held = (c.values for c in catalog.columns if c.key in asked)
    return not any(value in values for values in held)


def _with_value(last: Query, key: str, value: int | float) -> Query | None:
    """One value in every column of a family ("lr 0.03" of `lr`, `matrix_lr` …), exchanged in all of them."""
    parts = list(conditions(last.where))
    for at, part in enumerate(parts):
        tests = [one for one in part.of if isinstance(one, Test)] if isinstance(part, Or) else []
        if isinstance(part, Or) and len(tests) == len(part.of) and key in keys_in(part):
            parts[at] = Or(tuple(replace(test, value=value) for test in tests))
            where = both(*parts)
            assert where is not None
            return replace(last, where=where)
    return None


def _parts(last: Query) -> tuple[Condition, ...]:
    sides = [side.where for side in last.sides if side.where] if isinstance(last, Compare) else []
    return (*conditions(last.where), *sides)
