"""How much is unpacked of one file: the caps with their reasons, and the meter that keeps to them.

Every cap that bites leaves a `Cut`. Nothing here knows a format.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from msgspec import Struct

from fyke.model import Cut

CHUNK_BYTES = 65_536  # asked of a decompressor at once: a bomb is noticed that soon
CUTS = 50  # written down for one file: more say nothing new
MIB = 1 << 20


class Budget(Struct, frozen=True, forbid_unknown_fields=True):
    """What one file handed in may cost, with all that is in it."""

    depth: int = 9  # files within files, a .tar.gz for one: mail in zip in image in zip in document in macro is six
    count: int = 2_000  # files taken out, on all levels: a large office file holds some hundreds
    total: int = 128 * MIB  # bytes taken out, on all levels: mail of 25 MB holds no more, unless it is a bomb
    size: int = 32 * MIB  # bytes of one file taken out: ClamAV's default for the size of a file is 100 MB
    ratio: int = 250  # bytes out for each byte in, once a member is above `FREE_BYTES`: text packs to 1:20
    time: float = 5.0  # seconds of CPU


DEFAULT = Budget()
FREE_BYTES = 4 * MIB  # of one member before its ratio is looked at: an empty sheet, a blank picture pack 1:1000


class Meter:
    """What is left of a budget. One a file handed in; unpackers on all levels share it."""

    def __init__(self, budget: Budget = DEFAULT, clock: Callable[[], float] = time.process_time) -> None:
        self.budget = budget
        self.cuts: list[Cut] = []
        self.count = 0
        self.total = 0
        self.where = ""  # path of the file that is being opened: `fyke.files.analyst` keeps it
        self._clock = clock
        self._until = clock() + budget.time

    @property
    def is_over_time(self) -> bool:
        """Whether the time is up. Long loops of unpackers ask this, and end quietly after `cut("time")`."""
        return self._clock() > self._until

    @property
    def left_s(self) -> float:
        """How many seconds are left, for what takes one that cannot be stopped."""
        return max(0.0, self._until - self._clock())

    @property
    def room(self) -> int:
        """How many bytes the next member may have."""
        return max(0, min(self.budget.size, self.budget.total - self.total))

    def cut(self, cap: str, detail: str = "") -> None:
        """Note that a cap bit, once for the same words in the same file."""
        cut = Cut(cap, self.where, detail)
        if len(self.cuts) < CUTS and cut not in self.cuts:
            self.cuts.append(cut)

    def admits(self, name: str = "", declared: int = 0, left: int = 0) -> bool:
        """Whether one more member may be read: by their number, by the time, by all that was read before.

        `declared` is the size that the container promises, 0 where it promises none. A promise above the cap does not
        keep the member out, for it may be a lie: what fits is read, and the cut is noted. `left` is how many more
        members there are, for the note.
        """
        more = f"{left:,} more members" if left else name
        if self.count >= self.budget.count:
            self.cut("count", more)
            return False
        if self.is_over_time:
            self.cut("time", more)
            return False
        if self.total >= self.budget.total:
            self.cut("total", more)
            return False
        if declared > self.room:
            self.cut("size" if self.budget.size <= self.room else "total", f"{name} declares {declared:,} bytes")
        return True

    def gather(self, chunks: Iterable[bytes], packed: int, name: str = "") -> bytes:
        """The chunks of one member as one, up to the caps on size and ratio; `packed` is how many bytes they were.

        What fits is given back, so that the start of a bomb is still looked at. Counts the bytes, not the member.
        """
        got: list[bytes] = []
        size, room = 0, self.room
        for chunk in chunks:
            size += len(chunk)
            got.append(chunk)
            if size > room:
                self.cut("size" if room == self.budget.size else "total", f"{name} has more than {room:,} bytes")
                break
            if size > FREE_BYTES and size > packed * self.budget.ratio:
                self.cut("ratio", f"{name}: {size:,} bytes and more out of {packed:,}")
                break
            if self.is_over_time:
                self.cut("time", f"{name}, after {size:,} bytes")
                break
        data = b"".join(got)[:room]
        self.total += len(data)
        return data

    def took(self, data: bytes) -> bytes:
        """Count the bytes of a member that was read in one piece; what is above the room is cut off, and noted."""
        return self.gather((data,), max(1, len(data)))


def chunks(read: Callable[[int], bytes]) -> Iterable[bytes]:
    """Pieces of what a `read(size)` gives, until it gives none."""
    while piece := read(CHUNK_BYTES):
        yield piece
