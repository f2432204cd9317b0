"""Imploded members of a ZIP (method 6, APPNOTE 5.3): Shannon-Fano codes over a window of 4 or 8 KiB.

A stream has no end of its own: the size that the container tells is given.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES
from fyke.files.codecs.prefix import table, turned

LARGE_WINDOW, THREE_TREES = 2, 4  # bits of the member's flags (APPNOTE 4.4.4)
HELD_BYTES = 1 << 20


def exploded(data: bytes, size: int, flags: int) -> Iterator[bytes]:
    """The pieces of one stream of `size` bytes."""
    at, trees = 0, []
    for symbols in (256, 64, 64) if flags & THREE_TREES else (64, 64):
        tree, at = _tree(data, at, symbols)
        trees.append(tree)
    literals = trees[0] if flags & THREE_TREES else []
    return _copied(data, at, size, literals, trees[-2], trees[-1], 7 if flags & LARGE_WINDOW else 6)


def _tree(data: bytes, at: int, symbols: int) -> tuple[list[int], int]:
    """A tree as written at a place (APPNOTE 5.3.7), as a table of 16 bits, and where it ends."""
    if at >= len(data):
        raise Broken("imploded: no tree")
    end = at + 2 + data[at]
    lengths: list[int] = []
    for pair in data[at + 1 : end]:
        lengths += [(pair & 15) + 1] * ((pair >> 4) + 1)
    if len(lengths) != symbols:
        raise Broken(f"imploded: a tree of {len(lengths)} codes where {symbols} are due")
    order = sorted(range(symbols), key=lambda symbol: (lengths[symbol], symbol))
    code, step, last, codes = 0, 0, 0, []
    for symbol in reversed(order):
        code += step
        if lengths[symbol] != last:
            last = lengths[symbol]
            step = 1 << (16 - last)
        codes.append((symbol, last, turned(code & 0xFFFF, 16) & ((1 << last) - 1)))
    if code >= 1 << 16:
        raise Broken("imploded: more codes than bits can tell apart")
    return table(codes, 16), end


def _copied(  # noqa: PLR0912, PLR0915, PLR0917  one loop over local names is fast
    data: bytes, at: int, size: int, literals: list[int], lengths: list[int], distances: list[int], low_bits: int
) -> Iterator[bytes]:
    """Literals and copies. A copy from before the start copies zeros."""
    out, held, count, given, left = bytearray(8_192), 0, 0, 8_192, size
    shortest, low_mask = (3 if literals else 2), (1 << low_bits) - 1
    while left > 0:
        if count < 48:  # a copy takes 1 + 7 + 16 + 16 + 8
            if at - count // 8 > len(data):
                raise Broken("the imploded stream ends early")
            held |= int.from_bytes(data[at : at + 8], "little") << count
            at += 8
            count += 64
        if held & 1:
            held >>= 1
            if literals:
                entry = literals[held & 0xFFFF]
                symbol, bits = entry >> 5, entry & 31
                if not bits:
                    raise Broken("imploded: bits that are no code")
            else:
                symbol, bits = held & 255, 8
            held >>= bits
            count -= bits + 1
            out.append(symbol)
            left -= 1
        else:
            distance = held >> 1 & low_mask
            held >>= 1 + low_bits
            far = distances[held & 0xFFFF]
            held >>= far & 31
            long = lengths[held & 0xFFFF]
            held >>= long & 31
            count -= 1 + low_bits + (far & 31) + (long & 31)
            if not far or not long:
                raise Broken("imploded: bits that are no code")
            distance += (far >> 5 << low_bits) + 1
            length = (long >> 5) + shortest
            if length == 63 + shortest:
                length += held & 255
                held >>= 8
                count -= 8
            length = min(length, left)
            left -= length
            part = out[-distance:]
            out += part[:length] if distance >= length else (part * (length // distance + 1))[:length]
        if len(out) - given >= CHUNK_BYTES:
            yield bytes(out[given:])
            if len(out) > HELD_BYTES:
                del out[:-8_192]
            given = len(out)
    if at - count // 8 > len(data):
        raise Broken("the imploded stream ends early")
    yield bytes(out[given:])
