"""The packings NRV2B, NRV2D and NRV2E of UCL, with bits in words of 32, as UPX uses them in Windows programs.

After the description in UCL's own manual and UPX's; each is an Elias-like code of places and lengths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES

METHODS = {2: "b", 5: "d", 8: "e"}  # UPX's numbers
_FAR = {"b": 0xD00, "d": 0x500, "e": 0x500}  # from here on a match is one byte longer


class _Bits:
    """Bits from words of 32 among the bytes."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self._word, self._left = 0, 0

    def bit(self) -> int:
        """The next bit."""
        if not self._left:
            if self.at + 4 > len(self.data):
                raise Broken("NRV: the stream ends early")
            self._word = int.from_bytes(self.data[self.at : self.at + 4], "little")
            self.at += 4
            self._left = 32
        self._left -= 1
        return self._word >> self._left & 1

    def byte(self) -> int:
        """The next byte."""
        if self.at >= len(self.data):
            raise Broken("NRV: the stream ends early")
        self.at += 1
        return self.data[self.at - 1]


def unnrv(data: bytes, method: str, size: int) -> Iterator[bytes]:
    """One stream, in pieces, up to `size` bytes; what came out before it broke is given too."""
    out = bytearray()
    given = 0
    steps = _steps(_Bits(data), method, size, out)
    try:
        for _ in steps:
            if len(out) - given >= CHUNK_BYTES:
                yield bytes(out[given:])
                given = len(out)
    except Broken:
        yield bytes(out[given:size])
        raise
    yield bytes(out[given:size])


def _steps(bits: _Bits, method: str, size: int, out: bytearray) -> Iterator[None]:
    """Literals and then a match, again and again."""
    bit, byte, far = bits.bit, bits.byte, _FAR[method]
    back = 1
    while len(out) < size:
        while len(out) < size and bit():
            out.append(byte())
        if len(out) >= size:
            return
        place = _place(bit, method)
        is_last = 0
        if place == 2:
            is_last = bit() if method != "b" else 0
        else:
            value = ((place - 3) << 8 | byte()) & 0xFFFF_FFFF
            if value == 0xFFFF_FFFF:
                return
            if method != "b":
                is_last = ~value & 1
                value >>= 1
            back = value + 1
        length = min(_length(bit, method, is_last) + (back > far), size - len(out))
        if back > len(out):
            raise Broken("NRV: a match before the start")
        start = len(out) - back
        out += out[start : start + length] if back >= length else (out[start:] * (length // back + 1))[:length]
        yield


def _place(bit: Callable[[], int], method: str) -> int:
    """How far back, without its low byte: each further bit doubles it."""
    place = 1
    while place < 1 << 26:
        place = place * 2 + bit()
        if bit():
            return place
        if method != "b":
            place = (place - 1) * 2 + bit()
    raise Broken("NRV: a place without end")


def _length(bit: Callable[[], int], method: str, first: int) -> int:
    """How long a match is."""
    if method == "b":
        length = bit() * 2 + bit()
        return length + 1 if length else _grown(bit) + 3
    if method == "d":
        length = first * 2 + bit()
        return length + 1 if length else _grown(bit) + 3
    if first:
        return 2 + bit()
    if bit():
        return 4 + bit()
    return _grown(bit) + 4


def _grown(bit: Callable[[], int]) -> int:
    length = 1
    while length < 1 << 26:
        length = length * 2 + bit()
        if bit():
            return length
    raise Broken("NRV: a length without end")
