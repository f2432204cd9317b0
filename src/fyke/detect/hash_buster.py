"""Random tokens that make every copy of a mailing look new to a filter that counts copies."""

from __future__ import annotations

import re
from itertools import pairwise

from fyke.detect.base import Detector, Look
from fyke.detect.names import is_random
from fyke.model import Finding, Mail, Symbol

SUBJECT = Symbol("HASH_SUBJECT", "The subject ends in a random token", "body", 1.5)
GAP = Symbol("HASH_SUBJECT_GAP", "The subject ends in a token after a wide gap", "body", 2.5)
BODY = Symbol("HASH_BODY", "The text ends in a random token", "body", 2.0)

# A token of letters and digits both, or of mixed case inside, at the end of a line; after "#" or in brackets too.
_TOKEN = re.compile(r"[#\[({]*([A-Za-z0-9]{5,24})[\])}]*\Z", re.ASCII)
_GAP = re.compile(r"\S(?: {4,}|\t+ *)(\S{2,30})\Z")
_COUNTER = re.compile(r"[0-9]{1,24}|[A-Z]{1,6}[0-9]{1,18}|[0-9]{1,18}[A-Z]{1,4}|v[0-9.]{1,8}", re.ASCII)
TAIL_CHARS = 60


class HashBuster(Detector):
    """Has somebody added a random token so that no two copies are equal?"""

    name = "hash_buster"
    symbols = (SUBJECT, GAP, BODY)

    def look(self, mail: Mail) -> Look:
        """Look at the ends of subject and text."""
        message = mail.message
        subject = message.subject[-TAIL_CHARS:]
        if subject:
            gap = _GAP.search(subject)
            if gap:
                yield Finding(GAP, gap[1])
            token = _TOKEN.search(subject.rstrip("!.? "))
            if token and _is_drawn(token[1]):
                yield Finding(SUBJECT, token[1])
        tail = message.text.current[-TAIL_CHARS:].rstrip()
        if tail:
            last = tail.rpartition("\n")[2].strip()
            if " " not in last and 5 <= len(last) <= 26 and "\n" in tail:
                token = _TOKEN.fullmatch(last)
                if token and _is_drawn(token[1]):
                    yield Finding(BODY, token[1])


def _is_drawn(token: str) -> bool:
    """Whether a token looks drawn by lot and not like a number, a code or a word."""
    if token.isdigit() or _COUNTER.fullmatch(token):
        return False
    if is_random(token.lower()):
        return True
    if token.isalpha():
        inner = token[1:]
        return not (inner.islower() or token.isupper() or token.islower()) and _switches(token) >= 3
    return _switches(token) >= 3


def _switches(token: str) -> int:
    """How often the token changes between capitals, small letters and digits."""
    kinds = ["0" if char.isdigit() else "A" if char.isupper() else "a" for char in token]
    return sum(one != two for one, two in pairwise(kinds))
