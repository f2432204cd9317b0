"""Links that write a mail instead of opening a page, to a mailbox that has nothing to do with the sender."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.linked import within
from fyke.model import Finding, Label, Mail, Message, Symbol

ELSEWHERE = Symbol(
    "LINK_MAILTO_ELSEWHERE", "A button writes a mail to a mailbox that the text does not name", "links", 2.0, Label.SCAM
)


class LinkMailto(Detector):
    """Does a button write to somebody whom the mail does not name?"""

    name = "link_mailto"
    symbols = (ELSEWHERE,)

    def look(self, mail: Mail) -> Look:
        """Look at each mailto link, and whether its address is the sender's or shown."""
        message = mail.message
        for link in message.links:
            if link.scheme != "mailto" or link.source != "href":
                continue
            address = link.path.partition("?")[0].lower()
            _, at, domain = address.rpartition("@")
            shown = link.text
            if not at or not shown or "@" in shown or _is_own(message, domain):
                continue
            if address not in message.text.visible.lower():
                yield Finding(ELSEWHERE, f"{shown[:40]}: {address[:60]}")


def _is_own(message: Message, domain: str) -> bool:
    """Whether the domain is one that the headers name: sender's, reply's, the list's."""
    own = (message.sender, *message.reply_to, *message.to[:3])
    return any(within(one.domain, domain) or within(domain, one.domain) for one in own if one.domain)
