"""What the lines read so far amount to: for each name the last value, and how the run seems to have ended."""

from __future__ import annotations

from store.markup import clean
from store.names import name_words
from store.results.failures import Failure, failure_in
from store.results.lines import Line
from store.results.report import Report, Result

__all__ = ["Known"]

_SOURCE = "training output"
_NAMES = 1000
_LONGEST = 500
_NOT_FINITE = frozenset(("nan", "inf", "infinity"))


class Known:
    """A fold over the lines of a training's output, in their order.

    Leaving out a line that one of the same shape follows changes nothing: every part is told by the last
    line that speaks of it. The scanner relies on it.
    """

    def __init__(self) -> None:
        self.step: int | None = None
        # Registered names without a value are those of lines that are still to be parsed.
        self._results: dict[str, tuple[Result, int | None] | None] = {}
        self._failure: Failure | None = None
        self._outer: Failure | None = None

    def copy(self) -> Known:
        """The same, to go on with."""
        known = Known()
        known.step, known._results = self.step, dict(self._results)
        known._failure, known._outer = self._failure, self._outer
        return known

    def register(self, line: Line) -> None:
        """Give a line's names their places in the order of first appearance, of which there are 1,000."""
        for result in line.results:
            if len(self._results) < _NAMES:
                self._results.setdefault(result.name, None)

    def take(self, line: Line, failure: Failure | None) -> None:
        """Take a line's values for the last ones; a measurement or a step says that the run went on."""
        self.register(line)
        for result in line.results:
            if result.name in self._results:
                self._results[result.name] = (result, line.step)
        if line.step is not None:
            self.step = line.step
        if line.results or line.step is not None:
            self._failure = self._outer = None
        if failure and failure.outer:
            self._outer = failure
        elif failure:
            self._failure = failure

    def report(self, tail: list[str]) -> Report:
        """The results, and the state: diverged where the last loss is no number, else by the failure.

        A failure counts only where the output ends with one: `tail` are the last lines. Of a launcher's
        report and the failure that it reports of, the latter tells why.
        """
        told = [entry for entry in self._results.values() if entry]
        report = Report({result.name: _cleaned(result) for result, _ in told}, step=self.step, source=_SOURCE)
        failure = self._failure or self._outer
        at_end = failure is not None and any(map(failure_in, tail))
        if failure and at_end:
            report.state, report.why = failure.state, clean(failure.text)[:_LONGEST]
        lost = next(((result, step) for result, step in told if _is_lost(result)), None)
        if lost:
            result, step = lost
            why = f"{result.name} {result.text}" + (f" at step {step}" if step is not None else "")
            report.state, report.why = "diverged", f"{why}; {report.why}" if report.why else why
        return report


def _is_lost(result: Result) -> bool:
    """Whether it is a loss that is no number; one on held-out data alone is not the training's end."""
    if result.text.lower().lstrip("+-") not in _NOT_FINITE:
        return False
    said = name_words(result.name)
    return "loss" in said and not {"val", "validation", "valid", "eval", "test", "dev"}.intersection(said)


def _cleaned(result: Result) -> Result:
    name, text = clean(result.name)[:_LONGEST], clean(result.text)[:_LONGEST]
    return Result(name, text, result.value, result.unit)
