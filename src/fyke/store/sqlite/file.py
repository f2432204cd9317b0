"""Opens a SQLite file so that what was acknowledged stays: write-ahead log, synced at each commit."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fyke.store.labels import StoreError

WAIT_S = 10.0  # for another writer; each holds the file for milliseconds, so more means that one hangs
_TRY_AGAIN_S = 0.02


def connect(path: Path, schema: str, version: int, *, any_thread: bool = False) -> sqlite3.Connection:
    """The open file, made with that schema where it is new. Raises `StoreError`.

    With `any_thread` its user sees to it that only one thread at a time asks.
    """
    with told(path):
        is_new = not path.exists()
        # `None`: transactions begin where we say so
        connection = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None, check_same_thread=not any_thread)
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")  # NORMAL may lose the last commits in a power cut
        with writing(connection):
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if not found:
                for statement in schema.split(";\n\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version}")
        if is_new:
            _sync_folder(path.parent)
    if found > version:
        connection.close()
        raise StoreError(f"{path}: written by a newer fyke (version {found}; this one knows {version})")
    return connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What SQLite says, as a sentence with the file's name."""
    try:
        yield
    except sqlite3.Error as error:
        said = str(error)
        if "locked" in said:
            said = f"another process has been writing for {WAIT_S:.0f} s"
        raise StoreError(f"{path}: {said}") from None


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch the log on. Two processes that do so at once are told "locked" without the wait that is set."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(_TRY_AGAIN_S)


def _sync_folder(folder: Path) -> None:
    """Bring the name of a new file to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
