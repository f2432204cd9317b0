"""The method of RAR 3 and 4: LZ77 with four tables, PPMd blocks between, and filters.

Filters are programs for a virtual machine; it is not run: the known ones are told by their check sums, see
`rar_filters`. libarchive's reader (BSD) and rarfile's notes were the description.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES, MIB
from fyke.files.codecs.ppmd import PIECE_BYTES, Model
from fyke.files.codecs.ranges import RarRanges
from fyke.files.codecs.rar_bits import MASK, PAD, UNKNOWN, WIDTH, Bits, copy, read_lengths, table_of
from fyke.files.codecs.rar_filters import STANDARD, Filter, Queue

MAIN, FAR, LOW, REPEAT = 299, 60, 17, 28
TOTAL = MAIN + FAR + LOW + REPEAT
WINDOW = 4 * MIB  # the format's
FILTERS = 1_024  # programs kept: unrar's limit; and filters that wait
FILTER_BYTES = 0x3C000  # the memory of the virtual machine below its globals
LENGTHS = tuple(
    zip(
        (*range(8), *range(8, 16, 2), *range(16, 32, 4), *range(32, 64, 8), *range(64, 128, 16), *range(128, 256, 32)),
        (*(0,) * 8, *(1,) * 4, *(2,) * 4, *(3,) * 4, *(4,) * 4, *(5,) * 4),
        strict=True,
    )
)
SHORT = ((1, 2), (5, 2), (9, 3), (17, 4), (33, 5), (65, 6), (129, 6), (193, 6))  # distances of matches of two bytes


def distances(counts: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Base and further bits of each distance; told by how many have so many bits."""
    found, base = [], 1
    for bits, count in counts:
        for _ in range(count):
            found.append((base, bits))
            base += 1 << bits
    return tuple(found)


_FAR = distances(((0, 4), *((bits, 2) for bits in range(1, 16)), (16, 14), (18, 12)))


class Rar29:
    """A decoder; of a solid archive, one for all files in their order."""

    def __init__(self) -> None:
        self.out, self.base = bytearray(), 0
        self.old, self.last = [1, 1, 1, 1], 0
        self.lengths = [0] * TOTAL
        self.tables: list[list[int]] = []
        self.queue = Queue()
        self._low = self._low_left = 0
        self._model: Model | None = None
        self._escape = 2
        self._ranges: RarRanges | None = None
        self._programs: list[str] = []
        self._sizes: list[int] = []
        self._program = 0
        self._wants_tables = True
        self._is_over = False

    def decode(self, data: bytes, size: int) -> Iterator[bytes]:
        """One file of `size` bytes, in pieces."""
        out, queue = self.out, self.queue
        begin = self.base + len(out)
        queue.begin(begin)
        bits, goal, self._is_over = Bits(data + PAD), begin + size, False
        limit = 8 * len(data)
        self._ranges = None if self._wants_tables else self._ranges and RarRanges(data, 0)
        try:
            while not self._is_over:
                if self._wants_tables:
                    self._read_tables(bits)
                    yield b""
                step = self._model_symbols(bits) if self._ranges else self._symbols(bits, limit)
                for _ in step:
                    end = min(self.base + len(out), goal)
                    yield queue.give(out, self.base, end, is_last=False)
                    self._trim()
                    if self.base + len(out) > goal + FILTER_BYTES:
                        raise Broken("RAR: more bytes than the file has")
        except Broken:
            yield queue.give(out, self.base, min(self.base + len(out), goal), is_last=True)
            if self.base + len(out) < goal:
                raise
            return
        yield queue.give(out, self.base, min(self.base + len(out), goal), is_last=True)
        if self.base + len(out) < goal and size < UNKNOWN:
            raise Broken("RAR: the stream ends early")

    def _trim(self) -> None:
        if len(self.out) > 4 * WINDOW:
            most = min(len(self.out) - WINDOW, self.queue.given - self.base)
            if most > 0:
                del self.out[:most]
                self.base += most

    def _read_tables(self, bits: Bits) -> None:
        """The head of a block: which method it has, and its tables."""
        bits.align()
        self._wants_tables = False
        if bits.peek(1):
            self._begin_model(bits)
            return
        self._ranges = None
        self._low = self._low_left = 0
        bits.take(1)
        before = self.lengths if bits.take(1) else [0] * TOTAL
        helper = table_of(read_lengths(bits))
        found: list[int] = []
        while len(found) < TOTAL:
            symbol = bits.symbol(helper)
            if symbol < 16:
                found.append(symbol + before[len(found)] & 15)
            elif symbol < 18:
                if not found:
                    raise Broken("RAR: a table that begins with a repetition")
                found += found[-1:] * (bits.take(3) + 3 if symbol == 16 else bits.take(7) + 11)
            else:
                found += [0] * (bits.take(3) + 3 if symbol == 18 else bits.take(7) + 11)
        self.lengths = found[:TOTAL]
        two, three = MAIN + FAR, MAIN + FAR + LOW
        parts = self.lengths[:MAIN], self.lengths[MAIN:two], self.lengths[two:three], self.lengths[three:]
        self.tables = [table_of(part) for part in parts]

    def _begin_model(self, bits: Bits) -> None:
        flags = bits.take(8) & 0x7F
        memory = bits.take(8) + 1 if flags & 0x20 else 0
        if flags & 0x40:
            self._escape = bits.take(8)
        if memory:
            order = (flags & 31) + 1
            order = 16 + (order - 16) * 3 if order > 16 else order
            if order < 2:
                raise Broken("RAR: PPMd of order 1")
            self._model = Model(order, memory << 20)
        elif self._model is None:
            raise Broken("RAR: PPMd without its model")
        self._ranges = RarRanges(bits.data[: -len(PAD)], bits.at >> 3)

    def _model_symbols(self, bits: Bits) -> Iterator[None]:
        """A block of PPMd."""
        model, ranges, out, escape = self._model, self._ranges, self.out, self._escape
        if model is None or ranges is None:
            raise Broken("RAR: PPMd without its model")
        mark = len(out) + PIECE_BYTES
        while True:
            byte = model.decode(ranges)
            if byte < 0:
                raise Broken("RAR: PPMd ends")
            if byte != escape:
                out.append(byte)
            else:
                what = model.decode(ranges)
                if what == 0:
                    self._wants_tables = True
                    bits.at = 8 * ranges.at
                    return
                if what == 2:
                    self._is_over = self._wants_tables = True  # the next solid file begins with a head of its own
                    return
                if what == 3:
                    self._model_program(model, ranges)
                elif what == 4:
                    far = [model.decode(ranges) for _ in range(4)]
                    copy(out, (far[0] << 16 | far[1] << 8 | far[2]) + 2, far[3] + 32)
                elif what == 5:
                    copy(out, 1, model.decode(ranges) + 4)
                else:
                    out.append(byte)
            if len(out) > mark:
                yield
                mark = len(out) + PIECE_BYTES

    def _model_program(self, model: Model, ranges: RarRanges) -> None:
        first = model.decode(ranges)
        length = (first & 7) + 1
        if length == 7:
            length = model.decode(ranges) + 7
        elif length == 8:
            length = model.decode(ranges) << 8 | model.decode(ranges)
        self._add_program(first, bytes(max(0, model.decode(ranges)) for _ in range(length)))

    def _bits_program(self, bits: Bits) -> None:
        first = bits.take(8)
        length = (first & 7) + 1
        if length == 7:
            length = bits.take(8) + 7
        elif length == 8:
            length = bits.take(16)
        self._add_program(first, bytes(bits.take(8) for _ in range(length)))

    def _add_program(self, first: int, code: bytes) -> None:
        """A filter over bytes that are to come: an old program or a new one, with its registers."""
        bits = Bits(code)
        number = self._program
        if first & 0x80:
            number = _number(bits)
            if number == 0:
                self._programs.clear()
                self._sizes.clear()
            else:
                number -= 1
        is_new = number == len(self._programs)
        if number > len(self._programs) or number >= FILTERS or len(self.queue.waiting) >= FILTERS:
            raise Broken("RAR: a filter that is not there")
        self._program = number
        start = _number(bits) + (258 if first & 0x40 else 0)
        if is_new:
            self._sizes.append(0)
        if first & 0x20:
            self._sizes[number] = _number(bits)
        size = self._sizes[number]
        registers = [0] * 7
        if first & 0x10:
            mask = bits.take(7)
            registers = [_number(bits) if mask & 1 << place else 0 for place in range(7)]
        if is_new:
            length = _number(bits)
            if not 0 < length <= len(code):
                raise Broken("RAR: a filter without its program")
            program = bytes(bits.take(8) for _ in range(length))
            self._programs.append(STANDARD.get((length, zlib.crc32(program)), f"a program of {length} bytes"))
        if size > FILTER_BYTES:
            raise Broken("RAR: a filter over too many bytes")
        if size:
            place = self.base + len(self.out) + start
            self.queue.waiting.append(Filter(self._programs[number], place, size, registers[0], registers[1]))

    def _symbols(self, bits: Bits, limit: int) -> Iterator[None]:  # noqa: C901, PLR0912, PLR0915  one hot loop
        """Symbols up to the end of a block or of the file; yields after every `CHUNK_BYTES`."""
        if not self.tables:
            raise Broken("RAR: a block without tables")
        main, far_table, low, repeat = self.tables
        data, out, old, last, lengths, fars = bits.data, self.out, self.old, self.last, LENGTHS, _FAR
        append = out.append
        at = (bits.at >> 3) + 1
        held = 8 - (bits.at & 7)
        word = data[at - 1] if at <= len(data) else 0
        limit_at = len(data)
        mark = len(out) + CHUNK_BYTES
        while True:
            if held < 96:
                if at >= limit_at:
                    self.last = last
                    raise Broken("RAR: the stream ends early")
                if len(out) > mark:
                    self.last = last
                    yield
                    mark = len(out) + CHUNK_BYTES
                word = (word & (1 << held) - 1) << 128 | int.from_bytes(data[at : at + 16].ljust(16, b"\0"), "big")
                held, at = held + 128, at + 16
            entry = main[word >> held - WIDTH & MASK]
            held -= entry & 15
            symbol = entry >> 4
            if symbol < 256:
                if not entry:
                    raise Broken("RAR: a code that is none")
                append(symbol)
                continue
            if symbol >= 271:
                length, more = lengths[symbol - 271]
                length += 3
                if more:
                    held -= more
                    length += word >> held & (1 << more) - 1
                entry = far_table[word >> held - WIDTH & MASK]
                held -= entry & 15
                distance, more = fars[entry >> 4]
                if entry >> 4 > 9:
                    held -= more - 4
                    distance += (word >> held & (1 << more - 4) - 1) << 4
                    if self._low_left:
                        self._low_left -= 1
                        distance += self._low
                    else:
                        entry = low[word >> held - WIDTH & MASK]
                        held -= entry & 15
                        if entry >> 4 == 16:
                            self._low_left = 15
                        else:
                            self._low = entry >> 4
                        distance += self._low
                elif more:
                    held -= more
                    distance += word >> held & (1 << more) - 1
                if distance >= 0x2000:
                    length += 1 + (distance >= 0x40000)
                old[3], old[2], old[1], old[0] = old[2], old[1], old[0], distance
                last = length
            elif symbol >= 263:
                distance, more = SHORT[symbol - 263]
                held -= more
                distance += word >> held & (1 << more) - 1
                old[3], old[2], old[1], old[0] = old[2], old[1], old[0], distance
                last = length = 2
            elif symbol >= 259:
                distance = old.pop(symbol - 259)
                old.insert(0, distance)
                entry = repeat[word >> held - WIDTH & MASK]
                held -= entry & 15
                length, more = lengths[entry >> 4]
                length += 2
                if more:
                    held -= more
                    length += word >> held & (1 << more) - 1
                last = length
            elif symbol == 258:
                if not last:
                    continue
                length, distance = last, old[0]
            else:
                bits.at = 8 * at - held
                self.last = last
                if symbol == 256:
                    self._end_of_block(bits)
                    return
                if bits.at > limit:
                    raise Broken("RAR: the stream ends early")
                self._bits_program(bits)
                at, held = (bits.at >> 3) + 1, 8 - (bits.at & 7)
                word = data[at - 1] if at <= limit_at else 0
                continue
            start = len(out) - distance
            if length <= distance <= len(out):
                out += out[start : start + length]
            else:
                copy(out, distance, length)

    def _end_of_block(self, bits: Bits) -> None:
        if bits.take(1):
            self._wants_tables = True
        else:
            self._is_over = True
            self._wants_tables = bool(bits.take(1))


def _number(bits: Bits) -> int:
    """A number of 4, 8, 16 or 32 bits; one that is negative is told in 8."""
    size = bits.take(2)
    if size == 0:
        return bits.take(4)
    if size == 1:
        value = bits.take(8)
        return value if value >= 16 else 0xFFFFFF00 | value << 4 | bits.take(4)
    return bits.take(16 if size == 2 else 32)
