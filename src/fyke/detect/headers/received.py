"""The trace (Received, RFC 5321 4.4) at the recipient's edge: who brought the mail, and is it who it says?

Reads the one hop that the recipient's own server wrote about a stranger, and what strangers wrote before it.
A mail without a trace (a file, an archive) says nothing.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from itertools import pairwise

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.brands import brands
from fyke.detect.facts.hops import UNNAMED, edge, is_line
from fyke.mail.domains import registered
from fyke.model import Finding, Mail, Received, Symbol

SENT_FROM_LINE = Symbol(
    "SENT_FROM_LINE", "It came straight from a home line or a nameless rented machine, not from a mail server",
    "headers", 2.2,
)  # fmt: skip
HELO_IS_ADDRESS = Symbol(
    "HELO_IS_ADDRESS", "The sending machine gave a number instead of its name", "headers", 2.5,
)  # fmt: skip
HELO_NO_DOMAIN = Symbol(
    "HELO_NO_DOMAIN", "The sending machine gave a name that cannot be a mail server's", "headers", 2.2,
)  # fmt: skip
HELO_BORROWED = Symbol(
    "HELO_BORROWED", "The sending machine gave itself the name of a firm to which it does not belong", "headers", 2.5,
)  # fmt: skip
HOST_UNNAMED = Symbol(
    "HOST_UNNAMED", "The sending machine's address has no name, or one that leads elsewhere", "headers", 1.8,
)  # fmt: skip
TRACE_BACKWARDS = Symbol(
    "TRACE_BACKWARDS", "The trace of the mail runs backwards in time: a part of it is made up", "headers", 1.3,
)  # fmt: skip

_HOURS = 6  # clocks and zones of honest servers err by an hour or two
_HONEST, _NO_TIME = timedelta(hours=_HOURS), timedelta()
_WELL_KNOWN = frozenset(
    {"gmail.com", "google.com", "hotmail.com", "yahoo.com", "aol.com", "msn.com", "live.com", "mail.ru"}
)


class Trace(Detector):
    """Was the mail brought by a mail server, and is that the one it says it is?"""

    name = "received"
    symbols = (
        SENT_FROM_LINE, HELO_IS_ADDRESS, HELO_NO_DOMAIN, HELO_BORROWED, HOST_UNNAMED, TRACE_BACKWARDS,
    )  # fmt: skip
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Look at the edge, then along the trace."""
        found = edge(mail)
        if found is not None:
            hop = found.hop
            if UNNAMED in found.raw:
                yield Finding(HOST_UNNAMED, hop.ip)
            if is_line(hop.name, hop.ip) or (hop.helo != hop.name and is_line(hop.helo, hop.ip)):
                yield Finding(SENT_FROM_LINE, (hop.name or hop.helo)[:200])
            said = _helo(hop.helo, hop.name)
            if said is not None:
                yield said
            backwards = _backwards(mail.message.received[found.at :])
            if backwards:
                yield Finding(TRACE_BACKWARDS, f"by {backwards} hours")


@lru_cache(maxsize=2048)  # most mail comes from few machines
def _helo(helo: str, name: str) -> Finding | None:
    """What the sending machine's name for itself says."""
    if not helo:
        return None
    last = helo.rpartition(".")[2]
    if last.isdigit() or ":" in helo:
        return Finding(HELO_IS_ADDRESS, helo[:200])
    if last in {helo, "local", "localdomain", "lan", "localhost"}:
        return Finding(HELO_NO_DOMAIN, helo[:200])
    if name:
        domain = registered(helo)
        if domain != registered(name) and _is_borrowed(helo, domain, name):
            return Finding(HELO_BORROWED, f"{helo} is {name}"[:200])
    return None


def _is_borrowed(helo: str, domain: str, name: str) -> bool:
    """Whether a HELO names a well-known firm, and the machine's own name is not that firm's."""
    owner = brands().owner_of(helo)
    return domain in _WELL_KNOWN if owner is None else not owner.owns(name) and brands().owner_of(name) is None


def _backwards(trace: tuple[Received, ...]) -> int:
    """Hours by which an older hop is later than a newer one; 0 where none is by more than `_HOURS`."""
    dates = [hop.date for hop in trace if hop.date is not None]
    # Dates of different zones are costly to compare and cheap to subtract.
    worst = max([older - newer for newer, older in pairwise(dates)], default=_NO_TIME)
    return int(worst.total_seconds() / 3600) if worst > _HONEST else 0
