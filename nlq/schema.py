"""The query family as JSON, both ways, checked by pydantic.

Every object names its kind; fields at their default are left out. pydantic checks each object against the
dataclass of `nlq.query` and refuses what does not belong; it is imported here and nowhere on the way of a
text answer, because it costs a third of a cold start.

    {"kind": "Select", "where": {"kind": "Test", "key": "depth", "op": "=", "value": 24}, "limit": 1, …}
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast, get_args

from nlq import query as family
from nlq.query import Query
from nlq.record import models as acts
from nlq.record.models import Act

__all__ = ["dump", "load", "schema"]

_MODELS: dict[str, Any] = {
    name: getattr(of, name) for of in (family, acts) for name in of.__all__ if is_dataclass(getattr(of, name))
}


def dump(query: Query | Act) -> dict[str, Any]:
    """A query, or what is to be recorded, as plain JSON data.

    Example:
        >>> dump(family.Select((family.Col("loss"),), limit=1))
        {'kind': 'Select', 'show': [{'kind': 'Col', 'key': 'loss'}], 'limit': 1}
    """
    data = _encode(query)
    assert isinstance(data, dict)
    return data


def _encode(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        told = {f.name: _encode(getattr(value, f.name)) for f in fields(value) if _tells(value, f)}
        return {"kind": type(value).__name__, **told}
    if isinstance(value, tuple):
        return [_encode(part) for part in value]
    if isinstance(value, datetime):
        return {"kind": "datetime", "iso": value.isoformat()}
    if isinstance(value, date):
        return {"kind": "date", "iso": value.isoformat()}
    return value


def _tells(value: Any, field: Any) -> bool:
    return field.default is MISSING or getattr(value, field.name) != field.default


def load(data: Any) -> Query | Act:
    """The query, or the act, that `dump` wrote.

    Raises:
        ValueError: where the data is no query; pydantic's ValidationError, which is one, says which field.
    """
    made = _decode(data)
    if not isinstance(made, (*get_args(Query), *get_args(Act))):
        raise ValueError(f"not a query: {type(made).__name__}")
    return cast(Query | Act, made)


def _decode(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_decode(part) for part in data)
    if not isinstance(data, dict):
        return data
    told = dict(data)
    kind = told.pop("kind", "")
    if kind in ("date", "datetime"):
        return (datetime if kind == "datetime" else date).fromisoformat(str(told.get("iso")))
    if kind not in _MODELS:
        raise ValueError(f"no kind of query is called {kind!r}; there are {', '.join(_MODELS)}")
    model = _MODELS[kind]
    if extra := set(told) - {field.name for field in fields(model)}:
        raise ValueError(f"a {kind} has no {', '.join(sorted(extra))}")
    parts = {name: _decode(part) for name, part in told.items()}
    _adapter(kind).validate_python(parts)
    return model(**parts)


@cache
def _adapter(kind: str) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(_MODELS[kind])


def schema() -> dict[str, Any]:
    """The JSON schema of the family."""
    from pydantic import TypeAdapter

    return TypeAdapter(Query | Act).json_schema()
