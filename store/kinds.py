"""What each column of a table is: the run's name, a parameter, a metric, or another attribute.

By its name first (`grammar/words/metrics.toml`, `params.toml`, `roles.toml`), and where the name says nothing
by its values, but only in a table that is about runs at all: in a table of singers or cities a number is
neither chosen nor measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from store.cells import Header
from store.directions import direction_of, known_metric
from store.names import find_phrase, name_key, name_words
from store.records import Field, Kind, Value
from store.states import read_status
from store.typed import Typed
from store.vocabulary import words

__all__ = ["Declared", "declare", "kind_of", "role_of"]


@dataclass(slots=True)
class Declared:
    """The fields of a table by name, and which of its columns names the run (-1: none)."""

    fields: dict[str, Field] = field(default_factory=dict)
    run: int = -1


def declare(headers: Sequence[Header], columns: Sequence[Typed]) -> Declared:
    """Say what each column is.

    Args:
        headers: the columns' headers; their names differ.
        columns: their values, in the same order.
    """
    rows = len(columns[0].values) if columns else 0
    about_runs = any(known_metric(h.name) or kind_of(h.name) == "param" for h in headers)
    declared = Declared(run=_run_column(headers, columns, rows))
    for index, (header, column) in enumerate(zip(headers, columns, strict=True)):
        role = role_of(header.name, column.values)
        if index == declared.run:
            kind: Kind = "run"
        elif role:
            kind = "metric" if role == "duration" and _is_number(column) else "attribute"
        else:
            kind = _kind(header, column, rows, about_runs)
        declared.fields[header.name] = Field(header.name, kind, column.unit, header.direction, role)
    return declared


@cache
def kind_of(name: str) -> Kind:
    """What a column is by its name alone: "param", "metric", or "attribute" where the name does not say.

    Example:
        >>> kind_of("hp.learning_rate"), kind_of("eval_top5_err"), kind_of("warmup_steps"), kind_of("country")
        ('param', 'metric', 'param', 'attribute')
    """
    said = name_words(name)
    prefixes = words("params")["prefixes"]
    if len(said) > 1 and (name.startswith(tuple(f"{p}{s}" for p in prefixes["params"] for s in "._/"))):
        return "param"
    if len(said) > 1 and name.startswith(("metrics.", "metrics/", "metric.")):
        return "metric"
    if known_metric(name):
        return "metric"
    if " ".join(said) in _params():
        return "param"
    chosen = find_phrase(said, _param_patterns())
    direction, _ = direction_of(name)
    measured = find_phrase(said, _metric_patterns()) if direction else (0, 0)
    if measured > chosen:
        return "metric"
    return "param" if chosen[0] else "attribute"


def role_of(name: str, values: Sequence[Value] = ()) -> str:
    """What a column is for ("date", "status", "notes" …), or "".

    A status column has to hold at least one word that is known for a status, a date column a date.
    """
    role = _roles().get(name_key(name), "")
    if role == "status" and values and not any(isinstance(v, str) and read_status(v) for v in set(values)):
        return ""
    if role in (
        "goal",
        "notes",
        "observations",
        "command",
        "description",
        "contributor",
        "hardware",
        "commit",
    ):
        return role if not values or any(isinstance(v, str) for v in values) else ""
    if role == "date" and values and not any(hasattr(v, "year") for v in values):
        return ""
    if role == "duration" and values and not any(isinstance(v, (int, float)) for v in values):
        return ""
    return role


def _kind(header: Header, column: Typed, rows: int, about_runs: bool) -> Kind:
    kind = kind_of(header.name)
    if kind == "metric" and not _is_number(column):
        kind = "attribute"
    if header.direction and _is_number(column):
        return "metric"
    if not about_runs:
        return kind if kind == "metric" and known_metric(header.name) else "attribute"
    if kind != "attribute" or not _is_number(column):
        return kind
    different = set(column.values) - {None}
    if rows >= 4 and 2 <= len(different) <= max(2, rows // 3) and not _long_fractions(different):
        return "param"
    measured = words("metrics")["measured"]["words"]
    if _long_fractions(different) or find_phrase(name_words(header.name), measured)[0]:
        return "metric"
    return "attribute"


def _long_fractions(values: set[Value]) -> bool:
    """Whether most of the values have three or more decimals: measured, not chosen."""
    some = [value for value in list(values)[:200] if isinstance(value, float)]
    return bool(some) and sum(round(value, 2) != value for value in some) > len(some) / 2


def _is_number(column: Typed) -> bool:
    return any(isinstance(v, (int, float)) and not isinstance(v, bool) for v in column.values) and not any(
        isinstance(v, str) for v in column.values[:50]
    )


def _run_column(headers: Sequence[Header], columns: Sequence[Typed], rows: int) -> int:
    """The column that names the run: a strong name where most rows have one of their own, else a weak one."""
    if not rows:
        return -1
    names = [name_key(header.name) for header in headers]
    for wanted, share in ((words("roles")["run"]["strong"], 0.5), (words("roles")["run"]["weak"], 1.0)):
        for name in wanted:
            for index, key in enumerate(names):
                if key == name and _names_rows(columns[index].values, rows, share):
                    return index
    return -1


def _names_rows(values: Sequence[Value], rows: int, share: float) -> bool:
    if any(isinstance(value, float) for value in values):
        return False
    different = set(values) - {None}
    if share >= 1:
        return len(different) == rows
    return len(different) >= share * rows and len(values) - values.count(None) >= 0.7 * rows


@cache
def _params() -> frozenset[str]:
    return frozenset(
        name_key(n) for name, others in words("params")["known"].items() for n in [name, *others]
    )


@cache
def _param_patterns() -> frozenset[str]:
    return frozenset(words("params")["patterns"]["words"])


@cache
def _metric_patterns() -> frozenset[str]:
    table = words("metrics")["patterns"]
    return frozenset([*table["lower"], *table["higher"]])


@cache
def _roles() -> dict[str, str]:
    return {name_key(name): role for role, names in words("roles")["roles"].items() for name in names}
