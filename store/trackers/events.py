"""Event files beside a run: read by the module for TensorBoard, where there is one in the registry."""

from __future__ import annotations

from pathlib import Path

from store.records import Place, RunRecord
from store.trackers.gather import Gathering

__all__ = ["add_events"]


def add_events(gathering: Gathering, run: RunRecord, folder: Path, shown: str) -> None:
    """Add what the event files of a folder hold to a run; what it has already stays as it is."""
    from store import trackers

    if "tensorboard" not in dict(trackers.TRACKERS):
        gathering.skip(Place(shown), "TensorBoard's events beside it")
        return
    events = trackers.read("tensorboard", folder, shown)
    for found in events.runs:
        for name, value in found.values.items():
            told = events.fields.get(name)
            known = name in run.values or name in run.series  # an event has 32 bits of a number
            if told and not known and gathering.field(name, told.kind, unit=told.unit):
                run.values[name] = value
        for name, series in found.series.items():
            run.series.setdefault(name, series)
            gathering.field(name, "metric")
