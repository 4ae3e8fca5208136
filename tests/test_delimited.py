"""Delimited tables, JSON lines and encodings: what real files do to a reader."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import pytest

from store.readers import read
from store.readers.decode import decode
from store.records import Reading

CANON = "commit\tval_bpb\tmemory_gb\tstatus\tdescription\n"
ROWS = CANON + "".join(
    f"{n:07x}\t0.9{n}\t44.{n}\t{'keep' if n % 3 else 'discard'}\ttry number {n}\n" for n in range(1, 9)
)


def table(tmp_path: Path, text: str | bytes, name: str = "results.tsv") -> Reading:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, name)


def skipped(reading: Reading) -> dict[str, int]:
    return {skip.reason: skip.count for skip in reading.skips}


def test_the_canonical_table(tmp_path: Path) -> None:
    reading = table(tmp_path, ROWS)
    assert (reading.reader, len(reading.runs), reading.skips, reading.notes) == ("delimited", 8, [], [])
    first = reading.runs[0]
    assert (first.name, str(first.place)) == ("0000001", "results.tsv:2")
    assert first.values["val_bpb"] == 0.91
    kinds = {name: field.kind for name, field in reading.fields.items()}
    assert kinds == {
        "commit": "run",
        "val_bpb": "metric",
        "memory_gb": "metric",
        "status": "attribute",
        "description": "attribute",
    }
    assert reading.fields["memory_gb"].unit == "GB"


def test_commits_of_digits_stay_text(tmp_path: Path) -> None:
    text = CANON + "1234567\t1.0\t4\tkeep\ta b\n0123456\t1.1\t4\tkeep\tb c\n12345e6\t1.2\t4\tkeep\tc d\n"
    reading = table(tmp_path, text)
    assert [run.values["commit"] for run in reading.runs] == ["1234567", "0123456", "12345e6"]


def test_no_header(tmp_path: Path) -> None:
    reading = table(tmp_path, ROWS.partition("\n")[2])
    assert len(reading.runs) == 8
    assert list(reading.fields) == ["commit", "value 1", "value 2", "status", "description"]
    assert "no header row" in reading.notes[0]


def test_a_header_of_years_is_a_header(tmp_path: Path) -> None:
    reading = table(tmp_path, "country,2019,2020\nFrance,1.5,2.5\nSpain,3.5,4.5\n", "gdp.csv")
    assert list(reading.fields) == ["country", "2019", "2020"]


def test_another_schema_in_mid_file_is_passed_over_and_counted(tmp_path: Path) -> None:
    other = "".join(
        f"r65_g{n}\tspsa\td2_e128\tcurriculum_0.67\teps1e-2\t20{n}.41\tnote {n}\n" for n in range(4)
    )
    reading = table(tmp_path, ROWS + other + "00000ff\t0.5\t40\tkeep\tlast one\n")
    assert len(reading.runs) == 9
    assert skipped(reading) == {"7 cells in a table of 5 columns": 4}
    assert str(reading.skips[0].place) == "results.tsv:10-13"
    assert "curriculum_0.67" not in {run.values.get("status") for run in reading.runs}


def test_a_missing_cell_is_placed_by_type(tmp_path: Path) -> None:
    reading = table(tmp_path, ROWS + "00000fe\t0.5\tkeep\tno memory was logged\n")
    assert reading.runs[-1].values.get("status") == "keep"
    assert reading.runs[-1].values.get("description") == "no memory was logged"
    ambiguous = {"val_bpb", "memory_gb"} & set(reading.runs[-1].values)
    assert not ambiguous


def test_an_extra_tab_is_taken_out(tmp_path: Path) -> None:
    reading = table(tmp_path, ROWS + "00000fe\t0.5\t\t40\tkeep\ttwo tabs\n")
    assert reading.runs[-1].values == {
        "commit": "00000fe",
        "val_bpb": 0.5,
        "memory_gb": 40.0,
        "status": "keep",
        "description": "two tabs",
    }


def test_line_breaks_in_the_last_column(tmp_path: Path) -> None:
    reading = table(
        tmp_path, CANON + "aaaaaaa\t1\t2\tkeep\tfirst line\n\nsecond line\nbbbbbbb\t1\t2\tkeep\tnext\n"
    )
    assert [run.name for run in reading.runs] == ["aaaaaaa", "bbbbbbb"]
    assert reading.runs[0].values["description"] == "first line second line"
    assert (reading.runs[0].place.line, reading.runs[0].place.end) == (2, 4)
    assert reading.runs[1].place.line == 5


def test_a_traceback_at_the_end(tmp_path: Path) -> None:
    trace = 'Traceback (most recent call last):\n  File "x.py", line 3, in <module>\nValueError: no\n'
    reading = table(tmp_path, ROWS + trace)
    assert len(reading.runs) == 8
    assert skipped(reading) == {"a Python traceback": 3}
    assert table(tmp_path, CANON + trace).runs == []


def test_a_lone_quotation_mark_swallows_nothing(tmp_path: Path) -> None:
    reading = table(tmp_path, CANON + 'aaaaaaa\t1\t2\tkeep\t"half a quote\n' + ROWS.partition("\n")[2])
    assert len(reading.runs) == 9
    comma = table(tmp_path, 'run,loss,note\na,1,"open\nb,2,x\nc,3,y\n', "runs.csv")
    assert [run.name for run in comma.runs] == ["a", "b", "c"]


def test_quoted_cells(tmp_path: Path) -> None:
    text = 'run,loss,note\na,1.5,"x, ""y""\nz"\nb,2.5,plain\n'
    reading = table(tmp_path, text, "runs.csv")
    assert reading.runs[0].values["note"] == 'x, "y" z'
    assert (reading.runs[0].place.line, reading.runs[0].place.end) == (2, 3)
    assert reading.runs[1].place.line == 4


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    reading = table(tmp_path, (ROWS + "00000ff\t0.5\t40\tkeep\tnaïve × try\n").encode(encoding))
    assert len(reading.runs) == 9
    assert next(iter(reading.fields)) == "commit"
    assert reading.runs[-1].values["description"] == "naïve × try"


def test_double_encoding_is_repaired_and_noted() -> None:
    decoded = decode("8Ã—H100 and GÃ¼nther, naïve".encode())
    assert decoded is not None
    assert decoded.text == "8×H100 and Günther, naïve"
    assert decoded.notes == ["2 double-encoded characters repaired"]


def test_binary_is_passed_over(tmp_path: Path) -> None:
    assert skipped(table(tmp_path, b"\x00\x01\x02" * 50, "x.csv")) == {"no reader knows this kind of file": 1}


def test_carriage_returns_and_line_numbers(tmp_path: Path) -> None:
    reading = table(tmp_path, ROWS.replace("\n", "\r\n"))
    assert reading.runs[-1].place.line == 9
    assert reading.runs[-1].values["description"] == "try number 8"


def test_archives(tmp_path: Path) -> None:
    assert len(table(tmp_path, gzip.compress(ROWS.encode()), "a.tsv.gz").runs) == 8
    assert len(table(tmp_path, lzma.compress(ROWS.encode()), "a.tsv.xz").runs) == 8
    with pytest.raises(OSError, match="broken archive"):
        table(tmp_path, gzip.compress(ROWS.encode())[:-40], "b.tsv.gz")


@pytest.mark.parametrize("text", ["", "\n\n", CANON, "commit\tval_bpb"])
def test_nothing_in_it(tmp_path: Path, text: str) -> None:
    assert table(tmp_path, text).runs == []


def test_padded_cells_semicolons_pipes_and_a_nameless_index(tmp_path: Path) -> None:
    padded = table(tmp_path, "Task      , Accuracy , Note \nhella     , 0.44     , x    \n", "a.csv")
    assert padded.runs[0].values == {"Task": "hella", "Accuracy": 0.44, "Note": "x"}
    assert table(tmp_path, "run;loss\na;1,5\nb;2,5\n", "b.csv").runs[0].values["run"] == "a"
    assert table(tmp_path, "run|loss\na|1.5\nb|2.5\n", "c.psv").runs[0].values["loss"] == 1.5
    assert list(table(tmp_path, ",run,loss\n0,a,1\n1,b,2\n", "d.csv").fields) == ["run", "loss"]


def test_equal_headers_are_told_apart(tmp_path: Path) -> None:
    assert list(table(tmp_path, "run,loss,loss\na,1,2\n", "a.csv").fields) == ["run", "loss", "loss (2)"]


def test_units_and_remarks_in_a_column(tmp_path: Path) -> None:
    text = "run,time,loss\na,3.04,2.5\nb,168 hours,OOM\nc,90 min,~2.6\nd,2,3.45 (diverged at step 5000)\n"
    reading = table(tmp_path, text, "runs.csv")
    assert [run.values.get("time") for run in reading.runs] == [3.04, 168, 1.5, 2]
    assert reading.fields["time"].unit == "h"
    assert [run.values.get("loss") for run in reading.runs] == [2.5, None, 2.6, 3.45]
    assert reading.runs[1].marks["loss"].text == "OOM"
    assert reading.runs[2].marks["loss"].approx
    assert reading.runs[2].marks["time"].text == "90 min"


def test_what_steers_a_terminal_is_taken_out(tmp_path: Path) -> None:
    reading = table(tmp_path, "run\x1b[31m,note\na\x1b]0;x\x07b,\x1b[2Jgone\x08\n", "runs.csv")
    assert reading.runs[0].name == "ab"
    assert reading.runs[0].values == {"run": "ab", "note": "gone"}


def test_json_lines(tmp_path: Path) -> None:
    lines = (
        '{"trial": 1, "params": {"depth": 4, "lr": 0.1}, "results": {"val_bpb": 1.4}, "at": "2026-03-12"}\n\n'
        '{"trial": 2, "params": {"depth": 8}, "results": {"val_bpb": NaN, "log": [1, 2]}}\n'
        "broken {\n[1, 2]\n"
    )
    reading = table(tmp_path, lines, "runs.jsonl")
    assert [run.name for run in reading.runs] == ["1", "2"]
    assert reading.runs[0].values["params.depth"] == 4
    assert reading.runs[1].place.line == 3
    assert "results.val_bpb" not in reading.runs[1].values
    assert reading.runs[1].values["results.log"] == "[1, 2]"
    assert skipped(reading) == {"not JSON": 1, "a JSON value without names": 1}
    assert (reading.fields["params.lr"].kind, reading.fields["results.val_bpb"].kind) == ("param", "metric")


def test_json_arrays_and_objects(tmp_path: Path) -> None:
    array = table(tmp_path, '[\n  {"run": "a", "loss": 1},\n  {"run": "b",\n   "loss": 2}\n]\n', "runs.json")
    assert [(run.name, run.place.line, run.place.end) for run in array.runs] == [("a", 2, 2), ("b", 3, 4)]
    one = table(tmp_path, '{\n "name": "x",\n "val_bpb": 1.2\n}\n', "submission.json")
    assert one.runs[0].values == {"name": "x", "val_bpb": 1.2}
    assert skipped(table(tmp_path, '{"name": "x", "port": 80}', "config.json")) == {
        "a JSON object that is no run": 1
    }
    assert table(tmp_path, '{"a": ', "b.json").runs == []
    assert table(tmp_path, "[" * 5000, "deep.json").runs == []


def test_a_header_without_a_name_takes_no_row(tmp_path: Path) -> None:
    """Found by a property test: nothing can be put beside columns that there are none of."""
    path = tmp_path / "x.csv"
    path.write_bytes(b";\r0;")
    reading = read(path, "x")
    assert not reading.runs
    assert not [skip for skip in reading.skips if "failed" in skip.reason]
