"""Units: their spellings, and the factor from one to another (`grammar/words/units.toml`)."""

from __future__ import annotations

from functools import cache

from store.vocabulary import words

__all__ = ["convert", "measure", "unit_of"]


@cache
def unit_of(spelling: str) -> str:
    """The canonical unit of a spelling, or "".

    Example:
        >>> unit_of("hours"), unit_of("GB"), unit_of("m"), unit_of("M"), unit_of("goals")
        ('h', 'GB', 'min', '', '')
    """
    table = _spellings()
    if len(spelling) == 1 and spelling.isalpha():
        return table.get(spelling, "")
    return table.get(spelling) or table.get(spelling.lower(), "")


def convert(value: float, unit: str, wanted: str) -> float | None:
    """`value` of `unit` in the unit `wanted`, or None where the two do not measure the same.

    Example:
        >>> convert(168, "h", "d"), convert(90, "min", "h"), convert(3, "h", "GB")
        (7.0, 1.5, None)
    """
    if unit == wanted:
        return value
    known = words("units")["units"]
    if unit not in known or wanted not in known or known[unit]["of"] != known[wanted]["of"]:
        return None
    return float(f"{value * known[unit]['factor'] / known[wanted]['factor']:.12g}")


def measure(unit: str) -> str:
    """What a canonical unit measures ("time", "size" …), or ""."""
    known = words("units")["units"]
    return str(known[unit]["of"]) if unit in known else ""


@cache
def _spellings() -> dict[str, str]:
    return {
        spelling: unit
        for unit, entry in words("units")["units"].items()
        for spelling in [unit, *entry["spellings"]]
    }
