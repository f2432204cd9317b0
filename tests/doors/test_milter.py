"""The door of milter: what the gate is asked, what the mail server hears, and that no bad luck sounds like a yes."""

import asyncio
import struct
from datetime import UTC, datetime

import pytest

from fyke.doors.milter import Milter, MilterTerms
from fyke.model import Action, Fate
from fyke.model.gate import Early
from fyke.wire.milter.packets import Packets, packet
from tests.doors.contract import check_door
from tests.doors.gates import ToldGate, connected, handled, opened, told

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OFFER = packet(b"O", struct.pack("!III", 6, 0x1FF, 0x1FFFFF))
RAW = b"From: Ann <ann@example.net>\r\nSubject:x\r\n\r\nThe minutes.\r\n"
CLIENT = (
    packet(b"D", b"C_\0mail.example.net [192.0.2.7]\0")
    + packet(b"C", b"mail.example.net\x004\0\x19192.0.2.7\0")
    + packet(b"H", b"mail.example.net\0")
)
SENDER = packet(b"D", b"Mi\0A1\0{auth_authen}\0ann\0") + packet(b"M", b"<ann@example.net>\0SIZE=9\0")
MESSAGE = (
    packet(b"L", b"From\0 Ann <ann@example.net>\0") + packet(b"L", b"Subject\0x\0") + packet(b"B", b"The ")
    + packet(b"E", b"minutes.\r\n")
)  # fmt: skip
QUIT = packet(b"Q")


def rcpt(*names):
    return b"".join(packet(b"R", f"<{name}@example.org>\0".encode()) for name in names)


MAIL = OFFER + CLIENT + SENDER + rcpt("bob") + MESSAGE + QUIT


def heard(gate, data=MAIL, terms=None, said=None, **rest):
    """What the mail server hears after the offer, and the door's counts."""

    async def run():
        door = Milter(gate, terms or MilterTerms(idle_s=5.0), [].append if said is None else said.append, lambda: AT)
        async with opened(door) as doorway:
            return await told(doorway, data, **rest), door.counts

    raw, counts = asyncio.run(run())
    packets = Packets()
    packets.receive(raw)
    answers = []
    while (answer := packets.next()) is not None:
        answers.append(answer)
    return answers[1:], counts


def test_the_contract_of_doors(tmp_path):
    """As every door, on loopback and over a local socket."""
    for path in (None, tmp_path / "milter"):
        check_door(Milter, MAIL, lambda said: said.count(packet(b"c")) == 2, terms=MilterTerms(), path=path)


@pytest.mark.parametrize("pieces", [1, 3, len(MAIL)])
def test_what_the_gate_is_asked(pieces):
    """All that the server said of the client and the mail, and the message to the byte."""
    gate = ToldGate()
    answers, counts = heard(gate, pieces=pieces)
    (early, envelope), (_, whole, raw, keeps) = gate.calls
    assert (early, envelope, raw, keeps) == ("early", whole, RAW, True)
    assert (envelope.client_ip, envelope.client_name, envelope.helo) == ("192.0.2.7", *2 * ("mail.example.net",))
    assert (envelope.mail_from, envelope.rcpt_to, envelope.login) == ("ann@example.net", ("bob@example.org",), "ann")
    assert (envelope.tls, envelope.received_at) == (False, AT)
    assert answers == [(b"c", b""), (b"c", b"")]
    assert (counts.mails, counts.errors, counts.faults, counts.gone) == (1, 0, 0, 0)


def test_a_recipient_is_refused_alone():
    """The gate sees those accepted so far and the new one; the mail goes on for the others."""

    def early(envelope):
        refused = {"bob@example.org": Action.REJECT, "carl@example.org": Action.TEMPFAIL}
        action = refused.get(envelope.rcpt_to[-1], Action.ACCEPT)
        return Early(action, "greylisted, try again in 300 s" if action is Action.TEMPFAIL else "")

    gate = ToldGate(early=early)
    answers, _ = heard(gate, OFFER + CLIENT + SENDER + rcpt("ann", "bob", "carl", "dora") + MESSAGE + QUIT)
    assert [text for _, text in answers] == [
        b"", b"550 5.7.1 message refused\0", b"451 4.7.1 greylisted, try again in 300 s\0", b"", b"",
    ]  # fmt: skip
    assert [call[1].rcpt_to for call in gate.calls][-2:] == [("ann@example.org", "dora@example.org")] * 2


def test_many_mails_and_clients_on_a_connection():
    """A mail that is given up is asked about no further, and the next client is another."""
    gate = ToldGate()
    one = SENDER + rcpt("bob") + MESSAGE
    given_up = SENDER + rcpt("carl") + packet(b"A")
    other = packet(b"K") + packet(b"C", b"unknown\x006\0\x19IPv6:2001:db8::1\0") + packet(b"M", b"<>\0") + rcpt("dora")
    answers, counts = heard(gate, OFFER + CLIENT + one + given_up + one + other + MESSAGE + QUIT)
    assert len(answers) == 7
    mails = [call for call in gate.calls if call[0] == "handle"]
    assert [call[1].client_ip for call in mails] == ["192.0.2.7", "192.0.2.7", "2001:db8::1"]
    assert (mails[2][1].client_name, mails[2][1].helo, mails[2][1].login) == ("unknown", "", "")
    assert {call[2] for call in mails} == {RAW}
    assert counts.mails == 3


def test_a_gate_that_breaks_is_a_temporary_failure():
    """At a recipient and at the end; the operator hears why, and of which mail."""
    for gate, data in (
        (ToldGate(early=RuntimeError("broken")), OFFER + SENDER + rcpt("bob") + packet(b"A") + QUIT),
        (ToldGate(handle=RuntimeError("broken")), MAIL),
    ):
        said = []
        answers, counts = heard(gate, data, said=said)
        assert answers[-1][1].startswith(b"451 4.3.0 ")
        assert (counts.mails, counts.faults) == (0, 1)
        assert said == ["milter: A1: RuntimeError: broken"]


def test_a_verdict_that_takes_long():
    """The server hears that we are at it, and when it takes too long, that it did not come."""
    gate = ToldGate()
    gate.slow_s = 0.25
    terms = MilterTerms(idle_s=5.0, progress_s=0.1)
    answers, _ = heard(gate, terms=terms)
    assert answers == [(b"c", b""), (b"p", b""), (b"p", b""), (b"c", b"")]
    gate = ToldGate(early=Early(Action.ACCEPT))
    gate.slow_s = 0.25
    answers, counts = heard(gate, terms=MilterTerms(idle_s=5.0, answer_s=0.05))
    assert answers[-1][1].startswith(b"451 4.3.0 ")
    assert counts.faults == 1


def test_a_mail_that_is_too_large():
    """It is read to its end, not kept, and refused as SMTP refuses it; the next one is taken."""
    gate = ToldGate()
    large = SENDER + rcpt("bob") + packet(b"B", b"x" * 60_000) * 9 + packet(b"E")
    answers, counts = heard(
        gate,
        OFFER + CLIENT + large + SENDER + rcpt("bob") + MESSAGE + QUIT,
        MilterTerms(message_bytes=100_000, idle_s=5.0),
    )
    assert answers[1][1].startswith(b"552 5.3.4 ")
    assert answers[-1] == (b"c", b"")
    assert [call[2] for call in gate.calls if call[0] == "handle"] == [RAW]
    assert counts.mails == 1


def test_an_old_server_is_told_to_skip():
    """One that waits for an answer to each piece of a body sends no more of one that is too large."""
    offer = packet(b"O", struct.pack("!III", 6, 0x1FF, 0x400))
    said = offer + SENDER + rcpt("bob") + packet(b"B", b"x" * 999) + packet(b"E") + QUIT
    answers, _ = heard(ToldGate(), said, MilterTerms(message_bytes=100, idle_s=5.0))
    assert [letter for letter, _ in answers] == [b"c", b"c", b"s", b"y"]


def test_hold():
    """The server keeps what is set aside, so nothing else does; where it cannot, it is as ever."""
    terms = MilterTerms(hold=True, idle_s=5.0)
    gate = ToldGate(handle=handled(action=Action.QUARANTINE, case="c0ffee"))
    answers, _ = heard(gate, terms=terms)
    assert answers[1:] == [(b"q", b"fyke: c0ffee\0"), (b"c", b"")]
    assert gate.calls[-1][3] is False
    said = []
    gate = ToldGate(handle=handled(action=Action.QUARANTINE))
    answers, _ = heard(gate, packet(b"O", struct.pack("!III", 2, 0x1F, 0x7F)) + MAIL[len(OFFER) :], terms, said)
    assert answers[-1] == (b"d", b"")
    assert gate.calls[-1][3] is True
    assert said == ["milter: the mail server does not let us do this: QUARANTINE"]


def test_recipients_that_fare_differently():
    """Those who get nothing are taken out by the words that the server used."""
    fates = (Fate("bob@example.org", Action.QUARANTINE), Fate("carl@example.org", Action.TAG))
    gate = ToldGate(handle=handled(action=Action.TAG, fates=fates))
    answers, _ = heard(gate, OFFER + SENDER + rcpt("bob", "carl") + MESSAGE + QUIT)
    assert answers[2:] == [(b"-", b"<bob@example.org>\0"), (b"c", b"")]


@pytest.mark.parametrize("data", [b"GET / HTTP/1.0\r\n\r\n", OFFER + packet(b"E"), OFFER + packet(b"Z")])
def test_another_protocol_is_hung_up_on(data):
    """And counted."""
    _, counts = heard(ToldGate(), data)
    assert (counts.errors, counts.faults, counts.mails) == (1, 0, 0)


def test_a_server_that_is_gone_in_a_mail_is_counted():
    """It has no answer, so the mail is still its own."""
    _, counts = heard(ToldGate(), OFFER + CLIENT + SENDER + rcpt("bob"))
    assert (counts.gone, counts.errors, counts.mails) == (1, 0, 0)


def test_the_end_of_the_service():
    """A mail under way is answered, and then the connection is closed."""
    gate = ToldGate()
    gate.slow_s = 0.2

    async def run():
        async with opened(Milter(gate, MilterTerms()), patience_s=10.0) as doorway:
            reader, writer = await connected(doorway)
            writer.write(MAIL.removesuffix(QUIT))
            while len(gate.calls) < 2:
                await asyncio.sleep(0.01)
        said = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return said

    assert asyncio.run(run()).endswith(2 * packet(b"c"))
