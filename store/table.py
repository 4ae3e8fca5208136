"""The table `runs` before it is in the engine."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from store.catalog import Column
from store.records import Series, Value
from store.slotted import fresh, slotted

__all__ = ["Table"]

_LONG = 1000  # rows

_HOUSEKEEPING = ("_source", "_line", "_end", "_state")


@slotted(frozen=False)
class Table:
    """What goes into the engine: the catalog's columns and, in the same order, their values by row.

    Attributes:
        columns: without the housekeeping columns.
        values: for each column its values, None for missing.
        states: how each run ended; "completed" where nothing tells.
        tells_state: whether anything tells how any run ended.
        places: for each run the index of its reading, its first and last line.
        names: for each column the field it is in each reading, by the reading's index.
        bests: columns beside the catalog's, with their values: of a metric's history the best, and its step.
        series: histories by step, by the column's key and the run's row; each step once, ascending.
    """

    columns: list[Column] = fresh(default_factory=list)
    values: list[list[Value]] = fresh(default_factory=list)
    states: list[str] = fresh(default_factory=list)
    tells_state: bool = False
    places: list[tuple[int, int, int]] = fresh(default_factory=list)
    names: list[dict[int, str]] = fresh(default_factory=list)
    bests: list[tuple[Column, list[Value]]] = fresh(default_factory=list)
    series: dict[str, dict[int, Series]] = fresh(default_factory=dict)

    def shared(self) -> dict[str, Value]:
        """What a long table has in every row alike, by column: texts, places and states."""
        if len(self.places) < _LONG:
            return {}
        housekeeping = zip(_HOUSEKEEPING, self._housekeeping(), strict=True)
        shared: dict[str, Value] = {
            name: values[0] for name, values in housekeeping if values.count(values[0]) == len(values)
        }
        for column, values in zip(self.columns, self.values, strict=True):
            if column.type == "text" and column.distinct == 1 and column.count == len(values):
                shared[column.key] = values[0]
        return shared

    def cells(self, but: Collection[str] = ()) -> dict[str, Sequence[Value]]:
        """What the engine has of each run, by column: the housekeeping values, the columns' and the bests'.

        Args:
            but: columns that are left out.
        """
        columns = [*self.columns, *(column for column, _ in self.bests)]
        values = [*self.values, *(told for _, told in self.bests)]
        told = {
            "_row": range(len(self.places)),
            **dict(zip(_HOUSEKEEPING, self._housekeeping(), strict=True)),
            **{column.key: given for column, given in zip(columns, values, strict=True)},
        }
        return {name: given for name, given in told.items() if name not in but}

    def _housekeeping(self) -> tuple[Sequence[Value], ...]:
        return (*zip(*self.places, strict=True), self.states) if self.places else ((), (), (), ())
