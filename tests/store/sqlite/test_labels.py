"""Labels in SQLite: the contract, and what is acknowledged survives a kill."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from fyke.store.labels import StoreError
from fyke.store.sqlite.labels import SqliteLabels
from tests.store.contract import check_labels, said

# Adds labels without end, in batches, and tells the number of each that was acknowledged.
WRITER = """
import itertools, os, sys
from datetime import UTC, datetime
from pathlib import Path
from fyke.model import Labelled, Source
from fyke.store.sqlite.labels import SqliteLabels
labels = SqliteLabels(Path(sys.argv[1]))
for count in itertools.count():
    names = [f"{os.getpid()}-{count}-{at}" for at in range(3)]
    at = datetime.now(UTC)
    seqs = labels.add(*(Labelled("a" * 64, True, Source.HUMAN, at, name, features=b"F" * 9000) for name in names))
    os.write(1, f"{seqs[0]} {seqs[-1]}\\n".encode())
"""


def test_contract(tmp_path):
    """As every store of labels."""
    check_labels(lambda: SqliteLabels(tmp_path / "labels.db"))


def test_killed_at_any_point_nothing_acknowledged_is_lost(tmp_path):
    """Two writers at once, killed again and again: every label that was told is there, and no half one."""
    path, dice, told = tmp_path / "labels.db", random.Random(7), set()
    for _ in range(6):
        running = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) for _ in range(2)
        ]
        for each in running:  # both are at work: some die while they open the file, some while they write
            if dice.random() < 0.8:
                told.add(each.stdout.readline())
        time.sleep(dice.random() * 0.1)
        for each in running:
            os.kill(each.pid, signal.SIGKILL)
            told.update(each.communicate()[0].splitlines(keepends=True))
    labels = SqliteLabels(path)
    found = {label.seq: label for label in labels.standing()}
    pairs = [tuple(map(int, line.split())) for line in told if line.endswith(b"\n")]
    assert len(pairs) > 6
    assert all({first, first + 1, last} <= set(found) for first, last in pairs)
    assert len(found) % 3 == 0
    assert all(label.features == b"F" * 9000 for label in found.values())


def test_nothing_is_changed_or_deleted(tmp_path):
    """Not even by somebody who opens the file by hand."""
    labels = SqliteLabels(tmp_path / "labels.db")
    labels.add(said("a"))
    other = sqlite3.connect(tmp_path / "labels.db")
    for statement in ("UPDATE words SET spam = 0", "DELETE FROM words"):
        with pytest.raises(sqlite3.IntegrityError, match="labels are never"):
            other.execute(statement)


def test_what_is_no_store_is_told(tmp_path):
    """A sentence with the file's name, not a traceback."""
    path = tmp_path / "labels.db"
    path.write_bytes(b"From ann@example.org\n" * 200)
    with pytest.raises(StoreError, match=r"labels\.db: file is not a database"):
        SqliteLabels(path)


def test_a_store_of_tomorrow_is_left_alone(tmp_path):
    """An older fyke does not write into what it does not know."""
    SqliteLabels(tmp_path / "labels.db").close()
    sqlite3.connect(tmp_path / "labels.db").execute("PRAGMA user_version = 9")
    with pytest.raises(StoreError, match="written by a newer fyke"):
        SqliteLabels(tmp_path / "labels.db")


def test_a_writer_that_hangs_is_told(tmp_path, monkeypatch):
    """After a while, by name."""
    monkeypatch.setattr("fyke.store.sqlite.file.WAIT_S", 0.05)
    labels = SqliteLabels(tmp_path / "labels.db")
    other = sqlite3.connect(tmp_path / "labels.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process has been writing"):
        labels.add(said("a"))
