"""What a question about values by step means, a second time: plain Python over each run's logged values.

Written from the meaning of `nlq.query.Steps`: a value that is no number, or the metric's sentinel, is never
the best, reaches nothing and has no part in a mean; of equals the first step counts. By epoch the place of a
point is its epoch, and the points stay in the order of their steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from statistics import fmean, median, stdev, variance
from typing import Any

from nlq.query import Steps
from store.catalog import Column

__all__ = ["Logged", "by_epoch", "stepwise"]

Point = tuple[float, float, float | None]
Logged = list[Point]
Cells = dict[str, Any]

_REACHED: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, goal: value < goal,
    "<=": lambda value, goal: value <= goal,
    ">": lambda value, goal: value > goal,
    ">=": lambda value, goal: value >= goal,
}


def stepwise(query: Steps, column: Column, runs: Sequence[Logged]) -> Iterator[list[tuple[int, Cells]]]:
    """The rows of each statement of one metric: the number of the run among `runs`, and its cells."""
    spans = [_within(query, points) for points in runs]
    if query.what == "course":
        yield list(_course(query, spans))
        yield list(enumerate(_span(column, points) for points in spans))
        if query.every is None:
            yield list(enumerate(_improving(query, column, points) for points in spans))
        return
    told = list(enumerate(_OF[query.what](query, column, points) for points in spans))
    yield _in_order(query, told)


def by_epoch(points: Logged, epochs: Logged) -> Logged:
    """The points of a run whose epoch is told; none of one whose epochs begin anew."""
    told = {step: epoch for step, epoch, _ in epochs}
    if any(later < sooner for sooner, later in pairwise(told.values())):
        return []
    return [(told[step], value, time) for step, value, time in points if step in told]


def _within(query: Steps, points: Logged) -> Logged:
    low, high = query.low, query.high
    kept = [p for p in points if (low is None or p[0] >= low) and (high is None or p[0] <= high)]
    if query.last is not None and kept:
        kept = [p for p in kept if p[0] > kept[-1][0] - query.last]
    return kept


def _numbers(column: Column, points: Logged) -> Logged:
    return [p for p in points if math.isfinite(p[1]) and p[1] != column.sentinel]


def _end(points: Logged, high: bool) -> Point | None:
    """The lowest or the highest point, the first of equals."""
    best: Point | None = None
    for point in points:
        if best is None or (point[1] > best[1] if high else point[1] < best[1]):
            best = point
    return best


def _cells(point: Point | None, step: str, value: str, when: str = "") -> Cells:
    found: Cells = {step: point and point[0], value: point and point[1]}
    if when:
        time = point[2] if point else None
        known = time is not None and 1e8 <= time <= 1e11
        found[when] = (
            datetime.fromtimestamp(math.floor(time or 0), UTC).replace(tzinfo=None) if known else None
        )
    return found


def _at(query: Steps, column: Column, points: Logged) -> Cells:
    if query.at is None:
        return _cells(points[-1] if points else None, "step", "value", "when")
    here = next((p for p in reversed(points) if p[0] == query.at), None)
    before = [p for p in points if p[0] < query.at]
    after = [p for p in points if p[0] > query.at]
    return {
        **_cells(here, "step", "value"),
        **_cells(before[-1] if before else None, "before", "value before"),
        **_cells(after[0] if after else None, "after", "value after"),
    }


def _best(query: Steps, column: Column, points: Logged) -> Cells:
    best = _end(_numbers(column, points), query.descending)
    return {
        **_cells(best, "step", "value", "when"),
        **_cells(points[-1] if points else None, "last step", "last"),
    }


def _took(points: Logged, point: Point | None) -> float | None:
    times = [p[2] for p in points if p[2] is not None]
    return point[2] - min(times) if point is not None and point[2] is not None and times else None


def _reached(query: Steps, column: Column, points: Logged) -> Cells:
    numbers = _numbers(column, points)
    assert query.value is not None
    goal = query.value
    first = next((p for p in numbers if _REACHED[query.op](p[1], goal)), None)
    return {
        **_cells(first, "step", "value", "when"),
        "took": _took(points, first),
        **_cells(_end(numbers, query.descending), "best step", "best"),
    }


def _span(column: Column, points: Logged) -> Cells:
    values = [p[1] for p in _numbers(column, points)]
    return {
        "values": len(points),
        **_cells(points[0] if points else None, "first step", "first"),
        **_cells(points[-1] if points else None, "last step", "last"),
        **_cells(_end(_numbers(column, points), False), "min step", "min"),
        **_cells(_end(_numbers(column, points), True), "max step", "max"),
        "mean": fmean(values) if values else None,
        "median": median(values) if values else None,
        "std": stdev(values) if len(values) > 1 else None,
    }


def _improving(query: Steps, column: Column, points: Logged) -> Cells:
    numbers = _numbers(column, points)
    width = max(3, len(numbers) // 10)
    late, early = numbers[-width:], numbers[-2 * width : -width]
    spread = None
    if len(late) > 1 and len(early) > 1:
        spread = math.sqrt((variance(p[1] for p in late) + variance(p[1] for p in early)) / width)
    best = _end(numbers, query.descending)
    return {
        "values": len(numbers),
        "window": width if numbers else None,
        "before": early[0][0] if early else None,
        "since": late[0][0] if late else None,
        "until": late[-1][0] if late else None,
        "mean before": fmean(p[1] for p in early) if early else None,
        "mean": fmean(p[1] for p in late) if late else None,
        "error": spread,
        **_cells(best, "best step", "best"),
    }


def _diverged(query: Steps, column: Column, points: Logged) -> Cells:
    numbers = _numbers(column, points)
    bad = next((p for p in points if not math.isfinite(p[1])), None)
    best = _end(numbers, query.descending)
    first = numbers[0] if numbers else None
    bound = lost = None
    if best is not None and first is not None:
        bound = best[1] + (first[1] - best[1]) / 2
        held = [p for p in numbers if (p[1] >= bound if query.descending else p[1] <= bound)]
        beyond = numbers[numbers.index(held[-1]) + 1 :] if held else []
        if beyond and numbers.index(best) > 0 and best[1] != first[1]:
            lost = beyond[0]
    return {
        "values": len(points),
        "no number": bad and bad[0],
        "which": bad and str(bad[1]),
        **_cells(lost, "rose", "to"),
        "past": bound,
        **_cells(first, "first step", "first"),
        **_cells(best, "best step", "best"),
        **_cells(points[-1] if points else None, "last step", "last"),
    }


_OF: dict[str, Callable[[Steps, Column, Logged], Cells]] = {
    "at": _at,
    "best": _best,
    "reached": _reached,
    "improving": _improving,
    "diverged": _diverged,
    "span": lambda query, column, points: _span(column, points),
}


def _in_order(query: Steps, told: list[tuple[int, Cells]]) -> list[tuple[int, Cells]]:
    """Sorted and cut as the question asks for; runs without the value last."""
    if query.what == "at" and query.value is not None:
        known = [one for one in told if one[1]["value"] is not None and math.isfinite(one[1]["value"])]
        return [one for one in known if _REACHED[query.op](one[1]["value"], query.value)]
    if query.what in ("span", "improving", "diverged") or (query.what == "at" and query.limit is None):
        return told
    key = "step" if query.what == "reached" else "value"
    down = query.descending and key == "value"
    if query.limit is not None:
        told = [one for one in told if one[1][key] is not None and math.isfinite(one[1][key])]
    if query.timed and query.limit is not None:
        told = [one for one in told if one[1]["took"] is not None]
    if query.what == "reached" and query.limit is not None:
        ends = ("took", "step") if query.timed else ("step", "took")
        told.sort(key=lambda one: [(one[1][end] is None, one[1][end] or 0) for end in ends])
    else:
        told.sort(key=lambda one: (one[1][key] is None, -(one[1][key] or 0) if down else one[1][key] or 0))
    return told[: query.limit]


def _course(query: Steps, runs: Sequence[Logged]) -> Iterator[tuple[int, Cells]]:
    """The points at the multiples asked for, or the first, the last and every so many: 24 of all runs."""
    telling = sum(bool(points) for points in runs)
    for number, logged in enumerate(runs):
        points = list({place: (place, value, time) for place, value, time in logged}.values())
        if query.every is not None:
            kept = [p for p in points if p[0] % query.every == 0]
        elif points:
            each = max(3, 24 // telling)
            apart = max(1, math.ceil((len(points) - 1) / (each - 1)))
            kept = [p for at, p in enumerate(points) if at % apart == 0 or at == len(points) - 1]
        else:
            kept = []
        yield from ((number, {"step": step, "value": value}) for step, value, _ in kept)
