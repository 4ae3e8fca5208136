"""`ask run` over a trainer that prints 5,000 lines a second, and over 2 GB as fast as they come.

Each command is run by itself and watched, in turn; wall time for the trainer, because its own is set by its
pace, and the watcher's CPU and peak memory for the flood.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.measuring import ROOT, child_environ, spread

__all__ = ["Watched", "measure", "report"]

RATE = 5000
AIM = 1.03
REAL = (
    ROOT.parent
    / "shared/histories/nanochat/karpathy__nanochat/log/speedrun_d24_feb01-rope_chunk_mlp_lr_1x2x.log"
)

_PACED = """
import sys, time
lines = open(sys.argv[1], "rb").read().splitlines(keepends=True)
count, rate, out = int(sys.argv[2]), float(sys.argv[3]), sys.stdout.buffer
begun = time.perf_counter()
for number in range(count):
    early = begun + number / rate - time.perf_counter()
    if early > 0:
        time.sleep(early)
    out.write(lines[number % len(lines)])
    out.flush()
"""
_FLOOD = """
import sys
lines = open(sys.argv[1], "rb").read()
left = int(sys.argv[2])
while left > 0:
    left -= sys.stdout.buffer.write(lines[:left])
"""
_CONSOLE = "import sys; from nlq.__main__ import main; sys.argv[0] = 'ask'; sys.exit(main())"
_PEAK = (
    "import os, resource, subprocess, sys\n"
    "code = subprocess.call(sys.argv[1:])\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\n"
)


@dataclass(slots=True)
class Watched:
    """Seconds of the paced trainer, alone and watched; by the size of a flood, both and the peak MB."""

    lines: int
    real: bool
    alone: list[float] = field(default_factory=list)
    watched: list[float] = field(default_factory=list)
    flood: dict[int, tuple[float, float, float]] = field(default_factory=dict)
    recorded: str = ""


def measure(rounds: int = 3, lines: int = 100_000, flood: tuple[int, ...] = (200 << 20, 2 << 30)) -> Watched:
    """Run the trainer `rounds` times each way, and each flood once."""
    real = next(iter(sorted(REAL.glob("speedrun*.log"))), None)
    found = Watched(lines, real is not None)
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        said = folder / "lines.log"
        said.write_bytes(real.read_bytes() if real else _own_lines())
        environ = child_environ({"XDG_STATE_HOME": f"{room}/state", "XDG_CACHE_HOME": f"{room}/cache"})
        ask = (sys.executable, "-c", _CONSOLE)
        subprocess.run([*ask, "init"], cwd=folder, env=environ, check=True, capture_output=True)
        paced = (sys.executable, "-c", _PACED, str(said), str(lines), str(RATE))
        for _ in range(rounds):
            found.alone.append(_seconds(paced, folder, environ)[0])
            found.watched.append(_seconds((*ask, "run", "--", *paced), folder, environ)[0])
        for size in flood:
            command = (sys.executable, "-c", _FLOOD, str(said), str(size))
            alone = _seconds(command, folder, environ)[0]
            watched, peak = _seconds((*ask, "run", "--", *command), folder, environ)
            found.flood[size] = (alone, watched, peak)
        found.recorded = (folder / ".claude/experiments.md").read_text(encoding="utf-8")
    return found


def _seconds(words: tuple[str, ...], folder: Path, environ: dict[str, str]) -> tuple[float, float]:
    """Wall time and peak memory of a command whose output is read and thrown away."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", _PEAK, *words], cwd=folder, env=environ,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False,
    )  # fmt: skip
    assert child.stdout is not None and child.stderr is not None
    while child.stdout.read(1 << 20):
        pass
    told = child.stderr.read().decode()
    code = child.wait()
    child.stdout.close()
    child.stderr.close()
    if code:
        raise RuntimeError(f"exit code {code} of {' '.join(words)}: {told}")
    return time.perf_counter() - begun, int(told.split()[-1]) / 1024


def _own_lines() -> bytes:
    return b"".join(
        b"step %05d/16704 (%.2f%%) | loss: %.6f | lrm: 1.00 | dt: 650.37ms | tok/sec: 806,131 | "
        b"bf16_mfu: 50.38 | total time: %.2fm | eta: 179.4m\n" % (n, n / 167.04, 11 - n / 2000, n / 90)
        for n in range(16_704)
    )


def report(found: Watched) -> Iterator[str]:
    """The ratios."""
    ratio = statistics.median(found.watched) / statistics.median(found.alone)
    alone, watched = ([1000 * s for s in samples] for samples in (found.alone, found.watched))
    whose = "real nanochat lines" if found.real else "our own lines"
    yield f"ask run, {found.lines:,} lines ({whose}) at {RATE:,}/s: ms alone, watched; ratio (aim {AIM})"
    yield f"  {spread(alone)}  {spread(watched)}  {ratio:.4f}"
    for size, (by_itself, seconds, peak) in found.flood.items():
        yield (
            f"a flood of {size >> 20:,} MB: {by_itself:.1f} s alone, {seconds:.1f} s watched"
            f" ({seconds / by_itself:.2f}, {size / seconds / 1e6:.0f} MB/s), peak {peak:.0f} MB"
        )
