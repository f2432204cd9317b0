"""Links to shared files and documents, and to chats outside the mail."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.links.lent_hosts import lent_hosts, lent_to_strangers
from fyke.model import Finding, Label, Mail, Symbol

SHARE = Symbol("LINK_FILE_SHARE", "A link leads to a file that anybody can share", "links", 0.8, Label.PHISHING)
DOCUMENT = Symbol(
    "LINK_SHARED_PAGE", "A link leads to a page or document that anybody can publish", "links", 0.8, Label.PHISHING
)
CHAT = Symbol("LINK_CHAT", "A link moves the talk to a chat outside the mail", "links", 0.9, Label.SCAM)

_SYMBOLS = {"share": SHARE, "document": DOCUMENT, "blog": DOCUMENT, "messenger": CHAT}


class LinkShare(Detector):
    """Does a link lead to somebody's shared file, shared page or chat?"""

    name = "link_share"
    symbols = (SHARE, DOCUMENT, CHAT)
    needs = Needs.LINKS

    def __init__(self) -> None:
        self._hosts = lent_hosts()

    def look(self, mail: Mail) -> Look:
        """Look up each host."""
        for host, kind in lent_to_strangers(mail.message, self._hosts):
            symbol = _SYMBOLS.get(kind)
            if symbol is not None:
                yield Finding(symbol, host)
