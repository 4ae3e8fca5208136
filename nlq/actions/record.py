"""`record.lark`: a sentence that reports, as the one act it asks to be recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlq.actions.registry import Built, action, span
from nlq.pieces import Recorded
from nlq.record.models import Act, Begin, End, Idea, Remark

_FREE = ("R_TEXT", "R_REPORT", "R_WHY")


def _built(parts: Sequence[Any], act: Act) -> Built:
    return (Recorded(*span(parts), act),), 0.0


def _text(parts: Sequence[Any]) -> str:
    return next((str(part.payload) for part in parts if part.terminal in _FREE), "")


def _subject(parts: Sequence[Any]) -> str:
    return next((str(part.payload) for part in parts if part.terminal == "R_SUBJECT"), "")


@action("begin")
def begin(parts: Sequence[Any]) -> Built:
    """ "I'm about to try a higher learning rate"."""
    verb, text = str(parts[0].payload), _text(parts)
    goal = f"{verb} {text}" if verb else text.removeprefix("to ")
    return _built(parts, Begin(goal[:1].upper() + goal[1:]))


@action("ended", "ended_that")
def ended(parts: Sequence[Any]) -> Built:
    """ "training finished with loss 2.71", "exp-003 diverged at step 5000"."""
    verb = next(part.payload for part in parts if part.terminal == "R_ENDED")
    state, said, text = verb.state, verb.said, _text(parts)
    report = f"{said} {text}".strip() if state else text
    if not state and not text:
        return None
    return _built(parts, End(_subject(parts), report if text or state != "completed" else "", state=state))


@action("finished")
def finished(parts: Sequence[Any]) -> Built:
    """ "finish exp-003 with loss 2.71"."""
    return _built(parts, End(_subject(parts), _text(parts)))


@action("result_for")
def result_for(parts: Sequence[Any]) -> Built:
    """ "record loss 2.71 for exp-003"."""
    return finished(parts)


@action("marked")
def marked(parts: Sequence[Any]) -> Built:
    """ "mark exp-003 as crashed: OOM"."""
    state = next(str(part.payload) for part in parts if part.terminal == "R_STATE")
    return _built(parts, End(_subject(parts), state=state, why=_text(parts)))


@action("discarded")
def discarded(parts: Sequence[Any]) -> Built:
    """ "discard exp-004: no gain"."""
    return _built(parts, End(_subject(parts), state="discarded", why=_text(parts)))


@action("noted")
def noted(parts: Sequence[Any]) -> Built:
    """ "note on exp-002: needs more steps"."""
    return _built(parts, Remark(_subject(parts), _text(parts)))


@action("idea")
def idea(parts: Sequence[Any]) -> Built:
    """ "try longer warmup next"."""
    return _built(parts, Idea(_text(parts)))


@action("ticked")
def ticked(parts: Sequence[Any]) -> Built:
    """ "tick off longer warmup"."""
    return _built(parts, Idea(_text(parts), done=True))
