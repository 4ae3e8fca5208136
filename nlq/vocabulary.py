"""The words of English and of the field, from `grammar/words/*.toml` alone: phrases, names, spellings.

What follows from them is worked out once and kept between processes. What a history adds to them is the
`Lexicon`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from nlq import tokens
from nlq.tokens import key, name_key
from store.kept import code_stamp, keep, kept
from store.slotted import slotted
from store.vocabulary import WORDS, words

__all__ = [
    "DONE", "EPOCHS", "OF_STEPS", "Phrase", "canonical", "column_words", "function_words", "generic_words",
    "is_participle", "keyword_words", "known_names", "near_phrases", "other_names", "phrases", "phrases_with",
    "singular", "synonyms", "thing_words", "unglued",
]  # fmt: skip


@slotted
class Phrase:
    """A spelling of the vocabulary: its words, the kind of word it is, and what it means there."""

    words: tuple[str, ...]
    terminal: str
    meaning: str


@lru_cache(maxsize=1)
def _derived() -> dict[str, Any]:
    """What follows from the vocabulary alone, kept between processes: 6 ms to work out, 1 to load."""
    stamp = code_stamp(str(WORDS), __file__, tokens.__file__)
    data: dict[str, Any] | None = kept("vocabulary", stamp)
    if data is None:
        found = _phrases()
        said: dict[str, int] = {}
        for phrase in {phrase[0] for bucket in found.values() for phrase in bucket}:
            for word in phrase:
                said[word] = said.get(word, 0) + 1
        keywords = frozenset(said)
        data = {
            "phrases": found,
            "keywords": keywords,
            "said": said,
            "names": _names(_words(found, without=_LONG)),
            "keywords of things": _words(found, without=(*_LONG, "ABOUT")),
        }
        data |= {"near": _near("columns"), "things": _near("columns", "things"), "groups": _groups()}
        keep("vocabulary", stamp, data)
    return data


_LONG = ("ALIKE", "FRONT", "NEAR_BEST", "OF_BEST")
"""Phrases of many words ("same config but seed", "best balance between"): each word still names columns."""


def _words(
    found: dict[str, list[tuple[tuple[str, ...], str, str]]], without: tuple[str, ...]
) -> frozenset[str]:
    """The words of all phrases but those of some kinds."""
    told = (one for bucket in found.values() for one in bucket if one[1] not in without)
    return frozenset(word for phrase, _, _ in told for word in phrase)


def _phrases() -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for terminal, meanings in words("keywords").items():
        for meaning, spellings in meanings.items():
            for spelling in spellings:
                cut = key(spelling) or (spelling,)
                found.setdefault(cut[0], []).append((cut, terminal, meaning))
                if (
                    terminal in OF_STEPS
                    and (epochs := tuple(_AS_EPOCHS.get(word, word) for word in cut)) != cut
                ):
                    found.setdefault(epochs[0], []).append((epochs, terminal, meaning))
    return found


OF_STEPS = frozenset(
    "AT_STEP AT_S AT_AFTER AT_END STEP_U STEP_W LAST_S FIRST_S BETWEEN_S BETWEEN_N SINCE_S BEFORE_S EVERY_S "
    "CURVE IMPROVING STEP_OF FEWEST_S REACH REACHED".split()
)
"""Kinds of words that speak of values by step: where none are told, they say what they say elsewhere."""

_AS_EPOCHS = {"step": "epoch", "steps": "epochs"}
"""What is said of steps is said of epochs too."""

EPOCHS = frozenset(_AS_EPOCHS.values())


@lru_cache(maxsize=4096)
def phrases(first: str) -> tuple[Phrase, ...]:
    """The phrases of `keywords.toml` that begin with a word."""
    return tuple(Phrase(*phrase) for phrase in _derived()["phrases"].get(first, ()))


def keyword_words(runs: bool = True) -> frozenset[str]:
    """Every word of every phrase; without `runs` not those of the long phrases that speak of runs only."""
    found: frozenset[str] = _derived()["keywords" if runs else "keywords of things"]
    return found


def phrases_with(word: str) -> int:
    """How many different phrases a word is part of: how common it is in questions, roughly."""
    found: int = _derived()["said"].get(word, 0)
    return found


@lru_cache(maxsize=1)
def column_words() -> frozenset[str]:
    """Every word that columns are commonly called by."""
    groups = [*words("columns")["same"], *words("columns")["near"]]
    return frozenset(word for group in groups for phrase in group for word in phrase.split())


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """Words that may be left out free of charge."""
    return frozenset(words("function")["free"]) | frozenset(words("function")["vague"])


@lru_cache(maxsize=1)
def generic_words() -> frozenset[str]:
    """Words whose absence from a column's name costs little."""
    return frozenset(words("function")["generic"])


def known_names() -> frozenset[tuple[str, ...]]:
    """What parameters and metrics are commonly called, canonical."""
    found: frozenset[tuple[str, ...]] = _derived()["names"]
    return found


def _names(keywords: frozenset[str]) -> frozenset[tuple[str, ...]]:
    names: set[tuple[str, ...]] = set()
    for name, others in words("params")["known"].items():
        names.update(canonical(name_key(spelled)) for spelled in (name, *others) if len(spelled) > 2)
    for name, entry in words("metrics")["known"].items():
        names.update(
            canonical(name_key(spelled)) for spelled in (name, *entry.get("aliases", ())) if len(spelled) > 2
        )
    common = function_words() | keywords
    return frozenset(name for name in names if len(name) > 1 or (name and name[0] not in common))


def near_phrases(runs: bool = True) -> tuple[list[list[tuple[str, ...]]], dict[str, list[int]]]:
    """Phrases for one thing, a group each; and the groups that have a phrase with a first word.

    Args:
        runs: of experiments; else of anything, people and places too.
    """
    found: tuple[list[list[tuple[str, ...]]], dict[str, list[int]]] = _derived()["near" if runs else "things"]
    return found


def _near(*names: str) -> tuple[list[list[tuple[str, ...]]], dict[str, list[int]]]:
    listed = [group for name in names for group in words(name)["near"]]
    groups = [list(dict.fromkeys(canonical(tuple(phrase.split())) for phrase in group)) for group in listed]
    by_first: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        for first in dict.fromkeys(phrase[0] for phrase in group):
            by_first.setdefault(first, []).append(number)
    return groups, by_first


@lru_cache(maxsize=1)
def thing_words() -> frozenset[str]:
    """Every word of general English for people, places and goods."""
    return frozenset(word for group in near_phrases(runs=False)[0] for phrase in group for word in phrase)


_TAILS = (
    "id", "name", "code", "date", "no", "num", "number", "type", "phone", "desc", "price", "point", "count",
    "year", "time", "rate", "fee", "address", "title", "status", "level", "amount", "value", "size",
)  # fmt: skip
"""Words that names written as one word often end in: `dname`, `createdate`."""


def unglued(name: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A name with one of its words cut in two, where two seem to have been written as one.

    Example:
        >>> list(unglued(("stuid",))), list(unglued(("createdate",))), list(unglued(("candidate",)))
        ([('stu', 'id')], [('create', 'date')], [])
    """
    english = thing_words() | column_words()
    for at, word in enumerate(name):
        for tail in _TAILS if word.isalpha() and word not in english else ():
            head = word.removesuffix(tail)
            if head and head != word and (len(head) < 4 or head in english or head in keyword_words()):
                yield (*name[:at], head, tail, *name[at + 1 :])


@lru_cache(maxsize=256)
def synonyms(name: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """Other phrases of general English for a thing."""
    groups, by_first = near_phrases(runs=False)
    numbers = by_first.get(name[0], ()) if name else ()
    return frozenset(other for n in numbers if name in groups[n] for other in groups[n] if other != name)


_KINDS = frozenset(
    (
        "train",
        "training",
        "val",
        "test",
        "eval",
        "dev",
        "best",
        "final",
        "mean",
        "avg",
        "median",
        "top",
        "min",
        "max",
        "total",
    )
)


def other_names(name: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Other names of a thing, none that makes it another kind of it (test for validation, final for best)."""
    kinds = _KINDS.intersection(name)
    for group in _derived()["groups"].get(name, ()):
        yield from (other for other in group if other and _KINDS.intersection(other) == kinds)


def _groups() -> dict[tuple[str, ...], list[list[tuple[str, ...]]]]:
    """What metrics and parameters are called, one group a thing, by each of its names."""
    metric = [[name, *entry.get("aliases", ())] for name, entry in words("metrics")["known"].items()]
    param = [[name, *others] for name, others in words("params")["known"].items()]
    found: dict[tuple[str, ...], list[list[tuple[str, ...]]]] = {}
    for group in (*metric, *param):
        names = [canonical(name_key(spelled)) for spelled in group]
        for name in dict.fromkeys(names):
            found.setdefault(name, []).append(names)
    return found


# -- one spelling


_NO_PARTICIPLES = frozenset("breed feed need seed speed weed bed shed sled hundred red".split())


DONE = frozenset(
    "written won made given held sung built taken driven flown spent run led drawn shown beaten owned kept "
    "sold bought taught known chosen worn grown paid sent drunk eaten read lost left".split()
)
"""Participles that their form does not tell."""


def is_participle(word: str) -> bool:
    """Whether a word tells by its form what was done.

    Example:
        >>> [is_participle(word) for word in ("loaned", "breed", "hundred")]
        [True, False, False]
    """
    return word.endswith("ed") and word not in _NO_PARTICIPLES


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """The singular of an English noun by its ending; other words as they are.

    Example:
        >>> [singular(w) for w in ("cities", "batches", "runs", "loss", "status", "is", "lrs")]
        ['city', 'batch', 'run', 'loss', 'status', 'is', 'lr']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes", "puses", "nuses", "ruses", "toes", "roes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 or word == "lrs" else word


_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "indices": "index",
    "wives": "wife", "matrices": "matrix", "has": "has", "was": "was", "lives": "life", "statuses": "status",
    "series": "series",
    "movies": "movie", "cookies": "cookie", "zombies": "zombie", "species": "species", "buses": "bus",
    "leaves": "leaf", "knives": "knife", "wolves": "wolf", "shelves": "shelf", "halves": "half",
    "loaves": "loaf", "thieves": "thief", "mice": "mouse", "feet": "foot", "teeth": "tooth",
    "geese": "goose", "criteria": "criterion", "analyses": "analysis", "crises": "crisis",
    "quizzes": "quiz", "shoes": "shoe", "potatoes": "potato", "pies": "pie", "ties": "tie",
    "lrs": "lr", "wds": "wd", "losses": "loss", "gas": "gas", "houses": "house", "courses": "course",
}  # fmt: skip


@lru_cache(maxsize=1)
def _same() -> tuple[list[tuple[tuple[str, ...], tuple[str, ...]]], dict[str, list[int]]]:
    """(spelling, what it is written as), the longest first; and where those with a first word stand."""
    pairs = [
        (tuple(map(singular, spelling.split())), tuple(map(singular, group[0].split())))
        for group in words("columns")["same"]
        for spelling in group
    ]
    pairs = sorted((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: -len(pair[0]))
    by_first: dict[str, list[int]] = {}
    for number, (spelling, _) in enumerate(pairs):
        by_first.setdefault(spelling[0], []).append(number)
    return pairs, by_first


@lru_cache(maxsize=16384)
def canonical(span: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name in one spelling: singular, abbreviations for what they abbreviate.

    Example:
        >>> canonical(("learning", "rates")), canonical(("validation", "accuracy"))
        (('lr',), ('val', 'acc'))
    """
    out = tuple(singular(word) for word in span)
    pairs, by_first = _same()
    done = -1
    while True:  # in the order of the pairs, of which only those whose first word is there can apply
        due = [number for word in out for number in by_first.get(word, ()) if number > done]
        if not due:
            return out
        done = min(due)
        out = _replaced(out, *pairs[done])


def _replaced(out: tuple[str, ...], spelling: tuple[str, ...], one: tuple[str, ...]) -> tuple[str, ...]:
    if len(spelling) == 1:
        return tuple(w for word in out for w in (one if word == spelling[0] else (word,)))
    at = 0
    while at + len(spelling) <= len(out):
        if out[at : at + len(spelling)] == spelling:
            out = out[:at] + one + out[at + len(spelling) :]
        at += 1
    return out
