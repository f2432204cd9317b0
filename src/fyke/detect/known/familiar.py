"""What speaks for a sender who is known, and what is said of one who is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from fyke.model import Finding, Label, Symbol
from fyke.model.known import Acquaintance, Answered, Tie
from fyke.model.proof import Proof


def _symbol(name: str, text: str, bits: float, leans: Label = Label.HAM) -> Symbol:
    return Symbol(name, text, "acquaintance", bits, leans)


KNOWN_CORRESPONDENT = _symbol(
    "KNOWN_CORRESPONDENT", "Wanted mail has come from this very sender before, and it is proved to be the same", -2.5
)
WRITTEN_TO = _symbol("WRITTEN_TO", "It is from somebody to whom its reader has written", -3.5)
REPLY_TO_OURS = _symbol("REPLY_TO_OURS", "It answers a mail that was really sent from here, to this sender", -5.0)
REPLY_FROM_STRANGER = _symbol(
    "REPLY_FROM_STRANGER", "It answers a mail that was sent from here, but not to this sender", 0.8, Label.PHISHING
)
FIRST_CONTACT = _symbol("FIRST_CONTACT", "Nobody here has had mail from this address before", 0.1, Label.SPAM)

SYMBOLS = (KNOWN_CORRESPONDENT, WRITTEN_TO, REPLY_TO_OURS, REPLY_FROM_STRANGER, FIRST_CONTACT)

WATCHED = timedelta(days=14)  # by a store, before it can say that somebody is new
SETTLED = timedelta(days=7)  # who lures a reader into an answer asks for money within days
KNOWN_DAYS = 2
WELL_KNOWN_DAYS = 8
SPOILED = 0.25  # of the wanted days so many unwanted ones: then it is no good acquaintance
SURENESS = {"dkim": 1.0, "arc": 0.8, "spf": 0.6}  # a sending server may be shared by strangers
_YOUNG = 0.25  # where the sender wrote first, and not long ago
_SITE = 0.5  # where others of the site are meant
_UNPROVED = 0.5  # the number of our mail is a proof of its own: only who had it knows it


def is_known(tie: Tie | None) -> bool:
    """Whether so much wanted mail came that its sender's habits are known."""
    return tie is not None and tie.wanted >= KNOWN_DAYS and tie.unwanted <= tie.wanted * SPOILED


def praise(found: Acquaintance, proved: Proof, at: datetime | None, *, is_failed: bool) -> Iterator[Finding]:
    """What speaks for a known sender. `is_failed`: the author's domain denies that the mail is its own."""
    sure = SURENESS.get(proved.by, 0.0)
    if sure and not _is_spoiled(found):
        yield from _of_received(found, sure)
        yield from _of_written(found, sure, at)
    if found.answered is not None and not is_failed:
        yield from _of_answer(found, found.answered, sure or (_UNPROVED if proved.is_open else _UNPROVED / 2), at)


def _is_spoiled(found: Acquaintance) -> bool:
    return any(
        tie is not None and tie.unwanted > max(tie.wanted, tie.written) * SPOILED for tie in (found.own, found.site)
    )


def _of_received(found: Acquaintance, sure: float) -> Iterator[Finding]:
    own, site = found.own, found.site
    if own is not None and is_known(own):
        share = min(1.0, own.wanted / WELL_KNOWN_DAYS)
        yield Finding(KNOWN_CORRESPONDENT, f"on {own.wanted} days since {_day(own.first_at)}", weight=share * sure)
    elif site is not None and is_known(site):
        share = min(1.0, site.wanted / WELL_KNOWN_DAYS) * _SITE
        yield Finding(KNOWN_CORRESPONDENT, f"others here, on {site.wanted} days", weight=share * sure)


def _of_written(found: Acquaintance, sure: float, at: datetime | None) -> Iterator[Finding]:
    own, site = found.own, found.site
    if own is not None and own.written:
        age = _settled(own, at)
        yield Finding(WRITTEN_TO, f"{own.written} mails since {_day(own.written_at)}", weight=sure * age)
    elif site is not None and site.written:
        yield Finding(WRITTEN_TO, f"others here, {site.written} mails", weight=sure * _SITE * _settled(site, at))


def _settled(tie: Tie, at: datetime | None) -> float:
    """How much it says that a sender was written to: little where they began it, and not long ago."""
    if tie.began or tie.written_at is None or at is None:
        return 1.0 if tie.began else _YOUNG
    return 1.0 if at - tie.written_at >= SETTLED else _YOUNG


def _of_answer(found: Acquaintance, answered: Answered, sure: float, at: datetime | None) -> Iterator[Finding]:
    if not (answered.to_sender or answered.to_domain):
        yield Finding(REPLY_FROM_STRANGER, f"sent on {_day(answered.at)}")
        return
    tie = found.own or found.site
    is_settled = answered.is_opening or (tie is not None and _settled(tie, at) == 1.0)
    share = (1.0 if answered.to_sender else 0.7) * (1.0 if is_settled else _YOUNG)
    yield Finding(REPLY_TO_OURS, f"sent on {_day(answered.at)}", weight=share * sure)


def is_first(found: Acquaintance, at: datetime | None) -> bool:
    """Whether nobody here knows the sender, by a store that has watched long enough to say so."""
    is_watched = found.since is not None and at is not None and at - found.since >= WATCHED
    return is_watched and found.own is None and found.site is None


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at is not None else "?"
