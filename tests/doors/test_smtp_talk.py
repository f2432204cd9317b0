"""A client's conversation at the doors of SMTP: what it hears for what it says, and what is never passed on."""

import asyncio
import re

import pytest

from fyke.doors.smtp import PassTerms, Smtp
from fyke.model import Action, Fate, Label
from fyke.model.gate import Early
from tests.doors.gates import ToldGate, handled, opened, told
from tests.doors.hops import NextHop

HELLO = b"EHLO client.example.net\r\n"
MAIL = b"MAIL FROM:<ann@example.net>\r\n"
RCPT = b"RCPT TO:<bob@example.org>\r\n"
DATA = b"DATA\r\nSubject: x\r\n\r\nThe minutes.\r\n.\r\n"
QUIT = b"QUIT\r\n"


@pytest.fixture
def hop():
    """The next hop."""
    server = NextHop()
    yield server
    server.close()


def talk(hop, *said, gate=None, path=None, half_close=True, **terms):
    """The codes of all replies, all that was heard, and the door's counts."""

    async def run():
        door = Smtp(gate or ToldGate(), PassTerms(next_hop=hop.address, idle_s=5.0, **terms))
        async with opened(door, path) as doorway:
            return await told(doorway, b"".join(said), half_close=half_close), door.counts

    heard, counts = asyncio.run(run())
    codes = [int(code) for code in re.findall(rb"^(\d{3})(?: |\r)", heard, re.MULTILINE)]
    return codes, heard, counts


def test_a_mail_that_is_pipelined(hop):
    """All at once, and the goodbye behind it (RFC 2920)."""
    codes, heard, counts = talk(hop, HELLO, MAIL, RCPT, DATA, QUIT)
    assert codes == [220, 250, 250, 250, 354, 250, 221]
    assert [body for *_, body in hop.taken] == [b"Subject: x\r\n\r\nThe minutes.\r\n"]
    assert b"250-PIPELINING\r\n" in heard
    assert (counts.mails, counts.errors, counts.gone) == (1, 0, 0)


def test_two_mails_on_one_connection(hop):
    """And one that was given up between."""
    codes, *_ = talk(hop, HELLO, MAIL, RCPT, DATA, MAIL, RCPT, b"RSET\r\n", MAIL, RCPT, DATA, QUIT)
    assert codes == [220, 250, 250, 250, 354, 250, 250, 250, 250, 250, 250, 354, 250, 221]
    assert len(hop.taken) == 2


def test_a_mail_in_chunks(hop):
    """BDAT, with bytes that look like the end of DATA (RFC 3030)."""
    chunks = b"BDAT 12\r\nSubject: x\r\nBDAT 9 LAST\r\n\r\nx\r\n.y\r\n"
    assert talk(hop, HELLO, MAIL, RCPT, chunks, QUIT)[0] == [220, 250, 250, 250, 250, 250, 221]
    assert hop.taken[0][2] == b"Subject: x\r\n\r\nx\r\n.y\r\n"


def test_half_a_mail_is_none(hop):
    """Whoever hangs up before the dot has sent nothing."""
    gate = ToldGate()
    _, _, counts = talk(hop, HELLO, MAIL, RCPT, DATA[:-5], gate=gate)
    assert hop.taken == []
    assert [call[0] for call in gate.calls] == ["early"]
    assert counts.gone == 1


@pytest.mark.parametrize(
    ("early", "code"),
    [(Early(Action.REJECT, "no"), 550), (Early(Action.TEMPFAIL, "greylisted"), 450), (RuntimeError("broken"), 451)],
)
def test_what_the_envelope_alone_says(hop, early, code):
    """At RCPT: no message comes of it."""
    codes, *_ = talk(hop, HELLO, MAIL, RCPT, b"DATA\r\n", QUIT, gate=ToldGate(early=early))
    assert codes == [220, 250, 250, code, 554, 221]
    assert hop.taken == []


def test_one_recipient_of_two_may_be_refused_early(hop):
    """The other gets the mail."""
    gate = ToldGate(early=lambda envelope: Early(Action.REJECT if envelope.rcpt_to[-1][0] == "e" else Action.ACCEPT))
    codes, *_ = talk(hop, HELLO, MAIL, RCPT, b"RCPT TO:<eve@example.org>\r\n", DATA, QUIT, gate=gate)
    assert codes == [220, 250, 250, 250, 550, 354, 250, 221]
    assert hop.taken[0][1] == ("bob@example.org",)


@pytest.mark.parametrize("ends", [b"a\nb\r\n", b"a\rb\r\n", b"\n.\r\nx\r\n"])
def test_lone_line_ends(hop, ends):
    """A stranger's are refused, for they may smuggle; a trusted server's are mended."""
    data = b"DATA\r\nS: x\r\n\r\n" + ends + b".\r\n"
    assert talk(hop, HELLO, MAIL, RCPT, data, QUIT, trusted=())[0] == [220, 250, 250, 250, 354, 550, 221]
    assert hop.taken == []
    assert talk(hop, HELLO, MAIL, RCPT, data, QUIT)[0][-2] == 250
    body = hop.taken[0][2]
    assert body.count(b"\n") == body.count(b"\r") == body.count(b"\r\n")


def test_too_large(hop):
    """By what it says, and by what comes."""
    assert talk(hop, HELLO, b"MAIL FROM:<a@b> SIZE=2000\r\n", QUIT, message_bytes=1_000)[0] == [220, 250, 552, 221]
    codes, *_ = talk(hop, HELLO, MAIL, RCPT, b"DATA\r\n", b"x" * 99_000, b"\r\n.\r\n", QUIT, message_bytes=1_000)
    assert codes == [220, 250, 250, 250, 354, 552, 221]
    assert hop.taken == []


def test_too_many_errors_and_other_protocols(hop):
    """One hangs up, with a word."""
    codes, _, counts = talk(hop, HELLO, b"FOO\r\n" * 50, QUIT, errors=5)
    assert codes == [220, 250, *[500] * 5, 421]
    assert counts.errors == 1
    assert talk(hop, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")[0] == [220, 421]


def test_who_is_believed(hop):
    """A trusted server tells of its client; a stranger does not."""
    forward = b"XFORWARD NAME=mail.example.com ADDR=192.0.2.9 HELO=mx.example.com\r\n"
    gate = ToldGate()
    assert talk(hop, HELLO, forward, MAIL, RCPT, DATA, QUIT, gate=gate)[0][2] == 250
    envelope = gate.calls[-1][1]
    assert (envelope.client_ip, envelope.client_name, envelope.helo) == (
        "192.0.2.9",
        "mail.example.com",
        "mx.example.com",
    )
    gate = ToldGate()
    assert talk(hop, HELLO, forward, MAIL, RCPT, DATA, QUIT, gate=gate, trusted=())[0][2] == 550
    assert gate.calls[-1][1].client_ip == "127.0.0.1"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"MAIL FROM:<a@b> BODY=BINARYMIME\r\n", 555),
        (b"MAIL FROM:<a@b> FOO=bar\r\n", 555),
        ("MAIL FROM:<ü@example.net>\r\n".encode(), 553),
        ("MAIL FROM:<ü@example.net> SMTPUTF8\r\n".encode(), 550),  # the next hop cannot
        (b"MAIL FROM:<>\r\n", 250),
        (b"VRFY bob\r\n", 252),
        (b"EXPN list\r\n", 502),
        (b"HELP\r\n", 214),
        (b"STARTTLS\r\n", 502),
    ],
)
def test_what_can_be_done(hop, said, code):
    """And what cannot, in the code that is meant for it."""
    assert talk(hop, HELLO, said, QUIT)[0] == [220, 250, code, 221]


def test_where_recipients_fare_differently_a_refusal_is_not_for_all(hop):
    """SMTP has one reply for all: it comes again, and it is told to the operator."""
    fates = (Fate("bob@example.org", Action.ACCEPT), Fate("eve@example.org", Action.REJECT))
    gate = ToldGate(handled(Label.SPAM, 9.0, Action.ACCEPT, fates=fates))
    codes, *_ = talk(hop, HELLO, MAIL, RCPT, b"RCPT TO:<eve@example.org>\r\n", DATA, QUIT, gate=gate)
    assert codes[-2] == 451
    assert hop.taken == []
