"""A loaded history: the table `runs` in the engine, its catalog, and the sources it came from.

The table `runs` has one row a run, one column a `Column.key`, and the housekeeping columns

    _row     BIGINT   0-based, the order in which the runs stand in the history
    _source  INTEGER  index into `History.sources`
    _line    INTEGER  first line of the run in its file (0: unknown), and
    _end     INTEGER  the last
    _state   ENUM     completed, running, crashed, diverged, discarded, stopped, planned

and, for a metric `loss` with a history by step, `"loss:best"` and `"loss:step"`: the best value and the step
of it. The table `points` (`store.points`) has all values by step; it is filled a metric at a time, when a
question needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from store.catalog import Catalog
from store.frames import count_of, outline_of, record_of
from store.points import ByRow
from store.records import Mark, Place, Reading, RunRecord, Todo, Value
from store.slotted import fresh, slotted

__all__ = ["Engine", "History", "Rows"]


@slotted
class Rows:
    """The result of one statement: column names, and rows of Python values in the same order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


class Engine(Protocol):
    """What runs SQL over the table `runs`."""

    def run(self, sql: str, params: Sequence[Value] = ()) -> Rows:
        """Run one statement with `?` bound to `params`."""
        ...

    def keep(self, path: str, more: Iterable[tuple[str, str, Iterable[Sequence[Value]]]] = ()) -> None:
        """Write the table `runs`, and others, to a file of their own."""
        ...

    def add_points(self, keys: Sequence[str], key: str, series: ByRow) -> None:
        """Put the history of a metric into the table `points`; `keys` are all metrics that have one."""
        ...

    def close(self) -> None:
        """Free the engine."""
        ...


@slotted(frozen=False)
class History:
    """Everything a question is asked of.

    Attributes:
        engine: runs SQL over `runs`.
        catalog: the columns.
        sources: one reading a file; their `runs` lists are in the order of `_row`.
        left_over: files that were seen and not read, with the reason, for `ask doctor`.
        passed: what is no log by its name: the first path, why, and how many.
        words: what else its columns, and the words of a question, are called by its people.
        series: gives the histories by step, by column key and row; called when a question needs them.
        keeping: keeps what was read for the next question; None where that is done, or not wanted.
    """

    engine: Engine
    catalog: Catalog
    sources: list[Reading] = fresh(default_factory=list)
    left_over: list[tuple[str, str]] = fresh(default_factory=list)
    words: dict[str, str] = fresh(default_factory=dict)
    passed: list[tuple[str, str, int]] = fresh(default_factory=list)
    series: Callable[[], Mapping[str, ByRow]] = dict
    keeping: Callable[[], object] | None = None
    _told: dict[str, set[int]] = fresh(default_factory=dict)
    _whole: set[str] = fresh(default_factory=set)

    @property
    def todos(self) -> list[Todo]:
        """All things to try, in the order of the files."""
        return [todo for source in self.sources for todo in source.todos]

    def keep(self) -> None:
        """Keep what was read, where that was left for later."""
        keeping, self.keeping = self.keeping, None
        if keeping is not None:
            keeping()

    def tell_points(self, keys: Iterable[str], rows: Iterable[int] | None = None) -> None:
        """Have the table `points` hold the histories of these metrics, of some runs or of all."""
        wanted = None if rows is None else list(rows)
        for key in keys:
            if key in self._whole:
                continue
            series = self.series()
            own, told = series.get(key, {}), self._told.get(key, set())
            asked = own if wanted is None else wanted
            missing = {row: own[row] for row in asked if row in own and row not in told}
            if missing or key not in self._told:
                self.engine.add_points(tuple(series), key, missing)
                self._told[key] = told | missing.keys()
            if wanted is None:
                self._whole.add(key)

    def record(self, row: int) -> RunRecord | None:
        """The record behind `_row`, or None for a table read in place."""
        for source in self.sources:
            if source.relation:
                return None
            if row < (count := count_of(source)):
                return record_of(source, row)
            row -= count
        return None

    def outline(self, row: int) -> RunRecord | None:
        """As `record`, but its values may be left out: of a table that was kept they are most of the work."""
        for source in self.sources:
            if source.relation:
                return None
            if row < (count := count_of(source)):
                return outline_of(source, row)
            row -= count
        return None

    def mark(self, row: int, name: str) -> Mark | None:
        """What the cell of the field `name` (as written) said beyond its value, or None."""
        record = self.outline(row)
        return record.marks.get(name) if record else None

    def place(self, row: int) -> Place | None:
        """Where the run of `_row` was read, or None for a table read in place."""
        record = self.outline(row)
        return record.place if record else None

    def places(self, row: int) -> list[Place]:
        """Everywhere the run of `_row` was read: first where it stands, then its trackers' other stores."""
        record = self.outline(row)
        return [record.place, *record.also] if record else []
