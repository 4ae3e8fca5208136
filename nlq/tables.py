"""The grammar's parse tables: made by Lark from `grammar/*.lark`, walked by `nlq.parse`.

Lark is imported only to make the tables (40 ms of import and 200 ms of work); they are kept in the user's
cache with the grammar they were made from. A beam walks them itself: its hypotheses share immutable stacks,
where a copy of Lark's InteractiveParser costs 5 µs a step.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from store.kept import keep, kept
from store.slotted import slotted
from store.vocabulary import WORDS

__all__ = ["Tables", "grammar_text", "make_tables", "tables"]


_FORMAT = 2


@slotted
class Tables:
    """LALR(1) tables.

    Attributes:
        start: the first state. accept: the state after the start symbol.
        shift: per state, terminal → next state.
        reduce: per state, terminal → index into `rules`.
        goto: per state, rule name → next state.
        rules: (rule name, number of symbols, name of the action).
    """

    start: int
    accept: int
    shift: list[dict[str, int]]
    reduce: list[dict[str, int]]
    goto: list[dict[str, int]]
    rules: list[tuple[str, int, str]]


def grammar_text() -> str:
    """All grammar files as one text, `question.lark` first; its terminals are declared, not spelled out."""
    text = _written()
    terminals = sorted(set(re.findall(r"\b[A-Z][A-Z_]+\b", re.sub(r"//.*", "", text))))
    return f"{text}\n%declare {' '.join(terminals)}\n"


def _written() -> str:
    files = sorted(WORDS.parent.glob("*.lark"), key=lambda f: (f.name != "question.lark", f.name))
    return "\n".join(file.read_text("utf-8") for file in files)


def make_tables(text: str) -> dict[str, Any]:
    """Have Lark make the tables, as plain data."""
    from lark import Lark

    parser = Lark(text, parser="lalr", maybe_placeholders=False).parse_interactive("")
    table: Any = parser.parser_state.parse_conf.parse_table
    rules: list[tuple[str, int, str]] = []
    index: dict[int, int] = {}
    states: dict[str, list[dict[str, int]]] = {"shift": [], "reduce": [], "goto": []}
    for number in range(len(table.states)):
        row: dict[str, dict[str, int]] = {"shift": {}, "reduce": {}, "goto": {}}
        for symbol, (action, to) in table.states[number].items():
            if action.name == "Shift":
                row["shift" if symbol.isupper() else "goto"][symbol] = to
                continue
            if id(to) not in index:
                index[id(to)] = len(rules)
                rules.append((str(to.origin.name), len(to.expansion), str(to.alias or to.origin.name)))
            row["reduce"][symbol] = index[id(to)]
        for part, entries in row.items():
            states[part].append(entries)
    return {
        "start": table.start_states["start"],
        "accept": table.end_states["start"],
        "rules": rules,
        **states,
    }


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables of the grammar as it stands."""
    stamp = (_FORMAT, _written())
    data = kept("grammar", stamp)
    if data is None:
        data = make_tables(grammar_text())
        keep("grammar", stamp, data)
    return Tables(**data)
