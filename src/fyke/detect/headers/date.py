"""The Date header (RFC 5322 3.3, 3.6.1) against the clock of the recipient's server, and how it is written."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.hops import edge
from fyke.model import Finding, Mail, Symbol

DATE_FUTURE = Symbol(
    "DATE_FUTURE", "It is dated later than it arrived, which puts it on top of the mailbox", "headers", 2.5
)
DATE_PAST = Symbol("DATE_PAST", "It is dated days before it was sent", "headers", 1.7)
DATE_FORM = Symbol("DATE_FORM", "Its date is written as no mail program writes dates", "headers", 2.2)
DATE_BROKEN = Symbol("DATE_BROKEN", "Its date cannot be read", "headers", 1.5)
DATE_MISSING = Symbol("DATE_MISSING", "It has no date", "headers", 0.6)

_FUTURE_HOURS = 3  # a laptop that forgot summer time errs by one, a wrong zone by two
_PAST_HOURS = 48  # mail that waited over a week-end for a server to come back
_FUTURE, _PAST = timedelta(hours=_FUTURE_HOURS), timedelta(hours=_PAST_HOURS)
_WRITTEN = re.compile(
    r"(?:([A-Z][a-z]{2}), {1,2})?\d{1,2} ([A-Z][a-z]{2}) \d{4} \d\d:\d\d(?::\d\d)? {1,2}(?:([+-]\d{4})|[A-Z]{2,4}\b)"
)
_MONTHS = frozenset({"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"})
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EAST_MINUTES = 14 * 60  # Kiribati; the west ends at 12 hours


class Date(Detector):
    """Was it written when it says, and does the date look as mail programs write it?"""

    name = "date"
    symbols = (DATE_FUTURE, DATE_PAST, DATE_FORM, DATE_BROKEN, DATE_MISSING)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Compare the date with the arrival, where the arrival is known."""
        message = mail.message
        fields = message.all("date")
        if not fields:
            if "message-id" in message.index:  # without both it is an excerpt that some archive stripped
                yield Finding(DATE_MISSING)
            return
        raw, date = fields[0].raw, message.date
        if date is None:
            yield Finding(DATE_BROKEN, raw[:100])
            return
        wrong = _wrong(raw, date)
        if wrong:
            yield Finding(DATE_FORM, f"{wrong}: {raw}"[:100])
        arrival = _arrival(mail)
        if arrival is not None and not -_PAST <= date - arrival <= _FUTURE:
            hours = (date - arrival).total_seconds() / 3600
            if hours > _FUTURE_HOURS:
                yield Finding(DATE_FUTURE, f"{hours:.0f} hours ahead")
            elif hours < -_PAST_HOURS:
                yield Finding(DATE_PAST, f"{-hours / 24:.0f} days before")


def _arrival(mail: Mail) -> datetime | None:
    """When the recipient's house got it: told by the door, or by the server at the edge."""
    if mail.envelope.received_at is not None:
        return mail.envelope.received_at
    found = edge(mail)
    if found is not None and found.hop.date is not None:
        return found.hop.date
    for hop in mail.message.received:
        if hop.date is not None:
            return hop.date
    return None


def _wrong(raw: str, date: datetime) -> str:
    """What is wrong with the way the date is written, or an empty string."""
    match = _WRITTEN.match(raw)
    if match is None:
        return "odd form"
    day, month, zone = match.groups()
    if month not in _MONTHS or (day is not None and day not in _DAYS):
        return "odd form"
    if day is not None and day != _DAYS[date.weekday()]:
        return "wrong weekday"
    return "impossible zone" if zone is not None and _is_nowhere(zone) else ""


@lru_cache(maxsize=64)  # the world has forty
def _is_nowhere(zone: str) -> bool:
    """Whether no place of the earth has that zone."""
    minutes = int(zone[1:3]) * 60 + int(zone[3:])
    return minutes > _EAST_MINUTES or minutes % 15 != 0
