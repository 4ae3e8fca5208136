"""A cold start: a whole process that answers one question, over one that only imports the base libraries.

Both are run in turn, so that what else the machine does weighs on both. User and system time, not the clock.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measuring import ROOT, Cost, child_environ, run_child, spread

__all__ = ["measure", "report"]

LIBRARIES = "lark, rapidfuzz, tabulate, pydantic, click, duckdb, snowballstemmer"
LOG = ROOT / "corpus" / "histories" / "nanochat"
AIMS = {"answer": 0.7, "help": 0.3}

_CONSOLE = "import sys; from nlq.__main__ import main; sys.argv[0] = 'ask'; sys.exit(main())"
"""What pip writes into the console script."""

PROCESSES: dict[str, tuple[str, ...]] = {
    "libraries": ("-c", f"import {LIBRARIES}"),
    "answer": ("-c", _CONSOLE, "--in", str(LOG), "best", "run"),
    "read": ("-c", _CONSOLE, "--no-cache", "--in", str(LOG), "best", "run"),
    "mended": ("-c", _CONSOLE, "--in", str(LOG), "whats", "my", "bset", "run"),
    "help": ("-c", _CONSOLE, "--help"),
    "python": ("-c", "pass"),
}
"""`answer` finds the log as it was at the question before, `read` reads it anew; `mended` has a word to mend,
which takes the fuzzy matcher as well."""


def measure(rounds: int = 20) -> dict[str, list[Cost]]:
    """Run each process so many times, in turn; `first` is an answer with nothing cached."""
    with tempfile.TemporaryDirectory() as cache:
        environ = child_environ({"XDG_CACHE_HOME": cache, "XDG_CONFIG_HOME": cache})
        for words in PROCESSES.values():  # writes the bytecode
            _run(words, environ, Path(cache))
        for kept in filter(Path.is_file, Path(cache).rglob("*")):
            kept.unlink()
        costs: dict[str, list[Cost]] = {name: [] for name in PROCESSES}
        costs["first"] = [_run(PROCESSES["answer"], environ, Path(cache))]
        for _ in range(rounds):
            for name, words in PROCESSES.items():
                costs[name].append(_run(words, environ, Path(cache)))
    return costs


def _run(words: tuple[str, ...], environ: dict[str, str], folder: Path) -> Cost:
    cost = run_child(words, environ, folder, quiet=True)
    if cost.code:
        raise RuntimeError(f"exit code {cost.code} of python {' '.join(words)}")
    return cost


def report(costs: dict[str, list[Cost]]) -> Iterator[str]:
    """The table: CPU, memory and the ratio to the import of the libraries."""
    base = statistics.median(cost.cpu_ms for cost in costs["libraries"])
    yield f"cold start (whole process, CPU; {len(costs['answer'])} rounds in turn)"
    yield f"  {'process':<40}{'CPU ms (least..most)':>24}{'peak MB':>9}{'ratio':>7}   aim"
    names = {
        "libraries": "import of all base libraries",
        "answer": "ask --in LOG best run",
        "read": "ask --in LOG best run --no-cache",
        "mended": "ask --in LOG whats my bset run",
        "help": "ask --help",
        "python": "python -c pass",
        "first": "ask --in LOG best run, nothing cached",
    }
    for name, title in names.items():
        cpu = [cost.cpu_ms for cost in costs[name]]
        memory = max(cost.peak_mb for cost in costs[name])
        aim = f"<= {AIMS[name]}" if name in AIMS else ""
        yield f"  {title:<40}{spread(cpu):>24}{memory:9.0f}{statistics.median(cpu) / base:7.2f}   {aim}"
