"""Several processes: in order, and never a message lost."""

import os
import signal

import pytest

from fyke.cli import pool as pools
from fyke.cli.mailbox import Slot
from fyke.cli.pool import Pool
from fyke.cli.work import scan_here
from fyke.house import build
from fyke.model import Envelope
from tests.cli.conftest import SPAM, mail

ENGINE = build()


class Deadly:
    """An engine that one message kills, as a bug in a native library would."""

    policy = ENGINE.policy

    def scan(self, envelope, raw):
        if b"DIE" in raw:
            os.kill(os.getpid(), signal.SIGKILL)
        if b"LEAVE" in raw:
            os._exit(3)
        return ENGINE.scan(envelope, raw)


def slots(*bodies):
    return [Slot(str(at), data=body) for at, body in enumerate(bodies)]


def told(outcomes):
    return [(each.record.path, each.record.label, each.record.bits, each.record.id) for each in outcomes]


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_same_as_one_process_and_in_order(jobs):
    """However many processes, the same records in the same order."""
    given = slots(*[SPAM if at % 7 == 0 else mail(f"subject {at}") for at in range(150)])
    with Pool(ENGINE, Envelope(), jobs) as pool:
        assert told(pool.scan(iter(given))) == told(scan_here(ENGINE, Envelope(), given))


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(("word", "how"), [("DIE", "killed by SIGKILL"), ("LEAVE", "left with 3")])
def test_a_message_that_kills_its_worker_costs_itself_alone(jobs, word, how):
    """It is found and told; those beside it are scanned."""
    bodies = [mail(f"subject {at}", word if at in (3, 90) else "x") for at in range(100)]
    with Pool(Deadly(), Envelope(), jobs) as pool:
        records = [outcome.record for outcome in pool.scan(slots(*bodies))]
    assert [record.path for record in records] == [str(at) for at in range(100)]
    assert [at for at, record in enumerate(records) if record.is_broken] == [3, 90]
    assert how in records[3].faults[0].what


def test_a_file_that_went_away_is_told(tmp_path):
    """Reading happens in the worker; so its errors come from there."""
    gone = Slot("gone.eml", os.fsencode(tmp_path / "gone.eml"))
    with Pool(ENGINE, Envelope(), 2) as pool:
        (outcome,) = pool.scan([gone])
    assert outcome.unread.path == "gone.eml"
    assert "No such file" in outcome.unread.why


def test_messages_larger_than_the_pipe_do_not_block(monkeypatch):
    """Bytes that go along come one chunk at a time."""
    monkeypatch.setattr(pools, "CHUNK", 2)
    big = mail(body="word " * 400_000)
    with Pool(ENGINE, Envelope(), 2) as pool:
        assert len(list(pool.scan(slots(*[big] * 6)))) == 6


def test_nothing_to_scan():
    """No slots, no records, no waiting."""
    with Pool(ENGINE, Envelope(), 2) as pool:
        assert list(pool.scan([])) == []


def test_what_counts_comes_back_from_workers():
    """As from this process."""
    mine = slots(mail(), SPAM)
    with Pool(ENGINE, Envelope(), 2, counting=True) as pool:
        there = [each.counted for each in pool.scan(mine)]
    assert there == [each.counted for each in scan_here(ENGINE, Envelope(), mine, counting=True)]
    assert all(there[1:])
