"""Every delimited, JSON-lines and Parquet file of the shared histories is read, with the rows it has.

The table `counts_delimited.tsv` holds what is expected of each file: runs, things skipped, and `checked`
where the figures and rows picked at random were compared by eye with the raw file. It is written anew by

    python -m tests.test_histories_delimited

and reviewed by eye: git shows what changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.readers import FAILED, read

HISTORIES = Path(__file__).parents[1].parent / "shared" / "histories"
COUNTS = Path(__file__).with_name("counts_delimited.tsv")
KINDS = (".csv", ".tsv", ".jsonl", ".parquet", ".csv.gz", ".csv.xz")


def files() -> Iterator[str]:
    """The files of these kinds, relative to the histories."""
    for path in sorted(HISTORIES.rglob("*")):
        if path.name.endswith(KINDS) and path.is_file():
            yield path.relative_to(HISTORIES).as_posix()


def figures(name: str) -> tuple[int, int]:
    """How many runs a file has, and how many things in it were skipped."""
    reading = read(HISTORIES / name, name)
    assert not [skip.reason for skip in reading.skips if skip.reason.startswith(FAILED)]
    assert all(run.place.key or run.place.line <= run.place.end for run in reading.runs)
    runs = len(reading.runs)
    if reading.relation:
        from store.load import load

        runs = load([HISTORIES / name]).catalog.rows
    return runs, sum(skip.count for skip in reading.skips)


def expected() -> dict[str, tuple[int, int, str]]:
    """The table: file, runs, skipped, checked."""
    lines = COUNTS.read_text(encoding="utf-8").splitlines()[1:] if COUNTS.exists() else []
    rows = [line.split("\t") for line in lines]
    return {name: (int(runs), int(skipped), checked) for name, runs, skipped, checked in rows}


@pytest.mark.skipif(not HISTORIES.is_dir(), reason="the shared histories are not on this machine")
def test_every_file_is_read_with_the_rows_it_has() -> None:
    table = {name: (runs, skipped) for name, (runs, skipped, _) in expected().items()}
    assert {name: figures(name) for name in files()} == table


def test_enough_of_the_counts_were_checked_by_eye() -> None:
    assert sum(checked == "checked" for _, _, checked in expected().values()) >= 25


def main() -> None:
    """Write the table anew; a file whose figures are unchanged keeps its mark."""
    before = expected()
    lines = ["file\truns\tskipped\tchecked"]
    for name in files():
        runs, skipped = figures(name)
        checked = before[name][2] if before.get(name, ())[:2] == (runs, skipped) else ""
        lines.append(f"{name}\t{runs}\t{skipped}\t{checked}")
    COUNTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
