"""Comparisons: which pieces are the sides, and what is common to all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from nlq.columns import duration, main_metric, spending, throughput
from nlq.conditions import condition_of
from nlq.keys import keys_in
from nlq.pieces import Aggregate, Filter, Group, Interval, Piece, RunPiece, Show, Super, Word
from nlq.query import About, Col, Compare, In, Not, Order, Query, Side, Test, both
from nlq.resolve.draft import Draft, Polar, Refusal, mentions_of, numeric
from nlq.resolve.sides import own_conditions
from nlq.resolve.superlatives import end_of
from nlq.resolve.times import named_run
from nlq.resolve.where import conditions_of, piece_condition

__all__ = ["compares", "comparison", "implied"]

_SIDE = (Filter, RunPiece, Super, Interval)
_MARKS = ("COMPARE", "CHANGED", "IMPROVED")

MOST = 6
"""A parameter with more values than this is no list of sides."""


def compares(draft: Draft) -> bool:
    """Whether the reading is a comparison: it has a word of comparing, or a VS between two sides."""
    if draft.has("SHARE"):
        return False  # "percent of muon vs adamw runs"
    if draft.has(*_MARKS) or any(piece.listed == "vs" for piece in draft.of(Filter)):
        return True
    strong = [word for word in draft.words("VS") if word.meaning != "weak" and not _relative(word, draft)]
    return any(None not in _ends(draft, word) for word in strong)


def _relative(word: Word, draft: Draft) -> bool:
    """ "Runs that beat exp-001" are no side of a comparison."""
    return word.start > 0 and draft.tokens[word.start - 1].norm in ("that", "which", "who", "to")


def comparison(draft: Draft) -> Query:
    """The query of a comparison.

    Raises:
        Refusal: where fewer than two sides can be made out.
    """
    changed = draft.has("CHANGED")
    meant = next((word.meaning for word in draft.words("COMPARE") if word.meaning), "") or _asked(draft)
    _refuse_any_of_several(draft)
    if draft.has("COUNT") and any(word.meaning in ("better", "worse") for word in draft.words("VS")):
        raise Refusal("how many are better is counted against a run by its name or a number")
    _take_ends(draft, of_runs=True)
    owned = own_conditions(draft)
    pieces = list(_sides(draft))
    if len(pieces) < 2 and _take_ends(draft):
        owned = own_conditions(draft)
        pieces = list(_sides(draft))
    improved = draft.words("IMPROVED")
    if improved and len(pieces) == 1:
        pieces.append(Super(improved[0].start, improved[0].end, "best"))
    if len(pieces) == 1 and changed and isinstance(pieces[0], Interval):
        pieces = _since(pieces[0], draft)
    sides = list(_compound(draft)) if len(pieces) > 1 else []
    if not sides:
        if len(pieces) > 1:
            sides = [_side(piece, draft, owned.get(id(piece), ())) for piece in pieces]
        elif not (sides := _split(pieces, draft)) and (sides := _of_values(draft)):
            pieces = []  # "compare the optimizers on imagenet": what stands beside them is common to all
    if len(sides) < 2 and (found := _direction(draft)) is not None:
        return found
    if len(sides) < 2:
        raise Refusal("a comparison needs two sides", _examples(draft), flat=changed)
    if len(set(sides)) < len(sides):
        raise Refusal("both sides of the comparison are the same")
    _refuse_one_by_one(sides, draft)
    draft.use(*pieces)
    draft.use_words("VS", *_MARKS)
    for word in draft.words("CARD"):
        if word.meaning == "why":  # "why is d12 worse than d24": what differs is all that a log can tell
            draft.use(word)
            draft.assume("told is what differs: which of it is the cause, no log knows")
    _take_ranked_by(sides, draft)
    keys = _apart_from_sides(_keys(draft), sides) or implied(meant, draft)
    return Compare(tuple(sides), conditions_of(draft), keys, changed)


def _refuse_any_of_several(draft: Draft) -> None:
    """ "Did any discarded run beat A": not whether they are better than A on the mean."""
    run = draft.catalog.role("run")
    named = f"column {run.key}" if run is not None else "run"
    for mark in draft.words("VS"):
        left, right = _ends(draft, mark)
        if (
            right is not None
            and mark.meaning != "weak"
            and isinstance(left, Filter)
            and _kind(right) in ("run", named)
        ):
            said = [token.norm for token in draft.tokens[: left.start]]
            if said[-1:] == ["any"] or said[-2:] == ["any", "of"] or said[-3:] == ["any", "of", "the"]:
                raise Refusal("whether any of several runs is better is asked of a run by its name")


def _refuse_one_by_one(sides: Sequence[Side], draft: Draft) -> None:
    """ "Which datasets does A do better on than B": not the two as a whole, but each dataset by itself."""
    told = {key for side in sides for key in keys_in(side.where)}
    said = {
        token.norm for word in draft.words("COMPARE", "VS") for token in draft.tokens[word.start : word.end]
    }
    better = said & {"better", "worse"}
    for piece in (*draft.of(Show), *draft.of(Group)) if better else ():
        column = next((mention.columns[0] for mention in mentions_of(piece)), None)
        asked = {token.norm for token in draft.tokens[max(piece.start - 1, 0) : piece.start + 2]}
        if column is None or column.key in told or not asked & {"which", "what"}:
            continue
        if column.kind in ("param", "attribute"):
            main = main_metric(draft.catalog)
            near = (f"mean {main.name} by {column.name}",) if main is not None else ()
            raise Refusal(f"two sides are not compared for each {column.name}", near, flat=True)


def _take_ends(draft: Draft, *, of_runs: bool = False) -> bool:
    """ "The run with the lowest loss vs the latest run": the run at that end is a side, not its number.

    Args:
        of_runs: only behind the noun.
    """
    ends = [one for one in draft.of(Aggregate) if one.functions in (("min",), ("max",)) and one.mentions]
    nouns = [word.end for word in draft.words("NOUN")]
    ends = [one for one in ends if not of_runs or any(0 <= one.start - end <= 2 for end in nouns)]
    for end in ends:
        place = draft.pieces.index(end)
        ranked = Super(end.start, end.end, end.functions[0], mention=end.mentions[0])
        draft.pieces = (*draft.pieces[:place], ranked, *draft.pieces[place + 1 :])
    return bool(ends)


def _compound(draft: Draft) -> Iterator[Side]:
    """ "d12 in january vs d24 in february": each side is all that is said on its end.

    Only where both ends tell the same kinds of things: "d12 vs d24 with muon" is about muon on either side.
    """
    marks = [word for word in draft.words("VS") if word.meaning != "weak"]
    if len(marks) != 1:
        return
    ends = [
        [piece for piece in part if isinstance(piece, (Filter, Interval)) and draft.unused(piece)]
        for part in (draft.preceding(marks[0])[::-1], draft.following(marks[0]))
    ]
    kinds = [sorted(map(_kind, end)) for end in ends]
    if kinds[0] != kinds[1] or len(set(kinds[0])) < 2 or "" in kinds[0]:
        return
    for end in ends:
        draft.use(*end)
        yield Side(both(*(piece_condition(piece, draft) for piece in end)))


def _take_ranked_by(sides: Sequence[Side], draft: Draft) -> None:
    """ "The run with the latest date": the date says which run is a side, and is not what is compared."""
    ranked = {one.by.key for side in sides for one in side.order}
    for show in draft.of(Show):
        before = draft.before(show)
        if isinstance(before, Super) and before.hint and show.mention.columns[0].key in ranked:
            draft.use(show)


def _since(span: Interval, draft: Draft) -> list[Piece]:
    """ "What changed since the baseline": that run beside the latest one."""
    run = draft.catalog.role("run")
    if span.relation not in ("since", "after") or span.first.kind != "run" or run is None:
        return [span]
    draft.use(span)
    return [
        RunPiece(span.start, span.end, run, named_run(span.first)),
        Super(span.start, span.end, "max", "date"),
    ]


def _direction(draft: Draft) -> Query | None:
    """ "Is lower loss better", "which direction is better for CORE": the metrics with their better ends."""
    said = {token.norm for token in draft.tokens} & {"lower", "higher", "direction", "end"}
    for show in draft.of(Show) if said else ():
        column = show.mention.columns[0]
        if column.kind == "metric":
            draft.use(show, *draft.of(Group), *draft.of(Super))
            draft.use_words(*_MARKS, "CHANGING", "VS", "IMPROVED")
            which = len(said) > 1 or not said & {"lower", "higher"}
            draft.polar = Polar(metric=column.key, worse="higher" in said, which=which)
            return About("metrics")
    return None


def _asked(draft: Draft) -> str:
    """ "Is A slower than B": what is compared, and that a yes or a no is wanted."""
    strong = [word.meaning for word in draft.words("VS") if word.meaning not in ("", "weak")]
    if not strong:
        return ""
    end, _, measured = strong[0].partition(":")
    if draft.asks_whether:
        draft.polar = Polar(worse=end == "worse")
    return measured


def _examples(draft: Draft) -> tuple[str, ...]:
    run = draft.catalog.role("run")
    names = [str(value) for value in run.values[:2]] if run else []
    return (f"compare {names[0]} and {names[1]}",) if len(names) == 2 else ()


# -- which pieces are sides


def _ends(draft: Draft, mark: Word) -> tuple[Piece | None, Piece | None]:
    """The sides nearest to a VS on its left and on its right."""

    def first(pieces: Iterable[Piece]) -> Piece | None:
        return next((piece for piece in pieces if isinstance(piece, _SIDE) and draft.unused(piece)), None)

    return first(draft.preceding(mark)), first(draft.following(mark))


def _kind(piece: Piece) -> str:
    """What a side is about: a run stands against a superlative, a value against those of its column."""
    if isinstance(piece, Filter):
        if piece.state or (piece.columns and piece.columns[0].role == "status"):
            return "state"
        if piece.implicit:
            return "text"
        told = piece.columns and condition_of(piece) is not None
        return f"column {piece.columns[0].key}" if told else ""
    return "interval" if isinstance(piece, Interval) else "run"


def _sides(draft: Draft) -> Sequence[Piece]:
    """The sides: what stands on both ends of VS, else all pieces of one kind that occurs more than once."""
    for mark in draft.words("VS"):
        left, right = _ends(draft, mark)
        if left is not None and right is not None:
            return _beside(left, right, draft)
    pieces = [piece for piece in draft.pieces if isinstance(piece, _SIDE) and draft.unused(piece)]
    by_kind: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_kind.setdefault(_kind(piece), []).append(piece)
    several = [group for kind, group in by_kind.items() if kind and len(group) > 1]
    if several:
        return several[0]
    lists = [p for p in pieces if isinstance(p, Filter) and not p.state and isinstance(condition_of(p), In)]
    return (lists or by_kind.get("run", []) or pieces)[:1]


def _beside(left: Piece, right: Piece, draft: Draft) -> Sequence[Piece]:
    """Both ends of a VS, and further pieces of their kind."""
    kind, kinds = _kind(left), {_kind(left), _kind(right)}
    if len(kinds) > 1 and "run" not in kinds:
        return [left, right]
    extra = [
        piece
        for piece in draft.pieces
        if isinstance(piece, _SIDE) and piece not in (left, right) and _kind(piece) == kind != ""
    ]
    return sorted([left, right, *extra], key=lambda piece: piece.start)


def _side(piece: Piece, draft: Draft, own: Iterable[Piece] = ()) -> Side:
    if isinstance(piece, Super):
        if (piece.count or 1) > 1:
            raise Refusal("several runs at an end of an order are no side of a comparison", flat=True)
        where = both(*(piece_condition(one, draft) for one in own))
        return replace(_ranked(end_of(piece, draft), piece.offset), where=where)
    return Side(piece_condition(piece, draft))


def _ranked(end: Order, rank: int) -> Side:
    """The run at a place of an order, 0 is the first."""
    return Side(None, (end, Order(Col(f"#{rank}"))) if rank else (end,))


def _split(pieces: Sequence[Piece], draft: Draft) -> list[Side]:
    """One piece that holds several sides: a list of values ("d12 or d24"), the best few."""
    for piece in pieces:
        condition = condition_of(piece) if isinstance(piece, Filter) else None
        if isinstance(condition, In):
            if piece.end == piece.start + 1:  # one word of several names: "is deduped better"
                return [Side(condition), Side(Not(condition))]
            return [Side(Test(condition.key, "=", value)) for value in condition.values]
        if isinstance(piece, Super) and (piece.count or 1) > 1:
            end = end_of(piece, draft)
            return [_ranked(end, rank) for rank in range(piece.count or 1)]
    return []


def _of_values(draft: Draft) -> list[Side]:
    """The values of a column that is named: "compare the optimizers"."""
    for beside in (*draft.of(Show), *draft.of(Group)):
        for mention in mentions_of(beside):
            column = mention.columns[0]
            values = [value for value in column.values if value is not None]
            if column.kind == "param" and 2 <= len(values) <= MOST:
                draft.use(beside)
                return [Side(Test(column.key, "=", value)) for value in values]
    return []


# -- what is compared

_NOT_TOLD = {
    "time": "nothing in this history tells how long a run took",
    "date": "this history has no date of its runs",
}


def implied(meant: str, draft: Draft) -> tuple[str, ...]:
    """ "how much faster is A than B" compares the time they took, "days between" their dates."""
    if not meant:
        return ()
    if meant == "time":
        column = duration(draft.catalog) or throughput(draft.catalog)
    else:
        column = draft.catalog.role("date") if meant == "date" else spending(draft.catalog)
    if column is None:
        raise Refusal(_NOT_TOLD.get(meant, "this history tells no cost"))
    return (column.key,)


def _apart_from_sides(keys: tuple[str, ...], sides: Sequence[Side]) -> tuple[str, ...]:
    """The columns to compare by without the one whose values are the sides, where others are told.

    "The score when detroit is the opponent to when boston is the opponent" is compared by the score.
    """
    of_sides = {side.where.key for side in sides if isinstance(side.where, Test)}
    return tuple(key for key in keys if key not in of_sides) or keys


def _keys(draft: Draft) -> tuple[str, ...]:
    """Columns named beside the sides: "compare A and B on loss and time", "mean loss of A vs B"."""
    keys: list[str] = []
    for one in draft.of(Aggregate) if draft.runs else ():
        if one.functions == ("mean",):  # sides of several runs are told by their means
            draft.use(one)
            keys += [column.key for mention in one.mentions if (column := numeric(mention)) is not None]
    for piece in (*draft.of(Show), *draft.of(Group)):
        columns = [numeric(mention) or mention.columns[0] for mention in mentions_of(piece)]
        keys += [column.key for column in columns if column.kind != "run"]
        draft.use(piece)
    return tuple(dict.fromkeys(keys))
