"""Pieces of questions about tables that say something else than their form: groups that are none."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import DATES, is_id, is_set, is_year, names_rows, orderable
from nlq.lattice import Mention
from nlq.pieces import Aggregate, Excluded, Filter, Group, Have, Piece, Show, Super, Word
from nlq.query import Missing, Test
from nlq.resolve.adjectives import measuring
from nlq.resolve.dated import alike
from nlq.resolve.draft import WHETHER, Draft, numeric
from nlq.resolve.persons import group_by_who
from nlq.tokens import name_key
from nlq.vocabulary import canonical, is_participle, singular

__all__ = ["recast"]

_OVER_ALL = frozenset("all across among amongst over throughout".split())


def recast(draft: Draft) -> None:
    """Take pieces for what they say where it is not what they look like; of runs nothing is."""
    if draft.runs:
        return
    group_by_who(draft)
    for ungroup in (_all_of_them, _what_each_did, _each_that_is):
        for group in draft.of(Group):
            ungroup(group, draft)
    for piece in draft.of(Filter):
        _measured_by_its_verb(piece, draft)
    for piece in draft.of(Filter):
        draft.cost += 0.8 * _counts_what_follows(piece, draft)
    for excluded in draft.of(Excluded):
        _not_done(excluded, draft)
    for show in draft.of(Show):
        _name_of_another(show, draft)
    for take in (_most_of_a_year, _most_recently_done, _their_ends):
        for sup in draft.of(Super):
            take(sup, draft)
    for have in draft.of(Have):
        _each_once(have, draft)
    _how_much_per(draft)


def _swap(draft: Draft, piece: Piece, *others: Piece) -> None:
    """Put pieces in the place of one."""
    at = draft.pieces.index(piece)
    draft.pieces = (*draft.pieces[:at], *others, *draft.pieces[at + 1 :])


def _all_of_them(group: Group, draft: Draft) -> None:
    """ "Across schools" of a table with one row a school is no group: it is every row."""
    said = {token.norm for token in draft.tokens[group.start : group.end]}
    columns = [mention.columns[0] for mention in group.mentions]
    if said & _OVER_ALL and columns and all(map(names_rows, columns)):
        draft.use(group)


def _what_each_did(group: Group, draft: Draft) -> None:
    """ "In which year was each founded" asks for the year that each row tells."""
    before = draft.tokens[group.start - 1].norm if group.start else ""
    done = is_participle(draft.tokens[group.end - 1].norm) and group.end == group.start + 2
    if group.each and done and before in WHETHER and draft.tokens[group.start].norm == "each":
        _swap(draft, group, *(Show(group.start, group.end, mention) for mention in group.mentions))


def _each_that_is(group: Group, draft: Draft) -> None:
    """ "The id of each cancelled policy": of those where a column says so, and no groups."""
    after = draft.after(group)
    noun = isinstance(after, Word) and after.terminal == "NOUN" and after.start == group.end
    if not group.each or not noun or len(group.mentions) != 1 or group.end > group.start + 3:
        return
    column = group.mentions[0].columns[0]
    done = is_participle(draft.tokens[group.end - 1].norm)
    if done and (yes := is_set(column)) is not None:
        told = Filter(group.start, group.end, Test(column.key, "=", yes), columns=(column,))
        _swap(draft, group, told)


_MEASURING = {
    "cost": "cost", "costs": "cost", "costing": "cost", "priced": "cost",
    "weigh": "weight", "weighs": "weight", "weighing": "weight",
    "earn": "salary", "earns": "salary", "earning": "salary",
}  # fmt: skip
"""Verbs that say of what a number is."""


def _measured_by_its_verb(piece: Filter, draft: Draft) -> None:
    """ "Products costing between 600 and 700": their price."""
    hint = _MEASURING.get(draft.tokens[piece.start - 1].norm, "") if piece.start else ""
    named = piece.condition is not None or piece.hint or not piece.numbers
    if hint and not named and measuring(hint, draft.catalog) is not None:
        _swap(draft, piece, replace(piece, hint=hint))


def _counts_what_follows(piece: Filter, draft: Draft) -> bool:
    """ "The length of the 3 rivers with …": the number says how many, and is no length."""
    if piece.mention is None or not isinstance(piece.condition, Test) or piece.condition.op != "=":
        return False
    said = [token.norm for token in draft.tokens[piece.start : piece.end]]
    return said[-3:-1] == ["of", "the"] and draft.tokens[piece.end - 1].kind == "number"


def _not_done(piece: Excluded, draft: Draft) -> None:
    """ "Dogs that have not departed yet": the date of it is missing."""
    column = piece.mention.columns[0]
    done = draft.tokens[piece.end - 1].norm
    if column.type in DATES and column.count < draft.catalog.rows and is_participle(done):
        _swap(draft, piece, Filter(piece.start, piece.end, Missing(column.key), columns=(column,)))


_AHEAD = 5
"""Words after a name in which the thing that bears it is told."""


def _name_of_another(show: Show, draft: Draft) -> None:
    """ "The name and nationality of architects" of a table of buildings: the architects' names."""
    if _is_id_of_the_next(show, draft):
        draft.use(show)
        return
    if show.mention.text.lower() not in ("name", "names") or len(draft.catalog.columns) < 2:
        return
    ahead = [token.norm for token in draft.tokens[show.end : show.end + _AHEAD]]
    if "of" not in ahead:
        return
    at = show.end + ahead.index("of") + 1
    named = {canonical(name_key(c.name)): c for c in draft.catalog.columns if c.type == "text"}
    for token in draft.tokens[at : at + 3]:
        word = singular(token.norm)
        if any(word in noun for noun in draft.nouns):
            return
        if (column := named.get(canonical((word, "name")))) is not None and column != show.mention.columns[0]:
            _swap(draft, show, replace(show, mention=Mention((column,), (), column.name, True)))
            return


def _is_id_of_the_next(show: Show, draft: Draft) -> bool:
    """ "The ids of all students" of a table with several ids: the next column says whose."""
    after = draft.after(show)
    if show.mention.text.lower() not in ("id", "ids") or not isinstance(after, Show):
        return False
    said = [token.norm for token in draft.tokens[show.end : after.start]]
    return said[:1] == ["of"] and len(said) <= 3 and is_id(after.mention.columns[0])


def _their_ends(sup: Super, draft: Draft) -> None:
    """ "Each category with its largest fine": the end within each of them."""
    before, after = draft.before(sup), draft.after(sup)
    beside = after if isinstance(after, Show) and after.start == sup.end else None
    mention = beside.mention if sup.mention is None and beside is not None else sup.mention
    if mention is None or sup.hint or sup.count or not sup.start or not isinstance(before, Show):
        return
    if draft.tokens[sup.start - 1].norm not in ("their", "its") or draft.holds(Aggregate, Group):
        return
    said = draft.tokens[before.end - 1].norm
    if sup.which not in ("max", "min") or names_rows(before.mention.columns[0]) or singular(said) == said:
        return
    if sup.mention is None and beside is not None:
        _swap(draft, beside)
    _swap(draft, sup, Aggregate(sup.start, sup.end, (sup.which,), (mention,)))


def _most_of_a_year(sup: Super, draft: Draft) -> None:
    """ "The year when most tracks opened": the tracks of each year are counted."""
    behind = draft.tokens[sup.end].norm if sup.end < len(draft.tokens) else ""
    if (
        draft.tokens[sup.end - 1].norm not in ("most", "fewest", "of")
        or (singular(behind),) not in draft.nouns
    ):
        return
    years = [show for show in draft.of(Show) if is_year(show.mention.columns[0])]
    if sup.mention or sup.hint or sup.rows or not years or draft.holds(Group, Aggregate):
        return
    if "year" in [token.norm for token in draft.tokens[:_AHEAD]]:
        draft.use(*(show for show in draft.of(Show) if show is not years[0]))
        _swap(draft, sup, replace(sup, rows=True))


def _most_recently_done(sup: Super, draft: Draft) -> None:
    """ "The most recently completed buildings": by the date of it, and not of those in such a state."""
    after = draft.after(sup)
    if sup.hint != "date" or not isinstance(after, Filter) or not after.bare or after.start != sup.end:
        return
    done = draft.tokens[after.start].norm
    dates = (c for c in draft.catalog.columns if orderable(c) and (c.type in DATES or is_year(c)))
    if is_participle(done) and any(alike(done, word) for c in dates for word in name_key(c.name)):
        draft.use(after)


def _each_once(have: Have, draft: Draft) -> None:
    """ "Show each department name once": the different ones."""
    before = draft.before(have)
    if draft.tokens[have.start].norm != "once" or not isinstance(before, Group) or not before.each:
        return
    if all(isinstance(piece, Word) and piece.terminal == "LIST" for piece in draft.preceding(before)):
        shows = [Show(before.start, before.end, mention) for mention in before.mentions]
        _swap(draft, before, Word(before.start, before.start + 1, "DISTINCT", ""), *shows)
        draft.use(have)


def _how_much_per(draft: Draft) -> None:
    """ "How much was paid in fines per branch": the sum of each."""
    said = [token.norm for token in draft.tokens[:2]]
    shows = draft.of(Show)
    if said != ["how", "much"] or len(shows) != 1 or not draft.of(Group) or draft.holds(Aggregate, Super):
        return
    if (column := numeric(shows[0].mention)) is not None and not is_id(column) and not is_year(column):
        _swap(draft, shows[0], Aggregate(shows[0].start, shows[0].end, ("sum",), (shows[0].mention,)))
