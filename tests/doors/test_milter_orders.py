"""What a gate decided, in packets: nobody gets what is not for them, and no field is mixed up with another."""

import struct

import pytest

from fyke.doors.milter_orders import broken, noted, orders, refusal
from fyke.model import Action, Fate
from fyke.model.gate import Change, Edit
from fyke.wire.milter import Actions, Filter, LocalProtocolError, State, Steps
from fyke.wire.milter.packets import Packets, packet
from tests.doors.gates import handled

ALL = Actions(0xFF)
BOB, CARL = b"<bob@example.org>", b"<carl@example.org>"


def ended(actions=ALL):
    wire = Filter()
    wire.receive(packet(b"O", struct.pack("!III", 6, 0x1FF, 0x1FFFFF)))
    wire.next_event()
    wire.agree(actions, Steps.LEADING_SPACE | Steps.SILENT_MAIL)
    wire.receive(packet(b"M", b"<>\0") + packet(b"E"))
    wire.next_event()
    wire.next_event()
    assert wire.state is State.ENDED
    return wire


def said(decided, recipients=(BOB, CARL), *, actions=ALL, holds=False):
    packets = Packets()
    packets.receive(orders(ended(actions), decided, recipients, holds=holds))
    found = []
    while (one := packets.next()) is not None:
        found.append(one)
    assert packets.is_empty
    return found


def fates(bob, carl):
    return (Fate("bob@example.org", bob), Fate("carl@example.org", carl))


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        (Action.ACCEPT, (b"c", b"")), (Action.TAG, (b"c", b"")), (Action.DISCARD, (b"d", b"")),
        (Action.QUARANTINE, (b"d", b"")), (Action.REJECT, (b"y", b"550 5.7.1 no (c0ffee)\0")),
        (Action.TEMPFAIL, (b"y", b"451 4.7.1 no (c0ffee)\0")),
    ],
)  # fmt: skip
def test_an_action_for_all(action, answer):
    """What is set aside is in our quarantine already, so the server drops it."""
    assert said(handled(action=action, reply="no (c0ffee)")) == [answer]


def test_a_refusal_has_words_of_its_own():
    """Where the gate has none."""
    assert refusal(ended(), Action.REJECT, "") == packet(b"y", b"550 5.7.1 message refused\0")
    assert broken(ended()).startswith(packet(b"y", b"451 4.3.0 mail filter is out of order, try again later\0"))


@pytest.mark.parametrize(
    ("bob", "carl", "holds", "answers"),
    [
        (Action.ACCEPT, Action.TAG, False, [(b"c", b"")]),
        (Action.QUARANTINE, Action.TAG, False, [(b"-", BOB + b"\0"), (b"c", b"")]),
        (Action.DISCARD, Action.ACCEPT, False, [(b"-", BOB + b"\0"), (b"c", b"")]),
        (Action.DISCARD, Action.QUARANTINE, False, [(b"d", b"")]),
        (Action.QUARANTINE, Action.ACCEPT, True, [(b"q", b"fyke: 7\0"), (b"c", b"")]),
        (Action.QUARANTINE, Action.DISCARD, True, [(b"-", CARL + b"\0"), (b"q", b"fyke: 7\0"), (b"c", b"")]),
        (Action.ACCEPT, Action.DISCARD, True, [(b"-", CARL + b"\0"), (b"c", b"")]),
    ],
)
def test_recipients_that_fare_differently(bob, carl, holds, answers):
    """Whoever gets nothing is taken out; what the server holds, it holds whole."""
    assert said(handled(action=Action.TAG, fates=fates(bob, carl), case="7"), holds=holds) == answers


def test_a_server_that_told_no_recipients_is_not_made_to_drop_the_mail():
    """The action is for whoever they are."""
    assert said(handled(), ()) == [(b"c", b"")]
    assert said(handled(action=Action.QUARANTINE), ()) == [(b"d", b"")]


def test_a_recipient_that_was_named_twice_is_taken_out_once():
    """And one without a fate fares as the whole."""
    decided = handled(action=Action.ACCEPT, fates=fates(Action.QUARANTINE, Action.ACCEPT))
    assert said(decided, (BOB, BOB, CARL, b"<dora@example.org>")) == [(b"-", BOB + b"\0"), (b"c", b"")]


def test_a_server_that_takes_out_nobody():
    """Then the mail must come again: a copy too many could not be called back."""
    decided = handled(action=Action.ACCEPT, fates=fates(Action.QUARANTINE, Action.ACCEPT))
    ((letter, text),) = said(decided, actions=Actions.ADD_HEADERS)
    assert (letter, text[:9]) == (b"y", b"451 4.3.0")


EDITS = (
    Edit(Change.ADD, "X-Low", "1"),
    Edit(Change.REMOVE, "X-Spam", index=1),
    Edit(Change.REPLACE, "Subject", "[spam] x"),
    Edit(Change.REMOVE, "X-Spam", index=3),
    Edit(Change.ADD, "X-High", "word " * 30),
)


def test_fields_are_changed_from_the_last_to_the_first_and_added_at_the_end():
    """So no index moves; the field that is added last is the highest."""
    answers = said(handled(edits=EDITS))
    assert answers[:4] == [
        (b"m", b"\0\0\0\3X-Spam\0\0"), (b"m", b"\0\0\0\1X-Spam\0\0"), (b"m", b"\0\0\0\1Subject\0 [spam] x\0"),
        (b"i", b"\0\0\0\0X-Low\0 1\0"),
    ]  # fmt: skip
    name, _, value = answers[4][1][4:].partition(b"\0")
    assert name == b"X-High"
    assert all(len(line) <= 78 for line in value.split(b"\n"))
    assert b"\r" not in value
    assert answers[5:] == [(b"c", b"")]


def test_a_server_that_lets_us_change_nothing_still_gets_its_answer():
    """The operator was told when we agreed."""
    assert said(handled(edits=EDITS), actions=Actions(0)) == [(b"c", b"")]
    assert len(said(handled(edits=EDITS), actions=Actions.ADD_HEADERS)) == 3


@pytest.mark.parametrize("value", ["", "a\r\nBcc: x\0y", "caf\u00e9"])
def test_a_value_is_one_field(value):
    """Whatever is in it; an empty one takes nothing out."""
    (answer, _) = said(handled(edits=(Edit(Change.REPLACE, "X", value),)))
    *_, told, end = answer[1][4:].split(b"\0")
    assert (told.strip(b" ") != b"") is bool(value)
    assert told != b""
    assert end == b""
    assert b"\nBcc" not in told


def test_a_name_that_is_none_is_our_bug():
    """Nothing is said then."""
    wire = ended()
    with pytest.raises((ValueError, LocalProtocolError)):
        orders(wire, handled(edits=(Edit(Change.ADD, "X Y", "z"),)), (BOB,), holds=False)
    assert broken(wire)


def test_what_was_said_of_the_envelope_is_written_on_the_mail():
    """As a field of its own, above all others; nothing where nothing was said."""
    (field, _) = said(noted(handled(), "delayed 312 seconds"))
    assert field[1].endswith(b"X-Greylist\0 delayed 312 seconds\0")
    assert noted(handled(), "") == handled()
