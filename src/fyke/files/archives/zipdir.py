"""What a ZIP says is in it, twice: by its directory at the end, and by the headers before each member.

APPNOTE.TXT 6.3.10 says the format. Programs read one or the other; who writes two stories shows a scanner one and the
victim the other. Nothing here unpacks.
"""

from __future__ import annotations

import struct
from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

HEADER, RECORD, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
END64, LOCATOR64, DESCRIPTOR = b"PK\6\6", b"PK\6\7", b"PK\7\x08"
MOST = 20_000  # members that are noted of one reader; 2,000 are read
TRIES = 5_000  # places that look like a header and are none: a file of nothing else has millions
TAIL_BYTES = 66_000
_LOCAL = struct.Struct("<4sHHHHHIIIHH")  # 4.3.7
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")  # 4.3.12
_ENDING = struct.Struct("<4sHHHHIIH")  # 4.3.16
FULL = 0xFFFFFFFF
METHODS = frozenset({*range(13), 14, 16, 18, 19, 20, *range(93, 100)})  # 4.4.5


class Told(Struct, frozen=True):
    """A member as one of the two readers sees it."""

    raw: bytes  # its name
    name: str
    method: int  # the real one, where AES stands before it
    flags: int
    crc: int
    packed: int
    size: int
    at: int  # where its header stands
    start: int  # where its data do; -1 where no header says
    aes: int = 0  # strength 1 to 3, and 0 without
    is_ae2: bool = False  # without a check sum, for it tells the content of a short file
    time: int = 0  # of MS-DOS; its upper byte checks words

    @property
    def is_locked(self) -> bool:
        """Whether it says that it is encrypted."""
        return bool(self.flags & 1)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder and no file."""
        return self.raw.endswith((b"/", b"\\")) and not self.size


class Listed(Struct):
    """What one reader found, and what is odd about it."""

    members: list[Told] = []
    odd: list[str] = []
    cut: str = ""  # why it stopped
    is_split: bool = False
    is_locked: bool = False  # the directory itself is encrypted (7.3)
    start: int = -1  # where the directory stands
    shift: int = 0  # bytes before the archive that its offsets do not count


def directory(data: bytes) -> Listed:
    """The members by the records at the end."""
    found = Listed()
    end = data.rfind(END, max(0, len(data) - TAIL_BYTES))
    if end < 0 or end + 22 > len(data):
        found.odd.append("there is no directory")
        return found
    _, disk, first_disk, _, count, size, offset, comment = _ENDING.unpack_from(data, end)
    found.is_split = disk not in {0, 0xFFFF} or first_disk not in {0, 0xFFFF}
    after = end
    if FULL in {size, offset} or 0xFFFF in {count, disk}:
        at = data.rfind(END64, max(0, end - 4_096), end)
        if at >= 0 and at + 56 <= len(data):
            count, size, offset = struct.unpack_from("<QQQ", data, at + 32)
            after = at
    start = after - size
    if start < 0 or data[start : start + 4] != RECORD:
        start = offset
    elif start != offset:
        if data[offset : offset + 4] == RECORD and count and not found.is_split:
            found.odd.append("two directories, one by its size and one by its place")
        found.shift = start - offset
    found.start = start
    if end + 22 + comment < len(data) and data.find(HEADER, end + 22) > 0:
        found.odd.append("an archive after the end of the archive")
    _records(data, start, count, found)
    if count and not found.members and not found.is_split and start < after:
        found.is_locked = True
    return found


def _records(data: bytes, at: int, count: int, found: Listed) -> None:
    """Record after record, up to the first that is none."""
    told = 0
    while data[at : at + 4] == RECORD and at + 46 <= len(data):
        if told == MOST:
            found.cut = f"the directory names more than {MOST:,} members"
            return
        fields = _CENTRAL.unpack_from(data, at)
        _, _, _, flags, method, time, _, crc, packed, size, n, extra, comment, _, _, _, place = fields
        raw = data[at + 46 : at + 46 + n]
        extras = data[at + 46 + n : at + 46 + n + extra]
        if FULL in {packed, size, place}:
            size, packed, place = _large(extras, size, packed, place)
        place += found.shift
        start = _start(data, place)
        member = Told(raw, text(raw, flags), method, flags, crc, packed, size, place, start, time=time)
        found.members.append(_with_extras(member, extras) if extras else member)
        at += 46 + n + extra + comment
        told += 1
    if told != count & 0xFFFF and told & 0xFFFF != count & 0xFFFF:
        found.odd.append(f"the directory has {told:,} records and says {count:,}")


def headers(data: bytes, known: Listed) -> Listed:
    """The members by the headers before them, as who reads from the start finds them.

    `known` helps where a header leaves its sizes to what comes after the data (4.3.9): the directory tells them.
    """
    found = Listed()
    packed_at = {member.at: member.packed for member in known.members}
    # What stands before an archive is another file: a program that unpacks it, a picture.
    at = data.find(HEADER) if data[:2] == b"PK" or not packed_at else min(packed_at)
    tries = 0
    while at >= 0:
        if len(found.members) == MOST:
            found.cut = f"more than {MOST:,} members stand in it"
            return found
        told = header(data, at, is_known=at in packed_at)
        if told is None:
            tries += 1
            if tries == TRIES:
                found.cut = f"more than {TRIES:,} places that look like members and are none"
                return found
            at = data.find(HEADER, at + 1)
            continue
        end = told.start + told.packed
        if told.flags & 8 and not told.packed:  # the sizes follow the data
            size = packed_at.get(at, -1)
            if size < 0:
                size = _until_descriptor(data, told.start)
            told = _sized(told, size)
            end = told.start + size
        found.members.append(told)
        # A size beyond the end is a lie or a cut: what comes is sought from the header on.
        at = data.find(HEADER, end if end <= len(data) else told.start)
    return found


def _until_descriptor(data: bytes, start: int) -> int:
    """The size of data whose end only a descriptor tells, and no directory."""
    end = data.find(DESCRIPTOR, start)
    if end < 0:
        end = data.find(b"PK", start)
    return (end if end >= 0 else len(data)) - start


def _sized(told: Told, packed: int) -> Told:
    return replace(told, packed=packed)


def _start(data: bytes, header: int) -> int:
    """Where the data of a member begin, by its header; -1 where there is none."""
    if header < 0 or data[header : header + 4] != HEADER or header + 30 > len(data):
        return -1
    return (
        header
        + 30
        + int.from_bytes(data[header + 26 : header + 28], "little")
        + int.from_bytes(data[header + 28 : header + 30], "little")
    )


def header(data: bytes, at: int, *, is_known: bool = True) -> Told | None:
    """The header at a place, or nothing where it is none."""
    if not 0 <= at <= len(data) - 30 or data[at : at + 4] != HEADER:
        return None
    _, needed, flags, method, time, _, crc, packed, size, n, extra = _LOCAL.unpack_from(data, at)
    raw = data[at + 30 : at + 30 + n]
    start = at + 30 + n + extra
    if not is_known and (method not in METHODS or not 0 < n <= 4_096 or start > len(data) or needed & 255 > 99):
        return None
    extras = data[at + 30 + n : start]
    if FULL in {packed, size}:
        size, packed, _ = _large(extras, size, packed, 0)
    return _with_extras(Told(raw, text(raw, flags), method, flags, crc, packed, size, at, start, time=time), extras)


def _with_extras(told: Told, extras: bytes) -> Told:
    """A member with what its extra fields add (4.5): the name in Unicode, AES."""
    place = 0
    while place + 4 <= len(extras):
        tag, length = struct.unpack_from("<HH", extras, place)
        field = extras[place + 4 : place + 4 + length]
        if tag == 0x7075 and field[1:5] == crc32(told.raw).to_bytes(4, "little"):  # 4.6.9
            told = replace(told, name=field[5:].decode("utf-8", "replace"))
        elif tag == 0x9901 and len(field) >= 7 and told.method == 99:
            told = replace(told, is_ae2=field[0] == 2, aes=field[4], method=int.from_bytes(field[5:7], "little"))
        place += 4 + length
    return told


def _large(extras: bytes, *values: int) -> tuple[int, int, int]:
    """Size, packed size and place, of which those that do not fit stand in a field of ZIP64 (4.5.3)."""
    place, found = 0, list(values)
    while place + 4 <= len(extras):
        tag, length = struct.unpack_from("<HH", extras, place)
        if tag == 1:
            field = extras[place + 4 : place + 4 + length]
            for number, value in enumerate(values):
                if value == FULL and len(field) >= 8:
                    found[number], field = int.from_bytes(field[:8], "little"), field[8:]
            break
        place += 4 + length
    return found[0], found[1], found[2]


def text(raw: bytes, flags: int) -> str:
    """A name as text: UTF-8 where it is, or else the code page of the first PCs (appendix D)."""
    try:
        return raw.decode("utf-8" if flags & 0x800 or not raw.isascii() else "ascii")
    except UnicodeDecodeError:
        return raw.decode("cp437")
