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


def reread(question: str, history: History, lexicon: Lexicon) -> Resolved | None:
    """The best reading of a question that is offered."""
    tokens = tokenize(question)
    found = resolve(parse(link(tokens, lexicon, question)), history.catalog, datetime.min, tokens)
    return next(iter(found), None)


def understood(question: str, history: History, lexicon: Lexicon) -> bool:
    found = reread(question, history, lexicon)
    return found is not None and found.query is not None and not found.positions
