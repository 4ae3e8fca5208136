"""Measures over questions that lie beside the checkout (`shared/`) and are no part of it."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nlq import engine
from nlq.answer import Answer
from store.errors import NoHistory, UnreadableHistory
from store.history import History
from store.load import load
from tests import gold as gold_set
from tests import outside
from tests.corpus import traced
from tests.scoreboard.scores import Miss, Score, hints, sample, share, understood

__all__ = ["followups", "gold", "real", "spider", "spider_syn", "stamp", "verdicts", "wikisql"]

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
VERDICTS = Path(__file__).resolve().parents[1] / "real_verdicts.tsv"


def _absent(path: Path) -> Score:
    return Score(absent=f"no {path.name} at {path.parent}")


def gold(size: int | None, seed: int) -> Score:
    """Questions over real histories with answers worked out by hand."""
    if not gold_set.GOLD.exists():
        return _absent(gold_set.GOLD)
    judged = [each for name in gold_set.SETS for each in gold_set.judge_all(name)]
    tally = gold_set.tally(judged)
    beside = f"{tally['wrong']} wrong without a warning (aim 0), "
    beside += f"{tally['warned']} warned, {tally['refused']} refused"
    misses = [
        Miss(each.question["q"], each.id, json.dumps(each.question["answer"], ensure_ascii=False),
             f"{each.verdict}: {each.answer.headline if each.answer else each.raised}")
        for each in judged if each.verdict != "right"
    ]  # fmt: skip
    return Score(len(judged), share(misses, len(judged)), "-", beside, misses)


# -- real questions


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said of the answer with that stamp: the history it was asked of, and why."""

    history: str
    verdict: str
    stamp: str
    reason: str


@cache
def verdicts() -> dict[int, Verdict]:
    """The verdicts by the question's line in `real.jsonl`, from 1."""
    with VERDICTS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {
            int(row["id"]): Verdict(row["history"], row["verdict"], row["stamp"], row["reason"])
            for row in rows
        }


def stamp(answer: Answer) -> str:
    """What an answer is recognised by: changed words of its headline or rows make it another one."""
    told = "\n".join((answer.status, answer.headline, repr(answer.rows)))
    return hashlib.sha256(told.encode()).hexdigest()[:10]


def real(size: int | None, seed: int) -> Score:
    """Questions that people really typed, each of a fitting history of the corpus, judged by reading."""
    asked = SHARED / "questions" / "real.jsonl"
    if not asked.exists():
        return _absent(asked)
    lines = asked.read_text(encoding="utf-8").splitlines()
    tally: Counter[str] = Counter()
    misses = []
    cases = sample(list(enumerate(lines, 1)), size)
    for number, line in cases:
        known, question = verdicts()[number], json.loads(line)["q"]
        made = traced(question, known.history)
        assert made.answer is not None
        tally["refused" if made.answer.status == "declined" else "answered"] += 1
        verdict = known.verdict if known.stamp == stamp(made.answer) else "unjudged"
        tally[verdict] += 1
        if verdict not in ("right", "refused rightly"):
            told = f"{number} {verdict}: {known.reason} (now {stamp(made.answer)})"
            misses.append(Miss(question, known.history, told, _in_short(made.answer), hints(made)))
    beside = ", ".join(f"{count} {name}" for name, count in tally.items())
    return Score(len(cases), share(misses, len(cases)), "-", beside, misses)


def _in_short(answer: Answer) -> str:
    return f"{answer.status}: {answer.headline}" + (f" [{answer.understood}]" if answer.understood else "")


# -- outside sets


def spider(size: int | None, seed: int) -> Score:
    """Questions over one table of a database."""
    return _outside("spider1t", size, syn=False)


def spider_syn(size: int | None, seed: int) -> Score:
    """The same in synonyms."""
    return _outside("spider1t", size, syn=True)


def wikisql(size: int | None, seed: int) -> Score:
    """Look-ups in tables of an encyclopedia."""
    return _outside("wikisql_tf", size, syn=False)


def _outside(name: str, size: int | None, *, syn: bool) -> Score:
    if not (outside.BENCH / name).exists():
        return _absent(outside.BENCH / name)
    outcomes = outside.measure(name, sample(outside.questions(name, syn=syn), size))
    whole = outside.figures(outcomes)
    parts = [outside.figures([o for o in outcomes if o.part == part]) for part in range(outside.PARTS)]
    thirds = " ".join(f"{part.lenient:.1f}" for part in parts)
    beside = f"lenient; coverage {whole.coverage:.1f}, precision {whole.precision:.1f}; by third {thirds}"
    raised = sum(bool(outcome.raised) for outcome in outcomes)
    misses = [
        Miss(o.question["asked"], o.question["table"], o.question["sql"],
             understood(engine.Trace("", answer=o.answer)) if o.answer else o.raised)
        for o in outcomes if not o.lenient
    ]  # fmt: skip
    return Score(
        len(outcomes), f"{whole.lenient:.1f}", "-", beside + (f", {raised} raised" if raised else ""), misses
    )


# -- follow-ups


def followups(size: int | None, seed: int) -> Score:
    """A question after another one must bring what the two said as one do, where that one is answered."""
    folder = outside.BENCH / "followup"
    if not folder.exists():
        return _absent(folder)
    lines = (folder / "triples.jsonl").read_text(encoding="utf-8").splitlines()
    triples = sorted(map(json.loads, sample(lines, size)), key=lambda triple: str(triple["table"]))
    histories: dict[str, History | None] = {}
    misses, tally = [], Counter[str]()
    for triple in triples:
        history = histories.setdefault(triple["table"], _table(folder, triple["table"]))
        if history is None:
            tally["tables not read"] += 1
            continue
        fused = engine.ask(triple["fused"], history)
        if fused.status not in ("answered", "empty"):
            tally["of which the fused question is refused"] += 1
            continue
        tally["asked"] += 1
        told = _after(triple["precedent"], triple["followup"], history)
        if told.status == "declined" or sorted(map(repr, told.rows)) != sorted(map(repr, fused.rows)):
            tally["wrong" if told.status in ("answered", "empty") else "declined"] += 1
            asked = f"{triple['precedent']} >> {triple['followup']}"
            misses.append(
                Miss(asked, triple["table"], f"{triple['fused']} → {fused.understood}", _in_short(told))
            )
    for history in filter(None, histories.values()):
        history.engine.close()
    beside = ", ".join(f"{count} {name}" for name, count in tally.items() if name != "asked")
    return Score(tally["asked"], share(misses, tally["asked"]), "-", beside, misses)


def _table(folder: Path, name: str) -> History | None:
    try:
        return load([folder / "tables" / f"{name}.csv"], nouns=("row",))
    except (NoHistory, UnreadableHistory):
        return None


def _after(precedent: str, followup: str, history: History) -> Answer:
    """The answer to a question that follows another; without such a thing in the engine, to it alone."""
    again: Any = getattr(engine, "ask_again", None)
    if again is None:
        return engine.ask(followup, history)
    told: Answer = again(followup, engine.ask(precedent, history), history)
    return told
