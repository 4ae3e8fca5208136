"""Measures over the corpus: its wordings as they are, slipped, wrapped, moved; and what must be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nlq.engine import Trace
from tests.corpus import FAMILIES, ORDINARY, Meaning, meanings, missed, traced
from tests.scoreboard.edits import moved, slips, wrapped
from tests.scoreboard.scores import Miss, Score, compared, hints, sample, share, understood

__all__ = ["order", "own", "padding", "refusals", "typos"]

Edit = Callable[[Trace], Iterable[str]]


def own(size: int | None, seed: int) -> Score:
    """Every wording of the corpus, understood as its meaning says."""
    cases = sample(_wordings(FAMILIES), size)
    misses = [
        Miss(wording, meaning.history, meaning.about, happens, hints(traced(wording, meaning.history)))
        for meaning, wording in cases
        if (happens := missed(meaning, wording))
    ]
    return Score(len(cases), share(misses, len(cases)), "100", misses=misses)


def typos(size: int | None, seed: int) -> Score:
    """One slip in a content word of five letters or more: the same query."""
    return _edited(lambda made: slips(made, seed), ORDINARY, size, "95")


def padding(size: int | None, seed: int) -> Score:
    """Politeness and chatter around a question: the same query, and what is refused stays refused."""
    return _edited(
        lambda made: wrapped(made.question, seed), (*ORDINARY, "negative", "ambiguous"), size, "100"
    )


def order(size: int | None, seed: int) -> Score:
    """A clause moved to the other end of the question: the same query."""
    return _edited(moved, ORDINARY, size, "97")


def _edited(edit: Edit, families: Iterable[str], size: int | None, aim: str) -> Score:
    """Ask every edit of every wording, and compare each with the wording as it was."""
    misses: list[Miss] = []
    wrong = count = 0
    for meaning, wording in sample(_wordings(families), size):
        plain = traced(wording, meaning.history)
        assert plain.answer is not None
        if plain.answer.status == "declined" and meaning.family != "negative":
            continue  # a wording that is not understood says nothing of its edits
        for asked in edit(plain):
            count += 1
            if (miss := compared(asked, plain, meaning.history)) is not None:
                misses.append(miss)
                wrong += not miss.got.startswith("<declined>")
    answered = f"{wrong} answered otherwise, {len(misses) - wrong} refused"
    return Score(count, share(misses, count), aim, answered, misses)


def _wordings(families: Iterable[str]) -> list[tuple[Meaning, str]]:
    return [(one, wording) for family in families for one in meanings(family) for wording in one.asks]


_UNHEARD = (
    "zorblax",
    "the Acme cluster",
    "perceived coolness",
    "banana",
    "floofiness",
    "wug index",
    "TPU v9",
)
"""Names of nothing in any history."""

_ABSENT = (
    "best run by {}",
    "runs with {} above 3",
    "what is the average {}",
    "best run on {}",
    "{} of the best run",
    "how many runs used {}",
    "compare {} and the best run",
    "top 5 runs by {}",
    "what {} values have i tried",
    "runs where {} is 12",
    "sort runs by {}",
    "loss by {}",
)
_OUTSIDE = (
    "what is the weather like today",
    "delete all the runs that crashed",
    "write me a poem about gradient descent",
    "who won the football match yesterday",
    "why is the sky blue",
    "predict the loss of a d48 run",
    "translate this into german",
    "how do i install pytorch",
    "plot the loss curve of the best run",
    "should i buy more gpus",
    "what will the loss be at step 100000",
    "kill the running job",
    "is my advisor angry with me",
    "set the learning rate to 0.1 in train.py",
    "what is the capital of france",
    "book a meeting with the team about the best run",
    "how many parameters does gpt-4 have",
    "is it lunch time",
    "asdf qwer zxcv",
)
_HISTORIES = ("nanochat", "seed", "autoresearch", "sweep", "messy")


def refusals(size: int | None, seed: int) -> Score:
    """What no history holds and what is not done: the negative corpus, and names of nothing."""
    cases = [(wording, meaning.history) for meaning, wording in _wordings(("negative",))]
    cases += [
        (asked.format(name), history) for history in _HISTORIES for asked in _ABSENT for name in _UNHEARD
    ]
    cases += [(asked, history) for history in _HISTORIES for asked in _OUTSIDE]
    asked = sample(cases, size)
    found = map(_answered, asked)
    misses = [miss for miss in found if miss is not None]
    return Score(len(asked), share(misses, len(asked)), "100", f"{len(misses)} answered", misses)


def _answered(case: tuple[str, str]) -> Miss | None:
    made = traced(*case)
    assert made.answer is not None
    if made.answer.status == "declined":
        return None
    return Miss(*case, "<declined>", understood(made), hints(made))
