"""Where in a file a pattern must begin: at a byte, before the end, at the entry point, in a section.

After ClamAV's manual, "Extended signatures", offsets.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from functools import cached_property

from msgspec import Struct

from fyke.files.signatures.records import Refused

SECTIONS = 96  # of an ELF file that are read

_PLACE = re.compile(
    r"(?P<any>\*)|(?P<number>\d{1,12})|EOF-(?P<end>\d{1,12})|EP(?P<entry>[+-]\d{1,9})"
    r"|S(?P<section>\d{1,3})(?P<plus>\+\d{1,9})|SL(?P<last>\+\d{1,9})|SE(?P<whole>\d{1,3})"
)


class Place(Struct, frozen=True):
    """Where a match may begin."""

    base: str = ""  # "" anywhere, "start", "end", "entry", "section", "last", "whole"
    number: int = 0  # bytes from the base
    section: int = 0
    shift: int = 0  # bytes that it may begin later


ANYWHERE = Place()


def read_place(text: str) -> Place:
    """An offset. Raises `Refused`."""
    first, _, shift = text.partition(",")
    found = _PLACE.fullmatch(first.strip())
    if found is None or (shift and not shift.strip().isdecimal()):
        raise Refused("the offset is of a sort that is not read")
    late = int(shift or 0)
    if found["any"]:
        return ANYWHERE
    if found["number"]:
        return Place("start", int(found["number"]), 0, late)
    if found["end"]:
        return Place("end", -int(found["end"]), 0, late)
    if found["entry"]:
        return Place("entry", int(found["entry"]), 0, late)
    if found["section"]:
        return Place("section", int(found["plus"]), int(found["section"]), late)
    if found["last"]:
        return Place("last", int(found["last"]), 0, late)
    return Place("whole", 0, int(found["whole"]), late)


class Layout:
    """Entry point and sections of a program, read when they are first asked for."""

    def __init__(self, data: bytes, kind: str) -> None:
        self.data, self.kind = data, kind

    @cached_property
    def entry(self) -> int:
        """Where it starts to run; -1 where that is not known."""
        if self.kind == "pe":
            from fyke.files.programs.pe import entry_offset  # noqa: PLC0415  rooms of one house, needed rarely

            return entry_offset(self.data)
        return _elf(self.data)[0] if self.kind == "elf" else -1

    @cached_property
    def sections(self) -> tuple[tuple[int, int], ...]:
        """Offset and size of each."""
        if self.kind == "pe":
            from fyke.files.programs.pe import sections  # noqa: PLC0415

            return tuple((each.raw_offset, each.raw_size) for each in sections(self.data))
        return _elf(self.data)[1] if self.kind == "elf" else ()

    def span(self, place: Place) -> tuple[int, int]:
        """The first and the last place where a match may begin; nowhere is (0, -1)."""
        size = len(self.data)
        if not place.base:
            return 0, size
        start = _SPANS[place.base](self, place, size)
        if start is None:
            return 0, -1
        first, length = start
        return (max(0, first), min(size, first + length + place.shift)) if first >= 0 else (0, -1)


def _at(self: Layout, place: Place) -> tuple[int, int] | None:
    return (self.entry + place.number, 0) if self.entry >= 0 else None


def _section(self: Layout, number: int, plus: int) -> tuple[int, int] | None:
    return (self.sections[number][0] + plus, 0) if -1 < number < len(self.sections) else None


_SPANS: dict[str, Callable[[Layout, Place, int], tuple[int, int] | None]] = {
    "start": lambda _self, place, _size: (place.number, 0),
    "end": lambda _self, place, size: (size + place.number, 0),
    "entry": lambda self, place, _size: _at(self, place),
    "section": lambda self, place, _size: _section(self, place.section, place.number),
    "last": lambda self, place, _size: _section(self, len(self.sections) - 1, place.number),
    "whole": lambda self, place, _size: self.sections[place.section] if place.section < len(self.sections) else None,
}


def _elf(data: bytes) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Entry point and sections of an ELF file, as offsets ("Executable and Linking Format", figures 1-3, 1-8, 2-1)."""
    order, is_64 = (">" if data[5:6] == b"\2" else "<"), data[4:5] == b"\2"
    try:
        head = struct.unpack_from(order + ("HHIQQQIHHHHHH" if is_64 else "HHIIIIIHHHHHH"), data, 16)
        entry, programs, tables, program_size, program_count, size, count = (*head[3:6], *head[8:12])
        offset = -1
        for at in range(programs, programs + program_size * min(program_count, SECTIONS), max(1, program_size)):
            if is_64:
                kind, _, start, address, _, length = struct.unpack_from(order + "IIQQQQ", data, at)
            else:
                kind, start, address, _, length = struct.unpack_from(order + "IIIII", data, at)
            if kind == 1 and address <= entry < address + length:
                offset = entry - address + start
        found = []
        for at in range(tables, tables + size * min(count, SECTIONS), max(1, size)):
            if is_64:
                _, _, _, _, start, length = struct.unpack_from(order + "IIQQQQ", data, at)
            else:
                _, _, _, _, start, length = struct.unpack_from(order + "IIIIII", data, at)
            found.append((start, length))
    except (struct.error, OverflowError):
        return -1, ()
    return offset, tuple(found)
