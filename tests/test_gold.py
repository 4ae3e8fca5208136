"""The gold questions as a ratchet: what was right stays right, what is wrong without a warning shrinks.

`python -m tests.gold` prints every verdict. Aims: nine of ten right, none wrong.
"""

from __future__ import annotations

import pytest

from nlq.answer import Answer, Header
from tests.gold import GOLD, SETS, Judged, judge_all, tally, verdict
from tests.goldchecks import CHECKS, WARNINGS, same

RIGHT = {"autoresearch_h100": 18, "algoperf_trials": 12, "nanochat_leaderboard": 16}
"""Right answers, as measured; raise them when they rise."""

WRONG: frozenset[str] = frozenset()
"""Known to be wrong and not warned of: take out what is mended, put nothing in."""


@pytest.fixture(scope="module", params=SETS)
def judged(request: pytest.FixtureRequest) -> tuple[str, list[Judged]]:
    name: str = request.param
    if not (GOLD / f"{name}.jsonl").exists():
        pytest.skip(f"the gold questions are not beside this checkout ({name})")
    return name, judge_all(name)


def test_no_question_raises(judged: tuple[str, list[Judged]]) -> None:
    assert [(each.id, each.raised) for each in judged[1] if each.raised] == []


def test_every_question_has_its_check(judged: tuple[str, list[Judged]]) -> None:
    assert [each.id for each in judged[1] if each.id not in CHECKS] == []


def test_what_was_right_stays_right(judged: tuple[str, list[Judged]]) -> None:
    name, found = judged
    assert tally(found)["right"] >= RIGHT[name]


def test_nothing_else_is_wrong_without_a_warning(judged: tuple[str, list[Judged]]) -> None:
    assert [each.id for each in judged[1] if each.verdict == "wrong" and each.id not in WRONG] == []


def _answer(*rows: tuple[object, ...], **told: object) -> Answer:
    columns = tuple(Header(str(at)) for at in range(max(map(len, rows), default=0)))
    return Answer("q", told.pop("status", "answered"), columns=columns, rows=rows, **told)  # type: ignore[arg-type]


def test_the_measure_tells_the_four_verdicts_apart() -> None:
    mean = {"id": "autoresearch_h100-16", "answer": 0.973618}
    assert verdict(mean, _answer((0.97361842,))) == "right"
    assert verdict(mean, _answer((0.97317,))) == "wrong"
    assert verdict(mean, _answer(status="declined", headline="0.973618")) == "refused"
    hours = {"id": "nanochat_leaderboard-13", "answer": 2.91}
    assert verdict(hours, _answer(("2", 10493.0), unused=("hours",))) == "warned"
    assert verdict(hours, _answer(("2", 10493.0), unused=("training",))) == "wrong"


def test_a_run_is_right_only_by_its_name_and_with_nothing_beside_it() -> None:
    fastest = {"id": "nanochat_leaderboard-01", "answer": {"run": 6, "time_hours": 1.65}}
    assert verdict(fastest, _answer(("6", 1.65))) == "right"
    assert verdict(fastest, _answer(("16", 1.65))) == "wrong"
    assert verdict(fastest, _answer((6.0, 1.65))) == "wrong"
    assert verdict(fastest, _answer(*[("6", 1.65)] * 7)) == "wrong"


@pytest.mark.parametrize(
    ("cell", "gold", "is_same"),
    [
        (0.9696861, 0.969686, True),
        (0.96969, 0.969686, False),
        (True, 1, False),
        (None, 0, False),
        ("+0.02821 (+2.8 %)", 0.028214, True),
        ("0.03", 0.028214, False),
        ("+1.39 h", 1.39, True),
        ("11.39 h", 1.39, False),
        ("crash", "crash", True),
    ],
)
def test_a_cell_says_a_value_at_its_printed_precision(cell: object, gold: object, is_same: bool) -> None:
    assert same(cell, gold) is is_same


def test_every_warning_belongs_to_a_question() -> None:
    assert WARNINGS.keys() <= CHECKS.keys()
