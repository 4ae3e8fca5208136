"""How runs end, as conditions on the housekeeping column `_state`."""

from __future__ import annotations

from nlq.keys import STATE, keys_in
from nlq.query import Condition, In, Not, Select, Test
from store.catalog import Catalog

__all__ = ["FINISHED", "counts_all", "names_state", "state_condition"]

FINISHED = ("completed", "discarded")
"""States whose numbers stand: a discarded run ran to its end."""

_GROUPS = {
    "failed": ("crashed", "diverged"),
    "wrong": ("crashed", "diverged", "stopped"),
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


def counts_all(query: Select, catalog: Catalog) -> bool:
    """Whether runs of every state count: the question says so, names a state, or groups by it."""
    status = catalog.role("status")
    by_state = any(key == STATE or (status is not None and key == status.key) for key in query.group)
    return query.every or by_state or names_state(query.where, catalog)


def names_state(where: Condition | None, catalog: Catalog) -> bool:
    """Whether a condition asks for a state, so that the question means it."""
    status = catalog.role("status")
    return any(key == STATE or (status is not None and key == status.key) for key in keys_in(where))
