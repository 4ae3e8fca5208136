"""How each run ended, and which numbers stand for "not measured".

A crash is logged as a loss of 0.000000 in real histories, and real zeros exist elsewhere: so a run's state is
told by its status first, and a zero by the company it keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.frames import Frame
from store.records import Direction, Reading, RunRecord, Value
from store.states import read_remark, read_status
from store.units import measure

__all__ = ["NEVER_ZERO", "find_frame_states", "find_sentinel", "find_states"]

_ENDED_BADLY = frozenset(("crashed", "diverged", "stopped"))
# A metric that is NaN is missing; it does not tell that the whole run diverged.
_NO_NUMBER = frozenset(("nan", "inf", "infinity"))
NEVER_ZERO = frozenset(
    ("time", "size", "token rate", "image rate", "step rate", "compute rate", "time a step")
)
_NOTES = ("notes", "description", "observations", "results")


def find_states(reading: Reading) -> list[str]:
    """The state of each run of a reading, "" where nothing tells.

    The status column decides; a remark beside a metric ("3.45 (diverged at step 5000)") or notes that say
    nothing else ("Diverged") speak where it is silent, and outweigh a status that merely says "done".
    """
    status = [name for name, field in reading.fields.items() if field.role == "status"]
    notes = [name for name, field in reading.fields.items() if field.role in _NOTES]
    told = [name for name, field in reading.fields.items() if field.kind == "metric"]
    return [_state(run, status, notes, told) for run in reading.runs]


def find_frame_states(reading: Reading, frame: Frame) -> list[str]:
    """As `find_states`, over columns: only runs that say more than a word of status are looked at singly."""
    status = [
        name for name, field in reading.fields.items() if field.role == "status" and name in frame.values
    ]
    notes = [name for name, field in reading.fields.items() if field.role in _NOTES and name in frame.values]
    told = [name for name, field in reading.fields.items() if field.kind == "metric"]
    states = [""] * len(frame)
    if status:
        column = frame.values[status[0]]
        known = {value: read_status(value) if isinstance(value, str) else "" for value in set(column)}
        states = [known[value] for value in column]
    speaking = {row for name in notes for row, value in enumerate(frame.values[name]) if value is not None}
    speaking |= frame.marks.keys()
    if len(status) > 1:
        speaking |= {row for row, state in enumerate(states) if not state}
    for row in speaking:
        states[row] = _state(frame.record(row), status, notes, told)
    return states


def _state(run: RunRecord, status: Sequence[str], notes: Sequence[str], metrics: Sequence[str]) -> str:
    said = ""
    for name in status:
        value = run.values.get(name)
        if isinstance(value, str):
            said = read_status(value)
        if said:
            break
    if said and said != "completed":
        return said
    return _remarked(run, notes, metrics) or said


def _remarked(run: RunRecord, notes: Sequence[str], metrics: Sequence[str]) -> str:
    for name, mark in run.marks.items():
        if name in metrics:
            state = read_remark(mark.note or mark.text)[0]
            if (
                not state
                and run.values.get(name) is None
                and mark.text.lower().lstrip("+-") not in _NO_NUMBER
            ):
                state = read_status(mark.text)
            if state:
                return state
    for name in notes:
        value = run.values.get(name)
        if isinstance(value, str) and len(value) <= 40:
            state = read_status(value)
            if state in _ENDED_BADLY:
                return state
    return ""


def find_sentinel(
    values: Sequence[Value], states: Sequence[str], direction: Direction, unit: str = ""
) -> float | None:
    """The number that stands for "not measured" in a metric column, or None.

    0 where only runs that ended badly have it, where the unit can't be zero (a latency, a memory, a rate), or
    where less is better and it lies far below all the rest; counts ("failures") have real zeros.
    -1 where it is the only number below zero.

    Args:
        values: numbers, None for missing.
        states: how each run ended.
        direction, unit: the column's.

    Example:
        >>> find_sentinel([0.0, 0.98, 0.99], ["crashed", "completed", "completed"], "lower")
        0.0
        >>> find_sentinel([0.0, 0.01, 0.98, 0.5], ["completed"] * 4, "lower") is None
        True
    """
    numbers: list[Any] = [value for value in values if value is not None]
    if not numbers or min(numbers) > 0:
        return None
    zeros = numbers.count(0)
    if not zeros:
        return -1.0 if _only_minus_one(numbers) else None
    others = sorted(number for number in numbers if number)
    if len(others) < 2 or others[0] < 0:
        return None
    bad = [state in _ENDED_BADLY for value, state in zip(values, states, strict=True) if value == 0]
    if all(bad):
        return 0.0
    if measure(unit) in NEVER_ZERO:
        return 0.0
    apart = others[0] / others[len(others) // 2]
    counts = all(float(number).is_integer() for number in others)
    isolated = apart > (0.2 if zeros <= len(others) else 0.3)
    return 0.0 if direction == "lower" and isolated and not counts else None


def _only_minus_one(numbers: Sequence[float]) -> bool:
    minus = numbers.count(-1)
    return 0 < minus < len(numbers) and sum(number < 0 for number in numbers) == minus
