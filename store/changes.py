"""Parameters that are told only in prose: "embedding LR 0.6 to 0.8", "matrix_lr 0.04→0.06".

Searches that change one thing at a time (autoresearch's results.tsv) write the change and nothing else. Where
a description opens with a name, an old and a new value, the new value is that run's value of the name;
its mark keeps the old one. All that such a run inherited stays unknown: it is not written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.cells import read_cell
from store.names import name_key
from store.records import CHANGED, Field, Mark, Reading, RunRecord, Value

__all__ = ["add_changes", "read_change"]

_NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?[KMBx%]?"
_CHANGE = re.compile(
    rf"(?:(?:increase|decrease|raise|lower|reduce|change|set|bump|try|double|halve)\s+)?"
    rf"(?P<name>[A-Za-z][A-Za-z_.\- ]{{1,32}}?)\s*[:=]?\s+(?:from\s+)?"
    rf"(?P<old>{_NUMBER})\s*(?:to|->|→|=>)\s*(?P<new>{_NUMBER})(?![\w.])"
)
_WORDS = 4
"""Words of the longest name that is believed to be one."""


def read_change(text: str) -> tuple[str, Value, Value] | None:
    """The change a description opens with: (name, old value, new value), or None.

    Example:
        >>> read_change("embedding LR 0.6 to 0.8"), read_change("FINAL_LR_FRAC 0.05 to 0.03 (better)")
        (('embedding LR', 0.6, 0.8), ('FINAL_LR_FRAC', 0.05, 0.03))
        >>> read_change("add 5% warmup") is read_change("baseline") is None
        True
    """
    found = _CHANGE.match(text.strip().replace("−", "-"))
    if found is None:
        return None
    name = found["name"].strip()
    if len(name.split()) > _WORDS or len(name) < 2:
        return None
    old, new = _value(found["old"]), _value(found["new"])
    return (name, old, new) if new is not None else None


def _value(text: str) -> Value:
    """A number; with a suffix as it is written, because 256K of tokens is 262144, of dollars not."""
    return text if text[-1] in "KMBx%" else read_cell(text).value


def add_changes(reading: Reading) -> None:
    """Give the runs of a file the parameters that their descriptions change.

    Only where the file has no column of parameters: what is written in a column is not told again in prose.
    """
    if any(field.kind == "param" for field in reading.fields.values()):
        return
    column = next((field.name for field in reading.fields.values() if field.role == "description"), "")
    names: dict[str, str] = {name_key(field): field for field in reading.fields}
    count = 0
    for run, name, old, new, text in _found(reading.runs, column) if column else ():
        own = names.setdefault(name_key(name), name)
        if own in reading.fields and reading.fields[own].kind != "param":
            continue
        reading.fields.setdefault(own, Field(own, "param", role="change"))
        run.values[own] = new
        run.marks[own] = Mark(text, note=f"{CHANGED}{old}")
        count += 1
    if count:
        reading.notes.append(
            f"{count} values of parameters read from {column!r}, where it says what was changed"
        )


def _found(runs: list[RunRecord], column: str) -> Iterator[tuple[RunRecord, str, Value, Value, str]]:
    for run in runs:
        text = run.values.get(column)
        change = read_change(text) if isinstance(text, str) else None
        if change is not None:
            yield run, *change, str(text)
