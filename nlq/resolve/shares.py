"""Which part of the runs: "what share of the runs crashed", "failure rate by optimizer"."""

from __future__ import annotations

from nlq.lattice import Mention
from nlq.pieces import Filter, Group, Show, Super
from nlq.query import Agg, In, Query, Share, Test
from nlq.resolve.draft import Draft, Refusal
from nlq.resolve.grouping import grouped
from nlq.resolve.where import conditions_of, piece_condition

__all__ = ["share"]


def share(draft: Draft) -> Query:
    """The first condition is the part, the rest the whole; without one, each group is a part of all.

    Raises:
        Refusal: where neither is told.
    """
    _refuse_a_ratio(draft)
    draft.use_words("SHARE")
    draft.use(*(show for show in draft.of(Show) if show.mention.columns[0].kind == "run"))
    if _beside_each_other(draft):
        return grouped(draft, (Agg("count"), Agg("share")))
    part = next(iter(draft.of(Filter)), None)
    if part is None:
        if not draft.holds(Group, Show, Super):
            raise Refusal("a share of what", ("share of runs that crashed",), vague=True)
        return grouped(draft, (Agg("count"), Agg("share")))
    draft.use(part)
    condition = piece_condition(part, draft)
    if draft.holds(Group, Show, Super):
        return grouped(draft, (Agg("share", part=condition), Agg("count")))
    return Share(condition, conditions_of(draft))


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
