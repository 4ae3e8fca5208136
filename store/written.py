"""When a source was last written: the newest time of change of a file, or of what lies in a folder."""

from __future__ import annotations

import os
from datetime import datetime

__all__ = ["last_written"]

_ENTRIES = 200_000


def last_written(path: str) -> datetime | None:
    """The newest time of change, to the second, by the machine's clock; None for what is not on this disk.

    A folder of more entries than 200,000 is told by the first of them.
    """
    try:
        newest = os.stat(path).st_mtime  # noqa: PTH116
    except (OSError, ValueError):
        return None
    pending, left = [path], _ENTRIES
    while pending and left:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    left -= 1
                    if not left:
                        break
                    newest = max(newest, entry.stat(follow_symlinks=False).st_mtime)
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
        except OSError:
            continue
    return datetime.fromtimestamp(int(newest))
