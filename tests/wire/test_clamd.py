"""clamd's protocol: however the bytes are cut, the same is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.wire.clamd import (
    REPLY_BYTES,
    Clean,
    Command,
    Connection,
    Ended,
    Found,
    LocalProtocolError,
    Pong,
    Refused,
    RemoteProtocolError,
    State,
    Version,
)

REPLIES = {
    b"stream: OK": Clean(),
    b"stream: Win.Test.EICAR_HDB-1 FOUND": Found("Win.Test.EICAR_HDB-1"),
    b"stream: Own.Name.UNOFFICIAL FOUND": Found("Own.Name.UNOFFICIAL"),
    b"stream: Eicar-Signature(44d88612fea8a8f36de82e1278abb02f:68) FOUND": Found("Eicar-Signature"),
    b"stream: Some FOUND thing FOUND": Found("Some FOUND thing"),
    b"INSTREAM size limit exceeded. ERROR": Refused("INSTREAM size limit exceeded."),
    b"stream: Can't allocate memory ERROR": Refused("Can't allocate memory"),
    b"COMMAND READ TIMED OUT": Refused("COMMAND READ TIMED OUT"),
}


def sent(connection):
    """A file of three bytes is sent, and its reply awaited."""
    data = connection.stream() + connection.chunk(3) + b"abc"
    return data + connection.end_stream()


def events(connection, pieces):
    for piece in pieces:
        connection.receive(piece)
        while (event := connection.next_event()) is not None:
            yield event


@pytest.mark.parametrize("reply", REPLIES)
def test_every_reply_is_read_a_byte_at_a_time(reply):
    """Outside of a session one reply is the end."""
    connection = Connection()
    assert sent(connection) == b"zINSTREAM\0\0\0\0\3abc\0\0\0\0"
    assert list(events(connection, [bytes([byte]) for byte in reply + b"\0"])) == [REPLIES[reply]]
    assert connection.state is State.DONE


def test_questions_of_one_word():
    """Whether it lives, and what it is."""
    connection = Connection(session=True)
    assert connection.ask(Command.PING) == b"zIDSESSION\0zPING\0"
    assert list(events(connection, [b"1: PONG\0"])) == [Pong()]
    assert connection.ask(Command.VERSION) == b"zVERSION\0"
    assert list(events(connection, [b"2: ClamAV 1.4.3/27800/Mon\0"])) == [Version("ClamAV 1.4.3/27800/Mon")]
    assert connection.end() == b"zEND\0"
    with pytest.raises(LocalProtocolError):
        connection.ask(Command.PING)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(sorted(REPLIES)), max_size=6), st.data())
def test_any_cutting_gives_the_same_events(replies, data):
    """In a session of many files."""
    connection, got = Connection(session=True), []
    for number, reply in enumerate(replies, 1):
        sent(connection)
        rest = b"%d: %s\0" % (number, reply)
        while rest:
            at = data.draw(st.integers(1, len(rest)))
            got += events(connection, [rest[:at]])
            rest = rest[at:]
    assert got == [REPLIES[reply] for reply in replies]
    assert connection.state is State.IDLE
    assert list(events(connection, [b""])) == [Ended()]


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"1: ", b"stream: ", b" FOUND\0", b"OK\0", b""]), max_size=8))
def test_any_bytes_give_events_or_a_remote_error(pieces):
    """Nothing that a peer says is our fault."""
    connection = Connection(session=True)
    sent(connection)
    try:
        for piece in pieces:
            connection.receive(piece)
            while connection.next_event() is not None and connection.state is not State.DONE:
                pass
    except RemoteProtocolError:
        assert connection.state is State.DONE


@pytest.mark.parametrize(
    "pieces",
    [
        [b"stream: OK\0"],  # without a number
        [b"2: stream: OK\0"],
        [b"1: PONG\0"],
        [b"1: stream: OK\0", b"1: stream: OK\0"],
        [b"1: "],
        [b"x" * (REPLY_BYTES + 1)],
    ],
)
def test_what_clamd_never_says_is_an_error(pieces):
    """A number that is not the question's, an answer to another question, two answers, half of one, one without end."""
    connection = Connection(session=True)
    sent(connection)
    with pytest.raises(RemoteProtocolError):
        list(events(connection, [*pieces, b""]))


def test_a_refusal_may_come_while_we_stream():
    """A file above clamd's limit: the rest need not be sent. A verdict on half a file is none."""
    for reply, is_right in ((b"INSTREAM size limit exceeded. ERROR\0", True), (b"stream: OK\0", False)):
        connection = Connection()
        connection.stream()
        connection.chunk(9)
        connection.receive(reply)
        if is_right:
            assert connection.next_event() == Refused("INSTREAM size limit exceeded.")
        else:
            with pytest.raises(RemoteProtocolError, match="half a file"):
                connection.next_event()
        assert connection.state is State.DONE


def test_what_may_not_be_said_now_is_our_error():
    """Chunks outside of a stream, a question within one, an empty chunk, which would be the end."""
    connection = Connection()
    with pytest.raises(LocalProtocolError):
        connection.chunk(1)
    connection.stream()
    for wrong in (lambda: connection.ask(Command.PING), lambda: connection.chunk(0), lambda: connection.chunk(1 << 32)):
        with pytest.raises(LocalProtocolError):
            wrong()
