"""The table `runs` before it is in the engine."""

from __future__ import annotations

from collections.abc import Iterator

from store.catalog import Column
from store.records import Value
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
    """

    columns: list[Column] = fresh(default_factory=list)
    values: list[list[Value]] = fresh(default_factory=list)
    states: list[str] = fresh(default_factory=list)
    tells_state: bool = False
    places: list[tuple[int, int, int]] = fresh(default_factory=list)
    names: list[dict[int, str]] = fresh(default_factory=list)

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """The rows as the engine takes them: the housekeeping values, then the columns'."""
        if not self.places:
            return iter(())
        rows = range(len(self.places))
        return zip(rows, *zip(*self.places, strict=True), self.states, *self.values, strict=True)
