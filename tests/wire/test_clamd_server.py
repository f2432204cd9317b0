"""clamd's protocol, our side: however the bytes are cut, the same is asked, and answered as clamd itself answers."""

import ast
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.wire.clamd_server import (
    COMMAND_BYTES,
    Asked,
    Connection,
    Ended,
    LocalProtocolError,
    Refused,
    State,
)
from tests.cheap import seconds

MOST = 1 << 20
SAID = {
    "PING": "PONG",
    "VERSION": "ClamAV 1.4.6",
    "RELOAD": "RELOADING",
    "INSTREAM": "stream: OK",
    "FILDES": "No file descriptor received. ERROR",
}


def transcripts():
    """What a client said, and what it heard."""
    lines = (Path(__file__).parent / "transcripts/clamd/clamd-1.4.txt").read_text().splitlines()
    told = [line.partition(" ")[2] for line in lines if line.startswith(("client", "clamd"))]
    return [(ast.literal_eval(told[at]), ast.literal_eval(told[at + 1])) for at in range(0, len(told), 2)]


def heard(pieces, most=MOST):
    """What a client hears that sends these pieces and shuts its side down, and all events."""
    connection = Connection(most)
    said, events = b"", []
    for piece in (*pieces, b""):
        connection.receive(piece)
        while (event := connection.next_event()) is not None:
            events.append(event)
            if isinstance(event, Asked):
                said += connection.answer(SAID.get(event.word, f"{event.path}: OK"))
            elif isinstance(event, Refused):
                said += connection.refuse(event)
    assert connection.state is State.DONE
    return said, events


@pytest.mark.parametrize(("client", "clamd"), transcripts())
def test_we_say_what_clamd_says(client, clamd):
    """Whole and a byte at a time."""
    assert heard([client])[0] == clamd
    assert heard([bytes([byte]) for byte in client]) == heard([client])


@settings(max_examples=200)
@given(st.sampled_from(transcripts()), st.lists(st.integers(0, 90), max_size=6))
def test_any_cutting_asks_the_same(told, cuts):
    """As the network likes."""
    client, clamd = told
    marks = sorted({0, len(client), *(cut for cut in cuts if cut < len(client))})
    assert heard([client[a:b] for a, b in pairwise(marks)])[0] == clamd


def test_what_is_asked_is_told():
    """Words, paths as they are, and whole files."""
    data = b"zIDSESSION\0zSCAN /a b\xff\0zINSTREAM\0\0\0\0\2ab\0\0\0\1c\0\0\0\0zFILDES\0\0zEND\0"
    assert heard([data])[1] == [
        Asked("SCAN", "/a b\udcff"),
        Asked("INSTREAM", content=b"abc"),
        Asked("FILDES"),
        Ended(in_time=True),
    ]
    assert heard([b"SCAN /srv/mail"])[1] == [Asked("SCAN", "/srv/mail")], "as old clients send it"


def test_a_path_comes_back_as_it_was_sent():
    """Also where it is no UTF-8."""
    assert heard([b"zSCAN /a\xff\0"])[0] == b"/a\xff: OK\0"


@pytest.mark.parametrize("data", [b"zPI", b"zINSTREAM\0", b"zINSTREAM\0\0\0", b"zINSTREAM\0\0\0\0\4ab", b"zFILDES\0"])
def test_half_a_request_is_none(data):
    """Who hangs up in the middle asked nothing."""
    assert heard([data]) == (b"", [Ended(in_time=False)])


def test_an_answer_of_several_lines():
    """Each with the number of its command, and the next command after the last."""
    connection = Connection(MOST)
    connection.receive(b"zIDSESSION\0zSCAN /a\0zPING\0")
    assert connection.next_event() == Asked("SCAN", "/a")
    assert connection.next_event() is None, "not before the answer"
    assert connection.say("/a/b: X FOUND") == b"1: /a/b: X FOUND\0"
    assert connection.answer() == b""
    assert connection.next_event() == Asked("PING")
    assert not connection.is_idle
    connection.answer("PONG")
    assert connection.is_idle
    with pytest.raises(LocalProtocolError):
        connection.answer("PONG")
    with pytest.raises(LocalProtocolError):
        connection.say("PONG")


def test_commands_have_an_end():
    """A path longer than any, or a line without end."""
    for start in (b"z", b"n", b"", b"zSCAN /"):
        said, events = heard([start + b"A" * 3 * COMMAND_BYTES])
        assert events == [Refused("UNKNOWN COMMAND")]
        assert said[:-1] == b"UNKNOWN COMMAND"
    assert heard([b"zSCAN /" + b"A" * (COMMAND_BYTES - 8) + b"\0"])[1][0].word == "SCAN"


def test_a_file_over_the_limit_is_refused_before_it_comes():
    """By the length of its chunk, and by all chunks together."""
    why = "INSTREAM size limit exceeded. ERROR"
    assert heard([b"zINSTREAM\0\xff\xff\xff\xff"], 10)[1] == [Refused(why)]
    chunks = b"\0\0\0\5abcde" * 2
    assert heard([b"zINSTREAM\0" + chunks + bytes(4)], 10)[1][0].content == b"abcdeabcde"
    assert heard([b"zINSTREAM\0" + chunks + b"\0\0\0\1f"], 10)[1] == [Refused(why)]


@settings(max_examples=200)
@given(
    st.lists(
        st.binary(max_size=40)
        | st.sampled_from([b"zIDSESSION\0", b"zINSTREAM\0", b"\0\0\0\4abcd", bytes(4), b"nFILDES\n", b"SCAN /x\n"]),
        max_size=9,
    )
)
def test_any_bytes_give_events_and_an_end(pieces):
    """No exception, and nothing is left over."""
    _, events = heard(pieces, 100)
    assert all(isinstance(event, Asked | Refused | Ended) for event in events)


def test_a_byte_at_a_time_costs_linear_time():
    """Of a file in small chunks, of a large one, and of many commands."""
    for data in (
        b"zINSTREAM\0" + b"\0\0\0\1x" * 40_000 + bytes(4),
        b"zINSTREAM\0" + (200_000).to_bytes(4) + bytes(200_000) + bytes(4),
        b"zIDSESSION\0" + b"zPING\0" * 30_000,
    ):
        pieces = [bytes([byte]) for byte in data]
        assert seconds(lambda pieces=pieces: heard(pieces)) < 2.0
        assert seconds(lambda data=data: heard([data])) < 1.0
