"""The sender's name beside the names of the hosts: firms write from a domain that is called like them."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.authors import author
from fyke.detect.facts.brands import brands, words_of
from fyke.detect.facts.linked import followed, is_senders
from fyke.detect.facts.lists import is_list
from fyke.detect.facts.services import is_service
from fyke.detect.sender.freemail import is_freemail
from fyke.mail.domains import registered
from fyke.model import Finding, Label, Mail, Message, Symbol

UNRELATED = Symbol("NAME_NOWHERE", "Neither the sender's domain nor any link is called like the sender", "sender", 0.0)
AKIN = Symbol("NAME_OF_DOMAIN", "The sender's domain is called like the sender", "sender", -0.6, Label.HAM)

NAME_CHARS = 100
LABELS = 40  # a page of more places has one of the sender's among the first
FEWEST = 3  # letters that are no accident


class StrangerName(Detector):
    """Do the sender's name and the names of its hosts have anything in common?"""

    name = "stranger_name"
    symbols = (UNRELATED, AKIN)
    needs = Needs.LINKS | Needs.HTML

    def __init__(self) -> None:
        self._brands = brands()

    def look(self, mail: Mail) -> Look:
        """Compare the words of the name with the labels that were registered."""
        message = mail.message
        sender = author(message)
        words = [word for word in words_of(sender.name[:NAME_CHARS]) if word.isascii()]
        if not words or not message.html.size_chars or message.text.quoted or "in-reply-to" in message.index:
            return
        if is_freemail(sender.domain) or is_service(sender.domain) or is_list(message):
            return
        own = registered(sender.domain)
        if is_akin(words, own):
            yield Finding(AKIN, own)
            return
        domains = _domains(message)
        if domains and self._brands.owner_of(own) is None and not any(is_akin(words, domain) for domain in domains):
            yield Finding(UNRELATED, f"{sender.name} <{sender.address}>"[:200])


def is_akin(words: list[str], domain: str) -> bool:
    """Whether a word of the name stands in the domain's label, or the label, or initials, in the name."""
    label = domain.partition(".")[0].replace("-", "")
    if len(label) < FEWEST:
        return label in words
    if any(len(word) >= FEWEST and word in label for word in words) or label in "".join(words):
        return True
    initials = "".join(word[0] for word in words)
    return len(initials) >= FEWEST and initials in label


def _domains(message: Message) -> set[str]:
    """Where the page leads; nowhere, where it is a colleague's letter with their front page in the signature."""
    links = [link for link in followed(message) if link.source != "text"]
    if all(link.path in {"", "/"} and is_senders(link, message) for link in links):
        return set()
    return {link.domain for link in links[:LABELS]}
