"""Refusals that help: what was understood, which word was not, and near questions that work."""

from __future__ import annotations

from nlq.answer import Answer, Searched, Suggestion
from nlq.columns import main_metric
from nlq.lexicon import Lexicon
from store.catalog import Catalog
from store.history import History
from store.vocabulary import words

__all__ = ["RIVAL", "asked_back", "declined", "no_runs"]

MAX = 5

NAMED = 8
"""Columns that are named where nothing looks like what was asked for."""

RIVAL = "could also be read as: "
"""What another reading is named by, beside an answer."""


def declined(
    question: str, reason: str, history: History, lexicon: Lexicon, unknown: tuple[str, ...] = (),
    instead: tuple[str, ...] = (), understood: str = "",
) -> Answer:  # fmt: skip
    """A refusal with what works instead.

    Args:
        reason: one sentence without its full stop. unknown: the words that nothing says.
        instead: what to ask in place of it. understood: the restatement of what was understood.
    """
    near = [(word, _near(word, lexicon)) for word in unknown]
    suggestions = [
        Suggestion("", f'nearest to "{word}": {", ".join(names)}') for word, names in near if names
    ]
    if unknown and not suggestions:
        suggestions += _recorded(history.catalog)
    if understood:
        suggestions.append(Suggestion(understood, "what was understood"))
    suggestions += [Suggestion(text) for text in instead]
    for text in _working_questions(history.catalog):
        if len(suggestions) < MAX and all(s.ask != text for s in suggestions):
            suggestions.append(Suggestion(text))
    return Answer(
        question=question,
        status="declined",
        headline=f"Declined: {reason}.",
        unused=unknown,
        understood=understood,
        suggestions=tuple(suggestions),
        searched=Searched(history.catalog.rows, len(history.sources)),
    )


def asked_back(answer: Answer) -> Answer:
    """A question of which no reading is the likelier: its readings, each with what asks for it alone."""
    readings = [Suggestion(one.override, one.text.removeprefix(RIVAL)) for one in answer.assumptions
                if one.text.startswith(RIVAL)]  # fmt: skip
    return Answer(
        question=answer.question,
        status="ambiguous",
        headline=f"{len(readings) + 1} readings are as likely: which one is meant?",
        suggestions=(Suggestion(answer.understood, "as it stands"), *readings),
        searched=answer.searched,
    )


def no_runs(question: str, history: History) -> Answer:
    """What any question about runs is answered of a log that has none yet."""
    where = ", ".join(source.path for source in history.sources)
    told = f"No {history.catalog.nouns[0]} is recorded yet in {where}: ask start -- COMMAND records one."
    return Answer(question, "empty", told, searched=Searched(0, len(history.sources)))


def _recorded(catalog: Catalog) -> list[Suggestion]:
    """What is recorded, where nothing looks like the word that was not understood."""
    found = []
    for kind, called in (("param", "parameters"), ("metric", "metrics")):
        plumbing = words("columns")["plumbing"]
        own = (c for c in catalog.columns if c.kind == kind and c.name.replace("-", "_") not in plumbing)
        columns = sorted(own, key=lambda c: -c.count)
        if columns:
            names = ", ".join(column.name for column in columns[:NAMED])
            more = f" and {len(columns) - NAMED} more" if len(columns) > NAMED else ""
            found.append(Suggestion("", f"{called} recorded: {names}{more}"))
    return found


def _working_questions(catalog: Catalog) -> list[str]:
    """Questions that this history can answer."""
    found = []
    metric = main_metric(catalog)
    noun = catalog.nouns[0]
    if metric is not None:
        found.append(f"best {noun} by {metric.name}")
    varied = next((c for c in catalog.columns if c.kind == "param" and c.distinct > 1), None)
    if varied is not None:
        found.append(f"what {varied.name} values have I tried")
    return [*found, f"how many {noun}s", "columns"]


def _near(word: str, lexicon: Lexicon) -> list[str]:
    """Names and values of the history that look like a word."""
    from rapidfuzz import fuzz, process

    names = [column.name for column in lexicon.catalog.columns]
    values = [
        str(v)
        for c in lexicon.catalog.columns
        if c.type == "text" and c.distinct <= 200
        for v in c.values
        if len(str(v)) < 40
    ]
    pool = list(dict.fromkeys([*names, *values]))
    return [str(hit[0]) for hit in process.extract(word, pool, scorer=fuzz.WRatio, score_cutoff=78, limit=3)]
