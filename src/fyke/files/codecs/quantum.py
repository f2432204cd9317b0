"""Quantum as cabinets use it: an arithmetic coder over models that learn, with matches of three sorts.

After the description that the authors of libmspack and of cabextract made public; the format has no specification.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.codecs.lzx import _MASKS

FRAME = 32_768
WINDOWS = range(10, 22)
_EXTRA = tuple(0 if slot < 2 else slot // 2 - 1 for slot in range(42))
_BASE = tuple(sum(1 << _EXTRA[before] for before in range(slot)) for slot in range(42))
_LENGTH_EXTRA = (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0)
_LENGTH_BASE = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    8,
    10,
    12,
    14,
    18,
    22,
    26,
    30,
    38,
    46,
    54,
    62,
    78,
    94,
    110,
    126,
    158,
    190,
    222,
    254,
)


class _Model:
    """Symbols with the frequencies that they had so far, summed from the end."""

    def __init__(self, start: int, count: int) -> None:
        self.symbols = list(range(start, start + count))
        self.sums = list(range(count, -1, -1))
        self._turns = 4  # until symbols are first sorted

    def grow(self, found: int) -> None:
        """A symbol occurred."""
        sums = self.sums
        for index in range(found + 1):
            sums[index] += 8
        if sums[0] > 3_800:
            self._shrink()

    def _shrink(self) -> None:
        sums, count = self.sums, len(self.symbols)
        self._turns -= 1
        if self._turns:
            for index in range(count - 1, -1, -1):
                sums[index] >>= 1
                if sums[index] <= sums[index + 1]:
                    sums[index] = sums[index + 1] + 1
            return
        self._turns = 50
        each = [((sums[index] - sums[index + 1]) + 1) >> 1 for index in range(count)]
        symbols = self.symbols
        # The format's own sort swaps, and its order among equals is part of the format.
        for low in range(count - 1):
            for high in range(low + 1, count):
                if each[low] < each[high]:
                    each[low], each[high] = each[high], each[low]
                    symbols[low], symbols[high] = symbols[high], symbols[low]
        total = 0
        for index in range(count - 1, -1, -1):
            total += each[index]
            sums[index] = total


class Quantum:
    """One folder at work; a frame begins on a byte of its own."""

    def __init__(self, window: int) -> None:
        if window not in WINDOWS:
            raise Broken(f"Quantum: a window of 2^{window}")
        self._keep = 1 << window
        self._literals = [_Model(start, 64) for start in (0, 64, 128, 192)]
        self._places = [_Model(0, min(top, 2 * window)) for top in (24, 36, 42)]
        self._lengths = _Model(0, 27)
        self._selector = _Model(0, 7)
        self._out = bytearray()
        self._data = b""
        self._bit = self._low = self._high = self._code = 0

    def frame(self, data: bytes, size: int) -> bytes:
        """Unpack one block of a cabinet."""
        self._data, self._bit = data, 0
        self._low, self._high, self._code = 0, 0xFFFF, self._bits(16)
        out = self._out
        if len(out) > 2 * self._keep + FRAME:
            del out[: len(out) - self._keep]
        start = len(out)
        while len(out) < start + size:
            selector = self._symbol(self._selector)
            if selector < 4:
                out.append(self._symbol(self._literals[selector]))
                continue
            length = selector - 1
            if selector == 6:
                slot = self._symbol(self._lengths)
                length = _LENGTH_BASE[slot] + self._bits(_LENGTH_EXTRA[slot]) + 5
            slot = self._symbol(self._places[selector - 4])
            back = _BASE[slot] + self._bits(_EXTRA[slot]) + 1
            if back > len(out):
                raise Broken("Quantum: a match before the start")
            place = len(out) - back
            out += out[place : place + length] if back >= length else (out[place:] * (length // back + 1))[:length]
        if len(out) != start + size:
            raise Broken("Quantum: a match goes past its frame")
        return bytes(out[start:])

    def _bits(self, count: int) -> int:
        if not count:
            return 0
        at, first = divmod(self._bit, 8)
        self._bit += count
        if at > len(self._data) + 4:
            raise Broken("Quantum: the stream ends early")
        return (int.from_bytes(self._data[at : at + 4].ljust(4, b"\0"), "big") >> (32 - first - count)) & _MASKS[count]

    def _symbol(self, model: _Model) -> int:
        """Decode one symbol, and let its model learn."""
        sums = model.sums
        low, high, code = self._low, self._high, self._code
        span = high - low + 1
        wanted = ((code - low + 1) * sums[0] - 1) // span & 0xFFFF
        index = 1
        last = len(model.symbols)
        while index < last and sums[index] > wanted:
            index += 1
        total = sums[0]
        high = low + sums[index - 1] * span // total - 1
        low = low + sums[index] * span // total
        symbol = model.symbols[index - 1]
        model.grow(index - 1)
        while True:
            if (low ^ high) & 0x8000:
                if low & 0x4000 and not high & 0x4000:  # underflow
                    code ^= 0x4000
                    low &= 0x3FFF
                    high |= 0x4000
                else:
                    break
            low = low << 1 & 0xFFFF
            high = (high << 1 | 1) & 0xFFFF
            code = (code << 1 | self._bits(1)) & 0xFFFF
        self._low, self._high, self._code = low, high, code
        return symbol


def unquantum(frames: Iterator[tuple[bytes, int]], window: int) -> Iterator[bytes]:
    """All blocks of one folder: packed bytes with the size that each unpacks to."""
    decoder = Quantum(window)
    for packed, size in frames:
        yield decoder.frame(packed, size)
