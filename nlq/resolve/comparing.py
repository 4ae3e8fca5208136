"""Comparisons: which pieces are the sides, and what is common to all of them."""

from __future__ import annotations

from nlq.conditions import condition_of
from nlq.pieces import Filter, Group, Interval, Piece, RunPiece, Show, Super, Word
from nlq.query import Col, Compare, Condition, In, Order, Query, Side, Test
from nlq.resolve.draft import Draft, Refusal, numeric
from nlq.resolve.metrics import descending, duration, superlative_column
from nlq.resolve.where import conditions_of, piece_condition
from store.units import measure

__all__ = ["compares", "comparison"]

_SIDE = (Filter, RunPiece, Super, Interval)


def compares(draft: Draft) -> bool:
    """Whether the reading is a comparison: it has a word of comparing, or a VS between two sides."""
    if any(draft.has(terminal) for terminal in ("COMPARE", "CHANGED", "IMPROVED")):
        return True
    if any(piece.listed == "vs" for piece in draft.of(Filter)):
        return True
    strong = [word for word in draft.words("VS") if word.meaning != "weak"]
    return any(_left(draft, word) is not None and _right(draft, word) is not None for word in strong)


def comparison(draft: Draft) -> Query:
    """The query of a comparison.

    Raises:
        Refusal: where fewer than two sides can be made out.
    """
    changed = draft.has("CHANGED")
    meant = next((word.meaning for word in draft.words("COMPARE") if word.meaning), "")
    improved = draft.words("IMPROVED")
    sides = _sides(draft)
    if improved and len(sides) == 1:
        best = Super(improved[0].start, improved[0].end, "best")
        sides = [*sides, best]
    if len(sides) < 2:
        split = _split(sides, draft)
        if split is None:
            raise Refusal("a comparison needs two sides", _examples(draft))
        built = split
    else:
        built = [_side(piece, draft) for piece in sides]
    if len(set(built)) < len(built):
        raise Refusal("both sides of the comparison are the same")
    for piece in sides:
        draft.use(piece)
    for word in (*draft.words("VS"), *draft.words("COMPARE"), *draft.words("CHANGED"), *improved):
        draft.use(word)
    keys = _keys(draft) or _implied(meant, draft)
    where = conditions_of(draft)
    return Compare(tuple(built), where, keys, changed)


def _examples(draft: Draft) -> tuple[str, ...]:
    run = draft.catalog.role("run")
    names = [str(value) for value in run.values[:2]] if run else []
    return (f"compare {names[0]} and {names[1]}",) if len(names) == 2 else ()


def _left(draft: Draft, mark: Word) -> Piece | None:
    at = draft.pieces.index(mark)
    return next(
        (p for p in reversed(draft.pieces[:at]) if isinstance(p, _SIDE) and id(p) not in draft.used), None
    )


def _right(draft: Draft, mark: Word) -> Piece | None:
    at = draft.pieces.index(mark)
    return next((p for p in draft.pieces[at + 1 :] if isinstance(p, _SIDE) and id(p) not in draft.used), None)


def _kind(piece: Piece) -> str:
    """What a side is about: runs and superlatives stand against each other, values with values of their column."""
    if isinstance(piece, Filter):
        if piece.state:
            return "state"
        condition = condition_of(piece)
        if piece.implicit:
            return "text"
        return f"column {piece.columns[0].key}" if piece.columns and condition is not None else ""
    return "interval" if isinstance(piece, Interval) else "run"


def _sides(draft: Draft) -> list[Piece]:
    """The sides: what stands on both ends of VS, else all pieces of one kind that occurs more than once."""
    marks = draft.words("VS")
    for mark in marks:
        left, right = _left(draft, mark), _right(draft, mark)
        if left is None or right is None:
            continue
        kinds = {_kind(left), _kind(right)}
        if len(kinds) == 1 or kinds <= {"run", "state"} or "run" in kinds:
            kind = _kind(left)
            extra = [
                p
                for p in draft.pieces
                if isinstance(p, _SIDE) and p not in (left, right) and _kind(p) == kind != ""
            ]
            return sorted([left, right, *extra], key=lambda p: p.start)
        return [left, right]
    pieces = [p for p in draft.pieces if isinstance(p, _SIDE) and id(p) not in draft.used]
    by_kind: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_kind.setdefault(_kind(piece), []).append(piece)
    several = [group for kind, group in by_kind.items() if kind and len(group) > 1]
    if several:
        return several[0]
    lists = [p for p in pieces if isinstance(p, Filter) and isinstance(condition_of(p), In)]
    if lists:
        return lists[:1]
    runs = by_kind.get("run", [])
    return runs[:1] if runs else pieces[:1]


def _split(sides: list[Piece], draft: Draft) -> list[Side] | None:
    """One piece that holds several sides: a list of values ("d12 or d24"), or a column to group by."""
    for piece in sides:
        condition = condition_of(piece) if isinstance(piece, Filter) else None
        if isinstance(condition, In):
            return [Side(Test(condition.key, "=", value)) for value in condition.values]
        if isinstance(piece, Super) and (piece.count or 1) > 1:
            order = _order(piece, draft)
            return [Side(None, (*order, Order(Col(f"#{rank}")))) for rank in range(piece.count or 1)]
    for show in (*draft.of(Show), *draft.of(Group)):
        mentions = (show.mention,) if isinstance(show, Show) else show.mentions
        for mention in mentions:
            column = mention.columns[0]
            values = [value for value in column.values if value is not None]
            if column.kind == "param" and 2 <= len(values) <= 6:
                draft.use(show)
                return [Side(Test(column.key, "=", value)) for value in values]
    return None


def _side(piece: Piece, draft: Draft) -> Side:
    if isinstance(piece, Super):
        return Side(None, _order(piece, draft))
    condition: Condition = piece_condition(piece, draft)
    return Side(condition)


def _order(piece: Super, draft: Draft) -> tuple[Order, ...]:
    column = superlative_column(piece, draft)
    return (Order(Col(column.key), descending(piece.which, column, draft), best=column.kind == "metric"),)


def _implied(meant: str, draft: Draft) -> tuple[str, ...]:
    """ "how much faster is A than B" compares the time they took, "days between" their dates."""
    if not meant:
        return ()
    if meant == "time":
        column = duration(draft.catalog)
    elif meant == "date":
        column = draft.catalog.role("date")
    else:
        column = next((c for c in draft.catalog.columns if measure(c.unit) == "money"), None)
    if column is None:
        raise Refusal(
            {
                "time": "nothing in this history tells how long a run took",
                "date": "this history has no date of its runs",
            }.get(meant, "this history tells no cost")
        )
    return (column.key,)


def _keys(draft: Draft) -> tuple[str, ...]:
    """Columns named beside the sides: "compare A and B on loss and time"."""
    keys: list[str] = []
    for piece in (*draft.of(Show), *draft.of(Group)):
        mentions = (piece.mention,) if isinstance(piece, Show) else piece.mentions
        for mention in mentions:
            column = numeric(mention) or mention.columns[0]
            if column.kind != "run":
                keys.append(column.key)
        draft.use(piece)
    return tuple(dict.fromkeys(keys))
