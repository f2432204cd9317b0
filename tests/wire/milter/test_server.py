"""The mail server's side of milter: it says what a real one says, and believes no filter."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.wire.milter import Actions, Filter, LocalProtocolError, RemoteProtocolError, Server, Stage, Steps
from fyke.wire.milter.events import End, Header, Offer, Sender
from fyke.wire.milter.packets import packet
from fyke.wire.milter.server import Agreed, Answer, Changed, State
from tests.wire.milter.talks import ACTIONS, MACROS, STEPS, answered


def joined(steps=STEPS):
    """Both sides, who have agreed."""
    server, wire = Server(), Filter()
    wire.receive(server.offer())
    assert isinstance(wire.next_event(), Offer)
    server.receive(wire.agree(ACTIONS, steps, MACROS))
    assert server.next_event() == Agreed(6, ACTIONS | Actions.SET_MACROS, steps, MACROS)
    return server, wire


def ended():
    """Both sides at the end of a mail."""
    server, wire = joined()
    said = server.define(b"M", {b"i": b"A1"}) + server.sender(b"<a@example.net>", b"SIZE=9")
    said += server.recipient(b"<b@example.org>")
    wire.receive(said)
    assert wire.next_event() == Sender(b"<a@example.net>", (b"SIZE=9",), {b"i": b"A1"})
    assert wire.next_event() is not None
    server.receive(wire.go_on())
    assert server.next_event() == Answer(b"c")
    wire.receive(server.header(b"Subject", b"  x") + server.headers_end() + server.body(b"y") + server.end())
    events, _ = [], b""
    while (event := wire.next_event()) is not None:
        events.append(event)
    assert events[0] == Header(b"Subject", b"  x")
    assert isinstance(events[-1], End)
    return server, wire


def test_both_sides_understand_each_other():
    """Changes first, then the last word."""
    server, wire = ended()
    server.receive(wire.progress() + wire.change_header(2, b"Subject", b"z") + wire.insert_header(0, b"X", b"y"))
    server.receive(wire.delete_recipient(b"<b@example.org>") + wire.reply(550, "5.7.1", "no"))
    assert [server.next_event() for _ in range(6)] == [
        Changed(b"p"), Changed(b"m", 2, b"Subject", b" z"), Changed(b"i", 0, b"X", b" y"),
        Changed(b"-", 0, b"<b@example.org>"), Answer(b"y", b"550 5.7.1 no"), None,
    ]  # fmt: skip
    wire.receive(server.abort() + server.quit(is_last=False) + server.connect(b"mail", b"6", 25, b"2001:db8::1"))
    assert [type(wire.next_event()).__name__ for _ in range(3)] == ["Abort", "Quit", "Connect"]
    wire.receive(server.helo(b"mail") + server.quit())
    assert [type(wire.next_event()).__name__ for _ in range(2)] == ["Helo", "Quit"]


def test_steps_that_were_agreed_away_are_not_said():
    """Nor is an answer waited for where there is none."""
    server, _ = joined(Steps.NO_HELO | Steps.SILENT_CONNECT)
    assert server.helo(b"mail") == b""
    assert server.connect(b"mail", b"4", 25, b"192.0.2.7") != b""
    assert server.state is State.READY
    assert server.sender(b"<>") == packet(b"M", b"<>\0")
    assert server.state is State.WAITING
    with pytest.raises(LocalProtocolError):
        server.recipient(b"<a@example.org>")


@pytest.mark.parametrize(
    "said",
    [
        packet(b"O", b"\0"), packet(b"c"), packet(b"O", struct.pack("!III", 7, 0, 0)),
        packet(b"O", struct.pack("!III", 6, 0x200, 0)), packet(b"O", struct.pack("!III", 6, 0, 0) + b"\0\0\0\x09i\0"),
        packet(b"O", struct.pack("!III", 6, 0, 0) + b"\0\0\0\0i"), b"",
    ],
)  # fmt: skip
def test_a_wrong_answer_to_the_offer_ends_it(said):
    """More than was offered is no agreement."""
    server = Server()
    server.offer()
    server.receive(said)
    with pytest.raises(RemoteProtocolError):
        server.next_event()
    assert server.state is State.DONE


@pytest.mark.parametrize("said", [packet(b"q", b"x\0"), packet(b"b", b"x"), packet(b"i", b"\0\0\0\0X\0"), packet(b"?")])
def test_what_was_not_agreed_on_is_refused(said):
    """And half a change."""
    server, _ = ended()
    server.receive(said)
    with pytest.raises(RemoteProtocolError):
        server.next_event()


def test_changes_come_at_the_end_only():
    """Not after a recipient."""
    server, _ = joined()
    server.sender(b"<>")
    server.recipient(b"<a@example.org>")
    server.receive(packet(b"i", b"\0\0\0\0X\0 y\0"))
    with pytest.raises(RemoteProtocolError):
        server.next_event()


def test_a_filter_that_shuts_down_is_done_with():
    """It may say so instead of any answer."""
    server, _ = ended()
    server.receive(packet(b"4"))
    assert server.next_event() == Answer(b"4")
    assert server.state is State.DONE
    assert Stage.EOM in MACROS


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.binary(max_size=99)), max_size=9), st.binary())
def test_what_is_said_is_heard(fields, body):
    """Fields and body come through as they are, but for zeros, which no field can have."""
    server, wire = joined(STEPS)
    fields = [(name.replace(b"\0", b"x"), value.replace(b"\0", b"")) for name, value in fields]
    said = server.sender(b"<>")
    said += b"".join(server.header(name, value) for name, value in fields) + server.body(body)
    events, _ = answered(wire, [said])
    assert [(event.name, event.value) for event in events if isinstance(event, Header)] == fields
    assert events[-1].content == body
