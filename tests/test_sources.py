"""What was found, and what was passed over and why: `ask sources`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nlq.cli import run
from nlq.engine import ask
from store.load import load
from store.stores import DEPTH_AT_MOST
from store.written import last_written
from tests.tracking import SAMPLES, plant

RUNS = "run,lr,loss\na,0.1,2\nb,0.2,3\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with two logs and one of everything that is none."""
    root = plant(
        tmp_path / "project",
        {
            "logs/runs.csv": RUNS,
            "logs/again.csv": RUNS + "c,0.3,4\n",
            "train.py": "print(1)\n",
            "model.py": "print(2)\n",
            "empty.sqlite": b"",
            "blank.csv": "",
            "noise.csv": b"\0\1\2" * 50,
            "settings.json": '{"port": 80}',
            ".venv/runs.csv": RUNS,
            "/".join(["d"] * (DEPTH_AT_MOST + 2)) + "/runs.csv": RUNS,
        },
    )
    with closing(sqlite3.connect(root / "other.db")) as database:
        database.execute("CREATE TABLE songs (name TEXT)")
    (tmp_path / "secret.csv").write_text(RUNS)
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "round").symlink_to(root)
    shutil.copytree(SAMPLES / "mlflow" / "3.17" / "mlruns", root / "mlruns")
    return root


def told(root: Path, question: str = "sources") -> list[dict[str, Any]]:
    answer = ask(question, load([root]))
    assert answer.status == "answered"
    names = [head.name for head in answer.columns]
    return [dict(zip(names, row, strict=True)) for row in answer.rows]


def test_every_source_with_its_counts(project: Path) -> None:
    found = {Path(str(row["source"])).name: row for row in told(project) if row["kind"]}
    assert found.keys() == {"runs.csv", "again.csv", "mlruns"}
    mlruns = found["mlruns"]
    assert (mlruns["kind"], mlruns["runs"], mlruns["metrics"]) == ("mlflow files", 7, 5)
    assert mlruns["points"] == 15
    assert isinstance(mlruns["last written"], datetime)
    assert (mlruns["passed over"], mlruns["why"]) == (1, "deleted in MLflow")


def test_what_was_passed_over_and_why(project: Path) -> None:
    left = {str(row["why"]): row["passed over"] for row in told(project) if not row["kind"]}
    assert left == {
        "not a log": 2,
        "empty": 1,
        "a database of another schema": 1,
        "no runs in it": 1,
        "no reader knows this kind of file": 1,
        "a JSON object that is no run": 1,
        "a folder of programs, not of runs": 1,
        "a link that leads out of the folder": 1,
        "a link to a folder that is read anyway": 1,
        f"too deep: more than {DEPTH_AT_MOST} folders down": 1,
    }
    first = next(row for row in told(project) if row["why"] == "not a log")
    assert str(first["source"]).endswith("model.py and 1 other")


def test_a_run_that_stands_in_two_files_is_one(project: Path) -> None:
    repeated = [row for row in told(project) if "earlier file" in str(row["why"])]
    assert [(row["runs"], row["passed over"]) for row in repeated] in ([(0, 2)], [(1, 2)])


@pytest.mark.parametrize(
    "question", ["where do these runs come from", "what sources do you read?", "which files were skipped"]
)
def test_asked_in_words(project: Path, question: str) -> None:
    assert told(project, question) == told(project)


def test_the_command_takes_paths_and_formats(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASK_HISTORY", raising=False)
    assert run(["sources", str(project), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["headline"].startswith("10 runs from 3 sources; ")
    assert answer["columns"][0]["name"] == "source"
    assert run(["sources", str(project), "--csv"]) == 0
    assert capsys.readouterr().out.startswith("source,kind,runs,metrics,points,last written,passed over,why")


def test_where_no_run_is_found_it_says_what_was_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(tmp_path, {"a.py": "", "noise.csv": b"\0\1\2" * 50, "b.txt.png": "x"})
    assert run(["sources", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("No run was found; 3 things seen and not read")
    assert "no reader knows this kind of file" in out


def test_the_same_from_the_cache(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first, second = (ask("sources", load([project], cached=True)) for _ in range(2))
    assert first.rows == second.rows and first.headline == second.headline


def test_the_time_of_a_folder_is_that_of_its_newest_file(tmp_path: Path) -> None:
    plant(tmp_path, {"a/b/old": "x", "a/new": "y"})
    for at, path in enumerate([tmp_path / "a/b/old", tmp_path / "a/b", tmp_path / "a", tmp_path / "a/new"]):
        os.utime(path, (1_700_000_000 + at, 1_700_000_000 + at))
    assert last_written(str(tmp_path / "a")) == datetime.fromtimestamp(1_700_000_003)
    assert last_written(str(tmp_path / "nothing")) is None
    assert last_written("postgresql://host/db") is None
