"""The catalog: what the history's columns are, what they hold, and how each may be named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from store.records import Direction, Kind, Value
from store.slotted import fresh, slotted

Type = Literal["integer", "number", "text", "date", "datetime", "bool"]

__all__ = ["VALUES_KEPT", "Catalog", "Column", "Type", "describe"]

VALUES_KEPT = 5000
"""How many different values of a text column the catalog lists."""

NUMBERS_KEPT = 50
"""A number column's values are listed where it has no more different ones than this."""


@slotted
class Column:
    """One column of the history's table `runs`.

    Attributes:
        key: its SQL name, unique whatever the case ("val_bpb"; "val_bpb_2" where two differ).
        name: as written in the file, shown to people ("val_bpb", "hp.learning_rate", "CORE").
        kind: run, param, metric or attribute (see `store.records.Field`).
        type: the type its values have in SQL.
        unit: canonical unit, or "".
        direction: which end is better, or "" where not known.
        because: where the direction is from: "header", "known metric", "name", "config", or "".
        role: see `store.records.Field`.
        count: how many runs have a value.
        distinct: how many different values.
        low, high: smallest and largest value of a number, date or datetime column.
        values: the different values (at most `VALUES_KEPT`, most frequent first) of a text or bool
            column, and of a number column with few; () where there are more.
        noted: how many of its values carry a mark (approximate, a remark, a conflict).
        sentinel: a number that stands for "not measured" in this column (0 of a crashed run's loss,
            -1), left out of superlatives and aggregates; None where there is none.
        spellings: other names under which trackers log it.
        remark: what has to be known of it ("logged as a parameter; …"), or "".
        series: how many runs have a history of it by step; its values are then the last ones.
    """

    key: str
    name: str
    kind: Kind
    type: Type
    unit: str = ""
    direction: Direction = ""
    because: str = ""
    role: str = ""
    count: int = 0
    distinct: int = 0
    low: Value = None
    high: Value = None
    values: tuple[Value, ...] = ()
    noted: int = 0
    sentinel: float | None = None
    spellings: tuple[str, ...] = ()
    remark: str = ""
    series: int = 0


@slotted
class Catalog:
    """All columns of the table `runs`, in the order of the files, and what a row is called.

    Attributes:
        columns: without the housekeeping columns `_row`, `_source`, `_line`, `_end`, `_state`.
        rows: number of runs.
        nouns: what a row is called, in the singular ("run", "experiment", "trial"); the first is the
            one used in sentences, `--noun` puts another in front.
        states: how many runs are in each state (`completed`, `running`, `crashed`, `diverged`,
            `discarded`, `stopped`, `planned`).
        tells_state: whether any file says how its runs ended (otherwise all count as completed).
    """

    columns: tuple[Column, ...]
    rows: int
    nouns: tuple[str, ...] = ("run", "experiment", "trial", "attempt")
    states: dict[str, int] = fresh(default_factory=dict)
    tells_state: bool = False

    def column(self, key: str) -> Column:
        """The column of that key.

        Raises:
            KeyError: where there is none.
        """
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def role(self, role: str) -> Column | None:
        """The first column with that role ("date", "status", "run" …), or None."""
        return next((c for c in self.columns if role in (c.role, c.kind)), None)


def describe(
    column: Column, values: Sequence[Value], noted: int = 0, sentinel: float | None = None
) -> Column:
    """`column` with its statistics filled in.

    Args:
        column: what it is.
        values: one a run, None for missing, all of the column's type.
        noted: how many of them carry a mark.
        sentinel: the number that stands for "not measured"; it is no extreme and no value.
    """
    seen: Counter[Any] = Counter(values)
    seen.pop(None, None)
    count = seen.total()
    measured = [value for value in seen if value != sentinel] if sentinel is not None else list(seen)
    ordered = column.type not in ("text", "bool") and bool(measured)
    kept = VALUES_KEPT if column.type in ("text", "bool") else NUMBERS_KEPT
    listed = column.type in ("text", "bool") or len(measured) <= kept
    return replace(
        column,
        count=count,
        distinct=len(seen),
        low=min(measured) if ordered else None,
        high=max(measured) if ordered else None,
        values=tuple(value for value, _ in seen.most_common(kept) if value != sentinel) if listed else (),
        noted=noted,
        sentinel=sentinel,
    )
