"""The table `runs` before it is in the engine."""

from __future__ import annotations

from collections.abc import Iterator

from store.catalog import Column
from store.records import Series, Value
from store.slotted import fresh, slotted

__all__ = ["Table"]


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

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """The rows as the engine takes them: the housekeeping values, then the columns' and the bests'."""
        if not self.places:
            return iter(())
        rows = range(len(self.places))
        told = [*self.values, *(values for _, values in self.bests)]
        return zip(rows, *zip(*self.places, strict=True), self.states, *told, strict=True)
