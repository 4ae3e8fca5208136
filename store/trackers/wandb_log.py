"""`run-<id>.wandb`: the binary log of a W&B run, in which 0.31 keeps everything.

A header of 7 bytes (":W&B", a magic number, a version), then LevelDB's log format: blocks of 32768 bytes of
records, each with a crc32 of 4 bytes, a length of 2, a kind of 1 (1 whole, 2 first, 3 middle, 4 last part).
A record is a protobuf `Record` (wandb/proto/wandb_internal.proto). Checksums are not compared: a log that was
being written when the machine died ends in zeros or in the middle of a record, and what is whole before that
is what counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from store.records import Series
from store.slotted import fresh, slotted
from store.trackers.protobuf import Broken, Wire, blob, fields, signed, text
from store.trackers.rundraft import flatten, point

__all__ = ["Log", "read_log"]

_BLOCK = 32768
_HEADER = 7
_LARGEST = 64 << 20
"""A record of more bytes than this is none of a run's numbers."""


@slotted(frozen=False)
class Log:
    """What one binary log says.

    Attributes:
        told: facts of the run by name: "id", "project", "group", "job_type", "name", "notes", "sweep",
            "host", "commit", "program", "gpu", "tags", "start" (seconds since 1970), "runtime" (seconds).
        config, summary: by name, as last told; an object is replaced as a whole.
        series: the history by metric.
        step: the last step, -1 without history.
        exit: how the process ended; None where nothing tells.
        broken: records that could not be decoded.
        torn: whether the log ends in the middle of a record.
    """

    told: dict[str, Any] = fresh(default_factory=dict)
    config: dict[str, Any] = fresh(default_factory=dict)
    summary: dict[str, Any] = fresh(default_factory=dict)
    series: dict[str, Series] = fresh(default_factory=dict)
    step: int = -1
    exit: int | None = None
    broken: int = 0
    torn: bool = False


def read_log(path: Path) -> Log:
    """Read a binary log as far as it goes.

    Raises:
        OSError: where the file can't be opened.
    """
    log = Log()
    if not path.is_file():
        raise OSError("no plain file")
    with path.open("rb") as file:
        for record in _records(file, log):
            try:
                for field, value in fields(record):
                    if field in _READERS:
                        _READERS[field](log, blob(value))
            except (Broken, ValueError, RecursionError):
                log.broken += 1
    return log


def _records(file: BinaryIO, log: Log) -> Iterator[bytes]:
    """The records of a log, joined from their parts."""
    parts: list[bytes] = []
    start = _HEADER if file.read(4) == b":W&B" else 0  # before 0.9 there was no header
    file.seek(0)
    while block := file.read(_BLOCK):
        for kind, part in _parts(block, start):
            if kind in (1, 2):
                parts = []
            if not part and kind == 0:
                log.torn = True
                return
            parts.append(part)
            if sum(map(len, parts)) > _LARGEST:
                parts = []
                log.broken += 1
            elif kind in (1, 4) and (kind == 1 or len(parts) > 1):
                yield b"".join(parts)
                parts = []
        start = 0
    log.torn = log.torn or bool(parts)


def _parts(block: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The parts of records in one block: (kind, bytes); kind 0 where it ends in the middle of one."""
    while at + 7 <= len(block):
        size = int.from_bytes(block[at + 4 : at + 6], "little")
        kind = block[at + 6]
        if not kind and not size:
            return  # zeros: the rest of a block, or of a file that was not flushed
        if kind > 4 or at + 7 + size > len(block):
            yield 0, b""
            return
        yield kind, block[at + 7 : at + 7 + size]
        at += 7 + size


def _items(message: bytes, wanted: int) -> Iterator[tuple[str, Any]]:
    """The items of a config, summary or history record: name and value."""
    for field, value in fields(message):
        if field != wanted:
            continue
        key, nested, told = "", [], ""
        for part, inner in fields(blob(value)):
            if part == 1:
                key = text(inner)
            elif part == 2:
                nested.append(text(inner))
            elif part == 16:
                told = text(inner)
        name = ".".join(nested) or key
        if not name:
            continue
        try:
            yield name, json.loads(told)
        except (ValueError, RecursionError):
            continue


def _config(log: Log, message: bytes) -> None:
    _update(log.config, message)


def _summary(log: Log, message: bytes) -> None:
    _update(log.summary, message)


def _update(tree: dict[str, Any], message: bytes) -> None:
    tree.update(_items(message, 1))
    for name in _removed(message):
        tree.pop(name, None)


def _removed(message: bytes) -> Iterator[str]:
    for field, value in fields(message):
        if field == 2:
            keys = [text(inner) for part, inner in fields(blob(value)) if part in (1, 2)]
            if keys:
                yield ".".join(keys[1:]) or keys[0]


def _history(log: Log, message: bytes) -> None:
    row = flatten(dict(_items(message, 1)))
    step = row.get("_step")
    if not isinstance(step, int):
        told = [value for field, value in fields(message) if field == 2]
        step = _nested(told[0], 1) if told else log.step + 1
    log.step = max(log.step, step)
    time = row.get("_timestamp")
    for name, value in row.items():
        if not name.startswith("_"):
            point(log.series, name, step, value, time if isinstance(time, (int, float)) else None)
    if isinstance(runtime := row.get("_runtime"), (int, float)):
        log.told["_runtime"] = runtime


def _run(log: Log, message: bytes) -> None:
    for field, value in fields(message):
        if field == 4:
            _config(log, blob(value))
        elif field == 5:
            _summary(log, blob(value))
        elif field == 10:
            log.told["tags"] = [*dict.fromkeys([*log.told.get("tags", ()), text(value)])]
        elif field == 17:
            log.told["start"] = _time(blob(value))
        elif field == 21:
            log.told["commit"] = "".join(text(inner) for part, inner in fields(blob(value)) if part == 2)
        elif field in _FACTS and isinstance(value, bytes):
            log.told[_FACTS[field]] = text(value)


_FACTS = {
    1: "id", 2: "entity", 3: "project", 6: "group", 7: "job_type", 8: "name", 9: "notes",
    12: "sweep", 13: "host",
}  # fmt: skip


def _exit(log: Log, message: bytes) -> None:
    log.exit = 0  # protobuf does not write a zero
    for field, value in fields(message):
        if field == 1:
            log.exit = signed(value)
        elif field == 2:
            log.told["runtime"] = signed(value)


def _environment(log: Log, message: bytes) -> None:
    """What `wandb-metadata.json` held before 0.31."""
    arguments: list[str] = []
    for field, value in fields(message):
        if field == 3:
            log.told.setdefault("start", _time(blob(value)))
        elif field == 5:
            arguments.append(text(value))
        elif field == 9:
            log.told["commit"] = "".join(text(inner) for part, inner in fields(blob(value)) if part == 2)
        elif field == 19:
            log.told["gpus"] = signed(value)
        elif field in (6, 12, 18) and isinstance(value, bytes):
            log.told[{6: "program", 12: "host", 18: "gpu"}[field]] = text(value)
    if arguments:
        log.told["arguments"] = arguments


def _time(message: bytes) -> float:
    return _nested(message, 1) + _nested(message, 2) / 1e9


def _nested(message: Wire, wanted: int) -> int:
    return next((signed(value) for field, value in fields(blob(message)) if field == wanted), 0)


_READERS = {2: _history, 3: _summary, 5: _config, 17: _run, 18: _exit, 26: _environment}
