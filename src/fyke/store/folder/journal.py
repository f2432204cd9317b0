"""The journal of one machine, in a folder: `open/` has a segment a process, `day=.../` the Parquet files.

Nothing here loads DuckDB before somebody asks: a worker that scans only appends.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from fyke.store.folder.lines import encode
from fyke.store.folder.segment import Terms, Writer
from fyke.store.journal import Entry, Row, Tended, Wanted
from fyke.store.labels import StoreError


class FolderJournal:
    """The `Journal` of one machine. Any thread, any process; a child after a fork writes a segment of its own."""

    def __init__(
        self, folder: Path, terms: Terms | None = None, *, keep_days: int = 0, clock: Callable[[], float] = time.time
    ) -> None:
        """Make the folder where there is none. Raises `StoreError`."""
        self._folder, self._terms, self._keep_days, self._clock = folder, terms or Terms(), keep_days, clock
        self._writers: dict[int, Writer] = {}  # by process, for threads do not live through a fork
        try:
            (folder / "open").mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: {error.strerror}") from None

    def append(self, entry: Entry) -> Future[None]:
        """Write it down; done when it is on the disk."""
        return self._mine().append(f"{entry.at.astimezone(UTC):%Y-%m-%d}", encode(entry))

    def search(self, wanted: Wanted) -> list[Row]:
        """What fits, newest first."""
        from fyke.store.folder.history import History  # noqa: PLC0415

        return History(self._folder).search(wanted)

    def get(self, case: str) -> list[Entry]:
        """All entries whose case or id begins so, oldest first."""
        from fyke.store.folder.history import History  # noqa: PLC0415

        return History(self._folder).get(case)

    def count(self, since: datetime | None = None, until: datetime | None = None) -> int:
        """How many entries there are from `since` on and before `until`."""
        from fyke.store.folder.history import History  # noqa: PLC0415

        return History(self._folder).count(since, until)

    def between(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[Entry]:
        """All entries from `since` on and before `until`, in order."""
        from fyke.store.folder.history import History  # noqa: PLC0415

        return History(self._folder).between(since, until)

    def tend(self, now: datetime) -> Tended:
        """Turn what is finished, of this and of other processes, and forget what is old."""
        from fyke.store.folder.tending import Tending  # noqa: PLC0415

        if (writer := self._writers.get(os.getpid())) is not None:
            writer.check()
        return Tending(self._folder, self._keep_days).tend(now)

    def close(self) -> None:
        """Write what waits, and let others have the segment."""
        if (writer := self._writers.pop(os.getpid(), None)) is not None:
            writer.close()

    def _mine(self) -> Writer:
        writer = self._writers.get(os.getpid())
        if writer is None:
            made = Writer(self._folder / "open", self._terms, self._clock)
            writer = self._writers.setdefault(os.getpid(), made)
            if writer is not made:  # another thread was sooner
                made.close()
        return writer
