"""`events.out.tfevents.*`: the scalars and hyperparameters of TensorBoard's event files.

A TFRecord file: records of a length of 8 bytes, its masked crc32c of 4, the data, its crc of 4. A record is a
protobuf `Event` (tensorboard/compat/proto/event.proto). Checksums are not compared: a file still being
written ends in the middle of a record, and what is whole before that is what counts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from store.records import Series
from store.slotted import fresh, slotted
from store.trackers.protobuf import Broken, Wire, bits_of, blob, fields, number, signed, text
from store.trackers.rundraft import point

__all__ = ["Events", "is_event_file", "read_events"]

_LARGEST = 64 << 20
"""A record of more bytes than this is an image or a graph, no scalar."""


@slotted(frozen=False)
class Events:
    """What the event files of one folder say.

    Attributes:
        series: the scalars by tag, in the order of the file.
        hparams: the hyperparameters by name.
        spans: seconds since 1970 of the first and the last event of each file.
        status: how the session ended, where the hparams plugin tells: "success", "failure", "running".
        group: the name of the session's group.
        broken: records that could not be decoded.
    """

    series: dict[str, Series] = fresh(default_factory=dict)
    hparams: dict[str, Any] = fresh(default_factory=dict)
    spans: list[tuple[float, float]] = fresh(default_factory=list)
    status: str = ""
    group: str = ""
    broken: int = 0


def is_event_file(name: str) -> bool:
    """Whether a file is one of TensorBoard's, by its name; profiles are not."""
    return "tfevents" in name and not name.endswith((".profile-empty", ".gz", ".zip"))


def read_events(path: Path, events: Events) -> None:
    """Add what an event file says, as far as it goes.

    Raises:
        OSError: where it can't be opened.
    """
    first = last = 0.0
    if not path.is_file():
        raise OSError("no plain file")
    with path.open("rb") as file:
        for record in _records(file, path.stat().st_size):
            try:
                wall = _event(record, events)
            except (Broken, struct.error):
                events.broken += 1
                continue
            if 0 < wall < 1e11:
                first, last = min(first or wall, wall), max(last, wall)
    if first:
        events.spans.append((first, last))


def _records(file: BinaryIO, size: int) -> Iterator[bytes]:
    at = 0
    while len(head := file.read(12)) == 12:
        length = int.from_bytes(head[:8], "little")
        at += 16 + length
        if at > size:  # being written, or no length at all: nothing is allocated for it
            return
        if length > _LARGEST:
            file.seek(length + 4, 1)
            continue
        record = file.read(length)
        file.read(4)
        yield record


def _event(record: bytes, events: Events) -> float:
    """Take the scalars of an `Event` (wall_time 1, step 2, summary 5), and return when it was."""
    wall, step, summary = 0.0, 0, b""
    for field, value in fields(record):
        if field == 1:
            wall = bits_of(value, "<d")
        elif field == 2:
            step = signed(value)
        elif field == 5:
            summary = blob(value)
    for field, value in fields(summary):
        if field == 1:
            _value(blob(value), step, wall, events)
    return wall


def _value(message: bytes, step: int, wall: float, events: Events) -> None:
    """`Summary.Value`: tag 1, simple_value 2, tensor 8, metadata 9."""
    tag, told, metadata = "", None, b""
    for field, value in fields(message):
        if field == 1:
            tag = text(value)
        elif field == 2:
            told = bits_of(value, "<f")
        elif field == 8:
            told = _scalar(blob(value))
        elif field == 9:
            metadata = blob(value)
    if tag.startswith("_hparams_/"):
        _session(metadata, events)
    elif tag and told is not None:
        point(events.series, tag, step, _shortest(told), wall or None)


def _shortest(value: float) -> float:
    """A number that was kept in 32 bits as it was meant: 0.9, not 0.8999999761581421."""
    if value != value or abs(value) == float("inf"):
        return value
    try:
        single = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return value
    if single != value:
        return value
    for digits in (6, 7, 8, 9):
        short = float(f"{value:.{digits}g}")
        if struct.unpack("<f", struct.pack("<f", short))[0] == value:
            return short
    return value


# DataType: the field that holds its values, and how they are packed.
_PACKED = {1: (5, "<f"), 2: (6, "<d"), 3: (7, ""), 4: (7, ""), 9: (10, ""), 19: (13, "<e"), 10: (11, "")}
_CONTENT = {1: "<f", 2: "<d", 3: "<i", 4: "<B", 9: "<q", 19: "<e", 10: "<?"}


def _scalar(tensor: bytes) -> float | None:
    """The number of a `TensorProto` of one element, as TF2 writes scalars; None for any other.

    dtype 1, tensor_shape 2 (dim 2, size 1), tensor_content 4, and a field for each type.
    """
    kind, content, elements = 0, b"", 1
    packed: dict[int, Wire] = {}
    for field, value in fields(tensor):
        if field == 1:
            kind = signed(value)
        elif field == 2:
            for part, dim in fields(blob(value)):
                if part == 2:
                    elements *= signed(number(blob(dim), 1) or 0)
        elif field == 4:
            content = blob(value)
        else:
            packed[field] = value
    if kind not in _PACKED or elements != 1:
        return None
    if content:
        form = _CONTENT[kind]
        return float(struct.unpack(form, content)[0]) if len(content) == struct.calcsize(form) else None
    field, form = _PACKED[kind]
    return _unpacked(packed[field], form, kind) if field in packed else None


def _unpacked(value: Wire, form: str, kind: int) -> float | None:
    """One element of a repeated field: packed into bytes, or by itself."""
    if kind == 19:  # halves are written as whole numbers
        bits = _first(value)
        return None if bits is None else float(struct.unpack("<e", (bits & 0xFFFF).to_bytes(2, "little"))[0])
    if not form:
        bits = _first(value)
        return None if bits is None else float(signed(bits))
    if isinstance(value, int):
        return bits_of(value, form)
    return float(struct.unpack(form, value)[0]) if len(value) == struct.calcsize(form) else None


def _first(value: Wire) -> int | None:
    if isinstance(value, int):
        return value
    # A packed varint is the varint of an unnamed field: read it as field 1.
    return next((told for _, told in fields(b"\x08" + value) if isinstance(told, int)), None)


_STATUS = {1: "success", 2: "failure", 3: "running"}


def _session(metadata: bytes, events: Events) -> None:
    """The hparams plugin's payload: `SummaryMetadata.plugin_data.content`, an `HParamsPluginData`."""
    content = blob(number(blob(number(metadata, 1) or b""), 2) or b"")
    for field, value in fields(content):
        if field == 3:  # SessionStartInfo: hparams 1, group_name 4, start_time_secs 5
            for part, inner in fields(blob(value)):
                if part == 1:
                    name = text(number(blob(inner), 1) or b"")
                    events.hparams[name] = _constant(blob(number(blob(inner), 2) or b""))
                elif part == 4:
                    events.group = text(inner)
        elif field == 4:  # SessionEndInfo: status 1
            events.status = _STATUS.get(signed(number(blob(value), 1) or 0), "")


def _constant(message: bytes) -> Any:
    """`google.protobuf.Value`: null 1, number 2, string 3, bool 4; whole numbers are floats in it."""
    for field, value in fields(message):
        if field == 2:
            told = bits_of(value, "<d")
            return int(told) if told.is_integer() and abs(told) < 2**53 else told
        if field == 3:
            return text(value)
        if field == 4:
            return bool(value)
    return None
