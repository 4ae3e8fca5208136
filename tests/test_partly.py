"""Columns that only a part of the runs tell: they are no answer to "which", and no measure of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlq.engine import ask
from store.history import History
from store.load import load

TUNED = """\
config,tok_s,ppl,upstream,dataset,encoder,acc
c1,21.5,4.58,laion,cars,enc_a,0.61
c2,29.1,,laion,flowers,enc_a,0.64
c3,37.3,,,cars,enc_b,0.91
c4,24.0,,,flowers,enc_b,0.92
c5,26.0,,wit,cars,enc_a,0.60
c6,27.0,,wit,flowers,enc_b,0.55
"""


@pytest.fixture
def tuned(tmp_path: Path) -> History:
    path = tmp_path / "results.csv"
    path.write_text(TUNED, encoding="utf-8")
    return load([path])


def test_no_value_is_the_best_of_no_group(tuned: History) -> None:
    answer = ask("which upstream has the best mean acc", tuned)
    assert answer.rows[0][0] == "laion", answer.headline


def test_an_end_is_of_the_runs_that_tell_it(tuned: History) -> None:
    assert "the lowest of 1 that tell it, of 6 runs" in ask("lowest ppl", tuned).headline


def test_what_is_tuned_is_the_speed_that_all_tell_not_the_quality_of_one(tmp_path: Path) -> None:
    path = tmp_path / "tuned.csv"
    rows = [line.rsplit(",", 4)[0] for line in TUNED.splitlines()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    answer = ask("best run", load([path]))
    assert answer.headline.startswith("c3: tok_s 37.3")


def test_more_of_what_holds_no_numbers_is_declined(tuned: History) -> None:
    answer = ask("does more data help", tuned)
    assert answer.status == "declined"
    assert "dataset holds no numbers" in answer.headline


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("which datasets does encoder enc_a do better on than encoder enc_b", "declined"),
        ("which encoder is better, enc_a or enc_b", "answered"),
    ],
)
def test_two_sides_are_compared_as_a_whole(asked: str, status: str, tuned: History) -> None:
    assert ask(asked, tuned).status == status


def test_what_stands_beside_the_values_compared_is_common_to_them(tuned: History) -> None:
    told = ask("compare encoders on cars", tuned)
    assert told.rows[0][1:3] == ("2", "1"), told.rows


def test_both_ends_of_a_column_are_two_numbers(tuned: History) -> None:
    told = ask("lowest and highest acc with encoder = enc_b", tuned)
    assert told.rows == ((0.55, 0.92),)


EVALUATED = """\
run,model,lr,piqa/acc,arc_easy/acc_norm
a,m1,0.1,0.7,0.5
b,m2,0.1,0.6,0.8
c,m2,0.2,0.5,0.1
"""


def test_best_on_a_metric_is_ranked_by_it(tmp_path: Path) -> None:
    path = tmp_path / "evals.csv"
    path.write_text(EVALUATED, "utf-8")
    history = load([path])
    assert ask("best model on arc_easy", history).headline.startswith("b: arc_easy/acc_norm 0.8, the highest")
    assert ask("how many models", history).rows == ((2,),)


def test_one_word_of_several_names_is_one_side(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    kinds = ["b1-plain", "b1-deduped", "b2-plain", "b2-deduped", "b1-plain"]
    rows = ["run,lr,model,acc", *(f"r{at},1,{kind},0.{5 + at}" for at, kind in enumerate(kinds))]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    told = ask("is deduped better", load([path]))
    assert told.rows[0][1:3] == ("2", "3"), told.headline


@pytest.mark.parametrize("asked", ["best acc on wmt", "best acc on wmt_tanh", "best acc on imagenet_vit"])
def test_a_part_of_a_name_is_enough_to_tell_it(asked: str, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    kinds = [
        "wmt_tanh_jax",
        "wmt_tanh_torch",
        "imagenet_vit_jax",
        "imagenet_vit_torch",
        "imagenet_resnet_jax",
    ] * 2
    rows = ["run,lr,workload,acc", *(f"r{at},1,{kind},0.{10 + at}" for at, kind in enumerate(kinds))]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    told = ask(asked, load([path]))
    assert told.headline.startswith("r6: acc 0.16" if "wmt" in asked else "r8: acc 0.18"), told.headline


def test_three_measures_of_a_model_tell_a_table_of_runs(tmp_path: Path) -> None:
    path = tmp_path / "zoo.csv"
    path.write_text(
        "cell,ptq_accuracy,qat_accuracy,analog_accuracy\n0|1,59.2,37.5,57.4\n1|1,91.4,90.1,73.2\n", "utf-8"
    )
    assert ask("best run", load([path])).headline.startswith("1|1: ptq_accuracy 91.4")
