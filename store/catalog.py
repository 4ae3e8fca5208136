"""The catalog: what the history's columns are, what they hold, and how each may be named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from store.records import Direction, Kind, Value
from store.slotted import fresh, slotted

Type = Literal["integer", "number", "text", "date", "datetime", "bool"]

__all__ = ["MINUS", "VALUES_KEPT", "Catalog", "Column", "Type", "describe", "difference"]

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
            column, of a number column that names runs, and of any other with few; () where there are more.
        noted: how many of its values carry a mark (approximate, a remark, a conflict).
        sentinel: a number that stands for "not measured" in this column (0 of a crashed run's loss,
            -1), left out of superlatives and aggregates; None where there is none.
        spellings: other names under which trackers log it.
        remark: what has to be known of it ("logged as a parameter; …"), or "".
        series: how many runs have a history of it by step; its values are then the last ones.
        falls: the days stand in the file newest first.
        unmeasured: the rows whose value is missing because what was logged is no number: NaN, infinity.
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
    falls: bool = False
    unmeasured: tuple[int, ...] = ()


MINUS = ":minus:"
"""Between the keys of two columns whose difference is asked for; a column's own key has no colon."""


def difference(first: Column, second: Column) -> Column:
    """The column that holds, of each run, the first less the second.

    Example:
        >>> two = [Column(key, key, "metric", "number") for key in ("val_loss", "train_loss")]
        >>> difference(*two).key, difference(*two).name
        ('val_loss:minus:train_loss', 'val_loss minus train_loss')
    """
    key, name = f"{first.key}{MINUS}{second.key}", f"{first.name} minus {second.name}"
    unit = first.unit if first.unit == second.unit else ""
    return Column(key, name, "metric", "number", unit, count=min(first.count, second.count))


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
        """The column of that key, also of one that is the difference of two (`difference`).

        Raises:
            KeyError: where there is none.
        """
        for column in self.columns:
            if column.key == key:
                return column
        first, minus, second = key.partition(MINUS)
        if minus:
            return difference(self.column(first), self.column(second))
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
        values: its values, without those that are missing, all of the column's type.
        noted: how many of them carry a mark.
        sentinel: the number that stands for "not measured"; it is no extreme and no value.
    """
    there: Sequence[Any] = values
    seen = set(there)
    measured: Collection[Any] = seen if 2 * len(seen) < len(there) else there
    if sentinel is not None:
        measured = seen - {sentinel}
    texts = column.type in ("text", "bool")
    kept = VALUES_KEPT if texts or column.kind == "run" else NUMBERS_KEPT
    return replace(
        column,
        count=len(there),
        distinct=len(seen),
        low=None if texts else min(measured, default=None),
        high=None if texts else max(measured, default=None),
        values=tuple(_frequent(there, len(seen), kept, sentinel)) if texts or len(seen) <= kept else (),
        noted=noted,
        sentinel=sentinel,
        falls=column.type in ("date", "datetime") and len(there) > 1 and there[0] > there[-1],
    )


def _frequent(values: Sequence[Any], different: int, most: int, but: float | None) -> Iterator[Any]:
    """The most frequent values, of as frequent ones the first."""
    if different in (1, len(values)):
        told = values[: min(most, different)]
    else:
        told = [value for value, _ in Counter(values).most_common(most)]
    return (value for value in told if value != but)
