"""Tables of things that are no runs, with questions of our own: what SQL says is what has to be answered.

`corpus/things/*.toml`: a table, what a row of it is called, and meanings, each with its SQL over `things` and
the wordings that ask for it. Columns beside those asked for are no other answer. What can't be answered is
listed under `declined`.
"""

from __future__ import annotations

import itertools
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from nlq import engine
from store.engines.instance import module
from store.history import History
from store.load import load

THINGS = sorted((Path(__file__).parents[1] / "corpus" / "things").glob("*.toml"))


@pytest.fixture(scope="module", params=THINGS, ids=[path.stem for path in THINGS])
def things(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    told = tomllib.loads(request.param.read_text(encoding="utf-8"))
    path = tmp_path_factory.mktemp("things") / "shelf.csv"
    path.write_text(told["table"].lstrip(), encoding="utf-8")
    history = load([path], nouns=(told["noun"],))
    connection = module().connect()
    connection.execute(f"CREATE TABLE things AS SELECT * FROM read_csv_auto('{path}')")
    yield told, history, connection
    connection.close()
    history.engine.close()


def test_what_sql_says_is_answered(things: Any) -> None:
    told, history, connection = things
    wrong: list[tuple[str, str]] = []
    for meaning in told["meaning"]:
        wanted = [list(map(_cell, row)) for row in connection.execute(meaning["sql"]).fetchall()]
        ordered = meaning.get("ordered", False)
        missed = [asked for asked in meaning["asks"] if not _holds(wanted, _rows(asked, history), ordered)]
        wrong += [(asked, engine.ask(asked, history).headline) for asked in missed]
    assert wrong == []


def test_what_can_not_be_answered_is_declined(things: Any) -> None:
    told, history, _ = things
    assert [q for q in told.get("declined", ()) if engine.ask(q, history).status != "declined"] == []


def _rows(asked: str, history: History) -> list[list[str]]:
    answer = engine.ask(asked, history)
    if answer.status not in ("answered", "empty"):
        return []
    marked = enumerate(answer.rows)
    return [[_cell(answer.marks.get((r, c)) or cell) for c, cell in enumerate(row)] for r, row in marked]


def _cell(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.4f}"
    return "" if value is None else str(value).casefold()


def _holds(wanted: Sequence[list[str]], rows: Sequence[list[str]], ordered: bool) -> bool:
    """Whether some columns of the rows are the wanted ones."""
    if len(wanted) != len(rows) or not rows:
        return not wanted and not rows
    for chosen in itertools.permutations(range(len(rows[0])), len(wanted[0])):
        picked = [[row[c] for c in chosen] for row in rows]
        if picked == list(wanted) or (
            not ordered and Counter(map(tuple, picked)) == Counter(map(tuple, wanted))
        ):
            return True
    return False
