"""States of runs as conditions: `_state` is a housekeeping column of every history."""

from __future__ import annotations

from nlq.query import Condition, In, Not, Test

__all__ = ["FINISHED", "STATE", "state_condition"]

STATE = "_state"

FINISHED = ("completed", "discarded")
"""States whose numbers stand: a discarded run ran to its end."""

_GROUPS = {
    "crashed": ("crashed", "diverged"),
    "failed": ("crashed", "diverged", "stopped"),
    "completed": FINISHED,
}


def state_condition(state: str) -> Condition:
    """The runs in a state; "failed" takes in what diverged."""
    if state == "kept":
        return Test(STATE, "=", "completed")
    if state == "bad":
        return Not(In(STATE, FINISHED))
    group = _GROUPS.get(state)
    return In(STATE, group) if group else Test(STATE, "=", state)
