"""Query → the one sentence that says it: the "understood" line, in words that parse back to the same query."""

from __future__ import annotations

from datetime import date, datetime

from nlq.keys import STATE, column_of
from nlq.query import (
    About,
    Agg,
    And,
    Between,
    Card,
    Col,
    Compare,
    Condition,
    Has,
    In,
    Item,
    Missing,
    Not,
    Of,
    Or,
    Order,
    Query,
    Scalar,
    Select,
    Share,
    Side,
    Test,
    Tried,
    Values,
)  # fmt: skip
from nlq.tokens import name_key
from nlq.vocabulary import canonical
from store.catalog import Catalog
from store.vocabulary import words

__all__ = ["clause", "condition_text", "item_text", "number_text", "paraphrase"]

_FUNCTIONS = {
    "mean": "mean",
    "std": "spread of",
    "sum": "sum of",
    "corr": "correlation of",
    "range": "range of",
}
_ORDINALS = {1: "second", 2: "third", 3: "fourth", 4: "fifth"}
_ABOUT = {
    "summary": "summary", "metrics": "which metrics", "parameters": "which parameters", "varying": "which parameters vary",
    "columns": "columns", "constant": "constant parameters", "conflicts": "conflicts", "todo": "things to try", "open": "open things to try", "done": "things to try are done",
    "sources": "sources",
}  # fmt: skip


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
        names = ", ".join(_name(key, catalog) for key in query.keys)
        text = _joined(f"values of {names} tried", query.where, catalog, f"in {catalog.nouns[0]}s")
        return text if query.part is None else f"{text}, and was any {condition_text(query.part, catalog)}"
    if isinstance(query, Tried):
        return f"is there a {catalog.nouns[0]} with {condition_text(query.where, catalog)}"
    if isinstance(query, Share):
        text = f"share of {catalog.nouns[0]}s with {condition_text(query.part, catalog)}"
        return (
            text if query.where is None else f"{text} among those with {condition_text(query.where, catalog)}"
        )
    if isinstance(query, Compare):
        return _compare(query, catalog)
    if isinstance(query, Card):
        topic = {"why": "why", "details": "details of", "config": "config of", "notes": "notes on"}[
            query.topic
        ]
        which = (
            _ranked(Select(where=None, order=query.order, limit=query.limit), catalog) if query.order else ""
        )
        return _joined(
            f"{topic} {which}".strip(), query.where, catalog, "" if query.order else f"{catalog.nouns[0]}s"
        )
    assert isinstance(query, About)
    return _joined(_ABOUT[query.topic], query.where, catalog, f"of {catalog.nouns[0]}s")


def _joined(text: str, where: Condition | None, catalog: Catalog, of: str) -> str:
    if where is None:
        return text
    return f"{text} {of} {clause(where, catalog)}".replace("  ", " ")


def _name(key: str, catalog: Catalog) -> str:
    return "order in the file" if key == "_row" else column_of(catalog, key).name


# -- selections


def _select(query: Select, catalog: Catalog) -> str:
    grouped = bool(query.group) or any(isinstance(item, Agg) for item in query.show)
    text = _groups(query, catalog) if grouped else _rows(query, catalog)
    if query.where is not None:
        which = clause(query.where, catalog)
        whose = f" of {catalog.nouns[0]}s" if grouped and which.startswith("that") and not query.group else ""
        whose = "" if text.endswith(f"{catalog.nouns[0]}s") else whose
        text += f"{whose} {which}"
    for having in query.having:
        text += f", {item_text(having.item, catalog)} {having.op} {number_text(having.value)}"
    return f"{text} in {query.unit}" if query.unit else text


def _rows(query: Select, catalog: Catalog) -> str:
    noun = catalog.nouns[0]
    text = _ranked(query, catalog) if query.limit is not None else f"{noun}s"
    if query.show:
        shown = ", ".join(_name(item.key, catalog) for item in query.show if isinstance(item, Col))
        text = f"{'different ' if query.distinct else ''}{shown} of {text}"
    if query.per:
        text += f" per {_name(query.per, catalog)}"
    if query.every:
        text += " of any status"
    if query.limit is None and query.order:
        text += ", " + " and ".join(
            f"sorted by {item_text(one.by, catalog)} {'descending' if one.descending else 'ascending'}"
            for one in query.order
        )
    return text


def _ranked(query: Select, catalog: Catalog) -> str:
    noun = catalog.nouns[0]
    if not query.order:
        return f"{query.limit} {noun}s"
    count = query.limit or 1
    head = noun if count == 1 else f"{count} {noun}s"
    ends = " and ".join(_end(one, catalog) for one in query.order)
    if query.offset:
        return f"{head} with the {_ORDINALS.get(query.offset, f'{query.offset + 1}th')} {ends}"
    return f"{head} with the {ends}"


def _end(one: Order, catalog: Catalog) -> str:
    if isinstance(one.by, Col) and one.by.key == "_row":
        return "latest place in the file" if one.descending else "first place in the file"
    dated = isinstance(one.by, Col) and catalog.column(one.by.key).type in ("date", "datetime")
    if dated:
        return f"{'latest' if one.descending else 'first'} {item_text(one.by, catalog)}"
    return f"{'highest' if one.descending else 'lowest'} {item_text(one.by, catalog)}"


def _groups(query: Select, catalog: Catalog) -> str:
    text = ", ".join(item_text(item, catalog) for item in query.show) or "groups"
    if query.group:
        text += " by " + " and ".join(_name(key, catalog) for key in query.group)
    if query.limit is not None and query.order:
        ends = " and ".join(
            f"{'highest' if o.descending else 'lowest'} {item_text(o.by, catalog)}" for o in query.order
        )
        text += f", the {query.limit if query.limit > 1 else 'one'} with the {ends}"
    elif query.order:
        text += ", " + " and ".join(
            f"sorted by {item_text(o.by, catalog)} {'descending' if o.descending else 'ascending'}"
            for o in query.order
        )
    return text


def item_text(item: Item, catalog: Catalog) -> str:
    """A column or an aggregate in words."""
    if isinstance(item, Col):
        return _name(item.key, catalog)
    if not item.key:
        return f"number of {catalog.nouns[0]}s"
    name = _name(item.key, catalog)
    if item.function == "count":
        return f"number of different {name}" if item.distinct else f"number of {name}"
    if item.function == "corr":
        return f"correlation of {name} and {_name(item.other, catalog)}"
    return f"{_FUNCTIONS.get(item.function, item.function)} {name}"


# -- comparisons


def _compare(query: Compare, catalog: Catalog) -> str:
    head = "what changed between" if query.changed else "compare"
    text = f"{head} " + " vs ".join(_side(side, catalog) for side in query.sides)
    if query.keys:
        text += " by " + " and ".join(_name(key, catalog) for key in query.keys)
    return _joined(text, query.where, catalog, "")


def _side(side: Side, catalog: Catalog) -> str:
    if side.order:
        return _ranked(Select(order=tuple(o for o in side.order if "#" not in str(o.by)), limit=1), catalog)
    run = catalog.role("run")
    if isinstance(side.where, Test) and run is not None and side.where.key == run.key:
        return str(side.where.value)
    return condition_text(side.where, catalog) if side.where is not None else "all"


# -- conditions


def clause(where: Condition, catalog: Catalog) -> str:
    """A condition behind the noun: "with lr = 0.02", "that diverged", "that mention "warmup"".

    Example:
        >>> clause(Has("", "warmup"), Catalog((), 0))
        'that mention "warmup"'
    """
    text = condition_text(where, catalog)
    if isinstance(where, Has) and not where.key:
        return f"that {text}"
    if isinstance(where, (Test, In)) and where.key == STATE:
        return f"that are {text}" if text in ("running", "planned") else f"that {text}"
    return f"with {text}"


def condition_text(where: Condition, catalog: Catalog) -> str:
    """A condition in words."""
    if isinstance(where, And):
        return " and ".join(condition_text(part, catalog) for part in where.of)
    if isinstance(where, Or) and (family := _family(where, catalog)):
        return family
    if isinstance(where, Or):
        return " or ".join(condition_text(part, catalog) for part in where.of)
    if isinstance(where, Not):
        return f"not {condition_text(where.of, catalog)}"
    if isinstance(where, Missing):
        return f"missing {_name(where.key, catalog)}"
    if isinstance(where, Has):
        verb = {"": "mention", "start": "starting with", "end": "ending with"}[where.at]
        column = f"{_name(where.key, catalog)} " if where.key else ""
        return f'{column}{verb} "{where.text}"'
    if where.key == STATE:
        return _state(where)
    name = catalog.column(where.key).name
    unit = catalog.column(where.key).unit
    tail = f" {unit}" if unit and catalog.column(where.key).type in ("integer", "number") else ""
    if isinstance(where, Between):
        return f"{name} between {value_text(where.low)} and {value_text(where.high)}{tail}"
    if isinstance(where, In):
        return f"{name} = {' or '.join(value_text(value) for value in where.values)}{tail}"
    return _test(where, name, tail, catalog)


def _family(where: Or, catalog: Catalog) -> str:
    """One value in every column of a family ("lr = 0.04" of `lr`, `matrix_lr` …): said by the family's name."""
    tests = [part for part in where.of if isinstance(part, Test)]
    if len(tests) < len(where.of) or len({(test.op, test.value) for test in tests}) > 1:
        return ""
    names = [canonical(name_key(catalog.column(test.key).name)) for test in tests]
    for name in words("columns")["families"]:
        family = canonical(tuple(name.split()))
        if all(own[-len(family) :] == family for own in names):
            return f"{name} {tests[0].op} {value_text(tests[0].value)}"  # type: ignore[arg-type]
    return ""


def _state(where: Test | In | Between) -> str:
    values = where.values if isinstance(where, In) else (where.value,) if isinstance(where, Test) else ()
    if values == ("crashed", "diverged"):
        return "failed"
    if values == ("crashed", "diverged", "stopped"):
        return "went wrong"
    if values == ("completed", "discarded"):
        return "completed"
    return " or ".join(str(value) for value in values)


def _test(where: Test, name: str, tail: str, catalog: Catalog) -> str:
    value = where.value
    if isinstance(value, Of):
        return f"{name} {where.op} that of {value.run}"
    if isinstance(value, Agg):
        return f"{name} {where.op} the {value.function if value.function != 'mean' else 'average'}"
    if value is True:
        return name
    if catalog.column(where.key).type in ("date", "datetime"):
        word = {">=": "since", "<": "before", ">": "after", "<=": "until", "=": "on", "!=": "not on"}[
            where.op
        ]
        return f"{word} {value_text(value)}"
    return f"{name} {where.op} {value_text(value)}{tail}"


def value_text(value: Scalar) -> str:
    """A value as it would be typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return number_text(value)
    return f'"{value}"' if " " in value else str(value)


def number_text(value: float | int) -> str:
    """The shortest text that is faithful to six digits.

    Example:
        >>> number_text(0.30000000000000004), number_text(524288), number_text(2.0)
        ('0.3', '524288', '2')
    """
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    whole = repr(value)
    return whole if len(whole) <= 10 and "e" not in whole else f"{value:.6g}"
