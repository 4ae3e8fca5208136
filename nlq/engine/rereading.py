"""Questions that are offered are read first: what is not understood is not offered."""

from __future__ import annotations

from datetime import datetime

from nlq.lexicon import Lexicon
from nlq.link import link
from nlq.parse import parse
from nlq.resolve import Resolved, resolve
from nlq.tokens import tokenize
from store.history import History

__all__ = ["reread", "understood"]

_SOME_DAY = datetime(2000, 1, 1)
"""The clock of questions that are only looked at."""


def reread(question: str, history: History, lexicon: Lexicon) -> Resolved | None:
    """The best reading of a question that is offered."""
    tokens = tokenize(question)
    found = resolve(parse(link(tokens, lexicon, question)), history.catalog, _SOME_DAY, tokens)
    return next(iter(found), None)


def understood(question: str, history: History, lexicon: Lexicon) -> bool:
    found = reread(question, history, lexicon)
    return found is not None and found.query is not None and not found.positions
