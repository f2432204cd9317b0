"""Installers made by NSIS (its own source is the specification: exehead/fileform.h): zlib and LZMA, solid or not.

Names come from the instructions that extract files; where they are shuffled, files have numbers.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterator

from fyke.files.base import Broken
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little, piece
from fyke.files.entries import Entry, Stream
from fyke.files.streams import inflated, unlzma

SIGN = b"\xef\xbe\xad\xdeNullsoftInst"
HEADER_BYTES = 16 << 20  # unpacked: instructions and texts of the largest installers have some megabytes
FILES = 10_000
EXTRACT = 20  # the instruction that writes a file (EW_EXTRACTFILE)
PACKED = 0x8000_0000
LZMA_PROPERTIES = b"\x5d\0\0"


class Setup:
    """One installer, beginning at its first header."""

    def __init__(self, data: bytes, sign: int, meter: Meter) -> None:
        self._data, self._meter = data, meter
        self._size = little(data, sign + 16, 4)
        self._at = sign + 24
        self._end = min(len(data), sign - 4 + little(data, sign + 20, 4))
        first = little(data, self._at, 4)
        # A packed header by itself has its size in front; a solid stream begins at once.
        is_sized = first == self._size or (first & PACKED and first & ~PACKED <= self._end - self._at)
        start = data[self._at : self._at + 6]  # a dictionary of 8 MB looks like a size: LZMA's properties go first
        self.is_solid = not is_sized or (start[:3] == LZMA_PROPERTIES and start[4:] == b"\0\0")
        packed = data[self._at + (0 if self.is_solid else 4) :][:2]
        self.is_read = not (packed[:1] == b"1" and packed[1:] < b"\x0e")  # bzip2 of NSIS's own: a block begins so
        if self._size > HEADER_BYTES:
            raise Broken(f"a header of {self._size:,} bytes")

    def entries(self) -> Iterator[Entry]:
        """All files, in the order in which they are packed."""
        yield from self._solid() if self.is_solid else self._single()

    def _solid(self) -> Iterator[Entry]:
        stream = Stream(unpacked(self._data[self._at : self._end]), self._meter)
        size = int.from_bytes(b"".join(stream.part(0, 4)), "little")
        if size != self._size:
            raise Broken("the stream does not begin with the header")
        header = b"".join(stream.part(4, size))
        names = file_names(header)
        base = at = 4 + size
        for number in range(FILES):
            try:
                length = int.from_bytes(b"".join(stream.part(at, 4)), "little")
            except Broken:
                return  # the stream says nowhere how many files it has
            name = names.get(at - base, f"file {number}")
            yield Entry(name, length, stream.part(at + 4, length), len(self._data))
            at += 4 + length

    def _single(self) -> Iterator[Entry]:
        length = little(self._data, self._at, 4) & ~PACKED
        packed = piece(self._data, self._at + 4, length)
        pieces = _one(packed, little(self._data, self._at, 4))
        header = b"".join(Stream(pieces, self._meter).part(0, self._size))
        names = file_names(header)
        base = at = self._at + 4 + length
        for number in range(FILES):
            if at + 4 >= self._end:
                return
            word = little(self._data, at, 4)
            length = word & ~PACKED
            if not length or at + 4 + length > self._end:
                return  # the check sum, or what is no file
            packed = self._data[at + 4 : at + 4 + length]
            yield Entry(names.get(at - base, f"file {number}"), 0, _one(packed, word), length)
            at += 4 + length


def _one(packed: bytes, word: int) -> Iterator[bytes]:
    return unpacked(packed) if word & PACKED else iter((packed,))


def unpacked(packed: bytes) -> Iterator[bytes]:
    """One stream, by whichever method it begins as."""
    filtered = packed[:1] in {b"\0", b"\1"} and packed[1:4] == LZMA_PROPERTIES
    if filtered or packed[:3] == LZMA_PROPERTIES:
        return _lzma(packed[1:] if filtered else packed, is_x86=filtered and packed[0] == 1)
    return inflated(packed)


def _lzma(packed: bytes, *, is_x86: bool) -> Iterator[bytes]:
    """LZMA with its properties in front and no size."""
    byte, size = packed[0], little(packed, 1, 4)
    rest, lc = divmod(byte, 9)
    filters: list[dict[str, int]] = [{"id": lzma.FILTER_X86}] if is_x86 else []
    filters.append({"id": lzma.FILTER_LZMA1, "lc": lc, "lp": rest % 5, "pb": rest // 5, "dict_size": max(size, 4_096)})
    return unlzma(packed[5:], lzma.FORMAT_RAW, filters)


def file_names(header: bytes) -> dict[int, str]:
    """By where a file lies after the header: the name under which it is written."""
    found: dict[int, str] = {}
    for wide in (False, True):  # offsets of 32 bits, or of 64 in installers for such systems
        step = 12 if wide else 8
        try:
            rows = [(little(header, 4 + step * n, step - 4), little(header, step * (n + 1), 4)) for n in range(8)]
        except Broken:
            return found
        (entries, count), (strings, _) = rows[2], rows[3]
        if not 0 < entries < strings < len(header) or entries + 28 * count > len(header):
            continue
        is_wide = header[strings : strings + 2] == b"\0\0"
        for row in range(entries, entries + 28 * min(count, 4 * FILES), 28):
            if little(header, row, 4) == EXTRACT:
                name = _text(header, strings, little(header, row + 8, 4), is_wide=is_wide)
                found.setdefault(little(header, row + 12, 4), name)
        return found
    return found


def _text(header: bytes, strings: int, place: int, *, is_wide: bool) -> str:
    """A text of the table without the variables in it."""
    if is_wide:
        at = strings + 2 * place
        units = header[at : at + 1_024].decode("utf-16-le", "replace").partition("\0")[0]
        codes = "\1\2\3\4"
    else:
        at = strings + place
        raw = header[at : at + 1_024]
        is_old = any(code in raw.partition(b"\0")[0] for code in b"\xfc\xfd\xfe\xff")
        codes = "\xfc\xfd\xfe\xff" if is_old else "\1\2\3\4"
        units = _until_nul(raw, codes)
    kept: list[str] = []
    skip = 0
    for unit in units:
        if skip:
            skip -= 1
        elif unit in codes:
            skip = 1 if is_wide else 2
        else:
            kept.append(unit)
    return "".join(kept).replace("\\", "/").lstrip("/") or "?"


def _until_nul(raw: bytes, codes: str) -> str:
    """ANSI text; the two bytes after a code may be zero themselves."""
    text, at = raw.decode("latin-1"), 0
    while at < len(text) and text[at] != "\0":
        at += 3 if text[at] in codes else 1
    return text[:at]
