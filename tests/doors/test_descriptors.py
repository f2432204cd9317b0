"""Local sockets over which open files come: in both event loops, one at a time, and none is left open."""

import array
import asyncio
import errno
import importlib.util
import os
import socket
from pathlib import Path

import pytest

from fyke.doors import descriptors
from fyke.doors.descriptors import Ends, LocalServer
from tests.doors.gates import listener


def fds():
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def sent(sock, data, *handles):
    """Bytes with open files beside them."""
    sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", handles))])


def runners():
    """How to run a coroutine: asyncio's own loop, and the faster one where it is."""
    yield asyncio.run
    if importlib.util.find_spec("uvloop"):
        import uvloop

        yield uvloop.run


@pytest.fixture(params=list(runners()), ids=lambda run: run.__module__.partition(".")[0])
def run(request):
    """One of them."""
    return request.param


def test_one_descriptor_comes_with_its_bytes(run):
    """It is the taker's to close, and no child of ours gets it."""

    async def talk():
        ours, theirs = socket.socketpair()
        ends = Ends(ours)
        sent(theirs, b"a", theirs.fileno())
        assert await ends.read(100) == b"a"
        number = ends.descriptor()
        assert not os.get_inheritable(number)
        os.close(number)
        assert ends.descriptor() is None
        theirs.sendall(b"b")
        assert await ends.read(100) == b"b"
        assert ends.descriptor() is None
        theirs.close()
        assert (await ends.read(100), ends.at_eof()) == (b"", True)
        ends.close()
        assert ends.is_closing()

    run(asyncio.sleep(0))  # a first loop leaves something of its own
    before = fds()
    run(talk())
    assert fds() == before


@pytest.mark.parametrize("count", [2, 3, 100])
def test_of_several_there_is_none(run, count):
    """Nobody knows which was meant."""

    async def talk():
        ours, theirs = socket.socketpair()
        ends = Ends(ours)
        before = fds()
        sent(theirs, b"a", *[theirs.fileno()] * count)
        assert await ends.read(100) == b"a"
        assert ends.descriptor() is None
        assert fds() == before
        ends.close()
        theirs.close()

    run(talk())


def test_what_is_not_taken_is_closed(run):
    """By the next, and by the end."""

    async def talk():
        ours, theirs = socket.socketpair()
        ends = Ends(ours)
        before = fds()
        for byte in (b"a", b"b"):
            sent(theirs, byte, theirs.fileno())
            assert await ends.read(1) == byte
        assert fds() == before + 1
        ends.close()
        assert fds() == before - 1
        theirs.close()

    run(talk())


def test_who_waits_is_woken(run):
    """By bytes, and by the end; a wait that was given up leaves nothing behind."""

    async def talk():
        ours, theirs = socket.socketpair()
        ends = Ends(ours)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await ends.read(100)
        waiting = asyncio.create_task(ends.read(100))
        await asyncio.sleep(0.02)
        theirs.sendall(b"a")
        assert await waiting == b"a"
        data = bytes(3_000_000)
        ends.write(data)
        sending = asyncio.create_task(ends.drain())
        theirs.setblocking(False)
        got = 0
        while got < len(data):
            got += len(await asyncio.get_running_loop().sock_recv(theirs, 1 << 20))
        await sending
        ends.close()
        await ends.wait_closed()
        theirs.close()

    run(talk())


def test_a_server_accepts_until_it_is_closed(run, tmp_path):
    """And rests where the kernel has no more connections to give."""

    async def talk():
        loop, came = asyncio.get_running_loop(), []

        async def welcome(reader, writer):
            came.append(await reader.read(10))
            writer.close()

        server = LocalServer(welcome, listener(tmp_path / "door"))
        for number in range(3):
            sock = socket.socket(socket.AF_UNIX)
            sock.setblocking(False)
            await loop.sock_connect(sock, str(tmp_path / "door"))
            await loop.sock_sendall(sock, b"%d" % number)
            assert await loop.sock_recv(sock, 10) == b""
            sock.close()
        server.close()
        assert came == [b"0", b"1", b"2"]

    run(talk())


def test_a_server_rests_where_there_are_too_many_files(tmp_path, monkeypatch):
    """It does not ask again and again, and serves who waited."""
    monkeypatch.setattr(descriptors, "REST_S", 0.05)

    class Full(socket.socket):
        """A socket that cannot accept three times."""

        tries = 0

        def accept(self):
            Full.tries += 1
            if Full.tries <= 3:
                raise OSError(errno.EMFILE, "Too many open files")
            return super().accept()

    async def talk():
        async def welcome(_reader, writer):
            writer.write(b"hello")
            await writer.drain()
            writer.close()

        sock = Full(socket.AF_UNIX)
        sock.bind(str(tmp_path / "door"))
        sock.listen()
        server = LocalServer(welcome, sock)
        reader, writer = await asyncio.open_unix_connection(tmp_path / "door")
        assert await asyncio.wait_for(reader.read(), 10) == b"hello"
        assert Full.tries < 10
        writer.close()
        server.close()

    asyncio.run(talk())
