"""The last look before a write: the new text is read, and must say what it said and what was added."""

from __future__ import annotations

from pathlib import Path

from store.errors import NotWritable
from store.log.document import Document
from store.markup import clean
from store.readers import native
from store.readers.decode import repaired
from store.records import RunRecord, Value

__all__ = ["check"]


def check(before: Document, after: Document, touched: str, expected: dict[str, Value]) -> None:
    """Compare two versions of a log as the reader reads them.

    Args:
        before, after: without and with the edit.
        touched: the name of the one run that may differ, "" for none.
        expected: what that run must say now, by field.

    Raises:
        NotWritable: where another run would be read otherwise than before, or this one not as it was given.
    """
    native_log = native.sniff(Path(after.shown), after.data[: 1 << 16])
    if before.runs and not native_log:
        raise NotWritable(f"{after.shown} would no longer be read as a log: nothing was written")
    old, new = _said(before), _said(after)
    lost = next((one[0] for one in old if one[0] != touched and one not in new), "")
    same = [one for one in old if one[0] == touched and one not in new]
    if lost or len(same) > 1 or [one for one in old if one in new] != [one for one in new if one in old]:
        lost = lost or touched
        raise NotWritable(f"{after.shown}: {lost} would be read otherwise than now: nothing was written")
    if not touched:
        return
    runs = [run for run in after.runs if run.name == touched]
    if not runs:
        raise NotWritable(
            f"{after.shown}: a run called {touched} could not be read back: nothing was written"
        )
    for name, value in expected.items():
        if not any(_says(run, name, value) for run in runs):
            held = runs[-1].values.get(name)
            raise NotWritable(
                f"{after.shown}: {touched} would say {name} {held}, not {value}: nothing was written"
            )


def _said(doc: Document) -> list[tuple[str, tuple[tuple[str, Value], ...]]]:
    return [(run.name, tuple(sorted(run.values.items()))) for run in doc.runs]


def _says(run: RunRecord, name: str, value: Value) -> bool:
    held = run.values.get(name)
    if isinstance(value, float) and isinstance(held, (int, float)):
        return abs(held - value) <= 1e-9 * max(1.0, abs(value))
    if isinstance(value, str):
        return (held or "") == repaired(
            clean(value)
        )  # a value of several lines is kept in its command as it is
    return held == value
