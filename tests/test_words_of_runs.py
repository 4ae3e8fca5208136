"""Words about runs that mean another thing than they look like: "faster" of a rate, "all runs but"."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlq.engine import ask
from store.history import History
from store.load import load

RATES = """\
commit,val_bpb,tok_per_sec,batch_size,device_batch_size,status,description
1e7ea41,1.30,30000,65536,8,keep,baseline
5409686,1.20,42000,65536,8,keep,muon with a loss spike
9182733,1.25,51000,16384,4,discard,swiglu without muon
ab12cd3,0.00,0,16384,4,crash,deeper
77fe210,1.10,47000,32768,4,keep,warmdown
"""

EVALS = """\
run,model,shots,augmented,piqa_acc,val_loss
a,m1,0,0,0.60,2.1
b,m2,0,1,0.70,2.2
c,m1,5,0,0.64,2.3
d,m2,5,1,0.74,2.0
"""


def _loaded(tmp_path: Path, text: str) -> History:
    path = tmp_path / "results.csv"
    path.write_text(text, encoding="utf-8")
    return load([path])


@pytest.fixture
def rates(tmp_path: Path) -> History:
    return _loaded(tmp_path, RATES)


@pytest.fixture
def evals(tmp_path: Path) -> History:
    return _loaded(tmp_path, EVALS)


@pytest.mark.parametrize(
    ("asked", "commits"),
    [
        ("fastest run", ["9182733"]),
        ("slowest kept run", ["1e7ea41"]),
        ("runs faster than 77fe210", ["9182733"]),
        ("runs faster than 45000 tok/s", ["9182733", "77fe210"]),
        ("all runs but the crashed ones", ["1e7ea41", "5409686", "9182733", "77fe210"]),
        ("runs after 5409686", ["9182733", "ab12cd3", "77fe210"]),
        ("runs since 9182733", ["9182733", "ab12cd3", "77fe210"]),
        ("best val_bpb before 9182733", ["5409686"]),
        ("runs with batch size under 20000", ["9182733", "ab12cd3"]),
        ("kept runs, worst first", ["1e7ea41", "5409686", "77fe210"]),
        ("kept runs, best first", ["77fe210", "5409686", "1e7ea41"]),
        ("runs with tok_per_sec above the median", ["9182733", "77fe210"]),
        ("runs better than 1.28 without muon", ["77fe210"]),
    ],
)
def test_the_runs_that_are_meant(asked: str, commits: list[str], rates: History) -> None:
    answer = ask(asked, rates)
    assert [row[0] for row in answer.rows] == commits, answer.headline


@pytest.mark.parametrize(
    "asked",
    [
        "runs with loss under 5",
        "how many timed out",
        "smallest model above 1.1",
        "val_bpb between runs 5 and 10",
        "best val_bpb before 120",
        "longest run",
    ],
)
def test_what_no_column_tells_is_declined(asked: str, rates: History) -> None:
    assert ask(asked, rates).status == "declined"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("average piqa_acc over 5-shots runs", 0.69),
        ("average piqa_acc over all 0-shots runs", 0.65),
        ("mean piqa_acc with augmented", 0.72),
        ("mean piqa_acc without augmented", 0.62),
        ("mean piqa_acc of augmented runs", 0.72),
    ],
)
def test_a_mean_over_runs_of_a_kind(asked: str, told: float, evals: History) -> None:
    assert ask(asked, evals).rows[0][-1] == pytest.approx(told)


def test_kept_is_told_of_no_run_where_no_file_says_so(evals: History) -> None:
    assert ask("how many kept", evals).status == "declined"


def test_so_many_of_the_best_though_a_column_is_called_so(tmp_path: Path) -> None:
    history = _loaded(
        tmp_path, "model,size,top1,top5\na,1,70.0,90.0\nb,2,71.0,91.0\nc,3,72.0,92.0\nd,3,73.0,93.0\n"
    )
    assert [row[0] for row in ask("top 2 models by top1", history).rows] == ["d", "c"]
    assert ask("highest top 5", history).headline.startswith("d")


TUNED = """\
run,optimizer,dropout,label_smoothing,gpu,val_acc,test_acc,peak_mem_gb,state
a,sgd,0.0,,A100,0.90,0.89,4,finished
b,sgd,0.1,0.1,A100,0.92,0.90,5,finished
c,sgd,0.0,0.0,H100,0.88,0.91,6,crashed
d,adamw,0.3,0.1,H100,0.91,0.92,9,crashed
e,muon,0.0,,H100,0.95,0.94,7,finished
f,muon,0.1,0.0,H100,0.94,0.93,7,finished
g,muon,0.1,0.2,H200,0.93,0.95,8,crashed
h,sgd,0.0,,H200,0.80,0.79,4,finished
"""


@pytest.fixture
def tuned(tmp_path: Path) -> History:
    return _loaded(tmp_path, TUNED)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("which optimizer was used the most", "sgd"),
        ("which optimizer was tried the least", "adamw"),
        ("which gpu crashed the most", "H100"),
        ("second most used optimizer", "muon"),
        ("which run used the most memory", "e"),
        ("how many runs with dropout", 4),
        ("how many runs without dropout", 4),
        ("how many runs without label_smoothing", 2),
        ("how many runs without dropout or label_smoothing", 1),
        ("what fraction of muon runs crashed", 1),
        ("what fraction of crashed runs are muon", 1),
    ],
)
def test_what_is_told_first(asked: str, first: object, tuned: History) -> None:
    answer = ask(asked, tuned)
    assert answer.rows[0][0] == first, answer.headline


def test_a_rate_of_two_sides_is_of_each(tuned: History) -> None:
    rows = {row[0]: row[1] for row in ask("crash rate of sgd vs muon", tuned).rows}
    assert rows == {"sgd": 25.0, "muon": pytest.approx(33.33)}
    assert "2 of 3" not in ask("what fraction of muon runs crashed", tuned).headline
    assert ask("what fraction of muon runs crashed", tuned).headline.startswith("1 of 3")


def test_a_spread_over_seeds_is_of_the_metric_before_it(tuned: History) -> None:
    answer = ask("val_acc spread over dropout for muon", tuned)
    assert answer.headline.startswith("spread of val_acc"), answer.headline


@pytest.mark.parametrize(
    "asked",
    [
        "mean test_acc of the 3 best runs by val_acc",
        "how many sgd runs beat the best muon run",
        "which optimizer is best on the most gpus",
    ],
)
def test_what_takes_two_questions_is_declined(asked: str, tuned: History) -> None:
    assert ask(asked, tuned).status == "declined"
