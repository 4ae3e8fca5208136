"""Which columns of the rows are shown: others, further ones, or one in the place of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.follow.columns import column_of, is_numeric, names_rows
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit
from nlq.follow.said import item_keys
from nlq.lexicon import tells_runs
from nlq.query import Agg, Col, Item, Select
from nlq.tokens import name_key
from store.catalog import Catalog

__all__ = ["every_column", "named_for_themselves", "projected", "projects", "shown_of", "ungrouped"]


def projects(edit: Edit, cues: Cues) -> bool:
    """Whether columns are named to be shown of the same rows: "their loss", "what is the lr"."""
    return bool(cues.kinds & {"it"}) or (
        edit.asks and "swap" not in cues.kinds and "narrow" not in cues.kinds
    )


def projected(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """Other columns of the same rows, or further ones."""
    shown = item_keys(rows.show)
    more = "also" in cues.kinds or ("narrow" in cues.kinds and bool(edit.where))
    keys = (*shown, *edit.show) if more else edit.show  # "only for teams with more than 30 points"
    if len(shown) > 1 and len(edit.show) == 1 and not cues.kinds & {"also", "it", "narrow"}:
        keys = _beside_names(shown, edit.show[0], catalog) if edit.asks else keys
        keys = keys if edit.asks else _exchanged(shown, edit.show[0], catalog)
    elif not more and "it" in cues.kinds and (thing := _thing_of(rows, catalog)):
        keys = tuple(dict.fromkeys((*keys, thing)))
    return shown_of(rows, keys, (), catalog)


def _thing_of(rows: Select, catalog: Catalog) -> str:
    """The column that says what the rows told were: "its televote" after "which song …" is of that song."""
    if tells_runs(catalog) or rows.distinct or not rows.show:
        return ""
    first = rows.show[0]
    column = column_of(first.key, catalog) if isinstance(first, Col) else None
    if (
        column is None
        or column.type != "text"
        or not names_rows(first.key, catalog)
        or set(name_key(column.name)) & _GENERIC
    ):
        return ""
    return column.key


_GENERIC = frozenset(("name", "title", "id", "code"))
"""What a thing is called and not what it is: the name of a song is shown, and not asked of."""


def _beside_names(shown: Sequence[str], new: str, catalog: Catalog) -> tuple[str, ...]:
    """ "What is the position" after "the club of each player": the player stays, a run is always told."""
    if tells_runs(catalog) or new in shown:
        return (new,)
    plain = [key for key in shown if not names_rows(key, catalog)]
    return tuple(new if key == (*plain, shown[0])[0] else key for key in shown)


def _exchanged(shown: Sequence[str], new: str, catalog: Catalog) -> tuple[str, ...]:
    """The columns shown with the last one of a new one's kind exchanged for it."""
    numeric = is_numeric(new, catalog)
    alike = [key for key in shown if is_numeric(key, catalog) == numeric]
    plain = [key for key in alike if not names_rows(key, catalog)] or alike
    if new in shown or not alike:
        return (new,)
    return tuple(new if key == plain[-1] else key for key in shown)


def named_for_themselves(rows: Select) -> tuple[str, ...]:
    """The columns that are shown for themselves, not for the order."""
    ordered = {one.by.key for one in rows.order}
    return tuple(item.key for item in rows.show if item.key and item.key not in ordered)


def shown_of(rows: Select, named: Sequence[str], before: Sequence[str], catalog: Catalog) -> Select:
    """Columns shown, and then what the rows are ranked by, as `nlq.resolve.rows` does."""
    keys = [one.by.key for one in rows.order if rows.limit is not None and not one.by.key.startswith("_")]
    if not named or (tells_runs(catalog) and set(named) <= set(keys)):
        return replace(rows, show=())
    return replace(rows, show=tuple(Col(key) for key in dict.fromkeys((*named, *keys))))


def every_column(rows: Select, catalog: Catalog) -> tuple[Item, ...]:
    """Every column that holds something."""
    return tuple(Col(column.key) for column in catalog.columns if column.count)


def ungrouped(rows: Select) -> Select:
    """The rows that were counted or grouped."""
    if not rows.aggregates:
        return rows
    things = tuple(Col(key) for key in counted_things(rows))
    return Select(things, rows.where, distinct=bool(things), every=rows.every)


def counted_things(rows: Select) -> tuple[str, ...]:
    """The column whose different values were counted: the nations, of "how many nations"."""
    counted = (item for item in rows.show if isinstance(item, Agg) and item.distinct and not rows.group)
    return tuple(item.key for item in counted if item.function == "count")[:1]
