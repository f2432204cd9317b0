"""Random tokens that make every copy of a mailing look new to a filter that counts copies."""

from __future__ import annotations

import re
from functools import lru_cache

from fyke.detect.base import Detector, Look
from fyke.detect.facts.names import is_random
from fyke.model import Finding, Mail, Symbol

SUBJECT = Symbol("HASH_SUBJECT", "The subject ends in a random token", "body", 2.5)
GAP = Symbol("HASH_SUBJECT_GAP", "The subject ends in a token after a wide gap", "body", 2.5)
BODY = Symbol("HASH_BODY", "The text ends in a random token", "body", 2.5)

_TOKEN = re.compile(r"(#?)[\[({]{0,2}([A-Za-z0-9]{5,64})[\])}]{0,2}\Z", re.ASCII)
_GAP = re.compile(r"[^\s] {5,}([^\s]{2,30})\Z")  # a folded header leaves one blank or tab; a careless hand three
_PIECES = re.compile(r"[A-Z]+[a-z]*|[a-z]+|[0-9]+", re.ASCII)
# A ticket, a part or a version is capitals and digits, a counter digits: not there to be unique for its own sake.
_CODE = re.compile(r"[A-Z]*[0-9]+[A-Z]?|[0-9]+[a-z]{1,3}|[A-Za-z]{3,}[0-9]{1,4}", re.ASCII)
PIECE_CHARS = 2.5  # mean length of runs of one kind of letter: "CheckUser" has 4.5, "Flip4Mac" 2.7, "xB8COL5jq" 1.5
TAIL_CHARS = 80
TOKEN_CHARS = 5  # a shorter word is no token


class HashBuster(Detector):
    """Has somebody added a random token so that no two copies are equal?"""

    name = "hash_buster"
    symbols = (SUBJECT, GAP, BODY)

    def look(self, mail: Mail) -> Look:
        """Look at the ends of subject and text."""
        message = mail.message
        subject = message.subject[-TAIL_CHARS:].rstrip("!.? ")
        if subject:
            gap = _GAP.search(subject) if "     " in subject else None
            if gap:
                yield Finding(GAP, gap[1])
            word = subject[max(subject.rfind(" "), subject.rfind("-"), subject.rfind("#") - 1) + 1 :]
            token = _token(word) if len(word) >= TOKEN_CHARS else None
            if token:
                yield Finding(SUBJECT, token)
        tail = message.text.current[-TAIL_CHARS:].rstrip()
        last = tail[tail.rfind("\n") + 1 :].strip()
        if 6 <= len(last) < len(tail) and " " not in last:
            match = _TOKEN.fullmatch(last)
            if match and _is_drawn(match[2], marked=False):
                yield Finding(BODY, match[2])


@lru_cache(maxsize=2048)  # a mailing's subject ends as its other copies' do, a talk's as the answers to it
def _token(word: str) -> str:
    """The random token that the last word of a subject is, or an empty string."""
    match = _TOKEN.fullmatch(word)
    return match[2] if match and _is_drawn(match[2], marked=bool(match[1])) else ""


def _is_drawn(token: str, *, marked: bool) -> bool:
    """Whether a token looks drawn by lot and not like a number, a code or a word. `marked`: a # stands before it."""
    if token.isdigit() or _CODE.fullmatch(token):
        return False
    if token.isupper() or token.islower() or token.istitle():
        return is_random(token)
    pieces = len(_PIECES.findall(token))
    return (pieces >= 3 and len(token) / pieces <= PIECE_CHARS) or (marked and pieces >= 2 and len(token) >= 6)
