"""The engine: whatever the names and values, rows go in and come out as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from store.catalog import Column
from store.columns import build
from store.engines.duckdb import HOUSEKEEPING, STATES, DuckDB, quote
from store.history import Rows
from store.load import load
from store.readers import read
from store.records import Value
from store.vocabulary import words

NASTY = [
    "select",
    "run; drop table",
    'say "hi"',
    "a'b",
    "损失",
    "ünïcode",
    "CASE",
    "_row",
    "x y\tz",
    "",
    "1st",
]


def _engine(columns: Sequence[Column], *rows: tuple[Value, ...]) -> DuckDB:
    names = [*(name for name, _ in HOUSEKEEPING), *(column.key for column in columns)]
    return DuckDB(columns, dict(zip(names, zip(*rows, strict=True), strict=True)))


def test_rows_of_every_type_come_back_as_they_went_in() -> None:
    columns = [
        Column("n", "n", "metric", "integer"),
        Column("x", "x", "metric", "number"),
        Column("t", "t", "attribute", "text"),
        Column("d", "d", "attribute", "date"),
        Column("m", "m", "attribute", "datetime"),
        Column("b", "b", "param", "bool"),
    ]
    row = (0, 0, 1, 2, "completed", 3, 2.5, "a 'b' \"c\"", date(2024, 1, 15), datetime(2024, 1, 15, 3), True)
    missing = (1, 0, 3, 3, "crashed", None, None, None, None, None, None)
    engine = _engine(columns, row, missing)
    result = engine.run("SELECT * FROM runs ORDER BY _row")
    assert result.rows == (row, missing)
    assert result.columns[:5] == ("_row", "_source", "_line", "_end", "_state")
    engine.close()


def test_parameters_are_bound() -> None:
    text = [Column("t", "t", "attribute", "text")]
    engine = _engine(text, (0, 0, 0, 0, "completed", "'; drop table runs; --"))
    found = engine.run("SELECT count(*) AS n FROM runs WHERE t = ?", ["'; drop table runs; --"])
    assert found.rows == ((1,),)


def test_integers_beyond_64_bits(tmp_path: Path) -> None:
    log = tmp_path / "flops.csv"
    log.write_text("run,flops,huge\na,74454529386479620000,9" + "9" * 38 + "\nb,5,1\n", encoding="utf-8")
    history = load([log])
    found = history.engine.run("SELECT flops FROM runs WHERE flops > 10")
    assert found.rows == ((74454529386479620000,),)


def test_columns_with_any_name_can_be_asked(tmp_path: Path) -> None:
    log = tmp_path / "odd.csv"
    header = ",".join('"' + name.replace('"', '""') + '"' for name in NASTY)
    log.write_text(header + "\n" + ",".join(str(n + 0.5) for n in range(len(NASTY))) + "\n", encoding="utf-8")
    history = load([log])
    keys = [column.key for column in history.catalog.columns]
    assert len(keys) == len(set(keys)) == len(NASTY)
    assert all(key and not key.startswith("_") for key in keys)
    picked = ", ".join(quote(key) for key in keys)
    assert history.engine.run(f"SELECT {picked} FROM runs").rows == (
        tuple(n + 0.5 for n in range(len(NASTY))),
    )


def test_sql_reaches_neither_files_nor_settings(tmp_path: Path) -> None:
    import duckdb

    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    engine = DuckDB([])
    for sql in (f"SELECT * FROM read_csv('{secret}')", "SET enable_external_access = true", "INSTALL httpfs"):
        with pytest.raises(duckdb.Error):
            engine.run(sql)


def test_a_large_table_is_read_in_place(tmp_path: Path) -> None:
    import duckdb

    table = tmp_path / "large.parquet"
    duckdb.connect().execute(
        "COPY (SELECT 'run-' || i AS run_name, 0.1::FLOAT AS lr, CAST(i % 3 AS VARCHAR) AS depth, "
        "CASE WHEN i % 10 = 0 THEN 'crashed' ELSE 'finished' END AS status, "
        "CASE WHEN i % 10 = 0 THEN 0 ELSE 2.5 + i / 100000 END AS val_loss, 'x' || chr(27) AS note, "
        "CASE WHEN i = 7 THEN 'nan'::DOUBLE ELSE 1.5 END AS acc "
        f"FROM range(90000) t(i)) TO '{table}' (FORMAT parquet)"
    )
    history = load([table])
    assert history.sources[0].relation
    assert history.catalog.rows == 90000
    assert history.catalog.states == {"completed": 81000, "crashed": 9000}
    assert history.record(0) is None
    columns = {column.name: column for column in history.catalog.columns}
    assert (columns["val_loss"].sentinel, columns["val_loss"].direction) == (0.0, "lower")
    assert columns["run_name"].kind == "run"
    assert columns["depth"].type in ("integer", "number")
    assert columns["acc"].count == 89999
    assert history.engine.run("SELECT count(*) FROM runs WHERE lr = 0.1").rows == ((90000,),)
    assert "\x1b" not in str(history.engine.run("SELECT note FROM runs LIMIT 1").rows)
    assert history.engine.run("SELECT run_name FROM runs WHERE _row = 4").rows == (("run-4",),)


def test_every_state_of_the_vocabulary_is_one_of_the_engine() -> None:
    told = words("statuses")
    assert set(told["states"]) | set(told["marks"]) <= set(STATES)
    assert set(told["remarks"]) - {"denied", "tested"} <= set(STATES)
    assert list(STATES) == sorted(STATES)


def test_a_state_is_text_to_whoever_asks() -> None:
    engine = _engine(
        [], *((row, 0, 0, 0, state) for row, state in enumerate(("running", "completed", "running")))
    )
    assert engine.run("SELECT _state, count(*) FROM runs GROUP BY _state ORDER BY _state").rows == (
        ("completed", 1),
        ("running", 2),
    )
    assert engine.run("SELECT _row FROM runs WHERE lower(_state) = lower(?)", ["Completed"]).rows == ((1,),)
    assert engine.run("SELECT _row FROM runs WHERE _state = ?", ["no such state"]).rows == ()


def test_what_all_rows_of_a_long_table_share_is_in_each(tmp_path: Path) -> None:
    log = tmp_path / "runs.csv"
    log.write_text("run,status,note,lr\n" + "".join(f'r{n},done,it\'s "so",{n}\n' for n in range(1500)))
    history = load([log])
    wanted = "_source, _end - _line, _state, status, note, count(*)"
    told = history.engine.run(f"SELECT {wanted} FROM runs GROUP BY ALL").rows
    assert told == ((0, 0, "completed", "done", """it's "so\"""", 1500),)
    last = history.engine.run("SELECT run, lr, _line FROM runs WHERE _row = 1499").rows
    assert last == (("r1499", 1499, 1501),)


def _long(path: Path, rows: int = 1500) -> Path:
    """A log of many columns, with gaps and three states."""
    head = "run,status,loss,acc,lr,seed,layers\n"
    states = ("done", "crashed", "running")
    path.write_text(
        head
        + "".join(
            f"r{n},{states[n % 3]},{n / 7:.4f},{'' if n % 5 == 0 else n},1e-{n % 4},{n % 9},{n}\n"
            for n in range(rows)
        )
    )
    return path


STATEMENTS = (
    'SELECT run, "loss" FROM runs ORDER BY loss LIMIT 3',
    "SELECT count(*) FROM runs",
    "SELECT _state, count(*) FROM runs GROUP BY _state ORDER BY _state",
    "SELECT avg(layers - seed), count(ACC) FROM runs WHERE LR < 0.5",
    "SELECT * FROM runs WHERE _row IN (0, 1, 1499) ORDER BY _row",
    'SELECT "run" FROM (SELECT runs.* FROM runs) ORDER BY "acc" DESC NULLS LAST, _row LIMIT 2',
)


@pytest.mark.parametrize("first", range(len(STATEMENTS)))
def test_columns_that_are_filled_in_later_are_as_if_they_had_been_there(first: int, tmp_path: Path) -> None:
    """Whatever is asked first, and whether the table is long enough to wait or not."""
    table = build([read(_long(tmp_path / "log.csv"), "log.csv")])
    waiting, whole = DuckDB(table.columns, table.cells()), DuckDB(table.columns, table.cells())
    whole.run("SELECT * FROM runs")
    for sql in (*STATEMENTS[first:], *STATEMENTS[:first]):
        assert _told(waiting.run(sql)) == _told(whole.run(sql)), sql


def test_columns_that_wait_are_kept_as_well(tmp_path: Path) -> None:
    table = build([read(_long(tmp_path / "log.csv"), "log.csv")])
    engine = DuckDB(table.columns, table.cells(), room=str(tmp_path))
    assert engine.run("SELECT max(loss) FROM runs").rows == ((214.1429,),)
    engine.keep(str(tmp_path / "kept.table"))
    kept = DuckDB.kept(str(tmp_path / "kept.table"))
    assert _told(kept.run("SELECT * FROM runs")) == _told(engine.run("SELECT * FROM runs"))
    assert len(kept.run("SELECT seed FROM runs").rows) == 1500


def test_what_is_broken_off_while_columns_are_filled_in_can_be_asked_again(tmp_path: Path) -> None:
    table = build([read(_long(tmp_path / "log.csv"), "log.csv")])
    cells = table.cells()
    interrupted = _Interrupted(cells["acc"])
    engine = DuckDB(table.columns, {**cells, "acc": interrupted})
    assert engine.run("SELECT count(*) FROM runs").rows == ((1500,),)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            engine.run("SELECT max(acc), max(seed) FROM runs")
    assert engine.run("SELECT max(seed) FROM runs").rows == ((8,),)
    assert interrupted.often == 0 and engine.run("SELECT max(acc) FROM runs").rows == ((1499,),)


class _Interrupted(list[Value]):
    """A column at which, the first two times, somebody presses Ctrl-C."""

    often = 2

    def __iter__(self) -> Iterator[Value]:
        for at, value in enumerate(super().__iter__()):
            if at == 700 and self.often:
                self.often -= 1
                raise KeyboardInterrupt
            yield value


def _told(rows: Rows) -> list[dict[str, Value]]:
    return [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
