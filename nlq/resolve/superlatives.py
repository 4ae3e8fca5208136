"""Which column a superlative speaks of, and which end of it is meant."""

from __future__ import annotations

from nlq.answer import Assumption
from nlq.columns import (
    NUMERIC,
    duration,
    is_id,
    is_named_outright,
    is_resource,
    main_metric,
    metrics,
    named,
    orderable,
    throughput,
    which_end,
)
from nlq.pieces import Show, Super
from nlq.query import Col, Order
from nlq.resolve.adjectives import AGE, FAST, HIGH, SLOW, hinted, measuring, tells_age
from nlq.resolve.dated import date_spoken_of
from nlq.resolve.draft import Draft, Refusal
from nlq.tokens import name_key
from nlq.vocabulary import singular
from store.catalog import Column

__all__ = ["end_of", "sizes_a_run"]


def end_of(piece: Super, draft: Draft) -> Order:
    """The order that puts the wanted end first.

    Raises:
        Refusal: where the history has no such column.
    """
    if not draft.runs and piece.hint == "duration" and piece.mention is None:
        said = {token.norm for token in draft.tokens[piece.start : piece.end]}
        if said & (FAST | SLOW) and (column := measuring("speed", draft.catalog)) is not None:
            draft.assume(f"read as {'highest' if said & FAST else 'lowest'} {column.name}")
            return Order(Col(column.key), bool(said & FAST))
    if draft.runs and piece.hint == "duration" and piece.mention is None and duration(draft.catalog) is None:
        said = {token.norm for token in draft.tokens[piece.start : piece.end]}
        if said & (FAST | SLOW) and (rate := throughput(draft.catalog)) is not None:
            draft.assume(f"no time is recorded: read as {'highest' if said & FAST else 'lowest'} {rate.name}")
            return Order(Col(rate.key), bool(said & FAST), best=True)
    column = _column(piece, draft)
    down = _descending(piece.which, column, draft)
    if piece.hint == "age" and piece.mention is None and not tells_age(column):
        down = not down  # who was born first is the oldest
    return Order(Col(column.key), down, best=column.kind == "metric")


def _column(piece: Super, draft: Draft) -> Column:
    """The column a superlative speaks of.

    Raises:
        Refusal: where the history has none.
    """
    if piece.mention is not None:
        columns = [column for column in piece.mention.columns if orderable(column)]
        if not columns:
            raise Refusal(f'"{piece.mention.text}" holds no numbers, so nothing in it is highest or lowest')
        _say_others(piece.mention.text, columns, draft)
        outright = "id" in piece.mention.text.lower() or is_named_outright(columns[0], piece.mention.text)
        if is_id(columns[0]) and not outright:
            if not draft.runs:
                raise Refusal(f"nothing is highest or lowest in {columns[0].name}")
            draft.cost += 0.4  # "the department with the most employees" has not the highest id
        return columns[0]
    if piece.hint:
        said = {token.norm for token in draft.tokens[piece.start : piece.end]}
        if piece.hint == "date" and "oldest" in said and named(draft.catalog, AGE):
            draft.cost += 0.1  # where ages are told, they say who is the oldest
        if not draft.runs and piece.hint != "date" and _names_its_column(piece, draft):
            draft.cost += 0.1  # "the longest length of the race" is not the longest of anything else
        spoken_of = date_spoken_of(draft, piece.start, piece.end) if piece.hint == "date" else None
        column = spoken_of or hinted(piece.hint, draft)
        beside = (column for show in draft.of_any(Show) for column in show.mention.columns)
        if piece.hint == "size" and (not draft.runs or any(map(orderable, beside))):
            draft.cost += 0.3  # "largest" of the column beside it
        if piece.hint != "date":
            draft.assume(f"read as {'lowest' if piece.which == 'min' else 'highest'} {column.name}")
        return column
    if piece.which in ("max", "min") and draft.runs:
        draft.cost += 0.3
        if sizes_a_run(piece, draft):
            raise Refusal("nothing in this history tells a size")
    said = {token.norm for token in draft.tokens[piece.start : piece.end]}
    if not draft.runs and said & {"highest", "lowest"} and (high := named(draft.catalog, HIGH)) is not None:
        draft.assume(f"read as {'lowest' if piece.which == 'min' else 'highest'} {high.name}", cost=0.1)
        return high
    return _main(draft)


_SIZED = frozenset(("smallest", "biggest", "largest", "deepest", "shallowest"))


def sizes_a_run(piece: Super, draft: Draft) -> bool:
    """ "The smallest model above 0.7": right before the noun it is of the model's size, and of no metric."""
    behind = draft.tokens[piece.end].norm if piece.end < len(draft.tokens) else ""
    noun = (singular(behind),) in draft.nouns or singular(behind) == "model"
    return draft.runs and noun and draft.tokens[piece.end - 1].norm in _SIZED


def _names_its_column(piece: Super, draft: Draft) -> bool:
    """Whether a column with an order stands right behind an adjective."""
    after = draft.after(piece)
    return isinstance(after, Show) and after.start == piece.end and any(map(orderable, after.mention.columns))


def _say_others(text: str, columns: list[Column], draft: Draft) -> None:
    if len(columns) > 1:
        others = ", ".join(column.name for column in columns[1:4])
        draft.assume(
            f'"{text}" read as {columns[0].name}; also {others}', draft.reworded(text, columns[1].name), 0.05
        )


def _main(draft: Draft) -> Column:
    """The metric of a bare "best", said as an assumption."""
    catalog = draft.catalog
    found = main_metric(catalog)
    if found is None:
        raise Refusal(
            "this history has no metric that is known to be better high or low",
            tuple(f"highest {c.name}" for c in catalog.columns if c.type in NUMERIC)[:3],
        )
    others = [c for c in metrics(catalog) if c.direction and c.key != found.key and not is_resource(c)]
    override = f"best {catalog.nouns[0]} by {others[0].name}" if others else ""
    draft.assume(f"by {found.name}", override, 0.02)
    return found


# -- which end


def _descending(which: str, column: Column, draft: Draft) -> bool:
    """Whether the wanted end of the column is the high one."""
    if which in ("max", "min"):
        return which == "max"
    if not column.direction and not draft.runs and _PLACES & set(name_key(column.name)):
        draft.assume(f"the best {column.name} is the lowest", f"highest {column.name}")
        return which == "worst"
    if not column.direction and draft.runs and column.kind != "param":
        near = (f"highest {column.name}", f"lowest {column.name}")
        raise Refusal(f"whether high or low {column.name} is better is not known", near, flat=True)
    if not column.direction:
        draft.assume(
            f"whether high or low {column.name} is better is not known: highest taken as best",
            f"lowest {column.name}", 0.25,
        )  # fmt: skip
        return which == "best"
    _say_direction(column, draft)
    lower = column.direction == "lower"
    return lower if which == "worst" else not lower


_PLACES = frozenset(("rank", "ranking", "ranked", "position", "place", "standing", "seed", "placing"))
"""Words of columns whose first is the best one."""


def _say_direction(column: Column, draft: Draft) -> None:
    """Say which end is better, in one line with the metric where that was assumed too."""
    better = which_end(column)
    for at, assumption in enumerate(draft.assumptions):
        if assumption.text == f"by {column.name}":
            draft.assumptions[at] = Assumption(f"by {column.name} ({better})", assumption.override)
            return
    draft.assume(f"{column.name}: {better}")
