"""Prefix codes read from the lowest bit on, as in deflate and implode: a table from the next bits to symbol and length.

An entry is `symbol << 5 | length`, and 0 where the code is not whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from fyke.files.base import Broken


def canonical(lengths: bytes, what: str) -> tuple[list[int], int]:
    """The table of canonical codes (RFC 1951 3.2.2), and how many bits it looks at."""
    most = max(lengths, default=0)
    if most == 0:
        return [0, 0], 1
    counts = [lengths.count(length) for length in range(most + 1)]
    counts[0] = 0
    nexts, code, used = [0] * (most + 1), 0, 0
    for length in range(1, most + 1):
        code = (code + counts[length - 1]) << 1
        nexts[length] = code
        used += counts[length] << (most - length)
    if used > 1 << most:
        raise Broken(f"{what}: more codes than bits can tell apart")
    codes = []
    for symbol, length in enumerate(lengths):
        if length:
            codes.append((symbol, length, turned(nexts[length], length)))
            nexts[length] += 1
    return table(codes, most), most


def table(codes: Iterable[tuple[int, int, int]], bits: int) -> list[int]:
    """The table of (symbol, length, code with its first bit lowest)."""
    size = 1 << bits
    found = [0] * size
    for symbol, length, code in codes:
        found[code :: 1 << length] = [symbol << 5 | length] * (size >> length)
    return found


def turned(code: int, length: int) -> int:
    """The lowest bits of a number in the opposite order."""
    return int(f"{code:0{length}b}"[::-1], 2)
