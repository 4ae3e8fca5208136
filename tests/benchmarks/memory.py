"""The most memory that a whole answer holds, and how long it takes, first with nothing kept and then again.

A million runs of twenty columns as Parquet and CSV; ten million logged values in a database of MLflow; and
the 650,162 of a public benchmark of optimisers, in a packed file, where it lies beside the checkout, with the
same over it by hand.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks.histories import write_history
from tests.benchmarks.measuring import QUIET, ROOT, Cost, child_environ, run_child
from tests.benchmarks.trackers_mlflow import SAMPLE

__all__ = ["AIM_MB", "as_csv", "measure", "report", "write_history", "write_points"]

AIM_MB = 600
LONG = ROOT.parent / "shared" / "histories" / "derived" / "algoperf_evals_long.csv.xz"

_METRICS, _STEPS = 10, 1000

_POINTS = """
WITH RECURSIVE
    run(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM run WHERE n < {last}),
    step(s) AS (SELECT 0 UNION ALL SELECT s + 1 FROM step WHERE s < {steps} - 1),
    metric(m) AS (SELECT 0 UNION ALL SELECT m + 1 FROM metric WHERE m < {metrics} - 1)
INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid)
SELECT 'm' || m, 2.0 + abs(random() % 1000000) / 1e6, 1770000000000 + s * 1000, s, 0, printf('a%031x', n)
FROM run CROSS JOIN step CROSS JOIN metric
"""

_BY_HAND = {
    "duckdb by hand": (
        "import lzma, shutil, duckdb, sys\n"
        "with lzma.open(sys.argv[1]) as packed, open(sys.argv[2], 'wb') as plain:\n"
        "    shutil.copyfileobj(packed, plain)\n"
        "print(duckdb.sql(f\"SELECT metric, min(value) FROM '{sys.argv[2]}' GROUP BY 1\").fetchall())\n"
    ),
    "pandas by hand": (
        "import pandas, sys\nprint(pandas.read_csv(sys.argv[1]).groupby('metric')['value'].min())\n"
    ),
}


def write_points(path: Path, runs: int) -> None:
    """A database of MLflow with 10,000 logged values a run."""
    shutil.copy(SAMPLE, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        for table in ("params", "metrics", "latest_metrics", "tags", "runs"):
            connection.execute(f"DELETE FROM {table}")
        (experiment,) = connection.execute("SELECT min(experiment_id) FROM experiments").fetchone()
        # Without its key, which would take longer to make than all else; we read the table in its own order.
        connection.execute("CREATE TABLE plain AS SELECT * FROM metrics")
        connection.execute("DROP TABLE metrics")
        connection.execute("ALTER TABLE plain RENAME TO metrics")
        connection.executemany(
            "INSERT INTO runs (run_uuid, name, status, start_time, end_time, lifecycle_stage, experiment_id)"
            " VALUES (?, ?, 'FINISHED', ?, ?, 'active', ?)",
            (
                (f"a{n:031x}", f"run-{n}", 1_770_000_000_000 + n, 1_770_000_060_000 + n, experiment)
                for n in range(runs)
            ),
        )
        connection.execute(_POINTS.format(last=runs - 1, steps=_STEPS, metrics=_METRICS))
        connection.execute(
            "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid)"
            " SELECT key, value, timestamp, step, is_nan, run_uuid FROM metrics WHERE step = ?",
            (_STEPS - 1,),
        )


def measure(runs: int) -> Iterator[tuple[str, list[tuple[float, Cost]]]]:
    """What was asked of, and seconds and cost of the first answer and of the next.

    Args:
        runs: of the tables; a thousandth as many have their values by step in a database.
    """
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        parquet, database = room / "runs.parquet", room / "mlflow.db"
        _made(f"write_history(Path({str(parquet)!r}), {runs})", room)
        yield f"{runs:,} runs x 20, Parquet", _asked(parquet, "best run", room)
        _made(f"as_csv(Path({str(parquet)!r}))", room)
        yield f"{runs:,} runs x 20, CSV", _asked(parquet.with_suffix(".csv"), "best run", room)
        parquet.unlink()
        logging = max(runs // 1000, 2)
        _made(f"write_points(Path({str(database)!r}), {logging})", room)
        points = f"{logging * _METRICS * _STEPS:,} points, MLflow"
        yield points, _asked(database, "lowest m0", room)
        every = ", ".join(f"m{number}" for number in range(_METRICS))
        yield f"{points}, every one of them needed", _asked(database, f"when did {every} diverge", room)
        database.unlink()
        if LONG.exists():
            yield "650,162 points, packed", _asked(LONG, "which run reached validation/wer 0.1 first", room)
            for name, code in _BY_HAND.items():
                yield f"  {name}", [_timed(["-c", code, str(LONG), str(room / "long.csv")], room)]


def _made(call: str, room: Path) -> None:
    """Make a history in a process of its own: what this one holds would count as a child's."""
    imports = "from pathlib import Path; from tests.benchmarks.memory import *"
    assert run_child(["-c", f"{imports}; {call}"], child_environ({}), room).code == 0


def as_csv(parquet: Path) -> None:
    """A table as CSV, beside it."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM '{parquet}') TO '{parquet.with_suffix('.csv')}'")


def _asked(path: Path, question: str, room: Path) -> list[tuple[float, Cost]]:
    words = ["-m", "nlq", "--in", str(path), question]
    shutil.rmtree(room / "cache", ignore_errors=True)
    time.sleep(QUIET)
    return [_timed(words, room) for _ in range(2)]


def _timed(words: list[str], room: Path) -> tuple[float, Cost]:
    begun = time.perf_counter()
    environ = child_environ({"XDG_CACHE_HOME": str(room / "cache")})
    cost = run_child(words, environ, room, quiet=True)
    return time.perf_counter() - begun, cost


def report(measured: Iterator[tuple[str, list[tuple[float, Cost]]]]) -> Iterator[str]:
    """A line for each thing that was asked of."""
    yield f"peak memory of a whole answer (aim < {AIM_MB} MB): nothing kept, then again"
    for name, answers in measured:
        told = ", then ".join(
            f"{cost.peak_mb:.0f} MB in {seconds:.1f} s ({cost.cpu_ms / 1000:.1f} s of CPU)"
            if not cost.code
            else "not to be had here"
            for seconds, cost in answers
        )
        yield f"  {name}: {told}"
