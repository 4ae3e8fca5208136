"""What an adjective measures: "fastest", "cheapest", "oldest", "the smallest model"."""

from __future__ import annotations

from nlq.columns import date_column, duration, is_year, named, orderable
from nlq.keys import ROW, column_of
from nlq.lexicon import tells_runs
from nlq.resolve.draft import Draft, Refusal
from nlq.tokens import name_key
from store.catalog import Catalog, Column
from store.units import measure

__all__ = ["AGE", "FAST", "HIGH", "SLOW", "hinted", "measuring", "tells_age"]

AGE = frozenset(("age",))

_HINTS: dict[str, tuple[frozenset[str], str]] = {
    "cost": (frozenset(("cost", "price", "usd", "dollars", "fee", "fare", "rent", "charge")), "money"),
    "salary": (frozenset(("salary", "wage", "pay", "income", "earnings", "compensation", "paid")), "-"),
    "depth": (frozenset(("depth", "layers")), "-"),
    "age": (AGE, "-"),
    "weight": (frozenset(("weight", "mass", "size", "params", "parameters", "depth", "layers")), "-"),
    "height": (frozenset(("height", "tall")), "-"),
    "temperature": (frozenset(("temperature", "temp", "celsius", "fahrenheit", "heat")), "-"),
    "rain": (frozenset(("rain", "rainfall", "precipitation", "precip")), "-"),
    "population": (frozenset(("population", "inhabitants", "residents")), "-"),
    "width": (frozenset(("width", "wide", "breadth")), "-"),
    "experience": (frozenset(("experience", "seniority", "service", "tenure")), "-"),
    "visits": (frozenset(("visitors", "visits", "attendance", "visited", "attendees", "guests")), "-"),
    "views": (frozenset(("viewers", "views", "audience", "viewership", "watched")), "-"),
    "wealth": (frozenset(("wealth", "worth", "fortune", "balance", "money", "assets", "income")), "-"),
    "power": (frozenset(("power", "horsepower", "hp", "kw", "watts")), "-"),
    "rating": (frozenset(("rating", "ratings", "score", "stars", "rated")), "-"),
    "points": (frozenset(("points", "score", "goals", "pts")), "-"),
    "gross": (frozenset(("gross", "sales", "sold", "revenue", "grossed", "copies")), "-"),
}
"""What an adjective measures: the words of such columns' names, and their kind of unit."""

_BEGUN = frozenset(
    (
        "birth", "born", "dob", "birthday", "birthdate", "founded", "founding", "established", "built",
        "opened", "opening", "creation", "year",
    )
)  # fmt: skip
"""Words of columns that tell when something began: the earlier, the older."""

_TIMES = frozenset(("minutes", "seconds", "milliseconds"))
_LENGTHS = frozenset(("length", *_TIMES, "distance"))
_LASTING = frozenset(("duration", "runtime", "running"))
_SIZES = frozenset("size capacity area diameter population volume tonnage enrollment employees".split())
HIGH = frozenset(("altitude", "elevation", "height"))
_SPEEDS = frozenset(("speed", "velocity", "pace", "mph", "kmh", "kph", "knots"))
FAST, SLOW = frozenset(("fastest", "quickest", "faster")), frozenset(("slowest", "slower"))
_TOLD = {"duration": "how long a run took", "cost": "a cost", "size": "a size"}


def hinted(hint: str, draft: Draft) -> Column:
    """The column that an adjective measures.

    Raises:
        Refusal: where the history has none.
    """
    found = measuring(hint, draft.catalog)
    if found is None and hint == "cost" and draft.runs and (found := duration(draft.catalog)) is not None:
        draft.assume(f"no cost is recorded: {found.name} taken in its place", cost=0.05)
    if found is None and hint == "date":
        return _row_order(draft)
    if found is None:
        raise Refusal(f"nothing in this history tells {_TOLD.get(hint, hint)}")
    return found


def measuring(hint: str, catalog: Catalog) -> Column | None:
    """The column that an adjective measures, or None."""
    if hint == "speed":
        return named(catalog, _SPEEDS)
    if hint == "duration":
        if tells_runs(catalog):
            return duration(catalog) or named(catalog, _TIMES)
        told = named(catalog, _LENGTHS | _LASTING)  # the longest flight has not the longest delay
        return told or duration(catalog) or named(catalog, _HINTS["height"][0])
    if hint == "age":
        return named(catalog, AGE) or named(catalog, _BEGUN)
    if hint == "date":
        return date_column(catalog) or (None if tells_runs(catalog) else _of_years(catalog))
    if hint == "size" and not tells_runs(catalog):
        sizes = [c for c in catalog.columns if orderable(c) and _SIZES & set(name_key(c.name))]
        return sizes[0] if len(sizes) == 1 else None
    if hint == "size":
        return _model_size(catalog)
    names, unit = _HINTS[hint]
    measured = next((c for c in catalog.columns if c.unit and measure(c.unit) == unit), None)
    return measured or named(catalog, names)


def _of_years(catalog: Catalog) -> Column | None:
    """The column that tells when something began by its year, else the only one that holds years."""
    years = [column for column in catalog.columns if is_year(column) and orderable(column)]
    return named(catalog, _BEGUN) or (years[0] if len(years) == 1 else None)


_PARAMETERS = frozenset(("param", "params", "parameters"))
_COUNTS = frozenset("n num number count total of model m b k million millions billion billions size".split())
_OTHER_SIZES = frozenset(
    "batch micro global img image window patch vocab vocabulary step steps kernel hidden crop input".split()
    + "context block chunk tile sample dataset data train test val group embed embedding cache buffer".split()
    + "pool population queue output".split()
)
"""Words before "size" that make it the size of something else than the model."""


def _counts_parameters(said: set[str]) -> bool:
    """`num_params_M`, but not `param_data_ratio`."""
    return bool(said & _PARAMETERS) and said <= _PARAMETERS | _COUNTS


def _model_size(catalog: Catalog) -> Column | None:
    """How large a model is: how many parameters it has, else its size as it is called, else its depth."""
    sizes = ((c, set(name_key(c.name))) for c in catalog.columns if orderable(c) and c.kind != "run")
    own = next((c for c, said in sizes if "size" in said and not said & _OTHER_SIZES), None)
    counted = (c for c in catalog.columns if orderable(c) and _counts_parameters(set(name_key(c.name))))
    return next(counted, None) or own or named(catalog, _HINTS["depth"][0])


def _row_order(draft: Draft) -> Column:
    """The order of the file, said as an assumption."""
    draft.assume("no date is recorded: taken in the order of the file", cost=0.05 if draft.runs else 0.5)
    return column_of(draft.catalog, ROW)


def tells_age(column: Column) -> bool:
    """Whether a column holds ages, rather than when something began."""
    return bool(AGE & set(name_key(column.name)))
