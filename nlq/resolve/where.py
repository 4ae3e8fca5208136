"""Conditions of a reading: filters with their missing columns found, runs by name, spans of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlq.conditions import condition_of, fit, merged
from nlq.pieces import Aggregate, Filter, Group, Interval, Number, Piece, RunPiece, Show, Super
from nlq.query import Agg, Between, Condition, Has, In, Not, Of, Operator, Test, both, conditions
from nlq.resolve.draft import NUMERIC, Draft, Refusal, is_id, numeric, orderable, tells_runs
from nlq.resolve.metrics import duration, main_metric
from nlq.resolve.times import interval_condition
from nlq.tokens import name_key
from store.catalog import Column
from store.units import measure
from store.vocabulary import words

__all__ = ["conditions_of", "piece_condition", "year_column"]


def conditions_of(draft: Draft) -> Condition | None:
    """Every condition of the reading that nothing else has used, joined; each piece is then used."""
    found: list[Condition] = []
    for piece in draft.pieces:
        if id(piece) in draft.used or not isinstance(piece, (Filter, RunPiece, Interval)):
            continue
        found.append(piece_condition(piece, draft))
        draft.use(piece)
        if (isinstance(piece, Filter) and piece.bare) or isinstance(piece, RunPiece):
            draft.cost += _torn(piece, draft)
    return _alternatives(both(*found), draft)


def _torn(piece: Filter | RunPiece, draft: Draft) -> float:
    """The cost of a value read by itself while its column is named elsewhere as something to show."""
    own = piece.columns[:1] if isinstance(piece, Filter) else (piece.column,)
    shown = [p.mention.columns[0] for p in draft.pieces if isinstance(p, Show)]
    return 0.12 if own and own[0] in shown and own[0].kind != "run" else 0.0


def piece_condition(piece: Piece, draft: Draft) -> Condition:
    """The condition of one piece.

    Raises:
        Refusal: where its column can't be found.
    """
    if isinstance(piece, RunPiece):
        return Test(piece.column.key, "=", piece.value)  # type: ignore[arg-type]
    if isinstance(piece, Interval):
        before = draft.before(piece)
        if isinstance(before, Show) and before.mention.columns[0].type in ("date", "datetime"):
            draft.use(before)  # "created on february 6"
        return _in_years(piece, draft) or interval_condition(piece, draft)
    assert isinstance(piece, Filter)
    if isinstance(piece.condition, Has) and not piece.condition.key and not piece.implicit:
        before = draft.before(piece)
        if isinstance(before, Show) and before.mention.columns[0].type == "text":
            draft.cost += 0.15  # "notes that mention noise" speaks of that column
    if piece.implicit:
        draft.assume(f'"{piece.implicit}" read as a word in the notes', cost=0.1)
    if piece.state:
        _check_state(piece, draft)
    if piece.reference is not None:
        return _negate(_against(piece, draft), piece)
    if piece.condition is None and not piece.state:
        return _negate(_find_column(piece, draft), piece)
    _say_ambiguous(piece, draft)
    if piece.state and (cells := _state_cells(piece, draft)) is not None:
        return _negate(cells, piece)
    condition = condition_of(piece)
    assert condition is not None
    return condition


def _in_years(piece: Interval, draft: Draft) -> Condition | None:
    """ "in 1958" of a table that has years and no dates."""
    moments = [moment for moment in (piece.first, piece.second) if moment is not None]
    if any(c.type in ("date", "datetime") for c in draft.catalog.columns) or any(
        m.kind != "year" for m in moments
    ):
        return None
    years = [int(str(moment.value)) for moment in moments]
    column = year_column([Number(year) for year in years], draft)
    if column is None:
        return None
    if len(years) == 2:
        return Between(column.key, years[0], years[1])
    return Test(column.key, _RELATIONS.get(piece.relation, "="), years[0])


_RELATIONS: dict[str, Operator] = {"since": ">=", "after": ">", "before": "<"}


def _state_cells(piece: Filter, draft: Draft) -> Condition | None:
    """The state as the file spells it, where every run has a status and one cell of it says just this."""
    status = draft.catalog.role("status")
    if status is None or status.count < draft.catalog.rows:
        return None
    state = "completed" if piece.state == "bad" else piece.state
    spellings = words("keywords")["STATE"][state]
    cells = [value for value in status.values if str(value).lower() in spellings]
    if len(cells) != 1:
        return None
    own = Test(status.key, "=", str(cells[0]))
    return Not(own) if piece.state == "bad" else own


def _negate(condition: Condition, piece: Filter) -> Condition:
    if not piece.negated:
        return condition
    return condition.of if isinstance(condition, Not) else Not(condition)


def _check_state(piece: Filter, draft: Draft) -> None:
    if not draft.catalog.tells_state and piece.state not in ("completed", "kept"):
        draft.cost += 0.3
        draft.assume("no file says how its runs ended")


def _say_ambiguous(piece: Filter, draft: Draft) -> None:
    if piece.mention is not None and len(piece.columns) > 1:
        names = " or ".join(column.name for column in piece.columns[:4])
        draft.assume(
            f'"{piece.mention.text}" read as {names}',
            draft.reworded(piece.mention.text, piece.columns[0].name),
            0.05,
        )


# -- comparisons whose column is not told


def _find_column(piece: Filter, draft: Draft) -> Condition:
    """The column of "under 3 hours" or "above 0.3": by unit, else the column or the metric beside it."""
    candidates = _nearby(piece, draft) if not piece.numbers[0].unit else _measuring(piece, draft)
    if year := year_column(piece.numbers, draft):
        candidates = [year, *candidates]
    for column in candidates:
        values = [fit(number, column) for number in piece.numbers]
        if all(value is not None for value in values):
            said = " and ".join(_plain(number) for number in piece.numbers)
            word = "between" if piece.op == "between" else piece.op
            _use_beside(piece, column, draft)
            draft.assume(f"{word} {said} read as {column.name} {word} {said}", cost=0.05)
            return _test(column, piece.op, values)
    raise Refusal(f"no column is known for {piece.op} {_plain(piece.numbers[0])}")


def _use_beside(piece: Filter, column: Column, draft: Draft) -> None:
    """ "Runs that cost more than 50 dollars": the column named right before the number is not also shown."""
    before = draft.before(piece)
    if isinstance(before, Show) and column in before.mention.columns and tells_runs(draft.catalog):
        draft.use(before)


def year_column(numbers: Sequence[Number], draft: Draft) -> Column | None:
    """The column of years, where the numbers look like years."""
    if not all(isinstance(n.value, int) and 1000 <= n.value <= 2100 and not n.unit for n in numbers):
        return None
    whole = [
        c for c in draft.catalog.columns if c.type == "integer" and isinstance(c.low, int) and c.low >= 1000
    ]
    dated = [c for c in whole if isinstance(c.high, int) and c.high <= 2100 and not is_id(c)]
    named = [c for c in dated if "year" in name_key(c.name)]
    return (named or dated or [None])[0]


def _plain(number: Number) -> str:
    suffix = {1: "", 1000: "K", 10**6: "M", 10**9: "B", 10**12: "T"}.get(number.factor, "")
    return f"{number.value:g}{suffix} {number.unit}".strip()


def _test(column: Column, op: str, values: list[Any]) -> Condition:
    if op == "between":
        return Between(column.key, min(values), max(values))
    return Test(column.key, op, values[0])  # type: ignore[arg-type]


def _measuring(piece: Filter, draft: Draft) -> list[Column]:
    """Columns that measure what the unit measures, those named beside the number first."""
    unit = piece.numbers[0].unit
    near = _nearby(piece, draft)
    same = [
        c for c in draft.catalog.columns if c.type in NUMERIC and c.unit and measure(c.unit) == measure(unit)
    ]
    timed = [duration(draft.catalog)] if measure(unit) == "time" else []
    shares = near if unit == "%" else []
    return [c for c in (*(n for n in near if n in same), *timed, *same, *shares) if c is not None]


def _nearby(piece: Filter, draft: Draft) -> list[Column]:
    """Numeric columns named next to the piece, then those that the reading speaks of, then the main metric."""
    at = draft.pieces.index(piece)
    order = sorted(range(len(draft.pieces)), key=lambda i: (abs(i - at), i))
    found: list[Column] = []
    for index in order:
        other = draft.pieces[index]
        mentions = (
            (other.mention,) if isinstance(other, (Show, Super)) else
            other.mentions if isinstance(other, (Aggregate, Group)) else ()
        )  # fmt: skip
        for mention in mentions:
            column = numeric(mention) if mention is not None else None
            if column is not None and not is_id(column):
                found.append(column)
    main = main_metric(draft.catalog)
    return [*found, *([main] if main else [])]


# -- comparisons with a run or the average


def _against(piece: Filter, draft: Draft) -> Condition:
    """ "better than exp-001", "above average loss": a metric against a run's or the mean of all."""
    column = next((c for c in piece.mention.columns if orderable(c)), None) if piece.mention else None
    if column is None:
        named = [c for c in _nearby(piece, draft) if c.kind == "metric"]
        column = named[0] if named else main_metric(draft.catalog)
        if column is None:
            raise Refusal("this history has no metric to compare by")
        draft.assume(f"compared by {column.name}", cost=0.03)
        for show in draft.of(Show) + draft.of(Group):
            mention = show.mention if isinstance(show, Show) else show.mentions[0] if show.mentions else None
            if mention and column in mention.columns:
                draft.use(show)
    op = piece.op
    if op in ("better", "worse"):
        if not column.direction:
            raise Refusal(f"whether high or low {column.name} is better is not known")
        op = "<" if (op == "better") == (column.direction == "lower") else ">"
    run = draft.catalog.role("run")
    value = Of(str(piece.reference), column.key) if piece.reference and run else Agg("mean", column.key)
    return Test(column.key, op, value)  # type: ignore[arg-type]


# -- values of one column


def _alternatives(where: Condition | None, draft: Draft) -> Condition | None:
    """Two values of one column can't both hold: "d12 and d24" is either of them."""
    parts = list(conditions(where))
    out: list[Condition] = []
    for part in parts:
        key = _equal_key(part)
        same = next((i for i, other in enumerate(out) if key and _equal_key(other) == key), None)
        if same is None:
            out.append(part)
            continue
        out[same] = merged(out[same], part)
        draft.cost += 0.1
    return both(*out)


def _equal_key(part: Condition) -> str:
    if isinstance(part, Test) and part.op == "=" and not isinstance(part.value, (Agg, Of)):
        return part.key
    return part.key if isinstance(part, In) else ""
