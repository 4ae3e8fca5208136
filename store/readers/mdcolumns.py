"""The columns of a Markdown table: entities, links, and words among numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from store.cells import Header, is_missing, plain, read_cell, read_header
from store.directions import is_metric
from store.readers.labels import bare, canonical
from store.readers.mdblocks import Block
from store.readers.mdtables import Row
from store.records import Mark
from store.typed import Typed, read_column

__all__ = ["is_counter", "typed_columns", "unescaped"]

_URL = re.compile(r"\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)*)")
_BARE_LINKS = re.compile(r"(?:!?\[[^\[\]]*\]\([^()]*(?:\([^()]*\)[^()]*)*\)[\s,;/&+]*|and |none\b)+")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5});")


def unescaped(block: Block) -> Block:
    """The table without HTML entities ("94.1 &pm; 0.2")."""
    if not any(_ENTITY.search(cell) for row in block.rows for cell in row.cells):
        return block
    import html

    rows = [Row(row.line, [html.unescape(cell) for cell in row.cells]) for row in block.rows]
    return Block(block.kind, block.line, block.end, rows=rows)


def is_counter(name: str) -> bool:
    """Whether a header stands over a count of the rows: `#`, `No.`, `编号`."""
    return name.strip() == "#" or bare(name) in ("no", "nr", "num", "№", "编号", "序号", "번호")


def typed_columns(titles: Sequence[str], rows: Sequence[Row]) -> tuple[list[Header], list[Typed]]:
    """The columns of a table: their headers, with names that differ, and their cells.

    Args:
        titles: the header cells as written.
        rows: the body rows, at least as wide as the header.
    """
    headers: list[Header] = []
    columns: list[Typed] = []
    taken: set[str] = set()
    named = any(canonical(title) == "name" or is_counter(plain(title)) for title in titles)
    for at, title in enumerate(titles):
        cells = [row.cells[at] for row in rows]
        told = read_header(title) if plain(title) else Header(f"column {at + 1}")
        if not plain(title) and not any(map(plain, cells)):
            continue
        name, number = told.name, 2
        while name.casefold() in taken:
            name, number = f"{told.name} ({number})", number + 1
        taken.add(name.casefold())
        headers.append(Header(name, told.unit, told.direction))
        column = _links(cells) or read_column(cells, name, told.unit, markdown=True)
        if (is_counter(name) or canonical(name) == "name") and column.marks:
            # "2a" among numbers is a name among names, not a number that is missing.
            column = Typed([plain(cell) or None for cell in cells])
        elif named and is_metric(name) and any(isinstance(value, str) for value in column.values):
            column = _measured(cells, told.unit) or column
        columns.append(column)
    return headers, columns


def _measured(cells: Sequence[str], unit: str) -> Typed | None:
    """A metric's column in which words outweigh the numbers ("crash"): its numbers, the words as marks."""
    read = [read_cell(cell) for cell in cells]
    numbers = [c for c in read if isinstance(c.value, (int, float)) and not isinstance(c.value, bool)]
    units = {c.unit for c in numbers}
    if not numbers or len(units) > 1:
        return None
    column = Typed([], unit=unit or units.pop())
    for at, (cell, text) in enumerate(zip(read, cells, strict=True)):
        is_number = isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
        column.values.append(cell.value if is_number else None)
        if cell.mark or not (is_number or cell.value is None):
            column.marks[at] = cell.mark or Mark(plain(text), note=plain(text))
    return column


def _links(cells: Sequence[str]) -> Typed | None:
    """A column of bare links ("[log](…)"): the addresses say more than the words "log" and "PR"."""
    told = [cell for cell in cells if not is_missing(plain(cell))]
    if not told or not all(_BARE_LINKS.fullmatch(cell.strip()) for cell in told):
        return None
    found = [", ".join(_URL.findall(cell)) for cell in cells]
    shown = {plain(cell) for cell, url in zip(cells, found, strict=True) if url}
    if not shown or len(shown) > max(3, sum(map(bool, found)) // 4):
        return None
    return Typed(
        [url or (None if is_missing(cell) else plain(cell)) for cell, url in zip(cells, found, strict=True)]
    )
