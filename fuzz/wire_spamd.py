"""Any bytes that a client of spamd sends are one request or one refusal, in memory that the limit of a mail bounds.

Honest requests are cut, doubled and changed. Run it as `python -m fuzz.wire_spamd --seconds 60`; a failure prints the
seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import zlib
from itertools import pairwise

from fuzz import run
from fyke.wire.spamd import Connection, Refused, Request

MOST = 5_000
PIECES = (
    b"CHECK SPAMC/1.5\r\n", b"PROCESS SPAMC/1.0\n", b"TELL SPAMC/1.5\r\n", b"PING SPAMC/1.5\r\n", b"\r\n", b"\n",
    b"Content-length: 40\r\n", b"Content-length: 9999\r\n", b"Compress: zlib\r\n", b"User: ann\r\n", b"Set: local\r\n",
    b"Message-class: ham\r\n", b"Remove: local, remote\r\n", b"x" * 40, b"x" * 9_000, zlib.compress(bytes(9_000)),
    zlib.compress(b"The minutes.\r\n" * 9),
)  # fmt: skip


def grow(chance: random.Random) -> list[bytes]:
    """What came, in the pieces in which it came."""
    raw = bytearray(b"".join(chance.choice(PIECES) for _ in range(chance.choice((1, 3, 9, 300)))))
    if chance.random() < 0.5:
        raw[:0] = chance.choice(PIECES[:4])
    for _ in range(chance.choice((0, 0, 1, 9))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    marks = sorted({0, len(raw), *(chance.randrange(len(raw)) for _ in range(chance.choice((0, 2, 50))))})
    return [bytes(raw[a:b]) for a, b in pairwise(marks)]


def check(pieces: list[bytes]) -> None:
    """Raise where a claim of the first line does not hold."""
    connection = Connection(MOST)
    events = [event for piece in (*pieces, b"", b"more") if (event := connection.receive(piece)) is not None]
    assert len(events) == 1, events
    (event,) = events
    assert isinstance(event, Refused) or len(event.raw) <= MOST, "more than the limit"
    if isinstance(event, Request) and event.word == "PING":
        assert connection.pong()
    assert not connection.receive(b"more")


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(random.Random(seed)))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
