"""An act as the one sentence that says it, and as the answer to a sentence that was read as one."""

from __future__ import annotations

from nlq.answer import Answer
from nlq.record.models import Act, Begin, End, Idea

__all__ = ["sentence", "to_record"]


def sentence(act: Act) -> str:
    """The canonical sentence of an act that a sentence can say.

    Example:
        >>> sentence(End("exp-003", "diverged at step 5000", state="diverged"))
        'exp-003 diverged at step 5000'
        >>> sentence(End(report="loss 2.71", state="completed"))
        'the run finished with loss 2.71'
        >>> sentence(Idea("longer warmup")), sentence(Begin("Try muon"))
        ('to try: longer warmup', 'starting a run: Try muon')
    """
    if isinstance(act, Begin):
        told = act.command or act.goal
        return f"starting {act.name or 'a run'}" + (f": {told}" if told else "")
    if isinstance(act, Idea):
        return f"{'tick off' if act.done else 'to try'}: {act.text}"
    if not isinstance(act, End):
        return f"note on {act.run}: {act.text}" if act.run else f"note: {act.text}"
    return _ended(act, act.run or "the run")


def _ended(act: End, run: str) -> str:
    if act.why:
        return f"mark {run} as {act.state}: {act.why}"
    if not act.state:
        return f"record for {run}: {act.report}"
    if act.state == "completed":
        lead = ":" if act.report.startswith(("the ", "a ", "an ", "final ")) else " with"
        return f"{run} finished{lead} {act.report}" if act.report else f"{run} finished"
    return f"{run} {act.report}" if act.report else f"mark {run} as {act.state}"


def to_record(question: str, act: Act) -> Answer:
    """What the engine answers to a sentence that reports: nothing is written until somebody says so."""
    told = sentence(act)
    return Answer(question, "ambiguous", f"Not recorded yet: {told}.", understood=told, act=act)
