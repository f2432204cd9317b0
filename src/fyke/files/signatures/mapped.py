"""One file of many sections that is mapped into memory, so that all workers share it and none holds a copy.

A sign, the length and digest of the header, the header (msgpack: what it was made of, and where each section lies with
its digest), the sections. Damage anywhere is noticed when the file is opened.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

SIGN = b"FYKESIG1"
_HEAD = struct.Struct("<8sI32s")
ALIGNED = 64


class Damaged(Exception):  # noqa: N818  it says what the file is
    """The file is not what was written."""


class Header(Struct, frozen=True):
    """What a file says of itself."""

    key: str  # changes with the sources and with the code
    sections: dict[str, tuple[int, int, bytes]]  # offset behind the header, size, digest


def write(path: Path, key: str, sections: dict[str, bytes]) -> None:
    """Write the file whole or not at all."""
    places, at = {}, 0
    for name, data in sections.items():
        places[name] = (at, len(data), _digest(data))
        at += len(data) + -len(data) % ALIGNED
    header = msgspec.msgpack.encode(Header(key, places))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(_HEAD.pack(SIGN, len(header), hashlib.sha256(header).digest()) + header)
            for data in sections.values():
                file.write(data)
                file.write(bytes(-len(data) % ALIGNED))
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)  # workers may be another user
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _digest(data: bytes | memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


class Mapped:
    """The file in memory. It stays readable where no file can be opened any more."""

    def __init__(self, path: Path) -> None:
        """Map and check it. Raises `Damaged`, or OSError where there is none."""
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise Damaged("the file is empty") from None
        view = memoryview(self._map)
        try:
            sign, size, digest = _HEAD.unpack_from(view)
            packed = bytes(view[_HEAD.size : _HEAD.size + size])
            if sign != SIGN or hashlib.sha256(packed).digest() != digest:
                raise Damaged("the header")
            self.header = msgspec.msgpack.decode(packed, type=Header)
        except (struct.error, msgspec.MsgspecError):
            raise Damaged("the header") from None
        self._sections: dict[str, memoryview] = {}
        for name, (at, length, told) in self.header.sections.items():
            section = view[_HEAD.size + size + at : _HEAD.size + size + at + length]
            if len(section) != length or _digest(section) != told:
                raise Damaged(name)
            self._sections[name] = section

    def __getitem__(self, name: str) -> memoryview:
        """A section; an empty one where there is none of the name."""
        return self._sections.get(name, memoryview(b""))

    def names(self, prefix: str) -> list[str]:
        """Sections whose names begin so."""
        return [name for name in self._sections if name.startswith(prefix)]


def pack_blobs(blobs: Sequence[bytes]) -> bytes:
    """Many small pieces of bytes as one section: their number, where each ends, themselves."""
    ends, at = [], 0
    for blob in blobs:
        at += len(blob)
        ends.append(at)
    return struct.pack(f"<Q{len(ends)}Q", len(ends), *ends) + b"".join(blobs)


class Blobs:
    """Pieces of bytes by number."""

    def __init__(self, section: memoryview) -> None:
        self._section = section
        self.count = int.from_bytes(section[:8], "little")

    def __getitem__(self, number: int) -> bytes:
        section = self._section
        at = 8 * number
        begin = int.from_bytes(section[at : at + 8], "little") if number else 0
        end = int.from_bytes(section[at + 8 : at + 16], "little")
        start = 8 + 8 * self.count
        return bytes(section[start + begin : start + end])


_ROW = struct.Struct("<QIHH")  # size, name, database, nothing


class Rows:
    """Hashes of one width, sorted: digest, size, name, database. Searched by halving."""

    def __init__(self, section: memoryview, width: int) -> None:
        self._section, self._width, self._step = section, width, width + _ROW.size
        self.count = len(section) // self._step

    def find(self, digest: bytes) -> Iterator[tuple[int, int, int]]:
        """Size, name and database of each row with the digest."""
        section, step, width = self._section, self._step, self._width
        low, high = 0, self.count
        while low < high:
            middle = (low + high) >> 1
            if bytes(section[middle * step : middle * step + width]) < digest:
                low = middle + 1
            else:
                high = middle
        while low < self.count and section[low * step : low * step + width] == digest:
            size, name, database, _ = _ROW.unpack_from(section, low * step + width)
            yield size, name, database
            low += 1


def pack_row(digest: bytes, size: int, name: int, database: int) -> bytes:
    """A row as `Rows` finds it; rows are to be sorted."""
    return digest + _ROW.pack(size, name, database, 0)
