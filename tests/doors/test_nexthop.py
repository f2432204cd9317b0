"""The server behind the doors of SMTP: where it is, and what is known of a mail when it goes wrong."""

import asyncio
import socket

import pytest

from fyke.doors.nexthop import HopError, NextHop, Patience, Where, where
from fyke.wire.smtp_words import Parameter

QUICK = Patience(connect_s=5.0, greeting_s=0.2, command_s=0.2, data_s=0.2, block_s=0.2, done_s=0.2)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("unix:/run/x", Where(path="/run/x")),
        ("/run/x", Where(path="/run/x")),
        ("mx.example.org:25", Where(host="mx.example.org", port=25)),
        ("inet:127.0.0.1:10026", Where(host="127.0.0.1", port=10026)),
        ("[::1]:26", Where(host="::1", port=26)),
    ],
)
def test_where_it_is(text, place):
    """As the config says it."""
    assert where(text) == place


@pytest.mark.parametrize("text", ["", "host", "host:", ":25", "host:0", "host:65536", "host:²", "unix:run"])
def test_nowhere(text):
    """A sentence says so."""
    with pytest.raises(ValueError, match="neither"):
        where(text)


def against(script, use):
    """What `use(hop)` gives, or the error, of a server that says these lines in turn, one a line that it hears."""

    async def serve(reader, writer):
        try:
            for said in script:
                if said is None:
                    break
                writer.write(said)
                heard = await reader.readline()
                while heard.startswith((b"A:", b"\r\n", b"x")) and heard:
                    heard = await reader.readline()
        finally:
            writer.close()

    async def run():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        try:
            hop = await NextHop.open(Where("", *server.sockets[0].getsockname()), "x", patience=QUICK)
            return await use(hop)
        finally:
            server.close()

    return asyncio.run(run())


async def _nothing(hop):
    return hop.is_open


@pytest.mark.parametrize(
    "script",
    [
        [None],
        [b"554 no\r\n"],
        [b"421 no\r\n", None],
        [b"hello\r\n"],
        [b"220 x\r\n", None],
        [b"220 x\r\n", b"550 no\r\n", b"550 no\r\n"],
    ],
)
def test_one_that_cannot_be_talked_to(script):
    """Refuses, hangs up, speaks something else, falls silent."""
    with pytest.raises(HopError) as error:
        against(script, _nothing)
    assert not error.value.is_unsure


def test_one_that_is_there():
    """And says what it can."""
    assert against([b"220 x\r\n", b"250-x\r\n250 SIZE 7\r\n", b""], _nothing)


def test_a_reply_is_told_as_it_is():
    """A refused sender is no error of the connection."""

    async def mail(hop):
        return await hop.mail("a@b", (Parameter("SIZE", "7"),))

    assert against([b"220 x\r\n", b"250 x\r\n", b"550 5.7.1 no\r\n", b""], mail).code == 550


@pytest.mark.parametrize("address", ["a\r\nb@c", "a b"])
def test_addresses_that_cannot_be_said(address):
    """Nothing is sent of them."""

    async def mail(hop):
        return await hop.mail(address)

    with pytest.raises(HopError):
        against([b"220 x\r\n", b"250 x\r\n", b""], mail)


def test_nobody_is_there():
    """At once."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        place = Where("", *sock.getsockname())
    with pytest.raises(HopError, match="not reached"):
        asyncio.run(NextHop.open(place, "x", patience=QUICK))
    with pytest.raises(HopError, match="not reached"):
        asyncio.run(NextHop.open(Where(path="/nonexistent/x"), "x", patience=QUICK))
