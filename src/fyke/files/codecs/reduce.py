"""Reduced members of a ZIP (methods 2 to 5, APPNOTE 5.2): likely followers of each byte, then runs.

A stream has no end of its own: the size that the container tells is given.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES

DLE = 144
WINDOW_BYTES = 4_096


def expanded(data: bytes, size: int, factor: int) -> Iterator[bytes]:
    """The pieces of one stream of `size` bytes, of a factor from 1 (method 2) to 4 (method 5)."""
    mask = (1 << (8 - factor)) - 1
    out, given, state, told, length = bytearray(WINDOW_BYTES), WINDOW_BYTES, 0, 0, 0
    made = 0
    for value in _bytes(data):
        if made >= size:
            break
        if state == 0:
            if value == DLE:
                state = 1
            else:
                out.append(value)
                made += 1
        elif state == 1 and value == 0:
            out.append(DLE)
            made += 1
            state = 0
        elif state == 1:
            told, length = value, value & mask
            state = 2 if length == mask else 3
        elif state == 2:
            length += value
            state = 3
        else:
            distance = (told >> (8 - factor)) * 256 + value + 1
            length = min(length + 3, size - made)
            part = out[-distance:]
            out += part[:length] if distance >= length else (part * (length // distance + 1))[:length]
            made += length
            state = 0
        if len(out) - given >= CHUNK_BYTES:
            yield bytes(out[given:])
            del out[:-WINDOW_BYTES]
            given = WINDOW_BYTES
    yield bytes(out[given:])
    if made < size:
        raise Broken("the reduced stream ends early")


def _bytes(data: bytes) -> Iterator[int]:
    """The bytes before the runs were made of them, by the sets of followers."""
    bits = int.from_bytes(data[:_SETS_BYTES], "little")
    at, sets = 0, [b""] * 256
    for byte in range(255, -1, -1):
        count = bits >> at & 63
        at += 6
        if count > 32:
            raise Broken("reduced: a set of more than 32 followers")
        sets[byte] = (bits >> at & ((1 << (8 * count)) - 1)).to_bytes(count, "little")
        at += 8 * count
    if at > 8 * len(data):
        raise Broken("the reduced stream ends early")
    widths = [max(1, (len(one) - 1).bit_length()) if one else 0 for one in sets]
    held, count, last = bits >> at, 8 * min(len(data), _SETS_BYTES) - at, 0
    place = _SETS_BYTES
    while True:
        if count < 16:
            held |= int.from_bytes(data[place : place + 8], "little") << count
            count += 8 * len(data[place : place + 8])
            place += 8
        followers = sets[last]
        if followers and not held & 1:
            index = held >> 1 & ((1 << widths[last]) - 1)
            used = 1 + widths[last]
            if index >= len(followers):
                raise Broken("reduced: a follower that is not there")
            last = followers[index]
        else:
            used = 9 if followers else 8
            last = held >> (used - 8) & 255
        held >>= used
        count -= used
        if count < 0:
            return
        yield last


_SETS_BYTES = 256 * 33  # the sets take no more: 6 bits and 32 bytes each
