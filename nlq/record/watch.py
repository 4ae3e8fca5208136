"""`ask run`: a command is run as if it was alone, and recorded: its start, its results, how it ended."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Sequence
from datetime import datetime

from nlq.answer import Answer
from nlq.record.engine import Log, carry_out
from nlq.record.models import Begin, End
from store.errors import HistoryError
from store.log.lost import Watch
from store.process import Ended, leave_as, run_through
from store.results import Report, Scanner

__all__ = ["watch"]

_NOT_FOUND = 127  # as shells have it
_SECONDS = 15.0
"""How often it is written down what was seen last, for a watcher that is killed."""


def watch(
    argv: Sequence[str],
    begin: Begin,
    log: Log,
    now: Callable[[], datetime],
    tell: Callable[[Answer], None],
) -> int:
    """Record a run's start, run its command, record its end.

    Args:
        argv: the command; no shell sees it.
        begin: what is recorded before it starts.
        log: where.
        now: the clock.
        tell: what is to be said, beside the command's own output.

    Returns:
        The command's exit code; where a signal ended it, this process ends by the same one.

    Raises:
        NotWritable: where the start can't be recorded; then nothing is run.
    """
    if shutil.which(argv[0]) is None:
        tell(Answer("", "declined", f"no command {argv[0]}: nothing was run, nothing was written"))
        return _NOT_FOUND
    started = carry_out(begin, log, now())
    tell(started)
    run = started.provenance[0].run
    seen = Watch(log.path.resolve(), run)
    scanner = Scanner()

    def look() -> None:
        told = scanner.report(ended=False).results
        seen.saw(now(), scanner.step, {name: one.text for name, one in told.items()})

    look()
    try:
        ended = run_through(argv, scanner.feed, look, _SECONDS)
    except OSError as error:
        ended = Ended(_NOT_FOUND - 1, 0, 0.0, False)
        tell(Answer("", "declined", f"{argv[0]} can't be run: {error.strerror or error}"))
    act = _end(run, scanner.report(), scanner.tail, ended)
    try:
        tell(carry_out(act, log, now()))
        seen.close()
    except HistoryError as error:
        values = " ".join(f"--{name} {text}" for name, text in act.results)
        tell(
            Answer(
                "", "declined", f"{run} was not recorded: {error}", details=(f"ask finish {run} {values}",)
            )
        )
    return leave_as(ended)


def _end(run: str, report: Report, tail: Sequence[str], ended: Ended) -> End:
    """What is recorded of a run's end."""
    results = [(name, one.text) for name, one in report.results.items()]
    if "time" not in report.results:
        results.append(("time", _duration(ended.seconds)))
    state, why = _state(report, ended)
    failed = state == "crashed"
    return End(run, results=tuple(results), state=state, why=why, output=tuple(tail) if failed else ())


def _state(report: Report, ended: Ended) -> tuple[str, str]:
    """How it ended, by its exit, and what its output says of it."""
    at = f" at step {report.step}" if report.step is not None else ""
    if ended.interrupted or ended.signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        return "stopped", f"interrupted{at}"
    if ended.signal:
        return "crashed", f"killed by {signal.Signals(ended.signal).name}{at}"
    if ended.code:
        said = report.why if report.state == "crashed" else ""
        return "crashed", f"exit {ended.code}{at}" + (f": {said}" if said else "")
    if report.state == "diverged":
        return "diverged", report.why
    return "completed", ""


def _duration(seconds: float) -> str:
    """A wall time as a person would write it.

    Example:
        >>> _duration(12.34), _duration(2472), _duration(10080)
        ('12.3 s', '41.2 min', '2.8 hours')
    """
    if seconds < 60:
        return f"{max(seconds, 0.01):.3g} s"
    return f"{seconds / 60:.3g} min" if seconds < 3600 else f"{seconds / 3600:.3g} hours"
