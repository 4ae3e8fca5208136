"""The grammar: no conflicts, no rule without an action, no terminal that nothing produces."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from types import ModuleType

import pytest

from nlq import actions
from nlq.actions import ACTIONS
from nlq.lattice import COLUMN_ROLES
from nlq.tables import grammar_text, make_tables, tables
from store.vocabulary import words

GRAMMAR = Path(__file__).parents[1] / "grammar"
FAMILIES = sorted(path.stem for path in GRAMMAR.glob("*.lark"))


def rules(family: str) -> str:
    return re.sub(r"//.*", "", (GRAMMAR / f"{family}.lark").read_text(encoding="utf-8"))


def terminals() -> set[str]:
    return set(re.findall(r"\b[A-Z][A-Z_]+\b", " ".join(map(rules, FAMILIES))))


def in_the_linker() -> set[str]:
    """Terminals that the code of the linker names."""
    files = [*(GRAMMAR.parent / "nlq" / "link").rglob("*.py"), GRAMMAR.parent / "nlq" / "lattice.py"]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return set(re.findall(r"\b[A-Z][A-Z_]+\b", " ".join(re.findall(r'"([A-Z_ ]+)"', text))))


def aliases(family: str) -> set[str]:
    return set(re.findall(r"->\s*(\w+)", rules(family)))


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    """Lark resolves a shift/reduce conflict silently by shifting; one once killed every "average X"."""
    import lark

    caplog.set_level(logging.DEBUG, logger=lark.logger.name)
    made = make_tables(grammar_text())
    assert not [record.getMessage() for record in caplog.records if "conflict" in record.getMessage().lower()]
    assert made["rules"]


def test_every_action_has_a_rule_and_every_rule_an_action() -> None:
    named = set().union(*map(aliases, FAMILIES))
    assert named <= set(ACTIONS), "a rule without an action"
    assert set(ACTIONS) <= named, "an action that no rule names"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_one_grammar_and_one_module(family: str) -> None:
    """The actions of a family stand in the module of its name; those of lists of things in `question`."""
    assert isinstance(getattr(actions, family), ModuleType)
    for alias in aliases(family):
        module = ACTIONS[alias].__module__
        assert module in (f"nlq.actions.{family}", "nlq.actions.question"), alias


def test_every_terminal_is_produced_by_the_vocabulary_or_the_lattice() -> None:
    assert not terminals() - {*words("keywords"), *COLUMN_ROLES, *in_the_linker()}


def test_every_kind_of_word_of_the_vocabulary_is_read_somewhere() -> None:
    assert not set(words("keywords")) - terminals() - in_the_linker() - {"NUMBER"}


def test_the_kept_tables_are_those_of_the_grammar() -> None:
    made = make_tables(grammar_text())
    assert sorted(map(list, tables().rules)) == sorted(map(list, made["rules"]))
    assert len(tables().shift) == len(made["shift"])
