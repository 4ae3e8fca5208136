"""What an act says of a run's end, from its words, its options and its file, as one report."""

from __future__ import annotations

import re
from pathlib import Path

from nlq.record.models import End
from store.cells import read_cell
from store.errors import NotWritable
from store.log.best import column_of
from store.log.document import Document
from store.readers.shorthand import hardware
from store.results import Report, Result
from store.states import read_status

__all__ = ["report_of"]

_NAME = re.compile(r"[^\W\d_][\w./@%-]*")


def report_of(act: End, doc: Document) -> Report:
    """The results, the state and the remarks of an act.

    Raises:
        NotWritable: where two of its parts disagree, or a value is none.
        store.errors.HistoryError: where its file can't be read.
    """
    names = [name for name, field in doc.reading.fields.items() if field.kind == "metric"]
    report = Report()
    if act.report:
        from store.results import read_words

        report = read_words(act.report, names)
    parts = [{name: _result(name, text, doc) for name, text in act.results}, report.results]
    if act.file:
        from store.results import read_file

        told = read_file(Path(act.file), names)
        parts.append(told.results)
        report.state, report.why = report.state or told.state, report.why or told.why
    report.results = _together(parts)
    if act.state:
        report.why = act.why or report.why or (" ".join(report.remarks) if not report.results else "")
        report.remarks = () if report.why == " ".join(report.remarks) else report.remarks
        report.state = act.state
    if report.state == "completed":
        report.why = act.why
    if not report.state and any(
        one.text.lower().strip("+-") in ("nan", "inf") for one in report.results.values()
    ):
        report.state = "diverged"
    for name in report.results:
        column = doc.reading.fields.get(column_of(doc, name))
        if column is not None and column.kind == "param":
            raise NotWritable(f"{name} is a parameter in {doc.shown}, not a result")
    return report


def _together(parts: list[dict[str, Result]]) -> dict[str, Result]:
    """All results; one that is told twice must say the same."""
    found: dict[str, Result] = {}
    for part in parts:
        for name, result in part.items():
            known = found.setdefault(name, result)
            if known.value != result.value or known.unit != result.unit:
                raise NotWritable(f"{name} is told twice: {known.text} and {result.text}")
    return found


def _result(name: str, text: str, doc: Document) -> Result:
    if not _NAME.fullmatch(name):
        raise NotWritable(f"{name!r} can't be the name of a result")
    cell = read_cell(text)
    if isinstance(cell.value, (int, float)):
        return Result(name, text, cell.value, cell.unit)
    if text.strip().lower().lstrip("+-") in ("nan", "inf"):
        return Result(name, text, None)
    if name in ("gpu", "hardware"):
        return Result("gpu", hardware(text) or text, None)
    raise NotWritable(f"--{name} {text}: not a number", f"such as: --{name} 2.71")


def state_named(text: str) -> str:
    """The state that a word stands for.

    Raises:
        NotWritable: where it is none.
    """
    state = read_status(text)
    if not state:
        raise NotWritable(
            f"{text!r} is no status",
            "there are completed, running, crashed, diverged, stopped, discarded, planned",
        )
    return state
