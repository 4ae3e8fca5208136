"""What a comparison comes to: which side is better by what, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.columns import main_metric
from nlq.paraphrase import number_text
from nlq.query import Compare
from nlq.tell.common import Body
from nlq.tell.sides import Group
from store.catalog import Column
from store.history import History
from store.slotted import slotted

__all__ = ["Gain", "headline", "tradeoffs", "with_sign"]


@slotted
class Gain:
    """What a metric says of the second side against the first.

    Attributes:
        delta: the difference, signed, with its unit; "0" for none.
        wins: whether the second side is better; None where that is not known or they are the same.
    """

    name: str
    delta: str
    wins: bool | None = None


def with_sign(delta: float) -> str:
    """A difference to four digits.

    Example:
        >>> with_sign(0.123456), with_sign(-2), with_sign(0)
        ('+0.1235', '−2', '0')
    """
    text = number_text(float(f"{abs(delta):.4g}"))
    return f"+{text}" if delta > 0 else f"−{text}" if delta < 0 else "0"


def tradeoffs(groups: Sequence[Group], gains: Sequence[Gain]) -> str:
    """ "d24: loss −0.23 (better), +1.9 h (worse)", of the second side against the first."""
    verdicts = {None: "", True: " (better)", False: " (worse)"}
    parts = [f"{gain.name} {gain.delta}{verdicts[gain.wins]}" for gain in gains if gain.delta != "0"]
    if not parts:
        return "tradeoffs  none: the same in every metric"
    return f"tradeoffs  {groups[1].label}: {', '.join(parts)}"


def headline(
    query: Compare, groups: Sequence[Group], body: Body, gains: Sequence[Gain], history: History
) -> str:
    """The sentence of a comparison."""
    names = " vs ".join(group.label for group in groups)
    if query.changed:
        changed = [str(row[0]) for row in body.rows if row[0] != f"{history.catalog.nouns[0]}s"]
        return (
            f"{names}: {', '.join(changed)} differ" if changed else f"{names}: no recorded parameter differs"
        )
    main = main_metric(history.catalog)
    keys = [history.catalog.column(key).name for key in query.keys]
    asked = [gain for gain in gains if gain.name in keys] or [
        gain for gain in gains if main is not None and gain.name == main.name
    ]
    if not asked and keys:
        if len(groups) == 2 and len(body.rows) == 1 and body.rows[0][3]:
            return f"{names}: {body.rows[0][0]} {body.rows[0][3]}"
        if not body.rows:
            return f"{names}: no {' and '.join(keys)} is recorded for both"
    if len(groups) == 2 and asked and asked[0].wins is not None:
        body.winner = int(asked[0].wins)
        body.directed = [column for column in history.catalog.columns if column.name == asked[0].name]
        return _winner(groups, asked[0])
    by = next((c for c in map(history.catalog.column, query.keys) if c.kind == "metric"), main)
    if by is not None and len(groups) > 2 and by.direction:
        body.directed = [by]
    return f"{names}{_best_of(groups, by) if len(groups) > 2 and by is not None else ''}"


def _winner(groups: Sequence[Group], gain: Gain) -> str:
    first, second = groups
    winner, loser = (second, first) if gain.wins else (first, second)
    delta = gain.delta if gain.wins else gain.delta.translate({ord("+"): "−", ord("−"): "+"})
    return f"{winner.label} is better than {loser.label} by {gain.name} ({delta})"


def _best_of(groups: Sequence[Group], main: Column) -> str:
    """Of more than two sides, the one with the best mean of the main metric."""
    samples = [(group.sample(main), group.label) for group in groups]
    means = [(sample.mean, label) for sample, label in samples if sample is not None]
    if not means or not main.direction:
        return ""
    best = max(means) if main.direction == "higher" else min(means)
    return f": {best[1]} has the best {main.name} ({number_text(best[0])})"
