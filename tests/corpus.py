"""The corpus, loaded: its histories, its meanings, its clock; `python -m tests.corpus --report` measures it.

    python -m tests.corpus --report              every meaning whose wordings differ or are not understood
    python -m tests.corpus --answers [FAMILY…]   every meaning with the answer of its first wording
    python -m tests.corpus --family ranking …    restrict either to families
"""

from __future__ import annotations

import argparse
import contextlib
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from nlq.answer import Answer
from nlq.engine import Trace, trace
from nlq.render import View, render
from store.history import History
from store.load import load

__all__ = [
    "CORPUS", "FAMILIES", "NOW", "ORDINARY", "Meaning", "history_of", "meanings", "rendered", "report", "traced",
]  # fmt: skip

CORPUS = Path(__file__).parents[1] / "corpus"
NOW = datetime(2026, 2, 20, 14, 0)
"""Where the clock stands in every question (`corpus/questions/README.md`)."""

FAMILIES = tuple(sorted(path.stem for path in (CORPUS / "questions").glob("*.toml")))
ORDINARY = tuple(family for family in FAMILIES if family not in ("ambiguous", "negative"))
"""The families whose questions have one answer."""

_FILES = {
    "nanochat": ".claude/experiments.md",
    "seed": ".claude/experiments.md",
    "autoresearch": "results.tsv",
    "sweep": "runs.csv",
    "messy": "experiments.md",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a person may want to know, and the ways to say it.

    Attributes:
        about: what is meant, in plain words; for a question that must be declined, why.
        readings: of an ambiguous question, what it may mean.
    """

    family: str
    id: str
    history: str
    about: str
    asks: tuple[str, ...]
    readings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.family}/{self.id}"


@cache
def meanings(family: str) -> tuple[Meaning, ...]:
    """The meanings of one family, in the order of its file."""
    table = tomllib.loads((CORPUS / "questions" / f"{family}.toml").read_text(encoding="utf-8"))
    return tuple(
        Meaning(
            family,
            one["id"],
            one.get("history", table["history"]),
            one.get("about") or one["why"],
            tuple(one["asks"]),
            tuple(one.get("readings", ())),
        )
        for one in table["meaning"]
    )


@cache
def history_of(name: str) -> History:
    """A history of the corpus, named by its folder; its places are told from that folder on."""
    with contextlib.chdir(CORPUS / "histories" / name):
        return load([_FILES[name]])


def traced(question: str, history: str) -> Trace:
    """What the engine makes of a question asked of a history of the corpus."""
    return trace(question, history_of(history), now=NOW)


def rendered(answer: Answer) -> str:
    """An answer as a pipe sees it: stdout, then what is said beside it on stderr."""
    output = render(answer, "table", View())
    beside = f"\n{output.err.strip(chr(10))}\n" if output.err.strip() else ""
    return output.out.rstrip("\n") + "\n" + beside


# -- the report


@dataclass(slots=True)
class _Heard:
    """How one wording was understood."""

    wording: str
    made: Trace

    @property
    def answer(self) -> Answer:
        assert self.made.answer is not None
        return self.made.answer

    @property
    def short(self) -> str:
        answer = self.answer
        if answer.status in ("answered", "empty"):
            unused = f"  [unused: {' '.join(answer.unused)}]" if answer.unused else ""
            return f"{answer.understood}{unused}"
        return f"<{answer.status}> {answer.headline}"


def _heard(meaning: Meaning) -> list[_Heard]:
    return [_Heard(wording, traced(wording, meaning.history)) for wording in meaning.asks]


def report(families: Sequence[str]) -> Iterator[str]:
    """Lines that tell each meaning whose wordings are not all understood as the first one is."""
    wordings = bad = whole = count = 0
    lines: list[str] = []
    for family in families:
        told: list[str] = []
        missed = of = 0
        for meaning in meanings(family):
            heard = _heard(meaning)
            miss = _misses(meaning, heard)
            count, of, missed = count + 1, of + len(heard), missed + len(miss)
            whole += not miss
            if miss:
                told += _told(meaning, heard, miss)
        wordings, bad = wordings + of, bad + missed
        lines += [f"\n## {family}: {of - missed} of {of} wordings", *told]
    yield f"{whole} of {count} meanings whole, {wordings - bad} of {wordings} wordings as they should be"
    yield from lines


def _misses(meaning: Meaning, heard: list[_Heard]) -> list[_Heard]:
    if meaning.family == "negative":
        return [one for one in heard if one.answer.status != "declined"]
    if meaning.family == "ambiguous":
        return [one for one in heard if not _names_readings(one.answer)]
    first = heard[0].answer
    good = first.status in ("answered", "empty")
    return [
        one
        for one in heard
        if not good or one.answer.status not in ("answered", "empty") or one.answer.query != first.query
    ]


def _names_readings(answer: Answer) -> bool:
    if answer.status == "ambiguous":
        return len(answer.suggestions) > 1
    return answer.status == "answered" and any(one.override for one in answer.assumptions)


def _told(meaning: Meaning, heard: list[_Heard], miss: list[_Heard]) -> Iterator[str]:
    yield f"{meaning}  [{meaning.history}]  {meaning.about}"
    for reading in meaning.readings:
        yield f"      reading: {reading}"
    if heard[0] not in miss or meaning.family not in ("negative", "ambiguous"):
        yield f"    1 {heard[0].wording!r} → {heard[0].short}"
    for one in miss:
        if one is not heard[0] or meaning.family in ("negative", "ambiguous"):
            yield f"    ✗ {one.wording!r} → {one.short}"
            for assumption in one.answer.assumptions if meaning.readings else ():
                yield f"        assumed: {assumption.text} | {assumption.override}"


def answers(families: Sequence[str], wanted: Sequence[str] = ()) -> Iterator[str]:
    """Every meaning with the answer of its first wording in full."""
    for family in families:
        for meaning in meanings(family):
            if wanted and meaning.id not in wanted:
                continue
            answer = traced(meaning.asks[0], meaning.history).answer
            assert answer is not None
            yield f"=== {meaning} [{meaning.history}] {meaning.about}\n$ ask {meaning.asks[0]}   <{answer.status}>"
            yield f"{rendered(answer)}query  {answer.query}\n"


def _main() -> None:
    options = argparse.ArgumentParser(description="Measure the corpus.")
    options.add_argument("--report", action="store_true", help="wordings that are not understood alike")
    options.add_argument("--answers", action="store_true", help="the answer of every first wording")
    options.add_argument("--family", nargs="*", default=list(FAMILIES), choices=FAMILIES)
    options.add_argument("--id", nargs="*", default=[])
    told = options.parse_args()
    for line in answers(told.family, told.id) if told.answers else report(told.family):
        print(line)


if __name__ == "__main__":
    _main()
