"""A log on disk, changed: under its lock, written beside, replaced whole.

Whoever dies at any moment leaves the old file or the new one, and no lock. Whoever changes the file between
our reading and our writing (an editor knows no locks) is read again, and the change made anew on that.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from store.errors import NotWritable
from store.log.document import Document
from store.log.journal import Entry, Journal, fingerprint
from store.records import Direction
from store.slotted import slotted

__all__ = ["Written", "create", "read", "take_back", "write"]

PATIENCE = 60.0
"""Seconds that another process may hold the lock."""
_TRIES = 100
"""Versions that are written over before us until we give up."""

Change = Callable[[Document, Journal], Document]


@slotted
class Written:
    """What a write did: the log before and after, None for one that was not there or is no more."""

    before: Document | None
    after: Document | None
    what: str = ""


def read(path: Path, shown: str, directions: Mapping[str, Direction] | None = None) -> Document:
    """The log as it stands.

    Raises:
        NotWritable: where there is none, or it can't be read.
    """
    with _told(path, shown, "read"):
        return Document(path.read_bytes(), shown, directions)


def write(
    path: Path, change: Change, what: str, shown: str, directions: Mapping[str, Direction] | None = None
) -> Written:
    """Change a log.

    Args:
        path: the log, or a link to it, which stays one.
        change: gives the new version of the one it is given; called again where the file changed meanwhile.
        what: in words, for `ask undo`.
        shown: its path, as shown to people.
        directions: which end of a metric is better, where the person has set it.

    Raises:
        NotWritable: where the change does, or the file can't be written; then it is as it was.
    """
    with _told(path, shown, "written"):
        real = path.resolve(strict=True)
        _refuse_read_only(real, shown)
        with _locked(real, shown):
            for _ in range(_TRIES):
                before = Document(real.read_bytes(), shown, directions)
                journal = Journal.of(real)
                after = change(before, journal)
                if after.data == before.data:
                    return Written(before, after, what)
                journal.entries.append(Entry.of(what, before.data, after.data))
                if _replaced(real, before.data, after.data, journal):
                    return Written(before, after, what)
    raise NotWritable(f"{shown} is being written by something else all the time: nothing was written")


def create(path: Path, text: str, what: str, shown: str) -> Written:
    """Make a log where there is none.

    Raises:
        NotWritable: where there is a file already, or none can be made.
    """
    with _told(path, shown, "made"):
        if os.path.lexists(path):
            raise NotWritable(f"{shown} is there already: it was left as it is")
        path.parent.mkdir(parents=True, exist_ok=True)
        real = path.parent.resolve() / path.name
        data = text.encode("utf-8")
        draft = _draft(real, data, None)
        try:
            os.link(draft, real)  # fails where somebody else was faster; a rename would write over his file
        except FileExistsError:
            raise NotWritable(f"{shown} is there already: it was left as it is") from None
        except OSError:
            with real.open("xb") as file:  # a file system without links
                file.write(data)
        finally:
            draft.unlink(missing_ok=True)
        journal = Journal.of(real)
        journal.entries.append(Entry.of(what, None, data))
        journal.save(real)
    return Written(None, Document(data, shown), what)


def take_back(path: Path, shown: str, *, dry_run: bool = False) -> Written:
    """Take the last write back, exactly; what was written elsewhere in the file since stays.

    Raises:
        NotWritable: where nothing was written by us, or it does not stand there any more as it was written.
    """
    with _told(path, shown, "written"):
        real = path.resolve(strict=True)
        _refuse_read_only(real, shown)
        with _locked(real, shown):
            data = real.read_bytes()
            journal = Journal.of(real)
            while journal.entries and journal.entries[-1].before == fingerprint(data):
                journal.entries.pop()  # noted, and never written
            if not journal.entries:
                raise NotWritable(f"nothing that ask wrote into {shown} is left to take back")
            entry = journal.entries.pop()
            restored = entry.taken_back(data)
            if restored is None:
                raise NotWritable(
                    f"{shown} was changed since where ask wrote last ({entry.what})", "take that back by hand"
                )
            before, after = Document(data, shown), Document(restored, shown)
            if not entry.before and restored:
                raise NotWritable(f"{shown} was added to since it was made", "delete it by hand")
            if dry_run:
                return Written(before, after if entry.before else None, entry.what)
            if not entry.before:
                real.unlink()
                journal.save(real)
                return Written(before, None, entry.what)
            if not _replaced(real, data, restored, journal):
                raise NotWritable(f"{shown} was changed meanwhile: nothing was taken back")
            return Written(before, after, entry.what)


def _refuse_read_only(real: Path, shown: str) -> None:
    """A rename would write over a file that nobody may write; its mode says so even to root."""
    if not stat.S_ISREG(real.stat().st_mode):
        raise NotWritable(f"{shown} is no file")
    if not real.stat().st_mode & 0o222 or not os.access(real, os.W_OK):
        raise NotWritable(f"{shown} is read-only: nothing was written", f"chmod u+w {shown}")


@contextmanager
def _locked(real: Path, shown: str) -> Iterator[None]:
    """Hold the log's lock; a file beside it, gone when nobody holds it.

    Removing a lock file is safe because `filelock` (4.2) looks, once it has the lock, whether the file still
    has a name, and begins anew where it has not: so nobody holds a lock on a file that others do not see.
    """
    from filelock import FileLock, Timeout

    path = real.with_name(f".{real.name}.lock")
    lock = FileLock(path, timeout=PATIENCE)
    try:
        lock.acquire(poll_interval=0.005)
    except Timeout:
        raise NotWritable(
            f"another process has held {path} for {PATIENCE:.0f} s: nothing was written"
        ) from None
    try:
        for stale in real.parent.glob(f".{real.name}.*.new"):
            stale.unlink(missing_ok=True)  # of one who died while he wrote
        yield
    finally:
        path.unlink(missing_ok=True)
        lock.release()


def _replaced(real: Path, before: bytes, after: bytes, journal: Journal) -> bool:
    """Put the new bytes in the place of the old; False where the file is no longer what was read."""
    draft = _draft(real, after, real.stat())
    try:
        if real.read_bytes() != before:
            return False
        journal.save(real)
        draft.replace(real)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(real.parent)
    return True


def _draft(real: Path, data: bytes, like: os.stat_result | None) -> Path:
    """A file beside the log with the bytes, on disk, of the same mode and owner."""
    draft = real.with_name(f".{real.name}.{os.getpid()}-{secrets.token_hex(4)}.new")
    with draft.open("xb") as file:
        try:
            file.write(data)
            if like is not None:
                draft.chmod(stat.S_IMODE(like.st_mode))
                with suppress(PermissionError, AttributeError):  # not ours to give away; no owners on Windows
                    os.chown(draft, like.st_uid, like.st_gid)
                _copy_attributes(real, draft)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    return draft


def _copy_attributes(real: Path, draft: Path) -> None:
    """Access lists and labels, where the system has them."""
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(real):
                os.setxattr(draft, name, os.getxattr(real, name))


def _sync_folder(folder: Path) -> None:
    """The new name on disk as well."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextmanager
def _told(path: Path, shown: str, done: str) -> Iterator[None]:
    """What the system refuses, in one line."""
    try:
        yield
    except FileNotFoundError as error:
        if path.parent.exists() and error.filename and Path(error.filename).name == path.name:
            raise NotWritable(f"no log {shown}", "ask init makes one") from error
        raise NotWritable(f"{shown} can't be {done}: the folder {path.parent} is gone") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise NotWritable(f"{shown} can't be {done}: {reason}; it is as it was") from error
