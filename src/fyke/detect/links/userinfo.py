"""Links with something before an @ in the address: a browser ignores it, a reader takes it for the host."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import LINKS
from fyke.model import Finding, Label, Mail, Symbol

HOST = Symbol(
    "LINK_USERINFO_HOST",
    "A link shows one host before an @ and leads to the host after it",
    "links",
    4.0,
    Label.PHISHING,
)
ANY = Symbol("LINK_USERINFO", "A link carries a user name before the host", "links", 1.5, Label.PHISHING)


class LinkUserinfo(Detector):
    """Does a link put a name in front of the host it really goes to?"""

    name = "link_userinfo"
    symbols = (HOST, ANY)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Look at what stands before an @."""
        for link in mail.message.links[:LINKS]:
            if not link.userinfo or link.scheme not in {"http", "https"}:
                continue
            user = link.userinfo.partition(":")[0].lower()
            if "." in user or "%2e" in user or "www" in user:
                yield Finding(HOST, f"{user[:60]} before {link.host}")
            else:
                yield Finding(ANY, f"{user[:60]} before {link.host}")
