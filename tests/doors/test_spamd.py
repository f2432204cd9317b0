"""The door of spamd: what the gate is asked, what the client hears, and that no bad luck sounds like a result."""

import asyncio
import zlib

import pytest

from fyke.doors.spamd import Spamd, SpamdTerms
from fyke.model import Action, Label
from fyke.model.gate import Change, Edit
from tests.doors.contract import check_door
from tests.doors.gates import ToldGate, connected, handled, opened, told

MAIL = b"From: a@example.net\nSubject: x\nX-Spam-Status: No\n\nThe minutes.\n"
SPAM = handled(Label.SPAM, 5.76, Action.QUARANTINE)
TERMS = SpamdTerms(message_bytes=10_000, host="mx.example.org", idle_s=5.0)


def asks(word, *fields, raw=MAIL, version="1.5"):
    """A request."""
    head = "".join(f"{field}\r\n" for field in fields)
    return f"{word} SPAMC/{version}\r\n{head}Content-length: {len(raw)}\r\n\r\n".encode() + raw


def heard(gate, data, *, terms=TERMS, path=None, pieces=1):
    """What a client hears that sends this, and the door's counts."""

    async def run():
        door = Spamd(gate, terms)
        async with opened(door, path) as doorway:
            return await told(doorway, data, pieces=pieces), door.counts

    return asyncio.run(run())


def test_the_contract_of_doors(tmp_path):
    """As every door, on loopback and over a local socket."""
    check_door(Spamd, asks("PROCESS"), lambda said: b"EX_OK" in said, terms=TERMS)
    check_door(Spamd, asks("CHECK"), lambda said: b"EX_OK" in said, terms=TERMS, path=tmp_path / "spamd")


def test_a_check():
    """The user is the recipient; the client keeps the mail, so the gate keeps none."""
    gate = ToldGate(handle=SPAM)
    said, counts = heard(gate, asks("CHECK", "User: ann@example.org"))
    assert said == b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.2 / 5.0\r\n\r\n"
    ((_, envelope, raw, keeps),) = gate.calls
    assert (envelope.rcpt_to, raw, keeps) == (("ann@example.org",), MAIL, False)
    assert envelope.received_at is not None
    assert (counts.mails, counts.errors, counts.faults, counts.gone) == (1, 0, 0, 0)


@pytest.mark.parametrize("pieces", [1, 7])
def test_a_packed_mail(pieces):
    """As `spamc -z` sends it."""
    gate = ToldGate(handle=SPAM)
    packed = zlib.compress(MAIL)
    heard(gate, asks("CHECK", "Compress: zlib", raw=packed), pieces=pieces)
    assert gate.calls[0][2] == MAIL


def test_the_mail_comes_back_with_edits_and_fields():
    """PROCESS gives all of it, HEADERS its header; forged fields are gone."""
    gate = ToldGate(handle=handled(Label.SPAM, 5.76, Action.TAG, edits=(Edit(Change.REPLACE, "Subject", "[spam] x"),)))
    for word in ("PROCESS", "HEADERS"):
        said, _ = heard(gate, asks(word))
        head, _, content = said.partition(b"\r\n\r\n")
        assert f"Content-length: {len(content)}\r\nSpam: True ; 7.2 / 5.0" in head.decode()
        assert content.startswith(b"X-Spam-Checker-Version: fyke ")
        assert b"\nSubject: [spam] x\n" in content
        assert content.count(b"X-Spam-Status:") == 1
        assert content.endswith(b" x\n\nThe minutes.\n" if word == "PROCESS" else b" x\n\n")


def test_symbols_and_reports():
    """A report only where it is asked for, or where the mail is spam."""
    assert heard(ToldGate(), asks("SYMBOLS"))[0].endswith(b"\r\n\r\nLEX_BANK,LINK_IP")
    assert b"It speaks of a bank." in heard(ToldGate(), asks("REPORT"))[0]
    assert b"It speaks of a bank." in heard(ToldGate(handle=SPAM), asks("REPORT_IFSPAM"))[0]
    assert heard(ToldGate(), asks("REPORT_IFSPAM"))[0].endswith(b"Spam: No ; -3.8 / 5.0\r\n\r\n")


def test_words_of_users_are_handed_on():
    """Without what a filter wrote into the mail; one that is known already is not said to be new."""
    gate = ToldGate()
    fields = ("User: Ann@example.org", "Message-class: spam", "Set: local")
    assert b"DidSet: local" in heard(gate, asks("TELL", *fields))[0]
    assert gate.calls == [
        ("learn", b"From: a@example.net\nSubject: x\n\nThe minutes.\n", "ann@example.org", Label.SPAM)
    ]
    assert b"DidSet" not in heard(ToldGate(learn=False), asks("TELL", *fields))[0]
    gate = ToldGate()
    assert b"DidRemove: local" in heard(gate, asks("TELL", "Remove: local"))[0]
    assert gate.calls[0][2:] == ("", None)
    gate = ToldGate()
    assert b"Did" not in heard(gate, asks("TELL", "Message-class: spam", "Set: remote"))[0], "we report to nobody"
    assert not gate.calls


@pytest.mark.parametrize(("tell_from", "may"), [("nobody", False), ("local", True), ("anyone", True)])
def test_who_may_teach(tell_from, may):
    """Whoever may teach can make any mail wanted."""
    terms = SpamdTerms(tell_from=tell_from)
    gate = ToldGate()
    said, _ = heard(gate, asks("TELL", "Message-class: ham", "Set: local"), terms=terms)
    assert bool(gate.calls) is may
    assert said.startswith(b"SPAMD/1.1 0" if may else b"SPAMD/1.0 69 Service Unavailable")


def test_pings_and_skips():
    """Nobody is asked."""
    gate = ToldGate()
    assert heard(gate, b"PING SPAMC/1.5\r\n\r\n")[0] == b"SPAMD/1.5 0 PONG\r\n"
    assert heard(gate, b"SKIP SPAMC/1.5\r\n\r\n")[0] == b""
    assert heard(gate, b"")[0] == b""
    assert not gate.calls


def test_a_mail_that_could_not_be_judged_has_no_result():
    """The gate says "later", or breaks."""
    later = handled(Label.UNSURE, 0.0, Action.TEMPFAIL, reply="busy, case 7")
    assert heard(ToldGate(handle=later), asks("PROCESS"))[0] == b"SPAMD/1.0 75 EX_TEMPFAIL: busy, case 7\r\n"
    said, counts = heard(ToldGate(handle=RuntimeError("no")), asks("PROCESS"))
    assert said == b"SPAMD/1.0 75 EX_TEMPFAIL: try again later\r\n"
    assert counts.faults == 1
    assert heard(ToldGate(learn=RuntimeError("no")), asks("TELL", "Remove: local"))[0].startswith(b"SPAMD/1.0 75 ")


def test_too_large_and_wrong():
    """A client that sends on and on still hears why."""
    said, counts = heard(ToldGate(), asks("CHECK", raw=b"x" * 4_000_000))
    assert said == b"SPAMD/1.0 98 EX_TOOBIG: more than 10000 bytes\r\n"
    assert counts.errors == 1
    assert heard(ToldGate(), b"EHLO x\r\n")[0].startswith(b"SPAMD/1.0 76 Bad header line: EHLO x")


def test_silence_is_told():
    """A client that stops in the middle."""

    async def run():
        door = Spamd(ToldGate(), SpamdTerms(idle_s=0.05))
        async with opened(door) as doorway:
            reader, writer = await connected(doorway)
            writer.write(b"CHECK SPAMC/1.5\r\n")
            said = await reader.read()
            writer.close()
            return said, door.counts.gone

    said, gone = asyncio.run(run())
    assert said.startswith(b"SPAMD/1.0 79 Timeout: ")
    assert gone == 1
