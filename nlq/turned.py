"""Questions that are the same in other words: turned into those before anything is linked, and said.

is the lr of the best run 0.02   →  is the best run lr 0.02
is training stable               →  which runs diverged
why is this run worse than …     →  why is the latest run worse than …
find the ablation                →  find the run, where nothing is called so
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.lexicon import Lexicon
from nlq.tokens import Token, key
from nlq.vocabulary import canonical, singular

__all__ = ["turned"]

Turned = tuple[list[Token], tuple[str, ...]]
"""The tokens, and what has to be said of them."""

_BEING = frozenset(("is", "was", "are", "were"))
_ASKING = frozenset("is was did does why how what which compare has".split())
"""A sentence that begins otherwise may report: "note on this run: …"."""

_HELD = frozenset(("the", "my", "our", "a", "an"))
_ENDS = frozenset("best worst latest last first newest oldest fastest slowest cheapest longest".split())
_TRAINING = frozenset("training optimization optimisation everything".split())
_STEADY = frozenset(("stable", "unstable"))
_ABLATION = frozenset(("ablation", "ablations"))


def turned(tokens: list[Token], lexicon: Lexicon, *, first: bool = True) -> Turned:
    """The question as it is linked; itself where nothing is to be turned.

    Args:
        first: no answer stands before it, of which "this run" could be said.
    """
    if not lexicon.tells_runs or not tokens:
        return tokens, ()
    notes: list[str] = []
    for change in (_steady, *((_latest,) if first else ()), _ablation, _asked_of):
        tokens, said = change(tokens, lexicon)
        notes += said
    return tokens, tuple(notes)


def _said(text: str, place: Token) -> list[Token]:
    """Words that are put in the place of a token."""
    return [replace(place, text=word, norm=word, kind="word", joined=False) for word in text.split()]


def _steady(tokens: list[Token], lexicon: Lexicon) -> Turned:
    """ "Is training stable", "is d24 stable": whether it diverged is what a history tells of that."""
    said = [token.norm for token in tokens]
    if said[0] not in _BEING or said[-1] not in _STEADY:
        return tokens, ()
    middle = [token for token in tokens[1:-1] if token.norm not in _HELD]
    told = f'"{tokens[-1].text}" read as whether runs diverged'
    first, last = tokens[0], tokens[-1]
    if all(token.norm in _TRAINING or (singular(token.norm),) in _nouns(lexicon) for token in middle):
        return [*_said("which runs", first), *_said("diverged", last)], (told,)
    if not middle or any(token.kind != "word" and token.kind != "number" for token in middle):
        return tokens, ()
    if _singled_out(middle, lexicon):
        return [*_said("when did", first), *tokens[1:-1], *_said("diverge", last)], (told,)
    return tokens, ()


def _latest(tokens: list[Token], lexicon: Lexicon) -> Turned:
    """ "This run", "the current model": the latest one, where no answer stands before the question."""
    if tokens[0].norm not in _ASKING:
        return tokens, ()
    for at, token in enumerate(tokens[:-1]):
        noun = singular(tokens[at + 1].norm)
        if token.norm in ("this", "current") and ((noun,) in _nouns(lexicon) or noun == "model"):
            if tokens[at + 1].norm != noun or lexicon.values.of((noun,)):
                continue
            named = [*_said("latest", token), *_said("run" if noun == "model" else noun, tokens[at + 1])]
            text = f'"{token.text} {tokens[at + 1].text}" read as the latest'
            return [*tokens[:at], *named, *tokens[at + 2 :]], (text,)
    return tokens, ()


def _ablation(tokens: list[Token], lexicon: Lexicon) -> Turned:
    """ "The ablations from last week" are runs, unless some text or name speaks of ablations."""
    held = "ablation" in lexicon.text or any(lexicon.values.of((word,)) for word in _ABLATION)
    notes: list[str] = []
    found = list(tokens)
    for at, token in enumerate(tokens):
        if token.norm in _ABLATION and not held and not (at and tokens[at - 1].norm in ("about", "mention")):
            found[at] = _said("run" if token.norm == "ablation" else "runs", token)[0]
            notes.append(f'"{token.text}" read as {found[at].text}')
    return found, tuple(notes)


def _asked_of(tokens: list[Token], lexicon: Lexicon) -> Turned:
    """ "Is the lr of the best run 0.02": the run before its parameter, the value last."""
    said = [token.norm for token in tokens]
    if said[0] not in _BEING or "of" not in said[2:6]:
        return tokens, ()
    of = said.index("of", 2)
    column = [token for token in tokens[1:of] if token.norm not in _HELD]
    end = len(tokens) - 1
    subject = [token for token in tokens[of + 1 : end] if token.norm not in ("=", "equal", "to", "really")]
    valued = tokens[-1].kind == "number" or bool(lexicon.values.of((said[-1],)))
    if (
        not column
        or not valued
        or not all(word in lexicon.by_word for word in canonical(tuple(one.norm for one in column)))
    ):
        return tokens, ()
    if not (_ENDS & {token.norm for token in subject} or _singled_out(subject, lexicon)):
        return tokens, ()
    if any(token.norm in ("above", "below", "over", "under", "than", "or", "and") for token in subject):
        return tokens, ()
    return [tokens[0], *subject, *column, tokens[-1]], ()


def _singled_out(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether the words are a run's name."""
    name = tuple(token.norm for token in tokens if token.norm not in _HELD)
    return any(hit.column.kind == "run" for hit in lexicon.values.of(name))


def _nouns(lexicon: Lexicon) -> set[tuple[str, ...]]:
    return {tuple(map(singular, key(noun))) for noun in lexicon.catalog.nouns}
