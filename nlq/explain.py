"""What every stage made of a question, as text: `ask --explain`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from nlq.lattice import Lattice, Mention
from nlq.paraphrase import paraphrase
from nlq.parse import Reading
from nlq.record.said import sentence
from nlq.resolve import Resolved
from nlq.sql import Sql
from store.history import History

if TYPE_CHECKING:
    from nlq.engine import Trace

__all__ = ["stages"]

SHOWN = 3


def stages(made: Trace, history: History) -> list[tuple[str, str]]:
    """(stage, its output) in the order of the stages; a stage that was not reached is left out."""
    found = [("question", made.question), ("tokens", " ".join(f"{t.norm}" for t in made.tokens))]
    if made.lattice is not None:
        found.append(("lattice", "\n".join(_lattice(made.lattice))))
        found.append(("readings", "\n".join(_readings(made.readings)) or "none"))
        found.append(("resolved", "\n".join(_resolved(made.resolved, history)) or "none"))
    if made.sql is not None:
        found.append(("sql", _statements([made.sql])))
        found.append(("rows", ", ".join(str(len(rows.rows)) for rows in made.results)))
    if made.beside:
        found.append(("beside", _statements(made.beside)))
    if made.answer is not None:
        found.append(("answer", f"{made.answer.status}: {made.answer.headline}"))
    return found


def _statements(made: Iterable[Sql]) -> str:
    return "\n".join(f"{one.text}\n  -- {list(one.params)}" for sql in made for one in sql.statements)


def _lattice(lattice: Lattice) -> Iterator[str]:
    for at, token in enumerate(lattice.tokens):
        kinds: dict[tuple[int, str, str], list[str]] = {}
        for edge in lattice.edges[at]:
            kinds.setdefault((edge.end, _payload(edge.payload), f"{edge.cost:.2f}"), []).append(edge.terminal)
        text = "; ".join(
            f"{'+' + str(end - at - 1) + ' ' if end > at + 1 else ''}{'/'.join(terminals)} {payload} {cost}"
            for (end, payload, cost), terminals in kinds.items()
        )
        yield f"{token.text:14} skip {lattice.skip[at]:.2f}  {text}"


def _payload(payload: Any) -> str:
    if isinstance(payload, Mention):
        return "=" + ",".join(column.key for column in payload.columns[:3])
    if isinstance(payload, tuple):
        return "=" + ",".join(f"{hit.column.key}:{hit.value}" for hit in payload[:2])
    return f"={payload}"


def _readings(readings: list[Reading]) -> Iterator[str]:
    for reading in readings[:SHOWN]:
        yield f"{reading.cost:.2f}  " + " | ".join(_piece(piece) for piece in reading.pieces)


def _piece(piece: Any) -> str:
    name = type(piece).__name__
    if name == "Word":
        return f"{piece.terminal}({piece.meaning})"
    fields = [
        f"{field}={_field(getattr(piece, field))}"
        for field in piece.__dataclass_fields__
        if field not in ("start", "end", "columns") and getattr(piece, field) not in (None, "", (), False, 0)
    ]
    return f"{name}({', '.join(fields)})"


def _field(value: Any) -> str:
    if isinstance(value, Mention):
        return ",".join(column.key for column in value.columns[:3])
    if isinstance(value, tuple):
        return "[" + ", ".join(_field(one) for one in value) + "]"
    return getattr(value, "key", None) or str(value)


def _resolved(resolved: list[Resolved], history: History) -> Iterator[str]:
    for one in resolved[:SHOWN]:
        text = f"refused: {one.reason}"
        if one.act is not None:
            text = f"to be recorded: {sentence(one.act)}"
        elif one.query is not None:
            text = paraphrase(one.query, history.catalog)
        yield f"{one.cost:.2f}  {text}\n      {one.act or one.query}"
