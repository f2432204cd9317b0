"""spamd's protocol: however the bytes are cut, the same is asked; what is wrong is told in spamd's words."""

import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.wire.spamd import (
    EX_PROTOCOL,
    EX_TOOBIG,
    EX_UNAVAILABLE,
    FIELDS,
    LINE_BYTES,
    Connection,
    LocalProtocolError,
    Refused,
    Request,
    Result,
    State,
)
from tests.cheap import seconds

MAIL = b"Subject: x\r\n\r\nThe minutes.\r\n"
BIG = 1 << 20
SAID = {  # as the clients named send it, with this mail
    "spamc -c": (
        b"CHECK SPAMC/1.5\r\nUser: ann\r\nContent-length: 28\r\n\r\n" + MAIL,
        Request("CHECK", "ann", MAIL),
    ),
    "spamc -z": (
        b"PROCESS SPAMC/1.5\r\nCompress: zlib\r\nUser: ann\r\nContent-length: %d\r\n\r\n" % len(zlib.compress(MAIL))
        + zlib.compress(MAIL),
        Request("PROCESS", "ann", MAIL),
    ),
    "spamc -L ham": (
        b"TELL SPAMC/1.5\r\nMessage-class: ham\r\nSet: local\r\nUser: ann\r\nContent-length: 28\r\n\r\n" + MAIL,
        Request("TELL", "ann", MAIL, "ham", frozenset({"local"})),
    ),
    "spamc -L forget": (
        b"TELL SPAMC/1.5\r\nRemove: local\r\nUser: ann\r\nContent-length: 28\r\n\r\n" + MAIL,
        Request("TELL", "ann", MAIL, "", frozenset(), frozenset({"local"})),
    ),
    "spamc -C report": (
        b"TELL SPAMC/1.5\r\nMessage-class: spam\r\nSet: local,remote\r\nContent-length: 28\r\n\r\n" + MAIL,
        Request("TELL", "", MAIL, "spam", frozenset({"local", "remote"})),
    ),
    "exim": (
        b"REPORT SPAMC/1.2\r\nUser: nobody\r\nContent-length: 28\r\n\r\n" + MAIL,
        Request("REPORT", "nobody", MAIL),
    ),
    "half-closed, no length": (b"CHECK SPAMC/1.2\r\n\r\n" + MAIL, Request("CHECK", "", MAIL)),
    "without fields": (b"SYMBOLS SPAMC/1.0\r\n" + MAIL, Request("SYMBOLS", "", MAIL)),
    "no mail": (b"CHECK SPAMC/1.5\r\nContent-length: 0\r\n\r\n", Request("CHECK")),
    "newlines alone": (b"CHECK SPAMC/1.3\ncontent-length: 28\n\n" + MAIL, Request("CHECK", "", MAIL)),
    "spamc -K": (b"PING SPAMC/1.5\r\n\r\n", Request("PING")),
    "a monitor": (b"PING SPAMC/1.2\r\n", Request("PING")),
    "a monitor without its empty line": (b"PING SPAMC/1.5\r\n", Request("PING")),
    "skip": (b"SKIP SPAMC/1.5\r\n\r\n", Request("SKIP")),
}


def heard(pieces, most=BIG):
    """All events of a client that sends these pieces and shuts its side down."""
    connection = Connection(most)
    return [event for piece in (*pieces, b"") if (event := connection.receive(piece)) is not None]


@pytest.mark.parametrize("client", SAID)
def test_what_clients_send(client):
    """Whole and a byte at a time."""
    data, request = SAID[client]
    assert heard([data]) == [request]
    assert heard([bytes([byte]) for byte in data]) == [request]


@settings(max_examples=150)
@given(st.sampled_from(sorted(SAID)), st.lists(st.integers(0, 150), max_size=6))
def test_any_cutting_asks_the_same(client, cuts):
    """As the network likes."""
    data, request = SAID[client]
    marks = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    assert heard([data[a:b] for a, b in pairwise(marks)]) == [request]


@pytest.mark.parametrize(
    ("data", "code", "why"),
    [
        (b"GET / HTTP/1.1\r\n", EX_PROTOCOL, "GET / HTTP/1.1"),
        (b"CHECK SPAMC\r\n", EX_PROTOCOL, "CHECK SPAMC"),
        (b"", EX_PROTOCOL, "closed before headers"),
        (b"CHECK SPAMC/1.5\r\nUser: ann\r\n", EX_PROTOCOL, "EOF during headers"),
        (b"CHECK SPAMC/1.5\r\nUser\r\n", EX_PROTOCOL, "Name: value"),
        (b"CHECK SPAMC/1.5\r\nUser: a\0b\r\n", EX_PROTOCOL, "control"),
        (b"CHECK SPAMC/1.5\r\nContent-length: 1x\r\n", EX_PROTOCOL, "non-numeric"),
        (b"CHECK SPAMC/1.5\r\nContent-length: 12\r\n\r\nhello", EX_PROTOCOL, "Expected 12 bytes, got 5"),
        (b"CHECK SPAMC/1.5\r\nContent-length: 3\r\n\r\nhello", EX_PROTOCOL, "Expected 3 bytes, got 5"),
        (b"CHECK SPAMC/1.5\r\n" + b"X: y\r\n" * (FIELDS + 1), EX_PROTOCOL, "too many"),
        (b"CHECK " + b"x" * LINE_BYTES, EX_PROTOCOL, "line too long"),
        (b"TELL SPAMC/1.5\r\nMessage-class: eggs\r\n", EX_PROTOCOL, "invalid class"),
        (b"TELL SPAMC/1.5\r\nSet: local\r\n\r\n", EX_PROTOCOL, "without Message-class"),
        (b"TELL SPAMC/1.5\r\nMessage-class: ham\r\nSet: local\r\nRemove: local\r\n\r\n", EX_PROTOCOL, "the same place"),
        (b"CHECK SPAMC/1.5\r\nCompress: zlib\r\n\r\n", EX_UNAVAILABLE, "requires Content-length"),
        (b"CHECK SPAMC/1.5\r\nCompress: lzma\r\n\r\n", EX_PROTOCOL, "not supported"),
        (b"CHECK SPAMC/1.5\r\nCompress: zlib\r\nContent-length: 5\r\n\r\nhello", EX_UNAVAILABLE, "zlib"),
        (
            b"CHECK SPAMC/1.5\r\nCompress: zlib\r\nContent-length: 9\r\n\r\n" + zlib.compress(MAIL)[:9],
            EX_UNAVAILABLE,
            "end",
        ),
        (b"CHECK SPAMC/1.5\r\nContent-length: 99999999999\r\n\r\n", EX_TOOBIG, "more than"),
        (b"CHECK SPAMC/1.5\r\n\r\n" + b"x" * (BIG + 1), EX_TOOBIG, "more than"),
    ],
)
def test_what_is_wrong_is_told_once(data, code, why):
    """And whatever comes after it is thrown away."""
    (refused,) = heard([data, b"", b"more" * 99])
    assert refused.code == code
    assert why in refused.why
    line = Connection(BIG).refuse(refused)
    assert line.startswith(b"SPAMD/1.0 %d " % code)
    assert line.count(b"\n") == 1


def test_bytes_behind_a_mail_that_ended_its_line_are_dropped():
    """As spamd drops them: some clients send an empty line more."""
    assert heard([b"CHECK SPAMC/1.5\r\nContent-length: 28\r\n\r\n" + MAIL + b"\r\n"]) == [Request("CHECK", "", MAIL)]


def test_a_bomb_is_unpacked_up_to_the_limit():
    """A thousandth of what it makes, and no more memory than the limit."""
    bomb = zlib.compress(bytes(200 * BIG))
    (refused,) = heard([b"CHECK SPAMC/1.5\r\nCompress: zlib\r\nContent-length: %d\r\n\r\n" % len(bomb) + bomb])
    assert refused == Refused(EX_TOOBIG, f"more than {BIG} bytes")


@pytest.mark.parametrize(
    ("word", "version", "answer"),
    [
        ("CHECK", "1.5", b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.2 / 5.0\r\n\r\n"),
        ("SYMBOLS", "1.5", b"SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: True ; 7.2 / 5.0\r\n\r\nA,B"),
        ("SYMBOLS", "1.2", b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.2 / 5.0\r\n\r\nA,B\r\n"),
        ("REPORT", "1.2", b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.2 / 5.0\r\n\r\nA,B"),
        ("REPORT_IFSPAM", "1.3", b"SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: Yes ; 7.2 / 5.0\r\n\r\nA,B"),
        ("PROCESS", "1.3", b"SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: True ; 7.2 / 5.0\r\n\r\nA,B"),
        ("HEADERS", "1.2", b"SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\n\r\nA,B"),
        ("PROCESS", "1.1", b"SPAMD/1.0 0 EX_OK\r\nA,B"),
    ],
)
def test_answers_speak_the_clients_version(word, version, answer):
    """Exim reads 1.2 to the letter."""
    connection = Connection(BIG)
    connection.receive(f"{word} SPAMC/{version}\r\nContent-length: 0\r\n\r\n".encode())
    assert connection.result(Result(True, 7.2, 5.0, b"A,B")) == answer
    assert connection.state is State.DONE
    with pytest.raises(LocalProtocolError):
        connection.pong()


def test_words_and_pings():
    """What was written down, what was not, and that we live."""
    for told, answer in (
        ({"did_set": True, "did_remove": False}, b"SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\n\r\n\r\n"),
        ({"did_set": False, "did_remove": True}, b"SPAMD/1.1 0 EX_OK\r\nDidRemove: local\r\n\r\n\r\n"),
        ({"did_set": False, "did_remove": False}, b"SPAMD/1.1 0 EX_OK\r\n\r\n\r\n"),
    ):
        connection = Connection(BIG)
        connection.receive(SAID["spamc -L ham"][0])
        assert connection.told(**told) == answer
    connection = Connection(BIG)
    connection.receive(b"PING SPAMC/1.5\r\n\r\n")
    assert connection.pong() == b"SPAMD/1.5 0 PONG\r\n"


def test_after_an_answer_nothing_is_refused():
    """A client gets one answer; before it, an error may be told at any time."""
    connection = Connection(BIG)
    assert connection.refuse(Refused(EX_UNAVAILABLE, "closing\r\nX: y")).count(b"\n") == 1
    assert connection.refuse(Refused(EX_UNAVAILABLE, "again")) == b""


@settings(max_examples=200)
@given(
    st.lists(st.binary(max_size=40) | st.sampled_from([b"CHECK SPAMC/1.5\r\n", b"Set: local\r\n", b"\r\n"]), max_size=9)
)
def test_any_bytes_give_one_event(pieces):
    """A request or a refusal, always, and only one."""
    (event,) = heard(pieces, 100)
    assert isinstance(event, Request | Refused)


def test_a_byte_at_a_time_costs_linear_time():
    """Of a mail, of fields, of a line without end."""
    for start in (b"CHECK SPAMC/1.5\r\n\r\n", b"CHECK SPAMC/1.5\r\nX: ", b""):
        pieces = [bytes([byte]) for byte in start + b"x" * 200_000]
        assert seconds(lambda pieces=pieces: heard(pieces, 150_000)) < 2.0
