"""The superlatives of a list of rows: their columns, how many rows, of what each."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import DATES, is_half_told, is_id, is_resource, is_year, metrics, orderable
from nlq.keys import ROW
from nlq.pieces import Filter, Group, Have, RunPiece, Show, Super, Word
from nlq.query import Col, Order, Test
from nlq.resolve.draft import Draft, Refusal, numeric
from nlq.resolve.superlatives import end_of, sizes_a_run
from nlq.vocabulary import singular
from store.catalog import Column
from store.slotted import slotted

__all__ = ["Ranking", "ranking", "with_column", "with_groups"]


@slotted
class Ranking:
    """What superlatives make of a list of rows.

    Attributes:
        order, limit, offset, per: as in `Select`.
        keys: the columns they speak of, which are shown too.
    """

    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    keys: tuple[str, ...] = ()
    per: str = ""


def ranking(draft: Draft) -> Ranking:
    """The order of superlatives, how many rows, how many to pass over, and for each of what.

    Raises:
        Refusal: where the history lacks what they speak of.
    """
    order: list[Order] = []
    limit, offset = None, 0
    supers = draft.of(Super)
    draft.cost += 0.5 * max(0, len(supers) - 1)
    some_latest = any(sup.hint == "date" and (sup.count or draft.holds(Have)) for sup in supers)
    if some_latest and any(sup.which in ("best", "worst") for sup in supers):
        text = "the best among the latest few can't be asked in one question"
        raise Refusal(text, ("last 3 runs",), flat=True)
    for sup in supers:
        _refuse_near(sup, draft)
        _refuse_latest_of_one(sup, draft)
        order.append(end_of(with_column(sup, draft), draft))
        draft.use(sup)
        limit = sup.count if sup.count is not None else limit or 1
        if sup.count is None and sup.which in ("best", "worst") and not draft.has("NOUN"):
            draft.cost += 0.02
        offset = sup.offset or offset
    ends = [one for one, sup in zip(order, supers, strict=True) if sup.hint != "date" and not draft.runs]
    for one in ends:
        if replace(one, descending=not one.descending) in ends:
            name = draft.catalog.column(one.by.key).name
            raise Refusal(f"no row has both the highest and the lowest {name}", (f"range of {name}",))
    if len({one.by for one in order}) < len(order) and len(set(order)) > 1:
        raise Refusal("both ends can't be asked in one question", ("best run", "worst run"), flat=True)
    keys = tuple(one.by.key for one in order if one.by.key != ROW)
    return Ranking(tuple(order), limit, offset, keys)


def _refuse_latest_of_one(sup: Super, draft: Draft) -> None:
    """ "From run 1 to the latest": nothing is the latest of one run that is named."""
    run = draft.catalog.role("run") if draft.runs and sup.hint == "date" and not sup.count else None
    named = bool(draft.of_any(RunPiece)) or any(map(_is_one_run, draft.of_any(Filter)))
    if run is not None and run.distinct == run.count and named and not draft.asks_whether:
        end = "latest" if sup.which == "max" else "first"
        raise Refusal(f"one {draft.catalog.nouns[0]} is named, so none of it is the {end}")


def _is_one_run(piece: Filter) -> bool:
    test = piece.condition
    return isinstance(test, Test) and test.op == "=" and any(c.kind == "run" for c in piece.columns)


def _refuse_near(sup: Super, draft: Draft) -> None:
    """ "Within 1% of the best": a distance from the best is no value."""
    said = [token.norm for token in draft.tokens[max(0, sup.start - 2) : sup.start]]
    before = draft.before(sup)
    if draft.runs and "of" in said and isinstance(before, Filter) and before.numbers:
        near = ("runs better than average",)
        raise Refusal("how near runs come to the best can't be asked", near, flat=True)


def with_groups(ranked: Ranking, draft: Draft) -> Ranking:
    """The same, with what stands beside it: "list 5 runs", "best run per depth".

    Raises:
        Refusal: where rows are counted and nothing is grouped.
    """
    limit = ranked.limit
    for have in draft.of(Have):
        if have.certain or have.op != "=":
            raise Refusal("a count of rows needs something to group by")
        draft.use(have)
        if limit is None or not any(isinstance(p, Super) and p.count for p in draft.pieces):
            limit = have.number  # "3 runs with the lowest loss"
    per = ""
    for group in draft.of(Group):
        if ranked.order and group.mentions:
            column = group.mentions[0].columns[0]
            _refuse_a_ratio(group, column, draft)
            if Col(column.key) not in [one.by for one in ranked.order]:
                per = column.key
            draft.use(group)
        elif group.rows:
            draft.use(group)
    return replace(ranked, limit=limit, per=per)


def _refuse_a_ratio(group: Group, column: Column, draft: Draft) -> None:
    """ "Best loss per hour" is neither the loss nor the hours."""
    if draft.runs and draft.tokens[group.start].norm == "per" and is_resource(column):
        raise Refusal("a ratio of two columns is not computed", ("pareto front",), flat=True)


# -- the column of a superlative that names none


def with_column(sup: Super, draft: Draft) -> Super:
    """A superlative without a column takes the one beside it: "best d24 loss", "top 5 by CORE"."""
    if sup.mention is not None or (sup.hint and sup.hint != "date") or sizes_a_run(sup, draft):
        return sup
    if not sup.hint and (group := _by_number(draft)) is not None:
        draft.use(group)
        return replace(sup, mention=group.mentions[0])
    if sup.hint:
        after = draft.after(sup)
        if not draft.runs and isinstance(after, Show) and after.start == sup.end and draft.unused(after):
            told = after.mention.columns[0]
            if told.type in DATES or is_year(told):
                draft.use(after)  # "the shop with the earliest open date"
                return replace(sup, mention=after.mention)
        return sup
    show = _following(sup, draft)
    if show is None and not draft.runs and _counts_column(sup, draft):
        draft.cost += 0.4  # "attended the most courses": the courses are counted
    if show is None and _counts(sup, draft):
        draft.cost += 0.3  # "the advisor with the most students": what is counted is no column
    if sup.which in ("max", "min"):
        most = not draft.runs and draft.tokens[sup.end - 1].norm in ("most", "fewest")
        if show is not None and most and _tells_when(show):
            raise Refusal(f"nothing is the most in {show.mention.columns[0].name}")
        others = (s for s in draft.of(Show) if not most or not _tells_when(s))
        show = show or next((s for s in others if _may_be_ranked(s, draft)), None)
    elif show is not None and not _is_ranked(show, draft):
        show = None
    if show is None:
        return sup
    draft.use(show)
    return replace(sup, mention=show.mention)


def _tells_when(show: Show) -> bool:
    """Whether a column holds dates or years, of which none is "the most"."""
    column = show.mention.columns[0]
    return column.type in DATES or is_year(column)


def _counts_column(sup: Super, draft: Draft) -> bool:
    """Whether "most" or "fewest" stands right before a column that has no order."""
    after = draft.after(sup)
    said = draft.tokens[sup.end - 1].norm
    return said in ("most", "least", "fewest", "of") and isinstance(after, Show) and after.start == sup.end


def _counts(sup: Super, draft: Draft) -> bool:
    """Whether "most" or "fewest" stands before a noun."""
    after = draft.tokens[sup.end].norm if sup.end < len(draft.tokens) else ""
    said = draft.tokens[sup.end - 1].norm
    return said in ("most", "least", "fewest", "of") and (singular(after),) in draft.nouns


def _by_number(draft: Draft) -> Group | None:
    """ "top 5 by CORE": a group by a metric is what is ranked by."""
    for group in draft.of(Group):
        column = numeric(group.mentions[0]) if len(group.mentions) == 1 and not group.each else None
        if column is not None:
            _refuse_a_ratio(group, column, draft)
        if column is not None and (
            column.kind == "metric" or not metrics(draft.catalog) or (not draft.runs and not is_id(column))
        ):
            return group
    return None


_AT = frozenset("on in at for by".split())


def _following(sup: Super, draft: Draft) -> Show | None:
    """The first column named behind a superlative, where it has an order."""
    shows = [p for p in draft.following(sup) if isinstance(p, Show) and draft.unused(p)]
    show = next(iter(shows), None)
    if draft.runs and len(shows) > 1 and not any(map(orderable, shows[0].mention.columns)):
        if draft.tokens[shows[1].start - 1].norm in _AT:
            show = shows[1]  # "best model on arc_easy"
    if show is not None and not draft.runs and is_half_told(show.mention.columns, show.mention.whole):
        return None
    if show is not None and draft.runs and sup.which in ("best", "worst") and _is_apart(sup, show, draft):
        return None
    return show if show is not None and any(map(orderable, show.mention.columns)) else None


def _is_apart(sup: Super, show: Show, draft: Draft) -> bool:
    """ "What lr did the best run use and how long did it take": another question, no end of that column."""
    noun = next((p for p in draft.following(sup) if isinstance(p, Word) and p.terminal == "NOUN"), None)
    between = [token.norm for token in draft.tokens[sup.end : show.start]]
    return noun is not None and noun.start < show.start and "and" in between


def _may_be_ranked(show: Show, draft: Draft) -> bool:
    """Whether a column has an order that says something: ids of things only name them."""
    ordered = any(map(orderable, show.mention.columns))
    if not draft.runs and is_half_told(show.mention.columns, show.mention.whole):
        return False
    return ordered and (draft.runs or not is_id(show.mention.columns[0]))


def _is_ranked(show: Show, draft: Draft) -> bool:
    """Whether "best" is of this column: a metric, and not "the best run that cost less than 30 dollars"."""
    after, column = draft.after(show), numeric(show.mention)
    if isinstance(after, Filter) and after.numbers:
        return False
    return column is not None and column.kind == "metric"
