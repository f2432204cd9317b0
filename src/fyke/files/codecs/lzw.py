"""LZW twice: shrunk members of a ZIP (method 1, APPNOTE 5.1), and files of `compress` (.Z).

Strings of the table are kept as bytes: a code costs one look-up. A string grows by one byte a code, so that the table
of 65,536 codes could hold 2 GiB: strings longer than `STRING_BYTES` are what a bomb makes, and end the stream.
"""

from __future__ import annotations

from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES

_BYTES = [bytes((value,)) for value in range(256)]
TABLE_BYTES = (
    48 << 20
)  # all strings of a table together: 9,800 codes of one run of zeros; real files need some hundred KB


def unshrunk(data: bytes, size: int) -> Iterator[bytes]:  # noqa: C901, PLR0912  one loop over local names is fast
    """The pieces of one shrunk stream of `size` bytes (APPNOTE 5.1): codes of 9 to 13 bits, cleared in part."""
    prefix = [-1] * 8_192  # of each code: the code of its string without the last byte; -1: the code is free
    last_of = bytearray(range(256)) + bytearray(8_192 - 256)
    free, width, held, count, at, made = 257, 9, 0, 0, 0, 0
    before, first = -1, 0
    out = bytearray()
    while made < size:
        while count < width:
            if at >= len(data):
                raise Broken("the shrunk stream ends early")
            held |= data[at] << count
            at += 1
            count += 8
        code = held & ((1 << width) - 1)
        held >>= width
        count -= width
        if code == 256:
            while count < width:
                if at >= len(data):
                    raise Broken("the shrunk stream ends early")
                held |= data[at] << count
                at += 1
                count += 8
            told = held & ((1 << width) - 1)
            held >>= width
            count -= width
            if told == 1 and width < 13:
                width += 1
            elif told == 2:
                _clear_leaves(prefix)
                free = 257
            else:
                raise Broken("shrunk: a command that is none")
            continue
        string = _string(prefix, last_of, code, before, first)
        first = string[0]
        out += string
        made += len(string)
        if before >= 0:
            while free < 8_192 and prefix[free] >= 0:
                free += 1
            if free < 8_192:
                prefix[free], last_of[free] = before, first
        before = code
        if len(out) >= CHUNK_BYTES:
            yield bytes(out)
            out.clear()
    yield bytes(out[: len(out) - (made - size)])


def _string(prefix: list[int], last_of: bytearray, code: int, before: int, first: int) -> bytes:
    """What a code stands for; a code that is not there yet is the last string and its first byte again."""
    found = bytearray()
    if code > 256 and prefix[code] < 0:
        if before < 0:
            raise Broken("shrunk: a code before there is one")
        found.append(first)
        code = before
    while code > 256:
        found.append(last_of[code])
        code = prefix[code]
        if code < 0 or len(found) > 8_192:  # after a partial clearing a code may hang on one that is free, or on itself
            raise Broken("shrunk: a code hangs on one that is not there")
    found.append(code)
    found.reverse()
    return bytes(found)


def _clear_leaves(prefix: list[int]) -> None:
    """Free each code that is no other code's beginning."""
    parents = {code for code in prefix if code > 256}
    for code in range(257, 8_192):
        if code not in parents:
            prefix[code] = -1


def uncompressed(data: bytes) -> Iterator[bytes]:
    """The pieces of a .Z file: codes of 9 to 16 bits; they stand in groups of eight of one width."""
    if len(data) < 3 or data[:2] != b"\x1f\x9d" or not 9 <= data[2] & 31 <= 16:
        raise Broken("compress: no header of LZW")
    most, is_block = data[2] & 31, bool(data[2] & 128)
    first_free = 257 if is_block else 256
    strings: list[bytes] = _BYTES + [b""] * (first_free - 256)
    at, width, before, held_bytes = 3, 9, b"", 0
    out: list[bytes] = []
    size = 0
    while at < len(data):
        # One group: `width` bytes are eight codes. A change of width or a clearing drops the rest of the group.
        group = int.from_bytes(data[at : at + width], "little")
        codes = min(8, (len(data) - at) * 8 // width)
        at += width
        mask = (1 << width) - 1
        for _ in range(codes):
            code = group & mask
            group >>= width
            if code == 256 and is_block:
                del strings[first_free:]
                width, before, held_bytes = 9, b"", 0
                break
            if code < len(strings):
                string = strings[code]
            elif code == len(strings) and before:
                string = before + before[:1]
            else:
                raise Broken("compress: a code that is not there yet")
            if before and len(strings) < 1 << most:
                strings.append(before + string[:1])
                held_bytes += len(before)
            before = string
            out.append(string)
            size += len(string)
            if len(strings) > mask and width < most:
                width += 1
                break
        if size >= CHUNK_BYTES:
            yield b"".join(out)
            out, size = [], 0
            if held_bytes > TABLE_BYTES:
                raise Broken("compress: strings longer than are kept")
    yield b"".join(out)
