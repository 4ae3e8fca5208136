"""What the engine is known not to understand: `corpus/known_misses.toml`, and the tool that keeps it.

python -m tests.misses          take off what works now; tell what fails and is not listed
python -m tests.misses --add    and list that too, to be read and given a better reason
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator
from functools import cache

from nlq.answer import Answer
from nlq.paraphrase import paraphrase
from tests.agreement import disagreements
from tests.corpus import (
    CORPUS,
    FAMILIES,
    ORDINARY,
    Meaning,
    alike,
    evaluator_of,
    golden,
    history_of,
    meanings,
    missed,
    traced,
)

__all__ = ["KINDS", "known", "round_trip", "told"]

Entry = dict[str, str]

KINDS = {
    "wording": "a wording that is not understood as its meaning says; `stage`: where it seems to go wrong",
    "answer": "the first wording's answer is not what its meaning says; `told`: its headline",
    "round_trip": "the paraphrase of the first wording is not understood as the question was",
    "disagreement": "the independent evaluator does not find what the engine found",
}

_FILE = CORPUS / "known_misses.toml"
_INTRODUCTION = """\
# What is known to fail, each with what happens in its place. A test fails when one of these works: then
# `python -m tests.misses` takes it off.
#
"""


@cache
def known(kind: str) -> dict[tuple[str, str], Entry]:
    """The listed misses of a kind, by meaning and wording ("" where a kind speaks of the first one)."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {(one["of"], one.get("asks", "")): one for one in table.get(kind, [])}


def told(meaning: Meaning) -> str:
    """The headline of the first wording's answer, as its golden file has it."""
    return golden(meaning).splitlines()[3]


def round_trip(meaning: Meaning) -> str:
    """What the paraphrase of the first wording is understood as, where that is something else; else ""."""
    first = _answer(meaning.asks[0], meaning)
    if first.query is None:
        return ""
    text = paraphrase(first.query, history_of(meaning.history).catalog)
    again = _answer(text, meaning)
    return "" if alike(again.query, first.query) else f"{text} → {again.understood or again.headline}"


def _answer(wording: str, meaning: Meaning) -> Answer:
    answer = traced(wording, meaning.history).answer
    assert answer is not None
    return answer


def _found() -> Iterator[tuple[str, Entry]]:
    """Every miss there is, but for answers, which only a person can judge."""
    for meaning in (one for family in FAMILIES for one in meanings(family)):
        of = str(meaning)
        for asks in meaning.asks:
            if why := missed(meaning, asks):
                yield "wording", {"of": of, "asks": asks, "why": why, "stage": _stage(_answer(asks, meaning))}
            made = traced(asks, meaning.history)
            if meaning.family in ORDINARY and made.answer is not None and made.answer.query is not None:
                if said := disagreements(made, evaluator_of(meaning.history)):
                    yield "disagreement", {"of": of, "asks": asks, "why": said[0]}
        if meaning.family in ORDINARY and (why := round_trip(meaning)):
            yield "round_trip", {"of": of, "why": why}


def _stage(answer: Answer) -> str:
    """Where a wording most likely went wrong."""
    if answer.status == "declined":
        return "link" if "nothing in this history says" in answer.headline else "parse"
    return "parse" if answer.unused else "resolve"


def _written(entries: list[tuple[str, Entry]]) -> str:
    text = _INTRODUCTION + "".join(f"# {kind:12}  {what}\n" for kind, what in KINDS.items())
    for kind in KINDS:
        for own, entry in entries:
            if own == kind:
                lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entry.items()]
                text += f"\n[[{kind}]]\n" + "".join(lines)
    return text


def _main() -> None:
    options = argparse.ArgumentParser(description="Keep corpus/known_misses.toml.")
    options.add_argument("--add", action="store_true", help="list what is not listed")
    add = options.parse_args().add
    kept: list[tuple[str, Entry]] = [("answer", entry) for entry in known("answer").values()]
    for kind, entry in _found():
        listed = known(kind).get((entry["of"], entry.get("asks", "")))
        if listed or add:
            kept.append((kind, entry))
        if not listed:
            did = "added" if add else "not listed"
            print(f"{did}: {kind} {entry['of']} {entry.get('asks', '')} → {entry['why']}")
    before = sum(len(known(kind)) for kind in KINDS)
    _FILE.write_text(_written(kept), encoding="utf-8")
    print(f"{len(kept)} listed, {before} before")


if __name__ == "__main__":
    _main()
