"""The default view of a run: which columns tell it in one row."""

from __future__ import annotations

from nlq.columns import duration, is_resource, main_metric, metrics
from nlq.keys import keys_in
from nlq.lexicon import tells_runs
from nlq.query import Col, Select
from store.catalog import MINUS, Catalog, Column
from store.vocabulary import words

__all__ = ["default_columns", "names_run"]

WIDEST = 8
_LONG = ("notes", "observations", "goal", "command", "description", "config")


def default_columns(query: Select, catalog: Catalog) -> list[Column]:
    """The columns shown where the question names none.

    For runs: name, date, what the question speaks of, the parameters that vary most widely, the metrics and
    how it ended, at most `WIDEST`. For other tables: every column.
    """
    if not tells_runs(catalog):
        return list(catalog.columns)
    named = {column.key for column in catalog.columns}
    if len(catalog.columns) <= WIDEST - 2:
        return list(catalog.columns)
    spoken = [
        *(key for key in keys_in(query.where) if key in named or MINUS in key),
        *(o.by.key for o in query.order if isinstance(o.by, Col)),
        query.per,
    ]
    wanted: list[Column] = [c for c in (catalog.role("run"), catalog.role("date")) if c]
    wanted += [catalog.column(key) for key in spoken if MINUS in key]
    wanted += [c for key in spoken for c in catalog.columns if c.key == key]
    main = main_metric(catalog)
    measured = sorted(
        metrics(catalog), key=lambda c: (c is not main, not c.direction, is_resource(c), -c.count)
    )
    wanted += measured[:2]
    varying = [c for c in catalog.columns if c.kind == "param" and 1 < c.distinct and not names_run(c)]
    varying = [c for c in varying if c.count >= 0.3 * catalog.rows]
    wanted += sorted(varying, key=lambda c: (-c.count, -min(c.distinct, 3)))[:2]
    wanted += [c for c in (*measured[2:4], duration(catalog), catalog.role("status")) if c]
    wanted += [c for c in (catalog.role("description"), catalog.role("notes")) if c]
    if not wanted:
        return list(catalog.columns)
    seen: dict[str, Column] = {}
    for column in wanted:
        if len(seen) < WIDEST or column.key in spoken:
            seen.setdefault(column.key, column)
    return sorted(seen.values(), key=lambda c: _position(c, catalog))


def names_run(column: Column) -> bool:
    """A text that is different in every run (a checkpoint's tag) tells a run's name again."""
    if column.key in words("columns")["plumbing"]:
        return True
    return column.type == "text" and column.distinct == column.count > 2


def _position(column: Column, catalog: Catalog) -> tuple[int, int]:
    """Name, date, parameters, metrics, status, texts; within each as in the file."""
    kind = {"run": 0, "param": 2, "metric": 3, "attribute": 4}[column.kind]
    if column.role == "date":
        kind = 1
    if column.role in _LONG:
        kind = 5
    place = len(catalog.columns) if MINUS in column.key else catalog.columns.index(column)
    return kind, place
