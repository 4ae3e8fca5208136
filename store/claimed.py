"""Which end of a metric is better, by what a log itself says is its best result.

"Best Result: **Run**: wide, **MOS**: 4.05" of runs of which none has more, and some have less, says that more
is better; a name that nobody knows needs no more than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.names import name_key
from store.records import Direction, Reading

__all__ = ["claimed_direction"]


def claimed_direction(names: Mapping[int, str], readings: Sequence[Reading]) -> Direction:
    """The direction of a metric, "" where nothing is claimed of it, or not what its values bear out.

    Args:
        names: what the metric is called in each reading, by the reading's index.
        readings: all of them, with their claims.
    """
    told: set[Direction] = set()
    for index, name in names.items():
        if not readings[index].claims:
            continue  # and its runs stay columns, where they are
        values = {
            run.name: value
            for run in readings[index].runs
            if isinstance(value := run.values.get(name), (int, float)) and not isinstance(value, bool)
        }
        low, high = min(values.values(), default=0), max(values.values(), default=0)
        for claim in readings[index].claims:
            best = values.get(claim.run)
            said = any(name_key(label) == name_key(name) for label, _ in claim.lines)
            if said and best is not None and low < high:
                told.add("higher" if best == high else "lower" if best == low else "")
    return told.pop() if len(told) == 1 else ""
