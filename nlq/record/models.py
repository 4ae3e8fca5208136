"""What a sentence or a command asks to be recorded, before any file is touched.

One frozen family beside that of `nlq.query`; `nlq.schema` gives both to JSON.

    Act = Begin | End | Remark | Idea
"""

from __future__ import annotations

from typing import TypeAlias

from store.slotted import slotted

__all__ = ["Act", "Begin", "End", "Idea", "Remark"]


@slotted
class Begin:
    """A run is about to start.

    Attributes:
        goal: what it is to find out, in the person's words.
        command: shell text, "" where it is not told (yet).
        name: what it is to be called, "" for its command's own name, else the next free one.
        told: parameters told beside the command, as written.
    """

    goal: str = ""
    command: str = ""
    name: str = ""
    told: tuple[tuple[str, str], ...] = ()


@slotted
class End:
    """A run ended, or something came out of it.

    Attributes:
        run: its name, "" for the one in progress.
        report: what came out and how it ended, in the person's words.
        results: values by name, as written.
        state: how it ended, where told apart ("crashed", "diverged" …), and `why`.
        file: a file that tells the results.
        note: the words for the Notes of the summary.
        output: the last lines that the command printed, of a run that failed.
    """

    run: str = ""
    report: str = ""
    results: tuple[tuple[str, str], ...] = ()
    state: str = ""
    why: str = ""
    file: str = ""
    note: str = ""
    output: tuple[str, ...] = ()


@slotted
class Remark:
    """An observation on a run, "" for the one in progress."""

    run: str
    text: str


@slotted
class Idea:
    """A thing to try, or one that is done."""

    text: str
    done: bool = False


Act: TypeAlias = Begin | End | Remark | Idea
