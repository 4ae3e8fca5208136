"""What a person says of the end of a run: "final loss 2.71, core .31, diverged at step 5000"."""

from __future__ import annotations

from collections.abc import Sequence

from store.markup import clean
from store.names import name_words
from store.results.fillers import DENYING, DONE, FILLING
from store.results.pairs import Pairs
from store.results.report import Report, Result
from store.results.saying import Token, clauses, parts, tokenize
from store.slotted import fresh, slotted
from store.states import read_remark, read_status

__all__ = ["read_words"]

Span = tuple[int, int]
_MILD = ("", "completed", "running", "planned")
_LONGEST_STATUS = 60
_PLAIN = frozenset(("time", "steps"))  # "stopped after 300 steps" is a status for all that


@slotted(frozen=False)
class _Said:
    """What the clauses say, each thing with its characters in the text."""

    results: list[tuple[Result, Span]] = fresh(default_factory=list)
    states: list[tuple[str, Span]] = fresh(default_factory=list)
    steps: list[tuple[int, Span]] = fresh(default_factory=list)
    remarks: list[Span] = fresh(default_factory=list)


def read_words(text: str, names: Sequence[str] = ()) -> Report:
    """Read a spoken report.

    A number is a result only under a name that can be one: a known metric, a name that a ":" or "=" binds
    to it and that is no parameter, or one of `names`. Every other clause is kept as a remark.

    Args:
        text: the words.
        names: the columns of the history, which are results by themselves.

    Example:
        >>> report = read_words("final loss 2.71, core .31, diverged at step 5000")
        >>> [(result.name, result.value) for result in report.results.values()]
        [('loss', 2.71), ('CORE', 0.31)]
        >>> report.state, report.why, report.step
        ('diverged', 'diverged at step 5000', 5000)
        >>> read_words("lr 0.02, did not diverge").remarks
        ('lr 0.02, did not diverge',)
    """
    text = "\n".join(clean(line) for line in text.splitlines())
    said = _Said()
    for clause in clauses(tokenize(text)):
        _read_clause(clause, text, names, said)
    return _report(said, text)


def _read_clause(clause: list[Token], text: str, names: Sequence[str], said: _Said) -> None:
    """Read a clause; its parts that are not wholly results are taken together."""
    stretch: list[Pairs] = []
    whole = (clause[0].start, clause[-1].end)
    for part in parts(clause):
        pairs = Pairs(part, names, text)
        said.results += [(result, whole) for result in pairs.results]
        if pairs.results and not any(pairs.left()) and not _lost(pairs.results) and not _is_done(pairs):
            if pairs.step is not None:
                said.steps.append((pairs.step, whole))
            _read_stretch(stretch, text, said)
            stretch = []
        else:
            stretch.append(pairs)
    _read_stretch(stretch, text, said)


def _read_stretch(stretch: list[Pairs], text: str, said: _Said) -> None:
    """What parts that stand together say beside their results: a state, or a remark."""
    if not stretch:
        return
    tokens = [token for pairs in stretch for token in pairs.tokens]
    span = (tokens[0].start, tokens[-1].end)
    words = text[span[0] : span[1]]
    results = [result for pairs in stretch for result in pairs.results]
    steps = [pairs.step for pairs in stretch if pairs.step is not None]
    state, step = read_remark(words)
    if not state and _lost(results):
        state = "diverged"
    if not state and _PLAIN.issuperset(result.name for result in results) and len(words) <= _LONGEST_STATUS:
        state = read_status(words)
        state = "" if state in _MILD and not _is_state(words, state) else state
    if not state and all(map(_is_done_or_filled, stretch)) and any(map(_is_done, stretch)):
        state = "completed"
    if state:
        said.states.append((state, span))
    elif not results or any(token for pairs in stretch for token in pairs.left()):
        said.remarks.append(span)
    if state or results:
        said.steps += [
            (step, span) for step in dict.fromkeys([*steps, *([step] if step is not None else [])])
        ]


def _is_state(words: str, state: str) -> bool:
    """Whether a mild status is meant: not the "training" or "best" that a cell of a table may say."""
    return state == "planned" or (state == "running" and words.casefold() not in FILLING)


def _lost(results: Sequence[Result]) -> bool:
    return any(result.value is None and "loss" in name_words(result.name) for result in results)


def _is_done(pairs: Pairs) -> bool:
    """Whether it says "done": not "almost done"."""
    said = {token.low for at, token in enumerate(pairs.tokens) if at not in pairs.used}
    return not DONE.isdisjoint(said) and DENYING.isdisjoint(said)


def _is_done_or_filled(pairs: Pairs) -> bool:
    return all(token.low in DONE for token in pairs.left())


def _report(said: _Said, text: str) -> Report:
    """Put together what the clauses say; what contradicts itself is no result but a remark."""
    report = Report(source="words")
    clashing: list[Span] = []
    for name in dict.fromkeys(result.name for result, _ in said.results):
        told = [(result, span) for result, span in said.results if result.name == name]
        first = told[0][0]
        if all((result.value, result.unit) == (first.value, first.unit) for result, _ in told) and (
            first.value is not None or len({result.text.casefold() for result, _ in told}) == 1
        ):
            report.results[name] = first
        else:
            clashing += [span for _, span in told]
    states = [(state, span) for state, span in said.states if not _within(span, clashing)]
    report.state = next((state for state, _ in states if state not in _MILD), states[0][0] if states else "")
    report.why = "; ".join(_bare(text[start:end]) for _, (start, end) in states)
    steps = [(step, span) for step, span in said.steps if not _within(span, clashing)]
    telling = [step for step, span in steps if any(span == other for _, other in states)]
    if steps:
        report.step = (telling or [steps[0][0]])[0]
        clashing += [
            span for step, span in steps if step != report.step and not _within(span, [s for _, s in states])
        ]
    report.remarks = _joined([*said.remarks, *clashing], text)
    return report


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _bare(words: str) -> str:
    """Without the "and" or "but" before it."""
    first, _, rest = words.partition(" ")
    return rest if first.casefold() in ("and", "but", "then", "with") and rest else words


def _joined(spans: Sequence[Span], text: str) -> tuple[str, ...]:
    """The texts of spans in order; those with only signs between are one."""
    merged: list[Span] = []
    for start, end in sorted(set(spans)):
        if (
            merged
            and not any(map(str.isalnum, text[merged[-1][1] : start]))
            and "\n" not in text[merged[-1][1] : start]
        ):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(text[start:end] for start, end in merged)
