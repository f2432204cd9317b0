"""Any bytes that a mail server or a filter sends are events or a protocol error, in memory that a packet bounds.

Honest conversations are cut, doubled and changed. Run it as `python -m fuzz.wire_milter --seconds 60`; a failure prints
the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import struct
from itertools import pairwise

from fuzz import run
from fyke.wire.milter import Actions, Filter, RemoteProtocolError, Server, Stage, State, Steps
from fyke.wire.milter.events import End, Event, Header, Offer
from fyke.wire.milter.packets import packet

OFFER = packet(b"O", struct.pack("!III", 6, 0x1FF, 0x1FFFFF))
SERVER = (
    OFFER, packet(b"O", struct.pack("!III", 2, 0x3F, 0x7F)), packet(b"C", b"mail\x004\0\x19192.0.2.7\0"),
    packet(b"C", b"x\0U"), packet(b"D", b"C_\0x\0"), packet(b"D", b"Mi\0A1\0"), packet(b"H", b"mail\0"),
    packet(b"M", b"<a@example.net>\0SIZE=9\0"), packet(b"R", b"<b@example.org>\0"), packet(b"T"), packet(b"N"),
    packet(b"L", b"Subject\0 x\n y\0"), packet(b"B", b"body\r\n"), packet(b"B", b"x" * 65_535), packet(b"E", b"end"),
    packet(b"A"), packet(b"K"), packet(b"Q"), packet(b"U", b"nonsense\0"), b"\0\x10\0\0B", b"\0", b"",
)  # fmt: skip
FILTER = (
    packet(b"O", struct.pack("!III", 6, 0x119, 0x1877C0) + b"\0\0\0\0i\0"), packet(b"c"), packet(b"p"), packet(b"a"),
    packet(b"i", b"\0\0\0\0X\0 y\0"), packet(b"m", b"\0\0\0\1X\0\0"), packet(b"-", b"<b@example.org>\0"),
    packet(b"y", b"550 5.7.1 no\0"), packet(b"4"), packet(b"s"), packet(b"d"), packet(b"h", b"X\0y\0"), b"\0",
)  # fmt: skip


def grow(chance: random.Random, parts: tuple[bytes, ...]) -> list[bytes]:
    """What came, in the pieces in which it came."""
    raw = bytearray(parts[0] + b"".join(chance.choice(parts) for _ in range(chance.choice((1, 5, 20, 200)))))
    for _ in range(chance.choice((0, 0, 1, 9))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    marks = sorted({0, len(raw), *(chance.randrange(len(raw)) for _ in range(chance.choice((0, 2, 50))))})
    return [bytes(raw[a:b]) for a, b in pairwise(marks)]


def answer(wire: Filter, event: Event, chance: random.Random) -> None:
    """Say something that may be said."""
    if isinstance(event, Offer):
        wire.agree(Actions(chance.randrange(512)), Steps(chance.randrange(1 << 21)), {Stage.EOM: b"i"})
    elif isinstance(event, End):
        wire.progress()
        chance.choice((wire.accept, wire.go_on, wire.discard, wire.shut_down))()
    elif isinstance(event, Header):
        assert wire.field(event).endswith(b"\r\n")
        wire.go_on()
    elif wire.owes:
        chance.choice((wire.go_on, wire.go_on, lambda: wire.reply(451, "4.7.1", "later")))()


def check_filter(pieces: list[bytes], chance: random.Random) -> None:
    """Raise where a claim of the first line does not hold of the filter's side."""
    wire, size = Filter(), 0
    try:
        for piece in (*pieces, b""):
            wire.receive(piece)
            while (event := wire.next_event()) is not None:
                size += 1
                answer(wire, event, chance)
    except RemoteProtocolError:
        assert wire.state is State.DONE
    assert size <= sum(map(len, pieces)) // 5 + 1, "more events than packets"
    assert wire.next_event() is None


def check_server(pieces: list[bytes], chance: random.Random) -> None:
    """Raise where a claim of the first line does not hold of the server's side."""
    wire = Server()
    wire.offer()
    try:
        for piece in pieces:
            wire.receive(piece)
            while wire.next_event() is not None:
                if wire.state.name == "READY":
                    chance.choice((lambda: wire.sender(b"<>"), lambda: wire.recipient(b"<a>"), wire.end))()
    except RemoteProtocolError:
        assert wire.state.name == "DONE"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    chance = random.Random(seed)  # noqa: S311  chance, not secrets
    check_filter(grow(chance, SERVER), chance)
    check_server(grow(chance, FILTER), chance)


if __name__ == "__main__":
    run(attempt, __doc__)
