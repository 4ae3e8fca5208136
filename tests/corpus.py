"""The corpus, loaded: its histories, its meanings, its clock; `python -m tests.corpus --report` measures it.

python -m tests.corpus --report              every meaning whose wordings differ or are not understood
python -m tests.corpus --answers [FAMILY…]   every meaning with the answer of its first wording
python -m tests.corpus --family ranking …    restrict either to families
"""

from __future__ import annotations

import argparse
import contextlib
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from nlq.answer import Answer
from nlq.asking import exit_code
from nlq.engine import Trace, trace
from nlq.query import And, Compare, Has, In, Or, Query, Select, Steps, Values
from nlq.record.engine import Log, plan
from nlq.record.models import Act
from nlq.render import View, render
from store import written
from store.errors import HistoryError
from store.history import History
from store.load import load
from tests.evaluator import Evaluator

__all__ = [
    "CORPUS", "FAMILIES", "NOW", "ORDINARY", "Meaning", "alike", "as_written", "evaluator_of", "golden",
    "history_of", "meanings", "missed", "names_readings", "rendered", "report", "traced",
]  # fmt: skip

CORPUS = Path(__file__).parents[1] / "corpus"
NOW = datetime(2026, 2, 20, 14, 0)
"""Where the clock stands in every question (`corpus/questions/README.md`)."""

FAMILIES = tuple(
    sorted(path.stem for path in (CORPUS / "questions").glob("*.toml") if path.stem != "followup")
)
ORDINARY = tuple(f for f in FAMILIES if f not in ("ambiguous", "negative", "record", "nearly"))
"""The families whose questions have one answer."""

_FILES = {
    "nanochat": ".claude/experiments.md",
    "seed": ".claude/experiments.md",
    "autoresearch": "results.tsv",
    "sweep": "runs.csv",
    "messy": "experiments.md",
    "curves": ".",
    "epochs": ".",
    "evals": "evals.csv",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a person may want to know, and the ways to say it.

    Attributes:
        about: what is meant, in plain words; for a question that must be declined, why.
        readings: of an ambiguous question, what it may mean.
    """

    family: str
    id: str
    history: str
    about: str
    asks: tuple[str, ...]
    readings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.family}/{self.id}"


@cache
def meanings(family: str) -> tuple[Meaning, ...]:
    """The meanings of one family, in the order of its file."""
    table = tomllib.loads((CORPUS / "questions" / f"{family}.toml").read_text(encoding="utf-8"))
    return tuple(
        Meaning(
            family,
            one["id"],
            one.get("history", table["history"]),
            one.get("about") or one["why"],
            tuple(one["asks"]),
            tuple(one.get("readings", ())),
        )
        for one in table["meaning"]
    )


@cache
def history_of(name: str) -> History:
    """A history of the corpus, named by its folder; its places are told from that folder on."""
    with contextlib.chdir(CORPUS / "histories" / name):
        return load([_FILES[name]])


@cache
def evaluator_of(name: str) -> Evaluator:
    """The independent evaluator of a history of the corpus."""
    return Evaluator(history_of(name))


def traced(question: str, history: str) -> Trace:
    """What the engine makes of a question asked of a history of the corpus."""
    with patch.object(
        written, "last_written", lambda path: NOW
    ):  # a checkout's files are all of its own time
        return trace(question, history_of(history), now=NOW)


def rendered(answer: Answer) -> str:
    """An answer as a pipe sees it: stdout, then what is said beside it on stderr."""
    output = render(answer, "table", View())
    beside = f"\n{output.err.strip(chr(10))}\n" if output.err.strip() else ""
    return output.out.rstrip("\n") + "\n" + beside


def golden(meaning: Meaning) -> str:
    """The golden file of a meaning: its first wording and the whole answer."""
    answer = _answer(meaning.asks[0], meaning.history)
    if answer.act is not None:
        return _change(meaning, answer.act)
    query = f"\nquery       {as_written(answer.query)}\n" if answer.query is not None else ""
    code = exit_code(answer, strict=False)
    return (
        f"# {meaning.about}\n"
        f"$ ask --in {meaning.history} {meaning.asks[0]!r}   # {answer.status}, exit {code}\n\n"
        f"{rendered(answer)}{query}"
    )


def _change(meaning: Meaning, act: Act) -> str:
    """The golden file of a sentence that reports: what it would change in the log, and what is told."""
    with contextlib.chdir(CORPUS / "histories" / meaning.history):
        log = Log.of(Path(_FILES[meaning.history]), {})
        try:
            planned = plan(act, log, NOW)
            told = [*planned.diff, "", *filter(None, [planned.asks]), rendered(planned.answer).rstrip("\n")]
        except HistoryError as error:
            told = [f"ask: {error}"]
    head = f"# {meaning.about}\n$ ask --in {meaning.history} --yes {meaning.asks[0]!r}\n\n"
    return head + "\n".join([*told, "", f"record      {as_written(act)}", ""])


def _answer(question: str, history: str) -> Answer:
    answer = traced(question, history).answer
    assert answer is not None
    return answer


# -- one meaning


def alike(one: Query | None, other: Query | None) -> bool:
    """Whether two queries ask the same; in which order sides, columns or conditions are named tells nothing.

    Example:
        >>> from nlq.query import Values
        >>> alike(Values(("lr", "depth")), Values(("depth", "lr"))), alike(None, None)
        (True, False)
    """
    return one is not None and _canonical(one) == _canonical(other)


def _canonical(node: Any) -> Any:
    if isinstance(node, tuple):
        return tuple(map(_canonical, node))
    if not is_dataclass(node) or isinstance(node, type):
        return node
    if isinstance(node, Has):
        return replace(node, text=node.text.lower())
    unordered = next((names for family, names in _UNORDERED.items() if isinstance(node, family)), ())
    parts = {field.name: _canonical(getattr(node, field.name)) for field in fields(node)}
    parts |= {name: tuple(sorted(parts[name], key=repr)) for name in unordered}
    return replace(cast(Any, node), **parts)


_UNORDERED: dict[type, tuple[str, ...]] = {
    And: ("of",),
    Or: ("of",),
    In: ("values",),
    Compare: ("sides", "keys"),
    Select: ("show", "group"),
    Values: ("keys",),
    Steps: ("keys",),
}


def as_written(node: Any) -> str:
    """A query as one would write it: defaults left out.

    Example:
        >>> from nlq.query import Col, Select
        >>> as_written(Select((Col("loss"),), limit=1))
        "Select(show=(Col('loss'),), limit=1)"
    """
    if isinstance(node, tuple):
        return f"({', '.join(map(as_written, node))}{',' if len(node) == 1 else ''})"
    if not is_dataclass(node) or isinstance(node, type):
        return repr(node)
    told = [(field, getattr(node, field.name)) for field in fields(node)]
    kept = [(f.name, as_written(value)) for f, value in told if f.default is MISSING or value != f.default]
    plain = len(kept) == len(told) or [name for name, _ in kept] == [
        f.name for f, _ in told if f.default is MISSING
    ]
    inner = ", ".join(value if plain else f"{name}={value}" for name, value in kept)
    return f"{type(node).__name__}({inner})"


def missed(meaning: Meaning, wording: str) -> str:
    """What happens to a wording in place of what should; "" where it is understood as it is meant."""
    answer = _answer(wording, meaning.history)
    if meaning.family == "record":
        act = _answer(meaning.asks[0], meaning.history).act
        return "" if answer.act is not None and answer.act == act else _understood(answer)
    if answer.act is not None:
        return f"<recorded> {answer.understood}"
    if meaning.family == "nearly":
        return ""
    if meaning.family == "negative":
        return "" if answer.status == "declined" else _understood(answer)
    if meaning.family == "ambiguous":
        return "" if names_readings(answer) else _understood(answer)
    if answer.status not in ("answered", "empty"):
        return _understood(answer)
    first = _answer(meaning.asks[0], meaning.history)
    return "" if alike(answer.query, first.query) or first.status == "declined" else _understood(answer)


def names_readings(answer: Answer) -> bool:
    """Whether an answer says that something else could be meant, and how to ask for it."""
    if answer.status == "ambiguous":
        return len(answer.suggestions) > 1
    return answer.status in ("answered", "empty") and any(one.override for one in answer.assumptions)


def _understood(answer: Answer) -> str:
    if answer.status in ("answered", "empty"):
        unused = f"  [unused: {' '.join(answer.unused)}]" if answer.unused else ""
        return f"{answer.understood}{unused}"
    return f"<{answer.status}> {answer.headline}"


# -- the report


def report(families: Sequence[str]) -> Iterator[str]:
    """Lines that tell each meaning whose wordings are not all understood as the first one is."""
    wordings = bad = whole = count = 0
    lines: list[str] = []
    for family in families:
        told: list[str] = []
        misses = 0
        for meaning in meanings(family):
            happens = {wording: missed(meaning, wording) for wording in meaning.asks}
            count, wordings = count + 1, wordings + len(happens)
            misses += sum(map(bool, happens.values()))
            whole += not any(happens.values())
            told += _told(meaning, happens) if any(happens.values()) else []
        bad += misses
        lines += [f"\n## {family}: {misses} wordings", *told]
    yield f"{whole} of {count} meanings whole, {wordings - bad} of {wordings} wordings as they should be"
    yield from lines


def _told(meaning: Meaning, happens: dict[str, str]) -> Iterator[str]:
    yield f"{meaning}  [{meaning.history}]  {meaning.about}"
    for reading in meaning.readings:
        yield f"      reading: {reading}"
    if meaning.family in ORDINARY:
        yield f"    1 {meaning.asks[0]!r} → {_understood(_answer(meaning.asks[0], meaning.history))}"
    for wording, what in happens.items():
        if what and (wording != meaning.asks[0] or meaning.family not in ORDINARY):
            yield f"    ✗ {wording!r} → {what}"
            for assumption in _answer(wording, meaning.history).assumptions if meaning.readings else ():
                yield f"        assumed: {assumption.text} | {assumption.override}"


def answers(families: Sequence[str], wanted: Sequence[str] = ()) -> Iterator[str]:
    """Every meaning with the answer of its first wording in full."""
    for family in families:
        for meaning in meanings(family):
            if not wanted or meaning.id in wanted:
                yield f"=== {meaning}\n{golden(meaning)}"


def _main() -> None:
    options = argparse.ArgumentParser(description="Measure the corpus.")
    options.add_argument("--report", action="store_true", help="wordings that are not understood alike")
    options.add_argument("--answers", action="store_true", help="the answer of every first wording")
    options.add_argument("--family", nargs="*", default=list(FAMILIES), choices=FAMILIES)
    options.add_argument("--id", nargs="*", default=[])
    told = options.parse_args()
    for line in answers(told.family, told.id) if told.answers else report(told.family):
        print(line)


if __name__ == "__main__":
    _main()
