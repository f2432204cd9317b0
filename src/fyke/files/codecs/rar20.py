"""The method of RAR 2: LZ77 with three tables, and sound by prediction.

The Unarchiver's notes and unrar's behaviour were the description; the tables are those of RAR 3, smaller.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES, MIB
from fyke.files.codecs.rar29 import LENGTHS, SHORT, distances
from fyke.files.codecs.rar_bits import PAD, Bits, copy, table_of

MAIN, FAR, REPEAT, SOUND = 298, 48, 28, 257
HELPERS = 19
WINDOW = MIB  # the format's
_FAR = distances(((0, 4), *((bits, 2) for bits in range(1, 16)), (16, 14)))


class Channel:
    """What is known of one channel of sound."""

    def __init__(self) -> None:
        self.weights, self.offs = [0] * 5, [0] * 11
        self.deltas = [0] * 4
        self.last_delta = self.count = self.last = 0


class Rar20:
    """A decoder; of a solid archive, one for all files in their order."""

    def __init__(self) -> None:
        self.out, self.base = bytearray(), 0
        self.old, self.turn, self.last = [0, 0, 0, 0], 0, 0
        self.lengths = [0] * (SOUND * 4)
        self.tables: list[list[int]] = []
        self.is_sound = False
        self.channels: list[Channel] = []
        self.channel = self.channel_delta = 0

    def decode(self, data: bytes, size: int) -> Iterator[bytes]:
        """One file of `size` bytes, in pieces."""
        out, bits, goal = self.out, Bits(data + PAD), self.base + len(self.out) + size
        given, limit = len(out), 8 * len(data)
        try:
            if not self.tables:
                self._read_tables(bits)
            while self.base + len(out) < goal:
                if bits.at > limit:
                    raise Broken("RAR: the stream ends early")
                self._sounds(bits, goal) if self.is_sound else self._symbols(bits, goal)
                yield bytes(out[given : goal - self.base])
                given = min(len(out), goal - self.base)
                if given > 4 * WINDOW:
                    del out[: given - WINDOW]
                    self.base += given - WINDOW
                    given = WINDOW
            self._last_tables(bits, limit)
        except Broken:
            yield bytes(out[given : goal - self.base])
            raise

    def _last_tables(self, bits: Bits, limit: int) -> None:
        """Tables for the next file may stand behind the last symbol."""
        if limit >= bits.at + 5:
            table = self.tables[self.channel] if self.is_sound else self.tables[0]
            entry = table[bits.peek(15)]
            if entry and entry >> 4 == (256 if self.is_sound else 269):
                bits.at += entry & 15
                self._read_tables(bits)

    def _read_tables(self, bits: Bits) -> None:
        self.is_sound = bool(bits.take(1))
        before = self.lengths if bits.take(1) else [0] * (SOUND * 4)
        total = MAIN + FAR + REPEAT
        if self.is_sound:
            count = bits.take(2) + 1
            self.channels = (self.channels + [Channel() for _ in range(4)])[:4]
            self.channel = self.channel if self.channel < count else 0
            total = SOUND * count
        helper = table_of([bits.take(4) for _ in range(HELPERS)])
        found: list[int] = []
        while len(found) < total:
            symbol = bits.symbol(helper)
            if symbol < 16:
                found.append(symbol + before[len(found)] & 15)
            elif symbol == 16:
                if not found:
                    raise Broken("RAR: a table that begins with a repetition")
                found += found[-1:] * (bits.take(2) + 3)
            else:
                found += [0] * (bits.take(3) + 3 if symbol == 17 else bits.take(7) + 11)
        found = found[:total]
        self.lengths = found + [0] * (SOUND * 4 - total)
        if self.is_sound:
            parts = [found[at : at + SOUND] for at in range(0, total, SOUND)]
        else:
            parts = [found[:MAIN], found[MAIN : MAIN + FAR], found[MAIN + FAR :]]
        self.tables = [table_of(part) for part in parts]

    def _symbols(self, bits: Bits, goal: int) -> None:
        """Symbols until some bytes are there, or new tables."""
        main, far_table, repeat = self.tables
        out, old, symbol_of, take = self.out, self.old, bits.symbol, bits.take
        until = min(goal - self.base, len(out) + CHUNK_BYTES)
        while len(out) < until:
            symbol = symbol_of(main)
            if symbol < 256:
                out.append(symbol)
                continue
            if symbol == 269:
                self._read_tables(bits)
                return
            if symbol > 269:
                length, more = LENGTHS[symbol - 270]
                length += 3 + take(more)
                distance, more = _FAR[symbol_of(far_table)]
                distance += take(more)
                if distance >= 0x2000:
                    length += 1 + (distance >= 0x40000)
            elif symbol == 256:
                length, distance = self.last, old[self.turn - 1 & 3]
            elif symbol < 261:
                distance = old[self.turn - (symbol - 256) & 3]
                length, more = LENGTHS[symbol_of(repeat)]
                length += 2 + take(more)
                if distance >= 0x101:
                    length += 1 + (distance >= 0x2000) + (distance >= 0x40000)
            else:
                distance, more = SHORT[symbol - 261]
                distance, length = distance + take(more), 2
            self.last = length
            old[self.turn & 3] = distance
            self.turn = self.turn + 1 & 3
            if distance > 0:
                copy(out, distance, length)

    def _sounds(self, bits: Bits, goal: int) -> None:
        """Samples until some bytes are there, or new tables."""
        out, tables = self.out, self.tables
        until = min(goal - self.base, len(out) + CHUNK_BYTES)
        while len(out) < until:
            symbol = bits.symbol(tables[self.channel])
            if symbol == 256:
                self._read_tables(bits)
                return
            out.append(self._sample(symbol))
            self.channel += 1
            if self.channel == len(tables):
                self.channel = 0

    def _sample(self, delta: int) -> int:
        """A sample out of how far it is from the one foretold, and better weights for the next."""
        one = self.channels[self.channel]
        one.count += 1
        deltas, weights, offs = one.deltas, one.weights, one.offs
        deltas[3], deltas[2], deltas[1] = deltas[2], deltas[1], one.last_delta - deltas[0]
        deltas[0] = one.last_delta
        tastes = (*deltas, self.channel_delta)
        guess = 8 * one.last + sum(weight * each for weight, each in zip(weights, tastes, strict=True))
        guess = guess >> 3 & 0xFF
        value = guess - delta & 0xFF
        off = ((delta ^ 128) - 128) << 3
        offs[0] += abs(off)
        for number, each in enumerate(tastes):
            offs[2 * number + 1] += abs(off - each)
            offs[2 * number + 2] += abs(off + each)
        one.last_delta = self.channel_delta = (value - one.last + 128 & 0xFF) - 128
        one.last = value
        if one.count & 31 == 0:
            best = offs.index(min(offs))
            one.offs = [0] * 11
            if best:
                number = best - 1 >> 1
                weights[number] = max(-17, weights[number] - 1) if best & 1 else min(16, weights[number] + 1)
        return value
