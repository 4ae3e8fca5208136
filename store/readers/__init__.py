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

from store.records import Place, Reading, Skip

__all__ = ["READERS", "is_readable", "read"]

# name, module, suffixes (a further .gz or .xz is allowed); "" any file, told by its head
READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("native", "store.readers.native", (".md", ".markdown")),
    ("markdown", "store.readers.markdown", (".md", ".markdown", ".mdx", ".rst", ".txt")),
    ("parquet", "store.readers.parquet", (".parquet", ".pq")),
    ("jsonl", "store.readers.jsonl", (".jsonl", ".ndjson", ".json")),
    ("delimited", "store.readers.delimited", (".csv", ".tsv", ".tab", ".psv", ".txt", ".dat")),
)

_HEAD = 1 << 16
_LARGE = 64 << 20


def is_readable(path: Path) -> bool:
    """Whether a file found in a folder is worth opening, by its name."""
    return any(_suffix(path) in suffixes for _, _, suffixes in READERS)


def read(path: Path, shown: str = "") -> Reading:
    """Read one file with the first reader that knows it.

    A file that no reader knows gives a reading without runs, whose skip says so.

    Raises:
        OSError: where the file can't be opened.
    """
    shown = shown or str(path)
    with _open(path) as file:
        head: bytes = file.read(_HEAD)
        for name, module, suffixes in READERS:
            if suffixes and _suffix(path) not in suffixes:
                continue
            reader = _import(module)
            if reader is None or not reader.sniff(path, head):
                continue
            if name == "parquet" or (name == "delimited" and path.stat().st_size > _LARGE):
                return _in_place(name, path, shown)
            return _read_text(reader, path, head + file.read(), shown, name)
    return _nothing(shown, "no reader knows this kind of file")


def _read_text(reader: object, path: Path, data: bytes, shown: str, name: str) -> Reading:
    from store.readers.decode import decode

    decoded = decode(data)
    if decoded is None:
        return _nothing(shown, "binary, not text")
    reading: Reading = reader.read(path, decoded.text, shown)  # type: ignore[attr-defined]
    reading.reader = reading.reader or name
    reading.notes[:0] = decoded.notes
    return reading


def _in_place(name: str, path: Path, shown: str) -> Reading:
    from store.readers import parquet

    return parquet.read(path, "", shown) if name == "parquet" else parquet.read_large(path, shown)


def _nothing(shown: str, reason: str) -> Reading:
    return Reading(shown, "", skips=[Skip(Place(shown), reason)])


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix in (".gz", ".xz") else suffix


def _open(path: Path):  # type: ignore[no-untyped-def]
    if path.suffix.lower() == ".gz":
        import gzip

        return gzip.open(path)
    if path.suffix.lower() == ".xz":
        import lzma

        return lzma.open(path)
    return path.open("rb")


def _import(module: str):  # type: ignore[no-untyped-def]
    return import_module(module)
