"""What was learnt of a run's end."""

from __future__ import annotations

from store.slotted import fresh, slotted

__all__ = ["Report", "Result"]


@slotted
class Result:
    """One value that was measured, or told of the run's machine.

    Attributes:
        name: as a log writes it: "loss", "CORE", "val_bpb", "time", "gpu".
        text: the value as its source wrote it, cleaned: "2.71", "2.8h", "31.2%", "nan", "8xH100".
        value: the number; None for nan, infinity and text.
        unit: canonical (`store.units`): "h", "%", "MB", "tok/s", or "".
    """

    name: str
    text: str
    value: bool | int | float | None
    unit: str = ""


@slotted(frozen=False)
class Report:
    """The results of a run, and how it ended.

    Attributes:
        results: by name, in the order in which the names appeared first.
        state: "completed", "running", "crashed", "diverged", "discarded", "stopped", "planned", or "".
        why: the words that tell the state: "diverged at step 5000", "loss nan at step 133".
        step: the step that it ended at, or the last one seen.
        remarks: words that are none of these: whole clauses, in order.
        source: what it was read as: "words", "training output", "W&B summary", "HF trainer state" …
    """

    results: dict[str, Result] = fresh(default_factory=dict)
    state: str = ""
    why: str = ""
    step: int | None = None
    remarks: tuple[str, ...] = ()
    source: str = ""
