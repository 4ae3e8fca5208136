"""Which run is meant: by its name, or the one that is in progress."""

from __future__ import annotations

import difflib

from store.errors import NotWritable
from store.log.document import Document
from store.markup import clean
from store.readers.decode import repaired
from store.readers.drafts import fold
from store.records import RunRecord

__all__ = ["in_progress", "is_finished", "pick", "state_of"]

_OPEN = ("running", "planned")


def in_progress(doc: Document) -> list[RunRecord]:
    """The runs that were started and have not ended."""
    return [run for run, state in zip(doc.runs, doc.states, strict=True) if state == "running"]


def state_of(doc: Document, run: RunRecord) -> str:
    """How a run of the log ended."""
    return next(s for one, s in zip(doc.runs, doc.states, strict=True) if one is run)


def is_finished(doc: Document, run: RunRecord) -> bool:
    """Whether the log tells how a run ended: by its status, or by a result."""
    if state_of(doc, run) in _OPEN:
        return False
    fields = doc.reading.fields
    return "status" in run.values or any(fields[n].kind == "metric" for n in run.values if n in fields)


def pick(doc: Document, name: str) -> RunRecord:
    """The run of that name, or with "" the one in progress.

    Raises:
        NotWritable: where there is none or more than one; the message names them.
    """
    if not name:
        return _only_one_in_progress(doc)
    wanted = fold(repaired(clean(name)))
    found = [run for run in doc.runs if fold(run.name) == wanted]
    if len(found) > 1:
        exact = [run for run in found if run.name == clean(name)]
        running = in_progress(doc)
        found = [run for run in found if any(run is one for one in running)] or exact or found
    if len(found) == 1:
        return found[0]
    if found:
        lines = ", ".join(str(run.place.line) for run in found)
        raise NotWritable(f"{len(found)} runs are called {found[0].name} (lines {lines} of {doc.shown})")
    raise NotWritable(f"no run is called {clean(name)} in {doc.shown}", _nearest(doc, name))


def _only_one_in_progress(doc: Document) -> RunRecord:
    running = in_progress(doc)
    if len(running) == 1:
        return running[0]
    if running:
        names = ", ".join(run.name for run in running)
        raise NotWritable(f"{len(running)} runs are in progress: {names}", "name the one that is meant")
    last = f"name one, such as {doc.runs[-1].name}" if doc.runs else "ask start -- COMMAND begins one"
    raise NotWritable(f"no run is in progress in {doc.shown}", last)


def _nearest(doc: Document, name: str) -> str:
    names = {run.name: run for run in doc.runs}
    close = difflib.get_close_matches(clean(name), list(names), 1, 0.5)
    if close:
        return f"nearest: {close[0]}"
    return f"there are {', '.join(list(names)[-5:])}" if names else "it has no runs yet"
