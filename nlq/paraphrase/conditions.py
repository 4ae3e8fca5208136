"""Conditions in words that parse back to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from nlq.columns import DATES, NUMERIC
from nlq.keys import ROW, STATE, column_of
from nlq.paraphrase.values import number_text, value_text
from nlq.query import Agg, Among, And, Between, Condition, Has, In, Missing, Not, Of, Or, Test
from nlq.states import FINISHED
from nlq.tokens import name_key
from nlq.vocabulary import canonical
from store.catalog import Catalog
from store.vocabulary import words

__all__ = ["alone", "clause", "condition_text", "days_between", "grouping", "name_of", "with_text"]

_VERBS = {"": "mention", "start": "starting with", "end": "ending with", "word": "mention the very word"}
_DATED = {">=": "since", "<": "before", ">": "after", "<=": "until", "=": "on", "!=": "not on"}
_STATES: dict[tuple[object, ...], str] = {
    ("crashed", "diverged"): "failed",
    ("crashed", "diverged", "stopped"): "went wrong",
    FINISHED: "completed",
}


def name_of(key: str, catalog: Catalog) -> str:
    """What a column is called."""
    return column_of(catalog, key).name


def alone(key: str, catalog: Catalog, beside: Sequence[str] = ()) -> str:
    """What a column is called, in quotes where its name would mean its kin as well: `lr` beside `matrix_lr`.

    Args:
        beside: columns that are named with it; where all its kin are among them, no quotes are needed.
    """
    column = column_of(catalog, key)
    own = canonical(name_key(column.name))
    kin = [c for c in catalog.columns if c.key != key and c.kind == column.kind and _ends_in(c.name, own)]
    return f'"{column.name}"' if any(other.key not in beside for other in kin) else column.name


def grouping(key: str, catalog: Catalog) -> str:
    """What a column is called to group by: in quotes where it is told in prose only, else it is refused."""
    column = column_of(catalog, key)
    return f'"{column.name}"' if column.role == "change" else column.name


def _in_family(key: str, catalog: Catalog) -> str:
    """The same in a condition, where only the families' names mean several columns."""
    own = canonical(name_key(name_of(key, catalog)))
    return alone(key, catalog) if own in _families() else name_of(key, catalog)


def _families() -> list[tuple[str, ...]]:
    return [canonical(tuple(name.split())) for name in words("columns")["families"]]


def _ends_in(name: str, words: tuple[str, ...]) -> bool:
    return bool(words) and canonical(name_key(name))[-len(words) :] == words


_PLACED = (
    "since ", "before ", "after ", "in the best ", "in the worst ", "in the last ", "in the first ",
    "within ", "pareto ", "alike ",
)  # fmt: skip
"""What stands behind the noun without "with": "runs since 2026-01-01"."""


def clause(where: Condition, catalog: Catalog) -> str:
    """A condition behind the noun: "with lr = 0.02", "that diverged", "that mention "warmup"".

    Example:
        >>> clause(Has("", "warmup"), Catalog((), 0))
        'that mention "warmup"'
    """
    text = condition_text(where, catalog)
    said = where.of if isinstance(where, Or) else (where,)
    if all(isinstance(part, Has) and not part.key for part in said):
        return f"that {text}"
    if isinstance(where, (Test, In)) and where.key == STATE:
        return f"that are {text}" if text in ("running", "planned") else f"that {text}"
    return with_text(text)


def with_text(condition: str) -> str:
    """A condition in words behind the noun, "with" it where it does not stand there by itself."""
    return condition if condition.startswith(_PLACED) else f"with {condition}"


def condition_text(where: Condition, catalog: Catalog) -> str:
    """A condition in words."""
    if isinstance(where, And):
        return " and ".join(_beside_others(part, catalog) for part in where.of)
    if isinstance(where, Or):
        joined = " or else " if any(isinstance(part, And) for part in where.of) else " or "
        return _family(where, catalog) or joined.join(condition_text(part, catalog) for part in where.of)
    if isinstance(where, Not):
        return _recorded(where.of, catalog) or f"not {condition_text(where.of, catalog)}"
    if isinstance(where, Among):
        return _place_text(where, catalog)
    if isinstance(where, Missing):
        if where.nan:
            return f"NaN {_in_family(where.key, catalog)}"
        flag = column_of(catalog, where.key).type == "bool"  # "missing fp8" is off
        name = _in_family(where.key, catalog)
        return f"{name} not recorded" if flag else f"missing {name}"
    if isinstance(where, Has):
        column = f"{name_of(where.key, catalog)} " if where.key else ""
        return f'{column}{_VERBS[where.at]} "{where.text}"'
    if where.key == STATE:
        return _state(where)
    told = column_of(catalog, where.key)
    name, unit = _in_family(where.key, catalog), told.unit
    tail = f" {unit}" if unit and told.type in NUMERIC else ""
    if isinstance(where, Between):
        return f"{name} between {value_text(where.low)} and {value_text(where.high)}{tail}"
    if isinstance(where, In):
        return f"{name} = {' or '.join(value_text(value) for value in where.values)}{tail}"
    return _test(where, name, tail, catalog)


def _beside_others(where: Condition, catalog: Catalog) -> str:
    """A condition of several: the last few of the runs that meet the others are the last of those."""
    if isinstance(where, Among) and where.what == "last" and not where.of_all:
        return f"{_last(where)} of those {catalog.nouns[0]}s"
    return condition_text(where, catalog)


def _last(where: Among) -> str:
    return f"in the {'first' if where.worst else 'last'} {number_text(where.amount)}"


def _place_text(where: Among, catalog: Catalog) -> str:
    if where.what == "last":
        return f"{_last(where)} {'of all ' if where.of_all else ''}{catalog.nouns[0]}s"
    names = [alone(key, catalog) for key in where.keys] if where.what != "alike" else []
    if where.what == "near":
        return f"within {number_text(where.amount)}{' %' if where.percent else ''} of the best {names[0]}"
    if where.what == "share":
        end, of_all = "worst" if where.worst else "best", "of all " if where.of_all else ""
        return f"in the {end} {number_text(where.amount)} % {of_all}by {names[0]}"
    if where.what == "front":
        return f"pareto optimal in {' and '.join(names)}"
    told = {column.name for column in catalog.columns if column.key in where.keys}
    seeds = any(column.kind == "param" and column.name.lower() == "seed" for column in catalog.columns)
    return "alike in all parameters" + (" but seed" if seeds and not told & {"seed", "Seed", "SEED"} else "")


def days_between(where: Condition, catalog: Catalog) -> str:
    """Whole days from one to another, as one side of a comparison tells them; "" for any other condition."""
    if not isinstance(where, And) or len(where.of) != 2:
        return ""
    low, high = where.of
    if not (isinstance(low, Test) and isinstance(high, Test) and low.key == high.key):
        return ""
    if (low.op, high.op) != (">=", "<") or column_of(catalog, low.key).type not in DATES:
        return ""
    if not (isinstance(low.value, date) and isinstance(high.value, date)):
        return ""
    last = high.value - timedelta(days=1)
    text = f"{value_text(low.value)} and {value_text(last)}"
    return "" if ":" in text else f"between {text}"


def _recorded(where: Condition, catalog: Catalog) -> str:
    """What is not missing: a flag that is recorded may be off."""
    if not isinstance(where, Missing) or where.nan or column_of(catalog, where.key).type == "bool":
        return ""
    return f"{_in_family(where.key, catalog)} recorded"


def _family(where: Or, catalog: Catalog) -> str:
    """One value in every column of a family ("lr = 0.04" of `lr`, `matrix_lr` …): said by its name."""
    tests = [part for part in where.of if isinstance(part, Test)]
    if len(tests) < len(where.of) or len({(test.op, test.value) for test in tests}) > 1:
        return ""
    names = [catalog.column(test.key).name for test in tests]
    for name, family in zip(words("columns")["families"], _families(), strict=True):
        if all(_ends_in(own, family) for own in names):
            return f"{name} {tests[0].op} {value_text(tests[0].value)}"  # type: ignore[arg-type]
    return ""


def _state(where: Test | In | Between) -> str:
    if isinstance(where, Between):
        return "not known"  # states have no order
    values = where.values if isinstance(where, In) else (where.value,)
    return _STATES.get(values) or " or ".join(map(str, values))


_IN_FILE = {">=": "since", ">": "after", "<": "before", "<=": "until"}


def _test(where: Test, name: str, tail: str, catalog: Catalog) -> str:
    value = where.value
    if isinstance(value, Of):
        run = f'"{value.run}"' if value.mentioned else value.run
        if where.key == ROW:
            return f"{_IN_FILE.get(where.op, where.op)} {run}"
        return f"{name} {where.op} that of {run}"
    if isinstance(value, Agg):
        return f"{name} {where.op} the {value.function if value.function != 'mean' else 'average'}"
    if value is True:
        return name
    if column_of(catalog, where.key).type in DATES:
        return f"{_DATED[where.op]} {value_text(value)}"
    return f"{name} {where.op} {value_text(value)}{tail}"
