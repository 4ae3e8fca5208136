"""Delimited tables too large for Python: DuckDB reads the file itself, rows it can't parse are passed over.

An .xz archive, which DuckDB does not read, is unpacked into a temporary file that lives until the engine has
the rows (`release`).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import BinaryIO

from store.readers.parquet import literal, read_relation
from store.records import Reading

__all__ = ["read", "release"]

_BUFFER = 8 << 20
"""Bytes of a text that DuckDB holds at once, for each of its threads; it takes 32 MB unasked."""

_unpacked: dict[str, Path] = {}


def read(path: Path, shown: str, begun: list[bytes], rest: BinaryIO) -> Reading:
    """A reading that leaves the rows in the file.

    Args:
        path, shown: the file.
        begun: what has been read of it, unpacked; it is taken out, so that it can be let go of.
        rest: gives the remaining bytes, unpacked.
    """
    source = _unpack(begun.pop(), rest) if path.suffix.lower() == ".xz" else path
    begun.clear()
    relation = (
        f"read_csv({literal(str(source))}, all_varchar = true, ignore_errors = true, buffer_size = {_BUFFER})"
    )
    if source is not path:
        _unpacked[relation] = source
    reading = read_relation(relation, shown, "delimited")
    if not reading.relation:
        release(relation)
    return reading


def release(relation: str) -> None:
    """Delete the temporary file behind a relation, if it has one."""
    source = _unpacked.pop(relation, None)
    if source is not None:
        source.unlink(missing_ok=True)


def _unpack(begun: bytes, rest: BinaryIO) -> Path:
    with tempfile.NamedTemporaryFile(prefix="ask-", suffix=".csv", delete=False) as copy:
        copy.write(begun)
        while block := rest.read(1 << 22):
            copy.write(block)
    return Path(copy.name)
