"""What doors over HTTP share: requests one after another, limits in time, small answers, pages for who watches."""

import asyncio
import gzip
import re

import pytest
import zstandard

from fyke.doors.http import HttpDoor, HttpTerms, RefusedError, is_local, is_secret
from fyke.wire.http import Response
from tests.doors.gates import ToldGate, connected, opened, told

GET = b"GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n"


class Echo(HttpDoor):
    """Says what it was sent; `/trouble`, `/bug` and `/bare` are what they are called."""

    protocol = "echo"

    async def answer(self, line, request):
        """The body."""
        del line
        path = request.target
        if (page := await self.page(path)) is not None:
            return page
        if path == "/trouble":
            raise RefusedError(409, "trouble")
        if path == "/bug":
            raise KeyError("a bug")
        return b"bare" if path == "/bare" else Response(200, self.body(request) or b"nothing", "text/plain")

    def trouble(self, status, why):
        """In words."""
        return Response(status, why.encode(), "text/plain")


def heard(data, *, gate=None, terms=None, half_close=True):
    """All that a client hears, and the door's counts."""

    async def run():
        door = Echo(gate or ToldGate(), terms)
        async with opened(door) as doorway:
            return await told(doorway, data, half_close=half_close), door.counts

    return asyncio.run(run())


def test_one_request_after_another():
    """Each with its answer, in order; errors of ours and of the client's end nothing."""
    said, counts = heard(b"".join(GET % (path, b"") for path in (b"/", b"/trouble", b"/bug", b"/", b"/nix")))
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200", b"409", b"500", b"200", b"200"]
    assert (counts.errors, counts.faults, counts.gone) == (1, 1, 0)


def test_what_is_no_http_is_the_last():
    """An answer as bytes, and an error of the protocol."""
    assert heard(GET % (b"/bare", b"") + GET % (b"/", b""))[0] == b"bare"
    said, counts = heard(b"nonsense\r\n\r\n" + GET % (b"/", b""))
    assert (said.count(b"HTTP/1.1"), said[:12], counts.errors) == (1, b"HTTP/1.1 400", 1)


def test_pages_for_who_watches():
    """It lives, it is ready where its gate answers, and tells what it counts."""
    assert b"healthy\n" in heard(GET % (b"/healthy", b""))[0]
    assert b"ready\n" in heard(GET % (b"/ready", b""))[0]
    broken = ToldGate(trouble="the disk is full")
    said, _ = heard(GET % (b"/ready", b""), gate=broken)
    assert b"HTTP/1.1 503" in said
    assert b"not ready: the disk is full\n" in said
    assert b"HTTP/1.1 200" in heard(GET % (b"/healthy", b""), gate=broken)[0]
    said, _ = heard(GET % (b"/metrics", b""), gate=ToldGate(figures={"scanned": 7.0}))
    assert b"Content-Type: application/openmetrics-text" in said
    assert b"\nfyke_scanned_total 7\n" in said


@pytest.mark.parametrize(
    ("takes", "coding"),
    [(b"gzip, zstd", b"zstd"), (b"gzip", b"gzip"), (b"br, GZIP;q=0.5", b"gzip"), (b"zstd;q=0", b""), (b"br", b"")],
)
def test_large_answers_are_packed_where_the_client_takes_it(takes, coding):
    """The best that it takes; RFC 9110 12.5.3."""
    body = b"The minutes. " * 200
    head = b"POST / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (takes, len(body))
    answer, _, said = heard(head + body)[0].partition(b"\r\n\r\n")
    assert (b"Content-Encoding: " + coding in answer) is bool(coding)
    unpack = {b"": bytes, b"gzip": gzip.decompress, b"zstd": lambda data: zstandard.ZstdDecompressor().decompress(data)}
    assert unpack[coding](said) == body
    assert b"Content-Encoding" not in heard(GET % (b"/", b"Accept-Encoding: gzip\r\n"))[0], "small ones are not"


def test_packed_requests():
    """Opened within the limit, or refused in words."""
    terms = HttpTerms(message_bytes=5_000)

    def status(body, coding):
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (coding, len(body))
        said, _ = heard(head + body, terms=terms)
        return int(said.split()[1]), said

    assert status(gzip.compress(b"hello"), b"gzip")[1].endswith(b"hello")
    assert status(b"hello", b"identity")[1].endswith(b"hello")
    assert status(gzip.compress(bytes(5_001)), b"gzip")[0] == 413
    assert status(b"hello", b"gzip")[0] == 400
    assert status(b"hello", b"br")[0] == 415


def test_a_client_that_waits_to_be_told():
    """`Expect: 100-continue`, as curl sends it."""

    async def run():
        async with opened(Echo(ToldGate())) as doorway:
            reader, writer = await connected(doorway)
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            writer.write(b"hello")
            writer.write_eof()
            said = await reader.read()
            writer.close()
            return said

    assert asyncio.run(run()).endswith(b"hello")


def test_a_slow_request_is_told_so():
    """One that drips too; but who is silent between two requests hears nothing."""
    said, counts = heard(b"POST / HTTP/1.1\r\n", terms=HttpTerms(idle_s=0.05), half_close=False)
    assert said.startswith(b"HTTP/1.1 408 ")

    async def drip():
        door = Echo(ToldGate(), HttpTerms(request_s=0.2))
        async with opened(door) as doorway:
            reader, writer = await connected(doorway)
            for _ in range(500):
                writer.write(b"G")
                await asyncio.sleep(0.02)
                if doorway.connections == 0:
                    break
            writer.close()
            return await reader.read(12) if not reader.exception() else b"", doorway.connections

    said, left = asyncio.run(drip())
    assert (said in (b"", b"HTTP/1.1 408"), left) == (True, 0)
    said, counts = heard(GET % (b"/", b""), terms=HttpTerms(idle_s=0.05), half_close=False)
    assert said.count(b"HTTP/1.1") == 1
    assert counts.gone == 0


def test_too_much_is_refused_before_it_is_sent():
    """And a client that sends it all the same hears why."""
    said, counts = heard(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" + bytes(3_000_000),
                         terms=HttpTerms(message_bytes=5_000))  # fmt: skip
    assert said.startswith(b"HTTP/1.1 413 ")
    assert counts.errors == 1


def test_secrets_and_places():
    """A secret is the whole of it; local is this machine."""
    assert is_secret("ä", "ä")
    assert not is_secret("a", "ab")
    assert not is_secret("", "a")

    class At:
        client_ip = ""

    for client_ip, local in (
        ("", True),
        ("127.0.0.9", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("1270.0.0.1", False),
    ):
        At.client_ip = client_ip
        assert is_local(At) is local
