"""What is kept, between processes that ask, log and delete at the same time."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store import snapshot
from store.load import load
from tests.tracking import SAMPLES

ROOT = Path(__file__).parents[1]
READERS, TIMES = 3, 5

_READER = """
import sys
from pathlib import Path
from store import snapshot
from store.load import load
snapshot.CELLS = int(sys.argv[3])
for _ in range(int(sys.argv[2])):
    history = load([sys.argv[1]], cached=True)
    ((runs, logged),) = history.engine.run('SELECT count(*), count(logged) FROM runs').rows
    names = [history.record(row).name for row in range(runs)]
    last = history.record(runs - 1)
    assert len(names) == runs == history.catalog.rows and last.values["run"] == names[-1], (names, last)
    print(logged, flush=True)
"""
"""Reads the same store again and again, and says how many values it saw."""


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ask"


def _database(folder: Path, mode: str) -> tuple[Path, Callable[[int], None]]:
    """A database of MLflow, and what logs one more value into it."""
    path = Path(shutil.copy(SAMPLES / "mlflow" / "3.17" / "mlflow.db", folder / "mlflow.db"))
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute("PRAGMA busy_timeout = 30000")
    runs = [
        run for (run,) in connection.execute("SELECT run_uuid FROM runs WHERE lifecycle_stage = 'active'")
    ]

    def log(number: int) -> None:
        with connection:
            connection.execute(
                "INSERT OR REPLACE INTO params (key, value, run_uuid) VALUES ('logged', ?, ?)",
                (str(number), runs[number % len(runs)]),
            )

    return path, log


def _folder(folder: Path) -> tuple[Path, Callable[[int], None]]:
    path = shutil.copytree(SAMPLES / "mlflow" / "3.17" / "mlruns", folder / "mlruns")
    metas = (
        meta for meta in sorted(path.glob("*/*/meta.yaml")) if "lifecycle_stage: active" in meta.read_text()
    )
    runs = [meta.parent / "params" for meta in metas]
    for run in runs:
        run.mkdir(exist_ok=True)

    def log(number: int) -> None:
        draft = folder / "draft"
        draft.write_text(str(number))
        draft.replace(runs[number % len(runs)] / "logged")

    return path, log


@pytest.fixture(params=["WAL", "DELETE", "folder"])
def logging(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable[[int], None]]:
    return _folder(tmp_path) if request.param == "folder" else _database(tmp_path, request.param)


@pytest.fixture(params=[0, 40_000], ids=["as a table", "as data"])
def cells(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def _readers(path: Path, cells: int) -> Iterator[subprocess.Popen[str]]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(READERS):
        words = [sys.executable, "-c", _READER, str(path), str(TIMES), str(cells)]
        yield subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_readers_beside_a_writer_see_what_was_logged_so_far(
    logging: tuple[Path, Callable[[int], None]], cells: int, cache: Path
) -> None:
    """Every reader sees the values grow, never fewer than before, though the cache is emptied meanwhile."""
    path, log = logging
    log(0)
    done = threading.Event()

    def write() -> None:
        number = 1
        while not done.is_set():
            log(number)
            number += 1
            if number % 40 == 0:
                shutil.rmtree(cache, ignore_errors=True)
            time.sleep(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        told = [reader.communicate(timeout=120) for reader in list(_readers(path, cells))]
    finally:
        done.set()
        writer.join()
    for out, errors in told:
        counts = list(map(int, out.split()))
        assert len(counts) == TIMES, errors
        assert counts == sorted(counts) and counts[0] >= 1


def test_what_was_logged_since_is_never_missed(
    logging: tuple[Path, Callable[[int], None]], cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One value more at a time, asked at once, within the tick of the clock that dates files."""
    from store import snapshot

    monkeypatch.setattr(snapshot, "CELLS", cells)
    path, log = logging
    for number in range(9):
        log(number)
        if number % 3 == 0:
            time.sleep(0.06)
        for _ in range(2):
            history = load([path], cached=True)
            ((last,),) = history.engine.run("SELECT max(logged) FROM runs").rows
            assert last == number
            history.engine.close()


def test_a_store_that_is_being_written_is_not_kept(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, log = _folder(tmp_path)
    log(1)
    time.sleep(0.06)
    load([path], cached=True)  # the clock of a file server may be behind by so much
    assert not list(cache.glob("*.history.*"))
    monkeypatch.setattr(snapshot, "_APART_NS", 0)
    log(2)
    load([path], cached=True)
    assert not list(cache.glob("*.history.*"))
    time.sleep(0.06)
    load([path], cached=True)
    assert list(cache.glob("*.history.*"))


@pytest.mark.parametrize("made", ["folder", "database"])
@pytest.mark.parametrize("how", ["written", "dated back", "replaced"])
def test_what_changed_since_it_was_read_is_not_kept(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, made: str, how: str
) -> None:
    monkeypatch.setattr(snapshot, "_APART_NS", 0)
    path, log = _folder(tmp_path) if made == "folder" else _database(tmp_path, "DELETE")
    log(1)
    time.sleep(0.06)
    history = load([path], cached=True, later=True)
    before = {file: file.stat() for file in [path, *path.rglob("*")]}
    if how == "replaced":
        (old,) = [file for file in before if file.name in ("logged", "mlflow.db")]
        shutil.copy2(old, tmp_path / "other")
        (tmp_path / "other").replace(old)
    else:
        log(2)
    if how != "written":
        for file, state in before.items():
            os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    history.keep()
    assert not list(cache.glob("*.history.*"))
    time.sleep(0.06)
    load([path], cached=True, later=True).keep()
    assert list(cache.glob("*.history.*"))


def test_a_database_that_was_kept_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_APART_NS", 0)
    path, log = _database(tmp_path, "DELETE")
    log(1)
    time.sleep(0.06)
    load([path], cached=True)
    monkeypatch.setattr("store.trackers.read", lambda *_: pytest.fail("read again"))
    load([path], cached=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE params SET value = '7' WHERE key = 'logged'")
    time.sleep(0.06)
    with pytest.raises(pytest.fail.Exception):
        load([path], cached=True)
