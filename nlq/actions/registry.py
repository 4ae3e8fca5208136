"""Where actions are registered under the names that the grammar gives to its rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nlq.columns import orderable
from nlq.lattice import Mention
from nlq.query import Test
from nlq.value_index import ValueHit

__all__ = ["ACTIONS", "Action", "Built", "action", "orders", "span", "such"]

Built = tuple[Any, float] | None
"""What an action made and its cost; None where the parts do not fit together."""

Action = Callable[[Sequence[Any]], Built]
ACTIONS: dict[str, Action] = {}


def action(*names: str) -> Callable[[Action], Action]:
    """Register an action under names of rules.

    Raises:
        ValueError: where a name is taken.
    """

    def register(function: Action) -> Action:
        for name in names:
            if name in ACTIONS:
                raise ValueError(f"two actions are called {name}")
            ACTIONS[name] = function
        return function

    return register


def span(parts: Sequence[Any]) -> tuple[int, int]:
    """The tokens that the parts were read from."""
    placed = [part for part in parts if hasattr(part, "start")]
    return min(part.start for part in placed), max(part.end for part in placed)


def orders(mention: Mention) -> bool:
    """Whether some column of a mention has a highest and a lowest value."""
    return any(map(orderable, mention.columns))


def such(hit: ValueHit) -> Test | None:
    """ "At least 10 professors": the rows with that cell; None for a part of several, or a run's name."""
    if isinstance(hit.value, tuple) or hit.column.kind == "run":
        return None
    return Test(hit.column.key, "=", hit.value)  # type: ignore[arg-type]
