"""What a history was read from, and what was seen there and passed over."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.answer import Header
from nlq.tell.common import Body
from nlq.tell.phrases import plural
from store import written
from store.frames import count_of
from store.history import History
from store.records import Reading, Value

__all__ = ["sources_body"]

_COLUMNS = (
    Header("source"),
    Header("kind"),
    Header("runs", "integer"),
    Header("metrics", "integer"),
    Header("points", "integer"),
    Header("last written", "datetime"),
    Header("passed over", "integer"),
    Header("why"),
)


def sources_body(history: History) -> Body:
    """A row a source; below them one for each reason why something was not read, the first of it named.

    The time of a source is asked of the disk here, and not kept: it is told by no other answer.
    """
    body = Body(columns=[*_COLUMNS], answered=True)
    for source in history.sources:
        runs = history.catalog.rows if source.relation else count_of(source)
        body.rows.append(_row(source, runs))
    left = [(path, why, 1) for path, why in history.left_over]
    body.rows += _passed([*left, *history.passed])
    lost = sum(skip.count for source in history.sources for skip in source.skips)
    runs_told = plural(history.catalog.rows, history.catalog.nouns[0])
    body.headline = f"{runs_told} from {plural(len(history.sources), 'source')}"
    if not history.sources:
        body.headline = "No run was found"
    if lost:
        body.headline += f"; {lost} passed over in {'it' if len(history.sources) == 1 else 'them'}"
    if others := sum(count for _, _, count in [*left, *history.passed]):
        body.headline += f"; {plural(others, 'other' if history.sources else 'thing')} seen and not read"
    for source in history.sources:
        body.details += [f"first passed over for it  {skip.place}: {skip.reason}" for skip in source.skips]
    return body


def _row(source: Reading, runs: int) -> tuple[Value, ...]:
    metrics = sum(told.kind == "metric" for told in source.fields.values())
    lost = sum(skip.count for skip in source.skips)
    why = "; ".join(dict.fromkeys(f"{skip.reason}{_times(skip.count)}" for skip in source.skips))
    when = written.last_written(source.path)
    return (source.path, source.reader, runs, metrics, source.points, when, lost, why or None)


def _times(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""


def _passed(passed: Sequence[tuple[str, str, int]]) -> list[tuple[Value, ...]]:
    """A row a reason: the first path, and of how many it is the first."""
    by_reason: dict[str, tuple[str, int]] = {}
    for path, why, count in passed:
        first, so_far = by_reason.get(why, (path, 0))
        by_reason[why] = (first, so_far + count)
    rows: list[tuple[Value, ...]] = []
    for why, (first, count) in by_reason.items():
        others = f" and {plural(count - 1, 'other')}" if count > 1 else ""
        rows.append((f"{first}{others}", None, None, None, None, None, count, why))
    return rows
