"""Processes are killed with -9 while mail is under way, and no copy of any mail is lost or comes twice by our doing."""

import asyncio

from bench.chaos import Counted as Sums
from bench.chaos import Run, _count, counted, run, told
from bench.chaos_mail import HELD, PLAIN, REFUSED, Mail, Outcome
from tests.service.luck import needs_linux

KILLS = 10


def test_every_copy_is_somewhere_once(tmp_path):
    """At the next hop, in quarantine or refused; and each mail that was answered is in the journal."""
    needs_linux()
    done = asyncio.run(run(tmp_path, mails=300, kills=KILLS, seed=3))
    sums = counted(tmp_path, done)
    assert done.kills.total() == KILLS
    assert sums.is_right, told(done, sums)
    assert sums.delivered + sums.quarantined + sums.refused == sums.copies


def summed(recipient, tries, delivered, held=0):
    """What is said of one copy."""
    sums = Sums()
    _count(sums, Mail(1, (recipient,), tries), recipient, delivered, held)
    return sums


def test_the_count_sees_what_is_lost():
    """A mail that was taken and is nowhere."""
    assert summed(PLAIN, [Outcome.TAKEN], []).lost
    assert summed(PLAIN, [Outcome.TAKEN], [1]).is_right


def test_the_count_sees_what_came_twice():
    """By us, where the sender had a temporary failure; by SMTP, where it had nothing (RFC 1047)."""
    assert summed(PLAIN, [Outcome.LATER, Outcome.TAKEN], [1, 2]).doubled
    assert summed(PLAIN, [Outcome.UNSURE, Outcome.TAKEN], [2, 2]).doubled
    cut = summed(PLAIN, [Outcome.UNSURE, Outcome.TAKEN], [1, 2])
    assert (cut.is_right, cut.unavoidable) == (True, 1)
    assert summed(HELD, [Outcome.TAKEN], [], held=2).doubled


def test_the_count_sees_what_is_in_the_wrong_place():
    """What was to be set aside or refused is not delivered."""
    assert summed(HELD, [Outcome.TAKEN], [1]).misplaced
    assert summed(REFUSED, [Outcome.REFUSED], [1]).doubled
    assert "lost 0" in told(Run([]), Sums())
