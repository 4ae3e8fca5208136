"""Where a history lies: from the working folder upwards, by the names that logs have.

Only names that say what they are: a stray `data.csv` is not taken for a history.
"""

from __future__ import annotations

from pathlib import Path

from store import trackers

__all__ = ["NAMES", "STORES", "find"]

NAMES = (
    ".claude/experiments.md",
    "experiments.md",
    "experiment_log.md",
    "experiment-log.md",
    "results.tsv",
    "results.csv",
    "results.jsonl",
    "runs.csv",
    "runs.tsv",
    "runs.jsonl",
    "runs.parquet",
    "experiments.csv",
    "experiments.tsv",
    "experiments.jsonl",
    "trials.csv",
    "leaderboard.md",
    "leaderboard.csv",
)
"""File names of histories, the likeliest first; capitals do not matter."""

STORES = (
    "mlruns",
    "mlflow.db",
    "wandb",
    "lightning_logs",
    "dvclive",
    "multirun",
    "outputs",
    ".guild",
)
"""What trackers call their stores in a project; looked for where no log lies."""

_FOLDERS = ("", ".claude", "docs", "doc", "logs", "log", "dev", "experiments")
_PATTERNS = ("results*.tsv", "*_results.tsv")


def find(start: Path) -> list[Path]:
    """The histories nearest to a folder.

    Looks in `start`, then in the folders above it, as far as the root of the git repository or the home
    folder; the first folder that has any wins.

    Args:
        start: a folder; of a file, the folder it is in.

    Returns:
        the files, the likeliest first; empty where there are none. A Markdown log that is found is returned
        alone: tables beside it are mostly its raw material.
    """
    folder = start.resolve()
    if folder.is_file():
        folder = folder.parent
    home = Path.home()
    for place in (folder, *folder.parents):
        found = _in_folder(place)
        if found:
            return found
        if place == home or (place / ".git").exists():
            break
    return []


def _in_folder(place: Path) -> list[Path]:
    found: list[tuple[int, Path]] = []
    for folder in _FOLDERS:
        found += [(rank, path) for rank, path in _named(place / folder, bool(folder)) if path.is_file()]
    if not found:
        return [place / name for name in STORES if (place / name).exists() and trackers.claimed(place / name)]
    best = min(rank for rank, _ in found)
    if best < NAMES.index("results.tsv"):
        return [next(path for rank, path in found if rank == best)]
    tables = [path for _, path in sorted(found, key=lambda entry: entry[0])]
    return list(dict.fromkeys(path for path in tables if path.suffix == tables[0].suffix))


def _named(folder: Path, deep: bool) -> list[tuple[int, Path]]:
    """The files of a folder that have a history's name, with its rank."""
    try:
        files = sorted(folder.iterdir())
    except OSError:
        return []
    ranked: list[tuple[int, Path]] = []
    for path in files:
        name = path.name.lower()
        full = f".claude/{name}" if folder.name == ".claude" else name
        if full in NAMES:
            ranked.append((NAMES.index(full), path))
        elif name in NAMES and not (deep and folder.name == ".claude"):
            ranked.append((NAMES.index(name), path))
        elif any(path.match(pattern) for pattern in _PATTERNS):
            ranked.append((len(NAMES), path))
    return ranked
