"""The last query with the parts of an edit put in the place of its own: a query again, or None."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import NUMERIC
from nlq.conditions import negated
from nlq.follow.columns import names_rows
from nlq.follow.comparison import beside, compared, other_side
from nlq.follow.conditions import bounds_apart, joined, moved, opposite, without, without_keys
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit
from nlq.follow.said import frame
from nlq.follow.selection import edited
from nlq.follow.shown import ungrouped
from nlq.follow.stepwise import edited_steps
from nlq.keys import keys_in
from nlq.lexicon import tells_runs
from nlq.query import (
    About,
    Agg,
    Card,
    Compare,
    Condition,
    Moves,
    Not,
    Query,
    Select,
    Share,
    Steps,
    Streak,
    Test,
    Tried,
    Values,
    both,
    conditions,
)
from nlq.tokens import name_key
from store.catalog import MINUS, Catalog, Column

__all__ = ["merge"]


def merge(last: Query, edit: Edit, cues: Cues, catalog: Catalog) -> Query | None:
    """The last query, edited; None where the edit does not go with it.

    Args:
        last: what was asked before. edit: what the new words say. cues: what ties them to it.
        catalog: the columns of the history.
    """
    if cues.kinds & {"wide", "lift", "count"} and edit.empty:
        return _widened(last, cues, catalog)
    if edit.freed:
        last = replace(last, where=without_keys(last.where, edit.freed))  # type: ignore[arg-type]
        edit = replace(edit, freed=())
        if edit.empty and not cues.place:
            return last if not isinstance(last, Tried) or last.where is not None else None
    if "any" in cues.kinds and edit.only_where:
        return _any_of(last, edit, cues, catalog)
    if "drop" in cues.kinds:
        return _dropped(last, edit, cues)
    if "other" in cues.kinds:
        return _of_others(last, edit, cues, catalog)
    if edit.compare and not isinstance(last, Compare):
        return beside(last, edit, catalog)
    if isinstance(last, Steps) and not cues.place:
        told = edited_steps(last, edit, _where(last.where, edit, cues), catalog)
        if told is not None:
            return told
    if cues.place and isinstance(last, (Moves, Streak, Steps)):
        return None  # their order is no order of the rows they are about
    if "lift" in cues.kinds:
        if (lifted := _widened(last, cues, catalog)) is None:
            return None
        last = lifted
    if edit.topic:
        return _card(last, edit, cues, catalog)
    if edit.lists and "of" in cues.kinds and isinstance(last, Select) and not last.group:
        last = ungrouped(last)  # "which of them …", of those that were counted
    if edit.only_where and not cues.place and (found := _under(last, edit, cues, catalog)) is not None:
        return found
    if isinstance(last, Compare) and edit.empty and edit.lists and (rows := frame(last)) is not None:
        return replace(rows, show=())  # "which runs were they"
    if isinstance(last, Compare) and not edit.items and not edit.functions and not edit.ends:
        return compared(last, edit, cues, catalog)
    if isinstance(last, Values) and _only_columns(edit, catalog):
        keys = (*last.keys, *edit.show) if "also" in cues.kinds else edit.show
        return replace(last, keys=keys, where=_where(last.where, edit, cues))
    if (found := _of_sibling(last, edit, cues, catalog)) is not None:
        return found
    rows = frame(last)
    if rows is None:
        return None
    rows = replace(rows, where=_where(rows.where, edit, cues))
    return edited(rows, edit, cues, catalog, listed=isinstance(last, Values))


def _any_of(last: Query, edit: Edit, cues: Cues, catalog: Catalog) -> Query | None:
    """ "Any that crashed": is there one of those rows, whatever their order and however many were told."""
    rows = frame(last)
    if rows is None or (isinstance(last, Select) and last.limit is not None and "of" in cues.kinds):
        return None  # of the few that were told: by their names
    where = joined(rows.where, edit.where, narrow=False, also=False)
    if tells_runs(catalog) and where is not None:
        return Tried(where)
    return replace(last, where=where) if isinstance(last, (Select, Tried)) and where is not None else None


def _widened(last: Query, cues: Cues, catalog: Catalog) -> Query | None:
    """ "Overall", "show all", "count them": nothing is said but how much of it."""
    if "wide" in cues.kinds:
        return None if last.where is None or isinstance(last, Tried) else replace(last, where=None)
    rows = frame(last)
    if rows is None:
        return None
    if "count" in cues.kinds:
        return edited(rows, Edit(items=(Agg("count"),)), cues, catalog)
    order = tuple(replace(one, best=False) for one in rows.order)
    return (
        replace(rows, limit=None)
        if rows.group
        else replace(ungrouped(rows), order=order, limit=None, offset=0)
    )


def _where(old: Condition | None, edit: Edit, cues: Cues) -> Condition | None:
    kinds = cues.kinds
    narrow = "narrow" in kinds or ("and" in kinds and bounds_apart(old, edit.where))
    return joined(old, edit.where, narrow=narrow, also="also" in kinds, nor="nor" in kinds)


def _of_sibling(last: Query, edit: Edit, cues: Cues, catalog: Catalog) -> Query | None:
    """ "for gold medals?" after "with 3 silver medals": the condition on another column of its kind."""
    if edit.asks or cues.kinds & {"it", "also"} or len(edit.show) != 1 or edit != Edit(show=edit.show):
        return None
    new = catalog.column(edit.show[0])
    shown = frame(last)
    if shown is None or any(
        _alike(item.key, new, catalog) for item in (*shown.show, *(o.by for o in shown.order))
    ):
        return None
    olds = [key for key in keys_in(last.where) if _alike(key, new, catalog)]
    if len(set(olds)) != 1 or olds[0] == new.key:
        return None
    where = moved(last.where, {olds[0]: new.key})
    assert where is not None
    return replace(last, where=where)


def _alike(key: str, column: Column, catalog: Catalog) -> bool:
    """Whether two columns of numbers share a word of their names: silver medals, gold medals."""
    other = next((one for one in catalog.columns if one.key == key), None)
    if other is None or other.type not in NUMERIC or column.type not in NUMERIC:
        return False
    return bool(set(name_key(other.name)) & set(name_key(column.name)))


def _only_columns(edit: Edit, catalog: Catalog) -> bool:
    """Whether an edit names parameters and at most conditions: "and depths?" after the values of another."""
    plain = edit == Edit(where=edit.where, show=edit.show, asks=edit.asks, distinct=edit.distinct)
    kinds = {catalog.column(key).kind for key in edit.show if ":" not in key}
    return bool(edit.show) and plain and kinds <= {"param", "attribute"}


# -- conditions alone


def _under(last: Query, edit: Edit, cues: Cues, catalog: Catalog) -> Query | None:
    """The last query under other conditions."""
    last = _unnamed(last, edit, cues, catalog)
    run = catalog.role("run")
    names_run = run is not None and any(run.key in keys_in(one) for one in edit.where)
    if isinstance(last, Compare):
        return other_side(last, edit, cues)
    if isinstance(last, Share) and set(keys_in(last.part)) & {k for c in edit.where for k in keys_in(c)}:
        part = _where(last.part, edit, cues)
        return None if part is None else replace(last, part=part)
    if isinstance(last, Tried):
        where = _where(last.where, edit, cues)
        return None if where is None else Tried(where)
    if names_run and isinstance(last, (Select, Card)) and "narrow" not in cues.kinds:
        return _of_run(last, edit, cues)
    if isinstance(last, About) and last.topic in ("sources", "todo", "open", "done"):
        return None
    return replace(last, where=_where(last.where, edit, cues))


def _unnamed(last: Query, edit: Edit, cues: Cues, catalog: Catalog) -> Query:
    """ "What about d26" after "cost of d24-baseline": one run, or row, by its name gives way to others.

    "Only", "of those" and "it" ask whether that one is such.
    """
    part = last.where
    if not isinstance(part, Test) or part.op != "=" or not names_rows(part.key, catalog):
        return last
    if "swap" not in cues.kinds or cues.kinds & {"narrow", "it", "that", "also"}:
        return last
    if any(isinstance(one, Not) or part.key in keys_in(one) for one in edit.where):
        return last
    return last if isinstance(last, (Tried, Compare)) else replace(last, where=None)


def _of_run(last: Select | Card, edit: Edit, cues: Cues) -> Query:
    """Of a run by its name: what singled out another one goes."""
    assert edit.where
    spoken = {key for one in edit.where for key in keys_in(one)}
    if any(spoken & set(keys_in(part)) for part in conditions(last.where)):
        return replace(last, where=_where(last.where, edit, cues))
    if isinstance(last, Card):
        return Card(last.topic, both(*edit.where))
    if last.aggregates or last.limit is None:
        return replace(last, where=_where(last.where, edit, cues))
    return Select(last.show, both(*edit.where))


def _dropped(last: Query, edit: Edit, cues: Cues) -> Query | None:
    """Without the conditions, columns or groups that are named; None where none of it is there."""
    where = without_keys(without(last.where, edit.where), edit.show)
    leaves_out = "out" in cues.kinds and edit.only_where and where == last.where
    if leaves_out and not isinstance(last, (Tried, Compare)):
        return replace(last, where=both(where, *(negated(one) for one in edit.where)))  # "leave out d12"
    if isinstance(last, Tried):
        return None if where is None or where == last.where else Tried(where)
    made: Query = replace(last, where=where)
    if isinstance(made, Select):
        gone = {*edit.show, *edit.group, *(item.key for item in edit.items)}
        show = tuple(item for item in made.show if not item.key or item.key not in gone)
        group = tuple(key for key in made.group if key not in gone)
        made = replace(made, show=show, group=group, per="" if made.per in gone else made.per)
        if edit.order or edit.turned is not None:
            made = replace(made, order=(), limit=None, offset=0)
    if isinstance(made, (Values, Compare)):
        keys = tuple(key for key in made.keys if key not in edit.show)
        made = replace(made, keys=keys) if keys or isinstance(made, Compare) else made
    return None if made == last else made


def _of_others(last: Query, edit: Edit, cues: Cues, catalog: Catalog) -> Query | None:
    """The opposite of a condition: "in other series", "what about the others"."""
    where = opposite(last.where, edit.show) if last.where is not None else None
    if where is None or isinstance(last, Compare):
        return None
    spoken = [key for key in edit.show if last.where is not None and key in keys_in(last.where)]
    left = tuple(key for key in edit.show if key not in spoken)
    counts = tuple(
        item for item in edit.items if not (isinstance(item, Agg) and item.key in keys_in(last.where))
    )
    kept = isinstance(last, Select) and last.aggregates and not counts
    plain = replace(edit, show=left, items=counts if kept or counts else edit.items)
    base: Query = replace(last, where=where)
    if plain.empty or plain.only_where:
        return _under(base, plain, cues, catalog) if plain.where else base
    rows = frame(base)
    return None if rows is None else edited(rows, plain, cues, catalog, listed=isinstance(last, Values))


# -- one run told in full


def _card(last: Query, edit: Edit, cues: Cues, catalog: Catalog) -> Query | None:
    """ "why", "its config": of the run, or the runs, of the last answer."""
    rows = frame(last)
    if rows is None or isinstance(last, Compare):
        return None
    if edit.topic == "why" and any(isinstance(one, Not) for one in edit.where):
        return None  # "why not exp-001"
    where = joined(rows.where, edit.where, narrow="narrow" in cues.kinds, also=False)
    order, limit = rows.order, rows.limit
    known = _known(catalog)
    if any(one.by.key not in known and MINUS not in one.by.key for one in order) or rows.group:
        order, limit = (), None
    if rows.offset:
        return None
    run = catalog.role("run")
    if run is not None and any(run.key in keys_in(one) for one in edit.where):
        where, order, limit = both(*edit.where), (), None
    elif run is not None and isinstance(last, Tried):  # "did it diverge?" "why?": of the run, either way
        named = [one for one in conditions(where) if run.key in keys_in(one)]
        where = both(*named) if named else where
    return Card(edit.topic, where, order if limit else (), limit)  # type: ignore[arg-type]


def _known(catalog: Catalog) -> set[str]:
    return {*(column.key for column in catalog.columns), "_row"}
