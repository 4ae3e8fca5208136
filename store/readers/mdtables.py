"""Rows of Markdown tables: where a row splits into cells, and what a delimiter row is."""

from __future__ import annotations

import re

from store.slotted import slotted

__all__ = ["Row", "is_delimiter", "split_cells"]

_DELIMITER = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


@slotted(frozen=False)
class Row:
    """One row: its line (1-based) and its cells as written, without the blanks around them."""

    line: int
    cells: list[str]


def is_delimiter(line: str) -> bool:
    """Whether the line is a row of dashes ("|---|:--:|"), and so makes the line above it a header."""
    return "-" in line and bool(_DELIMITER.match(line))


def split_cells(line: str, wanted: int = 0) -> list[str]:
    """Split a row at its pipes. An escaped pipe stays in its cell, without the backslash.

    A pipe inside back-ticks splits on some sites and not on others; the reading that gives `wanted`
    cells is taken, else the one that splits, as GitHub does.

    Example:
        >>> split_cells(r"| a | `b|c` | d\\|e |", wanted=3)
        ['a', '`b|c`', 'd|e']
    """
    cells = _split(line)
    if wanted and len(cells) > wanted and "`" in line:
        hidden = _CODE.sub(lambda m: m[0].replace("|", "\0"), line)
        whole = [cell.replace("\0", "|") for cell in _split(hidden)]
        if len(whole) == wanted:
            return whole
    return cells


def _split(line: str) -> list[str]:
    line = line.strip().lstrip(">").strip().replace("\\|", "\1")
    line = line.removeprefix("|")
    if line.endswith("|"):
        line = line[:-1]
    return [cell.replace("\1", "|").strip() for cell in line.split("|")]
