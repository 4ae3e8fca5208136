"""Look-ups in tables of all sorts: which column a value goes to, numbers with remarks, dates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nlq import engine
from store.history import History
from tests.tables import opened

EPISODES = """\
no in series,no in season,title,written by,viewers,air date,first shown abroad
21,1,Cold Tea,Ada Noor,310,"march 3, 2011","may 1, 2011"
22,2,Long Grass,Ben Ort,290,"march 10, 2011","may 8, 2011"
23,3,The Ferry,Ada Noor,335,"march 17, 2011","may 15, 2011"
24,4,Two Keys,Cem Pak,301,"march 24, 2011","may 22, 2011"
"""

GAMES = """\
date,visitor,home,score,decision,attendance,points
12-01-2004,Otters,Bears,3-2,Lund,4100,10
14-01-2004,Bears,Herons,1-4,Maki,3900,12
17-01-2004,Herons,Otters,2-2,Lund,5200,13
21-01-2004,Otters,Herons,0-1,Orr,4800,13
"""

LAPS = """\
year,start,rank,laps,driver,grid,fa points,total
1948,21,6,200,Al Stone,4,a,70 + 71 + 72 = 213
1949,4,2,172,Bo Kern,9,b,69 + 71 + 70 = 210
1951,4,3,172,Cy Wood,17,a,72 + 70 + 70 = 212
"""


BOUTS = """\
no,round,winner / loser,length of opening bout,length of final bout,runs,money,seed
11,1,Ann Bell,6,3,120,4100,1
12,2,Bea Cole,2,5,245,3900,#2
13,3,Cat Dorn,4,4,310,5200,3
14,4,tba,5,2,245,1000,4
15,5,Eve Fox,5,2,90,1000,5
16,6,Eve Fox,5,2,60,1000,6
"""


SQUAD = """\
pick,player,junior team,national or senior team (league),weight,height,hometown,report
1,Al Stone,Otters,Bears (north),-,1.88 m,Rome,good
2,Bo Kern,Herons,Otters (south),81 kg,n/a,Pisa,-
3,Cy Wood,Herons,Bears (north),79 kg,1.79 m,Rome,fair
"""


@pytest.fixture
def episodes(tmp_path: Path) -> Iterator[History]:
    yield from opened(tmp_path / "shelf.csv", EPISODES, "row")


@pytest.fixture
def games(tmp_path: Path) -> Iterator[History]:
    yield from opened(tmp_path / "shelf.csv", GAMES, "row")


@pytest.fixture
def laps(tmp_path: Path) -> Iterator[History]:
    yield from opened(tmp_path / "shelf.csv", LAPS, "row")


@pytest.fixture
def bouts(tmp_path: Path) -> Iterator[History]:
    yield from opened(tmp_path / "shelf.csv", BOUTS, "row")


@pytest.fixture
def squad(tmp_path: Path) -> Iterator[History]:
    yield from opened(tmp_path / "shelf.csv", SQUAD, "row")


def told(question: str, history: History, column: str) -> list[object]:
    """The cells of one column of what is answered."""
    answer = engine.ask(question, history)
    assert answer.status == "answered", answer.headline
    assert column in [header.name for header in answer.columns], answer.columns
    at = [header.name for header in answer.columns].index(column)
    return [row[at] for row in answer.rows]


@pytest.mark.parametrize(
    ("question", "column", "cells"),
    [
        ("What is the title when the no in series is 23?", "title", ["The Ferry"]),
        ("What no in series was written by Cem Pak?", "no in series", [24]),
        ("show me the title with no in season 2", "title", ["Long Grass"]),
        ("What is the average no in season written by Ada Noor?", "mean no in season", [2]),
        ("What is the title that was first shown abroad on may 8, 2011?", "title", ["Long Grass"]),
        ("Which title has march 17, 2011?", "title", ["The Ferry"]),
        ("What is the title, when the number of viewers is less than 295?", "title", ["Long Grass"]),
        ("What is the lowest Veiwers, when Written by is Ada Noor?", "viewers", [310]),
    ],
)
def test_names_that_begin_with_no(episodes: History, question: str, column: str, cells: list[object]) -> None:
    assert told(question, episodes, column) == cells


@pytest.mark.parametrize(
    ("question", "column", "cells"),
    [
        ("What is the score when Otters is the home team and the decision was Lund?", "score", ["2-2"]),
        ("What was the score of the Herons game with the decision Lund?", "score", ["2-2"]),
        ("Who was the visitor on 14-01-2004?", "visitor", ["Bears"]),
        ("What score has 4100 as the attendance?", "score", ["3-2"]),
        ("What was the score of the game that Herons played at home against Bears?", "score", ["1-4"]),
        ("score of the game between Otters and Herons", "score", ["2-2", "0-1"]),
        ('Where is the decision, when Attendance is "4100"?', "decision", ["Lund"]),
        ("What is the total number of points with a decision of Lund?", "sum of points", [23]),
        ("What is the total number of points with a decision of Lund?", "number of rows", [2]),
    ],
)
def test_which_column_holds_it(games: History, question: str, column: str, cells: list[object]) -> None:
    assert told(question, games, column) == cells


def test_what_was_tried_first_is_told(games: History) -> None:
    answer = engine.ask("What was the score of the Otters game with an attendance of 5200?", games)
    assert any("visitor = Otters" in one.text and "home = Otters" in one.text for one in answer.assumptions)
    assert engine.ask("score of the Otters game with an attendance of 3900?", games).status == "empty"


@pytest.mark.parametrize(
    ("question", "column", "cells"),
    [
        ("What is the average number of laps in 1949?", "mean laps", [172]),
        ("What is the grid with 200 laps?", "grid", [4]),
        ("What is the total number of years with a start of 4?", "number of different year", [2]),
        ("What is the sum of the year with a start of 4?", "sum of year", [3900]),
        ("Which driver has fa points of a and 172 laps?", "driver", ["Cy Wood"]),
        ("What is the grid when the total is 69 + 71 + 70 = 210?", "grid", [9]),
    ],
)
def test_numbers_of_their_columns(laps: History, question: str, column: str, cells: list[object]) -> None:
    assert told(question, laps, column) == cells


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("Which team has pick 2?", ["junior team", "national or senior team (league)"]),
        ("Name the report for Cy Wood", ["report"]),
        ("Where did the player of pick 1 grow up?", ["hometown", "player"]),
        ("Name the sum of picks for Hometown of Rome", ["sum of pick"]),
    ],
)
def test_what_is_asked_for(squad: History, question: str, columns: list[str]) -> None:
    assert [header.name for header in engine.ask(question, squad).columns] == columns


def test_cells_are_told_as_they_stand(squad: History) -> None:
    assert list(engine.ask("weight and height of Al Stone", squad).marks.values()) == ["-", "1.88 m"]
    assert list(engine.ask("weight and height of Bo Kern", squad).marks.values()) == ["n/a"]


@pytest.mark.parametrize(
    ("question", "column", "cells"),
    [
        ("What is the longest length of final bout?", "length of final bout", [5]),
        ("Who was the winner of round 3?", "winner / loser", ["Cat Dorn"]),
        ("Which round has more than 245 runs?", "round", [3]),
        ("What is the round of the winner with more than $4,100?", "round", [3]),
        ("Who had a seed of #2?", "winner / loser", ["Bea Cole"]),
        ("What was the round with a winner of tba?", "round", [4]),
        ("What is the number of the bout that had a seed of 3?", "no", [13]),
        ("What is the lowest no with a winner of Eve Fox?", "no", [15]),
        ("which round has 13 as no", "round", [3]),
        ("which round has no 13", "round", [3]),
        ("What were the rounds when the length of final bout is 2 and the runs are 90?", "round", [5]),
    ],
)
def test_words_of_columns_before_words_of_language(
    bouts: History, question: str, column: str, cells: list[object]
) -> None:
    assert told(question, bouts, column) == cells
