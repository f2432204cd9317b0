"""The two range decoders under PPMd: that of 7-Zip, and that of RAR, which carries nothing."""

from __future__ import annotations

from typing import Protocol

from fyke.files.base import Broken


class Ranges(Protocol):
    """A range decoder."""

    def threshold(self, total: int) -> int:
        """Where in the whole the next symbol lies."""

    def take(self, start: int, size: int) -> None:
        """The symbol was this part of the whole."""

    def bit(self, odds: int) -> int:
        """A bit that is 0 with so many chances of 2^14."""


class SevenZipRanges:
    """The range decoder of 7-Zip."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 5 or data[0]:
            raise Broken("PPMd: no range coder")
        self.data, self.at = data, 5
        self.code, self.width = int.from_bytes(data[1:5], "big"), 0xFFFFFFFF

    def threshold(self, total: int) -> int:
        """Where in the whole the next symbol lies."""
        self.width //= total
        return self.code // self.width

    def take(self, start: int, size: int) -> None:
        """The symbol was this part of the whole."""
        self.code -= start * self.width
        self.width *= size
        if self.width < 1 << 24:
            self._refill()

    def bit(self, odds: int) -> int:
        """A bit that is 0 with so many chances of 2^14."""
        bound = (self.width >> 14) * odds
        if self.code < bound:
            self.width, bit = bound, 0
        else:
            self.width, self.code, bit = self.width - bound, self.code - bound, 1
        if self.width < 1 << 24:
            self._refill()
        return bit

    def _refill(self) -> None:
        if not self.width:
            raise Broken("PPMd: the range is empty")
        while self.width < 1 << 24:
            if self.at >= len(self.data):
                raise Broken("PPMd: the stream ends early")
            self.code, self.width = self.code << 8 | self.data[self.at], self.width << 8
            self.at += 1


class RarRanges:
    """The range decoder of RAR, which carries nothing: where the ends lie far apart in a small range, it is cut."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at + 4
        self.code, self.low, self.width = int.from_bytes(data[at : at + 4].ljust(4, b"\0"), "big"), 0, 0xFFFFFFFF

    def threshold(self, total: int) -> int:
        """Where in the whole the next symbol lies."""
        self.width //= total
        if not self.width:
            raise Broken("PPMd: the range is empty")
        return (self.code - self.low & 0xFFFFFFFF) // self.width

    def take(self, start: int, size: int) -> None:
        """The symbol was this part of the whole."""
        low, width, data = self.low + start * self.width & 0xFFFFFFFF, self.width * size & 0xFFFFFFFF, self.data
        while True:
            if (low ^ low + width & 0xFFFFFFFF) >= 1 << 24:
                if width >= 1 << 15:
                    break
                width = -low & 0x7FFF
            if self.at >= len(data) + 8:
                raise Broken("PPMd: the stream ends early")
            byte = data[self.at] if self.at < len(data) else 0
            self.at += 1
            self.code, width, low = (self.code << 8 | byte) & 0xFFFFFFFF, width << 8 & 0xFFFFFFFF, low << 8 & 0xFFFFFFFF
        self.low, self.width = low, width

    def bit(self, odds: int) -> int:
        """A bit that is 0 with so many chances of 2^14."""
        if self.threshold(1 << 14) < odds:
            self.take(0, odds)
            return 0
        self.take(odds, (1 << 14) - odds)
        return 1
