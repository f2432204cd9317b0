"""Deflate64 (ZIP method 9): deflate with a window of 64 KiB and a longest length that is told in 16 bits.

APPNOTE 5.x names it; RFC 1951 says the rest: length code 285 has base 3 and 16 bits, distance codes 30 and 31 exist.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES
from fyke.files.codecs.prefix import canonical

WINDOW_BYTES = 65_536
HELD_BYTES = 1 << 20  # of what was given back; the window is cut free above that
_LENGTHS = (
    *((length, 0) for length in range(3, 11)),
    *((base + (step << bits), bits) for bits, base in enumerate((11, 19, 35, 67, 131), 1) for step in range(4)),
    (3, 16),
)
_DISTANCES = (
    *((distance, 0) for distance in range(1, 5)),
    *(((1 << (bits + 1)) + 1 + (step << bits), bits) for bits in range(1, 15) for step in range(2)),
)
_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)  # RFC 1951 3.2.7
_FIXED = (
    canonical(bytes([8] * 144 + [9] * 112 + [7] * 24 + [8] * 8), "fixed"),
    canonical(bytes([5] * 32), "fixed"),
)
_Table = tuple[list[int], int]


def inflated64(data: bytes) -> Iterator[bytes]:
    """The pieces of one stream; some are empty, so that who reads them may look at the clock."""
    return _Inflate64(data).pieces()


class _Inflate64:
    """One stream at work: where in the data it is, the bits taken from it and not used, and what came out."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.held = 0
        self.count = 0  # of bits held
        self.out = bytearray()
        self.given = 0

    def pieces(self) -> Iterator[bytes]:
        """Block after block."""
        is_last = 0
        while not is_last:
            is_last, kind = self._bits(1), self._bits(2)
            if kind == 0:
                yield from self._stored()
            elif kind == 1:
                yield from self._coded(*_FIXED)
            elif kind == 2:
                yield from self._coded(*self._tables())
            else:
                raise Broken("deflate64: a block of no known kind")
            yield self._give()

    def _bits(self, count: int) -> int:
        while self.count < count:
            if self.at >= len(self.data):
                raise Broken("the deflate64 stream ends early")
            self.held |= self.data[self.at] << self.count
            self.at += 1
            self.count += 8
        value = self.held & ((1 << count) - 1)
        self.held >>= count
        self.count -= count
        return value

    def _give(self) -> bytes:
        """What came out since the last time; the window stays."""
        piece = bytes(self.out[self.given :])
        if len(self.out) > HELD_BYTES:
            del self.out[:-WINDOW_BYTES]
        self.given = len(self.out)
        return piece

    def _stored(self) -> Iterator[bytes]:
        self._bits(self.count % 8)
        size, check = self._bits(16), self._bits(16)
        if size ^ check != 0xFFFF:
            raise Broken("deflate64: a stored block's length does not fit its check")
        while size and self.count:
            self.out.append(self._bits(8))
            size -= 1
        piece = self.data[self.at : self.at + size]
        if len(piece) < size:
            raise Broken("the deflate64 stream ends early")
        self.at += size
        self.out += piece
        yield self._give()

    def _tables(self) -> tuple[_Table, _Table]:
        """The codes that a dynamic block begins with (RFC 1951 3.2.7)."""
        literals, distances, orders = self._bits(5) + 257, self._bits(5) + 1, self._bits(4) + 4
        lengths = bytearray(19)
        for place in _ORDER[:orders]:
            lengths[place] = self._bits(3)
        table, most = canonical(bytes(lengths), "deflate64")
        told = bytearray()
        while len(told) < literals + distances:
            symbol = self._symbol(table, most)
            if symbol < 16:
                told.append(symbol)
            elif symbol == 16:
                if not told:
                    raise Broken("deflate64: repeats a length before there is one")
                told += told[-1:] * (3 + self._bits(2))
            else:
                told += bytes(3 + self._bits(3) if symbol == 17 else 11 + self._bits(7))
        return (
            canonical(bytes(told[:literals]), "deflate64"),
            canonical(bytes(told[literals : literals + distances]), "deflate64"),
        )

    def _symbol(self, table: list[int], most: int) -> int:
        while self.count < most and self.at < len(self.data):
            self.held |= self.data[self.at] << self.count
            self.at += 1
            self.count += 8
        entry = table[self.held & ((1 << most) - 1)]
        if not entry or entry & 31 > self.count:
            raise Broken("deflate64: bits that are no code, or the stream ends early")
        self.held >>= entry & 31
        self.count -= entry & 31
        return entry >> 5

    def _coded(  # noqa: C901, PLR0912, PLR0915  one loop over local names is fast
        self, literals: _Table, distances: _Table
    ) -> Iterator[bytes]:
        """Literals and copies up to the end of the block. Works on local names: it is the inner loop."""
        data, out, at, held, count = self.data, self.out, self.at, self.held, self.count
        first, first_bits = literals
        second, second_bits = distances
        first_mask, second_mask = (1 << first_bits) - 1, (1 << second_bits) - 1
        limit = self.given + CHUNK_BYTES
        while True:
            if count < 48:  # 15 for a symbol, 16 more, 15 for a distance: one copy needs no second look
                held |= int.from_bytes(data[at : at + 8], "little") << count
                at += 8
                count += 64  # what is read beyond the end are zeros; the end is looked at below
            entry = first[held & first_mask]
            bits = entry & 31
            held >>= bits
            count -= bits
            symbol = entry >> 5
            if symbol < 256 and bits:
                out.append(symbol)
            elif symbol > 256:
                if symbol > 285:
                    raise Broken("deflate64: a length of no known code")
                length, bits = _LENGTHS[symbol - 257]
                length += held & ((1 << bits) - 1)
                held >>= bits
                entry = second[held & second_mask]
                held >>= entry & 31
                count -= bits + (entry & 31)
                distance, bits = _DISTANCES[entry >> 5]
                if not entry:
                    raise Broken("deflate64: bits that are no distance")
                if count < bits:
                    held |= int.from_bytes(data[at : at + 8], "little") << count
                    at += 8
                    count += 64
                distance += held & ((1 << bits) - 1)
                held >>= bits
                count -= bits
                if distance > len(out):
                    raise Broken("deflate64: copies from before the start")
                part = out[-distance:]
                out += part[:length] if distance >= length else (part * (length // distance + 1))[:length]
            elif symbol == 256:
                break
            else:
                raise Broken("deflate64: bits that are no code")
            if len(out) >= limit or at > len(data) + 16:
                if at - count // 8 > len(data):
                    raise Broken("the deflate64 stream ends early")
                yield self._give()
                limit = self.given + CHUNK_BYTES
        at, held, count = at - count // 8, held & ((1 << count % 8) - 1), count % 8
        if at > len(data):
            raise Broken("the deflate64 stream ends early")
        self.at, self.held, self.count = at, held, count
