"""Runs as columns say the same as runs as records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from store import trackers
from store.columns import build
from store.command import typed
from store.frames import Frame, FramedReading, count_of, frame_of, record_of
from store.outcomes import find_frame_states, find_states
from store.records import Field, Mark, Reading
from store.trackers.mlflow_frame import _values
from tests.tracking import SAMPLES

DATABASES = sorted((SAMPLES / "mlflow").rglob("mlflow.db"))


def _framed() -> FramedReading:
    """Runs of every difficulty: no name, a status in two columns, remarks, texts among numbers."""
    places = [("log", 3, 4, ""), ("log", 5, 5, ""), ("log", 6, 6, ""), ("log", 7, 7, ""), ("log", 8, 8, "")]
    reading = FramedReading("log", "x")
    reading.frame = frame = Frame(["a", "", "c", "d", "e"], places)
    reading.fields = {
        "run": Field("run", "run"),
        "status": Field("status", "attribute", role="status"),
        "ended": Field("ended", "attribute", role="status"),
        "notes": Field("notes", "attribute", role="notes"),
        "lr": Field("lr", "param"),
        "loss": Field("loss", "metric"),
    }
    frame.values = {
        "status": ["done", "?", None, "done", "failed"],
        "ended": [None, "killed", None, None, "done"],
        "notes": [None, "fine", "Diverged", None, None],
        "lr": [0.1, 1, 2, "auto", 0.5],
        "loss": [None, 2.5, 3, 1.5, 0.5],
    }
    frame.marks = {0: {"loss": Mark("nan (diverged)", note="diverged")}}
    return reading


def _records(reading: FramedReading) -> Reading:
    """The same runs as records."""
    runs = reading.runs
    return Reading(reading.path, reading.reader, reading.fields, runs)


def test_columns_and_records_make_the_same_table() -> None:
    framed, plain = _framed(), _records(_framed())
    assert build([framed]) == build([plain])
    assert frame_of(framed) is not None, "nothing has asked for the records"
    assert framed == plain, "what was changed in the columns is changed in the records"


def test_stores_make_the_same_table_of_columns_and_of_records() -> None:
    for path in DATABASES:
        framed = trackers.read("mlflow database", path, path.name)
        plain = trackers.read("mlflow database", path, path.name)
        assert isinstance(framed, FramedReading) and isinstance(plain, FramedReading)
        assert repr(build([framed])) == repr(build([_records(plain)]))  # NaN is not equal to itself
        assert frame_of(framed) is not None


def test_states_of_columns_are_those_of_records() -> None:
    framed = _framed()
    frame = frame_of(framed)
    assert frame is not None
    states = find_frame_states(framed, frame)
    assert states == find_states(_records(_framed())) and "diverged" in states and "stopped" in states


def test_a_reading_is_records_once_they_are_asked_for() -> None:
    framed = _framed()
    assert count_of(framed) == 5 and record_of(framed, 3).values["loss"] == 1.5
    framed.runs[3].values["loss"] = 7.0
    assert frame_of(framed) is None and count_of(framed) == 5
    assert record_of(framed, 3).values["loss"] == 7.0
    framed.runs = []
    assert count_of(framed) == 0


@given(some.lists(some.from_regex(r"-?[0-9]{1,16}\.[0-9]{1,16}", fullmatch=True), min_size=1, max_size=4))
def test_decimals_are_read_as_any_number_is(texts: list[str]) -> None:
    values = _values("lr", texts)
    assert values == {text: typed(text) for text in texts}
    assert all(type(value) is type(typed(text)) for text, value in values.items())


@pytest.mark.parametrize(
    "text", ["0.9 0.999", " 0.5", "0.5 ", "1.", ".5", "-.5", "1.2.3", "-", "1-0.5", "--0.5"]
)
def test_what_is_nearly_a_decimal_is_read_as_any_text_is(text: str) -> None:
    assert _values("betas", [text]) == {text: typed(text.strip())}
    assert _values("betas", [text, "0.25"])[text] == _values("betas", ["0.25", text])[text]
