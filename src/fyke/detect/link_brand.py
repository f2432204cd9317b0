"""Hosts that carry a well-known name in front of, inside or behind a domain that is not theirs."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look
from fyke.detect.brands import Brand, brands
from fyke.detect.linked import followed
from fyke.model import Finding, Label, Mail, Symbol

SUBDOMAIN = Symbol(
    "LINK_BRAND_SUBDOMAIN",
    "A link puts a well-known name in front of somebody else's domain",
    "links",
    3.0,
    Label.PHISHING,
)
DOMAIN = Symbol(
    "LINK_BRAND_DOMAIN",
    "A link leads to a domain that has a well-known name in it and is not theirs",
    "links",
    2.5,
    Label.PHISHING,
)
PATH = Symbol(
    "LINK_BRAND_PATH",
    "A link leads to a folder with a well-known name on somebody else's site",
    "links",
    1.0,
    Label.PHISHING,
)

_SPLIT = re.compile(r"[.\-_]+")
_SEGMENT = re.compile(r"[/\-_.]+")
LETTERS = 5  # "visa" and "dhl" are in too many words


class LinkBrand(Detector):
    """Does a link wear a name that is not its own?"""

    name = "link_brand"
    symbols = (SUBDOMAIN, DOMAIN, PATH)

    def __init__(self) -> None:
        self._brands = brands()
        self._names = {
            name: brand
            for name, brand in {**self._brands.labels, **self._brands.names}.items()
            if not brand.common and len(name) >= LETTERS and " " not in name
        }

    def look(self, mail: Mail) -> Look:
        """Look for well-known names in hosts and paths."""
        sender = self._brands.owner_of(mail.message.sender.domain)
        seen: set[str] = set()
        for link in followed(mail.message):
            if link.host in seen:
                continue
            seen.add(link.host)
            label = link.domain.partition(".")[0]
            brand = self._in(_SPLIT.split(label))
            symbol = DOMAIN
            if brand is None:
                brand = self._in(_SPLIT.split(link.host[: -len(link.domain)]))
                symbol = SUBDOMAIN
            if brand is None and 3 < len(link.path) < 200:
                brand = self._in(_SEGMENT.split(link.path.lower())[1:4])
                symbol = PATH
            if brand is None or brand is sender or brand.owns(link.host) or self._brands.owner_of(link.host):
                continue
            yield Finding(symbol, f"{brand.name} at {link.host}")

    def _in(self, words: list[str]) -> Brand | None:
        names = self._names
        for word in words:
            brand = names.get(word)
            if brand is not None:
                return brand
        return None
