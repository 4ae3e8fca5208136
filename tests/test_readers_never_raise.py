"""Whatever a file holds, reading it gives a reading: property tests over text, bytes and cells."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.cells import clean, plain, read_cell, read_header
from store.columns import build
from store.engines.duckdb import DuckDB
from store.readers import FAILED, read
from store.typed import read_column

SIGNS = st.sampled_from(list("0123456789.,eE+-%()[]*_`~|\t;\"'\n\r/:#=× −±→✅❌abKMGhms\x00\x1b\ufeff\u202e"))
TEXTS = st.text(SIGNS, max_size=200) | st.text(max_size=60)
CELLS = st.sampled_from(
    [
        "",
        "-",
        "0",
        "1.5",
        "~3",
        "2.8 hours",
        "nan",
        "OOM",
        "keep",
        "crash",
        "2024-01-15",
        "true",
        "x y",
        "9" * 50,
        "1e999",
    ]
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(TEXTS)
def test_any_cell(text: str) -> None:
    read_cell(text)
    read_header(text)
    shown = plain(text) + clean(text)
    assert not any(sign in shown for sign in "\x00\x1b\u202e\n\r")


@quick
@given(st.lists(TEXTS, max_size=8), st.sampled_from(["run", "loss", "commit", "time (h)"]))
def test_any_column(texts: list[str], name: str) -> None:
    for markdown in (False, True):
        assert len(read_column(texts, name, markdown=markdown).values) == len(texts)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "json"])
@quick
@given(data=TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=120))
def test_any_file(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(data)
    reading = read(path, "x")
    assert not [skip.reason for skip in reading.skips if skip.reason.startswith(FAILED)]


@quick
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=12), st.sampled_from(",\t;"))
def test_any_table_goes_into_the_engine(tmp_path: Path, rows: list[list[str]], delimiter: str) -> None:
    path = tmp_path / "x.csv"
    header = delimiter.join(["run", "loss", "status", "time (h)"])
    path.write_text("\n".join([header, *(delimiter.join(row) for row in rows)]), encoding="utf-8")
    table = build([read(path, "x")])
    engine = DuckDB(table.columns, table.cells())
    found = engine.run("SELECT * FROM runs ORDER BY _row")
    engine.close()
    assert len(found.rows) == len(table.places)
    for column, values in zip(table.columns, table.values, strict=True):
        assert column.count == sum(value is not None for value in values)
