"""A comparison: what the last query singled out beside another, other sides, other columns."""

from __future__ import annotations

from dataclasses import replace

from nlq.follow.conditions import joined
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit
from nlq.follow.said import frame
from nlq.keys import keys_in
from nlq.query import Compare, Condition, In, Query, Select, Side, Test, both, conditions
from store.catalog import Catalog

__all__ = ["beside", "compared", "other_side"]


def beside(last: Query, edit: Edit, catalog: Catalog) -> Query | None:
    """ "compare it with baseline": what the last query singled out, beside what is named."""
    rows = frame(last)
    if rows is None or (not edit.where and not edit.ends):
        return None
    ours = _side_of(rows, edit.where)
    theirs = tuple(Side(one) for one in edit.where)
    if ours is None or not theirs or ours[0] in theirs:
        return None
    side, common = ours
    shown = tuple(
        item.key for item in rows.show if item.key and (rows.limit is None or item.key in edit.show)
    )
    kinds = {column.key: column for column in catalog.columns}
    keys = edit.show or tuple(key for key in shown if key in kinds and kinds[key].kind != "run")
    return Compare((side, *theirs), common, keys)


def _side_of(rows: Select, others: tuple[Condition, ...]) -> tuple[Side, Condition | None] | None:
    """The side that the last query is, and the conditions common to both."""
    spoken = {key for one in others for key in keys_in(one)}
    if rows.order and rows.limit == 1 and not rows.offset and not rows.aggregates:
        return Side(rows.where, rows.order), None
    parts = conditions(rows.where)
    same = [part for part in parts if spoken & set(keys_in(part))]
    if not parts:
        return None
    if not same:
        return Side(rows.where), None
    return Side(both(*same)), both(*(part for part in parts if part not in same))


def other_side(last: Compare, edit: Edit, cues: Cues) -> Query | None:
    """A comparison with another side: in the place of the last one of its column, or beside them."""
    sides = list(last.sides)
    under: list[Condition] = []
    for one in edit.where:
        spoken = set(keys_in(one))
        at = [i for i, side in enumerate(sides) if spoken & set(keys_in(side.where))]
        if not at:
            under.append(one)
        elif len(several := _each(one)) > 1 and "also" not in cues.kinds:
            if len(several) != len(sides) or len(at) < len(sides):
                return None
            sides = [Side(value) for value in several]  # "what about d20 and d26"
        elif "also" in cues.kinds:
            sides += [Side(value) for value in several or (one,)]
        else:
            sides[at[-1]] = Side(one)
    if len(set(sides)) < len(sides):
        return None
    where = joined(last.where, tuple(under), narrow="narrow" in cues.kinds, also=False)
    return replace(last, sides=tuple(sides), where=where)


def _each(one: Condition) -> tuple[Condition, ...]:
    """The values of a condition as conditions."""
    return tuple(Test(one.key, "=", value) for value in one.values) if isinstance(one, In) else ()


def compared(last: Compare, edit: Edit, cues: Cues, catalog: Catalog) -> Query | None:
    """A comparison by other columns."""
    named = (*edit.show, *edit.group)
    if "all" in cues.kinds:
        return replace(last, keys=(), changed=False)
    made = other_side(last, edit, cues) if edit.where else last
    if not isinstance(made, Compare) or not (named or edit.where or edit.compare):
        return None  # "which is better" is what a comparison tells
    keys = tuple(dict.fromkeys((*last.keys, *named))) if "also" in cues.kinds else named or last.keys
    return replace(made, keys=keys, changed=edit.changed or (made.changed and not named))
