"""Sender domains made to be mistaken for another: for the user's own, or for a widely impersonated firm's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fyke.detect.authors import author
from fyke.detect.base import Detector, Look, Reads
from fyke.detect.brands import Brand, brands
from fyke.detect.freemail import is_freemail
from fyke.mail.domains import is_mixed, registered, skeleton, to_unicode
from fyke.model import Finding, Label, Mail, Symbol

LOOKALIKE_OWN = Symbol(
    "LOOKALIKE_OWN", "The sender's domain is made to be mistaken for your own", "sender", 4.0, Label.PHISHING
)
LOOKALIKE_BRAND = Symbol(
    "LOOKALIKE_BRAND",
    "The sender's domain is made to be mistaken for a well-known firm's",
    "sender",
    3.2,
    Label.PHISHING,
)
BRAND_IN_DOMAIN = Symbol(
    "BRAND_IN_DOMAIN", "The sender's domain has a well-known firm's name in it and is not theirs", "sender", 2.3,
    Label.PHISHING,
)  # fmt: skip
DOMAIN_MIXED_SCRIPT = Symbol(
    "DOMAIN_MIXED_SCRIPT", "The sender's domain mixes alphabets, so that it can be read as another", "sender", 3.0,
    Label.PHISHING,
)  # fmt: skip

LABEL_CHARS = 63  # RFC 1035 2.3.4
_LETTERS = 5  # "visa" and "ups" are in too many words
_NEAR_LETTERS = 7  # shorter words of one letter's difference are often just other words
_SPLIT = re.compile(r"[.-]")


class Lookalike(Detector):
    """Does the sender's domain imitate one that the reader trusts?"""

    name = "lookalike"
    symbols = (LOOKALIKE_OWN, LOOKALIKE_BRAND, BRAND_IN_DOMAIN, DOMAIN_MIXED_SCRIPT)
    reads = Reads.HEADERS

    def __init__(self, own_domains: Iterable[str] = ()) -> None:
        self._brands = brands()
        self._own = tuple(registered(domain.lower()) for domain in own_domains)
        self._looks: dict[str, Brand] = {}
        self._near: dict[str, Brand] = {}
        for label, brand in {**self._brands.labels, **self._brands.names}.items():
            if len(label) < _LETTERS or " " in label or not label.isascii():
                continue
            self._looks.setdefault(skeleton(label), brand)
            if len(label) >= _NEAR_LETTERS and not brand.common:
                for shorter in _shorter(label):
                    self._near.setdefault(shorter, brand)

    def look(self, mail: Mail) -> Look:
        """The user's own domains first: they are what an attacker studies."""
        host = author(mail.message).domain
        domain = registered(host)
        if not domain or is_freemail(host):
            return
        if "xn--" in host and is_mixed(to_unicode(host)):
            yield Finding(DOMAIN_MIXED_SCRIPT, to_unicode(host)[:200])
        own = self._imitated(mail, domain)
        if own:
            yield Finding(LOOKALIKE_OWN, f"{to_unicode(domain)} for {own}"[:200])
        elif self._brands.owner_of(host) is None:
            yield from self._brand(host[:253], domain)

    def _imitated(self, mail: Mail, domain: str) -> str:
        """The user's domain that a domain imitates, or an empty string."""
        given = mail.envelope.rcpt_to or [address.address for address in mail.message.to[:5]]
        theirs = {registered(address.rpartition("@")[2].lower()) for address in given}
        if domain in theirs or domain in self._own:
            return ""
        label = domain.partition(".")[0]
        for other in {*theirs, *self._own}:
            trusted = other.partition(".")[0]
            if len(trusted) < _LETTERS or label == trusted or is_freemail(other):
                continue
            if skeleton(label) == skeleton(trusted) or trusted in _SPLIT.split(label) or _is_near(label, trusted):
                return other
        return ""

    def _brand(self, host: str, domain: str) -> Look:
        """A firm's name in the sender's domain: nearly, as a part, or below somebody else's domain."""
        label = domain.partition(".")[0][:LABEL_CHARS]
        look = skeleton(label)
        brand = self._looks.get(look)
        if brand is not None and label not in self._brands.labels and label not in self._brands.names:
            yield Finding(LOOKALIKE_BRAND, f"{to_unicode(domain)} for {brand.name}"[:200])
            return
        if brand is None and len(label) >= _NEAR_LETTERS - 1:
            brand = self._nearly(label)
            if brand is not None:
                yield Finding(LOOKALIKE_BRAND, f"{domain} for {brand.name}"[:200], weight=0.8)
                return
        rest = host[: -len(domain)] if host != domain else ""
        for piece in (*(_SPLIT.split(label) if "-" in label else ()), *_SPLIT.split(rest)):
            brand = self._looks.get(skeleton(piece)) if len(piece) >= _LETTERS else None
            if brand is not None and not brand.common:
                yield Finding(BRAND_IN_DOMAIN, f"{host} for {brand.name}"[:200])
                return

    def _nearly(self, label: str) -> Brand | None:
        """The firm from whose label one letter is gone, added, swapped or changed."""
        if label in self._brands.labels or len(label) > LABEL_CHARS:
            return None
        for shorter in (label, *_shorter(label)):
            brand = self._near.get(shorter)
            if brand is not None:
                return brand
        return None


def _shorter(label: str) -> Iterator[str]:
    """The label itself without each of its letters in turn; the first is kept: nobody mistakes another initial."""
    yield label
    for at in range(1, len(label)):
        yield label[:at] + label[at + 1 :]


def _is_near(label: str, trusted: str) -> bool:
    """Whether two labels differ in one letter: gone, added, swapped or changed."""
    if abs(len(label) - len(trusted)) > 1 or len(label) > LABEL_CHARS:
        return False
    return not set(_shorter(label)).isdisjoint(_shorter(trusted))
