"""SMTP and LMTP, our side: what Postfix says is understood however it is cut, and nothing is smuggled in a message."""

import ast
import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.wire.smtp import COMMAND_BYTES, DRAINED_BYTES, Server
from fyke.wire.smtp_events import (
    Assume,
    Chunk,
    Content,
    Data,
    Forwarded,
    Hello,
    LocalProtocolError,
    Plain,
    Quit,
    Recipient,
    RemoteProtocolError,
    Reset,
    Sender,
    StartTls,
    State,
    TooLong,
    Wrong,
)
from fyke.wire.smtp_words import Parameter
from tests.cheap import seconds

LIMIT = 10_000
START = b"EHLO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<b@example.org>\r\n"
FOUR = (Hello("EHLO", "x"), Sender("a@example.net"), Recipient("b@example.org"))


def transcript(who):
    """All that one side said in a conversation with Postfix."""
    lines = (Path(__file__).parent / "transcripts/smtp/postfix-to-door.txt").read_text().splitlines()
    return b"".join(ast.literal_eval(line.partition(" ")[2]) for line in lines if line.startswith(who))


def heard(pieces, **rest):
    """All events, each answered with a yes; and whether it ended with an error."""
    server, events = Server(message_bytes=LIMIT, **rest), []
    server.may_forward = True
    try:
        for piece in pieces:
            server.receive(piece)
            while (event := server.next_event()) is not None:
                events.append(event)
                while server.due:
                    code = event.code if isinstance(event, Wrong) else 354 if isinstance(event, Data) else 250
                    assert server.reply(code, "x").endswith(b"\r\n")
    except RemoteProtocolError:
        return events, True
    return events, False


def test_what_postfix_says():
    """Whole and a byte at a time."""
    client = transcript("client")
    events, is_wrong = heard([client])
    assert not is_wrong
    assert [type(event).__name__ for event in events] == [
        "Hello", "Forwarded", "Sender", "Recipient", "Recipient", "Data", "Content", "Quit",
    ]  # fmt: skip
    assert events[1].attributes["ADDR"] == "192.0.2.7"
    assert events[1].attributes["IDENT"] == ""
    assert events[2].parameters == (Parameter("SIZE", "59"),)
    assert events[6].raw.endswith(b"\r\n\r\n.hi\r\n..\r\nthere\r\n")
    assert heard([bytes([byte]) for byte in client]) == (events, False)


@settings(max_examples=150)
@given(st.lists(st.integers(0, 600), max_size=8))
def test_any_cutting_says_the_same(cuts):
    """As the network likes."""
    client = transcript("client")
    marks = sorted({0, len(client), *(cut for cut in cuts if cut < len(client))})
    assert heard([client[a:b] for a, b in pairwise(marks)]) == heard([client])


def test_bdat():
    """Chunks are joined, and what stands behind them is a command, whatever is in them."""
    data = START + b"BDAT 7\r\nA: b\r\n\r" + b"BDAT 12 LAST\r\n\n.\r\nQUIT\r\nyy" + b"NOOP\r\n"
    events, _ = heard([data])
    assert tuple(events) == (*FOUR, Chunk(), Content(b"A: b\r\n\r\n.\r\nQUIT\r\nyy"), Plain("NOOP"))
    assert heard([bytes([byte]) for byte in data])[0] == events


def test_in_lmtp_each_recipient_has_a_reply():
    """RFC 2033 4.2; EHLO is not spoken."""
    server = Server(is_lmtp=True, message_bytes=LIMIT)
    server.receive(b"EHLO x\r\n" + START.replace(b"EHLO", b"LHLO") + b"RCPT TO:<c@example.org>\r\nDATA\r\nx\r\n.\r\n")
    assert isinstance(server.next_event(), Wrong)
    server.reply(500, "x")
    for code in (250, 250, 250, 250, 354):
        server.next_event()
        server.reply(code, "x")
    assert server.next_event() == Content(b"x\r\n")
    assert server.due == 2
    server.reply(550, "5.7.1 no")
    with pytest.raises(LocalProtocolError):
        server.next_event()
    server.reply(250, "x")
    with pytest.raises(LocalProtocolError):
        server.reply(250, "x")
    assert server.state is State.READY


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r\r\n.\r\r\n", b"\0\n.\r\n"]
)
def test_nothing_else_ends_a_message(end):
    """CVE-2023-51764 and its kin."""
    smuggled = b"A: b\r\n\r\nx" + end + b"MAIL FROM:<evil@example.com>\r\n"
    events, _ = heard([START + b"DATA\r\n" + smuggled + b".\r\nQUIT\r\n"])
    assert events[4:] == [Content(smuggled.replace(b"\r\n.", b"\r\n")), Quit()]


@pytest.mark.parametrize("raw", [b"", b".", b"..\r\n", b".x\r\n", b"x\r\n.y\r\n", b"x"])
def test_dots_are_taken_off(raw):
    """One of each line that begins so."""
    sent = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in raw.split(b"\r\n"))
    sent += b"" if sent.endswith(b"\r\n") or not sent else b"\r\n"
    events, _ = heard([START + b"DATA\r\n" + sent + b".\r\n"])
    assert events[4] == Content(raw if raw.endswith(b"\r\n") or not raw else raw + b"\r\n")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"MAIL FROM:<a@b>\r\n", 503),
        (b"EHLO x\r\nRCPT TO:<a@b>\r\n", 503),
        (b"EHLO x\r\nMAIL FROM:<a@b>\r\nDATA\r\n", 554),
        (b"EHLO x\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n", 503),
        (b"EHLO x\r\nMAIL FROM:<a@b> SIZE=10001\r\n", 552),
        (b"EHLO x\r\nMAIL FROM:<a@b> SIZE=1x\r\n", 501),
        (b"EHLO x\r\nMAIL <a@b>\r\n", 501),
        (b"EHLO x\r\nMAIL FROM:<a@b> SIZE=\r\n", 501),
        (b"EHLO x\r\nSTARTTLS\r\n", 502),
        (b"EHLO\r\n", 501),
        (b"LHLO x\r\n", 500),
        (b"EHLO x\r\nAUTH PLAIN x\r\n", 502),
        (b"EHLO x\r\nTURN\r\n", 500),
        (b"EHLO x\r\nNOOP\0\r\n", 500),
        (b"EHLO x\r\nNOOP \xff\r\n", 500),
        (b"NOOP " + b"x" * COMMAND_BYTES + b"\r\n", 500),
        (START + b"RCPT TO:<>\r\n", 501),
        (START + b"RCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\n", 452),
        (b"EHLO x\r\nBDAT 3 LAST\r\nabc", 503),
        (START + b"BDAT 1\r\nxDATA\r\n", 503),
    ],
)
def test_what_may_not_be_said(data, code):
    """It has a reply, and the connection goes on."""
    events, is_wrong = heard([data + b"NOOP\r\n"], recipients=2)
    assert not is_wrong
    assert [event.code for event in events if isinstance(event, Wrong)] == [code]
    assert events[-1] == Plain("NOOP")


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"POST /\r\n",
        b"\x16\x03\x01\r\n",
        b"BDAT x\r\n",
        b"BDAT -1\r\n",
        b" EHLO\r\n",
        b"x" * (DRAINED_BYTES + 3_000),
    ],
)
def test_other_protocols_are_hung_up_on(data):
    """Where a next command would begin nobody could say."""
    assert heard([data]) == ([], True)


def test_too_long_by_data_and_by_chunks():
    """What is thrown away is not kept, and the next mail is taken."""
    for sent in (
        b"DATA\r\n" + b"x" * 50_000 + b"\r\n.\r\n",
        b"BDAT 9000\r\n" + b"x" * 9_000 + b"BDAT 2000 LAST\r\n" + b"x" * 2_000,
    ):
        events, _ = heard([START + sent + START[8:] + b"DATA\r\nx\r\n.\r\n"])
        assert [event for event in events if isinstance(event, TooLong | Content)] == [TooLong(), Content(b"x\r\n")]
    server = Server(message_bytes=LIMIT)
    server.receive(START + b"DATA\r\n")
    for code in (250, 250, 250, 354):
        server.next_event()
        server.reply(code, "x")
    tracemalloc.start()
    for _ in range(1_000):
        server.receive(b"x" * 1_000)
        assert server.next_event() is None
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10 * LIMIT


def test_after_starttls_all_is_forgotten():
    """RFC 3207 4.2, and what was pipelined behind it (CVE-2011-0411)."""
    server = Server()
    server.has_tls = True
    server.receive(b"EHLO x\r\nSTARTTLS\r\nMAIL FROM:<evil@example.com>\r\n")
    server.next_event()
    server.reply(250, "x")
    assert server.next_event() == StartTls()
    server.reply(220, "go")
    server.start_tls()
    assert server.next_event() is None
    assert server.state is State.START


def test_who_may_forward():
    """XCLIENT begins anew; of strangers it is refused."""
    server = Server()
    server.receive(
        b"XCLIENT ADDR=192.0.2.1\r\nXCLIENT ADDR=192.0.2.1 NAME=[UNAVAILABLE]\r\nEHLO x\r\nXFORWARD NAME=a+20b\r\n"
    )
    assert server.next_event() == Wrong(550, "5.7.1 not from this address")
    server.reply(550, "no")
    server.may_forward = True
    assert server.next_event() == Assume({"ADDR": "192.0.2.1", "NAME": "unknown"})
    server.reply(220, "again")
    assert isinstance(server.next_event(), Hello)
    server.reply(250, "x")
    assert server.next_event() == Forwarded({"NAME": "a b"})


def test_what_was_refused_is_not_taken():
    """A refused recipient is none; RSET ends a mail."""
    server = Server()
    server.receive(START + b"DATA\r\nRSET\r\nMAIL FROM:<>\r\n")
    for code in (250, 250, 550):
        server.next_event()
        server.reply(code, "x")
    assert isinstance(server.next_event(), Wrong)
    server.reply(554, "x")
    assert server.next_event() == Reset()
    server.reply(250, "x")
    assert server.next_event() == Sender("")


@settings(max_examples=200)
@given(
    st.lists(
        st.binary(max_size=40)
        | st.sampled_from([START, b"DATA\r\n", b"\r\n.\r\n", b"BDAT 5\r\n", b"BDAT 0 LAST\r\n", b"RSET\r\n", b"x\r\n"]),
        max_size=9,
    )
)
def test_any_bytes_give_events_or_an_error(pieces):
    """Never anything else."""
    heard(pieces)


def test_a_byte_at_a_time_costs_linear_time():
    """Of a message, of dots, of commands, of a line without end."""
    for data in (
        START + b"BDAT 9000\r\n" * 12 + b"x" * 100_000,
        START + b"DATA\r\n" + b".\r\n.x" * 20_000,
        b"NOOP\r\n" * 15_000,
        b"x" * 100_000,
    ):
        pieces = [bytes([byte]) for byte in data]
        assert seconds(lambda pieces=pieces: heard(pieces)) < 2.0
