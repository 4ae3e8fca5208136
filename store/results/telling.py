"""Which lines are worth parsing: most of what a program prints says nothing about its results.

A test of a line's shape by C code alone, ten times as fast as reading the line. What it passes over,
nothing else reads.
"""

from __future__ import annotations

import re
from functools import cache

from store.names import name_words
from store.vocabulary import words

__all__ = ["BLURRED", "ends_on_noun", "may_say"]

BLURRED = bytes.maketrans(b"123456789", b"0" * 9)
"""Blurs digits: lines that are the same then have one shape."""

# A value behind a sign: `loss: 0`, `"loss": "0.0"`, `loss=~0`, `'loss': np.float64(0.0)`.
_MARKED = re.compile(
    rb"[:=>\x82\x83\x92][\"'`*\s~$(]*(?:\xe2\x89\x88)?\s*(?:np\.float0*\(|tensor\(|array\()?"
    rb"[\"'~$]*[-+]?(?:\.?0|[nN][aA][nN]|[iI][nN][fF])"
)
_VALUE = re.compile(rb"[\s(~$]\.?0|[nN]a[nN]|NAN|[iI]nf|INF")
# Of a failure or a step, beside the exceptions.
_ENDS = frozenset(
    b"killed terminated segmentation bus aborted fatal cancelled limit memory exit".split()
    + b"s step iter iteration update".split()
)
_APART = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" + bytes(range(33, 48)) + bytes(range(58, 65)) + b"[\\]^_`{|}~",
    b"abcdefghijklmnopqrstuvwxyz" + b" " * (15 + 7 + 10),
)


def may_say(shape: bytes, names: tuple[str, ...] = ()) -> bool:
    """Whether lines of a shape may say anything at all.

    Example:
        >>> [may_say(line) for line in (b"loss: 0.00", b"val loss 0.00", b"Killed", b"shard 00 of 00")]
        [True, True, True, False]
    """
    if _MARKED.search(shape) or b"Error" in shape or b"Exception" in shape or b"Interrupt" in shape:
        return True
    spoken = shape.translate(_APART).split()
    if not _ENDS.isdisjoint(spoken):
        return True
    return bool(_VALUE.search(shape)) and not _nouns(names).isdisjoint(spoken)


def ends_on_noun(label: str, names: tuple[str, ...] = ()) -> bool:
    """Whether the last word of a label may name a result with no sign behind it."""
    said = label.encode(errors="surrogateescape").translate(BLURRED).translate(_APART).split()
    return bool(said) and said[-1] in _nouns(names)


@cache
def _nouns(names: tuple[str, ...]) -> frozenset[bytes]:
    """The last word of every name that needs no sign before its value."""
    table = words("metrics")
    said = [*names, *(name for known, entry in table["known"].items() for name in [known, *entry["aliases"]])]
    said += [phrase for sort in ("lower", "higher", "unknown") for phrase in table["patterns"][sort]]
    return frozenset(
        word.encode().translate(BLURRED)
        for name in said
        if (spoken := name_words(name))
        for word in spoken[-1:]
        if len(word) == 1 or not word.isdigit()  # "16" of "pass@16" stands in lines of any kind
    )
