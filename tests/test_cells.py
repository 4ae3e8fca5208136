"""Cells and headers of tables: what is a value, and what is said beyond it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from store.cells import clean, is_missing, plain, read_cell, read_header
from store.records import Value
from store.states import read_remark, read_status
from store.units import convert, unit_of

NUMBERS: list[tuple[str, Value, str]] = [
    ("524,288", 524288, ""),
    ("582_981_200", 582981200, ""),
    ("1.05M", 1050000, ""),
    ("151K", 151000, ""),
    ("1.5B", 1500000000, ""),
    ("2^20", 1048576, ""),
    ("2**19", 524288, ""),
    ("80*524288", 41943040, ""),
    (".02", 0.02, ""),
    ("5e-7", 5e-7, ""),
    ("4.33e+19", 4.33e19, ""),
    ("~42%", 42, "%"),
    ("≈ 3.1", 3.1, ""),
    ("15.86MB", 15.86, "MB"),
    ("0.569(−0.021)", 0.569, ""),
    ("−0.5", -0.5, ""),
    ("3600(!)", 3600, ""),
    ("2.8 hours", 2.8, "h"),
    ("4h16m", 256 / 60, "h"),
    ("179.44m", 179.44, "min"),
    ("24.50 minutes*", 24.5, "min"),
    ("24.50 minutes … (24.84 minutes)", 24.5, "min"),
    ("0 days 00:01:54.827170", 114.82717, "s"),
    ("12,000ms", 12000, "ms"),
    ("45k tok/s", 45000, "tok/s"),
    ("0.31 ± 0.02", 0.31, ""),
    ("**+0.007 ✓**", 0.007, ""),
    ("`0.97`", 0.97, ""),
    ("[0.3](https://example.org/log_(1))", 0.3, ""),
    ("3.2777 (n=1)Ⓧ", 3.2777, ""),
    ("0.000000", 0.0, ""),
    ("$1,200", 1200, "$"),
    ("1.08x", 1.08, "x"),
    ("18446744073709551616", 18446744073709551616, ""),
    ("74454529386479620000", 74454529386479620000, ""),
]


@pytest.mark.parametrize(("text", "value", "unit"), NUMBERS)
def test_a_number_is_read_with_its_unit(text: str, value: Value, unit: str) -> None:
    cell = read_cell(text)
    assert (cell.value, type(cell.value), cell.unit) == (value, type(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "d24, lr=0.02", "8xH100", "8×H100", "13.3%→11.7%", "1.29/1.30", "1e07abc", "438a26e", "7392e47",
        "5e10221", "007", "001", "3b", "7b", "1,5", "12/04", "10:30", "3-2", "0x1F", "1 2", "[0.20. 0.20.]",
        "lr=.02 wd=.01", "curriculum_0.67", "yes", "no", "<0.01", "1e400", "1990–91", "1879M10", "none",
        "20230515_999999",
    ],
)  # fmt: skip
def test_what_is_not_wholly_a_number_stays_text(text: str) -> None:
    assert read_cell(text).value == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "—",
        "–",
        "--",
        "N/A",
        "n/a",
        "None",
        "XXX",
        "?",
        "TBD",
        "???",
        "(not tested)",
        "_(none yet)_",
    ],
)
def test_missing_markers(text: str) -> None:
    assert is_missing(text)
    assert read_cell(text).value is None


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity"])
def test_what_could_not_be_measured_has_no_value_and_keeps_its_word(text: str) -> None:
    cell = read_cell(text)
    assert cell.value is None
    assert cell.mark is not None
    assert cell.mark.text == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-01-15", date(2024, 1, 15)),
        ("Feb 2 2026", date(2026, 2, 2)),
        ("Mar 9, 2026", date(2026, 3, 9)),
        ("November 5, 2021", date(2021, 11, 5)),
        ("5 March 2021", date(2021, 3, 5)),
        ("05/28/24", date(2024, 5, 28)),
        ("28/05/2024", date(2024, 5, 28)),
        ("2026/04/26", date(2026, 4, 26)),
        ("27.09.2023", date(2023, 9, 27)),
        ("27-02-2003", date(2003, 2, 27)),
        ("2025-12-14T20:03:27.000Z", datetime(2025, 12, 14, 20, 3, 27)),
        ("2025-12-14T20:03:27+02:00", datetime(2025, 12, 14, 18, 3, 27)),
        ("2025-10-16 10:12:02", datetime(2025, 10, 16, 10, 12, 2)),
        ("20230515_013335", datetime(2023, 5, 15, 1, 33, 35)),
        ("2026-02-26/21-46-44", datetime(2026, 2, 26, 21, 46, 44)),
    ],
)
def test_dates(text: str, value: Value) -> None:
    assert read_cell(text).value == value


def test_a_day_that_does_not_exist_is_text() -> None:
    assert read_cell("2019-13-45").value == "2019-13-45"


def test_booleans_are_only_true_and_false() -> None:
    assert read_cell("True").value is True
    assert read_cell("false").value is False


def test_a_remark_tells_the_state_and_the_step() -> None:
    cell = read_cell("3.45 (diverged at step 5000)")
    assert (cell.value, cell.state, cell.step) == (3.45, "diverged", 5000)
    assert cell.mark is not None
    assert cell.mark.note == "diverged at step 5000"
    assert cell.mark.text == "3.45 (diverged at step 5000)"


def test_the_mark_has_the_line_it_was_given() -> None:
    mark = read_cell("~5,148", line=7).mark
    assert mark is not None
    assert (mark.text, mark.approx, mark.line) == ("~5,148", True, 7)
    again = read_cell("~5,148").mark
    assert again is not None
    assert again.line == 0


@pytest.mark.parametrize(
    "text", ["no crash", "Crash test → Works", "never diverged", "crash-free", "if it diverges"]
)
def test_words_of_failure_that_tell_no_failure(text: str) -> None:
    assert read_remark(text) == ("", None)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("FINISHED", "completed"),
        ("KILLED", "stopped"),
        ("KILL", "discarded"),
        ("✅ 完成", "completed"),
        ("🔄 进行中", "running"),
        ("⏳ 待启动", "planned"),
        ("✅ 채택", "completed"),
        ("❌ 실패", "crashed"),
        ("keep", "completed"),
        ("discard", "discarded"),
        ("crash (OOM)", "crashed"),
        ("Diverged at step 5000", "diverged"),
        ("In Progress", "running"),
        ("curriculum_0.67", ""),
        ("Crash test → Works", ""),
        ("failed attempts were few", ""),
    ],
)
def test_status_words(text: str, state: str) -> None:
    assert read_status(text) == state


def test_nothing_that_steers_a_terminal_survives() -> None:
    assert clean("\x1b[31mred\x1b[0m\x07 \x1b]0;title\x07a\u202eb\x9b2J\nc\ud800") == "red ab c\ufffd"
    assert read_cell("\x1b[1m0.97\x1b[0m").value == 0.97


def test_markdown_is_taken_off_and_powers_are_left() -> None:
    assert plain("**0.97** [log](https://x.org/a) `lr=3e-4` ~~old~~ a\\|b") == "0.97 log lr=3e-4 old a|b"
    assert plain("from 2**19 to 2**18") == "from 2**19 to 2**18"
    assert plain("matrix_lr_scale") == "matrix_lr_scale"


@pytest.mark.parametrize(
    ("text", "name", "unit", "direction"),
    [
        ("val_bpb ↓", "val_bpb", "", "lower"),
        ("**CORE** ↑", "CORE", "", "higher"),
        ("loss (lower is better)", "loss", "", "lower"),
        ("Time (h)", "Time", "h", ""),
        ("Memory [GB]", "Memory", "GB", ""),
        ("train_time_ms", "train_time_ms", "ms", ""),
        ("memory_gb", "memory_gb", "GB", ""),
        ("tok_per_sec", "tok_per_sec", "tok/s", ""),
        ("Acc@1 (%)", "Acc@1", "%", ""),
        ("loss_min", "loss_min", "", ""),
        ("params_s", "params_s", "", ""),
        ("name (of run)", "name (of run)", "", ""),
    ],
)
def test_headers(text: str, name: str, unit: str, direction: str) -> None:
    header = read_header(text)
    assert (header.name, header.unit, header.direction) == (name, unit, direction)


def test_units() -> None:
    assert (unit_of("m"), unit_of("M"), unit_of("GiB"), unit_of("goals")) == ("min", "", "GiB", "")
    assert convert(168, "h", "d") == 7
    assert convert(1, "h", "GB") is None
