"""Which column a superlative speaks of, and which end of it is meant."""

from __future__ import annotations

from nlq.answer import Assumption
from nlq.pieces import Super
from nlq.resolve.draft import NUMERIC, Draft, Refusal, orderable, tells_runs
from nlq.tokens import name_key
from store.catalog import Catalog, Column
from store.units import measure

__all__ = ["descending", "duration", "is_resource", "main_metric", "metrics", "row_order", "superlative_column"]

ROW = Column("_row", "order in the file", "attribute", "integer")
"""The order in which runs stand in the history, where no date tells."""

_RESOURCES = (
    "time",
    "size",
    "money",
    "token rate",
    "step rate",
    "image rate",
    "time a step",
    "share",
    "compute rate",
)
_RESOURCE_WORDS = frozenset(
    "time duration runtime memory mem vram cost price mfu params steps step epochs tokens flops throughput latency "
    "seconds hours minutes speed size gb mb".split()
)
_TRAIN = frozenset(("train", "training"))
_VALID = frozenset(("val", "validation", "valid", "eval", "dev"))


def metrics(catalog: Catalog) -> list[Column]:
    """The measured columns that hold numbers."""
    return [
        column
        for column in catalog.columns
        if column.kind == "metric" and column.type in NUMERIC and column.count
    ]


def main_metric(catalog: Catalog) -> Column | None:
    """The metric that "best" means where none is told.

    The first measure of quality in the file that most runs have: not a resource (time, memory, cost), and
    validation before training where both are there.
    """
    quality = [column for column in metrics(catalog) if column.direction and not is_resource(column)]
    if not quality:
        return None
    most = max(column.count for column in quality)
    wide = [column for column in quality if column.count >= 0.6 * most]
    parts = [frozenset(name_key(column.name)) for column in wide]
    for column, words in zip(wide, parts, strict=True):
        if words & _VALID:
            return column if parts[0] & (_TRAIN | _VALID) else wide[0]
    return wide[0]


def is_resource(column: Column) -> bool:
    """Whether a metric is what a run cost (time, memory, money) rather than how good it became."""
    return measure(column.unit) in _RESOURCES or bool(_RESOURCE_WORDS & set(name_key(column.name)))


def duration(catalog: Catalog) -> Column | None:
    """The column that tells how long a run took."""
    found = catalog.role("duration")
    if found and found.type in NUMERIC:
        return found
    timed = [c for c in catalog.columns if c.type in NUMERIC and measure(c.unit) == "time"]
    named = [
        c
        for c in catalog.columns
        if c.type in NUMERIC and {"time", "duration", "runtime"} & set(name_key(c.name))
    ]
    return (timed or named or [None])[0]


_HINTS = {
    "cost": ({"cost", "price", "usd", "dollars"}, ("money",)),
    "size": ({"params", "parameters", "depth", "layers", "size"}, ()),
    "age": ({"age", "birth", "born", "dob", "birthday", "founded", "built", "opened", "year"}, ()),
    "height": ({"height", "tall"}, ()),
}


def _hinted(hint: str, draft: Draft) -> Column:
    catalog = draft.catalog
    if hint == "duration":
        found = duration(catalog) or _named(catalog, {"length", "minutes", "seconds", "distance"})
    elif hint == "date":
        dated = catalog.role("date") or next(
            (c for c in catalog.columns if c.type in ("date", "datetime")), None
        )
        found = dated or row_order(draft)
    else:
        names, measures = _HINTS[hint]
        found = next((c for c in catalog.columns if c.unit and measure(c.unit) in measures), None) or _named(
            catalog, names
        )
    if found is None:
        what = {"duration": "how long a run took", "cost": "a cost", "size": "a size"}.get(hint, hint)
        raise Refusal(f"nothing in this history tells {what}")
    return found


def _named(catalog: Catalog, names: set[str]) -> Column | None:
    return next((c for c in catalog.columns if orderable(c) and names & set(name_key(c.name))), None)


def row_order(draft: Draft) -> Column:
    """The order of the file, said as an assumption."""
    draft.assume(
        "no date is recorded: taken in the order of the file", cost=0.05 if tells_runs(draft.catalog) else 0.5
    )
    return ROW


def superlative_column(piece: Super, draft: Draft) -> Column:
    """The column a superlative speaks of.

    Raises:
        Refusal: where the history has none.
    """
    if piece.mention is not None:
        columns = [column for column in piece.mention.columns if orderable(column)]
        if not columns:
            raise Refusal(f'"{piece.mention.text}" holds no numbers, so nothing in it is highest or lowest')
        _say_others(piece.mention.text, columns, [c for c in piece.mention.also if c.type in NUMERIC], draft)
        return columns[0]
    if piece.hint:
        column = _hinted(piece.hint, draft)
        if piece.hint != "date":
            draft.assume(f"read as {'lowest' if piece.which == 'min' else 'highest'} {column.name}")
        return column
    found = main_metric(draft.catalog)
    if found is None:
        raise Refusal(
            "this history has no metric that is known to be better high or low",
            tuple(f"highest {c.name}" for c in draft.catalog.columns if c.type in NUMERIC)[:3],
        )
    others = [c for c in metrics(draft.catalog) if c.direction and c.key != found.key and not is_resource(c)]
    override = f"best {draft.catalog.nouns[0]} by {others[0].name}" if others else ""
    draft.assume(f"by {found.name}", override, 0.02)
    return found


def _say_others(text: str, columns: list[Column], also: list[Column], draft: Draft) -> None:
    if len(columns) > 1:
        others = ", ".join(column.name for column in columns[1:4])
        draft.assume(
            f'"{text}" read as {columns[0].name}; also {others}', draft.reworded(text, columns[1].name), 0.05
        )


def descending(which: str, column: Column, draft: Draft) -> bool:
    """Whether the wanted end of the column is the high one."""
    if which in ("max", "min"):
        if column.direction == "" and column.type in ("date", "datetime") and column.key != ROW.key:
            return which == "max"
        return which == "max"
    if not column.direction:
        draft.assume(
            f"whether high or low {column.name} is better is not known: highest taken as best",
            f"lowest {column.name}", 0.25,
        )  # fmt: skip
        return which == "best"
    lower = column.direction == "lower"
    guessed = ", guessed from its name" if column.because == "name" else ""
    better = f"{column.direction} is better{guessed}"
    for at, assumption in enumerate(draft.assumptions):
        if assumption.text == f"by {column.name}":
            draft.assumptions[at] = Assumption(f"by {column.name} ({better})", assumption.override)
            break
    else:
        draft.assume(f"{column.name}: {better}")
    return lower if which == "worst" else not lower
