"""Spans of time: pieces like "last week" to half-open ranges over the history's date column."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from nlq.columns import DATES, date_column
from nlq.conditions import compared
from nlq.keys import ROW, bucket_key, column_of
from nlq.lattice import Mention, Month
from nlq.pieces import Filter, Interval, Moment, RunPiece, Show, Super, Word
from nlq.query import And, Condition, Of, Test
from nlq.resolve.dated import date_spoken_of
from nlq.resolve.draft import Draft, Refusal
from store.catalog import Column

__all__ = ["bucket", "by_run", "interval_condition", "named_run", "show_date"]

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NO_DATE = "this history has no date of its runs"


def interval_condition(piece: Interval, draft: Draft) -> Condition:
    """The condition of an interval.

    Raises:
        Refusal: where the history has no date.
    """
    spoken_of = date_spoken_of(draft, piece.start, piece.end)
    column = spoken_of if spoken_of and spoken_of.type in DATES else date_column(draft.catalog)
    if column is None and piece.first.kind == "run" and draft.runs:
        column = _in_the_file(draft)
        return _since_run(piece, column)
    if column is None or column.type not in DATES:
        raise Refusal(_NO_DATE, ("first 3 runs", "last 3 runs"))
    if piece.first.kind == "run":
        return _since_run(piece, column)
    low, high = _span(piece, draft)
    return _between(column, low, high)


def _in_the_file(draft: Draft) -> Column:
    draft.assume("no date is recorded: taken in the order of the file")
    return column_of(draft.catalog, ROW)


def by_run(word: str, name: str, draft: Draft) -> Condition:
    """Since, after or before a run: by the date, else by its place in the file."""
    column = date_column(draft.catalog) or _in_the_file(draft)
    return compared(column.key, {"since": ">=", "after": ">"}.get(word, "<"), Of(name, column.key))


def bucket(unit: str, draft: Draft) -> str:
    """The key of the group "per week" of the history's date.

    Raises:
        Refusal: where it has none.
    """
    column = draft.catalog.role("date") if draft.runs else date_column(draft.catalog)
    if column is None or column.type not in DATES:
        raise Refusal(_NO_DATE)
    return bucket_key(column.key, unit)


_ASK = ("what", "whats", "which", "who", "how", "show", "list", "give")

RECENT = 7
"""Days that "recently" reaches back, where nothing says how many."""


def show_date(draft: Draft) -> None:
    """ "when …" asks for the date column; of a table without dates, for its year.

    Raises:
        Refusal: where the history has none, or where it is not told of what.
    """
    draft.use(*(word for word in draft.words("WHEN") if _joins(word, draft)))
    if not draft.has("WHEN"):
        return
    told = draft.holds(RunPiece, Super, Filter, Show) or draft.has("NOUN")
    if not told and draft.runs:
        raise Refusal("the date of what")
    column = date_column(draft.catalog)
    if column is None and draft.runs:
        raise Refusal(_NO_DATE)
    dated = [c for c in draft.catalog.columns if "year" in c.name.lower() or "date" in c.name.lower()]
    column = column or next(iter(dated), None)
    draft.use_words("TRIED", "TRIED_Q")
    for word in draft.words("WHEN"):
        draft.use(word)
        column = date_spoken_of(draft, word.start, word.end) or column
        if column is not None:
            draft.add(Show(word.start, word.end, Mention((column,), (), "when")))


def _joins(word: Word, draft: Draft) -> bool:
    """Whether "when" begins a condition: "what was the loss when depth was 24" asks for no date."""
    tokens = draft.tokens
    if tokens[word.start].norm != "when" or tokens[max(0, word.start - 1)].norm == "and":
        return False
    asks = [at for at, token in enumerate(tokens) if token.norm in _ASK and at != word.start]
    behind = [piece.start for piece in draft.of(Filter) if piece.start > word.start]
    if any(at < word.start for at in asks):
        return bool(behind) and any(piece.start < word.start for piece in draft.of(Show))
    after = [at for at in asks if at > word.start and tokens[at - 1].norm != "and"]
    return any(at < after[0] for at in behind) if after else False


def named_run(moment: Moment) -> str:
    """The name of the run whose day a moment is."""
    return str(moment.value[0].value)  # type: ignore[union-attr,index]


def _since_run(piece: Interval, column: Column) -> Condition:
    name = named_run(piece.first)
    if piece.second is not None and piece.second.kind == "run":
        last = named_run(piece.second)
        return And(
            (
                compared(column.key, ">=", Of(name, column.key)),
                compared(column.key, "<=", Of(last, column.key)),
            )
        )
    op = {"since": ">=", "after": ">", "before": "<", "until": "<=", "within": "="}.get(piece.relation, ">=")
    return compared(column.key, op, Of(name, column.key))


def _between(column: Column, low: datetime | None, high: datetime | None) -> Condition:
    def bound(moment: datetime) -> date | datetime:
        return moment.date() if column.type == "date" else moment

    if low and high:
        return And((Test(column.key, ">=", bound(low)), Test(column.key, "<", bound(high))))
    if low:
        return Test(column.key, ">=", bound(low))
    assert high is not None
    return Test(column.key, "<", bound(high))


def _span(piece: Interval, draft: Draft) -> tuple[datetime | None, datetime | None]:
    now = draft.now
    if piece.relation in ("last", "this", "past", "ago"):
        return _relative(piece, now)
    low, high = _moment(piece.first, draft)
    if piece.relation == "since":
        return low, None
    if piece.relation == "after":
        return high, None
    if piece.relation == "before":
        return None, low
    if piece.relation == "until":
        return None, high
    if piece.relation == "between" and piece.second is not None:
        return low, _moment(piece.second, draft)[1]
    return low, high


def _relative(piece: Interval, now: datetime) -> tuple[datetime, datetime]:
    unit = str(piece.first.value)
    if piece.relation == "this":
        return _floor(now, unit), _next(_floor(now, unit), unit, 1)
    if piece.relation == "last":
        if unit in ("hour", "day"):
            return _next(now, unit, -1), _next(_floor(now, "day"), "day", 1)
        return _next(_floor(now, unit), unit, -1), _floor(now, unit)
    if piece.relation == "past":
        return _next(now if unit == "hour" else _floor(now, "day"), unit, -piece.count), _next(
            _floor(now, "day"), "day", 1
        )
    day = _next(_floor(now, "day"), unit, -piece.count)
    width = unit if unit in ("week", "month", "year", "quarter") else "day"
    first = _floor(day, width)
    return first, _next(first, width, 1)


def _floor(moment: datetime, unit: str) -> datetime:
    """The start of the hour, day, week (Monday), month, quarter or year."""
    if unit == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(day=1, month=3 * ((day.month - 1) // 3) + 1)
    return day.replace(day=1, month=1) if unit == "year" else day


def _next(moment: datetime, unit: str, count: int) -> datetime:
    if unit in ("hour", "day", "week"):
        return moment + count * timedelta(**{f"{unit}s": 1})
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=year, month=month + 1, day=min(day, moment.day))
        except ValueError:
            continue
    raise Refusal("that time lies outside the calendar")


def _moment(moment: Moment, draft: Draft) -> tuple[datetime, datetime]:
    """The first instant of a moment and the first after it."""
    now, value = draft.now, moment.value
    today = _floor(now, "day")
    if moment.kind == "day" and value == "recently":
        draft.assume(f"recently read as the last {RECENT} days", "runs in the last 30 days")
        return today - timedelta(days=RECENT), today + timedelta(days=1)
    if moment.kind == "day":
        return _named_day(str(value), today)
    if moment.kind == "date":
        if isinstance(value, datetime):
            return value, value + timedelta(seconds=1)
        assert isinstance(value, date)
        first = datetime(value.year, value.month, value.day)
        return first, first + timedelta(days=1)
    if moment.kind == "year":
        return datetime(int(str(value)), 1, 1), datetime(int(str(value)) + 1, 1, 1)
    if moment.kind == "quarter":
        first = datetime(now.year, 3 * int(str(value)) - 2, 1)
        first = first if first <= now else first.replace(year=now.year - 1)
        return first, _next(first, "quarter", 1)
    if moment.kind == "last":
        first = _next(_floor(now, str(value)), str(value), -1)
        return first, _floor(now, str(value))
    return _month(moment, draft)


def _named_day(word: str, today: datetime) -> tuple[datetime, datetime]:
    back = {"today": 0, "yesterday": 1}.get(word)
    if back is None:
        back = (today.weekday() - _WEEKDAYS.index(word)) % 7 or 7
    return today - timedelta(days=back), today - timedelta(days=back - 1)


def _month(moment: Moment, draft: Draft) -> tuple[datetime, datetime]:
    """A month or a day of one: without a year, the last one that is not in the future."""
    value = moment.value
    if isinstance(value, Month):
        month, day, year = value.month, value.day, value.year
    else:
        parts = [int(part) for part in str(value).split()]
        month, day, year = parts[0], None, parts[1] if len(parts) > 1 else None
    try:
        first = datetime(year or draft.now.year, month, day or 1)
    except ValueError:
        raise Refusal(f"month {month} has no day {day}") from None
    if year is None and first > draft.now:
        first = first.replace(year=first.year - 1)
    if year is None:
        name = first.strftime("%B %Y" if day is None else "%d %B %Y")
        draft.assume(f"read as {name}")
    return first, _next(first, "day" if day else "month", 1)
