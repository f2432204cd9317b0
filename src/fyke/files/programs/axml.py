"""Android's binary XML, as far as a manifest needs it: elements and their attributes, in order. No opinion.

After the headers of Android's platform (ResourceTypes.h: ResChunk_header, ResStringPool, ResXMLTree). Malware writes
wrong sizes and counts that Android does not look at; so each is cut to what the file holds, and oddities are told.
"""

from __future__ import annotations

import struct

from msgspec import Struct

from fyke.files.base import Broken

CHUNKS = 50_000  # elements of one manifest, beginnings and ends: large ones have some thousands
STRINGS = 50_000
STRING_BYTES = 4_096
ATTRIBUTES = 200  # of one element
_POOL, _XML, _IDS, _START = 0x0001, 0x0003, 0x0180, 0x0102
_UTF8 = 1 << 8
_STRING_TYPE, _REFERENCE, _BOOLEAN = 0x03, 0x01, 0x12
# Attributes whose names malware leaves out; the number alone counts for Android.
_NAMES = {0x01010003: "name", 0x01010006: "permission", 0x01010010: "exported", 0x0101000F: "debuggable",
          0x01010001: "label", 0x0101020C: "minSdkVersion", 0x01010270: "targetSdkVersion"}  # fmt: skip


class Element(Struct, frozen=True):
    """One element with its attributes; values as text."""

    name: str
    attributes: dict[str, str]


class Manifest(Struct, frozen=True):
    """The elements of a manifest, and what is wrong with its form."""

    elements: tuple[Element, ...]
    oddities: tuple[str, ...] = ()


def read(data: bytes) -> Manifest:
    """The elements in order. Raises `Broken`."""
    try:
        return _read(data)
    except struct.error as error:
        raise Broken("the manifest is cut short") from error


def _read(data: bytes) -> Manifest:
    kind, head, size = struct.unpack_from("<HHI", data, 0)
    odd: dict[str, None] = {}
    if kind != _XML:
        odd[f"begins with {kind:#x}"] = None
    if size != len(data):
        odd[f"says {size:,} bytes of {len(data):,}"] = None
    strings: list[str] = []
    numbers: tuple[int, ...] = ()
    elements: list[Element] = []
    at = max(8, head)
    for _ in range(CHUNKS):
        if at + 8 > len(data):
            break
        kind, head, size = struct.unpack_from("<HHI", data, at)
        if size < 8:
            odd[f"chunk of {size} bytes"] = None
            break
        if kind == _POOL and not strings:
            strings = _strings(data, at, min(size, len(data) - at), odd)
        elif kind == _IDS:
            fits = max(0, min((size - 8) // 4, (len(data) - at - 8) // 4, STRINGS))
            numbers = struct.unpack_from(f"<{fits}I", data, at + 8)
        elif kind == _START:
            elements.append(_element(data, at, strings, numbers))
        elif kind not in {_POOL, 0x0100, 0x0101, 0x0103, 0x0104}:
            odd[f"chunk of unknown kind {kind:#x}"] = None
        at += size
    if not elements:
        raise Broken("no element in the manifest")
    return Manifest(tuple(elements), tuple(odd)[:10])


def _strings(data: bytes, at: int, size: int, odd: dict[str, None]) -> list[str]:
    count, _, flags, start, _ = struct.unpack_from("<IIIII", data, at + 8)
    fits = max(0, min(count, STRINGS, (size - 28) // 4))
    if fits < count:
        odd[f"{count:,} strings promised"] = None
    places = struct.unpack_from(f"<{fits}I", data, at + 28)
    first = at + start
    return [_string(data, first + place, is_utf8=bool(flags & _UTF8)) for place in places]


def _string(data: bytes, at: int, *, is_utf8: bool) -> str:
    """One string: its length in one or two bytes (UTF-8, twice) or words (UTF-16), then itself."""
    if is_utf8:
        at += 2 if data[at : at + 1] >= b"\x80" else 1
        length = int.from_bytes(data[at : at + 1], "little")
        if length & 0x80:
            length = (length & 0x7F) << 8 | int.from_bytes(data[at + 1 : at + 2], "little")
            at += 1
        return data[at + 1 : at + 1 + min(length, STRING_BYTES)].decode("utf-8", "replace")
    length = int.from_bytes(data[at : at + 2], "little")
    if length & 0x8000:
        length = (length & 0x7FFF) << 16 | int.from_bytes(data[at + 2 : at + 4], "little")
        at += 2
    return data[at + 2 : at + 2 + min(2 * length, STRING_BYTES)].decode("utf-16-le", "replace")


def _element(data: bytes, at: int, strings: list[str], numbers: tuple[int, ...]) -> Element:
    name, start, size, count = struct.unpack_from("<IHHH", data, at + 20)
    attributes: dict[str, str] = {}
    place = at + 16 + start
    for _ in range(min(count, ATTRIBUTES)):
        if place + 20 > len(data) or size < 20:
            break
        title, raw, _, _, type_, value = struct.unpack_from("<IIHBBI", data, place + 4)
        key = _NAMES.get(numbers[title], "") if title < len(numbers) else ""
        key = key or (strings[title] if title < len(strings) else "")
        if type_ == _STRING_TYPE or (raw != 0xFFFFFFFF and raw < len(strings)):
            index = raw if raw < len(strings) else value
            text = strings[index] if index < len(strings) else ""
        elif type_ == _BOOLEAN:
            text = "true" if value else "false"
        else:
            text = f"@{value:#x}" if type_ == _REFERENCE else str(value)
        attributes.setdefault(key, text)
        place += size
    return Element(strings[name] if name < len(strings) else "", attributes)
