"""A line of the scoreboard, and how two askings are compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from nlq.engine import Trace
from tests.corpus import alike, traced

__all__ = ["Measure", "Miss", "Score", "hints", "same", "sample", "share", "understood"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Miss:
    """Something that was not understood as it should be: what was asked, of what, what was wanted and got."""

    asked: str
    history: str
    wanted: str
    got: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One measure.

    Attributes:
        count: how much was asked. reached: percent of it, or another figure as `aim` has it.
        aim: what is wanted. beside: what else is told. misses: what fell short.
        absent: why it was not measured; "" where it was.
    """

    count: int = 0
    reached: str = ""
    aim: str = ""
    beside: str = ""
    misses: Sequence[Miss] = ()
    absent: str = ""


Measure = Callable[[int | None, int], Score]
"""A measure takes how many cases to ask at most (None: all) and a seed."""


def share(misses: Sequence[object], count: int) -> str:
    """What part did not miss, in percent, rounded down: 100.0 is all of them."""
    return f"{int(1000 * (count - len(misses)) / count) / 10:.1f}" if count else "-"


def sample(cases: Sequence[T], size: int | None) -> Sequence[T]:
    """No more than so many of the cases, spread over all of them."""
    if size is None or size >= len(cases):
        return cases
    return [cases[at * len(cases) // size] for at in range(size)]


def same(one: Trace, other: Trace) -> bool:
    """Whether two askings ask the same, report the same, or are both refused."""
    first, second = one.answer, other.answer
    assert first is not None and second is not None
    if first.act is not None or second.act is not None:
        return first.act == second.act
    if first.status == "declined" or second.status == "declined":
        return first.status == second.status
    if first.status == second.status == "ambiguous":
        return first.suggestions == second.suggestions
    return alike(first.query, second.query)


def understood(made: Trace) -> str:
    """How a question was read, or why it was not."""
    answer = made.answer
    assert answer is not None
    unused = f"  [unused: {' '.join(answer.unused)}]" if answer.unused else ""
    told = answer.understood if answer.status in ("answered", "empty", "recorded") else ""
    return f"{told or f'<{answer.status}> {answer.headline}'}{unused}"


def hints(made: Trace) -> str:
    """What the best reading linked each span to, and what it left out."""
    if not made.resolved:
        return "parse: no reading"
    edges = made.resolved[0].edges
    linked = [
        f"{' '.join(token.text for token in made.tokens[edge.start : edge.end])}/{edge.terminal}"
        + (f" ({edge.how})" if edge.how else "")
        for edge in edges
    ]
    held = {at for edge in edges for at in range(edge.start, edge.end)}
    left = [token.text for at, token in enumerate(made.tokens) if at not in held]
    stage = "resolve" if made.resolved[0].query is None else "parse"
    return f"{stage}: {'  '.join(linked)}" + (f"  | left out: {' '.join(left)}" if left else "")


def compared(asked: str, wanted: Trace, history: str) -> Miss | None:
    """A miss where a wording asks something else than another one that was asked of the same history."""
    made = traced(asked, history)
    if same(made, wanted):
        return None
    told = f"{wanted.question!r} → {understood(wanted)}"
    return Miss(asked, history, told, understood(made), hints(made))
