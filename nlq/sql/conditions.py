"""Conditions as SQL; each value is bound, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlq.keys import ROW, STATE, column_of
from nlq.lexicon import prose_columns
from nlq.query import Agg, Among, And, Between, Condition, Has, In, Missing, Not, Of, Or, Scalar, Test
from nlq.sql.among import among_sql
from nlq.sql.expressions import item_sql, value_of
from store.catalog import Catalog, Column
from store.engines.duckdb import quote
from store.records import Value

__all__ = ["clause", "condition_sql"]

_JOINTS = re.compile(r"(?<=\w)[\s_-]+(?=[^\W_])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
"""Where a text may be written apart, joined or with a hyphen: between words, between letters and digits."""

_BETWEEN = r"[^\pL\pN]*"
"""What stands between them: "GPT 2" is also written "GPT-2" and "gpt2", "seed 7" `seed=7`."""

_NO_DIGIT, _ENDS = r"(?:^|[^\pN.])", r"(?:$|[^\pN.]|\.(?:$|\PN))"
"""Before and behind a number, which is mentioned as a whole: 0.1 is not 10.1, nor 0.15."""

_OPS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def clause(parts: Sequence[str]) -> str:
    """The WHERE of conditions that all hold; "" for none."""
    return f" WHERE {' AND '.join(dict.fromkeys(parts))}" if parts else ""


def condition_sql(where: Condition, catalog: Catalog, params: list[Value]) -> str:
    """A condition; its values go to `params`."""
    if isinstance(where, (And, Or)):
        if isinstance(where, And) and any(isinstance(part, Among) for part in where.of):
            return _with_places(where, catalog, params)
        word = " AND " if isinstance(where, And) else " OR "
        return "(" + word.join(condition_sql(part, catalog, params) for part in where.of) + ")"
    if isinstance(where, Not):
        inner = condition_sql(where.of, catalog, params)
        return f"NOT coalesce({inner}, false)" if _absent_is_false(where.of) else f"NOT {inner}"
    if isinstance(where, Among):
        return among_sql(where, catalog, str)
    if isinstance(where, Missing):
        return _no_number(where, catalog) if where.nan else f"{_operand(where.key, catalog)} IS NULL"
    if isinstance(where, Has):
        return _has(where, catalog, params)
    name = _operand(where.key, catalog)
    if isinstance(where, Between):
        params += [where.low, where.high]
        return f"({name} >= ? AND {name} <= ?)"
    if isinstance(where, In):
        return _in(where, name, catalog, params)
    return _test(where, name, catalog, params)


def _with_places(where: And, catalog: Catalog, params: list[Value]) -> str:
    """Conditions together with the place of a run among those that meet the others."""
    others = [part for part in where.of if not isinstance(part, Among)]

    def beside() -> str:
        return " AND ".join(condition_sql(part, catalog, params) for part in others)

    told = [
        among_sql(part, catalog, beside) if isinstance(part, Among) else condition_sql(part, catalog, params)
        for part in where.of
    ]
    return f"({' AND '.join(told)})"


def _no_number(where: Missing, catalog: Catalog) -> str:
    """The rows that say so: the engine holds what is no number as missing, as it does what was never told."""
    rows = column_of(catalog, where.key).unmeasured
    return f"({ROW} IN ({', '.join(map(str, rows))}))" if rows else "false"


def _absent_is_false(where: Condition) -> bool:
    """A text that is absent mentions nothing, a flag that is absent is off."""
    return (isinstance(where, Has) and not where.key) or (isinstance(where, Test) and where.value is True)


def _operand(key: str, catalog: Catalog) -> str:
    if key in (STATE, ROW):
        return key
    column = column_of(catalog, key)
    return value_of(column) if column.kind == "metric" else quote(key)


def _test(where: Test, name: str, catalog: Catalog, params: list[Value]) -> str:
    op, value = _OPS[where.op], where.value
    if isinstance(value, Of):
        if value.mentioned:
            told = " AND ".join(_has(Has("", word), catalog, params) for word in value.run.split())
            one = f"CASE WHEN count(*) = 1 THEN max({_operand(value.key, catalog)}) END"
            return f"{name} {op} (SELECT {one} FROM runs WHERE {told})"
        run = catalog.role("run")
        assert run is not None
        named = _equal(quote(run.key), run, [value.run], params)
        return f"{name} {op} (SELECT {quote(value.key)} FROM runs WHERE {named} ORDER BY {ROW} LIMIT 1)"
    if isinstance(value, Agg):
        return f"{name} {op} (SELECT {item_sql(value, catalog)} FROM runs)"
    column = column_of(catalog, where.key)
    if isinstance(value, str) and column.type == "text":
        if where.op in ("=", "!="):
            equal = _equal(name, column, [value], params)
            return equal if where.op == "=" else f"NOT {equal}"
        params.append(value)
        return f"lower({name}) {op} lower(?)"
    params.append(value)
    if where.op == "=" and isinstance(value, float):
        return f"abs({name} - ?) <= 1e-12 + 1e-9 * abs({value!r})"
    return f"{name} {op} ?"


def _in(where: In, name: str, catalog: Catalog, params: list[Value]) -> str:
    texts = [value for value in where.values if isinstance(value, str)]
    column = column_of(catalog, where.key)
    if len(texts) == len(where.values) and column.type == "text":
        return _equal(name, column, texts, params)
    params += where.values
    return f"{name} IN ({_marks(where.values)})"


def _equal(name: str, column: Column, values: Sequence[str], params: list[Value]) -> str:
    """Text without case: by its own spellings where the catalog lists all, which spares a `lower` a row."""
    spelled = _spellings(column, values)
    bound = "?" if spelled is not None else "lower(?)"
    name = name if spelled is not None else f"lower({name})"
    listed: Sequence[Scalar] = spelled if spelled is not None else values
    params += listed
    if len(listed) == 1:
        return f"{name} = {bound}"
    return f"{name} IN ({_marks(listed, bound)})"


def _spellings(column: Column, values: Sequence[str]) -> list[str] | None:
    """The column's own cells that read as one of the values, or None where not all cells are known."""
    if column.key == STATE:
        return [value.lower() for value in values]
    if len(column.values) < column.distinct or not column.values:
        return None
    wanted = {value.lower() for value in values}
    own = [cell for cell in map(str, column.values) if cell.lower() in wanted]
    return own or list(values)


def _marks(values: Sequence[object], mark: str = "?") -> str:
    return ", ".join(mark for _ in values)


def _has(where: Has, catalog: Catalog, params: list[Value]) -> str:
    keys = [where.key]
    if not where.key:
        texts = [column for column in catalog.columns if column.type == "text"]
        keys = [column.key for column in prose_columns(catalog) or texts]
    words = _JOINTS.split(where.text)
    if where.at == "word":
        text = _BETWEEN.join(re.escape(word) for word in words)
        pattern = rf"(?i)(^|[^a-z]){text}($|[^a-z])"
        parts = [f"regexp_matches({quote(key)}, ?)" for key in keys]
    elif len(words) > 1 or (not where.at and any(map(str.isdigit, where.text))):
        text = _BETWEEN.join(re.escape(word) for word in words)
        whole = (
            f"{_NO_DIGIT if words[0][0].isdigit() else ''}{text}{_ENDS if words[-1][-1].isdigit() else ''}"
        )
        pattern = "(?i)" + {"": whole, "start": f"^{text}", "end": rf"{text}\z"}[where.at]
        parts = [f"regexp_matches({quote(key)}, ?)" for key in keys]
    else:
        text = _escape(where.text)
        pattern = {"": f"%{text}%", "start": f"{text}%", "end": f"%{text}"}[where.at]
        parts = [f"{quote(key)} ILIKE ? ESCAPE '\\'" for key in keys]
    params += [pattern] * len(keys)
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts) or 'false'})"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
