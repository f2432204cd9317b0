"""The disks inside VHD (Microsoft's specification 1.0), VHDX (MS-VHDX) and DMG files, as views."""

from __future__ import annotations

import bz2
import lzma
import plistlib
import uuid
import zlib
from collections.abc import Iterator
from xml.parsers.expat import ExpatError

from fyke.files.base import Broken
from fyke.files.codecs.fields import big, little, piece
from fyke.files.disks.views import Blocks, Plain, View

BLOCKS = 1 << 20  # of a virtual disk: a table of 1 TB in blocks of 1 MB
SECTOR = 512
NONE = 0xFFFF_FFFF
FIXED, DYNAMIC = 2, 3


def vhd(data: bytes) -> View:
    """The disk of a VHD: fixed or dynamic; one that only holds differences lacks the rest."""
    footer = data[-512:] if data[-512:-504] == b"conectix" else data[:512]
    if footer[:8] != b"conectix":
        raise Broken("no footer")
    kind, size = big(footer, 60, 4), big(footer, 48, 8)
    if kind == FIXED:
        return Plain(data[:-512])
    header = piece(data, big(footer, 16, 8), 1_024)
    if header[:8] != b"cxsparse":
        raise Broken("no header of a dynamic disk")
    table, count, block = big(header, 16, 8), big(header, 28, 4), big(header, 32, 4)
    if block < SECTOR or block % SECTOR or count > BLOCKS:
        raise Broken(f"{count:,} blocks of {block:,} bytes")
    bitmap = (block // SECTOR + 4_095) // 4_096 * SECTOR  # a bit a sector, in whole sectors
    places: dict[int, int] = {}
    for number in range(min(count, max(0, len(data) - table) // 4)):
        sector = big(data, table + 4 * number, 4)
        if sector != NONE:
            places[number] = sector * SECTOR + bitmap
    return Blocks(data, places, block, min(size, count * block))


_BAT = uuid.UUID("2dc27766-f623-4200-9d64-115e9bfd4a08").bytes_le
_METADATA = uuid.UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e").bytes_le
_PARAMETERS = uuid.UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b").bytes_le
_SIZE = uuid.UUID("2fa54224-cd1b-4876-b211-5dbed83bf4b8").bytes_le
_SECTOR = uuid.UUID("8141bf1d-a96f-4709-ba47-f233a8faab5f").bytes_le
PRESENT = (6, 7)  # MS-VHDX 2.5.1.1: states of a block that is there, whole or in part


def vhdx(data: bytes) -> View:
    """The disk of a VHDX: its regions, its metadata, its table of blocks. The log is not replayed."""
    regions = _regions(data, 196_608) or _regions(data, 262_144)
    if _BAT not in regions or _METADATA not in regions:
        raise Broken("no region of blocks or of metadata")
    items = _items(data, regions[_METADATA][0])
    if _PARAMETERS not in items or _SIZE not in items:
        raise Broken("the metadata lack the size")
    block, size = little(data, items[_PARAMETERS], 4), little(data, items[_SIZE], 8)
    sector = little(data, items[_SECTOR], 4) if _SECTOR in items else SECTOR
    if block < 1 << 20 or block > 1 << 28 or sector not in {512, 4_096}:
        raise Broken(f"blocks of {block:,} bytes")
    ratio = (sector << 23) // block  # 2.5: after so many entries one of a bitmap of sectors
    at, length = regions[_BAT]
    places: dict[int, int] = {}
    for number in range(min(length // 8, BLOCKS, max(0, len(data) - at) // 8)):
        entry = little(data, at + 8 * number, 8)
        group, inside = divmod(number, ratio + 1)
        if inside < ratio and entry & 7 in PRESENT:
            places[group * ratio + inside] = entry >> 20 << 20
    return Blocks(data, places, block, min(size, BLOCKS * block))


def _regions(data: bytes, at: int) -> dict[bytes, tuple[int, int]]:
    if data[at : at + 4] != b"regi":
        return {}
    rows = (piece(data, at + 16 + 32 * number, 32) for number in range(min(little(data, at + 8, 4), 2_047)))
    return {row[:16]: (little(row, 16, 8), little(row, 24, 4)) for row in rows}


def _items(data: bytes, at: int) -> dict[bytes, int]:
    if data[at : at + 8] != b"metadata":
        raise Broken("no table of metadata")
    rows = (piece(data, at + 32 + 32 * number, 32) for number in range(min(little(data, at + 10, 2), 2_047)))
    return {row[:16]: at + little(row, 16, 4) for row in rows}


PLIST_BYTES = 4 << 20
ZERO, RAW, IGNORE, ADC, ZLIB, BZIP2, LZFSE, LZMA = (
    0,
    1,
    2,
    0x8000_0004,
    0x8000_0005,
    0x8000_0006,
    0x8000_0007,
    0x8000_0008,
)
NOTE, LAST = 0x7FFF_FFFE, NONE


def dmg(data: bytes) -> Iterator[tuple[str, Iterator[bytes], int]]:
    """The partitions of an Apple disk image: name, pieces, size in bytes."""
    koly = data[-512:]
    if koly[:4] != b"koly":
        raise Broken("no trailer")
    fork, at, length = big(koly, 24, 8), big(koly, 216, 8), big(koly, 224, 8)
    if length > PLIST_BYTES:
        raise Broken(f"a property list of {length:,} bytes")
    try:
        listed = plistlib.loads(piece(data, at, length), fmt=plistlib.FMT_XML)
        tables = [(str(row.get("Name", "")), bytes(memoryview(row["Data"]))) for row in listed["resource-fork"]["blkx"]]
    except (ValueError, LookupError, TypeError, AttributeError, ExpatError, plistlib.InvalidFileException) as error:
        raise Broken(f"the property list: {type(error).__name__}") from None
    for name, table in tables:
        if table[:4] != b"mish":
            raise Broken("a table of blocks has another sign")
        yield name, _mish(data, table, fork + big(table, 24, 8)), big(table, 16, 8) * SECTOR


def _mish(data: bytes, table: bytes, base: int) -> Iterator[bytes]:
    """One partition: its chunks in their order."""
    for number in range(min(big(table, 200, 4), max(0, len(table) - 204) // 40)):
        row = piece(table, 204 + 40 * number, 40)
        kind, size, at, length = big(row, 0, 4), big(row, 16, 8) * SECTOR, big(row, 24, 8), big(row, 32, 8)
        if kind == LAST:
            return
        if kind == NOTE:
            continue
        if kind in {ZERO, IGNORE}:
            yield from _zeros(size)
        else:
            yield _chunk(kind, data[base + at : base + at + length], size)


def _zeros(size: int) -> Iterator[bytes]:
    while size > 0:
        yield bytes(min(size, 1 << 20))
        size -= 1 << 20


CHUNK_LIMIT = 8 << 20  # of one chunk of a DMG: half a megabyte is usual


def _chunk(kind: int, packed: bytes, size: int) -> bytes:
    if size > CHUNK_LIMIT:
        raise Broken(f"a chunk of {size:,} bytes")
    if not size:
        return b""  # zlib takes a limit of none for no limit
    try:
        if kind == RAW:
            return packed[:size]
        if kind == ADC:
            return _adc(packed, size)
        if kind == ZLIB:
            return zlib.decompressobj().decompress(packed, size)
        if kind == BZIP2:
            return bz2.BZ2Decompressor().decompress(packed, size)
        if kind == LZMA:
            return lzma.LZMADecompressor(memlimit=96 << 20).decompress(packed, size)
    except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError) as error:
        raise Broken(f"a chunk: {error}") from None
    raise Broken(f"a chunk packed as {kind:#x} is not read")


def _adc(packed: bytes, size: int) -> bytes:
    """Apple Data Compression: plain runs and two sorts of matches."""
    out = bytearray()
    at = 0
    while at < len(packed) and len(out) < size:
        head = packed[at]
        if head & 0x80:
            length = (head & 0x7F) + 1
            out += packed[at + 1 : at + 1 + length]
            at += 1 + length
            continue
        wide = head & 0x40
        length = (head & 0x3F) + 4 if wide else (head >> 2 & 15) + 3
        back = 1 + (big(packed, at + 1, 2) if wide else (head & 3) << 8 | piece(packed, at + 1, 1)[0])
        at += 3 if wide else 2
        if back > len(out):
            raise Broken("ADC: a match before the start")
        while length > 0:
            step = out[-back : len(out) - back + length] if back > length else out[-back:]
            out += step[:length]
            length -= len(step)
    return bytes(out[:size])
