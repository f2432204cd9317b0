"""Times as people write them on a command line: how long ago ("7d", "2h30m"), a day, or a moment (ISO 8601)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from fyke.cli.errors import Wrong

UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
MOST = timedelta(days=36_500)  # a hundred years
_PIECE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)([wdhms])")
_DURATION = re.compile(rf"(?:{_PIECE.pattern})+")


def duration(text: str) -> timedelta:
    """The duration in "7d", "2h30m", "1.5h", "90s". Raises ValueError with a sentence."""
    plain = text.strip().lower()
    if not plain.isascii() or len(plain) > 100 or _DURATION.fullmatch(plain) is None:
        raise ValueError(f"{text[:50]!r} is no duration such as 7d, 2h30m or 90s")
    found = timedelta()
    for number, unit in _PIECE.findall(plain):
        found += min(timedelta(**{UNITS[unit]: float(number)}), MOST) if float(number) < 1e8 else MOST
    return min(found, MOST)


def moment(text: str, now: datetime) -> datetime:
    """The moment that is meant, always aware: so long before now, "now", "today", "yesterday", a day or a moment.

    What names no zone is in the zone of this machine. Raises ValueError with a sentence.
    """
    plain = text.strip()
    if plain.lower() == "now":
        return now
    if plain.lower() in ("today", "yesterday"):
        day = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return (day - timedelta(days=plain.lower() == "yesterday")).astimezone(UTC)
    if plain[:1].isdigit() and plain[-1:].lower() in UNITS:
        return now - duration(plain)
    try:
        return datetime.fromisoformat(plain).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:50]!r} is no time such as 7d, 2h30m, 2026-05-01 or 2026-05-01T14:00") from None


def span(since: str, until: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """From when until when, as the options say; empty is not asked. Raises `Wrong`."""
    found = []
    for option, text in (("--since", since), ("--until", until)):
        try:
            found.append(moment(text, now) if text else None)
        except (ValueError, OverflowError) as error:
            raise Wrong(f"{option}: {error}") from None
    first, last = found
    if first is not None and last is not None and first >= last:
        raise Wrong(f"--since {since} is not before --until {until}")
    return first, last
