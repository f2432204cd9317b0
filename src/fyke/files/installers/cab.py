"""Cabinets (MS-CAB): stored, MSZIP, LZX, Quantum. A folder is unpacked once for all its files.

What a file shares with the cabinet before or after this one cannot be read here: that it spans them is noted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken, Content, Item, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little, piece, text_until_nul
from fyke.files.codecs.lzx import FRAME, unlzx
from fyke.files.codecs.quantum import unquantum
from fyke.files.entries import Entry, Stream, members
from fyke.model import Finding, Symbol

SPANS = Symbol("CAB_SPANS", "A cabinet is one of several: what it shares with the others is not read", "unscanned", 1.0)
BLOCK_BYTES = 65_535 + 6_144  # MS-CAB 2.4: of one packed block
STORED, MSZIP, QUANTUM, LZX = range(4)
CONTINUED = 0xFFFD  # MS-CAB 2.3, iFolder: from here on, a file goes on in another cabinet
UTF8 = 0x80  # attribute: the name is UTF-8
PREVIOUS, NEXT, RESERVED = 1, 2, 4  # flags of the header
SIGN = b"MSCF\0\0\0\0"


class Folder(Struct, frozen=True):
    """One stream of blocks."""

    at: int
    blocks: int
    method: int  # with its parameters


class Listed(Struct, frozen=True):
    """A file as the cabinet lists it."""

    name: str
    size: int
    start: int
    folder: int


class Cabinet:
    """The directory of a cabinet that begins somewhere in the data."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at
        if data[at : at + 4] != b"MSCF":
            raise Broken("a cabinet has another sign")
        files, self.flags = at + little(data, at + 16, 4), little(data, at + 30, 2)
        folders, count = little(data, at + 26, 2), little(data, at + 28, 2)
        place, per_folder, self._per_block = at + 36, 0, 0
        if self.flags & RESERVED:
            per_folder, self._per_block = piece(data, place + 2, 2)
            place += 4 + little(data, place, 2)
        for flag in (PREVIOUS, NEXT):
            for _ in range(2 if self.flags & flag else 0):
                place += len(text_until_nul(data, place, 256)) + 1
        self.folders = [
            Folder(at + little(data, row, 4), little(data, row + 4, 2), little(data, row + 6, 2))
            for row in range(place, place + folders * (8 + per_folder), 8 + per_folder)
        ]
        self.files, self.broken = _listed(data, files, count)

    def blocks(self, folder: Folder) -> Iterator[tuple[bytes, int]]:
        """The packed blocks of a folder, each with the size that it unpacks to."""
        place = folder.at
        for _ in range(folder.blocks):
            packed, size = little(self.data, place + 4, 2), little(self.data, place + 6, 2)
            if packed > BLOCK_BYTES:
                raise Broken(f"a block of {packed:,} bytes")
            place += 8 + self._per_block
            yield self.data[place : place + packed], size
            place += packed

    def unpacked(self, folder: Folder) -> Iterator[bytes]:
        """All that a folder holds, in pieces."""
        method, window = folder.method & 15, folder.method >> 8 & 31
        blocks = self.blocks(folder)
        if method == STORED:
            yield from (packed for packed, _ in blocks)
        elif method == MSZIP:
            yield from unmszip(blocks)
        elif method == QUANTUM:
            yield from unquantum(blocks, window)
        elif method == LZX:
            yield from _lzx(blocks, window)
        else:
            raise Broken(f"a folder packed by method {method}")


def _listed(data: bytes, place: int, count: int) -> tuple[list[Listed], Broken | None]:
    found: list[Listed] = []
    try:
        for _ in range(count):
            row = piece(data, place, 16)
            raw = text_until_nul(data, place + 16, 257)
            name = raw.decode("utf-8" if little(row, 14, 2) & UTF8 else "cp1252", "replace").replace("\\", "/")
            found.append(Listed(name, little(row, 0, 4), little(row, 4, 4), little(row, 8, 2)))
            place += 17 + len(raw)
    except Broken as broken:
        return found, broken
    return found, None


def unmszip(blocks: Iterator[tuple[bytes, int]]) -> Iterator[bytes]:
    """Deflated blocks, each knowing what the one before unpacked to (MS-MCI)."""
    window = b""
    for packed, size in blocks:
        if packed[:2] != b"CK":
            raise Broken("MSZIP: a block has another sign")
        try:
            got = zlib.decompressobj(-15, zdict=window).decompress(packed[2:], FRAME)
        except zlib.error as error:
            raise Broken(f"MSZIP: {error}") from None
        yield got
        if len(got) != size:
            raise Broken(f"MSZIP: a block of {len(got):,} bytes that says {size:,}")
        window = got if len(got) == FRAME else (window + got)[-FRAME:]


def _lzx(blocks: Iterator[tuple[bytes, int]], window: int) -> Iterator[bytes]:
    """The blocks of a folder are one stream. One that ends early gives what it has."""
    packed: list[bytes] = []
    size = 0
    broken: Broken | None = None
    try:
        for block, length in blocks:
            packed.append(block)
            size += length
    except Broken as error:
        broken = error
    yield from unlzx(b"".join(packed), window, size)
    if broken:
        raise broken


def entries(cabinet: Cabinet, meter: Meter) -> Iterator[Entry]:
    """All files that lie in this cabinet alone, folder for folder."""
    by_folder: dict[int, list[Listed]] = {}
    for each in cabinet.files:
        by_folder.setdefault(each.folder, []).append(each)
    for number, folder in enumerate(cabinet.folders):
        stream = Stream(cabinet.unpacked(folder), meter)
        for file in sorted(by_folder.get(number, ()), key=lambda file: file.start):
            yield Entry(file.name, file.size, stream.part(file.start, file.size), len(cabinet.data))
    if cabinet.broken:
        raise cabinet.broken


class Cab(Unpacker):
    """Opens cabinets, also those appended to a program."""

    name = "cab"
    kinds = frozenset({"cab"})
    symbols = (SPANS,)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """The files, and whether there are more elsewhere."""
        at = max(0, file.data.find(SIGN))
        cabinet = Cabinet(file.data, at)
        spanning = [each.name for each in cabinet.files if each.folder >= CONTINUED]
        if spanning or cabinet.flags & (PREVIOUS | NEXT):
            yield Finding(SPANS, ", ".join(spanning[:3])[:200])
        yield from members(entries(cabinet, meter), "cab", meter)
