"""The method of RAR 5 (and of RAR 7, with larger distances): blocks of LZ77 with five tables, and filters.

There is no paper on it; rar5 readers of libarchive and The Unarchiver, and the format's own technote on what
surrounds it, were the description.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES, MIB
from fyke.files.codecs.rar_bits import MASK, PAD, UNKNOWN, WIDTH, Bits, copy, read_lengths, table_of
from fyke.files.codecs.rar_filters import Filter, Queue

MAIN, LOW, REPEAT = 306, 16, 44
DISTANCES = {0: 64, 1: 80}  # of the version of the method
FILTER_BYTES = 1 << 22  # a filter is over no more
FILTERS = 8_192  # waiting at once: unrar's own limit
WINDOW = 64 * MIB  # kept of what was given; what reaches further back is broken
KINDS = {0: "delta", 1: "e8", 2: "e8e9", 3: "arm"}


def _lengths() -> tuple[tuple[int, int], ...]:
    """Base and further bits of each length."""
    found = []
    for slot in range(REPEAT):
        bits = 0 if slot < 8 else slot // 4 - 1
        found.append((2 + (slot if slot < 8 else (4 | slot & 3) << bits), bits))
    return tuple(found)


def _distances() -> tuple[tuple[int, int], ...]:
    found = []
    for slot in range(80):
        bits = 0 if slot < 4 else slot // 2 - 1
        found.append((1 + (slot if slot < 4 else (2 | slot & 1) << bits), bits))
    return tuple(found)


_LENGTHS, _DISTANCES = _lengths(), _distances()


class Rar50:
    """A decoder; of a solid archive, one for all files in their order."""

    def __init__(self, version: int = 0) -> None:
        self.count = DISTANCES[version]
        self.out, self.base = bytearray(), 0  # the output that is kept, and where it begins in all of it
        self.old, self.last = [0, 0, 0, 0], 0
        self.tables: list[list[int]] = []
        self.queue = Queue()
        self._is_last = False

    def decode(self, data: bytes, size: int) -> Iterator[bytes]:
        """One file of `size` bytes, in pieces."""
        out, queue = self.out, self.queue
        begin = self.base + len(out)
        queue.begin(begin)
        bits, goal = Bits(data + PAD), begin + size
        self._is_last = False
        limit = 8 * len(data)
        try:
            while self.base + len(out) < goal and not self._is_last:
                if bits.at >= limit:
                    raise Broken("RAR: the stream ends early")
                for _ in self._block(bits, limit):
                    end = min(self.base + len(out), goal)
                    yield queue.give(out, self.base, end, is_last=False)
                    self._trim()
                    if self.base + len(out) > goal + FILTER_BYTES:
                        raise Broken("RAR: more bytes than the file has")
        except Broken:
            yield queue.give(out, self.base, min(self.base + len(out), goal), is_last=True)
            raise
        yield queue.give(out, self.base, min(self.base + len(out), goal), is_last=True)
        if self.base + len(out) < goal and size < UNKNOWN:
            raise Broken("RAR: the stream ends early")

    def _trim(self) -> None:
        """Forget what no distance reaches; not what still has to be given."""
        if len(self.out) > 2 * WINDOW:
            most = min(len(self.out) - WINDOW, self.queue.given - self.base)
            if most > 0:
                del self.out[:most]
                self.base += most

    def _block(self, bits: Bits, limit: int) -> Iterator[None]:
        """One block; yields where something may be given."""
        bits.align()
        flags, check = bits.take(8), bits.take(8)
        wide = (flags >> 3 & 3) + 1
        if wide == 4:
            raise Broken("RAR: a block without a size")
        size = 0
        for number in range(wide):
            byte = bits.take(8)
            size |= byte << 8 * number
            check ^= byte
        if check ^ flags != 0x5A:
            raise Broken("RAR: the check sum of a block is wrong")
        start = bits.at >> 3
        end_bit = bits.at + 8 * (size - 1) + (flags & 7) + 1
        if size == 0:
            end_bit = bits.at
        self._is_last = bool(flags & 0x40)
        if flags & 0x80:
            self._read_tables(bits)
        if not self.tables:
            raise Broken("RAR: a block without tables")
        yield
        yield from self._symbols(bits.data, bits.at, min(end_bit, limit))
        bits.at = 8 * (start + size)

    def _read_tables(self, bits: Bits) -> None:
        helper = table_of(read_lengths(bits))
        found: list[int] = []
        total = MAIN + self.count + LOW + REPEAT
        while len(found) < total:
            symbol = bits.symbol(helper)
            if symbol < 16:
                found.append(symbol)
            elif symbol < 18:
                if not found:
                    raise Broken("RAR: a table that begins with a repetition")
                found += found[-1:] * (bits.take(3) + 3 if symbol == 16 else bits.take(7) + 11)
            else:
                found += [0] * (bits.take(3) + 3 if symbol == 18 else bits.take(7) + 11)
        two, three = MAIN + self.count, MAIN + self.count + LOW
        parts = found[:MAIN], found[MAIN:two], found[two:three], found[three:total]
        self.tables = [table_of(part) for part in parts]

    def _filter(self, bits: Bits) -> None:
        """Note a filter over bytes that are to come."""
        numbers = []
        for _ in range(2):
            count = bits.take(2) + 1
            numbers.append(sum(bits.take(8) << 8 * number for number in range(count)))
        kind = bits.take(3)
        channels = bits.take(5) + 1 if kind == 0 else 0
        if kind not in KINDS or numbers[1] > FILTER_BYTES or len(self.queue.waiting) >= FILTERS:
            raise Broken(f"RAR: a filter of kind {kind} over {numbers[1]:,} bytes")
        if numbers[1]:
            start = self.base + len(self.out) + numbers[0]
            self.queue.waiting.append(Filter(KINDS[kind], start, numbers[1], channels))

    def _symbols(self, data: bytes, at_bit: int, end_bit: int) -> Iterator[None]:  # noqa: C901, PLR0912, PLR0915  one hot loop
        """Decode up to a bit; yields after every `CHUNK_BYTES`."""
        main, far, low, repeat = self.tables
        out, old, last, lengths, distances = self.out, self.old, self.last, _LENGTHS, _DISTANCES
        append = out.append
        at, end = at_bit >> 3, (end_bit + 7) >> 3
        held = 8 - (at_bit & 7) if at < end else 0
        word = data[at] & (1 << held) - 1 if held else 0
        at += 1
        spare = 0  # bits at the end that do not count
        mark = len(out) + CHUNK_BYTES
        while True:
            if held < 112:  # a symbol takes at most 88
                if at < end:
                    stop = min(end, at + 16)
                    word = (word & (1 << held) - 1) << 8 * (stop - at) | int.from_bytes(data[at:stop], "big")
                    held += 8 * (stop - at)
                    at = stop
                else:
                    if not spare:
                        spare = 96 + 8 * end - end_bit
                        word, held = (word & (1 << held) - 1) << 96, held + 96
                    if held <= spare:
                        break
            entry = main[word >> held - WIDTH & MASK]
            held -= entry & 15
            symbol = entry >> 4
            if symbol < 256:
                if not entry:
                    raise Broken("RAR: a code that is none")
                append(symbol)
                continue
            if symbol >= 262:
                length, more = lengths[symbol - 262]
                if more:
                    held -= more
                    length += word >> held & (1 << more) - 1
                entry = far[word >> held - WIDTH & MASK]
                held -= entry & 15
                distance, more = distances[entry >> 4]
                if more >= 4:
                    if more > 4:
                        held -= more - 4
                        distance += (word >> held & (1 << more - 4) - 1) << 4
                    entry = low[word >> held - WIDTH & MASK]
                    held -= entry & 15
                    distance += entry >> 4
                elif more:
                    held -= more
                    distance += word >> held & (1 << more) - 1
                if distance > 0x100:
                    length += 1 + (distance > 0x2000) + (distance > 0x40000)
                old[3], old[2], old[1], old[0] = old[2], old[1], old[0], distance
                last = length
            elif symbol == 256:
                bits = Bits(data, 8 * at + (96 if spare else 0) - held)
                begin = bits.at
                self._filter(bits)
                held -= bits.at - begin
                yield
                continue
            elif symbol == 257:
                if not last:
                    continue
                length, distance = last, old[0]
            else:
                number = symbol - 258
                distance = old.pop(number)
                old.insert(0, distance)
                entry = repeat[word >> held - WIDTH & MASK]
                held -= entry & 15
                length, more = lengths[entry >> 4]
                if more:
                    held -= more
                    length += word >> held & (1 << more) - 1
                last = length
            start = len(out) - distance
            if length <= distance <= len(out):
                out += out[start : start + length]
            elif distance > 0:
                if distance > WINDOW:
                    raise Broken("RAR: a distance that is larger than is read")
                copy(out, distance, length)
            else:
                raise Broken("RAR: a distance of nothing")
            if start + distance > mark:
                self.last = last
                yield
                mark = len(out) + CHUNK_BYTES
        self.last = last
