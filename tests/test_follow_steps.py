"""Questions that go on from one about values by step: metric, runs and place stay unless others are named."""

from __future__ import annotations

import pytest

from nlq.engine import ask, ask_again
from nlq.query import Condition, Select, Steps, Test
from tests.corpus import history_of

SGD: Condition = Test("optimizer", "=", "sgd")


def _told(history: str, *questions: str) -> object:
    """The query of the last of some questions, each of which goes on from the one before."""
    told = ask(questions[0], history_of(history))
    for question in questions[1:]:
        told = ask_again(question, told, history_of(history))
    assert told.status != "declined", told.headline
    return told.query


@pytest.mark.parametrize("more", ["and at epoch 6?", "at epoch 6?", "what about epoch 6"])
def test_another_place_is_one_of_the_same_metric(more: str) -> None:
    assert _told("epochs", "val loss at epoch 4", more) == Steps("at", ("val_loss",), at=6, axis="epoch")


def test_that_it_goes_on_is_said_and_the_question_by_itself_is_offered() -> None:
    history = history_of("epochs")
    told = ask_again("and at epoch 6?", ask("val loss at epoch 4", history), history)
    first = told.assumptions[0]
    assert first.text == "read as a follow-up of: val_loss at epoch 4 of runs"
    assert first.override == "val_acc at epoch 6 of runs"


def test_another_metric_is_told_at_the_same_place() -> None:
    told = _told("epochs", "val loss at epoch 4", "what about val_acc")
    assert told == Steps("at", ("val_acc",), at=4, axis="epoch")
    best = _told("curves", "when was the val acc of d24 highest", "what about val_loss")
    assert best == Steps("best", ("val_loss",), Test("run", "=", "d24")), "of a loss the lowest is the best"


def test_other_runs_are_told_at_the_same_place() -> None:
    told = _told("epochs", "val loss at epoch 4", "only sgd", "and at epoch 6?")
    assert told == Steps("at", ("val_loss",), SGD, at=6, axis="epoch")
    told = _told("curves", "val acc of d24 at step 1000", "and d12?", "at step 2000?")
    assert told == Steps("at", ("val_acc",), Test("run", "=", "d12"), at=2000)


def test_a_bound_stays_and_is_another() -> None:
    asked = "runs with val_loss below 2.6 at step 3000"
    assert _told("curves", asked, "and at step 4000?") == Steps(
        "at", ("val_loss",), at=4000, op="<", value=2.6
    )
    assert _told("curves", asked, "below 2.5?") == Steps("at", ("val_loss",), at=3000, op="<", value=2.5)


def test_a_metric_that_is_named_is_asked_by_itself() -> None:
    told = _told("curves", "val acc of d24 at step 1000", "loss of d12 at step 2000")
    assert told == Steps("at", ("loss",), Test("run", "=", "d12"), at=2000)
    assert isinstance(_told("curves", "val acc of d24 at step 1000", "best run"), Select)
