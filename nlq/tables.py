"""The grammar's parse tables: made by Lark from `grammar/*.lark`, walked by `nlq.parse`.

Lark is imported only to make the tables (40 ms of import and 200 ms of work); they are kept as JSON
in the user's cache, under a name that holds the hash of the grammar. A beam
walks them itself: its hypotheses share immutable stacks, where a copy of Lark's InteractiveParser
costs 5 µs a step.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from store.slotted import slotted

__all__ = ["Tables", "grammar_text", "make_tables", "tables"]


_FORMAT = 1


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
    from store.vocabulary import WORDS

    files = sorted(WORDS.parent.glob("*.lark"), key=lambda f: (f.name != "question.lark", f.name))
    text = "\n".join(file.read_text("utf-8") for file in files)
    terminals = sorted(set(re.findall(r"\b[A-Z][A-Z_]+\b", re.sub(r"//.*", "", text))))
    return f"{text}\n%declare {' '.join(terminals)}\n"


def make_tables(text: str) -> dict[str, Any]:
    """Have Lark make the tables, as plain JSON data."""
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
    import json
    from hashlib import sha256

    from store.vocabulary import cache_folder

    text = grammar_text()
    name = f"grammar-{_FORMAT}-{sha256(text.encode()).hexdigest()[:20]}.json"
    copy = cache_folder() / name
    try:
        data = json.loads(copy.read_bytes())
    except (OSError, ValueError):
        data = make_tables(text)
        _keep(copy, json.dumps(data, separators=(",", ":")))
    return Tables(**data)


def _keep(copy: Path, text: str) -> None:
    """Write the copy whole or not at all; a folder that can't be written costs time, not the answer."""
    draft = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, "utf-8")
        draft.replace(copy)
    except OSError:
        return
