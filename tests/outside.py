"""How far the language carries: questions that nobody of this project wrote, each over one table.

    python -m tests.outside spider1t|wikisql_tf [--part 0|1|2] [--syn] [--misses N] [--out FILE]

A table is loaded once and asked all of its questions; what comes back is judged by the set's own scorer.
The tables are dealt into three parts by the order of their names: misses are read from one part only (part
0 unless `--part` names another), so that the other two tell whether a gain carries over. The data lies
beside the checkout and is no part of it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlq import engine
from nlq.answer import Answer
from store.errors import NoHistory, UnreadableHistory
from store.history import History
from store.load import load

__all__ = ["BENCH", "Outcome", "figures", "judge_of", "measure", "parts_of", "questions"]

BENCH = Path(__file__).resolve().parents[1].parent / "shared" / "bench"
SETS = ("spider1t", "wikisql_tf")
PARTS = 3

Question = dict[str, Any]
Judge = Callable[[Question, list[list[Any]] | None], tuple[int, int]]


@dataclass(slots=True)
class Outcome:
    """One question and what became of it.

    Attributes:
        question: as the set has it, with `asked`, the wording that was asked.
        part: the part its table is in.
        rows: the rows that were answered; None where the question was declined.
        strict, lenient: whether the scorer takes them.
        ms: what the engine needed.
        raised: the exception, where there was one.
        answer: all that was told; None where it raised or the table was not read.
    """

    question: Question
    part: int
    rows: list[list[Any]] | None = None
    strict: bool = False
    lenient: bool = False
    ms: float = 0.0
    raised: str = ""
    answer: Answer | None = None


@dataclass(slots=True)
class Figures:
    """Shares of one group of questions, in percent; times in milliseconds."""

    count: int = 0
    coverage: float = 0.0
    strict: float = 0.0
    lenient: float = 0.0
    precision: float = 0.0
    p50: float = 0.0
    p99: float = 0.0

    def __str__(self) -> str:
        shares = f"{self.coverage:9.1f}{self.strict:8.1f}{self.lenient:9.1f}{self.precision:11.1f}"
        return f"{self.count:5d}{shares}{self.p50:8.1f}{self.p99:8.1f}"


@dataclass(slots=True)
class _Tables:
    """The tables of a set: their parts and what a row is called."""

    folder: Path
    parts: dict[str, int] = field(default_factory=dict)
    nouns: dict[str, str] = field(default_factory=dict)


def questions(name: str, *, part: int | None = None, syn: bool = False) -> list[Question]:
    """The questions of a set, or of one part of its tables, in the order of the tables.

    Args:
        name: "spider1t" or "wikisql_tf".
        part: 0, 1 or 2; None for all.
        syn: ask the wording with synonyms where the set has one.
    """
    parts = _tables(name).parts
    lines = (BENCH / name / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    wanted = [q for q in read if part is None or parts[q["table"]] == part]
    for question in wanted:
        question["asked"] = (question.get("question_syn") if syn else "") or question["question"]
    return sorted(wanted, key=lambda q: str(q["table"]))


def measure(name: str, asked: Iterable[Question]) -> list[Outcome]:
    """Ask questions of a set, table by table, and judge what comes back."""
    tables, judge = _tables(name), judge_of()
    outcomes: list[Outcome] = []
    for table, of_table in _by_table(asked).items():
        history = _open(tables, table)
        outcomes += [_ask(q, history, tables.parts[table], judge) for q in of_table]
        if history is not None:
            history.engine.close()
    return outcomes


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """What share was answered, and answered right."""
    count = len(outcomes)
    if not count:
        return Figures()
    answered = sum(o.rows is not None for o in outcomes)
    lenient = sum(o.lenient for o in outcomes)
    times = sorted(o.ms for o in outcomes)
    return Figures(
        count,
        coverage=100 * answered / count,
        strict=100 * sum(o.strict for o in outcomes) / count,
        lenient=100 * lenient / count,
        precision=100 * lenient / answered if answered else 0.0,
        p50=times[count // 2],
        p99=times[min(count - 1, int(0.99 * count))],
    )


def singular(phrase: str) -> str:
    """A table's name as the word for one of its rows: "apartment bookings" → "apartment booking"."""
    kept = ("ss", "us", "is", "news", "series")
    if phrase == "people":
        return "person"
    if phrase.endswith("ies") and not phrase.endswith(kept):
        return phrase[:-3] + "y"
    if phrase.endswith(("sses", "xes", "ches", "shes", "uses")):
        return phrase[:-2]
    return phrase[:-1] if phrase.endswith("s") and not phrase.endswith(kept) else phrase


def parts_of(name: str) -> dict[str, int]:
    """The part that each table of a set is in."""
    return _tables(name).parts


def _tables(name: str) -> _Tables:
    folder = BENCH / name / "tables"
    stems = sorted(path.stem for path in folder.glob("*.csv"))
    tables = _Tables(folder, {stem: at % PARTS for at, stem in enumerate(stems)})
    described = BENCH / name / "tables.json"
    if described.exists():
        named = json.loads(described.read_text(encoding="utf-8"))
        tables.nouns = {stem: singular(about["table_name"]) for stem, about in named.items()}
    return tables


def judge_of() -> Judge:
    """The set's own scorer, read where it lies."""
    spec = importlib.util.spec_from_file_location("shared_bench_score", BENCH / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    judge: Judge = module.judge
    return judge


def _by_table(asked: Iterable[Question]) -> dict[str, list[Question]]:
    tables: dict[str, list[Question]] = {}
    for question in asked:
        tables.setdefault(question["table"], []).append(question)
    return tables


def _open(tables: _Tables, table: str) -> History | None:
    noun = tables.nouns.get(table, "row")
    try:
        return load([tables.folder / f"{table}.csv"], nouns=(noun,))
    except (NoHistory, UnreadableHistory):
        return None


def _ask(question: Question, history: History | None, part: int, judge: Judge) -> Outcome:
    outcome = Outcome(question, part)
    if history is None:
        outcome.raised = "the table was not read"
        return outcome
    begun = time.perf_counter()
    try:
        outcome.answer = engine.ask(question["asked"], history)
    except Exception as error:  # counted and printed: no question may raise
        outcome.raised = f"{type(error).__name__}: {error}"
        return outcome
    finally:
        outcome.ms = 1000 * (time.perf_counter() - begun)
    outcome.rows = answered(outcome.answer)
    strict, lenient = judge(question, outcome.rows)
    outcome.strict, outcome.lenient = bool(strict), bool(lenient)
    return outcome


def answered(answer: Answer) -> list[list[Any]] | None:
    """The rows of an answer as plain cells, or None where there is none.

    A cell that is told as it stands in the file ("march 9, 2008" for a date) is judged so: the sets compare
    texts, and know no dates.
    """
    if answer.status not in ("answered", "empty"):
        return None
    return [
        [answer.marks.get((r, c)) or _cell(value) for c, value in enumerate(row)]
        for r, row in enumerate(answer.rows)
    ]


def _cell(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def report(name: str, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The figures as lines: all, by part, by category, and what raised."""
    head = f"{'n':>5}{'coverage':>9}{'strict':>8}{'lenient':>9}{'precision':>11}{'p50 ms':>8}{'p99 ms':>8}"
    yield f"{name:<12}{head}"
    groups: dict[str, list[Outcome]] = {"all": list(outcomes)}
    for outcome in sorted(outcomes, key=lambda o: o.part):
        groups.setdefault(f"part {outcome.part}", []).append(outcome)
    for category in Counter(c for o in outcomes for c in o.question["cats"]):
        groups[category] = [o for o in outcomes if category in o.question["cats"]]
    for group, members in groups.items():
        yield f"{group:<12}{figures(members)}"
    for outcome in outcomes:
        if outcome.raised:
            yield f"RAISED {outcome.question['id']} {outcome.question['asked']!r}: {outcome.raised}"


def misses(outcomes: Iterable[Outcome], part: int, most: int) -> Iterator[str]:
    """The questions of one part that were answered wrong or declined, each with both sides."""
    missed = [o for o in outcomes if o.part == part and not o.lenient]
    for outcome in missed[:most]:
        q, told = outcome.question, outcome.answer
        yield f"\n{q['id']}  {q['table']}  {'wrong' if outcome.rows is not None else 'declined'}"
        yield f"  asked       {q['asked']}"
        yield f"  gold sql    {q['sql']}"
        if told is not None:
            yield f"  understood  {told.understood or '-'}"
            yield f"  headline    {told.headline}"
            yield f"  sql         {told.sql}"
            beside = [*told.notes, *(f"unused: {word}" for word in told.unused)]
            yield f"  beside      {' | '.join([*beside, *(a.text for a in told.assumptions)])}"
        yield f"  gold        {_head(q['answer'])}"
        yield f"  ours        {_head(outcome.rows)}"


def _head(rows: Sequence[object] | None) -> str:
    if rows is None:
        return "-"
    return f"{len(rows)} rows: {', '.join(map(str, rows[:4]))}"[:300]


def main(words: Sequence[str] | None = None) -> int:
    """Measure one set and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.outside", description=__doc__)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("--part", type=int, choices=range(PARTS), help="ask only this third of the tables")
    parser.add_argument("--syn", action="store_true", help="ask the wording with synonyms")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print the first N misses")
    parser.add_argument("--out", type=Path, help="write the predictions, for the set's own score.py")
    options = parser.parse_args(words)
    if not (BENCH / options.set).exists():
        print(f"no {options.set} at {BENCH}", file=sys.stderr)
        return 1
    outcomes = measure(options.set, questions(options.set, part=options.part, syn=options.syn))
    print("\n".join(report(options.set, outcomes)))
    if options.misses:
        print("\n".join(misses(outcomes, options.part or 0, options.misses)))
    if options.out:
        lines = [json.dumps({"id": o.question["id"], "rows": o.rows}) + "\n" for o in outcomes]
        options.out.write_text("".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
