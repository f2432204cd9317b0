"""Compiled help (ITSF, version 2 and 3): the directory's leaves (PMGL), plain files, and those of the LZX section."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken, Content, Item, Unpacker
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little, piece, sliced
from fyke.files.codecs.lzx import FRAME, unlzx
from fyke.files.entries import Entry, Stream, members

NAMES = 20_000
LEAVES = 20_000
_CONTENT = "::DataSpace/Storage/MSCompressed/Content"
_CONTROL = "::DataSpace/Storage/MSCompressed/ControlData"
_RESETS = "::DataSpace/Storage/MSCompressed/Transform/{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}/InstanceData/ResetTable"
_OWN = ("::", "/#", "/$")  # names of what the format keeps for itself


class Listed(Struct, frozen=True):
    """A file as the directory lists it."""

    name: str
    section: int
    at: int
    size: int


class Chm(Unpacker):
    """Opens compiled help files: pages, pictures, scripts."""

    name = "chm"
    kinds = frozenset({"chm"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Plain files first, then the packed ones in their order."""
        yield from members(_entries(file.data, meter), "chm", meter)


def _entries(data: bytes, meter: Meter) -> Iterator[Entry]:
    version, directory = little(data, 4, 4), little(data, 72, 8)
    listed = list(_listed(data, directory, meter))
    # Version 2 has no place of the content: it follows the directory.
    content = little(data, 88, 8) if version >= 3 else directory + little(data, 80, 8)
    by_name = {each.name: each for each in listed}
    shown = [each for each in listed if not each.name.startswith(_OWN) and not each.name.endswith("/")]
    for each in shown:
        if each.section == 0:
            yield Entry(each.name.lstrip("/"), each.size, sliced(data, content + each.at, each.size))
    packed = sorted((each for each in shown if each.section == 1), key=lambda each: each.at)
    if not packed:
        return
    stream = Stream(_unpacked(data, content, by_name), meter)
    for each in packed:
        yield Entry(each.name.lstrip("/"), each.size, stream.part(each.at, each.size), len(data))


def _unpacked(data: bytes, content: int, listed: dict[str, Listed]) -> Iterator[bytes]:
    """The LZX section as one stream."""
    if not {_CONTENT, _CONTROL, _RESETS} <= listed.keys():
        raise Broken("the packed section lacks its tables")
    control = piece(data, content + listed[_CONTROL].at, 24)
    if control[4:8] != b"LZXC":
        raise Broken("the packed section is not LZX")
    unit = FRAME if little(control, 8, 4) >= 2 else 1
    interval, window = little(control, 12, 4) * unit, little(control, 16, 4) * unit
    size = little(data, content + listed[_RESETS].at + 16, 8)
    if window.bit_count() != 1 or interval % FRAME or not interval:
        raise Broken(f"a window of {window:,} bytes, reset after {interval:,}")
    start = content + listed[_CONTENT].at
    packed = data[start : start + listed[_CONTENT].size]
    yield from unlzx(packed, window.bit_length() - 1, size, interval // FRAME)


def _listed(data: bytes, at: int, meter: Meter) -> Iterator[Listed]:
    """The entries of all leaves, in the order in which these stand in the file."""
    if data[at : at + 4] != b"ITSP":
        raise Broken("the directory has another sign")
    start, size, count = at + little(data, at + 8, 4), little(data, at + 16, 4), little(data, at + 44, 4)
    if not 64 <= size <= 1 << 20:
        raise Broken(f"leaves of {size:,} bytes")
    names = 0
    for number in range(min(count, LEAVES)):
        leaf = data[start + number * size : start + (number + 1) * size]
        if leaf[:4] != b"PMGL" or len(leaf) < 20:
            continue
        place, end = 20, len(leaf) - min(len(leaf), little(leaf, 4, 4))
        while place < end:
            names += 1
            if names > NAMES:
                meter.cut("count", f"more than {NAMES:,} names")
                return
            length, place = _number(leaf, place)
            name = leaf[place : place + length].decode("utf-8", "replace")
            section, place = _number(leaf, place + length)
            where, place = _number(leaf, place)
            long, place = _number(leaf, place)
            yield Listed(name, section, where, long)


def _number(leaf: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, the greatest first; and the place after it."""
    value = 0
    for _ in range(10):
        byte = piece(leaf, place, 1)[0]
        place += 1
        value = value << 7 | byte & 127
        if byte < 128:
            return value, place
    raise Broken("a number in the directory has no end")
