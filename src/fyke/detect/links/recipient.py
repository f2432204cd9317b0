"""Links that carry the recipient's address, so that a page can greet its victim."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import followed, is_senders
from fyke.mail.domains import registered
from fyke.model import Finding, Label, Link, Mail, Symbol

PLAIN = Symbol("LINK_WITH_ADDRESS", "A link carries the recipient's address", "links", 0.5, Label.PHISHING)
HIDDEN = Symbol(
    "LINK_WITH_ADDRESS_HIDDEN",
    "A link carries an address where the server does not see it, or encoded",
    "links",
    3.0,
    Label.PHISHING,
)

# Base64 of an address, alphabets of RFC 4648, sections 4 and 5. Bytes below 128 leave the first letter of each four in
# the first half of the alphabet, and an address begins with a letter or digit: few other tokens pass.
_ENCODED = re.compile(
    r"(?<![A-Za-z0-9+_-])[YZa-fM-OQ-W][A-Za-z0-9+_-]{3}(?:[A-Za-f][A-Za-z0-9+_-]{3}){2,40}[A-Za-z0-9+_-]{0,3}"
)
_ADDRESS = re.compile(rb"[a-z0-9._+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}\s*", re.IGNORECASE)
_LEAVING = re.compile(r"unsub|opt-?out|remove|preferences|subscri|abmeld|desinscri|baja|/u/|/u\?", re.IGNORECASE)
LINKS = 60  # a page that greets its victim is among the first links
SHORT_CHARS = 24  # beside the host: scheme, slashes and the shortest address in base64
TAIL_CHARS = 600  # of a link, behind its host


class LinkRecipient(Detector):
    """Is the recipient's own address part of a link?"""

    name = "link_recipient"
    symbols = (PLAIN, HIDDEN)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Look for addresses in each link, plain and encoded."""
        addresses: tuple[str, ...] | None = None
        links = followed(mail.message)
        for link in links if len(links) <= LINKS else links[:LINKS]:
            url = link.url
            if "@" in url or ("%" in url and "%40" in url):
                fragment, tail = _split(link)
                addresses = _recipients(mail) if addresses is None else addresses
                if _ADDRESS.search(unquote(fragment).encode("utf-8", "replace")):
                    yield Finding(HIDDEN, link.host)
                elif any(_stands_in(address, unquote(tail).lower()) for address in addresses) and _is_foreign(
                    link, mail
                ):
                    yield Finding(PLAIN, link.host)
            elif (
                len(url) - len(link.host) >= SHORT_CHARS
                and not url.islower()
                and _encodes(url)
                and _is_foreign(link, mail)
            ):
                yield Finding(HIDDEN, link.host)


def _split(link: Link) -> tuple[str, str]:
    """Fragment, and what stands between host and fragment."""
    rest = link.url[len(link.host) + 7 :][:TAIL_CHARS]
    tail, _, fragment = rest.partition("#")
    return fragment, tail


def _recipients(mail: Mail) -> tuple[str, ...]:
    """The recipients' addresses in lower case."""
    found = {address.lower() for address in mail.envelope.rcpt_to}
    found.update(to.address.lower() for to in mail.message.to[:3])
    return tuple(address for address in found if len(address) > 5)


def _stands_in(address: str, tail: str) -> bool:
    """Whether the address stands in the link by itself and not as the end of a longer word, as in a Message-ID."""
    at = tail.find(address)
    return at >= 0 and not (tail[at - 1 : at].isalnum() or tail[at - 1 : at] in {"-", "_", "."})


def _is_foreign(link: Link, mail: Mail) -> bool:
    """Whether the link is neither the sender's, nor the list's own archive, nor there to leave the list."""
    message = mail.message
    if is_senders(link, message) or _LEAVING.search(link.url):
        return False
    return all(link.domain != registered(to.domain) for to in message.to[:3])


def _encodes(url: str) -> bool:
    """Whether a base64 word of a link is an address."""
    for match in _ENCODED.finditer(url, 8, TAIL_CHARS):
        word = match[0].replace("-", "+").replace("_", "/")
        try:
            if _ADDRESS.fullmatch(base64.b64decode(word + "=" * (-len(word) % 4))):
                return True
        except (binascii.Error, ValueError):
            continue
    return False
