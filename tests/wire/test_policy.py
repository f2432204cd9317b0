"""Policy delegation: however the bytes are cut the same is asked, and an answer is one line that nothing can break."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.wire.policy import (
    ATTRIBUTES,
    REQUEST_BYTES,
    TEXT_BYTES,
    Connection,
    Ended,
    LocalProtocolError,
    RemoteProtocolError,
    Request,
    State,
)
from tests.cheap import seconds

SAID = {path.stem: path.read_bytes() for path in sorted((Path(__file__).parent / "transcripts/policy").glob("*.txt"))}
ONE = b"request=smtpd_access_policy\nprotocol_state=RCPT\nsender=\nrecipient=bob@example.org\n\n"


def heard(pieces):
    """All events of a client that sends these pieces and hangs up; each request is answered at once."""
    connection, events = Connection(), []
    for piece in (*pieces, b""):
        connection.receive(piece)
        while (event := connection.next_event()) is not None:
            events.append(event)
            if isinstance(event, Ended):
                return events
            assert connection.dunno() == b"action=DUNNO\n\n"
    return events


@pytest.mark.parametrize("name", SAID)
def test_what_postfix_asks(name):
    """RCPT, DATA and the end of the message of one transaction, whole and a byte at a time."""
    events = heard([SAID[name]])
    assert [each["protocol_state"] for each in events[:-1]] == ["RCPT", "RCPT", "DATA", "END-OF-MESSAGE"]
    assert events[-1] == Ended()
    first, second, data, _ = events[:-1]
    assert first["sender"] == "ann@example.net"
    assert [first["recipient"], second["recipient"], data["recipient"]] == ["bob@example.org", "carl@example.org", ""]
    assert (first["client_address"], first["sasl_username"]) == ("192.0.2.7", "ann")
    assert len({event["instance"] for event in events[:-1]}) == 1
    assert data["recipient_count"] == "2"
    assert heard([bytes([byte]) for byte in SAID[name]]) == events


@settings(max_examples=100)
@given(st.sampled_from(sorted(SAID)), st.lists(st.integers(0, 4_000), max_size=8))
def test_any_cutting_asks_the_same(name, cuts):
    """Wherever the network cuts."""
    raw = SAID[name]
    marks = sorted({0, len(raw), *(min(cut, len(raw)) for cut in cuts)})
    assert heard([raw[a:b] for a, b in pairwise(marks)]) == heard([raw])


@settings(max_examples=300)
@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([ONE, b"\n", b"a=b\n", b"request=x\n"])), max_size=9))
def test_any_bytes_are_requests_or_an_error(pieces):
    """And after an error nothing more."""
    connection = Connection()
    try:
        for piece in (*pieces, b""):
            connection.receive(piece)
            while isinstance(event := connection.next_event(), Request):
                assert event["request"] == "smtpd_access_policy"
                connection.dunno()
    except RemoteProtocolError:
        assert connection.state is State.DONE
        connection.receive(ONE)
        assert connection.next_event() is None


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\n\n", "no attribute"),
        (b"GET / HTTP/1.1\r\n\r\n\n\n", "no attribute"),
        (b"request=other\n\n", "of the kind 'other'"),
        (b"sender=x\n\n", "of the kind ''"),
        (ONE[:-1] + b"sender=x\n\n", "twice"),
        (ONE[:-1] + b"x=\0\n\n", "no attribute"),
        (ONE[:-1] + b"".join(b"a%d=\n" % number for number in range(ATTRIBUTES)) + b"\n", "attributes"),
        (ONE[:-1] + b"a=" + bytes(REQUEST_BYTES), "bytes"),
        (ONE[:-1] + b"a=" + b"x" * REQUEST_BYTES + b"\n\n", "bytes"),
        (ONE[:40], "within a request"),
    ],
)
def test_what_is_wrong(raw, why):
    """One sentence, and the connection is done."""
    with pytest.raises(RemoteProtocolError, match=why):
        heard([raw])


def test_answers():
    """As access(5) has them; no text breaks out of its line."""
    connection = Connection()

    def asked():
        connection.receive(ONE)
        assert isinstance(connection.next_event(), Request)
        assert connection.next_event() is None, "an answer is owed"
        return connection

    assert asked().defer("4.7.1 again in 300 s") == b"action=DEFER_IF_PERMIT 4.7.1 again in 300 s\n\n"
    assert asked().reject("5.7.1 no\n\naction=OK\0") == b"action=REJECT 5.7.1 no action=OK\n\n"
    assert asked().prepend("X-Greylist", "delayed\r\nby 312 s") == b"action=PREPEND X-Greylist: delayed by 312 s\n\n"
    assert len(asked().reject("x" * 5_000)) == TEXT_BYTES + len(b"action=\n\n")
    assert asked().reject("ö").isascii()
    for name, value in (("X:", "y"), ("", "y"), ("X", " ")):
        with pytest.raises(LocalProtocolError):
            connection.prepend(name, value)
    asked().dunno()
    with pytest.raises(LocalProtocolError):
        connection.dunno()


def test_bytes_that_are_no_text():
    """They are written down by their numbers."""
    (event, _) = heard([ONE[:-1] + b"helo_name=\xff\n\n"])
    assert event["helo_name"] == "\\xff"
    assert event["queue_id"] == ""


def test_time_is_linear():
    """A byte at a time, and many requests at once."""

    def drip(size):
        connection = Connection()
        for _ in range(size):
            connection.receive(b"x")
            connection.next_event()

    assert seconds(lambda: drip(60_000)) < 16 * seconds(lambda: drip(15_000))
    assert seconds(lambda: heard([ONE * 4_000])) < 16 * seconds(lambda: heard([ONE * 1_000]))
