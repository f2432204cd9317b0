"""The normal form of text for matching, so that one plain phrase finds its disguises.

Lower case, plain width, no accents, nothing invisible; every run of punctuation and white space is one space, and one
space stands at both ends. Kept are digits, `@`, `%`, signs of money, and `!` and `|` where they pose as letters.
"""

from __future__ import annotations

import re
from functools import cache

from fyke.mail.lookalikes import plain, to_one_script

LOWERED = 8  # a text with more than one strange character in so many is put in lower case as a whole
SIGNS = 64  # marks that are looked at one by one

_KEPT = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789@$!|%")
_ASCII = bytes(range(128))


def _folded(byte: int) -> int:
    lower = byte + 32 if 65 <= byte <= 90 else byte
    return lower if lower in _KEPT or byte > 127 else 32


_TABLE = bytes(map(_folded, range(256)))

# The shape of words: a letter of ASCII is "a", the first byte of any other character "L", the rest of it "c".
_SHAPE = bytes(97 if 97 <= byte <= 122 else 32 if byte < 128 else 99 if byte < 192 else 76 for byte in range(256))


@cache  # made for the first text in other letters: its many ranges take 5 ms to compile
def _changed() -> re.Pattern[str]:
    """Characters that may have a plain form. Letters of Cyrillic, Hebrew, Arabic, Thai, Kana, Han, Hangul have none."""
    return re.compile(
        "[^\0-\x7fа-я\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u0e01-\u0e2e\u3041-\u3096\u30a1-\u30fa一-\u9fff가-\ud7a3]"
    )


def _western_tables() -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    """A table from Windows-1252 to plain ASCII, and the marks in it that stand for longer spellings, such as "ss"."""
    table = bytearray(_TABLE)
    spelt: list[tuple[bytes, bytes]] = []
    for byte in range(128, 256):
        shown = plain(bytes([byte]).decode("cp1252", "replace"))
        if len(shown) == 1 and shown.isascii():
            table[byte] = _folded(ord(shown))
        else:
            table[byte] = len(spelt) + 1  # control characters are free: the table itself leads to none
            spelt.append((bytes([table[byte]]), shown.encode()))
    return bytes(table), tuple(spelt)


_WESTERN, _SPELT = _western_tables()
_IS_WESTERN = frozenset(bytes(range(256)).decode("cp1252", "ignore"))


def fold(text: str) -> bytes:
    """The normal form, UTF-8."""
    return joined(words_of(text))


def joined(words: list[bytes]) -> bytes:
    """Folded words with one space between them and at both ends."""
    return b" %b " % b" ".join(words) if words else b" "


def words_of(text: str) -> list[bytes]:
    """The words of the normal form."""
    if text.isascii():
        return _signless(text.encode().translate(_TABLE)).split()
    data = _western(text)
    if data is None:
        data = _foreign(text)
    words = _signless(data).split()
    shape = data.translate(_SHAPE)
    if b"aL" in shape or b"ca" in shape:
        return _in_one_script(words)
    return words


def _western(text: str) -> bytes | None:
    """The plain form of a text in letters of Western Europe, None for any other."""
    try:  # what Latin-1 calls control characters was Windows-1252 before somebody mistook it
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        try:
            data = text.encode("cp1252")
        except UnicodeEncodeError:
            return None
    data = data.translate(_WESTERN)
    for mark, shown in _SPELT:
        if mark in data:
            data = data.replace(mark, shown)
    return data


def _foreign(text: str) -> bytes:
    """The plain form of a text in which not all characters are Western; some may only be dressed so."""
    strange = text.encode("utf-8", "replace").translate(None, _ASCII).decode()
    if len(strange) * LOWERED > len(text):
        text = text.lower()
        strange = text.encode("utf-8", "replace").translate(None, _ASCII).decode()
    changed = _changed().findall(strange)
    plainer = {char: shown for char in dict.fromkeys(changed) if (shown := plain(char)) != char}
    foreign = {char: shown for char, shown in plainer.items() if char not in _IS_WESTERN}
    if len(changed) == len(strange) and all(map(str.isascii, foreign.values())):
        data = _western(_replaced(text, foreign, len(changed)))
        if data is not None:
            return data
    return _replaced(text, plainer, len(changed)).encode("utf-8", "replace").translate(_TABLE)


def _replaced(text: str, shown: dict[str, str], count: int) -> str:
    """The text with some characters replaced: one after the other, or in one pass, whichever is cheaper."""
    if len(shown) * len(text) < 4 * len(text) + 200 * count:
        for char, other in shown.items():
            text = text.replace(char, other)
        return text
    return _changed().sub(lambda match: shown.get(match[0], match[0]), text)


def _signless(data: bytes) -> bytes:
    """The text with `!` and `|` only where they stand between letters or digits."""
    for sign in (b"!", b"|"):
        if sign in data:
            data = _STRAY.sub(b" ", data) if _poses(data, sign) else data.replace(sign, b" ")
    return data


# It begins with what is sought: where it began with what must not stand before, each byte would be looked at.
_STRAY = re.compile(rb"[!|](?:(?![a-z0-9])|(?<![a-z0-9][!|]))")


def _poses(data: bytes, sign: bytes) -> bool:
    """Whether the sign stands between letters anywhere, which is rare; where many stand, that is taken for granted."""
    at = -1
    for _ in range(SIGNS):
        at = data.find(sign, at + 1)
        if at < 0:
            return False
        if data[at - 1 : at].isalnum() and data[at + 1 : at + 2].isalnum():
            return True
    return True


def _in_one_script(words: list[bytes]) -> list[bytes]:
    """The words, each in the letters of one script. A text repeats its words, so each is looked at once."""
    plainer = {word: shown for word in set(words) if not word.isascii() and (shown := _one_script(word)) != word}
    return [plainer.get(word, word) for word in words] if plainer else words


def _one_script(word: bytes) -> bytes:
    """A word in which Latin and other letters stand together, in the letters of one script."""
    text = word.decode("utf-8", "replace")
    return to_one_script(text).encode() if any("a" <= char <= "z" for char in text) else word
