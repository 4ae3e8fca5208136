"""Every Markdown file of the collected histories is read, and gives the runs that `counts_markdown.tsv` says.

The histories lie beside the checkout, not in it. A row of the table is a file, its runs, the things passed
over in it, and "checked" where the counts were held against the file by eye. After a change that is meant,
`NLQ_REFRESH=1 pytest tests/test_histories_markdown.py` writes the table anew; a mark stays while the runs do.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store import readers

HISTORIES = Path(__file__).parents[1].parent / "shared" / "histories"
COUNTS = Path(__file__).parent / "counts_markdown.tsv"

pytestmark = pytest.mark.skipif(not HISTORIES.is_dir(), reason="the collected histories are not here")


def counted() -> dict[str, tuple[int, int]]:
    found = {}
    for path in sorted(HISTORIES.rglob("*.md")):
        reading = readers.read(path, path.name)
        name = str(path.relative_to(HISTORIES))
        found[name] = (len(reading.runs), sum(skip.count for skip in reading.skips))
    return found


def kept() -> dict[str, tuple[int, int, str]]:
    rows = [line.split("\t") for line in COUNTS.read_text(encoding="utf-8").splitlines()[1:]]
    return {name: (int(runs), int(skipped), checked) for name, runs, skipped, checked in rows}


def test_runs_in_every_file() -> None:
    found, known = counted(), kept() if COUNTS.exists() else {}
    if os.environ.get("NLQ_REFRESH"):
        lines = ["file\truns\tskipped\tchecked"]
        for name, (runs, skipped) in found.items():
            mark = known[name][2] if name in known and known[name][0] == runs else ""
            lines.append(f"{name}\t{runs}\t{skipped}\t{mark}")
        COUNTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
        known = kept()
    assert found == {name: (runs, skipped) for name, (runs, skipped, _) in known.items() if name in found}


def test_enough_was_checked_by_eye() -> None:
    assert sum(checked == "checked" for _, _, checked in kept().values()) >= 25
