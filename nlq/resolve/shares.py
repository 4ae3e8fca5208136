"""Which part of the runs: "what share of the runs crashed", "failure rate by optimizer"."""

from __future__ import annotations

from nlq.conditions import condition_of
from nlq.lattice import Mention
from nlq.pieces import Filter, Group, Show, Super
from nlq.query import Agg, Among, In, Query, Share, Test
from nlq.resolve.draft import Draft, Refusal
from nlq.resolve.grouping import grouped
from nlq.resolve.where import conditions_of, piece_condition
from nlq.states import names_state
from nlq.vocabulary import singular

__all__ = ["share"]


def share(draft: Draft) -> Query:
    """The first condition is the part, the rest the whole; without one, each group is a part of all.

    Raises:
        Refusal: where neither is told.
    """
    _refuse_a_ratio(draft)
    draft.use(*(show for show in draft.of(Show) if show.mention.columns[0].kind == "run"))
    if (rate := _rate_beside_each_other(draft)) is not None:
        draft.use_words("SHARE")
        return rate
    draft.use_words("SHARE")
    if _beside_each_other(draft):
        return grouped(draft, (Agg("count"), Agg("share")))
    part = _part(draft)
    if part is None:
        if not draft.holds(Group, Show, Super):
            raise Refusal("a share of what", ("share of runs that crashed",), vague=True)
        return grouped(draft, (Agg("count"), Agg("share")))
    draft.use(part)
    condition = piece_condition(part, draft)
    if draft.holds(Group, Show, Super):
        return grouped(draft, (Agg("share", part=condition), Agg("count")))
    return Share(condition, conditions_of(draft))


def _part(draft: Draft) -> Filter | None:
    """The condition asked for: the first, a state before others, and what stands behind the noun.

    "What fraction of lion runs finished" is of the lion runs; so is "share of runs with lr 0.1 that crashed" of
    those with that lr.
    """  # noqa: E501 - the line is one
    told = [piece for piece in draft.of(Filter) if not isinstance(piece.condition, Among)]
    said = enumerate(draft.tokens)
    nouns = [at for at, token in said if (singular(token.norm),) in draft.nouns] if draft.runs else []
    if not told or not nouns:
        return next(iter(draft.of(Filter)), None)
    behind = [piece for piece in told if piece.start > nouns[0]]
    if behind and len(behind) < len(told):
        return behind[0]
    states = [piece for piece in told if names_state(condition_of(piece), draft.catalog)]
    return (states or told)[0]


def _rate_beside_each_other(draft: Draft) -> Query | None:
    """ "Crash rate of muon vs adamw": the share that crashed of each."""
    starts = {word.start for word in draft.words("SHARE")} if draft.runs else set()
    part = next((piece for piece in draft.of(Filter) if piece.end in starts), None)
    if part is None or not names_state(piece_condition(part, draft), draft.catalog):
        return None
    draft.use(part)
    condition = piece_condition(part, draft)
    sides = [p for p in draft.of(Filter) if len(p.columns) == 1 and not p.negated]
    listed = any(p.listed == "vs" for p in sides) or (len(sides) > 1 and draft.has("VS"))
    if not sides or not listed or any(p.columns != sides[0].columns for p in sides):
        draft.used.discard(id(part))
        return None
    draft.use_words("VS")
    column = sides[0].columns[0]
    draft.add(Group(sides[0].start, sides[-1].end, (Mention((column,), (), column.name),)))
    return grouped(draft, (Agg("share", part=condition), Agg("count")))


def _refuse_a_ratio(draft: Draft) -> None:
    """ "Ratio of the best to the worst loss", "ratio of train loss to val loss": one divided by the other."""
    (word, *_) = draft.words("SHARE")
    said = [token.norm for token in draft.tokens]
    if "ratio" in said[word.start : word.end] and {"to", "between", "and"} & set(said[word.end :]):
        raise Refusal(
            "one value divided by another is not computed", ("share of runs that crashed",), flat=True
        )


def _beside_each_other(draft: Draft) -> bool:
    """ "Percent of muon vs adamw runs": every value of the column is shown, so none can be taken for all."""
    told = [piece for piece in draft.of(Filter) if len(piece.columns) == 1 and not piece.negated]
    marks = draft.words("VS")
    for piece in told:
        same = [one for one in told if one.columns == piece.columns and isinstance(one.condition, (Test, In))]
        listed = piece.listed == "vs" and isinstance(piece.condition, In)
        between = [mark for mark in marks if same[0].end <= mark.start < same[-1].start] if same else []
        if listed or between:
            column = piece.columns[0]
            draft.use(*same, *between)
            draft.assume(f"every {column.name} is shown, in percent of all {draft.catalog.nouns[0]}s")
            draft.add(Group(piece.start, piece.end, (Mention((column,), (), column.name),)))
            return True
    return False
