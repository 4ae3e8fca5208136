"""Questions about the history itself: things to try, its files, its columns, a summary."""

from __future__ import annotations

from nlq.answer import Header
from nlq.query import About, Has
from nlq.tell.columns import columns_answer
from nlq.tell.common import Ask, Body
from nlq.tell.phrases import plural, said
from nlq.tell.summary import summary_answer
from store.history import History
from store.records import ELSEWHERE, Place

__all__ = ["about_answer"]


_DISAGREE = ("disagree", "differ", "says", "not joined")
"""Words by which a note of a reading tells of a contradiction."""


def about_answer(query: About, history: History, ask: Ask) -> Body:
    """The answer to a question about the history."""
    if query.topic in ("todo", "open", "done"):
        return _todos(query, history)
    if query.topic == "sources":
        from nlq.tell.sources import sources_body  # few ask it, and all start

        return sources_body(history)
    if query.topic == "conflicts":
        return _conflicts(history)
    if query.topic == "matters":
        from nlq.tell.matters import matters_answer  # few ask it, and all start

        return matters_answer(query, history, ask)
    if query.topic == "claim":
        return _claims(history)
    if query.topic == "summary":
        return summary_answer(query, history, ask)
    return columns_answer(query, history, ask)


def _todos(query: About, history: History) -> Body:
    """Things to try, all of them or those that are (not) ticked."""
    todos = history.todos
    if not todos:
        return Body(headline="No list of things to try in this history.")
    wanted = [todo for todo in todos if query.topic == "todo" or todo.done == (query.topic == "done")]
    if isinstance(query.where, Has):
        wanted = [todo for todo in wanted if query.where.text.lower() in todo.text.lower()]
    body = Body(columns=[Header("done", "bool"), Header("thing to try")], answered=True)
    body.rows = [(todo.done, todo.text) for todo in wanted]
    done = sum(todo.done for todo in wanted)
    if query.topic == "todo":
        still_open = len(wanted) - done
        body.headline = f"{plural(len(wanted), 'thing')} to try: {done} ticked, {still_open} open"
    else:
        state = "ticked" if query.topic == "done" else "open"
        body.headline = f"{len(wanted)} of {plural(len(todos), 'thing')} to try {state}"
    body.details = [str(todo.place) for todo in wanted[:1]]
    return body


_AGAINST = "the best result "
"""How `store.readers.nativemerge` begins to tell what speaks against a claim."""


def _claims(history: History) -> Body:
    """What the files themselves say is the best result, and whether their runs bear it out."""
    claims = [claim for source in history.sources for claim in source.claims]
    if not claims:
        return Body(headline="No section Best Result in this history.", details=["try  best run"])
    body = Body(columns=[Header("best result"), Header("value")], answered=True)
    body.rows = [line for claim in claims for line in claim.lines]
    against = [note for source in history.sources for note in source.notes if _AGAINST in note]
    named = " and ".join(claim.run for claim in claims if claim.run) or "no run by its name"
    agree = ", but its runs say otherwise" if against else ", and no run says otherwise"
    body.headline = f"The log's Best Result names {named}{agree}."
    body.details = [*(str(claim.place) for claim in claims), *against]
    return body


def _conflicts(history: History) -> Body:
    """Values on which two places of the files disagree."""
    names = ("run", "column", "value", "elsewhere", "place")
    body = Body(columns=[Header(name) for name in names], answered=True)
    for source in history.sources:
        for run in source.runs:
            for name, mark in run.marks.items():
                if mark.note.startswith(ELSEWHERE):
                    place = Place(source.path, mark.line) if mark.line else run.place
                    value, other = said(run.values.get(name)), mark.note.removeprefix(ELSEWHERE)
                    body.rows.append((run.name, name, value, other, str(place)))
        notes = [note for note in source.notes if any(word in note for word in _DISAGREE)]
        body.details += [f"{source.path}: {note}" for note in notes]
    body.headline = "No two places disagree."
    if body.rows:
        body.headline = f"{plural(len(body.rows), 'value')} on which two places disagree"
    return body
