"""A page in a well-known name whose links all lead there, but for the one that matters."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.brands import brands
from fyke.detect.facts.linked import followed, within
from fyke.model import Finding, Label, Mail, Symbol

ODD = Symbol(
    "LINK_ODD_ONE_OUT",
    "The mail is from a well-known name, its links lead there too, but for one",
    "links",
    2.5,
    Label.PHISHING,
)


class LinkOddOne(Detector):
    """Does a page of a well-known house have one door that leads elsewhere?"""

    name = "link_odd_one"
    symbols = (ODD,)
    needs = Needs.LINKS | Needs.HTML

    def __init__(self) -> None:
        self._brands = brands()

    def look(self, mail: Mail) -> Look:
        """Compare the domains of the links with those of the sender's house."""
        message = mail.message
        if not message.html.size_chars or not message.sender.domain:
            return
        links = followed(message)
        if len(links) < 2:
            return
        brand = self._brands.owner_of(message.sender.domain)
        if brand is None:
            return
        foreign = {
            link.domain: link.host
            for link in links
            if link.source != "text" and not brand.owns(link.host) and not within(message.sender.domain, link.domain)
        }
        others = {link.domain for link in links} - foreign.keys()
        if len(foreign) == 1 and others:
            host = next(iter(foreign.values()))
            if self._brands.owner_of(host) is None:
                yield Finding(ODD, f"{brand.name}, but one link leads to {host}")
