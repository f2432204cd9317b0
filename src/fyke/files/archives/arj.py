"""Opens ARJ archives: methods 0 to 4, and garbled ones with a word, as the technical note of ARJ describes them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.archives.unread import NAME_CHARS, SPLIT, UNREAD, unread
from fyke.files.base import Broken, Content, Item, Locked, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little, piece
from fyke.files.codecs.lzh import unarj4, unlzh
from fyke.files.codecs.pieces import Kept, Pieces, first
from fyke.files.streams import stored
from fyke.model import Finding

MAGIC = b"\x60\xea"
HEADER_BYTES = 2_600  # the format's
EXTENSIONS = 64
GARBLED, GOES_ON, CAME_ON = 1, 4, 8
FILES = frozenset({0, 1})  # binary and text; the others are comments, folders and labels
WORDS = 40  # tried on a member: each costs a decoding


class _Header(Struct):
    """One member."""

    name: str
    flags: int
    method: int
    kind: int
    modifier: int  # of the garbling
    packed: bytes
    size: int
    crc: int


class Arj(Unpacker):
    """Takes files out of ARJ archives."""

    name = "arj"
    kinds = frozenset({"arj"})
    symbols = (UNREAD, SPLIT)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield each file."""
        data, problems, word = file.data, [], ""
        at = _skip(data, 0)  # the first header is the archive's own
        while (read := _read(data, at)) is not None:
            header, at = read
            if header.kind not in FILES:
                continue
            if not meter.admits(header.name, header.size):
                return
            if header.flags & (GOES_ON | CAME_ON):
                yield Finding(SPLIT, header.name[-NAME_CHARS:])
            if header.method > 4:
                yield unread(header.name, f"ARJ method {header.method}")
                continue
            how, packed = "arj", header.packed
            if header.flags & GARBLED:
                words = sorted(file.words[:WORDS], key=lambda each: each != word)
                if (opening := next((each for each in words if _opens(header, each, meter)), None)) is None:
                    yield Locked(header.name, "ARJ")
                    continue
                word, packed = opening, ungarbled(header.packed, header.modifier, opening)
                how = f"arj, opened with {word}"
            kept = Kept(_pieces(header, packed))
            found = meter.gather(kept, len(packed), header.name)
            yield Member(found, header.name, how)
            if kept.broken:
                problems.append(f"{header.name}: {kept.broken}")
            elif len(found) == header.size and zlib.crc32(found) != header.crc:
                problems.append(f"the check sum of {header.name} is wrong")
        if problems:
            raise Broken("; ".join(problems[:3]))


def _skip(data: bytes, at: int) -> int:
    """Where the header at a place ends, with its extensions."""
    size = little(data, at + 2, 2)
    if not data.startswith(MAGIC, at) or not 0 < size <= HEADER_BYTES:
        raise Broken("ARJ: no header where one should be")
    if zlib.crc32(piece(data, at + 4, size)) != little(data, at + 4 + size, 4):
        raise Broken("ARJ: the check sum of a header is wrong")
    at += 8 + size
    for _ in range(EXTENSIONS):
        size = little(data, at, 2)
        at += 2
        if not size:
            return at
        at += size + 4
    raise Broken("ARJ: too many further headers")


def _read(data: bytes, at: int) -> tuple[_Header, int] | None:
    """The member at a place, and where the next one begins; None at the end."""
    if not data.startswith(MAGIC, at):
        raise Broken("ARJ: the archive ends early")
    if not (size := little(data, at + 2, 2)):
        return None
    end = _skip(data, at)
    head = piece(data, at + 4, size).ljust(30, b"\0")
    packed_size = int.from_bytes(head[12:16], "little")
    name = head[head[0] :].partition(b"\0")[0].decode("cp437", "replace")
    header = _Header(
        name,
        head[4],
        head[5],
        head[6],
        head[7],
        data[end : end + packed_size],
        int.from_bytes(head[16:20], "little"),
        int.from_bytes(head[20:24], "little"),
    )
    return header, end + packed_size


def _pieces(header: _Header, packed: bytes) -> Pieces:
    if header.method == 0:
        return first(stored(packed), header.size)
    return unarj4(packed, header.size) if header.method == 4 else unlzh(packed, "arj", header.size)


def _opens(header: _Header, word: str, meter: Meter) -> bool:
    """Whether a word gives the right check sum."""
    if not word or meter.is_over_time:
        return False
    crc = 0
    kept = Kept(_pieces(header, ungarbled(header.packed, header.modifier, word)))
    for each in kept:
        crc = zlib.crc32(each, crc)
        if meter.is_over_time:
            return False
    return not kept.broken and crc == header.crc


def ungarbled(data: bytes, modifier: int, word: str) -> bytes:
    """ARJ's garbling: each byte xor the modifier plus a character of the word."""
    key = bytes(byte + modifier & 0xFF for byte in word.encode("utf-8", "replace"))
    stream = (key * (len(data) // len(key) + 1))[: len(data)]
    return (int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")).to_bytes(len(data), "little")
