"""Comparisons whose column is not told: "under 3 hours", "above 0.3", "better than exp-001"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.columns import DATES, NUMERIC, duration, is_id, main_metric, orderable, throughput
from nlq.conditions import BETTER, better_end, compared, fit
from nlq.pieces import Filter, Group, Number, Show, Word
from nlq.query import Agg, Between, Condition, Of, Or, Test
from nlq.resolve.adjectives import measuring, tells_age
from nlq.resolve.draft import Draft, Refusal, mentions_of, numeric
from nlq.resolve.times import by_run
from nlq.tokens import name_key
from nlq.vocabulary import singular
from store.catalog import Column
from store.units import measure

__all__ = ["against", "find_column", "year_column"]

_HOW_MANY = frozenset(("n", "num", "nb", "number", "count", "of"))


def _how_many(piece: Filter, draft: Draft) -> Condition | None:
    """ "Runs with more than one env": the column that counts them, and no metric.

    Raises:
        Refusal: where none does.
    """
    after = draft.after(piece)
    if not draft.runs or not isinstance(after, Show) or after.start != piece.end or piece.numbers[0].unit:
        return None
    column = after.mention.columns[0]
    if column.type in NUMERIC or column.type in DATES or len(piece.numbers) != 1:
        return None
    thing = set(map(singular, name_key(column.name)))
    for other in draft.catalog.columns:
        said = name_key(other.name)
        if other.type in NUMERIC and _HOW_MANY & set(said) and set(map(singular, said)) - _HOW_MANY == thing:
            draft.use(after)
            return compared(other.key, piece.op, piece.numbers[0].value)
    raise Refusal(f"how many {column.name} a {draft.catalog.nouns[0]} has is not told", flat=True)


_SUFFIXES = {1: "", 1000: "K", 10**6: "M", 10**9: "B", 10**12: "T"}


def find_column(piece: Filter, draft: Draft) -> Condition:
    """The column of "under 3 hours" or "above 0.3": by unit, else the column or the metric beside it.

    Raises:
        Refusal: where no column can be meant.
    """
    _refuse_two_values(piece, draft)
    _refuse_what_is_not_recorded(piece, draft)
    if (bounded := _other_bound(piece, draft) or _next_bound(piece, draft)) is not None:
        return bounded
    if (counted := _how_many(piece, draft)) is not None:
        return counted
    candidates = _measuring(piece, draft) if piece.numbers[0].unit else _nearby(piece, draft)
    if not draft.runs and piece.op != "=":
        candidates = [column for column in candidates if not is_id(column)]  # nothing lies between two ids
    behind = {token.norm for token in draft.tokens[piece.end - 1 : piece.end + 2]}
    hint, numbers = piece.hint, piece.numbers
    if not draft.runs and not hint and behind.issuperset(("years", "old")):
        hint, numbers = "age", tuple(Number(number.value) for number in numbers)
    before = {token.norm for token in draft.tokens[max(0, piece.start - 2) : piece.start]}
    if not draft.runs and not hint and "who" in before and (aged := _ages(numbers, draft)) is not None:
        candidates = [aged]
    elif hint:
        after = draft.after(piece) if not draft.runs else None
        if isinstance(after, Show) and after.start == piece.end and numeric(after.mention) is not None:
            draft.cost += 0.4  # "longer than 40 pages" measures what it names
        measured = measuring(hint, draft.catalog)
        candidates = [measured] if measured is not None and measured.type in NUMERIC else []
    elif year := year_column(numbers, draft):
        candidates = [year, *candidates]
    if not candidates and not draft.runs and (told := _ages(numbers, draft)) is not None:
        candidates = [told]
    for column in candidates:
        fitted = [fit(number, column) for number in numbers]
        values = [value for value in fitted if value is not None]
        if len(values) == len(fitted):
            said = " and ".join(_plain(number) for number in numbers)
            op = piece.op if piece.op not in BETTER else better_end(piece.op, column)
            if not op:
                continue
            _use_beside(piece, column, draft)
            draft.assume(f"{piece.op} {said} read as {column.name} {op} {said}", cost=0.05)
            if op == "between":
                return Between(column.key, min(values), max(values))
            return compared(column.key, op, values[0])
    raise Refusal(f"no column is known for {piece.op} {_plain(piece.numbers[0])}")


def _refuse_what_is_not_recorded(piece: Filter, draft: Draft) -> None:
    """ "Runs with loss under 5" of a history that tells no loss: no other metric is meant."""
    before, run = draft.before(piece), draft.catalog.role("run")
    names = {_number(name) for name in run.values} if run is not None and run.type == "text" else set()
    if draft.runs and piece.numbers[0].value in names:
        raise Refusal(f"{piece.numbers[0].value} is the name of a {draft.catalog.nouns[0]}")
    if not draft.runs or piece.numbers[0].unit or piece.hint:
        return
    said = {token.norm for token in draft.tokens[piece.start : piece.end]}
    if said & {"after", "before"} and not 1950 <= piece.numbers[0].value <= 2100:
        draft.cost += 0.4  # "best loss before 120": before that run, where one is called so
        raise Refusal("before and after are said of dates, of runs and of steps")
    if not isinstance(before, Filter):
        return
    if before.implicit and before.end == piece.start and piece.op not in BETTER:
        name = before.implicit
        raise Refusal(f'no "{name}" is recorded in this history', absent=name)


def _number(name: object) -> int | None:
    """The number that a long name is written as: a commit of digits alone."""
    text = str(name)
    return int(text) if len(text) > 4 and text.isdigit() else None


def _refuse_two_values(piece: Filter, draft: Draft) -> None:
    """ "Was lr 0.02 better than 0.04" compares two values, and no metric with 0.04."""
    before = draft.before(piece)
    said = {token.norm for token in draft.tokens[piece.start : piece.end]}
    ranks = piece.op in BETTER or said & {"faster", "slower", "cheaper", "quicker"}
    if not draft.runs or not ranks or not isinstance(before, Filter) or len(piece.numbers) != 1:
        return
    test, number = before.condition, piece.numbers[0].value
    told = test.of if isinstance(test, Or) else (test,)
    for one in told:
        column = next((c for c in before.columns if isinstance(one, Test) and c.key == one.key), None)
        if column is not None and isinstance(one, Test) and one.op == "=" and number in column.values:
            values = f"{column.name} {one.value} vs {column.name} {number}"
            raise Refusal("two values are beside each other", (f"compare {values}",), flat=True)


_RISING = {">": True, ">=": True, "<": False, "<=": False}
_JOINING = frozenset(("and", "or", "but", "yet", "also"))


def _other_bound(piece: Filter, draft: Draft) -> Condition | None:
    """ "lr above 0.01 but under 0.1": the other end of the span that the comparison before it begins."""
    before = draft.before(piece)
    while isinstance(before, Word) and (before.terminal, before.meaning) == ("VS", "weak"):
        before = draft.before(before)
    if not isinstance(before, Filter) or before.negated or piece.negated or piece.hint:
        return None
    first, upward = before.condition, _RISING.get(piece.op)
    if not isinstance(first, Test) or upward is None or _RISING.get(first.op) != (not upward):
        return None
    between = {token.norm for token in draft.tokens[before.end : piece.start]}
    column = next((column for column in before.columns if column.key == first.key), None)
    value = fit(piece.numbers[0], column) if column is not None else None
    if between - _JOINING or value is None or not isinstance(first.value, (int, float)):
        return None
    if (value >= first.value) == upward:
        return None  # no span lies between them
    return compared(first.key, piece.op, value)


def _next_bound(piece: Filter, draft: Draft) -> Condition | None:
    """ "No less than 1000 and no more than 8000 students": the column is told with the other end."""
    after, upward = draft.after(piece), _RISING.get(piece.op)
    if draft.runs or upward is None or piece.negated or piece.hint or not isinstance(after, Filter):
        return None
    test, said = after.condition, {token.norm for token in draft.tokens[piece.end : after.start]}
    if after.negated or said - _JOINING or not isinstance(test, Test) or _RISING.get(test.op) != (not upward):
        return None
    value = fit(piece.numbers[0], after.columns[0]) if after.columns else None
    if value is None or not isinstance(test.value, (int, float)) or (value < test.value) != upward:
        return None
    return compared(test.key, piece.op, value)


def _ages(numbers: Sequence[Number], draft: Draft) -> Column | None:
    """The column of ages, where nothing says what the number is of: "volunteers under 30"."""
    column = measuring("age", draft.catalog)
    small = all(isinstance(n.value, int) and 0 < n.value < 120 and not n.unit for n in numbers)
    return column if small and column is not None and tells_age(column) else None


def _plain(number: Number) -> str:
    return f"{number.value:g}{_SUFFIXES.get(number.factor, '')} {number.unit}".strip()


def _use_beside(piece: Filter, column: Column, draft: Draft) -> None:
    """ "Runs that cost more than 50 dollars": the column named right before the number is not also shown."""
    before = draft.before(piece)
    if isinstance(before, Show) and column in before.mention.columns and draft.runs:
        draft.use(before)


def year_column(numbers: Sequence[Number], draft: Draft) -> Column | None:
    """The column of years, where the numbers look like years."""
    if not all(isinstance(n.value, int) and 1000 <= n.value <= 2100 and not n.unit for n in numbers):
        return None
    dated = [c for c in draft.catalog.columns if _within(c, 1000, 2100) and not is_id(c)]
    named = [c for c in dated if "year" in name_key(c.name)]
    return next(iter(named or dated), None)


def _within(column: Column, low: int, high: int) -> bool:
    ends = isinstance(column.low, int) and isinstance(column.high, int)
    return column.type == "integer" and ends and column.low >= low and column.high <= high  # type: ignore[operator]


def _measuring(piece: Filter, draft: Draft) -> list[Column]:
    """Columns that measure what the unit measures, those named beside the number first."""
    unit = piece.numbers[0].unit
    near = _nearby(piece, draft)
    same = [
        c for c in draft.catalog.columns if c.type in NUMERIC and c.unit and measure(c.unit) == measure(unit)
    ]
    timed = duration(draft.catalog) if measure(unit) == "time" else None
    shares = near if unit == "%" else []
    plain = () if draft.runs else (c for c in draft.catalog.columns if c.type in NUMERIC and not c.unit)
    priced = [c for c in plain if fit(piece.numbers[0], c) is not None]  # "more than $4,100" of `money`
    return [*(c for c in near if c in same), *([timed] if timed else []), *same, *shares, *priced]


def _nearby(piece: Filter, draft: Draft) -> list[Column]:
    """Numeric columns that the reading names, the nearest to the piece first, then the main metric."""
    at = draft.pieces.index(piece)
    order = sorted(range(len(draft.pieces)), key=lambda i: (abs(i - at), i))
    named = [numeric(mention) for index in order for mention in mentions_of(draft.pieces[index])]
    main = main_metric(draft.catalog)
    return [*(c for c in named if c is not None and not is_id(c)), *([main] if main else [])]


# -- comparisons with a run or the average


def against(piece: Filter, draft: Draft) -> Condition:
    """ "better than exp-001", "above average loss": a metric against a run's or the mean of all.

    Raises:
        Refusal: where the history has no such metric, or does not know which end of it is better.
    """
    said = {"since", "after", "before"} & {token.norm for token in draft.tokens[piece.start : piece.end]}
    if said and draft.runs and isinstance(piece.reference, str) and piece.reference and piece.mention is None:
        return by_run(min(said), piece.reference, draft)
    mentioned = piece.mention.columns if piece.mention else ()
    measured = measuring(piece.hint, draft.catalog) if piece.hint else None
    if measured is None and piece.hint == "duration" and (rate := throughput(draft.catalog)) is not None:
        draft.assume(f"no time is recorded: compared by {rate.name}")
        faster = piece.op.startswith("<")
        piece = replace(piece, op=f"{'>' if faster else '<'}{piece.op[1:]}", hint="")
        measured = rate
    if piece.hint and measured is None:
        raise Refusal(f"nothing in this history tells {piece.hint}")
    if measured is not None and measured not in mentioned:
        draft.assume(f"compared by {measured.name}")
    column = measured or next(filter(orderable, mentioned), None) or _compared_by(piece, draft)
    op = piece.op
    if op in BETTER:
        if not column.direction:
            raise Refusal(f"whether high or low {column.name} is better is not known")
        op = better_end(op, column)
    run = draft.catalog.role("run")
    if isinstance(piece.reference, Of):
        return compared(column.key, op, replace(piece.reference, key=column.key))
    if piece.reference and run:
        return compared(column.key, op, Of(piece.reference, column.key))
    median = "median" in {token.norm for token in draft.tokens[piece.start : piece.end]}
    return compared(column.key, op, Agg("median" if median else "mean", column.key))


def _compared_by(piece: Filter, draft: Draft) -> Column:
    """The metric named beside the comparison, else the main one; said as an assumption."""
    named = [column for column in _nearby(piece, draft) if column.kind == "metric" or not draft.runs]
    column = named[0] if named else main_metric(draft.catalog)
    if column is None:
        raise Refusal("this history has no metric to compare by")
    draft.assume(f"compared by {column.name}", cost=0.03)
    for beside in (*draft.of(Show), *draft.of(Group)):
        mentions = mentions_of(beside)
        if mentions and column in mentions[0].columns:
            draft.use(beside)
    return column
