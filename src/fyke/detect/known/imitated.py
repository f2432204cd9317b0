"""Who is not known, but looks like somebody who is: the same name, or nearly the same domain."""

from __future__ import annotations

from collections.abc import Iterator

from fyke.detect.facts.brands import brands
from fyke.detect.facts.services import is_service
from fyke.detect.sender.freemail import is_freemail
from fyke.mail.domains import registered
from fyke.mail.likeness import likeness
from fyke.model import Finding, Label, Symbol
from fyke.model.known import Acquaintance, Namesake, Traits
from fyke.model.proof import Proof

KNOWN_NAME_NEW_ADDRESS = Symbol(
    "KNOWN_NAME_NEW_ADDRESS", "It bears the name of somebody who is known here, with an address that is not theirs",
    "acquaintance", 2.5, Label.SCAM,
)  # fmt: skip
KNOWN_LOOKALIKE = Symbol(
    "KNOWN_LOOKALIKE", "Its domain is made to be mistaken for that of somebody who is known here", "acquaintance", 3.5,
    Label.PHISHING,
)  # fmt: skip

SYMBOLS = (KNOWN_NAME_NEW_ADDRESS, KNOWN_LOOKALIKE)

SUFFIX_LETTERS = 7  # a shorter name under another suffix is just another's
_HOW = {"homoglyph": 1.0, "swap": 1.0, "hyphen": 0.8, "typo": 0.8}
_SUFFIX = 0.4  # many firms have their name under several
_PERSON = 0.6  # a correspondent's namesake; a colleague's is what thieves borrow


def imitation(found: Acquaintance, traits: Traits, proved: Proof, *, is_machines: bool) -> Iterator[Finding]:
    """Whom the sender may be mistaken for. `is_machines`: a service or a list sent it, in a person's name."""
    if found.own is not None or (found.site is not None and (found.site.wanted > 1 or found.site.written)):
        return
    if not is_machines:
        yield from _of_name(found, traits, proved)
    yield from _of_domain(found, traits)


def _of_name(found: Acquaintance, traits: Traits, proved: Proof) -> Iterator[Finding]:
    """A person has several addresses in one house; that is none of a thief's, if it is proved."""
    others = found.namesakes
    if not others or any(each.address == traits.author for each in others):
        return
    houses = {registered(each.address.rpartition("@")[2]) for each in others}
    is_firms = not is_freemail(traits.domain) and (
        traits.domain in houses or brands().owner_of(traits.domain) is not None
    )
    if is_service(traits.domain) or (proved.by and is_firms):
        return
    other: Namesake = others[0]
    detail = f"{traits.name} <{traits.author}>, known as {other.address}"
    yield Finding(KNOWN_NAME_NEW_ADDRESS, detail[:200], weight=1.0 if other.is_own else _PERSON)


def _of_domain(found: Acquaintance, traits: Traits) -> Iterator[Finding]:
    if not found.near or is_freemail(traits.domain) or brands().owner_of(traits.domain) is not None:
        return
    label = traits.domain.partition(".")[0]
    alike = [(_alike(label, other.partition(".")[0]), other) for other in found.near]
    weight, other = max(alike)
    if weight:
        yield Finding(KNOWN_LOOKALIKE, f"{traits.domain} for {other}"[:200], weight=weight)


def _alike(label: str, trusted: str) -> float:
    if label == trusted:
        return _SUFFIX if len(label) >= SUFFIX_LETTERS else 0.0
    return _HOW.get(likeness(label, trusted), 0.0)
