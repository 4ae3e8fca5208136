"""What each span of a question may be."""

from __future__ import annotations

from nlq.lattice import Edge, Mention
from nlq.lexicon import Lexicon
from nlq.link import link
from nlq.slips import mend
from nlq.tokens import tokenize
from tests.corpus import history_of


def edges(question: str, history: str = "nanochat") -> list[Edge]:
    lexicon = Lexicon.of(history_of(history).catalog)
    lattice = link(mend(tokenize(question), lexicon), lexicon)
    return [edge for bucket in lattice.edges for edge in bucket]


def named(question: str, history: str = "nanochat") -> set[str]:
    """The columns that the whole question may name."""
    end = len(tokenize(question))
    found = [e.payload for e in edges(question, history) if (e.start, e.end, e.terminal) == (0, end, "COL")]
    return {column.key for mention in found if isinstance(mention, Mention) for column in mention.columns}


def test_a_column_is_linked_as_it_is_written_and_by_other_names() -> None:
    assert named("matrix_lr") == named("matrix learning rate") == {"matrix_lr"}


def test_a_column_is_linked_in_every_role_it_may_play() -> None:
    roles = {edge.terminal for edge in edges("depth") if isinstance(edge.payload, Mention)}
    assert {"COL", "COL_F", "COL_A", "COL_G", "COL_S", "COL_P"} <= roles


def test_a_cell_and_a_run_are_linked_whatever_their_separators() -> None:
    runs = [edge for edge in edges("D12 baseline") if (edge.terminal, edge.end) == ("RUN", 2)]
    cheapest = min(runs, key=lambda edge: edge.cost)
    assert isinstance(cheapest.payload, tuple) and str(cheapest.payload[0].value) == "d12-baseline"
    assert cheapest.cost == 0


def test_a_slip_of_the_keyboard_costs_more_than_the_word() -> None:
    typo = min(edge.cost for edge in edges("bset run") if edge.terminal == "SUP")
    assert min(edge.cost for edge in edges("best run") if edge.terminal == "SUP") == 0 < typo
    assert [edge.how for edge in edges("bset run") if edge.terminal == "SUP"] == ['read "bset" as "best"']


def test_a_word_that_is_a_cell_is_dear_to_skip() -> None:
    lattice = link(tokenize("please muon"), Lexicon.of(history_of("sweep").catalog))
    assert lattice.skip[0] == 0 < 1 <= lattice.skip[1]
    assert lattice.content == [False, True]


def test_shorthand_names_the_column_that_its_letter_stands_for() -> None:
    values = [edge for edge in edges("d12") if edge.terminal == "VALUE"]
    assert any(
        isinstance(edge.payload, tuple)
        and (edge.payload[0].column.key, edge.payload[0].value) == ("depth", 12)
        for edge in values
    )


def test_the_words_of_a_heading_that_all_runs_stand_under_say_nothing() -> None:
    catalog = history_of("nanochat").catalog
    told = link(tokenize("best loss to gpt2"), Lexicon.of(catalog, titles=["Time-to-GPT-2 Leaderboard"]))
    alone = link(tokenize("best loss to gpt2"), Lexicon.of(catalog))
    assert told.skip[-1] == 0 < alone.skip[-1]
