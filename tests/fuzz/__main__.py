"""`python -m tests.fuzz [FORMAT…] [--count 20000]`: break every format's samples, and read them.

`python -m tests.fuzz FORMAT --at NUMBER` makes one mutant again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.running import FORMATS, Tally, fuzz

COUNT = 20_000
_SHARE = 2000
"""Mutants of one process: what one leaves behind troubles no more than these."""


def main(words: Sequence[str] | None = None) -> int:
    """Fuzz the formats, each in processes of their own; 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=f"of {', '.join(FORMATS)}")
    parser.add_argument("--count", type=int, default=COUNT, help="mutants of each format")
    parser.add_argument("--at", type=int, help="this one mutant alone")
    parser.add_argument("--share", type=int, nargs=2, metavar=("FIRST", "COUNT"), help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if unknown := set(options.formats) - set(FORMATS):
        parser.error(f"no samples of {', '.join(sorted(unknown))}")
    if options.share or options.at is not None:
        first, count = options.share or (options.at, 1)
        return _here(options.formats[0], first, count)
    return max(_format(name, options.count) for name in options.formats or FORMATS)


def _here(name: str, first: int, count: int) -> int:
    """Fuzz in this process, and print what came of it."""
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=_memory()) as room:
        tally = fuzz(name, count, Path(room), first=first, limits=True)
    for number, what in tally.failures[:10]:
        print(f"{name} --at {number}: {what[-800:]}", file=sys.stderr)
    slowest, at = tally.slowest
    numbers = (tally.mutants, tally.read, tally.runs, tally.skipped, len(tally.failures), slowest, at)
    print("tally", *numbers)
    return 1 if tally.failures else 0


def _memory() -> str | None:
    """A folder in memory, where there is one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK) else None


def _format(name: str, count: int) -> int:
    """Fuzz one format, a share at a time, and print a line."""
    total = Tally()
    failed, begun = 0, time.perf_counter()
    for first in range(0, count, _SHARE):
        share = ["--share", str(first), str(min(_SHARE, count - first))]
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz", name, *share], capture_output=True, text=True, check=False
        )
        told = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("tally ")]
        if done.returncode:
            print(done.stderr[:6000], file=sys.stderr)
        if not told:
            print(f"{name}: ended early in the mutants from {first}", file=sys.stderr)
            failed += 1
            continue
        mutants, read, runs, skipped, failures, took, number = told[0]
        total.mutants += int(mutants)
        total.read += int(read)
        total.runs += int(runs)
        total.skipped += int(skipped)
        failed += int(failures)
        total.slowest = max(total.slowest, (float(took), int(number)))
    slowest, at = total.slowest
    print(
        f"{name:12} {total.mutants:6,} mutants  {total.read:6,} read  {total.runs:8,} runs  "
        f"{total.skipped:8,} skipped  slowest {slowest:.2f} s (--at {at})  {failed} failed  "
        f"{time.perf_counter() - begun:.0f} s",
        flush=True,
    )
    return 1 if failed else 0


if __name__ == "__main__":
    os.nice(10)
    sys.exit(main())
