"""Tables with a row a step: which are read as runs with their values by step, and which stay as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from nlq import ask
from nlq.answer import Answer
from store import readers
from store.load import load
from store.readers import large
from store.records import Reading

STEPS = range(0, 1001, 250)


def table(folder: Path, header: str, rows: Iterable[Sequence[object]], name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def wide(folder: Path) -> Path:
    return table(
        folder,
        "run,depth,step,loss,val_loss,lr,elapsed_s",
        (
            (f"r{n}", 12 * n, step, "nan" if n == 2 and step == 1000 else 4 - step / 500 / n,
             4.5 - n * step / 1000 if step % 500 == 0 else "", 0.1 - step / 20000, step * n / 10)
            for n in (1, 2) for step in STEPS
        ),
    )  # fmt: skip


def long(folder: Path) -> Path:
    return table(
        folder,
        "trial,workload,global_step,metric,value",
        (
            (f"trial_{n}", workload, step, metric, offset + n / 10 + step / 1000)
            for workload in ("ogbg", "wmt")
            for n in (1, 2)
            for metric, offset in (("val/loss", 1), ("val/acc", 0))
            for step in STEPS
        ),
    )


def are_steps(reading: Reading) -> bool:
    return reading.reader.endswith("a row a step")


def asked(path: Path, question: str) -> Answer:
    return ask(question, load([path]))


def test_runs_and_their_values_by_step_are_read(tmp_path: Path) -> None:
    reading = readers.read(wide(tmp_path))
    assert are_steps(reading)
    assert [run.name for run in reading.runs] == ["r1", "r2"]
    first, second = reading.runs
    assert (first.values["depth"], first.place.line, first.place.end) == (12, 2, 6)
    assert first.series["loss"].steps.tolist() == [*STEPS]
    assert first.series["val_loss"].steps.tolist() == [0, 500, 1000]
    assert first.values["val_loss"] == 3.5
    assert second.marks["loss"].text == "nan"
    assert first.series["loss"].times.tolist() == [0, 25, 50, 75, 100]
    assert reading.fields["depth"].kind == "param"
    assert reading.notes == ["each row is one step of a run: 10 rows are 2 runs, told apart by run"]


@pytest.mark.parametrize(
    ("question", "headline"),
    [
        ("best run", "r2: val_loss best 2.5 at step 1000, the last, the lowest of 2 runs"),
        ("val_loss of r1 at step 500", "r1: val_loss 4 at step 500"),
        ("which run reached val_loss 4 first",
         "r1 reached val_loss 4 at step 500 (4), 50 s after its first value, "
         "the first of 2 by step and by time"),
        ("what depths have I tried", "2 values of depth tried: 12, 24"),
    ],
)  # fmt: skip
def test_questions_are_of_runs_and_say_so(tmp_path: Path, question: str, headline: str) -> None:
    answer = asked(wide(tmp_path), question)
    assert answer.headline == headline
    assert any("each row is one step of a run: 10 rows are 2 runs" in note for note in answer.notes)


def test_time_since_the_beginning_is_no_date(tmp_path: Path) -> None:
    answer = asked(wide(tmp_path), "which run reached val_loss 4 first")
    assert not any(isinstance(cell, datetime) for row in answer.rows for cell in row)


def test_a_metric_a_row_and_trials_of_several_workloads(tmp_path: Path) -> None:
    reading = readers.read(long(tmp_path))
    assert [run.name for run in reading.runs] == [
        "trial_1/ogbg", "trial_2/ogbg", "trial_1/wmt", "trial_2/wmt",
    ]  # fmt: skip
    assert reading.runs[0].series["val/loss"].values.tolist() == [1.1, 1.35, 1.6, 1.85, 2.1]
    assert reading.runs[0].values["workload"] == "ogbg"
    assert reading.fields["run"].kind == "run"
    assert reading.fields["val/acc"].kind == "metric"


def test_parts_of_the_data_stand_before_their_metrics(tmp_path: Path) -> None:
    rows = ((m, e, part, e / 10) for m in "ab" for e in range(4) for part in ("train", "val"))
    reading = readers.read(table(tmp_path, "model,epoch,split,loss", rows))
    assert [run.name for run in reading.runs] == ["a", "b"]
    assert sorted(reading.runs[0].series) == ["train/loss", "val/loss"]


def test_objects_a_line_and_a_large_file_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = long(tmp_path)
    small = readers.read(path)
    header, *rows = path.read_text().splitlines()
    names = header.split(",")
    lines = [dict(zip(names, row.split(","), strict=True)) for row in rows]
    told = [json.dumps({**line, "global_step": int(line["global_step"])}) for line in lines]
    (tmp_path / "log.jsonl").write_text("\n".join(told))
    monkeypatch.setattr(readers, "LARGE", 200)
    monkeypatch.setattr(readers, "_HEAD", 100)
    whole = readers.read(path)
    assert not whole.relation and not large._unpacked
    for other in (whole, readers.read(tmp_path / "log.jsonl")):
        assert are_steps(other)
        assert [run.name for run in other.runs] == [run.name for run in small.runs]
        assert [run.series for run in other.runs] == [run.series for run in small.runs]
        assert [run.values for run in other.runs] == [run.values for run in small.runs]


def test_not_a_number_is_kept_in_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wide(tmp_path)
    small = readers.read(path)
    monkeypatch.setattr(readers, "LARGE", 100)
    monkeypatch.setattr(readers, "_HEAD", 50)
    whole = readers.read(path)
    assert are_steps(whole)
    assert repr([run.series for run in whole.runs]) == repr([run.series for run in small.runs])
    assert whole.runs[1].marks["loss"].text == "nan"


Rows = Sequence[Sequence[object]]

NEARLY: dict[str, tuple[str, Rows]] = {
    "a step that is repeated": ("run,step,loss", [("a", s, 1.5) for s in (0, 1, 2, 2, 3)]),
    "a remark a row": ("run,iteration,val_loss,notes", [("a", s, 1 / (s + 1), f"try {s}") for s in range(5)]),
    "a status a row": ("agent,iteration,val_bpb,status",
                       [("a", s, 1 / (s + 1), "keep" if s % 2 else "discard") for s in range(5)]),
    "a number chosen in every row": ("method,iteration,depth,loss",
                                     [("tpe", s, 12 + s % 3, 1.25) for s in range(9)]),
    "rates tried one after the other": ("method,iteration,lr,loss",
                                        [("tpe", s, (0.1, 0.02, 0.3, 0.01)[s % 4], 1.25) for s in range(12)]),
    "nothing that is measured": ("name,step,colour code", [("a", s, s * 2) for s in range(5)]),
    "several kinds of rows of one run": ("run,step,what happened,loss",
                                         [("a", s, w, 1.5) for s in range(5) for w in ("eval", "save")]),
}  # fmt: skip


@pytest.mark.parametrize("case", NEARLY)
def test_what_is_nearly_such_a_table_stays_one_of_rows(tmp_path: Path, case: str) -> None:
    header, rows = NEARLY[case]
    reading = readers.read(table(tmp_path, header, rows))
    assert not are_steps(reading)
    assert len(reading.runs) == len(rows)


APART: dict[str, tuple[str, Rows]] = {
    "results with the steps of each run": (
        "commit,step,val_bpb,status", [(f"c{n}d{n}e", 5000, 0.9 + n / 100, "keep") for n in range(6)]),
    "a sweep over how long runs are": (
        "name,steps,val_loss", [(f"d{d}", s, 3.5 - s / 5000) for d in (12, 24) for s in (1000, 2000, 5000)]),
    "the last step of every run": ("run,step,val_loss", [(f"r{n}", 100 * n, 2.5) for n in range(6)]),
    "two epochs a run": ("run,epoch,val_loss", [(f"r{n}", e, 2.5 - e) for n in range(6) for e in (1, 2)]),
    "no column that says whose step it is": ("step,loss,val_loss", [(s, 2.5, 2.75) for s in range(6)]),
    "steps of a walk": ("name,step,height", [("Anna", s, s * 2) for s in range(6)]),
    "steps that are no whole numbers": ("run,step,loss", [("a", s / 2, 2.5) for s in range(6)]),
}  # fmt: skip


@pytest.mark.parametrize("case", APART)
def test_a_table_of_anything_else_is_as_it_was(tmp_path: Path, case: str) -> None:
    header, rows = APART[case]
    reading = readers.read(table(tmp_path, header, rows))
    assert not are_steps(reading)
    assert len(reading.runs) == len(rows)
    assert not reading.notes


def test_what_is_nearly_such_a_table_says_why_it_stays(tmp_path: Path) -> None:
    reading = readers.read(table(tmp_path, *NEARLY["a step that is repeated"]))
    assert reading.notes == [
        "its rows look like steps of runs, and are read as they stand: 1 of 5 repeat a step of their run"
    ]


def test_a_rate_that_is_scheduled_is_measured(tmp_path: Path) -> None:
    rates = (0.01, 0.1, 0.08, 0.05, 0.02, 0.01, 0.0)
    rows = ((run, step, rate, 2.5 - step / 10) for run in "ab" for step, rate in enumerate(rates))
    reading = readers.read(table(tmp_path, "run,step,lr,loss", rows))
    assert are_steps(reading)
    assert reading.runs[0].series["lr"].values.tolist() == [*rates]


def test_a_broken_header_of_thousands_of_words_is_read(tmp_path: Path) -> None:
    """All parts of such a name were looked up once, which took minutes."""
    reading = readers.read(
        table(tmp_path, f"run,step,loss {'( a' * 20_000}", [("a", s, 2.5) for s in range(5)])
    )
    assert len(reading.runs) == 5
