"""The cells that a question may name, by their words: cut together and each by itself they are the same."""

from __future__ import annotations

import pytest

from nlq.tokens import cut_names, key
from nlq.value_index import ValueIndex
from store.catalog import Column

NAMES = ["run-17", "GPT_2", "a0ff00", "Baseline", "muon-lr-3"]


def _index(*columns: tuple[str, str, list[str]]) -> ValueIndex:
    index = ValueIndex()
    for name, kind, cells in columns:
        index.add(Column(name, name, kind, "text", values=tuple(cells)), cells)  # type: ignore[arg-type]
    return index


def test_names_cut_together_are_cut_as_each_by_itself() -> None:
    cut = cut_names(NAMES, 90, 12)
    assert cut == [" ".join(key(name)) for name in NAMES]


@pytest.mark.parametrize(
    "odd", ["8×H100", "3 hours", "a--b", "12min", "-x", "", "x" * 91, "_".join("a" * 13)]
)
def test_one_odd_cell_has_all_cut_by_themselves(odd: str) -> None:
    assert cut_names([*NAMES, odd], 90, 12) is None


@pytest.mark.parametrize("many", [1, 300])
def test_a_cell_is_found_by_its_words_in_every_column(many: int) -> None:
    runs = [f"Run-{n}" for n in range(many)]
    others = [f"note {n}" for n in range(many)]
    index = _index(("run", "run", runs), ("of", "attribute", [*runs]), ("notes", "attribute", others))
    hits = index.of(("run", "0"))
    assert [(hit.column.key, hit.value) for hit in hits] == [("run", "Run-0"), ("of", "Run-0")]
    assert ("note", "0") in index
    assert ("run",) not in index
    assert {"run", "note", "0"} <= index.words
    assert sorted(words for words, _ in index.of_length(2))[0] == ("note", "0")


def test_two_spellings_of_one_cell_are_both_meant() -> None:
    cells = [f"x_{n}" for n in range(200)]
    (hit,) = _index(("gpu", "attribute", [*cells, "X-1"])).of(("x", "1"))
    assert hit.value == ("x_1", "X-1")
