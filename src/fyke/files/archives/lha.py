"""Opens LHA archives with headers of all four levels: "LHA header format" (jca02266) and lhasa's notes describe them.

Read: -lh0-, -lh4- to -lh7-, -lz4-. The methods of before 1990 (-lh1- to -lh3-, -lzs-, -lz5-) are told, not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from fyke.files.archives.unread import UNREAD, unread
from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import MIB, Meter
from fyke.files.codecs.fields import little, piece
from fyke.files.codecs.lzh import unlzh
from fyke.files.codecs.pieces import Kept, first
from fyke.files.streams import stored

STORED = frozenset({"lh0", "lz4", "pm0"})
PACKED = frozenset({"lh4", "lh5", "lh6", "lh7"})
EXTENSIONS = 64  # further headers of one member: programs write up to six
CHECKED_BYTES = 2 * MIB  # of a member whose check sum is looked at: a table in Python, 10 MB/s
NAME, FOLDER, WIDE_NAME, WIDE_FOLDER = 1, 2, 0x44, 0x45


class _Header(Struct):
    """One member."""

    method: str
    packed_size: int
    size: int
    name: str
    crc: int
    at: int  # where its bytes begin


class Lha(Unpacker):
    """Takes files out of LHA archives."""

    name = "lha"
    kinds = frozenset({"lha"})
    symbols = (UNREAD,)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield each file."""
        data, at, problems = file.data, 0, []
        while at + 21 < len(data) and data[at] and data[at + 2 : at + 3] == b"-":
            header = _read(data, at)
            if not meter.admits(header.name, header.size):
                return
            at = header.at + header.packed_size
            if header.method == "lhd":
                continue
            packed = data[header.at : at]
            if header.method in STORED:
                kept = Kept(first(stored(packed), header.size))
            elif header.method in PACKED:
                kept = Kept(unlzh(packed, header.method, header.size))
            else:
                yield unread(header.name, f"LHA -{header.method}-")
                continue
            found = meter.gather(kept, len(packed), header.name)
            yield Member(found, header.name, "lha")
            if kept.broken:
                problems.append(f"{header.name}: {kept.broken}")
            elif len(found) == header.size <= CHECKED_BYTES and crc16(found) != header.crc:
                problems.append(f"the check sum of {header.name} is wrong")
        if problems:
            raise Broken("; ".join(problems[:3]))


def _read(data: bytes, at: int) -> _Header:
    """The header at a place."""
    level = piece(data, at + 20, 1)[0]
    method = data[at + 3 : at + 6].decode("latin-1")
    packed, size = little(data, at + 7, 4), little(data, at + 11, 4)
    if level <= 1:
        end = at + 2 + data[at]
        length = piece(data, at + 21, 1)[0]
        name = _text(piece(data, at + 22, length))
        crc = little(data, at + 22 + length, 2)
        if level == 0:
            return _Header(method, packed, size, name, crc, end)
        extra, names = _extensions(data, end, little(data, end - 2, 2), 2)
        return _Header(method, max(0, packed - (extra - end)), size, _joined(names, name), crc, extra)
    if level > 3:
        raise Broken(f"LHA: a header of level {level}")
    wide = 2 if level == 2 else 4
    place = at + (24 if level == 2 else 28)
    _, names = _extensions(data, place + wide, little(data, place, wide), wide)
    end = at + (little(data, at, 2) if level == 2 else little(data, at + 24, 4))
    if end < at + 26:
        raise Broken("LHA: a header of no size")
    return _Header(method, packed, size, _joined(names, ""), little(data, at + 21, 2), end)


def _extensions(data: bytes, at: int, size: int, wide: int) -> tuple[int, dict[int, bytes]]:
    """The further headers, and where they end."""
    found: dict[int, bytes] = {}
    for _ in range(EXTENSIONS):
        if not size:
            return at, found
        if size < wide + 1:
            raise Broken("LHA: a further header of no size")
        body = piece(data, at, size)
        found.setdefault(body[0], body[1:-wide])
        at += size
        size = int.from_bytes(body[-wide:], "little")
    raise Broken("LHA: too many further headers")


def _joined(names: dict[int, bytes], name: str) -> str:
    """Folder and name; the forms in UTF-16 are the true ones."""
    if WIDE_NAME in names:
        name = names[WIDE_NAME].decode("utf-16-le", "replace")
    elif NAME in names:
        name = _text(names[NAME])
    if WIDE_FOLDER in names:
        return names[WIDE_FOLDER].decode("utf-16-le", "replace").replace("\uffff", "/") + name
    return _text(names.get(FOLDER, b"").replace(b"\xff", b"/")) + name


def _text(raw: bytes) -> str:
    """LHA is at home in Japan."""
    raw = raw.partition(b"\0")[0]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp932", "replace")


def _crc_table() -> tuple[int, ...]:
    found = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)  # noqa: PLW2901
        found.append(value)
    return tuple(found)


_CRC = _crc_table()


def crc16(data: bytes) -> int:
    """The check sum of LHA: CRC-16 with the polynomial 8005, turned."""
    crc, table = 0, _CRC
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc
