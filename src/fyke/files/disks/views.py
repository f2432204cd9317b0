"""A disk as bytes at places, whether they lie in the file one after the other or in blocks anywhere in it.

File systems read from a view, so that a disk of 100 GB in a file of 8 MB costs what its files cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fyke.files.base import Broken
from fyke.files.budget import CHUNK_BYTES

READ_BYTES = 32 << 20  # in one piece: tables of a file system; none of a disk that mail carries is larger


class View:
    """Bytes at places of a disk."""

    size: int

    def read(self, at: int, size: int) -> bytes:
        """What lies there: fewer bytes where the disk ends."""
        raise NotImplementedError

    def exactly(self, at: int, size: int) -> bytes:
        """So many bytes, or `Broken`."""
        if at < 0 or size < 0 or size > READ_BYTES or at + size > self.size:
            raise Broken(f"the disk has {self.size:,} bytes, and a table at {at:,} to {at + size:,}")
        got = self.read(at, size)
        if len(got) != size:
            raise Broken(f"the disk ends before {at + size:,}")
        return got

    def run(self, at: int, size: int) -> Iterator[bytes]:
        """The bytes of one stretch, in pieces."""
        while size > 0:
            got = self.read(at, min(size, CHUNK_BYTES))
            if not got:
                raise Broken(f"the disk ends at {at:,}, {size:,} bytes too early")
            yield got
            at += len(got)
            size -= len(got)


class Plain(View):
    """A disk that lies in the file as it is."""

    def __init__(self, data: bytes) -> None:
        self._data, self.size = data, len(data)

    def read(self, at: int, size: int) -> bytes:
        """A slice."""
        return self._data[at : at + size] if at >= 0 else b""


class Window(View):
    """A stretch of another view: a partition."""

    def __init__(self, view: View, start: int, size: int) -> None:
        self._view, self._start = view, start
        self.size = max(0, min(size, view.size - start))

    def read(self, at: int, size: int) -> bytes:
        """What the view has there, not past the end of the stretch."""
        return self._view.read(self._start + at, max(0, min(size, self.size - at))) if at >= 0 else b""


class Blocks(View):
    """A disk in blocks of one size, each somewhere in the file or, where it holds nothing but zeros, nowhere."""

    def __init__(self, data: bytes, places: dict[int, int], block: int, size: int) -> None:
        self._data, self._places, self._block, self.size = data, places, block, size

    def read(self, at: int, size: int) -> bytes:
        """Gather the blocks that a stretch touches."""
        got: list[bytes] = []
        size = min(size, self.size - at, READ_BYTES)
        while size > 0:
            number, inside = divmod(at, self._block)
            step = min(size, self._block - inside)
            place = self._places.get(number)
            found = b"" if place is None else self._data[place + inside : place + inside + step]
            got.append(found.ljust(step, b"\0"))
            at += step
            size -= step
        return b"".join(got)


def runs(view: View, stretches: Iterable[tuple[int, int]], size: int) -> Iterator[bytes]:
    """A file that lies in several stretches (place, size); a negative place is a hole of zeros."""
    for at, length in stretches:
        if size <= 0:
            return
        step = min(size, length)
        size -= step
        if at >= 0:
            yield from view.run(at, step)
        else:
            yield from _zeros(step)
    if size > 0:
        raise Broken(f"{size:,} bytes of a file lie nowhere")


def _zeros(size: int) -> Iterator[bytes]:
    while size > 0:
        yield bytes(min(size, CHUNK_BYTES))
        size -= CHUNK_BYTES
