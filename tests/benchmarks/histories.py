"""Generated histories of any length, the same at every run, and the questions asked of them."""

from __future__ import annotations

from pathlib import Path

__all__ = ["LARGE_QUESTIONS", "QUESTIONS", "write_history"]

_COLUMNS = """
    'run-' || i AS run,
    DATE '2024-01-01' + CAST(i % 700 AS INTEGER) AS date,
    CASE WHEN u(i, 1) < 0.90 THEN 'completed' WHEN u(i, 1) < 0.95 THEN 'crashed'
         WHEN u(i, 1) < 0.98 THEN 'diverged' ELSE 'running' END AS status,
    ['adamw', 'muon', 'sgd', 'lion'][1 + CAST(i % 4 AS INTEGER)] AS optimizer,
    [0.0003, 0.001, 0.003, 0.01, 0.02, 0.04][1 + CAST(floor(6 * u(i, 2)) AS INTEGER)] AS lr,
    [0.0, 0.01, 0.05, 0.1][1 + CAST(floor(4 * u(i, 3)) AS INTEGER)] AS weight_decay,
    [64, 128, 256, 512][1 + CAST(floor(4 * u(i, 4)) AS INTEGER)] AS batch_size,
    [12, 16, 20, 24][1 + CAST(floor(4 * u(i, 5)) AS INTEGER)] AS depth,
    [0, 100, 500, 2000][1 + CAST(floor(4 * u(i, 6)) AS INTEGER)] AS warmup_steps,
    [0.0, 0.1, 0.2][1 + CAST(floor(3 * u(i, 7)) AS INTEGER)] AS dropout,
    ['fineweb', 'climbmix', 'openwebtext'][1 + CAST(i % 3 AS INTEGER)] AS dataset,
    CAST(i % 5 AS INTEGER) AS seed,
    round(2.4 + u(i, 8), 5) AS train_loss,
    round(2.5 + u(i, 9), 5) AS val_loss,
    round(0.5 + 0.4 * u(i, 10), 5) AS val_acc,
    round(0.2 + 0.1 * u(i, 11), 5) AS core,
    round(0.5 + 9 * u(i, 12), 3) AS runtime_h,
    round(10 + 60 * u(i, 13), 1) AS peak_mem_gb,
    ['H100', 'A100', '4090'][1 + CAST(floor(3 * u(i, 14)) AS INTEGER)] AS gpu,
    ['baseline', 'longer warmup', 'out of memory at step 900', 'cosine schedule', 'loss spike', ''
    ][1 + CAST(floor(6 * u(i, 15)) AS INTEGER)] AS notes
"""

QUESTIONS = (
    "best run",
    "what was my best run",
    "worst run",
    "top 5 runs by val_acc",
    "second best run",
    "fastest run",
    "best muon run under 3 hours",
    "best run per optimizer",
    "lowest val_loss on climbmix",
    "what lrs have I tried",
    "batch sizes tried with adamw",
    "have I tried lr 0.04",
    "have I tried lr 0.05",
    "how many different depths",
    "range of val_loss",
    "runs with val_loss < 2.6",
    "d24 runs with lr 0.02 or 0.04",
    "runs without dropout",
    "runs that diverged",
    "runs that mention warmup",
    "runs between 2024-03-01 and 2024-03-05",
    "runs last week",
    "loss of run-17",
    "config of run-17",
    "why did run-17 fail",
    "everything about run-42",
    "how many runs crashed",
    "average val_loss by optimizer",
    "mean val_acc per depth and dataset",
    "median runtime_h of muon runs",
    "optimizers with more than 200 runs",
    "share of runs that diverged",
    "run-17 vs run-42",
    "compare d12 vs d24",
    "muon vs adamw at d24",
    "what changed between run-17 and run-42",
    "latest run",
    "what is running",
    "which metrics are there",
    "delete all runs",
)
"""Forty of every family, as they are typed."""

LARGE_QUESTIONS = (
    "best run",
    "top 10 runs by val_acc",
    "best muon run under 3 hours",
    "best run per optimizer",
    "average val_loss by optimizer",
    "mean val_acc per depth and dataset",
    "how many runs crashed",
    "what lrs have I tried",
    "median runtime_h of muon runs",
    "latest run",
)
"""Asked of a history of a million runs: each reads the table and answers with few rows."""


def write_history(path: Path, runs: int) -> Path:
    """Write a Parquet file of so many runs and 20 columns."""
    import duckdb

    connection = duckdb.connect(":memory:")
    # A hash in place of random(): the same history whatever the number of threads.
    connection.execute("CREATE MACRO u(i, k) AS (hash(i * 31 + k) % 1000003) / 1000003.0")
    connection.execute(
        f"COPY (SELECT {_COLUMNS} FROM range({runs}) AS numbers(i)) TO '{path}' (FORMAT parquet)"
    )
    connection.close()
    return path
