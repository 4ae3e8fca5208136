"""The header of a column: its name, and the unit and direction that it tells."""

from __future__ import annotations

import re
from functools import cache

from store.markup import plain
from store.records import Direction
from store.slotted import slotted
from store.units import unit_of
from store.vocabulary import words

__all__ = ["Header", "read_header"]


@slotted
class Header:
    """A column's name as written, without markup, unit bracket and arrow, and what those told."""

    name: str
    unit: str = ""
    direction: Direction = ""


_ARROW = (
    r"(?i)\s*[(\[（]?\s*([↓↑⬇⬆🔽🔼▼▲]|(?:lower|higher|smaller|larger|bigger) (?:is|=) better|"
    r"maximi[sz]e|minimi[sz]e)️?\s*[)\]）]?\s*"
)
_BRACKET = r"\s*(?:\(([^()]+)\)|\[([^\[\]]+)\]|（([^（）]+)）)\s*\Z"
_COMMA_UNIT = r",\s*([A-Za-z%µμ/]+)\Z"


def read_header(text: str) -> Header:
    """A column's name, unit and direction, from its header cell.

    Example:
        >>> read_header("**val_bpb** ↓")
        Header(name='val_bpb', unit='', direction='lower')
        >>> read_header("Time (h)"), read_header("memory_gb").unit, read_header("tok_per_sec").unit
        (Header(name='Time', unit='h', direction=''), 'GB', 'tok/s')
    """
    name, direction = plain(text), ""
    if name.isidentifier():
        return Header(name, _unit_in_name(name))
    if found := re.search(_ARROW, name):
        direction = (
            "lower"
            if found[1][0] in "↓⬇🔽▼" or found[1][:5].lower() in ("lower", "small", "minim")
            else "higher"
        )
        name = (name[: found.start()] + " " + name[found.end() :]).strip()
    unit = ""
    if found := re.search(_BRACKET, name):
        inside = (found[1] or found[2] or found[3]).strip()
        unit = unit_of(inside) or (inside if inside in words("units")["suffixes"] else "")
        if unit and found.start():
            name = name[: found.start()].strip()
    elif (found := re.search(_COMMA_UNIT, name)) and unit_of(found[1]):
        unit = unit_of(found[1])
        name = name[: found.start()].strip()
    return Header(name or plain(text), unit or _unit_in_name(name), direction)  # type: ignore[arg-type]


@cache
def _unit_in_name(name: str) -> str:
    """The unit that a name ends on: "train_time_ms", "memory_gb", "tok_per_sec", "tok/s"."""
    if whole := unit_of(name) if "/" in name or name in ("ms", "MFU %") else "":
        return whole
    table = words("units")["header"]
    said = [word for word in re.split(r"[\s_./-]+", name.lower()) if word]
    for length in (3, 2):
        if rate := table["rates"].get(" ".join(said[-length:])):
            return str(rate)
    if not said or "per" in said:
        return ""
    if unit := table["last"].get(said[-1]):
        return str(unit) if len(said) > 1 or said[-1] in ("ms", "seconds", "hours", "minutes") else ""
    if len(said) > 1 and said[-1] in table["letter"] and said[-2] in table["time"]:
        return str(table["letter"][said[-1]])
    return "%" if name.endswith("%") else ""
