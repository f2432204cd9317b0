"""One slot to what became of it."""

import os

from fyke.cli import mailbox
from fyke.cli.mailbox import Slot
from fyke.cli.work import scan_one
from fyke.house import build
from fyke.model import Envelope
from tests.cli.conftest import SPAM, mail

ENGINE = build()


class Buggy:
    """An engine with a bug."""

    policy = ENGINE.policy

    def scan(self, _envelope, _raw):
        raise ZeroDivisionError("division by zero")


def test_a_bug_costs_one_message_and_is_told():
    """The record says what broke; the run goes on."""
    record = scan_one(Buggy(), Envelope(), Slot("x", data=mail())).record
    assert record.faults[0].what == "ZeroDivisionError: division by zero"
    assert record.is_broken


def test_unreadable_is_no_record(tmp_path):
    """There is no verdict on what nobody read."""
    outcome = scan_one(ENGINE, Envelope(), Slot("x", os.fsencode(tmp_path)))
    assert outcome.record is None
    assert outcome.unread.why == "Is a directory"


def test_too_long_is_cut_and_says_so(monkeypatch):
    """What the limit drops is on the record."""
    monkeypatch.setattr(mailbox, "MESSAGE_BYTES", 1_000)
    record = scan_one(ENGINE, Envelope(), Slot("x", data=mail(body="x" * 5_000))).record
    assert record.size_bytes == 1_000
    assert "message-cut" in {defect.kind for defect in record.defects}


def test_what_counts_is_told_where_it_is_asked_for():
    """Names and weights of the facts, for who fits weights; nothing for who does not ask."""
    slot = Slot("x", data=SPAM)
    assert dict(scan_one(ENGINE, Envelope(), slot, counting=True).counted)["GTUBE"] == 1.0
    assert scan_one(ENGINE, Envelope(), slot).counted == ()
