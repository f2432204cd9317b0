"""The answerer of `Seen`: a broken store makes the answer unknown, and is left alone for a while."""

import os

from fyke.lookup.known import RETRY_S, Memory
from fyke.model.known import Acquaintance, Seen

ASKED = Seen("a@b.example", "c@d.example")


class Store:
    """A store that fails as long as it is told to."""

    def __init__(self):
        self.is_broken, self.closed = False, 0

    def look(self, *asked):
        if self.is_broken:
            raise OSError("gone")
        return [Acquaintance() for _ in asked]

    def close(self):
        self.closed += 1
        raise OSError("gone too")


def test_a_store_that_breaks_is_unknown_then_tried_again():
    """Told once, left alone, opened anew."""
    store, now, told, opened = Store(), [100.0], [], []
    memory = Memory(lambda: opened.append(1) or store, tell=told.append, clock=lambda: now[0])
    assert memory([ASKED]) == {ASKED: Acquaintance()}
    store.is_broken = True
    assert memory([ASKED]) == {}
    assert memory([ASKED]) == {}
    assert (len(opened), store.closed, len(told)) == (1, 1, 1)
    now[0] += RETRY_S + 1
    assert memory([ASKED]) == {}
    store.is_broken = False
    now[0] += RETRY_S + 1
    assert memory([ASKED]) == {ASKED: Acquaintance()}
    assert len(told) == 1


def test_a_store_that_cannot_be_opened_is_unknown():
    """Nothing raises."""
    assert Memory(lambda: 1 / 0)([ASKED]) == {}


def test_a_forked_process_opens_its_own(monkeypatch):
    """A file opened before a fork is not used after it."""
    opened = []
    memory = Memory(lambda: opened.append(os.getpid()) or Store())
    memory([ASKED])
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert not memory.is_open
    memory([ASKED])
    assert len(opened) == 2
