"""How much one client, login, sender or recipient may have within a time: what is asked of the counters for a mail."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from fyke.desk.senders import Networks, is_in, key, network, one
from fyke.model import Envelope
from fyke.store.counters import Share

WINDOWS = {"minute": 60, "hour": 3_600, "day": 86_400}
KINDS = ("client", "login", "sender", "recipient")
_RATE = re.compile(r"(\d{1,9}) (messages|recipients) (?:an?|per) (minute|hour|day)")
_WHOSE = {"client": "from your address", "login": "from your account", "sender": "from this sender",
          "recipient": "to this recipient"}  # fmt: skip


class Rate(Struct, frozen=True):
    """So many messages, or recipients of messages, within a window."""

    kind: str  # of `KINDS`
    most: int
    counts: str  # "messages" or "recipients"
    window_s: int
    text: str  # as the site wrote it

    @property
    def reply(self) -> str:
        """What a client is told that wants more."""
        return f"Too many {self.counts} {_WHOSE[self.kind]}: at most {self.text}, please try again later"


class Rates(Struct, frozen=True):
    """What a site allows; `exempt` are clients for whom only what their logins may holds."""

    rates: tuple[Rate, ...] = ()
    exempt: Networks = ()


def rate(kind: str, text: str) -> Rate:
    """A rate such as "100 messages an hour". Raises `ValueError`."""
    found = _RATE.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise ValueError(f"{text!r} is not like '100 messages an hour'")
    return Rate(kind, int(found[1]), found[2], WINDOWS[found[3]], text)


def shares(rates: Rates, envelope: Envelope, door: str) -> list[tuple[Rate, Share]]:
    """What the newest recipient of an envelope adds, or, without one, its transaction.

    A transaction is counted with its first recipient. Each kind of door has counts of its own, so that a mail that two
    doors are asked about is not counted twice.
    """
    is_exempt = not envelope.client_ip or is_in(envelope.client_ip, rates.exempt)
    subjects = _subjects(envelope, is_exempt=is_exempt)
    found = []
    for each in rates.rates:
        subject, amount = subjects.get(each.kind, ""), _amount(each, envelope)
        if subject and amount:
            name = key("rate", door, each.kind, each.counts, str(each.window_s), subject)
            found.append((each, Share(name, amount, each.window_s, each.most)))
    return found


def _subjects(envelope: Envelope, *, is_exempt: bool) -> dict[str, str]:
    if is_exempt:
        return {"login": envelope.login.lower()}
    sender = envelope.mail_from.lower()
    return {
        "client": one(envelope.client_ip) if not envelope.login else "",
        "login": envelope.login.lower(),
        # Anybody can write anybody's address: what is sent elsewhere in their name is not counted against them.
        "sender": f"{sender} {network(envelope.client_ip)}" if sender and not envelope.login else "",
        "recipient": envelope.rcpt_to[-1].lower() if envelope.rcpt_to else "",
    }


def _amount(each: Rate, envelope: Envelope) -> int:
    if each.counts == "recipients" or each.kind == "recipient":
        return int(bool(envelope.rcpt_to))
    return int(len(envelope.rcpt_to) <= 1)


def first_over(asked: Iterable[tuple[Rate, Share]], totals: Iterable[float]) -> Rate | None:
    """The first rate that is exceeded."""
    return next((each for (each, share), total in zip(asked, totals, strict=True) if total > share.most), None)
