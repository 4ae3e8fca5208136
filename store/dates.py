"""Days and moments in the spellings that logs and trackers use."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

__all__ = ["read_date", "read_instant"]

_MONTH = (
    "(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Patterns stand as text: Python compiles each at its first use, and most files have no dates at all.
_DATES = (
    r"(?a)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\Z",
    r"(?a)(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})\Z",
    r"(?a)(?P<d>\d{1,2})[.-](?P<m>\d{1,2})[.-](?P<y>\d{4})\Z",
    r"(?a)(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4}|\d{2})\Z",
    rf"(?ai){_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})\Z",
    rf"(?ai)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<y>\d{{4}})\Z",
)
_INSTANT = (
    r"(?a)(\d{4})[-/]?(\d{2})[-/]?(\d{2})[T _/](\d{2})[:-]?(\d{2})(?:[:-]?(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?\Z"
)
_LONGEST = 40


def read_date(text: str) -> date | None:
    """A day in any of the usual spellings, or None.

    With slashes the month stands first, as American tables have it, unless it can't be a month.

    Example:
        >>> read_date("Mar 9, 2026"), read_date("05/28/24"), read_date("27.09.2023")
        (datetime.date(2026, 3, 9), datetime.date(2024, 5, 28), datetime.date(2023, 9, 27))
    """
    if len(text) > _LONGEST:
        return None
    for pattern in _DATES if text[:1].isdigit() else _DATES[4:5]:
        if found := re.match(pattern, text):
            return _day(found.groupdict())
    return None


def _day(parts: dict[str, str | None]) -> date | None:
    year, day = int(parts["y"] or 0), int(parts["d"] or 0)
    name = parts.get("month")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["m"] or 0)
    if year < 100:
        year += 2000 if year < 70 else 1900
    if month > 12 and day <= 12:
        month, day = day, month
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_instant(text: str) -> datetime | None:
    """A day with a time, as naive UTC, or None: ISO, `20230515_013335` (W&B), `2026-02-26/21-46-44` (Hydra).

    Example:
        >>> read_instant("2025-12-14T20:03:27.000Z"), read_instant("2026-01-01 00:30+01:00")
        (datetime.datetime(2025, 12, 14, 20, 3, 27), datetime.datetime(2025, 12, 31, 23, 30))
    """
    found = re.match(_INSTANT, text) if len(text) <= _LONGEST and text[:1].isdigit() else None
    if not found or text.isdigit():
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    micro = int((found[7] or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, micro)
        if found[8] and found[8] not in ("Z", "UTC", "GMT"):
            zone = datetime.strptime(found[8], "%z").tzinfo
            moment = moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment
