"""Dates of headers (RFC 5322 3.3 and what real senders write instead): always aware, or None."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache

DATE_CHARS = 100  # a date with its comment needs 45

_DATE = re.compile(
    r"\s{0,20}(?:[A-Za-z]{3,9}\.?,?\s{0,9})?(\d{1,2})[\s-]{1,9}([A-Za-z]{3})[a-z]{0,6}\.?[\s-]{1,9}(\d{2,4})\s{1,9}"
    r"(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?:\.\d{1,9})?\s{0,9}([+-]\d{4}|[A-Za-z]{1,5}(?![A-Za-z]))?"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_ZONES = {"": 0, "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
    "mdt": -360, "pst": -480, "pdt": -420, "cet": 60, "cest": 120, "met": 60, "bst": 60, "eet": 120, "msk": 180,
    "jst": 540}  # fmt: skip


def read_date(value: str) -> datetime | None:
    """The moment that a date header names, or None where it names none."""
    match = _DATE.match(value, 0, DATE_CHARS)
    if match is None:
        return _read_odd(value[:DATE_CHARS])
    day, month, year, hour, minute, second, zone = match.groups()
    month_number = _MONTHS.get(month.lower())
    if month_number is None:
        return None
    full_year = int(year)
    if full_year < 1000:  # RFC 5322 4.3: two digits below 50 are 20xx; three digits are counted from 1900
        full_year += 2000 if full_year < 50 else 1900
    try:
        return datetime(
            full_year,
            month_number,
            int(day),
            int(hour),
            int(minute),
            min(int(second or 0), 59),
            tzinfo=_zone(zone or ""),
        )
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _zone(text: str) -> timezone:
    """The zone of `+0200` or `EST`; an unknown name is UTC (RFC 5322 4.3)."""
    if text[:1] in {"+", "-"}:
        minutes = int(text[1:3]) * 60 + int(text[3:5])
        return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
    return timezone(timedelta(minutes=_ZONES.get(text.lower(), 0)))


def _read_odd(value: str) -> datetime | None:
    """What the standard library still makes of a date in another order."""
    try:
        found = parsedate_tz(value)
        if found is None:
            return None
        return datetime(*found[:6], tzinfo=timezone(timedelta(seconds=found[9] or 0)))
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
