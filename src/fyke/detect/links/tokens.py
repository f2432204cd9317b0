"""Links whose path is nothing but a token: each names a reader and an address, and says nothing of a page."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import FOLLOWED
from fyke.model import Finding, Mail, Symbol

TOKENS = Symbol("LINK_PATH_TOKENS", "Links and pictures have nothing but a random token for a path", "links", 2.5)

# One segment right below the host, of capitals, small letters and digits. Mailing services write a folder before it
# ("/ls/click", "/e3t/Ctc/", "/c/eJx"), shops a name.
_TOKEN = re.compile(r"/(?=[^/]*[0-9])(?=[^/]*[A-Z])(?=[^/]*[a-z])[A-Za-z0-9_-]{20,300}")
SEVERAL = 2
LINKS = 60  # they are all alike in such a mail


class LinkTokens(Detector):
    """Do the addresses name the reader instead of a page?"""

    name = "link_tokens"
    symbols = (TOKENS,)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Count the paths that are a token."""
        hosts = [
            link.host
            for link in mail.message.links[:LINKS]
            if len(link.path) > 20
            and (link.source in FOLLOWED or link.source == "image")
            and _TOKEN.fullmatch(link.path)
        ]
        if len(hosts) >= SEVERAL:
            yield Finding(TOKENS, f"{len(hosts)} at {hosts[0]}")
