"""Links to a numeric address instead of a name, plain or written so that a reader does not notice."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.linked import followed
from fyke.model import Finding, Label, Mail, Symbol

PLAIN = Symbol("LINK_IP", "A link leads to a numeric address instead of a name", "links", 2.0, Label.PHISHING)
DISGUISED = Symbol(
    "LINK_IP_DISGUISED", "A link hides a numeric address in an odd spelling", "links", 4.0, Label.PHISHING
)

# RFC 1918, RFC 3927, RFC 6890: addresses of one's own network, which colleagues do send to each other.
_PRIVATE = ("10.", "127.", "192.168.", "169.254.", "0.", *(f"172.{second}." for second in range(16, 32)))


class LinkIp(Detector):
    """Does a link go to a bare IP address?"""

    name = "link_ip"
    symbols = (PLAIN, DISGUISED)

    def look(self, mail: Mail) -> Look:
        """Look at each host."""
        for link in followed(mail.message):
            if "ip-disguised" in link.oddities:
                yield Finding(DISGUISED, link.url[:80])
            elif "ip-host" in link.oddities and not link.host.startswith(_PRIVATE):
                yield Finding(PLAIN, link.host)
