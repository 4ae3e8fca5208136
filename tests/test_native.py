"""The native log: the format's own example, its empty template, and each trap in a log of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from store.readers import native
from store.records import Reading

EXAMPLE = """\
# nanochat Experiments

## Summary

| Run | Date | Config | Loss | CORE | Notes |
|-----|------|--------|------|------|-------|
| baseline | 2024-01-15 | d24, lr=0.02 | 2.65 | 0.312 | Default settings |
| exp-001 | 2024-01-16 | d24, lr=0.04 | 3.45 | - | Diverged |
| exp-002 | 2024-01-17 | d24, lr=0.01 | 2.78 | 0.298 | Undertrained |

## Best Result

- **Run**: baseline
- **Config**: depth=24, lr=0.02, batch=524288
- **Loss**: 2.65
- **CORE**: 0.312

## Experiments

### baseline (2024-01-15)

**Goal**: Establish baseline with default settings

**Config**:
```bash
torchrun --standalone --nproc_per_node=8 -m scripts.base_train -- \\
    --depth=24 --run=baseline --model-tag=baseline
```

**Results**:
- Final loss: 2.65
- CORE score: 0.312
- Training time: 2.8 hours
- GPU: 8×H100

**Observations**:
- Stable training throughout
- MFU ~42%

---

### exp-001 (2024-01-16)

**Goal**: Test higher learning rate

**Config**:
```bash
torchrun --standalone --nproc_per_node=8 -m scripts.base_train -- \\
    --depth=24 --lr=0.04 --run=exp-001 --model-tag=exp-001
```

**Results**:
- Final loss: 3.45 (diverged at step 5000)
- Training stopped early

**Observations**:
- LR too high, caused divergence
- Need to stay at 0.02 or lower

---
"""

TEMPLATE = """\
# nanochat Experiments

## Summary

| Run | Date | Config | Loss | CORE | Notes |
|-----|------|--------|------|------|-------|
| (no experiments yet) | - | - | - | - | - |

## Current Best

Not yet established.

## Things to Try

- [ ] Baseline with default settings
- [x] Higher/lower learning rates
- ~~Different window patterns~~

## Experiments

(experiments will be logged here)

<!-- Template for new experiments:

### run_name (2024-01-01)

**Goal**: What are you testing?

**Results**:
- Final loss: 1.11
-->
"""


def read(text: str) -> Reading:
    return native.read(Path("experiments.md"), text, "experiments.md")


def section(body: str, title: str = "a (2024-01-01)", table: str = "") -> Reading:
    return read(f"# Experiments\n\n{table}\n## Experiments\n\n### {title}\n\n{body}\n")


def test_example_runs() -> None:
    reading = read(EXAMPLE)
    baseline, first, second = reading.runs
    assert [run.name for run in reading.runs] == ["baseline", "exp-001", "exp-002"]
    assert [run.values["lr"] for run in reading.runs] == [0.02, 0.04, 0.01]
    assert [run.values["depth"] for run in reading.runs] == [24, 24, 24]
    assert [run.values["loss"] for run in reading.runs] == [2.65, 3.45, 2.78]
    assert [run.values.get("CORE") for run in reading.runs] == [0.312, None, 0.298]
    assert [run.values["date"] for run in reading.runs] == [date(2024, 1, day) for day in (15, 16, 17)]
    assert baseline.values["time"] == 2.8
    assert baseline.values["gpu"] == "8×H100"
    assert baseline.values["nproc_per_node"] == 8
    assert baseline.values["goal"] == "Establish baseline with default settings"
    assert baseline.values["notes"] == "Default settings"
    assert str(baseline.values["command"]).endswith("-- --depth=24 --run=baseline --model-tag=baseline")
    assert (first.values["status"], first.values["stopped_at_step"]) == ("diverged", 5000)
    assert "status" not in baseline.values
    assert second.values["notes"] == "Undertrained"
    assert reading.notes == []


def test_example_fields() -> None:
    fields = read(EXAMPLE).fields
    assert list(fields)[:4] == ["run", "date", "depth", "lr"]
    assert [n for n, f in fields.items() if f.kind == "metric"] == ["loss", "CORE", "time"]
    assert fields["time"].unit == "h"
    roles = {n: f.role for n, f in fields.items() if f.role}
    assert roles == {
        "date": "date",
        "time": "duration",
        "results": "results",
        "notes": "notes",
        "command": "command",
        "gpu": "hardware",
        "goal": "goal",
        "observations": "observations",
        "status": "status",
    }


def test_example_places() -> None:
    baseline, first, second = read(EXAMPLE).runs
    assert (str(baseline.place), str(first.place)) == ("experiments.md:20-38", "experiments.md:42-58")
    assert str(second.place) == "experiments.md:9"
    assert baseline.marks["lr"].line == 7
    assert first.marks["loss"].note == "diverged at step 5000"
    assert first.values["observations"] == "LR too high, caused divergence\nNeed to stay at 0.02 or lower"
    assert first.marks["observations"].line == 57


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_line_ends_and_mark(start: str, end: str) -> None:
    assert read(start + EXAMPLE.replace("\n", end)).runs == read(EXAMPLE).runs


def test_template_has_no_runs() -> None:
    reading = read(TEMPLATE)
    assert reading.runs == []
    assert [(todo.text, todo.done, todo.place.line) for todo in reading.todos] == [
        ("Baseline with default settings", False, 15),
        ("Higher/lower learning rates", True, 16),
        ("Different window patterns", True, 17),
    ]
    assert [(skip.place.line, skip.reason) for skip in reading.skips] == [(7, "a placeholder row")]


def test_log_quoted_in_a_document() -> None:
    quoted = (
        f"# Tracker\n\n## Log Format\n\n```markdown\n{EXAMPLE}```\n\n## Usage\n\n```bash\nask best\n```\n"
    )
    assert not native.sniff(Path("tracker.md"), quoted.encode())
    assert read(quoted).runs == []


@pytest.mark.parametrize(
    "text", [EXAMPLE, TEMPLATE, EXAMPLE.split("## Experiments")[0], EXAMPLE.split("## Exp")[1]]
)
def test_sniff_knows_it(text: str) -> None:
    assert native.sniff(Path("experiments.md"), text.encode())
    assert native.sniff(Path("experiments.md"), text.encode("utf-16"))


@pytest.mark.parametrize(
    "text",
    ["", "# Readme\n\n| Run | Loss |\n|---|---|\n| a | 1 |\n", "## Run 1\n\n**Result**: 0.3\n", "\0\xff"],
)
def test_sniff_leaves_others(text: str) -> None:
    assert not native.sniff(Path("x.md"), text.encode())
    assert not native.sniff(Path("x.csv"), EXAMPLE.encode())


def test_summary_alone() -> None:
    reading = read(EXAMPLE.split("## Best Result", maxsplit=1)[0])
    assert [run.values["lr"] for run in reading.runs] == [0.02, 0.04, 0.01]
    assert reading.runs[1].values["status"] == "diverged"  # told by the note "Diverged"


def test_sections_alone() -> None:
    reading = read("## Experiments" + EXAMPLE.split("## Experiments")[1])
    assert [run.values.get("loss") for run in reading.runs] == [2.65, 3.45]


def test_sections_at_another_level_and_spelling() -> None:
    one = "# 2024-01-15: base\n\n**Goal:** x\n\n__Results__\n* final loss = 2.5\n\n"
    reading = read(one + "# second — 2024-01-16\n\n**Status**: running\n\n**Goal**: y\n")
    assert [(run.name, run.values["date"]) for run in reading.runs] == [
        ("base", date(2024, 1, 15)),
        ("second", date(2024, 1, 16)),
    ]
    assert reading.runs[0].values["loss"] == 2.5
    assert reading.runs[1].values["status"] == "running"


def test_headings_in_place_of_bold_labels() -> None:
    reading = section(
        "#### Config\n\n- depth: 12\n- `--lr=0.1`\n\n#### Results\n\n- Loss: 2.5\n\n#### Notes\n\nFine."
    )
    values = reading.runs[0].values
    assert (values["depth"], values["lr"], values["loss"], values["notes"]) == (12, 0.1, 2.5, "Fine.")


TABLE = """## Summary

| Run | Date | Config | Loss | Notes |
|---|---|---|---|---|
| a | 2024-01-01 | lr=0.03 | 2.66 | x |

"""


def test_disagreement_keeps_the_section_and_tells_both() -> None:
    reading = section(
        "**Config**:\n```bash\npython train.py --lr=0.04\n```\n\n**Results**:\n- Final loss: 2.65",
        table=TABLE,
    )
    run = reading.runs[0]
    assert (run.values["lr"], run.values["loss"]) == (0.04, 2.65)
    assert run.marks["loss"].note == "also 2.66 at line 7"
    assert reading.notes == [
        "a: lr is 0.04 at line 16, but 0.03 at line 7; the section's value is used",
        "a: loss is 2.65 at line 20, but 2.66 at line 7; the section's value is used",
    ]


def test_a_rounded_number_is_no_disagreement() -> None:
    reading = section("**Results**:\n- Final loss: 2.6598", table=TABLE)
    assert (reading.runs[0].values["loss"], reading.notes) == (2.6598, [])


def test_repeated_names_are_kept_and_told() -> None:
    table = TABLE.rstrip() + "\n| a | 2024-01-02 | lr=0.05 | 2.5 | y |\n\n"
    reading = section("**Results**:\n- Final loss: 2.5", title="a (2024-01-02)", table=table)
    assert [(run.name, run.place.line) for run in reading.runs] == [("a", 7), ("a", 13)]
    assert "2 runs have the name a (lines 7, 8); all are kept" in reading.notes


def test_best_result_is_a_claim() -> None:
    wrong = EXAMPLE.replace("- **Loss**: 2.65", "- **Loss**: 2.60")
    assert read(wrong).notes == [
        "line 15: the best result says loss 2.6, but baseline has 2.65 at line 31",
    ]
    other = EXAMPLE.replace("- **Run**: baseline", "- **Run**: exp-002")
    assert (
        "line 11: the best result names exp-002 (loss 2.78), but baseline has 2.65 at line 31"
        in read(other).notes
    )
    gone = EXAMPLE.replace("- **Run**: baseline", "- **Run**: exp-999")
    assert read(gone).notes == ["line 11: the best result names exp-999, which is not among the runs"]
    assert len(read(gone).runs) == 3


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("Final loss: **2.65**", "loss", 2.65),
        ("Loss = 2.65", "loss", 2.65),
        ("loss 2.65", "loss", 2.65),
        ("**Val loss**: `2.65`", "val_loss", 2.65),
        ("CORE score: 0.312", "CORE", 0.312),
        ("core_metric: 0.312", "core_metric", 0.312),
        ("MFU: ~42%", "MFU", 42),
        ("Training time: 7h 30m", "time", 7.5),
        ("Training time: ~41 min", "time", 41),
        ("Training time (h): 2.8", "time", 2.8),
        ("Steps: 9,956", "steps", 9956),
        ("Cost: $27.84", "cost", 27.84),
        ("GPU: 8xH100", "gpu", "8×H100"),
        ("GPU: 1 x A100 80GB", "gpu", "1×A100 80GB"),
        ("Checkpoint: out/ckpt.pt", "checkpoint", "out/ckpt.pt"),
        ("Final loss: n/a", "loss", None),
        ("Final loss: 2.65 → 2.60", "loss", None),
        ("Trained for a while", "trained", None),
    ],
)
def test_result_lines(line: str, name: str, value: object) -> None:
    table = "## Summary\n\n| Run | Loss |\n|---|---|\n| b | 2 |\n\n" if "→" in line else ""
    reading = section(f"**Results**:\n- {line}", table=table)
    assert reading.runs[-1].values.get(name) == value


def test_several_results_on_one_line() -> None:
    values = section("**Results**: Loss: 2.65, CORE: 0.3; Training time: 2 h").runs[0].values
    assert (values["loss"], values["CORE"], values["time"]) == (2.65, 0.3, 2)


def test_results_as_table_and_as_fence() -> None:
    table = "**Results**:\n\n| Metric | Value |\n|---|---|\n| Loss | 2.65 |\n"
    assert section(table).runs[0].values["loss"] == 2.65
    fence = "**Results**:\n```\nwandb: core_metric 0.25\nstep: 100\n```"
    values = section(fence).runs[0].values
    assert (values["core_metric"], values["step"]) == (0.25, 100)


@pytest.mark.parametrize(
    ("line", "params"),
    [
        ("d24, lr=0.02", {"depth": 24, "lr": 0.02}),
        ("d24 lr=0.02 bs=32", {"depth": 24, "lr": 0.02, "bs": 32}),
        ("depth 24; lr: 3e-4", {"depth": 24, "lr": 3e-4}),
        ("d26, fp8, optimizer=muon", {"depth": 26, "fp8": True, "optimizer": "muon"}),
        ("--depth=24 --no-fp8", {"depth": 24, "fp8": False}),
        ("matrix-lr=0.02", {"matrix_lr": 0.02}),
        ("the default", {}),
    ],
)
def test_config_in_short(line: str, params: dict[str, object]) -> None:
    for reading in (section(f"**Config**: {line}"), section(f"**Config**:\n- {line}")):
        kinds = {name for name, field in reading.fields.items() if field.kind == "param"}
        assert {name: reading.runs[0].values[name] for name in kinds} == params


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("In Progress", "In Progress"),
        ("✅ Completed", "✅ Completed"),
        ("Stopped, too slow", "Stopped, too slow"),
    ],
)
def test_status_as_written(written: str, status: str) -> None:
    assert section(f"**Status**: {written}").runs[0].values["status"] == status
    assert section("**Goal**: x", title=f"a (2024-01-01) - {written}").runs[0].values["status"] == status


def test_a_remark_beats_completed() -> None:
    reading = section("**Status**: Completed\n\n**Results**:\n- Final loss: 3.45 (diverged at step 5000)")
    run = reading.runs[0]
    assert (run.values["status"], run.marks["status"].text) == ("diverged", "Completed")
    assert reading.notes == ["a: status Completed at line 8, but diverged at step 5000 at line 11"]


def test_words_that_only_sound_like_a_crash() -> None:
    reading = section(
        "**Results**:\n- Loss: 2.5 (no crash)\n- Crash test works\n\n**Observations**:\n- It crashed before"
    )
    assert "status" not in reading.runs[0].values


def test_unknown_parts_are_kept() -> None:
    values = (
        section("**Hypothesis**: It helps.\n\n**Baseline**: exp-000\n\n**Seen by**:\n- Ada\n- Bob")
        .runs[0]
        .values
    )
    assert (values["hypothesis"], values["baseline"]) == ("It helps.", "exp-000")
    assert values["seen_by"] == "Ada\nBob"


def test_observation_lines_stand_at_their_lines() -> None:
    body = "**Observations**:\n\n- One\n  goes on\n- Two\n\n- Three"
    text = f"# Experiments\n\n### a (2024-01-01)\n\n{body}"
    reading = read(text)
    run = reading.runs[0]
    first = run.marks["observations"].line
    said = str(run.values["observations"]).split("\n")
    for at, line in enumerate(said):
        assert line.strip() == text.split("\n")[first - 1 + at].strip("- ")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("wide (v2) (2024-01-01)", "wide (v2)"),
        ("my best run (Jan 1, 2024)", "my best run"),
        ("a \\| b (2024-01-01)", "a | b"),
        ("`code` (2024-01-01, 8×H100)", "code"),
        ("**bold** (2024-01-01)", "bold"),
    ],
)
def test_names(title: str, name: str) -> None:
    run = section("**Goal**: x", title=title).runs[0]
    assert (run.name, run.values["date"]) == (name, date(2024, 1, 1))


@pytest.mark.parametrize(
    "title", ["run_name (YYYY-MM-DD)", "{run_name} (2024-01-01)", "Template", "<name> (2024-01-01)"]
)
def test_template_sections(title: str) -> None:
    reading = section("**Goal**: x\n\n**Results**:\n- Final loss: 2.5", title=title)
    assert reading.runs == []
    assert [skip.reason for skip in reading.skips] == ["a template"]


def test_more_columns_fewer_cells_and_cells_too_many() -> None:
    text = """## Summary

| Run | LR | Loss ↓ | Time (h) | Who | Notes |
|---|---|---|---|---|---|
| a | 0.1 | 2.5 | 3 | Ada | x |
| b | 0.2 |
| c | 0.3 | 2.6 | 4 | Bob | y | lost | found |
| | 0.4 | 2.7 | 5 | Bob | y |
"""
    reading = read(text)
    assert {n: f.kind for n, f in reading.fields.items()} == {
        "run": "run",
        "LR": "param",
        "loss": "metric",
        "time": "metric",
        "contributor": "attribute",
        "notes": "attribute",
        "extra": "attribute",
    }
    assert (reading.fields["loss"].direction, reading.fields["time"].unit) == ("lower", "h")
    assert [run.name for run in reading.runs] == ["a", "b", "c"]
    assert reading.runs[1].values == {"run": "b", "LR": 0.2}
    assert reading.runs[2].values["extra"] == "lost | found"
    assert [skip.place.line for skip in reading.skips] == [8]


def test_hostile_text_never_raises_nor_reaches_the_terminal() -> None:
    reading = section(
        "**Goal**: a\x1b[31mred\x07\n\n**Results**:\n- \x1b]0;x\x07loss: 2", title="x\x1b[2J (2024-01-01)"
    )
    said = repr(reading)
    assert "\\x1b" not in said
    for cut in range(0, len(EXAMPLE), 97):
        read(EXAMPLE[:cut])
        read(EXAMPLE[cut:])
