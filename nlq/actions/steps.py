"""`steps.lark`: a step, a span of steps, and what is asked of the values there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlq.actions.registry import Action, Built, action, orders, span
from nlq.pieces import Stepped


def _numbers(parts: Sequence[Any]) -> list[int]:
    return [int(part.payload) for part in parts if part.terminal == "N_STEP"]


@action("at_step")
def at_step(parts: Sequence[Any]) -> Built:
    """ "at step 5000", "after 5000 steps"."""
    return Stepped(*span(parts), "at", count=_numbers(parts)[0]), 0.0


def _plain(what: str) -> Action:
    def build(parts: Sequence[Any]) -> Built:
        return Stepped(*span(parts), what), 0.0

    return build


for _name, _what in {
    "at_end": "end",
    "course": "course",
    "improving": "improving",
    "fewest": "fewest",
}.items():
    action(_name)(_plain(_what))


@action("step_of")
def step_of(parts: Sequence[Any]) -> Built:
    """ "at which step", "best epoch"."""
    return Stepped(*span(parts), "step", best=parts[0].payload == "best"), 0.0


@action("last_steps")
def last_steps(parts: Sequence[Any]) -> Built:
    """ "over the last 100 steps"."""
    return Stepped(*span(parts), "last", count=_numbers(parts)[0]), 0.0


@action("first_steps")
def first_steps(parts: Sequence[Any]) -> Built:
    """ "in the first 100 steps"."""
    return Stepped(*span(parts), "span", high=_numbers(parts)[0]), 0.0


@action("between_steps")
def between_steps(parts: Sequence[Any]) -> Built:
    """ "between step 1000 and 2000"."""
    low, high = _numbers(parts)
    return (Stepped(*span(parts), "span", low, high), 0.0) if low <= high else None


@action("since_step")
def since_step(parts: Sequence[Any]) -> Built:
    """ "since step 1000", "past step 1000"."""
    return Stepped(*span(parts), "span", low=_numbers(parts)[0] + (parts[0].payload == "past")), 0.0


@action("before_step")
def before_step(parts: Sequence[Any]) -> Built:
    """ "up to step 1000", "before step 1000"."""
    return Stepped(*span(parts), "span", high=_numbers(parts)[0] - (parts[0].payload == "before")), 0.0


@action("every_steps")
def every_steps(parts: Sequence[Any]) -> Built:
    """ "every 1000 steps"."""
    count = _numbers(parts)[0]
    return (Stepped(*span(parts), "every", count=count), 0.0) if count else None


@action("reach")
def reach(parts: Sequence[Any]) -> Built:
    """ "reached 2.7", "get below a loss of 3"."""
    goal = next(part.payload for part in parts if part.terminal == "N_GOAL")
    mention = next((part.payload for part in parts if part.terminal == "COL_A"), None)
    if mention is not None and not orders(mention):
        return None
    verb = next(part.payload for part in parts if part.terminal in ("REACH", "REACHED"))
    return Stepped(*span(parts), "reach", op=str(verb), value=goal, mention=mention), 0.0
