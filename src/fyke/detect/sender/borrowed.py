"""A From address of a widely impersonated firm on a mail that no machine of that firm brought or signed."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author
from fyke.detect.facts.brands import Brand, brands
from fyke.detect.facts.hops import edge
from fyke.detect.facts.lists import is_list
from fyke.detect.facts.services import is_service
from fyke.detect.sender.freemail import is_freemail
from fyke.mail.domains import registered
from fyke.model import Finding, Label, Mail, Message, Symbol

SENDER_BORROWED = Symbol(
    "SENDER_BORROWED", "It claims a well-known firm's address, but no machine of that firm sent it", "sender", 3.0,
    Label.PHISHING,
)  # fmt: skip

_SIGNER = re.compile(r"(?:^|[;\s])d=([\w.-]{1,253})")


class Borrowed(Detector):
    """Did the firm in the From address really send it?"""

    name = "borrowed"
    symbols = (SENDER_BORROWED,)
    reads = Reads.HEADERS

    def __init__(self) -> None:
        self._brands = brands()

    def look(self, mail: Mail) -> Look:
        """A signature is believed here: whoever forges one fails where signatures are checked."""
        message = mail.message
        domain = author(message).domain
        brand = self._brands.owner_of(domain)
        if brand is None or is_freemail(domain):
            return
        found = edge(mail)
        if found is None or is_list(message):
            return
        hop = found.hop
        own = registered(domain)
        if any(_is_own(host, own, brand) for host in (hop.name, hop.helo, *_signers(message))):
            return
        weight = 0.3 if is_service(hop.name or hop.helo) else 1.0  # firms let services send for them
        yield Finding(SENDER_BORROWED, f"{domain} by {hop.name or hop.helo} [{hop.ip}]"[:200], weight=weight)


def _is_own(host: str, own: str, brand: Brand) -> bool:
    return bool(host) and (registered(host) == own or brand.owns(host))


def _signers(message: Message) -> list[str]:
    """The domains that signed (DKIM, and DomainKeys before it), as they say."""
    fields = message.all("dkim-signature")[:5] + message.all("domainkey-signature")[:2]
    return [match[1].lower() for field in fields if (match := _SIGNER.search(field.raw[:2000])) is not None]
