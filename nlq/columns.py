"""What a history's columns are for: which of them measure quality, time and money, and which name things."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.query import Agg, Condition, Not, Scalar, Test
from nlq.tokens import name_key
from nlq.vocabulary import singular
from store import directions
from store.catalog import Catalog, Column
from store.points import AXIS
from store.units import measure

__all__ = [
    "DATES",
    "NUMBERING",
    "NUMERIC",
    "along",
    "best_of",
    "counts_things",
    "date_column",
    "duration",
    "epoch_column",
    "is_called_by_its_thing",
    "is_half_told",
    "is_id",
    "is_named_outright",
    "is_resource",
    "is_set",
    "is_switch",
    "is_year",
    "main_metric",
    "metrics",
    "named",
    "names_rows",
    "none_of",
    "orderable",
    "some_of",
    "spending",
    "throughput",
    "which_end",
]

NUMERIC = ("integer", "number")
DATES = ("date", "datetime")

_TRAIN = frozenset(("train", "training"))
_VALID = frozenset(("val", "validation", "valid", "eval", "dev"))


_BECAUSE = {
    "header": ", as the file says",
    "config": ", as configured",
    "known metric": ", a known metric",
    "name": ", guessed from its name",
    "claim": ", as the log's best result is",
}


def which_end(column: Column) -> str:
    """Which end of a metric is better, and how that is known; "" where it is not.

    Example:
        >>> which_end(Column("loss", "loss", "metric", "number", direction="lower", because="known metric"))
        'lower is better, a known metric'
    """
    return f"{column.direction} is better{_BECAUSE.get(column.because, '')}" if column.direction else ""


def metrics(catalog: Catalog) -> list[Column]:
    """The measured columns that hold numbers."""
    return [
        column
        for column in catalog.columns
        if column.kind == "metric" and column.type in NUMERIC and column.count
    ]


def best_of(metric: Column) -> Agg:
    """The better end of a metric's values; the lower one where no direction is known."""
    return Agg("max" if metric.direction == "higher" else "min", metric.key)


_HARDLY = 4
"""So many times as often is a speed told than the quality that few runs tell."""


def main_metric(catalog: Catalog) -> Column | None:
    """The metric that "best" means where none is told.

    The first measure of quality in the file that most runs have: not a resource (time, memory, cost), and
    validation before training where both are there. Where hardly a run tells one, the speed that all tell is
    what was tuned.
    """
    directed = [column for column in metrics(catalog) if column.direction]
    quality = [column for column in directed if not is_resource(column)]
    speeds = [column for column in directed if directions.is_speed(column.name, column.unit)]
    if quality and _HARDLY * max(c.count for c in quality) < max((c.count for c in speeds), default=0):
        quality = speeds
    if not quality:
        return None
    most = max(column.count for column in quality)
    wide = [column for column in quality if column.count >= 0.6 * most]
    parts = [frozenset(name_key(column.name)) for column in wide]
    for column, words in zip(wide, parts, strict=True):
        if words & _VALID and words - _VALID == parts[0]:
            return column  # "loss" beside "val_loss" is that of the training
    for column, words in zip(wide, parts, strict=True):
        if words & _VALID:
            return column if parts[0] & (_TRAIN | _VALID) else wide[0]
    return wide[0]


def is_resource(column: Column) -> bool:
    """Whether a metric is what a run cost (time, memory, money) rather than how good it became."""
    return directions.is_resource(column.name, column.unit)


def duration(catalog: Catalog) -> Column | None:
    """The column that tells how long a run took."""
    found = catalog.role("duration")
    if found and found.type in NUMERIC:
        return found
    numbers = [column for column in catalog.columns if column.type in NUMERIC]
    timed = next((c for c in numbers if measure(c.unit) == "time"), None)
    return timed or next(
        (c for c in numbers if {"time", "duration", "runtime"} & set(name_key(c.name))), None
    )


def spending(catalog: Catalog) -> Column | None:
    """The column that tells what a run cost in money."""
    return next((column for column in catalog.columns if measure(column.unit) == "money"), None)


def date_column(catalog: Catalog) -> Column | None:
    """The date of a run, else the first column of dates."""
    return catalog.role("date") or next((c for c in catalog.columns if c.type in DATES), None)


def along(catalog: Catalog) -> Column | None:
    """The date that orders the runs: one that all of them have; without it they stand as in the history."""
    date = date_column(catalog)
    return date if date is not None and date.count == catalog.rows else None


def names_rows(column: Column) -> bool:
    """Whether a column is another name for the rows: hardly two of them share a value."""
    return column.distinct >= 0.95 * column.count


def named(catalog: Catalog, names: frozenset[str]) -> Column | None:
    """The first column with an order whose name holds one of the words."""
    return next((c for c in catalog.columns if orderable(c) and names & set(name_key(c.name))), None)


def orderable(column: Column) -> bool:
    """Whether "highest" makes sense of it."""
    return column.type in NUMERIC or column.type in DATES


_IDS = (("id",), ("ids",), ("code",), ("key",), ("uid",), ("no",))


def is_id(column: Column) -> bool:
    """Whether a column's numbers name things: they are neither summed nor compared by themselves."""
    last = name_key(column.name)[-1:]
    return column.kind == "run" or last in _IDS or (bool(last) and _is_glued_id(last[0]))


NUMBERING = frozenset(("id", "ids", "number", "numbers", "no", "code", "codes", "key", "run", "runs", "exp"))
"""Words that say that it is the number of a thing that is meant, not the thing or how many there are."""


def is_called_by_its_thing(column: Column, text: str) -> bool:
    """Whether words call a column of ids by the things alone, of which there may be many: "claims".

    Example:
        >>> column = Column("claim_id", "claim id", "attribute", "integer")
        >>> is_called_by_its_thing(column, "claims"), is_called_by_its_thing(column, "claim id")
        (True, False)
    """
    numbers = NUMBERING.union(name_key(column.name)[-1:])
    return is_id(column) and column.kind != "run" and not numbers.intersection(name_key(text))


def is_named_outright(column: Column, text: str) -> bool:
    """Whether words say that it is the numbers themselves that are asked of: "the highest series no".

    Example:
        >>> column = Column("series_no", "series no", "attribute", "integer")
        >>> is_named_outright(column, "series no"), is_named_outright(column, "series")
        (True, False)
    """
    last, said = name_key(column.name)[-1:], name_key(text)[-1:]
    return last == said and last in (("no",), ("code",), ("number",))


_ENDING_SO = frozenset(
    "bid aid kid mid paid said grid avoid solid valid fluid rapid covid hybrid acid".split()
)


def _is_glued_id(word: str) -> bool:
    """Whether a name is an id that is written as one word: `stuid`, `dormid`."""
    return word.endswith("id") and len(word) > 2 and word not in _ENDING_SO


_STEPS = (("step",), ("global", "step"), ("iteration",), ("iter",), ("epoch",))


def step_column(catalog: Catalog) -> Column | None:
    """The column that says that each row is one step of a run, as in a log of evaluations; else None.

    A run's own last step is told as often, and each row has another; those of several runs repeat.
    """
    run = catalog.role("run")
    if run is not None and run.distinct == run.count:
        return None
    whole = (c for c in catalog.columns if c.type == "integer" and c.count == catalog.rows and not c.series)
    named = (c for c in whole if name_key(c.name) in _STEPS)
    return next((c for c in named if 1 < c.distinct < c.count), None)


def epoch_column(catalog: Catalog) -> Column | None:
    """The column that tells at which epoch each step was; None where nothing does."""
    named = (c for c in catalog.columns if c.series and " ".join(name_key(c.name)) in AXIS)
    return next(named, None)


_COUNTS = frozenset(("num", "number", "count", "quantity", "total", "amount"))


def is_year(column: Column) -> bool:
    """Whether a column's numbers are years: they are compared, and never summed.

    Races per year are none, and an amount is none were it 1899.
    """
    name = name_key(column.name)
    if "year" in name:
        return "per" not in name
    if _COUNTS & set(name):
        return False
    ends = isinstance(column.low, int) and isinstance(column.high, int)
    return column.type == "integer" and ends and column.low >= 1000 and column.high <= 2100  # type: ignore[operator]


def is_half_told(columns: Sequence[Column], whole: bool) -> bool:
    """Whether words are half of a text's name and of a year's: "models" of `model_name` and `model_year`.

    Args:
        columns: that hold the words, the nearest first. whole: whether the words are all of its name.
    """
    column = next(filter(orderable, columns), None)
    if column is None or whole or column is columns[0]:
        return False
    return is_year(column) or is_id(column)


_SET = frozenset(("yes", "y", "true", "t"))
_UNSET = frozenset(("no", "n", "false", "f"))


def is_set(column: Column) -> Scalar | None:
    """The cell that says yes in a column that says nothing but yes and no; None of any other column."""
    if column.type == "bool":
        return True
    if column.type == "integer" and (column.low, column.high) == (0, 1):
        return 1
    if column.type != "text" or not 1 <= column.distinct <= 2:
        return None
    cells = {str(cell).strip().lower(): str(cell) for cell in column.values}
    if len(cells) != column.distinct or not set(cells) <= _SET | _UNSET:
        return None
    return next((cell for said, cell in cells.items() if said in _SET), None)


_NO_SWITCH = frozenset(
    "seed num number n count epochs epoch steps step level rank idx index id fold version shot shots fewshot "
    "layer layers order power size stage run trial".split()
)


def is_switch(column: Column) -> bool:
    """Whether a parameter of runs is on or off: true or false, or 1 or 0 in a column that counts nothing."""
    if column.type == "bool":
        return True
    both = column.type == "integer" and column.kind == "param" and set(column.values) == {0, 1}
    return both and not _NO_SWITCH & set(name_key(column.name))


def throughput(catalog: Catalog) -> Column | None:
    """The rate that tells how fast runs were, where no time does: the main metric, or the only such rate."""
    rates = [c for c in metrics(catalog) if c.direction == "higher" and c.unit.endswith("/s")]
    main = main_metric(catalog)
    return main if main in rates else rates[0] if len(rates) == 1 else None


def off_value(column: Column) -> Scalar | None:
    """The value of a parameter that says that there is none of it: a `dropout` of 0, an `aug` of "none".

    None where it has no such value; a seed of 0 is a seed.
    """
    if column.kind != "param" or is_id(column) or _NO_SWITCH & set(name_key(column.name)):
        return None
    if column.type in NUMERIC:
        return 0 if column.low == 0 and column.distinct > 1 else None
    if column.type != "text" or column.distinct < 2:
        return None
    return next((str(cell) for cell in column.values if str(cell).strip().lower() in _OFF), None)


def none_of(column: Column) -> Condition | None:
    """The condition that there is none of what a column tells; None where no value of it says so."""
    if column.type == "bool":
        return Not(Test(column.key, "=", True))
    off = off_value(column)
    return None if off is None else Test(column.key, "=", off)


def some_of(column: Column) -> Condition | None:
    """The condition that there is some of what a column tells; None where no value says there is none."""
    if column.type == "bool":
        return Test(column.key, "=", True)
    off = off_value(column)
    if off is None:
        return None
    others = [value for value in column.values if value is not None and value != off]
    if column.distinct == 2 and others:
        return Test(column.key, "=", others[0])
    return Test(column.key, ">", off) if column.type in NUMERIC else Not(Test(column.key, "=", off))


_OFF = _UNSET | {"none", "off", "disabled"}


def counts_things(column: Column) -> bool:
    """Whether a column says how many there were: `num_employees`, `followers`; an `advisor` is one."""
    if column.type not in NUMERIC or is_id(column) or is_year(column):
        return False
    name = name_key(column.name)
    return bool(_COUNTS & set(name)) or any(singular(word) != word for word in name)
