"""Look-ups: cards of runs, values tried, and questions about the history itself."""

from __future__ import annotations

from nlq.lexicon import canonical
from nlq.link import Mention
from nlq.pieces import Excluded, Filter, Group, Interval, RunPiece, Show, Super, Word
from nlq.query import About, Card, Col, Condition, Has, Order, Query, Tried, Values
from nlq.resolve.draft import Draft, Refusal, tells_runs
from nlq.resolve.metrics import descending, main_metric, superlative_column
from nlq.resolve.where import conditions_of, piece_condition
from nlq.tokens import name_key
from store.catalog import Column

__all__ = ["about", "bare_run", "card", "is_about", "nearest", "show_date", "tried", "values"]


def is_about(draft: Draft) -> bool:
    """Whether the reading is about the history: such a word, and no column or superlative beside it."""
    return draft.has("ABOUT") and not draft.of(Show) and not draft.of(Super)


def about(draft: Draft) -> Query:
    """A question about the history; beside a named run its parameters are that run's config."""
    words = draft.words("ABOUT")
    topic = words[0].meaning
    for word in (*words, *draft.words("COUNT"), *draft.words("TRIED"), *draft.words("TRIED_Q")):
        draft.use(word)
    runs = draft.of(RunPiece)
    if runs and topic in ("parameters", "metrics", "columns", "summary"):
        return Card("config" if topic == "parameters" else "details", conditions_of(draft))
    where = conditions_of(draft)
    if where is not None and (
        topic == "sources" or (topic in ("todo", "open", "done") and not isinstance(where, Has))
    ):
        raise Refusal("things to try and sources have no such condition", ("things to try",))
    return About(topic, where)  # type: ignore[arg-type]


def card(draft: Draft) -> Query | None:
    """A run told in full: where one is singled out by name, by a superlative or by a condition."""
    words = draft.words("CARD")
    topic = words[0].meaning
    runs, supers, filters = draft.of(RunPiece), draft.of(Super), draft.of(Filter)
    if not runs and not supers and not filters and not draft.of(Interval):
        return _bare_card(words[0], draft)
    if draft.of(Show) and topic != "why":
        return None
    for word in words:
        draft.use(word)
    if topic == "why" and runs:
        for piece in filters:
            if piece.state and not piece.negated:
                draft.use(piece)  # "why did exp-001 diverge" asks of exp-001, whatever its state is called
    for show in draft.of(Show):
        if topic == "why" or show.mention.columns[0].kind == "run":
            draft.use(show)
    order: tuple[Order, ...] = ()
    limit: int | None = None
    for piece in supers[:1]:
        draft.use(piece)
        column = superlative_column(piece, draft)
        order = (
            Order(Col(column.key), descending(piece.which, column, draft), best=column.kind == "metric"),
        )
        limit = piece.count or 1
    return Card(topic, conditions_of(draft), order, limit)  # type: ignore[arg-type]


def bare_run(draft: Draft) -> Query | None:
    """A run's name and nothing else: all that is recorded of it."""
    if not tells_runs(draft.catalog) or len(draft.of(RunPiece)) != 1:
        return None
    quiet = all(
        isinstance(p, (Word, RunPiece)) and (not isinstance(p, Word) or p.terminal in ("LIST", "NOUN"))
        for p in draft.pieces
    )
    return Card("details", conditions_of(draft)) if quiet else None


def _bare_card(word: Word, draft: Draft) -> Query | None:
    """ "what went wrong" without a run: all that did not finish; other cards need a run."""
    if word.meaning == "why" and not draft.of(Show):
        from nlq.states import state_condition

        draft.use(word)
        draft.assume("of all runs that did not finish")
        return Card("why", state_condition("failed"))
    return None


def show_date(draft: Draft) -> None:
    """ "when …" asks for the date column.

    Raises:
        Refusal: where the history has none.
    """
    column = draft.catalog.role("date") or next(
        (c for c in draft.catalog.columns if c.type in ("date", "datetime")), None
    )
    told = draft.of(RunPiece) or draft.of(Super) or draft.of(Filter) or draft.has("NOUN") or draft.of(Show)
    if not told and tells_runs(draft.catalog):
        raise Refusal("the date of what")
    if column is None:
        if tells_runs(draft.catalog):
            raise Refusal("this history has no date of its runs")
        column = next(
            (c for c in draft.catalog.columns if "year" in c.name.lower() or "date" in c.name.lower()), None
        )
    for word in (*draft.words("TRIED"), *draft.words("TRIED_Q")):
        draft.use(word)
    for word in draft.words("WHEN"):
        draft.use(word)
        if column is not None:
            draft.pieces = (*draft.pieces, Show(word.start, word.end, Mention((column,), (), "when")))


def nearest(name: str, draft: Draft) -> tuple[str, ...]:
    """Columns whose names share a word with one that is not recorded."""
    wanted = set(canonical(name_key(name)))
    near = [c.name for c in draft.catalog.columns if wanted & set(canonical(name_key(c.name)))]
    return tuple(near[:3])


def tried(draft: Draft) -> Query | None:
    """ "have I tried lr 0.04": yes or no. Without a condition it asks for values."""
    if not draft.of(Filter) and not draft.of(RunPiece) and not draft.of(Interval):
        return None
    if draft.of(Super):
        return None
    implicit = any(piece.implicit for piece in draft.of(Filter))
    if not implicit and any(show.mention.columns[0].kind != "run" for show in draft.of(Show)):
        return None
    for show in draft.of(Show):
        draft.use(show)
    for word in draft.words("TRIED_Q"):
        draft.use(word)
    where = conditions_of(draft)
    assert where is not None
    return Tried(where)


def values(draft: Draft) -> Query | None:
    """ "what lrs have I tried": the values of each column that is meant."""
    if draft.of(Super) or draft.of(RunPiece):
        return None
    columns: list[Column] = []
    barred = {c.key for p in draft.of(Excluded) for c in p.mention.columns if not p.mention.whole}
    for piece in draft.of(Excluded):
        draft.use(piece)
    for show in _values_asked(draft):
        mention = show.mention
        if all(show.mention.columns[0].type == "bool" for show in draft.of(Show)):
            return None
        if mention.columns[0].kind == "metric" or mention.columns[0].role in (
            "notes",
            "command",
            "observations",
        ):
            return None
        own = [
            *mention.columns,
            *(c for c in mention.also if c.kind == "param" and _ends_alike(c, mention.text)),
        ]
        own = [column for column in own if column.key not in barred or column is mention.columns[0]]
        columns.extend(column for column in own if column.kind != "run")
        if len(own) > 1:
            draft.assume(
                f'"{mention.text}" read as {", ".join(c.name for c in own)}', f"values of {own[0].name}"
            )
        draft.use(show)
    part = _asked_beside(draft)
    for word in (*draft.words("TRIED"), *draft.words("TRIED_Q")):
        draft.use(word)
    keys = tuple(dict.fromkeys(column.key for column in columns))
    if not keys:
        return None
    return Values(keys, conditions_of(draft), part)


def _values_asked(draft: Draft) -> list[Show]:
    """The columns whose values are asked for: shown, or "every softcap value"; a metric beside them is shown anyway."""
    for group in draft.of(Group):
        if group.each and group.mentions:
            draft.use(group)
            draft.pieces = (
                *draft.pieces,
                *(Show(group.start, group.end, mention) for mention in group.mentions),
            )
    shows = draft.of(Show)
    main = main_metric(draft.catalog)
    params = [show for show in shows if show.mention.columns[0].kind == "param"]
    for show in shows:
        if params and main is not None and main in show.mention.columns:
            draft.use(show)
    return draft.of(Show)


def _asked_beside(draft: Draft) -> Condition | None:
    """ "… tried, was any kept": a state asked of the values at the end of the question."""
    words = draft.words("TRIED_Q")
    filters = draft.of(Filter)
    if not words or not draft.has("TRIED") or not filters or filters[-1].start < words[-1].start:
        return None
    draft.use(filters[-1])
    return piece_condition(filters[-1], draft)


def _ends_alike(column: Column, text: str) -> bool:
    """Whether a column is a kind of what was named: `matrix_lr` is an lr, `lr_schedule` is not."""
    name, wanted = canonical(name_key(column.name)), canonical(name_key(text))
    return name[-len(wanted) :] == wanted
