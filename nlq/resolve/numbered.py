"""Runs by spans of their numbers: "experiments 120 to 130", "runs after 50", "trials between 20 and 40"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from nlq.pieces import Filter, Piece, RunPiece, Show, Word
from nlq.query import Between, Condition, In, Test
from nlq.resolve.draft import Draft, Refusal
from nlq.vocabulary import singular
from store.catalog import Column

__all__ = ["take_numbers"]

_TO = ({"to"}, {"through"}, {"thru"}, {"until"}, {"till"}, {"up", "to"}, {"to", "run"}, {"to", "experiment"})
_ORDER = frozenset("after before from past since until between".split())
"""Words that speak of an order: "runs above 50" may be of any number, runs after 50 are those behind it."""

_OPS = (">", ">=", "<", "<=", "between")


def take_numbers(draft: Draft) -> None:
    """Take a span of numbers behind the noun for the runs that are numbered so.

    Raises:
        Refusal: where the runs have names, of which none is between two others.
    """
    run = draft.catalog.role("run") if draft.runs else None
    if run is None:
        return
    for first, second in _ends(draft):
        draft.use(first, second)
        condition = _between(run, int(str(first.value)), int(str(second.value)))
        draft.add(Filter(first.start, second.end, condition, columns=(run,)))
    _refuse_numbers_of_none(draft)
    for piece in draft.of(Filter) if run.type == "integer" else ():
        if (
            piece.condition is None
            and piece.op in _OPS
            and piece.mention is None
            and _is_of_runs(piece, run, draft)
        ):
            values = [int(number.value) for number in piece.numbers]
            draft.use(piece)
            condition = (
                Between(run.key, min(values), max(values))
                if piece.op == "between"
                else Test(run.key, piece.op, values[0])  # type: ignore[arg-type]
            )
            draft.add(Filter(piece.start, piece.end, condition, columns=(run,), negated=piece.negated))
            noun = draft.before(piece)
            draft.use(*([noun] if isinstance(noun, Show) else []))
            draft.assume(f"the numbers are those of {run.name}")


def _refuse_numbers_of_none(draft: Draft) -> None:
    """ "val_bpb between runs 5 and 10" of runs that are not numbered: no val_bpb is between 5 and 10."""
    for piece in draft.of(Filter):
        said = [token.norm for token in draft.tokens[piece.start : piece.end]]
        nouns = [at for at, word in enumerate(said) if (singular(word),) in draft.nouns]
        if "between" in said and any(0 < at - said.index("between") <= 2 for at in nouns):
            raise Refusal(f"no {draft.catalog.nouns[0]} is called by such a number")


def _ends(draft: Draft) -> Iterator[tuple[RunPiece, RunPiece]]:
    """The first and the last of a span: "runs 3 to 8", but not "compare run 3 to run 8"."""
    runs = draft.of(RunPiece) if not draft.has("COMPARE", "CHANGED", "IMPROVED") else []
    for first, second in pairwise(runs):
        between = [token.norm for token in draft.tokens[first.end : second.start]]
        numbered = str(first.value).isdigit() and str(second.value).isdigit()
        if numbered and set(between) in _TO and draft.unused(first):
            yield first, second


def _between(run: Column, low: int, high: int) -> Condition:
    low, high = min(low, high), max(low, high)
    if run.type == "integer":
        return Between(run.key, low, high)
    names = [str(name) for name in run.values]
    if run.distinct > len(names):
        raise Refusal(f"{run.name} holds names, and which stand between two of them is not told", flat=True)
    return In(run.key, tuple(name for name in names if name.isdigit() and low <= int(name) <= high))


def _is_of_runs(piece: Filter, run: Column, draft: Draft) -> bool:
    """Whether whole numbers without a unit stand behind the noun, and behind a word of order."""
    if not _ORDER & {token.norm for token in draft.tokens[piece.start : piece.end]}:
        return False
    if (
        not _is_noun(draft.before(piece), piece)
        or not isinstance(run.low, int)
        or not isinstance(run.high, int)
    ):
        return False
    return bool(piece.numbers) and all(
        isinstance(number.value, int) and not number.unit and number.factor == 1
        and run.low <= number.value <= run.high
        for number in piece.numbers
    )  # fmt: skip


def _is_noun(before: Piece | None, piece: Piece) -> bool:
    if before is None or before.end != piece.start:
        return False
    named = isinstance(before, Show) and before.mention.columns[0].kind == "run"
    return named or (isinstance(before, Word) and before.terminal == "NOUN")
