"""The phrases of sentences that report, out of `grammar/words/records.toml`, and the runs that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import dropwhile

from nlq.lattice import Edge, Ending
from nlq.tokens import Token
from nlq.value_index import ValueHit
from store.vocabulary import words

__all__ = ["BEGINNING", "Meaning", "as_result", "bare", "beginnings", "mended", "named", "run_of", "spelled"]

Meaning = str | Ending
Pattern = tuple[tuple[tuple[str, ...], ...], ...]

_CERTAIN = 0.1
"""The cost of a link below which its words are the name of a run."""

_GUESSED = 0.02
"""What a name costs that only looks like a run's."""

BEGINNING = (
    "R_BEGIN", "R_STARTING", "R_RUN", "R_IT", "R_DID", "R_ALONE", "R_THAT", "R_RESULT", "R_RESULTS", "R_MARK",
    "R_NOTE", "R_NOTE_ON", "R_IDEA", "R_TODO", "R_ADD", "R_GIVE", "R_TICK", "R_CROSS",
)  # fmt: skip
"""Terminals that a report begins with."""

_AROUND = ("asked", "named", "naming")
"""Phrases that are no terminals: what stands around those."""

_STATED = ("R_ENDED", "R_DID", "R_ALONE", "R_STATE")
"""Terminals that tell how a run ended."""

_HELPING = frozenset(("as", "to", "just", "i", "we", "ive", "weve", "loss"))
"""Words before those that say how a run ended."""

_TRAILING = re.compile(r"[^\w)\]}\"'’”`%?$€£+*#/]+\Z")
_QUOTES = "\"'“”‘’`"
_NAME = re.compile(r"[^\W\d][\w./-]*")


def run_of(edge: Edge) -> str:
    """The run that a link names; "" where its words are a part of several names."""
    hit = edge.payload[0] if edge.terminal == "RUN" and isinstance(edge.payload, tuple) else None
    told = isinstance(hit, ValueHit) and not isinstance(hit.value, tuple) and edge.cost < _CERTAIN
    return str(hit.value) if told and isinstance(hit, ValueHit) else ""


def named(
    tokens: list[Token], linked: list[list[Edge]], text: str, at: int, told: bool
) -> list[tuple[int, str, float]]:
    """The runs that are named there: (end, name, cost); else what looks like a name, as `exp-099` does.

    Args:
        told: whether words before it say that it is a run.
    """
    if at >= len(tokens):
        return []
    if known := [(edge.end, name, 0.0) for edge in linked[at] if (name := run_of(edge))]:
        return known
    end = at + 1
    while end < len(tokens) and tokens[end].joined:
        end += 1
    name = tokens[at].text if tokens[at].kind == "quoted" else text[tokens[at].start : tokens[end - 1].end]
    whole = end > at + 1 or tokens[at].kind == "quoted"
    taken = any(edge.terminal == "COL" or not whole for edge in linked[at] if edge.cost < 0.3)
    if not _NAME.fullmatch(name) or taken or not (whole or told or len(name) > 4):
        return []
    return [(end, name, _GUESSED)] if any(map(str.isdigit, name)) else []


def bare(text: str) -> str:
    """Words that are kept, without the signs around them.

    Example:
        >>> bare("needs more steps. "), bare('"needs more steps"'), bare("OOM)."), bare("why (see wandb)?")
        ('needs more steps', 'needs more steps', 'OOM', 'why (see wandb)?')
    """
    said = _TRAILING.sub("", text)
    if said.count(")") > said.count("("):
        said = _TRAILING.sub("", said.removesuffix(")"))
    if len(said) > 1 and said[0] in _QUOTES and said[-1] in _QUOTES:
        said = said[1:-1].strip()
    return said


def as_result(said: str, columns: Sequence[str]) -> str:
    """Words that report; with "with" before a result that only the history's columns tell to be one."""
    from store.results import read_words

    own = columns and read_words(said, columns).results.keys() - read_words(said).results.keys()
    return f"with {said}" if own and not said.lower().startswith("with ") else said


# -- the vocabulary


@lru_cache(maxsize=1)
def _patterns() -> dict[str, list[tuple[str, str, Pattern]]]:
    """The patterns by the words that may stand first: (terminal, what it means, pattern)."""
    table = words("records")
    around = {kind: {"": table["around"][kind]} for kind in _AROUND}
    found: dict[str, list[tuple[str, str, Pattern]]] = {}
    for terminal, meanings in {**table, **around, "around": {}}.items():
        for meaning, written in meanings.items():
            for pattern in map(_compiled, written):
                for first in _first_words(pattern):
                    found.setdefault(first, []).append((terminal, meaning, pattern))
    return found


def _compiled(pattern: str) -> Pattern:
    """A pattern as the alternatives that follow each other, each of them words.

    Example:
        >>> _compiled("(lets|) try out")
        ((('lets',), ()), (('try', 'out'),))
    """
    parts = pattern.replace(")", "(").split("(")
    return tuple(tuple(tuple(one.split()) for one in part.split("|")) for part in parts if part.strip())


def _first_words(pattern: Pattern) -> set[str]:
    found: set[str] = set()
    for part in pattern:
        found.update(alternative[0].lower() for alternative in part if alternative)
        if () not in part:
            break
    return found


def spelled(terminal: str, norms: list[str], at: int, last: int) -> Iterator[tuple[int, Meaning]]:
    """The phrases of a terminal that stand there, up to a token: where each ends, and what it means."""
    for kind, meaning, pattern in _patterns().get(norms[at], ()) if at < last else ():
        for said in _matched(pattern, norms, at, last) if kind == terminal else ():
            yield at + len(said), _meaning(terminal, meaning, said)


def _matched(pattern: Pattern, norms: list[str], at: int, last: int) -> Iterator[tuple[str, ...]]:
    """The words, as the pattern has them, that stand there and say it."""
    if not pattern:
        yield ()
        return
    for alternative in pattern[0]:
        end = at + len(alternative)
        if end <= last and all(map(_is, alternative, norms[at:end])):
            for rest in _matched(pattern[1:], norms, end, last):
                yield (*alternative, *rest)


def _is(written: str, norm: str) -> bool:
    return written == norm or written.lower() == norm


def _meaning(terminal: str, meaning: str, said: tuple[str, ...]) -> Meaning:
    """What a phrase means: how a run ended, the verb of a goal, else what its key says."""
    if terminal not in _STATED:
        return said[-1] if meaning == "verb" else meaning
    state, _, kept = meaning.partition("_")
    own = " ".join(dropwhile(_HELPING.__contains__, said))
    return Ending(state, own if kept or not state else state)


@lru_cache(maxsize=1)
def beginnings() -> frozenset[str]:
    """The words with which a report may begin, behind a greeting."""
    kinds = {*BEGINNING, "asked", "named"}
    return frozenset(
        word for word, found in _patterns().items() if any(kind in kinds for kind, _, _ in found)
    )


@lru_cache(maxsize=512)
def mended(word: str) -> str:
    """A long word with one slip as a phrase has it ("finsihed"); its first letter must be right."""
    if len(word) < 6 or word in _long_words().get(word[0], ()):
        return word
    return next((known for known in _long_words().get(word[0], ()) if _slips(word, known)), word)


@lru_cache(maxsize=1)
def _long_words() -> dict[str, list[str]]:
    entries = {pattern for found in _patterns().values() for _, _, pattern in found}
    known = {word for pattern in entries for part in pattern for one in part for word in one if len(word) > 5}
    return {
        first: sorted(word for word in known if word[0] == first) for first in {word[0] for word in known}
    }


def _slips(word: str, known: str) -> bool:
    """Whether two neighbours are swapped, or one letter inside is missing or too many."""
    if len(word) == len(known):
        at = [place for place, letters in enumerate(zip(word, known, strict=True)) if len({*letters}) > 1]
        swapped = len(at) == 2 and at[1] == at[0] + 1
        return swapped and word[at[0] : at[1] + 1] == known[at[1]] + known[at[0]]
    short, long = sorted((word, known), key=len)
    inside = range(1, len(long) - 1)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in inside)
