"""TNEF, the winmail.dat of Outlook (MS-OXTNEF): attachments, and the body as compressed RTF."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken, Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs import lzfu

RENDER, TITLE, DATA, ATTACHMENT, PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005, 0x9003
PR_DATA, PR_FILENAME, PR_LONG_FILENAME, PR_DISPLAY_NAME, PR_RTF, PR_HTML = (
    0x3701,
    0x3704,
    0x3707,
    0x3001,
    0x1009,
    0x1013,
)
_FIXED = {
    2: 4,
    3: 4,
    4: 4,
    5: 8,
    6: 8,
    7: 8,
    0xA: 4,
    0xB: 4,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}  # bytes of types of fixed size
_LISTED = frozenset({0x0D, 0x1E, 0x1F, 0x102})  # types whose values come with a count and a size each
PROPERTIES_MOST = 2_000  # of one list: Outlook writes some hundreds


class _Attachment(Struct):
    """What is known of the attachment that is being read."""

    data: bytes = b""
    name: str = ""
    long_name: str = ""


class Tnef(Unpacker):
    """Which files does the winmail.dat hold?"""

    name = "tnef"
    kinds = frozenset({"tnef"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield the attachments, and the bodies."""
        current: _Attachment | None = None
        for tag, value in _attributes(file.data):
            if tag == RENDER:
                yield from _told(current, meter)
                current = _Attachment()
            elif tag == PROPERTIES:
                yield from _bodies(value, meter)
            elif current is not None:
                _add(current, tag, value)
        yield from _told(current, meter)


def _told(attachment: _Attachment | None, meter: Meter) -> Iterator[Item]:
    if attachment is not None and attachment.data:
        name = attachment.long_name or attachment.name
        if meter.admits(name):
            yield Member(meter.took(attachment.data), name, "TNEF")


def _add(attachment: _Attachment, tag: int, value: bytes) -> None:
    if tag == TITLE:
        attachment.name = value.rstrip(b"\0").decode("utf-8", "replace")
    elif tag == DATA:
        attachment.data = value
    elif tag == ATTACHMENT:
        for number, kind, data in _properties(value):
            if number in {PR_LONG_FILENAME, PR_FILENAME, PR_DISPLAY_NAME} and not attachment.long_name:
                attachment.long_name = _text(kind, data)
            elif number == PR_DATA and not attachment.data:
                # An embedded object begins with the interface that reads it: 16 bytes.
                attachment.data = data[16:] if kind == 0x0D else data


def _bodies(value: bytes, meter: Meter) -> Iterator[Item]:
    for number, kind, data in _properties(value):
        if number == PR_RTF and kind == 0x102 and meter.admits("body.rtf"):
            yield Member(meter.gather(lzfu.unpacked(data), len(data), "body.rtf"), "body.rtf", "TNEF")
        elif number == PR_HTML and meter.admits("body.html"):
            yield Member(meter.took(data), "body.html", "TNEF")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and value of each attribute (2.1.3.1). Raises `Broken` where one reaches beyond the end."""
    at = 6  # signature and key
    while at + 9 <= len(data):
        tag, _, size = struct.unpack_from("<HHI", data, at + 1)
        at += 9
        if data[at - 9] not in {1, 2}:
            raise Broken(f"no attribute at byte {at - 9:,}")
        yield tag, data[at : at + size]
        if at + size > len(data):
            raise Broken(f"attribute {tag:04X} declares {size:,} bytes and has {len(data) - at:,}")
        at += size + 2  # and a check sum


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, type and value of each MAPI property (2.1.3.4); ends where they cannot be read on."""
    at = 4
    for _ in range(min(int.from_bytes(data[:4], "little"), PROPERTIES_MOST)):
        if at + 4 > len(data):
            return
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= 0x8000:  # a named property: its set, and its number or name
            named = int.from_bytes(data[at + 16 : at + 20], "little")
            size = int.from_bytes(data[at + 20 : at + 24], "little") if named else 0
            at += 24 + (size + 3 & ~3 if named else 0)
        count = 1
        if kind & 0x1000 or kind in _LISTED:
            count = int.from_bytes(data[at : at + 4], "little")
            at += 4
        base = kind & ~0x1000
        for _ in range(min(count, PROPERTIES_MOST)):
            if at >= len(data):
                return
            if base in _LISTED:
                size = int.from_bytes(data[at : at + 4], "little")
                yield number, base, data[at + 4 : at + 4 + size]
                at += 4 + (size + 3 & ~3)
            elif base in _FIXED:
                at += _FIXED[base]
            else:
                return


def _text(kind: int, data: bytes) -> str:
    return (data.decode("utf-16-le", "replace") if kind == 0x1F else data.decode("utf-8", "replace")).rstrip("\0")
