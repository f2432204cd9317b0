"""Counters in `counters.db`. A power cut may lose the last seconds; nobody waits for the disk, nor long for others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fyke.store.counters import MOST, Meeting, Share
from fyke.store.sqlite.file import connect, told, writing

VERSION = 1
BUSY_MS = 500  # for another writer: each takes microseconds, and a client waits for us
TIDY_EVERY = 500  # writes of one process between two looks for what is to be forgotten
TIDY_ROWS = 2_000  # at most at a time: four rows go for each that came

SCHEMA = """
CREATE TABLE counts (
    key TEXT NOT NULL,
    number INTEGER NOT NULL,  -- of the window since the epoch
    amount INTEGER NOT NULL,
    ends_at REAL NOT NULL,  -- when no sliding window covers it any more
    PRIMARY KEY (key, number)
) WITHOUT ROWID;

CREATE INDEX counts_by_end ON counts (ends_at);

CREATE TABLE meetings (
    key TEXT PRIMARY KEY,
    first_at REAL NOT NULL,
    passed INTEGER NOT NULL,
    ends_at REAL NOT NULL
) WITHOUT ROWID;

CREATE INDEX meetings_by_end ON meetings (ends_at)
""".strip()

_TOTALS = "SELECT number, amount FROM counts WHERE key = ? AND number IN (?, ?)"
_ADD = """INSERT INTO counts VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET amount = amount + excluded.amount"""
_MET = "SELECT first_at, passed FROM meetings WHERE key = ? AND ends_at > ?"
_MEET = """INSERT INTO meetings VALUES (:key, :at, 0, :ends_at) ON CONFLICT DO UPDATE
    SET first_at = :at, passed = 0, ends_at = :ends_at WHERE ends_at <= :at"""
_PASSED = """INSERT INTO meetings VALUES (:key, :at, 1, :ends_at) ON CONFLICT DO UPDATE
    SET first_at = CASE WHEN ends_at > :at THEN first_at ELSE :at END,
        passed = CASE WHEN ends_at > :at THEN passed + 1 ELSE 1 END, ends_at = :ends_at"""
_FORGET = "DELETE FROM {0} WHERE (key{1}) IN (SELECT key{1} FROM {0} WHERE ends_at <= ? LIMIT ?)"
_MAKE_ROOM = "DELETE FROM {0} WHERE (key{1}) IN (SELECT key{1} FROM {0} ORDER BY ends_at LIMIT ?)"
_TABLES = (("counts", ", number"), ("meetings", ""))


class SqliteCounters:
    """The `Counters` of one machine. One a thread; any number of processes may have the file open."""

    def __init__(self, path: Path, most: int = MOST) -> None:
        """Raises `StoreError`."""
        self._path, self._most = path, most
        self._connection = connect(path, SCHEMA, VERSION)
        with told(path):
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        self._written = 0

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def add(self, shares: Sequence[Share], at: float) -> tuple[float, ...]:
        """What each comes to, with its amount; none of them is counted where one is more than its most."""
        with told(self._path), writing(self._connection):
            totals = tuple(self._total(share, at) for share in shares)
            if all(total <= share.most for total, share in zip(totals, shares, strict=True)):
                for share in shares:
                    number = int(at // share.window_s)
                    ends_at = (number + 2) * share.window_s
                    self._connection.execute(_ADD, (share.key, number, share.amount, ends_at))
                self._tidy(len(shares), at)
        return totals

    def meet(self, key: str, at: float, waits_s: float) -> Meeting:
        """The meeting of that key, which begins now where there is none; forgotten after so long if it never passes."""
        found = self.met(key, at)
        return found or self._write(_MEET, key, at, waits_s)

    def passed(self, key: str, at: float, keeps_s: float) -> Meeting:
        """The meeting passes once more, and is kept so long from now; one that is not there begins and passes."""
        return self._write(_PASSED, key, at, keeps_s)

    def met(self, key: str, at: float) -> Meeting | None:
        """The meeting of that key; nothing begins."""
        with told(self._path):
            row = self._connection.execute(_MET, (key, at)).fetchone()
        return None if row is None else Meeting(*row)

    def size(self) -> int:
        """How many counts and meetings are kept."""
        with told(self._path):
            return sum(self._count(table) for table, _ in _TABLES)

    def _write(self, statement: str, key: str, at: float, keeps_s: float) -> Meeting:
        with told(self._path), writing(self._connection):
            self._connection.execute(statement, {"key": key, "at": at, "ends_at": at + keeps_s})
            row = self._connection.execute(_MET, (key, at)).fetchone()
            self._tidy(1, at)
        return Meeting(at) if row is None else Meeting(*row)

    def _total(self, share: Share, at: float) -> float:
        number, into = divmod(at, share.window_s)
        found = dict(self._connection.execute(_TOTALS, (share.key, int(number), int(number) - 1)).fetchall())
        covered = 1.0 - into / share.window_s
        return float(share.amount + found.get(int(number), 0) + covered * found.get(int(number) - 1, 0))

    def _tidy(self, count: int, at: float) -> None:
        """Now and then drop what is over, and what there is no room for."""
        self._written += count
        if self._written < min(TIDY_EVERY, self._most):
            return
        self._written = 0
        for table, more in _TABLES:
            self._connection.execute(_FORGET.format(table, more), (at, TIDY_ROWS))
            over = self._count(table) - self._most
            if over > 0:
                self._connection.execute(_MAKE_ROOM.format(table, more), (over,))

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  our own names
