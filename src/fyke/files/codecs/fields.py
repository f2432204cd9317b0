"""Numbers out of bytes: `Broken` where the bytes end before them. Nothing here knows a format."""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES

Bytes = bytes | bytearray | memoryview


def little(data: Bytes, at: int, size: int) -> int:
    """The number of `size` bytes at a place, least byte first."""
    return int.from_bytes(piece(data, at, size), "little")


def big(data: Bytes, at: int, size: int) -> int:
    """The number of `size` bytes at a place, greatest byte first."""
    return int.from_bytes(piece(data, at, size), "big")


def piece(data: Bytes, at: int, size: int) -> bytes:
    """Exactly so many bytes of a place."""
    if at < 0 or size < 0 or at + size > len(data):
        raise Broken(f"it has {len(data):,} bytes, and a field at {at:,} to {at + size:,}")
    return bytes(data[at : at + size])


def text_until_nul(data: Bytes, at: int, limit: int = 1_024) -> bytes:
    """The bytes from a place to the next zero byte, at most `limit` of them."""
    found = bytes(data[max(0, at) : at + limit])
    return found.partition(b"\0")[0]


def wide_until_nul(data: Bytes, at: int, limit: int = 1_024) -> str:
    """UTF-16 text from a place to the next zero unit, at most `limit` units of it."""
    return bytes(data[max(0, at) : at + 2 * limit]).decode("utf-16-le", "replace").partition("\0")[0]


def sliced(data: bytes, at: int, size: int) -> Iterator[bytes]:
    """A stretch of the data in pieces; `Broken` after the last one where the data end before it."""
    end = at + size
    for place in range(at, min(end, len(data)), CHUNK_BYTES):
        yield data[place : min(place + CHUNK_BYTES, end)]
    if end > len(data) or at < 0:
        raise Broken(f"it ends {end - len(data):,} bytes too early")
