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
        >>> sentence(Idea("longer warmup")), sentence(Begin("Try muon"))
        ('to try longer warmup', 'starting a run to Try muon')
    """
    if isinstance(act, Begin):
        return f"starting a run to {act.goal}"
    if isinstance(act, Idea):
        return f"{'tick off' if act.done else 'to try'} {act.text}"
    if not isinstance(act, End):
        return f"note on {act.run}: {act.text}" if act.run else f"note: {act.text}"
    run = act.run or "the run"
    if act.state and not act.report:
        why = f": {act.why}" if act.why else ""
        return f"mark {run} as {act.state}{why}" if act.state != "completed" or act.why else f"{run} finished"
    if act.state:
        return f"{run} {act.report}"
    return f"finish {run}: {act.report}" if act.report else f"finish {run}"


def to_record(question: str, act: Act) -> Answer:
    """What the engine answers to a sentence that reports: nothing is written until somebody says so."""
    told = sentence(act)
    return Answer(question, "ambiguous", f"Not recorded yet: {told}.", understood=told, act=act)
