"""The quarantine's book in SQLite: the contract."""

import sqlite3

import pytest

from fyke.store.sqlite.quarantine import SqliteQuarantine
from tests.store.quarantines import ANN, check_quarantine, held, nothing


def test_contract(tmp_path):
    """As every book."""
    check_quarantine(lambda: SqliteQuarantine(tmp_path / "quarantine.db"))


def test_where_the_blob_cannot_be_kept_nothing_is_held(tmp_path):
    """All of it or nothing."""
    book = SqliteQuarantine(tmp_path / "quarantine.db")

    def full():
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        book.hold(held("a1"), (ANN,), full)
    assert book.get("a1") is None


def test_steps_are_never_changed(tmp_path):
    """Who released what can be read later, whatever came after."""
    book = SqliteQuarantine(tmp_path / "quarantine.db")
    book.hold(held("a1"), (ANN,), nothing)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        sqlite3.connect(tmp_path / "quarantine.db").execute("UPDATE steps SET state = 'x'")
