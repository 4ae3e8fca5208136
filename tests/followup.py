"""How well follow-ups are read: triples that nobody of this project wrote, each over one table.

    python -m tests.followup [--part 0|1|2] [--misses N]

A triple is a question, one that goes on from it, and both fused into one. The answer to the second in the
context of the first must have the rows of the answer to the fused one asked alone: `equal` with the same
columns, `alike` with the columns of one among those of the other (the scorer's strict, and its lenient in
either direction: a fused question that names the column of its condition is often shown it). Counted over
the triples whose first and fused question are answered at all, and over all. The tables are dealt into
three parts as `tests.outside` deals them: misses are read from part 0 only.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nlq.answer import Answer
from nlq.engine import ask, ask_again
from store.history import History
from store.load import load
from tests.outside import BENCH, PARTS, Judge, answered, judge_of, parts_of

__all__ = ["Outcome", "figures", "measure", "triples"]

SET = "followup"


@dataclass(slots=True)
class Outcome:
    """One triple and what became of it.

    Attributes:
        precedent, told, fused: the answers to its three questions.
        counts: the first and the fused one were answered.
    """

    triple: dict[str, Any]
    part: int
    precedent: Answer
    told: Answer
    fused: Answer
    equal: bool
    alike: bool
    ms: float

    @property
    def counts(self) -> bool:
        return answered(self.precedent) is not None and answered(self.fused) is not None


def triples(part: int | None = None) -> list[dict[str, Any]]:
    """The triples, or those of one part of the tables, in the order of the tables."""
    parts = parts_of(SET)
    lines = (BENCH / SET / "triples.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    return sorted((t for t in read if part in (None, parts[t["table"]])), key=lambda t: str(t["table"]))


def measure(asked: Iterable[dict[str, Any]]) -> list[Outcome]:
    """Ask the triples, and lay the answers beside each other."""
    parts, judge = parts_of(SET), judge_of()
    opened: dict[str, History] = {}
    outcomes: list[Outcome] = []
    for triple in asked:
        table = triple["table"]
        if table not in opened:
            for history in opened.values():
                history.engine.close()
            opened = {table: load([BENCH / SET / "tables" / f"{table}.csv"], nouns=("row",))}
        outcomes.append(_ask(triple, opened[table], parts[table], judge))
    return outcomes


def _ask(triple: dict[str, Any], history: History, part: int, judge: Judge) -> Outcome:
    precedent = ask(triple["precedent"], history)
    begun = time.perf_counter()
    told = ask_again(triple["followup"], precedent, history)
    ms = 1000 * (time.perf_counter() - begun)
    fused = ask(triple["fused"], history)
    equal = alike = 0
    gold = answered(fused)
    if gold is not None:
        rows = answered(told)
        equal, alike = judge({"id": triple["id"], "answer": gold}, rows)
        if rows is not None and not alike:
            alike = judge({"id": triple["id"], "answer": rows}, gold)[1]
    return Outcome(triple, part, precedent, told, fused, bool(equal), bool(alike), ms)


@dataclass(slots=True)
class Figures:
    """Shares of the triples that count, and of all, in percent."""

    count: int
    counted: int
    equal: float
    alike: float
    of_all: float
    ms: float

    def __str__(self) -> str:
        shares = f"{self.equal:8.1f}{self.alike:8.1f}{self.of_all:14.1f}"
        return f"{self.count:5d}{self.counted:9d}{shares}{self.ms:8.1f}"


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """What share of the triples is answered alike."""
    counted = [o for o in outcomes if o.counts]
    times = sorted(o.ms for o in outcomes)
    return Figures(
        len(outcomes),
        len(counted),
        100 * sum(o.equal for o in counted) / max(len(counted), 1),
        100 * sum(o.alike for o in counted) / max(len(counted), 1),
        100 * sum(o.equal for o in outcomes) / max(len(outcomes), 1),
        times[len(times) // 2] if times else 0.0,
    )


def report(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The figures as lines: all, and by part."""
    yield f"{'':<8}{'n':>5}{'counted':>9}{'equal':>8}{'alike':>8}{'equal of all':>14}{'p50 ms':>8}"
    yield f"{'all':<8}{figures(outcomes)}"
    for part in sorted({o.part for o in outcomes}):
        yield f"{f'part {part}':<8}{figures([o for o in outcomes if o.part == part])}"


def misses(outcomes: Iterable[Outcome], part: int, most: int) -> Iterator[str]:
    """Triples of one part that count and are not equal, each with all sides."""
    missed = [o for o in outcomes if o.part == part and o.counts and not o.equal]
    for o in missed[:most]:
        yield f"\n{o.triple['id']}  {o.triple['table']}  {o.told.status}{'  alike' if o.alike else ''}"
        yield f"  before      {o.triple['precedent']}\n              {o.precedent.understood}"
        yield f"  asked       {o.triple['followup']}\n              {o.told.understood or o.told.headline}"
        yield f"  fused       {o.triple['fused']}\n              {o.fused.understood}"
        followed = any(a.text.startswith("read as a follow-up") for a in o.told.assumptions)
        yield f"  read as     {'a follow-up' if followed else 'a new question'}"


def main(words: Sequence[str] | None = None) -> int:
    """Measure the set and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.followup", description=__doc__)
    parser.add_argument("--part", type=int, choices=range(PARTS), help="ask only this third of the tables")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print the first N misses")
    options = parser.parse_args(words)
    if not (BENCH / SET).exists():
        print(f"no {SET} at {BENCH}", file=sys.stderr)
        return 1
    outcomes = measure(triples(options.part))
    print("\n".join(report(outcomes)))
    if options.misses:
        print("\n".join(misses(outcomes, options.part or 0, options.misses)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
