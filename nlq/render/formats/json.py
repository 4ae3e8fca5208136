"""One JSON object with every field of the answer."""

from __future__ import annotations

import json
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

from nlq.render import Output
from nlq.render.clean import escape_json

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.render import View
    from store.records import Value


def render(answer: Answer, view: View) -> Output:
    """One line in a pipe, indented on a terminal; nothing on stderr."""
    return Output(dumps(plain(answer), ascii=view.ascii, indent=2 if view.width else None) + "\n")


def plain(answer: Answer) -> dict[str, Any]:
    """The answer as the object of DESIGN §6, field by field in that order."""
    return {
        "question": answer.question,
        "status": answer.status,
        "headline": answer.headline,
        "columns": [{"name": c.name, "type": c.type, "unit": c.unit} for c in answer.columns],
        "rows": [[value(v) for v in row] for row in answer.rows],
        "understood": answer.understood,
        "assumptions": [{"text": a.text, "override": a.override} for a in answer.assumptions],
        "unused": list(answer.unused),
        "suggestions": [{"ask": s.ask, "text": s.text} for s in answer.suggestions],
        "searched": {
            "runs": answer.searched.runs,
            "sources": answer.searched.sources,
            "left_out": dict(answer.searched.left_out),
        },
        "provenance": [{"run": p.run, "place": str(p.place)} for p in answer.provenance],
        "details": list(answer.details),
        "notes": list(answer.notes),
        "query": _query(answer),
        "sql": answer.sql,
        "elapsed_ms": round(answer.elapsed_ms, 3),
    }


def value(of: Value) -> Any:
    """A value JSON can carry: no NaN or infinity (null), dates as ISO text, large integers whole."""
    if isinstance(of, float):
        return of if isfinite(of) else None
    if isinstance(of, date):
        return of.isoformat()
    return of if of is None or isinstance(of, bool | int | str) else str(of)


def dumps(plain: object, *, ascii: bool, indent: int | None = None) -> str:
    """JSON text in which no character can steer a terminal."""
    return escape_json(json.dumps(plain, ensure_ascii=ascii, indent=indent, allow_nan=False))


def _query(answer: Answer) -> object:
    asked = answer.query if answer.query is not None else answer.act
    if asked is None:
        return None
    try:
        from nlq.schema import dump
    except ImportError:
        return None
    dumped: object = dump(asked)
    return dumped
