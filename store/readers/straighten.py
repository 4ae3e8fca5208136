"""Make the rows of a table even: find the header, join broken lines, place or pass over rows that don't fit.

A row whose cells can't be placed beyond doubt is passed over and counted: in one real table the schema
changes in mid-file, and padding its rows would put "curriculum_0.67" among the statuses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from store.cells import is_missing, read_cell
from store.readers.rows import Row, Skipped
from store.slotted import fresh, slotted
from store.states import read_status

__all__ = ["Straight", "straighten"]


@slotted(frozen=False)
class Straight:
    """A table of even rows."""

    header: list[str]
    rows: list[Row] = fresh(default_factory=list)
    skips: list[Skipped] = fresh(default_factory=list)
    notes: list[str] = fresh(default_factory=list)


def straighten(rows: Sequence[Row], delimiter: str) -> Straight:
    """Rows as they were split, the first of them perhaps a header, to a table of even rows."""
    body, header = list(rows), rows[0].cells
    headed = _is_header(rows)
    if headed:
        body.pop(0)
        while header and not header[-1]:
            header = header[:-1]
        width = _width(len(header), body)
        header = [""] * (width - len(header)) + header if width == len(header) + 1 else header
    else:
        width = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
    table = Straight(list(header))
    even, uneven = _sort_out(body, width, table, header if headed else [])
    if uneven:
        _place(even, uneven, width, delimiter, table)
        even.sort(key=lambda row: row.line)
    table.rows = even
    if not headed:
        table.header = _names(even, width)
        table.notes.append("no header row: columns are named by what they hold")
    return table


def _width(width: int, body: Sequence[Row]) -> int:
    """The table's width: the header's, or one more where every row has a nameless index before it."""
    if body and all(len(row.cells) == width + 1 and row.cells[-1] for row in body) and width > 1:
        return width + 1
    return width


def _is_header(rows: Sequence[Row]) -> bool:
    """Whether the first row names the columns: no number or date in it that its column goes on with.

    Years and counters do name columns ("country, 2019, 2020"; "0, 1, 2" as pandas writes it).
    """
    first = rows[0].cells
    if len(rows) < 2:
        return not any(map(_is_bare, first))
    numbers = [at for at, cell in enumerate(first) if _is_bare(cell)]
    if not numbers or all(_is_label(first[at]) for at in numbers):
        return True
    going_on = sum(_goes_on(rows[1:50], at, _shape(first[at])) for at in numbers)
    return going_on < len(numbers) / 2


def _is_bare(cell: str) -> bool:
    """Whether a cell is a number or a date and nothing more: "800 m" may be the name of a race."""
    shape = _shape(cell)
    return shape == "date" or (shape == "number" and not read_cell(cell).unit)


def _is_label(cell: str) -> bool:
    return cell.isdigit() and (1900 <= int(cell) <= 2100 or int(cell) < 100)


def _goes_on(rows: Sequence[Row], at: int, shape: str) -> bool:
    shapes = [_shape(row.cells[at]) for row in rows if at < len(row.cells) and row.cells[at]]
    return not shapes or shapes.count(shape) > len(shapes) / 2


def _shape(cell: str) -> str:
    """What a cell looks like: "number", "date", "text", or "" where it is missing."""
    value = read_cell(cell).value
    if value is None:
        return "" if is_missing(cell) else "number"
    if isinstance(value, str):
        return "text"
    return "number" if isinstance(value, (bool, int, float)) else "date"


def _sort_out(
    body: Iterable[Row], width: int, table: Straight, header: Sequence[str]
) -> tuple[list[Row], list[Row]]:
    """Part the rows that fit from those that don't; broken lines are joined to the row before them."""
    even: list[Row] = []
    uneven: list[Row] = []
    last: list[Row] = even
    repeated = 0
    for row in body:
        cells = row.cells
        if len(cells) > width and not any(cells[width:]):
            cells = cells[:width]
        if len(cells) == 1 < width - 1 and last and not (_shape(cells[0]) == "number" and width < 4):
            before = last[-1]
            joined = [*before.cells[:-1], f"{before.cells[-1]} {cells[0]}".strip()]
            last[-1] = Row(before.line, row.end, joined)
        elif cells == header:
            repeated += 1
        else:
            last = even if len(cells) == width else uneven
            last.append(Row(row.line, row.end, cells))
    if repeated:
        table.notes.append(f"header repeated {repeated} times")
    return even, uneven


def _place(even: list[Row], uneven: list[Row], width: int, delimiter: str, table: Straight) -> None:
    """Move the uneven rows whose cells can be placed beyond doubt to the even ones; count the others."""
    fits = _profile(even, width)
    passed: dict[int, list[Row]] = {}
    alike = not even and len({len(row.cells) for row in uneven}) == 1 and 1 < len(uneven[0].cells) < width
    for row in uneven:
        cells = _repair(row.cells, width, delimiter, fits)
        if alike:
            cells = row.cells + [""] * (width - len(row.cells))
        if cells is not None:
            even.append(Row(row.line, row.end, cells))
        else:
            passed.setdefault(len(row.cells), []).append(row)
    for cells_of, rows in passed.items():
        reason = f"{cells_of} cells in a table of {width} columns"
        table.skips.append((rows[0].line, rows[-1].end, reason, len(rows)))


def _repair(
    cells: list[str], width: int, delimiter: str, fits: Callable[[Sequence[str]], bool]
) -> list[str] | None:
    count = len(cells)
    if count < 2 or width < 1:
        return None
    if count < width:
        padded = cells + [""] * (width - count)
        if fits(padded):
            return padded
        moved = [[*cells[:at], "", *cells[at:]] for at in range(count)] if count == width - 1 else []
        return _agreed(moved, fits)
    empty = [at for at, cell in enumerate(cells) if is_missing(cell)]
    if count - width <= 2:
        dropped = [
            [cell for at, cell in enumerate(cells) if at not in drop]
            for drop in combinations(empty, count - width)
        ]
        if (kept := _agreed(dropped, fits)) is not None:
            return kept
    joined = [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
    return joined if fits(joined) else None


def _agreed(candidates: Iterable[list[str]], fits: Callable[[Sequence[str]], bool]) -> list[str] | None:
    """What all the candidates that fit agree on; a cell on which they differ is left empty."""
    fitting = [candidate for candidate in candidates if fits(candidate)]
    if not fitting:
        return None
    return [cells[0] if len(set(cells)) == 1 else "" for cells in zip(*fitting, strict=True)]


def _profile(rows: Sequence[Row], width: int) -> Callable[[Sequence[str]], bool]:
    """A test of whether cells look like the table's: numbers where it has numbers, its own categories."""
    shapes: list[str] = []
    words: list[frozenset[str]] = []
    for at in range(width):
        cells = [row.cells[at] for row in rows]
        seen = Counter(shape for cell in cells[:2000] if (shape := _shape(cell)))
        most, count = seen.most_common(1)[0] if seen else ("", 0)
        shapes.append(most if count >= 0.9 * seen.total() else "")
        different = frozenset(cells)
        few = most == "text" and len(rows) >= 4 and len(different) <= max(3, min(20, len(rows) // 4))
        words.append(different if few else frozenset())

    def fits(cells: Sequence[str]) -> bool:
        told = 0
        for cell, shape, known in zip(cells, shapes, words, strict=True):
            found = _shape(cell)
            if not found:
                continue
            if (shape and found != shape) or (known and cell not in known and not read_status(cell)):
                return False
            told += bool(known) or shape in ("number", "date")
        return told > 0

    return fits


def _names(rows: Sequence[Row], width: int) -> list[str]:
    """Names for a table without a header, by what its columns hold."""
    names: list[str] = []
    for at in range(width):
        cells = [row.cells[at] for row in rows if row.cells[at]]
        names.append(_name(cells, at, width, names))
    return names


def _name(cells: Sequence[str], at: int, width: int, taken: Sequence[str]) -> str:
    shapes = Counter(map(_shape, cells))
    name = f"column {at + 1}"
    if not cells:
        return name
    if at == 0 and all(_is_commit(cell) for cell in cells):
        name = "commit"
    elif shapes["date"] > len(cells) / 2:
        name = "date"
    elif shapes["text"] == len(cells) and sum(bool(read_status(cell)) for cell in cells) > len(cells) / 2:
        name = "status"
    elif (
        at == width - 1
        and shapes["text"] > len(cells) / 2
        and sum(" " in cell for cell in cells) > len(cells) / 2
    ):
        name = "description"
    elif shapes["number"] > len(cells) / 2:
        name = f"value {sum(other.startswith('value') for other in taken) + 1}"
    return name if name not in taken else f"column {at + 1}"


def _is_commit(cell: str) -> bool:
    short = 6 <= len(cell) <= 40 and all(letter in "0123456789abcdef" for letter in cell)
    return short or cell in ("HEAD", "baseline", "none")
