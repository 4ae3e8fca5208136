"""The log, edited: what is written is read back, and no byte outside of it changes."""

from __future__ import annotations

import difflib
import string
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store import readers
from store.cells import read_cell
from store.command import parse_command
from store.errors import NotWritable
from store.log import acts, naming, todos
from store.log.acts import Start
from store.log.best import with_best
from store.log.document import Document
from store.log.escape import cell, inline
from store.log.finding import is_finished, pick, state_of
from store.log.similar import similar
from store.log.template import template
from store.markup import clean, plain
from store.readers.decode import repaired
from store.readers.mdtables import split_cells
from store.records import RunRecord
from store.results import Report, Result
from store.shell import commands, quote

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "histories"
NOW = datetime(2026, 2, 20, 14, 0)


def empty() -> Document:
    return Document(template("nanochat").encode(), "experiments.md")


def report(state: str = "", why: str = "", remarks: tuple[str, ...] = (), **results: str) -> Report:
    found = Report(state=state, why=why, remarks=remarks)
    for name, text in results.items():
        said = read_cell(text)
        number = said.value if isinstance(said.value, (int, float)) else None
        found.results[name] = Result(name, text, number, said.unit)
    return found


def started(
    doc: Document, name: str = "a", command: str = "python train.py --lr=0.1", goal: str = ""
) -> Document:
    return acts.start(doc, Start(name, NOW, command, parse_command(command).params, (), goal))


def named(doc: Document, name: str) -> RunRecord:
    return next(run for run in doc.runs if run.name == name)


def lines_changed(before: Document, after: Document) -> tuple[list[str], list[str]]:
    """Lines that went and lines that came, line ends and all."""
    old, new = before.text.split("\n"), after.text.split("\n")
    said = list(difflib.ndiff(old, new))
    return [x[2:] for x in said if x.startswith("- ")], [x[2:] for x in said if x.startswith("+ ")]


# -- texts


@given(st.text(max_size=200))
@example("**Status**: Crashed")
@example("a|b`c`_d_ [x](y) <!-- z -->")
@example("\\*a\\*")
@example("_")
def test_any_text_is_read_back_from_a_line_and_from_a_cell(text: str) -> None:
    assert plain(inline(text)) == clean(text)
    cells = split_cells(f"| x | {cell(text)} | y |")
    assert [plain(one) for one in cells] == ["x", clean(text), "y"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=6))
def test_any_command_is_read_back_word_by_word(words: list[str]) -> None:
    words = ["python", *words]
    assert commands(quote(words)) == [words]


# -- a run from its start to its end

NAMES = st.text(min_size=1, max_size=40).filter(lambda text: naming.is_free(empty(), text))
KEYS = st.sampled_from(["depth", "lr", "matrix_lr", "batch-size", "opt", "fp8"])
SETTINGS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(1e-6, 1e6, allow_nan=False).map(lambda value: float(f"{value:.4g}")),
    st.text(string.ascii_letters + string.digits + "._/$`|#'\" ", min_size=1, max_size=12).filter(
        lambda text: not text.startswith("-")
    ),
)
METRICS = st.dictionaries(
    st.sampled_from(["loss", "CORE", "val_bpb", "time"]),
    st.floats(0.001, 1e4).map(lambda value: f"{value:.6g}"),
    max_size=4,
)
STATES = st.sampled_from(["", "completed", "crashed", "diverged", "stopped"])


@given(
    NAMES,
    st.dictionaries(KEYS, SETTINGS, max_size=5),
    METRICS,
    STATES,
    st.text(max_size=60),
    st.text(max_size=60),
)
def test_what_is_written_is_read_back(
    name: str, settings: dict[str, Any], metrics: dict[str, str], state: str, goal: str, remark: str
) -> None:
    """`read(write(record)) == record`, for a run written from its start to its end into a log with others."""
    command = quote(["python", "train.py", *(f"--{key}={value}" for key, value in settings.items())])
    doc = acts.finish(started(empty(), "first"), "first", report(loss="3.5"))[0]
    name = repaired(clean(name))
    if naming.is_free(doc, name):
        begun = started(doc, name, command, goal)
        after, _ = acts.finish(begun, name, report(state, "", (), **metrics), remark)
        run = named(after, name)
        for key, value in parse_command(command).params.items():
            assert run.values.get(key, "") == (clean(value) if isinstance(value, str) else value)
        for field, text in metrics.items():
            assert run.values[field] == float(text), field
        assert state_of(after, run) == (state or "completed")
        if read_cell(clean(goal)).value is not None:
            assert run.values.get("goal", clean(goal)) in (clean(goal), repaired(clean(goal)))
        assert named(after, "first").values == named(doc, "first").values


# -- real logs, and all kinds of odd ones


def odd_logs() -> Iterator[tuple[str, bytes]]:
    seed = (ROOT / "corpus/histories/seed/.claude/experiments.md").read_bytes()
    text = seed.decode()
    yield "seed", seed
    yield "crlf", text.replace("\n", "\r\n").encode()
    yield "bom, crlf", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    yield "utf-16", text.encode("utf-16")
    yield "no line end", seed.rstrip()
    yield "trailing blanks", text.replace("\n\n", "  \n \n").encode()
    yield "current best", text.replace("## Best Result", "## Current Best").encode()
    yield "no best", text.replace(text[text.index("## Best") : text.index("## Experiments")], "").encode()
    yield "no summary", text.replace(text[text.index("## Summary") : text.index("## Best")], "").encode()
    yield (
        "fewer columns",
        "\n".join(
            "|".join([*line.split("|")[:-3], ""]) if line.startswith("|") else line
            for line in text.split("\n")
        ).encode(),
    )
    yield "more columns", "\n".join(
        f"{line} {'---' if set(line) <= set('|-') else 'GPU' if 'Loss' in line else 'A100'} |"
        if line.startswith("|") else line for line in text.split("\n")
    ).encode()  # fmt: skip
    yield (
        "no outer pipes",
        "\n".join(
            line.strip("|").strip() if line.startswith("|") else line for line in text.split("\n")
        ).encode(),
    )
    yield "german", text.replace("**Goal**", "**Ziel**").replace("**Results**", "**Ergebnisse**").encode()
    yield "two logs", (text + "\n" + text.replace("baseline", "base2").replace("exp-00", "run-00")).encode()
    yield "template only", template("x").encode()
    yield (
        "other people's parts",
        (text.replace("## Best", "## Team\n\n- Ann\n- Bo\n\n## Best") + "\n## Links\n\nhere\n").encode(),
    )
    for name in ("nanochat/.claude/experiments.md", "messy/experiments.md"):
        yield f"corpus/{name}", (ROOT / "corpus/histories" / name).read_bytes()


@cache
def real_logs() -> tuple[tuple[str, bytes], ...]:
    if not SHARED.is_dir():
        return ()
    files = (path for path in sorted(SHARED.rglob("*.md")) if readers.read(path).reader == "native")
    return tuple((str(path.relative_to(SHARED)), path.read_bytes()) for path in files)


LOGS = [*odd_logs(), *real_logs()]


@pytest.mark.parametrize(("name", "data"), LOGS, ids=[name for name, _ in LOGS])
def test_no_byte_changes_outside_of_what_is_written(name: str, data: bytes) -> None:
    """Every other run is read as before; of the old lines only those of the edited spans are gone."""
    before = Document(data, "experiments.md")
    begun = started(before, "exp-900", "python train.py --depth=24 --lr=0.03", "Between the two")
    gone, came = lines_changed(before, begun)
    assert [line for line in gone if "experiments will be logged here" not in line] in ([], gone[-1:])
    assert any("exp-900" in line for line in came)
    after, is_best = acts.finish(begun, "exp-900", report(loss="0.001", CORE="0.9", time="2h"), "Best by far")
    run = named(after, "exp-900")
    loss = next((run.values[n] for n in ("loss", "Loss") if n in run.values), None)
    assert loss == 0.001 and is_best
    gone, _ = lines_changed(begun, after)
    best = after.text[after.text.lower().find("best") :] if "est" in after.text else ""
    assert len(gone) <= 12, gone
    assert "exp-900" in best or "est Result" not in before.text
    for run_before in before.runs:
        assert run_before.values in [run.values for run in after.runs]
    noted, _ = acts.note(after, "exp-900", "lr 0.03 is **safe** | keep")
    gone, came = lines_changed(after, noted)
    assert (
        gone in ([], gone[-1:])
        and named(noted, "exp-900").values["observations"] == "lr 0.03 is **safe** | keep"
    )
    listed, added = todos.add(noted, "longer warmup")
    assert added and any(todo.text == "longer warmup" for todo in listed.reading.todos)


@pytest.mark.parametrize(("name", "data"), LOGS, ids=[name for name, _ in LOGS])
def test_every_run_of_a_log_can_be_noted_and_its_status_set(name: str, data: bytes) -> None:
    doc = Document(data, "experiments.md")
    for run in doc.runs:
        try:
            noted, _ = acts.note(doc, run.name, "seen")
        except NotWritable as error:
            assert "runs are called" in str(error)  # a name that repeats
            continue
        assert "seen" in str(named(noted, run.name).values["observations"])
        crashed, _ = acts.finish(doc, run.name, report("crashed", "OOM at step 3"))
        assert state_of(crashed, named(crashed, run.name)) == "crashed"


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    data = template("x").encode() + b"\nnot utf-8: \xe9\xff\n"
    doc = started(Document(data, "x.md"))
    assert doc.data.endswith(b"\nnot utf-8: \xe9\xff\n") or b"\nnot utf-8: \xe9\xff\n" in doc.data
    with pytest.raises(NotWritable, match="can't write"):
        started(Document(data, "x.md"), goal="日本")


# -- what the parts do


def test_a_crash_is_never_the_best() -> None:
    doc = acts.finish(started(empty()), "a", report(loss="2.5"))[0]
    doc, is_best = acts.finish(started(doc, "b"), "b", report("crashed", "OOM", loss="0.0"))
    assert not is_best
    assert "**Run**: a" in doc.text


def test_a_best_that_turns_out_to_have_crashed_is_no_longer_the_best() -> None:
    doc = acts.finish(started(empty()), "a", report(loss="2.5"))[0]
    doc = acts.finish(started(doc, "b"), "b", report(loss="2.4"))[0]
    assert "**Run**: b" in doc.text
    doc, _ = acts.finish(doc, "b", report("crashed", "the data was wrong"))
    assert "**Run**: a" in doc.text and "- **Loss**: 2.5" in doc.text
    doc, _ = acts.finish(doc, "a", report("discarded"))
    assert "**Run**: a" in doc.text  # discarded runs did finish


def test_the_better_end_is_that_of_the_metric_or_of_the_settings() -> None:
    def best(ends: dict[str, Any]) -> str:
        text = template("x").replace("| Loss | CORE |", "| acc_x | other |")
        doc = Document(text.encode(), "x.md", ends)
        for name, value in (("a", "0.5"), ("b", "0.7"), ("c", "0.6")):
            doc = acts.finish(started(doc, name), name, report(acc_x=value))[0]
        return doc.text[doc.text.index("**Run**") :].splitlines()[0]

    assert best({}) == "**Run**: b"
    assert best({"acc_x": "lower"}) == "**Run**: a"


def test_a_log_of_another_metric_gets_its_column_while_it_is_empty() -> None:
    doc = acts.finish(started(empty()), "a", report(val_bpb="0.97"))[0]
    assert "| Run | Date | Config | Loss | CORE | val_bpb | Notes |" in doc.text
    assert "| a | 2026-02-20 | lr=0.1 | - | - | 0.97 | - |" in doc.text
    doc = acts.finish(started(doc, "b"), "b", report(accuracy="0.5"))[0]
    assert "| b | 2026-02-20 | lr=0.1 | - | - | - | - |" in doc.text  # other people's tables keep their shape
    assert named(doc, "b").values["accuracy"] == 0.5


def test_newest_first_stays_newest_first() -> None:
    text = "# L\n\n## Experiments\n\n" + "\n".join(
        f"### r{day} (2026-01-{day:02d})\n\n**Goal**: x\n\n**Results**:\n- Final loss: 2.{day}\n"
        for day in (9, 5, 2)
    )
    doc = started(Document(text.encode(), "x.md"), "new")
    assert [run.name for run in doc.runs] == ["new", "r9", "r5", "r2"]


def test_a_table_that_is_aligned_stays_aligned() -> None:
    text = template("x").replace("| (no experiments yet) | - | - | - | - | - |", "")
    text = text.replace(
        "| Run | Date | Config | Loss | CORE | Notes |\n|-----|------|--------|------|------|-------|\n",
        "| Run     | Date       | Config | Loss  | CORE  | Notes |\n"
        "|---------|------------|--------|-------|-------|-------|\n"
        "| first   | 2026-01-01 | d12    | 2.9   | 0.2   | x     |\n",
    )
    doc = acts.finish(started(Document(text.encode(), "x.md")), "a", report(loss="2.5"))[0]
    assert "| a       | 2026-02-20 | lr=0.1 | 2.5   | -     | -     |" in doc.text


def test_the_run_in_progress_is_found_or_named() -> None:
    doc = empty()
    with pytest.raises(NotWritable, match="no run is in progress"):
        pick(doc, "")
    doc = started(started(doc, "a"), "b", "python train.py --lr=0.2")
    with pytest.raises(NotWritable, match="2 runs are in progress: a, b; name the one that is meant"):
        acts.finish(doc, "", report(loss="2"))
    with pytest.raises(NotWritable, match="no run is called basline"):
        pick(doc, "basline")
    doc = acts.finish(doc, "a", report(loss="2"))[0]
    assert pick(doc, "").name == "b"
    assert is_finished(doc, pick(doc, "a")) and not is_finished(doc, pick(doc, "b"))


def test_a_planned_run_begins() -> None:
    doc = acts.start(empty(), Start("exp-001", NOW, goal="Try muon"))
    assert state_of(doc, named(doc, "exp-001")) == "planned"
    doc = started(doc, "exp-001", "python train.py --opt=muon")
    run = named(doc, "exp-001")
    assert (run.values["opt"], run.values["goal"], state_of(doc, run)) == ("muon", "Try muon", "running")
    assert doc.text.count("### exp-001") == 1


def test_the_same_parameters_are_found_and_the_nearest() -> None:
    doc = started(started(empty(), "a", "t --depth=24 --lr=0.1"), "b", "t --depth=24 --lr=0.2")
    same = similar(doc, {"depth": 24, "lr": 0.2})
    assert [(near.run.name, near.differs) for near in same] == [("b", ())]
    near = similar(doc, {"depth": 24, "lr": 0.3})
    assert [one.run.name for one in near] == ["a", "b"] and near[0].differs == (("lr", 0.1, 0.3),)
    assert similar(doc, {"opt": "muon"}) == []


def test_things_to_try_are_added_and_ticked_off() -> None:
    doc, added = todos.add(empty(), "Longer [x] *warmup*\n\x1b[31m")
    assert added and doc.reading.todos[-1].text == "Longer [x] *warmup*"
    assert todos.add(doc, "longer [X] *WARMUP*") == (doc, False)
    doc, line = todos.tick(doc, "window patterns")
    assert line == "Different window patterns" and [t.done for t in doc.reading.todos].count(True) == 1
    with pytest.raises(NotWritable, match="ticked off already"):
        todos.tick(doc, "window patterns")
    with pytest.raises(NotWritable, match="nothing to try says 'dropout'"):
        todos.tick(doc, "dropout")
    with pytest.raises(NotWritable, match="2 things to try say that"):
        todos.tick(todos.add(doc, "Even different depths")[0], "different depths")


def test_a_run_with_a_row_alone_gets_a_section() -> None:
    seed = Document((ROOT / "corpus/histories/seed/.claude/experiments.md").read_bytes(), "x.md")
    doc, _ = acts.note(seed, "exp-002", "needs more steps")
    assert "### exp-002 (2024-01-17)\n\n**Observations**:\n- needs more steps" in doc.text
    assert named(doc, "exp-002").values["loss"] == 2.78


HOSTILE = [
    "a|b", "# heading", "`tick`", "two\nlines", "../../etc/passwd", "\x1b[31mred\x1b[0m", "x" * 10_000,
    "a *b* _c_ **d**", "x <!-- y", "name (2024-01-01)", "2024-01-01: x", "\u202eevil",
    "a\\|b", "~~x~~", "[a](b)",
    "'quoted'", "$(touch /tmp/pwned)", "--- x", "- item", "日本 🏆",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=[ascii(name)[:20] for name in HOSTILE])
def test_hostile_names_break_nothing(name: str) -> None:
    doc = started(empty(), "first")
    command = quote(["python", "train.py", f"--run={name}", "--note=```\n## x\n```\n<<EOF", "--n=3"])
    doc = acts.start(doc, Start(clean(name), NOW, command, parse_command(command).params, (), name))
    doc, _ = acts.finish(doc, name, report(loss="2.5"), name)
    run = named(doc, clean(name))
    assert run.values["loss"] == 2.5 and run.values["n"] == 3 and run.values["goal"] == clean(name)
    assert [one.name for one in doc.runs] == [clean(name), "first"]
    assert parse_command(command).name == name
    assert "\x1b" not in doc.text


def test_a_command_with_anything_in_it_stays_in_its_fence() -> None:
    command = (
        "python t.py --a='x\x00y' --lr=0.1 \x1b[31m\r\n```\n### fake (2024-01-01)\n**Status**: Crashed\n```"
    )
    doc = acts.start(empty(), Start("a", NOW, command, {"lr": 0.1}))
    assert [run.name for run in doc.runs] == ["a"] and state_of(doc, doc.runs[0]) == "running"
    assert "\x00" not in doc.text and "--a='x␀y'" in doc.text


def test_a_claim_without_lines_of_its_own_is_left_alone() -> None:
    doc = Document(b"# L\n\n## Best Result\n\n## Experiments\n", "x.md")
    doc = acts.finish(started(doc), "a", report(loss="2.5"))[0]
    assert "## Best Result\n\n- **Run**: a\n" in doc.text
    assert with_best(doc, named(doc, "a"), "")[0].data == doc.data


def test_what_somebody_wrote_into_the_notes_stays() -> None:
    seed = Document((ROOT / "corpus/histories/seed/.claude/experiments.md").read_bytes(), "x.md")
    crashed, _ = acts.finish(seed, "exp-002", report("crashed", "the data was wrong"))
    assert "| exp-002 | 2024-01-17 | d24, lr=0.01 | 2.78 | 0.298 | Undertrained |" in crashed.text
    noted, _ = acts.finish(seed, "exp-002", report(loss="2.77"), "second try")
    assert "| exp-002 | 2024-01-17 | d24, lr=0.01 | 2.77 | 0.298 | Undertrained; second try |" in noted.text


def test_a_row_that_says_running_no_longer_does_once_the_run_is_finished() -> None:
    doc = Document((ROOT / "corpus/histories/nanochat/.claude/experiments.md").read_bytes(), "x.md")
    after, _ = acts.finish(doc, "d26-elr0.2", report("completed", loss="2.468"))
    row = next(line for line in after.text.splitlines() if line.startswith("| d26-elr0.2 |"))
    assert row == "| d26-elr0.2 | 2026-02-19 | d26, fp8, embedding_lr=0.2 | 2.468 | - | - |"
    assert state_of(after, named(after, "d26-elr0.2")) == "completed"
