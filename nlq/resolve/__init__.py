"""Readings → query: what the pieces of a question mean together.

The pieces of a reading are in the order of the question; which query they make is decided by the words
that stand among them (a comparison, a count, a superlative …). What had to be assumed is said and costs;
what the history does not hold is refused by name. The cheapest reading that resolves wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from nlq.columns import names_rows
from nlq.lattice import TOOK
from nlq.parse import Reading
from nlq.pieces import Group, Recorded, Show
from nlq.query import Query, Select
from nlq.refusal import NOT_DONE
from nlq.resolve.about import about, is_about, nearest
from nlq.resolve.best_values import best_values
from nlq.resolve.both_ends import take_both_ends
from nlq.resolve.cards import bare_run, card, state_asked
from nlq.resolve.comparing import compares, comparison
from nlq.resolve.draft import Draft, Refusal, Resolved
from nlq.resolve.effects import effect
from nlq.resolve.first import of_the_first
from nlq.resolve.gaps import tell_gaps
from nlq.resolve.grouping import grouped, is_grouped
from nlq.resolve.moments import refuse_moments
from nlq.resolve.names import several_of_a_name
from nlq.resolve.neither import take_neither
from nlq.resolve.numbered import take_numbers
from nlq.resolve.places import take_places
from nlq.resolve.ranked_groups import rank_groups
from nlq.resolve.recast import recast
from nlq.resolve.repeats import over_repeats
from nlq.resolve.rows import rows
from nlq.resolve.same import same_as
from nlq.resolve.scale import doubt_units
from nlq.resolve.sequence import is_sequence, sequence
from nlq.resolve.shares import share
from nlq.resolve.sorting import sort_the_listed
from nlq.resolve.steps import steps
from nlq.resolve.stopped import ask_where_it_stopped
from nlq.resolve.switches import take_switches
from nlq.resolve.times import show_date
from nlq.resolve.tried import tried, values
from nlq.resolve.windows import take_windows
from nlq.tokens import Token
from store.catalog import Catalog

__all__ = ["Resolved", "resolve"]

REFUSED = 0.3
"""What a refused reading costs more: one that can be answered and is nearly as near goes first."""

UNUSED = 0.5
"""What each word costs that no part of the query was made of."""


def resolve(
    readings: Sequence[Reading], catalog: Catalog, now: datetime, tokens: Sequence[Token] = ()
) -> list[Resolved]:
    """Every reading as a query with its whole cost, cheapest first; refusals behind queries of equal cost."""
    resolved = [_one(reading, catalog, now, tokens) for reading in readings]
    return sorted(resolved, key=lambda one: (one.cost, one.query is None))


def _one(reading: Reading, catalog: Catalog, now: datetime, tokens: Sequence[Token]) -> Resolved:
    if isinstance(said := reading.pieces[0], Recorded):
        return Resolved(None, reading.cost, positions=reading.skipped, edges=reading.edges, act=said.act)
    draft = Draft(catalog, reading.pieces, now, tokens)
    try:
        query: Query | None = _in_unit(_query(draft), draft)
    except Refusal as refusal:
        told = Resolved(
            None, 0.0, reason=refusal.reason, near=refusal.near, vague=refusal.vague, absent=refusal.absent
        )
        cost = 0.0 if refusal.flat else REFUSED
        unused: list[int] = []
    else:
        told = Resolved(query, 0.0)
        unused = [at for piece in draft.rest() for at in range(piece.start, piece.end)]
        cost = UNUSED * len(unused)
        foreign = [edge.start for edge in reading.edges if edge.how.startswith(TOOK)]
        if foreign and not _counts_within(query, catalog):
            told = Resolved(None, 0.0, reason="what is counted is not told here", vague=True)
            unused, cost = foreign, REFUSED
    return replace(
        told,
        cost=reading.cost + draft.cost + cost,
        assumptions=tuple(draft.assumptions),
        notes=tuple(draft.notes),
        positions=tuple(sorted({*reading.skipped, *unused})),
        edges=reading.edges,
        pieces=reading.pieces,
        polar=draft.polar,
    )


def _counts_within(query: Query | None, catalog: Catalog) -> bool:
    """Whether rows are counted of a part or in groups, so that they may be what another noun counts.

    "How many students said yes" of a table of tryouts counts these; "how many students are there" does not,
    and in groups of one row each there is nothing to count.
    """
    if not isinstance(query, Select) or not (query.where or query.group):
        return False
    grouped_by = [column for column in catalog.columns if column.key in query.group]
    return not any(map(names_rows, grouped_by))


def _in_unit(query: Query, draft: Draft) -> Query:
    """ "… in hours": what is shown is converted, where it measures the same."""
    for word in draft.words("IN_UNIT"):
        draft.use(word)
        if isinstance(query, Select):
            query = replace(query, unit=word.meaning)
        else:
            draft.assume(f"units are left as they are recorded, not in {word.meaning}", cost=0.1)
    return query


def _query(draft: Draft) -> Query:
    """Decide what kind of query it is: the words that settle it first, the bare list of rows last."""
    tell_gaps(draft)
    _refuse_what_is_not_held(draft)
    recast(draft)
    over_repeats(draft)
    sort_the_listed(draft)
    doubt_units(draft)
    same_as(draft)
    take_places(draft)
    take_switches(draft)
    take_neither(draft)
    refuse_moments(draft)
    take_numbers(draft)
    take_windows(draft)
    take_both_ends(draft)
    several_of_a_name(draft)
    if (stepped := steps(draft)) is not None:
        return stepped
    if is_sequence(draft):
        return sequence(draft)
    if compares(draft):
        return comparison(draft)
    if draft.has("HELP"):
        return effect(draft)
    if is_about(draft):
        return about(draft)
    if draft.has("CARD") and (found := card(draft)) is not None:
        return found
    if (asked := of_the_first(draft)) is not None:
        return asked
    ask_where_it_stopped(draft)
    if draft.has("WHEN"):
        show_date(draft)
    if (found := bare_run(draft) or state_asked(draft)) is not None:
        return found
    if draft.has("SHARE"):
        return share(draft)
    rank_groups(draft)
    if (found := best_values(draft)) is not None:
        return found
    if is_grouped(draft):
        return grouped(draft)
    if _asks_yes_or_no(draft) and (found := tried(draft)) is not None:
        return found
    if draft.has("TRIED", "TRIED_Q") and draft.holds(Show, Group) and (found := values(draft)) is not None:
        return found
    return rows(draft)


def _refuse_what_is_not_held(draft: Draft) -> None:
    for word in draft.words("DECLINE"):
        raise Refusal(NOT_DONE[word.meaning], flat=True)
    for word in draft.words("ABSENT"):
        raise Refusal(
            f'no "{word.meaning}" is recorded in this history',
            nearest(word.meaning, draft),
            absent=word.meaning,
        )


def _asks_yes_or_no(draft: Draft) -> bool:
    """ "Have I tried lr 0.04", "tried lr 0.04": but "what did I run in January" asks for the runs."""
    if draft.holds(Group):
        return False
    words = draft.words("TRIED_Q")
    if draft.tokens and draft.tokens[0].norm == "any":
        return True
    if not words:
        before = (draft.tokens[word.start - 1 : word.start] for word in draft.words("TRIED"))
        asked = {token.norm for part in (draft.tokens[:1], *before) for token in part} & {"what", "which"}
        return draft.has("TRIED") and not asked and not draft.has("LIST", "NOUN") and not draft.holds(Show)
    at = words[0].start - 1
    return not (0 <= at < len(draft.tokens) and draft.tokens[at].norm in ("what", "which"))
