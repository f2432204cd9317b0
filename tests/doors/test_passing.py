"""The way of mails to the next hop: its answers are the client's, and a mail goes whole to those who get it, or not."""

import asyncio

import pytest

from fyke.doors.nexthop import Patience, Where, where
from fyke.doors.passing import AWAY, BROKEN, Passage, answer
from fyke.wire.smtp_client import Reply
from fyke.wire.smtp_events import Recipient, Sender
from tests.doors.hops import NextHop

RAW = b"Subject: x\r\n\r\nx\r\n"
QUICK = Patience(5.0, 5.0, 5.0, 5.0, 5.0, 5.0)
ANN, BOB, EVE = Sender("ann@example.net"), Recipient("bob@example.org"), Recipient("eve@example.org")


def through(address, use, *, is_lmtp=False):
    """What `use(passage)` gives, and what the operator was told."""

    async def run():
        told = []
        passage = Passage(address, "mx.example.org", QUICK, told.append, is_lmtp=is_lmtp)
        try:
            return await use(passage), told
        finally:
            await passage.drop()

    return asyncio.run(run())


async def _mail(passage, chosen=(0, 1), *, may=lambda: True, is_each=False):
    """A mail to both, of whom the chosen get it."""
    before = [await passage.begin(ANN, {}), await passage.add(BOB), await passage.add(EVE)]
    assert all(each.is_yes for each in before)
    return await passage.deliver(RAW, list(chosen), may, is_each=is_each)


def test_answers_are_the_next_hops():
    """But its goodbye is not ours, and what is no answer is a failure that comes again."""
    assert answer(Reply("RCPT", 550, ("5.1.1 nobody",))).lines == ("5.1.1 nobody",)
    assert answer(Reply("RCPT", 421, ("bye",))).code == 451
    assert answer(Reply("RCPT", 354, ("what",))) == BROKEN


@pytest.mark.parametrize(("chosen", "got"), [((0, 1), ("bob", "eve")), ((1,), ("eve",)), ((0,), ("bob",))])
def test_only_the_chosen_get_it(chosen, got):
    """The others are told to nobody: one transaction, with these recipients alone."""
    hop = NextHop()
    told, _ = through(where(hop.address), lambda passage: _mail(passage, chosen))
    hop.close()
    assert [each.code for each in told] == [250] * len(chosen)
    assert [recipients for _, recipients, _ in hop.taken] == [tuple(f"{name}@example.org" for name in got)]


def test_each_has_an_answer_by_lmtp():
    """In the order of the chosen."""
    hop = NextHop(lmtp=True)
    told, _ = through(where(hop.address), lambda passage: _mail(passage, is_each=True), is_lmtp=True)
    hop.close()
    assert [each.code for each in told] == [250, 250]


def test_one_connection_for_several_mails():
    """And another where the first is gone."""
    hop = NextHop()

    async def twice(passage):
        return [*await _mail(passage), *await _mail(passage, (0,))]

    told, _ = through(where(hop.address), twice)
    hop.close()
    assert all(each.is_yes for each in told)
    assert len(hop.taken) == 2


def test_nobody_there():
    """The client tries again, and the operator is told."""

    async def begin(passage):
        return await passage.begin(ANN, {}), await passage.features(), await passage.add(BOB)

    (told, offers, added), said = through(Where(path="/nonexistent/x"), begin)
    assert (told, offers, added) == (AWAY, None, BROKEN)
    assert "not reached" in said[0]


def test_one_that_dies_after_the_dot_has_taken_nothing_that_is_known():
    """A failure that comes again, never a yes."""
    hop = NextHop(end=b"")
    told, said = through(where(hop.address), _mail)
    hop.close()
    assert {each.code // 100 for each in told} == {4}
    assert said


def test_a_client_that_left_before_the_last_piece_is_sent_to_nobody():
    """It has its mail still."""
    hop = NextHop()
    told, _ = through(where(hop.address), lambda passage: _mail(passage, may=lambda: False))
    hop.close()
    assert not any(each.is_yes for each in told)
    assert hop.taken == []
