"""Hashes under a site's key."""

import threading

import pytest

from fyke.store.labels import StoreError
from fyke.store.sqlite.keyed import Keyed


def test_one_key_one_hash(tmp_path):
    """The same for whoever opens the same key, another under another."""
    here, again, there = Keyed(tmp_path / "a"), Keyed(tmp_path / "a"), Keyed(tmp_path / "b")
    assert here.hash("x", 16) == again.hash("x", 16) != there.hash("x", 16)
    assert here.hash("x", 16) != here.hash("y", 16)
    assert len(here.hash("\ud800", 8)) == 8


def test_made_by_many_at_once_it_is_one(tmp_path):
    """Whoever is first wins, and nothing else is left in the folder."""
    hashes = []
    threads = [threading.Thread(target=lambda: hashes.append(Keyed(tmp_path / "k").hash("x", 8))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(hashes)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_what_cannot_be_read_is_told(tmp_path):
    """With the file's name."""
    with pytest.raises(StoreError, match="nowhere"):
        Keyed(tmp_path / "nowhere" / "k")
