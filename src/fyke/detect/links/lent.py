"""Links to hosts that lend their name to anyone: shorteners, site builders, forms, storage, tunnels."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.links.lent_hosts import lent_hosts, lent_to_strangers
from fyke.model import Finding, Label, Mail, Symbol

SHORTENER = Symbol("LINK_SHORTENER", "A link hides where it leads behind a shortener", "links", 1.5)
SITE = Symbol("LINK_FREE_SITE", "A link leads to a page that anybody can put up for free", "links", 2.0, Label.PHISHING)
FORM = Symbol("LINK_FORM_SERVICE", "A link leads to a form that anybody can make", "links", 1.0, Label.PHISHING)
STORAGE = Symbol("LINK_STORAGE", "A link leads into rented storage instead of a site", "links", 2.5, Label.PHISHING)
IPFS = Symbol(
    "LINK_IPFS", "A link leads to a file in a network that nobody can take down", "links", 3.5, Label.PHISHING
)
TUNNEL = Symbol(
    "LINK_TUNNEL", "A link leads to a machine behind a tunnel or a changing address", "links", 2.5, Label.PHISHING
)

_SYMBOLS = {
    "shortener": SHORTENER, "biolink": SHORTENER, "site": SITE, "form": FORM,
    "storage": STORAGE, "ipfs": IPFS, "tunnel": TUNNEL, "dyndns": TUNNEL,
}  # fmt: skip


class LinkLent(Detector):
    """Does a link lead to a place where anybody can put up anything?"""

    name = "link_lent"
    symbols = (SHORTENER, SITE, FORM, STORAGE, IPFS, TUNNEL)
    needs = Needs.LINKS

    def __init__(self) -> None:
        self._hosts = lent_hosts()

    def look(self, mail: Mail) -> Look:
        """Look up each host."""
        for host, kind in lent_to_strangers(mail.message, self._hosts):
            symbol = _SYMBOLS.get(kind)
            if symbol is not None:
                yield Finding(symbol, host)
