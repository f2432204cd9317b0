"""Sender domains made to be mistaken for another: for the user's own, or for a widely impersonated firm's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author
from fyke.detect.facts.brands import Brand, brands
from fyke.detect.facts.lists import is_list
from fyke.detect.sender.freemail import is_freemail
from fyke.detect.sender.tld import levels
from fyke.mail.domains import is_mixed, registered, skeleton, to_unicode
from fyke.mail.likeness import likeness
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

HOST_CHARS = 253  # RFC 1035 2.3.4; no mail comes from a longer one
LABEL_CHARS = 63
RECIPIENTS = 20  # of one delivery; they are nearly always of one domain
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
        self._brand = lru_cache(maxsize=2048)(self._find_brand)  # most mail comes from few domains
        self._like = lru_cache(maxsize=2048)(self._is_like)  # and to few
        self._looks: dict[str, Brand] = {}
        self._near: dict[str, Brand] = {}
        for name, brand in self._brands.names.items():
            label = name.replace(" ", "")
            if len(label) < _LETTERS or not label.isascii():
                continue
            self._looks.setdefault(skeleton(label), brand)
            if len(label) >= _NEAR_LETTERS and not brand.common:
                for shorter in _shorter(label):
                    self._near.setdefault(shorter, brand)

    def look(self, mail: Mail) -> Look:
        """The user's own domains first: they are what an attacker studies."""
        host = author(mail.message).domain
        domain = registered(host)
        if not domain or len(host) > HOST_CHARS or is_freemail(host):
            return
        if "xn--" in host and is_mixed(to_unicode(host)):
            yield Finding(DOMAIN_MIXED_SCRIPT, to_unicode(host)[:200])
        own = "" if is_list(mail.message) else self._imitated(mail, domain)
        if own:
            yield Finding(LOOKALIKE_OWN, f"{to_unicode(domain)} for {own}"[:200])
            return
        said = self._brand(host)
        if said is not None:
            yield said

    def _imitated(self, mail: Mail, domain: str) -> str:
        """The user's domain that a domain imitates, or an empty string."""
        given = mail.envelope.rcpt_to[:RECIPIENTS] or [address.address for address in mail.message.to[:1]]
        theirs = [registered(address.rpartition("@")[2].lower()) for address in given]
        if domain in theirs or domain in self._own:
            return ""
        label = domain.partition(".")[0]
        for other in dict.fromkeys((*theirs, *self._own)):
            trusted = other.partition(".")[0]
            if len(trusted) < _LETTERS or label == trusted or is_freemail(other):
                continue
            if self._like(label, trusted):
                return other
        return ""

    def _is_like(self, label: str, trusted: str) -> bool:
        """Whether a label imitates one that is trusted; as "words" only with words such as "support" at its side."""
        how = likeness(label, trusted)
        if how == "words":
            return self._brands.are_plain(piece for piece in to_unicode(label).split("-") if piece != trusted)
        return how in {"hyphen", "homoglyph", "swap"} or (how == "typo" and label[0] == trusted[0])

    def _find_brand(self, host: str) -> Finding | None:
        """A firm's name in the sender's domain: nearly, as a part, or below somebody else's domain."""
        if self._brands.owner_of(host) is not None:
            return None
        domain = registered(host)
        label = domain.partition(".")[0]
        brand = self._looks.get(skeleton(label))
        if brand is not None and not brand.common:
            detail = f"{to_unicode(domain)} for {brand.name}"[:200]
            if label not in self._brands.joined:
                return Finding(LOOKALIKE_BRAND, detail)
            # Under a usual top-level domain it may be an older firm of the same name.
            return Finding(BRAND_IN_DOMAIN, detail) if domain.rpartition(".")[2] in levels() else None
        brand = self._nearly(label)
        if brand is not None:
            return Finding(LOOKALIKE_BRAND, f"{domain} for {brand.name}"[:200], weight=0.8)
        rest = host[: -len(domain)] if host != domain else ""
        for piece in (*(_SPLIT.split(label) if "-" in label else ()), *_SPLIT.split(rest)):
            brand = self._looks.get(skeleton(piece)) if len(piece) >= _LETTERS else None
            if brand is not None and not brand.common:
                return Finding(BRAND_IN_DOMAIN, f"{host} for {brand.name}"[:200])
        return None

    def _nearly(self, label: str) -> Brand | None:
        """The firm from whose label one letter is gone, added, swapped or changed."""
        if not _NEAR_LETTERS - 1 <= len(label) <= LABEL_CHARS or label in self._brands.labels:
            return None
        near = self._near
        return next((near[shorter] for shorter in _shorter(label) if shorter in near), None)


def _shorter(label: str) -> Iterator[str]:
    """The label itself without each of its letters in turn; the first is kept: nobody mistakes another initial."""
    yield label
    for at in range(1, len(label)):
        yield label[:at] + label[at + 1 :]
