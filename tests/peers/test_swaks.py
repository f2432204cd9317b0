"""The real swaks before the doors of SMTP and LMTP, with a mail server behind them."""

import os
import shutil
import subprocess

import pytest

from fyke.doors.lmtp import Lmtp
from fyke.doors.smtp import PassTerms, Smtp
from fyke.model import Action, Fate, Label
from fyke.model.gate import Change, Edit
from tests.doors.gates import ToldGate, handled, serving
from tests.doors.hops import NextHop

pytestmark = pytest.mark.peer
A, B = "a@example.net", "b@example.net"
DOORS = {"smtp": Smtp, "lmtp": Lmtp}


@pytest.fixture(autouse=True)
def _needed():
    if not shutil.which("swaks"):
        assert not os.environ.get("CI"), "swaks is not installed: run `make peers`"
        pytest.skip("swaks is not installed")


def swaks(protocol, gate, *words, end=b"250 2.0.0 taken"):
    """How it ended, what it printed, and what came to the mail server behind."""
    hop = NextHop(end, lmtp=protocol == "lmtp")
    try:
        with serving(DOORS[protocol](gate, PassTerms(next_hop=hop.address))) as (host, port):
            command = ["swaks", "--protocol", protocol.upper(), "--server", host, "--port", str(port)]
            command += ["--from", "c@example.org", "--timeout", "20", *words]
            done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    finally:
        hop.close()
    return done.returncode, done.stdout.decode(), hop.taken


@pytest.mark.parametrize("protocol", DOORS)
@pytest.mark.parametrize("words", [(), ("--pipeline",)], ids=["in turn", "pipelined"])
def test_what_is_wanted_goes_on_once(protocol, words):
    """With our fields, to both recipients."""
    edits = (Edit(Change.ADD, "X-Fyke", "ham"),)
    gate = ToldGate(handled(fates=(Fate(A, Action.ACCEPT), Fate(B, Action.ACCEPT)), edits=edits))
    code, said, taken = swaks(protocol, gate, "--to", f"{A},{B}", "--body", "The minutes.", *words)
    assert code == 0, said
    [(_, recipients, body)] = taken
    assert recipients == (A, B)
    assert body.startswith(b"X-Fyke: ham\r\n")
    assert b"The minutes." in body


@pytest.mark.parametrize("protocol", DOORS)
def test_what_is_refused_does_not(protocol):
    """With the reason, at the end of the data."""
    gate = ToldGate(handled(Label.SPAM, 9.0, Action.REJECT, fates=(Fate(A, Action.REJECT),), reply="Refused as spam"))
    code, said, taken = swaks(protocol, gate, "--to", A)
    assert code != 0
    assert "550" in said
    assert "Refused as spam" in said
    assert not taken


@pytest.mark.parametrize("protocol", DOORS)
def test_what_breaks_comes_again(protocol):
    """A temporary failure of ours and of the mail server behind are one to the client."""
    code, said, taken = swaks(protocol, ToldGate(RuntimeError("broken")), "--to", A)
    assert code != 0
    assert "\n<** 4" in said
    assert not taken
    code, said, _ = swaks(
        protocol, ToldGate(handled(fates=(Fate(A, Action.ACCEPT),))), "--to", A, end=b"451 4.3.0 full"
    )
    assert code != 0
    assert "451 4.3.0 full" in said


def test_lmtp_answers_for_each_recipient():
    """One gets it, the other's copy is refused."""
    fates = (Fate(A, Action.ACCEPT), Fate(B, Action.REJECT))
    gate = ToldGate(handled(Label.SPAM, 9.0, Action.ACCEPT, fates=fates, reply="Refused as spam"))
    _, said, taken = swaks("lmtp", gate, "--to", f"{A},{B}")
    assert [recipients for _, recipients, _ in taken] == [(A,)]
    assert "taken" in said
    assert "550" in said
