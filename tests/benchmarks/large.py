"""A question of a large Parquet history, over the SQL of its answer typed into DuckDB by hand.

By hand stands the answer's own SQL, without the count of what was left out, over the file's rows in a
table, as after `CREATE TABLE runs AS FROM 'runs.parquet'`. Ours and by hand are run in turn.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlq.engine import ask, trace
from store.load import load
from tests.benchmarks.histories import LARGE_QUESTIONS, write_history
from tests.benchmarks.measuring import child_environ, peak_mb, run_child

__all__ = ["Large", "measure", "report"]

AIM = 1.5


@dataclass(slots=True)
class Large:
    """What was measured.

    Attributes:
        runs: the length of the history.
        load_s, by_hand_load_s: to the first question that can be asked; `CREATE TABLE … AS` alone.
        first_s: the first question, lexicon and all.
        ours, by_hand: milliseconds of every round, by question.
        peak_mb, by_hand_mb: most memory held, by us and by a process that has the table alone.
    """

    runs: int
    load_s: float = 0.0
    by_hand_load_s: float = 0.0
    first_s: float = 0.0
    ours: dict[str, list[float]] = field(default_factory=dict)
    by_hand: dict[str, list[float]] = field(default_factory=dict)
    peak_mb: float = 0.0
    by_hand_mb: float = 0.0


def measure(runs: int = 1_000_000, rounds: int = 7) -> Large:
    """Generate, load, and ask; all files go into a temporary folder."""
    result = Large(runs)
    with tempfile.TemporaryDirectory() as folder:
        path = write_history(Path(folder) / "runs.parquet", runs)
        begun = time.perf_counter()
        history = load([path])
        result.load_s = time.perf_counter() - begun
        begun = time.perf_counter()
        ask(LARGE_QUESTIONS[0], history)
        result.first_s = time.perf_counter() - begun
        for question in LARGE_QUESTIONS:
            ask(question, history)
        result.peak_mb = peak_mb()  # before there is a second table in this process
        begun = time.perf_counter()
        table = _table(path)
        result.by_hand_load_s = time.perf_counter() - begun
        for _ in range(rounds):
            for question in LARGE_QUESTIONS:
                begun = time.perf_counter()
                made = trace(question, history)
                result.ours.setdefault(question, []).append(1000 * (time.perf_counter() - begun))
                statements = made.sql.statements if made.sql else ()
                begun = time.perf_counter()
                for statement in statements:
                    table.execute(statement.text, list(statement.params)).fetchall()
                result.by_hand.setdefault(question, []).append(1000 * (time.perf_counter() - begun))
        history.engine.close()
        table.close()
        result.by_hand_mb = _by_hand_alone(path)
    return result


_HOUSEKEEPING = "row_number() OVER () - 1 AS _row, CAST(0 AS INTEGER) AS _source, status AS _state"


def _table(path: Path) -> Any:
    """The file's rows in a table of a DuckDB of its own, with the columns that our SQL speaks of."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute(f"CREATE TABLE runs AS SELECT {_HOUSEKEEPING}, * FROM '{path}'")
    return connection


def _by_hand_alone(path: Path) -> float:
    """Peak memory of a process that holds the table and nothing of ours."""
    create = f"CREATE TABLE runs AS SELECT {_HOUSEKEEPING}, * FROM '{path}'"
    best = "SELECT run, val_loss FROM runs ORDER BY val_loss LIMIT 1"
    code = (
        f"import duckdb; c = duckdb.connect(); c.execute({create!r}); print(c.execute({best!r}).fetchall())"
    )
    return run_child(["-c", code], child_environ({}), path.parent).peak_mb


def report(result: Large) -> Iterator[str]:
    """The loading, then a line a question."""
    yield f"one question over {result.runs:,} x 20 in Parquet, over the same SQL by hand (aim <= {AIM})"
    ratio = result.load_s / result.by_hand_load_s
    yield f"  load {result.load_s:.2f} s, by hand {result.by_hand_load_s:.2f} s (ratio {ratio:.1f})"
    yield f"  first question {result.first_s:.2f} s"
    yield f"  peak memory {result.peak_mb:.0f} MB, by hand {result.by_hand_mb:.0f} MB"
    yield f"  {'ours ms':>9}{'by hand':>9}{'ratio':>7}"
    ratios = []
    for question, times in result.ours.items():
        ours, hand = statistics.median(times), statistics.median(result.by_hand[question])
        ratios.append(ours / hand)
        yield f"  {ours:9.1f}{hand:9.1f}{ours / hand:7.2f}  {question}"
    yield f"  median ratio {statistics.median(ratios):.2f}, most {max(ratios):.2f}"
