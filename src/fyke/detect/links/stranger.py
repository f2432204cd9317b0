"""Links that have nothing to do with whom the mail is from."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.brands import brands
from fyke.detect.facts.linked import followed, within
from fyke.detect.facts.lists import is_list
from fyke.model import Finding, Label, Link, Mail, Symbol

NONE = Symbol("LINKS_NONE_SENDERS", "No link of the page leads to the sender's domain", "links", 0.5)
BRAND = Symbol(
    "LINKS_NOT_BRANDS", "It speaks in a well-known name, and no link leads there", "links", 2.5, Label.PHISHING
)


def is_own(sender: str, link: Link) -> bool:
    """Whether a link leads, or leads in the end, to the sender's domain."""
    return within(sender, link.domain) or within(sender, link.target_domain)


class LinkStranger(Detector):
    """Do the links lead to whom the mail claims to be from?"""

    name = "link_stranger"
    symbols = (NONE, BRAND)
    needs = Needs.LINKS | Needs.HTML

    def __init__(self) -> None:
        self._brands = brands()

    def look(self, mail: Mail) -> Look:
        """Compare the hosts of the links with the sender."""
        message = mail.message
        links = followed(message)
        sender = message.sender.domain
        if not links or not sender or not message.html.size_chars or is_list(message):
            return
        for link in links:
            if sender.endswith((link.domain, link.target_domain)) and is_own(sender, link):
                return
        yield Finding(NONE, f"{sender}, but {links[0].host}")
        named = self._brands.named_in(message.sender.name) if message.sender.name else None
        if named is None or not named.alone or named.brand.owns(sender):
            return
        if not any(named.brand.owns(link.host) or named.brand.owns(link.target_host) for link in links):
            yield Finding(BRAND, f"{named.brand.name}, but {links[0].host}")
