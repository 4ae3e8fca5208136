"""A trainer that learns nothing: prints the lines of one, at a rate set by the clock.

    python -m tests.trainer --lines 1000 --rate 5000 [--fail] [--sleep-first 2]

Its wall time is `lines / rate` seconds wherever its output is taken fast enough: what stands between it and
and its reader shows as time beyond that.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Sequence

__all__ = ["line", "main"]

BATCH = 524_288
"""Tokens in a step."""


def line(step: int, steps: int, *, seconds: float = 0.65) -> str:
    """What is printed after a step, counted from 0; every number of it moves.

    Args:
        step: the step that is done.
        steps: how many there are.
        seconds: what a step takes, more or less.

    Example:
        >>> line(10, 16704)[:59]
        'step 00010/16704 (0.06%) | loss: 9.870956 | lrm: 1.00 | dt:'
    """
    loss = 2.6 + 8.4 * math.exp(-step / 72) * (1 + 0.01 * math.sin(step))
    rate = min(1.0, max(0.0, (steps - step) / (0.2 * steps)))  # held, then cooled down
    dt = seconds * (1 + 0.004 * math.sin(0.7 * step + 4))
    gone, left = step * seconds / 60, (steps - step) * seconds / 60
    return (
        f"step {step:05d}/{steps:05d} ({100 * step / steps:.2f}%) | loss: {loss:.6f} | lrm: {rate:.2f} | "
        f"dt: {1000 * dt:.2f}ms | tok/sec: {int(BATCH / dt):,} | bf16_mfu: {32.76 / dt:.2f} | "
        f"total time: {gone:.2f}m | eta: {left:.1f}m"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Print the run; 1 where it is to fail, after a traceback's last line on stderr."""
    parser = argparse.ArgumentParser(description="Print what a training run prints.")
    parser.add_argument("--lines", type=int, default=100, help="steps, a line each")
    parser.add_argument("--rate", type=float, default=5000.0, help="lines a second")
    parser.add_argument("--fail", action="store_true", help="run out of memory halfway")
    parser.add_argument(
        "--sleep-first", type=float, default=0.0, metavar="S", help="seconds before the first"
    )
    given = parser.parse_args(argv)
    time.sleep(given.sleep_first)
    began = time.monotonic()
    for step in range(given.lines // 2 if given.fail else given.lines):
        # Due by the clock, not by a pause after each: what it takes to print is not added.
        if (early := began + step / given.rate - time.monotonic()) > 0:
            time.sleep(early)
        print(line(step, given.lines), flush=True)
    if given.fail:
        print("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.", file=sys.stderr)
        return 1
    print(f"Minimum validation bpb: {0.75 + 0.5 * math.exp(-given.lines / 5000):.6f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
