"""The grammar's actions: what each rule of `grammar/*.lark` builds from its children.

A phrase family is one `.lark` file and the module of the same name here. An action is pure: the beam runs it
in every hypothesis. It gives the value and its cost, or None where the parts do not fit together (a value
that its column does not hold, a time compared with a size), which ends the hypothesis. So type evidence acts
inside the beam, before a good reading is pruned.
"""

from __future__ import annotations

from nlq.actions import (
    aggregate,
    compare,
    filters,
    lookup,
    numbers,
    question,
    ranking,
    record,
    steps,
    time,
    values,
)
from nlq.actions.registry import ACTIONS, Action, Built

__all__ = [
    "ACTIONS",
    "Action",
    "Built",
    "aggregate",
    "compare",
    "filters",
    "lookup",
    "numbers",
    "question",
    "ranking",
    "record",
    "steps",
    "time",
    "values",
]
