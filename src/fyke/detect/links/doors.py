"""Pages with hardly a door: two or three links to one place, or none with a lock, where honest pages have many."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.era import year
from fyke.detect.facts.linked import followed, is_senders
from fyke.detect.facts.lists import is_list
from fyke.detect.facts.services import is_service
from fyke.model import Finding, Link, Mail, Message, Symbol

FEW = Symbol("PAGE_FEW_DOORS", "The page has three links at most, and all lead to one place", "links", 1.0)
PLAIN = Symbol(
    "LINKS_UNENCRYPTED",
    "No link of the page is encrypted, at a time when honest sites hardly have others",
    "links",
    2.8,
)

DOORS = 3  # the offer, once or twice, and a way out; honest mailings lead home, to networks and to the small print too
# Let's Encrypt began in 2015; Google's transparency report has encrypted pages at 90 % of those opened in 2019 and at
# 95 % in 2021, and what mailing services make of links followed later.
HARDLY = 2021
SELDOM = 2019


class Doors(Detector):
    """Is the page there for one door only, and does that door have a lock?"""

    name = "doors"
    symbols = (FEW, PLAIN)
    needs = Needs.LINKS | Needs.HTML

    def look(self, mail: Mail) -> Look:
        """Count places and schemes; the front page under a colleague's signature is no door."""
        message = mail.message
        if not message.html.size_chars or is_list(message) or message.text.quoted:
            return
        links = [link for link in followed(message) if link.source != "text" and not _is_signature(link, message)]
        if not links:
            return
        first = links[0]
        if all(link.domain == first.domain for link in links):
            count = len({link.url for link in links})
            if count <= DOORS:
                yield Finding(FEW, f"{count} to {first.domain}")
        if first.scheme == "http" and all(link.scheme == "http" and not is_service(link.host) for link in links):
            came = year(mail)
            if came >= SELDOM:
                yield Finding(PLAIN, first.host, weight=1.0 if came >= HARDLY else 0.4)


def _is_signature(link: Link, message: Message) -> bool:
    """Whether it leads to the front page of the sender's own house."""
    return link.path in {"", "/"} and not link.query and is_senders(link, message)
