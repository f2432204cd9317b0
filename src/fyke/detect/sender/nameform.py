"""How the sender's name is written: shouted, framed with symbols, veiled; or an office in place of a name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author
from fyke.detect.facts.lists import is_list
from fyke.detect.sender.freemail import is_freemail
from fyke.mail.domains import is_mixed, registered
from fyke.model import Finding, Label, Mail, Message, Symbol

NAME_CAPS = Symbol("NAME_CAPS", "The sender's name is all in capitals", "sender", 1.0)
NAME_EDGES = Symbol("NAME_EDGES", "The sender's name is framed with symbols to catch the eye", "sender", 0.9)
NAME_VEILED = Symbol(
    "NAME_VEILED",
    "The sender's name has letters that are not what they seem, or marks that are not seen",
    "sender",
    3.2,
)
NAME_OFFICE = Symbol(
    "NAME_OFFICE", "The sender calls itself an office such as support or security, and writes from a free mailbox",
    "sender", 2.5, Label.PHISHING,
)  # fmt: skip
NAME_YOUR_DOMAIN = Symbol(
    "NAME_YOUR_DOMAIN", "The sender's name is your own organisation's, but the address is not", "sender", 2.5,
    Label.PHISHING,
)  # fmt: skip

NAME_NUMBER = Symbol(
    "NAME_NUMBER", "The sender's name has a number in it, as names made for one mailing do", "sender", 1.8
)

NAME_CHARS = 100
_FEWEST_CAPS = 6  # "SUSE" and "IBM" are names
_FRAME = frozenset("*_~=<>{}|#+^!:")
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
_NUMBER = re.compile(r"\d{5}|#\w{0,4}\d\w{0,8}\Z")
_OFFICE = re.compile(
    r"\b(?:support|admin(?:istrator)?s?|help ?desk|it (?:service|support|department|desk|team|help)s?"
    r"|(?:mail ?box|web ?mail|mail|e-?mail|system|server|account|security|billing|payroll|hr|human resources"
    r"|customer|client|payment|shipping|delivery|claims?|refund|loan|lottery|bank)"
    r" (?:service|support|team|dep(?:t|artment)?|desk|center|centre|office"
    r"|admin|alert|notification|update|unit|agent|manager|care)s?|postmaster|kundenservice|kundendienst|service client"
    r"|atendimento|soporte|atención al cliente|служба поддержки)\b",
    re.IGNORECASE,
)


class NameForm(Detector):
    """Is the sender's name written as people and firms write theirs?"""

    name = "nameform"
    symbols = (NAME_CAPS, NAME_EDGES, NAME_VEILED, NAME_OFFICE, NAME_YOUR_DOMAIN, NAME_NUMBER)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Look at the letters, then at the words."""
        sender = author(mail.message)
        name = sender.name[:NAME_CHARS]
        if not name:
            return
        if name.isupper() and "@" not in name and sum(map(str.isalpha, name)) >= _FEWEST_CAPS:
            yield Finding(NAME_CAPS, name)
        if _is_framed(name):
            yield Finding(NAME_EDGES, name)
        if not name.isascii() and _is_veiled(name):
            yield Finding(NAME_VEILED, name)
        if "@" not in name and _NUMBER.search(name) is not None:
            yield Finding(NAME_NUMBER, name)
        if is_freemail(sender.domain) and _is_office(name):
            yield Finding(NAME_OFFICE, f"{name} <{sender.address}>"[:200])
        label = _your_label(mail, registered(sender.domain))
        named = label and label in name.lower().replace(" ", "")
        if named and label not in sender.domain and not is_list(mail.message):
            yield Finding(NAME_YOUR_DOMAIN, f"{name} <{sender.address}>"[:200])


@lru_cache(maxsize=2048)  # most mail comes from few names
def _is_office(name: str) -> bool:
    return _OFFICE.search(name) is not None


def _is_framed(name: str) -> bool:
    """Whether a symbol, not a letter or a bracket, stands first or last."""
    first, last = name[0], name[-1]
    if first.isalnum() and last.isalnum():
        return False
    return first in _FRAME or last in _FRAME or "So" in {unicodedata.category(first), unicodedata.category(last)}


def _is_veiled(name: str) -> bool:
    """Whether Latin letters are replaced by others of their look, or held apart by marks that are not seen."""
    if is_mixed(name.replace(" ", ".")):
        return True
    text = unicodedata.normalize("NFC", name)
    before = " "
    for char in text:
        if "\U0001d400" <= char <= "\U0001d7ff":  # mathematical letters
            return True
        if before.isascii() and before.isalpha() and unicodedata.category(char) in _UNSEEN:
            return True
        before = char
    return False


def _your_label(mail: Mail, own: str) -> str:
    """The name in the recipient's domain, where it is one that can be told from a word and is not the sender's."""
    address = mail.envelope.rcpt_to[0] if mail.envelope.rcpt_to else _first_to(mail.message)
    domain = registered(address.rpartition("@")[2].lower())
    if domain == own:
        return ""
    label = domain.partition(".")[0]
    return label if len(label) > 4 and not is_freemail(domain) else ""


def _first_to(message: Message) -> str:
    return message.to[0].address if message.to else ""
