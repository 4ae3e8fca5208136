"""Columns that are the difference of two: the table `runs` has none of them, so it is asked with them."""

from __future__ import annotations

import re
from dataclasses import replace

from nlq.sql.expressions import value_of
from nlq.sql.statement import Statement
from store.catalog import MINUS, Catalog
from store.engines.duckdb import quote

__all__ = ["with_differences"]

_NAMED = re.compile(rf'"(\w+{MINUS}\w+)"')
_PLACES = 12
"""0.2151 less 0.0033 is 0.2118, and not a hair more."""

_FROM = re.compile(r"\bFROM runs\b")


def with_differences(statement: Statement, catalog: Catalog) -> Statement:
    """The statement over the runs and the differences that it names."""
    keys = sorted(set(_NAMED.findall(statement.text)))
    if not keys:
        return statement
    pairs = ((key, [value_of(catalog.column(one)) for one in key.split(MINUS)]) for key in keys)
    made = ", ".join(f"round({' - '.join(pair)}, {_PLACES}) AS {quote(key)}" for key, pair in pairs)
    table = f"FROM (SELECT *, {made} FROM runs) AS runs"
    return replace(statement, text=_FROM.sub(lambda _: table, statement.text))
