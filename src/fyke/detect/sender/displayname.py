"""The display name of From: all that most mail programs show of a sender, and nothing that anybody checks."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author
from fyke.detect.facts.brands import Named, brands
from fyke.detect.facts.lists import is_list
from fyke.detect.facts.services import is_service
from fyke.detect.sender.freemail import is_freemail
from fyke.mail.domains import registered
from fyke.model import Address, Finding, Label, Mail, Symbol

NAME_BRAND = Symbol(
    "NAME_BRAND",
    "The sender's name is a well-known firm's, but the address is not theirs",
    "sender",
    2.3,
    Label.PHISHING,
)
NAME_BRAND_WITHIN = Symbol(
    "NAME_BRAND_WITHIN", "The sender's name has a well-known firm's in it, but the address is not theirs",
    "sender", 1.2, Label.PHISHING,
)  # fmt: skip
NAME_BRAND_FREEMAIL = Symbol(
    "NAME_BRAND_FREEMAIL", "The sender's name is a well-known firm's, but it writes from a free mailbox", "sender", 3.5,
    Label.PHISHING,
)  # fmt: skip
NAME_BRAND_DISGUISED = Symbol(
    "NAME_BRAND_DISGUISED", "The sender's name is a well-known firm's in letters that only look right", "sender", 3.5,
    Label.PHISHING,
)  # fmt: skip
NAME_ADDRESS = Symbol(
    "NAME_ADDRESS", "The sender's name is an address, but not the one the mail is from", "sender", 2.2, Label.PHISHING
)

NAME_CHARS = 300
_ADDRESS = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,10}[a-z]{2,24})", re.IGNORECASE)

# Firms' domains where anybody may have a mailbox, and the firms themselves write from others.
_ANYBODYS = frozenset({"gmail.com", "googlemail.com", "hotmail.com", "outlook.com", "live.com", "msn.com", "yahoo.com"})


class DisplayName(Detector):
    """Does the sender's name say somebody else than the sender's address?"""

    name = "displayname"
    symbols = (NAME_BRAND, NAME_BRAND_WITHIN, NAME_BRAND_FREEMAIL, NAME_BRAND_DISGUISED, NAME_ADDRESS)
    reads = Reads.HEADERS

    def __init__(self) -> None:
        self._brands = brands()

    def look(self, mail: Mail) -> Look:
        """Names of firms first, then addresses."""
        sender = author(mail.message)
        if not sender.name:
            return
        named = self._brands.named_in(sender.name)
        if named is not None and not self._is_firms(sender.domain, named):
            if not is_list(mail.message):
                yield from _brand(named, sender)
        elif "@" in sender.name:
            yield from _elsewhere(sender)

    def _is_firms(self, domain: str, named: Named) -> bool:
        """Whether a domain is the named firm's, or that of another well-known one, and not one of free mailboxes."""
        if domain in _ANYBODYS:
            return False
        return named.brand.owns(domain) or (not is_freemail(domain) and self._brands.owner_of(domain) is not None)


def _brand(named: Named, sender: Address) -> Look:
    """The strongest that can be said of a firm's name on somebody else's address."""
    detail = f"{sender.name} <{sender.address}>"[:200]
    weight = 0.4 if is_service(sender.domain) else 1.0  # its customers may write from its own domain
    if named.disguised:
        yield Finding(NAME_BRAND_DISGUISED, detail)
    elif named.alone and is_freemail(sender.domain):
        yield Finding(NAME_BRAND_FREEMAIL, detail)
    elif named.alone:
        yield Finding(NAME_BRAND, detail, weight=weight)
    else:
        yield Finding(NAME_BRAND_WITHIN, detail, weight=weight)


def _elsewhere(sender: Address) -> Look:
    """An address in the name that is not the sender's."""
    match = _ADDRESS.search(sender.name[:NAME_CHARS])
    if match is not None and registered(match[1].lower()) != registered(sender.domain):
        yield Finding(NAME_ADDRESS, f"{match[0]} <{sender.address}>"[:200])
