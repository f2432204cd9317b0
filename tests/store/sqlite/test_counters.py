"""Counters in SQLite: the contract, several processes, a bounded file, and a store that is dead soon says so."""

import multiprocessing
import sqlite3

import pytest

from fyke.store.counters import Share
from fyke.store.labels import StoreError
from fyke.store.sqlite.counters import SqliteCounters
from tests.store.counting import AT, check_counters


def test_contract(tmp_path):
    """As every store of counters."""
    check_counters(lambda: SqliteCounters(tmp_path / "counters.db"))


def _count(path):
    counters = SqliteCounters(path)
    for _ in range(200):
        counters.add([Share("key", 1, 3600, 350)], AT)
        counters.passed("key", AT, 60)


def test_processes_count_together_and_to_the_limit(tmp_path):
    """No more than the limit is counted, however many count at once, and nothing is lost."""
    path = tmp_path / "counters.db"
    workers = [multiprocessing.get_context("fork").Process(target=_count, args=(path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    counters = SqliteCounters(path)
    assert counters.add([Share("key", 0, 3600)], AT) == (350.0,)
    assert counters.met("key", AT).passed == 600


def test_the_file_is_bounded(tmp_path):
    """A flood of strangers pushes out what would soonest be forgotten, and no more."""
    counters = SqliteCounters(tmp_path / "counters.db", most=1_000)
    counters.passed("friend", AT, 1e9)
    for at in range(5_000):
        counters.meet(f"stranger {at}", AT + at, 1e6)
        counters.add([Share(f"stranger {at}", 1, 3600)], AT)
    assert counters.size() <= 2 * (1_000 + 500)
    assert counters.met("friend", AT + 5_000) is not None
    assert counters.met("stranger 4999", AT + 5_000) is not None


def test_what_is_over_is_dropped(tmp_path):
    """By time, a little at a time."""
    counters = SqliteCounters(tmp_path / "counters.db")
    for at in range(3_000):
        counters.meet(f"stranger {at}", AT, 10)
    for at in range(3_000):
        counters.meet(f"later {at}", AT + 100, 10)
    assert counters.size() <= 3_500


def test_a_writer_that_hangs_is_told_soon(tmp_path, monkeypatch):
    """A client waits: not as long as for a label."""
    monkeypatch.setattr("fyke.store.sqlite.counters.BUSY_MS", 50)
    counters = SqliteCounters(tmp_path / "counters.db")
    other = sqlite3.connect(tmp_path / "counters.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process"):
        counters.add([Share("a", 1, 60)], AT)
