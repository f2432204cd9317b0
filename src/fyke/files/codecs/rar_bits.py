"""What the decoders of RAR share: bits, highest first, and tables of prefix codes."""

from __future__ import annotations

from collections.abc import Sequence

from fyke.files.base import Broken

WIDTH = 15  # bits of the longest code
MASK = (1 << WIDTH) - 1
UNKNOWN = 1 << 62  # the size of a file whose packer did not know it
PAD = bytes(64)  # behind the data, so that a look ahead finds something


class Bits:
    """Bits at any place; for headers and tables. Loops over symbols keep their own."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at  # `at` counts bits

    def peek(self, count: int) -> int:
        """The next `count` bits, at most 32, left where they are."""
        place = self.at >> 3
        word = int.from_bytes(self.data[place : place + 5].ljust(5, b"\0"), "big")
        return word >> 40 - (self.at & 7) - count & (1 << count) - 1

    def take(self, count: int) -> int:
        """The next `count` bits, at most 32."""
        value = self.peek(count)
        self.at += count
        if self.at >> 3 > len(self.data) + 8:
            raise Broken("RAR: the stream ends early")
        return value

    def align(self) -> None:
        """Go on at the next byte."""
        self.at = self.at + 7 & ~7

    def symbol(self, table: Sequence[int]) -> int:
        """The next symbol of a table."""
        entry = table[self.peek(WIDTH)]
        if not entry:
            raise Broken("RAR: a code that is none")
        self.at += entry & 15
        return entry >> 4


def table_of(lengths: Sequence[int]) -> list[int]:
    """A table of all `WIDTH` bits: the symbol times 16, and how long its code is; 0 where there is no code."""
    by_length: list[list[int]] = [[] for _ in range(16)]
    for symbol, length in enumerate(lengths):
        by_length[length].append(symbol)
    table: list[int] = []
    for length in range(1, 16):
        if symbols := by_length[length]:
            if len(table) + (len(symbols) << WIDTH - length) > 1 << WIDTH:
                raise Broken("RAR: a table with too many codes")
            for symbol in symbols:
                table += [symbol << 4 | length] * (1 << WIDTH - length)
    table += [0] * ((1 << WIDTH) - len(table))
    return table


def read_lengths(bits: Bits) -> list[int]:
    """The code lengths of the table that the tables are written with (RAR 3 and 5): 20, with runs of zeros."""
    found: list[int] = []
    while len(found) < 20:
        length = bits.take(4)
        if length == 15:
            zeros = bits.take(4)
            if zeros:
                found += [0] * (zeros + 2)
                continue
        found.append(length)
    return found[:20]


def copy(out: bytearray, distance: int, length: int) -> None:
    """Repeat what was given `distance` bytes before; zeros where there was nothing, as the window begins with them."""
    start = len(out) - distance
    if start < 0:
        zeros = min(-start, length)
        out += bytes(zeros)
        length -= zeros
        start += zeros
        if not length:
            return
        start = 0
        distance = len(out)
    if length <= distance:
        out += out[start : start + length]
    else:
        piece = out[start:]
        out += (piece * (length // distance + 1))[:length]
