"""Questions about values by step as the sentences that parse back to them."""

from __future__ import annotations

from nlq.paraphrase.conditions import clause, name_of
from nlq.paraphrase.values import number_text
from nlq.query import Steps
from store.catalog import Catalog

__all__ = ["span_text", "steps_text"]

_REACHED = {"<=": "reached", ">=": "reached", "<": "got below", ">": "got above"}
_FUNCTIONS = {"std": "spread of"}


def steps_text(query: Steps, catalog: Catalog) -> str:
    """The canonical sentence.

    Example:
        >>> from store.catalog import Column
        >>> catalog = Catalog((Column("loss", "loss", "metric", "number"),), 3)
        >>> steps_text(Steps("at", ("loss",), at=5000), catalog)
        'loss at step 5000 of runs'
    """
    text = _TEXTS[query.what](query, " and ".join(name_of(key, catalog) for key in query.keys), catalog)
    if query.limit is not None:  # "the run that …": its condition stands behind all of it
        return (
            text if query.where is None else f"{text} of {catalog.nouns[0]}s {clause(query.where, catalog)}"
        )
    which = f" {clause(query.where, catalog)}" if query.where is not None else ""
    return f"{text} {'in' if query.what == 'improving' else 'of'} {catalog.nouns[0]}s{which}"


def span_text(query: Steps) -> str:
    """The steps that are looked at; "" for all."""
    parts = []
    if query.low is not None and query.high is not None:
        parts.append(f" between {query.unit} {query.low} and {query.high}")
    elif query.low is not None:
        parts.append(f" since {query.unit} {query.low}")
    elif query.high is not None:
        parts.append(f" up to {query.unit} {query.high}")
    if query.last is not None:
        parts.append(f" over the last {query.last} {query.unit}s")
    return "".join(parts)


def _end(query: Steps) -> str:
    return "highest" if query.descending else "lowest"


def _at(query: Steps, names: str, catalog: Catalog) -> str:
    place = f"at the last {query.unit}" if query.at is None else f"at {query.unit} {query.at}"
    if query.value is not None:
        return f"{names} {query.op} {number_text(query.value)} {place}"
    if query.limit is None:
        return f"{names} {place}"
    noun = catalog.nouns[0]
    head = noun if query.limit == 1 else f"{query.limit} {noun}s"
    return f"{head} with the {_end(query)} {names} {place}"


def _best(query: Steps, names: str, catalog: Catalog) -> str:
    return f"{query.unit} of the {_end(query)} {names}{span_text(query)}"


def _reached(query: Steps, names: str, catalog: Catalog) -> str:
    goal = number_text(query.value or 0)
    verb = _REACHED[query.op]
    if query.limit is None:
        return f"{query.unit} at which {names} {verb} {goal}{span_text(query)}"
    noun = catalog.nouns[0]
    head = noun if query.limit == 1 else f"{query.limit} {noun}s"
    first = "fastest" if query.timed else "first"
    head = f"{first} {noun}" if query.limit == 1 else f"{first} {head}"
    return f"{head} whose {names} {verb} {goal}{span_text(query)}{_by(query)}"


def _numbers(query: Steps, names: str, catalog: Catalog) -> str:
    function = f"{_FUNCTIONS.get(query.function, query.function)} " if query.function else ""
    return f"{function}{names}{span_text(query)}"


def _course(query: Steps, names: str, catalog: Catalog) -> str:
    every = f" every {query.every} {query.unit}s" if query.every is not None else ""
    if query.axis and query.every is None:
        return f"history by epoch of {names}{span_text(query)}"
    return f"history of {names}{every}{span_text(query)}"


def _diverged(query: Steps, names: str, catalog: Catalog) -> str:
    return f"{query.unit} at which {names} diverged{span_text(query)}"


def _improving(query: Steps, names: str, catalog: Catalog) -> str:
    return f"is {names} still improving{span_text(query)}{_by(query)}"


def _by(query: Steps) -> str:
    """Of what is told by epoch, where no place says so."""
    return " by epoch" if query.axis and (query.low, query.high, query.last) == (None, None, None) else ""


_TEXTS = {"at": _at, "best": _best, "reached": _reached, "span": _numbers, "course": _course,
          "diverged": _diverged, "improving": _improving}  # fmt: skip
