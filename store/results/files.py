"""Results out of a file: what trackers and trainers leave behind, or the output of a training."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from store.errors import HistoryError
from store.headers import read_header
from store.markup import clean
from store.readers.decode import decode, is_binary
from store.results.names import column_of, is_measured, result_name
from store.results.report import Report, Result
from store.results.scanner import Scanner

__all__ = ["read_file"]

_PIECE = 65_536
_LARGEST_WHOLE = 256 << 20
_READS = (
    "what can be read is the output of a training (loss: 2.71), wandb-summary.json, trainer_state.json, "
    "all_results.json"
)


def read_file(path: Path, names: Sequence[str] = ()) -> Report:
    """Read the results of one run out of a file, by what it holds, whatever it is called.

    Args:
        path: a W&B summary, a Hugging Face `trainer_state.json` or `all_results.json`, any JSON object of
            numbers, a nanochat report, or the output of a training; gzip as well.
        names: the metric columns of the history, which are results whatever they are called.

    Returns:
        The results, of which there is one at least.

    Raises:
        HistoryError: where the file can't be opened, is binary, or holds no result.
    """
    try:
        report = _read(path, names)
    except FileNotFoundError:
        raise HistoryError(f"no such file: {path}", _nearest(path)) from None
    except IsADirectoryError:
        raise HistoryError(f"{path} is a folder", "name the file of the output") from None
    except (OSError, EOFError, zlib.error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise HistoryError(f"{path} can't be read: {said}") from None
    if not report.results:
        raise HistoryError(f"no result was found in {path}", _READS)
    return report


def _nearest(path: Path) -> str:
    try:
        beside = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    except OSError:
        return f"there is no folder {path.parent}"
    near = get_close_matches(path.name, beside, n=1, cutoff=0.5)
    return f"there is {path.with_name(near[0])}" if near else _READS


def _pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked; it is opened once, for it may be a pipe."""
    with path.open("rb") as plain:
        packed = plain.peek(2)[:2] == b"\x1f\x8b"
        file = gzip.open(plain) if packed else plain
        while piece := file.read(_PIECE):
            yield piece


def _read(path: Path, names: Sequence[str]) -> Report:
    pieces = _pieces(path)
    held = next(pieces, b"")
    if is_binary(held[:4096]):
        raise HistoryError(f"{path} is binary", _READS)
    opening = held[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if opening.startswith(b"{") or b"nanochat training report" in opening:
        gathered = bytearray(held)
        for piece in pieces:
            gathered += piece
            if len(gathered) > _LARGEST_WHOLE:
                break
        held = bytes(gathered)
        report = _document(held, names)
        if report:
            return report
    scanner = Scanner(names)
    scanner.feed(held)
    for piece in pieces:
        scanner.feed(piece)
    return scanner.report()


def _document(data: bytes, names: Sequence[str]) -> Report | None:
    """A file that is one JSON object, or a report; None where it is something else, as JSON lines are."""
    decoded = decode(data)
    text = decoded.text if decoded else ""
    if not text.lstrip().startswith("{"):
        return _nanochat(text, names)
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(held.get("log_history"), list):
        return _trainer_state(held, names)
    return _summary(held, names)


def _summary(held: Mapping[str, Any], names: Sequence[str]) -> Report:
    """A W&B summary, or any object of numbers by name, nested or not."""
    is_wandb = any(key in held for key in ("_wandb", "_runtime", "_step"))
    report = Report(source="W&B summary" if is_wandb else "JSON")
    runtime = held.get("_runtime")
    for name, value in _flat(held):
        _put(report, name, value, names)
    if is_wandb and _is_number(runtime) and "time" not in report.results:
        report.results["time"] = Result("time", f"{runtime} s", runtime, "s")
    step = held.get("_step", held.get("global_step", held.get("step")))
    report.step = step if isinstance(step, int) and not isinstance(step, bool) else None
    return report


def _flat(held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names and values, nested ones joined by "/" as W&B does; what W&B keeps for itself is left out."""
    waiting = [iter(held.items())]
    path: list[str] = []
    while waiting:
        key, value = next(waiting[-1], (None, None))
        if key is None:
            waiting.pop()
            path = path[:-1]
        elif key.startswith("_"):
            continue
        elif isinstance(value, dict):
            waiting.append(iter(value.items()))
            path.append(key)
        else:
            yield "/".join([*path, key]), value


def _trainer_state(held: Mapping[str, Any], names: Sequence[str]) -> Report:
    """The last value of each metric of a Hugging Face Trainer, and its best one.

    The state does not name the metric that was the best: it is the one that had that value in the log.
    """
    report = Report(source="HF trainer state")
    entries = [entry for entry in held["log_history"] if isinstance(entry, dict)]
    for entry in entries:
        for name, value in entry.items():
            _put(report, name, value, names)
    best, told = held.get("best_metric"), held.get("metric_for_best_model")
    if _is_number(best):
        named = {
            name for entry in entries for name, value in entry.items() if _is_number(value) and value == best
        }
        if isinstance(told, str):
            named = {told}
        if len(named) == 1 and is_measured(name := named.pop()):
            _put(report, f"best_{name}", best, names)
    step, planned = held.get("global_step"), held.get("max_steps")
    if isinstance(step, int) and not isinstance(step, bool):
        report.step = step
        if isinstance(planned, int) and 0 < planned <= step:
            report.state, report.why = "completed", f"step {step} of {planned}"
    return report


def _put(report: Report, label: str, value: Any, names: Sequence[str]) -> None:
    """Take a number under a name that can be a result's; the last one stays."""
    if not _is_number(value) or not (column_of(label, names) or is_measured(label)):
        return
    name = clean(column_of(label, names) or result_name(label))
    finite = value == value and abs(value) != float("inf")
    unit = read_header(label).unit
    report.results[name] = Result(name, str(value).lower(), value if finite else None, unit)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_SECTION = re.compile(r"^## +(.+?) *$", re.MULTILINE)
# Of the machine and the tokenizer, not of the model that was trained.
_BESIDE = re.compile(r"environment|tokenizer", re.IGNORECASE)


def _nanochat(text: str, names: Sequence[str]) -> Report:
    """A nanochat report: several trainings and evaluations, one in each section.

    A result that sections tell differently is the first one's, the training of the base model's; the others
    get the section's name in front ("midtraining/minimum_validation_bpb").
    """
    report = Report(source="nanochat report")
    _, *rest = _SECTION.split(text)
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        if _BESIDE.search(title):
            continue
        scanner = Scanner(names)
        scanner.feed(body.encode(errors="replace"))
        part = scanner.report()
        for name, result in part.results.items():
            before = report.results.setdefault(name, result)
            if before.text != result.text:
                name = f"{'_'.join(clean(title).lower().split())}/{name}"
                report.results[name] = Result(name, result.text, result.value, result.unit)
        report.step = part.step if report.step is None else report.step
    return report
