"""Links that have nothing to do with whom the mail is from."""

from __future__ import annotations

from fyke.detect.base import Detector, Look
from fyke.detect.brands import brands
from fyke.detect.linked import followed, within
from fyke.model import Finding, Label, Mail, Symbol

NONE = Symbol("LINKS_NONE_SENDERS", "No link leads to the sender's domain", "links", 0.5)
BRAND = Symbol(
    "LINKS_NOT_BRANDS", "It speaks in a well-known name, and no link leads there", "links", 2.0, Label.PHISHING
)


class LinkStranger(Detector):
    """Do the links lead to whom the mail claims to be from?"""

    name = "link_stranger"
    symbols = (NONE, BRAND)

    def __init__(self) -> None:
        self._brands = brands()

    def look(self, mail: Mail) -> Look:
        """Compare the hosts of the links with the sender."""
        message = mail.message
        links = followed(message)
        sender = message.sender.domain
        if not links or not sender:
            return
        if any(within(sender, link.domain) or within(sender, link.target_domain) for link in links):
            return
        yield Finding(NONE, f"{sender}, but {links[0].host}")
        named = self._brands.named_in(message.sender.name) if message.sender.name else None
        if named is None or not named.alone or named.brand.owns(sender):
            return
        if not any(named.brand.owns(link.host) or named.brand.owns(link.target_host) for link in links):
            yield Finding(BRAND, f"{named.brand.name}, but {links[0].host}")
