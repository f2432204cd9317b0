"""Links that write a mail instead of opening a page, to a mailbox that has nothing to do with the sender."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import LINKS, within
from fyke.detect.sender.freemail import is_freemail
from fyke.model import Finding, Label, Mail, Message, Symbol

ELSEWHERE = Symbol(
    "LINK_MAILTO_ELSEWHERE", "A button writes a mail to a mailbox that the text does not name", "links", 2.0, Label.SCAM
)
READ_CHARS = 20_000  # a name and an address stand near the button, and nobody reads further


class LinkMailto(Detector):
    """Does a button write to somebody whom the mail does not name?"""

    name = "link_mailto"
    symbols = (ELSEWHERE,)
    needs = Needs.LINKS | Needs.HTML

    def look(self, mail: Mail) -> Look:
        """Look at each mailto link, and whether its address is the sender's or shown."""
        message = mail.message
        buttons = [link for link in message.links[:LINKS] if link.scheme == "mailto" and link.source == "href"]
        if not buttons:
            return
        text = message.text.visible[:READ_CHARS].lower()
        for link in buttons:
            address = link.path.partition("?")[0].lower()
            _, at, domain = address.rpartition("@")
            if (
                at
                and link.text
                and "@" not in link.text
                and address not in text
                and not _is_own(message, address, domain)
            ):
                yield Finding(ELSEWHERE, f"{link.text[:40]}: {address[:60]}")
                return


def _is_own(message: Message, address: str, domain: str) -> bool:
    """Whether the headers name the mailbox: a free one by its address, others by sender's, reply's or list's domain."""
    if is_freemail(domain):
        return address == message.sender.address.lower()
    own = (message.sender, *message.reply_to, *message.to[:3])
    return any(within(one.domain, domain) or within(domain, one.domain) for one in own if one.domain)
