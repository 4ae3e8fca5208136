"""A question about the one run of the last answer, with its name in the place of what points at it."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.follow.cues import Cues
from nlq.lattice import Lattice
from nlq.tokens import Token

__all__ = ["with_name"]

_WHETHER = frozenset(("did", "does", "is", "was", "has", "had", "are", "were", "can", "could"))
_POINTING = tuple(
    tuple(words.split()) for words in ("that one", "this one", "that run", "this run", "it", "that", "this")
)
_HELD = frozenset(("COL", "COL_F", "COL_M"))


def with_name(
    question: str, tokens: Sequence[Token], lattice: Lattice, cues: Cues, runs: Sequence[str]
) -> str:
    """The question by itself, "" where it points at no single run.

    "Did it diverge" and "other runs with the same lr" ask nothing that an edit of the last query could: the
    one of a run by its name, the other of all runs but that one.

    Args:
        tokens: of the question, with their links. runs: those of the last answer.
    """
    if len(runs) != 1 or not tokens:
        return ""
    if cues.same and not {"as", "than", "for"} & {token.norm for token in tokens}:
        behind = [at for at, token in enumerate(tokens) if token.norm == "same"]
        named = any(
            edge.terminal in _HELD for at in behind if at + 1 < len(tokens) for edge in lattice.edges[at + 1]
        )
        return f"{question.rstrip(' ?.!')} as {runs[0]}" if named else ""
    if tokens[0].norm not in _WHETHER:
        return ""
    for words in _POINTING:
        if tuple(token.norm for token in tokens[1 : 1 + len(words)]) == words:
            first, last = tokens[1], tokens[len(words)]
            return f"{question[: first.start]}{runs[0]}{question[last.end :]}"
    return ""
