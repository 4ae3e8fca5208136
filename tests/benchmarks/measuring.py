"""A process and what it cost; samples and their spread. Unix only: `wait4` tells a child's CPU and memory."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["QUIET", "ROOT", "Cost", "child_environ", "peak_mb", "percentile", "run_child", "spread"]

ROOT = Path(__file__).resolve().parents[2]

QUIET = 2.5
"""Seconds: of a store what was written shortly before it was read is not kept (`store.snapshot`)."""

_KILO = 1024 if sys.platform != "darwin" else 1
"""`ru_maxrss` counts kilobytes, on macOS bytes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: user and system time in milliseconds, peak memory in MB, its exit code."""

    cpu_ms: float
    peak_mb: float
    code: int
    out: str = ""


def child_environ(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a measured process: bytecode is kept, no agent is told, the checkout is found."""
    from nlq.terminal import AGENT_VARIABLES

    hidden = {*AGENT_VARIABLES, "PYTHONDONTWRITEBYTECODE", "ASK_HISTORY", "ASK_DEBUG"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def run_child(words: Sequence[str], environ: Mapping[str, str], folder: Path, *, quiet: bool = False) -> Cost:
    """Run `python WORDS` to its end in a folder.

    Linux counts as a child's peak what its parent held when it was started: memory less than this
    process's own can't be told, so it is kept small.
    """
    child = subprocess.Popen(
        [sys.executable, *words],
        env=dict(environ),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
        text=True,
    )
    assert child.stdout is not None
    with child.stdout as pipe:
        out = pipe.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    cpu = 1000 * (used.ru_utime + used.ru_stime)
    return Cost(cpu, used.ru_maxrss * _KILO / 1e6, child.returncode, out)


def peak_mb() -> float:
    """The most memory this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KILO / 1e6


def percentile(samples: Sequence[float], share: float) -> float:
    """The sample below which that share of them lies."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(samples: Sequence[float]) -> str:
    """Median, and least to most: "168 (161..190)"."""
    return f"{statistics.median(samples):.0f} ({min(samples):.0f}..{max(samples):.0f})"
