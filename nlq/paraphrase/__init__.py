"""Query → the one sentence that says it: the "understood" line, which parses back to the same query."""

from __future__ import annotations

from nlq.columns import DATES
from nlq.keys import ROW, column_of
from nlq.lexicon import tells_runs
from nlq.paraphrase.conditions import (
    alone,
    clause,
    condition_text,
    days_between,
    grouping,
    name_of,
    with_text,
)
from nlq.paraphrase.steps import span_text, steps_text
from nlq.paraphrase.values import number_text, value_text
from nlq.query import (
    Agg,
    Card,
    Col,
    Compare,
    Condition,
    Item,
    Moves,
    Order,
    Query,
    Select,
    Share,
    Side,
    Steps,
    Streak,
    Test,
    Tried,
    Values,
    Whether,
)
from store.catalog import Catalog

__all__ = [
    "clause",
    "condition_text",
    "item_text",
    "number_text",
    "paraphrase",
    "span_text",
    "value_text",
    "with_text",
]

_FUNCTIONS = {"std": "spread of", "sum": "sum of", "range": "range of"}
_ORDINALS = {1: "second", 2: "third", 3: "fourth", 4: "fifth"}
_ABOUT = {
    "summary": "summary",
    "metrics": "which metrics",
    "parameters": "which parameters",
    "varying": "which parameters vary",
    "constant": "constant parameters",
    "columns": "columns",
    "conflicts": "conflicts",
    "todo": "things to try",
    "open": "open things to try",
    "done": "things to try are done",
    "sources": "sources",
    "claim": "best result according to the log",
}
_CARDS = {"why": "why", "details": "details of", "config": "config of", "notes": "notes on"}


def paraphrase(query: Query, catalog: Catalog) -> str:
    """The canonical sentence of a query.

    Example:
        >>> from store.catalog import Column
        >>> catalog = Catalog((Column("loss", "loss", "metric", "number", direction="lower"),), 3)
        >>> paraphrase(Select(order=(Order(Col("loss"), best=True),), limit=1), catalog)
        'run with the lowest loss'
    """
    if isinstance(query, Select):
        return _select(query, catalog)
    if isinstance(query, Values):
        return _values(query, catalog)
    if isinstance(query, Compare):
        return _compare(query, catalog)
    if isinstance(query, Steps):
        return steps_text(query, catalog)
    noun = catalog.nouns[0]
    if isinstance(query, Tried):
        return f"is there a {noun} {with_text(condition_text(query.where, catalog))}"
    if isinstance(query, Whether):
        ranked = _ranked(Select(order=query.order, limit=query.limit), catalog)
        first = _joined(f"{'is' if query.limit == 1 else 'are'} the {ranked}", query.where, catalog, "")
        return f"{first} {'one' if query.limit == 1 else 'ones'} {clause(query.part, catalog)}"
    if isinstance(query, Share):
        text = f"share of {noun}s with {condition_text(query.part, catalog)}"
        return text + (f" among those with {condition_text(query.where, catalog)}" if query.where else "")
    if isinstance(query, Moves):
        return _moves(query, catalog)
    if isinstance(query, Streak):
        which = "longest" if query.which == "longest" else "current"
        return _joined(f"{which} streak of {noun}s {clause(query.part, catalog)}", query.where, catalog, "")
    if isinstance(query, Card):
        if not query.order and query.where is None:
            return f"{_CARDS[query.topic]} all {noun}s"
        if not query.order:
            return _joined(_CARDS[query.topic], query.where, catalog, f"{noun}s")
        which = _ranked(Select(order=query.order, limit=query.limit), catalog)
        return _joined(f"{_CARDS[query.topic]} {which}", query.where, catalog, "")
    if query.topic == "matters":
        text = f"which parameters matter most for {name_of(query.key, catalog)}"
        return _joined(text, query.where, catalog, f"of {noun}s")
    return _joined(_ABOUT[query.topic], query.where, catalog, f"of {noun}s")


def _values(query: Values, catalog: Catalog) -> str:
    names = ", ".join(alone(key, catalog, query.keys) for key in query.keys)
    text = _joined(f"values of {names} tried", query.where, catalog, f"in {catalog.nouns[0]}s")
    return text if query.part is None else f"{text}, and was any {condition_text(query.part, catalog)}"


def _joined(text: str, where: Condition | None, catalog: Catalog, of: str) -> str:
    if where is None:
        return text
    return f"{text} {of} {clause(where, catalog)}".replace("  ", " ")


# -- selections


def _select(query: Select, catalog: Catalog) -> str:
    text = _groups(query, catalog) if query.aggregates else _rows(query, catalog)
    if query.where is not None:
        which, nouns = clause(query.where, catalog), f"{catalog.nouns[0]}s"
        whole = query.aggregates and not query.group and not text.endswith(nouns)
        text += f" of {nouns} {which}" if whole and which.startswith("that") else f" {which}"
    for having in query.having:
        text += f", {item_text(having.item, catalog)} {having.op} {number_text(having.value)}"
    return f"{text} in {query.unit}" if query.unit else text


def _rows(query: Select, catalog: Catalog) -> str:
    text = _ranked(query, catalog) if query.limit is not None else f"{catalog.nouns[0]}s"
    run = catalog.role("run")
    if run is not None and query.show == (Col(run.key),) and tells_runs(catalog):
        text = f"names of {text}"
    elif query.show:
        shown = ", ".join(name_of(item.key, catalog) for item in query.show)
        text = f"{'different ' if query.distinct else ''}{shown} of {text}"
    if query.per:
        text += f" per {name_of(query.per, catalog)}"
    if query.every:
        text += " of any status"
    return text if query.limit is not None else text + _sorted(query, catalog)


def _sorted(query: Select, catalog: Catalog) -> str:
    ends = [
        f"sorted by {item_text(one.by, catalog)} {'descending' if one.descending else 'ascending'}"
        for one in query.order
    ]
    return f", {' and '.join(ends)}" if ends else ""


def _ranked(query: Select, catalog: Catalog) -> str:
    noun = catalog.nouns[0]
    if not query.order:
        return f"{query.limit} {noun}s"
    count = query.limit or 1
    head = noun if count == 1 else f"{count} {noun}s"
    ends = " and ".join(_end(one, catalog) for one in query.order)
    if query.offset:
        return f"{head} with the {_place(query.offset)} {ends}"
    return f"{head} with the {ends}"


def _end(one: Order, catalog: Catalog) -> str:
    if one.by.key == ROW and isinstance(one.by, Col):
        return "latest place in the file" if one.descending else "first place in the file"
    dated = isinstance(one.by, Col) and column_of(catalog, one.by.key).type in DATES
    ends = ("latest", "first") if dated else ("highest", "lowest")
    return f"{ends[0] if one.descending else ends[1]} {item_text(one.by, catalog)}"


def _groups(query: Select, catalog: Catalog) -> str:
    shown = query.show
    shares = [item for item in shown if isinstance(item, Agg) and item.function == "share"]
    if shares and Agg("count") in shown:  # a share is told with what it is of
        shown = tuple(item for item in shown if item != Agg("count"))
    text = _ends_of_time(query, catalog) or _end_alone(query, catalog)
    text = text or ", ".join(item_text(item, catalog) for item in shown)
    if query.per:
        end, *_ = query.order
        own = " and ".join(name_of(key, catalog) for key in query.group if key != query.per)
        many = f"{query.limit} " if query.limit and query.limit > 1 else ""
        ranked = f"{'highest' if end.descending else 'lowest'} {item_text(end.by, catalog)}"
        return f"{many}{own} with the {ranked} per {name_of(query.per, catalog)}"
    text = text or "groups"
    if query.group:
        text += " by " + " and ".join(grouping(key, catalog) for key in query.group)
    if query.limit is None or not query.order:
        return text + _sorted(query, catalog)
    ends = " and ".join(
        ("highest" if one.descending else "lowest")
        + (f" {item_text(one.by, catalog)}" if one.by not in shares else "")  # said already
        for one in query.order
    )
    place = f"{_place(query.offset)} " if query.offset else ""
    return f"{text}, the {query.limit if query.limit > 1 else 'one'} with the {place}{ends}"


def _place(offset: int) -> str:
    return _ORDINALS.get(offset, f"{offset + 1}th")


def _ends_of_time(query: Select, catalog: Catalog) -> str:
    """The first and the last date together."""
    if len(query.show) != 2 or not all(isinstance(item, Agg) and item.key for item in query.show):
        return ""
    first, _ = query.show
    key = first.key
    dated = column_of(catalog, key).type in DATES
    return (
        f"range of {name_of(key, catalog)}"
        if dated and query.show == (Agg("min", key), Agg("max", key))
        else ""
    )


def _end_alone(query: Select, catalog: Catalog) -> str:
    """ "Min of loss": by itself "min loss" asks for the run."""
    item = query.show[0] if len(query.show) == 1 else None
    alone_ = isinstance(item, Agg) and item.function in ("min", "max")
    return f"{item.function} of {name_of(item.key, catalog)}" if isinstance(item, Agg) and alone_ else ""


def item_text(item: Item, catalog: Catalog) -> str:
    """A column or an aggregate in words."""
    if isinstance(item, Col):
        return name_of(item.key, catalog)
    if item.function == "share":
        return f"share of {catalog.nouns[0]}s" + (f" {clause(item.part, catalog)}" if item.part else "")
    if not item.key:
        return f"number of {catalog.nouns[0]}s"
    name = name_of(item.key, catalog)
    if item.function == "count":
        return f"number of different {name}" if item.distinct else f"number of {name}"
    if item.function == "corr":
        return f"correlation of {name} and {name_of(item.other, catalog)}"
    return f"{_FUNCTIONS.get(item.function, item.function)} {name}"


# -- runs in their order

_MOVES = {"best": "improvement", "worst": "regression", "max": "increase", "min": "decrease", "": "change"}


def _moves(query: Moves, catalog: Catalog) -> str:
    if query.which == "record":
        text = f"progress of {name_of(query.key, catalog)}"
        return _joined(text, query.where, catalog, f"of {catalog.nouns[0]}s")
    noun = _MOVES[query.which]
    if query.limit is not None:
        noun = f"biggest {noun}" if query.limit == 1 else f"{query.limit} biggest {noun}s"
    text = f"{noun} of {name_of(query.key, catalog)} from {catalog.nouns[0]} to {catalog.nouns[0]}"
    return _joined(text, query.where, catalog, "")


# -- comparisons


def _compare(query: Compare, catalog: Catalog) -> str:
    head = "what changed between" if query.changed else "compare"
    text = f"{head} " + " vs ".join(
        _side(side, catalog, last=side is query.sides[-1]) for side in query.sides
    )
    if query.keys:
        text += " by " + " and ".join(name_of(key, catalog) for key in query.keys)
    return _joined(text, query.where, catalog, "")


def _side(side: Side, catalog: Catalog, *, last: bool = False) -> str:
    """One side; what is common to all stands behind the last, whose own has to be told apart from it."""
    if side.order:
        order = tuple(o for o in side.order if not o.by.key.startswith("#"))
        rank = next((int(o.by.key[1:]) for o in side.order if o not in order), 0)
        text = _ranked(Select(order=order, limit=1, offset=rank), catalog)
        return _joined(f"{text} itself" if last and side.where is not None else text, side.where, catalog, "")
    run = catalog.role("run")
    if isinstance(side.where, Test) and run is not None and side.where.key == run.key:
        return str(side.where.value)
    if side.where is None:
        return "all"
    return days_between(side.where, catalog) or condition_text(side.where, catalog)
