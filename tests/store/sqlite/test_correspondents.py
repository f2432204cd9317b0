"""Correspondents in SQLite: the contract, several processes at once, room, and a file that tells a thief little."""

import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from fyke.store.labels import StoreError
from fyke.store.sqlite.correspondents import SqliteCorrespondents
from tests.store.acquaintances import ANN, asked, check_correspondents, met, on, sent

# Remembers without end, and tells each day that was acknowledged.
WRITER = """
import itertools, os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from fyke.model.known import Met
from fyke.store.sqlite.correspondents import SqliteCorrespondents
store = SqliteCorrespondents(Path(sys.argv[1]))
start = datetime(2026, 1, 1, tzinfo=UTC)
for day in itertools.count():
    store.remember(*(Met(f"{who}-{sys.argv[2]}@their.example", ("ann@our.example",), start + timedelta(days=day), True)
        for who in "ab"))
    os.write(1, f"{day}\\n".encode())
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "correspondents.db"


def test_contract(path):
    """As every store of correspondents."""
    check_correspondents(lambda: SqliteCorrespondents(path))


def test_processes_at_once_and_killed(path):
    """Two writers on a file that is not there yet: what was told is counted, and both halves of it."""
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], stdout=subprocess.PIPE) for name in "xy"
    ]
    first = [each.stdout.readline() for each in running]
    for each in running:
        os.kill(each.pid, signal.SIGKILL)
    told = [(before + each.communicate()[0]).count(b"\n") for before, each in zip(first, running, strict=True)]
    store = SqliteCorrespondents(path)
    for name, days in zip("xy", told, strict=True):
        one, other = (asked(store, f"{who}-{name}@their.example").own for who in "ab")
        assert one.wanted == other.wanted
        assert one.wanted in (days, days + 1)


def test_readers_do_not_wait_for_a_writer(path):
    """A scan goes on while somebody else writes."""
    store = SqliteCorrespondents(path)
    store.remember(met("cat@their.example"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM ties")
    assert asked(store, "cat@their.example").own.wanted == 1
    other.execute("ROLLBACK")


def test_the_file_has_no_number_of_a_message(path):
    """Message-IDs, and to whom what went under them, are hashed with a key that lies beside it, for nobody else."""
    store = SqliteCorrespondents(path)
    store.sent(sent("cat@their.example", message_id="secret-17@our.example"))
    store.close()
    held = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.suffix != ".key")
    assert b"secret-17" not in held
    assert path.with_suffix(".key").stat().st_mode & 0o077 == 0
    path.with_suffix(".key").unlink()
    strangers = SqliteCorrespondents(path)
    assert asked(strangers, "cat@their.example", refers_to=("secret-17@our.example",)).answered is None


def test_what_is_worth_least_is_dropped_first_and_counted(path):
    """A flood of senders of a day pushes out nobody who was written to, or who comes often."""
    store = SqliteCorrespondents(path, most=200)
    store.sent(sent("friend@their.example", message_id="1@our.example"))
    for day in range(5):
        store.remember(met("often@their.example", day))
    for number in range(100):
        store.remember(*(met(f"flood{number}-{at}@spam.example", 6) for at in range(10)))
        assert store.kept().ties <= 200 + 2_000 * 2
    store.remember(met("last@their.example", 7))
    kept = store.kept()
    assert kept.ties <= 250
    assert kept.dropped > 1_500
    assert asked(store, "friend@their.example").own.written == 1
    assert asked(store, "often@their.example").own.wanted == 5
    ways = sqlite3.connect(path).execute("SELECT count(DISTINCT sender) FROM ways").fetchone()[0]
    assert ways <= 251


def test_sent_messages_and_ways_are_bounded_too(path):
    """The oldest numbers go; of ways those that came on one day."""
    store = SqliteCorrespondents(path, most=100)
    for number in range(300):
        store.sent(sent("cat@their.example", message_id=f"{number}@our.example", day=number / 300))
    for day in range(3):
        store.remember(met("cat@their.example", day))
    for number in range(60):
        store.remember(*(met("cat@their.example", 3, ways=(("program", f"p{number}-{at}"),)) for at in range(5)))
    assert store.kept().sent <= 100
    (packed,) = sqlite3.connect(path).execute("SELECT packed FROM ways").fetchone()
    assert len(packed) < 2_000
    assert [way.days for way in store.ways("cat@their.example") if way.value == "dkim"] == [3]
    assert len(store.ways("cat@their.example")) < 30


def test_age_is_told_by_the_mail(path):
    """What was not seen for so many days goes when newer mail comes; nobody's clock is asked."""
    store = SqliteCorrespondents(path, days=30, most=10)
    store.remember(met("old@their.example", 0))
    for number in range(10):
        store.remember(met(f"new{number}@their.example", 40))
    assert asked(store, "old@their.example").site is None
    assert asked(store, "new9@their.example").since == on(0)


def test_what_is_no_store_is_told(path):
    """A sentence with the file's name, not a traceback."""
    path.write_bytes(b"From ann@example.org\n" * 200)
    with pytest.raises(StoreError, match=r"correspondents\.db: file is not a database"):
        SqliteCorrespondents(path)
    path.with_suffix(".key").write_bytes(b"short")
    with pytest.raises(StoreError, match=r"correspondents\.key: is no key"):
        SqliteCorrespondents(path)


def test_an_account_is_asked_by_index(path):
    """No question reads a whole table."""
    store = SqliteCorrespondents(path)
    store.remember(met("cat@their.example"))
    plans = []
    store._connection.set_trace_callback(plans.append)
    asked(
        store, "x@free.example", ANN, name_key="a b", look="freelook", domain="f.example", refers_to=("1@our.example",)
    )
    store._connection.set_trace_callback(None)
    selects = [query for query in plans if query.startswith("SELECT")]
    assert len(selects) >= 4
    for query in selects:
        plan = " ".join(row[3] for row in store._connection.execute("EXPLAIN QUERY PLAN " + query))
        assert "SCAN" not in plan, plan
