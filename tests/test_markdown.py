"""Markdown files of any layout: which tables and sections are runs, what they say, and what is left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from store.outcomes import find_states
from store.readers import markdown
from store.readers.mdblocks import scan
from store.readers.mdtables import split_cells
from store.records import Reading, Value


def read(text: str) -> Reading:
    return markdown.read(Path("log.md"), text, "log.md")


def dedented(text: str) -> Reading:
    return read(dedent(text))


def values(reading: Reading, name: str) -> list[Value]:
    return [run.values.get(name) for run in reading.runs]


TABLE = """# Log

| Run | LR | val_bpb ↓ | Time (h) | Status | Notes |
|:---|---:|:---:|---|---|---|
| a | 0.1 | **0.97** | 3.0 | keep | fine |
| b | 0.2 | `0.98` | 30 min | discard | see [log](https://x.org/a_(b)) |
| c \\| d | 3e-4 | ~1.00 | 168 minutes | crash | `x|y` |
"""


def test_table_of_runs() -> None:
    reading = read(TABLE)
    assert [run.name for run in reading.runs] == ["a", "b", "c | d"]
    assert {n: f.kind for n, f in reading.fields.items()} == {
        "Run": "run",
        "LR": "param",
        "val_bpb": "metric",
        "Time": "metric",
        "Status": "attribute",
        "Notes": "attribute",
    }
    assert reading.fields["val_bpb"].direction == "lower"
    assert reading.fields["Time"].unit == "h"
    assert values(reading, "LR") == [0.1, 0.2, 3e-4]
    assert values(reading, "val_bpb") == [0.97, 0.98, 1.0]
    assert values(reading, "Time") == [3.0, 0.5, 2.8]
    assert values(reading, "Notes") == ["fine", "see log", "x|y"]
    assert [str(run.place) for run in reading.runs] == ["log.md:5", "log.md:6", "log.md:7"]
    assert reading.runs[2].marks["val_bpb"].approx


def test_lines_stay_under_carriage_returns() -> None:
    assert read(TABLE.replace("\n", "\r\n")).runs == read(TABLE).runs


@pytest.mark.parametrize(
    ("row", "wanted", "cells"),
    [
        ("| a | b |", 2, ["a", "b"]),
        ("a | b", 2, ["a", "b"]),
        ("| a | b", 2, ["a", "b"]),
        (r"| a \| b | c |", 2, ["a | b", "c"]),
        ("| `a|b` | c |", 2, ["`a|b`", "c"]),
        ("| `a|b` | c |", 3, ["`a", "b`", "c"]),
        ("||", 2, [""]),
        ("> | a | b |", 2, ["a", "b"]),
    ],
)
def test_cells_of_a_row(row: str, wanted: int, cells: list[str]) -> None:
    assert split_cells(row, wanted) == cells


def test_rows_without_leading_pipe_and_a_blank_line_between() -> None:
    reading = read(
        "| # | Record time | Date |\n| - | - | - |\n1 | 45 minutes | 05/28/24\n\n| 2 | 5.8 hours | - |\n"
    )
    assert values(reading, "#") == [1, 2]
    assert values(reading, "Record time") == [45, 348]
    assert values(reading, "Date") == [date(2024, 5, 28), None]


def test_counter_names_the_run_more_than_the_commit() -> None:
    head = "| # | val_bpb | Commit |\n|---|---|---|\n"
    reading = read(head + "| 0 | 0.9 | - |\n| 1 | 0.8 | 348fbb3 |\n| 2a | 0.7 | a67eba3 |\n")
    assert [run.name for run in reading.runs] == ["0", "1", "2a"]
    assert reading.fields["Commit"].role == "commit"


def test_extra_and_missing_cells() -> None:
    reading = read("| Run | loss | note |\n|---|---|---|\n| a | 1.5 |\n| b | 2.5 | x | y | z |\n")
    assert values(reading, "loss") == [1.5, 2.5]
    assert values(reading, "note") == [None, "x"]
    assert values(reading, "extra") == [None, "y | z"]


def test_rows_that_are_no_runs() -> None:
    head = "| Run | loss | acc |\n|---|---|---|\n| (none yet) | - | - |\n| **Phase 2** | | |\n"
    reading = read(head + "| a | 1.5 | 0.5 |\n| mean | 1.5 | 0.5 |\n")
    assert [run.name for run in reading.runs] == ["a"]
    assert [(skip.place.line, skip.reason) for skip in reading.skips] == [
        (3, "an empty or placeholder row"),
        (4, "a row with one cell"),
        (6, "a row of totals"),
    ]


@pytest.mark.parametrize(
    ("header", "row", "reason"),
    [
        ("Metric|Value", "loss|2.5", "explains or sums up"),
        ("Flag|Default|Meaning", "--lr|0.1|rate", "explains or sums up"),
        ("Hardware|dtype", "H100|bf16", "explains or sums up"),
        ("参数|值", "beta|0.1", "explains or sums up"),
        ("Metric|Base|SFT", "loss|2.5|2.4", "explains or sums up"),
        ("Dataset|accuracy", "MATH|0.5", "parts of a result"),
        ("Epoch|Step|Loss", "1|100|2.5", "training curve"),
        ("Idea|Result|Notes", "gates|no gain|x", "no measured column"),
        ("Model|10k|30k", "a|0.1|0.2", "not known|known to be measured"),
        ("Technique|Δ loss", "a|-0.1", "measured"),
        ("Kernel|Best TFLOPS|Experiments", "a|300|97", "sums up several runs"),
        ("Link|Where", "[a](b)|[c](d)", "explains or sums up"),
    ],
)
def test_tables_that_list_no_runs(header: str, row: str, reason: str) -> None:
    width = header.count("|") + 1
    second = row.replace("0.1", "0.15").replace("100", "200").replace("1|", "2|", 1)
    reading = read(f"|{header}|\n|{'---|' * width}\n|{row}|\n|{second}|\n")
    assert reading.runs == []
    assert any(part in reading.skips[0].reason for part in reason.split("|"))
    assert reading.notes


def test_tables_of_different_shapes_are_told_apart_by_section() -> None:
    text = """# Log
## Small
| Run | loss | time |
|---|---|---|
| a | 1.5 | 3 h |
## Large
### Second try
| Exp | loss | time |
|---|---|---|
| b | 2.5 | 90 min |
"""
    reading = read(text)
    assert [run.name for run in reading.runs] == ["a", "b"]
    assert values(reading, "section") == ["Small", "Large / Second try"]
    assert values(reading, "time") == [3, 1.5]
    assert values(reading, "run") == ["a", "b"]


def test_a_column_that_does_not_fit_gets_its_own_name() -> None:
    head = "| Run | loss | x |\n|---|---|---|\n"
    reading = read(f"{head}| a | 1 | 2 MB |\n\ntext\n\n{head}| b | 2 | word |\n")
    assert values(reading, "x") == [2, None]
    assert values(reading, "x (2)") == [None, "word"]


def test_two_tables_of_the_same_runs_are_joined() -> None:
    first = "| Run | loss |\n|---|---|\n| alpha | 1.5 |\n| beta | 2.5 |\n"
    reading = read(f"{first}\ntext\n\n| Run | acc |\n|---|---|\n| beta | 0.2 |\n| alpha | 0.1 |\n")
    assert [(run.name, run.values["loss"], run.values["acc"]) for run in reading.runs] == [
        ("alpha", 1.5, 0.1),
        ("beta", 2.5, 0.2),
    ]
    assert reading.runs[0].marks["acc"].line == 11
    assert reading.notes == ["lines 10-11 and 3-4 tell of the same runs; joined"]


@pytest.mark.parametrize(
    "second",
    [
        "| Run | loss |\n|---|---|\n| alpha | 1.6 |\n| beta | 2.5 |\n",  # disagrees
        "| Run | acc |\n|---|---|\n| alpha | 0.1 |\n| gamma | 0.2 |\n",  # not all are there
        "| Run | acc |\n|---|---|\n| alpha | 0.1 |\n",  # one alone proves nothing
    ],
)
def test_tables_that_may_be_of_other_runs_stay_apart(second: str) -> None:
    first = "| Run | loss |\n|---|---|\n| alpha | 1.5 |\n| beta | 2.5 |\n"
    assert len(read(f"{first}\ntext\n\n{second}").runs) == 2 + second.count("\n") - 2


LEADERBOARD = """\
# Leaderboard

## How to

```
torchrun -m train -- --depth=99 --run=example
```

```
wandb: Run summary:
wandb:  core_metric 0.99
```

## Run 1

Achieved Jan 29 2026 on commit `348fbb3`. The launch command was

```
OMP_NUM_THREADS=1 torchrun --nproc_per_node=8 -m scripts.base_train -- \\
    --depth=24 \\
    --target-ratio=12
```

The result was:

```
wandb: Run summary:
wandb:          core_metric 0.25851
wandb:                 step 16704
wandb:  total_training_time 10949.46713
```

The validation bpb was 0.74833.

## Run 2

Achived Mar 3 2026 on commit `324e69c`. Train the tokenizer:

```
python -m nanochat.dataset -n 150
```

```
torchrun -m scripts.base_train -- --depth=26 --fp8 --target-ratio=9.5 --run="d26"
```

```
0.25373
0.2584
```

NOTE: not comparable to Run 1.

## Run 3

Achieved Mar 9, 2026 on commit `6ed7d1d`. Exactly the same command as Run 2 except `--target-ratio=8.7`. Fine.

## Run 4

Same command as Run 2 except a few things.
"""


def test_run_sections() -> None:
    reading = read(LEADERBOARD)
    assert [run.name for run in reading.runs] == ["1", "2", "3", "4"]
    assert values(reading, "depth") == [24, 26, 26, None]
    assert values(reading, "target_ratio") == [12, 9.5, 8.7, None]
    assert values(reading, "fp8") == [None, True, True, None]
    assert values(reading, "core_metric") == [0.25851, None, None, None]
    assert values(reading, "step") == [16704, None, None, None]
    assert values(reading, "total_training_time") == [10949.46713, None, None, None]
    assert reading.fields["total_training_time"].unit == "s"
    assert values(reading, "validation_bpb") == [0.74833, None, None, None]
    assert values(reading, "commit") == ["348fbb3", "324e69c", "6ed7d1d", None]
    assert values(reading, "date") == [date(2026, 1, 29), date(2026, 3, 3), date(2026, 3, 9), None]
    assert "n" not in reading.fields
    assert "NOTE: not comparable to Run 1." in str(reading.runs[1].values["notes"])
    assert "0.25373, 0.2584" in str(reading.runs[1].values["notes"])


def test_inherited_parameters_say_so() -> None:
    third = read(LEADERBOARD).runs[2]
    assert third.marks["depth"].note == "inherited from Run 2"
    assert third.marks["depth"].line == 44
    assert "target_ratio" not in third.marks


@pytest.mark.parametrize(
    ("heading", "name", "title"),
    [
        ("## Run 4", "4", None),
        ("## Experiment 3b: wider", "3b", "wider"),
        ("### EXP-A: a title", "EXP-A", "a title"),
        ("### E01. title ✅ 채택", "E01", "title"),
        ("## run_002", "run_002", None),
        ("## 实验 B-1：Qwen DPO", "B-1", "Qwen DPO"),
        ("## BNB Experiment 2", "BNB Experiment 2", None),
        ("##Experiment A", "A", None),
    ],
)
def test_headings_that_are_runs(heading: str, name: str, title: str | None) -> None:
    reading = read(f"# Log\n\n{heading}\n\n- lr: 0.1\n- val_loss: 2.5\n")
    run = reading.runs[0]
    assert (run.name, run.values.get("title"), run.values["val_loss"]) == (name, title, 2.5)


@pytest.mark.parametrize(
    "heading",
    ["# Experiment Log", "## Experiments", "## Two Types of Experiments", "## Run time", "## Our Runs",
     "## Phase 1: x", "## Experiments 7-10 Summary", "## 2026-01-29: MuonH experiments", "# experiment 4.1"],
)  # fmt: skip
def test_headings_that_are_no_runs(heading: str) -> None:
    reading = read(f"{heading}\n\nProse with a loss of 2.5 and lr 0.1.\n\n- loss: 2.5\n")
    assert reading.runs == []


def test_bullets_of_a_section() -> None:
    text = """## Experiment 1: wider ✅ done
- Hypothesis: wider is better
- Config: d24, lr=0.02
- **Results**:
  - Final loss: 2.5 (diverged at step 100)
  - It was slow: twice as slow as the baseline was before
- Observations: unstable
"""
    run = read(text).runs[0]
    assert run.values["hypothesis"] == "wider is better"
    assert (run.values["depth"], run.values["lr"], run.values["loss"]) == (24, 0.02, 2.5)
    assert run.marks["loss"].note == "diverged at step 100"
    assert run.values["results"] == "  It was slow: twice as slow as the baseline was before".strip()
    assert (run.values["observations"], run.values["status"]) == ("unstable", "✅ done")


def test_sisters_with_results_in_fences() -> None:
    text = "# Log\n## Laptop\n" + "".join(
        f"##### net, n_head={n}\n```\n> val_acc: 0.7{n}\n>> test_acc: 0.8{n}, test_f1: 0.5{n}\n```\n"
        for n in (1, 2, 4)
    )
    reading = read(text)
    assert values(reading, "test_acc") == [0.81, 0.82, 0.84]
    assert values(reading, "n_head") == [1, 2, 4]


def test_an_excerpt_of_a_log_is_no_result() -> None:
    excerpt = "```\niteration 6210/159576 | lm loss: 7.7E+00 | grad norm: 98258.265 |\nHallo\n```\n"
    run = read(f"## Experiment 1\n\nIt broke.\n\n{excerpt}").runs[0]
    assert set(run.values) == {"run", "notes"}


def test_a_section_with_a_table_of_runs_gives_its_rows() -> None:
    reading = read("## Experiment 1: sweep\n\n| Run | loss |\n|---|---|\n| a | 1.5 |\n| b | 2.5 |\n")
    assert [run.name for run in reading.runs] == ["a", "b"]
    assert any("rows are the runs" in skip.reason for skip in reading.skips)


def test_other_languages() -> None:
    text = """# 实验

| # | 实验名 | 数据集规模 | 状态 |
|---|---|---|---|
| 1 | Qwen v1 | 6,013 对 | ✅ 完成 |
| 2 | Qwen v2 | 4,485 对 | 🔄 进行中 |

## 实验 1：Qwen v1

### 训练超参数

| 参数 | 值 |
|---|---|
| beta | 0.1 |

## 实验 2：Qwen v2（进行中）

说明。
"""
    reading = read(text)
    assert [(run.name, run.values.get("beta")) for run in reading.runs] == [("1", 0.1), ("2", None)]
    assert reading.fields["状态"].role == "status"
    assert values(reading, "状态") == ["✅ 完成", "🔄 进行中"]


@pytest.mark.parametrize("fence", ["```", "```markdown", "~~~"])
def test_templates_are_left_alone(fence: str) -> None:
    inner = "## Run 1\n\n| Run | loss |\n|---|---|\n| a | 1.5 |\n"
    assert read(f"# How\n\n{fence}\n{inner}{fence[:3]}\n").runs == []
    assert read(f"<!--\n{inner}-->\n").runs == []
    assert read(f"## Template\n\n{inner.split(chr(10), 2)[2]}").runs == []


def test_things_to_try() -> None:
    reading = read("## Things to try\n\n- [ ] a\n- [x] b\n\n## Other\n\n- [ ] c\n")
    assert [(todo.text, todo.done) for todo in reading.todos] == [("a", False), ("b", True)]


def test_a_header_fused_with_a_row_is_named() -> None:
    text = (
        "| Date | Name | BPB |\n| :--- | :--- | :--- || 2026-03-29 | 01 | 3.5 |\n| 2026-03-29 | 02 | 3.4 |\n"
    )
    reading = read(text)
    assert reading.runs == []
    assert [skip.reason for skip in reading.skips] == ["lines with pipes, but no header row over them"]


def test_blocks_cover_every_line_once() -> None:
    for text in (TABLE, LEADERBOARD, "---\na: b\n---\n\nTitle\n=====\n\n- a\n  b\n1. c\n\n> quote\n***\n"):
        covered = [line for block in scan(text) for line in range(block.line, block.end + 1)]
        said = [at for at, line in enumerate(text.split("\n"), 1) if line.strip()]
        assert len(covered) == len(set(covered))
        assert set(said) <= set(covered)


@pytest.mark.parametrize(
    "text", ["", "\n", "|", "|-|", "```", "<!--", "# ", "---", "- ", "|a|\n|-|\n", "\0", "> |\n> -|-"]
)
def test_any_text_is_read(text: str) -> None:
    assert read(text).runs == []
    read(f"{TABLE}{text}")
    for cut in range(0, len(LEADERBOARD), 83):
        read(text + LEADERBOARD[cut:])


def test_sniff() -> None:
    assert markdown.sniff(Path("x.md"), b"")
    assert markdown.sniff(Path("x.txt"), TABLE.encode())
    assert not markdown.sniff(Path("x.txt"), b"a\tb\n1\t2\n")
    assert not markdown.sniff(Path("x.md"), b"\0\1\2")


def test_a_bullet_of_config_does_not_make_the_metrics_below_parameters() -> None:
    reading = dedented(
        """
        # Experiments

        ## exp-001: baseline
        - date: 2026-05-02
        - config: lr=0.1, bs=128, epochs=200
        - val_acc: 77.8
        - warmup: 5
        - status: done

        ## exp-002: bigger batch
        - config: lr=0.4, bs=512
        - status: diverged
        - notes: nan at epoch 3
        """
    )
    first, second = reading.runs
    assert (first.name, second.name) == ("exp-001", "exp-002")  # as people ask for them
    assert first.values["val_acc"] == 77.8 and reading.fields["val_acc"].kind == "metric"
    assert first.values["warmup"] == 5 and reading.fields["warmup"].kind == "param"
    assert (first.values["title"], second.values["status"]) == ("baseline", "diverged")


def test_results_in_one_line_are_each_a_metric() -> None:
    reading = dedented(
        """
        ## Run 1 - baseline
        **Params:** lr=3e-4, layers=6
        **Result:** val_loss=1.482, perplexity=4.40, time=34m
        **Verdict:** keep

        ## Run 2 - deeper
        **Params:** lr=3e-4, layers=12
        **Result:** val_loss=1.441, perplexity=4.22, time=1h 5m
        **Verdict:** discard

        ## Run 3 - higher lr
        **Params:** lr=1e-3, layers=12
        **Result:** NaN at step 1200
        **Verdict:** discard
        """
    )
    assert [run.values.get("val_loss") for run in reading.runs] == [1.482, 1.441, None]
    assert [run.values.get("time") for run in reading.runs] == [34, 65, None]
    assert reading.fields["time"].unit == "min"
    assert find_states(reading) == ["completed", "discarded", "diverged"]


LABELLED = """
# Experiments

### baseline (2026-05-01)
- Config: lr=0.1, bs=128
- Val acc: 77.8

### mixup (2026-05-02)
- Config: lr=0.1, bs=128, aug=mixup
- Val acc: 78.9

### big lr (2026-05-03)
- Config: lr=1.0, bs=128
- Status: diverged

## Conclusions
- mixup is good
"""


def test_headings_with_labelled_values_under_them_are_runs() -> None:
    reading = read(LABELLED)
    assert [run.name for run in reading.runs] == ["baseline", "mixup", "big lr"]
    assert [run.values.get("val_acc") for run in reading.runs] == [77.8, 78.9, None]
    assert [run.values["date"] for run in reading.runs] == [date(2026, 5, day) for day in (1, 2, 3)]
    assert find_states(reading) == ["", "", "diverged"]


@pytest.mark.parametrize(
    "text",
    [
        LABELLED.replace("- Val acc: 78.9", "- Train loss: 0.3"),  # nothing that two of them measure
        LABELLED.replace("- Config: ", "with "),  # one label is no run's
        "## Options\n- lr: the learning rate\n- bs: the batch\n\n## Usage\n- lr: see above\n- bs: as well\n",
    ],
)
def test_headings_that_have_nothing_in_common_are_none(text: str) -> None:
    assert not [run for run in read(text).runs if run.name in ("baseline", "Options")]
