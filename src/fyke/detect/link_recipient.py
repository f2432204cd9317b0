"""Links that carry the recipient's address, so that a page can greet its victim."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

from fyke.detect.base import Detector, Look
from fyke.detect.linked import FOLLOWED, is_senders
from fyke.model import Finding, Label, Mail, Symbol

PLAIN = Symbol("LINK_WITH_ADDRESS", "A link carries the recipient's address", "links", 1.0, Label.PHISHING)
FRAGMENT = Symbol(
    "LINK_WITH_ADDRESS_HIDDEN", "A link carries the recipient's address where the server does not see it, or encoded",
    "links", 3.0, Label.PHISHING,
)  # fmt: skip

# Base64 of anything with an @ after the first letters of an address; alphabet of RFC 4648, sections 4 and 5.
_ENCODED = re.compile(r"(?<![A-Za-z0-9+_-])[A-Za-z0-9+_-]{12,120}={0,2}(?![A-Za-z0-9+_-])")
_ADDRESS = re.compile(rb"[a-z0-9._+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}\s*", re.IGNORECASE)
LINKS = 60  # a page that greets its victim is among the first links


class LinkRecipient(Detector):
    """Is the recipient's own address part of a link?"""

    name = "link_recipient"
    symbols = (PLAIN, FRAGMENT)

    def look(self, mail: Mail) -> Look:
        """Look for addresses in each link, plain and encoded."""
        addresses = _recipients(mail)
        for link in mail.message.links[:LINKS]:
            if link.source not in FOLLOWED or not link.host or is_senders(link, mail.message):
                continue
            tail = link.url[len(link.host) + 8 :]
            if len(tail) < 8:
                continue
            where = _carries(tail, addresses)
            if where:
                yield Finding(FRAGMENT if where == "hidden" else PLAIN, link.host)


def _recipients(mail: Mail) -> tuple[str, ...]:
    """The recipients' addresses in lower case."""
    found = {address.lower() for address in mail.envelope.rcpt_to}
    found.update(to.address.lower() for to in mail.message.to[:3])
    return tuple(address for address in found if len(address) > 5)


def _carries(tail: str, addresses: tuple[str, ...]) -> str:
    """Where the link carries an address: "plain", "hidden" or nowhere."""
    fragment = tail.partition("#")[2]
    if "@" in fragment or "%40" in fragment:
        return "hidden" if _ADDRESS.search(unquote(fragment[:400]).encode("utf-8", "replace")) else ""
    if "@" in tail or "%40" in tail:
        lowered = unquote(tail[:1000]).lower()
        return "plain" if any(address in lowered for address in addresses) else ""
    return "hidden" if any(_ADDRESS.fullmatch(text) for text in _decoded(tail)) else ""


def _decoded(tail: str) -> Iterator[bytes]:
    """What base64 words of a link say."""
    for match in _ENCODED.finditer(tail, 0, 600):
        word = match[0].replace("-", "+").replace("_", "/").rstrip("=")
        try:
            yield base64.b64decode(word + "=" * (-len(word) % 4))
        except (binascii.Error, ValueError):
            continue
