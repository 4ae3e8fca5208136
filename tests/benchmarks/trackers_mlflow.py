"""MLflow: the best of 10,000 runs in its database and of 1,000 in its folders, by us and by `search_runs`."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nlq.engine import ask
from store.load import load
from tests.benchmarks.measuring import QUIET, ROOT, child_environ, spread

__all__ = ["report"]

PARAMS, METRICS = 12, 8
SAMPLE = ROOT / "corpus" / "trackers" / "mlflow" / "3.17" / "mlflow.db"
START = 1_770_000_000_000

_OWN = """
import json, sys, time
import mlflow
uri, rounds = sys.argv[1], int(sys.argv[2])
client = mlflow.MlflowClient(tracking_uri=uri)
ids = [one.experiment_id for one in client.search_experiments()]
taken = {"best": [], "all": []}
for _ in range(rounds):
    begun = time.perf_counter()
    best = client.search_runs(ids, order_by=["metrics.m0 ASC"], max_results=1)
    taken["best"].append(1000 * (time.perf_counter() - begun))
    begun, token, count = time.perf_counter(), None, 0
    while rounds:
        page = client.search_runs(ids, max_results=10000, page_token=token)
        count, token = count + len(page), page.token
        if not token:
            break
    taken["all"].append(1000 * (time.perf_counter() - begun))
told = {"best": best[0].info.run_id, "count": count} if rounds else {}
print(json.dumps({"taken": taken, **told}))
"""
"""`search_runs` for the best run alone, and for all runs, which is what we have read after one `read`."""


def report(runs: int, rounds: int) -> Iterator[str]:
    """The lines of a store: our times, the tracker's own, and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        database = _database(Path(folder) / "mlflow.db", runs)
        yield from _compared(database, f"sqlite:///{database}", runs, rounds)
        files = _files(Path(folder) / "mlruns", max(runs // 10, 10))
        yield from _compared(files, files.as_uri(), max(runs // 10, 10), rounds)


QUESTION = "lowest m0"


def _compared(path: Path, uri: str, runs: int, rounds: int) -> Iterator[str]:
    ours = _ours(path, runs, rounds)
    own = _own(uri, min(rounds, 3))
    yield f"  MLflow, {path.name}, {runs:,} runs: the best of them"
    theirs = statistics.median(own["taken"]["best"]) if own else 0.0
    for what, taken in ours.items():
        compared = own and not what.startswith("beside")
        beside = f", {theirs / statistics.median(taken):.1f} times as quick" if compared else ""
        yield f"    {what}: {spread(taken)}{beside}"
    if own is None:
        yield "    beside: no MLflow here (ASK_TRACKERS_PYTHON names a Python that has it)"
        return
    assert own["count"] == runs
    for what, taken in own["taken"].items():
        yield f"    its own search_runs, {what}: {spread(taken)}"
    yield from _processes(path, uri)


def _ours(path: Path, runs: int, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of a question in this process: of a store never read, of one that is kept, and again.

    To the answer: what is read is kept after it, and that is told by itself.
    """
    told: dict[str, list[float]] = {
        "cold, nothing kept, to the answer": [],
        "warm, from the cache": [],
        "a further question": [],
        "beside: kept after the cold answer, for the next": [],
    }
    cold, warm, further, keeping = told.values()
    time.sleep(QUIET)
    with tempfile.TemporaryDirectory() as cache, _cache(cache):
        ask(QUESTION, load([path]))  # what is imported and made once a process
        for _ in range(rounds):
            shutil.rmtree(f"{cache}/ask", ignore_errors=True)
            for taken in (cold, warm):
                begun = time.perf_counter()
                history = load([path], cached=True, later=True)
                answer = ask(QUESTION, history)
                taken.append(1000 * (time.perf_counter() - begun))
                begun = time.perf_counter()
                history.keep()  # as the command does once the answer is out
                if taken is cold:
                    keeping.append(1000 * (time.perf_counter() - begun))
                assert history.catalog.rows == runs and answer.rows
                begun = time.perf_counter()
                ask("lowest m1", history)
                further.append(1000 * (time.perf_counter() - begun))
                history.engine.close()
                del history, answer  # a command frees none before its own
    return told


@contextmanager
def _cache(folder: str) -> Iterator[None]:
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before


def _processes(path: Path, uri: str) -> Iterator[str]:
    """Whole processes, from their start to their end: ours, and one that imports MLflow and asks it."""
    words = [sys.executable, "-m", "nlq", "--in", str(path), QUESTION]
    with tempfile.TemporaryDirectory() as cache:
        environ = child_environ({"XDG_CACHE_HOME": cache})
        subprocess.run([*words[:3], "--demo", QUESTION], env=environ, capture_output=True, check=False)
        ours = [_timed(words, environ) for _ in range(4)]
    python = os.environ.get("ASK_TRACKERS_PYTHON", sys.executable)
    program = (
        "import sys, mlflow; client = mlflow.MlflowClient(tracking_uri=sys.argv[1]); "
        "ids = [one.experiment_id for one in client.search_experiments()]; "
        "client.search_runs(ids, order_by=['metrics.m0 ASC'], max_results=1)"
    )
    theirs = _timed([python, "-c", program, uri], _their_environ())
    warm = statistics.median(ours[1:])
    yield (
        f"    whole processes: cold {ours[0]:.0f}, warm {warm:.0f}, its own {theirs:.0f}: "
        f"{theirs / ours[0]:.1f} and {theirs / warm:.1f} times as quick"
    )


def _timed(words: list[str], environ: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(words, env=dict(environ), capture_output=True, check=True)
    return 1000 * (time.perf_counter() - begun)


def _own(uri: str, rounds: int) -> dict[str, Any] | None:
    """What MLflow's own client tells, in the Python that has it."""
    python = os.environ.get("ASK_TRACKERS_PYTHON", sys.executable)
    words = [python, "-c", _OWN, uri, str(rounds)]
    done = subprocess.run(words, capture_output=True, text=True, env=_their_environ(), check=False)
    if done.returncode:
        return None
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _their_environ() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, "MLFLOW_ALLOW_FILE_STORE": "true", "MLFLOW_DISABLE_TELEMETRY": "true"}


def _database(path: Path, runs: int) -> Path:
    """A database with MLflow's own schema: made by it where it is here, else that of the sample."""
    if _own(f"sqlite:///{path}", 0) is None:
        shutil.copy(SAMPLE, path)
    connection = sqlite3.connect(path)
    for table in ("params", "metrics", "latest_metrics", "tags", "runs"):
        connection.execute(f"DELETE FROM {table}")
    (experiment,) = connection.execute("SELECT min(experiment_id) FROM experiments").fetchone()
    connection.executemany(
        "INSERT INTO runs (run_uuid, name, source_type, status, start_time, end_time, lifecycle_stage,"
        " artifact_uri, user_id, experiment_id)"
        " VALUES (?, ?, 'LOCAL', 'FINISHED', ?, ?, 'active', 's3://b/a', 'ada', ?)",
        ((_id(n), f"run-{n}", START + n, START + n + 60_000, experiment) for n in range(runs)),
    )
    connection.executemany(
        "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
        ((key, text, _id(n)) for n in range(runs) for key, text in _params(n)),
    )
    for table in ("metrics", "latest_metrics"):
        connection.executemany(
            f"INSERT INTO {table} (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, 0, 0, ?)",
            ((key, value, START + n, _id(n)) for n in range(runs) for key, value in _metrics(n)),
        )
    connection.commit()
    connection.close()
    return path


def _files(path: Path, runs: int) -> Path:
    """A file store as MLflow 3 writes it."""
    for n in range(runs):
        folder = path / "1" / _id(n)
        for below in ("params", "metrics", "tags"):
            (folder / below).mkdir(parents=True)
        meta = {
            "artifact_uri": "s3://b/a", "end_time": START + n + 60_000, "entry_point_name": "''",
            "experiment_id": "'1'", "lifecycle_stage": "active", "run_id": _id(n), "run_name": f"run-{n}",
            "run_uuid": _id(n), "source_name": "''", "source_type": 4, "source_version": "''",
            "start_time": START + n, "status": 3, "tags": "[]", "user_id": "ada",
        }  # fmt: skip
        _write(folder / "meta.yaml", "".join(f"{key}: {value}\n" for key, value in meta.items()))
        _write(folder / "tags" / "mlflow.runName", f"run-{n}")
        for key, text in _params(n):
            _write(folder / "params" / key, text)
        for key, value in _metrics(n):
            _write(folder / "metrics" / key, f"{START + n} {value} 0\n")
    experiment = "artifact_location: s3://b/a\nexperiment_id: '1'\nlifecycle_stage: active\nname: bench\n"
    _write(path / "1" / "meta.yaml", experiment)
    return path


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _id(number: int) -> str:
    return f"a{number:031x}"


def _params(number: int) -> Iterator[tuple[str, str]]:
    chance = random.Random(number)
    return (
        (f"p{at}", str(round(chance.random(), 4) if at % 3 else chance.choice("abc"))) for at in range(PARAMS)
    )


def _metrics(number: int) -> Iterator[tuple[str, float]]:
    chance = random.Random(-number - 1)
    return ((f"m{at}", chance.random()) for at in range(METRICS))
