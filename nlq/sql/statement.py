"""What the compiler makes: statements with their bound values."""

from __future__ import annotations

from nlq.query import Item
from store.records import Value
from store.slotted import slotted

__all__ = ["Sql", "Statement"]


@slotted
class Statement:
    """One statement with its bound values.

    Attributes:
        items: what its columns are, in order; None for housekeeping columns.
    """

    text: str
    params: tuple[Value, ...]
    items: tuple[Item | None, ...] = ()


@slotted
class Sql:
    """The statements of a query: one, but for values one a column and for a comparison one a side.

    Attributes:
        points: the metrics whose values by step they read.
        chosen: gives the numbers of the runs whose values those are; None for all runs.
    """

    statements: tuple[Statement, ...]
    points: tuple[str, ...] = ()
    chosen: Statement | None = None

    def __str__(self) -> str:
        return ";\n".join(statement.text for statement in self.statements)
