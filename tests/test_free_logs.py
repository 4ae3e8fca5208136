"""A log in Markdown that somebody wrote in their own way, from its first line to an answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nlq.engine import ask
from store.history import History
from store.load import load

LOG = """\
# Experiments

## exp-001: baseline resnet on cifar
- date: 2026-05-02
- config: lr=0.1, bs=128, wd=5e-4, aug=standard
- val_acc: 77.8
- status: done

## exp-002: + cutmix
- date: 2026-05-04
- config: lr=0.1, bs=128, wd=5e-4, aug=cutmix
- val_acc: 79.6
- status: done

## exp-003: bigger batch
- date: 2026-05-07
- config: lr=0.4, bs=512, wd=5e-4, aug=cutmix
- status: diverged
- notes: nan at epoch 3

## exp-004: wide
- date: 2026-05-10
- config: lr=0.1, bs=128, wd=1e-3, aug=cutmix
- val_acc: 82.7
- status: done
"""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    path = tmp_path_factory.mktemp("log") / "experiments.md"
    path.write_text(LOG, encoding="utf-8")
    history = load([path])
    yield history
    history.engine.close()


@pytest.mark.parametrize(
    ("question", "headline"),
    [
        ("what was my best run", "exp-004: val_acc 82.7, the highest of 3 finished runs"),
        ("what was the lr of exp-003", "exp-003: lr 0.4"),
        ("lr of exp 3", "exp-003: lr 0.4"),
        ("lr of exp3", "exp-003: lr 0.4"),
        ("lr of run 3", "exp-003: lr 0.4"),
        ("did exp 2 beat exp 1", "Yes: exp-002 is better than exp-001 by val_acc (+1.8)"),
        ("which diverged", "1 run of 4 with status = diverged"),
        ("what augs have I tried", "2 values of aug tried: cutmix, standard"),
        (
            "how much did cutmix help",
            "Perhaps: aug = cutmix is better than not aug = cutmix by val_acc (+3.35); "
            "they differ in lr, bs, wd too, so this alone need not be the cause",
        ),
    ],
)
def test_asked(log: History, question: str, headline: str) -> None:
    assert ask(question, log).headline == headline


CLAIMED = """\
# voices

## Summary

| Run | Date | Config | Warmth | Notes |
|-----|------|--------|--------|-------|
| baseline | 2026-02-01 | lr=1e-3 | 3.61 | default |
| wide | 2026-02-04 | lr=2e-4 | 4.05 | big jump |
| deep | 2026-02-06 | lr=1e-4 | 3.95 | |

## Best Result

- **Run**: {best}
- **Warmth**: {value}

## Things to Try

- [ ] a larger batch
"""


def test_a_best_result_that_is_no_number_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "experiments.md"
    path.write_text(CLAIMED.format(best="wide", value="yes").replace("| 4.05 |", "| - |"), encoding="utf-8")
    assert ask("best run", load([path])).status == "declined"


@pytest.mark.parametrize(
    ("best", "value", "told"),
    [
        ("wide", 4.05, "wide: warmth 4.05, the highest of 3 runs"),
        ("baseline", 3.61, "baseline: warmth 3.61, the lowest of 3 runs"),
        ("deep", 3.95, "Declined: this history has no metric that is known to be better high or low."),
    ],
)
def test_the_best_result_of_a_log_tells_which_end_is_better(
    tmp_path: Path, best: str, value: float, told: str
) -> None:
    path = tmp_path / "experiments.md"
    path.write_text(CLAIMED.format(best=best, value=value), encoding="utf-8")
    answer = ask("best run", load([path]))
    assert answer.headline == told
    if answer.rows:
        assert any("as the log's best result is" in one.text for one in answer.assumptions)
