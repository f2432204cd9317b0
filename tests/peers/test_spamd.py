"""The real spamc, with each of its switches, before the door of spamd."""

import os
import shutil
import subprocess

import pytest

from fyke.doors.spamd import Spamd, SpamdTerms
from fyke.model import Action, Label
from fyke.model.gate import Change, Edit
from tests.doors.gates import ToldGate, handled, serving

MAIL = b"From: a@example.net\nSubject: x\n\nThe minutes.\n"
SPAM = handled(Label.SPAM, 5.76, Action.TAG, edits=(Edit(Change.REPLACE, "Subject", "[spam] x"),))
FAILS = handled(Label.UNSURE, 0.0, Action.TEMPFAIL)
EX_USAGE, EX_IOERR = 64, 74
TERMS = SpamdTerms(message_bytes=100_000, host="mx.example.org")
pytestmark = pytest.mark.peer


@pytest.fixture(autouse=True)
def _needed():
    if not shutil.which("spamc"):
        assert not os.environ.get("CI"), "spamc is not installed: run `make peers`"
        pytest.skip("spamc is not installed")


def spamc(gate, *switches, mail=MAIL, path=None):
    """How it ended, and what it printed."""
    with serving(Spamd(gate, TERMS), path) as where:
        at = ["-U", where] if path else ["-d", where[0], "-p", str(where[1])]
        done = subprocess.run(["spamc", *at, "-u", "ann", *switches], input=mail, capture_output=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("packed", [(), ("-z",)])
@pytest.mark.parametrize("is_local", [False, True])
def test_a_mail_comes_back_judged(packed, is_local, tmp_path):
    """As a filter in procmail: spamc prints the mail with its fields and edits."""
    gate = ToldGate(handle=SPAM)
    code, said = spamc(gate, *packed, path=tmp_path / "spamd" if is_local else None)
    if packed and code == EX_USAGE:
        pytest.skip("this spamc was built without zlib")
    assert code == 0
    assert said.startswith(b"X-Spam-Checker-Version: fyke ")
    assert b"\nX-Spam-Flag: YES\nX-Spam-Level: *******\nX-Spam-Status: Yes, score=7.2 required=5.0" in said
    assert said.endswith(b"\nSubject: [spam] x\n\nThe minutes.\n")
    assert gate.calls[0][1].rcpt_to == ("ann",)
    assert gate.calls[0][2] == MAIL


@pytest.mark.parametrize(
    ("switches", "gate", "code", "said"),
    [
        (("-c",), SPAM, 1, b"7.2/5.0\n"),
        (("-c",), handled(), 0, b"-3.8/5.0\n"),
        (("-y",), SPAM, 0, b"LEX_BANK,LINK_IP"),
        (("-r",), handled(), 0, b""),
        (("-R",), handled(), 0, b"It speaks of a bank."),
        (("-r",), SPAM, 0, b"It speaks of a bank."),
        (("-E", "-R"), SPAM, 1, b"7.2/5.0\n"),
        (("--headers",), SPAM, 0, b"\nSubject: [spam] x\n\nThe minutes.\n"),
        (("-L", "spam"), SPAM, 0, b"Message successfully un/learned"),
        (("-L", "ham"), SPAM, 0, b"Message successfully un/learned"),
        (("-L", "forget"), SPAM, 0, b"Message successfully un/learned"),
        (("-C", "report"), SPAM, 0, b"Unable to report/revoke message"),
        (("-C", "revoke"), SPAM, 0, b"Unable to report/revoke message"),
        (("-K",), SPAM, 0, b"SPAMD/1.5 0\n"),
        (("-B",), SPAM, 0, b"X-Spam"),
    ],
)
def test_every_switch(switches, gate, code, said):
    """What spamc makes of our answers."""
    mail = b"HELO x\nMAIL FROM:<a>\nRCPT TO:<b>\nDATA\n" + MAIL + b".\n" if switches == ("-B",) else MAIL
    ended, printed = spamc(ToldGate(handle=gate), *switches, mail=mail)
    assert said in printed
    assert ended == code


def test_reports_to_others_are_learned_here():
    """Nobody is reported to, which spamc is told; what the user said of the mail is kept."""
    gate = ToldGate()
    spamc(gate, "-C", "report")
    assert [call[2:] for call in gate.calls if call[0] == "learn"] == [("ann", Label.SPAM)]


def test_a_mail_that_is_known_already():
    """spamc says so."""
    assert spamc(ToldGate(learn=False), "-L", "spam") == (0, b"Message was already un/learned\n")


@pytest.mark.parametrize(
    ("gate", "mail"),
    [
        (ToldGate(handle=FAILS), MAIL),
        (ToldGate(handle=RuntimeError("broken")), MAIL),
        (ToldGate(), b"Subject: x\n\n" + b"x" * 400_000),
    ],
)
def test_a_mail_that_cannot_be_judged(gate, mail):
    """It passes unchanged, or with `-x` is refused: the user's choice. spamc says 74, as for every error of spamd's."""
    assert spamc(gate, mail=mail) == (0, mail)
    assert spamc(gate, "-x", mail=mail) == (EX_IOERR, b"")


def test_a_word_that_could_not_be_written_down():
    """It is not said to be learned."""
    code, said = spamc(ToldGate(learn=RuntimeError("broken")), "-L", "spam")
    assert code
    assert b"learned" not in said
