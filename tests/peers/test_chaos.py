"""Processes of ours are killed with -9 while real Postfix asks the milter: it has each mail, or is done with it."""

import asyncio

import pytest

from bench.chaos import counted, postfix, run, told
from tests.peers.postfix import needed

pytestmark = pytest.mark.peer


def test_postfix_and_we_lose_nothing_and_double_nothing(tmp_path):
    """Its clients hear of a temporary failure, and come again; as Postfix itself lives, no answer is ever cut off."""
    needed()
    done = asyncio.run(run(tmp_path, mails=200, kills=6, seed=5, ahead=postfix))
    sums = counted(tmp_path, done)
    assert sums.is_right, told(done, sums)
    assert (sums.unavoidable, done.kills.total()) == (0, 6)
    assert sums.delivered + sums.quarantined + sums.refused == sums.copies
