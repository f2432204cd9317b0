"""The words tried on the locked members of one ZIP, and those that opened one: they are tried first on the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zlib import crc32

from fyke.files.archives.zipdir import Told
from fyke.files.archives.ziplock import (
    AES_NAMES,
    HEAD_BYTES,
    aes_keys,
    aes_opened,
    crypto_fits,
    crypto_keys,
    crypto_opened,
)
from fyke.files.base import Broken
from fyke.files.budget import Meter
from fyke.files.codecs.pieces import Kept
from fyke.files.identify import identify

ALL_CRYPTO_BYTES = 3 << 20  # under ZipCrypto read of one archive: 2 s of CPU
FIRST_BYTES = 4_096  # decrypted of a member to see whether a word was right
TRIED = {True: 3, False: 50}  # members on which all words are tried, under AES (0.3 s each) and ZipCrypto
STRONG = 64  # bit of the flags: locked as PKWARE does it (APPNOTE 7), which nobody sends

Unpack = Callable[[bytes, Told], Iterator[bytes] | None]


class Keyring:
    """One archive's words."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words
        self.opening: list[str] = []  # words that opened a member
        self.left = ALL_CRYPTO_BYTES
        self.tried = {True: 0, False: 0}

    def lock(self, told: Told) -> str:
        """What a member is locked with."""
        return "strong encryption" if told.flags & STRONG else AES_NAMES.get(told.aes, "ZipCrypto")

    def opened(self, raw: bytes, told: Told, unpack: Unpack, meter: Meter) -> tuple[bytes, str] | None:
        """The packed bytes without their lock, and the word that opened it; nothing where none does."""
        if told.flags & STRONG or told.aes > 3:
            return None
        is_aes = bool(told.aes)
        words = list(self.opening)
        if self.tried[is_aes] < TRIED[is_aes]:
            words += [word for word in self.words if word not in self.opening]
        for word in words:
            for form in dict.fromkeys((word.encode("utf-8", "replace"), word.encode("cp437", "replace"))):
                if meter.is_over_time:
                    meter.cut("time", f"words tried on {told.name}")
                    return None
                got = self._aes(raw, told, form) if is_aes else self._crypto(raw, told, form, unpack, meter)
                if got is not None:
                    if word not in self.opening:
                        self.opening.insert(0, word)
                    return got, word
        self.tried[is_aes] += 1
        return None

    def _aes(self, raw: bytes, told: Told, word: bytes) -> bytes | None:
        keys = aes_keys(raw, word, told.aes)
        if keys is None:
            return None
        try:
            return aes_opened(raw, keys, told.aes)
        except Broken:
            return None

    def _crypto(self, raw: bytes, told: Told, word: bytes, unpack: Unpack, meter: Meter) -> bytes | None:
        checks = {told.crc >> 24} | ({told.time >> 8} if told.flags & 8 else set())
        if len(raw) < HEAD_BYTES or not crypto_fits(raw, word, frozenset(checks)):
            return None
        keys = crypto_keys(word)
        if len(raw) > FIRST_BYTES:
            first = b"".join(crypto_opened(raw[:FIRST_BYTES], keys))[HEAD_BYTES:]
            if not _is_start(first, told, unpack):
                return None
        if self.left <= 0:
            meter.cut(
                "time", f"{told.name}: ZipCrypto is read no further than {ALL_CRYPTO_BYTES:,} bytes of an archive"
            )
            return None
        taken = raw[: self.left]
        plain = b"".join(crypto_opened(taken, keys))[HEAD_BYTES:]
        if len(taken) < len(raw):
            self.left = 0
            meter.cut("time", f"{told.name}: {len(taken):,} of {len(raw):,} bytes under ZipCrypto")
            return plain if told.method or identify(plain) != "data" else None
        if not _is_all(plain, told, unpack, meter):
            return None
        self.left -= len(taken)
        return plain


def _is_start(first: bytes, told: Told, unpack: Unpack) -> bool:
    """Whether the first bytes may be a packed stream: random ones soon are none."""
    if not told.method:
        return True
    pieces = unpack(first, told)
    if pieces is None:
        return True  # a method that is not read: the check sum cannot tell, the byte must do
    kept = Kept(pieces)
    size = sum(len(piece) for piece in kept)
    return size > 0 and (not kept.broken or "early" in kept.broken)


def _is_all(plain: bytes, told: Told, unpack: Unpack, meter: Meter) -> bool:
    """Whether the check sum of what comes out holds, or, of a bomb, that much comes out."""
    crc, size = 0, 0
    kept = Kept(unpack(plain, told) or ())
    for piece in kept:
        crc = crc32(piece, crc)
        size += len(piece)
        if size > meter.budget.size:
            return True
    return not kept.broken and crc == told.crc
