"""Any bytes that a client of clamd sends are commands, a refusal or an end, in memory that the limit of a file bounds.

Honest conversations are cut, doubled and changed. Run it as `python -m fuzz.wire_clamd --seconds 60`; a failure prints
the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
from itertools import pairwise

from fuzz import run
from fyke.wire.clamd_server import COMMAND_BYTES, COMMANDS, Asked, Connection, Ended, Refused, State

MOST = 5_000
PIECES = (
    b"zIDSESSION\0", b"nIDSESSION\n", b"zPING\0", b"nPING\n", b"PING\n", b"zINSTREAM\0", b"nINSTREAM\n",
    b"\0\0\0\4abcd", b"\0\0\x0f\xff", b"x" * 4_095, bytes(4), b"\xff\xff\xff\xff", b"zSCAN /mail\0", b"SCAN /x\r\n",
    b"zFILDES\0", b"\0", b"zSTATS\0", b"zEND\0", b"nCONTSCAN /\xff\n", b"z" * 9_000, b"zSHUTDOWN\0", b"\n",
)  # fmt: skip


def grow(chance: random.Random) -> list[bytes]:
    """What came, in the pieces in which it came."""
    raw = bytearray(b"".join(chance.choice(PIECES) for _ in range(chance.choice((1, 3, 9, 300)))))
    if chance.random() < 0.5:
        raw[:0] = chance.choice(PIECES[:7])
    for _ in range(chance.choice((0, 0, 1, 9))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    marks = sorted({0, len(raw), *(chance.randrange(len(raw)) for _ in range(chance.choice((0, 2, 50))))})
    return [bytes(raw[a:b]) for a, b in pairwise(marks)]


def heard(pieces: list[bytes]) -> tuple[bytes, list[object]]:
    """What a client hears, and the events; raises where a claim of the first line does not hold."""
    connection = Connection(MOST)
    said, events = bytearray(), list[object]()
    for piece in (*pieces, b""):
        connection.receive(piece)
        while (event := connection.next_event()) is not None:
            events.append(event)
            if isinstance(event, Asked):
                assert event.word in COMMANDS, event.word
                assert len(event.content) <= MOST, "more than the limit"
                assert len(event.path) < COMMAND_BYTES, "a path without end"
                said += connection.answer(f"{event.path}: OK")
            elif isinstance(event, Refused):
                said += connection.refuse(event)
    assert connection.state is State.DONE, connection.state
    assert connection.is_idle, "something is left"
    assert sum(isinstance(event, Ended | Refused) for event in events) <= 1
    return bytes(said), events


def check(pieces: list[bytes]) -> None:
    """However it is cut, it says the same."""
    whole = b"".join(pieces)
    assert heard(pieces) == heard([whole]), "cutting changes it"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(random.Random(seed)))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
