"""The normal form of text for matching, so that one plain phrase finds its disguises.

Lower case, plain width, no accents, nothing invisible; every run of punctuation and white space is one space, and one
space stands at both ends. Kept are digits, `@`, `%`, signs of money, and `!` and `|` where they pose as letters.
"""

from __future__ import annotations

import re

from fyke.mail.lookalikes import plain, to_one_script

LOWERED = 8  # a text with more than one strange character in so many is put in lower case as a whole
SIGNS = 64  # marks that are looked at one by one
REPLACED = 48  # different characters that are replaced one by one; more are cheaper in one slow pass

_KEPT = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789@$!|%")
_ASCII = bytes(range(128))
# Characters that may have a plain form. Letters of Cyrillic, Hebrew, Arabic, Thai, Kana, Han and Hangul have none.
_CHANGED = re.compile(
    "[^а-я\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u0e01-\u0e2e\u3041-\u3096\u30a1-\u30fa一-\u9fff가-\ud7a3]"
)


def _folded(byte: int) -> int:
    lower = byte + 32 if 65 <= byte <= 90 else byte
    return lower if lower in _KEPT or byte > 127 else 32


_TABLE = bytes(map(_folded, range(256)))
# The shape of words: a letter of ASCII is "a", the first byte of any other character "L", the rest of it "c".
_SHAPE = bytes(97 if 97 <= byte <= 122 else 32 if byte < 128 else 99 if byte < 192 else 76 for byte in range(256))


def fold(text: str) -> bytes:
    """The normal form, UTF-8."""
    if text.isascii():
        words = _signless(text.encode().translate(_TABLE)).split()
    else:
        data = _signless(_plainly(text).translate(_TABLE))
        words = data.split()
        shape = data.translate(_SHAPE)
        if b"aL" in shape or b"ca" in shape:
            words = [word if word.isascii() else _one_script(word) for word in words]
    return b" %b " % b" ".join(words) if words else b" "


def _signless(data: bytes) -> bytes:
    """The text with `!` and `|` only where they stand between letters."""
    for sign in (b"!", b"|"):
        if sign in data:
            data = _between(data, sign) if _poses(data, sign) else data.replace(sign, b" ")
    return data


def _poses(data: bytes, sign: bytes) -> bool:
    """Whether the sign stands between letters anywhere, which is rare; where many stand, that is taken for granted."""
    at = -1
    for _ in range(SIGNS):
        at = data.find(sign, at + 1)
        if at < 0:
            return False
        if data[at - 1 : at].isalpha() and data[at + 1 : at + 2].isalpha():
            return True
    return True


def _between(data: bytes, sign: bytes) -> bytes:
    """Signs that do not begin or end a word."""
    return data.replace(sign + sign, b"  ").replace(sign + b" ", b"  ").replace(b" " + sign, b"  ")


def _plainly(text: str) -> bytes:
    """The text with plain characters for all that are not ASCII and have some, UTF-8."""
    data = text.encode("utf-8", "replace")
    strange = data.translate(None, _ASCII).decode()
    if len(strange) * LOWERED > len(text):
        text = text.lower()
        data = text.encode("utf-8", "replace")
        strange = data.translate(None, _ASCII).decode()
    other = {char: shown for char in set(_CHANGED.findall(strange)) if (shown := plain(char)) != char}
    if len(other) > REPLACED:
        return text.translate({ord(char): shown for char, shown in other.items()}).encode("utf-8", "replace")
    for char, shown in other.items():
        data = data.replace(char.encode(), shown.encode())
    return data


def _one_script(word: bytes) -> bytes:
    text = word.decode("utf-8", "replace")
    return to_one_script(text).encode() if any("a" <= char <= "z" for char in text) else word
