"""Greylisting (RFC 6647): who was never seen is asked to come again, which senders of spam in bulk seldom do.

Known by the network of a client, its sender and the recipient. Who has come back passes from then on; a network that
did so for several passes at once. The null sender is never put off: its reports and call-backs are asked for once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from fyke.desk.senders import Networks, folded, is_in, key, network
from fyke.model import Action, Envelope
from fyke.model import proof as ways
from fyke.model.gate import Early
from fyke.model.known import Acquaintance, Seen
from fyke.store.counters import Counters

DAY_S = 86_400
UNKNOWN = "unknown"
Knows = Callable[[str, str, str], bool]  # sender, recipient, client's address: do they know each other?


class Greylist(Struct, frozen=True):
    """Who waits, and how long."""

    wait_s: float = 300.0
    retry_s: float = 14_400.0  # that one who was put off has to come back: RFC 5321 4.5.4.1 retries after 30 minutes
    keep_s: float = 35.0 * DAY_S  # what comes once a month is known still
    passes: int = 5  # of a client's network, after which it does not wait
    nets: Networks = ()  # clients that never wait
    names: tuple[str, ...] = ()  # the same by name: shell patterns, believed where it resolves back
    senders: tuple[str, ...] = ()  # shell patterns over the sender, lower case
    recipients: tuple[str, ...] = ()

    def passes_by(self, envelope: Envelope, recipient: str) -> bool:
        """Whether nobody need wait, whoever they are."""
        name, sender = envelope.client_name.lower(), envelope.mail_from.lower()
        return (
            not sender
            or bool(envelope.login)
            or not network(envelope.client_ip)
            or is_in(envelope.client_ip, self.nets)
            or (name not in ("", UNKNOWN) and _matches(name, self.names))
            or _matches(sender, self.senders)
            or _matches(recipient, self.recipients)
        )


def waits(terms: Greylist, counters: Counters, envelope: Envelope, recipient: str, now: float) -> Early:
    """Whether a recipient's mail is to come again, for one who is not exempt. Raises `StoreError`."""
    around = network(envelope.client_ip)
    client = key("client", around)
    known = counters.met(client, now)
    if known is not None and known.passed >= terms.passes:
        counters.passed(client, now, terms.keep_s)
        return Early(Action.ACCEPT)
    triple = key("greylist", around, folded(envelope.mail_from, recipient), recipient)
    meeting = counters.meet(triple, now, terms.retry_s)
    waited_s = now - meeting.first_at
    if not meeting.passed and waited_s < terms.wait_s:
        left_s = math.ceil(terms.wait_s - waited_s)
        return Early(Action.TEMPFAIL, f"Greylisted: an unknown sender's first mail, please try again in {left_s} s")
    counters.passed(triple, now, terms.keep_s)
    if meeting.passed:
        return Early(Action.ACCEPT)
    counters.passed(client, now, terms.keep_s)  # once for each triple: a mail may pass several doors
    return Early(Action.ACCEPT, note=f"delayed {waited_s:.0f} seconds by fyke")


def knows(look: Callable[[list[Any]], Mapping[Any, Any]]) -> Knows:
    """Who asks what is known of correspondents: those we wrote to, and those who come from where they were proved."""

    def is_known(sender: str, recipient: str, client_ip: str) -> bool:
        question = Seen(sender, recipient)
        found = look([question]).get(question)
        if not isinstance(found, Acquaintance):
            return False
        ties = [tie for tie in (found.own, found.site) if tie is not None]
        if any(tie.written for tie in ties):
            return True
        around = ways.network(client_ip)
        is_wanted = any(tie.wanted > tie.unwanted for tie in ties)
        return is_wanted and any(way.kind == "network" and way.value == around for way in found.ways)

    return is_known


def _matches(text: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)
