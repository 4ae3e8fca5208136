"""`python -m tests.scoreboard [--only NAME …] [--misses NAME] [--size N] [--seed N]`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from tests.scoreboard.properties import determinism, round_trip, speed
from tests.scoreboard.scores import Measure, Score
from tests.scoreboard.shared import followups, gold, real, spider, spider_syn, wikisql
from tests.scoreboard.wordings import order, own, padding, refusals, typos

__all__ = ["MEASURES", "main"]

MEASURES: dict[str, Measure] = {
    "own": own,
    "gold": gold,
    "real": real,
    "spider1t": spider,
    "spider1t-syn": spider_syn,
    "wikisql_tf": wikisql,
    "followups": followups,
    "typos": typos,
    "padding": padding,
    "order": order,
    "round-trip": round_trip,
    "refusals": refusals,
    "determinism": determinism,
    "speed": speed,
}


def heading() -> str:
    """What the columns are."""
    return f"{'measure':<14}{'n':>6}{'reached':>9}{'aim':>6}{'s':>6}  beside"


def line(name: str, score: Score, seconds: float) -> str:
    """One measure as a line; an absent one says why."""
    if score.absent:
        return f"{name:<14}     -        -     -{seconds:6.0f}  skipped: {score.absent}"
    return (
        f"{name:<14}{score.count:6d}{score.reached:>9}{score.aim:>6}{seconds:6.0f}  {score.beside}".rstrip()
    )


def missed(score: Score, most: int) -> Iterator[str]:
    """What fell short, each with what was wanted, what came, and how the words were read."""
    for miss in score.misses[:most]:
        yield f"\n{miss.asked}  [{miss.history}]"
        yield f"  wanted  {miss.wanted}"
        yield f"  got     {miss.got}"
        if miss.hint:
            yield f"  {miss.hint}"
    yield f"\n{len(score.misses)} misses"


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print the table, or the misses of one measure."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.scoreboard", description="How well it understands."
    )
    parser.add_argument("--only", nargs="+", choices=MEASURES, metavar="NAME", default=list(MEASURES))
    parser.add_argument("--misses", choices=MEASURES, metavar="NAME", help="print what one measure misses")
    parser.add_argument("--size", type=int, help="ask no more than so many of each")
    parser.add_argument("--most", type=int, default=10_000, help="print so many misses at most")
    parser.add_argument("--seed", type=int, default=0, help="of slips, wrappings and made-up queries")
    options = parser.parse_args(words)
    if options.misses:
        print("\n".join(missed(MEASURES[options.misses](options.size, options.seed), options.most)))
        return 0
    print(heading())
    for name in options.only:
        begun = time.perf_counter()
        score = MEASURES[name](options.size, options.seed)
        print(line(name, score, time.perf_counter() - begun), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
