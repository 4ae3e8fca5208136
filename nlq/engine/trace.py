"""What every stage made of a question."""

from __future__ import annotations

from nlq.answer import Answer
from nlq.lattice import Lattice
from nlq.parse import Reading
from nlq.resolve import Resolved
from nlq.sql import Sql
from nlq.tokens import Token
from store.history import Rows
from store.slotted import fresh, slotted

__all__ = ["Trace"]


@slotted(frozen=False)
class Trace:
    """What every stage made of a question.

    Attributes:
        beside: the SQL of what else the answer had to ask, to say how many were left out or what is near.
    """

    question: str
    tokens: list[Token] = fresh(default_factory=list)
    lattice: Lattice | None = None
    readings: list[Reading] = fresh(default_factory=list)
    resolved: list[Resolved] = fresh(default_factory=list)
    sql: Sql | None = None
    results: list[Rows] = fresh(default_factory=list)
    beside: list[Sql] = fresh(default_factory=list)
    answer: Answer | None = None
