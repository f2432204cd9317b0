"""Mail of today that no house signed (DKIM, RFC 6376), though it came from outside.

Since February 2024 the large providers take no mailing without a signature (Google's and Yahoo's sender guidelines).
Whether a signature holds is not asked here.
"""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author_domain
from fyke.detect.facts.era import year
from fyke.detect.facts.hops import edge
from fyke.detect.facts.lists import is_list
from fyke.mail.domains import registered
from fyke.model import Finding, Mail, Symbol

UNSIGNED = Symbol("UNSIGNED", "No house signed it, as nearly all houses do by now", "headers", 1.5)

SINCE = 2024
MOST = 2019  # before that, unsigned mail was as often wanted as not


class Unsigned(Detector):
    """Did anybody put a signature under this mail from outside?"""

    name = "unsigned"
    symbols = (UNSIGNED,)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Look for a signature where there should be one; a house's inner mail and old lists have none."""
        message = mail.message
        index = message.index
        if "dkim-signature" in index or "arc-seal" in index or is_list(message):
            return
        came = year(mail)
        if came < MOST:
            return
        found = edge(mail)
        if found is not None and registered(found.hop.by) != author_domain(message):
            yield Finding(
                UNSIGNED, found.hop.name or found.hop.helo or found.hop.ip, weight=1.0 if came >= SINCE else 0.5
            )
