"""A run told in full, or one part of it, every line with the place it stands on."""

from __future__ import annotations

from nlq.answer import Header
from nlq.paraphrase import condition_text
from nlq.query import Card
from nlq.tell.common import Body, plural, provenance, run_name, said, with_unit
from store.catalog import Column
from store.history import History, Rows
from store.records import Value

__all__ = ["card_answer"]

MOST = 20
_TELLING = ("status", "goal", "hypothesis", "notes", "observations", "description", "verdict", "conclusion")
_CONFIG = ("command", "config", "hardware")


def card_answer(query: Card, result: Rows, history: History) -> Body:
    """The cards of the runs a question singles out."""
    catalog = history.catalog
    body = Body(columns=[Header("field"), Header("value")], answered=bool(result.rows))
    if not result.rows:
        where = f" with {condition_text(query.where, catalog)}" if query.where is not None else ""
        body.headline = f"No {catalog.nouns[0]}{where}."
        body.columns = []
        return body
    ids = [int(str(row[0])) for row in result.rows]
    columns = [catalog.column(key) for key in result.columns[1:]]
    body.provenance = provenance(ids, history)
    if len(ids) == 1:
        body.headline = _headline(query, ids[0], result.rows[0][1:], columns, history)
        _card(body, query, ids[0], result.rows[0][1:], columns, history)
        return body
    return _several(body, query, ids, result, columns, history)


def _fields(query: Card, columns: list[Column]) -> list[int]:
    """Which columns a topic speaks of."""
    if query.topic == "config":
        return [i for i, c in enumerate(columns) if c.kind == "param" or c.role in _CONFIG]
    if query.topic in ("why", "notes"):
        telling = [i for i, c in enumerate(columns) if c.role in _TELLING or c.name.lower() in _TELLING]
        return telling if query.topic == "notes" or telling else list(range(len(columns)))
    return list(range(len(columns)))


def _card(
    body: Body, query: Card, row: int, cells: tuple[Value, ...], columns: list[Column], history: History
) -> None:
    record = history.record(row)
    for at in _fields(query, columns):
        column, value = columns[at], cells[at]
        if value is None or column.kind == "run":
            continue
        mark = record.marks.get(column.name) if record else None
        text = mark.text if mark and (mark.note or mark.approx) else with_unit(value, column.unit)
        body.rows.append(
            (column.name, " / ".join(line.strip() for line in text.splitlines() if line.strip()))
        )
        if (
            query.topic in ("why", "notes")
            and record is not None
            and isinstance(value, str)
            and "\n" not in column.name
        ):
            first = (mark.line if mark else 0) or record.place.line
            for offset, line in enumerate(value.splitlines()):
                if line.strip():
                    body.details.append(
                        f"{record.place.path}:{first + offset if mark and mark.line else first}  {column.name}: {line.strip()}"
                    )
    if query.topic == "why":
        _ends(body, cells, columns, record)


def _ends(body: Body, cells: tuple[Value, ...], columns: list[Column], record) -> None:  # type: ignore[no-untyped-def]
    """Metrics whose cell says how the run ended."""
    for column in columns:
        mark = record.marks.get(column.name) if record else None
        if column.kind == "metric" and mark is not None and mark.note:
            body.rows.append((column.name, mark.text))


def _headline(
    query: Card, row: int, cells: tuple[Value, ...], columns: list[Column], history: History
) -> str:
    name = run_name(row, history)
    if query.topic != "why":
        what = {"config": "config", "notes": "notes", "details": "all that is recorded"}[query.topic]
        return f"{name}: {what}"
    status = next(
        (said(v) for v, c in zip(cells, columns, strict=True) if c.role == "status" and v is not None), ""
    )
    record = history.record(row)
    remark = (
        next((m.note for m in record.marks.values() if m.note and not m.note.startswith("also")), "")
        if record
        else ""
    )
    told = [t for t in (status, remark) if t]
    if not told:
        return f"{name}: the log does not say how it ended; what it says of it:"
    return f"{name}: {remark if remark and status.lower() in remark.lower() else ', '.join(told)}"


def _several(
    body: Body, query: Card, ids: list[int], result: Rows, columns: list[Column], history: History
) -> Body:
    """Several runs: one row each, the fields of the topic that any of them has."""
    catalog = history.catalog
    run = catalog.role("run")
    wanted = [at for at in _fields(query, columns) if any(row[at + 1] is not None for row in result.rows)]
    wanted = [at for at in wanted if columns[at].kind != "run"][:10]
    body.columns = [
        Header(run.name if run else catalog.nouns[0]),
        *(Header(columns[at].name, columns[at].type, columns[at].unit) for at in wanted),
    ]
    for line, row in zip(ids, result.rows, strict=True):
        body.rows.append((run_name(line, history), *(row[at + 1] for at in wanted)))
    where = f" with {condition_text(query.where, catalog)}" if query.where is not None else ""
    body.headline = f"{plural(len(ids), catalog.nouns[0])}{where}"
    return body
