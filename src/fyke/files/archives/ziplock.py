"""The two locks of ZIP and how a word opens them: ZipCrypto (APPNOTE 6.1) and AES as WinZip does it.

ZipCrypto's check of a word is one byte, so that one word in 256 seems to fit: who calls verifies what comes out.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES

# One step of CRC-32 from nothing but a byte: zlib inverts before and after, which is taken back here.
_CRC = [zlib.crc32(bytes((value ^ 255,)), 0) ^ zlib.crc32(b"\xff", 0) for value in range(256)]
HEAD_BYTES = 12
_SALT_BYTES = {1: 8, 2: 12, 3: 16}
_KEY_BYTES = {1: 16, 2: 24, 3: 32}
AES_NAMES = {1: "AES-128", 2: "AES-192", 3: "AES-256"}
ROUNDS = 1_000  # of PBKDF2: the format fixes it

Keys = tuple[int, int, int]


def crypto_keys(word: bytes) -> Keys:
    """The three keys that a word begins with (6.1.5)."""
    one, two, three, crc = 0x12345678, 0x23456789, 0x34567890, _CRC
    for byte in word:
        one = one >> 8 ^ crc[(one ^ byte) & 255]
        two = ((two + (one & 255)) * 134775813 + 1) & 0xFFFFFFFF
        three = three >> 8 ^ crc[(three ^ two >> 24) & 255]
    return one, two, three


def crypto_opened(data: bytes, keys: Keys) -> Iterator[bytes]:
    """The bytes under ZipCrypto, its head of 12 included; 2 MB a second."""
    one, two, three = keys
    crc = _CRC
    for at in range(0, len(data), CHUNK_BYTES):
        out = bytearray()
        append = out.append
        for byte in data[at : at + CHUNK_BYTES]:
            mask = three | 2
            byte ^= mask * (mask ^ 1) >> 8 & 255  # noqa: PLW2901  the inner loop
            append(byte)
            one = one >> 8 ^ crc[(one ^ byte) & 255]
            two = ((two + (one & 255)) * 134775813 + 1) & 0xFFFFFFFF
            three = three >> 8 ^ crc[(three ^ two >> 24) & 255]
        yield bytes(out)


def crypto_fits(data: bytes, word: bytes, checks: frozenset[int]) -> bool:
    """Whether a word passes the one byte of check: the last of the head is the highest of the check sum or the time."""
    return next(crypto_opened(data[:HEAD_BYTES], crypto_keys(word)), b"")[-1:] in [bytes((check,)) for check in checks]


def aes_keys(data: bytes, word: bytes, strength: int) -> tuple[bytes, bytes] | None:
    """The keys of cipher and seal, or nothing where the word does not pass its check of two bytes."""
    salt, size = _SALT_BYTES[strength], _KEY_BYTES[strength]
    made = hashlib.pbkdf2_hmac("sha1", word, data[:salt], ROUNDS, 2 * size + 2)
    if made[-2:] != data[salt : salt + 2]:
        return None
    return made[:size], made[size : 2 * size]


def aes_opened(data: bytes, keys: tuple[bytes, bytes], strength: int) -> bytes:
    """The bytes under AES in counter mode; the seal is looked at before. Raises `Broken` where it does not hold."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415  30 ms to import

    body = data[_SALT_BYTES[strength] + 2 : -10]
    if hmac.new(keys[1], body, "sha1").digest()[:10] != data[-10:]:
        raise Broken("the seal of a member does not hold")
    cipher = Cipher(algorithms.AES(keys[0]), modes.ECB()).encryptor()  # noqa: S305  the counter is ours: lowest byte first
    out = []
    for at in range(0, len(body), CHUNK_BYTES):
        piece = body[at : at + CHUNK_BYTES]
        first = at // 16 + 1
        blocks = b"".join(number.to_bytes(16, "little") for number in range(first, first + (len(piece) + 15) // 16))
        stream = cipher.update(blocks)[: len(piece)]
        out.append((int.from_bytes(piece, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(piece), "big"))
    return b"".join(out)
