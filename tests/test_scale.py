"""Columns that count in millions without saying so, and what the size of a model is."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlq.engine import ask
from store.history import History
from store.load import load

ZOO = """\
model,img_size,top1,param_count,batch_size
tiny_vit,224,75.1,5.7,512
base_vit,224,85.3,86.6,256
large_vit,448,88.0,305.1,128
small_conv,384,83.2,28.6,512
"""


@pytest.fixture
def zoo(tmp_path: Path) -> History:
    path = tmp_path / "zoo.csv"
    path.write_text(ZOO, encoding="utf-8")
    return load([path])


@pytest.mark.parametrize(
    ("question", "models"),
    [
        ("best model under 10M params", ["tiny_vit"]),
        ("worst model with more than 20M params", ["small_conv"]),
        ("models between 20 and 100 million params", ["base_vit", "small_conv"]),
        ("models between 20M and 100M params", ["base_vit", "small_conv"]),
        ("best model with at most 0.1 billion parameters", ["base_vit"]),
    ],
)
def test_millions_of_a_column_that_counts_in_them(zoo: History, question: str, models: list[str]) -> None:
    answer = ask(question, zoo)
    assert [row[0] for row in answer.rows] == models
    said = "param_count counts in millions: it goes from 5.7 to 305.1"
    assert said in [one.text for one in answer.assumptions]


NAMED = """\
model,params (M),FLOPs (B),top1
small,5.0,1.5,75.1
middle,90.2,1100.0,85.3
giant,1200.5,4300.0,88.0
"""


@pytest.mark.parametrize(
    ("question", "models"),
    [
        ("models with more than 1B params", ["giant"]),
        ("models with params under 100M", ["small", "middle"]),
        ("models with more than 100 params", ["giant"]),
        ("models with flops over 1T", ["middle", "giant"]),
        ("models with flops over 2000B", ["giant"]),
    ],
)
def test_a_column_says_what_it_counts_in(tmp_path: Path, question: str, models: list[str]) -> None:
    path = tmp_path / "named.csv"
    path.write_text(NAMED, encoding="utf-8")
    assert sorted(str(row[0]) for row in ask(question, load([path])).rows) == sorted(models)


@pytest.mark.parametrize("question", ["runs with batch size under 6K", "runs with batch size below 1M"])
def test_a_number_beyond_a_column_stays_as_it_is(zoo: History, question: str) -> None:
    answer = ask(question, zoo)
    assert len(answer.rows) == 4
    assert not any("counts in" in one.text for one in answer.assumptions)


@pytest.mark.parametrize(
    ("question", "model"),
    [
        ("smallest model", "tiny_vit"),
        ("biggest model", "large_vit"),
        ("smallest model above 85 top1", "base_vit"),
        ("largest model below 80 top1", "tiny_vit"),
    ],
)
def test_the_size_of_a_model_is_its_parameters_not_that_of_its_images(
    zoo: History, question: str, model: str
) -> None:
    answer = ask(question, zoo)
    assert answer.rows[0][0] == model
    assert "param_count" in [head.name for head in answer.columns]
