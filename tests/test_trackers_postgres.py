"""MLflow in PostgreSQL, read from a real server that the test starts on this machine."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nlq.cli import run
from store import trackers
from store.errors import UnreadableHistory
from store.load import load
from store.records import Reading
from store.trackers import mlflow_postgres

if TYPE_CHECKING:
    import psycopg

SAMPLE = Path(__file__).parents[1] / "corpus" / "trackers" / "mlflow" / "3.17" / "mlflow.db"

# As MLflow makes them there: `is_nan` is a real boolean, other columns are left out.
TABLES = {
    "experiments": "experiment_id INTEGER, name VARCHAR(256), workspace VARCHAR(63), lifecycle_stage TEXT",
    "runs": "run_uuid VARCHAR(32), name VARCHAR(250), source_name VARCHAR(500), user_id VARCHAR(256),"
    " status VARCHAR(20), start_time BIGINT, end_time BIGINT, source_version VARCHAR(50),"
    " lifecycle_stage VARCHAR(20), experiment_id INTEGER",
    "params": "key VARCHAR(250), value VARCHAR(8000), run_uuid VARCHAR(32)",
    "tags": "key VARCHAR(250), value VARCHAR(8000), run_uuid VARCHAR(32)",
    "metrics": "key VARCHAR(250), value DOUBLE PRECISION, timestamp BIGINT, run_uuid VARCHAR(32),"
    " step BIGINT, is_nan BOOLEAN",
    "latest_metrics": "key VARCHAR(250), value DOUBLE PRECISION, timestamp BIGINT, step BIGINT,"
    " is_nan BOOLEAN, run_uuid VARCHAR(32)",
}  # fmt: skip


def _program(name: str) -> str:
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(beside[-1]) if beside else "")


def _stranger() -> str | None:
    """Whom the server runs as: it refuses to run as root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server with an empty database."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install nlq[postgres]")
    if not _program("initdb") or not _program("pg_ctl"):
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    user = _stranger()
    with tempfile.TemporaryDirectory(prefix="ask-pg-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        data = f"{folder}/data"

        def run(*words: str) -> None:
            log = subprocess.DEVNULL  # not a pipe: the server would keep it open
            subprocess.run(words, user=user, cwd=folder, check=True, stdout=log, stderr=log, timeout=120)

        run(
            _program("initdb"),
            "-D",
            data,
            "-U",
            "ada",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
        run(_program("pg_ctl"), "-D", data, "-l", f"{folder}/log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://ada:secret@127.0.0.1:{port}/postgres"
        finally:
            run(_program("pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="module")
def mlflow(server: str) -> str:
    """The same with the runs of the sample in it."""
    import psycopg

    source = sqlite3.connect(SAMPLE)
    with psycopg.connect(server) as connection:
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({columns})".encode())
            names = [column.split()[0] for column in columns.split(", ")]
            boolean = names.index("is_nan") if "is_nan" in names else -1
            marks = ", ".join(["%s"] * len(names))
            for row in source.execute(f"SELECT {', '.join(names)} FROM {table}"):
                values = [bool(value) if at == boolean else value for at, value in enumerate(row)]
                connection.execute(f"INSERT INTO {table} VALUES ({marks})".encode(), values)
    source.close()
    return server


def test_it_reads_the_same_as_from_sqlite(mlflow: str) -> None:
    ours, same = mlflow_postgres.read(mlflow), trackers.read("mlflow database", SAMPLE, "x")
    assert ours.fields == same.fields
    assert [run.values for run in ours.runs] == [run.values for run in same.runs]
    assert repr([run.series for run in ours.runs]) == repr([run.series for run in same.runs])
    assert [run.marks for run in ours.runs] == [run.marks for run in same.runs]
    assert [(skip.reason, skip.count) for skip in ours.skips] == [("deleted in MLflow", 1)]


def test_sqlalchemy_s_spelling_of_the_address(mlflow: str) -> None:
    reading = mlflow_postgres.read(mlflow.replace("postgresql://", "postgresql+psycopg2://"))
    assert len(reading.runs) == 7
    assert "secret" not in repr(reading) and "ada:" not in repr(reading)


def test_a_database_without_mlflow(server: str) -> None:
    with pytest.raises(UnreadableHistory, match="no tables of MLflow"):
        mlflow_postgres.read(server.replace("/postgres", "/template1"))


def test_a_server_that_does_not_answer() -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install nlq[postgres]")
    with pytest.raises(UnreadableHistory) as raised:
        mlflow_postgres.read("postgresql://ada:secret@127.0.0.1:1/mlflow")
    said = str(raised.value)
    assert said.startswith("postgresql://127.0.0.1:1/mlflow can't be read: ")
    assert "\n" not in said and "secret" not in said


def test_without_psycopg_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UnreadableHistory, match=r"psycopg is not installed; pip install 'nlq\[postgres\]'"):
        mlflow_postgres.read("postgresql://db/mlflow")


def _asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = run(list(words))
    told = capsys.readouterr()
    assert "secret" not in told.out + told.err and "ada:" not in told.out + told.err
    return code, told.out + told.err


def test_asked_by_its_address(mlflow: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = _asked(capsys, "--in", mlflow, "best run by accuracy")
    assert code == 0 and told.startswith("plain: accuracy 0.875, the highest of ")
    host = mlflow.rpartition("@")[2]
    assert f"from        postgresql://{host}#" in told
    code, told = _asked(capsys, "sources", "--in", mlflow)
    assert code == 0 and f"postgresql://{host}  mlflow database     7" in told


def test_the_settings_may_hold_the_address(
    mlflow: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASK_HISTORY", mlflow)
    assert _asked(capsys, "how many runs")[1].startswith("7 runs")
    monkeypatch.delenv("ASK_HISTORY")
    (tmp_path / ".ask.toml").write_text(f'history = ["{mlflow}"]\n')
    monkeypatch.chdir(tmp_path)
    assert _asked(capsys, "how many runs")[1].startswith("7 runs")


def test_what_goes_wrong_is_one_line(mlflow: str, capsys: pytest.CaptureFixture[str]) -> None:
    for address in (
        mlflow.replace("/postgres", "/nowhere"),
        "postgresql://ada:secret@127.0.0.1:1/mlflow",
        "postgresql://ada:se%cret@127.0.0.1/mlflow",
        "postgresql://ada:secret@host:port/mlflow",
        "mysql://ada:secret@db/mlflow",
    ):
        code, told = _asked(capsys, "--in", address, "best run")
        assert code == 1 and told.count("\n") == 1 and told.startswith("ask: "), told
        assert "se%cret" not in told
    for words in (["note", "--in", mlflow, "a note of it"], ["init", "--in", mlflow]):
        assert _asked(capsys, *words)[0] in (1, 2)


def test_nothing_can_be_written(mlflow: str, monkeypatch: pytest.MonkeyPatch) -> None:

    def write(connection: psycopg.Connection[Any], reading: Reading) -> None:
        connection.execute("DELETE FROM runs")

    monkeypatch.setattr(mlflow_postgres, "_read", write)
    with pytest.raises(UnreadableHistory, match="read-only transaction"):
        mlflow_postgres.read(mlflow)
    monkeypatch.undo()
    assert len(mlflow_postgres.read(mlflow).runs) == 7


def test_addresses_of_files_are_paths(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "mlflow.db")
    shutil.copytree(SAMPLE.parent / "mlruns", tmp_path / "my runs")
    assert load([f"sqlite:///{tmp_path}/mlflow.db"]).catalog.rows == 7
    assert load([(tmp_path / "my runs").as_uri()]).catalog.rows == 7
