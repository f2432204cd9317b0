"""NTFS as far as finding files takes: the records of the MFT, resident and mapped data, named streams.

Compressed and encrypted data, and attributes that go on in other records, are not read; the meter's cuts say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.budget import Meter
from fyke.files.codecs.fields import little
from fyke.files.disks.views import View, runs
from fyke.files.entries import Entry

RECORDS = 20_000  # looked at: each costs some 30 microseconds
SYSTEM = 24  # records before this are the file system's own
ATTRIBUTES = 64  # of one record
RUNS = 10_000  # of one attribute
DEPTH = 32
NAME, DATA, STANDARD, END = 0x30, 0x80, 0x10, 0xFFFF_FFFF  # types of attributes
HIDDEN = 2
PACKED = 0x40FF  # flags of an attribute: compressed (low byte) or encrypted


class _Stream(Struct, frozen=True):
    """A $DATA attribute."""

    name: str
    size: int
    resident: bytes | None
    stretches: tuple[tuple[int, int], ...]
    is_packed: bool


class _Record(Struct):
    """What is known of one file."""

    name: str = ""
    above: int = 0
    is_folder: bool = False
    is_hidden: bool = False
    streams: list[_Stream] = []


def is_ntfs(boot: bytes) -> bool:
    """Whether a first sector is that of NTFS."""
    return boot[3:11] == b"NTFS    "


def walk(view: View, meter: Meter) -> Iterator[Entry]:
    """All files of the volume, in the order of their records."""
    volume = _Volume(view)
    records = volume.records(meter)
    for number, record in records.items():
        if record.is_folder or number < SYSTEM:
            continue
        path = _path(records, number)
        for stream in record.streams:
            name = f"{path}:{stream.name}" if stream.name else path
            if stream.name == "Zone.Identifier":
                continue
            if stream.is_packed:
                meter.cut("size", f"{name} is compressed or encrypted on the disk")
                continue
            pieces = runs(view, stream.stretches, stream.size) if stream.resident is None else iter((stream.resident,))
            yield Entry(name, stream.size, pieces, is_hidden=record.is_hidden)


def _path(records: dict[int, _Record], number: int) -> str:
    names: list[str] = []
    for _ in range(DEPTH):
        record = records.get(number)
        if record is None or number < SYSTEM:
            break
        names.append(record.name.replace("/", "_"))
        number = record.above
    return "/".join(reversed(names))


class _Volume:
    """One volume at work."""

    def __init__(self, view: View) -> None:
        boot = view.exactly(0, 512)
        self.view, self.sector = view, little(boot, 11, 2)
        exponent = boot[13] if boot[13] < 128 else 1 << (256 - boot[13])  # above 128: a negative power of two
        self.cluster = self.sector * exponent
        size = boot[64]
        self.record = self.cluster * size if size < 128 else 1 << (256 - size)
        if self.sector not in {512, 1_024, 2_048, 4_096} or not 0 < self.cluster <= 1 << 21:
            raise Broken("NTFS: sectors or clusters of no usual size")
        if not 512 <= self.record <= 65_536:
            raise Broken(f"NTFS: records of {self.record:,} bytes")
        self.table = little(boot, 48, 8) * self.cluster

    def records(self, meter: Meter) -> dict[int, _Record]:
        """All records that are in use, by their number."""
        first = self._parse(self.view.exactly(self.table, self.record))
        table = next((stream for stream in first.streams if not stream.name), None) if first else None
        if table is None or table.resident is not None:
            raise Broken("NTFS: the table of files does not say where it lies")
        found: dict[int, _Record] = {}
        number = 0
        for at, length in table.stretches:
            for place in range(at, at + length - self.record + 1, self.record):
                if number >= RECORDS:
                    meter.cut("count", f"more than {RECORDS:,} records")
                    return found
                if meter.is_over_time:
                    meter.cut("time", f"after {number:,} records")
                    return found
                raw = self.view.read(place, self.record)
                if raw[:4] == b"FILE" and (record := self._parse(raw)):
                    found[number] = record
                number += 1
        return found

    def _parse(self, raw: bytes) -> _Record | None:
        """One record; nothing where it is free, or goes on from another."""
        if raw[:4] != b"FILE" or len(raw) < 48 or not little(raw, 22, 2) & 1 or little(raw, 32, 6):
            return None
        raw = self._fixed(raw)
        record = _Record(is_folder=bool(raw[22] & 2), streams=[])
        at = little(raw, 20, 2)
        for _ in range(ATTRIBUTES):
            if at + 24 > len(raw):
                break
            kind, length = little(raw, at, 4), little(raw, at + 4, 4)
            if kind == END or length < 24 or at + length > len(raw):
                break
            self._attribute(record, kind, raw[at : at + length])
            at += length
        return record

    def _fixed(self, raw: bytes) -> bytes:
        """The last two bytes of each sector put back from the update sequence."""
        start, count = little(raw, 4, 2), little(raw, 6, 2)
        data = bytearray(raw)
        for number in range(1, min(count, len(raw) // 512 + 1)):
            end = number * 512
            fix = raw[start + 2 * number : start + 2 * number + 2]
            if len(fix) == 2 and end <= len(data):
                data[end - 2 : end] = fix
        return bytes(data)

    def _attribute(self, record: _Record, kind: int, raw: bytes) -> None:
        if raw[8] == 0:
            start = little(raw, 20, 2)
            value = raw[start : start + little(raw, 16, 4)]
            if kind == STANDARD and len(value) >= 36:
                record.is_hidden = bool(value[32] & HIDDEN)
            elif kind == NAME and len(value) >= 66 and (value[65] != 2 or not record.name):  # 2: only the DOS name
                record.above = little(value, 0, 6)
                record.name = value[66 : 66 + 2 * value[64]].decode("utf-16-le", "replace")
            elif kind == DATA:
                record.streams.append(_Stream(_name(raw), len(value), value, (), is_packed=False))
        elif kind == DATA and len(raw) >= 64 and little(raw, 16, 8) == 0:
            stretches = tuple(self._runs(raw[little(raw, 32, 2) :]))
            packed = bool(little(raw, 12, 2) & PACKED)
            record.streams.append(_Stream(_name(raw), little(raw, 48, 8), None, stretches, packed))

    def _runs(self, raw: bytes) -> Iterator[tuple[int, int]]:
        """The mapping pairs: a length, and how far from the last place; no place is a hole."""
        at = place = 0
        for _ in range(RUNS):
            if at >= len(raw) or raw[at] == 0:
                return
            sizes = raw[at]
            middle = at + 1 + (sizes & 15)
            end = middle + (sizes >> 4)
            length = int.from_bytes(raw[at + 1 : middle], "little") * self.cluster
            if sizes >> 4:
                place += int.from_bytes(raw[middle:end], "little", signed=True)
                yield place * self.cluster, length
            else:
                yield -1, length
            at = end


def _name(raw: bytes) -> str:
    start = little(raw, 10, 2)
    return raw[start : start + 2 * raw[9]].decode("utf-16-le", "replace")
