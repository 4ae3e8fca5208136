"""What only the notes tell: settings as they are written there, numbers as a whole, words of rare columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlq.engine import ask
from store.history import History
from store.load import load

NOTES = {
    "a": "depth=8",
    "b": "depth=8 lr=5e-4 (best so far)",
    "c": "depth=4 lr=5e-4, Muon",
    "d": "muon, seed=83",
    "e": "muon again, seed=834",
    "f": "baseline",
    "g": "baseline + warmup",
    "h": "cosine",
    "i": "cosine, 2 epochs",
    "j": "linear",
    "k": "linear, muon",
}


@pytest.fixture
def log(tmp_path: Path) -> History:
    rows = [
        f'{run},{2.9 - at / 10:.1f},"{note}",{"0.04" if run == "c" else ""},{at}'
        for at, (run, note) in enumerate(NOTES.items())
    ]
    path = tmp_path / "runs.csv"
    path.write_text("\n".join(["run,val_loss,notes,muon_weight_decay,score", *rows, ""]), encoding="utf-8")
    return load([path])


@pytest.mark.parametrize(
    ("question", "runs"),
    [
        ("runs with depth=8", "ab"),
        ("runs with depth 8", "ab"),
        ("best run with depth=8", "b"),
        ("runs with depth=8 lr=5e-4", "b"),
        ("runs with lr=5e-4", "bc"),
        ("which runs used seed 83", "d"),
        ("which runs used seed 834", "e"),
        ("runs with muon", "cdek"),
        ("runs without muon", "abfghij"),
        ("baseline run", "f"),
    ],
)
def test_runs_are_found_by_what_their_notes_say(log: History, question: str, runs: str) -> None:
    answer = ask(question, log)
    assert "".join(str(row[0]) for row in answer.rows) == runs


def test_settings_told_in_notes_are_compared(log: History) -> None:
    assert ask("compare depth=8 vs depth=4", log).status == "answered"


def test_a_better_end_that_nobody_knows_is_not_guessed(log: History) -> None:
    answer = ask("best score", log)
    assert answer.status == "declined"
    assert "whether high or low score is better is not known" in answer.headline
