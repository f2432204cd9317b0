"""OLE2 compound files ([MS-CFB]): streams with their paths, read by an own small reader that cannot be led in circles.

Every chain of sectors ends at the stream's size, and all chains together at `WALKS` times the sectors there are: honest
streams share none. What is cut short is given as far as it goes, and `complaints` says why.
"""

from __future__ import annotations

from array import array
from struct import Struct as Layout
from struct import unpack_from

from msgspec import Struct

from fyke.files.base import Broken

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER_BYTES = 512
ENTRY = Layout("<64sHBBIII16s20xIQ")  # 2.6.1: name, its length, type, colour, left, right, child, class, start, size
STORAGE, STREAM, ROOT = 1, 2, 5
END = 0xFFFFFFFA  # 2.1: sector numbers from here on are marks
ENTRIES = 20_000  # of a directory: a document with a thousand embedded objects has some ten thousand
WALKS = 3  # times that all sectors may be walked over
DEPTH = 40  # storages in storages


class Entry(Struct, frozen=True):
    """A stream or a storage."""

    path: tuple[str, ...]
    start: int
    size: int
    is_stream: bool
    clsid: bytes = b""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path[-1] if self.path else ""


class Compound:
    """One compound file."""

    def __init__(self, data: bytes) -> None:
        if len(data) < HEADER_BYTES or not data.startswith(MAGIC):
            raise Broken("the OLE2 header is cut short")
        self.data = data
        self.complaints: list[str] = []
        self.major, shift, mini_shift = unpack_from("<H2xHH", data, 26)
        if shift not in {9, 12}:
            self._complain("the header names a sector size that there is not")
            shift = 9
        self.sector, self.mini = 1 << shift, 64
        if mini_shift != 6:
            self._complain("the header names a size of small sectors that there is not")
        _, directory, self.cutoff, minifat, _, difat, _ = unpack_from("<II4xIIIII", data, 44)
        self.cutoff = 4_096  # 2.2: it shall be; programs take it so, whatever stands there
        self.sectors = max(0, -(-(len(data) - self.sector) // self.sector))
        self._steps = WALKS * self.sectors + 1_000
        self._fat = self._numbers(self._fat_sectors(difat))
        self._minifat = self._numbers(self._chain(minifat, self.sectors, self._fat))
        self.entries, root = self._directory(self._read_big(directory, 1 << 40))
        self._ministream = self._read_big(root.start, root.size) if root else b""
        self.clsid = root.clsid if root else b""
        self._steps += WALKS * (len(self._ministream) // self.mini)

    def _complain(self, text: str) -> None:
        if text not in self.complaints:
            self.complaints.append(text)

    def streams(self) -> list[Entry]:
        """All streams, as the directory has them."""
        return [entry for entry in self.entries if entry.is_stream]

    def find(self, *names: str) -> Entry | None:
        """The first stream whose name is one of those, whatever the case, nearest to the root."""
        wanted = {name.lower() for name in names}
        found = [entry for entry in self.entries if entry.is_stream and entry.name.lower() in wanted]
        return min(found, key=lambda entry: len(entry.path), default=None)

    def read(self, entry: Entry | None, limit: int = 1 << 40) -> bytes:
        """The bytes of a stream, as many as there are."""
        if entry is None or not entry.size:
            return b""
        size = min(entry.size, limit)
        if entry.size >= self.cutoff:
            data = self._read_big(entry.start, size)
        else:
            places = self._chain(entry.start, -(-size // self.mini), self._minifat)
            data = _pieces(self._ministream, places, self.mini, 0)[:size]
        if len(data) < min(size, len(self.data)):
            self._complain("a stream ends early")
        return data

    def _fat_sectors(self, difat: int) -> list[int]:
        """2.3, 2.5: the first 109 stand in the header, further ones in sectors of their own."""
        found = [number for number in unpack_from("<109I", self.data, 76) if number < END]
        seen: set[int] = set()
        per = self.sector // 4 - 1
        while difat < END and difat not in seen and difat < self.sectors:
            seen.add(difat)
            block = self._sector(difat)
            if len(block) < self.sector:
                break
            numbers = unpack_from(f"<{per + 1}I", block)
            found += [number for number in numbers[:per] if number < END]
            difat = numbers[per]
        return list(dict.fromkeys(found[: self.sectors + 1]))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self.sector
        return self.data[at : at + self.sector]

    def _numbers(self, places: list[int]) -> array[int]:
        raw = _pieces(self.data, places, self.sector, self.sector)
        return array("I", raw[: len(raw) // 4 * 4])

    def _chain(self, start: int, most: int, table: array[int]) -> list[int]:
        """The sectors from one on, at most so many."""
        places: list[int] = []
        known, most = len(table), min(most, self._steps)
        while start < known and len(places) < most:
            places.append(start)
            start = table[start]
        self._steps -= len(places)
        return places

    def _read_big(self, start: int, size: int) -> bytes:
        places = self._chain(start, min(self.sectors, -(-size // self.sector)), self._fat)
        return _pieces(self.data, places, self.sector, self.sector)[:size]

    def _directory(self, raw: bytes) -> tuple[list[Entry], Entry | None]:
        """2.6.4: the tree of entries, walked without recursion; each entry is taken once."""
        rows = [ENTRY.unpack_from(raw, at) for at in range(0, min(len(raw), ENTRIES * 128) - 127, 128)]
        if not rows:
            raise Broken("the OLE2 directory is missing")
        root = self._entry(rows[0], ())
        found: list[Entry] = []
        seen = {0}
        stack: list[tuple[int, tuple[str, ...]]] = [(rows[0][6], ())]
        while stack:
            number, above = stack.pop()
            if number >= len(rows) or number in seen:
                continue
            seen.add(number)
            row = rows[number]
            entry = self._entry(row, above)
            stack += [(row[4], above), (row[5], above)]
            if row[2] == STORAGE and len(entry.path) < DEPTH:
                stack.append((row[6], entry.path))
            if row[2] in {STORAGE, STREAM}:
                found.append(entry)
        lost = [row for number, row in enumerate(rows) if number not in seen and row[2] == STREAM and row[1] > 2]
        if lost:
            self._complain("the directory has streams that its tree does not lead to")
        return found + [self._entry(row, ("lost",)) for row in lost], root

    def _entry(self, row: tuple[bytes, int, int, int, int, int, int, bytes, int, int], above: tuple[str, ...]) -> Entry:
        name = row[0][: max(0, min(row[1], 64) - 2)].decode("utf-16-le", "replace")
        size = row[9] & 0xFFFFFFFF if self.major < 4 else row[9]  # 2.6.1: the upper half may be anything in version 3
        return Entry((*above, name), row[8], min(size, len(self.data) + self.sector), row[2] == STREAM, row[7])


def _pieces(data: bytes, places: list[int], size: int, base: int) -> bytes:
    """Sectors put together; those that follow each other are cut out in one."""
    got: list[bytes] = []
    at = 0
    while at < len(places):
        end = at + 1
        while end < len(places) and places[end] == places[end - 1] + 1:
            end += 1
        got.append(data[base + places[at] * size : base + (places[end - 1] + 1) * size])
        at = end
    return b"".join(got)
