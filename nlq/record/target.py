"""Which log is written: the native one among the files that a question would be asked of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from store import readers
from store.address import shown
from store.errors import NoHistory, NotWritable
from store.readers import native

__all__ = ["choose"]

_MARKDOWN = (".md", ".markdown", "")


def choose(places: Sequence[Path | str]) -> Path:
    """The one log that can be written.

    Args:
        places: files, folders and addresses, as a question would be asked of.

    Raises:
        NoHistory: where a path is not there.
        NotWritable: where none of them is a log in Markdown of our layout, or several are.
    """
    paths = [place for place in places if isinstance(place, Path)]
    for path in paths:
        if not path.exists():
            raise NoHistory(f"no file or folder {path}", "ask init makes a log")
    found = [file for path in paths for file in _files(path) if _is_log(file)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(map(str, found))
        raise NotWritable(f"{len(found)} logs could be written: {names}", f"name one: --in {found[0]}")
    names = ", ".join(shown(place) if isinstance(place, str) else str(place) for place in places)
    raise NotWritable(
        f"{names} is no log that ask writes (Markdown, with a summary or dated sections)",
        "ask init makes one",
    )


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix.lower() in _MARKDOWN and file.is_file())


def _is_log(path: Path) -> bool:
    """Whether a file is read as a native log, or is Markdown in which nothing else is read as a run."""
    if path.suffix.lower() not in _MARKDOWN:
        return False
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if native.sniff(path, head):
        return True
    return path.suffix != "" and not readers.read(path).runs and _mentions_runs(head)


def _mentions_runs(head: bytes) -> bool:
    """An empty log that somebody began by hand has a heading for runs at least."""
    from store.readers.decode import decode
    from store.readers.labels import heading_part
    from store.readers.mdblocks import scan

    decoded = decode(head)
    blocks = scan(decoded.text) if decoded else []
    return any(block.kind == "heading" and heading_part(block.text) == "experiments" for block in blocks)
