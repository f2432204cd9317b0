"""Any bytes of SMTP are events or one error, on both sides, the same however cut, in memory that a limit bounds.

Honest conversations are cut, doubled and changed. Run it as `python -m fuzz.wire_smtp --seconds 60`; a failure prints
the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
from itertools import pairwise

from fuzz import run
from fyke.wire.smtp import Server
from fyke.wire.smtp_client import REPLY_BYTES, Client, Reply
from fyke.wire.smtp_events import Content, Data, Event, RemoteProtocolError, Wrong

MOST = 5_000
SAID = (
    b"EHLO x\r\n", b"LHLO x\r\n", b"MAIL FROM:<a@b> SIZE=9\r\n", b"RCPT TO:<c@d>\r\n", b"DATA\r\n", b"x\r\n.\r\n",
    b"\r\n.\n", b"..\r\n", b"\n.\r\n", b"BDAT 9\r\nEHLO x\r\n.", b"BDAT 0 LAST\r\n", b"BDAT 9999\r\n", b"x" * 9_999,
    b"RSET\r\n", b"QUIT\r\n", b"NOOP\r\n", b"XCLIENT NAME=a+20b\r\n", b"XFORWARD ADDR=[UNAVAILABLE]\r\n", b"\r", b"\n",
    b"STARTTLS\r\n", b"MAIL FROM:<\"a b\"@c>\r\n", b"RCPT TO:<\xff>\r\n",
)  # fmt: skip
HEARD = (
    b"220 x\r\n", b"250-x\r\n", b"250 SIZE 9\r\n", b"354 go\r\n", b"421 bye\r\n", b"550 5.7.1 no\r\n", b"250\r\n",
    b"250-XFORWARD NAME\r\n", b"\n", b"x" * 999, b"2500\r\n", b"450 later\n",
)  # fmt: skip


def grow(chance: random.Random, pieces: tuple[bytes, ...], start: bytes) -> list[bytes]:
    """What came, in the pieces in which it came."""
    raw = bytearray(b"".join(chance.choice(pieces) for _ in range(chance.choice((1, 3, 9, 100)))))
    if chance.random() < 0.7:
        raw[:0] = start
    for _ in range(chance.choice((0, 0, 1, 9))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    marks = sorted({0, len(raw), *(chance.randrange(len(raw)) for _ in range(chance.choice((0, 2, 50))))})
    return [bytes(raw[a:b]) for a, b in pairwise(marks)]


def events(pieces: list[bytes], *, is_lmtp: bool) -> tuple[list[Event], bool]:
    """What a client wants, each with a yes where it may have one; and whether it was hung up on."""
    server = Server(is_lmtp=is_lmtp, message_bytes=MOST, recipients=9)
    server.may_forward = True
    found: list[Event] = []
    try:
        for piece in pieces:
            server.receive(piece)
            while (event := server.next_event()) is not None:
                found.append(event)
                assert not isinstance(event, Content) or len(event.raw) <= MOST, "more than the limit"
                while server.due:
                    server.reply(
                        event.code if isinstance(event, Wrong) else 354 if isinstance(event, Data) else 250, "x"
                    )
    except RemoteProtocolError:
        return found, True
    return found, False


def replies(pieces: list[bytes]) -> tuple[list[Reply], bool]:
    """What is made of a server's words; and whether it was hung up on."""
    client, found = Client(), list[Reply]()
    try:
        for piece in pieces:
            client.receive(piece)
            while (reply := client.next_reply()) is not None:
                found.append(reply)
                assert sum(map(len, reply.lines)) <= REPLY_BYTES, "more than the limit"
                if client.state.name in ("HELLO", "READY") and not client.waits:
                    client.hello("x")
    except RemoteProtocolError:
        return found, True
    return found, False


def attempt(seed: int) -> None:
    """Make the inputs of a seed, and check them."""
    chance = random.Random(seed)  # noqa: S311  chance, not secrets
    is_lmtp = chance.random() < 0.3
    start = b"".join(SAID[is_lmtp : is_lmtp + 1] + SAID[2:5])
    said = grow(chance, SAID, start)
    assert events(said, is_lmtp=is_lmtp) == events([b"".join(said)], is_lmtp=is_lmtp), "cutting changes what is said"
    heard = grow(chance, HEARD, b"220 x\r\n")
    assert replies(heard)[0] == replies([bytes([byte]) for byte in b"".join(heard)])[0], "cutting changes what is heard"


if __name__ == "__main__":
    run(attempt, __doc__)
