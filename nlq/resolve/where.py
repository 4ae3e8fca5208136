"""Conditions of a reading: filters, runs by name and spans of time, joined."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from nlq.columns import DATES, NUMERIC, counts_things, is_id, is_set, main_metric
from nlq.conditions import any_of, compared, condition_of, merged, negated_where, values_of
from nlq.pieces import Filter, Interval, Number, Piece, RunPiece, Show, Word
from nlq.query import And, Between, Condition, Has, In, Missing, Not, Or, Test, both, conditions
from nlq.resolve.dated import date_spoken_of
from nlq.resolve.draft import Draft, Refusal
from nlq.resolve.implied import against, find_column, year_column
from nlq.resolve.pairs import pairs
from nlq.resolve.places import near
from nlq.resolve.scale import in_scale, in_speed
from nlq.resolve.taken import is_told_before, take_its_column
from nlq.resolve.timeouts import timed_out
from nlq.resolve.times import interval_condition
from nlq.resolve.two_kinds import refuse_apart, refuse_both, refuse_merged, refuse_two_bounds
from nlq.tokens import name_key
from nlq.vocabulary import singular
from store.catalog import Column
from store.states import read_status
from store.vocabulary import words

__all__ = ["conditions_of", "piece_condition"]


def conditions_of(draft: Draft) -> Condition | None:
    """Every condition of the reading that nothing else has used, joined; each piece is then used.

    Raises:
        Refusal: where the column of one can't be found.
    """
    ors = list(_ors(draft))
    # Where they are neighbours, the reading in which the two are one piece is the better one.
    draft.cost += 0.5 * sum(joined and not _of_one(word, draft) for word, joined in ors)
    met = pairs(draft)
    marks = [*draft.words("OR_ELSE"), *(word for word, joined in ors if not joined)]
    parts: list[list[Condition]] = [[] for _ in range(len(marks) + 1)]
    for piece in draft.pieces:
        if draft.unused(piece) and isinstance(piece, (Filter, RunPiece, Interval)):
            part = sum(mark.start < piece.start for mark in marks)
            refuse_both(piece, draft)
            parts[part].append(piece_condition(piece, draft))
            _refuse_beyond(parts[part][-1], piece, draft)
            draft.use(piece)
            take_its_column(piece, draft)
            draft.cost += _torn(piece, draft)
            draft.cost += 0.0 if draft.runs else 0.25 * _holds_none(parts[part][-1], draft)
    draft.use(*marks)
    for found in parts if not draft.runs else ():
        refuse_two_bounds(found, draft)
    for found in parts if draft.runs else ():
        refuse_apart(found)
    sides = [_alternatives(both(*found), draft) for found in parts]
    whole = [side for side in sides if side is not None]
    return both(any_of(whole) if whole else None, *met)


_CONDITIONS = (Filter, RunPiece, Interval)
_FILLING = frozenset(("NOUN", "NOUN_H", "LIST", "USED", "HAVING_VALUE", "EVERY"))


def _ors(draft: Draft) -> Iterator[tuple[Word, bool]]:
    """Each "or" between two conditions that is no comparison, and whether nothing else stands between."""
    for word in draft.words("VS"):
        if word.meaning == "weak" and draft.tokens[word.start].norm == "or":
            sides = draft.preceding(word), draft.following(word)
            near = [next((piece for piece in side if not _fills(piece)), None) for side in sides]
            if all(isinstance(piece, _CONDITIONS) for piece in near):
                loose = any(isinstance(piece, Filter) and piece.unmeasured for piece in near)
                yield word, near == [draft.before(word), draft.after(word)] and not loose


def _of_one(word: Word, draft: Draft) -> bool:
    """Whether both conditions give a value of one column: these are joined as alternatives anyway."""
    sides = [draft.before(word), draft.after(word)]
    columns = [
        piece.column if isinstance(piece, RunPiece) else next(iter(piece.columns), None)
        for piece in sides
        if isinstance(piece, (RunPiece, Filter))
    ]
    return len(columns) == 2 and columns[0] is not None and columns[0] == columns[1]


def _fills(piece: Piece) -> bool:
    weak = isinstance(piece, Word) and (piece.terminal, piece.meaning) == ("VS", "weak")
    return weak or (isinstance(piece, Word) and piece.terminal in _FILLING)


def _torn(piece: Piece, draft: Draft) -> float:
    """The cost of a value read by itself while its column is named elsewhere as something to show."""
    if not draft.runs and is_told_before(piece, draft):
        return 0.15
    if isinstance(piece, RunPiece):
        column = piece.column
    elif isinstance(piece, Filter) and piece.bare and piece.columns:
        column = piece.columns[0]
    else:
        return 0.0
    shown = [p.mention.columns[0] for p in draft.pieces if isinstance(p, Show)]
    return 0.12 if column in shown and column.kind != "run" else 0.0


def _holds_none(part: Condition, draft: Draft) -> bool:
    """Whether a number is looked for that its column does not hold: "laps in 1949" are not 1949 laps."""
    if not isinstance(part, Test) or part.op != "=" or not isinstance(part.value, (int, float)):
        return False
    column = next((column for column in draft.catalog.columns if column.key == part.key), None)
    if column is None or column.type not in NUMERIC or column.low is None:
        return False
    return part.value not in column.values if column.values else not column.low <= part.value <= column.high  # type: ignore[operator]


def _refuse_beyond(part: Condition, piece: Piece, draft: Draft) -> None:
    """ "Products between 600 and 700" are not those with such ids, where the ids end at 15.

    Raises:
        Refusal: where a column that nobody named, or one of ids, lies wholly beyond a number.
    """
    if draft.runs or not isinstance(piece, Filter) or not isinstance(part, (Test, Between)):
        return
    column = next((c for c in draft.catalog.columns if c.key == part.key and c.type in NUMERIC), None)
    if column is None or not (piece.mention is None or is_id(column)):
        return
    ends, low, high = (column.low, column.high), -math.inf, math.inf
    if isinstance(part, Between):
        low, high = part.low, part.high  # type: ignore[assignment]
    elif part.op in (">", ">=", "<", "<=") and isinstance(part.value, (int, float)):
        low, high = (part.value, high) if part.op[0] == ">" else (low, part.value)
    numbers = (*ends, low, high)
    if all(isinstance(one, (int, float)) for one in numbers) and (ends[1] < low or high < ends[0]):  # type: ignore[operator]
        raise Refusal(f"{column.name} goes from {ends[0]} to {ends[1]}, so that none is met by it")


def piece_condition(piece: Piece, draft: Draft) -> Condition:
    """The condition of one piece.

    Raises:
        Refusal: where its column can't be found.
    """
    if isinstance(piece, RunPiece):
        return Test(piece.column.key, "=", piece.value)  # type: ignore[arg-type]
    if isinstance(piece, Interval):
        before = draft.before(piece)
        if isinstance(before, Show) and before.mention.columns[0].type in DATES:
            draft.use(before)  # "created on february 6"
        years = _in_years(piece, draft)
        if isinstance(before, Show) and isinstance(years, (Test, Between)) and not draft.runs:
            if before.end == piece.start and before.mention.columns[0].key == years.key:
                draft.use(before)  # "founded between 1900 and 1950"
        if years is None and piece.relation == "either" and piece.second is not None:
            each = [
                replace(piece, relation="within", first=one, second=None)
                for one in (piece.first, piece.second)
            ]
            return any_of([interval_condition(one, draft) for one in each])
        return years or interval_condition(piece, draft)
    assert isinstance(piece, Filter)
    return _filter(piece, draft)


def _filter(piece: Filter, draft: Draft) -> Condition:
    piece = _of_its_owner(_in_column(piece, draft), draft)
    _say_text(piece, draft)
    if piece.state == "kept" and not draft.catalog.tells_state:
        raise Refusal("no file says which runs were kept")
    if piece.state and not draft.catalog.tells_state and piece.state != "completed":
        raise Refusal("no file says how its runs ended", (f"all {draft.catalog.nouns[0]}s",))
    if piece.reference is not None:
        return negated_where(piece, against(piece, draft))
    if piece.op == "near":
        return negated_where(piece, near(piece, draft))
    if piece.unmeasured:
        return _without_number(piece, draft)
    if piece.condition is None and not piece.state:
        found = in_speed(find_column(piece, draft), piece, draft)
        return negated_where(piece, in_scale(found, piece, draft))
    _say_ambiguous(piece, draft)
    if piece.state and (cells := timed_out(piece, draft) or _state_cells(piece, draft)) is not None:
        return negated_where(piece, cells)
    condition = condition_of(piece)
    assert condition is not None
    if not draft.runs and piece.columns and (told := _told_by(condition, piece.columns[0])) is not None:
        return told
    if condition == Not(Missing(piece.columns[0].key if piece.columns else "")) and not draft.runs:
        draft.cost += 0.3 if piece.columns[0].count == draft.catalog.rows else 0.0  # it says nothing
    return in_scale(in_speed(condition, piece, draft), piece, draft)


def _without_number(piece: Filter, draft: Draft) -> Condition:
    """ "Which runs went nan": of the metric beside it, else of any that says so somewhere, else the main one.

    Raises:
        Refusal: where no metric is recorded.
    """
    shown = [show for show in draft.of(Show) if show.mention.columns[0].kind == "metric"]
    metrics = [column for show in shown for column in show.mention.columns]
    draft.use(*shown)
    main = main_metric(draft.catalog)
    said = [column for column in metrics or draft.catalog.columns if column.unmeasured]
    if not said:
        draft.cost += 0.8  # some text may tell of it
    columns = said or metrics or ([main] if main is not None else [])
    if not columns:
        raise Refusal("no metric is recorded that could be NaN")
    tests = [Missing(column.key, nan=True) for column in columns]
    return (
        And(tuple(map(Not, tests)))
        if piece.negated and len(tests) > 1
        else negated_where(piece, any_of(tests))
    )


def _told_by(condition: Condition, column: Column) -> Condition | None:
    """ "Planets with rings", "with no moons": where a column says yes or no, or how many there are."""
    inner = condition.of if isinstance(condition, Not) else condition
    if not isinstance(inner, Missing):
        return None
    has = isinstance(condition, Not)
    if (yes := is_set(column)) is not None:
        return compared(column.key, "=", yes) if has else Not(Test(column.key, "=", yes))
    if counts_things(column) and column.low == 0:
        return compared(column.key, ">" if has else "=", 0)
    return None


def _of_its_owner(piece: Filter, draft: Draft) -> Filter:
    """ "The visit with id 4", "the pet whose id is 4": of several ids, that of the thing named before."""
    if draft.runs or len(piece.columns) < 2 or not isinstance(piece.condition, Or):
        return _of_the_thing_before(piece, draft)
    parts = {part.key: part for part in piece.condition.of if isinstance(part, Test)}
    ids = [c for c in draft.catalog.columns if is_id(c) and c.type == piece.columns[0].type]
    for token in reversed(draft.tokens[max(0, piece.start - 4) : piece.start]):
        said = singular(token.norm)
        named = [c for c in piece.columns if said in name_key(c.name) and c.key in parts]
        own = next((c for c in ids if set(name_key(c.name)) == {said, "id"}), None)
        if own is None and 0 < len(named) < len(piece.columns):
            own = named[0] if len(named) == 1 else None
        if own is not None and parts:
            test = parts.get(own.key) or replace(next(iter(parts.values())), key=own.key)
            return replace(piece, condition=test, columns=(own,))
        if named:
            break
    return piece


def _of_the_thing_before(piece: Filter, draft: Draft) -> Filter:
    """ "The claim with id 4" of a table of settlements: a bare "id" behind another thing is that one's."""
    test, said = (
        piece.condition,
        [token.norm for token in draft.tokens[max(0, piece.start - 3) : piece.start]],
    )
    bare = piece.mention is not None and piece.mention.text.lower() == "id"
    if draft.runs or not bare or not isinstance(test, Test) or not is_id(piece.columns[0]):
        return piece
    before = [word for word in said if word not in ("with", "the", "has", "have", "whose", "of")]
    ids = (c for c in draft.catalog.columns if is_id(c) and c.type == piece.columns[0].type)
    wanted = {singular(before[-1]), "id"} if before else set()
    own = next((c for c in ids if set(name_key(c.name)) == wanted), None)
    return piece if own is None else replace(piece, condition=replace(test, key=own.key), columns=(own,))


def _in_column(piece: Filter, draft: Draft) -> Filter:
    """ "Noise in the notes": the text is looked for in the column named behind it."""
    after, before = draft.after(piece), draft.before(piece)
    if isinstance(piece.condition, Has) and not piece.condition.key and isinstance(before, Show):
        column, said = before.mention.columns[0], [t.norm for t in draft.tokens[before.end : piece.start]]
        if piece.implicit and column.role == "notes" and said == ["with"]:
            draft.use(before)  # "notes with loss spikes"
            return replace(
                piece, condition=replace(piece.condition, key=column.key), columns=(column,), implicit=""
            )
    if not isinstance(piece.condition, Has) or piece.condition.key or not isinstance(after, Show):
        return piece
    column = after.mention.columns[0]
    between = [token.norm for token in draft.tokens[piece.end : after.start]]
    if column.type != "text" or "in" not in between:
        return piece
    draft.use(after)
    return replace(piece, condition=replace(piece.condition, key=column.key), columns=(column,), implicit="")


def _say_text(piece: Filter, draft: Draft) -> None:
    if isinstance(piece.condition, Has) and not piece.condition.key and not piece.implicit:
        before = draft.before(piece)
        if isinstance(before, Show) and before.mention.columns[0].type == "text":
            draft.cost += 0.15  # "notes that mention noise" speaks of that column
    if piece.implicit:
        draft.assume(f'"{piece.implicit}" read as a word in the notes', cost=0.1)


def _say_ambiguous(piece: Filter, draft: Draft) -> None:
    if piece.mention is not None and len(piece.columns) > 1:
        text, names = piece.mention.text, " or ".join(column.name for column in piece.columns[:4])
        draft.assume(
            f'"{text}" read as {names}', draft.reworded(text, *(c.name for c in piece.columns)), 0.05
        )


_STEM = 4
"""The letters by which "crash" and "failure" are known in "crashed" and "failed"."""


def _state_cells(piece: Filter, draft: Draft) -> Condition | None:
    """The state as the file spells it, where every run has a status and one cell of it says just this."""
    status = draft.catalog.role("status")
    if status is None or status.count < draft.catalog.rows:
        return None
    state = "completed" if piece.state == "bad" else piece.state
    spellings = words("keywords")["STATE"][state]
    cells = [value for value in status.values if str(value).lower() in spellings]
    said = [token.norm[:_STEM] for token in draft.tokens[piece.start : piece.end]]
    if len(cells) > 1:  # "crash rate" is of those that the file calls crashed, as "crashed runs" is
        cells = [cell for cell in cells if str(cell).lower()[:_STEM] in said]
    elif cells and str(cells[0]).lower()[:_STEM] not in said:
        ended = "completed" if state == "kept" else state
        cells = cells if read_status(str(cells[0])) == ended else []  # killed is not how the others crashed
    if len(cells) != 1:
        return None
    own = Test(status.key, "=", str(cells[0]))
    return Not(own) if piece.state == "bad" else own


def _in_years(piece: Interval, draft: Draft) -> Condition | None:
    """ "in 1958" of a table that has years and no dates."""
    moments = [moment for moment in (piece.first, piece.second) if moment is not None]
    spoken_of = date_spoken_of(draft, piece.start, piece.end)
    told = spoken_of is not None and spoken_of.type not in DATES
    dated = any(column.type in DATES for column in draft.catalog.columns)
    if (dated and not told) or any(moment.kind != "year" for moment in moments):
        return None
    years = [int(str(moment.value)) for moment in moments]
    column = spoken_of if told else year_column([Number(year) for year in years], draft)
    if column is None:
        return None
    if piece.relation == "either":
        return In(column.key, tuple(years))
    if len(years) == 2:
        return Between(column.key, years[0], years[1])
    op = {"since": ">=", "after": ">", "before": "<", "until": "<="}.get(piece.relation, "=")
    return compared(column.key, op, years[0])


# -- values of one column


def _alternatives(where: Condition | None, draft: Draft) -> Condition | None:
    """Two values of one column can't both hold: "d12 and d24" is either of them."""
    out: list[Condition] = []
    for part in conditions(where):
        key = _equal_key(part)
        same = next((at for at, other in enumerate(out) if key and _equal_key(other) == key), None)
        if same is None:
            out.append(part)
            continue
        refuse_merged(key, draft)
        out[same] = merged(out[same], part)
        run = draft.catalog.role("run")
        draft.cost += 0.02 if run is not None and run.key == key else 0.1  # two names are a list
    denied = {_equal_key(part.of) for part in out if isinstance(part, Not)}
    if any(_equal_key(part) in denied for part in out if _equal_key(part)):
        draft.cost += 0.1  # "not muon and adamw" denies both: an optimizer that is adamw is not muon anyway
    return both(*out)


def _equal_key(part: Condition) -> str:
    return part.key if isinstance(part, (Test, In)) and values_of(part) else ""
