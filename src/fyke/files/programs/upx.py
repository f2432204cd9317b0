"""Windows programs packed with UPX: unpacked and put together again from the headers that UPX keeps.

UPX's own manual and headers are the specification (PackHeader; filters 0x24 to 0x26, 0x46, 0x49). Imports and
relocations stay as UPX packs them: enough for a pattern or a person, not to run it.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import CHUNK_BYTES, Meter
from fyke.files.codecs.fields import little, piece
from fyke.files.codecs.nrv import METHODS, unnrv
from fyke.files.entries import Rest
from fyke.files.installers.windows import Section, sections
from fyke.files.streams import inflated

MAGIC = b"UPX!"
HEADER_BYTES = 32
PLACE_BYTES = 65_536  # from the start of the file: the header stands before the first packed byte
LZMA, DEFLATE = 14, 15
PE_BYTES = 248  # of the PE header that is kept: signature, COFF header, optional header of 32 bits
ALIGNMENT = 512
SIZE_BYTES = 32 << 20
CALLS = 1_000_000  # put back at most: a second; programs of some megabytes have fifty thousand


class Header(Struct, frozen=True):
    """UPX's PackHeader."""

    at: int
    method: int
    unpacked: int
    packed: int
    filter: int
    mark: int  # of the filter


class Upx(Unpacker):
    """Unpacks what UPX packed."""

    name = "upx"
    kinds = frozenset({"pe"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Unpack, undo the filter, and lay the sections out as they were."""
        header = find(file.data)
        if header is None or not meter.admits(file.name, header.unpacked):
            return
        rest = Rest(_pieces(file.data, header))
        image = bytearray(meter.gather(rest, header.packed, file.name))
        unfilter(image, header.filter, header.mark)
        if image:
            yield Member(rebuilt(bytes(image), sections(file.data)), file.name, "upx")
        if rest.broken:
            raise rest.broken


def find(data: bytes) -> Header | None:
    """The header, if there is one that can be true."""
    at = data.find(MAGIC, 0, PLACE_BYTES)
    while at >= 0:
        raw = data[at : at + HEADER_BYTES]
        if len(raw) == HEADER_BYTES:
            unpacked, packed = little(raw, 16, 4), little(raw, 20, 4)
            known = raw[6] in METHODS or raw[6] in {LZMA, DEFLATE}
            if known and 0 < packed <= len(data) - at and packed <= 2 * unpacked and unpacked <= SIZE_BYTES:
                return Header(at, raw[6], unpacked, packed, raw[28], raw[29])
        at = data.find(MAGIC, at + 1, PLACE_BYTES)
    return None


def _pieces(data: bytes, header: Header) -> Iterator[bytes]:
    start = header.at + HEADER_BYTES
    packed = data[start : start + header.packed]
    if header.method in METHODS:
        return unnrv(packed, METHODS[header.method], header.unpacked)
    return inflated(packed) if header.method == DEFLATE else _unlzma(packed, header.unpacked)


def _unlzma(packed: bytes, size: int) -> Iterator[bytes]:
    """LZMA with two bytes of properties in front and no end."""
    pb, lp, lc = piece(packed, 0, 1)[0] & 7, piece(packed, 1, 1)[0] >> 4, packed[1] & 15
    try:
        step = lzma.LZMADecompressor(
            lzma.FORMAT_RAW,
            filters=[{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": max(4_096, size)}],
        )
        feed = packed[2:]
        while size > 0:
            got = step.decompress(feed, min(CHUNK_BYTES, size))
            feed = b""
            if not got:
                raise Broken("LZMA: the stream ends early")
            size -= len(got)
            yield got
    except (lzma.LZMAError, ValueError, EOFError) as error:
        raise Broken(f"LZMA: {error}") from None


def unfilter(image: bytearray, number: int, mark: int) -> None:
    """Put targets of calls and jumps back: UPX writes them from the start of the code, with a mark on top."""
    if number not in {0x24, 0x25, 0x26, 0x46, 0x49}:
        return
    opcodes = {0x24: b"\xe8", 0x25: b"\xe9"}.get(number, b"[\xe8\xe9]")
    if number == 0x49:  # also conditional jumps: 0F 80 to 0F 8F
        opcodes = b"(?:[\xe8\xe9]|(?<=\x0f)[\x80-\x8f])"
    search = re.compile(opcodes + re.escape(bytes([mark]))).search
    at = 0
    for _ in range(CALLS):
        found = search(image, at, len(image) - 3)
        if found is None:
            return
        at = found.start()
        target = int.from_bytes(image[at + 1 : at + 5], "big") - (mark << 24) - (at + 1)
        image[at + 1 : at + 5] = (target & 0xFFFF_FFFF).to_bytes(4, "little")
        at += 5


def rebuilt(image: bytes, packed: tuple[Section, ...]) -> bytes:
    """The program laid out by the headers at the end of the image; the bare image where these cannot be true."""
    if len(image) < PE_BYTES + 44 or not packed:
        return image
    at, base = little(image, len(image) - 4, 4), packed[0].address
    header = image[at : at + PE_BYTES]
    if header[:4] != b"PE\0\0" or len(header) < PE_BYTES:
        return image
    count = little(header, 6, 2)
    rows = [image[at + PE_BYTES + 40 * number : at + PE_BYTES + 40 * (number + 1)] for number in range(min(count, 96))]
    out = bytearray(b"MZ".ljust(60, b"\0") + (64).to_bytes(4, "little") + header + b"".join(rows))
    for row in rows:
        if len(row) < 40:
            break
        address, size, place = little(row, 12, 4), little(row, 16, 4), little(row, 20, 4)
        start = address - base
        if not 0 <= start < len(image) or place > SIZE_BYTES or len(out) + size > 2 * len(image) + ALIGNMENT:
            continue  # resources stay in the packed file
        if place < len(out):
            place = (len(out) + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
        out += bytes(place - len(out)) + image[start : start + size]
    return bytes(out)
