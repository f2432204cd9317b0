"""Hosts that carry a well-known name in front of or inside a domain that is not theirs."""

from __future__ import annotations

import re
from functools import lru_cache

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.brands import Brand, brands
from fyke.detect.facts.linked import hosts
from fyke.mail.domains import is_ip
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
INSIDE_HOST = Symbol(
    "LINK_DOMAIN_INSIDE", "A link begins like one address and leads to another domain", "links", 3.0, Label.PHISHING
)

_WHOLE = re.compile(r"[a-z0-9-]{2,}\.(?:com|net|org|gov|edu|co|gob|gouv)[.-]")  # "www.bank.com.stranger.example"
_SPLIT = re.compile(r"[.\-_]+")
LETTERS = 5  # "visa" and "dhl" are in too many words
INSIDE = 8  # letters of a name that is looked for inside a longer word: "correios", not "amazon" or "apple"


class LinkBrand(Detector):
    """Does a link wear a name that is not its own?"""

    name = "link_brand"
    symbols = (SUBDOMAIN, DOMAIN, INSIDE_HOST)
    needs = Needs.LINKS

    def __init__(self) -> None:
        self._brands = brands()
        self._names: dict[str, Brand] = {}
        for name, brand in self._brands.names.items():
            if not brand.common and len(name) >= LETTERS and (" " not in name or len(name) >= INSIDE):
                self._names.setdefault(name.replace(" ", ""), brand)
        self._starts: dict[str, list[str]] = {}
        for name in self._names:
            if len(name) >= INSIDE:
                self._starts.setdefault(name[:INSIDE], []).append(name)
        self._found = lru_cache(maxsize=8192)(self._find)  # hosts repeat from mail to mail

    def look(self, mail: Mail) -> Look:
        """Look for well-known names in hosts and paths."""
        sender: Brand | None = None
        for host, link in hosts(mail.message).items():
            found = self._found(host, link.domain)
            if found is None:
                continue
            symbol, brand = found
            if brand is None:
                yield Finding(symbol, host)
                continue
            sender = sender or self._brands.owner_of(mail.message.sender.domain)
            yield Finding(symbol, f"{brand.name} at {host}", weight=0.7 if brand is sender else 1.0)

    def _find(self, host: str, domain: str) -> tuple[Symbol, Brand | None] | None:
        """The well-known name in a host that is not its own, and where it stands."""
        if is_ip(host):
            return None
        label = domain.partition(".")[0]
        brand, symbol = self._named(label), DOMAIN
        above = host[: -len(domain) - 1]
        if brand is None and len(above) >= LETTERS:
            brand, symbol = self._named(above), SUBDOMAIN
        if (
            brand is not None
            and not brand.owns(host)
            and not self._brands.owner_of(host)
            and not _is_country(domain, brand)
        ):
            return symbol, brand
        return (INSIDE_HOST, None) if _WHOLE.search(above + ".") and len(above) > 6 else None

    def _named(self, name: str) -> Brand | None:
        """The brand that a word of the name is, or whose long name stands inside a word."""
        for word in _SPLIT.split(name):
            brand = self._names.get(word)
            if brand is not None:
                return brand
            for at in range(len(word) - INSIDE):
                for start in self._starts.get(word[at : at + INSIDE], ()):
                    if word.startswith(start, at):
                        return self._names[start]
        return None


def _is_country(domain: str, brand: Brand) -> bool:
    """Whether the domain is the bare name in a country where the list does not know the brand's own."""
    label, _, suffix = domain.partition(".")
    return label == brand.name.lower().replace(" ", "") and len(suffix.rpartition(".")[2]) == 2
