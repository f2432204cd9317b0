"""Links to a numeric address instead of a name, plain or written so that a reader does not notice."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import hosts
from fyke.model import Finding, Label, Mail, Symbol

PLAIN = Symbol("LINK_IP", "A link leads to a numeric address instead of a name", "links", 2.5, Label.PHISHING)
DISGUISED = Symbol(
    "LINK_IP_DISGUISED", "A link hides a numeric address in an odd spelling", "links", 4.0, Label.PHISHING
)

RENTED = Symbol(
    "LINK_IP_NAME",
    "A link leads to a machine that has no name but its provider's number for it",
    "links",
    2.5,
    Label.PHISHING,
)

# RFC 1918, RFC 3927, RFC 6890: addresses of one's own network, which colleagues do send to each other.
_PRIVATE = ("10.", "127.", "192.168.", "169.254.", "0.", *(f"172.{second}." for second in range(16, 32)))
# "58-132-167-72.host.example", "219x113x161x53.dsl.example": providers name machines so that nobody else has named.
_NUMBERED = re.compile(r"(?<![0-9])[0-9]{1,3}([.x_-])[0-9]{1,3}\1[0-9]{1,3}\1[0-9]{1,3}(?![0-9])")


class LinkIp(Detector):
    """Does a link go to a bare IP address?"""

    name = "link_ip"
    symbols = (PLAIN, DISGUISED, RENTED)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Look at each host."""
        for host, link in hosts(mail.message).items():
            odd = link.oddities
            if odd and "ip-disguised" in odd:
                yield Finding(DISGUISED, link.url[:80])
            elif odd and "ip-host" in odd:
                if not host.startswith(_PRIVATE):
                    yield Finding(PLAIN, host)
            elif host.count(".") + host.count("-") > 3 and _NUMBERED.search(host):
                yield Finding(RENTED, host)
