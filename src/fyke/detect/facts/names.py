"""How much a name looks made by a machine: letters that no language puts side by side, digits between letters."""

from __future__ import annotations

import re
from functools import lru_cache

# By first letter, the letters that hardly ever follow it: fewer than 15 of 100,000 letter pairs in the vocabulary of
# English business mail; German, French, Spanish and Portuguese names score little more.
_RARE = {
    "a": "q", "b": "fghknpqvwxz", "c": "bfgjnvwxz", "d": "kpqxz", "e": "", "f": "bcdghjkmnpqvwxz",
    "g": "bcdfjkpqvwxz", "h": "bcdfghjkqvxz", "i": "hjqwy", "j": "bcdfghklmnpqrstvwxyz", "k": "bcdfghjkpqvxz",
    "l": "hjqwxz", "m": "fgjkqrvwxz", "n": "xq", "o": "q", "p": "bjkqvwxz", "q": "abcdefghijklmnopqrstvwxyz",
    "r": "jqxz", "s": "jxz", "t": "gjqvx", "u": "hjquvw", "v": "bcdfghjklmnpqrstuvwxz",
    "w": "bcdfgjkmpqtuvwxz", "x": "bdfghjklmnoqrsuvwxz", "y": "fghjkquvwxyz", "z": "bcdfghjklmnpqrstvwx",
}  # fmt: skip
_PAIRS = frozenset(first + second for first, seconds in _RARE.items() for second in seconds)
_SWITCH = re.compile(r"[a-z](?=[0-9])|[0-9](?=[a-z])")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")  # "ngths" and "schst" end there
SHORT_CHARS = 7  # a shorter name is an abbreviation as often as not
LONG_CHARS = 64  # RFC 1035 2.3.4: a label has 63 octets; a longer run of letters is data, not a name


@lru_cache(maxsize=8192)  # names repeat from mail to mail
def is_random(name: str) -> bool:
    """Whether a name of one word looks drawn by lot rather than coined. Sure of few, wrong of fewer."""
    if not SHORT_CHARS <= len(name) <= LONG_CHARS or not name.isascii():
        return False
    name = name.lower()
    if not name.isalpha() and len(_SWITCH.findall(name)) >= 4:
        return True
    rare = sum(name[at : at + 2] in _PAIRS for at in range(len(name) - 1))
    if rare >= 3 and rare * 4 >= len(name) and len(name) > SHORT_CHARS:
        return True
    return rare >= 2 and len(name) > SHORT_CHARS and _CONSONANTS.search(name) is not None
