"""The table `runs`, a column of which is filled in once a statement names it.

A question names some columns of many: of 10,000 runs with 26 columns nine, and to fill in the others takes as
long as to answer it (20 ms). They are told when a statement comes that needs them, or the table is kept for
the next question. A short table is filled at once, and so is one that is so long that to hold its values
twice would show.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from store.engines.instance import ROW_GROUP, literal, quote
from store.records import Value

if TYPE_CHECKING:
    import duckdb

__all__ = ["Filling"]

_SHORT = 1000  # rows

_ALL = re.compile(r"\bselect\s+(?:distinct\s+)?\*|\.\*|\bcolumns\s*\(", re.IGNORECASE)


class Filling:
    """What is in the table `runs`, and what waits.

    Args:
        connection: of whose database it is a table.
        kinds: its columns, each with its SQL type.
        cells: the values of each, by row, in the order of the columns; `_row` is the first.
        shared: values that all rows have, of columns that `cells` is without.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        kinds: Mapping[str, str],
        cells: Mapping[str, Sequence[Value]],
        shared: Mapping[str, Value],
    ) -> None:
        self._connection, self._kinds, self._shared = connection, kinds, shared
        self._waiting = dict(cells)
        self._made = False
        if not _SHORT <= len(next(iter(cells.values()), ())) <= ROW_GROUP:
            self._create("runs", kinds, [*cells])
            self._waiting.clear()

    def fill(self, sql: str = "") -> None:
        """Fill in what a statement names, or all that there is; all of it or, broken off, nothing."""
        if not self._waiting:
            return
        said = sql.lower()
        everything = not sql or _ALL.search(sql) is not None
        wanted = [name for name in self._waiting if everything or name == "_row" or name in said]
        if not wanted:
            return
        self._connection.begin()
        try:
            self._add(wanted)
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
        self._made = True
        for name in wanted:
            del self._waiting[name]

    def _add(self, wanted: Sequence[str]) -> None:
        if not self._made:
            held = {name: kind for name, kind in self._kinds.items() if name in (*wanted, *self._shared)}
            self._create("runs", held, wanted)
            return
        self._create("more", {name: self._kinds[name] for name in wanted}, wanted)
        self._connection.execute("CREATE TABLE whole AS SELECT * FROM runs POSITIONAL JOIN more")
        self._connection.execute("DROP TABLE runs")
        self._connection.execute("DROP TABLE more")
        self._connection.execute("ALTER TABLE whole RENAME TO runs")

    def _create(self, table: str, kinds: Mapping[str, str], wanted: Sequence[str]) -> None:
        always = {name: f" DEFAULT {literal(str(value))}" for name, value in self._shared.items()}
        told = ", ".join(f"{quote(name)} {kind}{always.get(name, '')}" for name, kind in kinds.items())
        self._connection.execute(f"CREATE TABLE {table} ({told})")
        appender = self._connection.appender(table, columns=[*wanted] if len(wanted) < len(kinds) else None)
        try:
            appender.append_rows(zip(*(self._waiting[name] for name in wanted), strict=True))
            appender.flush()
        except BaseException:
            appender.clear()
            raise
