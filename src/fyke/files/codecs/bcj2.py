"""BCJ2 of 7-Zip: calls and jumps of x86 code, taken out of a program into streams of their own.

Bcj2.c of the LZMA SDK (public domain) describes it: a range coder says of each E8, E9 and 0F 8x whether what follows
it stands, as an absolute address, in the stream of calls or in that of jumps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES

_BRANCH = re.compile(rb"[\xe8\xe9]|(?<=\x0f)[\x80-\x8f]")
TOP = 1 << 24
HALF = 1 << 10  # of probabilities with 11 bits
SHIFT = 5


def decode(main: bytes, calls: bytes, jumps: bytes, ranges: bytes, size: int) -> Iterator[bytes]:
    """The program, `size` bytes of it, in pieces."""
    if len(ranges) < 5 or ranges[0]:
        raise Broken("BCJ2: no range coder")
    code, width, next_range = int.from_bytes(ranges[1:5], "big"), 0xFFFFFFFF, 5
    odds = [HALF] * (2 + 256)  # of jumps on a condition, of E9, of E8 behind each byte
    out = bytearray()
    given = at = call = jump = 0
    last = 0  # the byte before `at` in the program, which may be the end of an address
    while at < len(main) and given + len(out) < size:
        place = _next_branch(main, at, last)
        out += main[at : place + 1]
        if place >= len(main):
            break
        branch = main[place]
        before = main[place - 1] if place > at else last
        index = 2 + before if branch == 0xE8 else 1 if branch == 0xE9 else 0
        at, last = place + 1, branch
        if width < TOP:
            if next_range >= len(ranges):
                raise Broken("BCJ2: the range coder ends early")
            width, code, next_range = width << 8, code << 8 | ranges[next_range], next_range + 1
        odd = odds[index]
        bound = (width >> 11) * odd
        if code < bound:
            width, is_taken = bound, False
            odds[index] = odd + ((2_048 - odd) >> SHIFT)
        else:
            width, code, is_taken = width - bound, code - bound, True
            odds[index] = odd - (odd >> SHIFT)
        if is_taken:
            if branch == 0xE8:
                address, call = calls[call : call + 4], call + 4
            else:
                address, jump = jumps[jump : jump + 4], jump + 4
            if len(address) < 4:
                raise Broken("BCJ2: an address is missing")
            value = (int.from_bytes(address, "big") - (given + len(out) + 4)) & 0xFFFFFFFF
            out += value.to_bytes(4, "little")
            last = out[-1]
        if len(out) >= CHUNK_BYTES:
            yield bytes(out)
            given += len(out)
            out.clear()
    yield bytes(out)


def _next_branch(main: bytes, at: int, last: int) -> int:
    """Where the next branch begins, or the end; `last` is what came out before `at`."""
    if last == 0x0F and 0x80 <= main[at] <= 0x8F:
        return at
    found = _BRANCH.search(main, at)
    return found.start() if found else len(main)
