"""Refusals: the words that stopped the question, and the nearest that works."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from nlq.answer import Answer
from nlq.engine.rereading import understood
from nlq.engine.trace import Trace
from nlq.guess import far_fetched
from nlq.lattice import TOOK, Lattice
from nlq.lexicon import Lexicon
from nlq.paraphrase import paraphrase
from nlq.resolve import Resolved
from nlq.slips import respelled, told
from nlq.suggest import declined
from store.history import History
from store.markup import clean

__all__ = ["mended", "nothing", "refusal", "unused_words"]

SPELLED = 4
"""Other spellings of a refused question that are tried."""


def nothing(lattice: Lattice) -> Resolved:
    """What stands for the best reading where there is none: no word of it played a part."""
    content = tuple(at for at, told in enumerate(lattice.content) if told)
    return Resolved(None, 0.0, positions=content, reason="nothing in it was understood")


def refusal(
    made: Trace, best: Resolved, history: History, lexicon: Lexicon, *, guess: bool = False
) -> Answer:
    """A refusal where the best reading is one, leaves out what would change the answer, or is but a guess."""
    words = tuple(dict.fromkeys((*filter(None, [best.absent]), *unused_words(made, best))))
    unsaid = "nothing in this history says " + " or ".join(f'"{word}"' for word in words)
    spelled = islice(respelled(clean(made.question), made.tokens, best.positions, lexicon), SPELLED)
    near = (*(one for one in spelled if understood(one, history, lexicon)), *best.near)
    if best.query is None:
        reason = unsaid if words and best.vague else best.reason
        refused = declined(made.question, reason, history, lexicon, words, near)
        return _that_work(refused, history, lexicon)
    restated = paraphrase(best.query, history.catalog)
    if guess:
        far = (*([unsaid] if words else []), *far_fetched(best.edges))
        unsaid = "too much of it would be a guess" + (": " if far else "") + "; ".join(far)
    refused = declined(made.question, unsaid, history, lexicon, words, near, restated)
    return _that_work(refused, history, lexicon)


def _that_work(answer: Answer, history: History, lexicon: Lexicon) -> Answer:
    """A refusal with those of its questions that are understood."""
    kept = [one for one in answer.suggestions if not one.ask or understood(one.ask, history, lexicon)]
    return replace(answer, suggestions=tuple(kept))


def unused_words(made: Trace, best: Resolved) -> tuple[str, ...]:
    """The content words that played no part in a reading, as they were written: `d30-baseline` is one."""
    text, tokens = clean(made.question), made.tokens
    words: list[str] = []
    for at in best.positions:
        first, last = at, at
        while first and tokens[first].joined:
            first -= 1
        while last + 1 < len(tokens) and tokens[last + 1].joined:
            last += 1
        words.append(text[tokens[first].start : tokens[last].end].strip("\"'`“”"))
    return tuple(dict.fromkeys(words))


def mended(made: Trace, best: Resolved) -> tuple[str, ...]:
    """What is said of words that were read as others: as they were linked, else as they were left out."""
    linked = {at: edge.how for edge in best.edges for at in range(edge.start, edge.end)}
    slips = (linked.get(at) or told(token) for at, token in enumerate(made.tokens) if token.slip)
    others = (edge.how for edge in best.edges if edge.how.startswith(("read ", TOOK)))
    return tuple(dict.fromkeys((*slips, *others)))
