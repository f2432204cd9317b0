"""The key of a 7z archive out of a word: SHA-256 over the word many times (7zAES of the 7-Zip sources)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.codecs.pieces import Pieces

POWER = 24  # 7-Zip refuses more rounds than 2^24
BLOCK = 1 << 16  # rounds whose input is laid out at once: their counters differ in two bytes
WORD_CHARS = 127  # of a word; longer ones are no words of a mail


class Lock(Struct, frozen=True):
    """What the properties of the coder say."""

    power: int  # of two: how many rounds
    salt: bytes
    vector: bytes

    @property
    def rounds(self) -> int:
        """What it costs to try a word."""
        return 1 if self.power == 63 else 1 << self.power


def read_lock(properties: bytes) -> Lock:
    """Salt and start vector."""
    if not properties:
        raise Broken("AES without its properties")
    first = properties[0]
    second = properties[1] if first & 0xC0 and len(properties) > 1 else 0
    salt_size, vector_size = (first >> 7 & 1) + (second >> 4), (first >> 6 & 1) + (second & 15)
    power = first & 63
    if power > POWER and power != 63:
        raise Broken(f"AES with 2^{power} rounds")
    salt = properties[2 : 2 + salt_size]
    return Lock(power, salt, properties[2 + salt_size : 2 + salt_size + vector_size].ljust(16, b"\0"))


def derive(lock: Lock, word: str) -> bytes:
    """The key of 32 bytes."""
    start = lock.salt + word[:WORD_CHARS].encode("utf-16-le", "surrogatepass")
    if lock.power == 63:
        return start[:32].ljust(32, b"\0")
    count = min(1 << lock.power, BLOCK)
    wide, size = len(start) + 8, len(start)
    block = bytearray((start + bytes(8)) * count)
    block[size::wide] = bytes(n & 255 for n in range(count))
    block[size + 1 :: wide] = bytes(n >> 8 for n in range(count))
    digest = hashlib.sha256()
    for high in range((1 << lock.power) // count):
        block[size + 2 :: wide] = bytes((high & 255,)) * count
        block[size + 3 :: wide] = bytes((high >> 8,)) * count
        digest.update(block)
    return digest.digest()


def decrypted(key: bytes, vector: bytes, pieces: Pieces) -> Iterator[bytes]:
    """AES-256 in CBC mode; what is left of the last block is its filling."""
    step = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    for piece in pieces:
        yield step.update(piece)
