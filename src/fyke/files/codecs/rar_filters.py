"""What RAR packers do to programs, tables, pictures and sound before they pack them, undone.

RAR 3 writes these as programs of a virtual machine; the packer only ever wrote seven, known by length and check sum.
"""

from __future__ import annotations

import re
from itertools import accumulate

from msgspec import Struct

from fyke.files.base import Broken

FILE_SIZE = 1 << 24  # addresses of calls are kept below this
STANDARD = {
    (53, 0xAD576887): "e8", (57, 0x3CD7E57E): "e8e9", (120, 0x3769893F): "itanium", (29, 0x0E06077D): "delta",
    (149, 0x1C2C5DC8): "rgb", (216, 0xBC85E701): "audio",
}  # fmt: skip


_SIGNS = {"e8": re.compile(rb"\xe8"), "e8e9": re.compile(rb"[\xe8\xe9]")}


class Filter(Struct):
    """A filter over some bytes of the output."""

    kind: str
    start: int  # in the output of the decoder
    size: int
    channels: int = 0  # of delta, of sound; the width of a picture's line
    place: int = 0  # of red in a picture


def undo(one: Filter, data: bytes, offset: int) -> bytes:
    """The bytes as they were; `offset` is where they stand in the file."""
    if signs := _SIGNS.get(one.kind):
        return _calls(data, offset, signs)
    if one.kind == "arm":
        return _arm(data, offset)
    if one.kind == "delta":
        return _delta(data, one.channels)
    if one.kind == "rgb":
        return _rgb(data, one.channels, one.place)
    if one.kind == "audio":
        return _audio(data, one.channels)
    raise Broken(f"RAR: a filter that is not read: {one.kind}")


def _calls(data: bytes, offset: int, signs: re.Pattern[bytes]) -> bytes:
    out, at, last = bytearray(data), 0, len(data) - 4
    while found := signs.search(data, at, max(0, last)):
        at = found.end()
        address = int.from_bytes(data[at : at + 4], "little")
        here = (at + offset) % FILE_SIZE
        if address >= 1 << 31:
            if (address + here) & 0x80000000 == 0:
                out[at : at + 4] = (address + FILE_SIZE & 0xFFFFFFFF).to_bytes(4, "little")
        elif address < FILE_SIZE:
            out[at : at + 4] = (address - here & 0xFFFFFFFF).to_bytes(4, "little")
        at += 4
    return bytes(out)


def _arm(data: bytes, offset: int) -> bytes:
    out, at = bytearray(data), data.find(b"\xeb")
    while at >= 0:
        if at & 3 == 3:
            start = at - 3
            goal = int.from_bytes(data[start:at], "little") - (offset + start) // 4 & 0xFFFFFF
            out[start:at] = goal.to_bytes(3, "little")
        at = data.find(b"\xeb", at + 1)
    return bytes(out)


def _delta(data: bytes, channels: int) -> bytes:
    out, at = bytearray(len(data)), 0
    for channel in range(channels):
        count = len(range(channel, len(data), channels))
        run = accumulate(data[at : at + count], lambda before, byte: before - byte & 0xFF, initial=0)
        next(run)
        out[channel::channels] = bytes(run)
        at += count
    return bytes(out)


def _rgb(data: bytes, width: int, place: int) -> bytes:
    size, out, at = len(data), bytearray(len(data)), 0
    width -= 3
    for channel in range(3):
        before = 0
        for goal in range(channel, size, 3):
            above = goal - width
            if above >= 3:
                upper, corner = out[above], out[above - 3]
                guess = before + upper - corner
                left_off, upper_off, corner_off = abs(guess - before), abs(guess - upper), abs(guess - corner)
                if left_off <= upper_off and left_off <= corner_off:
                    guess = before
                else:
                    guess = upper if upper_off <= corner_off else corner
            else:
                guess = before
            out[goal] = before = guess - data[at] & 0xFF
            at += 1
    for goal in range(place, size - 2, 3):
        green = out[goal + 1]
        out[goal] = out[goal] + green & 0xFF
        out[goal + 2] = out[goal + 2] + green & 0xFF
    return bytes(out)


def _audio(data: bytes, channels: int) -> bytes:
    size, out, at = len(data), bytearray(len(data)), 0
    for channel in range(channels):
        before = slope = d1 = d2 = k1 = k2 = k3 = 0
        offs = [0] * 7
        for count, goal in enumerate(range(channel, size, channels)):
            d3, d2, d1 = d2, slope - d1, slope
            guess = (8 * before + k1 * d1 + k2 * d2 + k3 * d3) >> 3 & 0xFF
            byte = data[at]
            at += 1
            value = guess - byte & 0xFF
            out[goal] = value
            slope = (value - before + 128 & 0xFF) - 128
            before = value
            off = ((byte ^ 128) - 128) << 3
            for number, each in enumerate((0, d1, -d1, d2, -d2, d3, -d3)):
                offs[number] += abs(off - each)
            if count & 31 == 0:
                best = offs.index(min(offs))
                offs = [0] * 7
                k1, k2, k3 = _nudged(best, 1, k1), _nudged(best, 3, k2), _nudged(best, 5, k3)
    return bytes(out)


def _nudged(best: int, down: int, weight: int) -> int:
    if best == down:
        return weight - (weight >= -16)
    if best == down + 1:
        return weight + (weight < 16)
    return weight


class Queue:
    """Filters that wait for their bytes, and the output on its way to the reader."""

    def __init__(self) -> None:
        self.waiting: list[Filter] = []
        self.given = 0  # of the decoder's output, up to here
        self.offset = 0  # where that was in all that the decoder gave when this file began

    def begin(self, at: int) -> None:
        """A new file begins where the decoder stands."""
        self.waiting.clear()
        self.given = self.offset = at

    def give(self, out: bytearray, base: int, end: int, is_last: bool) -> bytes:
        """What is ready of the output up to `end`; `base` is where `out` begins in all of it."""
        parts = []
        while self.waiting:
            one = self.waiting[0]
            if one.start > end or (one.start + one.size > end and not is_last):
                end = min(end, max(one.start, self.given))
                break
            if one.start + one.size > end or one.start < self.given:
                self.waiting.pop(0)  # half of it is missing, or it was given already
                continue
            parts.append(out[self.given - base : one.start - base])
            data = bytes(out[one.start - base : one.start + one.size - base])
            while self.waiting and (self.waiting[0].start, self.waiting[0].size) == (one.start, one.size):
                data = undo(self.waiting.pop(0), data, one.start - self.offset)
            parts.append(bytearray(data))
            self.given = one.start + one.size
        if end > self.given:
            parts.append(out[self.given - base : end - base])
            self.given = end
        return b"".join(parts)
