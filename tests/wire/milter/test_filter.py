"""The filter's side of milter: real conversations however they are cut, and what may not be said."""

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.wire.milter import Actions, Filter, LocalProtocolError, RemoteProtocolError, State, Steps
from fyke.wire.milter.events import (
    Abort,
    Body,
    Connect,
    Data,
    End,
    Header,
    HeadersEnd,
    Helo,
    Offer,
    Quit,
    Recipient,
    Sender,
    Unknown,
)
from fyke.wire.milter.packets import packet
from tests.cheap import seconds
from tests.wire.milter.talks import ACTIONS, STEPS, answered, talks

TALKS = {name: (heard, said) for name, heard, said in talks()}


def offer(version=6, actions=0x1FF, steps=0x1FFFFF):
    return packet(b"O", struct.pack("!III", version, actions, steps))


def agreed(actions=ACTIONS, steps=STEPS, version=6):
    """A filter that has agreed on these."""
    wire = Filter()
    wire.receive(offer(version))
    assert isinstance(wire.next_event(), Offer)
    wire.agree(actions, steps)
    return wire


def heard(wire, *packets):
    """The events of packets that wait for no answer, and of the last one that may."""
    events = []
    for data in packets:
        wire.receive(packet(data[:1], data[1:]))
        event = wire.next_event()
        if event is not None:
            events.append(event)
        if data is not packets[-1]:
            wire.go_on()
    return events


def ended(wire=None):
    """A filter that is asked what becomes of a mail."""
    wire = wire or agreed()
    heard(wire, b"M<a@example.net>\0", b"R<b@example.org>\0", b"LSubject\0 x\0", b"E")
    assert wire.state is State.ENDED
    return wire


@pytest.mark.parametrize("name", TALKS)
def test_a_real_conversation_is_understood(name):
    """What the mail server was told then is what we say, and the mails are all there."""
    server, said = TALKS[name]
    events, ours = answered(Filter(), [server])
    assert ours == said
    assert [event.address for event in events if isinstance(event, Sender)] == [
        b"<ann@example.net>",
        b"<ann@example.net>",
        b"<>",
    ]
    assert sum(isinstance(event, End) for event in events) == 2
    assert sum(isinstance(event, Recipient) for event in events) == 4
    assert events[-1] == Quit(is_last=True)
    (client,) = [event for event in events if isinstance(event, Connect)]
    assert (client.name, client.family, client.address) == (b"mail.example.net", b"4", b"192.0.2.7")


@pytest.mark.parametrize("name", TALKS)
def test_it_is_the_same_a_byte_at_a_time(name):
    """Nothing depends on how TCP cuts."""
    server, _ = TALKS[name]
    assert answered(Filter(), [bytes((byte,)) for byte in server]) == answered(Filter(), [server])


@given(st.sampled_from(sorted(TALKS)), st.lists(st.integers(0, 3_000), max_size=30))
def test_it_is_the_same_cut_anywhere(name, marks):
    """Nor on where."""
    server, _ = TALKS[name]
    edges = sorted({0, len(server), *(mark % len(server) for mark in marks)})
    assert answered(Filter(), [server[a:b] for a, b in pairwise(edges)]) == answered(Filter(), [server])


@pytest.mark.parametrize(
    ("version", "actions", "steps"),
    [(2, 0x1F, 0x7F), (3, 0x3F, 0x1FF), (4, 0x3F, 0x3FF), (6, 0x1FF, 0x1FFFFF), (7, 0xFFFFFFFF, 0xFFFFFFFF)],
)
def test_no_more_is_agreed_on_than_was_offered_and_is_known(version, actions, steps):
    """Down to Sendmail 8.12, and with versions to come."""
    wire = Filter()
    wire.receive(offer(version, actions, steps))
    assert wire.next_event().version == version
    wire.agree(Actions(0x1FF), Steps(0x1FFFFF))
    assert wire.version == min(version, 6)
    assert wire.actions & ~actions == 0
    assert wire.steps & ~steps == 0
    assert wire.state is State.READY


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n", packet(b"Q"), packet(b"O", b"\0"), offer(version=1), b"\0\0\0\0", b"\xff" * 8,
        offer() + packet(b"L", b"Subject\0 x\0"), offer() + packet(b"R", b"<a@example.org>\0"), offer() + packet(b"E"),
        offer() + packet(b"?"), offer() + packet(b"M", b""), offer() + packet(b"M", b"<a@example.net>"),
        offer() + packet(b"C", b"name"), offer() + packet(b"C", b"name\x00X"), offer() + packet(b"C", b"name\x004\0"),
        offer() + packet(b"D"), offer() + packet(b"D", b"Mi\0"), offer() + packet(b"D", b"Mi\0a"),
        offer() + packet(b"D", b"M" + b"a\0b\0" * 20_000), offer() + packet(b"H", b"a\0b\0"), offer() + b"\0\0",
        offer() + packet(b"M", b"<>\0") + packet(b"L", b"Subject\0"), offer() + offer(),
        offer() + packet(b"M", b"<>\0") + packet(b"L", b"\0x\0"), packet(b"D", b"Mi\0a\0"),
    ],
)  # fmt: skip
def test_another_protocol_is_an_error_and_the_end(data):
    """And nothing after it is read."""
    wire = Filter()
    with pytest.raises(RemoteProtocolError):
        answered(wire, [data, b""])
    assert wire.state is State.DONE
    wire.receive(packet(b"M", b"<a@example.net>\0"))
    assert wire.next_event() is None


def test_every_step_has_its_event():
    """With all that version 6 knows."""
    wire = agreed(steps=Steps(0))
    said = [
        b"C[192.0.2.7]\x00U", b"Hmail\0", b"Unonsense\0", b"M<a@example.net>\0SIZE=9\0BODY=8BITMIME\0",
        b"R<b@example.org>\0NOTIFY=NEVER\0", b"T", b"LSubject\0x\0", b"N", b"Bbody", b"Eend",
    ]  # fmt: skip
    assert heard(wire, *said) == [
        Connect(b"[192.0.2.7]", b"U", 0, b"", {}), Helo(b"mail", {}), Unknown(b"nonsense"),
        Sender(b"<a@example.net>", (b"SIZE=9", b"BODY=8BITMIME"), {}),
        Recipient(b"<b@example.org>", (b"NOTIFY=NEVER",), {}), Data({}), Header(b"Subject", b"x"), HeadersEnd(),
        Body(b"body"), End(b"end", {}),
    ]  # fmt: skip
    assert wire.accept() == packet(b"a")


def test_an_answer_that_is_due_comes_before_more():
    """A server that does not wait is not lost track of."""
    wire = agreed()
    wire.receive(packet(b"M", b"<>\0") + packet(b"R", b"<a@example.org>\0") + packet(b"R", b"<b@example.org>\0"))
    assert isinstance(wire.next_event(), Sender)
    assert isinstance(wire.next_event(), Recipient)
    assert wire.next_event() is None
    assert wire.reply(451, "4.7.1", "later") == packet(b"y", b"451 4.7.1 later\0")
    assert wire.next_event() == Recipient(b"<b@example.org>", (), {})


def test_macros_belong_to_their_step_and_end_with_the_mail():
    """The braces are no part of a name."""
    wire = agreed()
    heard(wire, b"DMi\x00A1\x00{auth_authen}\x00ann\x00")
    (sender,) = heard(wire, b"M<>\0")
    assert sender.macros == {b"i": b"A1", b"auth_authen": b"ann"}
    assert heard(wire, b"A") == [Abort()]
    assert heard(wire, b"M<>\0") == [Sender(b"<>", (), {})]


def test_a_connection_is_used_again():
    """QUIT_NC: another client comes."""
    wire = ended()
    wire.go_on()
    assert heard(wire, b"K") == [Quit(is_last=False)]
    assert wire.state is State.READY
    assert heard(wire, b"Q") == [Quit(is_last=True)]
    assert wire.state is State.DONE


def test_a_mail_may_be_left_behind():
    """By another sender, without a word."""
    wire = agreed()
    heard(wire, b"M<a@example.net>\0", b"R<b@example.org>\0", b"LX\0 y\0")
    assert isinstance(heard(wire, b"M<c@example.net>\0")[0], Sender)
    assert wire.state is State.ENVELOPE


def test_changes_are_said_at_the_end_only_and_as_agreed():
    """Before it, or without leave, they are an error of ours."""
    wire = agreed(actions=Actions(0))
    with pytest.raises(LocalProtocolError):
        wire.insert_header(0, b"X", b"y")
    with pytest.raises(LocalProtocolError):
        wire.progress()
    ended(wire)
    for change in (
        lambda: wire.insert_header(0, b"X", b"y"),
        lambda: wire.change_header(1, b"X", b"y"),
        lambda: wire.delete_recipient(b"<b@example.org>"),
        lambda: wire.hold(b"why"),
    ):
        with pytest.raises(LocalProtocolError):
            change()
    assert wire.progress() == packet(b"p")
    assert wire.discard() == packet(b"d")
    with pytest.raises(LocalProtocolError):
        wire.accept()
    assert wire.go_on() == b""


def test_changes_in_bytes():
    """With leading space agreed on, ours is said."""
    wire = ended(agreed(ACTIONS | Actions.QUARANTINE))
    assert wire.insert_header(0, b"X", b"y") == packet(b"i", b"\0\0\0\0X\0 y\0")
    assert wire.change_header(3, b"X", b"y") == packet(b"m", b"\0\0\0\3X\0 y\0")
    assert wire.change_header(3, b"X", b"") == packet(b"m", b"\0\0\0\3X\0\0")
    assert wire.delete_recipient(b"<b@example.org>") == packet(b"-", b"<b@example.org>\0")
    assert wire.hold(b"why") == packet(b"q", b"why\0")
    old = ended(agreed(version=2, steps=Steps.NO_EOH))
    assert old.insert_header(0, b"X", b"y") == packet(b"i", b"\0\0\0\0X\0y\0")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("50% off\r\nRCPT",), b"550 5.7.1 50%% off RCPT\0"),
        (("one", "two"), b"550-5.7.1 one\r\n550 5.7.1 two\0"),
        ((), b"550 5.7.1\0"),
        (("caf\u00e9\0",), b"550 5.7.1 caf?\0"),
        (("x" * 2_000,), b"550 5.7.1 " + b"x" * 480 + b"\0"),
    ],
)
def test_a_reply_is_lines_of_smtp(lines, said):
    """Whatever is in the text, it ends no line and is no format."""
    assert ended().reply(550, "5.7.1", *lines) == packet(b"y", said)


@pytest.mark.parametrize(("code", "status"), [(250, "2.0.0"), (550, "4.7.1"), (600, "6.0.0")])
def test_a_reply_is_a_refusal(code, status):
    """Nothing else can be said by it: servers take a wrong one for a broken filter."""
    with pytest.raises(LocalProtocolError):
        ended().reply(code, status, "x")


def test_shutting_down_is_the_last_word():
    """The server tells its client 421."""
    wire = agreed()
    heard(wire, b"M<>\0", b"R<a@example.org>\0")
    assert wire.shut_down() == packet(b"4")
    assert wire.state is State.DONE


def test_skip_needs_leave():
    """It came with version 6."""
    wire = agreed(steps=Steps.SKIP)
    heard(wire, b"M<>\0", b"R<a@example.org>\0", b"Bx")
    assert wire.skip() == packet(b"s")
    old = agreed(steps=Steps(0))
    heard(old, b"M<>\0", b"R<a@example.org>\0", b"Bx")
    with pytest.raises(LocalProtocolError):
        old.skip()


@pytest.mark.parametrize(
    ("value", "whole", "guessed"),
    [
        (b" x", b"S: x\r\n", b"S:  x\r\n"), (b"x", b"S:x\r\n", b"S: x\r\n"), (b"\tx", b"S:\tx\r\n", b"S:\tx\r\n"),
        (b" a\n b", b"S: a\r\n b\r\n", b"S:  a\r\n b\r\n"), (b"\n f", b"S:\r\n f\r\n", b"S:\r\n f\r\n"),
        (b" a\r\n b", b"S: a\r\n b\r\n", b"S:  a\r\n b\r\n"), (b"", b"S:\r\n", b"S: \r\n"),
        (b" \xff\r", b"S: \xff\r\r\n", b"S:  \xff\r\r\n"),
    ],
)  # fmt: skip
def test_a_field_is_as_it_was_in_the_message(value, whole, guessed):
    """With leading space to the byte; without, a space is given back."""
    assert agreed().field(Header(b"S", value)) == whole
    assert agreed(steps=Steps(0)).field(Header(b"S", value)) == guessed


def test_time_is_linear_in_what_comes():
    """Large packets a few bytes at a time, and many small ones at once."""
    body = offer() + packet(b"M", b"<>\0") + packet(b"R", b"<a@example.org>\0") + packet(b"B", b"x" * 1_000_000)
    many = offer() + packet(b"M", b"<>\0") + packet(b"R", b"<a@example.org>\0") + packet(b"L", b"X\0 y\0") * 50_000
    assert seconds(lambda: answered(Filter(), [body[at : at + 10] for at in range(0, len(body), 10)]), 1.0) < 4.0
    assert seconds(lambda: answered(Filter(), [many]), 1.0) < 4.0
