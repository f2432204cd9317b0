"""Files as a container lists them, before they are read; read within the meter they are members.

A container that is not well made still gives what can be read: the first thing that was wrong is raised at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from fyke.files.base import Broken, Member
from fyke.files.budget import CHUNK_BYTES, Meter


class Entry(Struct, frozen=True):
    """One file that a container lists."""

    name: str  # with its folders, "/" between them
    size: int  # as declared
    pieces: Iterable[bytes]  # read as late as they are asked for; may raise `Broken`
    packed: int = 0  # bytes that it takes in the container; 0 where it is not packed
    is_hidden: bool = False
    kind: str = ""


class Rest:
    """Pieces that end quietly where they are broken; why is kept."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.broken: Broken | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        except Broken as broken:
            self.broken = broken


def members(entries: Iterable[Entry], how: str, meter: Meter) -> Iterator[Member]:
    """Each entry as a member, as far as the meter goes; what was broken is raised after all were read."""
    first: Broken | None = None
    for entry in entries:
        if not meter.admits(entry.name, entry.size):
            return
        rest = Rest(entry.pieces)
        data = meter.gather(rest, entry.packed or max(1, entry.size), entry.name)
        if rest.broken and first is None:
            first = Broken(f"{entry.name}: {rest.broken}")
        if data or not rest.broken:
            yield Member(data, entry.name, how, entry.kind)
    if first:
        raise first


class Stream:
    """One unpacked stream that holds several files one after the other: read once, in order."""

    def __init__(self, pieces: Iterable[bytes], meter: Meter) -> None:
        self._pieces = iter(pieces)
        self._meter = meter
        self._left = b""
        self.at = 0

    def part(self, start: int, size: int) -> Iterator[bytes]:
        """The bytes of one file, skipping to it; a start that was passed already is `Broken`."""
        if start < self.at:
            raise Broken(f"a file begins at {start:,}, within the one before")
        self._skip(start - self.at)
        while size > 0:
            self._fill()
            got = self._left[: min(size, CHUNK_BYTES)]
            self._left = self._left[len(got) :]
            self.at += len(got)
            size -= len(got)
            yield got

    def _skip(self, size: int) -> None:
        while size > 0:
            self._fill()
            step = min(size, len(self._left))
            self._left = self._left[step:]
            self.at += step
            size -= step
            if self._meter.is_over_time:
                self._meter.cut("time", f"after {self.at:,} bytes of a stream")
                raise Broken("the time was up")

    def _fill(self) -> None:
        while not self._left:
            try:
                self._left = next(self._pieces)
            except StopIteration:
                raise Broken(f"the stream ends at {self.at:,}") from None
