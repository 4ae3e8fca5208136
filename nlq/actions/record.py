"""`record.lark`: a sentence that reports, as the one act it asks to be recorded.

What is said in many ways becomes one act as far as nothing is lost: "a final loss of 2.71" is `loss 2.71`, a
run that "died with OOM" crashed, and why is OOM. All other words stay as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nlq.actions.registry import Built, action, span
from nlq.lattice import Ending
from nlq.pieces import Recorded
from nlq.record.models import Act, Begin, End, Idea, Remark

if TYPE_CHECKING:
    from store.results import Report

_FREE = ("R_TEXT", "R_ITEM", "R_REPORT", "R_VALUES")
_JOINING = re.compile(
    r"(?:and|but|with|to|at(?= an?\b| \S*\d))\s+(?:an?\s+|the\s+)?(?:final\s+)?|an?\s+(?:final\s+)?", re.I
)
_CAUSE = re.compile(
    r"(?:because of|because|due to|thanks to|with|from|as|since|and|but)\s+(?:an?\s+)?|an?\s+", re.I
)
_PLACE = re.compile(
    r"(?:right |shortly |early |somewhere )?(?:at|after|around|near|by|during|before|in|on)\b", re.I
)
_GOES_ON = re.compile(
    r"(?:at|after|around|near|by|during|before|halfway|midway|in|on|because|due|since|as|from|when|while|with|"
    r"without|again|and|but|right|shortly|early)\b",
    re.I,
)
_COMMAND = re.compile(
    r"(?:[A-Z_][A-Z0-9_]*=\S+ )*"
    r"(?:python[\d.]*|torchrun|accelerate|deepspeed|bash|sh|uv|srun|sbatch|make|\./\S+)\s",
    re.A,
)
_MILD = ("", "completed", "running", "planned")


def _built(parts: Sequence[Any], act: Act | None) -> Built:
    """The act, where its words stand side by side from the first one on."""
    whole = parts[0].start == 0 and all(one.end == two.start for one, two in pairwise(parts))
    return ((Recorded(*span(parts), act),), 0.0) if whole and act is not None else None


def _payload(parts: Sequence[Any], *terminals: str) -> Any:
    """What the first word of some kinds means; "" where there is none."""
    return next((part.payload for part in parts if part.terminal.removesuffix("_E") in terminals), "")


def _text(parts: Sequence[Any]) -> str:
    return str(_payload(parts, *_FREE))


def _run(parts: Sequence[Any]) -> str:
    return str(_payload(parts, "R_RUN"))


def _verb(parts: Sequence[Any]) -> Ending:
    told = _payload(parts, "R_ENDED", "R_DID", "R_ALONE", "R_STATE")
    return told if isinstance(told, Ending) else Ending("", "")


# -- a run begins


@action("begin")
def begin(parts: Sequence[Any]) -> Built:
    """ "I'm about to try a higher learning rate", "starting exp-006: longer warmup"."""
    verb, text = str(_payload(parts, "R_BEGIN")), re.sub(r"(?i)(?:^|\s+)(?:right )?now$", "", _text(parts))
    if verb in ("", "run", "launch") and _COMMAND.match(text):
        return _built(parts, Begin(command=text, name=_run(parts)))
    if verb and not text:
        return None
    goal = f"{verb} {text}" if verb else re.sub(r"(?i)^(?:in order )?to\s+", "", text)
    plain = re.match(r"(?:an?|is|do|if|[a-z]{3,})(?![\w=.-])", goal)  # not `lr 0.04`
    return _built(parts, Begin(goal[:1].upper() + goal[1:] if plain else goal, name=_run(parts)))


# -- a run ended


@action("ended", "marked")
def ended(parts: Sequence[Any]) -> Built:
    """ "training finished with loss 2.71", "mark exp-003 as crashed: OOM"."""
    verb, text = _verb(parts), _text(parts)
    return _built(parts, _end(_run(parts), verb.state, verb.said, text))


@action("result")
def result(parts: Sequence[Any]) -> Built:
    """ "record loss 2.71 for exp-003", "exp-003: loss 2.71"."""
    return _built(parts, _end(_run(parts), "", "", _text(parts)))


def _end(run: str, state: str, said: str, text: str) -> Act | None:
    """What is to be recorded of an end.

    Args:
        run: its name, or "" for the one in progress.
        state: how it ended, or "" where only a result is told; `said`: the words for that.
        text: what came out, or why.
    """
    from store.results import read_words

    if not text:
        how = said if said != state else ""
        return End(run, how, state=state) if state else None
    report = read_words(text)
    if state in _MILD and report.state not in _MILD:
        told, results = _shorn(_JOINING, text), _results(text, report.state)
        apart = results and not _holds(report.why, report)
        return _failed(run, report.state, report.state, f"{report.why}, {results}" if apart else told)
    if state not in _MILD:
        return _failed(run, state, said, text)
    if not state and report.step is not None:  # of a run that goes on
        return Remark(run, f"{said} {text}".strip())
    if not report.results and state and not text.lower().startswith("with "):
        return End(run, state=state, why=_shorn(_CAUSE, text))
    return End(run, _results(_shorn(_JOINING, text)) or _shorn(_JOINING, text), state=state)


def _failed(run: str, state: str, said: str, text: str) -> End:
    """A state with a cause alone has it as its `why`; with a place or results, all words are the report."""
    from store.results import read_words

    report = read_words(text)
    place = _PLACE.match(text) and (report.step is not None or re.search(r"\d", text))
    if said == state and not report.results and not place:
        again = read_words(text).state == state and re.match(rf"(?i){state}\b", text)
        return End(run, text, state=state) if again else End(run, state=state, why=_shorn(_CAUSE, text))
    whole = text if re.match(rf"(?i){said}\b", text) else f"{said} {text}"
    if not _GOES_ON.match(text) and whole is not text:
        listed = report.results and not _holds(report.why, report)
        whole = f"{said}, {text}" if listed else f"{said}: {text}"
    why, results = read_words(whole).why, _results(whole, state)
    return End(run, f"{why}, {results}" if results and not _holds(why, report) else whole, state=state)


def _holds(why: str, report: Report) -> bool:
    """Whether the words for a state tell a result as well: "timed out after 4 hours"."""
    return any(one.text in why for one in report.results.values())


def _shorn(lead: re.Pattern[str], text: str) -> str:
    """Without the words that joined it to what stood before."""
    found = lead.match(text)
    return text[found.end() :] if found and found.end() < len(text) else text


def _results(text: str, state: str = "") -> str:
    """Results by their names, where a text tells no more than them, and a state: "a final loss of 2.71"."""
    from store.results import read_words

    report = read_words(text)
    lost = report.step is not None and not state
    if report.remarks or lost or report.state not in ((state,) if state else ("", "completed")):
        return ""
    told = (
        f"{one.text} steps" if one.name == "steps" else f"{one.name} {one.text}"
        for one in report.results.values()
    )
    return ", ".join(told)


# -- notes and ideas


@action("noted")
def noted(parts: Sequence[Any]) -> Built:
    """ "note on exp-002: needs more steps", "note that the loss spikes"."""
    said = any(part.terminal == "R_SAYING" for part in parts)
    text = re.sub(r"(?i)^it ", "", _text(parts)) if said else _text(parts)
    return _built(parts, Remark(_run(parts), text))


@action("idea")
def idea(parts: Sequence[Any]) -> Built:
    """ "try longer warmup next", "todo: longer warmup"."""
    return _built(parts, Idea(_tried(parts)))


@action("ticked")
def ticked(parts: Sequence[Any]) -> Built:
    """ "tick off longer warmup", "I tried longer warmup"."""
    return _built(parts, Idea(_tried(parts), done=True))


def _tried(parts: Sequence[Any]) -> str:
    text = re.sub(r"(?i)^(?:to )?try(?:ing)? (?:out )?", "", _text(parts))
    return re.sub(r"(?i)^(?:todo|idea|item|number|thing) (?=\d+$)", "", text)
