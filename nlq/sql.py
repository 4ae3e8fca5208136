"""Query → SQL over the table `runs`: values bound, names quoted, a total order always.

What the numbers mean is decided here, once:

- A column's sentinel (a crash logged as 0.000000) is missing wherever a metric is compared, sorted or
  aggregated.
- A superlative, and a mean, median, minimum, maximum or spread over a metric, look at runs whose numbers
  stand: completed and discarded ones. A sum and a count look at all: what a crashed run cost was spent. A
  condition that names a state, or `every`, lifts that.
- Beside a value that was tried stands its best finished run; where none finished, what is recorded.
- `NOT` and `!=` keep runs that have a value; a run that does not say its optimizer is neither muon nor
  another. A bare flag (`--fp8`) that is absent is off.
- Text compares without case. Rows tie by the order of the history.
"""

from __future__ import annotations

from nlq.keys import STATE, bucket_of
from nlq.lexicon import prose_columns
from nlq.query import (
    Agg,
    And,
    Between,
    Card,
    Col,
    Compare,
    Condition,
    Has,
    Having,
    In,
    Item,
    Missing,
    Not,
    Of,
    Or,
    Order,
    Query,
    Select,
    Share,
    Side,
    Test,
    Tried,
    Values,
)  # fmt: skip
from nlq.states import FINISHED, counts_all
from nlq.view import default_columns
from store.catalog import Catalog, Column
from store.records import Value
from store.slotted import slotted

__all__ = ["Sql", "Statement", "compile_query"]

ROW = "_row"


@slotted
class Statement:
    """One statement with its bound values.

    Attributes:
        items: what its columns are, in order; None for housekeeping columns.
    """

    text: str
    params: tuple[Value, ...]
    items: tuple[Item | None, ...] = ()


@slotted
class Sql:
    """The statements of a query: the first one is the answer's rows; a comparison has one for each side.

    Attributes:
        census: counts the runs the question speaks of by state, for what was left out.
    """

    statements: tuple[Statement, ...]
    census: Statement | None = None

    def __str__(self) -> str:
        return ";\n".join(statement.text for statement in self.statements)


def compile_query(query: Query, catalog: Catalog) -> Sql:
    """The SQL of a query; no statement for a question about the history itself."""
    compiler = _Compiler(catalog, isinstance(query, Select) and counts_all(query, catalog))
    if isinstance(query, Select):
        return compiler.select(query)
    if isinstance(query, Values):
        return compiler.values(query)
    if isinstance(query, Tried):
        select = Select(where=query.where)
        return Sql((compiler.rows(select),), compiler.census(query.where))
    if isinstance(query, Share):
        return compiler.share(query)
    if isinstance(query, Compare):
        sides = tuple(compiler.side(side, query.where) for side in query.sides)
        return Sql(sides)
    if isinstance(query, Card):
        rows = compiler.rows(Select(where=query.where, order=query.order, limit=query.limit), full=True)
        return Sql((rows,))
    return Sql(())


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@slotted(frozen=False)
class _Compiler:
    catalog: Catalog
    every: bool = False

    # -- whole queries

    def select(self, query: Select) -> Sql:
        if query.group or any(isinstance(item, Agg) for item in query.show):
            return Sql((self.groups(query),), self.census(query.where))
        return Sql((self.rows(query),), self.census(query.where) if query.order else None)

    def rows(self, query: Select, full: bool = False) -> Statement:
        """Rows with `_row` first; different rows without it."""
        columns = list(self.catalog.columns) if full else self._shown(query)
        params: list[Value] = []
        where = self._where(query, params)
        names = ", ".join(_quote(column.key) for column in columns)
        items: tuple[Item | None, ...] = tuple(Col(column.key) for column in columns)
        order = [self._order(one) for one in query.order]
        if query.distinct:
            text = f"SELECT {names} FROM runs{where} GROUP BY {names}"
            order = [
                f"min({one.split(' ')[0]}) {' '.join(one.split(' ')[1:])}" if not _among(one, names) else one
                for one in order
            ]
            order.append(f"min({ROW})")
        else:
            items = (None, *items)
            text = f"SELECT {ROW}, {names} FROM runs{where}" if names else f"SELECT {ROW} FROM runs{where}"
            if query.per:
                text += self._per(query, order)
                order = [_quote(query.per), *order]
                return Statement(f"{text} ORDER BY {', '.join([*order, ROW])}", tuple(params), items)
            order.append(ROW)
        text += f" ORDER BY {', '.join(order)}{_limits(query)}"
        return Statement(text, tuple(params), items)

    def _shown(self, query: Select) -> list[Column]:
        if not query.show:
            return default_columns(query, self.catalog)
        columns = [self.catalog.column(item.key) for item in query.show if isinstance(item, Col)]
        run = self.catalog.role("run")
        if run and run not in columns and not query.distinct:
            columns.insert(0, run)
        return columns

    def _per(self, query: Select, order: list[str]) -> str:
        limit = (query.limit or 1) + query.offset
        ranked = ", ".join([*order, ROW])
        rank = f"row_number() OVER (PARTITION BY {_quote(query.per)} ORDER BY {ranked})"
        return f" QUALIFY {rank} > {query.offset} AND {rank} <= {limit}"

    def groups(self, query: Select) -> Statement:
        """Aggregates, one row a group; groups without a value of the column come last."""
        params: list[Value] = []
        items: list[Item] = [*(Col(key) for key in query.group)]
        items += [item for item in query.show if item not in items]
        for one in query.order:
            if isinstance(one.by, Agg) and one.by not in items:
                items.append(one.by)
        for having in query.having:
            if having.item not in items:
                items.append(having.item)
        names = ", ".join(f"{self._item(item)} AS {_quote(_label(item))}" for item in items)
        where = self._where(query, params)
        text = f"SELECT {names} FROM runs{where}"
        if query.group:
            keys = ", ".join(_grouped(key) for key in query.group)
            text += f" GROUP BY {keys}"
            if query.having:
                text += " HAVING " + " AND ".join(self._having(one, params) for one in query.having)
            order = [self._order(one) for one in query.order]
            order += [f"{_grouped(key)} NULLS LAST" for key in query.group]
            text += f" ORDER BY {', '.join(order)}{_limits(query)}"
        return Statement(text, tuple(params), tuple(items))

    def values(self, query: Values) -> Sql:
        """Each value with its count, its runs and the main metric's best; one statement a column."""
        return Sql(tuple(self._value_rows(key, query) for key in query.keys), self.census(query.where))

    def _value_rows(self, key: str, query: Values) -> Statement:
        from nlq.columns import main_metric

        params: list[Value] = []
        name = _quote(key)
        run, metric = self.catalog.role("run"), main_metric(self.catalog)
        items: list[Item | None] = [Col(key), Agg("count")]
        names = [name, "count(*)"]
        if query.part is not None:
            names.append(f"count(*) FILTER (WHERE {self.condition(query.part, params)})")
            items.append(None)
        conditions = [f"{name} IS NOT NULL"]
        if query.where is not None:
            conditions.append(self.condition(query.where, params))
        if metric is not None:
            best = "max" if metric.direction == "higher" else "min"
            end = f"{best}({self._value(metric)})"
            names.append(f"coalesce({end} FILTER (WHERE {_finished()}), {end})")
            items.append(Agg(best, metric.key))  # type: ignore[arg-type]
        if run is not None:
            names.append(f"list({_quote(run.key)} ORDER BY {ROW})")
            items.append(Col(run.key))
        text = f"SELECT {', '.join(names)} FROM runs WHERE {' AND '.join(conditions)} GROUP BY {name} ORDER BY {name}"
        return Statement(text, tuple(params), tuple(items))

    def share(self, query: Share) -> Sql:
        params: list[Value] = []
        part = self.condition(query.part, params)
        where = self._clause(query.where, params)
        text = f"SELECT count(*) FILTER (WHERE {part}), count(*) FROM runs{where}"
        return Sql((Statement(text, tuple(params), (None, None)),), None)

    def side(self, side: Side, where: Condition | None) -> Statement:
        """The rows of one side, every column."""
        from nlq.query import both

        rank = next(
            (int(o.by.key[1:]) for o in side.order if isinstance(o.by, Col) and o.by.key.startswith("#")), 0
        )
        order = tuple(o for o in side.order if not (isinstance(o.by, Col) and o.by.key.startswith("#")))
        select = Select(
            tuple(Col(c.key) for c in self.catalog.columns), both(side.where, where), order=order,
            limit=1 if order else None, offset=rank,
        )  # fmt: skip
        params: list[Value] = []
        clause = self._where(select, params)
        names = ", ".join(["_row", "_state", *(_quote(c.key) for c in self.catalog.columns)])
        ranked = ", ".join([*(self._order(one) for one in order), ROW])
        text = f"SELECT {names} FROM runs{clause} ORDER BY {ranked}{_limits(select)}"
        return Statement(text, tuple(params), (None, None, *(Col(c.key) for c in self.catalog.columns)))

    def census(self, where: Condition | None) -> Statement:
        """How many of the runs the question speaks of are in each state."""
        params: list[Value] = []
        clause = self._clause(where, params)
        return Statement(
            f"SELECT _state, count(*) FROM runs{clause} GROUP BY _state ORDER BY _state", tuple(params)
        )

    # -- parts

    def _where(self, query: Select, params: list[Value]) -> str:
        parts: list[str] = []
        if query.where is not None:
            parts.append(self.condition(query.where, params))
        if query.per:
            parts.append(f"{_quote(query.per)} IS NOT NULL")
        best = [one for one in query.order if one.best and isinstance(one.by, Col)]
        for one in best:
            parts.append(f"{self._value(self.catalog.column(one.by.key))} IS NOT NULL")
        for one in query.order:
            if isinstance(one.by, Col) and one.by.key != ROW and query.limit is not None and not one.best:
                parts.append(f"{self._by(one.by)} IS NOT NULL")
        if best and not counts_all(query, self.catalog):
            parts.append(_finished())
        return f" WHERE {' AND '.join(dict.fromkeys(parts))}" if parts else ""

    def _clause(self, where: Condition | None, params: list[Value]) -> str:
        return f" WHERE {self.condition(where, params)}" if where is not None else ""

    def _by(self, item: Col) -> str:
        return item.key if item.key == ROW else self._value(self.catalog.column(item.key))

    def _value(self, column: Column) -> str:
        """A column with its sentinel as missing."""
        name = _quote(column.key)
        return name if column.sentinel is None else f"nullif({name}, {column.sentinel!r})"

    def _item(self, item: Item) -> str:
        if isinstance(item, Col):
            return _grouped(item.key)
        if not item.key:
            return "count(*)"
        column = self.catalog.column(item.key)
        value = self._value(column)
        stands = ""
        finished = column.kind == "metric" and item.function not in ("sum", "count")
        if finished and self.catalog.tells_state and not self.every:
            stands = f" FILTER (WHERE {_finished()})"
        if item.function == "count":
            return (
                f"count({'DISTINCT ' if item.distinct else ''}{value}){stands if not item.distinct else ''}"
            )
        if item.function == "range":
            return f"max({value}){stands} - min({value}){stands}"
        if item.function == "corr":
            return f"corr({value}, {self._value(self.catalog.column(item.other))}){stands}"
        name = {"mean": "avg", "std": "stddev_samp"}.get(item.function, item.function)
        distinct = "DISTINCT " if item.distinct else ""
        return f"{name}({distinct}{value}){stands}"

    def _order(self, one: Order) -> str:
        by = self._by(one.by) if isinstance(one.by, Col) else _quote(_label(one.by))
        return f"{by} {'DESC' if one.descending else 'ASC'} NULLS LAST"

    def _having(self, having: Having, params: list[Value]) -> str:
        params.append(having.value)
        return f"{self._item(having.item)} {_OPS[having.op]} ?"

    # -- conditions

    def condition(self, where: Condition, params: list[Value]) -> str:
        """A condition; its values go to `params` in the order of the text."""
        if isinstance(where, (And, Or)):
            word = " AND " if isinstance(where, And) else " OR "
            return "(" + word.join(self.condition(part, params) for part in where.of) + ")"
        if isinstance(where, Not):
            return self._not(where, params)
        if isinstance(where, Missing):
            return f"{_quote(where.key)} IS NULL"
        if isinstance(where, Has):
            return self._has(where, params)
        name = self._operand(where.key)
        if isinstance(where, Between):
            params += [where.low, where.high]
            return f"({name} >= ? AND {name} <= ?)"
        if isinstance(where, In):
            return self._in(where, name, params)
        return self._test(where, name, params)

    def _operand(self, key: str) -> str:
        if key == STATE:
            return STATE
        column = self.catalog.column(key)
        return self._value(column) if column.kind == "metric" else _quote(key)

    def _test(self, where: Test, name: str, params: list[Value]) -> str:
        op, value = _OPS[where.op], where.value
        if isinstance(value, Of):
            run = self.catalog.role("run")
            assert run is not None
            params.append(value.run)
            first = f"(SELECT {_quote(value.key)} FROM runs WHERE lower({_quote(run.key)}) = lower(?) ORDER BY {ROW} LIMIT 1)"
            return f"{name} {op} {first}"
        if isinstance(value, Agg):
            return f"{name} {op} (SELECT {self._item(value)} FROM runs)"
        params.append(value)
        if isinstance(value, str) and self._is_text(where.key):
            return f"lower({name}) {op} lower(?)"
        if where.op == "=" and isinstance(value, float):
            return f"abs({name} - ?) <= 1e-12 + 1e-9 * abs({_literal(value)})"
        return f"{name} {op} ?"

    def _in(self, where: In, name: str, params: list[Value]) -> str:
        params += list(where.values)
        if all(isinstance(value, str) for value in where.values) and self._is_text(where.key):
            return f"lower({name}) IN ({', '.join('lower(?)' for _ in where.values)})"
        return f"{name} IN ({', '.join('?' for _ in where.values)})"

    def _is_text(self, key: str) -> bool:
        return key == STATE or self.catalog.column(key).type == "text"

    def _has(self, where: Has, params: list[Value]) -> str:
        keys = (
            [where.key]
            if where.key
            else [column.key for column in prose_columns(self.catalog)]
            or [c.key for c in self.catalog.columns if c.type == "text"]
        )
        pattern = _escape(where.text)
        pattern = {"": f"%{pattern}%", "start": f"{pattern}%", "end": f"%{pattern}"}[where.at]
        parts = []
        for key in keys:
            params.append(pattern)
            parts.append(f"{_quote(key)} ILIKE ? ESCAPE '\\'")
        return parts[0] if len(parts) == 1 else "(" + " OR ".join(parts) + ")"

    def _not(self, where: Not, params: list[Value]) -> str:
        inner = self.condition(where.of, params)
        if isinstance(where.of, Has) and not where.of.key:
            return f"NOT coalesce({inner}, false)"
        if isinstance(where.of, Test) and where.of.value is True:
            return f"NOT coalesce({inner}, false)"
        return f"NOT {inner}"


def _grouped(key: str) -> str:
    """A column to group by; a date cut to its week, month …"""
    own, unit = bucket_of(key)
    return f"CAST(date_trunc('{unit}', {_quote(own)}) AS DATE)" if unit else _quote(own)


def _finished() -> str:
    states = ", ".join(f"'{state}'" for state in FINISHED)
    return f"{STATE} IN ({states})"


def _literal(value: float) -> str:
    return repr(float(value))


def _among(order: str, names: str) -> bool:
    return order.split(" ")[0] in names.split(", ")


def _label(item: Item) -> str:
    if isinstance(item, Col):
        return item.key
    if not item.key:
        return "count"
    return " ".join(
        part for part in (item.function, "distinct" if item.distinct else "", item.key, item.other) if part
    )


def _limits(query: Select) -> str:
    text = f" LIMIT {query.limit}" if query.limit is not None else ""
    return text + (f" OFFSET {query.offset}" if query.offset else "")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_OPS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
