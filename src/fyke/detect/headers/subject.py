"""The subject line: replies to nothing, names of the reader, false numbers, needless disguise."""

from __future__ import annotations

import re

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.lists import is_list
from fyke.mail.domains import is_mixed
from fyke.model import Address, Finding, Label, Mail, Message, Symbol

SUBJECT_FALSE_REPLY = Symbol(
    "SUBJECT_FALSE_REPLY", "It pretends to be a reply or forwarded, but belongs to no conversation", "headers", 1.5
)
SUBJECT_YOUR_ADDRESS = Symbol(
    "SUBJECT_YOUR_ADDRESS", "Your address stands in the subject, where a person would not write it", "headers", 2.7
)
SUBJECT_YOUR_NAME = Symbol("SUBJECT_YOUR_NAME", "The subject calls you by the name of your mailbox", "headers", 1.6)
SUBJECT_NEEDLESS_CODE = Symbol(
    "SUBJECT_NEEDLESS_CODE", "The subject is encoded, though there is nothing in it to encode", "headers", 0.9
)
SUBJECT_DISGUISED = Symbol(
    "SUBJECT_DISGUISED", "The subject has letters of other alphabets that pass for Latin ones", "headers", 3.2
)
SUBJECT_TICKET = Symbol(
    "SUBJECT_TICKET", "The subject bears the number of a case, an order or an invoice", "headers", 0.9, Label.PHISHING
)

SUBJECT_SUM = Symbol("SUBJECT_SUM", "The subject writes a sum to the reader's credit", "headers", 2.5, Label.SCAM)

SUBJECT_CHARS = 300
_REPLY = re.compile(r"(?:re|fwd?|aw|wg|sv|vs|tr|rv|res|enc|antw|odp)(?:\[\d{1,3}\])?\s?:", re.IGNORECASE)
_TICKET = re.compile(
    r"#\s?[a-z]{0,5}-?\d{4,}|[\[(]\s?[a-z]{0,5}[-:# ]?\d{5,}\s?[\])]|\b[a-z]{0,4}-?\d{6,16}$"
    r"|\b(?:case|ticket|ref(?:erence)?|order|invoice|incident|case id|id|protocolo|pedido|rechnung|auftrag|facture"
    r"|bestellung)\s?(?:no|num|number|nr|id)?[.:#\s-]{1,3}[a-z]{0,5}-?\d{4,}",
    re.IGNORECASE,
)
# A plus before money, as a bank's statement has it and a headline has not: "+27,889$", "+ $276", "+0.7495 BTC".
_SUM = re.compile(
    r"(?:^|[\s:(])\+\s?(?:[$€£]\s?\d[\d,.]{0,14}|\d[\d,.]{0,14}\s?(?:[$€£]|usdt?\b|eur\b|btc\b|eth\b))", re.IGNORECASE
)
_NUMBER = re.compile(r"\d{4}")
_MATH = re.compile("[\U0001d400-\U0001d7ff]")
_WORDS = re.compile(r"[^\W\d_]{2,40}")
_TOKEN = re.compile(r"[^\w.-]")
_LOCAL_CHARS = 4  # "info" and "joe" are words


class Subject(Detector):
    """Is the subject one that a person or an honest firm would write?"""

    name = "subject"
    symbols = (
        SUBJECT_FALSE_REPLY, SUBJECT_YOUR_ADDRESS, SUBJECT_YOUR_NAME, SUBJECT_NEEDLESS_CODE, SUBJECT_DISGUISED,
        SUBJECT_TICKET, SUBJECT_SUM,
    )  # fmt: skip
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """The form first, then whom it names."""
        message = mail.message
        subject = message.subject[:SUBJECT_CHARS]
        if not subject:
            return
        if ":" in subject and _REPLY.match(subject) is not None and _is_alone(message):
            yield Finding(SUBJECT_FALSE_REPLY, subject[:100])
        if subject.isascii():
            if "=?" in message.all("subject")[0].raw:
                yield Finding(SUBJECT_NEEDLESS_CODE, subject[:100])
        elif _MATH.search(subject) is not None or any(map(is_mixed, _WORDS.findall(subject))):
            yield Finding(SUBJECT_DISGUISED, subject[:100])
        if _NUMBER.search(subject) is not None and _TICKET.search(subject) is not None:
            yield Finding(SUBJECT_TICKET, subject[:100])
        if "+" in subject and _SUM.search(subject) is not None:
            yield Finding(SUBJECT_SUM, subject[:100])
        if not is_list(message):
            yield from _names(subject.lower(), message)


def _is_alone(message: Message) -> bool:
    """Whether nothing but the subject speaks of an earlier mail. An archive's copy without a trace does not tell."""
    index = message.index
    return (
        "received" in index
        and "references" not in index
        and "in-reply-to" not in index
        and "thread-index" not in index
        and not message.text.quoted
        and not is_list(message)
    )


def _names(subject: str, message: Message) -> Look:
    """The recipient's address or mailbox name in the subject; a role such as `webmaster` is nobody's name."""
    recipient: Address | None = message.to[0] if message.to else None
    if recipient is None or not recipient.domain:
        return
    local = recipient.local.lower()
    if recipient.address.lower() in subject:
        yield Finding(SUBJECT_YOUR_ADDRESS, subject[:100])
    elif len(local) > _LOCAL_CHARS and local in subject and local in _TOKEN.split(subject, 100):
        yield Finding(SUBJECT_YOUR_NAME, subject[:100])
