"""Questions that detectors ask of the world outside the message. What nobody answered is `UNKNOWN`, never "no"."""

from __future__ import annotations

import re
from enum import Enum
from typing import Generic, TypeVar

from msgspec import Struct

A = TypeVar("A")


class Unknown(Enum):
    """The one value of an answer that did not come: offline, timed out, or over a limit."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        return False


UNKNOWN = Unknown.UNKNOWN


class Query(Struct, Generic[A], frozen=True):
    """A question whose answer is an `A`. Equal questions are asked once per mail."""


class Records(Struct, frozen=True):
    """What the DNS says of a name. That it says nothing is an answer too; that it did not answer is `UNKNOWN`."""

    values: tuple[str, ...] = ()  # in the presentation of their type, see `Dns`; empty: no record of that type
    exists: bool = True  # False: there is no such name (NXDOMAIN), nor any below it
    ttl_s: int = 0
    secure: bool = False  # the resolver says that it validated the answer (AD)


class Dns(Query[Records], frozen=True):
    """Which records of one type does a name have?

    Values: A and AAAA as addresses; TXT joined of its strings, a character a byte (latin-1); MX as "10 host", the null
    MX as "0 ."; PTR, NS and CNAME as hosts, lower case and without the last dot; SOA as "primary mailbox serial".
    """

    name: str  # lower case, A-labels, without the last dot
    type: str  # "A", "AAAA", "TXT", "MX", "PTR", "NS", "CNAME", "SOA"

    def __repr__(self) -> str:
        """As any query is shown; a mail asks several, and this is made four times as fast."""
        return f"Dns(name={self.name!r}, type={self.type!r})"


class Listing(Struct, frozen=True):
    """What a block list says of an address or a domain. A list that is off, or refuses, says nothing: `UNKNOWN`."""

    kinds: tuple[str, ...] = ()  # such as "spam-source" or "phishing", the worst first; empty: it is not listed
    values: tuple[str, ...] = ()  # as the list answered, such as "127.0.0.2"
    list: str = ""  # its public name, without what is a customer's own in the zone


class Listed(Query[Listing], frozen=True):
    """What does a block list say of an address or a domain?"""

    zone: str  # of the list, as the config names it, lower case
    name: str  # an address, or a registered domain, lower case
    host: str = ""  # in that domain, where more is known: some lists know hosts

    def __repr__(self) -> str:
        """As it is kept and shown: without a customer's key."""
        return f"Listed(zone={public(self.zone)!r}, name={self.name!r}, host={self.host!r})"


# Zones under which each customer asks by a name of their own.
CUSTOMERS = (
    "zen.dq.spamhaus.net", "sbl.dq.spamhaus.net", "xbl.dq.spamhaus.net", "dbl.dq.spamhaus.net", "zrd.dq.spamhaus.net",
    "authbl.dq.spamhaus.net", "dq.spamhaus.net", "combined.mail.abusix.zone", "mail.abusix.zone", "df.uribl.com",
)  # fmt: skip
_KEY = re.compile(r"(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{14,}|[0-9a-f]{12,}")
KEY_SHOWN = "KEY"


def public(zone: str) -> str:
    """The zone of a list without what is a customer's own in it: names of known services, else what looks random."""
    zone = zone.lower().rstrip(".")
    for suffix in CUSTOMERS:
        if zone.endswith(f".{suffix}"):
            return suffix
    return ".".join(KEY_SHOWN if _KEY.fullmatch(label) else label for label in zone.split("."))
