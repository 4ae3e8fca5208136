"""Follow-ups over tables that hold no runs: `corpus/questions/followup_tables.tsv`, a triple a line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest

from nlq.engine import ask, ask_again
from store.history import History
from store.load import load
from tests.corpus import CORPUS

FILMS = """\
Title,Director,Genre,Year,Rating,Votes,Studio,Box office ($ m)
Iron Dawn,R. Scott,Drama,1999,7.8,1200,Orbit,12.5
Blue Tide,M. Sato,Comedy,2004,6.1,800,Koi,30
Last Hour,R. Scott,Thriller,2010,8.2,3000,Orbit,7.5
Green Sky,L. Blanc,Drama,2010,7.1,950,Etoile,55
The Kite,M. Sato,Drama,2015,8.8,5100,Koi,41
Red River,L. Blanc,Comedy,2012,5.9,400,Etoile,3.5
Cold Front,A. Berg,Thriller,1995,6.8,700,Nord,18
"""

CLUBS = """\
Season,Team,Coach,Wins,Losses,Draws,Points,Home ground,Result
2008,Northam,P. Hale,12,4,2,38,Mill Lane,Champions
2008,Eastbury,J. Orr,9,6,3,30,The Dell,Runners-up
2009,Northam,P. Hale,8,8,2,26,Mill Lane,Fourth
2009,Westford,K. Ames,14,2,2,44,Park Road,Champions
2010,Eastbury,J. Orr,10,5,3,33,The Dell,Third
2010,Westford,K. Ames,11,5,2,35,Park Road,Runners-up
2011,Southgate,T. Vane,7,9,2,23,New Field,Fifth
2011,Northam,L. Moss,13,3,2,41,Mill Lane,Champions
"""

HELD = CORPUS / "tables"
"""Tables of files whose rows have no name of their own, as pages on the web have them."""

TRIPLES: list[str] = (
    (CORPUS / "questions" / "followup_tables.tsv").read_text(encoding="utf-8").splitlines()[1:]
)
THINGS = [
    path
    for path in sorted((CORPUS / "things").glob("*.toml"))
    if any(line.startswith(f"{path.stem}\t") for line in TRIPLES)
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, History]]:
    opened: dict[str, History] = {path.stem: load([path], nouns=("row",)) for path in HELD.glob("*.csv")}
    told = {"films": (FILMS, "film"), "clubs": (CLUBS, "club")}
    for path in THINGS:
        thing = tomllib.loads(path.read_text(encoding="utf-8"))
        told[path.stem] = (thing["table"], thing["noun"])
    for name, (text, noun) in told.items():
        path = tmp_path_factory.mktemp(name) / "shelf.csv"
        path.write_text(text, encoding="utf-8")
        opened[name] = load([path], nouns=(noun,))
    yield opened
    for history in opened.values():
        history.engine.close()


@pytest.mark.parametrize("line", TRIPLES)
def test_a_followup_asks_what_the_whole_question_asks(line: str, tables: dict[str, History]) -> None:
    name, before, asked, fused = (part.strip() for part in line.split("\t"))
    whole = ask(fused, tables[name])
    told = ask_again(asked, ask(before, tables[name]), tables[name])
    assert whole.status == "answered" or whole.rows == told.rows
    assert told.rows == whole.rows, f"{told.understood} is not {whole.understood}"


@pytest.mark.parametrize(
    ("name", "before", "asked"),
    [
        ("clubs", "which team has the most points", "where is it"),
        ("films", "box office of The Kite", "which film earned more than it"),
        ("ships", "what is the tonnage of Carib", "what happened to it"),
        ("ships", "what is the tonnage of Carib", "which other ships have the same nationality"),
        ("river", "how long is the Poe", "which rivers are longer than it"),
        ("medals", "how many gold medals did Norland win", "did it win more silver than Sakura"),
        ("towers", "tallest building in China", "the previous one"),
        ("counties", "how many counties are transitional", "what share is that"),
        ("ships", "which xyzzy sank the Carib", "what are their captains"),
        ("ships", "which xyzzy sank the Carib", "how many of them were tankers"),
    ],
)
def test_what_was_not_understood_is_not_the_last_answer_again(
    name: str, before: str, asked: str, tables: dict[str, History]
) -> None:
    assert ask_again(asked, ask(before, tables[name]), tables[name]).status == "declined"


def test_words_that_point_at_nothing_are_answered_behind_a_refusal(tables: dict[str, History]) -> None:
    refused = ask("which xyzzy sank the Carib", tables["ships"])
    assert refused.status == "declined"
    asked = "are there any tankers"
    assert ask_again(asked, refused, tables["ships"]).rows == ask(asked, tables["ships"]).rows
