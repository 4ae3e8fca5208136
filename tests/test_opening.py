"""Which history is asked, and what `ask doctor` says of it: with the real store."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from nlq.cli import run
from nlq.config import Settings
from nlq.demo import demo_history
from nlq.engine import ask
from nlq.errors import FAILED, OK, BadConfig
from nlq.opening import open_history, paths
from store.errors import NoHistory

HISTORIES = Path(__file__).parents[1] / "corpus" / "histories"
SEED = HISTORIES / "seed" / ".claude" / "experiments.md"

Streams = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("ASK_HISTORY", raising=False)


def test_the_named_history_wins_then_the_variable_then_the_settings(tmp_path: Path) -> None:
    given, environ = Settings(history=("c.md",)), {"ASK_HISTORY": f"a.md{os.pathsep}{os.pathsep}b.tsv"}
    assert paths(["x.md", "y.md"], given, environ) == [Path("x.md"), Path("y.md")]
    assert paths([], given, environ) == [Path("a.md"), Path("b.tsv")]
    assert paths([], given, {}) == [Path("c.md")]
    with pytest.raises(NoHistory, match="ask demo"):
        paths([], Settings(), {})


def test_a_log_is_found_upwards_and_shown_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / "experiments.md").write_bytes(SEED.read_bytes())
    assert paths([], Settings(), {}) == [Path(".claude/experiments.md")]
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    assert paths([], Settings(), {}) == [Path("../.claude/experiments.md")]
    history = open_history([], ["trial"], Settings(lower=("CORE",)), {})
    assert history.catalog.rows == 3 and history.catalog.nouns[0] == "trial"
    assert {c.name: c.direction for c in history.catalog.columns}["CORE"] == "lower"
    assert str(history.place(0)).startswith("../.claude/experiments.md:")


def test_the_demo_ships() -> None:
    assert demo_history().read_text(encoding="utf-8").startswith("# nanochat")


@pytest.mark.parametrize("folder", sorted(path.name for path in HISTORIES.iterdir() if path.is_dir()))
def test_doctor_tells_what_was_read_and_what_was_not(folder: str, capsys: Streams) -> None:
    assert run(["doctor", "--in", str(HISTORIES / folder), "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert [column["name"] for column in told[0]["columns"]][:4] == ["column", "kind", "type", "unit"]
    assert " runs, read as " in told[0]["headline"] and told[0]["rows"]
    assert run(["doctor", "--in", str(HISTORIES / folder)]) == OK
    assert told[0]["headline"] in capsys.readouterr().out


def test_doctor_names_places_of_what_was_skipped(capsys: Streams) -> None:
    assert run(["doctor", str(HISTORIES / "messy" / "experiments.md")]) == OK
    assert "experiments.md:30: a placeholder row" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("noise.md", b"# Shopping\n\n- milk\n", "no runs in noise.md"),
        ("empty.csv", b"", "no runs in empty.csv"),
        ("binary.csv", bytes(range(256)) * 20, "no runs in binary.csv"),
    ],
)
def test_a_file_without_runs_is_one_line(
    name: str, content: bytes, said: str, tmp_path: Path, capsys: Streams
) -> None:
    (tmp_path / name).write_bytes(content)
    assert run(["--in", name, "best"]) == FAILED
    told = capsys.readouterr().err
    assert told.startswith(f"ask: {said}") and told.count("\n") == 1


def test_an_unreadable_file_is_one_line(tmp_path: Path, capsys: Streams) -> None:
    locked = tmp_path / "locked.md"
    locked.write_text("x")
    locked.chmod(0)
    if os.access(locked, os.R_OK):
        locked.unlink()
        locked.symlink_to(locked)  # whoever runs as root can read all but a link to itself
    assert run(["--in", "locked.md", "best"]) == FAILED
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("question", "same"),
    [("winner by bits", "best run by val_bpb"), ("bits of winner", "val_bpb of best run")],
)
def test_a_word_of_ones_own_means_a_column_or_a_word_of_ours(question: str, same: str) -> None:
    given = Settings(words=(("winner", "best"), ("bits", "val_bpb")))
    history = open_history([str(HISTORIES / "autoresearch" / "results.tsv")], (), given, {})
    answer = ask(question, history)
    assert answer.query is not None and answer.query == ask(same, history).query


def test_a_word_of_ones_own_must_mean_something() -> None:
    given = Settings(words=(("bits", "val_bpd"),))
    with pytest.raises(BadConfig, match=r'"bits" means "val_bpd", which is no column .*; nearest: val_bpb'):
        open_history([str(HISTORIES / "autoresearch" / "results.tsv")], (), given, {})
