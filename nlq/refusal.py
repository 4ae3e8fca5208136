"""When a question is not answered: it can't be read, asks for what is not done, or words of it are lost."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.lattice import Edge, Lattice
from nlq.lexicon import tells_runs
from nlq.tokens import Token
from nlq.vocabulary import singular, thing_words
from store.catalog import Catalog

__all__ = ["NOT_DONE", "missed_words", "not_done", "unreadable"]

NOT_DONE = {
    "write": "questions only read the history",
    "plot": "there are no plots: answers are tables",
    "curve": "there are no curves: this history has one value of a metric a run, not one a step",
    "steps": "this history has one value of a metric a run, not one a step",
    "epochs": "values are not told by epoch",
    "clock": "the clock is not part of the history",
    "gpus": "how many GPUs a run had is not told, so no GPU hours; the time it took can be asked for",
    "forecast": "the history holds what was, not what will be",
    "code": "code is not part of the history",
    "help": "whether a change helped is not told; its values can be compared",
    "opinion": "only what the history holds can be answered",
}
"""What is never answered, by the meaning of DECLINE words."""

LONGEST = 60
"""Words of the longest question that is read."""

CERTAIN = 0.1
"""The cost of a link below which a word is what it links to."""

LIKELY = 0.3
"""The cost of a link up to which a word is taken for what it links to."""

_TURNING = frozenset("SUP NOT OP AGG BETTER STATE COMPARE ORD SHARE TRIED_Q VALUE RUN T_UNIT MONTH".split())
"""Kinds of words whose loss turns a question into another."""

_TURNING_A_TABLE = _TURNING - {"T_UNIT", "MONTH"} | {"SUP_C", "MOST", "MORE", "OP_A", "MISSING"}
"""The same of a table that is no history of runs: its values are full of such words."""


def unreadable(tokens: Sequence[Token]) -> str:
    """Why a question can't be read at all; "" where it can."""
    if not tokens:
        return "the question is empty"
    if len(tokens) > LONGEST:
        return f"a question has at most {LONGEST} words, this one has {len(tokens)}"
    return ""


def not_done(lattice: Lattice, catalog: Catalog) -> str:
    """Why a question about runs is refused for a word that asks for what is not done; "" where none does.

    Such a word decides whatever else is linked, unless the history itself has it: a column `log_loss`, a run
    called `reset`.
    """
    if not tells_runs(catalog):
        return ""
    linked = [edge for bucket in lattice.edges for edge in bucket]
    edges = [edge for edge in linked if edge.cost < CERTAIN]
    own = [edge for edge in edges if edge.terminal in ("COL", "VALUE", "RUN")]
    own += [edge for edge in linked if edge.terminal.startswith("R_")]  # a report's words are its own
    own += [edge for edge in edges if edge.terminal == "REACH"]  # "drop below 3"
    for edge in edges:
        if edge.terminal == "DECLINE" and not any(e.start <= edge.start and edge.end <= e.end for e in own):
            return NOT_DONE[str(edge.payload)]
    return ""


def missed_words(
    left_out: Sequence[int], question: str, lattice: Lattice, catalog: Catalog, edges: Sequence[Edge] = ()
) -> bool:
    """Whether the words that a reading leaves out forbid to answer it.

    Of runs, every word that carries meaning must have played a part: "best run on the A100 cluster" is not
    the best run. Other tables are asked in more words than they have columns; there a word may be left out
    and told.

    Args:
        left_out: positions of content words that played no part.
        edges: what the reading linked.
    """
    runs = tells_runs(catalog)
    if not runs and any(_is_spoken_of(at, lattice, edges) for at in left_out):
        return True
    if any(_turns(at, question, lattice, runs) for at in left_out):
        return True
    return bool(left_out) if runs else 2 * len(left_out) > max(sum(lattice.content), 1)


_SPEAKING = frozenset("COUNT SUP SUP_C MOST COMMON EACH BY DISTINCT DISTINCT_A N_LIM".split())


_FOR_EACH = frozenset(("each", "every", "per"))
_GROUPING = frozenset(("EACH", "BY", "COL_G", "T_UNIT_G"))


def _is_spoken_of(at: int, lattice: Lattice, edges: Sequence[Edge]) -> bool:
    """Whether a word is what is counted, ranked or grouped by: "how many students" of a table of games."""
    if any(edge.start == at and edge.terminal == "DISTINCT" for edge in lattice.edges[at]):
        return False
    if (
        at
        and lattice.tokens[at - 1].norm in _FOR_EACH
        and not _GROUPING.intersection(e.terminal for e in edges)
    ):
        return True
    if any(edge.start == at + 1 and edge.terminal == "VALUE" and _is_many(edge, lattice) for edge in edges):
        return True  # "assistant professors" are not all professors
    before = at
    while before and not lattice.content[before - 1] and lattice.skip[before - 1] == 0:
        before -= 1
        if any(edge.start <= before < edge.end for edge in edges):
            break
    return any(
        edge.terminal in _SPEAKING and edge.start < at and edge.end in (at, before + 1) for edge in edges
    )


def _is_many(edge: Edge, lattice: Lattice) -> bool:
    """Whether a cell is said in the plural, as what is asked for: "professors"."""
    word = lattice.tokens[edge.end - 1]
    return word.kind == "word" and 0.0 < edge.cost and singular(word.norm) != word.norm


def _turns(at: int, question: str, lattice: Lattice, runs: bool) -> bool:
    """Whether a word would most likely have changed the answer: a number, a name, a quote."""
    token = lattice.tokens[at]
    if token.kind != "word" or any(char.isdigit() for char in token.text):
        return True
    turning = _TURNING if runs else _TURNING_A_TABLE
    links = (edge for edge in lattice.edges[at] if edge.end == at + 1 and edge.cost < LIKELY)
    if any(edge.terminal in turning for edge in links):
        return True
    if not runs and _compares(at, lattice):
        return True
    if not runs and singular(token.norm) in thing_words():
        return False  # "the Player", as headings of tables are written
    return at > 0 and token.text[:1].isupper() and not question.istitle() and not question.isupper()


_ENDING_SO = frozenset(
    "interest request forest harvest contest protest arrest midwest southwest northwest".split()
)


def _compares(at: int, lattice: Lattice) -> bool:
    """Whether an unknown word is an end or a comparison by its form: "the busiest", "busier than"."""
    word = lattice.tokens[at].norm
    before = lattice.tokens[at - 1].norm if at else ""
    after = lattice.tokens[at + 1].norm if at + 1 < len(lattice.tokens) else ""
    if word.endswith("est") and len(word) > 5 and word not in _ENDING_SO:
        return before in ("the", "is", "are", "was", "s")
    return word.endswith("er") and after == "than"
