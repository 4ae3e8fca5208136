"""`time.lark`: moments, each as (start, end, Moment), and the intervals they bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlq.actions.registry import Action, Built, action, span
from nlq.pieces import Interval, Moment


def _moment(kind: str) -> Action:
    def build(parts: Sequence[Any]) -> Built:
        return (parts[0].start, parts[-1].end, Moment(kind, parts[0].payload)), 0.0

    return build


for _name in ("month", "month_day", "year", "date"):
    action(_name)(_moment(_name))
action("named_day")(_moment("day"))
action("run_day")(_moment("run"))


@action("month_year")
def month_year(parts: Sequence[Any]) -> Built:
    """ "march 2026"."""
    return (parts[0].start, parts[-1].end, Moment("month", f"{parts[0].payload} {parts[1].payload}")), 0.0


@action("moment_last")
def moment_last(parts: Sequence[Any]) -> Built:
    """ "(since) last week"."""
    return (parts[0].start, parts[-1].end, Moment("last", str(parts[1].payload))), 0.0


@action("day")
def day(parts: Sequence[Any]) -> Built:
    """ "yesterday", "on monday"."""
    return Interval(*span(parts), "within", Moment("day", parts[0].payload)), 0.0


@action("bare_day")
def bare_day(parts: Sequence[Any]) -> Built:
    """A day of a month without a preposition."""
    return Interval(*span(parts), "within", Moment("month_day", parts[0].payload)), 0.25


@action("bare_month")
def bare_month(parts: Sequence[Any]) -> Built:
    """A month without a preposition."""
    text = " ".join(str(part.payload) for part in parts)
    return Interval(*span(parts), "within", Moment("month", text)), 0.1


@action("last_unit", "this_unit")
def last_unit(parts: Sequence[Any]) -> Built:
    """ "last week", "this month"."""
    relation = "last" if parts[0].terminal == "LAST_T" else "this"
    return Interval(*span(parts), relation, Moment("unit", parts[1].payload)), 0.0


@action("last_units")
def last_units(parts: Sequence[Any]) -> Built:
    """ "the past 36 hours"."""
    return Interval(*span(parts), "past", Moment("unit", parts[2].payload), count=int(parts[1].payload)), 0.0


@action("ago")
def ago(parts: Sequence[Any]) -> Built:
    """ "3 days ago"."""
    return Interval(*span(parts), "ago", Moment("unit", parts[1].payload), count=int(parts[0].payload)), 0.0


@action("in_quarter")
def in_quarter(parts: Sequence[Any]) -> Built:
    """ "in q1"."""
    return Interval(*span(parts), "within", Moment("quarter", parts[1].payload)), 0.0


@action("in_either_year")
def in_either_year(parts: Sequence[Any]) -> Built:
    """ "in 2014 or 2015"."""
    first, second = (Moment("year", part.payload) for part in (parts[1], parts[3]))
    return Interval(*span(parts), "either", first, second), 0.0


@action("from_year")
def from_year(parts: Sequence[Any]) -> Built:
    """ "in 2015 or later"."""
    relation = {">=": "since", "<=": "until"}.get(str(parts[2].payload), "")
    return (Interval(*span(parts), relation, Moment("year", parts[1].payload)), 0.0) if relation else None


def _relation(relation: str, cost: float) -> Action:
    def build(parts: Sequence[Any]) -> Built:
        start, end, moment = parts[1]
        extra = 0.3 if moment.kind == "year" and relation != "within" else 0.0
        return Interval(min(parts[0].start, start), end, relation, moment), cost + extra

    return build


for _name, _cost in {"within": 0.0, "since": 0.02, "after": 0.0, "before": 0.0}.items():
    action(_name)(_relation(_name, _cost))


@action("between_moments")
def between_moments(parts: Sequence[Any]) -> Built:
    """ "between 1 and 5 march"."""
    start, _, first = parts[1]
    _, end, second = parts[3]
    return Interval(min(parts[0].start, start), end, "between", first, second), 0.0
