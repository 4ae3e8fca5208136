"""A question about the one run of the last answer, with its name in the place of what points at it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from nlq.follow.cues import Cues
from nlq.lattice import Lattice, Mention
from nlq.tokens import Token

__all__ = ["with_name", "with_value"]

_WHETHER = frozenset(("did", "does", "is", "was", "has", "had", "are", "were", "can", "could"))
_POINTING = tuple(
    tuple(words.split()) for words in ("that one", "this one", "that run", "this run", "it", "that", "this")
)
_HELD = frozenset(("COL", "COL_F", "COL_M"))
_ANY = frozenset(("any", "anything", "something", "anyone"))
_HAVING = frozenset(("had", "has", "have", "having", "with", "used", "use", "using", "at", "in", "from"))
"""Words behind which a "that lr" is the one of the run that was told."""


def with_name(
    question: str,
    tokens: Sequence[Token],
    lattice: Lattice,
    cues: Cues,
    runs: Sequence[str],
    bound: Collection[str] = (),
) -> str:
    """The question by itself, "" where it points at no single run.

    "Did it diverge" and "other runs with the same lr" ask nothing that an edit of the last query could: the
    one of a run by its name, the other of all runs but that one.

    Args:
        tokens: of the question, with their links. runs: those of the last answer.
        bound: columns of the last query's conditions: "for that county" is the one of its condition.
    """
    if len(runs) != 1 or not tokens:
        return ""
    norms = [token.norm for token in tokens]
    if cues.same and not {"as", "than", "for"} & set(norms):
        behind = [at for at, norm in enumerate(norms) if norm == "same"]
        named = any(_held(lattice, at + 1) for at in behind)
        return f"{question.rstrip(' ?.!')} as {runs[0]}" if named else ""
    if at := _that_column(tokens, lattice, bound):
        same = f"{question[: tokens[at].start]}the same{question[tokens[at].end :]}"
        return f"{same.rstrip(' ?.!')} as {runs[0]}"
    if "than" in norms and (said := _pointed(question, tokens, norms.index("than") + 1, runs[0])):
        return said
    if norms[0] in _ANY and (found := _comparative(tokens, lattice)):
        compared, end = found
        return f"runs {compared} than {runs[0]}{question[tokens[end - 1].end :]}"
    return _pointed(question, tokens, 1, runs[0]) if norms[0] in _WHETHER else ""


def with_value(
    question: str, tokens: Sequence[Token], lattice: Lattice, cells: Mapping[str, str]
) -> tuple[str, str] | None:
    """The question with what the last answer told in the place of "that label", and that; None without one.

    Args:
        cells: what the one row of the last answer told, by column.
    """
    for at in range(len(tokens) - 1):
        if tokens[at].norm not in ("that", "this"):
            continue
        held = [edge for edge in lattice.edges[at + 1] if edge.terminal in _HELD and edge.cost < _SURELY]
        for edge in sorted(held, key=lambda edge: -edge.end):
            key = edge.payload.columns[0].key  # type: ignore[union-attr]
            if key in cells:
                begin, end = tokens[at].start, tokens[edge.end - 1].end
                return f'{question[:begin]}"{cells[key]}"{question[end:]}', cells[key]
    return None


_SURELY = 0.2
"""What it may cost at most to read a word as a column."""


def _pointed(question: str, tokens: Sequence[Token], at: int, run: str) -> str:
    """The question with a run in the place of the pronoun that stands at a token; "" where none does."""
    for words in _POINTING:
        if tuple(token.norm for token in tokens[at : at + len(words)]) == words:
            first, last = tokens[at], tokens[at + len(words) - 1]
            return f"{question[: first.start]}{run}{question[last.end :]}"
    return ""


def _held(lattice: Lattice, at: int) -> list[Mention]:
    """The columns that a token may begin."""
    if at >= len(lattice.tokens):
        return []
    return [edge.payload for edge in lattice.edges[at] if edge.terminal in _HELD]  # type: ignore[misc]


def _that_column(tokens: Sequence[Token], lattice: Lattice, bound: Collection[str]) -> int:
    """Where a "that" stands before a column, the last of the question, that no condition binds; else 0."""
    for at in range(1, len(tokens) - 1):
        if tokens[at].norm not in ("that", "this") or tokens[at - 1].norm not in _HAVING:
            continue
        ends = [edge for edge in lattice.edges[at + 1] if edge.terminal in _HELD and edge.end == len(tokens)]
        if ends and not any(column.key in bound for edge in ends for column in edge.payload.columns):  # type: ignore[union-attr]
            return at
    return 0


def _comparative(tokens: Sequence[Token], lattice: Lattice) -> tuple[str, int] | None:
    """ "Any better", "any with a lower loss": the comparative, with its column, and where it ends."""
    for at, token in enumerate(tokens):
        if token.norm in ("better", "worse"):
            return token.norm, at + 1
        if token.norm in ("lower", "higher"):
            behind = lattice.edges[at + 1] if at + 1 < len(tokens) else ()
            ends = [edge.end for edge in behind if edge.terminal in _HELD]
            if not ends:
                return None
            column = " ".join(one.text for one in tokens[at + 1 : max(ends)])
            return f"with {token.norm} {column}", max(ends)
    return None
