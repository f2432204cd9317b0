"""How often the text of a mail has come lately, and what became of its like.

That a text comes to many says that it is a mailing, and no more: honest ones do too. It speaks against it only that
unrelated machines bring it in many names, or that others of it were judged or called unwanted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime

from fyke.detect.auth.evidence import came_at
from fyke.detect.base import Cost, Detector, Look
from fyke.mail.domains import registered
from fyke.mail.sketch import sketch
from fyke.model import Finding, Label, Mail, Symbol
from fyke.model.campaign import Alike, Copies

SEEN = Symbol("CAMPAIGN_SEEN", "Mail of the same text came before", "campaign", 0.0)
MANY = Symbol("CAMPAIGN_MANY", "The same text comes to many here", "bulk", 2.0, Label.BULK)
SPREAD = Symbol("CAMPAIGN_SPREAD", "Many unrelated machines bring the same text in many names", "campaign", 3.0)
UNWANTED = Symbol("CAMPAIGN_UNWANTED", "Others of the same text were found to be unwanted", "campaign", 2.0)
REPORTED = Symbol("CAMPAIGN_REPORTED", "People called others of the same text unwanted", "campaign", 5.5)
WELCOME = Symbol("CAMPAIGN_WELCOME", "People called others of the same text wanted", "campaign", -4.0, Label.HAM)

MAILS, READERS = 20, 10  # from which on it comes to many: what a team sends itself stays below
NETWORKS, NAMES = 8, 6  # from which on it is spread: a provider's pool, or a firm's branches, are fewer /24 or domains
WIDE = 64  # networks and names with which it is as wide as a rented botnet
JUDGED = 5  # of its like, before their verdicts count
AGREED = 0.8  # of them
SAID = 3  # words of people that count in full


class Campaign(Detector):
    """Which campaign is it of, and what do we know of that?"""

    name = "campaign"
    symbols = (SEEN, MANY, SPREAD, UNWANTED, REPORTED, WELCOME)
    cost = Cost.ASK

    def look(self, mail: Mail) -> Look:
        """Users' own mail is not asked about: it would be counted as if it came."""
        if mail.envelope.login:
            return
        asked = question(mail)
        if not asked.sketch.is_telling:
            return
        found = yield asked
        if not isinstance(found, Copies) or not found.before:
            return
        yield Finding(SEEN, told(found, asked.at))
        yield from _of_people(found)
        if found.is_text:
            yield from _of_many(found, asked, is_bounce=not mail.envelope.mail_from and bool(mail.envelope.client_ip))
        yield from _of_verdicts(found)


def question(mail: Mail) -> Alike:
    """Which campaign is this mail of?"""
    envelope, message = mail.envelope, mail.message
    return Alike(
        sketch=sketch(message, envelope.rcpt_to),
        mail=message.digest,
        at=came_at(mail),
        sender=registered(message.sender.domain),
        recipients=tuple([recipient.lower() for recipient in envelope.rcpt_to]),
        network=network(envelope.client_ip),
    )


def network(address: str) -> str:
    """The network that one owner most likely has whole: /24 of IPv4, /48 of IPv6."""
    if ":" in address:
        return ":".join(address.lower().split(":")[:3])
    return address.rpartition(".")[0]


def told(found: Copies, at: datetime | None) -> str:
    """How many came since when, in words: the time where that was within a day, else the date. UTC."""
    if found.first_at is None:
        return f"{found.before:,} mails ({found.campaign})"
    is_today = at is not None and abs((at - found.first_at).total_seconds()) < 86_400
    since = f"{found.first_at:%H:%M}" if is_today else f"{found.first_at:%Y-%m-%d}"
    return f"{found.before:,} mail{'s' * (found.before != 1)} since {since} ({found.campaign})"


def _of_people(found: Copies) -> Iterator[Finding]:
    bad, good = found.said_unwanted, found.said_wanted
    if bad > 2 * good:
        yield Finding(REPORTED, _times(bad), weight=min(1.0, (bad - good + 1) / (SAID + 1)))
    elif good > 2 * bad:
        yield Finding(WELCOME, _times(good), weight=min(1.0, (good - bad + 1) / (SAID + 1)))


def _times(count: int) -> str:
    return f"{count} times" if count > 1 else "once"


def _of_many(found: Copies, asked: Alike, *, is_bounce: bool) -> Iterator[Finding]:
    if found.before >= MAILS and found.recipients >= READERS:
        weight = min(1.0, math.log10(found.before) / 3)
        yield Finding(MANY, f"{found.before:,} mails to {found.recipients:,} recipients", weight=weight)
    # Mail servers of one make write the same of mail that they could not deliver; and people answer "thank you".
    if is_bounce or not (asked.sketch.leads or asked.sketch.paths) or found.said_wanted:
        return
    width = min(found.networks, found.senders)
    if found.networks >= NETWORKS and found.senders >= NAMES and found.wanted <= found.unwanted + found.before // 2:
        weight = min(1.0, math.log2(width / 4) / math.log2(WIDE / 4))
        yield Finding(SPREAD, f"{found.networks} networks, {found.senders} names", weight=max(weight, 0.1))


def _of_verdicts(found: Copies) -> Iterator[Finding]:
    judged = found.unwanted + found.wanted
    if judged >= JUDGED and found.unwanted >= AGREED * judged and not found.said_wanted:
        weight = min(1.0, math.log2(found.unwanted) / 6)
        yield Finding(UNWANTED, f"{found.unwanted:,} of {judged:,}", weight=weight)
