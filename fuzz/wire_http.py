"""Any bytes that a client of HTTP sends are requests or one error, the same however cut, in memory that a limit bounds.

Honest requests are cut, doubled and changed. Run it as `python -m fuzz.wire_http --seconds 60`; a failure prints the
seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
from itertools import pairwise

from fuzz import run
from fyke.wire.http import Connection, Event, Request, Response, State
from fyke.wire.http_body import RemoteProtocolError
from fyke.wire.rspamd import asked, modern

MOST = 5_000
HEAD = 20_000
PIECES = (
    b"GET / HTTP/1.1\r\n", b"POST /checkv2 HTTP/1.0\r\n", b"HEAD /x?y=z HTTP/1.1\r\n", b"CHECK RSPAMC/1.3\r\n",
    b"Host: x\r\n", b"Content-Length: 40\r\n", b"Content-Length: 9999\r\n", b"Transfer-Encoding: chunked\r\n", b"\r\n",
    b"Connection: keep-alive\r\n", b"Expect: 100-continue\r\n", b"Rcpt: <a@b>, \"x,y\"@z\r\n", b"5\r\nhello\r\n",
    b"0\r\n\r\n", b"fff\r\n", b"0\r\nA: b\r\n\r\n", b"x" * 40, b"y" * 9_000, b"\n", b" ", b"Upgrade: h2c\r\n",
)  # fmt: skip


def grow(chance: random.Random) -> list[bytes]:
    """What came, in the pieces in which it came."""
    parts = [chance.choice(PIECES) for _ in range(chance.choice((1, 3, 9, 300)))]
    for _ in range(chance.choice((0, 1, 4))):
        body = chance.choice((b"", b"x" * 40, b"5\r\nhello\r\n0\r\n\r\n"))
        said = b"Transfer-Encoding: chunked" if body[1:2] == b"\r" else b"Content-Length: %d" % len(body)
        parts.insert(chance.randrange(len(parts)), b"POST /x HTTP/1.1\r\nHost: x\r\n%b\r\n\r\n%b" % (said, body))
    raw = bytearray(b"".join(parts))
    for _ in range(chance.choice((0, 0, 1, 9))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    marks = sorted({0, len(raw), *(chance.randrange(len(raw)) for _ in range(chance.choice((0, 2, 50))))})
    return [bytes(raw[a:b]) for a, b in pairwise(marks)]


def heard(pieces: list[bytes]) -> tuple[list[Event], bytes, int]:
    """The requests, all that was answered, and the status of the error that ended them."""
    connection = Connection(body_bytes=MOST, head_bytes=HEAD, rewrite=modern)
    events: list[Event] = []
    said = bytearray()
    try:
        for piece in (*pieces, b""):
            connection.receive(piece)
            while (event := connection.next_event()) is not None:
                if isinstance(event, Request):
                    assert len(event.body) <= MOST, "more than the limit"
                    asked(event.fields)
                    events.append(event)
                    said += connection.send(Response(200, b"ok"))
    except RemoteProtocolError as error:
        return events, bytes(said), error.status
    assert connection.state is State.DONE, connection.state
    return events, bytes(said), 0


def check(pieces: list[bytes]) -> None:
    """Raise where a claim of the first line does not hold."""
    found, again = heard(pieces), heard([b"".join(pieces)])
    assert found[:2] == again[:2], "cutting changes it"
    assert bool(found[2]) == bool(again[2]), f"{found[2]}, {again[2]}"
    assert not found[2] or 400 <= found[2] < 600, found[2]


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(random.Random(seed)))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
