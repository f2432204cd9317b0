"""The index of campaigns of one machine: a file of fixed size that all workers have in memory, and no server.

First a head, then when each campaign was last seen, then slots that lead from keys of sketches to campaigns, then the
campaigns. A slot may lead astray: what it leads to is always compared. A campaign is valid if its checksum is right,
and that is written last; so whoever is killed while writing leaves a campaign that is not there, or a wrong count.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from fyke.model.campaign import Alike, Copies, campaign_id
from fyke.model.sketch import Sketch
from fyke.store.campaigns import DAYS, MEMORY_MIB
from fyke.store.folder.campaign_record import RECORD_BYTES, Record, counted, fresh
from fyke.store.labels import StoreError
from fyke.store.likeness import is_alike, keys

MAGIC = b"fyke campaigns 1"
HEAD_BYTES = 4096
SLOTS = 64  # for each campaign, which has 16 to 48 keys: where they do not fit, the campaign seen last keeps its own
WAYS = 2  # slots side by side in which a key may stand
EXAMPLES = 8  # mails of a campaign whose keys lead to it: what the first has exchanged, another has not
COMPARED = 4  # candidates with the most keys in common
SAMPLED = 16  # campaigns of which the least is dropped for a new one
LOCK_S = 0.05  # others hold the lock for some 50 microseconds; one that was stopped must not stop us
HINTS = 4_096  # campaigns whose place a process remembers between judging a mail and noting what it was
_TAG = np.uint64(0xFFFFFFFF00000000)
_PLACE = np.uint64(0xFFFFFFFF)


class FolderCampaigns:
    """The `Campaigns` of one machine; without a path those of one process."""

    def __init__(self, path: Path | None = None, memory_mib: int = MEMORY_MIB, days: float = DAYS) -> None:
        """Make the file where there is none, or where it is of another size. Raises `StoreError`."""
        self._count = max(1, (memory_mib * (1 << 20) - HEAD_BYTES) // (RECORD_BYTES + 8 * SLOTS + 8))
        self._keeps_s = days * 86_400
        self._here = threading.Lock()
        self._hints: dict[str, int] = {}
        self._file: IO[bytes] | None = None
        size = HEAD_BYTES + self._count * (RECORD_BYTES + 8 * SLOTS + 8)
        try:
            if path is None:
                self._map = mmap.mmap(-1, size)
            else:
                self._file = _opened(path)
                with _locked(self._file, 10 * LOCK_S):
                    self._map = _mapped(self._file, size)
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from None
        self._last: NDArray[np.float64] = np.frombuffer(self._map, np.float64, self._count, HEAD_BYTES)
        at = HEAD_BYTES + 8 * self._count
        self._slots: NDArray[np.uint64] = np.frombuffer(self._map, np.uint64, self._count * SLOTS, at).reshape(-1, WAYS)
        self._records = at + 8 * self._count * SLOTS

    def close(self) -> None:
        """Let go of the file; what it holds stays."""
        del self._last, self._slots  # the map cannot go while they look at it
        self._map.close()
        if self._file is not None:
            self._file.close()

    def join(self, asked: Alike, at: float) -> Copies:
        """The campaign that the mail is of, as it was before; a new one where there is none."""
        if not asked.sketch.is_telling:
            return Copies()
        found = keys(asked.sketch)
        came_s = at if asked.at is None else min(asked.at.timestamp(), at)
        with self._alone():
            place = self._found(asked.sketch, found, came_s)
            if place < 0:
                place = self._begin(asked, found, came_s)
            elif self._record(place).mails < EXAMPLES:
                self._lead(found, place)
            record = self._record(place)
            told = counted(record, asked, came_s)
            self._last[place] = record.last_s
            self._remember(record.id, place)
            return told

    def find(self, sketch: Sketch, at: float) -> Copies:
        """The campaign of such a mail; nothing is counted, and none begins."""
        if not sketch.is_telling:
            return Copies()
        found = keys(sketch)
        with self._alone():
            place = self._found(sketch, found, at)
            return self._record(place).copies() if place >= 0 else Copies()

    def judged(self, campaign: str, *, unwanted: bool) -> None:
        """Count what was thought of a mail of that campaign."""
        with self._alone():
            place = self._hints.get(campaign, -1)
            if place >= 0 and (record := self._record(place)).id == campaign and record.is_whole():
                record.judged(unwanted=unwanted)

    def said(self, sketch: Sketch, at: float, *, unwanted: bool, times: int = 1) -> str:
        """Count what a person said of such a mail; the campaign, empty where there is none."""
        if not sketch.is_telling:
            return ""
        found = keys(sketch)
        with self._alone():
            place = self._found(sketch, found, at)
            if place < 0:
                return ""
            record = self._record(place)
            record.said(unwanted=unwanted, times=times)
            return record.id

    def all(self, at: float) -> list[Copies]:
        """All that are remembered, the largest first."""
        with self._alone():
            places = np.flatnonzero(self._last > at - self._keeps_s).tolist()
            records = [record for place in places if (record := self._record(place)).is_whole()]
            return sorted((record.copies() for record in records), key=lambda each: (-each.before, each.campaign))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._here, _locked(self._file, LOCK_S):
            yield

    def _record(self, place: int) -> Record:
        return Record(self._map, self._records + place * RECORD_BYTES)

    def _found(self, sketch: Sketch, found: NDArray[np.uint64], at: float) -> int:
        """Where the most likely campaign that is alike stands; -1 where none is."""
        led = self._slots.take(self._places(found), axis=0)
        led = led[(led ^ found[:, None]) <= _PLACE]
        counts = Counter((led & _PLACE).tolist())
        for place in sorted(counts, key=counts.__getitem__, reverse=True)[:COMPARED]:
            if not 0 < place <= self._count or self._last[place - 1] < at - self._keeps_s:
                continue
            record = self._record(place - 1)
            if record.is_whole() and is_alike(sketch, record.sketch()):
                return int(place) - 1
        return -1

    def _begin(self, asked: Alike, found: NDArray[np.uint64], at: float) -> int:
        """Where a new campaign stands, in place of the one that is missed least."""
        place = self._spare(int(found[0]), at)
        fresh(self._record(place), campaign_id(asked.mail[:32] or asked.sketch.digest), asked.sketch, at)
        self._last[place] = at
        self._lead(found, place)
        return place

    def _lead(self, found: NDArray[np.uint64], place: int) -> None:
        """Lead from these keys to a campaign, where no campaign that was seen later needs the slot."""
        rows = self._places(found)
        ways = self._ages(rows).argmin(1)
        self._slots[rows, ways] = (found & _TAG) | np.uint64(place + 1)

    def _places(self, found: NDArray[np.uint64]) -> NDArray[np.intp]:
        """The row of slots in which each key may stand."""
        return (found % np.uint64(len(self._slots))).view(np.intp)

    def _ages(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """When the campaign that each slot of these rows leads to was last seen; 0 for an empty one."""
        places = (self._slots[rows] & _PLACE).view(np.intp)
        places[places > self._count] = 0
        return np.where(places > 0, self._last[places - 1], 0.0)

    def _spare(self, seed: int, at: float) -> int:
        """A place that is free, or of little worth: an hour old counts as much as half as many mails."""
        begin = seed % self._count
        places = [(begin + step) % self._count for step in range(min(SAMPLED, self._count))]
        for place in places:
            if self._last[place] < at - self._keeps_s or not self._record(place).is_whole():
                return place
        return min(places, key=lambda place: self._worth(place, at))

    def _worth(self, place: int, at: float) -> float:
        return int(self._record(place).mails).bit_length() - (at - float(self._last[place])) / 3_600

    def _remember(self, campaign: str, place: int) -> None:
        if len(self._hints) >= HINTS:
            self._hints.clear()
        self._hints[campaign] = place


def _opened(path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "r+b", buffering=0)


def _mapped(file: IO[bytes], size: int) -> mmap.mmap:
    """The file in memory; emptied where it is of another form."""
    begin = MAGIC + RECORD_BYTES.to_bytes(4, "little") + SLOTS.to_bytes(4, "little")
    if os.fstat(file.fileno()).st_size != size or os.pread(file.fileno(), len(begin), 0) != begin:
        os.ftruncate(file.fileno(), 0)
        os.ftruncate(file.fileno(), size)
        os.pwrite(file.fileno(), begin, 0)
    return mmap.mmap(file.fileno(), size)


@contextmanager
def _locked(file: IO[bytes] | None, patience_s: float) -> Iterator[None]:
    """The file for this process alone. A lock goes with its process, and is not inherited by a fork."""
    if file is None:
        yield
        return
    ends_at = time.monotonic() + patience_s
    while True:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > ends_at:
                raise StoreError("the index of campaigns is held by another process") from None
            time.sleep(0.0002)
    try:
        yield
    finally:
        fcntl.lockf(file, fcntl.LOCK_UN)
