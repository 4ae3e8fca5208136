"""Lattice → readings, and what the grammar's actions refuse to build."""

from __future__ import annotations

from typing import Any

import pytest

from nlq.actions import ACTIONS
from nlq.lattice import Edge, Mention, Quantity
from nlq.lexicon import Lexicon
from nlq.link import link
from nlq.parse import BEAM, READINGS, Reading, parse
from nlq.pieces import Aggregate, Filter, Group, Interval, RunPiece, Show, Super, Word
from nlq.query import Test
from nlq.tokens import tokenize
from store.catalog import Column
from tests.corpus import history_of


def readings(question: str, history: str = "nanochat") -> list[Reading]:
    return parse(link(tokenize(question), Lexicon.of(history_of(history).catalog)))


def kinds(reading: Reading) -> list[str]:
    return [type(piece).__name__ for piece in reading.pieces]


@pytest.mark.parametrize(
    ("question", "pieces"),
    [
        ("best run", [Super, Word]),
        ("mean loss by depth", [Aggregate, Group]),
        ("loss of d12-baseline", [Show, RunPiece]),
        ("runs last week", [Word, Interval]),
        ("runs with depth 12", [Word, Filter]),
    ],
)
def test_the_cheapest_reading_is_the_plain_one(question: str, pieces: list[type]) -> None:
    assert kinds(readings(question)[0]) == [piece.__name__ for piece in pieces]


def test_readings_come_cheapest_first_and_are_bounded() -> None:
    found = readings("best d24 run by loss under 3 hours with muon or adamw and lr 0.02")
    costs = [reading.cost for reading in found]
    assert costs == sorted(costs) and 1 < len(found) <= READINGS <= BEAM


def test_a_planted_reading_survives_words_that_nothing_knows() -> None:
    """What is skipped is told, and the pieces around it are found all the same."""
    reading = readings("best zzzz run flurb by grommet loss")[0]
    assert {"Super", "Word"} <= set(kinds(reading))
    assert len(reading.skipped) == 3


def test_nothing_at_all_has_no_reading() -> None:
    assert readings("zzzz") == []


def test_the_pieces_hold_what_was_said() -> None:
    (piece,) = [p for p in readings("runs with depth 12")[0].pieces if isinstance(p, Filter)]
    assert piece.condition == Test("depth", "=", 12)


# -- actions on parts that do not fit together

NUMBER = Column("loss", "loss", "metric", "number", unit="", direction="lower", count=3, distinct=3)
TIME = Column("time", "time", "metric", "number", unit="h", count=3, distinct=3)
TEXT = Column("optimizer", "optimizer", "param", "text", count=3, distinct=2, values=("muon", "adamw"))


def edge(terminal: str, payload: Any, at: int = 0) -> Edge:
    return Edge(at, at + 1, terminal, payload, 0.0)


def column(*columns: Column, terminal: str = "COL_F") -> Edge:
    return edge(terminal, Mention(columns, (), columns[0].name))


def number(value: float, unit: str = "") -> Any:
    parts = [edge("NUM", value), edge("UNIT", Quantity(unit))] if unit else [edge("NUM", value)]
    built = ACTIONS["quantity" if unit else "number"](parts)
    assert built is not None
    return built[0]


def test_a_unit_ends_the_readings_whose_column_measures_something_else() -> None:
    assert ACTIONS["compare_number"]([column(TIME), edge("OP", "<"), number(3, "GB")]) is None
    built = ACTIONS["compare_number"]([column(TIME), edge("OP", "<"), number(90, "min")])
    assert built is not None and built[0].condition == Test("time", "<", 1.5)


def test_a_text_has_neither_mean_nor_order() -> None:
    argument = ACTIONS["one"]([column(TEXT, terminal="COL_A")])
    assert argument is not None
    assert ACTIONS["aggregate_of"]([(edge("AGG", "mean"),), argument[0]]) is None
    assert ACTIONS["sup_col"]([edge("SUP", "max"), column(TEXT, terminal="COL_A")]) is None
    assert ACTIONS["compare_number"]([column(TEXT), edge("OP", "<"), number(3)]) is None


def test_a_value_goes_only_with_the_column_that_holds_it() -> None:
    from nlq.value_index import ValueHit

    cell = ACTIONS["value_one"]([edge("VALUE", (ValueHit(TEXT, "muon"),))])
    assert cell is not None
    assert ACTIONS["equals_value"]([column(NUMBER), cell[0]]) is None
    built = ACTIONS["equals_value"]([column(TEXT), cell[0]])
    assert built is not None and built[0].condition == Test("optimizer", "=", "muon")


def test_on_average_is_no_comparison_with_the_average() -> None:
    average = ACTIONS["ref_average"]([edge("AVERAGE", "")])
    assert average is not None
    assert ACTIONS["compare_reference"]([column(NUMBER), edge("OP_R", "="), average[0]]) is None


def test_a_top_of_nothing_is_none() -> None:
    assert ACTIONS["n_sup"]([edge("N_LIM", 0), edge("SUP", "best")]) is None
