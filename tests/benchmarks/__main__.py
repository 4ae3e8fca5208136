"""`python -m tests.benchmarks [SECTION…] [--quick]`: measure and print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measuring import child_environ, run_child

_SECTIONS = ("cold", "warm", "large", "watch", "trackers", "memory")
_WARM = (100, 1000, 10_000, 100_000)
_LARGE = 1_000_000
_ROUNDS = {"cold": 20, "warm": 10, "large": 7, "watch": 3, "trackers": 5, "memory": 1}
_LINES = 100_000  # 20 s of a trainer
_STORED = 10_000


def main(words: Sequence[str] | None = None) -> int:
    """Measure the sections, each in a process of its own: the memory told is its alone."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(_SECTIONS)}")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a tenth of the rows")
    parser.add_argument("--runs", type=int, default=0, help=argparse.SUPPRESS)  # one measurement, here
    options = parser.parse_args(words)
    if unknown := set(options.sections) - set(_SECTIONS):
        parser.error(f"no section called {', '.join(sorted(unknown))}")
    if options.runs:
        _measure(options.sections[0], options.runs, 2 if options.quick else _ROUNDS[options.sections[0]])
        return 0
    return max(_section(section, quick=options.quick) for section in options.sections or _SECTIONS)


def _section(section: str, *, quick: bool) -> int:
    """Print a section, and return the exit code of the worst of its processes."""
    told = {
        "cold": (30,), "warm": _WARM, "large": (_LARGE,), "watch": (_LINES,), "trackers": (_STORED,),
        "memory": (_LARGE,),
    }  # fmt: skip
    sizes: tuple[int, ...] = told[section]
    if section == "warm":
        from tests.benchmarks.warm import heading

        print("\n".join(heading()))
    codes = []
    for size in sizes:
        runs = max(size // 10, 100) if quick and section != "cold" else size
        words = ["-m", "tests.benchmarks", section, "--runs", str(runs), *(["--quick"] if quick else [])]
        cost = run_child(words, child_environ({}), Path.cwd())
        print(cost.out, end="", flush=True)
        codes.append(cost.code)
    print()
    return max(codes)


def _measure(section: str, runs: int, rounds: int) -> None:
    """Measure one thing in this process, and print it."""
    if section == "cold":
        from tests.benchmarks import cold

        lines = cold.report(cold.measure(rounds))
    elif section == "warm":
        from tests.benchmarks import warm

        lines = warm.report(warm.measure(runs, rounds))
    elif section == "watch":
        from tests.benchmarks import watch

        floods = (200 << 20, 2 << 30) if runs == _LINES else (20 << 20, 200 << 20)
        lines = watch.report(watch.measure(rounds, runs, floods))
    elif section == "memory":
        from tests.benchmarks import memory

        lines = memory.report(memory.measure(runs))
    elif section == "trackers":
        from tests.benchmarks import trackers

        lines = trackers.report(runs, rounds)
    else:
        from tests.benchmarks import large

        lines = large.report(large.measure(runs, rounds))
    print("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
