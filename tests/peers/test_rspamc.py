"""The real rspamc before the door of rspamd: judged, taught both ways, asked for figures."""

import json
import os
import shutil
import subprocess

import pytest

from fyke.doors.rspamd import Rspamd
from fyke.doors.rspamd_reply import RspamdTerms
from fyke.model import Action, Label
from tests.doors.gates import ToldGate, handled, serving

pytestmark = pytest.mark.peer
MAIL = b"From: a@example.net\nTo: b@example.org\nSubject: gold\n\nCheap gold, to-day only.\n"
SPAM = handled(Label.SPAM, 8.0, Action.REJECT, reply="Refused as spam")


@pytest.fixture(autouse=True)
def _needed():
    if not shutil.which("rspamc"):
        assert not os.environ.get("CI"), "rspamc is not installed: run `make peers`"
        pytest.skip("rspamc is not installed")


def rspamc(gate, *words, terms=None, given=MAIL):
    """What it printed."""
    with serving(Rspamd(gate, terms or RspamdTerms())) as (host, port):
        command = ["rspamc", "-h", f"{host}:{port}", *words]
        done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)
    return done.stdout.decode() + done.stderr.decode()


def test_a_mail_is_judged():
    """With the envelope that rspamc was told of, and our symbols in its words."""
    gate = ToldGate(SPAM)
    said = rspamc(gate, "--ip", "192.0.2.1", "--from", "a@example.net", "--rcpt", "b@example.org", "symbols")
    assert "Action: reject" in said
    assert "LEX_BANK" in said
    [(_, envelope, raw, keeps)] = gate.calls
    assert (envelope.client_ip, envelope.mail_from, envelope.rcpt_to) == (
        "192.0.2.1",
        "a@example.net",
        ("b@example.org",),
    )
    assert raw == MAIL
    assert not keeps


def test_as_json():
    """What a script reads."""
    said = rspamc(ToldGate(SPAM), "--json", "symbols")
    found = json.loads(said[said.index("{") :])
    assert found["action"] == "reject"
    assert found["score"] == pytest.approx(12.0)


@pytest.mark.parametrize(("command", "label"), [("learn_spam", Label.SPAM), ("learn_ham", Label.HAM)])
def test_it_teaches(command, label):
    """This machine may, without a password."""
    gate = ToldGate()
    said = rspamc(gate, command)
    assert "success = true" in said
    [(_, raw, _, taught)] = gate.calls
    assert (raw, taught) == (MAIL, label)


def test_a_gate_that_breaks_is_told():
    """Come again; never a verdict."""
    said = rspamc(ToldGate(RuntimeError("broken")), "symbols")
    assert "Action: soft reject" in said


def test_figures():
    """`stat` is answered in rspamd's words."""
    assert "Messages scanned" in rspamc(ToldGate(), "stat", given=None)
