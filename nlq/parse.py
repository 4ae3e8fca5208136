"""Lattice → readings: a beam of hypotheses over the grammar's parse tables.

Every hypothesis is an LALR stack (a linked list, shared between hypotheses) and a cost. At each token it
takes an edge of the lattice whose terminal the tables admit, or leaves the token out at a price. The
grammar's actions add the cost of what they build, so that types and neighbours weigh in while the beam
still holds the alternatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nlq.actions import ACTIONS
from nlq.lattice import Edge, Lattice
from nlq.pieces import Piece
from nlq.tables import Tables, tables
from store.slotted import slotted

__all__ = ["Reading", "admitted", "parse"]

BEAM = 20
WIDER = 80
"""Hypotheses that go on where none of the narrow beam came to an end."""

READINGS = 16
FED = 0.03
"""The cost of a token fed: else two short links beat one long one."""

CUT = 0.2
"""The cost of reading one written word (`shampoo_submission`) as two."""

_NAMES = frozenset(("RUN", "RUN_R", "RUN_T", "VALUE"))

_EXPECTING = frozenset(
    "COL_F OP OP_V OP_R OP_H BETWEEN TO LIKE NOT BY EACH SORT DIR_S OR OR_V MISSING HAVING_VALUE BETTER AGO "
    "IN_T SINCE AFTER_T BEFORE_T LAST_T THIS_T TO_T AGG COMMON MOST ORD".split()
)
"""Terminals after which the next word is awaited: what is left out between them costs a little."""

_ADJACENT = {
    "UNIT": 0, "AGO": 0, "COL_OF": 1, "OR_V": 1, "TO": 1, "TO_T": 1, "T_UNIT": 1, "N_SUP": 1, "YEAR": 1,
    "DISTINCT_A": 1, "COL_P": 2, "MISSING_AFTER": 2, "OP_V": 2, "AGG_MORE": 2, "NOUN_H": 3, "LIKE": 3,
    "COL_A": 5, "STEP_U": 0, "STEP_W": 0, "N_STEP": 1, "N_GOAL": 3, "AT_AFTER": 0,
}  # fmt: skip
"""Terminals that stand so many left-out words from what is before them at most."""

Stack = tuple[int, Any, Any]


@slotted
class Reading:
    """One way to read the question.

    Attributes:
        pieces: in the order of the question.
        cost: links, skips and implicit parts together.
        edges: what was linked. skipped: positions of content words that were left out.
    """

    pieces: tuple[Piece, ...]
    cost: float
    edges: tuple[Edge, ...]
    skipped: tuple[int, ...]


@slotted(frozen=False)
class _Hypothesis:
    cost: float
    stack: Stack
    edges: Any
    skipped: Any
    end: int
    last: str


def parse(lattice: Lattice) -> list[Reading]:
    """The cheapest readings, the cheapest first; [] where nothing fits the grammar."""
    table = tables()
    for beam in (BEAM, WIDER):
        last = _walked(lattice, table, beam)[len(lattice.tokens)]
        if found := list(_finish(table, sorted(last, key=lambda h: h.cost))):
            return found[:READINGS]
    return []


def admitted(lattice: Lattice) -> frozenset[str]:
    """The terminals that the tables admit behind the words of a lattice, by its cheapest hypotheses."""
    table = tables()
    last = sorted(_walked(lattice, table)[len(lattice.tokens)], key=lambda h: h.cost)[:BEAM]
    states = {hypothesis.stack[0] for hypothesis in last if hypothesis.end == len(lattice.tokens)}
    return frozenset(
        terminal for state in states for row in (table.shift, table.reduce) for terminal in row[state]
    )


def _walked(lattice: Lattice, table: Tables, width: int = BEAM) -> list[list[_Hypothesis]]:
    """The hypotheses that stand behind every token, of which so many go on."""
    size = len(lattice.tokens)
    beams: list[list[_Hypothesis]] = [[] for _ in range(size + 1)]
    beams[0].append(_Hypothesis(0.0, (table.start, None, None), None, None, 0, ""))
    for at in range(size):
        beam = sorted(beams[at], key=lambda h: h.cost)[:width]
        edges = lattice.edges[at]
        for hypothesis in beam:
            state = hypothesis.stack[0]
            shift, reduce = table.shift[state], table.reduce[state]
            for edge in edges:
                if edge.terminal in shift or edge.terminal in reduce:
                    taken = _take(
                        table,
                        hypothesis,
                        edge,
                        lattice,
                    )
                    if taken is not None:
                        beams[edge.end].append(taken)
            beams[at + 1].append(_leave_out(hypothesis, at, lattice))
    return beams


def _take(table: Tables, hypothesis: _Hypothesis, edge: Edge, lattice: Lattice) -> _Hypothesis | None:
    extra = CUT if lattice.tokens[edge.start].joined else 0.0
    cost = edge.cost + FED + (12 * extra if edge.terminal in _NAMES or hypothesis.last in _NAMES else extra)
    gap = edge.start - hypothesis.end
    if (
        gap
        and edge.terminal == "NUM"
        and hypothesis.last == "COL_F"
        and lattice.tokens[edge.start - 1].norm == "than"
    ):
        return None  # "longer than 300" of a column of lengths is no equality
    if gap and edge.terminal in _BEHIND and _says_of_what(lattice, hypothesis.end, edge.start):
        cost -= 0.1 if edge.terminal == "COL_P" else 0.0
        gap = 0
    if gap and edge.terminal == "NUM" and hypothesis.last == "COL_F":
        cost += _of_the_next(lattice, hypothesis.end, edge)
    if gap:
        reach = _ADJACENT.get(edge.terminal)
        if reach is not None:
            if gap > reach or (
                edge.terminal == "COL_P" and _names_another(lattice, hypothesis.end, edge.start)
            ):
                return None
            cost += 0.05 * gap
        elif hypothesis.last in _EXPECTING:
            cost += 0.06 * gap
    if gap and edge.terminal == hypothesis.last == "COL_A" and lattice.tokens[edge.start].norm in _ENDS:
        cost += 0.4  # "the total damage and the maximum speed" are two functions
    if edge.terminal == hypothesis.last and edge.terminal in ("COL_G", "COL_A"):
        cost += 0.0 if _lists(lattice, hypothesis.end, edge.start) else 0.5  # two columns side by side
    fed = _feed(table, hypothesis.stack, edge.terminal, edge)
    if fed is None:
        return None
    stack, built = fed
    return _Hypothesis(
        hypothesis.cost + cost + built,
        stack,
        (edge, hypothesis.edges),
        hypothesis.skipped,
        edge.end,
        edge.terminal,
    )


def _names_another(lattice: Lattice, end: int, at: int) -> bool:
    """ "3 customers claimed": what the number counts is not what stands further on."""
    return any(lattice.content[position] and not lattice.edges[position] for position in range(end, at))


_ENDS = frozenset("max min maximum minimum highest lowest average mean total".split())

_BEHIND = ("COL_OF", "COL_P")
_BEING = frozenset("as is was are were being the its their his her a an".split())
_HAVING = frozenset(("with", "has", "have", "had", "having"))


def _says_of_what(lattice: Lattice, end: int, at: int) -> bool:
    """Whether a value's column is told behind it: "with Ann as the captain", "when Rome is the capital"."""
    between = [token.norm for token in lattice.tokens[end:at]]
    return between[0] == "as" or (between[0] != "the" and between[-1] == "the" and _BEING.issuperset(between))


def _of_the_next(lattice: Lattice, end: int, number: Edge) -> float:
    """What it costs that a number belongs to the column before it: "the grid with 71 laps" tells of laps."""
    if not _HAVING.intersection(token.norm for token in lattice.tokens[end : number.start]):
        return 0.0
    behind = lattice.edges[number.end] if number.end < len(lattice.tokens) else ()
    return 0.2 if any(edge.terminal == "COL_P" and edge.cost < 0.1 for edge in behind) else 0.0


_LISTING = frozenset(("and", "or", "&", "plus", "nor", "each"))


def _lists(lattice: Lattice, end: int, at: int) -> bool:
    """Whether a comma or a word like "and" stands between the last edge and a token."""
    between = lattice.tokens[end:at]
    return any(token.comma for token in lattice.tokens[end : at + 1]) or any(
        token.norm in _LISTING for token in between
    )


def _leave_out(hypothesis: _Hypothesis, at: int, lattice: Lattice) -> _Hypothesis:
    skipped = (at, hypothesis.skipped) if lattice.content[at] else hypothesis.skipped
    cost = hypothesis.cost + lattice.skip[at]
    return _Hypothesis(cost, hypothesis.stack, hypothesis.edges, skipped, hypothesis.end, hypothesis.last)


def _feed(table: Tables, stack: Stack, terminal: str, value: Any) -> tuple[Stack, float] | None:
    """Feed one terminal: reduce as far as the tables say, then shift."""
    cost = 0.0
    while True:
        state = stack[0]
        if state == table.accept and terminal == "$END":
            return stack, cost
        to = table.shift[state].get(terminal)
        if to is not None:
            return (to, value, stack), cost
        rule = table.reduce[state].get(terminal)
        if rule is None:
            return None
        origin, size, name = table.rules[rule]
        children: list[Any] = []
        for _ in range(size):
            children.append(stack[1])
            stack = stack[2]
        children.reverse()
        built = _build(name, origin, children)
        if built is None:
            return None
        cost += built[1]
        stack = (table.goto[stack[0]][origin], built[0], stack)


def _build(name: str, origin: str, children: list[Any]) -> tuple[Any, float] | None:
    action = ACTIONS.get(name)
    if action is not None:
        return action(children)
    if origin.startswith("__start"):  # Lark's own rule for `piece+`
        return ((*children[0], children[1]) if len(children) == 2 else (children[0],)), 0.0
    return children[0], 0.0


def _finish(table: Tables, beam: list[_Hypothesis]) -> Iterator[Reading]:
    """The whole ones among the cheapest, and where there is none, the cheapest whole one of all."""
    done: list[Reading] = []
    for nth, hypothesis in enumerate(beam):
        if done and nth >= 2 * BEAM:
            break
        fed = _feed(table, hypothesis.stack, "$END", None)
        if fed is None or hypothesis.edges is None:
            continue
        stack, extra = fed
        pieces = stack[1]
        done.append(
            Reading(
                tuple(pieces), hypothesis.cost + extra, _unlink(hypothesis.edges), _unlink(hypothesis.skipped)
            )
        )
    yield from sorted(done, key=lambda reading: reading.cost)


def _unlink(chain: Any) -> tuple[Any, ...]:
    items: list[Any] = []
    while chain is not None:
        items.append(chain[0])
        chain = chain[1]
    return tuple(reversed(items))
