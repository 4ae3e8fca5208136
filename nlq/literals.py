"""Numbers, units and dates as they stand in a question."""

from __future__ import annotations

import re
from datetime import date, datetime

from nlq.tokens import Token
from store.dates import read_date, read_instant
from store.units import unit_of
from store.vocabulary import words

__all__ = ["count_of", "number_of", "read_day", "suffix_of", "unit_after"]

_SPELLED = {word: int(number) for number, spelled in words("keywords")["NUMBER"].items() for word in spelled}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def number_of(token: Token) -> int | float | None:
    """The number a token says, or None.

    Example:
        >>> from nlq.tokens import tokenize
        >>> [number_of(t) for t in tokenize("524,288 3e-4 2^18 two d12")]
        [524288, 0.0003, 262144, 2, None]
    """
    text = token.norm
    if token.kind == "word":
        return _SPELLED.get(text)
    if token.kind != "number" or _DATE.match(text):
        return None
    if power := re.fullmatch(r"(\d+)(?:\^|\*\*)(\d+)", text):
        base, exponent = int(power[1]), int(power[2])
        return base**exponent if base <= 1000 and exponent <= 64 else None
    plain = text.replace(",", "").replace("_", "").lstrip("+")
    try:
        return int(plain) if re.fullmatch(r"-?\d+", plain) else float(plain)
    except ValueError:
        return None


def count_of(token: Token) -> int | None:
    """A small whole number, as in "top 5"; None for anything else."""
    number = number_of(token)
    return number if isinstance(number, int) and 0 <= number <= 100_000 else None


def suffix_of(token: Token) -> int | None:
    """The factor of a suffix glued to a number ("1M"), or of a word behind one ("20 million"), or None."""
    if (factor := words("units")["scales"].get(token.norm)) is not None:
        return int(factor)
    if not token.glued or len(token.text) != 1:
        return None
    factor = words("units")["suffixes"].get(token.text) or words("units")["suffixes"].get(token.text.upper())
    return int(factor) if factor and token.text != "m" else None


def unit_after(token: Token) -> str:
    """The canonical unit a token after a number names, or "".

    A single letter is a unit only where it is glued to the number ("3m"), except for h, s, "%" and "$".
    """
    if token.kind == "word" and (
        len(token.norm) > 1 or token.glued or token.text in ("h", "s") or not token.norm.isalpha()
    ):
        return unit_of(token.text)
    return ""


def read_day(token: Token) -> date | datetime | None:
    """The day or moment a token says, or None; days are read as those of files are ("27-02-2003")."""
    if token.kind != "number" or not _DATE.match(token.norm):
        return read_date(token.text) if token.kind == "number" and len(token.text) > 7 else None
    return read_instant(token.text) or read_date(token.text[:10])
