"""Block lists of addresses: the machine that brought a mail, and those through which it came before.

A list that is off, refuses or does not answer says nothing. What is older than the last hop was written by strangers,
so it weighs little, and nothing is made of home lines there: that is where mail is written.
"""

from __future__ import annotations

from collections.abc import Iterable

from fyke.detect.base import Cost, Detector, Look, Reads
from fyke.detect.blocklists.kinds import (
    ADDRESS,
    DYNAMIC,
    EXPLOITED,
    HIJACKED,
    HOP,
    OF_ADDRESSES,
    SNOWSHOE,
    SOURCE,
    Evidence,
    listings,
    zones,
)
from fyke.detect.facts.hops import edge, is_private
from fyke.mail.domains import is_ip
from fyke.model import Listed, Mail

HOPS = 4  # asked about behind the first: honest mail has one or two that are public
_OLD = 0.5  # where the connection is not known: who has the address now may not be who had it then
_STRONG = frozenset(("hijacked-network", "exploited-host", "spam-source", "snowshoe"))  # that count of older hops


class ListedAddresses(Detector):
    """Is the machine that brought it on a block list, or one on its way?"""

    name = "listed_addresses"
    symbols = (HIJACKED, EXPLOITED, SOURCE, SNOWSHOE, DYNAMIC, ADDRESS, HOP)
    reads = Reads.HEADERS
    cost = Cost.ASK

    def __init__(self, lists: Iterable[str] = ()) -> None:
        """`lists` are the zones that are asked."""
        self._zones = zones(lists)

    def look(self, mail: Mail) -> Look:
        """What a user of ours sends comes from wherever that user is."""
        if not self._zones or mail.envelope.login:
            return
        client, hops = machines(mail)
        asked = tuple(Listed(zone, ip) for ip in (client, *hops) if ip for zone in self._zones)
        if not asked:
            return
        answers = yield asked
        evidence = Evidence()
        weight = 1.0 if mail.envelope.client_ip else _OLD
        for question, listing in listings(zip(asked, answers, strict=True)):
            if question.name == client:
                for kind in listing.kinds:
                    evidence.add(OF_ADDRESSES.get(kind, ADDRESS), weight, client, listing.list)
            elif not _STRONG.isdisjoint(listing.kinds):
                evidence.add(HOP, weight, question.name, listing.list)
        yield from evidence.findings()


def machines(mail: Mail) -> tuple[str, tuple[str, ...]]:
    """The address of the machine that brought a mail, and those of the hops before; empty where nothing tells."""
    found = edge(mail)
    if found is None or not is_ip(found.hop.ip):
        return "", ()
    is_live = bool(mail.envelope.client_ip) and found.hop.ip == mail.envelope.client_ip
    trace = mail.message.received
    older = trace[found.at :] if is_live else trace[found.at + 1 :]
    hops = dict.fromkeys(hop.ip for hop in older if is_ip(hop.ip) and not is_private(hop.ip))
    hops.pop(found.hop.ip, None)
    return found.hop.ip, tuple(hops)[:HOPS]
