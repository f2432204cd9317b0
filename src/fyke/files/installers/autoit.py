"""Scripts that AutoIt compiled (EA05, EA06) and the files that they carry: decrypted and unpacked.

After public descriptions; there is no specification. The script of EA06 is in tokens, given as they are.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES, Meter
from fyke.files.codecs.fields import little, piece
from fyke.files.entries import Entry

SIGN = b"\xa3\x48\x4b\xbe\x98\x6c\x4a\xa9\x99\x4c\x53\x0a\x86\xd6\x48\x7dAU3!"
FILE = b"\x6b\x43\xca\x52"  # "FILE", encrypted, in EA06; in EA05 the first four below
PACKED_BYTES = 4 << 20  # decrypted at most of one file: two megabytes a second
NAME_UNITS = 1_024
FILES = 500


class Make(Struct, frozen=True):
    """The numbers that differ between the two."""

    is_new: bool
    name_length: int
    name_seed: int
    path_length: int
    path_seed: int
    sizes: int
    content_seed: int


EA05 = Make(False, 0x29BC, 0xA25E, 0x29AC, 0xF25E, 0x45AA, 0x22AF)
EA06 = Make(True, 0xADBC, 0xB33F, 0xF820, 0xF479, 0x87BC, 0x2477)


def entries(data: bytes, sign: int, meter: Meter) -> Iterator[Entry]:
    """The script, and the files that it carries."""
    version = data[sign + 20 : sign + 24]
    if version not in {b"EA05", b"EA06"}:
        raise Broken(f"AutoIt: version {version!r}")
    make = EA06 if version == b"EA06" else EA05
    extra = 0 if make.is_new else sum(data[sign + 24 : sign + 40])
    at = sign + 40
    for _ in range(FILES):
        if _decrypted(data[at : at + 4], 0x18EE if make.is_new else 0x16FA, make) != b"FILE":
            return
        name, at = _text(data, at + 4, make.name_length, make.name_seed, make)
        path, at = _text(data, at, make.path_length, make.path_seed, make)
        is_packed, packed = bool(piece(data, at, 1)[0]), little(data, at + 1, 4) ^ make.sizes
        size = little(data, at + 5, 4) ^ make.sizes
        at += 13 + 16  # a check sum, and two times
        if packed > PACKED_BYTES:
            meter.cut("size", f"{path}: {packed:,} bytes are encrypted")
        content = _pieces(piece(data, at, packed)[:PACKED_BYTES], size, make, extra, is_packed=is_packed)
        yield Entry(path.replace("\\", "/") or name, size, content, max(1, packed))
        at += packed


def _text(data: bytes, at: int, mask: int, seed: int, make: Make) -> tuple[str, int]:
    length = little(data, at, 4) ^ mask
    step = 2 if make.is_new else 1
    if length > NAME_UNITS:
        raise Broken(f"AutoIt: a name of {length:,} characters")
    plain = _decrypted(piece(data, at + 4, step * length), seed + length, make)
    return plain.decode("utf-16-le" if make.is_new else "cp1252", "replace"), at + 4 + step * length


def _pieces(packed: bytes, size: int, make: Make, extra: int, *, is_packed: bool) -> Iterator[bytes]:
    plain = _decrypted(packed, make.content_seed + extra, make)
    if not is_packed:
        yield plain
        return
    if plain[:4] not in {b"EA05", b"EA06"}:
        raise Broken("AutoIt: the content is not what it was encrypted from")
    yield from unpacked(plain[8:], min(size, int.from_bytes(plain[4:8], "big")), literal=1 if make.is_new else 0)


def _decrypted(data: bytes, seed: int, make: Make) -> bytes:
    stream = _lagged(seed & 0xFFFF, len(data)) if make.is_new else _twisted(seed & 0xFFFF_FFFF, len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")


def _twisted(seed: int, size: int) -> bytes:
    """The Mersenne Twister with its seed of 2002; of each number the bits 1 to 8."""
    state = [seed]
    for number in range(1, 624):
        state.append((1_812_433_253 * (state[-1] ^ state[-1] >> 30) + number) & 0xFFFF_FFFF)
    twister = random.Random()  # noqa: S311 - the format's own generator, not our secrets
    twister.setstate((3, (*state, 624), None))
    bits = twister.getrandbits
    return bytes(bits(32) >> 1 & 255 for _ in range(size))


def _lagged(seed: int, size: int) -> bytes:
    """A lagged generator of seventeen words; of every second number the top eight bits."""
    words: list[int] = []
    for _ in range(17):
        seed = (1 - seed * 0x53A9_B4FB) & 0xFFFF_FFFF
        words.append(seed)
    out = bytearray()
    first, second = 0, 10
    for number in range(9 + 2 * size):
        a, b = words[first], words[second]
        mixed = ((a << 9 | a >> 23) + (b << 13 | b >> 19)) & 0xFFFF_FFFF
        words[first] = mixed
        first = first - 1 if first else 16
        second = second - 1 if second else 16
        if number >= 9 and number & 1 == 0:
            out.append(mixed >> 24)
    return bytes(out)


def unpacked(data: bytes, size: int, *, literal: int) -> Iterator[bytes]:
    """AutoIt's packing: single bytes, and matches of 15 bits with lengths in steps."""
    out = bytearray()
    end, at, given = len(data) * 8, 0, 0
    data += bytes(8)

    def bits(count: int) -> int:
        nonlocal at
        start, first = divmod(at, 8)
        at += count
        if at > end:
            raise Broken("AutoIt: the stream ends early")
        return int.from_bytes(data[start : start + 4], "big") >> (32 - first - count) & ((1 << count) - 1)

    while len(out) < size:
        if bits(1) == literal:
            out.append(bits(8))
        else:
            back, length = bits(15), _length(bits)
            if not 0 < back <= len(out):
                raise Broken("AutoIt: a match before the start")
            place = len(out) - back
            out += out[place : place + length] if back >= length else (out[place:] * (length // back + 1))[:length]
        if len(out) - given >= CHUNK_BYTES:
            yield bytes(out[given:])
            given = len(out)
    yield bytes(out[given:size])


def _length(bits: Callable[[int], int]) -> int:
    base = 3
    for count, step in ((2, 3), (3, 7), (5, 31)):
        found = bits(count)
        base += found
        if found < step:
            return base
    while (found := bits(8)) == 255:
        base += 255
    return base + found
