"""The door of Postfix's policy delegation: what the gate is asked, and what Postfix hears."""

import asyncio
from pathlib import Path

import pytest

from fyke.doors.policy import Policy, PolicyTerms
from fyke.model import Action
from fyke.model.gate import Early
from tests.doors.contract import check_door
from tests.doors.gates import ToldGate, connected, opened, told

SAID = (Path(__file__).parents[1] / "wire/transcripts/policy/postfix-3.7.txt").read_bytes()
RCPT, ALSO, DATA, END = (part + b"\n\n" for part in SAID.split(b"\n\n")[:4])
DUNNO = b"action=DUNNO\n\n"


def heard(gate, data, *, pieces=1):
    """What Postfix hears that asks this, the door's counts, and what an operator hears."""
    notes = []

    async def run():
        door = Policy(gate, PolicyTerms(idle_s=5.0), notes.append)
        async with opened(door) as doorway:
            return await told(doorway, data, pieces=pieces), door.counts

    return *asyncio.run(run()), notes


def test_the_contract_of_doors(tmp_path):
    """As every door, on loopback and over a local socket."""
    check_door(Policy, RCPT, lambda said: said == DUNNO, terms=PolicyTerms())
    check_door(Policy, RCPT, lambda said: said == DUNNO, terms=PolicyTerms(), path=tmp_path / "policy")


@pytest.mark.parametrize("pieces", [1, 9])
def test_one_transaction(pieces):
    """The gate is asked for each recipient, with those before; not again when the message comes."""
    gate = ToldGate()
    said, counts, _ = heard(gate, SAID, pieces=pieces)
    assert said == 4 * DUNNO
    (_, first), (_, second) = gate.calls
    assert first.rcpt_to == ("bob@example.org",)
    assert second.rcpt_to == ("bob@example.org", "carl@example.org")
    assert (first.client_ip, first.client_name, first.helo) == ("192.0.2.7", "mail.example.net", "client.example.net")
    assert (first.mail_from, first.login, first.tls) == ("ann@example.net", "ann", False)
    assert first.received_at is not None
    assert (first.queue_id, second.queue_id) == ("", "C54DE49805C")
    assert (counts.mails, counts.errors, counts.faults) == (4, 0, 0)


def test_asked_at_data_alone():
    """Who asks there only is answered there, once."""
    gate = ToldGate(early=Early(Action.TEMPFAIL, "too many"))
    said, _, _ = heard(gate, DATA)
    assert said == b"action=DEFER_IF_PERMIT 4.7.1 too many\n\n"
    assert gate.calls[0][1].rcpt_to == ()
    gate = ToldGate()
    heard(gate, DATA + END)
    assert len(gate.calls) == 1


def test_the_next_transaction_is_another_one():
    """Its recipients are its own; so is each without an instance."""
    gate = ToldGate()
    heard(gate, RCPT + ALSO.replace(b"c30d8.0", b"c30d8.1"))
    assert [call[1].rcpt_to for call in gate.calls] == [("bob@example.org",), ("carl@example.org",)]
    bare = b"request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient=bob@example.org\n\n"
    gate = ToldGate()
    heard(gate, bare + bare)
    assert [call[1].rcpt_to for call in gate.calls] == [("bob@example.org",)] * 2
    assert gate.calls[0][1].client_name == "unknown"


@pytest.mark.parametrize(
    ("early", "said"),
    [
        (Early(Action.ACCEPT), DUNNO),
        (Early(Action.ACCEPT, note="delayed 312 seconds"), b"action=PREPEND X-Greylist: delayed 312 seconds\n\n"),
        (Early(Action.TEMPFAIL), b"action=DEFER_IF_PERMIT 4.7.1 try again later\n\n"),
        (Early(Action.TEMPFAIL, "in 300 s"), b"action=DEFER_IF_PERMIT 4.7.1 in 300 s\n\n"),
        (Early(Action.REJECT), b"action=REJECT 5.7.1 refused\n\n"),
        (Early(Action.REJECT, "not\nthis"), b"action=REJECT 5.7.1 not this\n\n"),
        (RuntimeError("no"), b"action=DEFER_IF_PERMIT 4.3.0 mail filter is out of order, try again later\n\n"),
    ],
)
def test_what_the_gate_says_in_words_of_postfix(early, said):
    """A gate that breaks is no DUNNO: the client comes again."""
    answer, counts, notes = heard(ToldGate(early=early), RCPT)
    assert answer == said
    assert counts.faults == len(notes) == isinstance(early, Exception)


def test_a_recipient_that_was_put_off_is_not_among_those_before():
    """The next one is asked without it."""
    gate = ToldGate(early=lambda envelope: Early(Action.TEMPFAIL if len(gate.calls) == 1 else Action.ACCEPT))
    heard(gate, RCPT + ALSO)
    assert gate.calls[1][1].rcpt_to == ("carl@example.org",)


def test_what_is_no_request_is_hung_up_on():
    """Postfix then answers its client by itself: 451."""
    said, counts, notes = heard(ToldGate(), RCPT + b"EHLO x\r\n\n\n")
    assert said == DUNNO
    assert counts.errors == 1
    assert "is no attribute" in notes[0]
    assert heard(ToldGate(), RCPT[:60])[1].errors == 1


def test_addresses_of_the_new_kind_and_of_nobody():
    """An IPv4 address in the dress of IPv6 is one of IPv4."""
    for written, meant in ((b"2001:db8::7", "2001:db8::7"), (b"::ffff:192.0.2.7", "192.0.2.7"), (b"unknown", "")):
        gate = ToldGate()
        heard(gate, RCPT.replace(b"client_address=192.0.2.7", b"client_address=" + written))
        assert gate.calls[0][1].client_ip == meant


def test_the_end_comes_between_two_questions():
    """One that is under way is answered; then the connection closes."""

    async def run():
        gate = ToldGate(slow_s=0.3)
        async with opened(Policy(gate), patience_s=5.0) as doorway:
            reader, writer = await connected(doorway)
            writer.write(RCPT)
            while not gate.calls:
                await asyncio.sleep(0.01)
        said = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return said

    assert asyncio.run(run()) == DUNNO
