"""SMTP and LMTP, client side: what is said to Postfix, what is made of its replies, and that no word breaks a line."""

import ast
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.wire.smtp_client import REPLY_BYTES, REPLY_LINES, Client, Reply, State
from fyke.wire.smtp_events import LocalProtocolError, RemoteProtocolError
from fyke.wire.smtp_words import Parameter
from tests.cheap import seconds

RAW = b"A: b\r\n\r\n.x\r\n"


def transcript():
    """What each side said, in turns."""
    lines = (Path(__file__).parent / "transcripts/smtp/door-to-postfix.txt").read_text().splitlines()
    return [(line.partition(" ")[0], ast.literal_eval(line.partition(" ")[2])) for line in lines if line[0] != "#"]


def replies(client, data):
    """All that is made of what came."""
    client.receive(data)
    found = []
    while (reply := client.next_reply()) is not None:
        found.append(reply)
    return found


def ready(features=b"250-x\r\n250 CHUNKING\r\n", **rest):
    """A client that may send a mail."""
    client = Client(**rest)
    replies(client, b"220 x\r\n")
    client.hello("x")
    replies(client, features)
    return client


def test_a_conversation_with_postfix():
    """We say again what we said, and understand what we heard."""
    turns = transcript()
    servers = iter([data for who, data in turns if who == "server"])
    said = b"".join(data for who, data in turns if who == "client")
    client = Client()
    assert replies(client, next(servers))[0].command == "CONNECT"
    ours = client.hello("mx.example.org")
    assert replies(client, next(servers))[0].is_yes
    assert client.features["SIZE"] == "10240000"
    given_by = {"NAME": "mail.example.net", "ADDR": "192.0.2.7", "PORT": said.partition(b"PORT=")[2][:5].decode(),
                "HELO": "client.example.net", "IDENT": "", "PROTO": "ESMTP", "SOURCE": "REMOTE"}  # fmt: skip
    ours += client.forward(given_by) + client.mail("ann@example.net", [Parameter("SIZE", "59")])
    assert [(reply.command, reply.code) for reply in replies(client, next(servers))] == [
        ("XFORWARD", 250),
        ("MAIL", 250),
    ]
    for address in ("bob@example.org", "eve@example.org"):
        ours += client.recipient(address)
        assert replies(client, next(servers))[0].is_yes
    assert client.accepted == 2
    ours += client.chunk(said.partition(b"LAST\r\n")[2].removesuffix(b"QUIT\r\n"))
    (taken,) = replies(client, next(servers))
    assert (taken.command, taken.code, taken.text[:9]) == ("CONTENT", 250, "2.0.0 Ok:")
    ours += client.say("QUIT")
    replies(client, next(servers))
    assert ours == said
    assert client.state is State.DONE


@settings(max_examples=100)
@given(st.lists(st.integers(0, 400), max_size=8))
def test_any_cutting_is_heard_the_same(cuts):
    """As the network likes; a byte at a time too."""
    data = b"".join(said for who, said in transcript()[2:4] if who == "server")
    marks = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    for pieces in ([data[a:b] for a, b in pairwise(marks)], [bytes([byte]) for byte in data]):
        client = Client()
        replies(client, b"220 x\r\n")
        client.hello("x")
        found = [reply for piece in pieces for reply in replies(client, piece)]
        assert len(found) == 1
        assert client.features["CHUNKING"] == ""


def test_lmtp_answers_for_each_recipient():
    """RFC 2033 4.2: so many as were taken, and then the next mail may come."""
    client = ready(is_lmtp=True)
    client.mail("a@b")
    for address in ("c@d", "e@f", "g@h"):
        client.recipient(address)
    replies(client, b"250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n")
    client.data()
    assert replies(client, b"354 go\r\n") == [Reply("DATA", 354, ("go",))]
    assert client.content(RAW) == b"A: b\r\n\r\n..x\r\n.\r\n"
    assert client.waits == 2
    assert replies(client, b"250 ok\r\n")[0].command == "CONTENT"
    assert client.state is State.MAIL
    assert replies(client, b"452 full\r\n")[0].code == 452
    assert client.state is State.READY


@pytest.mark.parametrize("address", ["a\r\nRCPT TO:<x@y>@b", "a b@c", "a@b\0", "a\n@b", "a@b\x7f"])
def test_no_word_breaks_a_line(address):
    """Nor begins another; a quoted part may hold spaces."""
    client = ready()
    for say in (lambda: client.mail(address), lambda: client.hello(address)):
        with pytest.raises(LocalProtocolError):
            say()
    client = ready()
    assert client.mail('"a b"@c') == b'MAIL FROM:<"a b"@c>\r\n'
    with pytest.raises(LocalProtocolError):
        client.recipient(address)
    with pytest.raises(LocalProtocolError):
        client.recipient("a@b", [Parameter("X", "y\r\nz")])


def test_nothing_is_said_out_of_order():
    """Before the greeting, without a mail, after the end."""
    client = Client()
    for say in (lambda: client.hello("x"), lambda: client.mail("a@b"), client.data, lambda: client.say("NOOP")):
        with pytest.raises(LocalProtocolError):
            say()
    client = ready()
    with pytest.raises(LocalProtocolError):
        client.recipient("a@b")
    replies(client, b"421 closing\r\n")
    assert client.state is State.DONE
    with pytest.raises(LocalProtocolError):
        client.say("QUIT")


def test_a_refused_sender_is_no_mail():
    """And RSET ends one."""
    client = ready()
    client.mail("a@b")
    replies(client, b"550 5.7.1 no\r\n")
    assert client.state is State.READY
    client.mail("a@b")
    client.say("RSET")
    replies(client, b"250 ok\r\n250 ok\r\n")
    assert client.state is State.READY


@pytest.mark.parametrize(
    "data",
    [b"250 unasked\r\n", b"hello\r\n", b"99 x\r\n", b"2500 x\r\n", b"600 x\r\n", b"250+x\r\n",
     b"250-" + b"x" * REPLY_BYTES + b"\r\n", b"250-x\r\n" * (REPLY_LINES + 1), b"x" * (REPLY_BYTES + 1), b""],
)  # fmt: skip
def test_what_is_no_reply(data):
    """One hangs up."""
    client = ready()
    with pytest.raises(RemoteProtocolError):
        replies(client, data)
    assert client.state is State.DONE


def test_xforward_goes_on_as_many_lines_as_it_needs():
    """What the server does not know is left out, and so is what fits on no line."""
    client = ready(b"250-x\r\n250 XFORWARD NAME HELO IDENT\r\n")
    said = client.forward({"NAME": "n" * 300, "HELO": "h" * 300, "PORT": "1", "IDENT": "i" * 600})
    assert said == b"XFORWARD NAME=%b\r\nXFORWARD HELO=%b\r\n" % (b"n" * 300, b"h" * 300)
    assert client.waits == 2
    assert ready().forward({"NAME": "x"}) == b""


def test_after_tls_nothing_is_believed():
    """That was said in clear."""
    client = ready()
    client.say("STARTTLS")
    replies(client, b"220 go\r\n")
    client.receive(b"250 smuggled\r\n")
    client.restart()
    assert (client.next_reply(), client.features, client.state) == (None, {}, State.HELLO)


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=30) | st.sampled_from([b"250-x\r\n", b"250 x\r\n", b"421 x\r\n"]), max_size=8))
def test_any_bytes_give_replies_or_an_error(pieces):
    """Never anything else."""
    client = ready()
    client.say("NOOP")
    try:
        for piece in pieces:
            replies(client, piece)
    except RemoteProtocolError:
        assert client.state is State.DONE


def test_a_byte_at_a_time_costs_linear_time():
    """Of a reply without end."""
    pieces = [bytes([byte]) for byte in b"250-" + b"x" * (REPLY_BYTES - 10)]

    def hear():
        client = ready()
        for piece in pieces:
            replies(client, piece)

    assert seconds(hear) < 1.0
