"""The file that one process appends the journal to: whole lines only, synced in groups by a thread of its own.

The file is locked for as long as its process lives, so that others know when it is finished, however that came.
"""

from __future__ import annotations

import errno
import fcntl
import os
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from itertools import groupby
from pathlib import Path

from msgspec import Struct

from fyke.store.labels import StoreError

SUFFIX = ".jsonl"
UNBORN = ".new"
GROUP_BYTES = 8 << 20  # written and synced at once; what comes meanwhile waits for the next round
_sync = getattr(os, "fdatasync", os.fsync)


class Terms(Struct, frozen=True):
    """When a segment is full, and how sure its lines are."""

    fsync: bool = True
    most_s: float = 1_800.0  # from its first line
    most_bytes: int = 32 << 20  # DuckDB reads a gigabyte of lines in a second or two: some are searched as they are


class Segment:
    """An open file. Not for several threads."""

    def __init__(self, folder: Path, day: str, now_s: float) -> None:
        """Make a new one for entries of that day. Raises `OSError`."""
        started = f"{day}T{time.strftime('%H%M%S', time.gmtime(now_s))}"
        self.day = day
        self.path = folder / f"{started}-{os.getpid()}-{os.urandom(4).hex()}{SUFFIX}"
        unborn = self.path.with_suffix(UNBORN)  # who tends the folder takes a segment without a lock for finished
        self._file = os.open(unborn, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self.size_bytes = 0
        self.started_s = now_s
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            unborn.rename(self.path)
            sync_folder(folder)
        except OSError:
            unborn.unlink(missing_ok=True)
            self.close()
            raise

    def write(self, data: bytes, *, fsync: bool) -> None:
        """Append all of it, or nothing. Raises `OSError`; the segment is to be closed then."""
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            if fsync:
                _sync(self._file)
        except OSError:
            os.ftruncate(self._file, self.size_bytes)
            raise
        self.size_bytes += len(data)

    def close(self) -> None:
        """Let others have it; an empty one goes."""
        if not self.size_bytes:
            self.path.unlink(missing_ok=True)
        try:
            fcntl.flock(self._file, fcntl.LOCK_UN)  # a child that was forked meanwhile has the same lock
        finally:
            os.close(self._file)


class Waiting(Struct, frozen=True):
    """A line on its way to the disk. Nothing in it: close the segment if it is due."""

    day: str
    line: bytes
    future: Future[None]


class Writer:
    """Takes lines of any thread, and completes each when it is on the disk."""

    def __init__(self, folder: Path, terms: Terms, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._terms, self._clock = folder, terms, clock
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._segment: Segment | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def append(self, day: str, line: bytes) -> Future[None]:
        """Have a line of that day written. The future fails with `StoreError`."""
        future: Future[None] = Future()
        self._queue.put(Waiting(day, line, future))
        return future

    def check(self) -> None:
        """Let others have the segment if it is due: a writer without mail does not see that it is."""
        self.append("", b"").result()

    def close(self) -> None:
        """Write what waits, and let others have the segment."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            gathered, is_open = self._gathered()
            for day, together in groupby(gathered, lambda waiting: waiting.day):
                batch = list(together)
                error = self._write(day, b"".join([waiting.line for waiting in batch]))
                for waiting in batch:
                    _conclude(waiting.future, error)
        self._let_go()

    def _gathered(self) -> tuple[list[Waiting], bool]:
        """What waits, at least one; and whether there will be more."""
        batch: list[Waiting] = []
        size = 0
        while size < GROUP_BYTES:
            try:
                waiting = self._queue.get(block=not batch)
            except queue.Empty:
                break
            if waiting is None:
                return batch, False
            batch.append(waiting)
            size += len(waiting.line)
        return batch, True

    def _write(self, day: str, data: bytes) -> StoreError | None:
        try:
            now_s = self._clock()
            if self._segment is not None and self._is_due(self._segment, day, now_s):
                self._let_go()
            if not data:
                return None
            if self._segment is None:
                self._segment = Segment(self._folder, day, now_s)
            self._segment.write(data, fsync=self._terms.fsync)
        except OSError as error:
            # After a failed sync nobody knows what of the file is on the disk (fsyncgate, 2018): never go on in it.
            self._let_go()
            return StoreError(f"{self._folder}: {error.strerror or os.strerror(error.errno or errno.EIO)}")
        except Exception as error:  # a bug must not leave a door waiting
            self._let_go()
            return StoreError(f"{self._folder}: {type(error).__name__}: {error}")
        return None

    def _is_due(self, segment: Segment, day: str, now_s: float) -> bool:
        age_s = now_s - segment.started_s
        if segment.size_bytes >= self._terms.most_bytes or not 0 <= age_s < self._terms.most_s:
            return True
        return bool(day) and day != segment.day

    def _let_go(self) -> None:
        segment, self._segment = self._segment, None
        if segment is not None:
            try:
                segment.close()
            except OSError:
                return  # the lock goes with the process


def _conclude(future: Future[None], error: StoreError | None) -> None:
    if future.set_running_or_notify_cancel():  # who waited may have given up
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)


def is_finished(path: Path) -> bool:
    """Whether nobody writes into that segment any more."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(file)


def sync_folder(folder: Path) -> None:
    """Bring the names of new and removed files to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
