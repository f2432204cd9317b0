"""To and Cc: whom the sender addresses, and whether that is a person, a crowd in alphabetical order, or nobody."""

from __future__ import annotations

import re
from itertools import pairwise

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.lists import is_list
from fyke.model import Address, Finding, Mail, Symbol

RECIPIENTS_UNDISCLOSED = Symbol(
    "RECIPIENTS_UNDISCLOSED", "It does not say to whom it is: the recipients are hidden from each other", "headers", 1.8
)
RECIPIENTS_ALIKE = Symbol(
    "RECIPIENTS_ALIKE",
    "It is to a run of mailboxes that differ only at the end, as from a list of guesses",
    "headers",
    2.3,
)
RECIPIENTS_SORTED = Symbol(
    "RECIPIENTS_SORTED", "It is to many mailboxes in alphabetical order, as from a list of addresses", "headers", 1.3
)
RECIPIENT_ABSENT = Symbol(
    "RECIPIENT_ABSENT", "The mailbox that got it is not among those it says it is to", "headers", 0.6
)

_HIDDEN = re.compile(
    r"undisclosed|unlisted|suppressed|recipients?(?: list)?\s?:?;?$|destinat[aá]rios|empf(?:ä|ae)nger", re.IGNORECASE
)
_FEW = 5
_SORTED = 7  # seven by chance: once in 5,040
_ALIKE_CHARS = 3
ADDRESSES = 100


class Recipients(Detector):
    """Is it addressed as people address mail?"""

    name = "recipients"
    symbols = (RECIPIENTS_UNDISCLOSED, RECIPIENTS_ALIKE, RECIPIENTS_SORTED, RECIPIENT_ABSENT)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Nobody, a crowd, or somebody else."""
        message = mail.message
        to = message.to
        fields = message.all("to")
        if fields and not (to and to[0].domain) and not any(address.domain for address in to):
            if _HIDDEN.search(fields[0].value[:200]) is not None:
                yield Finding(RECIPIENTS_UNDISCLOSED, fields[0].value[:100])
        elif len(to) >= _FEW:
            yield from _crowd(to[:ADDRESSES])
        given = mail.envelope.rcpt_to[:ADDRESSES]
        if given and to and not is_list(message):
            named = {address.address.lower() for address in to}
            if named.isdisjoint(address.lower() for address in given):
                yield Finding(RECIPIENT_ABSENT, given[0][:200])


def _crowd(to: tuple[Address, ...]) -> Look:
    """Many addresses: a list of guesses, or a sorted list."""
    addresses = [address.address.lower() for address in to]
    alike = len({address[:_ALIKE_CHARS] for address in addresses}) * _FEW <= len(addresses) * 2
    one_house = len({address.domain for address in to}) * 2 <= len(addresses)
    if alike and one_house and len(set(addresses)) >= _FEW:
        yield Finding(RECIPIENTS_ALIKE, ", ".join(addresses[:4])[:200])
    elif len(addresses) >= _SORTED and all(first < second for first, second in pairwise(addresses)):
        yield Finding(RECIPIENTS_SORTED, ", ".join(addresses[:4])[:200])
