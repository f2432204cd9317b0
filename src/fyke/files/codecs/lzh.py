"""LZSS with static Huffman codes a block, as in LHA (-lh4- to -lh7-) and ARJ (methods 1 to 3), and ARJ's method 4.

Okumura's and Yoshizaki's ar002 and the technical note of ARJ describe both.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES
from fyke.files.codecs.rar_bits import PAD, Bits, copy

WIDTH = 16  # bits of the longest code
MASK = 0xFFFF
LITERALS, HELPERS = 510, 19
WINDOW = 1 << 17  # kept of the output: more than any of the methods looks back
FAR_CODES = {"lh4": (14, 4), "lh5": (14, 4), "lh6": (16, 5), "lh7": (17, 5), "arj": (17, 5)}  # and bits of their count


def unlzh(data: bytes, method: str, size: int) -> Iterator[bytes]:
    """The stream of one file, `size` bytes of it, in pieces."""
    far_count, far_bits = FAR_CODES[method]
    bits, out, left, kept = Bits(data + PAD), bytearray(), size, 0
    while left > 0:
        if bits.at >= 8 * len(data):
            raise Broken("LZH: the stream ends early")
        count = bits.take(16) or 65_536
        helper = _table(_lengths(bits, HELPERS, 5, 3))
        main = _table(_main_lengths(bits, helper))
        far = _table(_lengths(bits, far_count, far_bits, -1))
        for _ in _block(bits, out, count, main, far):
            piece = bytes(out[kept : kept + left])
            left -= len(piece)
            yield piece
            if len(out) > WINDOW:
                del out[: len(out) - WINDOW]
            kept = len(out)
            if left <= 0:
                return


def _table(lengths: list[int]) -> list[int]:
    """A table of all 16 bits: the symbol times 32, and how long its code is. One length alone: its symbol, always."""
    if len(lengths) == 1:
        return [lengths[0] << 5] * (1 << WIDTH)
    table: list[int] = []
    for length in range(1, WIDTH + 1):
        for symbol, own in enumerate(lengths):
            if own == length:
                table += [symbol << 5 | length] * (1 << WIDTH - length)
        if len(table) > 1 << WIDTH:
            raise Broken("LZH: a table with too many codes")
    return table + [-1] * ((1 << WIDTH) - len(table))


def _symbol(bits: Bits, table: list[int]) -> int:
    entry = table[bits.peek(WIDTH)]
    if entry < 0:
        raise Broken("LZH: a code that is none")
    bits.take(entry & 31)
    return entry >> 5


def _lengths(bits: Bits, most: int, wide: int, pause: int) -> list[int]:
    """Code lengths in three bits and more; after number `pause` a run of zeros is told. One symbol: it alone."""
    count = bits.take(wide)
    if not count:
        return [bits.take(wide)]
    if count > most:
        raise Broken("LZH: a table of too many symbols")
    found: list[int] = []
    while len(found) < count:
        length = bits.take(3)
        while length >= 7 and bits.take(1):
            length += 1
            if length > WIDTH:
                raise Broken("LZH: a code of too many bits")
        found.append(length)
        if len(found) == pause:
            found += [0] * bits.take(2)
    return [*found, 0]


def _main_lengths(bits: Bits, helper: list[int]) -> list[int]:
    count = bits.take(9)
    if not count:
        return [bits.take(9)]
    if count > LITERALS:
        raise Broken("LZH: a table of too many symbols")
    found: list[int] = []
    while len(found) < count:
        symbol = _symbol(bits, helper)
        if symbol > 2:
            found.append(symbol - 2)
        else:
            found += [0] * (1 if symbol == 0 else bits.take(4) + 3 if symbol == 1 else bits.take(9) + 20)
    return [*found, 0]


def _block(bits: Bits, out: bytearray, count: int, main: list[int], far: list[int]) -> Iterator[None]:
    """So many symbols; yields after every `CHUNK_BYTES`, and at the end."""
    data, append, limit = bits.data, out.append, len(bits.data)
    at = (bits.at >> 3) + 1
    held, word = 8 - (bits.at & 7), data[at - 1]
    mark = len(out) + CHUNK_BYTES
    for _ in range(count):
        if held < 64:
            if at >= limit:
                yield
                raise Broken("LZH: the stream ends early")
            word = (word & (1 << held) - 1) << 128 | int.from_bytes(data[at : at + 16].ljust(16, b"\0"), "big")
            held, at = held + 128, at + 16
        entry = main[word >> held - WIDTH & MASK]
        if entry < 0:
            yield
            raise Broken("LZH: a code that is none")
        held -= entry & 31
        symbol = entry >> 5
        if symbol < 256:
            append(symbol)
            continue
        entry = far[word >> held - WIDTH & MASK]
        if entry < 0:
            yield
            raise Broken("LZH: a code that is none")
        held -= entry & 31
        distance = entry >> 5
        if distance > 1:
            held -= distance - 1
            distance = (1 << distance - 1) + (word >> held & (1 << distance - 1) - 1)
        copy(out, distance + 1, symbol - 253)
        if len(out) > mark:
            yield
            mark = len(out) + CHUNK_BYTES
    bits.at = 8 * at - held
    yield


def unarj4(data: bytes, size: int) -> Iterator[bytes]:
    """ARJ's fastest method: lengths and distances in codes that grow with them."""
    bits, out, left, kept = Bits(data + PAD), bytearray(), size, 0
    while left > 0:
        until = kept + min(left, CHUNK_BYTES)
        while len(out) < until:
            if bits.at >= 8 * len(data):
                yield bytes(out[kept : kept + left])
                raise Broken("ARJ: the stream ends early")
            if length := _growing(bits, 0, 7):
                copy(out, _growing(bits, 9, 13) + 1, length + 2)
            else:
                out.append(bits.take(8))
        piece = bytes(out[kept : kept + left])
        left -= len(piece)
        yield piece
        if len(out) > WINDOW:
            del out[: len(out) - WINDOW]
        kept = len(out)


def _growing(bits: Bits, width: int, most: int) -> int:
    base = 0
    while width < most and bits.take(1):
        base += 1 << width
        width += 1
    return base + (bits.take(width) if width else 0)
