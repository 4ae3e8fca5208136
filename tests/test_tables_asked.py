"""What is asked of any table: entities that several rows share, ends told by an adjective, names, orders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nlq import engine
from nlq.answer import Answer
from store.history import History
from tests.tables import opened

PLAYERS = """\
player_id,first_name,last_name,country_code,birth_date,hand,ranking,points,height_cm,prize_usd,is_active,wgt_kg
1,Ann,Bell,USA,1990-03-04,R,3,5000,180,120000,Yes,71
2,Bea,Cole,FRA,1988-11-24,L,1,9000,175,560000,No,66
3,Cat,Dorn,USA,1995-07-15,R,2,7000,168,330000,Yes,60
4,Dot,Ernst,GER,1992-01-30,R,5,2500,190,90000,Yes,80
5,Eve,Fox,FRA,1999-12-01,L,4,3900,172,150000,No,63
6,Flo,Grant,USA,1985-05-19,R,6,2000,177,60000,No,75
"""

SECTIONS = """\
section_id,document_code,section_title,author_name,word_count,status_code,reviewer_id
101,DOC-A,Introduction,Mary Lee,350,Draft,7
102,DOC-A,Methods,Mary Lee,1200,Final,8
103,DOC-B,Overview,Omar Haddad,410,Final,7
104,DOC-B,Results of tests,Omar Haddad,980,Draft,9
105,DOC-C,Summary,Ines Costa,150,Final,7
106,DOC-A,Conclusion,Mary Lee,600,Final,8
107,DOC-C,Test plan,Li Wei,720,Draft,9
"""

FILMS = """\
film_id,title,director,genre,release_year,rating,votes,studio_name,round,black
1,Iron Dawn,R. Scott,Drama,1999,7.8,1200,IT,1,12.5
2,Blue Tide,M. Sato,Comedy,2004,6.1,800,Koi,2,30.0
3,Last Hour,R. Scott,Thriller,2010,8.2,3000,IT,5,7.5
4,Green Sky,L. Blanc,Drama,2010,7.1,950,Etoile,6,55.0
5,The Kite,M. Sato,Drama,2015,8.8,5100,Koi,9,41.0
"""


@pytest.fixture
def players(tmp_path: Path) -> Iterator[History]:
    yield from opened(tmp_path / "shelf.csv", PLAYERS, "player")


@pytest.fixture
def films(tmp_path: Path) -> Iterator[History]:
    yield from opened(tmp_path / "shelf.csv", FILMS, "film")


@pytest.fixture
def sections(tmp_path: Path) -> Iterator[History]:
    yield from opened(tmp_path / "shelf.csv", SECTIONS, "document section")


def told(question: str, history: History) -> Answer:
    answer = engine.ask(question, history)
    assert answer.status == "answered", answer.headline
    return answer


def first_cells(question: str, history: History) -> list[object]:
    return [row[0] for row in told(question, history).rows]


# -- what a row is called, in short; what several rows share


@pytest.mark.parametrize("asked", [
    "which document has the most sections?",
    "what is the code of the document with the most sections?",
    "the document with the largest number of sections",
])  # fmt: skip
def test_the_group_with_the_most_rows(sections: History, asked: str) -> None:
    assert first_cells(asked, sections) == ["DOC-A"]


@pytest.mark.parametrize("asked", [
    "find the document codes with more than two sections",
    "which documents appear more than twice?",
    "list the documents that occur at least three times",
])  # fmt: skip
def test_groups_with_so_many_rows(sections: History, asked: str) -> None:
    assert first_cells(asked, sections) == ["DOC-A"]


def test_numbers_of_things_are_not_compared_with_how_many_there_are(sections: History) -> None:
    assert first_cells("ids of reviewers who reviewed at least 3 sections", sections) == [7]


def test_a_cell_is_rather_meant_than_the_end_of_an_order(sections: History) -> None:
    assert first_cells("list the distinct reviewers of final sections", sections) == [8, 7]


def test_a_condition_on_the_rows_that_are_counted(sections: History) -> None:
    assert first_cells("which documents have at least 2 final sections", sections) == ["DOC-A"]


def test_what_is_counted_without_its_name_here_stands_for_the_rows(sections: History) -> None:
    answer = told("how many chapters does each document have", sections)
    assert ("DOC-A", 3) in answer.rows
    assert 'took "chapters" for document sections' in answer.notes


def test_texts_are_looked_for_in_the_column_that_is_asked_for(sections: History) -> None:
    assert first_cells("which section titles contain the word test?", sections) == [
        "Results of tests", "Test plan",
    ]  # fmt: skip


# -- names


def test_a_name_is_first_and_last_name_where_there_are_both(players: History) -> None:
    assert told("what is the name of the tallest player", players).rows[0][:2] == ("Dot", "Ernst")
    assert told("who has the best ranking", players).rows[0][:2] == ("Bea", "Cole")


def test_where_asks_for_a_place(players: History) -> None:
    assert first_cells("where is Eve Fox from?", players) == ["FRA"]


def test_names_that_are_cut_short(players: History) -> None:
    assert first_cells("what is the weight of Dot Ernst?", players) == [80]


# -- ends and limits told by an adjective


@pytest.mark.parametrize(("asked", "who"), [
    ("first names of players taller than 179", ["Ann", "Dot"]),
    ("first names of players with above average height", ["Ann", "Dot"]),
    ("first name of the top 3 tallest players", ["Dot", "Ann", "Flo"]),
    ("first name of the top 2 players by ranking", ["Bea", "Cat"]),
])  # fmt: skip
def test_adjectives_say_what_is_measured(players: History, asked: str, who: list[str]) -> None:
    assert first_cells(asked, players) == who


def test_both_ends_are_two_figures(players: History) -> None:
    assert told("what are the highest and lowest points of the players?", players).rows == ((9000, 2000),)
    assert told("highest and lowest points for each hand", players).rows[0] == ("L", 9000, 3900)


def test_flags_told_by_yes_and_no(players: History) -> None:
    assert first_cells("how many players are not active?", players) == [3]
    assert first_cells("first names of players who are active", players) == ["Ann", "Cat", "Dot"]


# -- orders


@pytest.mark.parametrize("asked", [
    "list first names of players from the youngest to the oldest",
    "first names of the players, youngest first",
])  # fmt: skip
def test_the_youngest_were_born_last(players: History, asked: str) -> None:
    assert first_cells(asked, players)[:2] == ["Eve", "Cat"]


@pytest.mark.parametrize("asked", [
    "sort all the players by points and show the first name",
    "what are the first names of all the players? Sort them by points",
    "first names of players from lowest to highest points",
])  # fmt: skip
def test_orders(players: History, asked: str) -> None:
    assert first_cells(asked, players)[:2] == ["Flo", "Dot"]


def test_a_second_order(players: History) -> None:
    answer = told("country code of players, sorted by country code and then by height", players)
    assert [row[0] for row in answer.rows] == ["FRA", "FRA", "GER", "USA", "USA", "USA"]
    assert answer.query is not None and "sorted by height_cm" in answer.understood


# -- conditions


@pytest.mark.parametrize(("asked", "ids"), [
    ("titles of films with more votes than average", ["Last Hour", "The Kite"]),
    ("titles of films with more votes than 2000", ["Last Hour", "The Kite"]),
    ("titles of films before round 5", ["Iron Dawn", "Blue Tide"]),
    ("titles of films in IT", ["Iron Dawn", "Last Hour"]),
    ("titles of films with R. Scott as the director", ["Iron Dawn", "Last Hour"]),
    ("titles of films with a black percentage above 40", ["Green Sky", "The Kite"]),
    ("titles of films without duplicates with rating above 8", ["Last Hour", "The Kite"]),
])  # fmt: skip
def test_conditions(films: History, asked: str, ids: list[str]) -> None:
    assert first_cells(asked, films) == ids


def test_a_year_behind_the_noun_is_no_number_of_it(films: History) -> None:
    answer = engine.ask("show the films of 2010", films)
    assert [row[1] for row in answer.rows] == [3, 4]


def test_the_most_rows_of_a_kind(films: History) -> None:
    assert first_cells("which director has the most dramas?", films) == ["L. Blanc"]


def test_the_most_different_values_of_nothing_is_no_answer(films: History) -> None:
    asked = "get those that have the most studio names, with a rating of more than 7"
    assert engine.ask(asked, films).status in ("answered", "declined", "ambiguous")
