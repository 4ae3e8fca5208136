"""Tables that are no history of runs: what people ask of schools, rooms and films, in words of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlq import engine
from nlq.answer import Answer
from store.load import load

BAKERS = """\
baker_id,first_name,last_name,Age,town,Loaf_Count,rank,opened,price
1,Ada,Moss,31,Leith,40,Junior,3 May 1999,2.5
2,Bo,Reed,52,Leith,90,Senior,7 June 2004,4
3,Cy,Fern,47,Perth,60,Senior,1 July 2011,3
4,Di,Ash,29,Oban,20,Junior,9 March 1987,5
"""

LAMPS = """\
lamp_id,Lamp,maker,watts,followers,remark,score,Founded
1,Dawn,Orro,40,5,warm light,6-4=10,1950
2,Dusk,Orro,60,7,cold light,7-5=12,1920
3,Noon,Vela,75,1,"its ""Big Sun"" lens",6-0=6,1980
4,Moon,Vela,15,9,very dim,6-1=7,1999
"""


def ask(tmp_path: Path, table: str, noun: str, question: str) -> Answer:
    path = tmp_path / "shelf.csv"
    path.write_text(table, encoding="utf-8")
    history = load([path], nouns=(noun,))
    answer = engine.ask(question, history)
    history.engine.close()
    return answer


def bakers(tmp_path: Path, question: str) -> list[tuple[object, ...]]:
    answer = ask(tmp_path, BAKERS, "baker", question)
    assert answer.status in ("answered", "empty"), answer.headline
    return list(answer.rows)


def lamps(tmp_path: Path, question: str) -> list[tuple[object, ...]]:
    answer = ask(tmp_path, LAMPS, "lamp", question)
    assert answer.status in ("answered", "empty"), answer.headline
    return list(answer.rows)


def test_columns_joined_by_and_are_both_shown(tmp_path: Path) -> None:
    assert bakers(tmp_path, "rank and age of the bakers")[0] == ("Junior", 31)
    assert bakers(tmp_path, "what is the id and age of the baker with the lowest price")[0][:2] == (1, 31)


@pytest.mark.parametrize("asked", ["first and last name", "first name and last name", "full name"])
def test_a_name_of_two_columns_is_no_superlative(tmp_path: Path, asked: str) -> None:
    assert bakers(tmp_path, f"show the {asked} of all bakers")[1] == ("Bo", "Reed")


def test_a_word_of_a_columns_name_is_no_word_of_the_language(tmp_path: Path) -> None:
    assert bakers(tmp_path, "show the rank, first name and age of all bakers")[0] == ("Junior", "Ada", 31)
    assert bakers(tmp_path, "average loaf count of bakers for each town")[0] == ("Leith", 65)


def test_both_ends_of_a_column(tmp_path: Path) -> None:
    assert bakers(tmp_path, "what are the maximum and minimum price of the bakers") == [(5, 2.5)]


def test_the_noun_is_counted_not_the_column_behind_it(tmp_path: Path) -> None:
    rows = bakers(tmp_path, "show each town and the number of bakers in that town")
    assert rows[0] == ("Leith", 2) and len(rows) == 3


def test_a_number_of_things_that_a_column_counts_is_summed(tmp_path: Path) -> None:
    assert lamps(tmp_path, "total number of followers of all lamps") == [(22,)]
    assert lamps(tmp_path, "how many makers are there") == [(2,)]


def test_different_values_group_what_is_computed(tmp_path: Path) -> None:
    rows = lamps(tmp_path, "find the number of lamps in different makers")
    assert rows == [("Orro", 2), ("Vela", 2)]


def test_all_of_a_column_with_one_row_each_is_no_group(tmp_path: Path) -> None:
    assert lamps(tmp_path, "what is the average watts across all lamps") == [(47.5,)]


def test_the_column_that_is_called_like_the_rows_is_shown(tmp_path: Path) -> None:
    assert "Moon" in lamps(tmp_path, "which lamp has the lowest watts")[0]


def test_conditions_joined_by_or_are_alternatives(tmp_path: Path) -> None:
    assert len(lamps(tmp_path, "lamps with watts above 70 or followers above 8")) == 2


def test_who_began_first_is_the_oldest(tmp_path: Path) -> None:
    assert 60 in lamps(tmp_path, "watts of the oldest lamp")[0]
    assert bakers(tmp_path, "price of the oldest baker")[0][0] == 4


def test_general_english_stands_for_columns_and_for_the_noun(tmp_path: Path) -> None:
    assert bakers(tmp_path, "how many bakers are there for each city")[0] == ("Leith", 2)
    assert bakers(tmp_path, "surname of bakers with cost above 4") == [("Ash",)]


def test_cells_are_found_whatever_signs_and_quotes_are_in_them(tmp_path: Path) -> None:
    assert lamps(tmp_path, "which maker has the score 6-0=6") == [("Vela",)]
    assert len(lamps(tmp_path, "lamps whose remark contains the word 'dim' or 'warm'")) == 2


def test_a_date_is_told_as_it_is_written(tmp_path: Path) -> None:
    answer = ask(tmp_path, BAKERS, "baker", "opened of the baker with first name Bo")
    assert list(answer.marks.values()) == ["7 June 2004"]


@pytest.mark.parametrize(
    "asked", ["how many zeppelins are there", "how many zeppelins does each baker id have"]
)
def test_what_is_counted_and_is_unknown_is_refused(tmp_path: Path, asked: str) -> None:
    assert ask(tmp_path, BAKERS, "baker", asked).status == "declined"
