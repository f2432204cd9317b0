"""Locks of Office Open XML ([MS-OFFCRYPTO] 2.3.4): agile and standard encryption, opened with a word.

The hash of a word is computed once a word; its rounds, which the file names, are capped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import sys
from array import array
from collections.abc import Iterator
from functools import lru_cache
from struct import iter_unpack, pack, unpack_from
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES
from fyke.files.documents.markup import attributes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

SPINS = 1_000_000  # rounds a word: Office makes 100,000, which take 0.07 s
STANDARD_SPINS = 50_000  # 2.3.4.7
SEGMENT = 4_096  # 2.3.4.15
# 2.3.4.11-13: what is mixed into the hash for the verifier, for its hash, and for the key.
VERIFIER, VERIFIER_HASH, KEY = (
    bytes.fromhex(text) for text in ("fea7d2763b4b9e79", "d7aa0f6d3061344e", "146e0be7abacd0d6")
)
Hash = Literal["sha1", "sha256", "sha384", "sha512", "md5"]
HASHES: dict[str, Hash] = {
    "SHA1": "sha1",
    "SHA-1": "sha1",
    "SHA256": "sha256",
    "SHA384": "sha384",
    "SHA512": "sha512",
    "MD5": "md5",
}


class Lock(Struct, frozen=True):
    """How a document is locked."""

    salt: bytes
    verifier: bytes
    verifier_hash: bytes
    key_bytes: int
    is_agile: bool = False
    hash: Hash = "sha1"
    spins: int = STANDARD_SPINS
    key: bytes = b""  # agile: encrypted with the word's
    data_salt: bytes = b""
    data_hash: Hash = "sha1"


def read(info: bytes) -> Lock:
    """The EncryptionInfo stream."""
    if len(info) < 12:
        raise Broken("EncryptionInfo is cut short")
    major, minor = unpack_from("<HH", info)
    try:
        if (major, minor) == (4, 4):
            return _agile(info[8:65_536].decode("utf-8", "replace"))
        if minor == 2:
            return _standard(info)
    except (binascii.Error, ValueError, KeyError, IndexError) as error:
        raise Broken(f"EncryptionInfo: {error}") from None
    raise Broken("EncryptionInfo of an unknown version")


def _agile(text: str) -> Lock:
    """2.3.4.10: the tag on the data, and the one on the key that a word opens."""
    tags = {name: attributes(rest) for name, rest in _tags(text)}
    data, key = tags["keyData"], tags["encryptedKey"]
    return Lock(
        salt=base64.b64decode(key["saltvalue"]),
        verifier=base64.b64decode(key["encryptedverifierhashinput"]),
        verifier_hash=base64.b64decode(key["encryptedverifierhashvalue"]),
        key_bytes=min(64, int(key["keybits"]) // 8),
        is_agile=True,
        hash=HASHES[key["hashalgorithm"]],
        spins=int(key["spincount"]),
        key=base64.b64decode(key["encryptedkeyvalue"]),
        data_salt=base64.b64decode(data["saltvalue"]),
        data_hash=HASHES[data["hashalgorithm"]],
    )


def _tags(text: str) -> Iterator[tuple[str, str]]:
    for piece in text.split("<")[:64]:
        name, _, rest = piece.partition(" ")
        yield name.rpartition(":")[2], rest.partition(">")[0]


def _standard(info: bytes) -> Lock:
    """2.3.4.5: header, then verifier."""
    size = unpack_from("<I", info, 8)[0]
    bits = unpack_from("<I", info, 12 + 16)[0] if len(info) >= 32 else 0
    at = 12 + size
    body = info[at : at + 4 + 16 + 16 + 4 + 32]
    if len(body) < 72 or bits not in {0, 128, 192, 256}:
        raise Broken("EncryptionInfo is cut short")
    return Lock(body[4:20], body[20:36], body[40:72], (bits or 128) // 8)


@lru_cache(maxsize=2)
def _numbers(count: int) -> bytes:
    """The numbers from nought up, four bytes each: every word is spun with them."""
    numbers = array("I", range(count))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def secret(lock: Lock, word: str) -> bytes:
    """The key of the document, if the word is right; nothing if it is not."""
    if lock.spins > SPINS:
        return b""
    digest = hashlib.new(lock.hash, lock.salt + word.encode("utf-16-le"), usedforsecurity=False).digest()
    make = getattr(hashlib, lock.hash)
    for (number,) in iter_unpack("4s", _numbers(lock.spins)):
        digest = make(number + digest).digest()
    return _agile_secret(lock, digest) if lock.is_agile else _standard_secret(lock, digest)


def _agile_secret(lock: Lock, digest: bytes) -> bytes:
    def opened(block: bytes, packed: bytes) -> bytes:
        made = hashlib.new(lock.hash, digest + block, usedforsecurity=False).digest()
        return _cbc(_fit(made, lock.key_bytes), _fit(lock.salt, 16), packed)

    given = opened(VERIFIER, lock.verifier)[: len(lock.salt)]
    told = opened(VERIFIER_HASH, lock.verifier_hash)
    wanted = hashlib.new(lock.hash, given, usedforsecurity=False).digest()
    return opened(KEY, lock.key)[: lock.key_bytes] if wanted == told[: len(wanted)] else b""


def _standard_secret(lock: Lock, digest: bytes) -> bytes:
    final = hashlib.sha1(digest + bytes(4), usedforsecurity=False).digest()
    halves = b"".join(
        hashlib.sha1(bytes(a ^ b for a, b in zip(final.ljust(64, b"\0"), bytes([fill]) * 64, strict=True)),
                     usedforsecurity=False).digest()
        for fill in (0x36, 0x5C)
    )  # fmt: skip
    key = halves[: lock.key_bytes]
    given, told = _ecb(key, lock.verifier), _ecb(key, lock.verifier_hash)
    return key if hashlib.sha1(given, usedforsecurity=False).digest() == told[:20] else b""


def opened(lock: Lock, key: bytes, package: bytes) -> Iterator[bytes]:
    """The document in pieces; the first eight bytes say how long it is."""
    size = min(unpack_from("<Q", package)[0], len(package)) if len(package) >= 8 else 0
    body = package[8:]
    step = SEGMENT if lock.is_agile else CHUNK_BYTES
    for number, at in enumerate(range(0, size, step)):
        piece = body[at : at + step]
        piece = piece[: len(piece) // 16 * 16]
        if lock.is_agile:
            start = hashlib.new(lock.data_hash, lock.data_salt + pack("<I", number), usedforsecurity=False).digest()
            yield _cbc(key, _fit(start, 16), piece)[: size - at]
        else:
            yield _ecb(key, piece)[: size - at]


def _fit(data: bytes, size: int) -> bytes:
    return data[:size].ljust(size, b"\x36")


def _cbc(key: bytes, start: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415  locked ones are rare

    return _run(Cipher(algorithms.AES(key), modes.CBC(start)), data)


def _ecb(key: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415  locked ones are rare

    return _run(Cipher(algorithms.AES(key), modes.ECB()), data)  # noqa: S305  the format's choice


def _run(cipher: Cipher[CBC] | Cipher[ECB], data: bytes) -> bytes:
    step = cipher.decryptor()
    return step.update(data[: len(data) // 16 * 16]) + step.finalize()
