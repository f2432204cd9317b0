"""Quarantine and journal as the reception has them: opened by each process for itself, when they are needed first.

What cannot be opened breaks the mail that needs it, not the worker: the next mail tries again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from fyke.desk.quarantine import Room
from fyke.desk.released import NAME, released_to
from fyke.model import Scan
from fyke.store.journal import Entry, Journal

MARK = NAME.lower().encode()
PROBE_BYTES = 65_536  # more than a mail's line in the journal has
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

    def check(self) -> None:
        """Whether the book opens and answers. Raises where it does not."""
        self._opened().book.count()

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


class Writing:
    """A `Scribe` over the journal of the site, for one process."""

    def __init__(self, make: Callable[[], Journal]) -> None:
        """`make` opens the journal; raises where that cannot be."""
        self._make = make
        self._journal: Journal | None = None

    def append(self, entry: Entry) -> Future[None]:
        """Write it down; done when it is on the disk. Raises, or fails, where it is not."""
        if self._journal is None:
            self._journal = self._make()
        return self._journal.append(entry)

    def close(self) -> None:
        """Write what waits, and let go."""
        if self._journal is not None:
            self._journal.close()
        self._journal = None


def probe(folder: Path) -> None:
    """Write a little into a folder, to the disk, and take it away again. Raises `OSError` that names the folder."""
    path = folder / f".probe.{os.getpid()}.{threading.get_ident()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OSError(error.errno, error.strerror or "cannot be written", str(folder)) from None
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
