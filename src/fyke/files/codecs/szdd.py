"""Files of Microsoft's COMPRESS.EXE: SZDD, its forerunner of QBasic, and KWAJ.

After the descriptions of the formats that are public; KWAJ's method 3 (LZH) is not read, and is said to be so.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES
from fyke.files.streams import stored

WINDOW_BYTES = 4_096


class Made(Struct, frozen=True):
    """What a header tells, and the pieces; none where the method is not read."""

    pieces: Iterator[bytes] | None
    method: str
    name: str = ""  # of KWAJ
    ending: str = ""  # the last letter of the name's extension, of SZDD


def szdd(data: bytes) -> Made:
    """What any of the three kinds holds."""
    if data.startswith(b"KWAJ"):
        return _kwaj(data)
    if len(data) < 14:
        raise Broken("szdd: the header ends early")
    if data.startswith(b"SZDD"):
        letter = chr(data[9]) if 32 < data[9] < 127 else ""
        return Made(unpacked(data[14:], 16, _size(data, 10)), "SZDD", ending=letter)
    return Made(unpacked(data[12:], 18, _size(data, 8)), "SZ")


def _size(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _kwaj(data: bytes) -> Made:
    """A header with parts that flags announce, and four methods."""
    if len(data) < 14:
        raise Broken("kwaj: the header ends early")
    method, start, flags = (int.from_bytes(data[at : at + 2], "little") for at in (8, 10, 12))
    at, size = 14, 1 << 32
    if flags & 1:
        size = _size(data, at)
        at += 4
    if flags & 2:
        at += 2
    if flags & 4:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    name = b""
    if flags & 8:
        name = data[at : at + 9].partition(b"\0")[0]
        at += len(name) + 1
    if flags & 16:
        name += b"." + data[at : at + 4].partition(b"\0")[0]
    body = data[start:]
    pieces = {
        0: lambda: stored(body[:size]),
        1: lambda: stored(body[:size].translate(_INVERSE)),
        2: lambda: unpacked(body, 18, size, is_sure=bool(flags & 1)),
        4: lambda: _blocks(body),
    }.get(method)
    return Made(pieces() if pieces else None, f"KWAJ {method}", name.decode("latin-1"))


_INVERSE = bytes(255 - value for value in range(256))


def _blocks(data: bytes) -> Iterator[bytes]:
    """Method 4: deflate streams of up to 32 KiB, each with its length, that go on from the one before."""
    at, window = 0, b""
    while at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 2], "little")
        if length < 2 or data[at + 2 : at + 4] != b"CK":
            return
        try:
            step = zlib.decompressobj(-15, zdict=window) if window else zlib.decompressobj(-15)
            piece = step.decompress(data[at + 4 : at + 2 + length], CHUNK_BYTES)
        except zlib.error as error:
            raise Broken(f"kwaj: {error}") from None
        yield piece
        window = piece[-32_768:]
        at += 2 + length


def unpacked(data: bytes, back: int, size: int, *, is_sure: bool = True) -> Iterator[bytes]:
    """LZSS: a byte of flags, lowest first, and eight literals or copies out of 4 KiB that begin as blanks."""
    out = bytearray(b" " * WINDOW_BYTES)
    given, at, left, length = WINDOW_BYTES, 0, size, len(data)
    turn = WINDOW_BYTES - back - WINDOW_BYTES  # place in the window of what stands at the end of `out`, less its length
    while left > 0 and at < length:
        flags = data[at]
        at += 1
        for _ in range(8):
            if left <= 0 or at >= length:
                break
            if flags & 1:
                out.append(data[at])
                at += 1
                left -= 1
            else:
                if at + 1 >= length:
                    at = length
                    break
                place = data[at] | (data[at + 1] & 0xF0) << 4
                copied = min((data[at + 1] & 15) + 3, left)
                at += 2
                left -= copied
                distance = (len(out) + turn - place) % WINDOW_BYTES or WINDOW_BYTES
                part = out[-distance:]
                out += part[:copied] if distance >= copied else (part * (copied // distance + 1))[:copied]
            flags >>= 1
        if len(out) - given >= CHUNK_BYTES:
            yield bytes(out[given:])
            turn += len(out) - WINDOW_BYTES
            del out[:-WINDOW_BYTES]
            given = WINDOW_BYTES
    yield bytes(out[given:])
    if left > 0 and is_sure:
        raise Broken("szdd: the stream ends early")
