"""The readers: one module a format, one line here.

A reader module has

    sniff(path: Path, head: bytes) -> bool                      is this file mine?
    read(path: Path, text: str, shown: str) -> Reading          all that can be read, never an exception

`head` is the first bytes of the file (decompressed), `text` the whole of it decoded, `shown` the path as a
person is to see it. The first reader in the tuple that says yes reads the file. Modules are imported when a
file's suffix makes them likely, so that a history in one format pays for one reader.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol

from store.records import Place, Reading, Skip

__all__ = ["FAILED", "LARGE", "READERS", "Reader", "is_readable", "read"]

# name, module, suffixes (a further .gz or .xz is allowed)
READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("native", "store.readers.native", (".md", ".markdown")),
    ("markdown", "store.readers.markdown", (".md", ".markdown", ".mdx", ".rst", ".txt")),
    ("parquet", "store.readers.parquet", (".parquet", ".pq")),
    ("jsonl", "store.readers.jsonl", (".jsonl", ".ndjson", ".json")),
    ("delimited", "store.readers.delimited", (".csv", ".tsv", ".tab", ".psv", ".txt", ".dat")),
)

_HEAD = 1 << 16
FAILED = "failed"
LARGE = 64 << 20
"""A delimited file of more bytes than this is left to DuckDB."""


class Reader(Protocol):
    """What a reader's module has."""

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the file is one of this reader's."""
        ...

    def read(self, path: Path, text: str, shown: str) -> Reading:
        """All that can be read of it."""
        ...


def is_readable(path: Path) -> bool:
    """Whether a file found in a folder is worth opening, by its name."""
    return any(_suffix(path) in suffixes for _, _, suffixes in READERS)


def read(path: Path, shown: str = "") -> Reading:
    """Read one file with the first reader that knows it.

    A file that no reader knows gives a reading without runs, whose skip says so.

    Raises:
        OSError: where the file can't be opened, or its compression is broken.
    """
    shown = shown or str(path)
    with _open(path) as file:
        head = _some(file, _HEAD)
        for name, module, suffixes in READERS:
            if _suffix(path) not in suffixes:
                continue
            reader: Reader = import_module(module)
            if reader.sniff(path, head):
                return _read(name, reader, path, shown, file, head)
    return Reading(shown, "", skips=[Skip(Place(shown), "no reader knows this kind of file")])


def _read(name: str, reader: Reader, path: Path, shown: str, file: BinaryIO, head: bytes) -> Reading:
    if name == "parquet":
        return reader.read(path, "", shown)
    data = head + _some(file, LARGE)
    if len(data) > LARGE:
        from store.readers import large

        if name == "delimited":
            begun = [data]
            del data  # 64 MB that nobody needs once they are copied
            return large.read(path, shown, begun, file)
        data += _some(file, -1)
    from store.readers.decode import decode

    decoded = decode(data)
    if decoded is None:
        return Reading(shown, "", skips=[Skip(Place(shown), "binary, not text")])
    try:
        reading = reader.read(path, decoded.text, shown)
    except Exception as error:  # one odd file must not cost the answer over all the others
        reason = f"{FAILED} in the {name} reader: {type(error).__name__}: {error}"
        return Reading(shown, name, skips=[Skip(Place(shown), reason)])
    reading.notes[:0] = decoded.notes
    return reading


def _some(file: BinaryIO, size: int) -> bytes:
    """At most `size` bytes more; a broken archive is an error of reading like any other."""
    from zlib import error as broken

    try:
        return file.read(size)
    except (EOFError, broken) as error:
        raise OSError(f"broken archive: {error}") from error


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix in (".gz", ".xz") else suffix


def _open(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        import gzip

        return gzip.open(path)  # type: ignore[return-value]
    if path.suffix.lower() == ".xz":
        import lzma

        return lzma.open(path)  # type: ignore[return-value]
    return path.open("rb")
