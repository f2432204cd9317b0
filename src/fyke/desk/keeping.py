"""The quarantine as the reception has it: opened by each process for itself, when it is needed first."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from fyke.desk.quarantine import Room
from fyke.desk.released import NAME, released_to
from fyke.model import Scan

MARK = NAME.lower().encode()
HEAD_BYTES = 1 << 20  # in which a mark is looked for, as in `released`


class Keeping:
    """A `Keeper` over the quarantine of the site. Any thread, any process."""

    def __init__(self, make: Callable[[], Room]) -> None:
        """`make` opens the quarantine; raises where that cannot be."""
        self._make = make
        self._pid = 0
        self._room: Room | None = None
        self._lock = threading.Lock()

    def hold(self, scan: Scan, recipients: Sequence[str], raw: bytes, at: datetime) -> str:
        """Keep a copy for these recipients; it is on the disk when this returns. Raises `StoreError`."""
        return self._opened().hold(scan, recipients, raw, at)

    def released(self, raw: bytes, now: datetime) -> set[str]:
        """The recipients, lower case, to whom a person let this mail go."""
        if MARK not in raw[:HEAD_BYTES].lower():
            return set()
        return released_to(raw, self._opened().keys, now)

    def close(self) -> None:
        """Let go."""
        if self._room is not None and self._pid == os.getpid():
            self._room.book.close()
        self._room = None

    def _opened(self) -> Room:
        with self._lock:
            if self._room is None or self._pid != os.getpid():
                self._room, self._pid = self._make(), os.getpid()
            return self._room
