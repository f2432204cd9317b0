"""Keys of RAR out of words: SHA-1 over the word many times (RAR 3), PBKDF2 (RAR 5).

RAR 5: technote.txt of WinRAR; RAR 3: as unrar, libarchive and rarfile do it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fyke.files.archives.rar_entry import Lock
from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES, Meter

ROUNDS3, STEP3 = 1 << 18, 1 << 14  # of RAR 3; the start vector takes a byte at each step
WORK = 1 << 22  # rounds of hashing for one archive: 16 words of RAR 3, or 120 of RAR 5; about a second
POWER = 24  # RAR 5 writes 15 and refuses more than 24
WORD_CHARS = 127  # RAR takes no longer ones


class Keys:
    """The words, and the keys that were made of them for one archive."""

    def __init__(self, words: tuple[str, ...], meter: Meter) -> None:
        self.words, self.meter = list(words), meter
        self.word = ""  # the one that opened something
        self._spent = 0
        self._made: dict[tuple[str, bytes, int], tuple[bytes, bytes]] = {}

    def pairs(self, lock: Lock) -> Iterator[tuple[str, bytes, bytes]]:
        """Each word with its key and start vector, the one that opened something first; RAR 5: only right ones."""
        for word in sorted(self.words, key=lambda each: each != self.word):
            known = (word, lock.salt, lock.power)
            if known not in self._made:
                self._spent += (1 << lock.power) if lock.power else ROUNDS3
                if self._spent > WORK or self.meter.is_over_time:
                    self.meter.cut("time", f"words after {len(self._made)} were not tried")
                    return
                self._made[known] = make5(word, lock) if lock.power else make3(word, lock.salt)
            key, vector = self._made[known]
            if key:
                yield word, key, vector or lock.vector

    def sum_key(self, lock: Lock) -> bytes:
        """The key that check sums of RAR 5 are tweaked with."""
        return hashlib.pbkdf2_hmac("sha256", _utf8(self.word), lock.salt, (1 << lock.power) + 16)


def _utf8(word: str) -> bytes:
    return word[:WORD_CHARS].encode("utf-8", "surrogatepass")


def make5(word: str, lock: Lock) -> tuple[bytes, bytes]:
    """The key of RAR 5, or none where the word is known to be wrong."""
    if lock.power > POWER:
        raise Broken(f"RAR: 2^{lock.power} rounds of hashing")
    if lock.check:
        full = hashlib.pbkdf2_hmac("sha256", _utf8(word), lock.salt, (1 << lock.power) + 32)
        folded = bytes(full[n] ^ full[n + 8] ^ full[n + 16] ^ full[n + 24] for n in range(8))
        if folded != lock.check:
            return b"", b""
    return hashlib.pbkdf2_hmac("sha256", _utf8(word), lock.salt, 1 << lock.power), b""


def make3(word: str, salt: bytes) -> tuple[bytes, bytes]:
    """Key and start vector of RAR 3."""
    start = word[:WORD_CHARS].encode("utf-16-le", "surrogatepass") + salt
    wide, size = len(start) + 3, len(start)
    block = bytearray((start + bytes(3)) * STEP3)
    block[size::wide] = bytes(n & 255 for n in range(STEP3))
    digest, vector = hashlib.sha1(), bytearray()  # noqa: S324  the format's
    for step in range(ROUNDS3 // STEP3):
        count = step * STEP3
        block[size + 1 :: wide] = b"".join(bytes(((count >> 8) + n & 255,)) * 256 for n in range(STEP3 >> 8))
        block[size + 2 :: wide] = bytes((count >> 16,)) * STEP3
        digest.update(block[:wide])
        vector.append(digest.digest()[19])
        digest.update(memoryview(block)[wide:])
    raw = digest.digest()
    return b"".join(raw[n : n + 4][::-1] for n in range(0, 16, 4)), bytes(vector)


def decrypted(data: bytes, key: bytes, vector: bytes) -> Iterator[bytes]:
    """AES in CBC mode, of the length that the key has."""
    step = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    for at in range(0, len(data) & ~15, CHUNK_BYTES):
        yield step.update(data[at : min(at + CHUNK_BYTES, len(data) & ~15)])


def tweaked(crc: int, key: bytes) -> int:
    """The check sum as RAR 5 writes it where it must not tell what the content is."""
    raw = hmac.new(key, crc.to_bytes(4, "little"), hashlib.sha256).digest()
    found = 0
    for at in range(0, 32, 4):
        found ^= int.from_bytes(raw[at : at + 4], "little")
    return found
