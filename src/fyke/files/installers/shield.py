"""What InstallShield appends to its programs, and the cabinets of its own that it packs files in (versions 5 to 12).

After public descriptions of the format (unshield's and ISx's notes); there is no specification.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES, Meter
from fyke.files.codecs.fields import little, piece, sliced, text_until_nul
from fyke.files.entries import Entry
from fyke.files.streams import stored

SIGN = b"ISc("
FILES = 10_000
ENCODED_SIGNS = (b"InstallShield\0", b"ISSetupStream\0")
_SWAP = bytes(~((byte << 4 | byte >> 4) & 255) & 255 for byte in range(256))
_MAGIC = (0x13, 0x35, 0x86, 0x07)
BLOCK = 1_024  # after so many bytes the key begins anew


class Shelved(Struct, frozen=True):
    """A file of the plain sort: its name and where it lies."""

    name: str
    at: int
    size: int


def plain(data: bytes, at: int) -> list[Shelved]:
    """Files that each have four texts in front: name, path, version, size."""
    found: list[Shelved] = []
    while at < len(data) and len(found) < FILES:
        texts: list[bytes] = []
        for _ in range(4):
            texts.append(text_until_nul(data, at, 300))
            at += len(texts[-1]) + 1
        if not texts[0] or not texts[3].isdigit() or len(texts[3]) > 10:
            break
        size = int(texts[3])
        if at + size > len(data):
            break
        found.append(Shelved(texts[1].decode("cp1252", "replace").replace("\\", "/"), at, size))
        at += size
    return found


def encoded(data: bytes, at: int) -> Iterator[Entry]:
    """Files whose bytes are turned and mixed with their name, and mostly deflated."""
    is_stream = data[at : at + 14] == ENCODED_SIGNS[1]
    count = little(data, at + 14, 2)
    place = at + 46
    for _ in range(min(count, FILES)):
        if is_stream:
            length, flags, size = little(data, place, 4), little(data, place + 4, 4), little(data, place + 10, 4)
            place += 24 + (24 if little(data, at + 16, 4) == 4 else 0)
            name = piece(data, place, min(length, 1_024)).decode("utf-16-le", "replace")
            place += length
        else:
            name = text_until_nul(data, place, 260).decode("cp1252", "replace")
            flags, size = little(data, place + 260, 4), little(data, place + 268, 4)
            place += 312
        packed = piece(data, place, size)
        place += size
        yield Entry(name, 0, _decoded(packed, name, flags), max(1, size))


def _decoded(packed: bytes, name: str, flags: int) -> Iterator[bytes]:
    """Turn it back, and inflate it where it is deflated."""
    if flags & 6:
        packed = _unmixed(packed, name.encode("utf-8", "replace"), in_blocks=bool(flags & 4))
    if _is_deflated(packed):
        yield from _inflated(packed)
    else:
        yield from stored(packed)


def _is_deflated(packed: bytes) -> bool:
    """Whether the start inflates: nothing says so, and small files that do not end are what they are."""
    if packed[:1] != b"\x78":
        return False
    step = zlib.decompressobj()
    try:
        step.decompress(packed[:CHUNK_BYTES], CHUNK_BYTES)
    except zlib.error:
        return False
    return step.eof or bool(step.unconsumed_tail) or len(packed) > CHUNK_BYTES


def _inflated(packed: bytes) -> Iterator[bytes]:
    step = zlib.decompressobj()
    try:
        while not step.eof:
            got = step.decompress(packed, CHUNK_BYTES)
            packed = step.unconsumed_tail
            if not got and not packed:
                raise Broken("the stream ends early")
            yield got
    except zlib.error as error:
        raise Broken(f"deflate: {error}") from None


def _unmixed(packed: bytes, name: bytes, *, in_blocks: bool) -> bytes:
    if not name:
        return packed
    key = bytes(byte ^ _MAGIC[number % 4] for number, byte in enumerate(name))
    out = packed.translate(_SWAP)
    step = BLOCK if in_blocks else max(1, len(out))
    done: list[bytes] = []
    for at in range(0, len(out), step):
        block = out[at : at + step]
        mask = (key * (len(block) // len(key) + 1))[: len(block)]
        mixed = int.from_bytes(block, "big") ^ int.from_bytes(mask, "big")
        done.append(mixed.to_bytes(len(block), "big"))
    return b"".join(done)


SPLIT, MIXED, DEFLATED, INVALID = 1, 2, 4, 8  # flags of a file


def cabinet(header: bytes, volumes: dict[int, bytes], meter: Meter) -> Iterator[Entry]:
    """The files that a header lists, out of the volumes that are at hand."""
    if header[:4] != SIGN:
        raise Broken("an InstallShield cabinet has another sign")
    version, base = little(header, 4, 4), little(header, 12, 4)
    major = version >> 12 & 15 if version >> 24 == 1 else (version & 0xFFFF) // 100
    table = base + little(header, base + 12, 4)
    folders, count, second = little(header, base + 28, 4), little(header, base + 40, 4), little(header, base + 44, 4)
    if count > FILES:
        meter.cut("count", f"{count - FILES:,} more files")
    for number in range(min(count, FILES)):
        if major > 5 or major == 0:
            row = piece(header, table + second + 0x57 * number, 0x57)
            flags, size, packed = little(row, 0, 2), little(row, 2, 8), little(row, 10, 8)
            at, name, volume = little(row, 18, 8), little(row, 58, 4), little(row, 85, 2)
        else:
            row = piece(header, table + little(header, table + 4 * (folders + number), 4), 42)
            name, flags, size, packed = little(row, 0, 4), little(row, 8, 2), little(row, 10, 4), little(row, 14, 4)
            at, volume = little(row, 38, 4), 1
        if flags & INVALID or not at or at >= len(volumes.get(volume, b"")):
            continue
        text = text_until_nul(header, table + name, 260).decode("cp1252", "replace")
        yield Entry(text, size, _packed(volumes[volume], at, packed, size, flags), max(1, packed))


def _packed(volume: bytes, at: int, packed: int, size: int, flags: int) -> Iterator[bytes]:
    raw = b"".join(sliced(volume, at, packed if flags & DEFLATED else size))
    if flags & MIXED:
        # Each byte is turned right by two, after 0xD5 was mixed in and a running number modulo 71 was taken off.
        turned = bytearray(raw)
        for number in range(71):
            table = bytes((((byte ^ 0xD5) >> 2 | (byte ^ 0xD5) << 6) - number) & 255 for byte in range(256))
            turned[number::71] = raw[number::71].translate(table)
        raw = bytes(turned)
    if not flags & DEFLATED:
        yield from stored(raw)
        return
    place = 0
    while place + 2 <= len(raw):
        length = little(raw, place, 2)
        try:
            yield zlib.decompressobj(-15).decompress(raw[place + 2 : place + 2 + length], 1 << 20)
        except zlib.error as error:
            raise Broken(f"deflate: {error}") from None
        place += 2 + length
