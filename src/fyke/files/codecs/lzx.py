"""LZX as cabinets and compiled help use it (MS-PATCH's LZX DELTA without the delta; CAB specification, "LZX").

Frames of 32,768 bytes, each beginning on a 16-bit border; blocks of three kinds; x86 calls are put back.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken

FRAME = 32_768
BLOCKS = 256  # in one frame: each costs two milliseconds for its tables; packers begin one in some frames
WINDOWS = range(15, 22)
_SLOTS = {15: 30, 16: 32, 17: 34, 18: 36, 19: 38, 20: 42, 21: 50}
_EXTRA = tuple(0 if slot < 4 else min(17, slot // 2 - 1) for slot in range(51))
_BASE = tuple(sum(1 << _EXTRA[before] for before in range(slot)) for slot in range(51))
_WIDTH = 16  # bits of the longest code
_MASKS = tuple((1 << bits) - 1 for bits in range(130))


def unlzx(data: bytes, window: int, size: int, reset: int = 0) -> Iterator[bytes]:
    """The frames of one stream of `size` bytes; `reset`: after so many frames all state begins anew (compiled help)."""
    if window not in WINDOWS:
        raise Broken(f"LZX: a window of 2^{window}")
    decoder = _Decoder(data, window, size)
    done = number = 0
    while done < size:
        if reset and number and number % reset == 0:
            decoder.reset()
        frame = decoder.frame(min(FRAME, size - done))
        done += len(frame)
        number += 1
        yield frame


def table_of(lengths: list[int]) -> list[int]:
    """A canonical code as a table of 2^16 rows: symbol * 32 + length; 0 where no code leads."""
    counts = [0] * (_WIDTH + 1)
    for length in lengths:
        counts[length] += 1
    if sum(counts[bits] << (_WIDTH - bits) for bits in range(1, _WIDTH + 1)) > 1 << _WIDTH:
        raise Broken("LZX: a code has too many words")
    table: list[int] = []
    by_length: list[list[int]] = [[] for _ in range(_WIDTH + 1)]
    for symbol, length in enumerate(lengths):
        by_length[length].append(symbol)
    for bits in range(1, _WIDTH + 1):
        for symbol in by_length[bits]:
            table += [symbol * 32 + bits] * (1 << (_WIDTH - bits))
    table += [0] * ((1 << _WIDTH) - len(table))
    return table


class _Decoder:
    """One stream at work."""

    def __init__(self, data: bytes, window: int, size: int) -> None:
        # The stream is one of 16-bit words, least byte first, whose bits go from the top: swapped, it is one of bits.
        even = data + b"\0" * (len(data) & 1)
        swapped = bytearray(len(even))
        swapped[0::2], swapped[1::2] = even[1::2], even[0::2]
        self._end = len(swapped) * 8
        self._data = bytes(swapped) + bytes(32)
        self._bit = 0  # the place in the stream, in bits
        self._window, self._size = window, size
        self._out = bytearray()
        self.reset()

    def reset(self) -> None:
        """Begin anew, as at the start of the stream."""
        self._main = [0] * (256 + 8 * _SLOTS[self._window])
        self._lengths = [0] * 249
        self._recent = (1, 1, 1)
        self._kind = self._left = 0
        self._block = 0  # bytes of an uncompressed block, to know whether it is odd
        self._main_table = self._length_table = self._aligned_table = [0]
        self._has_header = False
        self._file_size = 0
        self._frames = 0
        self._bit = (self._bit + 15) // 16 * 16
        self._out = bytearray()  # matches do not reach behind a reset

    def _bits(self, count: int) -> int:
        at, first = divmod(self._bit, 8)
        self._bit += count
        if self._bit > self._end + 32:
            raise Broken("LZX: the stream ends early")
        word = int.from_bytes(self._data[at : at + 8], "big")
        return (word >> (64 - first - count)) & _MASKS[count]

    def frame(self, size: int) -> bytes:
        """The next frame."""
        if not self._has_header:
            self._has_header = True
            if self._bits(1):
                self._file_size = self._bits(16) << 16 | self._bits(16)
        out = self._out
        keep = 1 << self._window
        if len(out) > 2 * keep + FRAME:
            del out[: len(out) - keep]
        start = len(out)
        end = start + size
        blocks = 0
        while len(out) < end:
            if not self._left:
                blocks += 1
                if blocks > BLOCKS:
                    raise Broken(f"LZX: more than {BLOCKS} blocks in a frame")
                self._begin_block()
            step = min(self._left, end - len(out))
            before = len(out)
            if self._kind == 3:
                self._copy(step)
            else:
                self._unpack(before + step)
            self._left -= len(out) - before
            if self._left < 0:
                raise Broken("LZX: a match goes past its block")
            if not self._left and self._kind == 3 and self._block & 1:
                self._bit += 8
        if len(out) != end:
            raise Broken("LZX: a match goes past its frame")
        self._bit = (self._bit + 15) // 16 * 16
        frame = bytes(out[start:])
        place, self._frames = self._frames * FRAME, self._frames + 1
        if self._file_size and size > 10 and self._frames <= 32_768:
            return _calls(frame, place, self._file_size)
        return frame

    def _begin_block(self) -> None:
        self._kind = self._bits(3)
        self._left = self._block = self._bits(16) << 8 | self._bits(8)
        if self._kind not in {1, 2, 3} or not self._left:
            raise Broken(f"LZX: a block of kind {self._kind}")
        if self._kind == 3:
            self._bit += 16 - self._bit % 16  # one to sixteen bits, up to the next word
            at = self._bit // 8
            raw = self._plain(at, 12)
            recent = [int.from_bytes(raw[place : place + 4], "little") for place in (0, 4, 8)]
            self._recent = (recent[0], recent[1], recent[2])
            self._bit += 96
            return
        if self._kind == 2:
            self._aligned_table = table_of([self._bits(3) for _ in range(8)])
        self._read_lengths(self._main, 0, 256)
        self._read_lengths(self._main, 256, len(self._main))
        self._main_table = table_of(self._main)
        self._read_lengths(self._lengths, 0, 249)
        self._length_table = table_of(self._lengths)

    def _read_lengths(self, lengths: list[int], at: int, end: int) -> None:
        """Lengths of codes, told by how they differ from those before."""
        table = table_of([self._bits(4) for _ in range(20)])
        while at < end:
            code = self._code(table)
            if code < 17:
                lengths[at] = (lengths[at] - code) % 17
                at += 1
                continue
            if code == 19:
                count = 4 + self._bits(1)
                value = (lengths[at] - self._code(table)) % 17
            else:
                count, value = (4 + self._bits(4), 0) if code == 17 else (20 + self._bits(5), 0)
            if at + count > end:
                raise Broken("LZX: lengths of codes go too far")
            lengths[at : at + count] = [value] * count
            at += count

    def _code(self, table: list[int]) -> int:
        at, first = divmod(self._bit, 8)
        row = table[(int.from_bytes(self._data[at : at + 3], "big") >> (8 - first)) & 0xFFFF]
        if not row:
            raise Broken("LZX: no such code")
        self._bit += row & 31
        if self._bit > self._end + 32:
            raise Broken("LZX: the stream ends early")
        return row >> 5

    def _plain(self, at: int, size: int) -> bytes:
        """Bytes that are no bits: in their own order."""
        swapped = self._data[at & ~1 : (at + size + 1) & ~1]
        if at + size > self._end // 8:
            raise Broken("LZX: the stream ends early")
        plain = bytearray(len(swapped))
        plain[0::2], plain[1::2] = swapped[1::2], swapped[0::2]
        return bytes(plain[at & 1 : (at & 1) + size])

    def _copy(self, size: int) -> None:
        self._out += self._plain(self._bit // 8, size)
        self._bit += 8 * size

    def _unpack(self, end: int) -> None:  # noqa: C901, PLR0912, PLR0915  the inner loop: all of it is here for speed
        """Literals and matches until so much is there."""
        out, data, main, length_table, aligned = (
            self._out,
            self._data,
            self._main_table,
            self._length_table,
            self._aligned_table if self._kind == 2 else None,
        )
        masks, extras, bases = _MASKS, _EXTRA, _BASE
        first, second, third = self._recent
        at = self._bit >> 3
        held = 64 - (self._bit & 7)  # bits not yet used of `word`
        word = int.from_bytes(data[at : at + 8], "big")
        at += 8
        limit = len(data)
        size = len(out)
        while size < end:
            if held < 56:  # a code, its length, 17 more bits: at most 16 + 16 + 17
                if at > limit:
                    raise Broken("LZX: the stream ends early")
                word = (word & masks[held]) << 64 | int.from_bytes(data[at : at + 8].ljust(8, b"\0"), "big")
                held += 64
                at += 8
            row = main[(word >> (held - 16)) & 0xFFFF]
            if not row:
                raise Broken("LZX: no such code")
            held -= row & 31
            symbol = row >> 5
            if symbol < 256:
                out.append(symbol)
                size += 1
                continue
            symbol -= 256
            length = symbol & 7
            if length == 7:
                row = length_table[(word >> (held - 16)) & 0xFFFF]
                if not row:
                    raise Broken("LZX: no such code")
                held -= row & 31
                length += row >> 5
            length += 2
            slot = symbol >> 3
            if slot == 0:
                back = first
            elif slot == 1:
                back, first, second = second, second, first
            elif slot == 2:
                back, first, third = third, third, first
            else:
                extra = extras[slot]
                if aligned is not None and extra >= 3:
                    held -= extra - 3
                    back = ((word >> held) & masks[extra - 3]) << 3
                    row = aligned[(word >> (held - 16)) & 0xFFFF]
                    if not row:
                        raise Broken("LZX: no such code")
                    held -= row & 31
                    back += bases[slot] + (row >> 5) - 2
                else:
                    held -= extra
                    back = bases[slot] + ((word >> held) & masks[extra]) - 2
                first, second, third = back, first, second
            if not 0 < back <= size:
                raise Broken("LZX: a match before the start")
            if back >= length:
                out += out[size - back : size - back + length]
            else:
                out += (out[size - back :] * (length // back + 1))[:length]
            size += length
        self._recent = (first, second, third)
        self._bit = at * 8 - held
        if self._bit > self._end + 32:
            raise Broken("LZX: the stream ends early")


def _calls(frame: bytes, place: int, file_size: int) -> bytes:
    """Absolute targets of x86 calls (E8) made relative again; the last ten bytes of a frame are left alone."""
    out = bytearray(frame)
    at, last = out.find(0xE8), len(out) - 10
    while 0 <= at < last:
        target = int.from_bytes(out[at + 1 : at + 5], "little", signed=True)
        here = place + at
        if -here <= target < file_size:
            target = target - here if target >= 0 else target + file_size
            out[at + 1 : at + 5] = (target & 0xFFFF_FFFF).to_bytes(4, "little")
        at = out.find(0xE8, at + 5)
    return bytes(out)
