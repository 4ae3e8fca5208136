"""Results out of words, streams and files: what is read, what is refused, and what can't depend on chance."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import readers
from store.errors import HistoryError
from store.readers.drafts import fold
from store.results import Report, Scanner, read_file, read_words
from store.results import scanner as scanning
from store.results.failures import failure_in
from store.results.fillers import DONE, FILLING
from store.results.known import Known
from store.results.lines import read_line
from store.results.tail import without_codes

HISTORIES = Path(__file__).parents[1].parent / "shared" / "histories"


def told(report: Report) -> dict[str, object]:
    """The results as name: number, or text where there is none."""
    return {name: r.text if r.value is None else r.value for name, r in report.results.items()}


def scan(data: bytes | str) -> Report:
    scanner = Scanner()
    scanner.feed(data.encode() if isinstance(data, str) else data)
    return scanner.report()


SAID: list[tuple[str, dict[str, object], str]] = [
    ("final loss 2.71, core .31, diverged at step 5000", {"loss": 2.71, "CORE": 0.31}, "diverged"),
    ("loss=2.71 core=0.31", {"loss": 2.71, "CORE": 0.31}, ""),
    (
        "loss: 2.71; CORE score: 0.312; training time 2.8 hours",
        {"loss": 2.71, "CORE": 0.312, "time": 2.8},
        "",
    ),
    ("with loss 2.71 and core 0.312 after 2.8h", {"loss": 2.71, "CORE": 0.312, "time": 2.8}, ""),
    ("loss 2.71 in 2.8 hours", {"loss": 2.71, "time": 2.8}, ""),
    ("took 3h", {"time": 3}, ""),
    ("2.71 loss", {"loss": 2.71}, ""),
    ("a final loss of 2.71", {"loss": 2.71}, ""),
    ("Training finished with loss 2.71", {"loss": 2.71}, "completed"),
    ("loss was 3.45 (diverged at step 5000)", {"loss": 3.45}, "diverged"),
    ("val_bpb 0.97 at step 1200", {"val_bpb": 0.97}, ""),
    ("crashed with OOM at step 300", {}, "crashed"),
    ("out of memory", {}, "crashed"),
    ("loss went to nan", {"loss": "nan"}, "diverged"),
    ("killed", {}, "stopped"),
    ("accuracy 91.2%", {"accuracy": 91.2}, ""),
    ("loss of 2.71, training stopped early", {"loss": 2.71}, "stopped"),
    ("3.2e-1 val loss", {"val_loss": 0.32}, ""),
    ("GPU: 8xH100", {"gpu": "8xH100"}, ""),
    ("reached loss 2.71 on 8xH100", {"loss": 2.71, "gpu": "8xH100"}, ""),
    ("MFU ~42%", {"mfu": 42}, ""),
    ("100k steps", {"steps": 100000}, ""),
    ("mmlu accuracy: 0.7", {"mmlu_accuracy": 0.7}, ""),
    ("train loss 2.5 val loss 2.7", {"train_loss": 2.5, "val_loss": 2.7}, ""),
    ("robustness_gap 0.3", {"robustness_gap": 0.3}, ""),
    ("loss went down to 2.71.", {"loss": 2.71}, ""),
    ("Loss 2.71. CORE 0.31.", {"loss": 2.71, "CORE": 0.31}, ""),
    ("stopped after 300 steps", {"steps": 300}, "stopped"),
]


@pytest.mark.parametrize(("text", "results", "state"), SAID)
def test_words(text: str, results: dict[str, object], state: str) -> None:
    report = read_words(text)
    assert (told(report), report.state, report.remarks) == (results, state, ())


REMARKS = [
    *("LR too high, caused divergence", "lr 0.02", "2.71", "two 3 things", "loss 2.71, no, loss 2.72"),
    *("did not diverge", "no crash", "never crashed", "almost diverged", "failed to converge", "lr=0.02"),
    *("loss dropped from 3.1 to 2.71", "loss improved by 0.1", "baseline loss 2.65", "loss < 2.71"),
    *("loss 0.02 lower than baseline", "loss 2.7-2.8", "loss 2.71 vs 2.65", "loss 2.71 → 2.65", "loss 2,71"),
    *("loss between 2.7 and 2.8", "mmlu accuracy 0.7", "depth 24, seed: 42", "expected loss 2.5", "epoch 3"),
    *("each epoch took 3h", "every 100 steps", "almost done", "loss 2.71 at step 5, loss 2.6 at step 10"),
]


@pytest.mark.parametrize("text", REMARKS)
def test_words_that_are_no_results(text: str) -> None:
    report = read_words(text)
    assert (report.results, report.state, report.step, report.remarks) == ({}, "", None, (text,))


def test_words_of_a_state_tell_why_and_when() -> None:
    report = read_words("Crashed with OOM at step 300, core .31; needs a smaller batch")
    assert (report.why, report.step) == ("Crashed with OOM at step 300", 300)
    assert report.remarks == ("needs a smaller batch",)
    both = read_words("training finished, but diverged at step 12k")
    assert (both.state, both.why) == ("diverged", "training finished; diverged at step 12k")


def test_columns_of_the_history_are_names() -> None:
    assert told(read_words("zorg 3.5", ["Zorg"])) == {"Zorg": 3.5}
    assert told(read_words("zorg 3.5")) == {}
    scanner = Scanner(["zorg"])
    scanner.feed(b"zorg 3.5\n")
    assert told(scanner.report()) == {"zorg": 3.5}


def test_results_are_read_back_under_their_names(tmp_path: Path) -> None:
    text = (
        "Final loss 2.71, CORE score: .31, val loss 3.1, training time 2.8 hours, MFU 42%, tok/sec: 806,131"
    )
    results = read_words(text).results
    lines = [
        "# Experiments",
        "",
        "## Experiments",
        "",
        "### a (2024-01-15)",
        "",
        "**Goal**: x",
        "",
        "**Results**:",
    ]
    lines += [f"- {result.name}: {result.text}" for result in results.values()]
    path = tmp_path / ".claude" / "experiments.md"
    path.parent.mkdir()
    path.write_text("\n".join(lines), encoding="utf-8")
    (run,) = readers.read(path, path.name).runs
    read = {fold(name): value for name, value in run.values.items()}
    assert len(results) == 6
    for name, result in results.items():
        assert read[fold(name)] == result.value


JUNK = "zebra harder alpha wobble beta42 überraschung x-ray"
WORDS = (
    "loss core val_bpb accuracy lr step at to of is no and with but from diverged OOM done finished".split()
)
SIGNS = "2.71 .31 91.2% 2.8h 300 nan 8xH100 100k ~42 , ; . : = ( ) -> \n ✅".split(" ")
SPOKEN = st.lists(st.sampled_from([*JUNK.split(), *WORDS, *SIGNS]), max_size=14).map(" ".join)


@given(SPOKEN)
@settings(max_examples=400, deadline=None)
def test_no_word_is_lost(text: str) -> None:
    report = read_words(text)
    kept = [
        report.why,
        *report.remarks,
        *(f"{r.name} {r.name.replace('_', ' ')} {r.text}" for r in report.results.values()),
    ]
    kept += [f"step {report.step}"] if report.step is not None else []
    held = set(re.findall(r"[^\s,;:=()]+", " ".join(kept).casefold()))
    for word in re.findall(r"[^\s,;:=()]+", text.casefold()):
        if word in FILLING | DONE or word in (".", "->"):
            continue
        assert word in held or word.rstrip(".") in held, (word, report)


@given(st.text(max_size=120) | SPOKEN)
@settings(max_examples=200, deadline=None)
def test_words_never_raise(text: str) -> None:
    report = read_words(text)
    assert all(result.name and result.text for result in report.results.values())


NANOCHAT = (
    "Step 00250 | Validation bpb: 1.023456\nStep 02000 | CORE metric: 0.1234\n"
    "step 00010/16704 (0.06%) | loss: 9.80 | lrm: 1.00 | dt: 650.37ms | tok/sec: 806,131 | bf16_mfu: 50.38 | "
    "epoch: 1 pq: 3 rg: 7 | total time: 0.00m | eta: 179.4m\n"
    "Evaluating: piqa (10-shot, type: multiple_choice)... accuracy: 0.7100 | centered: 0.4 | time: 0.61s\n"
    "Peak memory usage: 62389.67MiB\nTotal training time: 179.44m\nMinimum validation bpb: 0.753336\n"
)
NANOCHAT_RESULTS: dict[str, object] = {
    "validation_bpb": 1.023456,
    "CORE": 0.1234,
    "loss": 9.8,
    "tok/sec": 806131,
    "bf16_mfu": 50.38,
    "time": 179.44,
    "peak_memory_usage": 62389.67,
    "minimum_validation_bpb": 0.753336,
}
STREAMS: list[tuple[str, dict[str, object], int | None]] = [
    (NANOCHAT, NANOCHAT_RESULTS, 10),
    (
        "---\nval_bpb:          1.77\npeak_vram_mb:     197.8\ndepth: 4\n",
        {"val_bpb": 1.77, "peak_vram_mb": 197.8},
        None,
    ),
    ('{"step": 10, "loss": 2.3}\n{"step": 20, "loss": 2.1, "lr": 0.1}\n', {"loss": 2.1}, 20),
    ("{'loss': 1.2, 'learning_rate': 5e-05, 'epoch': 1.0}", {"loss": 1.2}, None),
    ("{'loss': '1.2', 'eval_wer': np.float64(0.25)}", {"loss": 1.2, "eval_wer": 0.25}, None),
    (" 45%|████▌     | 450/1000 [01:23<01:41,  5.41it/s, loss=2.71]", {"loss": 2.71}, 450),
    ("782/782 - 3s 4ms/step - loss: 0.3 - val_loss: 0.4\n", {"loss": 0.3, "val_loss": 0.4}, None),
    ("│         test_acc          │    0.98    │\n", {"test_acc": 0.98}, None),
    ("iter 100: loss 2.34, time 35.2ms, mfu 12.3%\n", {"loss": 2.34, "mfu": 12.3}, 100),
    ("step:13780/20000 val_loss:2.06 train_time:600038ms\n", {"val_loss": 2.06, "time": 600038}, 13780),
    ("eval_g0_loss: 1\neval_g1_loss: 2\neval_g0_loss: 3\n", {"eval_g0_loss": 3, "eval_g1_loss": 2}, None),
    ("2026-02-02 00:09:51,866 - x - INFO - train loss: 0.3", {"train_loss": 0.3}, None),
    ("lr: 3e-4 epoch: 3 weight_decay=0.1 loss_scale: 65536 time: 00:09:51 Time budget: 300s\n", {}, None),
    ("return 0\nval_loss = 0.0  # so far\nloss = 0.5 * x\ncore 3: 51 C\nversion 1.2.3\n", {}, None),
    ("Output written on a3.pdf (12 pages). 13 words of extra memory (max. 10000000)\n", {}, None),
]


@pytest.mark.parametrize(("text", "results", "step"), STREAMS)
def test_streams(text: str, results: dict[str, object], step: int | None) -> None:
    report = scan(text)
    assert (told(report), report.step, report.state) == (results, step, "")
    assert list(report.results) == list(results)


def test_a_loss_that_is_no_number_is_a_divergence() -> None:
    report = scan("step 1 | loss: 2.5\nstep 2 | loss: nan\n")
    assert (report.state, report.why) == ("diverged", "loss nan at step 2")
    assert scan("step 2 | loss: nan\nstep 3 | loss: 2.5\n").state == ""
    assert scan("loss: 2.5 eval_loss: nan\n").state == ""


TRACE = 'Traceback (most recent call last):\n  File "x.py", line 3, in <module>\n'
OOM = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"


def test_failures_at_the_end() -> None:
    crashed = scan(f"step 3 | loss: 2.5\n[rank0]: {TRACE}[rank0]: {OOM}\n")
    assert (crashed.state, crashed.why, told(crashed)) == ("crashed", OOM, {"loss": 2.5})
    outer = (
        f"{TRACE}torch.distributed.elastic.multiprocessing.errors.ChildFailedError:\n==\ntime : 2024-06-12\n"
    )
    assert scan(f"step 3 | loss: 2.5\n{TRACE}{OOM}\n{outer}").why == OOM
    assert scan(f"{TRACE}ValueError: blake2b\nloss: 2.5\n").state == ""
    assert scan("step 3 | error: 0.23\n").state == ""
    assert scan("loss: 2.5\nKilled\n").state == "stopped"
    assert scan("loss: 2.5\nSegmentation fault (core dumped)\n").state == "crashed"
    assert scan("loss: 2.5\nKilled\n" + "cleaning up\n" * 20).state == ""
    assert scan(f"loss: 2.5\n{TRACE}KeyboardInterrupt\n").state == "stopped"


def test_the_tail_is_what_a_terminal_shows() -> None:
    scanner = Scanner()
    scanner.feed("".join(f"line {i}\n\n" for i in range(30)).encode())
    scanner.feed(b"\x1b[32m 1%\r 2%\r 3%\x1b[0m\r\n" + b"x" * 900 + b"\nlast")
    assert len(scanner.tail) == 20
    assert scanner.tail[-3:] == ["3%", "x" * 500, "last"] and scanner.tail[0] == "line 13"


def test_a_half_written_number_waits_while_the_training_runs() -> None:
    scanner = Scanner()
    scanner.feed(b"x" * 300 + b"\nloss: 2.71\nloss: 2.")
    assert told(scanner.report(ended=False)) == {"loss": 2.71}
    scanner.feed(b"65\n")
    assert told(scanner.report()) == {"loss": 2.65}


LINE = st.sampled_from(
    [
        *NANOCHAT.split("\n"),
        *("eval_g# loss: #.#", "f#: #.# top#: #.#", "loss: #", "loss: nan", "acc #.#", "Step # done", "####"),
        *("a0a# loss: #.#, a#a1a loss: #", OOM, "ChildFailedError:", "[rank#]: ValueError: #", "", "x" * 40),
        *("\x1b[3#mval loss: #.#", "µ_loss#: #.# é", "{'eval_#_loss': #.#}", "#%|█ | #/## [1:2, loss=#]"),
        *("words #", "loss: # kB", "loss#=#, loss", "GPU# loss: #.#", "mfu: #% val_f#: inf", "Killed"),
    ]
)
LINES = st.lists(
    st.tuples(LINE, st.integers(0, 99), st.sampled_from(["\n", "\n", "\n", "\r", "\r\n", "\r\r\n"])),
    max_size=25,
).map(lambda lines: "".join(line.replace("#", str(n)) + end for line, n, end in lines))


def in_pieces(data: bytes, cuts: list[int]) -> Scanner:
    scanner = Scanner()
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        scanner.feed(data[start:end])
        if start % 3 == 0:
            scanner.report()
    return scanner


@given(
    LINES,
    st.data(),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-8-sig"]),
    st.sampled_from([3, 4096]),
)
@settings(max_examples=300, deadline=None)
def test_pieces_do_not_matter(text: str, draw: st.DataObject, encoding: str, shapes: int) -> None:
    data = ("-" * 300 + "\n" + text).encode(encoding)  # more than is held back to tell the encoding
    cuts = sorted(draw.draw(st.lists(st.integers(256, len(data)), max_size=8)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "_SHAPES", shapes)
        whole, cut = in_pieces(data, []), in_pieces(data, cuts)
        assert cut.report() == whole.report() and list(cut.report().results) == list(whole.report().results)
        assert (cut.step, cut.tail) == (whole.step, whole.tail)


@given(LINES)
@settings(max_examples=300, deadline=None)
def test_the_last_line_of_each_shape_is_enough(text: str) -> None:
    scanner, known = Scanner(), Known()
    scanner.feed(text.encode())
    for line in re.split(r"[\r\n]", without_codes(text.encode()).decode()):
        known.take(read_line(line), failure_in(line))
    expected = known.report(scanner.tail)
    assert scanner.report() == expected and list(scanner.report().results) == list(expected.results)


@given(st.binary(max_size=400), st.integers(0, 400))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes, cut: int) -> None:
    whole, parts = in_pieces(data, []), in_pieces(data, [min(cut, len(data))])
    assert (whole.report(), whole.tail, whole.step) == (parts.report(), parts.tail, parts.step)


def test_memory_is_bounded() -> None:
    scanner = Scanner()
    for i in range(300):
        scanner.feed(f"epoch{i}_loss: {i} ".encode() * 4000)
    assert len(scanner._lines.rest) == 65_536
    for i in range(9000):
        scanner.feed(f"\nepoch{i}_loss: {i} tail{'x' * (i % 50)}".encode())
    assert len(scanner._shapes) <= 4097 and len(scanner._pending) <= 4097
    assert len(scanner.report().results) <= 1000
    assert len(scanner.tail) == 20


def test_files(tmp_path: Path) -> None:
    def written(name: str, held: object) -> Path:
        path = tmp_path / name
        path.write_text(held if isinstance(held, str) else json.dumps(held), encoding="utf-8")
        return path

    summary = {
        "_step": 9,
        "_runtime": 60.5,
        "_wandb": {"runtime": 60},
        "val": {"loss": 2.5},
        "epoch": 3,
        "loss": "NaN",
    }
    report = read_file(written("s.json", summary))
    assert (told(report), report.step, report.source) == ({"val/loss": 2.5, "time": 60.5}, 9, "W&B summary")
    log = [
        {"loss": 3.0, "step": 1, "learning_rate": 0.1},
        {"eval_wer": 24.5, "step": 1},
        {"eval_wer": 25.0, "step": 2},
    ]
    state = {"log_history": log, "best_metric": 24.5, "global_step": 2, "max_steps": 2, "epoch": 1.0}
    report = read_file(written("trainer_state.json", state))
    assert told(report) == {"loss": 3.0, "eval_wer": 25.0, "best_eval_wer": 24.5}
    assert (report.step, report.state) == (2, "completed")
    log[2]["eval_cer"] = 24.5  # two that the best may be: not told which
    assert "best_eval_wer" not in read_file(written("trainer_state.json", state)).results
    assert told(read_file(written("all.json", {"eval_loss": 0.5, "epoch": 3.0, "seed": 1}))) == {
        "eval_loss": 0.5
    }
    assert told(read_file(written("x.jsonl", '{"loss": 2.0}\n{"loss": 1.5}\n'))) == {"loss": 1.5}
    packed = tmp_path / "run.log.gz"
    packed.write_bytes(gzip.compress("loss: 2.5\n".encode("utf-16")))
    assert told(read_file(packed)) == {"loss": 2.5}
    sections = "# nanochat training report\n## Base model\n- val bpb: 0.8\n## Mid\n- val bpb: 0.4\n"
    assert told(read_file(written("report.md", sections))) == {"val_bpb": 0.8, "mid/val_bpb": 0.4}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("binary", bytes(range(256)) * 9, "is binary"),
        ("empty", b"", "no result was found in"),
        ("half.gz", gzip.compress(b"loss: 2.5\n" * 900)[:-20], "can't be read"),
        ("deep", b'{"a":' * 100_000, "no result was found in"),
        ("config.json", b'{"lr": 0.02, "depth": 24, "name": "x"}', "no result was found in"),
        ("prose", b"We trained for a while and it went well.\n", "no result was found in"),
    ],
)
def test_files_without_results(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(HistoryError, match=said):
        read_file(path)
    with pytest.raises(HistoryError, match=rf"no such file: .*{name}z; there is .*{name}"):
        read_file(tmp_path / f"{name}z")
    with pytest.raises(HistoryError, match="is a folder"):
        read_file(tmp_path)


REAL: list[tuple[str, dict[str, object], int, str]] = [
    (
        "nanochat/karpathy__nanochat/log/speedrun_*.log",
        {"CORE": 0.2633, "minimum_validation_bpb": 0.753336},
        16704,
        "",
    ),
    ("nanochat/karpathy__nanochat/sft_run.log", {"loss": "nan"}, 133, "diverged"),
    ("autoresearch_tsv/karpathy__autoresearch/pr454/run.log", {"val_bpb": 1.774935}, 86, ""),
    ("autoresearch_tsv/karpathy__autoresearch/pr299/run.log", {"val_bpb": 1.568223}, 375, ""),
    ("nanogpt_family/hahahuy__*/records/*/*NaiveBaseline/train.log", {"val_bpb": 1.22436570}, 13780, ""),
    ("modded_nanogpt/*/records/track_2_medium/2025-01-18/main.log", {"tel": 2.9282}, 60000, ""),
    (
        "hf_trainer/CoralReefFish__*/trainer_state.json",
        {"best_eval_wer": 24.878197320341048},
        100000,
        "completed",
    ),
]


@pytest.mark.skipif(not HISTORIES.is_dir(), reason="the collected histories are not here")
@pytest.mark.parametrize(("place", "results", "step", "state"), REAL)
def test_real_files(place: str, results: dict[str, object], step: int, state: str) -> None:
    (path,) = HISTORIES.glob(place)
    report = read_file(path)
    assert (report.step, report.state) == (step, state)
    assert results.items() <= told(report).items()


@pytest.mark.skipif(not HISTORIES.is_dir(), reason="the collected histories are not here")
def test_a_log_of_tex_holds_no_results() -> None:
    with pytest.raises(HistoryError, match="no result was found"):
        read_file(HISTORIES / "nanochat/karpathy__nanochat/a3.log")


@pytest.mark.parametrize("about", ["~", "about ", "around ", "roughly ", "approx "])
def test_a_number_that_is_not_exact_says_so(about: str) -> None:
    assert read_words(f"loss {about}2.7").results["loss"].text == "~2.7"
