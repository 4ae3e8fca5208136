"""What each column of a table is: the run's name, a parameter, a metric, or another attribute.

By its name first (`grammar/words/metrics.toml`, `params.toml`, `roles.toml`), and where the name says nothing
by its values, but only in a table that is about runs at all: in a table of singers or cities a number is
neither chosen nor measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from store.cells import Header
from store.directions import known_metric, measured_words, taken_for
from store.names import find_phrase, name_key, name_words
from store.records import Field, Kind, Value
from store.slotted import fresh, slotted
from store.states import read_status
from store.typed import Typed
from store.vocabulary import words

__all__ = ["Declared", "declare", "kind_of", "role_of"]


@slotted(frozen=False)
class Declared:
    """The fields of a table by name, and which of its columns names the run (-1: none)."""

    fields: dict[str, Field] = fresh(default_factory=dict)
    run: int = -1


def declare(headers: Sequence[Header], columns: Sequence[Typed]) -> Declared:
    """Say what each column is.

    Args:
        headers: the columns' headers; their names differ.
        columns: their values, in the same order.
    """
    rows = len(columns[0].values) if columns else 0
    about_runs = (
        _hints(headers) >= _HINTS
        or any(map(_tells_runs, headers, columns))
        or sum(map(_is_measure, headers, columns)) >= _HINTS
    )
    declared = Declared(run=_run_column(headers, columns, rows))
    if declared.run < 0 and about_runs and rows > 1 and _are_names(columns[0].values):
        declared.run = 0
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
        >>> kind_of("start_time"), kind_of("top1_diff"), kind_of("metrics.foo")
        ('attribute', 'metric', 'metric')
    """
    if prefixed := _prefixed(name):
        return prefixed
    if known_metric(name):
        return "metric"
    said = name_words(name)
    if " ".join(said) in _params():
        return "param"
    chosen = find_phrase(said, _param_patterns())
    sort, end, length = taken_for(name)
    if (end, length) > chosen:
        return "attribute" if sort == "neither" else "metric"
    return "param" if chosen[0] else "attribute"


def role_of(name: str, values: Sequence[Value] = ()) -> str:
    """What a column is for ("date", "status", "notes" …), or "".

    A status column has to hold at least one word that is known for a status, a date column a date. Of a
    dotted name the last part counts, and a unit at the end does not: `results.status`, `runtime_s`.
    """
    role = _roles().get(name_key(name), "") or _roles().get(_bare_key(name), "")
    if not role or not values:
        return role
    return role if _holds(role, values) else ""


def _bare_key(name: str) -> str:
    said = name_words(name.rpartition(".")[2])
    units = words("units")["header"]
    if len(said) > 1 and (said[-1] in units["last"] or said[-1] in units["letter"]):
        said = said[:-1]
    return " ".join(said)


def _holds(role: str, values: Sequence[Value]) -> bool:
    if role == "status":
        return any(isinstance(value, str) and read_status(value) for value in set(values))
    if role == "date":
        return any(hasattr(value, "year") for value in values)
    if role == "duration":
        return any(isinstance(value, (int, float)) for value in values)
    return any(isinstance(value, str) for value in values)


def _kind(header: Header, column: Typed, rows: int, about_runs: bool) -> Kind:
    number = _is_number(column)
    if header.direction and number:
        return "metric"
    if not about_runs:
        return "attribute"
    kind = kind_of(header.name)
    if kind != "attribute":
        return kind if number or kind == "param" else "attribute"
    if taken_for(header.name)[0] == "neither":
        return "attribute"
    different = set(column.values) - {None}
    measured = bool(find_phrase(name_words(header.name), measured_words())[0])
    few = rows >= 4 and 2 <= len(different) <= max(2, rows // 3)
    if not number:
        texts = all(isinstance(value, str) and len(value) <= 30 for value in different)
        return "param" if few and texts and not measured else "attribute"
    if _long_fractions(different) or measured or _padded(different):
        return "metric"
    return "param" if few else "attribute"


def _tells_runs(header: Header, column: Typed) -> bool:
    """Whether only a table of runs has such a column: "val_bpb" is told by it, "price" or "model" is not."""
    key = name_key(header.name)
    if key in _everyday():
        return False
    strong = key in words("roles")["run"]["strong"] or key in _params() or _prefixed(header.name) is not None
    return strong or (bool(known_metric(header.name)) and _is_number(column))


# So many everyday words of experiments in one table ("workload", "study", "submission") are no accident.
_HINTS = 3


def _hints(headers: Sequence[Header]) -> int:
    return sum(name_key(header.name) in _everyday() for header in headers)


_MEASURES = frozenset(
    "accuracy acc bpb bpc ppl perplexity auroc auc f1 miou map50 bleu rouge wer cer rmse".split()
)


def _is_measure(header: Header, column: Typed) -> bool:
    """Whether a column is some measure of a model: `ptq_accuracy`; one or two may be a player's."""
    return bool(_MEASURES.intersection(name_words(header.name)[-1:])) and _is_number(column)


def _long_fractions(values: set[Value]) -> bool:
    """Whether most of the values have three or more decimals: measured, not chosen."""
    some = [value for value in list(values)[:200] if isinstance(value, float)]
    return bool(some) and sum(round(value, 2) != value for value in some) > len(some) / 2


def _padded(values: set[Value]) -> bool:
    """Whether whole numbers are written with a decimal ("85.0"): formatted by a program, not chosen."""
    whole = bool(values) and all(isinstance(value, float) and value.is_integer() for value in values)
    return whole and not values <= {0.0, 1.0}  # on or off


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


def _are_names(values: Sequence[Value]) -> bool:
    """Whether the first column of a table of runs names them ("RoPE Variant"): short texts, each its own."""
    short = all(isinstance(value, str) and len(value) <= 60 for value in values)
    return short and len(set(values)) == len(values)


def _names_rows(values: Sequence[Value], rows: int, share: float) -> bool:
    if any(isinstance(value, float) for value in values):
        return False
    different = set(values) - {None}
    if share >= 1:
        return len(different) == rows
    return len(different) >= share * rows and len(values) - values.count(None) >= 0.7 * rows


@cache
def _prefixed(name: str) -> Kind | None:
    """What a tracker's prefix says: "hp.lr", "params_lr", "metrics.loss"; None without one."""
    prefixes = words("params")["prefixes"]
    if name.startswith(tuple(f"{prefix}{sign}" for prefix in prefixes["params"] for sign in "._/:")):
        return "param"
    if name.startswith(tuple(f"{prefix}{sign}" for prefix in prefixes["metrics"] for sign in "./:")):
        return "metric"
    return None


@cache
def _everyday() -> frozenset[str]:
    return frozenset(words("params")["everyday"]["words"])


@cache
def _params() -> frozenset[str]:
    return frozenset(
        name_key(n) for name, others in words("params")["known"].items() for n in [name, *others]
    )


@cache
def _param_patterns() -> frozenset[str]:
    return frozenset(words("params")["patterns"]["words"])


@cache
def _roles() -> dict[str, str]:
    return {name_key(name): role for role, names in words("roles")["roles"].items() for name in names}
